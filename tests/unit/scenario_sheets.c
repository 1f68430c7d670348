// What catalogue files say, as it is read.
#include <stdio.h>
#include <string.h>

#include "scenarios/sheet.h"
#include "tests/support/harness.h"

// ---- what serum binds ----

static double free_fraction_of(const char *line, int errors) {
    bp_arena arena = {0};
    bp_report report = {0};
    bp_reader reader = {&arena, &report, "test.yaml"};
    char text[512];
    snprintf(text, sizeof text,
             "name: testib\ntext: a test\n%s"
             "molar mass: {value: 500 g/mol, source: \"[A]\"}\nacts: []\n",
             line);
    const bp_drug *drug = bp_drug_parse(&reader, text, strlen(text));
    double value = drug ? drug->free_fraction.quantity.value : -1;
    CHECK(report.n_errors == errors, "%s: %d errors", line, report.n_errors);
    bp_report_clear(&report);
    bp_arena_clear(&arena);
    return value;
}

static void a_drug_is_free_unless_its_file_says_otherwise(void) {
    CU_ASSERT_EQUAL(free_fraction_of("", 0), 1);
    CU_ASSERT_EQUAL(
        free_fraction_of("free fraction: {value: 0.1, source: \"[A]\"}\n", 0), 0.1);
    CU_ASSERT_EQUAL(
        free_fraction_of("free fraction: {value: 0.25 1, source: \"[A]\"}\n", 0), 0.25);
    // what is wrong is reported and binds nothing
    CU_ASSERT_EQUAL(free_fraction_of("free fraction: {value: 0, source: \"[A]\"}\n", 1),
                    1);
    CU_ASSERT_EQUAL(
        free_fraction_of("free fraction: {value: 1.5, source: \"[A]\"}\n", 1), 1);
    CU_ASSERT_EQUAL(
        free_fraction_of("free fraction: {value: 1 nM, source: \"[A]\"}\n", 1), 1);
    CU_ASSERT_EQUAL(free_fraction_of("free fraction: 0.1\n", 1), 1);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(a_drug_is_free_unless_its_file_says_otherwise),
        TEST_END,
    };
    return test_main("scenario sheets", tests, argc, argv);
}
