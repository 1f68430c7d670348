#include "tests/support/bio.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/harness.h"

static void print_findings(const bp_report *report) {
    for (int i = 0; i < report->count; i++)
        fprintf(stderr, "%s:%d:%d: %s\n",
                report->items[i].where.file ? report->items[i].where.file : "",
                report->items[i].where.line, report->items[i].where.column,
                report->items[i].message);
}

static bp_status load(bio *run, const char *yaml, const char *name, const char *text) {
    bp_report report = {0};
    bp_status status = bp_bundle_new(&run->bundle);
    if (status == BP_OK)
        status = bp_bundle_add(run->bundle, "test.yaml", yaml, strlen(yaml));
    if (status == BP_OK && name)
        status = bp_bundle_add(run->bundle, name, text, strlen(text));
    if (status == BP_OK)
        status = bp_scenario_load("test.yaml", run->bundle, &run->scenario, &report);
    if (status != BP_OK) print_findings(&report);
    bp_report_clear(&report);
    return status;
}

bio bio_run(const char *yaml) {
    return bio_run_with(yaml, NULL, NULL);
}

bio bio_run_with(const char *yaml, const char *name, const char *text) {
    bio run = {0};
    bp_error err = {0};
    bp_batch_summary summary = {0};
    bp_batch_options options = {.threads = 1};
    bp_status status = load(&run, yaml, name, text);
    if (status == BP_OK) status = bp_memory_sink_new(&run.sink);
    if (status == BP_OK)
        status = bp_batch_run(run.scenario, &options, run.sink, &summary, &err);
    CHECK(status == BP_OK && summary.failed == 0, "scenario did not run: %s %s %s",
          bp_status_text(status), err.message, summary.first_failure);
    if (status == BP_OK) run.results = bp_memory_sink_results(run.sink);
    return run;
}

void bio_stop(bio *run) {
    if (run->sink) run->sink->free(run->sink);
    bp_scenario_free(run->scenario);
    bp_bundle_free(run->bundle);
    memset(run, 0, sizeof *run);
}

bio bio_stimulate(const char *cell) {
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "model: her2\ncell: %s\nbefore: steady state\n"
             "arms:\n"
             "  control: {}\n"
             "  EGF: {EGF: 10 nM}\n"
             "  NRG1: {NRG1: 10 nM}\n"
             "  EGF 100 ng/mL: {EGF: 100 ng/mL}\n"
             "  NRG1 100 ng/mL: {NRG1: 100 ng/mL}\n"
             "  IGF1 100 ng/mL: {IGF1: 100 ng/mL}\n"
             "run: {until: 240 min, every: 5 min, rtol: 1e-8, atol: 1e-10}\n"
             "observe: [pAKT, pERK, pEGFR, pHER2, pHER3]\n",
             cell);
    return bio_run(yaml);
}

static int find_run(const bp_results_head *head, const char *arm) {
    if (!arm[0]) return 0;
    for (int c = 0; c < head->n_coordinates; c++)
        for (int i = 0; head->coordinates[c].labels && i < head->n_runs; i++)
            if (!strcmp(head->coordinates[c].labels[i], arm)) return i;
    return -1;
}

static int find_observable(const bp_results_head *head, const char *name) {
    for (int j = 0; j < head->n_observables; j++)
        if (!strcmp(head->observables[j].name, name)) return j;
    return -1;
}

// Values of one observable over time; NULL, and a failed check, when there are none.
static const double *series(const bio *run, const char *arm, const char *observable,
                            int *stride) {
    if (!run->results) return NULL;
    const bp_results_head *head = &run->results->head;
    int i = find_run(head, arm), j = find_observable(head, observable);
    CHECK(i >= 0 && j >= 0, "no arm '%s' or observable '%s'", arm, observable);
    if (i < 0 || j < 0) return NULL;
    *stride = head->n_observables;
    return run->results->values + (size_t)i * head->n_times * head->n_observables + j;
}

double bio_at(const bio *run, const char *arm, const char *observable, double time) {
    int stride;
    const double *y = series(run, arm, observable, &stride);
    if (!y) return NAN;
    const bp_results_head *head = &run->results->head;
    for (int k = 0; k < head->n_times; k++) {
        double t = head->times[k] * head->shown_time_factor;
        if (fabs(t - time) <= 1e-9 * (fabs(time) + 1)) return y[(size_t)k * stride];
        if (t < time || k == 0) continue;
        double before = head->times[k - 1] * head->shown_time_factor;
        double share = (time - before) / (t - before);
        return (1 - share) * y[(size_t)(k - 1) * stride] +
               share * y[(size_t)k * stride];
    }
    CHECK(false, "time %g is not in the results", time);
    return NAN;
}

double bio_max(const bio *run, const char *arm, const char *observable, double from,
               double to) {
    int stride;
    const double *y = series(run, arm, observable, &stride);
    double most = -INFINITY;
    if (!y) return NAN;
    const bp_results_head *head = &run->results->head;
    for (int k = 0; k < head->n_times; k++) {
        double t = head->times[k] * head->shown_time_factor;
        if (t >= from && t <= to && y[(size_t)k * stride] > most)
            most = y[(size_t)k * stride];
    }
    return most;
}

void bio_expect(const char *statement, double value, double low, double high,
                const char *source) {
    bool holds = value >= low && value <= high;
    printf("  %s  %-62s %9.3g  [%g, %g]\n", holds ? "pass" : "FAIL", statement, value,
           low, high);
    CHECK(holds, "%s: simulated %.4g, expected [%g, %g]: %s", statement, value, low,
          high, source);
}
