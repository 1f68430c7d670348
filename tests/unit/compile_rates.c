// Rates and Jacobians of small models against what pencil and paper say.
#include <math.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

typedef struct fixture {
    bp_model *model;
    bp_work *work;
    double y[8], dydt[8], jacobian[64];
} fixture;

// Starts the model at t and evaluates everything there.
static fixture evaluate(bp_model *model, double t) {
    fixture f = {.model = model};
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &f.work), BP_OK);
    CU_ASSERT_EQUAL(bp_model_start(model, f.work, t, NULL, f.y, NULL), BP_OK);
    CU_ASSERT_EQUAL(bp_model_rates(model, f.work, t, f.y, f.dydt), BP_OK);
    bp_model_jacobian(model, f.work, t, f.y, f.jacobian);
    return f;
}

static void stop(fixture *f) {
    bp_work_free(f->work);
    bp_model_free(f->model);
}

static int state(const fixture *f, const char *name) {
    return bp_model_variable(f->model, bp_model_find(f->model, name))->index;
}

static double rate(const fixture *f, const char *name) {
    return f->dydt[state(f, name)];
}

// df_row/dy_column; 0 where the pattern has no entry
static double entry(const fixture *f, const char *row, const char *column) {
    const bp_pattern *p = bp_model_pattern(f->model);
    int j = state(f, column);
    for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
        if (p->row[k] == state(f, row)) return f->jacobian[k];
    return 0;
}

// 2 A + B <-> C in a volume of 2, law = cell (k1 A^2 B - k2 C), concentrations 3, 5, 7
static void mass_action_in_a_volume(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 2);
    fix_species(b, "A", "cell", 3);
    fix_species(b, "B", "cell", 5);
    fix_species(b, "C", "cell", 7);
    fix_parameter(b, "k1", 0.1);
    fix_parameter(b, "k2", 0.3);
    const bp_ast *net =
        fix_op(b, BP_OP_SUB, 2, fix_product(b, "k1", "A", "A", "B", NULL),
               fix_product(b, "k2", "C", NULL));
    fix_reaction(b, "J", "2 A + B -> C",
                 fix_op(b, BP_OP_MUL, 2, fix_name(b, "cell"), net));
    fixture f = evaluate(fix_compile(b), 0);
    double law = 2 * (0.1 * 9 * 5 - 0.3 * 7); // 4.8
    CHECK_NEAR(rate(&f, "A"), -2 * law, 1e-14);
    CHECK_NEAR(rate(&f, "B"), -law, 1e-14);
    CHECK_NEAR(rate(&f, "C"), law, 1e-14);
    // by the amount of A: dv/dA = cell k1 2 [A] [B] / cell
    CHECK_NEAR(entry(&f, "C", "A"), 0.1 * 2 * 3 * 5, 1e-14);
    CHECK_NEAR(entry(&f, "A", "A"), -2 * 0.1 * 2 * 3 * 5, 1e-14);
    CHECK_NEAR(entry(&f, "C", "C"), -0.3, 1e-15);
    CHECK_NEAR(entry(&f, "A", "B"), -2 * 0.1 * 9, 1e-14);
    stop(&f);
}

// Dilution: the cell grows, an amount stays, and a ruled concentration follows its
// rule.
static void growing_compartment(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 2);
    fix_species(b, "ruled", "cell", 3);
    fix_species(b, "free", "cell", 3);
    fix_parameter(b, "growth", 0.5);
    fix_parameter(b, "speed", NAN);
    fix_rule(b, "cell", BP_RATE_RULE, fix_name(b, "growth"));
    fix_rule(b, "ruled", BP_RATE_RULE, fix_number(b, 0.25));
    fix_rule(b, "speed", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_RATEOF, 1, fix_name(b, "free")));
    fix_reaction(b, "J", "free -> ", fix_product(b, "growth", "free", NULL));
    fixture f = evaluate(fix_compile(b), 0);
    CHECK_NEAR(rate(&f, "cell"), 0.5, 0);
    // dA/dt = V dc/dt + c dV/dt = 2 * 0.25 + 3 * 0.5
    CHECK_NEAR(rate(&f, "ruled"), 2.0, 1e-15);
    CHECK_NEAR(rate(&f, "free"), -1.5, 1e-15);
    // d(A/V)/dt = (dA/dt)/V - A/V^2 dV/dt = -1.5/2 - 6/4 * 0.5
    int speed = bp_model_find(f.model, "speed");
    bp_view *view = NULL;
    double value;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f.model, &speed, 1, &view), BP_OK);
    bp_view_values(view, f.work, 0, f.y, &value);
    CHECK_NEAR(value, -1.5, 1e-15);
    bp_view_free(view);
    stop(&f);
}

// A stoichiometry that is an expression: makes `yield` products.
static void variable_stoichiometry(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "A", "cell", 4);
    fix_species(b, "P", "cell", 1);
    fix_parameter(b, "k", 0.5);
    fix_parameter(b, "yield", 3);
    bp_reaction *r = fix_reaction(b, "J", "A -> P", fix_product(b, "k", "A", NULL));
    r->products[0].variable_stoichiometry =
        fix_op(b, BP_OP_MUL, 2, fix_name(b, "yield"), fix_name(b, "P"));
    fixture f = evaluate(fix_compile(b), 0);
    CHECK_NEAR(rate(&f, "A"), -2, 0);
    CHECK_NEAR(rate(&f, "P"), 6, 0);
    CHECK_NEAR(entry(&f, "P", "P"), 6, 0);
    CHECK_NEAR(entry(&f, "P", "A"), 1.5, 0);
    CU_ASSERT_EQUAL(bp_model_n_totals(f.model), 0);
    stop(&f);
}

// mm(S, V, K) = V S / (K + S), a user's function
static void functions_are_written_out(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "S", "cell", 2);
    fix_parameter(b, "vmax", 3);
    fix_parameter(b, "km", 4);
    static const char *names[] = {"s", "v", "k"};
    const bp_ast *body =
        fix_op(b, BP_OP_DIV, 2, fix_product(b, "v", "s", NULL),
               fix_op(b, BP_OP_ADD, 2, fix_name(b, "k"), fix_name(b, "s")));
    bp_function function = {.name = "mm", .args = names, .n_args = 3, .body = body};
    CU_ASSERT_FATAL(bp_array_push(&b.spec->functions, function));
    bp_ast *call = (bp_ast *)fix_op(b, BP_OP_CALL, 3, fix_name(b, "S"),
                                    fix_name(b, "vmax"), fix_name(b, "km"));
    call->name = "mm";
    fix_reaction(b, "J", "S -> ", call);
    fixture f = evaluate(fix_compile(b), 0);
    CHECK_NEAR(rate(&f, "S"), -1, 1e-16);
    CHECK_NEAR(entry(&f, "S", "S"), -3.0 * 4 / 36, 1e-16);
    stop(&f);
}

// Every operation of the language once, at x = 0.5 (state), against libm.
typedef struct op_case {
    bp_op op;
    int n;
    double args[4]; // first is x
    double expected;
} op_case;

static const double x = 0.5;

static double op_value(const op_case *c) {
    builder b = fixture_new();
    fix_parameter(b, "x", x);
    fix_parameter(b, "f", NAN);
    fix_rule(b, "x", BP_RATE_RULE, fix_number(b, 0));
    const bp_ast *args[4] = {fix_name(b, "x"), NULL, NULL, NULL};
    for (int i = 1; i < 4; i++)
        args[i] = fix_number(b, c->args[i]);
    fix_rule(b, "f", BP_ASSIGNMENT_RULE,
             bp_ast_call(b.spec, c->op, args, c->n, BP_NOWHERE));
    fixture f = evaluate(fix_compile(b), 0);
    int variable = bp_model_find(f.model, "f");
    bp_view *view = NULL;
    double value;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f.model, &variable, 1, &view), BP_OK);
    bp_view_values(view, f.work, 0, f.y, &value);
    bp_view_free(view);
    stop(&f);
    return value;
}

static void every_operation_has_its_meaning(void) {
    const op_case cases[] = {
        {BP_OP_ADD, 4, {x, 1, 2, 3}, 6.5},
        {BP_OP_SUB, 1, {x}, -0.5},
        {BP_OP_SUB, 2, {x, 2}, -1.5},
        {BP_OP_MUL, 3, {x, 3, 5}, 7.5},
        {BP_OP_DIV, 2, {x, 4}, 0.125},
        {BP_OP_POW, 2, {x, 3}, 0.125},
        {BP_OP_POW, 2, {x, -2}, 4},
        {BP_OP_POW, 2, {x, 0.3}, pow(x, 0.3)},
        {BP_OP_EXP, 1, {x}, exp(x)},
        {BP_OP_LN, 1, {x}, log(x)},
        {BP_OP_LOG10, 1, {x}, log10(x)},
        {BP_OP_LOG, 2, {x, 8}, -3},
        {BP_OP_SQRT, 1, {x}, sqrt(x)},
        {BP_OP_ROOT, 2, {x, 3}, 9}, // the 1/2-th root
        {BP_OP_ABS, 1, {x}, x},
        {BP_OP_FLOOR, 1, {x}, 0},
        {BP_OP_CEIL, 1, {x}, 1},
        {BP_OP_FACTORIAL, 1, {x}, tgamma(1.5)},
        {BP_OP_QUOTIENT, 2, {x, 0.2}, 2},
        {BP_OP_REM, 2, {x, 0.2}, fmod(x, 0.2)},
        {BP_OP_MRATIO, 3, {x, 0.5, 3}, 1}, // equal arguments: e^3/e^3
        {BP_OP_MIN, 3, {x, 0.2, 1}, 0.2},
        {BP_OP_MAX, 3, {x, 0.2, 1}, 1},
        {BP_OP_SIN, 1, {x}, sin(x)},
        {BP_OP_COS, 1, {x}, cos(x)},
        {BP_OP_TAN, 1, {x}, tan(x)},
        {BP_OP_SEC, 1, {x}, 1 / cos(x)},
        {BP_OP_CSC, 1, {x}, 1 / sin(x)},
        {BP_OP_COT, 1, {x}, 1 / tan(x)},
        {BP_OP_SINH, 1, {x}, sinh(x)},
        {BP_OP_COSH, 1, {x}, cosh(x)},
        {BP_OP_TANH, 1, {x}, tanh(x)},
        {BP_OP_SECH, 1, {x}, 1 / cosh(x)},
        {BP_OP_CSCH, 1, {x}, 1 / sinh(x)},
        {BP_OP_COTH, 1, {x}, 1 / tanh(x)},
        {BP_OP_ASIN, 1, {x}, asin(x)},
        {BP_OP_ACOS, 1, {x}, acos(x)},
        {BP_OP_ATAN, 1, {x}, atan(x)},
        {BP_OP_ASEC, 1, {x}, NAN}, // |sec| >= 1
        {BP_OP_ACSC, 1, {x}, NAN},
        {BP_OP_ACOT, 1, {x}, atan(2)},
        {BP_OP_ASINH, 1, {x}, asinh(x)},
        {BP_OP_ACOSH, 1, {x}, NAN},
        {BP_OP_ATANH, 1, {x}, atanh(x)},
        {BP_OP_ASECH, 1, {x}, acosh(2)},
        {BP_OP_ACSCH, 1, {x}, asinh(2)},
        {BP_OP_ACOTH, 1, {x}, NAN},
        {BP_OP_LT, 3, {x, 1, 2}, 1},
        {BP_OP_LT, 3, {x, 1, 1}, 0},
        {BP_OP_LE, 3, {x, 1, 1}, 1},
        {BP_OP_GT, 2, {x, 1}, 0},
        {BP_OP_GE, 2, {x, 0.5}, 1},
        {BP_OP_EQ, 3, {x, 0.5, 0.5}, 1},
        {BP_OP_NE, 2, {x, 0.5}, 0},
        {BP_OP_AND, 3, {x, 1, 2}, 1},
        {BP_OP_OR, 2, {x, 0}, 1},
        {BP_OP_XOR, 3, {x, 1, 1}, 1},
        {BP_OP_NOT, 1, {x}, 0},
        {BP_OP_IMPLIES, 2, {x, 0}, 0},
        {BP_OP_PIECEWISE, 3, {x, 0, 7}, 7},
        {BP_OP_PIECEWISE, 2, {x, 1}, x},
        {BP_OP_PIECEWISE, 2, {x, 0}, NAN},
    };
    bool seen[BP_OP_COUNT] = {
        [BP_OP_NUMBER] = true,   [BP_OP_NAME] = true, [BP_OP_TIME] = true,
        [BP_OP_AVOGADRO] = true, [BP_OP_CALL] = true, [BP_OP_DELAY] = true,
        [BP_OP_RATEOF] = true}; // have tests of their own
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        seen[cases[i].op] = true;
        double value = op_value(&cases[i]);
        if (isnan(cases[i].expected))
            CHECK(isnan(value), "case %zu: %g is not NaN", i, value);
        else
            CHECK_NEAR(value, cases[i].expected, 4e-15 * (1 + fabs(cases[i].expected)));
    }
    for (int op = 0; op < BP_OP_COUNT; op++)
        CHECK(seen[op], "operation %d is not tested", op);
}

// k / A at A = 0: recoverable, and the reaction is named.
static void the_reaction_that_is_not_finite_is_named(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "A", "cell", 1);
    fix_species(b, "B", "cell", 1);
    fix_parameter(b, "k", 1);
    fix_reaction(b, "fine", "B -> ", fix_product(b, "k", "B", NULL));
    fix_reaction(b, "blows_up", "A -> ",
                 fix_op(b, BP_OP_DIV, 2, fix_name(b, "k"), fix_name(b, "A")));
    fixture f = evaluate(fix_compile(b), 0);
    CU_ASSERT_EQUAL(bp_model_culprit(f.model, f.work, 0, f.y), -1);
    f.y[state(&f, "A")] = 0;
    CU_ASSERT_EQUAL(bp_model_rates(f.model, f.work, 0, f.y, f.dydt), BP_NOT_FINITE);
    CU_ASSERT_EQUAL(bp_model_culprit(f.model, f.work, 0, f.y),
                    bp_model_find(f.model, "blows_up"));
    // two infinities that cancel, and sums that would overflow, are told apart
    f.y[state(&f, "A")] = 1e-300;
    CU_ASSERT_EQUAL(bp_model_rates(f.model, f.work, 0, f.y, f.dydt), BP_OK);
    stop(&f);
}

static void pattern_has_the_whole_diagonal(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "A", "cell", 1);
    fix_species(b, "B", "cell", 1);
    fix_parameter(b, "k", 1);
    fix_reaction(b, "J", "A -> B", fix_name(b, "k")); // nothing depends on anything
    fixture f = evaluate(fix_compile(b), 0);
    const bp_pattern *p = bp_model_pattern(f.model);
    CU_ASSERT_EQUAL(p->n, 2);
    CU_ASSERT_EQUAL(p->nnz, 2);
    for (int j = 0; j < p->n; j++) {
        CU_ASSERT_EQUAL(p->row[p->diagonal[j]], j);
        CHECK_NEAR(f.jacobian[p->diagonal[j]], 0, 0);
    }
    stop(&f);
}

static const test_case tests[] = {
    TEST(mass_action_in_a_volume),
    TEST(growing_compartment),
    TEST(variable_stoichiometry),
    TEST(functions_are_written_out),
    TEST(every_operation_has_its_meaning),
    TEST(the_reaction_that_is_not_finite_is_named),
    TEST(pattern_has_the_whole_diagonal),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_rates", tests, argc, argv);
}
