#include "model/primitive.h"

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
