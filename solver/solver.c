// Life of a solver: everything that runs need is allocated here.
#include "solver/solver.h"

#include <math.h>

#include "base/alloc.h"
#include "solver/run.h"

static bp_status check_settings(const bp_settings *settings, bp_error *err) {
    for (const bp_field *f = bp_settings_fields; f->name; f++) {
        if (f->type == BP_FIELD_BOOL || f->type == BP_FIELD_CHOICE) continue;
        double value = bp_field_number(f, settings);
        if (value >= f->low && value <= f->high) continue;
        char low[32], high[32], is[32];
        return bp_error_set(err, BP_BAD_VALUE, "%s is %s; it must be between %s and %s",
                            f->name, bp_number_print(value, is),
                            bp_number_print(f->low, low),
                            bp_number_print(f->high, high));
    }
    return BP_OK;
}

// Conditions hold again before anything looks at what an event has done.
static bp_status changed_by_event(void *solver) {
    bp_solver *s = solver;
    bp_model_problem_bounds(&s->source, -INFINITY, INFINITY);
    return bp_consistent_reach(s->consistent, 0.0);
}

// Only one method knows of conditions.
static bp_status check_method(const bp_model *model, const bp_settings *settings,
                              bp_error *err) {
    if (!bp_model_conditions(model) || settings->method == BP_METHOD_BDF) return BP_OK;
    return bp_error_set(err, BP_UNSUPPORTED,
                        "the model has algebraic rules without solution in symbols, or "
                        "fast reactions; only the method bdf can integrate it");
}

static bp_status make_parts(bp_solver *s) {
    BP_TRY(bp_work_new(s->model, 1, &s->work));
    BP_TRY(bp_delays_new(s->model, s->work, &s->settings, &s->delays));
    BP_TRY(
        bp_model_problem_init(&s->source, s->model, s->work, s->delays, &s->problem));
    size_t n = (size_t)s->problem.n;
    s->y = bp_calloc_aligned(n, sizeof *s->y);
    s->atol = bp_calloc_aligned(n, sizeof *s->atol);
    s->between = bp_calloc_aligned(n, sizeof *s->between);
    if (!s->y || !s->atol || !s->between) return BP_NO_MEMORY;
    BP_TRY(bp_tolerances_new(s->model, s->settings.atol, &s->tolerances));
    BP_TRY(bp_events_new(s->model, s->work, &s->events));
    const bp_integrator_type *type = bp_integrator_of(s->settings.method);
    if (s->problem.mass) {
        type = &bp_integrator_ida;
        BP_TRY(bp_consistent_new(s, &s->consistent));
        bp_events_on_change(s->events, changed_by_event, s);
    }
    return type->make(&s->problem, &s->settings, &s->integrator);
}

bp_status bp_solver_check(const bp_model *model, const bp_settings *settings,
                          bp_error *err) {
    BP_TRY(check_settings(settings, err));
    return check_method(model, settings, err);
}

bp_status bp_solver_new(const bp_model *model, const bp_settings *settings,
                        bp_solver **out, bp_error *err) {
    BP_TRY(bp_solver_check(model, settings, err));
    bp_solver *s = bp_calloc(1, sizeof *s);
    if (!s) return bp_error_no_memory(err);
    s->model = model;
    s->settings = *settings;
    bp_settings_choose(&s->settings, 1);
    bp_status status = make_parts(s);
    if (status != BP_OK) {
        bp_solver_free(s);
        return bp_error_set(err, status, "the solver cannot be made: %s",
                            bp_status_text(status));
    }
    *out = s;
    return BP_OK;
}

void bp_solver_free(bp_solver *s) {
    if (!s) return;
    if (s->integrator) s->integrator->type->free(s->integrator);
    bp_rest_free(s->rest);
    bp_consistent_free(s->consistent);
    bp_solver_free(s->still);
    bp_events_free(s->events);
    bp_tolerances_free(s->tolerances);
    bp_model_problem_clear(&s->source);
    bp_delays_free(s->delays);
    bp_work_free(s->work);
    bp_free_aligned(s->y);
    bp_free_aligned(s->atol);
    bp_free_aligned(s->between);
    bp_free(s);
}

void bp_solver_describe(const bp_solver *s, bp_text *out) {
    s->integrator->type->describe(s->integrator, out);
}

bp_status bp_solver_profile(bp_solver *s, bp_profile *profile) {
    if (s->profile) return BP_BAD_ARGUMENT;
    BP_TRY(bp_time_integrator(&s->integrator, profile));
    bp_time_problem(&s->timed, &s->problem, profile);
    s->profile = profile;
    return BP_OK;
}

void bp_solver_on_cancel(bp_solver *s, int (*cancel)(void *data), void *data) {
    s->cancel = cancel;
    s->cancel_data = data;
}

const double *bp_solver_state(const bp_solver *s) {
    return s->y;
}

bp_work *bp_solver_work(bp_solver *s) {
    return s->work;
}
