// The sink that keeps everything in memory.
#include <string.h>

#include "base/alloc.h"
#include "output/results.h"

typedef struct memory_sink {
    bp_sink base;
    bp_results *results; // NULL before begin
} memory_sink;

static bp_status memory_begin(bp_sink *base, const bp_results_head *head,
                              bp_error *err) {
    memory_sink *sink = (memory_sink *)base;
    if (sink->results)
        return bp_error_set(err, BP_BAD_ARGUMENT, "a sink begins only once");
    BP_TRY(bp_results_check_head(head, err));

    bp_results *results = NULL;
    bp_status status = bp_results_new(&results);
    if (status == BP_OK) status = bp_results_copy_head(results, head, err);
    if (status == BP_OK) status = bp_results_reserve(results);
    if (status != BP_OK) {
        bp_results_free(results);
        return status == BP_NO_MEMORY ? bp_error_no_memory(err) : status;
    }
    sink->results = results;
    return BP_OK;
}

static bp_status memory_put(bp_sink *base, const bp_result *result, bp_error *err) {
    bp_results *results = ((memory_sink *)base)->results;
    if (!results || result->run < 0 || result->run >= results->head.n_runs)
        return bp_error_set(err, BP_BAD_ARGUMENT, "there is no run %d", result->run);
    const char *failure = result->failure ? result->failure : "";
    size_t size = strlen(failure) + 1;
    char *copy = bp_malloc(size);
    if (!copy) return bp_error_no_memory(err);

    const size_t run = (size_t)result->run;
    const size_t n_times = (size_t)results->head.n_times;
    const size_t n_observables = (size_t)results->head.n_observables;
    const size_t n_species = (size_t)results->head.n_species;
    for (size_t t = 0; t < n_times; t++) {
        const double *row = result->values + t * (n_observables + n_species);
        if (n_observables > 0)
            memcpy(results->values + (run * n_times + t) * n_observables, row,
                   n_observables * sizeof *row);
        if (n_species > 0)
            memcpy(results->species + (run * n_times + t) * n_species,
                   row + n_observables, n_species * sizeof *row);
    }
    memcpy(copy, failure, size);
    bp_free(results->failure[run]);
    results->failure[run] = copy;
    results->stats[run] = result->stats;
    results->status[run] = (int)result->status;
    return BP_OK;
}

static bp_status memory_flush(bp_sink *base, bp_error *err) {
    (void)base;
    (void)err;
    return BP_OK; // memory survives no crash
}

static bp_status memory_end(bp_sink *base, bp_status status, bp_error *err) {
    memory_sink *sink = (memory_sink *)base;
    if (!sink->results)
        return bp_error_set(err, BP_BAD_ARGUMENT, "a sink must begin before it ends");
    sink->results->complete = status == BP_OK;
    return BP_OK;
}

static void memory_free(bp_sink *base) {
    memory_sink *sink = (memory_sink *)base;
    bp_results_free(sink->results);
    bp_free(sink);
}

bp_status bp_memory_sink_new(bp_sink **out) {
    memory_sink *sink = bp_calloc(1, sizeof *sink);
    if (!sink) return BP_NO_MEMORY;
    sink->base = (bp_sink){.begin = memory_begin,
                           .put = memory_put,
                           .flush = memory_flush,
                           .end = memory_end,
                           .free = memory_free};
    *out = &sink->base;
    return BP_OK;
}

const bp_results *bp_memory_sink_results(const bp_sink *sink) {
    if (!sink || sink->begin != memory_begin) return NULL; // another kind of sink
    return ((const memory_sink *)sink)->results;
}
