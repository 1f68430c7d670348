// GMRES: solves A x = b by products with A, preconditioned from the left, in a weighted
// norm. No restarts: a preconditioner with which `dimension` products do not suffice is
// to be made anew. Internal to solver/; knows nothing of SUNDIALS.
#ifndef BP_SOLVER_GMRES_H
#define BP_SOLVER_GMRES_H

#include "base/status.h"

typedef struct bp_gmres bp_gmres;

typedef struct bp_gmres_system {
    void *self; // passed to both
    // out := A x (n)
    void (*multiply)(void *self, const double *x, double *out);
    // x := P^-1 x (n), with P near A
    void (*precondition)(void *self, double *x);
} bp_gmres_system;

// Takes (dimension + 1) n numbers.
BP_WARN_UNUSED bp_status bp_gmres_new(int n, int dimension, bp_gmres **out);
void bp_gmres_free(bp_gmres *gmres); // accepts NULL
// x: (n) holds b, then the solution. Stops when the 2-norm of W P^-1 (b - A x), W the
// diagonal matrix of `weight` (n, positive), is at most `tolerance`. Adds the number of
// products to *products. CONVERGENCE when `dimension` of them do not suffice or numbers
// are not finite; x is then worth nothing.
BP_WARN_UNUSED bp_status bp_gmres_solve(bp_gmres *gmres, const bp_gmres_system *system,
                                        const double *weight, double tolerance,
                                        double *x, long *products);

#endif
