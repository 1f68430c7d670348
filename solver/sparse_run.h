// The loops of the sparse LU: programs on numbers. One source, compiled for each number
// of lanes, precision and width of positions. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_RUN_H
#define BP_SOLVER_SPARSE_RUN_H

#include "base/isa_copy.h"
#include "solver/sparse_program.h"

// values (nnz x n_lanes) -> factors (n_factors x n_lanes), double or float, aligned to
// 64 bytes. bad (n_lanes): whether a pivot is out of bounds next to its entry of A.
typedef void bp_sparse_factor(const bp_sparse_program *program, const double *values,
                              void *factors, bool *bad);
// x ((n + tail.n) x n_lanes), of the kind of the factors, aligned to 64 bytes: the
// first n are solved in place, the others are for work.
typedef void bp_sparse_solve(const bp_sparse_program *program, const void *factors,
                             void *x);

typedef struct bp_sparse_loops {
    bp_sparse_factor *factor;
    bp_sparse_solve *solve;
} bp_sparse_loops;

// n_lanes: 1, 4 or 8.
typedef bp_sparse_loops bp_sparse_loops_fn(int n_lanes, bool single, bool narrow);
BP_ISA_DECLARE(bp_sparse_loops_fn, bp_sparse_loops_of)

#endif
