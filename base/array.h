// Growable arrays: BP_ARRAY(type) is a typed struct {items, count, capacity}.
//
//     BP_ARRAY(int) list = {0};
//     if (!bp_array_push(&list, 7)) return BP_NO_MEMORY;
//     bp_array_clear(&list);
#ifndef BP_BASE_ARRAY_H
#define BP_BASE_ARRAY_H

#include "base/alloc.h"

#define BP_ARRAY(type)                                                                 \
    struct {                                                                           \
        type *items;                                                                   \
        int count;                                                                     \
        int capacity;                                                                  \
    }

// Makes room for `more` further items; 0 when out of memory (the array is unchanged).
// Items may be pointers, whose size clang-tidy thinks is asked for by mistake.
#define bp_array_reserve(array, more)                                                  \
    ((array)->items = bp_array_grow_(                                                  \
         (array)->items, (array)->count, &(array)->capacity, (more),                   \
         sizeof *(array)->items /* NOLINT(bugprone-sizeof-expression) */),             \
     (array)->capacity - (array)->count >= (more))
// Appends; 0 when out of memory. The value is evaluated once, after growing.
#define bp_array_push(array, ...)                                                      \
    (bp_array_reserve(array, 1)                                                        \
         ? ((array)->items[(array)->count++] = (__VA_ARGS__), 1)                       \
         : 0)
#define bp_array_clear(array)                                                          \
    (bp_free((array)->items), (array)->items = NULL, (array)->count = 0,               \
     (array)->capacity = 0)

// The items, moved to where there is room for `more`, or left where they are.
BP_API void *bp_array_grow_(void *items, int count, int *capacity, int more,
                            size_t size);

#endif
