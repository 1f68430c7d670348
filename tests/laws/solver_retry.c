// Laws of the retry ladder: a state a hair below zero ends no run whose rates exist at
// zero, and nothing else is taken for zero.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/laws/laws.h"

// ---- where rates exist at zero ----

static const char start_below[] = "model m\n x = %g; x' = 1 - x; y = 0; y' = x^1.5;\n"
                                  "end\n";

// The integral of (1 - exp(-s))^1.5 from 0 to t.
static double integral(double t) {
    double r = sqrt(1.0 - exp(-t));
    return 2.0 * (atanh(r) - r - r * r * r / 3.0);
}

static void open_below(law *l, double start) {
    char text[200];
    snprintf(text, sizeof text, start_below, start);
    law_open(l, text, "x y");
}

static void a_hair_below_zero_ends_no_run(void) {
    for (int method = BP_METHOD_BDF; method <= BP_METHOD_DOPRI5; method++) {
        law l;
        open_below(&l, -1e-12);
        l.settings.method = method;
        law_run(&l, 4.0, 4);
        law_ok(&l);
        CU_ASSERT_EQUAL(l.stats.attempts, 2);
        CHECK_NEAR(law_value(&l, 0, 0), -1e-12, 0.0); // samples show what is there
        for (int row = 1; row <= 4; row++) {
            CHECK_NEAR(law_value(&l, row, 0), 1.0 - exp(-row), 1e-5);
            CHECK_NEAR(law_value(&l, row, 1), integral(row), 1e-5);
        }
        law_close(&l);
    }
}

static void a_run_that_is_fine_does_not_climb(void) {
    law l;
    open_below(&l, 0.0);
    law_run(&l, 4.0, 4);
    law_ok(&l);
    CU_ASSERT_EQUAL(l.stats.attempts, 1);
    law_close(&l);
}

static void without_the_ladder_it_fails(void) {
    law l;
    open_below(&l, -1e-12);
    l.settings.retry = false;
    law_run(&l, 4.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
    CU_ASSERT_EQUAL(l.stats.attempts, 1);
    law_close(&l);
}

// The rung leaves nothing behind: the next run of the solver fails as a fresh one does.
static void the_next_run_knows_nothing_of_it(void) {
    law l;
    open_below(&l, -1e-12);
    law_run(&l, 4.0, 4);
    law_ok(&l);
    bp_initial_value below = law_setting(&l, "x", -1.0);
    law_run_protocol(&l, &(bp_protocol){.settings = &below, .n_settings = 1});
    CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
    below.value = 0.0;
    law_run_protocol(&l, &(bp_protocol){.settings = &below, .n_settings = 1});
    law_ok(&l);
    CU_ASSERT_EQUAL(l.stats.attempts, 1);
    law_close(&l);
}

// ---- where nothing may be taken for zero ----

static void more_than_the_tolerance_is_not_a_hair(void) {
    law l;
    open_below(&l, -1e-7);
    law_run(&l, 4.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
    CU_ASSERT_EQUAL(l.stats.attempts, 4); // the rung for hairs is left out
    CU_ASSERT_EQUAL(l.failure.culprit, bp_model_find(l.model, "y"));
    l.settings.atol = 1e-7; // now it is one
    law_renew(&l);
    law_run(&l, 4.0, 4);
    law_ok(&l);
    law_close(&l);
}

// Not held at zero, where a law leads through it.
static void a_state_that_goes_on_below_zero_ends_the_run(void) {
    for (int method = BP_METHOD_BDF; method <= BP_METHOD_DOPRI5; method++) {
        law l;
        law_open(&l, "model m\n x = 1; x' = -1; y = 0; y' = x^0.5;\nend\n", "x y");
        l.settings.method = method;
        law_run(&l, 2.0, 4);
        CHECK(l.status == BP_NOT_FINITE, "%s", bp_status_name(l.status));
        CHECK_NEAR(l.failure.time, 1.0, 1e-6);
        CHECK_NEAR(law_value(&l, 1, 1), 2.0 / 3.0 * (1.0 - pow(0.5, 1.5)), 1e-5);
        CU_ASSERT(isnan(law_value(&l, 3, 1)) && isnan(law_value(&l, 4, 1)));
        law_close(&l);
    }
}

static void what_does_not_exist_at_zero_either_fails(void) {
    law l;
    law_open(&l, "model m\n x = -1e-12; x' = 1 - x; y = 0; y' = log(x);\nend\n", "x y");
    law_run(&l, 2.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
    law_close(&l);
}

// ---- a cascade whose amounts are differences that cancel ----

// Three kinases in a row; the share p with one phosphate is what the others leave.
// While y is 1 to rounding p is -q, and q is made at less than nothing.
static const char by_difference[] =
    "model cascade\n  s = 0; s' = ks*(1 - s)\n"
    "  y0 = 1; q0 = 0; p0 := 1 - y0 - q0; y0' = kd*p0 - k1*s*y0\n"
    "  q0' = k2*s*p0 - kd*q0\n"
    "  y1 = 1; q1 = 0; p1 := 1 - y1 - q1; y1' = kd*p1 - k1*q0*y1\n"
    "  q1' = k2*q0*p1 - kd*q1\n"
    "  y2 = 1; q2 = 0; p2 := 1 - y2 - q2; y2' = kd*p2 - k1*q1*y2\n"
    "  q2' = k2*q1*p2 - kd*q2\n"
    "  f = 1; f' = 1 - f - q2^1.03*f\n"
    "  ks = %g; k1 = %g; k2 = %g; kd = %g\nend\n";
static const char by_itself[] =
    "model cascade\n  s = 0; s' = ks*(1 - s)\n"
    "  y0 = 1; q0 = 0; p0 = 0; y0' = kd*p0 - k1*s*y0; q0' = k2*s*p0 - kd*q0\n"
    "  p0' = k1*s*y0 - kd*p0 - k2*s*p0 + kd*q0\n"
    "  y1 = 1; q1 = 0; p1 = 0; y1' = kd*p1 - k1*q0*y1; q1' = k2*q0*p1 - kd*q1\n"
    "  p1' = k1*q0*y1 - kd*p1 - k2*q0*p1 + kd*q1\n"
    "  y2 = 1; q2 = 0; p2 = 0; y2' = kd*p2 - k1*q1*y2; q2' = k2*q1*p2 - kd*q2\n"
    "  p2' = k1*q1*y2 - kd*p2 - k2*q1*p2 + kd*q2\n"
    "  f = 1; f' = 1 - f - q2^1.03*f\n"
    "  ks = %g; k1 = %g; k2 = %g; kd = %g\nend\n";

enum { N_STATES = 8 };
static const char cascade_states[] = "s y0 q0 y1 q1 y2 q2 f";

static void open_cascade(law *l, const char *text, const double k[4], double rtol) {
    char filled[1000];
    snprintf(filled, sizeof filled, text, k[0], k[1], k[2], k[3]);
    law_open(l, filled, cascade_states);
    l->settings.rtol = rtol;
    l->settings.atol = rtol * 1e-3;
}

static void cancelling_differences_end_no_run(void) {
    static const double rates[][4] = {{0.4, 10, 2, 0.4}, {0.2, 0.1, 0.2, 40}};
    static const double rtols[] = {1e-4, 1e-6, 1e-8};
    for (int k = 0; k < 6; k++) {
        const double *rate = rates[k % 2], rtol = rtols[k / 2];
        law l, sound;
        open_cascade(&l, by_difference, rate, rtol);
        open_cascade(&sound, by_itself, rate, 1e-10);
        law_run(&l, 100.0, 10);
        law_run(&sound, 100.0, 10);
        law_ok(&l);
        law_ok(&sound);
        CHECK(l.stats.attempts <= 2, "%ld attempts", l.stats.attempts);
        CU_ASSERT_EQUAL(sound.stats.attempts, 1);
        for (int i = 0; i < 11 * N_STATES; i++)
            CHECK_NEAR(l.values[i], sound.values[i], 100 * rtol);
        law_close(&l);
        law_close(&sound);
    }
}

// That the rung is what helps: at 1e-6 both fail without it.
static void the_cascade_fails_without_the_ladder(void) {
    static const double rates[][4] = {{0.4, 10, 2, 0.4}, {0.2, 0.1, 0.2, 40}};
    for (int k = 0; k < 2; k++) {
        law l;
        open_cascade(&l, by_difference, rates[k], 1e-6);
        l.settings.retry = false;
        law_run(&l, 100.0, 10);
        CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
        law_close(&l);
    }
}

static const test_case tests[] = {TEST(a_hair_below_zero_ends_no_run),
                                  TEST(a_run_that_is_fine_does_not_climb),
                                  TEST(without_the_ladder_it_fails),
                                  TEST(the_next_run_knows_nothing_of_it),
                                  TEST(more_than_the_tolerance_is_not_a_hair),
                                  TEST(a_state_that_goes_on_below_zero_ends_the_run),
                                  TEST(what_does_not_exist_at_zero_either_fails),
                                  TEST(cancelling_differences_end_no_run),
                                  TEST(the_cascade_fails_without_the_ladder),
                                  TEST_END};

int main(int argc, char **argv) {
    return test_main("solver_retry", tests, argc, argv);
}
