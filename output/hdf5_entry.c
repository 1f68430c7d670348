// The plug-in itself: what hdf5.c asks for.
#include "output/hdf5_plugin.h"

BP_API extern const bp_hdf5_plugin bp_plugin_hdf5;

const bp_hdf5_plugin bp_plugin_hdf5 = {
    .version = BP_VERSION,
    .sink_new = bp_hdf5_plugin_sink_new,
    .read = bp_hdf5_plugin_read,
    .is = bp_hdf5_plugin_is,
    .bundle = bp_hdf5_plugin_bundle,
};
