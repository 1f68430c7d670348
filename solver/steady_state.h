// Steady state: rest is recognised and polished by Newton's method on the network
// reduced by its conserved totals. Internal to solver/.
#ifndef BP_SOLVER_STEADY_STATE_H
#define BP_SOLVER_STEADY_STATE_H

#include "solver/linear.h"
#include "solver/problem.h"
#include "solver/solver.h"

typedef struct bp_rest bp_rest;

typedef enum bp_verdict {
    BP_VERDICT_REST,
    BP_VERDICT_FAR,      // Newton's method leads elsewhere, or nowhere
    BP_VERDICT_NEGATIVE, // the root has a negative amount
    BP_VERDICT_SINGULAR, // no isolated root
} bp_verdict;

// Borrows both. The totals are those of `model`; NULL: none.
BP_WARN_UNUSED bp_status bp_rest_new(const bp_problem *problem, const bp_model *model,
                                     int linear, bp_rest **out);
void bp_rest_free(bp_rest *rest); // accepts NULL
// Keeps the conserved totals of y.
void bp_rest_remember(bp_rest *rest, const double *y);
// The root near y at time t, into `root` (borrowed until the next call), and how far it
// is in units of the tolerance rtol |y| + atol.
bp_verdict bp_rest_polish(bp_rest *rest, const bp_settings *settings,
                          const double *atol, double t, const double *y,
                          double *distance);
const double *bp_rest_root(const bp_rest *rest);
// The state that moves most within `window`, relative to rtol |y| + atol; how much.
int bp_rest_moves(bp_rest *rest, const bp_settings *settings, const double *atol,
                  const double *y, double window, double *how_much);

#endif
