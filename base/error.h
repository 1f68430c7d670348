// Where and why: one error for the caller, or a report that collects many.
#ifndef BP_BASE_ERROR_H
#define BP_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

// A place in a source text. line and column count from 1; 0 means unknown. `file` may
// be NULL; it lives as long as what it was read into (spec, scenario).
typedef struct bp_where {
    const char *file;
    int line;
    int column;
} bp_where;

#define BP_NOWHERE ((bp_where){0})

// Filled by the function that knows the cause; NULL is accepted everywhere.
typedef struct bp_error {
    bp_status status;
    int line;
    int column;
    char file[256];
    char message[1024]; // what is wrong and what to try; no newline at the end
} bp_error;

// All of these return `status`: a failing function ends with `return
// bp_error_set(...)`. The message is printed with a decimal point in every locale. The
// arguments may point into `err` itself, which is how context is added.
BP_API bp_status bp_error_set(bp_error *err, bp_status status, const char *format, ...)
    BP_PRINTF(3, 4);
BP_API bp_status bp_error_at(bp_error *err, bp_status status, bp_where where,
                             const char *format, ...) BP_PRINTF(4, 5);
BP_API bp_status bp_error_no_memory(bp_error *err);

// "file:3:7: message" (parts that are unknown are left out), into `buffer`; returns it.
BP_API char *bp_error_print(const bp_error *err, char *buffer, size_t size);

typedef enum bp_severity { BP_ERROR, BP_WARNING, BP_NOTE } bp_severity;

typedef struct bp_finding {
    bp_severity severity;
    bp_status status;
    bp_where where;
    const char *message;
} bp_finding;

// A list of findings in the order in which they were reported. Positions are kept; the
// file names are copied, so a report outlives what it speaks of.
typedef struct bp_report {
    bp_arena arena;
    bp_finding *items;
    int count;
    int capacity;
    int n_errors;
    int n_warnings;
    int limit;   // no more than this many errors are kept; 0: 100
    bool failed; // ran out of memory while reporting: bp_report_status says NO_MEMORY
} bp_report;     // all zero is empty

BP_API void bp_report_error(bp_report *report, bp_status status, bp_where where,
                            const char *format, ...) BP_PRINTF(4, 5);
BP_API void bp_report_warning(bp_report *report, bp_status status, bp_where where,
                              const char *format, ...) BP_PRINTF(4, 5);
BP_API void bp_report_note(bp_report *report, bp_where where, const char *format, ...)
    BP_PRINTF(3, 4);
BP_API void bp_report_add_error(bp_report *report, const bp_error *err);
// The status of the first error; BP_OK when there is none.
BP_API bp_status bp_report_status(const bp_report *report);
// Sorts by file, line, column, keeping the order of equals (findings of several
// passes); notes stay behind the finding that they explain.
BP_API void bp_report_sort(bp_report *report);
// The first error as a bp_error; returns its status.
BP_API bp_status bp_report_first(const bp_report *report, bp_error *err);
BP_API void bp_report_clear(bp_report *report);

#endif
