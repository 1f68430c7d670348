// Initial values: a graph of its own, in which every variable that is not assigned
// stands for its value at the start. What the caller sets enters as a parameter; where
// the model has a formula instead of a number, a flag chooses between the two.
#include <stdlib.h>

#include "model/compile.h"

static int start_value(bp_compiler *c, int variable);
static int translate(bp_compiler *c, int node);

// ---- nodes of the model's graph -> nodes of the start graph ----

static bool grow_map(bp_compiler *c) {
    int n = c->graph->nodes.count;
    int *map = bp_realloc_array(c->start_map, (size_t)n, sizeof *map);
    if (!map) return false;
    for (int i = c->n_start_map; i < n; i++)
        map[i] = BP_UNBUILT;
    c->start_map = map;
    c->n_start_map = n;
    return true;
}

// A node like x, of other arguments.
static int rebuild(bp_graph *graph, const bp_expr_node *x, const bp_expr_arg *args) {
    if (x->op == BP_EXPR_SUM) return bp_graph_sum(graph, x->number, args, x->n, true);
    if (x->op == BP_EXPR_PRODUCT) return bp_graph_product(graph, args, x->n);
    int nodes[3];
    for (int i = 0; i < x->n; i++)
        nodes[i] = args[i].node;
    return bp_graph_primitive(graph, (bp_expr_op)x->op, nodes);
}

// The nodes of the start graph at another time: time replaced by `time`.
typedef struct shift {
    bp_compiler *c;
    int time;
    int *map; // (n) what each node became, UNBUILT
    int n;
} shift;

static int at_time(shift *s, int node) {
    bp_graph *start = &s->c->model->start.graph;
    const bp_expr_node x = *bp_graph_node(start, node);
    if (!(x.on & BP_ON_TIME) || s->c->failed) return node;
    if (x.op == BP_EXPR_TIME) return s->time;
    if (s->map[node] != BP_UNBUILT) return s->map[node];
    int base = s->c->stack.count;
    for (int i = 0; i < x.n && !s->c->failed; i++) {
        bp_expr_arg arg = start->args.items[x.first + i];
        arg.node = at_time(s, arg.node);
        s->c->failed |= !bp_array_push(&s->c->stack, arg);
    }
    s->c->stack.count = base;
    if (s->c->failed) return 0;
    s->map[node] = rebuild(start, &x, s->c->stack.items + base);
    return s->map[node];
}

// Before the start, everything is as the initial values and the rules say for that
// time.
static int translate_delayed(bp_compiler *c, const bp_compiled_delay *delay) {
    bp_graph *start = &c->model->start.graph;
    int value = translate(c, delay->value), tau = translate(c, delay->tau);
    shift s = {.c = c, .n = start->nodes.count};
    s.time = bp_graph_subtract(start, bp_graph_time(start), tau);
    s.map = bp_malloc((size_t)s.n * sizeof *s.map);
    if (!s.map) {
        c->failed = true;
        return 0;
    }
    for (int i = 0; i < s.n; i++)
        s.map[i] = BP_UNBUILT;
    int node = at_time(&s, value);
    bp_free(s.map);
    return node;
}

static int translate_args(bp_compiler *c, int node) {
    const bp_expr_node x = *bp_graph_node(c->graph, node);
    bp_graph *start = &c->model->start.graph;
    int base = c->stack.count;
    for (int i = 0; i < x.n && !c->failed; i++) {
        bp_expr_arg arg = c->graph->args.items[x.first + i];
        arg.node = translate(c, arg.node);
        c->failed |= !bp_array_push(&c->stack, arg);
    }
    if (c->failed) return 0;
    const bp_expr_arg *args = c->stack.items + base;
    c->stack.count = base;
    return rebuild(start, &x, args);
}

static bool is_sought(const bp_compiler *c, int variable);

// What is found by numbers at the start is not there yet when initial values are.
static void check_read(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (!is_sought(c, variable) || c->sought_reported) return;
    c->sought_reported = true;
    bp_report_error(
        c->report, BP_UNSUPPORTED,
        c->spec->algebraic.items[c->rule_of_unknown[variable]].where,
        "an initial value depends on '%s', which this algebraic rule "
        "determines and which has no solution in symbols; write the initial "
        "value as a number",
        v->name);
}

static int translate_new(bp_compiler *c, int node) {
    const bp_expr_node *x = bp_graph_node(c->graph, node);
    const bp_model *model = c->model;
    switch (x->op) {
    case BP_EXPR_NUMBER:
        return bp_graph_number(&c->model->start.graph, x->number);
    case BP_EXPR_TIME:
        return bp_graph_time(&c->model->start.graph);
    case BP_EXPR_PARAMETER:
        return start_value(c, model->parameter_variable[x->index]);
    case BP_EXPR_STATE:
        check_read(c, model->state_variable[x->index]);
        return start_value(c, model->state_variable[x->index]);
    case BP_EXPR_RATE: {
        int of = translate(c, bp_graph_args(c->graph, node)[1].node);
        bp_graph *start = &c->model->start.graph;
        return bp_graph_derive(start, of, bp_graph_time(start));
    }
    case BP_EXPR_DELAYED: {
        const bp_compiled_delay delay = model->delays[x->index];
        return translate_delayed(c, &delay);
    }
    default:
        return translate_args(c, node);
    }
}

static int translate(bp_compiler *c, int node) {
    if (c->failed || (node >= c->n_start_map && !grow_map(c))) {
        c->failed = true;
        return 0;
    }
    if (c->start_map[node] == BP_UNBUILT) {
        int made = translate_new(c, node);
        if (!c->failed) c->start_map[node] = made;
        return made;
    }
    return c->start_map[node];
}

// ---- initial values of variables ----

// A number, or minus a number.
static bool is_plain_number(const bp_ast *ast, double *value) {
    bool negative = ast->op == BP_OP_SUB && ast->n_args == 1;
    const bp_ast *number = negative ? ast->args[0] : ast;
    *value = negative ? -number->number : number->number;
    return number->op == BP_OP_NUMBER;
}

// Whether its value at the start is found by numbers: an initial value is a guess.
static bool is_sought(const bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    return v->role == BP_ROLE_STATE && c->rule_of_state[v->index] >= 0;
}

// A variable without initial value: the size of a compartment is 1, nothing is asked of
// what is never read, and the rest is an error unless lenient.
static void report_missing(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (v->kind == BP_KIND_COMPARTMENT || is_sought(c, variable) ||
        (v->role != BP_ROLE_STATE && !c->used[variable]))
        return;
    const char *what = v->kind == BP_KIND_SPECIES ? "species" : "parameter";
    if (c->lenient)
        bp_report_warning(c->report, BP_BAD_MODEL, v->where,
                          "%s '%s' has no initial value; it starts at 0", what,
                          v->name);
    else
        bp_report_error(c->report, BP_BAD_MODEL, v->where,
                        "%s '%s' has no initial value; add '%s = ...;'", what, v->name,
                        v->name);
}

// The flag and the value set by the caller, in the start graph.
static int flag_node(bp_compiler *c, int variable) {
    return bp_graph_parameter(&c->model->start.graph, c->model->n_variables + variable);
}

static int set_node(bp_compiler *c, int variable) {
    return bp_graph_parameter(&c->model->start.graph, variable);
}

static int start_volume(bp_compiler *c, int variable) {
    return translate(c, bp_build_volume(c, variable));
}

// What the vector y or p holds at the start.
static int build_start(bp_compiler *c, int variable) {
    bp_graph *start = &c->model->start.graph;
    const bp_variable *v = &c->model->variables[variable];
    const bp_symbol *symbol = &c->spec->symbols.items[variable];
    double *number = &c->model->start.defaults[variable];
    bool amount = v->is_concentration && symbol->initial_is_amount;

    int set = set_node(c, variable);
    if (v->is_concentration)
        set = bp_graph_multiply(start, set, start_volume(c, variable));
    if (!symbol->initial) {
        *number = v->kind == BP_KIND_COMPARTMENT || is_sought(c, variable) ? 1 : 0;
        report_missing(c, variable);
        return set;
    }
    if (is_plain_number(symbol->initial, number) && !amount) return set;
    int own = translate(c, bp_build(c, symbol->initial));
    if (v->is_concentration && !amount)
        own = bp_graph_multiply(start, own, start_volume(c, variable));
    return bp_graph_select(start, flag_node(c, variable), set, own);
}

static int start_value(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (c->start_value[variable] == BP_BUILDING) {
        bp_report_error(c->report, BP_BAD_MODEL, v->where,
                        "the initial value of '%s' depends on itself", v->name);
        return 0;
    }
    if (c->start_value[variable] == BP_UNBUILT) {
        c->start_value[variable] = BP_BUILDING;
        c->start_value[variable] = build_start(c, variable);
    }
    return c->start_value[variable];
}

// ---- the tape ----

// States, parameters, and delayed values as they are before the start of a run.
static int n_roots(const bp_model *model) {
    return model->n_states + model->n_parameters + model->n_delays;
}

// Registers: numbers | set values | flags | time | computed
static bp_status lower_start(bp_compiler *c) {
    bp_start *start = &c->model->start;
    int n_nodes = start->graph.nodes.count;
    int *base = bp_malloc((size_t)n_nodes * sizeof *base);
    if (!base) return BP_NO_MEMORY;
    for (int i = 0; i < n_nodes; i++)
        base[i] = bp_graph_is_number(&start->graph, i) ? start->n_numbers++ : -1;
    start->time_register = start->n_numbers + 2 * c->model->n_variables;
    for (int i = 0; i < n_nodes; i++) {
        const bp_expr_node *node = bp_graph_node(&start->graph, i);
        if (node->op == BP_EXPR_PARAMETER)
            base[i] = start->n_numbers + node->index;
        else if (node->op == BP_EXPR_TIME)
            base[i] = start->time_register;
    }
    bp_lowering what = {.graph = &start->graph,
                        .base = base,
                        .first_register = start->time_register + 1,
                        .roots = start->roots,
                        .n_roots = n_roots(c->model)};
    bp_status status = bp_tape_lower(&what, &start->tape);
    start->n_registers = start->time_register + 1 + start->tape.n_registers;
    bp_free(base);
    return status;
}

bp_status bp_compile_start(bp_compiler *c) {
    bp_model *model = c->model;
    bp_start *start = &model->start;
    size_t n = (size_t)model->n_variables;
    BP_TRY(bp_graph_init(&start->graph));
    start->defaults = bp_calloc(n, sizeof *start->defaults);
    c->start_value = bp_malloc(n * sizeof *c->start_value);
    if (!start->defaults || !c->start_value) return BP_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        c->start_value[i] = BP_UNBUILT;

    for (int v = 0; v < model->n_variables; v++) // may add delays
        if (model->variables[v].role != BP_ROLE_ASSIGNED) start_value(c, v);
    start->roots = bp_calloc((size_t)n_roots(model), sizeof(int));
    if (!start->roots) return BP_NO_MEMORY;
    for (int i = 0; i < model->n_states; i++)
        start->roots[i] = start_value(c, model->state_variable[i]);
    for (int i = 0; i < model->n_parameters; i++)
        start->roots[model->n_states + i] =
            start_value(c, model->parameter_variable[i]);
    for (int d = 0; d < model->n_delays; d++)
        start->roots[model->n_states + model->n_parameters + d] =
            translate(c, model->delays[d].value);
    c->failed |= start->graph.failed;
    BP_TRY(bp_compiler_status(c));
    return lower_start(c);
}
