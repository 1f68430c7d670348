// A plug-in of another version, which must not be used.
#include "output/hdf5_plugin.h"

BP_API extern const bp_hdf5_plugin bp_plugin_hdf5;

const bp_hdf5_plugin bp_plugin_hdf5 = {.version = "0.0.0"};
