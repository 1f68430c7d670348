// Mechanisms in a scenario: which there are, which an arm or a point of the sweep has,
// and how strongly.
#include <string.h>

#include "base/text.h"
#include "scenarios/layers.h"

enum { MOST_INCLUDES = 16 }; // one in the other

// ---- reading ----

static int find_file(const bp_layers *layers, const char *file) {
    for (int i = 0; i < layers->mechanisms.count; i++)
        if (strcmp(layers->mechanisms.items[i].mechanism->item.file, file) == 0)
            return i;
    return -1;
}

static const bp_mechanism *read_mechanism(bp_network *network, const char *path,
                                          bp_where where) {
    bp_error err = {0};
    const char *text = NULL;
    size_t length = 0;
    if (bp_bundle_read(network->bundle, path, &text, &length, &err) == BP_OK) {
        bp_reader reader = {network->arena, network->report, path};
        return bp_mechanism_parse(&reader, text, length);
    }
    bp_report_error(network->report, err.status, where, "%s", err.message);
    return NULL;
}

// Index of the mechanism of that name, read when it is new; -1 after reporting.
static int find_mechanism(bp_layers *layers, bp_network *network, bp_named name) {
    const char *base = name.where.file ? name.where.file : network->base;
    const char *path =
        bp_network_find_file(network, BP_CATALOGUE_MECHANISMS, name, base);
    if (!path) return -1;
    int known = find_file(layers, path);
    if (known >= 0) return known;
    const bp_mechanism *mechanism = read_mechanism(network, path, name.where);
    if (!mechanism) return -1;
    bp_mechanism_layer layer = {
        .name = mechanism->item.name, .mechanism = mechanism, .where = name.where};
    if (bp_array_push(&layers->mechanisms, layer)) return layers->mechanisms.count - 1;
    bp_network_no_memory(network);
    return -1;
}

// ---- strengths ----

int bp_strength_find(const bp_mechanism *mechanism, const char *name) {
    for (int i = 0; i < mechanism->n_strengths; i++)
        if (strcmp(mechanism->strengths[i].name, name) == 0) return i;
    return -1;
}

static bool in_range(bp_network *network, const bp_strength *strength, double value,
                     bp_where where) {
    if (strength->low <= value && value <= strength->high) return true;
    bp_report_error(network->report, BP_BAD_VALUE, where,
                    "'%s' goes from %g to %g, not %g", strength->name, strength->low,
                    strength->high, value);
    return false;
}

static void unknown_strength(bp_network *network, const bp_mechanism *mechanism,
                             const char *name, bp_where where) {
    bp_reader reader = {network->arena, network->report, NULL};
    const char *names[BP_MOST_STRENGTHS];
    int n = 0;
    for (int i = 0; i < mechanism->n_strengths; i++)
        names[n++] = mechanism->strengths[i].name;
    bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                    "the mechanism '%s' has no parameter '%s'%s", mechanism->item.name,
                    name, bp_suggest_all(&reader, name, names, n));
}

double *bp_strengths_take(bp_network *network, const bp_mechanism *mechanism,
                          const bp_knobs *given) {
    size_t n = (size_t)mechanism->n_strengths;
    double *values = bp_arena_take(network->arena, n * sizeof *values + 1);
    if (!values) {
        bp_network_no_memory(network);
        return NULL;
    }
    for (int i = 0; i < mechanism->n_strengths; i++)
        values[i] = mechanism->strengths[i].value;
    for (int i = 0; i < given->n; i++) {
        const bp_knob *knob = &given->items[i];
        int strength = bp_strength_find(mechanism, knob->name);
        double value = knob->value.value;
        if (strength < 0)
            unknown_strength(network, mechanism, knob->name, knob->where);
        else if (knob->scaled ||
                 (knob->value.unit.known &&
                  !bp_unit_same_dimension(knob->value.unit, bp_unit_dimensionless)))
            bp_report_error(network->report, BP_BAD_UNIT, knob->value_where,
                            "'%s' is a pure number", knob->name);
        else if (in_range(network, &mechanism->strengths[strength], value,
                          knob->value_where))
            values[strength] = value;
    }
    return values;
}

// ---- uses ----

typedef struct applying {
    bp_layers *layers;
    bp_network *network;
    bp_applied_list *out;
    int inside[MOST_INCLUDES]; // the mechanisms that include this one, outermost first
    int depth;
} applying;

static bool goes_round(const applying *a, int index, bp_where where) {
    const char *name = a->layers->mechanisms.items[index].name;
    bool inside = a->depth == MOST_INCLUDES;
    for (int i = 0; i < a->depth; i++)
        inside |= a->inside[i] == index;
    if (inside)
        bp_report_error(a->network->report, BP_BAD_VALUE, where,
                        "the mechanism '%s' includes itself%s", name,
                        a->depth > 1 ? ", by way of others" : "");
    return inside;
}

// Adds what the mechanism includes, then itself.
static void apply(applying *a, const bp_mechanism_use *use) {
    bp_network *network = a->network;
    int index = find_mechanism(a->layers, network, (bp_named){use->name, use->where});
    if (index < 0 || goes_round(a, index, use->where)) return;
    const bp_mechanism *mechanism = a->layers->mechanisms.items[index].mechanism;
    bp_applied applied = {.mechanism = index,
                          .first = a->out->count,
                          .included = a->depth > 0,
                          .where = use->where};
    a->inside[a->depth++] = index;
    for (int i = 0; i < mechanism->includes.n; i++)
        apply(a, &mechanism->includes.items[i]);
    a->depth--;
    applied.strengths = bp_strengths_take(network, mechanism, &use->strengths);
    if (!applied.strengths || !bp_array_push(a->out, applied))
        bp_network_no_memory(network);
}

static void check_twice(bp_network *network, const bp_layers *layers,
                        const bp_applied_list *list) {
    for (int j = 0; j < list->count; j++)
        for (int i = 0; i < j; i++) {
            const bp_applied *a = &list->items[i];
            const bp_applied *b = &list->items[j];
            if (a->mechanism == b->mechanism && !a->included && !b->included)
                bp_report_error(network->report, BP_DUPLICATE, b->where,
                                "the mechanism '%s' is listed twice",
                                layers->mechanisms.items[b->mechanism].name);
        }
}

static void apply_all(bp_layers *layers, bp_network *network,
                      const bp_mechanism_uses *uses, bp_applied_list *out) {
    applying a = {.layers = layers, .network = network, .out = out};
    for (int i = 0; i < uses->n; i++)
        apply(&a, &uses->items[i]);
    check_twice(network, layers, out);
}

static void apply_axis(bp_layers *layers, bp_network *network, const bp_axis *axis,
                       bp_axis_layer *layer) {
    layer->target = BP_AXIS_MECHANISM;
    layer->applied =
        bp_arena_take(network->arena, (size_t)axis->n * sizeof *layer->applied + 1);
    if (!layer->applied) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < axis->n; i++) {
        applying a = {.layers = layers, .network = network, .out = &layer->applied[i]};
        bp_mechanism_use use = {.name = axis->texts[i]->text,
                                .where = axis->texts[i]->where};
        layer->applied[i] = (bp_applied_list){0};
        if (strcmp(use.name, "none") != 0) apply(&a, &use);
    }
}

static bool is_of_mechanisms(const bp_axis *axis) {
    return strcmp(axis->name, "mechanism") == 0;
}

// Ligands that some mechanism brings belong to the network's medium.
static void find_ligands(const bp_layers *layers, bp_network *network,
                         const bp_sheet *sheet) {
    for (int i = 0; i < layers->mechanisms.count; i++) {
        const bp_mechanism_layer *layer = &layers->mechanisms.items[i];
        const bp_mechanism *m = layer->mechanism;
        bool built_in = strncmp(m->item.file, "bypass:", 7) == 0;
        for (int c = 0; c < m->n_changes; c++)
            if (m->changes[c].of == BP_CHANGE_LIGAND)
                bp_medium_find(network, sheet, m->changes[c].name,
                               built_in ? layer->where : m->changes[c].where);
    }
}

void bp_mechanisms_find(bp_layers *layers, bp_network *network, const bp_sheet *sheet) {
    apply_all(layers, network, &sheet->mechanisms, &layers->applied);
    for (int i = 0; i < sheet->n_arms; i++)
        apply_all(layers, network, &sheet->arms[i].mechanisms,
                  &layers->arms[i].applied);
    for (int i = 0; i < sheet->n_axes; i++)
        if (is_of_mechanisms(&sheet->axes[i]))
            apply_axis(layers, network, &sheet->axes[i], &layers->axes[i]);
    find_ligands(layers, network, sheet);
}

// ---- axes ----

static void find_strength(bp_layers *layers, bp_network *network, const bp_axis *axis,
                          bp_axis_layer *layer) {
    const bp_mechanism *mechanism =
        layers->mechanisms.items[layer->mechanism].mechanism;
    const char *name = strrchr(axis->name, '.') + 1;
    layer->strength = bp_strength_find(mechanism, name);
    if (layer->strength < 0) {
        unknown_strength(network, mechanism, name, axis->where);
        return;
    }
    layer->target = BP_AXIS_STRENGTH;
    for (int i = 0; i < axis->n; i++)
        (void)in_range(network, &mechanism->strengths[layer->strength],
                       axis->values[i].value,
                       axis->texts ? axis->texts[i]->where : axis->where);
}

// Whether the catalogue has it, though the scenario does not; reports it then.
static bool is_elsewhere(bp_network *network, const char *name, bp_where where) {
    const char *path = NULL;
    if (bp_library_find(network->catalogue, BP_CATALOGUE_MECHANISMS, name, &path,
                        NULL) != BP_OK ||
        !path)
        return false;
    bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                    "the scenario does not have the mechanism '%s': list it under "
                    "'mechanisms'",
                    name);
    return true;
}

bool bp_mechanism_axis(bp_layers *layers, bp_network *network, const bp_axis *axis,
                       bp_axis_layer *layer) {
    if (is_of_mechanisms(axis)) return true;
    const char *dot = strrchr(axis->name, '.');
    if (!dot || !dot[1]) return false;
    const char *name =
        bp_arena_copy_n(network->arena, axis->name, (size_t)(dot - axis->name));
    if (!name) {
        bp_network_no_memory(network);
        return true;
    }
    for (int i = 0; i < layers->mechanisms.count; i++) {
        if (!bp_item_called(&layers->mechanisms.items[i].mechanism->item, name))
            continue;
        layer->mechanism = i;
        find_strength(layers, network, axis, layer);
        return true;
    }
    return is_elsewhere(network, name, axis->where);
}

// ---- what results say ----

// The strength of an axis is another in every run.
static bool is_swept(const bp_layers *layers, const bp_sheet *sheet, int mechanism,
                     int strength) {
    for (int i = 0; i < sheet->n_axes; i++)
        if (layers->axes[i].target == BP_AXIS_STRENGTH &&
            layers->axes[i].mechanism == mechanism &&
            layers->axes[i].strength == strength)
            return true;
    return false;
}

static void print_list(const bp_layers *layers, const bp_sheet *sheet,
                       const bp_applied_list *list, bp_text *out) {
    for (int i = 0; i < list->count; i++) {
        const bp_applied *applied = &list->items[i];
        const bp_mechanism_layer *layer = &layers->mechanisms.items[applied->mechanism];
        int n = layer->mechanism->n_strengths;
        bp_text_format(out, "%s%s", i ? ", " : "", layer->name);
        for (int s = 0; s < n; s++) {
            bp_text_format(out, "%s%s ", s ? ", " : " (",
                           layer->mechanism->strengths[s].name);
            if (is_swept(layers, sheet, applied->mechanism, s))
                bp_text_add(out, "swept");
            else
                bp_text_number_short(out, applied->strengths[s], 6);
        }
        if (n) bp_text_add(out, ")");
    }
}

const char *bp_mechanisms_text(const bp_layers *layers, const bp_sheet *sheet,
                               bp_arena *arena) {
    bp_text text = {0};
    print_list(layers, sheet, &layers->applied, &text);
    for (int i = 0; i < sheet->n_arms; i++) {
        const bp_mechanism_uses *own = &sheet->arms[i].mechanisms;
        if (!own->given) continue;
        bp_text_format(&text, "%sarm %s: %s", text.length ? "; " : "",
                       sheet->arms[i].name ? sheet->arms[i].name : "",
                       own->n ? "and " : "none");
        print_list(layers, sheet, &layers->arms[i].applied, &text);
    }
    const char *copy = text.failed ? NULL : bp_arena_copy(arena, bp_text_get(&text));
    bp_text_clear(&text);
    return copy;
}

void bp_mechanisms_clear(bp_layers *layers, const bp_sheet *sheet) {
    bp_array_clear(&layers->mechanisms);
    bp_array_clear(&layers->applied);
    for (int i = 0; layers->arms && i < sheet->n_arms; i++)
        bp_array_clear(&layers->arms[i].applied);
    for (int i = 0; layers->axes && i < sheet->n_axes; i++)
        for (int j = 0; layers->axes[i].applied && j < sheet->axes[i].n; j++)
            bp_array_clear(&layers->axes[i].applied[j]);
}
