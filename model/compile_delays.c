// Delayed values: each distinct delay(x, tau) is a leaf of the graph, and x and tau are
// nodes of their own, computed at another time than what reads the leaf. What a delay
// reads was built before it, so that ascending order is an order of evaluation here
// too.
#include <string.h>

#include "model/ast.h"
#include "model/check.h"
#include "model/compile.h"

static void visit_node(const bp_ast *node, void *data) {
    bool *found = data;
    *found |= node->op == BP_OP_DELAY;
}

static void visit_tree(const bp_ast *tree, void *data) {
    bp_ast_visit(tree, visit_node, data);
}

bool bp_compiler_looks_back(const bp_spec *spec) {
    bool found = false;
    bp_check_each_tree(spec, visit_tree, &found);
    for (int i = 0; i < spec->functions.count; i++)
        visit_tree(spec->functions.items[i].body, &found);
    return found;
}

static int add_delay(bp_compiler *c, int value, int tau, bp_where where) {
    bp_model *model = c->model;
    bp_compiled_delay *grown =
        bp_realloc_array(model->delays, (size_t)model->n_delays + 1, sizeof *grown);
    const char *file =
        where.file ? bp_arena_copy(&model->arena, where.file) : where.file;
    if (grown) model->delays = grown;
    if (!grown || (where.file && !file)) {
        c->failed = true;
        return 0;
    }
    where.file = file;
    int on = bp_graph_node(c->graph, tau)->on;
    model->delays[model->n_delays] =
        (bp_compiled_delay){.info = {.where = where, .constant = !(on & BP_ON_MOVING)},
                            .value = value,
                            .tau = tau};
    return bp_graph_delayed(c->graph, model->n_delays++);
}

int bp_build_delayed(bp_compiler *c, int value, int tau, bp_where where) {
    if (c->failed || c->graph->failed) return 0;
    if (bp_graph_is_number(c->graph, tau)) {
        double number = bp_graph_node(c->graph, tau)->number;
        if (number == 0) return value;
        if (!(number > 0) || !isfinite(number)) {
            bp_report_error(c->report, BP_BAD_VALUE, where,
                            number < 0
                                ? "delay: a delay below zero asks for a value of the "
                                  "future; it must be zero or more"
                                : "delay: the delay must be a finite number");
            return 0;
        }
    }
    if (bp_graph_is_number(c->graph, value)) return value;
    for (int d = 0; d < c->model->n_delays; d++)
        if (c->model->delays[d].value == value && c->model->delays[d].tau == tau)
            return bp_graph_delayed(c->graph, d);
    return add_delay(c, value, tau, where);
}

// d/dt x(t - tau(t)) = x'(t - tau) (1 - tau'), where x' is that of the initial value
// before the start.
int bp_build_delayed_rate(bp_compiler *c, int delay) {
    const bp_compiled_delay d = c->model->delays[delay];
    int rate = bp_build_total_rate(c, d.value), growth = bp_build_total_rate(c, d.tau);
    int its = bp_graph_binary(c->graph, BP_EXPR_RATE, rate, d.value);
    int then = bp_build_delayed(c, its, d.tau, d.info.where);
    bp_expr_arg term = {growth, -1};
    return bp_graph_multiply(c->graph, then,
                             bp_graph_sum(c->graph, 1, &term, 1, false));
}

// ---- what reads which ----

// Marks the delayed values that computing the nodes takes, and those that their tau
// takes. False when out of memory.
bool bp_model_mark_reads(const bp_model *model, const int *nodes, int n,
                         unsigned char *reads) {
    const bp_graph *graph = &model->graph;
    int n_nodes = graph->nodes.count;
    char *needed = bp_calloc((size_t)n_nodes, 1);
    if (!needed) return false;
    for (int i = 0; i < n; i++)
        needed[nodes[i]] = 1;
    for (int node = n_nodes - 1; node >= 0; node--) {
        if (!needed[node]) continue;
        const bp_expr_node *x = bp_graph_node(graph, node);
        for (int i = 0; i < x->n; i++)
            needed[bp_graph_args(graph, node)[i].node] = 1;
        if (x->op != BP_EXPR_DELAYED) continue;
        reads[x->index] = 1;
        needed[model->delays[x->index].tau] = 1; // has a smaller number than the leaf
    }
    bp_free(needed);
    return true;
}

bp_reads bp_model_reads(bp_model *model, const int *nodes, int n, bool *failed) {
    if (model->n_delays == 0 || *failed) return NULL;
    size_t size = (size_t)model->n_delays;
    unsigned char *reads = bp_arena_take(&model->arena, size);
    if (reads) memset(reads, 0, size);
    *failed = !reads || !bp_model_mark_reads(model, nodes, n, reads);
    if (*failed || !memchr(reads, 1, size)) return NULL;
    return reads;
}

static bool find_event_reads(bp_model *model) {
    bool failed = false;
    for (int e = 0; e < model->n_events; e++) {
        bp_compiled_event *event = &model->events[e];
        event->trigger_reads = bp_model_reads(model, event->nodes, 1, &failed);
        event->other_reads = bp_model_reads(model, event->nodes + 1,
                                            2 + 2 * event->info.n_assignments, &failed);
    }
    return !failed;
}

static bool find_crossing_reads(bp_model *model) {
    bool failed = false;
    int *nodes = bp_malloc(((size_t)model->n_switches + 1) * sizeof *nodes), n = 0;
    if (!nodes) return false;
    for (int i = 0; i < model->n_switches; i++)
        if (!model->switches[i].scheduled) nodes[n++] = model->switches[i].difference;
    model->crossings_read = bp_model_reads(model, nodes, n, &failed);
    bp_free(nodes);
    return !failed;
}

// How many times the past is looked back from the past.
static int depth_of(const bp_model *model, int delay) {
    bp_reads reads = model->delays[delay].reads;
    int deepest = 0;
    for (int d = 0; reads && d < delay; d++)
        if (reads[d] && model->delays[d].info.depth > deepest)
            deepest = model->delays[d].info.depth;
    return deepest + 1;
}

static bool find_reads(bp_model *model) {
    bool failed = false;
    for (int d = 0; d < model->n_delays; d++) {
        bp_compiled_delay *delay = &model->delays[d];
        delay->reads = bp_model_reads(model, &delay->value, 1, &failed);
        delay->info.depth = depth_of(model, d);
    }
    model->rates_read =
        bp_model_reads(model, model->rate_node, model->n_states, &failed);
    model->all_read =
        bp_model_reads(model, model->variable_node, model->n_variables, &failed);
    model->modes_read =
        bp_model_reads(model, model->mode_node, model->n_modes, &failed);
    return !failed && find_crossing_reads(model) && find_event_reads(model);
}

// ---- facts about each ----

static bool reads_delay(bp_reads reads, int delay) {
    return reads && reads[delay];
}

// Rates and triggers jump where a delayed value does, and so does what that one reads.
static void find_carried(bp_model *model) {
    for (int d = model->n_delays - 1; d >= 0; d--) {
        bp_delay_info *info = &model->delays[d].info;
        info->limits = reads_delay(model->rates_read, d);
        info->carries |= info->limits || reads_delay(model->crossings_read, d);
        for (int e = 0; e < model->n_events; e++)
            info->carries |= reads_delay(model->events[e].trigger_reads, d);
        for (int i = 0; i < d && info->carries; i++)
            if (reads_delay(model->delays[d].reads, i))
                model->delays[i].info.carries = true;
    }
}

static bool find_past_states(bp_compiler *c) {
    bp_model *model = c->model;
    int *list = bp_calloc((size_t)model->n_states + 1, sizeof *list);
    char *needed = bp_calloc((size_t)model->n_states + 1, 1);
    model->past_states = list;
    for (int d = 0; list && needed && d < model->n_delays; d++)
        for (int k = 0; k < 2; k++) {
            int node = k ? model->delays[d].tau : model->delays[d].value, first;
            int n = bp_graph_states(c->graph, node, &first);
            for (int i = 0; i < n; i++)
                needed[c->graph->states.items[first + i]] = 1;
        }
    for (int i = 0; list && needed && i < model->n_states; i++)
        if (needed[i]) list[model->n_past_states++] = i;
    bp_free(needed);
    return list && needed;
}

// ---- how jumps spread ----

// Reaches `state` by `level`; false when it has been reached by less.
static bool reach(unsigned char *levels, int state, int level) {
    if (levels[state] <= level) return false;
    levels[state] = (unsigned char)level;
    return true;
}

// By how much each state smooths a jump of a delayed value: one derivative where its
// rate reads the value, one more for each rate on the way. Breadth first; a level that
// no method sees is as good as none.
static void spread(bp_compiler *c, int delay, const unsigned char *reads,
                   unsigned char *levels) {
    enum { HIGHEST = 20 };
    const bp_model *model = c->model;
    for (int i = 0; i < model->n_states; i++)
        levels[i] =
            reads[(size_t)i * (size_t)model->n_delays + (size_t)delay] ? 1 : BP_NO_JUMP;
    bool changed = true;
    for (int level = 1; level < HIGHEST && changed; level++) {
        changed = false;
        for (int i = 0; i < model->n_states; i++) {
            int first, n = bp_graph_states(c->graph, model->rate_node[i], &first);
            for (int k = 0; k < n; k++)
                if (levels[c->graph->states.items[first + k]] == level)
                    changed |= reach(levels, i, level + 1);
        }
    }
}

// What of it the x of another delay shows.
static int shown_by(bp_compiler *c, int from, int to, const unsigned char *levels) {
    const bp_compiled_delay *d = &c->model->delays[to];
    if (reads_delay(d->reads, from)) return 0;
    int first, n = bp_graph_states(c->graph, d->value, &first), least = BP_NO_JUMP;
    for (int i = 0; i < n; i++)
        if (levels[c->graph->states.items[first + i]] < least)
            least = levels[c->graph->states.items[first + i]];
    return least;
}

static bool find_smoothing(bp_compiler *c) {
    bp_model *model = c->model;
    size_t n = (size_t)model->n_delays, n_states = (size_t)model->n_states;
    unsigned char *reads = bp_calloc(n_states * n + 1, 1);
    unsigned char *levels = bp_calloc(n_states + 1, 1);
    model->smoothing = bp_calloc(n * n, 1);
    bool done = reads && levels && model->smoothing;
    // a condition passes a jump on as it is: then nothing is counted on
    if (model->n_conditions > 0) n_states = n = 0;
    for (size_t i = 0; i < n_states && done; i++)
        done = bp_model_mark_reads(model, &model->rate_node[i], 1, reads + i * n);
    for (int from = 0; from < (int)n && done; from++) {
        spread(c, from, reads, levels);
        for (int to = 0; to < model->n_delays; to++)
            model->smoothing[(size_t)from * n + (size_t)to] =
                (unsigned char)shown_by(c, from, to, levels);
    }
    bp_free(reads);
    bp_free(levels);
    return done;
}

// "delay(x, tau)", for people.
static bool write_text(bp_model *model, bp_compiled_delay *d) {
    bp_text text = {0};
    bp_text_add(&text, "delay(");
    bp_graph_print(&model->graph, d->value, bp_model_leaf_name, model, &text);
    bp_text_add(&text, ", ");
    bp_graph_print(&model->graph, d->tau, bp_model_leaf_name, model, &text);
    bp_text_add(&text, ")");
    d->info.text = bp_arena_copy(&model->arena, bp_text_get(&text));
    bool done = !text.failed && d->info.text;
    bp_text_clear(&text);
    return done;
}

static bool start_moves(const bp_model *model) {
    const int *roots = model->start.roots + model->n_states + model->n_parameters;
    for (int d = 0; d < model->n_delays; d++)
        if (bp_graph_node(&model->start.graph, roots[d])->on & BP_ON_TIME) return true;
    return false;
}

bp_status bp_compile_delays(bp_compiler *c) {
    bp_model *model = c->model;
    if (model->n_delays == 0) return BP_OK;
    c->failed |= !find_reads(model) || !find_past_states(c) || !find_smoothing(c);
    for (int d = 0; d < model->n_delays && !c->failed; d++)
        c->failed = !write_text(model, &model->delays[d]);
    find_carried(model);
    model->moving_start = start_moves(model);
    return bp_compiler_status(c);
}
