// Laws of runs whose linear systems are solved by GMRES.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tests/laws/laws.h"

// A + B <-> C and enzymes on it: two totals, stiff.
static const char network[] =
    "model m\n"
    "  compartment c = 1\n  species A in c = 100, B in c = 60, C in c = 0\n"
    "  species E in c = 2, CE in c = 0, D in c = 0\n"
    "  k1 = 0.1; k2 = 2; k3 = 1e4; k4 = 1e3; k5 = 0.5; k6 = 0.01\n"
    "  A + B -> C; c*k1*A*B\n  C -> A + B; c*k2*C\n"
    "  C + E -> CE; c*k3*C*E\n  CE -> C + E; c*k4*CE\n"
    "  CE -> D + E; c*k5*CE\n  D -> A + B; c*k6*D\n"
    "end\n";

// Rounding of rates of 1e5 and more, over a thousand steps: factors leave 4e-10.
static void totals_are_kept_to_rounding(void) {
    law l;
    law_open(&l, network, "A B C E CE D");
    l.settings.linear = BP_LINEAR_GMRES;
    law_run(&l, 1000.0, 20);
    law_ok(&l);
    CU_ASSERT(l.stats.linear_iterations > l.stats.steps / 2);
    for (int i = 0; i <= 20; i++) {
        double a = law_value(&l, i, 0), b = law_value(&l, i, 1),
               c = law_value(&l, i, 2);
        double e = law_value(&l, i, 3), ce = law_value(&l, i, 4);
        double d = law_value(&l, i, 5);
        CHECK_NEAR(a + c + ce + d, 100.0, 4e-10);
        CHECK_NEAR(b + c + ce + d, 60.0, 4e-10);
        CHECK_NEAR(e + ce, 2.0, 4e-10);
    }
    law_close(&l);
}

static void a_used_solver_repeats_a_fresh_one_bit_by_bit(void) {
    law l;
    double fresh[6];
    law_open(&l, network, "A B C E CE D");
    l.settings.linear = BP_LINEAR_GMRES;
    for (int k = 0; k < 3; k++) {
        law_run(&l, 10.0 + 90.0 * (k == 1), 1); // another in between
        law_ok(&l);
        for (int i = 0; i < 6; i++) {
            if (k == 0) fresh[i] = law_value(&l, 1, i);
            if (k == 2) CU_ASSERT_EQUAL(law_value(&l, 1, i), fresh[i]);
        }
    }
    law_close(&l);
}

static void a_run_allocates_nothing(void) {
    law l;
    law_open(&l, network, "A");
    l.settings.linear = BP_LINEAR_GMRES;
    law_run(&l, 10.0, 1);
    law_ok(&l);
    bp_protocol protocol = {.n_times = l.n_times, .times = l.times};
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL(bp_solver_run(l.solver, &protocol, l.view, l.values, NULL, NULL),
                    BP_OK);
    CU_ASSERT_EQUAL(bp_alloc_count(), before);
    law_close(&l);
}

static void making_survives_every_failed_allocation(void) {
    law l;
    law_open(&l, network, "A");
    l.settings.linear = BP_LINEAR_GMRES;
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 1000) {
        bp_solver *solver = NULL;
        bp_alloc_fail(++nth, 0);
        status = bp_solver_new(l.model, &l.settings, &solver, NULL);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(solver == NULL, status != BP_OK);
        bp_solver_free(solver);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CU_ASSERT(nth > 40);
    law_close(&l);
}

// ---- a network that incomplete factors do not serve ----

enum { RING = 120, ARMS = 5 };

// Every variable follows s at a rate of 1e4 while all are turned into each other,
// without damping: the matrix is far from its diagonal, and its factors fill in.
static void write_ring(bp_text *text) {
    bp_text_add(text, "model ring\n  s = 1; s' = -s\n");
    for (int i = 0; i < RING; i++)
        bp_text_format(text, "  y%d = 1\n", i);
    for (int i = 0; i < RING; i++) {
        bp_text_format(text, "  y%d' = -1e4*(0.05*(y%d - s)", i, i);
        for (int k = 1; k <= ARMS; k++) {
            int step = (k * k * k + 3 * k) % RING;
            bp_text_format(text, " + %d*(y%d - s) - %d*(y%d - s)", k, (i + step) % RING,
                           k, (i + RING - step) % RING);
        }
        bp_text_add(text, ")\n");
    }
    bp_text_add(text, "end\n");
}

static void a_run_that_gmres_fails_takes_factors(void) {
    law l;
    bp_text text = {0};
    write_ring(&text);
    law_open(&l, bp_text_get(&text), "s y0 y57");
    double direct[3];
    const int linear[] = {BP_LINEAR_KLU, BP_LINEAR_GMRES};
    for (int k = 0; k < 2; k++) {
        l.settings.linear = linear[k];
        law_renew(&l);
        law_run(&l, 5.0, 1);
        law_ok(&l);
        CU_ASSERT_EQUAL(l.stats.attempts, k + 1);
        for (int i = 0; i < 3; i++) {
            if (k == 0) direct[i] = law_value(&l, 1, i);
            CHECK_NEAR(law_value(&l, 1, i), direct[i], 1e-5 * fabs(direct[i]));
        }
    }
    l.settings.retry = false;
    law_renew(&l);
    law_run(&l, 5.0, 1);
    CHECK(l.status == BP_LINEAR_SOLVER || l.status == BP_CONVERGENCE, "%s",
          bp_status_name(l.status));
    law_close(&l);
    bp_text_clear(&text);
}

// ---- models of the library ----

static double *run_library(const bp_model *model, int linear, bp_stats *stats) {
    static const double times[] = {0, 60, 3600, 86400};
    enum { TIMES = sizeof times / sizeof *times };
    int n = bp_model_n_states(model);
    int *variables = bp_calloc((size_t)n, sizeof *variables);
    double *values = bp_calloc((size_t)n * TIMES, sizeof *values);
    CU_ASSERT_FATAL(variables && values);
    for (int i = 0; i < n; i++)
        variables[i] = bp_model_state_variable(model, i);
    bp_settings settings = bp_settings_default();
    bp_protocol protocol = {.n_times = TIMES, .times = times};
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_failure failure = {0};
    settings.linear = linear;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, variables, n, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, &settings, &solver, NULL), BP_OK);
    bp_status status = bp_solver_run(solver, &protocol, view, values, stats, &failure);
    CHECK(status == BP_OK, "%s", failure.text);
    bp_solver_free(solver);
    bp_view_free(view);
    bp_free(variables);
    return values;
}

static void compare(const char *name) {
    bp_model *model = NULL;
    bp_stats stats;
    CU_ASSERT_EQUAL_FATAL(bp_model_load(test_file(name), NULL, &model, NULL), BP_OK);
    double *direct = run_library(model, BP_LINEAR_KLU, &stats);
    CU_ASSERT_EQUAL(stats.linear_iterations, 0);
    double *iterated = run_library(model, BP_LINEAR_GMRES, &stats);
    CU_ASSERT(stats.linear_iterations > 0);
    CU_ASSERT_EQUAL(stats.attempts, 1);
    for (int k = 0; k < 4 * bp_model_n_states(model); k++) // 200 units of tolerance
        CHECK_NEAR(iterated[k], direct[k], 2e-4 * fabs(direct[k]) + 2e-7);
    bp_free(direct);
    bp_free(iterated);
    bp_model_free(model);
}

static void models_of_the_library_agree_with_factors(void) {
    compare("../model/library/teaching/her2_teaching.ant");
    compare("../model/library/teaching/erk_cascade.ant");
    compare("../model/library/teaching/michaelis_menten.ant");
    compare("../model/library/her2/her2.ant");
}

static const test_case tests[] = {
    TEST(totals_are_kept_to_rounding),
    TEST(a_used_solver_repeats_a_fresh_one_bit_by_bit),
    TEST(a_run_allocates_nothing),
    TEST(making_survives_every_failed_allocation),
    TEST(a_run_that_gmres_fails_takes_factors),
    TEST(models_of_the_library_agree_with_factors),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("solver_iterative", tests, argc, argv);
}
