// What a FILE operand is, and how it becomes a scenario that can be run.
#include <string.h>

#include "base/paths.h"
#include "cli/cli.h"
#include "model/format.h"

static bool ends_with(const char *text, const char *ending) {
    size_t n = strlen(text), m = strlen(ending);
    return n > m && !strcmp(text + n - m, ending);
}

static bool is_builtin(bp_catalogue kind, const char *name, bp_text *path) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    bool found = false;
    if (bp_catalogue_list(kind, &items, &n, NULL) == BP_OK)
        for (int i = 0; i < n && !found; i++)
            if (!strcmp(items[i].name, name)) {
                found = true;
                if (path) bp_text_add(path, items[i].path);
            }
    bp_catalogue_free(items, n);
    return found;
}

void cli_builtin_name(bp_catalogue kind, const char *name, bp_text *out) {
    if (strchr(name, '/') || bp_path_exists(name) || !is_builtin(kind, name, out))
        bp_text_add(out, name);
}

static bool is_preset(const char *name) {
    bp_bundle *bundle = NULL;
    bool preset = bp_bundle_new(&bundle) == BP_OK &&
                  bp_file_kind_of(name, bundle) == BP_FILE_PRESET;
    bp_bundle_free(bundle);
    return preset;
}

cli_input_kind cli_input_classify(const char *name) {
    if (bp_format_of(name) != BP_FORMAT_NONE) return CLI_MODEL;
    if (ends_with(name, ".h5") || ends_with(name, ".hdf5") || ends_with(name, ".nc"))
        return CLI_RESULTS;
    if (ends_with(name, ".yaml") || ends_with(name, ".yml") || bp_path_exists(name))
        return is_preset(name) ? CLI_MODEL : CLI_SCENARIO;
    bool model = !is_builtin(BP_CATALOGUE_SCENARIOS, name, NULL) &&
                 is_builtin(BP_CATALOGUE_MODELS, name, NULL);
    return model ? CLI_MODEL : CLI_SCENARIO;
}

// "A,B" as a YAML list of quoted names.
static void yaml_list(const char *names, bp_text *out) {
    bp_text_add(out, "[");
    for (const char *p = names; *p;) {
        size_t n = strcspn(p, ","), blanks = strspn(p, " ");
        bp_text one = {0};
        if (blanks < n) bp_text_add_n(&one, p + blanks, n - blanks);
        bp_text_json(out, bp_text_get(&one));
        bp_text_clear(&one);
        p += n;
        if (*p) {
            bp_text_add(out, ", ");
            p++;
        }
    }
    bp_text_add(out, "]\n");
}

// A model given on the command line is a scenario of four lines, kept in the results
// like any other, so that they can be repeated.
static void scenario_text(const char *model, const cli_model_run *how, bp_text *out) {
    bp_text_add(out, "# made from the command line by bypass run\nmodel: ");
    bp_text_json(out, model);
    bp_text_add(out, "\n");
    if (how->lenient) bp_text_add(out, "lenient: true\n");
    bp_text_add(out, "run: {until: ");
    bp_text_json(out, how->until);
    bp_text_add(out, ", points: ");
    bp_text_json(out, how->points ? how->points : "101");
    bp_text_add(out, "}\n");
    if (how->observe) {
        bp_text_add(out, "observe: ");
        yaml_list(how->observe, out);
    }
}

static bp_status load_model(const char *name, const cli_model_run *how, cli_input *out,
                            bp_report *report) {
    bp_text model = {0}, text = {0};
    cli_builtin_name(BP_CATALOGUE_MODELS, name, &model);
    scenario_text(bp_text_get(&model), how, &text);
    bp_status status = BP_NO_MEMORY;
    if (!model.failed && !text.failed)
        status =
            bp_bundle_add(out->bundle, "command-line.yaml", text.data, text.length);
    bp_text_clear(&model);
    bp_text_clear(&text);
    if (status != BP_OK) return status;
    return bp_scenario_load("command-line.yaml", out->bundle, &out->scenario, report);
}

// Puts stored settings ("settings.rtol") back, so that a repeat is exact.
static bp_status restore_settings(const bp_results *results, bp_settings *settings,
                                  bp_error *err) {
    for (int i = 0; i < results->head.n_provenance; i++) {
        const bp_attribute *a = &results->head.provenance[i];
        if (strncmp(a->name, "settings.", 9) != 0) continue;
        const bp_field *field = bp_field_find(bp_settings_fields, a->name + 9);
        if (field) BP_TRY(bp_field_read(field, settings, a->text, BP_NOWHERE, err));
    }
    return BP_OK;
}

static const char *provenance_text(const bp_results *results, const char *name) {
    for (int i = 0; i < results->head.n_provenance; i++)
        if (!strcmp(results->head.provenance[i].name, name))
            return results->head.provenance[i].text;
    return NULL;
}

static bp_status load_results(const char *path, cli_input *out, bp_report *report) {
    bp_error err = {0};
    bp_results *results = NULL;
    bp_status status = bp_results_read(path, &results, &err);
    if (status == BP_OK) {
        bp_bundle_free(out->bundle);
        out->bundle = NULL;
        status = bp_results_bundle(path, &out->bundle, &err);
    }
    const char *name = status == BP_OK ? provenance_text(results, "scenario") : NULL;
    if (status == BP_OK && !name)
        status = bp_error_set(&err, BP_BAD_VALUE,
                              "%s does not say which scenario made it; it cannot be "
                              "repeated",
                              path);
    if (status == BP_OK) {
        bp_bundle_seal(out->bundle);
        status = bp_scenario_load(name, out->bundle, &out->scenario, report);
    }
    if (status == BP_OK)
        status = restore_settings(results, bp_scenario_settings(out->scenario), &err);
    if (err.status != BP_OK) bp_report_add_error(report, &err);
    bp_results_free(results);
    return status;
}

int cli_input_load(const char *name, const cli_model_run *how, cli_input *out) {
    bp_report report = {0};
    memset(out, 0, sizeof *out);
    out->kind = cli_input_classify(name);
    bp_status status = bp_bundle_new(&out->bundle);
    if (status == BP_OK && out->kind == CLI_RESULTS)
        status = load_results(name, out, &report);
    else if (status == BP_OK && out->kind == CLI_MODEL)
        status = load_model(name, how, out, &report);
    else if (status == BP_OK)
        status = bp_scenario_load(name, out->bundle, &out->scenario, &report);
    if (status != BP_OK && report.n_errors == 0)
        bp_report_error(&report, status, BP_NOWHERE, "%s: %s", name,
                        bp_status_text(status));
    cli_print_report(&report, false);
    bp_report_clear(&report);
    if (status != BP_OK) cli_input_clear(out);
    return cli_code(status);
}

void cli_input_clear(cli_input *input) {
    bp_scenario_free(input->scenario);
    bp_bundle_free(input->bundle);
    memset(input, 0, sizeof *input);
}
