// The parser's hands: tokens, names, messages.
#include "model/antimony_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

const bp_token *bp_parser_peek(const bp_parser *p, int ahead) {
    int i = p->at + ahead;
    return &p->tokens[i < p->n_tokens ? i : p->n_tokens - 1];
}

bool bp_parser_at(const bp_parser *p, int type) {
    return bp_parser_peek(p, 0)->type == type;
}

bool bp_parser_at_key(const bp_parser *p, bp_keyword key) {
    const bp_token *token = bp_parser_peek(p, 0);
    return token->type == BP_TOKEN_NAME && token->keyword == (short)key;
}

bool bp_parser_take(bp_parser *p, int type) {
    if (!bp_parser_at(p, type)) return false;
    p->at++;
    return true;
}

bool bp_parser_take_key(bp_parser *p, bp_keyword key) {
    if (!bp_parser_at_key(p, key)) return false;
    p->at++;
    return true;
}

bp_where bp_parser_where(const bp_parser *p) {
    const bp_token *token = bp_parser_peek(p, 0);
    return (bp_where){p->file, token->line, token->column};
}

bool bp_parser_end_of_statement(const bp_parser *p) {
    int type = bp_parser_peek(p, 0)->type;
    return type == ';' || type == BP_TOKEN_NEWLINE || type == BP_TOKEN_END;
}

// ---- messages ----

void bp_parser_error(bp_parser *p, bp_status status, bp_where where, const char *format,
                     ...) {
    char message[512];
    if (p->bad) return; // what follows from the first error of a statement helps nobody
    p->bad = true;
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    bp_report_error(p->report, status, where, "%s", message);
}

void bp_parser_expected(bp_parser *p, const char *what) {
    const bp_token *token = bp_parser_peek(p, 0);
    bp_where where = bp_parser_where(p);
    if (token->type == BP_TOKEN_END)
        bp_parser_error(p, BP_SYNTAX, where, "expected %s, found the end of the file",
                        what);
    else if (token->type == BP_TOKEN_NEWLINE)
        bp_parser_error(p, BP_SYNTAX, where, "expected %s, found the end of the line",
                        what);
    else if (token->type == BP_TOKEN_STRING)
        bp_parser_error(p, BP_SYNTAX, where, "expected %s, found a text in quotes",
                        what);
    else if (token->type == BP_TOKEN_NAME && token->keyword != BP_KEY_NONE)
        bp_parser_error(p, BP_SYNTAX, where,
                        "expected %s, found the reserved word '%.*s'", what,
                        token->length, token->text);
    else
        bp_parser_error(p, BP_SYNTAX, where, "expected %s, found '%.*s'", what,
                        token->length > 40 ? 40 : token->length, token->text);
}

// ---- names ----

const char *bp_parser_word(bp_parser *p, const char *text, size_t length) {
    int i = bp_names_add_n(&p->modules->words, text, length);
    if (i < 0) p->failed = true;
    return i < 0 ? NULL : p->modules->words.text[i];
}

static bool take_part(bp_parser *p, bp_text *whole) {
    const bp_token *token = bp_parser_peek(p, 0);
    if (token->type != BP_TOKEN_NAME || token->keyword != BP_KEY_NONE) return false;
    bp_text_add_n(whole, token->text, (size_t)token->length);
    p->at++;
    return true;
}

// A.B.x, joined without the blanks that may stand between.
static bool take_dotted(bp_parser *p, const bp_token *first, bp_local *out) {
    bp_text whole = {0};
    bp_text_add_n(&whole, first->text, (size_t)first->length);
    while (bp_parser_at(p, '.')) {
        p->at++;
        bp_text_add(&whole, ".");
        if (take_part(p, &whole)) continue;
        bp_parser_expected(p, "a name after '.'");
        bp_text_clear(&whole);
        return false;
    }
    out->name = whole.failed ? NULL : bp_parser_word(p, whole.data, whole.length);
    if (!out->name) p->failed = true;
    bp_text_clear(&whole);
    return out->name != NULL;
}

bool bp_parser_name(bp_parser *p, bp_local *out) {
    const bp_token *token = bp_parser_peek(p, 0);
    out->name = NULL;
    out->where = bp_parser_where(p);
    if (token->type != BP_TOKEN_NAME || token->keyword != BP_KEY_NONE) {
        bp_parser_expected(p, "a name");
        return false;
    }
    p->at++;
    if (bp_parser_at(p, '.')) return take_dotted(p, token, out);
    out->name = bp_parser_word(p, token->text, (size_t)token->length);
    return out->name != NULL;
}

bool bp_parser_dollar_name(bp_parser *p, bp_local *out, bool *boundary) {
    *boundary = bp_parser_take(p, '$');
    return bp_parser_name(p, out);
}

bool bp_parser_check_name(bp_parser *p, bp_local name) {
    const char *what = bp_is_constant_name(name.name)   ? "a constant"
                       : bp_is_function_name(name.name) ? "a function"
                                                        : NULL;
    if (!what) return true;
    bp_parser_error(p, BP_BAD_MODEL, name.where,
                    "'%s' is %s of the language; choose another name", name.name, what);
    return false;
}

bp_statement *bp_parser_add(bp_parser *p, bp_statement_kind kind, bp_local name) {
    bp_statement statement = {.kind = kind, .name = name};
    bp_module *module = p->module;
    if (!bp_array_push(&module->statements, statement) ||
        (name.name && bp_names_add(&module->mentions, name.name) < 0)) {
        p->failed = true;
        return NULL;
    }
    return &module->statements.items[module->statements.count - 1];
}
