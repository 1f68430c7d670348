// N_Vector of Bypass: 64-byte aligned, vectorised, with lanes (Debian's SUNDIALS is
// built without optimisation; these operations alone make CVODES twice as fast).
// Internal.
#ifndef BP_SOLVER_NVECTOR_H
#define BP_SOLVER_NVECTOR_H

#include <stdbool.h>
#include <sundials/sundials_nvector.h>

#include "solver/problem.h"

// Entry [i][lane], lane fastest. The weighted RMS norm is taken per lane and the worst
// one returned, so that every lane meets the tolerance. Zeroed; NULL when out of
// memory. `failed` is set when a clone (or a clone's clone) gets no memory: look at it
// after every call of SUNDIALS that may clone.
N_Vector bp_nvector_new(int n, int lanes, bool *failed, SUNContext context);
double *bp_nvector_data(N_Vector v);

#endif
