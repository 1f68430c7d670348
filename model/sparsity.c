// The Jacobian df/dy: its pattern and the node of every entry.
//
// Row i is the sum over its parts of stoichiometry times the derivative of the law, so
// laws are differentiated once, by the few states they read, and the results shared by
// all rows.
#include <string.h>

#include "base/order.h"
#include "model/model_internal.h"

// weight * derivative of `node` by state `column`, in row `row`
typedef struct entry {
    int column, row, node;
    double weight;
} entry;

// d(law)/d(state) that is not 0.
typedef struct slope {
    int column, node;
} slope;

typedef struct slope_list {
    int first, n; // in entries.slopes; first -1: not yet derived
} slope_list;

typedef struct entries {
    entry *items;
    int count;
    int capacity;
    BP_ARRAY(slope) slopes;
    BP_ARRAY(slope_list) lists; // of each node: most laws stand in several rows
} entries;

static void clear_entries(entries *list) {
    bp_array_clear(list);
    bp_array_clear(&list->slopes);
    bp_array_clear(&list->lists);
}

static bool derive_law(bp_graph *graph, int node, entries *list) {
    int from = list->slopes.count;
    int first, n = bp_graph_states(graph, node, &first);
    for (int i = 0; i < n && !graph->failed; i++) {
        int column = graph->states.items[first + i];
        int made = bp_graph_derive(graph, node, bp_graph_state(graph, column));
        if (made != 0 && !bp_array_push(&list->slopes, ((slope){column, made})))
            return false;
    }
    list->lists.items[node] = (slope_list){from, list->slopes.count - from};
    return !graph->failed;
}

// The slopes of a law, derived when they are first asked for.
static bool find_slopes(bp_graph *graph, int node, entries *list) {
    int missing = node + 1 - list->lists.count;
    if (missing > 0 && !bp_array_reserve(&list->lists, missing)) return false;
    while (list->lists.count <= node)
        list->lists.items[list->lists.count++] = (slope_list){-1, 0};
    return list->lists.items[node].first >= 0 || derive_law(graph, node, list);
}

static bool add_derivatives(bp_graph *graph, int row, int node, double weight,
                            entries *list) {
    if (!find_slopes(graph, node, list)) return false;
    slope_list known = list->lists.items[node];
    for (int i = 0; i < known.n; i++) {
        slope s = list->slopes.items[known.first + i];
        entry made = {s.column, row, s.node, weight};
        if (!bp_array_push(list, made)) return false;
    }
    return true;
}

static bool add_row(bp_model *model, int state, entries *list) {
    entry diagonal = {state, state, 0, 1}; // always in the pattern
    if (!bp_array_push(list, diagonal)) return false;
    if (model->has_rate_rule[state] || model->n_conditions > 0)
        return add_derivatives(&model->graph, state, model->rate_node[state], 1, list);
    for (int i = model->part_start[state]; i < model->part_start[state + 1]; i++) {
        const bp_part *part = &model->parts[i];
        int law = model->variable_node[model->n_symbols + part->reaction];
        if (part->node >= 0) law = bp_graph_multiply(&model->graph, part->node, law);
        if (!add_derivatives(&model->graph, state, law, part->coefficient, list))
            return false;
    }
    return true;
}

static int row_of(const void *item) {
    return ((const entry *)item)->row;
}

static int column_of(const void *item) {
    return ((const entry *)item)->column;
}

// Sorts by column, then by row; equal places stay in their order.
static bool sort_entries(const bp_model *model, entries *list) {
    size_t size = sizeof *list->items;
    return bp_order_items(list->items, list->count, size, row_of, model->n_states) &&
           bp_order_items(list->items, list->count, size, column_of, model->n_states);
}

// Places of M stay in the pattern, whatever df/dy is there.
static bool add_mass(const bp_model *model, entries *list) {
    for (int k = 0; k < model->mass.n; k++) {
        entry made = {model->mass.column[k], model->mass.row[k], 0, 1};
        if (!bp_array_push(list, made)) return false;
    }
    return true;
}

static bool holds_mass(const bp_model *model, const entry *e) {
    for (int k = 0; k < model->mass.n; k++)
        if (model->mass.row[k] == e->row && model->mass.column[k] == e->column)
            return true;
    return false;
}

// Where each entry of M is in the pattern.
static void find_mass(bp_model *model) {
    for (int k = 0; k < model->mass.n; k++) {
        int at = model->column_start[model->mass.column[k]];
        while (model->row[at] != model->mass.row[k])
            at++;
        model->mass_at[k] = at;
    }
}

// Sums equal positions; what cancels leaves the pattern, unless it is on the diagonal.
static bool fill_pattern(bp_model *model, const entries *list) {
    bp_expr_arg *terms = bp_malloc((size_t)list->count * sizeof *terms);
    if (!terms) return false;
    int nnz = 0;
    for (int i = 0, last; i < list->count; i = last) {
        const entry *e = &list->items[i];
        for (last = i; last < list->count && list->items[last].column == e->column &&
                       list->items[last].row == e->row;
             last++)
            terms[last - i] =
                (bp_expr_arg){list->items[last].node, list->items[last].weight};
        int node = bp_graph_sum(&model->graph, 0, terms, last - i, true);
        if (node == 0 && e->row != e->column && !holds_mass(model, e)) continue;
        if (e->row == e->column) model->diagonal[e->column] = nnz;
        model->row[nnz] = e->row;
        model->jacobian_node[nnz++] = node;
        model->column_start[e->column + 1] = nnz;
    }
    bp_free(terms);
    model->pattern = (bp_pattern){model->n_states, nnz, model->column_start, model->row,
                                  model->diagonal};
    return !model->graph.failed;
}

static bool make_arrays(bp_model *model, int n_entries) {
    size_t n = (size_t)model->n_states;
    model->column_start = bp_calloc(n + 1, sizeof(int));
    model->diagonal = bp_calloc(n, sizeof(int));
    model->row = bp_calloc((size_t)n_entries, sizeof(int));
    model->jacobian_node = bp_calloc((size_t)n_entries, sizeof(int));
    return model->column_start && model->diagonal && model->row && model->jacobian_node;
}

bp_status bp_model_derive(bp_model *model) {
    entries list = {0};
    bool done = true;
    for (int i = 0; i < model->n_states && done; i++)
        done = add_row(model, i, &list);
    done = done && add_mass(model, &list) && sort_entries(model, &list) &&
           make_arrays(model, list.count) && fill_pattern(model, &list);
    if (done) find_mass(model);
    clear_entries(&list);
    return done ? BP_OK : BP_NO_MEMORY;
}
