// bypass convert: a model in another format.
#include <string.h>

#include "cli/cli.h"

// What B is to be: by --to, else by its ending.
static bp_format format_of(const char *path, const char *to) {
    if (to) return cli_format_named(to);
    return bp_format_of(path);
}

int cmd_convert(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    bp_spec *spec = NULL;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    const char *to = cli_option_get(command, &args, "to");
    bool lenient = cli_option_get(command, &args, "lenient") != NULL;
    bool force = cli_option_get(command, &args, "force") != NULL;
    if (args.n_operands != 2)
        return cli_usage(command, "convert takes a model and the file to write");
    const char *from = args.operand[0], *path = args.operand[1];
    bp_format format = format_of(path, to);
    if (to && format == BP_FORMAT_NONE)
        return cli_usage(command, "--to takes sbml or antimony, not '%s'", to);
    if (format == BP_FORMAT_NONE && !strcmp(path, "-"))
        return cli_usage(command, "say what to write to standard output with --to");
    if (format == BP_FORMAT_NONE)
        return cli_usage(command,
                         "the ending of '%s' is none of .xml, .sbml (SBML), .ant, .txt "
                         "(Antimony); say what to write with --to",
                         path);
    if (format == BP_FORMAT_NET)
        return cli_usage(command, "BioNetGen networks are read, not written");
    if (cli_input_classify(from) != CLI_MODEL)
        return cli_usage(command, "'%s' is no model; bypass export writes scenarios",
                         from);
    code = cli_spec_load(from, lenient, &spec);
    if (code == CLI_OK) code = cli_spec_write(spec, format, path, force);
    bp_spec_free(spec);
    return code;
}
