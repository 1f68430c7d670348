// bypass validate: runs published behaviours and compares them with what was expected.
#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "output/measure.h"

typedef enum form { TABLE, MARKDOWN, JSON } form;

typedef struct validation {
    form form;
    bool sources;
    const char *ensemble; // NULL: none
    int threads;
    bp_text out;
    int n, n_passed, n_declared, n_wrong; // behaviours
    bool first;
    bool unmeasured; // of the behaviour at hand: a number could not be had
    int code;
} validation;

// One behaviour: its scenario, run.
typedef struct trial {
    bp_bundle *bundle;
    bp_scenario *scenario;
    bp_sink *sink;
    const bp_results *results;
} trial;

static void trial_clear(trial *t) {
    if (t->sink) t->sink->free(t->sink);
    bp_scenario_free(t->scenario);
    bp_bundle_free(t->bundle);
}

static bp_status trial_run(trial *t, const char *name, const validation *v) {
    bp_report report = {0};
    bp_error err = {0};
    bp_batch_summary summary = {0};
    bp_batch_options options = {.threads = v->threads};
    bp_load_options how = {.ensemble = v->ensemble};
    bp_status status = bp_bundle_new(&t->bundle);
    if (status == BP_OK)
        status = bp_scenario_load_with(name, t->bundle, &how, &t->scenario, &report);
    cli_print_report(&report, false);
    bp_report_clear(&report);
    if (status != BP_OK) return status;
    status = bp_memory_sink_new(&t->sink);
    if (status == BP_OK)
        status = bp_batch_run(t->scenario, &options, t->sink, &summary, &err);
    if (status != BP_OK) cli_print_error(&err);
    if (status == BP_OK) t->results = bp_memory_sink_results(t->sink);
    return status;
}

// ---- rows ----

static void add_number(bp_text *out, double value) {
    if (isfinite(value))
        bp_text_number_short(out, value, 3);
    else
        bp_text_add(out, isnan(value) ? "none" : "");
}

// "0.3 to 0.7", "at least 2"
static void add_band(bp_text *out, const bp_expectation *e) {
    if (isfinite(e->low) && isfinite(e->high)) {
        add_number(out, e->low);
        bp_text_add(out, " to ");
        add_number(out, e->high);
        return;
    }
    bp_text_add(out, isfinite(e->low) ? "at least " : "at most ");
    add_number(out, isfinite(e->low) ? e->low : e->high);
}

static void add_row(validation *v, const bp_behaviour *b, const bp_expectation *e,
                    double value, bool pass) {
    bp_text band = {0}, got = {0};
    add_band(&band, e);
    add_number(&got, value);
    if (v->form == MARKDOWN)
        bp_text_format(&v->out, "| %s | %s | %s | %s | %s |\n", b->id, e->what,
                       bp_text_get(&band), bp_text_get(&got),
                       pass ? "pass" : "**FAIL**");
    else
        bp_text_format(&v->out, "  %-4s %-15s %-10s %s\n", pass ? "ok" : "FAIL",
                       bp_text_get(&band), bp_text_get(&got), e->what);
    if (v->sources && v->form == TABLE && e->because[0])
        bp_text_format(&v->out, "       %s\n", e->because);
    bp_text_clear(&band);
    bp_text_clear(&got);
}

static void add_json_value(bp_text *out, double value) {
    if (isfinite(value))
        bp_text_number(out, value);
    else
        bp_text_add(out, "null");
}

// One object an expectation: with every member's value when there is an ensemble.
static void add_json(validation *v, const bp_behaviour *b, const bp_expectation *e,
                     const double *values, int n, bool pass) {
    bp_text_add(&v->out, v->first ? "\n  {\"id\": " : ",\n  {\"id\": ");
    bp_text_json(&v->out, b->id);
    bp_text_add(&v->out, ", \"what\": ");
    bp_text_json(&v->out, e->what);
    bp_text_add(&v->out, ", \"at_least\": ");
    add_json_value(&v->out, e->low);
    bp_text_add(&v->out, ", \"at_most\": ");
    add_json_value(&v->out, e->high);
    bp_text_format(&v->out, ", \"pass\": %s, \"declared_failing\": %s, \"values\": [",
                   pass ? "true" : "false", b->fails[0] ? "true" : "false");
    for (int i = 0; i < n; i++) {
        if (i) bp_text_add(&v->out, ", ");
        add_json_value(&v->out, values[i]);
    }
    bp_text_add(&v->out, "]}");
    v->first = false;
}

static void add_title(validation *v, const bp_behaviour *b, bool pass) {
    bool declared = b->fails[0] && !v->unmeasured;
    const char *word = pass ? "pass" : declared ? "FAIL, as declared" : "FAIL";
    if (v->form != TABLE) return;
    bp_text_format(&v->out, "%s  %s  [%s]\n", b->id, b->statement, word);
    if (v->sources) bp_text_format(&v->out, "     %s\n", b->source);
    if (v->sources && b->fitted[0])
        bp_text_format(&v->out, "     fitted: %s\n", b->fitted);
    if (b->fails[0]) bp_text_format(&v->out, "     why: %s\n", b->fails);
}

// ---- one behaviour ----

static int count_members(const bp_results *results) {
    const bp_results_head *head = &results->head;
    for (int c = 0; c < head->n_coordinates; c++) {
        double most = 0;
        if (strcmp(head->coordinates[c].name, "member") != 0) continue;
        for (int i = 0; i < head->n_runs; i++)
            if (head->coordinates[c].values[i] > most)
                most = head->coordinates[c].values[i];
        return (int)most + 1;
    }
    return 0;
}

// Nothing was measured: a mistake in the file, or a run that failed. Neither is the
// failure that a file may declare.
static void note_unmeasured(validation *v, bp_status status) {
    bool mistake =
        status == BP_UNKNOWN_NAME || status == BP_SYNTAX || status == BP_BAD_VALUE;
    v->unmeasured = true;
    if (mistake || !v->code) v->code = mistake ? CLI_INPUT : CLI_SOME_FAILED;
}

// All members' values; the first is judged. An expression that cannot be read is
// reported once, a run that failed is NaN.
static bool measure(validation *v, const trial *t, const bp_behaviour *b, int i,
                    double *values, int n) {
    const bp_expectation *e = &b->expected[i];
    bool ensemble = count_members(t->results) > 0;
    for (int m = 0; m < n; m++) {
        bp_error err = {0};
        bp_status status = bp_measure(t->results, ensemble ? m : -1, e->value, e->where,
                                      &values[m], &err);
        if (status == BP_OK) continue;
        values[m] = NAN;
        if (m > 0) continue;
        cli_print_error(&err);
        note_unmeasured(v, status);
    }
    return e->low <= values[0] && values[0] <= e->high;
}

static void judge(validation *v, const trial *t, const bp_behaviour *b) {
    int members = count_members(t->results);
    int n = members ? members : 1;
    double *values = bp_calloc((size_t)n * (size_t)(b->n_expected + 1), sizeof *values);
    bool pass = true;
    if (!values) {
        v->code = CLI_INPUT;
        return;
    }
    v->unmeasured = false;
    for (int i = 0; i < b->n_expected; i++)
        pass &= measure(v, t, b, i, values + (size_t)i * n, n);
    add_title(v, b, pass);
    for (int i = 0; i < b->n_expected; i++) {
        const bp_expectation *e = &b->expected[i];
        const double *own = values + (size_t)i * n;
        bool ok = e->low <= own[0] && own[0] <= e->high;
        if (v->form == JSON)
            add_json(v, b, e, own, n, ok);
        else
            add_row(v, b, e, own[0], ok);
    }
    if (v->form == MARKDOWN && b->fails[0])
        bp_text_format(&v->out, "| | *why it fails: %s* | | | |\n", b->fails);
    v->n++;
    v->n_passed += pass;
    v->n_declared += b->fails[0] != 0;
    v->n_wrong += v->unmeasured || pass == (b->fails[0] != 0);
    bp_free(values);
}

static void validate_one(validation *v, const char *name) {
    trial t = {0};
    bp_status status = trial_run(&t, name, v);
    const bp_behaviour *b = status == BP_OK ? bp_scenario_behaviour(t.scenario) : NULL;
    if (status != BP_OK) {
        v->code = cli_code(status);
    } else if (!b || !b->n_expected) {
        fprintf(stderr,
                "%s: error: the scenario expects nothing: it has no 'expect:'\n", name);
        v->code = CLI_INPUT;
    } else {
        judge(v, &t, b);
    }
    trial_clear(&t);
    fputs(bp_text_get(&v->out), stdout);
    bp_text_clear(&v->out);
    fflush(stdout);
}

// ---- the command ----

static void validate_all(validation *v) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    bp_error err = {0};
    if (bp_catalogue_list(BP_CATALOGUE_BEHAVIOURS, &items, &n, &err) != BP_OK) {
        cli_print_error(&err);
        v->code = CLI_INPUT;
        return;
    }
    for (int i = 0; i < n; i++)
        validate_one(v, items[i].path);
    bp_catalogue_free(items, n);
}

static void print_end(const validation *v) {
    if (v->form == JSON) {
        puts("\n]");
        return;
    }
    if (v->n == 0) return; // none could be run, which was said
    printf("\n%d of %d behaviours pass; %d declared failing", v->n_passed, v->n,
           v->n_declared);
    if (v->n_wrong) printf("; %d not as declared", v->n_wrong);
    puts("");
}

int cmd_validate(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    validation v = {.first = true,
                    .ensemble = cli_option_get(command, &args, "ensemble"),
                    .sources = cli_option_get(command, &args, "sources") != NULL};
    code = cli_option_threads(command, &args, &v.threads);
    if (code != CLI_OK) return code;
    v.form = cli_option_get(command, &args, "json")       ? JSON
             : cli_option_get(command, &args, "markdown") ? MARKDOWN
                                                          : TABLE;
    if (v.form == JSON) fputs("[", stdout);
    if (v.form == MARKDOWN)
        puts("| id | what | expected | simulated | |\n|---|---|---|---|---|");
    for (int i = 0; i < args.n_operands; i++) {
        bp_text path = {0};
        cli_builtin_name(BP_CATALOGUE_BEHAVIOURS, args.operand[i], &path);
        validate_one(&v, bp_text_get(&path));
        bp_text_clear(&path);
    }
    if (!args.n_operands) validate_all(&v);
    print_end(&v);
    if (v.code) return v.code;
    return v.n_wrong ? CLI_SOME_FAILED : CLI_OK;
}
