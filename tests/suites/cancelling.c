// A published model (../shared/data/biomodels) whose amounts are differences: one of
// them is left at -1e-90 by Newton's method, where a power of it does not exist.
#include <math.h>

#include "base/alloc.h"
#include "solver/solver.h"
#include "tests/support/harness.h"

enum { N_TIMES = 21 };
static const double span = 1000.0;

typedef struct outcome {
    int n;
    double *values; // (N_TIMES x n)
    bp_stats stats;
} outcome;

static outcome run(const bp_model *model, const bp_settings *settings) {
    outcome o = {.n = bp_model_n_states(model)};
    double times[N_TIMES];
    int variables[64];
    for (int i = 0; i < N_TIMES; i++)
        times[i] = span * i / (N_TIMES - 1);
    for (int i = 0; i < o.n && i < 64; i++)
        variables[i] = bp_model_state_variable(model, i);
    bp_protocol protocol = {.n_times = N_TIMES, .times = times};
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_failure failure = {0};
    o.values = bp_calloc((size_t)o.n * N_TIMES, sizeof *o.values);
    CU_ASSERT_FATAL(o.values && o.n <= 64);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, variables, o.n, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, settings, &solver, NULL), BP_OK);
    bp_status status =
        bp_solver_run(solver, &protocol, view, o.values, &o.stats, &failure);
    CHECK(status == BP_OK, "%s", failure.text);
    bp_solver_free(solver);
    bp_view_free(view);
    return o;
}

static double distance(const outcome *a, const outcome *b) {
    double most = 0.0;
    for (int i = 0; i < a->n * N_TIMES; i++) {
        double part = fabs(a->values[i] - b->values[i]) / (fabs(b->values[i]) + 1e-3);
        most = isfinite(part) ? fmax(most, part) : INFINITY;
    }
    return most;
}

static bp_settings with_rtol(double rtol) {
    bp_settings settings = bp_settings_default();
    settings.rtol = rtol;
    settings.atol = rtol * 1e-3;
    return settings;
}

static void the_ladder_leads_past_it(void) {
    const char *path = test_shared_data("biomodels/BIOMD0000000288.xml");
    if (!path) {
        test_skip("the model is not among the shared data");
        return;
    }
    bp_model *model = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_model_load(path, NULL, &model, NULL), BP_OK);
    bp_settings settings = with_rtol(1e-10);
    settings.method = BP_METHOD_DOPRI5; // shares no code with the others
    outcome exact = run(model, &settings);
    static const double rtols[] = {1e-4, 1e-6, 1e-8};
    static const int kept[] = {1, 5, 51};
    for (int k = 0; k < 9; k++) {
        settings = with_rtol(rtols[k / 3]);
        settings.jacobian_steps = kept[k % 3];
        outcome o = run(model, &settings);
        CHECK(o.stats.attempts <= 2, "%ld attempts", o.stats.attempts);
        CHECK_NEAR(distance(&o, &exact), 0.0, 100 * rtols[k / 3]);
        bp_free(o.values);
    }
    bp_free(exact.values);
    bp_model_free(model);
}

static const test_case tests[] = {TEST(the_ladder_leads_past_it), TEST_END};

int main(int argc, char **argv) {
    return test_main("cancelling", tests, argc, argv);
}
