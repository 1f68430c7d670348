// The command table and what stands before it: bypass --help, bypass --version.
#include <locale.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "cli/cli.h"

static const cli_option run_options[] = {
    {"output", 'o', CLI_TEXT, "OUT.h5",
     "results file (default: name of FILE with .h5)"},
    {"csv", 0, CLI_TEXT, "FILE",
     "also, or with no -o only, as CSV; - is standard output"},
    {"plot", 0, CLI_MAYBE_TEXT, "DIR", "draw the figures (default DIR: name-figures)"},
    {"format", 0, CLI_TEXT, "png|svg|pdf", "of the figures (default: png)"},
    {"threads", 'j', CLI_TEXT, "N", "threads (default: one per core)"},
    {"rtol", 0, CLI_TEXT, "X", "relative tolerance, instead of the scenario's"},
    {"atol", 0, CLI_TEXT, "X", "absolute tolerance, instead of the scenario's"},
    {"set", 0, CLI_TEXT, "NAME=VALUE", "a solver setting (bypass show settings)"},
    {"until", 0, CLI_TEXT, "T", "for a model file: how long to run (72 h)"},
    {"points", 0, CLI_TEXT, "N", "for a model file: number of outputs (default: 101)"},
    {"observe", 0, CLI_TEXT, "A,B", "for a model file: what to record (default: all)"},
    {"lenient", 0, CLI_FLAG, NULL, "for a model file: undeclared names are parameters"},
    {"profile", 0, CLI_FLAG, NULL, "say where the time of the runs goes"},
    {"json", 0, CLI_FLAG, NULL, "print the summary as JSON on standard output"},
    {"quiet", 'q', CLI_FLAG, NULL, "print nothing but warnings and errors"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option check_options[] = {
    {"lenient", 0, CLI_FLAG, NULL, "undeclared names of a model are parameters"},
    {"json", 0, CLI_FLAG, NULL, "print the findings as JSON"},
    {"quiet", 'q', CLI_FLAG, NULL, "print nothing for a file without findings"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option list_options[] = {
    {"model", 0, CLI_TEXT, "NAME", "whose observables (default: her2)"},
    {"json", 0, CLI_FLAG, NULL, "as JSON, with each item's fields"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option show_options[] = {
    {"equations", 0, CLI_FLAG, NULL, "of a model: its differential equations"},
    {"code", 0, CLI_FLAG, NULL, "of a model: the tape that computes its rates"},
    {"solver", 0, CLI_FLAG, NULL, "of a model: the linear solver chosen, and why"},
    {"graph", 0, CLI_FLAG, NULL, "of a model: its reactions for Graphviz (dot -Tsvg)"},
    {"reactions", 0, CLI_FLAG, NULL, "of a model: its reactions as a Markdown table"},
    {"part", 0, CLI_TEXT, "NAME",
     "with --graph, --reactions: only this module or instance (A,B: both)"},
    {"json", 0, CLI_FLAG, NULL, "as JSON"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option plot_options[] = {
    {"figure", 0, CLI_TEXT, "NAME",
     "only this figure (default: all that the file names)"},
    {"output", 'o', CLI_TEXT, "FILE",
     "picture: .png, .svg or .pdf (default: NAME.png)"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option validate_options[] = {
    {"sources", 0, CLI_FLAG, NULL, "with the source of each statement and band"},
    {"ensemble", 0, CLI_TEXT, "FILE", "over the parameter sets of a CSV file"},
    {"threads", 'j', CLI_TEXT, "N", "threads (default: one per core)"},
    {"markdown", 0, CLI_FLAG, NULL, "as a Markdown table"},
    {"json", 0, CLI_FLAG, NULL, "as JSON, with every parameter set's values"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option export_options[] = {
    {"to", 0, CLI_TEXT, "FORMAT", "sbml (Level 3 Version 2) or antimony"},
    {"output", 'o', CLI_TEXT, "FILE", "write here instead of to standard output"},
    {"arm", 0, CLI_TEXT, "NAME", "the arm of the scenario (default: the first)"},
    {"run", 0, CLI_TEXT, "N", "the run of the scenario, from 0, as in the results"},
    {"lenient", 0, CLI_FLAG, NULL, "undeclared names of a model are parameters"},
    {"force", 'f', CLI_FLAG, NULL, "overwrite the file that -o names"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

static const cli_option convert_options[] = {
    {"to", 0, CLI_TEXT, "FORMAT", "sbml or antimony (default: by the ending of B)"},
    {"lenient", 0, CLI_FLAG, NULL, "undeclared names of a model are parameters"},
    {"force", 'f', CLI_FLAG, NULL, "overwrite B"},
    {NULL, 0, CLI_FLAG, NULL, NULL}};

const cli_command cli_commands[] = {
    {"run", "FILE... [options]", "simulate and write the results",
     "FILE is a scenario (or the name of a built-in one: bypass list scenarios), a "
     "results\n"
     "file to repeat bit for bit, or a model with --until: Antimony (.ant), SBML "
     "(.xml,\n"
     ".sbml) or a network of BioNetGen (.net). --observe takes any names of the model, "
     "and\n"
     "amount(S), concentration(S) of its species.\n\n"
     "  bypass run demo --plot\n"
     "  bypass run my.yaml -o my.h5 -j 8\n"
     "  bypass run model.xml --until 100 --points 101 --observe A,B --csv -\n",
     run_options, cmd_run},
    {"check", "FILE...", "read scenarios or models and report every problem",
     "FILE is a scenario, a model (.ant, .xml, .sbml, .net), results, or a drug, "
     "ligand, "
     "cell\n"
     "line, mechanism or preset of your own.\n"
     "Prints file:line:column, what is wrong and what to try. Exit code 3 when "
     "anything is.\n",
     check_options, cmd_check},
    {"list", "models|drugs|ligands|cells|mechanisms|observables|scenarios",
     "what the library holds", "One item a line.\n", list_options, cmd_list},
    {"show", "WHAT [NAME]", "one item, with values, units and sources",
     "WHAT is model, drug, ligand, cell, mechanism, scenario or settings. A model is "
     "one "
     "of\n"
     "the library, or a file (.ant, .xml, .sbml, .net).\n\n"
     "  bypass show drug lapatinib\n"
     "  bypass show cell BT-474\n"
     "  bypass show mechanism 'PTEN loss'\n"
     "  bypass show model her2 --equations\n"
     "  bypass show model her2 --graph --part ras_erk | dot -Tsvg > ras_erk.svg\n",
     show_options, cmd_show},
    {"plot", "OUT.h5 [options]", "draw figures from a results file", "", plot_options,
     cmd_plot},
    {"validate", "[ID|FILE...] [options]",
     "compare published behaviours with what is simulated",
     "Without an ID all built-in behaviours; FILE is a scenario with 'expect:'.\n"
     "Exit code 1 when one fails that is not declared failing, or the reverse.\n\n"
     "  bypass validate V11 --sources\n",
     validate_options, cmd_validate},
    {"export", "FILE --to sbml|antimony [options]", "write exactly what is simulated",
     "A scenario is written as one flat network with the values at the start of the "
     "run:\n"
     "any simulator that reads SBML or Antimony can check it.\n",
     export_options, cmd_export},
    {"convert", "A B [options]", "write a model in another format",
     "Reads Antimony (.ant), SBML (.xml, .sbml) and BioNetGen networks (.net), and "
     "writes\n"
     "Antimony and SBML. B may be -, for standard output, with --to.\n\n"
     "  bypass convert model.ant model.xml\n"
     "  bypass convert BIOMD0000000255.xml - --to antimony\n",
     convert_options, cmd_convert},
    {NULL, NULL, NULL, NULL, NULL, NULL}};

static void print_overview(FILE *to) {
    fprintf(to,
            "bypass " BYPASS_VERSION ": how HER2-positive cells get around drugs\n\n"
            "usage: bypass COMMAND [options]\n\n");
    for (const cli_command *c = cli_commands; c->name; c++)
        fprintf(to, "  %-8s %s\n", c->name, c->text);
    fprintf(to, "\n`bypass COMMAND --help` explains one command.\n"
                "Start with `bypass run demo --plot`.\n\n"
                "exit codes: 0 done, 1 some runs failed (results written), 2 usage,\n"
                "3 bad input, 4 nothing could be integrated, 5 output not written\n");
}

static int unknown_command(const char *name) {
    const char *names[16];
    int n = 0;
    for (const cli_command *c = cli_commands; c->name && n < 16; c++)
        names[n++] = c->name;
    const char *nearest = bp_text_nearest(name, names, n);
    fprintf(stderr, "bypass: there is no command '%s'", name);
    if (nearest) fprintf(stderr, "; did you mean '%s'", nearest);
    fprintf(stderr, "? `bypass --help` lists them.\n");
    return CLI_USAGE;
}

int main(int argc, char **argv) {
    setlocale(LC_CTYPE, "");  // names may be UTF-8; numbers stay in the C locale
    signal(SIGPIPE, SIG_IGN); // a closed pipe is a write error with a message
    if (argc < 2) {
        print_overview(stderr);
        return CLI_USAGE;
    }
    const char *name = argv[1];
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        for (const cli_command *c = cli_commands; argc > 2 && c->name; c++)
            if (!strcmp(argv[2], c->name)) {
                cli_help(c, stdout);
                return CLI_OK;
            }
        if (argc > 2) return unknown_command(argv[2]);
        print_overview(stdout);
        return CLI_OK;
    }
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) {
        puts("bypass " BYPASS_VERSION);
        return CLI_OK;
    }
    for (const cli_command *c = cli_commands; c->name; c++)
        if (!strcmp(name, c->name)) return c->run(c, argc - 1, argv + 1);
    return unknown_command(name);
}
