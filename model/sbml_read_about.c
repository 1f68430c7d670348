// Notes and annotations: for the writers, and for `show`.
#include <string.h>

#include "model/sbml_read.h"

// What a block is about: a symbol, a reaction, or (both -1) the model.
typedef struct subject {
    int symbol, reaction;
} subject;

static bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// ---- notes ----

// Text of XHTML: tags out, white space together.
static void plain_text(const char *text, size_t length, bp_text *out) {
    const char *end = text + length;
    bp_text raw = {0};
    while (text < end) {
        const char *tag = memchr(text, '<', (size_t)(end - text));
        if (!tag) tag = end;
        bp_sbml_unescape(text, (size_t)(tag - text), &raw);
        bp_text_add(&raw, " ");
        text = tag < end ? memchr(tag, '>', (size_t)(end - tag)) : NULL;
        if (!text) break;
        text++;
    }
    bool space = false;
    for (const char *p = bp_text_get(&raw); *p; p++) {
        if (is_space(*p)) {
            space = out->length > 0;
            continue;
        }
        if (space) bp_text_add_n(out, " ", 1);
        space = false;
        bp_text_add_n(out, p, 1);
    }
    out->failed |= raw.failed;
    bp_text_clear(&raw);
}

static void add_note(bp_sbml_reader *r, const bp_sbml_block *block, subject about) {
    const char **note = about.symbol >= 0 ? &r->spec->symbols.items[about.symbol].note
                        : about.reaction >= 0
                            ? &r->spec->reactions.items[about.reaction].note
                            : NULL;
    if (!note) return;
    bp_text text = {0};
    plain_text(block->text, block->length, &text);
    if (text.length > 0) *note = bp_sbml_copy(r, bp_text_get(&text));
    r->failed |= text.failed;
    bp_text_clear(&text);
}

// ---- annotations ----

// What libAntimony calls them; the others keep their names.
static const struct {
    const char *prefix, *name, *qualifier;
} renamed[] = {{"bqbiol", "is", "identity"},
               {"bqmodel", "is", "model_entity_is"},
               {"bqmodel", "isDerivedFrom", "origin"}};

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static const char *qualifier_of(bp_sbml_reader *r, const char *tag) {
    const char *colon = strchr(tag, ':');
    size_t length = strcspn(colon + 1, " \t\r\n/>");
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (begins(tag, renamed[i].prefix) && bp_sbml_tag_is(tag, renamed[i].name))
            return renamed[i].qualifier;
    const char *copy = bp_arena_copy_n(&r->spec->arena, colon + 1, length);
    if (!copy) r->failed = true;
    return copy;
}

static void add_resource(bp_sbml_reader *r, const char *tag, const char *qualifier,
                         const char *target) {
    bp_text uri = {0};
    if (bp_sbml_attribute(tag, "resource", &uri)) {
        bp_annotation made = {target, qualifier, bp_sbml_copy(r, bp_text_get(&uri))};
        if (made.uri && !bp_array_push(&r->spec->annotations, made)) r->failed = true;
    }
    r->failed |= uri.failed;
    bp_text_clear(&uri);
}

// <bqbiol:is> <rdf:Bag> <rdf:li rdf:resource="..."/> ... </bqbiol:is>
static void add_annotations(bp_sbml_reader *r, const bp_sbml_block *block,
                            const char *target) {
    const char *at = block->text, *end = at + block->length, *qualifier = NULL;
    while ((at = memchr(at, '<', (size_t)(end - at))) && !r->failed) {
        at++;
        if (begins(at, "bqbiol:") || begins(at, "bqmodel:"))
            qualifier = qualifier_of(r, at);
        else if (begins(at, "/bqbiol:") || begins(at, "/bqmodel:"))
            qualifier = NULL;
        else if (qualifier && bp_sbml_tag_is(at, "li"))
            add_resource(r, at, qualifier, target);
    }
}

// ---- subjects ----

// False: what the block is about has no place in a spec.
static bool find_subject(const bp_sbml_reader *r, const bp_sbml_block *block,
                         const char *id, subject *out) {
    *out = (subject){-1, -1};
    if (bp_sbml_tag_is(block->owner, "model")) return true;
    bool symbol = bp_sbml_tag_is(block->owner, "species") ||
                  bp_sbml_tag_is(block->owner, "compartment") ||
                  (bp_sbml_tag_is(block->owner, "parameter") && block->within);
    if (symbol) out->symbol = bp_spec_find(r->spec, id);
    if (bp_sbml_tag_is(block->owner, "reaction"))
        out->reaction = bp_spec_find_reaction(r->spec, id);
    return out->symbol >= 0 || out->reaction >= 0;
}

static void add_block(bp_sbml_reader *r, const bp_sbml_block *block) {
    bp_text id = {0};
    subject about;
    bool named = bp_sbml_attribute(block->owner, "id", &id) ||
                 (r->level == 1 && bp_sbml_attribute(block->owner, "name", &id));
    r->failed |= id.failed;
    if ((named || bp_sbml_tag_is(block->owner, "model")) && !r->failed &&
        find_subject(r, block, bp_text_get(&id), &about)) {
        if (block->is_notes)
            add_note(r, block, about);
        else
            add_annotations(
                r, block,
                about.symbol >= 0     ? r->spec->symbols.items[about.symbol].name
                : about.reaction >= 0 ? r->spec->reactions.items[about.reaction].name
                                      : "");
    }
    bp_text_clear(&id);
}

void bp_sbml_about(bp_sbml_reader *r, const bp_sbml_text *text) {
    for (int i = 0; i < text->blocks.count && !r->failed; i++)
        add_block(r, &text->blocks.items[i]);
}
