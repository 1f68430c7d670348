// The text of an SBML document, made smaller before libsbml reads it.
#include <stdio.h>
#include <string.h>

#include "model/sbml_read.h"

// libsbml and libxml2 walk documents recursively.
enum { DEEPEST = 1500 };

typedef struct scan {
    const char *at, *end;
    int pending; // line breaks to be put into the next tag
    int line;
    BP_ARRAY(const char *) open; // start tags of the elements around, behind '<'
    bp_sbml_text *out;
} scan;

// ---- tags ----

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

static bool ends_name(char c) {
    return is_space(c) || c == '>' || c == '/' || c == '=' || c == '\0';
}

static const char *local_name(const char *name, size_t *length) {
    const char *end = name;
    while (!ends_name(*end)) {
        if (*end == ':') name = end + 1;
        end++;
    }
    *length = (size_t)(end - name);
    return name;
}

bool bp_sbml_tag_is(const char *tag, const char *name) {
    size_t length;
    const char *local = local_name(tag, &length);
    return length == strlen(name) && memcmp(local, name, length) == 0;
}

// The next attribute behind `at`: its name, and its value between the quotes. NULL:
// there is no other.
static const char *next_attribute(const char *at, const char **name,
                                  const char **value) {
    while (is_space(*at))
        at++;
    *name = at;
    while (!ends_name(*at))
        at++;
    if (at == *name) return NULL;
    while (is_space(*at))
        at++;
    if (*at++ != '=') return NULL;
    while (is_space(*at))
        at++;
    char quote = *at++;
    if (quote != '"' && quote != '\'') return NULL;
    *value = at;
    return strchr(at, quote);
}

// Where the attribute's name stands; NULL: not there.
static const char *find_attribute(const char *tag, const char *name, const char **value,
                                  size_t *length) {
    const char *at = tag, *attribute, *end;
    while (!ends_name(*at))
        at++;
    while ((end = next_attribute(at, &attribute, value))) {
        *length = (size_t)(end - *value);
        if (bp_sbml_tag_is(attribute, name)) return attribute;
        at = end + 1;
    }
    return NULL;
}

const char *bp_sbml_find_attribute(const char *tag, const char *name, size_t *length) {
    const char *value = NULL;
    return find_attribute(tag, name, &value, length) ? value : NULL;
}

bool bp_sbml_attribute(const char *tag, const char *name, bp_text *out) {
    size_t length;
    const char *value = bp_sbml_find_attribute(tag, name, &length);
    if (value) bp_sbml_unescape(value, length, out);
    return value != NULL;
}

// ---- entities ----

static void add_code_point(unsigned long c, bp_text *out) {
    char bytes[4];
    size_t n = 0;
    if (c < 0x80) {
        bytes[n++] = (char)c;
    } else if (c < 0x800) {
        bytes[n++] = (char)(0xc0 | (c >> 6));
    } else if (c < 0x10000) {
        bytes[n++] = (char)(0xe0 | (c >> 12));
        bytes[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
    } else {
        bytes[n++] = (char)(0xf0 | (c >> 18));
        bytes[n++] = (char)(0x80 | ((c >> 12) & 0x3f));
        bytes[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
    }
    if (n > 1 || c >= 0x80) bytes[n++] = (char)(0x80 | (c & 0x3f));
    bp_text_add_n(out, bytes, n);
}

// "&#181;" or "&#xb5;" behind the '#'.
static bool add_numbered(const char *text, size_t length, bp_text *out) {
    unsigned long base = length > 0 && text[0] == 'x' ? 16 : 10, c = 0;
    for (size_t i = base == 16; i < length; i++) {
        char d = text[i];
        unsigned long digit = d >= '0' && d <= '9'   ? (unsigned long)(d - '0')
                              : d >= 'a' && d <= 'f' ? (unsigned long)(d - 'a' + 10)
                              : d >= 'A' && d <= 'F' ? (unsigned long)(d - 'A' + 10)
                                                     : 99;
        if (digit >= base || c > 0x10ffff) return false;
        c = c * base + digit;
    }
    if (c == 0 || c > 0x10ffff) return false;
    add_code_point(c, out);
    return true;
}

static bool add_entity(const char *name, size_t length, bp_text *out) {
    static const struct {
        const char *name, *text;
    } known[] = {{"amp", "&"},   {"lt", "<"},   {"gt", ">"},
                 {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}};
    if (length > 1 && name[0] == '#') return add_numbered(name + 1, length - 1, out);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i].name) == length &&
            memcmp(known[i].name, name, length) == 0) {
            bp_text_add(out, known[i].text);
            return true;
        }
    return false;
}

void bp_sbml_unescape(const char *text, size_t length, bp_text *out) {
    const char *end = text + length;
    while (text < end) {
        const char *mark = memchr(text, '&', (size_t)(end - text));
        if (!mark) mark = end;
        bp_text_add_n(out, text, (size_t)(mark - text));
        if (mark == end) return;
        const char *stop = memchr(mark, ';', (size_t)(end - mark));
        if (stop && stop - mark < 12 &&
            add_entity(mark + 1, (size_t)(stop - mark - 1), out)) {
            text = stop + 1;
        } else {
            bp_text_add_n(out, "&", 1);
            text = mark + 1;
        }
    }
}

// ---- the walk ----

static int count_lines(const char *from, const char *to) {
    int n = 0;
    while ((from = memchr(from, '\n', (size_t)(to - from)))) {
        n++;
        from++;
    }
    return n;
}

static void add_pending(scan *s) {
    static const char breaks[] = "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n";
    enum { AT_ONCE = sizeof breaks - 1 };
    for (; s->pending > AT_ONCE; s->pending -= AT_ONCE)
        bp_text_add_n(&s->out->xml, breaks, AT_ONCE);
    bp_text_add_n(&s->out->xml, breaks, (size_t)s->pending);
    s->pending = 0;
}

// Leaves out everything to `to`, but for the number of lines.
static void skip(scan *s, const char *to) {
    int lines = count_lines(s->at, to);
    s->pending += lines;
    s->line += lines;
    s->at = to;
}

static void copy(scan *s, const char *to) {
    bp_text_add_n(&s->out->xml, s->at, (size_t)(to - s->at));
    s->line += count_lines(s->at, to);
    s->at = to;
}

// Text between two tags.
static void pass_text(scan *s, const char *to) {
    const char *p = s->at;
    while (p < to && is_space(*p))
        p++;
    if (p == to) {
        skip(s, to);
        return;
    }
    add_pending(s);
    copy(s, to);
}

// Behind the mark that ends something ("-->"); NULL: it is not there.
static const char *behind(const scan *s, const char *mark) {
    const char *found = strstr(s->at, mark);
    return found ? found + strlen(mark) : NULL;
}

// Behind the '>' of the tag at `at`; NULL: there is none.
static const char *tag_end(const char *at) {
    for (char quote = '\0'; *at; at++) {
        if (quote) {
            if (*at == quote) quote = '\0';
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        } else if (*at == '>') {
            return at + 1;
        } else if (*at == '<') {
            return NULL;
        }
    }
    return NULL;
}

static bool begins(const char *at, const char *text) {
    return strncmp(at, text, strlen(text)) == 0;
}

// Behind the end tag of the element whose start tag ends at `at`; NULL: not
// well-formed.
static const char *element_end(const char *at) {
    int depth = 1;
    while (depth > 0 && depth < DEEPEST) {
        at = strchr(at, '<');
        if (!at) return NULL;
        const char *mark = begins(at, "<!--")        ? "-->"
                           : begins(at, "<![CDATA[") ? "]]>"
                           : begins(at, "<?")        ? "?>"
                                                     : NULL;
        if (mark) {
            at = strstr(at, mark);
            if (!at) return NULL;
            continue;
        }
        bool closes = at[1] == '/';
        const char *end = tag_end(at + 1);
        if (!end) return NULL;
        if (closes)
            depth--;
        else if (end[-2] != '/')
            depth++;
        at = end;
    }
    return depth == 0 ? at : NULL;
}

// libsbml takes no document without an encoding, though XML means UTF-8 then.
static void pass_declaration(scan *s, const char *end) {
    const char *encoding = strstr(s->at, "encoding");
    if (encoding && encoding < end) {
        copy(s, end);
        return;
    }
    bp_text_add(&s->out->xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    skip(s, end);
}

// A comment, a processing instruction or the like. False: not well-formed.
static bool pass_other(scan *s) {
    const char *end;
    if (begins(s->at, "<![CDATA[")) {
        if (!(end = behind(s, "]]>"))) return false;
        add_pending(s);
        copy(s, end);
        return true;
    }
    if (begins(s->at, "<!--"))
        end = behind(s, "-->");
    else if (s->at[1] == '?')
        end = behind(s, "?>");
    else
        end = NULL;
    if (begins(s->at, "<!DOCTYPE")) s->out->doctype = s->line;
    if (!end) return false;
    if (begins(s->at, "<?xml") && s->out->xml.length == 0)
        pass_declaration(s, end);
    else
        skip(s, end);
    return true;
}

// The element whose start tag ends at `start_end` is left out. False: not well-formed.
static bool skip_element(scan *s, const char *start_end) {
    const char *end = start_end[-2] == '/' ? start_end : element_end(start_end);
    if (end)
        skip(s, end);
    else
        s->out->too_deep = s->line; // or not closed, which is as bad
    return end != NULL;
}

// notes or annotation: kept aside. False: not well-formed.
static bool pass_block(scan *s, const char *start_end) {
    const char *start = s->at;
    if (!skip_element(s, start_end)) return false;
    int depth = s->open.count;
    bp_sbml_block block = {
        .text = start,
        .length = (size_t)(s->at - start),
        .owner = s->open.items[depth - 1],
        .within = depth > 1 ? s->open.items[depth - 2] : NULL,
        .is_notes = bp_sbml_tag_is(start + 1, "notes"),
    };
    if (!bp_array_push(&s->out->blocks, block)) s->out->xml.failed = true;
    return true;
}

// Drawings of the packages layout and render.
static bool is_drawing(const char *tag) {
    const char *colon = tag;
    while (*colon != ':' && !ends_name(*colon))
        colon++;
    return *colon == ':' && (bp_sbml_tag_is(tag, "listOfLayouts") ||
                             bp_sbml_tag_is(tag, "listOfRenderInformation") ||
                             bp_sbml_tag_is(tag, "listOfGlobalRenderInformation"));
}

// Only comp refers to metaids; libsbml looks at every letter of them.
static void pass_attributes(scan *s, const char *end) {
    const char *value, *name = NULL;
    size_t length;
    if (!s->out->is_comp) name = find_attribute(s->at, "metaid", &value, &length);
    if (name) {
        copy(s, name);
        skip(s, value + length + 1);
    }
    copy(s, end);
}

// libsbml makes nodes of these that it cannot walk itself.
static bool is_empty_math(const char *name, const char *end) {
    if (!bp_sbml_tag_is(name, "math") && !bp_sbml_tag_is(name, "apply")) return false;
    if (end[-2] == '/') return true;
    while (is_space(*end))
        end++;
    return begins(end, "</");
}

static int whole_attribute(const char *tag, const char *name) {
    size_t length;
    const char *value = bp_sbml_find_attribute(tag, name, &length);
    return value && length == 1 && *value >= '0' && *value <= '9' ? *value - '0' : -1;
}

// Whether <sbml> says which Level and Version it is, in its namespace too; libsbml may
// end the program where it does not.
static bool knows_version(const char *tag, const char *end) {
    static const int newest[] = {0, 2, 5, 2}; // Version of each Level
    int level = whole_attribute(tag, "level"),
        version = whole_attribute(tag, "version");
    if (level < 1 || level > 3 || version < 1 || version > newest[level]) return false;
    char uri[64];
    int n = snprintf(uri, sizeof uri, "http://www.sbml.org/sbml/level%d", level);
    if (level == 3 || (level == 2 && version > 1))
        n += snprintf(uri + n, sizeof uri - (size_t)n, "/version%d%s", version,
                      level == 3 ? "/core" : "");
    const char *found = strstr(tag, uri);
    return found && found < end && (found[n] == '"' || found[n] == '\'');
}

static bool pass_start(scan *s, const char *end) {
    const char *name = s->at + 1;
    if (s->open.count > 0 &&
        (bp_sbml_tag_is(name, "annotation") || bp_sbml_tag_is(name, "notes")))
        return pass_block(s, end);
    if (is_drawing(name)) return skip_element(s, end);
    if (s->open.count == 0 && bp_sbml_tag_is(name, "sbml") && !knows_version(name, end))
        s->out->bad_version = s->line;
    if (is_empty_math(name, end) && !s->out->empty_math) s->out->empty_math = s->line;
    if (end[-2] != '/' && !bp_array_push(&s->open, name)) s->out->xml.failed = true;
    if (s->open.count > DEEPEST) {
        s->out->too_deep = s->line;
        return false;
    }
    const char *name_end = name;
    while (!ends_name(*name_end))
        name_end++;
    copy(s, name_end);
    add_pending(s);
    pass_attributes(s, end);
    return true;
}

static bool pass_end(scan *s, const char *end) {
    if (s->open.count == 0) return false;
    s->open.count--;
    copy(s, end - 1);
    add_pending(s);
    copy(s, end);
    return true;
}

static bool pass_markup(scan *s) {
    if (s->at[1] == '!' || s->at[1] == '?') return pass_other(s);
    const char *end = tag_end(s->at + 1);
    if (!end) return false;
    return s->at[1] == '/' ? pass_end(s, end) : pass_start(s, end);
}

static bool walk(scan *s) {
    while (s->at < s->end && !s->out->xml.failed) {
        const char *markup = memchr(s->at, '<', (size_t)(s->end - s->at));
        pass_text(s, markup ? markup : s->end);
        if (markup && !pass_markup(s)) return false;
    }
    return s->open.count == 0;
}

static bool uses_comp(const char *text) {
    return strstr(text, "http://www.sbml.org/sbml/level3/version1/comp/") != NULL;
}

void bp_sbml_text_make(const char *text, size_t length, bp_sbml_text *out) {
    scan s = {.at = text, .end = text + length, .line = 1, .out = out};
    while (s.at < s.end && is_space(*s.at))
        s.at++; // before "<?xml" nothing may stand
    s.pending = count_lines(text, s.at);
    s.line += s.pending;
    out->is_comp = uses_comp(text);
    out->is_sound = walk(&s);
    bp_array_clear(&s.open);
}

void bp_sbml_text_clear(bp_sbml_text *text) {
    bp_text_clear(&text->xml);
    bp_array_clear(&text->blocks);
}
