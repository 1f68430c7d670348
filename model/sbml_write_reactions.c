// Reactions: sides with their stoichiometries, modifiers, laws.
#include <string.h>

#include "model/sbml_write.h"

// ---- stoichiometries ----

// The symbol that is the stoichiometry of this term and of nothing else; -1: none.
static int own_symbol(const bp_sbml_writer *w, const bp_term *term) {
    const bp_ast *s = term->variable_stoichiometry;
    if (!s || s->op != BP_OP_NAME) return -1;
    int symbol = bp_spec_find(w->spec, s->name);
    return symbol >= 0 && bp_sbml_is_stoichiometry(w, symbol) ? symbol : -1;
}

// The symbol stands in the document as the id of this species reference.
static void set_symbol(bp_sbml_writer *w, SpeciesReference_t *reference, int symbol) {
    const bp_symbol *s = &w->spec->symbols.items[symbol];
    const char *id = bp_sbml_id(w, s->name);
    SpeciesReference_setId(reference, id);
    SpeciesReference_setConstant(reference, s->constant);
    double value;
    if (bp_sbml_is_number(s->initial, &value))
        SpeciesReference_setStoichiometry(reference, bp_sbml_put_number(w, value));
    bp_sbml_put_about(w, (SBase_t *)reference, s->name, s->display_name, s->sbo,
                      s->note);
}

// The tree reads nothing that changes in a run.
static bool is_constant(const bp_sbml_writer *w, const bp_ast *ast) {
    if (ast->op == BP_OP_NAME) {
        int symbol = bp_spec_find(w->spec, ast->name);
        return symbol >= 0 && w->spec->symbols.items[symbol].constant;
    }
    if (ast->op == BP_OP_TIME || ast->op == BP_OP_DELAY || ast->op == BP_OP_RATEOF)
        return false;
    for (int i = 0; i < ast->n_args; i++)
        if (!is_constant(w, ast->args[i])) return false;
    return true;
}

// An expression is the rule, or the value at the start, of an id made for it.
static void set_expression(bp_sbml_writer *w, SpeciesReference_t *reference,
                           const bp_reaction *r, const bp_term *term) {
    bp_text text = {0};
    bool constant = is_constant(w, term->variable_stoichiometry);
    bp_text_format(&text, "%s_%s_n", bp_sbml_id(w, r->name),
                   bp_sbml_id(w, w->spec->symbols.items[term->species].name));
    const char *id = text.failed ? NULL : bp_plain_make(&w->names, bp_text_get(&text));
    bp_text_clear(&text);
    if (!id || w->names.failed) {
        bp_sbml_fail(w, BP_NO_MEMORY);
        return;
    }
    SpeciesReference_setId(reference, id);
    SpeciesReference_setConstant(reference, constant);
    ASTNode_t *math =
        bp_sbml_put_math(w, term->variable_stoichiometry, bp_unit_dimensionless);
    if (constant)
        bp_sbml_set_initial(w, id, math);
    else
        bp_sbml_set_rule(w, id, BP_ASSIGNMENT_RULE, math);
}

static void write_term(bp_sbml_writer *w, const bp_reaction *r, const bp_term *term,
                       SpeciesReference_t *reference) {
    if (!bp_sbml_made(w, reference)) return;
    SpeciesReference_setSpecies(
        reference, bp_sbml_id(w, w->spec->symbols.items[term->species].name));
    int symbol = own_symbol(w, term);
    if (symbol >= 0) {
        set_symbol(w, reference, symbol);
    } else if (term->variable_stoichiometry) {
        set_expression(w, reference, r, term);
    } else {
        SpeciesReference_setStoichiometry(reference,
                                          bp_sbml_put_number(w, term->stoichiometry));
        SpeciesReference_setConstant(reference, 1);
    }
}

// ---- modifiers ----

typedef struct reader {
    bp_sbml_writer *w;
    const bp_reaction *r;
    Reaction_t *reaction;
    int *seen; // (symbols): index + 1 of the last reaction that lists the species
    int mark;
} reader;

static void add_modifier(reader *read, int symbol) {
    bp_sbml_writer *w = read->w;
    if (read->seen[symbol] == read->mark) return;
    read->seen[symbol] = read->mark;
    SpeciesReference_t *m = Reaction_createModifier(read->reaction);
    if (bp_sbml_made(w, m))
        SpeciesReference_setSpecies(m,
                                    bp_sbml_id(w, w->spec->symbols.items[symbol].name));
}

static void visit_name(const bp_ast *node, void *data) {
    reader *read = data;
    const bp_spec *spec = read->w->spec;
    if (node->op != BP_OP_NAME || read->w->status != BP_OK) return;
    int symbol = bp_spec_find(spec, node->name);
    if (symbol >= 0 && spec->symbols.items[symbol].kind == BP_SPECIES)
        add_modifier(read, symbol);
}

// What the spec lists, then every further species that the law reads.
static void write_modifiers(reader *read) {
    const bp_reaction *r = read->r;
    for (int i = 0; i < r->n_modifiers; i++)
        add_modifier(read, r->modifiers[i]);
    for (int i = 0; i < r->n_reactants; i++)
        read->seen[r->reactants[i].species] = read->mark;
    for (int i = 0; i < r->n_products; i++)
        read->seen[r->products[i].species] = read->mark;
    if (r->law) bp_ast_visit(r->law, visit_name, read);
}

// ---- the whole ----

static void write_law(bp_sbml_writer *w, Reaction_t *reaction, const bp_ast *law) {
    ASTNode_t *math = bp_sbml_put_math(w, law, w->rate);
    KineticLaw_t *kinetic = math ? Reaction_createKineticLaw(reaction) : NULL;
    if (math && bp_sbml_made(w, kinetic) &&
        KineticLaw_setMath(kinetic, math) != LIBSBML_OPERATION_SUCCESS)
        bp_sbml_fail(w, BP_INTERNAL);
    ASTNode_free(math);
}

static void write_reaction(reader *read) {
    bp_sbml_writer *w = read->w;
    const bp_reaction *r = read->r;
    Reaction_t *reaction = read->reaction = Model_createReaction(w->model);
    if (!bp_sbml_made(w, reaction)) return;
    Reaction_setId(reaction, bp_sbml_id(w, r->name));
    Reaction_setReversible(reaction, r->reversible);
    if (!w->level_2) Reaction_setFast(reaction, r->fast);
    if (r->compartment >= 0)
        Reaction_setCompartment(
            reaction, bp_sbml_id(w, w->spec->symbols.items[r->compartment].name));
    for (int i = 0; i < r->n_reactants; i++)
        write_term(w, r, &r->reactants[i], Reaction_createReactant(reaction));
    for (int i = 0; i < r->n_products; i++)
        write_term(w, r, &r->products[i], Reaction_createProduct(reaction));
    write_modifiers(read);
    write_law(w, reaction, r->law);
    bp_sbml_put_about(w, (SBase_t *)reaction, r->name, r->display_name, r->sbo,
                      r->note);
}

void bp_sbml_write_reactions(bp_sbml_writer *w) {
    reader read = {.w = w};
    read.seen = bp_calloc((size_t)w->spec->symbols.count + 1, sizeof *read.seen);
    if (!read.seen) bp_sbml_fail(w, BP_NO_MEMORY);
    for (int i = 0; i < w->spec->reactions.count && w->status == BP_OK; i++) {
        read.r = &w->spec->reactions.items[i];
        read.mark = i + 1;
        write_reaction(&read);
    }
    bp_free(read.seen);
}
