// The `bypass` program: the only folder that prints or exits.
#ifndef BP_CLI_CLI_H
#define BP_CLI_CLI_H

#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "model/format.h"
#include "output/output.h"
#include "scenarios/scenario.h"

// Exit codes, the same for every command (docs/errors.md, bypass(1)).
enum {
    CLI_OK = 0,
    CLI_SOME_FAILED = 1, // some runs failed; what succeeded is written
    CLI_USAGE = 2,
    CLI_INPUT = 3,    // a file or a name is wrong
    CLI_NO_RUN = 4,   // nothing could be integrated
    CLI_NO_OUTPUT = 5 // results could not be written
};

// ---- options: one table per command ----

typedef enum cli_argument { CLI_FLAG, CLI_TEXT, CLI_MAYBE_TEXT } cli_argument;

typedef struct cli_option {
    const char *name; // long name, without dashes
    char letter;      // 0: none
    cli_argument argument;
    const char *value; // what the argument is called in the help: "FILE"
    const char *text;  // one line for people
} cli_option;          // a table ends with a NULL name

typedef struct cli_command {
    const char *name;
    const char *synopsis; // after "bypass NAME "
    const char *text;     // one line for people
    const char *more;     // further paragraphs of the help, "" for none
    const cli_option *options;
    int (*run)(const struct cli_command *command, int argc, char **argv);
} cli_command;

#define CLI_MAX_OPTIONS 32
#define CLI_MAX_GIVEN   256
#define CLI_MAX_FILES   256

// What stood on the command line after the command's name.
typedef struct cli_args {
    const char
        *value[CLI_MAX_OPTIONS]; // by row of the table: NULL not given, "" a flag
    struct {
        int row;
        const char *value;
    } given[CLI_MAX_GIVEN]; // all of them, in order; `value` has the last of each
    int n_given;
    const char *operand[CLI_MAX_FILES];
    int n_operands;
} cli_args;

// Reads argv[1..] by the command's table. On --help prints the help and sets *done. A
// wrong option prints what is wrong and sets *done; returns the exit code to leave
// with.
int cli_options_read(const cli_command *command, int argc, char **argv, cli_args *args,
                     bool *done);
// The value of an option of the table; NULL when it was not given.
const char *cli_option_get(const cli_command *command, const cli_args *args,
                           const char *name);
// The values of an option that may be given several times, one a call: *at is 0 at
// first. NULL after the last.
const char *cli_option_next(const cli_command *command, const cli_args *args,
                            const char *name, int *at);
// The option `threads`, 0 where it is not given. CLI_USAGE after saying what is wrong.
int cli_option_threads(const cli_command *command, const cli_args *args, int *threads);
void cli_help(const cli_command *command, FILE *to);
// "bypass run: ...; try `bypass run --help`" on standard error; returns CLI_USAGE.
int cli_usage(const cli_command *command, const char *format, ...) BP_PRINTF(2, 3);

// ---- commands ----

extern const cli_command cli_commands[]; // ends with a NULL name
int cmd_run(const cli_command *command, int argc, char **argv);
int cmd_check(const cli_command *command, int argc, char **argv);
int cmd_list(const cli_command *command, int argc, char **argv);
int cmd_show(const cli_command *command, int argc, char **argv);
int cmd_plot(const cli_command *command, int argc, char **argv);
int cmd_validate(const cli_command *command, int argc, char **argv);
int cmd_export(const cli_command *command, int argc, char **argv);
int cmd_convert(const cli_command *command, int argc, char **argv);

// ---- messages ----

// What a model holds, for one line: "1 state variable, 2 reactions". Appends.
void cli_describe_model(const bp_model *model, bp_text *out);
// Findings of a report on standard error, sorted by position. Notes are shown when
// asked for, and beside errors.
void cli_print_report(bp_report *report, bool notes);
void cli_print_error(const bp_error *err);
// Columns of the terminal that standard output goes to; 0: it goes elsewhere.
int cli_width(void);
// The exit code that goes with a status met while reading input.
int cli_code(bp_status status);

// ---- input: what a FILE operand is ----

typedef enum cli_input_kind {
    CLI_SCENARIO, // .yaml, or the name of a built-in scenario
    CLI_MODEL,    // .ant, .xml, .net, a preset, or the name of a built-in model
    CLI_RESULTS   // .h5 that Bypass wrote
} cli_input_kind;

typedef struct cli_input {
    cli_input_kind kind;
    bp_bundle *bundle;
    bp_scenario *scenario; // a model is wrapped in a scenario made from the options
} cli_input;

// How a model file is run: what would stand in a scenario.
typedef struct cli_model_run {
    const char *until;   // NULL: not given
    const char *points;  // NULL: 101
    const char *observe; // comma-separated, NULL: everything worth watching
    bool lenient;
} cli_model_run;

cli_input_kind cli_input_classify(const char *name);
// Loads a scenario, a model (with `how`, which may be NULL) or results to repeat.
// Prints all findings. Returns an exit code; on CLI_OK the caller ends with
// cli_input_clear.
int cli_input_load(const char *name, const cli_model_run *how, cli_input *out);
void cli_input_clear(cli_input *input);
// Name in a bundle of a built-in item ("her2" -> "bypass:models/her2/her2.ant"), or
// `name` itself where it is a path. Appends to `out`.
void cli_builtin_name(bp_catalogue kind, const char *name, bp_text *out);

// ---- models in other formats ----

// "sbml", "antimony": NONE for any other.
bp_format cli_format_named(const char *name);
// The model of a file of any format, or a built-in one, checked. Prints all findings;
// returns an exit code. Free with bp_spec_free.
int cli_spec_load(const char *name, bool lenient, bp_spec **out);
// The spec as text of the format, for `path` or standard output (NULL, "-"). A file
// that is there is left alone unless `force`. Prints what went wrong; returns an exit
// code.
int cli_spec_write(const bp_spec *spec, bp_format format, const char *path, bool force);

// ---- figures ----

// Those that the results name, else the default one. They live in `arena`.
bp_status cli_figures(const bp_results *results, bp_arena *arena, bp_figure **figures,
                      int *n, bp_error *err);

// ---- progress and summary ----

typedef struct cli_progress {
    bool show;               // standard error is a terminal and --quiet was not given
    double started, printed; // [s]
} cli_progress;
void cli_progress_start(cli_progress *progress, bool quiet);
int cli_progress_tick(void *progress, int done, int failed, int total);
void cli_progress_end(cli_progress *progress);
double cli_seconds(void); // monotonic

// A sink that keeps the last row of the first runs for the summary. Owned by the
// caller's tee once that takes it.
bp_status cli_summary_sink_new(bp_sink **out);
void cli_summary_print(const bp_sink *sink, FILE *to);

// Where the time went: a table, or `, "profile": {...}` of an object begun (profile.c).
void cli_profile_print(const bp_profile *profile, FILE *to);
void cli_profile_json(const bp_profile *profile, bp_text *out);

#endif
