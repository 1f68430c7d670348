// What sbml.c and the plug-in agree on.
#ifndef BP_MODEL_SBML_PLUGIN_H
#define BP_MODEL_SBML_PLUGIN_H

#include "model/sbml.h"

#define BP_SBML_PLUGIN         "bypass-sbml.so"
#define BP_SBML_READ_SYMBOL    "bp_plugin_sbml_read"
#define BP_SBML_WRITE_SYMBOL   "bp_plugin_sbml_write"
#define BP_SBML_VERSION_SYMBOL "bp_plugin_version"

// As bp_sbml_load and bp_sbml_write.
typedef bp_status bp_sbml_read_function(const char *name, bp_bundle *bundle,
                                        bp_spec **out, bp_report *report);
typedef bp_status bp_sbml_write_function(const bp_spec *spec, bp_text *out,
                                         bp_error *err);

#endif
