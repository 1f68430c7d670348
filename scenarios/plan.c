// The plan: which points there are, and when they are sampled.
#include <math.h>

#include "scenarios/internal.h"

enum { MAX_RUNS = 10000000, MAX_SAMPLES = 10000000 };

void bp_plan_clear(bp_plan *plan) {
    for (int i = 0; i < plan->n_lists; i++)
        bp_free(plan->lists[i]);
    bp_free(plan->lists);
    bp_free(plan->list);
    bp_free(plan->first);
    bp_spill_free(plan->values);
    bp_free(plan->group);
    bp_free(plan->times);
    *plan = (bp_plan){0};
}

int bp_scenario_variable(const bp_scenario *scenario, int symbol) {
    return bp_model_find(scenario->model,
                         scenario->network.spec->symbols.items[symbol].name);
}

// ---- points ----

int bp_plan_list(const bp_plan *plan, int run) {
    return plan->list ? plan->list[run] : 0;
}

// So many numbers are read at a time.
enum { SETTINGS_READ = 32 };

bp_status bp_plan_settings(const bp_plan *plan, int run, bp_initial_value *out, int *n,
                           bp_error *err) {
    const int *list = plan->lists[bp_plan_list(plan, run)];
    size_t first = plan->first ? plan->first[run] : (size_t)run * (size_t)plan->most;
    double values[SETTINGS_READ];
    *n = 0;
    for (int at = 0; at < list[0]; at += SETTINGS_READ) {
        int left = list[0] - at, count = left < SETTINGS_READ ? left : SETTINGS_READ;
        BP_TRY(bp_spill_read(plan->values, first + (size_t)at, (size_t)count, values,
                             err));
        for (int i = 0; i < count; i++)
            out[at + i] = (bp_initial_value){list[1 + at + i], values[i]};
    }
    *n = list[0];
    return BP_OK;
}

void bp_plan_point(const bp_sheet *sheet, int run, int *arm, int *index) {
    for (int i = sheet->n_axes - 1; i >= 0; i--) {
        index[i] = run % sheet->axes[i].n;
        run /= sheet->axes[i].n;
    }
    *arm = run;
}

static bp_status count_runs(const bp_sheet *sheet, bp_plan *plan, bp_report *report) {
    double n = sheet->n_arms;
    for (int i = 0; i < sheet->n_axes; i++)
        n *= sheet->axes[i].n;
    if (sheet->n_axes > BP_MOST_AXES || n > MAX_RUNS) {
        bp_report_error(
            report, BP_BAD_VALUE, sheet->axes[0].where,
            "the sweep has %.0f points over %d keys; at most %d over %d are possible",
            n, sheet->n_axes, MAX_RUNS, BP_MOST_AXES);
        return BP_BAD_VALUE;
    }
    plan->n_runs = (int)n;
    return BP_OK;
}

// ---- times ----

static bp_status make_times(bp_scenario *scenario, bp_report *report) {
    const bp_run_plan *run = &scenario->sheet->run;
    bp_plan *plan = &scenario->plan;
    double until = 0;
    double every = 0;
    if (!bp_time_in_model(&scenario->network, &run->until, run->until_where, &until) ||
        !bp_time_in_model(&scenario->network, &run->every, run->every_where, &every))
        return bp_report_status(report);

    double n = run->points ? run->points : 101;
    double last = until;
    if (run->every_given) {
        n = floor(until / every * (1 + 1e-12)) + 1; // whole steps from 0
        bool whole = fabs((n - 1) * every - until) <= 1e-9 * until;
        if (!whole) n++; // and `until` itself
    }
    if (!(n >= 2 && n <= MAX_SAMPLES)) {
        bp_report_error(report, BP_BAD_VALUE, run->every_where,
                        "that makes %.0f samples; from 2 to %d are possible", n,
                        MAX_SAMPLES);
        return BP_BAD_VALUE;
    }
    plan->n_times = (int)n;
    plan->times = bp_calloc((size_t)n, sizeof *plan->times);
    if (!plan->times) return BP_NO_MEMORY;
    for (int i = 0; i + 1 < plan->n_times; i++)
        plan->times[i] = run->every_given ? i * every : until * i / (n - 1);
    plan->times[plan->n_times - 1] = last;
    return BP_OK;
}

// Times are shown in the unit in which `until` was given.
static void show_times(bp_scenario *scenario) {
    const bp_quantity *until = &scenario->sheet->run.until;
    bp_plan *plan = &scenario->plan;
    plan->shown_unit = bp_model_time_unit_text(scenario->model);
    plan->shown_factor = 1;
    if (!until->unit.known) return;
    double factor = 1;
    if (bp_unit_factor(bp_spec_time_unit(scenario->network.spec), until->unit, &factor,
                       NULL) != BP_OK)
        return;
    plan->shown_unit = until->text;
    plan->shown_factor = factor;
}

bp_status bp_plan_make(bp_scenario *scenario, bp_report *report) {
    BP_TRY(count_runs(scenario->sheet, &scenario->plan, report));
    BP_TRY(make_times(scenario, report));
    show_times(scenario);
    BP_TRY(bp_plan_set(scenario, report));
    return scenario->sheet->settle ? bp_plan_group(scenario, report) : BP_OK;
}
