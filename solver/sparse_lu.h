// Sparse LU with a fixed pattern, for one matrix or for several of the same pattern at
// once (lanes). Pivots stay on the diagonal, in an order chosen once: of the matrices
// I - gamma J that a stiff integrator factors, that is sound nearly always, and where
// it is not the factors are refused, so that the caller can take KLU. Internal to
// solver/.
//
// Which entries exist and what each is made of is worked out once; a factorisation then
// only loads, multiplies, subtracts and stores. Every lane goes through the same
// operations in the same order, so that what comes out of it does not depend, bit by
// bit, on the other lanes nor on how many there are.
#ifndef BP_SOLVER_SPARSE_LU_H
#define BP_SOLVER_SPARSE_LU_H

#include "solver/linear.h"

typedef struct bp_sparse_lu bp_sparse_lu;

enum { BP_SPARSE_LU_MOST_LANES = 8 };

// A matrix that takes more multiplications than this would need a list of operands too
// long for the caches, from which nothing is gained over KLU.
#define BP_SPARSE_LU_MOST_WORK 1e8

// Everything is allocated here, but what solvers of one pattern share (sparse_share.h).
// n_lanes: 1, 4 or 8. `single`: factors and triangular
// solves in single precision (residuals are the caller's and stay in double). The
// pattern is not needed afterwards. UNSUPPORTED, and nothing made, where the work
// exceeds the bound above (or the pattern has more than 8192 states).
BP_WARN_UNUSED bp_status bp_sparse_lu_new(const bp_pattern *pattern, int n_lanes,
                                          bool single, bp_sparse_lu **out);
void bp_sparse_lu_free(bp_sparse_lu *lu); // accepts NULL
// values: (nnz x n_lanes), lane fastest, in the order of the pattern; not needed
// afterwards. LINEAR_SOLVER when a pivot of some lane is zero, not a number, or too
// small or too large next to its entry of A: the factors of that lane must not be used
// (those of the other lanes may). `bad` (n_lanes, may be NULL) says of which lanes.
BP_WARN_UNUSED bp_status bp_sparse_lu_factor(bp_sparse_lu *lu, const double *values,
                                             bool *bad);
// x := A^-1 x, (n x n_lanes), lane fastest. Of lanes that are bad, x is left undefined.
void bp_sparse_lu_solve(bp_sparse_lu *lu, double *x);
// The same without copies: the right-hand side is put into the room and solved there.
bp_lu_room bp_sparse_lu_room(bp_sparse_lu *lu);
void bp_sparse_lu_solve_room(bp_sparse_lu *lu);
// Entries of L + U, and multiplications of one factorisation, of one lane.
double bp_sparse_lu_fill(const bp_sparse_lu *lu);
double bp_sparse_lu_work(const bp_sparse_lu *lu);
// "AMD" or "Markowitz".
const char *bp_sparse_lu_order(const bp_sparse_lu *lu);

#endif
