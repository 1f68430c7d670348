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

// A register is this many times longer than in a run of one lane.
INLINE ptrdiff_t LOOP(times)(const int chunks) {
    // NOLINTNEXTLINE(bugprone-sizeof-expression): a value may be one double
    return (ptrdiff_t)chunks * (ptrdiff_t)(sizeof(value) / sizeof(double));
}

INLINE value *LOOP(result)(LOOP(place) where, int i, const int chunks) {
    if (!where.target) return where.to + (ptrdiff_t)i * chunks;
    return (value *)((char *)where.to + where.target[i] * LOOP(times)(chunks));
}

INLINE value LOOP(operand)(const value *registers, int at, int c, const int chunks) {
    const char *first = (const char *)registers + at * LOOP(times)(chunks);
    return ((const value *)first)[c];
}

// a + b + ... - c - d ...
INLINE void LOOP(fixed_sum)(const value *restrict registers, LOOP(place) where,
                            const int *x, const bp_tape_group count, const int chunks) {
    const int n_plus = count.n_plus, n = count.n_plus + count.n_minus;
    for (int i = 0; i < where.n; i++, x += n) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++) {
            value sum = LOOP(operand)(registers, x[0], c, chunks);
            if (n_plus == 0) sum = -sum;
            for (int k = 1; k < n_plus; k++)
                sum += LOOP(operand)(registers, x[k], c, chunks);
            for (int k = n_plus > 0 ? n_plus : 1; k < n; k++)
                sum -= LOOP(operand)(registers, x[k], c, chunks);
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
    USUAL(3, 1)
    USUAL(0, 3)
    USUAL(3, 0)
    USUAL(0, 4)
#undef USUAL
    LOOP(fixed_sum)(registers, where, x, *group, chunks);
}

// sum + sign * (a + b + ...), one after the other
INLINE value LOOP(add_run)(const value *restrict registers, value sum, const int *x,
                           int n, const int sign, const int chunks) {
    for (; n >= 4; n -= 4, x += 4)
        for (int k = 0; k < 4; k++)
            sum += sign * LOOP(operand)(registers, x[k], 0, chunks);
    for (; n > 0; n--, x++)
        sum += sign * LOOP(operand)(registers, x[0], 0, chunks);
    return sum;
}

INLINE void LOOP(long_sum)(const value *restrict registers, LOOP(place) where,
                           const int *x, const int chunks) {
    for (int i = 0; i < where.n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        const int plus = x[0], minus = x[1];
        x += 2;
        for (int c = 0; c < chunks; c++) {
            value sum = LOOP(add_run)(registers + c, (value){0}, x, plus, 1, chunks);
            to[c] = LOOP(add_run)(registers + c, sum, x + plus, minus, -1, chunks);
        }
        x += plus + minus;
    }
}

// weights: the number, then a weight for each operand
INLINE void LOOP(linear)(const value *restrict registers, LOOP(place) where,
                         const int *x, const double *weights, const int chunks) {
    for (int i = 0; i < where.n; i++) {
        value *restrict to = LOOP(result)(where, i, chunks);
        const int count = *x++;
        for (int c = 0; c < chunks; c++) {
            value sum = (value){0} + weights[0];
            for (int k = 0; k < count; k++)
                sum += weights[1 + k] * LOOP(operand)(registers, x[k], c, chunks);
            to[c] = sum;
        }
        x += count;
        weights += 1 + count;
    }
}

// The product of n operands.
INLINE value LOOP(factors)(const value *registers, const int *x, int c, const int n,
                           const int chunks) {
    value product = LOOP(operand)(registers, x[0], c, chunks);
    for (int k = 1; k < n; k++)
        product *= LOOP(operand)(registers, x[k], c, chunks);
    return product;
}

INLINE void LOOP(fixed_product)(const value *restrict registers, LOOP(place) where,
                                const int *x, const int n, const int chunks) {
    for (int i = 0; i < where.n; i++, x += n) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++)
            to[c] = LOOP(factors)(registers, x, c, n, chunks);
    }
}

INLINE void LOOP(product)(const value *registers, LOOP(place) where, const int *x,
                          int n, const int chunks) {
    if (n == 2)
        LOOP(fixed_product)(registers, where, x, 2, chunks);
    else if (n == 3)
        LOOP(fixed_product)(registers, where, x, 3, chunks);
    else
        LOOP(fixed_product)(registers, where, x, n, chunks);
}

// a * b ... - c * d ...: what a reversible reaction does; times s where there is a
// scale
INLINE void LOOP(fixed_net)(const value *restrict registers, LOOP(place) where,
                            const int *x, const bp_tape_group count, const int chunks) {
    const bool scaled = count.op == BP_TAPE_SCALED_NET;
    const int *a = x + scaled, *b = a + count.n_plus;
    const int n = scaled + count.n_plus + count.n_minus;
    for (int i = 0; i < where.n; i++, x += n, a += n, b += n) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++) {
            value net = LOOP(factors)(registers, a, c, count.n_plus, chunks) -
                        LOOP(factors)(registers, b, c, count.n_minus, chunks);
            if (scaled) net = LOOP(operand)(registers, x[0], c, chunks) * net;
            to[c] = net;
        }
    }
}

INLINE void LOOP(net)(const value *registers, LOOP(place) where, const int *x,
                      const bp_tape_group *group, const int chunks) {
    const int plus = group->n_plus, minus = group->n_minus;
#define USUAL(kind, p, m)                                                              \
    if (group->op == BP_TAPE_##kind && plus == (p) && minus == (m)) {                  \
        const bp_tape_group count = {                                                  \
            .op = BP_TAPE_##kind, .n_plus = (p), .n_minus = (m)};                      \
        LOOP(fixed_net)(registers, where, x, count, chunks);                           \
        return;                                                                        \
    }
    USUAL(NET, 3, 2)
    USUAL(NET, 2, 3)
    USUAL(NET, 2, 2)
    USUAL(NET, 3, 3)
    USUAL(SCALED_NET, 3, 2)
    USUAL(SCALED_NET, 2, 3)
    USUAL(SCALED_NET, 2, 2)
#undef USUAL
    LOOP(fixed_net)(registers, where, x, *group, chunks);
}

INLINE void LOOP(divide)(const value *restrict registers, LOOP(place) where,
                         const int *x, const int chunks) {
    for (int i = 0; i < where.n; i++, x += 2) {
        value *restrict to = LOOP(result)(where, i, chunks);
        for (int c = 0; c < chunks; c++)
            to[c] = LOOP(operand)(registers, x[0], c, chunks) /
                    LOOP(operand)(registers, x[1], c, chunks);
    }
}

// x: output, register of each
INLINE void LOOP(copy)(const value *restrict registers, value *restrict output,
                       const int *restrict x, int n, const int chunks) {
    for (int i = 0; i < n; i++) {
        value *to = (value *)((char *)output + x[2 * i] * LOOP(times)(chunks));
        for (int c = 0; c < chunks; c++)
            to[c] = LOOP(operand)(registers, x[2 * i + 1], c, chunks);
    }
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
    case BP_TAPE_SCALED_NET:
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
    const int lanes = (int)LOOP(times)(chunks);
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
    LOOP(copy)(values, out, tape->copies, tape->n_copies, chunks);
}
