// `sweep:` and `run:`: grids of values, and times.
#include <math.h>
#include <string.h>

#include "scenarios/sheet.h"

enum { MAX_POINTS = 1000000, MAX_TIMES = 10000000 };

// ---- sweep ----

bool bp_axis_is_named(const char *name) {
    return strcmp(name, "cell") == 0 || strcmp(name, "mechanism") == 0;
}

// The two bounds of a grid, both in the unit of the first.
static bool read_bounds(bp_reader *reader, const bp_yaml *node, bp_quantity bounds[2],
                        const char **unit) {
    if (!bp_yaml_is_list(reader, node, "the bounds")) return false;
    if (node->n != 2) {
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "two bounds are needed, as in [1 nM, 10 uM]");
        return false;
    }
    const bp_yaml *low = node->first;
    const bp_yaml *high = low->next;
    if (!bp_yaml_quantity(reader, low, "the lower bound", &bounds[0]) ||
        !bp_yaml_quantity(reader, high, "the upper bound", &bounds[1]))
        return false;
    bp_error err = {0};
    double factor = 1;
    bool one_bare = bounds[0].unit.known != bounds[1].unit.known;
    if (one_bare)
        bp_error_set(&err, BP_BAD_UNIT, "give both bounds with a unit, or none");
    if (!one_bare && bounds[0].unit.known &&
        bp_unit_factor(bounds[1].unit, bounds[0].unit, &factor, &err) != BP_OK)
        factor = 1;
    if (err.status != BP_OK) {
        bp_report_error(reader->report, err.status, high->where, "%s", err.message);
        return false;
    }
    bounds[1].value *= factor;
    bounds[1].unit = bounds[0].unit;
    *unit = bp_reader_copy(reader, bounds[0].text);
    return *unit != NULL;
}

static double grid_value(const bp_axis *axis, double low, double high, int i) {
    if (i == 0) return low;
    if (i == axis->n - 1) return high;
    double share = (double)i / (axis->n - 1);
    if (axis->kind == BP_AXIS_LINEAR) return low + share * (high - low);
    return pow(10, log10(low) + share * (log10(high) - log10(low)));
}

static bool read_grid(bp_reader *reader, const bp_yaml *map, const bp_yaml *node,
                      bp_axis *axis) {
    bp_quantity bounds[2];
    const bp_yaml *points = bp_yaml_need(reader, map, "points", "a grid");
    bool ok = read_bounds(reader, node, bounds, &axis->unit);
    if (!points ||
        !bp_yaml_integer(reader, points, "points", 2, MAX_POINTS, &axis->n) || !ok)
        return false;
    if (axis->kind == BP_AXIS_LOG && !(bounds[0].value > 0 && bounds[1].value > 0)) {
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "a log grid needs bounds above 0; use list: for a point at 0");
        return false;
    }
    axis->values = bp_reader_take(reader, (size_t)axis->n, sizeof *axis->values);
    if (!axis->values) return false;
    for (int i = 0; i < axis->n; i++) {
        axis->values[i] = bounds[0];
        axis->values[i].value = grid_value(axis, bounds[0].value, bounds[1].value, i);
    }
    return true;
}

static bool read_list(bp_reader *reader, const bp_yaml *node, bp_axis *axis) {
    if (!bp_yaml_is_list(reader, node, "list")) return false;
    axis->texts = bp_yaml_texts(reader, node, "a value of the list", &axis->n);
    axis->values = bp_reader_take(reader, (size_t)axis->n + 1, sizeof *axis->values);
    axis->unit = "";
    if (!axis->values || !axis->texts) return false;
    if (axis->n == 0) {
        bp_report_error(reader->report, BP_SYNTAX, node->where, "the list is empty");
        return false;
    }
    if (bp_axis_is_named(axis->name)) return true;
    bool ok = true;
    for (int i = 0; i < axis->n; i++) {
        ok &= bp_yaml_quantity(reader, axis->texts[i], axis->name, &axis->values[i]);
        if (ok && !axis->unit[0])
            axis->unit = bp_reader_copy(reader, axis->values[i].text);
        ok &= axis->unit != NULL;
    }
    return ok;
}

static bool read_axis(bp_reader *reader, const bp_yaml *node, bp_axis *axis) {
    static const char *const grid_keys[] = {"log", "linear", "list", "points", NULL};
    static const char *const list_keys[] = {"list", NULL};
    *axis = (bp_axis){.name = node->key, .where = node->key_where, .unit = ""};
    if (!bp_yaml_is_map(reader, node, "a sweep")) return false;
    const bp_yaml *log = bp_yaml_find(node, "log");
    const bp_yaml *linear = bp_yaml_find(node, "linear");
    const bp_yaml *list = bp_yaml_find(node, "list");
    bp_yaml_check_keys(reader, node, list ? list_keys : grid_keys, "a sweep");
    if (!!log + !!linear + !!list != 1) {
        bp_report_error(
            reader->report, BP_SYNTAX, node->where,
            "'%s' needs one of 'log: [1 nM, 1 uM]', 'linear: [0, 1]', 'list: [a, b]'",
            node->key);
        return false;
    }
    axis->kind = list ? BP_AXIS_LIST : log ? BP_AXIS_LOG : BP_AXIS_LINEAR;
    if (!list && bp_axis_is_named(axis->name)) {
        bp_report_error(reader->report, BP_SYNTAX, node->where,
                        "%ss are swept by 'list:'", axis->name);
        return false;
    }
    return list ? read_list(reader, list, axis)
                : read_grid(reader, node, log ? log : linear, axis);
}

bp_axis *bp_sweep_parse(bp_reader *reader, const bp_yaml *map, int *n) {
    *n = 0;
    if (!bp_yaml_is_map(reader, map, "sweep")) return NULL;
    bp_axis *axes = bp_reader_take(reader, (size_t)map->n + 1, sizeof *axes);
    if (!axes) return NULL;
    for (const bp_yaml *child = map->first; child; child = child->next)
        if (read_axis(reader, child, &axes[*n])) (*n)++;
    return axes;
}

// ---- run ----

static void read_setting(bp_reader *reader, const bp_yaml *node,
                         bp_settings *settings) {
    const bp_field *field = bp_field_find(bp_settings_fields, node->key);
    const char *text = bp_yaml_get_text(reader, node, node->key);
    bp_error err = {0};
    if (text && bp_field_read(field, settings, text, node->where, &err) != BP_OK)
        bp_report_error(reader->report, err.status, node->where, "%s", err.message);
}

// Every key that is ours or a setting of the solver.
static void check_run_keys(bp_reader *reader, const bp_yaml *map) {
    const char *keys[64] = {"until", "every", "points"};
    int n = 3;
    for (const bp_field *f = bp_settings_fields; f->name && n < 63; f++)
        keys[n++] = f->name;
    keys[n] = NULL;
    bp_yaml_check_keys(reader, map, keys, "run");
}

static void check_positive(bp_reader *reader, const bp_yaml *node,
                           const bp_quantity *time) {
    if (!(time->value > 0))
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "%s must be more than 0", node->key);
}

bp_run_plan bp_run_parse(bp_reader *reader, const bp_yaml *map, bp_settings *settings) {
    bp_run_plan plan = {0};
    if (!bp_yaml_is_map(reader, map, "run")) return plan;
    check_run_keys(reader, map);
    for (const bp_yaml *child = map->first; child; child = child->next)
        if (bp_field_find(bp_settings_fields, child->key))
            read_setting(reader, child, settings);

    const bp_yaml *until = bp_yaml_need(reader, map, "until", "run");
    const bp_yaml *every = bp_yaml_find(map, "every");
    const bp_yaml *points = bp_yaml_find(map, "points");
    if (until && bp_time_parse(reader, until, "until", &plan.until)) {
        plan.until_given = true;
        plan.until_where = until->where;
        check_positive(reader, until, &plan.until);
    }
    if (every && bp_time_parse(reader, every, "every", &plan.every)) {
        plan.every_given = true;
        plan.every_where = every->where;
        check_positive(reader, every, &plan.every);
    }
    if (points)
        (void)bp_yaml_integer(reader, points, "points", 2, MAX_TIMES, &plan.points);
    if (every && points)
        bp_report_error(reader->report, BP_DUPLICATE, points->where,
                        "give either every or points, not both");
    return plan;
}
