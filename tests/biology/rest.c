// Cells at rest, and the demo's story. Published behaviours are scenarios/behaviours.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/bio.h"
#include "tests/support/harness.h"

// The default scenario, as `make demo` runs it.
static void the_demo_tells_its_story(void) {
    bp_bundle *bundle = NULL;
    const char *text = NULL;
    bp_error err = {0};
    CHECK(bp_bundle_new(&bundle) == BP_OK &&
              bp_bundle_read(bundle, "bypass:scenarios/demo.yaml", &text, NULL, &err) ==
                  BP_OK,
          "the demo cannot be read: %s", err.message);
    bio run = bio_run(text);
#define AT(arm, observable, hour) bio_at(&run, arm, observable, hour)
    bio_expect("Demo: pAKT 2 h after lapatinib 200 nM, of untreated",
               AT("lapatinib", "pAKT", 2) / AT("untreated", "pAKT", 2), 0, 0.30,
               "the demo's story");
    bio_expect("Demo: pERK 2 h after lapatinib, of untreated",
               AT("lapatinib", "pERK", 2) / AT("untreated", "pERK", 2), 0, 0.30,
               "the demo's story");
    bio_expect("Demo: pAKT 1 h after NRG1, of untreated",
               AT("rescue", "pAKT", 25) / AT("untreated", "pAKT", 25), 0.50, INFINITY,
               "the demo's story");
    bio_expect("Demo: pAKT 1 h after NRG1, of lapatinib alone",
               AT("rescue", "pAKT", 25) / AT("lapatinib", "pAKT", 25), 2, INFINITY,
               "the demo's story");
#undef AT
    bio_stop(&run);
    bp_bundle_free(bundle);
}

// Largest relative change of any species over 7 days without anything done to the
// cells.
static double drift(const char *cell, char *where, size_t size) {
    char yaml[256];
    snprintf(yaml, sizeof yaml,
             "model: her2\ncell: %s\nbefore: steady state\n"
             "run: {until: 7 d, points: 8, rtol: 1e-9, atol: 1e-12}\nsave: species\n"
             "observe: [pAKT]\n",
             cell);
    bio run = bio_run(yaml);
    double worst = 0;
    if (!run.results) return NAN;
    const bp_results_head *head = &run.results->head;
    const double *first = run.results->species;
    for (int k = 1; k < head->n_times; k++)
        for (int s = 0; s < head->n_species; s++) {
            double now = first[(size_t)k * head->n_species + s];
            double change = fabs(now - first[s]) / (fabs(first[s]) + 1e-9);
            if (change <= worst) continue;
            worst = change;
            snprintf(where, size, "%s", head->species[s].name);
        }
    bio_stop(&run);
    return worst;
}

static void cells_before_treatment_are_at_rest(void) {
    static const char *const cells[] = {"BT-474", "SK-BR-3", "HCC1954", "MCF7",
                                        "MDA-MB-231"};
    for (int i = 0; i < 5; i++) {
        char where[64] = "", statement[160];
        double worst = drift(cells[i], where, sizeof where);
        snprintf(statement, sizeof statement, "Rest: %s drift over 7 days (%s)",
                 cells[i], where);
        bio_expect(statement, worst, 0, 1e-6, "no drift: below 1e-6 in every species");
    }
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(the_demo_tells_its_story),
                                      TEST(cells_before_treatment_are_at_rest),
                                      TEST_END};
    return test_main("biology_rest", tests, argc, argv);
}
