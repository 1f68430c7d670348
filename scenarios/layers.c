// From what the sheet says to values for symbols of the network.
#include "scenarios/layers.h"

#include <math.h>
#include <string.h>

void bp_layers_clear(bp_layers *layers, const bp_sheet *sheet) {
    for (int i = 0; i < layers->cells.count; i++)
        bp_array_clear(&layers->cells.items[i].entries);
    bp_array_clear(&layers->cells);
    bp_ensemble_planned(layers);
    bp_mechanisms_clear(layers, sheet);
    bp_array_clear(&layers->medium);
    bp_array_clear(&layers->set);
    for (int i = 0; layers->arms && i < sheet->n_arms; i++) {
        bp_array_clear(&layers->arms[i].medium);
        bp_array_clear(&layers->arms[i].set);
        bp_array_clear(&layers->arms[i].doses);
    }
    for (int i = 0; layers->axes && i < sheet->n_axes; i++)
        for (int arm = 0; layers->axes[i].touched && arm < sheet->n_arms; arm++)
            bp_array_clear(&layers->axes[i].touched[arm].symbols);
}

static void add(bp_network *network, bp_entries *entries, int symbol, double value,
                bool scaled) {
    if (!bp_array_push(entries, (bp_entry){symbol, value, scaled}))
        bp_network_no_memory(network);
}

// ---- doses of an arm ----

static bool has_substance(const bp_network *network, bp_exposures exposures,
                          int substance) {
    for (int i = 0; i < exposures.n; i++)
        if (bp_network_known(network, exposures.items[i].name) == substance)
            return true;
    return false;
}

// Doses of the same substance and kind in exposures [0, n) of a list.
static int count_doses(const bp_network *network, bp_exposures list, int n,
                       int substance, bp_dose_kind kind) {
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (bp_network_known(network, list.items[i].name) != substance) continue;
        for (int j = 0; j < list.items[i].n_doses; j++)
            count += list.items[i].doses[j].kind == kind;
    }
    return count;
}

// Own exposures replace common ones of the same substance, so slots of one substance
// come from one list only.
static void visit_list(const bp_network *network, bp_exposures list,
                       bp_exposures hidden_by, bp_dose_visit visit, void *data) {
    for (int i = 0; i < list.n; i++) {
        const bp_exposure *exposure = &list.items[i];
        int substance = bp_network_known(network, exposure->name);
        if (substance < 0 || has_substance(network, hidden_by, substance)) continue;
        int slots[BP_N_DOSE_KINDS];
        for (int kind = 0; kind < BP_N_DOSE_KINDS; kind++)
            slots[kind] = count_doses(network, list, i, substance, (bp_dose_kind)kind);
        for (int j = 0; j < exposure->n_doses; j++) {
            const bp_dose *dose = &exposure->doses[j];
            visit(data, exposure, dose, substance, ++slots[dose->kind]);
        }
    }
}

void bp_arm_doses(const bp_network *network, const bp_sheet *sheet, const bp_arm *arm,
                  bp_dose_visit visit, void *data) {
    visit_list(network, sheet->expose, arm->exposures, visit, data);
    visit_list(network, arm->exposures, (bp_exposures){0}, visit, data);
}

// ---- cells ----

static const bp_cell *read_cell(bp_network *network, bp_named name) {
    const char *path =
        bp_network_find_file(network, BP_CATALOGUE_CELLS, name, network->base);
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    if (!path) return NULL;
    if (bp_bundle_read(network->bundle, path, &text, &length, &err) == BP_OK) {
        bp_reader reader = {network->arena, network->report, path};
        return bp_cell_parse(&reader, text, length);
    }
    bp_report_error(network->report, err.status, name.where, "%s", err.message);
    return NULL;
}

// Index of the layer, -1: none is named, or it was reported.
static int find_cell(bp_layers *layers, bp_network *network, bp_named name) {
    if (!name.name) return -1;
    for (int i = 0; i < layers->cells.count; i++)
        if (strcmp(layers->cells.items[i].name, name.name) == 0) return i;
    const bp_cell *cell = read_cell(network, name);
    if (!cell) return -1;
    if (bp_array_push(&layers->cells, (bp_cell_layer){.name = name.name, .cell = cell}))
        return layers->cells.count - 1;
    bp_network_no_memory(network);
    return -1;
}

static void resolve_cell(bp_network *network, bp_cell_layer *layer) {
    const bp_cell *cell = layer->cell;
    double value = 0;
    for (int i = 0; i < cell->n_levels; i++) {
        const bp_fact *level = &cell->levels[i];
        const char *name = bp_arena_format(network->arena, "%s_copies", level->name);
        if (!name) bp_network_no_memory(network);
        int symbol = name ? bp_spec_find(network->spec, name) : -1;
        if (symbol < 0)
            bp_report_note(
                network->report, level->name_where,
                "the model '%s' has no '%s_copies': the level of %s is not used",
                network->spec->name, level->name, level->name);
        else if (bp_network_convert(network, &level->quantity, level->where, symbol, 0,
                                    &value))
            add(network, &layer->entries, symbol, value, false);
    }
    for (int i = 0; i < cell->n_set; i++) {
        const bp_fact *fact = &cell->set[i];
        int symbol = bp_spec_find(network->spec, fact->name);
        if (symbol < 0 || !bp_network_settable(network, symbol)) {
            const char *near = bp_names_nearest(&network->spec->names, fact->name);
            bp_network_lacks(network, cell->item.file, fact->name_where,
                             "the model '%s' has nothing to set called '%s'%s%s%s",
                             network->spec->name, fact->name,
                             near ? "; did you mean '" : "", near ? near : "",
                             near ? "'?" : "");
        } else if (bp_network_convert(network, &fact->quantity, fact->where, symbol, 0,
                                      &value)) {
            add(network, &layer->entries, symbol, value, false);
        }
    }
}

// ---- what adds to the network ----

static void find_exposures(bp_network *network, bp_exposures exposures) {
    for (int i = 0; i < exposures.n; i++)
        (void)bp_network_substance(network, exposures.items[i].name,
                                   exposures.items[i].where);
}

static bool is_changed(const bp_spec *spec, int species) {
    for (int i = 0; i < spec->reactions.count; i++) {
        const bp_reaction *r = &spec->reactions.items[i];
        for (int j = 0; j < r->n_reactants; j++)
            if (r->reactants[j].species == species) return true;
        for (int j = 0; j < r->n_products; j++)
            if (r->products[j].species == species) return true;
    }
    return false;
}

// A model of another format knows nothing of the names that ours use.
int bp_medium_symbol(const bp_network *network, const bp_substance *substance) {
    const char *rest = network->modules ? bp_arena_format(network->arena, "%s_rest",
                                                          substance->species)
                                        : NULL;
    int symbol = rest ? bp_spec_find(network->spec, rest) : -1;
    return symbol >= 0 ? symbol : bp_spec_find(network->spec, substance->species);
}

static void feed_substance(bp_network *network, const bp_sheet *sheet, int substance) {
    if (substance < 0 || !sheet->settle) return;
    bp_substance *s = &network->substances.items[substance];
    int symbol = bp_medium_symbol(network, s);
    if (symbol < 0 || symbol != bp_spec_find(network->spec, s->species)) return;
    const bp_symbol *species = &network->spec->symbols.items[symbol];
    s->fed = !species->boundary && species->rule_kind == BP_NO_RULE &&
             is_changed(network->spec, symbol);
}

void bp_medium_find(bp_network *network, const bp_sheet *sheet, const char *name,
                    bp_where where) {
    int substance = bp_network_substance(network, name, where);
    if (substance >= 0 && network->substances.items[substance].drug)
        bp_report_error(network->report, BP_BAD_VALUE, where,
                        "'%s' is a drug: give it as an exposure, not in the medium",
                        name);
    else
        feed_substance(network, sheet, substance);
}

static void find_medium(bp_network *network, const bp_sheet *sheet, bp_knobs medium) {
    for (int i = 0; i < medium.n; i++)
        bp_medium_find(network, sheet, medium.items[i].name, medium.items[i].where);
}

static void count_slot(void *data, const bp_exposure *exposure, const bp_dose *dose,
                       int substance, int slot) {
    bp_network *network = data;
    if (!bp_dose_possible(network, substance, exposure->name, exposure->where)) return;
    if (dose->kind != BP_DOSE_WASH)
        bp_dose_meaning(network, substance, &dose->amount, dose->where);
    int *n = &network->substances.items[substance].n_slots[dose->kind];
    if (*n < slot) *n = slot;
}

static bool is_exposed(const bp_network *network, const bp_sheet *sheet,
                       int substance) {
    bool found = has_substance(network, sheet->expose, substance);
    for (int i = 0; i < sheet->n_arms; i++)
        found |= has_substance(network, sheet->arms[i].exposures, substance);
    return found;
}

static bool in_medium(const bp_network *network, const bp_sheet *sheet, int substance) {
    for (int a = -1; a < sheet->n_arms; a++) {
        bp_knobs medium = a < 0 ? sheet->medium : sheet->arms[a].medium;
        for (int i = 0; i < medium.n; i++)
            if (bp_network_known(network, medium.items[i].name) == substance)
                return true;
    }
    return false;
}

// Whether the name is a drug or a ligand of the library.
static bool is_listed(bp_network *network, const char *name) {
    const char *path = NULL;
    if (bp_library_find(network->catalogue, BP_CATALOGUE_DRUGS, name, &path, NULL) !=
        BP_OK)
        return false;
    if (path) return true;
    return bp_library_find(network->catalogue, BP_CATALOGUE_LIGANDS, name, &path,
                           NULL) == BP_OK &&
           path;
}

// "NRG1.at": the substance, -1 when it is none.
static int find_at(bp_network *network, const char *name) {
    size_t length = strlen(name);
    if (length < 4 || strcmp(name + length - 3, ".at") != 0) return -1;
    const char *stem = bp_arena_copy_n(network->arena, name, length - 3);
    if (!stem) bp_network_no_memory(network);
    return stem ? bp_network_known(network, stem) : -1;
}

static void find_substance_axis(bp_network *network, const bp_sheet *sheet,
                                const bp_axis *axis, bp_axis_layer *layer) {
    layer->substance = bp_network_substance(network, axis->name, axis->where);
    if (layer->substance < 0) return;
    bool exposed = is_exposed(network, sheet, layer->substance);
    layer->target = BP_AXIS_EXPOSURE;
    for (int i = 0; exposed && i < axis->n; i++)
        bp_dose_meaning(network, layer->substance, &axis->values[i],
                        axis->texts ? axis->texts[i]->where : axis->where);
    if (exposed) return;
    if (in_medium(network, sheet, layer->substance)) {
        layer->target = BP_AXIS_MEDIUM;
        layer->symbol =
            bp_medium_symbol(network, &network->substances.items[layer->substance]);
        return;
    }
    layer->everywhere = true;
    int *slots = &network->substances.items[layer->substance].n_slots[BP_DOSE_ADD];
    if (*slots < 1) *slots = 1;
}

static void find_cell_axis(bp_layers *layers, bp_network *network, const bp_axis *axis,
                           bp_axis_layer *layer) {
    layer->target = BP_AXIS_CELL;
    layer->cells = bp_arena_take(network->arena, (size_t)axis->n * sizeof(int) + 1);
    if (!layer->cells) bp_network_no_memory(network);
    for (int i = 0; layer->cells && i < axis->n; i++)
        layer->cells[i] = find_cell(
            layers, network, (bp_named){axis->texts[i]->text, axis->texts[i]->where});
}

static void find_axis(bp_layers *layers, bp_network *network, const bp_sheet *sheet,
                      int i) {
    const bp_axis *axis = &sheet->axes[i];
    bp_axis_layer *layer = &layers->axes[i];
    layer->substance = layer->symbol = -1;
    bool known = bp_network_known(network, axis->name) >= 0;
    int at = find_at(network, axis->name);
    int symbol = bp_spec_find(network->spec, axis->name);
    // something of the model may be called as something of the library is
    bool is_value =
        symbol >= 0 &&
        (!network->modules || network->spec->symbols.items[symbol].kind != BP_SPECIES);
    if (strcmp(axis->name, "cell") == 0) {
        find_cell_axis(layers, network, axis, layer);
    } else if (layers->ensemble && i == sheet->n_axes - 1) {
        layer->target = BP_AXIS_MEMBER;
    } else if (bp_mechanism_axis(layers, network, axis, layer)) {
        return;
    } else if (at >= 0) {
        layer->target = BP_AXIS_AT;
        layer->substance = at;
    } else if (known || (!is_value && is_listed(network, axis->name))) {
        find_substance_axis(network, sheet, axis, layer);
    } else if (symbol >= 0 && bp_network_settable(network, symbol)) {
        layer->target = BP_AXIS_SYMBOL;
        layer->symbol = symbol;
    } else {
        const char *near = bp_names_nearest(&network->spec->names, axis->name);
        if (!near) {
            static const bp_catalogue kinds[] = {BP_CATALOGUE_DRUGS,
                                                 BP_CATALOGUE_LIGANDS};
            near = bp_library_nearest(network->catalogue, kinds, 2, axis->name);
        }
        bp_report_error(
            network->report, BP_UNKNOWN_NAME, axis->where,
            "'%s' is nothing that can be swept: no exposure, no ligand, no 'cell', "
            "nothing to set%s%s%s",
            axis->name, near ? "; did you mean '" : "", near ? near : "",
            near ? "'?" : "");
    }
}

void bp_layers_find(bp_layers *layers, bp_network *network, const bp_sheet *sheet) {
    size_t n_arms = (size_t)sheet->n_arms;
    size_t n_axes = (size_t)sheet->n_axes;
    layers->arms = bp_arena_take(network->arena, n_arms * sizeof *layers->arms + 1);
    layers->axes = bp_arena_take(network->arena, n_axes * sizeof *layers->axes + 1);
    if (!layers->arms || !layers->axes) {
        bp_network_no_memory(network);
        return;
    }
    layers->cell = find_cell(layers, network, sheet->cell);
    bp_mechanisms_find(layers, network, sheet);
    find_exposures(network, sheet->expose);
    find_medium(network, sheet, sheet->medium);
    for (int i = 0; i < sheet->n_arms; i++) {
        layers->arms[i].cell = find_cell(layers, network, sheet->arms[i].cell);
        find_exposures(network, sheet->arms[i].exposures);
        find_medium(network, sheet, sheet->arms[i].medium);
    }
    for (int i = 0; i < sheet->n_arms; i++)
        bp_arm_doses(network, sheet, &sheet->arms[i], count_slot, network);
    for (int i = 0; i < sheet->n_axes; i++)
        find_axis(layers, network, sheet, i);
}

// ---- values ----

static void resolve_knobs(bp_network *network, bp_knobs knobs, bp_entries *entries) {
    for (int i = 0; i < knobs.n; i++) {
        const bp_knob *knob = &knobs.items[i];
        int symbol = bp_spec_find(network->spec, knob->name);
        double value = knob->scale;
        if (symbol < 0) {
            const char *near = bp_names_nearest(&network->spec->names, knob->name);
            bp_report_error(network->report, BP_UNKNOWN_NAME, knob->where,
                            "the model '%s' has no '%s'%s%s%s", network->spec->name,
                            knob->name, near ? "; did you mean '" : "",
                            near ? near : "", near ? "'?" : "");
        } else if (!bp_network_settable(network, symbol)) {
            bp_report_error(network->report, BP_BAD_VALUE, knob->where,
                            "'%s' is computed by a rule of the model and cannot be set",
                            knob->name);
        } else if (knob->scaled ||
                   bp_network_convert(network, &knob->value, knob->value_where, symbol,
                                      0, &value)) {
            add(network, entries, symbol, value, knob->scaled);
        }
    }
}

static void resolve_medium(bp_network *network, bp_knobs medium, bp_entries *entries) {
    for (int i = 0; i < medium.n; i++) {
        const bp_knob *knob = &medium.items[i];
        int substance = bp_network_known(network, knob->name);
        if (substance < 0) continue;
        const bp_substance *s = &network->substances.items[substance];
        int symbol = bp_medium_symbol(network, s);
        double value = 0;
        bool bare = !knob->value.unit.known && knob->value.value != 0 && !s->own;
        if (symbol >= 0 && bare && bp_spec_symbol_unit(network->spec, symbol).known)
            bp_report_error(network->report, BP_BAD_UNIT, knob->value_where,
                            "the medium takes concentrations, as in '%s: 0.01 nM'",
                            knob->name);
        else if (symbol >= 0 &&
                 bp_network_convert(network, &knob->value, knob->value_where, symbol,
                                    s->molar_mass, &value))
            add(network, entries, symbol, value, false);
    }
}

typedef struct resolving {
    bp_network *network;
    bp_entries *entries;
} resolving;

static void resolve_dose(void *data, const bp_exposure *exposure, const bp_dose *dose,
                         int substance, int slot) {
    (void)exposure;
    resolving *r = data;
    bp_network *network = r->network;
    const bp_substance *s = &network->substances.items[substance];
    const char *at = bp_dose_name(network, dose->kind, s->species, slot, "at");
    int species = bp_spec_find(network->spec, s->species);
    int at_symbol = at ? bp_spec_find(network->spec, at) : -1;
    double value = 0;
    if (species < 0 || at_symbol < 0) return; // reported before
    if (bp_time_in_model(network, &dose->at, dose->at_where, &value))
        add(network, r->entries, at_symbol, value, false);
    if (dose->kind == BP_DOSE_WASH) return;
    const char *amount = bp_dose_name(network, dose->kind, s->species, slot, NULL);
    int amount_symbol = amount ? bp_spec_find(network->spec, amount) : -1;
    if (amount_symbol >= 0 &&
        bp_dose_convert(network, substance, &dose->amount, dose->where, &value))
        add(network, r->entries, amount_symbol, value, false);
}

// The place of value i of an axis.
static bp_where value_where(const bp_axis *axis, int i) {
    return axis->texts ? axis->texts[i]->where : axis->where;
}

static bool resolve_axis_value(bp_network *network, const bp_axis *axis,
                               bp_axis_layer *layer, int i) {
    const bp_quantity *q = &axis->values[i];
    bp_where where = value_where(axis, i);
    layer->values[i] = q->value;
    if (layer->target == BP_AXIS_STRENGTH) return true;
    if (layer->target == BP_AXIS_AT)
        return bp_time_in_model(network, q, where, &layer->values[i]);
    if (layer->target == BP_AXIS_SYMBOL)
        return bp_network_convert(network, q, where, layer->symbol, 0,
                                  &layer->values[i]);
    if (q->value < 0) {
        bp_report_error(network->report, BP_BAD_VALUE, where,
                        "a concentration must not be negative");
        return false;
    }
    return bp_dose_convert(network, layer->substance, q, where, &layer->values[i]);
}

// Values as results show them: all in the unit of the first that has one.
static void show_axis(bp_network *network, const bp_axis *axis, bp_axis_layer *layer) {
    double mass = layer->substance < 0
                      ? 0
                      : network->substances.items[layer->substance].molar_mass;
    const bp_quantity *shown = NULL;
    for (int i = 0; i < axis->n && !shown; i++)
        if (axis->values[i].unit.known) shown = &axis->values[i];
    for (int i = 0; i < axis->n; i++) {
        bp_error err = {0};
        layer->shown[i] = axis->values[i].value;
        if (!shown || !axis->values[i].unit.known) continue;
        if (bp_quantity_in(&axis->values[i], shown->unit, mass, &layer->shown[i],
                           &err) != BP_OK)
            bp_report_error(network->report, err.status, value_where(axis, i), "%s",
                            err.message);
    }
}

// ---- which symbols a swept exposure changes ----

typedef struct touching {
    bp_network *network;
    const bp_axis_layer *layer;
    struct bp_touched *out;
} touching;

static void touch(bp_network *network, struct bp_touched *out, const char *name) {
    int symbol = name ? bp_spec_find(network->spec, name) : -1;
    if (symbol >= 0 && !bp_array_push(&out->symbols, symbol))
        bp_network_no_memory(network);
}

static void touch_dose(void *data, const bp_exposure *exposure, const bp_dose *dose,
                       int substance, int slot) {
    (void)exposure;
    const touching *t = data;
    bool at = t->layer->target == BP_AXIS_AT;
    if (substance != t->layer->substance || dose->kind == BP_DOSE_WASH) return;
    if (at && dose->kind != BP_DOSE_ADD) return;
    const char *species = t->network->substances.items[substance].species;
    touch(t->network, t->out,
          bp_dose_name(t->network, dose->kind, species, slot, at ? "at" : NULL));
}

static void find_touched(bp_network *network, const bp_sheet *sheet,
                         bp_axis_layer *layer) {
    if (layer->target != BP_AXIS_EXPOSURE && layer->target != BP_AXIS_AT) return;
    const char *species = network->substances.items[layer->substance].species;
    layer->touched =
        bp_arena_take(network->arena, (size_t)sheet->n_arms * sizeof *layer->touched);
    if (!layer->touched) {
        bp_network_no_memory(network);
        return;
    }
    if (layer->everywhere) {
        const char *at = bp_dose_name(network, BP_DOSE_ADD, species, 1, "at");
        layer->start = at ? bp_spec_find(network->spec, at) : -1;
    }
    for (int arm = 0; arm < sheet->n_arms; arm++) {
        touching t = {network, layer, &layer->touched[arm]};
        if (layer->everywhere)
            touch(network, t.out, bp_dose_name(network, BP_DOSE_ADD, species, 1, NULL));
        else
            bp_arm_doses(network, sheet, &sheet->arms[arm], touch_dose, &t);
    }
}

static void resolve_axis(bp_network *network, const bp_axis *axis,
                         bp_axis_layer *layer) {
    if (layer->target == BP_AXIS_NOTHING || layer->target == BP_AXIS_CELL ||
        layer->target == BP_AXIS_MECHANISM || layer->target == BP_AXIS_MEMBER)
        return;
    size_t size = (size_t)axis->n * sizeof(double);
    layer->values = bp_arena_take(network->arena, size);
    layer->shown = bp_arena_take(network->arena, size);
    if (!layer->values || !layer->shown) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < axis->n; i++)
        if (!resolve_axis_value(network, axis, layer, i)) return;
    show_axis(network, axis, layer);
}

void bp_layers_resolve(bp_layers *layers, bp_network *network, const bp_sheet *sheet) {
    for (int i = 0; i < layers->cells.count; i++)
        resolve_cell(network, &layers->cells.items[i]);
    bp_ensemble_resolve(layers, network);
    bp_mechanisms_resolve(layers, network, sheet);
    resolve_medium(network, sheet->medium, &layers->medium);
    resolve_knobs(network, sheet->set, &layers->set);
    for (int i = 0; layers->arms && i < sheet->n_arms; i++) {
        bp_arm_layer *arm = &layers->arms[i];
        resolve_medium(network, sheet->arms[i].medium, &arm->medium);
        resolve_knobs(network, sheet->arms[i].set, &arm->set);
        resolving r = {network, &arm->doses};
        bp_arm_doses(network, sheet, &sheet->arms[i], resolve_dose, &r);
    }
    for (int i = 0; layers->axes && i < sheet->n_axes; i++) {
        resolve_axis(network, &sheet->axes[i], &layers->axes[i]);
        find_touched(network, sheet, &layers->axes[i]);
    }
}
