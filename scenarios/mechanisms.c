// Mechanisms in a scenario: which apply to an arm, how strongly, and what they set.
#include <math.h>
#include <string.h>

#include "model/evaluate.h"
#include "scenarios/layers.h"

enum { MOST_INCLUDES = 8 }; // depth; deeper is a circle

// ---- reading ----

static bool is_path(const char *name) {
    return strchr(name, '/') || strstr(name, ".yaml");
}

static const char *find_path(bp_network *network, bp_named name, bp_error *err) {
    const bp_catalogue kind = BP_CATALOGUE_MECHANISMS;
    const char *path = NULL;
    if (is_path(name.name)) {
        bp_text resolved = {0};
        bp_bundle_resolve(network->base, name.name, &resolved);
        path = bp_arena_copy(network->arena, bp_text_get(&resolved));
        bp_text_clear(&resolved);
        if (!path) bp_network_no_memory(network);
        return path;
    }
    if (bp_library_find(network->catalogue, kind, name.name, &path, err) != BP_OK ||
        path)
        return path;
    const char *near = bp_library_nearest(network->catalogue, &kind, 1, name.name);
    bp_report_error(network->report, BP_UNKNOWN_NAME, name.where,
                    "there is no mechanism '%s'%s%s%s", name.name,
                    near ? "; did you mean '" : "; see `bypass list mechanisms`",
                    near ? near : "", near ? "'?" : "");
    return NULL;
}

static const bp_mechanism *read_mechanism(bp_network *network, bp_named name) {
    bp_error err = {0};
    const char *text = NULL;
    size_t length = 0;
    const char *path = find_path(network, name, &err);
    if (path && bp_bundle_read(network->bundle, path, &text, &length, &err) == BP_OK) {
        bp_reader reader = {network->arena, network->report, path};
        return bp_mechanism_parse(&reader, text, length);
    }
    if (err.status != BP_OK)
        bp_report_error(network->report, err.status, name.where, "%s", err.message);
    return NULL;
}

// Index of the mechanism of that name, read when it is new; -1 after reporting.
static int find_mechanism(bp_layers *layers, bp_network *network, bp_named name) {
    for (int i = 0; i < layers->mechanisms.count; i++)
        if (strcmp(layers->mechanisms.items[i].name, name.name) == 0) return i;
    const bp_mechanism *mechanism = read_mechanism(network, name);
    if (!mechanism) return -1;
    for (int i = 0; i < layers->mechanisms.count; i++) // by another name
        if (strcmp(layers->mechanisms.items[i].mechanism->item.file,
                   mechanism->item.file) == 0)
            return i;
    bp_mechanism_layer layer = {
        .name = mechanism->item.name, .mechanism = mechanism, .where = name.where};
    if (bp_array_push(&layers->mechanisms, layer)) return layers->mechanisms.count - 1;
    bp_network_no_memory(network);
    return -1;
}

// ---- strengths ----

static int find_strength(const bp_mechanism *mechanism, const char *name) {
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
    const char *names[64];
    int n = 0;
    for (int i = 0; i < mechanism->n_strengths && n < 64; i++)
        names[n++] = mechanism->strengths[i].name;
    bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                    "the mechanism '%s' has no parameter '%s'%s", mechanism->item.name,
                    name, bp_suggest_all(&reader, name, names, n));
}

// The mechanism's own strengths with those that the use gives.
static double *take_strengths(bp_network *network, const bp_mechanism *mechanism,
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
        int strength = find_strength(mechanism, knob->name);
        double value = knob->value.value;
        if (strength < 0)
            unknown_strength(network, mechanism, knob->name, knob->where);
        else if (knob->scaled || (knob->value.unit.known &&
                                  !bp_unit_same_dimension(knob->value.unit,
                                                          bp_unit_dimensionless)))
            bp_report_error(network->report, BP_BAD_UNIT, knob->value_where,
                            "'%s' is a pure number", knob->name);
        else if (in_range(network, &mechanism->strengths[strength], value,
                          knob->value_where))
            values[strength] = value;
    }
    return values;
}

// ---- uses ----

static void apply(bp_layers *layers, bp_network *network, const bp_mechanism_use *use,
                  int root, int depth, bp_applied_list *out) {
    int index = find_mechanism(layers, network, (bp_named){use->name, use->where});
    if (index < 0) return;
    const bp_mechanism *mechanism = layers->mechanisms.items[index].mechanism;
    if (depth > MOST_INCLUDES) {
        bp_report_error(network->report, BP_BAD_VALUE, use->where,
                        "the mechanism '%s' includes itself, by way of others",
                        mechanism->item.name);
        return;
    }
    for (int i = 0; i < mechanism->includes.n; i++)
        apply(layers, network, &mechanism->includes.items[i], root, depth + 1, out);
    double *strengths = take_strengths(network, mechanism, &use->strengths);
    bp_applied applied = {index, root, use->where, strengths};
    if (!strengths || !bp_array_push(out, applied)) bp_network_no_memory(network);
}

static void apply_all(bp_layers *layers, bp_network *network,
                      const bp_mechanism_uses *uses, int first_root,
                      bp_applied_list *out) {
    for (int i = 0; i < uses->n; i++)
        apply(layers, network, &uses->items[i], first_root + i, 0, out);
}

void bp_mechanisms_find(bp_layers *layers, bp_network *network, const bp_sheet *sheet) {
    apply_all(layers, network, &sheet->mechanisms, 0, &layers->applied);
    for (int i = 0; i < sheet->n_arms; i++)
        apply_all(layers, network, &sheet->arms[i].mechanisms, sheet->mechanisms.n,
                  &layers->arms[i].applied);
}

// ---- axes ----

static void find_list(bp_layers *layers, bp_network *network, const bp_axis *axis,
                      bp_axis_layer *layer) {
    layer->target = BP_AXIS_MECHANISM;
    layer->applied = bp_arena_take(network->arena,
                                   (size_t)axis->n * sizeof *layer->applied + 1);
    if (!layer->applied) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < axis->n; i++) {
        bp_mechanism_use use = {.name = axis->texts[i]->text,
                                .where = axis->texts[i]->where};
        layer->applied[i] = (bp_applied_list){0};
        if (strcmp(use.name, "none") != 0)
            apply(layers, network, &use, -1, 0, &layer->applied[i]);
    }
}

bool bp_mechanism_axis(bp_layers *layers, bp_network *network, const bp_axis *axis,
                       bp_axis_layer *layer) {
    if (strcmp(axis->name, "mechanism") == 0) {
        find_list(layers, network, axis, layer);
        return true;
    }
    const char *dot = strrchr(axis->name, '.');
    if (!dot) return false;
    size_t length = (size_t)(dot - axis->name);
    for (int i = 0; i < layers->mechanisms.count; i++) {
        const bp_mechanism *mechanism = layers->mechanisms.items[i].mechanism;
        const char *name = mechanism->item.name;
        if (strlen(name) != length || strncmp(name, axis->name, length) != 0) continue;
        layer->mechanism = i;
        layer->strength = find_strength(mechanism, dot + 1);
        if (layer->strength < 0)
            unknown_strength(network, mechanism, dot + 1, axis->where);
        else
            layer->target = BP_AXIS_STRENGTH;
        for (int j = 0; layer->strength >= 0 && j < axis->n; j++)
            (void)in_range(network, &mechanism->strengths[layer->strength],
                           axis->values[j].value,
                           axis->texts ? axis->texts[j]->where : axis->where);
        return true;
    }
    return false;
}

// ---- values ----

typedef struct strengths_in {
    const bp_mechanism *mechanism;
    const double *values;
} strengths_in;

static bp_status strength_value(void *data, const bp_ast *ast, double *out,
                                bp_error *err) {
    const strengths_in *in = data;
    int i = find_strength(in->mechanism, ast->name);
    if (i < 0)
        return bp_error_at(err, BP_UNKNOWN_NAME, ast->where,
                           "'%s' is no parameter of the mechanism '%s'", ast->name,
                           in->mechanism->item.name);
    *out = in->values[i];
    return BP_OK;
}

bp_status bp_mechanism_value(const bp_mechanism_layer *layer, const double *strengths,
                             int change, double *out, bp_error *err) {
    strengths_in in = {layer->mechanism, strengths};
    bp_evaluation evaluation = {.data = &in, .name = strength_value};
    BP_TRY(bp_ast_evaluate(layer->trees[change], &evaluation, out, err));
    *out *= layer->factors[change];
    return BP_OK;
}

// Factor from the unit that the change states to the network's.
static void find_factor(bp_network *network, const bp_change *change, int symbol,
                        double *factor) {
    bp_error err = {0};
    bp_unit unit;
    *factor = 1;
    if (change->scaled || !change->unit[0]) return;
    bp_status status = bp_unit_parse(change->unit, &unit, &err);
    if (status == BP_OK)
        status = bp_unit_factor(unit, bp_spec_symbol_unit(network->spec, symbol),
                                factor, &err);
    if (status != BP_OK)
        bp_report_error(network->report, status, change->where, "'%s': %s",
                        change->name, err.message);
}

// "drug.lapatinib.HER2_kinase.Ki" is there only where lapatinib is.
static bool may_be_absent(const char *name) {
    return strncmp(name, "drug.", 5) == 0;
}

// In a file of the library the place is that of its use: the reader cannot mend it.
static int find_symbol(bp_network *network, const bp_mechanism_layer *layer,
                       const bp_change *change) {
    int symbol = bp_spec_find(network->spec, change->name);
    if (symbol >= 0 && bp_network_settable(network, symbol)) return symbol;
    if (symbol < 0 && may_be_absent(change->name)) return -1;
    if (strncmp(layer->mechanism->item.file, "bypass:", 7) == 0) {
        bp_report_error(network->report, BP_UNKNOWN_NAME, layer->where,
                        "the mechanism '%s' sets '%s', which the model '%s' does not "
                        "have",
                        layer->name, change->name, network->spec->name);
        return -1;
    }
    const char *near = bp_names_nearest(&network->spec->names, change->name);
    bp_report_error(network->report, BP_UNKNOWN_NAME, change->where,
                    "the model '%s' has nothing to set called '%s'%s%s%s",
                    network->spec->name, change->name, near ? "; did you mean '" : "",
                    near ? near : "", near ? "'?" : "");
    return -1;
}

static void resolve_layer(bp_network *network, bp_mechanism_layer *layer) {
    const bp_mechanism *mechanism = layer->mechanism;
    size_t n = (size_t)mechanism->n_changes + 1;
    layer->symbols = bp_arena_take(network->arena, n * sizeof *layer->symbols);
    layer->trees = bp_arena_take(network->arena, n * sizeof *layer->trees);
    layer->factors = bp_arena_take(network->arena, n * sizeof *layer->factors);
    double *strengths = take_strengths(network, mechanism, &(bp_knobs){0});
    if (!layer->symbols || !layer->trees || !layer->factors || !strengths) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < mechanism->n_changes; i++) {
        const bp_change *change = &mechanism->changes[i];
        bp_error err = {0};
        double value = 0;
        layer->symbols[i] = find_symbol(network, layer, change);
        find_factor(network, change, layer->symbols[i], &layer->factors[i]);
        if (bp_antimony_expression(network->spec, change->expression,
                                   change->expression_where, &layer->trees[i],
                                   &err) != BP_OK ||
            bp_mechanism_value(layer, strengths, i, &value, &err) != BP_OK) {
            bp_report_error(network->report, err.status, change->expression_where,
                            "%s", err.message);
            layer->symbols[i] = -1;
        }
    }
}

// Whether the two set one symbol to a value each; its name, else NULL.
static const char *clash_of(const bp_layers *layers, const bp_applied *a,
                            const bp_applied *b) {
    const bp_mechanism_layer *first = &layers->mechanisms.items[a->mechanism];
    const bp_mechanism_layer *second = &layers->mechanisms.items[b->mechanism];
    if (a->root == b->root || a->mechanism == b->mechanism) return NULL;
    for (int i = 0; i < first->mechanism->n_changes; i++)
        for (int j = 0; j < second->mechanism->n_changes; j++)
            if (first->symbols[i] >= 0 && first->symbols[i] == second->symbols[j] &&
                !first->mechanism->changes[i].scaled &&
                !second->mechanism->changes[j].scaled)
                return first->mechanism->changes[i].name;
    return NULL;
}

static void check_clashes(const bp_layers *layers, bp_network *network,
                          const bp_applied_list *before, const bp_applied_list *own) {
    for (int j = 0; j < own->count; j++) {
        const bp_applied *b = &own->items[j];
        int n = before == own ? j : before->count;
        for (int i = 0; i < n; i++) {
            const bp_applied *a = &before->items[i];
            const char *name = clash_of(layers, a, b);
            if (name)
                bp_report_error(network->report, BP_DUPLICATE, b->where,
                                "'%s' and '%s' both set %s",
                                layers->mechanisms.items[a->mechanism].name,
                                layers->mechanisms.items[b->mechanism].name, name);
        }
    }
}

void bp_mechanisms_resolve(bp_layers *layers, bp_network *network,
                           const bp_sheet *sheet) {
    int errors = network->report->n_errors;
    for (int i = 0; i < layers->mechanisms.count; i++)
        resolve_layer(network, &layers->mechanisms.items[i]);
    if (network->report->n_errors > errors || network->report->failed) return;
    check_clashes(layers, network, &layers->applied, &layers->applied);
    for (int i = 0; i < sheet->n_arms; i++) {
        check_clashes(layers, network, &layers->applied, &layers->arms[i].applied);
        check_clashes(layers, network, &layers->arms[i].applied,
                      &layers->arms[i].applied);
    }
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
