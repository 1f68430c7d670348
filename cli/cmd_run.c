// bypass run: simulate and write the results.
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "cli/cli.h"

// What one `bypass run` was asked to do, from its options.
typedef struct run_request {
    const char *output, *csv, *plot, *format;
    const cli_command *command;
    const cli_args *args; // --set may stand there several times
    const char *rtol, *atol;
    cli_model_run how;
    int threads;
    bool json, quiet, profile;
    const char *command_line;
} run_request;

// Everything that one FILE needs while it runs.
typedef struct run_job {
    const run_request *request;
    const char *name;
    cli_input input;
    bp_text h5;       // path of the results, "" none
    bp_text figures;  // folder of the figures, "" none
    bp_sink *summary; // owned by `sink`
    bp_sink *memory;  // results for figures where no file is written; owned by `sink`
    bp_sink *sink;    // tee of all
    bp_batch_summary batch;
    double load_seconds; // reading, composing, compiling
    double seconds;      // coming to rest, integrating, writing
} run_job;

// "runs/demo.yaml" -> "demo"; a repeat of "demo.h5" gets "demo.repeat".
static void stem_of(const char *name, cli_input_kind kind, bp_text *out) {
    const char *slash = strrchr(name, '/');
    const char *base = slash ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    bp_text_add_n(out, base, n);
    if (kind == CLI_RESULTS) bp_text_add(out, ".repeat");
}

static int choose_output(run_job *job) {
    const run_request *r = job->request;
    if (r->plot && r->plot[0])
        bp_text_add(&job->figures, r->plot);
    else if (r->plot) {
        stem_of(job->name, job->input.kind, &job->figures);
        bp_text_add(&job->figures, "-figures");
    }
    if (r->output)
        bp_text_add(&job->h5, r->output);
    else if (!r->csv) {
        stem_of(job->name, job->input.kind, &job->h5);
        bp_text_add(&job->h5, ".h5");
    }
    const char *path = bp_text_get(&job->h5);
    if (path[0] && bp_path_exists(path) && !bp_results_is(path)) {
        fprintf(stderr,
                "bypass: %s exists and is not a results file; it is left alone. Name "
                "another with -o.\n",
                path);
        return CLI_NO_OUTPUT;
    }
    return CLI_OK;
}

static bp_status read_setting(bp_settings *settings, const char *name,
                              const char *value, bp_error *err) {
    const bp_field *field = bp_field_find(bp_settings_fields, name);
    if (!field)
        return bp_error_set(
            err, BP_UNKNOWN_NAME,
            "there is no solver setting '%s'; `bypass show settings` lists "
            "them",
            name);
    return bp_field_read(field, settings, value, BP_NOWHERE, err);
}

// "NAME=VALUE" of --set.
static bp_status set_one(bp_settings *settings, const char *text, bp_error *err) {
    char name[64];
    const char *equal = strchr(text, '=');
    size_t n = equal ? (size_t)(equal - text) : 0;
    if (!equal || n >= sizeof name)
        return bp_error_set(err, BP_SYNTAX, "--set takes NAME=VALUE, not '%s'", text);
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    return read_setting(settings, name, equal + 1, err);
}

static int apply_settings(run_job *job) {
    const run_request *r = job->request;
    bp_settings *settings = bp_scenario_settings(job->input.scenario);
    bp_error err = {0};
    bp_status status = BP_OK;
    if (r->rtol) status = read_setting(settings, "rtol", r->rtol, &err);
    if (status == BP_OK && r->atol)
        status = read_setting(settings, "atol", r->atol, &err);
    int at = 0;
    for (const char *text;
         status == BP_OK && (text = cli_option_next(r->command, r->args, "set", &at));)
        status = set_one(settings, text, &err);
    if (status == BP_OK) return CLI_OK;
    cli_print_error(&err);
    return CLI_USAGE;
}

static int write_failed(const bp_error *err) {
    cli_print_error(err);
    return CLI_NO_OUTPUT;
}

// All sinks of the job in one tee. What was made before a failure is freed.
static int make_sinks(run_job *job) {
    const run_request *r = job->request;
    bp_sink *all[4];
    int n = 0;
    bp_error err = {0};
    bp_status status = cli_summary_sink_new(&job->summary);
    if (status == BP_OK) all[n++] = job->summary;
    if (status == BP_OK && bp_text_get(&job->h5)[0]) {
        status = bp_hdf5_sink_new(bp_text_get(&job->h5), &all[n], &err);
        n += status == BP_OK;
    }
    if (status == BP_OK && r->csv) {
        status = bp_csv_sink_new(r->csv, &all[n], &err);
        n += status == BP_OK;
    }
    if (status == BP_OK && r->plot && !bp_text_get(&job->h5)[0]) {
        status = bp_memory_sink_new(&job->memory);
        if (status == BP_OK) all[n++] = job->memory;
    }
    if (status == BP_OK) status = bp_tee_sink_new(all, n, &job->sink);
    if (status == BP_OK) return CLI_OK;
    for (int i = 0; i < n; i++)
        all[i]->free(all[i]);
    job->summary = job->memory = NULL;
    if (err.status == BP_OK) bp_error_set(&err, status, "%s", bp_status_text(status));
    return write_failed(&err);
}

static int simulate(run_job *job) {
    const run_request *r = job->request;
    bp_scenario *scenario = job->input.scenario;
    bp_error err = {0};
    cli_progress progress;
    if (bp_scenario_note(scenario, "command_line", r->command_line) != BP_OK)
        return CLI_NO_RUN;
    cli_progress_start(&progress, r->quiet);
    bp_batch_options options = {r->threads, cli_progress_tick, &progress, r->profile};
    bp_status status = bp_batch_run(scenario, &options, job->sink, &job->batch, &err);
    cli_progress_end(&progress);
    job->seconds = cli_seconds() - progress.started;
    if (status != BP_OK) return write_failed(&err);
    if (job->batch.failed == 0) return CLI_OK;
    fprintf(stderr, "bypass: %d of %d runs failed; the first: %s\n", job->batch.failed,
            job->batch.done, job->batch.first_failure);
    return job->batch.failed == job->batch.done ? CLI_NO_RUN : CLI_SOME_FAILED;
}

// ---- figures ----

static int make_folder(const char *path) {
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && bp_path_is_folder(path)))
        return CLI_OK;
    fprintf(stderr, "bypass: cannot make folder %s: %s\n", path, strerror(errno));
    return CLI_NO_OUTPUT;
}

static int draw_all(run_job *job, const bp_results *results, bp_arena *arena) {
    const run_request *r = job->request;
    bp_figure *figures = NULL;
    int n = 0;
    bp_error err = {0};
    bp_status status = cli_figures(results, arena, &figures, &n, &err);
    for (int i = 0; i < n && status == BP_OK; i++) {
        bp_text path = {0}, file = {0};
        bp_text_format(&file, "%s.%s", figures[i].name, r->format);
        bp_path_join(&path, bp_text_get(&job->figures), bp_text_get(&file));
        status = bp_plot(results, &figures[i], bp_text_get(&path), &err);
        if (status == BP_OK && !r->quiet)
            fprintf(stderr, "wrote %s\n", bp_text_get(&path));
        bp_text_clear(&path);
        bp_text_clear(&file);
    }
    return status == BP_OK ? CLI_OK : write_failed(&err);
}

static int draw_figures(run_job *job) {
    bp_results *read = NULL;
    const bp_results *results =
        job->memory ? bp_memory_sink_results(job->memory) : NULL;
    bp_arena arena = {0};
    bp_error err = {0};
    int code = make_folder(bp_text_get(&job->figures));
    if (code == CLI_OK && !results) {
        if (bp_results_read(bp_text_get(&job->h5), &read, &err) != BP_OK)
            code = write_failed(&err);
        results = read;
    }
    if (code == CLI_OK) code = draw_all(job, results, &arena);
    bp_arena_clear(&arena);
    bp_results_free(read);
    return code;
}

// ---- what people and machines are told ----

// ", \"name\": 0.0123"
static void json_seconds(bp_text *text, const char *name, double seconds) {
    bp_text_format(text, ", \"%s\": ", name);
    bp_text_number_short(text, seconds, 4);
}

static void print_json(const run_job *job) {
    const bp_batch_summary *b = &job->batch;
    bp_text text = {0};
    bp_text_add(&text, "{\"scenario\": ");
    bp_text_json(&text, job->name);
    bp_text_add(&text, ", \"output\": ");
    bp_text_json(&text, bp_text_get(&job->h5));
    bp_text_format(&text, ", \"runs\": %d, \"failed\": %d", b->done, b->failed);
    bp_text_format(&text, ", \"states\": %d, \"species\": %d, \"zero_species\": %d",
                   b->states, b->species, b->zero_species);
    json_seconds(&text, "load_seconds", job->load_seconds);
    json_seconds(&text, "seconds", job->seconds);
    json_seconds(&text, "settle_seconds", b->settle_seconds);
    json_seconds(&text, "run_seconds", b->run_seconds);
    json_seconds(&text, "write_seconds", b->write_seconds);
    for (const bp_field *f = bp_stats_fields; f->name; f++) {
        if (!strcmp(f->name, "seconds")) continue; // wall time, above
        bp_text_format(&text, ", \"%s\": ", f->name);
        bp_field_print(f, &b->stats, &text);
    }
    if (job->request->profile) cli_profile_json(&b->profile, &text);
    bp_text_add(&text, ", \"first_failure\": ");
    bp_text_json(&text, b->first_failure);
    bp_text_add(&text, "}");
    puts(bp_text_get(&text));
    bp_text_clear(&text);
}

static void print_summary(const run_job *job) {
    const bp_scenario *scenario = job->input.scenario;
    const bp_model *model = bp_scenario_model(scenario);
    if (bp_scenario_title(scenario)[0])
        fprintf(stderr, "%s\n", bp_scenario_title(scenario));
    bp_text size = {0};
    cli_describe_model(model, &size);
    fprintf(stderr, "%s: %s; %d run%s, %ld steps, %.3g s\n", bp_model_name(model),
            bp_text_get(&size), job->batch.done, job->batch.done == 1 ? "" : "s",
            job->batch.stats.steps, job->seconds);
    bp_text_clear(&size);
    cli_summary_print(job->summary, stderr);
    if (bp_text_get(&job->h5)[0]) fprintf(stderr, "wrote %s\n", bp_text_get(&job->h5));
}

static int run_file(const run_request *request, const char *name) {
    run_job job = {.request = request, .name = name};
    double started = cli_seconds();
    int code = cli_input_load(name, &request->how, &job.input);
    job.load_seconds = cli_seconds() - started;
    if (code == CLI_OK) code = apply_settings(&job);
    if (code == CLI_OK) code = choose_output(&job);
    if (code == CLI_OK) code = make_sinks(&job);
    if (code == CLI_OK) code = simulate(&job);
    bool written = job.batch.done > 0 && code != CLI_NO_OUTPUT;
    if (written && !request->quiet && !request->json) print_summary(&job);
    if (written && request->json) print_json(&job);
    if (written && request->profile && !request->json)
        cli_profile_print(&job.batch.profile, stderr);
    if (request->plot && written && code != CLI_NO_RUN) {
        int drawn = draw_figures(&job);
        code = drawn != CLI_OK ? drawn : code;
    }
    if (job.sink) job.sink->free(job.sink);
    bp_text_clear(&job.h5);
    bp_text_clear(&job.figures);
    cli_input_clear(&job.input);
    return code;
}

// ---- options ----

static int check_request(const cli_command *command, const cli_args *args,
                         run_request *r) {
    static const char *const formats[] = {"png", "svg", "pdf"};
    bool known = false;
    for (int i = 0; i < 3; i++)
        known = known || !strcmp(r->format, formats[i]);
    if (!known)
        return cli_usage(command, "--format takes png, svg or pdf, not '%s'",
                         r->format);
    if (args->n_operands == 0)
        return cli_usage(command, "which file? Try `bypass run demo --plot`");
    if (args->n_operands > 1 && (r->output || r->csv))
        return cli_usage(command, "-o and --csv take one FILE; run several without");
    const char *for_models = r->how.until     ? "--until"
                             : r->how.points  ? "--points"
                             : r->how.observe ? "--observe"
                             : r->how.lenient ? "--lenient"
                                              : NULL;
    for (int i = 0; i < args->n_operands; i++) {
        bool model = cli_input_classify(args->operand[i]) == CLI_MODEL;
        if (model && !r->how.until)
            return cli_usage(command, "%s is a model: say how long with --until (72 h)",
                             args->operand[i]);
        if (!model && for_models)
            return cli_usage(command, "%s is for a model file; %s says this itself",
                             for_models, args->operand[i]);
    }
    return CLI_OK;
}

static void join_command_line(int argc, char **argv, bp_text *out) {
    bp_text_add(out, "bypass");
    for (int i = 0; i < argc; i++) {
        bp_text_add(out, " ");
        bp_text_add(out, argv[i]);
    }
}

int cmd_run(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    bp_text line = {0};
    join_command_line(argc, argv, &line); // before getopt reorders it
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) {
        bp_text_clear(&line);
        return code;
    }
#define GET(name) cli_option_get(command, &args, name)
    run_request r = {.output = GET("output"), .csv = GET("csv"), .plot = GET("plot")};
    r.format = GET("format") ? GET("format") : "png";
    r.command = command;
    r.args = &args;
    r.rtol = GET("rtol");
    r.atol = GET("atol");
    r.how = (cli_model_run){GET("until"), GET("points"), GET("observe"),
                            GET("lenient") != NULL};
    r.json = GET("json") != NULL;
    r.profile = GET("profile") != NULL;
    r.quiet = GET("quiet") != NULL;
#undef GET
    r.command_line = bp_text_get(&line);
    code = cli_option_threads(command, &args, &r.threads);
    if (code == CLI_OK) code = check_request(command, &args, &r);
    for (int i = 0; code != CLI_USAGE && code != CLI_NO_OUTPUT && i < args.n_operands;
         i++) {
        int one = run_file(&r, args.operand[i]);
        code = one > code ? one : code;
    }
    bp_text_clear(&line);
    return code;
}
