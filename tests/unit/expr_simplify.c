// Laws of the expression graph: equal expressions are one node, and the normal form is
// exact for finite values.
#include <math.h>
#include <stdlib.h>

#include "tests/support/harness.h"
#include "tests/unit/expr_fixture.h"

typedef struct leaves {
    bp_graph graph;
    int x, y, z; // states
    int k, m;    // parameters
} leaves;

static leaves setup(void) {
    leaves s;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&s.graph), BP_OK);
    s.x = bp_graph_state(&s.graph, 0);
    s.y = bp_graph_state(&s.graph, 1);
    s.z = bp_graph_state(&s.graph, 2);
    s.k = bp_graph_parameter(&s.graph, 0);
    s.m = bp_graph_parameter(&s.graph, 1);
    return s;
}

static int number(leaves *s, double value) {
    return bp_graph_number(&s->graph, value);
}

static void check_text(leaves *s, int node, const char *expected) {
    bp_text text = {0};
    bp_graph_print(&s->graph, node, expr_leaf_name, NULL, &text);
    CHECK_TEXT(bp_text_get(&text), expected);
    bp_text_clear(&text);
}

static void sums_and_products_commute(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    CU_ASSERT_EQUAL(bp_graph_add(g, s.x, s.y), bp_graph_add(g, s.y, s.x));
    CU_ASSERT_EQUAL(bp_graph_multiply(g, s.x, s.y), bp_graph_multiply(g, s.y, s.x));
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_MIN, s.x, s.y),
                    bp_graph_binary(g, BP_EXPR_MIN, s.y, s.x));
    CU_ASSERT_NOT_EQUAL(bp_graph_subtract(g, s.x, s.y), bp_graph_subtract(g, s.y, s.x));
    bp_graph_clear(g);
}

static void small_sums_and_products_associate(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    CU_ASSERT_EQUAL(bp_graph_add(g, bp_graph_add(g, s.x, s.y), s.k),
                    bp_graph_add(g, s.x, bp_graph_add(g, s.y, s.k)));
    CU_ASSERT_EQUAL(bp_graph_multiply(g, bp_graph_multiply(g, s.x, s.y), s.k),
                    bp_graph_multiply(g, s.x, bp_graph_multiply(g, s.y, s.k)));
    bp_graph_clear(g);
}

static void neutral_elements_vanish(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    CU_ASSERT_EQUAL(bp_graph_add(g, s.x, 0), s.x);
    CU_ASSERT_EQUAL(bp_graph_multiply(g, s.x, number(&s, 1)), s.x);
    CU_ASSERT_EQUAL(bp_graph_multiply(g, s.x, 0), 0);
    CU_ASSERT_EQUAL(bp_graph_power(g, s.x, 1), s.x);
    CU_ASSERT_EQUAL(bp_graph_power(g, s.x, 0), number(&s, 1));
    CU_ASSERT_EQUAL(bp_graph_subtract(g, s.x, s.x), 0);
    CU_ASSERT_EQUAL(bp_graph_divide(g, s.x, number(&s, 1)), s.x);
    bp_graph_clear(g);
}

static void terms_and_powers_are_collected(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    CU_ASSERT_EQUAL(bp_graph_add(g, s.x, s.x), bp_graph_scale(g, 2, s.x));
    CU_ASSERT_EQUAL(bp_graph_multiply(g, s.x, s.x), bp_graph_power(g, s.x, 2));
    // coefficients leave products: (2 x)(3 y) = 6 x y
    int six =
        bp_graph_multiply(g, bp_graph_scale(g, 2, s.x), bp_graph_scale(g, 3, s.y));
    CU_ASSERT_EQUAL(six, bp_graph_scale(g, 6, bp_graph_multiply(g, s.x, s.y)));
    // large powers are one node, however they come about
    int a = bp_graph_power(g, s.x, 7);
    int b = bp_graph_multiply(g, bp_graph_power(g, s.x, 3), bp_graph_power(g, s.x, 4));
    CU_ASSERT_EQUAL(a, b);
    CU_ASSERT_EQUAL(bp_graph_node(g, a)->op, BP_EXPR_POW);
    bp_graph_clear(g);
}

static void constants_fold_and_parameters_do_not(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    CU_ASSERT_EQUAL(bp_graph_add(g, number(&s, 2), number(&s, 3)), number(&s, 5));
    CU_ASSERT_EQUAL(bp_graph_unary(g, BP_EXPR_SQRT, number(&s, 9)), number(&s, 3));
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_LT, number(&s, 1), number(&s, 2)),
                    number(&s, 1));
    int product = bp_graph_multiply(g, s.k, s.m);
    CU_ASSERT_FALSE(bp_graph_is_number(g, product));
    CU_ASSERT(bp_graph_is_constant(g, product));
    // 1/0 is infinite, not an error, and 0/0 is no number
    CU_ASSERT(isinf(bp_graph_node(g, bp_graph_divide(g, number(&s, 1), 0))->number));
    bp_graph_clear(g);
}

// x/x is NaN at 0, sqrt(x)^2 is NaN below 0, ln(exp(x)) overflows: none of them is x
// or 1.
static void what_differs_somewhere_is_kept(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    expr_point at = {.state = {0}};
    CU_ASSERT(isnan(expr_value(g, bp_graph_divide(g, s.x, s.x), &at)));
    int root = bp_graph_unary(g, BP_EXPR_SQRT, s.x);
    at.state[0] = -1;
    CU_ASSERT(isnan(expr_value(g, bp_graph_multiply(g, root, root), &at)));
    int log_of_exp = bp_graph_unary(g, BP_EXPR_LN, bp_graph_unary(g, BP_EXPR_EXP, s.x));
    CU_ASSERT_NOT_EQUAL(log_of_exp, s.x);
    bp_graph_clear(g);
}

static void parts_of_parameters_alone_are_one_node(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    bp_expr_arg rate[] = {{s.k, 1}, {s.x, 1}, {s.m, -2}, {s.y, 1}};
    int product = bp_graph_product(g, rate, 4);
    bp_expr_arg constant[] = {{s.k, 1}, {s.m, -2}};
    int part = bp_graph_product(g, constant, 2);
    bool found = false;
    for (int i = 0; i < bp_graph_node(g, product)->n; i++)
        found |= bp_graph_args(g, product)[i].node == part;
    CHECK(found, "the product holds k/m^2 as one factor");
    check_text(&s, product, "x0*x1*k0/k1^2");

    bp_expr_arg terms[] = {{s.k, 1}, {s.x, 1}, {s.m, 2}};
    int sum = bp_graph_sum(g, 3, terms, 3, false);
    CU_ASSERT_EQUAL(bp_graph_node(g, sum)->n, 2);
    CU_ASSERT_EQUAL(bp_graph_node(g, sum)->number, 0);
    bp_graph_clear(g);
}

static void logic_simplifies(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    int less = bp_graph_binary(g, BP_EXPR_LT, s.x, s.y);
    int one = number(&s, 1);
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_AND, less, one), less);
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_AND, less, 0), 0);
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_OR, less, 0), less);
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_OR, less, one), one);
    int not_less = bp_graph_unary(g, BP_EXPR_NOT, less);
    CU_ASSERT_EQUAL(bp_graph_unary(g, BP_EXPR_NOT, not_less), less);
    CU_ASSERT_EQUAL(bp_graph_select(g, one, s.x, s.y), s.x);
    CU_ASSERT_EQUAL(bp_graph_select(g, less, s.x, s.x), s.x);
    CU_ASSERT_EQUAL(bp_graph_binary(g, BP_EXPR_LE, s.x, s.x), one);
    // 3 or 0 is true, but not 3
    int truth = bp_graph_binary(g, BP_EXPR_OR, s.x, 0);
    expr_point at = {.state = {3}};
    CU_ASSERT_EQUAL(expr_value(g, truth, &at), 1);
    bp_graph_clear(g);
}

static void texts_read_as_written(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    int difference = bp_graph_subtract(g, s.x, s.y);
    check_text(&s, difference, "x0 - x1");
    check_text(&s, bp_graph_multiply(g, s.z, difference), "x2*(x0 - x1)");
    check_text(&s, bp_graph_divide(g, s.x, bp_graph_add(g, s.k, s.x)), "x0/(x0 + k0)");
    check_text(&s, bp_graph_binary(g, BP_EXPR_POW, s.x, s.k), "x0^k0");
    check_text(&s, bp_graph_unary(g, BP_EXPR_EXP, bp_graph_scale(g, -2, s.x)),
               "exp(-2*x0)");
    check_text(&s,
               bp_graph_select(g, bp_graph_binary(g, BP_EXPR_LT, s.x, s.y), s.x, s.y),
               "select((x0 < x1), x0, x1)");
    bp_graph_clear(g);
}

// Random expressions: the value of the normal form is that of the operations as they
// were applied, to rounding; and building them twice gives the same nodes.
static int random_node(bp_graph *g, const int *leaf_nodes, const double *leaf_values,
                       unsigned seed, double *value) {
    int nodes[24];
    double values[24];
    for (int i = 0; i < 5; i++) {
        nodes[i] = leaf_nodes[i];
        values[i] = leaf_values[i];
    }
    for (int i = 5; i < 24; i++) {
        seed = seed * 1664525u + 1013904223u; // Numerical Recipes
        int a = (int)((seed >> 8) % (unsigned)i), b = (int)((seed >> 16) % (unsigned)i);
        switch ((seed >> 24) % 5) {
        case 0:
            nodes[i] = bp_graph_add(g, nodes[a], nodes[b]);
            values[i] = values[a] + values[b];
            break;
        case 1:
            nodes[i] = bp_graph_subtract(g, nodes[a], nodes[b]);
            values[i] = values[a] - values[b];
            break;
        case 2:
            nodes[i] = bp_graph_multiply(g, nodes[a], nodes[b]);
            values[i] = values[a] * values[b];
            break;
        case 3:
            nodes[i] = bp_graph_unary(g, BP_EXPR_TANH, nodes[a]);
            values[i] = tanh(values[a]);
            break;
        default:
            nodes[i] = bp_graph_scale(g, 0.5, nodes[a]);
            values[i] = 0.5 * values[a];
        }
        // keep the numbers near 1, so that rounding stays comparable
        nodes[i] = bp_graph_unary(g, BP_EXPR_SIN, nodes[i]);
        values[i] = sin(values[i]);
    }
    *value = values[23];
    return nodes[23];
}

static void normal_form_keeps_the_value(void) {
    leaves s = setup();
    bp_graph *g = &s.graph;
    expr_point at = {.state = {0.7, -1.3, 2.1}, .parameter = {0.4, 1.9}};
    int leaf_nodes[] = {s.x, s.y, s.z, s.k, s.m};
    double leaf_values[] = {0.7, -1.3, 2.1, 0.4, 1.9};
    for (unsigned seed = 1; seed <= 200; seed++) {
        double expected, again;
        int node = random_node(g, leaf_nodes, leaf_values, seed, &expected);
        int count = g->nodes.count;
        CU_ASSERT_EQUAL(random_node(g, leaf_nodes, leaf_values, seed, &again), node);
        CU_ASSERT_EQUAL(g->nodes.count, count);
        // 19 operations with slopes of about 1
        CHECK_NEAR(expr_value(g, node, &at), expected, 1e-13);
    }
    bp_graph_clear(g);
}

static void failed_allocations_are_reported(void) {
    bool whole = false;
    for (int nth = 1; !whole; nth++) {
        bp_graph g;
        bp_alloc_fail(nth, 0);
        bool made = bp_graph_init(&g) == BP_OK;
        double value;
        int leaf_nodes[5] = {0};
        for (int i = 0; made && i < 5; i++)
            leaf_nodes[i] = bp_graph_state(&g, i);
        double leaf_values[5] = {1, 2, 3, 4, 5};
        if (made) {
            int node = random_node(&g, leaf_nodes, leaf_values, 7, &value);
            bp_graph_derive(&g, node, leaf_nodes[0]);
        }
        whole = made && !g.failed;
        bp_alloc_fail(0, 0);
        bp_graph_clear(&g);
        CU_ASSERT_FATAL(nth < 10000);
    }
}

static const test_case tests[] = {
    TEST(sums_and_products_commute),
    TEST(small_sums_and_products_associate),
    TEST(neutral_elements_vanish),
    TEST(terms_and_powers_are_collected),
    TEST(constants_fold_and_parameters_do_not),
    TEST(what_differs_somewhere_is_kept),
    TEST(parts_of_parameters_alone_are_one_node),
    TEST(logic_simplifies),
    TEST(texts_read_as_written),
    TEST(normal_form_keeps_the_value),
    TEST(failed_allocations_are_reported),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("expr_simplify", tests, argc, argv);
}
