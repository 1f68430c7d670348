// The ladder that a failing run climbs. Every rung starts the run from its beginning,
// so that one method has made all of it; no rung loosens a tolerance.
#include "solver/run.h"

// Dense factors take n^2 numbers and n^3 / 3 multiplications each time.
enum { DENSE_LIMIT = 1000 };

static const bp_effort rungs[] = {
    {.nonlinear = 1.0, .text = "as asked"},
    {.nonlinear = 1.0, .direct = true, .for_iterative = true, .text = "direct factors"},
    {.nonlinear = 1.0, .step_share = 1e-3, .direct = true, .text = "shorter steps"},
    {.nonlinear = 0.01,
     .fresh = true,
     .direct = true,
     .text = "tight Newton, fresh Jacobian at every step"},
    {.nonlinear = 0.01,
     .step_share = 1e-3,
     .fresh = true,
     .direct = true,
     .dense = true,
     .max_order = 2,
     .text = "order 2, shorter steps, dense factors"},
};

static const bp_effort last_of_large = {.nonlinear = 0.01,
                                        .step_share = 1e-3,
                                        .fresh = true,
                                        .direct = true,
                                        .max_order = 2,
                                        .text = "order 2, shorter steps"};

enum { N_RUNGS = sizeof rungs / sizeof *rungs };

const bp_effort *bp_retry_rung(int n, int n_states) {
    if (n >= N_RUNGS) return NULL;
    if (rungs[n].dense && n_states > DENSE_LIMIT) return &last_of_large;
    return &rungs[n];
}

bool bp_retry_helps(bp_status status) {
    return status == BP_STEP_TOO_SMALL || status == BP_CONVERGENCE ||
           status == BP_LINEAR_SOLVER || status == BP_NOT_FINITE;
}
