// The graph's storage: hash-consing, leaves, and small helpers.
#include "model/expr.h"

#include <stdint.h>
#include <string.h>

static const struct {
    const char *text;
    int arity;
} primitives[] = {
#define X(name, arity, text, value) {text, arity},
    BP_PRIMITIVE_LIST(X)
#undef X
};

const char *bp_expr_op_text(bp_expr_op op) {
    static const char *const leaves[] = {"number",  "parameter", "state",  "time",
                                         "delayed", "sum",       "product"};
    if (op < BP_EXPR_FIRST_PRIMITIVE) return leaves[op];
    return primitives[op - BP_EXPR_FIRST_PRIMITIVE].text;
}

int bp_expr_arity(bp_expr_op op) {
    return primitives[op - BP_EXPR_FIRST_PRIMITIVE].arity;
}

double bp_expr_evaluate(bp_expr_op op, const double *args) {
    int arity = bp_expr_arity(op);
    const double a = args[0];
    const double b = arity > 1 ? args[1] : 0;
    const double c = arity > 2 ? args[2] : 0;
    switch (op) {
#define X(name, arity, text, value)                                                    \
    case BP_EXPR_##name:                                                               \
        return value;
        BP_PRIMITIVE_LIST(X)
#undef X
    default:
        return (void)c, NAN;
    }
}

bp_status bp_graph_init(bp_graph *graph) {
    *graph = (bp_graph){.underivable = -1};
    // never empty: ranges of nothing are still ranges of an array
    bool room = bp_array_reserve(&graph->args, 1) &&
                bp_array_reserve(&graph->scratch, 1) &&
                bp_array_reserve(&graph->states, 1);
    if (room) bp_graph_number(graph, 0);
    if (room && !graph->failed) return BP_OK;
    bp_graph_clear(graph);
    return BP_NO_MEMORY;
}

void bp_graph_clear(bp_graph *graph) {
    bp_array_clear(&graph->nodes);
    bp_array_clear(&graph->args);
    bp_array_clear(&graph->scratch);
    bp_array_clear(&graph->states);
    bp_array_clear(&graph->state_lists);
    bp_free(graph->slots);
    bp_free(graph->derivatives);
    *graph = (bp_graph){.underivable = -1};
}

// ---- hash table of nodes ----

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u; // golden ratio, odd
    return hash ^ (hash >> 29);
}

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t hash_of(const bp_expr_node *node, const bp_expr_arg *args) {
    uint64_t hash = mix(node->op, (uint64_t)node->index);
    hash = mix(hash, bits_of(node->number));
    for (int i = 0; i < node->n; i++)
        hash = mix(mix(hash, (uint64_t)args[i].node), bits_of(args[i].weight));
    return hash;
}

static bool same(const bp_graph *graph, int old, const bp_expr_node *node,
                 const bp_expr_arg *args) {
    const bp_expr_node *o = &graph->nodes.items[old];
    if (o->op != node->op || o->n != node->n || o->index != node->index ||
        bits_of(o->number) != bits_of(node->number))
        return false;
    const bp_expr_arg *old_args = graph->args.items + o->first;
    for (int i = 0; i < node->n; i++)
        if (old_args[i].node != args[i].node ||
            bits_of(old_args[i].weight) != bits_of(args[i].weight))
            return false;
    return true;
}

static bool rehash(bp_graph *graph) {
    int n_slots = graph->n_slots ? 2 * graph->n_slots : 256;
    int *slots = bp_calloc((size_t)n_slots, sizeof *slots);
    if (!slots) return false;
    unsigned mask = (unsigned)n_slots - 1;
    for (int i = 0; i < graph->nodes.count; i++) {
        const bp_expr_node *node = &graph->nodes.items[i];
        unsigned at = (unsigned)hash_of(node, bp_graph_args(graph, i)) & mask;
        while (slots[at])
            at = (at + 1) & mask;
        slots[at] = i + 1;
    }
    bp_free(graph->slots);
    graph->slots = slots;
    graph->n_slots = n_slots;
    return true;
}

static bool append(bp_graph *graph, const bp_expr_node *node, const bp_expr_arg *args) {
    if (!bp_array_reserve(&graph->args, node->n) || !bp_array_reserve(&graph->nodes, 1))
        return false;
    bp_expr_node *made = &graph->nodes.items[graph->nodes.count++];
    *made = *node;
    made->first = graph->args.count;
    if (node->n > 0)
        memcpy(graph->args.items + made->first, args, (size_t)node->n * sizeof *args);
    graph->args.count += node->n;
    for (int i = 0; i < node->n; i++)
        made->on |= graph->nodes.items[args[i].node].on;
    return true;
}

int bp_graph_intern(bp_graph *graph, const bp_expr_node *node,
                    const bp_expr_arg *args) {
    if (graph->failed) return 0;
    if (2 * (graph->nodes.count + 1) > graph->n_slots && !rehash(graph)) {
        graph->failed = true;
        return 0;
    }
    unsigned mask = (unsigned)graph->n_slots - 1;
    unsigned at = (unsigned)hash_of(node, args) & mask;
    for (; graph->slots[at]; at = (at + 1) & mask)
        if (same(graph, graph->slots[at] - 1, node, args)) return graph->slots[at] - 1;
    if (!append(graph, node, args)) {
        graph->failed = true;
        return 0;
    }
    graph->slots[at] = graph->nodes.count;
    return graph->nodes.count - 1;
}

// ---- leaves ----

int bp_graph_number(bp_graph *graph, double value) {
    // one zero, one NaN
    bp_expr_node node = {.op = BP_EXPR_NUMBER,
                         .number = value == 0     ? 0.0
                                   : isnan(value) ? NAN
                                                  : value};
    return bp_graph_intern(graph, &node, NULL);
}

int bp_graph_parameter(bp_graph *graph, int index) {
    bp_expr_node node = {
        .op = BP_EXPR_PARAMETER, .on = BP_ON_PARAMETER, .index = index};
    return bp_graph_intern(graph, &node, NULL);
}

int bp_graph_state(bp_graph *graph, int index) {
    bp_expr_node node = {.op = BP_EXPR_STATE, .on = BP_ON_STATE, .index = index};
    return bp_graph_intern(graph, &node, NULL);
}

int bp_graph_time(bp_graph *graph) {
    bp_expr_node node = {.op = BP_EXPR_TIME, .on = BP_ON_TIME};
    return bp_graph_intern(graph, &node, NULL);
}

int bp_graph_delayed(bp_graph *graph, int index) {
    bp_expr_node node = {.op = BP_EXPR_DELAYED, .on = BP_ON_DELAYED, .index = index};
    return bp_graph_intern(graph, &node, NULL);
}

// ---- short forms ----

int bp_graph_unary(bp_graph *graph, bp_expr_op op, int a) {
    return bp_graph_primitive(graph, op, &a);
}

int bp_graph_binary(bp_graph *graph, bp_expr_op op, int a, int b) {
    return bp_graph_primitive(graph, op, (int[]){a, b});
}

int bp_graph_select(bp_graph *graph, int condition, int a, int b) {
    return bp_graph_primitive(graph, BP_EXPR_SELECT, (int[]){condition, a, b});
}

int bp_graph_add(bp_graph *graph, int a, int b) {
    return bp_graph_sum(graph, 0, (bp_expr_arg[]){{a, 1}, {b, 1}}, 2, false);
}

int bp_graph_subtract(bp_graph *graph, int a, int b) {
    return bp_graph_sum(graph, 0, (bp_expr_arg[]){{a, 1}, {b, -1}}, 2, false);
}

int bp_graph_multiply(bp_graph *graph, int a, int b) {
    return bp_graph_product(graph, (bp_expr_arg[]){{a, 1}, {b, 1}}, 2);
}

int bp_graph_divide(bp_graph *graph, int a, int b) {
    return bp_graph_product(graph, (bp_expr_arg[]){{a, 1}, {b, -1}}, 2);
}

int bp_graph_scale(bp_graph *graph, double factor, int a) {
    return bp_graph_sum(graph, 0, &(bp_expr_arg){a, factor}, 1, false);
}

int bp_graph_power(bp_graph *graph, int a, double exponent) {
    return bp_graph_binary(graph, BP_EXPR_POW, a, bp_graph_number(graph, exponent));
}
