// Life of a lane solver: everything that groups need is allocated here, but room for
// samples.
#include "solver/lane_solver.h"

#include "base/alloc.h"
#include "solver/lane_group.h"
#include "solver/linear.h"
#include "solver/run.h"

// Iterative solutions are of one matrix: lanes have factors, where those of several
// matrices at once pay. Without memory to count with: as if they did not.
static bool iterates(const bp_model *model, const bp_settings *settings) {
    const bp_pattern *pattern = bp_model_pattern(model);
    bool iterate = settings->linear == BP_LINEAR_GMRES, factor = false;
    if (settings->linear != BP_LINEAR_AUTO) return iterate;
    if (bp_gmres_pays(pattern, &iterate) != BP_OK) return true;
    if (!iterate) return false;
    return bp_lu_lanes_pay(pattern, &factor) != BP_OK || !factor;
}

static const char *obstacle(const bp_model *model, const bp_settings *settings) {
    if (settings->method == BP_METHOD_DOPRI5) return "the method has no lanes";
    if (bp_model_n_states(model) == 0) return "nothing changes with time";
    if (bp_model_conditions(model))
        return "the model has algebraic rules or fast reactions";
    if (bp_model_n_delays(model) > 0) return "the model has delays";
    if (bp_model_n_unscheduled(model) > 0)
        return "something happens at times that depend on the state";
    if (iterates(model, settings)) return "its linear solver is iterative";
    return NULL;
}

bool bp_lanes_possible(const bp_model *model, const bp_settings *settings,
                       const char **why) {
    const char *text = obstacle(model, settings);
    if (why) *why = text ? text : "";
    return !text;
}

static bp_status make_lane(bp_lane_solver *s, bp_lane *lane) {
    size_t n = (size_t)s->n;
    BP_TRY(bp_work_new(s->model, 1, &lane->work));
    lane->y = bp_calloc_aligned(n, sizeof *lane->y);
    lane->atol = bp_calloc_aligned(n, sizeof *lane->atol);
    if (!lane->y || !lane->atol) return BP_NO_MEMORY;
    return bp_events_new(s->model, lane->work, &lane->events);
}

static bp_status make_parts(bp_lane_solver *s) {
    size_t length = (size_t)s->n * (size_t)s->n_lanes;
    for (int i = 0; i < s->n_lanes; i++)
        BP_TRY(make_lane(s, &s->lanes[i]));
    BP_TRY(bp_work_new(s->model, s->n_lanes, &s->work));
    BP_TRY(bp_model_problem_init(&s->source, s->model, s->work, NULL, &s->problem));
    s->problem.n_lanes = s->n_lanes;
    s->y = bp_calloc_aligned(length, sizeof *s->y);
    s->atol = bp_calloc_aligned(length, sizeof *s->atol);
    s->between = bp_calloc_aligned(length, sizeof *s->between);
    if (!s->y || !s->atol || !s->between) return BP_NO_MEMORY;
    BP_TRY(bp_tolerances_new(s->model, s->settings.atol, &s->tolerances));
    return bp_integrator_cvodes.make(&s->problem, &s->settings, &s->integrator);
}

bp_status bp_lane_solver_new(const bp_model *model, const bp_settings *settings,
                             int n_lanes, bp_lane_solver **out, bp_error *err) {
    const char *why = "";
    *out = NULL;
    if (n_lanes < 2 || n_lanes > BP_MAX_LANES)
        return bp_error_set(err, BP_BAD_ARGUMENT, "a group cannot have %d lanes",
                            n_lanes);
    if (!bp_lanes_possible(model, settings, &why))
        return bp_error_set(err, BP_UNSUPPORTED,
                            "runs of the model cannot share their steps: %s", why);
    BP_TRY(bp_solver_check(model, settings, err));
    bp_lane_solver *s = bp_calloc(1, sizeof *s);
    if (!s) return bp_error_no_memory(err);
    s->model = model;
    s->settings = *settings;
    bp_settings_choose(&s->settings, n_lanes);
    s->n = bp_model_n_states(model);
    s->n_lanes = n_lanes;
    bp_status status = make_parts(s);
    if (status != BP_OK) {
        bp_lane_solver_free(s);
        return bp_error_set(err, status, "the solver of groups cannot be made: %s",
                            bp_status_text(status));
    }
    *out = s;
    return BP_OK;
}

void bp_lane_solver_free(bp_lane_solver *s) {
    if (!s) return;
    if (s->integrator) s->integrator->type->free(s->integrator);
    for (int i = 0; i < s->n_lanes; i++) {
        bp_events_free(s->lanes[i].events);
        bp_work_free(s->lanes[i].work);
        bp_free_aligned(s->lanes[i].y);
        bp_free_aligned(s->lanes[i].atol);
    }
    bp_tolerances_free(s->tolerances);
    bp_model_problem_clear(&s->source);
    bp_work_free(s->work);
    bp_free_aligned(s->y);
    bp_free_aligned(s->atol);
    bp_free_aligned(s->between);
    bp_free_aligned(s->sample);
    bp_free(s);
}

void bp_lane_solver_describe(const bp_lane_solver *s, bp_text *out) {
    s->integrator->type->describe(s->integrator, out);
}

bp_status bp_lane_solver_profile(bp_lane_solver *s, bp_profile *profile) {
    if (s->profile) return BP_BAD_ARGUMENT;
    BP_TRY(bp_time_integrator(&s->integrator, profile));
    bp_time_problem(&s->timed, &s->problem, profile);
    s->profile = profile;
    return BP_OK;
}

void bp_lane_solver_on_cancel(bp_lane_solver *s, int (*cancel)(void *data),
                              void *data) {
    s->cancel = cancel;
    s->cancel_data = data;
}
