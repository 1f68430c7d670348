// The disassembler: groups, and the operations in them with the names of their
// operands.
#include "model/tape.h"

const char *bp_tape_op_text(bp_tape_op op) {
    static const char *const texts[] = {
#define X(name, text) text,
        BP_TAPE_LIST(X)
#undef X
#define X(name, arity, text, value) text,
            BP_PRIMITIVE_LIST(X)
#undef X
    };
    return texts[op];
}

typedef struct printer {
    const bp_tape *tape;
    bp_register_name_fn *name;
    const void *data;
    bp_text *out;
} printer;

// rN for what the tape computes itself.
static void print_operand(const printer *p, int place) {
    int reg = place / BP_TAPE_STRIDE, own = reg - p->tape->first_register;
    if (own >= 0 && own < p->tape->n_registers)
        bp_text_format(p->out, "r%d", own);
    else
        p->name(p->data, reg, p->out);
}

static void print_result(const printer *p, const bp_tape_group *group, int i) {
    if (group->targets >= 0)
        bp_text_format(
            p->out, "  out%d =", p->tape->index[group->targets + i] / BP_TAPE_STRIDE);
    else
        bp_text_format(p->out,
                       "  r%d =", group->first_register - p->tape->first_register + i);
}

static void print_fixed(const printer *p, const bp_tape_group *group, int i) {
    int n = group->n_plus + group->n_minus;
    bool scaled = group->op == BP_TAPE_SCALED_NET;
    bool net = scaled || group->op == BP_TAPE_NET;
    const char *mark = group->op == BP_TAPE_MULTIPLY || net ? " *"
                       : group->op == BP_TAPE_DIVIDE        ? " /"
                       : group->op == BP_TAPE_SUM           ? " +"
                                                            : ",";
    const int *x = p->tape->index + group->operands + (ptrdiff_t)(n + scaled) * i;
    if (scaled) {
        bp_text_add(p->out, " ");
        print_operand(p, *x++);
        bp_text_add(p->out, " * (");
    }
    for (int k = 0; k < n; k++) {
        if (k >= group->n_plus)
            bp_text_add(p->out, net && k > group->n_plus ? " *" : " -");
        else if (k > 0)
            bp_text_add(p->out, mark);
        if (!scaled || k > 0) bp_text_add(p->out, " ");
        print_operand(p, x[k]);
    }
    if (scaled) bp_text_add(p->out, ")");
}

// Walks the operations in front of operation i: their lengths differ.
static void print_long_sum(const printer *p, const bp_tape_group *group, int i) {
    const int *x = p->tape->index + group->operands;
    for (; i > 0; i--)
        x += 2 + x[0] + x[1];
    int plus = x[0], n = x[0] + x[1];
    x += 2;
    for (int k = 0; k < n; k++) {
        bp_text_add(p->out, k >= plus ? " - " : k > 0 ? " + " : " ");
        print_operand(p, x[k]);
    }
}

static void print_linear(const printer *p, const bp_tape_group *group, int i) {
    const int *x = p->tape->index + group->operands;
    const double *w = p->tape->weights + group->weights;
    for (; i > 0; i--) {
        w += 1 + x[0];
        x += 1 + x[0];
    }
    bp_text_add(p->out, " ");
    bp_text_number(p->out, w[0]);
    for (int k = 1; k <= x[0]; k++) {
        bp_text_add(p->out, " + ");
        bp_text_number(p->out, w[k]);
        bp_text_add(p->out, " ");
        print_operand(p, x[k]);
    }
}

static void print_group(const printer *p, const bp_tape_group *group) {
    bp_text_format(p->out, "level %d  %s", group->level, bp_tape_op_text(group->op));
    if (group->op == BP_TAPE_SUM)
        bp_text_format(p->out, " +%d -%d", group->n_plus, group->n_minus);
    else if (group->op == BP_TAPE_MULTIPLY)
        bp_text_format(p->out, " %d", group->n_plus);
    else if (group->op == BP_TAPE_NET || group->op == BP_TAPE_SCALED_NET)
        bp_text_format(p->out, " %d-%d", group->n_plus, group->n_minus);
    bp_text_format(p->out, "  x %d\n", group->n);
    for (int i = 0; i < group->n; i++) {
        print_result(p, group, i);
        if (group->op == BP_TAPE_LONG_SUM)
            print_long_sum(p, group, i);
        else if (group->op == BP_TAPE_LINEAR)
            print_linear(p, group, i);
        else
            print_fixed(p, group, i);
        bp_text_add(p->out, "\n");
    }
}

void bp_tape_print(const bp_tape *tape, bp_register_name_fn *name, const void *data,
                   bp_text *out) {
    printer p = {tape, name, data, out};
    for (int g = 0; g < tape->n_groups; g++)
        print_group(&p, &tape->groups[g]);
    if (tape->n_copies > 0) bp_text_format(out, "copies  x %d\n", tape->n_copies);
    for (int i = 0; i < tape->n_copies; i++) {
        bp_text_format(out, "  out%d = ", tape->copies[2 * i] / BP_TAPE_STRIDE);
        print_operand(&p, tape->copies[2 * i + 1]);
        bp_text_add(out, "\n");
    }
}
