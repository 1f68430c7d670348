#include "base/arena.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/locale_c.h"

enum {
    FIRST_BLOCK = 4096,     // bytes
    LARGEST_BLOCK = 1 << 20 // blocks double up to this
};

typedef struct bp_arena_block {
    struct bp_arena_block *next;
    size_t used, size; // of `data`, in bytes
    max_align_t data[];
} bp_arena_block;

static bp_arena_block *new_block(size_t size) {
    if (size > SIZE_MAX - sizeof(bp_arena_block)) return NULL;
    bp_arena_block *block = bp_calloc(1, sizeof *block + size);
    if (block) block->size = size;
    return block;
}

// A block with `size` bytes to spare, at the head; big requests get a block of their
// own behind it, so that the head's remaining room is not lost.
static bp_arena_block *block_for(bp_arena *arena, size_t size) {
    bp_arena_block *head = arena->blocks;
    if (head && head->size - head->used >= size) return head;

    size_t usual = head ? head->size * 2 : FIRST_BLOCK;
    if (usual > LARGEST_BLOCK) usual = LARGEST_BLOCK;
    int alone = head && size > usual / 4;
    bp_arena_block *block = new_block(alone || size > usual ? size : usual);
    if (!block) return NULL;

    bp_arena_block **link = alone ? &head->next : &arena->blocks;
    block->next = *link;
    *link = block;
    return block;
}

void *bp_arena_take(bp_arena *arena, size_t size) {
    size_t unit = sizeof(max_align_t);
    if (size > SIZE_MAX - unit) return NULL;
    size = size ? (size + unit - 1) / unit * unit : unit;

    bp_arena_block *block = block_for(arena, size);
    if (!block) return NULL;
    void *memory = (char *)block->data + block->used;
    block->used += size;
    return memory;
}

char *bp_arena_copy_n(bp_arena *arena, const char *text, size_t length) {
    char *copy = length < SIZE_MAX ? bp_arena_take(arena, length + 1) : NULL;
    if (copy && length > 0) memcpy(copy, text, length); // the NUL is there: zeroed
    return copy;
}

char *bp_arena_copy(bp_arena *arena, const char *text) {
    return bp_arena_copy_n(arena, text, strlen(text));
}

char *bp_arena_format(bp_arena *arena, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = bp_vsnprintf(NULL, 0, format, args);
    char *text = length >= 0 ? bp_arena_take(arena, (size_t)length + 1) : NULL;
    if (text) bp_vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void bp_arena_clear(bp_arena *arena) {
    bp_arena_block *block = arena->blocks;
    while (block) {
        bp_arena_block *next = block->next;
        bp_free(block);
        block = next;
    }
    arena->blocks = NULL;
}
