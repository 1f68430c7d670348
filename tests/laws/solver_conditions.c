// Laws of algebraic rules and fast reactions: closed forms, the root that is taken,
// what events do, and what happens where there is no solution.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

static void tighten(law *l) {
    l->settings.rtol = 1e-9;
    l->settings.atol = 1e-12;
}

static bool uses_ida(const law *l) {
    bp_text text = {0};
    bp_solver_describe(l->solver, &text);
    bool found = strstr(bp_text_get(&text), "IDA") != NULL;
    bp_text_clear(&text);
    return found;
}

// Runs a model to `until` and compares its columns there.
static void check_end(const char *text, const char *columns, double until,
                      const double *expected, double tolerance) {
    law l;
    law_open_conditions(&l, text, columns);
    tighten(&l);
    law_run(&l, until, 1);
    law_ok(&l);
    for (int i = 0; i < l.n_columns; i++) {
        double value = law_value(&l, 1, i), wanted = expected[i]; // NOLINT: as many
        CHECK(fabs(value - wanted) <= tolerance * test_tol_scale(),
              "column %d of '%s' is %.12g, expected %.12g in\n%s", i, columns, value,
              wanted, text);
    }
    law_close(&l);
}

// ---- algebraic rules ----

#define ROBERTSON                                                                      \
    "model m\n a = 1; b = 0; c = 0;"                                                   \
    " const k1 = 0.04; const k2 = 3e7; const k3 = 1e4;\n"                              \
    " a' = -k1*a + k3*b*c; b' = k1*a - k3*b*c - k2*b^2;\n"

// The total as a rule, affine or not, gives what the rate of c gives.
static void a_conserved_total_replaces_a_rate(void) {
    static const char *const forms[] = {
        ROBERTSON " c' = k2*b^2;\nend\n",
        ROBERTSON " zero_1 := a + b + c - 1;\nend\n",
        ROBERTSON " zero_1 := (a + b + c)^2 - 1;\nend\n",
    };
    double first[3] = {0};
    for (int form = 0; form < 3; form++) {
        law l;
        law_open_conditions(&l, forms[form], "a b c");
        l.settings.rtol = 1e-11;
        l.settings.atol = 1e-15;
        law_run(&l, 1e4, 4);
        law_ok(&l);
        CU_ASSERT_EQUAL(uses_ida(&l), form == 2);
        for (int i = 0; i < 3; i++) {
            if (form == 0) first[i] = law_value(&l, 4, i);
            CHECK_NEAR(law_value(&l, 4, i) / first[i], 1.0, 1e-8);
        }
        CHECK_NEAR(law_value(&l, 0, 2), 0.0, 1e-12);
        law_close(&l);
    }
}

// Substrate bound to enzyme in quasi-equilibrium, as a quadratic that is solved at each
// step and by its closed root.
static void a_quadratic_rule_follows_its_root(void) {
    law l;
    law_open_conditions(
        &l,
        "model m\n s = 10; var c; c = 0; const e = 1; const km = 2; const k = 0.5;\n"
        " s' = -k*c; exact := ((e+s+km) - sqrt((e+s+km)^2 - 4*e*s))/2;\n"
        " zero_1 := c^2 - (e+s+km)*c + e*s;\nend\n",
        "c exact");
    tighten(&l);
    law_run(&l, 40, 20);
    law_ok(&l);
    CU_ASSERT(uses_ida(&l));
    for (int i = 0; i <= 20; i++)
        CHECK_NEAR(law_value(&l, i, 0), law_value(&l, i, 1), 1e-8);
    CU_ASSERT(l.stats.steps > 10 && l.stats.factorisations > 0);
    law_close(&l);
}

// The stated value says which of several roots is meant.
static void the_root_near_the_stated_value_is_taken(void) {
    static const double from[] = {0.9, 2.2, 5}, to[] = {1, 2, 4};
    for (int i = 0; i < 3; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "model m\n var x; x = %g;\n zero_1 := (x-1)*(x-2)*(x-4);\nend\n",
                 from[i]);
        check_end(text, "x", 1, &to[i], 1e-9);
    }
    // far away, along a function that Newton's method alone overshoots
    check_end("model m\n var x; x = 30;\n zero_1 := arctan(x) - 0.5;\nend\n", "x", 1,
              (double[]){tan(0.5)}, 1e-9);
}

static void rules_that_need_each_other_are_solved_together(void) {
    law l; // affine, with pivots that are parameters
    law_open_conditions(&l,
                        "model m\n y = 1; y' = -y; var a; var b; var c;\n"
                        " const p = 2; const q = 3;\n"
                        " zero_1 := a + b + c - y;\n"
                        " zero_2 := p*a - q*b + 1;\n"
                        " zero_3 := q*a + p*c - time;\n"
                        " r1 := a + b + c - y; r2 := p*a - q*b + 1;"
                        " r3 := q*a + p*c - time;\nend\n",
                        "r1 r2 r3 a");
    law_run(&l, 1, 4);
    law_ok(&l);
    CU_ASSERT_FALSE(uses_ida(&l));
    for (int i = 0; i <= 4; i++)
        for (int k = 0; k < 3; k++)
            CHECK_NEAR(law_value(&l, i, k), 0.0, 1e-13);
    CHECK_NEAR(law_value(&l, 0, 3), 4.0, 1e-12);
    law_close(&l);
    // x^2 + y^2 = 4 and x = y: numbers
    check_end("model m\n var x; var y; x = 1; y = 1; z = 0; z' = x;\n"
              " zero_1 := x^2 + y^2 - 4;\n zero_2 := x - y;\nend\n",
              "x y z", 2, (double[]){sqrt(2.0), sqrt(2.0), sqrt(8.0)}, 1e-8);
}

// What a comparison in a rule turns makes x jump, at the very time of it.
static void a_comparison_in_a_rule_lets_its_symbol_jump(void) {
    law l; // x + x^3 = y below 1, then 10: x = 2
    law_open_conditions(&l,
                        "model m\n y = 0; y' = 1; var x; z = 0; z' = x;\n"
                        " zero_1 := x^3 + x - piecewise(0, y < 1, 10);\nend\n",
                        "x z");
    tighten(&l);
    law_run(&l, 3, 6);
    law_ok(&l);
    for (int i = 0; i <= 6; i++) {
        double t = l.times[i];
        if (t != 1) CHECK_NEAR(law_value(&l, i, 0), t < 1 ? 0.0 : 2.0, 1e-8);
        CHECK_NEAR(law_value(&l, i, 1), t < 1 ? 0.0 : 2.0 * (t - 1), 1e-7);
    }
    law_close(&l);
}

static void rules_hold_again_after_events(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n a = 2; var x; seen = 0; const k = 1;\n"
                        " zero_1 := k*x^3 + x - a;\n"
                        " e: at (time > 1): a = 10;\n"
                        " f: at (x > 1.5): seen = x;\nend\n",
                        "x seen");
    law_run(&l, 2, 4);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 1.0, 1e-9);
    CHECK_NEAR(law_value(&l, 3, 0), 2.0, 1e-9);
    CHECK_NEAR(law_value(&l, 4, 1), 2.0, 1e-9); // a trigger saw the new value
    CU_ASSERT_EQUAL(l.stats.events, 2);
    law_close(&l);
}

// ---- fast reactions ----

// A + B <-> AB at once, A made and AB lost slowly: totals are an ordinary system.
static void a_binding_equilibrium_follows_its_totals(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 3, B = 2, AB = 0;\n"
                        " fast_bind: A + B -> AB; 5*A*B - 10*AB;\n"
                        " make: -> A; 0.7;\n lose: AB -> ; 0.3*AB;\n"
                        " ta = 3; tb = 2; d = ta + tb + 2;\n"
                        " bound := (ta + tb + 2 - sqrt((ta+tb+2)^2 - 4*ta*tb))/2;\n"
                        " ta' = 0.7 - 0.3*bound; tb' = -0.3*bound;\nend\n",
                        "AB bound A B ta tb");
    tighten(&l);
    law_run(&l, 10, 20);
    law_ok(&l);
    CU_ASSERT(uses_ida(&l));
    for (int i = 0; i <= 20; i++) {
        CHECK_NEAR(law_value(&l, i, 0), law_value(&l, i, 1), 1e-7);
        CHECK_NEAR(law_value(&l, i, 2) + law_value(&l, i, 0), law_value(&l, i, 4),
                   1e-7);
        CHECK_NEAR(law_value(&l, i, 3) + law_value(&l, i, 0), law_value(&l, i, 5),
                   1e-7);
    }
    law_close(&l);
}

// Of three equilibria, the one that the fast reaction itself reaches.
static void the_equilibrium_that_can_be_reached_is_taken(void) {
    static const double from[] = {-5, 1.9, 2.1, 50}, to[] = {1, 1, 3, 3};
    for (int i = 0; i < 4; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "model m\n species X = %g, Y = 10;\n"
                 " fast_1: X -> Y; (X-1)*(X-2)*(X-3);\nend\n",
                 from[i]);
        check_end(text, "X Y", 1, (double[]){to[i], from[i] + 10 - to[i]}, 1e-8);
    }
    // a rate constant below zero runs the reaction backward: S2 is used up
    check_end("model m\n species S1 = 5, S2 = 5;\n fast_1: S1 -> S2; -S1*S2;\nend\n",
              "S1 S2", 1, (double[]){10, 0}, 1e-9);
}

// Reactions around a cycle: at rest there is a flux, and no law is zero.
static void dependent_fast_reactions_come_to_rest_together(void) {
    // A -> B -> C -> A with rates 1, 2, 4: amounts as 4 : 2 : 1 of 7 + t
    check_end("model m\n species A = 7, B = 0, C = 0;\n"
              " fast_1: A -> B; 1*A;\n fast_2: B -> C; 2*B;\n fast_3: C -> A; 4*C;\n"
              " grow: -> A; 1;\nend\n",
              "A B C", 7, (double[]){8, 4, 2}, 1e-8);
    // stoichiometries, one of them a parameter that an event changes
    check_end("model m\n species A = 1, B = 0; q = 2;\n fast_1: q A -> B; A - B;\n"
              " e: at (time > 1): q = 1, A = 1, B = 0;\nend\n",
              "A B", 2, (double[]){0.5, 0.5}, 1e-9);
    check_end(
        "model m\n species A = 1, B = 0; q = 2;\n fast_1: q A -> B; A - B;\nend\n",
        "A B", 2, (double[]){1.0 / 3, 1.0 / 3}, 1e-9);
}

static void a_boundary_species_holds_the_other_side(void) {
    check_end("model m\n species A = 1, $B = 3, C = 0;\n fast_1: A -> $B; 2*A - B;\n"
              " slow: A -> C; 0.1*A;\nend\n",
              "A C", 4, (double[]){1.5, 0.6}, 1e-8);
}

// Nothing moves until a rate constant is given by an event; then all of it at once.
static void a_fast_reaction_without_rate_waits(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 1, B = 0, C = 0; k = 0;\n"
                        " fast_1: A -> B; k*A;\n slow: A -> C; 0.5*A;\n"
                        " e: at (time > 1): k = 1;\nend\n",
                        "A B C");
    tighten(&l);
    law_run(&l, 2, 4);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 1, 0), exp(-0.25), 1e-7);
    CHECK_NEAR(law_value(&l, 1, 1), 0.0, 1e-12);
    CHECK_NEAR(law_value(&l, 3, 0), 0.0, 1e-9);
    CHECK_NEAR(law_value(&l, 4, 1), exp(-0.5), 1e-7);
    law_close(&l);
}

// A B = 0: B is used up by what makes A, and then A remains. The equilibrium A = 0 goes
// on existing, with B below zero; the reaction leaves it.
static void an_equilibrium_that_turns_unstable_is_left(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 1, B = 2, C = 0;\n"
                        " fast_1: A + B -> C; 2*A*B;\n grow: -> A; 0.2;\nend\n",
                        "A B C");
    tighten(&l);
    law_run(&l, 10, 10);
    law_ok(&l);
    for (int i = 0; i <= 10; i++) {
        double t = l.times[i];
        CHECK_NEAR(law_value(&l, i, 0), fmax(0.0, 0.2 * (t - 5)), 1e-6);
        CHECK_NEAR(law_value(&l, i, 1), fmax(0.0, 1 - 0.2 * t), 1e-6);
        CHECK_NEAR(law_value(&l, i, 2), fmin(2.0, 1 + 0.2 * t), 1e-6);
    }
    law_close(&l);
    // A + B -> 2 B: without B nothing happens, with a trace of it all of A turns
    law_open_conditions(&l,
                        "model m\n species A = 1, B = 0;\n"
                        " fast_1: A + B -> 2 B; 2*A*B;\n make: -> A; 0.1;\n"
                        " seed: -> B; piecewise(0, time < 2, 0.1);\nend\n",
                        "A B");
    law_run(&l, 4, 4);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 1, 0), 1.1, 1e-7);
    CHECK_NEAR(law_value(&l, 1, 1), 0.0, 1e-7);
    CHECK_NEAR(law_value(&l, 4, 0), 0.0, 1e-7);
    CHECK_NEAR(law_value(&l, 4, 1), 1.6, 1e-6);
    law_close(&l);
}

// A + A -> B: the law has a double root, where it says nothing about small changes.
static void a_double_root_is_followed(void) {
    check_end("model m\n species A = 1, B = 0;\n fast_1: 2 A -> B; A*A;\n"
              " grow: -> A; 0.2;\nend\n",
              "A B", 4, (double[]){0, 0.9}, 1e-8);
}

// Both sides of A + B -> C are used up at first, and no small change shows in A B.
static void what_is_used_up_comes_back(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 0, B = 0, C = 0;\n"
                        " fast_1: A + B -> C; 2*A*B;\n a: -> A; 0.2;\n"
                        " b: -> B; piecewise(0.5, time > 2, 0);\nend\n",
                        "A B");
    tighten(&l);
    law_run(&l, 5, 10);
    law_ok(&l);
    for (int i = 0; i <= 10; i++) {
        double t = l.times[i], more = 0.2 * t - 0.5 * fmax(0.0, t - 2);
        CHECK_NEAR(law_value(&l, i, 0), fmax(0.0, more), 1e-6);
        CHECK_NEAR(law_value(&l, i, 1), fmax(0.0, -more), 1e-6);
    }
    law_close(&l);
}

// ---- with delays ----

// Everything reads the past of a fast equilibrium, which jumps at the start.
static void the_past_of_an_equilibrium_is_known(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 1, B = 0; var x; x = 1;\n"
                        " fast_1: A -> B; A - B;\n grow: -> A; 0.4*delay(B, 1);\n"
                        " p := delay(A, 0.5);\n zero_1 := x^3 + x - p;\n"
                        " rest := x^3 + x - p;\nend\n",
                        "A B p rest");
    tighten(&l);
    law_run(&l, 2, 8);
    law_ok(&l);
    for (int i = 0; i <= 8; i++) {
        double t = l.times[i]; // B is 0 before the start, 1/2 from then on
        CHECK_NEAR(law_value(&l, i, 0), 0.5 + 0.1 * fmax(0.0, t - 1), 1e-8);
        CHECK_NEAR(law_value(&l, i, 1), law_value(&l, i, 0), 1e-9);
        CHECK_NEAR(law_value(&l, i, 3), 0.0, 1e-9);
        if (t != 0.5)
            CHECK_NEAR(law_value(&l, i, 2),
                       t < 0.5 ? 1.0 : 0.5 + 0.1 * fmax(0.0, t - 1.5), 1e-8);
    }
    law_close(&l);
}

// The law changes its direction with the sign of k, again and again.
static void a_fast_reaction_turns_with_its_law(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n k = 1; v = 0; k' = v; v' = -k;\n"
                        " species A = 3, B = 3;\n"
                        " fast_1: A -> B; piecewise(A*k, k > 0, B*k);\nend\n",
                        "A B");
    law_run(&l, 10, 20);
    law_ok(&l);
    for (int i = 0; i <= 20; i++) {
        bool forward = cos(l.times[i]) > 0;
        CHECK_NEAR(law_value(&l, i, 0), forward ? 0.0 : 6.0, 1e-6);
        CHECK_NEAR(law_value(&l, i, 1), forward ? 6.0 : 0.0, 1e-6);
    }
    CHECK(l.stats.restarts >= 3 && l.stats.restarts <= 6, "%ld restarts",
          l.stats.restarts); // three turns, and where k is less than a tolerance
    law_close(&l);
}

static void a_dose_is_distributed_at_once(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 1, B = 0; const k = 2; n = 0;\n"
                        " fast_1: A -> B; k*A - B;\n"
                        " dose: at (time > 1): A = A + 3;\n"
                        " high: at (B > 2): n = n + 1;\nend\n",
                        "A B n");
    law_run(&l, 2, 4);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 1.0 / 3, 1e-9); // the first sample is at rest
    CHECK_NEAR(law_value(&l, 3, 0), 4.0 / 3, 1e-9);
    CHECK_NEAR(law_value(&l, 3, 1), 8.0 / 3, 1e-9);
    CU_ASSERT_EQUAL(law_value(&l, 4, 2), 1);
    law_close(&l);
}

// ---- rest ----

static void rest_knows_of_conditions(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 3, B = 2, AB = 0; var x;\n"
                        " fast_bind: A + B -> AB; 5*A*B - 10*AB;\n"
                        " make: -> A; 0.6;\n lose: A -> ; 0.3*A;\n"
                        " zero_1 := x^3 + x - 5*A;\nend\n",
                        "A B AB x");
    law_run(&l, 0, 1);
    law_run_protocol(&l, &(bp_protocol){.settle = true});
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 2.0, 1e-8);
    CHECK_NEAR(law_value(&l, 0, 1), 1.0, 1e-8);
    CHECK_NEAR(law_value(&l, 0, 2), 1.0, 1e-8);
    CHECK_NEAR(law_value(&l, 0, 3), 2.0, 1e-8);
    law_close(&l);
}

// ---- no solution ----

static void check_failure(const char *text, bp_status status, const char *says) {
    law l;
    law_open_conditions(&l, text, "x");
    law_run(&l, 2, 2);
    CHECK(l.status == status, "%s: %s", bp_status_name(l.status), l.failure.text);
    CHECK(strstr(l.failure.text, says) != NULL, "'%s' says nothing of '%s'",
          l.failure.text, says);
    CU_ASSERT(isnan(law_value(&l, 2, 0)));
    law_close(&l);
}

static void what_has_no_solution_fails_by_name(void) {
    check_failure("model m\n var x;\n zero_1 := x^2 + 1;\nend\n", BP_CONVERGENCE,
                  "law.ant:3:12: no value of 'x'");
    check_failure("model m\n var x; x = 1;\n zero_1 := x^2 - (1 - time);\nend\n",
                  BP_STEP_TOO_SMALL, "the algebraic rule (line 3)");
    check_failure("model m\n var x; x = 0;\n"
                  " zero_1 := x + x^3 - piecewise(9, x < 1, 0.5);\nend\n",
                  BP_CONVERGENCE, "'x'");
    check_failure("model m\n species x = 1;\n fast_1: -> x; x;\nend\n",
                  BP_NO_STEADY_STATE, "fast reaction 'fast_1'");
    // two ways out of x at once: how it divides is no question of equilibria
    check_failure("model m\n species x = 1, B = 0, C = 0;\n"
                  " fast_1: x -> B; x;\n fast_2: x -> C; x*x;\nend\n",
                  BP_NO_STEADY_STATE, "fast reaction 'fast_");
    check_failure("model m\n var x; x = 2; y = 1; y' = 0;\n"
                  " zero_1 := (y - 1)*x^2;\nend\n",
                  BP_LINEAR_SOLVER, "law.ant:3:");
}

static void only_bdf_integrates_conditions(void) {
    law l;
    bp_error err = {0};
    bp_solver *solver = NULL;
    law_open_conditions(&l, "model m\n var x;\n zero_1 := x^3 + x - time;\nend\n", "x");
    l.settings.method = BP_METHOD_DOPRI5;
    CU_ASSERT_EQUAL(bp_solver_new(l.model, &l.settings, &solver, &err), BP_UNSUPPORTED);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "bdf"));
    law_close(&l);
}

// ---- memory ----

static void solvers_survive_failed_allocations(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 3, B = 2; var x;\n"
                        " fast_1: A -> B; A - B;\n zero_1 := x^3 + x - A;\n"
                        " e: at (time > 1): A = 7;\nend\n",
                        "A x");
    bp_status status = BP_NO_MEMORY;
    int nth = 1;
    for (; status != BP_OK; nth++) {
        bp_solver *solver = NULL;
        bp_alloc_fail(nth, 0);
        status = bp_solver_new(l.model, &l.settings, &solver, NULL);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %d: %s", nth,
              bp_status_name(status));
        CU_ASSERT_FATAL(nth < 100000);
        bp_solver_free(solver);
    }
    CHECK(nth > 60, "%d allocations were failed", nth);
    law_close(&l);
}

static void runs_repeat_bit_for_bit(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 3, B = 2, AB = 0; var x;\n"
                        " fast_bind: A + B -> AB; 5*A*B - 10*AB;\n"
                        " make: -> A; 0.7;\n zero_1 := x^3 + x - A;\n"
                        " e: at (time > 1): A = A + 1;\nend\n",
                        "A B AB x");
    double first[12];
    law_run(&l, 2, 2);
    law_ok(&l);
    memcpy(first, l.values, sizeof first);
    for (int again = 0; again < 2; again++) {
        law_run(&l, 2, 2);
        CU_ASSERT_EQUAL(memcmp(first, l.values, sizeof first), 0);
        law_renew(&l);
    }
    law_close(&l);
}

static const test_case tests[] = {
    TEST(a_conserved_total_replaces_a_rate),
    TEST(a_quadratic_rule_follows_its_root),
    TEST(the_root_near_the_stated_value_is_taken),
    TEST(rules_that_need_each_other_are_solved_together),
    TEST(a_comparison_in_a_rule_lets_its_symbol_jump),
    TEST(rules_hold_again_after_events),
    TEST(a_binding_equilibrium_follows_its_totals),
    TEST(the_equilibrium_that_can_be_reached_is_taken),
    TEST(dependent_fast_reactions_come_to_rest_together),
    TEST(a_boundary_species_holds_the_other_side),
    TEST(a_fast_reaction_without_rate_waits),
    TEST(an_equilibrium_that_turns_unstable_is_left),
    TEST(a_double_root_is_followed),
    TEST(what_is_used_up_comes_back),
    TEST(the_past_of_an_equilibrium_is_known),
    TEST(a_fast_reaction_turns_with_its_law),
    TEST(a_dose_is_distributed_at_once),
    TEST(rest_knows_of_conditions),
    TEST(what_has_no_solution_fails_by_name),
    TEST(only_bdf_integrates_conditions),
    TEST(solvers_survive_failed_allocations),
    TEST(runs_repeat_bit_for_bit),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws_solver_conditions", tests, argc, argv);
}
