// The Jacobian df/dy: its pattern and the node of every entry.
//
// Row i is the sum over its parts of stoichiometry times the derivative of the law, so
// laws are differentiated once, by the few states they read, and the results shared by
// all rows.
#include <stdlib.h>

#include "model/model_internal.h"

// weight * derivative of `node` by state `column`, in row `row`
typedef struct entry {
    int column, row, order, node;
    double weight;
} entry;

typedef BP_ARRAY(entry) entries;

static bool add_derivatives(bp_graph *graph, int row, int node, double weight,
                            entries *list) {
    int first, n = bp_graph_states(graph, node, &first);
    for (int i = 0; i < n && !graph->failed; i++) {
        int column = graph->states.items[first + i];
        int slope = bp_graph_derive(graph, node, bp_graph_state(graph, column));
        if (slope == 0) continue;
        entry made = {column, row, list->count, slope, weight};
        if (!bp_array_push(list, made)) return false;
    }
    return !graph->failed;
}

static bool add_row(bp_model *model, int state, entries *list) {
    entry diagonal = {state, state, list->count, 0, 1}; // always in the pattern
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

// Places of M stay in the pattern, whatever df/dy is there.
static bool add_mass(const bp_model *model, entries *list) {
    for (int k = 0; k < model->mass.n; k++) {
        entry made = {model->mass.column[k], model->mass.row[k], list->count, 0, 1};
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

static int compare_entries(const void *a, const void *b) {
    const entry *x = a, *y = b;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    if (x->row != y->row) return x->row < y->row ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
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
    done = done && add_mass(model, &list);
    if (done && list.count > 1)
        qsort(list.items, (size_t)list.count, sizeof *list.items, compare_entries);
    done = done && make_arrays(model, list.count) && fill_pattern(model, &list);
    if (done) find_mass(model);
    bp_array_clear(&list);
    return done ? BP_OK : BP_NO_MEMORY;
}
