// Runs a tape by the copy of the loops that suits the processor.
#include "model/tape_kernels.h"

void bp_tape_run(const bp_tape *tape, double *registers, double *output, int n_lanes) {
    BP_ISA_CHOOSE(bp_tape_kernels)(tape, registers, output, n_lanes);
}

bool bp_tape_all_finite(const double *values, size_t n) {
    return BP_ISA_CHOOSE(bp_tape_finite)(values, n);
}
