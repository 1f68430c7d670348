// What a solver is made of, and what is true of the run at hand. Internal to solver/.
#ifndef BP_SOLVER_RUN_H
#define BP_SOLVER_RUN_H

#include "solver/consistent.h"
#include "solver/events.h"
#include "solver/integrator.h"
#include "solver/model_problem.h"
#include "solver/solver.h"
#include "solver/steady_state.h"
#include "solver/timed.h"
#include "solver/tolerances.h"

struct bp_solver {
    const bp_model *model;
    bp_settings settings;
    bp_work *work;
    bp_model_problem source;
    bp_problem problem;
    bp_integrator *integrator;
    bp_events *events;
    bp_rest *rest;
    bp_consistent *consistent; // NULL: the model has no conditions
    bp_delays *delays;         // NULL: the model has none
    bp_solver *still; // comes to rest for a model with delays; made when asked to
    bp_tolerances *tolerances;
    double *y, *atol;    // (n)
    double *between;     // (n): the state at a sample or at the end of a step
    bp_profile *profile; // NULL: nobody asks where the time goes
    bp_timed_problem timed;
    int (*cancel)(void *data);
    void *cancel_data;

    // ---- the run at hand ----
    double t;         // [model time] y is the state at t
    bool switched;    // a scheduled switch is at t, or a jump that a delay brings
    bool smooth;      // no event and no scheduled switch is at t
    bool settling;    // time stands still at t
    int next_sample;  // the first sample that is not written
    long steps_since; // steps since the last sample, event or scheduled switch
    int stalled;      // restarts in a row without progress in time
    const bp_effort *effort;
    bp_stats stats;
    bp_failure failure;
    bp_initial given; // what the protocol sets
    // why the initial values could not be computed, no state fulfils the conditions, a
    // value of the past is not there, or the network does not settle; "" none
    char start_error[256];
};

// Whether the settings are within their bounds and the method can do with the model.
BP_WARN_UNUSED bp_status bp_solver_check(const bp_model *model,
                                         const bp_settings *settings, bp_error *err);
// What follows is done in turn by driver.c.
// Comes to rest with time standing still at s->t (steady_state.c).
BP_WARN_UNUSED bp_status bp_rest_reach(bp_solver *s);
// The rungs of the ladder: the n-th, NULL past the last; the first from *n on that may
// help where the run at hand failed, with its number; whether climbing may help.
const bp_effort *bp_retry_rung(int n, int n_states);
const bp_effort *bp_retry_next(const bp_solver *s, int *n);
bool bp_retry_helps(bp_status status);
// Fills s->failure for a status that is not OK (diagnose.c).
void bp_diagnose(bp_solver *s, bp_status status);
// Whether to stop on request.
bool bp_run_cancelled(const bp_solver *s);

#endif
