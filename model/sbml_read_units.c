// Unit definitions, and the units a model is written in.
#include <math.h>
#include <string.h>

#include "model/sbml_read.h"

// The base units of SBML in SI base units: dimensions in the order of BP_DIM_..., up to
// the luminous intensity.
typedef struct kind {
    UnitKind_t kind;
    const char *name;
    double scale;
    signed char power[BP_DIM_LIGHT + 1];
} kind;

// clang-format off
static const kind kinds[] = {
    // length, mass, time, amount, count, temperature, current, light
    {UNIT_KIND_AMPERE,        "ampere",        1,    {0, 0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_AVOGADRO,      "avogadro",      6.02214179e23, {0}},
    {UNIT_KIND_BECQUEREL,     "becquerel",     1,    {0, 0, -1}},
    {UNIT_KIND_CANDELA,       "candela",       1,    {0, 0, 0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_CELSIUS,       "kelvin",        1,    {0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_COULOMB,       "coulomb",       1,    {0, 0, 1, 0, 0, 0, 1}},
    {UNIT_KIND_DIMENSIONLESS, "dimensionless", 1,    {0}},
    {UNIT_KIND_FARAD,         "farad",         1,    {-2, -1, 4, 0, 0, 0, 2}},
    {UNIT_KIND_GRAM,          "gram",          1e-3, {0, 1}},
    {UNIT_KIND_GRAY,          "gray",          1,    {2, 0, -2}},
    {UNIT_KIND_HENRY,         "henry",         1,    {2, 1, -2, 0, 0, 0, -2}},
    {UNIT_KIND_HERTZ,         "hertz",         1,    {0, 0, -1}},
    {UNIT_KIND_ITEM,          "item",          1,    {0, 0, 0, 0, 1}},
    {UNIT_KIND_JOULE,         "joule",         1,    {2, 1, -2}},
    {UNIT_KIND_KATAL,         "katal",         1,    {0, 0, -1, 1}},
    {UNIT_KIND_KELVIN,        "kelvin",        1,    {0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_KILOGRAM,      "kilogram",      1,    {0, 1}},
    {UNIT_KIND_LITER,         "litre",         1e-3, {3}},
    {UNIT_KIND_LITRE,         "litre",         1e-3, {3}},
    {UNIT_KIND_LUMEN,         "lumen",         1,    {0, 0, 0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_LUX,           "lux",           1,    {-2, 0, 0, 0, 0, 0, 0, 1}},
    {UNIT_KIND_METER,         "metre",         1,    {1}},
    {UNIT_KIND_METRE,         "metre",         1,    {1}},
    {UNIT_KIND_MOLE,          "mole",          1,    {0, 0, 0, 1}},
    {UNIT_KIND_NEWTON,        "newton",        1,    {1, 1, -2}},
    {UNIT_KIND_OHM,           "ohm",           1,    {2, 1, -3, 0, 0, 0, -2}},
    {UNIT_KIND_PASCAL,        "pascal",        1,    {-1, 1, -2}},
    {UNIT_KIND_RADIAN,        "dimensionless", 1,    {0}},
    {UNIT_KIND_SECOND,        "second",        1,    {0, 0, 1}},
    {UNIT_KIND_SIEMENS,       "siemens",       1,    {-2, -1, 3, 0, 0, 0, 2}},
    {UNIT_KIND_SIEVERT,       "sievert",       1,    {2, 0, -2}},
    {UNIT_KIND_STERADIAN,     "dimensionless", 1,    {0}},
    {UNIT_KIND_TESLA,         "tesla",         1,    {0, 1, -2, 0, 0, 0, -1}},
    {UNIT_KIND_VOLT,          "volt",          1,    {2, 1, -3, 0, 0, 0, -1}},
    {UNIT_KIND_WATT,          "watt",          1,    {2, 1, -3}},
    {UNIT_KIND_WEBER,         "weber",         1,    {2, 1, -2, 0, 0, 0, -1}},
};
// clang-format on

static const kind *find_kind(UnitKind_t which) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].kind == which) return &kinds[i];
    return NULL;
}

// (multiplier * 10^scale * kind)^exponent
static bp_unit unit_of(const Unit_t *u, const kind *k) {
    bp_unit unit = {.scale = k->scale, .known = true};
    for (int d = 0; d <= BP_DIM_LIGHT; d++)
        unit.power[d] = k->power[d];
    unit.scale *= Unit_getMultiplier((Unit_t *)u) * pow(10, Unit_getScale((Unit_t *)u));
    return bp_unit_power(unit, Unit_getExponentAsDouble(u));
}

// "1e-9 mole / litre", as Antimony writes it.
static void add_text(const Unit_t *u, const kind *k, bool first, bp_text *out) {
    double factor =
        Unit_getMultiplier((Unit_t *)u) * pow(10, Unit_getScale((Unit_t *)u));
    double exponent = Unit_getExponentAsDouble(u);
    bool divides = !first && exponent < 0;
    if (divides) exponent = -exponent;
    bool parens = factor != 1 && (!first || exponent != 1);
    if (!first) bp_text_add(out, divides ? " / " : " * ");
    if (parens) bp_text_add(out, "(");
    if (factor != 1) {
        bp_text_number(out, factor);
        bp_text_add(out, " ");
    }
    bp_text_add(out, k->name);
    if (parens) bp_text_add(out, ")");
    if (exponent != 1) {
        bp_text_add(out, "^");
        bp_text_number(out, exponent);
    }
}

// A unit that cannot be known (a kind of a package, an exponent that is missing) is
// unknown: it takes no part in the simulation.
static void read_definition(bp_sbml_reader *r, const UnitDefinition_t *definition) {
    const char *id = UnitDefinition_getId(definition);
    bp_sbml_at(r, "unit", id, definition);
    bp_unit_definition made = {.unit = bp_unit_dimensionless, .where = r->where};
    bp_text text = {0};
    unsigned n = UnitDefinition_getNumUnits(definition);
    for (unsigned i = 0; i < n; i++) {
        const Unit_t *u = UnitDefinition_getUnit((UnitDefinition_t *)definition, i);
        const kind *k = find_kind(Unit_getKind(u));
        bool sound = k && isfinite(Unit_getExponentAsDouble(u)) &&
                     Unit_getMultiplier((Unit_t *)u) > 0;
        if (!sound) {
            made.unit = bp_unit_unknown;
            break;
        }
        made.unit = bp_unit_multiply(made.unit, unit_of(u, k));
        add_text(u, k, i == 0, &text);
    }
    made.name = bp_sbml_copy(r, id);
    made.text = bp_sbml_copy(r, text.length > 0 ? bp_text_get(&text) : "dimensionless");
    r->failed |= text.failed;
    if (made.name && !bp_array_push(&r->spec->units, made)) r->failed = true;
    bp_text_clear(&text);
}

static bool is_defined(const bp_sbml_reader *r, const char *id) {
    for (int i = 0; i < r->spec->units.count; i++)
        if (strcmp(r->spec->units.items[i].name, id) == 0) return true;
    return false;
}

// Levels 1 and 2: what the names mean that a model may define anew.
static void read_old_units(bp_sbml_reader *r) {
    bp_spec *spec = r->spec;
    const struct {
        const char **place, *id, *otherwise;
    } old[] = {{&spec->substance_unit, "substance", "mole"},
               {&spec->volume_unit, "volume", "litre"},
               {&spec->area_unit, "area", "metre^2"},
               {&spec->length_unit, "length", "metre"},
               {&spec->time_unit, "time", "second"}};
    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        *old[i].place = is_defined(r, old[i].id) ? old[i].id : old[i].otherwise;
}

static void read_model_units(bp_sbml_reader *r) {
    bp_spec *spec = r->spec;
    spec->substance_unit = bp_sbml_copy(r, Model_getSubstanceUnits(r->model));
    spec->volume_unit = bp_sbml_copy(r, Model_getVolumeUnits(r->model));
    spec->area_unit = bp_sbml_copy(r, Model_getAreaUnits(r->model));
    spec->length_unit = bp_sbml_copy(r, Model_getLengthUnits(r->model));
    spec->time_unit = bp_sbml_copy(r, Model_getTimeUnits(r->model));
    spec->extent_unit = bp_sbml_copy(r, Model_getExtentUnits(r->model));
}

void bp_sbml_units(bp_sbml_reader *r) {
    unsigned n = Model_getNumUnitDefinitions(r->model);
    for (unsigned i = 0; i < n && !r->failed; i++)
        read_definition(r, Model_getUnitDefinition(r->model, i));
    if (r->level < 3)
        read_old_units(r);
    else
        read_model_units(r);
}
