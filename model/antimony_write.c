// Spec -> flat Antimony text.
//
// The text is read by libAntimony and by Bypass alike, and reading it gives the same
// spec again: every symbol is declared in the order of the spec, then what is known of
// it.
#include <math.h>
#include <string.h>

#include "model/antimony_parse.h"
#include "model/plain_names.h"

typedef struct writer {
    const bp_spec *spec;
    bp_text *out;
    bp_error *err;
    bp_plain_names names, unit_names;
    bp_text stoichiometries; // symbols that were made for them
    bp_arena arena;
    bp_status status; // the first failure; sticky
} writer;

static void fail(writer *w, bp_status status) {
    if (w->status == BP_OK) w->status = status;
}

static void refuse(writer *w, bp_where where, const char *what, const char *advice) {
    if (w->status != BP_OK) return;
    w->status = bp_error_at(w->err, BP_UNSUPPORTED, where, "Antimony cannot say %s; %s",
                            what, advice);
}

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

// A unit of such a name would be that of the whole model.
static bool is_reserved_unit(const char *name) {
    static const char *const wide[] = {"substance", "volume",    "area",
                                       "length",    "time_unit", "extent"};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(wide[i], name) == 0) return true;
    return is_reserved(name);
}

static const char *plain(writer *w, const char *name) {
    const char *made = bp_plain_name(&w->names, name);
    if (w->names.failed) fail(w, BP_NO_MEMORY);
    return made;
}

// Functions and units keep their names where they can; symbols step aside, since
// Antimony has one space of names for all.
static void give_names(writer *w) {
    const bp_spec *spec = w->spec;
    w->names = (bp_plain_names){.spec = spec, .is_reserved = is_reserved};
    w->unit_names = (bp_plain_names){.is_reserved = is_reserved_unit};
    for (int i = 0; i < spec->functions.count; i++)
        plain(w, spec->functions.items[i].name);
    for (int i = 0; i < spec->units.count && w->status == BP_OK; i++) {
        const char *name = bp_plain_name(&w->unit_names, spec->units.items[i].name);
        if (w->unit_names.failed || bp_names_add(&w->names.taken, name) < 0)
            fail(w, BP_NO_MEMORY);
    }
    bp_plain_give(&w->names);
    if (w->names.failed) fail(w, BP_NO_MEMORY);
}

// ---- units ----

static bool is_unit(const bp_spec *spec, const char *name) {
    for (int i = 0; i < spec->units.count; i++)
        if (strcmp(spec->units.items[i].name, name) == 0) return true;
    return false;
}

static bool in_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || (unsigned char)c >= 0x80;
}

// The text of a unit with the names that its units are given here.
static void add_unit(writer *w, const char *text, bp_text *out) {
    for (const char *c = text; *c;) {
        size_t n = 0;
        while (in_name(c[n]))
            n++;
        bool word = n > 0 && !(c[0] >= '0' && c[0] <= '9');
        const char *name = word ? bp_arena_copy_n(&w->arena, c, n) : NULL;
        if (word && !name) fail(w, BP_NO_MEMORY);
        if (name && is_unit(w->spec, name))
            bp_text_add(out, bp_plain_name(&w->unit_names, name));
        else
            bp_text_add_n(out, c, n > 0 ? n : 1);
        c += n > 0 ? n : 1;
    }
    if (w->unit_names.failed) fail(w, BP_NO_MEMORY);
}

static const char *unit_text(writer *w, const char *text) {
    bp_text out = {0};
    if (!text) return NULL;
    add_unit(w, text, &out);
    const char *kept = out.failed ? NULL : bp_arena_copy(&w->arena, bp_text_get(&out));
    if (!kept) fail(w, BP_NO_MEMORY);
    bp_text_clear(&out);
    return kept;
}

// ---- trees with plain names ----

// An argument keeps its name unless the language has it for itself.
static const char *argument_name(writer *w, const bp_function *f, const char *name) {
    bp_plain_names own = {.is_reserved = is_reserved};
    const char *made = "";
    for (int i = 0; i < f->n_args; i++)
        if (strcmp(f->args[i], name) == 0)
            made = bp_plain_name(&own, name);
        else
            bp_plain_name(&own, f->args[i]);
    const char *kept = own.failed ? NULL : bp_arena_copy(&w->arena, made);
    bp_plain_clear(&own);
    if (!kept) fail(w, BP_NO_MEMORY);
    return kept ? kept : "";
}

// A tree with the names that things are given here; the arguments of `within` (NULL:
// none) are names of their own.
static const bp_ast *rename_tree(writer *w, const bp_ast *ast,
                                 const bp_function *within) {
    if (!ast || w->status != BP_OK) return NULL;
    const bp_ast **args;
    bp_ast *copy = bp_ast_make_open(&w->arena, ast->op, ast->n_args, ast->where, &args);
    if (!copy) {
        fail(w, BP_NO_MEMORY);
        return NULL;
    }
    copy->number = ast->number;
    copy->unit = unit_text(w, ast->unit);
    copy->name = ast->name;
    if (ast->op == BP_OP_CALL || (ast->op == BP_OP_NAME && !within))
        copy->name = plain(w, ast->name);
    else if (ast->op == BP_OP_NAME)
        copy->name = argument_name(w, within, ast->name);
    for (int i = 0; i < ast->n_args; i++)
        args[i] = rename_tree(w, ast->args[i], within);
    return w->status == BP_OK ? copy : NULL;
}

// The name of the spec where the plain one does not show it: A(b!1), at. NULL: it does.
static const char *lost_name(writer *w, const char *name) {
    bool dotted = false;
    for (const char *c = name; *c; c++) {
        if (*c != '.' && !in_name(*c)) return name;
        dotted = dotted || *c == '.';
    }
    return dotted || strcmp(plain(w, name), name) == 0 ? NULL : name;
}

static void put(writer *w, const char *text) {
    bp_text_add(w->out, text);
}

static void put_tree(writer *w, const bp_ast *ast) {
    const bp_ast *renamed = rename_tree(w, ast, NULL);
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
    for (int i = 0; i < w->spec->functions.count && w->status == BP_OK; i++) {
        const bp_function *f = &w->spec->functions.items[i];
        const bp_ast *body = rename_tree(w, f->body, f);
        bp_text_format(w->out, "function %s(", plain(w, f->name));
        for (int k = 0; k < f->n_args; k++)
            bp_text_format(w->out, "%s%s", k > 0 ? ", " : "",
                           argument_name(w, f, f->args[k]));
        put(w, ")\n  ");
        bp_ast_print(body, w->out);
        put(w, ";\nend\n\n");
    }
}

static void write_unit(writer *w, const char *name, const char *text) {
    if (!text) return;
    bp_text_format(w->out, "  unit %s = ", name);
    add_unit(w, text, w->out);
    put(w, ";\n");
}

static void write_units(writer *w) {
    const bp_spec *s = w->spec;
    bool done = false;
    if (s->units.count > 0 || s->substance_unit || s->extent_unit || s->volume_unit ||
        s->area_unit || s->length_unit || s->time_unit)
        heading(w, "Units", &done);
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
static const bp_ast *initial_of(writer *w, const bp_symbol *s) {
    if (!s->initial || !s->initial_is_amount || s->substance_only || s->compartment < 0)
        return s->initial;
    const bp_ast *size = bp_ast_make_name(
        &w->arena, w->spec->symbols.items[s->compartment].name, s->initial->where);
    const bp_ast *args[2] = {s->initial, size};
    const bp_ast *quotient =
        size ? bp_ast_make_call(&w->arena, BP_OP_DIV, args, 2, s->initial->where)
             : NULL;
    if (!quotient) fail(w, BP_NO_MEMORY);
    return quotient;
}

static void write_symbol(writer *w, const bp_symbol *s) {
    const bp_ast *initial = initial_of(w, s);
    bp_text_format(w->out, "  %s %s%s", declaration(s),
                   s->kind == BP_SPECIES && (s->boundary || s->constant) ? "$" : "",
                   plain(w, s->name));
    if (s->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       plain(w, w->spec->symbols.items[s->compartment].name));
    if (initial) {
        put(w, " = ");
        put_tree(w, initial);
    }
    if (s->unit)
        bp_text_format(w->out, ";  %s has %s", plain(w, s->name),
                       unit_text(w, s->unit));
    const char *display = s->display_name ? s->display_name : lost_name(w, s->name);
    if (display) {
        bp_text_format(w->out, ";  %s is ", plain(w, s->name));
        put_quoted(w, display);
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

// A stoichiometry that Antimony has no place for is a symbol with a rule: an
// expression, a conversion factor.
static const char *stoichiometry_symbol(writer *w, const bp_reaction *r,
                                        const bp_term *t) {
    const bp_symbol *s = &w->spec->symbols.items[t->species];
    bp_text text = {0};
    bp_text_format(&text, "%s_%s_n", plain(w, r->name), plain(w, s->name));
    const char *name = text.failed ? "" : bp_plain_make(&w->names, bp_text_get(&text));
    if (text.failed || w->names.failed) fail(w, BP_NO_MEMORY);
    bp_text_clear(&text);
    bp_text_format(&w->stoichiometries, "  var %s := ", name);
    if (s->conversion >= 0)
        bp_text_format(&w->stoichiometries, "%s*(",
                       plain(w, w->spec->symbols.items[s->conversion].name));
    const bp_ast *tree = rename_tree(w, t->variable_stoichiometry, NULL);
    if (tree)
        bp_ast_print(tree, &w->stoichiometries);
    else
        bp_text_number(&w->stoichiometries, t->stoichiometry);
    bp_text_add(&w->stoichiometries, s->conversion >= 0 ? ");\n" : ";\n");
    return name;
}

static void write_term(writer *w, const bp_reaction *r, const bp_term *t) {
    const bp_symbol *s = &w->spec->symbols.items[t->species];
    const bp_ast *n = t->variable_stoichiometry;
    bool number = !n && t->stoichiometry >= 0 && t->stoichiometry < INFINITY;
    if (s->conversion >= 0 || (n ? n->op != BP_OP_NAME : !number))
        bp_text_format(w->out, "%s ", stoichiometry_symbol(w, r, t));
    else if (n)
        bp_text_format(w->out, "%s ", plain(w, n->name));
    else if (t->stoichiometry != 1.0) {
        bp_text_number(w->out, t->stoichiometry);
        put(w, " ");
    }
    put(w, plain(w, s->name));
}

static void write_side(writer *w, const bp_reaction *r, const bp_term *terms, int n) {
    for (int i = 0; i < n; i++) {
        if (i > 0) put(w, " + ");
        write_term(w, r, &terms[i]);
    }
}

static void write_reaction(writer *w, const bp_reaction *r) {
    if (r->fast) refuse(w, r->where, "that a reaction is fast", "write SBML instead");
    bp_text_format(w->out, "  %s", plain(w, r->name));
    if (r->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       plain(w, w->spec->symbols.items[r->compartment].name));
    put(w, ": ");
    write_side(w, r, r->reactants, r->n_reactants);
    put(w, r->reversible ? " -> " : " => ");
    write_side(w, r, r->products, r->n_products);
    put(w, "; ");
    put_tree(w, r->law);
    end_line(w, r->note);
}

static bool tree_names(const bp_spec *spec, const bp_ast *ast, const char *name) {
    if (!ast) return false;
    if (ast->op == BP_OP_NAME && strcmp(bp_spec_resolve(spec, ast->name), name) == 0)
        return true;
    for (int i = 0; i < ast->n_args; i++)
        if (tree_names(spec, ast->args[i], name)) return true;
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
            if (tree_names(w->spec, r->law, name)) continue; // the law says it
            bp_text_format(w->out, "  %s -( %s; ;\n", plain(w, name),
                           plain(w, r->name));
        }
    }
    if (w->stoichiometries.length > 0) {
        done = false;
        heading(w, "Stoichiometries", &done);
        put(w, bp_text_get(&w->stoichiometries));
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
        if (w->spec->events.items[i].n_assignments == 0) continue; // it does nothing
        heading(w, "Events", &done);
        write_event(w, &w->spec->events.items[i]);
    }
}

// ---- names for people, terms, annotations ----

static void write_display(writer *w, const char *name, const char *text) {
    if (!text) text = lost_name(w, name);
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

bp_status bp_antimony_write(const bp_spec *spec, bp_text *out, bp_error *err) {
    writer w = {.spec = spec, .out = out, .err = err};
    const char *name = spec->name && spec->name[0] ? spec->name : "model_";
    if (spec->algebraic.count > 0)
        refuse(&w, spec->algebraic.items[0].where, "that an expression is zero",
               "write SBML instead");
    give_names(&w);
    name = w.status == BP_OK ? bp_plain_make(&w.names, name) : "";
    if (w.names.failed) fail(&w, BP_NO_MEMORY);
    if (w.status == BP_OK) write_all(&w, name);
    if (out->failed || w.stoichiometries.failed) fail(&w, BP_NO_MEMORY);
    if (w.status == BP_NO_MEMORY) bp_error_no_memory(err);
    bp_plain_clear(&w.names);
    bp_plain_clear(&w.unit_names);
    bp_text_clear(&w.stoichiometries);
    bp_arena_clear(&w.arena);
    return w.status;
}
