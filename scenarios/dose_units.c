// Doses in the unit of what they are doses of. A species of a user's own model may be
// an amount where the dose is a concentration, or the other way round: then the event
// that adds it multiplies or divides by the volume at that time.
#include <string.h>

#include "base/text.h"
#include "scenarios/network.h"

static const bp_symbol *species_of(const bp_network *network, int substance) {
    int symbol =
        bp_spec_find(network->spec, network->substances.items[substance].species);
    return symbol < 0 ? NULL : &network->spec->symbols.items[symbol];
}

static bool is_amount(const bp_symbol *s) {
    return s->substance_only || s->compartment < 0;
}

// Unit of the species as its symbol has it; with `by_volume` in the other meaning.
static bp_unit unit_of(const bp_network *network, const bp_symbol *s, bool by_volume) {
    const bp_spec *spec = network->spec;
    bp_unit unit = bp_spec_symbol_unit(spec, (int)(s - spec->symbols.items));
    if (!by_volume || !unit.known) return unit;
    if (s->compartment < 0) return bp_unit_unknown;
    bp_unit size = bp_spec_symbol_unit(spec, s->compartment);
    if (!size.known) return bp_unit_unknown;
    return is_amount(s) ? bp_unit_divide(unit, size) : bp_unit_multiply(unit, size);
}

void bp_dose_meaning(bp_network *network, int substance, const bp_quantity *quantity,
                     bp_where where) {
    bp_substance *s = &network->substances.items[substance];
    const bp_symbol *species = species_of(network, substance);
    if (!species || quantity->value == 0) return;
    bp_unit own = unit_of(network, species, false);
    bp_unit other = unit_of(network, species, true);
    bool plain = !quantity->unit.known || !own.known || !other.known ||
                 bp_network_fits(quantity, own, s->molar_mass) ||
                 !bp_network_fits(quantity, other, s->molar_mass);
    bp_dose_in meaning = plain ? BP_DOSE_OWN_UNIT : BP_DOSE_BY_VOLUME;
    if (s->dose_in != BP_DOSE_NOT_SAID && s->dose_in != meaning)
        bp_report_error(network->report, BP_BAD_UNIT, where,
                        "'%s' is given as an amount here and as a concentration there; "
                        "give all of it in one way",
                        species->name);
    s->dose_in = meaning;
}

bool bp_dose_convert(bp_network *network, int substance, const bp_quantity *quantity,
                     bp_where where, double *value) {
    const bp_substance *s = &network->substances.items[substance];
    const bp_symbol *species = species_of(network, substance);
    if (!species) return false;
    bp_wanted wanted = {species->name,
                        unit_of(network, species, s->dose_in == BP_DOSE_BY_VOLUME),
                        s->molar_mass};
    if (!quantity->unit.known && quantity->value != 0 && !s->own && wanted.unit.known) {
        char number[32];
        bp_report_error(network->report, BP_BAD_UNIT, where,
                        "a concentration needs a unit, as in '%s nM'",
                        bp_number_print_short(quantity->value, 6, number));
        return false;
    }
    return bp_network_convert_to(network, quantity, where, wanted, value);
}

const char *bp_dose_unit_name(const bp_network *network, int substance) {
    const bp_substance *s = &network->substances.items[substance];
    const bp_symbol *species = species_of(network, substance);
    if (!species) return NULL;
    return bp_network_unit_name(
        network, unit_of(network, species, s->dose_in == BP_DOSE_BY_VOLUME));
}

const bp_ast *bp_dose_by_volume(bp_network *network, int substance,
                                const bp_ast *amount) {
    bp_spec *spec = network->spec;
    const bp_symbol *species = species_of(network, substance);
    if (network->substances.items[substance].dose_in != BP_DOSE_BY_VOLUME || !amount ||
        !species || species->compartment < 0)
        return amount;
    const char *place = spec->symbols.items[species->compartment].name;
    const bp_ast *both[] = {amount, bp_ast_name(spec, place, BP_NOWHERE)};
    bp_op op = is_amount(species) ? BP_OP_MUL : BP_OP_DIV;
    const bp_ast *value = both[1] ? bp_ast_call(spec, op, both, 2, BP_NOWHERE) : NULL;
    if (!value) bp_network_no_memory(network);
    return value;
}

bool bp_dose_possible(bp_network *network, int substance, const char *name,
                      bp_where where) {
    const bp_symbol *s = species_of(network, substance);
    const char *wrong = NULL;
    if (!s) return false; // reported before
    if (s->rule_kind == BP_ASSIGNMENT_RULE)
        wrong = "is computed by a rule of the model and cannot be dosed";
    else if (s->constant)
        wrong = "is constant in the model: 'set:' gives it another value for a whole "
                "run, but it cannot be dosed";
    if (wrong)
        bp_report_error(network->report, BP_BAD_VALUE, where, "'%s' %s", name, wrong);
    return !wrong;
}
