// Options: one table per command gives the parser and the help.
#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

static int row_of(const cli_option *table, const char *name) {
    for (int i = 0; table[i].name; i++)
        if (!strcmp(table[i].name, name)) return i;
    return -1;
}

static int row_of_letter(const cli_option *table, int letter) {
    for (int i = 0; table[i].name; i++)
        if (table[i].letter && table[i].letter == letter) return i;
    return -1;
}

const char *cli_option_get(const cli_command *command, const cli_args *args,
                           const char *name) {
    int row = row_of(command->options, name);
    return row < 0 ? NULL : args->value[row];
}

const char *cli_option_next(const cli_command *command, const cli_args *args,
                            const char *name, int *at) {
    int row = row_of(command->options, name);
    while (*at < args->n_given) {
        int i = (*at)++;
        if (args->given[i].row == row) return args->given[i].value;
    }
    return NULL;
}

int cli_usage(const cli_command *command, const char *format, ...) {
    fprintf(stderr, "bypass %s: ", command->name);
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\nusage: bypass %s %s\n`bypass %s --help` explains them.\n",
            command->name, command->synopsis, command->name);
    return CLI_USAGE;
}

static void help_option(const cli_option *option, FILE *to) {
    char left[64];
    const char *open = option->argument == CLI_MAYBE_TEXT ? "[=" : " ";
    const char *close = option->argument == CLI_MAYBE_TEXT ? "]" : "";
    char letter[8] = "    ";
    if (option->letter) snprintf(letter, sizeof letter, "-%c, ", option->letter);
    if (option->argument == CLI_FLAG)
        snprintf(left, sizeof left, "%s--%s", letter, option->name);
    else
        snprintf(left, sizeof left, "%s--%s%s%s%s", letter, option->name, open,
                 option->value, close);
    fprintf(to, "  %-25s %s\n", left, option->text);
}

void cli_help(const cli_command *command, FILE *to) {
    fprintf(to, "usage: bypass %s %s\n%s\n\n", command->name, command->synopsis,
            command->text);
    if (command->more[0]) fprintf(to, "%s\n", command->more);
    fprintf(to, "options:\n");
    for (const cli_option *o = command->options; o->name; o++)
        help_option(o, to);
    fprintf(to, "  -h, --help                this text\n");
}

// getopt's own tables from ours; val of a long option is its row + 256.
static void getopt_tables(const cli_option *table, struct option *longs, char *shorts) {
    int n = 0;
    char *s = shorts;
    *s++ = ':'; // missing arguments are told apart from unknown options
    for (; table[n].name; n++) {
        static const int has[] = {no_argument, required_argument, optional_argument};
        longs[n] =
            (struct option){table[n].name, has[table[n].argument], NULL, n + 256};
        if (!table[n].letter) continue;
        *s++ = table[n].letter;
        if (table[n].argument == CLI_TEXT) *s++ = ':';
    }
    *s++ = 'h';
    *s = 0;
    longs[n] = (struct option){"help", no_argument, NULL, 'h'};
    longs[n + 1] = (struct option){NULL, 0, NULL, 0};
}

static int unknown_option(const cli_command *command, const char *given) {
    const char *names[CLI_MAX_OPTIONS];
    int n = 0;
    for (const cli_option *o = command->options; o->name; o++)
        names[n++] = o->name;
    while (*given == '-')
        given++;
    const char *nearest = bp_text_nearest(given, names, n);
    if (nearest)
        return cli_usage(command, "there is no option '--%s'; did you mean '--%s'?",
                         given, nearest);
    return cli_usage(command, "there is no option '%s%s'",
                     strlen(given) > 1 ? "--" : "-", given);
}

int cli_options_read(const cli_command *command, int argc, char **argv, cli_args *args,
                     bool *done) {
    struct option longs[CLI_MAX_OPTIONS + 2];
    char shorts[2 * CLI_MAX_OPTIONS + 4];
    getopt_tables(command->options, longs, shorts);
    memset(args, 0, sizeof *args);
    *done = true;
    opterr = 0;
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (c == 'h') {
            cli_help(command, stdout);
            return CLI_OK;
        }
        if (c == ':')
            return cli_usage(command, "option '%s' needs a value", argv[optind - 1]);
        int row = c >= 256 ? c - 256 : row_of_letter(command->options, c);
        if (c == '?' || row < 0) return unknown_option(command, argv[optind - 1]);
        if (args->n_given == CLI_MAX_GIVEN)
            return cli_usage(command, "more than %d options", CLI_MAX_GIVEN);
        args->value[row] = optarg ? optarg : "";
        args->given[args->n_given].row = row;
        args->given[args->n_given++].value = args->value[row];
    }
    for (; optind < argc; optind++) {
        if (args->n_operands == CLI_MAX_FILES)
            return cli_usage(command, "more than %d files", CLI_MAX_FILES);
        args->operand[args->n_operands++] = argv[optind];
    }
    *done = false;
    return CLI_OK;
}

int cli_option_threads(const cli_command *command, const cli_args *args, int *threads) {
    const char *text = cli_option_get(command, args, "threads"), *end = NULL;
    double n = text ? bp_number_read(text, &end) : 0;
    if (text && (end == text || *end || n != (int)n || n < 1 || n > 4096))
        return cli_usage(command,
                         "-j takes a number of threads from 1 to 4096, not '%s'", text);
    *threads = (int)n;
    return CLI_OK;
}
