// Numbers that read back as they were.
//
// libsbml prints 15 significant digits, and an exponent in MathML as a number of its
// own, which readers multiply with and round. Such a number stands as a mark of 15
// digits in libsbml's tree; in the text that it makes, the mark is replaced.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/sbml_write.h"

#define MARK_DIGITS  "71829"         // how a mark begins
#define MARK_START   718290000000000 // the mark of the first number
#define MARK_COUNT   10000000000LL
#define MARK_LENGTH  15
#define MAX_EXPONENT 40 // further out an exponent is better than zeros

// The text as libsbml prints the number.
static void as_libsbml(double value, char buffer[40]) {
    snprintf(buffer, 40, "%.15g", value);
    for (char *c = buffer; *c; c++)
        if (*c == ',') *c = '.'; // a host program may have set a locale
}

static bool reads_back(const char *text, double value) {
    const char *end;
    return bp_number_read(text, &end) == value;
}

// A number that would be taken for a mark is marked itself.
static bool looks_like_mark(double value) {
    double size = fabs(value);
    return size >= MARK_START && size < (double)(MARK_START + MARK_COUNT);
}

static double mark(bp_sbml_writer *w, double value, const char *digits) {
    int i = bp_names_add(&w->exact, digits);
    if (i < 0) {
        bp_sbml_fail(w, BP_NO_MEMORY);
        return value;
    }
    return copysign((double)(MARK_START + i), value);
}

double bp_sbml_put_number(bp_sbml_writer *w, double value) {
    char buffer[40], exact[32];
    if (!isfinite(value)) return value;
    as_libsbml(value, buffer);
    if (reads_back(buffer, value) && !looks_like_mark(value)) return value;
    return mark(w, value, bp_number_print(fabs(value), exact));
}

// 1.25e-07 -> 0.000000125; `digits` as bp_number_print writes them.
static void add_plain(const char *digits, bp_text *out) {
    const char *e = strchr(digits, 'e');
    int exponent = e ? (int)strtol(e + 1, NULL, 10) : 0;
    int n = 0, point = -1;
    char figures[32];
    for (const char *c = digits; *c && *c != 'e' && n < 31; c++) {
        if (*c == '.')
            point = n;
        else
            figures[n++] = *c;
    }
    point = (point < 0 ? n : point) + exponent;
    if (point <= 0) bp_text_add(out, "0.");
    for (int i = point; i < 0; i++)
        bp_text_add(out, "0");
    for (int i = 0; i < n; i++) {
        if (i == point && i > 0) bp_text_add(out, ".");
        bp_text_add_n(out, &figures[i], 1);
    }
    for (int i = n; i < point; i++)
        bp_text_add(out, "0");
}

double bp_sbml_math_number(bp_sbml_writer *w, double value) {
    char buffer[40], exact[32];
    if (!isfinite(value) || value == 0.0) return value;
    as_libsbml(value, buffer);
    bool good = reads_back(buffer, value) && !looks_like_mark(value);
    if (good && !strchr(buffer, 'e')) return value;
    if (good && fabs(log10(fabs(value))) > MAX_EXPONENT) return value;
    bp_text plain = {0};
    add_plain(bp_number_print(fabs(value), exact), &plain);
    double marked = value;
    if (plain.failed)
        bp_sbml_fail(w, BP_NO_MEMORY);
    else
        marked = mark(w, value, bp_text_get(&plain));
    bp_text_clear(&plain);
    return marked;
}

// The index of the number whose mark stands here; -1: none does. A mark is a number of
// its own: ` 718290000000003 ` in MathML, `"718290000000003"` in an attribute.
static int mark_at(const bp_sbml_writer *w, const char *start, const char *at) {
    char before = at > start ? at[-1] : '\0', after = at[MARK_LENGTH];
    if (before == '-' && at - 1 > start) before = at[-2];
    bool alone = (before == ' ' && after == ' ') || (before == '"' && after == '"');
    char digits[MARK_LENGTH + 1];
    if (!alone) return -1;
    memcpy(digits, at, MARK_LENGTH);
    digits[MARK_LENGTH] = '\0';
    char *end;
    long long number = strtoll(digits, &end, 10);
    if (end != digits + MARK_LENGTH || number < MARK_START) return -1;
    number -= MARK_START;
    return number < w->exact.count ? (int)number : -1;
}

void bp_sbml_put_exact(bp_sbml_writer *w, const char *document, bp_text *out) {
    const char *from = document;
    for (const char *at = document; (at = strstr(at, MARK_DIGITS)) != NULL;) {
        int i = strlen(at) > MARK_LENGTH ? mark_at(w, document, at) : -1;
        if (i < 0) {
            at++;
            continue;
        }
        bp_text_add_n(out, from, (size_t)(at - from));
        bp_text_add(out, w->exact.text[i]);
        from = at = at + MARK_LENGTH;
    }
    bp_text_add(out, from);
}
