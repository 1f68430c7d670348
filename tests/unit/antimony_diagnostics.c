// Broken models. Each file of tests/diagnostics/antimony says in its first lines what
// must be found in it, and nothing else may be:
//     // expect 4:9 UNKNOWN_NAME did you mean 'pERK'
//     // warn 3:1 DUPLICATE this one holds
//     // expect part.txt:2:9 SYNTAX expected a number      (in an imported file)
#include <stdio.h>
#include <string.h>

#include "base/paths.h"
#include "model/antimony.h"
#include "tests/support/harness.h"

enum { MAX_EXPECTED = 16 };

typedef struct expected {
    bp_severity severity;
    char file[64]; // "": the file itself
    int line, column;
    char status[32];
    char text[300];
    bool found;
} expected;

static bool read_line(const char *line, expected *e) {
    char place[80];
    *e = (expected){.severity = BP_ERROR};
    int n = 0;
    if (sscanf(line, "// expect %79s %31s %n", place, e->status, &n) < 2) {
        if (sscanf(line, "// warn %79s %31s %n", place, e->status, &n) < 2)
            return false;
        e->severity = BP_WARNING;
    }
    size_t length = strcspn(line + n, "\n");
    snprintf(e->text, sizeof e->text, "%.*s", (int)length, line + n);
    if (sscanf(place, "%d:%d", &e->line, &e->column) == 2) return true;
    return sscanf(place, "%63[^:]:%d:%d", e->file, &e->line, &e->column) == 3;
}

static int read_expected(const char *text, expected *out) {
    int n = 0;
    while (n < MAX_EXPECTED && read_line(text, &out[n])) {
        n++;
        text = strchr(text, '\n');
        if (!text) break;
        text++;
    }
    return n;
}

static bool in_file(const expected *e, const bp_finding *f, const char *path) {
    const char *file = f->where.file ? f->where.file : "";
    if (!e->file[0]) return strcmp(file, path) == 0;
    size_t n = strlen(file), m = strlen(e->file);
    return n >= m && strcmp(file + n - m, e->file) == 0;
}

static bool fits(const expected *e, const bp_finding *f, const char *path) {
    return !e->found && f->severity == e->severity && in_file(e, f, path) &&
           e->line == f->where.line && e->column == f->where.column &&
           strcmp(e->status, bp_status_name(f->status)) == 0 &&
           strstr(f->message, e->text);
}

static void match(const bp_finding *f, expected *list, int n, const char *path) {
    for (int i = 0; i < n; i++)
        if (fits(&list[i], f, path)) {
            list[i].found = true;
            return;
        }
    CHECK(false, "%s:%d:%d: unexpected %s: %s", f->where.file ? f->where.file : path,
          f->where.line, f->where.column, bp_status_name(f->status), f->message);
}

static void check_file(const char *path, const char *text) {
    expected list[MAX_EXPECTED];
    bp_report report = {0};
    bp_spec *spec = NULL;
    int n = read_expected(text, list);
    CHECK(n > 0, "%s expects nothing", path);
    bp_status status = bp_antimony_load(path, NULL, &spec, &report);
    if (status == BP_OK) status = bp_spec_check(spec, false, &report);
    for (int i = 0; i < report.count; i++)
        match(&report.items[i], list, n, path);
    for (int i = 0; i < n; i++)
        CHECK(list[i].found, "%s:%d:%d: not found: %s %s", path, list[i].line,
              list[i].column, list[i].status, list[i].text);
    CHECK((report.n_errors > 0) == (status != BP_OK), "%s: status %s", path,
          bp_status_name(status));
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static bp_status visit(const char *path, const char *stem, void *data) {
    char *text = NULL;
    size_t length;
    int *n_files = data;
    (void)stem;
    if (bp_file_read(path, &text, &length, NULL) != BP_OK) return BP_IO;
    check_file(path, text);
    bp_free(text);
    (*n_files)++;
    return BP_OK;
}

static void every_broken_model_is_told_what_is_wrong(void) {
    int n_files = 0;
    bp_error err = {0};
    bp_status status = bp_folder_visit(test_file("diagnostics/antimony"), ".ant", visit,
                                       &n_files, &err);
    CHECK(status == BP_OK, "%s", err.message);
    CHECK(n_files >= 60, "only %d files", n_files);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(every_broken_model_is_told_what_is_wrong),
                                      TEST_END};
    return test_main("antimony_diagnostics", tests, argc, argv);
}
