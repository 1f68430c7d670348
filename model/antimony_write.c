// Spec -> flat Antimony text.
//
// The text is read by libAntimony and by Bypass alike, and reading it gives the same
// spec again: every symbol is declared in the order of the spec, then what is known of
// it.
#include "model/antimony_write.h"

#include <string.h>

// Text in quotes: Antimony knows no escapes, so what would end it is replaced.
static void put_quoted(bp_antimony_writer *w, const char *text) {
    bool lines = strchr(text, '\n') != NULL || strchr(text, '\r') != NULL ||
                 strchr(text, '"') != NULL;
    bp_ant_put(w, lines ? "```" : "\"");
    for (const char *c = text; *c; c++) {
        bool closing = lines && strncmp(c, "```", 3) == 0;
        bp_text_add_n(w->out, closing ? "'" : c, 1);
    }
    bp_ant_put(w, lines ? "```" : "\"");
}

void bp_ant_end_line(bp_antimony_writer *w, const char *note) {
    bp_ant_put(w, ";");
    if (note && note[0]) {
        bp_ant_put(w, "  // ");
        for (const char *c = note; *c; c++)
            bp_text_add_n(w->out, *c == '\n' || *c == '\r' ? " " : c, 1);
    }
    bp_ant_put(w, "\n");
}

void bp_ant_heading(bp_antimony_writer *w, const char *text, bool *done) {
    if (!*done) bp_text_format(w->out, "\n  // %s\n", text);
    *done = true;
}

// ---- functions and units ----

static void write_functions(bp_antimony_writer *w) {
    for (int i = 0; i < w->spec->functions.count && w->status == BP_OK; i++) {
        const bp_function *f = &w->spec->functions.items[i];
        const bp_ast *body = bp_ant_tree(w, f->body, f);
        bp_text_format(w->out, "function %s(", bp_ant_name(w, f->name));
        for (int k = 0; k < f->n_args; k++)
            bp_text_format(w->out, "%s%s", k > 0 ? ", " : "",
                           bp_ant_argument(w, f, f->args[k]));
        bp_ant_put(w, ")\n  ");
        bp_ast_print(body, w->out);
        bp_ant_put(w, ";\nend\n\n");
    }
}

static void write_unit(bp_antimony_writer *w, const char *name, const char *text) {
    if (!text) return;
    bp_text_format(w->out, "  unit %s = ", name);
    bp_ant_add_unit(w, text, w->out);
    bp_ant_put(w, ";\n");
}

static void write_units(bp_antimony_writer *w) {
    const bp_spec *s = w->spec;
    bool done = false;
    if (s->units.count > 0 || s->substance_unit || s->extent_unit || s->volume_unit ||
        s->area_unit || s->length_unit || s->time_unit)
        bp_ant_heading(w, "Units", &done);
    for (int i = 0; i < s->units.count; i++)
        write_unit(w, bp_plain_name(&w->unit_names, s->units.items[i].name),
                   s->units.items[i].text);
    write_unit(w, "substance", s->substance_unit);
    write_unit(w, "extent", s->extent_unit);
    write_unit(w, "volume", s->volume_unit);
    write_unit(w, "area", s->area_unit);
    write_unit(w, "length", s->length_unit);
    write_unit(w, "time_unit", s->time_unit);
}

// ---- symbols ----

static const char *declaration(const bp_symbol *s) {
    if (s->kind == BP_COMPARTMENT)
        return s->constant ? "const compartment" : "compartment";
    if (s->kind == BP_SPECIES)
        return s->substance_only ? "substanceOnly species" : "species";
    return s->constant ? "const" : "var";
}

// An amount given for a species that means concentration: libAntimony divides, so do
// we.
static const bp_ast *initial_of(bp_antimony_writer *w, const bp_symbol *s) {
    if (!s->initial || !s->initial_is_amount || s->substance_only || s->compartment < 0)
        return s->initial;
    const bp_ast *size = bp_ast_make_name(
        &w->arena, w->spec->symbols.items[s->compartment].name, s->initial->where);
    const bp_ast *args[2] = {s->initial, size};
    const bp_ast *quotient =
        size ? bp_ast_make_call(&w->arena, BP_OP_DIV, args, 2, s->initial->where)
             : NULL;
    if (!quotient) bp_ant_fail(w, BP_NO_MEMORY);
    return quotient;
}

static void write_symbol(bp_antimony_writer *w, const bp_symbol *s) {
    const bp_ast *initial = initial_of(w, s);
    bp_text_format(w->out, "  %s %s%s", declaration(s),
                   s->kind == BP_SPECIES && (s->boundary || s->constant) ? "$" : "",
                   bp_ant_name(w, s->name));
    if (s->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       bp_ant_name(w, w->spec->symbols.items[s->compartment].name));
    if (initial) {
        bp_ant_put(w, " = ");
        bp_ant_put_tree(w, initial);
    }
    if (s->unit)
        bp_text_format(w->out, ";  %s has %s", bp_ant_name(w, s->name),
                       bp_ant_unit(w, s->unit));
    const char *display =
        s->display_name ? s->display_name : bp_ant_lost_name(w, s->name);
    if (display) {
        bp_text_format(w->out, ";  %s is ", bp_ant_name(w, s->name));
        put_quoted(w, display);
    }
    bp_ant_end_line(w, s->note);
}

static void write_symbols(bp_antimony_writer *w, bp_symbol_kind kind,
                          const char *title) {
    bool done = false;
    for (int i = 0; i < w->spec->symbols.count; i++) {
        const bp_symbol *s = &w->spec->symbols.items[i];
        if (s->kind != kind || !s->declared) continue;
        bp_ant_heading(w, title, &done);
        write_symbol(w, s);
    }
}

static void write_rules(bp_antimony_writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->symbols.count; i++) {
        const bp_symbol *s = &w->spec->symbols.items[i];
        if (s->rule_kind == BP_NO_RULE) continue;
        bp_ant_heading(w, "Rules", &done);
        bp_text_format(w->out, "  %s%s ", bp_ant_name(w, s->name),
                       s->rule_kind == BP_RATE_RULE ? "' =" : " :=");
        bp_ant_put_tree(w, s->rule);
        bp_ant_put(w, ";\n");
    }
}

// ---- names for people, terms, annotations ----

static void write_display(bp_antimony_writer *w, const char *name, const char *text) {
    if (!text) text = bp_ant_lost_name(w, name);
    if (!text) return;
    bp_text_format(w->out, "  %s is ", bp_ant_name(w, name));
    put_quoted(w, text);
    bp_ant_put(w, ";\n");
}

static void write_sbo(bp_antimony_writer *w, const char *name, int sbo) {
    if (sbo > 0)
        bp_text_format(w->out, "  %s.sboTerm = %d;\n", bp_ant_name(w, name), sbo);
}

static void write_annotations(bp_antimony_writer *w) {
    const bp_spec *s = w->spec;
    for (int i = 0; i < s->reactions.count; i++)
        write_display(w, s->reactions.items[i].name,
                      s->reactions.items[i].display_name);
    for (int i = 0; i < s->events.count; i++)
        if (s->events.items[i].n_assignments > 0)
            write_display(w, s->events.items[i].name, s->events.items[i].display_name);
    for (int kind = 0; kind < BP_SYMBOL_KINDS; kind++) // in the order of their lines
        for (int i = 0; i < s->symbols.count; i++)
            if ((int)s->symbols.items[i].kind == kind)
                write_sbo(w, s->symbols.items[i].name, s->symbols.items[i].sbo);
    for (int i = 0; i < s->reactions.count; i++)
        write_sbo(w, s->reactions.items[i].name, s->reactions.items[i].sbo);
    for (int i = 0; i < s->annotations.count; i++) {
        const bp_annotation *a = &s->annotations.items[i];
        bp_text_format(w->out, "  %s %s ",
                       a->target[0] ? bp_ant_name(w, a->target) : "model",
                       a->qualifier);
        put_quoted(w, a->uri);
        bp_ant_put(w, ";\n");
    }
}

// ---- the whole ----

static void write_all(bp_antimony_writer *w, const char *name) {
    write_functions(w);
    bp_text_format(w->out, "model *%s()\n", name);
    write_units(w);
    write_symbols(w, BP_COMPARTMENT, "Compartments");
    write_symbols(w, BP_SPECIES, "Species");
    write_symbols(w, BP_PARAMETER, "Parameters");
    write_rules(w);
    bp_ant_reactions(w);
    bp_ant_events(w);
    write_annotations(w);
    bp_ant_put(w, "end\n");
    if (w->spec->display_name) {
        bp_text_format(w->out, "%s is ", name);
        put_quoted(w, w->spec->display_name);
        bp_ant_put(w, "\n");
    }
}

bp_status bp_antimony_write(const bp_spec *spec, bp_text *out, bp_error *err) {
    bp_antimony_writer w = {.spec = spec, .out = out, .err = err};
    const char *name = spec->name && spec->name[0] ? spec->name : "model_";
    if (spec->algebraic.count > 0)
        bp_ant_refuse(&w, spec->algebraic.items[0].where, "that an expression is zero",
                      "write SBML instead");
    bp_ant_give_names(&w);
    name = w.status == BP_OK ? bp_plain_make(&w.names, name) : "";
    if (w.names.failed) bp_ant_fail(&w, BP_NO_MEMORY);
    if (w.status == BP_OK) write_all(&w, name);
    if (out->failed || w.stoichiometries.failed) bp_ant_fail(&w, BP_NO_MEMORY);
    if (w.status == BP_NO_MEMORY) bp_error_no_memory(err);
    bp_plain_clear(&w.names);
    bp_plain_clear(&w.unit_names);
    bp_text_clear(&w.stoichiometries);
    bp_arena_clear(&w.arena);
    return w.status;
}
