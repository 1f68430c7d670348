// What each part of the engine is worth: from CVODES with SUNDIALS' own KLU, matrices
// and vectors to Bypass' own, one part after the other, on a generated ErbB network.
//
//   solver_ladder [--copies N] [--rounds N] [--rtol X] [--json FILE]
//
// Rounds are interleaved (every configuration once a round) and medians reported, so
// that a slow moment of the machine does not fall on one configuration alone.
#include <cvodes/cvodes.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <time.h>

#include "base/alloc.h"
#include "bench/erbb_network.h"
#include "solver/cvodes_linear.h"
#include "solver/nvector.h"

typedef struct configuration {
    const char *name;
    int amd, own_vector, own_system, own_klu;
} configuration;

static const configuration ladder[] = {
    {"stock CVODES + KLU (COLAMD)", 0, 0, 0, 0},
    {"+ AMD ordering", 1, 0, 0, 0},
    {"+ own N_Vector", 1, 1, 0, 0},
    {"+ own I - gamma J", 1, 1, 1, 0},
    {"+ own KLU wrapper", 1, 1, 1, 1},
};
enum { N_RUNGS = sizeof ladder / sizeof *ladder, MAX_ROUNDS = 101 };

typedef struct work {
    bp_problem problem;
    double *jacobian; // kept by the own linear-system function
} work;

typedef struct outcome {
    double seconds[MAX_ROUNDS];
    long steps, setups;
    double end; // a state at the end, to see that all agree
} outcome;

// ---- callbacks ----

static int rates(double t, N_Vector y, N_Vector f, void *user) {
    const work *w = user;
    return w->problem.rates(w->problem.self, t, N_VGetArrayPointer(y),
                            N_VGetArrayPointer(f)) != BP_OK;
}

static void write_pattern(const bp_pattern *p, SUNMatrix A) {
    sunindextype *start = SUNSparseMatrix_IndexPointers(A);
    sunindextype *row = SUNSparseMatrix_IndexValues(A);
    for (int j = 0; j <= p->n; j++)
        start[j] = p->column_start[j];
    for (int k = 0; k < p->nnz; k++)
        row[k] = p->row[k];
}

// NOLINTNEXTLINE(readability-function-size): CVLsJacFn
static int stock_jacobian(double t, N_Vector y, N_Vector f, SUNMatrix J, void *user,
                          N_Vector a, N_Vector b, N_Vector c) {
    (void)f, (void)a, (void)b, (void)c;
    const work *w = user;
    write_pattern(w->problem.pattern, J); // SUNDIALS zeroes the pattern as well
    w->problem.jacobian(w->problem.self, t, N_VGetArrayPointer(y),
                        SUNSparseMatrix_Data(J));
    return 0;
}

// NOLINTNEXTLINE(readability-function-size): CVLsLinSysFn
static int stock_system(double t, N_Vector y, N_Vector f, SUNMatrix A, booleantype jok,
                        booleantype *jcur, double gamma, void *user, N_Vector a,
                        N_Vector b, N_Vector c) {
    (void)f, (void)a, (void)b, (void)c;
    const work *w = user;
    const bp_pattern *p = w->problem.pattern;
    double *values = SUNSparseMatrix_Data(A);
    *jcur = !jok;
    if (!jok)
        w->problem.jacobian(w->problem.self, t, N_VGetArrayPointer(y), w->jacobian);
    for (int k = 0; k < p->nnz; k++)
        values[k] = -gamma * w->jacobian[k];
    for (int j = 0; j < p->n; j++)
        values[p->diagonal[j]] += 1.0;
    return 0;
}

// NOLINTNEXTLINE(readability-function-size): CVLsLinSysFn
static int own_system(double t, N_Vector y, N_Vector f, SUNMatrix A, booleantype jok,
                      booleantype *jcur, double gamma, void *user, N_Vector a,
                      N_Vector b, N_Vector c) {
    (void)f, (void)user, (void)a, (void)b, (void)c;
    *jcur = !jok;
    return bp_cvodes_form(A, t, y, jok, gamma);
}

// NOLINTNEXTLINE(readability-non-const-parameter): CVErrHandlerFn
static void be_silent(int code, const char *module, const char *function, char *message,
                      void *user) {
    (void)code, (void)module, (void)function, (void)message, (void)user;
}

// ---- one run ----

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct machine {
    SUNContext context;
    N_Vector y;
    SUNMatrix A;
    SUNLinearSolver solver;
    bp_lu *lu;
    void *memory;
    bp_nvector_family family;
} machine;

// SUNLinSol_KLU accepts only vectors that say they are serial ones; what it asks of
// them (length and data) ours have as well.
static N_Vector_ID say_serial(N_Vector v) {
    (void)v;
    return SUNDIALS_NVEC_SERIAL;
}

static int build(machine *m, const configuration *c, work *w, double rtol) {
    int n = w->problem.n;
    SUNContext_Create(NULL, &m->context);
    m->y = c->own_vector ? bp_nvector_new(n, 1, &m->family, m->context)
                         : N_VNew_Serial(n, m->context);
    if (c->own_klu) {
        if (bp_lu_new_klu(w->problem.pattern, &m->lu) != BP_OK) return -1;
        m->A = bp_cvodes_matrix_new(&w->problem, m->context);
        m->solver = bp_cvodes_solver_new(m->lu, m->context);
    } else {
        m->A = SUNSparseMatrix(n, n, w->problem.pattern->nnz, CSC_MAT, m->context);
        write_pattern(w->problem.pattern, m->A);
        m->y->ops->nvgetvectorid = say_serial;
        m->solver = SUNLinSol_KLU(m->y, m->A, m->context);
        if (c->amd) SUNLinSol_KLUSetOrdering(m->solver, 0);
    }
    m->memory = CVodeCreate(CV_BDF, m->context);
    CVodeSetErrHandlerFn(m->memory, be_silent, NULL);
    int bad = CVodeInit(m->memory, rates, 0.0, m->y);
    bad |= CVodeSStolerances(m->memory, rtol, 1e-3 * rtol);
    bad |= CVodeSetUserData(m->memory, w);
    bad |= CVodeSetLinearSolver(m->memory, m->solver, m->A);
    if (c->own_klu)
        bad |= CVodeSetLinSysFn(m->memory, own_system);
    else if (c->own_system)
        bad |= CVodeSetLinSysFn(m->memory, stock_system);
    else
        bad |= CVodeSetJacFn(m->memory, stock_jacobian);
    bad |= CVodeSetMaxNumSteps(m->memory, 1000000);
    return bad;
}

static void demolish(machine *m) {
    CVodeFree(&m->memory);
    SUNLinSolFree(m->solver);
    SUNMatDestroy(m->A);
    bp_lu_free(m->lu);
    N_VDestroy(m->y);
    SUNContext_Free(&m->context);
}

// 1800 s without ligand, then 7200 s with it, 100 samples.
static int integrate(machine *m, const erbb_network *network, outcome *out) {
    double t = 0.0;
    long steps = 0, setups = 0;
    out->steps = out->setups = 0;
    memcpy(N_VGetArrayPointer(m->y), erbb_start(network),
           (size_t)N_VGetLength(m->y) * sizeof(double));
    int bad = CVodeReInit(m->memory, 0.0, m->y);
    bad |= CVodeSetStopTime(m->memory, 1800.0);
    if (CVode(m->memory, 1800.0, m->y, &t, CV_NORMAL) < 0) return -1;
    CVodeGetNumSteps(m->memory, &steps);
    CVodeGetNumLinSolvSetups(m->memory, &setups);
    out->steps += steps, out->setups += setups;
    erbb_stimulate(network, 100.0, N_VGetArrayPointer(m->y));
    bad |= CVodeReInit(m->memory, 1800.0, m->y);
    bad |= CVodeSetStopTime(m->memory, 9000.0);
    for (int k = 1; k <= 100; k++)
        if (CVode(m->memory, 1800.0 + 72.0 * k, m->y, &t, CV_NORMAL) < 0) return -1;
    CVodeGetNumSteps(m->memory, &steps);
    CVodeGetNumLinSolvSetups(m->memory, &setups);
    out->steps += steps, out->setups += setups;
    out->end =
        N_VGetArrayPointer(m->y)[N_VGetLength(m->y) - 4]; // the last kinase, active
    return bad;
}

// ---- report ----

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int n) {
    qsort(values, (size_t)n, sizeof *values, ascending);
    return n % 2 ? values[n / 2] : 0.5 * (values[n / 2 - 1] + values[n / 2]);
}

static void print_table(outcome *outcomes, int rounds) {
    double first = median(outcomes[0].seconds, rounds), before = first;
    printf(
        "| | ms | x stock | x before | steps | set-ups |\n|---|--:|--:|--:|--:|--:|\n");
    for (int i = 0; i < N_RUNGS; i++) {
        double s = median(outcomes[i].seconds, rounds);
        printf("| %s | %.1f | %.2f | %.2f | %ld | %ld |\n", ladder[i].name, 1e3 * s,
               first / s, before / s, outcomes[i].steps, outcomes[i].setups);
        before = s;
    }
}

static int write_json(const char *path, const erbb_network *network, int nnz,
                      int rounds, outcome *outcomes) {
    FILE *file = fopen(path, "w");
    if (!file) return -1;
    fprintf(file, "{\n  \"benchmark\": \"solver_ladder\",\n  \"rounds\": %d,\n",
            rounds);
    fprintf(file, "  \"reactions\": %d,\n  \"nnz\": %d,\n  \"rungs\": [\n",
            erbb_n_reactions(network), nnz);
    for (int i = 0; i < N_RUNGS; i++)
        fprintf(file,
                "    {\"name\": \"%s\", \"median_ms\": %.3f, \"steps\": %ld, "
                "\"setups\": %ld, \"end\": %.9g}%s\n",
                ladder[i].name, 1e3 * median(outcomes[i].seconds, rounds),
                outcomes[i].steps, outcomes[i].setups, outcomes[i].end,
                i + 1 < N_RUNGS ? "," : "");
    fprintf(file, "  ]\n}\n");
    return fclose(file);
}

static const char *option(int argc, char **argv, const char *name,
                          const char *otherwise) {
    for (int i = 1; i + 1 < argc; i++)
        if (!strcmp(argv[i], name)) return argv[i + 1];
    return otherwise;
}

static int measure(erbb_network *network, work *w, int rounds, double rtol,
                   outcome *outcomes) {
    machine machines[N_RUNGS];
    memset(machines, 0, sizeof machines);
    int bad = 0;
    for (int i = 0; i < N_RUNGS && !bad; i++)
        bad = build(&machines[i], &ladder[i], w, rtol);
    for (int round = -1; round < rounds && !bad; round++) { // one to warm up
        for (int i = 0; i < N_RUNGS && !bad; i++) {
            double began = now_s();
            bad = integrate(&machines[i], network, &outcomes[i]);
            if (round >= 0) outcomes[i].seconds[round] = now_s() - began;
        }
    }
    for (int i = 0; i < N_RUNGS; i++)
        if (machines[i].memory) demolish(&machines[i]);
    return bad;
}

int main(int argc, char **argv) {
    int rounds = atoi(option(argc, argv, "--rounds", "9"));
    double rtol = atof(option(argc, argv, "--rtol", "1e-6"));
    const char *json = option(argc, argv, "--json", NULL);
    erbb_network *network = erbb_new(atoi(option(argc, argv, "--copies", "2")));
    if (!network || rounds < 1 || rounds > MAX_ROUNDS) return 2;
    outcome outcomes[N_RUNGS];
    memset(outcomes, 0, sizeof outcomes);
    work w = {.problem = erbb_problem(network)};
    w.jacobian = bp_calloc((size_t)w.problem.pattern->nnz, sizeof *w.jacobian);

    int bad = w.jacobian ? measure(network, &w, rounds, rtol, outcomes) : -1;
    if (!bad) {
        printf(
            "%d species, %d reactions, %d nonzeros; rtol %g; medians of %d rounds\n\n",
            w.problem.n, erbb_n_reactions(network), w.problem.pattern->nnz, rtol,
            rounds);
        print_table(outcomes, rounds);
        if (json)
            bad = write_json(json, network, w.problem.pattern->nnz, rounds, outcomes);
    }
    bp_free(w.jacobian);
    erbb_free(network);
    return bad ? 1 : 0;
}
