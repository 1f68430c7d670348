// Delays: looks up values of the past for a run of a model that has delay(x, tau), says
// how far a step may go, and carries discontinuities forward. Internal to solver/.
// docs/numerics.md, section Delays.
#ifndef BP_SOLVER_DELAYS_H
#define BP_SOLVER_DELAYS_H

#include "solver/history.h"

typedef struct bp_delays bp_delays;

// Who asks for a value of the past.
typedef enum bp_asker {
    BP_ASK_INSTANT, // samples, triggers, events: of a state that was reached
    BP_ASK_RATES,   // a step that is being tried: the past ends where it begins
    BP_ASK_ROOTS,   // a step whose end has just been reached
    BP_ASK_SAMPLE   // as an instant; bp_delays_sampled says what came of it
} bp_asker;

// Borrows both; *out stays NULL for a model without delays. The work asks it for values
// from then on.
BP_WARN_UNUSED bp_status bp_delays_new(const bp_model *model, bp_work *work,
                                       const bp_settings *settings, bp_delays **out);
void bp_delays_free(bp_delays *delays); // accepts NULL
void bp_delays_ask(bp_delays *delays, bp_asker asker);
// Further root functions of the problem: where a delay that varies passes over a
// discontinuity of the past.
int bp_delays_n_roots(const bp_delays *delays);
void bp_delays_roots(bp_delays *delays, double t, const double *y, double *values);

// Forgets the last run: until the next one begins, the past is the present.
void bp_delays_forget(bp_delays *delays);
// A run begins at t in state y and may last until `end`; `given` (borrowed) are its
// settings.
BP_WARN_UNUSED bp_status bp_delays_begin(bp_delays *delays, double t, double end,
                                         const double *y, const bp_initial *given,
                                         bp_integrator *integrator);
// The values of a sample that was asked for: where one is NaN because of a delay, that
// is what is wrong.
void bp_delays_sampled(bp_delays *delays, const double *values, int n);
// It was at rest before, in state y.
void bp_delays_settled(bp_delays *delays, const double *y);
// A leg begins. `smooth`: no event and no scheduled switch is the reason.
BP_WARN_UNUSED bp_status bp_delays_leg(bp_delays *delays, double t, const double *y,
                                       bool smooth);
// When the next discontinuity arrives from the past by constant delays; infinity: none.
double bp_delays_next(bp_delays *delays, double t);
// How long a step of the leg may be, by constant delays; 0: no limit.
double bp_delays_longest(bp_delays *delays);
// How far the next step may go, by varying ones; infinity: no limit.
double bp_delays_limit(bp_delays *delays);
// The integrator's last step has led to t, in state y.
BP_WARN_UNUSED bp_status bp_delays_step(bp_delays *delays, double t, const double *y);

// What is wrong with a delay at a state that was reached: BAD_VALUE below zero.
bp_status bp_delays_status(const bp_delays *delays);
// What is wrong with it where a step was tried, since the last one that succeeded:
// UNSUPPORTED where it vanishes, BAD_VALUE below zero; OK: nothing.
bp_status bp_delays_obstacle(const bp_delays *delays);
// One line about the last status that was not OK.
void bp_delays_explain(const bp_delays *delays, char *text, int size);
// Where there are too many steps because a delay is short: true, and a line about it.
bool bp_delays_explain_work(const bp_delays *delays, char *text, int size);

#endif
