// One copy of the loops, for PRECISION (double, float), LANES (1, 4, 8) and positions
// of WIDTH bits (16, 32). Included by sparse_run.c only, many times.

#define WORD      JOIN(uint, WIDTH, _t, )
#define BYTES     (LANES * (int)sizeof(PRECISION))
#define VECTOR    NAME(vector_)
#define BLOCK     NAME(block_)
#define N_VECTORS (BYTES <= WIDEST || LANES == 1 ? 1 : BYTES / WIDEST)

#if LANES == 1
typedef PRECISION VECTOR;
#else
typedef PRECISION VECTOR
    __attribute__((vector_size(BYTES <= WIDEST ? BYTES : WIDEST), may_alias));
#endif

// All lanes of a number: at most four vectors, by name so that they stay in registers.
typedef struct BLOCK {
    VECTOR a, b, c, d;
} BLOCK;

INLINE BLOCK NAME(load)(const PRECISION *x, size_t at) {
    const VECTOR *v = (const VECTOR *)(x + at * LANES);
    BLOCK block = {0};
    block.a = v[0];
    if (N_VECTORS > 1) block.b = v[1];
    if (N_VECTORS > 2) block.c = v[2], block.d = v[3];
    return block;
}

INLINE void NAME(store)(PRECISION *x, size_t at, BLOCK block) {
    VECTOR *v = (VECTOR *)(x + at * LANES);
    v[0] = block.a;
    if (N_VECTORS > 1) v[1] = block.b;
    if (N_VECTORS > 2) v[2] = block.c, v[3] = block.d;
}

// The caller's numbers are double and need not be aligned.
INLINE BLOCK NAME(take)(const double *values) {
    PRECISION x[LANES] __attribute__((aligned(64)));
    for (int l = 0; l < LANES; l++)
        x[l] = (PRECISION)values[l];
    return NAME(load)(x, 0);
}

// sum - a b
INLINE BLOCK NAME(subtract)(BLOCK sum, BLOCK a, BLOCK b) {
    sum.a -= a.a * b.a;
    if (N_VECTORS > 1) sum.b -= a.b * b.b;
    if (N_VECTORS > 2) sum.c -= a.c * b.c, sum.d -= a.d * b.d;
    return sum;
}

INLINE BLOCK NAME(multiply)(BLOCK a, BLOCK b) {
    a.a *= b.a;
    if (N_VECTORS > 1) a.b *= b.b;
    if (N_VECTORS > 2) a.c *= b.c, a.d *= b.d;
    return a;
}

INLINE BLOCK NAME(invert)(BLOCK a) {
    a.a = 1 / a.a;
    if (N_VECTORS > 1) a.b = 1 / a.b;
    if (N_VECTORS > 2) a.c = 1 / a.c, a.d = 1 / a.d;
    return a;
}

// ---- factorisation ----

typedef struct NAME(numbers_) {
    const double *values;
    PRECISION *factors;
    PRECISION least[LANES], most[LANES]; // of a pivot's entry of A over it, squared
    PRECISION spoilt[LANES];             // 0 while all are finite
} NAME(numbers_);

// Squared, so that there is no sign. What is no number stays in `spoilt`.
INLINE void NAME(watch)(NAME(numbers_) * x, BLOCK entry, BLOCK inverse) {
    PRECISION ratio[LANES] __attribute__((aligned(64)));
    BLOCK r = NAME(multiply)(entry, inverse);
    NAME(store)(ratio, 0, NAME(multiply)(r, r));
    for (int l = 0; l < LANES; l++) {
        x->least[l] = ratio[l] < x->least[l] ? ratio[l] : x->least[l];
        x->most[l] = ratio[l] > x->most[l] ? ratio[l] : x->most[l];
        x->spoilt[l] += ratio[l] * 0;
    }
}

INLINE BLOCK NAME(product)(BLOCK sum, const PRECISION *factors, const WORD *s) {
    return NAME(subtract)(sum, NAME(load)(factors + s[0], 0),
                          NAME(load)(factors + s[1], 0));
}

// The entries of a group; `length` of products: below 0, each names its own.
INLINE const WORD *NAME(entries)(const WORD *s, int n, const int kind, const int length,
                                 NAME(numbers_) * x) {
    const bool from_a = kind != BP_SPARSE_L_FILL && kind != BP_SPARSE_U_FILL;
    const bool scaled = kind == BP_SPARSE_L || kind == BP_SPARSE_L_FILL;
    PRECISION *factors = x->factors;
    for (int i = 0; i < n; i++) {
        size_t entry = *s++, pivot = 0;
        BLOCK sum = {0}, source = {0};
        if (from_a) sum = source = NAME(take)(x->values + *s++);
        if (scaled) pivot = *s++;
        int products = length >= 0 ? length : (int)*s++;
        int k = 0;
        if (length < 0 || length > 4) // even
            for (; k < products; k += 2, s += 4) {
                sum = NAME(product)(sum, factors, s);
                sum = NAME(product)(sum, factors, s + 2);
            }
        for (; k < products; k++, s += 2)
            sum = NAME(product)(sum, factors, s);
        if (scaled) sum = NAME(multiply)(sum, NAME(load)(factors + pivot, 0));
        if (kind == BP_SPARSE_PIVOT) {
            sum = NAME(invert)(sum);
            NAME(watch)(x, source, sum);
        }
        NAME(store)(factors + entry, 0, sum);
    }
    return s;
}

// Short sums have loops of their own.
INLINE const WORD *NAME(group)(const WORD *s, bp_sparse_group group, const int kind,
                               NAME(numbers_) * x) {
    switch (group.length) {
    case 0:
        return NAME(entries)(s, group.n, kind, 0, x);
    case 1:
        return NAME(entries)(s, group.n, kind, 1, x);
    case 2:
        return NAME(entries)(s, group.n, kind, 2, x);
    case 3:
        return NAME(entries)(s, group.n, kind, 3, x);
    case 4:
        return NAME(entries)(s, group.n, kind, 4, x);
    case BP_SPARSE_LONGEST + 1:
        return NAME(entries)(s, group.n, kind, -1, x);
    default:
        return NAME(entries)(s, group.n, kind, group.length, x);
    }
}

// ---- the block ----

// One lane takes several columns at once, several lanes one column after the other.
#if LANES == 1
#define COLUMNS NAME(columns_)
enum { COLUMNS = WIDEST / sizeof(PRECISION) < 4 ? WIDEST / sizeof(PRECISION) : 4 };
typedef PRECISION NAME(wide_) __attribute__((vector_size(COLUMNS * sizeof(PRECISION)),
                                             may_alias, aligned(sizeof(PRECISION))));

INLINE void NAME(reduce_columns)(PRECISION *row, const PRECISION *panel, size_t step,
                                 const BLOCK *multiplier, const int n) {
    NAME(wide_) sum = *(const NAME(wide_) *)row;
    for (int p = 0; p < n; p++)
        sum -= multiplier[p].a * *(const NAME(wide_) *)(panel + (size_t)p * step);
    *(NAME(wide_) *)row = sum;
}
#else
#define COLUMNS 1

// row[j] -= multiplier[p] panel[p][j] for n pivots p, COLUMNS columns j.
INLINE void NAME(reduce_columns)(PRECISION *row, const PRECISION *panel, size_t step,
                                 const BLOCK *multiplier, const int n) {
    BLOCK sum = NAME(load)(row, 0);
    for (int p = 0; p < n; p++)
        sum = NAME(subtract)(sum, multiplier[p], NAME(load)(panel, (size_t)p * step));
    NAME(store)(row, 0, sum);
}
#endif

// Takes the first n pivots of a panel out of a row behind them, from the column of the
// first pivot on, `columns` of them. `step` entries from row to row of the panel.
INLINE void NAME(reduce)(PRECISION *row, const PRECISION *panel, int columns,
                         size_t step, const int n) {
    BLOCK multiplier[BP_SPARSE_PANEL] = {0};
    for (int p = 0; p < n; p++) {
        const PRECISION *pivot = panel + (size_t)p * step * LANES;
        multiplier[p] =
            NAME(multiply)(NAME(load)(row, (size_t)p), NAME(load)(pivot, (size_t)p));
        NAME(store)(row, (size_t)p, multiplier[p]);
        for (int j = p + 1; j < BP_SPARSE_PANEL; j++)
            NAME(store)
        (row, (size_t)j,
         NAME(subtract)(NAME(load)(row, (size_t)j), multiplier[p],
                        NAME(load)(pivot, (size_t)j)));
    }
    for (int j = BP_SPARSE_PANEL; j < columns; j += COLUMNS)
        NAME(reduce_columns)
    (row + (size_t)j * LANES, panel + (size_t)j * LANES, step, multiplier, n);
}

INLINE void NAME(invert_pivot)(PRECISION *pivot, size_t source, NAME(numbers_) * x) {
    BLOCK inverse = NAME(invert)(NAME(load)(pivot, 0));
    NAME(watch)(x, NAME(take)(x->values + source), inverse);
    NAME(store)(pivot, 0, inverse);
}

static void NAME(factor_tail)(const bp_sparse_tail *tail, NAME(numbers_) * x) {
    const size_t n = (size_t)tail->n;
    PRECISION *block = x->factors + (size_t)tail->start * LANES;
    for (size_t first = 0; first < n; first += BP_SPARSE_PANEL) {
        PRECISION *panel = block + (first * n + first) * LANES, *row = panel;
        const int columns = (int)(n - first), *source = tail->source + first;
        NAME(invert_pivot)(row, (size_t)LANES * (size_t)source[0], x);
        row += n * LANES;
        NAME(reduce)(row, panel, columns, n, 1);
        NAME(invert_pivot)(row + 1 * LANES, (size_t)LANES * (size_t)source[1], x);
        row += n * LANES;
        NAME(reduce)(row, panel, columns, n, 2);
        NAME(invert_pivot)(row + 2 * LANES, (size_t)LANES * (size_t)source[2], x);
        row += n * LANES;
        NAME(reduce)(row, panel, columns, n, 3);
        NAME(invert_pivot)(row + 3 * LANES, (size_t)LANES * (size_t)source[3], x);
        for (size_t i = first + BP_SPARSE_PANEL; i < n; i++) {
            row += n * LANES;
            NAME(reduce)(row, panel, columns, n, BP_SPARSE_PANEL);
        }
    }
}

INLINE void NAME(clear_tail)(const bp_sparse_tail *tail, PRECISION *factors) {
    size_t count = (size_t)tail->n * (size_t)tail->n * LANES;
    memset(factors + (size_t)tail->start * LANES, 0, count * sizeof *factors);
}

// ---- all of it ----

static void NAME(factor_)(const bp_sparse_program *program, const double *values,
                          void *factors, bool *bad) {
    const bp_sparse_stream *stream = &program->factor;
    const WORD *s = STREAM(stream);
    NAME(numbers_) x = {.values = values, .factors = factors};
    for (int l = 0; l < LANES; l++)
        x.least[l] = x.most[l] = 1;
    NAME(clear_tail)(&program->tail, factors);
    for (int g = 0; g < stream->n_groups; g++) {
        const bp_sparse_group group = stream->group[g];
        switch (group.kind) {
        case BP_SPARSE_U:
            s = NAME(group)(s, group, BP_SPARSE_U, &x);
            break;
        case BP_SPARSE_U_FILL:
            s = NAME(group)(s, group, BP_SPARSE_U_FILL, &x);
            break;
        case BP_SPARSE_L:
            s = NAME(group)(s, group, BP_SPARSE_L, &x);
            break;
        case BP_SPARSE_L_FILL:
            s = NAME(group)(s, group, BP_SPARSE_L_FILL, &x);
            break;
        default:
            s = NAME(group)(s, group, BP_SPARSE_PIVOT, &x);
        }
    }
    NAME(factor_tail)(&program->tail, &x);
    const PRECISION least = 1 / MOST_GROWTH, most = 1 / LEAST_LEFT;
    for (int l = 0; l < LANES; l++)
        bad[l] = !(x.least[l] >= least * least && x.most[l] <= most * most &&
                   x.spoilt[l] == 0);
}

// ---- solves ----

typedef struct NAME(position_) {
    const WORD *s;
    const PRECISION *factors;
} NAME(position_);

INLINE NAME(position_) NAME(rows)(NAME(position_) at, int n, const bool backward,
                                  const int length, PRECISION *x) {
    for (int i = 0; i < n; i++) {
        size_t unknown = *at.s++;
        int products = length >= 0 ? length : (int)*at.s++;
        BLOCK sum = NAME(load)(x + unknown, 0);
        for (int k = 0; k < products; k++) {
            sum = NAME(subtract)(sum, NAME(load)(at.factors, 0),
                                 NAME(load)(x + *at.s++, 0));
            at.factors += LANES;
        }
        if (backward) {
            sum = NAME(multiply)(sum, NAME(load)(at.factors, 0));
            at.factors += LANES;
        }
        NAME(store)(x + unknown, 0, sum);
    }
    return at;
}

INLINE NAME(position_) NAME(row_group)(NAME(position_) at, bp_sparse_group group,
                                       const bool backward, PRECISION *x) {
    switch (group.length) {
    case 0:
        return NAME(rows)(at, group.n, backward, 0, x);
    case 1:
        return NAME(rows)(at, group.n, backward, 1, x);
    case 2:
        return NAME(rows)(at, group.n, backward, 2, x);
    case 3:
        return NAME(rows)(at, group.n, backward, 3, x);
    case 4:
        return NAME(rows)(at, group.n, backward, 4, x);
    case BP_SPARSE_LONGEST + 1:
        return NAME(rows)(at, group.n, backward, -1, x);
    default:
        return NAME(rows)(at, group.n, backward, group.length, x);
    }
}

// Unknowns i .. i + 3 of the block less their products with unknowns from .. to.
INLINE void NAME(solve_rows)(const PRECISION *rows, size_t n, PRECISION *y, size_t i,
                             size_t from, size_t to) {
    BLOCK a = NAME(load)(y, i), b = NAME(load)(y, i + 1), c = NAME(load)(y, i + 2),
          d = NAME(load)(y, i + 3);
    for (size_t k = from; k < to; k++) {
        BLOCK x = NAME(load)(y, k);
        a = NAME(subtract)(a, NAME(load)(rows, k), x);
        b = NAME(subtract)(b, NAME(load)(rows, n + k), x);
        c = NAME(subtract)(c, NAME(load)(rows, 2 * n + k), x);
        d = NAME(subtract)(d, NAME(load)(rows, 3 * n + k), x);
    }
    NAME(store)(y, i, a);
    NAME(store)(y, i + 1, b);
    NAME(store)(y, i + 2, c);
    NAME(store)(y, i + 3, d);
}

// y[to] -= row[at] y[at]
INLINE void NAME(solve_one)(const PRECISION *row, PRECISION *y, size_t to, size_t at) {
    NAME(store)
    (y, to, NAME(subtract)(NAME(load)(y, to), NAME(load)(row, at), NAME(load)(y, at)));
}

INLINE void NAME(solve_block)(const PRECISION *block, size_t n, PRECISION *y) {
    for (size_t i = 0; i < n; i += BP_SPARSE_PANEL) {
        const PRECISION *rows = block + i * n * LANES;
        NAME(solve_rows)(rows, n, y, i, 0, i);
        for (size_t r = 1; r < BP_SPARSE_PANEL; r++)
            for (size_t k = 0; k < r; k++)
                NAME(solve_one)(rows + r * n * LANES, y, i + r, i + k);
    }
    for (size_t i = n; i > 0; i -= BP_SPARSE_PANEL) {
        const size_t first = i - BP_SPARSE_PANEL;
        const PRECISION *rows = block + first * n * LANES;
        NAME(solve_rows)(rows, n, y, first, i, n);
        for (size_t r = BP_SPARSE_PANEL; r-- > 0;) {
            const PRECISION *row = rows + r * n * LANES;
            for (size_t k = r + 1; k < BP_SPARSE_PANEL; k++)
                NAME(solve_one)(row, y, first + r, first + k);
            NAME(store)
            (y, first + r,
             NAME(multiply)(NAME(load)(y, first + r), NAME(load)(row, first + r)));
        }
    }
}

static void NAME(solve_tail)(const bp_sparse_tail *tail, const PRECISION *factors,
                             PRECISION *x, PRECISION *y) {
    for (int i = 0; i < tail->n; i++)
        NAME(store)(y, (size_t)i, NAME(load)(x, (size_t)tail->variable[i]));
    NAME(solve_block)(factors + (size_t)tail->start * LANES, (size_t)tail->n, y);
    for (int i = 0; i < tail->n; i++)
        NAME(store)(x, (size_t)tail->variable[i], NAME(load)(y, (size_t)i));
}

static void NAME(solve_)(const bp_sparse_program *program, const void *factors,
                         void *unknowns) {
    const bp_sparse_stream *stream = &program->solve;
    PRECISION *x = unknowns;
    NAME(position_) at = {.s = STREAM(stream), .factors = factors};
    for (int g = 0; g < program->n_forward; g++)
        at = NAME(row_group)(at, stream->group[g], false, x);
    NAME(solve_tail)(&program->tail, factors, x, x + (size_t)program->n * LANES);
    for (int g = program->n_forward; g < stream->n_groups; g++)
        at = NAME(row_group)(at, stream->group[g], true, x);
}

#undef COLUMNS
#undef WORD
#undef BYTES
#undef VECTOR
#undef BLOCK
#undef N_VECTORS
#undef LANES
#undef WIDTH
