// Compartments, species and parameters with their values and rules.
#include <math.h>

#include "model/sbml_write.h"

bool bp_sbml_is_stoichiometry(const bp_sbml_writer *w, int symbol) {
    return w->spec->symbols.items[symbol].is_stoichiometry && w->term_of[symbol] == 1;
}

// ---- values ----

bool bp_sbml_is_number(const bp_ast *ast, double *value) {
    bool negative = ast && ast->op == BP_OP_SUB && ast->n_args == 1;
    const bp_ast *leaf = negative ? ast->args[0] : ast;
    if (!leaf || leaf->op != BP_OP_NUMBER) return false;
    *value = negative ? -leaf->number : leaf->number;
    return true;
}

void bp_sbml_set_initial(bp_sbml_writer *w, const char *id, ASTNode_t *math) {
    InitialAssignment_t *a = math ? Model_createInitialAssignment(w->model) : NULL;
    if (math && bp_sbml_made(w, a)) {
        InitialAssignment_setSymbol(a, id);
        if (InitialAssignment_setMath(a, math) != LIBSBML_OPERATION_SUCCESS)
            bp_sbml_fail(w, BP_INTERNAL);
    }
    ASTNode_free(math);
}

void bp_sbml_set_rule(bp_sbml_writer *w, const char *id, bp_rule_kind kind,
                      ASTNode_t *math) {
    Rule_t *rule = NULL;
    if (!math) return;
    if (!id)
        rule = Model_createAlgebraicRule(w->model);
    else if (kind == BP_RATE_RULE)
        rule = Model_createRateRule(w->model);
    else
        rule = Model_createAssignmentRule(w->model);
    if (bp_sbml_made(w, rule)) {
        if (id) Rule_setVariable(rule, id);
        if (Rule_setMath(rule, math) != LIBSBML_OPERATION_SUCCESS)
            bp_sbml_fail(w, BP_INTERNAL);
    }
    ASTNode_free(math);
}

// An amount for a species that means a concentration is divided by its compartment.
static ASTNode_t *divided(bp_sbml_writer *w, const bp_symbol *s, ASTNode_t *amount) {
    const bp_symbol *compartment = &w->spec->symbols.items[s->compartment];
    ASTNode_t *quotient = amount ? ASTNode_createWithType(AST_DIVIDE) : NULL;
    ASTNode_t *size = quotient ? ASTNode_createWithType(AST_NAME) : NULL;
    if (!amount) return NULL;
    if (bp_sbml_made(w, size)) {
        ASTNode_setName(size, bp_sbml_id(w, compartment->name));
        ASTNode_addChild(quotient, amount);
        ASTNode_addChild(quotient, size);
        return quotient;
    }
    ASTNode_free(quotient);
    ASTNode_free(amount);
    return NULL;
}

static void write_initial(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    double value;
    if (!s->initial || s->rule_kind == BP_ASSIGNMENT_RULE ||
        bp_sbml_is_number(s->initial, &value))
        return;
    bool amount = s->initial_is_amount && !s->substance_only && s->compartment >= 0;
    bp_unit wanted = w->of_symbol[i];
    if (amount && wanted.known)
        wanted = w->of_symbol[s->compartment].known
                     ? bp_unit_multiply(wanted, w->of_symbol[s->compartment])
                     : bp_unit_unknown;
    ASTNode_t *math = bp_sbml_put_math(w, s->initial, wanted);
    if (amount) math = divided(w, s, math);
    bp_sbml_set_initial(w, bp_sbml_id(w, s->name), math);
}

// ---- compartments ----

// From what its size is measured in; 3 where that says nothing.
static double dimensions_of(bp_unit unit) {
    double power = unit.known ? unit.power[BP_DIM_LENGTH] : 3.0;
    return power == 1.0 || power == 2.0 ? power : 3.0;
}

static void write_compartment(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    double size;
    Compartment_t *c = Model_createCompartment(w->model);
    if (!bp_sbml_made(w, c)) return;
    Compartment_setId(c, bp_sbml_id(w, s->name));
    Compartment_setSpatialDimensionsAsDouble(c, dimensions_of(w->of_symbol[i]));
    Compartment_setConstant(c, s->constant);
    if (bp_sbml_is_number(s->initial, &size))
        Compartment_setSize(c, bp_sbml_put_number(w, size));
    const char *unit = bp_sbml_unit_text_id(w, s->unit);
    if (unit) Compartment_setUnits(c, unit);
    bp_sbml_put_about(w, (SBase_t *)c, s->name, s->display_name, s->sbo, s->note);
}

// Where species are that name none, as in the model language: of size 1.
static const char *default_compartment(bp_sbml_writer *w) {
    if (w->default_compartment) return w->default_compartment;
    const char *id = bp_plain_make(&w->names, "default_compartment");
    Compartment_t *c = Model_createCompartment(w->model);
    if (w->names.failed || !c) {
        bp_sbml_fail(w, BP_NO_MEMORY);
        return "";
    }
    Compartment_setId(c, id);
    Compartment_setSpatialDimensionsAsDouble(c, 3.0);
    Compartment_setSize(c, 1.0);
    Compartment_setConstant(c, 1);
    return w->default_compartment = id;
}

// ---- species ----

// The unit of its amount; that of a concentration is multiplied by the compartment's.
static const char *substance_unit(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    bp_unit unit = w->of_symbol[i];
    if (!s->unit) return NULL;
    if (s->substance_only) return bp_sbml_unit_text_id(w, s->unit);
    if (!unit.known || s->compartment < 0 || !w->of_symbol[s->compartment].known)
        return NULL;
    unit = bp_unit_multiply(unit, w->of_symbol[s->compartment]);
    bp_unit own;
    if (bp_spec_unit(w->spec, s->unit, &own, NULL) == BP_OK && bp_unit_equal(own, unit))
        return bp_sbml_unit_text_id(w, s->unit);
    return bp_sbml_unit_id(w, unit);
}

static void set_conversion(bp_sbml_writer *w, Species_t *species, const bp_symbol *s) {
    if (s->conversion < 0) return;
    const bp_symbol *factor = &w->spec->symbols.items[s->conversion];
    if (factor->kind != BP_PARAMETER || !factor->constant)
        bp_sbml_refuse(w, s->where,
                       "the conversion factor '%s' of '%s' is no constant parameter, "
                       "as SBML wants it",
                       factor->name, s->name);
    else
        Species_setConversionFactor(species, bp_sbml_id(w, factor->name));
}

static void set_amount(bp_sbml_writer *w, Species_t *species, const bp_symbol *s) {
    double value;
    if (!bp_sbml_is_number(s->initial, &value)) return;
    value = bp_sbml_put_number(w, value);
    if (s->substance_only || s->initial_is_amount)
        Species_setInitialAmount(species, value);
    else
        Species_setInitialConcentration(species, value);
}

static void write_species(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    Species_t *species = Model_createSpecies(w->model);
    if (!bp_sbml_made(w, species)) return;
    Species_setId(species, bp_sbml_id(w, s->name));
    const char *place =
        s->compartment < 0 ? default_compartment(w)
                           : bp_sbml_id(w, w->spec->symbols.items[s->compartment].name);
    Species_setCompartment(species, place);
    set_amount(w, species, s);
    const char *unit = substance_unit(w, i);
    if (unit) Species_setSubstanceUnits(species, unit);
    Species_setHasOnlySubstanceUnits(species, s->substance_only);
    // a constant species that reacts must be on the boundary, and means the same
    Species_setBoundaryCondition(species, s->boundary || s->constant);
    Species_setConstant(species, s->constant);
    set_conversion(w, species, s);
    bp_sbml_put_about(w, (SBase_t *)species, s->name, s->display_name, s->sbo, s->note);
}

// ---- parameters ----

static void write_parameter(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    double value;
    if (bp_sbml_is_stoichiometry(w, i)) return;
    Parameter_t *p = Model_createParameter(w->model);
    if (!bp_sbml_made(w, p)) return;
    Parameter_setId(p, bp_sbml_id(w, s->name));
    if (bp_sbml_is_number(s->initial, &value))
        Parameter_setValue(p, bp_sbml_put_number(w, value));
    const char *unit = bp_sbml_unit_text_id(w, s->unit);
    if (unit) Parameter_setUnits(p, unit);
    Parameter_setConstant(p, s->constant);
    bp_sbml_put_about(w, (SBase_t *)p, s->name, s->display_name, s->sbo, s->note);
}

// ---- rules ----

static void write_rule(bp_sbml_writer *w, int i) {
    const bp_symbol *s = &w->spec->symbols.items[i];
    bp_unit wanted = w->of_symbol[i];
    if (s->rule_kind == BP_NO_RULE) return;
    if (s->rule_kind == BP_RATE_RULE)
        wanted = wanted.known && w->time.known ? bp_unit_divide(wanted, w->time)
                                               : bp_unit_unknown;
    bp_sbml_set_rule(w, bp_sbml_id(w, s->name), s->rule_kind,
                     bp_sbml_put_math(w, s->rule, wanted));
}

void bp_sbml_write_symbols(bp_sbml_writer *w) {
    const bp_spec *spec = w->spec;
    for (int i = 0; i < spec->symbols.count && w->status == BP_OK; i++) {
        if (spec->symbols.items[i].kind == BP_COMPARTMENT)
            write_compartment(w, i);
        else if (spec->symbols.items[i].kind == BP_SPECIES)
            write_species(w, i);
        else
            write_parameter(w, i);
        write_initial(w, i);
        write_rule(w, i);
    }
    for (int i = 0; i < spec->algebraic.count && w->status == BP_OK; i++)
        bp_sbml_set_rule(
            w, NULL, BP_NO_RULE,
            bp_sbml_put_math(w, spec->algebraic.items[i].zero, bp_unit_unknown));
}
