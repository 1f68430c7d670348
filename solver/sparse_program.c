#include "solver/sparse_program.h"

#include <string.h>

#include "base/alloc.h"
#include "solver/sparse_schedule.h"

// What is known of each entry of L + U (by rows, as in the shape) while programs are
// written.
typedef struct writer {
    bp_sparse_shape shape;
    int *source;  // (fill): value of A, -1: none
    int *row;     // (fill)
    int *start;   // (fill + 1): first product of each
    int *product; // (2 x products): entries a b
    int *next;    // (fill)
    int *where;   // (n): entry of a column in the row at hand, -1: none
    int *stored;  // (fill): place in memory
    int n_lanes;
    int split; // place of the first pivot of the block
    int zero;  // place in memory of a number that stays 0
    bp_sparse_tail tail;
    bp_sparse_schedule entries, forward, backward;
} writer;

static void writer_clear(writer *w) {
    bp_sparse_shape_clear(&w->shape);
    int *parts[] = {w->source, w->row,   w->start, w->product,
                    w->next,   w->where, w->stored};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
    bp_sparse_schedule_clear(&w->entries);
    bp_sparse_schedule_clear(&w->forward);
    bp_sparse_schedule_clear(&w->backward);
}

static bp_status writer_init(writer *w) {
    size_t n = (size_t)w->shape.n, fill = (size_t)w->shape.fill;
    w->source = bp_calloc(fill, sizeof *w->source);
    w->row = bp_calloc(fill, sizeof *w->row);
    w->start = bp_calloc(fill + 1, sizeof *w->start);
    w->next = bp_calloc(fill, sizeof *w->next);
    w->where = bp_calloc(n, sizeof *w->where);
    w->stored = bp_calloc(fill, sizeof *w->stored);
    if (!w->source || !w->row || !w->start || !w->next || !w->where || !w->stored)
        return BP_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        w->where[i] = -1;
    return BP_OK;
}

// ---- products ----

static void find_sources(writer *w, const bp_pattern *p) {
    const bp_sparse_shape *s = &w->shape;
    for (int e = 0; e < s->fill; e++)
        w->source[e] = -1;
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            int row = s->place[p->row[k]], column = s->place[j];
            int low = s->row_start[row], high = s->row_start[row + 1] - 1;
            while (low < high) {
                int middle = low + (high - low) / 2;
                if (s->column[middle] < column)
                    low = middle + 1;
                else
                    high = middle;
            }
            w->source[low] = k;
        }
}

// The products with entry l of a row and the row of its pivot: counted, or written.
static void products_of_pivot(writer *w, int l, bool write) {
    const bp_sparse_shape *s = &w->shape;
    int k = s->column[l];
    for (int u = s->diagonal[k] + 1; u < s->row_start[k + 1]; u++) {
        int e = w->where[s->column[u]];
        if (write) {
            int at = w->next[e]++;
            w->product[2 * at] = l;
            w->product[2 * at + 1] = u;
        } else
            w->start[e + 1]++;
    }
}

static void products_of_row(writer *w, int i, bool write) {
    const bp_sparse_shape *s = &w->shape;
    int from = s->row_start[i], to = s->row_start[i + 1];
    for (int e = from; e < to; e++)
        w->where[s->column[e]] = e;
    for (int l = from; l < s->diagonal[i] && s->column[l] < w->split; l++)
        products_of_pivot(w, l, write);
    for (int e = from; e < to; e++) {
        w->row[e] = i;
        w->where[s->column[e]] = -1;
    }
}

static bp_status find_products(writer *w) {
    int n = w->shape.n, fill = w->shape.fill;
    for (int i = 0; i < n; i++)
        products_of_row(w, i, false);
    for (int e = 0; e < fill; e++) {
        w->start[e + 1] += w->start[e];
        w->next[e] = w->start[e];
    }
    if (w->start[fill] > BP_SPARSE_MOST_LISTED) return BP_UNSUPPORTED;
    w->product = bp_calloc(2 * (size_t)w->start[fill] + 1, sizeof *w->product);
    if (!w->product) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++)
        products_of_row(w, i, true);
    return BP_OK;
}

static bool in_tail(const writer *w, int e) {
    return w->row[e] >= w->split && w->shape.column[e] >= w->split;
}

static bp_sparse_kind kind_of(const writer *w, int e) {
    const bp_sparse_shape *s = &w->shape;
    bool fill = w->source[e] < 0;
    if (in_tail(w, e)) return fill ? BP_SPARSE_U_FILL : BP_SPARSE_U;
    if (s->column[e] < w->row[e]) return fill ? BP_SPARSE_L_FILL : BP_SPARSE_L;
    if (s->column[e] == w->row[e]) return BP_SPARSE_PIVOT;
    return fill ? BP_SPARSE_U_FILL : BP_SPARSE_U;
}

// ---- schedules ----

// Middling lengths are made even by products of zeros, so that groups are fewer.
static int padded(int length) {
    return length <= 4 ? length : (length + 1) / 2 * 2;
}

// `next` is free by now: the pivot by which an entry of L is divided.
static bp_status schedule_entries(writer *w) {
    const bp_sparse_shape *s = &w->shape;
    bp_sparse_schedule *to = &w->entries;
    BP_TRY(bp_sparse_schedule_init(to, s->fill, BP_SPARSE_N_KINDS));
    for (int e = 0; e < s->fill; e++) {
        int length = w->start[e + 1] - w->start[e], kind = (int)kind_of(w, e);
        bool in_l = kind == BP_SPARSE_L || kind == BP_SPARSE_L_FILL;
        w->next[e] = in_l ? s->diagonal[s->column[e]] : -1;
        if (kind == BP_SPARSE_U_FILL && length == 0) continue; // the block is cleared
        bp_sparse_schedule_item(to, e, kind, padded(length));
    }
    bp_sparse_needs needs = {w->start, w->start + 1, w->product, 2, w->next};
    return bp_sparse_schedule_run(to, &needs);
}

typedef struct span {
    int from, to;
} span;

// Rows 0 .. n - 1 are those of L, n .. 2 n - 1 those of U, by their places: their
// entries off the diagonal and outside the block.
static span row_span(const writer *w, int row) {
    const bp_sparse_shape *s = &w->shape;
    if (row >= s->n)
        return (span){s->diagonal[row - s->n] + 1, s->row_start[row - s->n + 1]};
    span of = {s->row_start[row], s->diagonal[row]};
    while (of.to > of.from && s->column[of.to - 1] >= w->split)
        of.to--;
    return of;
}

// One schedule for L, then one for U, which overwrites what L reads. `where` and `next`
// are free by now: the entries of each row.
static bp_status schedule_rows(writer *w, bool forward, bp_sparse_schedule *to) {
    const bp_sparse_shape *s = &w->shape;
    int shift = forward ? 0 : s->n;
    BP_TRY(bp_sparse_schedule_init(to, s->n, 2));
    for (int i = 0; i < s->n; i++) {
        span of = row_span(w, shift + i);
        w->where[i] = of.from;
        w->next[i] = of.to;
        // nothing to do, or the block's
        if (forward ? of.from == of.to : i >= w->split) continue;
        bp_sparse_schedule_item(to, i, !forward, of.to - of.from);
    }
    bp_sparse_needs needs = {w->where, w->next, s->column, 1, NULL};
    return bp_sparse_schedule_run(to, &needs);
}

// Factors lie in memory as the solves read them; then come a zero and the block.
static void find_places(writer *w) {
    const bp_sparse_shape *s = &w->shape;
    int at = 0;
    for (int k = 0; k < w->forward.n_put; k++) {
        span of = row_span(w, w->forward.item[k]);
        for (int e = of.from; e < of.to; e++)
            w->stored[e] = at++;
    }
    for (int k = 0; k < w->backward.n_put; k++) {
        span of = row_span(w, s->n + w->backward.item[k]);
        for (int e = of.from; e < of.to; e++)
            w->stored[e] = at++;
        w->stored[s->diagonal[w->backward.item[k]]] = at++;
    }
    w->zero = at++;
    w->tail.start = (at + 7) / 8 * 8;
    for (int e = s->row_start[w->split]; e < s->fill; e++)
        if (in_tail(w, e))
            w->stored[e] = w->tail.start + (w->row[e] - w->split) * w->tail.n +
                           (s->column[e] - w->split);
}

static int n_factors(const bp_sparse_tail *tail) {
    return tail->start + tail->n * tail->n;
}

// ---- streams ----

static void put_number(bp_sparse_stream *s, int word) {
    if (s->narrow)
        s->narrow[s->n_words++] = (uint16_t)word;
    else
        s->wide[s->n_words++] = (uint32_t)word;
}

// A position: in numbers, of which every entry has as many as there are lanes.
static void put(const writer *w, bp_sparse_stream *s, int entry) {
    put_number(s, entry * w->n_lanes);
}

static bp_status stream_init(bp_sparse_stream *s, int n_groups, size_t n_words,
                             int largest) {
    *s = (bp_sparse_stream){.n_groups = n_groups};
    s->group = bp_calloc((size_t)n_groups, sizeof *s->group);
    if (largest <= UINT16_MAX)
        s->narrow = bp_calloc_aligned(n_words, sizeof *s->narrow);
    else
        s->wide = bp_calloc_aligned(n_words, sizeof *s->wide);
    return s->group && (s->narrow || s->wide) ? BP_OK : BP_NO_MEMORY;
}

static void copy_groups(bp_sparse_group *to, const bp_sparse_schedule *schedule) {
    if (schedule->n_groups > 0)
        memcpy(to, schedule->group, (size_t)schedule->n_groups * sizeof *to);
}

static void write_entry(const writer *w, int e, bp_sparse_stream *out) {
    const bp_sparse_shape *s = &w->shape;
    int from = w->start[e], to = w->start[e + 1], length = to - from;
    put(w, out, w->stored[e]);
    if (w->source[e] >= 0) put(w, out, w->source[e]);
    if (s->column[e] < w->row[e] && !in_tail(w, e))
        put(w, out, w->stored[s->diagonal[s->column[e]]]);
    if (length > BP_SPARSE_LONGEST) put_number(out, padded(length));
    for (int p = 2 * from; p < 2 * to; p++)
        put(w, out, w->stored[w->product[p]]);
    for (int p = 2 * length; p < 2 * padded(length); p++)
        put(w, out, w->zero);
}

static bp_status write_factor(const writer *w, bp_sparse_stream *out) {
    const bp_sparse_schedule *schedule = &w->entries;
    size_t fill = (size_t)w->shape.fill;
    size_t n_words = 6 * fill + 2 * (size_t)w->start[fill];
    BP_TRY(stream_init(out, schedule->n_groups, n_words,
                       w->n_lanes * n_factors(&w->tail)));
    copy_groups(out->group, schedule);
    for (int k = 0; k < schedule->n_put; k++)
        write_entry(w, schedule->item[k], out);
    return BP_OK;
}

static void write_row(const writer *w, int variable, span of, bp_sparse_stream *out) {
    const bp_sparse_shape *s = &w->shape;
    put(w, out, variable);
    if (of.to - of.from > BP_SPARSE_LONGEST) put_number(out, of.to - of.from);
    for (int e = of.from; e < of.to; e++)
        put(w, out, s->variable[s->column[e]]);
}

static bp_status write_solve(const writer *w, bp_sparse_stream *out) {
    const bp_sparse_shape *s = &w->shape;
    const bp_sparse_schedule *forward = &w->forward, *backward = &w->backward;
    size_t n_words = 4 * (size_t)s->n + (size_t)s->fill;
    BP_TRY(stream_init(out, forward->n_groups + backward->n_groups, n_words,
                       w->n_lanes * n_factors(&w->tail)));
    copy_groups(out->group, forward);
    copy_groups(out->group + forward->n_groups, backward);
    for (int k = 0; k < forward->n_put; k++) {
        int i = forward->item[k];
        write_row(w, s->variable[i], row_span(w, i), out);
    }
    for (int k = 0; k < backward->n_put; k++) {
        int i = backward->item[k];
        write_row(w, s->variable[i], row_span(w, s->n + i), out);
    }
    return BP_OK;
}

// ---- the block ----

// A product of the block costs about this much of one by lists, and each row that is
// reduced by a panel of pivots as much as so many (measured: bench/lu_bench).
#define BLOCK_PRODUCT 0.25
#define BLOCK_ROW     10.0

static double cost_of_block(double n) {
    double panels = n / BP_SPARSE_PANEL;
    return BLOCK_PRODUCT * n * n * n / 3.0 + BLOCK_ROW * panels * n / 2.0;
}

// Products of the pivots from each place on, going back; ends where the block would
// grow more than what lists cost there.
static int choose_split(const bp_sparse_shape *s, int *column_count) {
    int best = s->n;
    double listed = 0.0, gain = 0.0;
    for (int e = 0; e < s->fill; e++)
        column_count[s->column[e]]++;
    for (int i = 0; i < s->n; i++) // below the diagonal: all less those of U
        for (int e = s->diagonal[i]; e < s->row_start[i + 1]; e++)
            column_count[s->column[e]]--;
    for (int p = s->n - 1; p >= 0; p--) {
        int in_row = s->row_start[p + 1] - s->diagonal[p];
        listed += (double)in_row * (column_count[p] + 1);
        int n = s->n - p;
        if (n % BP_SPARSE_PANEL || listed - cost_of_block(n) <= gain) continue;
        gain = listed - cost_of_block(n);
        best = p;
    }
    return best;
}

static bp_status make_tail(writer *w, const bp_pattern *pattern) {
    const bp_sparse_shape *s = &w->shape;
    int n = s->n - w->split;
    w->tail.n = n;
    w->tail.variable = bp_calloc((size_t)n, sizeof *w->tail.variable);
    w->tail.source = bp_calloc((size_t)n, sizeof *w->tail.source);
    if (!w->tail.variable || !w->tail.source) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++) {
        w->tail.variable[i] = s->variable[w->split + i];
        w->tail.source[i] = pattern->diagonal[w->tail.variable[i]];
    }
    return BP_OK;
}

static void tail_clear(bp_sparse_tail *tail) {
    bp_free(tail->variable);
    bp_free(tail->source);
}

// ---- all of it ----

static bp_status write_program(writer *w, const bp_pattern *pattern,
                               bp_sparse_program *out) {
    BP_TRY(writer_init(w));
    w->split = choose_split(&w->shape, w->next);
    BP_TRY(make_tail(w, pattern));
    find_sources(w, pattern);
    BP_TRY(find_products(w));
    BP_TRY(schedule_entries(w));
    BP_TRY(schedule_rows(w, true, &w->forward));
    BP_TRY(schedule_rows(w, false, &w->backward));
    find_places(w);
    BP_TRY(write_factor(w, &out->factor));
    return write_solve(w, &out->solve);
}

static void count(const writer *w, bp_sparse_program *out) {
    const bp_sparse_shape *s = &w->shape;
    double n = w->tail.n;
    out->n_factors = n_factors(&w->tail);
    out->n_forward = w->forward.n_groups;
    out->markowitz = s->markowitz;
    out->fill = n * n;
    out->work = w->start[s->fill] + n * (n * n - 1.0) / 3.0;
    for (int e = 0; e < s->fill; e++) {
        if (in_tail(w, e)) continue;
        out->fill += 1.0;
        out->work += s->column[e] < w->row[e];
    }
}

static void stream_clear(bp_sparse_stream *s) {
    bp_free(s->group);
    bp_free_aligned(s->narrow);
    bp_free_aligned(s->wide);
}

void bp_sparse_program_clear(bp_sparse_program *program) {
    stream_clear(&program->factor);
    stream_clear(&program->solve);
    tail_clear(&program->tail);
    *program = (bp_sparse_program){0};
}

bp_status bp_sparse_program_new(const bp_pattern *pattern, int n_lanes,
                                double most_work, bp_sparse_program *out) {
    *out = (bp_sparse_program){.n = pattern->n};
    writer w = {.n_lanes = n_lanes};
    BP_TRY(bp_sparse_shape_new(pattern, most_work, &w.shape));
    bp_status status = write_program(&w, pattern, out);
    if (status == BP_OK) {
        count(&w, out);
        out->tail = w.tail;
    } else
        tail_clear(&w.tail);
    writer_clear(&w);
    if (status != BP_OK) bp_sparse_program_clear(out);
    return status;
}
