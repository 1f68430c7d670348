// Reading a tree: what every file format of ours needs, with a message for what is
// wrong.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/yaml.h"

const char *bp_suggest(bp_reader *reader, const char *text, const char *const *names,
                       int n) {
    const char *near = bp_text_nearest(text, names, n);
    if (!near) return "";
    const char *hint = bp_arena_format(reader->arena, "; did you mean '%s'?", near);
    if (!hint) reader->report->failed = true;
    return hint ? hint : "";
}

const char *bp_suggest_all(bp_reader *reader, const char *text,
                           const char *const *names, int n) {
    enum { FEW = 8 };
    const char *near = bp_suggest(reader, text, names, n);
    if (near[0] || n > FEW || n == 0) return near;
    bp_text all = {0};
    for (int i = 0; i < n; i++)
        bp_text_format(&all, "%s%s",
                       i        ? ", "
                       : n == 1 ? "; there is "
                                : "; there are ",
                       names[i]);
    const char *hint =
        all.failed ? NULL : bp_arena_copy(reader->arena, bp_text_get(&all));
    bp_text_clear(&all);
    if (!hint) reader->report->failed = true;
    return hint ? hint : "";
}

static const char *kind_name(const bp_yaml *node) {
    if (node->kind == BP_YAML_MAP) return "a map of keys";
    if (node->kind == BP_YAML_LIST) return "a list";
    return node->given ? "a text" : "nothing";
}

static bool is_kind(bp_reader *reader, const bp_yaml *node, bp_yaml_kind kind,
                    const char *what) {
    static const char *const wanted[] = {"one value", "a map (key: value)",
                                         "a list ([a, b])"};
    if (node->kind == kind) return true;
    bp_report_error(reader->report, BP_SYNTAX, node->where, "%s must be %s, not %s",
                    what, wanted[kind], kind_name(node));
    return false;
}

bool bp_yaml_is_map(bp_reader *reader, const bp_yaml *node, const char *what) {
    return is_kind(reader, node, BP_YAML_MAP, what);
}

bool bp_yaml_is_list(bp_reader *reader, const bp_yaml *node, const char *what) {
    return is_kind(reader, node, BP_YAML_LIST, what);
}

bool bp_yaml_is_text(bp_reader *reader, const bp_yaml *node, const char *what) {
    return is_kind(reader, node, BP_YAML_TEXT, what);
}

const char *bp_yaml_get_text(bp_reader *reader, const bp_yaml *node, const char *what) {
    if (!bp_yaml_is_text(reader, node, what)) return NULL;
    if (node->text[0]) return node->text;
    bp_report_error(reader->report, BP_SYNTAX, node->where, "%s is empty", what);
    return NULL;
}

const bp_yaml *bp_yaml_find(const bp_yaml *map, const char *key) {
    for (const bp_yaml *child = map->first; child; child = child->next)
        if (child->key && strcmp(child->key, key) == 0) return child;
    return NULL;
}

const char *bp_yaml_optional_text(bp_reader *reader, const bp_yaml *map,
                                  const char *key) {
    const bp_yaml *node = bp_yaml_find(map, key);
    const char *text = node ? bp_yaml_get_text(reader, node, key) : NULL;
    return text ? text : "";
}

const bp_yaml *bp_yaml_need(bp_reader *reader, const bp_yaml *map, const char *key,
                            const char *what) {
    const bp_yaml *value = bp_yaml_find(map, key);
    if (!value)
        bp_report_error(reader->report, BP_SYNTAX, map->where, "%s needs '%s'", what,
                        key);
    return value;
}

void bp_yaml_check_keys(bp_reader *reader, const bp_yaml *map, const char *const *keys,
                        const char *what) {
    int n = 0;
    while (keys[n])
        n++;
    for (const bp_yaml *child = map->first; child; child = child->next) {
        bool known = false;
        for (int i = 0; i < n; i++)
            known |= strcmp(child->key, keys[i]) == 0;
        if (!known)
            bp_report_error(reader->report, BP_UNKNOWN_NAME, child->key_where,
                            "%s has no key '%s'%s", what, child->key,
                            bp_suggest_all(reader, child->key, keys, n));
    }
}

const bp_yaml **bp_yaml_texts(bp_reader *reader, const bp_yaml *node, const char *what,
                              int *n) {
    *n = 0;
    bool single = node->kind == BP_YAML_TEXT && node->given;
    if (!single && !bp_yaml_is_list(reader, node, what)) return NULL;
    const bp_yaml **texts =
        bp_reader_take(reader, (size_t)node->n + 1, sizeof(const bp_yaml *));
    if (!texts) return NULL;
    if (single) texts[(*n)++] = node;
    for (const bp_yaml *child = node->first; child; child = child->next)
        if (bp_yaml_get_text(reader, child, what)) texts[(*n)++] = child;
    return texts;
}

bool bp_yaml_integer(bp_reader *reader, const bp_yaml *node, const char *what, int low,
                     int high, int *out) {
    if (!bp_yaml_is_text(reader, node, what)) return false;
    const char *end = node->text;
    double value = bp_number_read(node->text, &end);
    if (end == node->text || *end || value != floor(value) || value < low ||
        value > high) {
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "%s must be a whole number from %d to %d, not '%s'", what, low,
                        high, node->text);
        return false;
    }
    *out = (int)value;
    return true;
}

bool bp_yaml_quantity(bp_reader *reader, const bp_yaml *node, const char *what,
                      bp_quantity *out) {
    if (!bp_yaml_is_text(reader, node, what)) return false;
    bp_error err = {0};
    bp_status status = bp_quantity_parse(node->text, out, &err);
    if (status == BP_OK && isfinite(out->value)) return true;
    if (status == BP_OK) {
        bp_error_set(&err, BP_BAD_VALUE, "'%s' is not a finite number", node->text);
        status = err.status;
    }
    bp_report_error(reader->report, status, node->where, "%s: %s", what, err.message);
    return false;
}
