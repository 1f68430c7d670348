// Units of a network: what the model's numbers mean, and quantities of files in them.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/network.h"

static bool is_word(const char *text) {
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                             "0123456789")] == '\0' &&
           !(text[0] >= '0' && text[0] <= '9');
}

const char *bp_network_unit_name(const bp_network *network, bp_unit unit) {
    const bp_spec *spec = network->spec;
    for (int i = 0; unit.known && i < spec->units.count; i++)
        if (bp_unit_equal(spec->units.items[i].unit, unit))
            return spec->units.items[i].name;
    const char *const wide[] = {spec->time_unit, spec->substance_unit,
                                spec->volume_unit};
    for (int i = 0; unit.known && i < 3; i++) {
        bp_unit own;
        if (wide[i] && is_word(wide[i]) &&
            bp_spec_unit(spec, wide[i], &own, NULL) == BP_OK &&
            bp_unit_equal(own, unit))
            return wide[i];
    }
    return NULL;
}

void bp_network_misfit(bp_network *network, const bp_quantity *quantity, bp_where where,
                       bp_unit wanted, const bp_error *err) {
    bp_text unit = {0};
    bp_unit_print(wanted, &unit);
    if (unit.failed)
        bp_network_no_memory(network);
    else if (err->status != BP_BAD_UNIT || strstr(err->message, "molar mass"))
        bp_report_error(network->report, err->status, where, "%s", err->message);
    else
        bp_report_error(network->report, err->status, where,
                        "a value in %s does not convert to %s", quantity->text,
                        bp_text_get(&unit));
    bp_text_clear(&unit);
}

// A count of molecules for an amount of substance, or the other way round.
static double count_for_amount(bp_unit *from, bp_unit to) {
    double step = from->power[BP_DIM_AMOUNT] - to.power[BP_DIM_AMOUNT];
    if (step == 0) return 1;
    bp_unit counted = *from;
    counted.power[BP_DIM_AMOUNT] -= step;
    counted.power[BP_DIM_COUNT] += step;
    if (!bp_unit_same_dimension(counted, to)) return 1;
    *from = counted;
    return pow(BP_AVOGADRO, step);
}

bool bp_network_fits(const bp_quantity *quantity, bp_unit unit, double molar_mass) {
    double value = 0;
    bp_quantity counted = *quantity;
    counted.value *= count_for_amount(&counted.unit, unit);
    return bp_quantity_in(&counted, unit, molar_mass, &value, NULL) == BP_OK;
}

bool bp_network_convert_to(bp_network *network, const bp_quantity *quantity,
                           bp_where where, bp_wanted wanted, double *value) {
    bp_error err = {0};
    *value = quantity->value;
    if (!quantity->unit.known) return true; // in the model's own unit
    if (!wanted.unit.known) {
        bp_report_warning(
            network->report, BP_BAD_UNIT, where,
            "the model states no unit for '%s': the number is taken as it is",
            wanted.name);
        return true;
    }
    bp_quantity counted = *quantity;
    counted.value *= count_for_amount(&counted.unit, wanted.unit);
    if (bp_quantity_in(&counted, wanted.unit, wanted.molar_mass, value, &err) == BP_OK)
        return true;
    bp_network_misfit(network, quantity, where, wanted.unit, &err);
    return false;
}

bool bp_network_convert(bp_network *network, const bp_quantity *quantity,
                        bp_where where, int symbol, double molar_mass, double *value) {
    bp_wanted wanted = {network->spec->symbols.items[symbol].name,
                        bp_spec_symbol_unit(network->spec, symbol), molar_mass};
    return bp_network_convert_to(network, quantity, where, wanted, value);
}

// ---- time ----

void bp_network_assume_seconds(bp_network *network, bp_where where) {
    if (network->spec->time_unit || network->time_assumed) return;
    network->time_assumed = true;
    bp_report_warning(network->report, BP_BAD_UNIT, where,
                      "the model '%s' states no unit of time: it is taken to be the "
                      "second. If it is not, say so in the scenario: 'units: {time: "
                      "min}'",
                      network->spec->name);
}

bool bp_time_in_model(bp_network *network, const bp_quantity *time, bp_where where,
                      double *value) {
    bp_error err = {0};
    *value = time->value;
    if (!time->unit.known) return true;
    if (time->value != 0) bp_network_assume_seconds(network, where);
    bp_unit unit = bp_spec_time_unit(network->spec);
    if (bp_quantity_in(time, unit, 0, value, &err) == BP_OK) return true;
    bp_network_misfit(network, time, where, unit, &err);
    return false;
}

// ---- definitions ----

// "1e-09*mole*litre^-1": what every reader of Antimony understands.
static const char *spell(bp_network *network, bp_unit unit) {
    static const struct {
        int dim;
        const char *name;
    } base[] = {{BP_DIM_AMOUNT, "mole"},    {BP_DIM_COUNT, "item"},
                {BP_DIM_LENGTH, "metre"},   {BP_DIM_MASS, "kilogram"},
                {BP_DIM_TIME, "second"},    {BP_DIM_TEMPERATURE, "kelvin"},
                {BP_DIM_CURRENT, "ampere"}, {BP_DIM_LIGHT, "candela"},
                {BP_DIM_BODY, "kilogram"}};
    bp_text text = {0};
    double litres = unit.power[BP_DIM_LENGTH] / 3;
    bool volume = litres == floor(litres);
    bp_text_number_short(&text, unit.scale * (volume ? pow(1e3, litres) : 1), 15);
    for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
        bool litre = volume && base[i].dim == BP_DIM_LENGTH;
        double power = litre ? litres : unit.power[base[i].dim];
        if (power == 0) continue;
        bp_text_format(&text, "*%s", litre ? "litre" : base[i].name);
        if (power == 1) continue;
        bp_text_add(&text, "^");
        bp_text_number(&text, power);
    }
    const char *copy =
        text.failed ? NULL : bp_arena_copy(&network->spec->arena, bp_text_get(&text));
    bp_text_clear(&text);
    if (!copy) bp_network_no_memory(network);
    return copy;
}

static bool is_defined(const bp_spec *spec, const char *name) {
    for (int i = 0; i < spec->units.count; i++)
        if (strcmp(spec->units.items[i].name, name) == 0) return true;
    return false;
}

// "nM" as it is, "1/min" as "per_min", "1/(nM*min)" as "per_nM_min".
static const char *identifier(bp_network *network, const char *words) {
    bp_text text = {0};
    if (words[0] == '1' && words[1] == '/') words++;
    for (const char *c = words; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                      (*c >= '0' && *c <= '9' && text.length > 0);
        if (letter)
            bp_text_add_n(&text, c, 1);
        else if (*c == '/')
            bp_text_add(&text, text.length ? "_per_" : "per_");
        else if (*c == '*' || *c == ' ')
            bp_text_add(&text, "_");
    }
    if (!text.length) bp_text_add(&text, "unit");
    const char *name =
        text.failed ? NULL : bp_arena_copy(&network->spec->arena, bp_text_get(&text));
    bp_text_clear(&text);
    while (name && is_defined(network->spec, name))
        name = bp_arena_format(&network->spec->arena, "%s_", name);
    if (!name) bp_network_no_memory(network);
    return name;
}

const char *bp_network_define_unit(bp_network *network, bp_unit unit) {
    bp_text words = {0};
    const char *known = bp_network_unit_name(network, unit);
    if (known || !unit.known) return known;
    bool molar = unit.power[BP_DIM_AMOUNT] == 1 && unit.power[BP_DIM_LENGTH] == -3;
    static const char *const molars[] = {"M", "mM", "uM", "nM", "pM"};
    bp_unit named;
    for (size_t i = 0; molar && i < sizeof molars / sizeof *molars; i++)
        if (bp_unit_parse(molars[i], &named, NULL) == BP_OK &&
            bp_unit_equal(named, unit)) {
            bp_text_add(&words, molars[i]);
            molar = false;
        }
    if (!words.length) bp_unit_print(unit, &words);
    bp_unit_definition made = {.unit = unit, .where = BP_NOWHERE};
    made.name = words.failed ? NULL : identifier(network, bp_text_get(&words));
    made.text = spell(network, unit);
    bp_text_clear(&words);
    if (made.name && made.text && bp_array_push(&network->spec->units, made))
        return made.name;
    bp_network_no_memory(network);
    return NULL;
}

// ---- `units:` ----

static void set_time(bp_network *network, bp_unit unit) {
    bp_text text = {0};
    bp_text_number(&text, unit.scale);
    bp_text_add(&text, " second");
    network->spec->time_unit =
        text.failed ? NULL : bp_arena_copy(&network->spec->arena, bp_text_get(&text));
    bp_text_clear(&text);
    if (!network->spec->time_unit) bp_network_no_memory(network);
}

// What has no unit of its own gets this one.
static void set_concentration(bp_network *network, bp_unit unit) {
    bp_spec *spec = network->spec;
    const char *name = bp_network_define_unit(network, unit);
    for (int i = 0; name && i < spec->symbols.count; i++) {
        bp_symbol *s = &spec->symbols.items[i];
        if (s->kind == BP_SPECIES && !s->substance_only && s->compartment >= 0 &&
            !s->unit)
            s->unit = name;
    }
}

void bp_network_state_units(bp_network *network, const bp_model_units *units) {
    if (units->time.known) set_time(network, units->time);
    if (units->concentration.known) set_concentration(network, units->concentration);
}
