// Laws of discontinuities that delays carry forward, of triggers that look back, and of
// what is refused.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

static const int methods[] = {BP_METHOD_BDF, BP_METHOD_ADAMS, BP_METHOD_DOPRI5};

static void open_at(law *l, const char *text, const char *columns, double until, int n,
                    int method) {
    law_open(l, text, columns);
    l->settings.method = method;
    l->settings.rtol = 1e-8;
    l->settings.atol = 1e-10;
    law_run(l, until, n);
    law_ok(l);
}

// ---- jumps ----

// An event sets p at 1; the rate that sees it half a unit later jumps at 1.5 exactly.
static void an_event_is_seen_after_the_delay(void) {
    for (int m = 0; m < 3; m++) {
        law l;
        open_at(&l,
                "model m\n p = 1; x = 0; x' = delay(p, tau); tau = 0.5;\n"
                " at (time >= 1): p = 5;\nend\n",
                "x", 3.0, 30, methods[m]);
        for (int row = 0; row <= 30; row++) {
            double t = l.times[row];
            CHECK_NEAR(law_value(&l, row, 0), t + 4.0 * fmax(0.0, t - 1.5),
                       1e-13 + 1e-13 * t);
        }
        law_close(&l);
    }
}

// At the instant itself the delayed value is the one after the event.
static void a_sample_at_the_jump_is_of_the_time_after(void) {
    law l;
    open_at(
        &l,
        "model m\n p = 1; q := delay(p, 0.3); s := delay(p + x, 0.7); x = 0; x' = 0;\n"
        " at (time >= 0.1): p = 5, x = 10;\nend\n",
        "q s", 1.0, 10, BP_METHOD_BDF);
    for (int row = 0; row <= 10; row++) {
        CHECK_NEAR(law_value(&l, row, 0), row < 4 ? 1.0 : 5.0, 0.0);
        CHECK_NEAR(law_value(&l, row, 1), row < 8 ? 1.0 : 15.0, 0.0);
    }
    law_close(&l);
}

// A state that an event sets jumps; what integrates it later has a kink there.
static void a_jump_of_a_state_is_carried_on(void) {
    for (int m = 0; m < 3; m++) {
        law l;
        open_at(&l,
                "model m\n x = 0; x' = 1; y = 0; y' = delay(x, 2); z = 0; z' = "
                "delay(y, 1);\n"
                " at (time >= 1.25): x = x - 3;\nend\n",
                "y z", 8.0, 32, methods[m]);
        for (int row = 0; row <= 32; row++) {
            double s = fmax(0.0, l.times[row] - 2.0), c = fmax(0.0, s - 1.25);
            double s3 = fmax(0.0, l.times[row] - 3.0), c3 = fmax(0.0, s3 - 1.25);
            CHECK_NEAR(law_value(&l, row, 0), 0.5 * s * s - 3.0 * c, 1e-5);
            CHECK_NEAR(law_value(&l, row, 1), s3 * s3 * s3 / 6.0 - 1.5 * c3 * c3, 1e-5);
        }
        law_close(&l);
    }
}

// A rule that jumps at a known time jumps later for what looks back, also when it
// jumped before the start.
static void a_scheduled_switch_is_carried_on(void) {
    for (int m = 0; m < 3; m++) {
        law l;
        open_at(&l,
                "model m\n u := piecewise(1, time > 2, 0); v := piecewise(0, time < "
                "-1, 1);\n"
                " x = 0; x' = delay(u, 1); y = 0; y' = delay(v, 3);\nend\n",
                "x y", 6.0, 24, methods[m]);
        for (int row = 0; row <= 24; row++) {
            double t = l.times[row];
            CHECK_NEAR(law_value(&l, row, 0), fmax(0.0, t - 3.0), 1e-12);
            CHECK_NEAR(law_value(&l, row, 1), fmax(0.0, t - 2.0), 1e-12);
        }
        law_close(&l);
    }
}

// The delay grows with time: t - (1 + t/4) reaches 1, where p was set, at 8/3.
static void a_varying_delay_meets_the_jump_where_it_is(void) {
    for (int m = 0; m < 3; m++) {
        law l;
        open_at(&l,
                "model m\n p = 1; x = 0; x' = delay(p, 1 + time/4); u = 0;\n"
                " u' = delay(p, piecewise(1 + time/4, time < 3, 10*time - 28.25));\n"
                " at (time >= 1): p = 5;\nend\n",
                "x u", 4.0, 32, methods[m]);
        double back = 27.25 / 9.0; // t - (10 t - 28.25) is below 1 again
        for (int row = 0; row <= 32; row++) {
            double t = l.times[row], met = 8.0 / 3.0;
            CHECK_NEAR(law_value(&l, row, 0), t + 4.0 * fmax(0.0, t - met), 1e-9);
            CHECK_NEAR(law_value(&l, row, 1), t + 4.0 * fmax(0.0, fmin(t, back) - met),
                       1e-9);
        }
        law_close(&l);
    }
}

// x' = -x(t - 1) is smoother after each unit of time: what the method cannot see is not
// stopped at.
static void jumps_are_followed_as_far_as_they_matter(void) {
    law l;
    law_open(&l, "model m\n x = 1; x' = -0.1*delay(x, 1);\nend\n", "x");
    law_run(&l, 100.0, 100);
    law_ok(&l);
    CHECK(l.stats.restarts >= 5 && l.stats.restarts <= 8, "%ld restarts",
          l.stats.restarts);
    law_close(&l);
    // nothing that only is observed stops a run
    law_open(&l, "model m\n x = 1; x' = -0.1*x; y := delay(x, 1);\nend\n", "y");
    law_run(&l, 100.0, 100);
    law_ok(&l);
    CU_ASSERT_EQUAL(l.stats.restarts, 0);
    CHECK_NEAR(law_value(&l, 100, 0), exp(-9.9), 1e-8);
    law_close(&l);
}

// ---- triggers ----

static void a_trigger_looks_back(void) {
    for (int m = 0; m < 3; m++) {
        law l;
        open_at(&l,
                "model m\n x = 0; x' = 1; a = 0; b = 0; c = 0; p = 0;\n"
                " at (time >= 2): p = 1;\n"
                " at (delay(x, 1) > 1.5): a = time;\n"   // a crossing
                " at (delay(p, 0.7) > 0.5): b = time;\n" // a jump
                " at (delay(x, 0.5 + x/2) > 1.25): c = time;\nend\n",
                "a b c", 5.0, 5, methods[m]);
        CHECK_NEAR(law_value(&l, 5, 0), 2.5, 1e-9);
        CHECK_NEAR(law_value(&l, 5, 1), 2.7, 1e-12);
        CHECK_NEAR(law_value(&l, 5, 2), 3.5, 1e-9);
        law_close(&l);
    }
}

static void events_look_back(void) {
    law l;
    open_at(
        &l,
        "model m\n x = 0; x' = 1; a = 0; b = 0; q = 0; w = 0;\n"
        " at (time >= 2): a = delay(x, 0.5);\n"
        " at delay(x, 1) after (time >= 2), fromTrigger=false: b = time;\n" // 1 after 2
        " at 1 after (time >= 2), fromTrigger=false: w = delay(x, 0.25);\n"
        " E1: at (time >= 3), priority = delay(x, 1): q = 1;\n" // 2
        " E2: at (time >= 3), priority = 1: q = 2;\nend\n",
        "a b q w", 5.0, 5, BP_METHOD_BDF);
    CHECK_NEAR(law_value(&l, 5, 0), 1.5, 1e-9);
    CHECK_NEAR(law_value(&l, 5, 1), 3.0, 1e-9);
    CHECK_NEAR(law_value(&l, 5, 2), 2.0, 0.0); // the lower priority goes last
    CHECK_NEAR(law_value(&l, 5, 3), 2.75, 1e-9);
    law_close(&l);
}

// A delay line that feeds back: an event a second after its own cause.
static void events_may_follow_from_their_own_past(void) {
    law l;
    open_at(&l,
            "model m\n n = 0; s = 0; s' = 1; on = 0;\n"
            " at (time >= 1): on = 1;\n"
            " at (delay(on, 0.5) > 0.5): on = 0, n = n + 1;\n"
            " at (delay(on, 0.5) < 0.5), t0=true: on = 1;\nend\n",
            "n on", 4.9, 49, BP_METHOD_BDF);
    // 1, then every half unit: on 1, 2, 3 ..., off 1.5, 2.5, 3.5 ...
    for (int row = 0; row <= 49; row++) {
        double t = l.times[row] + 1e-9;
        CHECK_NEAR(law_value(&l, row, 0), t < 1.5 ? 0.0 : floor(t - 0.5), 0.0);
        CHECK_NEAR(law_value(&l, row, 1), t >= 1.0 && t - floor(t) < 0.5, 0.0);
    }
    law_close(&l);
}

// ---- what is refused ----

static void expect(const char *text, double until, bp_status status, const char *says) {
    for (int m = 0; m < 3; m++) {
        law l;
        law_open(&l, text, "x");
        l.settings.method = methods[m];
        law_run(&l, until, 10);
        CHECK(l.status == status, "%s: %s", bp_status_name(l.status), l.failure.text);
        CHECK(strstr(l.failure.text, says), "%s", l.failure.text);
        CHECK(strstr(l.failure.text, "delay(x, "), "%s", l.failure.text);
        CHECK(strstr(l.failure.text, "law.ant:2:"), "%s", l.failure.text);
        law_close(&l);
    }
}

static void the_future_cannot_be_asked(void) {
    expect("model m\n x = 1; x' = -delay(x, 1 - time);\nend\n", 3.0, BP_BAD_VALUE,
           "below zero");
    expect("model m\n x = 1; y := delay(x, p); p = -1; x' = 1;\nend\n", 3.0,
           BP_BAD_VALUE, "below zero");
    expect("model m\n x = 1; x' = -1 - 0.001*delay(x, x);\nend\n", 3.0, BP_BAD_VALUE,
           "below zero");
}

// What is below zero where nothing comes of it does no harm.
static void a_branch_that_is_not_taken_is_not_asked(void) {
    law l;
    open_at(&l,
            "model m\n x = 0; x' = 1; y = 0; z := piecewise(delay(x, time - 2), time > "
            "2, 7);\n"
            " y' = piecewise(delay(x, time - 2), time >= 2, 0);\nend\n",
            "z y", 4.0, 8, BP_METHOD_BDF);
    for (int row = 0; row <= 8; row++) {
        CHECK_NEAR(law_value(&l, row, 0), row <= 4 ? 7.0 : 2.0, 1e-9);
        CHECK_NEAR(law_value(&l, row, 1), fmax(0.0, row - 4.0), 1e-7);
    }
    law_close(&l);
    law_open(&l, "model m\n x = 1; y := delay(x, 2 - time); x' = 1;\nend\n", "y");
    law_run(&l, 4.0, 8);
    CU_ASSERT_EQUAL(l.status, BP_BAD_VALUE);
    CHECK(strstr(l.failure.text, "below zero"), "%s", l.failure.text);
    CHECK_NEAR(law_value(&l, 2, 0), 1.0, 1e-9);
    law_close(&l);
}

static void a_delay_that_vanishes_is_refused(void) {
    expect("model m\n x = 1; x' = -delay(x, p); p = 1e-12;\nend\n", 3.0, BP_UNSUPPORTED,
           "vanishes");
    expect("model m\n x = 1; x' = -delay(x, exp(-20*time));\nend\n", 3.0,
           BP_TOO_MUCH_WORK, "none can be longer than the delay");
    expect("model m\n x = 1; x' = -delay(x, 1e-11 + 0*x);\nend\n", 3.0, BP_UNSUPPORTED,
           "vanishes");
}

static bp_status compile(const char *text, bp_report *report) {
    bp_bundle *bundle = NULL;
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    bp_status status = bp_bundle_add(bundle, "d.ant", text, strlen(text));
    if (status == BP_OK) status = bp_antimony_load("d.ant", bundle, &spec, report);
    if (status == BP_OK) status = bp_model_compile(spec, NULL, &model, report);
    bp_model_free(model);
    bp_spec_free(spec);
    bp_bundle_free(bundle);
    return status;
}

static void what_cannot_be_is_refused_with_its_place(void) {
    static const struct {
        const char *text;
        bp_status status;
        const char *says;
    } cases[] = {
        {"model m\n x = 1; x' = delay(x, -1);\nend\n", BP_BAD_VALUE, "future"},
        {"model m\n x = 1; x' = delay(x, 1/0);\nend\n", BP_BAD_VALUE, "finite"},
        {"model m\n x := 1 + delay(x, 1);\nend\n", BP_BAD_MODEL, "itself"},
        {"model m\n x = 1; x' = delay(rateOf(x), 1);\nend\n", BP_BAD_MODEL, "itself"},
        {"model m\n x = delay(x, 1); x' = 1;\nend\n", BP_BAD_MODEL, "itself"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_report report = {0};
        bp_status status = compile(cases[i].text, &report);
        CHECK(status == cases[i].status, "case %zu: %s", i, bp_status_name(status));
        const char *message = report.count > 0 ? report.items[0].message : "";
        CHECK(strstr(message, cases[i].says), "case %zu: %s", i, message);
        CHECK(report.count > 0 && report.items[0].where.line == 2, "case %zu", i);
        bp_report_clear(&report);
    }
}

// Steps are as short as the shortest delay; the limit of steps is the way out.
static void too_many_steps_are_said_to_be_too_many(void) {
    law l;
    law_open(&l, "model m\n x = 1; x' = -delay(x, 1e-4);\nend\n", "x");
    l.settings.max_steps = 1000;
    law_run(&l, 10.0, 2);
    CU_ASSERT_EQUAL(l.status, BP_TOO_MUCH_WORK);
    l.settings.max_steps = 1000000;
    law_renew(&l);
    law_run(&l, 1.0, 2);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 2, 0), exp(-1.0 / (1 - 1e-4)), 1e-4);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(an_event_is_seen_after_the_delay),
    TEST(a_sample_at_the_jump_is_of_the_time_after),
    TEST(a_jump_of_a_state_is_carried_on),
    TEST(a_scheduled_switch_is_carried_on),
    TEST(a_varying_delay_meets_the_jump_where_it_is),
    TEST(jumps_are_followed_as_far_as_they_matter),
    TEST(a_trigger_looks_back),
    TEST(events_look_back),
    TEST(events_may_follow_from_their_own_past),
    TEST(the_future_cannot_be_asked),
    TEST(a_branch_that_is_not_taken_is_not_asked),
    TEST(a_delay_that_vanishes_is_refused),
    TEST(what_cannot_be_is_refused_with_its_place),
    TEST(too_many_steps_are_said_to_be_too_many),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_jumps", tests, argc, argv);
}
