// The loops. Sums run in an order that the source states, so the digits are the same on
// every machine.
#include "solver/step_passes.h"

#include <math.h>

#include "base/flush.h"
#include "solver/problem.h"

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

// Sums are kept in so many parts.
enum { PARTS = 16 };

// ---- right-hand side ----

#define RESIDUAL(KIND, NAME)                                                           \
    static void NAME(const bp_newton_vectors *v, KIND *restrict room) {                \
        const double *restrict f = v->f, *restrict zn1 = v->zn1;                       \
        const double *restrict c = v->correction;                                      \
        const double gamma = v->gamma, rl1 = v->rl1;                                   \
        const int length = v->n * v->n_lanes;                                          \
        if (v->first)                                                                  \
            for (int i = 0; i < length; i++)                                           \
                room[i] = (KIND)(gamma * f[i] - rl1 * zn1[i]);                         \
        else                                                                           \
            for (int i = 0; i < length; i++)                                           \
                room[i] = (KIND)(gamma * f[i] - (rl1 * zn1[i] + c[i]));                \
    }

RESIDUAL(double, residual_wide)
RESIDUAL(float, residual_narrow)

void BP_ISA_NAME(bp_newton_residual)(const bp_newton_vectors *v, bp_lu_room room) {
    if (room.wide) {
        residual_wide(v, room.wide);
        return;
    }
    bp_flush before = bp_flush_begin();
    residual_narrow(v, room.narrow);
    bp_flush_end(before);
}

// ---- correction ----

// Numbers i .. i + count of the vectors; what they add to the sums of squares. Parts
// are of one lane each: so many numbers at once as both parts and lanes divide.
#define CORRECT(KIND, NAME)                                                            \
    INLINE void NAME##_some(const bp_newton_vectors *v, double factor,                 \
                            const KIND *restrict room, int i, const int count,         \
                            double *restrict part) {                                   \
        double *restrict correction = v->correction + i, *restrict y = v->y + i;       \
        const double *restrict weight = v->weight + i;                                 \
        const double *restrict predicted = v->predicted + i;                           \
        const bool first = v->first;                                                   \
        for (int k = 0; k < count; k++) {                                              \
            double step = factor * (double)room[i + k];                                \
            double change = first ? step : correction[k] + step;                       \
            double off = step * weight[k];                                             \
            correction[k] = change;                                                    \
            y[k] = predicted[k] + change;                                              \
            part[k] += off * off;                                                      \
        }                                                                              \
    }                                                                                  \
    static void NAME(const bp_newton_vectors *v, double factor,                        \
                     const KIND *restrict room, double *restrict part) {               \
        const int length = v->n * v->n_lanes, lanes = v->n_lanes;                      \
        int i = 0;                                                                     \
        if (PARTS % lanes == 0)                                                        \
            for (; i + PARTS <= length; i += PARTS)                                    \
                NAME##_some(v, factor, room, i, PARTS, part);                          \
        else                                                                           \
            for (; i < length; i += lanes)                                             \
                NAME##_some(v, factor, room, i, lanes, part);                          \
        NAME##_some(v, factor, room, i, length - i, part);                             \
    }

CORRECT(double, correct_wide)
CORRECT(float, correct_narrow)

static double worst_of(double part[PARTS], int n_lanes) {
    double worst = 0.0;
    int parts = PARTS % n_lanes == 0 ? PARTS : n_lanes;
    for (; parts > n_lanes; parts /= 2)
        for (int k = 0; k < parts / 2; k++)
            part[k] += part[parts / 2 + k];
    for (int lane = 0; lane < n_lanes; lane++)
        worst = part[lane] > worst || isnan(part[lane]) ? part[lane] : worst;
    return worst;
}

double BP_ISA_NAME(bp_newton_correct)(const bp_newton_vectors *v, double factor,
                                      bp_lu_room room) {
    double part[PARTS] = {0};
    if (room.wide)
        correct_wide(v, factor, room.wide, part);
    else
        correct_narrow(v, factor, room.narrow, part);
    return worst_of(part, v->n_lanes);
}

// ---- weights and matrix ----

void BP_ISA_NAME(bp_error_weights)(int length, double rtol, const double *restrict y,
                                   const double *restrict atol,
                                   double *restrict weight) {
    for (int i = 0; i < length; i++)
        weight[i] = 1.0 / (rtol * fabs(y[i]) + atol[i]);
}

bool BP_ISA_NAME(bp_newton_matrix)(const bp_pattern *p, int n_lanes, double gamma,
                                   const double *restrict jacobian,
                                   double *restrict values) {
    double part[PARTS] = {0}, sum = 0.0; // stay 0 while everything is finite
    const int count = p->nnz * n_lanes;
    int k = 0;
    for (; k + PARTS <= count; k += PARTS)
        for (int i = 0; i < PARTS; i++) {
            double value = -gamma * jacobian[k + i];
            values[k + i] = value;
            part[i] += value * 0.0;
        }
    for (; k < count; k++) {
        values[k] = -gamma * jacobian[k];
        sum += values[k] * 0.0;
    }
    for (int i = 0; i < PARTS; i++)
        sum += part[i];
    for (int j = 0; j < p->n; j++)
        for (int lane = 0; lane < n_lanes; lane++)
            values[p->diagonal[j] * n_lanes + lane] += 1.0;
    return sum == 0.0;
}
