// Events: the queue of SBML Level 3. What fires when, in which order, with which
// values. Internal to solver/. docs/numerics.md says which choices SBML leaves open and
// how they are made here.
#ifndef BP_SOLVER_EVENTS_H
#define BP_SOLVER_EVENTS_H

#include "base/text.h"
#include "model/model.h"

typedef struct bp_events bp_events;

// Borrows model and work.
BP_WARN_UNUSED bp_status bp_events_new(const bp_model *model, bp_work *work,
                                       bp_events **out);
void bp_events_free(bp_events *events); // accepts NULL
// The beginning of a run: nothing is pending, triggers are as each event says they
// were.
void bp_events_start(bp_events *events);
// `changed` is called after each execution, which has changed y and the parameters;
// another status than OK ends the instant.
void bp_events_on_change(bp_events *events, bp_status (*changed)(void *data),
                         void *data);
// Everything that happens at the instant t, with triggers evaluated at `look` (t, or
// just after a scheduled switch at t). Executes what is due, in order, until nothing
// is; adds the number of executions. EVENT_LOOP when there is no end to it.
BP_WARN_UNUSED bp_status bp_events_instant(bp_events *events, double t, double look,
                                           double *y, long *executed);
// Whether a trigger is not what it was at the last instant.
bool bp_events_turned(const bp_events *events, double t, const double *y);
// When the first pending event is due; infinity: none pending.
double bp_events_next(const bp_events *events);
// The event that failed, else the last one that was executed; -1: none.
int bp_events_culprit(const bp_events *events);

#endif
