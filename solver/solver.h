// Solver: integrates one run of a model under a protocol.
#ifndef BP_SOLVER_SOLVER_H
#define BP_SOLVER_SOLVER_H

#include "base/field.h"
#include "model/model.h"
#include "solver/profile.h"
#include "solver/protocol.h"
#include "solver/stats.h"

typedef enum bp_method { BP_METHOD_BDF, BP_METHOD_ADAMS, BP_METHOD_DOPRI5 } bp_method;
// Runs of a batch that share steps and factors.
typedef enum bp_lanes { BP_LANES_AUTO, BP_LANES_1, BP_LANES_4, BP_LANES_8 } bp_lanes;
typedef enum bp_linear {
    BP_LINEAR_AUTO,
    BP_LINEAR_DENSE,
    BP_LINEAR_KLU,
    BP_LINEAR_SPARSE,
    BP_LINEAR_GMRES // the steps of bdf and adams; elsewhere as auto
} bp_linear;

// Plain; defaults from bp_settings_default; every member has a row in
// bp_settings_fields.
typedef struct bp_settings {
    int method;                   // bp_method
    int linear;                   // bp_linear
    double rtol;                  // 1e-6
    double atol;                  // 1e-9, in the unit users see of each species
    double max_step;              // [model time], 0: no limit
    double first_step;            // [model time], 0: chosen
    long max_steps;               // between two samples, events or scheduled switches
    int max_order;                // 0: the method's own
    double nonlinear_coefficient; // CVODES' nlscoef; 0: chosen
    // when CVODES does its linear algebra anew, and changes the step
    int newton_iterations;   // 3, then the step is tried again, shorter
    int factor_steps;        // 20: the factors serve at most this many steps
    int jacobian_steps;      // 1: the Jacobian serves at most this many steps
    double gamma_tolerance;  // 0.3: change of gamma that new factors are made for
    double growth_threshold; // 0: chosen; the step stays where it could grow by less
    double steady_tolerance; // 1e-9: Newton's method stops when no species moves by
                             // more than this share of |y| + atol; docs/numerics.md
    double steady_window; // [model time] shortest time integrated before rest is looked
                          // for, 0: none
    double steady_limit;  // [model time] longest time integrated to come to rest
    int lanes;            // bp_lanes; auto: as many as pay, of a large batch
    bool prune; // a batch leaves out what stays 0 in all its runs (model/zeros.h)
    bool retry; // climb the retry ladder when a run fails
} bp_settings;

BP_API extern const bp_field bp_settings_fields[];
BP_API bp_settings bp_settings_default(void);

typedef struct bp_solver bp_solver;

// Borrows `model`; copies `settings`. One per thread; reused from run to run.
BP_API BP_WARN_UNUSED bp_status bp_solver_new(const bp_model *model,
                                              const bp_settings *settings,
                                              bp_solver **out, bp_error *err);
BP_API void bp_solver_free(bp_solver *solver);
// "CVODES BDF, sparse LU (AMD ordering), 121 states, 890 nonzeros, fill 1203, 2210
// multiplications": for people.
BP_API void bp_solver_describe(const bp_solver *solver, bp_text *out);

// Why a run failed: where and what to try.
typedef struct bp_failure {
    bp_status status;
    double time;    // [model time]
    int variable;   // the species that stops it, -1: unknown
    int culprit;    // the reaction or rule that is not finite, -1: none
    char text[512]; // one line for people
} bp_failure;

// Integrates. values: (n_times x view count), row i written when times[i] is reached;
// rows not reached are NaN. `failure` may be NULL. Calls cancel(data) now and then;
// non-zero stops with CANCELLED.
BP_API bp_status bp_solver_run(bp_solver *solver, const bp_protocol *protocol,
                               const bp_view *view, double *values, bp_stats *stats,
                               bp_failure *failure);
BP_API void bp_solver_on_cancel(bp_solver *solver, int (*cancel)(void *data),
                                void *data);

// Times where runs go from now on and adds it to `profile`, which must outlive the
// solver. Before the first run, once.
BP_API BP_WARN_UNUSED bp_status bp_solver_profile(bp_solver *solver,
                                                  bp_profile *profile);

// The state after settling under the protocol's settings (y: n_states), for reuse by
// many runs (bp_protocol.settled), and for export. NO_STEADY_STATE says what still
// moves.
BP_API bp_status bp_solver_settle(bp_solver *solver, const bp_protocol *protocol,
                                  double *y, bp_stats *stats, bp_failure *failure);
// The state at the end of the last run (n_states), and its work (parameters): for tests
// and export.
BP_API const double *bp_solver_state(const bp_solver *solver);
BP_API bp_work *bp_solver_work(bp_solver *solver);

#endif
