// History: the course of a run so far. Each step is kept as the polynomial that the
// integrator's own interpolant is, sampled at as many points as determine it. A leg is
// the part of the course between two discontinuities, with the parameters it had.
// Grows while the run goes on and is reused by the next one. Internal to solver/.
#ifndef BP_SOLVER_HISTORY_H
#define BP_SOLVER_HISTORY_H

#include "solver/integrator.h"

typedef struct bp_history bp_history;

// Keeps the `n_kept` states listed (borrowed) of n, and n_parameters parameters.
// `degree`: of the interpolant, at most.
BP_WARN_UNUSED bp_status bp_history_new(int n, const int *kept, int n_kept,
                                        int n_parameters, int degree, bp_history **out);
void bp_history_free(bp_history *history); // accepts NULL
// Forgets everything.
void bp_history_begin(bp_history *history);
// A leg begins at t in state y.
BP_WARN_UNUSED bp_status bp_history_leg(bp_history *history, double t, const double *y,
                                        const double *parameters);
// The last step of the integrator, which led the leg on to t.
BP_WARN_UNUSED bp_status bp_history_step(bp_history *history, bp_integrator *integrator,
                                         double t);
// The last leg that begins at t or before; -1: none does.
int bp_history_find(const bp_history *history, double t);
double bp_history_start_of(const bp_history *history, int leg);
const double *bp_history_parameters(const bp_history *history, int leg);
// The kept states at t, into y (n), whose other entries are left alone. Beyond the ends
// of the leg its first or last polynomial goes on.
void bp_history_state(const bp_history *history, int leg, double t, double *y);

#endif
