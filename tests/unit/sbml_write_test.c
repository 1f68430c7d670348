#include "tests/unit/sbml_write_test.h"

#include <stdio.h>
#include <string.h>

bp_text sbml_text(const bp_spec *spec) {
    bp_text out = {0};
    bp_error err = {0};
    bp_status status = bp_plugin_sbml_write(spec, &out, &err);
    CHECK(status == BP_OK, "%s", err.message);
    return out;
}

SBMLDocument_t *sbml_document(const bp_spec *spec) {
    bp_text text = sbml_text(spec);
    SBMLDocument_t *document = readSBMLFromString(bp_text_get(&text));
    bp_text_clear(&text);
    CU_ASSERT_PTR_NOT_NULL_FATAL(SBMLDocument_getModel(document));
    return document;
}

// Findings at least as bad as this; the first is printed.
static void check_findings(const bp_spec *spec, const char *what,
                           unsigned int severity) {
    SBMLDocument_t *document = sbml_document(spec);
    SBMLDocument_checkConsistency(document);
    int n = 0;
    for (unsigned int i = 0; i < SBMLDocument_getNumErrors(document); i++) {
        const XMLError_t *e = (const XMLError_t *)SBMLDocument_getError(document, i);
        if (XMLError_getSeverity(e) < severity) continue;
        CHECK(n++ > 0, "%s:%u: %s", what, XMLError_getLine(e), XMLError_getMessage(e));
    }
    SBMLDocument_free(document);
}

void check_flawless(const bp_spec *spec, const char *what) {
    check_findings(spec, what, LIBSBML_SEV_INFO);
}

void check_valid(const bp_spec *spec, const char *what) {
    check_findings(spec, what, LIBSBML_SEV_ERROR);
}

const char *refusal(const bp_spec *spec, char buffer[1200]) {
    bp_text out = {0};
    bp_error err = {0};
    bp_status status = bp_plugin_sbml_write(spec, &out, &err);
    CU_ASSERT_EQUAL(out.length, 0);
    bp_text_clear(&out);
    if (status == BP_OK) return "";
    return bp_error_print(&err, buffer, 1200);
}
