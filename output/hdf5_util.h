// Checked HDF5: every call goes through a context that remembers the first failure,
// after which all calls do nothing, so that only the end needs checking.
#ifndef BP_OUTPUT_HDF5_UTIL_H
#define BP_OUTPUT_HDF5_UTIL_H

#include <hdf5.h>
#include <hdf5_hl.h>

#include "output/output.h"

typedef struct bp_h5 {
    const char *path; // for messages
    bp_error *err;    // may be NULL
    bp_status status; // the first failure
    bool silenced;    // the caller's error report is kept here meanwhile
    H5E_auto2_t report;
    void *report_data;
} bp_h5;

// Between enter and leave, HDF5 prints nothing; leave gives the caller's reporting
// back.
bp_h5 bp_h5_enter(const char *path, bp_error *err);
bp_status bp_h5_leave(bp_h5 *h5);

// Notes a failure of HDF5 with its innermost reason: "cannot <what> '<name>':
// <reason>".
void bp_h5_fail(bp_h5 *h5, const char *what, const char *name);
// Notes that what was read makes no sense: BAD_VALUE with this message.
void bp_h5_bad(bp_h5 *h5, const char *format, ...) BP_PRINTF(2, 3);
void bp_h5_no_memory(bp_h5 *h5);
// Whether it went well so far; negative ids and results are failures of (what, name).
bool bp_h5_check(bp_h5 *h5, int64_t result, const char *what, const char *name);

// Closes any id but a file's; ids <= 0 are ignored.
void bp_h5_close(hid_t id);
// The type of UTF-8 text of any length; close it.
hid_t bp_h5_text_type(bp_h5 *h5);

// ---- writing; ids come back to be closed, -1 after a failure ----

hid_t bp_h5_new_group(bp_h5 *h5, hid_t parent, const char *name);
void bp_h5_put_text(bp_h5 *h5, hid_t object, const char *attribute, const char *text);
void bp_h5_put_int(bp_h5 *h5, hid_t object, const char *attribute, int value);
void bp_h5_put_double(bp_h5 *h5, hid_t object, const char *attribute, double value);

// A shape with what a new dataset needs to know beside its name.
typedef struct bp_h5_shape {
    hid_t type;
    int rank;
    hsize_t size[3];
    hsize_t chunk[3]; // 0: contiguous
    const void *fill; // of `type`, in memory; NULL: zeros
    bool early; // takes its place in the file now, so that later writes change no index
} bp_h5_shape;

hid_t bp_h5_new_dataset(bp_h5 *h5, hid_t parent, const char *name,
                        const bp_h5_shape *shape);
// A dataset of one text; closed.
void bp_h5_new_text(bp_h5 *h5, hid_t parent, const char *name, const char *text);
hid_t bp_h5_new_texts(bp_h5 *h5, hid_t parent, const char *name,
                      const char *const *texts, int n);
// n numbers of the type in memory, stored as they are.
hid_t bp_h5_new_numbers(bp_h5 *h5, hid_t parent, const char *name, hid_t type,
                        const void *numbers, int n);
void bp_h5_write(bp_h5 *h5, hid_t dataset, hid_t type, const void *data);
// Rows [first, first + n) of the first dimension.
void bp_h5_write_rows(bp_h5 *h5, hid_t dataset, hid_t type, hsize_t first, hsize_t n,
                      const void *data);
void bp_h5_make_scale(bp_h5 *h5, hid_t dataset, const char *name);
void bp_h5_attach(bp_h5 *h5, hid_t dataset, hid_t scale, unsigned dimension);
// A dimension without values, as netCDF-4 makes them; close it.
hid_t bp_h5_new_dimension(bp_h5 *h5, hid_t parent, const char *name, int size);

// ---- reading ----

hid_t bp_h5_open_group(bp_h5 *h5, hid_t parent, const char *name);
hid_t bp_h5_open_dataset(bp_h5 *h5, hid_t parent, const char *name);
bool bp_h5_has(hid_t parent, const char *name);
const char *bp_h5_get_text(bp_h5 *h5, bp_arena *arena, hid_t object,
                           const char *attribute);
const char *bp_h5_get_text_or(bp_h5 *h5, bp_arena *arena, hid_t object,
                              const char *attribute, const char *otherwise);
int bp_h5_get_int(bp_h5 *h5, hid_t object, const char *attribute);
double bp_h5_get_double(bp_h5 *h5, hid_t object, const char *attribute);
bool bp_h5_is_scalar(hid_t dataset);
// The text of a scalar dataset.
const char *bp_h5_read_text(bp_h5 *h5, bp_arena *arena, hid_t parent, const char *name);
// A dataset of n texts; n < 0 takes what is there, and `count` says how many.
const char **bp_h5_read_texts(bp_h5 *h5, bp_arena *arena, hid_t parent,
                              const char *name, int n, int *count);
// A dataset of exactly n x size characters.
void bp_h5_read_characters(bp_h5 *h5, hid_t parent, const char *name, int n, int size,
                           char *texts);
// A dataset of exactly n numbers.
void bp_h5_read_numbers(bp_h5 *h5, hid_t parent, const char *name, hid_t type, int n,
                        void *numbers);
// Sizes of a dataset that must have this rank.
void bp_h5_read_size(bp_h5 *h5, hid_t dataset, const char *name, int rank,
                     hsize_t *size);

#endif
