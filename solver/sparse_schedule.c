#include "solver/sparse_schedule.h"

#include "base/alloc.h"

enum { N_LENGTHS = BP_SPARSE_LONGEST + 2 };

bp_status bp_sparse_schedule_init(bp_sparse_schedule *s, int n_items, int n_kinds) {
    *s = (bp_sparse_schedule){.n_classes = n_kinds * N_LENGTHS};
    s->next = bp_calloc((size_t)n_items, sizeof *s->next);
    s->group_of = bp_calloc((size_t)n_items, sizeof *s->group_of);
    s->classes = bp_calloc((size_t)s->n_classes, sizeof *s->classes);
    if (!s->next || !s->group_of || !s->classes) {
        bp_sparse_schedule_clear(s);
        return BP_NO_MEMORY;
    }
    for (int i = 0; i < n_items; i++)
        s->group_of[i] = -1;
    return BP_OK;
}

void bp_sparse_schedule_clear(bp_sparse_schedule *s) {
    for (int c = 0; s->classes && c < s->n_classes; c++)
        bp_free(s->classes[c].group);
    bp_free(s->classes);
    bp_free(s->group);
    bp_free(s->first);
    bp_free(s->last);
    bp_free(s->next);
    bp_free(s->group_of);
    *s = (bp_sparse_schedule){0};
}

void bp_sparse_schedule_begin(bp_sparse_schedule *s, int earliest) {
    s->earliest = earliest;
}

void bp_sparse_schedule_after(bp_sparse_schedule *s, int needed) {
    if (s->group_of[needed] >= s->earliest) s->earliest = s->group_of[needed] + 1;
}

static bp_status grow_list(int **list, size_t count) {
    int *grown = bp_realloc_array(*list, count, sizeof **list);
    if (!grown) return BP_NO_MEMORY;
    *list = grown;
    return BP_OK;
}

static bp_status new_group(bp_sparse_schedule *s, bp_sparse_group group) {
    if (s->n_groups == s->room) {
        int room = s->room ? 2 * s->room : 64;
        bp_sparse_group *grown =
            bp_realloc_array(s->group, (size_t)room, sizeof *grown);
        if (!grown) return BP_NO_MEMORY;
        s->group = grown;
        BP_TRY(grow_list(&s->first, (size_t)room));
        BP_TRY(grow_list(&s->last, (size_t)room));
        s->room = room;
    }
    s->group[s->n_groups] = group;
    s->first[s->n_groups] = s->last[s->n_groups] = -1;
    s->n_groups++;
    return BP_OK;
}

// The first group of the class that is not before `earliest`; a new one where there is
// none.
static bp_status find_group(bp_sparse_schedule *s, bp_sparse_class *c,
                            bp_sparse_group like, int *out) {
    int low = 0, high = c->n;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (c->group[middle] < s->earliest)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == c->n) {
        if (c->n == c->room) {
            int room = c->room ? 2 * c->room : 8;
            BP_TRY(grow_list(&c->group, (size_t)room));
            c->room = room;
        }
        BP_TRY(new_group(s, like));
        c->group[c->n++] = s->n_groups - 1;
    }
    *out = c->group[low];
    return BP_OK;
}

bp_status bp_sparse_schedule_put(bp_sparse_schedule *s, int item, int kind,
                                 int length) {
    int counted = length > BP_SPARSE_LONGEST ? BP_SPARSE_LONGEST + 1 : length;
    int g = 0;
    BP_TRY(find_group(s, &s->classes[kind * N_LENGTHS + counted],
                      (bp_sparse_group){.kind = kind, .length = counted}, &g));
    if (s->last[g] < 0)
        s->first[g] = item;
    else
        s->next[s->last[g]] = item;
    s->last[g] = item;
    s->next[item] = -1;
    s->group_of[item] = g;
    s->group[g].n++;
    return BP_OK;
}
