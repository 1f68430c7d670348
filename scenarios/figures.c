// `plot:` becomes the JSON array of figures that output reads.
#include <string.h>

#include "base/text.h"
#include "scenarios/internal.h"

typedef struct drawing {
    bp_scenario *scenario;
    bp_report *report;
    bp_reader reader;
    bp_text json;
    int count[2]; // figures of each kind so far
} drawing;

static bool is_among(bp_named name, const char *const *names, int n) {
    for (int i = 0; i < n; i++)
        if (strcmp(name.name, names[i]) == 0) return true;
    return false;
}

static void check_name(drawing *d, bp_named name, const char *what,
                       const char *const *names, int n) {
    if (!name.name || is_among(name, names, n)) return;
    bp_report_error(d->report, BP_UNKNOWN_NAME, name.where,
                    "%s: there is no '%s' here%s", what, name.name,
                    bp_suggest_all(&d->reader, name.name, names, n));
}

static const char **observable_names(drawing *d) {
    const bp_results_head *head = &d->scenario->head;
    const char **names =
        bp_reader_take(&d->reader, (size_t)head->n_observables + 1, sizeof *names);
    for (int i = 0; names && i < head->n_observables; i++)
        names[i] = head->observables[i].name;
    return names;
}

// `arm`, with the plural people say, and the swept keys.
static const char **coordinate_names(drawing *d, bool numbers_only, int *n) {
    const bp_results_head *head = &d->scenario->head;
    const char **names =
        bp_reader_take(&d->reader, (size_t)head->n_coordinates + 2, sizeof *names);
    *n = 0;
    for (int i = 0; names && i < head->n_coordinates; i++) {
        if (numbers_only && !head->coordinates[i].values) continue;
        names[(*n)++] = head->coordinates[i].name;
        if (strcmp(head->coordinates[i].name, "arm") == 0) names[(*n)++] = "arms";
    }
    return names;
}

// After "fold of ": `start`, or a label of some coordinate: the arm that is the
// control.
static void check_control(drawing *d, bp_named as, const char *control) {
    enum { MOST = 64 };
    const bp_results_head *head = &d->scenario->head;
    const char *names[MOST] = {"start"};
    int n = 1;
    for (int i = 0; i < head->n_coordinates; i++) {
        const char *const *labels = head->coordinates[i].labels;
        for (int run = 0; labels && n < MOST && run < head->n_runs; run++)
            if (!is_among((bp_named){labels[run], as.where}, names, n))
                names[n++] = labels[run];
    }
    check_name(d, (bp_named){control, as.where}, "as", names, n);
}

// `value`, `min-max`, `fold of start`, `log10 fold of untreated`
static void check_as(drawing *d, bp_named as) {
    static const char log_of[] = "log10 ", fold_of[] = "fold of ";
    const char *rest = as.name;
    if (!rest || strcmp(rest, "value") == 0 || strcmp(rest, "min-max") == 0) return;
    if (strncmp(rest, log_of, sizeof log_of - 1) == 0) rest += sizeof log_of - 1;
    if (strncmp(rest, fold_of, sizeof fold_of - 1) == 0)
        check_control(d, as, rest + sizeof fold_of - 1);
    else
        bp_report_error(d->report, BP_BAD_VALUE, as.where,
                        "as is 'value', 'min-max', 'fold of start', 'fold of ARM' or "
                        "'log10 fold of ARM', not '%s'",
                        as.name);
}

static void check_figure(drawing *d, const bp_figure_plan *plot) {
    static const char *const panels[] = {"observables", "runs"};
    const bp_results_head *head = &d->scenario->head;
    int n_any = 0;
    int n_numbers = 0;
    const char **observables = observable_names(d);
    const char **any = coordinate_names(d, false, &n_any);
    const char **numbers = coordinate_names(d, true, &n_numbers);
    if (!observables || !any || !numbers) return;
    for (int i = 0; i < plot->n_of; i++)
        check_name(d, plot->of[i], "of", observables, head->n_observables);
    check_name(d, plot->compare, "compare", any, n_any);
    check_name(d, plot->panels, "panels", panels, 2);
    check_name(d, plot->x, "x", numbers, n_numbers);
    check_as(d, plot->as);
    double at = 0;
    if (plot->at_given &&
        bp_time_in_model(&d->scenario->network, &plot->at, plot->at_where, &at) &&
        at > d->scenario->plan.times[d->scenario->plan.n_times - 1])
        bp_report_error(d->report, BP_BAD_VALUE, plot->at_where,
                        "at is after the end of the run");
}

static void add_text(drawing *d, const char *key, const char *value) {
    if (!value) return;
    bp_text_format(&d->json, ", \"%s\": ", key);
    bp_text_json(&d->json, value);
}

static void print_figure(drawing *d, const bp_figure_plan *plot) {
    bool dose = strcmp(plot->kind, "dose response") == 0;
    const bp_results_head *head = &d->scenario->head;
    bp_text_format(&d->json, "%s\n  {\"name\": \"%s-%d\", \"kind\": \"%s\", \"of\": [",
                   d->count[0] + d->count[1] ? "," : "",
                   dose ? "dose-response" : "time-course", d->count[dose] + 1,
                   plot->kind);
    d->count[dose]++;
    int n = plot->n_of ? plot->n_of : head->n_observables;
    for (int i = 0; i < n; i++) {
        if (i) bp_text_add(&d->json, ", ");
        bp_text_json(&d->json,
                     plot->n_of ? plot->of[i].name : head->observables[i].name);
    }
    bp_text_add(&d->json, "]");
    const char *compare = plot->compare.name;
    if (compare && strcmp(compare, "arms") == 0) compare = "arm";
    add_text(d, "compare", compare);
    add_text(d, "panels", plot->panels.name);
    add_text(d, "x", plot->x.name);
    add_text(d, "title", plot->title.name);
    if (plot->as.name && strcmp(plot->as.name, "value") != 0)
        add_text(d, "as", plot->as.name);
    double at = 0;
    if (plot->at_given &&
        bp_time_in_model(&d->scenario->network, &plot->at, plot->at_where, &at)) {
        bp_text_add(&d->json, ", \"at\": ");
        bp_text_number(&d->json, at * d->scenario->plan.shown_factor);
    }
    if (plot->data.name) bp_measured_print(d->scenario, d->report, plot, &d->json);
    bp_text_add(&d->json, "}");
}

bp_status bp_figures_make(bp_scenario *scenario, bp_report *report) {
    const bp_sheet *sheet = scenario->sheet;
    drawing d = {.scenario = scenario, .report = report};
    d.reader = (bp_reader){&scenario->arena, report, sheet->file};
    if (sheet->n_plots == 0) return BP_OK;
    bp_text_add(&d.json, "[");
    for (int i = 0; i < sheet->n_plots; i++) {
        check_figure(&d, &sheet->plots[i]);
        print_figure(&d, &sheet->plots[i]);
    }
    bp_text_add(&d.json, "\n]\n");
    const char *text =
        d.json.failed ? NULL : bp_arena_copy(&scenario->arena, bp_text_get(&d.json));
    bp_text_clear(&d.json);
    if (!text) return BP_NO_MEMORY;
    scenario->head.figures = text;
    return bp_report_status(report);
}
