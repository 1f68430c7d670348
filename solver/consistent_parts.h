// What making a state consistent is made of. Only consistent*.c include this.
#ifndef BP_SOLVER_CONSISTENT_PARTS_H
#define BP_SOLVER_CONSISTENT_PARTS_H

#include "solver/consistent.h"
#include "solver/fast_branch.h"
#include "solver/linear.h"
#include "solver/run.h"

struct bp_consistent {
    bp_solver *solver;
    const bp_problem *problem;
    const bp_condition *condition; // (n)
    int n, n_fast;
    bool *rules; // (n) rows of algebraic rules
    bool *mask;  // rows that are conditions in the system at hand: `rules`, or all
    bp_lu *lu;
    double *values; // (nnz)
    double *mass;   // (mass->n)
    double *origin; // (n) rows without condition keep M times this
    double *given;  // (n) the state that is made consistent
    double *offset; // (n) homotopy: 0 = f - share * offset
    double share;
    double *scale, *f, *step, *next, *trial; // (n)
    int worst;         // row whose condition is farthest from being fulfilled
    bp_problem motion; // of the fast reactions alone
    bp_settings settings;
    bp_integrator *integrator; // of the motion; NULL: no fast reactions
    bp_fast_branch *branch;    // NULL: no fast reactions
};

// consistent_newton.c: from y to a root of the conditions of `mask` with M y as
// `origin` has it; the same, with M y of `given` and a homotopy where that fails.
BP_WARN_UNUSED bp_status bp_consistent_newton(bp_consistent *self, double *y);
BP_WARN_UNUSED bp_status bp_consistent_fulfil(bp_consistent *self, bool *mask,
                                              double *y);
// consistent_active.c: finds out which conditions of fast reactions hold at `given`,
// for a leg of length `ahead`; whether any does.
bool bp_consistent_find_active(bp_consistent *self, double ahead);
// Whether a condition that did not hold as all was used up would hold at y.
bool bp_consistent_has_revived(bp_consistent *self, double t, const double *y);

#endif
