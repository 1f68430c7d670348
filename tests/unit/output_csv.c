// CSV, byte by byte, and what happens when it cannot be written.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/output_sample.h"

// The whole file; free it.
static char *read_all(const char *path) {
    char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    bp_status status = bp_file_read(path, &text, &length, &err);
    CHECK(status == BP_OK, "%s", err.message);
    return text;
}

static const char *csv_path(char buffer[512]) {
    snprintf(buffer, 512, "%s/out.csv", test_temporary());
    return buffer;
}

// What the sample becomes; free it.
static char *csv_of(sample *made) {
    char path[512];
    bp_sink *sink = NULL;
    bp_error err = {0};
    bp_status status = bp_csv_sink_new(csv_path(path), &sink, &err);
    if (status == BP_OK) status = sample_send(made, sink, &err);
    CHECK(status == BP_OK, "%s", err.message);
    if (sink) sink->free(sink);
    return read_all(path);
}

static void several_runs_carry_their_coordinates(void) {
    sample made;
    sample_init(&made, 4, 2, 1);
    char *text = csv_of(&made);
    CHECK_TEXT(
        text,
        "# units: lapatinib_set=nM, time=h, pAKT=1, lapatinib=nM, IκBα=nM, HER2=nM\n"
        "arm,lapatinib_set,time,pAKT,lapatinib,IκBα,HER2\n"
        "untreated,0,0,1,2,3,4\n"
        "untreated,0,0.1,0.9090909090909091,1.8181818181818181,2.727272727272727,"
        "3.6363636363636362\n"
        "\"lapatinib, 200 nM\",0.1,0,1.1,2.1,3.1,4.1\n"
        "\"lapatinib, 200 nM\",0.1,0.1,1.009090909090909,1.9181818181818182,"
        "2.827272727272727,3.7363636363636363\n"
        "\"trastuzumab \"\"T\"\"\",0.2,0,1.2,2.2,3.2,4.2\n"
        "\"trastuzumab \"\"T\"\"\",0.2,0.1,1.1090909090909091,2.018181818181818,"
        "2.9272727272727272,3.8363636363636364\n"
        "α-HER2,0.30000000000000004,0,1.3,2.3,3.3,4.3\n"
        "α-HER2,0.30000000000000004,0.1,nan,nan,nan,nan\n");
    bp_free(text);
    sample_clear(&made);
}

static void one_run_has_only_time_and_observables(void) {
    sample made;
    sample_init(&made, 1, 2, 0);
    made.head.n_observables = 1;
    char *text = csv_of(&made);
    CHECK_TEXT(text, "# units: time=h, pAKT=1\n"
                     "time,pAKT\n"
                     "0,1\n"
                     "0.1,0.9090909090909091\n");
    bp_free(text);
    sample_clear(&made);
}

static void runs_without_coordinates_are_numbered(void) {
    sample made;
    sample_init(&made, 2, 1, 0);
    made.head.n_coordinates = 0;
    made.head.n_observables = 1;
    char *text = csv_of(&made);
    CHECK_TEXT(text, "# units: time=h, pAKT=1\n"
                     "run,time,pAKT\n"
                     "0,0,1\n"
                     "1,0,1.1\n");
    bp_free(text);
    sample_clear(&made);
}

static void odd_names_are_quoted_and_told_apart(void) {
    static const bp_output odd[] = {
        {"a,b", "", ""}, {"say \"x\"", "", ""}, {"#1", "", "1"}};
    static const bp_output same[] = {{"a,b", "", ""}};
    sample made;
    sample_init(&made, 1, 1, 1);
    made.head.observables = odd;
    made.head.species = same;
    char *text = csv_of(&made);
    CHECK_TEXT(text, "# units: time=h, #1=1\n"
                     "time,\"a,b\",\"say \"\"x\"\"\",\"#1\",\"a,b_species\"\n"
                     "0,1,2,3,4\n");
    bp_free(text);
    sample_clear(&made);
}

static void an_observable_called_time_gets_another_name(void) {
    static const bp_output odd[] = {{"time", "", "s"}};
    sample made;
    sample_init(&made, 1, 1, 0);
    made.head.observables = odd;
    made.head.n_observables = 1;
    char *text = csv_of(&made);
    CHECK_TEXT(text, "# units: time=h, time_=s\n"
                     "time,time_\n"
                     "0,1\n");
    bp_free(text);
    sample_clear(&made);
}

// Standard output of a child that writes CSV to "-".
static void a_dash_means_standard_output(void) {
    char path[512];
    int ended = 0;
    csv_path(path);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        sample made;
        bp_sink *sink = NULL;
        sample_init(&made, 1, 1, 0);
        if (!freopen(path, "w", stdout)) _exit(1);
        bp_status status = bp_csv_sink_new("-", &sink, NULL);
        if (status == BP_OK) status = sample_send(&made, sink, NULL);
        if (sink) sink->free(sink);
        // still open for what the program says afterwards
        _exit(status == BP_OK && puts("done") > 0 && fflush(stdout) == 0 ? 0 : 2);
    }
    waitpid(child, &ended, 0);
    CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 0, "the child ended with %d",
          ended);
    char *text = read_all(path);
    CHECK_TEXT(text, "# units: time=h, pAKT=1, lapatinib=nM, IκBα=nM\n"
                     "time,pAKT,lapatinib,IκBα\n0,1,2,3\ndone\n");
    bp_free(text);
}

// ---- trouble ----

static void places_that_cannot_be_written_are_named(void) {
    bp_sink *sink = NULL;
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_csv_sink_new("/nowhere/out.csv", &sink, &err), BP_IO);
    CHECK(strstr(err.message, "/nowhere/out.csv: No such file") != NULL, "'%s'",
          err.message);
    CU_ASSERT_EQUAL(bp_csv_sink_new(test_temporary(), &sink, &err), BP_IO);
    CU_ASSERT_PTR_NULL(sink);
}

static void a_full_disk_is_reported(void) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    if (access("/dev/full", W_OK) != 0) {
        test_skip("there is no /dev/full");
        return;
    }
    sample_init(&made, 1, 3, 0); // so little that only the end reports it
    CU_ASSERT_EQUAL_FATAL(bp_csv_sink_new("/dev/full", &sink, &err), BP_OK);
    CU_ASSERT_EQUAL(sample_send(&made, sink, &err), BP_IO);
    CHECK(strstr(err.message, strerror(ENOSPC)) != NULL, "'%s'", err.message);
    sink->free(sink);
    sample_clear(&made);
    sample_init(&made, 400, 100, 0); // so much that a run does
    CU_ASSERT_EQUAL_FATAL(bp_csv_sink_new("/dev/full", &sink, &err), BP_OK);
    CU_ASSERT_EQUAL(sample_send(&made, sink, &err), BP_IO);
    sink->free(sink);
    sample_clear(&made);
}

// `bypass run ... --csv - | head`: the reader goes away.
static void a_reader_that_leaves_is_reported(void) {
    int ends[2], ended = 0;
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        sample made;
        bp_sink *sink = NULL;
        bp_error err = {0};
        signal(SIGPIPE, SIG_IGN);
        close(ends[0]);
        dup2(ends[1], STDOUT_FILENO);
        sample_init(&made, 400, 100, 0);
        bp_status status = bp_csv_sink_new("-", &sink, &err);
        if (status == BP_OK) status = sample_send(&made, sink, &err);
        bool told = status == BP_IO && strstr(err.message, "standard output") &&
                    strstr(err.message, strerror(EPIPE));
        _exit(told ? 0 : 1);
    }
    close(ends[0]);
    close(ends[1]);
    waitpid(child, &ended, 0);
    CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 0, "the child ended with %d",
          ended);
}

static void bad_calls_are_refused(void) {
    char path[512];
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, 1, 1, 0);
    bp_result result = sample_run(&made, 0);
    CU_ASSERT_EQUAL_FATAL(bp_csv_sink_new(csv_path(path), &sink, &err), BP_OK);
    CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_BAD_ARGUMENT); // before begin
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_OK);
    result.run = 1;
    CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_BAD_ARGUMENT);
    sink->free(sink); // without an end
    made.head.n_times = 0;
    CU_ASSERT_EQUAL_FATAL(bp_csv_sink_new(path, &sink, &err), BP_OK);
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_BAD_ARGUMENT);
    sink->free(sink);
    sample_clear(&made);
}

static void csv_survives_every_failed_allocation(void) {
    char path[512];
    csv_path(path);
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 500) {
        sample made;
        bp_sink *sink = NULL;
        sample_init(&made, 3, 4, 1);
        bp_alloc_fail(++nth, 0);
        status = bp_csv_sink_new(path, &sink, NULL);
        if (status == BP_OK) status = sample_send(&made, sink, NULL);
        bp_alloc_fail(0, 0);
        if (sink) sink->free(sink);
        sample_clear(&made);
    }
    CHECK(status == BP_OK && nth > 5, "ended with %s after %d", bp_status_name(status),
          nth);
}

static const test_case tests[] = {
    TEST(several_runs_carry_their_coordinates),
    TEST(one_run_has_only_time_and_observables),
    TEST(runs_without_coordinates_are_numbered),
    TEST(odd_names_are_quoted_and_told_apart),
    TEST(an_observable_called_time_gets_another_name),
    TEST(a_dash_means_standard_output),
    TEST(places_that_cannot_be_written_are_named),
    TEST(a_full_disk_is_reported),
    TEST(a_reader_that_leaves_is_reported),
    TEST(bad_calls_are_refused),
    TEST(csv_survives_every_failed_allocation),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("output_csv", tests, argc, argv);
}
