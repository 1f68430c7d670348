// Loading a scenario: text -> sheet -> network -> model -> plan.
#include "scenarios/scenario.h"

#include <string.h>

#include "model/format.h"
#include "scenarios/internal.h"

// ---- what is kept of a run ----

static bool is_own_species(const bp_variable *v) {
    return v->kind == BP_KIND_SPECIES;
}

static int keep(const bp_model *model, bool (*wanted)(const bp_variable *v), int *out) {
    int n = 0;
    for (int i = 0; i < bp_model_n_variables(model); i++)
        if (wanted(bp_model_variable(model, i))) out[n++] = i;
    return n;
}

static bool is_observable(const bp_variable *v) {
    return v->observable;
}

// Of a model without species: the parameters that rules change.
static bool is_ruled(const bp_variable *v) {
    return v->kind != BP_KIND_REACTION && v->role != BP_ROLE_PARAMETER;
}

// Without `observe:`: what the model calls an observable. One that calls nothing so
// shows its species, and so does SBML, which has no word for it.
static int keep_default(bp_scenario *scenario) {
    const bp_model *model = scenario->model;
    const char *path = scenario->network.model_path;
    bool sbml = path && bp_format_of(path) == BP_FORMAT_SBML;
    int n = sbml ? 0 : keep(model, is_observable, scenario->observed);
    if (n == 0) n = keep(model, is_own_species, scenario->observed);
    if (n == 0) n = keep(model, is_ruled, scenario->observed);
    return n;
}

// So many species are kept as one block rather than as a variable of the file each.
enum { MOST_OBSERVED = 1000 };

static bp_status choose_outputs(bp_scenario *scenario) {
    const bp_sheet *sheet = scenario->sheet;
    const bp_model *model = scenario->model;
    size_t most = (size_t)bp_model_n_variables(model) + (size_t)sheet->n_observe + 1;
    scenario->observed = bp_arena_take(&scenario->arena, most * sizeof(int));
    scenario->saved = bp_arena_take(&scenario->arena, most * sizeof(int));
    int *both = bp_arena_take(&scenario->arena, 2 * most * sizeof(int));
    if (!scenario->observed || !scenario->saved || !both) return BP_NO_MEMORY;

    int n = 0;
    for (int i = 0; i < sheet->n_observe; i++) {
        int variable = bp_model_find(model, scenario->asked[i].symbol);
        if (variable < 0) // another name of a symbol
            variable =
                bp_scenario_variable(scenario, bp_spec_find(scenario->network.spec,
                                                            scenario->asked[i].symbol));
        scenario->observed[n++] = variable;
    }
    if (!sheet->n_observe) n = keep_default(scenario);
    bool block = !sheet->n_observe && n > MOST_OBSERVED &&
                 is_own_species(bp_model_variable(model, scenario->observed[0]));
    if (block) n = 0;
    scenario->n_observed = n;
    if (sheet->save_species || block)
        scenario->n_saved = keep(model, is_own_species, scenario->saved);
    memcpy(both, scenario->observed, (size_t)n * sizeof(int));
    memcpy(both + n, scenario->saved, (size_t)scenario->n_saved * sizeof(int));
    return bp_view_new(model, both, n + scenario->n_saved, &scenario->view);
}

// ---- compiling ----

static bp_status compile(bp_scenario *scenario, bp_report *report) {
    bp_compile_options options = {.lenient = scenario->sheet->lenient};
    return bp_model_compile(scenario->network.spec, &options, &scenario->model, report);
}

// ---- the passes, in order ----

static const char *find_file(bp_scenario *scenario, const char *name, bp_error *err) {
    const char *path = NULL;
    if (bp_bundle_has(scenario->bundle, name))
        return bp_arena_copy(&scenario->arena, name);
    const bp_catalogue kind = BP_CATALOGUE_SCENARIOS;
    if (bp_library_find(&scenario->catalogue, kind, name, &path, err) != BP_OK)
        return NULL;
    if (path) return path;
    const char *near = bp_library_nearest(&scenario->catalogue, &kind, 1, name);
    bp_error_set(err, BP_NO_FILE,
                 "there is no file and no built-in scenario '%s'%s%s%s", name,
                 near ? "; did you mean '" : "; see `bypass list scenarios`",
                 near ? near : "", near ? "'?" : "");
    return NULL;
}

static bp_status read_sheet(bp_scenario *scenario, const char *name,
                            bp_report *report) {
    bp_error err = {0};
    const char *text = NULL;
    size_t length = 0;
    scenario->file = find_file(scenario, name, &err);
    if (scenario->file && bp_bundle_read(scenario->bundle, scenario->file, &text,
                                         &length, &err) == BP_OK) {
        bp_reader reader = {&scenario->arena, report, scenario->file};
        scenario->sheet = bp_sheet_parse(&reader, text, length, &scenario->settings);
        return scenario->sheet ? BP_OK : bp_report_status(report);
    }
    if (err.status == BP_OK) bp_error_no_memory(&err);
    bp_report_add_error(report, &err);
    return err.status;
}

static bp_status compose(bp_scenario *scenario, bp_report *report) {
    bp_network *network = &scenario->network;
    const bp_sheet *sheet = scenario->sheet;
    network->arena = &scenario->arena;
    network->bundle = scenario->bundle;
    network->report = report;
    network->catalogue = &scenario->catalogue;
    network->base = scenario->file;
    if (!sheet->model.name) return bp_report_status(report);
    BP_TRY(bp_network_pour(network, sheet->model));
    bp_network_state_units(network, &sheet->units);
    bp_network_look_for_markers(network);
    bp_network_declare(network, sheet);
    if (!bp_ensemble_read(&scenario->layers, network, scenario->sheet))
        return network->report->failed ? BP_NO_MEMORY : bp_report_status(report);
    bp_layers_find(&scenario->layers, network, sheet);
    if (report->failed) return BP_NO_MEMORY;
    bp_network_check_declared(network, sheet);
    bp_network_join(network);
    bp_network_add_doses(network);
    bp_network_add_feed(network);
    bp_layers_resolve(&scenario->layers, network, sheet);
    bp_observe_find(scenario);
    scenario->read_by_model = bp_network_readers(network);
    return bp_report_status(report);
}

static bp_status load(bp_scenario *scenario, const char *name,
                      const bp_load_options *options, bp_report *report) {
    BP_TRY(read_sheet(scenario, name, report));
    if (options && options->ensemble)
        scenario->sheet->ensemble =
            (bp_ensemble_use){.given = true,
                              .file = {options->ensemble, BP_NOWHERE},
                              .from_caller = true};
    BP_TRY(compose(scenario, report));
    BP_TRY(compile(scenario, report));
    BP_TRY(choose_outputs(scenario));
    BP_TRY(bp_plan_make(scenario, report));
    return bp_head_make(scenario, report);
}

// Whether an earlier finding says the same of the same place: what all arms share is
// looked at once per arm.
static bool is_said(const bp_report *report, int finding) {
    const bp_finding *f = &report->items[finding];
    for (int i = finding - 1; i >= 0; i--) {
        const bp_finding *other = &report->items[i];
        if (other->where.line != f->where.line ||
            other->where.column != f->where.column)
            return false;
        if (f->where.line && bp_text_equal(other->where.file, f->where.file) &&
            strcmp(other->message, f->message) == 0)
            return true;
    }
    return false;
}

// The findings of this load, in order of their places, into the caller's report.
static void hand_over(bp_report *from, bp_report *to) {
    bp_report_sort(from);
    for (int i = 0; to && i < from->count; i++) {
        const bp_finding *f = &from->items[i];
        if (is_said(from, i)) continue;
        if (f->severity == BP_ERROR)
            bp_report_error(to, f->status, f->where, "%s", f->message);
        else if (f->severity == BP_WARNING)
            bp_report_warning(to, f->status, f->where, "%s", f->message);
        else
            bp_report_note(to, f->where, "%s", f->message);
    }
    if (to && from->failed) to->failed = true;
}

bp_status bp_scenario_load(const char *name, bp_bundle *bundle, bp_scenario **out,
                           bp_report *report) {
    return bp_scenario_load_with(name, bundle, NULL, out, report);
}

const bp_behaviour *bp_scenario_behaviour(const bp_scenario *scenario) {
    return scenario->sheet->behaviour;
}

bp_status bp_scenario_load_with(const char *name, bp_bundle *bundle,
                                const bp_load_options *options, bp_scenario **out,
                                bp_report *report) {
    bp_report findings = {0};
    bp_scenario *scenario = bp_calloc(1, sizeof *scenario);
    bp_status status = BP_NO_MEMORY;
    if (scenario) {
        scenario->bundle = bundle;
        scenario->catalogue.bundle = bundle;
        scenario->settings = bp_settings_default();
        scenario->layers.cell = -1;
        status = load(scenario, name, options, &findings);
        scenario->network.report = NULL;
    }
    if (status == BP_OK) status = bp_report_status(&findings);
    if (status == BP_NO_MEMORY && findings.n_errors == 0) findings.failed = true;
    hand_over(&findings, report);
    bp_report_clear(&findings);
    if (status != BP_OK) {
        bp_scenario_free(scenario);
        return status;
    }
    *out = scenario;
    return BP_OK;
}

void bp_scenario_free(bp_scenario *scenario) {
    if (!scenario) return;
    if (scenario->sheet) bp_layers_clear(&scenario->layers, scenario->sheet);
    bp_plan_clear(&scenario->plan);
    bp_parameter_rows_free(scenario->parameter_rows);
    bp_view_free(scenario->view);
    bp_view_free(scenario->lean_view);
    bp_model_free(scenario->lean);
    bp_model_free(scenario->model);
    bp_network_clear(&scenario->network);
    bp_library_clear(&scenario->catalogue);
    bp_array_clear(&scenario->notes);
    bp_arena_clear(&scenario->arena);
    bp_free(scenario);
}

// ---- questions ----

const char *bp_scenario_title(const bp_scenario *scenario) {
    return scenario->sheet->title;
}

const bp_spec *bp_scenario_spec(const bp_scenario *scenario) {
    return scenario->network.spec;
}

const bp_model *bp_scenario_model(const bp_scenario *scenario) {
    return scenario->model;
}

bp_settings *bp_scenario_settings(bp_scenario *scenario) {
    return &scenario->settings;
}

int bp_scenario_n_runs(const bp_scenario *scenario) {
    return scenario->plan.n_runs;
}

const bp_results_head *bp_scenario_head(const bp_scenario *scenario) {
    return &scenario->head;
}

const bp_view *bp_scenario_view(const bp_scenario *scenario) {
    return scenario->view;
}

int bp_scenario_settle_group(const bp_scenario *scenario, int run) {
    return scenario->plan.group ? scenario->plan.group[run] : -1;
}

int bp_scenario_most_settings(const bp_scenario *scenario) {
    return scenario->plan.most;
}

bp_status bp_scenario_protocol(const bp_scenario *scenario, int run,
                               bp_initial_value *settings, bp_protocol *out,
                               bp_error *err) {
    const bp_plan *plan = &scenario->plan;
    *out = (bp_protocol){
        .n_times = plan->n_times,
        .times = plan->times,
        .settings = settings,
        .settle = scenario->sheet->settle,
    };
    return bp_plan_settings(plan, run, settings, &out->n_settings, err);
}

// ---- provenance of the caller ----

bp_status bp_scenario_note(bp_scenario *scenario, const char *name, const char *text) {
    bp_attribute note = {bp_arena_copy(&scenario->arena, name),
                         bp_arena_copy(&scenario->arena, text)};
    if (!note.name || !note.text) return BP_NO_MEMORY;
    if (strcmp(name, "command_line") == 0) {
        scenario->command_line = note.text;
        return bp_head_refresh(scenario);
    }
    for (int i = 0; i < scenario->notes.count; i++) {
        if (strcmp(scenario->notes.items[i].name, name) != 0) continue;
        scenario->notes.items[i] = note;
        return bp_head_refresh(scenario);
    }
    if (!bp_array_push(&scenario->notes, note)) return BP_NO_MEMORY;
    return bp_head_refresh(scenario);
}
