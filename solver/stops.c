#include "solver/stops.h"

#include <float.h>
#include <math.h>

double bp_resolution(double a, double b) {
    return 100.0 * DBL_EPSILON * fmax(fabs(a), fabs(b));
}

double bp_beside(double t) {
    return fmax(64.0 * DBL_EPSILON * fabs(t), 1e-300);
}

double bp_next_stop(const bp_stop_search *s, double t, double end, bool *switched) {
    double stop = end;
    *switched = false;
    for (int i = 0; i < bp_model_n_switches(s->model); i++) {
        if (!bp_model_switch_scheduled(s->model, i)) continue;
        double at = bp_model_switch_time(s->model, s->work, i);
        if (!(at > t) || at > stop) continue; // past, or never (NaN)
        stop = at;
        *switched = true;
    }
    double due = bp_events_next(s->events);
    if (due < stop) {
        *switched = false;
        stop = due;
    }
    return stop;
}

bool bp_switch_at(const bp_model *model, bp_work *work, double t) {
    for (int i = 0; i < bp_model_n_switches(model); i++)
        if (bp_model_switch_scheduled(model, i) &&
            fabs(bp_model_switch_time(model, work, i) - t) <= bp_beside(t))
            return true;
    return false;
}

bool bp_protocol_possible(const bp_protocol *p) {
    if (!isfinite(p->t_start) || p->n_times < 0) return false;
    for (int i = 0; i < p->n_times; i++) {
        double before = i > 0 ? p->times[i - 1] : p->t_start;
        if (!isfinite(p->times[i]) || p->times[i] < before) return false;
    }
    return true;
}
