// The summary that a person sees after a run: the last value of every observable, for
// as many runs and columns as fit a terminal.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "cli/cli.h"

enum { MOST_RUNS = 12, MOST_COLUMNS = 8, NUMBER_WIDTH = 10 };

typedef struct summary_sink {
    bp_sink sink; // first: a bp_sink * is a summary_sink *
    bp_arena arena;
    int n_runs, n_rows, n_columns;
    size_t last_row; // where the last time's values begin in a result
    double until;    // in the unit shown
    const char *time_unit;
    const char *column[MOST_COLUMNS];
    int width[MOST_COLUMNS]; // of a column, in characters
    int run[MOST_RUNS];      // of each row
    const char *label[MOST_RUNS];
    double last[MOST_RUNS][MOST_COLUMNS];
    bp_status status[MOST_RUNS];
    int *member; // of each run, NULL: no ensemble (n_runs)
    int n_members;
    bool *member_failed; // (n_members)
} summary_sink;

// Characters of UTF-8, which is what a terminal shows.
static int width_of(const char *text) {
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void pad(FILE *to, int n) {
    fprintf(to, "%*s", n > 0 ? n : 0, "");
}

// Units that a person would not say after the number.
static bool is_said(const char *unit) {
    return unit && unit[0] && strcmp(unit, "1") != 0 && strcmp(unit, "fraction") != 0 &&
           strcmp(unit, "dimensionless") != 0;
}

static const char *run_label(summary_sink *s, const bp_results_head *head, int run) {
    bp_text text = {0};
    for (int i = 0; i < head->n_coordinates; i++) {
        const bp_coordinate *c = &head->coordinates[i];
        if (strcmp(c->name, "member") == 0) continue;
        if (text.length) bp_text_add(&text, ", ");
        if (c->labels) {
            bp_text_add(&text, c->labels[run]);
            continue;
        }
        bp_text_format(&text, "%s ", c->name);
        bp_text_number_short(&text, c->values[run], 4);
        if (is_said(c->unit)) bp_text_format(&text, " %s", c->unit);
    }
    char *label = bp_arena_copy(&s->arena, bp_text_get(&text));
    bp_text_clear(&text);
    for (char *c = label; c && *c; c++)
        if ((unsigned char)*c < 0x20) *c = ' '; // one line for each run
    return label;
}

// Which parameter set each run has.
static bool note_members(summary_sink *s, const bp_results_head *head) {
    const double *values = NULL;
    for (int i = 0; i < head->n_coordinates; i++)
        if (strcmp(head->coordinates[i].name, "member") == 0)
            values = head->coordinates[i].values;
    if (!values) return true;
    s->member = bp_arena_take(&s->arena, (size_t)head->n_runs * sizeof *s->member);
    for (int run = 0; s->member && run < head->n_runs; run++) {
        s->member[run] = (int)values[run];
        if (s->member[run] >= s->n_members) s->n_members = s->member[run] + 1;
    }
    s->member_failed = bp_arena_take(&s->arena, (size_t)s->n_members + 1);
    return s->member && s->member_failed;
}

static bp_status begin(bp_sink *sink, const bp_results_head *head, bp_error *err) {
    summary_sink *s = (summary_sink *)sink;
    s->n_runs = head->n_runs;
    s->n_columns =
        head->n_observables < MOST_COLUMNS ? head->n_observables : MOST_COLUMNS;
    s->until =
        head->n_times ? head->times[head->n_times - 1] * head->shown_time_factor : 0;
    s->last_row = (size_t)(head->n_times ? head->n_times - 1 : 0) *
                  (size_t)(head->n_observables + head->n_species);
    s->time_unit = bp_arena_copy(&s->arena, head->shown_time_unit);
    bool whole = s->time_unit != NULL;
    for (int j = 0; j < s->n_columns && whole; j++)
        whole = (s->column[j] = bp_arena_copy(&s->arena, head->observables[j].name)) !=
                NULL;
    for (int j = 0; j < s->n_columns && whole; j++) {
        int n = width_of(s->column[j]);
        s->width[j] = n > NUMBER_WIDTH ? n : NUMBER_WIDTH;
    }
    whole = whole && note_members(s, head);
    for (int run = 0; run < s->n_runs && whole && s->n_rows < MOST_RUNS; run++) {
        if (s->member && s->member[run] != 0) continue;
        s->run[s->n_rows] = run;
        whole = (s->label[s->n_rows++] = run_label(s, head, run)) != NULL;
    }
    return whole ? BP_OK : bp_error_no_memory(err);
}

static bp_status put(bp_sink *sink, const bp_result *result, bp_error *err) {
    (void)err;
    summary_sink *s = (summary_sink *)sink;
    if (s->member && result->status != BP_OK)
        s->member_failed[s->member[result->run]] = true;
    int row = 0;
    while (row < s->n_rows && s->run[row] != result->run)
        row++;
    if (row == s->n_rows) return BP_OK;
    s->status[row] = result->status;
    memcpy(s->last[row], result->values + s->last_row,
           (size_t)s->n_columns * sizeof(double));
    return BP_OK;
}

static bp_status flush(bp_sink *sink, bp_error *err) {
    (void)sink;
    (void)err;
    return BP_OK;
}

static bp_status end(bp_sink *sink, bp_status status, bp_error *err) {
    (void)sink;
    (void)err;
    (void)status;
    return BP_OK;
}

static void summary_free(bp_sink *sink) {
    if (sink) bp_arena_clear(&((summary_sink *)sink)->arena);
    bp_free(sink);
}

bp_status cli_summary_sink_new(bp_sink **out) {
    summary_sink *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->sink = (bp_sink){begin, put, flush, end, summary_free};
    *out = &s->sink;
    return BP_OK;
}

static int widest_label(const summary_sink *s) {
    int width = 0;
    for (int i = 0; i < s->n_rows; i++) {
        int n = width_of(s->label[i]);
        width = n > width ? n : width;
    }
    return width;
}

static void print_members(const summary_sink *s, FILE *to) {
    int n_failed = 0;
    if (!s->member) return;
    for (int i = 0; i < s->n_members; i++)
        n_failed += s->member_failed[i];
    fprintf(to, "ensemble: %d parameter set%s, ", s->n_members,
            s->n_members == 1 ? "" : "s");
    if (n_failed)
        fprintf(to, "%d of them failed in some run\n", n_failed);
    else
        fprintf(to, "none failed\n");
}

void cli_summary_print(const bp_sink *sink, FILE *to) {
    const summary_sink *s = (const summary_sink *)sink;
    int width = widest_label(s);
    char number[32];
    print_members(s, to);
    if (s->n_columns == 0) return; // species only
    fprintf(to, "at %s %s%s:\n  ", bp_number_print_short(s->until, 6, number),
            s->time_unit, s->member ? ", member 0" : "");
    pad(to, width);
    for (int j = 0; j < s->n_columns; j++) {
        pad(to, 1 + s->width[j] - width_of(s->column[j]));
        fputs(s->column[j], to);
    }
    fputc('\n', to);
    for (int i = 0; i < s->n_rows; i++) {
        fprintf(to, "  %s", s->label[i]);
        pad(to, width - width_of(s->label[i]));
        for (int j = 0; j < s->n_columns; j++)
            fprintf(to, " %*s", s->width[j],
                    s->status[i] == BP_OK
                        ? bp_number_print_short(s->last[i][j], 4, number)
                        : "failed");
        fputc('\n', to);
    }
    if (s->n_runs > s->n_rows)
        fprintf(to, "  ... and %d more run%s\n", s->n_runs - s->n_rows,
                s->n_runs - s->n_rows == 1 ? "" : "s");
}
