// Programs of the sparse LU, made once for all solvers of a pattern: ordering and
// scheduling it takes as long as hundreds of factorisations, and every thread of a
// batch has a solver of its own. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_SHARE_H
#define BP_SOLVER_SPARSE_SHARE_H

#include "solver/sparse_program.h"

typedef struct bp_sparse_shared bp_sparse_shared;

// The program of this pattern (compared by what is in it) for so many lanes: one that
// somebody uses, or a new one; never changed. *program is valid until `shared` is
// returned. For any thread; those that want a program while one is made wait. Errors as
// bp_sparse_program_new.
BP_WARN_UNUSED bp_status bp_sparse_share(const bp_pattern *pattern, int n_lanes,
                                         double most_work, bp_sparse_shared **shared,
                                         bp_sparse_program *program);
void bp_sparse_share_return(bp_sparse_shared *shared); // accepts NULL

#endif
