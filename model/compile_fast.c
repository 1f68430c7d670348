// Fast reactions: always at rest among themselves. With N the stoichiometry of the fast
// reactions and v their laws, T dS/dt = T (slow changes) in the rows of a regular T
// with T N = 0, and T N v = 0 in the others: T reduces N to echelon form by rows, and
// the rows that keep a pivot are the equilibria.
//
// Equilibria may cease to hold: a law that is zero whatever the amounts are (its rate
// constant is 0 until an event) moves nothing. A flag of the run, a hidden parameter,
// chooses between equilibrium and slow change in the row of each pivot.
#include <math.h>

#include "model/compile.h"

struct bp_fast {
    int n_rows, n_columns;
    int *state;    // (n_rows) states that fast reactions change, ascending
    int *reaction; // (n_columns) fast reactions
    int *combo;    // (n_rows x n_rows) nodes: T
    int *reduced;  // (n_rows x n_columns) nodes: T N
    int *pivot;    // (n_rows) column whose pivot the row has, -1: none
};

void bp_fast_free(bp_fast *fast) {
    if (!fast) return;
    bp_free(fast->state);
    bp_free(fast->reaction);
    bp_free(fast->combo);
    bp_free(fast->reduced);
    bp_free(fast->pivot);
    bp_free(fast);
}

static bool is_fast(const bp_compiler *c, int reaction) {
    const bp_reaction *r = &c->spec->reactions.items[reaction];
    return r->fast && r->law;
}

static int *combo_at(const bp_fast *f, int row, int other) {
    return &f->combo[(size_t)row * (size_t)f->n_rows + (size_t)other];
}

static int *reduced_at(const bp_fast *f, int row, int column) {
    return &f->reduced[(size_t)row * (size_t)f->n_columns + (size_t)column];
}

// ---- the matrix ----

static int column_of(const bp_fast *f, int reaction) {
    for (int k = 0; k < f->n_columns; k++)
        if (f->reaction[k] == reaction) return k;
    return -1;
}

// Marks the states; counts them and the reactions that change any.
static bool find_members(bp_compiler *c, bp_fast *f) {
    bp_model *model = c->model;
    char *changes = bp_calloc((size_t)model->n_reactions + 1, 1);
    if (!changes) return false;
    for (int i = 0; i < model->n_states; i++) {
        for (int k = model->part_start[i]; k < model->part_start[i + 1]; k++) {
            if (!is_fast(c, model->parts[k].reaction)) continue;
            model->is_fast[i] = true;
            changes[model->parts[k].reaction] = 1;
        }
        f->n_rows += model->is_fast[i];
    }
    for (int r = 0; r < model->n_reactions; r++)
        f->n_columns += changes[r];
    size_t rows = (size_t)f->n_rows, columns = (size_t)f->n_columns;
    f->state = bp_calloc(rows, sizeof *f->state);
    f->reaction = bp_calloc(columns, sizeof *f->reaction);
    f->combo = bp_calloc(rows * rows, sizeof *f->combo);
    f->reduced = bp_calloc(rows * columns, sizeof *f->reduced);
    f->pivot = bp_malloc(rows * sizeof *f->pivot);
    bool done = f->state && f->reaction && f->combo && f->reduced && f->pivot;
    for (int i = 0, n = 0; done && i < model->n_states; i++)
        if (model->is_fast[i]) f->state[n++] = i;
    for (int r = 0, n = 0; done && r < model->n_reactions; r++)
        if (changes[r]) f->reaction[n++] = r;
    bp_free(changes);
    return done;
}

static void check_stoichiometry(bp_compiler *c, int node, int reaction) {
    const bp_reaction *r = &c->spec->reactions.items[reaction];
    if (bp_graph_node(c->graph, node)->on & (BP_ON_STATE | BP_ON_TIME))
        bp_report_error(c->report, BP_UNSUPPORTED, r->where,
                        "the stoichiometry of the fast reaction '%s' changes between "
                        "events; only a constant one is supported",
                        r->name);
}

static void fill_matrix(bp_compiler *c, bp_fast *f) {
    const bp_model *model = c->model;
    for (int row = 0; row < f->n_rows; row++) {
        int state = f->state[row];
        *combo_at(f, row, row) = bp_graph_number(c->graph, 1);
        f->pivot[row] = -1;
        for (int k = model->part_start[state]; k < model->part_start[state + 1]; k++) {
            int reaction = model->parts[k].reaction;
            if (!is_fast(c, reaction)) continue;
            int node = bp_build_stoichiometry(c, state, k);
            check_stoichiometry(c, node, reaction);
            int *entry = reduced_at(f, row, column_of(f, reaction));
            *entry = bp_graph_add(c->graph, *entry, node);
        }
    }
}

// ---- elimination ----

// 3: one, 2: another number, 1: a parameter or expression, 0: nothing.
static int worth(const bp_graph *graph, int node) {
    if (node == 0) return 0;
    if (!bp_graph_is_number(graph, node)) return 1;
    return fabs(bp_graph_node(graph, node)->number) == 1 ? 3 : 2;
}

static int choose_pivot(const bp_compiler *c, const bp_fast *f, int column) {
    int best = -1, most = 0;
    for (int row = 0; row < f->n_rows; row++) {
        int w = f->pivot[row] < 0 ? worth(c->graph, *reduced_at(f, row, column)) : 0;
        if (w > most) most = w, best = row;
    }
    return best;
}

static void subtract_row(bp_compiler *c, bp_fast *f, int row, int pivot, int factor) {
    bp_graph *graph = c->graph;
    for (int k = 0; k < f->n_columns; k++)
        *reduced_at(f, row, k) = bp_graph_subtract(
            graph, *reduced_at(f, row, k),
            bp_graph_multiply(graph, factor, *reduced_at(f, pivot, k)));
    for (int k = 0; k < f->n_rows; k++)
        *combo_at(f, row, k) =
            bp_graph_subtract(graph, *combo_at(f, row, k),
                              bp_graph_multiply(graph, factor, *combo_at(f, pivot, k)));
}

static void reduce(bp_compiler *c, bp_fast *f) {
    for (int column = 0; column < f->n_columns; column++) {
        int pivot = choose_pivot(c, f, column);
        if (pivot < 0) continue; // depends on the reactions before it
        f->pivot[pivot] = column;
        for (int row = 0; row < f->n_rows; row++) {
            int entry = *reduced_at(f, row, column);
            if (row == pivot || entry == 0) continue;
            subtract_row(
                c, f, row, pivot,
                bp_graph_divide(c->graph, entry, *reduced_at(f, pivot, column)));
            *reduced_at(f, row, column) = 0;
        }
    }
}

// ---- rows ----

static int row_of(const bp_fast *f, int state) {
    int row = 0;
    while (f->state[row] != state)
        row++;
    return row;
}

static void push(bp_compiler *c, int node, int factor) {
    int product = bp_graph_multiply(c->graph, node, factor);
    if (!bp_array_push(&c->stack, ((bp_expr_arg){product, 1}))) c->failed = true;
}

static int pop_sum(bp_compiler *c, int base) {
    int node = c->failed ? 0
                         : bp_graph_sum(c->graph, 0, c->stack.items + base,
                                        c->stack.count - base, true);
    c->stack.count = base;
    return node;
}

static int build_law(bp_compiler *c, int reaction) {
    return bp_build_value(c, c->model->n_symbols + reaction);
}

static int build_slow(bp_compiler *c, int state) {
    const bp_model *model = c->model;
    int base = c->stack.count;
    for (int k = model->part_start[state]; k < model->part_start[state + 1]; k++) {
        int reaction = model->parts[k].reaction;
        if (!is_fast(c, reaction))
            push(c, build_law(c, reaction), bp_build_stoichiometry(c, state, k));
    }
    return pop_sum(c, base);
}

// T (slow changes)
static int build_slow_row(bp_compiler *c, const bp_fast *f, int row) {
    int base = c->stack.count;
    for (int k = 0; k < f->n_rows; k++)
        if (*combo_at(f, row, k) != 0)
            push(c, build_slow(c, f->state[k]), *combo_at(f, row, k));
    return pop_sum(c, base);
}

static bool on_state(const bp_graph *graph, int node) {
    return bp_graph_node(graph, node)->on & BP_ON_STATE;
}

// x of a power of x above the first.
static int without_power(const bp_graph *graph, int node) {
    const bp_expr_arg *args = bp_graph_args(graph, node);
    if (bp_graph_node(graph, node)->op != BP_EXPR_POW) return node;
    const bp_expr_node *exponent = bp_graph_node(graph, args[1].node);
    bool above = exponent->op == BP_EXPR_NUMBER && exponent->number > 1;
    return above && on_state(graph, args[0].node) ? args[0].node : node;
}

// An expression with the same zeros as a law, but simple ones: A B for k A^2 B. Where a
// root is double no small change of the amounts shows in the law.
static int build_simple(bp_compiler *c, int law) {
    const bp_expr_node x = *bp_graph_node(c->graph, law);
    if (x.op == BP_EXPR_SUM && x.n == 1 && x.number == 0) {
        bp_expr_arg arg = bp_graph_args(c->graph, law)[0];
        return bp_graph_scale(c->graph, arg.weight, build_simple(c, arg.node));
    }
    if (x.op != BP_EXPR_PRODUCT) return without_power(c->graph, law);
    int base = c->stack.count;
    for (int i = 0; i < x.n; i++) {
        bp_expr_arg arg = c->graph->args.items[x.first + i];
        if (arg.weight >= 1 && on_state(c->graph, arg.node))
            arg = (bp_expr_arg){without_power(c->graph, arg.node), 1};
        if (!bp_array_push(&c->stack, arg)) c->failed = true;
    }
    int node = c->failed ? 0
                         : bp_graph_product(c->graph, c->stack.items + base,
                                            c->stack.count - base);
    c->stack.count = base;
    return node;
}

static int count_laws(const bp_fast *f, int row) {
    int n = 0;
    for (int k = 0; k < f->n_columns; k++)
        n += *reduced_at(f, row, k) != 0;
    return n;
}

// T N v, or with simple zeros instead of the law where it is alone.
static int build_equilibrium(bp_compiler *c, const bp_fast *f, int row, bool simple) {
    int base = c->stack.count;
    for (int k = 0; k < f->n_columns; k++) {
        if (*reduced_at(f, row, k) == 0) continue;
        int law = build_law(c, f->reaction[k]);
        push(c, simple ? build_simple(c, law) : law, *reduced_at(f, row, k));
    }
    return pop_sum(c, base);
}

static int build_flag(bp_compiler *c, int which) {
    return bp_graph_parameter(c->graph, c->model->n_parameters + which);
}

int bp_build_fast_rate(bp_compiler *c, int state) {
    const bp_fast *f = c->fast;
    int row = row_of(f, state), slow = build_slow_row(c, f, row);
    if (f->pivot[row] < 0) return slow;
    int law = build_equilibrium(c, f, row, false);
    int zero = count_laws(f, row) == 1 ? build_equilibrium(c, f, row, true) : law;
    int moving = build_flag(c, c->model->n_actives); // the flag behind the others
    int fast = law == zero ? law : bp_graph_select(c->graph, moving, law, zero);
    int active = build_flag(c, c->model->conditions[state].number);
    return bp_graph_select(c->graph, active, fast, slow);
}

// ---- what the model says of it ----

static bp_where copy_where(bp_compiler *c, bp_where where) {
    if (where.file) where.file = bp_arena_copy(&c->model->arena, where.file);
    return where;
}

static void add_conditions(bp_compiler *c) {
    bp_model *model = c->model;
    for (int i = 0; i < model->n_states; i++) {
        bp_condition *condition = &model->conditions[i];
        *condition = (bp_condition){.number = -1, .reaction = -1};
        if (c->rule_of_state[i] >= 0) {
            bp_where where = c->spec->algebraic.items[c->rule_of_state[i]].where;
            *condition = (bp_condition){.kind = BP_CONDITION_RULE,
                                        .number = -1,
                                        .reaction = -1,
                                        .where = copy_where(c, where)};
        }
        model->n_conditions += condition->kind != BP_NO_CONDITION;
    }
    for (int row = 0; c->fast && row < c->fast->n_rows; row++) {
        if (c->fast->pivot[row] < 0) continue;
        int reaction = c->fast->reaction[c->fast->pivot[row]];
        bp_where where = c->spec->reactions.items[reaction].where;
        model->conditions[c->fast->state[row]] =
            (bp_condition){.kind = BP_CONDITION_FAST,
                           .number = model->n_actives++,
                           .reaction = model->n_symbols + reaction,
                           .where = copy_where(c, where)};
        model->n_conditions++;
    }
}

static void add_entry(bp_model *model, int row, int column, int node) {
    int n = model->mass.n++;
    model->mass_row[n] = row;
    model->mass_column[n] = column;
    model->mass_node[n] = node;
}

static bool add_mass(bp_compiler *c) {
    bp_model *model = c->model;
    size_t rows = c->fast ? (size_t)c->fast->n_rows : 0;
    size_t room = (size_t)model->n_states + rows * rows;
    model->mass_row = bp_calloc(room, sizeof(int));
    model->mass_column = bp_calloc(room, sizeof(int));
    model->mass_node = bp_calloc(room, sizeof(int));
    model->mass_at = bp_calloc(room, sizeof(int));
    if (!model->mass_row || !model->mass_column || !model->mass_node || !model->mass_at)
        return false;
    for (int i = 0; i < model->n_states; i++) {
        if (model->conditions[i].kind == BP_CONDITION_RULE) continue;
        if (!model->is_fast || !model->is_fast[i]) {
            add_entry(model, i, i, bp_graph_number(c->graph, 1));
            continue;
        }
        int row = row_of(c->fast, i);
        for (int k = 0; k < c->fast->n_rows; k++)
            if (*combo_at(c->fast, row, k) != 0)
                add_entry(model, i, c->fast->state[k], *combo_at(c->fast, row, k));
    }
    model->mass.row = model->mass_row;
    model->mass.column = model->mass_column;
    model->mass.at = model->mass_at;
    return true;
}

static bool has_fast(const bp_compiler *c) {
    for (int r = 0; r < c->model->n_reactions; r++)
        if (is_fast(c, r)) return true;
    return false;
}

static bool has_ruled_states(const bp_compiler *c) {
    for (int i = 0; i < c->model->n_states; i++)
        if (c->rule_of_state[i] >= 0) return true;
    return false;
}

bp_status bp_compile_fast(bp_compiler *c) {
    bp_model *model = c->model;
    if (has_fast(c)) {
        c->fast = bp_calloc(1, sizeof *c->fast);
        model->is_fast = bp_calloc((size_t)model->n_states + 1, sizeof(bool));
        if (!c->fast || !model->is_fast || !find_members(c, c->fast))
            return BP_NO_MEMORY;
        fill_matrix(c, c->fast);
        BP_TRY(bp_compiler_status(c));
        reduce(c, c->fast);
        BP_TRY(bp_compiler_status(c));
    }
    if (!has_ruled_states(c) && (!c->fast || c->fast->n_rows == 0)) return BP_OK;
    model->conditions =
        bp_calloc((size_t)model->n_states + 1, sizeof *model->conditions);
    if (!model->conditions) return BP_NO_MEMORY;
    add_conditions(c);
    if (!add_mass(c)) return BP_NO_MEMORY;
    return bp_compiler_status(c);
}
