// The model at run time: names, work, initial values, rates, Jacobian.
#include "model/model.h"

#include <math.h>
#include <string.h>

#include "model/model_internal.h"

static void free_event(bp_compiled_event *event) {
    bp_tape_clear(&event->trigger);
    bp_tape_clear(&event->timing);
    bp_tape_clear(&event->values);
    bp_tape_clear(&event->volumes);
}

static void free_network(bp_model *model) {
    bp_free(model->variables);
    bp_free(model->state_variable);
    bp_free(model->parameter_variable);
    bp_free(model->has_rate_rule);
    bp_free(model->part_start);
    bp_free(model->parts);
    bp_free(model->variable_node);
    bp_free(model->rate_node);
    bp_free(model->jacobian_node);
    bp_free(model->column_start);
    bp_free(model->row);
    bp_free(model->diagonal);
    bp_free(model->base);
    bp_free(model->switches);
    bp_free(model->conditions);
    bp_free(model->is_fast);
    bp_free(model->mass_row);
    bp_free(model->mass_column);
    bp_free(model->mass_at);
    bp_free(model->mass_node);
    bp_free(model->mode_node);
}

void bp_model_free(bp_model *model) {
    if (!model) return;
    for (int e = 0; e < model->n_events; e++)
        free_event(&model->events[e]);
    bp_free(model->events);
    bp_tape_clear(&model->hoisted);
    bp_tape_clear(&model->timed);
    bp_tape_clear(&model->rates);
    bp_tape_clear(&model->jacobian);
    bp_tape_clear(&model->all);
    bp_tape_clear(&model->crossings);
    bp_tape_clear(&model->schedule);
    bp_tape_clear(&model->mass_values);
    bp_tape_clear(&model->modes);
    bp_tape_clear(&model->start.tape);
    for (int d = 0; d < model->n_delays; d++) {
        bp_tape_clear(&model->delays[d].value_tape);
        bp_tape_clear(&model->delays[d].tau_tape);
    }
    bp_free(model->delays);
    bp_free(model->past_states);
    bp_free(model->smoothing);
    bp_model_free(model->at_rest);
    bp_graph_clear(&model->start.graph);
    bp_free(model->start.defaults);
    bp_free(model->start.roots);
    free_network(model);
    bp_graph_clear(&model->graph);
    bp_names_clear(&model->names);
    bp_arena_clear(&model->arena);
    bp_free(model);
}

// ---- names ----

const char *bp_model_name(const bp_model *model) {
    return model->name;
}

int bp_model_n_variables(const bp_model *model) {
    return model->n_variables;
}

const bp_variable *bp_model_variable(const bp_model *model, int variable) {
    return &model->variables[variable];
}

int bp_model_find(const bp_model *model, const char *name) {
    return bp_names_find(&model->names, name);
}

const char *bp_model_nearest(const bp_model *model, const char *name) {
    return bp_names_nearest(&model->names, name);
}

int bp_model_n_states(const bp_model *model) {
    return model->n_states;
}

int bp_model_n_parameters(const bp_model *model) {
    return model->n_parameters;
}

int bp_model_n_reactions(const bp_model *model) {
    return model->n_reactions;
}

int bp_model_state_variable(const bp_model *model, int state) {
    return model->state_variable[state];
}

int bp_model_parameter_variable(const bp_model *model, int parameter) {
    return model->parameter_variable[parameter];
}

bp_unit bp_model_time_unit(const bp_model *model) {
    return model->time_unit;
}

const char *bp_model_time_unit_text(const bp_model *model) {
    return model->time_unit_text;
}

const bp_pattern *bp_model_pattern(const bp_model *model) {
    return &model->pattern;
}

int bp_model_n_totals(const bp_model *model) {
    return model->n_totals;
}

const bp_total *bp_model_total(const bp_model *model, int total) {
    return &model->totals[total];
}

// ---- work ----

static void fill(double *to, double value, int n_lanes) {
    for (int l = 0; l < n_lanes; l++)
        to[l] = value;
}

// Numbers come first, in the order of their nodes.
static void fill_numbers(const bp_graph *graph, double *registers, int n_lanes) {
    for (int node = 0, reg = 0; node < graph->nodes.count; node++)
        if (bp_graph_is_number(graph, node))
            fill(registers + (size_t)reg++ * n_lanes,
                 bp_graph_node(graph, node)->number, n_lanes);
}

bp_status bp_work_new(const bp_model *model, int n_lanes, bp_work **out) {
    if (n_lanes < 1) return BP_BAD_ARGUMENT;
    bp_work *work = bp_calloc(1, sizeof *work);
    if (!work) return BP_NO_MEMORY;
    *work = (bp_work){.model = model, .n_lanes = n_lanes};
    size_t lane = sizeof(double) * (size_t)n_lanes;
    work->registers = bp_calloc_aligned((size_t)model->n_registers, lane);
    work->start_registers = bp_calloc_aligned((size_t)model->start.n_registers, lane);
    work->scratch = bp_calloc_aligned((size_t)model->n_scratch, lane);
    if (!work->registers || !work->start_registers || !work->scratch) {
        bp_work_free(work);
        return BP_NO_MEMORY;
    }
    fill_numbers(&model->graph, work->registers, n_lanes);
    fill_numbers(&model->start.graph, work->start_registers, n_lanes);
    *out = work;
    return BP_OK;
}

void bp_work_free(bp_work *work) {
    if (!work) return;
    bp_free_aligned(work->registers);
    bp_free_aligned(work->start_registers);
    bp_free_aligned(work->scratch);
    bp_free(work);
}

double *bp_work_parameters(bp_work *work) {
    return work->registers + (size_t)work->model->first_parameter * work->n_lanes;
}

static void run_timed(bp_work *work) {
    if (work->model->timed.n_groups == 0) return;
    bp_tape_run(&work->model->timed, work->registers, NULL, work->n_lanes);
}

void bp_work_refresh(bp_work *work) {
    bp_tape_run(&work->model->hoisted, work->registers, NULL, work->n_lanes);
    run_timed(work);
}

void bp_work_set_time(bp_work *work, double t) {
    double *time = work->registers + (size_t)work->model->time_register * work->n_lanes;
    if (time[0] == t && !signbit(time[0]) == !signbit(t)) return;
    fill(time, t, work->n_lanes);
    run_timed(work);
}

void bp_work_put(bp_work *work, double t, const double *y) {
    const bp_model *model = work->model;
    bp_work_set_time(work, t);
    if (model->n_states > 0)
        memcpy(work->registers + (size_t)model->first_state * work->n_lanes, y,
               (size_t)model->n_states * work->n_lanes * sizeof *y);
}

void bp_work_place(bp_work *work, double t, const double *y, bp_reads reads) {
    if (reads && work->past) work->past(work->past_data, work, t, y, reads);
    bp_work_put(work, t, y);
    if (reads && !work->past) bp_work_stand_still(work);
}

// ---- initial values ----

static bp_status set_values(const bp_model *model, bp_work *work, bp_initial given,
                            bp_error *err) {
    int n_lanes = work->n_lanes;
    double *set = work->start_registers + (size_t)model->start.n_numbers * n_lanes;
    double *flag = set + (size_t)model->n_variables * n_lanes;
    for (int v = 0; v < model->n_variables; v++) {
        fill(set + (size_t)v * n_lanes, model->start.defaults[v], n_lanes);
        fill(flag + (size_t)v * n_lanes, 0, n_lanes);
    }
    for (int i = 0; i < given.n * n_lanes; i++) {
        int v = given.settings[i].variable;
        if (v < 0 || v >= model->n_variables)
            return bp_error_set(err, BP_BAD_ARGUMENT, "no variable has the number %d",
                                v);
        if (!model->variables[v].settable)
            return bp_error_set(
                err, BP_BAD_ARGUMENT,
                "the value of '%s' follows from a rule; it cannot be set",
                model->variables[v].name);
        if (model->variables[v].zero && given.settings[i].value != 0)
            return bp_error_set(
                err, BP_BAD_ARGUMENT,
                "'%s' was left out of this model because it stays 0; it cannot be set",
                model->variables[v].name);
        set[(size_t)v * n_lanes + i % n_lanes] = given.settings[i].value;
        flag[(size_t)v * n_lanes + i % n_lanes] = 1;
    }
    return BP_OK;
}

static bp_status check_start(const bp_model *model, const double *values,
                             const int *variable, int n, int n_lanes, bp_error *err) {
    for (int i = 0; i < n * n_lanes; i++)
        if (!isfinite(values[i])) {
            const bp_variable *v = &model->variables[variable[i / n_lanes]];
            return bp_error_at(err, BP_NOT_FINITE, v->where,
                               "the initial value of '%s' is not a finite number",
                               v->name);
        }
    return BP_OK;
}

// A parameter may be infinite or unknown, as long as no rate needs it.
static bp_status check_parameters(const bp_model *model, bp_work *work, double t,
                                  const double *y, bp_error *err) {
    bp_status status =
        check_start(model, bp_work_parameters(work), model->parameter_variable,
                    model->n_parameters, work->n_lanes, err);
    if (status == BP_OK ||
        bp_model_rates(model, work, t, y, work->scratch) == BP_NOT_FINITE)
        return status;
    if (err) *err = (bp_error){0};
    return BP_OK;
}

static bp_status run_start(const bp_model *model, bp_work *work, double t,
                           const bp_initial *given, bp_error *err) {
    int n_lanes = work->n_lanes;
    BP_TRY(set_values(model, work, given ? *given : (bp_initial){0}, err));
    fill(work->start_registers + (size_t)model->start.time_register * n_lanes, t,
         n_lanes);
    bp_tape_run(&model->start.tape, work->start_registers, work->scratch, n_lanes);
    return BP_OK;
}

void bp_model_before(const bp_model *model, bp_work *work, double t,
                     const bp_initial *given, double *values) {
    size_t n = (size_t)model->n_delays * work->n_lanes;
    size_t first = (size_t)(model->n_states + model->n_parameters) * work->n_lanes;
    bool done = run_start(model, work, t, given, NULL) == BP_OK;
    for (size_t i = 0; i < n; i++)
        values[i] = done ? work->scratch[first + i] : NAN;
}

bp_status bp_model_start(const bp_model *model, bp_work *work, double t,
                         const bp_initial *given, double *y, bp_error *err) {
    int n_lanes = work->n_lanes;
    BP_TRY(run_start(model, work, t, given, err));
    size_t n_y = (size_t)model->n_states * n_lanes;
    size_t n_p = (size_t)model->n_parameters * n_lanes;
    if (n_y > 0) memcpy(y, work->scratch, n_y * sizeof *y);
    if (n_p > 0) memcpy(bp_work_parameters(work), work->scratch + n_y, n_p * sizeof *y);
    bp_work_refresh(work);
    BP_TRY(check_start(model, y, model->state_variable, model->n_states, n_lanes, err));
    return check_parameters(model, work, t, y, err);
}

// ---- rates and Jacobian ----

bp_status bp_model_rates(const bp_model *model, bp_work *work, double t,
                         const double *y, double *dydt) {
    bp_work_place(work, t, y, model->rates_read);
    bp_tape_run(&model->rates, work->registers, dydt, work->n_lanes);
    size_t n = (size_t)model->n_states * work->n_lanes;
    return bp_tape_all_finite(dydt, n) ? BP_OK : BP_NOT_FINITE;
}

void bp_model_jacobian(const bp_model *model, bp_work *work, double t, const double *y,
                       double *values) {
    bp_work_place(work, t, y, model->rates_read);
    bp_tape_run(&model->jacobian, work->registers, values, work->n_lanes);
}

int bp_model_culprit(const bp_model *model, bp_work *work, double t, const double *y) {
    int n_lanes = work->n_lanes;
    bp_work_place(work, t, y, model->all_read);
    bp_tape_run(&model->all, work->registers, work->scratch, n_lanes);
    // reactions first: they are what the reader knows; then rules
    for (int pass = 0; pass < 2; pass++)
        for (int v = 0; v < model->n_variables; v++)
            if ((model->variables[v].kind == BP_KIND_REACTION) == (pass == 0) &&
                !bp_tape_all_finite(work->scratch + (size_t)v * n_lanes,
                                    (size_t)n_lanes))
                return v;
    bp_tape_run(&model->rates, work->registers, work->scratch, n_lanes);
    for (int i = 0; i < model->n_states; i++)
        if (!bp_tape_all_finite(work->scratch + (size_t)i * n_lanes, (size_t)n_lanes))
            return model->state_variable[i];
    return -1;
}
