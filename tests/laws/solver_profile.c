// The clock between the parts of a solver: it changes nothing, forgets nothing, counts
// what the statistics count.
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

enum { N_TIMES = 21 };

static const char text[] =
    "model m\n compartment c = 1; species A in c, B in c, AB in c, P in c;\n"
    " A = 7; B = 4; AB = 0; P = 0; k = 0.3;\n"
    " J1: A + B -> AB; k*A*B - 0.6*AB;  J2: AB -> P + B; 0.2*AB;\n"
    " at (P > 2): A = A + 5;  at 1.5 after (time >= 3): B = B + 1;\nend\n";

static double times[N_TIMES];

static const bp_protocol *protocol(void) {
    static const bp_protocol p = {.n_times = N_TIMES, .times = times};
    for (int i = 0; i < N_TIMES; i++)
        times[i] = 0.5 * i;
    return &p;
}

static double wall_seconds; // of the last run

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static bp_status run(const law *l, bp_profile *profile, double *values,
                     bp_stats *stats) {
    bp_solver *solver = NULL;
    bp_status status = bp_solver_new(l->model, &l->settings, &solver, NULL);
    if (status == BP_OK && profile) status = bp_solver_profile(solver, profile);
    double began = now_s();
    if (status == BP_OK)
        status = bp_solver_run(solver, protocol(), l->view, values, stats, NULL);
    wall_seconds = now_s() - began;
    if (status == BP_OK && profile)
        CU_ASSERT_EQUAL(bp_solver_profile(solver, profile), BP_BAD_ARGUMENT);
    bp_solver_free(solver);
    return status;
}

static double sum_of(const bp_profile *p) {
    double sum = 0.0;
    for (int i = 0; i < BP_PROFILE_COUNT; i++) {
        CU_ASSERT_TRUE(p->seconds[i] >= 0.0);
        sum += p->seconds[i];
    }
    return sum;
}

static void compare(const char *model, int method) {
    law l;
    law_open_conditions(&l, model, "P A");
    l.settings.method = method;
    double plain[N_TIMES * 2], timed[N_TIMES * 2];
    bp_stats stats = {0}, timed_stats = {0};
    bp_profile p = {0};
    CU_ASSERT_EQUAL_FATAL(run(&l, NULL, plain, &stats), BP_OK);
    CU_ASSERT_EQUAL_FATAL(run(&l, &p, timed, &timed_stats), BP_OK);
    CU_ASSERT_EQUAL(memcmp(plain, timed, sizeof plain), 0);
    CU_ASSERT_EQUAL(timed_stats.steps, stats.steps);

    CU_ASSERT_TRUE(p.calls[BP_PROFILE_RATES] >= stats.rate_evaluations);
    CU_ASSERT_TRUE(p.calls[BP_PROFILE_JACOBIAN] >= stats.jacobian_evaluations);
    CU_ASSERT_EQUAL(p.calls[BP_PROFILE_FACTOR], stats.factorisations);
    CU_ASSERT_EQUAL(p.calls[BP_PROFILE_SOLVE] > 0, stats.factorisations > 0);
    CU_ASSERT_TRUE(p.calls[BP_PROFILE_STEPS] > 0);
    CU_ASSERT_EQUAL(p.calls[BP_PROFILE_SAMPLES], N_TIMES);
    CU_ASSERT_EQUAL(p.calls[BP_PROFILE_OTHER], 1);
    // all of the run, and no more than the call of it; the clock counts nanoseconds
    double sum = sum_of(&p);
    CHECK(sum >= timed_stats.seconds - 1e-6 && sum <= wall_seconds + 1e-6,
          "%g s of %g s in %g s", sum, timed_stats.seconds, wall_seconds);
    law_close(&l);
}

static void the_clock_changes_nothing_and_accounts_for_all(void) {
    compare(text, BP_METHOD_BDF);
    compare(text, BP_METHOD_ADAMS);
    compare(text, BP_METHOD_DOPRI5);
}

// Conditions are kept by solvers of their own, whose time is in the part they serve.
static void conditions_are_timed(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 7, P = 0; x = 1;\n"
                        " J1: A -> P; 0.3*A*x;  zero_x := x^3 + x - A;\nend\n",
                        "P A");
    double values[N_TIMES * 2];
    bp_stats stats = {0};
    bp_profile p = {0};
    CU_ASSERT_EQUAL_FATAL(run(&l, &p, values, &stats), BP_OK);
    CU_ASSERT_EQUAL(p.calls[BP_PROFILE_FACTOR], stats.factorisations);
    CU_ASSERT_TRUE(p.calls[BP_PROFILE_RATES] > 0);
    CU_ASSERT_TRUE(sum_of(&p) > 0.0);
    law_close(&l);
}

static void profiles_add_up(void) {
    bp_profile sum = {.calls = {1}, .seconds = {0.5}}, more = {0};
    for (int i = 0; i < BP_PROFILE_COUNT; i++) {
        more.calls[i] = 2 + i;
        more.seconds[i] = i;
        CU_ASSERT_TRUE(bp_profile_name((bp_profile_part)i)[0] != '\0');
        CU_ASSERT_TRUE(bp_profile_text((bp_profile_part)i)[0] != '\0');
    }
    bp_profile_add(&sum, &more);
    CU_ASSERT_EQUAL(sum.calls[0], 3);
    CU_ASSERT_EQUAL(sum.seconds[0], 0.5);
    CU_ASSERT_EQUAL(sum.calls[BP_PROFILE_COUNT - 1], 1 + BP_PROFILE_COUNT);
}

static void no_memory_for_the_clock_is_said(void) {
    law l;
    law_open(&l, text, "P A");
    bp_status status = BP_NO_MEMORY;
    int failures = 0;
    for (long nth = 1; status == BP_NO_MEMORY; nth++) {
        bp_solver *solver = NULL;
        bp_profile p = {0};
        CU_ASSERT_EQUAL_FATAL(bp_solver_new(l.model, &l.settings, &solver, NULL),
                              BP_OK);
        bp_alloc_fail(nth, 0);
        status = bp_solver_profile(solver, &p);
        bp_alloc_fail(0, 0);
        failures += status == BP_NO_MEMORY;
        bp_solver_free(solver);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CU_ASSERT_EQUAL(failures, 2);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(the_clock_changes_nothing_and_accounts_for_all),
    TEST(conditions_are_timed),
    TEST(profiles_add_up),
    TEST(no_memory_for_the_clock_is_said),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("solver_profile", tests, argc, argv);
}
