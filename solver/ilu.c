// Incomplete LU row by row (the IKJ form), with a dense working row. A set of bits says
// which of its columns are in use, so that they are met in ascending order without
// sorting.
#include "solver/ilu.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

// One triangle by rows; the diagonal is apart.
typedef struct triangle {
    int *start; // (n + 1)
    int *column;
    double *value;
} triangle;

struct bp_ilu {
    int n, fill;
    double threshold;
    int *row_start;  // (n + 1) the matrix by rows
    int *column;     // (nnz) ascending in a row
    int *from;       // (nnz) place in the pattern
    triangle l, u;   // without their diagonals; that of L is 1
    double *inverse; // (n) of the pivots
    double *row;     // (n) the row at work, where in use
    uint64_t *used;  // (n / 64 + 1) a bit for each column of the row in use
    int *state;      // (n) of a column: 2 i, in row i; 2 i + 1, fill of row i
    double *unit;    // (n) 1 / weight
    double *sizes;   // (n) to choose the largest of
};

// ---- life ----

void bp_ilu_free(bp_ilu *ilu) {
    if (!ilu) return;
    bp_free(ilu->row_start);
    bp_free(ilu->column);
    bp_free(ilu->from);
    bp_free(ilu->l.start);
    bp_free(ilu->l.column);
    bp_free_aligned(ilu->l.value);
    bp_free(ilu->u.start);
    bp_free(ilu->u.column);
    bp_free_aligned(ilu->u.value);
    bp_free_aligned(ilu->inverse);
    bp_free_aligned(ilu->row);
    bp_free(ilu->used);
    bp_free(ilu->state);
    bp_free(ilu->unit);
    bp_free(ilu->sizes);
    bp_free(ilu);
}

static void transpose(bp_ilu *ilu, const bp_pattern *p) {
    int n = p->n, *start = ilu->row_start;
    for (int k = 0; k < p->nnz; k++)
        start[p->row[k] + 1]++;
    for (int i = 0; i < n; i++)
        start[i + 1] += start[i];
    for (int j = 0; j < n; j++) {
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            int at = start[p->row[k]]++;
            ilu->column[at] = j;
            ilu->from[at] = k;
        }
    }
    for (int i = n; i > 0; i--)
        start[i] = start[i - 1];
    start[0] = 0;
}

// Entries that either triangle can get: those of the pattern and `fill` in each row,
// but no more than there are.
static void count_room(const bp_ilu *ilu, double *lower, double *upper) {
    *lower = *upper = 1.0;
    for (int i = 0; i < ilu->n; i++) {
        int below = 0, above = 0;
        for (int k = ilu->row_start[i]; k < ilu->row_start[i + 1]; k++) {
            below += ilu->column[k] < i;
            above += ilu->column[k] > i;
        }
        *lower += fmin(i, (double)below + ilu->fill);
        *upper += fmin(ilu->n - 1 - i, (double)above + ilu->fill);
    }
}

static bp_status triangle_init(triangle *t, int n, double room) {
    if (room > INT_MAX) return BP_NO_MEMORY; // places are counted by int
    t->start = bp_calloc((size_t)n + 1, sizeof *t->start);
    t->column = bp_calloc((size_t)room, sizeof *t->column);
    t->value = bp_calloc_aligned((size_t)room, sizeof *t->value);
    return t->start && t->column && t->value ? BP_OK : BP_NO_MEMORY;
}

static bp_status take_memory(bp_ilu *ilu, int nnz) {
    size_t n = (size_t)ilu->n;
    ilu->row_start = bp_calloc(n + 1, sizeof *ilu->row_start);
    ilu->column = bp_calloc((size_t)nnz, sizeof *ilu->column);
    ilu->from = bp_calloc((size_t)nnz, sizeof *ilu->from);
    ilu->inverse = bp_calloc_aligned(n, sizeof *ilu->inverse);
    ilu->row = bp_calloc_aligned(n, sizeof *ilu->row);
    ilu->used = bp_calloc(n / 64 + 1, sizeof *ilu->used);
    ilu->state = bp_calloc(n, sizeof *ilu->state);
    ilu->unit = bp_calloc(n, sizeof *ilu->unit);
    ilu->sizes = bp_calloc(n, sizeof *ilu->sizes);
    return ilu->row_start && ilu->column && ilu->from && ilu->inverse && ilu->row &&
                   ilu->used && ilu->state && ilu->unit && ilu->sizes
               ? BP_OK
               : BP_NO_MEMORY;
}

static bp_status fill_in(bp_ilu *ilu, const bp_pattern *pattern) {
    BP_TRY(take_memory(ilu, pattern->nnz));
    transpose(ilu, pattern);
    double lower, upper;
    count_room(ilu, &lower, &upper);
    BP_TRY(triangle_init(&ilu->l, ilu->n, lower));
    return triangle_init(&ilu->u, ilu->n, upper);
}

bp_status bp_ilu_new(const bp_pattern *pattern, const bp_ilu_options *options,
                     bp_ilu **out) {
    bp_ilu *ilu = bp_calloc(1, sizeof *ilu);
    if (!ilu) return BP_NO_MEMORY;
    ilu->n = pattern->n;
    ilu->fill = options->fill;
    ilu->threshold = options->threshold;
    bp_status status = fill_in(ilu, pattern);
    if (status != BP_OK) {
        bp_ilu_free(ilu);
        return status;
    }
    *out = ilu;
    return BP_OK;
}

// ---- the row at work ----

static int lowest_bit(uint64_t bits) {
#if defined(__GNUC__)
    return __builtin_ctzll(bits);
#else
    int at = 0;
    for (; !(bits & 1); bits >>= 1)
        at++;
    return at;
#endif
}

// The next column in use, from `column` on, below `end`; `end` when there is none.
static int next_used(const bp_ilu *ilu, int column, int end) {
    if (column >= end) return end;
    int word = column >> 6, last = (end - 1) >> 6;
    uint64_t bits = ilu->used[word] & (~UINT64_C(0) << (column & 63));
    while (!bits && word < last)
        bits = ilu->used[++word];
    if (!bits) return end;
    column = word * 64 + lowest_bit(bits);
    return column < end ? column : end;
}

static void use(bp_ilu *ilu, int column, double value, int state) {
    ilu->row[column] = value;
    ilu->state[column] = state;
    ilu->used[column >> 6] |= UINT64_C(1) << (column & 63);
}

// Of the pattern what is not dropped. Entries count in the units of the weights: as the
// share of row i's own unit that a unit of column j makes.
static void load_row(bp_ilu *ilu, const double *values, int i) {
    int begin = ilu->row_start[i], end = ilu->row_start[i + 1];
    double least = ilu->threshold * ilu->unit[i];
    for (int k = begin; k < end; k++) {
        int j = ilu->column[k];
        double value = values[ilu->from[k]];
        if (fabs(value) * ilu->unit[j] < least && j != i) continue;
        use(ilu, j, value, 2 * i);
    }
}

// row -= factor * row k of U.
static void subtract_row(bp_ilu *ilu, int i, int k, double factor) {
    int end = ilu->u.start[k + 1];
    for (int p = ilu->u.start[k]; p < end; p++) {
        int j = ilu->u.column[p];
        double change = factor * ilu->u.value[p];
        if (ilu->state[j] >> 1 == i)
            ilu->row[j] -= change;
        else if (ilu->fill > 0)
            use(ilu, j, -change, 2 * i + 1);
    }
}

static void eliminate(bp_ilu *ilu, int i) {
    double least = ilu->threshold * ilu->unit[i];
    for (int k = next_used(ilu, 0, i); k < i; k = next_used(ilu, k + 1, i)) {
        double factor = ilu->row[k] * ilu->inverse[k];
        bool drop = fabs(factor) * ilu->unit[k] < least;
        ilu->row[k] = drop ? 0.0 : factor;
        if (!drop) subtract_row(ilu, i, k, factor);
    }
}

static void swap(double *a, double *b) {
    double t = *a;
    *a = *b;
    *b = t;
}

// The k-th largest of n sizes (k from 0), by partition; changes their order.
static double select_largest(double *size, int n, int k) {
    int low = 0, high = n - 1;
    while (low < high) {
        double pivot = size[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (size[i] > pivot)
                i++;
            while (size[j] < pivot)
                j--;
            if (i <= j) swap(&size[i++], &size[j--]);
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return size[k];
}

// A size that no more than `fill` entries outside the pattern exceed.
static double cut(bp_ilu *ilu, int i, const int range[2]) {
    int n = 0, end = range[1];
    for (int j = next_used(ilu, range[0], end); j < end; j = next_used(ilu, j + 1, end))
        if (ilu->state[j] == 2 * i + 1)
            ilu->sizes[n++] = fabs(ilu->row[j]) * ilu->unit[j];
    return n > ilu->fill ? select_largest(ilu->sizes, n, ilu->fill) : -1.0;
}

// Keeps the entries of columns range[0] to range[1] - 1 that are not below `least`.
static void store(bp_ilu *ilu, triangle *t, int i, const int range[2], double least) {
    int at = t->start[i], end = range[1];
    double exceed = ilu->fill > 0 ? cut(ilu, i, range) : -1.0;
    for (int j = next_used(ilu, range[0], end); j < end;
         j = next_used(ilu, j + 1, end)) {
        double size = fabs(ilu->row[j]) * ilu->unit[j];
        if (size < least || ilu->row[j] == 0.0) continue;
        if (ilu->state[j] == 2 * i + 1 && !(size > exceed)) continue;
        t->column[at] = j;
        t->value[at++] = ilu->row[j];
    }
    t->start[i + 1] = at;
}

bp_status bp_ilu_factor(bp_ilu *ilu, const double *values, const double *weight) {
    int n = ilu->n;
    size_t words = (size_t)n / 64 + 1;
    for (int j = 0; j < n; j++) {
        ilu->state[j] = -1;
        ilu->unit[j] = weight ? 1.0 / weight[j] : 1.0;
    }
    for (int i = 0; i < n; i++) {
        memset(ilu->used, 0, words * sizeof *ilu->used);
        load_row(ilu, values, i);
        eliminate(ilu, i);
        double pivot = ilu->row[i];
        if (!isfinite(pivot) || !isfinite(1.0 / pivot)) return BP_LINEAR_SOLVER;
        ilu->inverse[i] = 1.0 / pivot;
        double least = ilu->threshold * ilu->unit[i];
        store(ilu, &ilu->l, i, (int[]){0, i}, least);
        store(ilu, &ilu->u, i, (int[]){i + 1, n}, least * fabs(pivot));
    }
    return BP_OK;
}

// ---- solution ----

static double row_times(const triangle *t, int i, const double *x) {
    double even = 0.0, odd = 0.0;
    int p = t->start[i], end = t->start[i + 1];
    for (; p + 1 < end; p += 2) {
        even += t->value[p] * x[t->column[p]];
        odd += t->value[p + 1] * x[t->column[p + 1]];
    }
    if (p < end) even += t->value[p] * x[t->column[p]];
    return even + odd;
}

void bp_ilu_solve(const bp_ilu *ilu, double *x) {
    for (int i = 0; i < ilu->n; i++)
        x[i] -= row_times(&ilu->l, i, x);
    for (int i = ilu->n - 1; i >= 0; i--)
        x[i] = (x[i] - row_times(&ilu->u, i, x)) * ilu->inverse[i];
}

long bp_ilu_entries(const bp_ilu *ilu) {
    return (long)ilu->l.start[ilu->n] + ilu->u.start[ilu->n] + ilu->n;
}
