// Fuzzing BioNetGen's networks: whatever the text, reading, checking and compiling end
// with a status. What was read has all its species, and compiles or says why not.
#include <stdint.h>
#include <stdlib.h>

#include "model/bngnet.h"
#include "model/model.h"

enum { MOST_REACTIONS = 200 }; // compiling more is slow under the instruments

static bp_status load(const char *text, size_t length, bp_spec **spec,
                      bp_report *report) {
    bp_bundle *bundle = NULL;
    bp_status status = bp_bundle_new(&bundle);
    if (status == BP_OK) status = bp_bundle_add(bundle, "fuzz.net", text, length);
    if (status == BP_OK) {
        bp_bundle_seal(bundle);
        status = bp_bngnet_load("fuzz.net", bundle, spec, report);
    }
    bp_bundle_free(bundle);
    return status;
}

static void compile(const bp_spec *spec, bp_report *report) {
    bp_model *model = NULL;
    bp_status status = bp_model_compile(spec, NULL, &model, report);
    if (status != BP_OK && report->n_errors == 0) abort(); // it must say why
    bp_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    bp_status status = load((const char *)data, size, &spec, &report);
    if (status != BP_OK && report.n_errors == 0) abort();
    if (status == BP_OK && spec->reactions.count <= MOST_REACTIONS)
        compile(spec, &report);
    bp_spec_free(spec);
    bp_report_clear(&report);
    return 0;
}
