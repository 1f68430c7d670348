#include "solver/events.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"

// Executions at one instant before it is called a loop. Cascades of events that set
// each other off are short; a model that counts by events needs no more than this
// either.
enum { LOOP_LIMIT = 10000 };
// Pending executions that fit without asking for memory in a run.
enum { FIRST_ROOM = 32 };

// Due times closer than this to each other, relative, are the same instant.
#define SAME_INSTANT (64.0 * DBL_EPSILON)

typedef struct pending {
    int event;
    double due;
    long order;      // of triggering, for ties
    bool has_values; // computed when it was triggered
} pending;

struct bp_events {
    const bp_model *model;
    bp_work *work;
    int n;
    bool *was; // (n): trigger at the last instant
    pending *queue;
    double *values; // (capacity x width): values of queue[i] at i * width
    int count, capacity;
    int width;       // assignments of the largest event
    double *scratch; // (width)
    long next_order;
    uint64_t dice; // state of the generator that settles ties
    int culprit;
    bp_status (*changed)(void *data); // NULL: nobody asks
    void *data;
};

bp_status bp_events_new(const bp_model *model, bp_work *work, bp_events **out) {
    bp_events *e = bp_calloc(1, sizeof *e);
    if (!e) return BP_NO_MEMORY;
    e->model = model;
    e->work = work;
    e->n = bp_model_n_events(model);
    e->width = 1;
    e->culprit = -1;
    for (int i = 0; i < e->n; i++)
        if (bp_model_event(model, i)->n_assignments > e->width)
            e->width = bp_model_event(model, i)->n_assignments;
    e->capacity = FIRST_ROOM + 2 * e->n;
    e->was = bp_calloc((size_t)e->n + 1, sizeof *e->was);
    e->queue = bp_calloc((size_t)e->capacity, sizeof *e->queue);
    e->values = bp_calloc((size_t)e->capacity * (size_t)e->width, sizeof *e->values);
    e->scratch = bp_calloc((size_t)e->width, sizeof *e->scratch);
    if (!e->was || !e->queue || !e->values || !e->scratch) {
        bp_events_free(e);
        return BP_NO_MEMORY;
    }
    *out = e;
    return BP_OK;
}

void bp_events_free(bp_events *e) {
    if (!e) return;
    bp_free(e->was);
    bp_free(e->queue);
    bp_free(e->values);
    bp_free(e->scratch);
    bp_free(e);
}

void bp_events_on_change(bp_events *e, bp_status (*changed)(void *data), void *data) {
    e->changed = changed;
    e->data = data;
}

void bp_events_start(bp_events *e) {
    e->count = 0;
    e->next_order = 0;
    e->dice = 0;
    e->culprit = -1;
    for (int i = 0; i < e->n; i++)
        e->was[i] = bp_model_event(e->model, i)->initially_true;
}

int bp_events_culprit(const bp_events *e) {
    return e->culprit;
}

double bp_events_next(const bp_events *e) {
    double first = INFINITY;
    for (int i = 0; i < e->count; i++)
        if (e->queue[i].due < first) first = e->queue[i].due;
    return first;
}

bool bp_events_turned(const bp_events *e, double t, const double *y) {
    for (int i = 0; i < e->n; i++)
        if (bp_model_event_trigger(e->model, e->work, i, t, y) != e->was[i])
            return true;
    return false;
}

// ---- the queue ----

static double *values_of(bp_events *e, int at) {
    return e->values + (size_t)at * (size_t)e->width;
}

static bp_status make_room(bp_events *e) {
    if (e->count < e->capacity) return BP_OK;
    size_t more = 2 * (size_t)e->capacity;
    pending *queue = bp_realloc_array(e->queue, more, sizeof *queue);
    if (queue) e->queue = queue;
    double *values =
        bp_realloc_array(e->values, more * (size_t)e->width, sizeof *values);
    if (values) e->values = values;
    if (!queue || !values) return BP_NO_MEMORY;
    e->capacity = (int)more;
    return BP_OK;
}

static void take_out(bp_events *e, int at) {
    int behind = e->count - at - 1;
    memmove(&e->queue[at], &e->queue[at + 1], (size_t)behind * sizeof *e->queue);
    memmove(values_of(e, at), values_of(e, at + 1),
            (size_t)behind * (size_t)e->width * sizeof *e->values);
    e->count--;
}

static bool all_finite(const double *values, int n) {
    for (int i = 0; i < n; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

// What an event does is known when it is triggered, or computed when it is executed.
static bp_status compute(bp_events *e, int event, double t, const double *y,
                         double *out) {
    bp_model_event_values(e->model, e->work, event, t, y, out);
    if (all_finite(out, bp_model_event(e->model, event)->n_assignments)) return BP_OK;
    e->culprit = event;
    return BP_NOT_FINITE;
}

static bp_status put_in(bp_events *e, int event, double t, const double *y) {
    const bp_event_info *info = bp_model_event(e->model, event);
    double delay =
        info->has_delay ? bp_model_event_delay(e->model, e->work, event, t, y) : 0.0;
    if (!(delay >= 0.0)) { // negative, or no number
        e->culprit = event;
        return isnan(delay) ? BP_NOT_FINITE : BP_BAD_VALUE;
    }
    BP_TRY(make_room(e));
    int at = e->count;
    e->queue[at] = (pending){.event = event,
                             .due = t + delay,
                             .order = e->next_order++,
                             .has_values = info->values_from_trigger};
    if (info->values_from_trigger) BP_TRY(compute(e, event, t, y, values_of(e, at)));
    e->count++;
    return BP_OK;
}

static void cancel(bp_events *e, int event) {
    for (int i = e->count - 1; i >= 0; i--)
        if (e->queue[i].event == event) take_out(e, i);
}

// Triggers that became true put their events into the queue; those that became false
// take theirs out again, unless they persist.
static bp_status look_at_triggers(bp_events *e, double t, double look,
                                  const double *y) {
    for (int i = 0; i < e->n; i++) {
        bool now = bp_model_event_trigger(e->model, e->work, i, look, y);
        bool before = e->was[i];
        e->was[i] = now;
        if (now && !before) BP_TRY(put_in(e, i, t, y));
        if (!now && before && !bp_model_event(e->model, i)->persistent) cancel(e, i);
    }
    return BP_OK;
}

// ---- execution ----

// Where priorities are computed.
typedef struct priorities {
    double t;
    const double *y;
} priorities;

static double priority_of(const bp_events *e, int at, double t, const double *y) {
    int event = e->queue[at].event;
    if (!bp_model_event(e->model, event)->has_priority) return -INFINITY;
    double p = bp_model_event_priority(e->model, e->work, event, t, y);
    return isnan(p) ? -INFINITY : p;
}

// A number below n: SplitMix64, the same row of numbers in every run.
static unsigned draw(bp_events *e, unsigned n) {
    uint64_t z = e->dice += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (unsigned)((z >> 32) * n >> 32);
}

// a goes before b: higher priority, then order of definition, then of triggering.
static bool goes_before(const pending *a, double pa, const pending *b, double pb) {
    if (pa != pb) return pa > pb;
    if (a->event != b->event) return a->event < b->event;
    return a->order < b->order;
}

// One of the due executions whose priority is that of `best`, each as likely: SBML
// wants their order to be random.
static int settle_tie(bp_events *e, int best, double priority, double latest,
                      const priorities *at) {
    unsigned ties = 1;
    int chosen = best;
    for (int i = 0; i < e->count; i++) {
        if (i == best || e->queue[i].due > latest) continue;
        if (priority_of(e, i, at->t, at->y) != priority) continue;
        if (draw(e, ++ties) == 0) chosen = i;
    }
    return chosen;
}

// The pending execution to do next at the instant t; -1: none is due.
static int next_due(bp_events *e, double t, const double *y) {
    double latest = t + SAME_INSTANT * fabs(t), best_priority = 0.0;
    int best = -1;
    for (int i = 0; i < e->count; i++) {
        if (e->queue[i].due > latest) continue;
        double p = priority_of(e, i, t, y);
        if (best < 0 || goes_before(&e->queue[i], p, &e->queue[best], best_priority)) {
            best = i;
            best_priority = p;
        }
    }
    if (best < 0 || best_priority == -INFINITY) return best;
    return settle_tie(e, best, best_priority, latest, &(priorities){t, y});
}

static bp_status execute(bp_events *e, int at, double t, double *y) {
    int event = e->queue[at].event;
    if (e->queue[at].has_values)
        memcpy(e->scratch, values_of(e, at), (size_t)e->width * sizeof *e->scratch);
    else
        BP_TRY(compute(e, event, t, y, e->scratch));
    take_out(e, at);
    bp_model_event_apply(e->model, e->work, event, t, e->scratch, y);
    return e->changed ? e->changed(e->data) : BP_OK;
}

bp_status bp_events_instant(bp_events *e, double t, double look, double *y,
                            long *executed) {
    if (e->n == 0) return BP_OK;
    BP_TRY(look_at_triggers(e, t, look, y));
    for (int done = 0;; done++) {
        int at = next_due(e, t, y);
        if (at < 0) return BP_OK;
        e->culprit = e->queue[at].event; // the last one executed, should a run stall
        if (done >= LOOP_LIMIT) return BP_EVENT_LOOP;
        BP_TRY(execute(e, at, t, y));
        ++*executed;
        BP_TRY(look_at_triggers(e, t, look, y));
    }
}
