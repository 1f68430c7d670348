// Discontinuities. What jumps at one time jumps again for whoever looks back to it, one
// derivative smoother for each rate that integrates it on the way. Constant delays say
// when; a delay that varies is watched by two root functions, one for each neighbour of
// the place it looks at.
#include "solver/past.h"

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
    s->lenient = true;
    bool known = bp_model_rates(s->model, s->work, t, y, s->rate) == BP_OK;
    s->lenient = false;
    for (int i = 0; i < s->n_states; i++)
        s->later[i] = y[i] + (known ? s->tiny * s->rate[i] : 0.0);
    bp_work_put(s->work, soon, s->later);
    return soon - bp_work_tau(s->work, d) < then;
}

// Where each varying delay lies among the discontinuities. Those that it is at arrive.
static void find_windows(bp_delays *s, double t, const double *y) {
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        s->windows[d] = (bp_window){-INFINITY, INFINITY};
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
    bp_past_look(s, t, y);
    for (int d = 0; d < s->n; d++) {
        const bp_delay_info *info = bp_model_delay(s->model, d);
        if (!info->carries || info->constant) continue;
        double then = t - s->tau[d];
        const bp_window *w = &s->windows[d];
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

// At scheduled switches before the start rules may jump.
bp_status bp_jumps_begin(bp_delays *s) {
    double last = -INFINITY;
    s->jumps.count = s->levels.count = 0;
    s->carried = INFINITY;
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

bp_status bp_jumps_leg(bp_delays *s, double t, const double *y, bool smooth) {
    if (fabs(t - s->carried) > close_to(t)) arrive_nothing(s);
    find_windows(s, t, y);
    BP_TRY(add_jump(s, t, smooth ? s->arriving : NULL));
    find_windows(s, t, y);
    return BP_OK;
}
