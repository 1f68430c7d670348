// The course of a group of runs: as driver.c has it for one run, but all lanes stop
// where one of them does. The order of things at an instant is the same.
#include <math.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "solver/lane_group.h"
#include "solver/run.h"
#include "solver/stops.h"

// As in driver.c.
enum { STEPS_PER_QUESTION = 64, STALL_LIMIT = 1000 };
// Stops that a lane may have for itself.
enum { MOST_STOPS = 4 };

static bool cancelled(const bp_lane_solver *s) {
    return s->cancel && s->cancel(s->cancel_data);
}

static const bp_protocol *protocol_of(const bp_lane_solver *s) {
    return s->runs[0].protocol;
}

// ---- between lanes and group ----

static void put_lane(double *group, const double *lane, int n, int at, int n_lanes) {
    for (int i = 0; i < n; i++)
        group[(size_t)i * (size_t)n_lanes + (size_t)at] = lane[i];
}

static void get_lane(const double *group, double *lane, int n, int at, int n_lanes) {
    for (int i = 0; i < n; i++)
        lane[i] = group[(size_t)i * (size_t)n_lanes + (size_t)at];
}

// State and parameters of a lane; the group's work is to be refreshed then.
static void put_state(bp_lane_solver *s, int at) {
    const bp_lane *lane = &s->lanes[at];
    put_lane(s->y, lane->y, s->n, at, s->n_lanes);
    put_lane(bp_work_parameters(s->work), bp_work_parameters(lane->work),
             bp_model_n_parameters(s->model), at, s->n_lanes);
}

// ---- samples ----

static void put_sample(bp_lane_solver *s, double t, const double *y) {
    size_t row = (size_t)s->next_sample++;
    s->steps_since = 0;
    int count = bp_view_count(s->view);
    bp_view_values(s->view, s->work, t, y, s->sample);
    for (int lane = 0; lane < s->n_lanes; lane++) {
        double *values = s->runs[lane].values;
        if (!values) continue;
        get_lane(s->sample, values + row * (size_t)count, count, lane, s->n_lanes);
    }
}

static void write_sample(bp_lane_solver *s, double t, const double *y) {
    bp_profile_part before = BP_PROFILE_OTHER;
    if (s->profile) before = bp_profile_enter(s->profile, BP_PROFILE_SAMPLES);
    put_sample(s, t, y);
    if (s->profile) bp_profile_leave(s->profile, before);
}

static bool has_sample(const bp_lane_solver *s, double until, bool included) {
    const bp_protocol *p = protocol_of(s);
    if (s->next_sample >= p->n_times) return false;
    double t = p->times[s->next_sample];
    return included ? t <= until : t < until;
}

// Samples inside the last step.
static bp_status write_between(bp_lane_solver *s, double until, bool included) {
    while (has_sample(s, until, included)) {
        double t = protocol_of(s)->times[s->next_sample];
        BP_TRY(s->integrator->type->interpolate(s->integrator, t, s->between));
        write_sample(s, t, s->between);
    }
    return BP_OK;
}

static void write_here(bp_lane_solver *s) {
    while (has_sample(s, s->t, true))
        write_sample(s, protocol_of(s)->times[s->next_sample], s->y);
}

// ---- what is scheduled ----

// Events of every lane; `after`: of those with a switch here, with triggers evaluated
// just after it.
static bp_status do_events(bp_lane_solver *s, bool after) {
    bool any = false;
    if (bp_model_n_events(s->model) == 0) return BP_OK;
    for (int i = 0; i < s->n_lanes; i++) {
        bp_lane *lane = &s->lanes[i];
        long executed = 0;
        if (after && !lane->switched) continue;
        get_lane(s->y, lane->y, s->n, i, s->n_lanes);
        double look = after ? s->t + bp_beside(s->t) : s->t;
        BP_TRY(bp_events_instant(lane->events, s->t, look, lane->y, &executed));
        if (executed == 0) continue;
        lane->executed += executed;
        put_state(s, i);
        any = true;
    }
    if (any) {
        bp_work_refresh(s->work);
        s->steps_since = 0;
    }
    return BP_OK;
}

static bool any_switched(const bp_lane_solver *s) {
    bool any = false;
    for (int i = 0; i < s->n_lanes; i++)
        any = any || s->lanes[i].switched;
    return any;
}

// Where the next leg must end: at the first stop of any lane. The others restart with
// it, which costs steps but changes nothing of what they are.
static void next_stop(bp_lane_solver *s, double *stop) {
    double own[BP_MAX_LANES];
    *stop = s->end;
    for (int i = 0; i < s->n_lanes; i++) {
        bp_lane *lane = &s->lanes[i];
        bp_stop_search search = {s->model, lane->work, lane->events};
        own[i] = bp_next_stop(&search, s->t, s->end, &lane->switched);
        *stop = fmin(*stop, own[i]);
    }
    for (int i = 0; i < s->n_lanes; i++)
        s->lanes[i].switched = s->lanes[i].switched && own[i] == *stop;
    *stop = fmax(*stop, s->t);
}

// Whether a lane before this one has the switch at the same time.
static bool is_shared(const bp_lane_solver *s, int lane, int which, double t) {
    for (int i = 0; i < lane; i++)
        if (bp_model_switch_time(s->model, s->lanes[i].work, which) == t) return true;
    return false;
}

// Looked at before the first step, so that groups that cannot be cost nothing: stops of
// other lanes may be so many that runs alone take fewer steps.
static bp_status check_schedule(const bp_lane_solver *s) {
    int own = 0, all = 0;
    for (int which = 0; which < bp_model_n_switches(s->model); which++) {
        if (!bp_model_switch_scheduled(s->model, which)) continue;
        int here = 0;
        for (int i = 0; i < s->n_lanes; i++) {
            double t = bp_model_switch_time(s->model, s->lanes[i].work, which);
            bool inside = t >= s->t && t <= s->end;
            if (inside && !is_shared(s, i, which, t)) here++;
        }
        all += here;
        own += here > 0;
    }
    return all - own > MOST_STOPS * s->n_lanes ? BP_UNSUPPORTED : BP_OK;
}

// ---- legs ----

static bp_status check_progress(bp_lane_solver *s, double before) {
    bool on = s->t - before > bp_resolution(before, s->t);
    s->stalled = on ? 0 : s->stalled + 1;
    return s->stalled > STALL_LIMIT ? BP_EVENT_LOOP : BP_OK;
}

static bp_status integrate(bp_lane_solver *s, const bp_leg *leg) {
    const bp_integrator_type *type = s->integrator->type;
    bp_stop stop = BP_STOP_STEP;
    BP_TRY(type->start(s->integrator, leg));
    while (stop == BP_STOP_STEP) {
        BP_TRY(type->step(s->integrator, &s->t, &stop));
        if (++s->steps_since > s->settings.max_steps) return BP_TOO_MUCH_WORK;
        if (s->steps_since % STEPS_PER_QUESTION == 0 && cancelled(s))
            return BP_CANCELLED;
        BP_TRY(write_between(s, s->t, stop == BP_STOP_STEP));
    }
    return type->interpolate(s->integrator, s->t, s->y);
}

// From s->t to the next discontinuity.
static bp_status follow_leg(bp_lane_solver *s) {
    bool switch_here = any_switched(s);
    double before = s->t, end = s->t;
    next_stop(s, &end);
    if (end - s->t <= bp_resolution(s->t, end)) { // too short for anything to happen
        s->t = end;
        return check_progress(s, before);
    }
    bp_model_problem_bounds(&s->source,
                            switch_here ? s->t + bp_beside(s->t) : -INFINITY,
                            any_switched(s) ? end - bp_beside(end) : INFINITY);
    bp_leg leg = {.t = s->t,
                  .end = end,
                  .y = s->y,
                  .atol = s->atol,
                  .effort = bp_retry_rung(0, s->n)};
    bp_status status = integrate(s, &leg);
    s->integrator->type->count(s->integrator, &s->stats);
    if (status != BP_OK) return status;
    s->steps_since = 0;
    s->stats.restarts++;
    return check_progress(s, before);
}

static bp_status follow(bp_lane_solver *s) {
    for (;;) {
        BP_TRY(do_events(s, false));
        write_here(s);
        if (s->t >= s->end) return BP_OK;
        if (cancelled(s)) return BP_CANCELLED;
        BP_TRY(do_events(s, true));
        BP_TRY(follow_leg(s));
    }
}

// ---- beginning ----

static bp_status begin_lane(bp_lane_solver *s, int at) {
    const bp_protocol *p = s->runs[at].protocol;
    bp_lane *lane = &s->lanes[at];
    bp_initial given = {p->settings, p->n_settings};
    lane->executed = 0;
    bp_events_start(lane->events);
    if (p->settle && !p->settled) return BP_UNSUPPORTED;
    BP_TRY(bp_model_start(s->model, lane->work, p->t_start, &given, lane->y, NULL));
    bp_tolerances_find(s->tolerances, lane->work, p->t_start, lane->y, lane->atol);
    if (p->settle) memcpy(lane->y, p->settled, (size_t)s->n * sizeof *lane->y);
    lane->switched = bp_switch_at(s->model, lane->work, p->t_start);
    put_state(s, at);
    put_lane(s->atol, lane->atol, s->n, at, s->n_lanes);
    return BP_OK;
}

static bp_status begin(bp_lane_solver *s) {
    s->next_sample = 0;
    s->steps_since = 0;
    s->stalled = 0;
    s->source.bad = false;
    s->integrator->type->reset(s->integrator);
    for (int i = 0; i < s->n_lanes; i++)
        BP_TRY(begin_lane(s, i));
    bp_work_refresh(s->work);
    return check_schedule(s);
}

// ---- calls ----

static bool same_times(const bp_protocol *a, const bp_protocol *b) {
    size_t bytes = (size_t)a->n_times * sizeof *a->times;
    if (a->t_start != b->t_start || a->n_times != b->n_times) return false;
    return a->times == b->times || memcmp(a->times, b->times, bytes) == 0;
}

static bool is_possible(const bp_lane_solver *s) {
    if (!bp_protocol_possible(protocol_of(s))) return false;
    for (int i = 1; i < s->n_lanes; i++)
        if (!same_times(protocol_of(s), s->runs[i].protocol)) return false;
    return true;
}

static bp_status make_room(bp_lane_solver *s) {
    size_t room = (size_t)bp_view_count(s->view) * (size_t)s->n_lanes;
    if (room <= s->sample_room) return BP_OK;
    bp_free_aligned(s->sample);
    s->sample = bp_calloc_aligned(room, sizeof *s->sample);
    s->sample_room = s->sample ? room : 0;
    return s->sample ? BP_OK : BP_NO_MEMORY;
}

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// Each run has the work of the group, and its part of the time.
static void tell_stats(bp_lane_solver *s, double seconds) {
    int kept = 0;
    for (int i = 0; i < s->n_lanes; i++)
        kept += s->runs[i].values != NULL;
    s->stats.attempts = 1;
    if (s->stats.restarts > 0) s->stats.restarts--; // the first start is none
    s->stats.seconds = seconds / (kept > 0 ? kept : 1);
    for (int i = 0; i < s->n_lanes; i++) {
        s->runs[i].stats = s->stats;
        s->runs[i].stats.events = s->lanes[i].executed;
    }
}

static bp_status run_group(bp_lane_solver *s, bp_lane_run *runs, const bp_view *view) {
    double began = now_s();
    s->runs = runs;
    s->view = view;
    s->stats = (bp_stats){0};
    if (!is_possible(s)) return BP_BAD_ARGUMENT;
    BP_TRY(make_room(s));
    const bp_protocol *p = protocol_of(s);
    s->t = p->t_start;
    s->end = p->n_times > 0 ? p->times[p->n_times - 1] : p->t_start;
    BP_TRY(begin(s));
    BP_TRY(follow(s));
    tell_stats(s, now_s() - began);
    return BP_OK;
}

bp_status bp_lane_solver_run(bp_lane_solver *s, bp_lane_run *runs,
                             const bp_view *view) {
    if (!s->profile) return run_group(s, runs, view);
    bp_profile_part before = bp_profile_enter(s->profile, BP_PROFILE_OTHER);
    bp_status status = run_group(s, runs, view);
    bp_profile_leave(s->profile, before);
    return status;
}
