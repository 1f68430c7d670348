#include "base/alloc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 }; // a cache line; also the widest vector register (AVX-512)

// The two mutable globals of base/ besides UDUNITS' system; both exist for tests alone.
static atomic_long successes;
static _Thread_local struct {
    long until;    // calls that still succeed, plus one; 0 is off
    int and_after; // go on failing once it has begun
} failing;

long bp_alloc_count(void) {
    return atomic_load_explicit(&successes, memory_order_relaxed);
}

void bp_alloc_fail(long nth, int and_after) {
    failing.until = nth > 0 ? nth : 0;
    failing.and_after = and_after;
}

// Whether this call is one that shall fail.
static int must_fail(void) {
    if (failing.until == 0) return 0;
    if (failing.until > 1) {
        failing.until--;
        return 0;
    }
    if (!failing.and_after) failing.until = 0;
    return 1;
}

static void *counted(void *memory) {
    if (memory) atomic_fetch_add_explicit(&successes, 1, memory_order_relaxed);
    return memory;
}

void *bp_malloc(size_t size) {
    if (must_fail()) return NULL;
    return counted(malloc(size ? size : 1));
}

void *bp_calloc(size_t count, size_t size) {
    if (must_fail()) return NULL;
    if (count == 0 || size == 0) count = size = 1;
    if (count > SIZE_MAX / size) return NULL; // ASan stops the program in calloc
    return counted(calloc(count, size));
}

void *bp_realloc(void *old, size_t size) {
    if (must_fail()) return NULL;
    return counted(realloc(old, size ? size : 1));
}

void *bp_realloc_array(void *old, size_t count, size_t size) {
    if (size != 0 && count > SIZE_MAX / size) return NULL;
    return bp_realloc(old, count * size);
}

void bp_free(void *memory) {
    free(memory);
}

void *bp_calloc_aligned(size_t count, size_t size) {
    if (must_fail()) return NULL;
    if (size != 0 && count > (SIZE_MAX - ALIGNMENT) / size) return NULL;

    // aligned_alloc wants a multiple of the alignment
    size_t bytes = count * size;
    bytes = bytes ? (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
    void *memory = counted(aligned_alloc(ALIGNMENT, bytes));
    if (memory) memset(memory, 0, bytes);
    return memory;
}

void bp_free_aligned(void *memory) {
    free(memory);
}
