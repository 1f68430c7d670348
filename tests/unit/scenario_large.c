// Sweeps of thousands of points: what is kept of each, and a table of parameter sets
// that is too large to be held as a text.
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tests/unit/scenario_test.h"

#define MODEL                                                                          \
    "model tiny\n compartment c = 1; species A in c = 1, B in c = 0;\n"                \
    " k = 1; h = 0.5; g = 1; J: A -> B; c*k*g*A; J2: B -> A; c*h*B;\nend\n"
enum { COLUMNS = 12 };

static const char *in_folder(const char *name, char path[512]) {
    snprintf(path, 512, "%s/%s", test_temporary(), name);
    return path;
}

static void write_file(const char *name, const char *text) {
    char path[512];
    FILE *file = fopen(in_folder(name, path), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CHECK(fputs(text, file) >= 0, "%s", path);
    fclose(file);
}

static double set_value(int member, int column) {
    return column == 0 ? member : 0.5 + fmod(0.37 * (member + 1) * column, 1.0);
}

// A model, a table of n sets and a scenario of them, as files.
static void write_ensemble(int n) {
    static const char *const more[COLUMNS - 4] = {"p0", "p1", "p2", "p3",
                                                  "p4", "p5", "p6", "p7"};
    bp_text model = {0}, table = {0};
    bp_text_add(&model, "model tiny\n");
    bp_text_add(&table, "member,k,h,g");
    for (int i = 0; i < COLUMNS - 4; i++) {
        bp_text_format(&model, " %s = 1;\n", more[i]);
        bp_text_format(&table, ",%s", more[i]);
    }
    bp_text_add(&model, MODEL + strlen("model tiny\n"));
    for (int i = 0; i < n; i++) {
        bp_text_format(&table, "\n%d", i);
        for (int c = 1; c < COLUMNS; c++)
            bp_text_format(&table, ",%.17g", set_value(i, c));
    }
    bp_text_add(&table, "\n");
    write_file("tiny.ant", bp_text_get(&model));
    write_file("sets.csv", bp_text_get(&table));
    write_file("sweep.yaml", "model: ./tiny.ant\nensemble: {file: ./sets.csv}\n"
                             "run: {until: 1, points: 3}\nobserve: [A, B]\n");
    bp_text_clear(&model);
    bp_text_clear(&table);
}

static loaded load_file(void) {
    loaded l = {0};
    char path[512];
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    l.status = bp_scenario_load(in_folder("sweep.yaml", path), l.bundle, &l.scenario,
                                &l.report);
    CHECK(l.status == BP_OK, "%s", l.report.count ? l.report.items[0].message : "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(l.scenario);
    return l;
}

static bp_status run_into(const loaded *l, const char *name, bp_error *err) {
    char path[512];
    bp_sink *sink = NULL;
    bp_batch_options options = {.threads = 2};
    bp_status status = bp_hdf5_sink_new(in_folder(name, path), &sink, err);
    if (status == BP_OK) status = bp_batch_run(l->scenario, &options, sink, NULL, err);
    if (sink) sink->free(sink);
    return status;
}

static int find_text(const bp_bundle *bundle, const char *end) {
    for (int i = 0; i < bp_bundle_count(bundle); i++) {
        const char *name = bp_bundle_name(bundle, i);
        size_t n = strlen(name), m = strlen(end);
        if (n >= m && strcmp(name + n - m, end) == 0) return i;
    }
    return -1;
}

static void check_parameters(const bp_results_head *head) {
    double row[COLUMNS] = {0};
    CU_ASSERT_EQUAL_FATAL(head->n_parameters, COLUMNS - 1);
    for (int run = 0; run < head->n_runs; run += 97) {
        CU_ASSERT_EQUAL(bp_results_parameters(head, run, row, NULL), BP_OK);
        for (int i = 0; i < head->n_parameters; i++) {
            static const char *const known[] = {"member", "k", "h", "g"};
            const char *name = head->parameters[i].name;
            int c = 4 + name[1] - '0';
            for (int k = 1; k < 4; k++)
                if (strcmp(name, known[k]) == 0) c = k;
            CU_ASSERT_EQUAL(row[i], set_value(run, c));
        }
    }
    CU_ASSERT_EQUAL(head->coordinates[0].values[head->n_runs - 1], head->n_runs - 1);
}

// The text is not held in memory, but is in the file, whole, and so are the sets.
static void a_large_table_reaches_the_results(void) {
    write_ensemble(3000);
    loaded l = load_file();
    bp_error err = {0};
    int at = find_text(l.bundle, "sets.csv");
    CU_ASSERT_TRUE_FATAL(at >= 0);
    CU_ASSERT_PTR_NULL(bp_bundle_text(l.bundle, at, NULL));
    CHECK(run_into(&l, "large.h5", &err) == BP_OK, "%s", err.message);
    check_parameters(bp_scenario_head(l.scenario));

    bp_results *results = NULL;
    char path[512], *text = NULL;
    size_t length = 0;
    CHECK(bp_results_read(in_folder("large.h5", path), &results, &err) == BP_OK, "%s",
          err.message);
    CU_ASSERT_EQUAL_FATAL(
        bp_file_read(in_folder("sets.csv", path), &text, &length, NULL), BP_OK);
    if (results) {
        check_parameters(&results->head);
        at = find_text(results->head.bundle, "sets.csv");
        CU_ASSERT_TRUE_FATAL(at >= 0);
        CHECK_TEXT(bp_bundle_text(results->head.bundle, at, NULL), text);
    }
    bp_results_free(results);
    bp_free(text);
    unload(&l);
}

static void a_table_that_changed_is_told(void) {
    write_ensemble(3000);
    loaded l = load_file();
    bp_error err = {0};
    write_ensemble(2999);
    CHECK(run_into(&l, "changed.h5", &err) == BP_IO, "%s", bp_status_name(err.status));
    CHECK(strstr(err.message, "changed since it was read"), "%s", err.message);
    unload(&l);
}

// ---- how memory grows ----

// The peak of a process of its own that runs a sweep of n points [kB].
static long peak_of(int n) {
    write_ensemble(n);
    pid_t child = fork();
    if (child == 0) {
        bp_error err = {0};
        loaded l = load_file();
        int failed = run_into(&l, "peak.h5", &err) != BP_OK;
        unload(&l);
        _exit(failed);
    }
    int status = 1;
    struct rusage usage = {0};
    CU_ASSERT_EQUAL(wait4(child, &status, 0, &usage), child);
    CU_ASSERT_EQUAL(status, 0);
    return usage.ru_maxrss;
}

// A point may leave behind its numbers and a few more of bookkeeping. (It was 2600
// bytes.)
static void memory_hardly_grows_with_the_points(void) {
    long few = peak_of(1000), many = peak_of(11000);
    double bytes = 1024.0 * (double)(many - few) / 10000;
    double most = 8 * COLUMNS + 200;
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    most = 1e5; // they keep what was freed
#endif
    CHECK(bytes < most, "%g bytes a point: %ld kB, %ld kB", bytes, few, many);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(memory_hardly_grows_with_the_points),
        TEST(a_large_table_reaches_the_results),
        TEST(a_table_that_changed_is_told),
        TEST_END,
    };
    return test_main("scenario large", tests, argc, argv);
}
