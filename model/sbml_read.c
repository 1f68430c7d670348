// SBML document -> spec.
#include "model/sbml_read.h"

#include <sbml/extension/SBMLExtensionRegistry.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

BP_API bp_sbml_read_function bp_plugin_sbml_read;

// ---- for the parts ----

void bp_sbml_at(bp_sbml_reader *r, const char *element, const char *id,
                const void *sbase) {
    r->element = element;
    r->id = id && id[0] ? id : NULL;
    r->where = (bp_where){.file = r->file};
    if (r->has_lines) r->where.line = (int)SBase_getLine((const SBase_t *)sbase);
}

void bp_sbml_error(bp_sbml_reader *r, bp_status status, const char *format, ...) {
    char message[1024];
    va_list args;
    va_start(args, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): started in the line above
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (r->id)
        bp_report_error(r->report, status, r->where, "%s '%s': %s", r->element, r->id,
                        message);
    else
        bp_report_error(r->report, status, r->where, "%s: %s", r->element, message);
}

const char *bp_sbml_copy(bp_sbml_reader *r, const char *text) {
    if (!text || !text[0]) return NULL;
    const char *copy = bp_arena_copy(&r->spec->arena, text);
    if (!copy) r->failed = true;
    return copy;
}

// ---- the document ----

static void refuse_text(bp_sbml_reader *r, int line, const char *why) {
    bp_report_error(r->report, BP_BAD_MODEL, (bp_where){.file = r->file, .line = line},
                    "%s", why);
}

static bool is_wide(const char *text, size_t length) {
    return length > 1 &&
           (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
}

static SBMLDocument_t *read_checked(bp_sbml_reader *r, const char *text) {
    SBMLDocument_t *document = readSBMLFromString(text);
    if (!document) r->failed = true;
    if (!document || bp_sbml_check_document(r, document)) return document;
    SBMLDocument_free(document);
    return NULL;
}

static bool is_sound(SBMLDocument_t *document) {
    return SBMLDocument_getNumErrorsWithSeverity(document, LIBSBML_SEV_ERROR) == 0 &&
           SBMLDocument_getNumErrorsWithSeverity(document, LIBSBML_SEV_FATAL) == 0;
}

// Positions are those of the text as it is, so that is read again where there are any
// errors.
static SBMLDocument_t *read_plain(bp_sbml_reader *r, const bp_sbml_text *tight,
                                  const char *text) {
    if (!tight->is_sound) return read_checked(r, text);
    SBMLDocument_t *document = readSBMLFromString(bp_text_get(&tight->xml));
    if (!document) r->failed = true;
    if (!document || is_sound(document)) return document;
    SBMLDocument_free(document);
    return read_checked(r, text);
}

// Packages that say nothing of the mathematics; to make room for them in every element
// takes libsbml a sixth of its time.
static void leave_out_drawings(void) {
    SBMLExtensionRegistry_setEnabled("layout", 0);
    SBMLExtensionRegistry_setEnabled("render", 0);
}

static SBMLDocument_t *read_document(bp_sbml_reader *r, const bp_sbml_text *tight,
                                     const char *text) {
    if (!bp_sbml_check_text(r, tight)) return NULL;
    leave_out_drawings();
    if (tight->is_comp && tight->is_sound)
        return bp_sbml_read_comp(r, bp_text_get(&tight->xml));
    return read_plain(r, tight, text);
}

// ---- the model ----

static const char *model_name(bp_sbml_reader *r) {
    const char *id = Model_getId(r->model);
    if (id && id[0]) return bp_sbml_copy(r, id);
    const char *slash = strrchr(r->file, '/'), *base = slash ? slash + 1 : r->file;
    const char *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    const char *copy = bp_arena_copy_n(&r->spec->arena, base, length);
    if (!copy) r->failed = true;
    return copy;
}

static void read_model(bp_sbml_reader *r, SBMLDocument_t *document,
                       const bp_sbml_text *tight) {
    r->level = (int)SBMLDocument_getLevel(document);
    r->version = (int)SBMLDocument_getVersion(document);
    r->model = SBMLDocument_getModel(document);
    if (!r->model) {
        refuse_text(r, 0, "the document holds no model");
        return;
    }
    bp_sbml_check_contents(r);
    if (r->report->n_errors > 0) return;
    r->spec->name = model_name(r);
    r->spec->foreign = true;
    r->spec->display_name = bp_sbml_copy(r, Model_getName(r->model));
    bp_sbml_units(r);
    bp_sbml_symbols(r);
    bp_sbml_functions(r);
    bp_sbml_reactions(r);
    bp_sbml_rules(r);
    bp_sbml_events(r);
    bp_sbml_check_sizes(r);
    if (!tight->is_comp) bp_sbml_about(r, tight);
}

static void read_text(bp_sbml_reader *r, const char *text, size_t length) {
    bp_sbml_text tight = {0};
    static const char mark[] = "\xef\xbb\xbf"; // of UTF-8
    if (length == 0 || is_wide(text, length)) {
        refuse_text(r, 0,
                    length == 0 ? "the file is empty"
                                : "the file is in UTF-16; save it as UTF-8");
        return;
    }
    if (length > 3 && memcmp(text, mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    bp_sbml_text_make(text, length, &tight);
    r->failed |= tight.xml.failed;
    SBMLDocument_t *document = r->failed ? NULL : read_document(r, &tight, text);
    if (document && !r->failed) read_model(r, document, &tight);
    if (document) SBMLDocument_free(document);
    bp_sbml_text_clear(&tight);
}

static bp_status read_file(bp_sbml_reader *r, const char *name) {
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    int errors = r->report->n_errors;
    bp_status status = bp_bundle_read(r->bundle, name, &text, &length, &err);
    if (status != BP_OK) {
        bp_report_add_error(r->report, &err);
        return status;
    }
    r->file = r->spec->file = bp_arena_copy(&r->spec->arena, name);
    r->failed = !r->file;
    if (!r->failed) read_text(r, text, length);
    if (r->failed || r->report->failed) return BP_NO_MEMORY;
    return r->report->n_errors > errors ? bp_report_status(r->report) : BP_OK;
}

bp_status bp_plugin_sbml_read(const char *name, bp_bundle *bundle, bp_spec **out,
                              bp_report *report) {
    bp_bundle *own = NULL;
    bp_report unread = {0};
    bp_sbml_reader r = {
        .bundle = bundle, .report = report ? report : &unread, .has_lines = true};
    bp_status status = bundle ? BP_OK : bp_bundle_new(&own);
    if (!bundle) r.bundle = own;
    if (status == BP_OK) status = bp_spec_new(&r.spec);
    if (status == BP_OK) status = read_file(&r, name);
    if (status == BP_OK) {
        *out = r.spec;
        r.spec = NULL;
    }
    bp_spec_free(r.spec);
    bp_bundle_free(own);
    bp_report_clear(&unread);
    return status;
}
