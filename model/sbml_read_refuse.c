// What cannot be read or simulated, said by name.
#include <string.h>

#include "model/sbml_read.h"

// ---- texts that libsbml would not survive ----

bool bp_sbml_check_text(bp_sbml_reader *r, const bp_sbml_text *text) {
    const struct {
        int line;
        const char *why;
    } findings[] = {
        {text->doctype, "SBML has no document type declaration; remove <!DOCTYPE ...>"},
        {text->too_deep, "an element is not closed, or elements are nested too deeply"},
        {text->bad_version,
         "xmlns, level and version of <sbml> do not name a Level and Version of SBML "
         "that is supported: Level 1 to Level 3 Version 2"},
        {text->empty_math, "a <math> or <apply> has no content"},
    };
    int errors = r->report->n_errors;
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (findings[i].line)
            bp_report_error(r->report, BP_BAD_MODEL,
                            (bp_where){.file = r->file, .line = findings[i].line}, "%s",
                            findings[i].why);
    return r->report->n_errors == errors;
}

// ---- what libsbml found wrong ----

static bool is_serious(const SBMLError_t *error) {
    return XMLError_isError((const XMLError_t *)error) ||
           XMLError_isFatal((const XMLError_t *)error);
}

static const XMLError_t *error_at(SBMLDocument_t *document, unsigned i) {
    const SBMLError_t *error = SBMLDocument_getError(document, i);
    return error && is_serious(error) ? (const XMLError_t *)error : NULL;
}

// libsbml may say the same thing several times.
static bool said_before(SBMLDocument_t *document, unsigned i) {
    const XMLError_t *error = error_at(document, i);
    for (unsigned k = 0; k < i; k++) {
        const XMLError_t *other = error_at(document, k);
        if (other && XMLError_getErrorId(other) == XMLError_getErrorId(error) &&
            XMLError_getLine(other) == XMLError_getLine(error))
            return true;
    }
    return false;
}

// The last line of the long message, which speaks of the case; the others are the rule.
static void add_detail(const char *message, bp_text *out) {
    size_t n = message ? strlen(message) : 0, from;
    while (n > 0 && (message[n - 1] == '\n' || message[n - 1] == ' '))
        n--;
    for (from = n; from > 0 && message[from - 1] != '\n';)
        from--;
    while (from < n && message[from] == ' ')
        from++;
    if (from == n || n - from > 300) return;
    bp_text_add(out, ": ");
    bp_text_add_n(out, message + from, n - from);
}

static void report_error(bp_sbml_reader *r, const XMLError_t *error) {
    bp_text text = {0};
    const char *brief = XMLError_getShortMessage(error);
    bool needs_package = XMLError_getErrorId(error) == RequiredPackagePresent;
    if (needs_package)
        bp_text_add(&text, "the model needs an SBML package that changes its "
                           "mathematics and is not supported");
    else
        bp_text_add(&text, brief && brief[0] ? brief : "this is not valid SBML");
    add_detail(XMLError_getMessage(error), &text);
    bp_where where = {r->file, (int)XMLError_getLine(error),
                      (int)XMLError_getColumn(error)};
    if (!r->has_lines) where = (bp_where){.file = r->file};
    bp_report_error(r->report, needs_package ? BP_UNSUPPORTED : BP_BAD_MODEL, where,
                    "%s", bp_text_get(&text));
    r->failed |= text.failed;
    bp_text_clear(&text);
}

bool bp_sbml_check_document(bp_sbml_reader *r, SBMLDocument_t *document) {
    int errors = r->report->n_errors;
    unsigned n = SBMLDocument_getNumErrors(document);
    for (unsigned i = 0; i < n; i++) {
        const XMLError_t *error = error_at(document, i);
        if (error && !said_before(document, i)) report_error(r, error);
    }
    return r->report->n_errors == errors;
}

// ---- packages ----

static bool has_laws(Model_t *model) {
    for (unsigned i = 0; i < Model_getNumReactions(model); i++)
        if (Reaction_isSetKineticLaw(Model_getReaction(model, i))) return true;
    return false;
}

static bool has_package(const void *sbase, const char *name) {
    return SBase_getPlugin((SBase_t *)sbase, name) != NULL;
}

// Qualitative species and nothing that could be integrated.
static bool is_qualitative(Model_t *model) {
    return has_package(model, "qual") && Model_getNumSpecies(model) == 0 &&
           Model_getNumReactions(model) == 0 && Model_getNumRules(model) == 0;
}

void bp_sbml_check_contents(bp_sbml_reader *r) {
    bp_sbml_at(r, "model", Model_getId(r->model), r->model);
    if (has_package(r->model, "fbc") && Model_getNumReactions(r->model) > 0 &&
        !has_laws(r->model))
        bp_sbml_error(r, BP_UNSUPPORTED,
                      "this is a flux balance model (package fbc): its reactions have "
                      "no rate laws, so there is nothing to integrate");
    if (is_qualitative(r->model))
        bp_sbml_error(r, BP_UNSUPPORTED,
                      "this is a qualitative model (package qual), of states and "
                      "transitions; there is nothing to integrate");
}
