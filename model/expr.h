// Expression graph: every distinct expression is one node, so that equal subexpressions
// are the same number. A node's arguments have smaller numbers than the node, so
// ascending order is an order of evaluation. Order never depends on addresses.
//
// Normal form:
//   number, parameter i, state i, time, delayed value i
//   SUM       number + sum of weight * argument     (arguments ascend, weights not 0)
//   PRODUCT   product of argument ^ weight          (whole exponents, 1 <= |weight| <=
//   4;
//             the same argument may stand once above and once below the line)
//   a primitive of model/primitive.h
// The part of a sum or product that depends on parameters alone is a node of its own,
// so that it can be computed once per run. Parameters are never folded into numbers.
//
// Simplifications keep the value wherever all parts are finite: x + 0, 1*x, x^1, x^0 =
// 1, 0*x = 0, x - x = 0, collecting of terms and of exponents of one sign, constants
// folded. x/x is not 1 (it is not at 0), sqrt(x)^2 is not x, exp(ln(x)) is not x.
#ifndef BP_MODEL_EXPR_H
#define BP_MODEL_EXPR_H

#include <stdbool.h>

#include "base/array.h"
#include "base/text.h"
#include "model/primitive.h"

typedef enum bp_expr_op {
    BP_EXPR_NUMBER,
    BP_EXPR_PARAMETER,
    BP_EXPR_STATE,
    BP_EXPR_TIME,
    BP_EXPR_DELAYED, // a value of the past, looked up before a tape runs
    BP_EXPR_SUM,
    BP_EXPR_PRODUCT,
#define X(name, arity, text, value) BP_EXPR_##name,
    BP_PRIMITIVE_LIST(X)
#undef X
        BP_EXPR_OP_COUNT
} bp_expr_op;

#define BP_EXPR_FIRST_PRIMITIVE BP_EXPR_POW

// What a node depends on.
enum { BP_ON_PARAMETER = 1, BP_ON_STATE = 2, BP_ON_TIME = 4, BP_ON_DELAYED = 8 };
// It may change while a run is on its way from one event to the next.
enum { BP_ON_MOVING = BP_ON_STATE | BP_ON_TIME | BP_ON_DELAYED };

typedef struct bp_expr_arg {
    int node;
    double weight; // coefficient in a SUM, exponent in a PRODUCT, else 1
} bp_expr_arg;

typedef struct bp_expr_node {
    unsigned char op;
    unsigned char on; // BP_ON_...
    int n;            // arguments
    int first;        // of them in bp_graph.args
    int index;        // of a parameter, state or delayed value
    double number;    // value of a NUMBER, constant term of a SUM
} bp_expr_node;

typedef struct bp_derivative {
    int node, leaf, result;
} bp_derivative;

typedef struct bp_state_list {
    int first, n; // n -1: not yet known
} bp_state_list;

typedef struct bp_graph {
    BP_ARRAY(bp_expr_node) nodes; // node 0 is the number 0
    BP_ARRAY(bp_expr_arg) args;
    BP_ARRAY(bp_expr_arg) scratch; // stack of lists under construction
    int *slots;                    // hash table of node + 1, 0 is free
    int n_slots;
    bp_derivative *derivatives; // hash table, node 0 is free
    int n_derivative_slots, n_derivatives;
    BP_ARRAY(int) states; // lists of states that nodes depend on
    BP_ARRAY(bp_state_list) state_lists;
    bool failed;     // out of memory: results are node 0 from then on
    int underivable; // a node whose derivative is not known, -1: none (see derive.c)
} bp_graph;

BP_WARN_UNUSED bp_status bp_graph_init(bp_graph *graph);
void bp_graph_clear(bp_graph *graph);

// All return the node; 0 with graph->failed when out of memory.
int bp_graph_number(bp_graph *graph, double value);
int bp_graph_parameter(bp_graph *graph, int index);
int bp_graph_state(bp_graph *graph, int index);
int bp_graph_time(bp_graph *graph);
int bp_graph_delayed(bp_graph *graph, int index);
// `shared`: arguments that are sums stay whole, because others use them too.
int bp_graph_sum(bp_graph *graph, double constant, const bp_expr_arg *terms, int n,
                 bool shared);
int bp_graph_product(bp_graph *graph, const bp_expr_arg *factors, int n);
int bp_graph_primitive(bp_graph *graph, bp_expr_op op, const int *args);
// The node itself when it is 1 or 0 already, else node != 0.
int bp_graph_truth(bp_graph *graph, int node);

int bp_graph_unary(bp_graph *graph, bp_expr_op op, int a);
int bp_graph_binary(bp_graph *graph, bp_expr_op op, int a, int b);
int bp_graph_select(bp_graph *graph, int condition, int a, int b);
int bp_graph_add(bp_graph *graph, int a, int b);
int bp_graph_subtract(bp_graph *graph, int a, int b);
int bp_graph_multiply(bp_graph *graph, int a, int b);
int bp_graph_divide(bp_graph *graph, int a, int b);
int bp_graph_scale(bp_graph *graph, double factor, int a);
int bp_graph_power(bp_graph *graph, int a, double exponent);

// d(node)/d(leaf), leaf: a parameter, state, time or delayed node. Where `underivable`
// is set the result is meaningless (only the second derivative of a factorial is not
// known).
int bp_graph_derive(bp_graph *graph, int node, int leaf);
// The states that a node depends on, ascending; the list is at
// graph->states.items[first].
int bp_graph_states(bp_graph *graph, int node, int *first);

static inline const bp_expr_node *bp_graph_node(const bp_graph *graph, int node) {
    return &graph->nodes.items[node];
}
static inline const bp_expr_arg *bp_graph_args(const bp_graph *graph, int node) {
    return graph->args.items + graph->nodes.items[node].first;
}
static inline bool bp_graph_is_number(const bp_graph *graph, int node) {
    return graph->nodes.items[node].op == BP_EXPR_NUMBER;
}
// Depends on parameters and nothing else.
static inline bool bp_graph_is_constant(const bp_graph *graph, int node) {
    return graph->nodes.items[node].on == BP_ON_PARAMETER;
}

const char *bp_expr_op_text(bp_expr_op op);
int bp_expr_arity(bp_expr_op op); // of a primitive
double bp_expr_evaluate(bp_expr_op op, const double *args);

// Infix text; `name` gives the text of a leaf that is no number.
typedef const char *bp_expr_name_fn(const void *data, bp_expr_op op, int index);
void bp_graph_print(const bp_graph *graph, int node, bp_expr_name_fn *name,
                    const void *data, bp_text *out);

// ---- between expr.c and expr_simplify.c ----
// The node with exactly this content, made when new. args: copied.
int bp_graph_intern(bp_graph *graph, const bp_expr_node *node, const bp_expr_arg *args);

#endif
