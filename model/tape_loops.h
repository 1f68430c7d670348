// Template, not a header like others: the interpreter's loops over sums and products
// for one number of lanes, included by tape_kernels.c with
//
//   LOOP(name)  the name of a function in this copy
//   value       what is computed at once: double, or a vector of as many as the
//               processor's registers hold
//
// A register of the tape is `chunks` values, a constant in most copies. Vectors are
// spelled out because what compilers make of loops over lanes is a matter of luck: gcc
// 12 turned them into gathers across operations, three times slower. Every lane goes
// through the same operations in the same order, so that its results do not depend on
// how many there are.

// Where results go: a group's registers never overlap its operands.
typedef struct LOOP(place) {
    value *to;         // first result
    const int *target; // output position of each; NULL: they follow each other
    int n;
} LOOP(place);

INLINE value *LOOP(result)(LOOP(place) where, int i, const int chunks) {
    return where.to + (ptrdiff_t)(where.target ? where.target[i] : i) * chunks;
}

INLINE value LOOP(operand)(const value *registers, int reg, int c, const int chunks) {
    return registers[(ptrdiff_t)reg * chunks + c];
}

// a + b + ... - c - d ...; operand k of operation i is x[k * n + i]
INLINE void LOOP(fixed_sum)(const value *restrict registers, LOOP(place) where,
                            const int *x, const bp_tape_group count, const int chunks) {
    const int n = where.n, n_plus = count.n_plus, n_minus = count.n_minus;
    for (int i = 0; i < n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++) {
            value sum = LOOP(operand)(registers, x[i], c, chunks);
            if (n_plus == 0) sum = -sum;
            for (int k = 1; k < n_plus; k++)
                sum += LOOP(operand)(registers, x[k * n + i], c, chunks);
            for (int k = n_plus > 0 ? n_plus : 1; k < n_plus + n_minus; k++)
                sum -= LOOP(operand)(registers, x[k * n + i], c, chunks);
            to[c] = sum;
        }
    }
}

// The usual lengths have their own loops.
INLINE void LOOP(sum)(const value *registers, LOOP(place) where, const int *x,
                      const bp_tape_group *group, const int chunks) {
    const int plus = group->n_plus, minus = group->n_minus;
#define USUAL(p, m)                                                                    \
    if (plus == (p) && minus == (m)) {                                                 \
        LOOP(fixed_sum)                                                                \
        (registers, where, x, (bp_tape_group){.n_plus = (p), .n_minus = (m)}, chunks); \
        return;                                                                        \
    }
    USUAL(1, 1)
    USUAL(2, 0)
    USUAL(0, 1)
    USUAL(0, 2)
    USUAL(2, 1)
    USUAL(1, 2)
    USUAL(2, 2)
    USUAL(1, 3)
#undef USUAL
    LOOP(fixed_sum)(registers, where, x, *group, chunks);
}

INLINE void LOOP(long_sum)(const value *restrict registers, LOOP(place) where,
                           const int *x, const int chunks) {
    const int n = where.n;
    const int *plus = x, *minus = x + n;
    x += 2 * n;
    for (int i = 0; i < n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++) {
            value sum = (value){0};
            for (int k = 0; k < plus[i]; k++)
                sum += LOOP(operand)(registers, x[k], c, chunks);
            for (int k = plus[i]; k < plus[i] + minus[i]; k++)
                sum -= LOOP(operand)(registers, x[k], c, chunks);
            to[c] = sum;
        }
        x += plus[i] + minus[i];
    }
}

// weights: the number, then a weight for each operand
INLINE void LOOP(linear)(const value *restrict registers, LOOP(place) where,
                         const int *x, const double *weights, const int chunks) {
    const int n = where.n;
    const int *count = x;
    x += n;
    for (int i = 0; i < n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++) {
            value sum = (value){0} + weights[0];
            for (int k = 0; k < count[i]; k++)
                sum += weights[1 + k] * LOOP(operand)(registers, x[k], c, chunks);
            to[c] = sum;
        }
        x += count[i];
        weights += 1 + count[i];
    }
}

// The product of operands first .. last - 1 of operation i.
INLINE value LOOP(factors)(const value *registers, const int *x, int n, int c,
                           const int n_factors, const int chunks) {
    value product = LOOP(operand)(registers, x[0], c, chunks);
    for (int k = 1; k < n_factors; k++)
        product *= LOOP(operand)(registers, x[k * n], c, chunks);
    return product;
}

INLINE void LOOP(fixed_product)(const value *restrict registers, LOOP(place) where,
                                const int *x, const int n_factors, const int chunks) {
    const int n = where.n;
    for (int i = 0; i < n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++)
            to[c] = LOOP(factors)(registers, x + i, n, c, n_factors, chunks);
    }
}

INLINE void LOOP(product)(const value *registers, LOOP(place) where, const int *x,
                          int n_factors, const int chunks) {
    if (n_factors == 2)
        LOOP(fixed_product)(registers, where, x, 2, chunks);
    else if (n_factors == 3)
        LOOP(fixed_product)(registers, where, x, 3, chunks);
    else
        LOOP(fixed_product)(registers, where, x, n_factors, chunks);
}

// a * b ... - c * d ...: what a reversible reaction does
INLINE void LOOP(fixed_net)(const value *restrict registers, LOOP(place) where,
                            const int *x, const bp_tape_group count, const int chunks) {
    const int n = where.n;
    const int *y = x + (ptrdiff_t)count.n_plus * n;
    for (int i = 0; i < n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++)
            to[c] = LOOP(factors)(registers, x + i, n, c, count.n_plus, chunks) -
                    LOOP(factors)(registers, y + i, n, c, count.n_minus, chunks);
    }
}

INLINE void LOOP(net)(const value *registers, LOOP(place) where, const int *x,
                      const bp_tape_group *group, const int chunks) {
    const int plus = group->n_plus, minus = group->n_minus;
#define USUAL(p, m)                                                                    \
    if (plus == (p) && minus == (m)) {                                                 \
        LOOP(fixed_net)                                                                \
        (registers, where, x, (bp_tape_group){.n_plus = (p), .n_minus = (m)}, chunks); \
        return;                                                                        \
    }
    USUAL(3, 2)
    USUAL(2, 3)
    USUAL(2, 2)
    USUAL(3, 3)
#undef USUAL
    LOOP(fixed_net)(registers, where, x, *group, chunks);
}

INLINE void LOOP(divide)(const value *restrict registers, LOOP(place) where,
                         const int *x, const int chunks) {
    const int n = where.n;
    for (int i = 0; i < n; i++)
        for (int c = 0; c < chunks; c++)
            LOOP(result)
    (where, i, chunks)[c] = LOOP(operand)(registers, x[i], c, chunks) /
                            LOOP(operand)(registers, x[n + i], c, chunks);
}

// Sums and products of one group; false: it is none.
INLINE bool LOOP(group)(const bp_tape *tape, const bp_tape_group *group,
                        LOOP(place) where, const value *registers, const int chunks) {
    const int *x = tape->index + group->operands;
    switch (group->op) {
    case BP_TAPE_SUM:
        LOOP(sum)(registers, where, x, group, chunks);
        return true;
    case BP_TAPE_LONG_SUM:
        LOOP(long_sum)(registers, where, x, chunks);
        return true;
    case BP_TAPE_LINEAR:
        LOOP(linear)(registers, where, x, tape->weights + group->weights, chunks);
        return true;
    case BP_TAPE_MULTIPLY:
        LOOP(product)(registers, where, x, group->n_plus, chunks);
        return true;
    case BP_TAPE_NET:
        LOOP(net)(registers, where, x, group, chunks);
        return true;
    case BP_TAPE_DIVIDE:
        LOOP(divide)(registers, where, x, chunks);
        return true;
    default:
        return false;
    }
}

INLINE void LOOP(run)(const bp_tape *tape, double *registers, double *output,
                      const int chunks) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): a value may be one double
    const int lanes = chunks * (int)(sizeof(value) / sizeof(double));
    value *values = (value *)registers, *out = (value *)output;
    for (int g = 0; g < tape->n_groups; g++) {
        const bp_tape_group *group = &tape->groups[g];
        LOOP(place)
        where = {values + (ptrdiff_t)group->first_register * chunks, NULL, group->n};
        bool done;
        if (group->targets >= 0) {
            where.to = out;
            where.target = tape->index + group->targets;
            done = LOOP(group)(tape, group, where, values, chunks);
        } else {
            done = LOOP(group)(tape, group, (LOOP(place)){where.to, NULL, where.n},
                               values, chunks);
        }
        if (!done) run_primitive(tape, group, registers, lanes);
    }
    for (int i = 0; i < tape->n_copies; i++)
        for (int c = 0; c < chunks; c++)
            out[(ptrdiff_t)tape->copies[2 * i] * chunks + c] =
                LOOP(operand)(values, tape->copies[2 * i + 1], c, chunks);
}
