// Sparse vectors of whole numbers and the null space of the stoichiometric matrix.
// Internal to model/conserve*.c.
#ifndef BP_MODEL_CONSERVE_H
#define BP_MODEL_CONSERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/array.h"
#include "model/model_internal.h"

typedef struct bp_whole {
    int index;
    int64_t value;
} bp_whole;

typedef BP_ARRAY(bp_whole) bp_whole_vector; // sorted by index, values not 0

typedef BP_ARRAY(bp_whole_vector) bp_whole_basis;

int64_t bp_whole_divisor(int64_t a, int64_t b); // greatest common one, not negative
// out = x a + y b. False on overflow, or without memory (`failed` is set then).
bool bp_whole_combine(int64_t x, const bp_whole_vector *a, int64_t y,
                      const bp_whole_vector *b, bp_whole_vector *out, bool *failed);
int64_t bp_whole_at(const bp_whole_vector *v, int index);
void bp_whole_swap(bp_whole_vector *a, bp_whole_vector *b);
void bp_whole_basis_clear(bp_whole_basis *basis);

// Combinations of states (indices are states) that no reaction changes: as many as
// there are, each the sum of one state and states that come before it in the order of
// how many reactions they take part in. False without memory.
bool bp_conserve_space(const bp_model *model, bp_whole_basis *out);

#endif
