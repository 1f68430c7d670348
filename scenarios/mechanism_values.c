// Mechanisms: what they set, at which strengths, and which do not go together.
#include <stdio.h>
#include <string.h>

#include "model/evaluate.h"
#include "scenarios/layers.h"

// ---- values ----

typedef struct strengths_in {
    const bp_mechanism *mechanism;
    const double *values;
} strengths_in;

static bp_status strength_value(void *data, const bp_ast *ast, double *out,
                                bp_error *err) {
    const strengths_in *in = data;
    int i = bp_strength_find(in->mechanism, ast->name);
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
    bp_quantity one = {.value = 1};
    *factor = 1;
    if (symbol < 0 || change->scaled || !change->unit[0]) return;
    if (bp_unit_parse(change->unit, &one.unit, &err) != BP_OK) {
        bp_report_error(network->report, err.status, change->where, "'%s': %s",
                        change->name, err.message);
        return;
    }
    snprintf(one.text, sizeof one.text, "%s", change->unit);
    int substance =
        change->of == BP_CHANGE_LIGAND ? bp_network_known(network, change->name) : -1;
    double mass = substance < 0 ? 0 : network->substances.items[substance].molar_mass;
    (void)bp_network_convert(network, &one, change->where, symbol, mass, factor);
}

// ---- names ----

static bool is_built_in(const bp_mechanism *mechanism) {
    return strncmp(mechanism->item.file, "bypass:", 7) == 0;
}

// In a file of the library the place is that of its use: the reader cannot mend it.
static int find_symbol(bp_network *network, const bp_mechanism_layer *layer,
                       const bp_change *change) {
    int symbol = bp_spec_find(network->spec, change->name);
    if (symbol >= 0 && bp_network_settable(network, symbol)) return symbol;
    if (is_built_in(layer->mechanism)) {
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

static int find_ligand(const bp_network *network, const bp_change *change) {
    int substance = bp_network_known(network, change->name);
    if (substance < 0) return -1; // reported before
    return bp_medium_symbol(network, &network->substances.items[substance]);
}

// The drug of the scenario; NULL where the scenario has none of that name.
static const bp_drug *find_drug(bp_network *network, const bp_change *change) {
    bp_text path = {0};
    const bp_drug *found = NULL;
    if (strchr(change->drug, '/'))
        bp_bundle_resolve(change->drug_where.file, change->drug, &path);
    for (int i = 0; i < network->drugs.count && !path.failed; i++) {
        const bp_item *item = &network->drugs.items[i]->item;
        if (bp_item_called(item, change->drug) ||
            (path.length && strcmp(item->file, bp_text_get(&path)) == 0))
            found = network->drugs.items[i];
    }
    if (path.failed) bp_network_no_memory(network);
    bp_text_clear(&path);
    return found;
}

// A drug that is not in the scenario is not looked at, but there must be one.
static void check_drug(bp_network *network, const bp_change *change) {
    const bp_catalogue kind = BP_CATALOGUE_DRUGS;
    const char *path = NULL;
    bp_error err = {0};
    if (strchr(change->drug, '/')) return;
    bp_status status =
        bp_library_find(network->catalogue, kind, change->drug, &path, &err);
    if (status != BP_OK) {
        bp_report_error(network->report, status, change->drug_where, "%s", err.message);
        return;
    }
    if (path) return;
    const char *near = bp_library_nearest(network->catalogue, &kind, 1, change->drug);
    bp_report_error(network->report, BP_UNKNOWN_NAME, change->drug_where,
                    "there is no drug '%s'%s%s%s", change->drug,
                    near ? "; did you mean '" : "; see `bypass list drugs`",
                    near ? near : "", near ? "'?" : "");
}

static int find_in_drug(bp_network *network, const bp_mechanism_layer *layer,
                        const bp_change *change) {
    const bp_drug *drug = find_drug(network, change);
    if (!drug) {
        check_drug(network, change);
        return -1;
    }
    const char *name =
        bp_arena_format(network->arena, "drug.%s.%s", drug->item.id, change->name);
    if (!name) {
        bp_network_no_memory(network);
        return -1;
    }
    int symbol = bp_spec_find(network->spec, name);
    if (symbol >= 0 && bp_network_settable(network, symbol)) return symbol;
    const char *near = bp_names_nearest(&network->spec->names, name);
    size_t skip = strlen("drug.") + strlen(drug->item.id) + 1;
    bool same_drug = near && strncmp(near, name, skip) == 0;
    bp_network_lacks(network, layer->mechanism->item.file, change->where,
                     "%s has nothing to set called '%s'%s%s%s", drug->item.name,
                     change->name, same_drug ? "; did you mean '" : "",
                     same_drug ? near + skip : "", same_drug ? "'?" : "");
    return -1;
}

static int find_target(bp_network *network, const bp_mechanism_layer *layer,
                       const bp_change *change) {
    switch (change->of) {
    case BP_CHANGE_LIGAND:
        return find_ligand(network, change);
    case BP_CHANGE_DRUG:
        return find_in_drug(network, layer, change);
    default:
        return find_symbol(network, layer, change);
    }
}

// ---- a mechanism in this network ----

static void resolve_layer(bp_network *network, bp_mechanism_layer *layer) {
    const bp_mechanism *mechanism = layer->mechanism;
    size_t n = (size_t)mechanism->n_changes + 1;
    layer->symbols = bp_arena_take(network->arena, n * sizeof *layer->symbols);
    // an array of pointers
    layer->trees = bp_arena_take(
        network->arena,
        n * sizeof *layer->trees /* NOLINT(bugprone-sizeof-expression) */);
    layer->factors = bp_arena_take(network->arena, n * sizeof *layer->factors);
    double *strengths = bp_strengths_take(network, mechanism, &(bp_knobs){0});
    if (!layer->symbols || !layer->trees || !layer->factors || !strengths) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < mechanism->n_changes; i++) {
        const bp_change *change = &mechanism->changes[i];
        bp_error err = {0};
        double value = 0;
        layer->symbols[i] = find_target(network, layer, change);
        find_factor(network, change, layer->symbols[i], &layer->factors[i]);
        if (bp_antimony_expression(network->spec, change->expression,
                                   change->expression_where, &layer->trees[i],
                                   &err) != BP_OK ||
            bp_mechanism_value(layer, strengths, i, &value, &err) != BP_OK) {
            bp_report_error(network->report, err.status, change->expression_where, "%s",
                            err.message);
            layer->symbols[i] = -1;
        }
    }
}

// ---- what does not go together ----

// The symbol that both set to a value; NULL: none. One that comes again counts as it
// comes last.
static const char *clash_of(const bp_layers *layers, const bp_applied *a,
                            const bp_applied *b) {
    const bp_mechanism_layer *first = &layers->mechanisms.items[a->mechanism];
    const bp_mechanism_layer *second = &layers->mechanisms.items[b->mechanism];
    if (a->mechanism == b->mechanism) return NULL;
    for (int i = 0; i < first->mechanism->n_changes; i++)
        for (int j = 0; j < second->mechanism->n_changes; j++)
            if (first->symbols[i] >= 0 && first->symbols[i] == second->symbols[j] &&
                !first->mechanism->changes[i].scaled &&
                !second->mechanism->changes[j].scaled)
                return first->mechanism->changes[i].name;
    return NULL;
}

// `own` comes after `before`, or is the same list. A mechanism may set anew what one
// that it includes sets.
static void check_clashes(const bp_layers *layers, bp_network *network,
                          const bp_applied_list *before, const bp_applied_list *own) {
    for (int j = 0; j < own->count; j++) {
        const bp_applied *b = &own->items[j];
        int n = before == own ? b->first : before->count;
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

static bool has_none(const bp_arm *arm) {
    return arm->mechanisms.given && arm->mechanisms.n == 0;
}

static void check_list(const bp_layers *layers, bp_network *network,
                       const bp_sheet *sheet, const bp_applied_list *swept) {
    bool common = false; // whether some arm has the common ones
    check_clashes(layers, network, swept, swept);
    for (int i = 0; i < sheet->n_arms; i++) {
        check_clashes(layers, network, &layers->arms[i].applied, swept);
        common |= !has_none(&sheet->arms[i]);
    }
    if (common) check_clashes(layers, network, &layers->applied, swept);
}

void bp_mechanisms_resolve(bp_layers *layers, bp_network *network,
                           const bp_sheet *sheet) {
    int errors = network->report->n_errors;
    for (int i = 0; i < layers->mechanisms.count; i++)
        resolve_layer(network, &layers->mechanisms.items[i]);
    if (network->report->n_errors > errors || network->report->failed) return;
    check_clashes(layers, network, &layers->applied, &layers->applied);
    for (int i = 0; i < sheet->n_arms; i++) {
        const bp_applied_list *own = &layers->arms[i].applied;
        check_clashes(layers, network, &layers->applied, own);
        check_clashes(layers, network, own, own);
    }
    for (int i = 0; i < sheet->n_axes; i++)
        for (int j = 0; layers->axes[i].applied && j < sheet->axes[i].n; j++)
            check_list(layers, network, sheet, &layers->axes[i].applied[j]);
}
