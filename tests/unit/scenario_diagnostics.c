// Broken files. Each file of tests/diagnostics/scenarios says in its own comments what
// must be found in it, and nothing else may be:
//     # expect 3:10 UNKNOWN_NAME did you mean 'lapatinib'?
// file-drug-*, file-ligand-*, file-cell-* and file-mechanism-* are catalogue files,
// file-preset-* presets: a scenario that uses them is made.
#include <stdio.h>
#include <string.h>

#include "base/paths.h"
#include "scenarios/scenario.h"
#include "tests/support/harness.h"

enum { MAX_EXPECTED = 16 };

typedef struct expected {
    int line, column;
    char status[32];
    char text[160];
    bool found;
} expected;

static int read_expected(const char *text, expected *out) {
    int n = 0;
    for (const char *at = text; n < MAX_EXPECTED && (at = strstr(at, "# expect "));
         at++) {
        expected *e = &out[n];
        e->found = false;
        e->text[0] = '\0';
        if (sscanf(at, "# expect %d:%d %31s %159[^\n]", &e->line, &e->column, e->status,
                   e->text) >= 3)
            n++;
    }
    return n;
}

static bool fits(const expected *e, const bp_finding *f) {
    return !e->found && f->severity == BP_ERROR && e->line == f->where.line &&
           e->column == f->where.column &&
           strcmp(e->status, bp_status_name(f->status)) == 0 &&
           strstr(f->message, e->text);
}

// Marks the expectation that the finding meets; false: none.
static bool meet(expected *all, int n, const bp_finding *f) {
    for (int j = 0; j < n; j++) {
        if (!fits(&all[j], f)) continue;
        all[j].found = true;
        return true;
    }
    return false;
}

static void compare(const char *stem, expected *all, int n, const bp_report *report,
                    const char *file) {
    const char *user = test_file("diagnostics/scenarios/user");
    for (int i = 0; i < report->count; i++) {
        const bp_finding *f = &report->items[i];
        if (f->severity != BP_ERROR) continue;
        CHECK(meet(all, n, f), "%s: unexpected %d:%d %s %s", stem, f->where.line,
              f->where.column, bp_status_name(f->status), f->message);
        if (f->where.line)
            CHECK(strcmp(f->where.file, file) == 0 || strcmp(f->where.file, user) == 0,
                  "%s: found in %s", stem, f->where.file);
    }
    for (int j = 0; j < n; j++)
        CHECK(all[j].found, "%s: missing %d:%d %s %s", stem, all[j].line, all[j].column,
              all[j].status, all[j].text);
}

// The scenario that uses a broken catalogue file.
static void write_user(const char *stem, char *out, size_t size) {
    const char *key = "expose: {./%s.yaml: 1 nM}\n";
    if (strncmp(stem, "file-cell", 9) == 0) key = "cell: ./%s.yaml\n";
    if (strncmp(stem, "file-mechanism", 14) == 0) key = "mechanisms: [./%s.yaml]\n";
    // a mechanism may change the drug, which then has to be there
    if (strcmp(stem, "file-mechanism-drug-parameter") == 0)
        key = "mechanisms: [./%s.yaml]\nexpose: {lapatinib: 1 nM}\n";
    bool preset = strncmp(stem, "file-preset", 11) == 0;
    if (preset) key = "model: ./%s.yaml\n";
    int n = snprintf(out, size, "%srun: {until: 1 h}\n",
                     preset ? "" : "model: small.ant\n");
    snprintf(out + n, size - (size_t)n, key, stem);
}

static bp_status check_file(const char *path, const char *stem, void *data) {
    int *n_files = data;
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    expected all[MAX_EXPECTED];
    const char *text = NULL;
    const char *name = path;
    char user[256];
    char user_name[1024];
    snprintf(user_name, sizeof user_name, "%s",
             test_file("diagnostics/scenarios/user"));
    bp_status status = bp_bundle_new(&bundle);
    if (status == BP_OK) status = bp_bundle_read(bundle, path, &text, NULL, NULL);
    if (status == BP_OK && strncmp(stem, "file-", 5) == 0) {
        write_user(stem, user, sizeof user);
        name = user_name;
        status = bp_bundle_add(bundle, name, user, strlen(user));
    }
    if (status == BP_OK) {
        int n = read_expected(text, all);
        CHECK(n > 0, "%s expects nothing", stem);
        CHECK(bp_scenario_load(name, bundle, &scenario, &report) != BP_OK,
              "%s loads, though it is broken", stem);
        compare(stem, all, n, &report, path);
        (*n_files)++;
    }
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return status;
}

static void every_broken_file_is_explained(void) {
    char folder[1024];
    int n = 0;
    bp_error err = {0};
    snprintf(folder, sizeof folder, "%s", test_file("diagnostics/scenarios"));
    bp_status status = bp_folder_visit(folder, ".yaml", check_file, &n, &err);
    CHECK(status == BP_OK, "%s", err.message);
    CHECK(n >= 100, "only %d broken files were found", n);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(every_broken_file_is_explained), TEST_END};
    return test_main("scenario diagnostics", tests, argc, argv);
}
