// Running all points on threads. Workers take points in order, or groups of neighbours
// that are lanes of one problem, and fill slots of a ring; the caller's thread empties
// the ring, in order, into the sink. The ring bounds the memory, and the order of the
// points decides everything that could depend on timing: which point settles a group,
// and what the sink is told when.
#define _GNU_SOURCE // sched_getaffinity: cores this process may use
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "scenarios/batch_parts.h"

enum { SLOTS_PER_THREAD = 4, GROUPS_PER_THREAD = 2, MAX_THREADS = 1024 };

double bp_batch_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void bp_batch_stop(batch *b, bp_status status) {
    if (b->status == BP_OK) b->status = status;
    atomic_store(&b->stop, true);
    pthread_cond_broadcast(&b->space);
    pthread_cond_broadcast(&b->ready);
}

slot *bp_batch_slot(const batch *b, int run) {
    return &b->slots[run % b->n_slots];
}

// ---- the writer: the caller's thread ----

typedef struct writer {
    batch *b;
    const bp_batch_options *options;
    bp_sink *sink;
    bp_batch_summary *summary;
    double last_flush, last_progress;
    bool begun; // the sink is
    bp_error *err;
} writer;

static void tell_progress(writer *w, bool always) {
    batch *b = w->b;
    double t = bp_batch_now();
    if (!w->options->progress || (!always && t - w->last_progress < 0.1)) return;
    w->last_progress = t;
    if (!w->options->progress(w->options->data, w->summary->done, w->summary->failed,
                              b->n_runs))
        return;
    pthread_mutex_lock(&b->lock);
    if (w->summary->done < b->n_runs) bp_batch_stop(b, BP_CANCELLED);
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
    slot *s = bp_batch_slot(b, b->next_put);
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
    double start = bp_batch_now();
    bp_status status = w->sink->put(w->sink, &result, w->err);
    if (status == BP_OK &&
        bp_batch_now() - w->last_flush >= 1) { // what is done survives a crash
        status = w->sink->flush(w->sink, w->err);
        w->last_flush = bp_batch_now();
    }
    w->summary->write_seconds += bp_batch_now() - start;
    return status;
}

static void free_slot(batch *b, slot *s, bp_status status) {
    pthread_mutex_lock(&b->lock);
    s->ready = false;
    b->run_seconds += s->seconds;
    b->next_put++;
    if (status != BP_OK) bp_batch_stop(b, status);
    pthread_cond_broadcast(&b->space);
    pthread_mutex_unlock(&b->lock);
}

static bp_status current_status(batch *b) {
    pthread_mutex_lock(&b->lock);
    bp_status status = b->status;
    pthread_mutex_unlock(&b->lock);
    return status;
}

// While the first runs are under way: a file with many variables takes a while to lay
// out.
static void begin(writer *w) {
    batch *b = w->b;
    bp_status status = w->sink->begin(w->sink, &b->scenario->head, w->err);
    w->begun = status == BP_OK;
    w->last_flush = bp_batch_now();
    if (w->begun) return;
    pthread_mutex_lock(&b->lock);
    bp_batch_stop(b, status);
    pthread_mutex_unlock(&b->lock);
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

static int count_threads(const bp_batch_options *options, int n_groups) {
    int n = options->threads;
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (n <= 0 && sched_getaffinity(0, sizeof cores, &cores) == 0)
        n = CPU_COUNT(&cores);
    if (n <= 0) n = (int)sysconf(_SC_NPROCESSORS_ONLN);
    if (n > MAX_THREADS) n = MAX_THREADS;
    if (n > n_groups) n = n_groups;
    return n < 1 ? 1 : n;
}

static bp_status make_slots(batch *b, int n_threads) {
    const bp_plan *plan = &b->scenario->plan;
    b->n_values = (size_t)plan->n_times * (size_t)bp_view_count(b->scenario->view);
    int n_groups = (b->n_runs + b->n_lanes - 1) / b->n_lanes;
    int room = (b->n_lanes > 1 ? GROUPS_PER_THREAD : SLOTS_PER_THREAD) * n_threads;
    b->n_slots = b->n_lanes * (room < n_groups ? room : n_groups);
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
           pthread_create(&threads[started], NULL, bp_batch_work, b) == 0)
        started++;
    if (started == 0) {
        b->status = BP_NO_MEMORY;
        bp_error_set(&b->error, BP_NO_MEMORY, "no thread can be started");
    } else {
        begin(w);
        if (w->begun) write_all(w);
    }
    pthread_mutex_lock(&b->lock);
    if (b->status != BP_OK) bp_batch_stop(b, b->status);
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
    // in this order: lanes depend on the model that is run, and the head tells of them
    if (bp_lean_make(scenario) != BP_OK) return bp_error_no_memory(err);
    scenario->lanes_used = bp_scenario_lanes(scenario);
    if (bp_head_refresh(scenario) != BP_OK) return bp_error_no_memory(err);
    count_species(scenario, summary);

    batch b = {.scenario = scenario,
               .n_runs = scenario->plan.n_runs,
               .n_lanes = scenario->lanes_used,
               .profiled = options->profile};
    int n_threads = count_threads(options, (b.n_runs + b.n_lanes - 1) / b.n_lanes);
    b.status = make_slots(&b, n_threads);
    atomic_init(&b.stop, false);
    pthread_mutex_init(&b.lock, NULL);
    pthread_cond_init(&b.space, NULL);
    pthread_cond_init(&b.ready, NULL);

    writer w = {
        .b = &b, .options = options, .sink = sink, .summary = summary, .err = err};
    if (b.status == BP_OK) run_threads(&b, n_threads, &w);
    if (w.begun) {
        bp_status ended = sink->end(sink, b.status, err);
        if (b.status == BP_OK) b.status = ended;
    }
    tell_error(&b, err);
    summary->profile = b.profile;
    summary->settle_seconds = b.settle_seconds;
    summary->run_seconds = b.run_seconds - b.settle_seconds;
    pthread_cond_destroy(&b.ready);
    pthread_cond_destroy(&b.space);
    pthread_mutex_destroy(&b.lock);
    free_slots(&b);
    return b.status;
}
