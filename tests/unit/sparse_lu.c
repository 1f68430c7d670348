// The sparse LU with fixed pivots: against dense LU on many patterns, its lanes against
// one lane, bit by bit, and everything that makes it refuse.
#include "solver/sparse_lu.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/isa.h"
#include "model/format.h"
#include "tests/support/harness.h"

enum { MOST_LANES = BP_SPARSE_LU_MOST_LANES };
static const int widths[] = {1, 4, 8};

static unsigned next_number(unsigned *seed) { // Numerical Recipes
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static double uniform(unsigned *seed) {
    return (double)next_number(seed) / (1 << 24);
}

// ---- matrices ----

typedef struct matrix {
    int *start, *row, *diagonal;
    bp_pattern pattern;
    double *values; // (MOST_LANES x nnz): each lane whole
    double *b;      // (MOST_LANES x n)
} matrix;

static void matrix_clear(matrix *m) {
    free(m->start);
    free(m->row);
    free(m->diagonal);
    free(m->values);
    free(m->b);
}

// I - gamma J of a network, roughly: columns nearly sum to 1, sizes span decades.
static void fill_lane(matrix *m, int lane, unsigned *seed) {
    const bp_pattern *p = &m->pattern;
    double *a = m->values + (size_t)lane * (size_t)p->nnz;
    for (int j = 0; j < p->n; j++) {
        double sum = 0.0;
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            a[k] = (uniform(seed) < 0.8 ? -1.0 : 0.7) * pow(10.0, 3 * uniform(seed));
            if (p->row[k] != j) sum += fabs(a[k]);
        }
        a[p->diagonal[j]] = 1.0 + 1.1 * sum;
    }
    for (int i = 0; i < p->n; i++)
        m->b[lane * p->n + i] = 2.0 * uniform(seed) - 1.0;
}

// Entries off the diagonal with the given probability, not symmetric; `hubs` rows and
// columns are full.
static matrix matrix_of(int n, double density, int hubs, unsigned seed) {
    matrix m = {0};
    size_t side = (size_t)n;
    m.start = calloc(side + 1, sizeof *m.start);
    m.row = calloc(side * side, sizeof *m.row);
    m.diagonal = calloc(side, sizeof *m.diagonal);
    CU_ASSERT_FATAL(m.start && m.row && m.diagonal);
    int nnz = 0;
    for (int j = 0; j < n; j++) {
        for (int i = 0; i < n; i++) {
            bool hub = i < hubs || j < hubs;
            if (i != j && !hub && uniform(&seed) >= density) continue;
            if (i == j) m.diagonal[j] = nnz;
            m.row[nnz++] = i;
        }
        m.start[j + 1] = nnz;
    }
    m.pattern = (bp_pattern){n, nnz, m.start, m.row, m.diagonal};
    m.values = calloc((size_t)nnz * MOST_LANES, sizeof *m.values);
    m.b = calloc(side * MOST_LANES, sizeof *m.b);
    CU_ASSERT_FATAL(m.values && m.b);
    for (int lane = 0; lane < MOST_LANES; lane++)
        fill_lane(&m, lane, &seed);
    return m;
}

// Lanes first .. first + n_lanes of the matrix, factored and solved; x (n x n_lanes).
static bp_status solved(const matrix *m, bp_sparse_lu *lu, int first, int n_lanes,
                        double *x, bool *bad) {
    const bp_pattern *p = &m->pattern;
    double *values = calloc((size_t)p->nnz * (size_t)n_lanes + 1, sizeof *values);
    CU_ASSERT_PTR_NOT_NULL_FATAL(values);
    double *a = values + 1; // not aligned: callers need not
    for (int l = 0; l < n_lanes; l++) {
        for (int k = 0; k < p->nnz; k++)
            a[k * n_lanes + l] = m->values[(size_t)(first + l) * (size_t)p->nnz + k];
        for (int i = 0; i < p->n; i++)
            x[i * n_lanes + l] = m->b[(first + l) * p->n + i];
    }
    bp_status status = bp_sparse_lu_factor(lu, a, bad);
    bp_sparse_lu_solve(lu, x);
    free(values);
    return status;
}

static void solve_densely(const matrix *m, int lane, double *x) {
    const bp_pattern *p = &m->pattern;
    bp_lu *dense = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_dense(p, &dense), BP_OK);
    memcpy(x, m->b + lane * p->n, (size_t)p->n * sizeof *x);
    CU_ASSERT_EQUAL(
        dense->type->factor(dense, m->values + (size_t)lane * (size_t)p->nnz), BP_OK);
    CU_ASSERT_EQUAL(dense->type->solve(dense, x), BP_OK);
    bp_lu_free(dense);
}

// Largest difference, next to the largest entry.
static double distance(const double *x, int stride, const double *y, int n) {
    double largest = 0.0, size = 0.0;
    for (int i = 0; i < n; i++) {
        largest = fmax(largest, fabs(x[i * stride] - y[i]));
        size = fmax(size, fabs(y[i]));
        if (!isfinite(x[i * stride])) return INFINITY;
    }
    return largest / size;
}

static void check_against_dense(const matrix *m) {
    int n = m->pattern.n;
    double *x = calloc((size_t)n * MOST_LANES, sizeof *x);
    double *y = calloc((size_t)n * MOST_LANES, sizeof *y);
    CU_ASSERT_FATAL(x && y);
    for (int lane = 0; lane < MOST_LANES; lane++)
        solve_densely(m, lane, y + lane * n);
    for (int w = 0; w < 3; w++)
        for (int single = 0; single < 2; single++) {
            bp_sparse_lu *lu = NULL;
            CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m->pattern, widths[w], single, &lu),
                                  BP_OK);
            CU_ASSERT_EQUAL(solved(m, lu, 0, widths[w], x, NULL), BP_OK);
            // sums of n terms, of well-conditioned matrices
            double tolerance = (single ? 6e-8 : 1.1e-16) * 50.0 * (n + 10);
            for (int l = 0; l < widths[w]; l++)
                CHECK_NEAR(distance(x + l, widths[w], y + l * n, n), 0.0, tolerance);
            bp_sparse_lu_free(lu);
        }
    free(x);
    free(y);
}

static void factors_agree_with_dense_ones(void) {
    const int sides[] = {1, 2, 3, 4, 5, 8, 13, 31, 64, 90};
    const double densities[] = {0.0, 0.03, 0.2, 1.0};
    for (size_t s = 0; s < sizeof sides / sizeof *sides; s++)
        for (size_t d = 0; d < sizeof densities / sizeof *densities; d++)
            for (int hubs = 0; hubs < 2 && hubs < sides[s]; hubs++) {
                matrix m = matrix_of(sides[s], densities[d], hubs, 7u + (unsigned)s);
                check_against_dense(&m);
                matrix_clear(&m);
            }
}

static void positions_beyond_sixteen_bits_agree_as_well(void) {
    matrix m = matrix_of(300, 0.02, 2, 3); // 40,000 factors, times lanes
    check_against_dense(&m);
    matrix_clear(&m);
}

// ---- processors ----

static void solve_as(bp_isa isa, const matrix *m, int n_lanes, bool single, double *x) {
    bp_sparse_lu *lu = NULL;
    CU_ASSERT_TRUE_FATAL(bp_isa_use(isa));
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m->pattern, n_lanes, single, &lu), BP_OK);
    CU_ASSERT_EQUAL(solved(m, lu, 0, n_lanes, x, NULL), BP_OK);
    bp_sparse_lu_free(lu);
}

static void every_processor_finds_the_same_bits(void) {
    bp_isa best = bp_isa_used();
    const int sides[] = {120, 300}; // positions of 16 and of 32 bits
    int compared = 0;
    for (int s = 0; s < 2; s++) {
        matrix m = matrix_of(sides[s], 0.03, 1, 11);
        size_t most = (size_t)sides[s] * MOST_LANES;
        double *x = calloc(2 * most, sizeof *x);
        CU_ASSERT_PTR_NOT_NULL_FATAL(x);
        for (int w = 0; w < 3; w++)
            for (int single = 0; single < 2; single++) {
                solve_as(BP_ISA_BASELINE, &m, widths[w], single, x);
                for (int isa = BP_ISA_BASELINE + 1; isa < BP_ISA_COUNT; isa++) {
                    if (!bp_isa_available((bp_isa)isa)) continue;
                    solve_as((bp_isa)isa, &m, widths[w], single, x + most);
                    size_t count = (size_t)sides[s] * (size_t)widths[w];
                    CHECK(memcmp(x, x + most, count * sizeof *x) == 0,
                          "%s, %d lanes, %s", bp_isa_text((bp_isa)isa), widths[w],
                          single ? "single" : "double");
                    compared++;
                }
            }
        free(x);
        matrix_clear(&m);
    }
    CU_ASSERT_TRUE(bp_isa_use(best));
    if (compared == 0) test_skip("this processor or this build has one copy only");
}

// ---- lanes ----

static void check_lanes(const matrix *m, int n_lanes, bool single, double *x) {
    int n = m->pattern.n;
    double *alone = x + n * n_lanes;
    bp_sparse_lu *lu = NULL, *one = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m->pattern, 1, single, &one), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m->pattern, n_lanes, single, &lu), BP_OK);
    CU_ASSERT_EQUAL(solved(m, lu, 0, n_lanes, x, NULL), BP_OK);
    for (int l = 0; l < n_lanes; l++) {
        int differ = 0;
        CU_ASSERT_EQUAL(solved(m, one, l, 1, alone, NULL), BP_OK);
        for (int i = 0; i < n; i++)
            differ += memcmp(&x[i * n_lanes + l], &alone[i], sizeof *x) != 0;
        CHECK(differ == 0, "lane %d of %d: %d numbers differ", l, n_lanes, differ);
    }
    bp_sparse_lu_free(lu);
    bp_sparse_lu_free(one);
}

static void a_lane_is_bit_by_bit_what_it_is_alone(void) {
    matrix m = matrix_of(120, 0.03, 1, 11);
    double *x = calloc(120 * (MOST_LANES + 1), sizeof *x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    for (int w = 1; w < 3; w++) {
        check_lanes(&m, widths[w], false, x);
        check_lanes(&m, widths[w], true, x);
    }
    free(x);
    matrix_clear(&m);
}

static double *entry(matrix *m, int lane, int i, int j) {
    const bp_pattern *p = &m->pattern;
    for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
        if (p->row[k] == i) return m->values + (size_t)lane * (size_t)p->nnz + k;
    CU_FAIL_FATAL("no such entry");
    return m->values;
}

// Lanes 1, 3 and 4 get a pivot that is no good, each in its own way.
static void spoil_lanes(matrix *m) {
    const bp_pattern *p = &m->pattern;
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
            if (p->row[k] == 5) m->values[(size_t)p->nnz + (size_t)k] = 0.0;
    *entry(m, 3, 9, 9) = NAN;
    *entry(m, 4, 2, 2) = INFINITY;
}

static void bad_pivots_are_laid_to_their_lanes(void) {
    matrix m = matrix_of(40, 0.1, 1, 5);
    int n = m.pattern.n;
    double before[40 * MOST_LANES], x[40 * MOST_LANES];
    for (int single = 0; single < 2; single++) {
        bp_sparse_lu *lu = NULL;
        bool bad[MOST_LANES];
        matrix spoilt = matrix_of(40, 0.1, 1, 5);
        spoil_lanes(&spoilt);
        CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 8, single, &lu), BP_OK);
        CU_ASSERT_EQUAL(solved(&m, lu, 0, 8, before, bad), BP_OK);
        for (int l = 0; l < 8; l++)
            CU_ASSERT_FALSE(bad[l]);
        CU_ASSERT_EQUAL(solved(&spoilt, lu, 0, 8, x, NULL), BP_LINEAR_SOLVER);
        CU_ASSERT_EQUAL(solved(&spoilt, lu, 0, 8, x, bad), BP_LINEAR_SOLVER);
        for (int l = 0; l < 8; l++) {
            CHECK(bad[l] == (l == 1 || l == 3 || l == 4), "lane %d", l);
            for (int i = 0; i < n && !bad[l]; i++)
                CU_ASSERT_EQUAL(x[i * 8 + l], before[i * 8 + l]);
        }
        CU_ASSERT_EQUAL(solved(&m, lu, 0, 8, x, bad), BP_OK); // and is itself again
        CU_ASSERT_EQUAL(memcmp(x, before, sizeof x), 0);
        bp_sparse_lu_free(lu);
        matrix_clear(&spoilt);
    }
    matrix_clear(&m);
}

static void pivots_out_of_proportion_are_refused(void) {
    const double cases[][4] = {
        {1e-9, 1.0, 1.0, 1.0},        // grows: the 1 below is lost
        {1.0, 1.0, 1.0, 1.0 + 1e-14}, // cancels
        {0.0, 1.0, 1.0, 0.0},         // zero
        {1e-200, 1e-200, -1.0, 1.0},  // fine: only the units are odd
        {1e200, 1.0, 1e200, 3.0},     // fine as well
    };
    const bool fine[] = {false, false, false, true, true};
    matrix m = matrix_of(2, 1.0, 0, 1);
    bp_sparse_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu), BP_OK);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        bool bad = false;
        bp_status status = bp_sparse_lu_factor(lu, cases[c], &bad);
        CHECK(status == (fine[c] ? BP_OK : BP_LINEAR_SOLVER), "case %d", (int)c);
        CU_ASSERT_EQUAL(bad, !fine[c]);
    }
    bp_sparse_lu_free(lu);
    matrix_clear(&m);
}

// ---- order, memory, limits ----

static void hubs_are_eliminated_last(void) {
    matrix m = matrix_of(200, 0.0, 1, 1); // an arrow: no fill that way
    bp_sparse_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu), BP_OK);
    CHECK_NEAR(bp_sparse_lu_fill(lu), m.pattern.nnz, 1e-9);
    CHECK_NEAR(bp_sparse_lu_work(lu), 2.0 * 199.0, 1e-9);
    bp_sparse_lu_free(lu);
    matrix_clear(&m);
}

static void fill_and_work_of_a_full_matrix_are_known(void) {
    matrix m = matrix_of(60, 1.0, 0, 1);
    bp_sparse_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu), BP_OK);
    CHECK_NEAR(bp_sparse_lu_fill(lu), 60.0 * 60.0, 1e-9);
    CHECK_NEAR(bp_sparse_lu_work(lu), 60.0 * (60.0 * 60.0 - 1.0) / 3.0, 1e-6);
    bp_sparse_lu_free(lu);
    matrix_clear(&m);
}

static void making_survives_every_failed_allocation(void) {
    matrix m = matrix_of(60, 0.1, 1, 2);
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 1000) {
        bp_sparse_lu *lu = NULL;
        bp_alloc_fail(++nth, 0);
        status = bp_sparse_lu_new(&m.pattern, 4, true, &lu);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(lu == NULL, status != BP_OK);
        bp_sparse_lu_free(lu);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 20, "%d allocations", nth);
    matrix_clear(&m);
}

// ---- programs are shared ----

static void equal_patterns_share_what_was_worked_out(void) {
    matrix m = matrix_of(60, 0.1, 1, 2), same = matrix_of(60, 0.1, 1, 2);
    matrix other = matrix_of(60, 0.1, 1, 3);
    double x[60], y[60];
    bp_sparse_lu *lu[4] = {NULL};
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu[0]), BP_OK);
    long alone = bp_alloc_count() - before;
    before = bp_alloc_count();
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&same.pattern, 1, false, &lu[1]), BP_OK);
    CHECK(bp_alloc_count() - before == 3, "%ld", bp_alloc_count() - before);
    // another pattern and another number of lanes are worked out
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&other.pattern, 1, false, &lu[2]), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 4, false, &lu[3]), BP_OK);
    CHECK(bp_alloc_count() - before > 3 + alone, "%ld", bp_alloc_count() - before);
    CU_ASSERT_EQUAL(solved(&m, lu[0], 0, 1, x, NULL), BP_OK);
    bp_sparse_lu_free(lu[0]); // the others go on with it
    matrix_clear(&m);
    CU_ASSERT_EQUAL(solved(&same, lu[1], 0, 1, y, NULL), BP_OK);
    CU_ASSERT_EQUAL(memcmp(x, y, sizeof x), 0);
    solve_densely(&other, 0, y);
    CU_ASSERT_EQUAL(solved(&other, lu[2], 0, 1, x, NULL), BP_OK);
    CHECK_NEAR(distance(x, 1, y, 60), 0.0, 1e-12);
    for (int i = 1; i < 4; i++)
        bp_sparse_lu_free(lu[i]);
    before = bp_alloc_count(); // forgotten with the last that used it
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&same.pattern, 1, false, &lu[1]), BP_OK);
    CU_ASSERT_EQUAL(bp_alloc_count() - before, alone);
    bp_sparse_lu_free(lu[1]);
    matrix_clear(&same);
    matrix_clear(&other);
}

typedef struct job {
    matrix m[2];
    double x[40], expected[2][40];
    int wrong;
} job;

// Makes and frees factors of either pattern over and over.
static void *make_often(void *data) {
    job *j = data;
    for (int i = 0; i < 40; i++) {
        bp_sparse_lu *lu = NULL;
        const matrix *m = &j->m[i % 2];
        if (bp_sparse_lu_new(&m->pattern, 1, false, &lu) != BP_OK ||
            solved(m, lu, 0, 1, j->x, NULL) != BP_OK ||
            memcmp(j->x, j->expected[i % 2], sizeof j->x) != 0)
            j->wrong++;
        bp_sparse_lu_free(lu);
    }
    return NULL;
}

static void threads_may_share(void) {
    job jobs[4];
    pthread_t threads[4];
    for (int t = 0; t < 4; t++) {
        jobs[t].wrong = 0;
        for (unsigned k = 0; k < 2; k++) {
            bp_sparse_lu *lu = NULL;
            jobs[t].m[k] = matrix_of(40, 0.1, 1, 7 + k);
            CU_ASSERT_EQUAL_FATAL(
                bp_sparse_lu_new(&jobs[t].m[k].pattern, 1, false, &lu), BP_OK);
            CU_ASSERT_EQUAL(solved(&jobs[t].m[k], lu, 0, 1, jobs[t].expected[k], NULL),
                            BP_OK);
            bp_sparse_lu_free(lu);
        }
    }
    for (int t = 0; t < 4; t++)
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[t], NULL, make_often, &jobs[t]),
                              0);
    for (int t = 0; t < 4; t++) {
        pthread_join(threads[t], NULL);
        CU_ASSERT_EQUAL(jobs[t].wrong, 0);
        matrix_clear(&jobs[t].m[0]);
        matrix_clear(&jobs[t].m[1]);
    }
}

static void factoring_and_solving_allocate_nothing(void) {
    matrix m = matrix_of(60, 0.1, 1, 2);
    double x[60];
    bp_sparse_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu), BP_OK);
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL(solved(&m, lu, 0, 1, x, NULL), BP_OK);
    CU_ASSERT_EQUAL(bp_alloc_count(), before);
    bp_sparse_lu_free(lu);
    matrix_clear(&m);
}

static void too_much_work_is_refused(void) {
    matrix m = matrix_of(700, 1.0, 0, 1); // 1.14e8 multiplications
    bp_sparse_lu *lu = NULL;
    bp_lu *any = NULL;
    CU_ASSERT_EQUAL(bp_sparse_lu_new(&m.pattern, 1, false, &lu), BP_UNSUPPORTED);
    CU_ASSERT_PTR_NULL(lu);
    bp_text text = {0};
    CU_ASSERT_EQUAL_FATAL(bp_lu_new(&m.pattern, BP_LINEAR_SPARSE, &any), BP_OK);
    any->type->describe(any, &text); // what is used instead is told
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&text), "KLU"));
    bp_text_clear(&text);
    bp_lu_free(any);
    matrix_clear(&m);
}

// ---- KLU behind it ----

static void klu_helps_with_one_matrix_and_stays_when_it_must_often(void) {
    matrix m = matrix_of(30, 0.2, 1, 4), odd = matrix_of(30, 0.2, 1, 4);
    double x[30], y[30];
    bp_lu *lu = NULL;
    for (int j = 0; j < 30; j++)
        *entry(&odd, 0, j, j) = 1e-12; // singular only for fixed pivots
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_sparse(&m.pattern, &lu), BP_OK);
    for (int k = 0; k < 12; k++) {
        const matrix *a = k == 2 || k > 5 ? &odd : &m;
        memcpy(x, a->b, sizeof x);
        CU_ASSERT_EQUAL(lu->type->factor(lu, a->values), BP_OK);
        CU_ASSERT_EQUAL(lu->type->solve(lu, x), BP_OK);
        solve_densely(a, 0, y);
        CHECK_NEAR(distance(x, 1, y, 30), 0.0, 1e-9);
        if (k < 2) CU_ASSERT_EQUAL(bp_lu_sparse_guarded(lu), 0);
        if (k == 5) CU_ASSERT_EQUAL(bp_lu_sparse_guarded(lu), 1);
    }
    CU_ASSERT(bp_lu_sparse_guarded(lu) >= 4);
    long stays = bp_lu_sparse_guarded(lu);
    CU_ASSERT_EQUAL(lu->type->factor(lu, m.values), BP_OK); // good, but KLU's by now
    CU_ASSERT(bp_lu_sparse_guarded(lu) > stays);
    lu->type->reset(lu);
    CU_ASSERT_EQUAL(lu->type->factor(lu, m.values), BP_OK);
    CU_ASSERT_EQUAL(bp_lu_sparse_guarded(lu), 0);
    bp_lu_free(lu);
    matrix_clear(&m);
    matrix_clear(&odd);
}

static void a_singular_matrix_is_refused_by_both(void) {
    matrix m = matrix_of(30, 0.2, 1, 4);
    bp_lu *lu = NULL;
    for (int k = 0; k < m.pattern.nnz; k++)
        if (m.row[k] == 17) m.values[k] = 0.0;
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_sparse(&m.pattern, &lu), BP_OK);
    CU_ASSERT_EQUAL(lu->type->factor(lu, m.values), BP_LINEAR_SOLVER);
    bp_lu_free(lu);
    matrix_clear(&m);
}

// ---- patterns of models ----

static void check_model(const char *path) {
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(bp_spec_load(path, NULL, &spec, &report), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_model_compile(spec, NULL, &model, &report), BP_OK);
    const bp_pattern *p = bp_model_pattern(model);
    unsigned seed = 1;
    matrix m = {.pattern = *p};
    m.values = calloc((size_t)p->nnz * MOST_LANES, sizeof *m.values);
    m.b = calloc((size_t)p->n * MOST_LANES, sizeof *m.b);
    CU_ASSERT_FATAL(m.values && m.b);
    for (int lane = 0; lane < MOST_LANES; lane++)
        fill_lane(&m, lane, &seed);
    check_against_dense(&m);
    free(m.values);
    free(m.b);
    bp_report_clear(&report);
    bp_model_free(model);
    bp_spec_free(spec);
}

static void patterns_of_networks_agree_with_dense_ones(void) {
    const char *names[] = {"networks/multisite2_no_obs.net", "networks/egfr_net.net"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = test_shared_data(names[i]);
        if (!path) {
            test_skip("no shared/data/networks");
            return;
        }
        check_model(path);
    }
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(factors_agree_with_dense_ones),
        TEST(positions_beyond_sixteen_bits_agree_as_well),
        TEST(every_processor_finds_the_same_bits),
        TEST(a_lane_is_bit_by_bit_what_it_is_alone),
        TEST(bad_pivots_are_laid_to_their_lanes),
        TEST(pivots_out_of_proportion_are_refused),
        TEST(hubs_are_eliminated_last),
        TEST(fill_and_work_of_a_full_matrix_are_known),
        TEST(making_survives_every_failed_allocation),
        TEST(equal_patterns_share_what_was_worked_out),
        TEST(threads_may_share),
        TEST(factoring_and_solving_allocate_nothing),
        TEST(too_much_work_is_refused),
        TEST(klu_helps_with_one_matrix_and_stays_when_it_must_often),
        TEST(a_singular_matrix_is_refused_by_both),
        TEST(patterns_of_networks_agree_with_dense_ones),
        TEST_END};
    return test_main("unit/sparse_lu", tests, argc, argv);
}
