// Which runs belong together in a figure, and what they are called.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "output/plot_chart.h"

static bool is_pure_number(const char *unit) {
    return !unit || !unit[0] || strcmp(unit, "1") == 0 ||
           strcmp(unit, "dimensionless") == 0;
}

const char *plot_with_unit(bp_arena *arena, const char *text, const char *unit) {
    if (is_pure_number(unit)) return bp_arena_copy(arena, text);
    return bp_arena_format(arena, "%s (%s)", text, unit);
}

// ---- columns and coordinates ----

bp_status plot_find_column(const bp_results *results, const char *name, int *column,
                           const bp_output **output, bp_error *err) {
    const bp_results_head *head = &results->head;
    int n_species = results->species ? head->n_species : 0;
    for (int i = 0; i < head->n_observables + n_species; i++) {
        bool observable = i < head->n_observables;
        const bp_output *candidate = observable
                                         ? &head->observables[i]
                                         : &head->species[i - head->n_observables];
        if (strcmp(candidate->name, name) != 0) continue;
        *column = i;
        *output = candidate;
        return BP_OK;
    }
    const char *near = NULL;
    int best = 4; // edits beyond which a name is no suggestion
    for (int i = 0; i < head->n_observables; i++) {
        int distance = bp_text_distance(name, head->observables[i].name);
        if (distance >= best) continue;
        best = distance;
        near = head->observables[i].name;
    }
    return bp_error_set(
        err, BP_UNKNOWN_NAME, "the results have no observable '%s'%s%s%s", name,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

char *plot_number(double value, char buffer[32]) {
    bool whole = value == floor(value) && fabs(value) >= 1e4 && fabs(value) < 1e7;
    return bp_number_print_short(value, whole ? 7 : 4, buffer);
}

double plot_value(const bp_results *results, int run, int time, int column) {
    const bp_results_head *head = &results->head;
    size_t row = (size_t)run * (size_t)head->n_times + (size_t)time;
    if (column < head->n_observables)
        return results->values[row * (size_t)head->n_observables + (size_t)column];
    size_t species = (size_t)(column - head->n_observables);
    return results->species[row * (size_t)head->n_species + species];
}

bp_status plot_find_coordinate(const bp_results *results, const char *name, int *index,
                               bp_error *err) {
    const bp_results_head *head = &results->head;
    bp_text list = {0};
    for (int i = 0; i < head->n_coordinates; i++) {
        if (strcmp(head->coordinates[i].name, name) == 0) {
            bp_text_clear(&list);
            *index = i;
            return BP_OK;
        }
        bp_text_format(&list, "%s'%s'", i ? ", " : "", head->coordinates[i].name);
    }
    bp_status status = bp_error_set(err, BP_UNKNOWN_NAME,
                                    "the runs do not differ in '%s'; they differ in %s",
                                    name, list.length ? bp_text_get(&list) : "nothing");
    bp_text_clear(&list);
    return status;
}

// ---- groups ----

static bool is_member(const bp_coordinate *coordinate) {
    return strcmp(coordinate->name, PLOT_MEMBER) == 0;
}

bool plot_has_members(const bp_results *results) {
    for (int i = 0; i < results->head.n_coordinates; i++)
        if (is_member(&results->head.coordinates[i])) return true;
    return false;
}

// "lapatinib 10 nM", "rescue"; NULL when out of memory.
static const char *coordinate_text(bp_arena *arena, const bp_coordinate *coordinate,
                                   int run, bool with_name) {
    if (coordinate->labels) return bp_arena_copy(arena, coordinate->labels[run]);
    char number[32];
    plot_number(coordinate->values ? coordinate->values[run] : NAN, number);
    if (!with_name) return bp_arena_copy(arena, number);
    bool unit =
        !is_pure_number(coordinate->unit) && strcmp(coordinate->unit, "fraction") != 0;
    return bp_arena_format(arena, "%s %s%s%s", coordinate->name, number,
                           unit ? " " : "", unit ? coordinate->unit : "");
}

// All coordinates of a run but one, joined.
static const char *run_text(bp_arena *arena, const bp_results_head *head, int run,
                            int except) {
    const char *text = "";
    for (int i = 0; text && head->coordinates && i < head->n_coordinates; i++) {
        if (i == except || is_member(&head->coordinates[i])) continue;
        const char *more = coordinate_text(arena, &head->coordinates[i], run, true);
        if (!more) return NULL;
        text = bp_arena_format(arena, "%s%s%s", text, text[0] ? ", " : "", more);
    }
    if (text && !text[0] && head->n_runs > 1 && except < 0)
        text = bp_arena_format(arena, "run %d", run);
    return text;
}

static int find_label(const plot_groups *groups, const char *label) {
    for (int i = 0; i < groups->n; i++)
        if (strcmp(groups->labels[i], label) == 0) return i;
    return -1;
}

// `compared` NULL: by all coordinates but `except`.
static bp_status group_by_label(const bp_results_head *head,
                                const bp_coordinate *compared, int except,
                                bp_arena *arena, plot_groups *out) {
    for (int run = 0; run < head->n_runs; run++) {
        const char *label = compared ? coordinate_text(arena, compared, run, false)
                                     : run_text(arena, head, run, except);
        if (!label) return BP_NO_MEMORY;
        int group = find_label(out, label);
        if (group < 0) {
            group = out->n++;
            out->labels[group] = label;
        }
        out->of_run[run] = group;
    }
    return BP_OK;
}

// Groups of equal numbers, in ascending order.
static bp_status group_by_value(const bp_results_head *head,
                                const bp_coordinate *coordinate, bp_arena *arena,
                                plot_groups *out) {
    out->values = bp_arena_take(arena, (size_t)head->n_runs * sizeof *out->values);
    if (!out->values) return BP_NO_MEMORY;
    for (int run = 0; run < head->n_runs; run++) {
        double value = coordinate->values[run];
        int place = 0;
        while (place < out->n && out->values[place] < value)
            place++;
        if (place < out->n && out->values[place] == value) continue;
        memmove(out->values + place + 1, out->values + place,
                (size_t)(out->n - place) * sizeof *out->values);
        out->values[place] = value;
        out->n++;
    }
    for (int run = 0; run < head->n_runs; run++)
        for (int i = 0; i < out->n; i++)
            if (out->values[i] == coordinate->values[run]) out->of_run[run] = i;
    for (int i = 0; i < out->n; i++) {
        char number[32];
        plot_number(out->values[i], number);
        out->labels[i] = bp_arena_copy(arena, number);
        if (!out->labels[i]) return BP_NO_MEMORY;
    }
    return BP_OK;
}

// The coordinate that decides alone: the one asked for, or the only one there is.
static bp_status deciding_coordinate(const bp_results *results, const char *compare,
                                     int except, int *index, bp_error *err) {
    int n_left = 0;
    *index = -1;
    if (compare) return plot_find_coordinate(results, compare, index, err);
    for (int i = 0; i < results->head.n_coordinates; i++) {
        if (i == except || is_member(&results->head.coordinates[i])) continue;
        n_left++;
        *index = i;
    }
    if (n_left != 1) *index = -1;
    return BP_OK;
}

bp_status plot_group_runs(const bp_results *results, const char *compare,
                          const char *except, bp_arena *arena, plot_groups *out,
                          bp_error *err) {
    const bp_results_head *head = &results->head;
    int compared = -1, excluded = -1;
    if (except) BP_TRY(plot_find_coordinate(results, except, &excluded, err));
    BP_TRY(deciding_coordinate(results, compare, excluded, &compared, err));

    *out = (plot_groups){.title = ""};
    size_t n = (size_t)head->n_runs;
    out->of_run = bp_arena_take(arena, n * sizeof *out->of_run);
    out->labels = bp_arena_take(arena, n * sizeof *out->labels);
    if (!out->of_run || !out->labels) return bp_error_no_memory(err);
    const bp_coordinate *one = compared >= 0 ? &head->coordinates[compared] : NULL;
    bp_status status = one && one->values
                           ? group_by_value(head, one, arena, out)
                           : group_by_label(head, one, excluded, arena, out);
    if (status == BP_OK && one && one->values)
        out->title = plot_with_unit(arena, one->name, one->unit);
    return status == BP_OK && out->title ? BP_OK : bp_error_no_memory(err);
}

// ---- colours ----

static bool scale_is_log(const plot_groups *groups, double *low, double *high) {
    double positive = INFINITY;
    *low = groups->values[0];
    *high = groups->values[groups->n - 1];
    for (int i = 0; i < groups->n; i++)
        if (groups->values[i] > 0.0) positive = fmin(positive, groups->values[i]);
    if (*low < 0.0 || !(*high / positive > 20.0)) return false;
    *low = positive; // 0 takes the colour of the lowest dose's end
    return true;
}

static double scale_place(const plot_chart *chart, double value) {
    if (chart->scale_log)
        return value <= 0.0 ? 0.0
                            : log(value / chart->scale_low) /
                                  log(chart->scale_high / chart->scale_low);
    return (value - chart->scale_low) / (chart->scale_high - chart->scale_low);
}

bp_status plot_colour_groups(const bp_results *results, const plot_groups *groups,
                             bp_arena *arena, plot_chart *chart) {
    int n = groups->n;
    plot_entry *entries = bp_arena_take(arena, (size_t)n * sizeof *entries);
    if (!entries) return BP_NO_MEMORY;
    bool many = n > PLOT_N_DISTINCT;
    chart->legend_title = groups->title;
    chart->scale = many && groups->values;
    if (chart->scale)
        chart->scale_log = scale_is_log(groups, &chart->scale_low, &chart->scale_high);
    chart->legend = !chart->scale && n > 1;
    for (int i = 0; i < n; i++) {
        double place = n > 1 ? (double)i / (n - 1) : 0.0;
        if (chart->scale) place = scale_place(chart, groups->values[i]);
        entries[i] = (plot_entry){
            .label = groups->labels[i],
            .colour = many ? plot_scale_colour(place) : plot_okabe_ito(i),
            .symbol = i,
        };
    }
    bool band = plot_has_members(results); // a failed member is left out
    for (int run = 0; !band && run < results->head.n_runs; run++)
        if (results->status[run] > 0) entries[groups->of_run[run]].failed = true;
    chart->entries = entries;
    chart->n_entries = n;
    return BP_OK;
}

// ---- words ----

bp_status plot_titles(const bp_results *results, const bp_figure *figure,
                      bp_arena *arena, plot_chart *chart) {
    const char *own = results->head.title ? results->head.title : "";
    bool given = figure->title && figure->title[0];
    chart->title = given ? figure->title : own;
    chart->caption = given && strcmp(figure->title, own) != 0 ? own : "";
    chart->note = "";
    int n_failed = 0, n_absent = 0;
    for (int run = 0; run < results->head.n_runs; run++) {
        n_failed += results->status[run] > 0;
        n_absent += results->status[run] < 0;
    }
    if (n_failed > 0)
        chart->note = bp_arena_format(
            arena, "%d of %d runs failed (%s)", n_failed, results->head.n_runs,
            plot_has_members(results) ? "left out of the band" : "\xc3\x97: where");
    if (chart->note && n_absent > 0)
        chart->note =
            bp_arena_format(arena, "%s%s%d of %d runs are not done yet", chart->note,
                            n_failed ? "; " : "", n_absent, results->head.n_runs);
    return chart->note ? BP_OK : BP_NO_MEMORY;
}

static bool varies(const bp_results_head *head, const bp_coordinate *c) {
    for (int run = 1; run < head->n_runs; run++)
        if (c->labels ? strcmp(c->labels[run], c->labels[0]) != 0
                      : c->values && c->values[run] != c->values[0])
            return true;
    return false;
}

bp_status plot_say_hidden(const bp_results *results, const bp_figure *figure,
                          const char *words, bp_arena *arena, plot_chart *chart,
                          bp_error *err) {
    const bp_results_head *head = &results->head;
    if (!figure->compare) return BP_OK; // grouped by all there is
    const char *names = "";
    for (int i = 0; names && i < head->n_coordinates; i++) {
        const bp_coordinate *c = &head->coordinates[i];
        bool shown = strcmp(c->name, figure->compare) == 0 ||
                     (figure->x && strcmp(c->name, figure->x) == 0);
        if (shown || is_member(c) || !varies(head, c)) continue;
        names = bp_arena_format(arena, "%s%s%s", names, names[0] ? ", " : "", c->name);
    }
    if (names && names[0])
        chart->caption = bp_arena_format(arena, "%s%s%s %s", chart->caption,
                                         chart->caption[0] ? "; " : "", words, names);
    return names && chart->caption ? BP_OK : bp_error_no_memory(err);
}

// ---- bands ----

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double quantile(const double *sorted, int n, double share) {
    double place = share * (n - 1);
    int below = (int)place;
    if (below + 1 >= n) return sorted[n - 1];
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
}

void plot_quantiles(double *values, int n, double *low, double *middle, double *high) {
    qsort(values, (size_t)n, sizeof *values, by_size);
    *low = quantile(values, n, 0.05);
    *middle = quantile(values, n, 0.5);
    *high = quantile(values, n, 0.95);
}

bp_status plot_say_band(const bp_results *results, bp_arena *arena, plot_chart *chart,
                        bp_error *err) {
    const bp_results_head *head = &results->head;
    double most = 0;
    for (int c = 0; c < head->n_coordinates; c++)
        for (int run = 0; is_member(&head->coordinates[c]) && run < head->n_runs; run++)
            most = fmax(most, head->coordinates[c].values[run]);
    chart->caption =
        bp_arena_format(arena, "%s%smedian and 5-95 %% of %.0f parameter sets",
                        chart->caption, chart->caption[0] ? "; " : "", most + 1);
    return chart->caption ? BP_OK : bp_error_no_memory(err);
}

bp_status plot_name_panel(const bp_output *output, bp_arena *arena, plot_panel *panel) {
    const char *words = output->display_name;
    bool own_words = words && words[0] && strcmp(words, output->name) != 0;
    panel->title = output->name;
    panel->unit = is_pure_number(output->unit) ? "" : output->unit;
    // the title names it, so the axis says the unit; words stand where there is none
    panel->label =
        panel->unit[0] || !own_words ? panel->unit : bp_arena_copy(arena, words);
    return panel->label ? BP_OK : BP_NO_MEMORY;
}
