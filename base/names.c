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

typedef struct bp_name_slot {
    uint32_t hash;
    int name; // index + 1, 0 is free
} bp_name_slot;

static int is_name(const char *name, const char *text, size_t length) {
    return strncmp(name, text, length) == 0 && name[length] == '\0';
}

// The slot where the name is, or the free one where it would go. n_slot is a power of
// two and never full.
static bp_name_slot *slot_of(const bp_names *names, const char *text, size_t length,
                             uint32_t hash) {
    uint32_t mask = (uint32_t)names->n_slot - 1, at = hash & mask;
    for (; names->slot[at].name != 0; at = (at + 1) & mask)
        if (names->slot[at].hash == hash &&
            is_name(names->text[names->slot[at].name - 1], text, length))
            break;
    return &names->slot[at];
}

// Keeps the table at most two thirds full.
static int grow_slots(bp_names *names) {
    if (names->count < names->n_slot / 3 * 2) return 1;
    if (names->n_slot > INT_MAX / 2) return 0;

    int n_slot = names->n_slot ? names->n_slot * 2 : 16;
    bp_name_slot *slots = bp_calloc((size_t)n_slot, sizeof *slots);
    if (!slots) return 0;
    uint32_t mask = (uint32_t)n_slot - 1;
    for (int i = 0; i < names->n_slot; i++) {
        if (names->slot[i].name == 0) continue;
        uint32_t at = names->slot[i].hash & mask;
        while (slots[at].name != 0)
            at = (at + 1) & mask;
        slots[at] = names->slot[i];
    }
    bp_free(names->slot);
    names->slot = slots;
    names->n_slot = n_slot;
    return 1;
}

int bp_names_find_n(const bp_names *names, const char *text, size_t length) {
    if (names->n_slot == 0) return -1;
    return slot_of(names, text, length, hash_of(text, length))->name - 1;
}

int bp_names_find(const bp_names *names, const char *text) {
    return bp_names_find_n(names, text, strlen(text));
}

int bp_names_add_n(bp_names *names, const char *text, size_t length) {
    uint32_t hash = hash_of(text, length);
    if (names->n_slot > 0) {
        int found = slot_of(names, text, length, hash)->name - 1;
        if (found >= 0) return found;
    }
    if (!grow_slots(names)) return -1;

    names->text = bp_array_grow_(names->text, names->count, &names->capacity, 1,
                                 sizeof *names->text);
    if (names->count == names->capacity) return -1;
    char *copy = bp_arena_copy_n(&names->arena, text, length);
    if (!copy) return -1;

    *slot_of(names, copy, length, hash) = (bp_name_slot){hash, names->count + 1};
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
