// Arena: memory that is released all at once. Trees and strings of a spec live here.
#ifndef BP_BASE_ARENA_H
#define BP_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/status.h"

typedef struct bp_arena {
    struct bp_arena_block *blocks;
} bp_arena; // all zero is empty

// Zeroed memory of `size` bytes, aligned for any type; NULL when out of memory.
BP_API void *bp_arena_take(bp_arena *arena, size_t size);
// NUL-terminated copies; NULL when out of memory.
BP_API char *bp_arena_copy(bp_arena *arena, const char *text);
BP_API char *bp_arena_copy_n(bp_arena *arena, const char *text, size_t length);
BP_API char *bp_arena_format(bp_arena *arena, const char *format, ...) BP_PRINTF(2, 3);
BP_API void bp_arena_clear(bp_arena *arena);

#endif
