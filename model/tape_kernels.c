// The interpreter: one loop per group, compiled once for each kind of processor
// (base/isa_copy.h), and in each of these copies once for each usual number of lanes.
#include "model/tape_kernels.h"

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

INLINE const double *operand(const double *registers, int place, int lanes) {
    return (const double *)((const char *)registers + (ptrdiff_t)place * lanes);
}

// What is neither sum nor product is never written straight to the output. `value` of
// a, b, c for every operation and lane:
#define DEFINE_RUN(name, arity, value)                                                 \
    static void run_##name(const double *registers, double *to, const int *x,          \
                           const int n, const int lanes) {                             \
        for (int i = 0; i < n; i++, to += lanes, x += (arity)) {                       \
            for (int l = 0; l < lanes; l++) {                                          \
                const double a = operand(registers, x[0], lanes)[l];                   \
                const double b =                                                       \
                    (arity) > 1 ? operand(registers, x[(arity) > 1], lanes)[l] : 0;    \
                const double c =                                                       \
                    (arity) > 2 ? operand(registers, x[2 * ((arity) > 2)], lanes)[l]   \
                                : 0;                                                   \
                (void)b, (void)c;                                                      \
                to[l] = (value);                                                       \
            }                                                                          \
        }                                                                              \
    }
DEFINE_RUN(RECIPROCAL, 1, 1 / a)
#define X(name, arity, text, value) DEFINE_RUN(name, arity, value)
BP_PRIMITIVE_LIST(X)
#undef X

static void run_primitive(const bp_tape *tape, const bp_tape_group *group,
                          double *registers, int lanes) {
    const int *x = tape->index + group->operands;
    double *to = registers + (ptrdiff_t)group->first_register * lanes;
    switch (group->op) {
    case BP_TAPE_RECIPROCAL:
        run_RECIPROCAL(registers, to, x, group->n, lanes);
        break;
#define X(name, arity, text, value)                                                    \
    case BP_TAPE_##name:                                                               \
        run_##name(registers, to, x, group->n, lanes);                                 \
        break;
        BP_PRIMITIVE_LIST(X)
#undef X
    default:
        break;
    }
}

// ---- the loops, for every number of lanes ----

#define value      double
#define LOOP(name) name##_any
#include "model/tape_loops.h"
#undef value
#undef LOOP

#if defined(__GNUC__)

// Vectors may lie anywhere: outputs belong to the caller.
#define VECTOR(n)                                                                      \
    __attribute__((vector_size((n) * sizeof(double)), aligned(8), may_alias))
#if defined(__AVX512F__)
enum { WIDTH_4 = 4, WIDTH_8 = 8 };
#elif defined(__AVX__)
enum { WIDTH_4 = 4, WIDTH_8 = 4 };
#else
enum { WIDTH_4 = 2, WIDTH_8 = 2 };
#endif
typedef double vector_4 VECTOR(WIDTH_4);
typedef double vector_8 VECTOR(WIDTH_8);

#define value      vector_4
#define LOOP(name) name##_4
#include "model/tape_loops.h"
#undef value
#undef LOOP

#define value      vector_8
#define LOOP(name) name##_8
#include "model/tape_loops.h"
#undef value
#undef LOOP

static void run_lanes(const bp_tape *tape, double *registers, double *output,
                      int n_lanes) {
    if (n_lanes == 4)
        run_4(tape, registers, output, 4 / WIDTH_4);
    else if (n_lanes == 8)
        run_8(tape, registers, output, 8 / WIDTH_8);
    else if (n_lanes == 16)
        run_8(tape, registers, output, 16 / WIDTH_8);
    else
        run_any(tape, registers, output, n_lanes);
}

// 0 * x is 0 for finite x and NaN else, so that no sum can overflow. There are several
// sums, for one waits for each addition.
INLINE size_t finite_part(const double *values, size_t n, bool *finite) {
    enum { SUMS = 8 };
    const size_t step = SUMS * (size_t)WIDTH_8;
    vector_8 sum[SUMS] = {{0}};
    size_t i = 0;
    for (; i + step <= n; i += step)
        for (int k = 0; k < SUMS; k++)
            sum[k] += 0 * ((const vector_8 *)(values + i))[k];
    for (int k = 1; k < SUMS; k++)
        sum[0] += sum[k];
    for (int l = 0; l < WIDTH_8; l++)
        *finite &= sum[0][l] == 0;
    return i;
}

#else

INLINE size_t finite_part(const double *values, size_t n, bool *finite) {
    (void)values, (void)n, (void)finite;
    return 0;
}

static void run_lanes(const bp_tape *tape, double *registers, double *output,
                      int n_lanes) {
    run_any(tape, registers, output, n_lanes);
}

#endif

void BP_ISA_NAME(bp_tape_kernels)(const bp_tape *tape, double *registers,
                                  double *output, int n_lanes) {
    if (n_lanes == 1)
        run_any(tape, registers, output, 1);
    else
        run_lanes(tape, registers, output, n_lanes);
}

bool BP_ISA_NAME(bp_tape_finite)(const double *values, size_t n) {
    bool finite = true;
    double sum = 0;
    for (size_t i = finite_part(values, n, &finite); i < n; i++)
        sum += 0 * values[i];
    return finite && sum == 0;
}
