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

// Who looks back: from the time, state and parameters in its work.
typedef struct viewer {
    int depth; // 0: the run itself; the works of the past follow
    double t;
    const double *y;
    bp_work *work;
} viewer;

static double value_of(bp_delays *s, const viewer *from, int delay, double tau);

// The value of x in the work of the past, after what it reads of its own past.
// NOLINTNEXTLINE(misc-no-recursion): as deep as delays are nested
static double value_at(bp_delays *s, const viewer *there, int delay) {
    const unsigned char *reads = bp_model_delay_reads(s->model, delay);
    for (int d = 0; reads && d < delay; d++)
        if (reads[d])
            bp_work_set_delayed(there->work, d,
                                value_of(s, there, d, bp_work_tau(there->work, d)));
    return bp_work_value(there->work, delay);
}

static bool sees_one_side(const bp_delays *s, const viewer *from, int delay,
                          double then) {
    bool tried = s->asker == BP_ASK_RATES || s->asker == BP_ASK_ROOTS;
    const bp_window *w = &s->windows[delay];
    return tried && from->depth == 0 && !bp_model_delay(s->model, delay)->constant &&
           (then > w->high || then < w->low);
}

// NOLINTNEXTLINE(misc-no-recursion)
static double value_of(bp_delays *s, const viewer *from, int delay, double tau) {
    double *y = s->states[from->depth], t = from->t, then = t - tau;
    viewer there = {from->depth + 1, t, y, s->works[from->depth]};
    if (tau < -ROUNDING * fabs(t)) return bp_past_complain(s, BP_BAD_VALUE, delay, t);
    if (isnan(then)) return NAN;
    if (tau <= 0.0) {
        memcpy(y, from->y, (size_t)s->n_states * sizeof *y);
        put(s, there.work, t, y, bp_work_parameters(from->work));
        return value_at(s, &there, delay);
    }
    place p = sees_one_side(s, from, delay, then)
                  ? place_beyond(s, &s->windows[delay], then)
                  : place_of(s, then, t);
    there.t = p.clock;
    if (p.ahead) {
        if (!go_ahead(s, there.work, p.time, y, t, from->y))
            return bp_past_complain(s, BP_UNSUPPORTED, delay, t);
    } else if (p.leg >= 0) {
        bp_history_state(s->history, p.leg, p.time, y);
        put(s, there.work, p.clock, y, bp_history_parameters(s->history, p.leg));
    } else if (s->settled) {
        go_before(s, there.work, p.time, y);
    } else {
        return value_before(s, delay, p.clock);
    }
    return value_at(s, &there, delay);
}

void bp_past_fill(void *data, bp_work *work, double t, const double *y,
                  const unsigned char *reads) {
    bp_delays *s = data;
    viewer now = {0, t, y, work};
    bp_work_put(work, t, y);
    for (int d = 0; d < s->n; d++) {
        if (reads[d])
            bp_work_set_delayed(work, d, value_of(s, &now, d, bp_work_tau(work, d)));
    }
}

// What a varying delay reads is set in passing, in ascending order.
void bp_past_look(bp_delays *s, double t, const double *y) {
    viewer now = {0, t, y, s->work};
    s->lenient = true;
    bp_work_put(s->work, t, y);
    for (int d = 0; d < s->n; d++) {
        s->tau[d] = NAN;
        if (!bp_model_delay(s->model, d)->carries) continue;
        s->tau[d] = bp_work_tau(s->work, d);
        if (s->n_roots > 0)
            bp_work_set_delayed(s->work, d, value_of(s, &now, d, s->tau[d]));
    }
    s->lenient = false;
}
