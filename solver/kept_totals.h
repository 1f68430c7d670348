// Conserved totals through solutions that are not exact. What no reaction changes, J
// does not either: c (I - gamma J) = c, so that the exact solution of (I - gamma J) x =
// b has c x = c b. Iterative ones are given it by the least change in the units of the
// weights, and so keep totals to rounding, as direct factors do. Internal to solver/.
#ifndef BP_SOLVER_KEPT_TOTALS_H
#define BP_SOLVER_KEPT_TOTALS_H

#include "model/model.h"

typedef struct bp_kept bp_kept;

// Borrows `model`; all memory is taken here.
BP_WARN_UNUSED bp_status bp_kept_new(const bp_model *model, bp_kept **out);
void bp_kept_free(bp_kept *kept); // accepts NULL
// The weights (n_states) from now on.
void bp_kept_weigh(bp_kept *kept, const double *weight);
// Takes note of c b, then changes x so that c x = c b. Both (n_states).
void bp_kept_note(bp_kept *kept, const double *b);
void bp_kept_restore(bp_kept *kept, double *x);

#endif
