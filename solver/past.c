// Looking back. A value of the past is computed in a work of its own, at the time,
// state and parameters of then; where it needs values of its own past, in a further
// one.
#include "solver/past.h"

#include <string.h>

// Looking back from t to a discontinuity, t - tau is exact to this share of t.
#define ROUNDING (4.0 * DBL_EPSILON)

double bp_past_complain(bp_delays *s, bp_status status, int delay, double t) {
    bool reached = s->asker == BP_ASK_INSTANT && !s->lenient;
    bp_status *to = reached ? &s->status : &s->obstacle;
    if (*to == BP_OK) {
        *to = status;
        s->culprit = delay;
        s->culprit_t = t;
    }
    return NAN;
}

static void put(bp_delays *s, bp_work *work, double t, const double *y,
                const double *parameters) {
    double *p = bp_work_parameters(work);
    size_t bytes = (size_t)s->n_parameters * sizeof *p;
    if (bytes > 0 && memcmp(p, parameters, bytes) != 0) {
        memcpy(p, parameters, bytes);
        bp_work_refresh(work);
    }
    bp_work_put(work, t, y);
}

static void go_before(bp_delays *s, bp_work *work, double t, double *y) {
    memcpy(y, s->before_y, (size_t)s->n_states * sizeof *y);
    put(s, work, t, y, s->before_p);
}

// A value before the start, by the formulas of initial values.
static double value_before(bp_delays *s, int delay, double t) {
    if (s->moving && t != s->before_t) {
        bp_model_before(s->model, s->works[0], t, s->given, s->before);
        s->before_t = t;
    }
    return s->before[delay];
}

// A place between the end of the known past and (t, y), where somebody is.
static bool go_ahead(bp_delays *s, bp_work *work, double then, double *y, double t,
                     const double *y_now) {
    bool done = false;
    if (s->asker == BP_ASK_RATES && t - s->known > 1.5 * s->tiny) return false;
    if (s->asker != BP_ASK_RATES)
        done = s->integrator->type->interpolate(s->integrator, then, y) == BP_OK;
    double share = t > s->known ? (then - s->known) / (t - s->known) : 1.0;
    for (int i = 0; i < s->n_states && !done; i++)
        y[i] = s->known_y[i] + share * (y_now[i] - s->known_y[i]);
    put(s, work, then, y, bp_work_parameters(s->work));
    return true;
}

// The time of a discontinuity seen from t, if `then` is nothing else.
static double snap(const bp_delays *s, double then, double t) {
    double near = ROUNDING * fmax(fabs(t), fabs(then));
    int leg = bp_history_find(s->history, then + near);
    if (leg < 0) return fabs(then - s->start) <= near ? s->start : then;
    double start = bp_history_start_of(s->history, leg);
    return fabs(then - start) <= near ? start : then;
}

// Where in time a value of the past is looked for.
typedef struct place {
    double time;  // of the state
    double clock; // that x sees: on the same side of a discontinuity as the leg
    int leg;      // of the history, -1: before the start
    bool ahead;   // after the end of the known past
} place;

static place place_of(const bp_delays *s, double then, double t) {
    then = snap(s, then, t);
    place p = {.time = then, .clock = then};
    p.ahead = then > s->known && then - s->known > ROUNDING * fabs(t);
    p.leg = bp_history_find(s->history, then);
    return p;
}

// For a varying delay whose leg sees one side of the discontinuities only: the course
// between them goes on beyond them.
static place place_beyond(const bp_delays *s, const bp_window *w, double then) {
    bool late = then > w->high;
    double edge = late ? w->high : w->low;
    double beside = 64.0 * DBL_EPSILON * fabs(edge);
    double inside = late ? nextafter(edge, -INFINITY) : edge;
    return (place){.time = then,
                   .clock = late ? edge - beside : edge + beside,
                   .leg = bp_history_find(s->history, inside)};
}

static double value_of(bp_delays *s, int level, int delay, double t, double tau,
                       bp_work *from, const double *y_now);

// The value of x where the work is, after what it reads of its own past.
// NOLINTNEXTLINE(misc-no-recursion): as deep as delays are nested
static double value_here(bp_delays *s, int level, int delay, double then) {
    bp_work *work = s->works[level];
    const unsigned char *reads = bp_model_delay_reads(s->model, delay);
    for (int d = 0; reads && d < delay; d++)
        if (reads[d])
            bp_work_set_delayed(work, d,
                                value_of(s, level + 1, d, then, bp_work_tau(work, d),
                                         work, s->states[level]));
    return bp_work_value(work, delay);
}

// NOLINTNEXTLINE(misc-no-recursion)
static double value_of(bp_delays *s, int level, int delay, double t, double tau,
                       bp_work *from, const double *y_now) {
    bp_work *work = s->works[level];
    double *y = s->states[level], then = t - tau;
    if (tau < -ROUNDING * fabs(t)) return bp_past_complain(s, BP_BAD_VALUE, delay, t);
    if (isnan(then)) return NAN;
    if (tau <= 0.0) {
        memcpy(y, y_now, (size_t)s->n_states * sizeof *y);
        put(s, work, t, y, bp_work_parameters(from));
        return value_here(s, level, delay, t);
    }
    const bp_window *w = &s->windows[delay];
    bool tried = s->asker == BP_ASK_RATES || s->asker == BP_ASK_ROOTS;
    bool windowed = level == 0 && tried && !bp_model_delay(s->model, delay)->constant &&
                    (then > w->high || then < w->low);
    place p = windowed ? place_beyond(s, w, then) : place_of(s, then, t);
    if (p.leg < 0 && !p.ahead && !s->settled) return value_before(s, delay, p.clock);
    if (p.ahead) {
        if (!go_ahead(s, work, p.time, y, t, y_now))
            return bp_past_complain(s, BP_UNSUPPORTED, delay, t);
    } else if (p.leg < 0) {
        go_before(s, work, p.time, y);
    } else {
        bp_history_state(s->history, p.leg, p.time, y);
        put(s, work, p.clock, y, bp_history_parameters(s->history, p.leg));
    }
    return value_here(s, level, delay, p.clock);
}

void bp_past_fill(void *data, bp_work *work, double t, const double *y,
                  const unsigned char *reads) {
    bp_delays *s = data;
    bp_work_put(work, t, y);
    for (int d = 0; d < s->n; d++) {
        if (!reads[d]) continue;
        double tau = bp_work_tau(work, d);
        bp_work_set_delayed(work, d, value_of(s, 0, d, t, tau, work, y));
    }
}

// What a varying delay reads is set in passing, in ascending order.
void bp_past_look(bp_delays *s, double t, const double *y) {
    s->lenient = true;
    bp_work_put(s->work, t, y);
    for (int d = 0; d < s->n; d++) {
        s->tau[d] = NAN;
        if (!bp_model_delay(s->model, d)->carries) continue;
        s->tau[d] = bp_work_tau(s->work, d);
        if (s->n_roots > 0)
            bp_work_set_delayed(s->work, d,
                                value_of(s, 0, d, t, s->tau[d], s->work, y));
    }
    s->lenient = false;
}
