// Spec -> SBML document.
#include "model/sbml_plugin.h"

BP_API bp_sbml_write_function bp_plugin_sbml_write;

bp_status bp_plugin_sbml_write(const bp_spec *spec, bp_text *out, bp_error *err) {
    (void)spec, (void)out;
    return bp_error_set(err, BP_UNSUPPORTED, "not yet");
}
