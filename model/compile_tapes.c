// Last pass: registers for every node that is there before a tape runs, and the tapes.
#include <string.h>

#include "model/compile.h"

// All nodes that some tape of the model needs.
typedef BP_ARRAY(int) node_list;

static bool add_nodes(node_list *list, const int *nodes, int n) {
    if (!bp_array_reserve(list, n)) return false;
    if (n > 0) memcpy(list->items + list->count, nodes, (size_t)n * sizeof *nodes);
    list->count += n;
    return true;
}

// Difference, slope and comparison of scheduled switches; differences of the others.
static bool add_switch_nodes(const bp_model *model, bool scheduled, node_list *list) {
    for (int i = 0; i < model->n_switches; i++) {
        const bp_switch *s = &model->switches[i];
        if (s->scheduled == scheduled &&
            !add_nodes(list, (int[]){s->difference, s->slope, s->comparison},
                       scheduled ? 3 : 1))
            return false;
    }
    return true;
}

// What is computed at every step.
static bool collect_hot_roots(const bp_model *model, node_list *list) {
    return add_nodes(list, model->rate_node, model->n_states) &&
           add_nodes(list, model->jacobian_node, model->pattern.nnz);
}

static bool collect_other_roots(const bp_model *model, node_list *list) {
    bool done = add_nodes(list, model->variable_node, model->n_variables) &&
                add_switch_nodes(model, true, list) &&
                add_switch_nodes(model, false, list);
    done = done && add_nodes(list, model->mass_node, model->mass.n) &&
           add_nodes(list, model->mode_node, model->n_modes);
    for (int d = 0; d < model->n_delays && done; d++)
        done =
            add_nodes(list, (int[]){model->delays[d].value, model->delays[d].tau}, 2);
    for (int e = 0; e < model->n_events && done; e++)
        done = add_nodes(list, model->events[e].nodes,
                         3 + 2 * model->events[e].info.n_assignments);
    return done;
}

// Whether a node depends on nothing but parameters (kind: BP_ON_PARAMETER) or but them
// and time (BP_ON_TIME).
static bool depends_on(const bp_expr_node *x, int kind) {
    return kind == BP_ON_TIME ? (x->on & BP_ON_MOVING) == BP_ON_TIME : x->on == kind;
}

// The expressions of this kind that the roots are or that others which they need read.
static bool collect_hoisted(const bp_model *model, const node_list *roots, int kind,
                            node_list *hoisted) {
    const bp_graph *graph = &model->graph;
    int n_nodes = graph->nodes.count;
    char *needed = bp_calloc((size_t)n_nodes, 1);
    if (!needed) return false;
    for (int i = 0; i < roots->count; i++)
        needed[roots->items[i]] = 1;
    bool done = true;
    for (int node = n_nodes - 1; node >= 0 && done; node--) {
        if (!needed[node]) continue;
        const bp_expr_node *x = bp_graph_node(graph, node);
        if (depends_on(x, kind)) {
            if (x->op != BP_EXPR_PARAMETER && x->op != BP_EXPR_TIME)
                done = bp_array_push(hoisted, node);
            continue;
        }
        for (int i = 0; i < x->n; i++)
            needed[bp_graph_args(graph, node)[i].node] = 1;
    }
    bp_free(needed);
    return done;
}

// Registers of leaves: numbers | parameters (hidden ones last) | hoisted | time | timed
// | states | delayed. The hoisted and timed ones are counted by their tapes first.
static void place_leaves(bp_model *model) {
    const bp_graph *graph = &model->graph;
    for (int node = 0; node < graph->nodes.count; node++)
        model->base[node] = bp_graph_is_number(graph, node) ? model->n_numbers++ : -1;
    model->first_parameter = model->n_numbers;
    model->first_hoisted = model->first_parameter + model->n_parameters +
                           (model->n_conditions > 0) + model->n_actives +
                           model->n_modes;
    for (int node = 0; node < graph->nodes.count; node++)
        if (bp_graph_node(graph, node)->op == BP_EXPR_PARAMETER)
            model->base[node] =
                model->first_parameter + bp_graph_node(graph, node)->index;
}

static void place_time(bp_model *model) {
    const bp_graph *graph = &model->graph;
    model->time_register = model->first_hoisted + model->hoisted.n_registers;
    for (int node = 0; node < graph->nodes.count; node++)
        if (bp_graph_node(graph, node)->op == BP_EXPR_TIME)
            model->base[node] = model->time_register;
}

static void place_states(bp_model *model) {
    const bp_graph *graph = &model->graph;
    model->first_state = model->time_register + 1 + model->timed.n_registers;
    model->first_delayed = model->first_state + model->n_states;
    model->first_dynamic = model->first_delayed + model->n_delays;
    model->n_registers = model->first_dynamic;
    for (int node = 0; node < graph->nodes.count; node++) {
        const bp_expr_node *x = bp_graph_node(graph, node);
        if (x->op == BP_EXPR_STATE)
            model->base[node] = model->first_state + x->index;
        else if (x->op == BP_EXPR_DELAYED)
            model->base[node] = model->first_delayed + x->index;
    }
}

// The tape of hoisted nodes, whose values stay in registers of their own.
static bp_status lower_hoisted(bp_model *model, const node_list *hoisted,
                               int first_register, bp_tape *out) {
    int *registers = bp_malloc((size_t)model->graph.nodes.count * sizeof *registers);
    if (!registers) return BP_NO_MEMORY;
    for (int i = 0; i < model->graph.nodes.count; i++)
        registers[i] = -1;
    bp_lowering what = {.graph = &model->graph,
                        .base = model->base,
                        .first_register = first_register,
                        .roots = hoisted->items,
                        .n_roots = hoisted->count,
                        .registers = registers};
    bp_status status = bp_tape_lower(&what, out);
    for (int i = 0; i < model->graph.nodes.count && status == BP_OK; i++)
        if (registers[i] >= 0) model->base[i] = registers[i];
    bp_free(registers);
    return status;
}

static bp_status lower(bp_model *model, const int *roots, int n, bp_tape *out) {
    bp_lowering what = {.graph = &model->graph,
                        .base = model->base,
                        .first_register = model->first_dynamic,
                        .roots = roots,
                        .n_roots = n};
    BP_TRY(bp_tape_lower(&what, out));
    int end = model->first_dynamic + out->n_registers;
    if (end > model->n_registers) model->n_registers = end;
    if (n > model->n_scratch) model->n_scratch = n;
    return BP_OK;
}

static bp_status lower_event(bp_model *model, bp_compiled_event *event) {
    int n = event->info.n_assignments;
    BP_TRY(lower(model, event->nodes, 1, &event->trigger));
    BP_TRY(lower(model, event->nodes + 1, 2, &event->timing));
    BP_TRY(lower(model, event->nodes + 3, n, &event->values));
    return lower(model, event->nodes + 3 + n, n, &event->volumes);
}

static bp_status lower_switches(bp_model *model, bool scheduled, bp_tape *out) {
    node_list list = {0};
    bp_status status = BP_NO_MEMORY;
    if (add_switch_nodes(model, scheduled, &list))
        status = lower(model, list.items, list.count, out);
    bp_array_clear(&list);
    return status;
}

// A view computes a part of what the tape of all variables computes; where it names a
// variable twice the value needs a register that there it does not need.
static void reserve_for_views(bp_model *model) {
    int end = model->first_dynamic + model->all.n_registers + model->n_variables;
    if (end > model->n_registers) model->n_registers = end;
}

static bp_status lower_all(bp_model *model) {
    BP_TRY(lower(model, model->rate_node, model->n_states, &model->rates));
    BP_TRY(lower(model, model->jacobian_node, model->pattern.nnz, &model->jacobian));
    BP_TRY(lower(model, model->variable_node, model->n_variables, &model->all));
    reserve_for_views(model);
    BP_TRY(lower_switches(model, true, &model->schedule));
    BP_TRY(lower_switches(model, false, &model->crossings));
    BP_TRY(lower(model, model->mass_node, model->mass.n, &model->mass_values));
    BP_TRY(lower(model, model->mode_node, model->n_modes, &model->modes));
    for (int e = 0; e < model->n_events; e++)
        BP_TRY(lower_event(model, &model->events[e]));
    for (int d = 0; d < model->n_delays; d++) {
        bp_compiled_delay *delay = &model->delays[d];
        BP_TRY(lower(model, &delay->value, 1, &delay->value_tape));
        BP_TRY(lower(model, &delay->tau, 1, &delay->tau_tape));
    }
    return BP_OK;
}

// What is hoisted: first what depends on parameters, of all that is computed; then what
// depends on time, of rates and Jacobian.
static bp_status hoist(bp_model *model) {
    node_list roots = {0}, constant = {0}, timed = {0};
    bp_status status = BP_NO_MEMORY;
    if (!collect_hot_roots(model, &roots) ||
        !collect_hoisted(model, &roots, BP_ON_TIME, &timed) ||
        !collect_other_roots(model, &roots) ||
        !collect_hoisted(model, &roots, BP_ON_PARAMETER, &constant))
        goto done;
    place_leaves(model);
    status = lower_hoisted(model, &constant, model->first_hoisted, &model->hoisted);
    if (status != BP_OK) goto done;
    place_time(model);
    status = lower_hoisted(model, &timed, model->time_register + 1, &model->timed);
    if (status == BP_OK) place_states(model);
done:
    bp_array_clear(&roots);
    bp_array_clear(&constant);
    bp_array_clear(&timed);
    return status;
}

bp_status bp_compile_tapes(bp_compiler *c) {
    bp_model *model = c->model;
    model->n_scratch =
        model->n_states + model->n_parameters + model->n_delays; // initial values
    model->base = bp_malloc((size_t)model->graph.nodes.count * sizeof *model->base);
    if (!model->base) return BP_NO_MEMORY;
    BP_TRY(hoist(model));
    return lower_all(model);
}
