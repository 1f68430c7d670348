// Measured points over the curves of a chart.
#include <math.h>
#include <string.h>

#include "output/plot_chart.h"

// The group that a point names; -1: none. Without groups there is one.
static int find_group(const plot_groups *groups, const char *name) {
    const char *end = name;
    double number = bp_number_read(name, &end);
    bool is_number = end != name && !*end;
    if (groups->n == 1 && !name[0]) return 0;
    for (int i = 0; i < groups->n; i++)
        if (groups->values && is_number
                ? fabs(groups->values[i] - number) <= 1e-9 * fabs(number)
                : strcmp(groups->labels[i], name) == 0)
            return i;
    return -1;
}

static int find_panel(const plot_chart *chart, const char *title) {
    for (int i = 0; i < chart->n_panels; i++)
        if (strcmp(chart->panels[i].title, title) == 0) return i;
    return -1;
}

static int find_entry(const plot_chart *chart, const char *label) {
    for (int i = 0; i < chart->n_entries; i++)
        if (strcmp(chart->entries[i].label, label) == 0) return i;
    return -1;
}

typedef struct plot_place {
    int panel, entry;
} plot_place;

// Panels are observables and entries groups, or the other way round.
static bp_status place(const plot_chart *chart, const plot_groups *groups, bool by_runs,
                       const bp_figure_point *point, plot_place *out, bp_error *err) {
    int group = find_group(groups, point->group);
    int column = by_runs ? find_entry(chart, point->of) : find_panel(chart, point->of);
    *out = by_runs ? (plot_place){group, column} : (plot_place){column, group};
    if (group < 0)
        return bp_error_set(err, BP_UNKNOWN_NAME,
                            "the data name '%s', which no run of the figure is called",
                            point->group);
    if (column < 0)
        return bp_error_set(err, BP_UNKNOWN_NAME,
                            "the data name '%s', which the figure does not show",
                            point->of);
    return BP_OK;
}

static bp_status say_data(const bp_figure *figure, bp_arena *arena, plot_chart *chart) {
    const char *name = figure->data ? figure->data : "measured";
    const char *slash = strrchr(name, '/');
    bool bars = false;
    for (int i = 0; i < figure->n_points; i++)
        bars = bars || isfinite(figure->points[i].sd);
    chart->caption = bp_arena_format(
        arena, "%s%spoints: %s%s", chart->caption, chart->caption[0] ? "; " : "",
        slash ? slash + 1 : name, bars ? ", bars: \xc2\xb1 sd" : "");
    return chart->caption ? BP_OK : BP_NO_MEMORY;
}

bp_status plot_add_measured(const bp_figure *figure, const plot_groups *groups,
                            bool by_runs, bp_arena *arena, plot_chart *chart,
                            bp_error *err) {
    size_t n = (size_t)figure->n_points;
    if (n == 0) return BP_OK;
    for (int p = 0; p < chart->n_panels; p++) {
        plot_panel *panel = &chart->panels[p];
        panel->measured = bp_arena_take(arena, n * sizeof *panel->measured);
        if (!panel->measured) return bp_error_no_memory(err);
    }
    for (int i = 0; i < figure->n_points; i++) {
        const bp_figure_point *point = &figure->points[i];
        plot_place at = {0};
        BP_TRY(place(chart, groups, by_runs, point, &at, err));
        plot_panel *panel = &chart->panels[at.panel];
        panel->measured[panel->n_measured++] =
            (plot_measured){point->x, point->value, point->sd, at.entry};
        chart->entries[at.entry].measured = true;
    }
    chart->points = false; // symbols are data then, curves the model
    return say_data(figure, arena, chart) == BP_OK ? BP_OK : bp_error_no_memory(err);
}
