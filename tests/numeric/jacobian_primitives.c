// The derivative of every primitive against differences, with a study of the step: the
// error of central differences must fall as h^2, and what Richardson's extrapolation
// leaves of it must vanish.
#include <float.h>
#include <math.h>

#include "tests/support/harness.h"
#include "tests/unit/expr_fixture.h"

static double value_at(const bp_graph *g, int node, expr_point at, int which,
                       double x) {
    at.state[which] = x;
    return expr_value(g, node, &at);
}

static double central(const bp_graph *g, int node, const expr_point *at, int which,
                      double h) {
    double x = at->state[which];
    return (value_at(g, node, *at, which, x + h) -
            value_at(g, node, *at, which, x - h)) /
           (2 * h);
}

// Compares d(node)/d(state `which`) at a point.
static void check_derivative(bp_graph *g, int node, const expr_point *at, int which,
                             const char *what) {
    int slope = bp_graph_derive(g, node, bp_graph_state(g, which));
    CU_ASSERT_FALSE_FATAL(g->failed);
    double exact = expr_value(g, slope, at);
    double h = 1e-3 * fmax(fabs(at->state[which]), 0.1);
    double coarse = central(g, node, at, which, h);
    double fine = central(g, node, at, which, h / 2);
    double best = (4 * fine - coarse) / 3;
    double scale = 1 + fabs(exact) + fabs(expr_value(g, node, at));
    // h^4 term about 1e-12 of the scale, rounding 1e-16/h about 1e-12 of it
    CHECK(fabs(best - exact) <= 1e-9 * scale * test_tol_scale(),
          "%s at (%g, %g) by argument %d: %.15g, differences %.15g", what, at->state[0],
          at->state[1], which, exact, best);
    // where truncation stands clear of rounding (1e-16/h) its order is 2
    double error = fabs(coarse - exact);
    if (error > 1e-8 * scale)
        CHECK(error / fabs(fine - exact) > 3 && error / fabs(fine - exact) < 5,
              "%s at (%g, %g): error falls by %g when h is halved", what, at->state[0],
              at->state[1], error / fabs(fine - exact));
}

// Smooth points of each primitive: three sets of arguments.
typedef struct sample {
    bp_expr_op op;
    double points[3][3];
} sample;

static const sample samples[] = {
    {BP_EXPR_POW, {{2, 3.5}, {0.3, -1.2}, {5, 0.5}}},
    {BP_EXPR_POW_SLOPE, {{2, 3.5}, {0.3, -1.2}, {5, 0.7}}},
    {BP_EXPR_POW_LOG, {{2, 3.5}, {0.3, -1.2}, {5, 0.5}}},
    {BP_EXPR_SQRT, {{2}, {0.25}, {100}}},
    {BP_EXPR_EXP, {{2}, {-3}, {0}}},
    {BP_EXPR_LN, {{2}, {0.3}, {50}}},
    {BP_EXPR_LOG10, {{2}, {0.3}, {50}}},
    {BP_EXPR_SIN, {{2}, {0}, {-1}}},
    {BP_EXPR_COS, {{2}, {0}, {-1}}},
    {BP_EXPR_TAN, {{1}, {0}, {-0.5}}},
    {BP_EXPR_SINH, {{2}, {0}, {-1}}},
    {BP_EXPR_COSH, {{2}, {0}, {-1}}},
    {BP_EXPR_TANH, {{2}, {0}, {-1}}},
    {BP_EXPR_ASIN, {{0.5}, {0}, {-0.8}}},
    {BP_EXPR_ACOS, {{0.5}, {0}, {-0.8}}},
    {BP_EXPR_ATAN, {{2}, {0}, {-1}}},
    {BP_EXPR_ASINH, {{2}, {0}, {-1}}},
    {BP_EXPR_ACOSH, {{2}, {1.2}, {30}}},
    {BP_EXPR_ATANH, {{0.5}, {0}, {-0.8}}},
    {BP_EXPR_ABS, {{2}, {-3}, {0.5}}},
    {BP_EXPR_FLOOR, {{2.5}, {-0.5}, {0.5}}},
    {BP_EXPR_CEIL, {{2.5}, {-0.5}, {0.5}}},
    {BP_EXPR_TRUNC, {{2.5}, {-0.5}, {0.5}}},
    {BP_EXPR_FACTORIAL, {{2}, {0.5}, {6.5}}},
    {BP_EXPR_REM, {{7.5, 2}, {-3.3, 0.7}, {1, 5}}},
    {BP_EXPR_MIN, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_MAX, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_LT, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_LE, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_EQ, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_AND, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_OR, {{1, 2}, {2, 1}, {-1, 1}}},
    {BP_EXPR_NOT, {{1}, {2}, {-1}}},
    {BP_EXPR_SELECT, {{1, 2, 3}, {-1, 3, 2}, {0.5, 1, 4}}},
    {BP_EXPR_RATE, {{1, 2}, {2, 1}, {-1, 1}}},
};

static void every_primitive_has_the_right_derivative(void) {
    // refused by some or all arguments, see below
    bool seen[BP_EXPR_OP_COUNT] = {[BP_EXPR_DIGAMMA] = true, [BP_EXPR_MRATIO] = true};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const sample *s = &samples[i];
        seen[s->op] = true;
        for (int k = 0; k < 3; k++) {
            bp_graph g;
            CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
            int args[3];
            for (int a = 0; a < 3; a++)
                args[a] = bp_graph_state(&g, a);
            int node = bp_graph_primitive(&g, s->op, args);
            expr_point at = {
                .state = {s->points[k][0], s->points[k][1], s->points[k][2]}};
            for (int a = 0; a < bp_expr_arity(s->op); a++)
                check_derivative(&g, node, &at, a, bp_expr_op_text(s->op));
            bp_graph_clear(&g);
        }
    }
    for (int op = BP_EXPR_FIRST_PRIMITIVE; op < BP_EXPR_OP_COUNT; op++)
        CHECK(seen[op], "%s is not tested", bp_expr_op_text((bp_expr_op)op));
}

// Products and quotients, sums, and the chain rule through all of them.
static void composed_expressions_have_the_right_derivative(void) {
    bp_graph g;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
    int x = bp_graph_state(&g, 0), y = bp_graph_state(&g, 1),
        k = bp_graph_parameter(&g, 0);
    // k x^2 y / (1 + x y)^3 - x^-1 + exp(x/y)
    int below =
        bp_graph_sum(&g, 1, &(bp_expr_arg){bp_graph_multiply(&g, x, y), 1}, 1, false);
    bp_expr_arg factors[] = {{k, 1}, {x, 2}, {y, 1}, {below, -3}};
    int exponential = bp_graph_unary(&g, BP_EXPR_EXP, bp_graph_divide(&g, x, y));
    bp_expr_arg terms[] = {{bp_graph_product(&g, factors, 4), 1},
                           {bp_graph_power(&g, x, -1), -1},
                           {exponential, 1}};
    int node = bp_graph_sum(&g, 0, terms, 3, false);
    double points[][2] = {{0.5, 2}, {-1.5, 0.3}, {3, 4}};
    for (int i = 0; i < 3; i++) {
        expr_point at = {.state = {points[i][0], points[i][1]}, .parameter = {1.7}};
        check_derivative(&g, node, &at, 0, "composed");
        check_derivative(&g, node, &at, 1, "composed");
    }
    bp_graph_clear(&g);
}

static double slope_of_power(double x, double n, bool by_exponent, bool number) {
    bp_graph g;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
    int base = bp_graph_state(&g, 0);
    int exponent = number ? bp_graph_number(&g, n) : bp_graph_parameter(&g, 0);
    int node = bp_graph_binary(&g, BP_EXPR_POW, base, exponent);
    int slope = bp_graph_derive(&g, node, by_exponent ? exponent : base);
    expr_point at = {.state = {x}, .parameter = {n}};
    double value = expr_value(&g, slope, &at);
    bp_graph_clear(&g);
    return value;
}

// n x^(n-1) at x = 0: 1 for n = 1, 0 above, 0 for n = 0, whether n is a number or not.
static void powers_are_derived_at_zero(void) {
    for (int number = 0; number <= 1; number++) {
        CHECK_NEAR(slope_of_power(0, 0, false, number), 0, 0);
        CHECK_NEAR(slope_of_power(0, 1, false, number), 1, 0);
        CHECK_NEAR(slope_of_power(0, 2, false, number), 0, 0);
        CHECK_NEAR(slope_of_power(0, 2.5, false, number), 0, 0);
        CHECK_NEAR(slope_of_power(0, 8, false, number), 0, 0);
        CHECK(isinf(slope_of_power(0, 0.5, false, number)), "a root is steep at 0");
    }
    CHECK_NEAR(slope_of_power(0, 2, true, false), 0, 0); // 0^n is 0 for all n > 0
    // below 0 whole exponents are right too: d(x^3) = 3 x^2
    CHECK_NEAR(slope_of_power(-2, 3, false, false), 12, 0);
}

// A Hill term with symbolic exponent, S^n / (K^n + S^n), is finite at S = 0.
static void hill_terms_are_derived_at_zero(void) {
    bp_graph g;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
    int s = bp_graph_state(&g, 0), n = bp_graph_parameter(&g, 0);
    int k = bp_graph_parameter(&g, 1);
    int above = bp_graph_binary(&g, BP_EXPR_POW, s, n);
    int below = bp_graph_add(&g, bp_graph_binary(&g, BP_EXPR_POW, k, n), above);
    int slope = bp_graph_derive(&g, bp_graph_divide(&g, above, below), s);
    expr_point at = {.state = {0}, .parameter = {2, 3}};
    CHECK_NEAR(expr_value(&g, slope, &at), 0, 0);
    at.parameter[0] = 1; // Michaelis-Menten: 1/K
    CHECK_NEAR(expr_value(&g, slope, &at), 1.0 / 3, 1e-16);
    bp_graph_clear(&g);
}

static void kinks_take_the_branch_that_holds(void) {
    bp_graph g;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
    int x = bp_graph_state(&g, 0);
    int slope = bp_graph_derive(&g, bp_graph_unary(&g, BP_EXPR_ABS, x), x);
    expr_point at = {.state = {0}};
    CHECK_NEAR(expr_value(&g, slope, &at), 1, 0);
    bp_graph_clear(&g);
}

static void powers_are_those_of_the_library(void) {
    static const double bases[] = {0,   -0.0,  1,           -1,       2.5,       -3.25,
                                   0.1, 1e300, DBL_MIN / 8, INFINITY, -INFINITY, NAN};
    static const double exponents[] = {0, -0.0, 1, -1, 2, 0.5, -2.5, INFINITY, NAN};
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        for (size_t j = 0; j < sizeof exponents / sizeof *exponents; j++) {
            double value = bp_pow(bases[i], exponents[j]);
            double library = pow(bases[i], exponents[j]);
            bool same = isnan(value) ? isnan(library) : value == library;
            CHECK(same && !signbit(value) == !signbit(library),
                  "%g^%g: %.17g, not %.17g", bases[i], exponents[j], value, library);
        }
    }
    for (int i = 1; i <= 10000; i++) // sizes and digits of all kinds
        CHECK(bp_pow(exp(0.07 * (i - 5000)), 1) == pow(exp(0.07 * (i - 5000)), 1),
              "exp(%g)^1", 0.07 * (i - 5000));
}

// psi(1) = -Euler's constant, psi(1/2) = -gamma - 2 ln 2, psi(x + 1) = psi(x) + 1/x
static void digamma_has_its_known_values(void) {
    const double euler = 0.57721566490153286061;
    CHECK_NEAR(bp_digamma(1), -euler, 2e-15);
    CHECK_NEAR(bp_digamma(0.5), -euler - 2 * log(2), 4e-15);
    for (int i = 0; i < 27; i++) {
        double x = -3.65 + 0.9 * i;
        CHECK_NEAR(bp_digamma(x + 1), bp_digamma(x) + 1 / x, 5e-14);
    }
    CU_ASSERT(isnan(bp_digamma(-2)));
}

static void second_derivative_of_factorial_is_refused(void) {
    bp_graph g;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
    int x = bp_graph_state(&g, 0);
    int first = bp_graph_derive(&g, bp_graph_unary(&g, BP_EXPR_FACTORIAL, x), x);
    CU_ASSERT_EQUAL(g.underivable, -1);
    bp_graph_derive(&g, first, x);
    CU_ASSERT(g.underivable >= 0);
    bp_graph_clear(&g);
}

// By its third argument it is known, by the others it is not.
static void mratio_is_derived_by_its_third_argument(void) {
    const double points[][3] = {{1, 2, 3}, {-3, 2, -0.5}, {0.5, 1.5, -1}, {2, 3, 20}};
    for (size_t k = 0; k < sizeof points / sizeof *points; k++) {
        bp_graph g;
        CU_ASSERT_EQUAL_FATAL(bp_graph_init(&g), BP_OK);
        int args[3];
        for (int a = 0; a < 3; a++)
            args[a] = bp_graph_state(&g, a);
        int node = bp_graph_primitive(&g, BP_EXPR_MRATIO, args);
        expr_point at = {.state = {points[k][0], points[k][1], points[k][2]}};
        check_derivative(&g, node, &at, 2, "mratio");
        CU_ASSERT_EQUAL(g.underivable, -1);
        bp_graph_derive(&g, node, args[k % 2]);
        CU_ASSERT(g.underivable >= 0);
        bp_graph_clear(&g);
    }
}

// Closed forms: M(a, a, z) = e^z; M(1, 2, z) = (e^z - 1)/z, M(2, 3, z) =
// 2 (1 + (z - 1) e^z)/z^2; M(-1, b, z) = 1 - z/b, M(0, b, z) = 1.
static void mratio_has_its_known_values(void) {
    for (int i = 0; i < 12; i++) {
        double z = -30.25 + 5.5 * i;
        double first = expm1(z) / z, second = 2 * (1 + (z - 1) * exp(z)) / (z * z);
        CHECK_NEAR(bp_mratio(1, 2, z), second / first, 1e-13 * fabs(second / first));
        CHECK_NEAR(bp_mratio(-1, 2.5, z), 1 / (1 - z / 2.5), 1e-13);
        CHECK_NEAR(bp_mratio(2.5, 2.5, z), 1, 1e-13);
    }
    CHECK_NEAR(bp_mratio(0.5, 1.5, 0), 1, 0);
    // 60 digits of the series, rounded
    CHECK_NEAR(bp_mratio(-1000, 9001, -10000), 0.46128328365229465, 1e-14);
    CHECK_NEAR(bp_mratio(3, 0.5, -20), 0.033438754009755255, 1e-15);
    CU_ASSERT(isnan(bp_mratio(1, 0, 1)));
    CU_ASSERT(isnan(bp_mratio(1, -3, 1)));
    CU_ASSERT(isnan(bp_mratio(NAN, 2, 1)));
    CU_ASSERT(isnan(bp_mratio(1, 2, INFINITY)));
}

static const test_case tests[] = {
    TEST(every_primitive_has_the_right_derivative),
    TEST(composed_expressions_have_the_right_derivative),
    TEST(powers_are_derived_at_zero),
    TEST(hill_terms_are_derived_at_zero),
    TEST(kinks_take_the_branch_that_holds),
    TEST(powers_are_those_of_the_library),
    TEST(digamma_has_its_known_values),
    TEST(second_derivative_of_factorial_is_refused),
    TEST(mratio_is_derived_by_its_third_argument),
    TEST(mratio_has_its_known_values),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("jacobian_primitives", tests, argc, argv);
}
