// The integrator that does the work: CVODES' BDF or Adams, stepped one step at a time,
// with our vectors and our factors. Absorbs every peculiarity of SUNDIALS 6
// (docs/numerics.md).
#include <cvodes/cvodes.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/cvodes_linear.h"
#include "solver/cvodes_newton.h"
#include "solver/cvodes_profile.h"
#include "solver/integrator.h"
#include "solver/linear.h"
#include "solver/nvector.h"
#include "solver/step_passes.h"

// This many steps in a row that time hardly resolves mean that the solution ends here.
enum { COLLAPSED_STEPS = 10 };
// The counter of steps is ours (driver.c): CVODES counts per call, and a call is a
// step.
enum { STEPS_PER_CALL = 1000 };

// What an iterative solution may be off, as a share of what Newton's method may. With
// CVODES' own 0.05 the error test meets so much noise that it takes 1.2 to 3 times the
// steps.
#define LINEAR_SHARE 0.005

// Below this, lanes have double factors. (Residuals and error tests always are.)
#define LEAST_RTOL_SINGLE 1e-9

typedef struct cvodes {
    bp_integrator base;
    const bp_problem *problem;
    const bp_settings *settings;
    SUNContext context;
    N_Vector y, atol, error, weight;
    void *memory;
    bp_lu *lu;     // as the settings say
    bp_lu *direct; // when that is iterative, for higher rungs of the ladder
    bp_lu *dense;  // for the last rung; both made when they are climbed
    SUNMatrix matrix;
    SUNLinearSolver solver;
    SUNNonlinearSolver newton; // NULL: CVODES' own, with iterative solutions
    bp_error_weights_fn *weigh;
    bp_nvector_family family;
    bool running;           // CVODES' counters are those of a leg not counted yet
    bp_status rates_status; // of the last evaluation
    long evaluations;
    int collapsed;  // steps in a row
    double end;     // of the leg
    double limit;   // no step leads past it; infinity: none
    double stop;    // that CVODES has been told, NAN: none
    double reached; // where the last step led: `y` is the state there
} cvodes;

// Numbers in a vector.
static size_t length_of(const cvodes *s) {
    return (size_t)s->problem->n * (size_t)bp_problem_lanes(s->problem);
}

// ---- callbacks: 0 accepted, 1 try again with a shorter step, -1 stop ----

static int rates(double t, N_Vector y, N_Vector ydot, void *user) {
    cvodes *s = user;
    const bp_problem *p = s->problem;
    s->evaluations++;
    s->rates_status = p->rates(p->self, t, bp_nvector_data(y), bp_nvector_data(ydot));
    if (s->rates_status == BP_OK) return 0;
    return s->rates_status == BP_NOT_FINITE ? 1 : -1;
}

// NOLINTNEXTLINE(readability-non-const-parameter): CVEwtFn
static int weights(N_Vector y, N_Vector weight, void *user) {
    const cvodes *s = user;
    s->weigh((int)length_of(s), s->settings->rtol, bp_nvector_data(y),
             bp_nvector_data(s->atol), bp_nvector_data(weight));
    return 0;
}

static int roots(double t, N_Vector y, double *values, void *user) {
    cvodes *s = user;
    s->problem->roots(s->problem->self, t, bp_nvector_data(y), values);
    return 0;
}

// NOLINTNEXTLINE(readability-function-size): CVLsLinSysFn
static int linear_system(double t, N_Vector y, N_Vector fy, SUNMatrix A,
                         booleantype jok, booleantype *jcur, double gamma, void *user,
                         N_Vector tmp1, N_Vector tmp2, N_Vector tmp3) {
    (void)fy, (void)user, (void)tmp1, (void)tmp2, (void)tmp3;
    *jcur = !jok;
    return bp_cvodes_form(A, t, y, jok, gamma);
}

// CVODES would print; its codes say all that we use.
// NOLINTNEXTLINE(readability-non-const-parameter): CVErrHandlerFn
static void be_silent(int code, const char *module, const char *function, char *message,
                      void *user) {
    (void)code, (void)module, (void)function, (void)message, (void)user;
}

// ---- life ----

static void cvodes_free(bp_integrator *self) {
    cvodes *s = (cvodes *)self;
    if (!s) return;
    if (s->memory) CVodeFree(&s->memory);
    if (s->newton) SUNNonlinSolFree(s->newton);
    if (s->solver) SUNLinSolFree(s->solver);
    if (s->matrix) SUNMatDestroy(s->matrix);
    bp_lu_free(s->lu);
    bp_lu_free(s->direct);
    bp_lu_free(s->dense);
    if (s->y) N_VDestroy(s->y);
    if (s->atol) N_VDestroy(s->atol);
    if (s->error) N_VDestroy(s->error);
    if (s->weight) N_VDestroy(s->weight);
    if (s->context) SUNContext_Free(&s->context);
    bp_free(s);
}

static bp_status make_parts(cvodes *s) {
    int n = s->problem->n, lanes = bp_problem_lanes(s->problem);
    if (SUNContext_Create(NULL, &s->context)) return BP_NO_MEMORY;
    s->y = bp_nvector_new(n, lanes, &s->family, s->context);
    s->atol = bp_nvector_new(n, lanes, &s->family, s->context);
    s->error = bp_nvector_new(n, lanes, &s->family, s->context);
    s->weight = bp_nvector_new(n, lanes, &s->family, s->context);
    if (!s->y || !s->atol || !s->error || !s->weight) return BP_NO_MEMORY;
    const bp_pattern *pattern = s->problem->pattern;
    bool single = s->settings->rtol >= LEAST_RTOL_SINGLE;
    BP_TRY(lanes > 1
               ? bp_lu_new_lanes(pattern, s->settings->linear, lanes, single, &s->lu)
               : bp_lu_new_steps(pattern, s->settings->linear, &s->lu));
    s->matrix = bp_cvodes_matrix_new(s->problem, s->context);
    s->solver = bp_cvodes_solver_new(s->lu, s->context);
    int lmm = s->settings->method == BP_METHOD_ADAMS ? CV_ADAMS : CV_BDF;
    s->memory = CVodeCreate(lmm, s->context);
    s->weigh = BP_ISA_CHOOSE(bp_error_weights);
    return s->matrix && s->solver && s->memory ? BP_OK : BP_NO_MEMORY;
}

static int use_iteration(cvodes *s) {
    if (bp_cvodes_solver_watch(s->solver, s->memory, s->weight, s->problem->model))
        return -1;
    return CVodeSetEpsLin(s->memory, LINEAR_SHARE);
}

static int use_newton(cvodes *s) {
    bp_newton_parts parts = {.memory = s->memory,
                             .rates = rates,
                             .user = s,
                             .n = s->problem->n,
                             .n_lanes = bp_problem_lanes(s->problem),
                             .scaled = s->settings->method == BP_METHOD_BDF,
                             .linear = s->solver,
                             .matrix = s->matrix};
    s->newton = bp_newton_new(&parts, s->y, s->context);
    return s->newton ? CVodeSetNonlinearSolver(s->memory, s->newton) : -1;
}

// Everything CVODES allocates, it allocates here.
static bp_status initialise(cvodes *s) {
    void *m = s->memory;
    int n_roots = s->problem->n_roots;
    int bad = CVodeSetErrHandlerFn(m, be_silent, NULL);
    N_VConst(1.0, s->atol);
    if (!bad) bad = CVodeInit(m, rates, 0.0, s->y);
    if (!bad) bad = CVodeWFtolerances(m, weights);
    if (!bad) bad = CVodeSetUserData(m, s);
    if (!bad) bad = CVodeSetLinearSolver(m, s->solver, s->matrix);
    if (!bad) bad = CVodeSetLinSysFn(m, linear_system);
    if (!bad) bad = s->lu->type->aim ? use_iteration(s) : use_newton(s);
    if (!bad && n_roots > 0) bad = CVodeRootInit(m, n_roots, roots);
    if (!bad) bad = CVodeSetNoInactiveRootWarn(m);
    if (!bad) bad = CVodeSetMaxHnilWarns(m, -1);
    if (!bad) bad = CVodeSetMaxNumSteps(m, STEPS_PER_CALL);
    return bad || s->family.failed ? BP_NO_MEMORY : BP_OK;
}

static bp_status cvodes_make(const bp_problem *problem, const bp_settings *settings,
                             bp_integrator **out) {
    cvodes *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->base.type = &bp_integrator_cvodes;
    s->problem = problem;
    s->settings = settings;
    bp_status status = make_parts(s);
    if (status == BP_OK) status = initialise(s);
    if (status != BP_OK) {
        cvodes_free(&s->base);
        return status;
    }
    *out = &s->base;
    return BP_OK;
}

static void cvodes_reset(bp_integrator *self) {
    cvodes *s = (cvodes *)self;
    s->lu->type->reset(s->lu);
    if (s->direct) s->direct->type->reset(s->direct);
    if (s->dense) s->dense->type->reset(s->dense);
    bp_stats unused = {0};
    bp_cvodes_linear_count(s->matrix, s->solver, &unused);
    s->evaluations = 0;
    s->running = false;
}

// ---- one leg ----

static bp_status choose_factors(cvodes *s, const bp_effort *effort) {
    const bp_pattern *pattern = s->problem->pattern;
    bp_lu **lu = effort->dense                        ? &s->dense
                 : effort->direct && s->lu->type->aim ? &s->direct
                                                      : &s->lu;
    if (!*lu)
        BP_TRY(effort->dense ? bp_lu_new_dense(pattern, lu)
                             : bp_lu_new(pattern, BP_LINEAR_AUTO, lu));
    bp_cvodes_solver_use(s->solver, *lu);
    // iterative solutions follow gamma, so they are not to be scaled for its change
    if (s->lu->type->aim && s->settings->method == BP_METHOD_BDF &&
        CVodeSetLinearSolutionScaling(s->memory, !(*lu)->type->aim))
        return BP_INTERNAL;
    return BP_OK;
}

// When linear algebra is done anew, and when the step changes: docs/numerics.md says
// what was measured.
static int apply_policy(cvodes *s, const bp_effort *effort, double coefficient) {
    const bp_settings *set = s->settings;
    void *m = s->memory;
    int kept = set->jacobian_steps > effort->jacobian_steps ? set->jacobian_steps
                                                            : effort->jacobian_steps;
    int bad = CVodeSetJacEvalFrequency(m, effort->fresh ? 1 : kept);
    if (!bad) bad = CVodeSetLSetupFrequency(m, effort->fresh ? 1 : set->factor_steps);
    if (!bad) bad = CVodeSetDeltaGammaMaxLSetup(m, set->gamma_tolerance);
    if (!bad) bad = CVodeSetEtaFixedStepBounds(m, 0.0, set->growth_threshold);
    if (!bad) bad = CVodeSetMaxNonlinIters(m, set->newton_iterations);
    return bad ? bad : CVodeSetNonlinConvCoef(m, coefficient);
}

// What the settings and the rung of the ladder say; the same calls for every leg, so
// that nothing of an earlier leg stays.
static int apply_settings(cvodes *s, const bp_leg *leg) {
    const bp_effort *effort = leg->effort;
    void *m = s->memory;
    int highest = s->settings->method == BP_METHOD_ADAMS ? 12 : 5;
    bp_step_limits limits = bp_leg_limits(s->settings, leg, highest);

    int bad = CVodeSetMaxStep(m, limits.longest);
    if (!bad) bad = CVodeSetInitStep(m, limits.first);
    if (!bad) bad = CVodeSetMaxOrd(m, limits.order);
    return bad ? bad : apply_policy(s, effort, limits.coefficient);
}

static bp_status cvodes_start(bp_integrator *self, const bp_leg *leg) {
    cvodes *s = (cvodes *)self;
    size_t bytes = length_of(s) * sizeof(double);
    BP_TRY(choose_factors(s, leg->effort));
    memcpy(bp_nvector_data(s->y), leg->y, bytes);
    memcpy(bp_nvector_data(s->atol), leg->atol, bytes);
    s->collapsed = 0;
    s->rates_status = BP_OK;
    s->end = leg->end;
    s->limit = INFINITY;
    s->stop = leg->end;
    s->reached = leg->t;
    s->running = true;
    int bad = CVodeReInit(s->memory, leg->t, s->y);
    if (!bad) bad = apply_settings(s, leg);
    if (!bad) bad = CVodeSetStopTime(s->memory, leg->end);
    return bad ? BP_INTERNAL : BP_OK;
}

static void cvodes_limit(bp_integrator *self, double t) {
    cvodes *s = (cvodes *)self;
    s->limit = t;
}

static bp_status status_of(const cvodes *s, int flag) {
    switch (flag) {
    case CV_TOO_MUCH_WORK:
    case CV_ERR_FAILURE:
        return BP_STEP_TOO_SMALL;
    case CV_CONV_FAILURE:
        return BP_CONVERGENCE;
    case CV_LSETUP_FAIL:
    case CV_LSOLVE_FAIL:
        return BP_LINEAR_SOLVER;
    case CV_FIRST_RHSFUNC_ERR:
    case CV_REPTD_RHSFUNC_ERR:
    case CV_UNREC_RHSFUNC_ERR:
        return BP_NOT_FINITE;
    case CV_RHSFUNC_FAIL:
        return s->rates_status;
    case CV_TOO_CLOSE:
    case CV_TOO_MUCH_ACC:
        return BP_STEP_TOO_SMALL;
    case CV_MEM_FAIL:
        return BP_NO_MEMORY;
    default:
        return BP_INTERNAL;
    }
}

// The step has shrunk to what time cannot resolve: a blow-up, or a tolerance below
// rounding.
static bool has_collapsed(cvodes *s, double t) {
    double h = 0.0;
    CVodeGetLastStep(s->memory, &h);
    bool tiny = fabs(h) < 4.0 * DBL_EPSILON * fabs(t);
    s->collapsed = tiny ? s->collapsed + 1 : 0;
    return s->collapsed >= COLLAPSED_STEPS;
}

static bp_status cvodes_step(bp_integrator *self, double *t, bp_stop *stop) {
    cvodes *s = (cvodes *)self;
    double where = fmin(s->limit, s->end);
    if (where != s->stop && CVodeSetStopTime(s->memory, where)) return BP_INTERNAL;
    s->stop = where;
    int flag = CVode(s->memory, s->end, s->y, t, CV_ONE_STEP);
    switch (flag) {
    case CV_SUCCESS:
        *stop = BP_STOP_STEP;
        break;
    case CV_ROOT_RETURN:
        *stop = BP_STOP_ROOT;
        break;
    case CV_TSTOP_RETURN:
        *stop = where < s->end ? BP_STOP_STEP : BP_STOP_END;
        s->stop = NAN; // forgotten by CVODES
        break;
    default:
        return status_of(s, flag);
    }
    s->reached = *t;
    if (*stop == BP_STOP_STEP && has_collapsed(s, *t)) return BP_STEP_TOO_SMALL;
    return BP_OK;
}

static bp_status cvodes_interpolate(bp_integrator *self, double t, double *y) {
    cvodes *s = (cvodes *)self;
    N_Vector source = s->y;
    if (t != s->reached) {
        source = s->error;
        if (CVodeGetDky(s->memory, t, 0, source)) return BP_INTERNAL;
    }
    memcpy(y, bp_nvector_data(source), length_of(s) * sizeof *y);
    return BP_OK;
}

static int cvodes_worst(bp_integrator *self) {
    cvodes *s = (cvodes *)self;
    if (CVodeGetEstLocalErrors(s->memory, s->error)) return -1;
    if (CVodeGetErrWeights(s->memory, s->weight)) return -1;
    int worst = bp_largest_of(bp_nvector_data(s->error), bp_nvector_data(s->weight),
                              (int)length_of(s));
    return worst < 0 ? worst : worst / bp_problem_lanes(s->problem);
}

static void cvodes_count(bp_integrator *self, bp_stats *stats) {
    cvodes *s = (cvodes *)self;
    stats->rate_evaluations += s->evaluations;
    s->evaluations = 0;
    bp_cvodes_linear_count(s->matrix, s->solver, stats);
    if (!s->running) return;
    long steps = 0, errors = 0, convergence = 0;
    CVodeGetNumSteps(s->memory, &steps);
    CVodeGetNumErrTestFails(s->memory, &errors);
    CVodeGetNumNonlinSolvConvFails(s->memory, &convergence);
    stats->steps += steps;
    stats->error_test_failures += errors;
    stats->convergence_failures += convergence;
    s->running = false; // counted: the next start sets CVODES' counters to zero
}

static void cvodes_describe(const bp_integrator *self, bp_text *out) {
    const cvodes *s = (const cvodes *)self;
    bp_text_format(out, "CVODES %s, ",
                   s->settings->method == BP_METHOD_ADAMS ? "Adams" : "BDF");
    s->lu->type->describe(s->lu, out);
}

static bool cvodes_iterates(const bp_integrator *self) {
    return ((const cvodes *)self)->lu->type->aim;
}

static bp_status cvodes_profile(bp_integrator *self, bp_profile *profile) {
    cvodes *s = (cvodes *)self;
    if (s->newton) bp_newton_time(s->newton, profile);
    return bp_cvodes_time_solver(s->solver, profile);
}

const bp_integrator_type bp_integrator_cvodes = {
    .name = "CVODES",
    .make = cvodes_make,
    .free = cvodes_free,
    .reset = cvodes_reset,
    .start = cvodes_start,
    .limit = cvodes_limit,
    .step = cvodes_step,
    .interpolate = cvodes_interpolate,
    .worst = cvodes_worst,
    .count = cvodes_count,
    .describe = cvodes_describe,
    .iterates = cvodes_iterates,
    .profile = cvodes_profile,
};
