// Lanes and copies: what one lane computes is, bit by bit, what it computes beside
// others, and by the code of every kind of processor.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"
#include "model/tape.h"
#include "tests/support/harness.h"

enum { N_STATES = 40, N_ROOTS = 600, MOST_LANES = 16 };

// A difference of two products that nothing else reads.
static int add_net(bp_graph *g, const bp_expr_arg *list, int n) {
    bp_expr_arg plus[6], minus[6];
    for (int k = 0; k < 6; k++) {
        plus[k] = (bp_expr_arg){list[k].node, 1};
        minus[k] = (bp_expr_arg){list[5 - k].node, 1};
    }
    return bp_graph_subtract(g, bp_graph_product(g, plus, n),
                             bp_graph_product(g, minus, n > 4 ? 2 : 7 - n));
}

// The same times a state; sums of usual and unusual lengths.
static int add_other(bp_graph *g, const bp_expr_arg *list, int n, bool sum) {
    if (!sum) return bp_graph_multiply(g, list[0].node, add_net(g, list, n));
    bp_expr_arg terms[6];
    for (int k = 0; k < 6; k++)
        terms[k] = (bp_expr_arg){list[k].node, k < n - 2 ? 1 : -1};
    return bp_graph_sum(g, 0, terms, n, true);
}

// A graph that uses every primitive and every kind of sum and product at several
// levels.
static void fill_graph(bp_graph *g, unsigned seed, int *roots) {
    int nodes[N_STATES + N_ROOTS];
    for (int i = 0; i < N_STATES; i++)
        nodes[i] = bp_graph_state(g, i);
    for (int i = 0; i < N_ROOTS; i++) {
        int args[6];
        double weights[6];
        for (int k = 0; k < 6; k++) {
            seed = seed * 1664525u + 1013904223u; // Numerical Recipes
            args[k] = nodes[(seed >> 10) % (unsigned)(N_STATES + i)];
            weights[k] = (seed >> 28) % 2 ? 1 : -1;
        }
        int kinds = BP_EXPR_OP_COUNT - BP_EXPR_FIRST_PRIMITIVE + 6, kind = i % kinds;
        bp_expr_arg list[6];
        for (int k = 0; k < 6; k++)
            list[k] = (bp_expr_arg){args[k], weights[k]};
        int n = 2 + (int)((seed >> 20) % 5);
        if (kind == 0)
            nodes[N_STATES + i] = bp_graph_sum(g, 0, list, n, true);
        else if (kind == 1)
            nodes[N_STATES + i] = bp_graph_sum(g, 0.5, list, n, true);
        else if (kind == 2)
            nodes[N_STATES + i] = bp_graph_product(g, list, n);
        else if (kind == 3)
            nodes[N_STATES + i] = add_net(g, list, n);
        else if (kind < 6)
            nodes[N_STATES + i] = add_other(g, list, n, kind == 5);
        else
            nodes[N_STATES + i] = bp_graph_primitive(
                g, (bp_expr_op)(BP_EXPR_FIRST_PRIMITIVE + kind - 6), args);
        roots[i] = nodes[N_STATES + i];
    }
}

typedef struct program {
    bp_graph graph;
    bp_tape tape;
    int n_numbers, n_registers;
    double numbers[64];
} program;

static program lower(unsigned seed) {
    program p = {0};
    int roots[N_ROOTS];
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&p.graph), BP_OK);
    fill_graph(&p.graph, seed, roots);
    int n = p.graph.nodes.count;
    int *base = malloc((size_t)n * sizeof *base);
    CU_ASSERT_PTR_NOT_NULL_FATAL(base);
    for (int i = 0; i < n; i++) {
        const bp_expr_node *x = bp_graph_node(&p.graph, i);
        base[i] = x->op == BP_EXPR_STATE ? x->index : -1;
        if (x->op == BP_EXPR_NUMBER) {
            CU_ASSERT_FATAL(p.n_numbers < 64);
            p.numbers[p.n_numbers] = x->number;
            base[i] = N_STATES + p.n_numbers++;
        }
    }
    bp_lowering what = {.graph = &p.graph,
                        .base = base,
                        .first_register = N_STATES + p.n_numbers,
                        .roots = roots,
                        .n_roots = N_ROOTS};
    CU_ASSERT_EQUAL_FATAL(bp_tape_lower(&what, &p.tape), BP_OK);
    p.n_registers = N_STATES + p.n_numbers + p.tape.n_registers;
    free(base);
    return p;
}

static double state_value(int state, int lane) {
    return 0.1 + 0.37 * state - 0.9 * (state % 3) + 0.013 * lane * state;
}

// Runs lanes first_lane .. first_lane + n_lanes; output [root][lane].
static void run(const program *p, int first_lane, int n_lanes, double *output) {
    double *registers = calloc((size_t)p->n_registers * n_lanes, sizeof *registers);
    CU_ASSERT_PTR_NOT_NULL_FATAL(registers);
    for (int l = 0; l < n_lanes; l++) {
        for (int i = 0; i < N_STATES; i++)
            registers[i * n_lanes + l] = state_value(i, first_lane + l);
        for (int i = 0; i < p->n_numbers; i++)
            registers[(N_STATES + i) * n_lanes + l] = p->numbers[i];
    }
    bp_tape_run(&p->tape, registers, output, n_lanes);
    free(registers);
}

// Equal bits, or both no number (whose payload means nothing).
static bool same_bits(double a, double b) {
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static void results_do_not_depend_on_the_number_of_lanes(void) {
    program p = lower(5);
    const int widths[] = {2, 4, 5, 8, 16};
    int finite = 0;
    for (int w = 0; w < 5; w++) {
        static const int first = 3;
        double together[N_ROOTS * MOST_LANES], alone[N_ROOTS];
        run(&p, first, widths[w], together);
        for (int l = 0; l < widths[w]; l++) {
            run(&p, first + l, 1, alone);
            for (int i = 0; i < N_ROOTS; i++) {
                double a = together[i * widths[w] + l];
                finite += isfinite(alone[i]);
                CHECK(same_bits(a, alone[i]), "root %d, lane %d of %d: %.17g and %.17g",
                      i, l, widths[w], a, alone[i]);
            }
        }
    }
    CHECK(finite > N_ROOTS, "%d finite values were compared", finite);
    bp_tape_clear(&p.tape);
    bp_graph_clear(&p.graph);
}

static int count_groups(const bp_tape *tape, bp_tape_op op) {
    int n = 0;
    for (int g = 0; g < tape->n_groups; g++)
        n += tape->groups[g].op == op;
    return n;
}

// Wherever one of many numbers is none, and whatever the length.
static void what_is_not_finite_is_found(void) {
    static const double none[] = {NAN, INFINITY, -INFINITY};
    double values[200];
    bp_isa best = bp_isa_used();
    for (int isa = 0; isa < BP_ISA_COUNT; isa++) {
        if (!bp_isa_use((bp_isa)isa)) continue;
        for (int n = 0; n < 200; n += n < 20 ? 1 : 17) {
            for (int i = 0; i < n; i++)
                values[i] = i % 2 ? -1e308 : 1.7e308;
            CHECK(bp_tape_all_finite(values, (size_t)n), "%d finite values", n);
            for (int i = 0; i < n; i++) {
                double kept = values[i];
                values[i] = none[i % 3];
                CHECK(!bp_tape_all_finite(values, (size_t)n), "%g at %d of %d",
                      values[i], i, n);
                values[i] = kept;
            }
        }
    }
    CU_ASSERT_TRUE(bp_isa_use(best));
}

static int compare_copies(const program *p, int n_lanes) {
    double expected[N_ROOTS * MOST_LANES], output[N_ROOTS * MOST_LANES];
    int compared = 0;
    CU_ASSERT_TRUE_FATAL(bp_isa_use(BP_ISA_BASELINE));
    run(p, 0, n_lanes, expected);
    for (int isa = BP_ISA_BASELINE + 1; isa < BP_ISA_COUNT; isa++) {
        if (!bp_isa_use((bp_isa)isa)) continue;
        run(p, 0, n_lanes, output);
        for (int i = 0; i < N_ROOTS * n_lanes; i++, compared++)
            CHECK(same_bits(output[i], expected[i]),
                  "%s, %d lanes, root %d: %.17g, not %.17g", bp_isa_text((bp_isa)isa),
                  n_lanes, i / n_lanes, output[i], expected[i]);
    }
    return compared;
}

static void every_processor_computes_the_same_bits(void) {
    bp_isa best = bp_isa_used();
    int compared = 0;
    for (unsigned seed = 1; seed <= 8; seed++) {
        program p = lower(seed);
        CU_ASSERT_TRUE(count_groups(&p.tape, BP_TAPE_NET) > 0);
        CU_ASSERT_TRUE(count_groups(&p.tape, BP_TAPE_SCALED_NET) > 0);
        const int widths[] = {1, 3, 4, 8, 16};
        for (int w = 0; w < 5; w++)
            compared += compare_copies(&p, widths[w]);
        bp_tape_clear(&p.tape);
        bp_graph_clear(&p.graph);
    }
    CU_ASSERT_TRUE(bp_isa_use(best));
    if (compared == 0) test_skip("this processor or this build has one copy only");
}

static void a_copy_that_is_not_there_is_refused(void) {
    bp_isa best = bp_isa_used();
    CU_ASSERT_FALSE(bp_isa_use(BP_ISA_COUNT));
    for (int isa = 0; isa < BP_ISA_COUNT; isa++) {
        bool can = bp_isa_available((bp_isa)isa);
        CU_ASSERT_EQUAL(bp_isa_use((bp_isa)isa), can);
        CU_ASSERT_EQUAL(bp_isa_used() == (bp_isa)isa, can);
        CU_ASSERT_TRUE(bp_isa_use(best));
    }
    CU_ASSERT_TRUE(bp_isa_available(BP_ISA_BASELINE));
}

// The tape against the plain evaluation of each node, one after the other.
static void tape_agrees_with_the_graph(void) {
    program p = lower(5);
    double output[N_ROOTS], values[4096];
    int roots[N_ROOTS];
    run(&p, 0, 1, output);
    bp_graph again;
    CU_ASSERT_EQUAL_FATAL(bp_graph_init(&again), BP_OK);
    fill_graph(&again, 5, roots);
    CU_ASSERT_FATAL(again.nodes.count <= 4096);
    for (int node = 0; node < again.nodes.count; node++) {
        const bp_expr_node *x = bp_graph_node(&again, node);
        const bp_expr_arg *args = bp_graph_args(&again, node);
        double v = x->op == BP_EXPR_PRODUCT ? 1 : x->number, list[3];
        for (int i = 0; i < x->n; i++) {
            double a = values[args[i].node];
            if (x->op == BP_EXPR_SUM)
                v += args[i].weight * a;
            else if (x->op == BP_EXPR_PRODUCT)
                v *= pow(a, args[i].weight);
            else
                list[i] = a;
        }
        if (x->op == BP_EXPR_STATE)
            v = state_value(x->index, 0);
        else if (x->op >= BP_EXPR_FIRST_PRIMITIVE)
            v = bp_expr_evaluate((bp_expr_op)x->op, list);
        values[node] = v;
    }
    int compared = 0;
    for (int i = 0; i < N_ROOTS; i++) {
        double expected = values[roots[i]];
        // chaotic parts (tan, gamma of large numbers) amplify the last bit: leave them
        // out
        if (!isfinite(expected) || fabs(expected) > 1e6 || i > 100) continue;
        compared++;
        CHECK_NEAR(output[i], expected, 1e-9 * (1 + fabs(expected)));
    }
    CHECK(compared > 50, "%d values were compared", compared);
    bp_tape_clear(&p.tape);
    bp_graph_clear(&p.graph);
    bp_graph_clear(&again);
}

static const test_case tests[] = {
    TEST(results_do_not_depend_on_the_number_of_lanes),
    TEST(what_is_not_finite_is_found),
    TEST(every_processor_computes_the_same_bits),
    TEST(a_copy_that_is_not_there_is_refused),
    TEST(tape_agrees_with_the_graph),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("tape_lanes", tests, argc, argv);
}
