#include "solver/cvodes_newton.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/cvodes_linear.h"
#include "solver/nvector.h"
#include "solver/step_passes.h"

// The rate of convergence is taken to fall no faster than by CRDOWN from one iteration
// to the next; an iteration that makes the correction grow by more than RDIV diverges.
#define CRDOWN 0.3
#define RDIV   2.0

typedef struct newton {
    bp_newton_parts parts;
    bp_newton_residual_fn *residual;
    bp_newton_correct_fn *correct;
    int (*solve)(const struct newton *s, bp_lu_room room);
    bp_profile *profile; // of timed_solve
    N_Vector room;       // right-hand side and solution, where the factors have none
    SUNNonlinSolSysFn system;
    SUNNonlinSolLSetupFn set_up;
    int most;                  // iterations
    int iteration;             // the current one
    double rate;               // of convergence, as far as known
    double previous;           // norm of the last correction
    int fresh;                 // the Jacobian is of this step
    long iterations, failures; // of this step
} newton;

static newton *content_of(SUNNonlinearSolver S) {
    return S->content;
}

// ---- what CVODES asks for and sets ----

static SUNNonlinearSolver_Type get_type(SUNNonlinearSolver S) {
    (void)S;
    return SUNNONLINEARSOLVER_ROOTFIND;
}

static int set_system(SUNNonlinearSolver S, SUNNonlinSolSysFn system) {
    content_of(S)->system = system;
    return SUN_NLS_SUCCESS;
}

static int set_set_up(SUNNonlinearSolver S, SUNNonlinSolLSetupFn set_up) {
    content_of(S)->set_up = set_up;
    return SUN_NLS_SUCCESS;
}

static int set_most(SUNNonlinearSolver S, int most) {
    content_of(S)->most = most;
    return SUN_NLS_SUCCESS;
}

static int get_iterations(SUNNonlinearSolver S, long *iterations) {
    *iterations = content_of(S)->iterations;
    return SUN_NLS_SUCCESS;
}

static int get_iteration(SUNNonlinearSolver S, int *iteration) {
    *iteration = content_of(S)->iteration;
    return SUN_NLS_SUCCESS;
}

static int get_failures(SUNNonlinearSolver S, long *failures) {
    *failures = content_of(S)->failures;
    return SUN_NLS_SUCCESS;
}

static int initialize(SUNNonlinearSolver S) {
    newton *s = content_of(S);
    s->fresh = 0;
    s->rate = 1.0;
    return SUN_NLS_SUCCESS;
}

// ---- one iteration ----

typedef struct step {
    bp_newton_vectors v;
    double t;
    double tolerance;
    N_Vector predicted, y, f, correction;
} step;

static int begin(const newton *s, N_Vector correction, N_Vector weight,
                 double tolerance, step *out) {
    N_Vector zn1 = NULL;
    void *user = NULL;
    *out = (step){.correction = correction, .tolerance = tolerance};
    bp_newton_vectors *v = &out->v;
    int bad =
        CVodeGetNonlinearSystemData(s->parts.memory, &out->t, &out->predicted, &out->y,
                                    &out->f, &v->gamma, &v->rl1, &zn1, &user);
    if (bad) return bad;
    v->n = s->parts.n;
    v->n_lanes = s->parts.n_lanes;
    v->zn1 = bp_nvector_data(zn1);
    v->f = bp_nvector_data(out->f);
    v->predicted = bp_nvector_data(out->predicted);
    v->weight = bp_nvector_data(weight);
    v->correction = bp_nvector_data(correction);
    v->y = bp_nvector_data(out->y);
    return 0;
}

// CVODES' code of rates that failed is that of its own residual, which fails as well.
static int find_rates(const newton *s, const step *at, void *memory) {
    N_Vector y = at->v.first ? at->predicted : at->y;
    if (s->parts.rates(at->t, y, at->f, s->parts.user) == 0) return 0;
    return s->system(at->correction, s->room, memory);
}

static bool is_own(const newton *s, bp_lu_room room) {
    return room.wide == bp_nvector_data(s->room);
}

static int solve(const newton *s, bp_lu_room room) {
    SUNLinearSolver linear = s->parts.linear;
    bp_lu *lu = bp_cvodes_solver_lu(linear);
    if (!is_own(s, room)) {
        lu->type->solve_room(lu);
        return 0;
    }
    int flag = linear->ops->solve(linear, s->parts.matrix, s->room, s->room, 0.0);
    return flag < 0 ? CV_LSOLVE_FAIL : flag > 0 ? SUN_NLS_CONV_RECVR : 0;
}

// The linear solver has a clock of its own (cvodes_profile.h).
static int timed_solve(const newton *s, bp_lu_room room) {
    if (is_own(s, room)) return solve(s, room);
    bp_profile_part before = bp_profile_enter(s->profile, BP_PROFILE_SOLVE);
    int flag = solve(s, room);
    bp_profile_leave(s->profile, before);
    return flag;
}

static bp_lu_room room_of(const newton *s) {
    bp_lu *lu = bp_cvodes_solver_lu(s->parts.linear);
    bp_lu_room room = {NULL, NULL};
    if (lu->type->room) room = lu->type->room(lu);
    if (!room.wide && !room.narrow) room.wide = bp_nvector_data(s->room);
    return room;
}

// Whether the correction of size `now` is small enough, from how the last ones shrank.
static int judge(newton *s, double now, double tolerance) {
    if (s->iteration > 0) s->rate = fmax(CRDOWN * s->rate, now / s->previous);
    if (now * fmin(1.0, s->rate) <= tolerance) return SUN_NLS_SUCCESS;
    if (s->iteration > 0 && now > RDIV * s->previous) return SUN_NLS_CONV_RECVR;
    s->previous = now;
    return SUN_NLS_CONTINUE;
}

// CVODES' factors are of another gamma: the solution is scaled by what that makes of it
// on average (of BDF alone).
static double scale_of(const newton *s, double gamma) {
    double ratio = gamma / bp_cvodes_matrix_gamma(s->parts.matrix);
    return s->parts.scaled && ratio != 1.0 ? 2.0 / (1.0 + ratio) : 1.0;
}

static int iterate(newton *s, step *at) {
    bp_lu_room room = room_of(s);
    s->iterations++;
    s->residual(&at->v, room);
    int flag = s->solve(s, room);
    if (flag) return flag;
    double sum = s->correct(&at->v, scale_of(s, at->v.gamma), room);
    at->v.first = false;
    return judge(s, sqrt(sum / at->v.n), at->tolerance);
}

// From correction 0, with rates evaluated there.
static int converge(newton *s, step *at, void *memory) {
    for (s->iteration = 0;;) {
        int flag = iterate(s, at);
        if (flag != SUN_NLS_CONTINUE) return flag;
        if (++s->iteration >= s->most) return SUN_NLS_CONV_RECVR;
        flag = find_rates(s, at, memory);
        if (flag) return flag;
    }
}

// The set-up looks at y and its rates.
static int set_up(newton *s, const step *at, int bad, void *memory) {
    memcpy(at->v.y, at->v.predicted,
           (size_t)at->v.n * (size_t)at->v.n_lanes * sizeof *at->v.y);
    s->rate = 1.0;
    return s->set_up(bad, &s->fresh, memory);
}

static int attempt(newton *s, step *at, int first_set_up, int bad, void *memory) {
    at->v.first = true;
    int flag = find_rates(s, at, memory);
    if (!flag && first_set_up) flag = set_up(s, at, bad, memory);
    return flag ? flag : converge(s, at, memory);
}

// NOLINTNEXTLINE(readability-function-size): the type of the operation
static int solve_step(SUNNonlinearSolver S, N_Vector predicted, N_Vector correction,
                      N_Vector weight, double tolerance, booleantype call_set_up,
                      void *memory) {
    (void)predicted;
    newton *s = content_of(S);
    step at;
    s->iterations = s->failures = 0; // CVODES adds up those of each step
    if (begin(s, correction, weight, tolerance, &at)) return SUN_NLS_MEM_NULL;
    int flag = attempt(s, &at, call_set_up, 0, memory);
    // once more with a Jacobian of here
    if (flag > 0 && !s->fresh) {
        N_VConst(0.0, correction);
        flag = attempt(s, &at, 1, 1, memory);
    }
    if (flag)
        s->failures++;
    else
        s->fresh = 0;
    return flag;
}

// ---- life ----

static int newton_free(SUNNonlinearSolver S) {
    newton *s = content_of(S);
    if (s && s->room) N_VDestroy(s->room);
    bp_free(s);
    S->content = NULL;
    SUNNonlinSolFreeEmpty(S);
    return SUN_NLS_SUCCESS;
}

SUNNonlinearSolver bp_newton_new(const bp_newton_parts *parts, N_Vector like,
                                 SUNContext context) {
    SUNNonlinearSolver S = SUNNonlinSolNewEmpty(context);
    if (!S) return NULL;
    S->ops->gettype = get_type;
    S->ops->initialize = initialize;
    S->ops->solve = solve_step;
    S->ops->free = newton_free;
    S->ops->setsysfn = set_system;
    S->ops->setlsetupfn = set_set_up;
    S->ops->setmaxiters = set_most;
    S->ops->getnumiters = get_iterations;
    S->ops->getcuriter = get_iteration;
    S->ops->getnumconvfails = get_failures;
    newton *s = bp_calloc(1, sizeof *s);
    S->content = s;
    if (s) {
        s->parts = *parts;
        s->residual = BP_ISA_CHOOSE(bp_newton_residual);
        s->correct = BP_ISA_CHOOSE(bp_newton_correct);
        s->solve = solve;
        s->most = 3;
        s->room = N_VClone(like);
    }
    if (!s || !s->room) {
        newton_free(S);
        return NULL;
    }
    return S;
}

void bp_newton_time(SUNNonlinearSolver S, bp_profile *profile) {
    content_of(S)->profile = profile;
    content_of(S)->solve = timed_solve;
}
