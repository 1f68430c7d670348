// N_Vector of Bypass: 64-byte aligned, vectorised, with lanes (Debian's SUNDIALS is
// built without optimisation; these operations alone make CVODES twice as fast).
// Internal.
#ifndef BP_SOLVER_NVECTOR_H
#define BP_SOLVER_NVECTOR_H

#include <stdbool.h>
#include <sundials/sundials_nvector.h>

#include "solver/problem.h"

// A sum that is wanted but not formed yet: z += factor y.
typedef struct bp_nvector_sum {
    double *z;
    const double *y;
    double factor;
} bp_nvector_sum;

enum { BP_NVECTOR_MOST_WAITING = 15 };

// What vectors of one integrator share. CVODES predicts by adding vectors to each
// other, q(q + 1)/2 times in a row at order q: such sums wait until something else
// happens and are then formed together: a prediction in one pass, others while a block
// is in the cache.
typedef struct bp_nvector_family {
    bool failed; // a clone (or a clone's clone) got no memory: look at it after every
                 // call of SUNDIALS that may clone
    int n_waiting, length;
    bp_nvector_sum waiting[BP_NVECTOR_MOST_WAITING];
    void (*settle)(struct bp_nvector_family *family); // forms them
} bp_nvector_family;

// Entry [i][lane], lane fastest. The weighted RMS norm is taken per lane and the worst
// one returned, so that every lane meets the tolerance. Zeroed; NULL when out of
// memory. The family (zeroed by its owner before its first vector; all are of one
// length) lives longer than its vectors.
N_Vector bp_nvector_new(int n, int lanes, bp_nvector_family *family,
                        SUNContext context);
// To read, or to write as long as nothing else is done with vectors of the family.
double *bp_nvector_data(N_Vector v);

#endif
