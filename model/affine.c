#include "model/affine.h"

#include <math.h>
#include <string.h>

// Nodes that are looked at for one system: shared parts are walked again.
enum { WALK_LIMIT = 20000, WIDTH = BP_AFFINE_LIMIT + 1 };

// sum of a[i] unknown[i], plus a[n]
typedef struct affine {
    int a[WIDTH];
} affine;

typedef struct system {
    bp_graph *graph;
    const int *unknown; // (n) state nodes
    int n;
    int walked;
} system;

// ---- reading an expression as an affine one ----

static bool depends(system *s, int node) {
    int first, n = bp_graph_states(s->graph, node, &first);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < s->n; k++)
            if (s->graph->states.items[first + i] ==
                bp_graph_node(s->graph, s->unknown[k])->index)
                return true;
    return false;
}

static void add_scaled(system *s, affine *sum, double weight, const affine *more) {
    for (int i = 0; i <= s->n; i++)
        sum->a[i] = bp_graph_sum(s->graph, 0,
                                 (bp_expr_arg[]){{sum->a[i], 1}, {more->a[i], weight}},
                                 2, false);
}

static bool read(system *s, int node, affine *out);

static bool read_sum(system *s, int node, affine *out) {
    const bp_expr_node x = *bp_graph_node(s->graph, node);
    out->a[s->n] = bp_graph_number(s->graph, x.number);
    for (int i = 0; i < x.n; i++) {
        bp_expr_arg arg = s->graph->args.items[x.first + i];
        affine term;
        if (!read(s, arg.node, &term)) return false;
        add_scaled(s, out, arg.weight, &term);
    }
    return true;
}

// One factor may hold unknowns, to the first power; the others multiply it.
static bool read_product(system *s, int node, affine *out) {
    const bp_expr_node x = *bp_graph_node(s->graph, node);
    int inner = -1, others = bp_graph_number(s->graph, 1);
    for (int i = 0; i < x.n; i++) {
        bp_expr_arg arg = s->graph->args.items[x.first + i];
        if (depends(s, arg.node)) {
            if (inner >= 0 || arg.weight != 1) return false;
            inner = arg.node;
        } else {
            others = bp_graph_product(s->graph, (bp_expr_arg[]){{others, 1}, arg}, 2);
        }
    }
    if (inner < 0 || !read(s, inner, out)) return false;
    for (int i = 0; i <= s->n; i++)
        out->a[i] = bp_graph_multiply(s->graph, others, out->a[i]);
    return true;
}

static bool read_select(system *s, int node, affine *out) {
    int first = bp_graph_node(s->graph, node)->first;
    int condition = s->graph->args.items[first].node;
    affine other;
    if (depends(s, condition) || !read(s, s->graph->args.items[first + 1].node, out) ||
        !read(s, s->graph->args.items[first + 2].node, &other))
        return false;
    for (int i = 0; i <= s->n; i++)
        out->a[i] = bp_graph_select(s->graph, condition, out->a[i], other.a[i]);
    return true;
}

static bool read(system *s, int node, affine *out) {
    memset(out, 0, sizeof *out); // node 0 is the number 0
    if (++s->walked > WALK_LIMIT || s->graph->failed) return false;
    for (int i = 0; i < s->n; i++)
        if (node == s->unknown[i]) {
            out->a[i] = bp_graph_number(s->graph, 1);
            return true;
        }
    if (!depends(s, node)) {
        out->a[s->n] = node;
        return true;
    }
    switch (bp_graph_node(s->graph, node)->op) {
    case BP_EXPR_SUM:
        return read_sum(s, node, out);
    case BP_EXPR_PRODUCT:
        return read_product(s, node, out);
    case BP_EXPR_SELECT:
        return read_select(s, node, out);
    default:
        return false;
    }
}

// ---- elimination ----

typedef struct elimination {
    system *system;
    affine row[BP_AFFINE_LIMIT];
    int pivot_row[BP_AFFINE_LIMIT]; // of each unknown, -1: none yet
    bool used[BP_AFFINE_LIMIT];     // rows
    int order[BP_AFFINE_LIMIT];     // unknowns, as they were eliminated
    int n_done;
} elimination;

static int coefficient(const elimination *e, int row, int unknown) {
    return e->row[row].a[unknown];
}

// a b - c d
static int cross(bp_graph *graph, int a, int b, int c, int d) {
    return bp_graph_subtract(graph, bp_graph_multiply(graph, a, b),
                             bp_graph_multiply(graph, c, d));
}

// row i := row i - (a / pivot) row p, for the rows that are left
static void eliminate_by(elimination *e, int p, int unknown) {
    bp_graph *graph = e->system->graph;
    int n = e->system->n, pivot = coefficient(e, p, unknown);
    e->pivot_row[unknown] = p;
    e->used[p] = true;
    e->order[e->n_done++] = unknown;
    for (int i = 0; i < n; i++) {
        if (e->used[i] || coefficient(e, i, unknown) == 0) continue;
        int factor = bp_graph_divide(graph, coefficient(e, i, unknown), pivot);
        for (int k = 0; k <= n; k++)
            e->row[i].a[k] =
                bp_graph_subtract(graph, e->row[i].a[k],
                                  bp_graph_multiply(graph, factor, e->row[p].a[k]));
        e->row[i].a[unknown] = 0;
    }
}

static bool is_safe_pivot(const elimination *e, int row, int unknown) {
    int node = coefficient(e, row, unknown);
    return node != 0 && bp_graph_is_number(e->system->graph, node) &&
           isfinite(bp_graph_node(e->system->graph, node)->number);
}

static bool find_safe_pivot(const elimination *e, int *row, int *unknown) {
    int n = e->system->n;
    for (*row = 0; *row < n; ++*row)
        for (*unknown = 0; *unknown < n && !e->used[*row]; ++*unknown)
            if (e->pivot_row[*unknown] < 0 && is_safe_pivot(e, *row, *unknown))
                return true;
    return false;
}

// Eliminates by numbers, which are not zero whatever happens at run time.
static void eliminate_by_numbers(elimination *e) {
    for (int row, unknown; find_safe_pivot(e, &row, &unknown);)
        eliminate_by(e, row, unknown);
}

// What is left of the rows and unknowns.
static int collect_rest(const elimination *e, int *rows, int *unknowns) {
    int n = 0, k = 0;
    for (int i = 0; i < e->system->n; i++) {
        if (!e->used[i]) rows[n++] = i;
        if (e->pivot_row[i] < 0) unknowns[k++] = i;
    }
    return n;
}

// One or two that are left, by Cramer's rule: exact unless the system is singular.
static bool solve_rest(elimination *e, int *solution) {
    bp_graph *graph = e->system->graph;
    int rows[BP_AFFINE_LIMIT] = {0}, unknowns[BP_AFFINE_LIMIT] = {0};
    int n = collect_rest(e, rows, unknowns), free = e->system->n;
    if (n == 0) return true;
    if (n == 1) {
        int a = coefficient(e, rows[0], unknowns[0]);
        if (a == 0) return false;
        int b = coefficient(e, rows[0], free);
        solution[unknowns[0]] = bp_graph_scale(graph, -1, bp_graph_divide(graph, b, a));
        return true;
    }
    if (n > 2) return false;
    int a = coefficient(e, rows[0], unknowns[0]),
        b = coefficient(e, rows[0], unknowns[1]);
    int c = coefficient(e, rows[1], unknowns[0]),
        d = coefficient(e, rows[1], unknowns[1]);
    int f = coefficient(e, rows[0], free), g = coefficient(e, rows[1], free);
    int determinant = cross(graph, a, d, b, c);
    if (determinant == 0) return false;
    solution[unknowns[0]] =
        bp_graph_divide(graph, cross(graph, b, g, d, f), determinant);
    solution[unknowns[1]] =
        bp_graph_divide(graph, cross(graph, c, f, a, g), determinant);
    return true;
}

// x = -(b + sum of a y) / pivot, the last eliminated first
static void substitute_back(elimination *e, int *solution) {
    bp_graph *graph = e->system->graph;
    int n = e->system->n;
    for (int i = e->n_done - 1; i >= 0; i--) {
        int x = e->order[i], row = e->pivot_row[x];
        int sum = coefficient(e, row, n);
        for (int y = 0; y < n; y++)
            if (y != x && coefficient(e, row, y) != 0)
                sum = bp_graph_add(
                    graph, sum,
                    bp_graph_multiply(graph, coefficient(e, row, y), solution[y]));
        solution[x] = bp_graph_scale(
            graph, -1, bp_graph_divide(graph, sum, coefficient(e, row, x)));
    }
}

bool bp_affine_solve(bp_graph *graph, const int *residual, const int *unknown, int n,
                     int *solution) {
    if (n > BP_AFFINE_LIMIT) return false;
    system s = {.graph = graph, .unknown = unknown, .n = n};
    elimination e = {.system = &s};
    for (int i = 0; i < n; i++) {
        e.pivot_row[i] = -1;
        solution[i] = 0;
        if (!read(&s, residual[i], &e.row[i])) return false;
    }
    eliminate_by_numbers(&e);
    if (!solve_rest(&e, solution)) return false;
    substitute_back(&e, solution);
    return !graph->failed;
}
