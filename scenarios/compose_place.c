// Where a drug is in a model that was not made for drugs, and the archetypes' constants
// in the model's unit of time. See docs/decisions/0002-foreign-models.md.
#include <math.h>
#include <string.h>

#include "scenarios/network.h"

// Volumes of the built-in network: 1e5 cells per mL. Only an antibody notices: what the
// cells bind is taken from the medium.
enum { MEDIUM_PL = 10000, CELL_PL = 2 };

bp_unit bp_network_nanomolar(void) {
    bp_unit unit = bp_unit_unknown;
    return bp_unit_parse("nM", &unit, NULL) == BP_OK ? unit : bp_unit_unknown;
}

static bool has_markers(const bp_spec *spec) {
    static const char *const markers[] = {"site", "epitope", "effect"};
    for (int i = 0; i < spec->instances.count; i++)
        for (int m = 0; m < 3; m++)
            if (strcmp(spec->instances.items[i].module, markers[m]) == 0) return true;
    return false;
}

// Unit of a concentration in the compartment, as the model has it.
static bp_unit unit_within(const bp_spec *spec, int compartment) {
    bp_unit substance = bp_unit_unknown;
    bp_unit size = bp_spec_symbol_unit(spec, compartment);
    if (!spec->substance_unit || !size.known ||
        bp_spec_unit(spec, spec->substance_unit, &substance, NULL) != BP_OK)
        return bp_unit_unknown;
    return bp_unit_divide(substance, size);
}

// Whether the model has a medium for drugs: in nM, as the archetypes count, or without
// units and made for them.
static bool has_medium(const bp_network *network) {
    const bp_spec *spec = network->spec;
    int medium = bp_spec_find(spec, "medium");
    if (medium < 0 || spec->symbols.items[medium].kind != BP_COMPARTMENT) return false;
    bp_unit unit = unit_within(spec, medium);
    if (!unit.known) return network->own_markers;
    return bp_unit_equal(unit, bp_network_nanomolar());
}

void bp_network_look_for_markers(bp_network *network) {
    network->own_markers = has_markers(network->spec);
}

// ---- compartments of the drugs ----

// The unit of volume in which nM are amounts of the model's own unit, so that reactions
// of drugs go in the unit in which the model's do; pL where it counts otherwise.
static bp_unit volume_unit(const bp_spec *spec) {
    bp_unit extent = bp_unit_unknown, pl = bp_unit_unknown;
    const char *text = spec->extent_unit ? spec->extent_unit : spec->substance_unit;
    if (bp_unit_parse("pL", &pl, NULL) != BP_OK) return bp_unit_unknown;
    if (!text || bp_spec_unit(spec, text, &extent, NULL) != BP_OK || !extent.known)
        return pl;
    bp_unit fitting = bp_unit_divide(extent, bp_network_nanomolar());
    return bp_unit_same_dimension(fitting, pl) ? fitting : pl;
}

static const char *add_compartment(bp_network *network, const char *name, double size) {
    if (bp_spec_find(network->spec, name) >= 0) return name;
    bp_unit unit = volume_unit(network->spec);
    bp_quantity volume = {size, bp_unit_unknown, "pL"};
    if (bp_unit_parse("pL", &volume.unit, NULL) != BP_OK ||
        bp_quantity_in(&volume, unit, 0, &size, NULL) != BP_OK)
        return NULL;
    const char *unit_name = bp_network_define_unit(network, unit);
    int index = bp_network_parameter(network, name, size, unit_name);
    if (index < 0) return NULL;
    network->spec->symbols.items[index].kind = BP_COMPARTMENT;
    return name;
}

// The species that a trap is on; NULL after reporting that it cannot be one.
static const bp_symbol *find_ligand(bp_network *network, const bp_act *act) {
    const bp_spec *spec = network->spec;
    int symbol = bp_spec_find(spec, act->on);
    const bp_symbol *s = symbol < 0 ? NULL : &spec->symbols.items[symbol];
    if (!s || s->kind != BP_SPECIES) return NULL;
    const char *wrong = s->substance_only    ? "is an amount in the model"
                        : s->compartment < 0 ? "is in no compartment"
                        : s->boundary        ? "is a boundary species"
                                             : NULL;
    if (!wrong && s->rule_kind != BP_NO_RULE) wrong = "is computed by a rule";
    if (!wrong && !bp_spec_symbol_unit(spec, symbol).known)
        wrong = "has no stated unit (say 'units: {concentration: nM}')";
    if (!wrong) return s;
    bp_report_error(network->report, BP_BAD_MODEL, act->on_where,
                    "'%s' %s: a drug that binds it needs a concentration that "
                    "reactions change",
                    act->on, wrong);
    return NULL;
}

// A drug that binds something in a compartment is in that compartment.
static bool find_compartment(bp_network *network, const bp_drug *drug, bp_place *out) {
    for (int i = 0; i < drug->n_acts; i++) {
        const bp_act *act = &drug->acts[i];
        int symbol = bp_spec_find(network->spec, act->on);
        if (bp_spec_find_instance(network->spec, act->on) >= 0 || symbol < 0) continue;
        const bp_symbol *ligand = find_ligand(network, act);
        if (!ligand) return false;
        const char *name = network->spec->symbols.items[ligand->compartment].name;
        if (out->medium && strcmp(out->medium, name) != 0) {
            bp_report_error(network->report, BP_UNSUPPORTED, act->on_where,
                            "%s binds species of two compartments, '%s' and '%s'; "
                            "give one drug for each",
                            drug->item.name, out->medium, name);
            return false;
        }
        out->medium = name;
        out->in_model = true;
    }
    return true;
}

static bool has_epitope(const bp_network *network, const bp_drug *drug) {
    for (int i = 0; i < drug->n_acts; i++) {
        int instance = bp_spec_find_instance(network->spec, drug->acts[i].on);
        if (instance >= 0 &&
            strcmp(network->spec->instances.items[instance].module, "epitope") == 0)
            return true;
    }
    return false;
}

bool bp_network_place(bp_network *network, const bp_drug *drug, bp_place *out) {
    *out = (bp_place){"medium", "cell", NULL, false};
    if (has_medium(network)) return true;
    *out = (bp_place){.unit = bp_network_define_unit(network, bp_network_nanomolar())};
    if (!out->unit || !find_compartment(network, drug, out)) return false;
    if (out->in_model && has_epitope(network, drug)) {
        bp_report_error(network->report, BP_UNSUPPORTED,
                        (bp_where){.file = drug->item.file},
                        "%s binds an epitope and a species of the model; give one drug "
                        "for each",
                        drug->item.name);
        return false;
    }
    if (!out->medium) out->medium = add_compartment(network, "drug.medium", MEDIUM_PL);
    out->cell = has_epitope(network, drug)
                    ? add_compartment(network, "drug.cell", CELL_PL)
                    : out->medium;
    return out->medium && out->cell;
}

// ---- an instance of an archetype, just poured ----

// Constants of the library's archetypes are per second. In a model that counts in
// minutes they become per minute, number and unit. A model's own archetypes are in its
// own units already.
static void to_model_time(bp_network *network, int symbol, bp_where where) {
    bp_spec *spec = network->spec;
    bp_unit unit = bp_spec_symbol_unit(spec, symbol), time = bp_spec_time_unit(spec);
    double power = unit.known ? unit.power[BP_DIM_TIME] : 0, factor = 1;
    const char *file = spec->symbols.items[symbol].where.file;
    if (!file || strcmp(file, BP_ARCHETYPES) != 0) return;
    if (power == 0 || !spec->symbols.items[symbol].unit) return;
    bp_network_assume_seconds(network, where);
    if (!time.known || time.scale == 1) return;
    bp_unit wanted = unit;
    wanted.scale *= pow(time.scale, power);
    if (bp_unit_factor(unit, wanted, &factor, NULL) != BP_OK) return;
    const char *name = bp_network_define_unit(network, wanted);
    bp_symbol *s = &spec->symbols.items[symbol];
    if (name) s->unit = name;
    if (!s->initial || s->initial->op != BP_OP_NUMBER) return;
    s->initial = bp_ast_number(spec, s->initial->number * factor, s->initial->where);
    if (!s->initial) bp_network_no_memory(network);
}

// A trap takes the drug in the model's unit of the ligand; the drug is in nM.
static void convert_drug(bp_network *network, const bp_poured *poured) {
    bp_spec *spec = network->spec;
    int drug = bp_spec_find(spec, poured->drug),
        ligand = bp_spec_find(spec, poured->on);
    double factor = 1;
    if (drug < 0 || ligand < 0) return;
    bp_quantity one = {1, bp_spec_symbol_unit(spec, ligand), ""};
    bp_wanted wanted = {poured->on, bp_network_nanomolar(), 0};
    if (!bp_network_convert_to(network, &one, poured->where, wanted, &factor)) return;
    for (int i = poured->first_reaction; i < spec->reactions.count; i++) {
        bp_reaction *r = &spec->reactions.items[i];
        for (int k = 0; k < r->n_reactants; k++)
            if (r->reactants[k].species == drug)
                r->reactants[k].stoichiometry *= factor;
        for (int k = 0; k < r->n_products; k++)
            if (r->products[k].species == drug) r->products[k].stoichiometry *= factor;
    }
}

void bp_network_fit(bp_network *network, const bp_place *place,
                    const bp_poured *poured) {
    bp_spec *spec = network->spec;
    for (int i = poured->first_symbol; i < spec->symbols.count; i++)
        to_model_time(network, i, poured->where);
    if (!place->unit) return;
    int ligand = place->in_model ? bp_spec_find(spec, poured->on) : -1;
    for (int i = poured->first_symbol; i < spec->symbols.count; i++) {
        bp_symbol *s = &spec->symbols.items[i];
        if (s->kind != BP_SPECIES || s->unit) continue;
        s->unit = ligand >= 0 ? spec->symbols.items[ligand].unit : place->unit;
    }
    if (ligand >= 0 && spec->symbols.items[ligand].kind == BP_SPECIES)
        convert_drug(network, poured);
}
