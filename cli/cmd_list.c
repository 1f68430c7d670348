// bypass list: what the library holds.
#include <string.h>

#include "cli/cli.h"
#include "model/antimony.h"

static const struct kind_name {
    const char *name;
    bp_catalogue kind;
} kinds[] = {
    {"models", BP_CATALOGUE_MODELS},         {"drugs", BP_CATALOGUE_DRUGS},
    {"ligands", BP_CATALOGUE_LIGANDS},       {"cells", BP_CATALOGUE_CELLS},
    {"mechanisms", BP_CATALOGUE_MECHANISMS}, {"scenarios", BP_CATALOGUE_SCENARIOS}};
enum { N_KINDS = sizeof kinds / sizeof *kinds };

static int list_catalogue(bp_catalogue kind, bool json) {
    bp_error err = {0};
    bp_text text = {0};
    bp_status status = bp_catalogue_table(kind, json, cli_width(), &text, &err);
    if (status == BP_OK)
        fputs(bp_text_get(&text), stdout);
    else
        cli_print_error(&err);
    bp_text_clear(&text);
    return cli_code(status);
}

static void add_observable(const bp_variable *v, bool json, bool first, bp_text *text) {
    if (!json) {
        bp_text_format(text, "%-18s %-8s %s\n", v->name, v->unit_text, v->display_name);
        return;
    }
    bp_text_add(text, first ? "[\n  {\"name\": " : ",\n  {\"name\": ");
    bp_text_json(text, v->name);
    bp_text_add(text, ", \"unit\": ");
    bp_text_json(text, v->unit_text);
    bp_text_add(text, ", \"text\": ");
    bp_text_json(text, v->display_name);
    bp_text_add(text, "}");
}

static int list_observables(const char *name, bool json) {
    bp_text path = {0}, text = {0};
    bp_report report = {0};
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &path);
    bp_status status = bp_network_load(bp_text_get(&path), NULL, &spec, &report);
    if (status == BP_OK) status = bp_model_compile(spec, NULL, &model, &report);
    bool first = true;
    for (int i = 0; status == BP_OK && i < bp_model_n_variables(model); i++) {
        const bp_variable *v = bp_model_variable(model, i);
        if (!v->observable) continue;
        add_observable(v, json, first, &text);
        first = false;
    }
    if (json && status == BP_OK) bp_text_add(&text, first ? "[]\n" : "\n]\n");
    fputs(bp_text_get(&text), stdout);
    cli_print_report(&report, false);
    bp_report_clear(&report);
    bp_model_free(model);
    bp_spec_free(spec);
    bp_text_clear(&path);
    bp_text_clear(&text);
    return cli_code(status);
}

int cmd_list(const cli_command *command, int argc, char **argv) {
    cli_args args;
    bool done;
    int code = cli_options_read(command, argc, argv, &args, &done);
    if (done) return code;
    if (args.n_operands != 1) return cli_usage(command, "list what?");
    const char *what = args.operand[0];
    bool json = cli_option_get(command, &args, "json") != NULL;
    const char *model = cli_option_get(command, &args, "model");
    if (!strcmp(what, "observables"))
        return list_observables(model ? model : "her2", json);
    const char *names[N_KINDS + 1] = {"observables"};
    for (int i = 0; i < N_KINDS; i++) {
        if (!strcmp(what, kinds[i].name)) return list_catalogue(kinds[i].kind, json);
        names[i + 1] = kinds[i].name;
    }
    const char *nearest = bp_text_nearest(what, names, N_KINDS + 1);
    return cli_usage(command, "there are no '%s' to list%s%s%s", what,
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}
