// Conserved totals: combinations of states that no reaction changes, i.e. the left null
// space of the stoichiometric matrix, in whole numbers, so that the result is exact.
//
// 1. Rows (states) are reduced one after the other by the pivots found so far, and each
//    remembers which combination of states it has become. A row that vanishes is a
//    total.
// 2. Totals are combined with each other as long as that removes negative weights, then
//    entries: "total receptor" instead of "free receptor minus free ligand".
// 3. Every total gets a state of its own that it determines, again by elimination.
//
// States with a rate rule or a stoichiometry that is no plain number take no part.
// Where whole numbers would overflow 63 bits a state takes no part either.
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_internal.h"

typedef struct item {
    int index;
    int64_t value;
} item;

typedef BP_ARRAY(item) vector; // sorted by index, values not 0

typedef struct row {
    vector left;   // what is to be eliminated
    vector combo;  // of which states it is the sum
    int pivot;     // its column, -1: none
    bool unusable; // overflow
} row;

typedef struct elimination {
    row *rows;
    int n;
    const int *degree; // (columns) entries in the matrix: rare columns make good pivots
    int *pivot_row;    // (columns) row + 1
    int *rank_of;      // (rows) order in which they became pivots
    bool failed;       // out of memory
} elimination;

static int64_t greatest_divisor(int64_t a, int64_t b) {
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// value of x a + y b; false on overflow
static bool combine_values(int64_t x, int64_t a, int64_t y, int64_t b, int64_t *out) {
    int64_t xa, yb;
    return !__builtin_mul_overflow(x, a, &xa) && !__builtin_mul_overflow(y, b, &yb) &&
           !__builtin_add_overflow(xa, yb, out) && *out != INT64_MIN;
}

// out = x a + y b. False on overflow or without memory (`failed`).
static bool combine(int64_t x, const vector *a, int64_t y, const vector *b, vector *out,
                    bool *failed) {
    out->count = 0;
    if (!bp_array_reserve(out, a->count + b->count)) {
        *failed = true;
        return false;
    }
    for (int i = 0, j = 0; i < a->count || j < b->count;) {
        int at = i < a->count ? a->items[i].index : INT_MAX;
        if (j < b->count && b->items[j].index < at) at = b->items[j].index;
        bool in_a = i < a->count && a->items[i].index == at;
        bool in_b = j < b->count && b->items[j].index == at;
        item made = {at, 0};
        if (!combine_values(x, in_a ? a->items[i].value : 0, y,
                            in_b ? b->items[j].value : 0, &made.value))
            return false;
        if (made.value != 0) out->items[out->count++] = made;
        i += in_a;
        j += in_b;
    }
    return true;
}

static void swap_vectors(vector *a, vector *b) {
    vector kept = *a;
    *a = *b;
    *b = kept;
}

static int64_t value_at(const vector *v, int index) {
    int low = 0, high = v->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (v->items[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->count && v->items[low].index == index ? v->items[low].value : 0;
}

// Divides both parts of a row by what all their values share.
static void shorten(row *r) {
    int64_t divisor = 0;
    for (int i = 0; i < r->left.count && divisor != 1; i++)
        divisor = greatest_divisor(divisor, r->left.items[i].value);
    for (int i = 0; i < r->combo.count && divisor != 1; i++)
        divisor = greatest_divisor(divisor, r->combo.items[i].value);
    if (divisor <= 1) return;
    for (int i = 0; i < r->left.count; i++)
        r->left.items[i].value /= divisor;
    for (int i = 0; i < r->combo.count; i++)
        r->combo.items[i].value /= divisor;
}

// The column of `r` whose pivot is oldest; -1: no column has one. Eliminating in this
// order never brings back a column, since a pivot row holds no older pivot.
static int oldest_pivot_column(const elimination *e, const row *r) {
    int best = -1;
    for (int i = 0; i < r->left.count; i++) {
        int column = r->left.items[i].index;
        int pivot = e->pivot_row[column];
        if (pivot &&
            (best < 0 || e->rank_of[pivot - 1] < e->rank_of[e->pivot_row[best] - 1]))
            best = column;
    }
    return best;
}

// r := a r - b p, so that the column vanishes
static bool eliminate_column(elimination *e, row *r, int column, vector *spare) {
    const row *p = &e->rows[e->pivot_row[column] - 1];
    int64_t mine = value_at(&r->left, column), theirs = value_at(&p->left, column);
    int64_t divisor = greatest_divisor(mine, theirs);
    int64_t a = theirs / divisor, b = -(mine / divisor);
    if (!combine(a, &r->left, b, &p->left, spare, &e->failed)) return false;
    swap_vectors(&r->left, spare);
    if (!combine(a, &r->combo, b, &p->combo, spare, &e->failed)) return false;
    swap_vectors(&r->combo, spare);
    shorten(r);
    return true;
}

static void choose_pivot(elimination *e, int index, int rank) {
    row *r = &e->rows[index];
    int best = -1;
    for (int i = 0; i < r->left.count; i++) {
        int column = r->left.items[i].index;
        if (best < 0 || e->degree[column] < e->degree[best]) best = column;
    }
    r->pivot = best;
    e->pivot_row[best] = index + 1;
    e->rank_of[index] = rank;
}

// Reduces all rows in order; what is left of each has a pivot or is empty.
static bool eliminate(elimination *e) {
    vector spare = {0};
    for (int i = 0; i < e->n && !e->failed; i++) {
        row *r = &e->rows[i];
        r->pivot = -1;
        for (int column; !r->unusable && (column = oldest_pivot_column(e, r)) >= 0;)
            r->unusable = !eliminate_column(e, r, column, &spare);
        if (!r->unusable && r->left.count > 0) choose_pivot(e, i, i);
    }
    bp_array_clear(&spare);
    return !e->failed;
}

// ---- the stoichiometric matrix ----

// The smallest of these factors makes all coefficients of a state's row whole; 0: none
// does.
static int whole_factor(const bp_model *model, int state) {
    static const int factors[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 100, 1000, 1000000};
    for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
        bool whole = true;
        for (int i = model->part_start[state]; i < model->part_start[state + 1]; i++) {
            double x = model->parts[i].coefficient * factors[f];
            whole = whole && model->parts[i].node < 0 && fabs(x) < 1e9 &&
                    fabs(x - nearbyint(x)) <= 1e-12 * fabs(x);
        }
        if (whole) return factors[f];
    }
    return 0;
}

// factor * row of the state; combination: factor * state. False without memory.
static bool fill_row(const bp_model *model, int state, row *r) {
    int factor = model->has_rate_rule[state] ? 0 : whole_factor(model, state);
    r->unusable = factor == 0;
    if (factor == 0) return true;
    for (int i = model->part_start[state]; i < model->part_start[state + 1]; i++) {
        item made = {model->parts[i].reaction,
                     (int64_t)nearbyint(model->parts[i].coefficient * factor)};
        if (!bp_array_push(&r->left, made)) return false;
    }
    return bp_array_push(&r->combo, ((item){state, factor}));
}

static void free_rows(row *rows, int n) {
    for (int i = 0; rows && i < n; i++) {
        bp_array_clear(&rows[i].left);
        bp_array_clear(&rows[i].combo);
    }
    bp_free(rows);
}

static int compare_row_lengths(const void *a, const void *b) {
    const row *x = a, *y = b;
    if (x->left.count != y->left.count) return x->left.count < y->left.count ? -1 : 1;
    int i = x->combo.count ? x->combo.items[0].index : INT_MAX;
    int j = y->combo.count ? y->combo.items[0].index : INT_MAX;
    return (i > j) - (i < j);
}

// Whether the row of the state is a condition and not a rate.
static bool is_condition(const bp_model *model, int state) {
    return model->n_conditions > 0 && model->conditions[state].kind != BP_NO_CONDITION;
}

// Eliminates rows over `n_columns` columns. `states`: the columns are states of this
// model, and those with conditions are taken last.
static bool run_elimination(row *rows, int n, int n_columns, const bp_model *states) {
    elimination e = {.rows = rows, .n = n};
    int *degree = bp_calloc((size_t)n_columns, sizeof *degree);
    e.degree = degree;
    e.pivot_row = bp_calloc((size_t)n_columns, sizeof *e.pivot_row);
    e.rank_of = bp_calloc((size_t)n, sizeof *e.rank_of);
    bool done = degree && e.pivot_row && e.rank_of;
    for (int i = 0; i < n && done; i++)
        for (int k = 0; k < rows[i].left.count; k++)
            degree[rows[i].left.items[k].index]++;
    for (int i = 0; done && states && i < n_columns; i++)
        if (is_condition(states, i)) degree[i] += INT_MAX / 2;
    done = done && eliminate(&e);
    bp_free(degree);
    bp_free(e.pivot_row);
    bp_free(e.rank_of);
    return done;
}

// ---- nicer totals ----

typedef BP_ARRAY(vector) basis;

static int count_negative(const vector *v) {
    int n = 0;
    for (int i = 0; i < v->count; i++)
        n += v->items[i].value < 0;
    return n;
}

// Lower is better: negative weights first, then length.
static int64_t cost(const vector *v) {
    int negative = count_negative(v), positive = v->count - negative;
    return (int64_t)(negative < positive ? negative : positive) * (1 << 20) + v->count;
}

// Tries v := a v + b w with every ratio that removes an entry of v; keeps the best.
static bool improve_by(vector *v, const vector *w, vector *trial, bool *failed) {
    int64_t before = cost(v);
    for (int i = 0; i < v->count && !*failed; i++) {
        int64_t theirs = value_at(w, v->items[i].index);
        if (theirs == 0) continue;
        int64_t divisor = greatest_divisor(v->items[i].value, theirs);
        int64_t a = theirs / divisor, b = -(v->items[i].value / divisor);
        if (!combine(a, v, b, w, trial, failed)) continue;
        if (trial->count > 0 && cost(trial) < before) {
            swap_vectors(v, trial);
            return true;
        }
    }
    return false;
}

// Divides by the common divisor and makes most weights positive.
static void normalise(vector *v) {
    int64_t divisor = 0;
    for (int i = 0; i < v->count; i++)
        divisor = greatest_divisor(divisor, v->items[i].value);
    if (divisor == 0) return;
    if (2 * count_negative(v) > v->count) divisor = -divisor;
    for (int i = 0; i < v->count; i++)
        v->items[i].value /= divisor;
}

static bool improve(basis *totals) {
    enum { PASSES = 20 };
    vector trial = {0};
    bool failed = false, changed = true;
    for (int pass = 0; pass < PASSES && changed && !failed; pass++) {
        changed = false;
        for (int i = 0; i < totals->count; i++)
            for (int k = 0; k < totals->count; k++)
                if (k != i &&
                    improve_by(&totals->items[i], &totals->items[k], &trial, &failed)) {
                    normalise(&totals->items[i]);
                    changed = true;
                }
    }
    bp_array_clear(&trial);
    return !failed;
}

// ---- the result ----

static bool copy_vector(const vector *from, vector *to) {
    if (!bp_array_reserve(to, from->count)) return false;
    memcpy(to->items, from->items, (size_t)from->count * sizeof *from->items);
    to->count = from->count;
    return true;
}

static bool store_total(bp_model *model, const vector *v, int dependent) {
    size_t n = (size_t)v->count;
    int *state = bp_arena_take(&model->arena, n * sizeof *state);
    double *weight = bp_arena_take(&model->arena, n * sizeof *weight);
    if (!state || !weight) return false;
    for (size_t i = 0; i < n; i++) {
        state[i] = v->items[i].index;
        weight[i] = (double)v->items[i].value;
    }
    model->totals[model->n_totals++] = (bp_total){v->count, state, weight, dependent};
    return true;
}

// Chooses the dependent states by eliminating the totals among themselves.
static bool store_totals(bp_model *model, const basis *totals) {
    int n = totals->count;
    row *rows = bp_calloc((size_t)n, sizeof *rows);
    model->totals = bp_arena_take(&model->arena, (size_t)n * sizeof *model->totals + 1);
    bool done = rows && model->totals;
    for (int i = 0; i < n && done; i++)
        done = copy_vector(&totals->items[i], &rows[i].left);
    done = done && run_elimination(rows, n, model->n_states, model);
    for (int i = 0; i < n && done; i++)
        if (rows[i].pivot >= 0 && !is_condition(model, rows[i].pivot))
            done = store_total(model, &totals->items[i], rows[i].pivot);
    free_rows(rows, n);
    return done;
}

static int compare_totals(const void *a, const void *b) {
    const vector *x = a, *y = b;
    for (int i = 0; i < x->count && i < y->count; i++)
        if (x->items[i].index != y->items[i].index)
            return x->items[i].index < y->items[i].index ? -1 : 1;
    return x->count - y->count;
}

static bool collect_totals(row *rows, int n, basis *totals) {
    for (int i = 0; i < n; i++) {
        if (rows[i].unusable || rows[i].left.count > 0) continue;
        if (!bp_array_push(totals, rows[i].combo)) return false;
        rows[i].combo = (vector){0}; // handed over
        normalise(&totals->items[totals->count - 1]);
    }
    return true;
}

bp_status bp_model_find_totals(bp_model *model) {
    int n = model->n_states;
    row *rows = bp_calloc((size_t)n, sizeof *rows);
    basis totals = {0};
    bool done = rows != NULL;
    for (int i = 0; i < n && done; i++)
        done = fill_row(model, i, &rows[i]);
    if (done) {
        qsort(rows, (size_t)n, sizeof *rows, compare_row_lengths);
        done = run_elimination(rows, n, model->n_reactions, NULL);
    }
    done = done && collect_totals(rows, n, &totals) && improve(&totals);
    if (done && totals.count > 1)
        qsort(totals.items, (size_t)totals.count, sizeof *totals.items, compare_totals);
    done = done && store_totals(model, &totals);
    for (int i = 0; i < totals.count; i++)
        bp_array_clear(&totals.items[i]);
    bp_array_clear(&totals);
    free_rows(rows, n);
    return done ? BP_OK : BP_NO_MEMORY;
}
