// Workers of a batch: threads that settle groups and integrate runs, one by one or as
// lanes of one problem.
#include <math.h>

#include "scenarios/batch_parts.h"
#include "solver/lane_solver.h"

enum { MAX_LANES = 8 };

static int asked_to_stop(void *data) {
    batch *b = data;
    return atomic_load_explicit(&b->stop, memory_order_relaxed);
}

// The first reason stands.
static void stop(batch *b, bp_status status, const bp_error *err) {
    pthread_mutex_lock(&b->lock);
    if (b->status == BP_OK) b->error = *err;
    bp_batch_stop(b, status);
    pthread_mutex_unlock(&b->lock);
}

// ---- settling ----

// With the lock held, which is let go while the group comes to rest.
static void settle_group(batch *b, bp_solver *solver, const bp_protocol *protocol,
                         rest *r) {
    int n = bp_model_n_states(bp_run_model(b->scenario));
    r->state = REST_BUSY;
    pthread_mutex_unlock(&b->lock);
    double start = bp_batch_now();
    double *y = bp_calloc((size_t)n + 1, sizeof *y);
    bp_failure failure = {
        .status = BP_NO_MEMORY, .time = NAN, .variable = -1, .culprit = -1};
    bp_stats stats = {0};
    if (y) {
        failure = (bp_failure){.time = NAN, .variable = -1, .culprit = -1};
        failure.status = bp_solver_settle(solver, protocol, y, &stats, &failure);
    }
    double seconds = bp_batch_now() - start;
    pthread_mutex_lock(&b->lock);
    r->y = y;
    r->failure = failure;
    r->state = REST_DONE;
    b->settle_seconds += seconds;
    pthread_cond_broadcast(&b->space);
}

// ---- workers ----

typedef struct worker {
    batch *b;
    bp_solver *solver;          // of single runs; NULL: not needed so far
    bp_lane_solver *lanes;      // NULL: runs are done one by one
    bp_initial_value *settings; // room for those of n_lanes runs
    bp_profile profile;         // of this worker's solvers, where it is asked for
} worker;

static bp_status make_solver(worker *w, bp_error *err) {
    const bp_scenario *scenario = w->b->scenario;
    BP_TRY(bp_solver_new(bp_run_model(scenario), &scenario->settings, &w->solver, err));
    bp_solver_on_cancel(w->solver, asked_to_stop, w->b);
    return w->b->profiled ? bp_solver_profile(w->solver, &w->profile) : BP_OK;
}

// The solver of single runs; NULL: there can be none, and the batch stops. Where all
// runs are lanes, none is needed.
static bp_solver *solver_of(worker *w) {
    bp_error err = {0};
    if (w->solver) return w->solver;
    bp_status status = make_solver(w, &err);
    if (status == BP_OK) return w->solver;
    stop(w->b, status, &err);
    return NULL;
}

// Waits until the group of `run` is at rest; the first of its runs brings it there, and
// as runs are taken in order, that is the same one whatever the number of threads.
static const rest *come_to_rest(worker *w, int run, const bp_protocol *protocol) {
    batch *b = w->b;
    int group = bp_scenario_settle_group(b->scenario, run);
    if (group < 0) return NULL;
    rest *r = &b->rests[group];
    bp_solver *solver = solver_of(w);
    if (!solver) return r; // the batch stops
    pthread_mutex_lock(&b->lock);
    if (r->state == REST_NONE) settle_group(b, solver, protocol, r);
    while (r->state != REST_DONE && !atomic_load(&b->stop))
        pthread_cond_wait(&b->space, &b->lock);
    pthread_mutex_unlock(&b->lock);
    return r;
}

static void leave_rest(batch *b, int run) {
    int group = bp_scenario_settle_group(b->scenario, run);
    if (group < 0) return;
    rest *r = &b->rests[group];
    if (--r->users > 0) return;
    bp_free(r->y);
    r->y = NULL;
}

// ---- runs ----

// False: the batch stops.
static bool find_protocol(const worker *w, int run, int lane, bp_protocol *out) {
    size_t most = (size_t)bp_scenario_most_settings(w->b->scenario);
    bp_initial_value *settings = w->settings + (size_t)lane * most;
    bp_error err = {0};
    bp_status status = bp_scenario_protocol(w->b->scenario, run, settings, out, &err);
    if (status != BP_OK) stop(w->b, status, &err);
    return status == BP_OK;
}

// The next runs, *first and those after it; their number, 0: there are none. They may
// not run ahead of the ring.
static int take_runs(batch *b, int *first) {
    pthread_mutex_lock(&b->lock);
    int left = b->n_runs - b->next_run, count = left < b->n_lanes ? left : b->n_lanes;
    while (!atomic_load(&b->stop) && count > 0 &&
           b->next_run + count > b->next_put + b->n_slots) {
        pthread_cond_wait(&b->space, &b->lock);
        left = b->n_runs - b->next_run;
        count = left < b->n_lanes ? left : b->n_lanes;
    }
    if (atomic_load(&b->stop)) count = 0;
    *first = b->next_run;
    b->next_run += count;
    pthread_mutex_unlock(&b->lock);
    return count;
}

static void run_one(worker *w, int run) {
    batch *b = w->b;
    slot *s = bp_batch_slot(b, run);
    bp_protocol protocol;
    s->stats = (bp_stats){0};
    s->failure = (bp_failure){.time = NAN, .variable = -1, .culprit = -1};
    bool known = find_protocol(w, run, 0, &protocol);
    const rest *r = known ? come_to_rest(w, run, &protocol) : NULL;
    bp_solver *solver = solver_of(w);
    if (!known || !solver || atomic_load(&b->stop)) {
        s->failure.status = BP_CANCELLED;
        return;
    }
    if (r && r->failure.status != BP_OK) { // the run never began
        s->failure = r->failure;
        for (size_t i = 0; i < b->n_values; i++)
            s->values[i] = NAN;
        return;
    }
    if (r) protocol.settled = r->y;
    s->failure.status = bp_solver_run(solver, &protocol, bp_run_view(b->scenario),
                                      s->values, &s->stats, &s->failure);
}

// The protocols of a group, and where its samples go; a lane that is left over is a
// copy of the last run. False: a run has no start.
static bool prepare_group(worker *w, int first, int count, bp_protocol *protocols,
                          bp_lane_run *runs) {
    batch *b = w->b;
    for (int i = 0; i < b->n_lanes; i++) {
        bool kept = i < count;
        runs[i] = (bp_lane_run){.protocol = &protocols[kept ? i : count - 1]};
        if (!kept) continue;
        runs[i].values = bp_batch_slot(b, first + i)->values;
        if (!find_protocol(w, first + i, i, &protocols[i])) return false;
        const rest *r = come_to_rest(w, first + i, &protocols[i]);
        if (atomic_load(&b->stop) || (r && r->failure.status != BP_OK)) return false;
        if (r) protocols[i].settled = r->y;
    }
    return true;
}

// Runs as lanes of one problem. False: they are to be done one by one, because they
// cannot share their steps or because one of them fails.
static bool run_lanes(worker *w, int first, int count) {
    batch *b = w->b;
    bp_protocol protocols[MAX_LANES];
    bp_lane_run runs[MAX_LANES];
    if (!w->lanes || count < 2) return false;
    if (!prepare_group(w, first, count, protocols, runs)) return false;
    bp_status status = bp_lane_solver_run(w->lanes, runs, bp_run_view(b->scenario));
    // what depends on memory or time must not decide how the rest is computed
    bool final = status == BP_OK || status == BP_NO_MEMORY || status == BP_CANCELLED;
    for (int i = 0; final && i < count; i++) {
        slot *s = bp_batch_slot(b, first + i);
        s->stats = runs[i].stats;
        s->failure =
            (bp_failure){.status = status, .time = NAN, .variable = -1, .culprit = -1};
    }
    return final;
}

// Hands the runs to the writer, which is woken once: that costs as much as several
// steps of a small model. `seconds` each.
static void finish_runs(batch *b, int first, int count, double seconds) {
    pthread_mutex_lock(&b->lock);
    for (int run = first; run < first + count; run++) {
        slot *s = bp_batch_slot(b, run);
        s->seconds = seconds;
        s->ready = true;
        leave_rest(b, run);
        if (s->failure.status == BP_NO_MEMORY) bp_batch_stop(b, BP_NO_MEMORY);
    }
    pthread_cond_signal(&b->ready);
    pthread_mutex_unlock(&b->lock);
}

static void run_group(worker *w, int first, int count) {
    double start = bp_batch_now();
    bool together = run_lanes(w, first, count);
    double seconds = (bp_batch_now() - start) / count;
    if (together) finish_runs(w->b, first, count, seconds);
    for (int i = 0; !together && i < count; i++) {
        double alone = bp_batch_now();
        run_one(w, first + i);
        finish_runs(w->b, first + i, 1, seconds + (bp_batch_now() - alone));
    }
}

static bp_status make_solvers(worker *w, bp_error *err) {
    const bp_scenario *scenario = w->b->scenario;
    const bp_settings *settings = &scenario->settings;
    size_t room = (size_t)scenario->plan.most * (size_t)w->b->n_lanes;
    w->settings = bp_calloc(room + 1, sizeof *w->settings);
    if (!w->settings) return bp_error_no_memory(err);
    if (w->b->n_lanes < 2) return make_solver(w, err);
    BP_TRY(bp_lane_solver_new(bp_run_model(scenario), settings, w->b->n_lanes,
                              &w->lanes, err));
    bp_lane_solver_on_cancel(w->lanes, asked_to_stop, w->b);
    return w->b->profiled ? bp_lane_solver_profile(w->lanes, &w->profile) : BP_OK;
}

void *bp_batch_work(void *data) {
    batch *b = data;
    worker w = {.b = b};
    bp_error err = {0};
    int first = 0, count = 0;
    bp_status status = make_solvers(&w, &err);
    if (status == BP_OK) {
        while ((count = take_runs(b, &first)) > 0)
            run_group(&w, first, count);
    } else {
        stop(b, status, &err);
    }
    bp_lane_solver_free(w.lanes);
    bp_solver_free(w.solver);
    bp_free(w.settings);
    pthread_mutex_lock(&b->lock);
    bp_profile_add(&b->profile, &w.profile);
    pthread_mutex_unlock(&b->lock);
    return NULL;
}
