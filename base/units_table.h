// The units that need no database. Private to base/.
#ifndef BP_BASE_UNITS_TABLE_H
#define BP_BASE_UNITS_TABLE_H

#include "base/units.h"

// The unit of a name such as "nM", "min" or "micromolar" (`length` bytes, prefix
// included); false when the table does not have it.
bool bp_unit_builtin(const char *name, size_t length, bp_unit *out);
// The built-in name that was probably meant; NULL when none is near.
const char *bp_unit_nearest(const char *name);

// SI prefixes from 1e-18 to 1e18, in rising order of their exponents.
typedef struct bp_prefix {
    const char *symbol, *word; // "n", "nano"
    double factor;
} bp_prefix;

extern const bp_prefix bp_prefixes[]; // ends with a row whose symbol is NULL

#endif
