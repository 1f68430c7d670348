// Graphviz text and reaction tables of a network.
#include <string.h>

#include "model/diagram.h"
#include "tests/unit/antimony_test.h"

static const char *const network =
    "model step(c, A, B, k)\n"
    "  compartment c; species A in c, B in c; var k;\n"
    "  go: A -> B; c*k*A;  // first order\n"
    "end\n"
    "model *chain()\n"
    "  compartment cell = 1;\n"
    "  species X in cell = 1, Y in cell = 0, Z in cell = 0, I in cell = 1;\n"
    "  const k1 = 1; var k2; k2 := k1/(1 + I);\n"
    "  one: step(cell, X, Y, k1);\n"
    "  two: step(cell, Y, Z, k2);\n"
    "  dimer: 2 Z -> ; cell*Z*X*(1 - I)*(X - Y)/(1 + Y);\n"
    "end\n";

static void drawn(const char *part, bp_text *out) {
    bp_spec *spec = spec_of(network);
    bp_error err = {0};
    CHECK(bp_spec_diagram(spec, part, out, &err) == BP_OK, "%s", err.message);
    bp_spec_free(spec);
}

static int count(const char *text, const char *what) {
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)); p++)
        n++;
    return n;
}

static void everything_is_drawn_without_a_part(void) {
    bp_text out = {0};
    drawn(NULL, &out);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=point"), 3);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=box"), 4);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=ellipse"), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&out), "[arrowhead=none, label=\" 2\"]"));
    bp_text_clear(&out);
}

static void influence_has_the_sign_of_the_law(void) {
    bp_text out = {0};
    drawn("chain", &out);
    const char *text = bp_text_get(&out);
    CU_ASSERT_EQUAL(count(text, "shape=point"), 1);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\"X\" -> \"dimer\" [style=dashed, arrowhead=odot"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\"I\" -> \"dimer\" [style=dashed, arrowhead=tee"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "\"Y\" -> \"dimer\" [style=dashed, arrowhead=tee"));
    bp_text_clear(&out);
}

static void parts_are_instances_or_modules(void) {
    bp_text out = {0};
    drawn("step", &out);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=point"), 2);
    bp_text_clear(&out);
    drawn("two", &out);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=point"), 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&out), "\"k2\" -> \"two.go\""));
    bp_text_clear(&out);
    drawn("two,chain", &out);
    CU_ASSERT_EQUAL(count(bp_text_get(&out), "shape=point"), 2);
    bp_text_clear(&out);
}

static void an_unknown_part_gets_the_nearest(void) {
    bp_spec *spec = spec_of(network);
    bp_text out = {0};
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_spec_diagram(spec, "one,stepp", &out, &err), BP_UNKNOWN_NAME);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "did you mean 'step'"));
    CU_ASSERT_EQUAL(bp_spec_reaction_table(spec, "", &out, &err), BP_UNKNOWN_NAME);
    bp_text_clear(&out);
    bp_spec_free(spec);
}

static void tables_give_scheme_law_and_note(void) {
    bp_spec *spec = spec_of(network);
    bp_text out = {0};
    CU_ASSERT_EQUAL(bp_spec_reaction_table(spec, "one", &out, NULL), BP_OK);
    CHECK_TEXT(bp_text_get(&out),
               "| reaction | scheme | law | note |\n|---|---|---|---|\n"
               "| `one.go` | X → Y | `cell*k1*X` | first order |\n");
    bp_text_clear(&out);
    CU_ASSERT_EQUAL(bp_spec_reaction_table(spec, "chain", &out, NULL), BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&out), "| 2 Z → nothing |"));
    bp_text_clear(&out);
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(everything_is_drawn_without_a_part),
                                      TEST(influence_has_the_sign_of_the_law),
                                      TEST(parts_are_instances_or_modules),
                                      TEST(an_unknown_part_gets_the_nearest),
                                      TEST(tables_give_scheme_law_and_note),
                                      TEST_END};
    return test_main("spec_diagram", tests, argc, argv);
}
