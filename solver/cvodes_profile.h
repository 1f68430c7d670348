// A linear solver of CVODES or IDA with a clock around its set-up and its solves,
// whatever kind it is. Internal.
#ifndef BP_SOLVER_CVODES_PROFILE_H
#define BP_SOLVER_CVODES_PROFILE_H

#include <sundials/sundials_linearsolver.h>

#include "solver/profile.h"

BP_WARN_UNUSED bp_status bp_cvodes_time_solver(SUNLinearSolver solver,
                                               bp_profile *profile);

#endif
