// What the results say of the points: coordinates, marks, parameters.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/internal.h"

static void *take(bp_scenario *scenario, size_t count, size_t size) {
    return bp_arena_take(&scenario->arena, count * size + 1);
}

// ---- coordinates ----

static bp_status arm_coordinate(bp_scenario *scenario, bp_coordinate *out) {
    const bp_sheet *sheet = scenario->sheet;
    int n = scenario->plan.n_runs;
    const char **labels = take(scenario, (size_t)n, sizeof *labels);
    if (!labels) return BP_NO_MEMORY;
    for (int run = 0; run < n; run++) {
        int arm = 0;
        int index[BP_MOST_AXES];
        bp_plan_point(sheet, run, &arm, index);
        labels[run] = sheet->arms[arm].name;
    }
    *out = (bp_coordinate){.name = "arm", .unit = "", .labels = labels};
    return BP_OK;
}

// The model's own name for a unit spelt as a fraction, where everybody can read it:
// "nM" for nmol/L.
static const char *shown_unit(const bp_scenario *scenario, const char *text) {
    bp_unit unit = bp_unit_unknown, named = bp_unit_unknown;
    if (!text) return "";
    if (!strchr(text, '/') || bp_unit_parse(text, &unit, NULL) != BP_OK) return text;
    const char *name = bp_network_unit_name(&scenario->network, unit);
    bool readable = name && bp_unit_parse(name, &named, NULL) == BP_OK && named.known &&
                    bp_unit_equal(named, unit);
    return readable ? name : text;
}

// The unit of a swept key: as written, else the model's.
static const char *axis_unit(const bp_scenario *scenario, int axis) {
    const bp_axis_layer *layer = &scenario->layers.axes[axis];
    const char *written = scenario->sheet->axes[axis].unit;
    if (written[0]) return written;
    if (layer->target == BP_AXIS_AT) return bp_model_time_unit_text(scenario->model);
    if (layer->target != BP_AXIS_SYMBOL) return "";
    int variable = bp_scenario_variable(scenario, layer->symbol);
    const char *unit =
        variable < 0 ? NULL : bp_model_variable(scenario->model, variable)->unit_text;
    return shown_unit(scenario, unit);
}

static bp_status axis_coordinate(bp_scenario *scenario, int axis, bp_coordinate *out) {
    const bp_sheet *sheet = scenario->sheet;
    const bp_axis_layer *layer = &scenario->layers.axes[axis];
    size_t n = (size_t)scenario->plan.n_runs;
    bool mechanisms = layer->target == BP_AXIS_MECHANISM;
    bool cells = layer->target == BP_AXIS_CELL || mechanisms;
    const char **labels = cells ? take(scenario, n, sizeof *labels) : NULL;
    double *values = cells ? NULL : take(scenario, n, sizeof *values);
    if (!labels && !values) return BP_NO_MEMORY;
    for (int run = 0; run < scenario->plan.n_runs; run++) {
        int arm = 0;
        int index[BP_MOST_AXES];
        bp_plan_point(sheet, run, &arm, index);
        if (mechanisms)
            labels[run] = sheet->axes[axis].texts[index[axis]]->text;
        else if (cells)
            labels[run] = scenario->layers.cells.items[layer->cells[index[axis]]].name;
        else
            values[run] = layer->shown ? layer->shown[index[axis]] : index[axis];
    }
    *out = (bp_coordinate){.name = sheet->axes[axis].name,
                           .unit = cells ? "" : axis_unit(scenario, axis),
                           .labels = labels,
                           .values = values};
    return BP_OK;
}

static bp_status make_coordinates(bp_scenario *scenario) {
    const bp_sheet *sheet = scenario->sheet;
    bp_results_head *head = &scenario->head;
    bp_coordinate *all = take(scenario, (size_t)sheet->n_axes + 1, sizeof *all);
    if (!all) return BP_NO_MEMORY;
    head->coordinates = all;
    if (sheet->has_arms) BP_TRY(arm_coordinate(scenario, &all[head->n_coordinates++]));
    for (int i = 0; i < sheet->n_axes; i++)
        BP_TRY(axis_coordinate(scenario, i, &all[head->n_coordinates++]));
    return BP_OK;
}

// ---- marks ----

typedef struct marking {
    bp_scenario *scenario;
    bp_report *report;
    const char *arm; // NULL: every run
    BP_ARRAY(bp_mark) marks;
    bool failed;
} marking;

static bool is_swept(const bp_scenario *scenario, int substance,
                     bp_axis_target target) {
    for (int i = 0; i < scenario->sheet->n_axes; i++)
        if (scenario->layers.axes[i].target == target &&
            scenario->layers.axes[i].substance == substance)
            return true;
    return false;
}

// What comes after the end is most likely a slip.
static void warn_late(marking *m, const bp_exposure *exposure, const bp_dose *dose) {
    const bp_plan *plan = &m->scenario->plan;
    char number[32];
    bp_number_print_short(plan->times[plan->n_times - 1] * plan->shown_factor, 6,
                          number);
    bp_report_warning(m->report, BP_BAD_VALUE, dose->at_where,
                      "this is after the end of the run (%s %s): no %s is added",
                      number, plan->shown_unit, exposure->name);
}

static void mark_dose(void *data, const bp_exposure *exposure, const bp_dose *dose,
                      int substance, int slot) {
    (void)slot;
    marking *m = data;
    bp_scenario *scenario = m->scenario;
    bp_mark mark = {.arm = m->arm, .kind = dose->kind == BP_DOSE_ADD ? 0 : 2};
    if (is_swept(scenario, substance, BP_AXIS_AT) && dose->kind == BP_DOSE_ADD) return;
    bool swept = is_swept(scenario, substance, BP_AXIS_EXPOSURE);
    if (dose->kind == BP_DOSE_WASH) {
        mark.kind = 1;
        mark.text = bp_arena_format(&scenario->arena, "%s washed out", exposure->name);
    } else {
        mark.text = bp_arena_format(&scenario->arena, "%s%s%s", exposure->name,
                                    swept ? "" : " ", swept ? "" : dose->text);
    }
    (void)bp_time_in_model(&scenario->network, &dose->at, dose->at_where, &mark.time);
    if (dose->kind != BP_DOSE_WASH && !is_swept(scenario, substance, BP_AXIS_AT) &&
        mark.time > scenario->plan.times[scenario->plan.n_times - 1])
        warn_late(m, exposure, dose);
    if (!mark.text || !bp_array_push(&m->marks, mark)) m->failed = true;
}

static bp_status make_marks(bp_scenario *scenario, bp_report *report) {
    const bp_sheet *sheet = scenario->sheet;
    marking m = {.scenario = scenario, .report = report};
    for (int i = 0; i < sheet->n_arms; i++) {
        m.arm = sheet->has_arms ? sheet->arms[i].name : NULL;
        bp_arm_doses(&scenario->network, sheet, &sheet->arms[i], mark_dose, &m);
    }
    size_t n = (size_t)m.marks.count;
    bp_mark *kept = take(scenario, n, sizeof *kept);
    if (!kept)
        m.failed = true;
    else if (n)
        memcpy(kept, m.marks.items, n * sizeof *kept);
    bp_array_clear(&m.marks);
    scenario->head.marks = kept;
    scenario->head.n_marks = (int)n;
    return m.failed ? BP_NO_MEMORY : BP_OK;
}

// ---- outputs ----

// `asked`: how they are called there, NULL: by their own names. (n)
static bp_status describe(bp_scenario *scenario, const int *variables, int n,
                          const bp_observed *asked, const bp_output **out) {
    bp_output *all = take(scenario, (size_t)n, sizeof *all);
    if (!all) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++) {
        const bp_variable *v = bp_model_variable(scenario->model, variables[i]);
        all[i] =
            (bp_output){.name = v->name,
                        .display_name = v->display_name ? v->display_name : v->name,
                        .unit = shown_unit(scenario, v->unit_text)};
        if (!asked) continue;
        all[i].name = asked[i].shown;
        if (!v->display_name || strcmp(v->display_name, v->name) == 0)
            all[i].display_name = asked[i].shown;
        if (asked[i].unit) all[i].unit = asked[i].unit;
    }
    *out = all;
    return BP_OK;
}

// ---- parameters ----

// The cost of each run's member stands behind what the member sets.
static bp_status add_cost(bp_scenario *scenario) {
    const bp_ensemble *e = scenario->layers.ensemble;
    bp_results_head *head = &scenario->head;
    size_t n = (size_t)head->n_parameters;
    if (!e || !e->costs) return BP_OK;
    bp_output *outputs = take(scenario, n + 1, sizeof *outputs);
    if (!outputs) return BP_NO_MEMORY;
    if (n) memcpy(outputs, head->parameters, n * sizeof *outputs);
    outputs[n] = (bp_output){
        .name = "member_cost", .display_name = "cost of the parameter set", .unit = ""};
    head->parameters = outputs;
    head->n_parameters++;
    return BP_OK;
}

static bp_status make_parameters(bp_scenario *scenario, bp_report *report) {
    const int *variables = NULL;
    int n = 0;
    bp_error err = {0};
    bp_status status = bp_parameter_rows_make(scenario, &variables, &n, &err);
    if (err.status != BP_OK) bp_report_add_error(report, &err);
    if (status != BP_OK) return status;
    BP_TRY(describe(scenario, variables, n, NULL, &scenario->head.parameters));
    scenario->head.n_parameters = n;
    scenario->head.parameter_row = bp_parameter_row;
    scenario->head.parameter_data = scenario->parameter_rows;
    return add_cost(scenario);
}

bp_status bp_head_make(bp_scenario *scenario, bp_report *report) {
    bp_results_head *head = &scenario->head;
    const bp_plan *plan = &scenario->plan;
    *head = (bp_results_head){
        .title = scenario->sheet->title,
        .n_runs = plan->n_runs,
        .n_times = plan->n_times,
        .times = plan->times,
        .time_unit = bp_model_time_unit_text(scenario->model),
        .shown_time_unit = plan->shown_unit,
        .shown_time_factor = plan->shown_factor,
        .n_observables = scenario->n_observed,
        .n_species = scenario->n_saved,
        .figures = "",
        .bundle = scenario->bundle,
        .model_text = bp_head_model_text,
        .model_data = scenario,
    };
    const bp_observed *asked = scenario->sheet->n_observe ? scenario->asked : NULL;
    BP_TRY(describe(scenario, scenario->observed, scenario->n_observed, asked,
                    &head->observables));
    BP_TRY(
        describe(scenario, scenario->saved, scenario->n_saved, NULL, &head->species));
    BP_TRY(make_coordinates(scenario));
    BP_TRY(make_marks(scenario, report));
    BP_TRY(make_parameters(scenario, report));
    BP_TRY(bp_figures_make(scenario, report));
    return bp_head_refresh(scenario);
}
