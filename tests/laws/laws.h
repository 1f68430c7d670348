// A model from a few lines of Antimony, its solver, and the values of one run.
#ifndef BP_TESTS_LAWS_H
#define BP_TESTS_LAWS_H

#include "model/antimony.h"
#include "solver/solver.h"
#include "tests/support/harness.h"

typedef struct law {
    bp_bundle *bundle;
    bp_model *model;
    bp_settings settings;
    bp_solver *solver;
    bp_view *view;
    int n_columns;
    int n_times;
    double *times;
    double *values; // (n_times x n_columns)
    bp_status status;
    bp_stats stats;
    bp_failure failure;
} law;

// Compiles `text`; `columns` are the names observed, separated by blanks. Settings are
// the default ones; the solver is made at the first run, or anew after law_renew.
void law_open(law *l, const char *text, const char *columns);
// The same with what Antimony cannot say: an assignment rule of a symbol "zero_..." is
// an algebraic rule, a reaction "fast_..." is fast.
void law_open_conditions(law *l, const char *text, const char *columns);
// Its spec alone: to be freed by bp_spec_free, then law_close.
bp_spec *law_spec_conditions(law *l, const char *text);
// Compiles such a model that cannot be: the status and the first error.
bp_status law_refusal(const char *text, bp_error *err);
void law_close(law *l);
// The next run uses l->settings as they are then.
void law_renew(law *l);
// Runs to `until` from 0 with n + 1 evenly spaced samples, or with the times given.
void law_run(law *l, double until, int n);
void law_run_times(law *l, int n, const double *times);
// Runs under a protocol whose times are l->times.
void law_run_protocol(law *l, const bp_protocol *protocol);
double law_value(const law *l, int row, int column);
// The run must have succeeded; prints the failure when not.
void law_ok(const law *l);
bp_initial_value law_setting(const law *l, const char *name, double value);

#endif
