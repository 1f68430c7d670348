#include "base/isa.h"

#include <stdatomic.h>

#include "base/isa_copy.h"

// The copy in use + 1; 0 until it has been looked for. Whoever looks finds the same.
static atomic_int used;

#ifdef BP_ISA_COPIES
// The answers include whether the operating system keeps the registers.
static bool processor_has(bp_isa isa) {
    switch (isa) {
    case BP_ISA_AVX2:
        return __builtin_cpu_supports("avx2");
    case BP_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    default:
        return isa == BP_ISA_BASELINE;
    }
}
#else
static bool processor_has(bp_isa isa) {
    return isa == BP_ISA_BASELINE;
}
#endif

bool bp_isa_available(bp_isa isa) {
    return processor_has(isa);
}

bp_isa bp_isa_used(void) {
    int found = atomic_load_explicit(&used, memory_order_relaxed);
    if (found > 0) return (bp_isa)(found - 1);
    int best = BP_ISA_COUNT - 1;
    while (!processor_has((bp_isa)best))
        best--;
    atomic_store_explicit(&used, best + 1, memory_order_relaxed);
    return (bp_isa)best;
}

bool bp_isa_use(bp_isa isa) {
    if (!processor_has(isa)) return false;
    atomic_store_explicit(&used, (int)isa + 1, memory_order_relaxed);
    return true;
}

const char *bp_isa_text(bp_isa isa) {
    static const char *const texts[BP_ISA_COUNT] = {"baseline", "avx2", "avx512"};
    return isa >= 0 && isa < BP_ISA_COUNT ? texts[isa] : "?";
}
