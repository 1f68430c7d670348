// White-box tests of the two integrators on plain C right-hand sides: what the driver
// relies on, whichever of them it drives.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/run.h"
#include "tests/numeric/problems.h"
#include "tests/support/harness.h"

static const int methods[] = {BP_METHOD_BDF, BP_METHOD_ADAMS, BP_METHOD_DOPRI5};
enum { N_METHODS = 3 };

static bp_settings settings_of(int method, double rtol) {
    bp_settings settings = bp_settings_default();
    bp_settings_choose(&settings, 1);
    settings.method = method;
    settings.rtol = rtol;
    return settings;
}

// ---- an oscillator: x' = v, v' = -x; a root where x = 1/2 ----

static bp_status oscillator(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = y[1];
    f[1] = -y[0];
    return BP_OK;
}

static void oscillator_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t, (void)y;
    j[0] = 0.0, j[1] = -1.0, j[2] = 1.0, j[3] = 0.0;
}

static void half(void *self, double t, const double *y, double *values) {
    (void)self, (void)t;
    values[0] = y[0] - 0.5;
}

static const int full2_start[] = {0, 2, 4}, full2_row[] = {0, 1, 0, 1};
static const int full2_diagonal[] = {0, 3};
static const bp_pattern full2 = {2, 4, full2_start, full2_row, full2_diagonal};
static const double atol2[] = {1e-12, 1e-12};

static bp_problem oscillator_problem(int n_roots) {
    return (bp_problem){.n = 2,
                        .n_roots = n_roots,
                        .pattern = &full2,
                        .rates = oscillator,
                        .jacobian = oscillator_jacobian,
                        .roots = half};
}

static bp_leg leg_of(const double *y, double t, double end) {
    return (bp_leg){
        .t = t, .end = end, .y = y, .atol = atol2, .effort = bp_retry_rung(0, 2)};
}

static bp_integrator *made(const bp_problem *problem, const bp_settings *settings) {
    bp_integrator *integrator = NULL;
    bp_status status =
        bp_integrator_of(settings->method)->make(problem, settings, &integrator);
    CU_ASSERT_EQUAL_FATAL(status, BP_OK);
    return integrator;
}

// Steps to the end of the leg, or to a root.
static bp_status go(bp_integrator *integrator, double *t, bp_stop *stop) {
    bp_status status = BP_OK;
    *stop = BP_STOP_STEP;
    while (status == BP_OK && *stop == BP_STOP_STEP)
        status = integrator->type->step(integrator, t, stop);
    return status;
}

static void the_end_of_a_leg_is_hit_exactly(void) {
    double start[] = {1.0, 0.0}, y[2], ends[] = {1e-9, 0.1, 7.7, 100.0};
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-9);
        bp_problem problem = oscillator_problem(0);
        bp_integrator *s = made(&problem, &settings);
        for (int i = 0; i < 4; i++) {
            double t = 0.0;
            bp_stop stop;
            bp_leg leg = leg_of(start, 0.0, ends[i]);
            CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
            CU_ASSERT_EQUAL(go(s, &t, &stop), BP_OK);
            CU_ASSERT_EQUAL(stop, BP_STOP_END);
            CU_ASSERT_EQUAL(t, ends[i]);
            CU_ASSERT_EQUAL(s->type->interpolate(s, t, y), BP_OK);
            // global error of a linear oscillator: about (steps) x (tolerance)
            CHECK_NEAR(y[0], cos(ends[i]), 2e-6);
        }
        s->type->free(s);
    }
}

// The largest error at five times of the step, its ends among them.
static double error_within(bp_integrator *s, double before, double t) {
    double worst = 0.0, y[2];
    for (int k = 0; k <= 4; k++) {
        double at = before + 0.25 * k * (t - before);
        CU_ASSERT_EQUAL(s->type->interpolate(s, at, y), BP_OK);
        worst = fmax(worst, hypot(y[0] - cos(at), y[1] + sin(at)));
    }
    return worst;
}

static void samples_inside_a_step_are_as_good_as_its_ends(void) {
    double start[] = {1.0, 0.0};
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-8);
        bp_problem problem = oscillator_problem(0);
        bp_integrator *s = made(&problem, &settings);
        bp_leg leg = leg_of(start, 0.0, 20.0);
        double t = 0.0, before = 0.0, worst = 0.0;
        bp_stop stop = BP_STOP_STEP;
        CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
        for (; stop == BP_STOP_STEP; before = t) {
            CU_ASSERT_EQUAL_FATAL(s->type->step(s, &t, &stop), BP_OK);
            worst = fmax(worst, error_within(s, before, t));
        }
        CHECK_NEAR(worst, 0.0, 5e-6);
        s->type->free(s);
    }
}

static void sign_changes_are_located_and_passed(void) {
    double start[] = {1.0, 0.0};
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-10);
        bp_problem problem = oscillator_problem(1);
        bp_integrator *s = made(&problem, &settings);
        double t = 0.0, y[2] = {start[0], start[1]};
        // cos t = 1/2 at 60, 300, 420 degrees
        double degrees[] = {60.0, 300.0, 420.0};
        for (int k = 0; k < 3; k++) {
            bp_leg leg = leg_of(y, t, 100.0);
            bp_stop stop;
            CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
            CU_ASSERT_EQUAL(go(s, &t, &stop), BP_OK);
            CU_ASSERT_EQUAL(stop, BP_STOP_ROOT);
            CHECK_NEAR(t, degrees[k] * acos(-1.0) / 180.0, 1e-7);
            CU_ASSERT_EQUAL(s->type->interpolate(s, t, y), BP_OK);
            // the point returned is just past the change
            CU_ASSERT(k % 2 == 0 ? y[0] <= 0.5 : y[0] >= 0.5);
        }
        s->type->free(s);
    }
}

// ---- reuse ----

static void run_hires(bp_integrator *s, const test_problem *p, double y[8]) {
    double atol[8], t = 0.0;
    for (int i = 0; i < 8; i++)
        atol[i] = 1e-10;
    bp_leg leg = {
        .end = 100.0, .y = p->start, .atol = atol, .effort = bp_retry_rung(0, 8)};
    bp_stop stop;
    s->type->reset(s);
    CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
    CU_ASSERT_EQUAL(go(s, &t, &stop), BP_OK);
    CU_ASSERT_EQUAL(s->type->interpolate(s, t, y), BP_OK);
}

static void a_used_integrator_repeats_a_fresh_one_bit_by_bit(void) {
    const test_problem *p = &test_problems[1];
    for (int linear = BP_LINEAR_DENSE; linear <= BP_LINEAR_GMRES; linear++) {
        double fresh[8], again[8];
        bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
        settings.linear = linear;
        bp_integrator *s = made(&p->problem, &settings);
        run_hires(s, p, fresh);
        for (int k = 0; k < 5; k++) {
            test_problem other = *p; // something else in between, with other pivots
            other.start[0] = 3.0 + k, other.start[7] = 0.5;
            run_hires(s, &other, again);
            run_hires(s, p, again);
            CU_ASSERT_EQUAL(memcmp(fresh, again, sizeof fresh), 0);
        }
        s->type->free(s);
    }
}

// A thousand steps, from the start again at every fiftieth and at every stop.
static void step_about(bp_integrator *s) {
    double start[] = {1.0, 0.0}, y[2], t = 0.0;
    for (long steps = 0; steps < 1000; steps++) {
        bp_stop stop = BP_STOP_END;
        if (steps % 50 == 0) {
            bp_leg leg = leg_of(start, t, t + 100.0);
            CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
        }
        CU_ASSERT_EQUAL(s->type->step(s, &t, &stop), BP_OK);
        CU_ASSERT_EQUAL(s->type->interpolate(s, t, y), BP_OK);
        if (stop != BP_STOP_STEP) steps = 50 * (steps / 50) + 49;
    }
}

static void stepping_allocates_nothing(void) {
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-8);
        bp_problem problem = oscillator_problem(1);
        bp_integrator *s = made(&problem, &settings);
        long before = bp_alloc_count();
        step_about(s);
        CU_ASSERT_EQUAL(bp_alloc_count(), before);
        s->type->free(s);
    }
}

static void making_survives_every_failed_allocation(void) {
    bp_problem problem = oscillator_problem(1);
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-8);
        settings.linear = BP_LINEAR_KLU;
        const bp_integrator_type *type = bp_integrator_of(methods[m]);
        bp_status status = BP_NO_MEMORY;
        int nth = 0;
        while (status == BP_NO_MEMORY && nth < 1000) {
            bp_integrator *s = NULL;
            bp_alloc_fail(++nth, 0);
            status = type->make(&problem, &settings, &s);
            bp_alloc_fail(0, 0);
            CU_ASSERT_EQUAL(s == NULL, status != BP_OK);
            if (s) type->free(s);
        }
        CU_ASSERT_EQUAL(status, BP_OK);
        CU_ASSERT(nth > 2);
    }
}

// ---- failures ----

static bp_status blow_up(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = y[0] * y[0]; // 1 / (1 - t)
    f[1] = 0.0;
    return isfinite(f[0]) ? BP_OK : BP_NOT_FINITE;
}

static void blow_up_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    j[0] = 2.0 * y[0], j[1] = j[2] = j[3] = 0.0;
}

static void a_blow_up_ends_with_a_status(void) {
    double start[] = {1.0, 1.0};
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-6);
        bp_problem problem = {
            .n = 2, .pattern = &full2, .rates = blow_up, .jacobian = blow_up_jacobian};
        bp_integrator *s = made(&problem, &settings);
        bp_leg leg = leg_of(start, 0.0, 2.0);
        double t = 0.0;
        bp_stop stop;
        CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
        bp_status status = go(s, &t, &stop);
        CHECK(status == BP_STEP_TOO_SMALL || status == BP_NOT_FINITE ||
                  status == BP_CONVERGENCE,
              "%s", bp_status_name(status));
        CHECK_NEAR(t, 1.0, 1e-3);
        CU_ASSERT_EQUAL(s->type->worst(s), 0);
        s->type->free(s);
    }
}

// The square root of a state that falls to zero and would go on.
static bp_status falls_through(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = -1.0 - sqrt(y[0]);
    f[1] = 0.0;
    return isfinite(f[0]) ? BP_OK : BP_NOT_FINITE;
}

static void falls_through_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    j[0] = -0.5 / sqrt(y[0]), j[1] = j[2] = j[3] = 0.0;
}

static void a_rate_that_is_no_number_ends_with_a_status(void) {
    double start[] = {1.0, 1.0};
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-6);
        bp_problem problem = {.n = 2,
                              .pattern = &full2,
                              .rates = falls_through,
                              .jacobian = falls_through_jacobian};
        bp_integrator *s = made(&problem, &settings);
        bp_leg leg = leg_of(start, 0.0, 2.0);
        double t = 0.0;
        bp_stop stop;
        bp_status status = s->type->start(s, &leg);
        if (status == BP_OK) status = go(s, &t, &stop);
        CHECK(status != BP_OK,
              "integrated through the square root of a negative number");
        CHECK_NEAR(t, 2.0 - 2.0 * log(2.0), 0.01); // where the state is zero
        s->type->free(s);
    }
}

static void the_three_methods_agree(void) {
    const test_problem *p = &test_problems[1];
    double times[] = {1.0, 10.0, 50.0}, y[N_METHODS][24];
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-9);
        bp_stats stats = {0};
        CU_ASSERT_EQUAL(test_integrate(p, &settings, 3, times, y[m], &stats), BP_OK);
        for (int i = 0; m > 0 && i < 24; i++)
            CHECK_NEAR(y[m][i], y[0][i], 1e-7 * (fabs(y[0][i]) + 1e-4));
    }
}

// ---- the policy of CVODES' steps ----

static bp_stats work_of(const bp_settings *settings) {
    double times[] = {1.0, 50.0, 321.0}, y[24];
    bp_stats stats = {0};
    CU_ASSERT_EQUAL(test_integrate(&test_problems[1], settings, 3, times, y, &stats),
                    BP_OK);
    return stats;
}

static void a_jacobian_serves_as_long_as_it_is_told(void) {
    bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
    settings.jacobian_steps = 1;
    bp_stats fresh = work_of(&settings); // but where a step is tried again
    CHECK(fresh.jacobian_evaluations > 0.8 * (double)fresh.factorisations,
          "%ld for %ld factorisations", fresh.jacobian_evaluations,
          fresh.factorisations);
    settings.jacobian_steps = 51;
    bp_stats kept = work_of(&settings);
    CHECK(kept.jacobian_evaluations < 0.5 * (double)kept.factorisations,
          "%ld for %ld factorisations", kept.jacobian_evaluations, kept.factorisations);
}

static bp_stats work_on_rung(const bp_settings *settings, int rung) {
    const test_problem *p = &test_problems[1];
    double atol[8], t = 0.0;
    for (int i = 0; i < 8; i++)
        atol[i] = settings->atol;
    bp_integrator *s = made(&p->problem, settings);
    bp_leg leg = {
        .end = 321.0, .y = p->start, .atol = atol, .effort = bp_retry_rung(rung, 8)};
    bp_stop stop;
    bp_stats stats = {0};
    CU_ASSERT_EQUAL(s->type->start(s, &leg), BP_OK);
    CU_ASSERT_EQUAL(go(s, &t, &stop), BP_OK);
    s->type->count(s, &stats);
    s->type->free(s);
    return stats;
}

// What fails with a fresh Jacobian is tried with an old one as well.
static void a_rung_of_the_ladder_keeps_the_jacobian(void) {
    bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
    int n_keeping = 0;
    settings.jacobian_steps = 1;
    for (int rung = 0; bp_retry_rung(rung, 8); rung++) {
        bp_stats stats = work_on_rung(&settings, rung);
        bool keeps = bp_retry_rung(rung, 8)->jacobian_steps > 1;
        n_keeping += keeps;
        double share =
            (double)stats.jacobian_evaluations / (double)stats.factorisations;
        CHECK(keeps == (share < 0.8), "rung %d: %g", rung, share);
    }
    CU_ASSERT_EQUAL(n_keeping, 1);
}

// Of steps and of Newton's method a rung asks at least what the settings ask.
static void no_rung_asks_for_less(void) {
    for (int m = 0; m < N_METHODS; m++) {
        bp_settings settings = settings_of(methods[m], 1e-6);
        settings.max_step = 5.0;
        settings.max_order = 2;
        double start[] = {1.0, 0.0};
        for (int rung = 0; bp_retry_rung(rung, 8); rung++) {
            bp_leg leg = leg_of(start, 0.0, 100.0);
            leg.effort = bp_retry_rung(rung, 8);
            bp_step_limits limits = bp_leg_limits(&settings, &leg, 5);
            CU_ASSERT(limits.coefficient <= settings.nonlinear_coefficient);
            CU_ASSERT(limits.longest > 0.0 && limits.longest <= 5.0);
            CU_ASSERT(limits.order <= 2);
        }
    }
}

static void factors_serve_as_long_as_they_are_told(void) {
    bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
    bp_stats usual = work_of(&settings);
    settings.factor_steps = 1;
    bp_stats always = work_of(&settings);
    CU_ASSERT_TRUE(usual.factorisations < usual.steps);
    CHECK(always.factorisations >= always.steps, "%ld for %ld steps",
          always.factorisations, always.steps);
    settings.factor_steps = 20;
    settings.gamma_tolerance = 1e-6; // every change of the step
    bp_stats strict = work_of(&settings);
    CHECK(strict.factorisations >= usual.factorisations, "%ld and %ld",
          strict.factorisations, usual.factorisations);
    settings.gamma_tolerance = 1;
    bp_stats loose = work_of(&settings);
    CHECK(loose.factorisations * strict.steps < strict.factorisations * loose.steps,
          "%ld for %ld steps and %ld for %ld", loose.factorisations, loose.steps,
          strict.factorisations, strict.steps);
}

static void a_step_grows_where_it_is_told_to(void) {
    bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
    settings.growth_threshold = 1.1;
    bp_stats eager = work_of(&settings);
    settings.growth_threshold = 9;
    bp_stats slow = work_of(&settings);
    CHECK(slow.steps > 1.5 * (double)eager.steps, "%ld and %ld steps", slow.steps,
          eager.steps);
}

static void newton_gives_up_when_it_is_told_to(void) {
    bp_settings settings = settings_of(BP_METHOD_BDF, 1e-6);
    bp_stats usual = work_of(&settings);
    settings.newton_iterations = 1;
    bp_stats hasty = work_of(&settings);
    CHECK(hasty.convergence_failures > usual.convergence_failures, "%ld and %ld",
          hasty.convergence_failures, usual.convergence_failures);
    CHECK(hasty.convergence_failures < hasty.rate_evaluations, "%ld of %ld",
          hasty.convergence_failures, hasty.rate_evaluations);
    settings.newton_iterations = 3;
    settings.nonlinear_coefficient = 1e-4;
    bp_stats strict = work_of(&settings);
    CHECK((double)strict.rate_evaluations / (double)strict.steps >
              (double)usual.rate_evaluations / (double)usual.steps,
          "%ld evaluations in %ld steps", strict.rate_evaluations, strict.steps);
}

static const test_case tests[] = {
    TEST(the_end_of_a_leg_is_hit_exactly),
    TEST(samples_inside_a_step_are_as_good_as_its_ends),
    TEST(sign_changes_are_located_and_passed),
    TEST(a_used_integrator_repeats_a_fresh_one_bit_by_bit),
    TEST(stepping_allocates_nothing),
    TEST(making_survives_every_failed_allocation),
    TEST(a_blow_up_ends_with_a_status),
    TEST(a_rate_that_is_no_number_ends_with_a_status),
    TEST(the_three_methods_agree),
    TEST(a_jacobian_serves_as_long_as_it_is_told),
    TEST(a_rung_of_the_ladder_keeps_the_jacobian),
    TEST(no_rung_asks_for_less),
    TEST(factors_serve_as_long_as_they_are_told),
    TEST(a_step_grows_where_it_is_told_to),
    TEST(newton_gives_up_when_it_is_told_to),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("unit/solver_integrators", tests, argc, argv);
}
