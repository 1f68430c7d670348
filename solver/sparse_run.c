// The copies of the loops. Lanes are held in vectors as wide as the processor has them
// (compilers split wider ones badly); one lane is a plain number.
#include "solver/sparse_run.h"

#include <string.h>

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#error "the lanes of the sparse LU are vectors of gcc and clang"
#endif

#if defined(__AVX512F__)
enum { WIDEST = 64 };
#elif defined(__AVX__)
enum { WIDEST = 32 };
#else
enum { WIDEST = 16 };
#endif

#define JOIN_(a, b, c, d) a##b##c##d
#define JOIN(a, b, c, d)  JOIN_(a, b, c, d)
#define STREAM_16         narrow
#define STREAM_32         wide
#define STREAM(of)        (of)->JOIN(STREAM_, WIDTH, , )
#define NAME(what)        JOIN(what, PRECISION, LANES, WIDTH)

// A pivot is refused where it is smaller or larger than its entry of A by more than
// these factors: smaller, it is what cancellation left; larger, A is lost in it. The
// measure is free of the units of rows and columns. Newton's method bears single
// factors good to a few digits.
#define LEAST_LEFT_double  1e-12
#define MOST_GROWTH_double 1e7
#define LEAST_LEFT_float   1e-5f
#define MOST_GROWTH_float  1e3f

#define LEAST_LEFT         JOIN(LEAST_LEFT_, PRECISION, , )
#define MOST_GROWTH        JOIN(MOST_GROWTH_, PRECISION, , )

#define PRECISION          double
#define LANES              1
#define WIDTH              16
#include "solver/sparse_run_lanes.h"
#define LANES 4
#define WIDTH 16
#include "solver/sparse_run_lanes.h"
#define LANES 8
#define WIDTH 16
#include "solver/sparse_run_lanes.h"
#define LANES 1
#define WIDTH 32
#include "solver/sparse_run_lanes.h"
#define LANES 4
#define WIDTH 32
#include "solver/sparse_run_lanes.h"
#define LANES 8
#define WIDTH 32
#include "solver/sparse_run_lanes.h"
#undef PRECISION
#define PRECISION float
#define LANES     1
#define WIDTH     16
#include "solver/sparse_run_lanes.h"
#define LANES 4
#define WIDTH 16
#include "solver/sparse_run_lanes.h"
#define LANES 8
#define WIDTH 16
#include "solver/sparse_run_lanes.h"
#define LANES 1
#define WIDTH 32
#include "solver/sparse_run_lanes.h"
#define LANES 4
#define WIDTH 32
#include "solver/sparse_run_lanes.h"
#define LANES 8
#define WIDTH 32
#include "solver/sparse_run_lanes.h"

#define LOOPS(precision, lanes, width)                                                 \
    { factor_##precision##lanes##width, solve_##precision##lanes##width }

bp_sparse_loops BP_ISA_NAME(bp_sparse_loops_of)(int n_lanes, bool single, bool narrow) {
    // [lanes][precision][width]
    static const bp_sparse_loops loops[3][2][2] = {
        {{LOOPS(double, 1, 32), LOOPS(double, 1, 16)},
         {LOOPS(float, 1, 32), LOOPS(float, 1, 16)}},
        {{LOOPS(double, 4, 32), LOOPS(double, 4, 16)},
         {LOOPS(float, 4, 32), LOOPS(float, 4, 16)}},
        {{LOOPS(double, 8, 32), LOOPS(double, 8, 16)},
         {LOOPS(float, 8, 32), LOOPS(float, 8, 16)}},
    };
    return loops[n_lanes == 1 ? 0 : n_lanes == 4 ? 1 : 2][single][narrow];
}
