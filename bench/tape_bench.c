// Times the kernels of a tape, rates and Jacobian, for every copy that the processor
// has (base/isa.h) and for 1, 4 and 8 lanes. Prints JSON, microseconds per lane: the
// least of many short rounds, which other load on the machine hardly disturbs.
//
//   tape_bench MODEL ...
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/isa.h"
#include "scenarios/scenario.h"

enum { ROUNDS = 200, MOST_CALLS = 64 };

typedef struct bench {
    const bp_model *model;
    bp_work *work;
    int n_lanes;
    double *y, *dydt, *values;
} bench;

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static void fail(const char *what) {
    fprintf(stderr, "tape_bench: %s\n", what);
    exit(1);
}

static bp_model *load(const char *path) {
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    bp_report report = {0};
    bp_status status = bp_network_load(path, NULL, &spec, &report);
    if (status == BP_OK) status = bp_model_compile(spec, NULL, &model, &report);
    if (status != BP_OK) fail(report.count ? report.items[0].message : path);
    bp_report_clear(&report);
    bp_spec_free(spec);
    return model;
}

static bench start(const bp_model *model, int n_lanes) {
    bench b = {.model = model, .n_lanes = n_lanes};
    size_t n = (size_t)bp_model_n_states(model) * n_lanes,
           nnz = (size_t)bp_model_pattern(model)->nnz * n_lanes;
    b.y = bp_calloc_aligned(n + 1, sizeof *b.y);
    b.dydt = bp_calloc_aligned(n + 1, sizeof *b.dydt);
    b.values = bp_calloc_aligned(nnz + 1, sizeof *b.values);
    if (!b.y || !b.dydt || !b.values || bp_work_new(model, n_lanes, &b.work) != BP_OK)
        fail("out of memory");
    if (bp_model_start(model, b.work, 0, NULL, b.y, NULL) != BP_OK)
        fail("the model has no initial values");
    for (size_t i = 0; i < n; i++)
        b.y[i] = fabs(b.y[i]) + 0.5 + 0.01 * (double)(i % 7);
    return b;
}

static void stop(bench *b) {
    bp_work_free(b->work);
    bp_free_aligned(b->y);
    bp_free_aligned(b->dydt);
    bp_free_aligned(b->values);
}

static void evaluate(const bench *b, int jacobian) {
    if (jacobian)
        bp_model_jacobian(b->model, b->work, 1, b->y, b->values);
    else if (bp_model_rates(b->model, b->work, 1, b->y, b->dydt) == BP_NO_MEMORY)
        fail("out of memory");
}

// Microseconds per lane and evaluation.
static double least(const bench *b, int jacobian) {
    double best = INFINITY;
    int calls = 1;
    for (int round = 0; round < ROUNDS; round++) {
        double from = now_us();
        for (int i = 0; i < calls; i++)
            evaluate(b, jacobian);
        double each = (now_us() - from) / calls;
        best = fmin(best, each);
        calls = (int)fmin(MOST_CALLS, 1 + 100 / best); // a round takes about 0.1 ms
    }
    return best / b->n_lanes;
}

static void measure(const bp_model *model, bp_isa isa) {
    static const int lanes[] = {1, 4, 8};
    printf("    \"%s\": {", bp_isa_text(isa));
    for (int i = 0; i < 3; i++) {
        bench b = start(model, lanes[i]);
        printf("%s\"%d\": {\"rates_us\": %.3f, \"jacobian_us\": %.3f}", i ? ", " : "",
               lanes[i], least(&b, 0), least(&b, 1));
        stop(&b);
    }
    printf("}");
}

int main(int argc, char **argv) {
    if (argc < 2) fail("usage: tape_bench MODEL ...");
    printf("{");
    for (int i = 1; i < argc; i++) {
        bp_model *model = load(argv[i]);
        printf("%s\n  \"%s\": {\n    \"states\": %d, \"nnz\": %d", i > 1 ? "," : "",
               bp_model_name(model), bp_model_n_states(model),
               bp_model_pattern(model)->nnz);
        for (int isa = 0; isa < BP_ISA_COUNT; isa++) {
            if (!bp_isa_use((bp_isa)isa)) continue;
            printf(",\n");
            measure(model, (bp_isa)isa);
        }
        printf("}");
        bp_model_free(model);
    }
    printf("\n}\n");
    return 0;
}
