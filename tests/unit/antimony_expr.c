// Expressions: precedence, functions, constants, printing.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/ast.h"
#include "tests/unit/antimony_test.h"

static const bp_ast *parse(bp_spec *spec, const char *text) {
    const bp_ast *tree = NULL;
    bp_error err = {0};
    bp_status status = bp_antimony_expression(spec, text, BP_NOWHERE, &tree, &err);
    CHECK(status == BP_OK, "%s: %s", text, err.message);
    return tree;
}

// Nested text with every operation named, so that the shape shows: (+ a (* b c))
static void shape(const bp_ast *tree, bp_text *out) {
    if (tree->op == BP_OP_NUMBER) {
        bp_text_number(out, tree->number);
        return;
    }
    if (tree->op == BP_OP_NAME) {
        bp_text_add(out, tree->name);
        return;
    }
    bp_text_format(out, "(%s",
                   tree->op == BP_OP_CALL ? tree->name : bp_op_text(tree->op));
    for (int i = 0; i < tree->n_args; i++) {
        bp_text_add(out, " ");
        shape(tree->args[i], out);
    }
    bp_text_add(out, ")");
}

static void check_shapes(const char *const cases[][2], int n) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    for (int i = 0; i < n; i++) {
        const bp_ast *tree = parse(spec, cases[i][0]);
        bp_text out = {0};
        if (tree) shape(tree, &out);
        CHECK(strcmp(bp_text_get(&out), cases[i][1]) == 0, "%s: %s, not %s",
              cases[i][0], bp_text_get(&out), cases[i][1]);
        bp_text_clear(&out);
    }
    bp_spec_free(spec);
}

#define N(list) ((int)(sizeof(list) / sizeof *(list)))

// libAntimony 3.3 gives each of these the same MathML.
static void operators_bind_as_in_libantimony(void) {
    static const char *const cases[][2] = {
        {"-a^b", "(minus (pow a b))"},
        {"a^b^c", "(pow a (pow b c))"},
        {"2^-a", "(pow 2 (minus a))"},
        {"a^-b^c", "(pow a (minus (pow b c)))"},
        {"-a*b", "(times (minus a) b)"},
        {"-2^2", "(minus (pow 2 2))"},
        {"(-2)^2", "(pow -2 2)"},
        {"a - b", "(minus a b)"},
        {"a - b - c", "(plus a (minus b) (minus c))"},
        {"a - (b - c)", "(minus a (minus b c))"},
        {"a*b*c/d*e", "(times (divide (times a b c) d) e)"},
        {"a/b/c", "(divide (divide a b) c)"},
        {"a%b", "(rem a b)"},
        {"a + b*c", "(plus a (times b c))"},
        {"a - -b", "(minus a (minus b))"},
        {"+a", "a"},
        {"a < b < c", "(lt a b c)"},
        {"a == b != c", "(and (eq a b) (neq b c))"},
        {"a < b == 1", "(and (lt a b) (eq b 1))"},
        {"!a == 0", "(eq (not a) 0)"},
        {"!a && b || c", "(or (and (not a) b) c)"},
        {"1 || 0 && 0", "(and (or 1 0) 0)"},
        {"a && b && c", "(and a b c)"},
        {"a >= b + 1", "(geq a (plus b 1))"},
        {"A.B.x + 1", "(plus A.B.x 1)"},
    };
    check_shapes(cases, N(cases));
}

static void functions_have_libantimonys_spellings(void) {
    static const char *const cases[][2] = {
        {"log(x)", "(ln x)"},
        {"ln(x)", "(ln x)"},
        {"log10(x)", "(log10 x)"},
        {"log(2, x)", "(logbase 2 x)"},
        {"sqr(x)", "(pow x 2)"},
        {"power(x, 3)", "(pow x 3)"},
        {"pow(x, 3)", "(pow x 3)"},
        {"root(x)", "(sqrt x)"},
        {"root(3, x)", "(root 3 x)"},
        {"ceiling(x)", "(ceil x)"},
        {"ceil(x)", "(ceil x)"},
        {"asin(x)", "(arcsin x)"},
        {"arctanh(x)", "(arctanh x)"},
        {"acoth(x)", "(arccoth x)"},
        {"min(x, 1, y)", "(min x 1 y)"},
        {"plus(1, 2, 3)", "(plus 1 2 3)"},
        {"times()", "(times)"},
        {"and(x, y)", "(and x y)"},
        {"xor(x, y, z)", "(xor x y z)"},
        {"piecewise(1, x > 3, 4)", "(piecewise 1 (gt x 3) 4)"},
        {"rateOf(S)", "(rateOf S)"},
        {"delay(S, 2)", "(delay S 2)"},
        {"quotient(7, 2)", "(quotient 7 2)"},
        {"implies(x, y)", "(implies x y)"},
        {"f(x, 2)", "(f x 2)"},
        {"neq(1, 2)", "(neq 1 2)"},
    };
    check_shapes(cases, N(cases));
}

static void constants_are_known(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CU_ASSERT_EQUAL(number_of(parse(spec, "pi")), 3.14159265358979323846);
    CU_ASSERT_EQUAL(number_of(parse(spec, "exponentiale")), 2.71828182845904523536);
    CU_ASSERT_EQUAL(number_of(parse(spec, "true")), 1.0);
    CU_ASSERT_EQUAL(number_of(parse(spec, "false")), 0.0);
    CU_ASSERT_EQUAL(number_of(parse(spec, "infinity")), INFINITY);
    CU_ASSERT_EQUAL(number_of(parse(spec, "INF")), INFINITY); // libAntimony's spelling
    CU_ASSERT_TRUE(isnan(number_of(parse(spec, "NaN"))));
    CU_ASSERT_EQUAL(number_of(parse(spec, "-inf")), -INFINITY);
    CU_ASSERT(isnan(number_of(parse(spec, "notanumber"))));
    CU_ASSERT_EQUAL(parse(spec, "time")->op, BP_OP_TIME);
    CU_ASSERT_EQUAL(parse(spec, "avogadro")->op, BP_OP_AVOGADRO);
    bp_spec_free(spec);
}

static void numbers_are_exact(void) {
    static const struct {
        const char *text;
        double value;
    } cases[] = {{"1", 1},
                 {"1e3", 1000},
                 {"1.e3", 1000},
                 {".5", 0.5},
                 {"2.", 2},
                 {"0.1", 0.1},
                 {"6.02214076e23", 6.02214076e23},
                 {"1E-9", 1e-9},
                 {"4.9e-324", 4.9e-324},
                 {"1.7976931348623157e308", 1.7976931348623157e308},
                 {"-0.1", -0.1},
                 {"0.30000000000000004", 0.30000000000000004}};
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    for (int i = 0; i < N(cases); i++)
        CHECK(number_of(parse(spec, cases[i].text)) == cases[i].value, "%s",
              cases[i].text);
    bp_spec_free(spec);
}

static void a_number_may_have_a_unit(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    const bp_ast *tree = parse(spec, "3 nM*x + 2h");
    CHECK_TEXT(tree->args[0]->args[0]->unit, "nM");
    CHECK_TEXT(tree->args[1]->unit, "h");
    CHECK_TREE(tree, "3 nM*x + 2 h");
    bp_spec_free(spec);
}

// What is printed reads back as the same tree, and printing that gives the same text.
static void printing_is_the_inverse_of_reading(void) {
    static const char *const texts[] = {"a + b - c + d",
                                        "a - (b + c)",
                                        "a - b - c",
                                        "(a + b)*c/(d - e)/f",
                                        "-(a + b)^2",
                                        "(-a)^2",
                                        "a^-b",
                                        "(a^b)^c",
                                        "a^b^c",
                                        "a*-b",
                                        "-a*b",
                                        "- -a",
                                        "a - -b",
                                        "!(a && b)",
                                        "(a || b) && c",
                                        "a && (b || c)",
                                        "(a < b) == (c < d)",
                                        "a < b < c",
                                        "piecewise(1, a < 2, -3, b == 4, c)",
                                        "log(2, x)",
                                        "ln(x) + log10(x)",
                                        "sqrt(x) + root(3, x)",
                                        "f(a, g(b), -1)",
                                        "1e-09*avogadro + time",
                                        "-infinity",
                                        "notanumber",
                                        "a/(b*c)",
                                        "a/(b/c)",
                                        "a*(b/c)",
                                        "rem(a, b)*c",
                                        "-(1 + 2)",
                                        "2^-2",
                                        "-2^2",
                                        "(3 nM)^2",
                                        "and(a)",
                                        "plus()",
                                        "xor(a, b)",
                                        "a - (-1)",
                                        "a + (-1)*b"};
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    for (int i = 0; i < N(texts); i++) {
        char first[1200], second[1200];
        const bp_ast *tree = parse(spec, texts[i]);
        if (!tree) continue;
        const bp_ast *again = parse(spec, tree_text(tree, first));
        CHECK(bp_ast_equal(tree, again), "%s printed as %s", texts[i], first);
        CHECK_TEXT(tree_text(again, second), first);
    }
    bp_spec_free(spec);
}

static void few_parentheses_are_printed(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CHECK_TREE(parse(spec, "((a*b)*(c)) + ((d))"), "a*b*c + d");
    CHECK_TREE(parse(spec, "(2*(EGF))/((Km) + (EGF))"), "2*EGF/(Km + EGF)");
    CHECK_TREE(parse(spec, "((a) < (b)) && ((c))"), "a < b && c");
    bp_spec_free(spec);
}

static void errors_stand_where_the_text_stands(void) {
    bp_spec *spec = NULL;
    const bp_ast *tree = NULL;
    bp_error err = {0};
    bp_where where = {"drug.yaml", 7, 20};
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    CU_ASSERT_EQUAL(bp_antimony_expression(spec, "a + * b", where, &tree, &err),
                    BP_SYNTAX);
    CU_ASSERT_PTR_NULL(tree);
    CHECK_TEXT(err.file, "drug.yaml");
    CU_ASSERT_EQUAL(err.line, 7);
    CU_ASSERT_EQUAL(err.column, 24);
    CU_ASSERT_EQUAL(bp_antimony_expression(spec, "a b", where, &tree, NULL), BP_SYNTAX);
    CU_ASSERT_EQUAL(bp_antimony_expression(spec, "", where, &tree, NULL), BP_SYNTAX);
    CU_ASSERT_EQUAL(bp_antimony_expression(spec, "a; b", where, &tree, NULL),
                    BP_SYNTAX);
    bp_spec_free(spec);
}

static void any_nesting_ends_with_a_message(void) {
    static const char *const units[] = {"(", "-", "!", "sin(", "a^", "1<(", "{"};
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    for (int i = 0; i < N(units); i++) {
        bp_text text = {0};
        const bp_ast *tree = NULL;
        for (int k = 0; k < 20000; k++) {
            bp_text_add(&text, units[i]);
            bp_text_add(&text, " ");
        }
        bp_text_add(&text, "a");
        bp_status status =
            bp_antimony_expression(spec, bp_text_get(&text), BP_NOWHERE, &tree, NULL);
        CHECK(status != BP_OK && status != BP_NO_MEMORY, "%s: %s", units[i],
              bp_status_name(status));
        bp_text_clear(&text);
    }
    bp_spec_free(spec);
}

// A long sum is one node, however long; a long chain of quotients is refused.
static void long_sums_are_flat(void) {
    bp_spec *spec = NULL;
    bp_text sum = {0}, quotient = {0};
    const bp_ast *tree = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    for (int i = 0; i < 50000; i++) {
        bp_text_add(&sum, i % 2 ? "a - " : "b*c + ");
        bp_text_add(&quotient, "a/");
    }
    bp_text_add(&sum, "a");
    bp_text_add(&quotient, "a");
    CU_ASSERT_EQUAL(
        bp_antimony_expression(spec, bp_text_get(&sum), BP_NOWHERE, &tree, NULL),
        BP_OK);
    if (tree) CU_ASSERT_EQUAL(tree->n_args, 50001);
    CU_ASSERT_EQUAL(
        bp_antimony_expression(spec, bp_text_get(&quotient), BP_NOWHERE, &tree, NULL),
        BP_UNSUPPORTED);
    bp_text_clear(&sum);
    bp_text_clear(&quotient);
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(operators_bind_as_in_libantimony),
                                      TEST(functions_have_libantimonys_spellings),
                                      TEST(constants_are_known),
                                      TEST(numbers_are_exact),
                                      TEST(a_number_may_have_a_unit),
                                      TEST(printing_is_the_inverse_of_reading),
                                      TEST(few_parentheses_are_printed),
                                      TEST(errors_stand_where_the_text_stands),
                                      TEST(any_nesting_ends_with_a_message),
                                      TEST(long_sums_are_flat),
                                      TEST_END};
    return test_main("antimony_expr", tests, argc, argv);
}
