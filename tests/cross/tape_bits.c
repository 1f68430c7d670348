// Prints the bits that tapes compute, for one lane and for several: what one processor
// prints, every other must (make cross). Only operations that IEEE 754 rounds in one
// way are in them. Fails where lanes differ among themselves.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/tape.h"

enum { N_STATES = 24, N_ROOTS = 400, MOST_LANES = 16 };

static void fail(const char *what) {
    fprintf(stderr, "tape_bits: %s\n", what);
    exit(1);
}

static unsigned draw(unsigned *seed, int below) {
    *seed = *seed * 1664525u + 1013904223u; // Numerical Recipes
    return (*seed >> 10) % (unsigned)below;
}

static int add_product(bp_graph *g, const bp_expr_arg *from, int n) {
    bp_expr_arg factors[6];
    for (int k = 0; k < n; k++)
        factors[k] = (bp_expr_arg){from[k].node, 1};
    return bp_graph_product(g, factors, n);
}

static int add_node(bp_graph *g, int kind, const bp_expr_arg *args, int n) {
    static const bp_expr_op exact[] = {BP_EXPR_SQRT, BP_EXPR_ABS, BP_EXPR_FLOOR,
                                       BP_EXPR_MIN,  BP_EXPR_LT,  BP_EXPR_SELECT};
    const int nodes[] = {args[0].node, args[1].node, args[2].node};
    if (kind == 0) return bp_graph_sum(g, 0, args, n, true);
    if (kind == 1) return bp_graph_sum(g, 0.75, args, n, true);
    if (kind == 2) return bp_graph_product(g, args, n);
    if (kind >= 5) return bp_graph_primitive(g, exact[kind - 5], nodes);
    int net =
        bp_graph_subtract(g, add_product(g, args, 3), add_product(g, args + 3, 2));
    return kind == 3 ? net : bp_graph_multiply(g, args[5].node, net);
}

// Sums, products, nets and functions of what was made before, and of the states.
static void fill(bp_graph *g, unsigned seed, int *roots) {
    int nodes[N_STATES + N_ROOTS];
    for (int i = 0; i < N_STATES; i++)
        nodes[i] = bp_graph_state(g, i);
    for (int i = 0; i < N_ROOTS; i++) {
        bp_expr_arg args[6];
        for (int k = 0; k < 6; k++) {
            int node = nodes[draw(&seed, N_STATES + i / 4)];
            args[k] = (bp_expr_arg){node, draw(&seed, 2) ? 1 : -1};
        }
        roots[i] = add_node(g, i % 11, args, 2 + (int)draw(&seed, 5));
        nodes[N_STATES + i] = roots[i];
    }
}

// Runs lanes 0 .. n_lanes - 1; output [root][lane].
static void run(const bp_graph *g, const int *base, const bp_tape *tape, int n_lanes,
                double *output) {
    size_t n = (size_t)(tape->first_register + tape->n_registers) * (size_t)n_lanes;
    double *registers = calloc(n, sizeof *registers);
    if (!registers) fail("out of memory");
    for (int node = 0; node < g->nodes.count; node++) {
        const bp_expr_node *x = bp_graph_node(g, node);
        for (int l = 0; l < n_lanes && base[node] >= 0; l++)
            registers[base[node] * n_lanes + l] =
                x->op == BP_EXPR_NUMBER ? x->number
                                        : 0.3 + 0.37 * (x->index % 5) + 0.013 * l;
    }
    bp_tape_run(tape, registers, output, n_lanes);
    free(registers);
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return x == x ? bits : UINT64_C(0x7ff8000000000000); // signs of NaN mean nothing
}

static void print_bits(unsigned seed, const double *alone, const bp_graph *g,
                       const int *base, const bp_tape *tape) {
    static const int widths[] = {1, 3, 4, 8, 16};
    uint64_t hash = UINT64_C(14695981039346656037); // FNV-1a
    int finite = 0;
    for (int i = 0; i < N_ROOTS; i++) {
        hash = (hash ^ bits_of(alone[i])) * UINT64_C(1099511628211);
        finite += alone[i] - alone[i] == 0;
    }
    printf("tape %u: %016" PRIx64 ", %d of %d finite\n", seed, hash, finite, N_ROOTS);
    double output[N_ROOTS * MOST_LANES];
    for (int w = 0; w < 5; w++) {
        run(g, base, tape, widths[w], output);
        for (int i = 0; i < N_ROOTS; i++)
            if (bits_of(output[i * widths[w]]) != bits_of(alone[i]))
                fail("the first of several lanes differs from one alone");
    }
}

static void try_tape(unsigned seed) {
    bp_graph g;
    bp_tape tape;
    int roots[N_ROOTS], n_base = 0;
    if (bp_graph_init(&g) != BP_OK) fail("out of memory");
    fill(&g, seed, roots);
    int *base = malloc((size_t)g.nodes.count * sizeof *base);
    if (g.failed || !base) fail("out of memory");
    for (int node = 0; node < g.nodes.count; node++)
        base[node] = bp_graph_node(&g, node)->op <= BP_EXPR_TIME ? n_base++ : -1;
    bp_lowering what = {.graph = &g,
                        .base = base,
                        .first_register = n_base,
                        .roots = roots,
                        .n_roots = N_ROOTS};
    if (bp_tape_lower(&what, &tape) != BP_OK) fail("out of memory");
    double alone[N_ROOTS];
    run(&g, base, &tape, 1, alone);
    print_bits(seed, alone, &g, base, &tape);
    bp_tape_clear(&tape);
    bp_graph_clear(&g);
    free(base);
}

int main(void) {
    for (unsigned seed = 1; seed <= 6; seed++)
        try_tape(seed);
    return 0;
}
