// How a source is compiled once for each kind of processor (base/isa.h). Internal.
//
// 1. CMake: bp_isa_copies(TARGET SOURCE OPTIONS ...), in place of naming the source.
// 2. The source defines its functions static, but for those by which it is entered:
//        void BP_ISA_NAME(bp_thing_run)(const bp_thing *thing) { ... }
//    and their header declares all copies of each:
//        typedef void bp_thing_run_fn(const bp_thing *thing);
//        BP_ISA_DECLARE(bp_thing_run_fn, bp_thing_run)
// 3. Whoever calls it takes the copy in use, best once, when something is made:
//        bp_thing_run_fn *run = BP_ISA_CHOOSE(bp_thing_run);
//
// What is in the source must compute the same bits in all copies: sums run in an order
// that the source says, and nothing is contracted (-ffp-contract=off).
#ifndef BP_BASE_ISA_COPY_H
#define BP_BASE_ISA_COPY_H

#include "base/isa.h"

#ifndef BP_ISA_SUFFIX // the copies define it (cmake/IsaCopies.cmake)
#define BP_ISA_SUFFIX baseline
#endif

#define BP_ISA_PASTE(name, suffix)  name##_##suffix
#define BP_ISA_EXPAND(name, suffix) BP_ISA_PASTE(name, suffix)
#define BP_ISA_NAME(name)           BP_ISA_EXPAND(name, BP_ISA_SUFFIX)

#ifdef BP_ISA_COPIES // the build has them
#define BP_ISA_DECLARE(type, name) type name##_baseline, name##_avx2, name##_avx512;
#define BP_ISA_CHOOSE(name)                                                            \
    (bp_isa_used() == BP_ISA_AVX512 ? name##_avx512                                    \
     : bp_isa_used() == BP_ISA_AVX2 ? name##_avx2                                      \
                                    : name##_baseline)
#else
#define BP_ISA_DECLARE(type, name) type name##_baseline;
#define BP_ISA_CHOOSE(name)        name##_baseline
#endif

#endif
