// Dose responses: an observable at one time against a swept value.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/plot_chart.h"
#include "output/results.h"

typedef struct dose {
    const bp_results *results;
    const bp_figure *figure;
    bp_arena *arena;
    bp_error *err;
    const bp_coordinate *x;
    int time; // index of the sample
    plot_groups groups;
} dose;

int plot_nearest_time(const bp_results_head *head, double at) {
    if (isnan(at)) return head->n_times - 1;
    int best = 0;
    for (int i = 1; i < head->n_times; i++)
        if (fabs(bp_results_shown_time(head, i) - at) <
            fabs(bp_results_shown_time(head, best) - at))
            best = i;
    return best;
}

static bp_status find_x(dose *d) {
    int index = 0;
    if (!d->figure->x)
        return bp_error_set(d->err, BP_BAD_VALUE,
                            "a dose response needs `x`, the swept key on its axis");
    BP_TRY(plot_find_coordinate(d->results, d->figure->x, &index, d->err));
    d->x = &d->results->head.coordinates[index];
    if (!d->x->values)
        return bp_error_set(d->err, BP_BAD_VALUE,
                            "'%s' has names, not numbers; choose a swept key for `x`",
                            d->x->name);
    return BP_OK;
}

// A logarithmic axis where doses span more than a factor 20; 0 gets a place of its own.
static void set_range(const dose *d, plot_chart *chart) {
    double low = INFINITY, high = -INFINITY, positive = INFINITY;
    for (int run = 0; run < d->results->head.n_runs; run++) {
        double value = d->x->values[run];
        if (!isfinite(value)) continue;
        low = fmin(low, value);
        high = fmax(high, value);
        if (value > 0.0) positive = fmin(positive, value);
    }
    chart->x_log = low >= 0.0 && high / positive > 20.0;
    chart->x_zero = chart->x_log && low == 0.0;
    chart->x_low = chart->x_log ? positive : low;
    chart->x_high = high;
    if (high > low) {
        double margin = chart->x_log ? 0.0 : 0.03 * (high - low);
        chart->x_low -= low == 0.0 ? 0.0 : margin;
        chart->x_high += margin;
        return;
    }
    double room = isfinite(low) && low != 0.0 ? fabs(low) : 1.0; // one dose only
    chart->x_log = chart->x_zero = false;
    chart->x_low = isfinite(low) ? low - 0.5 * room : 0.0;
    chart->x_high = chart->x_low + room;
}

typedef struct point {
    double x, y;
} point;

static int by_x(const void *a, const void *b) {
    const point *p = a, *q = b;
    return (p->x > q->x) - (p->x < q->x);
}

// The points of one group, runs of the same dose averaged; of an ensemble the median
// with its band.
static bp_status make_series(dose *d, int group, int column, plot_series *series) {
    size_t n_runs = (size_t)d->results->head.n_runs;
    point *points = bp_arena_take(d->arena, n_runs * sizeof *points);
    double *x = bp_arena_take(d->arena, n_runs * sizeof *x);
    double *y = bp_arena_take(d->arena, 4 * n_runs * sizeof *y);
    if (!points || !x || !y) return bp_error_no_memory(d->err);
    int n = 0;
    for (int run = 0; run < (int)n_runs; run++) {
        double value = plot_value(d->results, run, d->time, column);
        bool ended = d->results->status[run] == BP_OK;
        if (plot_has_members(d->results) && !ended) continue;
        if (d->groups.of_run[run] != group || !isfinite(value)) continue;
        points[n++] = (point){d->x->values[run], value};
    }
    qsort(points, (size_t)n, sizeof *points, by_x);
    double *low = y + n_runs, *high = low + n_runs, *values = high + n_runs;
    *series = (plot_series){.x = x, .y = y, .entry = group};
    if (plot_has_members(d->results)) {
        series->low = low;
        series->high = high;
    }
    for (int i = 0, end; i < n; i = end) {
        double sum = 0.0, middle = 0.0;
        for (end = i; end < n && points[end].x == points[i].x; end++) {
            sum += points[end].y;
            values[end - i] = points[end].y;
        }
        int k = series->n++;
        plot_quantiles(values, end - i, &low[k], &middle, &high[k]);
        x[k] = points[i].x;
        y[k] = series->low ? middle : sum / (end - i);
    }
    return BP_OK;
}

static bp_status make_panel(dose *d, const char *name, plot_panel *panel) {
    int column = 0;
    const bp_output *output = NULL;
    BP_TRY(plot_find_column(d->results, name, &column, &output, d->err));
    panel->series =
        bp_arena_take(d->arena, (size_t)d->groups.n * sizeof *panel->series);
    if (!panel->series) return bp_error_no_memory(d->err);
    BP_TRY(plot_name_panel(output, d->arena, panel));
    panel->n_series = d->groups.n;
    for (int g = 0; g < d->groups.n; g++)
        BP_TRY(make_series(d, g, column, &panel->series[g]));
    return BP_OK;
}

// The time goes below the title, after what stands there.
static bp_status say_when(const dose *d, plot_chart *chart) {
    char number[32];
    const bp_results_head *head = &d->results->head;
    plot_number(bp_results_shown_time(head, d->time), number);
    chart->caption =
        bp_arena_format(d->arena, "%s%sat %s %s", chart->caption,
                        chart->caption[0] ? ", " : "", number, head->shown_time_unit);
    return chart->caption ? BP_OK : bp_error_no_memory(d->err);
}

bp_status plot_dose_response(const bp_results *results, const bp_figure *figure,
                             bp_arena *arena, plot_chart *chart, bp_error *err) {
    const bp_results_head *head = &results->head;
    dose d = {.results = results, .figure = figure, .arena = arena, .err = err};
    BP_TRY(find_x(&d));
    BP_TRY(plot_group_runs(results, figure->compare, figure->x, arena, &d.groups, err));
    d.time = plot_nearest_time(head, figure->at);
    int n = figure->n_of > 0 ? figure->n_of : head->n_observables;
    if (n == 0)
        return bp_error_set(err, BP_BAD_VALUE,
                            "there are no observables to draw; name some with "
                            "'observe:' or --observe");
    chart->panels = bp_arena_take(arena, (size_t)n * sizeof *chart->panels);
    if (!chart->panels) return bp_error_no_memory(err);
    chart->n_panels = n;
    chart->points = true;
    set_range(&d, chart);
    chart->x_unit = "";
    chart->x_label = plot_with_unit(arena, d.x->name, d.x->unit);
    if (!chart->x_label) return bp_error_no_memory(err);
    for (int i = 0; i < n; i++)
        BP_TRY(make_panel(&d,
                          figure->n_of > 0 ? figure->of[i] : head->observables[i].name,
                          &chart->panels[i]));
    BP_TRY(plot_colour_groups(results, &d.groups, arena, chart));
    BP_TRY(say_when(&d, chart));
    bool band = plot_has_members(results);
    if (band) BP_TRY(plot_say_band(results, arena, chart, err));
    BP_TRY(plot_say_hidden(results, figure, band ? "also over" : "mean over", arena,
                           chart, err));
    return plot_add_measured(figure, &d.groups, false, arena, chart, err);
}
