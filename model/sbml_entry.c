// The plug-in itself: what sbml.c asks for first.
#include "model/sbml_plugin.h"

BP_API extern const char *const bp_plugin_version;

const char *const bp_plugin_version = BP_VERSION;
