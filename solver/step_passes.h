// Passes over vectors that an implicit step makes, each fused from what would be
// several operations of N_Vector. Vectors are (n x n_lanes), lane fastest. Internal to
// solver/.
#ifndef BP_SOLVER_STEP_PASSES_H
#define BP_SOLVER_STEP_PASSES_H

#include <stdbool.h>

#include "base/isa_copy.h"
#include "solver/linear.h"

// Newton's iteration for y = predicted + correction, where
// correction + rl1 zn1 - gamma f(y) is to be 0 (Nordsieck's form; zn1 is h y').
typedef struct bp_newton_vectors {
    int n, n_lanes;
    double gamma, rl1;
    const double *zn1, *f, *predicted, *weight;
    double *correction, *y;
    bool first; // correction is 0 and has not been written
} bp_newton_vectors;

// room := gamma f - (rl1 zn1 + correction), the right-hand side of the linear system.
typedef void bp_newton_residual_fn(const bp_newton_vectors *v, bp_lu_room room);
// correction += factor x room, y = predicted + correction; the largest over the lanes
// of the sum of (factor x room x weight)^2, or one that is no number.
typedef double bp_newton_correct_fn(const bp_newton_vectors *v, double factor,
                                    bp_lu_room room);
// weight := 1 / (rtol |y| + atol)
typedef void bp_error_weights_fn(int length, double rtol, const double *y,
                                 const double *atol, double *weight);
// values := I - gamma J of every lane; false where an entry of J is not finite.
typedef bool bp_newton_matrix_fn(const bp_pattern *pattern, int n_lanes, double gamma,
                                 const double *jacobian, double *values);

BP_ISA_DECLARE(bp_newton_residual_fn, bp_newton_residual)
BP_ISA_DECLARE(bp_newton_correct_fn, bp_newton_correct)
BP_ISA_DECLARE(bp_error_weights_fn, bp_error_weights)
BP_ISA_DECLARE(bp_newton_matrix_fn, bp_newton_matrix)

#endif
