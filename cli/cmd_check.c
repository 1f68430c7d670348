// bypass check: read scenarios and models and report every problem.
#include <string.h>

#include "cli/cli.h"
#include "model/antimony.h"

typedef struct check_result {
    bp_report report;
    bp_status status;
    bp_text fine; // what a sound file holds
} check_result;

static void check_model(const char *name, bool lenient, bp_bundle *bundle,
                        check_result *result) {
    bp_text path = {0};
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &path);
    result->status =
        bp_network_load(bp_text_get(&path), bundle, &spec, &result->report);
    bp_compile_options options = {.lenient = lenient};
    if (result->status == BP_OK)
        result->status = bp_model_compile(spec, &options, &model, &result->report);
    if (result->status == BP_OK) {
        int n = bp_model_n_events(model);
        cli_describe_model(model, &result->fine);
        bp_text_format(&result->fine, ", %d event%s", n, n == 1 ? "" : "s");
    }
    bp_model_free(model);
    bp_spec_free(spec);
    bp_text_clear(&path);
}

static void check_scenario(const char *name, bp_bundle *bundle, check_result *result) {
    bp_scenario *scenario = NULL;
    result->status = bp_scenario_load(name, bundle, &scenario, &result->report);
    if (result->status == BP_OK) {
        const bp_model *model = bp_scenario_model(scenario);
        int n = bp_scenario_n_runs(scenario);
        bp_text_format(&result->fine, "%d run%s of %s, ", n, n == 1 ? "" : "s",
                       bp_model_name(model));
        cli_describe_model(model, &result->fine);
    }
    bp_scenario_free(scenario);
}

static void check_results(const char *name, check_result *result) {
    bp_results *results = NULL;
    bp_error err = {0};
    result->status = bp_results_read(name, &results, &err);
    if (result->status != BP_OK) {
        bp_report_add_error(&result->report, &err);
        return;
    }
    bp_text_format(&result->fine, "results of %d run%s, %d time%s, %s",
                   results->head.n_runs, results->head.n_runs == 1 ? "" : "s",
                   results->head.n_times, results->head.n_times == 1 ? "" : "s",
                   results->complete ? "complete" : "incomplete");
    bp_results_free(results);
}

static void check_file(const char *name, bool lenient, check_result *result) {
    bp_bundle *bundle = NULL;
    result->status = bp_bundle_new(&bundle);
    if (result->status == BP_OK) {
        cli_input_kind kind = cli_input_classify(name);
        bp_file_kind file = bp_file_kind_of(name, bundle);
        if (kind == CLI_MODEL)
            check_model(name, lenient, bundle, result);
        else if (kind == CLI_SCENARIO && file != BP_FILE_SCENARIO)
            result->status =
                bp_item_check(name, bundle, file, &result->fine, &result->report);
        else if (kind == CLI_RESULTS)
            check_results(name, result);
        else
            check_scenario(name, bundle, result);
    }
    if (result->status != BP_OK && result->report.n_errors == 0)
        bp_report_error(&result->report, result->status, BP_NOWHERE, "%s: %s", name,
                        bp_status_text(result->status));
    bp_bundle_free(bundle);
}

// [{"file", "line", "column", "severity", "status", "message"}, ...]
static void json_findings(bp_report *report, const char *name, bool *first) {
    static const char *const word[] = {"error", "warning", "note"};
    bp_text text = {0};
    bp_report_sort(report);
    for (int i = 0; i < report->count; i++) {
        const bp_finding *f = &report->items[i];
        bp_text_add(&text, *first ? "\n  {\"file\": " : ",\n  {\"file\": ");
        bp_text_json(&text, f->where.file ? f->where.file : name);
        bp_text_format(&text, ", \"line\": %d, \"column\": %d, \"severity\": \"%s\", ",
                       f->where.line, f->where.column, word[f->severity]);
        bp_text_format(&text,
                       "\"status\": \"%s\", \"message\": ", bp_status_name(f->status));
        bp_text_json(&text, f->message);
        bp_text_add(&text, "}");
        *first = false;
    }
    fputs(bp_text_get(&text), stdout);
    bp_text_clear(&text);
}

int cmd_check(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done, first = true;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    if (args.n_operands == 0) return cli_usage(command, "which file?");
    bool json = cli_option_get(command, &args, "json") != NULL;
    bool quiet = cli_option_get(command, &args, "quiet") != NULL;
    bool lenient = cli_option_get(command, &args, "lenient") != NULL;
    if (json) fputs("[", stdout);
    for (int i = 0; i < args.n_operands; i++) {
        check_result result = {0};
        check_file(args.operand[i], lenient, &result);
        if (json)
            json_findings(&result.report, args.operand[i], &first);
        else
            cli_print_report(&result.report, true);
        if (result.status == BP_OK && !json && !quiet)
            printf("%s: fine: %s\n", args.operand[i], bp_text_get(&result.fine));
        int one = cli_code(result.status);
        code = one > code ? one : code;
        bp_report_clear(&result.report);
        bp_text_clear(&result.fine);
    }
    if (json) puts(first ? "]" : "\n]");
    return code;
}
