// Results by way of the plug-in, and what is said where it cannot be used.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/output_sample.h"

enum { N_RUNS = 5, N_TIMES = 6, N_SPECIES = 2 };

static const char *in_folder(const char *name, char path[512]) {
    snprintf(path, 512, "%s/%s", test_temporary(), name);
    return path;
}

static void look_in(const char *folder) {
    CU_ASSERT_EQUAL(setenv("BYPASS_PLUGIN_DIR", folder, 1), 0);
}

static void write_sample(const char *path) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, N_RUNS, N_TIMES, N_SPECIES);
    CU_ASSERT_EQUAL_FATAL(bp_hdf5_sink_new(path, &sink, &err), BP_OK);
    CU_ASSERT_EQUAL(sample_send(&made, sink, &err), BP_OK);
    sink->free(sink);
    sample_clear(&made);
}

static void what_is_written_is_read(void) {
    char path[512];
    look_in(BP_PLUGIN_DIR);
    write_sample(in_folder("plugin.h5", path));
    CU_ASSERT_TRUE(bp_results_is(path));
    bp_results *results = NULL;
    bp_error err = {0};
    CU_ASSERT_EQUAL_FATAL(bp_results_read(path, &results, &err), BP_OK);
    CU_ASSERT_EQUAL(results->head.n_runs, N_RUNS);
    CU_ASSERT_EQUAL(results->values[0], sample_value(0, 0, 0));
    CU_ASSERT_TRUE(results->complete);
    bp_results_free(results);
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_results_bundle(path, &bundle, &err), BP_OK);
    CU_ASSERT_TRUE(bp_bundle_count(bundle) > 0);
    bp_bundle_free(bundle);
}

static void other_files_are_no_results(void) {
    char path[512];
    CU_ASSERT_FALSE(bp_results_is("/etc/passwd"));
    CU_ASSERT_FALSE(bp_results_is("/nowhere/at/all.h5"));
    CU_ASSERT_FALSE(bp_results_is(test_temporary()));
    FILE *file = fopen(in_folder("signature.h5", path), "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("\211HDF\r\n\032\n and nothing else", file);
    fclose(file);
    look_in(BP_PLUGIN_DIR);
    CU_ASSERT_FALSE(bp_results_is(path));
}

static void check_refusal(const char *path, const char *reason) {
    bp_error err = {0};
    bp_sink *sink = NULL;
    bp_results *results = NULL;
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL(bp_hdf5_sink_new("never.h5", &sink, &err), BP_UNSUPPORTED);
    CHECK(strstr(err.message, reason) != NULL, "%s", err.message);
    CU_ASSERT_EQUAL(bp_results_read(path, &results, &err), BP_UNSUPPORTED);
    CHECK(strstr(err.message, reason) != NULL, "%s", err.message);
    CU_ASSERT_EQUAL(bp_results_bundle(path, &bundle, &err), BP_UNSUPPORTED);
    CU_ASSERT_EQUAL(bp_results_bundle(path, &bundle, NULL), BP_UNSUPPORTED);
    CU_ASSERT_PTR_NULL(sink);
    CU_ASSERT_PTR_NULL(results);
    CU_ASSERT_PTR_NULL(bundle);
    CU_ASSERT_TRUE(bp_results_is(path)); // so that reading it says what is missing
}

static void a_plug_in_that_does_not_fit_is_refused(void) {
    char path[512], broken[512], file[600];
    look_in(BP_PLUGIN_DIR);
    write_sample(in_folder("refused.h5", path));
    look_in(BP_OLD_PLUGIN_DIR);
    check_refusal(path, "is of version 0.0.0");

    snprintf(broken, sizeof broken, "%s", test_temporary());
    snprintf(file, sizeof file, "%s/bypass-hdf5.so", broken);
    FILE *f = fopen(file, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    fputs("no library", f);
    fclose(f);
    look_in(broken);
    check_refusal(path, "Is HDF5 installed");
    remove(file);
    look_in(BP_PLUGIN_DIR);
}

static void no_memory_to_find_it_is_said(void) {
    char path[512];
    look_in(BP_PLUGIN_DIR);
    write_sample(in_folder("memory.h5", path));
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 100) {
        bp_results *results = NULL;
        bp_alloc_fail(++nth, 0);
        status = bp_results_read(path, &results, NULL);
        bp_alloc_fail(0, 0);
        bp_results_free(results);
    }
    CHECK(status == BP_OK && nth > 1, "ended with %s after %d", bp_status_name(status),
          nth);
}

static const test_case tests[] = {
    TEST(what_is_written_is_read),
    TEST(other_files_are_no_results),
    TEST(a_plug_in_that_does_not_fit_is_refused),
    TEST(no_memory_to_find_it_is_said),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("output_hdf5_plugin", tests, argc, argv);
}
