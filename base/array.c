#include "base/array.h"

#include <limits.h>

void *bp_array_grow_(void *items, int count, int *capacity, int more, size_t size) {
    if (more <= *capacity - count) return items;
    if (more > INT_MAX - count) return items; // too many: looks like no memory

    // doubling keeps the cost of n pushes proportional to n
    int wanted = count + more;
    int room = *capacity > INT_MAX / 2 ? INT_MAX : *capacity * 2;
    if (room < wanted) room = wanted;
    if (room < 8) room = 8;

    void *grown = bp_realloc_array(items, (size_t)room, size);
    if (!grown) return items;
    *capacity = room;
    return grown;
}
