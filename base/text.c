#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/locale_c.h"

// Makes room for `more` bytes and a NUL.
static bool reserve(bp_text *text, size_t more) {
    if (text->failed) return false;
    if (more < text->capacity - text->length) return true;

    text->failed = more >= SIZE_MAX / 2 - text->length;
    if (text->failed) return false;
    size_t room = text->capacity * 2;
    if (room <= text->length + more) room = text->length + more + 1;
    if (room < 64) room = 64;

    char *data = bp_realloc(text->data, room);
    text->failed = !data;
    if (!data) return false;
    text->data = data;
    text->capacity = room;
    return true;
}

void bp_text_add_n(bp_text *text, const char *more, size_t length) {
    if (!reserve(text, length)) return;
    if (length > 0) memcpy(text->data + text->length, more, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void bp_text_add(bp_text *text, const char *more) {
    bp_text_add_n(text, more, strlen(more));
}

void bp_text_format(bp_text *text, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = bp_vsnprintf(NULL, 0, format, args);
    if (length >= 0 && reserve(text, (size_t)length)) {
        bp_vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(args);
}

// The escape of a byte that may not stand in a JSON string as it is; NULL where it may.
static const char *json_escape(unsigned char byte, char buffer[8]) {
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        if (byte >= 0x20 && byte != 0x7f) return NULL;
        snprintf(buffer, 8, "\\u%04x", byte);
        return buffer;
    }
}

void bp_text_json(bp_text *text, const char *value) {
    char buffer[8];
    bp_text_add(text, "\"");
    const char *start = value;
    for (const char *at = value; *at; at++) {
        const char *escape = json_escape((unsigned char)*at, buffer);
        if (!escape) continue;
        bp_text_add_n(text, start, (size_t)(at - start));
        bp_text_add(text, escape);
        start = at + 1;
    }
    bp_text_add(text, start);
    bp_text_add(text, "\"");
}

void bp_text_clear(bp_text *text) {
    bp_free(text->data);
    *text = (bp_text){0};
}

const char *bp_text_get(const bp_text *text) {
    return text->data ? text->data : "";
}

bool bp_text_equal(const char *a, const char *b) {
    if (!a || !b) return a == b;
    return strcmp(a, b) == 0;
}

static bp_status read_all(FILE *file, bp_text *text) {
    size_t got;
    do {
        if (!reserve(text, 1 << 16)) return BP_NO_MEMORY;
        got = fread(text->data + text->length, 1, text->capacity - text->length - 1,
                    file);
        text->length += got;
        text->data[text->length] = '\0';
    } while (got > 0);
    return ferror(file) ? BP_IO : BP_OK;
}

bp_status bp_file_read(const char *path, char **text, size_t *length, bp_error *err) {
    FILE *file = fopen(path, "rb");
    if (!file)
        return bp_error_set(err, BP_NO_FILE, "cannot open '%s': %s", path,
                            strerror(errno));

    // read piece by piece: pipes have no size
    bp_text all = {0};
    bp_status status = read_all(file, &all);
    int reason = errno;
    fclose(file);
    if (status != BP_OK) {
        bp_text_clear(&all);
        if (status == BP_NO_MEMORY) return bp_error_no_memory(err);
        return bp_error_set(err, reason == EISDIR ? BP_NO_FILE : BP_IO,
                            "cannot read '%s': %s", path, strerror(reason));
    }
    if (length) *length = all.length;
    *text = all.data;
    return BP_OK;
}
