// White-box tests of the history: it is the integrator's own interpolant, leg by leg;
// and of how an integrator keeps within a limit.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/history.h"
#include "solver/run.h"
#include "tests/numeric/problems.h"
#include "tests/support/harness.h"

enum { PER_STEP = 7, ROOM = 20000, N = 8 };

static const struct {
    int method, degree;
} methods[] = {{BP_METHOD_BDF, 5}, {BP_METHOD_ADAMS, 12}, {BP_METHOD_DOPRI5, 4}};

// Hires, whose states are all kept but the first.
static const test_problem *hires(void) {
    return &test_problems[1];
}
static const int kept[] = {1, 2, 3, 4, 5, 6, 7};
static const double absolute[N] = {1e-10, 1e-10, 1e-10, 1e-10,
                                   1e-10, 1e-10, 1e-10, 1e-10};

static bp_integrator *start(int method, bp_settings *settings, double end) {
    *settings = bp_settings_default();
    bp_settings_choose(settings, 1);
    settings->method = method;
    settings->rtol = 1e-8;
    bp_integrator *s = NULL;
    CU_ASSERT_EQUAL_FATAL(
        bp_integrator_of(method)->make(&hires()->problem, settings, &s), BP_OK);
    bp_leg leg = {.end = end,
                  .y = hires()->start,
                  .atol = absolute,
                  .effort = bp_retry_rung(0, N)};
    CU_ASSERT_EQUAL_FATAL(s->type->start(s, &leg), BP_OK);
    return s;
}

// What the interpolant said when each step was the last one.
typedef struct seen {
    double t[ROOM], y[ROOM][N];
    int n;
} seen;

static void look(bp_integrator *s, double before, double t, seen *all) {
    for (int k = 0; k <= PER_STEP && all->n < ROOM; k++, all->n++) {
        all->t[all->n] = before + (t - before) * k / PER_STEP;
        CU_ASSERT_EQUAL(s->type->interpolate(s, all->t[all->n], all->y[all->n]), BP_OK);
    }
}

static double difference(const bp_history *h, const seen *all) {
    double worst = 0.0, y[N];
    for (int i = 0; i < all->n; i++) {
        y[0] = -7.0;
        bp_history_state(h, 0, all->t[i], y);
        CHECK(y[0] == -7.0, "%g", y[0]); // not kept
        for (int k = 1; k < N; k++)
            worst = fmax(worst, fabs(y[k] - all->y[i][k]));
    }
    return worst;
}

static void the_history_is_the_interpolant(void) {
    seen *all = malloc(sizeof *all);
    if (!all) abort();
    for (int m = 0; m < 3; m++) {
        bp_settings settings;
        bp_integrator *s = start(methods[m].method, &settings, 2.0);
        bp_history *h = NULL;
        CU_ASSERT_EQUAL_FATAL(bp_history_new(N, kept, 7, 0, methods[m].degree, &h),
                              BP_OK);
        CU_ASSERT_EQUAL(bp_history_find(h, 1.0), -1);
        CU_ASSERT_EQUAL(bp_history_leg(h, 0.0, hires()->start, NULL), BP_OK);
        double t = 0.0, before = 0.0;
        bp_stop stop = BP_STOP_STEP;
        for (all->n = 0; stop != BP_STOP_END; before = t) {
            CU_ASSERT_EQUAL_FATAL(s->type->step(s, &t, &stop), BP_OK);
            CU_ASSERT_EQUAL(bp_history_step(h, s, t), BP_OK);
            look(s, before, t, all);
        }
        CHECK(all->n > 100, "%d", all->n);
        CHECK_NEAR(difference(h, all), 0.0, 2e-13);
        bp_history_free(h);
        s->type->free(s);
    }
    free(all);
}

static void legs_are_found_with_their_parameters(void) {
    bp_history *h = NULL;
    const int both[] = {0, 1};
    CU_ASSERT_EQUAL_FATAL(bp_history_new(2, both, 2, 3, 5, &h), BP_OK);
    const double p[2][3] = {{1, 2, 3}, {1, 2, 4}};
    const double y[3][2] = {{10, 20}, {11, 21}, {12, 22}};
    for (int round = 0; round < 2; round++) { // the second one reuses all
        bp_history_begin(h);
        CU_ASSERT_EQUAL(bp_history_leg(h, 1.0, y[0], p[0]), BP_OK);
        CU_ASSERT_EQUAL(bp_history_leg(h, 2.0, y[1], p[0]), BP_OK);
        CU_ASSERT_EQUAL(bp_history_leg(h, 3.0, y[2], p[1]), BP_OK);
        const double times[] = {0.5, 1.0, 1.5, 2.0, 2.9, 3.0, 9.0};
        const int legs[] = {-1, 0, 0, 1, 1, 2, 2};
        for (int i = 0; i < 7; i++)
            CU_ASSERT_EQUAL(bp_history_find(h, times[i]), legs[i]);
        for (int leg = 0; leg < 3; leg++) {
            double at[2];
            bp_history_state(h, leg, 1.0 + leg, at);
            CHECK_NEAR(at[0], y[leg][0], 0.0);
            CHECK_NEAR(at[1], y[leg][1], 0.0);
            CHECK_NEAR(bp_history_start_of(h, leg), 1.0 + leg, 0.0);
            CHECK_NEAR(bp_history_parameters(h, leg)[2], p[leg == 2][2], 0.0);
        }
        CU_ASSERT_PTR_EQUAL(bp_history_parameters(h, 0), bp_history_parameters(h, 1));
    }
    bp_history_free(h);
}

// No step leads past the limit; the end of the leg is told from it; the course is not
// disturbed by more than the tolerance.
static void a_limit_holds_and_is_not_the_end(void) {
    for (int m = 0; m < 3; m++) {
        bp_settings settings;
        double free_y[N], y[N], t = 0.0;
        bp_stop stop = BP_STOP_STEP;
        bp_integrator *s = start(methods[m].method, &settings, 3.0);
        while (stop == BP_STOP_STEP)
            CU_ASSERT_EQUAL_FATAL(s->type->step(s, &t, &stop), BP_OK);
        CU_ASSERT_EQUAL(s->type->interpolate(s, t, free_y), BP_OK);
        s->type->free(s);

        s = start(methods[m].method, &settings, 3.0);
        t = 0.0;
        stop = BP_STOP_STEP;
        while (stop == BP_STOP_STEP) {
            double limit = t < 2.0 ? t + 0.03 : INFINITY;
            s->type->limit(s, limit);
            CU_ASSERT_EQUAL_FATAL(s->type->step(s, &t, &stop), BP_OK);
            CHECK(t <= limit, "%.17g past %.17g", t, limit);
            CU_ASSERT_EQUAL(stop == BP_STOP_END, t >= 3.0);
        }
        CHECK_NEAR(t, 3.0, 0.0);
        CU_ASSERT_EQUAL(s->type->interpolate(s, t, y), BP_OK);
        for (int k = 0; k < N; k++)
            CHECK_NEAR(y[k], free_y[k], 1e-6);
        s->type->free(s);
    }
}

static void memory_may_run_out(void) {
    int failures = 0;
    for (long nth = 1;; nth++) {
        bp_history *h = NULL;
        const int one[] = {0};
        const double y[] = {1.0}, p[] = {2.0};
        bp_alloc_fail(nth, 0);
        bp_status status = bp_history_new(1, one, 1, 1, 5, &h);
        if (status == BP_OK) status = bp_history_leg(h, 0.0, y, p);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) {
            bp_history_free(h);
            break;
        }
        failures++;
        CU_ASSERT_EQUAL(status, BP_NO_MEMORY);
        bp_history_free(h);
    }
    CHECK(failures >= 6, "%d", failures);
}

static const test_case tests[] = {
    TEST(the_history_is_the_interpolant),
    TEST(legs_are_found_with_their_parameters),
    TEST(a_limit_holds_and_is_not_the_end),
    TEST(memory_may_run_out),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("unit/solver_history", tests, argc, argv);
}
