// Units of a spec: its own definitions, then what everybody knows.
#include "model/spec_units.h"

#include <string.h>

// ---- expressions of units ----

static bp_status eval(const bp_ast *ast, bp_unit_lookup *lookup, const void *data,
                      bp_unit *out, bp_error *err);

static bp_status eval_number(const bp_ast *ast, bp_unit_lookup *lookup,
                             const void *data, bp_unit *out, bp_error *err) {
    *out = bp_unit_dimensionless;
    if (ast->unit) BP_TRY(lookup(ast->unit, data, out, err));
    if (!(ast->number > 0))
        return bp_error_at(err, BP_BAD_UNIT, ast->where,
                           "a factor in a unit is a number above 0");
    out->scale *= ast->number;
    return BP_OK;
}

static bp_status eval_operation(const bp_ast *ast, bp_unit_lookup *lookup,
                                const void *data, bp_unit *out, bp_error *err) {
    BP_TRY(eval(ast->args[0], lookup, data, out, err));
    if (ast->op == BP_OP_POW) {
        if (ast->args[1]->op != BP_OP_NUMBER || ast->args[1]->unit)
            return bp_error_at(err, BP_BAD_UNIT, ast->where,
                               "the exponent of a unit is a number");
        *out = bp_unit_power(*out, ast->args[1]->number);
        return BP_OK;
    }
    for (int i = 1; i < ast->n_args; i++) {
        bp_unit factor = bp_unit_dimensionless;
        BP_TRY(eval(ast->args[i], lookup, data, &factor, err));
        *out = ast->op == BP_OP_MUL ? bp_unit_multiply(*out, factor)
                                    : bp_unit_divide(*out, factor);
    }
    return BP_OK;
}

static bp_status eval(const bp_ast *ast, bp_unit_lookup *lookup, const void *data,
                      bp_unit *out, bp_error *err) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        return eval_number(ast, lookup, data, out, err);
    case BP_OP_NAME:
        return lookup(ast->name, data, out, err);
    case BP_OP_AVOGADRO:
        *out = bp_unit_dimensionless;
        out->scale = BP_AVOGADRO;
        return BP_OK;
    case BP_OP_MUL:
    case BP_OP_DIV:
    case BP_OP_POW:
        return eval_operation(ast, lookup, data, out, err);
    default:
        return bp_error_at(err, BP_BAD_UNIT, ast->where,
                           "a unit is made of names, numbers, '*', '/' and '^' only");
    }
}

bp_status bp_unit_from_ast(const bp_ast *ast, bp_unit_lookup *lookup, const void *data,
                           bp_unit *out, bp_error *err) {
    bp_unit unit = bp_unit_dimensionless;
    BP_TRY(eval(ast, lookup, data, &unit, err));
    *out = unit;
    return BP_OK;
}

// ---- names of units ----

bp_status bp_unit_known(const char *name, bp_unit *out, bp_error *err) {
    char singular[64];
    size_t n = strlen(name);
    bp_error first = {0};
    bp_status status = bp_unit_parse(name, out, &first);
    if (status != BP_BAD_UNIT || n < 3 || n >= sizeof singular || name[n - 1] != 's') {
        if (status != BP_OK && err) *err = first;
        return status;
    }
    memcpy(singular, name, n - 1); // libAntimony takes plurals of any unit
    singular[n - 1] = '\0';
    if (bp_unit_parse(singular, out, NULL) == BP_OK) return BP_OK;
    if (err) *err = first;
    return BP_BAD_UNIT;
}

const bp_unit_definition *bp_spec_unit_definition(const bp_spec *spec,
                                                  const char *name) {
    for (int i = 0; i < spec->units.count; i++)
        if (strcmp(spec->units.items[i].name, name) == 0) return &spec->units.items[i];
    return NULL;
}

const char *bp_spec_model_unit(const bp_spec *spec, const char *name) {
    const struct {
        const char *name, *text;
    } wide[] = {{"substance", spec->substance_unit}, {"volume", spec->volume_unit},
                {"area", spec->area_unit},           {"length", spec->length_unit},
                {"time_unit", spec->time_unit},      {"extent", spec->extent_unit}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (strcmp(wide[i].name, name) == 0) return wide[i].text;
    return NULL;
}

static bp_status look_up(const char *name, const void *data, bp_unit *out,
                         bp_error *err) {
    const bp_spec *spec = data;
    const bp_unit_definition *definition = bp_spec_unit_definition(spec, name);
    if (definition) {
        *out = definition->unit;
        return BP_OK;
    }
    const char *text = bp_spec_model_unit(spec, name);
    if (text && strcmp(text, name) != 0) return bp_spec_unit(spec, text, out, err);
    return bp_unit_known(name, out, err);
}

static bool is_plain_name(const char *text) {
    for (; *text; text++)
        if (!((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
              (*text >= '0' && *text <= '9') || *text == '_'))
            return false;
    return true;
}

bp_status bp_spec_unit(const bp_spec *spec, const char *text, bp_unit *out,
                       bp_error *err) {
    bp_arena arena = {0};
    const bp_ast *ast = NULL;
    bp_unit unit = bp_unit_dimensionless;
    if (is_plain_name(text)) return look_up(text, spec, out, err);
    bp_status status = bp_antimony_unit_text(&arena, text, &ast);
    if (status == BP_OK) status = bp_unit_from_ast(ast, look_up, spec, &unit, err);
    bp_arena_clear(&arena);
    if (status == BP_OK) *out = unit;
    if (status == BP_OK || status == BP_NO_MEMORY) return status;
    return bp_unit_parse(text, out, err); // as people write them: nM^-1 s^-1
}

// ---- units of symbols ----

static bp_unit unit_or_unknown(const bp_spec *spec, const char *text) {
    bp_unit unit = bp_unit_unknown;
    if (text && bp_spec_unit(spec, text, &unit, NULL) != BP_OK) return bp_unit_unknown;
    return unit;
}

bp_unit bp_spec_time_unit(const bp_spec *spec) {
    bp_unit unit = unit_or_unknown(spec, spec->time_unit);
    if (!unit.known && bp_unit_parse("s", &unit, NULL) != BP_OK) return bp_unit_unknown;
    return unit;
}

bp_unit bp_spec_rate_unit(const bp_spec *spec) {
    bp_unit extent = unit_or_unknown(spec, spec->extent_unit ? spec->extent_unit
                                                             : spec->substance_unit);
    if (!extent.known || !spec->time_unit) return bp_unit_unknown;
    return bp_unit_divide(extent, bp_spec_time_unit(spec));
}

static bp_unit size_unit(const bp_spec *spec, int compartment) {
    if (compartment >= 0 && spec->symbols.items[compartment].unit)
        return unit_or_unknown(spec, spec->symbols.items[compartment].unit);
    return unit_or_unknown(spec, spec->volume_unit);
}

// A unit of substance alone: mole, item, gram.
static bool is_amount(bp_unit unit) {
    bool some = false;
    for (int d = 0; d < BP_N_DIMS; d++) {
        bool substance = d == BP_DIM_AMOUNT || d == BP_DIM_COUNT || d == BP_DIM_MASS;
        if (!substance && unit.power[d] != 0) return false;
        some = some || unit.power[d] != 0;
    }
    return some;
}

bp_unit bp_spec_symbol_unit(const bp_spec *spec, int symbol) {
    const bp_symbol *s = &spec->symbols.items[symbol];
    bp_unit own = unit_or_unknown(spec, s->unit);
    if (s->kind == BP_COMPARTMENT)
        return s->unit ? own : unit_or_unknown(spec, spec->volume_unit);
    if (s->kind != BP_SPECIES) return own;
    bp_unit substance = s->unit ? own : unit_or_unknown(spec, spec->substance_unit);
    // a species that is a concentration has its unit said per volume already, or, as
    // SBML has it, as the unit of its substance
    if (s->substance_only || !substance.known || (s->unit && !is_amount(substance)))
        return substance;
    bp_unit size = size_unit(spec, s->compartment);
    return size.known ? bp_unit_divide(substance, size) : bp_unit_unknown;
}
