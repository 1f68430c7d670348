// The editable network: symbols, other names, reactions.
#include <string.h>

#include "tests/unit/antimony_test.h"

static bp_spec *new_spec(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    return spec;
}

static void symbols_are_made_once(void) {
    bp_spec *spec = new_spec();
    bp_where where = {"f", 3, 4};
    CU_ASSERT_EQUAL(bp_spec_find(spec, "a"), -1);
    CU_ASSERT_EQUAL(bp_spec_symbol(spec, "a", where), 0);
    CU_ASSERT_EQUAL(bp_spec_symbol(spec, "b", BP_NOWHERE), 1);
    CU_ASSERT_EQUAL(bp_spec_symbol(spec, "a", BP_NOWHERE), 0);
    CU_ASSERT_EQUAL(spec->symbols.items[0].where.line, 3);
    CU_ASSERT_FALSE(spec->symbols.items[0].declared);
    CU_ASSERT_EQUAL(spec->symbols.items[0].compartment, -1);
    bp_spec_free(spec);
}

static void other_names_lead_to_the_symbol(void) {
    bp_spec *spec = new_spec();
    int a = bp_spec_symbol(spec, "a", BP_NOWHERE);
    CU_ASSERT_EQUAL(bp_spec_alias(spec, "X.p", "a"), BP_OK);
    CU_ASSERT_EQUAL(bp_spec_alias(spec, "X.Y.q", "X.p"), BP_OK);
    CU_ASSERT_EQUAL(bp_spec_find(spec, "X.Y.q"), a);
    CHECK_TEXT(bp_spec_resolve(spec, "X.Y.q"), "a");
    CHECK_TEXT(bp_spec_resolve(spec, "b"), "b");
    CU_ASSERT_EQUAL(bp_spec_alias(spec, "X.p", "X.Y.q"), BP_OK); // the same already
    CU_ASSERT_EQUAL(bp_spec_symbol(spec, "X.p", BP_NOWHERE), a);
    bp_spec_symbol(spec, "b", BP_NOWHERE);
    CU_ASSERT_EQUAL(bp_spec_alias(spec, "b", "a"), BP_DUPLICATE);
    bp_spec_free(spec);
}

static void reactions_are_found_by_name(void) {
    bp_spec *spec = new_spec();
    char name[16] = "J";
    for (int i = 0; i < 100; i++) {
        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        CU_ASSERT_PTR_NOT_NULL(bp_spec_add_reaction(spec, name, BP_NOWHERE));
    }
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "J42"), 42);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "J420"), -1);
    CU_ASSERT_PTR_NOT_NULL(bp_spec_add_reaction(spec, "J42", BP_NOWHERE));
    CU_ASSERT_PTR_NOT_NULL(bp_spec_add_reaction(spec, "late", BP_NOWHERE));
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "late"), 101);
    bp_spec_free(spec);
}

static void trees_are_built_by_hand(void) {
    bp_spec *spec = new_spec();
    const bp_ast *args[2] = {bp_ast_name(spec, "k", BP_NOWHERE),
                             bp_ast_number(spec, -2.5, BP_NOWHERE)};
    CHECK_TREE(bp_ast_call(spec, BP_OP_POW, args, 2, BP_NOWHERE), "k^-2.5");
    CHECK_TREE(bp_ast_call(spec, BP_OP_MUL, args, 2, BP_NOWHERE), "k*-2.5");
    CHECK_TREE(bp_ast_call(spec, BP_OP_MUL, args, 1, BP_NOWHERE), "times(k)");
    const bp_ast *swapped[2] = {args[1], args[0]};
    CHECK_TREE(bp_ast_call(spec, BP_OP_POW, swapped, 2, BP_NOWHERE), "(-2.5)^k");
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(symbols_are_made_once), TEST(other_names_lead_to_the_symbol),
        TEST(reactions_are_found_by_name), TEST(trees_are_built_by_hand), TEST_END};
    return test_main("spec_network", tests, argc, argv);
}
