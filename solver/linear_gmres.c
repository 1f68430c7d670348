// GMRES preconditioned by incomplete factors, for networks whose direct factors fill
// in.
#include <amd.h>

#include "base/alloc.h"
#include "solver/gmres.h"
#include "solver/ilu.h"
#include "solver/linear.h"

enum { DIMENSION = 30 };

// Measured on two networks made from rules, of 1122 and 3744 species. Dropping in the
// units of the weights, not by the size of the row, took 0.87 and 0.64 of the entries
// and 0.64 and 0.25 of the products (both at 1e-2 and fill 10). Against AMD's order
// that of the model took 1.04 and 0.75 of the products there, 0.88 and 0.46 at 1e-3 and
// no fill.
static const bp_ilu_options ilu_options = {.threshold = 3e-3, .fill = 10};

// When GMRES is taken: where a factorisation takes this many operations (AMD's order),
// and its factors hold this many times the entries of the matrix. At 3e6 and 4.5 (356
// states) it took half the time of KLU; at 0.5e6 and 1.7 to 1.9 (BIOMD0000000470 and
// -473) it failed. Nothing in between was long enough to measure.
#define BREAK_EVEN 2e6
#define MUCH_FILL  3.0

typedef struct gmres_lu {
    bp_lu base;
    bp_ilu *ilu;
    bp_gmres *gmres;
    const double *values; // (nnz) of the last matrix, the caller's
    double *ones;         // (n) weights until told others
    bp_aim aim;
    long products;
} gmres_lu;

static void gmres_lu_free(bp_lu *self) {
    gmres_lu *lu = (gmres_lu *)self;
    bp_ilu_free(lu->ilu);
    bp_gmres_free(lu->gmres);
    bp_free_aligned(lu->ones);
    bp_free(lu);
}

static void gmres_lu_reset(bp_lu *self) {
    gmres_lu *lu = (gmres_lu *)self;
    lu->products = 0;
    lu->aim = (bp_aim){.weight = lu->ones, .tolerance = 1e-12, .ratio = 1.0};
}

static bp_status gmres_lu_factor(bp_lu *self, const double *values) {
    gmres_lu *lu = (gmres_lu *)self;
    lu->values = values;
    return bp_ilu_factor(lu->ilu, values, lu->aim.weight);
}

// out = (1 - r) x + r A x
static void multiply(void *self, const double *x, double *restrict out) {
    const gmres_lu *lu = self;
    const bp_pattern *p = lu->base.pattern;
    double ratio = lu->aim.ratio;
    for (int i = 0; i < p->n; i++)
        out[i] = (1.0 - ratio) * x[i];
    for (int j = 0; j < p->n; j++) {
        double xj = ratio * x[j];
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
            out[p->row[k]] += lu->values[k] * xj;
    }
}

static void precondition(void *self, double *x) {
    bp_ilu_solve(((gmres_lu *)self)->ilu, x);
}

static bp_status gmres_lu_solve(bp_lu *self, double *x) {
    gmres_lu *lu = (gmres_lu *)self;
    bp_gmres_system system = {lu, multiply, precondition};
    return bp_gmres_solve(lu->gmres, &system, lu->aim.weight, lu->aim.tolerance, x,
                          &lu->products);
}

static void gmres_lu_aim(bp_lu *self, const bp_aim *aim) {
    ((gmres_lu *)self)->aim = *aim;
}

static long gmres_lu_count(bp_lu *self) {
    gmres_lu *lu = (gmres_lu *)self;
    long products = lu->products;
    lu->products = 0;
    return products;
}

static void gmres_lu_describe(const bp_lu *self, bp_text *out) {
    bp_text_format(out,
                   "GMRES with ILUT (threshold %g, fill %d), %d states, "
                   "%d nonzeros",
                   ilu_options.threshold, ilu_options.fill, self->pattern->n,
                   self->pattern->nnz);
}

static const bp_lu_type type_gmres = {
    .free = gmres_lu_free,
    .reset = gmres_lu_reset,
    .factor = gmres_lu_factor,
    .solve = gmres_lu_solve,
    .describe = gmres_lu_describe,
    .aim = gmres_lu_aim,
    .count = gmres_lu_count,
};

static bp_status fill_in(gmres_lu *lu, const bp_pattern *pattern) {
    size_t n = (size_t)pattern->n;
    lu->ones = bp_calloc_aligned(n, sizeof *lu->ones);
    if (!lu->ones) return BP_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        lu->ones[i] = 1.0;
    gmres_lu_reset(&lu->base);
    BP_TRY(bp_ilu_new(pattern, &ilu_options, &lu->ilu));
    return bp_gmres_new(pattern->n, DIMENSION, &lu->gmres);
}

bp_status bp_gmres_pays(const bp_pattern *pattern, bool *pays) {
    double n = pattern->n, info[AMD_INFO];
    *pays = false;
    if (2.0 / 3.0 * n * n * n <= BREAK_EVEN) return BP_OK; // if all filled in
    int *order = bp_calloc((size_t)pattern->n, sizeof *order);
    if (!order) return BP_NO_MEMORY;
    int done =
        amd_order(pattern->n, pattern->column_start, pattern->row, order, NULL, info);
    bp_free(order);
    if (done < AMD_OK) // no memory, or a pattern that is none
        return done == AMD_OUT_OF_MEMORY ? BP_NO_MEMORY : BP_INTERNAL;
    double work = 2.0 * info[AMD_NMULTSUBS_LU] + info[AMD_NDIV];
    double fill = 2.0 * info[AMD_LNZ] + n;
    *pays = work > BREAK_EVEN && fill > MUCH_FILL * pattern->nnz;
    return BP_OK;
}

bp_status bp_lu_new_gmres(const bp_pattern *pattern, bp_lu **out) {
    gmres_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    lu->base = (bp_lu){.type = &type_gmres, .pattern = pattern};
    bp_status status = fill_in(lu, pattern);
    if (status != BP_OK) {
        gmres_lu_free(&lu->base);
        return status;
    }
    *out = &lu->base;
    return BP_OK;
}
