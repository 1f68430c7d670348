// Textbook stiff problems as plain C, with published solutions, for tests and
// benchmarks.
#ifndef BP_TESTS_PROBLEMS_H
#define BP_TESTS_PROBLEMS_H

#include "solver/integrator.h"

typedef struct test_problem {
    const char *name;
    bp_problem problem;
    double t_end;
    double start[8];
    double published[8]; // at t_end
    double atol_share;   // absolute tolerance = this * rtol
    double digits; // relative error allowed between `published` and our own reference
} test_problem;

enum { N_TEST_PROBLEMS = 4 };
extern const test_problem test_problems[N_TEST_PROBLEMS];

// Integrates by the solver's own integrators, climbing the retry ladder where it must;
// y at the ascending times (n_times): (n_times x n). Adds to `stats`.
bp_status test_integrate(const test_problem *p, const bp_settings *settings,
                         int n_times, const double *times, double *y, bp_stats *stats);
// The same by CVODES with SUNDIALS' own vectors and dense solver, and our Jacobian.
int test_integrate_plain(const test_problem *p, double rtol, int n_times,
                         const double *times, double *y, long *steps);

#endif
