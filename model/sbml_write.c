// Spec -> SBML document, Level 3 Version 2; a network with fast reactions, which that
// version does not know, is Version 1.
#include "model/sbml_write.h"

#include <stdarg.h>
#include <stdlib.h>

#include "model/sbml_plugin.h"

BP_API bp_sbml_write_function bp_plugin_sbml_write;

bool bp_sbml_fail(bp_sbml_writer *w, bp_status status) {
    if (w->status != BP_OK) return false;
    w->status = status;
    if (status == BP_NO_MEMORY)
        bp_error_no_memory(w->err);
    else
        bp_error_set(w->err, status, "SBML cannot be written: %s",
                     bp_status_text(status));
    return false;
}

bool bp_sbml_refuse(bp_sbml_writer *w, bp_where where, const char *format, ...) {
    if (w->status != BP_OK) return false;
    bp_text text = {0};
    char buffer[800];
    va_list args;
    va_start(args, format);
    vsnprintf(buffer, sizeof buffer, format, args);
    va_end(args);
    bp_text_clear(&text);
    w->status = bp_error_at(w->err, BP_UNSUPPORTED, where, "%s", buffer);
    return false;
}

bool bp_sbml_made(bp_sbml_writer *w, const void *object) {
    return object != NULL || bp_sbml_fail(w, BP_NO_MEMORY);
}

const char *bp_sbml_id(bp_sbml_writer *w, const char *name) {
    const char *id = bp_plain_name(&w->names, name);
    if (w->names.failed) bp_sbml_fail(w, BP_NO_MEMORY);
    return id;
}

// ---- what the document is of ----

static bool has_fast(const bp_spec *spec) {
    for (int i = 0; i < spec->reactions.count; i++)
        if (spec->reactions.items[i].fast) return true;
    return false;
}

static void count_terms(bp_sbml_writer *w, const bp_term *terms, int n) {
    for (int i = 0; i < n; i++) {
        const bp_ast *s = terms[i].variable_stoichiometry;
        int symbol = s && s->op == BP_OP_NAME ? bp_spec_find(w->spec, s->name) : -1;
        if (symbol >= 0) w->term_of[symbol]++;
    }
}

static bool count_all_terms(bp_sbml_writer *w) {
    const bp_spec *spec = w->spec;
    w->term_of = bp_calloc((size_t)spec->symbols.count + 1, sizeof *w->term_of);
    if (!w->term_of) return bp_sbml_fail(w, BP_NO_MEMORY);
    for (int i = 0; i < spec->reactions.count; i++) {
        const bp_reaction *r = &spec->reactions.items[i];
        count_terms(w, r->reactants, r->n_reactants);
        count_terms(w, r->products, r->n_products);
    }
    return true;
}

static bool open_document(bp_sbml_writer *w) {
    const char *name = w->spec->name && w->spec->name[0] ? w->spec->name : "model";
    w->level_2 = !has_fast(w->spec);
    w->document = SBMLDocument_createWithLevelAndVersion(3, w->level_2 ? 2 : 1);
    w->model = w->document ? SBMLDocument_createModel(w->document) : NULL;
    if (!bp_sbml_made(w, w->model)) return false;
    w->names = (bp_plain_names){.spec = w->spec, .ascii = true};
    bp_plain_give(&w->names);
    const char *id = bp_plain_make(&w->names, name); // steps aside for the symbols
    if (w->names.failed) return bp_sbml_fail(w, BP_NO_MEMORY);
    Model_setId(w->model, id);
    return true;
}

static void write_functions(bp_sbml_writer *w) {
    for (int i = 0; i < w->spec->functions.count && w->status == BP_OK; i++) {
        const bp_function *f = &w->spec->functions.items[i];
        ASTNode_t *lambda = bp_sbml_lambda(w, f);
        FunctionDefinition_t *made =
            lambda ? Model_createFunctionDefinition(w->model) : NULL;
        if (lambda && bp_sbml_made(w, made)) {
            FunctionDefinition_setId(made, bp_sbml_id(w, f->name));
            if (FunctionDefinition_setMath(made, lambda) != LIBSBML_OPERATION_SUCCESS)
                bp_sbml_fail(w, BP_INTERNAL);
        }
        ASTNode_free(lambda);
        if (made) bp_sbml_put_about(w, (SBase_t *)made, f->name, NULL, 0, NULL);
    }
}

static void write_all(bp_sbml_writer *w) {
    if (!open_document(w) || !count_all_terms(w)) return;
    bp_sbml_write_units(w);
    write_functions(w);
    bp_sbml_write_symbols(w);
    bp_sbml_write_reactions(w);
    bp_sbml_write_events(w);
    bp_sbml_about_model(w);
}

static void print(bp_sbml_writer *w, bp_text *out) {
    char *text = writeSBMLToString(w->document);
    if (!bp_sbml_made(w, text)) return;
    bp_sbml_put_exact(w, text, out);
    free(text);
    if (out->failed) bp_sbml_fail(w, BP_NO_MEMORY);
}

bp_status bp_plugin_sbml_write(const bp_spec *spec, bp_text *out, bp_error *err) {
    bp_sbml_writer w = {.spec = spec, .err = err};
    write_all(&w);
    if (w.status == BP_OK) print(&w, out);
    SBMLDocument_free(w.document);
    bp_sbml_free_units(&w);
    bp_plain_clear(&w.names);
    bp_names_clear(&w.exact);
    bp_free(w.term_of);
    bp_arena_clear(&w.arena);
    return w.status;
}
