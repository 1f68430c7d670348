// What depends on itself: rules and initial values, functions.
#include <string.h>

#include "model/check.h"

// A graph of things that need each other; edges of node i: target[first[i] ..
// first[i+1]).
typedef struct graph {
    bp_check *check;
    BP_ARRAY(int) first;
    BP_ARRAY(int) target;
} graph;

static void add_edge(graph *g, int target) {
    if (!bp_array_push(&g->target, target)) g->check->failed = true;
}

static void next_node(graph *g) {
    if (!bp_array_push(&g->first, g->target.count)) g->check->failed = true;
}

static void graph_clear(graph *g) {
    bp_array_clear(&g->first);
    bp_array_clear(&g->target);
}

// ---- search ----

typedef void report_cycle(bp_check *check, const int *path, int n);

// One frame of the search: a node and its next edge.
typedef struct frame {
    int node, edge;
} frame;

typedef struct search {
    graph *graph;
    char *state;  // 0 new, 1 on the path, 2 done
    frame *stack; // the path
    int *path;
    int depth;
    report_cycle *report;
} search;

static void found_cycle(search *s, int node) {
    int n = 0, from = s->depth - 1;
    while (s->stack[from].node != node)
        from--;
    for (int i = from; i < s->depth; i++)
        s->path[n++] = s->stack[i].node;
    s->report(s->graph->check, s->path, n);
}

static void enter(search *s, int node) {
    s->state[node] = 1;
    s->stack[s->depth++] = (frame){node, s->graph->first.items[node]};
}

static void search_from(search *s, int start) {
    enter(s, start);
    while (s->depth > 0) {
        frame *top = &s->stack[s->depth - 1];
        if (top->edge == s->graph->first.items[top->node + 1]) {
            s->state[top->node] = 2;
            s->depth--;
            continue;
        }
        int next = s->graph->target.items[top->edge++];
        if (s->state[next] == 1) found_cycle(s, next);
        if (s->state[next] == 0) enter(s, next);
    }
}

static void find_cycles(graph *g, int n, report_cycle *report) {
    search s = {.graph = g, .report = report};
    size_t size = (size_t)n + 1;
    s.state = bp_calloc(size, sizeof *s.state);
    s.stack = bp_calloc(size, sizeof *s.stack);
    s.path = bp_calloc(size, sizeof *s.path);
    if (!s.state || !s.stack || !s.path) g->check->failed = true;
    for (int i = 0; i < n && !g->check->failed; i++)
        if (s.state[i] == 0) search_from(&s, i);
    bp_free(s.state);
    bp_free(s.stack);
    bp_free(s.path);
}

// ---- rules, initial values, rate laws: nodes are symbols, then reactions ----

static void visit_needed(const bp_ast *node, void *data) {
    graph *g = data;
    const bp_spec *spec = g->check->spec;
    if (node->op != BP_OP_NAME) return;
    int symbol = bp_spec_find(spec, node->name);
    int reaction = symbol < 0 ? bp_spec_find_reaction(spec, node->name) : -1;
    if (symbol >= 0) add_edge(g, symbol);
    if (reaction >= 0) add_edge(g, spec->symbols.count + reaction);
}

static const bp_ast *value_tree(const bp_symbol *s) {
    return s->rule_kind == BP_ASSIGNMENT_RULE ? s->rule : s->initial;
}

// A concentration needs the size of its compartment where that is computed.
static bool needs_size(const bp_spec *spec, const bp_symbol *s) {
    if (s->kind != BP_SPECIES || s->substance_only || s->compartment < 0) return false;
    if (s->rule_kind == BP_ASSIGNMENT_RULE) return false;
    return spec->symbols.items[s->compartment].rule_kind == BP_ASSIGNMENT_RULE;
}

static const char *node_name(const bp_spec *spec, int node) {
    return node < spec->symbols.count
               ? spec->symbols.items[node].name
               : spec->reactions.items[node - spec->symbols.count].name;
}

static bp_where node_where(const bp_spec *spec, int node) {
    if (node >= spec->symbols.count)
        return spec->reactions.items[node - spec->symbols.count].where;
    const bp_symbol *s = &spec->symbols.items[node];
    const bp_ast *tree = value_tree(s);
    return tree ? bp_ast_start(tree) : s->where;
}

static void report_values(bp_check *check, const int *path, int n) {
    bp_text chain = {0};
    for (int i = 0; i < n && i < 8; i++)
        bp_text_format(&chain, "%s needs ", node_name(check->spec, path[i]));
    if (n > 8) bp_text_add(&chain, "... needs ");
    bp_text_add(&chain, node_name(check->spec, path[0]));
    bp_report_error(check->report, BP_BAD_MODEL, node_where(check->spec, path[0]),
                    n == 1 ? "'%s' is defined by itself: %s"
                           : "'%s' is defined by itself, by way of others: %s",
                    node_name(check->spec, path[0]), bp_text_get(&chain));
    if (chain.failed) check->failed = true;
    bp_text_clear(&chain);
}

static void check_values(bp_check *check) {
    const bp_spec *spec = check->spec;
    graph g = {.check = check};
    for (int i = 0; i < spec->symbols.count; i++) {
        const bp_symbol *s = &spec->symbols.items[i];
        next_node(&g);
        bp_ast_visit(value_tree(s), visit_needed, &g);
        if (needs_size(spec, s)) add_edge(&g, s->compartment);
    }
    for (int i = 0; i < spec->reactions.count; i++) {
        next_node(&g);
        // what nobody reads is on no cycle
        if (check->reads_reactions)
            bp_ast_visit(spec->reactions.items[i].law, visit_needed, &g);
    }
    next_node(&g);
    if (!check->failed)
        find_cycles(&g, spec->symbols.count + spec->reactions.count, report_values);
    graph_clear(&g);
}

// ---- functions ----

static void visit_called(const bp_ast *node, void *data) {
    graph *g = data;
    const bp_spec *spec = g->check->spec;
    if (node->op != BP_OP_CALL) return;
    for (int i = 0; i < spec->functions.count; i++)
        if (strcmp(spec->functions.items[i].name, node->name) == 0) {
            add_edge(g, i);
            return;
        }
}

static void report_functions(bp_check *check, const int *path, int n) {
    const bp_function *f = &check->spec->functions.items[path[0]];
    bp_report_error(check->report, BP_BAD_MODEL, f->where,
                    n == 1 ? "function '%s' calls itself"
                           : "function '%s' calls itself by way of '%s'",
                    f->name, check->spec->functions.items[path[n - 1]].name);
}

static void check_functions(bp_check *check) {
    const bp_spec *spec = check->spec;
    graph g = {.check = check};
    for (int i = 0; i < spec->functions.count; i++) {
        next_node(&g);
        bp_ast_visit(spec->functions.items[i].body, visit_called, &g);
    }
    next_node(&g);
    if (!check->failed) find_cycles(&g, spec->functions.count, report_functions);
    graph_clear(&g);
}

void bp_check_cycles(bp_check *check) {
    check_values(check);
    if (!check->failed) check_functions(check);
}
