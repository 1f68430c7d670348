// Did-you-mean of text.h.
#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

enum { LONGEST = 255 }; // bytes; anything longer is no mistyped name

static int lower(char c) {
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int min(int a, int b) {
    return a < b ? a : b;
}

// Optimal string alignment: insert, delete, replace and swap neighbours cost 1 each.
int bp_text_distance(const char *a, const char *b) {
    int length_a = (int)min(LONGEST + 1, (int)strnlen(a, LONGEST + 1));
    int length_b = (int)min(LONGEST + 1, (int)strnlen(b, LONGEST + 1));
    if (length_a > LONGEST || length_b > LONGEST)
        return strcmp(a, b) == 0 ? 0 : INT_MAX;

    // three rows of the table: two before, one before, this one
    int rows[3][LONGEST + 1];
    int *old = rows[0], *above = rows[1], *row = rows[2];
    for (int j = 0; j <= length_b; j++)
        above[j] = j;
    for (int i = 1; i <= length_a; i++) {
        row[0] = i;
        for (int j = 1; j <= length_b; j++) {
            int same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = min(above[j - 1] + !same, min(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = min(row[j], old[j - 2] + 1);
        }
        int *spare = old;
        old = above;
        above = row;
        row = spare;
    }
    return above[length_b];
}

// One is how the other begins, and that is long enough to mean something.
static bool is_prefix(const char *a, const char *b) {
    int n = 0;
    while (a[n] && b[n] && lower(a[n]) == lower(b[n]))
        n++;
    return n >= 3 && (!a[n] || !b[n]);
}

// How far `name` is from what was written, INT_MAX when too far to suggest: a third of
// the letters may be wrong, but never all.
static int rank_of(const char *text, const char *name) {
    int length = (int)strnlen(text, LONGEST);
    int allowed = length < 6 ? 1 : length / 3;
    int distance = bp_text_distance(text, name);
    if (distance <= allowed && distance < length) return distance;
    return is_prefix(text, name) ? LONGEST + min(distance, LONGEST) : INT_MAX;
}

const char *bp_text_nearest(const char *text, const char *const *names, int n) {
    const char *best = NULL;
    int best_rank = INT_MAX;
    for (int i = 0; i < n; i++) {
        if (!names[i]) continue;
        int rank = rank_of(text, names[i]);
        if (rank >= best_rank) continue;
        best_rank = rank;
        best = names[i];
    }
    return best;
}
