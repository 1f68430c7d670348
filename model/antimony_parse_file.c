// Files: modules, functions, imports, and what to do after an error.
#include <stdio.h>
#include <string.h>

#include "model/antimony_parse.h"

// Files that import each other deeper than this are a mistake.
#define MAX_IMPORTS 64

// ---- after an error ----

// To the end of the statement: ';' or the line's end. A reaction has a ';' within, so
// there it is the end of the line.
static void recover(bp_parser *p, int start) {
    bool arrow = false;
    int open = 0;
    for (int i = start; i < p->at; i++) {
        int type = p->tokens[i].type;
        arrow = arrow || type == BP_TOKEN_ARROW || type == BP_TOKEN_ARROW_ONEWAY;
        open += (type == '(') - (type == ')');
    }
    // an expression that goes on in the next line: that line is part of the mistake
    if (open > 0 && bp_parser_at(p, BP_TOKEN_NEWLINE)) p->at++;
    for (;; p->at++) {
        const bp_token *token = bp_parser_peek(p, 0);
        if (token->type == BP_TOKEN_END || token->type == BP_TOKEN_NEWLINE) return;
        if (token->keyword == BP_KEY_END && token->type == BP_TOKEN_NAME) return;
        if (token->type == BP_TOKEN_ARROW || token->type == BP_TOKEN_ARROW_ONEWAY)
            arrow = true;
        if (token->type == ';' && !arrow) return;
    }
}

// ---- notes ----

static bool takes_note(const bp_statement *s) {
    switch (s->kind) {
    case BP_SAYS_KIND:
    case BP_SAYS_INITIAL:
    case BP_SAYS_ASSIGNMENT:
    case BP_SAYS_RATE:
    case BP_SAYS_UNIT:
    case BP_SAYS_DISPLAY:
    case BP_SAYS_REACTION:
        return true;
    default:
        return false;
    }
}

// The comment that ends the line belongs to what its last statement defines.
static void take_note(bp_parser *p, int first) {
    int i = 0;
    while (bp_parser_peek(p, i)->type == ';')
        i++;
    const bp_token *end = bp_parser_peek(p, i);
    if ((end->type != BP_TOKEN_NEWLINE && end->type != BP_TOKEN_END) || !end->comment)
        return;
    const char *note = bp_parser_word(p, end->comment, (size_t)end->comment_length);
    for (int s = first; s < p->module->statements.count; s++)
        if (takes_note(&p->module->statements.items[s]))
            p->module->statements.items[s].note = note;
}

// ---- modules ----

static bp_module *add_module(bp_parser *p, const char *name, bp_where where) {
    bp_modules *all = p->modules;
    bp_module *module = bp_calloc(1, sizeof *module);
    if (!module || !bp_array_reserve(&all->items, 1) ||
        bp_names_add(&all->names, name) < 0) {
        bp_free(module);
        p->failed = true;
        return NULL;
    }
    module->name = name;
    module->where = where;
    all->items.items[all->items.count++] = module;
    return module;
}

static bp_module *outer_module(const bp_parser *p) {
    return p->modules->items.items[0];
}

// Names for what has none, as libAntimony makes them: _J0, _E0, _sys0.
static void number_unnamed(bp_parser *p, bp_statement_kind a, bp_statement_kind b,
                           const char *stem) {
    char name[32];
    int next = 0;
    for (int i = 0; i < p->module->statements.count; i++) {
        bp_statement *s = &p->module->statements.items[i];
        if ((s->kind != a && s->kind != b) || s->name.name) continue;
        do
            snprintf(name, sizeof name, "%s%d", stem, next++);
        while (bp_names_find(&p->module->mentions, name) >= 0);
        s->name.name = bp_parser_word(p, name, strlen(name));
        if (!s->name.name || bp_names_add(&p->module->mentions, s->name.name) < 0) {
            p->failed = true;
            return;
        }
    }
}

// Every reaction and instance by its label.
static void list_labels(bp_parser *p) {
    bp_module *module = p->module;
    for (int i = 0; i < module->statements.count && !p->failed; i++) {
        const bp_statement *s = &module->statements.items[i];
        bp_names *names = s->kind == BP_SAYS_REACTION   ? &module->reactions
                          : s->kind == BP_SAYS_INSTANCE ? &module->instances
                                                        : NULL;
        if (names && bp_names_add(names, s->name.name) < 0) p->failed = true;
    }
}

static void close_module(bp_parser *p) {
    number_unnamed(p, BP_SAYS_REACTION, BP_SAYS_INTERACTION, "_J");
    number_unnamed(p, BP_SAYS_EVENT, BP_SAYS_EVENT, "_E");
    number_unnamed(p, BP_SAYS_INSTANCE, BP_SAYS_INSTANCE, "_sys");
    if (!p->failed) list_labels(p);
}

// One statement, what ends it, and its note.
static void parse_body_statement(bp_parser *p) {
    int start = p->at, first = p->module->statements.count;
    p->bad = false;
    bp_parser_statement(p);
    if (!p->bad && bp_parser_at(p, BP_TOKEN_DASHES))
        bp_parser_error(
            p, BP_UNSUPPORTED, bp_parser_where(p),
            "'--' makes a strand of DNA, which is not supported; write '- -' "
            "for a double minus");
    if (!p->bad && !p->failed && !bp_parser_end_of_statement(p))
        bp_parser_expected(p, "';' or the end of the line");
    if (p->bad) {
        if (p->at == start) p->at++;
        recover(p, start);
        if (bp_parser_peek(p, 0)->type == BP_TOKEN_NAME) return; // an `end`
    }
    take_note(p, first);
    while (bp_parser_take(p, ';')) {
    }
}

// Whether `model` begins a module here, not an annotation of the one in hand.
static bool starts_module(const bp_parser *p) {
    if (!bp_parser_at_key(p, BP_KEY_MODEL) && !bp_parser_at_key(p, BP_KEY_MODULE))
        return false;
    if (bp_parser_peek(p, 1)->type == '*') return true;
    if (bp_parser_peek(p, 1)->type != BP_TOKEN_NAME) return false;
    int after = bp_parser_peek(p, 2)->type;
    return after == '(' || after == BP_TOKEN_NEWLINE || after == ';';
}

static void missing_end(bp_parser *p) {
    p->bad = false;
    bp_parser_error(p, BP_SYNTAX, p->module->where, "module '%s' has no 'end'",
                    p->module->name);
}

static void parse_body(bp_parser *p) {
    while (!p->failed) {
        while (bp_parser_take(p, BP_TOKEN_NEWLINE) || bp_parser_take(p, ';')) {
        }
        if (bp_parser_take_key(p, BP_KEY_END)) {
            p->module->closed = true;
            break;
        }
        if (bp_parser_at(p, BP_TOKEN_END) || starts_module(p)) {
            missing_end(p);
            break;
        }
        parse_body_statement(p);
    }
    if (!p->failed) close_module(p);
}

typedef BP_ARRAY(bp_local) name_list;

// (a, $b, c): names and whether they are boundary; none when there are no parentheses.
static bool parse_names(bp_parser *p, name_list *names, bool *boundary, int limit) {
    if (!bp_parser_take(p, '(') || bp_parser_take(p, ')')) return true;
    do {
        bp_local name;
        bool dollar;
        if (!bp_parser_dollar_name(p, &name, &dollar) || !bp_parser_check_name(p, name))
            return false;
        for (int i = 0; i < names->count; i++)
            if (names->items[i].name == name.name) {
                bp_parser_error(p, BP_DUPLICATE, name.where, "'%s' stands here twice",
                                name.name);
                return false;
            }
        if (names->count >= limit) {
            bp_parser_error(p, BP_UNSUPPORTED, name.where, "more than %d names", limit);
            return false;
        }
        boundary[names->count] = dollar;
        if (!bp_array_push(names, name)) {
            p->failed = true;
            return false;
        }
    } while (bp_parser_take(p, ','));
    if (bp_parser_take(p, ')')) return true;
    bp_parser_expected(p, "',' or ')'");
    return false;
}

enum { MAX_PORTS = 256 };

static bool parse_ports(bp_parser *p, bp_module *module) {
    name_list names = {0};
    bool boundary[MAX_PORTS] = {0};
    bool fine = parse_names(p, &names, boundary, MAX_PORTS);
    size_t n = (size_t)names.count;
    if (fine && n > 0) {
        module->ports = bp_arena_take(p->arena, n * sizeof *module->ports);
        module->port_boundary = bp_arena_take(p->arena, n * sizeof(bool));
        p->failed = p->failed || !module->ports || !module->port_boundary;
        fine = !p->failed;
    }
    for (size_t i = 0; fine && i < n; i++) {
        module->ports[i] = names.items[i];
        module->port_boundary[i] = boundary[i];
        if (bp_names_add(&module->mentions, names.items[i].name) < 0) p->failed = true;
    }
    if (fine) module->n_ports = names.count;
    bp_array_clear(&names);
    return fine;
}

static bool parse_plain_name(bp_parser *p, bp_local *name, const char *of_what) {
    if (!bp_parser_name(p, name)) return false;
    if (!strchr(name->name, '.')) return bp_parser_check_name(p, *name);
    bp_parser_error(p, BP_SYNTAX, name->where, "the name of a %s has no '.'", of_what);
    return false;
}

static bool is_function(const bp_modules *modules, const char *name) {
    for (int i = 0; i < modules->functions.count; i++)
        if (strcmp(modules->functions.items[i].name, name) == 0) return true;
    return false;
}

static void check_module_name(bp_parser *p, const bp_local *name) {
    int known = bp_names_find(&p->modules->names, name->name);
    if (known >= 0) {
        bp_where first = p->modules->items.items[known]->where;
        bp_parser_error(p, BP_DUPLICATE, name->where,
                        "module '%s' is already defined at %s:%d", name->name,
                        first.file ? first.file : "", first.line);
    } else if (is_function(p->modules, name->name)) {
        bp_parser_error(p, BP_DUPLICATE, name->where,
                        "'%s' is already the name of a function", name->name);
    }
    p->bad = false;
}

// model [*]name[(ports)] ... end
static void parse_module(bp_parser *p) {
    bp_local name;
    p->bad = false;
    p->at++; // model
    bool main = bp_parser_take(p, '*');
    bool named = parse_plain_name(p, &name, "module");
    if (!named && !p->failed) name.name = bp_parser_word(p, "", 0);
    if (named) check_module_name(p, &name);
    bool twice = !named || bp_names_find(&p->modules->names, name.name) >= 0;
    bp_module unused = {.name = name.name, .where = name.where};
    bp_module *outer = p->module;
    p->module = twice ? &unused : add_module(p, name.name, name.where);
    if (p->module && !p->failed) {
        p->module->main = main;
        if (!parse_ports(p, p->module)) recover(p, p->at);
        parse_body(p);
    }
    bp_array_clear(&unused.statements);
    bp_names_clear(&unused.mentions);
    bp_names_clear(&unused.reactions);
    bp_names_clear(&unused.instances);
    if (main && !twice && !p->failed && !p->modules->settled) {
        p->modules->main = p->modules->items.count - 1;
        p->modules->n_marked++;
    }
    p->module = outer;
}

// ---- functions ----

static void add_function(bp_parser *p, bp_local name, const name_list *names,
                         const bp_ast *body) {
    bp_function f = {
        .name = name.name, .where = name.where, .n_args = names->count, .body = body};
    size_t n = (size_t)names->count;
    if (is_function(p->modules, name.name) ||
        bp_names_find(&p->modules->names, name.name) >= 0) {
        p->bad = false;
        bp_parser_error(p, BP_DUPLICATE, name.where, "'%s' is already defined",
                        name.name);
        return;
    }
    f.args = bp_arena_take(p->arena, (n + 1) * sizeof *f.args);
    for (size_t i = 0; f.args && i < n; i++)
        f.args[i] = names->items[i].name;
    if (!f.args || !bp_array_push(&p->modules->functions, f)) p->failed = true;
}

static void skip_ends(bp_parser *p) {
    while (bp_parser_take(p, BP_TOKEN_NEWLINE) || bp_parser_take(p, ';')) {
    }
}

static void skip_function(bp_parser *p) {
    while (!bp_parser_at(p, BP_TOKEN_END) && !bp_parser_at_key(p, BP_KEY_END))
        p->at++;
    bp_parser_take_key(p, BP_KEY_END);
}

// function f(a, b) expr end
static void parse_function(bp_parser *p) {
    bp_local name;
    name_list names = {0};
    bool boundary[MAX_PORTS] = {0};
    const bp_ast *body = NULL;
    bp_module unused = {.name = ""}, *outer = p->module;
    p->bad = false;
    p->module = &unused; // what the body mentions is not the module's
    p->at++;             // function
    if (parse_plain_name(p, &name, "function") && !bp_parser_at(p, '('))
        bp_parser_expected(p, "'(' and the arguments");
    if (!p->bad && parse_names(p, &names, boundary, MAX_PORTS)) {
        skip_ends(p);
        body = bp_parser_expression(p);
    }
    if (body) skip_ends(p);
    if (body && !bp_parser_take_key(p, BP_KEY_END)) {
        bp_parser_expected(p, "'end' after the formula of the function");
        body = NULL;
    }
    if (body && !p->failed) add_function(p, name, &names, body);
    if (!body) skip_function(p);
    bp_names_clear(&unused.mentions);
    bp_array_clear(&names);
    p->module = outer;
}

// ---- imports ----

static void parse_import(bp_parser *p) {
    const bp_token *token = bp_parser_peek(p, 1);
    bp_where where = {p->file, token->line, token->column};
    p->bad = false;
    p->at++; // import
    if (!bp_parser_at(p, BP_TOKEN_STRING)) {
        bp_parser_expected(p, "the name of a file in quotes");
        recover(p, p->at);
        return;
    }
    p->at++;
    const char *relative = bp_parser_word(p, token->text, (size_t)token->length);
    bp_text name = {0};
    if (relative) bp_bundle_resolve(p->file, relative, &name);
    if (!relative || name.failed) {
        p->failed = true;
    } else if (p->imports >= MAX_IMPORTS) {
        bp_parser_error(p, BP_UNSUPPORTED, where, "more than %d imports within imports",
                        MAX_IMPORTS);
    } else {
        bp_status status = bp_parser_file(p->modules, p->bundle, bp_text_get(&name),
                                          where, p->report, p->imports + 1);
        if (status == BP_NO_MEMORY) p->failed = true;
    }
    bp_text_clear(&name);
}

// ---- statements about a module, outside of it ----

static bp_module *named_module(const bp_parser *p) {
    const bp_token *token = bp_parser_peek(p, 0);
    if (token->type != BP_TOKEN_NAME || token->keyword != BP_KEY_NONE) return NULL;
    int i = bp_names_find_n(&p->modules->names, token->text, (size_t)token->length);
    return i > 0 ? p->modules->items.items[i] : NULL;
}

// foo is "Foo", foo identity "uri", foo.sboTerm = 3
static bool parse_about_module(bp_parser *p) {
    bp_module *module = named_module(p);
    const bp_token *next = bp_parser_peek(p, 1), *text = bp_parser_peek(p, 2);
    if (!module) return false;
    if (next->keyword == BP_KEY_IS && text->type == BP_TOKEN_STRING) {
        module->display_name = bp_parser_word(p, text->text, (size_t)text->length);
        p->at += 3;
        return true;
    }
    bool annotated = next->type == BP_TOKEN_NAME && text->type == BP_TOKEN_STRING;
    bool sbo = next->type == '.' && bp_token_is(text, "sboTerm");
    if (!annotated && !sbo) return false;
    bp_module *outer = p->module;
    int before = module->statements.count;
    p->module = module;
    parse_body_statement(p); // as a statement of the module about its own name
    for (int i = before; i < module->statements.count; i++)
        module->statements.items[i].name.name = "";
    if (sbo) module->statements.count = before; // a spec has no place for it
    p->module = outer;
    return true;
}

// ---- files ----

static void parse_top(bp_parser *p) {
    while (!p->failed) {
        skip_ends(p);
        if (bp_parser_at(p, BP_TOKEN_END)) return;
        if (bp_parser_at_key(p, BP_KEY_IMPORT)) {
            parse_import(p);
        } else if (starts_module(p)) {
            parse_module(p);
        } else if (bp_parser_at_key(p, BP_KEY_FUNCTION)) {
            parse_function(p);
        } else if (bp_parser_at_key(p, BP_KEY_END)) {
            p->bad = false;
            bp_parser_error(p, BP_SYNTAX, bp_parser_where(p),
                            "this 'end' closes nothing");
            p->at++;
        } else if (!parse_about_module(p)) {
            parse_body_statement(p);
        }
    }
}

static bool is_sbml(const char *name, const char *text) {
    const char *dot = strrchr(name, '.');
    if (dot && (strcmp(dot, ".xml") == 0 || strcmp(dot, ".sbml") == 0)) return true;
    while (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t')
        text++;
    return strncmp(text, "<?xml", 5) == 0;
}

static bp_status parse_text(bp_parser *p, const char *text, size_t length) {
    bp_tokens tokens = {0};
    bp_status status = bp_antimony_lex(text, length, p->file, &tokens, p->report);
    if (status == BP_OK) {
        p->tokens = tokens.items;
        p->n_tokens = tokens.count;
        parse_top(p);
        if (!p->failed) close_module(p); // of the statements outside
        status = p->failed ? BP_NO_MEMORY : BP_OK;
    }
    bp_array_clear(&tokens);
    return status;
}

bp_status bp_parser_file(bp_modules *modules, bp_bundle *bundle, const char *name,
                         bp_where where, bp_report *report, int imports) {
    const char *text;
    size_t length;
    bp_error err = {0};
    if (bp_names_find(&modules->files, name) >= 0) return BP_OK; // each once
    int file = bp_names_add(&modules->files, name);
    if (file < 0) return BP_NO_MEMORY;
    bp_status status = bp_bundle_read(bundle, name, &text, &length, &err);
    if (status == BP_NO_MEMORY) return status;
    if (status != BP_OK) {
        bp_report_error(report, status, where, "%s", err.message);
        return status;
    }
    if (is_sbml(name, text)) {
        bp_report_error(report, BP_UNSUPPORTED, where,
                        "'%s' is SBML: an Antimony file imports Antimony files only; "
                        "convert it with 'bypass export %s --to antimony'",
                        name, name);
        return BP_UNSUPPORTED;
    }
    bp_parser p = {.modules = modules,
                   .arena = &modules->arena,
                   .bundle = bundle,
                   .report = report,
                   .file = modules->files.text[file],
                   .imports = imports};
    p.module = outer_module(&p);
    return parse_text(&p, text, length);
}
