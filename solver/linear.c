// Choice of the factors: by the entries that either method would hold, counted.
#include "solver/linear.h"

#include "base/alloc.h"

// Measured (gcc 12, bench/lu_bench), a factorisation and five solves. Dense LU beats
// KLU up to four states, and beyond where the factors of KLU hold more than about this
// share of all n^2 entries.
#define DENSE_SHARE 0.6
enum { TINY = 4 };
// Fixed pivots beat KLU by 1.5 to 6 wherever their lists fit, and dense LU, but for
// nearly full matrices up to this size.
#define FULL_SHARE 0.8
enum { SMALL = 10 };

static bp_status choose_for_few(const bp_pattern *pattern, bp_lu **out) {
    if (pattern->n <= TINY) return bp_lu_new_dense(pattern, out);
    bp_lu *klu = NULL;
    BP_TRY(bp_lu_new_klu(pattern, &klu));
    double all = (double)pattern->n * (double)pattern->n;
    if (bp_lu_klu_fill(klu) <= DENSE_SHARE * all) {
        *out = klu;
        return BP_OK;
    }
    bp_lu_free(klu);
    return bp_lu_new_dense(pattern, out);
}

static bp_status sparse_or_klu(const bp_pattern *pattern, bp_lu **out) {
    bp_status status = bp_lu_new_sparse(pattern, out);
    return status == BP_UNSUPPORTED ? bp_lu_new_klu(pattern, out) : status;
}

static bp_status choose(const bp_pattern *pattern, bp_lu **out) {
    if (pattern->n <= TINY) return bp_lu_new_dense(pattern, out);
    bp_lu *sparse = NULL;
    bp_status status = bp_lu_new_sparse(pattern, &sparse);
    if (status == BP_UNSUPPORTED) return choose_for_few(pattern, out);
    BP_TRY(status);
    double all = (double)pattern->n * (double)pattern->n;
    if (pattern->n > SMALL || bp_lu_sparse_fill(sparse) <= FULL_SHARE * all) {
        *out = sparse;
        return BP_OK;
    }
    bp_lu_free(sparse);
    return bp_lu_new_dense(pattern, out);
}

typedef bp_status make_lu(const bp_pattern *pattern, bp_lu **out);

static make_lu *maker(int linear, make_lu *by_itself) {
    switch (linear) {
    case BP_LINEAR_DENSE:
        return bp_lu_new_dense;
    case BP_LINEAR_KLU:
        return bp_lu_new_klu;
    case BP_LINEAR_SPARSE:
        return sparse_or_klu;
    default:
        return by_itself;
    }
}

bp_status bp_lu_new(const bp_pattern *pattern, int linear, bp_lu **out) {
    return maker(linear, choose)(pattern, out);
}

bp_status bp_lu_new_for_few(const bp_pattern *pattern, int linear, bp_lu **out) {
    return maker(linear, choose_for_few)(pattern, out);
}

void bp_lu_free(bp_lu *lu) {
    if (lu) lu->type->free(lu);
}
