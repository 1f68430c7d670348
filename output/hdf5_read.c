// Results read back: the head is rebuilt from /provenance and the attributes of the
// variables, whose order the lists in /provenance keep.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "output/hdf5_layout.h"
#include "output/hdf5_plugin.h"
#include "output/hdf5_util.h"
#include "output/results.h"

typedef struct reading {
    bp_h5 *h5;
    hid_t file;
    hid_t provenance;
    bp_results *results;
    bp_arena *arena;
    const char **names; // (n_observables) variables
} reading;

static bool good(const reading *r) {
    return r->h5->status == BP_OK;
}

// Zeroed room for n items; notes a failure.
static void *take(reading *r, int n, size_t size) {
    void *memory = good(r) ? bp_arena_take(r->arena, (size_t)n * size) : NULL;
    if (!memory) bp_h5_no_memory(r->h5);
    return memory;
}

// ---- opening ----

static void check_layout(bp_h5 *h5, hid_t file) {
    if (h5->status != BP_OK) return;
    bp_where where = {.file = h5->path};
    if (H5Aexists(file, BP_H5_LAYOUT) <= 0) {
        h5->status = bp_error_at(h5->err, BP_UNSUPPORTED, where,
                                 "this HDF5 file holds no results of bypass (it has no "
                                 "attribute '" BP_H5_LAYOUT "')");
        return;
    }
    int major = bp_h5_get_int(h5, file, BP_H5_LAYOUT);
    if (h5->status == BP_OK && major > BP_LAYOUT_MAJOR)
        h5->status =
            bp_error_at(h5->err, BP_TOO_NEW, where,
                        "results use layout %d; this build reads up to %d. Update "
                        "bypass, or rerun the scenario stored in /provenance",
                        major, BP_LAYOUT_MAJOR);
    else if (h5->status == BP_OK && major < 1)
        bp_h5_bad(h5, "layout %d does not exist", major);
}

static hid_t open_file(bp_h5 *h5) {
    bp_where where = {.file = h5->path};
    if (!bp_path_exists(h5->path)) {
        h5->status = bp_error_at(h5->err, BP_NO_FILE, where, "there is no such file");
        return -1;
    }
    if (H5Fis_hdf5(h5->path) == 0) {
        h5->status = bp_error_at(h5->err, BP_UNSUPPORTED, where,
                                 "this is no HDF5 file, so it holds no results");
        return -1;
    }
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    // no lock: files on read-only and network file systems must open, too
    bool set = H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
               H5Pset_file_locking(access, false, true) >= 0;
    hid_t file = set ? H5Fopen(h5->path, H5F_ACC_RDONLY, access) : -1;
    bp_h5_check(h5, file, "open", NULL); // truncated, unreadable, not allowed
    bp_h5_close(access);
    if (file >= 0) check_layout(h5, file);
    return file;
}

static void close_file(hid_t file) {
    if (file >= 0) (void)H5Fclose(file);
}

// ---- the head ----

// The names listed in /provenance, in order; NULL when there are none.
static const char **read_list(reading *r, const char *name, int *n) {
    char attribute[64];
    snprintf(attribute, sizeof attribute, "n_%s", name);
    *n = bp_h5_get_int(r->h5, r->provenance, attribute);
    if (good(r) && *n < 0) bp_h5_bad(r->h5, "'%s' is negative", attribute);
    if (!good(r)) *n = 0;
    if (*n == 0) return NULL;
    return bp_h5_read_texts(r->h5, r->arena, r->provenance, name, *n, NULL);
}

// The describing texts of the variable `name` of a group.
static void read_output(reading *r, hid_t parent, const char *name, bp_output *out) {
    hid_t dataset = bp_h5_open_dataset(r->h5, parent, name);
    if (good(r)) {
        out->name = bp_h5_get_text_or(r->h5, r->arena, dataset, BP_H5_NAME, name);
        out->display_name = bp_h5_get_text(r->h5, r->arena, dataset, BP_H5_LONG_NAME);
        out->unit = bp_h5_get_text(r->h5, r->arena, dataset, BP_H5_UNITS);
    }
    bp_h5_close(dataset);
}

static void read_times(reading *r) {
    bp_results_head *head = &r->results->head;
    hsize_t size[1] = {0};
    hid_t times = bp_h5_open_dataset(r->h5, r->provenance, BP_H5_TIMES);
    bp_h5_read_size(r->h5, times, BP_H5_TIMES, 1, size);
    if (good(r) && size[0] == 0) bp_h5_bad(r->h5, "'" BP_H5_TIMES "' is empty");
    head->n_times = (int)size[0];
    double *numbers = take(r, head->n_times, sizeof *numbers);
    bp_h5_read_numbers(r->h5, r->provenance, BP_H5_TIMES, H5T_NATIVE_DOUBLE,
                       head->n_times, numbers);
    head->times = numbers;
    head->time_unit = bp_h5_get_text(r->h5, r->arena, times, "model_unit");
    head->shown_time_unit = bp_h5_get_text(r->h5, r->arena, times, BP_H5_SHOWN_UNIT);
    head->shown_time_factor = bp_h5_get_double(r->h5, times, BP_H5_SHOWN_FACTOR);
    bp_h5_close(times);
}

static void read_runs(reading *r) {
    hsize_t size[1] = {0};
    hid_t runs = bp_h5_open_dataset(r->h5, r->file, BP_H5_RUN);
    bp_h5_read_size(r->h5, runs, BP_H5_RUN, 1, size);
    if (good(r) && size[0] == 0) bp_h5_bad(r->h5, "'" BP_H5_RUN "' is empty");
    r->results->head.n_runs = (int)size[0];
    bp_h5_close(runs);
    // the shown times are not needed to rebuild the head, but every other reader needs
    // them
    bp_h5_close(bp_h5_open_dataset(r->h5, r->file, BP_H5_TIME));
}

static void read_observables(reading *r) {
    bp_results_head *head = &r->results->head;
    r->names = read_list(r, BP_H5_OBSERVABLES, &head->n_observables);
    bp_output *outputs = take(r, head->n_observables, sizeof *outputs);
    for (int i = 0; good(r) && i < head->n_observables; i++)
        read_output(r, r->file, r->names[i], &outputs[i]);
    head->observables = outputs;
}

static void read_species_names(reading *r) {
    bp_results_head *head = &r->results->head;
    if (!good(r) || !bp_h5_has(r->file, BP_H5_SPECIES)) return;
    int n = 0;
    const char **names =
        bp_h5_read_texts(r->h5, r->arena, r->file, BP_H5_SPECIES_NAME, -1, &n);
    const char **units =
        bp_h5_read_texts(r->h5, r->arena, r->file, BP_H5_SPECIES_UNIT, n, NULL);
    const char **longs =
        bp_h5_read_texts(r->h5, r->arena, r->file, BP_H5_SPECIES_LONG, n, NULL);
    bp_output *outputs = take(r, n, sizeof *outputs);
    for (int i = 0; good(r) && i < n; i++)
        outputs[i] = (bp_output){names[i], longs[i], units[i]};
    head->species = outputs;
    head->n_species = n;
}

// Text or numbers, as the variable's type says.
static void read_coordinate(reading *r, const char *name, bp_coordinate *out) {
    int n_runs = r->results->head.n_runs;
    bp_output described = {0};
    read_output(r, r->file, name, &described);
    out->name = described.name;
    out->unit = described.unit;

    hid_t dataset = bp_h5_open_dataset(r->h5, r->file, name);
    hid_t type = good(r) ? H5Dget_type(dataset) : -1;
    bool text = type >= 0 && H5Tget_class(type) == H5T_STRING;
    bp_h5_close(type);
    bp_h5_close(dataset);
    if (text) {
        out->labels = bp_h5_read_texts(r->h5, r->arena, r->file, name, n_runs, NULL);
        return;
    }
    double *values = take(r, n_runs, sizeof *values);
    bp_h5_read_numbers(r->h5, r->file, name, H5T_NATIVE_DOUBLE, n_runs, values);
    out->values = values;
}

static void read_coordinates(reading *r) {
    bp_results_head *head = &r->results->head;
    const char **names = read_list(r, BP_H5_COORDINATES, &head->n_coordinates);
    bp_coordinate *coordinates = take(r, head->n_coordinates, sizeof *coordinates);
    for (int i = 0; good(r) && i < head->n_coordinates; i++)
        read_coordinate(r, names[i], &coordinates[i]);
    head->coordinates = coordinates;
}

static void read_parameters(reading *r) {
    bp_results_head *head = &r->results->head;
    hid_t group = bp_h5_open_group(r->h5, r->file, BP_H5_PARAMETERS);
    const char **names = read_list(r, BP_H5_PARAMETER_LIST, &head->n_parameters);
    size_t n = (size_t)head->n_parameters;
    bp_output *outputs = take(r, head->n_parameters, sizeof *outputs);
    double *values = take(r, head->n_runs, n * sizeof *values);
    double *column = take(r, head->n_runs, sizeof *column);
    for (size_t i = 0; good(r) && i < n; i++) {
        read_output(r, group, names[i], &outputs[i]);
        bp_h5_read_numbers(r->h5, group, names[i], H5T_NATIVE_DOUBLE, head->n_runs,
                           column);
        for (size_t run = 0; run < (size_t)head->n_runs; run++)
            values[run * n + i] = column[run];
    }
    head->parameters = outputs;
    head->parameter_values = values;
    bp_h5_close(group);
}

static void read_marks(reading *r) {
    bp_results_head *head = &r->results->head;
    hid_t group = bp_h5_open_group(r->h5, r->file, BP_H5_MARKS);
    int n = bp_h5_get_int(r->h5, group, BP_H5_COUNT);
    if (good(r) && n < 0) bp_h5_bad(r->h5, "the number of marks is negative");
    if (good(r) && n > 0) {
        const char **arms =
            bp_h5_read_texts(r->h5, r->arena, group, BP_H5_MARK_ARM, n, NULL);
        const char **texts =
            bp_h5_read_texts(r->h5, r->arena, group, BP_H5_MARK_TEXT, n, NULL);
        bp_mark *marks = take(r, n, sizeof *marks);
        double *when = take(r, n, sizeof *when);
        int *kinds = take(r, n, sizeof *kinds);
        bp_h5_read_numbers(r->h5, group, BP_H5_MARK_WHEN, H5T_NATIVE_DOUBLE, n, when);
        bp_h5_read_numbers(r->h5, group, BP_H5_MARK_KIND, H5T_NATIVE_INT, n, kinds);
        for (int i = 0; good(r) && i < n; i++)
            marks[i] =
                (bp_mark){arms[i][0] ? arms[i] : NULL, when[i], texts[i], kinds[i]};
        head->marks = marks;
        head->n_marks = n;
    }
    bp_h5_close(group);
}

// ---- details and files ----

// The k-th member of a group in order of creation; "" when there is none.
static void member_name(reading *r, hid_t group, int k, char *name, size_t size) {
    name[0] = '\0';
    ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC,
                                        (hsize_t)k, name, size, H5P_DEFAULT);
    bp_h5_check(r->h5, length, "list", "/provenance/" BP_H5_DETAILS);
    if (length >= (ssize_t)size) bp_h5_bad(r->h5, "a name in /provenance is too long");
}

// A group with as many members as its attribute says; -1 after a failure.
static hid_t open_counted(reading *r, const char *name, int *n) {
    H5G_info_t info = {0};
    hid_t group = bp_h5_open_group(r->h5, r->provenance, name);
    *n = bp_h5_get_int(r->h5, group, BP_H5_COUNT);
    if (good(r) && bp_h5_check(r->h5, H5Gget_info(group, &info), "list", name) &&
        info.nlinks != (hsize_t)*n)
        bp_h5_bad(r->h5, "'/provenance/%s' has %d of its %d entries", name,
                  (int)info.nlinks, *n);
    if (!good(r)) *n = 0;
    return group;
}

static void read_named_text(reading *r, hid_t group, const char *member,
                            bp_attribute *out) {
    hid_t dataset = bp_h5_open_dataset(r->h5, group, member);
    if (good(r)) out->name = bp_h5_get_text(r->h5, r->arena, dataset, "name");
    bp_h5_close(dataset);
    out->text = bp_h5_read_text(r->h5, r->arena, group, member);
}

static bp_attribute *read_details(reading *r, int *n) {
    hid_t group = open_counted(r, BP_H5_DETAILS, n);
    bp_attribute *details = take(r, *n, sizeof *details);
    for (int i = 0; good(r) && i < *n; i++) {
        char member[1024];
        member_name(r, group, i, member, sizeof member);
        if (good(r)) read_named_text(r, group, member, &details[i]);
    }
    bp_h5_close(group);
    return details;
}

static void add_text(reading *r, bp_bundle *bundle, const char *name,
                     const char *text) {
    if (!good(r)) return;
    if (bp_bundle_add(bundle, name, text, strlen(text)) != BP_OK)
        bp_h5_no_memory(r->h5);
}

// A text that was written as characters.
static void add_characters(reading *r, bp_bundle *bundle, hid_t dataset,
                           const char *name) {
    hsize_t size[1] = {0};
    bp_h5_read_size(r->h5, dataset, name, 1, size);
    char *text = good(r) ? bp_malloc((size_t)size[0] + 1) : NULL;
    if (good(r) && !text) bp_h5_no_memory(r->h5);
    if (good(r))
        bp_h5_check(r->h5,
                    H5Dread(dataset, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, text),
                    "read", name);
    if (good(r) && bp_bundle_add(bundle, name, text, (size_t)size[0]) != BP_OK)
        bp_h5_no_memory(r->h5);
    bp_free(text);
}

static void read_file(reading *r, hid_t group, const char *member, bp_bundle *bundle) {
    hid_t dataset = bp_h5_open_dataset(r->h5, group, member);
    bp_attribute file = {0};
    bool whole = !good(r) || bp_h5_is_scalar(dataset);
    if (good(r) && !whole) {
        file.name = bp_h5_get_text(r->h5, r->arena, dataset, "name");
        if (good(r)) add_characters(r, bundle, dataset, file.name);
    }
    bp_h5_close(dataset);
    if (!good(r) || !whole) return;
    read_named_text(r, group, member, &file);
    add_text(r, bundle, file.name, file.text);
}

static bp_bundle *read_files(reading *r) {
    int n = 0;
    bp_bundle *bundle = NULL;
    hid_t group = open_counted(r, BP_H5_FILES, &n);
    if (good(r) && bp_bundle_new(&bundle) != BP_OK) bp_h5_no_memory(r->h5);
    for (int i = 0; good(r) && i < n; i++) {
        char member[24];
        snprintf(member, sizeof member, BP_H5_FILE, i);
        read_file(r, group, member, bundle);
    }
    bp_h5_close(group);
    return bundle;
}

static void read_provenance(reading *r) {
    bp_results_head *head = &r->results->head;
    hid_t from = r->provenance;
    head->title = bp_h5_get_text(r->h5, r->arena, r->file, BP_H5_TITLE);
    head->model.antimony = bp_h5_read_text(r->h5, r->arena, from, BP_H5_MODEL);
    head->model.hash = bp_h5_read_text(r->h5, r->arena, from, BP_H5_HASH);
    head->command_line = bp_h5_read_text(r->h5, r->arena, from, BP_H5_COMMAND);
    head->figures = bp_h5_read_text(r->h5, r->arena, from, BP_H5_FIGURES);
    head->provenance = read_details(r, &head->n_provenance);
    bp_results_owner *owner = r->results->owner;
    owner->bundle = read_files(r);
    head->bundle = owner->bundle;
}

// ---- values and verdicts ----

// Puts variable k's (n_runs x n_times) numbers to their places.
static void read_observable(reading *r, int k, double *column) {
    const bp_results_head *head = &r->results->head;
    const char *name = r->names[k];
    hsize_t size[2] = {0, 0};
    hid_t dataset = bp_h5_open_dataset(r->h5, r->file, name);
    bp_h5_read_size(r->h5, dataset, name, 2, size);
    if (good(r) &&
        (size[0] != (hsize_t)head->n_runs || size[1] != (hsize_t)head->n_times))
        bp_h5_bad(r->h5, "'%s' is %d x %d, %d x %d are needed", name, (int)size[0],
                  (int)size[1], head->n_runs, head->n_times);
    if (good(r))
        bp_h5_check(
            r->h5,
            H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, column),
            "read", name);
    size_t rows = (size_t)head->n_runs * (size_t)head->n_times;
    size_t width = (size_t)head->n_observables;
    for (size_t i = 0; column && good(r) && i < rows; i++)
        r->results->values[i * width + (size_t)k] = column[i];
    bp_h5_close(dataset);
}

static void read_values(reading *r) {
    const bp_results_head *head = &r->results->head;
    if (!good(r)) return;
    double *column =
        bp_calloc((size_t)head->n_runs, (size_t)head->n_times * sizeof *column);
    if (!column) bp_h5_no_memory(r->h5);
    for (int k = 0; good(r) && k < head->n_observables; k++)
        read_observable(r, k, column);
    bp_free(column);
}

static void read_species(reading *r) {
    const bp_results_head *head = &r->results->head;
    hsize_t size[3] = {0, 0, 0};
    if (!good(r) || head->n_species == 0) return;
    hid_t dataset = bp_h5_open_dataset(r->h5, r->file, BP_H5_SPECIES);
    bp_h5_read_size(r->h5, dataset, BP_H5_SPECIES, 3, size);
    if (good(r) &&
        (size[0] != (hsize_t)head->n_runs || size[1] != (hsize_t)head->n_times ||
         size[2] != (hsize_t)head->n_species))
        bp_h5_bad(r->h5, "'" BP_H5_SPECIES "' does not fit its dimensions");
    if (good(r))
        bp_h5_check(r->h5,
                    H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                            r->results->species),
                    "read", BP_H5_SPECIES);
    bp_h5_close(dataset);
}

static void read_stats(reading *r) {
    int n_runs = r->results->head.n_runs;
    hid_t group = bp_h5_open_group(r->h5, r->file, BP_H5_SOLVER);
    double *reals = take(r, n_runs, sizeof *reals);
    long *counts = take(r, n_runs, sizeof *counts);
    for (int k = 0; good(r) && bp_stats_fields[k].name; k++) {
        const bp_field *field = &bp_stats_fields[k];
        bool real = field->type == BP_FIELD_DOUBLE;
        bp_h5_read_numbers(r->h5, group, field->name,
                           real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_LONG, n_runs,
                           real ? (void *)reals : (void *)counts);
        for (int run = 0; good(r) && run < n_runs; run++) {
            char *member = (char *)&r->results->stats[run] + field->offset;
            if (r->results->status[run] < 0) continue; // not run: zeros
            if (real)
                memcpy(member, &reals[run], sizeof reals[run]);
            else
                memcpy(member, &counts[run], sizeof counts[run]);
        }
    }
    bp_h5_close(group);
}

static void read_failures(reading *r) {
    int n_runs = r->results->head.n_runs;
    char *texts = good(r) ? bp_calloc((size_t)n_runs, BP_H5_FAILURE_SIZE) : NULL;
    if (!texts) bp_h5_no_memory(r->h5);
    bp_h5_read_characters(r->h5, r->file, BP_H5_FAILURE, n_runs, BP_H5_FAILURE_SIZE,
                          texts);
    for (int run = 0; texts && good(r) && run < n_runs; run++) {
        const char *text = texts + (size_t)run * BP_H5_FAILURE_SIZE;
        size_t size = strnlen(text, BP_H5_FAILURE_SIZE - 1) + 1;
        if (size == 1) continue;
        char *copy = bp_malloc(size);
        if (!copy) {
            bp_h5_no_memory(r->h5);
            break;
        }
        memcpy(copy, text, size);
        copy[size - 1] = '\0';
        bp_free(r->results->failure[run]);
        r->results->failure[run] = copy;
    }
    bp_free(texts);
}

static void read_all(reading *r) {
    r->results->complete = bp_h5_get_int(r->h5, r->file, BP_H5_COMPLETE) == 1;
    r->provenance = bp_h5_open_group(r->h5, r->file, BP_H5_PROVENANCE);
    read_runs(r);
    read_times(r);
    read_observables(r);
    read_coordinates(r);
    read_species_names(r);
    read_parameters(r);
    read_marks(r);
    read_provenance(r);
    if (good(r) && bp_results_reserve(r->results) != BP_OK) bp_h5_no_memory(r->h5);
    if (good(r))
        bp_h5_read_numbers(r->h5, r->file, BP_H5_STATUS, H5T_NATIVE_INT,
                           r->results->head.n_runs, r->results->status);
    read_values(r);
    read_species(r);
    read_stats(r);
    read_failures(r);
    bp_h5_close(r->provenance);
}

bp_status bp_hdf5_plugin_read(const char *path, bp_results **out, bp_error *err) {
    bp_h5 h5 = bp_h5_enter(path, err);
    reading r = {.h5 = &h5};
    hid_t file = open_file(&h5);
    if (h5.status == BP_OK && bp_results_new(&r.results) != BP_OK) bp_h5_no_memory(&h5);
    if (h5.status == BP_OK) {
        r.file = file;
        r.arena = bp_results_arena(r.results);
        read_all(&r);
    }
    close_file(file);
    if (h5.status == BP_OK)
        *out = r.results;
    else
        bp_results_free(r.results);
    return bp_h5_leave(&h5);
}

bool bp_hdf5_plugin_is(const char *path) {
    if (!bp_path_exists(path) || bp_path_is_folder(path)) return false;
    bp_h5 h5 = bp_h5_enter(path, NULL);
    hid_t file = -1;
    if (H5Fis_hdf5(path) > 0) file = open_file(&h5);
    close_file(file);
    bool newer = h5.status == BP_TOO_NEW; // ours as well; reading it tells what to do
    return bp_h5_leave(&h5) == BP_OK ? file >= 0 : newer;
}

// Details join the files under names of their own: "provenance:rtol".
static void add_details(reading *r, bp_bundle *bundle) {
    int n = 0;
    const bp_attribute *details = read_details(r, &n);
    for (int i = 0; good(r) && i < n; i++) {
        const char *name =
            bp_arena_format(r->arena, BP_DETAIL_PREFIX "%s", details[i].name);
        if (!name)
            bp_h5_no_memory(r->h5);
        else
            add_text(r, bundle, name, details[i].text);
    }
}

bp_status bp_hdf5_plugin_bundle(const char *path, bp_bundle **out, bp_error *err) {
    bp_arena arena = {0};
    bp_bundle *bundle = NULL;
    bp_h5 h5 = bp_h5_enter(path, err);
    reading r = {.h5 = &h5, .arena = &arena, .file = open_file(&h5)};
    if (h5.status == BP_OK) {
        r.provenance = bp_h5_open_group(&h5, r.file, BP_H5_PROVENANCE);
        bundle = read_files(&r);
        add_details(&r, bundle);
        bp_h5_close(r.provenance);
    }
    close_file(r.file);
    bp_arena_clear(&arena);
    if (h5.status == BP_OK) {
        bp_bundle_seal(bundle); // to repeat means not to look at this machine's files
        *out = bundle;
    } else {
        bp_bundle_free(bundle);
    }
    return bp_h5_leave(&h5);
}
