// Absolute tolerances: given in the unit users see, so that a concentration's is
// multiplied by the size that its compartment has at the start. Internal to solver/.
#ifndef BP_SOLVER_TOLERANCES_H
#define BP_SOLVER_TOLERANCES_H

#include "model/model.h"

typedef struct bp_tolerances bp_tolerances;

// Borrows the model.
BP_WARN_UNUSED bp_status bp_tolerances_new(const bp_model *model, double atol,
                                           bp_tolerances **out);
void bp_tolerances_free(bp_tolerances *tolerances); // accepts NULL
// Of each state, (n_states, at least 1), for a run that starts at (t, y) with the
// parameters in `work`, which has one lane.
void bp_tolerances_find(bp_tolerances *tolerances, bp_work *work, double t,
                        const double *y, double *atol);

#endif
