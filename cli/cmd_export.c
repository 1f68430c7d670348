// bypass export: write exactly what is simulated, for any other simulator.
#include <string.h>

#include "cli/cli.h"

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

// The network of one run of a scenario.
static int load_scenario(const cli_command *command, const cli_args *args,
                         bp_spec **out) {
    cli_input input;
    bp_error err = {0};
    int run = 0;
    int code = cli_input_load(args->operand[0], NULL, &input);
    if (code != CLI_OK) return code;
    code = choose_run(command, args, input.scenario, &run);
    if (code == CLI_OK &&
        bp_scenario_snapshot(input.scenario, run, out, &err) != BP_OK) {
        cli_print_error(&err);
        code = CLI_NO_RUN;
    }
    cli_input_clear(&input);
    return code;
}

int cmd_export(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    bp_spec *spec = NULL;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    const char *to = cli_option_get(command, &args, "to");
    const char *path = cli_option_get(command, &args, "output");
    bool lenient = cli_option_get(command, &args, "lenient") != NULL;
    bool force = cli_option_get(command, &args, "force") != NULL;
    bp_format format = to ? cli_format_named(to) : BP_FORMAT_NONE;
    if (args.n_operands != 1) return cli_usage(command, "export takes one file");
    if (format == BP_FORMAT_NONE)
        return cli_usage(command, "say what to write with --to sbml or antimony%s%s",
                         to ? "; not " : "", to ? to : "");
    if (cli_input_classify(args.operand[0]) == CLI_MODEL)
        code = cli_spec_load(args.operand[0], lenient, &spec);
    else
        code = load_scenario(command, &args, &spec);
    if (code == CLI_OK) code = cli_spec_write(spec, format, path, force);
    bp_spec_free(spec);
    return code;
}
