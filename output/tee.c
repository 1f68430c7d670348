// The sink that tells several.
#include <string.h>

#include "base/alloc.h"
#include "output/output.h"

typedef struct tee_sink {
    bp_sink base;
    int n;
    bp_sink *sinks[]; // (n), owned
} tee_sink;

// All are told even when one fails, so that a full disk under one spares the others.
// The first failure is the one reported.
static bp_status first_failure(bp_status first, bp_status next, bp_error *err,
                               const bp_error *own) {
    if (first != BP_OK || next == BP_OK) return first;
    if (err) *err = *own;
    return next;
}

static bp_status tee_begin(bp_sink *base, const bp_results_head *head, bp_error *err) {
    tee_sink *tee = (tee_sink *)base;
    for (int i = 0; i < tee->n; i++)
        BP_TRY(tee->sinks[i]->begin(tee->sinks[i], head, err));
    return BP_OK;
}

static bp_status tee_put(bp_sink *base, const bp_result *result, bp_error *err) {
    tee_sink *tee = (tee_sink *)base;
    bp_status status = BP_OK;
    for (int i = 0; i < tee->n; i++) {
        bp_error own = {0};
        bp_status told = tee->sinks[i]->put(tee->sinks[i], result, &own);
        status = first_failure(status, told, err, &own);
    }
    return status;
}

static bp_status tee_flush(bp_sink *base, bp_error *err) {
    tee_sink *tee = (tee_sink *)base;
    bp_status status = BP_OK;
    for (int i = 0; i < tee->n; i++) {
        bp_error own = {0};
        bp_status told = tee->sinks[i]->flush(tee->sinks[i], &own);
        status = first_failure(status, told, err, &own);
    }
    return status;
}

static bp_status tee_end(bp_sink *base, bp_status ended, bp_error *err) {
    tee_sink *tee = (tee_sink *)base;
    bp_status status = BP_OK;
    for (int i = 0; i < tee->n; i++) {
        bp_error own = {0};
        bp_status told = tee->sinks[i]->end(tee->sinks[i], ended, &own);
        status = first_failure(status, told, err, &own);
    }
    return status;
}

static void tee_free(bp_sink *base) {
    tee_sink *tee = (tee_sink *)base;
    for (int i = 0; i < tee->n; i++)
        tee->sinks[i]->free(tee->sinks[i]);
    bp_free(tee);
}

bp_status bp_tee_sink_new(bp_sink *const *sinks, int n, bp_sink **out) {
    tee_sink *tee = bp_calloc(1, sizeof *tee + (size_t)n * sizeof(bp_sink *));
    if (!tee) return BP_NO_MEMORY;
    tee->base = (bp_sink){.begin = tee_begin,
                          .put = tee_put,
                          .flush = tee_flush,
                          .end = tee_end,
                          .free = tee_free};
    tee->n = n;
    if (n > 0) memcpy(tee->sinks, sinks, (size_t)n * sizeof(bp_sink *));
    *out = &tee->base;
    return BP_OK;
}
