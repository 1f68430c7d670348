// Integrator: a method that takes one step of its own choice at a time. The driver owns
// the course of a run; an integrator knows one leg of it, between two discontinuities.
// Internal to solver/.
#ifndef BP_SOLVER_INTEGRATOR_H
#define BP_SOLVER_INTEGRATOR_H

#include "solver/problem.h"
#include "solver/profile.h"
#include "solver/solver.h"

// Why a step ended where it did.
typedef enum bp_stop {
    BP_STOP_STEP, // the method chose to
    BP_STOP_ROOT, // a root function changed its sign just before
    BP_STOP_END   // the end of the leg, exactly
} bp_stop;

// How hard to try; the rungs of the retry ladder (retry.c).
typedef struct bp_effort {
    const char *text;   // for people
    double step_share;  // first step and longest step, as a share of the leg; 0: chosen
    double nonlinear;   // factor of the nonlinear coefficient
    int jacobian_steps; // that a Jacobian serves, if that is more than is set
    int max_order;      // 0: as set
    bool fresh;         // Jacobian and factors anew at every step
    bool direct;        // factors, also where iteration is chosen
    bool dense;         // dense factors with full pivoting by column
    bool lifts;         // rates that do not exist a hair below zero are those at zero
    bool for_iterative; // a rung for those alone that iterate
    bool for_negative;  // a rung for runs that fail a hair below zero
} bp_effort;

// One leg: the way from t to end, never past it.
typedef struct bp_leg {
    double t, end;      // [model time]
    const double *y;    // (n) state at t
    const double *atol; // (n) absolute tolerance of each state
    double longest;     // step; 0: no limit
    const bp_effort *effort;
} bp_leg;

typedef struct bp_integrator bp_integrator;

typedef struct bp_integrator_type {
    const char *name;
    // Borrows `problem` and `settings`.
    bp_status (*make)(const bp_problem *problem, const bp_settings *settings,
                      bp_integrator **out);
    void (*free)(bp_integrator *self);
    // Forgets what earlier runs left behind: the next leg is that of a fresh
    // integrator.
    void (*reset)(bp_integrator *self);
    // Starts at the beginning of a leg, without memory of what was before.
    bp_status (*start)(bp_integrator *self, const bp_leg *leg);
    // Until it is called again no step leads past t, nor past the end of the leg.
    void (*limit)(bp_integrator *self, double t);
    // One step; where it led to. Reaching the end or a root ends the leg.
    bp_status (*step)(bp_integrator *self, double *t, bp_stop *stop);
    // The state at t, anywhere in the last step, by the method's own interpolant.
    bp_status (*interpolate)(bp_integrator *self, double t, double *y);
    // After a failure, the state whose error or residual is largest; -1: unknown.
    int (*worst)(bp_integrator *self);
    // Adds the work since the last call.
    void (*count)(bp_integrator *self, bp_stats *stats);
    void (*describe)(const bp_integrator *self, bp_text *out);
    // Whether its linear solver is iterative as set; NULL: no.
    bool (*iterates)(const bp_integrator *self);
    // From now on what is done with matrices is timed; NULL: nothing is.
    bp_status (*profile)(bp_integrator *self, bp_profile *profile);
} bp_integrator_type;

struct bp_integrator {
    const bp_integrator_type *type;
};

extern const bp_integrator_type bp_integrator_cvodes; // BDF and Adams
extern const bp_integrator_type bp_integrator_ida;    // BDF with conditions
extern const bp_integrator_type bp_integrator_dopri5; // explicit, for cross-checks

// The type that a bp_method stands for.
const bp_integrator_type *bp_integrator_of(int method);

// What the settings and the rung of the ladder ask of the steps of a leg.
typedef struct bp_step_limits {
    double longest;     // [model time], 0: no limit
    double first;       // [model time], 0: chosen
    int order;          // highest
    double coefficient; // of the nonlinear solver's test
} bp_step_limits;
// `highest`: order of the method.
bp_step_limits bp_leg_limits(const bp_settings *settings, const bp_leg *leg,
                             int highest);
// The entry (n) with the largest |error * weight|, or the first that is no number; -1:
// all are 0.
int bp_largest_of(const double *error, const double *weight, int n);

// Puts in the place of each 0 that means "chosen" what is chosen for runs with so many
// lanes: integrators take no such 0.
void bp_settings_choose(bp_settings *settings, int n_lanes);

#endif
