// CSV: `#` line with the units, header, one row per run and time. Streams: no run is
// kept.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "output/results.h"

typedef struct csv_sink {
    bp_sink base;
    char *path;
    FILE *file;
    const bp_results_head *head;
    bool several; // runs: each row says which one it belongs to
    bp_text text; // one run's rows
} csv_sink;

static bp_status csv_failed(const csv_sink *sink, int code, bp_error *err) {
    const char *path = strcmp(sink->path, "-") == 0 ? "standard output" : sink->path;
    return bp_error_set(err, BP_IO, "cannot write CSV to %s: %s", path, strerror(code));
}

// Hands the text collected so far to the file.
static bp_status write_text(csv_sink *sink, bp_error *err) {
    if (sink->text.failed) return bp_error_no_memory(err);
    errno = 0;
    size_t length = sink->text.length;
    size_t written = fwrite(bp_text_get(&sink->text), 1, length, sink->file);
    int code = errno;
    sink->text.length = 0; // the memory is used again
    return written == length ? BP_OK : csv_failed(sink, code, err);
}

// Quotes only what needs them (RFC 4180).
static void add_cell(bp_text *text, const char *cell) {
    if (!strpbrk(cell, ",\"\r\n") && cell[0] != '#') {
        bp_text_add(text, cell);
        return;
    }
    bp_text_add(text, "\"");
    for (const char *c = cell; *c; c++)
        bp_text_add_n(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    bp_text_add(text, "\"");
}

// ---- header ----

typedef struct header {
    bp_names taken;
    bp_text units, names;
    int n;
    bool failed;
} header;

static void put_column(header *columns, const char *name, const char *unit) {
    bp_text_add(&columns->names, columns->n++ > 0 ? "," : "");
    add_cell(&columns->names, name);
    if (!unit || !unit[0]) return;
    bp_text_add(&columns->units, columns->units.length ? ", " : "# units: ");
    bp_text_add(&columns->units, name);
    bp_text_add(&columns->units, "=");
    bp_text_add(&columns->units, unit);
}

static void add_column(header *columns, const char *name, const char *suffix,
                       const char *unit) {
    const char *unique = bp_column_name(&columns->taken, name, suffix, false);
    if (!unique) columns->failed = true;
    if (!columns->failed) put_column(columns, unique, unit);
}

// Observables keep their names, whoever else wants them; so they are claimed first.
static void claim_observables(header *columns, const bp_results_head *head) {
    if (bp_names_add(&columns->taken, "time") < 0) columns->failed = true;
    for (int i = 0; i < head->n_observables; i++)
        if (bp_names_add(&columns->taken, head->observables[i].name) < 0)
            columns->failed = true;
}

static void make_header(header *columns, const csv_sink *sink) {
    const bp_results_head *head = sink->head;
    claim_observables(columns, head);
    if (sink->several && head->n_coordinates == 0) add_column(columns, "run", "_", "");
    for (int i = 0; sink->several && i < head->n_coordinates; i++)
        add_column(columns, head->coordinates[i].name, BP_COORDINATE_SUFFIX,
                   head->coordinates[i].unit);
    put_column(columns, "time", head->shown_time_unit);
    for (int i = 0; i < head->n_observables; i++) {
        const bp_output *o = &head->observables[i];
        if (strcmp(o->name, "time") == 0) // as in HDF5
            add_column(columns, o->name, "_", o->unit);
        else
            put_column(columns, o->name, o->unit);
    }
    for (int i = 0; i < head->n_species; i++)
        add_column(columns, head->species[i].name, BP_SPECIES_SUFFIX,
                   head->species[i].unit);
}

static bp_status write_header(csv_sink *sink, bp_error *err) {
    header columns = {0};
    make_header(&columns, sink);
    bp_text_add(&sink->text,
                columns.units.length ? bp_text_get(&columns.units) : "# units: none");
    bp_text_add(&sink->text, "\n");
    bp_text_add(&sink->text, bp_text_get(&columns.names));
    bp_text_add(&sink->text, "\n");
    bool failed = columns.failed || columns.units.failed || columns.names.failed;
    bp_text_clear(&columns.units);
    bp_text_clear(&columns.names);
    bp_names_clear(&columns.taken);
    return failed ? bp_error_no_memory(err) : write_text(sink, err);
}

// ---- the sink ----

static bp_status csv_begin(bp_sink *base, const bp_results_head *head, bp_error *err) {
    csv_sink *sink = (csv_sink *)base;
    BP_TRY(bp_results_check_head(head, err));
    sink->head = head;
    sink->several = head->n_runs > 1;
    return write_header(sink, err);
}

// What stands before the time in every row of a run.
static void add_coordinates(bp_text *text, const csv_sink *sink, int run) {
    const bp_results_head *head = sink->head;
    if (!sink->several) return;
    if (head->n_coordinates == 0) bp_text_format(text, "%d,", run);
    for (int i = 0; i < head->n_coordinates; i++) {
        const bp_coordinate *coordinate = &head->coordinates[i];
        if (coordinate->labels)
            add_cell(text, coordinate->labels[run]);
        else
            bp_text_number(text, coordinate->values[run]);
        bp_text_add(text, ",");
    }
}

static bp_status csv_put(bp_sink *base, const bp_result *result, bp_error *err) {
    csv_sink *sink = (csv_sink *)base;
    const bp_results_head *head = sink->head;
    if (!head || result->run < 0 || result->run >= head->n_runs)
        return bp_error_set(err, BP_BAD_ARGUMENT, "there is no run %d", result->run);
    int width = head->n_observables + head->n_species;
    for (int t = 0; t < head->n_times; t++) {
        add_coordinates(&sink->text, sink, result->run);
        bp_text_number(&sink->text, bp_results_shown_time(head, t));
        const double *row = result->values + (size_t)t * (size_t)width;
        for (int i = 0; i < width; i++) {
            bp_text_add(&sink->text, ",");
            bp_text_number(&sink->text, row[i]);
        }
        bp_text_add(&sink->text, "\n");
    }
    return write_text(sink, err);
}

static bp_status csv_flush(bp_sink *base, bp_error *err) {
    csv_sink *sink = (csv_sink *)base;
    return fflush(sink->file) == 0 ? BP_OK : csv_failed(sink, errno, err);
}

static bp_status csv_end(bp_sink *base, bp_status ended, bp_error *err) {
    (void)ended; // rows of an unfinished batch are as good as the others
    csv_sink *sink = (csv_sink *)base;
    bp_status status = csv_flush(base, err);
    if (sink->file != stdout) {
        int code = fclose(sink->file) == 0 ? 0 : errno; // a late report of a full disk
        sink->file = NULL;
        if (status == BP_OK && code != 0) status = csv_failed(sink, code, err);
    }
    return status;
}

static void csv_free(bp_sink *base) {
    csv_sink *sink = (csv_sink *)base;
    if (sink->file && sink->file != stdout) (void)fclose(sink->file);
    bp_text_clear(&sink->text);
    bp_free(sink->path);
    bp_free(sink);
}

bp_status bp_csv_sink_new(const char *path, bp_sink **out, bp_error *err) {
    csv_sink *sink = bp_calloc(1, sizeof *sink);
    if (!sink) return bp_error_no_memory(err);
    sink->base = (bp_sink){.begin = csv_begin,
                           .put = csv_put,
                           .flush = csv_flush,
                           .end = csv_end,
                           .free = csv_free};
    size_t size = strlen(path) + 1;
    sink->path = bp_malloc(size);
    if (!sink->path) {
        csv_free(&sink->base);
        return bp_error_no_memory(err);
    }
    memcpy(sink->path, path, size);
    sink->file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
    if (!sink->file) {
        bp_status status = csv_failed(sink, errno, err);
        csv_free(&sink->base);
        return status;
    }
    *out = &sink->base;
    return BP_OK;
}
