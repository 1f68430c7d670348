// Runs a scenario text and looks things up in its results: for tests that state
// biology.
#ifndef BP_TESTS_BIO_H
#define BP_TESTS_BIO_H

#include "output/output.h"
#include "scenarios/scenario.h"

typedef struct bio {
    bp_bundle *bundle;
    bp_scenario *scenario;
    bp_sink *sink;
    const bp_results
        *results; // NULL when the scenario did not load or run: a check failed
} bio;

// Runs YAML text. Prints every finding and fails a check when it does not load or run.
bio bio_run(const char *yaml);
// The same with a further file beside it.
bio bio_run_with(const char *yaml, const char *name, const char *text);
void bio_stop(bio *run);
// A cell line at rest, then untreated ("control") and under each ligand (arms "EGF",
// "NRG1": 10 nM; "EGF 100 ng/mL", "NRG1 100 ng/mL", "IGF1 100 ng/mL"), every 5 min to
// 240 min.
bio bio_stimulate(const char *cell);

// The observable in an arm ("" : the only run) at a time in the unit of `until`, linear
// between the samples. NaN, and a failed check, for a name or time that is not there.
double bio_at(const bio *run, const char *arm, const char *observable, double time);
// Largest value over [from, to].
double bio_max(const bio *run, const char *arm, const char *observable, double from,
               double to);

// One published behaviour: prints the statement, the simulated value and the band, and
// checks low <= value <= high (-INFINITY, INFINITY: open). The band's reason belongs in
// `source`.
void bio_expect(const char *statement, double value, double low, double high,
                const char *source);

#endif
