// One run as a network of its own: composed again without the doses that the run does
// not have, its settings and the settled state written in as initial values.
#include <string.h>

#include "scenarios/internal.h"

typedef struct snapshot {
    bp_scenario *scenario;
    int run;
    bp_arena arena;
    bp_report report;
    bp_library catalogue;
    bp_network network;
    bp_initial_value *settings; // of the run (n_settings)
    int n_settings;
} snapshot;

static const bp_initial_value *find_setting(const snapshot *s, const char *name) {
    int variable = name ? bp_model_find(s->scenario->model, name) : -1;
    for (int i = 0; variable >= 0 && i < s->n_settings; i++)
        if (s->settings[i].variable == variable) return &s->settings[i];
    return NULL;
}

// ---- the network of this run ----

static int count_slots(snapshot *s, const bp_substance *substance, bp_dose_kind kind) {
    int n = 0;
    while (n < substance->n_slots[kind]) {
        const char *at =
            bp_dose_name(&s->network, kind, substance->species, n + 1, "at");
        const bp_initial_value *setting = find_setting(s, at);
        if (!setting || setting->value >= BP_NEVER) break;
        n++;
    }
    return n;
}

static bp_status add_substances(snapshot *s) {
    const bp_network *whole = &s->scenario->network;
    for (int i = 0; i < whole->drugs.count; i++) {
        const bp_drug *drug = whole->drugs.items[i];
        if (!bp_array_push(&s->network.drugs, drug)) return BP_NO_MEMORY;
        bp_network_add_drug(&s->network, drug, BP_NOWHERE);
    }
    for (int i = 0; i < whole->substances.count; i++) {
        bp_substance substance = whole->substances.items[i];
        for (int kind = 0; kind < BP_N_DOSE_KINDS; kind++)
            substance.n_slots[kind] = count_slots(s, &substance, (bp_dose_kind)kind);
        substance.fed = false; // the medium is held before the start only
        if (!bp_array_push(&s->network.substances, substance)) return BP_NO_MEMORY;
    }
    return BP_OK;
}

static bp_status compose(snapshot *s) {
    bp_scenario *scenario = s->scenario;
    s->catalogue.bundle = scenario->bundle;
    s->network = (bp_network){.arena = &s->arena,
                              .bundle = scenario->bundle,
                              .report = &s->report,
                              .catalogue = &s->catalogue,
                              .base = scenario->file};
    BP_TRY(bp_network_pour(&s->network, scenario->sheet->model));
    bp_network_state_units(&s->network, &scenario->sheet->units);
    bp_network_look_for_markers(&s->network);
    bp_network_declare(&s->network, scenario->sheet);
    BP_TRY(add_substances(s));
    bp_network_join(&s->network);
    bp_network_add_doses(&s->network);
    return bp_report_status(&s->report);
}

// ---- its values ----

static bp_status write_value(snapshot *s, int variable, double value) {
    bp_spec *spec = s->network.spec;
    int symbol =
        bp_spec_find(spec, bp_model_variable(s->scenario->model, variable)->name);
    if (symbol < 0) return BP_OK; // a dose that is left out
    const bp_ast *number = bp_ast_number(spec, value, BP_NOWHERE);
    if (!number) return BP_NO_MEMORY;
    spec->symbols.items[symbol].initial = number;
    spec->symbols.items[symbol].initial_is_amount = false;
    return BP_OK;
}

static bp_status write_settings(snapshot *s) {
    for (int i = 0; i < s->n_settings; i++)
        BP_TRY(write_value(s, s->settings[i].variable, s->settings[i].value));
    return BP_OK;
}

// After settling an initial value that is an expression would be computed from the
// settled state; the run computed it from the state before. So its number is written.
static bool needs_number(const snapshot *s, int variable) {
    const bp_variable *v = bp_model_variable(s->scenario->model, variable);
    if (v->role == BP_ROLE_STATE) return true;
    int symbol = bp_spec_find(s->network.spec, v->name);
    const bp_symbol *known =
        symbol < 0 ? NULL : &s->network.spec->symbols.items[symbol];
    return v->role == BP_ROLE_PARAMETER && known && known->initial &&
           known->initial->op != BP_OP_NUMBER;
}

static bp_status write_view(snapshot *s, const int *variables, int n, bp_work *work,
                            const double *y) {
    bp_view *view = NULL;
    double *values = bp_calloc((size_t)n + 1, sizeof *values);
    bp_status status =
        values ? bp_view_new(s->scenario->model, variables, n, &view) : BP_NO_MEMORY;
    if (status == BP_OK) bp_view_values(view, work, 0, y, values);
    for (int i = 0; status == BP_OK && i < n; i++)
        status = write_value(s, variables[i], values[i]);
    bp_view_free(view);
    bp_free(values);
    return status;
}

static bp_status write_rest(snapshot *s, bp_work *work, const double *y,
                            bp_error *err) {
    const bp_model *model = s->scenario->model;
    int n_variables = bp_model_n_variables(model);
    int *chosen = bp_calloc((size_t)n_variables + 1, sizeof *chosen);
    double *start = bp_calloc((size_t)bp_model_n_states(model) + 1, sizeof *start);
    bp_initial given = {s->settings, s->n_settings};
    bp_status status = chosen && start ? BP_OK : BP_NO_MEMORY;
    if (status == BP_OK) status = bp_model_start(model, work, 0, &given, start, err);
    int n = 0;
    for (int v = 0; status == BP_OK && v < n_variables; v++)
        if (needs_number(s, v)) chosen[n++] = v;
    if (status == BP_OK) status = write_view(s, chosen, n, work, y);
    bp_free(chosen);
    bp_free(start);
    return status;
}

static bp_status settle(snapshot *s, bp_error *err) {
    const bp_model *model = s->scenario->model;
    bp_solver *solver = NULL;
    bp_work *work = NULL;
    bp_failure failure = {0};
    bp_stats stats = {0};
    bp_protocol protocol;
    BP_TRY(bp_scenario_protocol(s->scenario, s->run, s->settings, &protocol, err));
    double *y = bp_calloc((size_t)bp_model_n_states(model) + 1, sizeof *y);
    bp_status status = y ? bp_work_new(model, 1, &work) : BP_NO_MEMORY;
    if (status == BP_OK)
        status = bp_solver_new(model, &s->scenario->settings, &solver, err);
    if (status == BP_OK) {
        status = bp_solver_settle(solver, &protocol, y, &stats, &failure);
        if (status != BP_OK) bp_error_set(err, status, "%s", failure.text);
    }
    if (status == BP_OK) status = write_rest(s, work, y, err);
    bp_solver_free(solver);
    bp_work_free(work);
    bp_free(y);
    return status;
}

bp_status bp_scenario_snapshot(bp_scenario *scenario, int run, bp_spec **out,
                               bp_error *err) {
    if (run < 0 || run >= scenario->plan.n_runs)
        return bp_error_set(err, BP_BAD_ARGUMENT,
                            "there is no run %d; the scenario has %d", run,
                            scenario->plan.n_runs);
    snapshot s = {.scenario = scenario, .run = run};
    s.settings = bp_calloc((size_t)scenario->plan.most + 1, sizeof *s.settings);
    if (!s.settings) return bp_error_no_memory(err);
    bp_status status =
        bp_plan_settings(&scenario->plan, run, s.settings, &s.n_settings, err);
    if (status == BP_OK) {
        status = compose(&s);
        if (status != BP_OK) (void)bp_report_first(&s.report, err);
    }
    if (status == BP_OK) status = write_settings(&s);
    if (status == BP_OK && scenario->sheet->settle) status = settle(&s, err);
    if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    if (status == BP_OK) {
        *out = s.network.spec; // handed over
        s.network.spec = NULL;
    }
    bp_network_clear(&s.network);
    bp_library_clear(&s.catalogue);
    bp_free(s.settings);
    bp_report_clear(&s.report);
    bp_arena_clear(&s.arena);
    return status;
}
