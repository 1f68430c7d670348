// Zeros by abstract evaluation: every node of the graph gets what is known of its sign,
// a state that may leave zero changes what is known of the nodes above it, and so on
// until nothing changes.
#include "model/zeros.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "model/model_internal.h"
#include "model/sign.h"

typedef struct zeros {
    const bp_model *model;
    const bp_all_settings *settings;
    unsigned char *start_leaves; // (2 n_variables) of the start graph
    unsigned char *start_signs;  // (nodes of the start graph)
    unsigned char *signs;        // (nodes of the model's graph)
    unsigned char *states;       // (n_states)
    unsigned char *parameters;   // (n_parameters, then hidden ones)
    bool *live;                  // (nodes) values, rates, events, switches read it
    bool *assigned;              // (n_variables) by an event
} zeros;

// ---- at the start ----

static unsigned char join(bp_sign a, bp_sign b) {
    return (unsigned char)bp_sign_join(a, b);
}

// Whether a value is set: in no run, in some, in all.
static unsigned char sign_of_flag(int n_set, int n_runs) {
    if (n_set == 0) return BP_SIGN_ZERO;
    return n_set < n_runs ? BP_SIGN_NOT_NEGATIVE : BP_SIGN_POSITIVE;
}

// Runs that do not set a variable have its default.
static void join_settings(zeros *z, int *n_set) {
    const bp_model *model = z->model;
    int n = model->n_variables, n_runs = z->settings->n_runs;
    for (size_t i = 0; i < z->settings->n; i++) {
        const bp_initial_value *set = &z->settings->items[i];
        unsigned char *sign = &z->start_leaves[set->variable];
        bp_sign own = bp_sign_of_number(set->value);
        *sign = n_set[set->variable]++ ? join(*sign, own) : (unsigned char)own;
    }
    for (int v = 0; v < n; v++) {
        bp_sign usual = bp_sign_of_number(model->start.defaults[v]);
        unsigned char *sign = &z->start_leaves[v];
        if (n_set[v] == 0)
            *sign = (unsigned char)usual;
        else if (n_set[v] < n_runs)
            *sign = join(*sign, usual);
        z->start_leaves[n + v] = sign_of_flag(n_set[v], n_runs);
    }
}

static bp_status look_at_start(zeros *z) {
    const bp_graph *graph = &z->model->start.graph;
    int *n_set = bp_calloc((size_t)z->model->n_variables + 1, sizeof *n_set);
    if (!n_set) return BP_NO_MEMORY;
    join_settings(z, n_set);
    bp_free(n_set);
    for (int i = 0; i < graph->nodes.count; i++) {
        const bp_expr_node *node = bp_graph_node(graph, i);
        z->start_signs[i] =
            node->op == BP_EXPR_PARAMETER
                ? z->start_leaves[node->index]
                : (unsigned char)bp_sign_of_node(graph, i, z->start_signs);
    }
    return BP_OK;
}

// ---- leaves of the model's graph ----

static void mark_assigned(zeros *z) {
    for (int e = 0; e < z->model->n_events; e++) {
        const bp_event_info *info = &z->model->events[e].info;
        for (int i = 0; i < info->n_assignments; i++)
            z->assigned[info->assigned[i]] = true;
    }
}

// Amounts that only reactions change are taken to stay above 0 where they begin there,
// and not to become negative; a rule or an event may do anything.
static unsigned char moving_sign(const zeros *z, int state) {
    const bp_model *model = z->model;
    int variable = model->state_variable[state];
    bp_sign start = (bp_sign)z->start_signs[model->start.roots[state]];
    bool amount = model->variables[variable].kind == BP_KIND_SPECIES &&
                  !model->has_rate_rule[state] && !z->assigned[variable];
    if (!amount) return BP_SIGN_FINITE;
    if (start == BP_SIGN_ZERO) return BP_SIGN_NOT_NEGATIVE;
    return (unsigned char)start;
}

static bool is_compartment(const zeros *z, int variable) {
    return z->model->variables[variable].kind == BP_KIND_COMPARTMENT;
}

static void look_at_leaves(zeros *z) {
    const bp_model *model = z->model;
    for (int i = 0; i < model->n_states; i++) {
        int variable = model->state_variable[i];
        bool stays = z->start_signs[model->start.roots[i]] == BP_SIGN_ZERO &&
                     !z->assigned[variable] && !is_compartment(z, variable);
        z->states[i] = stays ? (unsigned char)BP_SIGN_ZERO : moving_sign(z, i);
    }
    for (int i = 0; i < model->n_parameters; i++) {
        int variable = model->parameter_variable[i];
        unsigned char sign = z->start_signs[model->start.roots[model->n_states + i]];
        if (sign == BP_SIGN_ZERO && is_compartment(z, variable))
            sign = BP_SIGN_NOT_NEGATIVE;
        if (z->assigned[variable]) sign = join(sign, BP_SIGN_FINITE);
        z->parameters[i] = sign;
    }
}

// ---- which nodes matter ----

static void mark_roots(zeros *z) {
    const bp_model *model = z->model;
    for (int i = 0; i < model->n_states; i++)
        z->live[model->rate_node[i]] = true;
    for (int v = 0; v < model->n_variables; v++)
        z->live[model->variable_node[v]] = true;
    for (int i = 0; i < model->n_switches; i++) {
        z->live[model->switches[i].comparison] = true;
        z->live[model->switches[i].difference] = true;
    }
    for (int e = 0; e < model->n_events; e++)
        for (int i = 0; i < 3 + 2 * model->events[e].info.n_assignments; i++)
            z->live[model->events[e].nodes[i]] = true;
}

static void mark_live(zeros *z) {
    const bp_graph *graph = &z->model->graph;
    mark_roots(z);
    for (int i = graph->nodes.count - 1; i >= 0; i--) {
        if (!z->live[i]) continue;
        const bp_expr_arg *args = bp_graph_args(graph, i);
        for (int k = 0; k < bp_graph_node(graph, i)->n; k++)
            z->live[args[k].node] = true;
    }
}

// ---- the fixed point ----

static unsigned char sign_of(const zeros *z, int i) {
    const bp_expr_node *node = bp_graph_node(&z->model->graph, i);
    if (node->op == BP_EXPR_STATE) return z->states[node->index];
    if (node->op != BP_EXPR_PARAMETER)
        return (unsigned char)bp_sign_of_node(&z->model->graph, i, z->signs);
    bool hidden = node->index >= z->model->n_parameters;
    return hidden ? (unsigned char)BP_SIGN_FINITE : z->parameters[node->index];
}

static void evaluate(zeros *z) {
    for (int i = 0; i < z->model->graph.nodes.count; i++)
        if (z->live[i]) z->signs[i] = sign_of(z, i);
}

static bool release_states(zeros *z) {
    bool any = false;
    for (int i = 0; i < z->model->n_states; i++) {
        if (z->states[i] != BP_SIGN_ZERO ||
            z->signs[z->model->rate_node[i]] == BP_SIGN_ZERO)
            continue;
        z->states[i] = moving_sign(z, i);
        any = true;
    }
    return any;
}

// With the number 0 in the place of a leaf, a product would become 0 though another
// factor may not be finite (0/0, above all). The zeros in such a product stay as they
// are.
static bool makes_nonsense(const zeros *z, int i) {
    const bp_graph *graph = &z->model->graph;
    const bp_expr_node *node = bp_graph_node(graph, i);
    const bp_expr_arg *args = bp_graph_args(graph, i);
    bool sum = node->op == BP_EXPR_SUM;
    bool product = node->op == BP_EXPR_PRODUCT || node->op == BP_EXPR_POW ||
                   node->op == BP_EXPR_POW_SLOPE;
    if (z->signs[i] != BP_SIGN_UNKNOWN || (!sum && !product)) return false;
    for (int k = 0; k < node->n; k++)
        if (z->signs[args[k].node] == BP_SIGN_ZERO &&
            (product || !isfinite(args[k].weight)))
            return true;
    return false;
}

static bool keep_leaf(zeros *z, const bp_expr_node *node) {
    if (node->op == BP_EXPR_STATE && z->states[node->index] == BP_SIGN_ZERO) {
        z->states[node->index] = moving_sign(z, node->index);
        return true;
    }
    if (node->op == BP_EXPR_PARAMETER && node->index < z->model->n_parameters &&
        z->parameters[node->index] == BP_SIGN_ZERO) {
        z->parameters[node->index] = BP_SIGN_NOT_NEGATIVE;
        return true;
    }
    return false;
}

// Keeps the leaves that are 0 under every node that makes nonsense of them.
static bool keep_nonsense(zeros *z, bool *below) {
    const bp_graph *graph = &z->model->graph;
    bool any = false;
    memset(below, 0, (size_t)graph->nodes.count * sizeof *below);
    for (int i = graph->nodes.count - 1; i >= 0; i--) {
        if (!z->live[i]) continue;
        if (!below[i] && !makes_nonsense(z, i)) continue;
        const bp_expr_node *node = bp_graph_node(graph, i);
        any |= keep_leaf(z, node);
        const bp_expr_arg *args = bp_graph_args(graph, i);
        for (int k = 0; k < node->n; k++)
            below[args[k].node] |= z->signs[args[k].node] == BP_SIGN_ZERO;
    }
    return any;
}

static bp_status settle(zeros *z) {
    bool *below = bp_calloc((size_t)z->model->graph.nodes.count + 1, sizeof *below);
    if (!below) return BP_NO_MEMORY;
    mark_live(z);
    bool changes = true;
    while (changes) {
        evaluate(z);
        changes = release_states(z);
        if (!changes) changes = keep_nonsense(z, below);
    }
    bp_free(below);
    return BP_OK;
}

// ---- all of it ----

static bp_status make(zeros *z) {
    const bp_model *model = z->model;
    size_t n = (size_t)model->graph.nodes.count + 1;
    z->start_leaves = bp_calloc(2 * (size_t)model->n_variables + 1, 1);
    z->start_signs = bp_calloc((size_t)model->start.graph.nodes.count + 1, 1);
    z->signs = bp_calloc(n, 1);
    z->states = bp_calloc((size_t)model->n_states + 1, 1);
    z->parameters = bp_calloc((size_t)model->n_parameters + 1, 1);
    z->live = bp_calloc(n, sizeof *z->live);
    z->assigned = bp_calloc((size_t)model->n_variables + 1, sizeof *z->assigned);
    bool made = z->start_leaves && z->start_signs && z->signs && z->states &&
                z->parameters && z->live && z->assigned;
    return made ? BP_OK : BP_NO_MEMORY;
}

static void clear(zeros *z) {
    bp_free(z->start_leaves);
    bp_free(z->start_signs);
    bp_free(z->signs);
    bp_free(z->states);
    bp_free(z->parameters);
    bp_free(z->live);
    bp_free(z->assigned);
}

static bp_status find(zeros *z) {
    BP_TRY(make(z));
    BP_TRY(look_at_start(z));
    mark_assigned(z);
    look_at_leaves(z);
    return settle(z);
}

bp_status bp_model_find_zeros(const bp_model *model, const bp_all_settings *settings,
                              bool *zero, int *n) {
    *n = 0;
    memset(zero, 0, (size_t)model->n_variables * sizeof *zero);
    if (model->n_delays > 0 || model->n_conditions > 0) return BP_OK;
    for (size_t i = 0; i < settings->n; i++)
        if (settings->items[i].variable < 0 ||
            settings->items[i].variable >= model->n_variables)
            return BP_BAD_ARGUMENT;
    zeros z = {.model = model, .settings = settings};
    bp_status status = find(&z);
    for (int i = 0; status == BP_OK && i < model->n_states; i++) {
        zero[model->state_variable[i]] = z.states[i] == BP_SIGN_ZERO;
        *n += z.states[i] == BP_SIGN_ZERO;
    }
    for (int i = 0; status == BP_OK && i < model->n_parameters; i++)
        zero[model->parameter_variable[i]] = z.parameters[i] == BP_SIGN_ZERO;
    for (int v = model->n_symbols; status == BP_OK && v < model->n_variables; v++)
        zero[v] = z.signs[model->variable_node[v]] == BP_SIGN_ZERO;
    clear(&z);
    return status;
}
