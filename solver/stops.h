// Stops: times at which something is scheduled, so that the integrator starts anew
// there. What the drivers of one run and of several runs in lanes share. Internal to
// solver/.
#ifndef BP_SOLVER_STOPS_H
#define BP_SOLVER_STOPS_H

#include "solver/events.h"
#include "solver/protocol.h"

// Times closer than this are one and the same to arithmetic.
double bp_resolution(double a, double b);
// How far from a switch its sides are looked at; less than a step can resolve.
double bp_beside(double t);

// Where stops come from: a work of one lane, and the events of its run.
typedef struct bp_stop_search {
    const bp_model *model;
    bp_work *work;
    const bp_events *events;
} bp_stop_search;

// The first stop after t, at most `end`, and whether a scheduled switch is there.
double bp_next_stop(const bp_stop_search *search, double t, double end, bool *switched);
// Whether a scheduled switch is at t.
bool bp_switch_at(const bp_model *model, bp_work *work, double t);
// Whether its times are finite and ascend.
bool bp_protocol_possible(const bp_protocol *protocol);

#endif
