// A model under a protocol as a problem: what the integrators see. Internal to solver/.
#ifndef BP_SOLVER_MODEL_PROBLEM_H
#define BP_SOLVER_MODEL_PROBLEM_H

#include "solver/delays.h"

typedef struct bp_model_problem {
    const bp_model *model;
    bp_work *work;
    bp_delays *delays; // NULL: none
    // Rates are evaluated at a time within these bounds: a leg that borders on a
    // scheduled switch sees one side of it only. Both equal: time stands still.
    double low, high;
    bool at_rest; // settling: switches are not looked for
    // What is less than ten absolute tolerances below zero is taken as zero where a
    // rate is not finite else (a power of an amount that Newton's method left at
    // -1e-90): (n) the tolerances; NULL: nothing is.
    const double *hair;
    double *lifted; // (n)
    // where the last rate that is not finite was met, lifted or not
    bool bad;
    double bad_t;
    double *bad_y;   // (n)
    bool *algebraic; // (n): rows that are conditions which hold; NULL: none
    // a model without states is integrated as dx/dt = 0
    bool empty;
    int lone_start[2], lone_row[1];
    bp_pattern lone;
} bp_model_problem;

// Borrows model, work and delays (NULL: the model has none). `out` points into `self`.
BP_WARN_UNUSED bp_status bp_model_problem_init(bp_model_problem *self,
                                               const bp_model *model, bp_work *work,
                                               bp_delays *delays, bp_problem *out);
void bp_model_problem_clear(bp_model_problem *self);
void bp_model_problem_bounds(bp_model_problem *self, double low, double high);
// Whether something was that little below zero where the last rate that is not finite
// was met. atol: (n).
bool bp_model_problem_lifts(const bp_model_problem *self, const double *atol);

#endif
