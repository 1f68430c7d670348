#include "model/primitive.h"

#include <float.h>

// Reflection for x < 0, recurrence up to x >= 10, then the asymptotic series
// (Abramowitz and Stegun 6.3.7, 6.3.5, 6.3.18): error below 1e-15 relative to ln(x).
double bp_digamma(double x) {
    const double pi = 3.14159265358979323846;
    if (x <= 0 && x == floor(x)) return NAN;
    if (x < 0) return bp_digamma(1 - x) - pi / tan(pi * x);

    double sum = 0;
    while (x < 10) {
        sum -= 1 / x;
        x += 1;
    }
    double z = 1 / (x * x);
    // Bernoulli numbers B_2k / 2k
    double series =
        z * (1.0 / 12 -
             z * (1.0 / 120 -
                  z * (1.0 / 252 -
                       z * (1.0 / 240 -
                            z * (1.0 / 132 - z * (691.0 / 32760 - z * (1.0 / 12)))))));
    return sum + log(x) - 0.5 / x - series;
}

// Numerator k of the continued fraction of M(a, b, z) / M(a + 1, b + 1, z) =
// 1 + u_1 z / (1 + u_2 z / (1 + ...)) (NIST Handbook 13.5.1 to 13.5.3).
static double mratio_numerator(double a, double b, double z, int k) {
    double n = k / 2; // NOLINT(bugprone-integer-division): whole on purpose
    double top = k % 2 ? a - b - n : a + n;
    return top * z / ((b + k - 1) * (b + k));
}

// The fraction by the method of Lentz as Thompson and Barnett changed it (Numerical
// Recipes 5.2): both ratios of successive parts are kept away from 0.
double bp_mratio(double a, double b, double z) {
    enum { MOST_TERMS = 100000 };
    const double tiny = 1e-300;
    double value = 1, upper = 1, lower = 0;
    if (b <= 0 && b == floor(b)) return NAN;
    for (int k = 1; k <= MOST_TERMS; k++) {
        double numerator = mratio_numerator(a, b, z, k);
        if (numerator == 0) return 1 / value; // it ends here
        lower = 1 + numerator * lower;
        upper = 1 + numerator / upper;
        if (lower == 0) lower = tiny;
        if (upper == 0) upper = tiny;
        lower = 1 / lower;
        double change = upper * lower;
        value *= change;
        if (fabs(change - 1) <= DBL_EPSILON) return 1 / value;
        if (!isfinite(value)) return NAN;
    }
    return NAN;
}
