// Lane solver: integrates several runs of a model as one problem, [state][lane], with
// common steps that meet the tolerance in every lane. What the runs have in common is
// paid once: steps, Jacobians, factors, index arithmetic. What it does not do, or fails
// at, is the caller's to do run by run (solver.h).
// Internal.
#ifndef BP_SOLVER_LANE_SOLVER_H
#define BP_SOLVER_LANE_SOLVER_H

#include "solver/solver.h"

typedef struct bp_lane_solver bp_lane_solver;

// Whether runs of this model under these settings can be lanes of a group: nothing
// happens at a time that depends on the state, no delays, no conditions. `why` (may be
// NULL) says why not, for people.
bool bp_lanes_possible(const bp_model *model, const bp_settings *settings,
                       const char **why);

// Borrows `model`; copies `settings`. n_lanes: 4 or 8. One per thread, reused from
// group to group. UNSUPPORTED where bp_lanes_possible says no.
BP_WARN_UNUSED bp_status bp_lane_solver_new(const bp_model *model,
                                            const bp_settings *settings, int n_lanes,
                                            bp_lane_solver **out, bp_error *err);
void bp_lane_solver_free(bp_lane_solver *solver); // accepts NULL
void bp_lane_solver_describe(const bp_lane_solver *solver, bp_text *out);
// As bp_solver_profile: calls are those of groups, not of runs.
BP_WARN_UNUSED bp_status bp_lane_solver_profile(bp_lane_solver *solver,
                                                bp_profile *profile);
void bp_lane_solver_on_cancel(bp_lane_solver *solver, int (*cancel)(void *data),
                              void *data);

// What a group is made of: one protocol a lane, and where its samples go.
typedef struct bp_lane_run {
    const bp_protocol *protocol; // all of a group have the same t_start and times; a
                                 // run that settles brings its settled state
    double *values;              // (n_times x view count); NULL: the lane fills up a
                                 // group, nothing is kept of it
    bp_stats stats;              // out: the steps of the group, the events of the lane
} bp_lane_run;

// Integrates a group of n_lanes runs. What comes out does not depend on groups done
// before. Any other status than OK leaves the values without meaning: each run is to be
// done alone. UNSUPPORTED: too much is scheduled at times that differ between lanes.
bp_status bp_lane_solver_run(bp_lane_solver *solver, bp_lane_run *runs,
                             const bp_view *view);

#endif
