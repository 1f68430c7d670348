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

enum { PARTS = 8 };

static const bp_nvector_content *content_of(N_Vector v) {
    return v->content;
}

static double *data_of(N_Vector v) {
    return content_of(v)->data;
}

static int length_of(N_Vector v) {
    return content_of(v)->length;
}

// ---- element by element ----

static void linear_sum(double a, N_Vector x, double b, N_Vector y, N_Vector z) {
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

// The largest sum of (x w mask)^2 of several lanes; mask NULL: all.
static double worst_square_sum(const bp_nvector_content *cx, const double *w,
                               const double *mask) {
    double sum[BP_MAX_LANES] = {0};
    for (int i = 0; i < cx->n; i++) {
        for (int lane = 0; lane < cx->lanes; lane++) {
            int at = i * cx->lanes + lane;
            double p = mask && !(mask[at] > 0.0) ? 0.0 : cx->data[at] * w[at];
            sum[lane] += p * p;
        }
    }
    double worst = sum[0];
    for (int lane = 1; lane < cx->lanes; lane++) // a NaN stays, so that it is seen
        worst = sum[lane] > worst || isnan(sum[lane]) ? sum[lane] : worst;
    return worst;
}

static double wrms_norm(N_Vector x, N_Vector w) {
    const bp_nvector_content *cx = content_of(x);
    double sum = cx->lanes == 1 ? square_sum(cx->data, data_of(w), cx->n)
                                : worst_square_sum(cx, data_of(w), NULL);
    return sqrt(sum / cx->n);
}

static double wrms_norm_mask(N_Vector x, N_Vector w, N_Vector mask) {
    const bp_nvector_content *cx = content_of(x);
    double sum = worst_square_sum(cx, data_of(w), data_of(mask));
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

// z = sum of c[k] x[k], two terms a pass. x[0] may be z.
static int linear_combination(int count, double *c, N_Vector *x, N_Vector z) {
    double *pz = data_of(z);
    int n = length_of(z), k = 1;
    if (count == 1) {
        scale(c[0], x[0], z);
        return 0;
    }
    linear_sum(c[0], x[0], c[1], x[1], z);
    for (k = 2; k + 1 < count; k += 2) {
        const double *pa = data_of(x[k]), *pb = data_of(x[k + 1]);
        double a = c[k], b = c[k + 1];
        EACH(i, n) pz[i] += a * pa[i] + b * pb[i];
    }
    if (k < count) linear_sum(c[k], x[k], 1.0, z, z);
    return 0;
}

// z[k] = a[k] x + y[k]: the update of the Nordsieck array at the end of a step.
static int scale_add_multi(int count, double *a, N_Vector x, N_Vector *y, N_Vector *z) {
    for (int k = 0; k < count; k++)
        linear_sum(a[k], x, 1.0, y[k], z[k]);
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
