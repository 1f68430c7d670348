// Normal forms: what a sum, a product or a primitive becomes before it is stored.
//
// Lists under construction live on the graph's scratch stack: [base, count) is the list
// of the call that is running. They are addressed by index, since the stack may move.
#include <stdlib.h>
#include <string.h>

#include "model/expr.h"

enum {
    MAX_EXPONENT = 4, // larger powers are one pow(), not multiplications
    SMALL_SUM = 3
}; // sums up to this size are merged into the sum around them

static void push(bp_graph *graph, int node, double weight) {
    if (!bp_array_push(&graph->scratch, ((bp_expr_arg){node, weight})))
        graph->failed = true;
}

static bool is_scaled(const bp_expr_node *node) {
    return node->op == BP_EXPR_SUM && node->n == 1 && node->number == 0;
}

static int compare_args(const void *a, const void *b) {
    const bp_expr_arg *x = a, *y = b;
    if (x->node != y->node) return x->node < y->node ? -1 : 1;
    return (x->weight < 0) - (y->weight < 0); // factors above the line first
}

// Sorts the list; most have two or three entries.
static void sort_args(bp_expr_arg *list, int n) {
    if (n > 12) {
        qsort(list, (size_t)n, sizeof *list, compare_args);
        return;
    }
    for (int i = 1; i < n; i++) {
        bp_expr_arg moving = list[i];
        int j = i;
        for (; j > 0 && compare_args(&list[j - 1], &moving) > 0; j--)
            list[j] = list[j - 1];
        list[j] = moving;
    }
}

// Adds the weights of equal arguments (`by_sign`: only of those with the same sign) and
// drops those that vanish. The list is sorted.
static void merge_args(bp_graph *graph, int base, bool by_sign) {
    bp_expr_arg *list = graph->scratch.items;
    int kept = base;
    for (int i = base; i < graph->scratch.count; i++) {
        bool joins = kept > base && list[kept - 1].node == list[i].node &&
                     (!by_sign || (list[kept - 1].weight < 0) == (list[i].weight < 0));
        if (joins)
            list[kept - 1].weight += list[i].weight;
        else
            list[kept++] = list[i];
        if (list[kept - 1].weight == 0) kept--;
    }
    graph->scratch.count = kept;
}

// Moves the arguments that depend on parameters alone to the end; returns how many.
static int constants_last(bp_graph *graph, int base) {
    int n_constant = 0;
    for (int i = base; i < graph->scratch.count; i++)
        n_constant += bp_graph_is_constant(graph, graph->scratch.items[i].node);
    int n = graph->scratch.count - base;
    if (n_constant == 0 || n_constant == n) return n_constant;

    // a second copy of the list behind the first, then back in two passes
    for (int i = 0; i < n; i++)
        push(graph, graph->scratch.items[base + i].node,
             graph->scratch.items[base + i].weight);
    if (graph->failed) return 0;
    bp_expr_arg *list = graph->scratch.items + base;
    int at = 0;
    for (int constant = 0; constant <= 1; constant++)
        for (int i = n; i < 2 * n; i++)
            if (bp_graph_is_constant(graph, list[i].node) == (constant == 1))
                list[at++] = list[i];
    graph->scratch.count = base + n;
    return n_constant;
}

// Stores the list from `base` on as a node of kind `op`.
static int intern_list(bp_graph *graph, bp_expr_op op, double number, int base) {
    bp_expr_arg *list = graph->scratch.items + base;
    int n = graph->scratch.count - base;
    sort_args(list, n);
    bp_expr_node node = {.op = (unsigned char)op, .n = n, .number = number};
    return bp_graph_intern(graph, &node, list);
}

// ---- sums ----

static void add_term(bp_graph *graph, bp_expr_arg term, double *constant, bool shared) {
    if (term.weight == 0) return;
    const bp_expr_node node = *bp_graph_node(graph, term.node);
    if (node.op == BP_EXPR_NUMBER) {
        *constant += term.weight * node.number;
        return;
    }
    bool merge =
        node.op == BP_EXPR_SUM && (is_scaled(&node) || node.on == BP_ON_PARAMETER ||
                                   (!shared && node.n <= SMALL_SUM));
    if (!merge) {
        push(graph, term.node, term.weight);
        return;
    }
    *constant += term.weight * node.number;
    for (int i = 0; i < node.n && !graph->failed; i++) {
        bp_expr_arg inner = graph->args.items[node.first + i];
        inner.weight *= term.weight;
        add_term(graph, inner, constant, shared);
    }
}

// The node of a merged list of terms.
static int finish_sum(bp_graph *graph, double constant, int base) {
    int n = graph->scratch.count - base;
    if (n == 0) return bp_graph_number(graph, constant);
    if (n == 1 && constant == 0 && graph->scratch.items[base].weight == 1)
        return graph->scratch.items[base].node;

    int n_constant = constants_last(graph, base);
    bool split =
        n_constant < n && (n_constant >= 2 || (n_constant == 1 && constant != 0));
    if (split) {
        int part = intern_list(graph, BP_EXPR_SUM, constant,
                               graph->scratch.count - n_constant);
        graph->scratch.count -= n_constant;
        push(graph, part, 1);
        constant = 0;
    }
    return graph->failed ? 0 : intern_list(graph, BP_EXPR_SUM, constant, base);
}

int bp_graph_sum(bp_graph *graph, double constant, const bp_expr_arg *terms, int n,
                 bool shared) {
    int base = graph->scratch.count;
    for (int i = 0; i < n && !graph->failed; i++)
        add_term(graph, terms[i], &constant, shared);
    int result = 0;
    if (!graph->failed) {
        sort_args(graph->scratch.items + base, graph->scratch.count - base);
        merge_args(graph, base, false);
        result = finish_sum(graph, constant, base);
    }
    graph->scratch.count = base;
    return result;
}

// ---- products ----

static bool is_whole(double x) {
    return x == floor(x) && fabs(x) <= 1e6;
}

// A power with a whole constant exponent, stored as pow() because it is large.
static bool is_whole_power(const bp_graph *graph, const bp_expr_node *node,
                           double *exponent) {
    if (node->op != BP_EXPR_POW) return false;
    const bp_expr_node *b =
        bp_graph_node(graph, graph->args.items[node->first + 1].node);
    *exponent = b->number;
    return b->op == BP_EXPR_NUMBER && is_whole(b->number);
}

static void add_factor(bp_graph *graph, bp_expr_arg factor, double *coefficient) {
    if (factor.weight == 0) return;
    const bp_expr_node node = *bp_graph_node(graph, factor.node);
    double exponent;
    if (node.op == BP_EXPR_NUMBER) {
        *coefficient *= pow(node.number, factor.weight);
    } else if (is_scaled(&node)) {
        bp_expr_arg inner = graph->args.items[node.first];
        *coefficient *= pow(inner.weight, factor.weight);
        add_factor(graph, (bp_expr_arg){inner.node, factor.weight}, coefficient);
    } else if (node.op == BP_EXPR_PRODUCT) {
        for (int i = 0; i < node.n && !graph->failed; i++) {
            bp_expr_arg inner = graph->args.items[node.first + i];
            inner.weight *= factor.weight;
            add_factor(graph, inner, coefficient);
        }
    } else if (is_whole_power(graph, &node, &exponent)) {
        bp_expr_arg inner = {graph->args.items[node.first].node,
                             exponent * factor.weight};
        add_factor(graph, inner, coefficient);
    } else {
        push(graph, factor.node, factor.weight);
    }
}

// x^7 becomes the node pow(x, 7).
static void pack_large_powers(bp_graph *graph, int base) {
    for (int i = base; i < graph->scratch.count && !graph->failed; i++) {
        bp_expr_arg factor = graph->scratch.items[i];
        if (fabs(factor.weight) <= MAX_EXPONENT) continue;
        bp_expr_arg args[2] = {{factor.node, 1},
                               {bp_graph_number(graph, fabs(factor.weight)), 1}};
        bp_expr_node power = {.op = BP_EXPR_POW, .n = 2};
        factor.node = bp_graph_intern(graph, &power, args);
        factor.weight = factor.weight < 0 ? -1 : 1;
        graph->scratch.items[i] = factor;
    }
}

// The node of a merged list of factors.
static int finish_product(bp_graph *graph, int base) {
    int n = graph->scratch.count - base;
    if (n == 0) return bp_graph_number(graph, 1);
    if (n == 1 && graph->scratch.items[base].weight == 1)
        return graph->scratch.items[base].node;

    int n_constant = constants_last(graph, base);
    double last = graph->scratch.items[graph->scratch.count - 1].weight;
    bool split =
        n_constant < n && (n_constant >= 2 || (n_constant == 1 && fabs(last) >= 2));
    if (split) {
        int part =
            intern_list(graph, BP_EXPR_PRODUCT, 0, graph->scratch.count - n_constant);
        graph->scratch.count -= n_constant;
        push(graph, part, 1);
    }
    return graph->failed ? 0 : intern_list(graph, BP_EXPR_PRODUCT, 0, base);
}

int bp_graph_product(bp_graph *graph, const bp_expr_arg *factors, int n) {
    int base = graph->scratch.count;
    double coefficient = 1;
    for (int i = 0; i < n && !graph->failed; i++)
        add_factor(graph, factors[i], &coefficient);
    int result = 0;
    if (!graph->failed && coefficient != 0) {
        sort_args(graph->scratch.items + base, graph->scratch.count - base);
        merge_args(graph, base, true);
        pack_large_powers(graph, base);
        result = graph->failed ? 0 : finish_product(graph, base);
    }
    graph->scratch.count = base;
    if (graph->failed || coefficient == 0) return 0; // the node of the number 0
    return coefficient == 1 ? result : bp_graph_scale(graph, coefficient, result);
}

// ---- primitives ----

static bool is_truth(const bp_graph *graph, int node) {
    const bp_expr_node *x = bp_graph_node(graph, node);
    switch (x->op) {
    case BP_EXPR_NUMBER:
        return x->number == 0 || x->number == 1;
    case BP_EXPR_LT:
    case BP_EXPR_LE:
    case BP_EXPR_EQ:
    case BP_EXPR_AND:
    case BP_EXPR_OR:
    case BP_EXPR_NOT:
        return true;
    default:
        return false;
    }
}

int bp_graph_truth(bp_graph *graph, int node) {
    if (is_truth(graph, node)) return node;
    return bp_graph_unary(graph, BP_EXPR_NOT,
                          bp_graph_binary(graph, BP_EXPR_EQ, node, 0));
}

static bool all_numbers(const bp_graph *graph, const int *args, int n) {
    for (int i = 0; i < n; i++)
        if (!bp_graph_is_number(graph, args[i])) return false;
    return true;
}

static bool is_value(const bp_graph *graph, int node, double value) {
    return bp_graph_is_number(graph, node) &&
           bp_graph_node(graph, node)->number == value;
}

// a^b: -1 where it stays a primitive.
static int simplify_power(bp_graph *graph, int a, int b) {
    if (is_value(graph, a, 1)) return bp_graph_number(graph, 1);
    if (!bp_graph_is_number(graph, b)) return -1;
    double exponent = bp_graph_node(graph, b)->number;
    if (is_whole(exponent))
        return bp_graph_product(graph, &(bp_expr_arg){a, exponent}, 1);
    if (exponent == 0.5) return bp_graph_unary(graph, BP_EXPR_SQRT, a);
    if (exponent == -0.5) {
        int root = bp_graph_unary(graph, BP_EXPR_SQRT, a);
        return bp_graph_product(graph, &(bp_expr_arg){root, -1}, 1);
    }
    return -1;
}

// b * a^(b - 1) for a number b; -1 where it stays a primitive.
static int simplify_power_slope(bp_graph *graph, int a, int b) {
    if (!bp_graph_is_number(graph, b)) return -1;
    double exponent = bp_graph_node(graph, b)->number;
    if (exponent == 0) return 0;
    return bp_graph_scale(graph, exponent, bp_graph_power(graph, a, exponent - 1));
}

static int simplify_logic(bp_graph *graph, bp_expr_op op, const int *args) {
    int neutral = op == BP_EXPR_AND; // 1 and x is x; 0 or x is x
    for (int i = 0; i < 2; i++)
        if (bp_graph_is_number(graph, args[i])) {
            bool truth = bp_graph_node(graph, args[i])->number != 0;
            return truth == neutral ? bp_graph_truth(graph, args[1 - i])
                                    : bp_graph_number(graph, !neutral);
        }
    return args[0] == args[1] ? bp_graph_truth(graph, args[0]) : -1;
}

static int simplify_not(bp_graph *graph, int a) {
    const bp_expr_node *node = bp_graph_node(graph, a);
    if (node->op != BP_EXPR_NOT) return -1;
    int inner = bp_graph_args(graph, a)[0].node;
    return is_truth(graph, inner) ? inner : -1;
}

// The simpler node that an application equals; -1: none.
static int simplify(bp_graph *graph, bp_expr_op op, const int *args) {
    switch (op) {
    case BP_EXPR_POW:
        return simplify_power(graph, args[0], args[1]);
    case BP_EXPR_POW_SLOPE:
        return simplify_power_slope(graph, args[0], args[1]);
    case BP_EXPR_MIN:
    case BP_EXPR_MAX:
        return args[0] == args[1] ? args[0] : -1;
    case BP_EXPR_LT:
        return args[0] == args[1] ? 0 : -1;
    case BP_EXPR_LE:
    case BP_EXPR_EQ:
        return args[0] == args[1] ? bp_graph_number(graph, 1) : -1;
    case BP_EXPR_AND:
    case BP_EXPR_OR:
        return simplify_logic(graph, op, args);
    case BP_EXPR_NOT:
        return simplify_not(graph, args[0]);
    case BP_EXPR_SELECT:
        if (bp_graph_is_number(graph, args[0]))
            return bp_graph_node(graph, args[0])->number != 0 ? args[1] : args[2];
        return args[1] == args[2] ? args[1] : -1;
    default:
        return -1;
    }
}

static bool is_symmetric(bp_expr_op op) {
    return op == BP_EXPR_MIN || op == BP_EXPR_MAX || op == BP_EXPR_EQ ||
           op == BP_EXPR_AND || op == BP_EXPR_OR;
}

int bp_graph_primitive(bp_graph *graph, bp_expr_op op, const int *args) {
    if (graph->failed) return 0;
    int n = bp_expr_arity(op);
    if (all_numbers(graph, args, n)) {
        double values[3];
        for (int i = 0; i < n; i++)
            values[i] = bp_graph_node(graph, args[i])->number;
        return bp_graph_number(graph, bp_expr_evaluate(op, values));
    }
    int simpler = simplify(graph, op, args);
    if (simpler >= 0) return simpler;

    bool swap = is_symmetric(op) && args[0] > args[1];
    bp_expr_arg list[3];
    for (int i = 0; i < n; i++)
        list[i] = (bp_expr_arg){args[swap ? 1 - i : i], 1};
    bp_expr_node node = {.op = (unsigned char)op, .n = n};
    return bp_graph_intern(graph, &node, list);
}
