// Linear: LU factors of matrices with one sparsity pattern, dense, by KLU or with fixed
// pivots, and the choice between them. Internal to solver/; knows nothing of CVODES.
#ifndef BP_SOLVER_LINEAR_H
#define BP_SOLVER_LINEAR_H

#include "model/model.h"
#include "solver/solver.h"

typedef struct bp_lu bp_lu;

// CONVERGENCE is an iterative method's answer when it does not get there.
typedef struct bp_aim {
    const double *weight; // (n), borrowed until the next call
    double tolerance;     // 2-norm of weight x error
    double ratio; // r: (1 - r) I + r A is meant, A as factored: gamma over that of A
} bp_aim;

// Memory of the factors' own for a right-hand side (n, of lanes n x n_lanes): one of
// them.
typedef struct bp_lu_room {
    double *wide;
    float *narrow;
} bp_lu_room;

typedef struct bp_lu_type {
    void (*free)(bp_lu *self);
    // Forgets pivots of earlier matrices, so that the next factors do not depend on
    // them.
    void (*reset)(bp_lu *self);
    // Factors the matrix with these values (nnz), which stay as they are until the next
    // call. LINEAR_SOLVER when it is singular.
    bp_status (*factor)(bp_lu *self, const double *values);
    // x := A^-1 x (n). LINEAR_SOLVER when it turns out that A is singular.
    bp_status (*solve)(bp_lu *self, double *x);
    // Optional, both or none: room that saves copies, to be filled anew for every
    // solution; both NULL where the next one must go through `solve`. Then what is in
    // the room := A^-1 of it.
    bp_lu_room (*room)(bp_lu *self);
    void (*solve_room)(bp_lu *self);
    void (*describe)(const bp_lu *self, bp_text *out);
    // Of iterative methods alone, else NULL: what the next solutions are wanted for.
    void (*aim)(bp_lu *self, const bp_aim *aim);
    // Of iterative methods alone, else NULL: products since the last call.
    long (*count)(bp_lu *self);
} bp_lu_type;

struct bp_lu {
    const bp_lu_type *type;
    const bp_pattern *pattern; // borrowed
};

BP_WARN_UNUSED bp_status bp_lu_new_dense(const bp_pattern *pattern, bp_lu **out);
// Orders once, by approximate minimum degree.
BP_WARN_UNUSED bp_status bp_lu_new_klu(const bp_pattern *pattern, bp_lu **out);
// Pivots on the diagonal in a fixed order; KLU helps where those do not serve.
// UNSUPPORTED where the work is beyond what it is for (solver/sparse_lu.h).
BP_WARN_UNUSED bp_status bp_lu_new_sparse(const bp_pattern *pattern, bp_lu **out);
// As `linear` says (bp_linear), or by counted work. Where `sparse` is asked for and the
// work is beyond it, KLU.
BP_WARN_UNUSED bp_status bp_lu_new(const bp_pattern *pattern, int linear, bp_lu **out);
// The same for several matrices at once (n_lanes, at most BP_MAX_LANES of problem.h):
// values (nnz x n_lanes) and x (n x n_lanes), lane fastest. LINEAR_SOLVER when one of
// them is singular, or (AUTO, SPARSE) when pivots kept on the diagonal do not serve
// one. `single`: factors may be in single precision as long as they serve.
BP_WARN_UNUSED bp_status bp_lu_new_lanes(const bp_pattern *pattern, int linear,
                                         int n_lanes, bool single, bp_lu **out);
// The same for matrices of which few are factored, so that the analysis counts: by
// itself takes dense factors or KLU.
BP_WARN_UNUSED bp_status bp_lu_new_for_few(const bp_pattern *pattern, int linear,
                                           bp_lu **out);
// GMRES with incomplete factors.
BP_WARN_UNUSED bp_status bp_lu_new_gmres(const bp_pattern *pattern, bp_lu **out);
// Whether factors take so much work, and fill in so much, that iterating pays.
BP_WARN_UNUSED bp_status bp_gmres_pays(const bp_pattern *pattern, bool *pays);
// Whether, where that is so for one matrix, factors of several at once still pay.
BP_WARN_UNUSED bp_status bp_lu_lanes_pay(const bp_pattern *pattern, bool *pays);
// As bp_lu_new, but iterative where `linear` says so or counted work does: for matrices
// of steps, whose solutions need not be exact.
BP_WARN_UNUSED bp_status bp_lu_new_steps(const bp_pattern *pattern, int linear,
                                         bp_lu **out);
void bp_lu_free(bp_lu *lu); // accepts NULL

// Largest backward error of a row, |b - A x| / (|A| |x| + |b|), with which factors are
// kept. Sound ones leave about 1e-14.
#define BP_LU_KEEP 1e-8
// Whether the nth factors of a run (from 1) are to be looked at in that way: the first
// ones, then one in so many. All are measured by their pivots.
static inline bool bp_lu_needs_proof(long nth) {
    enum { FIRST = 4, ONE_IN = 8 };
    return nth <= FIRST || nth % ONE_IN == 0;
}
// Whether x solves A x = b as well as sound factors would. Destroys b (n); size (n) is
// for work.
bool bp_lu_serves(const bp_pattern *pattern, const double *values, const double *x,
                  double *b, double *size);

// Entries of L + U that KLU expects (without the work of factoring).
double bp_lu_klu_fill(const bp_lu *klu);
// Multiplications that KLU expects of a factorisation.
double bp_lu_klu_work(const bp_lu *klu);
// How often reused pivots did not serve and new ones were chosen, since the last reset.
long bp_lu_klu_guarded(const bp_lu *klu);

// The same of factors with fixed pivots; `guarded` counts the matrices left to KLU.
double bp_lu_sparse_fill(const bp_lu *sparse);
double bp_lu_sparse_work(const bp_lu *sparse);
long bp_lu_sparse_guarded(const bp_lu *sparse);

#endif
