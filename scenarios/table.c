// CSV: from a text, whole or in pieces, to cells or to numbers without them.
#include "scenarios/table.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"

typedef struct scanner {
    bp_reader *reader;
    bp_table *table;
    int line;
    const char *line_start, *p, *end; // of this line
    bp_text rest;                     // of the text so far, a line that has no end yet
    bp_arena *texts;                  // of the cells
    BP_ARRAY(bp_table_cell) cells;    // of all rows so far, of numbers: of this one
    bp_spill *numbers;                // NULL: cells are kept
    int most;                         // rows of numbers that are kept, 0: all
    bool bad;                         // something was no number, and is reported
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

// Moves the cells read so far into the reader's arena.
static bool keep_cells(scanner *s) {
    bp_table *out = s->table;
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
static bool take_numbers(scanner *s) {
    bool ok = true;
    bool kept = !s->most || s->table->n_rows < s->most;
    for (int i = 0; ok && kept && i < s->table->n_columns; i++) {
        double value = 0;
        bp_error err = {0};
        if (!cell_number(s->reader, s->table, &s->cells.items[i], i, &value))
            s->bad = true;
        bp_status status = bp_spill_add(s->numbers, &value, 1, &err);
        ok = status == BP_OK;
        if (status == BP_NO_MEMORY)
            s->reader->report->failed = true;
        else if (!ok)
            bp_report_add_error(s->reader->report, &err);
    }
    s->cells.count = 0;
    bp_arena_clear(s->texts);
    return ok;
}

// ---- lines ----

static bool take_header(scanner *s, bp_arena *rows) {
    s->table->n_columns = read_row(s, 0);
    if (s->table->n_columns == 0) return false;
    if (!s->numbers) return true;
    bool ok = keep_cells(s);
    s->table->cells = NULL;
    s->texts = rows;
    return ok;
}

// [text, end): a line without its end. False after reporting.
static bool take_line(scanner *s, bp_arena *rows, const char *text, const char *end) {
    bool ok = true;
    s->p = s->line_start = text;
    s->end = end;
    if (s->line == 1 && end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        s->p = s->line_start += 3; // a mark of UTF-8
    skip_blanks(s);
    bool empty = at_line_end(s) || *s->p == '#';
    if (!empty && s->table->n_columns == 0) {
        ok = take_header(s, rows);
    } else if (!empty) {
        ok = read_row(s, s->table->n_columns) > 0;
        if (ok && s->numbers) ok = take_numbers(s);
        s->table->n_rows++;
    }
    s->line++;
    return ok;
}

typedef struct feed {
    scanner *scanner;
    bp_arena rows; // texts of one row of numbers
} feed;

static bool take_rest(feed *f) {
    scanner *s = f->scanner;
    const char *text = bp_text_get(&s->rest);
    bool ok = !s->rest.failed && take_line(s, &f->rows, text, text + s->rest.length);
    s->reader->report->failed |= s->rest.failed;
    s->rest.length = 0;
    return ok;
}

static bool take_piece(feed *f, const char *text, size_t length) {
    scanner *s = f->scanner;
    const char *end = text + length, *line_end = NULL;
    for (bool ok = true; text < end; text = line_end + 1) {
        line_end = memchr(text, '\n', (size_t)(end - text));
        if (!line_end || s->rest.length) // begins or ends in another piece
            bp_text_add_n(&s->rest, text, (size_t)((line_end ? line_end : end) - text));
        if (!line_end) break;
        ok = s->rest.length || s->rest.failed ? take_rest(f)
                                              : take_line(s, &f->rows, text, line_end);
        if (!ok) return false;
    }
    return true;
}

static bool take_end(feed *f) {
    scanner *s = f->scanner;
    if ((s->rest.length || s->rest.failed) && !take_rest(f)) return false;
    if (s->table->n_columns) return true;
    bp_report_error(s->reader->report, BP_SYNTAX,
                    (bp_where){s->reader->file, s->line, 1},
                    "a table begins with a line of column names");
    return false;
}

static void stop(feed *f) {
    bp_array_clear(&f->scanner->cells);
    bp_text_clear(&f->scanner->rest);
    bp_arena_clear(&f->rows);
}

bool bp_table_parse(bp_reader *reader, const char *text, size_t length, bp_table *out) {
    scanner s = {.reader = reader, .table = out, .line = 1, .texts = reader->arena};
    feed f = {.scanner = &s};
    *out = (bp_table){.file = reader->file};
    bool ok = take_piece(&f, text, length) && take_end(&f) && keep_cells(&s);
    stop(&f);
    return ok;
}

static bp_status take_from_file(void *data, const char *piece, size_t length) {
    return take_piece(data, piece, length) ? BP_OK : BP_CANCELLED; // it is reported
}

bool bp_table_read_numbers(bp_reader *reader, bp_bundle *bundle, int most,
                           bp_table *out, bp_spill *values) {
    scanner s = {.reader = reader,
                 .table = out,
                 .line = 1,
                 .texts = reader->arena,
                 .numbers = values,
                 .most = most};
    feed f = {.scanner = &s};
    bp_error err = {0};
    *out = (bp_table){.file = reader->file};
    bp_status status = bp_bundle_scan(bundle, reader->file, take_from_file, &f, &err);
    if (status == BP_NO_MEMORY)
        reader->report->failed = true;
    else if (status != BP_OK && status != BP_CANCELLED)
        bp_report_add_error(reader->report, &err);
    bool ok = status == BP_OK && take_end(&f);
    stop(&f);
    return ok && !s.bad;
}

// ---- questions ----

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
