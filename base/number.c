// Numbers of text.h: printing that reads back, reading in the C locale.
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/locale_c.h"
#include "base/text.h"

static int print(char buffer[32], const char *format, ...) BP_PRINTF(2, 3);

static int print(char buffer[32], const char *format, ...) {
    va_list args;
    va_start(args, format);
    int length = bp_vsnprintf(buffer, 32, format, args);
    va_end(args);
    return length;
}

// Zero, nan and inf have one spelling; printf may add a sign to nan.
static bool print_special(double value, char buffer[32]) {
    if (isnan(value)) snprintf(buffer, 32, "nan");
    if (isinf(value)) snprintf(buffer, 32, value > 0 ? "inf" : "-inf");
    // most numbers of many results: without a format
    if (value == 0) memcpy(buffer, signbit(value) ? "-0" : "0\0", 3);
    return !isfinite(value) || value == 0;
}

// The 16th and 17th of the digits of a number printed with 17, whose zeros at the end
// are not printed.
static int last_two_of(const char *text) {
    int n = 0, two = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (n == 0 && *text == '0')) continue;
        n++;
        if (n == 16) two += 10 * (*text - '0');
        if (n == 17) two += *text - '0';
    }
    return two;
}

static bool survives(double value, int digits, char buffer[32]) {
    print(buffer, "%.*g", digits, value);
    return bp_strtod(buffer, NULL) == value;
}

// Seventeen digits always read back. A double is within 1.2e-16 of a decimal that it
// stands for, times ten where that begins with 9: one of 15 digits is possible only
// where the last two of 17 are near 00, which spares most numbers a try.
static char *print_normal(double value, char buffer[32]) {
    char shorter[32];
    print(buffer, "%.17g", value);
    int two = last_two_of(buffer);
    bool fifteen = two <= 13 || two >= 87;
    if ((fifteen && survives(value, 15, shorter)) || survives(value, 16, shorter))
        memcpy(buffer, shorter, sizeof shorter);
    return buffer;
}

char *bp_number_print(double value, char buffer[32]) {
    if (print_special(value, buffer) || bp_decimal_print(value, buffer)) return buffer;
    if (fabs(value) >= DBL_MIN) return print_normal(value, buffer);
    for (int digits = 1; digits <= 17; digits++) // subnormals carry fewer
        if (survives(value, digits, buffer)) break;
    return buffer;
}

char *bp_number_print_short(double value, int digits, char buffer[32]) {
    if (print_special(value, buffer)) return buffer;
    if (digits < 1) digits = 1;
    if (digits > 17) digits = 17;
    print(buffer, "%.*g", digits, value);
    return buffer;
}

void bp_text_number(bp_text *text, double value) {
    char buffer[32];
    bp_text_add(text, bp_number_print(value, buffer));
}

void bp_text_number_short(bp_text *text, double value, int digits) {
    char buffer[32];
    bp_text_add(text, bp_number_print_short(value, digits, buffer));
}

static bool is_word(char c) {
    return bp_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == '_';
}

// The words that bp_number_print writes, standing alone ("inf", not "infinite").
static bool read_special(const char *text, const char **end, double *value) {
    if (is_word(text[0]) && text[1] && text[2] && is_word(text[3])) return false;
    if (strncmp(text, "nan", 3) == 0)
        *value = NAN;
    else if (strncmp(text, "inf", 3) == 0)
        *value = INFINITY;
    else
        return false;
    *end = text + 3;
    return true;
}

double bp_number_read(const char *text, const char **end) {
    const char *at = text;
    double sign = 1, value = 0;
    if (*at == '-' || *at == '+') sign = *at++ == '-' ? -1 : 1;
    if (read_special(at, end, &value)) return sign * value;

    // strtod also takes blanks, hexadecimal and "infinity", which are no numbers here
    *end = text;
    if (!bp_is_digit(at[0]) && !(at[0] == '.' && bp_is_digit(at[1]))) return 0;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        *end = at + 1;
        return sign * 0;
    }
    if (!bp_decimal_read(at, end, &value)) {
        char *stop;
        value = bp_strtod(at, &stop);
        *end = stop;
    }
    return sign * value;
}
