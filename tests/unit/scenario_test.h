// What the tests of scenarios share: loading texts, running them, looking up numbers.
#ifndef BP_TESTS_SCENARIO_TEST_H
#define BP_TESTS_SCENARIO_TEST_H

#include "output/output.h"
#include "scenarios/scenario.h"
#include "tests/support/harness.h"

// A scenario loaded from text, as if it lay beside
// tests/diagnostics/scenarios/small.ant.
typedef struct loaded {
    bp_bundle *bundle;
    bp_report report;
    bp_scenario *scenario; // NULL: it did not load
    bp_status status;
} loaded;

// Loads; findings are printed and fail a check.
loaded load_text(const char *yaml);
// Loads without any check: for texts that are wrong.
loaded try_text(const char *yaml);
// Adds a file of the given name beside the scenario first; NULL: none.
loaded load_with(const char *yaml, const char *file, const char *text);
void unload(loaded *l);

// Value that a run sets; NaN when it does not set it.
double setting_of(const loaded *l, int run, const char *variable);
// Results of all runs in memory; free the sink.
const bp_results *run_all(const loaded *l, int threads, bp_sink **sink);
// Index of an observable, -1.
int observable_of(const bp_results *results, const char *name);
// Its value in a run at a sample.
double value_of(const bp_results *results, int run, int sample, const char *name);

#endif
