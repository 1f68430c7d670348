// Measured points that a figure shows beside its curves: a CSV file whose columns are
// named in its header: the compared key (`arm`), `observable`, `time [min]` or the
// swept key on the axis with its unit, `value`, `sd`.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/internal.h"
#include "scenarios/table.h"

typedef struct measuring {
    bp_scenario *scenario;
    const bp_figure_plan *plot;
    bp_reader reader; // of the table's file
    bp_table table;
    const bp_coordinate *compared; // NULL: the figure has one group of runs
    const char *x_name;            // "time", or the swept key on the axis
    int group, of, x, value, sd;   // columns, -1: absent
    double factor;                 // from the file's unit of x to the figure's
    double low, high;              // of the axis
    int n_outside;
} measuring;

// ---- what the figure tells apart ----

static const bp_coordinate *find_coordinate(const bp_results_head *head,
                                            const char *name) {
    if (strcmp(name, "arms") == 0) name = "arm";
    for (int i = 0; i < head->n_coordinates; i++)
        if (strcmp(head->coordinates[i].name, name) == 0) return &head->coordinates[i];
    return NULL;
}

// The coordinate that decides which curve a row belongs to; false after reporting.
static bool find_compared(measuring *m) {
    const bp_results_head *head = &m->scenario->head;
    const bp_figure_plan *plot = m->plot;
    if (plot->compare.name) {
        m->compared = find_coordinate(head, plot->compare.name);
        return m->compared != NULL; // else reported with the figure
    }
    int n = 0;
    for (int i = 0; i < head->n_coordinates; i++) {
        const bp_coordinate *c = &head->coordinates[i];
        bool on_axis = plot->x.name && strcmp(c->name, plot->x.name) == 0;
        if (on_axis || strcmp(c->name, "member") == 0) continue;
        m->compared = c;
        n++;
    }
    if (n > 1)
        bp_report_error(m->reader.report, BP_BAD_VALUE, plot->data.where,
                        "the runs differ in several keys: say by `compare` which of "
                        "them the rows of the data name");
    return n <= 1;
}

// ---- columns ----

// "time [min]": the name without its unit, and the unit ("" none).
static const char *split_unit(measuring *m, const char *header, const char **unit) {
    const char *open = strchr(header, '[');
    const char *close = open ? strchr(open, ']') : NULL;
    *unit = "";
    if (!close || close[1]) return header;
    size_t length = (size_t)(open - header);
    while (length && header[length - 1] == ' ')
        length--;
    const char *name = bp_arena_copy_n(m->reader.arena, header, length);
    const char *text =
        bp_arena_copy_n(m->reader.arena, open + 1, (size_t)(close - open) - 1);
    if (!name || !text) m->reader.report->failed = true;
    *unit = text ? text : "";
    return name ? name : "";
}

// The unit that the axis has.
static bp_unit axis_unit(const measuring *m, const char **text) {
    const bp_results_head *head = &m->scenario->head;
    const bp_coordinate *c =
        m->plot->x.name ? find_coordinate(head, m->plot->x.name) : NULL;
    bp_unit unit = bp_unit_unknown;
    *text = c ? c->unit : head->shown_time_unit;
    if (!(*text)[0] || bp_unit_parse(*text, &unit, NULL) != BP_OK)
        return bp_unit_unknown;
    return unit;
}

static void read_x_unit(measuring *m, const char *written, bp_where where) {
    const char *shown = "";
    bp_unit wanted = axis_unit(m, &shown);
    bp_unit given = bp_unit_unknown;
    bp_error err = {0};
    m->factor = 1;
    if (!written[0] && wanted.known && !bp_unit_equal(wanted, bp_unit_dimensionless))
        bp_report_error(m->reader.report, BP_BAD_UNIT, where,
                        "the header says the unit, as in '%s [%s]'", m->x_name, shown);
    else if (written[0] && (bp_unit_parse(written, &given, &err) != BP_OK ||
                            bp_unit_factor(given, wanted, &m->factor, &err) != BP_OK))
        bp_report_error(m->reader.report, err.status, where, "%s: %s", m->x_name,
                        err.message);
}

static void read_header(measuring *m) {
    const char *names[] = {"observable", "value",   "sd", "source",
                           "note",       m->x_name, NULL};
    int *columns[] = {&m->of, &m->value, &m->sd, NULL, NULL, &m->x, &m->group};
    int n = m->compared ? 7 : 6, before = m->reader.report->n_errors;
    m->group = m->of = m->x = m->value = m->sd = -1;
    names[6] = m->compared ? m->compared->name : NULL;
    for (int i = 0; i < m->table.n_columns; i++) {
        const bp_table_cell *cell = &m->table.header[i];
        const char *unit = "";
        const char *name = split_unit(m, cell->text, &unit);
        int k = 0;
        while (k < n && strcmp(names[k], name) != 0)
            k++;
        if (k == n)
            bp_report_error(m->reader.report, BP_UNKNOWN_NAME, cell->where,
                            "data have no column '%s'%s", name,
                            bp_suggest_all(&m->reader, name, names, n));
        else if (columns[k])
            *columns[k] = i;
        if (k == 5) read_x_unit(m, unit, cell->where);
    }
    bool misspelt = m->reader.report->n_errors > before; // most likely what is missing
    for (int k = 0; !misspelt && k < n; k++)
        if (columns[k] && columns[k] != &m->sd && *columns[k] < 0)
            bp_report_error(m->reader.report, BP_SYNTAX, m->table.header[0].where,
                            "data need a column '%s'", names[k]);
}

// ---- rows ----

static void check_observable(measuring *m, const bp_table_cell *cell) {
    const bp_results_head *head = &m->scenario->head;
    int n = head->n_observables;
    const char **names = bp_reader_take(&m->reader, (size_t)n + 1, sizeof *names);
    for (int i = 0; names && i < n; i++) {
        names[i] = head->observables[i].name;
        if (strcmp(names[i], cell->text) == 0) return;
    }
    if (names)
        bp_report_error(m->reader.report, BP_UNKNOWN_NAME, cell->where,
                        "the scenario does not observe '%s'%s", cell->text,
                        bp_suggest_all(&m->reader, cell->text, names, n));
}

// A group is named by its label; one of numbers by its number.
static void check_group(measuring *m, const bp_table_cell *cell) {
    enum { MOST = 64 };
    const char *names[MOST];
    int n = 0;
    const char *end = cell->text;
    double number = bp_number_read(cell->text, &end);
    for (int run = 0; run < m->scenario->head.n_runs; run++) {
        const bp_coordinate *c = m->compared;
        if (c->values && end != cell->text && !*end && c->values[run] == number) return;
        if (!c->labels) continue;
        if (strcmp(c->labels[run], cell->text) == 0) return;
        if (n < MOST && (n == 0 || strcmp(names[n - 1], c->labels[run]) != 0))
            names[n++] = c->labels[run];
    }
    bp_report_error(m->reader.report, BP_UNKNOWN_NAME, cell->where,
                    "no run has the %s '%s'%s", m->compared->name, cell->text,
                    bp_suggest_all(&m->reader, cell->text, names, n));
}

static bool is_drawn(const measuring *m, const char *observable) {
    for (int i = 0; i < m->plot->n_of; i++)
        if (strcmp(m->plot->of[i].name, observable) == 0) return true;
    return m->plot->n_of == 0;
}

static void print_point(measuring *m, int row, const double *numbers, bool *first,
                        bp_text *json) {
    bp_text_add(json, *first ? "\n    {\"of\": " : ",\n    {\"of\": ");
    *first = false;
    bp_text_json(json, bp_table_at(&m->table, row, m->of)->text);
    if (m->group >= 0) {
        bp_text_add(json, ", \"group\": ");
        bp_text_json(json, bp_table_at(&m->table, row, m->group)->text);
    }
    bp_text_add(json, ", \"x\": ");
    bp_text_number(json, numbers[0] * m->factor);
    bp_text_add(json, ", \"value\": ");
    bp_text_number(json, numbers[1]);
    if (!isnan(numbers[2])) {
        bp_text_add(json, ", \"sd\": ");
        bp_text_number(json, numbers[2]);
    }
    bp_text_add(json, "}");
}

static void print_row(measuring *m, int row, bool *first, bp_text *json) {
    double numbers[3] = {NAN, NAN, NAN}; // x, value, sd
    bool has_sd = m->sd >= 0 && bp_table_at(&m->table, row, m->sd)->text[0];
    bool ok = bp_table_number(&m->reader, &m->table, row, m->x, &numbers[0]);
    ok &= bp_table_number(&m->reader, &m->table, row, m->value, &numbers[1]);
    if (has_sd) ok &= bp_table_number(&m->reader, &m->table, row, m->sd, &numbers[2]);
    if (has_sd && ok && numbers[2] < 0)
        bp_report_error(m->reader.report, BP_BAD_VALUE,
                        bp_table_at(&m->table, row, m->sd)->where,
                        "a standard deviation must not be negative");
    const bp_table_cell *of = bp_table_at(&m->table, row, m->of);
    check_observable(m, of);
    if (m->group >= 0) check_group(m, bp_table_at(&m->table, row, m->group));
    if (!ok) return;
    double x = numbers[0] * m->factor, room = 1e-9 * fabs(m->high);
    bool outside = x < m->low - room || x > m->high + room;
    m->n_outside += outside;
    if (!outside && is_drawn(m, of->text)) print_point(m, row, numbers, first, json);
}

// ---- the whole ----

static void set_range(measuring *m) {
    const bp_results_head *head = &m->scenario->head;
    const bp_coordinate *c =
        m->plot->x.name ? find_coordinate(head, m->plot->x.name) : NULL;
    m->low = c && c->values ? INFINITY : 0;
    m->high = c && c->values ? -INFINITY
                             : head->times[head->n_times - 1] * head->shown_time_factor;
    for (int run = 0; c && c->values && run < head->n_runs; run++) {
        m->low = fmin(m->low, c->values[run]);
        m->high = fmax(m->high, c->values[run]);
    }
}

static bool read_file(measuring *m) {
    bp_text path = {0};
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    bp_bundle_resolve(m->scenario->file, m->plot->data.name, &path);
    m->reader.file = bp_arena_copy(m->reader.arena, bp_text_get(&path));
    bool ok = m->reader.file && !path.failed;
    bp_text_clear(&path);
    if (!ok) {
        m->reader.report->failed = true;
        return false;
    }
    bp_status status =
        bp_bundle_read(m->scenario->bundle, m->reader.file, &text, &length, &err);
    if (status != BP_OK) {
        bp_report_error(m->reader.report, status, m->plot->data.where, "data: %s",
                        err.message);
        return false;
    }
    return bp_table_parse(&m->reader, text, length, &m->table);
}

void bp_measured_print(bp_scenario *scenario, bp_report *report,
                       const bp_figure_plan *plot, bp_text *json) {
    measuring m = {.scenario = scenario, .plot = plot};
    m.reader = (bp_reader){&scenario->arena, report, NULL};
    m.x_name = plot->x.name ? plot->x.name : "time";
    int before = report->n_errors;
    if (!find_compared(&m) || !read_file(&m)) return;
    read_header(&m);
    if (report->n_errors > before || report->failed) return;
    set_range(&m);
    bool first = true;
    bp_text_add(json, ", \"data\": ");
    bp_text_json(json, plot->data.name);
    bp_text_add(json, ", \"points\": [");
    for (int row = 0; row < m.table.n_rows; row++)
        print_row(&m, row, &first, json);
    bp_text_add(json, "]");
    if (m.n_outside)
        bp_report_warning(report, BP_BAD_VALUE, plot->data.where,
                          "%d of %d rows of the data lie outside of the figure's axis "
                          "and are not drawn",
                          m.n_outside, m.table.n_rows);
}
