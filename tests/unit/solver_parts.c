// White-box tests of what the integrators are built from: vectors with lanes, factors,
// the two tables.
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/integrator.h"
#include "solver/linear.h"
#include "solver/nvector.h"
#include "tests/support/harness.h"

// ---- vectors: the same as SUNDIALS' own ----

enum { N_VECTORS = 6 };

typedef struct pair {
    SUNContext context;
    N_Vector ours[N_VECTORS], theirs[N_VECTORS];
    bp_nvector_family family;
} pair;

// Numbers in (-1, 1) without zeros, the same each time.
static double pseudo_random(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return ((double)(*seed >> 8) + 0.5) / (1 << 23) - 1.0;
}

static void pair_init(pair *p, int n) {
    *p = (pair){0};
    SUNContext_Create(NULL, &p->context);
    unsigned seed = 7;
    for (int k = 0; k < N_VECTORS; k++) {
        p->ours[k] = bp_nvector_new(n, 1, &p->family, p->context);
        p->theirs[k] = N_VNew_Serial(n, p->context);
        for (int i = 0; i < n; i++)
            bp_nvector_data(p->ours[k])[i] = NV_Ith_S(p->theirs[k], i) =
                pseudo_random(&seed);
    }
}

static void pair_clear(pair *p) {
    for (int k = 0; k < N_VECTORS; k++) {
        N_VDestroy(p->ours[k]);
        N_VDestroy(p->theirs[k]);
    }
    SUNContext_Free(&p->context);
}

static double largest_difference(const pair *p, int n) {
    double largest = 0.0;
    for (int k = 0; k < N_VECTORS; k++)
        for (int i = 0; i < n; i++)
            largest = fmax(largest, fabs(bp_nvector_data(p->ours[k])[i] -
                                         NV_Ith_S(p->theirs[k], i)));
    return largest;
}

static void do_elementwise(N_Vector *v) {
    N_VLinearSum(1.0, v[0], -0.3, v[1], v[2]);
    N_VLinearSum(0.7, v[2], 1.0, v[2], v[2]);
    N_VLinearSum(0.7, v[0], -1.3, v[1], v[1]);
    N_VProd(v[0], v[1], v[3]);
    N_VDiv(v[3], v[0], v[4]);
    N_VScale(2.5, v[4], v[4]);
    N_VScale(1.0, v[4], v[0]);
    N_VAbs(v[0], v[0]);
    N_VAddConst(v[0], 0.5, v[0]);
    N_VInv(v[0], v[1]);
    N_VCompare(0.4, v[2], v[3]);
    N_VInvTest(v[0], v[2]);
    N_VConst(0.25, v[4]);
}

static void do_fused(N_Vector *v) {
    double c[] = {0.5, -1.5, 2.0, 0.125, 1.0};
    N_Vector x[] = {v[0], v[1], v[2], v[3]}, y[] = {v[2], v[3]};
    N_VLinearCombination(4, c, x, v[4]);
    N_VLinearCombination(3, c, x, v[0]); // the first term is the result
    N_VLinearCombination(2, c + 1, x, v[0]);
    N_VLinearCombination(1, c, x, v[1]);
    N_VScaleAddMulti(2, c, v[4], y, y);
    N_VScaleVectorArray(2, c, y, y);
}

// Sums as CVODES predicts; they wait until something else is done.
static void predict(N_Vector *v, int order, double sign) {
    for (int k = 1; k <= order; k++)
        for (int j = order; j >= k; j--)
            N_VLinearSum(1.0, v[j - 1], sign, v[j], v[j - 1]);
}

static double do_after_sums(N_Vector *v, int what) {
    const int order = 1 + what % 5;
    predict(v, order, 1.0);
    if (what % 2) predict(v, order, 1.0), predict(v, order, -1.0); // more than may wait
    double c[] = {0.5, -1.5};
    switch (what / 10) {
    case 0:
        return N_VWrmsNorm(v[0], v[1]);
    case 1:
        return N_VWrmsNormMask(v[0], v[1], v[2]);
    case 2:
        return N_VMin(v[1]) + N_VMaxNorm(v[0]);
    case 3:
        N_VScale(2.0, v[0], v[3]);
        return 0.0;
    case 4:
        N_VConst(0.25, v[1]); // after its last use
        return 0.0;
    case 5:
        return N_VLinearCombination(2, c, v, v[4]);
    case 6:
        return N_VScaleAddMulti(2, c, v[4], v, v);
    default:
        N_VLinearSum(0.5, v[0], 1.0, v[1], v[2]);
        return 0.0;
    }
}

static void sums_are_formed_before_they_are_used(void) {
    int lengths[] = {1, 9, 700, 1030};
    for (int l = 0; l < 4; l++) {
        for (int what = 0; what < 80; what++) {
            pair p;
            pair_init(&p, lengths[l]);
            CHECK_NEAR(do_after_sums(p.ours, what), do_after_sums(p.theirs, what),
                       1e-12);
            CHECK_NEAR(largest_difference(&p, lengths[l]), 0.0, 1e-13);
            predict(p.ours, 3, 1.0); // and go while they wait
            pair_clear(&p);
        }
    }
}

static void vectors_agree_with_those_of_sundials(void) {
    int lengths[] = {1, 7, 8, 9, 31, 64, 1001};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        int n = lengths[l];
        pair p;
        pair_init(&p, n);
        do_elementwise(p.ours);
        do_elementwise(p.theirs);
        CHECK_NEAR(largest_difference(&p, n), 0.0, 1e-14);
        pair_clear(&p);
        pair_init(&p, n);
        do_fused(p.ours);
        do_fused(p.theirs);
        CHECK_NEAR(largest_difference(&p, n), 0.0, 1e-14);
        pair_clear(&p);
    }
}

static void reductions_agree_with_those_of_sundials(void) {
    int lengths[] = {1, 7, 8, 9, 64, 1001};
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        int n = lengths[l];
        pair p;
        pair_init(&p, n);
        N_Vector *a = p.ours, *b = p.theirs;
        CHECK_NEAR(N_VDotProd(a[0], a[1]), N_VDotProd(b[0], b[1]), 1e-14 * n);
        CHECK_NEAR(N_VMaxNorm(a[0]), N_VMaxNorm(b[0]), 1e-300);
        CHECK_NEAR(N_VMin(a[0]), N_VMin(b[0]), 1e-300);
        CHECK_NEAR(N_VWrmsNorm(a[0], a[1]), N_VWrmsNorm(b[0], b[1]), 1e-14);
        CHECK_NEAR(N_VWrmsNormMask(a[0], a[1], a[2]), N_VWrmsNormMask(b[0], b[1], b[2]),
                   1e-14);
        CHECK_NEAR(N_VWL2Norm(a[0], a[1]), N_VWL2Norm(b[0], b[1]), 1e-13);
        CHECK_NEAR(N_VL1Norm(a[0]), N_VL1Norm(b[0]), 1e-13 * n);
        CHECK_NEAR(N_VMinQuotient(a[0], a[1]), N_VMinQuotient(b[0], b[1]), 1e-12);
        CU_ASSERT_EQUAL(N_VGetLength(a[0]), n);
        pair_clear(&p);
    }
}

static void constraints_are_judged_as_by_sundials(void) {
    pair p;
    pair_init(&p, 5);
    double code[] = {2.0, 1.0, 0.0, -1.0, -2.0}, x[] = {0.0, 0.0, -3.0, 1.0, -1.0};
    for (int i = 0; i < 5; i++) {
        bp_nvector_data(p.ours[0])[i] = NV_Ith_S(p.theirs[0], i) = code[i];
        bp_nvector_data(p.ours[1])[i] = NV_Ith_S(p.theirs[1], i) = x[i];
    }
    CU_ASSERT_EQUAL(N_VConstrMask(p.ours[0], p.ours[1], p.ours[2]),
                    N_VConstrMask(p.theirs[0], p.theirs[1], p.theirs[2]));
    CHECK_NEAR(largest_difference(&p, 5), 0.0, 1e-300);
    pair_clear(&p);
}

static void the_norm_is_that_of_the_worst_lane(void) {
    SUNContext context = NULL;
    SUNContext_Create(NULL, &context);
    bp_nvector_family family = {0};
    N_Vector x = bp_nvector_new(3, 4, &family, context);
    N_Vector w = bp_nvector_new(3, 4, &family, context);
    N_VConst(1.0, w);
    for (int i = 0; i < 3; i++)
        for (int lane = 0; lane < 4; lane++)
            bp_nvector_data(x)[i * 4 + lane] = lane == 2 ? 3.0 : 0.5;
    CHECK_NEAR(N_VWrmsNorm(x, w), 3.0, 1e-15);
    bp_nvector_data(x)[4 + 1] = NAN; // a lane that is no number is not hidden by others
    CU_ASSERT(isnan(N_VWrmsNorm(x, w)));
    N_VDestroy(x);
    N_VDestroy(w);
    SUNContext_Free(&context);
}

static void vectors_are_aligned_to_64_bytes(void) {
    pair p;
    pair_init(&p, 13);
    for (int k = 0; k < N_VECTORS; k++)
        CU_ASSERT_EQUAL((size_t)bp_nvector_data(p.ours[k]) % 64, 0);
    N_Vector copy = N_VClone(p.ours[0]);
    CU_ASSERT_EQUAL((size_t)bp_nvector_data(copy) % 64, 0);
    N_VDestroy(copy);
    pair_clear(&p);
}

static void a_failed_clone_is_reported(void) {
    SUNContext context = NULL;
    SUNContext_Create(NULL, &context);
    bp_nvector_family family = {0};
    N_Vector x = bp_nvector_new(5, 1, &family, context);
    bp_alloc_fail(1, 0);
    N_Vector copy = N_VClone(x);
    bp_alloc_fail(0, 0);
    CU_ASSERT(family.failed);
    CU_ASSERT_PTR_NOT_NULL(copy); // SUNDIALS would crash
    N_VDestroy(x);
    N_VDestroy(copy);
    SUNContext_Free(&context);
}

// ---- factors ----

enum { SIDE = 12, N = SIDE * SIDE, ROOM = 5 * N };

typedef struct grid {
    int start[N + 1], row[ROOM], diagonal[N];
    double values[ROOM];
    bp_pattern pattern;
} grid;

// Neighbours on a square, with entries that are not symmetric.
static void grid_fill(grid *g, unsigned seed, double diagonal) {
    int at = 0, step[] = {-SIDE, -1, 0, 1, SIDE};
    for (int j = 0; j < N; j++) {
        g->start[j] = at;
        for (int k = 0; k < 5; k++) {
            int i = j + step[k];
            bool same_line = abs(step[k]) != 1 || i / SIDE == j / SIDE;
            if (i < 0 || i >= N || !same_line) continue;
            if (i == j) g->diagonal[j] = at;
            g->row[at] = i;
            g->values[at++] = i == j ? diagonal : pseudo_random(&seed);
        }
    }
    g->start[N] = at;
    g->pattern = (bp_pattern){N, at, g->start, g->row, g->diagonal};
}

// Largest entry of A x - b for the solution x of A x = b.
static double residual(bp_lu *lu, const grid *g) {
    double x[N], r[N], largest = 0.0;
    for (int i = 0; i < N; i++) {
        x[i] = sin(i + 1.0);
        r[i] = -x[i];
    }
    CU_ASSERT_EQUAL(lu->type->solve(lu, x), BP_OK);
    for (int j = 0; j < N; j++)
        for (int k = g->start[j]; k < g->start[j + 1]; k++)
            r[g->row[k]] += g->values[k] * x[j];
    for (int i = 0; i < N; i++)
        largest = fmax(largest, fabs(r[i]));
    return largest;
}

static void check_factors(bp_status (*make)(const bp_pattern *, bp_lu **)) {
    grid *g = bp_calloc(1, sizeof *g);
    grid_fill(g, 1, 4.0);
    bp_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(make(&g->pattern, &lu), BP_OK);
    for (unsigned seed = 1; seed < 6;
         seed++) { // later ones reuse the pivots of the first
        grid_fill(g, seed, seed == 4 ? 1e-9 : 4.0); // except where they would be bad
        CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_OK);
        CHECK_NEAR(residual(lu, g), 0.0, 1e-11);
    }
    for (int k = 0; k < g->pattern.nnz; k++)
        if (g->row[k] == 17) g->values[k] = 0.0;
    CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_LINEAR_SOLVER);
    grid_fill(g, 9, 4.0);
    CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_OK); // and recovers
    CHECK_NEAR(residual(lu, g), 0.0, 1e-11);
    bp_lu_free(lu);
    bp_free(g);
}

static void sparse_factors_solve_and_notice_singularity(void) {
    check_factors(bp_lu_new_klu);
}

static void factors_with_fixed_pivots_solve_and_notice_singularity(void) {
    check_factors(bp_lu_new_sparse);
}

static void dense_factors_solve_and_notice_singularity(void) {
    check_factors(bp_lu_new_dense);
}

static void old_pivots_that_do_not_serve_are_thrown_away(void) {
    grid *g = bp_calloc(1, sizeof *g);
    grid_fill(g, 1, 4.0);
    bp_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_klu(&g->pattern, &lu), BP_OK);
    CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_OK);
    grid_fill(g, 2, 4.0);
    CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_OK);
    CHECK_NEAR(residual(lu, g), 0.0, 1e-11);
    CU_ASSERT_EQUAL(bp_lu_klu_guarded(lu), 0);
    grid_fill(g, 3, 1e-12); // its diagonal, good pivots before, is next to nothing now
    CU_ASSERT_EQUAL(lu->type->factor(lu, g->values), BP_OK);
    CHECK_NEAR(residual(lu, g), 0.0, 1e-11);
    CU_ASSERT_EQUAL(bp_lu_klu_guarded(lu), 1);
    bp_lu_free(lu);
    bp_free(g);
}

static void the_choice_of_factors_counts_their_entries(void) {
    grid *g = bp_calloc(1, sizeof *g);
    grid_fill(g, 1, 4.0);
    bp_lu *lu = NULL;
    bp_text text = {0};
    CU_ASSERT_EQUAL_FATAL(bp_lu_new(&g->pattern, BP_LINEAR_AUTO, &lu), BP_OK);
    CU_ASSERT(bp_lu_sparse_fill(lu) > g->pattern.nnz);
    CU_ASSERT(bp_lu_sparse_fill(lu) < 0.6 * N * N);
    lu->type->describe(lu, &text);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(bp_text_get(&text), "sparse LU (Markowitz ordering), 144 states"));
    bp_lu_free(lu);

    int start[] = {0, 2, 4}, row[] = {0, 1, 0, 1}, diagonal[] = {0, 3};
    bp_pattern tiny = {2, 4, start, row, diagonal};
    CU_ASSERT_EQUAL_FATAL(bp_lu_new(&tiny, BP_LINEAR_AUTO, &lu), BP_OK);
    bp_text_clear(&text);
    lu->type->describe(lu, &text);
    CHECK_TEXT(bp_text_get(&text),
               "dense LU, 2 states, 4 nonzeros, fill 4, 2 multiplications");
    bp_lu_free(lu);
    bp_text_clear(&text);
    bp_free(g);
}

// ---- tables ----

static void what_is_left_to_choose_is_chosen(void) {
    for (int lanes = 1; lanes <= 8; lanes += 7) {
        bp_settings settings = bp_settings_default(), given = settings;
        bp_settings_choose(&settings, lanes);
        CU_ASSERT(settings.nonlinear_coefficient == (lanes > 1 ? 0.01 : 0.1));
        CU_ASSERT(settings.growth_threshold == (lanes > 1 ? 1.2 : 1.5));
        given.nonlinear_coefficient = 0.3;
        given.growth_threshold = 2.0;
        bp_settings_choose(&given, lanes);
        CU_ASSERT(given.nonlinear_coefficient == 0.3 && given.growth_threshold == 2.0);
    }
}

static void default_settings_are_within_their_own_ranges(void) {
    bp_settings settings = bp_settings_default();
    for (const bp_field *f = bp_settings_fields; f->name; f++) {
        double value = bp_field_number(f, &settings);
        if (f->type == BP_FIELD_BOOL) continue;
        CHECK(value >= f->low && value <= f->high, "%s is %g", f->name, value);
    }
}

static void every_setting_and_statistic_has_a_row(void) {
    size_t n_settings = 0, n_stats = 0;
    for (const bp_field *f = bp_settings_fields; f->name; f++)
        n_settings++;
    for (const bp_field *f = bp_stats_fields; f->name; f++)
        n_stats++;
    CU_ASSERT_EQUAL(n_settings, 20);
    CU_ASSERT_EQUAL(n_stats * sizeof(double), sizeof(bp_stats)); // all of one size
}

static void statistics_add_up_member_by_member(void) {
    bp_stats sum = {.steps = 1, .seconds = 0.5}, more = {.steps = 2, .attempts = 1};
    more.seconds = 0.25;
    bp_stats_add(&sum, &more);
    CU_ASSERT_EQUAL(sum.steps, 3);
    CU_ASSERT_EQUAL(sum.attempts, 1);
    CHECK_NEAR(sum.seconds, 0.75, 1e-300);
}

static const test_case tests[] = {
    TEST(sums_are_formed_before_they_are_used),
    TEST(vectors_agree_with_those_of_sundials),
    TEST(reductions_agree_with_those_of_sundials),
    TEST(constraints_are_judged_as_by_sundials),
    TEST(the_norm_is_that_of_the_worst_lane),
    TEST(vectors_are_aligned_to_64_bytes),
    TEST(a_failed_clone_is_reported),
    TEST(sparse_factors_solve_and_notice_singularity),
    TEST(factors_with_fixed_pivots_solve_and_notice_singularity),
    TEST(dense_factors_solve_and_notice_singularity),
    TEST(old_pivots_that_do_not_serve_are_thrown_away),
    TEST(the_choice_of_factors_counts_their_entries),
    TEST(what_is_left_to_choose_is_chosen),
    TEST(default_settings_are_within_their_own_ranges),
    TEST(every_setting_and_statistic_has_a_row),
    TEST(statistics_add_up_member_by_member),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("unit/solver_parts", tests, argc, argv);
}
