// What the parts of the N_Vector share. Internal to nvector*.c.
#ifndef BP_SOLVER_NVECTOR_PARTS_H
#define BP_SOLVER_NVECTOR_PARTS_H

#include "base/isa_copy.h"
#include "solver/nvector.h"

// The data follows its content in one piece of memory.
typedef struct bp_nvector_content {
    int n, lanes;
    int length;     // n * lanes
    int references; // vectors that share this content; more than 1 only after a failure
    bp_nvector_family *family;
    double *data;
} bp_nvector_content;

typedef void bp_nvector_settle_fn(bp_nvector_family *family);
BP_ISA_DECLARE(bp_nvector_settle_fn, bp_nvector_settle)
// Sets the operations that compute.
typedef void bp_nvector_operations_fn(N_Vector_Ops ops);
BP_ISA_DECLARE(bp_nvector_operations_fn, bp_nvector_operations)

#endif
