#include "scenarios/wrap.h"

#include <string.h>

static int columns_of(const char *text, size_t length) {
    int columns = 0;
    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

int bp_text_columns(const char *text) {
    return columns_of(text, strlen(text));
}

void bp_text_blanks(bp_text *out, int n) {
    for (int i = 0; i < n; i++)
        bp_text_add(out, " ");
}

void bp_text_pad(bp_text *out, const char *text, int width) {
    bp_text_add(out, text);
    bp_text_blanks(out, width - bp_text_columns(text));
}

void bp_text_wrap(bp_text *out, const char *text, int indent, int width) {
    if (width <= 0) {
        bp_text_add(out, text);
        return;
    }
    int at = indent;
    for (const char *word = text; *word;) {
        size_t length = strcspn(word, " ");
        int columns = columns_of(word, length);
        bool first = at == indent; // of its line: stays, however long it is
        if (!first && at + 1 + columns > width) {
            bp_text_add(out, "\n");
            bp_text_blanks(out, indent);
            at = indent;
        } else if (!first) {
            bp_text_add(out, " ");
            at++;
        }
        bp_text_add_n(out, word, length);
        at += columns;
        word += length + strspn(word + length, " ");
    }
}
