// Names: a set of strings, each with an index 0, 1, 2 ... in order of first addition.
#ifndef BP_BASE_NAMES_H
#define BP_BASE_NAMES_H

#include "base/arena.h"

typedef struct bp_names {
    bp_arena arena;
    const char **text; // (count), in order of addition, valid until clear
    int count;
    int capacity;
    struct bp_name_slot *slot; // hash table
    int n_slot;
} bp_names; // all zero is empty

// Index of the name, added when new; -1 when out of memory.
BP_API int bp_names_add(bp_names *names, const char *text);
BP_API int bp_names_add_n(bp_names *names, const char *text, size_t length);
// Index of the name, -1 when it is not there.
BP_API int bp_names_find(const bp_names *names, const char *text);
BP_API int bp_names_find_n(const bp_names *names, const char *text, size_t length);
// The nearest name by edit distance (see bp_text_nearest), NULL when none is near
// enough to suggest.
BP_API const char *bp_names_nearest(const bp_names *names, const char *text);
BP_API void bp_names_clear(bp_names *names);

#endif
