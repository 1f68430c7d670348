// A batch while it runs: what its workers (batch_work.c) and its writer (batch.c)
// share.
#ifndef BP_SCENARIOS_BATCH_PARTS_H
#define BP_SCENARIOS_BATCH_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "scenarios/internal.h"

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
    int n_lanes; // runs in a group
    int n_slots; // whole groups
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
    bp_profile profile;

    bool profiled;    // constant
    atomic_bool stop; // read inside runs, without the lock
} batch;

double bp_batch_now(void); // [s], of a clock that never goes back
// Stops the batch; the first reason stands. With the lock held.
void bp_batch_stop(batch *b, bp_status status);
slot *bp_batch_slot(const batch *b, int run);
// A thread of the batch; `data` is the batch.
void *bp_batch_work(void *data);

#endif
