// Results written to HDF5 and read back.
#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/output_sample.h"

// Path in the temporary folder, into `buffer`.
static const char *in_folder(const char *name, char buffer[512]) {
    snprintf(buffer, 512, "%s/%s", test_temporary(), name);
    return buffer;
}

static void write_sample(const char *path, int n_runs, int n_times, int n_species) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, n_runs, n_times, n_species);
    bp_status status = bp_hdf5_sink_new(path, &sink, &err);
    if (status == BP_OK) status = sample_send(&made, sink, &err);
    CHECK(status == BP_OK, "%s", err.message);
    if (sink) sink->free(sink);
    sample_clear(&made);
}

static bp_results *read_back(const char *path) {
    bp_results *results = NULL;
    bp_error err = {0};
    bp_status status = bp_results_read(path, &results, &err);
    CHECK(status == BP_OK, "%s", err.message);
    return results;
}

// ---- round trip ----

static void check_outputs(const bp_output *read, const bp_output *written, int n) {
    for (int i = 0; i < n; i++) {
        const char *display = written[i].display_name;
        CHECK_TEXT(read[i].name, written[i].name);
        CHECK_TEXT(read[i].unit, written[i].unit);
        // a variable without a long name gets its name, as readers label axes with it
        if (display[0]) CHECK_TEXT(read[i].display_name, display);
    }
}

static void check_head(const bp_results_head *read, const bp_results_head *written) {
    CHECK_TEXT(read->title, written->title);
    CU_ASSERT_EQUAL_FATAL(read->n_runs, written->n_runs);
    CU_ASSERT_EQUAL_FATAL(read->n_times, written->n_times);
    for (int i = 0; i < read->n_times; i++)
        CU_ASSERT_EQUAL(read->times[i], written->times[i]); // exact
    CHECK_TEXT(read->time_unit, written->time_unit);
    CHECK_TEXT(read->shown_time_unit, written->shown_time_unit);
    CU_ASSERT_EQUAL(read->shown_time_factor, written->shown_time_factor);
    CU_ASSERT_EQUAL_FATAL(read->n_observables, written->n_observables);
    check_outputs(read->observables, written->observables, read->n_observables);
    CU_ASSERT_EQUAL_FATAL(read->n_species, written->n_species);
    check_outputs(read->species, written->species, read->n_species);
    CU_ASSERT_EQUAL_FATAL(read->n_parameters, written->n_parameters);
    check_outputs(read->parameters, written->parameters, read->n_parameters);
    for (int i = 0; i < read->n_parameters * read->n_runs; i++)
        CU_ASSERT_EQUAL(read->parameter_values[i], written->parameter_values[i]);
    CHECK_TEXT(read->figures, written->figures);
    CHECK_TEXT(read->model.antimony, written->model.antimony);
    CHECK_TEXT(read->model.hash, written->model.hash);
    CHECK_TEXT(read->command_line, written->command_line);
    CU_ASSERT_EQUAL_FATAL(read->n_provenance, written->n_provenance);
    for (int i = 0; i < read->n_provenance; i++) {
        CHECK_TEXT(read->provenance[i].name, written->provenance[i].name);
        CHECK_TEXT(read->provenance[i].text, written->provenance[i].text);
    }
}

static void check_lists(const bp_results_head *read, const bp_results_head *written) {
    CU_ASSERT_EQUAL_FATAL(read->n_coordinates, written->n_coordinates);
    for (int i = 0; i < read->n_coordinates; i++) {
        const bp_coordinate *one = &read->coordinates[i],
                            *two = &written->coordinates[i];
        CHECK_TEXT(one->name, two->name);
        CHECK_TEXT(one->unit, two->unit);
        CU_ASSERT_EQUAL(one->labels == NULL, two->labels == NULL);
        for (int run = 0; run < read->n_runs; run++) {
            if (two->labels) CHECK_TEXT(one->labels[run], two->labels[run]);
            if (two->values) CU_ASSERT_EQUAL(one->values[run], two->values[run]);
        }
    }
    CU_ASSERT_EQUAL_FATAL(read->n_marks, written->n_marks);
    for (int i = 0; i < read->n_marks; i++) {
        CHECK_TEXT(read->marks[i].arm, written->marks[i].arm);
        CHECK_TEXT(read->marks[i].text, written->marks[i].text);
        CU_ASSERT_EQUAL(read->marks[i].time, written->marks[i].time);
        CU_ASSERT_EQUAL(read->marks[i].kind, written->marks[i].kind);
    }
    CU_ASSERT_EQUAL_FATAL(bp_bundle_count(read->bundle),
                          bp_bundle_count(written->bundle));
    for (int i = 0; i < bp_bundle_count(read->bundle); i++) {
        CHECK_TEXT(bp_bundle_name(read->bundle, i), bp_bundle_name(written->bundle, i));
        CHECK_TEXT(bp_bundle_text(read->bundle, i, NULL),
                   bp_bundle_text(written->bundle, i, NULL));
    }
}

static bool same(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

// Whether the stored run is exactly what the sample makes of it.
static bool run_is_exact(const bp_results *results, sample *made, int run) {
    bp_result expected = sample_run(made, run);
    const bp_results_head *head = &results->head;
    int width = head->n_observables + head->n_species;
    bool exact = results->status[run] == (int)expected.status &&
                 results->stats[run].steps == expected.stats.steps &&
                 results->stats[run].settle_time == expected.stats.settle_time &&
                 strcmp(results->failure[run], expected.failure) == 0;
    for (int t = 0; exact && t < head->n_times; t++) {
        const double *row = expected.values + t * width;
        size_t at = (size_t)run * (size_t)head->n_times + (size_t)t;
        for (int i = 0; exact && i < head->n_observables; i++)
            exact = same(results->values[at * (size_t)head->n_observables + (size_t)i],
                         row[i]);
        for (int i = 0; exact && i < head->n_species; i++)
            exact = same(results->species[at * (size_t)head->n_species + (size_t)i],
                         row[head->n_observables + i]);
    }
    return exact;
}

static void round_trip(int n_runs, int n_times, int n_species) {
    char path[512];
    sample made;
    in_folder("round.h5", path);
    write_sample(path, n_runs, n_times, n_species);
    bp_results *results = read_back(path);
    sample_init(&made, n_runs, n_times, n_species);
    if (results) {
        CU_ASSERT_TRUE(results->complete);
        CU_ASSERT_TRUE(bp_results_is(path));
        check_head(&results->head, &made.head);
        check_lists(&results->head, &made.head);
        for (int run = 0; run < n_runs; run++)
            CHECK(run_is_exact(results, &made, run), "run %d of %d differs", run,
                  n_runs);
    }
    bp_results_free(results);
    sample_clear(&made);
}

static void what_is_written_is_read_back_exactly(void) {
    round_trip(1, 1, 0);
    round_trip(30, 11, 3);
    round_trip(2, 40000, 0);  // one run is more than a chunk
    round_trip(1500, 200, 3); // several batches, and more runs than verdicts may wait
}

static void memory_and_file_hold_the_same(void) {
    char path[512];
    sample made;
    bp_sink *both[2] = {NULL, NULL}, *tee = NULL;
    bp_error err = {0};
    in_folder("tee.h5", path);
    sample_init(&made, 9, 20, 2);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&both[0]), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_hdf5_sink_new(path, &both[1], &err), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_tee_sink_new(both, 2, &tee), BP_OK);
    CU_ASSERT_EQUAL(sample_send(&made, tee, &err), BP_OK);

    const bp_results *kept = bp_memory_sink_results(both[0]);
    bp_results *read = read_back(path);
    CU_ASSERT_PTR_NULL(bp_memory_sink_results(tee)); // not a memory sink
    if (kept && read) {
        check_head(&read->head, &kept->head);
        check_lists(&read->head, &kept->head);
        for (int run = 0; run < 9; run++) {
            CHECK(run_is_exact(read, &made, run), "file: run %d differs", run);
            CHECK(run_is_exact(kept, &made, run), "memory: run %d differs", run);
        }
    }
    bp_results_free(read);
    tee->free(tee);
    sample_clear(&made);
}

static void runs_of_a_shard_may_leave_gaps(void) {
    char path[512];
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    in_folder("shard.h5", path);
    sample_init(&made, 40, 5, 0);
    CU_ASSERT_EQUAL_FATAL(bp_hdf5_sink_new(path, &sink, &err), BP_OK);
    CU_ASSERT_EQUAL_FATAL(sink->begin(sink, &made.head, &err), BP_OK);
    for (int run = 0; run < 40; run++) {
        if ((run / 4) % 3 != 1) continue; // every third group of four
        bp_result result = sample_run(&made, run);
        CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_OK);
    }
    CU_ASSERT_EQUAL(sink->end(sink, BP_OK, &err), BP_OK);
    sink->free(sink);

    bp_results *results = read_back(path);
    for (int run = 0; results && run < 40; run++) {
        if ((run / 4) % 3 == 1) {
            CHECK(run_is_exact(results, &made, run), "run %d differs", run);
        } else {
            CU_ASSERT_EQUAL(results->status[run], -1);
            CU_ASSERT_TRUE(isnan(results->values[run * 5 * 3])); // never a silent zero
        }
    }
    bp_results_free(results);
    sample_clear(&made);
}

static void times_shown_are_exact_in_the_unit_shown(void) {
    char path[512];
    double times[11];
    write_sample(in_folder("times.h5", path), 1, 11, 0);
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t time = H5Dopen2(file, "time", H5P_DEFAULT);
    herr_t read =
        H5Dread(time, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, times);
    CU_ASSERT_TRUE(read >= 0);
    for (int i = 0; i < 11; i++)
        CU_ASSERT_EQUAL(times[i], i / 10.0); // ds.sel(time=0.3) works
    H5Dclose(time);
    H5Fclose(file);
}

// ---- what a bundle gives back ----

static void the_bundle_repeats_a_run(void) {
    char path[512];
    bp_bundle *bundle = NULL;
    bp_error err = {0};
    write_sample(in_folder("bundle.h5", path), 2, 3, 0);
    bp_status status = bp_results_bundle(path, &bundle, &err);
    CHECK(status == BP_OK, "%s", err.message);
    if (!bundle) return;
    const char *text = NULL;
    CU_ASSERT_EQUAL(bp_bundle_count(bundle), 2 + 3);
    CHECK_TEXT(bp_bundle_name(bundle, 0), "demo.yaml");
    CU_ASSERT_EQUAL(bp_bundle_read(bundle, "provenance:rtol", &text, NULL, &err),
                    BP_OK);
    CHECK_TEXT(text, "1e-06");
    CU_ASSERT_TRUE(bp_bundle_sealed(bundle));
    bp_bundle_free(bundle);
}

// ---- damage ----

// Copies a file; false when it cannot.
static bool copy_file(const char *from, const char *to, size_t most) {
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    char buffer[65536];
    size_t n = 0;
    bool ok = in && out;
    while (ok && most > 0 && (n = fread(buffer, 1, sizeof buffer, in)) > 0) {
        if (n > most) n = most;
        ok = fwrite(buffer, 1, n, out) == n;
        most -= n;
    }
    if (in) fclose(in);
    if (out) fclose(out);
    return ok;
}

static void expect_refused(const char *path, bp_status wanted, const char *named) {
    bp_results *results = NULL;
    bp_error err = {0};
    bp_status status = bp_results_read(path, &results, &err);
    CHECK(status == wanted && !results, "without %s: %s instead of %s (%s)", named,
          bp_status_name(status), bp_status_name(wanted), err.message);
    CHECK(strstr(err.message, named) != NULL, "'%s' does not name %s", err.message,
          named);
    bp_results_free(results);
}

// Everything whose loss must be noticed, by its path.
static const char *const needed[] = {"run",
                                     "time",
                                     "status",
                                     "failure",
                                     "pAKT",
                                     "lapatinib",
                                     "IκBα",
                                     "arm",
                                     "lapatinib_set",
                                     "species",
                                     "species_unit",
                                     "species_long_name",
                                     "solver/steps",
                                     "solver/seconds",
                                     "solver",
                                     "parameters/k_on",
                                     "parameters",
                                     "marks/arm",
                                     "marks/when",
                                     "marks/text",
                                     "marks/kind",
                                     "marks",
                                     "provenance/times",
                                     "provenance/observables",
                                     "provenance/coordinates",
                                     "provenance/parameters",
                                     "provenance/composed_model",
                                     "provenance/model_hash",
                                     "provenance/command_line",
                                     "provenance/figures",
                                     "provenance/details",
                                     "provenance/files",
                                     "provenance/files/file0",
                                     "provenance"};

static void every_missing_part_is_named(void) {
    char whole[512], cut[512];
    write_sample(in_folder("whole.h5", whole), 3, 4, 3);
    in_folder("cut.h5", cut);
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        CU_ASSERT_TRUE_FATAL(copy_file(whole, cut, SIZE_MAX));
        hid_t file = H5Fopen(cut, H5F_ACC_RDWR, H5P_DEFAULT);
        CHECK(H5Ldelete(file, needed[i], H5P_DEFAULT) >= 0, "%s is not there",
              needed[i]);
        H5Fclose(file);
        const char *leaf =
            strrchr(needed[i], '/') ? strrchr(needed[i], '/') + 1 : needed[i];
        if (strcmp(needed[i], "species") == 0) continue; // an option, checked below
        expect_refused(cut, BP_BAD_VALUE, strstr(needed[i], "/file0") ? "files" : leaf);
    }
}

static const char *const attributes[][2] = {
    {".", "title"},
    {".", "complete"},
    {"pAKT", "units"},
    {"pAKT", "long_name"},
    {"arm", "units"},
    {"lapatinib_set", "units"},
    {"parameters/k_on", "units"},
    {"marks", "count"},
    {"provenance", "n_observables"},
    {"provenance", "n_coordinates"},
    {"provenance", "n_parameters"},
    {"provenance/times", "model_unit"},
    {"provenance/times", "shown_unit"},
    {"provenance/times", "shown_factor"},
    {"provenance/details", "count"},
    {"provenance/files", "count"},
    {"provenance/files/file0", "name"},
};

static void every_missing_attribute_is_named(void) {
    char whole[512], cut[512];
    write_sample(in_folder("whole.h5", whole), 3, 4, 0);
    in_folder("cut.h5", cut);
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        CU_ASSERT_TRUE_FATAL(copy_file(whole, cut, SIZE_MAX));
        hid_t file = H5Fopen(cut, H5F_ACC_RDWR, H5P_DEFAULT);
        CHECK(H5Adelete_by_name(file, attributes[i][0], attributes[i][1],
                                H5P_DEFAULT) >= 0,
              "%s of %s is not there", attributes[i][1], attributes[i][0]);
        H5Fclose(file);
        expect_refused(cut, BP_BAD_VALUE, attributes[i][1]);
    }
}

static void set_layout(const char *path, int major) {
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t layout = H5Aopen(file, "bypass_layout", H5P_DEFAULT);
    CU_ASSERT_TRUE(H5Awrite(layout, H5T_NATIVE_INT, &major) >= 0);
    H5Aclose(layout);
    H5Fclose(file);
}

static void other_files_are_refused_with_a_reason(void) {
    char path[512], text[512];
    write_sample(in_folder("layout.h5", path), 1, 3, 0);
    set_layout(path, 99);
    expect_refused(path, BP_TOO_NEW, "Update bypass");
    CU_ASSERT_TRUE(bp_results_is(path)); // ours, only newer
    set_layout(path, 0);
    expect_refused(path, BP_BAD_VALUE, "layout 0");

    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    CU_ASSERT_TRUE(H5Adelete(file, "bypass_layout") >= 0);
    H5Fclose(file);
    expect_refused(path, BP_UNSUPPORTED, "bypass_layout");
    CU_ASSERT_FALSE(bp_results_is(path));

    FILE *out = fopen(in_folder("text.h5", text), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    fputs("model: her2\n", out);
    fclose(out);
    expect_refused(text, BP_UNSUPPORTED, "no HDF5 file");
    CU_ASSERT_FALSE(bp_results_is(text));
    expect_refused("/nowhere/at/all.h5", BP_NO_FILE, "no such file");
    CU_ASSERT_FALSE(bp_results_is("/nowhere/at/all.h5"));
    CU_ASSERT_FALSE(bp_results_is(test_temporary()));
}

static void a_file_cut_short_is_refused(void) {
    char whole[512], cut[512];
    struct stat info;
    write_sample(in_folder("whole.h5", whole), 20, 50, 0);
    in_folder("cut.h5", cut);
    CU_ASSERT_EQUAL_FATAL(stat(whole, &info), 0);
    for (int part = 1; part < 10; part++) {
        bp_results *results = NULL;
        bp_error err = {0};
        CU_ASSERT_TRUE_FATAL(copy_file(whole, cut, (size_t)info.st_size * part / 10));
        CU_ASSERT_EQUAL(bp_results_read(cut, &results, &err), BP_IO);
        CHECK(strstr(err.message, "truncated") != NULL, "'%s'", err.message);
        CU_ASSERT_PTR_NULL(results);
    }
}

// ---- trouble while writing ----

static void bad_places_are_found_out_before_the_first_run(void) {
    char path[512];
    bp_sink *sink = NULL;
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_hdf5_sink_new(test_temporary(), &sink, &err), BP_IO);
    CHECK(strstr(err.message, "folder") != NULL, "'%s'", err.message);
    in_folder("not/there.h5", path);
    CU_ASSERT_EQUAL(bp_hdf5_sink_new(path, &sink, &err), BP_NO_FILE);
    CHECK(strstr(err.message, "does not exist") != NULL, "'%s'", err.message);
    CU_ASSERT_PTR_NULL(sink);
}

// In a child process whose files may not grow past `limit`: exit code 0 when the
// failure is told as it should be.
static int write_with_limit(const char *path, rlim_t limit) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    struct rlimit size = {limit, limit};
    signal(SIGXFSZ, SIG_IGN); // writes fail with EFBIG instead
    if (setrlimit(RLIMIT_FSIZE, &size) != 0) return 10;
    sample_init(&made, 4000, 100, 0);
    if (bp_hdf5_sink_new(path, &sink, &err) != BP_OK) return 11;
    if (sample_send(&made, sink, &err) != BP_IO) return 12;
    if (!strstr(err.message, "File too large")) return 13;
    if (strcmp(err.file, path) != 0) return 14;
    sink->free(sink);
    sample_clear(&made);
    return 0;
}

static void a_full_disk_is_reported_in_its_own_words(void) {
    static const rlim_t limits[] = {8192, 400000, 3000000}; // metadata; early; late
    for (int i = 0; i < 3; i++) {
        char path[512];
        int ended = -1;
        in_folder("full.h5", path);
        fflush(NULL);
        pid_t child = fork();
        if (child == 0) _exit(write_with_limit(path, limits[i]));
        waitpid(child, &ended, 0);
        CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 0, "limit %ld: ended with %d",
              (long)limits[i], WEXITSTATUS(ended));
        if (i == 0)
            CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0); // nothing half made stays
        unlink(path);
    }
}

static void the_reporting_of_the_host_program_is_left_alone(void) {
    char path[512];
    H5E_auto2_t before = NULL, after = NULL;
    void *data = NULL;
    H5Eget_auto2(H5E_DEFAULT, &before, &data);
    write_sample(in_folder("host.h5", path), 1, 2, 0);
    CU_ASSERT_FALSE(bp_results_is("/etc/passwd"));
    H5Eget_auto2(H5E_DEFAULT, &after, &data);
    CU_ASSERT_PTR_NOT_NULL(before);
    CU_ASSERT_TRUE(before == after);
}

static void heads_that_cannot_be_stored_are_refused(void) {
    char path[512];
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    sample_init(&made, 1, 1, 0);
    made.head.n_runs = 0;
    CU_ASSERT_EQUAL_FATAL(bp_hdf5_sink_new(in_folder("no.h5", path), &sink, &err),
                          BP_OK);
    CU_ASSERT_EQUAL(sink->begin(sink, &made.head, &err), BP_BAD_ARGUMENT);
    bp_result result = sample_run(&made, 0);
    CU_ASSERT_EQUAL(sink->put(sink, &result, &err), BP_BAD_ARGUMENT);
    sink->free(sink);
    CU_ASSERT_NOT_EQUAL(access(path, F_OK), 0);
    sample_clear(&made);
}

static void writing_survives_every_failed_allocation(void) {
    char path[512];
    in_folder("memory.h5", path);
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 2000) {
        sample made;
        bp_sink *sink = NULL;
        sample_init(&made, 5, 6, 2);
        bp_alloc_fail(++nth, 0);
        status = bp_hdf5_sink_new(path, &sink, NULL);
        if (status == BP_OK) status = sample_send(&made, sink, NULL);
        bp_alloc_fail(0, 0);
        if (sink) sink->free(sink);
        sample_clear(&made);
    }
    CHECK(status == BP_OK && nth > 20, "ended with %s after %d", bp_status_name(status),
          nth);
}

static void reading_survives_every_failed_allocation(void) {
    char path[512];
    write_sample(in_folder("memory.h5", path), 5, 6, 2);
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 2000) {
        bp_results *results = NULL;
        bp_alloc_fail(++nth, 0);
        status = bp_results_read(path, &results, NULL);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(results == NULL, status != BP_OK);
        bp_results_free(results);
    }
    CHECK(status == BP_OK && nth > 20, "ended with %s after %d", bp_status_name(status),
          nth);
}

// ---- crash ----

enum { CRASH_RUNS = 20000, CRASH_TIMES = 100, CRASH_FLUSH = 50 };

// Writes runs for ever, telling through the pipe how many of them were flushed.
static void write_until_killed(const char *path, int pipe_end) {
    sample made;
    bp_sink *sink = NULL;
    sample_init(&made, CRASH_RUNS, CRASH_TIMES, 0);
    if (bp_hdf5_sink_new(path, &sink, NULL) != BP_OK) _exit(1);
    if (sink->begin(sink, &made.head, NULL) != BP_OK) _exit(1);
    for (int run = 0; run < CRASH_RUNS; run++) {
        bp_result result = sample_run(&made, run);
        if (sink->put(sink, &result, NULL) != BP_OK) _exit(1);
        if ((run + 1) % CRASH_FLUSH != 0) continue;
        int flushed = run + 1;
        if (sink->flush(sink, NULL) != BP_OK) _exit(1);
        if (write(pipe_end, &flushed, sizeof flushed) != sizeof flushed) _exit(1);
    }
    for (;;)
        pause();
}

// Until the file is there under its own name; a loaded machine takes its time.
static void wait_for(const char *path) {
    for (int i = 0; i < 10000 && access(path, F_OK) != 0; i++)
        usleep(1000);
}

// Kills the writer `wait_us` after its start, or after the file was made; returns how
// many runs it had said were flushed.
static int write_and_kill(const char *path, bool made, useconds_t wait_us) {
    int ends[2], flushed = 0, told = 0, ended = 0;
    if (pipe(ends) != 0) return -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) write_until_killed(path, ends[1]);
    close(ends[1]);
    if (made) wait_for(path);
    usleep(wait_us);
    kill(child, SIGKILL);
    waitpid(child, &ended, 0);
    while (read(ends[0], &told, sizeof told) == sizeof told)
        flushed = told;
    close(ends[0]);
    return WIFSIGNALED(ended) ? flushed : -1;
}

static void a_kill_at_any_moment_loses_nothing_flushed(void) {
    char path[512];
    sample made;
    unsigned random = 12345;
    int n_opened = 0;
    sample_init(&made, CRASH_RUNS, CRASH_TIMES, 0);
    in_folder("crash.h5", path);
    for (int trial = 0; trial < 20; trial++) {
        unlink(path);
        random = random * 1103515245u + 12345u;
        bool grows = trial >= 5; // else while it is made
        useconds_t wait = grows ? random / 65536u * 6u : random / 65536u % 60000u;
        int flushed = write_and_kill(path, grows, wait);
        CHECK(flushed >= 0, "the writer failed by itself");
        if (access(path, F_OK) != 0) {
            CU_ASSERT_EQUAL(flushed, 0);
            continue;
        }
        bp_results *results = read_back(path);
        if (!results) continue;
        n_opened++;
        CU_ASSERT_FALSE(results->complete);
        for (int run = 0; run < flushed; run++)
            CHECK(run_is_exact(results, &made, run),
                  "trial %d: run %d of %d flushed lost", trial, run, flushed);
        // whatever else claims to be done is whole, too
        for (int run = flushed; run < CRASH_RUNS; run++)
            CHECK(results->status[run] < 0 || run_is_exact(results, &made, run),
                  "trial %d: run %d is vouched for but not there", trial, run);
        bp_results_free(results);
    }
    CHECK(n_opened >= 10, "only %d of 20 had made the file: the test shows little",
          n_opened);
    sample_clear(&made);
}

static const test_case tests[] = {
    TEST(what_is_written_is_read_back_exactly),
    TEST(memory_and_file_hold_the_same),
    TEST(runs_of_a_shard_may_leave_gaps),
    TEST(times_shown_are_exact_in_the_unit_shown),
    TEST(the_bundle_repeats_a_run),
    TEST(every_missing_part_is_named),
    TEST(every_missing_attribute_is_named),
    TEST(other_files_are_refused_with_a_reason),
    TEST(a_file_cut_short_is_refused),
    TEST(bad_places_are_found_out_before_the_first_run),
    TEST(a_full_disk_is_reported_in_its_own_words),
    TEST(the_reporting_of_the_host_program_is_left_alone),
    TEST(heads_that_cannot_be_stored_are_refused),
    TEST(writing_survives_every_failed_allocation),
    TEST(reading_survives_every_failed_allocation),
    TEST(a_kill_at_any_moment_loses_nothing_flushed),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("output_hdf5", tests, argc, argv);
}
