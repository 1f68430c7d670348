// Units of a spec -> unit definitions of SBML.
//
// A definition is written as its author made it (1e-12 litre stays a litre), so that it
// reads well; what SBML has no unit for goes by its dimensions in SI.
#include <math.h>
#include <string.h>

#include "model/sbml_write.h"
#include "model/spec_units.h"

#define MAX_DEPTH 64

// (multiplier * 10^scale * kind)^exponent
typedef struct factor {
    UnitKind_t kind;
    double exponent, multiplier;
    int scale;
} factor;

typedef struct factors {
    BP_ARRAY(factor) list;
    double number; // multiplies the whole
    bool failed;   // out of memory
    bool foreign;  // holds what SBML has no unit for
} factors;

typedef struct unfolding {
    const bp_spec *spec;
    bp_arena *arena; // of trees of unit texts
    int depth;
} unfolding;

static void unfold(unfolding *u, const bp_ast *ast, factors *out);

// ---- factors ----

static void add(factors *f, factor one) {
    if (!bp_array_push(&f->list, one)) f->failed = true;
}

static int power_of_ten(double number, bool *exact) {
    double n = round(log10(number));
    *exact = fabs(number / pow(10.0, n) - 1.0) < 4e-16;
    return (int)n;
}

// Gives the number to a factor that can take it, so that 1e-9 mole is one unit.
static void fold_number(factors *f) {
    if (f->number == 1.0) return;
    int at = -1;
    for (int i = 0; i < f->list.count && at < 0; i++)
        if (fabs(f->list.items[i].exponent) == 1.0) at = i;
    if (at < 0) {
        add(f, (factor){UNIT_KIND_DIMENSIONLESS, 1.0, 1.0, 0});
        at = f->list.count - 1;
    }
    if (f->failed) return;
    factor *into = &f->list.items[at];
    double number = into->exponent > 0 ? f->number : 1.0 / f->number;
    bool exact;
    int scale = power_of_ten(number, &exact);
    if (exact)
        into->scale += scale;
    else
        into->multiplier *= number;
    f->number = 1.0;
}

// Appends the factors of a part, each to the power; forgets the part.
static void append(factors *f, factors *part, double power) {
    fold_number(part);
    for (int i = 0; i < part->list.count && !part->failed; i++) {
        factor one = part->list.items[i];
        one.exponent *= power;
        add(f, one);
    }
    f->failed = f->failed || part->failed;
    f->foreign = f->foreign || part->foreign;
    bp_array_clear(&part->list);
}

// ---- names ----

static UnitKind_t kind_of(const char *name) {
    char singular[32];
    size_t n = strlen(name);
    UnitKind_t kind = UnitKind_forName(name);
    if (kind == UNIT_KIND_INVALID && n > 2 && n < sizeof singular &&
        name[n - 1] == 's') {
        memcpy(singular, name, n - 1);
        singular[n - 1] = '\0';
        kind = UnitKind_forName(singular);
    }
    if (kind == UNIT_KIND_LITER) return UNIT_KIND_LITRE;
    if (kind == UNIT_KIND_METER) return UNIT_KIND_METRE;
    bool none = kind == UNIT_KIND_CELSIUS || kind == UNIT_KIND_AVOGADRO;
    return none ? UNIT_KIND_INVALID : kind;
}

// By the dimensions of SI; a volume in litres.
static void add_dimensions(factors *f, bp_unit unit) {
    static const UnitKind_t kinds[BP_N_DIMS] = {
        [BP_DIM_LENGTH] = UNIT_KIND_METRE,   [BP_DIM_MASS] = UNIT_KIND_KILOGRAM,
        [BP_DIM_TIME] = UNIT_KIND_SECOND,    [BP_DIM_AMOUNT] = UNIT_KIND_MOLE,
        [BP_DIM_COUNT] = UNIT_KIND_ITEM,     [BP_DIM_TEMPERATURE] = UNIT_KIND_KELVIN,
        [BP_DIM_CURRENT] = UNIT_KIND_AMPERE, [BP_DIM_LIGHT] = UNIT_KIND_CANDELA,
        [BP_DIM_BODY] = UNIT_KIND_KILOGRAM};
    f->number *= unit.scale;
    for (int i = BP_N_DIMS - 1; i >= 0; i--) { // substance before volume
        double power = unit.power[i];
        UnitKind_t kind = kinds[i];
        if (power == 0) continue;
        if (i == BP_DIM_LENGTH && fmod(power, 3.0) == 0.0) {
            power /= 3.0;
            kind = UNIT_KIND_LITRE;
            f->number *= pow(1000.0, power);
        }
        add(f, (factor){kind, power, 1.0, 0});
    }
    if (f->list.count == 0) add(f, (factor){UNIT_KIND_DIMENSIONLESS, 1.0, 1.0, 0});
}

static void unfold_text(unfolding *u, const char *text, factors *out) {
    const bp_ast *ast = NULL;
    bp_status status = u->depth > MAX_DEPTH
                           ? BP_BAD_UNIT
                           : bp_antimony_unit_text(u->arena, text, &ast);
    u->depth++;
    if (status == BP_OK)
        unfold(u, ast, out);
    else if (status == BP_NO_MEMORY)
        out->failed = true;
    else
        out->foreign = true;
    u->depth--;
}

static void unfold_name(unfolding *u, const char *name, double power, factors *out) {
    factors part = {.number = 1.0};
    bp_unit unit;
    const bp_unit_definition *definition = bp_spec_unit_definition(u->spec, name);
    const char *text =
        definition ? definition->text : bp_spec_model_unit(u->spec, name);
    UnitKind_t kind = kind_of(name);
    if (text && strcmp(text, name) != 0)
        unfold_text(u, text, &part);
    else if (kind != UNIT_KIND_INVALID)
        add(&part, (factor){kind, 1.0, 1.0, 0});
    else if (bp_unit_known(name, &unit, NULL) == BP_OK)
        add_dimensions(&part, unit);
    else
        part.foreign = true;
    append(out, &part, power);
}

// ---- texts ----

static void unfold_number(unfolding *u, const bp_ast *ast, factors *out) {
    factors part = {.number = 1.0};
    if (ast->unit) unfold_name(u, ast->unit, 1.0, &part);
    part.number *= ast->number;
    if (!ast->unit) {
        out->number *= ast->number;
        return;
    }
    append(out, &part, 1.0);
}

static void unfold_power(unfolding *u, const bp_ast *base, double power, factors *out) {
    factors part = {.number = 1.0};
    if (base->op == BP_OP_NUMBER && !base->unit) {
        out->number *= pow(base->number, power);
        return;
    }
    unfold(u, base, &part);
    append(out, &part, power);
}

static void unfold(unfolding *u, const bp_ast *ast, factors *out) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        unfold_number(u, ast, out);
        return;
    case BP_OP_NAME:
        unfold_name(u, ast->name, 1.0, out);
        return;
    case BP_OP_AVOGADRO:
        out->number *= BP_AVOGADRO;
        return;
    case BP_OP_MUL:
    case BP_OP_DIV:
        for (int i = 0; i < ast->n_args; i++)
            unfold_power(u, ast->args[i], ast->op == BP_OP_DIV && i > 0 ? -1.0 : 1.0,
                         out);
        return;
    case BP_OP_POW:
        if (ast->args[1]->op == BP_OP_NUMBER) {
            unfold_power(u, ast->args[0], ast->args[1]->number, out);
            return;
        }
        break;
    default:
        break;
    }
    out->foreign = true;
}

// ---- definitions ----

static void write_definition(bp_sbml_writer *w, const char *id, const factors *f) {
    UnitDefinition_t *definition = Model_createUnitDefinition(w->model);
    if (!bp_sbml_made(w, definition)) return;
    UnitDefinition_setId(definition, id);
    for (int i = 0; i < f->list.count; i++) {
        const factor *one = &f->list.items[i];
        Unit_t *unit = UnitDefinition_createUnit(definition);
        if (!bp_sbml_made(w, unit)) return;
        Unit_setKind(unit, one->kind);
        Unit_setExponentAsDouble(unit, one->exponent);
        Unit_setScale(unit, one->scale);
        Unit_setMultiplier(unit, bp_sbml_put_number(w, one->multiplier));
    }
}

static bool note_unit(bp_sbml_writer *w, bp_unit unit, const char *id) {
    return bp_array_push(&w->units, ((bp_written_unit){unit, id})) ||
           bp_sbml_fail(w, BP_NO_MEMORY);
}

// Writes a definition of this id as the text has it, or by the unit's dimensions.
static void define(bp_sbml_writer *w, const char *id, const char *text, bp_unit unit) {
    factors f = {.number = 1.0};
    bp_arena arena = {0};
    unfolding u = {w->spec, &arena, 0};
    if (text) unfold_text(&u, text, &f);
    if (!text || f.foreign) {
        f.list.count = 0;
        f.number = 1.0;
        add_dimensions(&f, unit);
    }
    fold_number(&f);
    if (f.failed)
        bp_sbml_fail(w, BP_NO_MEMORY);
    else
        write_definition(w, id, &f);
    bp_array_clear(&f.list);
    bp_arena_clear(&arena);
}

static bool is_base_unit(const char *name) {
    return UnitKind_forName(name) != UNIT_KIND_INVALID;
}

// A definition that says what SBML says of the name: unit litre = litre.
static bool is_redundant(const bp_unit_definition *d) {
    bp_unit base;
    UnitKind_t kind = kind_of(d->name);
    return kind != UNIT_KIND_INVALID && is_base_unit(d->name) &&
           bp_unit_known(d->name, &base, NULL) == BP_OK && bp_unit_equal(base, d->unit);
}

static void define_all(bp_sbml_writer *w) {
    static const char *const base[] = {"dimensionless", "second", "mole",
                                       "item",          "litre",  "metre"};
    for (size_t i = 0; i < sizeof base / sizeof *base && w->status == BP_OK; i++) {
        bp_unit unit;
        if (bp_unit_known(base[i], &unit, NULL) == BP_OK) note_unit(w, unit, base[i]);
    }
    for (int i = 0; i < w->spec->units.count && w->status == BP_OK; i++) {
        const bp_unit_definition *d = &w->spec->units.items[i];
        if (is_redundant(d)) continue;
        const char *id = bp_plain_name(&w->unit_names, d->name);
        if (w->unit_names.failed)
            bp_sbml_fail(w, BP_NO_MEMORY);
        else if (note_unit(w, d->unit, id))
            define(w, id, d->text, d->unit);
    }
}

// "nmol/(L*s)" as an id: nmol_per_L_s
static const char *name_unit(bp_sbml_writer *w, bp_unit unit) {
    bp_text text = {0}, name = {0};
    bp_unit_print(unit, &text);
    for (const char *c = bp_text_get(&text); *c; c++) {
        if (*c == '/')
            bp_text_add(&name, name.length == 0 ? "per_" : "_per_");
        else if (*c != '(' && *c != ')' && *c != '^' && !(*c == '1' && c[1] == '/'))
            bp_text_add_n(&name, *c == '-' ? "m" : *c == '.' ? "p" : c, 1);
    }
    const char *id = NULL;
    if (!text.failed && !name.failed)
        id = bp_plain_make(&w->unit_names, bp_text_get(&name));
    if (!id || w->unit_names.failed) bp_sbml_fail(w, BP_NO_MEMORY);
    bp_text_clear(&text);
    bp_text_clear(&name);
    return w->status == BP_OK ? id : NULL;
}

const char *bp_sbml_unit_id(bp_sbml_writer *w, bp_unit unit) {
    if (!unit.known || w->status != BP_OK) return NULL;
    for (int i = 0; i < w->units.count; i++)
        if (bp_unit_equal(w->units.items[i].unit, unit)) return w->units.items[i].id;
    const char *id = name_unit(w, unit);
    if (!id || !note_unit(w, unit, id)) return NULL;
    define(w, id, NULL, unit);
    return w->status == BP_OK ? id : NULL;
}

const char *bp_sbml_unit_text_id(bp_sbml_writer *w, const char *text) {
    bp_unit unit = bp_unit_unknown;
    if (!text || w->status != BP_OK) return NULL;
    const bp_unit_definition *d = bp_spec_unit_definition(w->spec, text);
    if (d && !is_redundant(d)) return bp_plain_name(&w->unit_names, text);
    if (is_base_unit(text) && kind_of(text) == UnitKind_forName(text)) return text;
    if (bp_spec_unit(w->spec, text, &unit, NULL) != BP_OK) return NULL;
    return bp_sbml_unit_id(w, unit);
}

// ---- the whole ----

static bool states_units(const bp_spec *s) {
    if (s->units.count > 0 || s->substance_unit || s->volume_unit || s->area_unit ||
        s->length_unit || s->time_unit || s->extent_unit)
        return true;
    for (int i = 0; i < s->symbols.count; i++)
        if (s->symbols.items[i].unit) return true;
    return false;
}

static void set_model_units(bp_sbml_writer *w) {
    const bp_spec *s = w->spec;
    const struct {
        const char *text;
        int (*set)(Model_t *, const char *);
    } wide[] = {
        {s->substance_unit, Model_setSubstanceUnits},
        {s->volume_unit, Model_setVolumeUnits},
        {s->area_unit, Model_setAreaUnits},
        {s->length_unit, Model_setLengthUnits},
        {s->time_unit, Model_setTimeUnits},
        {s->extent_unit ? s->extent_unit : s->substance_unit, Model_setExtentUnits}};
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++) {
        const char *id = bp_sbml_unit_text_id(w, wide[i].text);
        if (id) wide[i].set(w->model, id);
    }
}

void bp_sbml_write_units(bp_sbml_writer *w) {
    const bp_spec *s = w->spec;
    w->unit_names = (bp_plain_names){.is_reserved = is_base_unit, .ascii = true};
    w->has_units = states_units(s);
    w->rate = bp_spec_rate_unit(s);
    // seconds are a guess where the spec says nothing
    w->time = s->time_unit ? bp_spec_time_unit(s) : bp_unit_unknown;
    w->of_symbol = bp_calloc((size_t)s->symbols.count + 1, sizeof *w->of_symbol);
    if (!w->of_symbol) {
        bp_sbml_fail(w, BP_NO_MEMORY);
        return;
    }
    for (int i = 0; i < s->symbols.count; i++)
        w->of_symbol[i] = bp_spec_symbol_unit(s, i);
    define_all(w);
    set_model_units(w);
}

void bp_sbml_free_units(bp_sbml_writer *w) {
    bp_plain_clear(&w->unit_names);
    bp_array_clear(&w->units);
    bp_free(w->of_symbol);
}
