// Lowering: graph -> operations -> levels and groups -> tape.
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "model/tape.h"
#include "model/tape_order.h"

enum { LONGEST_FIXED_SUM = 4 }; // longer ones share one group, whatever their lengths

typedef struct operation {
    bp_tape_op op;
    int level;
    int n_plus, n_minus;
    int operands, n_operands; // in lowerer.operands: register, or ~operation
    int weights;              // in lowerer.weights
    int uses;                 // as operand
    int n_outputs, output;    // how many outputs it is, the last of them
    bool direct;
    bool gone; // part of another
    int reg;
} operation;

typedef struct lowerer {
    const bp_lowering *what;
    int n_nodes;
    char *needed; // (n_nodes)
    int *value;   // (n_nodes) register, or ~operation
    BP_ARRAY(operation) ops;
    BP_ARRAY(int) operands;
    BP_ARRAY(double) weights;
    int *order; // operations in order of execution, without those that are gone
    int n_kept;
    int n_index, n_weights;
    bool failed;
} lowerer;

// ---- graph -> operations ----

static void mark_needed(lowerer *low) {
    const bp_lowering *what = low->what;
    for (int i = 0; i < what->n_roots; i++)
        low->needed[what->roots[i]] = 1;
    for (int node = low->n_nodes - 1; node >= 0; node--) {
        if (!low->needed[node] || what->base[node] >= 0) continue;
        const bp_expr_arg *args = bp_graph_args(what->graph, node);
        for (int i = 0; i < bp_graph_node(what->graph, node)->n; i++)
            low->needed[args[i].node] = 1;
    }
}

static int begin(lowerer *low, bp_tape_op op) {
    operation made = {.op = op,
                      .level = 1,
                      .operands = low->operands.count,
                      .weights = low->weights.count,
                      .output = -1};
    if (!bp_array_push(&low->ops, made)) low->failed = true;
    return low->ops.count - 1;
}

// Adds an operand to the operation begun last.
static void add_operand(lowerer *low, int value) {
    if (low->failed || !bp_array_push(&low->operands, value)) {
        low->failed = true;
        return;
    }
    operation *op = &low->ops.items[low->ops.count - 1];
    op->n_operands++;
    if (value >= 0) return;
    operation *from = &low->ops.items[~value];
    from->uses++;
    if (op->level <= from->level) op->level = from->level + 1;
}

static void add_weight(lowerer *low, double weight) {
    if (!bp_array_push(&low->weights, weight)) low->failed = true;
}

// The product of all factors with this sign of the exponent; `n` says how many there
// are when each is counted as often as it is multiplied.
static int lower_factors(lowerer *low, int node, double sign, int n) {
    const bp_expr_node *x = bp_graph_node(low->what->graph, node);
    const bp_expr_arg *args = bp_graph_args(low->what->graph, node);
    int op = n > 1 ? begin(low, BP_TAPE_MULTIPLY) : -1;
    int value = 0;
    for (int i = 0; i < x->n; i++) {
        int times = (int)(sign * args[i].weight);
        for (int k = 0; k < times; k++) {
            value = low->value[args[i].node];
            if (n > 1) add_operand(low, value);
        }
    }
    if (n <= 1 || low->failed) return value;
    low->ops.items[op].n_plus = n;
    return ~op;
}

static int lower_product(lowerer *low, int node) {
    const bp_expr_node *x = bp_graph_node(low->what->graph, node);
    const bp_expr_arg *args = bp_graph_args(low->what->graph, node);
    int above = 0, below = 0;
    for (int i = 0; i < x->n; i++) {
        above += args[i].weight > 0 ? (int)args[i].weight : 0;
        below += args[i].weight < 0 ? (int)-args[i].weight : 0;
    }
    int top = lower_factors(low, node, 1, above);
    if (below == 0) return top;
    int bottom = lower_factors(low, node, -1, below);
    int op = begin(low, above > 0 ? BP_TAPE_DIVIDE : BP_TAPE_RECIPROCAL);
    if (above > 0) add_operand(low, top);
    add_operand(low, bottom);
    if (!low->failed) low->ops.items[op].n_plus = low->ops.items[op].n_operands;
    return ~op;
}

static bool is_plain_sum(const bp_expr_node *x, const bp_expr_arg *args) {
    if (x->number != 0) return false;
    for (int i = 0; i < x->n; i++)
        if (fabs(args[i].weight) != 1) return false;
    return true;
}

static int lower_linear(lowerer *low, const bp_expr_node *x, const bp_expr_arg *args) {
    int op = begin(low, BP_TAPE_LINEAR);
    add_weight(low, x->number);
    for (int i = 0; i < x->n; i++) {
        add_operand(low, low->value[args[i].node]);
        add_weight(low, args[i].weight);
    }
    if (!low->failed) low->ops.items[op].n_plus = x->n;
    return ~op;
}

static int lower_sum(lowerer *low, int node) {
    const bp_expr_node *x = bp_graph_node(low->what->graph, node);
    const bp_expr_arg *args = bp_graph_args(low->what->graph, node);
    if (!is_plain_sum(x, args)) return lower_linear(low, x, args);

    int op = begin(low, x->n <= LONGEST_FIXED_SUM ? BP_TAPE_SUM : BP_TAPE_LONG_SUM);
    int n_plus = 0;
    for (int i = 0; i < x->n; i++)
        if (args[i].weight > 0) {
            add_operand(low, low->value[args[i].node]);
            n_plus++;
        }
    for (int i = 0; i < x->n; i++)
        if (args[i].weight < 0) add_operand(low, low->value[args[i].node]);
    if (!low->failed) {
        low->ops.items[op].n_plus = n_plus;
        low->ops.items[op].n_minus = x->n - n_plus;
    }
    return ~op;
}

static int lower_primitive(lowerer *low, int node) {
    const bp_expr_node *x = bp_graph_node(low->what->graph, node);
    int op = begin(
        low, (bp_tape_op)(x->op - BP_EXPR_FIRST_PRIMITIVE + BP_TAPE_FIRST_PRIMITIVE));
    for (int i = 0; i < x->n; i++)
        add_operand(low, low->value[bp_graph_args(low->what->graph, node)[i].node]);
    if (!low->failed) low->ops.items[op].n_plus = x->n;
    return ~op;
}

static void make_operations(lowerer *low) {
    for (int node = 0; node < low->n_nodes && !low->failed; node++) {
        if (!low->needed[node]) continue;
        if (low->what->base[node] >= 0)
            low->value[node] = low->what->base[node];
        else if (bp_graph_node(low->what->graph, node)->op == BP_EXPR_SUM)
            low->value[node] = lower_sum(low, node);
        else if (bp_graph_node(low->what->graph, node)->op == BP_EXPR_PRODUCT)
            low->value[node] = lower_product(low, node);
        else
            low->value[node] = lower_primitive(low, node);
    }
}

// The operation of this kind that an operand is, when nothing else reads it.
static operation *lone(const lowerer *low, int value, bp_tape_op kind) {
    if (value >= 0) return NULL;
    operation *op = &low->ops.items[~value];
    return op->op == kind && op->uses == 1 && op->n_outputs == 0 ? op : NULL;
}

// Appends to the operands those of `from`, which is part of another operation now.
static void take_operands(lowerer *low, operation *from) {
    for (int k = 0; k < from->n_operands && !low->failed; k++) {
        int value = low->operands.items[from->operands + k];
        if (!bp_array_push(&low->operands, value)) low->failed = true;
    }
    from->gone = true;
}

// a b - c d: two products and their difference become one operation.
static void fuse_difference(lowerer *low, operation *sum) {
    const int *terms = low->operands.items + sum->operands;
    operation *plus = lone(low, terms[0], BP_TAPE_MULTIPLY),
              *minus = lone(low, terms[1], BP_TAPE_MULTIPLY);
    if (!plus || !minus) return;
    sum->op = BP_TAPE_NET;
    sum->operands = low->operands.count;
    sum->n_operands = plus->n_operands + minus->n_operands;
    sum->n_plus = plus->n_operands;
    sum->n_minus = minus->n_operands;
    take_operands(low, plus);
    take_operands(low, minus);
}

// s (a b - c d): so does such a difference and what multiplies it.
static void fuse_scale(lowerer *low, operation *product) {
    int scale = low->operands.items[product->operands];
    operation *net = lone(low, low->operands.items[product->operands + 1], BP_TAPE_NET);
    if (!net) {
        net = lone(low, scale, BP_TAPE_NET);
        scale = low->operands.items[product->operands + 1];
    }
    if (!net) return;
    product->op = BP_TAPE_SCALED_NET;
    product->operands = low->operands.count;
    product->n_operands = 1 + net->n_operands;
    product->n_plus = net->n_plus;
    product->n_minus = net->n_minus;
    if (!bp_array_push(&low->operands, scale)) low->failed = true;
    take_operands(low, net);
}

static void fuse(lowerer *low, operation *op) {
    if (op->op == BP_TAPE_SUM && op->n_plus == 1 && op->n_minus == 1)
        fuse_difference(low, op);
    else if (op->op == BP_TAPE_MULTIPLY && op->n_operands == 2)
        fuse_scale(low, op);
}

// The levels anew: operands come before what reads them.
static void set_level(lowerer *low, operation *op) {
    op->level = 1;
    for (int k = 0; k < op->n_operands; k++) {
        int value = low->operands.items[op->operands + k];
        if (value < 0 && op->level <= low->ops.items[~value].level)
            op->level = low->ops.items[~value].level + 1;
    }
}

// Not where the registers of the nodes are wanted: those of the products would be gone.
static void fuse_all(lowerer *low) {
    if (low->what->registers) return;
    for (int i = 0; i < low->ops.count && !low->failed; i++) {
        fuse(low, &low->ops.items[i]);
        set_level(low, &low->ops.items[i]);
    }
}

static void count_outputs(lowerer *low) {
    for (int i = 0; i < low->what->n_roots; i++) {
        int value = low->value[low->what->roots[i]];
        if (value >= 0) continue;
        low->ops.items[~value].n_outputs++;
        low->ops.items[~value].output = i;
    }
}

// Which operations write straight to the output. Nothing reads them, so they are of the
// last level.
static void choose_direct(lowerer *low) {
    int last = 1;
    for (int i = 0; i < low->ops.count; i++) {
        operation *op = &low->ops.items[i];
        op->direct = op->n_outputs == 1 && op->uses == 0 &&
                     op->op <= BP_TAPE_SCALED_NET && !low->what->registers;
        if (last < op->level) last = op->level;
    }
    for (int i = 0; i < low->ops.count; i++)
        if (low->ops.items[i].direct) low->ops.items[i].level = last;
}

// ---- operations -> groups ----

static bool sort_operations(lowerer *low) {
    size_t room = (size_t)low->ops.count;
    bp_tape_key *keys = bp_malloc(room * sizeof *keys);
    int *kept = bp_malloc(room * sizeof *kept), n = 0;
    low->order = bp_malloc(room * sizeof *low->order);
    bool done = keys && kept && low->order;
    for (int i = 0; i < low->ops.count && done; i++) {
        const operation *op = &low->ops.items[i];
        if (op->gone) continue;
        kept[n] = i;
        keys[n++] = (bp_tape_key){op->level,  op->op,      op->direct,
                                  op->n_plus, op->n_minus, op->direct ? op->output : i};
    }
    done = done && bp_tape_order(keys, n, low->order);
    for (int i = 0; i < n && done; i++)
        low->order[i] = kept[low->order[i]];
    low->n_kept = n;
    int reg = low->what->first_register;
    for (int i = 0; i < n && done; i++) {
        operation *op = &low->ops.items[low->order[i]];
        op->reg = op->direct ? -1 : reg++;
    }
    bp_free(keys);
    bp_free(kept);
    return done;
}

static bool counts_per_operation(bp_tape_op op) {
    return op == BP_TAPE_LONG_SUM || op == BP_TAPE_LINEAR;
}

static bool same_group(const operation *a, const operation *b) {
    if (a->level != b->level || a->op != b->op || a->direct != b->direct) return false;
    return counts_per_operation(a->op) ||
           (a->n_plus == b->n_plus && a->n_minus == b->n_minus);
}

static int register_of(const lowerer *low, int value) {
    return value >= 0 ? value : low->ops.items[~value].reg;
}

static const operation *ordered(const lowerer *low, int i) {
    return &low->ops.items[low->order[i]];
}

// Operands of one group, with their counts where they differ; `first` is its first
// operation in order.
static void fill_operands(lowerer *low, bp_tape *tape, bp_tape_group *group,
                          int first) {
    int *to = tape->index + low->n_index;
    group->operands = low->n_index;
    for (int i = 0; i < group->n; i++) {
        const operation *op = ordered(low, first + i);
        if (counts_per_operation(op->op)) *to++ = op->n_plus;
        if (op->op == BP_TAPE_LONG_SUM) *to++ = op->n_minus;
        for (int k = 0; k < op->n_operands; k++)
            *to++ = BP_TAPE_STRIDE *
                    register_of(low, low->operands.items[op->operands + k]);
    }
    low->n_index = (int)(to - tape->index);
}

static void fill_targets(lowerer *low, bp_tape *tape, bp_tape_group *group, int first) {
    group->targets = -1;
    if (!ordered(low, first)->direct) return;
    group->targets = low->n_index;
    for (int i = 0; i < group->n; i++)
        tape->index[low->n_index++] = BP_TAPE_STRIDE * ordered(low, first + i)->output;
}

static void fill_weights(lowerer *low, bp_tape *tape, bp_tape_group *group, int first) {
    group->weights = low->n_weights;
    for (int i = 0; i < group->n && group->op == BP_TAPE_LINEAR; i++) {
        const operation *op = ordered(low, first + i);
        memcpy(tape->weights + low->n_weights, low->weights.items + op->weights,
               ((size_t)op->n_operands + 1) * sizeof(double));
        low->n_weights += op->n_operands + 1;
    }
}

static void fill_groups(lowerer *low, bp_tape *tape) {
    int n = low->n_kept;
    for (int first = 0, last; first < n; first = last) {
        const operation *op = ordered(low, first);
        for (last = first + 1; last < n && same_group(op, ordered(low, last));)
            last++;
        bp_tape_group *group = &tape->groups[tape->n_groups++];
        *group = (bp_tape_group){.op = op->op,
                                 .level = op->level,
                                 .n = last - first,
                                 .n_plus = op->n_plus,
                                 .n_minus = op->n_minus,
                                 .first_register = op->reg};
        fill_operands(low, tape, group, first);
        fill_targets(low, tape, group, first);
        fill_weights(low, tape, group, first);
        tape->n_levels = op->level;
    }
}

static void fill_copies(lowerer *low, bp_tape *tape) {
    if (low->what->registers) return;
    tape->n_outputs = low->what->n_roots;
    for (int i = 0; i < low->what->n_roots; i++) {
        int value = low->value[low->what->roots[i]];
        if (value < 0 && low->ops.items[~value].direct) continue;
        tape->copies[2 * tape->n_copies] = BP_TAPE_STRIDE * i;
        tape->copies[2 * tape->n_copies + 1] = BP_TAPE_STRIDE * register_of(low, value);
        tape->n_copies++;
    }
}

static int count_groups(const lowerer *low) {
    int n = low->n_kept > 0;
    for (int i = 1; i < low->n_kept; i++)
        n += !same_group(ordered(low, i - 1), ordered(low, i));
    return n;
}

static bool make_tape(lowerer *low, bp_tape *tape) {
    size_t n = (size_t)low->ops.count;
    tape->groups = bp_calloc((size_t)count_groups(low), sizeof *tape->groups);
    // operands, and for each operation at most two counts and an output position
    tape->index = bp_calloc((size_t)low->operands.count + 3 * n, sizeof *tape->index);
    tape->weights = bp_calloc((size_t)low->weights.count, sizeof *tape->weights);
    tape->copies = bp_calloc(2 * (size_t)low->what->n_roots, sizeof *tape->copies);
    if (!tape->groups || !tape->index || !tape->weights || !tape->copies) return false;

    tape->first_register = low->what->first_register;
    for (size_t i = 0; i < n; i++)
        tape->n_registers += !low->ops.items[i].direct && !low->ops.items[i].gone;
    fill_groups(low, tape);
    fill_copies(low, tape);
    for (int node = 0; low->what->registers && node < low->n_nodes; node++)
        if (low->needed[node])
            low->what->registers[node] = register_of(low, low->value[node]);
    return true;
}

static void clear_lowerer(lowerer *low) {
    bp_free(low->needed);
    bp_free(low->value);
    bp_free(low->order);
    bp_array_clear(&low->ops);
    bp_array_clear(&low->operands);
    bp_array_clear(&low->weights);
}

bp_status bp_tape_lower(const bp_lowering *what, bp_tape *out) {
    lowerer low = {.what = what, .n_nodes = what->graph->nodes.count};
    bp_tape tape = {0};
    low.needed = bp_calloc((size_t)low.n_nodes, sizeof *low.needed);
    low.value = bp_calloc((size_t)low.n_nodes, sizeof *low.value);
    low.failed = !low.needed || !low.value;
    if (!low.failed) {
        mark_needed(&low);
        make_operations(&low);
    }
    if (!low.failed) {
        count_outputs(&low);
        fuse_all(&low);
    }
    if (!low.failed) {
        choose_direct(&low);
        low.failed = !sort_operations(&low) || !make_tape(&low, &tape);
    }
    clear_lowerer(&low);
    if (low.failed) {
        bp_tape_clear(&tape);
        return BP_NO_MEMORY;
    }
    *out = tape;
    return BP_OK;
}

void bp_tape_clear(bp_tape *tape) {
    bp_free(tape->groups);
    bp_free(tape->index);
    bp_free(tape->weights);
    bp_free(tape->copies);
    *tape = (bp_tape){0};
}
