// Scenario files: from the tree to a sheet.
#include <math.h>
#include <string.h>

#include "scenarios/sheet.h"

static bp_named read_name(bp_reader *reader, const bp_yaml *map, const char *key) {
    const bp_yaml *node = bp_yaml_find(map, key);
    bp_named named = {0};
    if (!node) return named;
    named.name = bp_yaml_get_text(reader, node, key);
    named.where = node->where;
    return named;
}

// ---- arms ----

static const char *const arm_keys[] = {"medium", "set", "cell", "mechanisms", NULL};

static void read_arm(bp_reader *reader, const bp_yaml *node, bp_arm *arm) {
    *arm = (bp_arm){.name = node->key, .where = node->key_where};
    if (node->kind == BP_YAML_TEXT && !node->given) return; // `untreated:`
    if (!bp_yaml_is_map(reader, node, "an arm")) return;
    const bp_yaml *medium = bp_yaml_find(node, "medium");
    const bp_yaml *set = bp_yaml_find(node, "set");
    const bp_yaml *mechanisms = bp_yaml_find(node, "mechanisms");
    arm->cell = read_name(reader, node, "cell");
    if (mechanisms) arm->mechanisms = bp_uses_parse(reader, mechanisms);
    if (medium) arm->medium = bp_knobs_parse(reader, medium, "medium");
    if (set) arm->set = bp_knobs_parse(reader, set, "set");
    arm->exposures = bp_exposures_parse(reader, node, arm_keys);
}

static void read_arms(bp_reader *reader, const bp_yaml *node, bp_sheet *sheet) {
    size_t n = node && node->kind == BP_YAML_MAP ? (size_t)node->n : 0;
    sheet->arms = bp_reader_take(reader, n + 1, sizeof *sheet->arms);
    if (!sheet->arms) return;
    sheet->n_arms = 1; // without `arms:` there is one, without a name
    if (!node || !bp_yaml_is_map(reader, node, "arms")) return;
    if (!node->first) {
        bp_report_error(reader->report, BP_SYNTAX, node->where, "arms has no arm");
        return;
    }
    sheet->has_arms = true;
    sheet->n_arms = 0;
    for (const bp_yaml *child = node->first; child; child = child->next)
        read_arm(reader, child, &sheet->arms[sheet->n_arms++]);
}

// ---- plots ----

static void read_figure(bp_reader *reader, const bp_yaml *map, bp_figure_plan *plot) {
    static const char *const time_keys[] = {"of", "compare", "panels", "title",
                                            "as", "data",    NULL};
    static const char *const dose_keys[] = {"of", "compare", "title", "x",
                                            "at", "as",      "data",  NULL};
    bool dose = strcmp(plot->kind, "dose response") == 0;
    bp_yaml_check_keys(reader, map, dose ? dose_keys : time_keys, plot->kind);
    const bp_yaml *of = bp_yaml_find(map, "of");
    const bp_yaml *at = bp_yaml_find(map, "at");
    if (of) plot->of = bp_names_parse(reader, of, "of", &plot->n_of);
    plot->compare = read_name(reader, map, "compare");
    plot->panels = read_name(reader, map, "panels");
    plot->title = read_name(reader, map, "title");
    plot->x = read_name(reader, map, "x");
    plot->as = read_name(reader, map, "as");
    plot->data = read_name(reader, map, "data");
    if (dose) (void)bp_yaml_need(reader, map, "x", plot->kind); // reported
    if (!dose || !at || !bp_time_parse(reader, at, "at", &plot->at)) return;
    plot->at_given = true;
    plot->at_where = at->where;
}

bp_figure_plan *bp_plots_parse(bp_reader *reader, const bp_yaml *list, int *n) {
    static const char *const kinds[] = {"time course", "dose response", NULL};
    *n = 0;
    if (!bp_yaml_is_list(reader, list, "plot")) return NULL;
    bp_figure_plan *plots = bp_reader_take(reader, (size_t)list->n + 1, sizeof *plots);
    if (!plots) return NULL;
    for (const bp_yaml *child = list->first; child; child = child->next) {
        if (!bp_yaml_is_map(reader, child, "a figure")) continue;
        bp_yaml_check_keys(reader, child, kinds, "plot");
        const bp_yaml *figure = child->first;
        if (child->n != 1) {
            bp_report_error(reader->report, BP_SYNTAX, child->where,
                            "a figure is one key, '- time course: {...}' or "
                            "'- dose response: {...}'");
            continue;
        }
        if (strcmp(figure->key, kinds[0]) != 0 && strcmp(figure->key, kinds[1]) != 0)
            continue;
        bp_figure_plan *plot = &plots[(*n)++];
        *plot = (bp_figure_plan){.kind = figure->key, .where = figure->key_where};
        bool empty = figure->kind == BP_YAML_TEXT && !figure->given;
        if (!empty && bp_yaml_is_map(reader, figure, figure->key))
            read_figure(reader, figure, plot);
    }
    return plots;
}

// ---- the whole ----

static void read_before(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet) {
    bp_named before = read_name(reader, root, "before");
    if (!before.name) return;
    sheet->settle = strcmp(before.name, "steady state") == 0;
    if (!sheet->settle && strcmp(before.name, "nothing") != 0)
        bp_report_error(reader->report, BP_BAD_VALUE, before.where,
                        "before is 'steady state' or 'nothing', not '%s'", before.name);
}

static void read_save(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet) {
    bp_named save = read_name(reader, root, "save");
    if (!save.name) return;
    sheet->save_species = strcmp(save.name, "species") == 0;
    if (!sheet->save_species)
        bp_report_error(reader->report, BP_BAD_VALUE, save.where,
                        "save is 'species', not '%s'", save.name);
}

// Undeclared names of the model are parameters, as libAntimony takes them.
static void read_lenient(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet) {
    bp_named lenient = read_name(reader, root, "lenient");
    if (!lenient.name) return;
    sheet->lenient = strcmp(lenient.name, "true") == 0;
    if (!sheet->lenient && strcmp(lenient.name, "false") != 0)
        bp_report_error(reader->report, BP_BAD_VALUE, lenient.where,
                        "lenient is true or false, not '%s'", lenient.name);
}

// The medium takes concentrations, and nothing else.
static void check_medium(bp_reader *reader, bp_knobs medium) {
    for (int i = 0; i < medium.n; i++) {
        const bp_knob *knob = &medium.items[i];
        if (knob->scaled)
            bp_report_error(reader->report, BP_BAD_UNIT, knob->value_where,
                            "the medium takes concentrations, as in '%s: 0.01 nM'",
                            knob->name);
        else if (knob->value.value < 0)
            bp_report_error(reader->report, BP_BAD_VALUE, knob->value_where,
                            "a concentration must not be negative");
    }
}

// `ensemble: 100`, or a map with a file of the user's own.
static void read_ensemble(bp_reader *reader, const bp_yaml *node,
                          bp_ensemble_use *out) {
    static const char *const keys[] = {"file", "members", NULL};
    *out = (bp_ensemble_use){.given = true, .where = node->where};
    if (node->kind == BP_YAML_TEXT) {
        (void)bp_yaml_integer(reader, node, "ensemble", 1, 100000, &out->members);
        return;
    }
    if (!bp_yaml_is_map(reader, node, "ensemble")) return;
    bp_yaml_check_keys(reader, node, keys, "ensemble");
    const bp_yaml *members = bp_yaml_find(node, "members");
    out->file = read_name(reader, node, "file");
    if (members)
        (void)bp_yaml_integer(reader, members, "members", 1, 100000, &out->members);
}

static void read_parts(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet,
                       bp_settings *settings) {
    const bp_yaml *medium = bp_yaml_find(root, "medium");
    const bp_yaml *set = bp_yaml_find(root, "set");
    const bp_yaml *expose = bp_yaml_find(root, "expose");
    const bp_yaml *sweep = bp_yaml_find(root, "sweep");
    const bp_yaml *plot = bp_yaml_find(root, "plot");
    const bp_yaml *observe = bp_yaml_find(root, "observe");
    const bp_yaml *run = bp_yaml_need(reader, root, "run", "a scenario");

    const bp_yaml *mechanisms = bp_yaml_find(root, "mechanisms");
    const bp_yaml *ensemble = bp_yaml_find(root, "ensemble");
    const bp_yaml *units = bp_yaml_find(root, "units");
    if (units) sheet->units = bp_model_units_parse(reader, units);
    bp_targets_parse(reader, root, sheet);
    if (mechanisms) sheet->mechanisms = bp_uses_parse(reader, mechanisms);
    if (ensemble) read_ensemble(reader, ensemble, &sheet->ensemble);
    if (medium) sheet->medium = bp_knobs_parse(reader, medium, "medium");
    if (set) sheet->set = bp_knobs_parse(reader, set, "set");
    if (expose && bp_yaml_is_map(reader, expose, "expose"))
        sheet->expose = bp_exposures_parse(reader, expose, NULL);
    read_arms(reader, bp_yaml_find(root, "arms"), sheet);
    if (sweep) sheet->axes = bp_sweep_parse(reader, sweep, &sheet->n_axes);
    if (run) sheet->run = bp_run_parse(reader, run, settings);
    if (observe)
        sheet->observe = bp_names_parse(reader, observe, "observe", &sheet->n_observe);
    if (plot) sheet->plots = bp_plots_parse(reader, plot, &sheet->n_plots);
    check_medium(reader, sheet->medium);
    for (int i = 0; i < sheet->n_arms; i++)
        check_medium(reader, sheet->arms[i].medium);
}

static void read_behaviour(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet) {
    const bp_yaml *about = bp_yaml_find(root, "behaviour");
    const bp_yaml *expect = bp_yaml_find(root, "expect");
    if (!about && !expect) return;
    sheet->behaviour = bp_behaviour_parse(reader, about, expect);
    if (sheet->behaviour) sheet->behaviour->statement = sheet->title;
}

bp_sheet *bp_sheet_parse(bp_reader *reader, const char *text, size_t length,
                         bp_settings *settings) {
    static const char *const keys[] = {
        "title", "model",   "cell",       "before",   "medium",    "set",
        "arms",  "expose",  "run",        "observe",  "save",      "sweep",
        "plot",  "lenient", "mechanisms", "ensemble", "behaviour", "expect",
        "units", "sites",   "epitopes",   "effects",  NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_sheet *sheet = bp_reader_take(reader, 1, sizeof *sheet);
    if (!root || !sheet || !bp_yaml_is_map(reader, root, "a scenario")) return NULL;
    bp_yaml_check_keys(reader, root, keys, "a scenario");
    sheet->file = reader->file;
    sheet->title = read_name(reader, root, "title").name;
    sheet->model = read_name(reader, root, "model");
    sheet->cell = read_name(reader, root, "cell");
    if (!sheet->title) sheet->title = "";
    if (!sheet->model.name && !bp_yaml_find(root, "model"))
        bp_report_error(reader->report, BP_SYNTAX, root->where,
                        "a scenario needs 'model'");
    read_before(reader, root, sheet);
    read_save(reader, root, sheet);
    read_lenient(reader, root, sheet);
    read_parts(reader, root, sheet, settings);
    read_behaviour(reader, root, sheet);
    return sheet->arms ? sheet : NULL;
}
