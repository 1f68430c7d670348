// Which equilibrium the fast reactions are at: a stable one, or one that the slow
// changes push them off. Internal to solver/.
#ifndef BP_SOLVER_FAST_BRANCH_H
#define BP_SOLVER_FAST_BRANCH_H

#include "model/model.h"

typedef struct bp_fast_branch bp_fast_branch;
struct bp_solver;

// For a solver whose model has fast reactions. Borrows it.
BP_WARN_UNUSED bp_status bp_fast_branch_new(struct bp_solver *solver,
                                            bp_fast_branch **out);
void bp_fast_branch_free(bp_fast_branch *self); // accepts NULL
// Whether the fast reactions come back to y, where they are at rest.
bool bp_fast_branch_is_stable(bp_fast_branch *self, double t, const double *y);
// Whether the fast reactions, at rest at y, would leave it at the first disturbance,
// and the slow changes are one. Not told: equilibria that are lost by oscillating.
bool bp_fast_branch_leaves(bp_fast_branch *self, double t, const double *y);
// After that was so: y, a few tolerance units on the way on which they leave it.
void bp_fast_branch_push(const bp_fast_branch *self, const double *y, double *out);

#endif
