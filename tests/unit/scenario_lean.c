// Batches without what stays 0: how much is left out, and that results are the same.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/scenario_test.h"

// Without a ligand the receptor does nothing: EGF, its complexes and what they make
// stay 0.
#define QUIET "model: small.ant\nset: {R_copies: 1e5}\nrun: {until: 1 h, points: 31}\n"
#define MORE  "observe: [EGF, RLp, Sp, S, pS, pR]\n"

typedef struct outcome {
    bp_sink *sink;
    const bp_results *results;
    bp_batch_summary summary;
} outcome;

static outcome run(const loaded *l, bool prune, int threads) {
    outcome o = {0};
    bp_batch_options options = {.threads = threads};
    bp_error err = {0};
    CU_ASSERT_PTR_NOT_NULL_FATAL(l->scenario);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&o.sink), BP_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o.sink);
    bp_settings *settings = bp_scenario_settings(l->scenario);
    settings->prune = prune;
    settings->rtol = 1e-10;
    settings->atol = 1e-13;
    CHECK(bp_batch_run(l->scenario, &options, o.sink, &o.summary, &err) == BP_OK, "%s",
          err.message);
    CHECK(o.summary.failed == 0, "%s", o.summary.first_failure);
    o.results = bp_memory_sink_results(o.sink);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o.results);
    return o;
}

static size_t n_values(const bp_results *r) {
    return (size_t)r->head.n_runs * (size_t)r->head.n_times *
           (size_t)r->head.n_observables;
}

// Both integrations err by some hundred rtol at most.
static void same_results(const outcome *a, const outcome *b) {
    CU_ASSERT_EQUAL_FATAL(n_values(a->results), n_values(b->results));
    for (size_t i = 0; i < n_values(a->results); i++) {
        double x = a->results->values[i], y = b->results->values[i];
        CHECK(fabs(x - y) <= 1e-7 * (1e-3 + fabs(y)), "%g and %g", x, y);
    }
}

static void compare(const char *yaml, int n_states, int n_zero) {
    loaded l = load_text(yaml);
    outcome lean = run(&l, true, 1), whole = run(&l, false, 1);
    CHECK(lean.summary.zero_species == n_zero, "%d species are left out",
          lean.summary.zero_species);
    CHECK(lean.summary.states == n_states, "%d states", lean.summary.states);
    CU_ASSERT_EQUAL(whole.summary.zero_species, 0);
    CU_ASSERT_EQUAL(whole.summary.species, lean.summary.species);
    CHECK(n_zero == 0 || whole.summary.states > n_states, "%d states of %d", n_states,
          whole.summary.states);
    same_results(&lean, &whole);
    lean.sink->free(lean.sink);
    whole.sink->free(whole.sink);
    unload(&l);
}

static void what_no_ligand_reaches_is_left_out(void) {
    compare(QUIET MORE, 0, 5); // EGF, other, RL, RLp, Sp
    compare(QUIET "save: species\n", 0, 5);
    compare(QUIET "before: steady state\n" MORE, 0, 5);
}

static void values_of_what_is_left_out_are_0(void) {
    loaded l = load_text(QUIET MORE);
    outcome o = run(&l, true, 1);
    for (int sample = 0; sample < 31; sample++) {
        CU_ASSERT_EQUAL(value_of(o.results, 0, sample, "EGF"), 0);
        CU_ASSERT_EQUAL(value_of(o.results, 0, sample, "RLp"), 0);
        CU_ASSERT_EQUAL(value_of(o.results, 0, sample, "pS"), 0);
        CU_ASSERT_EQUAL(value_of(o.results, 0, sample, "S"), 100);
    }
    o.sink->free(o.sink);
    unload(&l);
}

static void one_point_that_needs_it_keeps_it_for_all(void) {
    compare(QUIET MORE "sweep: {EGF: {list: [0 nM, 1 nM]}}\n", 6, 0);
    compare(QUIET MORE "sweep: {kdp: {list: [0.1, 0.2]}}\n", 0, 5);
    compare(QUIET MORE "arms:\n  a:\n  b: {EGF: {dose: 2 nM, at: 20 min}}\n", 6, 0);
    compare(QUIET MORE "arms:\n  a:\n  b: {EGF: 2 nM}\n", 6, 0);
    compare(QUIET MORE "before: steady state\nmedium: {EGF: 1 nM}\n", 6, 0);
}

// One species of 41 in one run is not worth compiling once more; in three runs it is.
static void little_is_left_out_where_it_counts(void) {
    static const char *const runs[] = {"", "sweep: {k: {list: [1, 2, 3]}}\n"};
    char text[4000] = "model *m()\n compartment c = 1; const k = 1;\n"
                      " species Z in c = 0;\n Z -> ; c*k*Z;\n";
    for (int i = 0; i < 40; i++) {
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n,
                 " species S%d in c = 1;\n S%d -> ; c*k*S%d;\n", i, i, i);
    }
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, "end\n");
    for (int i = 0; i < 2; i++) {
        char yaml[300];
        snprintf(yaml, sizeof yaml,
                 "model: wide.ant\n%srun: {until: 1, points: 3}\nobserve: [Z, S7]\n",
                 runs[i]);
        loaded l = load_with(yaml, "wide.ant", text);
        outcome o = run(&l, true, 1);
        CHECK(o.summary.states == 41 - i, "%d states", o.summary.states);
        CU_ASSERT_EQUAL(o.summary.zero_species, i);
        CU_ASSERT_EQUAL(value_of(o.results, 0, 2, "Z"), 0);
        o.sink->free(o.sink);
        unload(&l);
    }
}

static void threads_do_not_matter(void) {
    loaded l = load_text(QUIET MORE
                         "sweep: {S: {list: [50 nM, 10 nM, 20 nM, 30 nM, 40 nM]}}\n");
    outcome a = run(&l, true, 1), b = run(&l, true, 3);
    CHECK(a.summary.zero_species == 5, "%d", a.summary.zero_species);
    CU_ASSERT_EQUAL(
        memcmp(a.results->values, b.results->values, n_values(a.results) * 8), 0);
    a.sink->free(a.sink);
    b.sink->free(b.sink);
    unload(&l);
}

static void the_scenario_keeps_its_whole_model(void) {
    loaded l = load_text(QUIET MORE);
    const bp_model *model = bp_scenario_model(l.scenario);
    outcome o = run(&l, true, 1);
    CU_ASSERT_PTR_EQUAL(bp_scenario_model(l.scenario), model);
    CU_ASSERT_EQUAL(bp_model_n_states(model), 6);
    CU_ASSERT_FALSE(bp_model_variable(model, bp_model_find(model, "EGF"))->zero);
    o.sink->free(o.sink);
    unload(&l);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(what_no_ligand_reaches_is_left_out),
                                      TEST(values_of_what_is_left_out_are_0),
                                      TEST(one_point_that_needs_it_keeps_it_for_all),
                                      TEST(little_is_left_out_where_it_counts),
                                      TEST(threads_do_not_matter),
                                      TEST(the_scenario_keeps_its_whole_model),
                                      TEST_END};
    return test_main("scenario_lean", tests, argc, argv);
}
