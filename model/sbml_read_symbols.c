// Compartments, parameters and species.
#include <math.h>
#include <string.h>

#include "model/sbml_read.h"

bp_symbol *bp_sbml_symbol(bp_sbml_reader *r, const char *id, bp_symbol_kind kind) {
    if (!id || !id[0]) {
        bp_sbml_error(r, BP_BAD_MODEL, "it has no id");
        return NULL;
    }
    int known = bp_spec_find(r->spec, id);
    if (known >= 0) {
        bp_sbml_error(r, BP_DUPLICATE, "its id is that of something else (line %d)",
                      r->spec->symbols.items[known].where.line);
        return NULL;
    }
    int index = bp_spec_symbol(r->spec, id, r->where);
    if (index < 0) {
        r->failed = true;
        return NULL;
    }
    bp_symbol *symbol = &r->spec->symbols.items[index];
    symbol->kind = kind;
    symbol->declared = true;
    return symbol;
}

int bp_sbml_find(bp_sbml_reader *r, const char *name, const char *what) {
    int index = name ? bp_spec_find(r->spec, name) : -1;
    if (index >= 0) return index;
    const char *nearest = name ? bp_names_nearest(&r->spec->names, name) : NULL;
    bp_sbml_error(r, BP_UNKNOWN_NAME,
                  nearest ? "there is no %s '%s'; did you mean '%s'?"
                          : "there is no %s '%s'",
                  what, name ? name : "", nearest);
    return -1;
}

static void describe(bp_sbml_reader *r, bp_symbol *symbol, const void *sbase,
                     const char *name) {
    int sbo = SBase_getSBOTerm((const SBase_t *)sbase);
    symbol->sbo = sbo > 0 ? sbo : 0;
    if (name && strcmp(name, symbol->name) != 0)
        symbol->display_name = bp_sbml_copy(r, name);
}

// ---- compartments ----

static void read_compartment(bp_sbml_reader *r, Compartment_t *c) {
    bp_sbml_at(r, "compartment", Compartment_getId(c), c);
    bp_symbol *symbol = bp_sbml_symbol(r, Compartment_getId(c), BP_COMPARTMENT);
    if (!symbol) return;
    symbol->constant = r->level > 1 && Compartment_getConstant(c);
    if (Compartment_isSetSize(c))
        symbol->initial = bp_sbml_number(r, Compartment_getSize(c));
    symbol->unit = bp_sbml_copy(r, Compartment_getUnits(c));
    describe(r, symbol, c, Compartment_getName(c));
}

// ---- parameters ----

static void read_parameter(bp_sbml_reader *r, const Parameter_t *p) {
    bp_sbml_at(r, "parameter", Parameter_getId(p), p);
    bp_symbol *symbol = bp_sbml_symbol(r, Parameter_getId(p), BP_PARAMETER);
    if (!symbol) return;
    symbol->constant = r->level > 1 && Parameter_getConstant(p);
    symbol->initial =
        bp_sbml_number(r, Parameter_isSetValue(p) ? Parameter_getValue(p) : NAN);
    symbol->unit = bp_sbml_copy(r, Parameter_getUnits(p));
    describe(r, symbol, p, Parameter_getName(p));
}

// ---- species ----

static bool is_point(const bp_sbml_reader *r, const char *compartment) {
    Compartment_t *c = Model_getCompartmentById(r->model, compartment);
    return c && Compartment_isSetSpatialDimensions(c) &&
           Compartment_getSpatialDimensionsAsDouble(c) == 0;
}

// An amount that is given as a concentration: that times the size.
static const bp_ast *amount_of(bp_sbml_reader *r, double concentration,
                               int compartment) {
    const bp_ast *args[2];
    args[0] = bp_sbml_number(r, concentration);
    args[1] = bp_ast_make_name(&r->spec->arena,
                               r->spec->symbols.items[compartment].name, r->where);
    if (!args[0] || !args[1]) return NULL;
    return bp_ast_call(r->spec, BP_OP_MUL, args, 2, r->where);
}

static void set_initial(bp_sbml_reader *r, bp_symbol *symbol, Species_t *s,
                        bool in_point) {
    if (Species_isSetInitialAmount(s)) {
        symbol->initial = bp_sbml_number(r, Species_getInitialAmount(s));
        symbol->initial_is_amount = !symbol->substance_only;
    } else if (Species_isSetInitialConcentration(s)) {
        double value = Species_getInitialConcentration(s);
        bool as_it_is = !symbol->substance_only || in_point;
        symbol->initial = as_it_is ? bp_sbml_number(r, value)
                                   : amount_of(r, value, symbol->compartment);
    } else {
        symbol->initial = bp_sbml_number(r, NAN);
    }
    if (!symbol->initial) r->failed = true;
}

// The symbol of the factor that converts extent into the species' substance; -1: none.
static int conversion_of(bp_sbml_reader *r, const Species_t *s) {
    const char *own = Species_getConversionFactor((Species_t *)s);
    if (own && own[0]) return bp_sbml_find(r, own, "conversion factor");
    const char *common = Model_getConversionFactor(r->model);
    return common && common[0] ? bp_sbml_find(r, common, "conversion factor") : -1;
}

static void read_species(bp_sbml_reader *r, Species_t *s) {
    bp_sbml_at(r, "species", Species_getId(s), s);
    const char *compartment = Species_getCompartment(s);
    int place = bp_sbml_find(r, compartment, "compartment");
    bp_symbol *symbol = bp_sbml_symbol(r, Species_getId(s), BP_SPECIES);
    if (place < 0 || !symbol) return;
    bool in_point = is_point(r, compartment);
    symbol->compartment = place;
    symbol->boundary = Species_getBoundaryCondition(s);
    symbol->constant = r->level > 1 && Species_getConstant(s);
    symbol->substance_only = Species_getHasOnlySubstanceUnits(s) || in_point;
    symbol->unit = bp_sbml_copy(r, Species_getSubstanceUnits(s));
    symbol->conversion = r->level > 2 ? conversion_of(r, s) : -1;
    set_initial(r, symbol, s, in_point);
    describe(r, symbol, s, Species_getName(s));
}

void bp_sbml_symbols(bp_sbml_reader *r) {
    Model_t *model = r->model;
    for (unsigned i = 0; i < Model_getNumCompartments(model) && !r->failed; i++)
        read_compartment(r, Model_getCompartment(model, i));
    for (unsigned i = 0; i < Model_getNumParameters(model) && !r->failed; i++)
        read_parameter(r, Model_getParameter(model, i));
    for (unsigned i = 0; i < Model_getNumSpecies(model) && !r->failed; i++)
        read_species(r, Model_getSpecies(model, i));
}

// What has no size and never gets one is taken as 1, as other programs do; said where a
// concentration depends on it.
void bp_sbml_check_sizes(bp_sbml_reader *r) {
    const bp_spec *spec = r->spec;
    bool *said = bp_calloc((size_t)spec->symbols.count + 1, sizeof *said);
    if (!said) r->failed = true;
    for (int i = 0; said && i < spec->symbols.count; i++) {
        const bp_symbol *s = &spec->symbols.items[i];
        if (s->kind != BP_SPECIES || s->substance_only || s->compartment < 0) continue;
        const bp_symbol *place = &spec->symbols.items[s->compartment];
        if (place->initial || place->rule_kind == BP_ASSIGNMENT_RULE ||
            said[s->compartment])
            continue;
        said[s->compartment] = true;
        bp_report_warning(r->report, BP_BAD_MODEL, place->where,
                          "compartment '%s' has no size; it is taken as 1",
                          place->name);
    }
    bp_free(said);
}
