// Published networks with and without what stays 0 in them: the same trajectories. They
// lie outside the project; the test is skipped where they are not.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/scenario_test.h"

// Both integrations at 1e-10 err by some hundred times that at most; amounts are of the
// order of 1 and more.
static const double tight_rtol = 1e-10, tight_atol = 1e-12, near = 1e-6;

static const bp_results *run(const loaded *l, bool prune, bp_sink **sink,
                             bp_batch_summary *summary) {
    bp_error err = {0};
    bp_settings *settings = bp_scenario_settings(l->scenario);
    settings->prune = prune;
    settings->rtol = tight_rtol;
    settings->atol = tight_atol;
    *sink = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(sink), BP_OK);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*sink);
    CHECK(bp_batch_run(l->scenario, NULL, *sink, summary, &err) == BP_OK, "%s",
          err.message);
    CHECK(summary->failed == 0, "%s", summary->first_failure);
    return bp_memory_sink_results(*sink);
}

static int count_differences(const bp_results *a, const bp_results *b) {
    size_t n = (size_t)a->head.n_times * (size_t)a->head.n_observables;
    int n_different = 0;
    for (size_t i = 0; i < n; i++) {
        double x = a->values[i], y = b->values[i];
        n_different += !(fabs(x - y) <= near * (fabs(y) + 1e-3));
    }
    return n_different;
}

static void compare(const char *file, const char *more, int n_states, int n_lean) {
    char yaml[2000];
    bp_batch_summary lean = {0}, whole = {0};
    bp_sink *sinks[2];
    const char *path = test_shared_data(file);
    if (!path) {
        test_skip("the models are not there");
        return;
    }
    snprintf(yaml, sizeof yaml, "model: %s\n%s\n", path, more);
    loaded l = load_text(yaml);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.scenario);
    const bp_results *a = run(&l, true, &sinks[0], &lean);
    const bp_results *b = run(&l, false, &sinks[1], &whole);
    CU_ASSERT_FATAL(a && b);
    CHECK(whole.states == n_states && lean.states == n_lean, "%d and %d states",
          whole.states, lean.states);
    CHECK(count_differences(a, b) == 0, "%d values differ", count_differences(a, b));
    sinks[0]->free(sinks[0]);
    sinks[1]->free(sinks[1]);
    unload(&l);
}

static void chen_2009(void) {
    compare("petab-benchmark/Chen_MSB2009/model_Chen_MSB2009.xml",
            "set: {c1: 5e-9}\nrun: {until: 9000, points: 11}", 500, 399);
    compare("biomodels/BIOMD0000000255.xml", "run: {until: 9000, points: 11}", 500,
            399);
}

static void capuani_2015(void) {
    compare("biomodels/BIOMD0000000595.xml", "run: {until: 600, points: 11}", 212, 6);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(chen_2009), TEST(capuani_2015), TEST_END};
    return test_main("lean_models", tests, argc, argv);
}
