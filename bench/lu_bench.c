// What a factorisation and a solve cost on the patterns of models:
//
//     lu_bench [--seconds S] FILE...
//
// for KLU (refactorisation with kept pivots) and for the sparse LU with 1, 4 and 8
// lanes in double and single precision. One JSON object a line: microseconds of
// processor time for all lanes together, best of several rounds, and the worst residual
// |A x - b| / (|A| |x| + |b|). The numbers are made up (I - gamma J of a network whose
// columns sum to 1), the patterns are the models'.
#include <klu.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/format.h"
#include "model/model.h"
#include "solver/linear.h"
#include "solver/sparse_lu.h"

enum { ROUNDS = 5, MOST_LANES = BP_SPARSE_LU_MOST_LANES, DENSE_UP_TO = 400, BATCH = 8 };

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

typedef struct matrix {
    const bp_pattern *pattern;
    double *values; // (nnz x MOST_LANES), every lane in turn whole
    double *laned;  // (nnz x n_lanes)
    double *b, *x;  // (n x n_lanes)
} matrix;

static void matrix_clear(matrix *m) {
    free(m->values);
    free(m->laned);
    free(m->b);
    free(m->x);
}

static void fill_lane(matrix *m, int lane) {
    const bp_pattern *p = m->pattern;
    double *values = m->values + (size_t)lane * (size_t)p->nnz;
    unsigned seed = 1u + (unsigned)lane;
    for (int j = 0; j < p->n; j++) {
        double sum = 0.0;
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            seed = seed * 1664525u + 1013904223u; // Numerical Recipes
            values[k] = -exp(8.0 * (double)(seed >> 8) / (1 << 24) - 4.0);
            if (p->row[k] != j) sum += values[k];
        }
        values[p->diagonal[j]] = 1.0 - sum;
    }
}

static bool matrix_init(matrix *m, const bp_pattern *pattern) {
    size_t nnz = (size_t)pattern->nnz * MOST_LANES, n = (size_t)pattern->n * MOST_LANES;
    *m = (matrix){.pattern = pattern};
    m->values = malloc(nnz * sizeof *m->values);
    m->laned = malloc(nnz * sizeof *m->laned);
    m->b = malloc(n * sizeof *m->b);
    m->x = malloc(n * sizeof *m->x);
    if (!m->values || !m->laned || !m->b || !m->x) return false;
    for (int lane = 0; lane < MOST_LANES; lane++)
        fill_lane(m, lane);
    return true;
}

static void take_lanes(matrix *m, int n_lanes) {
    const bp_pattern *p = m->pattern;
    for (int l = 0; l < n_lanes; l++) {
        for (int k = 0; k < p->nnz; k++)
            m->laned[k * n_lanes + l] = m->values[(size_t)l * (size_t)p->nnz + k];
        for (int i = 0; i < p->n; i++)
            m->b[i * n_lanes + l] = m->x[i * n_lanes + l] = sin(i + 1.0 + l);
    }
}

static double residual_of(const matrix *m, int n_lanes, int lane) {
    const bp_pattern *p = m->pattern;
    double worst = 0.0;
    double *r = calloc(2 * (size_t)p->n, sizeof *r), *size = r + p->n;
    if (!r) return NAN;
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            double term = m->laned[k * n_lanes + lane] * m->x[j * n_lanes + lane];
            r[p->row[k]] += term;
            size[p->row[k]] += fabs(term);
        }
    for (int i = 0; i < p->n; i++) {
        double b = m->b[i * n_lanes + lane];
        worst = fmax(worst, fabs(r[i] - b) / (size[i] + fabs(b)));
    }
    free(r);
    return worst;
}

typedef struct figures {
    double make_us, factor_us, solve_us, residual;
    double fill, work;
} figures;

static void print(const char *file, const matrix *m, const char *solver, int n_lanes,
                  const figures *f) {
    printf("{\"file\": \"%s\", \"states\": %d, \"nonzeros\": %d, \"solver\": \"%s\", "
           "\"lanes\": %d, \"fill\": %.0f, \"work\": %.0f, \"make_us\": %.1f, "
           "\"factor_us\": %.3f, \"solve_us\": %.3f, \"residual\": %.1e}\n",
           file, m->pattern->n, m->pattern->nnz, solver, n_lanes, f->fill, f->work,
           f->make_us, f->factor_us, f->solve_us, f->residual);
    fflush(stdout);
}

// ---- any factors, one round ----

typedef struct method {
    void *self;
    void (*factor)(void *self, const double *values);
    void (*solve)(void *self, double *x);
} method;

static void time_method(method of, matrix *m, int n_lanes, double seconds, figures *f) {
    size_t bytes = (size_t)m->pattern->n * (size_t)n_lanes * sizeof *m->x;
    f->factor_us = f->solve_us = INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_us(), end = start, limit = 1e6 * seconds / ROUNDS / 2;
        int count = 0;
        for (; end - start < limit; end = now_us(), count += BATCH)
            for (int k = 0; k < BATCH; k++)
                of.factor(of.self, m->laned);
        f->factor_us = fmin(f->factor_us, (end - start) / count);
        start = end = now_us();
        for (count = 0; end - start < limit; end = now_us(), count += BATCH)
            for (int k = 0; k < BATCH; k++) { // the clock is slower than small solves
                memcpy(m->x, m->b, bytes);
                of.solve(of.self, m->x);
            }
        f->solve_us = fmin(f->solve_us, (end - start) / count);
    }
    f->residual = 0.0;
    for (int l = 0; l < n_lanes; l++)
        f->residual = fmax(f->residual, residual_of(m, n_lanes, l));
}

// ---- KLU ----

typedef struct klu {
    const bp_pattern *pattern;
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric *numeric;
} klu;

static void klu_again(void *self, const double *values) {
    klu *k = self;
    klu_refactor((int *)k->pattern->column_start, (int *)k->pattern->row,
                 (double *)values, k->symbolic, k->numeric, &k->common);
}

static void klu_for(void *self, double *x) {
    klu *k = self;
    klu_solve(k->symbolic, k->numeric, k->pattern->n, 1, x, &k->common);
}

static void bench_klu(const char *file, matrix *m, double seconds) {
    const bp_pattern *p = m->pattern;
    klu k = {.pattern = p};
    figures f = {0};
    take_lanes(m, 1);
    klu_defaults(&k.common);
    k.common.ordering = 0; // AMD
    k.common.btf = 0;
    k.common.scale = -1;
    double start = now_us();
    k.symbolic = klu_analyze(p->n, (int *)p->column_start, (int *)p->row, &k.common);
    f.make_us = now_us() - start;
    if (!k.symbolic) return;
    k.numeric = klu_factor((int *)p->column_start, (int *)p->row, m->laned, k.symbolic,
                           &k.common);
    if (k.numeric) {
        klu_flops(k.symbolic, k.numeric, &k.common);
        time_method((method){&k, klu_again, klu_for}, m, 1, seconds, &f);
        f.fill = k.numeric->lnz + k.numeric->unz - p->n;
        f.work = k.common.flops / 2;
        print(file, m, "KLU", 1, &f);
        klu_free_numeric(&k.numeric, &k.common);
    }
    klu_free_symbolic(&k.symbolic, &k.common);
}

// ---- the sparse LU ----

static void sparse_again(void *self, const double *values) {
    if (bp_sparse_lu_factor(self, values, NULL) != BP_OK)
        fprintf(stderr, "lu_bench: pivots refused\n");
}

static void sparse_for(void *self, double *x) {
    bp_sparse_lu_solve(self, x);
}

static void bench_sparse(const char *file, matrix *m, int n_lanes, bool single,
                         double seconds) {
    bp_sparse_lu *lu = NULL;
    figures f = {0};
    char name[64];
    take_lanes(m, n_lanes);
    double start = now_us();
    bp_status status = bp_sparse_lu_new(m->pattern, n_lanes, single, &lu);
    f.make_us = now_us() - start;
    if (status != BP_OK) {
        fprintf(stderr, "lu_bench: %s: %s\n", file, bp_status_text(status));
        return;
    }
    snprintf(name, sizeof name, "sparse %s (%s)", single ? "single" : "double",
             bp_sparse_lu_order(lu));
    time_method((method){lu, sparse_again, sparse_for}, m, n_lanes, seconds, &f);
    f.fill = bp_sparse_lu_fill(lu);
    f.work = bp_sparse_lu_work(lu);
    print(file, m, name, n_lanes, &f);
    bp_sparse_lu_free(lu);
}

// ---- dense LU ----

static void dense_again(void *self, const double *values) {
    bp_lu *lu = self;
    if (lu->type->factor(lu, values) != BP_OK) fprintf(stderr, "lu_bench: singular\n");
}

static void dense_for(void *self, double *x) {
    bp_lu *lu = self;
    if (lu->type->solve(lu, x) != BP_OK) fprintf(stderr, "lu_bench: singular\n");
}

static void bench_dense(const char *file, matrix *m, double seconds) {
    bp_lu *lu = NULL;
    figures f = {0};
    double n = m->pattern->n, start = now_us();
    if (m->pattern->n > DENSE_UP_TO || bp_lu_new_dense(m->pattern, &lu) != BP_OK)
        return;
    f.make_us = now_us() - start;
    take_lanes(m, 1);
    time_method((method){lu, dense_again, dense_for}, m, 1, seconds, &f);
    f.fill = n * n;
    f.work = n * (n * n - 1.0) / 3.0;
    print(file, m, "dense", 1, &f);
    bp_lu_free(lu);
}

static bool bench(const char *file, double seconds) {
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    bp_report report = {0};
    matrix m = {0};
    bool fine = bp_spec_load(file, NULL, &spec, &report) == BP_OK &&
                bp_model_compile(spec, NULL, &model, &report) == BP_OK &&
                matrix_init(&m, bp_model_pattern(model));
    if (fine) {
        bench_dense(file, &m, seconds);
        bench_klu(file, &m, seconds);
        for (int lanes = 1; lanes <= MOST_LANES; lanes *= lanes == 1 ? 4 : 2)
            for (int single = 0; single < 2; single++)
                bench_sparse(file, &m, lanes, single, seconds);
    } else
        fprintf(stderr, "lu_bench: cannot load %s\n", file);
    matrix_clear(&m);
    bp_report_clear(&report);
    bp_model_free(model);
    bp_spec_free(spec);
    return fine;
}

int main(int argc, char **argv) {
    double seconds = 0.3;
    bool fine = argc > 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--seconds") == 0 && i + 1 < argc)
            seconds = strtod(argv[++i], NULL);
        else
            fine = bench(argv[i], seconds) && fine;
    }
    return fine ? 0 : 1;
}
