#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "base/locale_c.h"

// Cuts a UTF-8 character that the end of the buffer has torn apart.
static void mend_end(char *text, size_t size) {
    size_t length = strlen(text);
    if (length + 1 < size) return;
    size_t start = length;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0) return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (length - start < wanted) text[start - 1] = '\0';
}

// Long paths keep their end, which tells more.
static void copy_file(char *buffer, size_t size, const char *file) {
    size_t length = file ? strlen(file) : 0;
    if (length < size)
        memcpy(buffer, file ? file : "", length + 1);
    else
        snprintf(buffer, size, "...%s", file + length - (size - 4));
}

static void fill(bp_error *err, bp_status status, bp_where where, const char *format,
                 va_list args) BP_PRINTF(4, 0);

static void fill(bp_error *err, bp_status status, bp_where where, const char *format,
                 va_list args) {
    if (!err) return;
    // the arguments may point into the error itself (context added to a message)
    char message[sizeof err->message] = "", file[sizeof err->file] = "";
    bp_vsnprintf(message, sizeof message, format, args);
    mend_end(message, sizeof message);
    copy_file(file, sizeof file, where.file);

    err->status = status;
    err->line = where.line;
    err->column = where.column;
    memcpy(err->message, message, sizeof message);
    memcpy(err->file, file, sizeof file);
}

bp_status bp_error_set(bp_error *err, bp_status status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fill(err, status, BP_NOWHERE, format, args);
    va_end(args);
    return status;
}

bp_status bp_error_at(bp_error *err, bp_status status, bp_where where,
                      const char *format, ...) {
    va_list args;
    va_start(args, format);
    fill(err, status, where, format, args);
    va_end(args);
    return status;
}

bp_status bp_error_no_memory(bp_error *err) {
    return bp_error_set(err, BP_NO_MEMORY, "%s", bp_status_text(BP_NO_MEMORY));
}

char *bp_error_print(const bp_error *err, char *buffer, size_t size) {
    char place[sizeof err->file + 32] = "";
    if (err->line > 0 && err->column > 0)
        snprintf(place, sizeof place, "%s%s%d:%d: ", err->file, err->file[0] ? ":" : "",
                 err->line, err->column);
    else if (err->line > 0)
        snprintf(place, sizeof place, "%s%s%d: ", err->file, err->file[0] ? ":" : "",
                 err->line);
    else if (err->file[0])
        snprintf(place, sizeof place, "%s: ", err->file);
    if (size == 0) return buffer;
    snprintf(buffer, size, "%s%s", place, err->message);
    mend_end(buffer, size);
    return buffer;
}
