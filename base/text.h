// Text: string builder, numbers in the C locale whatever the host's, did-you-mean.
#ifndef BP_BASE_TEXT_H
#define BP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

// A growing text. Failures are sticky: `failed` is set and later calls do nothing, so
// that only the end needs checking.
typedef struct bp_text {
    char *data; // NUL-terminated once anything was added; NULL when empty
    size_t length;
    size_t capacity;
    bool failed; // ran out of memory
} bp_text;       // all zero is empty

BP_API void bp_text_add(bp_text *text, const char *more);
BP_API void bp_text_add_n(bp_text *text, const char *more, size_t length);
// printf-like, with a decimal point in every locale; doubles that are to be read back
// go through bp_text_number.
BP_API void bp_text_format(bp_text *text, const char *format, ...) BP_PRINTF(2, 3);
// Shortest decimal that reads back as the same double: 0.1, 1e-09, 12500, nan, inf.
BP_API void bp_text_number(bp_text *text, double value);
// At most `digits` significant digits, trailing zeros cut.
BP_API void bp_text_number_short(bp_text *text, double value, int digits);
// JSON string with quotes and escapes.
BP_API void bp_text_json(bp_text *text, const char *value);
BP_API void bp_text_clear(bp_text *text);
// The text so far, "" when empty.
BP_API const char *bp_text_get(const bp_text *text);

// Shortest round-trip decimal into the caller's buffer (at least 32 bytes); returns it.
BP_API char *bp_number_print(double value, char buffer[32]);
BP_API char *bp_number_print_short(double value, int digits, char buffer[32]);

// In every locale.
static inline bool bp_is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Reads a decimal number at `text` (no blanks before it), C locale; `end` is where it
// stopped (== text: none). Also what bp_number_print writes for nan and inf.
BP_API double bp_number_read(const char *text, const char **end);

// Edit distance with transpositions; a change of case costs nothing but is not
// equality. Texts of more than 255 bytes are INT_MAX apart unless equal.
BP_API int bp_text_distance(const char *a, const char *b);
// The nearest of n names, NULL where nothing is near enough to be what was meant: one
// edit, or a third of the letters, or one is how the other begins (3 letters or more).
// Of names that are equally near the first.
BP_API const char *bp_text_nearest(const char *text, const char *const *names, int n);
BP_API bool bp_text_equal(const char *a, const char *b); // NULL equals only NULL

// The whole file as NUL-terminated text (bp_free it), and its length.
struct bp_error;
BP_API BP_WARN_UNUSED bp_status bp_file_read(const char *path, char **text,
                                             size_t *length, struct bp_error *err);

#endif
