// Factors of several matrices at once, as lanes of a group need them: by one pass over
// the pattern for all of them, or (as asked for, or where the fill is too large for
// that) each by factors of its own.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/linear.h"
#include "solver/problem.h"
#include "solver/sparse_lu.h"
#include "solver/sparse_order.h"

// ---- one pass ----

// Largest backward error of a row with which single factors are kept; sound ones leave
// about 1e-7.
#define KEEP_SINGLE 1e-4
// What is smaller is lost in single precision (whose least normal number is 1.2e-38),
// and is no error of the factors.
#define NOTHING 1e-35

typedef struct pass_lu {
    bp_lu base;
    int n_lanes;
    bp_sparse_lu *single; // NULL: double factors are wanted
    bp_sparse_lu *full;   // NULL: not needed so far
    bool widened;         // a matrix of this run was not served by single factors
    long factored;
    const double *values; // (nnz x n_lanes) of the last matrices, the caller's
    bool unproven;        // their factors are not yet seen to serve
    double *again;        // (n x n_lanes) right-hand side, for a second attempt
    double *b;            // (n x n_lanes) right-hand side, then residual
    double *size;         // (n x n_lanes) |A| |x| + |b|
} pass_lu;

static void pass_free(bp_lu *self) {
    pass_lu *lu = (pass_lu *)self;
    bp_sparse_lu_free(lu->single);
    bp_sparse_lu_free(lu->full);
    bp_free_aligned(lu->again);
    bp_free_aligned(lu->b);
    bp_free_aligned(lu->size);
    bp_free(lu);
}

// The order of the pivots is that of the pattern.
static void pass_reset(bp_lu *self) {
    pass_lu *lu = (pass_lu *)self;
    lu->unproven = lu->widened = false;
    lu->factored = 0;
}

static bp_sparse_lu *used(const pass_lu *lu) {
    return lu->single && !lu->widened ? lu->single : lu->full;
}

static bp_status factor_full(pass_lu *lu) {
    lu->widened = true;
    if (!lu->full)
        BP_TRY(bp_sparse_lu_new(lu->base.pattern, lu->n_lanes, false, &lu->full));
    return bp_sparse_lu_factor(lu->full, lu->values, NULL);
}

static bp_status pass_factor(bp_lu *self, const double *values) {
    pass_lu *lu = (pass_lu *)self;
    lu->values = values;
    lu->factored++;
    lu->unproven = bp_lu_needs_proof(lu->factored);
    bp_status status = bp_sparse_lu_factor(used(lu), values, NULL);
    if (status == BP_OK || used(lu) == lu->full) return status;
    lu->unproven = true;
    return factor_full(lu);
}

// b := b - A x and size := |b| + |A| |x| of every lane. Inlined where the number of
// lanes is known, so that they are vectors.
static inline void put_in(const pass_lu *lu, const double *restrict x,
                          double *restrict b, double *restrict size, const int lanes) {
    const bp_pattern *p = lu->base.pattern;
    for (int i = 0; i < p->n * lanes; i++)
        size[i] = fabs(b[i]);
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            const double *a = lu->values + (ptrdiff_t)k * lanes;
            const double *xj = x + (ptrdiff_t)j * lanes;
            ptrdiff_t at = (ptrdiff_t)p->row[k] * lanes;
            for (int lane = 0; lane < lanes; lane++) {
                double product = a[lane] * xj[lane];
                b[at + lane] -= product;
                size[at + lane] += fabs(product);
            }
        }
}

// As bp_lu_serves, of all lanes.
static bool serves(pass_lu *lu, const double *x, double keep) {
    size_t length = (size_t)lu->base.pattern->n * (size_t)lu->n_lanes;
    memcpy(lu->b, lu->again, length * sizeof *x);
    if (lu->n_lanes == 4)
        put_in(lu, x, lu->b, lu->size, 4);
    else
        put_in(lu, x, lu->b, lu->size, 8);
    for (size_t i = 0; i < length; i++)
        if (!(fabs(lu->b[i]) <= keep * lu->size[i] + NOTHING)) return false;
    return true;
}

static bp_status prove(pass_lu *lu, double *x) {
    size_t bytes = (size_t)lu->base.pattern->n * (size_t)lu->n_lanes * sizeof *x;
    memcpy(lu->again, x, bytes);
    if (used(lu) != lu->full) {
        bp_sparse_lu_solve(lu->single, x);
        if (serves(lu, x, KEEP_SINGLE)) return BP_OK;
        BP_TRY(factor_full(lu));
        memcpy(x, lu->again, bytes);
    }
    bp_sparse_lu_solve(lu->full, x);
    return serves(lu, x, BP_LU_KEEP) ? BP_OK : BP_LINEAR_SOLVER;
}

static bp_status pass_solve(bp_lu *self, double *x) {
    pass_lu *lu = (pass_lu *)self;
    if (!lu->unproven) {
        bp_sparse_lu_solve(used(lu), x);
        return BP_OK;
    }
    bp_status status = prove(lu, x);
    if (status == BP_OK) lu->unproven = false;
    return status;
}

static bp_lu_room pass_room(bp_lu *self) {
    pass_lu *lu = (pass_lu *)self;
    if (lu->unproven) return (bp_lu_room){NULL, NULL};
    return bp_sparse_lu_room(used(lu));
}

static void pass_solve_room(bp_lu *self) {
    bp_sparse_lu_solve_room(used((pass_lu *)self));
}

static void pass_describe(const bp_lu *self, bp_text *out) {
    const pass_lu *lu = (const pass_lu *)self;
    const bp_sparse_lu *any = lu->single ? lu->single : lu->full;
    bp_text_format(out, "%d lanes, sparse LU (%s order%s), %d states, fill %.0f",
                   lu->n_lanes, bp_sparse_lu_order(any),
                   lu->single ? ", single precision" : "", self->pattern->n,
                   bp_sparse_lu_fill(any));
}

static const bp_lu_type type_pass = {
    .free = pass_free,
    .reset = pass_reset,
    .factor = pass_factor,
    .solve = pass_solve,
    .room = pass_room,
    .solve_room = pass_solve_room,
    .describe = pass_describe,
};

// UNSUPPORTED, and nothing made, where the fill is too large.
static bp_status make_pass(const bp_pattern *pattern, int n_lanes, bool single,
                           bp_lu **out) {
    pass_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    lu->base = (bp_lu){.type = &type_pass, .pattern = pattern};
    lu->n_lanes = n_lanes;
    size_t length = (size_t)pattern->n * (size_t)n_lanes;
    lu->again = bp_calloc_aligned(length, sizeof *lu->again);
    lu->b = bp_calloc_aligned(length, sizeof *lu->b);
    lu->size = bp_calloc_aligned(length, sizeof *lu->size);
    bp_status status = lu->again && lu->b && lu->size ? BP_OK : BP_NO_MEMORY;
    if (status == BP_OK)
        status = bp_sparse_lu_new(pattern, n_lanes, single,
                                  single ? &lu->single : &lu->full);
    if (status != BP_OK) {
        pass_free(&lu->base);
        return status;
    }
    *out = &lu->base;
    return BP_OK;
}

// ---- each by its own ----

typedef struct lanes_lu {
    bp_lu base;
    int n_lanes;
    bp_lu *each[BP_MAX_LANES];
    double *values; // (n_lanes x nnz), as `each` wants them, until the next factors
    double *x;      // (n)
} lanes_lu;

static void lanes_free(bp_lu *self) {
    lanes_lu *lu = (lanes_lu *)self;
    for (int lane = 0; lane < lu->n_lanes; lane++)
        bp_lu_free(lu->each[lane]);
    bp_free_aligned(lu->values);
    bp_free_aligned(lu->x);
    bp_free(lu);
}

static void lanes_reset(bp_lu *self) {
    lanes_lu *lu = (lanes_lu *)self;
    for (int lane = 0; lane < lu->n_lanes; lane++)
        lu->each[lane]->type->reset(lu->each[lane]);
}

static bp_status lanes_factor(bp_lu *self, const double *values) {
    lanes_lu *lu = (lanes_lu *)self;
    int nnz = self->pattern->nnz;
    for (int lane = 0; lane < lu->n_lanes; lane++) {
        double *own = lu->values + (size_t)lane * (size_t)nnz;
        for (int k = 0; k < nnz; k++)
            own[k] = values[k * lu->n_lanes + lane];
        BP_TRY(lu->each[lane]->type->factor(lu->each[lane], own));
    }
    return BP_OK;
}

static bp_status lanes_solve(bp_lu *self, double *x) {
    lanes_lu *lu = (lanes_lu *)self;
    int n = self->pattern->n;
    for (int lane = 0; lane < lu->n_lanes; lane++) {
        for (int i = 0; i < n; i++)
            lu->x[i] = x[i * lu->n_lanes + lane];
        BP_TRY(lu->each[lane]->type->solve(lu->each[lane], lu->x));
        for (int i = 0; i < n; i++)
            x[i * lu->n_lanes + lane] = lu->x[i];
    }
    return BP_OK;
}

static void lanes_describe(const bp_lu *self, bp_text *out) {
    const lanes_lu *lu = (const lanes_lu *)self;
    bp_text_format(out, "%d lanes, each: ", lu->n_lanes);
    lu->each[0]->type->describe(lu->each[0], out);
}

static const bp_lu_type type_lanes = {
    .free = lanes_free,
    .reset = lanes_reset,
    .factor = lanes_factor,
    .solve = lanes_solve,
    .describe = lanes_describe,
};

static bp_status make_each(lanes_lu *lu, int linear) {
    const bp_pattern *p = lu->base.pattern;
    size_t nnz = (size_t)p->nnz;
    lu->values = bp_calloc_aligned(nnz * (size_t)lu->n_lanes, sizeof *lu->values);
    lu->x = bp_calloc_aligned((size_t)p->n, sizeof *lu->x);
    if (!lu->values || !lu->x) return BP_NO_MEMORY;
    for (int lane = 0; lane < lu->n_lanes; lane++)
        BP_TRY(bp_lu_new(p, linear, &lu->each[lane]));
    return BP_OK;
}

static bp_status make_loop(const bp_pattern *pattern, int linear, int n_lanes,
                           bp_lu **out) {
    lanes_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    lu->base = (bp_lu){.type = &type_lanes, .pattern = pattern};
    lu->n_lanes = n_lanes;
    bp_status status = make_each(lu, linear);
    if (status != BP_OK) {
        lanes_free(&lu->base);
        return status;
    }
    *out = &lu->base;
    return BP_OK;
}

// Of BCR, with 3.6e6 multiplications, a trajectory of a sweep took 0.31 s with factors
// in lanes and 0.46 s iterated; of egfr_net, with 1.6e6, 13 and 46 ms.
#define MOST_WORK_IN_LANES 1e7

bp_status bp_lu_lanes_pay(const bp_pattern *pattern, bool *pays) {
    bp_sparse_shape shape = {0};
    bp_status status = bp_sparse_shape_new(pattern, MOST_WORK_IN_LANES, &shape);
    *pays = status == BP_OK;
    if (status == BP_OK) bp_sparse_shape_clear(&shape);
    return status == BP_UNSUPPORTED ? BP_OK : status;
}

bp_status bp_lu_new_lanes(const bp_pattern *pattern, int linear, int n_lanes,
                          bool single, bp_lu **out) {
    if (n_lanes == 1) return bp_lu_new(pattern, linear, out);
    if (n_lanes < 1 || n_lanes > BP_MAX_LANES) return BP_BAD_ARGUMENT;
    bool one_pass = linear == BP_LINEAR_AUTO || linear == BP_LINEAR_SPARSE;
    if (one_pass && (n_lanes == 4 || n_lanes == 8)) {
        bp_status status = make_pass(pattern, n_lanes, single, out);
        if (status != BP_UNSUPPORTED) return status;
    }
    return make_loop(pattern, linear, n_lanes, out);
}
