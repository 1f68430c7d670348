// White-box tests of the iterative linear solver: incomplete factors, GMRES, and the
// choice of it.
#include "solver/ilu.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/gmres.h"
#include "solver/linear.h"
#include "tests/support/harness.h"

enum { N = 90, ROOM = N * N };

typedef struct matrix {
    int start[N + 1], row[ROOM], diagonal[N];
    double values[ROOM];
    bp_pattern pattern;
} matrix;

// Numbers in (-1, 1) without zeros, the same each time.
static double pseudo_random(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u;
    return ((double)(*seed >> 8) + 0.5) / (1 << 23) - 1.0;
}

// Whether entry (i, j) beside the diagonal is there.
typedef bool (*place)(int i, int j);

static bool three_diagonals(int i, int j) {
    return i - j == 1 || j - i == 1;
}

static bool hub_last(int i, int j) {
    return i == N - 1 || j == N - 1;
}

static bool hub_first(int i, int j) {
    return i == 0 || j == 0;
}

static bool scattered(int i, int j) {
    return (7 * i + 13 * j) % 11 == 3;
}

static matrix *matrix_new(place there, double diagonal) {
    matrix *m = bp_calloc(1, sizeof *m);
    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    unsigned seed = 5;
    int at = 0;
    for (int j = 0; j < N; j++) {
        m->start[j] = at;
        for (int i = 0; i < N; i++) {
            if (i != j && !there(i, j)) continue;
            if (i == j) m->diagonal[j] = at;
            m->row[at] = i;
            m->values[at++] = i == j ? diagonal : pseudo_random(&seed);
        }
    }
    m->start[N] = at;
    m->pattern = (bp_pattern){N, at, m->start, m->row, m->diagonal};
    return m;
}

static void multiply(void *self, const double *x, double *out) {
    const matrix *m = self;
    for (int i = 0; i < N; i++)
        out[i] = 0.0;
    for (int j = 0; j < N; j++)
        for (int k = m->start[j]; k < m->start[j + 1]; k++)
            out[m->row[k]] += m->values[k] * x[j];
}

static void fill_known(double *x) {
    for (int i = 0; i < N; i++)
        x[i] = sin(i + 1.0);
}

// Largest error of the solution of A x = b with a known x by the factors alone.
static double error_of(bp_ilu *ilu, matrix *m) {
    double known[N], x[N], largest = 0.0;
    fill_known(known);
    multiply(m, known, x);
    bp_ilu_solve(ilu, x);
    for (int i = 0; i < N; i++)
        largest = fmax(largest, fabs(x[i] - known[i]));
    return largest;
}

static bp_ilu *ilu_of(const matrix *m, double threshold, int fill) {
    bp_ilu_options options = {.threshold = threshold, .fill = fill};
    bp_ilu *ilu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_ilu_new(&m->pattern, &options, &ilu), BP_OK);
    CU_ASSERT_EQUAL(bp_ilu_factor(ilu, m->values, NULL), BP_OK);
    return ilu;
}

// ---- incomplete factors ----

static void ilu0_of_a_matrix_without_fill_is_exact(void) {
    const place shapes[] = {three_diagonals, hub_last};
    for (int s = 0; s < 2; s++) {
        matrix *m = matrix_new(shapes[s], 20.0);
        bp_ilu *ilu = ilu_of(m, 0.0, 0);
        CHECK_NEAR(error_of(ilu, m), 0.0, 1e-13);
        CU_ASSERT_EQUAL(bp_ilu_entries(ilu), m->pattern.nnz);
        bp_ilu_free(ilu);
        bp_free(m);
    }
}

static void ilu0_has_the_pattern_and_no_more(void) {
    const place shapes[] = {hub_first, scattered};
    for (int s = 0; s < 2; s++) {
        matrix *m = matrix_new(shapes[s], 20.0);
        bp_ilu *ilu = ilu_of(m, 0.0, 0);
        CU_ASSERT_EQUAL(bp_ilu_entries(ilu), m->pattern.nnz);
        double error = error_of(ilu, m); // near, not exact
        CHECK(error > 1e-6 && error < 0.1, "%g", error);
        bp_ilu_free(ilu);
        bp_free(m);
    }
}

static void ilut_without_limits_is_lu(void) {
    const place shapes[] = {hub_first, scattered};
    for (int s = 0; s < 2; s++) {
        matrix *m = matrix_new(shapes[s], 9.0);
        bp_ilu *ilu = ilu_of(m, 0.0, N);
        CHECK_NEAR(error_of(ilu, m), 0.0, 1e-12);
        CU_ASSERT(bp_ilu_entries(ilu) > m->pattern.nnz);
        bp_ilu_free(ilu);
        bp_free(m);
    }
}

static void more_fill_is_nearer(void) {
    matrix *m = matrix_new(hub_first, 20.0);
    double before = INFINITY;
    for (int fill = 0; fill <= N; fill += N / 3) {
        bp_ilu *ilu = ilu_of(m, 0.0, fill);
        CU_ASSERT(bp_ilu_entries(ilu) <= m->pattern.nnz + 2L * fill * N);
        double error = error_of(ilu, m);
        CHECK(error < before, "%g after %g", error, before);
        before = error;
        bp_ilu_free(ilu);
    }
    bp_free(m);
}

static void a_threshold_drops_and_keeps_near(void) {
    matrix *m = matrix_new(scattered, 20.0);
    bp_ilu *all = ilu_of(m, 0.0, N), *some = ilu_of(m, 0.02, N),
           *none = ilu_of(m, 9.0, N);
    CU_ASSERT(bp_ilu_entries(some) < bp_ilu_entries(all));
    CU_ASSERT(bp_ilu_entries(some) > N);
    CU_ASSERT_EQUAL(bp_ilu_entries(none), N); // the diagonal stays
    CHECK(error_of(some, m) < error_of(none, m), "no nearer");
    bp_ilu_free(all);
    bp_ilu_free(some);
    bp_ilu_free(none);
    bp_free(m);
}

// D A D^-1 with weights 1 / D is the same problem in other units: the same entries are
// dropped, and the solution is that of A times D. D of powers of two: to the bit.
static void entries_count_in_the_units_of_the_weights(void) {
    matrix *m = matrix_new(scattered, 20.0);
    double unit[N], weight[N], plain[N], scaled[N];
    for (int i = 0; i < N; i++) {
        unit[i] = ldexp(1.0, i % 40 - 20);
        weight[i] = 1.0 / unit[i];
    }
    bp_ilu *ilu = ilu_of(m, 0.03, 4);
    long entries = bp_ilu_entries(ilu);
    fill_known(plain);
    bp_ilu_solve(ilu, plain);
    for (int j = 0; j < N; j++)
        for (int k = m->start[j]; k < m->start[j + 1]; k++)
            m->values[k] *= unit[m->row[k]] / unit[j];
    CU_ASSERT_EQUAL(bp_ilu_factor(ilu, m->values, weight), BP_OK);
    CU_ASSERT_EQUAL(bp_ilu_entries(ilu), entries);
    fill_known(scaled);
    for (int i = 0; i < N; i++)
        scaled[i] *= unit[i];
    bp_ilu_solve(ilu, scaled);
    for (int i = 0; i < N; i++)
        CU_ASSERT_EQUAL(scaled[i], plain[i] * unit[i]);
    bp_ilu_free(ilu);
    bp_free(m);
}

static void bad_pivots_are_reported(void) {
    matrix *m = matrix_new(scattered, 20.0);
    const double bad[] = {NAN, INFINITY, 0.0};
    for (int fill = 0; fill <= N; fill += N) {
        bp_ilu *ilu = ilu_of(m, 0.0, fill);
        for (int b = 0; b < 3; b++) {
            matrix broken = *m;
            for (int k = 0; k < m->pattern.nnz; k++)
                if (m->row[k] == 17) broken.values[k] = bad[b];
            CU_ASSERT_EQUAL(bp_ilu_factor(ilu, broken.values, NULL), BP_LINEAR_SOLVER);
        }
        CU_ASSERT_EQUAL(bp_ilu_factor(ilu, m->values, NULL), BP_OK); // and recovers
        if (fill == N) CHECK_NEAR(error_of(ilu, m), 0.0, 1e-12);
        bp_ilu_free(ilu);
    }
    bp_free(m);
}

// ---- GMRES ----

// NOLINTNEXTLINE(readability-non-const-parameter): bp_gmres_system
static void precondition_by_nothing(void *self, double *x) {
    (void)self, (void)x;
}

typedef struct helped {
    matrix *m;
    bp_ilu *ilu;
} helped;

static void multiply_helped(void *self, const double *x, double *out) {
    multiply(((helped *)self)->m, x, out);
}

static void precondition_helped(void *self, double *x) {
    bp_ilu_solve(((helped *)self)->ilu, x);
}

static bp_gmres *gmres_of(int dimension) {
    bp_gmres *gmres = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_gmres_new(N, dimension, &gmres), BP_OK);
    return gmres;
}

// 2-norm of weight (b - A x).
static double residual(matrix *m, const double *weight, const double *x,
                       const double *b) {
    double ax[N], sum = 0.0;
    multiply(m, x, ax);
    for (int i = 0; i < N; i++)
        sum += pow(weight[i] * (b[i] - ax[i]), 2.0);
    return sqrt(sum);
}

static void gmres_reaches_its_tolerance_in_the_weighted_norm(void) {
    matrix *m = matrix_new(scattered, 9.0);
    bp_gmres_system plain = {m, multiply, precondition_by_nothing};
    bp_gmres *gmres = gmres_of(N);
    double weight[N], b[N], x[N];
    fill_known(b);
    for (int i = 0; i < N; i++)
        weight[i] = pow(10.0, i % 5);
    for (int digits = 0; digits < 9; digits++) {
        double tolerance = pow(10.0, -digits);
        long products = 0;
        memcpy(x, b, sizeof x);
        CU_ASSERT_EQUAL(bp_gmres_solve(gmres, &plain, weight, tolerance, x, &products),
                        BP_OK);
        double left = residual(m, weight, x, b);
        CHECK(left <= tolerance * (1.0 + 1e-3), "%g of %g", left, tolerance);
        CU_ASSERT(products > 0 && products <= N);
    }
    bp_gmres_free(gmres);
    bp_free(m);
}

static void a_preconditioner_saves_products(void) {
    matrix *m = matrix_new(scattered, 9.0);
    bp_ilu *ilu = ilu_of(m, 0.0, 0), *exact = ilu_of(m, 0.0, N);
    bp_gmres_system plain = {m, multiply, precondition_by_nothing};
    bp_gmres_system near = {&(helped){m, ilu}, multiply_helped, precondition_helped};
    bp_gmres_system whole = {&(helped){m, exact}, multiply_helped, precondition_helped};
    const bp_gmres_system *systems[] = {&plain, &near, &whole};
    bp_gmres *gmres = gmres_of(N);
    double weight[N], x[N];
    long products[3] = {0};
    for (int i = 0; i < N; i++)
        weight[i] = 1.0;
    for (int s = 0; s < 3; s++) {
        fill_known(x);
        CU_ASSERT_EQUAL(
            bp_gmres_solve(gmres, systems[s], weight, 1e-8, x, &products[s]), BP_OK);
    }
    CHECK(products[1] < products[0] && products[2] < products[1] && products[2] == 1,
          "%ld, %ld, %ld", products[0], products[1], products[2]);
    bp_gmres_free(gmres);
    bp_ilu_free(ilu);
    bp_ilu_free(exact);
    bp_free(m);
}

static void too_few_products_and_no_numbers_are_told(void) {
    matrix *m = matrix_new(scattered, 9.0);
    bp_gmres_system plain = {m, multiply, precondition_by_nothing};
    bp_gmres *gmres = gmres_of(3);
    double weight[N], x[N];
    long products = 0;
    for (int i = 0; i < N; i++)
        weight[i] = 1.0;
    fill_known(x);
    CU_ASSERT_EQUAL(bp_gmres_solve(gmres, &plain, weight, 1e-8, x, &products),
                    BP_CONVERGENCE);
    CU_ASSERT_EQUAL(products, 3);
    fill_known(x);
    x[5] = NAN;
    CU_ASSERT_EQUAL(bp_gmres_solve(gmres, &plain, weight, 1e-8, x, &products),
                    BP_CONVERGENCE);
    memset(x, 0, sizeof x);
    CU_ASSERT_EQUAL(bp_gmres_solve(gmres, &plain, weight, 0.0, x, &products), BP_OK);
    for (int i = 0; i < N; i++)
        CU_ASSERT_EQUAL(x[i], 0.0);
    memset(m->values, 0, sizeof m->values); // A = 0: no space holds a solution
    fill_known(x);
    CU_ASSERT_EQUAL(bp_gmres_solve(gmres, &plain, weight, 1e-8, x, &products),
                    BP_CONVERGENCE);
    bp_gmres_free(gmres);
    bp_free(m);
}

// ---- the two together, as an integrator uses them ----

// `ratio` r stands for (1 - r) I + r A.
static void solutions_follow_the_ratio(void) {
    matrix *m = matrix_new(scattered, 9.0), *now = matrix_new(scattered, 9.0);
    double weight[N], b[N], x[N];
    bp_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_gmres(&m->pattern, &lu), BP_OK);
    for (int i = 0; i < N; i++)
        weight[i] = 1.0 + i % 3;
    const double ratios[] = {0.7, 1.0, 1.3};
    for (int c = 0; c < 3; c++) {
        double ratio = ratios[c];
        for (int k = 0; k < m->pattern.nnz; k++)
            now->values[k] = ratio * m->values[k];
        for (int j = 0; j < N; j++)
            now->values[m->diagonal[j]] += 1.0 - ratio;
        lu->type->aim(lu, &(bp_aim){weight, 1e-9, ratio});
        CU_ASSERT_EQUAL(lu->type->factor(lu, m->values), BP_OK);
        fill_known(b);
        memcpy(x, b, sizeof x);
        CU_ASSERT_EQUAL(lu->type->solve(lu, x), BP_OK);
        CHECK_NEAR(residual(now, weight, x, b), 0.0, 1e-7);
        CU_ASSERT(lu->type->count(lu) > 0);
        CU_ASSERT_EQUAL(lu->type->count(lu), 0);
    }
    bp_lu_free(lu);
    bp_free(m);
    bp_free(now);
}

static void making_survives_every_failed_allocation(void) {
    matrix *m = matrix_new(scattered, 9.0);
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 100) {
        bp_lu *lu = NULL;
        bp_alloc_fail(++nth, 0);
        status = bp_lu_new_gmres(&m->pattern, &lu);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(lu == NULL, status != BP_OK);
        bp_lu_free(lu);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CU_ASSERT(nth > 15);
    bp_free(m);
}

static void small_work_is_factored(void) {
    matrix *m = matrix_new(scattered, 9.0);
    bool pays = true;
    CU_ASSERT_EQUAL(bp_gmres_pays(&m->pattern, &pays), BP_OK);
    CU_ASSERT_FALSE(pays);
    bp_free(m);
}

enum { LARGE = 300 };

typedef struct large {
    int start[LARGE + 1], row[LARGE * LARGE], diagonal[LARGE];
    bp_pattern pattern;
} large;

// About one entry in `share` and the diagonal.
static large *large_new(int share) {
    large *m = bp_calloc(1, sizeof *m);
    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    unsigned seed = 3;
    int at = 0;
    for (int j = 0; j < LARGE; j++) {
        m->start[j] = at;
        for (int i = 0; i < LARGE; i++) {
            if (i == j) m->diagonal[j] = at;
            if (i == j || pseudo_random(&seed) < 2.0 / share - 1.0) m->row[at++] = i;
        }
    }
    m->start[LARGE] = at;
    m->pattern = (bp_pattern){LARGE, at, m->start, m->row, m->diagonal};
    return m;
}

static bool is_iterative(const bp_pattern *pattern, int linear) {
    bp_lu *lu = NULL;
    bp_text text = {0};
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_steps(pattern, linear, &lu), BP_OK);
    bool iterative = lu->type->aim;
    lu->type->describe(lu, &text);
    bool says_so = strstr(bp_text_get(&text), "GMRES");
    CU_ASSERT_EQUAL(says_so, iterative);
    bp_text_clear(&text);
    bp_lu_free(lu);
    return iterative;
}

static void much_work_and_fill_are_iterated(void) {
    large *sparse = large_new(31), *full = large_new(1);
    CU_ASSERT(is_iterative(&sparse->pattern, BP_LINEAR_AUTO));
    CU_ASSERT_FALSE(is_iterative(&full->pattern, BP_LINEAR_AUTO)); // nothing fills in
    CU_ASSERT(is_iterative(&full->pattern, BP_LINEAR_GMRES));
    CU_ASSERT_FALSE(is_iterative(&sparse->pattern, BP_LINEAR_KLU));
    bp_lu *lu = NULL; // what is not a step is factored
    CU_ASSERT_EQUAL_FATAL(bp_lu_new(&sparse->pattern, BP_LINEAR_GMRES, &lu), BP_OK);
    CU_ASSERT_PTR_NULL(lu->type->aim);
    bp_lu_free(lu);
    bp_free(sparse);
    bp_free(full);
}

static const test_case tests[] = {
    TEST(ilu0_of_a_matrix_without_fill_is_exact),
    TEST(ilu0_has_the_pattern_and_no_more),
    TEST(ilut_without_limits_is_lu),
    TEST(more_fill_is_nearer),
    TEST(a_threshold_drops_and_keeps_near),
    TEST(entries_count_in_the_units_of_the_weights),
    TEST(bad_pivots_are_reported),
    TEST(gmres_reaches_its_tolerance_in_the_weighted_norm),
    TEST(a_preconditioner_saves_products),
    TEST(too_few_products_and_no_numbers_are_told),
    TEST(solutions_follow_the_ratio),
    TEST(making_survives_every_failed_allocation),
    TEST(small_work_is_factored),
    TEST(much_work_and_fill_are_iterated),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("ilu", tests, argc, argv);
}
