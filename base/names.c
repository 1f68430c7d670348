#include "base/names.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"

// FNV-1a, then a mix so that the low bits depend on all of it.
static uint32_t hash_of(const char *text, size_t length) {
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    hash ^= hash >> 16;
    hash *= 0x45d9f3bu;
    return hash ^ hash >> 16;
}

// The slot where the name is, or the free one where it would go. n_slot is a power of
// two and never full.
static int slot_of(const bp_names *names, const char *text, size_t length) {
    uint32_t mask = (uint32_t)names->n_slot - 1;
    uint32_t slot = hash_of(text, length) & mask;
    while (names->slot[slot] != 0) {
        const char *other = names->text[names->slot[slot] - 1];
        if (strncmp(other, text, length) == 0 && other[length] == '\0') break;
        slot = (slot + 1) & mask;
    }
    return (int)slot;
}

// Keeps the table at most two thirds full.
static int grow_slots(bp_names *names) {
    if (names->count < names->n_slot / 3 * 2) return 1;
    if (names->n_slot > INT_MAX / 2) return 0;

    int n_slot = names->n_slot ? names->n_slot * 2 : 16;
    int *slot = bp_calloc((size_t)n_slot, sizeof *slot);
    if (!slot) return 0;
    bp_free(names->slot);
    names->slot = slot;
    names->n_slot = n_slot;
    for (int i = 0; i < names->count; i++) {
        const char *text = names->text[i];
        names->slot[slot_of(names, text, strlen(text))] = i + 1;
    }
    return 1;
}

int bp_names_find_n(const bp_names *names, const char *text, size_t length) {
    if (names->n_slot == 0) return -1;
    return names->slot[slot_of(names, text, length)] - 1;
}

int bp_names_find(const bp_names *names, const char *text) {
    return bp_names_find_n(names, text, strlen(text));
}

int bp_names_add_n(bp_names *names, const char *text, size_t length) {
    int found = bp_names_find_n(names, text, length);
    if (found >= 0) return found;
    if (!grow_slots(names)) return -1;

    names->text = bp_array_grow_(names->text, names->count, &names->capacity, 1,
                                 sizeof *names->text);
    if (names->count == names->capacity) return -1;
    char *copy = bp_arena_copy_n(&names->arena, text, length);
    if (!copy) return -1;

    names->slot[slot_of(names, copy, length)] = names->count + 1;
    names->text[names->count] = copy;
    return names->count++;
}

int bp_names_add(bp_names *names, const char *text) {
    return bp_names_add_n(names, text, strlen(text));
}

const char *bp_names_nearest(const bp_names *names, const char *text) {
    return bp_text_nearest(text, names->text, names->count);
}

void bp_names_clear(bp_names *names) {
    bp_arena_clear(&names->arena);
    bp_free(names->text);
    bp_free(names->slot);
    *names = (bp_names){0};
}
