// Reactions and events as Antimony.
#include <math.h>
#include <string.h>

#include "model/antimony_write.h"

// A stoichiometry that Antimony has no place for is a symbol with a rule: an
// expression, a conversion factor.
static const char *stoichiometry_symbol(bp_antimony_writer *w, const bp_reaction *r,
                                        const bp_term *t) {
    const bp_symbol *s = &w->spec->symbols.items[t->species];
    bp_text text = {0};
    bp_text_format(&text, "%s_%s_n", bp_ant_name(w, r->name), bp_ant_name(w, s->name));
    const char *name = text.failed ? "" : bp_plain_make(&w->names, bp_text_get(&text));
    if (text.failed || w->names.failed) bp_ant_fail(w, BP_NO_MEMORY);
    bp_text_clear(&text);
    bp_text_format(&w->stoichiometries, "  var %s := ", name);
    if (s->conversion >= 0)
        bp_text_format(&w->stoichiometries, "%s*(",
                       bp_ant_name(w, w->spec->symbols.items[s->conversion].name));
    const bp_ast *tree = bp_ant_tree(w, t->variable_stoichiometry, NULL);
    if (tree)
        bp_ast_print(tree, &w->stoichiometries);
    else
        bp_text_number(&w->stoichiometries, t->stoichiometry);
    bp_text_add(&w->stoichiometries, s->conversion >= 0 ? ");\n" : ";\n");
    return name;
}

static void write_term(bp_antimony_writer *w, const bp_reaction *r, const bp_term *t) {
    const bp_symbol *s = &w->spec->symbols.items[t->species];
    const bp_ast *n = t->variable_stoichiometry;
    bool number = !n && t->stoichiometry >= 0 && t->stoichiometry < INFINITY;
    if (s->conversion >= 0 || (n ? n->op != BP_OP_NAME : !number))
        bp_text_format(w->out, "%s ", stoichiometry_symbol(w, r, t));
    else if (n)
        bp_text_format(w->out, "%s ", bp_ant_name(w, n->name));
    else if (t->stoichiometry != 1.0) {
        bp_text_number(w->out, t->stoichiometry);
        bp_ant_put(w, " ");
    }
    bp_ant_put(w, bp_ant_name(w, s->name));
}

static void write_side(bp_antimony_writer *w, const bp_reaction *r,
                       const bp_term *terms, int n) {
    for (int i = 0; i < n; i++) {
        if (i > 0) bp_ant_put(w, " + ");
        write_term(w, r, &terms[i]);
    }
}

static void write_reaction(bp_antimony_writer *w, const bp_reaction *r) {
    if (r->fast)
        bp_ant_refuse(w, r->where, "that a reaction is fast", "write SBML instead");
    bp_text_format(w->out, "  %s", bp_ant_name(w, r->name));
    if (r->compartment >= 0)
        bp_text_format(w->out, " in %s",
                       bp_ant_name(w, w->spec->symbols.items[r->compartment].name));
    bp_ant_put(w, ": ");
    write_side(w, r, r->reactants, r->n_reactants);
    bp_ant_put(w, r->reversible ? " -> " : " => ");
    write_side(w, r, r->products, r->n_products);
    bp_ant_put(w, "; ");
    bp_ant_put_tree(w, r->law);
    bp_ant_end_line(w, r->note);
}

static bool tree_names(const bp_spec *spec, const bp_ast *ast, const char *name) {
    if (!ast) return false;
    if (ast->op == BP_OP_NAME && strcmp(bp_spec_resolve(spec, ast->name), name) == 0)
        return true;
    for (int i = 0; i < ast->n_args; i++)
        if (tree_names(spec, ast->args[i], name)) return true;
    return false;
}

void bp_ant_reactions(bp_antimony_writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->reactions.count; i++) {
        bp_ant_heading(w, "Reactions", &done);
        write_reaction(w, &w->spec->reactions.items[i]);
    }
    for (int i = 0; i < w->spec->reactions.count; i++) {
        const bp_reaction *r = &w->spec->reactions.items[i];
        for (int m = 0; m < r->n_modifiers; m++) {
            const char *name = w->spec->symbols.items[r->modifiers[m]].name;
            if (tree_names(w->spec, r->law, name)) continue; // the law says it
            bp_text_format(w->out, "  %s -( %s; ;\n", bp_ant_name(w, name),
                           bp_ant_name(w, r->name));
        }
    }
    if (w->stoichiometries.length > 0) {
        done = false;
        bp_ant_heading(w, "Stoichiometries", &done);
        bp_ant_put(w, bp_text_get(&w->stoichiometries));
    }
}

static void write_event(bp_antimony_writer *w, const bp_event *e) {
    bp_text_format(w->out, "  %s: at ", bp_ant_name(w, e->name));
    if (e->delay) {
        bp_ant_put_tree(w, e->delay);
        bp_ant_put(w, " after ");
    }
    bp_ant_put_tree(w, e->trigger);
    if (e->priority) {
        bp_ant_put(w, ", priority = ");
        bp_ant_put_tree(w, e->priority);
    }
    if (!e->initially_true) bp_ant_put(w, ", t0 = false");
    if (!e->persistent) bp_ant_put(w, ", persistent = false");
    if (!e->values_from_trigger) bp_ant_put(w, ", fromTrigger = false");
    bp_ant_put(w, ": ");
    for (int i = 0; i < e->n_assignments; i++) {
        const bp_event_assignment *a = &e->assignments[i];
        bp_text_format(w->out, "%s%s = ", i > 0 ? ", " : "",
                       bp_ant_name(w, w->spec->symbols.items[a->symbol].name));
        bp_ant_put_tree(w, a->value);
    }
    bp_ant_put(w, ";\n");
}

void bp_ant_events(bp_antimony_writer *w) {
    bool done = false;
    for (int i = 0; i < w->spec->events.count; i++) {
        if (w->spec->events.items[i].n_assignments == 0) continue; // it does nothing
        bp_ant_heading(w, "Events", &done);
        write_event(w, &w->spec->events.items[i]);
    }
}
