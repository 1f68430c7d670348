// KLU, driven directly: AMD ordering (3x faster than KLU's default on signalling
// networks), no row scaling, no block triangular form. Later matrices reuse the pivots
// of the first; whether these still serve is seen at the first solution, by putting it
// into the equations (KLU's own measure of pivot growth took half the time of a
// refactorisation).
#include <klu.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/linear.h"

// Largest backward error of a row, |b - A x| / (|A| |x| + |b|), with which reused
// pivots are kept. Sound factors leave about 1e-14.
#define KEEP 1e-8

typedef struct klu_lu {
    bp_lu base;
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric *numeric; // NULL: none yet
    const double *values; // (nnz) of the last matrix, the caller's
    bool unproven;        // factors with reused pivots, not yet seen to serve
    double *again;        // (n) right-hand side, for a second attempt
    double *b;            // (n) right-hand side, then residual
    double *size;         // (n) |A| |x| + |b|
    long guarded;
} klu_lu;

static void klu_lu_free(bp_lu *self) {
    klu_lu *lu = (klu_lu *)self;
    if (lu->numeric) klu_free_numeric(&lu->numeric, &lu->common);
    if (lu->symbolic) klu_free_symbolic(&lu->symbolic, &lu->common);
    bp_free_aligned(lu->again);
    bp_free_aligned(lu->b);
    bp_free_aligned(lu->size);
    bp_free(lu);
}

static void klu_lu_reset(bp_lu *self) {
    klu_lu *lu = (klu_lu *)self;
    if (lu->numeric) klu_free_numeric(&lu->numeric, &lu->common);
    lu->numeric = NULL;
    lu->unproven = false;
    lu->guarded = 0;
}

// KLU takes pointers to non-const but does not write to the matrix.
static int *column_start(const klu_lu *lu) {
    return (int *)lu->base.pattern->column_start;
}

static int *row_index(const klu_lu *lu) {
    return (int *)lu->base.pattern->row;
}

// Pivots chosen anew.
static bp_status factor_fully(klu_lu *lu) {
    double *values = (double *)lu->values; // not written to, as above
    lu->unproven = false;
    if (lu->numeric) klu_free_numeric(&lu->numeric, &lu->common);
    lu->numeric =
        klu_factor(column_start(lu), row_index(lu), values, lu->symbolic, &lu->common);
    if (lu->numeric && lu->common.status == KLU_OK) return BP_OK;
    return lu->common.status == KLU_OUT_OF_MEMORY ? BP_NO_MEMORY : BP_LINEAR_SOLVER;
}

static bp_status klu_lu_factor(bp_lu *self, const double *values) {
    klu_lu *lu = (klu_lu *)self;
    lu->values = values;
    if (!lu->numeric) return factor_fully(lu);
    int done = klu_refactor(column_start(lu), row_index(lu), (double *)values,
                            lu->symbolic, lu->numeric, &lu->common);
    lu->unproven = true;
    if (done && lu->common.status == KLU_OK) return BP_OK;
    lu->guarded++;
    return factor_fully(lu);
}

// Whether x solves A x = b as well as sound factors would; destroys b.
static bool serves(klu_lu *lu, const double *x) {
    const bp_pattern *p = lu->base.pattern;
    for (int i = 0; i < p->n; i++)
        lu->size[i] = fabs(lu->b[i]);
    for (int j = 0; j < p->n; j++) {
        double xj = x[j];
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            double product = lu->values[k] * xj;
            lu->b[p->row[k]] -= product;
            lu->size[p->row[k]] += fabs(product);
        }
    }
    for (int i = 0; i < p->n; i++)
        if (!(fabs(lu->b[i]) <= KEEP * lu->size[i])) return false;
    return true;
}

static void solve(klu_lu *lu, double *x) {
    klu_solve(lu->symbolic, lu->numeric, lu->base.pattern->n, 1, x, &lu->common);
}

static bp_status klu_lu_solve(bp_lu *self, double *x) {
    klu_lu *lu = (klu_lu *)self;
    if (!lu->unproven) {
        solve(lu, x);
        return BP_OK;
    }
    size_t bytes = (size_t)self->pattern->n * sizeof *x;
    memcpy(lu->b, x, bytes);
    solve(lu, x);
    lu->unproven = false;
    memcpy(lu->again, lu->b, bytes);
    if (serves(lu, x)) return BP_OK;
    lu->guarded++;
    BP_TRY(factor_fully(lu));
    memcpy(x, lu->again, bytes);
    solve(lu, x);
    return BP_OK;
}

double bp_lu_klu_fill(const bp_lu *klu) {
    const klu_lu *lu = (const klu_lu *)klu;
    return lu->symbolic->lnz + lu->symbolic->unz - lu->symbolic->n;
}

long bp_lu_klu_guarded(const bp_lu *klu) {
    return ((const klu_lu *)klu)->guarded;
}

static void klu_lu_describe(const bp_lu *self, bp_text *out) {
    bp_text_format(out, "KLU (AMD ordering), %d states, %d nonzeros, fill %.0f",
                   self->pattern->n, self->pattern->nnz, bp_lu_klu_fill(self));
}

static const bp_lu_type type_klu = {
    .free = klu_lu_free,
    .reset = klu_lu_reset,
    .factor = klu_lu_factor,
    .solve = klu_lu_solve,
    .describe = klu_lu_describe,
};

bp_status bp_lu_new_klu(const bp_pattern *pattern, bp_lu **out) {
    klu_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    lu->base = (bp_lu){.type = &type_klu, .pattern = pattern};
    klu_defaults(&lu->common);
    lu->common.ordering = 0; // AMD
    lu->common.btf = 0;      // networks are one block; measured: no gain
    lu->common.scale = -1;   // none, and no check of the pattern: it is ours
    lu->symbolic =
        klu_analyze(pattern->n, column_start(lu), row_index(lu), &lu->common);
    size_t n = (size_t)pattern->n;
    lu->again = bp_calloc_aligned(n, sizeof *lu->again);
    lu->b = bp_calloc_aligned(n, sizeof *lu->b);
    lu->size = bp_calloc_aligned(n, sizeof *lu->size);
    if (!lu->symbolic || !lu->again || !lu->b || !lu->size) {
        klu_lu_free(&lu->base);
        return BP_NO_MEMORY;
    }
    *out = &lu->base;
    return BP_OK;
}
