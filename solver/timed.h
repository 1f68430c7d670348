// Timed: the parts of a solver with a clock between them. Internal to solver/.
#ifndef BP_SOLVER_TIMED_H
#define BP_SOLVER_TIMED_H

#include "solver/integrator.h"
#include "solver/profile.h"

typedef struct bp_timed_problem {
    bp_problem inner;
    bp_profile *profile;
} bp_timed_problem;

// `problem` calls through the clock from now on, wherever it is borrowed.
void bp_time_problem(bp_timed_problem *timed, bp_problem *problem, bp_profile *profile);
// *integrator is replaced by one that owns it. What it does with matrices is timed,
// too.
BP_WARN_UNUSED bp_status bp_time_integrator(bp_integrator **integrator,
                                            bp_profile *profile);

#endif
