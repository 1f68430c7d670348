// What all sinks share: results that own their texts, names of columns, the time shown.
#ifndef BP_OUTPUT_RESULTS_H
#define BP_OUTPUT_RESULTS_H

#include "base/names.h"
#include "output/output.h"

// Behind bp_results.owner.
typedef struct bp_results_owner {
    bp_arena arena;    // every text and small array of the head
    bp_bundle *bundle; // head.bundle points here
} bp_results_owner;

// Empty results; release with bp_results_free.
BP_WARN_UNUSED bp_status bp_results_new(bp_results **out);
// A deep copy of `head` into `results->head`.
BP_WARN_UNUSED bp_status bp_results_copy_head(bp_results *results,
                                              const bp_results_head *head,
                                              bp_error *err);
// Takes the arrays that `results->head` asks for: values NaN, no run done.
BP_WARN_UNUSED bp_status bp_results_reserve(bp_results *results);
bp_arena *bp_results_arena(bp_results *results);

// BAD_ARGUMENT when a head cannot be stored: no runs, no times, a coordinate without
// values.
BP_WARN_UNUSED bp_status bp_results_check_head(const bp_results_head *head,
                                               bp_error *err);

// Time sample i in the unit shown. 360 s are 0.1 h exactly, which 360 * (1.0 / 3600) is
// not.
double bp_results_shown_time(const bp_results_head *head, int i);

// A name for a column or variable that is not in `taken` yet: `name` itself, or
// followed by `suffix`, or by a number after that. With `plain`, blanks and slashes
// become underscores (netCDF allows no slash, and its lists of names are split at
// blanks). Valid as long as `taken`; NULL when out of memory.
const char *bp_column_name(bp_names *taken, const char *name, const char *suffix,
                           bool plain);

// How a swept coordinate is told from the observable of the same name, and a species
// too.
#define BP_COORDINATE_SUFFIX "_set"
#define BP_SPECIES_SUFFIX    "_species"

#endif
