// What the policy of CVODES' steps costs and yields: every policy on every scenario at
// every tolerance (bench/policy.py makes the scenarios and judges the table).
//
//     policy_bench POLICIES RTOLS SCENARIO...
//
// POLICIES is a file of lines "NAME SETTING=VALUE,...", RTOLS "1e-4,1e-6". The absolute
// tolerance is what the scenario says for 1e-6, scaled with rtol. Tab-separated values
// go to the standard output: counts of the first run of the scenario, processor time
// of the fastest of several runs, what one operation costs, and the error of all
// states at all samples against a run at 1e-12, in units of rtol |y| + atol.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "scenarios/scenario.h"
#include "solver/linear.h"

enum { ROUNDS = 5, MAX_POLICIES = 100, MAX_RTOLS = 16 };
static const double reference_rtol = 1e-12, scenario_rtol = 1e-6;

typedef struct policy {
    char name[64];
    bp_settings settings;
} policy;

typedef struct costs { // [us] of one operation
    double rates, jacobian, factor, solve;
} costs;

typedef struct bench {
    bp_bundle *bundle;
    bp_scenario *scenario;
    const bp_model *model;
    bp_protocol protocol;
    bp_initial_value *settings;   // of the protocol
    bp_view *view;                // of all states
    double *reference, *values;   // (n_times x n_states)
    double *settled, *deviations; // (n_states); (n_times x n_states)
    size_t n_values;
    double atol; // at scenario_rtol
    costs costs;
} bench;

static double cpu_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

// ---- policies ----

static bool read_policy(char *line, policy *out) {
    bp_error err = {0};
    char *rest = strchr(line, ' ');
    if (rest) *rest++ = 0;
    snprintf(out->name, sizeof out->name, "%.63s", line);
    out->settings = bp_settings_default();
    out->settings.retry = false;
    out->settings.max_steps = 5000000;
    for (char *item = rest ? strtok(rest, ",") : NULL; item; item = strtok(NULL, ",")) {
        char *value = strchr(item, '=');
        if (value) *value++ = 0;
        const bp_field *field = bp_field_find(bp_settings_fields, item);
        if (!field || !value) return false;
        if (bp_field_read(field, &out->settings, value, BP_NOWHERE, &err)) return false;
    }
    return true;
}

static int read_policies(const char *path, policy *out) {
    FILE *file = fopen(path, "r");
    char line[512];
    int n = 0;
    while (file && n < MAX_POLICIES && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] && !read_policy(line, &out[n++])) {
            fprintf(stderr, "%s: no policy: %s\n", path, line);
            n = 0;
            break;
        }
    }
    if (file) fclose(file);
    return n;
}

// ---- a scenario ----

static void bench_clear(bench *b) {
    bp_view_free(b->view);
    bp_scenario_free(b->scenario);
    bp_bundle_free(b->bundle);
    bp_free(b->reference);
    bp_free(b->values);
    bp_free(b->settled);
    bp_free(b->deviations);
}

static bp_status run_once(const bench *b, bp_solver *solver, double *values,
                          bp_stats *stats) {
    bp_failure failure = {0};
    *stats = (bp_stats){0};
    bp_status status =
        bp_solver_run(solver, &b->protocol, b->view, values, stats, &failure);
    if (status != BP_OK) fprintf(stderr, "  %s\n", failure.text);
    return status;
}

static bp_settings with_tolerance(const bench *b, const policy *p, double rtol) {
    bp_settings settings = p->settings;
    settings.rtol = rtol;
    settings.atol = b->atol * rtol / scenario_rtol;
    return settings;
}

static bp_status make_reference(bench *b) {
    policy exact = {.settings = bp_settings_default()};
    exact.settings.max_steps = 50000000;
    bp_settings settings = with_tolerance(b, &exact, reference_rtol);
    settings.steady_tolerance = scenario_rtol * 1e-4;
    bp_solver *solver = NULL;
    bp_stats stats;
    bp_status status = bp_solver_new(b->model, &settings, &solver, NULL);
    if (status == BP_OK && b->protocol.settle) {
        status = bp_solver_settle(solver, &b->protocol, b->settled, &stats, NULL);
        b->protocol.settled = b->settled;
    }
    if (status == BP_OK) status = run_once(b, solver, b->reference, &stats);
    bp_solver_free(solver);
    return status;
}

static bp_status make_view(bench *b) {
    int n = bp_model_n_states(b->model);
    int *variables = bp_calloc((size_t)n + 1, sizeof *variables);
    if (!variables) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++)
        variables[i] = bp_model_state_variable(b->model, i);
    bp_status status = bp_view_new(b->model, variables, n, &b->view);
    bp_free(variables);
    b->n_values = (size_t)b->protocol.n_times * (size_t)n;
    b->reference = bp_calloc(b->n_values + 1, sizeof(double));
    b->values = bp_calloc(b->n_values + 1, sizeof(double));
    b->deviations = bp_calloc(b->n_values + 1, sizeof(double));
    b->settled = bp_calloc((size_t)n + 1, sizeof(double));
    return b->reference && b->values && b->deviations && b->settled ? status
                                                                    : BP_NO_MEMORY;
}

// ---- what one operation costs: the fastest of several rounds, at the start ----

static double per_call(double start, int calls) {
    return (cpu_us() - start) / calls;
}

static void measure_round(const bench *b, bp_work *work, bp_lu *lu, double *y,
                          double *values) {
    enum { CALLS = 50 };
    costs *c = (costs *)&b->costs;
    const bp_pattern *p = bp_model_pattern(b->model);
    double *f = b->values, start = cpu_us();
    for (int i = 0; i < CALLS; i++)
        bp_model_rates(b->model, work, 0, y, f);
    c->rates = fmin(c->rates, per_call(start, CALLS));
    start = cpu_us();
    for (int i = 0; i < CALLS; i++)
        bp_model_jacobian(b->model, work, 0, y, values);
    c->jacobian = fmin(c->jacobian, per_call(start, CALLS));
    double largest = 0;
    for (int k = 0; k < p->nnz; k++)
        largest = fmax(largest, fabs(values[k]));
    double gamma = largest > 0 ? 1 / largest : 1;
    start = cpu_us();
    for (int i = 0; i < CALLS; i++) { // as CVODES forms and factors it
        bp_model_jacobian(b->model, work, 0, y, values);
        for (int k = 0; k < p->nnz; k++)
            values[k] *= -gamma;
        for (int j = 0; j < p->n; j++)
            values[p->diagonal[j]] += 1;
        if (lu->type->factor(lu, values)) return;
    }
    c->factor = fmin(c->factor, per_call(start, CALLS) - c->jacobian);
    for (int j = 0; j < p->n; j++)
        f[j] = 1;
    lu->type->solve(lu, f); // the first one proves the pivots
    start = cpu_us();
    for (int i = 0; i < CALLS; i++)
        lu->type->solve(lu, f);
    c->solve = fmin(c->solve, per_call(start, CALLS));
}

static bp_status measure_costs(bench *b) {
    b->costs = (costs){INFINITY, INFINITY, INFINITY, INFINITY};
    bp_work *work = NULL;
    bp_lu *lu = NULL;
    const bp_pattern *p = bp_model_pattern(b->model);
    bp_initial given = {b->protocol.settings, b->protocol.n_settings};
    double *y = bp_calloc((size_t)p->n + 1, sizeof *y);
    double *values = bp_calloc((size_t)p->nnz + 1, sizeof *values);
    bp_status status = y && values ? bp_work_new(b->model, 1, &work) : BP_NO_MEMORY;
    if (status == BP_OK) status = bp_lu_new(p, BP_LINEAR_AUTO, &lu);
    if (status == BP_OK) status = bp_model_start(b->model, work, 0, &given, y, NULL);
    for (int round = 0; status == BP_OK && round < ROUNDS; round++)
        measure_round(b, work, lu, y, values);
    bp_lu_free(lu);
    bp_work_free(work);
    bp_free(y);
    bp_free(values);
    return status;
}

static bp_status bench_load(const char *path, bench *b) {
    bp_report report = {0};
    bp_status status = bp_bundle_new(&b->bundle);
    if (status == BP_OK)
        status = bp_scenario_load(path, b->bundle, &b->scenario, &report);
    if (status != BP_OK && report.count > 0)
        fprintf(stderr, "%s: %s\n", path, report.items[0].message);
    bp_report_clear(&report);
    if (status != BP_OK) return status;
    b->model = bp_scenario_model(b->scenario);
    b->atol = bp_scenario_settings(b->scenario)->atol;
    size_t most = (size_t)bp_scenario_most_settings(b->scenario);
    b->settings = bp_calloc(most + 1, sizeof *b->settings);
    if (!b->settings) return BP_NO_MEMORY;
    BP_TRY(bp_scenario_protocol(b->scenario, 0, b->settings, &b->protocol, NULL));
    BP_TRY(make_view(b));
    BP_TRY(make_reference(b));
    return measure_costs(b);
}

// ---- one policy ----

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct accuracy {
    double median, rms, most;
} accuracy;

static accuracy errors(const bench *b, const bp_settings *settings) {
    double squares = 0;
    for (size_t i = 0; i < b->n_values; i++) {
        double unit = settings->rtol * fabs(b->reference[i]) + settings->atol;
        b->deviations[i] = fabs(b->values[i] - b->reference[i]) / unit;
        squares += b->deviations[i] * b->deviations[i];
    }
    qsort(b->deviations, b->n_values, sizeof(double), by_value);
    return (accuracy){b->deviations[b->n_values / 2],
                      sqrt(squares / (double)b->n_values),
                      b->deviations[b->n_values - 1]};
}

static void run_policy(const bench *b, const char *name, const policy *p, double rtol) {
    bp_settings settings = with_tolerance(b, p, rtol);
    bp_solver *solver = NULL;
    bp_stats stats = {0};
    double best = INFINITY, spent = 0;
    bp_status status = bp_solver_new(b->model, &settings, &solver, NULL);
    for (int i = 0; status == BP_OK && i < ROUNDS && spent < 3e5; i++) {
        double start = cpu_us();
        status = run_once(b, solver, b->values, &stats);
        best = fmin(best, cpu_us() - start);
        spent += cpu_us() - start;
    }
    bp_solver_free(solver);
    accuracy a = {NAN, NAN, NAN};
    if (status == BP_OK) a = errors(b, &settings);
    printf("%s\t%g\t%s\t%d\t%ld\t%ld\t%ld\t%ld\t%ld\t%ld\t%.1f\t%.3f\t%.3f\t%.3f\t%.3f"
           "\t%.4g\t%.4g\t%.4g\n",
           name, rtol, p->name, status == BP_OK, stats.steps, stats.rate_evaluations,
           stats.jacobian_evaluations, stats.factorisations, stats.error_test_failures,
           stats.convergence_failures, best, b->costs.rates, b->costs.jacobian,
           b->costs.factor, b->costs.solve, a.median, a.rms, a.most);
    fflush(stdout);
}

static bool run_scenario(const char *path, const policy *policies, int n,
                         const double *rtols, int n_rtols) {
    bench b = {0};
    const char *slash = strrchr(path, '/');
    bp_status status = bench_load(path, &b);
    if (status != BP_OK) fprintf(stderr, "%s: %s\n", path, bp_status_text(status));
    for (int r = 0; status == BP_OK && r < n_rtols; r++)
        for (int i = 0; i < n; i++)
            run_policy(&b, slash ? slash + 1 : path, &policies[i], rtols[r]);
    bench_clear(&b);
    return status == BP_OK;
}

int main(int argc, char **argv) {
    static policy policies[MAX_POLICIES];
    double rtols[MAX_RTOLS];
    int n = argc > 3 ? read_policies(argv[1], policies) : 0, n_rtols = 0;
    char *next = argc > 3 ? argv[2] : NULL;
    while (next && *next && n_rtols < MAX_RTOLS) {
        rtols[n_rtols++] = strtod(next, &next);
        next += *next == ',';
    }
    if (n == 0) {
        fprintf(stderr, "usage: policy_bench POLICIES RTOLS SCENARIO...\n");
        return 2;
    }
    puts("model\trtol\tpolicy\tok\tsteps\trates\tjacobians\tfactors\terror_fails\t"
         "convergence_fails\tus\trate_us\tjacobian_us\tfactor_us\tsolve_us\tmedian\trms"
         "\tmax");
    bool fine = true;
    for (int i = 3; i < argc; i++)
        fine = run_scenario(argv[i], policies, n, rtols, n_rtols) && fine;
    return fine ? 0 : 1;
}
