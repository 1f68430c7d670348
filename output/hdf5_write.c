// The sink that writes HDF5. Rows are collected until a chunk is full; what a run's
// status vouches for is on disk before the status is.
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/paths.h"
#include "output/hdf5_create.h"
#include "output/hdf5_layout.h"
#include "output/hdf5_plugin.h"
#include "output/results.h"

// Verdicts wait in memory until their data are flushed; so many make a flush of their
// own.
enum { MAX_WAITING = 256, SIEVE_BYTES = 1024 };

// How a run ended.
typedef struct verdict {
    int run;
    signed char status;
    bp_stats stats;
    double failure_time;
    char *failure; // owned, NULL: none
} verdict;

typedef struct hdf5_sink {
    bp_sink base;
    char *path;
    char *part; // PATH.part
    const bp_results_head *head;
    hid_t file; // 0: not open
    bp_h5_columns columns;

    int batch;       // index of the batch collected now, -1 none
    double *rows;    // (n_observables x batch size x n_times)
    double *species; // (batch size x n_times x n_species)
    bool *fresh;     // (batch size): the row holds a run that is not written yet
    BP_ARRAY(verdict) waiting;
} hdf5_sink;

// ---- batches ----

// The runs [first, first + n) of the batch, which are all fresh.
static void write_stretch(hdf5_sink *sink, bp_h5 *h5, int first, int n) {
    const bp_results_head *head = sink->head;
    const bp_h5_columns *columns = &sink->columns;
    size_t n_times = (size_t)head->n_times;
    hsize_t run = (hsize_t)sink->batch * (hsize_t)columns->batch + (hsize_t)first;
    for (size_t i = 0; i < (size_t)head->n_observables; i++) {
        size_t row = i * (size_t)columns->batch + (size_t)first;
        bp_h5_write_rows(h5, columns->observables[i], H5T_NATIVE_DOUBLE, run,
                         (hsize_t)n, sink->rows + row * n_times);
    }
    if (head->n_species > 0)
        bp_h5_write_rows(h5, columns->species, H5T_NATIVE_DOUBLE, run, (hsize_t)n,
                         sink->species +
                             (size_t)first * n_times * (size_t)head->n_species);
}

static void write_batch(hdf5_sink *sink, bp_h5 *h5) {
    for (int row = 0; sink->batch >= 0 && row < sink->columns.batch; row++) {
        int end = row;
        while (end < sink->columns.batch && sink->fresh[end])
            sink->fresh[end++] = false;
        if (end == row) continue;
        write_stretch(sink, h5, row, end - row);
        row = end;
    }
}

static void collect(hdf5_sink *sink, int row, const double *values) {
    const bp_results_head *head = sink->head;
    size_t n_times = (size_t)head->n_times;
    size_t n_observables = (size_t)head->n_observables;
    size_t n_species = (size_t)head->n_species;
    size_t width = n_observables + n_species;
    size_t batch = (size_t)sink->columns.batch;
    for (size_t i = 0; i < n_observables; i++) {
        double *to = sink->rows + (i * batch + (size_t)row) * n_times;
        for (size_t t = 0; t < n_times; t++)
            to[t] = values[t * width + i];
    }
    for (size_t t = 0; n_species > 0 && t < n_times; t++)
        memcpy(sink->species + ((size_t)row * n_times + t) * n_species,
               values + t * width + n_observables, n_species * sizeof *values);
    sink->fresh[row] = true;
}

// ---- verdicts ----

// Calls write for each stretch of neighbouring runs among the verdicts waiting.
// `column` has one element of `size` bytes per verdict.
static void write_column(hdf5_sink *sink, bp_h5 *h5, hid_t dataset, hid_t type,
                         const void *column, size_t size) {
    const verdict *items = sink->waiting.items;
    for (int i = 0, end; i < sink->waiting.count; i = end) {
        end = i + 1;
        while (end < sink->waiting.count && items[end].run == items[end - 1].run + 1)
            end++;
        bp_h5_write_rows(h5, dataset, type, (hsize_t)items[i].run, (hsize_t)(end - i),
                         (const char *)column + (size_t)i * size);
    }
}

// `column` has room for one double, long or pointer per verdict.
static void write_stats(hdf5_sink *sink, bp_h5 *h5, void *column) {
    const verdict *items = sink->waiting.items;
    long *counts = column;
    double *reals = column;
    for (int k = 0; bp_stats_fields[k].name && k < BP_H5_MAX_STATS; k++) {
        const bp_field *field = &bp_stats_fields[k];
        bool real = field->type == BP_FIELD_DOUBLE;
        for (int i = 0; i < sink->waiting.count; i++) {
            const char *member = (const char *)&items[i].stats + field->offset;
            if (real)
                memcpy(&reals[i], member, sizeof reals[i]);
            else
                memcpy(&counts[i], member, sizeof counts[i]);
        }
        write_column(sink, h5, sink->columns.stats[k],
                     real ? H5T_NATIVE_DOUBLE : H5T_NATIVE_LONG, column, 8);
    }
    for (int i = 0; i < sink->waiting.count; i++)
        reals[i] = items[i].failure_time;
    write_column(sink, h5, sink->columns.failure_time, H5T_NATIVE_DOUBLE, column,
                 sizeof(double));
}
_Static_assert(sizeof(long) == sizeof(double), "one column holds either");

// As much of a text as there is room for, never half a character.
static void cut_text(char *to, size_t size, const char *text) {
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
            length--; // inside a UTF-8 character
    }
    memcpy(to, text, length);
    to[length] = '\0';
}

// Statistics and reasons of the failures.
static void write_stories(hdf5_sink *sink, bp_h5 *h5) {
    const verdict *items = sink->waiting.items;
    size_t n = (size_t)sink->waiting.count;
    double *column = bp_calloc(n, sizeof *column);
    char *texts = bp_calloc(n, BP_H5_FAILURE_SIZE);
    bool ok = column && texts;
    if (!ok) bp_h5_no_memory(h5);
    if (ok && h5->status == BP_OK) {
        write_stats(sink, h5, column);
        for (size_t i = 0; i < n; i++)
            if (items[i].failure)
                cut_text(texts + i * BP_H5_FAILURE_SIZE, BP_H5_FAILURE_SIZE,
                         items[i].failure);
        write_column(sink, h5, sink->columns.failure, H5T_C_S1, texts,
                     BP_H5_FAILURE_SIZE);
    }
    bp_free(column);
    bp_free(texts);
}

static void write_statuses(hdf5_sink *sink, bp_h5 *h5) {
    signed char codes[MAX_WAITING];
    for (int i = 0; i < sink->waiting.count; i++)
        codes[i] = sink->waiting.items[i].status;
    write_column(sink, h5, sink->columns.status, H5T_NATIVE_SCHAR, codes, 1);
}

static void forget_verdicts(hdf5_sink *sink) {
    for (int i = 0; i < sink->waiting.count; i++)
        bp_free(sink->waiting.items[i].failure);
    sink->waiting.count = 0;
}

static void flush_file(hdf5_sink *sink, bp_h5 *h5) {
    if (h5->status == BP_OK)
        bp_h5_check(h5, H5Fflush(sink->file, H5F_SCOPE_LOCAL), "write", NULL);
}

// All about a run, then the status that vouches for it: HDF5 writes in whatever order
// it likes between two flushes (seen when killed: status on disk, statistics not).
static void flush_all(hdf5_sink *sink, bp_h5 *h5) {
    write_batch(sink, h5);
    if (sink->waiting.count > 0) write_stories(sink, h5);
    flush_file(sink, h5);
    if (h5->status != BP_OK || sink->waiting.count == 0) return;
    write_statuses(sink, h5);
    flush_file(sink, h5);
    if (h5->status == BP_OK) forget_verdicts(sink);
}

// ---- opening and closing the file ----

static void create_file(hdf5_sink *sink, bp_h5 *h5) {
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    bool ok = H5Pset_link_creation_order(create, order) >= 0 &&
              H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0 &&
              // each of the columns of verdicts would have a buffer of 64 KB
              H5Pset_sieve_buf_size(access, SIEVE_BYTES) >= 0 &&
              // not locked, so that a reader can look at what was flushed so far
              H5Pset_file_locking(access, false, true) >= 0;
    hid_t file = -1;
    unlink(sink->part); // left behind by a program that was killed in this moment
    if (ok) file = H5Fcreate(sink->part, H5F_ACC_EXCL, create, access);
    bp_h5_check(h5, file, "create", NULL);
    if (file >= 0) sink->file = file;
    bp_h5_close(access);
    bp_h5_close(create);
}

static void close_file(hdf5_sink *sink, bp_h5 *h5) {
    bp_h5_close_columns(&sink->columns);
    if (sink->file <= 0) return;
    herr_t closed = H5Fclose(sink->file);
    sink->file = 0;
    bp_h5_check(h5, closed, "close", NULL);
}

// PATH.part becomes PATH. Two programs that write the same PATH at the same time are
// found out: the name must lead to the file that we have open.
static void rename_file(hdf5_sink *sink, bp_h5 *h5) {
    bp_where where = {.file = sink->path};
    void *handle = NULL;
    struct stat named, open;
    if (h5->status != BP_OK) return;
    if (rename(sink->part, sink->path) != 0) {
        h5->status = bp_error_at(h5->err, BP_IO, where, "cannot rename '%s': %s",
                                 sink->part, strerror(errno));
        return;
    }
    bool ours = H5Fget_vfd_handle(sink->file, H5P_DEFAULT, &handle) >= 0 && handle &&
                fstat(*(int *)handle, &open) == 0 && stat(sink->path, &named) == 0 &&
                open.st_ino == named.st_ino && open.st_dev == named.st_dev;
    if (!ours)
        h5->status = bp_error_at(h5->err, BP_IO, where,
                                 "another program is writing the same file; "
                                 "give each its own");
}

static bool take_buffers(hdf5_sink *sink) {
    const bp_results_head *head = sink->head;
    size_t rows = (size_t)sink->columns.batch * (size_t)head->n_times;
    sink->rows = bp_calloc(rows, (size_t)head->n_observables * sizeof *sink->rows);
    sink->species = bp_calloc(rows, (size_t)head->n_species * sizeof *sink->species);
    sink->fresh = bp_calloc((size_t)sink->columns.batch, sizeof *sink->fresh);
    return sink->rows && sink->species && sink->fresh;
}

// ---- the sink ----

static bp_status hdf5_begin(bp_sink *base, const bp_results_head *head, bp_error *err) {
    hdf5_sink *sink = (hdf5_sink *)base;
    if (sink->head)
        return bp_error_set(err, BP_BAD_ARGUMENT, "a sink begins only once");
    BP_TRY(bp_results_check_head(head, err));
    sink->head = head;

    bp_h5 h5 = bp_h5_enter(sink->path, err);
    create_file(sink, &h5);
    if (h5.status == BP_OK) bp_h5_create(&h5, sink->file, head, &sink->columns);
    if (h5.status == BP_OK && !take_buffers(sink)) bp_h5_no_memory(&h5);
    flush_file(sink, &h5);
    rename_file(sink, &h5);
    if (h5.status != BP_OK) {
        close_file(sink, &h5);
        unlink(sink->part);
    }
    return bp_h5_leave(&h5);
}

static bool add_verdict(hdf5_sink *sink, const bp_result *result) {
    verdict own = {result->run, (signed char)result->status, result->stats,
                   result->failure_time, NULL};
    if (result->failure && result->failure[0]) {
        size_t size = strlen(result->failure) + 1;
        own.failure = bp_malloc(size);
        if (!own.failure) return false;
        memcpy(own.failure, result->failure, size);
    }
    if (bp_array_push(&sink->waiting, own)) return true;
    bp_free(own.failure);
    return false;
}

static bp_status hdf5_put(bp_sink *base, const bp_result *result, bp_error *err) {
    hdf5_sink *sink = (hdf5_sink *)base;
    if (sink->file <= 0 || result->run < 0 || result->run >= sink->head->n_runs)
        return bp_error_set(err, BP_BAD_ARGUMENT, "there is no run %d", result->run);
    bp_h5 h5 = bp_h5_enter(sink->path, err);
    int batch = result->run / sink->columns.batch;
    int row = result->run % sink->columns.batch;
    if (batch != sink->batch) {
        write_batch(sink, &h5);
        sink->batch = batch;
    }
    if (sink->waiting.count >= MAX_WAITING) flush_all(sink, &h5);
    if (h5.status == BP_OK && !add_verdict(sink, result)) bp_h5_no_memory(&h5);
    if (h5.status == BP_OK) collect(sink, row, result->values);
    if (h5.status == BP_OK && row == sink->columns.batch - 1) write_batch(sink, &h5);
    return bp_h5_leave(&h5);
}

static bp_status hdf5_flush(bp_sink *base, bp_error *err) {
    hdf5_sink *sink = (hdf5_sink *)base;
    if (sink->file <= 0)
        return bp_error_set(err, BP_BAD_ARGUMENT, "the results file is not open");
    bp_h5 h5 = bp_h5_enter(sink->path, err);
    flush_all(sink, &h5);
    return bp_h5_leave(&h5);
}

static void mark_complete(hdf5_sink *sink, bp_h5 *h5) {
    if (h5->status != BP_OK) return;
    int complete = 1;
    hid_t attribute = H5Aopen(sink->file, BP_H5_COMPLETE, H5P_DEFAULT);
    herr_t written =
        attribute < 0 ? -1 : H5Awrite(attribute, H5T_NATIVE_INT, &complete);
    bp_h5_check(h5, written, "write attribute", BP_H5_COMPLETE);
    bp_h5_close(attribute);
}

static bp_status hdf5_end(bp_sink *base, bp_status status, bp_error *err) {
    hdf5_sink *sink = (hdf5_sink *)base;
    if (sink->file <= 0)
        return bp_error_set(err, BP_BAD_ARGUMENT, "the results file is not open");
    bp_h5 h5 = bp_h5_enter(sink->path, err);
    flush_all(sink, &h5);
    if (status == BP_OK) mark_complete(sink, &h5);
    close_file(sink, &h5);
    return bp_h5_leave(&h5);
}

static void hdf5_free(bp_sink *base) {
    hdf5_sink *sink = (hdf5_sink *)base;
    bp_h5 h5 = bp_h5_enter(sink->path, NULL);
    close_file(sink, &h5); // without an end: what was flushed stays, incomplete
    (void)bp_h5_leave(&h5);
    forget_verdicts(sink);
    bp_array_clear(&sink->waiting);
    bp_free(sink->rows);
    bp_free(sink->species);
    bp_free(sink->fresh);
    bp_free(sink->part);
    bp_free(sink->path);
    bp_free(sink);
}

// Finds out before hours of work whether the file can be made at all.
static bp_status check_path(const char *path, bp_error *err) {
    bp_where where = {.file = path};
    if (bp_path_is_folder(path))
        return bp_error_at(err, BP_IO, where, "this is a folder; name a file in it");
    bp_text folder = {0};
    bp_path_folder(&folder, path);
    bp_status status = folder.failed ? bp_error_no_memory(err) : BP_OK;
    const char *name = bp_text_get(&folder);
    if (status == BP_OK && !bp_path_is_folder(name))
        status = bp_error_at(err, BP_NO_FILE, where,
                             "the folder '%s' does not exist; make it first", name);
    if (status == BP_OK && access(name, W_OK) != 0)
        status = bp_error_at(err, BP_IO, where, "cannot write in the folder '%s': %s",
                             name, strerror(errno));
    bp_text_clear(&folder);
    return status;
}

bp_status bp_hdf5_plugin_sink_new(const char *path, bp_sink **out, bp_error *err) {
    BP_TRY(check_path(path, err));
    hdf5_sink *sink = bp_calloc(1, sizeof *sink);
    if (!sink) return bp_error_no_memory(err);
    sink->base = (bp_sink){.begin = hdf5_begin,
                           .put = hdf5_put,
                           .flush = hdf5_flush,
                           .end = hdf5_end,
                           .free = hdf5_free};
    sink->batch = -1;
    size_t length = strlen(path);
    sink->path = bp_malloc(length + 1);
    sink->part = bp_malloc(length + sizeof ".part");
    if (!sink->path || !sink->part) {
        hdf5_free(&sink->base);
        return bp_error_no_memory(err);
    }
    memcpy(sink->path, path, length + 1);
    snprintf(sink->part, length + sizeof ".part", "%s.part", path);
    *out = &sink->base;
    return BP_OK;
}
