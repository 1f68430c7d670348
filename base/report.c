// bp_report of error.h.
#include <string.h>

#include "base/array.h"
#include "base/error.h"
#include "base/locale_c.h"

enum { DEFAULT_LIMIT = 100 }; // errors kept; nobody reads more

static int limit_of(const bp_report *report) {
    return report->limit > 0 ? report->limit : DEFAULT_LIMIT;
}

// Errors beyond the limit are counted, not kept, nor are the notes that explain them.
static bool wanted(const bp_report *report, bp_severity severity) {
    if (severity == BP_WARNING) return true;
    return report->n_errors <= limit_of(report);
}

static const char *format_message(bp_arena *arena, const char *format, va_list args)
    BP_PRINTF(2, 0);
static void add(bp_report *report, bp_finding finding, const char *format, va_list args)
    BP_PRINTF(3, 0);

static const char *format_message(bp_arena *arena, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    int length = bp_vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = length >= 0 ? bp_arena_take(arena, (size_t)length + 1) : NULL;
    if (text) bp_vsnprintf(text, (size_t)length + 1, format, args);
    return text;
}

// A copy of the file name; findings in a row mostly share one.
static const char *keep_file(bp_report *report, const char *file) {
    const char *last =
        report->count ? report->items[report->count - 1].where.file : NULL;
    if (!file || (last && strcmp(last, file) == 0)) return file ? last : NULL;
    return bp_arena_copy(&report->arena, file);
}

static void add(bp_report *report, bp_finding finding, const char *format,
                va_list args) {
    if (finding.severity == BP_ERROR) report->n_errors++;
    if (finding.severity == BP_WARNING) report->n_warnings++;
    if (!wanted(report, finding.severity)) return;

    const char *file = finding.where.file;
    finding.message = format_message(&report->arena, format, args);
    finding.where.file = keep_file(report, file);
    bool kept = finding.message && (finding.where.file || !file);
    if (!kept || !bp_array_push(report, finding)) report->failed = true;
}

void bp_report_error(bp_report *report, bp_status status, bp_where where,
                     const char *format, ...) {
    va_list args;
    va_start(args, format);
    bp_finding finding = {.severity = BP_ERROR, .status = status, .where = where};
    add(report, finding, format, args);
    va_end(args);
}

void bp_report_warning(bp_report *report, bp_status status, bp_where where,
                       const char *format, ...) {
    va_list args;
    va_start(args, format);
    bp_finding finding = {.severity = BP_WARNING, .status = status, .where = where};
    add(report, finding, format, args);
    va_end(args);
}

void bp_report_note(bp_report *report, bp_where where, const char *format, ...) {
    va_list args;
    va_start(args, format);
    bp_finding finding = {.severity = BP_NOTE, .status = BP_OK, .where = where};
    add(report, finding, format, args);
    va_end(args);
}

void bp_report_add_error(bp_report *report, const bp_error *err) {
    const char *file = err->file[0] ? err->file : NULL;
    bp_where where = {file, err->line, err->column};
    bp_report_error(report, err->status, where, "%s", err->message);
}

static const bp_finding *first_error(const bp_report *report) {
    for (int i = 0; i < report->count; i++)
        if (report->items[i].severity == BP_ERROR) return &report->items[i];
    return NULL;
}

bp_status bp_report_status(const bp_report *report) {
    if (report->failed) return BP_NO_MEMORY;
    const bp_finding *first = first_error(report);
    return first ? first->status : BP_OK;
}

bp_status bp_report_first(const bp_report *report, bp_error *err) {
    if (report->failed) return bp_error_no_memory(err);
    const bp_finding *first = first_error(report);
    if (!first) return BP_OK;
    return bp_error_at(err, first->status, first->where, "%s", first->message);
}

static int compare(const bp_where *a, const bp_where *b) {
    int order = strcmp(a->file ? a->file : "", b->file ? b->file : "");
    if (order != 0) return order;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static void reverse(bp_finding *items, int from, int to) {
    for (to--; from < to; from++, to--) {
        bp_finding swapped = items[from];
        items[from] = items[to];
        items[to] = swapped;
    }
}

// One past the group that begins at i: a finding and the notes that explain it.
static int group_end(const bp_report *report, int i) {
    do
        i++;
    while (i < report->count && report->items[i].severity == BP_NOTE);
    return i;
}

// Where the group at `from` belongs among the sorted groups before it.
static int place_of(const bp_report *report, int from) {
    int place = from;
    for (int i = from - 1; i >= 0; i--) {
        bool leads = i == 0 || report->items[i].severity != BP_NOTE;
        if (!leads) continue;
        if (compare(&report->items[i].where, &report->items[from].where) <= 0) break;
        place = i;
    }
    return place;
}

// Insertion by groups: stable, takes no memory, and reports arrive nearly sorted.
void bp_report_sort(bp_report *report) {
    for (int from = 0, to; from < report->count; from = to) {
        to = group_end(report, from);
        int place = place_of(report, from);
        reverse(report->items, place, from); // three reversals rotate
        reverse(report->items, from, to);
        reverse(report->items, place, to);
    }
}

void bp_report_clear(bp_report *report) {
    int limit = report->limit;
    bp_arena_clear(&report->arena);
    bp_free(report->items);
    *report = (bp_report){.limit = limit};
}
