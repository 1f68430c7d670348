// Problems and published solutions: F. Mazzia and C. Magherini, Test Set for Initial
// Value Problem Solvers, release 2.4 (2008): ROBER, HIRES, VDPOL, OREGO.
#include "tests/numeric/problems.h"

#include <cvodes/cvodes.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <string.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include "solver/run.h"

// ---- ROBER: H. H. Robertson (1966), three reactions over 15 orders of magnitude ----

static bp_status robertson(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
    f[2] = 3e7 * y[1] * y[1];
    f[1] = -f[0] - f[2];
    return BP_OK;
}

static void robertson_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    j[0] = -0.04, j[1] = 0.04;
    j[2] = 1e4 * y[2], j[3] = -1e4 * y[2] - 6e7 * y[1], j[4] = 6e7 * y[1];
    j[5] = 1e4 * y[1], j[6] = -1e4 * y[1], j[7] = 0.0;
}

static const int robertson_start[] = {0, 2, 5, 8};
static const int robertson_row[] = {0, 1, 0, 1, 2, 0, 1, 2};
static const int robertson_diagonal[] = {0, 3, 7};
static const bp_pattern robertson_pattern = {3, 8, robertson_start, robertson_row,
                                             robertson_diagonal};

// ---- HIRES: high irradiance response of a plant pigment, eight species ----

static bp_status hires(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
    f[1] = 1.71 * y[0] - 8.75 * y[1];
    f[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
    f[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
    f[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
    f[5] = -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
    f[6] = 280.0 * y[5] * y[7] - 1.81 * y[6];
    f[7] = -f[6];
    return BP_OK;
}

static void hires_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    double a = 280.0 * y[7], b = 280.0 * y[5];
    const double values[] = {-1.71, 1.71,                   // y0
                             0.43,  -8.75,     8.32,        // y1
                             8.32,  -10.03,    1.71,        // y2
                             0.43,  -1.12,     0.69,        // y3
                             0.035, -1.745,    1.71,        // y4
                             0.43,  -a - 0.43, a,     -a,   // y5
                             0.43,  0.69,      -1.81, 1.81, // y6
                             -b,    b,         -b};         // y7
    memcpy(j, values, sizeof values);
}

static const int hires_start[] = {0, 2, 5, 8, 11, 14, 18, 22, 25};
static const int hires_row[] = {0, 1, 0, 1, 3, 0, 2, 3, 2, 3, 5, 2, 4,
                                5, 4, 5, 6, 7, 4, 5, 6, 7, 5, 6, 7};
static const int hires_diagonal[] = {0, 3, 6, 9, 12, 15, 20, 24};
static const bp_pattern hires_pattern = {8, 25, hires_start, hires_row, hires_diagonal};

// ---- VDPOL: van der Pol's oscillator, epsilon 1e-6 ----

static bp_status van_der_pol(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = y[1];
    f[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) / 1e-6;
    return BP_OK;
}

static void van_der_pol_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    j[0] = 0.0, j[1] = (-2.0 * y[0] * y[1] - 1.0) / 1e-6;
    j[2] = 1.0, j[3] = (1.0 - y[0] * y[0]) / 1e-6;
}

static const int full2_start[] = {0, 2, 4}, full2_row[] = {0, 1, 0, 1};
static const int full2_diagonal[] = {0, 3};
static const bp_pattern full2 = {2, 4, full2_start, full2_row, full2_diagonal};

// ---- OREGO: the Oregonator of Field and Noyes ----

static bp_status oregonator(void *self, double t, const double *y, double *f) {
    (void)self, (void)t;
    f[0] = 77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1]));
    f[1] = (y[2] - (1.0 + y[0]) * y[1]) / 77.27;
    f[2] = 0.161 * (y[0] - y[2]);
    return BP_OK;
}

static void oregonator_jacobian(void *self, double t, const double *y, double *j) {
    (void)self, (void)t;
    j[0] = 77.27 * (1.0 - 2.0 * 8.375e-6 * y[0] - y[1]);
    j[1] = -y[1] / 77.27, j[2] = 0.161;
    j[3] = 77.27 * (1.0 - y[0]), j[4] = -(1.0 + y[0]) / 77.27;
    j[5] = 1.0 / 77.27, j[6] = -0.161;
}

static const int oregonator_start[] = {0, 3, 5, 7};
static const int oregonator_row[] = {0, 1, 2, 0, 1, 1, 2};
static const int oregonator_diagonal[] = {0, 4, 6};
static const bp_pattern oregonator_pattern = {3, 7, oregonator_start, oregonator_row,
                                              oregonator_diagonal};

#define PROBLEM(n_, pattern_, f_, j_)                                                  \
    { .n = (n_), .pattern = &(pattern_), .rates = (f_), .jacobian = (j_) }

const test_problem test_problems[N_TEST_PROBLEMS] = {
    {.name = "ROBER",
     .problem = PROBLEM(3, robertson_pattern, robertson, robertson_jacobian),
     .t_end = 1e11,
     .start = {1.0, 0.0, 0.0},
     .published = {0.2083340149701255e-07, 0.8333360770334713e-13, 0.9999999791665050},
     .atol_share = 1e-10,
     .digits = 1e-9},
    {.name = "HIRES",
     .problem = PROBLEM(8, hires_pattern, hires, hires_jacobian),
     .t_end = 321.8122,
     .start = {1.0, 0, 0, 0, 0, 0, 0, 0.0057},
     .published = {0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4,
                   0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
                   0.2849998395185769e-2, 0.2850001604814231e-2},
     .atol_share = 1e-4,
     .digits = 1e-9},
    {.name = "VDPOL",
     .problem = PROBLEM(2, full2, van_der_pol, van_der_pol_jacobian),
     .t_end = 2.0,
     .start = {2.0, 0.0},
     .published = {0.1706167732170483e+1, -0.8928097010247975},
     .atol_share = 1.0,
     .digits = 1e-9},
    {.name = "OREGO",
     .problem = PROBLEM(3, oregonator_pattern, oregonator, oregonator_jacobian),
     .t_end = 360.0,
     .start = {1.0, 2.0, 3.0},
     .published = {0.1000814870318523e+1, 0.1228178521549917e+4, 0.1320554942846706e+3},
     .atol_share = 1e-2,
     .digits = 1e-8},
};

// ---- ways to integrate them ----

static bp_status attempt(bp_integrator *integrator, const test_problem *p,
                         const bp_leg *leg, int n_times, const double *times,
                         double *y) {
    const bp_integrator_type *type = integrator->type;
    bp_stop stop = BP_STOP_STEP;
    double t = 0.0;
    type->reset(integrator);
    bp_status status = type->start(integrator, leg);
    for (int row = 0; status == BP_OK && row < n_times;) {
        if (t >= times[row]) {
            status = type->interpolate(integrator, times[row], y + row * p->problem.n);
            row++;
        } else {
            status = type->step(integrator, &t, &stop);
        }
    }
    return status;
}

bp_status test_integrate(const test_problem *p, const bp_settings *settings,
                         int n_times, const double *times, double *y, bp_stats *stats) {
    const bp_integrator_type *type = bp_integrator_of(settings->method);
    bp_integrator *integrator = NULL;
    BP_TRY(type->make(&p->problem, settings, &integrator));
    double atol[8];
    for (int i = 0; i < p->problem.n; i++)
        atol[i] = p->atol_share * settings->rtol;
    bp_leg leg = {.end = times[n_times - 1], .y = p->start, .atol = atol};
    bp_status status = BP_INTERNAL;
    for (int rung = 0; status != BP_OK; rung++) {
        leg.effort = bp_retry_rung(rung, p->problem.n);
        if (!leg.effort) break;
        stats->attempts++;
        status = attempt(integrator, p, &leg, n_times, times, y);
    }
    type->count(integrator, stats);
    type->free(integrator);
    return status;
}

static int plain_rates(double t, N_Vector y, N_Vector f, void *user) {
    const test_problem *p = user;
    p->problem.rates(NULL, t, NV_DATA_S(y), NV_DATA_S(f));
    return 0;
}

// NOLINTNEXTLINE(readability-function-size): CVLsJacFn
static int plain_jacobian(double t, N_Vector y, N_Vector f, SUNMatrix J, void *user,
                          N_Vector t1, N_Vector t2, N_Vector t3) {
    (void)f, (void)t1, (void)t2, (void)t3;
    const test_problem *p = user;
    const bp_pattern *pattern = p->problem.pattern;
    double values[64];
    p->problem.jacobian(NULL, t, NV_DATA_S(y), values);
    for (int j = 0; j < pattern->n; j++)
        for (int k = pattern->column_start[j]; k < pattern->column_start[j + 1]; k++)
            SM_ELEMENT_D(J, pattern->row[k], j) = values[k];
    return 0;
}

// NOLINTNEXTLINE(readability-non-const-parameter): CVErrHandlerFn
static void be_silent(int code, const char *module, const char *function, char *message,
                      void *user) {
    (void)code, (void)module, (void)function, (void)message, (void)user;
}

int test_integrate_plain(const test_problem *p, double rtol, int n_times,
                         const double *times, double *y, long *steps) {
    SUNContext context = NULL;
    SUNContext_Create(NULL, &context);
    int n = p->problem.n;
    N_Vector v = N_VNew_Serial(n, context), atol = N_VNew_Serial(n, context);
    memcpy(NV_DATA_S(v), p->start, (size_t)n * sizeof(double));
    N_VConst(p->atol_share * rtol, atol);
    SUNMatrix J = SUNDenseMatrix(n, n, context);
    SUNLinearSolver solver = SUNLinSol_Dense(v, J, context);
    void *m = CVodeCreate(CV_BDF, context);
    CVodeSetErrHandlerFn(m, be_silent, NULL);
    CVodeInit(m, plain_rates, 0.0, v);
    CVodeSVtolerances(m, rtol, atol);
    CVodeSetUserData(m, (void *)p);
    CVodeSetLinearSolver(m, solver, J);
    CVodeSetJacFn(m, plain_jacobian);
    CVodeSetMaxNumSteps(m, 1000000);
    CVodeSetStopTime(m, times[n_times - 1]);
    int bad = 0;
    for (int row = 0; row < n_times && bad >= 0; row++) {
        double t = 0.0;
        bad = CVode(m, times[row], v, &t, CV_NORMAL);
        memcpy(y + row * n, NV_DATA_S(v), (size_t)n * sizeof(double));
    }
    CVodeGetNumSteps(m, steps);
    CVodeFree(&m);
    SUNLinSolFree(solver);
    SUNMatDestroy(J);
    N_VDestroy(v);
    N_VDestroy(atol);
    SUNContext_Free(&context);
    return bad < 0 ? bad : 0;
}
