// Modules: ports, instances, other names, what wins over what.
#include <string.h>

#include "tests/unit/antimony_test.h"

#define SIDE                                                                           \
    "model side(S, k1)\n  J0: S + E -> ES; k1*k2*S*E - k2*ES\n"                        \
    "  E = 3; k2 = 0.4; S = 7; k1 = 1\nend\n"

static void ports_stand_for_what_is_passed(void) {
    bp_spec *spec = spec_of(SIDE "model *n()\n  A: side(X, k4); B: side(Y, k5)\n"
                                 "  X = 1; Y = 2; k4 = 3; k5 = 4\nend\n");
    CU_ASSERT_EQUAL(bp_spec_find(spec, "A.S"), bp_spec_find(spec, "X"));
    CU_ASSERT_EQUAL(bp_spec_find(spec, "B.k1"), bp_spec_find(spec, "k5"));
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "X")->initial),
                    1.0); // the outer value wins
    CHECK_TREE(reaction_of(spec, "A.J0")->law, "k4*A.k2*X*A.E - A.k2*A.ES");
    CHECK_TREE(reaction_of(spec, "B.J0")->law, "k5*B.k2*Y*B.E - B.k2*B.ES");
    CU_ASSERT_EQUAL(symbol_of(spec, "X")->kind, BP_SPECIES);
    CU_ASSERT_EQUAL(spec->instances.count, 2);
    CHECK_TEXT(spec->instances.items[1].name, "B");
    CHECK_TEXT(spec->instances.items[1].module, "side");
    bp_spec_free(spec);
}

static void a_port_keeps_the_modules_value_where_none_is_given(void) {
    bp_spec *spec = spec_of(SIDE "model *n()\n  A: side(X)\nend\n");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "X")->initial), 7.0);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "A.k1")->initial), 1.0);
    bp_spec_free(spec);
}

static void the_outer_module_wins_in_any_order(void) {
    static const char *const texts[] = {
        SIDE "model *n()\n  X = 8\n  A: side(X, q)\n  q = 5\n A.E = 9\nend\n",
        SIDE "model *n()\n  A.E = 9\n  A: side(X, q)\n  X = 8; q = 5\nend\n",
        SIDE "model *n()\n  A: side(X, q)\n  A.S = 8; A.k1 = 5; A.E = 9\nend\n",
    };
    for (int i = 0; i < 3; i++) {
        bp_spec *spec = spec_of(texts[i]);
        CU_ASSERT_EQUAL(number_of(symbol_of(spec, "X")->initial), 8.0);
        CU_ASSERT_EQUAL(number_of(symbol_of(spec, "q")->initial), 5.0);
        CU_ASSERT_EQUAL(number_of(symbol_of(spec, "A.E")->initial), 9.0);
        bp_spec_free(spec);
    }
}

// libAntimony: of two instances that give a shared symbol a value, the first holds.
static void of_two_instances_the_first_holds(void) {
    bp_spec *spec = spec_of("model a(S)\n  S = 3\nend\nmodel b(S)\n  S = 4\nend\n"
                            "model *n()\n  A: a(x); B: b(x)\nend\n");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "x")->initial), 3.0);
    bp_spec_free(spec);
}

static void an_outer_rule_replaces_an_inner_value_and_back(void) {
    bp_spec *spec =
        spec_of("model m(k)\n  k = 1; q := 2\nend\n"
                "model *n()\n  A: m(x); B: m(y)\n  x := time\n  B.q = 5\nend\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "x")->rule_kind, BP_ASSIGNMENT_RULE);
    CU_ASSERT_PTR_NULL(symbol_of(spec, "x")->initial);
    CU_ASSERT_EQUAL(symbol_of(spec, "B.q")->rule_kind, BP_NO_RULE);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "B.q")->initial), 5.0);
    CU_ASSERT_EQUAL(symbol_of(spec, "A.q")->rule_kind, BP_ASSIGNMENT_RULE);
    bp_spec_free(spec);
}

// The site of the composition contract: the module gives its port a rule.
static void a_module_may_define_its_port(void) {
    bp_spec *spec =
        spec_of("model site(free)\n  var free; var bound = 0\n"
                "  free := 1 - bound\nend\n"
                "model *n()\n  var f; K: site(f); k := 2*f; K.bound := time\nend\n");
    CHECK_TREE(symbol_of(spec, "f")->rule, "1 - K.bound");
    CHECK_TREE(symbol_of(spec, "K.bound")->rule, "time");
    CHECK_TREE(symbol_of(spec, "k")->rule, "2*f");
    bp_spec_free(spec);
}

static void rules_may_read_members(void) {
    bp_spec *spec = spec_of(SIDE "model *n()\n  A: side(X, q); X = 1; q = 1\n"
                                 "  total := A.S + A.ES; Y -> ; A.k2*Y*A.J0\nend\n");
    CHECK_TREE(symbol_of(spec, "total")->rule, "X + A.ES");
    CHECK_TREE(reaction_of(spec, "_J0")->law, "A.k2*Y*A.J0");
    bp_spec_free(spec);
}

static void is_makes_two_names_one(void) {
    bp_spec *spec = spec_of(SIDE "model *n()\n  A: side(); B: side(); var species T\n"
                                 "  A.S is T; B.S is T; A.J0 is K; T = 2\nend\n");
    CU_ASSERT_EQUAL(bp_spec_find(spec, "A.S"), bp_spec_find(spec, "T"));
    CU_ASSERT_EQUAL(bp_spec_find(spec, "B.S"), bp_spec_find(spec, "T"));
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "T")->initial), 2.0);
    CU_ASSERT(bp_spec_find_reaction(spec, "K") >= 0);
    bp_spec_free(spec);

    spec = spec_of("A -> B; A\nA is ABA\nA = 1\n");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "ABA")->initial), 1.0);
    CHECK_TREE(reaction_of(spec, "_J0")->law, "ABA");
    bp_spec_free(spec);
}

static void a_port_may_be_given_a_number(void) {
    bp_spec *spec =
        spec_of(SIDE "model *n()\n  A: side(X, 3); B: side(X, -1e-3)\nend\n");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "A.k1")->initial), 3.0);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "B.k1")->initial), -1e-3);
    bp_spec_free(spec);
}

static void laws_of_members_can_be_replaced(void) {
    bp_spec *spec = spec_of(SIDE "model *n()\n  A: side(X, q); A.J0 = A.k2*A.S\nend\n");
    CHECK_TREE(reaction_of(spec, "A.J0")->law, "A.k2*X");
    bp_spec_free(spec);
}

static void members_can_be_deleted(void) {
    bp_spec *spec =
        spec_of(SIDE "model *n()\n  A: side(X, q); delete A.J0; q = 1; X = 1\n"
                     "end\n");
    CU_ASSERT_EQUAL(spec->reactions.count, 0);
    bp_spec_free(spec);

    spec = spec_of("model m()\n  J: S -> P; k*S; K: P -> ; 1\n  k = 1\nend\n"
                   "model *n()\n  A: m(); delete A.P\nend\n");
    CU_ASSERT_EQUAL(reaction_of(spec, "A.J")->n_products, 0);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "A.K"), -1); // nothing is left of it
    CU_ASSERT_EQUAL(bp_spec_find(spec, "A.P"), -1);
    bp_spec_free(spec);
}

static void modules_nest(void) {
    bp_spec *spec = spec_of("model inner(S)\n  S -> ; kd*S; kd = 1\nend\n"
                            "model outer(S)\n  I: inner(S); inner(T); T = 1\nend\n"
                            "model *n()\n  O: outer(X); O.I.kd = 4; X = 3\nend\n");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "O.I.kd")->initial), 4.0);
    CU_ASSERT_EQUAL(bp_spec_find(spec, "O.I.S"), bp_spec_find(spec, "X"));
    CHECK_TREE(reaction_of(spec, "O._sys0._J0")->law, "O._sys0.kd*O.T");
    CU_ASSERT_EQUAL(spec->instances.count, 3);
    CHECK_TEXT(spec->instances.items[1].name, "O.I");
    bp_spec_free(spec);
}

static void an_instance_may_be_in_a_compartment(void) {
    bp_spec *spec = spec_of("model m(T)\n  S -> P; 1; T -> ; 1; species Q in own;"
                            "compartment own = 1\nend\n"
                            "model *n()\n  compartment c = 2, d = 1; A: m(x) in c\n"
                            "  B in d: m(y); species x in d\nend\n");
    CU_ASSERT_EQUAL(symbol_of(spec, "A.S")->compartment, bp_spec_find(spec, "c"));
    CU_ASSERT_EQUAL(symbol_of(spec, "A.Q")->compartment, bp_spec_find(spec, "A.own"));
    CU_ASSERT_EQUAL(symbol_of(spec, "B.P")->compartment, bp_spec_find(spec, "d"));
    CU_ASSERT_EQUAL(symbol_of(spec, "x")->compartment, bp_spec_find(spec, "d"));
    bp_spec_free(spec);
}

static void the_main_module_is_found_as_in_libantimony(void) {
    static const char *const cases[][2] = {
        {"model a()\n x = 1\nend\nmodel b()\n y = 1\nend\nz = 1\n", "__main"},
        {"model *a()\n x = 1\nend\nmodel *b()\n y = 1\nend\n", "b"},
        {"model *a()\n x = 1\nend\nmodel b()\n y = 1\nend\nz = 3\n", "a"},
        {"model a()\n x = 1\nend\nmodel b\n y = 1\nend\n", "b"},
        {"", "__main"},
    };
    for (int i = 0; i < 5; i++) {
        bp_spec *spec = spec_of(cases[i][0]);
        if (spec) CHECK_TEXT(spec->name, cases[i][1]);
        bp_spec_free(spec);
    }
}

// ---- pouring into a spec that holds something already, as composition does ----

static bp_modules *read_modules(const char *text) {
    bp_modules *modules = NULL;
    bp_bundle *bundle = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(bp_modules_new(&modules), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "m.ant", text, strlen(text)), BP_OK);
    CU_ASSERT_EQUAL(bp_antimony_read(modules, bundle, "m.ant", &report), BP_OK);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return modules;
}

static bp_status pour(const bp_modules *modules, const char *module, const char *prefix,
                      const bp_binding *bindings, int n, bp_spec *spec) {
    bp_report report = {0};
    bp_module_use use = {module, prefix, bindings, n, BP_NOWHERE};
    bp_status status = bp_modules_instantiate(modules, &use, spec, &report);
    bp_report_clear(&report);
    return status;
}

static const char *const network =
    "model site(free)\n  var free, bound = 0\n  free := 1 - bound\nend\n"
    "model *net()\n  species drug = 5, other = 1\n  var f; K: site(f)\n  other -> ; "
    "f\nend\n"
    "model inhibitor(drug, free)\n  species drug = 99\n  var free\n  const Ki = 10\n"
    "  var theta = 0\n  theta' = Ki*drug*free - theta\nend\n";

static void instances_are_poured_into_a_network(void) {
    bp_modules *modules = read_modules(network);
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CU_ASSERT_EQUAL(pour(modules, "net", "", NULL, 0, spec), BP_OK);
    const bp_binding bindings[] = {{NULL, "drug"}, {"free", "K.free"}};
    CU_ASSERT_EQUAL(pour(modules, "inhibitor", "drugs.d1", bindings, 2, spec), BP_OK);
    CHECK_TREE(symbol_of(spec, "drugs.d1.theta")->rule,
               "drugs.d1.Ki*drug*f - drugs.d1.theta");
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "drug")->initial),
                    5.0); // was there before
    CU_ASSERT_EQUAL(symbol_of(spec, "f")->rule_kind, BP_ASSIGNMENT_RULE);
    CU_ASSERT(bp_spec_find_instance(spec, "drugs.d1") >= 0);
    CU_ASSERT(bp_spec_find_instance(spec, "K") >= 0);
    bp_spec_free(spec);
    bp_modules_free(modules);
}

static void two_copies_of_a_network_live_side_by_side(void) {
    bp_modules *modules = read_modules(network);
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CU_ASSERT_EQUAL(pour(modules, "net", "clone1", NULL, 0, spec), BP_OK);
    CU_ASSERT_EQUAL(pour(modules, "net", "clone2", NULL, 0, spec), BP_OK);
    CHECK_TREE(reaction_of(spec, "clone2._J0")->law, "clone2.f");
    CU_ASSERT_EQUAL(bp_spec_find(spec, "clone1.K.free"),
                    bp_spec_find(spec, "clone1.f"));
    CU_ASSERT_EQUAL(pour(modules, "net", "clone2", NULL, 0, spec), BP_DUPLICATE);
    bp_spec_free(spec);
    bp_modules_free(modules);
}

static void wrong_bindings_are_refused(void) {
    bp_modules *modules = read_modules(network);
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CU_ASSERT_EQUAL(pour(modules, "net", "", NULL, 0, spec), BP_OK);
    const bp_binding nowhere = {"drug", "drugg"}, port = {"drgu", "drug"};
    CU_ASSERT_EQUAL(pour(modules, "inhibitor", "a", &nowhere, 1, spec),
                    BP_UNKNOWN_NAME);
    CU_ASSERT_EQUAL(pour(modules, "inhibitor", "b", &port, 1, spec), BP_UNKNOWN_NAME);
    CU_ASSERT_EQUAL(pour(modules, "nothing", "c", NULL, 0, spec), BP_UNKNOWN_NAME);
    bp_spec_free(spec);
    bp_modules_free(modules);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(ports_stand_for_what_is_passed),
        TEST(a_port_keeps_the_modules_value_where_none_is_given),
        TEST(the_outer_module_wins_in_any_order),
        TEST(of_two_instances_the_first_holds),
        TEST(an_outer_rule_replaces_an_inner_value_and_back),
        TEST(a_module_may_define_its_port),
        TEST(rules_may_read_members),
        TEST(is_makes_two_names_one),
        TEST(a_port_may_be_given_a_number),
        TEST(laws_of_members_can_be_replaced),
        TEST(members_can_be_deleted),
        TEST(modules_nest),
        TEST(an_instance_may_be_in_a_compartment),
        TEST(the_main_module_is_found_as_in_libantimony),
        TEST(instances_are_poured_into_a_network),
        TEST(two_copies_of_a_network_live_side_by_side),
        TEST(wrong_bindings_are_refused),
        TEST_END};
    return test_main("antimony_modules", tests, argc, argv);
}
