#include "tests/unit/expr_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/tape.h"

static double leaf_value(const bp_expr_node *x, const expr_point *at) {
    switch (x->op) {
    case BP_EXPR_NUMBER:
        return x->number;
    case BP_EXPR_PARAMETER:
        return at->parameter[x->index];
    case BP_EXPR_STATE:
        return at->state[x->index];
    default:
        return at->time;
    }
}

double expr_value(const bp_graph *graph, int node, const expr_point *at) {
    int n = graph->nodes.count, n_leaves = 0;
    int *base = malloc((size_t)n * sizeof *base);
    double *registers = malloc(8 * (size_t)n * sizeof *registers);
    bp_tape tape;
    if (!base || !registers) abort();
    for (int i = 0; i < n; i++) {
        base[i] = -1;
        if (bp_graph_node(graph, i)->op > BP_EXPR_TIME) continue;
        registers[n_leaves] = leaf_value(bp_graph_node(graph, i), at);
        base[i] = n_leaves++;
    }
    bp_lowering what = {.graph = graph,
                        .base = base,
                        .first_register = n_leaves,
                        .roots = &node,
                        .n_roots = 1};
    if (bp_tape_lower(&what, &tape) != BP_OK || tape.n_registers > 7 * n) abort();
    double value;
    bp_tape_run(&tape, registers, &value, 1);
    bp_tape_clear(&tape);
    free(registers);
    free(base);
    return value;
}

const char *expr_leaf_name(const void *data, bp_expr_op op, int index) {
    (void)data;
    static const char *const states[] = {"x0", "x1", "x2", "x3"};
    static const char *const parameters[] = {"k0", "k1", "k2", "k3"};
    return op == BP_EXPR_STATE       ? states[index]
           : op == BP_EXPR_PARAMETER ? parameters[index]
                                     : "time";
}
