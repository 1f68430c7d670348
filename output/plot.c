// Figures are drawn by a plug-in, so that PLplot and the libraries behind it are loaded
// only when a figure is drawn.
#include <dlfcn.h>
#include <string.h>

#include "base/paths.h"
#include "output/output.h"
#include "output/plot_plugin.h"

static bp_status not_loaded(const char *path, bp_error *err) {
    const char *reason = dlerror();
    return bp_error_set(err, BP_UNSUPPORTED,
                        "figures cannot be drawn: %s: %s. Is PLplot installed "
                        "(Debian: libplplot17 plplot-driver-cairo)?",
                        path, reason ? reason : "the plug-in cannot be loaded");
}

// Finds the plug-in's entry and checks that it was built with this library.
static bp_status find_entry(void *plugin, const char *path,
                            bp_plot_draw_function **draw, bp_error *err) {
    const char *const *version = dlsym(plugin, BP_PLOT_VERSION_SYMBOL);
    void *symbol = dlsym(plugin, BP_PLOT_DRAW_SYMBOL);
    if (!version || !symbol) return not_loaded(path, err);
    if (strcmp(*version, BP_VERSION) != 0)
        return bp_error_set(err, BP_UNSUPPORTED,
                            "figures cannot be drawn: %s is of version %s, this is %s; "
                            "install both anew",
                            path, *version, BP_VERSION);
    memcpy(draw, &symbol, sizeof symbol); // ISO C has no cast from data to function
    return BP_OK;
}

static bp_status draw_with(const char *path, const bp_results *results,
                           const bp_figure *figure, const char *to, bp_error *err) {
    // never unloaded: the font libraries behind it do not stand that
    void *plugin = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!plugin) return not_loaded(path, err);
    bp_plot_draw_function *draw = NULL;
    bp_status status = find_entry(plugin, path, &draw, err);
    if (status == BP_OK && draw) status = draw(results, figure, to, err);
    dlclose(plugin);
    return status;
}

bp_status bp_plot(const bp_results *results, const bp_figure *figure, const char *path,
                  bp_error *err) {
    bp_text plugin = {0};
    bool found = bp_plugin_path(BP_PLOT_PLUGIN, &plugin);
    bp_status status = BP_OK;
    if (plugin.failed)
        status = bp_error_no_memory(err);
    else if (!found)
        status =
            bp_error_set(err, BP_UNSUPPORTED,
                         "figures cannot be drawn: the plug-in " BP_PLOT_PLUGIN
                         " is not installed. Install it, or set BYPASS_PLUGIN_DIR to "
                         "the folder where it lies");
    else
        status = draw_with(bp_text_get(&plugin), results, figure, path, err);
    bp_text_clear(&plugin);
    return status;
}
