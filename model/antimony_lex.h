// Antimony text -> tokens. Internal to the reader.
#ifndef BP_MODEL_ANTIMONY_LEX_H
#define BP_MODEL_ANTIMONY_LEX_H

#include "base/array.h"
#include "base/error.h"

// A token's type: one of these, or the character itself ('+', ';', ...).
typedef enum bp_token_type {
    BP_TOKEN_END = 0,
    BP_TOKEN_NEWLINE = '\n',
    BP_TOKEN_NAME = 256,
    BP_TOKEN_NUMBER,
    BP_TOKEN_STRING,       // "..." or ```...```, without the quotes
    BP_TOKEN_ARROW,        // -> or <==>
    BP_TOKEN_ARROW_ONEWAY, // =>
    BP_TOKEN_INHIBITS,     // -|
    BP_TOKEN_BECOMES,      // :=
    BP_TOKEN_LE,           // <=
    BP_TOKEN_GE,           // >=
    BP_TOKEN_EQ,           // ==
    BP_TOKEN_NE,           // !=
    BP_TOKEN_AND,          // &&
    BP_TOKEN_OR,           // ||
    BP_TOKEN_DASHES,       // --
    BP_TOKEN_ELLIPSIS      // ...
} bp_token_type;

// The reserved words of the language, in any place.
// clang-format off
#define BP_KEYWORD_LIST(X)                                                        \
    X(MODEL, "model")           X(MODULE, "module")         X(END, "end")         \
    X(SPECIES, "species")       X(FORMULA, "formula")       X(REACTION, "reaction") \
    X(DNA, "DNA")               X(GENE, "gene")             X(OPERATOR, "operator") \
    X(COMPARTMENT, "compartment") X(HAS, "has")             X(IN, "in")           \
    X(IS, "is")                 X(VAR, "var")               X(CONST, "const")     \
    X(EXT, "ext")               X(SUBSTANCE_ONLY, "substanceOnly")                \
    X(IMPORT, "import")         X(EVENT, "event")           X(AT, "at")           \
    X(AFTER, "after")           X(FUNCTION, "function")     X(UNIT, "unit")       \
    X(DELETE, "delete")         X(CONSTRAINT, "constraint")                       \
    X(MAXIMIZE, "maximize")     X(MINIMIZE, "minimize")     X(GENE_PRODUCT, "geneProduct")
// clang-format on

typedef enum bp_keyword {
    BP_KEY_NONE,
#define X(name, text) BP_KEY_##name,
    BP_KEYWORD_LIST(X)
#undef X
} bp_keyword;

typedef struct bp_token {
    short type;    // bp_token_type or a character
    short keyword; // bp_keyword, of a NAME
    int length;    // in bytes
    const char *text;
    int line, column; // from 1; columns count characters, not bytes
    double number;    // NUMBER
    // NEWLINE and END: the comment that ends the line, without its mark; NULL: none
    const char *comment;
    int comment_length;
} bp_token;

typedef struct bp_tokens {
    bp_token *items;
    int count;
    int capacity;
} bp_tokens;

// Splits the whole text; the last token is END. Characters that belong to no token are
// reported and left out. Tokens point into `text`. Returns NO_MEMORY or OK.
bp_status bp_antimony_lex(const char *text, size_t length, const char *file,
                          bp_tokens *tokens, bp_report *report);

// Whether the token is this word or this punctuation ("->").
bool bp_token_is(const bp_token *token, const char *text);

#endif
