// I - gamma J for CVODES in one pass over the values, without the zeroing, copying and
// merging of patterns that SUNDIALS' own sparse matrices go through at each set-up.
#include "solver/cvodes_linear.h"

#include <cvodes/cvodes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/kept_totals.h"
#include "solver/nvector.h"
#include "solver/step_passes.h"

// Iterative solutions of a leg that may fail, and of how many one may.
enum { MANY_FAILURES = 20, FAILING_SHARE = 10 };

typedef struct matrix {
    const bp_problem *problem;
    int n_lanes;
    double *jacobian; // (nnz x n_lanes)
    double *values;   // (nnz x n_lanes) I - gamma J
    double gamma;
    bp_newton_matrix_fn *form;
    long evaluations;
} matrix;

typedef struct solver {
    bp_lu *lu;
    long factorisations;
    int flag; // SUNDIALS' code of the last call
    // what iterative methods need to know; bp_cvodes_solver_watch
    void *memory;    // CVODES', NULL: not told
    N_Vector weight; // of the solutions, NULL: not told
    bp_kept *kept;   // NULL: no totals are known, or no iteration asked for
    int products;    // of the last solution
    long all_products;
    long solutions, failures; // of this leg
} solver;

// ---- matrix ----

static SUNMatrix_ID matrix_id(SUNMatrix A) {
    (void)A;
    return SUNMATRIX_CUSTOM;
}

static void matrix_free(SUNMatrix A) {
    matrix *m = A->content;
    if (m) {
        bp_free_aligned(m->jacobian);
        bp_free_aligned(m->values);
        bp_free(m);
    }
    A->content = NULL;
    SUNMatFreeEmpty(A);
}

// IDA clears the matrix before it is formed; forming writes all of it.
static int matrix_zero(SUNMatrix A) {
    (void)A;
    return 0;
}

SUNMatrix bp_cvodes_matrix_new(const bp_problem *problem, SUNContext context) {
    SUNMatrix A = SUNMatNewEmpty(context);
    if (!A) return NULL;
    A->ops->getid = matrix_id;
    A->ops->destroy = matrix_free;
    A->ops->zero = matrix_zero;
    matrix *m = bp_calloc(1, sizeof *m);
    A->content = m;
    if (m) {
        m->problem = problem;
        m->form = BP_ISA_CHOOSE(bp_newton_matrix);
        m->n_lanes = bp_problem_lanes(problem);
        size_t nnz = (size_t)problem->pattern->nnz * (size_t)m->n_lanes;
        m->jacobian = bp_calloc_aligned(nnz, sizeof *m->jacobian);
        m->values = bp_calloc_aligned(nnz, sizeof *m->values);
    }
    if (!m || !m->jacobian || !m->values) {
        matrix_free(A);
        return NULL;
    }
    return A;
}

// A sum is finite unless an entry is not (or the entries overflow, which is as bad).
static int all_finite(const double *values, int n) {
    double sum = 0.0;
    for (int k = 0; k < n; k++)
        sum += values[k] * 0.0;
    return sum == 0.0;
}

int bp_cvodes_form(SUNMatrix A, double t, N_Vector y, int keep, double gamma) {
    matrix *m = A->content;
    const bp_problem *p = m->problem;
    if (!keep) {
        p->jacobian(p->self, t, bp_nvector_data(y), m->jacobian);
        m->evaluations++;
    }
    m->gamma = gamma;
    return m->form(p->pattern, m->n_lanes, gamma, m->jacobian, m->values) ? 0 : 1;
}

double bp_cvodes_matrix_gamma(SUNMatrix A) {
    return ((const matrix *)A->content)->gamma;
}

int bp_ida_form(SUNMatrix A, double t, N_Vector y, double alpha, const double *mass) {
    matrix *m = A->content;
    const bp_problem *p = m->problem;
    p->jacobian(p->self, t, bp_nvector_data(y), m->jacobian);
    m->evaluations++;
    if (!all_finite(m->jacobian, p->pattern->nnz)) return 1;
    for (int k = 0; k < p->pattern->nnz; k++)
        m->values[k] = -m->jacobian[k];
    for (int k = 0; k < p->mass->n; k++)
        if (!p->algebraic[p->mass->row[k]])
            m->values[p->mass->at[k]] += alpha * mass[k];
    return 0;
}

// ---- solver ----

static SUNLinearSolver_Type solver_type(SUNLinearSolver S) {
    const solver *s = S->content;
    return s->lu->type->aim ? SUNLINEARSOLVER_MATRIX_ITERATIVE : SUNLINEARSOLVER_DIRECT;
}

static SUNLinearSolver_ID solver_id(SUNLinearSolver S) {
    (void)S;
    return SUNLINEARSOLVER_CUSTOM;
}

static int solver_initialize(SUNLinearSolver S) {
    ((solver *)S->content)->flag = SUNLS_SUCCESS;
    return SUNLS_SUCCESS;
}

// What CVODES wants solved is I - gamma J with gamma of now, which needs no new matrix.
static void aim(solver *s, const matrix *m, double tolerance) {
    double gamma = m->gamma;
    CVodeGetCurrentGamma(s->memory, &gamma);
    CVodeGetErrWeights(s->memory, s->weight);
    s->lu->type->aim(s->lu, &(bp_aim){.weight = bp_nvector_data(s->weight),
                                      .tolerance = tolerance,
                                      .ratio = gamma / m->gamma});
}

static int solver_setup(SUNLinearSolver S, SUNMatrix A) {
    solver *s = S->content;
    const matrix *m = A->content;
    s->factorisations++;
    if (s->lu->type->aim) {
        aim(s, m, 0.0);
        if (s->kept) bp_kept_weigh(s->kept, bp_nvector_data(s->weight));
    }
    switch (s->lu->type->factor(s->lu, m->values)) {
    case BP_OK:
        s->flag = SUNLS_SUCCESS;
        break;
    case BP_NO_MEMORY:
        s->flag = SUNLS_MEM_FAIL;
        break;
    default:
        s->flag = SUNLS_LUFACT_FAIL;
        break; // recoverable: a shorter step may do
    }
    return s->flag;
}

// Fails for good where most would fail, so that factors are taken (retry.c).
static int failed(solver *s) {
    s->failures++;
    bool hopeless =
        s->failures > MANY_FAILURES && s->failures * FAILING_SHARE > s->solutions;
    return hopeless ? SUNLS_PACKAGE_FAIL_UNREC : SUNLS_PACKAGE_FAIL_REC;
}

static int solver_solve(SUNLinearSolver S, SUNMatrix A, N_Vector x, N_Vector b,
                        double tol) {
    solver *s = S->content;
    const bp_lu_type *type = s->lu->type;
    if (x != b) N_VScale(1.0, b, x);
    bp_kept *kept = type->aim ? s->kept : NULL;
    if (type->aim) aim(s, A->content, tol);
    if (kept) bp_kept_note(kept, bp_nvector_data(x));
    bp_status status = type->solve(s->lu, bp_nvector_data(x));
    if (kept) bp_kept_restore(kept, bp_nvector_data(x));
    s->products = type->count ? (int)type->count(s->lu) : 0;
    s->all_products += s->products;
    s->solutions++;
    s->flag = status == BP_OK ? SUNLS_SUCCESS
              : type->aim     ? failed(s)
                              : SUNLS_PACKAGE_FAIL_REC;
    return s->flag;
}

// That it is there tells CVODES that tolerances are of weighted norms.
static int solver_weights(SUNLinearSolver S, N_Vector residual, N_Vector solution) {
    (void)S, (void)residual, (void)solution;
    return SUNLS_SUCCESS;
}

static int solver_iterations(SUNLinearSolver S) {
    return ((solver *)S->content)->products;
}

static sunindextype solver_flag(SUNLinearSolver S) {
    return ((solver *)S->content)->flag;
}

static int solver_free(SUNLinearSolver S) {
    bp_kept_free(((solver *)S->content)->kept);
    bp_free(S->content);
    S->content = NULL;
    SUNLinSolFreeEmpty(S);
    return SUNLS_SUCCESS;
}

SUNLinearSolver bp_cvodes_solver_new(bp_lu *lu, SUNContext context) {
    SUNLinearSolver S = SUNLinSolNewEmpty(context);
    if (!S) return NULL;
    S->ops->gettype = solver_type;
    S->ops->getid = solver_id;
    S->ops->initialize = solver_initialize;
    S->ops->setup = solver_setup;
    S->ops->solve = solver_solve;
    S->ops->lastflag = solver_flag;
    S->ops->free = solver_free;
    S->ops->setscalingvectors = solver_weights;
    S->ops->numiters = solver_iterations;
    solver *s = bp_calloc(1, sizeof *s);
    if (!s) {
        SUNLinSolFreeEmpty(S);
        return NULL;
    }
    s->lu = lu;
    S->content = s;
    return S;
}

void bp_cvodes_solver_use(SUNLinearSolver S, bp_lu *lu) {
    solver *s = S->content;
    s->lu = lu;
    s->solutions = s->failures = 0;
}

bp_lu *bp_cvodes_solver_lu(SUNLinearSolver S) {
    return ((const solver *)S->content)->lu;
}

bp_status bp_cvodes_solver_watch(SUNLinearSolver S, void *memory, N_Vector weight,
                                 const bp_model *model) {
    solver *s = S->content;
    s->memory = memory;
    s->weight = weight;
    if (!model || bp_model_n_totals(model) == 0) return BP_OK;
    return bp_kept_new(model, &s->kept);
}

void bp_cvodes_linear_count(SUNMatrix A, SUNLinearSolver S, bp_stats *stats) {
    matrix *m = A->content;
    solver *s = S->content;
    stats->jacobian_evaluations += m->evaluations;
    stats->factorisations += s->factorisations;
    m->evaluations = 0;
    s->factorisations = 0;
    stats->linear_iterations += s->all_products;
    s->all_products = 0;
}
