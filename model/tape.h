// Tape: an expression graph lowered to groups of equal operations.
//
// Operations of one level do not depend on each other; within a level they are grouped
// by opcode, and a group is one loop over index arrays. Values live in registers,
// [register] [lane], lane fastest. A tape reads base registers (numbers, parameters,
// states, time, what was hoisted) and writes its own, which follow each other group by
// group.
//
// A difference of two products that nothing else reads, as in the rate of a reversible
// reaction, is one operation: what would be written and read again is half of the work
// where lanes are many. So is that difference times something, as where the volume of a
// compartment multiplies a rate.
//
// Sums and products whose value is an output and nothing else are written straight to
// the output (`direct`), at the last level, where they make few groups; all other
// outputs are copied at the end.
#ifndef BP_MODEL_TAPE_H
#define BP_MODEL_TAPE_H

#include "model/expr.h"

// name, text. After these come the primitives of model/primitive.h.
// clang-format off
#define BP_TAPE_LIST(X)                                                              \
    X(SUM,        "sum")        /* a + b + ... - c - d - ..., counts per group */    \
    X(LONG_SUM,   "long sum")   /* the same, counts per operation */                 \
    X(LINEAR,     "linear")     /* number + sum of weight * a, counts per operation */ \
    X(MULTIPLY,   "multiply")   /* a * b * ..., count per group */                   \
    X(NET,        "net")        /* a * b * ... - c * d * ..., counts per group */    \
    X(SCALED_NET, "scaled net") /* s * (a * b * ... - c * d * ...), the same */      \
    X(DIVIDE,     "divide")     /* a / b */                                          \
    X(RECIPROCAL, "reciprocal") /* 1 / a */
// clang-format on

typedef enum bp_tape_op {
#define X(name, text) BP_TAPE_##name,
    BP_TAPE_LIST(X)
#undef X
#define X(name, arity, text, value) BP_TAPE_##name,
        BP_PRIMITIVE_LIST(X)
#undef X
            BP_TAPE_OP_COUNT
} bp_tape_op;

#define BP_TAPE_FIRST_PRIMITIVE BP_TAPE_POW

typedef struct bp_tape_group {
    bp_tape_op op;
    int level;
    int n;              // operations
    int n_plus;         // operands that are added, or operands at all; nets: a, b, ...
    int n_minus;        // operands that are subtracted (SUM); nets: c, d, ...
    int first_register; // of the results, when not direct
    int operands; // start in bp_tape.index: the operands of each operation, in the
                  // order above: s, a, b, ..., c, d, ... In front of them LONG_SUM has
                  // both counts, LINEAR one
    int targets;  // start in bp_tape.index of the n output positions; -1: not direct
    int weights;  // start in bp_tape.weights; LINEAR: number, weights per operation
} bp_tape_group;

// Registers and outputs stand in `index` as their distance in a run of one lane, in
// bytes: times the lanes, which processors multiply by as they load, it is an address.
#define BP_TAPE_STRIDE ((int)sizeof(double))

typedef struct bp_tape {
    int n_groups, n_levels;
    bp_tape_group *groups;
    int *index;
    double *weights;
    int n_copies;
    int *copies; // pairs: output, register
    int n_outputs;
    int first_register; // the tape writes [first_register, + n_registers)
    int n_registers;
} bp_tape;

typedef struct bp_lowering {
    const bp_graph *graph;
    const int *base;    // register of each node, -1: to be computed (n_nodes)
    int first_register; // for what is computed
    const int *roots;   // nodes
    int n_roots;
    int *registers; // written: register of each node computed (n_nodes); NULL: no
                    // output is wanted when it is given: the roots stay in registers
} bp_lowering;

BP_WARN_UNUSED bp_status bp_tape_lower(const bp_lowering *what, bp_tape *out);
void bp_tape_clear(bp_tape *tape);

// Runs the tape: output[i] is root i, [output][lane].
void bp_tape_run(const bp_tape *tape, double *registers, double *output, int n_lanes);
// Whether n values that a tape wrote are finite numbers.
bool bp_tape_all_finite(const double *values, size_t n);

// One line per group and its operations: the disassembler. `name` gives the text of a
// register that the tape does not write.
typedef void bp_register_name_fn(const void *data, int reg, bp_text *out);
void bp_tape_print(const bp_tape *tape, bp_register_name_fn *name, const void *data,
                   bp_text *out);
const char *bp_tape_op_text(bp_tape_op op);

#endif
