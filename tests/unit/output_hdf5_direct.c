// The plug-in's functions linked in, so that their allocations can fail.
#include "output/hdf5_plugin.h"

bp_status bp_hdf5_sink_new(const char *path, bp_sink **out, bp_error *err) {
    return bp_hdf5_plugin_sink_new(path, out, err);
}

bp_status bp_results_read(const char *path, bp_results **out, bp_error *err) {
    return bp_hdf5_plugin_read(path, out, err);
}

bool bp_results_is(const char *path) {
    return bp_hdf5_plugin_is(path);
}

bp_status bp_results_bundle(const char *path, bp_bundle **out, bp_error *err) {
    return bp_hdf5_plugin_bundle(path, out, err);
}
