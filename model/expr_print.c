// Infix text of nodes, for people: the parts that were split off for hoisting are
// written where they belong.
#include "model/expr.h"

typedef struct printer {
    const bp_graph *graph;
    bp_expr_name_fn *name;
    const void *data;
    bp_text *out;
} printer;

// How tightly the outermost operation of a text binds.
enum { BINDS_SUM = 1, BINDS_PRODUCT, BINDS_POWER, BINDS_ATOM };

static void print(const printer *p, int node, int least);

static int binding(const bp_expr_node *x) {
    switch (x->op) {
    case BP_EXPR_NUMBER:
        return x->number < 0 ? BINDS_SUM : BINDS_ATOM;
    case BP_EXPR_SUM: // a scaled term reads like a product
        return x->n == 1 && x->number == 0 ? BINDS_PRODUCT : BINDS_SUM;
    case BP_EXPR_PRODUCT:
        return BINDS_PRODUCT;
    case BP_EXPR_POW:
        return BINDS_POWER;
    default:
        return BINDS_ATOM;
    }
}

static void print_term(const printer *p, bp_expr_arg term, bool first) {
    double size = fabs(term.weight);
    if (term.weight < 0)
        bp_text_add(p->out, first ? "-" : " - ");
    else if (!first)
        bp_text_add(p->out, " + ");
    if (size != 1) {
        bp_text_number(p->out, size);
        bp_text_add(p->out, "*");
    }
    print(p, term.node, size != 1 || term.weight < 0 ? BINDS_PRODUCT : BINDS_SUM);
}

static void print_sum(const printer *p, const bp_expr_node *x,
                      const bp_expr_arg *args) {
    for (int i = 0; i < x->n; i++)
        print_term(p, args[i], i == 0);
    if (x->number == 0) return;
    bp_text_add(p->out, x->number < 0 ? " - " : " + ");
    bp_text_number(p->out, fabs(x->number));
}

static void print_factor(const printer *p, int node, double exponent) {
    print(p, node, exponent == 1 ? BINDS_POWER : BINDS_ATOM);
    if (exponent == 1) return;
    bp_text_add(p->out, "^");
    bp_text_number(p->out, exponent);
}

// Factors of one side of the line; a product among them is written out.
static int print_side(const printer *p, int node, double sign, int n) {
    const bp_expr_node *x = bp_graph_node(p->graph, node);
    const bp_expr_arg *args = bp_graph_args(p->graph, node);
    for (int i = 0; i < x->n; i++) {
        bool inner = bp_graph_node(p->graph, args[i].node)->op == BP_EXPR_PRODUCT;
        if (inner) {
            n = print_side(p, args[i].node, sign, n);
        } else if (args[i].weight * sign > 0) {
            if (n > 0) bp_text_add(p->out, "*");
            print_factor(p, args[i].node, args[i].weight * sign);
            n++;
        }
    }
    return n;
}

static int count_below(const printer *p, int node) {
    const bp_expr_node *x = bp_graph_node(p->graph, node);
    const bp_expr_arg *args = bp_graph_args(p->graph, node);
    int n = 0;
    for (int i = 0; i < x->n; i++)
        n += bp_graph_node(p->graph, args[i].node)->op == BP_EXPR_PRODUCT
                 ? count_below(p, args[i].node)
                 : args[i].weight < 0;
    return n;
}

static void print_product(const printer *p, int node) {
    if (print_side(p, node, 1, 0) == 0) bp_text_add(p->out, "1");
    int below = count_below(p, node);
    if (below == 0) return;
    bp_text_add(p->out, below > 1 ? "/(" : "/");
    print_side(p, node, -1, 0);
    if (below > 1) bp_text_add(p->out, ")");
}

static const char *infix_of(int op) {
    switch (op) {
    case BP_EXPR_LT:
        return " < ";
    case BP_EXPR_LE:
        return " <= ";
    case BP_EXPR_EQ:
        return " == ";
    case BP_EXPR_AND:
        return " && ";
    case BP_EXPR_OR:
        return " || ";
    default:
        return NULL;
    }
}

static void print_call(const printer *p, int node) {
    const bp_expr_node *x = bp_graph_node(p->graph, node);
    const bp_expr_arg *args = bp_graph_args(p->graph, node);
    const char *infix = infix_of(x->op);
    if (x->op == BP_EXPR_RATE) { // what it is, not how it is computed
        bp_text_add(p->out, "rateOf(");
        print(p, args[1].node, BINDS_SUM);
        bp_text_add(p->out, ")");
        return;
    }
    if (!infix) bp_text_add(p->out, bp_expr_op_text((bp_expr_op)x->op));
    bp_text_add(p->out, "(");
    for (int i = 0; i < x->n; i++) {
        if (i > 0) bp_text_add(p->out, infix ? infix : ", ");
        print(p, args[i].node, infix ? BINDS_PRODUCT : BINDS_SUM);
    }
    bp_text_add(p->out, ")");
}

static void print_bare(const printer *p, int node) {
    const bp_expr_node *x = bp_graph_node(p->graph, node);
    const bp_expr_arg *args = bp_graph_args(p->graph, node);
    switch (x->op) {
    case BP_EXPR_NUMBER:
        bp_text_number(p->out, x->number);
        break;
    case BP_EXPR_PARAMETER:
    case BP_EXPR_STATE:
    case BP_EXPR_TIME:
    case BP_EXPR_DELAYED:
        bp_text_add(p->out, p->name(p->data, (bp_expr_op)x->op, x->index));
        break;
    case BP_EXPR_SUM:
        print_sum(p, x, args);
        break;
    case BP_EXPR_PRODUCT:
        print_product(p, node);
        break;
    case BP_EXPR_POW:
        print(p, args[0].node, BINDS_ATOM);
        bp_text_add(p->out, "^");
        print(p, args[1].node, BINDS_ATOM);
        break;
    default:
        print_call(p, node);
    }
}

static void print(const printer *p, int node, int least) {
    bool parentheses = binding(bp_graph_node(p->graph, node)) < least;
    if (parentheses) bp_text_add(p->out, "(");
    print_bare(p, node);
    if (parentheses) bp_text_add(p->out, ")");
}

void bp_graph_print(const bp_graph *graph, int node, bp_expr_name_fn *name,
                    const void *data, bp_text *out) {
    printer p = {graph, name, data, out};
    print(&p, node, BINDS_SUM);
}
