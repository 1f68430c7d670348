// Results are written and read by a plug-in, so that HDF5 and the libraries behind it
// are loaded only where there are results.
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "base/paths.h"
#include "output/hdf5_plugin.h"

static const bp_hdf5_plugin *open_file(const char *file, bp_error *err) {
    // Never unloaded: what was opened there outlives the call. Lazily bound, as when it
    // is linked: most functions of the libraries behind it are never called.
    void *library = dlopen(file, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
    const bp_hdf5_plugin *plugin = library ? dlsym(library, BP_HDF5_SYMBOL) : NULL;
    const char *reason = plugin ? NULL : dlerror();
    if (!plugin)
        bp_error_set(err, BP_UNSUPPORTED,
                     "results can be neither written nor read: %s: %s. Is HDF5 "
                     "installed (Debian: libhdf5-103-1)?",
                     file, reason ? reason : "the plug-in cannot be loaded");
    else if (strcmp(plugin->version, BP_VERSION) != 0)
        bp_error_set(err, BP_UNSUPPORTED,
                     "results can be neither written nor read: %s is of version %s, "
                     "this is %s; install both anew",
                     file, plugin->version, BP_VERSION);
    bool fits = plugin && strcmp(plugin->version, BP_VERSION) == 0;
    if (library) dlclose(library);
    return fits ? plugin : NULL;
}

// NULL after saying why not.
static const bp_hdf5_plugin *open_plugin(bp_error *err) {
    bp_text file = {0};
    const bp_hdf5_plugin *plugin = NULL;
    bool found = bp_plugin_path(BP_HDF5_PLUGIN, &file);
    if (file.failed)
        bp_error_no_memory(err);
    else if (!found)
        bp_error_set(
            err, BP_UNSUPPORTED,
            "results can be neither written nor read: the plug-in " BP_HDF5_PLUGIN
            " is not installed. Install it, or set BYPASS_PLUGIN_DIR to the "
            "folder where it lies");
    else
        plugin = open_file(bp_text_get(&file), err);
    bp_text_clear(&file);
    return plugin;
}

bp_status bp_hdf5_sink_new(const char *path, bp_sink **out, bp_error *err) {
    bp_error own = {0};
    if (!err) err = &own;
    const bp_hdf5_plugin *plugin = open_plugin(err);
    return plugin ? plugin->sink_new(path, out, err) : err->status;
}

bp_status bp_results_read(const char *path, bp_results **out, bp_error *err) {
    bp_error own = {0};
    if (!err) err = &own;
    const bp_hdf5_plugin *plugin = open_plugin(err);
    return plugin ? plugin->read(path, out, err) : err->status;
}

bp_status bp_results_bundle(const char *path, bp_bundle **out, bp_error *err) {
    bp_error own = {0};
    if (!err) err = &own;
    const bp_hdf5_plugin *plugin = open_plugin(err);
    return plugin ? plugin->bundle(path, out, err) : err->status;
}

// How every file of HDF5 that we write begins.
static bool has_signature(const char *path) {
    static const char signature[8] = {'\211', 'H', 'D', 'F', '\r', '\n', '\032', '\n'};
    char begin[8] = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    bool whole = fread(begin, 1, sizeof begin, file) == sizeof begin;
    (void)fclose(file);
    return whole && memcmp(begin, signature, sizeof begin) == 0;
}

// Without the plug-in a file of HDF5 passes for ours: what reads it says what is
// missing.
bool bp_results_is(const char *path) {
    if (!bp_path_exists(path) || bp_path_is_folder(path) || !has_signature(path))
        return false;
    const bp_hdf5_plugin *plugin = open_plugin(NULL);
    return !plugin || plugin->is(path);
}
