#include "tests/unit/scenario_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

// The name under which the text stands in the bundle.
static const char *scenario_name(void) {
    return test_file("diagnostics/scenarios/of-the-test.yaml");
}

static loaded load(const char *yaml, const char *file, const char *text) {
    loaded l = {0};
    char name[1024];
    l.status = bp_bundle_new(&l.bundle);
    if (l.status == BP_OK && file) {
        snprintf(name, sizeof name, "%s", scenario_name());
        char *slash = strrchr(name, '/');
        snprintf(slash + 1, sizeof name - (size_t)(slash + 1 - name), "%s", file);
        l.status = bp_bundle_add(l.bundle, name, text, strlen(text));
    }
    snprintf(name, sizeof name, "%s", scenario_name());
    if (l.status == BP_OK) l.status = bp_bundle_add(l.bundle, name, yaml, strlen(yaml));
    if (l.status == BP_OK)
        l.status = bp_scenario_load(name, l.bundle, &l.scenario, &l.report);
    return l;
}

static void print_findings(const loaded *l) {
    for (int i = 0; i < l->report.count; i++) {
        const bp_finding *f = &l->report.items[i];
        if (f->severity == BP_ERROR)
            fprintf(stderr, "  %d:%d %s %s\n", f->where.line, f->where.column,
                    bp_status_name(f->status), f->message);
    }
}

loaded try_text(const char *yaml) {
    return load(yaml, NULL, NULL);
}

loaded load_with(const char *yaml, const char *file, const char *text) {
    loaded l = load(yaml, file, text);
    CHECK(l.status == BP_OK, "the scenario does not load: %s",
          bp_status_name(l.status));
    if (l.status != BP_OK) print_findings(&l);
    return l;
}

loaded load_text(const char *yaml) {
    return load_with(yaml, NULL, NULL);
}

void unload(loaded *l) {
    bp_scenario_free(l->scenario);
    bp_bundle_free(l->bundle);
    bp_report_clear(&l->report);
}

double setting_of(const loaded *l, int run, const char *variable) {
    bp_protocol protocol;
    if (!l->scenario) return NAN;
    size_t most = (size_t)bp_scenario_most_settings(l->scenario);
    bp_initial_value *settings = bp_calloc(most + 1, sizeof *settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(settings);
    CU_ASSERT_EQUAL_FATAL(
        bp_scenario_protocol(l->scenario, run, settings, &protocol, NULL), BP_OK);
    double value = NAN;
    int index = bp_model_find(bp_scenario_model(l->scenario), variable);
    for (int i = 0; i < protocol.n_settings; i++)
        if (settings[i].variable == index) value = settings[i].value;
    bp_free(settings);
    return value;
}

const bp_results *run_all(const loaded *l, int threads, bp_sink **sink) {
    bp_batch_options options = {.threads = threads};
    bp_batch_summary summary;
    bp_error err = {0};
    *sink = NULL;
    if (!l->scenario || bp_memory_sink_new(sink) != BP_OK) return NULL;
    bp_status status = bp_batch_run(l->scenario, &options, *sink, &summary, &err);
    CHECK(status == BP_OK, "%s: %s", bp_status_name(status), err.message);
    CHECK(summary.failed == 0, "%s", summary.first_failure);
    return status == BP_OK ? bp_memory_sink_results(*sink) : NULL;
}

int observable_of(const bp_results *results, const char *name) {
    for (int i = 0; results && i < results->head.n_observables; i++)
        if (strcmp(results->head.observables[i].name, name) == 0) return i;
    return -1;
}

double value_of(const bp_results *results, int run, int sample, const char *name) {
    int index = observable_of(results, name);
    CHECK(index >= 0, "there is no observable %s", name);
    if (index < 0) return NAN;
    const bp_results_head *head = &results->head;
    size_t row = (size_t)run * (size_t)head->n_times + (size_t)sample;
    return results->values[row * (size_t)head->n_observables + (size_t)index];
}
