// Events, and the switches: every comparison that can change the form of the right-hand
// side or of a trigger.
#include <string.h>

#include "model/compile.h"

// ---- events ----

static bool add_event_info(bp_compiler *c, int e) {
    const bp_event *event = &c->spec->events.items[e];
    bp_compiled_event *made = &c->model->events[e];
    size_t n = (size_t)event->n_assignments;
    int *assigned = bp_arena_take(&c->model->arena, n * sizeof *assigned + 1);
    made->nodes = bp_arena_take(&c->model->arena, (3 + 2 * n) * sizeof(int));
    const char *name =
        bp_arena_copy(&c->model->arena, event->name ? event->name : "event");
    if (!assigned || !made->nodes || !name) return false;
    for (size_t i = 0; i < n; i++)
        assigned[i] = event->assignments[i].symbol;
    made->info = (bp_event_info){.name = name,
                                 .has_delay = event->delay != NULL,
                                 .has_priority = event->priority != NULL,
                                 .initially_true = event->initially_true,
                                 .persistent = event->persistent,
                                 .values_from_trigger = event->values_from_trigger,
                                 .n_assignments = event->n_assignments,
                                 .assigned = assigned};
    return true;
}

static void build_event(bp_compiler *c, int e) {
    const bp_event *event = &c->spec->events.items[e];
    bp_compiled_event *made = &c->model->events[e];
    int n = event->n_assignments;
    made->nodes[0] = bp_graph_truth(c->graph, bp_build(c, event->trigger));
    made->nodes[1] = event->delay ? bp_build(c, event->delay) : 0;
    made->nodes[2] = event->priority ? bp_build(c, event->priority) : 0;
    for (int i = 0; i < n; i++) {
        const bp_event_assignment *a = &event->assignments[i];
        made->nodes[3 + i] = bp_build(c, a->value);
        made->nodes[3 + n + i] = bp_build_volume(c, a->symbol);
        const bp_variable *v = &c->model->variables[a->symbol];
        if (v->role == BP_ROLE_ASSIGNED)
            bp_report_error(c->report, BP_BAD_MODEL, a->where,
                            "event '%s' sets '%s', whose value follows from a rule",
                            made->info.name, v->name);
    }
}

// ---- switches ----

static bool add_switch(bp_compiler *c, bp_switch made) {
    bp_model *model = c->model;
    bp_switch *grown =
        bp_realloc_array(model->switches, (size_t)model->n_switches + 1, sizeof *grown);
    if (!grown) return false;
    model->switches = grown;
    model->switches[model->n_switches++] = made;
    model->n_unscheduled += !made.scheduled;
    return true;
}

// Whether a switch changes at the same places already.
static bool is_known(bp_compiler *c, int difference) {
    int opposite = bp_graph_scale(c->graph, -1, difference);
    for (int i = 0; i < c->model->n_switches; i++) {
        const bp_switch *s = &c->model->switches[i];
        if (!s->scheduled && (s->difference == difference || s->difference == opposite))
            return true;
    }
    return false;
}

// Affine in time, with the rest constant between events.
static bool is_scheduled(bp_compiler *c, int difference, int *slope) {
    const int unforeseen = BP_ON_STATE | BP_ON_DELAYED;
    if (bp_graph_node(c->graph, difference)->on & unforeseen) return false;
    *slope = bp_graph_derive(c->graph, difference, bp_graph_time(c->graph));
    return *slope != 0 && !(bp_graph_node(c->graph, *slope)->on & BP_ON_MOVING);
}

static bool consider(bp_compiler *c, int node) {
    const bp_expr_node x = *bp_graph_node(c->graph, node);
    bool compares = x.op == BP_EXPR_LT || x.op == BP_EXPR_LE || x.op == BP_EXPR_EQ;
    if (!compares || !(x.on & BP_ON_MOVING)) return true;
    const bp_expr_arg *args = bp_graph_args(c->graph, node);
    bp_switch made = {.comparison = node, .equality = x.op == BP_EXPR_EQ};
    made.difference = bp_graph_subtract(c->graph, args[0].node, args[1].node);
    made.scheduled = is_scheduled(c, made.difference, &made.slope);
    if (!made.scheduled && (made.equality || is_known(c, made.difference))) return true;
    return add_switch(c, made);
}

// Marks what the rates and the triggers are made of.
static void mark_reached(bp_compiler *c, char *reached, int n_nodes) {
    const bp_model *model = c->model;
    for (int i = 0; i < model->n_states; i++)
        reached[model->rate_node[i]] = 1;
    for (int e = 0; e < model->n_events; e++)
        reached[model->events[e].nodes[0]] = 1;
    for (int node = n_nodes - 1; node >= 0; node--) {
        if (!reached[node]) continue;
        const bp_expr_node *x = bp_graph_node(c->graph, node);
        const bp_expr_arg *args = bp_graph_args(c->graph, node);
        for (int i = 0; i < x->n; i++)
            reached[args[i].node] = 1;
        if (x->op != BP_EXPR_DELAYED) continue; // what jumps now will have jumped
        reached[model->delays[x->index].value] = 1;
        reached[model->delays[x->index].tau] = 1;
    }
}

static bool find_switches(bp_compiler *c) {
    int n_nodes = c->graph->nodes.count;
    char *reached = bp_calloc((size_t)n_nodes, 1);
    if (!reached) return false;
    mark_reached(c, reached, n_nodes);
    bool done = true;
    for (int node = 0; node < n_nodes && done; node++)
        if (reached[node]) done = consider(c, node);
    bp_free(reached);
    return done;
}

bp_status bp_compile_events(bp_compiler *c) {
    bp_model *model = c->model;
    model->events = bp_calloc((size_t)c->spec->events.count, sizeof *model->events);
    if (!model->events) return BP_NO_MEMORY;
    model->n_events = c->spec->events.count;
    for (int e = 0; e < model->n_events && !c->failed; e++) {
        c->failed = !add_event_info(c, e);
        if (!c->failed) build_event(c, e);
    }
    BP_TRY(bp_compiler_status(c));
    c->failed = !find_switches(c);
    return bp_compiler_status(c);
}
