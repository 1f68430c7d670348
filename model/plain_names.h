// Names that other programs can take: "drug.lapatinib.kon" is written
// drug__lapatinib__kon. Both writers give them, so that a model's names are the same in
// each format.
#ifndef BP_MODEL_PLAIN_NAMES_H
#define BP_MODEL_PLAIN_NAMES_H

#include "model/spec.h"

typedef struct bp_plain_names {
    const bp_spec *spec; // whose other names are looked through; NULL: none
    bool (*is_reserved)(
        const char *name); // what the format keeps for itself; NULL: none
    bool ascii;            // no letters beyond a to z, as in an SId
    bool failed;           // out of memory; sticky
    bp_names taken;        // given so far
    bp_names own;          // names of the spec; index in `plain`
    BP_ARRAY(const char *) plain;
    bp_arena arena;
} bp_plain_names; // zero but for the first three

// A name like `name` that nobody else is given: dots become "__", what cannot stand in
// a name "_"; a name that is taken gets underscores until it is not. "" once failed.
const char *bp_plain_make(bp_plain_names *names, const char *name);
// The name that a symbol, reaction, event or function of the spec is given, the same at
// every call; other names of a symbol give the symbol's.
const char *bp_plain_name(bp_plain_names *names, const char *name);
// Gives all of them: functions first, then the rest, names without a dot before those
// with one, so that they keep what they are called.
void bp_plain_give(bp_plain_names *names);
void bp_plain_clear(bp_plain_names *names);

#endif
