// Fuzzing the model language: whatever the text, reading, checking and writing end with
// a status, and what was written reads back. Imports find nothing: the bundle is
// sealed.
#include <stdint.h>
#include <stdlib.h>

#include "model/antimony.h"

static bp_status load(const char *text, size_t length, bp_spec **spec) {
    bp_bundle *bundle = NULL;
    bp_report report = {0};
    bp_status status = bp_bundle_new(&bundle);
    if (status == BP_OK) status = bp_bundle_add(bundle, "fuzz.ant", text, length);
    if (status == BP_OK) {
        bp_bundle_seal(bundle);
        status = bp_antimony_load("fuzz.ant", bundle, spec, &report);
    }
    if (status == BP_OK) status = bp_spec_check(*spec, false, &report);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bp_spec *spec = NULL, *again = NULL;
    bp_text out = {0};
    bp_status status = load((const char *)data, size, &spec);
    if (status == BP_OK) {
        if (bp_antimony_write(spec, &out, NULL) != BP_OK) abort();
        if (load(bp_text_get(&out), out.length, &again) != BP_OK) abort();
    }
    bp_text_clear(&out);
    bp_spec_free(again);
    bp_spec_free(spec);
    return 0;
}
