// The sparse LU with fixed pivots for one matrix at a time, with KLU behind it: for a
// matrix whose factors are refused, or do not solve its equations, KLU chooses pivots.
// Where that happens often, the rest of the run stays with KLU.
#include <string.h>

#include "base/alloc.h"
#include "solver/linear.h"
#include "solver/sparse_lu.h"

// KLU keeps the rest of a run when it had to help so many times, and so large a share
// of all times.
enum { OFTEN = 4, OFTEN_IN = 8 };

typedef struct sparse_lu {
    bp_lu base;
    bp_sparse_lu *sparse;
    bp_lu *klu;           // NULL: not needed so far
    const double *values; // (nnz) of the last matrix, the caller's
    bool unproven;        // its factors are not yet seen to serve
    bool by_klu;          // its factors are KLU's
    long factored, guarded;
    double *again; // (n) right-hand side, for a second attempt
    double *b;     // (n) right-hand side, then residual
    double *size;  // (n) |A| |x| + |b|
} sparse_lu;

static void sparse_free(bp_lu *self) {
    sparse_lu *lu = (sparse_lu *)self;
    bp_sparse_lu_free(lu->sparse);
    bp_lu_free(lu->klu);
    bp_free_aligned(lu->again);
    bp_free_aligned(lu->b);
    bp_free_aligned(lu->size);
    bp_free(lu);
}

static void sparse_reset(bp_lu *self) {
    sparse_lu *lu = (sparse_lu *)self;
    if (lu->klu) lu->klu->type->reset(lu->klu);
    lu->unproven = lu->by_klu = false;
    lu->factored = lu->guarded = 0;
}

static bp_status factor_by_klu(sparse_lu *lu) {
    lu->unproven = false;
    lu->by_klu = true;
    if (!lu->klu) BP_TRY(bp_lu_new_klu(lu->base.pattern, &lu->klu));
    return lu->klu->type->factor(lu->klu, lu->values);
}

static bp_status sparse_factor(bp_lu *self, const double *values) {
    sparse_lu *lu = (sparse_lu *)self;
    lu->values = values;
    lu->factored++;
    if (lu->guarded >= OFTEN && lu->guarded * OFTEN_IN >= lu->factored) {
        lu->guarded = lu->factored + 1; // so that it stays
        return factor_by_klu(lu);
    }
    lu->by_klu = false;
    lu->unproven = bp_lu_needs_proof(lu->factored);
    if (bp_sparse_lu_factor(lu->sparse, values, NULL) == BP_OK) return BP_OK;
    lu->guarded++;
    return factor_by_klu(lu);
}

static bp_status sparse_solve(bp_lu *self, double *x) {
    sparse_lu *lu = (sparse_lu *)self;
    if (lu->by_klu) return lu->klu->type->solve(lu->klu, x);
    size_t bytes = (size_t)self->pattern->n * sizeof *x;
    bool proven = !lu->unproven;
    if (!proven) memcpy(lu->again, x, bytes);
    bp_sparse_lu_solve(lu->sparse, x);
    if (proven) return BP_OK;
    lu->unproven = false;
    memcpy(lu->b, lu->again, bytes);
    if (bp_lu_serves(self->pattern, lu->values, x, lu->b, lu->size)) return BP_OK;
    lu->guarded++;
    BP_TRY(factor_by_klu(lu));
    memcpy(x, lu->again, bytes);
    return lu->klu->type->solve(lu->klu, x);
}

static bp_lu_room sparse_room(bp_lu *self) {
    sparse_lu *lu = (sparse_lu *)self;
    if (lu->by_klu || lu->unproven) return (bp_lu_room){NULL, NULL};
    return bp_sparse_lu_room(lu->sparse);
}

static void sparse_solve_room(bp_lu *self) {
    bp_sparse_lu_solve_room(((sparse_lu *)self)->sparse);
}

double bp_lu_sparse_fill(const bp_lu *sparse) {
    return bp_sparse_lu_fill(((const sparse_lu *)sparse)->sparse);
}

double bp_lu_sparse_work(const bp_lu *sparse) {
    return bp_sparse_lu_work(((const sparse_lu *)sparse)->sparse);
}

long bp_lu_sparse_guarded(const bp_lu *sparse) {
    return ((const sparse_lu *)sparse)->guarded;
}

static void sparse_describe(const bp_lu *self, bp_text *out) {
    const bp_sparse_lu *sparse = ((const sparse_lu *)self)->sparse;
    bp_text_format(out,
                   "sparse LU (%s ordering), %d states, %d nonzeros, fill %.0f, "
                   "%.0f multiplications",
                   bp_sparse_lu_order(sparse), self->pattern->n, self->pattern->nnz,
                   bp_sparse_lu_fill(sparse), bp_sparse_lu_work(sparse));
}

static const bp_lu_type type_sparse = {
    .free = sparse_free,
    .reset = sparse_reset,
    .factor = sparse_factor,
    .solve = sparse_solve,
    .room = sparse_room,
    .solve_room = sparse_solve_room,
    .describe = sparse_describe,
};

bp_status bp_lu_new_sparse(const bp_pattern *pattern, bp_lu **out) {
    sparse_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    size_t n = (size_t)pattern->n;
    lu->base = (bp_lu){.type = &type_sparse, .pattern = pattern};
    lu->again = bp_calloc_aligned(n, sizeof *lu->again);
    lu->b = bp_calloc_aligned(n, sizeof *lu->b);
    lu->size = bp_calloc_aligned(n, sizeof *lu->size);
    bp_status status = lu->again && lu->b && lu->size ? BP_OK : BP_NO_MEMORY;
    if (status == BP_OK) status = bp_sparse_lu_new(pattern, 1, false, &lu->sparse);
    if (status != BP_OK) {
        sparse_free(&lu->base);
        return status;
    }
    *out = &lu->base;
    return BP_OK;
}
