// Messages on standard error, one form for all commands.
#include "cli/cli.h"

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

void cli_print_report(bp_report *report, bool notes) {
    bp_report_sort(report);
    for (int i = 0; i < report->count; i++) {
        const bp_finding *f = &report->items[i];
        if (f->severity == BP_NOTE && !notes && report->n_errors == 0) continue;
        print_finding(f);
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
