// `units:`, `sites:`, `epitopes:` and `effects:`: what a scenario says of a model that
// does not say it itself.
#include <string.h>

#include "base/text.h"
#include "scenarios/sheet.h"

// ---- units ----

static void read_unit(bp_reader *reader, const bp_yaml *map, const char *key,
                      const char *example, bp_unit *out) {
    const bp_yaml *node = bp_yaml_find(map, key);
    const char *text = node ? bp_yaml_get_text(reader, node, key) : NULL;
    bp_error err = {0};
    bp_unit wanted = bp_unit_unknown, unit = bp_unit_unknown;
    if (!text) return;
    bp_status status = bp_unit_parse(example, &wanted, &err);
    if (status == BP_OK) status = bp_unit_parse(text, &unit, &err);
    if (status != BP_OK)
        bp_report_error(reader->report, status, node->where, "%s", err.message);
    else if (!bp_unit_same_dimension(unit, wanted))
        bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                        "'%s' is no unit of %s, such as %s", text, key, example);
    else
        *out = unit;
}

bp_model_units bp_model_units_parse(bp_reader *reader, const bp_yaml *map) {
    static const char *const keys[] = {"time", "concentration", NULL};
    bp_model_units units = {bp_unit_unknown, bp_unit_unknown};
    if (!bp_yaml_is_map(reader, map, "units")) return units;
    bp_yaml_check_keys(reader, map, keys, "units");
    read_unit(reader, map, "time", "min", &units.time);
    read_unit(reader, map, "concentration", "nM", &units.concentration);
    return units;
}

// ---- where drugs act ----

// `0.01 1/s`, or the name of a parameter of the model.
static void read_rate(bp_reader *reader, const bp_yaml *map, const char *key,
                      bp_rate *out) {
    const bp_yaml *node = bp_yaml_find(map, key);
    const char *text = node ? bp_yaml_get_text(reader, node, key) : NULL;
    bp_unit per_second;
    if (!text) return;
    *out = (bp_rate){.given = true, .where = node->where};
    const char *end = text;
    (void)bp_number_read(text, &end);
    if (end == text) {
        out->name = text;
        return;
    }
    if (!bp_yaml_quantity(reader, node, key, &out->value)) return;
    if (bp_unit_parse("1/s", &per_second, NULL) != BP_OK) return;
    bool bare = !out->value.unit.known && out->value.value != 0;
    if (bare || !bp_unit_same_dimension(out->value.unit, per_second))
        bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                        "%s is a rate, as in '1e-4 1/s', or the name of a parameter "
                        "of the model, not '%s'",
                        key, text);
    else if (out->value.value < 0)
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "'%s' must not be negative", key);
}

// `R`, or `{RR: 2}`: how many epitopes one of the species shows.
static void read_counted(bp_reader *reader, const bp_yaml *node, bp_counted *out) {
    *out = (bp_counted){{node->text, node->where}, 1};
    if (node->kind == BP_YAML_TEXT) {
        (void)bp_yaml_get_text(reader, node, "a species of the surface"); // reported
        return;
    }
    if (!bp_yaml_is_map(reader, node, "a species of the surface")) return;
    const bp_yaml *child = node->first;
    bp_quantity count = {0};
    if (node->n != 1) {
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "a species that shows several is written '{RR: 2}'");
        return;
    }
    out->species = (bp_named){child->key, child->key_where};
    if (!bp_yaml_quantity(reader, child, child->key, &count)) return;
    out->count = count.value;
    if (count.unit.known || !(count.value > 0))
        bp_report_error(reader->report, BP_BAD_VALUE, child->where,
                        "how many epitopes '%s' shows is a number above 0", child->key);
}

static void read_surface(bp_reader *reader, const bp_yaml *map, bp_target *target) {
    const bp_yaml *list = bp_yaml_need(reader, map, "surface", "an epitope");
    if (!list) return;
    bool one = list->kind == BP_YAML_TEXT && list->given;
    if (!one && !bp_yaml_is_list(reader, list, "surface")) return;
    target->surface =
        bp_reader_take(reader, (size_t)list->n + 1, sizeof *target->surface);
    if (!target->surface) return;
    if (one) read_counted(reader, list, &target->surface[target->n_surface++]);
    for (const bp_yaml *child = list->first; child; child = child->next)
        read_counted(reader, child, &target->surface[target->n_surface++]);
    if (target->n_surface == 0)
        bp_report_error(reader->report, BP_SYNTAX, list->where,
                        "an epitope needs a species that shows it");
}

static void read_target(bp_reader *reader, const bp_yaml *node, bp_target *target) {
    static const char *const keys[][4] = {
        {"scales", "turnover", NULL},
        {"surface", "internalisation", "scales", NULL},
        {"scales", NULL}};
    static const char *const what[] = {"a site", "an epitope", "an effect"};
    bp_target_kind kind = target->kind;
    target->name = node->key;
    target->where = node->key_where;
    if (!bp_yaml_is_map(reader, node, what[kind])) return;
    bp_yaml_check_keys(reader, node, keys[kind], what[kind]);
    const bp_yaml *scales = kind == BP_TARGET_EPITOPE
                                ? bp_yaml_find(node, "scales")
                                : bp_yaml_need(reader, node, "scales", what[kind]);
    if (scales)
        target->scales = bp_names_parse(reader, scales, "scales", &target->n_scales);
    if (scales && target->scales && target->n_scales == 0 && scales->n == 0)
        bp_report_error(reader->report, BP_SYNTAX, scales->where,
                        "scales needs a parameter or a reaction of the model");
    if (kind == BP_TARGET_SITE) read_rate(reader, node, "turnover", &target->rate);
    if (kind != BP_TARGET_EPITOPE) return;
    read_surface(reader, node, target);
    read_rate(reader, node, "internalisation", &target->rate);
}

static void read_kind(bp_reader *reader, const bp_yaml *root, bp_target_kind kind,
                      bp_sheet *sheet) {
    static const char *const keys[] = {"sites", "epitopes", "effects"};
    const bp_yaml *map = bp_yaml_find(root, keys[kind]);
    if (!map || !bp_yaml_is_map(reader, map, keys[kind])) return;
    for (const bp_yaml *child = map->first; child; child = child->next) {
        bp_target *target = &sheet->targets[sheet->n_targets++];
        target->kind = kind;
        read_target(reader, child, target);
    }
}

void bp_targets_parse(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet) {
    static const char *const keys[] = {"sites", "epitopes", "effects"};
    size_t n = 1;
    for (int i = 0; i < 3; i++) {
        const bp_yaml *map = bp_yaml_find(root, keys[i]);
        n += map ? (size_t)map->n : 0;
    }
    sheet->targets = bp_reader_take(reader, n, sizeof *sheet->targets);
    for (int kind = 0; sheet->targets && kind < 3; kind++)
        read_kind(reader, root, (bp_target_kind)kind, sheet);
}
