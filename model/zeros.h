// Zeros: which states and parameters of a model are 0 at the start of all runs of a
// plan and can never be anything else, told from the expression graph. What is so can
// be left out of the system that is integrated (bp_compile_options.zero).
#ifndef BP_MODEL_ZEROS_H
#define BP_MODEL_ZEROS_H

#include "model/model.h"

// What the runs set: the settings of all runs, one after the other. A variable that is
// set stands once in the settings of a run.
typedef struct bp_all_settings {
    const bp_initial_value *items; // (n)
    size_t n;
    int n_runs; // at least 1
} bp_all_settings;

// Marks in `zero` (one for each variable) the states, parameters and
// reactions, no compartments, that are exactly 0 in all runs at all times. *n: how many
// of them are states.
//
// A state stays 0 where its rate is 0 whatever the others are that may differ from 0. A
// product with a factor 0 is 0 only where all other factors are finite. An amount that
// only reactions change is taken not to become negative, nor exactly 0 where it begins
// above; what divides by anything else that may be 0 proves nothing, and what makes 0/0
// stays in. Events reach all that they assign. A model with delays, algebraic rules
// solved by numbers, or fast reactions is left whole.
BP_API BP_WARN_UNUSED bp_status bp_model_find_zeros(const bp_model *model,
                                                    const bp_all_settings *settings,
                                                    bool *zero, int *n);

#endif
