// What drug, ligand and cell files have in common: name, aliases, facts with a source.
#include <ctype.h>
#include <string.h>

#include "scenarios/sheet.h"

// "T-DM1" -> "T_DM1"; a leading digit gets a "_".
static const char *make_identifier(bp_reader *reader, const char *name) {
    size_t length = strlen(name);
    char *id = bp_reader_take(reader, length + 2, 1);
    if (!id) return NULL;
    char *end = id;
    if (isdigit((unsigned char)name[0])) *end++ = '_';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];
        *end++ = (char)(c < 0x80 && isalnum(c) ? c : '_');
    }
    return id;
}

// How well what the file says is known; "" when it does not say.
static const char *read_confidence(bp_reader *reader, const bp_yaml *root) {
    static const char *const levels[] = {"high", "medium", "low"};
    const bp_yaml *node = bp_yaml_find(root, "confidence");
    const char *text = node ? bp_yaml_get_text(reader, node, "confidence") : NULL;
    for (int i = 0; text && i < 3; i++)
        if (strcmp(text, levels[i]) == 0) return text;
    if (text)
        bp_report_error(reader->report, BP_BAD_VALUE, node->where,
                        "confidence is high, medium or low, not '%s'", text);
    return "";
}

bool bp_item_parse(bp_reader *reader, const bp_yaml *root, bp_item *out) {
    const bp_yaml *name = bp_yaml_need(reader, root, "name", "the file");
    const bp_yaml *text = bp_yaml_need(reader, root, "text", "the file");
    const bp_yaml *aliases = bp_yaml_find(root, "aliases");
    out->file = reader->file;
    out->name = name ? bp_yaml_get_text(reader, name, "name") : NULL;
    out->text = text ? bp_yaml_get_text(reader, text, "text") : NULL;
    out->source = bp_yaml_optional_text(reader, root, "source");
    out->confidence = read_confidence(reader, root);
    const bp_yaml **texts = NULL;
    if (aliases) texts = bp_yaml_texts(reader, aliases, "aliases", &out->n_aliases);
    out->aliases =
        bp_reader_take(reader, (size_t)out->n_aliases + 1, sizeof *out->aliases);
    if (!out->aliases || !out->name) return false;
    for (int i = 0; texts && i < out->n_aliases; i++)
        out->aliases[i] = texts[i]->text;
    if (!out->text) out->text = "";
    out->id = make_identifier(reader, out->name);
    return out->id != NULL;
}

bool bp_fact_parse(bp_reader *reader, const bp_yaml *node, bool has_of, bp_fact *out) {
    static const char *const keys[] = {"value", "source", NULL};
    static const char *const keys_of[] = {"value", "source", "of", NULL};
    out->name = node->key;
    out->name_where = node->key_where;
    out->where = node->where;
    out->broken = true;
    if (node->kind != BP_YAML_MAP) {
        bp_report_error(
            reader->report, BP_SYNTAX, node->where,
            "'%s' needs a value and its source: {value: ..., source: \"...\"}",
            node->key);
        return false;
    }
    bp_yaml_check_keys(reader, node, has_of ? keys_of : keys, node->key);
    const bp_yaml *value = bp_yaml_need(reader, node, "value", node->key);
    const bp_yaml *source = bp_yaml_need(reader, node, "source", node->key);
    out->source = source ? bp_yaml_get_text(reader, source, "source") : NULL;
    if (!out->source) out->source = "";
    out->of = has_of ? bp_yaml_optional_text(reader, node, "of") : "";
    if (!value || !bp_yaml_quantity(reader, value, node->key, &out->quantity))
        return false;
    out->text = value->text;
    out->where = value->where;
    out->broken = false;
    return true;
}

bp_fact *bp_facts_parse(bp_reader *reader, const bp_yaml *map, const char *what,
                        int *n) {
    *n = 0;
    if (!bp_yaml_is_map(reader, map, what)) return NULL;
    bp_fact *facts = bp_reader_take(reader, (size_t)map->n + 1, sizeof *facts);
    if (!facts) return NULL;
    for (const bp_yaml *child = map->first; child; child = child->next)
        if (bp_fact_parse(reader, child, false, &facts[*n])) (*n)++;
    return facts;
}

bp_named *bp_names_parse(bp_reader *reader, const bp_yaml *node, const char *what,
                         int *n) {
    const bp_yaml **texts = bp_yaml_texts(reader, node, what, n);
    bp_named *names = bp_reader_take(reader, (size_t)*n + 1, sizeof *names);
    if (!names || !texts) {
        *n = 0;
        return names;
    }
    for (int i = 0; i < *n; i++)
        names[i] = (bp_named){texts[i]->text, texts[i]->where};
    return names;
}

bool bp_item_called(const bp_item *item, const char *name) {
    bool called = strcmp(item->name, name) == 0;
    for (int i = 0; i < item->n_aliases; i++)
        called |= strcmp(item->aliases[i], name) == 0;
    return called;
}
