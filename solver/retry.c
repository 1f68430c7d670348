// The ladder that a failing run climbs. Every rung starts the run from its beginning,
// so that one method has made all of it; no rung loosens a tolerance.
#include "solver/run.h"

// Dense factors take n^2 numbers and n^3 / 3 multiplications each time.
enum { DENSE_LIMIT = 1000 };

// As long as CVODES keeps a Jacobian.
enum { KEPT_STEPS = 51 };

static const bp_effort rungs[] = {
    {.nonlinear = 1.0, .text = "as asked"},
    {.nonlinear = 1.0, .direct = true, .for_iterative = true, .text = "direct factors"},
    {.nonlinear = 1.0,
     .direct = true,
     .lifts = true,
     .for_negative = true,
     .text = "amounts a hair below zero taken as zero"},
    {.nonlinear = 1.0,
     .step_share = 1e-3,
     .jacobian_steps = KEPT_STEPS,
     .direct = true,
     .lifts = true,
     .text = "shorter steps, Jacobian kept"},
    {.nonlinear = 0.01,
     .fresh = true,
     .direct = true,
     .lifts = true,
     .text = "tight Newton, fresh Jacobian at every step"},
    {.nonlinear = 0.01,
     .step_share = 1e-3,
     .fresh = true,
     .direct = true,
     .lifts = true,
     .dense = true,
     .max_order = 2,
     .text = "order 2, shorter steps, dense factors"},
};

static const bp_effort last_of_large = {.nonlinear = 0.01,
                                        .step_share = 1e-3,
                                        .fresh = true,
                                        .direct = true,
                                        .lifts = true,
                                        .max_order = 2,
                                        .text = "order 2, shorter steps"};

enum { N_RUNGS = sizeof rungs / sizeof *rungs };

const bp_effort *bp_retry_rung(int n, int n_states) {
    if (n >= N_RUNGS) return NULL;
    if (rungs[n].dense && n_states > DENSE_LIMIT) return &last_of_large;
    return &rungs[n];
}

static bool may_help(const bp_solver *s, const bp_effort *effort) {
    const bp_integrator_type *type = s->integrator->type;
    if (effort->for_negative) return bp_model_problem_lifts(&s->source, s->atol);
    if (effort->for_iterative) return type->iterates && type->iterates(s->integrator);
    return true;
}

const bp_effort *bp_retry_next(const bp_solver *s, int *n) {
    const bp_effort *effort = bp_retry_rung(*n, s->problem.n);
    while (effort && !may_help(s, effort))
        effort = bp_retry_rung(++*n, s->problem.n);
    return effort;
}

bool bp_retry_helps(bp_status status) {
    return status == BP_STEP_TOO_SMALL || status == BP_CONVERGENCE ||
           status == BP_LINEAR_SOLVER || status == BP_NOT_FINITE;
}
