// What the delays of a run are made of: looking back (past.c), discontinuities that are
// carried forward (jumps.c), the course of a run (delays.c). Internal to these.
#ifndef BP_SOLVER_PAST_H
#define BP_SOLVER_PAST_H

#include <float.h>
#include <math.h>

#include "base/array.h"
#include "solver/delays.h"

// The discontinuities of the past that a varying delay lies between.
typedef struct bp_window {
    double low, high;
} bp_window;

struct bp_delays {
    const bp_model *model;
    bp_work *work; // of the run
    int n, n_states, n_parameters, depth, n_roots;
    int max_level; // jumps of higher derivatives are none for the method
    bp_history *history;
    bp_work **works;    // (depth): of the past
    double **states;    // (depth): the state put into each
    bp_window *windows; // (n)
    double *tau;        // (n): at the end of the last step, NaN: not of interest
    double *slope;      // (n): of tau over the last step
    double *before;     // (n): values of x before the start, at before_t
    double *before_y;   // before the start, where the run was settled
    double *before_p;
    double *known_y;                // at the end of the known past
    double *rate, *later;           // (n_states): scratch
    BP_ARRAY(double) jumps;         // times at which something jumped
    BP_ARRAY(unsigned char) levels; // (n) of each: which derivative of the x of a delay
    unsigned char *arriving;        // (n): of the jump that is carried to now

    // the run at hand
    const bp_initial *given;
    bool moving;  // what was before the start depends on time
    bool settled; // it was at rest
    double before_t;
    double start, known, tiny;
    bp_integrator *integrator;
    bp_asker asker;
    bool lenient;   // what is wrong matters only if something comes of it
    double carried; // what bp_delays_next said last
    int tiny_steps;
    double room;                     // of the next step, by varying delays
    double longest;                  // by constant ones, 0: none
    int shortest, shortest_constant; // which delay says so
    long limited;                    // steps in a row that one has limited
    int limited_by;
    double limited_to;
    bp_status status, obstacle;
    int culprit; // delay
    double culprit_t;
};

// ---- past.c ----
// bp_past_fn; `data` are the delays.
void bp_past_fill(void *data, bp_work *work, double t, const double *y,
                  const unsigned char *reads);
// tau of every delay that rates and triggers read, at (t, y), into delays->tau, and the
// values of these delays into the work where a tau may read them.
void bp_past_look(bp_delays *delays, double t, const double *y);
// Remembers what is wrong with a delay; NAN.
double bp_past_complain(bp_delays *delays, bp_status status, int delay, double t);

// ---- jumps.c ----
// All that a run begins with: its start, and scheduled switches before it.
BP_WARN_UNUSED bp_status bp_jumps_begin(bp_delays *delays);
// A leg begins at (t, y): a jump of what arrives there, or (not smooth) of everything.
BP_WARN_UNUSED bp_status bp_jumps_leg(bp_delays *delays, double t, const double *y,
                                      bool smooth);

#endif
