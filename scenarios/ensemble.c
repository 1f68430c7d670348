// Ensembles: parameter sets that fit about equally well, as a CSV file: a header of
// parameter names, one member a row. `member` and `cost` are columns of their own, `#`
// begins a comment.
#include <string.h>

#include "scenarios/layers.h"
#include "scenarios/table.h"

static const char *find_file(bp_network *network, const bp_sheet *sheet) {
    const char *name = sheet->ensemble.file.name;
    bp_text path = {0};
    if (name && sheet->ensemble.from_caller)
        bp_text_add(&path, name);
    else if (name)
        bp_bundle_resolve(network->base, name, &path);
    else
        bp_text_format(&path, "bypass:ensembles/%s.csv", sheet->model.name);
    const char *copy = bp_arena_copy(network->arena, bp_text_get(&path));
    bp_text_clear(&path);
    if (!copy) bp_network_no_memory(network);
    return copy;
}

// The names of the columns; which symbols they are is seen when the network is whole.
static bool keep_header(bp_reader *reader, const bp_table *table, bp_ensemble *out) {
    size_t n = (size_t)table->n_columns;
    out->n = table->n_columns;
    out->names = bp_reader_take(reader, n, sizeof *out->names);
    out->wheres = bp_reader_take(reader, n, sizeof *out->wheres);
    if (!out->names || !out->wheres) return false;
    for (int i = 0; i < out->n; i++) {
        out->names[i] = table->header[i].text;
        out->wheres[i] = table->header[i].where;
    }
    return true;
}

// The cost of a member stands beside its values in the results.
static bool keep_costs(bp_reader *reader, const bp_table *table, bp_ensemble *out) {
    int column = bp_table_column(table, "cost");
    if (column < 0) return true;
    out->costs = bp_reader_take(reader, (size_t)out->n_members, sizeof *out->costs);
    if (!out->costs) return false;
    for (int row = 0; row < out->n_members; row++) {
        bp_error err = {0};
        size_t at = (size_t)row * (size_t)out->n + (size_t)column;
        if (bp_spill_read(out->values, at, 1, &out->costs[row], &err) == BP_OK)
            continue;
        bp_report_add_error(reader->report, &err);
        return false;
    }
    return true;
}

static bool read_members(bp_reader *reader, bp_bundle *bundle, const bp_sheet *sheet,
                         bp_ensemble *out) {
    bp_table read, *table = &read;
    if (bp_spill_new(&out->values) != BP_OK) {
        reader->report->failed = true;
        return false;
    }
    if (!bp_table_read_numbers(reader, bundle, sheet->ensemble.members, table,
                               out->values))
        return false;
    int there = table->n_rows;
    out->n_members = sheet->ensemble.members ? sheet->ensemble.members : there;
    if (out->n_members > there || there == 0) {
        bp_report_error(reader->report, BP_BAD_VALUE, sheet->ensemble.where,
                        "the ensemble '%s' has %d members", table->file, there);
        return false;
    }
    return keep_header(reader, table, out) && keep_costs(reader, table, out);
}

void bp_ensemble_planned(bp_layers *layers) {
    if (!layers->ensemble) return;
    bp_spill_free(layers->ensemble->values);
    layers->ensemble->values = NULL;
}

// One more key of the sweep, the fastest: the members.
static bool add_axis(bp_network *network, bp_sheet *sheet, int n_members) {
    size_t n = (size_t)sheet->n_axes + 1;
    bp_axis *axes = bp_arena_take(network->arena, n * sizeof *axes);
    if (!axes) {
        bp_network_no_memory(network);
        return false;
    }
    if (sheet->n_axes) memcpy(axes, sheet->axes, (n - 1) * sizeof *axes);
    axes[n - 1] = (bp_axis){.name = "member",
                            .where = sheet->ensemble.where,
                            .kind = BP_AXIS_LINEAR,
                            .n = n_members,
                            .unit = ""};
    sheet->axes = axes;
    sheet->n_axes = (int)n;
    return true;
}

bool bp_ensemble_read(bp_layers *layers, bp_network *network, bp_sheet *sheet) {
    if (!sheet->ensemble.given || network->report->n_errors) return true;
    bp_ensemble *ensemble = bp_arena_take(network->arena, sizeof *ensemble);
    const char *file = find_file(network, sheet);
    if (!ensemble) bp_network_no_memory(network);
    if (!ensemble || !file) return false;
    *ensemble = (bp_ensemble){0};
    if (!bp_bundle_has(network->bundle, file)) {
        bp_report_error(network->report, BP_NO_FILE, sheet->ensemble.where,
                        "there is no ensemble '%s': name a file, as in "
                        "{file: ./mine.csv}",
                        file);
        return false;
    }
    bp_reader reader = {network->arena, network->report, file};
    layers->ensemble = ensemble;
    if (!read_members(&reader, network->bundle, sheet, ensemble)) return false;
    return add_axis(network, sheet, ensemble->n_members);
}

void bp_ensemble_resolve(bp_layers *layers, bp_network *network) {
    bp_ensemble *e = layers->ensemble;
    if (!e) return;
    e->symbols = bp_arena_take(network->arena, (size_t)e->n * sizeof *e->symbols + 1);
    if (!e->symbols) {
        bp_network_no_memory(network);
        return;
    }
    for (int i = 0; i < e->n; i++) {
        e->symbols[i] = -1;
        if (!strcmp(e->names[i], "member") || !strcmp(e->names[i], "cost")) continue;
        int symbol = bp_spec_find(network->spec, e->names[i]);
        if (symbol >= 0 && bp_network_settable(network, symbol)) {
            e->symbols[i] = symbol;
            continue;
        }
        const char *near = bp_names_nearest(&network->spec->names, e->names[i]);
        bp_report_error(network->report, BP_UNKNOWN_NAME, e->wheres[i],
                        "the model '%s' has nothing to set called '%s'%s%s%s",
                        network->spec->name, e->names[i],
                        near ? "; did you mean '" : "", near ? near : "",
                        near ? "'?" : "");
    }
}
