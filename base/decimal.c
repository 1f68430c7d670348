#include "base/decimal.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

// Powers of ten up to 10^27 are exact in 64 bits of mantissa; twice that in two steps.
enum { EXACT_POWER = 27, MOST_POWER = 2 * EXACT_POWER };

#if LDBL_MANT_DIG >= 64 && FLT_RADIX == 2

static const long double powers[EXACT_POWER + 1] = {
    1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
    1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
    1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};

// Whether this process computes with all the digits: a host may have told the processor
// not to, and valgrind does not.
static bool precise(void) {
    static const volatile long double last = 0x1p-63L;
    return 1.0L + last > 1.0L;
}

// x times 10^power, |power| <= MOST_POWER: at most two roundings, so with a relative
// error below 2^-63.
static long double scaled(long double x, int power) {
    int size = power < 0 ? -power : power;
    int first = size < EXACT_POWER ? size : EXACT_POWER;
    if (power < 0) return x / powers[first] / powers[size - first];
    return x * powers[first] * powers[size - first];
}

// ---- printing ----

// A number as 17 digits before the point: `exact` is it, times 10^(16 - exponent), with
// an error below 0.011. What is closer than `near` reads back, what is farther than
// `far` does not: half the distances to the next doubles, so scaled.
typedef struct digits {
    long double exact, near, far;
    int exponent; // of the first digit
} digits;

// Has 18 digits before the point.
static const uint64_t END = 100000000000000000u;

// More than the error of `exact`, and of what is compared with it.
static const long double DOUBT = 0.02L;

static bool scale(double value, digits *d) {
    int binary = 0;
    double mantissa = frexp(value, &binary);
    int exponent = (int)floor((binary - 1) * 0.30102999566398120);
    for (int i = 0; i < 2; i++) { // the guess is right or one too small
        int power = 16 - exponent;
        if (power > MOST_POWER || power < -MOST_POWER) return false;
        d->exact = scaled(value, power);
        if (d->exact < END) {
            d->far = scaled(ldexpl(0.5L, binary - DBL_MANT_DIG), power);
            // below a power of two the next double is nearer
            d->near = mantissa == 0.5 ? d->far / 2 : d->far;
            d->exponent = exponent;
            return d->exact >= 1e16L;
        }
        exponent++;
    }
    return false;
}

typedef enum answer { NO, YES, UNDECIDED } answer;

// The number rounded to a multiple of `unit`, 1, 10 or 100 of its last digits, and
// whether that reads back.
static answer rounded(const digits *d, int unit, uint64_t *whole) {
    long double parts = d->exact / unit;
    uint64_t below = (uint64_t)parts;
    long double rest = (parts - (long double)below) * unit;
    if (fabsl(rest - 0.5L * unit) < DOUBT) return UNDECIDED;
    *whole = below + (rest > 0.5L * unit);
    long double off = fabsl((long double)*whole * unit - d->exact);
    if (off < d->near - DOUBT) return YES;
    return off > d->far + DOUBT ? NO : UNDECIDED;
}

// As "%.Ng" lays `n` digits out, without zeros at the end.
static void lay_out(const char *from, int n, int exponent, int precision, char *to) {
    if (exponent < -4 || exponent >= precision) {
        *to++ = *from++;
        if (n > 1) *to++ = '.';
        memcpy(to, from, (size_t)n - 1);
        to += n - 1;
        *to++ = 'e';
        *to++ = exponent < 0 ? '-' : '+';
        int size = exponent < 0 ? -exponent : exponent;
        *to++ = (char)('0' + size / 10); // below 100: MOST_POWER
        *to++ = (char)('0' + size % 10);
    } else if (exponent < 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = exponent + 1; i < 0; i++)
            *to++ = '0';
        memcpy(to, from, (size_t)n);
        to += n;
    } else {
        for (int i = 0; i < n || i <= exponent; i++) {
            if (i == exponent + 1) *to++ = '.';
            *to++ = i < n ? from[i] : '0';
        }
    }
    *to = '\0';
}

static void write_digits(uint64_t whole, int precision, int exponent, char *to) {
    char all[20];
    int n = precision;
    for (int i = n - 1; i >= 0; i--, whole /= 10)
        all[i] = (char)('0' + whole % 10);
    while (n > 1 && all[n - 1] == '0')
        n--;
    lay_out(all, n, exponent, precision, to);
}

bool bp_decimal_print(double value, char buffer[32]) {
    digits d;
    if (!precise() || !isfinite(value) || !scale(fabs(value), &d)) return false;
    int precision = 15;
    for (int unit = 100; unit > 0; unit /= 10, precision++) {
        uint64_t whole = 0;
        answer reads_back = rounded(&d, unit, &whole);
        if (reads_back == NO) continue;
        // rounded up to a digit more: undecided, too
        if (reads_back == UNDECIDED || whole * unit >= END) return false;
        if (value < 0) *buffer++ = '-';
        write_digits(whole, precision, d.exponent, buffer);
        return true;
    }
    return false;
}

// ---- reading ----

// The digits, of which 19 fit, and the power of ten that they are taken times.
typedef struct decimal {
    uint64_t whole;
    int n, power; // n: digits from the first that is not zero
} decimal;

static const char *read_digits(const char *at, bool fraction, decimal *d) {
    for (; bp_is_digit(*at); at++) {
        d->whole = 10 * d->whole + (uint64_t)(*at - '0');
        d->n += d->n > 0 || *at != '0';
        d->power -= fraction;
        if (d->n > 19) return NULL;
    }
    return at;
}

// What follows "e", if that is an exponent.
static const char *read_power(const char *at, decimal *d) {
    const char *from = at + 1;
    bool negative = *from == '-';
    if (*from == '-' || *from == '+') from++;
    if (!bp_is_digit(*from)) return at;
    int power = 0;
    for (; bp_is_digit(*from) && power < 1000; from++)
        power = 10 * power + (*from - '0');
    d->power += negative ? -power : power;
    return bp_is_digit(*from) ? NULL : from;
}

bool bp_decimal_read(const char *text, const char **end, double *value) {
    decimal d = {0};
    if (!precise()) return false;
    const char *at = read_digits(text, false, &d);
    if (at && *at == '.') at = read_digits(at + 1, true, &d);
    if (at && (*at == 'e' || *at == 'E')) at = read_power(at, &d);
    if (!at || d.power > MOST_POWER || d.power < -MOST_POWER) return false;
    long double near = scaled((long double)d.whole, d.power);
    long double width = near * 0x1p-61L; // more than the error
    double low = (double)(near - width), high = (double)(near + width);
    if (low != high) return false;
    *value = low;
    *end = at;
    return true;
}

#else

bool bp_decimal_print(double value, char buffer[32]) {
    (void)value;
    (void)buffer;
    return false;
}

bool bp_decimal_read(const char *text, const char **end, double *value) {
    (void)text;
    (void)end;
    (void)value;
    return false;
}

#endif
