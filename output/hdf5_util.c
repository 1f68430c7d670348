#include "output/hdf5_util.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

// ---- the context ----

bp_h5 bp_h5_enter(const char *path, bp_error *err) {
    bp_h5 h5 = {.path = path, .err = err, .status = BP_OK};
    // fails when the host program uses the interface of HDF5 1.6; then it stays as it
    // is
    h5.silenced = H5Eget_auto2(H5E_DEFAULT, &h5.report, &h5.report_data) >= 0;
    if (h5.silenced) H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return h5;
}

bp_status bp_h5_leave(bp_h5 *h5) {
    if (h5->silenced) H5Eset_auto2(H5E_DEFAULT, h5->report, h5->report_data);
    return h5->status;
}

// Keeps the innermost entry of the error stack, which is visited first.
static herr_t keep_first(unsigned n, const H5E_error2_t *entry, void *data) {
    if (n == 0 && entry->desc) snprintf(data, 512, "%s", entry->desc);
    return 0;
}

// "file write failed: ..., errno = 28, error message = 'No space left on device', ..."
// is cut down to what the system said.
static void find_reason(char reason[512]) {
    reason[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, reason);
    static const char before[] = "error message = '";
    const char *start = strstr(reason, before);
    if (!start) return;
    start += sizeof before - 1;
    size_t length = strcspn(start, "'");
    memmove(reason, start, length);
    reason[length] = '\0';
}

void bp_h5_fail(bp_h5 *h5, const char *what, const char *name) {
    if (h5->status != BP_OK) return;
    char reason[512];
    find_reason(reason);
    bp_where where = {.file = h5->path};
    h5->status = bp_error_at(h5->err, BP_IO, where, "cannot %s %s%s%s: %s", what,
                             name ? "'" : "", name ? name : "the file", name ? "'" : "",
                             reason[0] ? reason : "HDF5 gives no reason");
}

void bp_h5_bad(bp_h5 *h5, const char *format, ...) {
    if (h5->status != BP_OK) return;
    char message[512];
    va_list args;
    va_start(args, format);
    // NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): started in the line above
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    bp_where where = {.file = h5->path};
    h5->status = bp_error_at(h5->err, BP_BAD_VALUE, where, "%s", message);
}

void bp_h5_no_memory(bp_h5 *h5) {
    if (h5->status == BP_OK) h5->status = bp_error_no_memory(h5->err);
}

bool bp_h5_check(bp_h5 *h5, int64_t result, const char *what, const char *name) {
    if (result < 0) bp_h5_fail(h5, what, name);
    return h5->status == BP_OK;
}

void bp_h5_close(hid_t id) {
    if (id > 0) (void)H5Idec_ref(id);
}

hid_t bp_h5_text_type(bp_h5 *h5) {
    if (h5->status != BP_OK) return -1;
    hid_t type = H5Tcopy(H5T_C_S1);
    bool ok =
        bp_h5_check(h5, type, "make a text type for", NULL) &&
        bp_h5_check(h5, H5Tset_size(type, H5T_VARIABLE), "make a text type for",
                    NULL) &&
        bp_h5_check(h5, H5Tset_cset(type, H5T_CSET_UTF8), "make a text type for", NULL);
    if (ok) return type;
    bp_h5_close(type);
    return -1;
}

// ---- writing ----

hid_t bp_h5_new_group(bp_h5 *h5, hid_t parent, const char *name) {
    if (h5->status != BP_OK) return -1;
    // netCDF lists members in the order in which they were made only if that is kept
    hid_t plist = H5Pcreate(H5P_GROUP_CREATE);
    hid_t group = -1;
    if (H5Pset_link_creation_order(plist,
                                   H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
        group = H5Gcreate2(parent, name, H5P_DEFAULT, plist, H5P_DEFAULT);
    bp_h5_check(h5, group, "create group", name);
    bp_h5_close(plist);
    return group;
}

static void put_attribute(bp_h5 *h5, hid_t object, const char *name, hid_t type,
                          const void *value) {
    if (h5->status != BP_OK) return;
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (bp_h5_check(h5, attribute, "create attribute", name))
        bp_h5_check(h5, H5Awrite(attribute, type, value), "write attribute", name);
    bp_h5_close(attribute);
    bp_h5_close(space);
}

void bp_h5_put_text(bp_h5 *h5, hid_t object, const char *attribute, const char *text) {
    hid_t type = bp_h5_text_type(h5);
    const char *value = text ? text : "";
    put_attribute(h5, object, attribute, type, &value);
    bp_h5_close(type);
}

void bp_h5_put_int(bp_h5 *h5, hid_t object, const char *attribute, int value) {
    put_attribute(h5, object, attribute, H5T_NATIVE_INT, &value);
}

void bp_h5_put_double(bp_h5 *h5, hid_t object, const char *attribute, double value) {
    put_attribute(h5, object, attribute, H5T_NATIVE_DOUBLE, &value);
}

// Settings of a chunked dataset: no chunk cache, since whole chunks are written at once
// and a cache of 1 MB per variable would add up.
static hid_t chunked(hid_t plist, const bp_h5_shape *shape) {
    if (H5Pset_chunk(plist, shape->rank, shape->chunk) < 0) return -1;
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    if (access >= 0 && H5Pset_chunk_cache(access, H5D_CHUNK_CACHE_NSLOTS_DEFAULT, 0,
                                          H5D_CHUNK_CACHE_W0_DEFAULT) < 0) {
        bp_h5_close(access);
        return -1;
    }
    return access;
}

hid_t bp_h5_new_dataset(bp_h5 *h5, hid_t parent, const char *name,
                        const bp_h5_shape *shape) {
    if (h5->status != BP_OK) return -1;
    static const char create[] = "create variable";
    hid_t dataset = -1;
    hid_t access = H5P_DEFAULT;
    hid_t space = shape->rank > 0 ? H5Screate_simple(shape->rank, shape->size, NULL)
                                  : H5Screate(H5S_SCALAR);
    hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    bool ok =
        bp_h5_check(h5, space, create, name) && bp_h5_check(h5, plist, create, name);
    if (ok && shape->fill)
        ok = bp_h5_check(h5, H5Pset_fill_value(plist, shape->type, shape->fill), create,
                         name);
    if (ok && shape->early)
        ok = bp_h5_check(h5, H5Pset_alloc_time(plist, H5D_ALLOC_TIME_EARLY), create,
                         name);
    if (ok && shape->rank > 0 && shape->chunk[0] > 0) {
        access = chunked(plist, shape);
        ok = bp_h5_check(h5, access, create, name);
    }
    if (ok) {
        dataset =
            H5Dcreate2(parent, name, shape->type, space, H5P_DEFAULT, plist, access);
        bp_h5_check(h5, dataset, create, name);
    }
    if (access != H5P_DEFAULT) bp_h5_close(access);
    bp_h5_close(plist);
    bp_h5_close(space);
    return dataset;
}

// Texts are converted in a buffer that HDF5 clears at every call. Left to itself it
// takes 1 MiB, which took longer than a small run. Without memory for the list: left to
// itself.
enum { CONVERSION_BYTES = 16384 };

static hid_t new_transfer(void) {
    hid_t plist = H5Pcreate(H5P_DATASET_XFER);
    if (plist < 0) return H5P_DEFAULT;
    if (H5Pset_buffer(plist, CONVERSION_BYTES, NULL, NULL) >= 0) return plist;
    bp_h5_close(plist);
    return H5P_DEFAULT;
}

static void close_transfer(hid_t plist) {
    if (plist != H5P_DEFAULT) bp_h5_close(plist);
}

void bp_h5_write(bp_h5 *h5, hid_t dataset, hid_t type, const void *data) {
    if (h5->status != BP_OK) return;
    hid_t transfer = new_transfer();
    bp_h5_check(h5, H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, transfer, data), "write",
                NULL);
    close_transfer(transfer);
}

static void read_texts(bp_h5 *h5, hid_t dataset, hid_t type, const char *name,
                       char **texts) {
    if (h5->status != BP_OK) return;
    hid_t transfer = new_transfer();
    bp_h5_check(h5, H5Dread(dataset, type, H5S_ALL, H5S_ALL, transfer, texts), "read",
                name);
    close_transfer(transfer);
}

void bp_h5_write_rows(bp_h5 *h5, hid_t dataset, hid_t type, hsize_t first, hsize_t n,
                      const void *data) {
    if (h5->status != BP_OK) return;
    hsize_t start[3] = {first, 0, 0}, count[3] = {0};
    hid_t space = H5Dget_space(dataset);
    hid_t memory = -1;
    int rank = H5Sget_simple_extent_dims(space, count, NULL);
    count[0] = n;
    if (rank > 0) memory = H5Screate_simple(rank, count, NULL);
    bool ok = memory >= 0 &&
              H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
    hid_t transfer = new_transfer();
    ok = ok && H5Dwrite(dataset, type, memory, space, transfer, data) >= 0;
    close_transfer(transfer);
    bp_h5_check(h5, ok ? 0 : -1, "write", NULL);
    bp_h5_close(memory);
    bp_h5_close(space);
}

void bp_h5_new_text(bp_h5 *h5, hid_t parent, const char *name, const char *text) {
    hid_t type = bp_h5_text_type(h5);
    const char *value = text ? text : "";
    hid_t dataset = bp_h5_new_dataset(h5, parent, name, &(bp_h5_shape){.type = type});
    bp_h5_write(h5, dataset, type, &value);
    bp_h5_close(dataset);
    bp_h5_close(type);
}

hid_t bp_h5_new_texts(bp_h5 *h5, hid_t parent, const char *name,
                      const char *const *texts, int n) {
    hid_t type = bp_h5_text_type(h5);
    bp_h5_shape shape = {.type = type, .rank = 1, .size = {(hsize_t)n}};
    hid_t dataset = bp_h5_new_dataset(h5, parent, name, &shape);
    bp_h5_write(h5, dataset, type, texts);
    bp_h5_close(type);
    return dataset;
}

hid_t bp_h5_new_numbers(bp_h5 *h5, hid_t parent, const char *name, hid_t type,
                        const void *numbers, int n) {
    bp_h5_shape shape = {.type = type, .rank = 1, .size = {(hsize_t)n}};
    hid_t dataset = bp_h5_new_dataset(h5, parent, name, &shape);
    bp_h5_write(h5, dataset, type, numbers);
    return dataset;
}

void bp_h5_make_scale(bp_h5 *h5, hid_t dataset, const char *name) {
    if (h5->status != BP_OK) return;
    bp_h5_check(h5, H5DSset_scale(dataset, name), "make a dimension of", name);
}

void bp_h5_attach(bp_h5 *h5, hid_t dataset, hid_t scale, unsigned dimension) {
    if (h5->status != BP_OK) return;
    bp_h5_check(h5, H5DSattach_scale(dataset, scale, dimension), "name a dimension of",
                NULL);
}

hid_t bp_h5_new_dimension(bp_h5 *h5, hid_t parent, const char *name, int size) {
    char text[80]; // these words are the convention
    snprintf(text, sizeof text,
             "This is a netCDF dimension but not a netCDF variable.%10d", size);
    bp_h5_shape shape = {.type = H5T_IEEE_F32BE, .rank = 1, .size = {(hsize_t)size}};
    hid_t dataset = bp_h5_new_dataset(h5, parent, name, &shape);
    bp_h5_make_scale(h5, dataset, text);
    return dataset;
}

// ---- reading ----

bool bp_h5_has(hid_t parent, const char *name) {
    return H5Lexists(parent, name, H5P_DEFAULT) > 0;
}

static bool must_have(bp_h5 *h5, hid_t parent, const char *name) {
    if (h5->status != BP_OK) return false;
    if (!bp_h5_has(parent, name))
        bp_h5_bad(h5, "'%s' is missing from the results", name);
    return h5->status == BP_OK;
}

hid_t bp_h5_open_group(bp_h5 *h5, hid_t parent, const char *name) {
    if (!must_have(h5, parent, name)) return -1;
    hid_t group = H5Gopen2(parent, name, H5P_DEFAULT);
    bp_h5_check(h5, group, "open group", name);
    return group;
}

hid_t bp_h5_open_dataset(bp_h5 *h5, hid_t parent, const char *name) {
    if (!must_have(h5, parent, name)) return -1;
    hid_t dataset = H5Dopen2(parent, name, H5P_DEFAULT);
    bp_h5_check(h5, dataset, "open variable", name);
    return dataset;
}

// Reads a scalar attribute of the object into `value`.
static void get_attribute(bp_h5 *h5, hid_t object, const char *name, hid_t type,
                          void *value) {
    if (h5->status != BP_OK) return;
    if (H5Aexists(object, name) <= 0) {
        char owner[128] = "?";
        H5Iget_name(object, owner, sizeof owner);
        bp_h5_bad(h5, "attribute '%s' of '%s' is missing from the results", name,
                  owner);
        return;
    }
    hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    hid_t space = attribute >= 0 ? H5Aget_space(attribute) : -1;
    bool single = space >= 0 && H5Sget_simple_extent_npoints(space) == 1;
    if (!single) bp_h5_bad(h5, "attribute '%s' must be one value", name);
    if (h5->status == BP_OK)
        bp_h5_check(h5, H5Aread(attribute, type, value), "read attribute", name);
    bp_h5_close(space);
    bp_h5_close(attribute);
}

const char *bp_h5_get_text(bp_h5 *h5, bp_arena *arena, hid_t object,
                           const char *attribute) {
    hid_t type = bp_h5_text_type(h5);
    char *value = NULL;
    get_attribute(h5, object, attribute, type, &value);
    const char *copy = "";
    if (h5->status == BP_OK) copy = bp_arena_copy(arena, value ? value : "");
    if (!copy) bp_h5_no_memory(h5);
    if (value) H5free_memory(value);
    bp_h5_close(type);
    return copy;
}

const char *bp_h5_get_text_or(bp_h5 *h5, bp_arena *arena, hid_t object,
                              const char *attribute, const char *otherwise) {
    if (h5->status != BP_OK || H5Aexists(object, attribute) <= 0) return otherwise;
    return bp_h5_get_text(h5, arena, object, attribute);
}

int bp_h5_get_int(bp_h5 *h5, hid_t object, const char *attribute) {
    int value = 0;
    get_attribute(h5, object, attribute, H5T_NATIVE_INT, &value);
    return value;
}

double bp_h5_get_double(bp_h5 *h5, hid_t object, const char *attribute) {
    double value = 0.0;
    get_attribute(h5, object, attribute, H5T_NATIVE_DOUBLE, &value);
    return value;
}

void bp_h5_read_size(bp_h5 *h5, hid_t dataset, const char *name, int rank,
                     hsize_t *size) {
    if (h5->status != BP_OK) return;
    hid_t space = H5Dget_space(dataset);
    if (!bp_h5_check(h5, space, "read the size of", name)) return;
    if (H5Sget_simple_extent_ndims(space) != rank)
        bp_h5_bad(h5, "'%s' must have %d dimension(s)", name, rank);
    else if (H5Sget_simple_extent_dims(space, size, NULL) < 0)
        bp_h5_fail(h5, "read the size of", name);
    bp_h5_close(space);
    for (int i = 0; h5->status == BP_OK && i < rank; i++)
        if (size[i] > INT_MAX) bp_h5_bad(h5, "'%s' is too large to be read", name);
}

bool bp_h5_is_scalar(hid_t dataset) {
    hid_t space = H5Dget_space(dataset);
    bool scalar = space >= 0 && H5Sget_simple_extent_ndims(space) == 0;
    bp_h5_close(space);
    return scalar;
}

const char *bp_h5_read_text(bp_h5 *h5, bp_arena *arena, hid_t parent,
                            const char *name) {
    hid_t dataset = bp_h5_open_dataset(h5, parent, name);
    bp_h5_read_size(h5, dataset, name, 0, NULL);
    hid_t type = bp_h5_text_type(h5);
    char *value = NULL;
    read_texts(h5, dataset, type, name, &value);
    const char *copy = "";
    if (h5->status == BP_OK) copy = bp_arena_copy(arena, value ? value : "");
    if (!copy) bp_h5_no_memory(h5);
    if (value) H5free_memory(value);
    bp_h5_close(type);
    bp_h5_close(dataset);
    return copy;
}

// Copies the n texts that HDF5 allocated, and gives those back.
static const char **adopt_texts(bp_h5 *h5, bp_arena *arena, char **texts, int n) {
    const char **copy = bp_arena_take(arena, (size_t)n * sizeof *copy);
    if (!copy) bp_h5_no_memory(h5);
    for (int i = 0; i < n; i++) {
        if (copy && h5->status == BP_OK) {
            copy[i] = bp_arena_copy(arena, texts[i] ? texts[i] : "");
            if (!copy[i]) bp_h5_no_memory(h5);
        }
        if (texts[i]) H5free_memory(texts[i]);
    }
    return copy;
}

const char **bp_h5_read_texts(bp_h5 *h5, bp_arena *arena, hid_t parent,
                              const char *name, int n, int *count) {
    hid_t dataset = bp_h5_open_dataset(h5, parent, name);
    hsize_t size[1] = {0};
    bp_h5_read_size(h5, dataset, name, 1, size);
    if (h5->status == BP_OK && n >= 0 && size[0] != (hsize_t)n)
        bp_h5_bad(h5, "'%s' has %d entries, %d are needed", name, (int)size[0], n);

    const char **copy = NULL;
    char **texts = NULL;
    hid_t type = bp_h5_text_type(h5);
    if (h5->status == BP_OK) {
        texts = bp_calloc((size_t)size[0], sizeof *texts);
        if (!texts) bp_h5_no_memory(h5);
    }
    read_texts(h5, dataset, type, name, texts);
    if (texts) copy = adopt_texts(h5, arena, texts, (int)size[0]);
    if (count) *count = h5->status == BP_OK ? (int)size[0] : 0;
    bp_free(texts);
    bp_h5_close(type);
    bp_h5_close(dataset);
    return h5->status == BP_OK ? copy : NULL;
}

void bp_h5_read_numbers(bp_h5 *h5, hid_t parent, const char *name, hid_t type, int n,
                        void *numbers) {
    hid_t dataset = bp_h5_open_dataset(h5, parent, name);
    hsize_t size[1] = {0};
    bp_h5_read_size(h5, dataset, name, 1, size);
    if (h5->status == BP_OK && size[0] != (hsize_t)n)
        bp_h5_bad(h5, "'%s' has %d entries, %d are needed", name, (int)size[0], n);
    if (h5->status == BP_OK)
        bp_h5_check(h5, H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers),
                    "read", name);
    bp_h5_close(dataset);
}

void bp_h5_read_characters(bp_h5 *h5, hid_t parent, const char *name, int n, int size,
                           char *texts) {
    hid_t dataset = bp_h5_open_dataset(h5, parent, name);
    hsize_t shape[2] = {0, 0};
    bp_h5_read_size(h5, dataset, name, 2, shape);
    if (h5->status == BP_OK && (shape[0] != (hsize_t)n || shape[1] != (hsize_t)size))
        bp_h5_bad(h5, "'%s' is %d x %d, %d x %d are needed", name, (int)shape[0],
                  (int)shape[1], n, size);
    if (h5->status == BP_OK)
        bp_h5_check(h5,
                    H5Dread(dataset, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts),
                    "read", name);
    bp_h5_close(dataset);
}
