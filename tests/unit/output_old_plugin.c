// A plug-in of another version, which must not be used.
#include "output/plot_plugin.h"

BP_API extern const char *const bp_plugin_version;
BP_API bp_plot_draw_function bp_plugin_draw;

const char *const bp_plugin_version = "0.0.0";

bp_status bp_plugin_draw(const bp_results *results, const bp_figure *figure,
                         const char *path, bp_error *err) {
    (void)results;
    (void)figure;
    (void)path;
    (void)err;
    return BP_OK;
}
