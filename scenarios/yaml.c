// libfyaml's events become a tree. Its own messages are caught and put into the report.
#include "scenarios/yaml.h"

#include <libfyaml.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

// Deeper than any of our files needs; bounds the recursion of `read_node`.
enum { MAX_DEPTH = 24, MAX_MESSAGE = 300, MAX_ENTRIES = 20000 };

typedef struct parse {
    bp_reader *reader;
    struct fy_parser *parser;
    bool complained; // libfyaml's first message was taken
} parse;

// ---- memory ----

void *bp_reader_take(bp_reader *reader, size_t count, size_t size) {
    void *memory = NULL;
    if (count <= SIZE_MAX / (size ? size : 1))
        memory = bp_arena_take(reader->arena, count * size + 1);
    if (!memory) reader->report->failed = true;
    return memory;
}

const char *bp_reader_copy(bp_reader *reader, const char *text) {
    const char *copy = bp_arena_copy(reader->arena, text);
    if (!copy) reader->report->failed = true;
    return copy;
}

// ---- errors of libfyaml ----

// Messages read "<memory-@0x1-0x2>:2:4: error: mismatched flow mapping end".
static void take_message(struct fy_diag *diag, void *user, const char *text,
                         size_t length) {
    (void)diag;
    parse *p = user;
    char line[MAX_MESSAGE];
    if (length >= sizeof line) length = sizeof line - 1;
    memcpy(line, text, length);
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';

    const char *place = strchr(line, '>');
    const char *message = strstr(line, "error: ");
    if (p->complained || !message) return; // the source line and the caret follow
    p->complained = true;
    const char *end = place ? place + 1 : line;
    bp_where where = {p->reader->file, 0, 0};
    if (*end == ':') where.line = (int)bp_number_read(end + 1, &end);
    if (where.line && *end == ':') where.column = (int)bp_number_read(end + 1, &end);
    bp_report_error(p->reader->report, BP_SYNTAX, where, "this is not YAML: %s",
                    message + strlen("error: "));
}

static bp_where mark_where(const parse *p, const struct fy_mark *mark) {
    bp_where where = {p->reader->file, 0, 0};
    if (mark) where = (bp_where){p->reader->file, mark->line + 1, mark->column + 1};
    return where;
}

// ---- events to tree ----

static bp_yaml *new_node(parse *p, bp_yaml_kind kind, bp_where where) {
    bp_yaml *node = bp_reader_take(p->reader, 1, sizeof *node);
    if (!node) return NULL;
    node->kind = kind;
    node->where = where;
    node->text = "";
    return node;
}

static bp_yaml *read_scalar(parse *p, struct fy_event *event) {
    bp_where where = mark_where(p, fy_event_start_mark(event));
    bp_yaml *node = new_node(p, BP_YAML_TEXT, where);
    struct fy_token *token = event->scalar.value;
    if (!node || !token) return node;

    size_t length = 0;
    const char *text = fy_token_get_text(token, &length);
    enum fy_scalar_style style = fy_token_scalar_style(token);
    bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    if (quoted && node->where.column > 1)
        node->where.column--; // marks stand after the quote
    node->given = quoted || length > 0;
    node->text = bp_arena_copy_n(p->reader->arena, text ? text : "", text ? length : 0);
    if (!node->text) {
        p->reader->report->failed = true;
        return NULL;
    }
    return node;
}

static bp_yaml *read_node(parse *p, struct fy_event *event, int depth);

static void refuse(parse *p, bp_where where, const char *what) {
    bp_report_error(p->reader->report, BP_UNSUPPORTED, where,
                    "%s are not used here: write the value itself", what);
    p->complained = true;
}

static struct fy_event *next_event(parse *p) {
    struct fy_event *event = fy_parser_parse(p->parser);
    if (!event && !p->complained) {
        p->complained = true;
        bp_report_error(p->reader->report, BP_SYNTAX, (bp_where){p->reader->file, 0, 0},
                        "the text ends too early");
    }
    return event;
}

// One value with everything in it; NULL after a problem.
static bp_yaml *read_value(parse *p, int depth) {
    struct fy_event *event = next_event(p);
    if (!event) return NULL;
    bp_yaml *node = read_node(p, event, depth);
    fy_parser_event_free(p->parser, event);
    return node;
}

static bool is_new_key(parse *p, const bp_yaml *map, const bp_yaml *key) {
    const bp_yaml *old = bp_yaml_find(map, key->text);
    if (!old) return true;
    bp_report_error(p->reader->report, BP_DUPLICATE, key->where,
                    "'%s' is given twice; the first is in line %d", key->text,
                    old->key_where.line);
    return false;
}

static bp_yaml *read_entry(parse *p, const bp_yaml *map, struct fy_event *event,
                           int depth) {
    bp_yaml *key = read_node(p, event, depth);
    if (!key) return NULL;
    if (key->kind != BP_YAML_TEXT || !key->given) {
        bp_report_error(p->reader->report, BP_SYNTAX, key->where,
                        "a key must be a text");
        p->complained = true;
        return NULL;
    }
    (void)is_new_key(p, map, key); // reported; go on, more may be wrong
    bp_yaml *value = read_value(p, depth);
    if (!value) return NULL;
    value->key = key->text;
    value->key_where = key->where;
    if (!value->where.line) value->where = key->where; // nothing after the colon
    return value;
}

static bp_yaml *read_children(parse *p, bp_yaml *parent, int depth) {
    bp_yaml **end = &parent->first;
    enum fy_event_type stop =
        parent->kind == BP_YAML_MAP ? FYET_MAPPING_END : FYET_SEQUENCE_END;
    for (;;) {
        struct fy_event *event = next_event(p);
        if (!event) return NULL;
        bool last = event->type == stop;
        bp_yaml *child = NULL;
        if (!last && parent->kind == BP_YAML_MAP)
            child = read_entry(p, parent, event, depth);
        else if (!last)
            child = read_node(p, event, depth);
        fy_parser_event_free(p->parser, event);
        if (last) return parent;
        if (child && !child->where.line) child->where = parent->where;
        if (!child || parent->n == MAX_ENTRIES) return NULL;
        *end = child;
        end = &child->next;
        parent->n++;
    }
}

// Anchors, tags and aliases are refused, not ignored: what they mean would be lost.
static bool is_plain(parse *p, const struct fy_event *event, bp_where where) {
    struct fy_token *anchor = NULL;
    struct fy_token *tag = NULL;
    if (event->type == FYET_SCALAR) {
        anchor = event->scalar.anchor;
        tag = event->scalar.tag;
    } else if (event->type == FYET_MAPPING_START) {
        anchor = event->mapping_start.anchor;
        tag = event->mapping_start.tag;
    } else if (event->type == FYET_SEQUENCE_START) {
        anchor = event->sequence_start.anchor;
        tag = event->sequence_start.tag;
    }
    if (event->type == FYET_ALIAS && where.column > 1)
        where.column--; // the mark is after '*'
    if (event->type == FYET_ALIAS || anchor)
        refuse(p, where, "anchors (& and *)");
    else if (tag)
        refuse(p, where, "tags (!)");
    else
        return true;
    return false;
}

static bp_yaml *read_node(parse *p, struct fy_event *event, int depth) {
    bp_where where = mark_where(p, fy_event_start_mark(event));
    if (!is_plain(p, event, where)) return NULL;
    if (event->type == FYET_SCALAR) return read_scalar(p, event);
    if (event->type != FYET_MAPPING_START && event->type != FYET_SEQUENCE_START)
        return NULL; // the stream ends where a value was due: reported by the caller
    if (depth >= MAX_DEPTH) {
        bp_report_error(p->reader->report, BP_SYNTAX, where, "nested too deeply");
        p->complained = true;
        return NULL;
    }
    bool map = event->type == FYET_MAPPING_START;
    bp_yaml *node = new_node(p, map ? BP_YAML_MAP : BP_YAML_LIST, where);
    if (!node) return NULL;
    node->given = true;
    return read_children(p, node, depth + 1);
}

// ---- documents ----

// Reads up to the first document's content; true when there is some.
static bool enter_document(parse *p) {
    for (;;) {
        struct fy_event *event = fy_parser_parse(p->parser);
        if (!event) return false;
        enum fy_event_type type = event->type;
        fy_parser_event_free(p->parser, event);
        if (type == FYET_DOCUMENT_START) return true;
        if (type != FYET_STREAM_START) return false;
    }
}

// Nothing may follow the document.
static void leave_document(parse *p) {
    struct fy_event *event = NULL;
    while ((event = fy_parser_parse(p->parser))) {
        enum fy_event_type type = event->type;
        bp_where where = mark_where(p, fy_event_start_mark(event));
        fy_parser_event_free(p->parser, event);
        if (type == FYET_DOCUMENT_START) {
            bp_report_error(p->reader->report, BP_SYNTAX, where,
                            "one file holds one document: remove '---'");
            return;
        }
        if (type == FYET_STREAM_END) return;
    }
}

static bp_yaml *read_stream(parse *p) {
    bp_yaml *root = NULL;
    if (enter_document(p)) {
        root = read_value(p, 0);
        if (root) leave_document(p);
    } else if (!p->complained) {
        bp_report_error(p->reader->report, BP_SYNTAX, (bp_where){p->reader->file, 1, 1},
                        "the file is empty");
    }
    return p->complained ? NULL : root;
}

// Bytes in the UTF-8 sequence that starts at `s`; 0 when it is none.
static size_t utf8_length(const unsigned char *s, size_t left) {
    size_t n = 0;
    if (s[0] >= 0x20 && s[0] < 0x7f) return 1;
    if (s[0] == '\n' || s[0] == '\t' || s[0] == '\r') return 1;
    if (s[0] >= 0xc2 && s[0] < 0xe0)
        n = 2;
    else if (s[0] >= 0xe0 && s[0] < 0xf0)
        n = 3;
    else if (s[0] >= 0xf0 && s[0] < 0xf5)
        n = 4;
    if (n > left) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    return n;
}

// libfyaml stops in silence at a byte that is not UTF-8, so look first.
static bool is_utf8(bp_reader *reader, const char *text, size_t length) {
    bp_where where = {reader->file, 1, 1};
    for (size_t i = 0; i < length;) {
        size_t n = utf8_length((const unsigned char *)text + i, length - i);
        if (n == 0) {
            bp_report_error(reader->report, BP_SYNTAX, where,
                            "byte 0x%02x is not text in UTF-8", (unsigned char)text[i]);
            return false;
        }
        where.column = text[i] == '\n' ? 1 : where.column + 1;
        if (text[i] == '\n') where.line++;
        i += n;
    }
    return true;
}

bp_yaml *bp_yaml_parse(bp_reader *reader, const char *text, size_t length) {
    if (!is_utf8(reader, text, length)) return NULL;
    parse p = {.reader = reader};
    struct fy_diag_cfg shown = {.output_fn = take_message,
                                .user = &p,
                                .level = FYET_ERROR,
                                .show_position = true};
    fy_diag_cfg_default(&shown);
    shown.fp = NULL;
    shown.output_fn = take_message;
    shown.user = &p;
    shown.level = FYET_ERROR;
    shown.show_source = shown.show_type = shown.show_module = shown.colorize = false;
    shown.show_position = true;

    bp_yaml *root = NULL;
    struct fy_diag *diag = fy_diag_create(&shown);
    struct fy_parse_cfg how = {.flags = FYPCF_DEFAULT_VERSION_1_2, .diag = diag};
    if (diag) p.parser = fy_parser_create(&how);
    if (p.parser && fy_parser_set_string(p.parser, text, length) == 0)
        root = read_stream(&p);
    else
        reader->report->failed = true;
    if (p.parser) fy_parser_destroy(p.parser);
    if (diag) fy_diag_unref(diag);
    return root;
}
