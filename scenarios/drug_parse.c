// Drug files: what a drug binds, how, and how well.
#include <string.h>

#include "scenarios/sheet.h"

// A molar mass must be one, and more than nothing.
static bool read_molar_mass(bp_reader *reader, const bp_yaml *root, bp_fact *out) {
    const bp_yaml *node = bp_yaml_need(reader, root, "molar mass", "the file");
    if (!node || !bp_fact_parse(reader, node, true, out)) return false;
    bp_error err = {0};
    bp_unit gram_per_mole;
    double mass = 0;
    bp_status status = bp_unit_parse("g/mol", &gram_per_mole, &err);
    if (status == BP_OK && !out->quantity.unit.known)
        status = bp_error_set(&err, BP_BAD_UNIT,
                              "a molar mass needs a unit, as in '581.1 g/mol'");
    if (status == BP_OK)
        status = bp_quantity_in(&out->quantity, gram_per_mole, 0, &mass, &err);
    if (status == BP_OK && !(mass > 0))
        status = bp_error_set(&err, BP_BAD_VALUE, "a molar mass is more than 0");
    if (status == BP_OK) return true;
    bp_report_error(reader->report, status, out->where, "molar mass: %s", err.message);
    return false;
}

// What serum leaves unbound of the drug in the medium: more than 0, at most 1. Where it
// is not given, or wrong, all of it.
static void read_free_fraction(bp_reader *reader, const bp_yaml *root, bp_fact *out) {
    const bp_yaml *node = bp_yaml_find(root, "free fraction");
    double value = 1;
    if (node && bp_fact_parse(reader, node, false, out)) {
        bp_error err = {0};
        bp_status status = BP_OK;
        value = out->quantity.value;
        if (out->quantity.unit.known)
            status =
                bp_quantity_in(&out->quantity, bp_unit_dimensionless, 0, &value, &err);
        if (status == BP_OK && !(value > 0 && value <= 1))
            status = bp_error_set(&err, BP_BAD_VALUE,
                                  "a free fraction is more than 0 and at most 1");
        out->broken = status != BP_OK;
        if (out->broken) {
            value = 1;
            bp_report_error(reader->report, status, out->where, "free fraction: %s",
                            err.message);
        }
    }
    out->quantity = (bp_quantity){.value = value, .unit = bp_unit_dimensionless};
}

static bool is_parameter(const bp_yaml *child) {
    return strcmp(child->key, "on") != 0 && strcmp(child->key, "archetype") != 0 &&
           strcmp(child->key, "effects") != 0;
}

// Numbers of an archetype or effect: a unit is needed, also where it is "1".
static void read_parameters(bp_reader *reader, const bp_yaml *node, bp_act *act) {
    act->facts = bp_reader_take(reader, (size_t)node->n + 1, sizeof *act->facts);
    if (!act->facts) return;
    for (const bp_yaml *child = node->first; child; child = child->next) {
        bp_fact *fact = &act->facts[act->n_facts];
        if (!is_parameter(child)) continue;
        act->n_facts++; // also when broken, so that it is not called missing
        if (!bp_fact_parse(reader, child, false, fact) || fact->quantity.unit.known)
            continue;
        fact->broken = true;
        bp_report_error(
            reader->report, BP_BAD_UNIT, fact->where,
            "'%s' needs a unit, as in '13 nM'; a pure number is written '%s 1'",
            fact->name, fact->text);
    }
}

static bool read_act(bp_reader *reader, const bp_yaml *node, bp_act *act) {
    if (!bp_yaml_is_map(reader, node, "an act")) return false;
    act->where = node->where;
    const bp_yaml *on = bp_yaml_need(reader, node, "on", "an act");
    const bp_yaml *archetype = bp_yaml_need(reader, node, "archetype", "an act");
    const bp_yaml *effects = bp_yaml_find(node, "effects");
    read_parameters(reader, node, act);
    if (effects)
        act->effects = bp_facts_parse(reader, effects, "effects", &act->n_effects);
    if (!on || !archetype) return false;
    act->on = bp_yaml_get_text(reader, on, "on");
    act->archetype = bp_yaml_get_text(reader, archetype, "archetype");
    act->on_where = on->where;
    act->archetype_where = archetype->where;
    return act->on && act->archetype;
}

bp_drug *bp_drug_parse(bp_reader *reader, const char *text, size_t length) {
    static const char *const keys[] = {"name",   "aliases",    "text",
                                       "source", "molar mass", "free fraction",
                                       "acts",   "confidence", NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_drug *drug = bp_reader_take(reader, 1, sizeof *drug);
    if (!root || !drug || !bp_yaml_is_map(reader, root, "a drug file")) return NULL;
    bp_yaml_check_keys(reader, root, keys, "a drug file");
    bool named = bp_item_parse(reader, root, &drug->item);
    (void)read_molar_mass(reader, root, &drug->molar_mass); // reported
    read_free_fraction(reader, root, &drug->free_fraction);
    const bp_yaml *acts = bp_yaml_need(reader, root, "acts", "a drug file");
    if (!named || !acts || !bp_yaml_is_list(reader, acts, "acts")) return NULL;
    drug->acts = bp_reader_take(reader, (size_t)acts->n + 1, sizeof *drug->acts);
    if (!drug->acts) return NULL;
    for (const bp_yaml *child = acts->first; child; child = child->next)
        if (read_act(reader, child, &drug->acts[drug->n_acts])) drug->n_acts++;
    return drug;
}

bp_ligand *bp_ligand_parse(bp_reader *reader, const char *text, size_t length) {
    static const char *const keys[] = {"name",    "aliases",    "text", "source",
                                       "species", "molar mass", NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_ligand *ligand = bp_reader_take(reader, 1, sizeof *ligand);
    if (!root || !ligand || !bp_yaml_is_map(reader, root, "a ligand file")) return NULL;
    bp_yaml_check_keys(reader, root, keys, "a ligand file");
    bool named = bp_item_parse(reader, root, &ligand->item);
    (void)read_molar_mass(reader, root, &ligand->molar_mass); // reported
    const bp_yaml *species = bp_yaml_need(reader, root, "species", "a ligand file");
    if (!named || !species) return NULL;
    ligand->species = bp_yaml_get_text(reader, species, "species");
    return ligand->species ? ligand : NULL;
}
