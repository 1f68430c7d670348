// Algebraic rules: solved in symbols where a rule, or a set of rules that need each
// other, is affine in what it determines; else what it determines becomes a state whose
// row is the rule itself, 0 = f(t, y).
//
// While rules are looked at, the symbols that they determine are leaves beyond all
// states: what is built then is thrown away but for the solutions.
#include <string.h>

#include "model/affine.h"
#include "model/compile.h"
#include "model/substitute.h"

typedef struct solving {
    bp_compiler *compiler;
    int n;          // rules, and unknowns
    int *leaf;      // (n) node of unknown k, the k-th of compiler->unknown
    int *residual;  // (n)
    int *solution;  // (n) node, -1: not solved in symbols
    int *block;     // (n) members of all blocks, block after block
    int *block_end; // (n) end of the block that ends there
    int n_blocks;   //
    int *number_of; // (n) Tarjan's order of visits, 0: not visited
    int *low;       // (n)
    int *path;      // (n)
    char *on_path;  // (n)
    int n_path, n_visited, n_placed;
    bool failed; // out of memory
} solving;

static int leaf_index(const solving *s, int k) {
    return s->compiler->model->n_symbols + k;
}

// ---- what is looked at ----

static void place_leaves(solving *s) {
    bp_compiler *c = s->compiler;
    for (int k = 0; k < s->n; k++) {
        s->leaf[k] = bp_graph_state(c->graph, leaf_index(s, k));
        s->solution[k] = -1;
        c->value[c->unknown[k]] = s->leaf[k];
    }
    for (int k = 0; k < s->n && !c->failed; k++)
        s->residual[k] = bp_build(c, c->spec->algebraic.items[k].zero);
}

// The first unknown that a node depends on; -1: none.
static int first_unknown(solving *s, int node) {
    bp_graph *graph = s->compiler->graph;
    int first, n = bp_graph_states(graph, node, &first);
    for (int i = 0; i < n; i++) {
        int k = graph->states.items[first + i] - leaf_index(s, 0);
        if (k >= 0) return k;
    }
    return -1;
}

// Values of the past stay as they are built; they cannot depend on leaves that do not.
static void check_delays(solving *s) {
    bp_compiler *c = s->compiler;
    for (int d = 0; d < c->model->n_delays; d++) {
        const bp_compiled_delay *delay = &c->model->delays[d];
        int k = first_unknown(s, delay->value);
        if (k < 0) k = first_unknown(s, delay->tau);
        if (k < 0) continue;
        bp_report_error(
            c->report, BP_UNSUPPORTED, delay->info.where,
            "delay: an algebraic rule (line %d) that depends on the past of "
            "'%s', which such a rule determines, is not supported",
            c->spec->algebraic.items[k].where.line,
            c->model->variables[c->unknown[k]].name);
    }
}

// Forgets what was built with the leaves in it.
static void forget(bp_compiler *c) {
    bp_model *model = c->model;
    for (int v = 0; v < model->n_variables; v++)
        c->value[v] = BP_UNBUILT;
    for (int i = 0; i < model->n_symbols; i++)
        c->rate[i] = BP_UNBUILT;
    for (int i = 0; i < model->part_start[model->n_states]; i++)
        if (model->parts[i].node >= 0) {
            model->parts[i].node = -1;
            c->part_built[i] = false;
        }
}

// ---- blocks of rules that need each other (Tarjan) ----

static void visit(solving *s, int rule);

static void visit_needed(solving *s, int rule) {
    bp_graph *graph = s->compiler->graph;
    int first, n = bp_graph_states(graph, s->residual[rule], &first);
    for (int i = 0; i < n; i++) {
        int other = graph->states.items[first + i] - leaf_index(s, 0);
        if (other < 0) continue;
        if (s->number_of[other] == 0) visit(s, other);
        if (s->on_path[other] && s->low[other] < s->low[rule])
            s->low[rule] = s->low[other];
    }
}

static void visit(solving *s, int rule) {
    s->number_of[rule] = s->low[rule] = ++s->n_visited;
    s->path[s->n_path++] = rule;
    s->on_path[rule] = 1;
    visit_needed(s, rule);
    if (s->low[rule] != s->number_of[rule]) return;
    for (int member = -1; member != rule;) {
        member = s->path[--s->n_path];
        s->on_path[member] = 0;
        s->block[s->n_placed++] = member;
    }
    s->block_end[s->n_blocks++] = s->n_placed;
}

// ---- solving ----

// Replaces what earlier blocks solved.
static int without_solved(solving *s, int node) {
    bp_graph *graph = s->compiler->graph;
    int first, n = bp_graph_states(graph, node, &first);
    bool needed = false;
    for (int i = 0; i < n; i++) {
        int k = graph->states.items[first + i] - leaf_index(s, 0);
        needed |= k >= 0 && s->solution[k] >= 0;
    }
    if (!needed) return node;
    bp_substitution sub = {.graph = s->compiler->graph};
    for (int k = 0; k < s->n; k++)
        if (s->solution[k] >= 0) bp_substitution_set(&sub, s->leaf[k], s->solution[k]);
    int made = bp_substitute(&sub, node);
    s->failed |= sub.failed;
    bp_substitution_clear(&sub);
    return made;
}

static void solve_block(solving *s, const int *members, int n) {
    int residual[BP_AFFINE_LIMIT], unknown[BP_AFFINE_LIMIT], found[BP_AFFINE_LIMIT];
    if (n > BP_AFFINE_LIMIT) return;
    for (int i = 0; i < n; i++) {
        residual[i] = without_solved(s, s->residual[members[i]]);
        unknown[i] = s->leaf[members[i]];
    }
    if (s->failed || !bp_affine_solve(s->compiler->graph, residual, unknown, n, found))
        return;
    for (int i = 0; i < n; i++)
        s->solution[members[i]] = found[i];
}

static void solve(solving *s) {
    for (int rule = 0; rule < s->n; rule++)
        if (s->number_of[rule] == 0) visit(s, rule);
    for (int b = 0, from = 0; b < s->n_blocks && !s->failed; b++) {
        solve_block(s, s->block + from, s->block_end[b] - from);
        from = s->block_end[b];
    }
}

// ---- the outcome ----

// Where a rule's unknown is solved by a rule of another block, or does not occur at
// all, the rule determines nothing.
static void check_reads(solving *s) {
    bp_compiler *c = s->compiler;
    for (int k = 0; k < s->n; k++) {
        int first, n = bp_graph_states(c->graph, s->residual[k], &first);
        bool reads = false;
        for (int i = 0; i < n; i++)
            reads |= c->graph->states.items[first + i] == leaf_index(s, k);
        if (reads) continue;
        bp_report_error(c->report, BP_BAD_MODEL, c->spec->algebraic.items[k].where,
                        "the algebraic rule cannot determine '%s', which drops out of "
                        "it",
                        c->model->variables[c->unknown[k]].name);
    }
}

static void become_state(bp_compiler *c, int rule) {
    bp_model *model = c->model;
    int variable = c->unknown[rule], state = model->n_states++;
    bp_variable *v = &model->variables[variable];
    v->role = BP_ROLE_STATE;
    v->index = state;
    model->state_variable[state] = variable;
    model->has_rate_rule[state] = true;
    model->part_start[state + 1] = model->part_start[state];
    c->rule_of_state[state] = rule;
}

static void finish(solving *s) {
    bp_compiler *c = s->compiler;
    bp_substitution sub = {.graph = c->graph};
    for (int k = 0; k < s->n; k++) {
        if (s->solution[k] >= 0) continue;
        become_state(c, k);
        int index = c->model->variables[c->unknown[k]].index;
        bp_substitution_set(&sub, s->leaf[k], bp_graph_state(c->graph, index));
    }
    forget(c);
    for (int k = 0; k < s->n; k++)
        c->value[c->unknown[k]] =
            bp_substitute(&sub, s->solution[k] >= 0 ? s->solution[k] : s->leaf[k]);
    s->failed |= sub.failed;
    bp_substitution_clear(&sub);
}

static bool make_arrays(solving *s) {
    size_t n = (size_t)s->n;
    int **arrays[] = {&s->leaf,      &s->residual,  &s->solution, &s->block,
                      &s->block_end, &s->number_of, &s->low,      &s->path};
    bool done = (s->on_path = bp_calloc(n, 1)) != NULL;
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays && done; i++)
        done = (*arrays[i] = bp_calloc(n, sizeof(int))) != NULL;
    return done;
}

static void clear(solving *s) {
    int *arrays[] = {s->leaf,      s->residual,  s->solution, s->block,
                     s->block_end, s->number_of, s->low,      s->path};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        bp_free(arrays[i]);
    bp_free(s->on_path);
}

bp_status bp_compile_algebraic(bp_compiler *c) {
    solving s = {.compiler = c, .n = c->spec->algebraic.count};
    if (s.n == 0) return BP_OK;
    s.failed = !make_arrays(&s);
    if (!s.failed) {
        place_leaves(&s);
        if (bp_compiler_status(c) == BP_OK) check_delays(&s);
        if (bp_compiler_status(c) == BP_OK) check_reads(&s);
        if (bp_compiler_status(c) == BP_OK) solve(&s);
        if (bp_compiler_status(c) == BP_OK && !s.failed) finish(&s);
    }
    c->failed |= s.failed;
    clear(&s);
    return bp_compiler_status(c);
}
