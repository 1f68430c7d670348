// Dense LU with partial pivoting, column by column: for systems so small that the index
// arithmetic of a sparse method costs more than the arithmetic it saves.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/linear.h"

typedef struct dense_lu {
    bp_lu base;
    double *a;  // (n x n), column-major: factors after factor()
    int *pivot; // (n): row swapped with row k at step k
} dense_lu;

static void dense_free(bp_lu *self) {
    dense_lu *lu = (dense_lu *)self;
    bp_free_aligned(lu->a);
    bp_free(lu->pivot);
    bp_free(lu);
}

static void dense_reset(bp_lu *self) {
    (void)self; // pivots are chosen anew each time
}

static void scatter(dense_lu *lu, const double *values) {
    const bp_pattern *p = lu->base.pattern;
    size_t n = (size_t)p->n;
    memset(lu->a, 0, n * n * sizeof *lu->a);
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
            lu->a[(size_t)j * n + (size_t)p->row[k]] = values[k];
}

// Row of the largest entry of column k at or below the diagonal.
static int largest_row(const double *column, int n, int k) {
    int best = k;
    for (int i = k + 1; i < n; i++)
        if (fabs(column[i]) > fabs(column[best])) best = i;
    return best;
}

static void swap_rows(double *a, int n, int k, int l) {
    for (int j = 0; j < n; j++) {
        double *column = a + (size_t)j * (size_t)n;
        double t = column[k];
        column[k] = column[l];
        column[l] = t;
    }
}

// column[k+1..] -= column[k] * multipliers[k+1..]
static void eliminate(double *restrict column, const double *restrict multipliers,
                      int n, int k) {
    double u = column[k];
    if (u == 0.0) return;
    for (int i = k + 1; i < n; i++)
        column[i] -= u * multipliers[i];
}

static bp_status dense_factor(bp_lu *self, const double *values) {
    dense_lu *lu = (dense_lu *)self;
    int n = self->pattern->n;
    scatter(lu, values);
    for (int k = 0; k < n; k++) {
        double *column = lu->a + (size_t)k * (size_t)n;
        int l = largest_row(column, n, k);
        lu->pivot[k] = l;
        if (!(fabs(column[l]) > 0.0)) return BP_LINEAR_SOLVER; // zero, or no number
        if (l != k) swap_rows(lu->a, n, k, l);

        double inverse = 1.0 / column[k];
        for (int i = k + 1; i < n; i++)
            column[i] *= inverse;
        for (int j = k + 1; j < n; j++)
            eliminate(lu->a + (size_t)j * (size_t)n, column, n, k);
    }
    return BP_OK;
}

static bp_status dense_solve(bp_lu *self, double *x) {
    const dense_lu *lu = (const dense_lu *)self;
    int n = self->pattern->n;
    for (int k = 0; k < n; k++) { // P first: L is stored with its rows in final order
        double t = x[k];
        x[k] = x[lu->pivot[k]];
        x[lu->pivot[k]] = t;
    }
    for (int k = 0; k < n; k++) { // L
        const double *column = lu->a + (size_t)k * (size_t)n;
        for (int i = k + 1; i < n; i++)
            x[i] -= x[k] * column[i];
    }
    for (int k = n - 1; k >= 0; k--) { // U
        const double *column = lu->a + (size_t)k * (size_t)n;
        x[k] /= column[k];
        for (int i = 0; i < k; i++)
            x[i] -= x[k] * column[i];
    }
    return BP_OK;
}

static void dense_describe(const bp_lu *self, bp_text *out) {
    double n = self->pattern->n;
    bp_text_format(
        out, "dense LU, %d states, %d nonzeros, fill %.0f, %.0f multiplications",
        self->pattern->n, self->pattern->nnz, n * n, n * (n * n - 1.0) / 3.0);
}

static const bp_lu_type type_dense = {
    .free = dense_free,
    .reset = dense_reset,
    .factor = dense_factor,
    .solve = dense_solve,
    .describe = dense_describe,
};

bp_status bp_lu_new_dense(const bp_pattern *pattern, bp_lu **out) {
    dense_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    size_t n = (size_t)pattern->n;
    lu->base = (bp_lu){.type = &type_dense, .pattern = pattern};
    lu->a = bp_calloc_aligned(n * n, sizeof *lu->a);
    lu->pivot = bp_calloc(n, sizeof *lu->pivot);
    if (!lu->a || !lu->pivot) {
        dense_free(&lu->base);
        return BP_NO_MEMORY;
    }
    *out = &lu->base;
    return BP_OK;
}
