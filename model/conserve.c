// Conserved totals: combinations of states that no reaction changes.
//
// 1. conserve_space.c finds as many as there are.
// 2. Totals are combined with each other as long as that removes negative weights, then
//    entries: "total receptor" instead of "free receptor minus free ligand".
// 3. Every total gets a state of its own that it determines, by elimination.
#include "model/conserve.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef struct row {
    bp_whole_vector left; // what is to be eliminated
    int pivot;            // its column, -1: none
    bool unusable;        // overflow
} row;

typedef struct elimination {
    row *rows;
    int n;
    const int *degree; // (columns) entries in the matrix: rare columns make good pivots
    int *pivot_row;    // (columns) row + 1
    bool failed;       // out of memory
} elimination;

// Divides a vector by what its values share.
static void shorten(bp_whole_vector *v) {
    int64_t divisor = 0;
    for (int i = 0; i < v->count && divisor != 1; i++)
        divisor = bp_whole_divisor(divisor, v->items[i].value);
    for (int i = 0; i < v->count && divisor > 1; i++)
        v->items[i].value /= divisor;
}

// The column of `r` whose pivot is oldest; -1: no column has one. Eliminating in this
// order never brings back a column, since a pivot row holds no older pivot.
static int oldest_pivot_column(const elimination *e, const row *r) {
    int best = -1;
    for (int i = 0; i < r->left.count; i++) {
        int column = r->left.items[i].index;
        int pivot = e->pivot_row[column]; // rows became pivots in their order
        if (pivot && (best < 0 || pivot < e->pivot_row[best])) best = column;
    }
    return best;
}

// r := a r - b p, so that the column vanishes
static bool eliminate_column(elimination *e, row *r, int column,
                             bp_whole_vector *spare) {
    const row *p = &e->rows[e->pivot_row[column] - 1];
    int64_t mine = bp_whole_at(&r->left, column),
            theirs = bp_whole_at(&p->left, column);
    int64_t divisor = bp_whole_divisor(mine, theirs);
    int64_t a = theirs / divisor, b = -(mine / divisor);
    if (!bp_whole_combine(a, &r->left, b, &p->left, spare, &e->failed)) return false;
    bp_whole_swap(&r->left, spare);
    shorten(&r->left);
    return true;
}

static void choose_pivot(elimination *e, int index) {
    row *r = &e->rows[index];
    int best = -1;
    for (int i = 0; i < r->left.count; i++) {
        int column = r->left.items[i].index;
        if (best < 0 || e->degree[column] < e->degree[best]) best = column;
    }
    r->pivot = best;
    e->pivot_row[best] = index + 1;
}

// Reduces all rows in order; what is left of each has a pivot or is empty.
static bool eliminate(elimination *e) {
    bp_whole_vector spare = {0};
    for (int i = 0; i < e->n && !e->failed; i++) {
        row *r = &e->rows[i];
        r->pivot = -1;
        for (int column; !r->unusable && (column = oldest_pivot_column(e, r)) >= 0;)
            r->unusable = !eliminate_column(e, r, column, &spare);
        if (!r->unusable && r->left.count > 0) choose_pivot(e, i);
    }
    bp_array_clear(&spare);
    return !e->failed;
}

static void free_rows(row *rows, int n) {
    for (int i = 0; rows && i < n; i++)
        bp_array_clear(&rows[i].left);
    bp_free(rows);
}

// Whether the row of the state is a condition and not a rate.
static bool is_condition(const bp_model *model, int state) {
    return model->n_conditions > 0 && model->conditions[state].kind != BP_NO_CONDITION;
}

// Eliminates rows over the states of the model; those with conditions are taken last.
static bool run_elimination(row *rows, int n, const bp_model *model) {
    int n_columns = model->n_states;
    elimination e = {.rows = rows, .n = n};
    int *degree = bp_calloc((size_t)n_columns, sizeof *degree);
    e.degree = degree;
    e.pivot_row = bp_calloc((size_t)n_columns, sizeof *e.pivot_row);
    bool done = degree && e.pivot_row;
    for (int i = 0; i < n && done; i++)
        for (int k = 0; k < rows[i].left.count; k++)
            degree[rows[i].left.items[k].index]++;
    for (int i = 0; done && i < n_columns; i++)
        if (is_condition(model, i)) degree[i] += INT_MAX / 2;
    done = done && eliminate(&e);
    bp_free(degree);
    bp_free(e.pivot_row);
    return done;
}

// ---- nicer totals ----

static int count_negative(const bp_whole_vector *v) {
    int n = 0;
    for (int i = 0; i < v->count; i++)
        n += v->items[i].value < 0;
    return n;
}

// Lower is better: negative weights first, then length.
static int64_t cost(const bp_whole_vector *v) {
    int negative = count_negative(v), positive = v->count - negative;
    return (int64_t)(negative < positive ? negative : positive) * (1 << 20) + v->count;
}

typedef struct ratios {
    int64_t a[32], b[32];
    int n;
} ratios;

// Whether a v + b w was tried before; most entries of two totals have the same ratio.
static bool was_tried(ratios *tried, int64_t a, int64_t b) {
    for (int i = 0; i < tried->n; i++)
        if (tried->a[i] == a && tried->b[i] == b) return true;
    if (tried->n == (int)(sizeof tried->a / sizeof *tried->a)) return false;
    tried->a[tried->n] = a;
    tried->b[tried->n++] = b;
    return false;
}

// Tries v := a v + b w with every ratio that removes an entry of v; takes the first
// that is better.
static bool improve_by(bp_whole_vector *v, const bp_whole_vector *w,
                       bp_whole_vector *trial, bool *failed) {
    int64_t before = cost(v);
    ratios tried = {.n = 0};
    for (int i = 0; i < v->count && !*failed; i++) {
        int64_t theirs = bp_whole_at(w, v->items[i].index);
        if (theirs == 0) continue;
        int64_t divisor = bp_whole_divisor(v->items[i].value, theirs);
        int64_t a = theirs / divisor, b = -(v->items[i].value / divisor);
        if (was_tried(&tried, a, b)) continue;
        if (!bp_whole_combine(a, v, b, w, trial, failed)) continue;
        if (trial->count > 0 && cost(trial) < before) {
            bp_whole_swap(v, trial);
            return true;
        }
    }
    return false;
}

// Divides by the common divisor and makes most weights positive.
static void normalise(bp_whole_vector *v) {
    int64_t divisor = 0;
    for (int i = 0; i < v->count; i++)
        divisor = bp_whole_divisor(divisor, v->items[i].value);
    if (divisor == 0) return;
    if (2 * count_negative(v) > v->count) divisor = -divisor;
    for (int i = 0; i < v->count; i++)
        v->items[i].value /= divisor;
}

static bool improve(bp_whole_basis *totals) {
    enum { PASSES = 20 };
    bp_whole_vector trial = {0};
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

static bool copy_vector(const bp_whole_vector *from, bp_whole_vector *to) {
    if (!bp_array_reserve(to, from->count)) return false;
    memcpy(to->items, from->items, (size_t)from->count * sizeof *from->items);
    to->count = from->count;
    return true;
}

static bool store_total(bp_model *model, const bp_whole_vector *v, int dependent) {
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
static bool store_totals(bp_model *model, const bp_whole_basis *totals) {
    int n = totals->count;
    row *rows = bp_calloc((size_t)n, sizeof *rows);
    model->totals = bp_arena_take(&model->arena, (size_t)n * sizeof *model->totals + 1);
    bool done = rows && model->totals;
    for (int i = 0; i < n && done; i++)
        done = copy_vector(&totals->items[i], &rows[i].left);
    done = done && run_elimination(rows, n, model);
    for (int i = 0; i < n && done; i++)
        if (rows[i].pivot >= 0 && !is_condition(model, rows[i].pivot))
            done = store_total(model, &totals->items[i], rows[i].pivot);
    free_rows(rows, n);
    return done;
}

static int compare_totals(const void *a, const void *b) {
    const bp_whole_vector *x = a, *y = b;
    for (int i = 0; i < x->count && i < y->count; i++)
        if (x->items[i].index != y->items[i].index)
            return x->items[i].index < y->items[i].index ? -1 : 1;
    return x->count - y->count;
}

bp_status bp_model_find_totals(bp_model *model) {
    bp_whole_basis totals = {0};
    bool done = bp_conserve_space(model, &totals);
    for (int i = 0; i < totals.count; i++)
        normalise(&totals.items[i]);
    done = done && improve(&totals);
    if (done && totals.count > 1)
        qsort(totals.items, (size_t)totals.count, sizeof *totals.items, compare_totals);
    done = done && store_totals(model, &totals);
    bp_whole_basis_clear(&totals);
    return done ? BP_OK : BP_NO_MEMORY;
}
