// Laws of steady states, and of failing: what is said when a run cannot go on.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

// Settles, and returns the state in the order of the model's states.
static bp_status settle(law *l, double *y) {
    law_run_times(l, 1, (double[]){0.0}); // makes the solver
    bp_protocol p = {0};
    return bp_solver_settle(l->solver, &p, y, &l->stats, &l->failure);
}

static double state_of(const law *l, const double *y, const char *name) {
    const bp_variable *v = bp_model_variable(l->model, bp_model_find(l->model, name));
    CU_ASSERT_EQUAL_FATAL(v->role, BP_ROLE_STATE);
    return y[v->index];
}

static void synthesis_and_decay_balance(void) {
    law l;
    double y[1];
    law_open(&l,
             "model m\n compartment c = 1; species A in c; A = 0;\n"
             " J1: -> A; 3;  J2: A -> ; 0.7*A;\nend\n",
             "A");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    CHECK_NEAR(y[0], 3.0 / 0.7, 1e-8);
    CU_ASSERT(l.stats.settle_time > 5.0);
    law_close(&l);
}

static void binding_equilibrium_keeps_its_totals(void) {
    law l;
    double y[3];
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c, AB in c;\n"
             " A = 7; B = 4; AB = 0; J1: A + B -> AB; 0.3*A*B - 0.6*AB;\nend\n",
             "A");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    // (7 - x)(4 - x) = 2 x
    double x = 0.5 * (13.0 - sqrt(13.0 * 13.0 - 4.0 * 28.0));
    CHECK_NEAR(state_of(&l, y, "AB"), x, 1e-8);
    CHECK_NEAR(state_of(&l, y, "A") + state_of(&l, y, "AB"), 7.0, 1e-12);
    CHECK_NEAR(state_of(&l, y, "B") + state_of(&l, y, "AB"), 4.0, 1e-12);
    law_close(&l);
}

// Slow and fast: the fast pair is at rest after 1e-3, the slow one after 1e6.
static void rest_waits_for_the_slowest(void) {
    law l;
    double y[4];
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c, C in c, D in c;\n"
             " A = 1; B = 0; C = 1; D = 0;\n"
             " J1: A -> B; 1e4*A - 2e4*B;  J2: C -> D; 1e-6*C - 3e-6*D;\nend\n",
             "A");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    CHECK_NEAR(state_of(&l, y, "B"), 1.0 / 3.0, 1e-9);
    CHECK_NEAR(state_of(&l, y, "D"), 0.25, 1e-9);
    CU_ASSERT(l.stats.settle_time > 1e5);
    law_close(&l);
}

// x' = x (1 - x) (x - 3): 0 and 1... of three roots, 1 is unstable when started beside
// it.
static void an_unstable_steady_state_is_left(void) {
    law l;
    double y[1];
    law_open(&l, "model m\n x = 1.00001; x' = -x*(1 - x)*(3 - x);\nend\n", "x");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    CHECK_NEAR(y[0], 3.0, 1e-8);
    law_close(&l);
    law_open(&l, "model m\n x = 0.99999; x' = -x*(1 - x)*(3 - x);\nend\n", "x");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    CHECK_NEAR(y[0], 0.0, 1e-8);
    law_close(&l);
}

static void the_bistable_switch_rests_where_it_began(void) {
    const char *text = "model m\n x = 0; x' = 0.05 + x^2/(1 + x^2) - 0.45*x;\nend\n";
    law l;
    double low[1], high[1];
    law_open(&l, text, "x");
    CU_ASSERT_EQUAL(settle(&l, low), BP_OK);
    bp_initial_value setting = law_setting(&l, "x", 5.0);
    bp_protocol p = {.settings = &setting, .n_settings = 1};
    CU_ASSERT_EQUAL(bp_solver_settle(l.solver, &p, high, NULL, NULL), BP_OK);
    CU_ASSERT(high[0] > low[0] + 0.5);
    double roots[] = {low[0], high[0]};
    for (int i = 0; i < 2; i++) {
        double x = roots[i];
        CHECK_NEAR(0.05 + x * x / (1.0 + x * x) - 0.45 * x, 0.0, 1e-10);
    }
    law_close(&l);
}

static void a_continuum_of_steady_states_is_rest_as_well(void) {
    law l; // x y' + y x' = 0 along the flow: every point of x y = ... is steady
    double y[2];
    law_open(&l,
             "model m\n x = 2; y = 1; x' = -x*(x*y - 1); y' = x*(x*y - 1)*0;\nend\n",
             "x");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    CHECK_NEAR(state_of(&l, y, "x") * state_of(&l, y, "y"), 1.0, 1e-6);
    law_close(&l);
}

static void a_network_that_grows_has_none_and_says_what_moves(void) {
    law l;
    double y[2];
    law_open(
        &l,
        "model m\n compartment c = 1; species A in c, grows in c; A = 1; grows = 0;\n"
        " J1: -> grows; 0.5*A;\nend\n",
        "A");
    CU_ASSERT_EQUAL(settle(&l, y), BP_NO_STEADY_STATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(l.failure.text, "grows"));
    law_close(&l);
}

static void an_oscillator_has_none(void) {
    law l;
    double y[2];
    law_open(&l, "model m\n p = 2; q = 1; p' = p - p*q; q' = p*q - q;\nend\n", "p");
    l.settings.max_steps = 20000;
    CU_ASSERT_EQUAL(settle(&l, y), BP_NO_STEADY_STATE);
    CU_ASSERT(l.failure.variable >= 0);
    law_close(&l);
}

static void settling_keeps_time_and_events_still(void) {
    law l;
    law_open(&l,
             "model m\n x = 0; n = 0; n' = 0; x' = time + 2 - x;\n"
             " at (x > 1), t0=true: n = n + 1;\nend\n",
             "x n");
    bp_protocol p = {.t_start = 1.0, .settle = true};
    law_run(&l, 1.0, 1);
    l.times[0] = 1.0, l.times[1] = 2.0;
    law_run_protocol(&l, &p);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 3.0, 1e-8); // time is 1 throughout
    CHECK_NEAR(law_value(&l, 0, 1), 0.0, 1e-12);
    CHECK_NEAR(law_value(&l, 1, 0), 2.0 + 2.0 - 1.0 + exp(-1.0), 1e-5);
    law_close(&l);
}

static void a_settled_state_may_be_handed_on(void) {
    law l;
    double y[3];
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c, AB in c;\n"
             " A = 7; B = 4; AB = 0; J1: A + B -> AB; 0.3*A*B - 0.6*AB;\nend\n",
             "A B AB");
    CU_ASSERT_EQUAL(settle(&l, y), BP_OK);
    law_run(&l, 10.0, 2);
    bp_protocol fresh = {.settle = true}, handed = {.settle = true, .settled = y};
    law_run_protocol(&l, &fresh);
    law_ok(&l);
    double first[9];
    memcpy(first, l.values, sizeof first);
    law_run_protocol(&l, &handed);
    law_ok(&l);
    CU_ASSERT_EQUAL(memcmp(first, l.values, sizeof first), 0);
    CHECK_NEAR(l.stats.settle_time, 0.0, 1e-300);
    law_close(&l);
}

// ---- failures ----

static void a_blow_up_says_when_and_what(void) {
    law l;
    law_open(&l, "model m\n x = 1; calm = 1; x' = x^2; calm' = -calm;\nend\n",
             "x calm");
    law_run(&l, 2.0, 4);
    CHECK(l.status == BP_STEP_TOO_SMALL || l.status == BP_NOT_FINITE, "%s",
          bp_status_name(l.status));
    CHECK_NEAR(l.failure.time, 1.0, 1e-3);
    CU_ASSERT_PTR_NOT_NULL(strstr(l.failure.text, "x"));
    CHECK_NEAR(law_value(&l, 1, 0), 2.0, 1e-3); // samples before it are there
    CU_ASSERT(isnan(law_value(&l, 2, 0)) && isnan(law_value(&l, 4, 1)));
    CU_ASSERT(l.stats.attempts > 1);
    law_close(&l);
}

static void a_rate_that_is_no_number_names_its_reaction(void) {
    law l;
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c; A = 1; B = 0;\n"
             " fine: A -> B; 1;\n broken: B -> ; 0.1*log(A);\nend\n",
             "A B");
    law_run(&l, 2.0, 4);
    CU_ASSERT_EQUAL(l.status, BP_NOT_FINITE);
    CU_ASSERT_PTR_NOT_NULL(strstr(l.failure.text, "broken"));
    CU_ASSERT(l.failure.culprit == bp_model_find(l.model, "broken"));
    law_close(&l);
}

static void too_many_steps_are_too_much_work(void) {
    law l;
    law_open(&l, "model m\n p = 2; q = 1; p' = 50*(p - p*q); q' = 50*(p*q - q);\nend\n",
             "p");
    l.settings.max_steps = 100;
    law_run(&l, 100.0, 1);
    CU_ASSERT_EQUAL(l.status, BP_TOO_MUCH_WORK);
    CU_ASSERT(l.failure.time > 0.0 && l.failure.time < 100.0);
    law_close(&l);
}

static int after_five(void *data) {
    return ++*(int *)data > 5;
}

static void a_run_stops_on_request(void) {
    law l;
    int asked = 0;
    law_open(&l, "model m\n p = 2; q = 1; p' = p - p*q; q' = p*q - q;\nend\n", "p");
    law_run(&l, 1.0, 1);
    bp_solver_on_cancel(l.solver, after_five, &asked);
    law_run(&l, 1e5, 2);
    CU_ASSERT_EQUAL(l.status, BP_CANCELLED);
    law_close(&l);
}

static void impossible_protocols_and_settings_are_refused(void) {
    law l;
    bp_error err = {0};
    bp_solver *solver = NULL;
    law_open(&l, "model m\n x = 1; x' = -x;\nend\n", "x");
    law_run_times(&l, 2, (double[]){1.0, 0.5});
    CU_ASSERT_EQUAL(l.status, BP_BAD_ARGUMENT);
    law_run_times(&l, 1, (double[]){-1.0});
    CU_ASSERT_EQUAL(l.status, BP_BAD_ARGUMENT);
    CU_ASSERT(isnan(l.values[0]));
    l.settings.rtol = -1.0;
    CU_ASSERT_EQUAL(bp_solver_new(l.model, &l.settings, &solver, &err), BP_BAD_VALUE);
    CU_ASSERT_PTR_NULL(solver);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "rtol"));
    law_close(&l);
}

static void making_a_solver_survives_every_failed_allocation(void) {
    law l;
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c; A = 1; B = 0;\n"
             " J1: A -> B; 2*A;\n at 1 after (A < 0.5): A = 1;\nend\n",
             "A");
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
    CU_ASSERT(nth > 20);
    law_close(&l);
}

static void settling_survives_every_failed_allocation(void) {
    law l;
    double y[2];
    bp_status status = BP_NO_MEMORY;
    law_open(&l,
             "model m\n compartment c = 1; species A in c, B in c; A = 1; B = 0;\n"
             " J1: A -> B; 2*A - B;\nend\n",
             "A");
    for (int nth = 1; status == BP_NO_MEMORY && nth < 1000; nth++) {
        law_renew(&l);
        law_run_times(&l, 1, (double[]){0.0});
        bp_alloc_fail(nth, 0);
        status = bp_solver_settle(l.solver, &(bp_protocol){0}, y, NULL, NULL);
        bp_alloc_fail(0, 0);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK_NEAR(state_of(&l, y, "B"), 2.0 / 3.0, 1e-9);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(synthesis_and_decay_balance),
    TEST(binding_equilibrium_keeps_its_totals),
    TEST(rest_waits_for_the_slowest),
    TEST(an_unstable_steady_state_is_left),
    TEST(the_bistable_switch_rests_where_it_began),
    TEST(a_continuum_of_steady_states_is_rest_as_well),
    TEST(a_network_that_grows_has_none_and_says_what_moves),
    TEST(an_oscillator_has_none),
    TEST(settling_keeps_time_and_events_still),
    TEST(a_settled_state_may_be_handed_on),
    TEST(a_blow_up_says_when_and_what),
    TEST(a_rate_that_is_no_number_names_its_reaction),
    TEST(too_many_steps_are_too_much_work),
    TEST(a_run_stops_on_request),
    TEST(impossible_protocols_and_settings_are_refused),
    TEST(making_a_solver_survives_every_failed_allocation),
    TEST(settling_survives_every_failed_allocation),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_rest", tests, argc, argv);
}
