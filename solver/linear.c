// Choice of the factors: by the entries that either method would hold, counted.
#include "solver/linear.h"

#include "base/alloc.h"

// Measured (AMD Zen 4, gcc 12) on random networks of 2 to 63 states, a factorisation
// and eight solves: dense LU is faster up to four states, and beyond where the factors
// of KLU hold more than about this share of all n^2 entries.
#define DENSE_SHARE 0.6
enum { TINY = 4 };

static bp_status choose(const bp_pattern *pattern, bp_lu **out) {
    if (pattern->n <= TINY) return bp_lu_new_dense(pattern, out);
    bp_lu *sparse = NULL;
    BP_TRY(bp_lu_new_klu(pattern, &sparse));
    double all = (double)pattern->n * (double)pattern->n;
    if (bp_lu_klu_fill(sparse) <= DENSE_SHARE * all) {
        *out = sparse;
        return BP_OK;
    }
    bp_lu_free(sparse);
    return bp_lu_new_dense(pattern, out);
}

bp_status bp_lu_new(const bp_pattern *pattern, int linear, bp_lu **out) {
    switch (linear) {
    case BP_LINEAR_DENSE:
        return bp_lu_new_dense(pattern, out);
    case BP_LINEAR_KLU:
        return bp_lu_new_klu(pattern, out);
    default:
        return choose(pattern, out);
    }
}

bp_status bp_lu_new_steps(const bp_pattern *pattern, int linear, bp_lu **out) {
    bool iterate = linear == BP_LINEAR_GMRES;
    if (linear == BP_LINEAR_AUTO) BP_TRY(bp_gmres_pays(pattern, &iterate));
    if (iterate) return bp_lu_new_gmres(pattern, out);
    return bp_lu_new(pattern, linear, out);
}

void bp_lu_free(bp_lu *lu) {
    if (lu) lu->type->free(lu);
}
