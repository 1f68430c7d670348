// The exact tape of small expressions, and two spellings that compile alike.
#include <string.h>

#include "model/tape.h"
#include "tests/support/harness.h"
#include "tests/unit/expr_fixture.h"
#include "tests/unit/model_fixture.h"

typedef struct fixture {
    bp_graph g;
    int x, y, z, k, m;
} fixture;

static fixture setup(void) {
    fixture f;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&f.g), BP_OK);
    f.x = bp_graph_state(&f.g, 0);
    f.y = bp_graph_state(&f.g, 1);
    f.z = bp_graph_state(&f.g, 2);
    f.k = bp_graph_parameter(&f.g, 0);
    f.m = bp_graph_parameter(&f.g, 1);
    return f;
}

// Leaves get the registers of their nodes.
static void register_name(const void *data, int reg, bp_text *out) {
    const bp_graph *g = data;
    const bp_expr_node *x = bp_graph_node(g, reg);
    if (x->op == BP_EXPR_NUMBER)
        bp_text_number(out, x->number);
    else
        bp_text_add(out, expr_leaf_name(NULL, (bp_expr_op)x->op, x->index));
}

static void check_tape(const bp_graph *g, const int *roots, int n,
                       const char *expected) {
    int base[256];
    for (int i = 0; i < g->nodes.count; i++)
        base[i] = bp_graph_node(g, i)->op <= BP_EXPR_TIME ? i : -1;
    bp_lowering what = {.graph = g,
                        .base = base,
                        .first_register = g->nodes.count,
                        .roots = roots,
                        .n_roots = n};
    bp_tape tape;
    CU_ASSERT_EQUAL_FATAL(bp_tape_lower(&what, &tape), BP_OK);
    bp_text text = {0};
    bp_tape_print(&tape, register_name, g, &text);
    CHECK_TEXT(bp_text_get(&text), expected);
    bp_text_clear(&text);
    bp_tape_clear(&tape);
}

// k x y - m z: one operation, straight to output
static void mass_action(void) {
    fixture f = setup();
    bp_expr_arg on[] = {{f.k, 1}, {f.x, 1}, {f.y, 1}};
    int rate = bp_graph_subtract(&f.g, bp_graph_product(&f.g, on, 3),
                                 bp_graph_multiply(&f.g, f.m, f.z));
    check_tape(&f.g, &rate, 1,
               "level 1  net 3-2  x 1\n"
               "  out0 = x0 * x1 * k0 - x2 * k1\n");
    bp_graph_clear(&f.g);
}

// m (k x y - m z), whichever factor comes first; not where the difference is read
// twice.
static void scaled_mass_action(void) {
    fixture f = setup();
    bp_expr_arg on[] = {{f.k, 1}, {f.x, 1}, {f.y, 1}};
    int rate = bp_graph_subtract(&f.g, bp_graph_product(&f.g, on, 3),
                                 bp_graph_multiply(&f.g, f.m, f.z));
    int roots[] = {bp_graph_multiply(&f.g, f.m, rate), rate};
    check_tape(&f.g, roots, 1,
               "level 1  scaled net 3-2  x 1\n"
               "  out0 = k1 * (x0 * x1 * k0 - x2 * k1)\n");
    check_tape(&f.g, roots, 2,
               "level 1  net 3-2  x 1\n"
               "  r0 = x0 * x1 * k0 - x2 * k1\n"
               "level 2  multiply 2  x 1\n"
               "  out0 = k1 * r0\n"
               "copies  x 1\n"
               "  out1 = r0\n");
    int late = bp_graph_parameter(&f.g, 2); // a node behind the difference
    int scaled = bp_graph_multiply(&f.g, late, rate);
    check_tape(&f.g, &scaled, 1,
               "level 1  scaled net 3-2  x 1\n"
               "  out0 = k2 * (x0 * x1 * k0 - x2 * k1)\n");
    bp_graph_clear(&f.g);
}

// A product that something else reads is computed once and stays an operation; what
// reads a difference that moved down a level stays above it.
static void shared_products_are_not_fused(void) {
    fixture f = setup();
    int on = bp_graph_multiply(&f.g, f.k, f.x), off = bp_graph_multiply(&f.g, f.m, f.y);
    int roots[] = {bp_graph_subtract(&f.g, on, off), on};
    check_tape(&f.g, roots, 2,
               "level 1  multiply 2  x 2\n"
               "  r0 = x0 * k0\n"
               "  r1 = x1 * k1\n"
               "level 2  sum +1 -1  x 1\n"
               "  out0 = r0 - r1\n"
               "copies  x 1\n"
               "  out1 = r0\n");
    int both = bp_graph_unary(&f.g, BP_EXPR_EXP, roots[0]);
    check_tape(&f.g, &both, 1,
               "level 1  net 2-2  x 1\n"
               "  r0 = x0 * k0 - x1 * k1\n"
               "level 2  exp  x 1\n"
               "  r1 = r0\n"
               "copies  x 1\n"
               "  out0 = r1\n");
    bp_graph_clear(&f.g);
}

static void equal_operations_share_a_group(void) {
    fixture f = setup();
    int roots[] = {bp_graph_unary(&f.g, BP_EXPR_EXP, f.x),
                   bp_graph_unary(&f.g, BP_EXPR_EXP, f.y), bp_graph_add(&f.g, f.x, f.y),
                   bp_graph_add(&f.g, f.y, f.z)};
    check_tape(&f.g, roots, 4,
               "level 1  sum +2 -0  x 2\n"
               "  out2 = x0 + x1\n"
               "  out3 = x1 + x2\n"
               "level 1  exp  x 2\n"
               "  r0 = x0\n"
               "  r1 = x1\n"
               "copies  x 2\n"
               "  out0 = r0\n"
               "  out1 = r1\n");
    bp_graph_clear(&f.g);
}

static void powers_and_quotients(void) {
    fixture f = setup();
    bp_expr_arg factors[] = {{f.x, 3}, {f.y, -2}};
    int roots[] = {bp_graph_product(&f.g, factors, 2), bp_graph_power(&f.g, f.z, -1),
                   bp_graph_power(&f.g, f.x, 9)};
    check_tape(&f.g, roots, 3,
               "level 1  multiply 2  x 1\n"
               "  r0 = x1 * x1\n"
               "level 1  multiply 3  x 1\n"
               "  r1 = x0 * x0 * x0\n"
               "level 1  reciprocal  x 1\n"
               "  r2 = x2\n"
               "level 1  pow  x 1\n"
               "  r3 = x0, 9\n"
               "level 2  divide  x 1\n"
               "  r4 = r1 / r0\n"
               "copies  x 3\n"
               "  out0 = r4\n"
               "  out1 = r2\n"
               "  out2 = r3\n");
    bp_graph_clear(&f.g);
}

static void sums_by_kind(void) {
    fixture f = setup();
    bp_expr_arg weighted[] = {{f.x, 2}, {f.y, -1}};
    bp_expr_arg many[] = {{f.x, 1}, {f.y, -1}, {f.z, 1}, {f.k, 1}, {f.m, -1}};
    int k_minus_m = bp_graph_subtract(&f.g, f.k, f.m);
    int roots[] = {bp_graph_sum(&f.g, 3, weighted, 2, false),
                   bp_graph_sum(&f.g, 0, many, 5, false), k_minus_m};
    check_tape(&f.g, roots, 3,
               "level 1  sum +1 -1  x 1\n"
               "  r0 = k0 - k1\n"
               "level 2  sum +3 -1  x 1\n"
               "  out1 = x0 + x2 + r0 - x1\n"
               "level 2  linear  x 1\n"
               "  out0 = 3 + 2 x0 + -1 x1\n"
               "copies  x 1\n"
               "  out2 = r0\n");
    bp_graph_clear(&f.g);
}

static void leaves_are_copied(void) {
    fixture f = setup();
    int roots[] = {f.y, bp_graph_number(&f.g, 4), f.k, 0};
    check_tape(&f.g, roots, 4,
               "copies  x 4\n  out0 = x1\n  out1 = 4\n  out2 = k0\n  out3 = 0\n");
    check_tape(&f.g, NULL, 0, "");
    bp_graph_clear(&f.g);
}

static bp_model *michaelis(bool turned) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "S", "cell", 2);
    fix_parameter(b, "V", 3);
    fix_parameter(b, "K", 4);
    const bp_ast *below =
        turned ? fix_op(b, BP_OP_ADD, 2, fix_name(b, "S"), fix_name(b, "K"))
               : fix_op(b, BP_OP_ADD, 2, fix_name(b, "K"), fix_name(b, "S"));
    const bp_ast *law =
        turned ? fix_op(b, BP_OP_MUL, 2, fix_name(b, "S"),
                        fix_op(b, BP_OP_DIV, 2, fix_name(b, "V"), below))
               : fix_op(b, BP_OP_DIV, 2, fix_product(b, "V", "S", NULL), below);
    fix_reaction(b, "J", "S -> ", law);
    return fix_compile(b);
}

// V S / (K + S) and S (V / (S + K)) are the same program.
static void spellings_compile_alike(void) {
    bp_model *a = michaelis(false), *b = michaelis(true);
    bp_text text_a = {0}, text_b = {0};
    bp_model_print_tape(a, &text_a);
    bp_model_print_tape(b, &text_b);
    CHECK_TEXT(bp_text_get(&text_a), bp_text_get(&text_b));
    CHECK(strstr(bp_text_get(&text_a), "rates"), "%s", bp_text_get(&text_a));
    bp_text_clear(&text_a);
    bp_text_clear(&text_b);
    bp_model_free(a);
    bp_model_free(b);
}

static void equations_read_like_a_textbook(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "S", "cell", 2);
    fix_species(b, "P", "cell", 0);
    fix_parameter(b, "k", 3);
    fix_parameter(b, "half", NAN);
    fix_rule(b, "half", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_DIV, 2, fix_name(b, "S"), fix_number(b, 2)));
    fix_reaction(b, "J", "S -> 2 P", fix_product(b, "cell", "k", "S", NULL));
    bp_model *model = fix_compile(b);
    bp_text text = {0};
    bp_model_print_equations(model, &text);
    CHECK_TEXT(bp_text_get(&text), "# fixture: 2 states, 2 parameters, 1 reactions\n"
                                   "# species stand for their amounts\n"
                                   "d[S]/dt = -J\n"
                                   "d[P]/dt = 2*J\n"
                                   "\n# rates of reactions\n"
                                   "J = S*cell*k/cell\n"
                                   "\n# rules\n"
                                   "half = 0.5*S/cell\n"
                                   "\n# conserved totals\n"
                                   "2*S + P = constant (determines S)\n");
    bp_text_clear(&text);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(mass_action),
    TEST(scaled_mass_action),
    TEST(shared_products_are_not_fused),
    TEST(equal_operations_share_a_group),
    TEST(powers_and_quotients),
    TEST(sums_by_kind),
    TEST(leaves_are_copied),
    TEST(spellings_compile_alike),
    TEST(equations_read_like_a_textbook),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("tape_text", tests, argc, argv);
}
