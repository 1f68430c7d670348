// Laws of events: closed forms, and the semantics of SBML Level 3 case by case.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

static const int methods[] = {BP_METHOD_BDF, BP_METHOD_DOPRI5};

// Runs the lines of a model and compares one sample.
static void check(const char *text, const char *column, double at, double expected) {
    law l;
    law_open(&l, text, column);
    for (int m = 0; m < 2; m++) {
        l.settings.method = methods[m];
        law_renew(&l);
        double times[] = {at};
        law_run_times(&l, 1, times);
        law_ok(&l);
        double value = law_value(&l, 0, 0);
        CHECK(
            fabs(value - expected) <= 1e-5 * (1.0 + fabs(expected)) * test_tol_scale(),
            "%s(%g) is %.9g, expected %.9g in\n%s", column, at, value, expected, text);
    }
    law_close(&l);
}

// ---- closed forms ----

static void a_ball_bounces_as_mechanics_says(void) {
    law l;
    law_open(&l,
             "model ball\n x = 10; v = 0; x' = v; v' = -9.81;\n"
             " at (x <= 0): x = 0, v = -0.8*v;\nend\n",
             "x v");
    for (int m = 0; m < 2; m++) {
        l.settings.method = methods[m];
        l.settings.rtol = 1e-9;
        law_renew(&l);
        double g = 9.81, fall = sqrt(20.0 / g), speed = g * fall, t = fall;
        double times[12], expected[12];
        times[0] = 0.5 * fall, expected[0] = 10.0 - 0.5 * g * times[0] * times[0];
        for (int k = 1; k < 12; k++) { // the top of each bounce
            speed *= 0.8;
            times[k] = t + speed / g;
            expected[k] = 0.5 * speed * speed / g;
            t += 2.0 * speed / g;
        }
        law_run_times(&l, 12, times);
        law_ok(&l);
        for (int k = 0; k < 12; k++)
            CHECK_NEAR(law_value(&l, k, 0), expected[k], 1e-6);
        CU_ASSERT_EQUAL(l.stats.events, 11);
    }
    law_close(&l);
}

static void doses_add_up_exactly(void) {
    law l; // decay with a dose of 5 every 10
    law_open(&l,
             "model doses\n x = 0; x' = -0.1*x; next = 0;\n"
             " at (time >= next), t0=false: x = x + 5, next = next + 10;\nend\n",
             "x");
    law_run(&l, 95.0, 19);
    law_ok(&l);
    for (int i = 0; i <= 19; i++) {
        double x = 0.0;
        for (int dose = 0; dose <= l.times[i]; dose += 10)
            x += 5.0 * exp(-0.1 * (l.times[i] - dose));
        CHECK_NEAR(law_value(&l, i, 0), x, 1e-4);
    }
    CU_ASSERT_EQUAL(l.stats.events, 10);
    law_close(&l);
}

static void a_threshold_crossed_by_a_state_is_located(void) {
    // x = exp(-t) falls below 1/2 at ln 2
    check("model m\n x = 1; y = 0; x' = -x; y' = 1; at (x < 0.5): y = 0;\nend\n", "y",
          1.0, 1.0 - log(2.0));
}

// A leg that starts exactly on a threshold has no change of sign to show: the trigger
// must be found all the same, and not at the end of whatever step comes first.
static void a_strict_threshold_is_located_even_where_a_leg_starts_on_it(void) {
    const double rtol[] = {1e-4, 1e-6, 1e-8, 1e-10};
    const int all[] = {BP_METHOD_BDF, BP_METHOD_ADAMS, BP_METHOD_DOPRI5};
    law l; // x^2 = 1 + 2t exceeds 2.1 at 1.705; a parameter that an event sets
    law_open(&l,
             "model m\n x = 1; x' = 1/x; when = 0;\n"
             " at (x > 2.1): when = time;\nend\n",
             "when");
    for (int i = 0; i < 12; i++) {
        l.settings.rtol = rtol[i % 4];
        l.settings.method = all[i / 4];
        law_renew(&l);
        law_run(&l, 1.8, 1);
        law_ok(&l);
        // global error: tens of times that of a step
        CHECK_NEAR(law_value(&l, 1, 0), 1.705, 100.0 * l.settings.rtol);
    }
    law_close(&l);
    check("model m\n x = 1; y = 0; x' = 1; y' = 1; at (x > 1): y = 5;\nend\n", "y", 1.0,
          6.0); // on it from the start
}

// ---- order of events and samples at one instant ----

static void a_sample_at_the_time_of_an_event_shows_what_it_did(void) {
    check("model m\n x = 1; x' = 0; at (time >= 2): x = 5;\nend\n", "x", 2.0, 5.0);
}

static void a_strict_inequality_holds_only_after_its_time(void) {
    const char *text = "model m\n x = 1; x' = 0; at (time > 2): x = 5;\nend\n";
    check(text, "x", 2.0, 1.0);
    check(text, "x", 2.0000001, 5.0);
}

static void a_trigger_true_at_the_start_fires_only_when_it_was_false_before(void) {
    check("model m\n x = 1; x' = 0; at (time >= 0), t0=false: x = 5;\nend\n", "x", 0.0,
          5.0);
    check("model m\n x = 1; x' = 0; at (time >= 0), t0=true: x = 5;\nend\n", "x", 1.0,
          1.0);
    check("model m\n x = 1; x' = 1; at (x >= 0), t0=false: x = 5;\nend\n", "x", 0.0,
          5.0);
    check("model m\n x = 1; x' = 1; at (x >= 0), t0=true: x = 5;\nend\n", "x", 1.0,
          2.0);
}

// ---- delay ----

static void a_delayed_event_takes_its_values_from_the_trigger_or_from_the_end(void) {
    check("model m\n x = 0; y = 0; x' = 1; y' = 0;"
          " at 3 after (time >= 2), fromTrigger=true: y = x;\nend\n",
          "y", 6.0, 2.0);
    check("model m\n x = 0; y = 0; x' = 1; y' = 0;"
          " at 3 after (time >= 2), fromTrigger=false: y = x;\nend\n",
          "y", 6.0, 5.0);
    check("model m\n x = 0; y = 0; x' = 1; y' = 0;"
          " at 3 after (time >= 2), fromTrigger=false: y = x;\nend\n",
          "y", 4.999, 0.0);
}

static void a_delay_may_depend_on_the_state(void) {
    check("model m\n x = 0; y = 0; x' = 1; y' = 0;"
          " at 2*x after (x > 1): y = time;\nend\n",
          "y", 5.0, 1.0); // computed at the trigger
    check("model m\n x = 0; y = 0; x' = 1; y' = 0;"
          " at 2*x after (x > 1), fromTrigger=false: y = time;\nend\n",
          "y", 5.0, 3.0);
}

static void an_event_may_be_pending_more_than_once(void) {
    // a saw tooth of period 1 triggers at 1, 2, 3 ...; each does its work 2.5 later
    const char *text =
        "model m\n s = 0; n = 0; s' = 1; n' = 0;\n"
        " at (s >= 1): s = 0;\n at 2.5 after (s >= 1): n = n + 1;\nend\n";
    check(text, "n", 3.4, 0.0);
    check("model m\n s = 0; n = 0; s' = 1; n' = 0; next = 1;\n"
          " E1: at 2.5 after (time >= next), fromTrigger=false: n = n + 1;\n"
          " E2: at (time >= next + 0.5): next = next + 1;\nend\n",
          "n", 6.6, 4.0); // triggered at 1, 2, 3, 4: done at 3.5, 4.5, 5.5, 6.5
}

// ---- persistence ----

static void an_event_that_does_not_persist_is_cancelled(void) {
    const char *format = "model m\n x = 0; y = 0; x' = 1; y' = 0;\n"
                         " at 3 after (x > 1 && x < 2), persistent=%s: y = 7;\nend\n";
    char text[256];
    snprintf(text, sizeof text, format, "true");
    check(text, "y", 5.0, 7.0);
    snprintf(text, sizeof text, format, "false");
    check(text, "y", 5.0, 0.0);
}

static void an_event_that_another_one_untriggers_is_cancelled(void) {
    const char *format =
        "model m\n x = 0; a = 0; b = 0; x' = 0; a' = 0; b' = 0; go := time >= 1;\n"
        " E1: at (time >= 1 && x < 1), priority=2, persistent=false: a = 1, x = 2;\n"
        " E2: at (time >= 1 && x < 1), priority=1, persistent=%s: b = 1;\nend\n";
    char text[512];
    snprintf(text, sizeof text, format, "true");
    check(text, "b", 2.0, 1.0);
    snprintf(text, sizeof text, format, "false");
    check(text, "b", 2.0, 0.0);
}

// ---- priority ----

static void the_event_of_higher_priority_goes_first(void) {
    const char *format =
        "model m\n x = 1; x' = 0;\n"
        " E1: at (time >= 1), priority=%d, fromTrigger=false: x = x + 1;\n"
        " E2: at (time >= 1), priority=%d, fromTrigger=false: x = x * 10;\n"
        "end\n";
    char text[256];
    snprintf(text, sizeof text, format, 2, 1);
    check(text, "x", 2.0, 20.0);
    snprintf(text, sizeof text, format, 1, 2);
    check(text, "x", 2.0, 11.0);
}

static void events_without_priority_go_in_order_of_definition(void) {
    check(
        "model m\n x = 1; x' = 0;\n E1: at (time >= 1), fromTrigger=false: x = x + 1;\n"
        " E2: at (time >= 1), fromTrigger=false: x = x * 10;\nend\n",
        "x", 2.0, 20.0);
}

// How often E1 wins of 200 ties with E2: the winner takes the trigger of the other.
static double wins_of_the_first(void) {
    const char *text =
        "model m\n n = 0; m = 0; next = 1; n' = 0; m' = 0; next' = 0;\n"
        " E1: at (time >= next), priority=1, persistent=false, fromTrigger=false:"
        " n = n + 1, next = next + 1;\n"
        " E2: at (time >= next), priority=1, persistent=false, fromTrigger=false:"
        " m = m + 1, next = next + 1;\nend\n";
    law l;
    law_open(&l, text, "n");
    law_run(&l, 200.5, 1);
    law_ok(&l);
    double wins = law_value(&l, 1, 0);
    law_close(&l);
    return wins;
}

static void equal_priorities_go_in_random_order_the_same_in_every_run(void) {
    double wins = wins_of_the_first();
    CU_ASSERT_TRUE(wins > 65 && wins < 135); // 5 standard deviations of 200 coins
    CU_ASSERT_EQUAL(wins_of_the_first(), wins);
}

static void an_event_without_priority_goes_last(void) {
    check(
        "model m\n x = 1; x' = 0;\n E1: at (time >= 1), fromTrigger=false: x = x + 1;\n"
        " E2: at (time >= 1), priority=-5, fromTrigger=false: x = x * 10;\nend\n",
        "x", 2.0, 11.0);
}

static void priorities_are_computed_anew_after_each_execution(void) {
    // E1 goes first and raises E3 above E2
    check("model m\n p = 0; x = 1; x' = 0; p' = 0;\n"
          " E1: at (time >= 1), priority=10, fromTrigger=false: p = 8;\n"
          " E2: at (time >= 1), priority=5, fromTrigger=false: x = x + 1;\n"
          " E3: at (time >= 1), priority=p, fromTrigger=false: x = x * 10;\nend\n",
          "x", 2.0, 11.0);
}

static void values_from_the_trigger_ignore_what_went_before(void) {
    check("model m\n x = 1; x' = 0;\n E1: at (time >= 1), priority=2: x = x + 1;\n"
          " E2: at (time >= 1), priority=1: x = x * 10;\nend\n",
          "x", 2.0, 10.0); // 10 * the x of the trigger
}

// ---- cascades ----

static void an_event_sets_off_another_at_the_same_instant(void) {
    check("model m\n x = 0; y = 0; z = 0; x' = 0; y' = 0; z' = 0;\n"
          " E1: at (time >= 1): x = 1;\n E2: at (x > 0.5): y = 1;\n"
          " E3: at (y > 0.5): z = 1;\nend\n",
          "z", 1.0, 1.0);
}

static void an_event_changes_parameters_and_compartments(void) {
    check(
        "model m\n compartment c = 2; species A in c; A = 3; k = 0; J: A -> ; k*A*c;\n"
        " at (time >= 1): k = 1;\nend\n",
        "A", 2.0, 3.0 * exp(-1.0));
    check("model m\n compartment c = 2; species A in c; A = 3; J: A -> ; 0*A;\n"
          " at (time >= 1): c = 4;\nend\n",
          "A", 2.0, 1.5); // the amount stays
}

static void a_window_inside_a_step_is_seen_when_max_step_bounds_it(void) {
    // true for 0.02 around t = 50, by a state: roots are looked for at the ends of
    // steps
    law l;
    law_open(&l,
             "model m\n s = 0; n = 0; s' = 1; n' = 0;\n"
             " at (abs(s - 50) < 0.01): n = 1;\nend\n",
             "n");
    l.settings.max_step = 0.01;
    law_run(&l, 100.0, 1);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 1, 0), 1.0, 1e-12);
    law_close(&l);
}

static void a_window_of_a_thousandth_of_the_run_is_seen(void) {
    check("model m\n s = 0; n = 0; s' = 1; n' = 0;\n"
          " at (abs(s - 50) < 0.1): n = time;\nend\n",
          "n", 100.0, 49.9);
    // case 00936 of the SBML Test Suite: nothing but time moves
    check("model m\n n = 0; at 2 after (piecewise(sin(time*10), time <= 2, 1) < 0),\\\n"
          " fromTrigger=false: n = n + 1;\nend\n",
          "n", 4.0, 3.0);
}

// ---- failures ----

static void events_that_set_each_other_off_are_a_loop(void) {
    law l;
    law_open(&l,
             "model m\n x = 0; x' = 0; go = 0;\n"
             " up: at (time >= 1 && x < 0.5): x = 1;\n"
             " down: at (x > 0.5): x = 0;\nend\n",
             "x");
    law_run(&l, 2.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_EVENT_LOOP);
    CU_ASSERT(strstr(l.failure.text, "up") || strstr(l.failure.text, "down"));
    CHECK_NEAR(l.failure.time, 1.0, 1e-12);
    CHECK_NEAR(law_value(&l, 1, 0), 0.0, 1e-12); // before the loop
    CU_ASSERT(isnan(law_value(&l, 2, 0)));       // and after
    law_close(&l);
}

static void events_without_progress_in_time_end_the_run(void) {
    law l; // set back by less than time resolves, again and again
    law_open(&l, "model m\n x = 0; x' = 1; at (x >= 1): x = 1 - 1e-16;\nend\n", "x");
    law_run(&l, 2.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_EVENT_LOOP);
    CHECK_NEAR(l.failure.time, 1.0, 1e-6);
    law_close(&l);
}

static void a_negative_delay_is_refused(void) {
    law l;
    law_open(&l,
             "model m\n x = 0; x' = 0; d = -1;\n late: at d after (time >= 1): x = "
             "1;\nend\n",
             "x");
    law_run(&l, 2.0, 1);
    CU_ASSERT_EQUAL(l.status, BP_BAD_VALUE);
    CU_ASSERT_PTR_NOT_NULL(strstr(l.failure.text, "late"));
    law_close(&l);
}

static void many_pending_events_survive_failed_allocations(void) {
    law l; // 200 pending at once: the queue grows in the run
    law_open(&l,
             "model m\n x = 0; n = 0; x' = 0; n' = 0; next = 0.01;\n"
             " E1: at 50 after (time >= next), fromTrigger=false: n = n + 1;\n"
             " E2: at (time >= next + 0.005): next = next + 0.01;\nend\n",
             "n");
    double times[] = {2.0, 60.0};
    law_run_times(&l, 2, times); // makes the solver
    law_ok(&l);
    CU_ASSERT(law_value(&l, 1, 0) > 200.0);
    law_renew(&l);
    double at_once[] = {0.0};
    law_run_times(&l, 1, at_once);
    l.n_times = 1;
    double later = 2.0;
    l.times[0] = later;
    for (int nth = 1; nth <= 2; nth++) {
        bp_alloc_fail(nth, 0);
        law_run_protocol(&l, &(bp_protocol){0});
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(l.status, BP_NO_MEMORY);
    }
    law_run_protocol(&l, &(bp_protocol){0});
    law_ok(&l);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(a_ball_bounces_as_mechanics_says),
    TEST(doses_add_up_exactly),
    TEST(a_threshold_crossed_by_a_state_is_located),
    TEST(a_strict_threshold_is_located_even_where_a_leg_starts_on_it),
    TEST(a_sample_at_the_time_of_an_event_shows_what_it_did),
    TEST(a_strict_inequality_holds_only_after_its_time),
    TEST(a_trigger_true_at_the_start_fires_only_when_it_was_false_before),
    TEST(a_delayed_event_takes_its_values_from_the_trigger_or_from_the_end),
    TEST(a_delay_may_depend_on_the_state),
    TEST(an_event_may_be_pending_more_than_once),
    TEST(an_event_that_does_not_persist_is_cancelled),
    TEST(an_event_that_another_one_untriggers_is_cancelled),
    TEST(the_event_of_higher_priority_goes_first),
    TEST(events_without_priority_go_in_order_of_definition),
    TEST(equal_priorities_go_in_random_order_the_same_in_every_run),
    TEST(an_event_without_priority_goes_last),
    TEST(priorities_are_computed_anew_after_each_execution),
    TEST(values_from_the_trigger_ignore_what_went_before),
    TEST(an_event_sets_off_another_at_the_same_instant),
    TEST(an_event_changes_parameters_and_compartments),
    TEST(a_window_inside_a_step_is_seen_when_max_step_bounds_it),
    TEST(a_window_of_a_thousandth_of_the_run_is_seen),
    TEST(events_that_set_each_other_off_are_a_loop),
    TEST(events_without_progress_in_time_end_the_run),
    TEST(a_negative_delay_is_refused),
    TEST(many_pending_events_survive_failed_allocations),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_events", tests, argc, argv);
}
