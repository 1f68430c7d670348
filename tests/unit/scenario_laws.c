// Laws of composition: what any drug, dose and medium must do, whatever the network.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/spec.h"
#include "tests/unit/scenario_test.h"

#define BASE "model: small.ant\n"
#define DRUG(name)                                                                     \
    "name: " name "\ntext: for tests\nmolar mass: {value: 500 g/mol, source: "         \
    "\"[A]\"}\n"
#define FACT(name, value) "    " name ": {value: " value ", source: \"[A]\"}\n"
#define FAST                                                                           \
    DRUG("fast")                                                                       \
    "acts:\n  - on: EGFR_kinase\n    archetype: fast_inhibitor\n" FACT("Ki", "4 nM")
#define SLOW                                                                           \
    DRUG("slow")                                                                       \
    "acts:\n  - on: EGFR_kinase\n    archetype: slow_inhibitor\n" FACT("Ki", "2 nM")   \
        FACT("koff", "1e-3 1/s")
#define ANTIBODY                                                                       \
    DRUG("mab")                                                                        \
    "acts:\n  - on: R_I\n    archetype: antibody\n" FACT("kon", "1e-4 1/(nM*s)")       \
        FACT("Kd", "0.5 nM") "    effects: {blocks: {value: 0.5, source: \"[A]\"}}\n"

// ---- drugs ----

static void fast_inhibitors_of_one_site_add_up(void) {
    // free = 1/(1 + sum of I/Ki); gefitinib has 0.4 nM at this site
    loaded l =
        load_with(BASE "expose: {./fast.yaml: 6 nM, gefitinib: 1 nM}\n"
                       "run: {until: 1 h, points: 3}\nobserve: [free_R, free_S]\n",
                  "fast.yaml", FAST);
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    for (int i = 0; results && i < 3; i++) {
        CHECK_NEAR(value_of(results, 0, i, "free_R"), 1 / (1 + 6 / 4.0 + 1 / 0.4),
                   1e-15);
        CHECK_NEAR(value_of(results, 0, i, "free_S"), 1 / (1 + 1 / 240.0), 1e-15);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

static void slow_and_fast_inhibitors_compete(void) {
    // at rest kon*I*free = (koff + turnover)*theta with free = (1 - theta)/(1 + ratio)
    loaded l =
        load_with(BASE "expose: {./slow.yaml: 8 nM, gefitinib: 1 nM}\n"
                       "run: {until: 100 h, points: 2, rtol: 1e-9, atol: 1e-12}\n"
                       "observe: [free_R, drug.slow.EGFR_kinase.theta]\n",
                  "slow.yaml", SLOW);
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    if (results) {
        double kon = 1e-3 / 2;
        double off = 1e-3 + 1e-5;
        double a = kon * 8 / (1 + 1 / 0.4); // kon*I*free = a*(1 - theta)
        double theta = a / (a + off);
        // integrated at rtol 1e-9: a hundred steps' errors at most
        CHECK_NEAR(value_of(results, 0, 1, "drug.slow.EGFR_kinase.theta"), theta, 1e-7);
        CHECK_NEAR(value_of(results, 0, 1, "free_R"), (1 - theta) / (1 + 1 / 0.4),
                   1e-7);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

static void an_antibody_is_conserved_and_acts_by_its_share(void) {
    loaded l = load_with(
        BASE "expose: {./mab.yaml: 0.005 nM}\nset: {kint: 0}\n"
             "run: {until: 500 h, points: 11, rtol: 1e-9, atol: 1e-12}\n"
             "observe: [mab, drug.mab.R_I.B1, drug.mab.R_I.B2, drug.mab.R_I.held,"
             " surface, occupied, blocked]\n",
        "mab.yaml", ANTIBODY);
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    for (int i = 0; results && i < 11; i++) {
        double in_medium = value_of(results, 0, i, "mab") * 1e4;
        double on_cell = 2 * (value_of(results, 0, i, "drug.mab.R_I.B1") +
                              value_of(results, 0, i, "drug.mab.R_I.B2"));
        CHECK_NEAR(in_medium + on_cell, 0.005 * 1e4, 1e-9 * 50); // a linear invariant
        double share = value_of(results, 0, i, "drug.mab.R_I.held") /
                       (value_of(results, 0, i, "surface") + 1e-6);
        CHECK_NEAR(value_of(results, 0, i, "occupied"), share, 1e-14);
        CHECK_NEAR(value_of(results, 0, i, "blocked"), 0.5 * share, 1e-14);
    }
    if (results)
        CHECK(value_of(results, 0, 10, "occupied") > 0.1, "hardly any is bound");
    if (sink) sink->free(sink);
    unload(&l);
}

// The rate of a state of `model` by name, at its own start.
static double *start_rates(const bp_model *model, double **state) {
    bp_work *work = NULL;
    size_t n = (size_t)bp_model_n_states(model);
    double *rates = calloc(n, sizeof *rates);
    *state = calloc(n, sizeof **state);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &work), BP_OK);
    CU_ASSERT_EQUAL(bp_model_start(model, work, 0, NULL, *state, NULL), BP_OK);
    for (size_t i = 0; i < n; i++) { // anything but drugs: they are absent
        const bp_variable *v =
            bp_model_variable(model, bp_model_state_variable(model, (int)i));
        if (!strstr(v->name, "ib") && !strstr(v->name, "drug.") &&
            !strstr(v->name, "mab"))
            (*state)[i] += 1 + 0.37 * (double)(v->name[0] % 7);
    }
    CU_ASSERT_EQUAL(bp_model_rates(model, work, 0, *state, rates), BP_OK);
    bp_work_free(work);
    return rates;
}

static void absent_drugs_leave_the_network_as_it_is(void) {
    // lapatinib, neratinib (states, ratios) and an antibody, all at concentration 0:
    // the same rates of the network's own states, to the bit
    loaded with =
        load_with(BASE "run: {until: 1 h}\narms:\n  none:\n"
                       "  all: {lapatinib: 1 nM, neratinib: 1 nM, ./mab.yaml: 1 nM}\n",
                  "mab.yaml", ANTIBODY);
    loaded without = load_text(BASE "run: {until: 1 h}\n");
    if (with.scenario && without.scenario) {
        const bp_model *a = bp_scenario_model(with.scenario);
        const bp_model *b = bp_scenario_model(without.scenario);
        double *state_a = NULL;
        double *state_b = NULL;
        double *rates_a = start_rates(a, &state_a);
        double *rates_b = start_rates(b, &state_b);
        int compared = 0;
        for (int i = 0; i < bp_model_n_states(b); i++) {
            const char *name =
                bp_model_variable(b, bp_model_state_variable(b, i))->name;
            const bp_variable *v = bp_model_variable(a, bp_model_find(a, name));
            CU_ASSERT_EQUAL_FATAL(v->role, BP_ROLE_STATE);
            CU_ASSERT_EQUAL(state_a[v->index], state_b[i]);
            CHECK(rates_a[v->index] == rates_b[i], "%s: %.17g %.17g", name,
                  rates_a[v->index], rates_b[i]);
            compared++;
        }
        CU_ASSERT_TRUE(compared >= 6);
        free(state_a);
        free(state_b);
        free(rates_a);
        free(rates_b);
    }
    unload(&with);
    unload(&without);
}

// ---- doses ----

static void doses_add_settings_set_and_washes_empty(void) {
    // `other` takes part in nothing: its concentration is what was done to it
    loaded l = load_text(
        BASE "run: {until: 60 min, every: 10 min}\nobserve: [other]\nexpose:\n"
             "  other:\n    - 1 nM\n    - {dose: 2 nM, at: 15 min}\n"
             "    - {set: 7 nM, at: 25 min}\n    - {wash: 35 min}\n"
             "    - {wash: 45 min}\n    - {dose: 5 nM, at: 45 min}\n"
             "    - {dose: 6 nM, at: 45 min}\n    - {set: 100 nM, at: 45 min}\n");
    static const double wanted[] = {1, 1, 3, 7, 0, 111, 111};
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    for (int i = 0; results && i < 7; i++)
        CHECK_NEAR(value_of(results, 0, i, "other"), wanted[i], 1e-12 * wanted[i]);
    if (sink) sink->free(sink);
    unload(&l);
}

static void a_dose_comes_after_settling(void) {
    loaded l =
        load_text(BASE "before: steady state\nrun: {until: 1 min, points: 2}\n"
                       "observe: [other, EGF, RL]\nexpose: {other: 1 nM, EGF: 1 nM}\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    if (results) {
        CHECK_NEAR(value_of(results, 0, 0, "other"), 1, 1e-15);
        CHECK_NEAR(value_of(results, 0, 0, "EGF"), 1,
                   1e-9); // the cells saw none before
        CHECK_NEAR(value_of(results, 0, 0, "RL"), 0, 1e-9);
        CHECK(value_of(results, 0, 1, "RL") > 1e-3, "nothing is bound");
    }
    if (sink) sink->free(sink);
    unload(&l);
}

// What serum binds neither acts nor is seen as the drug; the axis says what was given.
static void of_a_dose_the_free_part_acts(void) {
    loaded l = load_with(
        "model: small.ant\nsweep: {./ib.yaml: {list: [4 nM, 8 nM]}}\n"
        "arms:\n  a: {./ib.yaml: 1 nM}\n  b: {./ib.yaml: {set: 2 nM, at: 1 min}}\n"
        "run: {until: 2 min, points: 3}\nobserve: [ib]\n",
        "ib.yaml",
        "name: ib\ntext: a\nmolar mass: {value: 500 g/mol, source: a}\n"
        "free fraction: {value: 0.25, source: a}\nacts:\n  - on: EGFR_kinase\n"
        "    archetype: fast_inhibitor\n    Ki: {value: 4 nM, source: a}\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    static const double given[] = {4, 8, 4, 8}; // [nM]
    for (int run = 0; results && run < 4; run++) {
        double before = value_of(results, run, 0, "ib");
        CHECK_NEAR(value_of(results, run, 2, "ib"), 0.25 * given[run], 1e-6);
        CHECK_NEAR(before, run < 2 ? 0.25 * given[run] : 0, 1e-6);
        CHECK_NEAR(bp_scenario_head(l.scenario)->coordinates[1].values[run], given[run],
                   0);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

static void the_medium_is_held_until_the_start_and_not_after(void) {
    loaded l = load_text(BASE "before: steady state\nmedium: {EGF: 2 nM}\n"
                              "run: {until: 10 h, points: 2}\nobserve: [EGF, RLp]\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    if (results) {
        // lost at kuptake 1e-4/s against a feed of 1e3/s
        CHECK_NEAR(value_of(results, 0, 0, "EGF"), 2, 2 * 1e-6);
        CHECK(value_of(results, 0, 0, "RLp") > 1, "the cells did not see the medium");
        CHECK(value_of(results, 0, 1, "EGF") < 1, "the medium is still held");
    }
    if (sink) sink->free(sink);
    unload(&l);
}

static void what_a_run_starts_with_is_held(void) {
    // the second arm says nothing of the medium: its own start holds, not that of the
    // first
    loaded l = load_text(BASE "before: steady state\nrun: {until: 1 h, points: 2}\n"
                              "observe: [EGF, RLp]\narms:\n  a: {medium: {EGF: 2 nM}}\n"
                              "  b: {set: {EGF: 1 nM}}\n  c:\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    for (int run = 0; results && run < 3; run++)
        CHECK_NEAR(value_of(results, run, 0, "EGF"), 2 - run, 2e-6);
    if (sink) sink->free(sink);
    unload(&l);
}

// ---- snapshots ----

static void a_snapshot_runs_as_the_run_did(void) {
    loaded l = load_text(
        BASE "before: steady state\nmedium: {EGF: 0.1 nM}\nset: {PTEN_level: 0.3}\n"
             "arms:\n  a:\n  b: {EGF: {dose: 2 nM, at: 20 min}, lapatinib: 5 nM}\n"
             "run: {until: 1 h, points: 7, rtol: 1e-9, atol: 1e-12}\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    bp_spec *spec = NULL;
    bp_error err = {0};
    if (results && bp_scenario_snapshot(l.scenario, 1, &spec, &err) == BP_OK) {
        bp_model *model = NULL;
        bp_solver *solver = NULL;
        bp_view *view = NULL;
        bp_report report = {0};
        double values[14];
        bp_stats stats = {0};
        bp_failure failure = {0};
        CU_ASSERT_EQUAL(bp_spec_find(spec, "medium.hold"), -1);
        CU_ASSERT_EQUAL_FATAL(bp_model_compile(spec, NULL, &model, &report), BP_OK);
        int seen[2] = {bp_model_find(model, "pR"), bp_model_find(model, "pS")};
        bp_protocol protocol = {.n_times = 7, .times = results->head.times};
        CU_ASSERT_EQUAL_FATAL(
            bp_solver_new(model, bp_scenario_settings(l.scenario), &solver, &err),
            BP_OK);
        CU_ASSERT_EQUAL_FATAL(bp_view_new(model, seen, 2, &view), BP_OK);
        CU_ASSERT_EQUAL(
            bp_solver_run(solver, &protocol, view, values, &stats, &failure), BP_OK);
        for (int i = 0; i < 7; i++) {
            CHECK_NEAR(values[2 * i], value_of(results, 1, i, "pR"), 1e-7);
            CHECK_NEAR(values[2 * i + 1], value_of(results, 1, i, "pS"), 1e-7);
        }
        bp_view_free(view);
        bp_solver_free(solver);
        bp_model_free(model);
        bp_report_clear(&report);
    } else {
        CHECK(false, "no snapshot: %s", err.message);
    }
    bp_spec_free(spec);
    if (sink) sink->free(sink);
    unload(&l);
}

static void a_snapshot_leaves_absent_doses_out(void) {
    loaded l =
        load_text(BASE "run: {until: 1 h}\narms:\n  a:\n  b: {EGF: [1 nM, 2 nM]}\n");
    bp_spec *spec = NULL;
    for (int run = 0; l.scenario && run < 2; run++) {
        CU_ASSERT_EQUAL_FATAL(bp_scenario_snapshot(l.scenario, run, &spec, NULL),
                              BP_OK);
        CU_ASSERT_EQUAL(spec->events.count, run ? 2 : 0);
        bp_spec_free(spec);
    }
    bp_error err = {0};
    if (l.scenario)
        CU_ASSERT_EQUAL(bp_scenario_snapshot(l.scenario, 2, &spec, &err),
                        BP_BAD_ARGUMENT);
    unload(&l);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(fast_inhibitors_of_one_site_add_up),
        TEST(slow_and_fast_inhibitors_compete),
        TEST(an_antibody_is_conserved_and_acts_by_its_share),
        TEST(absent_drugs_leave_the_network_as_it_is),
        TEST(doses_add_settings_set_and_washes_empty),
        TEST(a_dose_comes_after_settling),
        TEST(of_a_dose_the_free_part_acts),
        TEST(the_medium_is_held_until_the_start_and_not_after),
        TEST(what_a_run_starts_with_is_held),
        TEST(a_snapshot_runs_as_the_run_did),
        TEST(a_snapshot_leaves_absent_doses_out),
        TEST_END,
    };
    return test_main("scenario laws", tests, argc, argv);
}
