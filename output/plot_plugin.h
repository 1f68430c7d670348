// What plot.c and the plug-in agree on.
#ifndef BP_OUTPUT_PLOT_PLUGIN_H
#define BP_OUTPUT_PLOT_PLUGIN_H

#include "output/output.h"

#define BP_PLOT_PLUGIN         "bypass-plot.so"
#define BP_PLOT_DRAW_SYMBOL    "bp_plugin_draw"
#define BP_PLOT_VERSION_SYMBOL "bp_plugin_version"

typedef bp_status bp_plot_draw_function(const bp_results *results,
                                        const bp_figure *figure, const char *path,
                                        bp_error *err);

#endif
