// What a lane solver is made of, and what is true of the group at hand. Internal to
// solver/lane_*.c.
#ifndef BP_SOLVER_LANE_GROUP_H
#define BP_SOLVER_LANE_GROUP_H

#include "solver/events.h"
#include "solver/integrator.h"
#include "solver/lane_solver.h"
#include "solver/model_problem.h"
#include "solver/timed.h"
#include "solver/tolerances.h"

// One run of the group, as a run alone has it: initial values, parameters and events
// are worked out lane by lane, by what does it for a run alone.
typedef struct bp_lane {
    bp_work *work; // of one lane
    bp_events *events;
    double *y, *atol; // (n)
    bool switched;    // a scheduled switch of this lane is at t
    long executed;    // events
} bp_lane;

struct bp_lane_solver {
    const bp_model *model;
    bp_settings settings;
    int n, n_lanes;
    bp_lane lanes[BP_MAX_LANES];
    bp_work *work; // of all lanes
    bp_model_problem source;
    bp_problem problem;
    bp_integrator *integrator;
    bp_tolerances *tolerances;
    double *y, *atol; // (n x n_lanes)
    double *between;  // (n x n_lanes): the states at a sample
    double *sample;   // (sample_room): values of a view, (view count x n_lanes)
    size_t sample_room;
    bp_profile *profile; // NULL: nobody asks where the time goes
    bp_timed_problem timed;
    int (*cancel)(void *data);
    void *cancel_data;

    // ---- the group at hand ----
    bp_lane_run *runs;
    const bp_view *view;
    double t, end;    // [model time] y is the states at t; the last sample
    int next_sample;  // the first that is not written
    long steps_since; // steps since the last sample, event or scheduled switch
    int stalled;      // restarts in a row without progress in time
    bp_stats stats;   // of the group
};

#endif
