// The left null space of the stoichiometric matrix, in whole numbers, so that the
// result is exact.
//
// Let w be the weights of the states in a conserved total. Every reaction says that a
// sum of few weights is 0, and so that one weight is a sum of others; it is replaced by
// them from then on. In the end all weights are sums of those that are left over, and
// each of these gives one total. The weight that is replaced is that of the state that
// takes part in fewest reactions: complexes go, their parts stay, and the sums remain
// short. That makes the work nearly linear in the number of reactions.
//
// States are numbered by `place`, in order of the reactions they take part in; a weight
// is replaced only by weights of later places, so that replacing ends.
//
// States with a rate rule or a stoichiometry that is no plain number take no part.
// Where whole numbers would overflow 63 bits, the states of that reaction take no part
// either.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/conserve.h"

typedef struct space {
    const bp_model *model;
    int n;       // states
    int *state;  // (n) of each place
    int *factor; // (n places) makes the state's coefficients whole; 0: takes no part
    int *start;  // (reactions + 1) into entries
    bp_whole *entries; // of each reaction: place, coefficient times factor
    // weight of place p times divisor[p] = sum of value[p]; divisor 0: it is left over
    int64_t *divisor;
    bp_whole_vector *value;
    bp_whole_vector sum, spare;
    int64_t scale; // the sum is so many times what it should be
    bool failed;   // out of memory
} space;

// ---- the matrix ----

// The smallest of these factors makes all coefficients of a state's row whole; 0: none
// does.
static int whole_factor(const bp_model *model, int state) {
    static const int factors[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 100, 1000, 1000000};
    if (model->has_rate_rule[state]) return 0;
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

// Sorts the states by the number of their reactions, then by their own (counting sort).
static bool order_states(space *s) {
    const int *first = s->model->part_start;
    int most = 0;
    for (int i = 0; i < s->n; i++)
        if (first[i + 1] - first[i] > most) most = first[i + 1] - first[i];
    int *next = bp_calloc((size_t)most + 2, sizeof *next);
    if (!next) return false;
    for (int i = 0; i < s->n; i++)
        next[first[i + 1] - first[i] + 1]++;
    for (int k = 0; k <= most; k++)
        next[k + 1] += next[k];
    for (int i = 0; i < s->n; i++)
        s->state[next[first[i + 1] - first[i]]++] = i;
    bp_free(next);
    return true;
}

static int count_entries(const space *s) {
    int n = 0;
    for (int p = 0; p < s->n; p++)
        if (s->factor[p])
            n += s->model->part_start[s->state[p] + 1] -
                 s->model->part_start[s->state[p]];
    return n;
}

// Turns parts by state into entries by reaction, places ascending.
static bool sort_entries(space *s) {
    const bp_model *model = s->model;
    int *start = s->start = bp_calloc((size_t)model->n_reactions + 2, sizeof *start);
    s->entries = bp_malloc(((size_t)count_entries(s) + 1) * sizeof *s->entries);
    if (!start || !s->entries) return false;
    for (int p = 0; p < s->n; p++)
        for (int i = model->part_start[s->state[p]];
             s->factor[p] && i < model->part_start[s->state[p] + 1]; i++)
            start[model->parts[i].reaction + 2]++;
    for (int r = 1; r <= model->n_reactions; r++)
        start[r + 1] += start[r];
    for (int p = 0; p < s->n; p++)
        for (int i = model->part_start[s->state[p]];
             s->factor[p] && i < model->part_start[s->state[p] + 1]; i++) {
            const bp_part *part = &model->parts[i];
            int64_t whole = (int64_t)nearbyint(part->coefficient * s->factor[p]);
            s->entries[start[part->reaction + 1]++] = (bp_whole){p, whole};
        }
    return true;
}

// ---- weights ----

// Divides a vector and a further number by what they share.
static void shorten(bp_whole_vector *v, int64_t *more) {
    int64_t divisor = *more;
    for (int i = 0; i < v->count && divisor != 1; i++)
        divisor = bp_whole_divisor(divisor, v->items[i].value);
    if (divisor <= 1) return;
    for (int i = 0; i < v->count; i++)
        v->items[i].value /= divisor;
    *more /= divisor;
}

// The entry of a weight that was replaced; -1: all are left over.
static int find_replaced(const space *s, const bp_whole_vector *v) {
    for (int i = 0; i < v->count; i++)
        if (s->divisor[v->items[i].index]) return i;
    return -1;
}

// Writes the weight of p with weights that are left over. False on overflow or without
// memory.
static bool resolve(space *s, int p) {
    bp_whole_vector *v = &s->value[p];
    for (int i; (i = find_replaced(s, v)) >= 0;) {
        bp_whole k = v->items[i];
        memmove(v->items + i, v->items + i + 1,
                (size_t)(v->count - i - 1) * sizeof *v->items);
        v->count--;
        int64_t shared = bp_whole_divisor(s->divisor[k.index], k.value);
        int64_t a = s->divisor[k.index] / shared, b = k.value / shared;
        if (!bp_whole_combine(a, v, b, &s->value[k.index], &s->spare, &s->failed) ||
            __builtin_mul_overflow(s->divisor[p], a, &s->divisor[p]))
            return false;
        bp_whole_swap(v, &s->spare);
        shorten(v, &s->divisor[p]);
    }
    return true;
}

// sum := sum + coefficient * weight of p
static bool add_weight(space *s, int p, int64_t coefficient) {
    bp_whole own = {p, 1};
    bp_whole_vector alone = {&own, 1, 1};
    if (s->divisor[p] && !resolve(s, p)) return false;
    const bp_whole_vector *v = s->divisor[p] ? &s->value[p] : &alone;
    int64_t divisor = s->divisor[p] ? s->divisor[p] : 1;
    int64_t shared = bp_whole_divisor(divisor, coefficient), times;
    if (__builtin_mul_overflow(coefficient / shared, s->scale, &times) ||
        __builtin_mul_overflow(divisor / shared, s->scale, &s->scale) ||
        !bp_whole_combine(divisor / shared, &s->sum, times, v, &s->spare, &s->failed))
        return false;
    bp_whole_swap(&s->sum, &s->spare);
    shorten(&s->sum, &s->scale);
    return true;
}

// The first weight of the sum, which is 0, becomes what the others say.
static bool replace_first(space *s) {
    bp_whole first = s->sum.items[0];
    bp_whole_vector *v = &s->value[first.index];
    if (!bp_array_reserve(v, s->sum.count - 1)) {
        s->failed = true;
        return false;
    }
    for (int i = 1; i < s->sum.count; i++) {
        bp_whole other = s->sum.items[i];
        if (first.value > 0) other.value = -other.value;
        v->items[v->count++] = other;
    }
    s->divisor[first.index] = first.value < 0 ? -first.value : first.value;
    return true;
}

static bool use_reaction(space *s, int reaction) {
    s->sum.count = 0;
    s->scale = 1;
    for (int i = s->start[reaction]; i < s->start[reaction + 1]; i++)
        if (s->factor[s->entries[i].index] &&
            !add_weight(s, s->entries[i].index, s->entries[i].value))
            return false;
    s->scale = 0; // it does not matter any more
    shorten(&s->sum, &s->scale);
    return s->sum.count == 0 || replace_first(s);
}

// The states of the reaction take no part from now on.
static void leave_out(space *s, int reaction) {
    for (int i = s->start[reaction]; i < s->start[reaction + 1]; i++)
        s->factor[s->entries[i].index] = 0;
}

static void forget_weights(space *s) {
    for (int p = 0; p < s->n; p++) {
        s->value[p].count = 0;
        s->divisor[p] = 0;
    }
}

// Uses all reactions once. False where numbers overflow, after the states concerned
// were left out, or without memory.
static bool use_reactions(space *s) {
    forget_weights(s);
    for (int r = 0; r < s->model->n_reactions; r++)
        if (!use_reaction(s, r)) {
            leave_out(s, r);
            return false;
        }
    // from the last to the first each needs one step
    for (int p = s->n - 1; p >= 0; p--)
        if (s->divisor[p] && !resolve(s, p)) {
            s->factor[p] = 0;
            return false;
        }
    return true;
}

static bool find_weights(space *s) {
    while (!s->failed && !use_reactions(s)) {
    }
    return !s->failed;
}

// ---- totals ----

static int compare_whole(const void *a, const void *b) {
    const bp_whole *x = a, *y = b;
    return (x->index > y->index) - (x->index < y->index);
}

// Least common multiple of the divisors of the weights that hold p; 0: overflow.
static int64_t common_multiple(const space *s, int p) {
    int64_t multiple = 1;
    for (int i = 0; i < p; i++) {
        if (!s->divisor[i] || bp_whole_at(&s->value[i], p) == 0) continue;
        int64_t d = s->divisor[i] / bp_whole_divisor(s->divisor[i], multiple);
        if (__builtin_mul_overflow(multiple, d, &multiple)) return 0;
    }
    return multiple;
}

// The total of a weight that is left over: it is 1, the others that are left over 0.
// False on overflow or without memory.
static bool make_total(space *s, int p, bp_whole_vector *total) {
    int64_t multiple = common_multiple(s, p);
    bool fits = multiple != 0;
    for (int i = 0; i <= p && fits; i++) {
        int64_t value = i == p ? 1 : s->divisor[i] ? bp_whole_at(&s->value[i], p) : 0;
        if (value == 0 || s->factor[i] == 0) continue;
        int64_t scale = i == p ? multiple : multiple / s->divisor[i];
        bp_whole made = {s->state[i], 0};
        fits =
            !__builtin_mul_overflow(value, scale, &made.value) &&
            !__builtin_mul_overflow(made.value, (int64_t)s->factor[i], &made.value) &&
            made.value != INT64_MIN;
        if (fits && !bp_array_push(total, made)) s->failed = true;
        fits = fits && !s->failed;
    }
    if (fits)
        qsort(total->items, (size_t)total->count, sizeof *total->items, compare_whole);
    return fits;
}

static bool make_totals(space *s, bp_whole_basis *out) {
    for (int p = 0; p < s->n && !s->failed; p++) {
        if (s->factor[p] == 0 || s->divisor[p]) continue;
        bp_whole_vector total = {0};
        bool made = make_total(s, p, &total); // where it overflows: one total less
        if (made && !bp_array_push(out, total)) s->failed = true;
        if (!made || s->failed) bp_array_clear(&total);
    }
    return !s->failed;
}

static bool make_space(space *s) {
    size_t n = (size_t)s->n;
    s->state = bp_calloc(n, sizeof *s->state);
    s->factor = bp_calloc(n, sizeof *s->factor);
    s->divisor = bp_calloc(n, sizeof *s->divisor);
    s->value = bp_calloc(n, sizeof *s->value);
    if (!s->state || !s->factor || !s->divisor || !s->value || !order_states(s))
        return false;
    for (int p = 0; p < s->n; p++)
        s->factor[p] = whole_factor(s->model, s->state[p]);
    return sort_entries(s);
}

static void clear_space(space *s) {
    for (int p = 0; s->value && p < s->n; p++)
        bp_array_clear(&s->value[p]);
    bp_free(s->state);
    bp_free(s->factor);
    bp_free(s->start);
    bp_free(s->entries);
    bp_free(s->divisor);
    bp_free(s->value);
    bp_array_clear(&s->sum);
    bp_array_clear(&s->spare);
}

bool bp_conserve_space(const bp_model *model, bp_whole_basis *out) {
    space s = {.model = model, .n = model->n_states};
    bool done = make_space(&s) && find_weights(&s) && make_totals(&s, out);
    clear_space(&s);
    return done;
}
