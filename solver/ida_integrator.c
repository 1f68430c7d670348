// The integrator for M dy/dt = f(t, y) with conditions 0 = f in some rows: IDA's BDF,
// stepped one step at a time, with our vectors and our factors. A leg starts from a
// state that fulfils the conditions (consistent.c); the slopes there are found here.
#include <float.h>
#include <ida/ida.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/cvodes_linear.h"
#include "solver/cvodes_profile.h"
#include "solver/integrator.h"
#include "solver/linear.h"
#include "solver/nvector.h"

enum { COLLAPSED_STEPS = 10, STEPS_PER_CALL = 1000, HIGHEST_ORDER = 5 };

typedef struct ida {
    bp_integrator base;
    const bp_problem *problem;
    const bp_settings *settings;
    SUNContext context;
    N_Vector y, slope, atol, error, weight;
    void *memory;
    bp_lu *lu, *dense, *used; // as set, for the last rung, the one of this leg
    SUNMatrix matrix;
    SUNLinearSolver solver;
    double *mass;   // (mass->n)
    double *rate;   // (n)
    double *root;   // (n_roots)
    double *values; // (nnz) of the matrix that gives the first slopes
    double *scale;  // (n) largest entry of each of its rows
    bp_nvector_family family;
    bool begun;   // a leg was: IDA has something to say of it
    bool running; // and its counters are not read yet
    bp_status rates_status;
    long evaluations;
    int collapsed;
    double start, end, reached;
    double limit; // no step leads past it; infinity: none
    double stop;  // that IDA has been told, NAN: none
} ida;

// ---- callbacks ----

// M y' - f, and f alone where it is a condition.
static void add_mass(const ida *s, const double *slope, double *r) {
    const bp_mass *m = s->problem->mass;
    for (int k = 0; k < m->n; k++)
        if (!s->problem->algebraic[m->row[k]])
            r[m->row[k]] += s->mass[k] * slope[m->column[k]];
}

static bp_status rates(ida *s, double t, const double *y, double *f) {
    s->evaluations++;
    s->rates_status = s->problem->rates(s->problem->self, t, y, f);
    return s->rates_status;
}

static int residual(double t, N_Vector y, N_Vector slope, N_Vector r, void *user) {
    ida *s = user;
    double *to = bp_nvector_data(r);
    bp_status status = rates(s, t, bp_nvector_data(y), to);
    if (status != BP_OK) return status == BP_NOT_FINITE ? 1 : -1;
    for (int i = 0; i < s->problem->n; i++)
        to[i] = -to[i];
    add_mass(s, bp_nvector_data(slope), to);
    return 0;
}

// NOLINTNEXTLINE(readability-function-size): IDALsJacFn
static int jacobian(double t, double alpha, N_Vector y, N_Vector slope, N_Vector r,
                    SUNMatrix A, void *user, N_Vector tmp1, N_Vector tmp2,
                    N_Vector tmp3) {
    (void)slope, (void)r, (void)tmp1, (void)tmp2, (void)tmp3;
    return bp_ida_form(A, t, y, alpha, ((ida *)user)->mass);
}

static int roots(double t, N_Vector y, N_Vector slope, double *values, void *user) {
    (void)slope;
    ida *s = user;
    s->problem->roots(s->problem->self, t, bp_nvector_data(y), values);
    return 0;
}

// NOLINTNEXTLINE(readability-non-const-parameter): IDAErrHandlerFn
static void be_silent(int code, const char *module, const char *function, char *message,
                      void *user) {
    (void)code, (void)module, (void)function, (void)message, (void)user;
}

// ---- life ----

static void ida_free(bp_integrator *self) {
    ida *s = (ida *)self;
    if (!s) return;
    if (s->memory) IDAFree(&s->memory);
    if (s->solver) SUNLinSolFree(s->solver);
    if (s->matrix) SUNMatDestroy(s->matrix);
    bp_lu_free(s->lu);
    bp_lu_free(s->dense);
    if (s->y) N_VDestroy(s->y);
    if (s->slope) N_VDestroy(s->slope);
    if (s->atol) N_VDestroy(s->atol);
    if (s->error) N_VDestroy(s->error);
    if (s->weight) N_VDestroy(s->weight);
    if (s->context) SUNContext_Free(&s->context);
    bp_free(s->mass);
    bp_free(s->rate);
    bp_free(s->root);
    bp_free(s->values);
    bp_free(s->scale);
    bp_free(s);
}

static bp_status make_vectors(ida *s) {
    int n = s->problem->n;
    if (SUNContext_Create(NULL, &s->context)) return BP_NO_MEMORY;
    s->y = bp_nvector_new(n, 1, &s->family, s->context);
    s->slope = bp_nvector_new(n, 1, &s->family, s->context);
    s->atol = bp_nvector_new(n, 1, &s->family, s->context);
    s->error = bp_nvector_new(n, 1, &s->family, s->context);
    s->weight = bp_nvector_new(n, 1, &s->family, s->context);
    if (!s->y || !s->slope || !s->atol || !s->error || !s->weight) return BP_NO_MEMORY;
    s->mass = bp_calloc((size_t)s->problem->mass->n + 1, sizeof *s->mass);
    s->rate = bp_calloc((size_t)n, sizeof *s->rate);
    s->root = bp_calloc((size_t)s->problem->n_roots + 1, sizeof *s->root);
    s->values = bp_calloc((size_t)s->problem->pattern->nnz, sizeof *s->values);
    s->scale = bp_calloc((size_t)n, sizeof *s->scale);
    return s->mass && s->rate && s->root && s->values && s->scale ? BP_OK
                                                                  : BP_NO_MEMORY;
}

static bp_status make_parts(ida *s) {
    BP_TRY(make_vectors(s));
    BP_TRY(bp_lu_new(s->problem->pattern, s->settings->linear, &s->lu));
    s->used = s->lu;
    s->matrix = bp_cvodes_matrix_new(s->problem, s->context);
    s->solver = bp_cvodes_solver_new(s->lu, s->context);
    s->memory = IDACreate(s->context);
    return s->matrix && s->solver && s->memory ? BP_OK : BP_NO_MEMORY;
}

// Everything IDA allocates, it allocates here.
static bp_status initialise(ida *s) {
    void *m = s->memory;
    int n_roots = s->problem->n_roots;
    int bad = IDASetErrHandlerFn(m, be_silent, NULL);
    N_VConst(1.0, s->atol);
    if (!bad) bad = IDAInit(m, residual, 0.0, s->y, s->slope);
    if (!bad) bad = IDASVtolerances(m, s->settings->rtol, s->atol);
    if (!bad) bad = IDASetUserData(m, s);
    if (!bad) bad = IDASetLinearSolver(m, s->solver, s->matrix);
    if (!bad) bad = IDASetJacFn(m, jacobian);
    if (!bad && n_roots > 0) bad = IDARootInit(m, n_roots, roots);
    if (!bad) bad = IDASetNoInactiveRootWarn(m);
    if (!bad) bad = IDASetMaxNumSteps(m, STEPS_PER_CALL);
    return bad || s->family.failed ? BP_NO_MEMORY : BP_OK;
}

static bp_status ida_make(const bp_problem *problem, const bp_settings *settings,
                          bp_integrator **out) {
    if (!problem->mass) return BP_BAD_ARGUMENT; // an ordinary problem is for the others
    ida *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->base.type = &bp_integrator_ida;
    s->problem = problem;
    s->settings = settings;
    bp_status status = make_parts(s);
    if (status == BP_OK) status = initialise(s);
    if (status != BP_OK) {
        ida_free(&s->base);
        return status;
    }
    *out = &s->base;
    return BP_OK;
}

static void ida_reset(bp_integrator *self) {
    ida *s = (ida *)self;
    s->lu->type->reset(s->lu);
    if (s->dense) s->dense->type->reset(s->dense);
    bp_stats unused = {0};
    bp_cvodes_linear_count(s->matrix, s->solver, &unused);
    s->evaluations = 0;
    s->begun = s->running = false;
}

// ---- the first slopes ----

// Rows of M where there are any, rows of df/dy where f is a condition, each divided by
// its largest entry.
static bool form_slope_matrix(ida *s) {
    const bp_problem *p = s->problem;
    const bp_pattern *pattern = p->pattern;
    p->jacobian(p->self, s->start, bp_nvector_data(s->y), s->values);
    for (int k = 0; k < pattern->nnz; k++)
        if (!p->algebraic[pattern->row[k]]) s->values[k] = 0.0;
    for (int k = 0; k < p->mass->n; k++)
        if (!p->algebraic[p->mass->row[k]]) s->values[p->mass->at[k]] = s->mass[k];
    memset(s->scale, 0, (size_t)p->n * sizeof *s->scale);
    for (int k = 0; k < pattern->nnz; k++)
        s->scale[pattern->row[k]] = fmax(s->scale[pattern->row[k]], fabs(s->values[k]));
    for (int i = 0; i < p->n; i++)
        if (!(s->scale[i] > 0.0) || !isfinite(s->scale[i])) return false;
    for (int k = 0; k < pattern->nnz; k++)
        s->values[k] /= s->scale[pattern->row[k]];
    return true;
}

// M y' = f, and 0 = df/dt + df/dy y' where f is a condition.
static bp_status find_slopes(ida *s) {
    const bp_problem *p = s->problem;
    const double *y = bp_nvector_data(s->y);
    double *slope = bp_nvector_data(s->slope), *later = bp_nvector_data(s->error);
    double beside = 1e-7 * (s->end - s->start);
    BP_TRY(rates(s, s->start, y, s->rate));
    if (rates(s, s->start + beside, y, later) != BP_OK)
        memcpy(later, s->rate, (size_t)p->n * sizeof *later);
    if (!form_slope_matrix(s)) return BP_LINEAR_SOLVER;
    for (int i = 0; i < p->n; i++) {
        double right = p->algebraic[i] ? -(later[i] - s->rate[i]) / beside : s->rate[i];
        slope[i] = right / s->scale[i];
    }
    s->used->type->reset(s->used);
    BP_TRY(s->used->type->factor(s->used, s->values));
    BP_TRY(s->used->type->solve(s->used, slope));
    s->used->type->reset(s->used);
    for (int i = 0; i < p->n; i++)
        if (!isfinite(slope[i])) return BP_LINEAR_SOLVER;
    return BP_OK;
}

// ---- one leg ----

static bp_status choose_factors(ida *s, bool dense) {
    if (dense && !s->dense) BP_TRY(bp_lu_new_dense(s->problem->pattern, &s->dense));
    s->used = dense ? s->dense : s->lu;
    bp_cvodes_solver_use(s->solver, s->used);
    return BP_OK;
}

static int apply_settings(ida *s, const bp_leg *leg) {
    void *m = s->memory;
    bp_step_limits limits = bp_leg_limits(s->settings, leg, HIGHEST_ORDER);
    int bad = IDASetMaxStep(m, limits.longest);
    if (!bad) bad = IDASetInitStep(m, limits.first);
    if (!bad) bad = IDASetMaxOrd(m, limits.order);
    if (!bad) bad = IDASetNonlinConvCoef(m, limits.coefficient);
    return bad;
}

static bp_status ida_start(bp_integrator *self, const bp_leg *leg) {
    ida *s = (ida *)self;
    size_t bytes = (size_t)s->problem->n * sizeof(double);
    BP_TRY(choose_factors(s, leg->effort->dense));
    memcpy(bp_nvector_data(s->y), leg->y, bytes);
    memcpy(bp_nvector_data(s->atol), leg->atol, bytes);
    s->collapsed = 0;
    s->rates_status = BP_OK;
    s->start = s->reached = leg->t;
    s->end = s->stop = leg->end;
    s->limit = INFINITY;
    s->problem->mass_values(s->problem->self, s->mass);
    BP_TRY(find_slopes(s));
    s->begun = s->running = true;
    int bad = IDAReInit(s->memory, leg->t, s->y, s->slope);
    if (!bad) bad = IDASVtolerances(s->memory, s->settings->rtol, s->atol);
    if (!bad) bad = apply_settings(s, leg);
    if (!bad) bad = IDASetStopTime(s->memory, leg->end);
    return bad ? BP_INTERNAL : BP_OK;
}

static void ida_limit(bp_integrator *self, double t) {
    ((ida *)self)->limit = t;
}

static bp_status status_of(const ida *s, int flag) {
    switch (flag) {
    case IDA_TOO_MUCH_WORK:
    case IDA_ERR_FAIL:
    case IDA_TOO_MUCH_ACC:
        return BP_STEP_TOO_SMALL;
    case IDA_CONV_FAIL:
        return BP_CONVERGENCE;
    case IDA_LSETUP_FAIL:
    case IDA_LSOLVE_FAIL:
        return BP_LINEAR_SOLVER;
    case IDA_REP_RES_ERR:
    case IDA_FIRST_RES_FAIL:
        return BP_NOT_FINITE;
    case IDA_RES_FAIL:
        return s->rates_status != BP_OK ? s->rates_status : BP_INTERNAL;
    case IDA_MEM_FAIL:
        return BP_NO_MEMORY;
    default:
        return BP_INTERNAL;
    }
}

static bool has_collapsed(ida *s, double t) {
    double h = 0.0;
    IDAGetLastStep(s->memory, &h);
    bool tiny = fabs(h) < 4.0 * DBL_EPSILON * fabs(t);
    s->collapsed = tiny ? s->collapsed + 1 : 0;
    return s->collapsed >= COLLAPSED_STEPS;
}

static bp_status look_at(ida *s, double t) {
    if (IDAGetDky(s->memory, t, 0, s->error)) return BP_INTERNAL;
    s->problem->roots(s->problem->self, t, bp_nvector_data(s->error), s->root);
    return BP_OK;
}

// A root at which a function is zero does not say what comes next: a little further on
// in the step that found it, it does.
static bp_status pass_root(ida *s, double *t) {
    double current = *t, at = *t;
    IDAGetCurrentTime(s->memory, &current);
    double beside = 4.0 * DBL_EPSILON * fmax(fabs(*t), current - s->start);
    for (;; beside *= 2.0) {
        bool zero = false;
        BP_TRY(look_at(s, at));
        for (int i = 0; i < s->problem->n_roots; i++)
            zero |= s->root[i] == 0.0;
        if (!zero || at >= current) break;
        at = fmin(*t + beside, current);
    }
    if (at == *t) return BP_OK;
    *t = at;
    return IDAGetDky(s->memory, at, 0, s->y) ? BP_INTERNAL : BP_OK;
}

static bp_status ida_step(bp_integrator *self, double *t, bp_stop *stop) {
    ida *s = (ida *)self;
    double where = fmin(s->limit, s->end);
    if (where != s->stop && IDASetStopTime(s->memory, where)) return BP_INTERNAL;
    s->stop = where;
    int flag = IDASolve(s->memory, s->end, t, s->y, s->slope, IDA_ONE_STEP);
    switch (flag) {
    case IDA_SUCCESS:
        *stop = BP_STOP_STEP;
        break;
    case IDA_ROOT_RETURN:
        *stop = BP_STOP_ROOT;
        BP_TRY(pass_root(s, t));
        break;
    case IDA_TSTOP_RETURN:
        *stop = where < s->end ? BP_STOP_STEP : BP_STOP_END;
        s->stop = NAN; // forgotten by IDA
        break;
    default:
        return status_of(s, flag);
    }
    s->reached = *t;
    if (*stop == BP_STOP_STEP && has_collapsed(s, *t)) return BP_STEP_TOO_SMALL;
    return BP_OK;
}

static bp_status ida_interpolate(bp_integrator *self, double t, double *y) {
    ida *s = (ida *)self;
    N_Vector source = s->y;
    if (t != s->reached) {
        source = s->error;
        if (IDAGetDky(s->memory, t, 0, source)) return BP_INTERNAL;
    }
    memcpy(y, bp_nvector_data(source), (size_t)s->problem->n * sizeof *y);
    return BP_OK;
}

static int ida_worst(bp_integrator *self) {
    ida *s = (ida *)self;
    if (!s->begun || IDAGetEstLocalErrors(s->memory, s->error)) return -1;
    if (IDAGetErrWeights(s->memory, s->weight)) return -1;
    return bp_largest_of(bp_nvector_data(s->error), bp_nvector_data(s->weight),
                         s->problem->n);
}

static void ida_count(bp_integrator *self, bp_stats *stats) {
    ida *s = (ida *)self;
    stats->rate_evaluations += s->evaluations;
    s->evaluations = 0;
    bp_cvodes_linear_count(s->matrix, s->solver, stats);
    if (!s->running) return;
    long steps = 0, errors = 0, convergence = 0;
    IDAGetNumSteps(s->memory, &steps);
    IDAGetNumErrTestFails(s->memory, &errors);
    IDAGetNumNonlinSolvConvFails(s->memory, &convergence);
    stats->steps += steps;
    stats->error_test_failures += errors;
    stats->convergence_failures += convergence;
    s->running = false;
}

static void ida_describe(const bp_integrator *self, bp_text *out) {
    const ida *s = (const ida *)self;
    int conditions = 0;
    for (int i = 0; i < s->problem->n; i++)
        conditions += s->problem->algebraic[i];
    bp_text_format(out, "IDA BDF, %d condition%s, ", conditions,
                   conditions == 1 ? "" : "s");
    s->lu->type->describe(s->lu, out);
}

static bp_status ida_profile(bp_integrator *self, bp_profile *profile) {
    return bp_cvodes_time_solver(((ida *)self)->solver, profile);
}

const bp_integrator_type bp_integrator_ida = {
    .name = "IDA",
    .make = ida_make,
    .free = ida_free,
    .reset = ida_reset,
    .start = ida_start,
    .limit = ida_limit,
    .step = ida_step,
    .interpolate = ida_interpolate,
    .worst = ida_worst,
    .count = ida_count,
    .describe = ida_describe,
    .profile = ida_profile,
};
