// What is said about names for other programs: annotations and SBO terms.
#include <string.h>

#include "model/antimony_parse.h"

static const struct {
    const char *written, *qualifier;
} qualifiers[] = {
    {"identity", "identity"},
    {"biological_entity_is", "identity"},
    {"hasPart", "hasPart"},
    {"part", "hasPart"},
    {"isPartOf", "isPartOf"},
    {"parthood", "isPartOf"},
    {"isVersionOf", "isVersionOf"},
    {"hypernym", "isVersionOf"},
    {"hasVersion", "hasVersion"},
    {"version", "hasVersion"},
    {"isHomologTo", "isHomologTo"},
    {"homolog", "isHomologTo"},
    {"isDescribedBy", "isDescribedBy"},
    {"description", "isDescribedBy"},
    {"publication", "isDescribedBy"},
    {"isEncodedBy", "isEncodedBy"},
    {"encoder", "isEncodedBy"},
    {"encodes", "encodes"},
    {"encodement", "encodes"},
    {"occursIn", "occursIn"},
    {"container", "occursIn"},
    {"hasProperty", "hasProperty"},
    {"property", "hasProperty"},
    {"isPropertyOf", "isPropertyOf"},
    {"propertyBearer", "isPropertyOf"},
    {"hasTaxon", "hasTaxon"},
    {"taxon", "hasTaxon"},
    {"model_entity_is", "model_entity_is"},
    {"model_source", "model_entity_is"},
    {"origin", "origin"},
    {"isDerivedFrom", "origin"},
    {"isInstanceOf", "isInstanceOf"},
    {"class", "isInstanceOf"},
    {"hasInstance", "hasInstance"},
    {"instance", "hasInstance"},
    {"notes", "notes"},
    {"created", "created"},
    {"modified", "modified"},
    {"creator", "creator"},
};

// creator2.name, created.year: the word without its number and parts
static size_t stem_length(const char *word) {
    size_t n = strcspn(word, ".");
    while (n > 0 && word[n - 1] >= '0' && word[n - 1] <= '9')
        n--;
    return n;
}

static const char *qualifier_of(const char *word) {
    for (size_t i = 0; i < sizeof qualifiers / sizeof *qualifiers; i++)
        if (strcmp(qualifiers[i].written, word) == 0) return qualifiers[i].qualifier;
    size_t n = stem_length(word);
    bool dated = (n == 7 && strncmp(word, "creator", n) == 0) ||
                 (n == 7 && strncmp(word, "created", n) == 0) ||
                 (n == 8 && strncmp(word, "modified", n) == 0);
    return dated ? word : NULL;
}

static void unknown_qualifier(bp_parser *p, const bp_local *word) {
    const char *names[sizeof qualifiers / sizeof *qualifiers];
    int n = (int)(sizeof qualifiers / sizeof *qualifiers);
    for (int i = 0; i < n; i++)
        names[i] = qualifiers[i].written;
    const char *nearest = bp_text_nearest(word->name, names, n);
    bp_parser_error(p, BP_UNKNOWN_NAME, word->where,
                    nearest ? "'%s' is no annotation; did you mean '%s'?"
                            : "'%s' is no annotation; there are identity, hasPart, "
                              "isDescribedBy and others",
                    word->name, nearest);
}

void bp_parser_annotation(bp_parser *p, bp_local name) {
    bp_local word;
    if (!bp_parser_name(p, &word)) return;
    const char *qualifier = qualifier_of(word.name);
    if (!qualifier) {
        unknown_qualifier(p, &word);
        return;
    }
    do {
        while (bp_parser_take(p, BP_TOKEN_NEWLINE)) {
        }
        const bp_token *token = bp_parser_peek(p, 0);
        if (!bp_parser_at(p, BP_TOKEN_STRING)) {
            bp_parser_expected(p, "a text in quotes");
            return;
        }
        p->at++;
        const char *uri = bp_parser_word(p, token->text, (size_t)token->length);
        bp_statement *s = bp_parser_add(p, BP_SAYS_ABOUT, name);
        if (!s) return;
        s->u.about.qualifier = qualifier;
        s->u.about.uri = uri;
    } while (bp_parser_take(p, ','));
}

bool bp_parser_annotation_ahead(const bp_parser *p) {
    int i = 0;
    if (bp_parser_peek(p, i)->type != BP_TOKEN_NAME) return false;
    if (bp_parser_peek(p, i)->keyword != BP_KEY_NONE) return false;
    while (bp_parser_peek(p, i + 1)->type == '.' &&
           bp_parser_peek(p, i + 2)->type == BP_TOKEN_NAME)
        i += 2;
    return bp_parser_peek(p, i + 1)->type == BP_TOKEN_STRING;
}

void bp_parser_sbo(bp_parser *p, bp_local name) {
    if (bp_token_is(bp_parser_peek(p, 0), "SBO")) {
        p->at++;
        if (!bp_parser_take(p, ':')) {
            bp_parser_expected(p, "':'");
            return;
        }
    }
    double number = bp_parser_peek(p, 0)->number;
    if (!bp_parser_at(p, BP_TOKEN_NUMBER)) {
        bp_parser_expected(p, "the number of an SBO term");
        return;
    }
    if (!(number >= 0 && number < 1e7 && number == (double)(int)number)) {
        bp_parser_error(p, BP_BAD_VALUE, bp_parser_where(p),
                        "an SBO term is a whole number of at most 7 digits");
        return;
    }
    p->at++;
    bp_statement *s = bp_parser_add(p, BP_SAYS_SBO, name);
    if (s) s->u.sbo = (int)number;
}
