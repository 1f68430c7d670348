// Numbers too small for their type's full precision are made 0 between these two calls:
// single-precision loops over quantities of every size would otherwise spend most of
// their time on them (processors handle each by a trap of their own). Of this thread
// alone. Where the processor has no such mode known here, nothing happens. Internal.
#ifndef BP_BASE_FLUSH_H
#define BP_BASE_FLUSH_H

#if defined(__SSE2__)
#include <xmmintrin.h>

typedef unsigned bp_flush;

static inline bp_flush bp_flush_begin(void) {
    enum { FLUSH_RESULTS = 0x8000, FLUSH_OPERANDS = 0x0040 };
    bp_flush before = _mm_getcsr();
    _mm_setcsr(before | FLUSH_RESULTS | FLUSH_OPERANDS);
    return before;
}

static inline void bp_flush_end(bp_flush before) {
    _mm_setcsr(before);
}

#else

typedef int bp_flush;

static inline bp_flush bp_flush_begin(void) {
    return 0;
}

static inline void bp_flush_end(bp_flush before) {
    (void)before;
}

#endif

#endif
