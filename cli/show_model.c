// bypass show model: counts, lists, equations, code, solver, graph, reactions.
#include "cli/show_model.h"

#include <string.h>

#include "model/antimony.h"
#include "model/diagram.h"
#include "model/zeros.h"

typedef struct shown {
    bp_spec *spec;
    bp_model *model;
} shown;

static int count_kind(const bp_model *model, bp_kind kind) {
    int n = 0;
    for (int i = 0; i < bp_model_n_variables(model); i++)
        n += bp_model_variable(model, i)->kind == kind;
    return n;
}

static void json_names(const shown *s, const char *key, bp_kind kind, bp_text *out) {
    bool first = true;
    bp_text_format(out, ",\n  \"%s\": [", key);
    for (int i = 0; i < bp_model_n_variables(s->model); i++) {
        const bp_variable *v = bp_model_variable(s->model, i);
        if (v->kind != kind) continue;
        bp_text_add(out, first ? "" : ", ");
        bp_text_json(out, v->name);
        first = false;
    }
    bp_text_add(out, "]");
}

static void json_instances(const shown *s, const char *key, const char *module,
                           bp_text *out) {
    bool first = true;
    bp_text_format(out, ",\n  \"%s\": [", key);
    for (int i = 0; i < s->spec->instances.count; i++) {
        const bp_instance *instance = &s->spec->instances.items[i];
        if (strcmp(instance->module, module) != 0) continue;
        bp_text_add(out, first ? "" : ", ");
        bp_text_json(out, instance->name);
        first = false;
    }
    bp_text_add(out, "]");
}

static void json_observables(const shown *s, bp_text *out) {
    bool first = true;
    bp_text_add(out, ",\n  \"observable_names\": [");
    for (int i = 0; i < bp_model_n_variables(s->model); i++) {
        const bp_variable *v = bp_model_variable(s->model, i);
        if (!v->observable) continue;
        bp_text_add(out, first ? "" : ", ");
        bp_text_json(out, v->name);
        first = false;
    }
    bp_text_add(out, "]");
}

static void print_json(const shown *s, bp_text *out) {
    const bp_model *m = s->model;
    bp_text_add(out, "{\"name\": ");
    bp_text_json(out, bp_model_name(m));
    bp_text_format(out, ", \"species\": %d, \"reactions\": %d, \"parameters\": %d",
                   count_kind(m, BP_KIND_SPECIES), bp_model_n_reactions(m),
                   count_kind(m, BP_KIND_PARAMETER));
    bp_text_format(out, ", \"compartments\": %d, \"states\": %d, \"nnz\": %d",
                   count_kind(m, BP_KIND_COMPARTMENT), bp_model_n_states(m),
                   bp_model_pattern(m)->nnz);
    bp_text_format(out, ", \"events\": %d, \"conserved_totals\": %d, \"time_unit\": ",
                   bp_model_n_events(m), bp_model_n_totals(m));
    bp_text_json(out, bp_model_time_unit_text(m));
    json_names(s, "species_names", BP_KIND_SPECIES, out);
    json_names(s, "reaction_names", BP_KIND_REACTION, out);
    json_names(s, "parameter_names", BP_KIND_PARAMETER, out);
    json_observables(s, out);
    json_instances(s, "sites", "site", out);
    json_instances(s, "epitopes", "epitope", out);
    json_instances(s, "effects", "effect", out);
    bp_text_add(out, "}\n");
}

static void print_instances(const shown *s, const char *title, const char *module,
                            bp_text *out) {
    int n = 0;
    for (int i = 0; i < s->spec->instances.count; i++) {
        const bp_instance *instance = &s->spec->instances.items[i];
        if (strcmp(instance->module, module) != 0) continue;
        if (n++ == 0) bp_text_format(out, "\n%s\n ", title);
        bp_text_format(out, " %s", instance->name);
    }
    if (n) bp_text_add(out, "\n");
}

static void print_observables(const shown *s, bp_text *out) {
    bool any = false;
    for (int i = 0; i < bp_model_n_variables(s->model); i++) {
        const bp_variable *v = bp_model_variable(s->model, i);
        if (!v->observable) continue;
        if (!any) bp_text_add(out, "\nobservables\n");
        any = true;
        bp_text_format(out, "  %-18s %-8s %s\n", v->name, v->unit_text,
                       v->display_name);
    }
}

static void print_page(const shown *s, bp_text *out) {
    const bp_model *m = s->model;
    bp_text_format(out, "%s\n\n",
                   s->spec->display_name ? s->spec->display_name : bp_model_name(m));
    bp_text_format(out, "  species           %d\n", count_kind(m, BP_KIND_SPECIES));
    bp_text_format(out, "  reactions         %d\n", bp_model_n_reactions(m));
    bp_text_format(out, "  parameters        %d\n", count_kind(m, BP_KIND_PARAMETER));
    bp_text_format(out, "  state variables   %d\n", bp_model_n_states(m));
    bp_text_format(out, "  Jacobian nonzeros %d\n", bp_model_pattern(m)->nnz);
    bp_text_format(out, "  conserved totals  %d\n", bp_model_n_totals(m));
    bp_text_format(out, "  events            %d\n", bp_model_n_events(m));
    bp_text_format(out, "  time unit         %s\n", bp_model_time_unit_text(m));
    print_observables(s, out);
    print_instances(s, "sites for kinase inhibitors", "site", out);
    print_instances(s, "epitopes for antibodies", "epitope", out);
    print_instances(s, "effects that antibodies may have", "effect", out);
}

// What a run that sets nothing leaves out.
static bp_status print_zeros(const shown *s, bp_text *out) {
    int n_states = 0, n_zero = 0, n = bp_model_n_variables(s->model);
    bool *zero = bp_calloc((size_t)n + 1, sizeof *zero);
    if (!zero) return BP_NO_MEMORY;
    bp_all_settings none = {.n_runs = 1};
    bp_status status = bp_model_find_zeros(s->model, &none, zero, &n_states);
    for (int v = 0; v < n; v++)
        n_zero += zero[v] && bp_model_variable(s->model, v)->kind == BP_KIND_SPECIES;
    bp_free(zero);
    int n_species = count_kind(s->model, BP_KIND_SPECIES);
    if (n_states > 0)
        bp_text_format(out,
                       "%d of %d species can leave zero; a run leaves the others "
                       "out (prune)\n",
                       n_species - n_zero, n_species);
    return status;
}

static bp_status print_solver(const shown *s, bp_text *out, bp_error *err) {
    bp_settings settings = bp_settings_default();
    bp_solver *solver = NULL;
    bp_status status = bp_solver_new(s->model, &settings, &solver, err);
    if (status == BP_OK) {
        bp_solver_describe(solver, out);
        bp_text_add(out, "\n");
    }
    bp_solver_free(solver);
    return status == BP_OK ? print_zeros(s, out) : status;
}

static bp_status print_chosen(const cli_command *command, const cli_args *args,
                              const shown *s, bp_text *out, bp_error *err) {
    const char *part = cli_option_get(command, args, "part");
    if (cli_option_get(command, args, "graph"))
        return bp_spec_diagram(s->spec, part, out, err);
    if (cli_option_get(command, args, "reactions"))
        return bp_spec_reaction_table(s->spec, part, out, err);
    if (cli_option_get(command, args, "equations"))
        bp_model_print_equations(s->model, out);
    else if (cli_option_get(command, args, "code"))
        bp_model_print_tape(s->model, out);
    else if (cli_option_get(command, args, "solver"))
        return print_solver(s, out, err);
    else if (cli_option_get(command, args, "json"))
        print_json(s, out);
    else
        print_page(s, out);
    return out->failed ? bp_error_no_memory(err) : BP_OK;
}

int show_model(const cli_command *command, const cli_args *args, const char *name) {
    shown s = {0};
    bp_text path = {0}, out = {0};
    bp_report report = {0};
    bp_error err = {0};
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &path);
    bp_status status = bp_network_load(bp_text_get(&path), NULL, &s.spec, &report);
    if (status == BP_OK) status = bp_model_compile(s.spec, NULL, &s.model, &report);
    cli_print_report(&report, false);
    if (status == BP_OK) {
        status = print_chosen(command, args, &s, &out, &err);
        if (status == BP_OK)
            fputs(bp_text_get(&out), stdout);
        else
            cli_print_error(&err);
    }
    bp_report_clear(&report);
    bp_model_free(s.model);
    bp_spec_free(s.spec);
    bp_text_clear(&path);
    bp_text_clear(&out);
    return cli_code(status);
}
