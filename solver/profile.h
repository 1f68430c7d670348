// Profile: where the time of runs goes. Off it costs nothing: a solver that is to be
// timed gets other functions between its parts (bp_solver_profile).
#ifndef BP_SOLVER_PROFILE_H
#define BP_SOLVER_PROFILE_H

#include "base/status.h"

// name, text. All time of a run belongs to one of these.
// clang-format off
#define BP_PROFILE_LIST(X)                                                            \
    X(RATES,    "rates",    "rates dy/dt")                                            \
    X(JACOBIAN, "jacobian", "Jacobian df/dy")                                         \
    X(FACTOR,   "factor",   "matrices factored")                                      \
    X(SOLVE,    "solve",    "linear systems solved")                                  \
    X(STEPS,    "steps",    "steps: vectors and integrator")                          \
    X(SAMPLES,  "samples",  "samples")                                                \
    X(OTHER,    "other",    "all else: start, events, rest")
// clang-format on

typedef enum bp_profile_part {
#define X(part, name, text) BP_PROFILE_##part,
    BP_PROFILE_LIST(X)
#undef X
        BP_PROFILE_COUNT
} bp_profile_part;

typedef struct bp_profile {
    double seconds[BP_PROFILE_COUNT]; // in the part itself, not in what it calls
    long calls[BP_PROFILE_COUNT];
    // the part at work, and since when [s]
    bp_profile_part part;
    double since;
} bp_profile;

BP_API const char *bp_profile_name(bp_profile_part part); // "rates"
BP_API const char *bp_profile_text(bp_profile_part part); // "rates dy/dt"
BP_API void bp_profile_add(bp_profile *sum, const bp_profile *more);

// The clock moves on from one part to another; what `enter` gives goes to `leave`.
// `resume` is an `enter` that is not counted as a call.
bp_profile_part bp_profile_enter(bp_profile *profile, bp_profile_part part);
bp_profile_part bp_profile_resume(bp_profile *profile, bp_profile_part part);
void bp_profile_leave(bp_profile *profile, bp_profile_part before);

#endif
