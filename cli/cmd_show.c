// bypass show: one item of the library, readable, with values, units and sources.
#include <string.h>

#include "cli/cli.h"
#include "cli/show_model.h"

static const struct kind_name {
    const char *name;
    bp_catalogue kind;
} kinds[] = {{"drug", BP_CATALOGUE_DRUGS},
             {"ligand", BP_CATALOGUE_LIGANDS},
             {"cell", BP_CATALOGUE_CELLS},
             {"mechanism", BP_CATALOGUE_MECHANISMS},
             {"scenario", BP_CATALOGUE_SCENARIOS}};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static int show_item(bp_catalogue kind, const char *name, bool json) {
    bp_text text = {0};
    bp_error err = {0};
    bp_status status = bp_catalogue_show(kind, name, json, cli_width(), &text, &err);
    if (status == BP_OK)
        fputs(bp_text_get(&text), stdout);
    else
        cli_print_error(&err);
    bp_text_clear(&text);
    return cli_code(status);
}

static void add_setting(const bp_field *f, const bp_settings *defaults, bp_text *text) {
    bp_text value = {0};
    bp_field_print(f, defaults, &value);
    bp_text_format(text, "%-21s %-9s %-19s %s", f->name, bp_text_get(&value), f->unit,
                   f->text);
    bp_text_clear(&value);
    if (f->type == BP_FIELD_CHOICE) {
        bp_text_add(text, " (");
        for (int i = 0; f->choices[i]; i++)
            bp_text_format(text, "%s%s", i ? ", " : "", f->choices[i]);
        bp_text_add(text, ")");
    }
    bp_text_add(text, "\n");
}

// The solver settings with their defaults, as `run:` and --set take them.
static int show_settings(bool json) {
    bp_settings defaults = bp_settings_default();
    bp_text text = {0};
    bool first = true;
    if (!json)
        bp_text_format(&text, "%-21s %-9s %-19s %s\n", "setting", "default", "unit",
                       "meaning");
    for (const bp_field *f = bp_settings_fields; f->name; f++) {
        if (!json) {
            add_setting(f, &defaults, &text);
            continue;
        }
        bp_text value = {0};
        bp_field_print(f, &defaults, &value);
        bp_text_format(&text,
                       "%s\n  {\"name\": \"%s\", \"default\": ", first ? "[" : ",",
                       f->name);
        bp_text_json(&text, bp_text_get(&value));
        bp_text_add(&text, ", \"unit\": ");
        bp_text_json(&text, f->unit);
        bp_text_add(&text, ", \"text\": ");
        bp_text_json(&text, f->text);
        bp_text_add(&text, "}");
        bp_text_clear(&value);
        first = false;
    }
    if (json) bp_text_add(&text, "\n]\n");
    fputs(bp_text_get(&text), stdout);
    bp_text_clear(&text);
    return CLI_OK;
}

int cmd_show(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    if (args.n_operands < 1) return cli_usage(command, "show what?");
    const char *what = args.operand[0];
    bool json = cli_option_get(command, &args, "json") != NULL;
    if (!strcmp(what, "settings")) return show_settings(json);
    if (args.n_operands != 2) return cli_usage(command, "show which %s?", what);
    if (!strcmp(what, "model")) return show_model(command, &args, args.operand[1]);
    const char *names[N_KINDS + 2] = {"model", "settings"};
    for (int i = 0; i < N_KINDS; i++) {
        if (!strcmp(what, kinds[i].name))
            return show_item(kinds[i].kind, args.operand[1], json);
        names[i + 2] = kinds[i].name;
    }
    const char *nearest = bp_text_nearest(what, names, N_KINDS + 2);
    return cli_usage(
        command, "there is no '%s' to show%s%s%s", what,
        nearest ? "; did you mean '"
                : "; WHAT is model, drug, ligand, cell, mechanism, scenario or "
                  "settings",
        nearest ? nearest : "", nearest ? "'?" : "");
}
