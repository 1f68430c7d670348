// Results made up for the tests of output/: two arms or a sweep, every kind of text, a
// run that failed. Values follow from the indices, so that any of them can be checked.
#ifndef BP_TESTS_OUTPUT_SAMPLE_H
#define BP_TESTS_OUTPUT_SAMPLE_H

#include "output/output.h"

enum { SAMPLE_RUNS_MAX = 100000 };

typedef struct sample {
    bp_results_head head;
    double *times;
    double *row; // (n_times x width) of the run made last
    double *swept;
    const char **arms;
    double *settings;
    bp_bundle *bundle;
} sample;

// `n_species` 0: none are saved. Ends the program when there is no memory.
void sample_init(sample *made, int n_runs, int n_times, int n_species);
void sample_clear(sample *made);
// Value of column i (observables, then species) of a run at a sample of time.
double sample_value(int run, int time, int column);
// The run; every seventh has failed, with NaN from half of its time on.
bp_result sample_run(sample *made, int run);
bool sample_fails(int run);
// Begins, puts every run, ends; the first failure.
bp_status sample_send(sample *made, bp_sink *sink, bp_error *err);

#endif
