// bypass plot: draw figures from a results file.
#include <string.h>

#include "cli/cli.h"

static int find_figure(const bp_figure *figures, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (!strcmp(figures[i].name, name)) return i;
    bp_text names = {0};
    for (int i = 0; i < n; i++)
        bp_text_format(&names, "%s%s", i ? ", " : "", figures[i].name);
    fprintf(stderr, "bypass: the file names no figure '%s'; it has: %s\n", name,
            bp_text_get(&names));
    bp_text_clear(&names);
    return -1;
}

static bp_status draw(const bp_results *results, const bp_figure *figure,
                      const char *output, bp_error *err) {
    bp_text path = {0};
    if (output)
        bp_text_add(&path, output);
    else
        bp_text_format(&path, "%s.png", figure->name);
    bp_status status = bp_plot(results, figure, bp_text_get(&path), err);
    if (status == BP_OK) fprintf(stderr, "wrote %s\n", bp_text_get(&path));
    bp_text_clear(&path);
    return status;
}

static int draw_chosen(const cli_command *command, const cli_args *args,
                       const bp_results *results, bp_arena *arena) {
    bp_figure *figures = NULL;
    int n = 0;
    bp_error err = {0};
    const char *wanted = cli_option_get(command, args, "figure");
    const char *output = cli_option_get(command, args, "output");
    bp_status status = cli_figures(results, arena, &figures, &n, &err);
    if (status != BP_OK) {
        cli_print_error(&err);
        return cli_code(status);
    }
    int first = wanted ? find_figure(figures, n, wanted) : 0;
    if (first < 0) return CLI_INPUT;
    int last = wanted ? first + 1 : n;
    if (output && last - first > 1)
        return cli_usage(command, "the file names %d figures: choose one with --figure",
                         n);
    for (int i = first; i < last && status == BP_OK; i++)
        status = draw(results, &figures[i], output, &err);
    if (status == BP_OK) return CLI_OK;
    cli_print_error(&err);
    return CLI_NO_OUTPUT;
}

int cmd_plot(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    bp_results *results = NULL;
    bp_arena arena = {0};
    bp_error err = {0};
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    if (args.n_operands != 1) return cli_usage(command, "plot takes one results file");
    if (bp_results_read(args.operand[0], &results, &err) != BP_OK) {
        cli_print_error(&err);
        return CLI_INPUT;
    }
    code = draw_chosen(command, &args, results, &arena);
    bp_arena_clear(&arena);
    bp_results_free(results);
    return code;
}
