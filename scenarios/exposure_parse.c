// Exposures and knobs: what is done to the cells, and what is changed in the model.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/sheet.h"

// ---- exposures ----

bool bp_time_parse(bp_reader *reader, const bp_yaml *node, const char *what,
                   bp_quantity *out) {
    if (!bp_yaml_quantity(reader, node, what, out)) return false;
    bp_unit second;
    if (bp_unit_parse("s", &second, NULL) != BP_OK) return false;
    if (!bp_unit_same_dimension(out->unit, second)) {
        bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                        "%s must be a time, as in '24 h', not '%s'%s", what, node->text,
                        strcmp(out->text, "m") == 0 ? " (m is a metre, min a minute)"
                                                    : "");
        *out = (bp_quantity){.unit = second}; // one message is enough
        return false;
    }
    if (out->value >= 0) return true;
    bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                    "%s must not be before the start, time 0", what);
    return false;
}

// Whether it may do without a unit is known when the substance is.
static bool read_amount(bp_reader *reader, const bp_yaml *node, bp_dose *dose) {
    if (!bp_yaml_quantity(reader, node, "the concentration", &dose->amount))
        return false;
    dose->text = node->text;
    dose->where = node->where;
    if (dose->amount.value >= 0) return true;
    bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                    "a concentration must not be negative");
    return false;
}

static bp_dose *add_dose(bp_exposure *exposure, bp_dose_kind kind, bp_where where) {
    bp_dose *dose = &exposure->doses[exposure->n_doses++];
    *dose = (bp_dose){.kind = kind, .text = "", .where = where, .at_where = where};
    return dose;
}

// {dose: X, at: T, until: U}, {set: X, at: T}, {wash: U}
static void read_dose_map(bp_reader *reader, const bp_yaml *map,
                          bp_exposure *exposure) {
    static const char *const dose_keys[] = {"dose", "at", "until", NULL};
    static const char *const set_keys[] = {"set", "at", NULL};
    static const char *const wash_keys[] = {"wash", NULL};
    const bp_yaml *amount = bp_yaml_find(map, "dose");
    const bp_yaml *level = bp_yaml_find(map, "set");
    const bp_yaml *wash = bp_yaml_find(map, "wash");
    const bp_yaml *at = bp_yaml_find(map, "at");
    const bp_yaml *until = bp_yaml_find(map, "until");

    if (wash && (amount || level)) {
        bp_report_error(reader->report, BP_DUPLICATE, wash->where,
                        "give a wash and a dose as two items: [{wash: 12 h}, {dose: 50 "
                        "nM, at: 12 h}]");
        return;
    }
    bp_yaml_check_keys(reader, map,
                       level  ? set_keys
                       : wash ? wash_keys
                              : dose_keys,
                       "an exposure");
    if (!amount && !level && !wash) {
        bp_report_error(reader->report, BP_SYNTAX, map->where,
                        "an exposure is 'dose: 200 nM', 'set: 200 nM' or 'wash: 24 h'");
        return;
    }
    if (wash) {
        bp_dose *dose = add_dose(exposure, BP_DOSE_WASH, wash->where);
        (void)bp_time_parse(reader, wash, "the time of the wash", &dose->at);
        return;
    }
    bp_dose *dose = add_dose(exposure, level ? BP_DOSE_SET : BP_DOSE_ADD, map->where);
    (void)read_amount(reader, level ? level : amount, dose); // reported
    if (at && bp_time_parse(reader, at, "at", &dose->at)) dose->at_where = at->where;
    if (!until || level) return;
    bp_dose *end = add_dose(exposure, BP_DOSE_WASH, until->where);
    if (bp_time_parse(reader, until, "until", &end->at) && at &&
        end->at.value * end->at.unit.scale <= dose->at.value * dose->at.unit.scale)
        bp_report_error(reader->report, BP_BAD_VALUE, until->where,
                        "until must be after at, %s", at->text);
}

static void read_dose(bp_reader *reader, const bp_yaml *node, bp_exposure *exposure) {
    if (node->kind == BP_YAML_MAP) {
        read_dose_map(reader, node, exposure);
        return;
    }
    bp_dose *dose = add_dose(exposure, BP_DOSE_ADD, node->where);
    (void)read_amount(reader, node, dose); // reported
}

static void read_exposure(bp_reader *reader, const bp_yaml *node, bp_exposure *out) {
    out->name = node->key;
    out->where = node->key_where;
    bool list = node->kind == BP_YAML_LIST;
    size_t most = 2 * (list ? (size_t)node->n : 1); // a dose with `until` is two
    out->doses = bp_reader_take(reader, most + 1, sizeof *out->doses);
    if (!out->doses) return;
    if (!list) {
        read_dose(reader, node, out);
        return;
    }
    for (const bp_yaml *child = node->first; child; child = child->next)
        read_dose(reader, child, out);
}

static bool is_among(const char *key, const char *const *keys) {
    for (; keys && *keys; keys++)
        if (strcmp(key, *keys) == 0) return true;
    return false;
}

bp_exposures bp_exposures_parse(bp_reader *reader, const bp_yaml *map,
                                const char *const *not_these) {
    bp_exposures all = {0};
    all.items = bp_reader_take(reader, (size_t)map->n + 1, sizeof *all.items);
    if (!all.items) return all;
    for (const bp_yaml *child = map->first; child; child = child->next)
        if (!is_among(child->key, not_these))
            read_exposure(reader, child, &all.items[all.n++]);
    return all;
}

// ---- knobs ----

static void read_scale(bp_reader *reader, const bp_yaml *node, bp_knob *knob) {
    bp_quantity scale;
    if (!bp_yaml_quantity(reader, node, "scale", &scale)) return;
    knob->scaled = true;
    knob->scale = scale.value;
    if (scale.unit.known && !bp_unit_same_dimension(scale.unit, bp_unit_dimensionless))
        bp_report_error(reader->report, BP_BAD_UNIT, node->where,
                        "a scale is a pure number, not '%s'", node->text);
}

// {value: 2, unit: 1/s}
static void read_value_and_unit(bp_reader *reader, const bp_yaml *map, bp_knob *knob) {
    const bp_yaml *value = bp_yaml_need(reader, map, "value", "a setting");
    const bp_yaml *unit = bp_yaml_find(map, "unit");
    if (!value || !bp_yaml_quantity(reader, value, "value", &knob->value)) return;
    knob->value_where = value->where;
    const char *text = unit ? bp_yaml_get_text(reader, unit, "unit") : NULL;
    if (!text) return;
    bp_error err = {0};
    if (knob->value.unit.known)
        bp_report_error(reader->report, BP_DUPLICATE, unit->where,
                        "the value '%s' has a unit already", value->text);
    else if (bp_unit_parse(text, &knob->value.unit, &err) != BP_OK)
        bp_report_error(reader->report, err.status, unit->where, "%s", err.message);
    size_t length = strlen(text);
    if (length < sizeof knob->value.text) memcpy(knob->value.text, text, length + 1);
}

static void read_knob(bp_reader *reader, const bp_yaml *node, bp_knob *knob) {
    static const char *const keys[] = {"value", "unit", "scale", NULL};
    *knob = (bp_knob){
        .name = node->key, .where = node->key_where, .value_where = node->where};
    if (node->kind != BP_YAML_MAP) {
        (void)bp_yaml_quantity(reader, node, node->key, &knob->value); // reported
        return;
    }
    bp_yaml_check_keys(reader, node, keys, "a setting");
    const bp_yaml *scale = bp_yaml_find(node, "scale");
    if (!scale) {
        read_value_and_unit(reader, node, knob);
        return;
    }
    read_scale(reader, scale, knob);
    if (bp_yaml_find(node, "value"))
        bp_report_error(reader->report, BP_DUPLICATE, scale->where,
                        "give either value or scale, not both");
}

bp_knobs bp_knobs_parse(bp_reader *reader, const bp_yaml *map, const char *what) {
    bp_knobs all = {0};
    if (!bp_yaml_is_map(reader, map, what)) return all;
    all.items = bp_reader_take(reader, (size_t)map->n + 1, sizeof *all.items);
    if (!all.items) return all;
    for (const bp_yaml *child = map->first; child; child = child->next)
        read_knob(reader, child, &all.items[all.n++]);
    return all;
}
