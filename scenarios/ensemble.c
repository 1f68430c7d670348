// Ensembles: parameter sets that fit about equally well, as a CSV file: a header of
// parameter names, one member a row. `member` and `cost` are columns of their own, `#`
// begins a comment.
#include <math.h>
#include <string.h>

#include "scenarios/layers.h"

typedef struct csv {
    bp_network *network;
    const char *file;
    const char *p, *end;
    int line;
    const char *line_start;
} csv;

static bp_where here(const csv *in) {
    return (bp_where){in->file, in->line, (int)(in->p - in->line_start) + 1};
}

static void next_line(csv *in) {
    while (in->p < in->end && *in->p != '\n')
        in->p++;
    if (in->p < in->end) in->p++;
    in->line++;
    in->line_start = in->p;
}

// To the next line that holds data; false at the end.
static bool find_data(csv *in) {
    while (in->p < in->end) {
        size_t blank = strspn(in->p, " \t\r");
        char c = in->p[blank];
        if (c && c != '\n' && c != '#') return true;
        next_line(in);
    }
    return false;
}

static size_t field_length(const csv *in) {
    return strcspn(in->p, ",\r\n");
}

// Past the comma after a field; false at the end of the line.
static bool next_field(csv *in) {
    in->p += field_length(in);
    if (*in->p != ',') return false;
    in->p++;
    return true;
}

static int count_fields(const csv *in) {
    int n = 1;
    for (const char *p = in->p; p < in->end && *p != '\n'; p++)
        n += *p == ',';
    return n;
}

static int count_rows(csv in) {
    int n = 0;
    while (find_data(&in)) {
        n++;
        next_line(&in);
    }
    return n;
}

// Names of the columns; `member` and `cost` are left out (symbol -1).
static bool read_header(csv *in, bp_ensemble *out) {
    out->n = count_fields(in);
    out->names = bp_arena_take(in->network->arena,
                               (size_t)out->n * sizeof *out->names + 1);
    out->wheres = bp_arena_take(in->network->arena,
                                (size_t)out->n * sizeof *out->wheres + 1);
    if (!out->names || !out->wheres) {
        bp_network_no_memory(in->network);
        return false;
    }
    for (int i = 0; i < out->n; i++) {
        out->wheres[i] = here(in);
        out->names[i] =
            bp_arena_copy_n(in->network->arena, in->p, field_length(in));
        if (!out->names[i]) bp_network_no_memory(in->network);
        (void)next_field(in);
    }
    next_line(in);
    return !in->network->report->failed;
}

static bool read_row(csv *in, bp_ensemble *out, double *row) {
    for (int i = 0; i < out->n; i++) {
        const char *end = NULL;
        row[i] = bp_number_read(in->p, &end);
        if (end == in->p || !isfinite(row[i]) || end != in->p + field_length(in)) {
            bp_report_error(in->network->report, BP_BAD_VALUE, here(in),
                            "'%.*s' is no number for %s", (int)field_length(in), in->p,
                            out->names[i]);
            return false;
        }
        bool more = next_field(in);
        if (more == (i + 1 < out->n)) continue;
        bp_report_error(in->network->report, BP_SYNTAX, here(in),
                        "a row has %d values, as the header has names", out->n);
        return false;
    }
    next_line(in);
    return true;
}

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

static bool read_members(csv *in, const bp_sheet *sheet, bp_ensemble *out) {
    if (!find_data(in)) {
        bp_report_error(in->network->report, BP_SYNTAX, here(in),
                        "an ensemble file begins with a line of parameter names");
        return false;
    }
    if (!read_header(in, out)) return false;
    int there = count_rows(*in);
    out->n_members = sheet->ensemble.members ? sheet->ensemble.members : there;
    if (out->n_members > there || there == 0) {
        bp_report_error(in->network->report, BP_BAD_VALUE, sheet->ensemble.where,
                        "the ensemble '%s' has %d members", in->file, there);
        return false;
    }
    out->values = bp_arena_take(in->network->arena, (size_t)out->n_members *
                                                        (size_t)out->n *
                                                        sizeof *out->values);
    if (!out->values) {
        bp_network_no_memory(in->network);
        return false;
    }
    for (int i = 0; i < out->n_members; i++)
        if (!find_data(in) || !read_row(in, out, out->values + (size_t)i * out->n))
            return false;
    return true;
}

// One more key of the sweep, the fastest: the members.
static bool add_axis(bp_network *network, bp_sheet *sheet, int n_members) {
    size_t n = (size_t)sheet->n_axes + 1;
    bp_axis *axes = bp_arena_take(network->arena, n * sizeof *axes);
    bp_quantity *values =
        bp_arena_take(network->arena, (size_t)n_members * sizeof *values);
    if (!axes || !values) {
        bp_network_no_memory(network);
        return false;
    }
    if (sheet->n_axes) memcpy(axes, sheet->axes, (n - 1) * sizeof *axes);
    for (int i = 0; i < n_members; i++)
        values[i] = (bp_quantity){.value = i};
    axes[n - 1] = (bp_axis){.name = "member",
                            .where = sheet->ensemble.where,
                            .kind = BP_AXIS_LINEAR,
                            .n = n_members,
                            .values = values,
                            .unit = ""};
    sheet->axes = axes;
    sheet->n_axes = (int)n;
    return true;
}

bool bp_ensemble_read(bp_layers *layers, bp_network *network, bp_sheet *sheet) {
    if (!sheet->ensemble.given || network->report->n_errors) return true;
    bp_ensemble *ensemble = bp_arena_take(network->arena, sizeof *ensemble);
    const char *file = find_file(network, sheet);
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
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
    if (bp_bundle_read(network->bundle, file, &text, &length, &err) != BP_OK) {
        bp_report_add_error(network->report, &err);
        return false;
    }
    csv in = {network, file, text, text + length, 1, text};
    if (!read_members(&in, sheet, ensemble)) return false;
    layers->ensemble = ensemble;
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
