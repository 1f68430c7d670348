// Symbolic derivatives on the expression graph, remembered per (node, leaf).
//
// Where a function has a kink or a jump the derivative is that of the branch that is
// taken (abs, min, max, select); floor, ceil, trunc and truth values have derivative 0.
#include <stdlib.h>

#include "model/expr.h"

// ---- which states a node depends on ----

static int compare_ints(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

// Most lists have two or three entries.
static void sort_ints(int *list, int n) {
    if (n > 12) {
        qsort(list, (size_t)n, sizeof *list, compare_ints);
        return;
    }
    for (int i = 1; i < n; i++) {
        int moving = list[i], j = i;
        for (; j > 0 && list[j - 1] > moving; j--)
            list[j] = list[j - 1];
        list[j] = moving;
    }
}

// Sorts the tail of the list pool from `first` on and drops doubles; returns what is
// left.
static int sort_unique(bp_graph *graph, int first) {
    int *list = graph->states.items + first;
    int n = graph->states.count - first;
    sort_ints(list, n);
    int kept = 0;
    for (int i = 0; i < n; i++)
        if (kept == 0 || list[kept - 1] != list[i]) list[kept++] = list[i];
    graph->states.count = first + kept;
    return kept;
}

static bool make_state_lists(bp_graph *graph) {
    int missing = graph->nodes.count - graph->state_lists.count;
    if (!bp_array_reserve(&graph->state_lists, missing)) return false;
    while (graph->state_lists.count < graph->nodes.count)
        graph->state_lists.items[graph->state_lists.count++].n = -1;
    return true;
}

static bool append_states(bp_graph *graph, int first, int n) {
    if (!bp_array_reserve(&graph->states, n)) return false;
    for (int i = 0; i < n; i++)
        graph->states.items[graph->states.count++] = graph->states.items[first + i];
    return true;
}

// Appends the states of the arguments, unsorted.
static bool append_argument_states(bp_graph *graph, const int *firsts,
                                   const int *counts, int n) {
    for (int i = 0; i < n; i++)
        if (!append_states(graph, firsts[i], counts[i])) return false;
    return true;
}

// The list of a node with arguments, at the end of the pool.
static bool list_states(bp_graph *graph, int node) {
    const bp_expr_node x = *bp_graph_node(graph, node);
    int *firsts = bp_malloc(2 * (size_t)x.n * sizeof *firsts);
    if (!firsts) return false;
    int *counts = firsts + x.n;
    for (int i = 0; i < x.n; i++)
        counts[i] =
            bp_graph_states(graph, graph->args.items[x.first + i].node, &firsts[i]);

    int first = graph->states.count;
    bool done = !graph->failed && append_argument_states(graph, firsts, counts, x.n);
    bp_free(firsts);
    if (!done) return false;
    graph->state_lists.items[node].first = first;
    graph->state_lists.items[node].n = sort_unique(graph, first);
    return true;
}

int bp_graph_states(bp_graph *graph, int node, int *first) {
    *first = 0;
    const bp_expr_node *x = bp_graph_node(graph, node);
    if (graph->failed || !(x->on & BP_ON_STATE)) return 0;
    if (node >= graph->state_lists.count && !make_state_lists(graph)) {
        graph->failed = true;
        return 0;
    }
    if (graph->state_lists.items[node].n < 0) {
        bool done;
        if (x->op == BP_EXPR_STATE) {
            graph->state_lists.items[node].first = graph->states.count;
            graph->state_lists.items[node].n = 1;
            done = bp_array_push(&graph->states, x->index);
        } else {
            done = list_states(graph, node);
        }
        if (!done) {
            graph->failed = true;
            return 0;
        }
    }
    *first = graph->state_lists.items[node].first;
    return graph->state_lists.items[node].n;
}

// False where it surely does not.
static bool may_depend(bp_graph *graph, int node, int leaf) {
    const bp_expr_node *x = bp_graph_node(graph, node);
    const bp_expr_node *l = bp_graph_node(graph, leaf);
    if (leaf > node || !(x->on & l->on)) return false;
    if (l->op != BP_EXPR_STATE) return true;
    int index = l->index, first;
    int n = bp_graph_states(graph, node, &first);
    return n > 0 && bsearch(&index, graph->states.items + first, (size_t)n,
                            sizeof index, compare_ints) != NULL;
}

// ---- table of known derivatives ----

static bp_derivative *find_slot(bp_derivative *table, int n_slots, int node, int leaf) {
    unsigned mask = (unsigned)n_slots - 1;
    unsigned at = ((unsigned)node * 2654435761u + (unsigned)leaf * 40503u) & mask;
    while (table[at].node && (table[at].node != node || table[at].leaf != leaf))
        at = (at + 1) & mask;
    return &table[at];
}

static bool grow_table(bp_graph *graph) {
    int n_slots = graph->n_derivative_slots ? 2 * graph->n_derivative_slots : 256;
    bp_derivative *table = bp_calloc((size_t)n_slots, sizeof *table);
    if (!table) return false;
    for (int i = 0; i < graph->n_derivative_slots; i++) {
        bp_derivative old = graph->derivatives[i];
        if (old.node) *find_slot(table, n_slots, old.node, old.leaf) = old;
    }
    bp_free(graph->derivatives);
    graph->derivatives = table;
    graph->n_derivative_slots = n_slots;
    return true;
}

static void remember(bp_graph *graph, int node, int leaf, int result) {
    if (2 * (graph->n_derivatives + 1) > graph->n_derivative_slots &&
        !grow_table(graph)) {
        graph->failed = true;
        return;
    }
    *find_slot(graph->derivatives, graph->n_derivative_slots, node, leaf) =
        (bp_derivative){node, leaf, result};
    graph->n_derivatives++;
}

// ---- rules ----

static int argument(const bp_graph *graph, int node, int i) {
    return bp_graph_args(graph, node)[i].node;
}

// d(c + sum w_i a_i) = sum w_i da_i
static int derive_sum(bp_graph *graph, int node, int leaf) {
    const bp_expr_node x = *bp_graph_node(graph, node);
    bp_expr_arg *terms = bp_malloc((size_t)x.n * sizeof *terms);
    if (!terms) {
        graph->failed = true;
        return 0;
    }
    int n = 0;
    for (int i = 0; i < x.n; i++) {
        bp_expr_arg arg = graph->args.items[x.first + i];
        int inner = bp_graph_derive(graph, arg.node, leaf);
        if (inner != 0) terms[n++] = (bp_expr_arg){inner, arg.weight};
    }
    int result = bp_graph_sum(graph, 0, terms, n, false);
    bp_free(terms);
    return result;
}

// factor i of the product: w a^(w-1) da times the others
static int derive_factor(bp_graph *graph, bp_expr_arg *factors, int n, int i,
                         int inner) {
    double exponent = factors[i].weight;
    factors[i].weight = exponent - 1;
    factors[n] = (bp_expr_arg){inner, 1};
    int result =
        bp_graph_scale(graph, exponent, bp_graph_product(graph, factors, n + 1));
    factors[i].weight = exponent;
    return result;
}

// d(prod a_i^w_i) = sum_i w_i a_i^(w_i - 1) da_i prod_(j != i) a_j^w_j
static int derive_product(bp_graph *graph, int node, int leaf) {
    const bp_expr_node x = *bp_graph_node(graph, node);
    bp_expr_arg *factors = bp_malloc(2 * (size_t)(x.n + 1) * sizeof *factors);
    if (!factors) {
        graph->failed = true;
        return 0;
    }
    bp_expr_arg *terms = factors + x.n + 1;
    for (int i = 0; i < x.n; i++)
        factors[i] = graph->args.items[x.first + i];
    int n = 0;
    for (int i = 0; i < x.n && !graph->failed; i++) {
        int inner = bp_graph_derive(graph, factors[i].node, leaf);
        if (inner != 0)
            terms[n++] = (bp_expr_arg){derive_factor(graph, factors, x.n, i, inner), 1};
    }
    int result = bp_graph_sum(graph, 0, terms, n, false);
    bp_free(factors);
    return result;
}

static int reciprocal(bp_graph *graph, int a) {
    return bp_graph_product(graph, &(bp_expr_arg){a, -1}, 1);
}

// 1 + sign * a^2
static int one_plus_square(bp_graph *graph, int a, double sign) {
    int square = bp_graph_power(graph, a, 2);
    return bp_graph_sum(graph, 1, &(bp_expr_arg){square, sign}, 1, false);
}

// sqrt(a^2 - 1) as sqrt(a - 1) sqrt(a + 1), which does not cancel near 1
static int root_square_minus_one(bp_graph *graph, int a) {
    bp_expr_arg term = {a, 1};
    int low = bp_graph_sum(graph, -1, &term, 1, false);
    int high = bp_graph_sum(graph, 1, &term, 1, false);
    return bp_graph_multiply(graph, bp_graph_unary(graph, BP_EXPR_SQRT, low),
                             bp_graph_unary(graph, BP_EXPR_SQRT, high));
}

// df/da of a function of one argument that is smooth; 0 where it has none.
static int slope_of_smooth(bp_graph *graph, int node) {
    const bp_expr_op op = bp_graph_node(graph, node)->op;
    int a = argument(graph, node, 0);
    switch (op) {
    case BP_EXPR_SQRT:
        return bp_graph_scale(graph, 0.5, reciprocal(graph, node));
    case BP_EXPR_EXP:
        return node;
    case BP_EXPR_LN:
        return reciprocal(graph, a);
    case BP_EXPR_LOG10:
        return bp_graph_scale(graph, 0.43429448190325182765, reciprocal(graph, a));
    case BP_EXPR_SIN:
        return bp_graph_unary(graph, BP_EXPR_COS, a);
    case BP_EXPR_COS:
        return bp_graph_scale(graph, -1, bp_graph_unary(graph, BP_EXPR_SIN, a));
    case BP_EXPR_TAN:
        return one_plus_square(graph, node, 1);
    case BP_EXPR_SINH:
        return bp_graph_unary(graph, BP_EXPR_COSH, a);
    case BP_EXPR_COSH:
        return bp_graph_unary(graph, BP_EXPR_SINH, a);
    case BP_EXPR_TANH:
        return one_plus_square(graph, node, -1);
    default:
        return 0;
    }
}

// df/da of an inverse function or a factorial; 0 for what has no slope.
static int slope_of_inverse(bp_graph *graph, int node) {
    const bp_expr_op op = bp_graph_node(graph, node)->op;
    int a = argument(graph, node, 0);
    switch (op) {
    case BP_EXPR_ASIN:
    case BP_EXPR_ACOS: {
        int root = bp_graph_unary(graph, BP_EXPR_SQRT, one_plus_square(graph, a, -1));
        return bp_graph_scale(graph, op == BP_EXPR_ASIN ? 1 : -1,
                              reciprocal(graph, root));
    }
    case BP_EXPR_ATAN:
        return reciprocal(graph, one_plus_square(graph, a, 1));
    case BP_EXPR_ASINH:
        return reciprocal(
            graph, bp_graph_unary(graph, BP_EXPR_SQRT, one_plus_square(graph, a, 1)));
    case BP_EXPR_ACOSH:
        return reciprocal(graph, root_square_minus_one(graph, a));
    case BP_EXPR_ATANH:
        return reciprocal(graph, one_plus_square(graph, a, -1));
    case BP_EXPR_FACTORIAL: {
        int next = bp_graph_sum(graph, 1, &(bp_expr_arg){a, 1}, 1, false);
        return bp_graph_multiply(graph, node,
                                 bp_graph_unary(graph, BP_EXPR_DIGAMMA, next));
    }
    case BP_EXPR_DIGAMMA:
        graph->underivable = node;
        return 0;
    default:
        return 0;
    }
}

static int derive_abs(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0);
    int inner = bp_graph_derive(graph, a, leaf);
    int negative = bp_graph_binary(graph, BP_EXPR_LT, a, 0);
    return bp_graph_select(graph, negative, bp_graph_scale(graph, -1, inner), inner);
}

// d(a^b) = slope(a, b) da + log(a, b) db
static int derive_power(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int da = bp_graph_derive(graph, a, leaf), db = bp_graph_derive(graph, b, leaf);
    int by_base = da == 0
                      ? 0
                      : bp_graph_multiply(
                            graph, bp_graph_binary(graph, BP_EXPR_POW_SLOPE, a, b), da);
    int by_exponent =
        db == 0 ? 0
                : bp_graph_multiply(graph,
                                    bp_graph_binary(graph, BP_EXPR_POW_LOG, a, b), db);
    return bp_graph_add(graph, by_base, by_exponent);
}

// b a^(b-1):  by a  b slope(a, b - 1);   by b  a^(b-1) + b log(a, b - 1)
static int derive_power_slope(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int da = bp_graph_derive(graph, a, leaf), db = bp_graph_derive(graph, b, leaf);
    int lower = bp_graph_sum(graph, -1, &(bp_expr_arg){b, 1}, 1, false);
    int by_a = bp_graph_multiply(graph, b,
                                 bp_graph_binary(graph, BP_EXPR_POW_SLOPE, a, lower));
    int by_b = bp_graph_add(
        graph, bp_graph_binary(graph, BP_EXPR_POW, a, lower),
        bp_graph_multiply(graph, b, bp_graph_binary(graph, BP_EXPR_POW_LOG, a, lower)));
    return bp_graph_add(graph, bp_graph_multiply(graph, by_a, da),
                        bp_graph_multiply(graph, by_b, db));
}

// a^b ln a:  by a  slope(a, b) ln a + a^(b-1);   by b  a^b (ln a)^2
static int derive_power_log(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int da = bp_graph_derive(graph, a, leaf), db = bp_graph_derive(graph, b, leaf);
    int lower = bp_graph_sum(graph, -1, &(bp_expr_arg){b, 1}, 1, false);
    int ln_a = bp_graph_unary(graph, BP_EXPR_LN, a);
    int slope = bp_graph_binary(graph, BP_EXPR_POW_SLOPE, a, b);
    int by_a = bp_graph_add(graph, bp_graph_multiply(graph, slope, ln_a),
                            bp_graph_binary(graph, BP_EXPR_POW, a, lower));
    int by_b = bp_graph_multiply(graph, node, ln_a);
    return bp_graph_add(graph, bp_graph_multiply(graph, by_a, da),
                        bp_graph_multiply(graph, by_b, db));
}

// rem(a, b) = a - b trunc(a/b):  da - trunc(a/b) db
static int derive_rem(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int whole = bp_graph_unary(graph, BP_EXPR_TRUNC, bp_graph_divide(graph, a, b));
    return bp_graph_subtract(
        graph, bp_graph_derive(graph, a, leaf),
        bp_graph_multiply(graph, whole, bp_graph_derive(graph, b, leaf)));
}

static int derive_extreme(bp_graph *graph, int node, int leaf, bool smallest) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int takes_a = smallest ? bp_graph_binary(graph, BP_EXPR_LT, a, b)
                           : bp_graph_binary(graph, BP_EXPR_LT, b, a);
    return bp_graph_select(graph, takes_a, bp_graph_derive(graph, a, leaf),
                           bp_graph_derive(graph, b, leaf));
}

// R = M(a+1, b+1, z)/M(a, b, z), and dM(a, b, z)/dz = a/b M(a+1, b+1, z), so
// dR/dz = R ((a+1)/(b+1) R(a+1, b+1, z) - a/b R). By a and b it is not known.
static int derive_mratio(bp_graph *graph, int node, int leaf) {
    int a = argument(graph, node, 0), b = argument(graph, node, 1);
    int z = argument(graph, node, 2), dz = bp_graph_derive(graph, z, leaf);
    if (bp_graph_derive(graph, a, leaf) != 0 || bp_graph_derive(graph, b, leaf) != 0)
        graph->underivable = node;
    if (dz == 0) return 0;
    int a1 = bp_graph_sum(graph, 1, &(bp_expr_arg){a, 1}, 1, false);
    int b1 = bp_graph_sum(graph, 1, &(bp_expr_arg){b, 1}, 1, false);
    int next = bp_graph_primitive(graph, BP_EXPR_MRATIO, (int[]){a1, b1, z});
    int first = bp_graph_multiply(graph, bp_graph_divide(graph, a1, b1), next);
    int second = bp_graph_multiply(graph, bp_graph_divide(graph, a, b), node);
    int slope = bp_graph_multiply(graph, node, bp_graph_subtract(graph, first, second));
    return bp_graph_multiply(graph, slope, dz);
}

static int derive_smooth(bp_graph *graph, int node, int leaf) {
    int inner = bp_graph_derive(graph, argument(graph, node, 0), leaf);
    if (inner == 0) return 0;
    int slope = slope_of_smooth(graph, node);
    if (slope == 0) slope = slope_of_inverse(graph, node);
    return bp_graph_multiply(graph, slope, inner);
}

static int derive_new(bp_graph *graph, int node, int leaf) {
    switch (bp_graph_node(graph, node)->op) {
    case BP_EXPR_NUMBER:
    case BP_EXPR_PARAMETER:
    case BP_EXPR_STATE:
    case BP_EXPR_TIME:
    case BP_EXPR_DELAYED:
        return 0;
    case BP_EXPR_SUM:
        return derive_sum(graph, node, leaf);
    case BP_EXPR_PRODUCT:
        return derive_product(graph, node, leaf);
    case BP_EXPR_POW:
        return derive_power(graph, node, leaf);
    case BP_EXPR_POW_SLOPE:
        return derive_power_slope(graph, node, leaf);
    case BP_EXPR_POW_LOG:
        return derive_power_log(graph, node, leaf);
    case BP_EXPR_REM:
        return derive_rem(graph, node, leaf);
    case BP_EXPR_MRATIO:
        return derive_mratio(graph, node, leaf);
    case BP_EXPR_ABS:
        return derive_abs(graph, node, leaf);
    case BP_EXPR_MIN:
        return derive_extreme(graph, node, leaf, true);
    case BP_EXPR_MAX:
        return derive_extreme(graph, node, leaf, false);
    case BP_EXPR_SELECT:
        return bp_graph_select(graph, argument(graph, node, 0),
                               bp_graph_derive(graph, argument(graph, node, 1), leaf),
                               bp_graph_derive(graph, argument(graph, node, 2), leaf));
    case BP_EXPR_RATE:
        return bp_graph_derive(graph, argument(graph, node, 0), leaf);
    case BP_EXPR_LT:
    case BP_EXPR_LE:
    case BP_EXPR_EQ:
    case BP_EXPR_AND:
    case BP_EXPR_OR:
    case BP_EXPR_NOT:
        return 0;
    default:
        return derive_smooth(graph, node, leaf);
    }
}

int bp_graph_derive(bp_graph *graph, int node, int leaf) {
    if (graph->failed) return 0;
    if (node == leaf) return bp_graph_number(graph, 1);
    if (!may_depend(graph, node, leaf)) return 0;
    if (graph->n_derivative_slots > 0) {
        const bp_derivative *known =
            find_slot(graph->derivatives, graph->n_derivative_slots, node, leaf);
        if (known->node) return known->result;
    }
    int result = derive_new(graph, node, leaf);
    if (!graph->failed) remember(graph, node, leaf, result);
    return graph->failed ? 0 : result;
}
