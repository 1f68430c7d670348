// ILU: incomplete factors of sparse matrices of one pattern, to precondition an
// iterative method. Without pivoting: of I - gamma J the diagonal serves. Internal to
// solver/; knows nothing of SUNDIALS.
#ifndef BP_SOLVER_ILU_H
#define BP_SOLVER_ILU_H

#include "model/model.h"

typedef struct bp_ilu bp_ilu;

typedef struct bp_ilu_options {
    double threshold; // entries below it are dropped, in units of the weights; 0: none
    int fill;         // entries that a row of L, and one of U, may have beside those of
                      // the pattern, the largest; 0: ILU(0)
} bp_ilu_options;

// All memory is taken here; the pattern is not needed any more. Variables are
// eliminated in their order.
BP_WARN_UNUSED bp_status bp_ilu_new(const bp_pattern *pattern,
                                    const bp_ilu_options *options, bp_ilu **out);
void bp_ilu_free(bp_ilu *ilu); // accepts NULL
// values: (nnz), in the order of the pattern. weight: (n) positive, 1 / weight is the
// unit of each variable; NULL: 1. LINEAR_SOLVER when a pivot is zero or no
// number: those factors must not be used.
BP_WARN_UNUSED bp_status bp_ilu_factor(bp_ilu *ilu, const double *values,
                                       const double *weight);
// x := (L U)^-1 x (n).
void bp_ilu_solve(const bp_ilu *ilu, double *x);
// Entries of L + U of the last factors.
long bp_ilu_entries(const bp_ilu *ilu);

#endif
