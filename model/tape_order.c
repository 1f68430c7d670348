// Sorting operations: their groups are found by hashing and sorted, which are few, and
// then the operations are counted into them.
#include "model/tape_order.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/order.h"

enum { PARTS = 5 }; // of a key that make the group

typedef struct groups {
    const bp_tape_key **of; // (n) a key of each
    int n;
    int *slots; // hash table of group + 1, 0 is free
    int n_slots;
} groups;

static int compare_groups(const bp_tape_key *a, const bp_tape_key *b) {
    const int x[PARTS] = {a->level, a->op, a->direct, a->n_plus, a->n_minus};
    const int y[PARTS] = {b->level, b->op, b->direct, b->n_plus, b->n_minus};
    for (int i = 0; i < PARTS; i++)
        if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}

static unsigned hash_of(const bp_tape_key *key) {
    const int parts[PARTS] = {key->level, key->op, key->direct, key->n_plus,
                              key->n_minus};
    unsigned hash = 0;
    for (int i = 0; i < PARTS; i++)
        hash = (hash ^ (unsigned)parts[i]) * 2654435761u;
    return hash ^ hash >> 15;
}

// The group of a key, made when new. The table is never full.
static int group_of(groups *g, const bp_tape_key *key) {
    unsigned mask = (unsigned)g->n_slots - 1, at = hash_of(key) & mask;
    for (; g->slots[at]; at = (at + 1) & mask)
        if (compare_groups(g->of[g->slots[at] - 1], key) == 0) return g->slots[at] - 1;
    g->of[g->n] = key;
    g->slots[at] = ++g->n;
    return g->n - 1;
}

typedef struct ranked {
    const bp_tape_key *key;
    int group;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    return compare_groups(((const ranked *)a)->key, ((const ranked *)b)->key);
}

// rank[group]: its place among the groups. False: out of memory.
static bool rank_groups(const groups *g, int *rank) {
    ranked *list = bp_malloc((size_t)g->n * sizeof *list);
    if (!list) return false;
    for (int i = 0; i < g->n; i++)
        list[i] = (ranked){g->of[i], i};
    if (g->n > 1) qsort(list, (size_t)g->n, sizeof *list, compare_ranked);
    for (int i = 0; i < g->n; i++)
        rank[list[i].group] = i;
    bp_free(list);
    return true;
}

// by[i]: the rank of the group of key i. False: out of memory.
static bool rank_keys(const bp_tape_key *keys, int n, int *by, int *n_groups) {
    groups g = {.n_slots = 64};
    while (g.n_slots < 2 * n)
        g.n_slots *= 2;
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers
    g.of = bp_malloc((size_t)n * sizeof *g.of);
    g.slots = bp_calloc((size_t)g.n_slots, sizeof *g.slots);
    int *rank = bp_malloc((size_t)n * sizeof *rank);
    bool done = g.of && g.slots && rank;
    for (int i = 0; i < n && done; i++)
        by[i] = group_of(&g, &keys[i]);
    done = done && rank_groups(&g, rank);
    for (int i = 0; i < n && done; i++)
        by[i] = rank[by[i]];
    *n_groups = g.n;
    bp_free(g.of);
    bp_free(g.slots);
    bp_free(rank);
    return done;
}

static int highest_position(const bp_tape_key *keys, int n) {
    int highest = 0;
    for (int i = 0; i < n; i++)
        if (keys[i].position > highest) highest = keys[i].position;
    return highest;
}

bool bp_tape_order(const bp_tape_key *keys, int n, int *order) {
    int *by = bp_malloc((size_t)n * sizeof *by);
    bool done = by != NULL;
    for (int i = 0; i < n && done; i++) {
        order[i] = i;
        by[i] = keys[i].position;
    }
    int n_groups = 0;
    done = done && bp_order_by(order, n, by, highest_position(keys, n) + 1) &&
           rank_keys(keys, n, by, &n_groups) && bp_order_by(order, n, by, n_groups);
    bp_free(by);
    return done;
}
