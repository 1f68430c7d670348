// Spec -> flat Antimony text.
//
// The text is read by libAntimony and by Bypass alike, and reading it gives the same
// spec again: every symbol is declared in the order of the spec, then what is known of
// it.
#include <string.h>

#include "model/antimony_parse.h"

typedef struct writer {
    const bp_spec *spec;
    bp_text *out;
    bp_names taken;  // plain names given so far
    bp_names dotted; // names of the spec; index in `plain`
    BP_ARRAY(const char *) plain;
    bp_arena arena;
    bool failed;
} writer;

// ---- names ----

// What Antimony would read as something else.
static bool is_reserved(const char *name) {
    static const char *const words[] = {
#define X(key, text) text,
        BP_KEYWORD_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], name) == 0) return true;
    return bp_is_constant_name(name) || bp_is_function_name(name);
}

// Dots become "__"; a name that is taken gets underscores until it is not.
static const char *make_plain(writer *w, const char *name) {
    bp_text text = {0};
    for (const char *c = name; *c; c++)
        bp_text_add_n(&text, *c == '.' ? "__" : c, *c == '.' ? 2 : 1);
    while (!text.failed && (is_reserved(bp_text_get(&text)) ||
                            bp_names_find(&w->taken, bp_text_get(&text)) >= 0))
        bp_text_add(&text, "_");
    const char *copy =
        text.failed ? NULL : bp_arena_copy(&w->arena, bp_text_get(&text));
    if (!copy || bp_names_add(&w->taken, copy) < 0) w->failed = true;
    bp_text_clear(&text);
    return w->failed ? NULL : copy;
}

static const char *plain(writer *w, const char *name) {
    int i = bp_names_find(&w->dotted, name);
    if (i >= 0) return w->plain.items[i];
    const char *fresh = make_plain(w, name);
    if (fresh && bp_names_add(&w->dotted, name) >= 0 && bp_array_push(&w->plain, fresh))
        return fresh;
    w->failed = true;
    return "";
}

// Names without a dot keep what they are called, whoever comes first.
static void give_names(writer *w) {
    const bp_spec *spec = w->spec;
    for (int dotted = 0; dotted < 2 && !w->failed; dotted++) {
        for (int i = 0; i < spec->symbols.count && !w->failed; i++)
            if ((strchr(spec->symbols.items[i].name, '.') != NULL) == dotted)
                plain(w, spec->symbols.items[i].name);
        for (int i = 0; i < spec->reactions.count && !w->failed; i++)
            if ((strchr(spec->reactions.items[i].name, '.') != NULL) == dotted)
                plain(w, spec->reactions.items[i].name);
        for (int i = 0; i < spec->events.count && !w->failed; i++)
            if ((strchr(spec->events.items[i].name, '.') != NULL) == dotted)
                plain(w, spec->events.items[i].name);
    }
}

// ---- trees with plain names ----

static const bp_ast *rename_tree(writer *w, const bp_ast *ast) {
    if (!ast || w->failed) return NULL;
    const bp_ast **args;
    bp_ast *copy = bp_ast_make_open(&w->arena, ast->op, ast->n_args, ast->where, &args);
    if (!copy) {
        w->failed = true;
        return NULL;
    }
    copy->number = ast->number;
    copy->unit = ast->unit;
    copy->name = ast->op == BP_OP_NAME ? plain(w, ast->name) : ast->name;
    for (int i = 0; i < ast->n_args; i++)
        args[i] = rename_tree(w, ast->args[i]);
    return w->failed ? NULL : copy;
}

static void put(writer *w, const char *text) {
    bp_text_add(w->out, text);
}

static void put_tree(writer *w, const bp_ast *ast) {
    const bp_ast *renamed = rename_tree(w, ast);
    if (renamed) bp_ast_print(renamed, w->out);
}

// Text in quotes: Antimony knows no escapes, so what would end it is replaced.
static void put_quoted(writer *w, const char *text) {
    bool lines = strchr(text, '\n') != NULL || strchr(text, '\r') != NULL ||
                 strchr(text, '"') != NULL;
    put(w, lines ? "```" : "\"");
    for (const char *c = text; *c; c++) {
        bool closing = lines && strncmp(c, "```", 3) == 0;
        bp_text_add_n(w->out, closing ? "'" : c, 1);
    }
    put(w, lines ? "```" : "\"");
}

static void end_line(writer *w, const char *note) {
    put(w, ";");
    if (note && note[0]) {
        put(w, "  // ");
        for (const char *c = note; *c; c++)
            bp_text_add_n(w->out, *c == '\n' || *c == '\r' ? " " : c, 1);
    }
    put(w, "\n");
}

static void heading(writer *w, const char *text, bool *done) {
    if (!*done) bp_text_format(w->out, "\n  // %s\n", text);
    *done = true;
}

// ---- functions and units ----

static void write_functions(writer *w) {
    for (int i = 0; i < w->spec->functions.count; i++) {
        const bp_function *f = &w->spec->functions.items[i];
        bp_text_format(w->out, "function %s(", f->name);
        for (int k = 0; k < f->n_args; k++)
            bp_text_format(w->out, "%s%s", k > 0 ? ", " : "", f->args[k]);
        put(w, ")\n  ");
        bp_ast_print(f->body, w->out);
        put(w, ";\nend\n\n");
    }
}

static void write_unit(writer *w, const char *name, const char *text) {
    if (text) bp_text_format(w->out, "  unit %s = %s;\n", name, text);
}

static void write_units(writer *w) {
    const bp_spec *s = w->spec;
    bool done = false;
    if (s->units.count > 0 || s->substance_unit || s->extent_unit || s->volume_unit ||
        s->area_unit || s->length_unit || s->time_unit)
        heading(w, "Units", &done);
    for (int i = 0; i < s->units.count; i++)
        write_unit(w, s->units.items[i].name, s->units.items[i].text);
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
static const bp_ast *initial_of(writer *w, const bp_symbol *s) {
    if (!s->initial || !s->initial_is_amount || s->substance_only || s->compartment < 0)
        return s->initial;
    const bp_ast *size = bp_ast_make_name(
        &w->arena, w->spec->symbols.items[s->compartment].name, s->initial->where);
    const bp_ast *args[2] = {s->initial, size};
    const bp_ast *quotient =
        size ? bp_ast_make_call(&w->arena, BP_OP_DIV, args, 2, s->initial->where)
             : NULL;
    if (!quotient) w->failed = true;
    return quotient;
}

static void write_symbol(writer *w, const bp_symbol *s) {
    const bp_ast *initial = initial_of(w, s);
    bp_text_format(w->out, "  %s %s%s", declaration(s),
                   s->kind == BP_SPECIES && s->boundary ? "$" : "", plain(w, s->name));
    if (s->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       plain(w, w->spec->symbols.items[s->compartment].name));
    if (initial) {
        put(w, " = ");
        put_tree(w, initial);
    }
    if (s->unit) bp_text_format(w->out, ";  %s has %s", plain(w, s->name), s->unit);
    if (s->display_name) {
        bp_text_format(w->out, ";  %s is ", plain(w, s->name));
        put_quoted(w, s->display_name);
    }
    end_line(w, s->note);
}

static void write_symbols(writer *w, bp_symbol_kind kind, const char *title) {
    bool done = false;
    for (int i = 0; i < w->spec->symbols.count; i++) {
        const bp_symbol *s = &w->spec->symbols.items[i];
        if (s->kind != kind || !s->declared) continue;
        heading(w, title, &done);
        write_symbol(w, s);
    }
}

static void write_rules(writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->symbols.count; i++) {
        const bp_symbol *s = &w->spec->symbols.items[i];
        if (s->rule_kind == BP_NO_RULE) continue;
        heading(w, "Rules", &done);
        bp_text_format(w->out, "  %s%s ", plain(w, s->name),
                       s->rule_kind == BP_RATE_RULE ? "' =" : " :=");
        put_tree(w, s->rule);
        put(w, ";\n");
    }
}

// ---- reactions and events ----

static void write_side(writer *w, const bp_term *terms, int n) {
    for (int i = 0; i < n; i++) {
        const bp_term *t = &terms[i];
        if (i > 0) put(w, " + ");
        if (t->variable_stoichiometry) {
            put_tree(w, t->variable_stoichiometry);
            put(w, " ");
        } else if (t->stoichiometry != 1.0) {
            bp_text_number(w->out, t->stoichiometry);
            put(w, " ");
        }
        put(w, plain(w, w->spec->symbols.items[t->species].name));
    }
}

static void write_reaction(writer *w, const bp_reaction *r) {
    bp_text_format(w->out, "  %s", plain(w, r->name));
    if (r->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       plain(w, w->spec->symbols.items[r->compartment].name));
    put(w, ": ");
    write_side(w, r->reactants, r->n_reactants);
    put(w, r->reversible ? " -> " : " => ");
    write_side(w, r->products, r->n_products);
    put(w, "; ");
    put_tree(w, r->law);
    end_line(w, r->note);
}

static bool tree_names(const bp_ast *ast, const char *name) {
    if (!ast) return false;
    if (ast->op == BP_OP_NAME && strcmp(ast->name, name) == 0) return true;
    for (int i = 0; i < ast->n_args; i++)
        if (tree_names(ast->args[i], name)) return true;
    return false;
}

static void write_reactions(writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->reactions.count; i++) {
        heading(w, "Reactions", &done);
        write_reaction(w, &w->spec->reactions.items[i]);
    }
    for (int i = 0; i < w->spec->reactions.count; i++) {
        const bp_reaction *r = &w->spec->reactions.items[i];
        for (int m = 0; m < r->n_modifiers; m++) {
            const char *name = w->spec->symbols.items[r->modifiers[m]].name;
            if (tree_names(r->law, name)) continue; // the law says it
            bp_text_format(w->out, "  %s -( %s; ;\n", plain(w, name),
                           plain(w, r->name));
        }
    }
}

static void write_event(writer *w, const bp_event *e) {
    bp_text_format(w->out, "  %s: at ", plain(w, e->name));
    if (e->delay) {
        put_tree(w, e->delay);
        put(w, " after ");
    }
    put_tree(w, e->trigger);
    if (e->priority) {
        put(w, ", priority = ");
        put_tree(w, e->priority);
    }
    if (!e->initially_true) put(w, ", t0 = false");
    if (!e->persistent) put(w, ", persistent = false");
    if (!e->values_from_trigger) put(w, ", fromTrigger = false");
    put(w, ": ");
    for (int i = 0; i < e->n_assignments; i++) {
        const bp_event_assignment *a = &e->assignments[i];
        bp_text_format(w->out, "%s%s = ", i > 0 ? ", " : "",
                       plain(w, w->spec->symbols.items[a->symbol].name));
        put_tree(w, a->value);
    }
    put(w, ";\n");
}

static void write_events(writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->events.count; i++) {
        heading(w, "Events", &done);
        write_event(w, &w->spec->events.items[i]);
    }
}

// ---- names for people, terms, annotations ----

static void write_display(writer *w, const char *name, const char *text) {
    if (!text) return;
    bp_text_format(w->out, "  %s is ", plain(w, name));
    put_quoted(w, text);
    put(w, ";\n");
}

static void write_sbo(writer *w, const char *name, int sbo) {
    if (sbo > 0) bp_text_format(w->out, "  %s.sboTerm = %d;\n", plain(w, name), sbo);
}

static void write_annotations(writer *w) {
    const bp_spec *s = w->spec;
    for (int i = 0; i < s->reactions.count; i++)
        write_display(w, s->reactions.items[i].name,
                      s->reactions.items[i].display_name);
    for (int i = 0; i < s->events.count; i++)
        write_display(w, s->events.items[i].name, s->events.items[i].display_name);
    for (int i = 0; i < s->symbols.count; i++)
        write_sbo(w, s->symbols.items[i].name, s->symbols.items[i].sbo);
    for (int i = 0; i < s->reactions.count; i++)
        write_sbo(w, s->reactions.items[i].name, s->reactions.items[i].sbo);
    for (int i = 0; i < s->annotations.count; i++) {
        const bp_annotation *a = &s->annotations.items[i];
        bp_text_format(w->out, "  %s %s ", a->target[0] ? plain(w, a->target) : "model",
                       a->qualifier);
        put_quoted(w, a->uri);
        put(w, ";\n");
    }
}

// ---- the whole ----

static void write_all(writer *w, const char *name) {
    write_functions(w);
    bp_text_format(w->out, "model *%s()\n", name);
    write_units(w);
    write_symbols(w, BP_COMPARTMENT, "Compartments");
    write_symbols(w, BP_SPECIES, "Species");
    write_symbols(w, BP_PARAMETER, "Parameters");
    write_rules(w);
    write_reactions(w);
    write_events(w);
    write_annotations(w);
    put(w, "end\n");
    if (w->spec->display_name) {
        bp_text_format(w->out, "%s is ", name);
        put_quoted(w, w->spec->display_name);
        put(w, "\n");
    }
}

bp_status bp_antimony_write(const bp_spec *spec, bp_text *out) {
    writer w = {.spec = spec, .out = out};
    const char *name = spec->name && spec->name[0] ? spec->name : "model_";
    // functions and units keep their names; symbols step aside
    for (int i = 0; i < spec->functions.count && !w.failed; i++)
        w.failed = bp_names_add(&w.taken, spec->functions.items[i].name) < 0;
    for (int i = 0; i < spec->units.count && !w.failed; i++)
        w.failed = bp_names_add(&w.taken, spec->units.items[i].name) < 0;
    if (!w.failed) name = make_plain(&w, name);
    if (!w.failed) give_names(&w);
    if (!w.failed) write_all(&w, name);
    bool failed = w.failed || out->failed;
    bp_names_clear(&w.taken);
    bp_names_clear(&w.dotted);
    bp_array_clear(&w.plain);
    bp_arena_clear(&w.arena);
    return failed ? BP_NO_MEMORY : BP_OK;
}
