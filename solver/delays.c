// Looking back. A value of the past is computed in a work of its own, at the time,
// state and parameters of then; where it needs values of its own past, in a further
// one.
#include "solver/delays.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

// Looking back from t to a discontinuity, t - tau is exact to this share of t.
#define ROUNDING (4.0 * DBL_EPSILON)
// A step of this share of the run may overtake the past that it needs, which is then a
// straight line to where the step leads. For delays that vanish for an instant.
#define TINY 1e-9
// So many tiny steps in a row mean that the delay does not grow again.
enum { TINY_STEPS = 2000 };
// CVODES makes two steps of one that is cut short by a limit.
#define ABOUT 0.3

// The discontinuities of the past that a varying delay lies between.
typedef struct window {
    double low, high;
} window;

struct bp_delays {
    const bp_model *model;
    bp_work *work; // of the run
    int n, n_states, n_parameters, depth, n_roots;
    int max_level; // jumps of higher derivatives are none for the method
    bp_history *history;
    bp_work **works;  // (depth): of the past
    double **states;  // (depth): the state put into each
    window *windows;  // (n)
    double *tau;      // (n): at the end of the last step, NaN: not of interest
    double *slope;    // (n): of tau over the last step
    double *before;   // (n): values of x before the start, at before_t
    double *before_y; // before the start, where the run was settled
    double *before_p;
    double *known_y;      // at the end of the known past
    double *rate, *later; // (n_states): scratch
    // places in time where something jumped, and which derivative of the x of each
    // delay
    BP_ARRAY(double) jumps;
    BP_ARRAY(unsigned char) levels; // (n) of each
    unsigned char *arriving;        // (n): of the jump that is carried to now

    // the run at hand
    const bp_initial *given;
    bool moving;  // what was before the start depends on time
    bool settled; // it was at rest
    double before_t;
    double start, known, tiny;
    bp_integrator *integrator;
    bp_asker asker;
    double carried; // what bp_delays_next said last
    int tiny_steps;
    double room;                     // of the next step, by varying delays
    double longest;                  // by constant ones, 0: none
    int shortest, shortest_constant; // which delay says so
    long limited;                    // steps in a row that one has limited
    int limited_by;
    double limited_to;
    bp_status status, obstacle;
    int culprit; // delay
    double culprit_t;
};

// ---- trouble ----

static double complain(bp_delays *s, bp_status status, int delay, double t) {
    bool reached = s->asker == BP_ASK_INSTANT;
    bp_status *to = reached ? &s->status : &s->obstacle;
    if (*to == BP_OK) {
        *to = status;
        s->culprit = delay;
        s->culprit_t = t;
    }
    return NAN;
}

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
    s->works = bp_calloc((size_t)s->depth, sizeof *s->works);
    s->states = bp_calloc((size_t)s->depth, sizeof *s->states);
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

// ---- the past ----

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
static place place_beyond(const bp_delays *s, const window *w, double then) {
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
    if (tau < -ROUNDING * fabs(t)) return complain(s, BP_BAD_VALUE, delay, t);
    if (isnan(then)) return NAN;
    if (tau <= 0.0) {
        memcpy(y, y_now, (size_t)s->n_states * sizeof *y);
        put(s, work, t, y, bp_work_parameters(from));
        return value_here(s, level, delay, t);
    }
    const window *w = &s->windows[delay];
    bool windowed = level == 0 && s->asker != BP_ASK_INSTANT &&
                    !bp_model_delay(s->model, delay)->constant &&
                    (then > w->high || then < w->low);
    place p = windowed ? place_beyond(s, w, then) : place_of(s, then, t);
    if (p.leg < 0 && !p.ahead && !s->settled) return value_before(s, delay, p.clock);
    if (p.ahead) {
        if (!go_ahead(s, work, p.time, y, t, y_now))
            return complain(s, BP_UNSUPPORTED, delay, t);
    } else if (p.leg < 0) {
        go_before(s, work, p.time, y);
    } else {
        bp_history_state(s->history, p.leg, p.time, y);
        put(s, work, p.clock, y, bp_history_parameters(s->history, p.leg));
    }
    return value_here(s, level, delay, p.clock);
}

// bp_past_fn
static void fill(void *data, bp_work *work, double t, const double *y,
                 const unsigned char *reads) {
    bp_delays *s = data;
    bp_work_put(work, t, y);
    for (int d = 0; d < s->n; d++) {
        if (!reads[d]) continue;
        double tau = bp_work_tau(work, d);
        bp_work_set_delayed(work, d, value_of(s, 0, d, t, tau, work, y));
    }
}

// ---- discontinuities ----

static double close_to(double t) {
    return 100.0 * DBL_EPSILON * fabs(t);
}

static int level_of(const bp_delays *s, int i, int delay) {
    return s->levels.items[(size_t)i * (size_t)s->n + (size_t)delay];
}

static double jump_at(const bp_delays *s, int i) {
    return s->jumps.items[i];
}

// The first jump of the delay's x after t that the method would see; the count of them:
// none.
static int first_after(const bp_delays *s, int delay, double t) {
    int low = 0, high = s->jumps.count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (jump_at(s, middle) > t)
            high = middle;
        else
            low = middle + 1;
    }
    while (low < s->jumps.count && level_of(s, low, delay) > s->max_level)
        low++;
    return low;
}

static int last_before(const bp_delays *s, int delay, int i) {
    for (i--; i >= 0 && level_of(s, i, delay) > s->max_level;)
        i--;
    return i;
}

// Jump i arrives by this delay: what jumps now.
static void arrive(bp_delays *s, int i, int by) {
    int level = level_of(s, i, by);
    for (int d = 0; d < s->n; d++) {
        int then = level + bp_model_delay_smoothing(s->model, by, d);
        if (then < s->arriving[d]) s->arriving[d] = (unsigned char)then;
    }
}

static void arrive_nothing(bp_delays *s) {
    for (int d = 0; d < s->n; d++)
        s->arriving[d] = BP_NO_JUMP;
}

// tau of every delay that rates and triggers read, at (t, y); what varying ones read is
// set in passing, in ascending order.
static void look_at_delays(bp_delays *s, double t, const double *y) {
    bp_work_put(s->work, t, y);
    for (int d = 0; d < s->n; d++) {
        s->tau[d] = NAN;
        if (!bp_model_delay(s->model, d)->carries) continue;
        s->tau[d] = bp_work_tau(s->work, d);
        if (s->n_roots == 0) continue;
        bp_work_set_delayed(s->work, d, value_of(s, 0, d, t, s->tau[d], s->work, y));
    }
}

// The jump that comes next by a constant delay, after t; the count of them: none.
static int next_by(const bp_delays *s, int d, double t, double *arrives) {
    const bp_delay_info *info = bp_model_delay(s->model, d);
    *arrives = INFINITY;
    if (!info->carries || !info->constant) return s->jumps.count;
    double tau = bp_work_tau(s->work, d);
    if (!(tau > 0.0)) return s->jumps.count;
    int i = first_after(s, d, t + close_to(t) - tau);
    if (i < s->jumps.count) *arrives = jump_at(s, i) + tau;
    return i;
}

double bp_delays_next(bp_delays *s, double t) {
    double next = INFINITY, arrives;
    for (int d = 0; d < s->n; d++) {
        next_by(s, d, t, &arrives);
        if (arrives > t && arrives < next) next = arrives;
    }
    arrive_nothing(s);
    for (int d = 0; d < s->n && next < INFINITY; d++) {
        int i = next_by(s, d, t, &arrives);
        if (arrives > t && arrives <= next + close_to(next)) arrive(s, i, d);
    }
    s->carried = next;
    return next;
}

// Whether the place that a varying delay looks at moves into the past.
static bool moves_back(bp_delays *s, int d, double t, const double *y) {
    double soon = t + s->tiny, then = t - s->tau[d];
    bool known = bp_model_rates(s->model, s->work, t, y, s->rate) == BP_OK;
    for (int i = 0; i < s->n_states; i++)
        s->later[i] = y[i] + (known ? s->tiny * s->rate[i] : 0.0);
    bp_work_put(s->work, soon, s->later);
    return soon - bp_work_tau(s->work, d) < then;
}

// Where each varying delay lies among the discontinuities. Those that it is at arrive.
static void find_windows(bp_delays *s, double t, const double *y) {
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        s->windows[d] = (window){-INFINITY, INFINITY};
        if (!info->carries || info->constant) continue;
        double then = t - s->tau[d], near = 100.0 * (close_to(t) + close_to(then));
        int after = first_after(s, d, then - near);
        if (after < s->jumps.count && jump_at(s, after) <= then + near) {
            arrive(s, after, d);
            if (!moves_back(s, d, t, y)) after = first_after(s, d, then + near);
        }
        int before = last_before(s, d, after);
        if (after < s->jumps.count) s->windows[d].high = jump_at(s, after);
        if (before >= 0) s->windows[d].low = jump_at(s, before);
    }
}

int bp_delays_n_roots(const bp_delays *s) {
    return s ? s->n_roots : 0;
}

void bp_delays_roots(bp_delays *s, double t, const double *y, double *values) {
    int at = 0;
    look_at_delays(s, t, y);
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        if (!info->carries || info->constant) continue;
        double then = t - s->tau[d];
        const window *w = &s->windows[d];
        values[at++] = isfinite(w->high) ? then - w->high : -1.0;
        values[at++] = isfinite(w->low) ? then - w->low : 1.0;
    }
}

// Something jumps at `time`, as `arriving` says, or (NULL) all does.
static bp_status add_jump(bp_delays *s, double time, const unsigned char *levels) {
    int last = s->jumps.count - 1;
    if (last < 0 || time > jump_at(s, last)) {
        if (!bp_array_reserve(&s->levels, s->n) || !bp_array_push(&s->jumps, time))
            return BP_NO_MEMORY;
        for (int d = 0; d < s->n; d++)
            s->levels.items[s->levels.count++] = BP_NO_JUMP;
        last++;
    }
    unsigned char *to = s->levels.items + (size_t)last * (size_t)s->n;
    for (int d = 0; d < s->n; d++) { // the same instant may bring several
        int level = levels ? levels[d] : 0;
        if (level < to[d]) to[d] = (unsigned char)level;
    }
    return BP_OK;
}

// Scheduled switches before the start: rules may jump there.
static bp_status add_early_jumps(bp_delays *s) {
    double last = -INFINITY;
    for (;;) { // in ascending order; there are few
        double next = s->start;
        for (int i = 0; i < bp_model_n_switches(s->model); i++) {
            if (!bp_model_switch_scheduled(s->model, i)) continue;
            double t = bp_model_switch_time(s->model, s->work, i);
            if (t > last && t < next) next = t;
        }
        BP_TRY(add_jump(s, next, NULL));
        if (!(next < s->start)) return BP_OK;
        last = next;
    }
}

// ---- the course of a run ----

static void know(bp_delays *s, double t, const double *y) {
    s->known = t;
    memcpy(s->known_y, y, (size_t)s->n_states * sizeof *y);
}

// Every delay must be one, whether it is looked at or not.
static void check_delays(bp_delays *s, double t, const double *y) {
    bp_work_put(s->work, t, y);
    for (int d = 0; d < s->n; d++) {
        double tau = bp_work_tau(s->work, d);
        bp_work_set_delayed(s->work, d, value_of(s, 0, d, t, tau, s->work, y));
    }
}

void bp_delays_forget(bp_delays *s) {
    bp_work_on_past(s->work, NULL, NULL);
    bp_history_begin(s->history);
    s->status = s->obstacle = BP_OK;
}

bp_status bp_delays_begin(bp_delays *s, double t, double end, const double *y,
                          const bp_initial *given, bp_integrator *integrator) {
    bp_delays_forget(s);
    bp_work_on_past(s->work, fill, s);
    s->jumps.count = s->levels.count = 0;
    s->given = given;
    s->start = t;
    s->tiny = TINY * fmax(end - t, 0.0);
    s->integrator = integrator;
    s->asker = BP_ASK_INSTANT;
    s->tiny_steps = 0;
    s->limited = 0;
    s->carried = INFINITY;
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
    BP_TRY(add_early_jumps(s));
    check_delays(s, t, y);
    return s->status;
}

void bp_delays_settled(bp_delays *s, const double *y) {
    memcpy(s->before_y, y, (size_t)s->n_states * sizeof *y);
    s->settled = true;
    know(s, s->start, y);
}

bp_status bp_delays_leg(bp_delays *s, double t, const double *y, bool smooth) {
    s->asker = BP_ASK_INSTANT;
    BP_TRY(bp_history_leg(s->history, t, y, bp_work_parameters(s->work)));
    know(s, t, y);
    look_at_delays(s, t, y);
    memset(s->slope, 0, (size_t)s->n * sizeof *s->slope);
    if (fabs(t - s->carried) > close_to(t)) arrive_nothing(s);
    find_windows(s, t, y);
    BP_TRY(add_jump(s, t, smooth ? s->arriving : NULL));
    find_windows(s, t, y);
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
    if (s->tiny_steps > TINY_STEPS) complain(s, BP_UNSUPPORTED, s->shortest, t);
    return t + room;
}

double bp_delays_longest(bp_delays *s) {
    double longest = 0.0;
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        if (!info->limits || !info->constant || !(s->tau[d] > 0.0)) continue;
        if (s->tau[d] < s->tiny) complain(s, BP_UNSUPPORTED, d, s->known);
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
    look_at_delays(s, t, y);
    for (int d = 0; d < s->n; d++) {
        double slope = (s->tau[d] - s->slope[d]) / step;
        s->slope[d] = isfinite(slope) ? slope : 0.0;
    }
    return s->status;
}
