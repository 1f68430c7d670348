#include "solver/model_problem.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

static double bounded(const bp_model_problem *m, double t) {
    return t < m->low ? m->low : t > m->high ? m->high : t;
}

static void ask(const bp_model_problem *m, bp_asker asker) {
    if (m->delays) bp_delays_ask(m->delays, asker);
}

// ---- a hair below zero ----

// Units of absolute tolerance: the error of a step is bounded in the mean over states,
// and what steps leave adds up.
#define HAIR 10.0

static bool is_hair(double y, double atol) {
    return y < 0.0 && y >= -HAIR * atol;
}

// Fills m->lifted; false: nothing in y is to be lifted.
static bool lift(bp_model_problem *m, const double *y) {
    if (!m->hair) return false;
    bool any = false;
    for (int i = 0; i < bp_model_n_states(m->model); i++) {
        bool below = is_hair(y[i], m->hair[i]);
        m->lifted[i] = below ? 0.0 : y[i];
        any |= below;
    }
    return any;
}

static bool all_finite(const double *values, int n) {
    for (int k = 0; k < n; k++)
        if (!isfinite(values[k])) return false;
    return true;
}

bool bp_model_problem_lifts(const bp_model_problem *self, const double *atol) {
    if (!self->bad) return false;
    for (int i = 0; i < bp_model_n_states(self->model); i++)
        if (is_hair(self->bad_y[i], atol[i])) return true;
    return false;
}

// ---- what integrators call ----

static void note_bad(bp_model_problem *m, double t, const double *y) {
    m->bad = true;
    m->bad_t = t;
    memcpy(m->bad_y, y, (size_t)bp_model_n_states(m->model) * sizeof *y);
}

static bp_status rates(void *self, double t, const double *y, double *dydt) {
    bp_model_problem *m = self;
    if (m->empty) {
        dydt[0] = 0.0;
        return BP_OK;
    }
    double at = bounded(m, t);
    ask(m, BP_ASK_RATES);
    if (m->at_rest) bp_model_hold_modes(m->model, m->work, at, y);
    bp_status status = bp_model_rates(m->model, m->work, at, y, dydt);
    if (status == BP_NOT_FINITE) {
        note_bad(m, at, y);
        if (lift(m, y)) status = bp_model_rates(m->model, m->work, at, m->lifted, dydt);
    }
    ask(m, BP_ASK_INSTANT);
    return status;
}

static void jacobian(void *self, double t, const double *y, double *values) {
    bp_model_problem *m = self;
    if (m->empty) {
        values[0] = 0.0;
        return;
    }
    double at = bounded(m, t);
    ask(m, BP_ASK_RATES);
    bp_model_jacobian(m->model, m->work, at, y, values);
    if (m->hair && !all_finite(values, bp_model_pattern(m->model)->nnz) && lift(m, y))
        bp_model_jacobian(m->model, m->work, at, m->lifted, values);
    ask(m, BP_ASK_INSTANT);
}

static void roots(void *self, double t, const double *y, double *values) {
    bp_model_problem *m = self;
    int n = bp_model_n_unscheduled(m->model);
    if (!m->at_rest) {
        ask(m, BP_ASK_ROOTS);
        bp_model_switch_values(m->model, m->work, bounded(m, t), y, values);
        if (bp_delays_n_roots(m->delays) > 0)
            bp_delays_roots(m->delays, bounded(m, t), y, values + n);
        ask(m, BP_ASK_INSTANT);
        return;
    }
    for (int i = 0; i < n + bp_delays_n_roots(m->delays); i++)
        values[i] = 1.0;
}

static void mass_values(void *self, double *values) {
    bp_model_problem *m = self;
    bp_model_mass_values(m->model, m->work, values);
}

// All conditions hold until it is found that one does not.
static bp_status add_conditions(bp_model_problem *self, bp_problem *out) {
    const bp_condition *conditions = bp_model_conditions(self->model);
    if (!conditions) return BP_OK;
    int n = bp_model_n_states(self->model);
    self->algebraic = bp_calloc((size_t)n, sizeof *self->algebraic);
    if (!self->algebraic) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++) {
        self->algebraic[i] = conditions[i].kind != BP_NO_CONDITION;
        if (conditions[i].kind == BP_CONDITION_FAST)
            bp_model_set_active(self->model, self->work, conditions[i].number, true);
    }
    out->algebraic = self->algebraic;
    out->mass = bp_model_mass(self->model);
    out->mass_values = mass_values;
    return BP_OK;
}

bp_status bp_model_problem_init(bp_model_problem *self, const bp_model *model,
                                bp_work *work, bp_delays *delays, bp_problem *out) {
    int n = bp_model_n_states(model);
    *self = (bp_model_problem){.model = model,
                               .work = work,
                               .delays = delays,
                               .low = -INFINITY,
                               .high = INFINITY,
                               .empty = n == 0};
    self->bad_y = bp_calloc((size_t)n + 1, sizeof *self->bad_y);
    self->lifted = bp_calloc((size_t)n + 1, sizeof *self->lifted);
    if (!self->bad_y || !self->lifted) return BP_NO_MEMORY;
    self->lone_start[1] = 1;
    self->lone = (bp_pattern){.n = 1,
                              .nnz = 1,
                              .column_start = self->lone_start,
                              .row = self->lone_row,
                              .diagonal = self->lone_row};
    *out = (bp_problem){.self = self,
                        .n = n > 0 ? n : 1,
                        .n_roots =
                            bp_model_n_unscheduled(model) + bp_delays_n_roots(delays),
                        .pattern = n > 0 ? bp_model_pattern(model) : &self->lone,
                        .rates = rates,
                        .jacobian = jacobian,
                        .roots = roots,
                        .model = n > 0 ? model : NULL};
    return add_conditions(self, out);
}

void bp_model_problem_clear(bp_model_problem *self) {
    bp_free(self->bad_y);
    self->bad_y = NULL;
    bp_free(self->lifted);
    self->lifted = NULL;
    bp_free(self->algebraic);
    self->algebraic = NULL;
}

void bp_model_problem_bounds(bp_model_problem *self, double low, double high) {
    self->low = low;
    self->high = high;
}
