// Sparse LU with a fixed pattern, for one matrix or for several of the same pattern at
// once (lanes). Pivots stay on the diagonal, in an order chosen once: of the matrices
// I - gamma J that a stiff integrator factors, that is sound nearly always, and where it
// is not the factors are refused, so that the caller can take KLU. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_LU_H
#define BP_SOLVER_SPARSE_LU_H

#include "solver/linear.h"

typedef struct bp_sparse_lu bp_sparse_lu;

// Everything is allocated here. n_lanes: 1, 4 or 8. `single`: factors and triangular
// solves in single precision (residuals are the caller's and stay in double).
BP_WARN_UNUSED bp_status bp_sparse_lu_new(const bp_pattern *pattern, int n_lanes,
                                          bool single, bp_sparse_lu **out);
void bp_sparse_lu_free(bp_sparse_lu *lu); // accepts NULL
// values: (nnz x n_lanes), lane fastest, in the order of the pattern. LINEAR_SOLVER when
// a pivot of some lane is too small for its row: those factors must not be used.
// `bad` (n_lanes, may be NULL) says of which lanes.
BP_WARN_UNUSED bp_status bp_sparse_lu_factor(bp_sparse_lu *lu, const double *values,
                                             bool *bad);
// x := A^-1 x, (n x n_lanes), lane fastest.
void bp_sparse_lu_solve(bp_sparse_lu *lu, double *x);
// Entries of L + U, and multiplications of one factorisation, of one lane.
double bp_sparse_lu_fill(const bp_sparse_lu *lu);
double bp_sparse_lu_work(const bp_sparse_lu *lu);

#endif
