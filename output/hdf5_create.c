#include "output/hdf5_create.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/isa.h"
#include "output/hdf5_layout.h"
#include "output/results.h"

// HDF5 keeps who uses a dimension in one attribute of at most 64 KB: room for 4000
// variables of 16 bytes. Those beyond are written without the reference.
enum { MAX_ATTACHED = 3500, CHUNK_DOUBLES = 16384, BUFFER_DOUBLES = 2097152 };

// Up to so much data takes its place in the file before the first run. Then nothing but
// numbers is written afterwards, no index changes, and a crash at any moment leaves a
// whole file; a disk that is too small is found out at once, too. Larger files grow as
// they are written: there a kill within the microseconds of a flush can tear an index.
#define EARLY_DOUBLES 67108864.0 // 512 MB

typedef struct creation {
    bp_h5 *h5;
    const bp_results_head *head;
    hid_t file;
    hid_t run, time; // dimension scales
    int n_attached;  // to `run`
    bp_names taken;  // variables of the root
    bp_text where;   // value of their attribute `coordinates`
    bp_h5_columns *columns;
} creation;

static int smaller(int a, int b) {
    return a < b ? a : b;
}

int bp_h5_batch(const bp_results_head *head) {
    long width = (long)head->n_observables + head->n_species;
    long rows = CHUNK_DOUBLES / head->n_times;
    long fit = BUFFER_DOUBLES / head->n_times / (width > 0 ? width : 1);
    if (rows > fit) rows = fit;
    if (rows > head->n_runs) rows = head->n_runs;
    return rows > 1 ? (int)rows : 1;
}

static bool fits_early(const bp_results_head *head) {
    double width = head->n_observables + (double)head->n_species;
    return width * head->n_runs * head->n_times <= EARLY_DOUBLES;
}

void bp_h5_close_columns(bp_h5_columns *columns) {
    for (int i = 0; columns->observables && i < columns->n_observables; i++)
        bp_h5_close(columns->observables[i]);
    for (int i = 0; i < BP_H5_MAX_STATS; i++)
        bp_h5_close(columns->stats[i]);
    bp_h5_close(columns->species);
    bp_h5_close(columns->status);
    bp_h5_close(columns->failure);
    bp_h5_close(columns->failure_time);
    bp_free(columns->observables);
    *columns = (bp_h5_columns){0};
}

static void attach_run(creation *c, hid_t dataset) {
    if (c->n_attached++ < MAX_ATTACHED) bp_h5_attach(c->h5, dataset, c->run, 0);
}

// `name` is the variable's; the texts of the output become its attributes.
static void describe(creation *c, hid_t dataset, const char *name,
                     const bp_output *output) {
    const char *text = output->display_name;
    bp_h5_put_text(c->h5, dataset, BP_H5_UNITS, output->unit);
    bp_h5_put_text(c->h5, dataset, BP_H5_LONG_NAME,
                   text && text[0] ? text : output->name);
    if (strcmp(name, output->name) != 0)
        bp_h5_put_text(c->h5, dataset, BP_H5_NAME, output->name);
}

static void name_coordinates(creation *c, hid_t dataset) {
    if (c->where.length > 0)
        bp_h5_put_text(c->h5, dataset, "coordinates", bp_text_get(&c->where));
}

// The unit as xarray should see it: it turns numbers of "hours" into durations of
// nanoseconds, but leaves "h" alone.
static const char *time_unit_for_readers(const char *unit) {
    static const char *const words[][2] = {
        {"hours", "h"},       {"days", "d"},          {"minutes", "min"},
        {"seconds", "s"},     {"milliseconds", "ms"}, {"microseconds", "us"},
        {"nanoseconds", "ns"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(unit, words[i][0]) == 0) return words[i][1];
    return unit;
}

// ---- dimensions and coordinates ----

static void create_dimensions(creation *c) {
    const bp_results_head *head = c->head;
    int most = head->n_runs > head->n_times ? head->n_runs : head->n_times;
    double *shown = bp_calloc((size_t)most, sizeof *shown);
    int *runs = bp_calloc((size_t)most, sizeof *runs);
    if (!shown || !runs) bp_h5_no_memory(c->h5);
    for (int i = 0; runs && i < head->n_runs; i++)
        runs[i] = i;
    for (int i = 0; shown && i < head->n_times; i++)
        shown[i] = bp_results_shown_time(head, i);

    c->run = bp_h5_new_numbers(c->h5, c->file, BP_H5_RUN, H5T_NATIVE_INT, runs,
                               head->n_runs);
    bp_h5_make_scale(c->h5, c->run, BP_H5_RUN);
    bp_h5_put_text(c->h5, c->run, BP_H5_LONG_NAME, "index of the run");

    c->time = bp_h5_new_numbers(c->h5, c->file, BP_H5_TIME, H5T_NATIVE_DOUBLE, shown,
                                head->n_times);
    bp_h5_make_scale(c->h5, c->time, BP_H5_TIME);
    bp_h5_put_text(c->h5, c->time, BP_H5_UNITS,
                   time_unit_for_readers(head->shown_time_unit));
    bp_h5_put_text(c->h5, c->time, BP_H5_LONG_NAME, "time");
    bp_free(shown);
    bp_free(runs);
}

// Names that no variable of ours may take; false when out of memory.
static bool reserve_names(creation *c) {
    static const char *const reserved[] = {
        BP_H5_RUN,           BP_H5_TIME,         BP_H5_STATUS,       BP_H5_FAILURE,
        BP_H5_SPECIES,       BP_H5_SPECIES_NAME, BP_H5_SPECIES_UNIT, BP_H5_SPECIES_LONG,
        BP_H5_SOLVER,        BP_H5_PARAMETERS,   BP_H5_MARKS,        BP_H5_PROVENANCE,
        BP_H5_FAILURE_LENGTH};
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (bp_names_add(&c->taken, reserved[i]) < 0) return false;
    return true;
}

// Variable names of all observables, then of all coordinates, in order: (n) borrowed
// from `taken`. Observables are asked first and so keep their names.
static const char **choose_names(creation *c) {
    const bp_results_head *head = c->head;
    size_t n = (size_t)head->n_observables + (size_t)head->n_coordinates;
    const char **names = bp_calloc(n, sizeof *names);
    bool ok = names && reserve_names(c);
    for (size_t i = 0; ok && i < n; i++) {
        bool observable = i < (size_t)head->n_observables;
        size_t k = i - (size_t)head->n_observables;
        names[i] = bp_column_name(&c->taken,
                                  observable ? head->observables[i].name
                                             : head->coordinates[k].name,
                                  observable ? "_" : BP_COORDINATE_SUFFIX, true);
        ok = names[i] != NULL;
    }
    if (!ok) bp_h5_no_memory(c->h5);
    return names;
}

static void create_coordinates(creation *c, const char *const *names) {
    const bp_results_head *head = c->head;
    for (int i = 0; c->h5->status == BP_OK && i < head->n_coordinates; i++) {
        const bp_coordinate *from = &head->coordinates[i];
        hid_t dataset =
            from->labels
                ? bp_h5_new_texts(c->h5, c->file, names[i], from->labels, head->n_runs)
                : bp_h5_new_numbers(c->h5, c->file, names[i], H5T_NATIVE_DOUBLE,
                                    from->values, head->n_runs);
        bp_output output = {.name = from->name, .unit = from->unit};
        describe(c, dataset, names[i], &output);
        attach_run(c, dataset);
        bp_h5_close(dataset);
        if (c->where.length > 0) bp_text_add(&c->where, " ");
        bp_text_add(&c->where, names[i]);
    }
    if (c->where.failed) bp_h5_no_memory(c->h5);
}

// ---- observables, species, verdicts ----

static void create_observables(creation *c, const char *const *names) {
    const bp_results_head *head = c->head;
    static const double fill = NAN;
    bp_h5_columns *columns = c->columns;
    bp_h5_shape shape = {
        .type = H5T_NATIVE_DOUBLE,
        .rank = 2,
        .size = {(hsize_t)head->n_runs, (hsize_t)head->n_times},
        .chunk = {(hsize_t)columns->batch,
                  (hsize_t)smaller(head->n_times, CHUNK_DOUBLES)},
        .fill = &fill,
        .early = fits_early(head),
    };
    columns->observables =
        bp_calloc((size_t)head->n_observables, sizeof *columns->observables);
    bool ok = columns->observables != NULL;
    if (!ok) bp_h5_no_memory(c->h5);
    for (int i = 0; ok && c->h5->status == BP_OK && i < head->n_observables; i++) {
        hid_t dataset = bp_h5_new_dataset(c->h5, c->file, names[i], &shape);
        columns->observables[i] = dataset;
        columns->n_observables = i + 1;
        describe(c, dataset, names[i], &head->observables[i]);
        name_coordinates(c, dataset);
        bp_h5_put_double(c->h5, dataset, "_FillValue", NAN);
        attach_run(c, dataset);
        if (i < MAX_ATTACHED) bp_h5_attach(c->h5, dataset, c->time, 1);
    }
}

enum species_text { SPECIES_NAME, SPECIES_UNIT, SPECIES_LONG };

static hid_t create_species_texts(creation *c, const char *name,
                                  enum species_text which) {
    const bp_results_head *head = c->head;
    const char **texts = bp_calloc((size_t)head->n_species, sizeof *texts);
    if (!texts) bp_h5_no_memory(c->h5);
    for (int i = 0; texts && i < head->n_species; i++) {
        const bp_output *from = &head->species[i];
        const char *text = which == SPECIES_NAME   ? from->name
                           : which == SPECIES_UNIT ? from->unit
                                                   : from->display_name;
        texts[i] = text ? text : "";
        if (which == SPECIES_LONG && !texts[i][0]) texts[i] = from->name;
    }
    hid_t dataset = bp_h5_new_texts(c->h5, c->file, name, texts, head->n_species);
    bp_free(texts);
    return dataset;
}

static void create_species(creation *c) {
    const bp_results_head *head = c->head;
    static const double fill = NAN;
    if (head->n_species == 0) return;
    hid_t scale = create_species_texts(c, BP_H5_SPECIES_NAME, SPECIES_NAME);
    bp_h5_make_scale(c->h5, scale, BP_H5_SPECIES_NAME);
    hid_t units = create_species_texts(c, BP_H5_SPECIES_UNIT, SPECIES_UNIT);
    bp_h5_attach(c->h5, units, scale, 0);
    hid_t names = create_species_texts(c, BP_H5_SPECIES_LONG, SPECIES_LONG);
    bp_h5_attach(c->h5, names, scale, 0);

    int species = smaller(head->n_species, CHUNK_DOUBLES);
    int times = smaller(head->n_times, CHUNK_DOUBLES / species);
    int runs = smaller(c->columns->batch, CHUNK_DOUBLES / species / times);
    bp_h5_shape shape = {
        .type = H5T_NATIVE_DOUBLE,
        .rank = 3,
        .size = {(hsize_t)head->n_runs, (hsize_t)head->n_times,
                 (hsize_t)head->n_species},
        .chunk = {(hsize_t)runs, (hsize_t)times, (hsize_t)species},
        .fill = &fill,
        .early = fits_early(head),
    };
    hid_t block = bp_h5_new_dataset(c->h5, c->file, BP_H5_SPECIES, &shape);
    c->columns->species = block;
    bp_h5_put_text(c->h5, block, BP_H5_LONG_NAME, "every species of the model");
    name_coordinates(c, block);
    bp_h5_put_double(c->h5, block, "_FillValue", NAN);
    attach_run(c, block);
    bp_h5_attach(c->h5, block, c->time, 1);
    bp_h5_attach(c->h5, block, scale, 2);
    bp_h5_close(names);
    bp_h5_close(units);
    bp_h5_close(scale);
}

// CF: flag_values and flag_meanings, since HDF5's enumerations vanish in netCDF
// readers.
static void describe_status(creation *c, hid_t dataset) {
    bp_text meanings = {0};
    signed char values[BP_STATUS_COUNT + 1];
    for (int i = -1; i < BP_STATUS_COUNT; i++) {
        values[i + 1] = (signed char)i;
        if (i >= 0) bp_text_add(&meanings, " ");
        bp_text_add(&meanings, i < 0 ? "not_run" : bp_status_name((bp_status)i));
    }
    if (meanings.failed) bp_h5_no_memory(c->h5);
    if (c->h5->status == BP_OK) {
        hsize_t n = BP_STATUS_COUNT + 1;
        hid_t space = H5Screate_simple(1, &n, NULL);
        hid_t flags = H5Acreate2(dataset, "flag_values", H5T_NATIVE_SCHAR, space,
                                 H5P_DEFAULT, H5P_DEFAULT);
        if (bp_h5_check(c->h5, flags, "create attribute", "flag_values"))
            bp_h5_check(c->h5, H5Awrite(flags, H5T_NATIVE_SCHAR, values),
                        "write attribute", "flag_values");
        bp_h5_close(flags);
        bp_h5_close(space);
    }
    bp_h5_put_text(c->h5, dataset, "flag_meanings", bp_text_get(&meanings));
    bp_h5_put_text(c->h5, dataset, BP_H5_LONG_NAME, "how the run ended");
    bp_text_clear(&meanings);
}

static void create_verdicts(creation *c) {
    const bp_results_head *head = c->head;
    static const signed char not_run = -1;
    bp_h5_shape shape = {.type = H5T_NATIVE_SCHAR,
                         .rank = 1,
                         .size = {(hsize_t)head->n_runs},
                         .fill = &not_run,
                         .early = true};
    c->columns->status = bp_h5_new_dataset(c->h5, c->file, BP_H5_STATUS, &shape);
    describe_status(c, c->columns->status);
    name_coordinates(c, c->columns->status);
    attach_run(c, c->columns->status);

    bp_h5_shape texts = {.type = H5T_C_S1,
                         .rank = 2,
                         .size = {(hsize_t)head->n_runs, BP_H5_FAILURE_SIZE},
                         .early = true};
    c->columns->failure = bp_h5_new_dataset(c->h5, c->file, BP_H5_FAILURE, &texts);
    bp_h5_put_text(c->h5, c->columns->failure, BP_H5_LONG_NAME, "why the run failed");
    bp_h5_put_text(c->h5, c->columns->failure, "_Encoding", "utf-8");
    name_coordinates(c, c->columns->failure);
    attach_run(c, c->columns->failure);
    hid_t length =
        bp_h5_new_dimension(c->h5, c->file, BP_H5_FAILURE_LENGTH, BP_H5_FAILURE_SIZE);
    bp_h5_attach(c->h5, c->columns->failure, length, 1);
    bp_h5_close(length);
}

// ---- groups ----

static void create_solver(creation *c) {
    const bp_results_head *head = c->head;
    static const double fill = NAN;
    hid_t group = bp_h5_new_group(c->h5, c->file, BP_H5_SOLVER);
    bp_h5_shape shape = {.rank = 1, .size = {(hsize_t)head->n_runs}, .early = true};
    for (int i = 0; bp_stats_fields[i].name && i < BP_H5_MAX_STATS; i++) {
        const bp_field *field = &bp_stats_fields[i];
        bool real = field->type == BP_FIELD_DOUBLE;
        shape.type = real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_LONG;
        shape.fill = real ? &fill : NULL;
        hid_t dataset = bp_h5_new_dataset(c->h5, group, field->name, &shape);
        c->columns->stats[i] = dataset;
        bp_output output = {field->name, field->text, field->unit};
        describe(c, dataset, field->name, &output);
        attach_run(c, dataset);
    }
    shape.type = H5T_NATIVE_DOUBLE;
    shape.fill = &fill;
    c->columns->failure_time =
        bp_h5_new_dataset(c->h5, group, BP_H5_FAILURE_TIME, &shape);
    bp_output output = {BP_H5_FAILURE_TIME, "model time at which the run failed",
                        time_unit_for_readers(head->time_unit)};
    describe(c, c->columns->failure_time, BP_H5_FAILURE_TIME, &output);
    attach_run(c, c->columns->failure_time);
    bp_h5_close(group);
}

// The names of the variables in order, as a dimension of its own so that every netCDF
// reader can open the group. An empty list has only its count.
static void create_list(creation *c, hid_t group, const char *name,
                        const char *const *texts, int n) {
    bp_text attribute = {0};
    bp_text_format(&attribute, "n_%s", name);
    if (attribute.failed) bp_h5_no_memory(c->h5);
    bp_h5_put_int(c->h5, group, bp_text_get(&attribute), n);
    bp_text_clear(&attribute);
    if (n == 0) return;
    hid_t dataset = bp_h5_new_texts(c->h5, group, name, texts, n);
    bp_h5_make_scale(c->h5, dataset, name);
    bp_h5_close(dataset);
}

// So many numbers of the table of parameters are held at a time (1 MB): each turn opens
// and writes the dataset of every parameter anew.
enum { TABLE_DOUBLES = 131072 };

// The rows [first, first + count), column by column. `rows` is (count x n).
static void write_parameters(creation *c, hid_t group, const char *const *names,
                             const double *rows, int first, int count) {
    int n = c->head->n_parameters;
    double *column = bp_calloc((size_t)count, sizeof *column);
    if (!column) bp_h5_no_memory(c->h5);
    for (int i = 0; column && i < n && c->h5->status == BP_OK; i++) {
        for (int run = 0; run < count; run++)
            column[run] = rows[(size_t)run * (size_t)n + (size_t)i];
        hid_t dataset = bp_h5_open_dataset(c->h5, group, names[i]);
        bp_h5_write_rows(c->h5, dataset, H5T_NATIVE_DOUBLE, (hsize_t)first,
                         (hsize_t)count, column);
        bp_h5_close(dataset);
    }
    bp_free(column);
}

static void fill_parameters(creation *c, hid_t group, const char *const *names) {
    const bp_results_head *head = c->head;
    size_t n = (size_t)head->n_parameters;
    int most = n ? smaller(TABLE_DOUBLES / (int)n + 1, head->n_runs) : 0;
    double *rows = bp_calloc((size_t)most * n + 1, sizeof *rows);
    if (!rows) bp_h5_no_memory(c->h5);
    for (int first = 0; rows && n && first < head->n_runs && c->h5->status == BP_OK;
         first += most) {
        int count = smaller(most, head->n_runs - first);
        for (int run = 0; run < count && c->h5->status == BP_OK; run++)
            c->h5->status = bp_results_parameters(head, first + run,
                                                  rows + (size_t)run * n, c->h5->err);
        write_parameters(c, group, names, rows, first, count);
    }
    bp_free(rows);
}

static void create_parameters(creation *c, hid_t provenance) {
    const bp_results_head *head = c->head;
    int n = head->n_parameters;
    bp_names taken = {0};
    const char **names = bp_calloc((size_t)n, sizeof *names);
    if (!names) bp_h5_no_memory(c->h5);
    bp_h5_shape shape = {
        .type = H5T_NATIVE_DOUBLE, .rank = 1, .size = {(hsize_t)head->n_runs}};

    hid_t group = bp_h5_new_group(c->h5, c->file, BP_H5_PARAMETERS);
    for (int i = 0; names && c->h5->status == BP_OK && i < n; i++) {
        names[i] = bp_column_name(&taken, head->parameters[i].name, "_", true);
        if (!names[i]) {
            bp_h5_no_memory(c->h5);
            break;
        }
        hid_t dataset = bp_h5_new_dataset(c->h5, group, names[i], &shape);
        describe(c, dataset, names[i], &head->parameters[i]);
        attach_run(c, dataset);
        bp_h5_close(dataset);
    }
    if (names && c->h5->status == BP_OK) fill_parameters(c, group, names);
    if (names && c->h5->status == BP_OK)
        create_list(c, provenance, BP_H5_PARAMETER_LIST, names, n);
    bp_h5_close(group);
    bp_free(names);
    bp_names_clear(&taken);
}

// Describes a column of the table of marks and closes it.
static void finish_mark_column(creation *c, hid_t scale, hid_t dataset,
                               const char *text) {
    bp_h5_put_text(c->h5, dataset, BP_H5_LONG_NAME, text);
    bp_h5_attach(c->h5, dataset, scale, 0);
    bp_h5_close(dataset);
}

static void create_marks(creation *c) {
    const bp_results_head *head = c->head;
    int n = head->n_marks;
    hid_t group = bp_h5_new_group(c->h5, c->file, BP_H5_MARKS);
    bp_h5_put_int(c->h5, group, BP_H5_COUNT, n);
    const char **texts = bp_calloc((size_t)n, 2 * sizeof *texts);
    double *when = bp_calloc((size_t)n, sizeof *when);
    int *numbers = bp_calloc((size_t)n, 2 * sizeof *numbers);
    bool ok = texts && when && numbers;
    if (!ok) bp_h5_no_memory(c->h5);
    for (int i = 0; ok && i < n; i++) {
        const bp_mark *mark = &head->marks[i];
        texts[i] = mark->arm ? mark->arm : "";
        texts[n + i] = mark->text ? mark->text : "";
        when[i] = mark->time;
        numbers[i] = i;
        numbers[n + i] = mark->kind;
    }
    if (ok && n > 0) {
        hid_t scale =
            bp_h5_new_numbers(c->h5, group, BP_H5_MARK, H5T_NATIVE_INT, numbers, n);
        bp_h5_make_scale(c->h5, scale, BP_H5_MARK);
        finish_mark_column(c, scale,
                           bp_h5_new_texts(c->h5, group, BP_H5_MARK_ARM, texts, n),
                           "label of the first coordinate; empty: all runs");
        hid_t times = bp_h5_new_numbers(c->h5, group, BP_H5_MARK_WHEN,
                                        H5T_NATIVE_DOUBLE, when, n);
        bp_h5_put_text(c->h5, times, BP_H5_UNITS,
                       time_unit_for_readers(head->time_unit));
        finish_mark_column(c, scale, times, "model time");
        finish_mark_column(c, scale,
                           bp_h5_new_texts(c->h5, group, BP_H5_MARK_TEXT, texts + n, n),
                           "what was done");
        finish_mark_column(c, scale,
                           bp_h5_new_numbers(c->h5, group, BP_H5_MARK_KIND,
                                             H5T_NATIVE_INT, numbers + n, n),
                           "0 dose, 1 removal, 2 other change");
        bp_h5_close(scale);
    }
    bp_free(texts);
    bp_free(when);
    bp_free(numbers);
    bp_h5_close(group);
}

// ---- /provenance ----

// A text of a numbered or named member, with its exact name beside it; closed.
static void create_named_text(creation *c, hid_t group, const char *member,
                              const char *name, const char *text) {
    bp_h5_new_text(c->h5, group, member, text);
    hid_t dataset = bp_h5_open_dataset(c->h5, group, member);
    if (c->h5->status == BP_OK) bp_h5_put_text(c->h5, dataset, "name", name);
    bp_h5_close(dataset);
}

static void create_details(creation *c, hid_t provenance) {
    const bp_results_head *head = c->head;
    bp_names taken = {0};
    hid_t group = bp_h5_new_group(c->h5, provenance, BP_H5_DETAILS);
    bp_h5_put_int(c->h5, group, BP_H5_COUNT, head->n_provenance);
    for (int i = 0; c->h5->status == BP_OK && i < head->n_provenance; i++) {
        const bp_attribute *detail = &head->provenance[i];
        const char *member = bp_column_name(&taken, detail->name, "_", true);
        if (member)
            create_named_text(c, group, member, detail->name, detail->text);
        else
            bp_h5_no_memory(c->h5);
    }
    bp_h5_close(group);
    bp_names_clear(&taken);
}

// Texts of so many bytes are written as characters, piece by piece: HDF5 keeps texts of
// any length in memory, twice.
enum { LONG_TEXT = 1 << 16 };

typedef struct passing {
    bp_h5 *h5;
    hid_t dataset;
    hsize_t at;
} passing;

static bp_status write_piece(void *data, const char *piece, size_t length) {
    passing *p = data;
    bp_h5_write_rows(p->h5, p->dataset, H5T_C_S1, p->at, (hsize_t)length, piece);
    p->at += (hsize_t)length;
    return p->h5->status;
}

static void create_long_file(creation *c, hid_t provenance, hid_t group, int i,
                             int number, size_t length) {
    const bp_bundle *bundle = c->head->bundle;
    char member[24], dimension[32];
    snprintf(member, sizeof member, BP_H5_FILE, number);
    snprintf(dimension, sizeof dimension, BP_H5_FILE_LENGTH, number);
    bp_h5_shape shape = {.type = H5T_C_S1, .rank = 1, .size = {(hsize_t)length}};
    passing p = {c->h5, bp_h5_new_dataset(c->h5, group, member, &shape), 0};
    bp_h5_put_text(c->h5, p.dataset, "name", bp_bundle_name(bundle, i));
    bp_h5_put_text(c->h5, p.dataset, "_Encoding", "utf-8");
    hid_t scale = bp_h5_new_dimension(c->h5, provenance, dimension, (int)length);
    bp_h5_attach(c->h5, p.dataset, scale, 0);
    bp_h5_close(scale);
    if (c->h5->status == BP_OK) {
        bp_status status = bp_bundle_pass(bundle, i, write_piece, &p, c->h5->err);
        if (c->h5->status == BP_OK) c->h5->status = status;
    }
    bp_h5_close(p.dataset);
}

static void create_file_text(creation *c, hid_t provenance, hid_t group, int i,
                             int number) {
    const bp_bundle *bundle = c->head->bundle;
    size_t length = 0;
    char member[24];
    const char *text = bp_bundle_text(bundle, i, &length);
    if (!text || (length >= LONG_TEXT && length <= INT_MAX)) {
        create_long_file(c, provenance, group, i, number, length);
        return;
    }
    snprintf(member, sizeof member, BP_H5_FILE, number);
    create_named_text(c, group, member, bp_bundle_name(bundle, i), text);
}

static void create_files(creation *c, hid_t provenance) {
    const bp_bundle *bundle = c->head->bundle;
    hid_t group = bp_h5_new_group(c->h5, provenance, BP_H5_FILES);
    int count = 0;
    for (int i = 0; bundle && i < bp_bundle_count(bundle); i++) {
        const char *name = bp_bundle_name(bundle, i);
        // details of the results that this run repeats: it has its own
        if (strncmp(name, BP_DETAIL_PREFIX, strlen(BP_DETAIL_PREFIX)) == 0) continue;
        create_file_text(c, provenance, group, i, count++);
    }
    bp_h5_put_int(c->h5, group, BP_H5_COUNT, count);
    bp_h5_close(group);
}

// What may differ between two runs of the same scenario stands here and in
// /solver/seconds.
static void put_circumstances(creation *c, hid_t group) {
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
    time_t now = time(NULL);
    struct tm parts = {0};
    char date[32] = "";
    if (gmtime_r(&now, &parts))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    char library[48];
    snprintf(library, sizeof library, "%u.%u.%u", major, minor, release);

    bp_h5_put_text(c->h5, group, "host", host);
    bp_h5_put_text(c->h5, group, "date", date);
    bp_h5_put_text(c->h5, group, "bypass_version", BP_VERSION);
    bp_h5_put_text(c->h5, group, "hdf5_version", library);
    bp_h5_put_text(c->h5, group, "isa", bp_isa_text(bp_isa_used()));
}

static void create_model(creation *c, hid_t group) {
    bp_model_text model = {0};
    if (bp_results_model(c->head, &model) != BP_OK) {
        bp_h5_no_memory(c->h5);
        return;
    }
    bp_h5_new_text(c->h5, group, BP_H5_MODEL, model.antimony);
    bp_h5_new_text(c->h5, group, BP_H5_HASH, model.hash);
}

static void create_provenance(creation *c, const char *const *names) {
    const bp_results_head *head = c->head;
    hid_t group = bp_h5_new_group(c->h5, c->file, BP_H5_PROVENANCE);
    put_circumstances(c, group);

    hid_t times = bp_h5_new_numbers(c->h5, group, BP_H5_TIMES, H5T_NATIVE_DOUBLE,
                                    head->times, head->n_times);
    bp_h5_put_text(c->h5, times, BP_H5_LONG_NAME,
                   "exact time in the unit of the model");
    bp_h5_put_text(c->h5, times, BP_H5_UNITS, time_unit_for_readers(head->time_unit));
    bp_h5_put_text(c->h5, times, "model_unit", head->time_unit);
    bp_h5_put_text(c->h5, times, BP_H5_SHOWN_UNIT, head->shown_time_unit);
    bp_h5_put_double(c->h5, times, BP_H5_SHOWN_FACTOR, head->shown_time_factor);
    bp_h5_attach(c->h5, times, c->time, 0);
    bp_h5_close(times);

    create_list(c, group, BP_H5_OBSERVABLES, names, head->n_observables);
    create_list(c, group, BP_H5_COORDINATES, names + head->n_observables,
                head->n_coordinates);
    create_parameters(c, group);
    create_model(c, group);
    bp_h5_new_text(c->h5, group, BP_H5_COMMAND, head->command_line);
    bp_h5_new_text(c->h5, group, BP_H5_FIGURES, head->figures);
    create_details(c, group);
    create_files(c, group);
    bp_h5_close(group);
}

void bp_h5_create(bp_h5 *h5, hid_t file, const bp_results_head *head,
                  bp_h5_columns *columns) {
    creation c = {.h5 = h5, .head = head, .file = file, .columns = columns};
    columns->batch = bp_h5_batch(head);
    bp_h5_put_text(h5, file, "Conventions", "CF-1.8");
    bp_h5_put_text(h5, file, BP_H5_TITLE, head->title);
    bp_h5_put_text(h5, file, "source", "bypass " BP_VERSION);
    bp_h5_put_int(h5, file, BP_H5_LAYOUT, BP_LAYOUT_MAJOR);
    bp_h5_put_int(h5, file, BP_H5_COMPLETE, 0);

    const char **names = choose_names(&c);
    create_dimensions(&c);
    if (h5->status == BP_OK) {
        create_coordinates(&c, names + head->n_observables);
        create_observables(&c, names);
        create_species(&c);
        create_verdicts(&c);
        create_solver(&c);
        create_marks(&c);
        create_provenance(&c, names);
    }
    bp_h5_close(c.run);
    bp_h5_close(c.time);
    bp_free(names);
    bp_text_clear(&c.where);
    bp_names_clear(&c.taken);
}
