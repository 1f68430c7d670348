// What hdf5.c and the plug-in agree on. The plug-in is the only one that knows HDF5,
// whose library brings forty others: loading them takes longer than a small run.
#ifndef BP_OUTPUT_HDF5_PLUGIN_H
#define BP_OUTPUT_HDF5_PLUGIN_H

#include "output/output.h"

#define BP_HDF5_PLUGIN "bypass-hdf5.so"
#define BP_HDF5_SYMBOL "bp_plugin_hdf5"

// As the functions of output.h.
bp_status bp_hdf5_plugin_sink_new(const char *path, bp_sink **out, bp_error *err);
bp_status bp_hdf5_plugin_read(const char *path, bp_results **out, bp_error *err);
bool bp_hdf5_plugin_is(const char *path);
bp_status bp_hdf5_plugin_bundle(const char *path, bp_bundle **out, bp_error *err);

typedef struct bp_hdf5_plugin {
    const char *version; // stays first, whatever follows in later versions
    bp_status (*sink_new)(const char *path, bp_sink **out, bp_error *err);
    bp_status (*read)(const char *path, bp_results **out, bp_error *err);
    bool (*is)(const char *path);
    bp_status (*bundle)(const char *path, bp_bundle **out, bp_error *err);
} bp_hdf5_plugin;

#endif
