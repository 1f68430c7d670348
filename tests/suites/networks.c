// Large networks made from rules (../shared/data/networks), integrated with GMRES as
// chosen: against factors, and against themselves at a tighter tolerance.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "solver/solver.h"
#include "tests/support/harness.h"

typedef struct outcome {
    bp_stats stats;
    int n;
    double *y; // (n) at the end
} outcome;

static bp_model *open_network(const char *name) {
    char file[256];
    bp_model *model = NULL;
    snprintf(file, sizeof file, "networks/%s.net", name);
    const char *path = test_shared_data(file);
    if (!path) {
        test_skip("the folder networks is not among the shared data");
        return NULL;
    }
    CU_ASSERT_EQUAL_FATAL(bp_model_load(path, NULL, &model, NULL), BP_OK);
    return model;
}

static outcome run_to(const bp_model *model, const bp_settings *settings, double end) {
    outcome o = {.n = bp_model_n_states(model)};
    bp_protocol protocol = {.n_times = 1, .times = &end};
    int first = bp_model_state_variable(model, 0);
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_failure failure = {0};
    double value;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, &first, 1, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, settings, &solver, NULL), BP_OK);
    bp_status status =
        bp_solver_run(solver, &protocol, view, &value, &o.stats, &failure);
    CHECK(status == BP_OK, "%s", failure.text);
    o.y = bp_calloc((size_t)o.n, sizeof *o.y);
    CU_ASSERT_PTR_NOT_NULL_FATAL(o.y);
    memcpy(o.y, bp_solver_state(solver), (size_t)o.n * sizeof *o.y);
    bp_solver_free(solver);
    bp_view_free(view);
    return o;
}

// Root mean square of the differences, in units of the default tolerance.
static double distance(const outcome *a, const outcome *b) {
    double sum = 0.0;
    for (int i = 0; i < a->n; i++)
        sum += pow((a->y[i] - b->y[i]) / (1e-6 * fabs(b->y[i]) + 1e-9), 2.0);
    return sqrt(sum / a->n);
}

// Both are some units from the truth; so far may they be apart.
static void gmres_follows_factors(void) {
    static const struct {
        const char *name;
        double end;
    } cases[] = {{"egfr_net", 1000.0}, {"BCR_no_obs", 1.0}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        bp_model *model = open_network(cases[k].name);
        if (!model) return;
        bp_settings settings = bp_settings_default();
        outcome chosen = run_to(model, &settings, cases[k].end);
        CU_ASSERT(chosen.stats.linear_iterations > 0);
        settings.linear = BP_LINEAR_KLU;
        settings.rtol = 1e-8;
        settings.atol = 1e-11;
        outcome exact = run_to(model, &settings, cases[k].end);
        CU_ASSERT_EQUAL(exact.stats.linear_iterations, 0);
        CHECK_NEAR(distance(&chosen, &exact), 0.0, 10.0);
        bp_free(chosen.y);
        bp_free(exact.y);
        bp_model_free(model);
    }
}

static void the_largest_network_is_right_too(void) {
    bp_model *model = open_network("fceri_gamma2_no_obs");
    if (!model) return;
    bp_settings settings = bp_settings_default();
    outcome coarse = run_to(model, &settings, 10.0);
    settings.rtol = 1e-8;
    settings.atol = 1e-11;
    outcome fine = run_to(model, &settings, 10.0);
    CU_ASSERT_EQUAL(coarse.stats.attempts + fine.stats.attempts, 2);
    CHECK_NEAR(distance(&coarse, &fine), 0.0, 10.0);
    bp_free(coarse.y);
    bp_free(fine.y);
    bp_model_free(model);
}

static const test_case tests[] = {TEST(gmres_follows_factors),
                                  TEST(the_largest_network_is_right_too), TEST_END};

int main(int argc, char **argv) {
    return test_main("networks", tests, argc, argv);
}
