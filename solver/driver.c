// The course of a run: legs between discontinuities, samples inside them, restarts.
//
// At an instant t the order is: events whose triggers hold at t; samples at t; events
// whose triggers hold just after a scheduled switch at t (`time > 10` does not hold at
// 10).
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "solver/run.h"
#include "solver/stops.h"

// Cancelling is asked for once in this many steps.
enum { STEPS_PER_QUESTION = 64 };
// Restarts in a row at one and the same time.
enum { STALL_LIMIT = 1000 };
// After this many a trigger may be flickering, as of a state at rest on a threshold: it
// is then no longer located.
enum { FLICKER_LIMIT = 10 };
// A trigger that is true for longer than this part of a run is not stepped over.
enum { LOOKS_PER_RUN = 1000 };

// One call of bp_solver_run: what to write where.
typedef struct course {
    const bp_protocol *protocol;
    const bp_view *view;
    double *values;
    double end; // last sample
} course;

bool bp_run_cancelled(const bp_solver *s) {
    return s->cancel && s->cancel(s->cancel_data);
}

// ---- samples ----

static void fill_row(bp_solver *s, const course *c, int row, double t,
                     const double *y) {
    int count = bp_view_count(c->view);
    double *values = c->values + (size_t)row * (size_t)count;
    if (s->delays) bp_delays_ask(s->delays, BP_ASK_SAMPLE);
    bp_view_values(c->view, s->work, t, y, values);
    if (s->delays) bp_delays_sampled(s->delays, values, count);
}

static void write_sample(bp_solver *s, const course *c, double t, const double *y) {
    int row = s->next_sample++;
    s->steps_since = 0;
    if (!c->view) return;
    bp_profile_part before = BP_PROFILE_OTHER;
    if (s->profile) before = bp_profile_enter(s->profile, BP_PROFILE_SAMPLES);
    fill_row(s, c, row, t, y);
    if (s->profile) bp_profile_leave(s->profile, before);
}

static bool has_sample(const bp_solver *s, const course *c, double until,
                       bool included) {
    if (s->next_sample >= c->protocol->n_times) return false;
    double t = c->protocol->times[s->next_sample];
    return included ? t <= until : t < until;
}

// Samples inside the last step, by the method's interpolant.
static bp_status write_between(bp_solver *s, const course *c, double until,
                               bool included) {
    while (has_sample(s, c, until, included)) {
        double t = c->protocol->times[s->next_sample];
        BP_TRY(s->integrator->type->interpolate(s->integrator, t, s->between));
        write_sample(s, c, t, s->between);
    }
    return BP_OK;
}

// Samples at the instant s->t, of the state that the events of the instant left.
static void write_here(bp_solver *s, const course *c) {
    while (has_sample(s, c, s->t, true))
        write_sample(s, c, c->protocol->times[s->next_sample], s->y);
}

// ---- discontinuities ----

// The stop, or an earlier time at which a delay brings a jump of the past; a jump at
// the stop itself is seen from one side before and from the other after, too.
static double next_carried(bp_solver *s, double stop, bool *switched) {
    double carried = bp_delays_next(s->delays, s->t);
    if (carried > stop + bp_resolution(stop, stop)) return stop;
    s->smooth = carried < stop - bp_resolution(stop, stop);
    *switched = true;
    return s->smooth ? carried : stop;
}

// Where the next leg must end, and whether a scheduled switch is there.
static double next_stop(bp_solver *s, double end, bool *switched) {
    bp_stop_search at = {s->model, s->work, s->events};
    double stop = bp_next_stop(&at, s->t, end, switched);
    s->smooth = false;
    if (s->delays) stop = next_carried(s, stop, switched);
    return fmax(stop, s->t);
}

static bp_status do_events(bp_solver *s, double look) {
    long executed = 0;
    bp_status status = bp_events_instant(s->events, s->t, look, s->y, &executed);
    s->stats.events += executed;
    if (executed > 0) {
        s->steps_since = 0;
        s->smooth = false;
    }
    return status;
}

// Restarts that do not get on: events that accumulate at a point in time.
static bp_status check_progress(bp_solver *s, double before) {
    bool on = s->t - before > bp_resolution(before, s->t);
    s->stalled = on ? 0 : s->stalled + 1;
    return s->stalled > STALL_LIMIT ? BP_EVENT_LOOP : BP_OK;
}

// ---- legs ----

static bp_status count_step(bp_solver *s) {
    if (++s->steps_since > s->settings.max_steps) return BP_TOO_MUCH_WORK;
    if (s->steps_since % STEPS_PER_QUESTION == 0 && bp_run_cancelled(s))
        return BP_CANCELLED;
    return BP_OK;
}

// Whether a trigger has turned at a time in the last step.
static bp_status has_turned(bp_solver *s, double t, bool *turned) {
    BP_TRY(s->integrator->type->interpolate(s->integrator, t, s->between));
    *turned = bp_events_turned(s->events, t, s->between);
    return BP_OK;
}

// Halves from `before`, where no trigger has turned, to *t, where one has, until *t is
// the first time after the turn.
static bp_status locate_turn(bp_solver *s, double before, double *t) {
    double least = DBL_EPSILON * (*t - before);
    while (*t - before > least) {
        double middle = before + 0.5 * (*t - before);
        bool turned;
        if (!(middle > before) || !(middle < *t)) break;
        BP_TRY(has_turned(s, middle, &turned));
        if (turned)
            *t = middle;
        else
            before = middle;
    }
    return BP_OK;
}

// Looks for a trigger that turned in the step to *t without a root that showed it: two
// crossings in a step, or a leg that started on a value of exactly zero, which
// integrators do not follow. If there is one, *t becomes the time of it. At the end of
// a leg the driver looks itself.
static bp_status find_turn(bp_solver *s, const course *c, bool at_end, double *t,
                           bool *turned) {
    double spacing = (c->end - c->protocol->t_start) / LOOKS_PER_RUN;
    double before = s->t, length = *t - s->t;
    int n = (int)fmax(1, fmin(ceil(length / spacing), LOOKS_PER_RUN));
    *turned = false;
    for (int i = 1; i < n + at_end; i++) {
        double at = i < n ? s->t + length * i / n : *t;
        BP_TRY(has_turned(s, at, turned));
        if (*turned) {
            *t = at;
            return s->stalled > FLICKER_LIMIT ? BP_OK : locate_turn(s, before, t);
        }
        before = at;
    }
    return BP_OK;
}

// The step is a part of the past from now on; `between` is where it led.
static bp_status remember_step(bp_solver *s) {
    if (!s->delays) return BP_OK;
    BP_TRY(s->integrator->type->interpolate(s->integrator, s->t, s->between));
    return bp_delays_step(s->delays, s->t, s->between);
}

// One step and the samples in it.
static bp_status advance(bp_solver *s, const course *c, bool *over) {
    const bp_integrator_type *type = s->integrator->type;
    bp_stop stop = BP_STOP_STEP;
    double t = s->t;
    bool turned = false;
    if (s->delays) type->limit(s->integrator, bp_delays_limit(s->delays));
    BP_TRY(type->step(s->integrator, &t, &stop));
    if (s->problem.n_roots > 0 && bp_model_n_events(s->model) > 0)
        BP_TRY(find_turn(s, c, stop == BP_STOP_STEP, &t, &turned));
    if (s->consistent && !turned)
        BP_TRY(bp_consistent_watch(s->consistent, s->t, &t, &turned));
    *over = turned || stop != BP_STOP_STEP;
    s->t = t;
    s->source.bad = false;
    BP_TRY(count_step(s));
    BP_TRY(remember_step(s));
    return write_between(s, c, t, !*over);
}

static bp_status integrate(bp_solver *s, const course *c, const bp_leg *leg) {
    const bp_integrator_type *type = s->integrator->type;
    BP_TRY(type->start(s->integrator, leg));
    for (bool over = false; !over;)
        BP_TRY(advance(s, c, &over));
    return type->interpolate(s->integrator, s->t, s->y);
}

// What jumps at the beginning of a leg has done so before the past gets to know of it.
static bp_status jump(bp_solver *s) {
    bp_model_problem_bounds(&s->source,
                            s->switched ? s->t + bp_beside(s->t) : -INFINITY, INFINITY);
    return bp_consistent_reach(s->consistent, 0.0);
}

// From s->t to the next discontinuity.
static bp_status follow_leg(bp_solver *s, const course *c) {
    bool switch_here = s->switched;
    if (s->delays && s->consistent) BP_TRY(jump(s));
    if (s->delays) BP_TRY(bp_delays_leg(s->delays, s->t, s->y, s->smooth));
    double before = s->t, end = next_stop(s, c->end, &s->switched);
    if (end - s->t <= bp_resolution(s->t, end)) { // too short for anything to happen
        s->t = end;
        return check_progress(s, before);
    }
    bp_model_problem_bounds(&s->source,
                            switch_here ? s->t + bp_beside(s->t) : -INFINITY,
                            s->switched ? end - bp_beside(end) : INFINITY);
    if (s->consistent) BP_TRY(bp_consistent_reach(s->consistent, end - s->t));
    bp_leg leg = {
        .t = s->t, .end = end, .y = s->y, .atol = s->atol, .effort = s->effort};
    if (s->delays) leg.longest = bp_delays_longest(s->delays);
    BP_TRY(bp_delays_status(s->delays));
    bp_status status = integrate(s, c, &leg);
    s->integrator->type->count(s->integrator, &s->stats);
    if (status != BP_OK) return status;
    if (s->t < end) {
        s->switched = false; // a root came first
        s->smooth = true;
    } else {
        s->steps_since = 0;
    }
    s->stats.restarts++;
    return check_progress(s, before);
}

// Conditions at the instant itself, which may be that of a switch.
static bp_status meet_conditions(bp_solver *s) {
    if (!s->consistent) return BP_OK;
    bp_model_problem_bounds(&s->source, -INFINITY, INFINITY);
    return bp_consistent_reach(s->consistent, 0.0);
}

static bp_status follow(bp_solver *s, const course *c) {
    for (;;) {
        BP_TRY(meet_conditions(s));
        BP_TRY(do_events(s, s->t));
        write_here(s, c);
        BP_TRY(bp_delays_status(s->delays));
        if (s->t >= c->end) return BP_OK;
        if (bp_run_cancelled(s)) return BP_CANCELLED;
        if (s->switched) BP_TRY(do_events(s, s->t + bp_beside(s->t)));
        BP_TRY(follow_leg(s, c));
    }
}

// ---- beginning ----

static void find_tolerances(bp_solver *s) {
    bp_tolerances_find(s->tolerances, s->work, s->t, s->y, s->atol);
}

static bp_status begin(bp_solver *s, const course *c) {
    const bp_protocol *p = c->protocol;
    bp_error err = {0};
    s->t = p->t_start;
    s->next_sample = 0;
    s->steps_since = 0;
    s->smooth = false;
    s->stalled = 0;
    s->settling = false;
    s->source.bad = false;
    s->start_error[0] = '\0';
    bp_model_problem_bounds(&s->source, -INFINITY, INFINITY);
    s->integrator->type->reset(s->integrator);
    bp_events_start(s->events);
    if (s->delays) bp_delays_forget(s->delays);
    memset(s->y, 0, (size_t)s->problem.n * sizeof *s->y);

    s->given = (bp_initial){p->settings, p->n_settings};
    bp_status status =
        bp_model_start(s->model, s->work, p->t_start, &s->given, s->y, &err);
    if (status != BP_OK) {
        snprintf(s->start_error, sizeof s->start_error, "%.255s", err.message);
        return status;
    }
    if (s->delays)
        BP_TRY(
            bp_delays_begin(s->delays, s->t, c->end, s->y, &s->given, s->integrator));
    find_tolerances(s);
    if (s->consistent) {
        BP_TRY(bp_consistent_reach(s->consistent, 0.0));
        find_tolerances(s);
    }
    s->switched = bp_switch_at(s->model, s->work, s->t);
    return BP_OK;
}

// At rest the past is the present: a solver for the network without its delays finds
// the state.
static bp_status settle_without_delays(bp_solver *s, const bp_protocol *p) {
    const bp_model *model = bp_model_at_rest(s->model);
    if (!model) return BP_UNSUPPORTED;
    if (!s->still) BP_TRY(bp_solver_new(model, &s->settings, &s->still, NULL));
    if (!s->still) return BP_INTERNAL; // it is there, which clang-tidy cannot see
    bp_solver_on_cancel(s->still, s->cancel, s->cancel_data);
    bp_stats stats;
    bp_status status = bp_solver_settle(s->still, p, s->y, &stats, &s->failure);
    bp_stats_add(&s->stats, &stats);
    if (status != BP_OK)
        snprintf(s->start_error, sizeof s->start_error, "%.255s", s->failure.text);
    return status;
}

static bp_status settle(bp_solver *s, const bp_protocol *p) {
    if (p->settled && s->problem.n == bp_model_n_states(s->model)) {
        memcpy(s->y, p->settled, (size_t)s->problem.n * sizeof *s->y);
        return BP_OK;
    }
    if (s->delays) return settle_without_delays(s, p);
    if (!s->rest)
        BP_TRY(bp_rest_new(&s->problem, s->source.empty ? NULL : s->model,
                           s->settings.linear, &s->rest));
    s->settling = true;
    BP_TRY(bp_rest_reach(s));
    s->settling = false;
    return BP_OK;
}

static bp_status attempt(bp_solver *s, const course *c, bool only_settle) {
    BP_TRY(begin(s, c));
    if (c->protocol->settle || only_settle) {
        BP_TRY(settle(s, c->protocol));
        if (s->delays) bp_delays_settled(s->delays, s->y);
    }
    return only_settle ? BP_OK : follow(s, c);
}

// ---- calls ----

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void clear_from(const course *c, int row) {
    if (!c->view) return;
    size_t count = (size_t)bp_view_count(c->view);
    for (size_t i = (size_t)row * count; i < (size_t)c->protocol->n_times * count; i++)
        c->values[i] = NAN;
}

// A step that failed where a rate was not finite, or a delay was none, failed because
// of it, however the integrator puts it.
static bp_status true_cause(bp_solver *s, bp_status status) {
    bp_status delay = bp_delays_status(s->delays);
    if (delay == BP_OK && (status == BP_NOT_FINITE || s->source.bad))
        delay = bp_delays_obstacle(s->delays);
    if (status != BP_OK && delay != BP_OK) {
        bp_delays_explain(s->delays, s->start_error, sizeof s->start_error);
        return delay;
    }
    if (status == BP_TOO_MUCH_WORK)
        bp_delays_explain_work(s->delays, s->start_error, sizeof s->start_error);
    return s->source.bad && bp_retry_helps(status) ? BP_NOT_FINITE : status;
}

// Attempts, each from the beginning, until one succeeds or the ladder ends.
static bp_status climb_on(bp_solver *s, const course *c, bool only_settle) {
    bp_status status = BP_OK;
    double began = now_s();
    s->stats = (bp_stats){0};
    const bp_effort *next = bp_retry_rung(0, s->problem.n);
    for (int rung = 0; next; rung++, next = bp_retry_next(s, &rung)) {
        s->effort = next;
        s->source.hair = next->lifts ? s->atol : NULL;
        s->stats.attempts++;
        s->stats.settle_time = 0.0;
        status = true_cause(s, attempt(s, c, only_settle));
        if (status == BP_OK) break;
        bp_diagnose(s, status);
        bool helps = bp_retry_helps(status) && !s->start_error[0];
        if (!s->settings.retry || !helps) break;
    }
    if (s->stats.restarts > 0) s->stats.restarts--; // the first start is none
    s->stats.seconds = now_s() - began;
    return status;
}

static bp_status climb(bp_solver *s, const course *c, bool only_settle) {
    if (!s->profile) return climb_on(s, c, only_settle);
    bp_profile_part before = bp_profile_enter(s->profile, BP_PROFILE_OTHER);
    bp_status status = climb_on(s, c, only_settle);
    bp_profile_leave(s->profile, before);
    return status;
}

static bp_status report(const bp_solver *s, bp_status status, bp_stats *stats,
                        bp_failure *failure) {
    if (stats) *stats = s->stats;
    if (failure && status == BP_OK)
        *failure =
            (bp_failure){.status = BP_OK, .time = NAN, .variable = -1, .culprit = -1};
    else if (failure)
        *failure = s->failure;
    return status;
}

bp_status bp_solver_run(bp_solver *s, const bp_protocol *protocol, const bp_view *view,
                        double *values, bp_stats *stats, bp_failure *failure) {
    course c = {.protocol = protocol, .view = view};
    c.values = values;
    s->stats = (bp_stats){0};
    if (!bp_protocol_possible(protocol)) {
        s->t = protocol->t_start;
        clear_from(&c, 0);
        bp_diagnose(s, BP_BAD_ARGUMENT);
        return report(s, BP_BAD_ARGUMENT, stats, failure);
    }
    int n = protocol->n_times;
    c.end = n > 0 ? protocol->times[n - 1] : protocol->t_start;
    bp_status status = climb(s, &c, false);
    clear_from(&c, status == BP_OK ? n : s->next_sample);
    return report(s, status, stats, failure);
}

bp_status bp_solver_settle(bp_solver *s, const bp_protocol *protocol, double *y,
                           bp_stats *stats, bp_failure *failure) {
    bp_protocol fresh = *protocol;
    fresh.settled = NULL;
    course c = {.protocol = &fresh};
    bp_status status = climb(s, &c, true);
    if (status == BP_OK)
        memcpy(y, s->y, (size_t)bp_model_n_states(s->model) * sizeof *y);
    return report(s, status, stats, failure);
}
