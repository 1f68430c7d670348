// Batches: order, threads, failures, cancelling.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/scenario_test.h"

#define SWEEP                                                                          \
    "model: small.ant\nbefore: steady state\nmedium: {EGF: 0.1 nM}\n"                  \
    "arms:\n  a:\n  b: {EGF: {dose: 2 nM, at: 20 min}}\n"                              \
    "sweep:\n  PTEN_level: {list: [0.1, 1, 3]}\n"                                      \
    "  lapatinib: {log: [1 nM, 1 uM], points: 5}\n"                                    \
    "run: {until: 1 h, points: 31}\nsave: species\n"

// A sink that keeps what it is told and fails on request.
typedef struct test_sink {
    bp_sink sink; // first
    int begun, ended, flushed, n_put;
    int fail_at; // run whose put fails, -1: none
    bool fail_begin;
    bool in_order;
    bp_status end_status;
    size_t n_values;
    double *values; // of all runs
    bp_status *status;
    char failure[512]; // last
} test_sink;

static bp_status test_begin(bp_sink *sink, const bp_results_head *head, bp_error *err) {
    test_sink *s = (test_sink *)sink;
    s->begun++;
    if (s->fail_begin) return bp_error_set(err, BP_IO, "no room");
    s->n_values =
        (size_t)head->n_times * (size_t)(head->n_observables + head->n_species);
    s->values = calloc((size_t)head->n_runs * s->n_values, sizeof(double));
    s->status = calloc((size_t)head->n_runs, sizeof *s->status);
    return BP_OK;
}

static bp_status test_put(bp_sink *sink, const bp_result *result, bp_error *err) {
    test_sink *s = (test_sink *)sink;
    if (result->run == s->fail_at) return bp_error_set(err, BP_IO, "disk full");
    s->in_order &= result->run == s->n_put;
    memcpy(s->values + (size_t)result->run * s->n_values, result->values,
           s->n_values * sizeof(double));
    s->status[result->run] = result->status;
    if (result->failure[0])
        memcpy(s->failure, result->failure, strlen(result->failure) + 1);
    s->n_put++;
    return BP_OK;
}

static bp_status test_flush(bp_sink *sink, bp_error *err) {
    (void)err;
    ((test_sink *)sink)->flushed++;
    return BP_OK;
}

static bp_status test_end(bp_sink *sink, bp_status status, bp_error *err) {
    (void)err;
    ((test_sink *)sink)->ended++;
    ((test_sink *)sink)->end_status = status;
    return BP_OK;
}

static void test_free(bp_sink *sink) {
    free(((test_sink *)sink)->values);
    free(((test_sink *)sink)->status);
}

static test_sink new_sink(void) {
    return (test_sink){.sink = {test_begin, test_put, test_flush, test_end, test_free},
                       .fail_at = -1,
                       .in_order = true,
                       .end_status = BP_INTERNAL};
}

static bp_status run(const loaded *l, int threads, test_sink *sink,
                     bp_batch_summary *summary, bp_error *err) {
    bp_batch_options options = {.threads = threads};
    return bp_batch_run(l->scenario, &options, &sink->sink, summary, err);
}

static void results_do_not_depend_on_the_number_of_threads(void) {
    static const int threads[] = {1, 2, 4, 7};
    test_sink first = new_sink();
    for (int i = 0; i < 4; i++) {
        loaded l = load_text(SWEEP);
        if (!l.scenario) return;
        test_sink sink = new_sink();
        bp_batch_summary summary;
        bp_error err = {0};
        bp_status status = run(&l, threads[i], &sink, &summary, &err);
        CHECK(status == BP_OK, "%s", err.message);
        CU_ASSERT_EQUAL(summary.done, 30);
        CHECK(summary.failed == 0, "%s", summary.first_failure);
        CU_ASSERT_TRUE(sink.in_order);
        CU_ASSERT_EQUAL(sink.ended, 1);
        CU_ASSERT_EQUAL(sink.end_status, BP_OK);
        size_t size = 30 * sink.n_values * sizeof(double);
        if (i > 0) {
            CHECK(memcmp(first.values, sink.values, size) == 0, "%d threads differ",
                  threads[i]);
            sink.sink.free(&sink.sink);
        } else {
            first = sink;
        }
        unload(&l);
    }
    first.sink.free(&first.sink);
}

static void a_sink_that_fails_stops_the_batch(void) {
    for (int threads = 1; threads <= 3; threads++) {
        loaded l = load_text(SWEEP);
        if (!l.scenario) return;
        test_sink sink = new_sink();
        sink.fail_at = 4;
        bp_batch_summary summary;
        bp_error err = {0};
        CU_ASSERT_EQUAL(run(&l, threads, &sink, &summary, &err), BP_IO);
        CHECK_TEXT(err.message, "disk full");
        CU_ASSERT_EQUAL(summary.done, 4);
        CU_ASSERT_EQUAL(sink.end_status, BP_IO);
        CU_ASSERT_EQUAL(sink.ended, 1);
        sink.sink.free(&sink.sink);
        unload(&l);
    }
}

static void a_sink_that_cannot_begin_is_not_ended(void) {
    loaded l = load_text(SWEEP);
    if (!l.scenario) return;
    test_sink sink = new_sink();
    sink.fail_begin = true;
    bp_error err = {0};
    CU_ASSERT_EQUAL(run(&l, 2, &sink, NULL, &err), BP_IO);
    CHECK_TEXT(err.message, "no room");
    CU_ASSERT_EQUAL(sink.ended, 0);
    sink.sink.free(&sink.sink);
    unload(&l);
}

static int stop_after_three(void *data, int done, int failed, int total) {
    (void)failed;
    int *calls = data;
    ++*calls;
    CU_ASSERT_EQUAL(total, 4000);
    return done >= 3;
}

static void progress_can_stop_a_batch(void) {
    loaded l = load_text("model: small.ant\nexpose: {EGF: 1 nM}\n"
                         "sweep: {kdp: {linear: [0.1, 1], points: 4000}}\n"
                         "run: {until: 100 h, points: 300}\n");
    if (!l.scenario) return;
    int calls = 0;
    test_sink sink = new_sink();
    bp_batch_options options = {
        .threads = 2, .progress = stop_after_three, .data = &calls};
    bp_batch_summary summary;
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_batch_run(l.scenario, &options, &sink.sink, &summary, &err),
                    BP_CANCELLED);
    CU_ASSERT_EQUAL(sink.end_status, BP_CANCELLED);
    CU_ASSERT_TRUE(calls >= 1);
    CU_ASSERT_TRUE(summary.done >= 3 && summary.done < 4000);
    CU_ASSERT_TRUE(sink.in_order);
    sink.sink.free(&sink.sink);
    unload(&l);
}

static void a_failed_point_is_a_status_and_the_others_go_on(void) {
    // the logarithm of something negative, only where c is swept so
    loaded l = load_with("model: ./fails.ant\nsweep: {c: {list: [1, -1, 2]}}\n"
                         "run: {until: 2, points: 3}\nobserve: [x]\n",
                         "fails.ant",
                         "model fails()\n  const c = 1; var x = 1;\n"
                         "  x' = 1e-9*ln(c*x) - x;\nend\n");
    if (!l.scenario) return;
    test_sink sink = new_sink();
    bp_batch_summary summary;
    bp_error err = {0};
    CU_ASSERT_EQUAL(run(&l, 2, &sink, &summary, &err), BP_OK);
    CU_ASSERT_EQUAL(summary.done, 3);
    CU_ASSERT_EQUAL(summary.failed, 1);
    CU_ASSERT_EQUAL(sink.status[0], BP_OK);
    CU_ASSERT_NOT_EQUAL(sink.status[1], BP_OK);
    CU_ASSERT_EQUAL(sink.status[2], BP_OK);
    CU_ASSERT_TRUE(isnan(sink.values[sink.n_values + 2]));
    CHECK_NEAR(sink.values[2], exp(-2), 1e-4);
    CU_ASSERT_TRUE(strlen(summary.first_failure) > 0);
    CHECK_TEXT(summary.first_failure, sink.failure);
    sink.sink.free(&sink.sink);
    unload(&l);
}

static void what_does_not_come_to_rest_fails_for_all_of_its_group(void) {
    loaded l = load_with(
        "model: ./grows.ant\nbefore: steady state\nrun: {until: 1, points: 2}\n"
        "sweep: {k: {list: [0, 1]}, T: {list: [1, 2, 3]}}\n",
        "grows.ant",
        "model grows()\n  compartment c = 1; species x in c = 1;\n"
        "  k = 1; T = 0; other = 0; var other;\n  -> x; k + k*x;\n"
        "  x -> ; 0*x;\n  at time >= T: other = 1;\nend\n");
    if (!l.scenario) return;
    CU_ASSERT_EQUAL(bp_scenario_settle_group(l.scenario, 5), 1);
    test_sink sink = new_sink();
    bp_batch_summary summary;
    bp_error err = {0};
    CU_ASSERT_EQUAL(run(&l, 3, &sink, &summary, &err), BP_OK);
    for (int i = 0; i < 6; i++)
        CHECK((sink.status[i] == BP_OK) == (i < 3), "run %d: %s", i,
              bp_status_name(sink.status[i]));
    CU_ASSERT_EQUAL(summary.failed, 3);
    CU_ASSERT_TRUE(isnan(sink.values[4 * sink.n_values]));
    sink.sink.free(&sink.sink);
    unload(&l);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(results_do_not_depend_on_the_number_of_threads),
        TEST(a_sink_that_fails_stops_the_batch),
        TEST(a_sink_that_cannot_begin_is_not_ended),
        TEST(progress_can_stop_a_batch),
        TEST(a_failed_point_is_a_status_and_the_others_go_on),
        TEST(what_does_not_come_to_rest_fails_for_all_of_its_group),
        TEST_END,
    };
    return test_main("scenario batch", tests, argc, argv);
}
