// YAML: a text becomes a tree of maps, lists and texts, each with its place. A thin
// layer over libfyaml that is stricter than YAML: no anchors, no tags, one document, no
// key twice.
#ifndef BP_SCENARIOS_YAML_H
#define BP_SCENARIOS_YAML_H

#include "base/arena.h"
#include "base/error.h"
#include "base/units.h"

typedef enum bp_yaml_kind { BP_YAML_TEXT, BP_YAML_MAP, BP_YAML_LIST } bp_yaml_kind;

typedef struct bp_yaml {
    bp_yaml_kind kind;
    const char *text; // TEXT: its value, "" when none was given
    bool given;       // TEXT: false for `key:` with nothing after it
    bp_where where;
    const char *key; // entry of a map: its key, else NULL
    bp_where key_where;
    struct bp_yaml *first; // children of a MAP or LIST
    struct bp_yaml *next;  // after this one in its parent
    int n;                 // number of children
} bp_yaml;

// Where the trees of one file go, and what was found wrong with it.
typedef struct bp_reader {
    bp_arena *arena;   // trees, and what is read from them
    bp_report *report; // required
    const char *file;  // as messages name it
} bp_reader;

// The tree of a text; NULL when it is no YAML (reported). Lives in the reader's arena.
bp_yaml *bp_yaml_parse(bp_reader *reader, const char *text, size_t length);

// Zeroed memory of the reader's arena; NULL after noting in the report that there is
// none.
void *bp_reader_take(bp_reader *reader, size_t count, size_t size);
// Copy of a text there.
const char *bp_reader_copy(bp_reader *reader, const char *text);

// ---- reading a tree; all of these report what is wrong and where ----

// Whether it is a map (list, text); `what` names it in the message: "the arm".
bool bp_yaml_is_map(bp_reader *reader, const bp_yaml *node, const char *what);
bool bp_yaml_is_list(bp_reader *reader, const bp_yaml *node, const char *what);
bool bp_yaml_is_text(bp_reader *reader, const bp_yaml *node, const char *what);
// A text that is not empty, or NULL.
const char *bp_yaml_get_text(bp_reader *reader, const bp_yaml *node, const char *what);
// The value of `key`; NULL when the map has none.
const bp_yaml *bp_yaml_find(const bp_yaml *map, const char *key);
// The text of `key`; "" when the map has none, or after reporting.
const char *bp_yaml_optional_text(bp_reader *reader, const bp_yaml *map,
                                  const char *key);
// As above, and reports when it is missing.
const bp_yaml *bp_yaml_need(bp_reader *reader, const bp_yaml *map, const char *key,
                            const char *what);
// Reports every key of the map that is not among `keys` (NULL-terminated).
void bp_yaml_check_keys(bp_reader *reader, const bp_yaml *map, const char *const *keys,
                        const char *what);
// Texts of a list (or of a single text) into an array of the arena; NULL when it is
// none.
const bp_yaml **bp_yaml_texts(bp_reader *reader, const bp_yaml *node, const char *what,
                              int *n);
// A whole number within [low, high].
bool bp_yaml_integer(bp_reader *reader, const bp_yaml *node, const char *what, int low,
                     int high, int *out);
// "200 nM", "0.2"; false after reporting.
bool bp_yaml_quantity(bp_reader *reader, const bp_yaml *node, const char *what,
                      bp_quantity *out);
// "; did you mean 'x'?" or "", in the reader's arena.
const char *bp_suggest(bp_reader *reader, const char *text, const char *const *names,
                       int n);
// The same; where nothing is near, a few names are all told: "; there are a, b, c".
const char *bp_suggest_all(bp_reader *reader, const char *text,
                           const char *const *names, int n);

#endif
