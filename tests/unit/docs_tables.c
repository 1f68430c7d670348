// Pages that are made from tables of the code: docs/errors.md and docs/settings.md. The
// test fails when a page differs from what the tables say; with BP_UPDATE_DOCS=1 it
// writes them.
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/text.h"
#include "solver/solver.h"
#include "tests/support/harness.h"

static void same_or_update(const char *page, const bp_text *made) {
    bp_text path = {0};
    char *text = NULL;
    bp_text_format(&path, "%s/%s", test_file("../docs"), page);
    if (getenv("BP_UPDATE_DOCS")) {
        FILE *to = fopen(bp_text_get(&path), "w");
        CHECK(to && fputs(bp_text_get(made), to) >= 0 && fclose(to) == 0,
              "cannot write %s", bp_text_get(&path));
    } else if (bp_file_read(bp_text_get(&path), &text, NULL, NULL) == BP_OK)
        CHECK_TEXT(text, bp_text_get(made));
    else
        CHECK(false, "%s is missing: run this test with BP_UPDATE_DOCS=1",
              bp_text_get(&path));
    bp_free(text);
    bp_text_clear(&path);
}

static void errors_page_follows_the_status_list(void) {
    bp_text page = {0};
    bp_text_add(
        &page, "# Errors\n\n"
               "Made from `base/status.h` by the test `docs`; do not edit by hand.\n\n"
               "A message reads `file:line:column: what is wrong; what to try`. "
               "`bypass check FILE...` lists every problem of a file.\n\n"
               "## Exit codes\n\n"
               "| code | meaning |\n|---|---|\n"
               "| 0 | done |\n"
               "| 1 | some runs failed; the others are written |\n"
               "| 2 | the command line is wrong |\n"
               "| 3 | a file or a name is wrong |\n"
               "| 4 | nothing could be integrated |\n"
               "| 5 | results could not be written |\n\n"
               "## Statuses\n\n"
               "Results files store the number as `status` of each run; -1 there means "
               "not run.\n\n"
               "| number | status | meaning | what to try |\n|---|---|---|---|\n");
    for (int i = 0; i < BP_STATUS_COUNT; i++)
        bp_text_format(&page, "| %d | %s | %s | %s |\n", i,
                       bp_status_name((bp_status)i), bp_status_text((bp_status)i),
                       bp_status_advice((bp_status)i));
    same_or_update("errors.md", &page);
    bp_text_clear(&page);
}

static void add_setting(const bp_field *f, const bp_settings *defaults, bp_text *page) {
    bp_text_format(page, "| `%s` | ", f->name);
    bp_field_print(f, defaults, page);
    bp_text_format(page, " | %s | %s", f->unit, f->text);
    if (f->type == BP_FIELD_CHOICE) {
        bp_text_add(page, ": ");
        for (int i = 0; f->choices[i]; i++)
            bp_text_format(page, "%s`%s`", i ? ", " : "", f->choices[i]);
    }
    bp_text_add(page, " |\n");
}

static void settings_page_follows_the_field_table(void) {
    bp_settings defaults = bp_settings_default();
    bp_text page = {0};
    bp_text_add(
        &page,
        "# Solver settings\n\n"
        "Made from `bp_settings_fields` by the test `docs`; do not edit by hand.\n\n"
        "Written under `run:` of a scenario, or as `--set NAME=VALUE`; "
        "[numerics.md](numerics.md) says what they do.\n\n"
        "| setting | default | unit | meaning |\n|---|---|---|---|\n");
    for (const bp_field *f = bp_settings_fields; f->name; f++)
        add_setting(f, &defaults, &page);
    same_or_update("settings.md", &page);
    bp_text_clear(&page);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(errors_page_follows_the_status_list),
                                      TEST(settings_page_follows_the_field_table),
                                      TEST_END};
    return test_main("docs", tests, argc, argv);
}
