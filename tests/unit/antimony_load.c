// Files: imports, line ends, encodings, files that are not what they seem.
#include <stdio.h>
#include <string.h>

#include "tests/unit/antimony_test.h"

typedef struct file {
    const char *name, *text;
} file;

static bp_status load(const file *files, int n, bp_spec **spec, bp_report *report) {
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    for (int i = 0; i < n; i++)
        CU_ASSERT_EQUAL_FATAL(
            bp_bundle_add(bundle, files[i].name, files[i].text, strlen(files[i].text)),
            BP_OK);
    bp_bundle_seal(bundle);
    bp_status status = bp_antimony_load(files[0].name, bundle, spec, report);
    bp_bundle_free(bundle);
    return status;
}

static void imports_are_relative_to_their_file_and_read_once(void) {
    static const file files[] = {
        {"models/top.ant", "import \"lib/a.ant\"\nimport \"lib/b.ant\"\n"
                           "model *top()\n  A: a(x); B: b(x); x = 1\nend\n"},
        {"models/lib/a.ant", "import \"b.ant\"\nmodel a(x)\n  I: b(x)\nend\n"},
        {"models/lib/b.ant", "import \"a.ant\"\nimport \"../lib/b.ant\"\n"
                             "model b(x)\n  y := 2*x\nend\n"}};
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(load(files, 3, &spec, &report), BP_OK);
    CHECK_TREE(symbol_of(spec, "A.I.y")->rule, "2*x");
    CHECK_TEXT(symbol_of(spec, "B.y")->where.file, "models/lib/b.ant");
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static void errors_in_imports_name_their_file(void) {
    static const file files[] = {{"top.ant", "import \"part.ant\"\nk = 1;\n"},
                                 {"part.ant", "// first\nq = 3 * ;\n"}};
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(load(files, 2, &spec, &report), BP_SYNTAX);
    CU_ASSERT_PTR_NULL(spec);
    CU_ASSERT_EQUAL_FATAL(report.count, 1);
    CHECK_TEXT(report.items[0].where.file, "part.ant");
    CU_ASSERT_EQUAL(report.items[0].where.line, 2);
    bp_report_clear(&report);
}

static void sbml_is_refused_with_a_way_out(void) {
    static const file files[] = {{"top.ant", "import \"m.xml\"\n"},
                                 {"m.xml", "<?xml version=\"1.0\"?><sbml/>"}};
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(load(files, 2, &spec, &report), BP_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.items[0].message, "bypass export"));
    bp_report_clear(&report);
}

static void a_missing_file_is_named(void) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(bp_antimony_load("/nowhere/at/all.ant", NULL, &spec, &report),
                    BP_NO_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.items[0].message, "/nowhere/at/all.ant"));
    bp_report_clear(&report);
}

static void any_line_end_will_do(void) {
    static const char *const texts[] = {"A -> B; k*A\nk = 1 // n\nx = 2\n",
                                        "A -> B; k*A\r\nk = 1 // n\r\nx = 2\r\n",
                                        "A -> B; k*A\rk = 1 // n\rx = 2\r",
                                        "\xEF\xBB\xBF"
                                        "A -> B; k*A\nk = 1 // n\nx = 2"};
    for (int i = 0; i < 4; i++) {
        bp_spec *spec = spec_of(texts[i]);
        CU_ASSERT_EQUAL(symbol_of(spec, "x")->where.line, 3);
        CHECK_TEXT(symbol_of(spec, "k")->note, "n");
        bp_spec_free(spec);
    }
}

static void names_may_be_greek(void) {
    bp_spec *spec = spec_of("I\xCE\xBA"
                            "B\xCE\xB1 -> ; k*I\xCE\xBA"
                            "B\xCE\xB1; k = 1\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "I\xCE\xBA"
                                    "B\xCE\xB1")
                        ->kind,
                    BP_SPECIES);
    bp_spec_free(spec);
}

static void a_surprising_main_module_is_pointed_out(void) {
    static const file files[] = {
        {"top.ant", "import \"lib.ant\"\nmodel mine()\n  x = 1\nend\n"},
        {"lib.ant", "model *theirs()\n  y = 1\nend\n"}};
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(load(files, 2, &spec, &report), BP_OK);
    CHECK_TEXT(spec->name, "theirs"); // libAntimony's rule
    CU_ASSERT_EQUAL(report.n_warnings, 1);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

// 2^40 instances from forty lines.
static void exploding_modules_are_stopped(void) {
    bp_text text = {0};
    bp_text_add(&text, "model m0()\n  x = 1\nend\n");
    for (int i = 1; i <= 40; i++)
        bp_text_format(&text, "model m%d()\n  A: m%d(); B: m%d()\nend\n", i, i - 1,
                       i - 1);
    bp_report report = {0};
    bp_spec *spec = spec_with_report(bp_text_get(&text), &report);
    CU_ASSERT_PTR_NULL(spec);
    CU_ASSERT_EQUAL(bp_report_status(&report), BP_UNSUPPORTED);
    bp_spec_free(spec);
    bp_report_clear(&report);
    bp_text_clear(&text);
}

static void many_errors_are_all_told(void) {
    CU_ASSERT_EQUAL(
        count_findings("a = ;\nb = 3 + ;\nc = );\nA -> ; * ;\nd = (1;\ne = 2 3\n",
                       BP_ERROR),
        5); // a = ; clears a value
}

// The first block of the documentation that is marked as Antimony.
static void the_documented_model_is_right(void) {
    char *page = NULL, message[1200];
    size_t length;
    CU_ASSERT_EQUAL_FATAL(
        bp_file_read(test_file("../docs/model-language.md"), &page, &length, NULL),
        BP_OK);
    char *start = strstr(page, "```antimony\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(start);
    start += strlen("```antimony\n");
    char *end = strstr(start, "```");
    CU_ASSERT_PTR_NOT_NULL_FATAL(end);
    *end = '\0';
    CHECK_TEXT(first_message(start, message), "");
    bp_spec *spec = spec_of(start);
    CU_ASSERT_EQUAL(spec->reactions.count, 4);
    bp_spec_free(spec);
    bp_free(page);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(imports_are_relative_to_their_file_and_read_once),
        TEST(errors_in_imports_name_their_file),
        TEST(sbml_is_refused_with_a_way_out),
        TEST(a_missing_file_is_named),
        TEST(any_line_end_will_do),
        TEST(names_may_be_greek),
        TEST(a_surprising_main_module_is_pointed_out),
        TEST(exploding_modules_are_stopped),
        TEST(many_errors_are_all_told),
        TEST(the_documented_model_is_right),
        TEST_END};
    return test_main("antimony_load", tests, argc, argv);
}
