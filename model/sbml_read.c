// SBML document -> spec.
#include "model/sbml_plugin.h"

BP_API bp_sbml_read_function bp_plugin_sbml_read;

bp_status bp_plugin_sbml_read(const char *name, bp_bundle *bundle, bp_spec **out,
                              bp_report *report) {
    (void)bundle, (void)out;
    bp_report_error(report, BP_UNSUPPORTED, (bp_where){.file = name}, "not yet");
    return BP_UNSUPPORTED;
}
