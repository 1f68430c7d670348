// Antimony text -> tokens.
#include "model/antimony_lex.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

typedef struct lexer {
    const char *at, *end;
    const char *file;
    int line;
    const char *line_start; // for columns
    int continued;          // bytes of continuation in the line that are no characters
    const char *comment;    // the last comment of the line
    int comment_length;
    bp_tokens *tokens;
    bp_report *report;
    bool failed;
} lexer;

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static char peek(const lexer *lex, int ahead) {
    return lex->end - lex->at > ahead ? lex->at[ahead] : '\0';
}

static bp_where where_of(const lexer *lex, const char *place) {
    return (bp_where){lex->file, lex->line,
                      1 + (int)(place - lex->line_start) - lex->continued};
}

// Bytes of the UTF-8 character at `text`; 0 when it is not well formed (RFC 3629).
static int utf8_length(const char *text, const char *end) {
    const unsigned char *c = (const unsigned char *)text;
    int n = c[0] < 0x80                    ? 1
            : c[0] >= 0xC2 && c[0] <= 0xDF ? 2
            : (c[0] & 0xF0) == 0xE0        ? 3
            : c[0] >= 0xF0 && c[0] <= 0xF4 ? 4
                                           : 0;
    if (n == 0 || end - text < n) return 0;
    for (int i = 1; i < n; i++)
        if ((c[i] & 0xC0) != 0x80) return 0;
    if (c[0] == 0xE0 && c[1] < 0xA0) return 0; // overlong
    if (c[0] == 0xED && c[1] > 0x9F) return 0; // surrogates
    if (c[0] == 0xF0 && c[1] < 0x90) return 0;
    if (c[0] == 0xF4 && c[1] > 0x8F) return 0;
    return n;
}

// Steps over one character, so that columns count characters.
static void step(lexer *lex) {
    if ((unsigned char)*lex->at >= 0x80) {
        int n = utf8_length(lex->at, lex->end);
        if (n > 1) {
            lex->at += n;
            lex->continued += n - 1;
            return;
        }
    }
    lex->at++;
}

static void start_line(lexer *lex) {
    lex->line++;
    lex->line_start = lex->at;
    lex->continued = 0;
    lex->comment = NULL;
    lex->comment_length = 0;
}

static void add(lexer *lex, int type, const char *start, int length, bp_where where) {
    bp_token token = {.type = (short)type,
                      .length = length,
                      .text = start,
                      .line = where.line,
                      .column = where.column};
    if (type == BP_TOKEN_NEWLINE || type == BP_TOKEN_END) {
        token.comment = lex->comment;
        token.comment_length = lex->comment_length;
    }
    if (!bp_array_push(lex->tokens, token)) lex->failed = true;
}

static bp_keyword keyword_of(const char *text, int length) {
    static const struct {
        const char *text;
        int length;
        bp_keyword key;
    } words[] = {
#define X(name, text) {text, (int)sizeof text - 1, BP_KEY_##name},
        BP_KEYWORD_LIST(X)
#undef X
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].length == length && words[i].text[0] == text[0] &&
            memcmp(words[i].text, text, (size_t)length) == 0)
            return words[i].key;
    return BP_KEY_NONE;
}

static void lex_name(lexer *lex) {
    const char *start = lex->at;
    bp_where where = where_of(lex, start);
    while (lex->at < lex->end && (is_letter(*lex->at) || bp_is_digit(*lex->at))) {
        if ((unsigned char)*lex->at >= 0x80 && utf8_length(lex->at, lex->end) == 0)
            break;
        step(lex);
    }
    add(lex, BP_TOKEN_NAME, start, (int)(lex->at - start), where);
    if (!lex->failed)
        lex->tokens->items[lex->tokens->count - 1].keyword =
            (short)keyword_of(start, (int)(lex->at - start));
}

// Digits with at most one point and an exponent that has digits; 2A is 2 and A.
static const char *number_end(const lexer *lex) {
    const char *c = lex->at;
    while (c < lex->end && bp_is_digit(*c))
        c++;
    if (c < lex->end && *c == '.')
        for (c++; c < lex->end && bp_is_digit(*c);)
            c++;
    if (c < lex->end && (*c == 'e' || *c == 'E')) {
        const char *e = c + 1;
        if (e < lex->end && (*e == '+' || *e == '-')) e++;
        if (e < lex->end && bp_is_digit(*e)) {
            while (e < lex->end && bp_is_digit(*e))
                e++;
            c = e;
        }
    }
    return c;
}

static bool has_nonzero_digit(const char *start, const char *end) {
    for (; start < end && *start != 'e' && *start != 'E'; start++)
        if (*start >= '1' && *start <= '9') return true;
    return false;
}

static void lex_number(lexer *lex) {
    const char *start = lex->at, *end = number_end(lex), *read = start;
    bp_where where = where_of(lex, start);
    double value = bp_number_read(start, &read);
    if (isinf(value))
        bp_report_error(lex->report, BP_BAD_VALUE, where,
                        "the number is larger than 1.8e308, the largest that can be "
                        "computed with; write 'infinity' if that is meant");
    else if (value == 0.0 && has_nonzero_digit(start, end))
        bp_report_error(lex->report, BP_BAD_VALUE, where,
                        "the number is smaller than 4.9e-324, the smallest that can be "
                        "computed with; write 0 if that is meant");
    lex->at = end;
    add(lex, BP_TOKEN_NUMBER, start, (int)(end - start), where);
    if (!lex->failed) lex->tokens->items[lex->tokens->count - 1].number = value;
}

// "text" on one line.
static void lex_string(lexer *lex) {
    bp_where where = where_of(lex, lex->at);
    const char *start = ++lex->at;
    while (lex->at < lex->end && *lex->at != '"' && *lex->at != '\n' &&
           *lex->at != '\r')
        step(lex);
    if (lex->at >= lex->end || *lex->at != '"') {
        bp_report_error(lex->report, BP_SYNTAX, where,
                        "the text that starts here has no closing '\"' on its line");
        add(lex, BP_TOKEN_STRING, start, (int)(lex->at - start), where);
        return;
    }
    add(lex, BP_TOKEN_STRING, start, (int)(lex->at - start), where);
    lex->at++;
}

// Steps over a line end of any kind (LF, CR LF, CR).
static void skip_line_end(lexer *lex) {
    bool crlf = *lex->at == '\r' && peek(lex, 1) == '\n';
    lex->at += crlf ? 2 : 1;
    start_line(lex);
}

// Over whatever stands here, where line ends are text like any other.
static void step_or_line(lexer *lex) {
    if (*lex->at == '\n' || *lex->at == '\r')
        skip_line_end(lex);
    else
        step(lex);
}

// ```text over several lines```
static void lex_long_string(lexer *lex) {
    bp_where where = where_of(lex, lex->at);
    lex->at += 3;
    const char *start = lex->at;
    while (lex->at < lex->end) {
        if (*lex->at == '`' && peek(lex, 1) == '`' && peek(lex, 2) == '`') {
            add(lex, BP_TOKEN_STRING, start, (int)(lex->at - start), where);
            lex->at += 3;
            return;
        }
        step_or_line(lex);
    }
    bp_report_error(lex->report, BP_SYNTAX, where,
                    "the text that starts here has no closing '```'");
    add(lex, BP_TOKEN_STRING, start, 0, where);
}

static void lex_line_comment(lexer *lex, int mark) {
    lex->at += mark;
    while (lex->at < lex->end && (*lex->at == ' ' || *lex->at == '\t'))
        lex->at++;
    const char *start = lex->at;
    while (lex->at < lex->end && *lex->at != '\n' && *lex->at != '\r')
        step(lex);
    const char *stop = lex->at;
    while (stop > start && (stop[-1] == ' ' || stop[-1] == '\t'))
        stop--;
    if (stop > start) {
        lex->comment = start;
        lex->comment_length = (int)(stop - start);
    }
}

static void lex_block_comment(lexer *lex) {
    bp_where where = where_of(lex, lex->at);
    lex->at += 2;
    while (lex->at < lex->end) {
        if (*lex->at == '*' && peek(lex, 1) == '/') {
            lex->at += 2;
            return;
        }
        step_or_line(lex);
    }
    bp_report_error(lex->report, BP_SYNTAX, where,
                    "the comment that starts here has no closing '*/'");
}

static const struct {
    const char *text;
    int type;
} signs[] = {
    {"<==>", BP_TOKEN_ARROW},  {"...", BP_TOKEN_ELLIPSIS},    {"->", BP_TOKEN_ARROW},
    {"-|", BP_TOKEN_INHIBITS}, {"=>", BP_TOKEN_ARROW_ONEWAY}, {":=", BP_TOKEN_BECOMES},
    {"<=", BP_TOKEN_LE},       {">=", BP_TOKEN_GE},           {"==", BP_TOKEN_EQ},
    {"!=", BP_TOKEN_NE},       {"&&", BP_TOKEN_AND},          {"||", BP_TOKEN_OR},
};

static void lex_sign(lexer *lex) {
    bp_where where = where_of(lex, lex->at);
    const char *start = lex->at;
    if (*start == '-' && peek(lex, 1) == '-') {
        while (lex->at < lex->end && *lex->at == '-')
            lex->at++;
        add(lex, BP_TOKEN_DASHES, start, (int)(lex->at - start), where);
        return;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t n = strlen(signs[i].text);
        if ((size_t)(lex->end - start) < n || memcmp(start, signs[i].text, n) != 0)
            continue;
        lex->at += n;
        add(lex, signs[i].type, start, (int)n, where);
        return;
    }
    lex->at++;
    add(lex, *start, start, 1, where);
}

static void lex_stray(lexer *lex) {
    bp_where where = where_of(lex, lex->at);
    unsigned char c = (unsigned char)*lex->at;
    if (c == 0)
        bp_report_error(lex->report, BP_SYNTAX, where,
                        "a NUL byte: this is not a text file");
    else if (c >= 0x80)
        bp_report_error(lex->report, BP_SYNTAX, where,
                        "byte 0x%02x is not UTF-8; save the file as UTF-8", c);
    else
        bp_report_error(lex->report, BP_SYNTAX, where,
                        "character 0x%02x has no meaning here", c);
    lex->at++;
}

// A backslash at the end of a line joins the next one to it.
static void lex_continuation(lexer *lex) {
    const char *c = lex->at + 1;
    while (c < lex->end && (*c == ' ' || *c == '\t'))
        c++;
    if (c < lex->end && (*c == '\n' || *c == '\r')) {
        lex->at = c;
        skip_line_end(lex);
        return;
    }
    bp_report_error(lex->report, BP_SYNTAX, where_of(lex, lex->at),
                    "a '\\' joins two lines only at the end of a line");
    lex->at++;
}

static void lex_one(lexer *lex) {
    char c = *lex->at;
    if (c == ' ' || c == '\t') {
        lex->at++;
    } else if (c == '\n' || c == '\r') {
        add(lex, BP_TOKEN_NEWLINE, lex->at, 1, where_of(lex, lex->at));
        skip_line_end(lex);
    } else if (bp_is_digit(c) || (c == '.' && bp_is_digit(peek(lex, 1)))) {
        lex_number(lex);
    } else if (is_letter(c) && utf8_length(lex->at, lex->end) > 0) {
        lex_name(lex);
    } else if (c == '/' && peek(lex, 1) == '/') {
        lex_line_comment(lex, 2);
    } else if (c == '/' && peek(lex, 1) == '*') {
        lex_block_comment(lex);
    } else if (c == '#') {
        lex_line_comment(lex, 1);
    } else if (c == '"') {
        lex_string(lex);
    } else if (c == '`' && peek(lex, 1) == '`' && peek(lex, 2) == '`') {
        lex_long_string(lex);
    } else if (c == '\\') {
        lex_continuation(lex);
    } else if (c > ' ' && c < 127) {
        lex_sign(lex);
    } else {
        lex_stray(lex);
    }
}

bp_status bp_antimony_lex(const char *text, size_t length, const char *file,
                          bp_tokens *tokens, bp_report *report) {
    lexer lex = {.at = text,
                 .end = text + length,
                 .file = file,
                 .tokens = tokens,
                 .report = report};
    if (length > INT_MAX / 2) {
        bp_report_error(report, BP_UNSUPPORTED, (bp_where){file, 0, 0},
                        "the file is larger than 1 GiB");
        lex.end = text;
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        lex.at += 3; // byte order mark
    start_line(&lex);
    while (lex.at < lex.end && !lex.failed)
        lex_one(&lex);
    add(&lex, BP_TOKEN_END, lex.end, 0, where_of(&lex, lex.at));
    return lex.failed ? BP_NO_MEMORY : BP_OK;
}

bool bp_token_is(const bp_token *token, const char *text) {
    return (size_t)token->length == strlen(text) &&
           memcmp(token->text, text, (size_t)token->length) == 0;
}
