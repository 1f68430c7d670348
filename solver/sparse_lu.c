#include "solver/sparse_lu.h"

#include <string.h>

#include "base/alloc.h"
#include "base/flush.h"
#include "solver/sparse_program.h"
#include "solver/sparse_run.h"
#include "solver/sparse_share.h"

struct bp_sparse_lu {
    bp_sparse_shared *shared; // owner of what the program points to
    bp_sparse_program program;
    bp_sparse_loops loops;
    int n_lanes;
    bool single;
    void *factors; // (n_factors x n_lanes) double or float
    void *x; // (n + tail.n) x n_lanes, of the same kind: unknowns while they are solved
             // for
};

bp_status bp_sparse_lu_new(const bp_pattern *pattern, int n_lanes, bool single,
                           bp_sparse_lu **out) {
    bp_sparse_lu *lu = bp_calloc(1, sizeof *lu);
    if (!lu) return BP_NO_MEMORY;
    lu->n_lanes = n_lanes;
    lu->single = single;
    bp_status status = bp_sparse_share(pattern, n_lanes, BP_SPARSE_LU_MOST_WORK,
                                       &lu->shared, &lu->program);
    if (status == BP_OK) {
        size_t size = single ? sizeof(float) : sizeof(double), lanes = (size_t)n_lanes;
        lu->loops = BP_ISA_CHOOSE(bp_sparse_loops_of)(
            n_lanes, single, lu->program.factor.narrow != NULL);
        lu->factors = bp_calloc_aligned((size_t)lu->program.n_factors * lanes, size);
        lu->x =
            bp_calloc_aligned((size_t)(pattern->n + lu->program.tail.n) * lanes, size);
        if (!lu->factors || !lu->x) status = BP_NO_MEMORY;
    }
    if (status != BP_OK) {
        bp_sparse_lu_free(lu);
        return status;
    }
    *out = lu;
    return BP_OK;
}

void bp_sparse_lu_free(bp_sparse_lu *lu) {
    if (!lu) return;
    bp_sparse_share_return(lu->shared);
    bp_free_aligned(lu->factors);
    bp_free_aligned(lu->x);
    bp_free(lu);
}

bp_status bp_sparse_lu_factor(bp_sparse_lu *lu, const double *values, bool *bad) {
    bool is_bad[BP_SPARSE_LU_MOST_LANES] = {false}, any = false;
    bp_flush before = lu->single ? bp_flush_begin() : 0;
    lu->loops.factor(&lu->program, values, lu->factors, is_bad);
    if (lu->single) bp_flush_end(before);
    for (int l = 0; l < lu->n_lanes; l++) {
        any = any || is_bad[l];
        if (bad) bad[l] = is_bad[l];
    }
    return any ? BP_LINEAR_SOLVER : BP_OK;
}

void bp_sparse_lu_solve(bp_sparse_lu *lu, double *x) {
    size_t count = (size_t)lu->program.n * (size_t)lu->n_lanes;
    if (lu->single) {
        float *y = lu->x;
        bp_flush before = bp_flush_begin();
        for (size_t i = 0; i < count; i++)
            y[i] = (float)x[i];
        lu->loops.solve(&lu->program, lu->factors, y);
        bp_flush_end(before);
        for (size_t i = 0; i < count; i++)
            x[i] = y[i];
        return;
    }
    memcpy(lu->x, x, count * sizeof *x); // aligned, whatever the caller's is
    lu->loops.solve(&lu->program, lu->factors, lu->x);
    memcpy(x, lu->x, count * sizeof *x);
}

bp_lu_room bp_sparse_lu_room(bp_sparse_lu *lu) {
    if (lu->single) return (bp_lu_room){.narrow = lu->x};
    return (bp_lu_room){.wide = lu->x};
}

void bp_sparse_lu_solve_room(bp_sparse_lu *lu) {
    bp_flush before = lu->single ? bp_flush_begin() : 0;
    lu->loops.solve(&lu->program, lu->factors, lu->x);
    if (lu->single) bp_flush_end(before);
}

double bp_sparse_lu_fill(const bp_sparse_lu *lu) {
    return lu->program.fill;
}

double bp_sparse_lu_work(const bp_sparse_lu *lu) {
    return lu->program.work;
}

const char *bp_sparse_lu_order(const bp_sparse_lu *lu) {
    return lu->program.markowitz ? "Markowitz" : "AMD";
}
