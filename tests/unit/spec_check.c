// Semantic rules beyond those that broken files show (tests/diagnostics/antimony).
#include <string.h>

#include "tests/unit/antimony_test.h"

static bp_spec *load(const char *text) {
    bp_bundle *bundle = NULL;
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "t.ant", text, strlen(text)), BP_OK);
    CU_ASSERT_EQUAL(bp_antimony_load("t.ant", bundle, &spec, &report), BP_OK);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return spec;
}

static void lenient_takes_unknown_names_for_parameters(void) {
    bp_spec *spec = load("A -> B; k*A\n");
    bp_report strict = {0}, lenient = {0};
    CU_ASSERT_EQUAL(bp_spec_check(spec, false, &strict), BP_UNKNOWN_NAME);
    CU_ASSERT_EQUAL(bp_spec_check(spec, true, &lenient), BP_OK);
    CU_ASSERT_EQUAL(lenient.n_warnings, 1);
    bp_report_clear(&strict);
    bp_report_clear(&lenient);
    bp_spec_free(spec);
}

static void all_problems_are_reported_at_once(void) {
    CU_ASSERT_EQUAL(count_findings("A -> B; k1*A\nB -> A; k2*B\nx := x + 1\n"
                                   "const q = 1; q' = 2\ny = nofunction(1)\n",
                                   BP_ERROR),
                    5);
}

static void each_unknown_name_is_reported_once(void) {
    CU_ASSERT_EQUAL(count_findings("A -> B; k*A\nB -> A; k*B\nx := k\n", BP_ERROR), 1);
}

static void what_does_not_loop_is_let_through(void) {
    static const char *const fine[] = {
        "x' = -x; x = 1\n",                       // a rate may read its own symbol
        "A -> ; k*A; A = 2*k; k = 1\n",           // so may a law
        "x = y; y := 2*z; z = 1\n",               // an initial value reads a rule
        "var x = 1; E: at time > 1: x = x + 1\n", // an event reads what it sets
        "compartment c; c := 1 + time; species S in c = 1; S -> ; c*S\n",
        "function f(x)\n  x\nend\nfunction g(x)\n  f(f(x))\nend\ny = g(g(1))\n",
    };
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        CHECK(count_findings(fine[i], BP_ERROR) == 0, "%s", fine[i]);
}

// A concentration needs the size that its rule computes from it.
static void a_size_computed_from_its_own_content_is_a_loop(void) {
    char message[1200];
    first_message("compartment c; c := 1 + S; species S in c = 1; S -> ; c*S\n",
                  message);
    CU_ASSERT_PTR_NOT_NULL(strstr(message, "c needs S needs c"));
}

static void long_chains_are_no_trouble(void) {
    bp_text text = {0};
    for (int i = 0; i < 5000; i++)
        bp_text_format(&text, "x%d := x%d + 1\n", i, i + 1);
    bp_text_add(&text, "x5000 = 1\n");
    CU_ASSERT_EQUAL(count_findings(bp_text_get(&text), BP_ERROR), 0);
    bp_text_add(&text, "x5000 := x0\n");
    CU_ASSERT_EQUAL(count_findings(bp_text_get(&text), BP_ERROR), 1);
    bp_text_clear(&text);
}

static void a_duplicate_made_by_hand_is_found(void) {
    bp_spec *spec = load("J: A -> B; 1\n");
    bp_report report = {0};
    CU_ASSERT_PTR_NOT_NULL(bp_spec_add_reaction(spec, "J", BP_NOWHERE));
    CU_ASSERT_EQUAL(bp_spec_check(spec, false, &report), BP_DUPLICATE);
    bp_report_clear(&report);
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(lenient_takes_unknown_names_for_parameters),
        TEST(all_problems_are_reported_at_once),
        TEST(each_unknown_name_is_reported_once),
        TEST(what_does_not_loop_is_let_through),
        TEST(a_size_computed_from_its_own_content_is_a_loop),
        TEST(long_chains_are_no_trouble),
        TEST(a_duplicate_made_by_hand_is_found),
        TEST_END};
    return test_main("spec_check", tests, argc, argv);
}
