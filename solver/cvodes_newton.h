// Newton's iteration of an implicit step as CVODES' nonlinear solver: the same formulas
// and the same tests of convergence as SUNDIALS' own, in three passes over the vectors
// an iteration instead of ten, with direct linear solutions. Internal to solver/.
#ifndef BP_SOLVER_CVODES_NEWTON_H
#define BP_SOLVER_CVODES_NEWTON_H

#include <cvodes/cvodes.h>
#include <stdbool.h>
#include <sundials/sundials_nonlinearsolver.h>

#include "solver/profile.h"

// What it works with; all borrowed.
typedef struct bp_newton_parts {
    void *memory;           // of CVODES
    CVRhsFn rates;          // as CVODES was told
    void *user;             // the same
    int n, n_lanes;         // of the vectors
    bool scaled;            // solutions, where gamma has changed since the factors
    SUNLinearSolver linear; // bp_cvodes_solver_new, never iterative
    SUNMatrix matrix;       // bp_cvodes_matrix_new
} bp_newton_parts;

// NULL when out of memory. `like` is a vector to be cloned; look at its flag of
// failure.
SUNNonlinearSolver bp_newton_new(const bp_newton_parts *parts, N_Vector like,
                                 SUNContext context);
// From now on with a clock around its solutions.
void bp_newton_time(SUNNonlinearSolver newton, bp_profile *profile);

#endif
