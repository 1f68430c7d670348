// Messages on standard error, one form for all commands.
#include "cli/cli.h"
#include "model/format.h"

void cli_print_error(const bp_error *err) {
    char text[1400];
    fprintf(stderr, "%s\n", bp_error_print(err, text, sizeof text));
}

static void print_finding(const bp_finding *f) {
    static const char *const word[] = {"error", "warning", "note"};
    if (f->where.file) fprintf(stderr, "%s:", f->where.file);
    if (f->where.line) fprintf(stderr, "%d:", f->where.line);
    if (f->where.line && f->where.column) fprintf(stderr, "%d:", f->where.column);
    fprintf(stderr, "%s%s: %s\n", f->where.file ? " " : "", word[f->severity],
            f->message);
}

// Models of others often mix units. A run tells how often; `bypass check` tells where.
enum { MOST_UNIT_WARNINGS = 3 };

static bool is_unit_warning(const bp_finding *f) {
    return f->severity == BP_WARNING && f->status == BP_BAD_UNIT && f->where.file &&
           bp_format_of(f->where.file) != BP_FORMAT_NONE;
}

static int count_unit_warnings(const bp_report *report) {
    int n = 0;
    for (int i = 0; i < report->count; i++)
        n += is_unit_warning(&report->items[i]);
    return n;
}

void cli_print_report(bp_report *report, bool notes) {
    bp_report_sort(report);
    int in_units = count_unit_warnings(report);
    bool together = !notes && report->n_errors == 0 && in_units > MOST_UNIT_WARNINGS;
    for (int i = 0; i < report->count; i++) {
        const bp_finding *f = &report->items[i];
        if (f->severity == BP_NOTE && !notes && report->n_errors == 0) continue;
        if (!together || !is_unit_warning(f)) {
            print_finding(f);
            continue;
        }
        if (in_units > 0)
            fprintf(stderr,
                    "%s: warning: units do not fit in %d places; `bypass check %s` "
                    "lists them\n",
                    f->where.file, in_units, f->where.file);
        in_units = 0; // said
    }
    if (report->failed) fprintf(stderr, "error: out of memory while reporting\n");
}

static void add_count(bp_text *out, int n, const char *what) {
    bp_text_format(out, "%d %s%s", n, what, n == 1 ? "" : "s");
}

void cli_describe_model(const bp_model *model, bp_text *out) {
    add_count(out, bp_model_n_states(model), "state variable");
    bp_text_add(out, ", ");
    add_count(out, bp_model_n_reactions(model), "reaction");
}

int cli_code(bp_status status) {
    if (status == BP_OK) return CLI_OK;
    if (status == BP_NO_MEMORY || status == BP_INTERNAL) return CLI_NO_RUN;
    return CLI_INPUT;
}
