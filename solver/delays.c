// The course of a run that looks back: what is known of the past, how far a step may go
// without looking into itself, and what is wrong when it has to.
#include <stdio.h>
#include <string.h>

#include "solver/past.h"

// A step of this share of the run may overtake the past that it needs, which is then a
// straight line to where the step leads. For delays that vanish for an instant.
#define TINY 1e-9
// So many tiny steps in a row mean that the delay does not grow again.
enum { TINY_STEPS = 2000 };
// CVODES makes two steps of one that is cut short by a limit.
#define ABOUT 0.3

// ---- trouble ----

static void write_where(const bp_delay_info *info, char *text, size_t size) {
    text[0] = '\0';
    if (info->where.file)
        snprintf(text, size, "%.60s:%d:%d: ", info->where.file, info->where.line,
                 info->where.column);
}

bp_status bp_delays_status(const bp_delays *s) {
    return s ? s->status : BP_OK;
}

bp_status bp_delays_obstacle(const bp_delays *s) {
    return s ? s->obstacle : BP_OK;
}

// Steps in a row that were about as long as a delay allows.
static void count_limited(bp_delays *s, double step) {
    bool by_constant = s->longest > 0.0 && !(s->longest > s->room);
    double limit = by_constant ? s->longest : s->room;
    s->limited = step >= ABOUT * limit ? s->limited + 1 : 0;
    if (s->limited == 0) return;
    s->limited_by = by_constant ? s->shortest_constant : s->shortest;
    s->limited_to = limit;
}

bool bp_delays_explain_work(const bp_delays *s, char *text, int size) {
    enum { MANY = 100 };
    if (!s || s->limited < MANY) return false;
    const bp_delay_info *info = bp_model_delay(s->model, s->limited_by);
    char where[96];
    write_where(info, where, sizeof where);
    snprintf(text, (size_t)size,
             "more steps than allowed: none can be longer than the delay of %s%.120s, "
             "about %.3g",
             where, info->text, s->limited_to);
    return true;
}

void bp_delays_explain(const bp_delays *s, char *text, int size) {
    bp_status status = s->status != BP_OK ? s->status : s->obstacle;
    const bp_delay_info *info = bp_model_delay(s->model, s->culprit);
    const char *what =
        status == BP_BAD_VALUE
            ? "is below zero, which asks for a value of the future; a delay must be "
              "zero or more"
            : "vanishes: a delay that comes to zero and stays near it while the rates "
              "depend on it is not supported; use a longer delay, or none";
    char where[96];
    write_where(info, where, sizeof where);
    snprintf(text, (size_t)size, "the delay of %s%.120s at t = %.9g %s", where,
             info->text, s->culprit_t, what);
}

// ---- life ----

// Models with conditions are integrated by BDF whatever is asked for.
static int degree_of(const bp_model *model, const bp_settings *settings) {
    if (bp_model_conditions(model)) return 5;
    if (settings->method == BP_METHOD_DOPRI5) return 4;
    int highest = settings->method == BP_METHOD_ADAMS ? 12 : 5;
    bool lower = settings->max_order > 0 && settings->max_order < highest;
    return lower ? settings->max_order : highest;
}

static bp_status make_works(bp_delays *s) {
    // NOLINTBEGIN(bugprone-sizeof-expression): the items are pointers
    s->works = bp_calloc((size_t)s->depth, sizeof *s->works);
    s->states = bp_calloc((size_t)s->depth, sizeof *s->states);
    // NOLINTEND(bugprone-sizeof-expression)
    if (!s->works || !s->states) return BP_NO_MEMORY;
    for (int i = 0; i < s->depth; i++) {
        BP_TRY(bp_work_new(s->model, 1, &s->works[i]));
        s->states[i] = bp_calloc((size_t)s->n_states + 1, sizeof **s->states);
        if (!s->states[i]) return BP_NO_MEMORY;
    }
    return BP_OK;
}

static bp_status make_parts(bp_delays *s, const bp_settings *settings) {
    size_t n = (size_t)s->n, n_states = (size_t)s->n_states;
    s->windows = bp_calloc(n, sizeof *s->windows);
    s->tau = bp_calloc(n, sizeof *s->tau);
    s->slope = bp_calloc(n, sizeof *s->slope);
    s->arriving = bp_calloc(n, sizeof *s->arriving);
    s->before = bp_calloc(n, sizeof *s->before);
    s->before_y = bp_calloc(n_states + 1, sizeof *s->before_y);
    s->known_y = bp_calloc(n_states + 1, sizeof *s->known_y);
    s->rate = bp_calloc(n_states + 1, sizeof *s->rate);
    s->later = bp_calloc(n_states + 1, sizeof *s->later);
    s->before_p = bp_calloc((size_t)s->n_parameters + 1, sizeof *s->before_p);
    if (!s->windows || !s->tau || !s->arriving || !s->slope || !s->before ||
        !s->before_y || !s->known_y || !s->before_p || !s->rate || !s->later)
        return BP_NO_MEMORY;
    int n_kept = 0;
    const int *kept = bp_model_past_states(s->model, &n_kept);
    BP_TRY(bp_history_new(s->n_states, kept, n_kept, s->n_parameters,
                          degree_of(s->model, settings), &s->history));
    return make_works(s);
}

bp_status bp_delays_new(const bp_model *model, bp_work *work,
                        const bp_settings *settings, bp_delays **out) {
    *out = NULL;
    if (bp_model_n_delays(model) == 0) return BP_OK;
    bp_delays *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->model = model;
    s->work = work;
    s->n = bp_model_n_delays(model);
    s->n_states = bp_model_n_states(model);
    s->n_parameters = bp_model_n_parameters(model);
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(model, d);
        if (info->depth > s->depth) s->depth = info->depth;
        if (info->carries && !info->constant) s->n_roots += 2;
    }
    s->max_level = degree_of(s->model, settings) + 1;
    bp_status status = make_parts(s, settings);
    if (status != BP_OK) {
        bp_delays_free(s);
        return status;
    }
    *out = s;
    return BP_OK;
}

void bp_delays_free(bp_delays *s) {
    if (!s) return;
    for (int i = 0; i < s->depth; i++) {
        if (s->works) bp_work_free(s->works[i]);
        if (s->states) bp_free(s->states[i]);
    }
    bp_history_free(s->history);
    bp_array_clear(&s->jumps);
    bp_array_clear(&s->levels);
    void *parts[] = {s->arriving, s->rate,     s->later,    s->before,
                     s->works,    s->states,   s->windows,  s->tau,
                     s->slope,    s->before_y, s->before_p, s->known_y};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
    bp_free(s);
}

void bp_delays_ask(bp_delays *s, bp_asker asker) {
    s->asker = asker;
}

// ---- the course of a run ----

static void know(bp_delays *s, double t, const double *y) {
    s->known = t;
    memcpy(s->known_y, y, (size_t)s->n_states * sizeof *y);
}

// A constant delay must be one, whether it is looked at or not. What varies may be
// below zero as long as nothing comes of it: piecewise(delay(x, time - 5), time > 5,
// 0).
static void check_delays(bp_delays *s) {
    for (int d = 0; d < s->n; d++)
        if (bp_model_delay(s->model, d)->constant && bp_work_tau(s->work, d) < 0.0)
            bp_past_complain(s, BP_BAD_VALUE, d, s->start);
}

void bp_delays_forget(bp_delays *s) {
    bp_work_on_past(s->work, NULL, NULL);
    bp_history_begin(s->history);
    s->status = s->obstacle = BP_OK;
}

bp_status bp_delays_begin(bp_delays *s, double t, double end, const double *y,
                          const bp_initial *given, bp_integrator *integrator) {
    bp_delays_forget(s);
    bp_work_on_past(s->work, bp_past_fill, s);
    s->given = given;
    s->start = t;
    s->tiny = TINY * fmax(end - t, 0.0);
    s->integrator = integrator;
    s->asker = BP_ASK_INSTANT;
    s->lenient = false;
    s->tiny_steps = 0;
    s->limited = 0;
    s->moving = bp_model_start_moves(s->model);
    memcpy(s->before_y, y, (size_t)s->n_states * sizeof *y);
    memcpy(s->before_p, bp_work_parameters(s->work),
           (size_t)s->n_parameters * sizeof *s->before_p);
    s->settled = false;
    s->before_t = t;
    bp_model_before(s->model, s->works[0], t, given, s->before);
    for (int i = 0; i < s->depth; i++) { // nothing of an earlier run
        memcpy(bp_work_parameters(s->works[i]), s->before_p,
               (size_t)s->n_parameters * sizeof *s->before_p);
        bp_work_refresh(s->works[i]);
    }
    know(s, t, y);
    check_delays(s);
    BP_TRY(bp_jumps_begin(s));
    return s->status;
}

void bp_delays_settled(bp_delays *s, const double *y) {
    memcpy(s->before_y, y, (size_t)s->n_states * sizeof *y);
    s->settled = true;
    know(s, s->start, y);
}

void bp_delays_sampled(bp_delays *s, const double *values, int n) {
    s->asker = BP_ASK_INSTANT;
    if (s->obstacle == BP_OK || s->status != BP_OK) return;
    for (int i = 0; i < n; i++)
        if (isnan(values[i])) s->status = s->obstacle;
}

bp_status bp_delays_leg(bp_delays *s, double t, const double *y, bool smooth) {
    s->asker = BP_ASK_INSTANT;
    BP_TRY(bp_history_leg(s->history, t, y, bp_work_parameters(s->work)));
    know(s, t, y);
    bp_past_look(s, t, y);
    memset(s->slope, 0, (size_t)s->n * sizeof *s->slope);
    BP_TRY(bp_jumps_leg(s, t, y, smooth));
    return s->status;
}

// How far a varying delay lets the next step go, if it goes on as it does now.
static double room_of(bp_delays *s, int d, double t, const double *y) {
    double tau = s->tau[d];
    bp_work_put(s->work, t + s->tiny, y);
    double soon = bp_work_tau(s->work, d);
    if (tau <= 0.0 && soon <= 0.0) return INFINITY; // is none now
    double slope = fmin(0.0, fmin(s->slope[d], (soon - tau) / s->tiny));
    return fmax(0.9 * tau / (1.0 - slope), s->tiny);
}

double bp_delays_limit(bp_delays *s) {
    const double t = s->known;
    double room = INFINITY;
    s->shortest = -1;
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        if (!info->limits || info->constant) continue;
        double its_room = room_of(s, d, t, s->known_y);
        if (!(its_room < room)) continue;
        room = its_room;
        s->shortest = d;
    }
    s->room = room;
    s->tiny_steps = room <= s->tiny ? s->tiny_steps + 1 : 0;
    if (s->tiny_steps > TINY_STEPS) bp_past_complain(s, BP_UNSUPPORTED, s->shortest, t);
    return t + room;
}

double bp_delays_longest(bp_delays *s) {
    double longest = 0.0;
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        if (!info->limits || !info->constant || !(s->tau[d] > 0.0)) continue;
        if (s->tau[d] < s->tiny) bp_past_complain(s, BP_UNSUPPORTED, d, s->known);
        if (longest > 0.0 && longest <= s->tau[d]) continue;
        longest = s->tau[d];
        s->shortest_constant = d;
    }
    s->longest = longest;
    return longest;
}

bp_status bp_delays_step(bp_delays *s, double t, const double *y) {
    s->asker = BP_ASK_INSTANT;
    BP_TRY(bp_history_step(s->history, s->integrator, t));
    double step = t - s->known;
    count_limited(s, step);
    know(s, t, y);
    s->obstacle = BP_OK;
    if (s->n_roots == 0) return s->status; // nothing varies
    for (int d = 0; d < s->n; d++)
        s->slope[d] = s->tau[d];
    bp_past_look(s, t, y);
    for (int d = 0; d < s->n; d++) {
        double slope = (s->tau[d] - s->slope[d]) / step;
        s->slope[d] = isfinite(slope) ? slope : 0.0;
    }
    return s->status;
}
