// The interpreter: one loop per group. Written once; the number of lanes is a constant
// in each of the copies that the compiler makes of run(), so that one lane costs no
// more than scalar code. Every lane goes through the same operations in the same order,
// so its results do not depend on how many there are.
#include <stddef.h>

#include "model/tape.h"

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

// Where results go: a group's registers never overlap its operands.
typedef struct place {
    double *to;        // first result
    const int *target; // output position of each; NULL: they follow each other
    int n;
} place;

INLINE double *result(place where, int i, const int lanes) {
    return where.to + (ptrdiff_t)(where.target ? where.target[i] : i) * lanes;
}

INLINE const double *operand(const double *registers, int reg, const int lanes) {
    return registers + (ptrdiff_t)reg * lanes;
}

// a + b + ... - c - d ...; operand k of operation i is x[k * n + i]
INLINE void run_fixed_sum(const double *restrict registers, place where, const int *x,
                          const int n_plus, const int n_minus, const int lanes) {
    const int n = where.n;
    for (int i = 0; i < n; i++) {
        double *restrict to = result(where, i, lanes);
        for (int l = 0; l < lanes; l++) {
            double sum = n_plus > 0 ? operand(registers, x[i], lanes)[l]
                                    : -operand(registers, x[i], lanes)[l];
            for (int k = 1; k < n_plus; k++)
                sum += operand(registers, x[k * n + i], lanes)[l];
            for (int k = n_plus > 0 ? n_plus : 1; k < n_plus + n_minus; k++)
                sum -= operand(registers, x[k * n + i], lanes)[l];
            to[l] = sum;
        }
    }
}

// The usual lengths have their own loops.
INLINE void run_sum(const bp_tape_group *group, const double *registers, place where,
                    const int *x, const int lanes) {
    const int plus = group->n_plus, minus = group->n_minus;
    switch (8 * plus + minus) {
    case 8 * 0 + 1:
        run_fixed_sum(registers, where, x, 0, 1, lanes);
        break;
    case 8 * 1 + 1:
        run_fixed_sum(registers, where, x, 1, 1, lanes);
        break;
    case 8 * 2 + 0:
        run_fixed_sum(registers, where, x, 2, 0, lanes);
        break;
    case 8 * 0 + 2:
        run_fixed_sum(registers, where, x, 0, 2, lanes);
        break;
    case 8 * 2 + 1:
        run_fixed_sum(registers, where, x, 2, 1, lanes);
        break;
    case 8 * 1 + 2:
        run_fixed_sum(registers, where, x, 1, 2, lanes);
        break;
    default:
        run_fixed_sum(registers, where, x, plus, minus, lanes);
    }
}

INLINE void run_long_sum(const bp_tape_group *group, const double *restrict registers,
                         place where, const int *x, const int lanes) {
    const int n = group->n;
    const int *plus = x, *minus = x + n;
    x += 2 * n;
    for (int i = 0; i < n; i++) {
        double *restrict to = result(where, i, lanes);
        for (int l = 0; l < lanes; l++)
            to[l] = 0;
        for (int k = 0; k < plus[i]; k++, x++)
            for (int l = 0; l < lanes; l++)
                to[l] += operand(registers, *x, lanes)[l];
        for (int k = 0; k < minus[i]; k++, x++)
            for (int l = 0; l < lanes; l++)
                to[l] -= operand(registers, *x, lanes)[l];
    }
}

INLINE void run_linear(const bp_tape_group *group, const double *restrict registers,
                       place where, const int *x, const double *weights,
                       const int lanes) {
    const int n = group->n;
    const int *count = x;
    x += n;
    for (int i = 0; i < n; i++) {
        double *restrict to = result(where, i, lanes);
        for (int l = 0; l < lanes; l++)
            to[l] = weights[0];
        weights++;
        for (int k = 0; k < count[i]; k++, x++, weights++)
            for (int l = 0; l < lanes; l++)
                to[l] += *weights * operand(registers, *x, lanes)[l];
    }
}

INLINE void run_fixed_product(const double *restrict registers, place where,
                              const int *x, const int n_factors, const int lanes) {
    const int n = where.n;
    for (int i = 0; i < n; i++) {
        double *restrict to = result(where, i, lanes);
        for (int l = 0; l < lanes; l++) {
            double product = operand(registers, x[i], lanes)[l];
            for (int k = 1; k < n_factors; k++)
                product *= operand(registers, x[k * n + i], lanes)[l];
            to[l] = product;
        }
    }
}

INLINE void run_product(const bp_tape_group *group, const double *registers,
                        place where, const int *x, const int lanes) {
    if (group->n_plus == 2)
        run_fixed_product(registers, where, x, 2, lanes);
    else if (group->n_plus == 3)
        run_fixed_product(registers, where, x, 3, lanes);
    else
        run_fixed_product(registers, where, x, group->n_plus, lanes);
}

// `value` of a, b, c for every operation and lane
#define DEFINE_RUN(name, arity, value)                                                 \
    INLINE void run_##name(const double *restrict registers, place where,              \
                           const int *x, const int lanes) {                            \
        const int n = where.n;                                                         \
        for (int i = 0; i < n; i++) {                                                  \
            double *restrict to = where.to + (ptrdiff_t)i * lanes;                     \
            for (int l = 0; l < lanes; l++) {                                          \
                const double a = operand(registers, x[i], lanes)[l];                   \
                const double b =                                                       \
                    (arity) > 1 ? operand(registers, x[(arity > 1) * n + i], lanes)[l] \
                                : 0;                                                   \
                const double c =                                                       \
                    (arity) > 2                                                        \
                        ? operand(registers, x[2 * (arity > 2) * n + i], lanes)[l]     \
                        : 0;                                                           \
                (void)b, (void)c;                                                      \
                to[l] = (value);                                                       \
            }                                                                          \
        }                                                                              \
    }
DEFINE_RUN(DIVIDE, 2, a / b)
DEFINE_RUN(RECIPROCAL, 1, 1 / a)
#define X(name, arity, text, value) DEFINE_RUN(name, arity, value)
BP_PRIMITIVE_LIST(X)
#undef X

INLINE void run_primitive(const bp_tape_group *group, const double *restrict registers,
                          place where, const int *x, const int lanes) {
    switch (group->op) {
    case BP_TAPE_DIVIDE:
        run_DIVIDE(registers, where, x, lanes);
        break;
    case BP_TAPE_RECIPROCAL:
        run_RECIPROCAL(registers, where, x, lanes);
        break;
#define X(name, arity, text, value)                                                    \
    case BP_TAPE_##name:                                                               \
        run_##name(registers, where, x, lanes);                                        \
        break;
        BP_PRIMITIVE_LIST(X)
#undef X
    default:
        break;
    }
}

INLINE void run_group(const bp_tape *tape, const bp_tape_group *group,
                      double *registers, double *output, const int lanes) {
    const int *x = tape->index + group->operands;
    place where = {registers + (ptrdiff_t)group->first_register * lanes, NULL,
                   group->n};
    if (group->targets >= 0) {
        where.to = output;
        where.target = tape->index + group->targets;
    }
    switch (group->op) {
    case BP_TAPE_SUM:
        if (where.target)
            run_sum(group, registers, where, x, lanes);
        else
            run_sum(group, registers, (place){where.to, NULL, where.n}, x, lanes);
        break;
    case BP_TAPE_LONG_SUM:
        run_long_sum(group, registers, where, x, lanes);
        break;
    case BP_TAPE_LINEAR:
        run_linear(group, registers, where, x, tape->weights + group->weights, lanes);
        break;
    case BP_TAPE_MULTIPLY:
        if (where.target)
            run_product(group, registers, where, x, lanes);
        else
            run_product(group, registers, (place){where.to, NULL, where.n}, x, lanes);
        break;
    default:
        run_primitive(group, registers, where, x, lanes);
    }
}

INLINE void run(const bp_tape *tape, double *registers, double *output,
                const int lanes) {
    for (int g = 0; g < tape->n_groups; g++)
        run_group(tape, &tape->groups[g], registers, output, lanes);
    for (int i = 0; i < tape->n_copies; i++) {
        double *to = output + (ptrdiff_t)tape->copies[2 * i] * lanes;
        const double *from = operand(registers, tape->copies[2 * i + 1], lanes);
        for (int l = 0; l < lanes; l++)
            to[l] = from[l];
    }
}

// One copy of the interpreter each.
static void run_1(const bp_tape *tape, double *registers, double *output) {
    run(tape, registers, output, 1);
}

static void run_4(const bp_tape *tape, double *registers, double *output) {
    run(tape, registers, output, 4);
}

static void run_8(const bp_tape *tape, double *registers, double *output) {
    run(tape, registers, output, 8);
}

void bp_tape_run(const bp_tape *tape, double *registers, double *output, int n_lanes) {
    if (n_lanes == 1)
        run_1(tape, registers, output);
    else if (n_lanes == 4)
        run_4(tape, registers, output);
    else if (n_lanes == 8)
        run_8(tape, registers, output);
    else
        run(tape, registers, output, n_lanes);
}
