// Time courses: one panel per observable with the runs overlaid, or one per group of
// runs with the observables overlaid.
#include <math.h>
#include <string.h>

#include "output/plot_chart.h"
#include "output/results.h"

enum { MARKS_MAX = 200 };

typedef struct course {
    const bp_results *results;
    const bp_figure *figure;
    bp_arena *arena;
    bp_error *err;
    plot_groups groups;
    int n_columns;
    int *columns;
    const bp_output **outputs;
} course;

static bp_status choose_columns(course *c) {
    const bp_results_head *head = &c->results->head;
    bool all = c->figure->n_of == 0;
    c->n_columns = all ? head->n_observables : c->figure->n_of;
    size_t n = (size_t)c->n_columns;
    c->columns = bp_arena_take(c->arena, n * sizeof *c->columns);
    c->outputs = bp_arena_take(c->arena, n * sizeof(bp_output *));
    if (!c->columns || !c->outputs) return bp_error_no_memory(c->err);
    for (int i = 0; i < c->n_columns; i++) {
        const char *name = all ? head->observables[i].name : c->figure->of[i];
        BP_TRY(
            plot_find_column(c->results, name, &c->columns[i], &c->outputs[i], c->err));
    }
    if (c->n_columns == 0)
        return bp_error_set(c->err, BP_BAD_VALUE,
                            "there are no observables to draw; name some with "
                            "'observe:' or --observe");
    return BP_OK;
}

// The finite part of one run's column.
static bp_status make_series(course *c, int run, int column, int entry,
                             plot_series *series) {
    int n_times = c->results->head.n_times;
    double *x = bp_arena_take(c->arena, (size_t)n_times * sizeof *x);
    double *y = bp_arena_take(c->arena, (size_t)n_times * sizeof *y);
    if (!x || !y) return bp_error_no_memory(c->err);
    *series = (plot_series){.x = x, .y = y, .entry = entry};
    for (int t = 0; t < n_times; t++) {
        double value = plot_value(c->results, run, t, column);
        if (!isfinite(value)) continue;
        x[series->n] = bp_results_shown_time(&c->results->head, t);
        y[series->n++] = value;
    }
    series->failed = c->results->status[run] > 0;
    return BP_OK;
}

// Median and band over the members of a group.
static bp_status make_band(course *c, int group, int column, int entry,
                           plot_series *series) {
    const bp_results_head *head = &c->results->head;
    size_t n_times = (size_t)head->n_times;
    double *x = bp_arena_take(c->arena, 4 * n_times * sizeof *x);
    double *values = bp_arena_take(c->arena, (size_t)head->n_runs * sizeof *values);
    if (!x || !values) return bp_error_no_memory(c->err);
    double *y = x + n_times, *low = y + n_times, *high = low + n_times;
    *series = (plot_series){.x = x, .y = y, .low = low, .high = high, .entry = entry};
    for (int t = 0; t < head->n_times; t++) {
        int n = 0;
        for (int run = 0; run < head->n_runs; run++) {
            double value = plot_value(c->results, run, t, column);
            bool ended = c->results->status[run] == BP_OK; // else it would end midway
            if (ended && c->groups.of_run[run] == group && isfinite(value))
                values[n++] = value;
        }
        if (n == 0) continue;
        int i = series->n++;
        x[i] = bp_results_shown_time(head, t);
        plot_quantiles(values, n, &low[i], &y[i], &high[i]);
    }
    return BP_OK;
}

static bp_status panels_of_bands(course *c, plot_chart *chart) {
    chart->n_panels = c->n_columns;
    for (int p = 0; p < c->n_columns; p++) {
        plot_panel *panel = &chart->panels[p];
        size_t n = (size_t)c->groups.n;
        panel->series = bp_arena_take(c->arena, n * sizeof *panel->series);
        if (!panel->series) return bp_error_no_memory(c->err);
        BP_TRY(plot_name_panel(c->outputs[p], c->arena, panel));
        panel->n_series = c->groups.n;
        for (int g = 0; g < c->groups.n; g++)
            BP_TRY(make_band(c, g, c->columns[p], g, &panel->series[g]));
    }
    return plot_colour_groups(c->results, &c->groups, c->arena, chart);
}

static bp_status panels_of_observables(course *c, plot_chart *chart) {
    int n_runs = c->results->head.n_runs;
    if (plot_has_members(c->results)) return panels_of_bands(c, chart);
    chart->n_panels = c->n_columns;
    for (int p = 0; p < c->n_columns; p++) {
        plot_panel *panel = &chart->panels[p];
        panel->series = bp_arena_take(c->arena, (size_t)n_runs * sizeof *panel->series);
        if (!panel->series) return bp_error_no_memory(c->err);
        BP_TRY(plot_name_panel(c->outputs[p], c->arena, panel));
        panel->n_series = n_runs;
        for (int run = 0; run < n_runs; run++)
            BP_TRY(make_series(c, run, c->columns[p], c->groups.of_run[run],
                               &panel->series[run]));
    }
    return plot_colour_groups(c->results, &c->groups, c->arena, chart);
}

// The unit all columns share, "" when they do not.
static const char *common_unit(const course *c) {
    for (int i = 1; i < c->n_columns; i++)
        if (!bp_text_equal(c->outputs[i]->unit, c->outputs[0]->unit)) return "";
    const char *unit = c->outputs[0]->unit;
    return unit && strcmp(unit, "1") != 0 ? unit : "";
}

static bp_status entries_of_columns(course *c, plot_chart *chart) {
    size_t n = (size_t)c->n_columns;
    plot_entry *entries = bp_arena_take(c->arena, n * sizeof *entries);
    if (!entries) return bp_error_no_memory(c->err);
    for (int i = 0; i < c->n_columns; i++) {
        bool many = c->n_columns > PLOT_N_DISTINCT;
        entries[i] = (plot_entry){
            .label = c->outputs[i]->name,
            .colour = many ? plot_scale_colour((double)i / (c->n_columns - 1))
                           : plot_okabe_ito(i),
            .symbol = i,
        };
    }
    chart->entries = entries;
    chart->n_entries = c->n_columns;
    chart->legend = true;
    chart->legend_title = "";
    return BP_OK;
}

// One curve per column of each run of the group; of an ensemble its band.
static bp_status add_columns(course *c, int group, plot_panel *panel) {
    bool band = plot_has_members(c->results);
    for (int i = 0; band && i < c->n_columns; i++)
        BP_TRY(
            make_band(c, group, c->columns[i], i, &panel->series[panel->n_series++]));
    for (int run = 0; !band && run < c->results->head.n_runs; run++)
        for (int i = 0; c->groups.of_run[run] == group && i < c->n_columns; i++)
            BP_TRY(make_series(c, run, c->columns[i], i,
                               &panel->series[panel->n_series++]));
    return BP_OK;
}

static bp_status panels_of_groups(course *c, plot_chart *chart) {
    const int n_runs = c->results->head.n_runs;
    chart->n_panels = c->groups.n;
    for (int g = 0; g < c->groups.n; g++) {
        plot_panel *panel = &chart->panels[g];
        size_t most = (size_t)n_runs * (size_t)c->n_columns;
        panel->series = bp_arena_take(c->arena, most * sizeof *panel->series);
        if (!panel->series) return bp_error_no_memory(c->err);
        panel->title = c->groups.labels[g];
        if (c->groups.values && c->groups.title[0])
            panel->title = bp_arena_format(c->arena, "%s: %s", c->groups.title,
                                           c->groups.labels[g]);
        if (!panel->title) return bp_error_no_memory(c->err);
        panel->label = panel->unit = common_unit(c);
        BP_TRY(add_columns(c, g, panel));
    }
    return entries_of_columns(c, chart);
}

// ---- marks ----

// The group that an arm is, -1: the figure does not tell arms apart.
static int group_of_arm(const course *c, const char *arm) {
    const bp_results_head *head = &c->results->head;
    const char *compare = c->figure->compare;
    bool by_arm = head->n_coordinates > 0 && head->coordinates[0].labels &&
                  (compare ? strcmp(compare, head->coordinates[0].name) == 0
                           : head->n_coordinates == 1);
    for (int i = 0; by_arm && i < c->groups.n; i++)
        if (strcmp(c->groups.labels[i], arm) == 0) return i;
    return -1;
}

// An arm's mark has its colour, or stands in its panel.
static plot_mark make_mark(const course *c, const plot_chart *chart,
                           const bp_mark *from, bool by_runs) {
    plot_mark mark = {.x = from->time * c->results->head.shown_time_factor,
                      .text = from->text ? from->text : "",
                      .colour = plot_grey,
                      .labelled = true,
                      .panel = -1};
    int group = from->arm ? group_of_arm(c, from->arm) : -1;
    if (group >= 0 && by_runs) mark.panel = group;
    if (group >= 0 && !by_runs) mark.colour = chart->entries[group].colour;
    return mark;
}

// Whether the same was done at this time to another arm: then the mark is no arm's own.
static bool merged(plot_chart *chart, const plot_mark *mark) {
    for (int i = 0; i < chart->n_marks; i++) {
        plot_mark *other = &chart->marks[i];
        if (other->x != mark->x || other->panel != mark->panel ||
            strcmp(other->text, mark->text) != 0)
            continue;
        other->colour = plot_grey;
        return true;
    }
    return false;
}

static bool same_colour(plot_colour a, plot_colour b) {
    return a.red == b.red && a.green == b.green && a.blue == b.blue;
}

// Repeated doses of one arm are named once, with their number.
static bp_status name_repeats(bp_arena *arena, plot_chart *chart) {
    for (int i = 0; i < chart->n_marks; i++) {
        plot_mark *first = &chart->marks[i];
        int n = 1;
        for (int k = i + 1; first->labelled && k < chart->n_marks; k++) {
            plot_mark *later = &chart->marks[k];
            if (!later->labelled || later->panel != first->panel ||
                !same_colour(later->colour, first->colour) ||
                strcmp(later->text, first->text) != 0)
                continue;
            later->labelled = false;
            n++;
        }
        if (n == 1) continue;
        first->text = bp_arena_format(arena, "%s, %d times", first->text, n);
        if (!first->text) return BP_NO_MEMORY;
    }
    return BP_OK;
}

static bp_status add_marks(course *c, plot_chart *chart, bool by_runs) {
    const bp_results_head *head = &c->results->head;
    size_t most = (size_t)(head->n_marks < MARKS_MAX ? head->n_marks : MARKS_MAX);
    chart->marks = bp_arena_take(c->arena, most * sizeof *chart->marks);
    if (!chart->marks) return bp_error_no_memory(c->err);
    for (int i = 0; i < head->n_marks && chart->n_marks < MARKS_MAX; i++) {
        plot_mark mark = make_mark(c, chart, &head->marks[i], by_runs);
        if (mark.x < chart->x_low || mark.x > chart->x_high) continue;
        if (!mark.text[0]) mark.labelled = false;
        if (!merged(chart, &mark)) chart->marks[chart->n_marks++] = mark;
    }
    return name_repeats(c->arena, chart);
}

static void set_range(const bp_results_head *head, plot_chart *chart) {
    chart->x_low = bp_results_shown_time(head, 0);
    chart->x_high = bp_results_shown_time(head, head->n_times - 1);
    if (chart->x_high > chart->x_low) return;
    bool start = chart->x_low == 0.0; // one time only
    double room = start ? 1.0 : 0.5 * fabs(chart->x_low);
    chart->x_low -= start ? 0.0 : room;
    chart->x_high += room;
}

bp_status plot_time_course(const bp_results *results, const bp_figure *figure,
                           bp_arena *arena, plot_chart *chart, bp_error *err) {
    course c = {.results = results, .figure = figure, .arena = arena, .err = err};
    BP_TRY(choose_columns(&c));
    BP_TRY(plot_group_runs(results, figure->compare, NULL, arena, &c.groups, err));
    bool by_runs = figure->panels && strcmp(figure->panels, "runs") == 0;
    int n_panels = by_runs ? c.groups.n : c.n_columns;
    chart->panels = bp_arena_take(arena, (size_t)n_panels * sizeof *chart->panels);
    if (!chart->panels) return bp_error_no_memory(err);

    set_range(&results->head, chart);
    chart->x_unit = results->head.shown_time_unit;
    chart->x_label = plot_with_unit(arena, "time", chart->x_unit);
    if (!chart->x_label) return bp_error_no_memory(err);
    BP_TRY(by_runs ? panels_of_groups(&c, chart) : panels_of_observables(&c, chart));
    chart->shared_y = by_runs; // what is overlaid there is compared across panels
    bool band = plot_has_members(results);
    if (band) BP_TRY(plot_say_band(results, arena, chart, err));
    BP_TRY(plot_say_hidden(results, figure,
                           band ? "also over" : "curves of one colour differ in", arena,
                           chart, err));
    BP_TRY(plot_add_measured(figure, &c.groups, by_runs, arena, chart, err));
    return add_marks(&c, chart, by_runs);
}
