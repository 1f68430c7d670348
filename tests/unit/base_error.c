// bp_error and bp_report.
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "tests/support/harness.h"

static const bp_where at_41_17 = {"egfr.ant", 41, 17};

static void errors_carry_status_place_and_message(void) {
    bp_error err = {0};
    bp_status status =
        bp_error_at(&err, BP_UNKNOWN_NAME, at_41_17, "'%s' is unknown", "pERKK");
    CHECK(status == BP_UNKNOWN_NAME && err.status == status, "%s",
          bp_status_name(status));
    CHECK_TEXT(err.file, "egfr.ant");
    CHECK(err.line == 41 && err.column == 17, "%d:%d", err.line, err.column);
    CHECK_TEXT(err.message, "'pERKK' is unknown");

    CHECK(bp_error_set(&err, BP_IO, "disk full") == BP_IO, "set");
    CHECK(err.file[0] == '\0' && err.line == 0, "the old place is gone");
    CHECK(bp_error_no_memory(&err) == BP_NO_MEMORY, "no memory");
    CHECK_TEXT(err.message, "out of memory");
}

static void null_is_accepted(void) {
    CHECK(bp_error_set(NULL, BP_IO, "x") == BP_IO, "set");
    CHECK(bp_error_at(NULL, BP_SYNTAX, at_41_17, "x") == BP_SYNTAX, "at");
    CHECK(bp_error_no_memory(NULL) == BP_NO_MEMORY, "no memory");
}

static void printing_leaves_out_what_is_unknown(void) {
    static const struct {
        bp_where where;
        const char *text;
    } cases[] = {
        {{"a.ant", 3, 7}, "a.ant:3:7: m"},
        {{"a.ant", 3, 0}, "a.ant:3: m"},
        {{"a.ant", 0, 0}, "a.ant: m"},
        {{NULL, 3, 7}, "3:7: m"},
        {{NULL, 3, 0}, "3: m"},
        {{NULL, 0, 0}, "m"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_error err;
        char buffer[64];
        bp_error_at(&err, BP_SYNTAX, cases[i].where, "m");
        CHECK_TEXT(bp_error_print(&err, buffer, sizeof buffer), cases[i].text);
    }
}

static void long_texts_are_cut_between_characters(void) {
    char long_text[3000], buffer[8];
    for (size_t shift = 0; shift < 4; shift++) { // every place a character can be torn
        bp_error err;
        memset(long_text, 'a', sizeof long_text);
        for (size_t i = shift; i + 3 < sizeof long_text; i += 3)
            memcpy(long_text + i, "\xe2\x82\xac", 3); // the euro sign
        long_text[sizeof long_text - 1] = '\0';
        bp_error_set(&err, BP_SYNTAX, "%s", long_text);
        size_t n = strlen(err.message);
        CHECK(n > sizeof err.message - 4, "%zu bytes kept", n);
        CHECK((n - shift) % 3 == 0, "%zu bytes after %zu", n, shift);
        bp_error_print(&err, buffer, sizeof buffer);
        CHECK((strlen(buffer) - shift) % 3 == 0, "'%s'", buffer);
    }
    bp_error err;
    memset(long_text, 'd', 300);
    snprintf(long_text + 300, sizeof long_text - 300, "/egfr.ant");
    bp_error_at(&err, BP_SYNTAX, (bp_where){long_text, 1, 1}, "x");
    CHECK(strlen(err.file) == sizeof err.file - 1, "%zu", strlen(err.file));
    CHECK(strncmp(err.file, "...d", 4) == 0 && strstr(err.file, "/egfr.ant"), "%s",
          err.file);
}

static void context_may_be_added_to_a_message(void) {
    bp_error err;
    bp_error_set(&err, BP_BAD_UNIT, "unit 'x' is unknown");
    bp_error_at(&err, err.status, at_41_17, "dose: %s", err.message);
    CHECK_TEXT(err.message, "dose: unit 'x' is unknown");
    CHECK(err.status == BP_BAD_UNIT, "%s", bp_status_name(err.status));
}

static void reports_keep_findings_in_order(void) {
    bp_report report = {0};
    CHECK(bp_report_status(&report) == BP_OK, "empty");
    char file[] = "a.ant";
    bp_report_warning(&report, BP_BAD_UNIT, (bp_where){file, 1, 2}, "w%d", 1);
    CHECK(bp_report_status(&report) == BP_OK, "warnings are no failure");
    bp_report_error(&report, BP_SYNTAX, (bp_where){file, 3, 4}, "e%d", 1);
    bp_report_note(&report, BP_NOWHERE, "n%d", 1);
    bp_report_error(&report, BP_DUPLICATE, (bp_where){"b.ant", 5, 6}, "e%d", 2);
    memset(file, 'x', sizeof file - 1); // names are copied

    CHECK(report.count == 4 && report.n_errors == 2 && report.n_warnings == 1,
          "counts");
    CHECK(bp_report_status(&report) == BP_SYNTAX, "the first error");
    CHECK_TEXT(report.items[0].where.file, "a.ant");
    CHECK_TEXT(report.items[1].where.file, "a.ant");
    CHECK_TEXT(report.items[2].message, "n1");
    CHECK_TEXT(report.items[2].where.file, NULL);
    CHECK_TEXT(report.items[3].where.file, "b.ant");

    bp_error err = {0};
    CHECK(bp_report_first(&report, &err) == BP_SYNTAX, "first");
    CHECK(err.line == 3 && strcmp(err.message, "e1") == 0, "%d %s", err.line,
          err.message);
    bp_report_clear(&report);
    CHECK(report.count == 0 && bp_report_first(&report, &err) == BP_OK, "cleared");
}

static void reports_take_single_errors(void) {
    bp_report report = {0};
    bp_error err;
    bp_error_at(&err, BP_BAD_VALUE, at_41_17, "50%% of %s", "nothing");
    bp_report_add_error(&report, &err);
    CHECK(report.n_errors == 1 && bp_report_status(&report) == BP_BAD_VALUE, "one");
    CHECK_TEXT(report.items[0].message, "50% of nothing");
    CHECK_TEXT(report.items[0].where.file, "egfr.ant");
    bp_report_clear(&report);
}

static void errors_beyond_the_limit_are_counted_not_kept(void) {
    bp_report report = {.limit = 3};
    for (int i = 1; i <= 10; i++) {
        bp_report_error(&report, BP_SYNTAX, (bp_where){"a", i, 1}, "error %d", i);
        bp_report_note(&report, BP_NOWHERE, "of error %d", i);
    }
    bp_report_warning(&report, BP_BAD_UNIT, BP_NOWHERE, "still told");
    CHECK(report.n_errors == 10 && report.count == 7, "%d", report.count);
    CHECK_TEXT(report.items[5].message, "of error 3");
    CHECK_TEXT(report.items[6].message, "still told");
    bp_report_clear(&report);

    for (int i = 0; i < 150; i++)
        bp_report_error(&report, BP_SYNTAX, BP_NOWHERE, "x");
    CHECK(report.limit == 3 && report.count == 3, "clearing keeps the limit");
    bp_report_clear(&report);
    report.limit = 0;
    for (int i = 0; i < 150; i++)
        bp_report_error(&report, BP_SYNTAX, BP_NOWHERE, "x");
    CHECK(report.count == 100 && report.n_errors == 150, "%d", report.count);
    bp_report_clear(&report);
}

// Findings "f" at places drawn by `seed`, some with a note; their number in the
// message.
static void fill_report(bp_report *report, unsigned seed, int n) {
    static const char *const files[] = {"a.ant", "b.ant", NULL};
    for (int i = 0; i < n; i++) {
        seed = seed * 1103515245u + 12345u;
        bp_where where = {files[seed >> 16 & 1], (int)(seed >> 20 & 7),
                          (int)(seed >> 24 & 3)};
        if (seed >> 28 & 1)
            bp_report_error(report, BP_SYNTAX, where, "%d", i);
        else
            bp_report_warning(report, BP_SYNTAX, where, "%d", i);
        if (seed >> 29 & 1) bp_report_note(report, BP_NOWHERE, "%d", i);
    }
}

static int number_of(const bp_finding *finding) {
    int number = -1;
    sscanf(finding->message, "%d", &number); // NOLINT(cert-err34-c): written above
    return number;
}

static int in_order(const bp_finding *a, const bp_finding *b) {
    int files = strcmp(a->where.file, b->where.file);
    if (files != 0) return files < 0;
    if (a->where.line != b->where.line) return a->where.line < b->where.line;
    if (a->where.column != b->where.column) return a->where.column < b->where.column;
    return number_of(a) < number_of(b);
}

static void sorting_is_stable_and_keeps_notes_with_their_finding(void) {
    for (unsigned seed = 1; seed <= 20; seed++) {
        bp_report report = {0};
        fill_report(&report, seed, 60);
        int before = report.count;
        bp_report_sort(&report);
        CHECK(report.count == before, "%d", report.count);
        const bp_finding *last = NULL;
        for (int i = 0; i < report.count; i++) {
            const bp_finding *now = &report.items[i];
            if (now->severity == BP_NOTE)
                CHECK(last && number_of(last) == number_of(now), "note %s",
                      now->message);
            else if (last)
                CHECK(in_order(last, now), "%s before %s", last->message, now->message);
            if (now->severity != BP_NOTE) last = now;
        }
        bp_report_clear(&report);
    }
}

static void report_survives_every_failed_allocation(void) {
    bool failed = true;
    for (int nth = 1; failed && nth < 1000; nth++) {
        bp_report report = {.limit = 1000};
        bp_alloc_fail(nth, 0);
        for (int i = 0; i < 200; i++)
            bp_report_error(&report, BP_SYNTAX, (bp_where){i % 2 ? "a" : "b", i, 1},
                            "a message of some length, number %d", i);
        bp_alloc_fail(0, 0);
        failed = report.failed;
        bp_status status = bp_report_status(&report);
        CHECK(status == (failed ? BP_NO_MEMORY : BP_SYNTAX), "%s",
              bp_status_name(status));
        CHECK(bp_report_first(&report, NULL) == status, "first of nth %d", nth);
        CHECK(report.count == (failed ? 199 : 200), "%d kept", report.count);
        bp_report_sort(&report);
        bp_report_clear(&report);
    }
    CHECK(!failed, "succeeds in the end");
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(errors_carry_status_place_and_message),
        TEST(null_is_accepted),
        TEST(printing_leaves_out_what_is_unknown),
        TEST(long_texts_are_cut_between_characters),
        TEST(context_may_be_added_to_a_message),
        TEST(reports_keep_findings_in_order),
        TEST(reports_take_single_errors),
        TEST(errors_beyond_the_limit_are_counted_not_kept),
        TEST(sorting_is_stable_and_keeps_notes_with_their_finding),
        TEST(report_survives_every_failed_allocation),
        TEST_END,
    };
    return test_main("base_error", tests, argc, argv);
}
