// How long model files of any format take until they can be run:
//
//     load_bench FILE...
//
// One JSON object a line: the best of several rounds for reading (file -> spec) and
// compiling (checks, expressions, Jacobian, conserved totals, tapes, work), and for
// SBML beside them what libsbml alone takes to parse the file, in milliseconds of wall
// time. `ready_cpu_ms` is the processor time of reading and compiling, which a loaded
// machine does not stretch.
#include <math.h>
#include <sbml/SBMLTypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/format.h"
#include "model/model.h"

enum { ROUNDS = 7 };

static double clock_ms(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static double now_ms(void) {
    return clock_ms(CLOCK_MONOTONIC);
}

typedef struct loaded {
    bp_spec *spec;
    bp_model *model;
    bp_work *work;
    double read_ms, compile_ms, cpu_ms;
} loaded;

static bp_status load(const char *path, loaded *out, bp_report *report) {
    double start = now_ms(), cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    BP_TRY(bp_spec_load(path, NULL, &out->spec, report));
    double middle = now_ms();
    BP_TRY(bp_model_compile(out->spec, NULL, &out->model, report));
    BP_TRY(bp_work_new(out->model, 1, &out->work));
    out->read_ms = middle - start;
    out->compile_ms = now_ms() - middle;
    out->cpu_ms = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    return BP_OK;
}

static void clear(loaded *l) {
    bp_work_free(l->work);
    bp_model_free(l->model);
    bp_spec_free(l->spec);
}

// What libsbml alone takes, whole document, no checks; NAN for other formats.
static double parse_by_libsbml(const char *path) {
    if (bp_format_of(path) != BP_FORMAT_SBML) return NAN;
    double best = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ms();
        SBMLDocument_t *document = readSBMLFromFile(path);
        best = fmin(best, now_ms() - start);
        SBMLDocument_free(document);
    }
    return best;
}

static void print(const char *path, const loaded *l, const loaded *best) {
    printf("{\"file\": \"%s\", \"states\": %d, \"reactions\": %d, "
           "\"read_ms\": %.1f, \"compile_ms\": %.1f, \"ready_cpu_ms\": %.1f",
           path, bp_model_n_states(l->model), bp_model_n_reactions(l->model),
           best->read_ms, best->compile_ms, best->cpu_ms);
    double alone = parse_by_libsbml(path);
    if (!isnan(alone)) printf(", \"libsbml_ms\": %.1f", alone);
    printf("}\n");
}

static bool bench(const char *path) {
    loaded best = {.read_ms = INFINITY, .compile_ms = INFINITY, .cpu_ms = INFINITY};
    bool fine = true;
    for (int round = 0; round < ROUNDS && fine; round++) {
        loaded l = {0};
        bp_report report = {0};
        fine = load(path, &l, &report) == BP_OK;
        if (fine) {
            best.read_ms = fmin(best.read_ms, l.read_ms);
            best.compile_ms = fmin(best.compile_ms, l.compile_ms);
            best.cpu_ms = fmin(best.cpu_ms, l.cpu_ms);
        }
        if (fine && round == ROUNDS - 1) print(path, &l, &best);
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
