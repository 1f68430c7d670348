// Trees of the spec -> nodes of the graph. Functions of model/ops.h are reduced to
// sums, products and primitives here; user functions are written out where they are
// called.
#include <string.h>

#include "model/compile.h"

enum { DEEPEST_CALL = 64 };

// Arguments of the user function that is being written out; NULL outside.
typedef struct scope {
    const bp_function *function;
    const int *nodes;
} scope;

static int build(bp_compiler *c, const bp_ast *ast, const scope *args);

static int refuse(bp_compiler *c, bp_status status, bp_where where, const char *text,
                  const char *name) {
    bp_report_error(c->report, status, where, "%s: %s", name, text);
    return 0;
}

// ---- lists of terms and factors ----

static void push(bp_compiler *c, int node, double weight) {
    if (!bp_array_push(&c->stack, ((bp_expr_arg){node, weight}))) c->failed = true;
}

static void push_terms(bp_compiler *c, const bp_ast *ast, const scope *args,
                       double sign) {
    if (ast->op != BP_OP_ADD && ast->op != BP_OP_SUB) {
        push(c, build(c, ast, args), sign);
        return;
    }
    bool minus = ast->op == BP_OP_SUB;
    for (int i = 0; i < ast->n_args; i++) {
        bool negative = minus && (i > 0 || ast->n_args == 1);
        push_terms(c, ast->args[i], args, negative ? -sign : sign);
    }
}

static void push_factors(bp_compiler *c, const bp_ast *ast, const scope *args,
                         double sign) {
    if (ast->op != BP_OP_MUL && ast->op != BP_OP_DIV) {
        push(c, build(c, ast, args), sign);
        return;
    }
    for (int i = 0; i < ast->n_args; i++)
        push_factors(c, ast->args[i], args,
                     ast->op == BP_OP_DIV && i > 0 ? -sign : sign);
}

static int build_sum(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int base = c->stack.count;
    push_terms(c, ast, args, 1);
    int node = c->failed ? 0
                         : bp_graph_sum(c->graph, 0, c->stack.items + base,
                                        c->stack.count - base, false);
    c->stack.count = base;
    return node;
}

static int build_product(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int base = c->stack.count;
    push_factors(c, ast, args, 1);
    int node = c->failed ? 0
                         : bp_graph_product(c->graph, c->stack.items + base,
                                            c->stack.count - base);
    c->stack.count = base;
    return node;
}

// ---- functions ----

static int build_arg(bp_compiler *c, const bp_ast *ast, const scope *args, int i) {
    return build(c, ast->args[i], args);
}

static int reciprocal(bp_compiler *c, int a) {
    return bp_graph_product(c->graph, &(bp_expr_arg){a, -1}, 1);
}

// clang-format off
// Primitive of the same name; COUNT: there is none.
static bp_expr_op plain_primitive(bp_op op) {
    switch (op) {
#define SAME(name) case BP_OP_##name: return BP_EXPR_##name;
    SAME(EXP) SAME(LN) SAME(LOG10) SAME(SQRT) SAME(ABS)
    SAME(FLOOR) SAME(CEIL) SAME(FACTORIAL)
    SAME(SIN) SAME(COS) SAME(TAN) SAME(SINH) SAME(COSH) SAME(TANH)
    SAME(ASIN) SAME(ACOS) SAME(ATAN) SAME(ASINH) SAME(ACOSH) SAME(ATANH)
#undef SAME
    default: return BP_EXPR_OP_COUNT;
    }
}
// clang-format on

// sec x = 1 / cos x and its like; COUNT: not one of them.
static bp_expr_op reciprocal_of(bp_op op) {
    switch (op) {
    case BP_OP_SEC:
        return BP_EXPR_COS;
    case BP_OP_CSC:
        return BP_EXPR_SIN;
    case BP_OP_COT:
        return BP_EXPR_TAN;
    case BP_OP_SECH:
        return BP_EXPR_COSH;
    case BP_OP_CSCH:
        return BP_EXPR_SINH;
    case BP_OP_COTH:
        return BP_EXPR_TANH;
    default:
        return BP_EXPR_OP_COUNT;
    }
}

// arcsec x = arccos(1 / x) and its like; COUNT: not one of them.
static bp_expr_op of_reciprocal(bp_op op) {
    switch (op) {
    case BP_OP_ASEC:
        return BP_EXPR_ACOS;
    case BP_OP_ACSC:
        return BP_EXPR_ASIN;
    case BP_OP_ACOT:
        return BP_EXPR_ATAN;
    case BP_OP_ASECH:
        return BP_EXPR_ACOSH;
    case BP_OP_ACSCH:
        return BP_EXPR_ASINH;
    case BP_OP_ACOTH:
        return BP_EXPR_ATANH;
    default:
        return BP_EXPR_OP_COUNT;
    }
}

static int build_unary(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int a = build_arg(c, ast, args, 0);
    if (plain_primitive(ast->op) != BP_EXPR_OP_COUNT)
        return bp_graph_unary(c->graph, plain_primitive(ast->op), a);
    if (reciprocal_of(ast->op) != BP_EXPR_OP_COUNT)
        return reciprocal(c, bp_graph_unary(c->graph, reciprocal_of(ast->op), a));
    return bp_graph_unary(c->graph, of_reciprocal(ast->op), reciprocal(c, a));
}

static int build_binary(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int a = build_arg(c, ast, args, 0), b = build_arg(c, ast, args, 1);
    bp_graph *graph = c->graph;
    switch (ast->op) {
    case BP_OP_POW:
        return bp_graph_binary(graph, BP_EXPR_POW, a, b);
    case BP_OP_LOG: // of b to base a
        if (bp_graph_is_number(graph, a) && bp_graph_node(graph, a)->number == 10)
            return bp_graph_unary(graph, BP_EXPR_LOG10, b);
        return bp_graph_divide(graph, bp_graph_unary(graph, BP_EXPR_LN, b),
                               bp_graph_unary(graph, BP_EXPR_LN, a));
    case BP_OP_ROOT: // a-th root of b
        return bp_graph_binary(graph, BP_EXPR_POW, b, reciprocal(c, a));
    case BP_OP_QUOTIENT:
        return bp_graph_unary(graph, BP_EXPR_TRUNC, bp_graph_divide(graph, a, b));
    case BP_OP_REM:
        return bp_graph_binary(graph, BP_EXPR_REM, a, b);
    case BP_OP_NE:
        return bp_graph_unary(graph, BP_EXPR_NOT,
                              bp_graph_binary(graph, BP_EXPR_EQ, a, b));
    default: // IMPLIES
        return bp_graph_binary(graph, BP_EXPR_OR, bp_graph_unary(graph, BP_EXPR_NOT, a),
                               bp_graph_truth(graph, b));
    }
}

// One link of a chain of comparisons.
static int compare(bp_compiler *c, bp_op op, int a, int b) {
    switch (op) {
    case BP_OP_LT:
        return bp_graph_binary(c->graph, BP_EXPR_LT, a, b);
    case BP_OP_LE:
        return bp_graph_binary(c->graph, BP_EXPR_LE, a, b);
    case BP_OP_GT:
        return bp_graph_binary(c->graph, BP_EXPR_LT, b, a);
    case BP_OP_GE:
        return bp_graph_binary(c->graph, BP_EXPR_LE, b, a);
    default:
        return bp_graph_binary(c->graph, BP_EXPR_EQ, a, b);
    }
}

// a < b < c means a < b and b < c
static int build_chain(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int result = bp_graph_number(c->graph, 1);
    int left = build_arg(c, ast, args, 0);
    for (int i = 1; i < ast->n_args; i++) {
        int right = build_arg(c, ast, args, i);
        result = bp_graph_binary(c->graph, BP_EXPR_AND, result,
                                 compare(c, ast->op, left, right));
        left = right;
    }
    return result;
}

// x != y for truth values
static int exclusive_or(bp_compiler *c, int x, int y) {
    int equal = bp_graph_binary(c->graph, BP_EXPR_EQ, bp_graph_truth(c->graph, x),
                                bp_graph_truth(c->graph, y));
    return bp_graph_unary(c->graph, BP_EXPR_NOT, equal);
}

// Folds a function of two arguments over any number of them.
static int build_fold(bp_compiler *c, const bp_ast *ast, const scope *args) {
    bool logic = ast->op == BP_OP_AND || ast->op == BP_OP_OR || ast->op == BP_OP_XOR;
    int result = logic ? bp_graph_number(c->graph, ast->op == BP_OP_AND)
                       : build_arg(c, ast, args, 0);
    for (int i = logic ? 0 : 1; i < ast->n_args; i++) {
        int next = build_arg(c, ast, args, i);
        if (ast->op == BP_OP_XOR)
            result = exclusive_or(c, result, next);
        else
            result = bp_graph_binary(c->graph,
                                     ast->op == BP_OP_AND   ? BP_EXPR_AND
                                     : ast->op == BP_OP_OR  ? BP_EXPR_OR
                                     : ast->op == BP_OP_MIN ? BP_EXPR_MIN
                                                            : BP_EXPR_MAX,
                                     result, next);
    }
    return result;
}

// value, condition, value, condition, ..., otherwise. Without `otherwise` and with no
// condition true the value is not a number.
static int build_piecewise(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int n = ast->n_args;
    int result =
        n % 2 ? build_arg(c, ast, args, n - 1) : bp_graph_number(c->graph, NAN);
    for (int i = n / 2 - 1; i >= 0; i--) {
        int value = build_arg(c, ast, args, 2 * i);
        int condition = build_arg(c, ast, args, 2 * i + 1);
        result = bp_graph_select(c->graph, condition, value, result);
    }
    return result;
}

static int build_mratio(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int nodes[3];
    for (int i = 0; i < 3; i++)
        nodes[i] = build_arg(c, ast, args, i);
    return bp_graph_primitive(c->graph, BP_EXPR_MRATIO, nodes);
}

static const bp_function *find_function(const bp_compiler *c, const char *name) {
    for (int i = 0; i < c->spec->functions.count; i++)
        if (strcmp(c->spec->functions.items[i].name, name) == 0)
            return &c->spec->functions.items[i];
    return NULL;
}

static int build_call(bp_compiler *c, const bp_ast *ast, const scope *args) {
    const bp_function *function = find_function(c, ast->name);
    if (!function)
        return refuse(c, BP_UNKNOWN_NAME, ast->where, "there is no such function",
                      ast->name);
    if (ast->n_args != function->n_args)
        return refuse(c, BP_BAD_MODEL, ast->where, "wrong number of arguments",
                      ast->name);
    if (c->call_depth >= DEEPEST_CALL)
        return refuse(c, BP_BAD_MODEL, function->where, "the function calls itself",
                      ast->name);
    int *nodes = bp_malloc((size_t)ast->n_args * sizeof *nodes);
    if (!nodes) {
        c->failed = true;
        return 0;
    }
    for (int i = 0; i < ast->n_args; i++)
        nodes[i] = build_arg(c, ast, args, i);
    c->call_depth++;
    int node = build(c, function->body, &(scope){function, nodes});
    c->call_depth--;
    bp_free(nodes);
    return node;
}

// ---- names ----

static int build_name(bp_compiler *c, const bp_ast *ast, const scope *args) {
    for (int i = 0; args && i < args->function->n_args; i++)
        if (strcmp(args->function->args[i], ast->name) == 0) return args->nodes[i];
    int variable = bp_names_find(&c->model->names, ast->name);
    if (variable < 0)
        return refuse(c, BP_UNKNOWN_NAME, ast->where, "not declared", ast->name);
    c->used[variable] = true;
    return bp_build_value(c, variable);
}

static int build_rate_of(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int of = build_arg(c, ast, args, 0), rate = bp_build_total_rate(c, of);
    // before the start, nothing moves but by its own formula
    return c->looks_back ? bp_graph_binary(c->graph, BP_EXPR_RATE, rate, of) : rate;
}

// With time at rest the past is the present.
static int build_delay(bp_compiler *c, const bp_ast *ast, const scope *args) {
    int value = build_arg(c, ast, args, 0), tau = build_arg(c, ast, args, 1);
    return c->at_rest ? value : bp_build_delayed(c, value, tau, ast->where);
}

static int build(bp_compiler *c, const bp_ast *ast, const scope *args) {
    if (c->failed || c->graph->failed) return 0;
    switch (ast->op) {
    case BP_OP_NUMBER:
        return bp_graph_number(c->graph, ast->number);
    case BP_OP_NAME:
        return build_name(c, ast, args);
    case BP_OP_TIME:
        return bp_graph_time(c->graph);
    case BP_OP_AVOGADRO:
        return bp_graph_number(c->graph, BP_AVOGADRO);
    case BP_OP_ADD:
    case BP_OP_SUB:
        return build_sum(c, ast, args);
    case BP_OP_MUL:
    case BP_OP_DIV:
        return build_product(c, ast, args);
    case BP_OP_POW:
    case BP_OP_LOG:
    case BP_OP_ROOT:
    case BP_OP_QUOTIENT:
    case BP_OP_REM:
    case BP_OP_NE:
    case BP_OP_IMPLIES:
        return build_binary(c, ast, args);
    case BP_OP_LT:
    case BP_OP_LE:
    case BP_OP_GT:
    case BP_OP_GE:
    case BP_OP_EQ:
        return build_chain(c, ast, args);
    case BP_OP_MIN:
    case BP_OP_MAX:
    case BP_OP_AND:
    case BP_OP_OR:
    case BP_OP_XOR:
        return build_fold(c, ast, args);
    case BP_OP_NOT:
        return bp_graph_unary(c->graph, BP_EXPR_NOT, build_arg(c, ast, args, 0));
    case BP_OP_PIECEWISE:
        return build_piecewise(c, ast, args);
    case BP_OP_MRATIO:
        return build_mratio(c, ast, args);
    case BP_OP_CALL:
        return build_call(c, ast, args);
    case BP_OP_RATEOF:
        return build_rate_of(c, ast, args);
    case BP_OP_DELAY:
        return build_delay(c, ast, args);
    default:
        return build_unary(c, ast, args);
    }
}

int bp_build(bp_compiler *c, const bp_ast *ast) {
    return build(c, ast, NULL);
}

// ---- values and rates of variables ----

static int build_assigned(bp_compiler *c, int variable) {
    if (variable < c->model->n_symbols)
        return bp_build(c, c->spec->symbols.items[variable].rule);
    const bp_ast *law = c->spec->reactions.items[variable - c->model->n_symbols].law;
    return law ? bp_build(c, law) : 0;
}

static int build_leaf(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (v->zero) return 0;
    int leaf = v->role == BP_ROLE_STATE ? bp_graph_state(c->graph, v->index)
                                        : bp_graph_parameter(c->graph, v->index);
    if (!v->is_concentration) return leaf;
    return bp_graph_divide(c->graph, leaf, bp_build_volume(c, variable));
}

int bp_build_value(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (c->value[variable] == BP_BUILDING)
        return refuse(c, BP_BAD_MODEL, v->where, "its value depends on itself",
                      v->name);
    if (c->value[variable] == BP_UNBUILT) {
        c->value[variable] = BP_BUILDING;
        bool leaf = v->role != BP_ROLE_ASSIGNED || v->zero;
        c->value[variable] =
            leaf ? build_leaf(c, variable) : build_assigned(c, variable);
    }
    return c->value[variable];
}

int bp_build_volume(bp_compiler *c, int variable) {
    const bp_variable *v = &c->model->variables[variable];
    if (!v->is_concentration) return bp_graph_number(c->graph, 1);
    return bp_build_value(c, v->compartment);
}

// A rate-ruled concentration c = A/V:  dA/dt = V dc/dt + (A/V) dV/dt
static int build_ruled_rate(bp_compiler *c, int variable) {
    int rule = bp_build(c, c->spec->symbols.items[variable].rule);
    if (!c->model->variables[variable].is_concentration) return rule;
    int volume = bp_build_volume(c, variable);
    int growth = bp_build_total_rate(c, volume);
    return bp_graph_add(
        c->graph, bp_graph_multiply(c->graph, volume, rule),
        bp_graph_multiply(c->graph, bp_build_value(c, variable), growth));
}

// Node of a variable stoichiometry, times the factor that converts the extent of a
// reaction into the amount of this species; a plain number after all becomes the
// coefficient.
static void build_variable_part(bp_compiler *c, int part, int conversion) {
    bp_part *p = &c->model->parts[part];
    const bp_ast *variable = c->variable_parts[part];
    if ((!variable && conversion < 0) || c->part_built[part]) return;
    c->part_built[part] = true;
    int node = variable ? bp_build(c, variable) : bp_graph_number(c->graph, 1);
    if (conversion >= 0)
        node = bp_graph_multiply(c->graph, node, bp_build_value(c, conversion));
    if (bp_graph_is_number(c->graph, node))
        p->coefficient *= bp_graph_node(c->graph, node)->number;
    else
        p->node = node;
}

static int conversion_of(bp_compiler *c, int state) {
    int conversion = c->spec->symbols.items[c->model->state_variable[state]].conversion;
    if (conversion >= 0) c->used[conversion] = true;
    return conversion;
}

int bp_build_stoichiometry(bp_compiler *c, int state, int part) {
    build_variable_part(c, part, conversion_of(c, state));
    const bp_part *p = &c->model->parts[part];
    return p->node >= 0 ? bp_graph_scale(c->graph, p->coefficient, p->node)
                        : bp_graph_number(c->graph, p->coefficient);
}

// dA/dt = sum of stoichiometry times law
static int build_reaction_rate(bp_compiler *c, int state) {
    const bp_model *model = c->model;
    int base = c->stack.count;
    int conversion = conversion_of(c, state);
    for (int i = model->part_start[state]; i < model->part_start[state + 1]; i++) {
        build_variable_part(c, i, conversion);
        bp_part part = model->parts[i];
        int law = bp_build_value(c, model->n_symbols + part.reaction);
        if (part.node >= 0) law = bp_graph_multiply(c->graph, part.node, law);
        push(c, law, part.coefficient);
    }
    int node = c->failed ? 0
                         : bp_graph_sum(c->graph, 0, c->stack.items + base,
                                        c->stack.count - base, true);
    c->stack.count = base;
    return node;
}

static int build_row(bp_compiler *c, int state) {
    if (c->rule_of_state[state] >= 0)
        return bp_build(c, c->spec->algebraic.items[c->rule_of_state[state]].zero);
    if (c->model->is_fast && c->model->is_fast[state])
        return bp_build_fast_rate(c, state);
    return c->model->has_rate_rule[state]
               ? build_ruled_rate(c, c->model->state_variable[state])
               : build_reaction_rate(c, state);
}

int bp_build_rate(bp_compiler *c, int state) {
    int variable = c->model->state_variable[state];
    const bp_variable *v = &c->model->variables[variable];
    if (c->rate[state] == BP_BUILDING)
        return refuse(c, BP_BAD_MODEL, v->where, "its rate depends on itself", v->name);
    if (c->rate[state] == BP_UNBUILT) {
        c->rate[state] = BP_BUILDING;
        c->rate[state] = build_row(c, state);
    }
    return c->rate[state];
}

// The rate of a state that has one; 0 and an error where another condition is its row.
static int build_plain_rate(bp_compiler *c, int state) {
    const bp_model *model = c->model;
    bool unknown = state >= model->n_symbols;
    bool ruled = unknown || c->rule_of_state[state] >= 0;
    if (!ruled && !(model->is_fast && model->is_fast[state]))
        return bp_build_rate(c, state);
    int variable =
        unknown ? c->unknown[state - model->n_symbols] : model->state_variable[state];
    const bp_variable *v = &model->variables[variable];
    return refuse(c, BP_UNSUPPORTED, v->where,
                  ruled ? "its rate of change is asked for (rateOf, or a compartment "
                          "that changes), but an algebraic rule determines it"
                        : "its rate of change is asked for (rateOf), but a fast "
                          "reaction changes it",
                  v->name);
}

// sum over states of d(node)/d(state) d(state)/dt, d(node)/d(time), and the same for
// the delayed values in it
int bp_build_total_rate(bp_compiler *c, int node) {
    int time = bp_graph_time(c->graph);
    int first, n = bp_graph_states(c->graph, node, &first);
    int base = c->stack.count;
    push(c, bp_graph_derive(c->graph, node, time), 1);
    for (int i = 0; i < n && !c->failed && !c->graph->failed; i++) {
        int state = c->graph->states.items[first + i];
        int slope = bp_graph_derive(c->graph, node, bp_graph_state(c->graph, state));
        push(c, bp_graph_multiply(c->graph, slope, build_plain_rate(c, state)), 1);
    }
    for (int d = 0, end = c->model->n_delays; d < end; d++) {
        int slope = bp_graph_derive(c->graph, node, bp_graph_delayed(c->graph, d));
        if (slope != 0)
            push(c, bp_graph_multiply(c->graph, slope, bp_build_delayed_rate(c, d)), 1);
    }
    int result = c->failed ? 0
                           : bp_graph_sum(c->graph, 0, c->stack.items + base,
                                          c->stack.count - base, false);
    c->stack.count = base;
    return result;
}
