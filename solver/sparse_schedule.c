// Lists of items that need nothing more, one a class. The longest list becomes the next
// group; what it was needed for may join the lists.
#include "solver/sparse_schedule.h"

#include "base/alloc.h"

enum { N_LENGTHS = BP_SPARSE_LONGEST + 2 };

typedef struct ready {
    int *first;      // (n_classes): the list of each, -1: empty
    int *count;      // (n_classes)
    int *next;       // (n_items)
    int *waits;      // (n_items): how many items it needs yet
    int *user_start; // (n_items + 1): who needs an item
    int *user;       // those of item 0, then of item 1, ...
} ready;

static void ready_clear(ready *r) {
    int *parts[] = {r->first, r->count, r->next, r->waits, r->user_start, r->user};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
}

bp_status bp_sparse_schedule_init(bp_sparse_schedule *s, int n_items, int n_kinds) {
    *s = (bp_sparse_schedule){.n_items = n_items, .n_classes = n_kinds * N_LENGTHS};
    s->class_of = bp_calloc((size_t)n_items, sizeof *s->class_of);
    s->item = bp_calloc((size_t)n_items, sizeof *s->item);
    if (!s->class_of || !s->item) {
        bp_sparse_schedule_clear(s);
        return BP_NO_MEMORY;
    }
    for (int i = 0; i < n_items; i++)
        s->class_of[i] = -1;
    return BP_OK;
}

void bp_sparse_schedule_clear(bp_sparse_schedule *s) {
    bp_free(s->group);
    bp_free(s->item);
    bp_free(s->class_of);
    *s = (bp_sparse_schedule){0};
}

void bp_sparse_schedule_item(bp_sparse_schedule *s, int item, int kind, int length) {
    int counted = length > BP_SPARSE_LONGEST ? BP_SPARSE_LONGEST + 1 : length;
    s->class_of[item] = kind * N_LENGTHS + counted;
}

static void add_ready(ready *r, const bp_sparse_schedule *s, int item) {
    int class = s->class_of[item];
    r->next[item] = r->first[class];
    r->first[class] = item;
    r->count[class]++;
}

static void count_user(ready *r, const bp_sparse_schedule *s, int item, int needed) {
    if (s->class_of[needed] < 0) return;
    r->user_start[needed + 1]++;
    r->waits[item]++;
}

static void count_users(ready *r, const bp_sparse_schedule *s,
                        const bp_sparse_needs *needs) {
    for (int i = 0; i < s->n_items; i++) {
        if (s->class_of[i] < 0) continue;
        for (int k = needs->each * needs->from[i]; k < needs->each * needs->to[i]; k++)
            count_user(r, s, i, needs->list[k]);
        if (needs->extra && needs->extra[i] >= 0) count_user(r, s, i, needs->extra[i]);
    }
    for (int i = 0; i < s->n_items; i++)
        r->user_start[i + 1] += r->user_start[i];
}

// `next` says where the next user of each item goes.
static void add_user(ready *r, const bp_sparse_schedule *s, int item, int needed) {
    if (s->class_of[needed] >= 0) r->user[r->next[needed]++] = item;
}

static void write_users(ready *r, const bp_sparse_schedule *s,
                        const bp_sparse_needs *needs) {
    for (int i = 0; i < s->n_items; i++)
        r->next[i] = r->user_start[i];
    for (int i = 0; i < s->n_items; i++) {
        if (s->class_of[i] < 0) continue;
        for (int k = needs->each * needs->from[i]; k < needs->each * needs->to[i]; k++)
            add_user(r, s, i, needs->list[k]);
        if (needs->extra && needs->extra[i] >= 0) add_user(r, s, i, needs->extra[i]);
    }
}

static bp_status ready_init(ready *r, const bp_sparse_schedule *s,
                            const bp_sparse_needs *needs) {
    size_t items = (size_t)s->n_items, classes = (size_t)s->n_classes;
    r->first = bp_calloc(classes, sizeof *r->first);
    r->count = bp_calloc(classes, sizeof *r->count);
    r->next = bp_calloc(items, sizeof *r->next);
    r->waits = bp_calloc(items, sizeof *r->waits);
    r->user_start = bp_calloc(items + 1, sizeof *r->user_start);
    if (!r->first || !r->count || !r->next || !r->waits || !r->user_start)
        return BP_NO_MEMORY;
    count_users(r, s, needs);
    r->user = bp_malloc((size_t)r->user_start[items] * sizeof *r->user);
    if (!r->user) return BP_NO_MEMORY;
    write_users(r, s, needs);
    for (int c = 0; c < s->n_classes; c++)
        r->first[c] = -1;
    for (int i = s->n_items - 1; i >= 0; i--)
        if (s->class_of[i] >= 0 && r->waits[i] == 0) add_ready(r, s, i);
    return BP_OK;
}

static bp_status new_group(bp_sparse_schedule *s, int class, int n) {
    if (s->n_groups == s->room) {
        int room = s->room ? 2 * s->room : 64;
        bp_sparse_group *grown =
            bp_realloc_array(s->group, (size_t)room, sizeof *grown);
        if (!grown) return BP_NO_MEMORY;
        s->group = grown;
        s->room = room;
    }
    s->group[s->n_groups++] = (bp_sparse_group){
        .kind = class / N_LENGTHS, .length = class % N_LENGTHS, .n = n};
    return BP_OK;
}

static int longest(const ready *r, int n_classes) {
    int best = 0;
    for (int c = 1; c < n_classes; c++)
        if (r->count[c] > r->count[best]) best = c;
    return r->count[best] > 0 ? best : -1;
}

static bp_status put_group(bp_sparse_schedule *s, ready *r, int class) {
    int from = s->n_put;
    BP_TRY(new_group(s, class, r->count[class]));
    for (int i = r->first[class]; i >= 0; i = r->next[i])
        s->item[s->n_put++] = i;
    r->first[class] = -1;
    r->count[class] = 0;
    for (int k = from; k < s->n_put; k++) {
        int i = s->item[k];
        for (int u = r->user_start[i]; u < r->user_start[i + 1]; u++)
            if (--r->waits[r->user[u]] == 0) add_ready(r, s, r->user[u]);
    }
    return BP_OK;
}

static bp_status put_all(bp_sparse_schedule *s, const bp_sparse_needs *needs,
                         ready *r) {
    BP_TRY(ready_init(r, s, needs));
    int class = longest(r, s->n_classes), wanted = 0;
    for (; class >= 0; class = longest(r, s->n_classes))
        BP_TRY(put_group(s, r, class));
    for (int i = 0; i < s->n_items; i++)
        wanted += s->class_of[i] >= 0;
    return s->n_put == wanted ? BP_OK : BP_BAD_ARGUMENT;
}

bp_status bp_sparse_schedule_run(bp_sparse_schedule *s, const bp_sparse_needs *needs) {
    ready r = {0};
    bp_status status = put_all(s, needs, &r);
    ready_clear(&r);
    return status;
}
