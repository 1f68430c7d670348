// Every operation of the vectors, by the code of every kind of processor: the same
// bits.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"
#include "solver/nvector.h"
#include "tests/support/harness.h"

enum { N_VECTORS = 8, LARGEST = 200, ROOM = 64 * LARGEST };

// What all operations gave, one after the other.
typedef struct trace {
    double values[ROOM];
    int n;
} trace;

typedef struct vectors {
    N_Vector v[N_VECTORS];
    int length;
    bp_nvector_family family;
} vectors;

static double draw(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u; // Numerical Recipes
    return ((double)(*seed >> 8) / 8388608.0 - 1.0) * exp2((int)(*seed >> 28) - 8);
}

static void make(vectors *p, int n, int lanes, SUNContext context) {
    unsigned seed = 77;
    p->length = n * lanes;
    p->family = (bp_nvector_family){0};
    for (int k = 0; k < N_VECTORS; k++) {
        p->v[k] = bp_nvector_new(n, lanes, &p->family, context);
        CU_ASSERT_PTR_NOT_NULL_FATAL(p->v[k]);
        for (int i = 0; i < p->length; i++)
            bp_nvector_data(p->v[k])[i] = draw(&seed);
    }
}

static void clear(vectors *p) {
    for (int k = 0; k < N_VECTORS; k++)
        N_VDestroy(p->v[k]);
}

static void keep(trace *t, double x) {
    CU_ASSERT_TRUE_FATAL(t->n < ROOM);
    t->values[t->n++] = x;
}

static void keep_vector(trace *t, const vectors *p, N_Vector v) {
    for (int i = 0; i < p->length; i++)
        keep(t, bp_nvector_data(v)[i]);
}

static void run_elementwise(vectors *p, trace *t) {
    N_Vector a = p->v[0], b = p->v[1], z = p->v[7];
    const double factors[][2] = {{1, 0.3}, {0.3, 1}, {-0.7, 0.3}, {1, -1}, {1, 1}};
    for (int k = 0; k < 5; k++) {
        N_VLinearSum(factors[k][0], a, factors[k][1], b, z);
        keep_vector(t, p, z);
    }
    void (*const binary[])(N_Vector, N_Vector, N_Vector) = {N_VProd, N_VDiv};
    void (*const unary[])(N_Vector, N_Vector) = {N_VAbs, N_VInv};
    for (int k = 0; k < 2; k++) {
        binary[k](a, b, z);
        keep_vector(t, p, z);
        unary[k](a, z);
        keep_vector(t, p, z);
    }
    N_VScale(0.1, a, z);
    keep_vector(t, p, z);
    N_VScale(-1.0, z, z);
    keep_vector(t, p, z);
    N_VAddConst(a, 0.1, z);
    keep_vector(t, p, z);
    N_VCompare(0.5, a, z);
    keep_vector(t, p, z);
}

static void run_reductions(vectors *p, trace *t) {
    N_Vector a = p->v[0], b = p->v[1], mask = p->v[2];
    keep(t, N_VDotProd(a, b));
    keep(t, N_VMaxNorm(a));
    keep(t, N_VWrmsNorm(a, b));
    keep(t, N_VWrmsNormMask(a, b, mask));
    keep(t, N_VMin(a));
    keep(t, N_VWL2Norm(a, b));
    keep(t, N_VL1Norm(a));
    keep(t, N_VMinQuotient(a, b));
    double dots[5];
    CU_ASSERT_EQUAL(N_VDotProdMulti(5, a, p->v + 1, dots), 0);
    for (int k = 0; k < 5; k++)
        keep(t, dots[k]);
}

static void run_fused(vectors *p, trace *t) {
    double c[6] = {0.3, -1.7, 1.0, 0.01, 5.0, 1.0 / 3.0};
    for (int count = 1; count <= 6; count++) {
        CU_ASSERT_EQUAL(N_VLinearCombination(count, c, p->v, p->v[7]), 0);
        keep_vector(t, p, p->v[7]);
    }
    c[0] = 1.0; // in place, as CVODES predicts and interpolates
    CU_ASSERT_EQUAL(N_VLinearCombination(5, c, p->v, p->v[0]), 0);
    keep_vector(t, p, p->v[0]);
    CU_ASSERT_EQUAL(N_VScaleAddMulti(5, c, p->v[7], p->v, p->v), 0);
    CU_ASSERT_EQUAL(N_VScaleVectorArray(3, c, p->v, p->v), 0);
    CU_ASSERT_EQUAL(N_VLinearSumVectorArray(2, 0.7, p->v, -0.2, p->v + 2, p->v + 4), 0);
    for (int k = 0; k < 6; k++)
        keep_vector(t, p, p->v[k]);
    CU_ASSERT_EQUAL(N_VConstVectorArray(3, 0.2, p->v), 0);
    keep_vector(t, p, p->v[1]);
}

// As CVODES predicts and takes it back, more sums than may wait.
static void run_sums(vectors *p, trace *t) {
    for (int order = 1; order <= 6; order++)
        for (int sign = 1; sign >= -1; sign -= 2) {
            for (int k = 1; k <= order; k++)
                for (int j = order; j >= k; j--)
                    N_VLinearSum(1.0, p->v[j - 1], sign, p->v[j], p->v[j - 1]);
            keep(t, N_VWrmsNorm(p->v[0], p->v[1]));
        }
    for (int k = 0; k < 6; k++)
        keep_vector(t, p, p->v[k]);
}

static void run_all(int n, int lanes, SUNContext context, trace *t) {
    vectors p;
    t->n = 0;
    make(&p, n, lanes, context);
    run_elementwise(&p, t);
    run_sums(&p, t);
    run_reductions(&p, t);
    run_fused(&p, t);
    clear(&p);
}

static int compare(int n, int lanes, SUNContext context, trace both[2]) {
    int compared = 0;
    CU_ASSERT_TRUE_FATAL(bp_isa_use(BP_ISA_BASELINE));
    run_all(n, lanes, context, &both[0]);
    for (int isa = BP_ISA_BASELINE + 1; isa < BP_ISA_COUNT; isa++) {
        if (!bp_isa_use((bp_isa)isa)) continue;
        run_all(n, lanes, context, &both[1]);
        CU_ASSERT_EQUAL(both[0].n, both[1].n);
        for (int i = 0; i < both[0].n; i++, compared++)
            CHECK(memcmp(&both[0].values[i], &both[1].values[i], sizeof(double)) == 0,
                  "%s, %d x %d, value %d: %.17g, not %.17g", bp_isa_text((bp_isa)isa),
                  n, lanes, i, both[1].values[i], both[0].values[i]);
    }
    return compared;
}

static void every_processor_computes_the_same_bits(void) {
    bp_isa best = bp_isa_used();
    SUNContext context;
    CU_ASSERT_EQUAL_FATAL(SUNContext_Create(NULL, &context), 0);
    trace *both = malloc(2 * sizeof *both);
    CU_ASSERT_PTR_NOT_NULL_FATAL(both);
    static const int sizes[] = {1, 2, 3, 7, 8, 9, 15, 16, 23, 25};
    static const int lanes[] = {1, 4, 8, 3};
    int compared = 0;
    for (int k = 0; k < 10; k++)
        for (int l = 0; l < 4; l++)
            compared += compare(sizes[k], lanes[l], context, both);
    free(both);
    SUNContext_Free(&context);
    CU_ASSERT_TRUE(bp_isa_use(best));
    if (compared == 0) test_skip("this processor or this build has one copy only");
}

static const test_case tests[] = {
    TEST(every_processor_computes_the_same_bits),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("nvector_copies", tests, argc, argv);
}
