// Laws of runs that look back: solutions in closed form, the past before the start,
// what tolerance, method, thread and reuse may change.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

static const int methods[] = {BP_METHOD_BDF, BP_METHOD_ADAMS, BP_METHOD_DOPRI5};

static void tighten(law *l, int method, double rtol) {
    l->settings.method = method;
    l->settings.rtol = rtol;
    l->settings.atol = 1e-3 * rtol;
    law_renew(l);
}

// x' = -x(t - 1), x = 1 before: a polynomial of one more degree after each unit of
// time, by the method of steps.
static double by_steps(double t) {
    double sum = 0.0, factor = 1.0;
    for (int k = 0; k - 1 < t; k++) {
        sum += factor;
        double next = t - k; // (-1)^(k+1) (t - k)^(k+1) / (k+1)!
        factor = 1.0;
        for (int i = 1; i <= k + 1; i++)
            factor *= -next / i;
    }
    return sum;
}

static double worst_of(const law *l, double (*exact)(double t)) {
    double worst = 0.0;
    for (int row = 0; row < l->n_times; row++)
        worst = fmax(worst, fabs(law_value(l, row, 0) - exact(l->times[row])));
    return worst;
}

static const char simplest[] = "model m\n tau = 1; x = 1; x' = -delay(x, tau);\nend\n";

static void the_method_of_steps_is_met(void) {
    law l;
    law_open(&l, simplest, "x");
    CHECK_NEAR(by_steps(0.5), 0.5, 1e-15);
    CHECK_NEAR(by_steps(1.5), -0.375, 1e-15); // 1 - t + (t - 1)^2 / 2
    for (int m = 0; m < 3; m++) {
        tighten(&l, methods[m], 1e-10);
        law_run(&l, 10.0, 97);
        law_ok(&l);
        CHECK_NEAR(worst_of(&l, by_steps), 0.0, 3e-9);
    }
    law_close(&l);
}

static void the_error_falls_with_the_tolerance(void) {
    law l;
    law_open(&l, simplest, "x");
    for (int m = 0; m < 3; m++) {
        double last = INFINITY;
        for (int digits = 4; digits <= 10; digits += 2) {
            double rtol = pow(10.0, -digits);
            tighten(&l, methods[m], rtol);
            law_run(&l, 10.0, 97);
            law_ok(&l);
            double error = worst_of(&l, by_steps);
            CHECK(error < 50.0 * rtol, "rtol %g: error %g", rtol, error);
            CHECK(error < 0.2 * last, "rtol %g: error %g after %g", rtol, error, last);
            last = error;
        }
    }
    law_close(&l);
}

// cos t = -sin(t - pi/2): what was before the start is an initial value that depends on
// time.
static double sine(double t) {
    return sin(t);
}

static void the_past_before_the_start_follows_its_formula(void) {
    law l;
    law_open(&l,
             "model m\n pi2 = 1.5707963267948966; x = sin(time);\n"
             " x' = -delay(x, pi2);\nend\n",
             "x");
    for (int m = 0; m < 3; m++) {
        tighten(&l, methods[m], 1e-10);
        law_run(&l, 12.0, 60);
        law_ok(&l);
        CHECK_NEAR(worst_of(&l, sine), 0.0, 3e-8);
    }
    law_close(&l);
}

// Before the start rules hold, what has a plain initial value rests, and what is set
// for a run was so before.
static void the_past_before_the_start_is_of_rules_and_rest(void) {
    law l;
    law_open(&l,
             "model m\n x = 3; x' = 2; c := 10*time; k = 7;\n"
             " a := delay(x, 1); b := delay(c, 1); r := delay(rateOf(x), 1);\n"
             " d := delay(k*time, 1); s = delay(c, 2);\nend\n",
             "a b r d s");
    law_run(&l, 2.0, 4);
    law_ok(&l);
    const double expected[][5] = {{3, -10, 0, -7, -20},
                                  {3, -5, 0, -3.5, -20},
                                  {3, 0, 2, 0, -20}, // the start is after the start
                                  {4, 5, 2, 3.5, -20},
                                  {5, 10, 2, 7, -20}};
    for (int row = 0; row < 5; row++)
        for (int i = 0; i < 5; i++)
            CHECK_NEAR(law_value(&l, row, i), expected[row][i], 1e-12);
    bp_initial_value set[] = {law_setting(&l, "x", 5), law_setting(&l, "k", 1)};
    law_run_protocol(&l, &(bp_protocol){.settings = set, .n_settings = 2});
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 5.0, 1e-12);
    CHECK_NEAR(law_value(&l, 0, 3), -1.0, 1e-12);
    law_close(&l);
}

// A. Feldstein and K. W. Neves: y' = y(y - sqrt 2 + 1) / (2 sqrt t), y = 1 up to t = 1.
// The delay depends on the state; y'' jumps where it reaches back to t = 1.
static double feldstein_neves(double t) {
    if (t <= 2.0) return sqrt(t);
    return 0.25 * t + 0.5 + (1.0 - sqrt(0.5)) * sqrt(t);
}

static void a_delay_that_depends_on_the_state(void) {
    law l;
    law_open(
        &l,
        "model m\n y = 1; y' = delay(y, time - (y - sqrt(2) + 1))/(2*sqrt(time));\n"
        "end\n",
        "y");
    for (int m = 0; m < 3; m++) {
        tighten(&l, methods[m], 1e-10);
        double times[41];
        for (int i = 0; i <= 40; i++)
            times[i] = 1.0 + 0.1 * i;
        law_run_times(&l, 41, times);
        law_run_protocol(&l, &(bp_protocol){.t_start = 1.0});
        law_ok(&l);
        CHECK_NEAR(worst_of(&l, feldstein_neves), 0.0, 1e-8);
        CHECK(l.stats.restarts >= 1, "%ld restarts", l.stats.restarts);
    }
    law_close(&l);
}

// The pantograph, x' = -x(t/2): the delay is zero at the start and grows.
static double pantograph(double t) {
    double sum = 0.0, term = 1.0;
    for (int k = 0; k < 60; k++) {
        sum += term;
        term *= -t / (k + 1) * pow(0.5, k);
    }
    return sum;
}

static void a_delay_may_vanish_for_an_instant(void) {
    law l;
    law_open(&l, "model m\n x = 1; x' = -delay(x, time/2);\nend\n", "x");
    for (int m = 0; m < 3; m++) {
        tighten(&l, methods[m], 1e-8);
        law_run(&l, 8.0, 40);
        law_ok(&l);
        CHECK_NEAR(worst_of(&l, pantograph), 0.0, 1e-6);
    }
    law_close(&l);
}

static double decay(double t) {
    return exp(-t);
}

static void a_delay_of_zero_is_the_present(void) {
    law l;
    law_open(&l, simplest, "x");
    tighten(&l, BP_METHOD_BDF, 1e-9);
    bp_initial_value none = law_setting(&l, "tau", 0.0);
    law_run(&l, 5.0, 20);
    CHECK(worst_of(&l, decay) > 0.1, "%g", worst_of(&l, decay));
    law_run_protocol(&l, &(bp_protocol){.settings = &none, .n_settings = 1});
    law_ok(&l);
    CHECK_NEAR(worst_of(&l, decay), 0.0, 1e-7);
    law_close(&l);
    law_open(&l, "model m\n x = 1; x' = -delay(x, 0);\nend\n", "x");
    CU_ASSERT_EQUAL(bp_model_n_delays(l.model), 0);
    law_close(&l);
}

// delay(delay(x, a), b) = delay(x, a + b), constant or not, and as an argument of
// itself.
static void delays_may_be_nested(void) {
    law l;
    law_open(&l,
             "model m\n x = 1; x' = cos(time); a := delay(x, 0.75); p = 0.5;\n"
             " y = 0; y' = delay(a, p); z = 0; z' = delay(x, 1.25);\n"
             " v = 0; v' = delay(a, 0.5 + 0.1*sin(time));\n"
             " w = 0; w' = delay(x, 1.25 + 0.1*sin(time));\n"
             " u = 0; u' = delay(x, 0.2 + delay(x, 0.25));\nend\n",
             "y z v w u");
    tighten(&l, BP_METHOD_BDF, 1e-10);
    law_run(&l, 6.0, 24);
    law_ok(&l);
    for (int row = 0; row <= 24; row++) {
        CHECK_NEAR(law_value(&l, row, 0), law_value(&l, row, 1), 1e-8);
        CHECK_NEAR(law_value(&l, row, 2), law_value(&l, row, 3), 1e-8);
    }
    // x = 1 + sin t after the start: u = integral of x(t - 1/5 - x(t - 1/4)) by
    // Simpson's rule
    double sum = 0.0, h = 6.0 / 60000.0;
    for (int i = 0; i <= 60000; i++) {
        double t = i * h, tau = t < 0.25 ? 1.2 : 1.2 + sin(t - 0.25);
        double x = t < tau ? 1.0 : 1.0 + sin(t - tau);
        sum += x * (i == 0 || i == 60000 ? 1.0 : i % 2 ? 4.0 : 2.0);
    }
    CHECK_NEAR(law_value(&l, 24, 4), sum * h / 3.0, 1e-7);
    law_close(&l);
}

// The rate of a delayed value is (1 - tau') x'(t - tau): a concentration at rest in a
// volume that is one keeps its value.
static void a_delayed_value_has_a_rate(void) {
    law l;
    law_open(&l,
             "model m\n compartment c; c := 2 + delay(x, 1 + time/4);\n"
             " x = 0; x' = 1 + sin(time); species S in c; S = 3; S' = 0;\nend\n",
             "S c");
    tighten(&l, BP_METHOD_BDF, 1e-10);
    law_run(&l, 6.0, 24);
    law_ok(&l);
    for (int row = 0; row <= 24; row++)
        CHECK_NEAR(law_value(&l, row, 0), 3.0, 5e-8);
    CHECK(law_value(&l, 24, 1) > 4.0, "%g", law_value(&l, 24, 1));
    law_close(&l);
}

// A limit cycle with two delays: implicit and explicit methods agree.
static const char oscillator[] =
    "model m\n compartment c = 1; species P in c, M in c; P = 0.1; M = 0.2;\n"
    " t1 = 2.1; t2 = 0.7;\n"
    " J1: -> M; 3/(1 + delay(P, t1)^6); J2: M -> ; M;\n"
    " J3: -> P; 2*delay(M, t2); J4: P -> ; 1.3*P;\n"
    " at (P > 1.5): M = M*0.5;\nend\n";

static void implicit_and_explicit_methods_agree(void) {
    law a, b;
    law_open(&a, oscillator, "P M");
    law_open(&b, oscillator, "P M");
    tighten(&a, BP_METHOD_BDF, 1e-10);
    tighten(&b, BP_METHOD_DOPRI5, 1e-10);
    law_run(&a, 40.0, 80);
    law_run(&b, 40.0, 80);
    law_ok(&a);
    law_ok(&b);
    for (int i = 0; i < 2 * 81; i++)
        CHECK_NEAR(a.values[i], b.values[i], 1e-6);
    CHECK(a.stats.events > 2, "%ld events", a.stats.events);
    law_close(&a);
    law_close(&b);
}

// The history of a run is forgotten by the next one.
static void a_run_repeats_to_the_bit(void) {
    law l;
    law_open(&l, oscillator, "P M");
    law_run(&l, 20.0, 40);
    law_ok(&l);
    double first[2 * 41];
    memcpy(first, l.values, sizeof first);
    bp_initial_value other = law_setting(&l, "t1", 0.3);
    law_run_protocol(&l, &(bp_protocol){.settings = &other, .n_settings = 1});
    law_ok(&l);
    CU_ASSERT(memcmp(first, l.values, sizeof first) != 0);
    law_run(&l, 20.0, 40);
    CU_ASSERT_EQUAL(memcmp(first, l.values, sizeof first), 0);
    law_renew(&l);
    law_run(&l, 20.0, 40);
    CU_ASSERT_EQUAL(memcmp(first, l.values, sizeof first), 0);
    law_close(&l);
}

// The output grid does not change the trajectory.
static void samples_do_not_change_the_course(void) {
    law l;
    law_open(&l, oscillator, "P M");
    law_run(&l, 20.0, 4);
    long steps = l.stats.steps;
    double last = law_value(&l, 4, 0);
    law_run(&l, 20.0, 400);
    CU_ASSERT_EQUAL(l.stats.steps, steps);
    CU_ASSERT_EQUAL(law_value(&l, 400, 0), last);
    law_close(&l);
}

// At rest the past is the present, and the run that follows stays there.
static void settling_is_of_the_network_without_delays(void) {
    law l;
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c; A = 0; B = 0;\n"
             " k = 4; d = 0.5; J1: -> A; k; J2: A -> B; d*delay(A, 3);\n"
             " J3: B -> ; 2*B;\n y := delay(A, 1);\nend\n",
             "A B y");
    law_run(&l, 10.0, 5);
    law_run_protocol(&l, &(bp_protocol){.settle = true});
    law_ok(&l);
    for (int row = 0; row <= 5; row++) {
        CHECK_NEAR(law_value(&l, row, 0), 8.0, 1e-8);
        CHECK_NEAR(law_value(&l, row, 1), 2.0, 1e-8);
        CHECK_NEAR(law_value(&l, row, 2), 8.0, 1e-8);
    }
    double y[2];
    CU_ASSERT_EQUAL(bp_solver_settle(l.solver, &(bp_protocol){0}, y, NULL, &l.failure),
                    BP_OK);
    CHECK_NEAR(y[0], 8.0, 1e-8);
    y[0] = 6.0; // settled elsewhere: taken as it is
    law_run_protocol(&l, &(bp_protocol){.settle = true, .settled = y});
    CHECK_NEAR(law_value(&l, 0, 2), 6.0, 1e-12);
    law_close(&l);
}

static void a_network_that_does_not_settle_says_so(void) {
    law l;
    law_open(
        &l,
        "model m\n x = 1; x' = 1 + 0*delay(x, 2); x2' = delay(x, 1); x2 = 0;\nend\n",
        "x");
    l.settings.steady_limit = 1e3;
    law_run(&l, 1.0, 1);
    law_ok(&l);
    law_run_protocol(&l, &(bp_protocol){.settle = true});
    CU_ASSERT_EQUAL(l.status, BP_NO_STEADY_STATE);
    CHECK(strstr(l.failure.text, "still moves"), "%s", l.failure.text);
    law_close(&l);
}

// Every allocation of a run fails once; the run says so and the next one is as ever.
static void memory_may_run_out(void) {
    law l;
    law_open(&l, oscillator, "P M");
    law_run(&l, 5.0, 10);
    double good = law_value(&l, 10, 0);
    int failures = 0;
    for (long n = 1;; n++) {
        law_renew(&l);
        bp_solver *solver = NULL;
        bp_alloc_fail(n, 0);
        bp_status status = bp_solver_new(l.model, &l.settings, &solver, NULL);
        bp_protocol p = {.n_times = l.n_times, .times = l.times};
        if (status == BP_OK)
            status = bp_solver_run(solver, &p, l.view, l.values, NULL, NULL);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) {
            bp_solver_free(solver);
            break;
        }
        failures++;
        CHECK(status == BP_NO_MEMORY, "allocation %ld: %s", n, bp_status_name(status));
        if (solver) {
            status = bp_solver_run(solver, &p, l.view, l.values, NULL, NULL);
            CU_ASSERT_EQUAL(status, BP_OK);
            CU_ASSERT_EQUAL(l.values[20], good);
        }
        bp_solver_free(solver);
    }
    CHECK(failures > 20, "%d", failures);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(the_method_of_steps_is_met),
    TEST(the_error_falls_with_the_tolerance),
    TEST(the_past_before_the_start_follows_its_formula),
    TEST(the_past_before_the_start_is_of_rules_and_rest),
    TEST(a_delay_that_depends_on_the_state),
    TEST(a_delay_may_vanish_for_an_instant),
    TEST(a_delay_of_zero_is_the_present),
    TEST(delays_may_be_nested),
    TEST(a_delayed_value_has_a_rate),
    TEST(implicit_and_explicit_methods_agree),
    TEST(a_run_repeats_to_the_bit),
    TEST(samples_do_not_change_the_course),
    TEST(settling_is_of_the_network_without_delays),
    TEST(a_network_that_does_not_settle_says_so),
    TEST(memory_may_run_out),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_delays", tests, argc, argv);
}
