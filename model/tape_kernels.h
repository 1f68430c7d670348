// The copies of the interpreter's loops, one for each kind of processor. Internal.
#ifndef BP_MODEL_TAPE_KERNELS_H
#define BP_MODEL_TAPE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/isa_copy.h"
#include "model/tape.h"

typedef void bp_tape_kernels_fn(const bp_tape *tape, double *registers, double *output,
                                int n_lanes);
BP_ISA_DECLARE(bp_tape_kernels_fn, bp_tape_kernels)

// Whether all of them are finite numbers.
typedef bool bp_tape_finite_fn(const double *values, size_t n);
BP_ISA_DECLARE(bp_tape_finite_fn, bp_tape_finite)

#endif
