// Curves relative to something: folds of their own start or of a control, or scaled to
// their range, so that they share an axis with data that are relative, too.
#include <math.h>
#include <string.h>

#include "output/plot_chart.h"

typedef enum relation { FOLD_OF_START, FOLD_OF_CONTROL, MIN_MAX } relation;

typedef struct transform {
    const bp_results *from;
    relation relation;
    bool log10;
    const char *control;
    const int *control_run; // (n_runs), -1: has none
    int n_members;
    const int *member; // (n_runs)
    int first, last;   // samples that the figure shows
} transform;

static bp_status read_as(const char *as, transform *t, bp_error *err) {
    static const char log_of[] = "log10 ", fold_of[] = "fold of ";
    const char *rest = as;
    if (strcmp(rest, "min-max") == 0) {
        t->relation = MIN_MAX;
        return BP_OK;
    }
    t->log10 = strncmp(rest, log_of, sizeof log_of - 1) == 0;
    if (t->log10) rest += sizeof log_of - 1;
    if (strncmp(rest, fold_of, sizeof fold_of - 1) != 0)
        return bp_error_set(err, BP_BAD_VALUE,
                            "'as' of a figure is 'value', 'min-max', 'fold of start', "
                            "'fold of ARM' or 'log10 fold of ARM', not '%s'",
                            as);
    t->control = rest + sizeof fold_of - 1;
    t->relation = strcmp(t->control, "start") == 0 ? FOLD_OF_START : FOLD_OF_CONTROL;
    return BP_OK;
}

// ---- who is whose control ----

// The coordinate one of whose labels is the control's.
static int control_coordinate(const bp_results_head *head, const char *control) {
    for (int c = 0; c < head->n_coordinates; c++)
        for (int run = 0; head->coordinates[c].labels && run < head->n_runs; run++)
            if (strcmp(head->coordinates[c].labels[run], control) == 0) return c;
    return -1;
}

static bool alike(const bp_results_head *head, int a, int b, int except) {
    for (int i = 0; i < head->n_coordinates; i++) {
        const bp_coordinate *c = &head->coordinates[i];
        if (i == except) continue;
        if (c->labels ? strcmp(c->labels[a], c->labels[b]) != 0
                      : c->values && c->values[a] != c->values[b])
            return false;
    }
    return true;
}

static bp_status find_controls(transform *t, bp_arena *arena, bp_error *err) {
    const bp_results_head *head = &t->from->head;
    int *control = bp_arena_take(arena, (size_t)head->n_runs * sizeof *control);
    if (!control) return bp_error_no_memory(err);
    int c = control_coordinate(head, t->control);
    if (c < 0)
        return bp_error_set(err, BP_UNKNOWN_NAME, "no run is called '%s'", t->control);
    for (int run = 0; run < head->n_runs; run++) {
        control[run] = -1;
        for (int other = 0; control[run] < 0 && other < head->n_runs; other++)
            if (strcmp(head->coordinates[c].labels[other], t->control) == 0 &&
                alike(head, run, other, c))
                control[run] = other;
    }
    t->control_run = control;
    return BP_OK;
}

// Members are scaled each to its own range.
static bp_status find_members(transform *t, bp_arena *arena, bp_error *err) {
    const bp_results_head *head = &t->from->head;
    int *member = bp_arena_take(arena, (size_t)head->n_runs * sizeof *member);
    if (!member) return bp_error_no_memory(err);
    t->n_members = 1;
    for (int c = 0; c < head->n_coordinates; c++) {
        if (strcmp(head->coordinates[c].name, PLOT_MEMBER) != 0) continue;
        for (int run = 0; run < head->n_runs; run++) {
            member[run] = (int)head->coordinates[c].values[run];
            if (member[run] >= t->n_members) t->n_members = member[run] + 1;
        }
    }
    t->member = member;
    return BP_OK;
}

// ---- values ----

static double fold(const transform *t, int run, int time, int column) {
    double value = plot_value(t->from, run, time, column);
    double base = NAN;
    if (!t->control_run)
        base = plot_value(t->from, run, 0, column);
    else if (t->control_run[run] >= 0)
        base = plot_value(t->from, t->control_run[run], time, column);
    value /= base;
    return t->log10 ? log10(value) : value;
}

// Lowest and highest value of each member over what the figure shows (n_members).
static void find_ranges(const transform *t, int column, double *low, double *high) {
    for (int m = 0; m < t->n_members; m++) {
        low[m] = INFINITY;
        high[m] = -INFINITY;
    }
    for (int run = 0; run < t->from->head.n_runs; run++) {
        for (int time = t->first; time <= t->last; time++) {
            double value = plot_value(t->from, run, time, column);
            int m = t->member[run];
            if (!isfinite(value)) continue;
            low[m] = fmin(low[m], value);
            high[m] = fmax(high[m], value);
        }
    }
}

// One column (n_runs x n_times), every `stride` values; low, high: NULL, or of each
// member.
static void fill_column(const transform *t, int column, const double *low,
                        const double *high, int stride, double *values) {
    const bp_results_head *head = &t->from->head;
    for (int run = 0; run < head->n_runs; run++) {
        int m = t->member[run];
        for (int time = 0; time < head->n_times; time++, values += stride)
            *values = low ? (plot_value(t->from, run, time, column) - low[m]) /
                                (high[m] - low[m])
                          : fold(t, run, time, column);
    }
}

static bp_status fill(const transform *t, const int *columns, int n, bp_arena *arena,
                      double *values) {
    double *low = NULL, *high = NULL;
    if (t->relation == MIN_MAX) {
        low = bp_arena_take(arena, 2 * (size_t)t->n_members * sizeof *low);
        if (!low) return BP_NO_MEMORY;
        high = low + t->n_members;
    }
    for (int i = 0; i < n; i++) {
        if (low) find_ranges(t, columns[i], low, high);
        fill_column(t, columns[i], low, high, n, values + i);
    }
    return BP_OK;
}

// ---- the whole ----

static const char *unit_text(const transform *t, bp_arena *arena) {
    if (t->relation == MIN_MAX) return "scaled: 0 lowest, 1 highest";
    return bp_arena_format(arena, "%sfold of %s", t->log10 ? "log10 " : "", t->control);
}

// The columns that the figure draws, described anew.
static bp_status choose(const transform *t, const bp_figure *figure, bp_arena *arena,
                        int *columns, bp_output *outputs, bp_error *err) {
    const bp_results_head *head = &t->from->head;
    int n = figure->n_of ? figure->n_of : head->n_observables;
    const char *unit = unit_text(t, arena);
    if (!unit) return bp_error_no_memory(err);
    for (int i = 0; i < n; i++) {
        const char *name = figure->n_of ? figure->of[i] : head->observables[i].name;
        const bp_output *output = NULL;
        BP_TRY(plot_find_column(t->from, name, &columns[i], &output, err));
        outputs[i] = *output;
        outputs[i].unit = unit;
    }
    return BP_OK;
}

bp_status plot_transform(const bp_results *results, const bp_figure *figure,
                         bp_arena *arena, bp_results *out, bp_error *err) {
    const bp_results_head *head = &results->head;
    transform t = {.from = results, .last = head->n_times - 1};
    *out = *results;
    if (!figure->as || strcmp(figure->as, "value") == 0) return BP_OK;
    BP_TRY(read_as(figure->as, &t, err));
    if (figure->kind && strcmp(figure->kind, "dose response") == 0)
        t.first = t.last = plot_nearest_time(head, figure->at);
    BP_TRY(find_members(&t, arena, err));
    if (t.relation == FOLD_OF_CONTROL) BP_TRY(find_controls(&t, arena, err));

    size_t n = (size_t)(figure->n_of ? figure->n_of : head->n_observables);
    size_t n_rows = (size_t)head->n_runs * (size_t)head->n_times;
    int *columns = bp_arena_take(arena, n * sizeof *columns);
    bp_output *outputs = bp_arena_take(arena, n * sizeof *outputs);
    double *values = bp_arena_take(arena, n_rows * n * sizeof *values);
    if (!columns || !outputs || !values) return bp_error_no_memory(err);
    BP_TRY(choose(&t, figure, arena, columns, outputs, err));
    out->head.observables = outputs;
    out->head.n_observables = (int)n;
    out->head.n_species = 0;
    out->species = NULL;
    out->values = values;
    return fill(&t, columns, (int)n, arena, values);
}
