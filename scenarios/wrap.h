// Texts in columns: widths as people see them, lines broken between words.
#ifndef BP_SCENARIOS_WRAP_H
#define BP_SCENARIOS_WRAP_H

#include "base/text.h"

// Columns that a text takes up: bytes that continue a character do not count.
int bp_text_columns(const char *text);
// The text, then blanks up to `width` columns.
void bp_text_pad(bp_text *out, const char *text, int width);
void bp_text_blanks(bp_text *out, int n);
// The text, on a line that holds `indent` columns already. Where a word would pass
// `width`, a new line begins with `indent` blanks; width 0: one line.
void bp_text_wrap(bp_text *out, const char *text, int indent, int width);

#endif
