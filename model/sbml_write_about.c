// What is said of an element for people and other programs: its name, SBO term, MIRIAM
// annotations, and notes with laws and sources.
#include <string.h>

#include "model/sbml_write.h"

static const struct {
    const char *qualifier;
    BiolQualifierType_t type;
} biological[] = {{"identity", BQB_IS},
                  {"hasPart", BQB_HAS_PART},
                  {"isPartOf", BQB_IS_PART_OF},
                  {"isVersionOf", BQB_IS_VERSION_OF},
                  {"hasVersion", BQB_HAS_VERSION},
                  {"isHomologTo", BQB_IS_HOMOLOG_TO},
                  {"isDescribedBy", BQB_IS_DESCRIBED_BY},
                  {"isEncodedBy", BQB_IS_ENCODED_BY},
                  {"encodes", BQB_ENCODES},
                  {"occursIn", BQB_OCCURS_IN},
                  {"hasProperty", BQB_HAS_PROPERTY},
                  {"isPropertyOf", BQB_IS_PROPERTY_OF},
                  {"hasTaxon", BQB_HAS_TAXON}};

static const struct {
    const char *qualifier;
    ModelQualifierType_t type;
} of_models[] = {{"model_entity_is", BQM_IS},
                 {"origin", BQM_IS_DERIVED_FROM},
                 {"isInstanceOf", BQM_IS_INSTANCE_OF},
                 {"hasInstance", BQM_HAS_INSTANCE}};

// NULL: the qualifier is none of MIRIAM's (notes, creator ...) or out of memory.
static CVTerm_t *make_term(const char *qualifier) {
    CVTerm_t *term = NULL;
    for (size_t i = 0; i < sizeof biological / sizeof *biological && !term; i++)
        if (strcmp(biological[i].qualifier, qualifier) == 0) {
            term = CVTerm_createWithQualifierType(BIOLOGICAL_QUALIFIER);
            if (term) CVTerm_setBiologicalQualifierType(term, biological[i].type);
        }
    for (size_t i = 0; i < sizeof of_models / sizeof *of_models && !term; i++)
        if (strcmp(of_models[i].qualifier, qualifier) == 0) {
            term = CVTerm_createWithQualifierType(MODEL_QUALIFIER);
            if (term) CVTerm_setModelQualifierType(term, of_models[i].type);
        }
    return term;
}

static bool is_miriam(const char *qualifier) {
    for (size_t i = 0; i < sizeof biological / sizeof *biological; i++)
        if (strcmp(biological[i].qualifier, qualifier) == 0) return true;
    for (size_t i = 0; i < sizeof of_models / sizeof *of_models; i++)
        if (strcmp(of_models[i].qualifier, qualifier) == 0) return true;
    return false;
}

static void annotate(bp_sbml_writer *w, SBase_t *element, const bp_annotation *a) {
    CVTerm_t *term = make_term(a->qualifier);
    if (!bp_sbml_made(w, term)) return;
    CVTerm_addResource(term, a->uri);
    if (SBase_addCVTerm(element, term) != LIBSBML_OPERATION_SUCCESS)
        bp_sbml_fail(w, BP_NO_MEMORY);
    CVTerm_free(term);
}

// ---- notes ----

// XML allows no control characters but these, in whatever form.
static bool is_printable(char c) {
    return (unsigned char)c >= 0x20 || c == '\t' || c == '\n';
}

static void add_escaped(bp_text *out, const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c == '&')
            bp_text_add(out, "&amp;");
        else if (*c == '<')
            bp_text_add(out, "&lt;");
        else if (*c == '>')
            bp_text_add(out, "&gt;");
        else if (is_printable(*c))
            bp_text_add_n(out, c, 1);
    }
}

static void add_paragraph(bp_text *out, const char *label, const char *text) {
    while (*text == ' ')
        text++;
    bp_text_add(out, "<p>");
    if (label) bp_text_format(out, "%s: ", label);
    add_escaped(out, text);
    bp_text_add(out, "</p>");
}

// Takes the paragraphs; nothing is written when there are none.
static void set_notes(bp_sbml_writer *w, SBase_t *element, bp_text *paragraphs) {
    bp_text body = {0};
    if (paragraphs->length > 0) {
        bp_text_format(&body, "<body xmlns=\"http://www.w3.org/1999/xhtml\">");
        bp_text_add(&body, bp_text_get(paragraphs));
        bp_text_add(&body, "</body>");
        if (!body.failed && SBase_setNotesString(element, bp_text_get(&body)) !=
                                LIBSBML_OPERATION_SUCCESS)
            bp_sbml_refuse(w, BP_NOWHERE, "libsbml does not take the note %s",
                           bp_text_get(paragraphs));
    }
    if (paragraphs->failed || body.failed) bp_sbml_fail(w, BP_NO_MEMORY);
    bp_text_clear(&body);
    bp_text_clear(paragraphs);
}

// ---- elements ----

static void set_meta_id(bp_sbml_writer *w, SBase_t *element, const char *id) {
    bp_text text = {0};
    if (SBase_isSetMetaId(element)) return;
    bp_text_format(&text, "meta_%s", id);
    if (text.failed)
        bp_sbml_fail(w, BP_NO_MEMORY);
    else
        SBase_setMetaId(element, bp_text_get(&text));
    bp_text_clear(&text);
}

static void annotate_all(bp_sbml_writer *w, SBase_t *element, const char *name,
                         const char *id, bp_text *paragraphs) {
    const bp_spec *spec = w->spec;
    for (int i = 0; i < spec->annotations.count && w->status == BP_OK; i++) {
        const bp_annotation *a = &spec->annotations.items[i];
        if (strcmp(bp_spec_resolve(spec, a->target), name) != 0) continue;
        if (is_miriam(a->qualifier)) {
            set_meta_id(w, element, id);
            annotate(w, element, a);
        } else { // creator2.name, created ...
            bool notes = strcmp(a->qualifier, "notes") == 0;
            add_paragraph(paragraphs, notes ? NULL : a->qualifier, a->uri);
        }
    }
}

// Text for an attribute: control characters stand in no XML.
static void set_name(bp_sbml_writer *w, SBase_t *element, const char *name) {
    bp_text text = {0};
    for (const char *c = name; *c; c++)
        if (is_printable(*c)) bp_text_add_n(&text, c, 1);
    if (text.failed)
        bp_sbml_fail(w, BP_NO_MEMORY);
    else if (text.length > 0)
        SBase_setName(element, bp_text_get(&text));
    bp_text_clear(&text);
}

void bp_sbml_put_about(bp_sbml_writer *w, SBase_t *element, const char *name,
                       const char *display_name, int sbo, const char *note) {
    bp_text paragraphs = {0};
    if (w->status != BP_OK) return;
    const char *id = bp_sbml_id(w, name);
    if (display_name)
        set_name(w, element, display_name);
    else if (strcmp(id, name) != 0) // what it is called in Bypass
        set_name(w, element, name);
    if (sbo > 0 && SBase_setSBOTerm(element, sbo) != LIBSBML_OPERATION_SUCCESS)
        bp_sbml_refuse(w, BP_NOWHERE, "%d of '%s' is no SBO term", sbo, name);
    if (note && note[0]) add_paragraph(&paragraphs, NULL, note);
    annotate_all(w, element, name, id, &paragraphs);
    set_notes(w, element, &paragraphs);
}

void bp_sbml_about_model(bp_sbml_writer *w) {
    bp_text paragraphs = {0};
    SBase_t *element = (SBase_t *)w->model;
    if (w->status != BP_OK) return;
    if (w->spec->display_name) set_name(w, element, w->spec->display_name);
    annotate_all(w, element, "", SBase_getIdAttribute(element), &paragraphs);
    set_notes(w, element, &paragraphs);
}
