// Every allocation of a small load and run fails once; what was made is freed (ASan
// looks).
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/unit/scenario_test.h"

#define SMALL                                                                          \
    "model: small.ant\ncell: ./line.yaml\nbefore: steady state\nmedium: {EGF: 1 nM}\n" \
    "set: {kdp: {scale: 2}}\narms:\n  a:\n  b: {EGF: 1 nM, ./drug.yaml: 2 nM}\n"       \
    "mechanisms: [{./m.yaml: {f: 0.5}}]\n"                                             \
    "sweep: {kcat: {list: [1, 2]}, m.f: {list: [1, 2]}, mechanism: {list: [none, "     \
    "./n.yaml]}}\nrun: {until: 1 min, points: 2}\n"                                    \
    "plot:\n  - time course: {compare: arms}\n"
#define DRUG                                                                           \
    "name: ib\ntext: a\nmolar mass: {value: 500 g/mol, source: \"[A]\"}\n"             \
    "free fraction: {value: 0.5, source: a}\nacts:\n"                                  \
    "  - on: EGFR_kinase\n    archetype: fast_inhibitor\n"                             \
    "    Ki: {value: 4 nM, source: \"[A]\"}\n"                                         \
    "  - on: R_I\n    archetype: antibody\n    kon: {value: 1 1/(nM*s), source: "      \
    "\"[A]\"}\n"                                                                       \
    "    Kd: {value: 4 nM, source: \"[A]\"}\n    effects: {blocks: {value: 1, "        \
    "source: b}}\n"
#define MECHANISM                                                                      \
    "name: m\ntext: a\nincludes: [./n.yaml]\n"                                         \
    "parameters: {f: {default: 2, range: [0, 3], source: a}}\n"                        \
    "set: {kint: {scale: 1 + f, source: a}}\n"                                         \
    "medium: {EGF: {value: f, unit: nM, source: a}}\n"                                 \
    "drugs: {ib: {EGFR_kinase.Ki: {value: f, unit: uM, source: a}}}\n"
#define PART "name: n\ntext: a\nset: {kdp: {scale: 3, source: a}}\n"
#define LINE                                                                           \
    "name: L\ntext: a\nlevels: {R: {value: 2, source: a}}\n"                           \
    "set: {PTEN_level: {value: 1, source: a}}\n"

// A bundle with all that the load needs, so that the disk is not asked.
static bp_bundle *bundle_of_texts(void) {
    static const char *const library[] = {"bypass:models/archetypes.ant"};
    bp_bundle *bundle = NULL;
    const char *text = NULL;
    char base[900];
    char name[1024];
    snprintf(base, sizeof base, "%s", test_file("diagnostics/scenarios/small.ant"));
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_read(bundle, base, &text, NULL, NULL), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_read(bundle, library[0], &text, NULL, NULL), BP_OK);
    *strrchr(base, '/') = '\0';
    snprintf(name, sizeof name, "%s/drug.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, DRUG, strlen(DRUG)), BP_OK);
    snprintf(name, sizeof name, "%s/line.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, LINE, strlen(LINE)), BP_OK);
    snprintf(name, sizeof name, "%s/m.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, MECHANISM, strlen(MECHANISM)), BP_OK);
    snprintf(name, sizeof name, "%s/n.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, PART, strlen(PART)), BP_OK);
    snprintf(name, sizeof name, "%s/of-the-test.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, SMALL, strlen(SMALL)), BP_OK);
    return bundle;
}

static bp_status load_once(bp_bundle *bundle, const char *name) {
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    bp_status status = bp_scenario_load(name, bundle, &scenario, &report);
    CHECK((scenario != NULL) == (status == BP_OK), "%s", bp_status_name(status));
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    return status;
}

static void loading_survives_every_failed_allocation(void) {
    bp_bundle *bundle = bundle_of_texts();
    char name[1024];
    snprintf(name, sizeof name, "%s",
             test_file("diagnostics/scenarios/of-the-test.yaml"));
    CU_ASSERT_EQUAL_FATAL(load_once(bundle, name),
                          BP_OK); // reads what is still missing
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL_FATAL(load_once(bundle, name), BP_OK);
    long n = bp_alloc_count() - before;
    int tried = 0;
    for (long nth = 1; nth <= n;
         nth += 1 + nth / 400, tried++) { // all, then ever fewer
        bp_alloc_fail(nth, 1);
        bp_status status = load_once(bundle, name);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_NO_MEMORY, "allocation %ld of %ld: %s", nth, n,
              bp_status_name(status));
    }
    CU_ASSERT_TRUE(tried > 100);
    bp_bundle_free(bundle);
}

// A user's own model: units, places of drugs and observed forms that the scenario
// gives.
#define OWN                                                                            \
    "model own\n compartment c = 1; species R in c = 1, L in c = 1, P in c = 0;\n"     \
    " substanceOnly species N in c = 1; k = 1; h = 1;\n J: R -> P; c*k*R*h;\n"         \
    " J2: N -> ; N;\nend\n"
#define ON_OWN                                                                         \
    "model: own.ant\nunits: {time: min, concentration: uM}\n"                          \
    "sites: {EGFR_kinase: {scales: [k, J2], turnover: 1 1/s}}\n"                       \
    "epitopes: {R_I: {surface: [R, {P: 2}], internalisation: h, scales: k}}\n"         \
    "effects: {blocks: {scales: h}}\n"                                                 \
    "expose: {./drug.yaml: 2 nM, L: {dose: 1 nM, at: 1 s}, N: 3}\n"                    \
    "run: {until: 1 min, points: 2}\nobserve: [amount(R), concentration(N), P]\n"

static void foreign_models_survive_every_failed_allocation(void) {
    bp_bundle *bundle = bundle_of_texts();
    char base[900], name[1024];
    snprintf(base, sizeof base, "%s", test_file("diagnostics/scenarios/own.ant"));
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, base, OWN, strlen(OWN)), BP_OK);
    *strrchr(base, '/') = '\0';
    snprintf(name, sizeof name, "%s/on-own.yaml", base);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, ON_OWN, strlen(ON_OWN)), BP_OK);
    CU_ASSERT_EQUAL_FATAL(load_once(bundle, name), BP_OK);
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL_FATAL(load_once(bundle, name), BP_OK);
    long n = bp_alloc_count() - before;
    int tried = 0;
    for (long nth = 1; nth <= n; nth += 1 + nth / 400, tried++) {
        bp_alloc_fail(nth, 1);
        bp_status status = load_once(bundle, name);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_NO_MEMORY, "allocation %ld of %ld: %s", nth, n,
              bp_status_name(status));
    }
    CU_ASSERT_TRUE(tried > 100);
    bp_bundle_free(bundle);
}

static void snapshots_survive_failed_allocations(void) {
    bp_bundle *bundle = bundle_of_texts();
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    bp_status status =
        bp_scenario_load(test_file("diagnostics/scenarios/of-the-test.yaml"), bundle,
                         &scenario, &report);
    CU_ASSERT_EQUAL_FATAL(status, BP_OK);
    bp_spec *spec = NULL;
    for (long nth = 1; nth < 1000000; nth += 1 + nth / 20) {
        bp_alloc_fail(nth, 1);
        status = bp_scenario_snapshot(scenario, 3, &spec, NULL);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) break;
        CHECK(status == BP_NO_MEMORY, "allocation %ld: %s", nth,
              bp_status_name(status));
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    bp_spec_free(spec);
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

static void batches_and_lists_survive_failed_allocations(void) {
    bp_bundle *bundle = bundle_of_texts();
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    bp_status status =
        bp_scenario_load(test_file("diagnostics/scenarios/of-the-test.yaml"), bundle,
                         &scenario, &report);
    CU_ASSERT_EQUAL_FATAL(status, BP_OK);
    for (long nth = 1; nth < 100000;
         nth += 1 + nth / 40) { // of the caller's own thread
        bp_sink *sink = NULL;
        bp_batch_options options = {.threads = 1};
        CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&sink), BP_OK);
        bp_alloc_fail(nth, 1);
        status = bp_batch_run(scenario, &options, sink, NULL, NULL);
        bp_alloc_fail(0, 0);
        sink->free(sink);
        if (status == BP_OK) break;
        CHECK(status == BP_NO_MEMORY, "allocation %ld: %s", nth,
              bp_status_name(status));
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    for (long nth = 1; nth < 100000; nth += 1 + nth / 40) {
        bp_catalogue_item *items = NULL;
        int n = 0;
        bp_alloc_fail(nth, 1);
        status = bp_catalogue_list(BP_CATALOGUE_CELLS, &items, &n, NULL);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) bp_catalogue_free(items, n);
        if (status == BP_OK) break;
        CHECK(status == BP_NO_MEMORY, "allocation %ld: %s", nth,
              bp_status_name(status));
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

static void tables_survive_failed_allocations(void) {
    static const bp_catalogue kinds[] = {BP_CATALOGUE_DRUGS, BP_CATALOGUE_CELLS};
    bp_status status = BP_OK;
    for (int k = 0; k < 2; k++) {
        for (long nth = 1; nth < 1000000; nth += 1 + nth / 20) {
            bp_text table = {0};
            bp_alloc_fail(nth, 1);
            status = bp_catalogue_table(kinds[k], false, 80, &table, NULL);
            bp_alloc_fail(0, 0);
            bp_text_clear(&table);
            if (status == BP_OK) break;
            CHECK(status == BP_NO_MEMORY, "allocation %ld: %s", nth,
                  bp_status_name(status));
        }
        CU_ASSERT_EQUAL(status, BP_OK);
    }
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(loading_survives_every_failed_allocation),
        TEST(foreign_models_survive_every_failed_allocation),
        TEST(snapshots_survive_failed_allocations),
        TEST(batches_and_lists_survive_failed_allocations),
        TEST(tables_survive_failed_allocations),
        TEST_END,
    };
    return test_main("scenario memory", tests, argc, argv);
}
