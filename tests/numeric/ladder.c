// The tolerance means what it says: on four stiff textbook problems the error falls
// with rtol, decade for decade, and is that of plain CVODES.
//
// The reference at the sample times is our own run at rtol 1e-13, which is itself
// checked against the published solution at the end time.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/numeric/problems.h"
#include "tests/support/harness.h"

// The error of an oscillator is the sum of many small shifts of phase with either sign,
// a matter of luck within a factor of a few. So each rung of the ladder is the
// geometric mean over tolerances around it.
enum { N_BESIDE = 17, MIDDLE = N_BESIDE / 2 };

static double beside(int k) {
    return pow(10.0, (k - MIDDLE) / 32.0);
}

enum { N_SAMPLES = 40, LOWEST = 4, HIGHEST = 10, N_RTOL = HIGHEST - LOWEST + 1 };

typedef struct rung {
    double ours, plain; // largest relative error over the samples
    long steps, plain_steps;
    int climbed, plain_failed; // runs that needed the retry ladder, or failed
} rung;

// Sample times spread evenly over the logarithm of time for ROBER, over time for
// others.
static void spread_times(const test_problem *p, double *times) {
    for (int i = 0; i < N_SAMPLES; i++) {
        double share = (i + 1.0) / N_SAMPLES;
        times[i] = p->t_end > 1e6 ? pow(10.0, 11.0 * share) : p->t_end * share;
    }
    times[N_SAMPLES - 1] = p->t_end;
}

// Root mean square over samples of the largest error of a state, relative to the state.
static double error_of(const test_problem *p, const double *y,
                       const double *reference) {
    double sum = 0.0;
    int n = p->problem.n;
    for (int row = 0; row < N_SAMPLES; row++) {
        double worst = 0.0;
        for (int i = 0; i < n; i++) {
            double r = reference[row * n + i];
            worst = fmax(worst, fabs(y[row * n + i] - r) / fabs(r));
        }
        sum += worst * worst;
    }
    return sqrt(sum / N_SAMPLES);
}

static bp_settings with_rtol(double rtol) {
    bp_settings settings = bp_settings_default();
    bp_settings_choose(&settings, 1);
    settings.rtol = rtol;
    return settings;
}

static void check_published(const test_problem *p, const double *at_end) {
    for (int i = 0; i < p->problem.n; i++) {
        double scale = fabs(p->published[i]);
        CHECK_NEAR(at_end[i] / scale, p->published[i] / scale, p->digits);
    }
}

static rung measure(const test_problem *p, double rtol, const double *reference) {
    rung r = {0};
    double times[N_SAMPLES], y[N_SAMPLES * 8];
    int plain_runs = 0;
    spread_times(p, times);
    for (int k = 0; k < N_BESIDE; k++) {
        bp_stats stats = {0};
        long plain_steps = 0;
        bp_settings settings = with_rtol(beside(k) * rtol);
        CU_ASSERT_EQUAL(test_integrate(p, &settings, N_SAMPLES, times, y, &stats),
                        BP_OK);
        r.ours += log(error_of(p, y, reference)) / N_BESIDE;
        r.steps += stats.steps / N_BESIDE;
        r.climbed += stats.attempts > 1;
        if (test_integrate_plain(p, settings.rtol, N_SAMPLES, times, y, &plain_steps)) {
            r.plain_failed++;
            continue;
        }
        r.plain += log(error_of(p, y, reference));
        r.plain_steps += plain_steps;
        plain_runs++;
    }
    CU_ASSERT(plain_runs > N_BESIDE / 2);
    r.ours = exp(r.ours);
    r.plain = exp(r.plain / plain_runs);
    r.plain_steps /= plain_runs;
    return r;
}

static void climb(const test_problem *p, rung *rungs) {
    double times[N_SAMPLES], reference[N_SAMPLES * 8];
    spread_times(p, times);
    bp_settings settings = with_rtol(1e-13);
    bp_stats unused = {0};
    CU_ASSERT_EQUAL(test_integrate(p, &settings, N_SAMPLES, times, reference, &unused),
                    BP_OK);
    check_published(p, reference + (N_SAMPLES - 1) * p->problem.n);

    for (int i = 0; i < N_RTOL; i++)
        rungs[i] = measure(p, pow(10.0, -(LOWEST + i)), reference);
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void check_ladder(int which) {
    const test_problem *p = &test_problems[which];
    rung rungs[N_RTOL];
    climb(p, rungs);
    double falls[N_RTOL - 1];
    printf("\n    %-6s  rtol   error    plain   ratio  steps  plain  retried  plain "
           "failed\n",
           p->name);
    for (int i = 0; i < N_RTOL; i++) {
        double ratio = rungs[i].ours / rungs[i].plain;
        printf("            1e-%02d  %.1e  %.1e  %4.2f  %5ld  %5ld  %7d  %12d\n",
               LOWEST + i, rungs[i].ours, rungs[i].plain, ratio, rungs[i].steps,
               rungs[i].plain_steps, rungs[i].climbed, rungs[i].plain_failed);
        CHECK(ratio < 3.0, "%s at 1e-%02d: %.2f times the error of plain CVODES",
              p->name, LOWEST + i, ratio);
        if (i > 0) falls[i - 1] = rungs[i - 1].ours / rungs[i].ours;
    }
    qsort(falls, N_RTOL - 1, sizeof *falls, ascending);
    double median = 0.5 * (falls[(N_RTOL - 1) / 2 - 1] + falls[(N_RTOL - 1) / 2]);
    printf("            the error falls %.1f-fold a decade (median)\n", median);
    CHECK(median >= 5.0, "%s: the error falls only %.2f-fold a decade", p->name,
          median);
}

static void robertson_error_follows_the_tolerance(void) {
    check_ladder(0);
}

static void hires_error_follows_the_tolerance(void) {
    check_ladder(1);
}

static void van_der_pol_error_follows_the_tolerance(void) {
    check_ladder(2);
}

static void oregonator_error_follows_the_tolerance(void) {
    check_ladder(3);
}

static const test_case tests[] = {
    TEST(robertson_error_follows_the_tolerance),
    TEST(hires_error_follows_the_tolerance),
    TEST(van_der_pol_error_follows_the_tolerance),
    TEST(oregonator_error_follows_the_tolerance),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("numeric/ladder", tests, argc, argv);
}
