#include "solver/cvodes_profile.h"

#include <stdlib.h>

#include "base/alloc.h"

// The table of operations with what it replaced behind it: the solver owns its table
// and frees it with free().
typedef struct timed_ops {
    struct _generic_SUNLinearSolver_Ops ops; // first: the solver sees this
    int (*setup)(SUNLinearSolver S, SUNMatrix A);
    int (*solve)(SUNLinearSolver S, SUNMatrix A, N_Vector x, N_Vector b, double tol);
    bp_profile *profile;
} timed_ops;

static int timed_setup(SUNLinearSolver S, SUNMatrix A) {
    const timed_ops *timed = (const timed_ops *)S->ops;
    bp_profile_part before = bp_profile_enter(timed->profile, BP_PROFILE_FACTOR);
    int flag = timed->setup(S, A);
    bp_profile_leave(timed->profile, before);
    return flag;
}

static int timed_solve(SUNLinearSolver S, SUNMatrix A, N_Vector x, N_Vector b,
                       double tol) {
    const timed_ops *timed = (const timed_ops *)S->ops;
    bp_profile_part before = bp_profile_enter(timed->profile, BP_PROFILE_SOLVE);
    int flag = timed->solve(S, A, x, b, tol);
    bp_profile_leave(timed->profile, before);
    return flag;
}

bp_status bp_cvodes_time_solver(SUNLinearSolver S, bp_profile *profile) {
    timed_ops *timed = bp_malloc(sizeof *timed);
    if (!timed) return BP_NO_MEMORY;
    *timed = (timed_ops){*S->ops, S->ops->setup, S->ops->solve, profile};
    timed->ops.setup = timed_setup;
    timed->ops.solve = timed_solve;
    free(S->ops);
    S->ops = &timed->ops;
    return BP_OK;
}
