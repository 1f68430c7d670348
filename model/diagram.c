#include "model/diagram.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/ast.h"

// ---- which reactions ----

static bool is_inside(const char *name, const char *instance) {
    size_t n = strlen(instance);
    return !strncmp(name, instance, n) && name[n] == '.';
}

static bool has_instance(const bp_spec *spec, const char *reaction) {
    for (int i = 0; i < spec->instances.count; i++)
        if (is_inside(reaction, spec->instances.items[i].name)) return true;
    return false;
}

static bool is_named(const char *name, const char *text, size_t length) {
    return strlen(name) == length && !memcmp(name, text, length);
}

// Whether one name of `part` chooses the reaction.
static bool chooses(const bp_spec *spec, const char *name, size_t length,
                    const char *reaction) {
    if (spec->name && is_named(spec->name, name, length) &&
        !has_instance(spec, reaction))
        return true;
    for (int i = 0; i < spec->instances.count; i++) {
        const bp_instance *instance = &spec->instances.items[i];
        if (is_inside(reaction, instance->name) &&
            (is_named(instance->name, name, length) ||
             is_named(instance->module, name, length)))
            return true;
    }
    return false;
}

static bp_status unknown_part(const bp_spec *spec, const char *name, size_t length,
                              bp_error *err) {
    int n = 0;
    const char **names =
        bp_calloc(2 * (size_t)spec->instances.count + 1, sizeof *names);
    bp_text wanted = {0};
    bp_text_add_n(&wanted, name, length);
    if (!names || wanted.failed) {
        bp_free(names);
        bp_text_clear(&wanted);
        return bp_error_no_memory(err);
    }
    for (int i = 0; i < spec->instances.count; i++) {
        names[n++] = spec->instances.items[i].name;
        names[n++] = spec->instances.items[i].module;
    }
    if (spec->name) names[n++] = spec->name;
    const char *nearest = bp_text_nearest(bp_text_get(&wanted), names, n);
    bp_status status = bp_error_set(
        err, BP_UNKNOWN_NAME,
        "no reaction belongs to '%s'%s%s%s: name a module, an instance of one, or the "
        "model itself",
        bp_text_get(&wanted), nearest ? "; did you mean '" : "", nearest ? nearest : "",
        nearest ? "'" : "");
    bp_text_clear(&wanted);
    bp_free(names);
    return status;
}

// Marks the reactions that `part` chooses (n_reactions).
static bp_status choose(const bp_spec *spec, const char *part, bool *chosen,
                        bp_error *err) {
    if (!part) {
        for (int r = 0; r < spec->reactions.count; r++)
            chosen[r] = true;
        return BP_OK;
    }
    for (const char *p = part;;) {
        size_t length = strcspn(p, ",");
        bool any = false;
        for (int r = 0; r < spec->reactions.count; r++)
            if (chooses(spec, p, length, spec->reactions.items[r].name))
                chosen[r] = any = true;
        if (!any) return unknown_part(spec, p, length, err);
        if (!p[length]) return BP_OK;
        p += length + 1;
    }
}

// ---- influence ----

enum { RAISES = 1, LOWERS = 2 };

// How the names of a tree act on its value: RAISES and LOWERS are or-ed into
// `effect` (n_symbols). Terms of fractions and differences count with their sign; what
// is not a sum, product, power or quotient counts as rising.
static void find_effects(const bp_spec *spec, const bp_ast *ast, int sign,
                         unsigned char *effect) {
    if (ast->op == BP_OP_NAME) {
        int symbol = bp_spec_find(spec, ast->name);
        if (symbol >= 0) effect[symbol] |= sign > 0 ? RAISES : LOWERS;
        return;
    }
    bool flips = ast->op == BP_OP_DIV || ast->op == BP_OP_SUB;
    int flipped = ast->n_args == 1 ? 0 : 1;
    for (int i = 0; i < ast->n_args; i++)
        find_effects(spec, ast->args[i], flips && i == flipped ? -sign : sign, effect);
}

// What acts on a law from outside: species and computed variables.
static bool may_influence(const bp_symbol *symbol) {
    if (symbol->kind == BP_SPECIES) return true;
    return symbol->kind == BP_PARAMETER && symbol->rule_kind != BP_NO_RULE;
}

static bool takes_part(const bp_reaction *reaction, int symbol) {
    for (int i = 0; i < reaction->n_reactants; i++)
        if (reaction->reactants[i].species == symbol) return true;
    for (int i = 0; i < reaction->n_products; i++)
        if (reaction->products[i].species == symbol) return true;
    return false;
}

// ---- Graphviz ----

typedef struct drawing {
    const bp_spec *spec;
    bool one_part;         // a single instance or module is drawn
    bool *chosen;          // (n_reactions)
    bool *drawn;           // symbols that have a node (n_symbols)
    unsigned char *effect; // of the law at hand (n_symbols)
    bp_text *out;
} drawing;

// The name without its instance: the picture of one instance need not repeat it.
static const char *short_name(const drawing *d, const char *name) {
    const char *dot = strrchr(name, '.');
    return dot && d->one_part ? dot + 1 : name;
}

static void draw_symbol(drawing *d, int index) {
    const bp_symbol *symbol = &d->spec->symbols.items[index];
    if (d->drawn[index]) return;
    d->drawn[index] = true;
    bp_text_add(d->out, "  ");
    bp_text_json(d->out, symbol->name);
    bp_text_add(d->out, " [label=");
    bp_text_json(d->out, short_name(d, symbol->name));
    if (symbol->kind == BP_SPECIES)
        bp_text_add(d->out, ", shape=box, style=\"rounded,filled\", "
                            "fillcolor=\"#d6eaf5\"];\n");
    else
        bp_text_add(d->out, ", shape=ellipse, style=filled, "
                            "fillcolor=\"#f5f5f5\", color=\"#888888\"];\n");
}

// One arrow between a species and the dot of a reaction.
static void draw_term(drawing *d, const bp_reaction *reaction, const bp_term *term,
                      bool is_product) {
    const char *species = d->spec->symbols.items[term->species].name;
    draw_symbol(d, term->species);
    bp_text_add(d->out, "  ");
    bp_text_json(d->out, is_product ? reaction->name : species);
    bp_text_add(d->out, " -> ");
    bp_text_json(d->out, is_product ? species : reaction->name);
    bp_text_format(d->out, " [arrowhead=%s", is_product ? "normal" : "none");
    if (term->stoichiometry != 1) {
        bp_text_add(d->out, ", label=\" ");
        bp_text_number_short(d->out, term->stoichiometry, 4);
        bp_text_add(d->out, "\"");
    }
    bp_text_add(d->out, "];\n");
}

static void draw_influence(drawing *d, const bp_reaction *reaction, int symbol) {
    static const char *const heads[] = {
        [RAISES] = "odot", [LOWERS] = "tee", [RAISES | LOWERS] = "odiamond"};
    draw_symbol(d, symbol);
    bp_text_add(d->out, "  ");
    bp_text_json(d->out, d->spec->symbols.items[symbol].name);
    bp_text_add(d->out, " -> ");
    bp_text_json(d->out, reaction->name);
    bp_text_format(d->out, " [style=dashed, arrowhead=%s, color=\"%s\"];\n",
                   heads[d->effect[symbol]],
                   d->effect[symbol] == LOWERS ? "#d55e00" : "#0072b2");
}

static void draw_reaction(drawing *d, const bp_reaction *reaction) {
    memset(d->effect, 0, (size_t)d->spec->symbols.count);
    if (reaction->law) find_effects(d->spec, reaction->law, 1, d->effect);
    bp_text_add(d->out, "  ");
    bp_text_json(d->out, reaction->name);
    bp_text_add(d->out, " [shape=point, width=0.07, tooltip=");
    bp_text_json(d->out, reaction->name);
    bp_text_add(d->out, "];\n");
    for (int i = 0; i < reaction->n_reactants; i++)
        draw_term(d, reaction, &reaction->reactants[i], false);
    for (int i = 0; i < reaction->n_products; i++)
        draw_term(d, reaction, &reaction->products[i], true);
    for (int s = 0; s < d->spec->symbols.count; s++)
        if (d->effect[s] && may_influence(&d->spec->symbols.items[s]) &&
            !takes_part(reaction, s))
            draw_influence(d, reaction, s);
}

static bp_status draw(drawing *d, const char *part, bp_error *err) {
    if (!d->chosen || !d->drawn || !d->effect) return bp_error_no_memory(err);
    BP_TRY(choose(d->spec, part, d->chosen, err));
    bp_text_add(d->out, "digraph ");
    bp_text_json(d->out, d->spec->name ? d->spec->name : "network");
    bp_text_add(d->out, " {\n  graph [rankdir=LR, nodesep=0.15, ranksep=0.35];\n"
                        "  node [fontname=\"Helvetica\", fontsize=11, height=0.3, "
                        "margin=\"0.08,0.03\"];\n"
                        "  edge [arrowsize=0.6];\n");
    for (int r = 0; r < d->spec->reactions.count; r++)
        if (d->chosen[r]) draw_reaction(d, &d->spec->reactions.items[r]);
    bp_text_add(d->out, "}\n");
    return d->out->failed ? bp_error_no_memory(err) : BP_OK;
}

bp_status bp_spec_diagram(const bp_spec *spec, const char *part, bp_text *out,
                          bp_error *err) {
    size_t n_symbols = (size_t)spec->symbols.count + 1;
    drawing d = {.spec = spec,
                 .one_part = part && !strchr(part, ','),
                 .chosen = bp_calloc((size_t)spec->reactions.count + 1, sizeof(bool)),
                 .drawn = bp_calloc(n_symbols, sizeof(bool)),
                 .effect = bp_calloc(n_symbols, 1),
                 .out = out};
    bp_status status = draw(&d, part, err);
    bp_free(d.chosen);
    bp_free(d.drawn);
    bp_free(d.effect);
    return status;
}

// ---- Markdown ----

static void add_side(const bp_spec *spec, const bp_term *terms, int n, bp_text *out) {
    for (int i = 0; i < n; i++) {
        if (i) bp_text_add(out, " + ");
        if (terms[i].stoichiometry != 1) {
            bp_text_number_short(out, terms[i].stoichiometry, 4);
            bp_text_add(out, " ");
        }
        bp_text_add(out, spec->symbols.items[terms[i].species].name);
    }
    if (n == 0) bp_text_add(out, "nothing");
}

// A bar would end the cell of the table.
static void add_cell(const char *text, bp_text *out) {
    for (const char *p = text; *p; p++) {
        if (*p == '|') bp_text_add(out, "\\");
        bp_text_add_n(out, p, 1);
    }
}

static void add_row(const bp_spec *spec, const bp_reaction *reaction, bp_text *out) {
    bp_text_format(out, "| `%s` | ", reaction->name);
    add_side(spec, reaction->reactants, reaction->n_reactants, out);
    bp_text_add(out, reaction->reversible ? " → " : " ⇒ ");
    add_side(spec, reaction->products, reaction->n_products, out);
    bp_text_add(out, " | `");
    if (reaction->law) bp_ast_print(reaction->law, out);
    bp_text_add(out, "` | ");
    add_cell(reaction->note ? reaction->note : "", out);
    bp_text_add(out, " |\n");
}

bp_status bp_spec_reaction_table(const bp_spec *spec, const char *part, bp_text *out,
                                 bp_error *err) {
    bool *chosen = bp_calloc((size_t)spec->reactions.count + 1, sizeof(bool));
    if (!chosen) return bp_error_no_memory(err);
    bp_status status = choose(spec, part, chosen, err);
    if (status == BP_OK) {
        bp_text_add(out, "| reaction | scheme | law | note |\n|---|---|---|---|\n");
        for (int r = 0; r < spec->reactions.count; r++)
            if (chosen[r]) add_row(spec, &spec->reactions.items[r], out);
        if (out->failed) status = bp_error_no_memory(err);
    }
    bp_free(chosen);
    return status;
}
