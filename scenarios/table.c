// CSV: from a text to cells, or to numbers without them.
#include "scenarios/table.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"

typedef struct scanner {
    bp_reader *reader;
    const char *p, *end;
    const char *line_start;
    int line;
    bp_arena *texts;               // of the cells
    BP_ARRAY(bp_table_cell) cells; // of all rows so far, of numbers: of this one
} scanner;

static bp_where here(const scanner *s) {
    return (bp_where){s->reader->file, s->line, (int)(s->p - s->line_start) + 1};
}

static bool at_line_end(const scanner *s) {
    return s->p >= s->end || *s->p == '\n' || *s->p == '\r';
}

static void skip_blanks(scanner *s) {
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\t'))
        s->p++;
}

static void next_line(scanner *s) {
    while (s->p < s->end && *s->p != '\n')
        s->p++;
    if (s->p < s->end) s->p++;
    s->line++;
    s->line_start = s->p;
}

// To the next line that holds cells; false at the end.
static bool find_row(scanner *s) {
    while (s->p < s->end) {
        skip_blanks(s);
        if (!at_line_end(s) && *s->p != '#') return true;
        next_line(s);
    }
    return false;
}

static bool push(scanner *s, const char *text, bp_where where) {
    if (text && bp_array_push(&s->cells, (bp_table_cell){text, where})) return true;
    s->reader->report->failed = true;
    return false;
}

// "so ""called"", here": past the closing quote.
static bool read_quoted(scanner *s) {
    bp_where where = here(s);
    bp_text text = {0};
    for (s->p++; !at_line_end(s); s->p++) {
        bool quote = *s->p == '"';
        if (quote && s->p + 1 < s->end && s->p[1] == '"')
            s->p++; // two stand for one
        else if (quote)
            break;
        bp_text_add_n(&text, s->p, 1);
    }
    bool closed = !at_line_end(s);
    if (closed) s->p++;
    const char *copy = text.failed ? NULL : bp_arena_copy(s->texts, bp_text_get(&text));
    bp_text_clear(&text);
    if (!closed)
        bp_report_error(s->reader->report, BP_SYNTAX, where,
                        "the quote is not closed on its line");
    return push(s, copy, where) && closed;
}

static bool read_cell(scanner *s) {
    skip_blanks(s);
    if (!at_line_end(s) && *s->p == '"') return read_quoted(s);
    bp_where where = here(s);
    const char *start = s->p;
    while (!at_line_end(s) && *s->p != ',')
        s->p++;
    size_t length = (size_t)(s->p - start);
    while (length && (start[length - 1] == ' ' || start[length - 1] == '\t'))
        length--;
    return push(s, bp_arena_copy_n(s->texts, start, length), where);
}

// One line of `wanted` cells, 0: of any number; returns how many, 0 after reporting.
static int read_row(scanner *s, int wanted) {
    int n = 0;
    for (bool more = true; more; n++) {
        bp_where where = here(s);
        if (!read_cell(s)) return 0;
        skip_blanks(s);
        more = !at_line_end(s);
        if (more && *s->p != ',') {
            bp_report_error(s->reader->report, BP_SYNTAX, here(s),
                            "a comma separates values");
            return 0;
        }
        bool surplus = wanted && n == wanted;
        if (surplus || (!more && n + 1 < wanted)) {
            bp_report_error(s->reader->report, BP_SYNTAX, surplus ? where : here(s),
                            "a row has %d values, as the header has names", wanted);
            return 0;
        }
        s->p += more;
    }
    return n;
}

static bool read_header(scanner *s, bp_table *out) {
    if (!find_row(s)) {
        bp_report_error(s->reader->report, BP_SYNTAX, here(s),
                        "a table begins with a line of column names");
        return false;
    }
    out->n_columns = read_row(s, 0);
    next_line(s);
    return out->n_columns > 0;
}

static bool read_rows(scanner *s, bp_table *out) {
    if (!read_header(s, out)) return false;
    while (find_row(s)) {
        if (!read_row(s, out->n_columns)) return false;
        out->n_rows++;
        next_line(s);
    }
    return true;
}

static bool check_header(bp_reader *reader, const bp_table *table) {
    bool ok = true;
    for (int i = 0; i < table->n_columns; i++) {
        const bp_table_cell *cell = &table->header[i];
        bool empty = cell->text[0] == '\0';
        bool twice = !empty && bp_table_column(table, cell->text) < i;
        if (empty || twice)
            bp_report_error(reader->report, BP_SYNTAX, cell->where,
                            empty ? "a column has no name"
                                  : "the column '%s' is there twice",
                            cell->text);
        ok = ok && !empty && !twice;
    }
    return ok;
}

static scanner start(bp_reader *reader, const char *text, size_t length) {
    scanner s = {.reader = reader,
                 .p = text,
                 .end = text + length,
                 .line = 1,
                 .texts = reader->arena};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        s.p += 3; // a mark of UTF-8
    s.line_start = s.p;
    return s;
}

// Moves the cells read so far into the reader's arena.
static bool keep_cells(scanner *s, bp_table *out) {
    size_t size = (size_t)s->cells.count * sizeof *s->cells.items;
    bp_table_cell *kept = bp_arena_take(s->reader->arena, size);
    s->reader->report->failed |= !kept;
    if (!kept) return false;
    memcpy(kept, s->cells.items, size);
    s->cells.count = 0;
    out->header = kept;
    out->cells = kept + out->n_columns;
    return check_header(s->reader, out);
}

bool bp_table_parse(bp_reader *reader, const char *text, size_t length, bp_table *out) {
    scanner s = start(reader, text, length);
    *out = (bp_table){.file = reader->file};
    bool ok = read_rows(&s, out) && keep_cells(&s, out);
    bp_array_clear(&s.cells);
    return ok;
}

// ---- numbers ----

static bool cell_number(bp_reader *reader, const bp_table *table,
                        const bp_table_cell *cell, int column, double *value) {
    const char *end = cell->text;
    *value = bp_number_read(cell->text, &end);
    if (end != cell->text && !*end && isfinite(*value)) return true;
    if (cell->text[0])
        bp_report_error(reader->report, BP_BAD_VALUE, cell->where,
                        "'%s' is no number for %s", cell->text,
                        table->header[column].text);
    else
        bp_report_error(reader->report, BP_BAD_VALUE, cell->where,
                        "the value for %s is missing", table->header[column].text);
    return false;
}

// One row, whose texts live no longer.
static bool read_numbers(scanner *s, bp_table *table, bool kept, bp_numbers *values) {
    bool ok = read_row(s, table->n_columns) > 0;
    for (int i = 0; ok && kept && i < table->n_columns; i++) {
        double value = 0;
        if (!cell_number(s->reader, table, &s->cells.items[i], i, &value))
            values->bad = true;
        if (bp_array_push(&values->list, value)) continue;
        s->reader->report->failed = true;
        ok = false;
    }
    s->cells.count = 0;
    bp_arena_clear(s->texts);
    return ok;
}

bool bp_table_read_numbers(bp_reader *reader, const char *text, size_t length, int most,
                           bp_table *out, bp_numbers *values) {
    bp_arena row = {0};
    scanner s = start(reader, text, length);
    *out = (bp_table){.file = reader->file};
    *values = (bp_numbers){0};
    bool ok = read_header(&s, out) && keep_cells(&s, out);
    out->cells = NULL;
    s.texts = &row;
    while (ok && find_row(&s)) {
        ok = read_numbers(&s, out, !most || out->n_rows < most, values);
        out->n_rows++;
        next_line(&s);
    }
    bp_arena_clear(&row);
    bp_array_clear(&s.cells);
    return ok && !values->bad;
}

int bp_table_column(const bp_table *table, const char *name) {
    for (int i = 0; i < table->n_columns; i++)
        if (strcmp(table->header[i].text, name) == 0) return i;
    return -1;
}

const bp_table_cell *bp_table_at(const bp_table *table, int row, int column) {
    return &table->cells[(size_t)row * (size_t)table->n_columns + (size_t)column];
}

bool bp_table_number(bp_reader *reader, const bp_table *table, int row, int column,
                     double *value) {
    return cell_number(reader, table, bp_table_at(table, row, column), column, value);
}
