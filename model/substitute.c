#include "model/substitute.h"

void bp_substitution_clear(bp_substitution *self) {
    bp_free(self->map);
    bp_array_clear(&self->stack);
    self->map = NULL;
    self->n = 0;
}

static bool reach(bp_substitution *self, int node) {
    if (self->failed || self->graph->failed) return false;
    if (node < self->n) return true;
    int n = self->graph->nodes.count;
    int *map = bp_realloc_array(self->map, (size_t)n, sizeof *map);
    if (!map) {
        self->failed = true;
        return false;
    }
    for (int i = self->n; i < n; i++)
        map[i] = -1;
    self->map = map;
    self->n = n;
    return true;
}

void bp_substitution_set(bp_substitution *self, int from, int to) {
    if (reach(self, from)) self->map[from] = to;
}

static int rebuild(bp_substitution *self, const bp_expr_node *x,
                   const bp_expr_arg *args) {
    if (x->op == BP_EXPR_SUM)
        return bp_graph_sum(self->graph, x->number, args, x->n, true);
    if (x->op == BP_EXPR_PRODUCT) return bp_graph_product(self->graph, args, x->n);
    int nodes[3] = {0};
    for (int i = 0; i < x->n && i < 3; i++)
        nodes[i] = args[i].node;
    return bp_graph_primitive(self->graph, (bp_expr_op)x->op, nodes);
}

static int replace_args(bp_substitution *self, int node) {
    const bp_expr_node x = *bp_graph_node(self->graph, node);
    int base = self->stack.count;
    bool changed = false;
    for (int i = 0; i < x.n && !self->failed; i++) {
        bp_expr_arg arg = self->graph->args.items[x.first + i];
        int made = bp_substitute(self, arg.node);
        changed |= made != arg.node;
        arg.node = made;
        self->failed |= !bp_array_push(&self->stack, arg);
    }
    if (self->failed) return 0;
    int result = changed ? rebuild(self, &x, self->stack.items + base) : node;
    self->stack.count = base;
    return result;
}

int bp_substitute(bp_substitution *self, int node) {
    if (!reach(self, node)) return 0;
    if (self->map[node] < 0) {
        int made =
            bp_graph_node(self->graph, node)->n > 0 ? replace_args(self, node) : node;
        if (self->failed) return 0;
        self->map[node] = made;
        return made;
    }
    return self->map[node];
}
