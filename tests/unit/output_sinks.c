// The memory sink, and the one that tells several.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/output_sample.h"

static void memory_keeps_what_it_was_told(void) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, 5, 3, 2);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&sink), BP_OK);
    CU_ASSERT_PTR_NULL(bp_memory_sink_results(sink)); // nothing yet
    CU_ASSERT_EQUAL_FATAL(sample_send(&made, sink, &err), BP_OK);
    const bp_results *kept = bp_memory_sink_results(sink);
    sample_clear(&made); // the sink owns copies of everything

    CU_ASSERT_PTR_NOT_NULL_FATAL(kept);
    CU_ASSERT_TRUE(kept->complete);
    CHECK_TEXT(kept->head.observables[2].unit, "nM");
    CHECK_TEXT(kept->head.coordinates[0].labels[1], "lapatinib, 200 nM");
    CHECK_TEXT(kept->head.marks[2].text, "washout");
    CHECK_TEXT(bp_bundle_text(kept->head.bundle, 0, NULL), "model: her2\n");
    CU_ASSERT_EQUAL(kept->head.parameter_values[2 * 4 + 1], 0.1 * 4);
    for (int run = 0; run < 5; run++) {
        for (int t = 0; t < 3; t++) {
            double value = kept->values[(run * 3 + t) * 3 + 1];
            double species = kept->species[(run * 3 + t) * 2 + 1];
            bool lost = sample_fails(run) && t >= 1;
            CU_ASSERT_TRUE(lost ? isnan(value) : value == sample_value(run, t, 1));
            CU_ASSERT_TRUE(lost ? isnan(species) : species == sample_value(run, t, 4));
        }
        CU_ASSERT_EQUAL(kept->status[run],
                        sample_fails(run) ? BP_TOO_MUCH_WORK : BP_OK);
    }
    CHECK(strstr(kept->failure[3], "max_steps") != NULL, "'%s'", kept->failure[3]);
    sink->free(sink);
}

static void runs_never_put_are_marked_and_nan(void) {
    sample made;
    bp_sink *sink = NULL;
    sample_init(&made, 3, 2, 0);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&sink), BP_OK);
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, NULL), BP_OK);
    bp_result result = sample_run(&made, 1);
    CU_ASSERT_EQUAL(sink->put(sink, &result, NULL), BP_OK);
    CU_ASSERT_EQUAL(sink->flush(sink, NULL), BP_OK);
    CU_ASSERT_EQUAL(sink->end(sink, BP_CANCELLED, NULL), BP_OK);
    const bp_results *kept = bp_memory_sink_results(sink);
    CU_ASSERT_FALSE(kept->complete);
    CU_ASSERT_EQUAL(kept->status[0], -1);
    CU_ASSERT_EQUAL(kept->status[1], BP_OK);
    CU_ASSERT_TRUE(isnan(kept->values[0]));
    CHECK_TEXT(kept->failure[2], "");
    sink->free(sink);
    sample_clear(&made);
}

static void memory_refuses_what_makes_no_sense(void) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, 2, 2, 0);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&sink), BP_OK);
    bp_result result = sample_run(&made, 0);
    CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_BAD_ARGUMENT);
    CU_ASSERT_EQUAL(sink->end(sink, BP_OK, &err), BP_BAD_ARGUMENT);
    bp_coordinate empty = {"arm", "", NULL, NULL};
    made.head.coordinates = &empty;
    made.head.n_coordinates = 1;
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_BAD_ARGUMENT);
    CHECK(strstr(err.message, "'arm'") != NULL, "'%s'", err.message);
    made.head.n_coordinates = 0;
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_OK);
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_BAD_ARGUMENT); // only once
    result.run = 2;
    CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_BAD_ARGUMENT);
    sink->free(sink);
    sample_clear(&made);
}

static void memory_survives_every_failed_allocation(void) {
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 1000) {
        sample made;
        bp_sink *sink = NULL;
        sample_init(&made, 8, 4, 2);
        bp_alloc_fail(++nth, 0);
        status = bp_memory_sink_new(&sink);
        if (status == BP_OK) status = sample_send(&made, sink, NULL);
        bp_alloc_fail(0, 0);
        if (sink) sink->free(sink);
        sample_clear(&made);
    }
    CHECK(status == BP_OK && nth > 20, "ended with %s after %d", bp_status_name(status),
          nth);
}

// ---- tee ----

// A sink that counts its calls and can be told to fail.
typedef struct double_sink {
    bp_sink base;
    int n_begin, n_put, n_flush, n_end;
    bp_status ended;
    bp_status fail; // what put, flush and end return
    int *n_freed;
} double_sink;

static bp_status double_fails(const double_sink *sink, bp_error *err) {
    if (sink->fail != BP_OK) bp_error_set(err, sink->fail, "the double fails");
    return sink->fail;
}

static bp_status double_begin(bp_sink *base, const bp_results_head *head,
                              bp_error *err) {
    double_sink *sink = (double_sink *)base;
    (void)head;
    (void)err;
    sink->n_begin++;
    return BP_OK;
}

static bp_status double_put(bp_sink *base, const bp_result *result, bp_error *err) {
    double_sink *sink = (double_sink *)base;
    (void)result;
    sink->n_put++;
    return double_fails(sink, err);
}

static bp_status double_flush(bp_sink *base, bp_error *err) {
    double_sink *sink = (double_sink *)base;
    sink->n_flush++;
    return double_fails(sink, err);
}

static bp_status double_end(bp_sink *base, bp_status status, bp_error *err) {
    double_sink *sink = (double_sink *)base;
    sink->n_end++;
    sink->ended = status;
    return double_fails(sink, err);
}

static void double_free(bp_sink *base) {
    ++*((double_sink *)base)->n_freed;
}

static double_sink make_double(int *n_freed) {
    return (double_sink){
        .base = {double_begin, double_put, double_flush, double_end, double_free},
        .n_freed = n_freed};
}

static void a_tee_tells_all_even_when_one_fails(void) {
    int n_freed = 0;
    double_sink one = make_double(&n_freed), two = make_double(&n_freed);
    bp_sink *both[] = {&one.base, &two.base}, *tee = NULL;
    bp_error err = {0};
    sample made;
    sample_init(&made, 1, 1, 0);
    one.fail = BP_IO;
    CU_ASSERT_EQUAL_FATAL(bp_tee_sink_new(both, 2, &tee), BP_OK);
    bp_result result = sample_run(&made, 0);
    CU_ASSERT_EQUAL(tee->begin(tee, &made.head, &err), BP_OK);
    CU_ASSERT_EQUAL(tee->put(tee, &result, &err), BP_IO);
    CHECK_TEXT(err.message, "the double fails");
    CU_ASSERT_EQUAL(tee->flush(tee, &err), BP_IO);
    CU_ASSERT_EQUAL(tee->end(tee, BP_CANCELLED, NULL), BP_IO);
    CU_ASSERT_EQUAL(two.n_begin + two.n_put + two.n_flush + two.n_end, 4);
    CU_ASSERT_EQUAL(two.ended, BP_CANCELLED);
    tee->free(tee);
    CU_ASSERT_EQUAL(n_freed, 2);
    sample_clear(&made);
}

static void a_tee_that_cannot_be_made_leaves_the_sinks(void) {
    int n_freed = 0;
    double_sink one = make_double(&n_freed);
    bp_sink *sinks[] = {&one.base}, *tee = NULL;
    bp_alloc_fail(1, 0);
    CU_ASSERT_EQUAL(bp_tee_sink_new(sinks, 1, &tee), BP_NO_MEMORY);
    bp_alloc_fail(0, 0);
    CU_ASSERT_PTR_NULL(tee);
    CU_ASSERT_EQUAL(n_freed, 0);
}

static const test_case tests[] = {
    TEST(memory_keeps_what_it_was_told),
    TEST(runs_never_put_are_marked_and_nan),
    TEST(memory_refuses_what_makes_no_sense),
    TEST(memory_survives_every_failed_allocation),
    TEST(a_tee_tells_all_even_when_one_fails),
    TEST(a_tee_that_cannot_be_made_leaves_the_sinks),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("output_sinks", tests, argc, argv);
}
