// The opponent without a tool around it: CVODES and KLU (AMD order), rates and Jacobian
// of one model as C code that plain_c.py wrote and gcc -O3 compiled.
//
//   model stock|tuned RTOL ATOL UNTIL POINTS VALUES.bin [BREAK...]
//
// `stock` is SUNDIALS as it is installed. `tuned` replaces what costs most of it:
// vector operations that are vectorised, I - gamma J formed in one pass, KLU without
// row scaling and block form. Writes the states at all points and prints seconds,
// steps, peak (kB).
#include <cvodes/cvodes.h>
#include <klu.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <sys/resource.h>
#include <time.h>

#include "model.h" // N_STATES, N_NONZEROS, column_start, row, diagonal, start, ...

static double saved[N_NONZEROS];

// ---- vector operations ----

static void fast_linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    const double *X = N_VGetArrayPointer(x), *Y = N_VGetArrayPointer(y);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = a * X[i] + b * Y[i];
}

static void fast_scale(double a, N_Vector x, N_Vector z) {
    const double *X = N_VGetArrayPointer(x);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = a * X[i];
}

static void fast_product(N_Vector x, N_Vector y, N_Vector z) {
    const double *X = N_VGetArrayPointer(x), *Y = N_VGetArrayPointer(y);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = X[i] * Y[i];
}

static void fast_abs(N_Vector x, N_Vector z) {
    const double *X = N_VGetArrayPointer(x);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = fabs(X[i]);
}

static void fast_invert(N_Vector x, N_Vector z) {
    const double *X = N_VGetArrayPointer(x);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = 1.0 / X[i];
}

static void fast_add_constant(N_Vector x, double b, N_Vector z) {
    const double *X = N_VGetArrayPointer(x);
    double *Z = N_VGetArrayPointer(z);
#pragma omp simd
    for (int i = 0; i < N_STATES; i++)
        Z[i] = X[i] + b;
}

static double fast_wrms_norm(N_Vector x, N_Vector w) {
    const double *X = N_VGetArrayPointer(x), *W = N_VGetArrayPointer(w);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int i = 0; i < N_STATES; i++)
        sum += X[i] * W[i] * X[i] * W[i];
    return sqrt(sum / N_STATES);
}

static int fast_combination(int n, double *c, N_Vector *x, N_Vector z) {
    double *Z = N_VGetArrayPointer(z);
    double total[N_STATES];
    memset(total, 0, sizeof total);
    for (int k = 0; k < n; k++) {
        const double *X = N_VGetArrayPointer(x[k]);
#pragma omp simd
        for (int i = 0; i < N_STATES; i++)
            total[i] += c[k] * X[i];
    }
    memcpy(Z, total, sizeof total);
    return 0;
}

static int fast_add_multiples(int n, double *a, N_Vector x, N_Vector *y, N_Vector *z) {
    for (int k = 0; k < n; k++)
        fast_linear_sum(a[k], x, 1.0, y[k], z[k]);
    return 0;
}

static void use_fast_operations(N_Vector v) {
    v->ops->nvlinearsum = fast_linear_sum;
    v->ops->nvscale = fast_scale;
    v->ops->nvprod = fast_product;
    v->ops->nvabs = fast_abs;
    v->ops->nvinv = fast_invert;
    v->ops->nvaddconst = fast_add_constant;
    v->ops->nvwrmsnorm = fast_wrms_norm;
    v->ops->nvlinearcombination = fast_combination;
    v->ops->nvscaleaddmulti = fast_add_multiples;
}

// ---- callbacks ----

static int rates(double t, N_Vector y, N_Vector f, void *user) {
    (void)user;
    model_rates(t, N_VGetArrayPointer(y), N_VGetArrayPointer(f));
    return 0;
}

static void write_pattern(SUNMatrix J) {
    sunindextype *starts = SUNSparseMatrix_IndexPointers(J);
    sunindextype *rows = SUNSparseMatrix_IndexValues(J);
    for (int j = 0; j <= N_STATES; j++)
        starts[j] = column_start[j];
    for (int k = 0; k < N_NONZEROS; k++)
        rows[k] = row[k];
}

static int jacobian(double t, N_Vector y, N_Vector f, SUNMatrix J, void *user,
                    N_Vector a, N_Vector b, N_Vector c) {
    (void)f, (void)user, (void)a, (void)b, (void)c;
    write_pattern(J); // SUNDIALS zeroes the pattern as well
    model_jacobian(t, N_VGetArrayPointer(y), SUNSparseMatrix_Data(J));
    return 0;
}

static int linear_system(double t, N_Vector y, N_Vector f, SUNMatrix A, booleantype jok,
                         booleantype *jcur, double gamma, void *user, N_Vector a,
                         N_Vector b, N_Vector c) {
    (void)f, (void)user, (void)a, (void)b, (void)c;
    double *values = SUNSparseMatrix_Data(A);
    *jcur = !jok;
    if (!jok) model_jacobian(t, N_VGetArrayPointer(y), saved);
    for (int k = 0; k < N_NONZEROS; k++)
        values[k] = -gamma * saved[k];
    for (int j = 0; j < N_STATES; j++)
        values[diagonal[j]] += 1.0;
    return 0;
}

// ---- one run ----

static void must(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "plain C: %s\n", what);
    exit(1);
}

typedef struct order {
    double rtol, atol, until;
    int points;
    const double *breaks; // ascending, the last one infinite
    double *values;       // points x N_STATES
} order;

// Rates jump at a break: the integrator stops there and starts anew.
static long integrate(void *memory, N_Vector y, const order *o) {
    const double *next = o->breaks;
    long steps = 0, more = 0;
    double t = 0;
    memcpy(o->values, N_VGetArrayPointer(y), N_STATES * sizeof(double));
    for (int i = 1; i < o->points; i++) {
        double sample = o->until * i / (o->points - 1);
        while (t < sample) {
            double end = fmin(sample, *next);
            CVodeSetStopTime(memory, fmin(*next, 2 * o->until)); // a last one stays set
            must(CVode(memory, end, y, &t, CV_NORMAL) >= 0, "CVode fails");
            t = end; // up to rounding it is
            if (end < *next) continue;
            CVodeGetNumSteps(memory, &more);
            steps += more;
            must(CVodeReInit(memory, t, y) == CV_SUCCESS, "no restart");
            next++;
        }
        memcpy(o->values + (size_t)i * N_STATES, N_VGetArrayPointer(y),
               N_STATES * sizeof(double));
    }
    CVodeGetNumSteps(memory, &more);
    return steps + more;
}

static long simulate(int tuned, const order *o) {
    SUNContext context;
    must(SUNContext_Create(NULL, &context) == 0, "no context");
    N_Vector y = N_VNew_Serial(N_STATES, context);
    if (tuned) use_fast_operations(y);
    memcpy(N_VGetArrayPointer(y), start, sizeof start);
    SUNMatrix A = SUNSparseMatrix(N_STATES, N_STATES, N_NONZEROS, CSC_MAT, context);
    write_pattern(A);
    SUNLinearSolver solver = SUNLinSol_KLU(y, A, context);
    SUNLinSol_KLUSetOrdering(solver, 0); // AMD
    void *memory = CVodeCreate(CV_BDF, context);
    must(CVodeInit(memory, rates, 0, y) == CV_SUCCESS, "CVodeInit");
    CVodeSStolerances(memory, o->rtol, o->atol);
    CVodeSetMaxNumSteps(memory, 10000000);
    CVodeSetLinearSolver(memory, solver, A);
    if (tuned) {
        sun_klu_common *common = SUNLinSol_KLUGetCommon(solver);
        common->scale = -1;
        common->btf = 0;
        CVodeSetLinSysFn(memory, linear_system);
    } else
        CVodeSetJacFn(memory, jacobian);
    long steps = integrate(memory, y, o);
    CVodeFree(&memory);
    SUNLinSolFree(solver);
    SUNMatDestroy(A);
    N_VDestroy(y);
    SUNContext_Free(&context);
    return steps;
}

static double processor_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int argc, char **argv) {
    must(argc >= 7, "stock|tuned RTOL ATOL UNTIL POINTS VALUES.bin [BREAK...]");
    double breaks[64];
    must(argc - 7 < 64, "too many breaks");
    for (int i = 7; i < argc; i++)
        breaks[i - 7] = atof(argv[i]);
    breaks[argc - 7] = INFINITY;
    order o = {atof(argv[2]), atof(argv[3]), atof(argv[4]),
               atoi(argv[5]), breaks,        NULL};
    o.values = malloc((size_t)o.points * N_STATES * sizeof(double));
    must(o.values && o.points > 1, "no memory");
    double before = processor_seconds();
    long steps = simulate(strcmp(argv[1], "tuned") == 0, &o);
    double seconds = processor_seconds() - before;
    FILE *file = fopen(argv[6], "wb");
    must(file && fwrite(o.values, sizeof(double) * N_STATES, (size_t)o.points, file) ==
                     (size_t)o.points,
         "values cannot be written");
    must(fclose(file) == 0, "values cannot be written");
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.9g %ld %ld\n", seconds, steps, usage.ru_maxrss);
    free(o.values);
    return 0;
}
