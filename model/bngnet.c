#include "model/bngnet.h"

bp_status bp_bngnet_load(const char *name, bp_bundle *bundle, bp_spec **out,
                         bp_report *report) {
    (void)bundle, (void)out;
    bp_report_error(report, BP_UNSUPPORTED, (bp_where){.file = name}, "not yet");
    return BP_UNSUPPORTED;
}
