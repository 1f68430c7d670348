// Field tables: one row describes one member of a settings or statistics struct. All of
// parsers, --help, HDF5 attributes and docs/settings.md walk the same table.
#ifndef BP_BASE_FIELD_H
#define BP_BASE_FIELD_H

#include "base/error.h"
#include "base/text.h"

typedef enum bp_field_type {
    BP_FIELD_DOUBLE, // double
    BP_FIELD_INT,    // int
    BP_FIELD_LONG,   // long
    BP_FIELD_BOOL,   // bool
    BP_FIELD_CHOICE  // int: index into `choices`
} bp_field_type;

typedef struct bp_field {
    const char *name; // as in files and on the command line: "rtol"
    bp_field_type type;
    size_t offset;
    double low, high;           // allowed range, inclusive (numbers)
    const char *const *choices; // NULL-terminated (BP_FIELD_CHOICE)
    const char *unit;           // "" for none, "s", ...
    const char *text;           // one line for people
} bp_field;                     // a table ends with a row whose name is NULL

BP_API const bp_field *bp_field_find(const bp_field *table, const char *name);
// Reads `value` into the member of `object`; says range or choices if it does not fit.
BP_API BP_WARN_UNUSED bp_status bp_field_read(const bp_field *field, void *object,
                                              const char *value, bp_where where,
                                              bp_error *err);
// Appends the member's value: 1e-06, true, auto.
BP_API void bp_field_print(const bp_field *field, const void *object, bp_text *out);
// The value as a number (choice: its index).
BP_API double bp_field_number(const bp_field *field, const void *object);

#endif
