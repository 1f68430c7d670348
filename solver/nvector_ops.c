// Operations of Bypass' own N_Vector: every one that CVODES 6.4.1 calls. Sums run in
// eight partial sums whatever the machine's vectors are, so the digits are the same
// everywhere.
#include <float.h>
#include <math.h>
#include <string.h>

#include "solver/nvector_parts.h"

// Arguments are the same vector or do not overlap: element by element either is safe.
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif
#define EACH(i, n) INDEPENDENT for (int i = 0; i < (n); i++)

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

// Numbers of a vector that stay in the first cache while several vectors pass.
enum { PARTS = 8, BLOCK = 512 };

static const bp_nvector_content *content_of(N_Vector v) {
    return v->content;
}

static double *data_of(N_Vector v) {
    const bp_nvector_content *c = content_of(v);
    if (c->family->n_waiting > 0) BP_ISA_NAME(bp_nvector_settle)(c->family);
    return c->data;
}

static int length_of(N_Vector v) {
    return content_of(v)->length;
}

// ---- sums that wait ----

enum { MOST_ORDER = 5 };

// Order q of the prediction that the sums are (z[j - 1] += z[j] for j = q .. k, for k =
// 1
// .. q), with its vectors; 0: they are something else.
static int order_of(const bp_nvector_family *family, double *z[MOST_ORDER + 1]) {
    int order = 1, at = 0;
    while (order < MOST_ORDER && order * (order + 1) / 2 < family->n_waiting)
        order++;
    if (order * (order + 1) / 2 != family->n_waiting) return 0;
    const bp_nvector_sum *sum = family->waiting;
    z[order] = (double *)sum[0].y;
    for (int j = order; j >= 1; j--)
        z[j - 1] = sum[order - j].z;
    for (int k = 1; k <= order; k++)
        for (int j = order; j >= k; j--, at++)
            if (sum[at].z != z[j - 1] || sum[at].y != z[j] || sum[at].factor != 1.0)
                return 0;
    return order;
}

// One pass of the triangle, in numbers that the compiler keeps in registers.
#define ADD_DOWN_TO(k)                                                                 \
    do {                                                                               \
        if (order >= 5 && (k) <= 5) x4 += x5;                                          \
        if (order >= 4 && (k) <= 4) x3 += x4;                                          \
        if (order >= 3 && (k) <= 3) x2 += x3;                                          \
        if (order >= 2 && (k) <= 2) x1 += x2;                                          \
        if ((k) <= 1) x0 += x1;                                                        \
    } while (0)

INLINE void predict_order(double *const *z, int n, const int order) {
    double *z0 = z[0], *z1 = z[1], *z2 = z[order < 2 ? 1 : 2];
    double *z3 = z[order < 3 ? 1 : 3], *z4 = z[order < 4 ? 1 : 4];
    const double *z5 = z[order < 5 ? 1 : 5];
    EACH(i, n) {
        double x0 = z0[i], x1 = z1[i], x2 = z2[i], x3 = z3[i], x4 = z4[i], x5 = z5[i];
        ADD_DOWN_TO(1);
        ADD_DOWN_TO(2);
        ADD_DOWN_TO(3);
        ADD_DOWN_TO(4);
        ADD_DOWN_TO(5);
        z0[i] = x0;
        if (order > 1) z1[i] = x1;
        if (order > 2) z2[i] = x2;
        if (order > 3) z3[i] = x3;
        if (order > 4) z4[i] = x4;
    }
}

// Every number is read and written once. The sums are the same, in the same order.
static bool predict(bp_nvector_family *family) {
    double *z[MOST_ORDER + 1];
    int order = order_of(family, z), n = family->length;
    if (order == 2)
        predict_order(z, n, 2);
    else if (order == 3)
        predict_order(z, n, 3);
    else if (order == 4)
        predict_order(z, n, 4);
    else if (order == 5)
        predict_order(z, n, 5);
    return order > 1;
}

void BP_ISA_NAME(bp_nvector_settle)(bp_nvector_family *family) {
    int count = family->n_waiting, n = family->length;
    if (predict(family)) count = 0;
    for (int first = 0; count > 0 && first < n; first += BLOCK) {
        int m = n - first < BLOCK ? n - first : BLOCK;
        for (int k = 0; k < count; k++) {
            const bp_nvector_sum *sum = &family->waiting[k];
            const double *py = sum->y + first, factor = sum->factor;
            double *pz = sum->z + first;
            EACH(i, m) pz[i] = pz[i] + factor * py[i];
        }
    }
    family->n_waiting = 0;
}

static void wait(bp_nvector_content *z, const bp_nvector_content *y, double factor) {
    bp_nvector_family *family = z->family;
    if (family->n_waiting == BP_NVECTOR_MOST_WAITING)
        BP_ISA_NAME(bp_nvector_settle)(family);
    family->waiting[family->n_waiting++] = (bp_nvector_sum){z->data, y->data, factor};
}

// ---- element by element ----

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
    if (a == 1.0 && x == z) {
        wait(z->content, content_of(y), b);
        return;
    }
    const double *px = data_of(x), *py = data_of(y);
    double *pz = data_of(z);
    int n = length_of(z);
    if (a == 1.0) {
        EACH(i, n) pz[i] = px[i] + b * py[i];
    } else if (b == 1.0) {
        EACH(i, n) pz[i] = a * px[i] + py[i];
    } else {
        EACH(i, n) pz[i] = a * px[i] + b * py[i];
    }
}

static void set_all(double c, N_Vector z) {
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = c;
}

static void product(N_Vector x, N_Vector y, N_Vector z) {
    const double *px = data_of(x), *py = data_of(y);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = px[i] * py[i];
}

static void quotient(N_Vector x, N_Vector y, N_Vector z) {
    const double *px = data_of(x), *py = data_of(y);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = px[i] / py[i];
}

static void scale(double c, N_Vector x, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    if (c == 1.0) {
        if (px != pz) memcpy(pz, px, (size_t)n * sizeof *pz);
        return;
    }
    EACH(i, n) pz[i] = c * px[i];
}

static void absolute(N_Vector x, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = fabs(px[i]);
}

static void inverse(N_Vector x, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = 1.0 / px[i];
}

static void add_constant(N_Vector x, double b, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = px[i] + b;
}

static void compare(double c, N_Vector x, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    EACH(i, n) pz[i] = fabs(px[i]) >= c ? 1.0 : 0.0;
}

static booleantype inverse_test(N_Vector x, N_Vector z) {
    const double *px = data_of(x);
    double *pz = data_of(z);
    int n = length_of(z);
    booleantype all = SUNTRUE;
    for (int i = 0; i < n; i++) {
        if (px[i] == 0.0)
            all = SUNFALSE;
        else
            pz[i] = 1.0 / px[i];
    }
    return all;
}

// Constraint codes: 2 is > 0, 1 is >= 0, -1 is <= 0, -2 is < 0, 0 is none.
static int violates(double code, double x) {
    if (code == 0.0) return 0;
    if (fabs(code) > 1.5) return x * code <= 0.0;
    return x * code < 0.0;
}

static booleantype constraint_mask(N_Vector c, N_Vector x, N_Vector mask) {
    const double *pc = data_of(c), *px = data_of(x);
    double *pm = data_of(mask);
    int n = length_of(x), broken = 0;
    for (int i = 0; i < n; i++) {
        int v = violates(pc[i], px[i]);
        pm[i] = v;
        broken |= v;
    }
    return broken ? SUNFALSE : SUNTRUE;
}

// ---- reductions ----

static double add_up(const double part[PARTS]) {
    return ((part[0] + part[4]) + (part[1] + part[5])) +
           ((part[2] + part[6]) + (part[3] + part[7]));
}

static double dot(N_Vector x, N_Vector y) {
    const double *px = data_of(x), *py = data_of(y);
    int n = length_of(x), i = 0;
    double part[PARTS] = {0};
    for (; i + PARTS <= n; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] += px[i + k] * py[i + k];
    for (int k = 0; i < n; i++, k++)
        part[k] += px[i] * py[i];
    return add_up(part);
}

// Sum of (x w)^2 of one lane alone in its vector.
static double square_sum(const double *x, const double *w, int n) {
    double part[PARTS] = {0};
    int i = 0;
    for (; i + PARTS <= n; i += PARTS) {
        for (int k = 0; k < PARTS; k++) {
            double p = x[i + k] * w[i + k];
            part[k] += p * p;
        }
    }
    for (int k = 0; i < n; i++, k++) {
        double p = x[i] * w[i];
        part[k] += p * p;
    }
    return add_up(part);
}

// Sums of (x w)^2 of every lane, where their number is a constant: rows by turns go to
// one of two sums, so that an addition need not wait for the one before.
INLINE void sum_squares(const double *restrict x, const double *restrict w, int n,
                        const int lanes, double *restrict sum) {
    double part[2][BP_MAX_LANES] = {{0}};
    int i = 0;
    for (; i + 2 <= n; i += 2)
        for (int k = 0; k < 2; k++)
            for (int lane = 0; lane < lanes; lane++) {
                double p = x[(i + k) * lanes + lane] * w[(i + k) * lanes + lane];
                part[k][lane] += p * p;
            }
    for (int lane = 0; lane < lanes && i < n; lane++) {
        double p = x[i * lanes + lane] * w[i * lanes + lane];
        part[0][lane] += p * p;
    }
    for (int lane = 0; lane < lanes; lane++)
        sum[lane] = part[0][lane] + part[1][lane];
}

// The largest of them, or one that is no number, so that it is seen.
static double worst_of(const double *sum, int lanes) {
    double worst = sum[0];
    for (int lane = 1; lane < lanes; lane++)
        worst = sum[lane] > worst || isnan(sum[lane]) ? sum[lane] : worst;
    return worst;
}

static double worst_square_sum(N_Vector x, N_Vector weight) {
    const bp_nvector_content *cx = content_of(x);
    const double *px = data_of(x), *w = data_of(weight);
    double sum[BP_MAX_LANES] = {0};
    switch (cx->lanes) {
    case 4:
        sum_squares(px, w, cx->n, 4, sum);
        break;
    case 8:
        sum_squares(px, w, cx->n, 8, sum);
        break;
    case 16:
        sum_squares(px, w, cx->n, 16, sum);
        break;
    default:
        sum_squares(px, w, cx->n, cx->lanes, sum);
    }
    return worst_of(sum, cx->lanes);
}

// The same where the mask is positive.
static double worst_masked_sum(N_Vector x, N_Vector weight, N_Vector where) {
    const bp_nvector_content *cx = content_of(x);
    const double *px = data_of(x), *w = data_of(weight), *mask = data_of(where);
    double sum[BP_MAX_LANES] = {0};
    for (int i = 0; i < cx->n; i++) {
        for (int lane = 0; lane < cx->lanes; lane++) {
            int at = i * cx->lanes + lane;
            double p = mask[at] > 0.0 ? px[at] * w[at] : 0.0;
            sum[lane] += p * p;
        }
    }
    return worst_of(sum, cx->lanes);
}

static double wrms_norm(N_Vector x, N_Vector w) {
    const bp_nvector_content *cx = content_of(x);
    double sum = cx->lanes == 1 ? square_sum(data_of(x), data_of(w), cx->n)
                                : worst_square_sum(x, w);
    return sqrt(sum / cx->n);
}

static double wrms_norm_mask(N_Vector x, N_Vector w, N_Vector mask) {
    const bp_nvector_content *cx = content_of(x);
    double sum = worst_masked_sum(x, w, mask);
    return sqrt(sum / cx->n);
}

static double wl2_norm(N_Vector x, N_Vector w) {
    return sqrt(square_sum(data_of(x), data_of(w), length_of(x)));
}

static double l1_norm(N_Vector x) {
    const double *px = data_of(x);
    int n = length_of(x);
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += fabs(px[i]);
    return sum;
}

static double max_norm(N_Vector x) {
    const double *px = data_of(x);
    int n = length_of(x);
    double part[PARTS] = {0}, largest = 0.0;
    int i = 0;
    for (; i + PARTS <= n; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] = fabs(px[i + k]) > part[k] ? fabs(px[i + k]) : part[k];
    for (; i < n; i++)
        largest = fabs(px[i]) > largest ? fabs(px[i]) : largest;
    for (int k = 0; k < PARTS; k++)
        largest = part[k] > largest ? part[k] : largest;
    return largest;
}

static double smallest(N_Vector x) {
    const double *px = data_of(x);
    int n = length_of(x);
    double part[PARTS], low = px[0];
    for (int k = 0; k < PARTS; k++)
        part[k] = px[0];
    int i = 0;
    for (; i + PARTS <= n; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] = px[i + k] < part[k] ? px[i + k] : part[k];
    for (; i < n; i++)
        low = px[i] < low ? px[i] : low;
    for (int k = 0; k < PARTS; k++)
        low = part[k] < low ? part[k] : low;
    return low;
}

static double min_quotient(N_Vector num, N_Vector denom) {
    const double *pn = data_of(num), *pd = data_of(denom);
    int n = length_of(num);
    double low = DBL_MAX;
    for (int i = 0; i < n; i++)
        if (pd[i] != 0.0 && pn[i] / pd[i] < low) low = pn[i] / pd[i];
    return low;
}

// ---- fused: one pass where CVODES would make several ----

// z = sum of c[k] x[k], two terms a pass, a block of z for all terms before the next.
// x[0] may be z.
static void combine_block(int count, const double *c, N_Vector *x, double *pz,
                          int first, int m) {
    const double *p0 = data_of(x[0]) + first, *p1 = data_of(x[1]) + first;
    const double c0 = c[0], c1 = c[1];
    EACH(i, m) pz[i] = c0 * p0[i] + c1 * p1[i];
    int k = 2;
    for (; k + 1 < count; k += 2) {
        const double *pa = data_of(x[k]) + first, *pb = data_of(x[k + 1]) + first;
        const double a = c[k], b = c[k + 1];
        EACH(i, m) pz[i] += a * pa[i] + b * pb[i];
    }
    if (k == count) return;
    const double *pa = data_of(x[k]) + first, a = c[k];
    EACH(i, m) pz[i] += a * pa[i];
}

static int linear_combination(int count, double *c, N_Vector *x, N_Vector z) {
    int n = length_of(z);
    if (count == 1) {
        scale(c[0], x[0], z);
        return 0;
    }
    for (int first = 0; first < n; first += BLOCK)
        combine_block(count, c, x, data_of(z) + first, first,
                      n - first < BLOCK ? n - first : BLOCK);
    return 0;
}

// z[k] = a[k] x + y[k]: the update of the Nordsieck array at the end of a step, a block
// of x for all k before the next.
// NOLINTNEXTLINE(readability-non-const-parameter): the type of the operation
static int scale_add_multi(int count, double *a, N_Vector x, N_Vector *y, N_Vector *z) {
    int n = length_of(x);
    for (int first = 0; first < n; first += BLOCK) {
        const double *px = data_of(x) + first;
        int m = n - first < BLOCK ? n - first : BLOCK;
        for (int k = 0; k < count; k++) {
            const double *py = data_of(y[k]) + first, factor = a[k];
            double *pz = data_of(z[k]) + first;
            EACH(i, m) pz[i] = factor * px[i] + py[i];
        }
    }
    return 0;
}

static int dot_multi(int count, N_Vector x, N_Vector *y, double *dots) {
    for (int k = 0; k < count; k++)
        dots[k] = dot(x, y[k]);
    return 0;
}

static int scale_array(int count, double *c, N_Vector *x, N_Vector *z) {
    for (int k = 0; k < count; k++)
        scale(c[k], x[k], z[k]);
    return 0;
}

static int linear_sum_array(int count, double a, N_Vector *x, double b, N_Vector *y,
                            N_Vector *z) {
    for (int k = 0; k < count; k++)
        linear_sum(a, x[k], b, y[k], z[k]);
    return 0;
}

static int set_all_array(int count, double c, N_Vector *z) {
    for (int k = 0; k < count; k++)
        set_all(c, z[k]);
    return 0;
}

void BP_ISA_NAME(bp_nvector_operations)(N_Vector_Ops ops) {
    ops->nvlinearsum = linear_sum;
    ops->nvconst = set_all;
    ops->nvprod = product;
    ops->nvdiv = quotient;
    ops->nvscale = scale;
    ops->nvabs = absolute;
    ops->nvinv = inverse;
    ops->nvaddconst = add_constant;
    ops->nvdotprod = dot;
    ops->nvmaxnorm = max_norm;
    ops->nvwrmsnorm = wrms_norm;
    ops->nvwrmsnormmask = wrms_norm_mask;
    ops->nvmin = smallest;
    ops->nvwl2norm = wl2_norm;
    ops->nvl1norm = l1_norm;
    ops->nvcompare = compare;
    ops->nvinvtest = inverse_test;
    ops->nvconstrmask = constraint_mask;
    ops->nvminquotient = min_quotient;
    ops->nvlinearcombination = linear_combination;
    ops->nvscaleaddmulti = scale_add_multi;
    ops->nvdotprodmulti = dot_multi;
    ops->nvscalevectorarray = scale_array;
    ops->nvlinearsumvectorarray = linear_sum_array;
    ops->nvconstvectorarray = set_all_array;
}
