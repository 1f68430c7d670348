// What can differ between points: which variables, and their values row by row, so that
// no table of them is kept.
#include <math.h>
#include <string.h>

#include "scenarios/internal.h"

struct bp_parameter_rows {
    const bp_scenario *scenario;
    int *variables; // in ascending order (n)
    int n;
    bp_view *view; // of them
    bp_work *work;
    double *state;
    bp_initial_value *settings; // of the run at hand (plan->most)
    int *at; // of each variable its place in `variables`, -1: none (n_variables)
};

void bp_parameter_rows_free(bp_parameter_rows *rows) {
    if (!rows) return;
    bp_free(rows->variables);
    bp_view_free(rows->view);
    bp_work_free(rows->work);
    bp_free(rows->state);
    bp_free(rows->settings);
    bp_free(rows->at);
    bp_free(rows);
}

// Whether the variable is set to different values, or not in all runs. (n_variables)
static bp_status mark_differing(bp_parameter_rows *rows, bool *differs, int *count,
                                double *first, bp_error *err) {
    const bp_plan *plan = &rows->scenario->plan;
    int n_variables = bp_model_n_variables(rows->scenario->model);
    for (int run = 0; run < plan->n_runs; run++) {
        int n = 0;
        BP_TRY(bp_plan_settings(plan, run, rows->settings, &n, err));
        for (int i = 0; i < n; i++) {
            int v = rows->settings[i].variable;
            double value = rows->settings[i].value;
            if (count[v]++ == 0)
                first[v] = value;
            else if (first[v] != value)
                differs[v] = true;
        }
    }
    for (int v = 0; v < n_variables; v++)
        if (count[v] && count[v] < plan->n_runs) differs[v] = true;
    return BP_OK;
}

static bp_status choose(bp_parameter_rows *rows, bp_error *err) {
    int n_variables = bp_model_n_variables(rows->scenario->model);
    size_t size = (size_t)n_variables + 1;
    bool *differs = bp_calloc(size, sizeof *differs);
    int *count = bp_calloc(size, sizeof *count);
    double *first = bp_calloc(size, sizeof *first);
    bp_status status = differs && count && first ? BP_OK : BP_NO_MEMORY;
    if (status == BP_OK) status = mark_differing(rows, differs, count, first, err);
    for (int v = 0; status == BP_OK && v < n_variables; v++) {
        rows->at[v] = differs[v] ? rows->n : -1;
        if (differs[v]) rows->variables[rows->n++] = v;
    }
    bp_free(differs);
    bp_free(count);
    bp_free(first);
    return status;
}

static bp_status make(bp_parameter_rows *rows, bp_error *err) {
    const bp_model *model = rows->scenario->model;
    size_t n_variables = (size_t)bp_model_n_variables(model);
    size_t n_states = (size_t)bp_model_n_states(model);
    size_t most = (size_t)rows->scenario->plan.most;
    rows->variables = bp_calloc(n_variables + 1, sizeof *rows->variables);
    rows->at = bp_calloc(n_variables + 1, sizeof *rows->at);
    rows->state = bp_calloc(n_states + 1, sizeof *rows->state);
    rows->settings = bp_calloc(most + 1, sizeof *rows->settings);
    if (!rows->variables || !rows->at || !rows->state || !rows->settings)
        return BP_NO_MEMORY;
    BP_TRY(choose(rows, err));
    BP_TRY(bp_work_new(model, 1, &rows->work));
    return bp_view_new(model, rows->variables, rows->n, &rows->view);
}

bp_status bp_parameter_rows_make(bp_scenario *scenario, const int **variables, int *n,
                                 bp_error *err) {
    bp_parameter_rows *rows = bp_calloc(1, sizeof *rows);
    if (!rows) return BP_NO_MEMORY;
    bp_parameter_rows_free(scenario->parameter_rows);
    scenario->parameter_rows = rows;
    rows->scenario = scenario;
    BP_TRY(make(rows, err));
    *variables = rows->variables;
    *n = rows->n;
    return BP_OK;
}

// As the model starts with them; what is not set follows from what is.
static void start_values(bp_parameter_rows *rows, const bp_initial *given,
                         double *row) {
    bp_status status =
        bp_model_start(rows->scenario->model, rows->work, 0, given, rows->state, NULL);
    if (status == BP_OK) bp_view_values(rows->view, rows->work, 0, rows->state, row);
    for (int i = 0; status != BP_OK && i < rows->n; i++)
        row[i] = NAN; // the run itself will say why
}

static void add_cost(const bp_scenario *scenario, int run, double *cell) {
    const bp_ensemble *e = scenario->layers.ensemble;
    int arm = 0, index[BP_MOST_AXES];
    if (!e || !e->costs) return;
    bp_plan_point(scenario->sheet, run, &arm, index);
    *cell = e->costs[index[scenario->sheet->n_axes - 1]];
}

bp_status bp_parameter_row(const bp_results_head *head, int run, double *row,
                           bp_error *err) {
    bp_parameter_rows *rows = head->parameter_data;
    bp_initial given = {rows->settings, 0};
    int there = 0;
    BP_TRY(bp_plan_settings(&rows->scenario->plan, run, rows->settings, &given.n, err));
    for (int i = 0; i < given.n; i++)
        there += rows->at[rows->settings[i].variable] >= 0;
    if (there < rows->n) start_values(rows, &given, row);
    for (int i = 0; i < given.n; i++) {
        int at = rows->at[rows->settings[i].variable];
        if (at >= 0) row[at] = rows->settings[i].value;
    }
    for (int i = 0; i < rows->n; i++)
        if (row[i] == BP_NEVER) row[i] = INFINITY;
    add_cost(rows->scenario, run, row + rows->n);
    return BP_OK;
}
