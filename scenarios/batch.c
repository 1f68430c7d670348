// Running all points on threads. Workers take points in order and fill slots of a ring;
// the caller's thread empties the ring, in order, into the sink. The ring bounds the
// memory, and the order of the points decides everything that could depend on timing:
// which point settles a group, and what the sink is told when.
#define _GNU_SOURCE // sched_getaffinity: cores this process may use
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenarios/internal.h"

enum { SLOTS_PER_THREAD = 4, MAX_THREADS = 1024 };

typedef struct slot { // the result of one run, waiting for the sink
    double *values;   // (n_times x view)
    bp_stats stats;
    bp_failure failure;
    double seconds;
    bool ready;
} slot;

typedef enum rest_state { REST_NONE, REST_BUSY, REST_DONE } rest_state;

typedef struct rest { // the settled state of a group
    rest_state state;
    double *y;          // (n_states), freed after the last run of the group
    bp_failure failure; // status BP_OK: y is good
    int users;          // runs of the group that are still to come
} rest;

typedef struct batch {
    bp_scenario *scenario;
    size_t n_values; // of one run
    int n_runs;
    int n_slots;
    slot *slots; // run r is in slots[r % n_slots]
    rest *rests; // (n_groups)

    pthread_mutex_t lock; // guards what follows
    pthread_cond_t space; // a slot became free, or a group came to rest
    pthread_cond_t ready; // a result became ready
    int next_run;         // to be taken by a worker
    int next_put;         // to be told to the sink
    bp_status status;     // why everything stops, BP_OK: it goes on
    bp_error error;
    double settle_seconds, run_seconds;

    atomic_bool stop; // read inside runs, without the lock
} batch;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int asked_to_stop(void *data) {
    batch *b = data;
    return atomic_load_explicit(&b->stop, memory_order_relaxed);
}

// Stops the batch; the first reason stands. With the lock held.
static void stop_all(batch *b, bp_status status) {
    if (b->status == BP_OK) b->status = status;
    atomic_store(&b->stop, true);
    pthread_cond_broadcast(&b->space);
    pthread_cond_broadcast(&b->ready);
}

// ---- settling ----

// With the lock held, which is let go while the group comes to rest.
static void settle_group(batch *b, bp_solver *solver, int run, rest *r) {
    bp_protocol protocol;
    bp_scenario_protocol(b->scenario, run, &protocol);
    int n = bp_model_n_states(bp_run_model(b->scenario));
    r->state = REST_BUSY;
    pthread_mutex_unlock(&b->lock);
    double start = now();
    double *y = bp_calloc((size_t)n + 1, sizeof *y);
    bp_failure failure = {
        .status = BP_NO_MEMORY, .time = NAN, .variable = -1, .culprit = -1};
    bp_stats stats = {0};
    if (y) {
        failure = (bp_failure){.time = NAN, .variable = -1, .culprit = -1};
        failure.status = bp_solver_settle(solver, &protocol, y, &stats, &failure);
    }
    double seconds = now() - start;
    pthread_mutex_lock(&b->lock);
    r->y = y;
    r->failure = failure;
    r->state = REST_DONE;
    b->settle_seconds += seconds;
    pthread_cond_broadcast(&b->space);
}

// Waits until the group of `run` is at rest; the first of its runs brings it there, and
// as runs are taken in order, that is the same one whatever the number of threads.
static const rest *come_to_rest(batch *b, bp_solver *solver, int run) {
    int group = bp_scenario_settle_group(b->scenario, run);
    if (group < 0) return NULL;
    rest *r = &b->rests[group];
    pthread_mutex_lock(&b->lock);
    if (r->state == REST_NONE) settle_group(b, solver, run, r);
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

// ---- workers ----

// Index of the next run, -1: there is none. It may not run ahead of the ring.
static int take_run(batch *b) {
    pthread_mutex_lock(&b->lock);
    while (!atomic_load(&b->stop) && b->next_run < b->n_runs &&
           b->next_run >= b->next_put + b->n_slots)
        pthread_cond_wait(&b->space, &b->lock);
    bool any = !atomic_load(&b->stop) && b->next_run < b->n_runs;
    int run = any ? b->next_run++ : -1;
    pthread_mutex_unlock(&b->lock);
    return run;
}

static void run_one(batch *b, bp_solver *solver, int run, slot *s) {
    bp_protocol protocol;
    bp_scenario_protocol(b->scenario, run, &protocol);
    s->stats = (bp_stats){0};
    s->failure = (bp_failure){.time = NAN, .variable = -1, .culprit = -1};
    const rest *r = come_to_rest(b, solver, run);
    if (atomic_load(&b->stop)) {
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

static void work_through(batch *b, bp_solver *solver) {
    int run = 0;
    while ((run = take_run(b)) >= 0) {
        slot *s = &b->slots[run % b->n_slots];
        double start = now();
        run_one(b, solver, run, s);
        double seconds = now() - start;
        pthread_mutex_lock(&b->lock);
        s->seconds = seconds;
        s->ready = true;
        leave_rest(b, run);
        if (s->failure.status == BP_NO_MEMORY) stop_all(b, BP_NO_MEMORY);
        pthread_cond_signal(&b->ready);
        pthread_mutex_unlock(&b->lock);
    }
}

static void *worker(void *data) {
    batch *b = data;
    bp_solver *solver = NULL;
    bp_error err = {0};
    bp_status status =
        bp_solver_new(bp_run_model(b->scenario), &b->scenario->settings, &solver, &err);
    if (status == BP_OK) {
        bp_solver_on_cancel(solver, asked_to_stop, b);
        work_through(b, solver);
    } else {
        pthread_mutex_lock(&b->lock);
        if (b->status == BP_OK) b->error = err;
        stop_all(b, status);
        pthread_mutex_unlock(&b->lock);
    }
    bp_solver_free(solver);
    return NULL;
}

// ---- the writer: the caller's thread ----

typedef struct writer {
    batch *b;
    const bp_batch_options *options;
    bp_sink *sink;
    bp_batch_summary *summary;
    double last_flush, last_progress;
    bp_error *err;
} writer;

static void tell_progress(writer *w, bool always) {
    batch *b = w->b;
    double t = now();
    if (!w->options->progress || (!always && t - w->last_progress < 0.1)) return;
    w->last_progress = t;
    if (!w->options->progress(w->options->data, w->summary->done, w->summary->failed,
                              b->n_runs))
        return;
    pthread_mutex_lock(&b->lock);
    if (w->summary->done < b->n_runs) stop_all(b, BP_CANCELLED);
    pthread_mutex_unlock(&b->lock);
}

// Waits for the next result in order, at most a tenth of a second; NULL: not yet.
static slot *wait_for_result(batch *b) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 100000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    slot *s = &b->slots[b->next_put % b->n_slots];
    pthread_mutex_lock(&b->lock);
    int late = 0;
    while (!s->ready && b->status == BP_OK && late != ETIMEDOUT)
        late = pthread_cond_timedwait(&b->ready, &b->lock, &until);
    bool there = s->ready && b->status == BP_OK;
    pthread_mutex_unlock(&b->lock);
    return there ? s : NULL;
}

static void sum_up(bp_batch_summary *summary, const slot *s) {
    summary->done++;
    bp_stats_add(&summary->stats, &s->stats);
    if (s->failure.status == BP_OK) return;
    summary->failed++;
    if (!summary->first_failure[0])
        memcpy(summary->first_failure, s->failure.text, sizeof summary->first_failure);
}

static bp_status put_result(writer *w, const slot *s) {
    batch *b = w->b;
    bp_result result = {
        .run = b->next_put,
        .status = s->failure.status,
        .values = s->values,
        .stats = s->stats,
        .failure_time = s->failure.status == BP_OK ? NAN : s->failure.time,
        .failure = s->failure.status == BP_OK ? "" : s->failure.text,
    };
    double start = now();
    bp_status status = w->sink->put(w->sink, &result, w->err);
    if (status == BP_OK &&
        now() - w->last_flush >= 1) { // what is done survives a crash
        status = w->sink->flush(w->sink, w->err);
        w->last_flush = now();
    }
    w->summary->write_seconds += now() - start;
    return status;
}

static void free_slot(batch *b, slot *s, bp_status status) {
    pthread_mutex_lock(&b->lock);
    s->ready = false;
    b->run_seconds += s->seconds;
    b->next_put++;
    if (status != BP_OK) stop_all(b, status);
    pthread_cond_broadcast(&b->space);
    pthread_mutex_unlock(&b->lock);
}

static bp_status current_status(batch *b) {
    pthread_mutex_lock(&b->lock);
    bp_status status = b->status;
    pthread_mutex_unlock(&b->lock);
    return status;
}

static void write_all(writer *w) {
    batch *b = w->b;
    while (b->next_put < b->n_runs && current_status(b) == BP_OK) {
        slot *s = wait_for_result(b);
        if (s) {
            bp_status status = put_result(w, s);
            if (status == BP_OK) sum_up(w->summary, s);
            free_slot(b, s, status);
        }
        tell_progress(w, false);
    }
    tell_progress(w, true);
}

// ---- set-up ----

static int count_threads(const bp_batch_options *options, int n_runs) {
    int n = options->threads;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (n <= 0 && sched_getaffinity(0, sizeof cores, &cores) == 0)
        n = CPU_COUNT(&cores);
    if (n <= 0) n = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (n > MAX_THREADS) n = MAX_THREADS;
    if (n > n_runs) n = n_runs;
    return n < 1 ? 1 : n;
}

static bp_status make_slots(batch *b, int n_threads) {
    const bp_plan *plan = &b->scenario->plan;
    b->n_values = (size_t)plan->n_times * (size_t)bp_view_count(b->scenario->view);
    b->n_slots = SLOTS_PER_THREAD * n_threads;
    if (b->n_slots > b->n_runs) b->n_slots = b->n_runs;
    b->slots = bp_calloc((size_t)b->n_slots, sizeof *b->slots);
    b->rests = bp_calloc((size_t)plan->n_groups + 1, sizeof *b->rests);
    if (!b->slots || !b->rests) return BP_NO_MEMORY;
    for (int run = 0; plan->group && run < b->n_runs; run++)
        b->rests[plan->group[run]].users++;
    for (int i = 0; i < b->n_slots; i++) {
        b->slots[i].values = bp_calloc(b->n_values + 1, sizeof(double));
        if (!b->slots[i].values) return BP_NO_MEMORY;
    }
    return BP_OK;
}

static void free_slots(batch *b) {
    for (int i = 0; b->slots && i < b->n_slots; i++)
        bp_free(b->slots[i].values);
    for (int i = 0; b->rests && i < b->scenario->plan.n_groups; i++)
        bp_free(b->rests[i].y);
    bp_free(b->slots);
    bp_free(b->rests);
}

static void run_threads(batch *b, int n_threads, writer *w) {
    pthread_t *threads = bp_calloc((size_t)n_threads, sizeof *threads);
    int started = 0;
    while (threads && started < n_threads &&
           pthread_create(&threads[started], NULL, worker, b) == 0)
        started++;
    if (started == 0) {
        b->status = BP_NO_MEMORY;
        bp_error_set(&b->error, BP_NO_MEMORY, "no thread can be started");
    } else {
        write_all(w);
    }
    pthread_mutex_lock(&b->lock);
    if (b->status != BP_OK) stop_all(b, b->status);
    pthread_mutex_unlock(&b->lock);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    bp_free(threads);
}

static void tell_error(const batch *b, bp_error *err) {
    if (!err || b->status == BP_OK || err->status != BP_OK) return;
    if (b->error.status != BP_OK)
        *err = b->error;
    else if (b->status == BP_NO_MEMORY)
        bp_error_no_memory(err);
    else
        bp_error_set(err, b->status, "%s", bp_status_text(b->status));
}

static void count_species(const bp_scenario *scenario, bp_batch_summary *summary) {
    const bp_model *model = bp_run_model(scenario);
    summary->states = bp_model_n_states(model);
    for (int v = 0; v < bp_model_n_variables(model); v++) {
        const bp_variable *known = bp_model_variable(model, v);
        if (known->kind != BP_KIND_SPECIES) continue;
        summary->species++;
        summary->zero_species += known->zero;
    }
}

bp_status bp_batch_run(bp_scenario *scenario, const bp_batch_options *options,
                       bp_sink *sink, bp_batch_summary *summary, bp_error *err) {
    bp_batch_options defaults = {0};
    bp_batch_summary unread = {0};
    bp_error own = {0};
    if (!options) options = &defaults;
    if (!summary) summary = &unread;
    if (!err) err = &own;
    *summary = (bp_batch_summary){0};
    err->status = BP_OK;
    if (bp_head_refresh(scenario) != BP_OK || bp_lean_make(scenario) != BP_OK)
        return bp_error_no_memory(err);
    count_species(scenario, summary);

    batch b = {.scenario = scenario, .n_runs = scenario->plan.n_runs};
    int n_threads = count_threads(options, b.n_runs);
    b.status = make_slots(&b, n_threads);
    atomic_init(&b.stop, false);
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.space, NULL);
    pthread_cond_init(&b.ready, NULL);

    bool begun = false;
    if (b.status == BP_OK) {
        b.status = sink->begin(sink, &scenario->head, err);
        begun = b.status == BP_OK;
    }
    writer w = {&b, options, sink, summary, now(), 0, err};
    if (begun) {
        run_threads(&b, n_threads, &w);
        bp_status ended = sink->end(sink, b.status, err);
        if (b.status == BP_OK) b.status = ended;
    }
    tell_error(&b, err);
    summary->settle_seconds = b.settle_seconds;
    summary->run_seconds = b.run_seconds - b.settle_seconds;
    pthread_cond_destroy(&b.ready);
    pthread_cond_destroy(&b.space);
    pthread_mutex_destroy(&b.lock);
    free_slots(&b);
    return b.status;
}
