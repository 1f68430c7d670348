// Consistent states: algebraic rules fulfilled and fast reactions at rest, whatever a
// start or an event left behind. Internal to solver/; docs/numerics.md, "Algebraic
// rules and fast reactions", says which root is taken.
#ifndef BP_SOLVER_CONSISTENT_H
#define BP_SOLVER_CONSISTENT_H

#include "solver/integrator.h"

typedef struct bp_consistent bp_consistent;
struct bp_solver;

// For a solver whose problem has conditions. Borrows it.
BP_WARN_UNUSED bp_status bp_consistent_new(struct bp_solver *solver,
                                           bp_consistent **out);
void bp_consistent_free(bp_consistent *self); // accepts NULL
// Moves solver->y so that all conditions hold at solver->t, within the bounds of the
// solver's problem: fast reactions from the amounts at hand to where they come to rest,
// rules to the root that Newton's method finds from the values at hand. `ahead`: which
// conditions hold is found out for a leg of this length; 0: for this instant. On
// failure solver->start_error names the rule or reaction.
BP_WARN_UNUSED bp_status bp_consistent_reach(bp_consistent *self, double ahead);
// Looks for the first time in the step from `before` to *t at which the fast reactions
// leave the equilibrium they are at; if there is one, *t becomes the time of it, and
// the leg is to end there.
BP_WARN_UNUSED bp_status bp_consistent_watch(bp_consistent *self, double before,
                                             double *t, bool *left);

#endif
