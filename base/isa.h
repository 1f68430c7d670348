// Which machine code runs: the loops that cost time are compiled several times from one
// source, for plain x86-64, for AVX2 and for AVX-512, and the best that the processor
// has is taken when the program runs. All copies compute the same bits. Elsewhere than
// on x86-64 there is one copy, the baseline. How a source joins: base/isa_copy.h.
#ifndef BP_BASE_ISA_H
#define BP_BASE_ISA_H

#include <stdbool.h>

typedef enum bp_isa {
    BP_ISA_BASELINE,
    BP_ISA_AVX2,
    BP_ISA_AVX512,
    BP_ISA_COUNT
} bp_isa;

// Whether this build holds the copy and this processor can run it.
bool bp_isa_available(bp_isa isa);
// The copy in use: the best available, found when first asked for.
bp_isa bp_isa_used(void);
// Uses another copy from now on, in solvers and works made from now on. For tests and
// benchmarks: the results do not change. False, and nothing happens, where it is not
// available.
bool bp_isa_use(bp_isa isa);
// "baseline", "avx2", "avx512"
const char *bp_isa_text(bp_isa isa);

#endif
