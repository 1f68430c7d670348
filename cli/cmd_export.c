// bypass export: write exactly what is simulated, for any other simulator.
#include <errno.h>
#include <string.h>

#include "cli/cli.h"
#include "model/antimony.h"

// The run whose first coordinate bears this label; -1 when there is none.
static int run_of_arm(const bp_scenario *scenario, const char *arm) {
    const bp_results_head *head = bp_scenario_head(scenario);
    for (int c = 0; c < head->n_coordinates; c++) {
        const bp_coordinate *coordinate = &head->coordinates[c];
        if (!coordinate->labels || strcmp(coordinate->name, "arm") != 0) continue;
        for (int i = 0; i < head->n_runs; i++)
            if (!strcmp(coordinate->labels[i], arm)) return i;
    }
    return -1;
}

static int choose_run(const cli_command *command, const cli_args *args,
                      const bp_scenario *scenario, int *run) {
    const char *arm = cli_option_get(command, args, "arm");
    const char *number = cli_option_get(command, args, "run");
    *run = 0;
    if (number) {
        const char *end;
        double n = bp_number_read(number, &end);
        int most = bp_scenario_n_runs(scenario) - 1;
        if (end == number || *end || n != (int)n || n < 0 || n > most)
            return cli_usage(command, "--run takes a number from 0 to %d, not '%s'",
                             most, number);
        *run = (int)n;
    }
    if (arm && (*run = run_of_arm(scenario, arm)) < 0) {
        fprintf(stderr, "bypass: the scenario has no arm '%s'\n", arm);
        return CLI_INPUT;
    }
    return CLI_OK;
}

static int write_text(const char *path, const char *text) {
    FILE *to = path ? fopen(path, "w") : stdout;
    bool written = to && fputs(text, to) >= 0 && fflush(to) == 0;
    if (to && path) written = fclose(to) == 0 && written;
    if (written) return CLI_OK;
    fprintf(stderr, "bypass: cannot write %s: %s\n", path ? path : "standard output",
            strerror(errno));
    return CLI_NO_OUTPUT;
}

static int export_model(const char *name, bp_text *out) {
    bp_report report = {0};
    bp_text path = {0};
    bp_spec *spec = NULL;
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &path);
    bp_status status = bp_network_load(bp_text_get(&path), NULL, &spec, &report);
    if (status == BP_OK) status = bp_antimony_write(spec, out);
    cli_print_report(&report, false);
    bp_report_clear(&report);
    bp_spec_free(spec);
    bp_text_clear(&path);
    return cli_code(status);
}

static int export_scenario(const cli_command *command, const cli_args *args,
                           bp_text *out) {
    cli_input input;
    bp_spec *spec = NULL;
    bp_error err = {0};
    int run = 0;
    int code = cli_input_load(args->operand[0], NULL, &input);
    if (code != CLI_OK) return code;
    code = choose_run(command, args, input.scenario, &run);
    if (code == CLI_OK) {
        bp_status status = bp_scenario_snapshot(input.scenario, run, &spec, &err);
        if (status == BP_OK) status = bp_antimony_write(spec, out);
        if (status != BP_OK) {
            cli_print_error(&err);
            code = CLI_NO_RUN;
        }
    }
    bp_spec_free(spec);
    cli_input_clear(&input);
    return code;
}

int cmd_export(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    bp_text out = {0};
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    const char *to = cli_option_get(command, &args, "to");
    if (args.n_operands != 1) return cli_usage(command, "export takes one file");
    if (!to || strcmp(to, "antimony") != 0)
        return cli_usage(command, "say what to write with --to antimony%s%s",
                         to ? "; not " : "", to ? to : "");
    if (cli_input_classify(args.operand[0]) == CLI_MODEL)
        code = export_model(args.operand[0], &out);
    else
        code = export_scenario(command, &args, &out);
    if (code == CLI_OK)
        code = write_text(cli_option_get(command, &args, "output"), bp_text_get(&out));
    bp_text_clear(&out);
    return code;
}
