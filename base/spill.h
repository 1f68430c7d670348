// Spill: a list of numbers that grows at its end and is read piece by piece. Long ones
// lie in a temporary file, so that memory does not grow with them.
//
// The file is made in $TMPDIR, else /tmp, and has no name: it is gone when the program
// ends, however it ends. Where none can be made, or the disk is full, the numbers stay
// in memory.
#ifndef BP_BASE_SPILL_H
#define BP_BASE_SPILL_H

#include "base/error.h"

typedef struct bp_spill bp_spill;

BP_API BP_WARN_UNUSED bp_status bp_spill_new(bp_spill **out);
BP_API void bp_spill_free(bp_spill *spill); // accepts NULL
// Appends n numbers. NO_MEMORY; IO where those in the file cannot be read any more.
BP_API BP_WARN_UNUSED bp_status bp_spill_add(bp_spill *spill, const double *values,
                                             size_t n, bp_error *err);
BP_API size_t bp_spill_count(const bp_spill *spill);
// Numbers [first, first + n), which are there, into `out`. Many threads may read while
// none adds. IO.
BP_API BP_WARN_UNUSED bp_status bp_spill_read(bp_spill *spill, size_t first, size_t n,
                                              double *out, bp_error *err);
// For tests: how many are in the file.
BP_API size_t bp_spill_on_disk(const bp_spill *spill);

#endif
