// Leaving species out: what goes, what stays, and that the rest runs as with them at 0.
#include <string.h>

#include "model/model.h"
#include "model/spec_without.h"
#include "tests/unit/antimony_test.h"

static const char *const network =
    "model *m()\n"
    "  compartment c = 1; species A in c = 1, B in c = 0, X in c = 0, Y in c = 0;\n"
    "  const k = 1;\n"
    "  one: A -> B; c*k*A/(1 + X);\n"
    "  two: A + X -> Y; c*k*A*X;\n"
    "  three: -> X; c*k;\n"
    "  var total; total := A + B + 2*X + Y;\n"
    "  var k2 = 0; at B > 0.5: X = 3, k2 = X + 1;\n"
    "end\n";

static bp_spec *reduced(const char *const *names, int n) {
    bp_spec *spec = spec_of(network);
    bp_error err = {0};
    CHECK(bp_spec_without(spec, names, n, &err) == BP_OK, "%s", err.message);
    return spec;
}

static void reactions_of_what_is_left_out_go(void) {
    const char *const names[] = {"X", "Y"};
    bp_spec *spec = reduced(names, 2);
    CU_ASSERT_EQUAL(spec->reactions.count, 1);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "one"), 0);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "two"), -1);
    CHECK_TREE(spec->reactions.items[0].law, "c*k*A/(1 + X)");
    CU_ASSERT_TRUE(symbol_of(spec, "X")->constant);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "Y")->initial), 0);
    bp_spec_free(spec);
}

static void events_lose_what_they_set(void) {
    const char *const names[] = {"X"};
    bp_spec *spec = reduced(names, 1);
    CU_ASSERT_EQUAL(spec->events.items[0].n_assignments, 1);
    CHECK_TREE(spec->events.items[0].assignments[0].value, "X + 1");
    bp_spec_free(spec);
}

static void what_is_left_compiles_with_fewer_states(void) {
    const char *const names[] = {"X", "Y"};
    bp_spec *spec = reduced(names, 2);
    bp_model *model = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(bp_model_compile(spec, NULL, &model, &report), BP_OK);
    CU_ASSERT_EQUAL(bp_model_n_states(model), 2); // A and B
    bp_model_free(model);
    bp_report_clear(&report);
    bp_spec_free(spec);
}

static void an_unknown_species_gets_the_nearest(void) {
    const char *const names[] = {"total"};
    bp_spec *spec = spec_of(network);
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_spec_without(spec, names, 1, &err), BP_UNKNOWN_NAME);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "no species 'total'"));
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(reactions_of_what_is_left_out_go),
                                      TEST(events_lose_what_they_set),
                                      TEST(what_is_left_compiles_with_fewer_states),
                                      TEST(an_unknown_species_gets_the_nearest),
                                      TEST_END};
    return test_main("spec_without", tests, argc, argv);
}
