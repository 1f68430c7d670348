// Mechanism files: what a way around a drug changes in a network, by how much.
#include <string.h>

#include "scenarios/sheet.h"

static bool read_number(bp_reader *reader, const bp_yaml *node, const char *what,
                        double *out) {
    bp_quantity quantity;
    if (!bp_yaml_quantity(reader, node, what, &quantity)) return false;
    *out = quantity.value;
    if (!quantity.unit.known ||
        bp_unit_same_dimension(quantity.unit, bp_unit_dimensionless))
        return true;
    bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                    "'%s' is a pure number, not '%s'", what, node->text);
    return false;
}

// lost: {default: 0.9, range: [0, 1], text: ..., source: ...}
static bool read_strength(bp_reader *reader, const bp_yaml *node, bp_strength *out) {
    static const char *const keys[] = {"default", "range", "text", "source", NULL};
    *out = (bp_strength){.name = node->key, .where = node->key_where};
    if (!bp_yaml_is_map(reader, node, node->key)) return false;
    bp_yaml_check_keys(reader, node, keys, "a parameter of a mechanism");
    const bp_yaml *value = bp_yaml_need(reader, node, "default", node->key);
    const bp_yaml *range = bp_yaml_need(reader, node, "range", node->key);
    out->text = bp_yaml_optional_text(reader, node, "text");
    out->source = bp_yaml_optional_text(reader, node, "source");
    if (!value || !read_number(reader, value, "default", &out->value) || !range ||
        !bp_yaml_is_list(reader, range, "range"))
        return false;
    if (range->n != 2) {
        bp_report_error(reader->report, BP_SYNTAX, range->where,
                        "a range is two numbers, as in [0, 1]");
        return false;
    }
    if (!read_number(reader, range->first, "range", &out->low) ||
        !read_number(reader, range->first->next, "range", &out->high))
        return false;
    if (out->low <= out->value && out->value <= out->high) return true;
    bp_report_error(reader->report, BP_BAD_VALUE, value->where,
                    "the default of '%s' lies outside its range", node->key);
    return false;
}

// PTEN_level: {scale: "1 - lost", source: ...}
static bool read_change(bp_reader *reader, const bp_yaml *node, bp_change *out) {
    static const char *const keys[] = {"value", "scale", "unit", "source", NULL};
    *out = (bp_change){.name = node->key, .where = node->key_where};
    if (!bp_yaml_is_map(reader, node, node->key)) return false;
    bp_yaml_check_keys(reader, node, keys, node->key);
    const bp_yaml *value = bp_yaml_find(node, "value");
    const bp_yaml *scale = bp_yaml_find(node, "scale");
    const bp_yaml *source = bp_yaml_need(reader, node, "source", node->key);
    if (!value == !scale) {
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "'%s' needs either a value or a scale", node->key);
        return false;
    }
    const bp_yaml *expression = value ? value : scale;
    out->scaled = scale != NULL;
    out->expression = bp_yaml_get_text(reader, expression, expression->key);
    out->expression_where = expression->where;
    out->unit = bp_yaml_optional_text(reader, node, "unit");
    out->source = source ? bp_yaml_get_text(reader, source, "source") : NULL;
    if (out->scaled && out->unit[0])
        bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                        "a scale is a pure number: it has no unit");
    return out->expression && out->source;
}

// `PTEN loss`, or `{p95HER2: {fraction: 0.3}}`
static bool read_use(bp_reader *reader, const bp_yaml *node, bp_mechanism_use *out) {
    *out = (bp_mechanism_use){.where = node->where};
    if (node->kind == BP_YAML_TEXT) {
        out->name = bp_yaml_get_text(reader, node, "a mechanism");
        return out->name != NULL;
    }
    if (!bp_yaml_is_map(reader, node, "a mechanism")) return false;
    if (node->n != 1) {
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "a mechanism is a name, or a name with its strengths, as in "
                        "{p95HER2: {fraction: 0.3}}");
        return false;
    }
    out->name = node->first->key;
    out->where = node->first->key_where;
    out->strengths = bp_knobs_parse(reader, node->first, "the strengths");
    return true;
}

bp_mechanism_uses bp_uses_parse(bp_reader *reader, const bp_yaml *list) {
    bp_mechanism_uses uses = {.given = true};
    if (!bp_yaml_is_list(reader, list, "mechanisms")) return uses;
    uses.items = bp_reader_take(reader, (size_t)list->n + 1, sizeof *uses.items);
    if (!uses.items) return uses;
    for (const bp_yaml *child = list->first; child; child = child->next)
        if (read_use(reader, child, &uses.items[uses.n])) uses.n++;
    return uses;
}

static void read_strengths(bp_reader *reader, const bp_yaml *map, bp_mechanism *out) {
    if (!bp_yaml_is_map(reader, map, "parameters")) return;
    if (map->n > BP_MOST_STRENGTHS) {
        bp_report_error(reader->report, BP_BAD_VALUE, map->where,
                        "a mechanism has at most %d parameters", BP_MOST_STRENGTHS);
        return;
    }
    out->strengths = bp_reader_take(reader, (size_t)map->n + 1, sizeof *out->strengths);
    for (const bp_yaml *c = map->first; out->strengths && c; c = c->next)
        if (read_strength(reader, c, &out->strengths[out->n_strengths]))
            out->n_strengths++;
}

// The entries of one map, behind those read so far; there is room for them.
static void add_changes(bp_reader *reader, const bp_yaml *map, bp_change of,
                        bp_mechanism *out) {
    for (const bp_yaml *c = map->first; c; c = c->next) {
        bp_change *change = &out->changes[out->n_changes];
        if (!read_change(reader, c, change)) continue;
        change->of = of.of;
        change->drug = of.drug;
        change->drug_where = of.drug_where;
        out->n_changes++;
    }
}

// drugs: {lapatinib: {HER2_kinase.Ki: {scale: fold, source: ...}}}
static void add_drugs(bp_reader *reader, const bp_yaml *map, bp_mechanism *out) {
    for (const bp_yaml *drug = map->first; drug; drug = drug->next) {
        bp_change of = {
            .of = BP_CHANGE_DRUG, .drug = drug->key, .drug_where = drug->key_where};
        if (bp_yaml_is_map(reader, drug, drug->key)) add_changes(reader, drug, of, out);
    }
}

// The map of that key and how many changes it may hold; NULL: there is none.
static const bp_yaml *find_changes(bp_reader *reader, const bp_yaml *root,
                                   const char *key, size_t *n) {
    const bp_yaml *map = bp_yaml_find(root, key);
    if (!map || !bp_yaml_is_map(reader, map, key)) return NULL;
    *n += (size_t)map->n;
    for (const bp_yaml *child = map->first; child; child = child->next)
        *n += (size_t)child->n;
    return map;
}

static void read_changes(bp_reader *reader, const bp_yaml *root, bp_mechanism *out) {
    size_t n = 1;
    const bp_yaml *set = find_changes(reader, root, "set", &n);
    const bp_yaml *medium = find_changes(reader, root, "medium", &n);
    const bp_yaml *drugs = find_changes(reader, root, "drugs", &n);
    out->changes = bp_reader_take(reader, n, sizeof *out->changes);
    if (!out->changes) return;
    if (set) add_changes(reader, set, (bp_change){.of = BP_CHANGE_SYMBOL}, out);
    if (medium) add_changes(reader, medium, (bp_change){.of = BP_CHANGE_LIGAND}, out);
    if (drugs) add_drugs(reader, drugs, out);
    if (n == 1 && !out->includes.n)
        bp_report_error(reader->report, BP_SYNTAX, root->where,
                        "a mechanism needs 'set', 'medium', 'drugs' or 'includes'");
}

bp_mechanism *bp_mechanism_parse(bp_reader *reader, const char *text, size_t length) {
    static const char *const keys[] = {
        "name",       "aliases", "text",   "literature", "source",   "confidence",
        "parameters", "set",     "medium", "drugs",      "includes", NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_mechanism *mechanism = bp_reader_take(reader, 1, sizeof *mechanism);
    if (!root || !mechanism || !bp_yaml_is_map(reader, root, "a mechanism file"))
        return NULL;
    bp_yaml_check_keys(reader, root, keys, "a mechanism file");
    bool named = bp_item_parse(reader, root, &mechanism->item);
    mechanism->literature = bp_yaml_optional_text(reader, root, "literature");
    const bp_yaml *parameters = bp_yaml_find(root, "parameters");
    const bp_yaml *includes = bp_yaml_find(root, "includes");
    if (parameters) read_strengths(reader, parameters, mechanism);
    if (includes) mechanism->includes = bp_uses_parse(reader, includes);
    read_changes(reader, root, mechanism);
    return named ? mechanism : NULL;
}
