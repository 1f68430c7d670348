// Names of a spec as other formats take them.
#include "model/plain_names.h"

#include <string.h>

#include "base/text.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Of a character of several bytes, the bytes after the first.
static bool continues(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

// Letters, digits and '_', not starting with a digit.
static void add_plain(const bp_plain_names *names, const char *name, bp_text *out) {
    if (!name[0] || bp_is_digit(name[0])) bp_text_add(out, "_");
    for (const char *c = name; *c; c++) {
        bool beyond = (unsigned char)*c >= 0x80;
        if (is_letter(*c) || bp_is_digit(*c) || (beyond && !names->ascii))
            bp_text_add_n(out, c, 1);
        else if (*c == '.')
            bp_text_add(out, "__");
        else if (!continues(*c))
            bp_text_add(out, "_");
    }
}

static bool is_free(const bp_plain_names *names, const char *name) {
    return !(names->is_reserved && names->is_reserved(name)) &&
           bp_names_find(&names->taken, name) < 0;
}

const char *bp_plain_make(bp_plain_names *names, const char *name) {
    bp_text text = {0};
    if (names->failed) return "";
    add_plain(names, name, &text);
    while (!text.failed && !is_free(names, bp_text_get(&text)))
        bp_text_add(&text, "_");
    const char *copy =
        text.failed ? NULL : bp_arena_copy(&names->arena, bp_text_get(&text));
    if (!copy || bp_names_add(&names->taken, copy) < 0) names->failed = true;
    bp_text_clear(&text);
    return names->failed ? "" : copy;
}

const char *bp_plain_name(bp_plain_names *names, const char *name) {
    if (names->spec) name = bp_spec_resolve(names->spec, name);
    int i = bp_names_find(&names->own, name);
    if (i >= 0 && i < names->plain.count) return names->plain.items[i];
    const char *fresh = bp_plain_make(names, name);
    if (names->failed) return "";
    if (bp_names_add(&names->own, name) >= 0 && bp_array_push(&names->plain, fresh))
        return fresh;
    names->failed = true;
    return "";
}

void bp_plain_give(bp_plain_names *names) {
    const bp_spec *spec = names->spec;
    for (int i = 0; i < spec->functions.count && !names->failed; i++)
        bp_plain_name(names, spec->functions.items[i].name);
    for (int dotted = 0; dotted < 2; dotted++) {
        for (int i = 0; i < spec->symbols.count && !names->failed; i++)
            if ((strchr(spec->symbols.items[i].name, '.') != NULL) == dotted)
                bp_plain_name(names, spec->symbols.items[i].name);
        for (int i = 0; i < spec->reactions.count && !names->failed; i++)
            if ((strchr(spec->reactions.items[i].name, '.') != NULL) == dotted)
                bp_plain_name(names, spec->reactions.items[i].name);
        for (int i = 0; i < spec->events.count && !names->failed; i++)
            if ((strchr(spec->events.items[i].name, '.') != NULL) == dotted)
                bp_plain_name(names, spec->events.items[i].name);
    }
}

void bp_plain_clear(bp_plain_names *names) {
    bp_names_clear(&names->taken);
    bp_names_clear(&names->own);
    bp_array_clear(&names->plain);
    bp_arena_clear(&names->arena);
}
