// How long model files of any format take until they can be run:
//
//     load_bench FILE...
//
// One JSON object a line: the best of several rounds for reading (file -> spec) and
// compiling (checks, expressions, Jacobian, conserved totals, tapes, work), in
// milliseconds of wall time.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/format.h"
#include "model/model.h"

enum { ROUNDS = 7 };

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

typedef struct loaded {
    bp_spec *spec;
    bp_model *model;
    bp_work *work;
    double read_ms, compile_ms;
} loaded;

static bp_status load(const char *path, loaded *out, bp_report *report) {
    double start = now_ms();
    BP_TRY(bp_spec_load(path, NULL, &out->spec, report));
    double middle = now_ms();
    BP_TRY(bp_model_compile(out->spec, NULL, &out->model, report));
    BP_TRY(bp_work_new(out->model, 1, &out->work));
    out->read_ms = middle - start;
    out->compile_ms = now_ms() - middle;
    return BP_OK;
}

static void clear(loaded *l) {
    bp_work_free(l->work);
    bp_model_free(l->model);
    bp_spec_free(l->spec);
}

static bool bench(const char *path) {
    double read_ms = INFINITY, compile_ms = INFINITY;
    bool fine = true;
    for (int round = 0; round < ROUNDS && fine; round++) {
        loaded l = {0};
        bp_report report = {0};
        fine = load(path, &l, &report) == BP_OK;
        if (fine) {
            read_ms = fmin(read_ms, l.read_ms);
            compile_ms = fmin(compile_ms, l.compile_ms);
        }
        if (fine && round == ROUNDS - 1)
            printf("{\"file\": \"%s\", \"states\": %d, \"reactions\": %d, "
                   "\"read_ms\": %.1f, \"compile_ms\": %.1f}\n",
                   path, bp_model_n_states(l.model), bp_model_n_reactions(l.model),
                   read_ms, compile_ms);
        if (!fine)
            fprintf(stderr, "%s: %s\n", path,
                    report.count > 0 ? report.items[0].message : "out of memory");
        clear(&l);
        bp_report_clear(&report);
    }
    return fine;
}

int main(int argc, char **argv) {
    bool fine = argc > 1;
    if (argc < 2) fprintf(stderr, "usage: load_bench FILE...\n");
    for (int i = 1; i < argc; i++)
        fine = bench(argv[i]) && fine;
    return fine ? 0 : 1;
}
