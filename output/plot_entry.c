// The plug-in's entry: results and a figure in, a picture out.
#include <string.h>

#include "output/plot_chart.h"
#include "output/plot_plugin.h"

BP_API extern const char *const bp_plugin_version;
BP_API bp_plot_draw_function bp_plugin_draw;

const char *const bp_plugin_version = BP_VERSION;

static bp_status make_chart(const bp_results *results, const bp_figure *figure,
                            bp_arena *arena, plot_chart *chart, bp_error *err) {
    const char *kind = figure->kind ? figure->kind : "time course";
    bp_results shown;
    if (plot_titles(results, figure, arena, chart) != BP_OK)
        return bp_error_no_memory(err);
    BP_TRY(plot_transform(results, figure, arena, &shown, err));
    if (strcmp(kind, "time course") == 0)
        return plot_time_course(&shown, figure, arena, chart, err);
    if (strcmp(kind, "dose response") == 0)
        return plot_dose_response(&shown, figure, arena, chart, err);
    return bp_error_set(
        err, BP_UNSUPPORTED,
        "there is no figure of the kind '%s'; there are 'time course' and "
        "'dose response'",
        kind);
}

bp_status bp_plugin_draw(const bp_results *results, const bp_figure *figure,
                         const char *path, bp_error *err) {
    bp_arena arena = {0};
    plot_chart chart = {0};
    bp_status status = make_chart(results, figure, &arena, &chart, err);
    if (status == BP_NO_MEMORY) status = bp_error_no_memory(err);
    if (status == BP_OK) status = plot_chart_draw(&chart, path, err);
    bp_arena_clear(&arena);
    return status;
}
