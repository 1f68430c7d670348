// The allocator of all Bypass code. Tests count its calls and make the n-th one fail.
#ifndef BP_BASE_ALLOC_H
#define BP_BASE_ALLOC_H

#include <stddef.h>

#include "base/status.h"

// As malloc, calloc, realloc and free, but NULL for a size of 0 is never returned
// (one byte is given) and overflowing products fail. Release with bp_free.
BP_API void *bp_malloc(size_t size);
BP_API void *bp_calloc(size_t count, size_t size);
BP_API void *bp_realloc(void *old, size_t size);
BP_API void *bp_realloc_array(void *old, size_t count, size_t size);
BP_API void bp_free(void *memory); // accepts NULL

// Memory aligned to 64 bytes, zeroed. Release with bp_free_aligned.
BP_API void *bp_calloc_aligned(size_t count, size_t size);
BP_API void bp_free_aligned(void *memory);

// For tests: number of successful allocations of this process so far (all threads).
BP_API long bp_alloc_count(void);
// For tests: makes the nth allocation from now on fail, and all later ones too when
// `and_after`; 0 switches failing off. Counts the calls of the calling thread only.
BP_API void bp_alloc_fail(long nth, int and_after);

#endif
