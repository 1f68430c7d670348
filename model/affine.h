// Affine equations among expressions: finding out whether they are, and solving them in
// symbols. Internal to model/.
#ifndef BP_MODEL_AFFINE_H
#define BP_MODEL_AFFINE_H

#include "model/expr.h"

// Unknowns of a system that is solved in symbols; larger ones are left to numbers.
enum { BP_AFFINE_LIMIT = 8 };

// Solves residual[i] = 0 for the n unknown leaves (state nodes). False when the system
// is not affine in them, or where the solution would divide by what may be zero though
// the system has a solution. `solution`: (n) nodes without the unknowns; a determinant
// that is zero at run time makes them not finite.
bool bp_affine_solve(bp_graph *graph, const int *residual, const int *unknown, int n,
                     int *solution);

#endif
