// Reactions: terms, stoichiometries that are symbols, rate laws and their parameters.
#include <math.h>
#include <string.h>

#include "model/sbml_read.h"

// ---- stoichiometries ----

static double stoichiometry_of(const bp_sbml_reader *r, SpeciesReference_t *s) {
    if (r->level > 2 && !SpeciesReference_isSetStoichiometry(s)) return NAN;
    double value = SpeciesReference_getStoichiometry(s);
    return r->level > 1 ? value : value / SpeciesReference_getDenominator(s);
}

// Level 3: the id of a species reference is a symbol whose value is the stoichiometry.
static void declare_reference(bp_sbml_reader *r, SpeciesReference_t *s) {
    const char *id = SpeciesReference_getId(s);
    if (!id || !id[0]) return;
    bp_sbml_at(r, "species reference", id, s);
    bp_symbol *symbol = bp_sbml_symbol(r, id, BP_PARAMETER);
    if (!symbol) return;
    symbol->is_stoichiometry = true;
    symbol->constant = SpeciesReference_getConstant(s);
    symbol->initial = bp_sbml_number(r, stoichiometry_of(r, s));
    symbol->unit = bp_sbml_copy(r, "dimensionless");
}

static void declare_references(bp_sbml_reader *r) {
    for (unsigned i = 0; i < Model_getNumReactions(r->model); i++) {
        Reaction_t *reaction = Model_getReaction(r->model, i);
        for (unsigned k = 0; k < Reaction_getNumReactants(reaction); k++)
            declare_reference(r, Reaction_getReactant(reaction, k));
        for (unsigned k = 0; k < Reaction_getNumProducts(reaction); k++)
            declare_reference(r, Reaction_getProduct(reaction, k));
    }
}

static const bp_ast *variable_stoichiometry(bp_sbml_reader *r, SpeciesReference_t *s) {
    if (r->level == 2 && SpeciesReference_isSetStoichiometryMath(s)) {
        const StoichiometryMath_t *math = SpeciesReference_getStoichiometryMath(s);
        return bp_sbml_math(r, StoichiometryMath_getMath(math));
    }
    const char *id = SpeciesReference_getId(s);
    int symbol = r->level > 2 && id && id[0] ? bp_spec_find(r->spec, id) : -1;
    if (symbol < 0) return NULL;
    const bp_ast *name = bp_ast_make_name(
        &r->spec->arena, r->spec->symbols.items[symbol].name, r->where);
    if (!name) r->failed = true;
    return name;
}

// ---- reactions ----

// Terms of one side; NULL after an error, with *n_out 0.
static bp_term *read_terms(bp_sbml_reader *r, Reaction_t *reaction, bool products,
                           int *n_out) {
    unsigned n = products ? Reaction_getNumProducts(reaction)
                          : Reaction_getNumReactants(reaction);
    bp_term *terms = bp_arena_take(&r->spec->arena, n * sizeof *terms + 1);
    *n_out = 0;
    if (!terms) r->failed = true;
    for (unsigned i = 0; terms && i < n && !r->failed; i++) {
        SpeciesReference_t *s = products ? Reaction_getProduct(reaction, i)
                                         : Reaction_getReactant(reaction, i);
        int species = bp_sbml_find(r, SpeciesReference_getSpecies(s), "species");
        if (species < 0) return NULL;
        terms[(*n_out)++] =
            (bp_term){.species = species,
                      .stoichiometry = stoichiometry_of(r, s),
                      .variable_stoichiometry = variable_stoichiometry(r, s),
                      .where = r->where};
    }
    return terms;
}

static void read_modifiers(bp_sbml_reader *r, Reaction_t *from, bp_reaction *to) {
    unsigned n = Reaction_getNumModifiers(from);
    int *modifiers = bp_arena_take(&r->spec->arena, n * sizeof *modifiers + 1);
    if (!modifiers) {
        r->failed = true;
        return;
    }
    to->modifiers = modifiers;
    for (unsigned i = 0; i < n; i++) {
        const SpeciesReference_t *s = Reaction_getModifier(from, i);
        int species = bp_sbml_find(r, SpeciesReference_getSpecies(s), "species");
        if (species >= 0) modifiers[to->n_modifiers++] = species;
    }
}

// "R.k" for parameter k of reaction R's law.
static bool declare_local(bp_sbml_reader *r, const char *reaction,
                          const Parameter_t *p) {
    bp_text name = {0};
    bp_text_format(&name, "%s.%s", reaction, Parameter_getId(p));
    bp_symbol *symbol =
        name.failed ? NULL : bp_sbml_symbol(r, bp_text_get(&name), BP_PARAMETER);
    r->failed |= name.failed;
    bp_text_clear(&name);
    if (!symbol) return false;
    symbol->constant = true;
    symbol->initial =
        bp_sbml_number(r, Parameter_isSetValue(p) ? Parameter_getValue(p) : NAN);
    symbol->unit = bp_sbml_copy(r, Parameter_getUnits(p));
    int sbo = SBase_getSBOTerm((const SBase_t *)p);
    symbol->sbo = sbo > 0 ? sbo : 0;
    const char *shown = Parameter_getName(p);
    if (shown && shown[0]) symbol->display_name = bp_sbml_copy(r, shown);
    return true;
}

static const bp_ast *read_law(bp_sbml_reader *r, Reaction_t *reaction) {
    KineticLaw_t *law = Reaction_getKineticLaw(reaction);
    if (!law) return NULL;
    r->first_local = r->spec->symbols.count;
    for (unsigned i = 0; i < KineticLaw_getNumParameters(law); i++)
        if (!declare_local(r, Reaction_getId(reaction),
                           KineticLaw_getParameter(law, i)))
            return NULL;
    r->law = law;
    const bp_ast *tree = bp_sbml_math(r, KineticLaw_getMath(law));
    r->law = NULL;
    return tree;
}

static void describe(bp_sbml_reader *r, Reaction_t *from, bp_reaction *to) {
    const char *place = Reaction_getCompartment(from), *name = Reaction_getName(from);
    int sbo = SBase_getSBOTerm((const SBase_t *)from);
    to->sbo = sbo > 0 ? sbo : 0;
    to->reversible = Reaction_getReversible(from);
    to->fast = Reaction_isSetFast(from) && Reaction_getFast(from);
    if (name && strcmp(name, to->name) != 0) to->display_name = bp_sbml_copy(r, name);
    if (place && place[0]) to->compartment = bp_sbml_find(r, place, "compartment");
}

static void read_reaction(bp_sbml_reader *r, Reaction_t *from) {
    const char *id = Reaction_getId(from);
    bp_sbml_at(r, "reaction", id, from);
    if (!id || !id[0]) {
        bp_sbml_error(r, BP_BAD_MODEL, "it has no id");
        return;
    }
    bp_reaction *made = bp_spec_add_reaction(r->spec, id, r->where);
    if (!made) {
        r->failed = true;
        return;
    }
    describe(r, from, made);
    made->reactants = read_terms(r, from, false, &made->n_reactants);
    made->products = read_terms(r, from, true, &made->n_products);
    read_modifiers(r, from, made);
    made->law = read_law(r, from);
}

void bp_sbml_reactions(bp_sbml_reader *r) {
    if (r->level > 2) declare_references(r);
    for (unsigned i = 0; i < Model_getNumReactions(r->model) && !r->failed; i++)
        read_reaction(r, Model_getReaction(r->model, i));
}
