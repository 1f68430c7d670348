// Problem: all that an integrator knows of what it integrates, dy/dt = f(t, y), or
// M dy/dt = f(t, y) with conditions 0 = f in some rows.
// A model under a protocol is one (model_problem.h); tests and benchmarks plug plain C
// right-hand sides in here. Internal to solver/.
#ifndef BP_SOLVER_PROBLEM_H
#define BP_SOLVER_PROBLEM_H

#include "base/status.h"
#include "model/model.h"

enum { BP_MAX_LANES = 16 };

typedef struct bp_problem {
    void *self;                // passed to every function below
    int n;                     // states, at least 1
    int n_lanes;               // 0 or 1: one run. More: arrays of states, rates and
                               // values of df/dy are [entry][lane], lane fastest; no
                               // roots, no M
    int n_roots;               // entries of `roots`
    const bp_pattern *pattern; // of df/dy, with the whole diagonal
    // f(t, y) into dydt (n). NOT_FINITE is recoverable: the step is tried again,
    // shorter.
    bp_status (*rates)(void *self, double t, const double *y, double *dydt);
    // df/dy into values (pattern->nnz), in the order of the pattern.
    void (*jacobian)(void *self, double t, const double *y, double *values);
    // Functions whose sign changes are located (n_roots); NULL when there are none.
    void (*roots)(void *self, double t, const double *y, double *values);
    // Whose conserved totals solutions keep; NULL: none are known.
    const bp_model *model;
    // M, constant during a leg; NULL: the identity, and no conditions. The pattern
    // holds its places. Rows of M are taken as empty where `algebraic`, which may
    // change between legs.
    const bp_mass *mass;
    const bool *algebraic;                           // (n)
    void (*mass_values)(void *self, double *values); // (mass->n)
} bp_problem;

static inline int bp_problem_lanes(const bp_problem *problem) {
    return problem->n_lanes > 1 ? problem->n_lanes : 1;
}

#endif
