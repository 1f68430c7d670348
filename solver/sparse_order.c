// Symbolic elimination on sets of bits: a row of a network's matrix is a few words
// long, and the union of two rows, which is what elimination does, a few instructions.
#include "solver/sparse_order.h"

#include <amd.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

enum { WORD = 64 };

typedef struct elimination {
    int n;
    int n_words;
    uint64_t *rows;    // (n x n_words): columns not yet eliminated, when the row was
    uint64_t *columns; // (n x n_words): rows not yet eliminated, when the column was
    int *row_count;    // (n) entries, with the diagonal
    int *column_count; // (n)
    int *variable;     // (n): of each place, as far as chosen
    char *gone;        // (n)
    double work;
} elimination;

static void elimination_clear(elimination *e) {
    bp_free(e->rows);
    bp_free(e->columns);
    bp_free(e->row_count);
    bp_free(e->column_count);
    bp_free(e->variable);
    bp_free(e->gone);
    *e = (elimination){0};
}

static bp_status elimination_init(elimination *e, int n) {
    size_t side = (size_t)n;
    *e = (elimination){.n = n, .n_words = (n + WORD - 1) / WORD};
    size_t words = side * (size_t)e->n_words;
    e->rows = bp_calloc(words, sizeof *e->rows);
    e->columns = bp_calloc(words, sizeof *e->columns);
    e->row_count = bp_calloc(side, sizeof *e->row_count);
    e->column_count = bp_calloc(side, sizeof *e->column_count);
    e->variable = bp_calloc(side, sizeof *e->variable);
    e->gone = bp_calloc(side, sizeof *e->gone);
    if (e->rows && e->columns && e->row_count && e->column_count && e->variable &&
        e->gone)
        return BP_OK;
    elimination_clear(e);
    return BP_NO_MEMORY;
}

// ---- sets ----

static uint64_t *set_of(uint64_t *sets, const elimination *e, int i) {
    return sets + (size_t)i * (size_t)e->n_words;
}

static void set_add(uint64_t *set, unsigned i) {
    set[i / WORD] |= (uint64_t)1 << (i % WORD);
}

static void set_remove(uint64_t *set, unsigned i) {
    set[i / WORD] &= ~((uint64_t)1 << (i % WORD));
}

static int bits(uint64_t x) {
    x -= (x >> 1) & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (int)((x * 0x0101010101010101u) >> 56);
}

static int lowest(uint64_t x) { // x is not 0
    return bits((x & (0 - x)) - 1);
}

// The members of `set` after `after`, one a call; -1: no more.
static int set_next(const uint64_t *set, int n_words, int after) {
    unsigned from = (unsigned)(after + 1), w = from / WORD, end = (unsigned)n_words;
    if (w >= end) return -1;
    uint64_t x = set[w] & (~(uint64_t)0 << (from % WORD));
    while (!x) {
        if (++w == end) return -1;
        x = set[w];
    }
    return (int)w * WORD + lowest(x);
}

// to |= from; returns how many members that makes.
static int set_unite(uint64_t *restrict to, const uint64_t *restrict from,
                     int n_words) {
    int count = 0;
    for (int w = 0; w < n_words; w++) {
        to[w] |= from[w];
        count += bits(to[w]);
    }
    return count;
}

// ---- elimination ----

static void take_pattern(elimination *e, const bp_pattern *p) {
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            set_add(set_of(e->rows, e, p->row[k]), (unsigned)j);
            set_add(set_of(e->columns, e, j), (unsigned)p->row[k]);
            e->row_count[p->row[k]]++;
            e->column_count[j]++;
        }
}

// Every set of `sets` that `members` names, but for `pivot` itself, takes in `with` and
// loses the pivot.
static void spread(elimination *e, uint64_t *sets, const uint64_t *members,
                   const uint64_t *with, int *count, int pivot) {
    for (int i = set_next(members, e->n_words, -1); i >= 0;
         i = set_next(members, e->n_words, i)) {
        if (i == pivot) continue;
        uint64_t *set = set_of(sets, e, i);
        count[i] = set_unite(set, with, e->n_words) - 1;
        set_remove(set, (unsigned)pivot);
    }
}

static void eliminate(elimination *e, int at, int pivot) {
    const uint64_t *row = set_of(e->rows, e, pivot);
    const uint64_t *column = set_of(e->columns, e, pivot);
    e->work += (double)(e->column_count[pivot] - 1) * (double)e->row_count[pivot];
    spread(e, e->rows, column, row, e->row_count, pivot);
    spread(e, e->columns, row, column, e->column_count, pivot);
    e->gone[pivot] = 1;
    e->variable[at] = pivot;
}

// Markowitz: the pivot that updates fewest entries; of equals the first.
static int cheapest(const elimination *e) {
    int best = -1;
    int64_t least = INT64_MAX;
    for (int i = 0; i < e->n; i++) {
        if (e->gone[i]) continue;
        int64_t cost = (int64_t)(e->row_count[i] - 1) * (e->column_count[i] - 1);
        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    return best;
}

// `order` NULL: by Markowitz' rule. UNSUPPORTED as soon as the work exceeds its bound.
static bp_status eliminate_all(elimination *e, const bp_pattern *p, const int *order,
                               double most_work) {
    BP_TRY(elimination_init(e, p->n));
    take_pattern(e, p);
    for (int at = 0; at < p->n && e->work <= most_work; at++)
        eliminate(e, at, order ? order[at] : cheapest(e));
    if (e->work <= most_work) return BP_OK;
    elimination_clear(e);
    return BP_UNSUPPORTED;
}

// UNSUPPORTED when AMD expects far too much work: of A + A', which is more than that of
// A, but rarely ten times as much.
static bp_status order_by_degree(const bp_pattern *p, double most_work, int **out) {
    double info[AMD_INFO] = {0};
    *out = NULL;
    int *order = bp_calloc((size_t)p->n, sizeof *order);
    if (!order) return BP_NO_MEMORY;
    // AMD says OK_BUT_JUMBLED of rows out of order, which does no harm
    int done = amd_order(p->n, p->column_start, p->row, order, NULL, info);
    if (done != AMD_OK && done != AMD_OK_BUT_JUMBLED) {
        bp_free(order);
        return done == AMD_OUT_OF_MEMORY ? BP_NO_MEMORY : BP_BAD_ARGUMENT;
    }
    if (info[AMD_NMULTSUBS_LU] > 10.0 * most_work) {
        bp_free(order);
        return BP_UNSUPPORTED;
    }
    *out = order;
    return BP_OK;
}

// ---- the shape ----

void bp_sparse_shape_clear(bp_sparse_shape *s) {
    bp_free(s->variable);
    bp_free(s->place);
    bp_free(s->row_start);
    bp_free(s->column);
    bp_free(s->diagonal);
    *s = (bp_sparse_shape){0};
}

// Entries of L and U by rows: counts them first (column NULL), then writes them. Places
// are gone through in order, so that columns ascend: pivot p adds to L of later rows
// the column p, and to its own row the diagonal and U, which is sorted afterwards.
static void count_rows(bp_sparse_shape *s, const elimination *e) {
    int *start = s->row_start;
    memset(start, 0, ((size_t)s->n + 1) * sizeof *start);
    for (int p = 0; p < s->n; p++) {
        int v = e->variable[p];
        const uint64_t *column = set_of(e->columns, e, v);
        start[p + 1] += e->row_count[v];
        for (int i = set_next(column, e->n_words, -1); i >= 0;
             i = set_next(column, e->n_words, i))
            if (i != v) start[s->place[i] + 1]++;
    }
    for (int p = 0; p < s->n; p++)
        start[p + 1] += start[p];
    s->fill = start[s->n];
}

static void sort(int *x, int n) { // short lists
    for (int i = 1; i < n; i++) {
        int value = x[i], k = i;
        for (; k > 0 && x[k - 1] > value; k--)
            x[k] = x[k - 1];
        x[k] = value;
    }
}

// `next` (n): where the next entry of each row goes.
static void write_rows(bp_sparse_shape *s, const elimination *e, int *next) {
    memcpy(next, s->row_start, (size_t)s->n * sizeof *next);
    for (int p = 0; p < s->n; p++) {
        int v = e->variable[p], from = next[p];
        const uint64_t *row = set_of(e->rows, e, v);
        const uint64_t *column = set_of(e->columns, e, v);
        s->diagonal[p] = from;
        for (int j = set_next(row, e->n_words, -1); j >= 0;
             j = set_next(row, e->n_words, j))
            s->column[next[p]++] = s->place[j];
        sort(s->column + from, next[p] - from);
        for (int i = set_next(column, e->n_words, -1); i >= 0;
             i = set_next(column, e->n_words, i))
            if (i != v) s->column[next[s->place[i]]++] = p;
    }
}

static bp_status write_shape(bp_sparse_shape *s, const elimination *e) {
    size_t n = (size_t)e->n;
    s->n = e->n;
    s->work = e->work;
    s->variable = bp_calloc(n, sizeof *s->variable);
    s->place = bp_calloc(n, sizeof *s->place);
    s->row_start = bp_calloc(n + 1, sizeof *s->row_start);
    s->diagonal = bp_calloc(n, sizeof *s->diagonal);
    if (!s->variable || !s->place || !s->row_start || !s->diagonal) return BP_NO_MEMORY;
    for (int p = 0; p < s->n; p++) {
        s->variable[p] = e->variable[p];
        s->place[e->variable[p]] = p;
    }
    count_rows(s, e);
    s->column = bp_calloc((size_t)s->fill, sizeof *s->column);
    if (!s->column) return BP_NO_MEMORY;
    write_rows(s, e, e->row_count); // the counts have served
    return BP_OK;
}

// The cheaper of the two eliminations that came to an end.
static bp_status eliminate_well(elimination *e, const bp_pattern *p, double most_work,
                                bool *markowitz) {
    int *order = NULL;
    elimination by_degree = {0};
    BP_TRY(order_by_degree(p, most_work, &order));
    bp_status degree = eliminate_all(&by_degree, p, order, most_work);
    bp_free(order);
    if (degree == BP_NO_MEMORY) return degree;
    // no further than to the work of the other
    bp_status rule = eliminate_all(e, p, NULL, degree ? most_work : by_degree.work);
    *markowitz = rule == BP_OK;
    if (rule == BP_UNSUPPORTED && degree == BP_OK) {
        *e = by_degree;
        return BP_OK;
    }
    elimination_clear(&by_degree);
    return rule;
}

bp_status bp_sparse_shape_new(const bp_pattern *pattern, double most_work,
                              bp_sparse_shape *out) {
    *out = (bp_sparse_shape){0};
    if (pattern->n > BP_SPARSE_MOST_STATES) return BP_UNSUPPORTED;
    elimination e = {0};
    bool markowitz = false;
    BP_TRY(eliminate_well(&e, pattern, most_work, &markowitz));
    bp_status status = write_shape(out, &e);
    out->markowitz = markowitz;
    elimination_clear(&e);
    if (status != BP_OK) bp_sparse_shape_clear(out);
    return status;
}
