// Lanes: runs of a group against the same runs alone and against closed forms, what
// cannot be a group, what fails.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/lane_group.h"
#include "solver/linear.h"
#include "tests/laws/laws.h"

enum { MOST = 8, N_TIMES = 12, ROOM = N_TIMES * 4 };

// A stiff network (Robertson's), whose constants differ from lane to lane.
static const char stiff[] = "model m\n a = 1; b = 0; c = 0; k1 = 0.04; k2 = 3e7; k3 = "
                            "1e4;\n R1: a -> b; k1*a; R2: 2 b -> b + c; k2*b^2;\n"
                            " R3: b + c -> a + c; k3*b*c;\nend\n";
static const char dosed[] =
    "model m\n x = 1; y = 0; k = 0.3; dose = 2; first = 2; later = 3;\n"
    " x' = -k*x; y' = x - 0.1*y;\n"
    " at (time > first): x = x + dose;\n"
    " at later after (time >= 4), fromTrigger=false: y = y/2, k = 2*k;\nend\n";

typedef struct group {
    law law;
    int n_lanes, n_settings;
    double times[N_TIMES];
    bp_initial_value settings[MOST][3];
    bp_protocol protocols[MOST];
    bp_lane_run runs[MOST];
    double values[MOST][ROOM];
    bp_lane_solver *solver; // made at the first run
    bp_status status;
} group;

static void open_group(group *g, const char *text, const char *columns, int n_lanes) {
    memset(g, 0, sizeof *g);
    law_open(&g->law, text, columns);
    g->n_lanes = n_lanes;
    for (int i = 0; i < N_TIMES; i++)
        g->times[i] = i;
    for (int lane = 0; lane < n_lanes; lane++) {
        g->protocols[lane] = (bp_protocol){
            .n_times = N_TIMES, .times = g->times, .settings = g->settings[lane]};
        g->runs[lane] = (bp_lane_run){&g->protocols[lane], g->values[lane], {0}};
    }
}

static void close_group(group *g) {
    bp_lane_solver_free(g->solver);
    law_close(&g->law);
}

// Sets `name` in every lane: from, from + step, ...
static void set(group *g, const char *name, double from, double step) {
    for (int lane = 0; lane < g->n_lanes; lane++) {
        bp_protocol *p = &g->protocols[lane];
        g->settings[lane][p->n_settings++] =
            law_setting(&g->law, name, from + lane * step);
    }
}

static void run_group(group *g) {
    bp_error err = {0};
    if (!g->solver && bp_lane_solver_new(g->law.model, &g->law.settings, g->n_lanes,
                                         &g->solver, &err) != BP_OK)
        CHECK(false, "%s", err.message);
    g->status = BP_INTERNAL;
    if (g->solver) g->status = bp_lane_solver_run(g->solver, g->runs, g->law.view);
}

static void renew(group *g) {
    bp_lane_solver_free(g->solver);
    g->solver = NULL;
}

// The run of a lane, alone, under the law's settings.
static void run_alone(group *g, int lane) {
    law *l = &g->law;
    law_renew(l);
    law_run_times(l, N_TIMES, g->times);
    law_run_protocol(l, &g->protocols[lane]);
    law_ok(l);
}

// The largest distance of a lane from the law's last run, in tolerances of 1e-6.
static double distance(const group *g, const double *values) {
    double most = 0.0;
    for (int i = 0; i < N_TIMES * g->law.n_columns; i++) {
        double allowed = 1e-6 * fabs(g->law.values[i]) + 1e-9;
        most = fmax(most, fabs(values[i] - g->law.values[i]) / allowed);
        if (isnan(values[i])) return INFINITY;
    }
    return most;
}

// Every lane against itself alone: both against a reference of tight tolerance.
static void compare_with_runs_alone(group *g) {
    run_group(g);
    CHECK(g->status == BP_OK, "%s", bp_status_name(g->status));
    for (int lane = 0; lane < g->n_lanes; lane++) {
        double alone[ROOM];
        g->law.settings = bp_settings_default();
        run_alone(g, lane);
        memcpy(alone, g->law.values,
               sizeof(double) * N_TIMES * (size_t)g->law.n_columns);
        CU_ASSERT_EQUAL(g->law.stats.events, g->runs[lane].stats.events);
        g->law.settings.rtol = 1e-11;
        g->law.settings.atol = 1e-15;
        run_alone(g, lane);
        double error = distance(g, g->values[lane]), own = distance(g, alone);
        CHECK(error <= 3.0 * own + 2.0, "lane %d is %.3g tolerances off, alone %.3g",
              lane, error, own);
    }
}

// ---- what lanes are ----

static void lanes_are_as_exact_as_runs_alone(void) {
    for (int n = 4; n <= 8; n += 4) {
        group g;
        open_group(&g, stiff, "a b c", n);
        for (int i = 0; i < N_TIMES; i++)
            g.times[i] = i == 0 ? 0.0 : pow(10.0, 0.5 * i - 2.0);
        set(&g, "k1", 0.03, 0.005);
        set(&g, "k3", 1e4, 3e3);
        compare_with_runs_alone(&g);
        CU_ASSERT(g.runs[0].stats.steps > 50);
        CU_ASSERT_EQUAL(g.runs[0].stats.steps, g.runs[n - 1].stats.steps);
        CU_ASSERT_EQUAL(g.runs[0].stats.attempts, 1);
        close_group(&g);
    }
}

static void lanes_follow_closed_forms(void) {
    group g;
    open_group(&g, "model m\n x = 1; k = 1; x' = -k*x;\nend\n", "x", 8);
    set(&g, "k", 0.1, 0.4);
    set(&g, "x", 1.0, 10.0);
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    for (int lane = 0; lane < 8; lane++)
        for (int i = 0; i < N_TIMES; i++) {
            double start = 1.0 + 10.0 * lane;
            CHECK_NEAR(g.values[lane][i], start * exp(-(0.1 + 0.4 * lane) * i),
                       2e-5 * start);
        }
    close_group(&g);
}

static void doses_at_common_times_may_differ(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    set(&g, "dose", 0.0, 5.0);
    set(&g, "k", 0.2, 0.1);
    compare_with_runs_alone(&g);
    CU_ASSERT_EQUAL(g.runs[3].stats.events, 2);
    CU_ASSERT(g.runs[3].stats.restarts >= 2);
    // `time > 2` does not hold at 2: the sample there is of before the dose
    CHECK_NEAR(g.values[3][2 * 3], exp(-2 * 0.5), 1e-5);
    close_group(&g);
}

static void doses_at_other_times_stop_all_lanes(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    set(&g, "first", 2.0, 0.3);
    compare_with_runs_alone(&g);
    // lane 2 at 2.6: unmoved at 2, dosed at 3
    CHECK_NEAR(g.values[2][2 * 3], exp(-0.6), 1e-5);
    CHECK_NEAR(g.values[2][3 * 3], exp(-0.9) + 2 * exp(-0.4 * 0.3), 1e-5);
    g.settings[2][0].value = 200; // never in one lane
    compare_with_runs_alone(&g);
    CU_ASSERT_EQUAL(g.runs[2].stats.events, 1);
    for (int lane = 0; lane < 4; lane++) // never in all lanes, each at its own
        g.settings[lane][0].value = 100 + lane;
    compare_with_runs_alone(&g);
    CU_ASSERT_EQUAL(g.runs[0].stats.events, 1);
    close_group(&g);
}

// Stops that are an ulp, a rounding error and a hundred of them apart; and at a sample.
static void doses_at_almost_the_same_time_are_kept_apart(void) {
    static const double apart[] = {2.220446049250313e-16, 1e-15, 1e-13, 1e-10};
    for (size_t i = 0; i < sizeof apart / sizeof *apart; i++) {
        group g;
        open_group(&g, dosed, "x y k", 4);
        set(&g, "first", 2.0, 2 * apart[i]);
        compare_with_runs_alone(&g);
        for (int lane = 0; lane < 4; lane++)
            CU_ASSERT_EQUAL(g.runs[lane].stats.events, 2);
        close_group(&g);
    }
}

static void other_delays_of_events_stop_all_lanes(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    set(&g, "later", 3.0, 0.5);
    set(&g, "dose", 1.0, 1.0);
    compare_with_runs_alone(&g);
    close_group(&g);
}

static const char ramp[] =
    "model m\n x = 0; up = 2; down = 5; k = 0.1;\n"
    " x' = piecewise(1, time > up && time < down, 0) - k*x;\nend\n";

static void rates_may_switch_at_other_times(void) {
    group g;
    open_group(&g, ramp, "x", 8);
    set(&g, "up", 2.0, 0.13);
    set(&g, "down", 5.0, -0.17);
    compare_with_runs_alone(&g);
    for (int lane = 0; lane < 8; lane++) {
        double up = 2 + 0.13 * lane, down = 5 - 0.17 * lane;
        double x = 10 * (exp(-0.1 * (9 - down)) - exp(-0.1 * (9 - up)));
        CHECK_NEAR(g.values[lane][9], x, 5e-5);
    }
    close_group(&g);
}

static void rates_that_switch_at_a_time_are_integrated_on_both_sides(void) {
    group g;
    open_group(&g,
               "model m\n x = 0; on = 2.5; h = 1;\n"
               " x' = piecewise(h, time < on, -h*x);\nend\n",
               "x", 4);
    set(&g, "h", 1.0, 1.0);
    compare_with_runs_alone(&g);
    for (int lane = 0; lane < 4; lane++)
        CHECK_NEAR(g.values[lane][2], 2.0 * (lane + 1), 1e-8 * (lane + 1));
    close_group(&g);
}

static void lanes_may_set_different_things(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    g.settings[1][0] = law_setting(&g.law, "k", 0.5);
    g.protocols[1].n_settings = 1;
    g.settings[2][0] = law_setting(&g.law, "dose", 7);
    g.settings[2][1] = law_setting(&g.law, "x", 4);
    g.protocols[2].n_settings = 2;
    compare_with_runs_alone(&g);
    close_group(&g);
}

static void tolerances_are_those_of_each_lane(void) {
    group g;
    open_group(&g,
               "model m\n compartment v = 1; species s in v = 1; k = 1;\n"
               " J: s -> ; v*k*s;\nend\n",
               "s", 4);
    set(&g, "v", 1.0, 1.0);
    compare_with_runs_alone(&g);
    for (int lane = 0; lane < 4; lane++)
        CHECK_NEAR(g.solver->atol[lane], 1e-9 * (lane + 1), 1e-22);
    close_group(&g);
}

static void what_is_left_of_a_group_may_be_filled_up(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    set(&g, "dose", 1.0, 1.0);
    g.runs[3].protocol = g.runs[2].protocol;
    g.runs[3].values = NULL;
    g.n_lanes = 4;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    CHECK_NEAR(g.values[2][0], 1.0, 1e-12);
    CHECK_NEAR(g.values[3][0], 0.0, 1e-300); // never written
    close_group(&g);
}

static void settled_states_are_taken_over(void) {
    group g;
    open_group(&g, dosed, "x y", 4);
    double settled[2] = {3, 4};
    for (int lane = 0; lane < 4; lane++)
        g.protocols[lane].settle = true;
    run_group(&g); // lanes do not settle
    CU_ASSERT_EQUAL(g.status, BP_UNSUPPORTED);
    for (int lane = 0; lane < 4; lane++)
        g.protocols[lane].settled = settled;
    compare_with_runs_alone(&g);
    CHECK_NEAR(g.values[1][0], 3.0, 1e-12);
    close_group(&g);
}

static void a_group_does_not_depend_on_those_before(void) {
    group g;
    double first[MOST][ROOM];
    open_group(&g, stiff, "a b c", 4);
    set(&g, "k1", 0.03, 0.005);
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    memcpy(first, g.values, sizeof first);
    for (int lane = 0; lane < 4; lane++)
        g.settings[lane][0].value = lane == 2 ? NAN : 1e5 * (lane + 1);
    run_group(&g);
    CU_ASSERT_NOT_EQUAL(g.status, BP_OK);
    for (int lane = 0; lane < 4; lane++)
        g.settings[lane][0].value = 0.03 + 0.005 * lane;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    CU_ASSERT(memcmp(first, g.values, sizeof first) == 0);
    renew(&g);
    run_group(&g);
    CU_ASSERT(memcmp(first, g.values, sizeof first) == 0);
    close_group(&g);
}

// ---- what cannot be a group ----

// Six doses, each at a time of its own in every lane, are more stops than runs alone
// would have steps.
static const char often[] =
    "model m\n x = 1; k = 0.3; t0 = 0.5; x' = -k*x;\n"
    " at (time > t0): x = x + 1;\n at (time > t0 + 1): x = x + 1;\n"
    " at (time > t0 + 2): x = x + 1;\n at (time > t0 + 3): x = x + 1;\n"
    " at (time > t0 + 4): x = x + 1;\n at (time > t0 + 5): x = x + 1;\nend\n";

static void too_many_stops_are_refused(void) {
    group g;
    open_group(&g, often, "x", 4);
    set(&g, "t0", 0.5, 0.0);
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    for (int lane = 1; lane < 4; lane++)
        g.settings[lane][0].value += 0.1 * lane;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_UNSUPPORTED);
    CU_ASSERT_EQUAL(g.solver->stats.steps, 0);             // seen before the first step
    g.settings[2][0].value = g.settings[3][0].value = 0.5; // two times each
    compare_with_runs_alone(&g);
    close_group(&g);
}

static void other_samples_are_refused(void) {
    group g;
    double others[N_TIMES] = {0};
    open_group(&g, dosed, "x", 4);
    memcpy(others, g.times, sizeof others);
    g.protocols[3].times = others; // equal values elsewhere are the same times
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    others[4] += 0.5;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_BAD_ARGUMENT);
    others[4] = g.times[4] = -1.0;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_BAD_ARGUMENT);
    close_group(&g);
}

static void expect_impossible(law *l, const char *words) {
    const char *why = NULL;
    bp_lane_solver *solver = NULL;
    bp_error err = {0};
    CU_ASSERT_FALSE(bp_lanes_possible(l->model, &l->settings, &why));
    CHECK(why && strstr(why, words), "%s", why ? why : "");
    CU_ASSERT_EQUAL(bp_lane_solver_new(l->model, &l->settings, 4, &solver, &err),
                    BP_UNSUPPORTED);
    CHECK(strstr(err.message, words), "%s", err.message);
    CU_ASSERT_PTR_NULL(solver);
    law_close(l);
}

static void models_that_cannot_share_steps_say_why(void) {
    law l;
    law_open(&l, "model m\n x = 1; x' = -x; at (x < 0.5): x = 1;\nend\n", "x");
    expect_impossible(&l, "depend on the state");
    law_open(&l, "model m\n x = 1; x' = piecewise(1, x < 2, 0);\nend\n", "x");
    expect_impossible(&l, "depend on the state");
    law_open(&l, "model m\n x = 1; x' = -delay(x, 1);\nend\n", "x");
    expect_impossible(&l, "delays");
    law_open(&l, "model m\n x := time;\nend\n", "x");
    expect_impossible(&l, "nothing changes");
    law_open_conditions(
        &l, "model m\n x = 1; y = 1; x' = -y; zero_1 := y^3 + y - x; var y;\nend\n",
        "x");
    expect_impossible(&l, "algebraic");
    law_open(&l, dosed, "x");
    l.settings.method = BP_METHOD_DOPRI5;
    expect_impossible(&l, "method");
    law_open(&l, dosed, "x");
    bp_lane_solver *solver = NULL;
    CU_ASSERT(bp_lanes_possible(l.model, &l.settings, NULL));
    CU_ASSERT_EQUAL(bp_lane_solver_new(l.model, &l.settings, 17, &solver, NULL),
                    BP_BAD_ARGUMENT);
    bp_error err = {0};
    l.settings.rtol = 2;
    CU_ASSERT_EQUAL(bp_lane_solver_new(l.model, &l.settings, 4, &solver, &err),
                    BP_BAD_VALUE);
    CHECK(strstr(err.message, "rtol"), "%s", err.message);
    law_close(&l);
}

// ---- what fails ----

static void a_lane_that_fails_fails_the_group(void) {
    group g;
    open_group(&g, "model m\n c = 1; x = 1; x' = 1e-9*ln(c*x) - x;\nend\n", "x", 4);
    set(&g, "c", 1.0, 0.0);
    g.settings[3][0].value = -1;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_NOT_FINITE);
    g.settings[3][0].value = 1;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    close_group(&g);
}

static void steps_are_limited(void) {
    group g;
    open_group(&g, stiff, "a", 4);
    g.law.settings.max_steps = 3;
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_TOO_MUCH_WORK);
    close_group(&g);
}

static int at_the_third_question(void *data) {
    return ++*(int *)data >= 3;
}

static void a_group_can_be_cancelled(void) {
    group g;
    int asked = 0;
    open_group(&g, dosed, "x", 4);
    run_group(&g);
    bp_lane_solver_on_cancel(g.solver, at_the_third_question, &asked);
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_CANCELLED);
    CU_ASSERT_EQUAL(asked, 3);
    close_group(&g);
}

static void every_failed_allocation_is_survived(void) {
    group g;
    open_group(&g, dosed, "x y k", 4);
    long before = bp_alloc_count();
    run_group(&g);
    CU_ASSERT_EQUAL(g.status, BP_OK);
    long n = bp_alloc_count() - before;
    renew(&g); // nobody else has the program of the factors
    for (long nth = 1; nth <= n; nth++) {
        bp_lane_solver *solver = NULL;
        bp_alloc_fail(nth, 1);
        bp_status status =
            bp_lane_solver_new(g.law.model, &g.law.settings, 4, &solver, NULL);
        if (status == BP_OK) status = bp_lane_solver_run(solver, g.runs, g.law.view);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_NO_MEMORY, "allocation %ld of %ld: %s", nth, n,
              bp_status_name(status));
        bp_lane_solver_free(solver);
    }
    CHECK(n > 50, "%ld allocations", n);
    close_group(&g);
}

// ---- factors of several matrices ----

// A ring: each of n states depends on itself and on the one before.
typedef struct ring {
    int start[11], row[20], diagonal[10];
    bp_pattern pattern;
} ring;

static void make_ring(ring *r) {
    for (int j = 0; j < 10; j++) {
        int next = (j + 1) % 10;
        r->start[j] = 2 * j;
        r->row[2 * j] = j < next ? j : next;
        r->row[2 * j + 1] = j < next ? next : j;
        r->diagonal[j] = j < next ? 2 * j : 2 * j + 1;
    }
    r->start[10] = 20;
    r->pattern = (bp_pattern){10, 20, r->start, r->row, r->diagonal};
}

static void fill_ring(const ring *r, double *values) {
    for (int k = 0; k < 20 * 4; k++)
        values[k] = 0.1 + 0.01 * (k % 7);
    for (int j = 0; j < 10; j++)
        for (int lane = 0; lane < 4; lane++)
            values[r->diagonal[j] * 4 + lane] = 1.0 + 0.5 * lane;
}

// The largest |A x - b| of a lane, where all b are 1.
static double residual(const ring *r, const double *values, const double *x, int lane) {
    double b[10] = {0}, most = 0.0;
    for (int j = 0; j < 10; j++)
        for (int k = r->start[j]; k < r->start[j + 1]; k++)
            b[r->row[k]] += values[k * 4 + lane] * x[j * 4 + lane];
    for (int i = 0; i < 10; i++)
        most = fmax(most, fabs(b[i] - 1.0));
    return most;
}

static void factors_solve_every_lane(void) {
    static const int choices[] = {BP_LINEAR_AUTO, BP_LINEAR_SPARSE, BP_LINEAR_DENSE,
                                  BP_LINEAR_KLU};
    ring r;
    double values[80], x[40];
    make_ring(&r);
    for (int c = 0; c < 4; c++) {
        bp_lu *lu = NULL;
        CU_ASSERT_EQUAL_FATAL(bp_lu_new_lanes(&r.pattern, choices[c], 4, false, &lu),
                              BP_OK);
        for (int again = 0; again < 2; again++) {
            fill_ring(&r, values);
            for (int i = 0; i < 40; i++)
                x[i] = 1.0;
            CU_ASSERT_EQUAL(lu->type->factor(lu, values), BP_OK);
            CU_ASSERT_EQUAL(lu->type->solve(lu, x), BP_OK);
            for (int lane = 0; lane < 4; lane++)
                CHECK_NEAR(residual(&r, values, x, lane), 0.0, 1e-13);
        }
        for (int k = 0; k < 20; k++) // a lane of zeros
            values[k * 4 + 2] = 0.0;
        CU_ASSERT_EQUAL(lu->type->factor(lu, values), BP_LINEAR_SOLVER);
        bp_text text = {0};
        lu->type->describe(lu, &text);
        CHECK(strstr(bp_text_get(&text), "4 lanes"), "%s", bp_text_get(&text));
        bp_text_clear(&text);
        bp_lu_free(lu);
    }
    bp_lu *none = NULL;
    CU_ASSERT_EQUAL(bp_lu_new_lanes(&r.pattern, BP_LINEAR_AUTO, 99, false, &none),
                    BP_BAD_ARGUMENT);
}

// Solves for right-hand sides of 1, through the room where there is one.
static void solve_ones(bp_lu *lu, const double *values, double *x) {
    CU_ASSERT_EQUAL_FATAL(lu->type->factor(lu, values), BP_OK);
    for (int again = 0; again < 2; again++) { // the first time is a proof
        bp_lu_room room = lu->type->room(lu);
        for (int i = 0; i < 40; i++)
            x[i] = 1.0;
        if (room.narrow) {
            for (int i = 0; i < 40; i++)
                room.narrow[i] = 1.0f;
            lu->type->solve_room(lu);
            for (int i = 0; i < 40; i++)
                x[i] = room.narrow[i];
        } else if (room.wide) {
            memcpy(room.wide, x, 40 * sizeof *x);
            lu->type->solve_room(lu);
            memcpy(x, room.wide, 40 * sizeof *x);
        } else {
            CU_ASSERT_EQUAL(lu->type->solve(lu, x), BP_OK);
        }
    }
}

// Lane 2: a product around the ring leaves 1e-6 of its last pivot, of which single
// precision knows one digit.
static void single_factors_give_way_where_they_do_not_serve(void) {
    ring r;
    double values[80], x[40];
    make_ring(&r);
    fill_ring(&r, values);
    bp_lu *lu = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_lu_new_lanes(&r.pattern, BP_LINEAR_AUTO, 4, true, &lu),
                          BP_OK);
    solve_ones(lu, values, x);
    CU_ASSERT_PTR_NOT_NULL(lu->type->room(lu).narrow);
    for (int lane = 0; lane < 4; lane++)
        CHECK_NEAR(residual(&r, values, x, lane), 0.0, 1e-5);
    for (int k = 0; k < 20; k++)
        values[k * 4 + 2] = -pow(1.0 - 1e-6, 0.1);
    for (int j = 0; j < 10; j++)
        values[r.diagonal[j] * 4 + 2] = 1.0;
    solve_ones(lu, values, x);
    CU_ASSERT_PTR_NULL(lu->type->room(lu).narrow);
    CU_ASSERT(x[2] > 1e6);
    for (int lane = 0; lane < 4; lane++)
        CHECK_NEAR(residual(&r, values, x, lane), 0.0, 1e-8);
    lu->type->reset(lu); // another run begins with single factors
    fill_ring(&r, values);
    solve_ones(lu, values, x);
    CU_ASSERT_PTR_NOT_NULL(lu->type->room(lu).narrow);
    bp_lu_free(lu);
}

// Full matrices of n states take n^3 / 3 multiplications.
static void lanes_pay_up_to_a_bound_of_work(void) {
    const int sizes[] = {100, 400};
    for (int k = 0; k < 2; k++) {
        int n = sizes[k];
        int *start = calloc((size_t)n + 1, sizeof *start);
        int *row = calloc((size_t)n * (size_t)n, sizeof *row);
        int *diagonal = calloc((size_t)n, sizeof *diagonal);
        CU_ASSERT_FATAL(start && row && diagonal);
        for (int j = 0; j <= n; j++)
            start[j] = j * n;
        for (int i = 0; i < n * n; i++)
            row[i] = i % n;
        for (int j = 0; j < n; j++)
            diagonal[j] = j * n + j;
        bool pays = k != 0;
        bp_pattern p = {n, n * n, start, row, diagonal};
        CU_ASSERT_EQUAL(bp_lu_lanes_pay(&p, &pays), BP_OK);
        CU_ASSERT_EQUAL(pays, k == 0);
        free(start);
        free(row);
        free(diagonal);
    }
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(lanes_are_as_exact_as_runs_alone),
        TEST(lanes_follow_closed_forms),
        TEST(doses_at_common_times_may_differ),
        TEST(rates_that_switch_at_a_time_are_integrated_on_both_sides),
        TEST(lanes_may_set_different_things),
        TEST(tolerances_are_those_of_each_lane),
        TEST(what_is_left_of_a_group_may_be_filled_up),
        TEST(settled_states_are_taken_over),
        TEST(a_group_does_not_depend_on_those_before),
        TEST(doses_at_other_times_stop_all_lanes),
        TEST(doses_at_almost_the_same_time_are_kept_apart),
        TEST(rates_may_switch_at_other_times),
        TEST(too_many_stops_are_refused),
        TEST(other_delays_of_events_stop_all_lanes),
        TEST(other_samples_are_refused),
        TEST(models_that_cannot_share_steps_say_why),
        TEST(a_lane_that_fails_fails_the_group),
        TEST(steps_are_limited),
        TEST(a_group_can_be_cancelled),
        TEST(every_failed_allocation_is_survived),
        TEST(factors_solve_every_lane),
        TEST(lanes_pay_up_to_a_bound_of_work),
        TEST(single_factors_give_way_where_they_do_not_serve),
        TEST_END,
    };
    return test_main("solver lanes", tests, argc, argv);
}
