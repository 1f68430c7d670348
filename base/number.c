// Numbers of text.h: printing that reads back, reading in the C locale.
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

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

// nan and inf have one spelling; printf may add a sign to nan.
static bool print_special(double value, char buffer[32]) {
    if (isnan(value)) snprintf(buffer, 32, "nan");
    if (isinf(value)) snprintf(buffer, 32, value > 0 ? "inf" : "-inf");
    return !isfinite(value);
}

char *bp_number_print(double value, char buffer[32]) {
    if (print_special(value, buffer)) return buffer;

    // Every decimal of 15 digits survives the way through a normal double, so %.15g
    // finds the shortest where that has at most 15; subnormals carry fewer.
    int digits = fabs(value) >= DBL_MIN || value == 0 ? 15 : 1;
    for (; digits <= 17; digits++) {
        print(buffer, "%.*g", digits, value);
        if (bp_strtod(buffer, NULL) == value) break;
    }
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

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
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
    if (!is_digit(at[0]) && !(at[0] == '.' && is_digit(at[1]))) return 0;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        *end = at + 1;
        return sign * 0;
    }
    char *stop;
    value = bp_strtod(at, &stop);
    *end = stop;
    return sign * value;
}
