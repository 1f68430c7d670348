// Fused passes of Newton's iteration: what they compute, with any number of lanes, by
// the copy for every processor.
#include "solver/step_passes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"
#include "tests/support/harness.h"

enum { MOST = 16 * 37 };

typedef struct numbers {
    double zn1[MOST], f[MOST], predicted[MOST], weight[MOST], correction[MOST], y[MOST];
    double wide[MOST];
    float narrow[MOST];
    bp_newton_vectors v;
} numbers;

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u; // Numerical Recipes
    return (double)(*seed >> 8) / 8388608.0 - 1.0;
}

static void fill(numbers *x, int n, int lanes, bool first) {
    unsigned seed = 5;
    for (int i = 0; i < n * lanes; i++) {
        x->zn1[i] = draw(&seed);
        x->f[i] = draw(&seed);
        x->predicted[i] = draw(&seed);
        x->weight[i] = 1.0 + draw(&seed) / 2;
        x->correction[i] = first ? NAN : draw(&seed);
    }
    x->v = (bp_newton_vectors){.n = n,
                               .n_lanes = lanes,
                               .gamma = 0.3,
                               .rl1 = 0.7,
                               .zn1 = x->zn1,
                               .f = x->f,
                               .predicted = x->predicted,
                               .weight = x->weight,
                               .correction = x->correction,
                               .y = x->y,
                               .first = first};
}

// A residual and a correction in double precision against the formulas; how far the
// worst lane's sum is off, and into `sum` what it is.
static void check_wide(numbers *x, int n, int lanes, bool first) {
    fill(x, n, lanes, first);
    bp_lu_room room = {.wide = x->wide};
    double old[MOST], sums[16] = {0}, worst = 0.0;
    memcpy(old, x->correction, sizeof old);
    BP_ISA_CHOOSE(bp_newton_residual)(&x->v, room);
    double got = BP_ISA_CHOOSE(bp_newton_correct)(&x->v, 0.5, room);
    for (int i = 0; i < n * lanes; i++) {
        double c = first ? 0.0 : old[i];
        double right = 0.3 * x->f[i] - (0.7 * x->zn1[i] + c);
        CHECK_NEAR(x->wide[i], right, 1e-15);
        CHECK_NEAR(x->correction[i], c + 0.5 * right, 1e-15);
        CHECK_NEAR(x->y[i], x->predicted[i] + c + 0.5 * right, 1e-15);
        sums[i % lanes] += pow(0.5 * right * x->weight[i], 2);
    }
    for (int lane = 0; lane < lanes; lane++)
        worst = fmax(worst, sums[lane]);
    CHECK_NEAR(got, worst, 1e-13 * worst);
}

// The same in single precision, against that in double precision.
static void check_narrow(numbers *x, int n, int lanes, bool first) {
    fill(x, n, lanes, first);
    BP_ISA_CHOOSE(bp_newton_residual)(&x->v, (bp_lu_room){.wide = x->wide});
    BP_ISA_CHOOSE(bp_newton_residual)(&x->v, (bp_lu_room){.narrow = x->narrow});
    for (int i = 0; i < n * lanes; i++)
        CHECK_NEAR(x->narrow[i], x->wide[i], FLT_EPSILON);
    double y[MOST];
    double sum =
        BP_ISA_CHOOSE(bp_newton_correct)(&x->v, 0.5, (bp_lu_room){.wide = x->wide});
    memcpy(y, x->y, sizeof y);
    fill(x, n, lanes, first);
    double got =
        BP_ISA_CHOOSE(bp_newton_correct)(&x->v, 0.5, (bp_lu_room){.narrow = x->narrow});
    CHECK_NEAR(got, sum, 1e-6 * sum);
    for (int i = 0; i < n * lanes; i++)
        CHECK_NEAR(x->y[i], y[i], FLT_EPSILON);
}

static void everything(numbers *x, void (*check)(numbers *, int, int, bool)) {
    const int lanes[] = {1, 3, 4, 8, 16}, sizes[] = {1, 5, 16, 37};
    for (int l = 0; l < 5; l++)
        for (int k = 0; k < 4; k++)
            for (int first = 0; first < 2; first++)
                check(x, sizes[k], lanes[l], first);
}

static void for_every_processor(void (*check)(numbers *, int, int, bool)) {
    bp_isa best = bp_isa_used();
    numbers *x = calloc(1, sizeof *x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    for (int isa = BP_ISA_BASELINE; isa < BP_ISA_COUNT; isa++)
        if (bp_isa_use((bp_isa)isa)) everything(x, check);
    CU_ASSERT_TRUE(bp_isa_use(best));
    free(x);
}

static void residual_and_correction_are_the_formulas(void) {
    for_every_processor(check_wide);
}

static void single_precision_is_the_same_rounded(void) {
    for_every_processor(check_narrow);
}

// A lane that is no number is never hidden by the others.
static void what_is_no_number_is_seen(void) {
    numbers *x = calloc(1, sizeof *x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    const int lanes[] = {1, 3, 8};
    for (int l = 0; l < 3; l++)
        for (int lane = 0; lane < lanes[l]; lane++) {
            fill(x, 20, lanes[l], true);
            bp_lu_room room = {.wide = x->wide};
            BP_ISA_CHOOSE(bp_newton_residual)(&x->v, room);
            x->wide[7 * lanes[l] + lane] = NAN;
            CU_ASSERT(isnan(BP_ISA_CHOOSE(bp_newton_correct)(&x->v, 1.0, room)));
        }
    free(x);
}

static void numbers_too_small_are_0_in_single_precision(void) {
    numbers *x = calloc(1, sizeof *x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    fill(x, 8, 4, true);
    for (int i = 0; i < 32; i++) {
        x->f[i] = 0.0;
        x->zn1[i] = i == 3 ? 1.0 : 1e-40;
    }
    BP_ISA_CHOOSE(bp_newton_residual)(&x->v, (bp_lu_room){.narrow = x->narrow});
    for (int i = 0; i < 32; i++)
        CHECK_NEAR(x->narrow[i], i == 3 ? -0.7f : 0.0f, FLT_MIN);
    volatile double tiny = 1e-310; // the mode is as it was
    CU_ASSERT(tiny * 0.5 > 0.0);
    free(x);
}

static void weights_are_of_the_tolerances(void) {
    double y[21], atol[21], weight[21];
    for (int i = 0; i < 21; i++) {
        y[i] = i - 10.0;
        atol[i] = 1e-9 * (i + 1);
    }
    BP_ISA_CHOOSE(bp_error_weights)(21, 1e-6, y, atol, weight);
    for (int i = 0; i < 21; i++)
        CHECK_NEAR(weight[i] * (1e-6 * fabs(y[i]) + atol[i]), 1.0, 1e-15);
}

// [[2, 3], [0, 5]] by columns: I - gamma J, and an entry that is not finite.
static void the_matrix_is_i_minus_gamma_j(void) {
    int column_start[] = {0, 1, 3}, row[] = {0, 0, 1}, diagonal[] = {0, 2};
    bp_pattern p = {.n = 2,
                    .nnz = 3,
                    .column_start = column_start,
                    .row = row,
                    .diagonal = diagonal};
    enum { LANES = 4 };
    double jacobian[3 * LANES], values[3 * LANES];
    const double entry[] = {2.0, 3.0, 5.0}, wanted[] = {0.8, -0.3, 0.5};
    for (int k = 0; k < 3 * LANES; k++)
        jacobian[k] = entry[k / LANES];
    CU_ASSERT(BP_ISA_CHOOSE(bp_newton_matrix)(&p, LANES, 0.1, jacobian, values));
    for (int k = 0; k < 3 * LANES; k++)
        CHECK_NEAR(values[k], wanted[k / LANES], 1e-15);
    for (int k = 0; k < 3 * LANES; k++) {
        double kept = jacobian[k];
        jacobian[k] = k % 2 ? INFINITY : NAN;
        CU_ASSERT(!BP_ISA_CHOOSE(bp_newton_matrix)(&p, LANES, 0.1, jacobian, values));
        jacobian[k] = kept;
    }
}

static const test_case tests[] = {
    TEST(residual_and_correction_are_the_formulas),
    TEST(single_precision_is_the_same_rounded),
    TEST(what_is_no_number_is_seen),
    TEST(numbers_too_small_are_0_in_single_precision),
    TEST(weights_are_of_the_tolerances),
    TEST(the_matrix_is_i_minus_gamma_j),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("step_passes", tests, argc, argv);
}
