// Expressions of .net files. From loose to tight, as BioNetGen's simulator has it:
//
//   a ? b : c    from the right
//   ||
//   &&
//   == != < <= > >=   from the left, each 1 or 0: 3 > 2 > 1 is (3 > 2) > 1
//   + -          from the left
//   * /          from the left
//   - + !        signs: -a^b is -(a^b)
//   ^ **         from the right; its right side may have a sign
//
// Where a truth value is expected but another number stands, the simulator's own
// reading of it is kept: if(x, ..) asks x > 0.5, && and || ask |x| >= 1, ?: asks x !=
// 0.
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/bngnet_read.h"

typedef struct term {
    const bp_ast *ast; // NULL: an error was reported, or out of memory
    int depth;
} term;

typedef struct parser {
    bp_net_cursor c;
    const bp_net_scope *scope;
    int depth; // of the calls of this parser: two for each pair of parentheses
} parser;

typedef BP_ARRAY(const bp_ast *) ast_list;

static const term no_term = {NULL, 0};

static term parse_choice(parser *p);
static term parse_sign(parser *p);

static bp_where where_now(const parser *p) {
    return bp_net_where(p->c.net, p->c.line, p->c.at);
}

static char peek(const parser *p, int ahead) {
    return p->c.line->end - p->c.at > ahead ? p->c.at[ahead] : '\0';
}

// ---- trees ----

static bool too_deep(parser *p, int depth) {
    if (depth <= BP_AST_MAX_DEPTH) return false;
    bp_report_error(p->c.net->report, BP_UNSUPPORTED, where_now(p),
                    "the expression is nested more than %d levels deep; make a part of "
                    "it a function of its own",
                    BP_AST_MAX_DEPTH);
    return true;
}

const bp_ast *bp_net_call(bp_net *net, bp_op op, const bp_ast *const *args, int n,
                          bp_where where) {
    const bp_ast *made = bp_ast_make_call(&net->spec->arena, op, args, n, where);
    if (!made) net->failed = true;
    return made;
}

const bp_ast *bp_net_number(bp_net *net, double value, bp_where where) {
    const bp_ast *made = bp_ast_make_number(&net->spec->arena, value, NULL, where);
    if (!made) net->failed = true;
    return made;
}

static term make(parser *p, bp_op op, const bp_ast *const *args, int n, int depth,
                 bp_where where) {
    if (too_deep(p, depth + 1)) return no_term;
    return (term){bp_net_call(p->c.net, op, args, n, where), depth + 1};
}

static term make_pair(parser *p, bp_op op, term a, term b, bp_where where) {
    if (!a.ast || !b.ast) return no_term;
    const bp_ast *args[2] = {a.ast, b.ast};
    return make(p, op, args, 2, a.depth > b.depth ? a.depth : b.depth, where);
}

static term make_one(parser *p, bp_op op, term a, bp_where where) {
    return a.ast ? make(p, op, &a.ast, 1, a.depth, where) : no_term;
}

static term make_number(parser *p, double value, bp_where where) {
    return (term){bp_net_number(p->c.net, value, where), 1};
}

// ---- truth ----

static bool is_truth(const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        return ast->number == 0 || ast->number == 1;
    case BP_OP_LT:
    case BP_OP_LE:
    case BP_OP_GT:
    case BP_OP_GE:
    case BP_OP_EQ:
    case BP_OP_NE:
    case BP_OP_AND:
    case BP_OP_OR:
    case BP_OP_NOT:
        return true;
    default:
        return false;
    }
}

typedef enum truth_use { IN_IF, IN_LOGIC, IN_CHOICE } truth_use;

static term truth_of(parser *p, term x, truth_use use, bp_where where) {
    if (!x.ast || is_truth(x.ast)) return x;
    if (use == IN_IF)
        return make_pair(p, BP_OP_GT, x, make_number(p, 0.5, where), where);
    if (use == IN_CHOICE)
        return make_pair(p, BP_OP_NE, x, make_number(p, 0, where), where);
    return make_pair(p, BP_OP_GE, make_one(p, BP_OP_ABS, x, where),
                     make_number(p, 1, where), where);
}

static term make_choice(parser *p, term condition, term yes, term no, bp_where where) {
    if (!condition.ast || !yes.ast || !no.ast) return no_term;
    const bp_ast *args[3] = {yes.ast, condition.ast, no.ast};
    int depth = condition.depth > yes.depth ? condition.depth : yes.depth;
    return make(p, BP_OP_PIECEWISE, args, 3, depth > no.depth ? depth : no.depth,
                where);
}

// ---- functions ----

static term make_function(parser *p, const bp_net_function *f, const ast_list *args,
                          int depth, bp_where where) {
    const bp_ast *const *items = args->items;
    if (!items) return no_term; // every function has an argument
    term first = {items[0], depth};
    switch (f->special) {
    case BP_NET_LOG2:
        return make_pair(p, BP_OP_LOG, make_number(p, 2, where), first, where);
    case BP_NET_RINT: {
        term half = make_number(p, 0.5, where);
        return make_one(p, BP_OP_FLOOR, make_pair(p, BP_OP_ADD, first, half, where),
                        where);
    }
    case BP_NET_AVERAGE: {
        term sum = make(p, BP_OP_ADD, items, args->count, depth, where);
        return make_pair(p, BP_OP_DIV, sum, make_number(p, args->count, where), where);
    }
    case BP_NET_IF:
        return make_choice(p, truth_of(p, first, IN_IF, where), (term){items[1], depth},
                           (term){items[2], depth}, where);
    default:
        return make(p, f->op, items, args->count, depth, where);
    }
}

static void skip(parser *p) {
    bp_net_skip_blanks(&p->c);
}

static bool take(parser *p, char sign) {
    skip(p);
    if (peek(p, 0) != sign) return false;
    p->c.at++;
    return true;
}

// expr {, expr} ')' ; the opening parenthesis has been taken.
static bool parse_arguments(parser *p, ast_list *args, int *depth) {
    if (take(p, ')')) return true;
    do {
        term arg = parse_choice(p);
        if (!arg.ast) return false;
        if (arg.depth > *depth) *depth = arg.depth;
        if (!bp_array_push(args, arg.ast)) {
            p->c.net->failed = true;
            return false;
        }
    } while (take(p, ','));
    if (take(p, ')')) return true;
    bp_net_expected(&p->c, "',' or ')'");
    return false;
}

static term parse_call(parser *p, const bp_net_function *f, bp_where where) {
    ast_list args = {0};
    int depth = 0;
    term call = no_term;
    p->c.at++; // (
    if (parse_arguments(p, &args, &depth) &&
        bp_net_arity_fits(p->c.net, f, args.count, where))
        call = make_function(p, f, &args, depth, where);
    bp_array_clear(&args);
    return call;
}

// ---- names ----

static const char *kinds_text(bp_net_kind kind) {
    return kind == BP_NET_FUNCTION ? "a function" : "a group";
}

static term parse_entry(parser *p, const bp_net_entry *entry, bp_where where) {
    if (take(p, '(') && !take(p, ')')) {
        bp_report_error(p->c.net->report, BP_UNSUPPORTED, where,
                        "'%s' has no arguments in a network; let generate_network() "
                        "write local functions out",
                        entry->name);
        return no_term;
    }
    if (!(entry->kind & p->scope->kinds)) {
        bp_report_error(p->c.net->report, BP_BAD_MODEL, where,
                        "%s is computed before time starts and cannot read %s ('%s')",
                        p->scope->what, kinds_text(entry->kind), entry->name);
        return no_term;
    }
    bp_ast *name = bp_ast_make_name(&p->c.net->spec->arena, entry->id, where);
    if (!name) p->c.net->failed = true;
    return (term){name, 1};
}

static term parse_time(parser *p, bp_where where) {
    if (take(p, '(') && !take(p, ')')) {
        bp_net_expected(&p->c, "')': time has no arguments");
        return no_term;
    }
    if (p->scope->time) return make(p, BP_OP_TIME, NULL, 0, 0, where);
    bp_report_error(p->c.net->report, BP_BAD_MODEL, where,
                    "%s is computed before time starts and cannot read time()",
                    p->scope->what);
    return no_term;
}

static term unknown_name(parser *p, const char *name, bool called, bp_where where) {
    if (called) {
        bp_net_unknown_function(p->c.net, name, p->scope->kinds, where);
        return no_term;
    }
    const char *nearest = bp_net_nearest(p->c.net, name, p->scope->kinds);
    bp_report_error(p->c.net->report, BP_UNKNOWN_NAME, where,
                    nearest ? "'%s' is not the name of anything in this network; did "
                              "you mean '%s'?"
                            : "'%s' is not the name of anything in this network",
                    name, nearest);
    return no_term;
}

static term parse_name(parser *p) {
    bp_where where = where_now(p);
    const char *start = p->c.at;
    while (bp_net_is_name_part(peek(p, 0)))
        p->c.at++;
    size_t length = (size_t)(p->c.at - start);
    const bp_net_entry *entry = bp_net_find(p->c.net, start, length);
    if (entry) return parse_entry(p, entry, where);
    skip(p);
    bool called = peek(p, 0) == '(';
    const bp_net_function *f = bp_net_find_function(start, length);
    if (f && called) return parse_call(p, f, where);
    if (length == 4 && memcmp(start, "time", 4) == 0) return parse_time(p, where);
    if (length == 3 && memcmp(start, "_pi", 3) == 0)
        return make_number(p, 3.14159265358979323846, where);
    if (length == 2 && memcmp(start, "_e", 2) == 0)
        return make_number(p, 2.71828182845904523536, where);
    char *name = bp_arena_copy_n(&p->c.net->spec->arena, start, length);
    if (name) return unknown_name(p, name, called, where);
    p->c.net->failed = true;
    return no_term;
}

// ---- atoms ----

static const char *number_end(const parser *p) {
    const char *end = p->c.line->end, *c = p->c.at;
    while (c < end && *c >= '0' && *c <= '9')
        c++;
    if (c < end && *c == '.')
        for (c++; c < end && *c >= '0' && *c <= '9';)
            c++;
    if (c < end && (*c == 'e' || *c == 'E')) {
        const char *e = c + 1;
        if (e < end && (*e == '+' || *e == '-')) e++;
        if (e < end && *e >= '0' && *e <= '9')
            for (c = e; c < end && *c >= '0' && *c <= '9';)
                c++;
    }
    return c;
}

static term parse_number(parser *p) {
    bp_where where = where_now(p);
    const char *end = number_end(p), *stop = p->c.at;
    double value = bp_number_read(p->c.at, &stop);
    p->c.at = end;
    if (stop == end && isfinite(value) && !bp_net_is_name_part(peek(p, 0)))
        return make_number(p, value, where);
    if (isinf(value))
        bp_report_error(p->c.net->report, BP_BAD_VALUE, where,
                        "the number is larger than 1.8e308, the largest that can be "
                        "computed with");
    else
        bp_net_expected(&p->c, "an operator after the number");
    return no_term;
}

static term parse_parentheses(parser *p) {
    bp_where where = where_now(p);
    p->c.at++; // (
    term inner = parse_choice(p);
    if (!inner.ast || take(p, ')')) return inner;
    if (bp_net_at_end(&p->c))
        bp_report_error(p->c.net->report, BP_SYNTAX, where,
                        "this '(' is not closed on its line");
    else
        bp_net_expected(&p->c, "')' or an operator");
    return no_term;
}

static term parse_atom(parser *p) {
    skip(p);
    char next = peek(p, 0);
    bool digit = next >= '0' && next <= '9';
    if (digit || (next == '.' && peek(p, 1) >= '0' && peek(p, 1) <= '9'))
        return parse_number(p);
    if (bp_net_is_name_start(next)) return parse_name(p);
    if (next == '(') return parse_parentheses(p);
    bp_net_expected(&p->c, "a number, a name or '('");
    return no_term;
}

// ---- operators ----

static term parse_power(parser *p) {
    term base = parse_atom(p);
    if (!base.ast) return no_term;
    skip(p);
    bp_where where = where_now(p);
    bool doubled = peek(p, 0) == '*' && peek(p, 1) == '*';
    if (!doubled && peek(p, 0) != '^') return base;
    p->c.at += doubled ? 2 : 1;
    return make_pair(p, BP_OP_POW, base, parse_sign(p), where);
}

static term parse_signed(parser *p) {
    bp_where where = where_now(p);
    char sign = *p->c.at++;
    term operand = parse_sign(p);
    if (!operand.ast || sign == '+') return operand;
    if (sign == '!')
        return make_one(p, BP_OP_NOT, truth_of(p, operand, IN_CHOICE, where), where);
    const bp_ast *value = operand.ast;
    if (value->op == BP_OP_NUMBER && !signbit(value->number))
        return make_number(p, -value->number, where);
    return make_one(p, BP_OP_SUB, operand, where);
}

static term parse_sign(parser *p) {
    skip(p);
    if (too_deep(p, p->depth / 2)) return no_term;
    char next = peek(p, 0);
    bool sign = next == '-' || next == '+' || (next == '!' && peek(p, 1) != '=');
    p->depth++;
    term value = sign ? parse_signed(p) : parse_power(p);
    p->depth--;
    return value;
}

// a*b*c is one node, and so is a + b + c.
typedef struct run {
    ast_list args;
    int depth;
    bp_where where;
} run;

static bool run_add(parser *p, run *r, term item) {
    if (!item.ast) return false;
    if (item.depth > r->depth) r->depth = item.depth;
    if (bp_array_push(&r->args, item.ast)) return true;
    p->c.net->failed = true;
    return false;
}

static term run_close(parser *p, run *r, bp_op op) {
    term whole = r->args.count == 1
                     ? (term){r->args.items[0], r->depth}
                     : make(p, op, r->args.items, r->args.count, r->depth, r->where);
    r->args.count = 0;
    r->depth = 0;
    return whole;
}

static bool parse_factor(parser *p, run *r) {
    bp_where where = where_now(p);
    char sign = *p->c.at++;
    term factor = parse_sign(p);
    if (!factor.ast) return false;
    if (sign == '*') {
        if (r->args.count == 1) r->where = where;
        return run_add(p, r, factor);
    }
    return run_add(p, r,
                   make_pair(p, BP_OP_DIV, run_close(p, r, BP_OP_MUL), factor, where));
}

static bool at_factor(parser *p) {
    skip(p);
    return peek(p, 0) == '/' || (peek(p, 0) == '*' && peek(p, 1) != '*');
}

static term parse_product(parser *p) {
    run r = {0};
    bool fine = run_add(p, &r, parse_sign(p));
    while (fine && at_factor(p))
        fine = parse_factor(p, &r);
    term whole = fine ? run_close(p, &r, BP_OP_MUL) : no_term;
    bp_array_clear(&r.args);
    return whole;
}

static bool at_term(parser *p) {
    skip(p);
    return peek(p, 0) == '+' || peek(p, 0) == '-';
}

static term parse_sum(parser *p) {
    run r = {0};
    bool fine = run_add(p, &r, parse_product(p));
    while (fine && at_term(p)) {
        bp_where where = where_now(p);
        bool minus = *p->c.at++ == '-';
        if (r.args.count == 1) r.where = where;
        term item = parse_product(p);
        if (minus) item = make_one(p, BP_OP_SUB, item, where);
        fine = run_add(p, &r, item);
    }
    term whole = fine ? run_close(p, &r, BP_OP_ADD) : no_term;
    bp_array_clear(&r.args);
    return whole;
}

// The comparison that stands here and its length; COUNT: none.
static bp_op relation_here(parser *p, int *length) {
    skip(p);
    char first = peek(p, 0), second = peek(p, 1);
    *length = second == '=' ? 2 : 1;
    if (first == '<') return second == '=' ? BP_OP_LE : BP_OP_LT;
    if (first == '>') return second == '=' ? BP_OP_GE : BP_OP_GT;
    if (second != '=') return BP_OP_COUNT;
    if (first == '=') return BP_OP_EQ;
    return first == '!' || first == '~' ? BP_OP_NE : BP_OP_COUNT;
}

static term parse_relation(parser *p) {
    term left = parse_sum(p);
    int length;
    for (bp_op op; left.ast && (op = relation_here(p, &length)) != BP_OP_COUNT;) {
        bp_where where = where_now(p);
        p->c.at += length;
        left = make_pair(p, op, left, parse_sum(p), where);
    }
    return left;
}

static bool take_twice(parser *p, char sign) {
    skip(p);
    if (peek(p, 0) != sign || peek(p, 1) != sign) return false;
    p->c.at += 2;
    return true;
}

static term parse_and(parser *p) {
    term left = parse_relation(p);
    while (left.ast && take_twice(p, '&')) {
        bp_where where = where_now(p);
        term right = truth_of(p, parse_relation(p), IN_LOGIC, where);
        left =
            make_pair(p, BP_OP_AND, truth_of(p, left, IN_LOGIC, where), right, where);
    }
    return left;
}

static term parse_or(parser *p) {
    term left = parse_and(p);
    while (left.ast && take_twice(p, '|')) {
        bp_where where = where_now(p);
        term right = truth_of(p, parse_and(p), IN_LOGIC, where);
        left = make_pair(p, BP_OP_OR, truth_of(p, left, IN_LOGIC, where), right, where);
    }
    return left;
}

static term parse_branches(parser *p, term condition) {
    bp_where where = where_now(p);
    p->c.at++; // ?
    term yes = parse_choice(p);
    if (!yes.ast) return no_term;
    if (!take(p, ':')) {
        bp_net_expected(&p->c, "':' of the choice");
        return no_term;
    }
    return make_choice(p, truth_of(p, condition, IN_CHOICE, where), yes,
                       parse_choice(p), where);
}

static term parse_choice(parser *p) {
    if (too_deep(p, p->depth / 2)) return no_term;
    p->depth++;
    term value = parse_or(p);
    skip(p);
    if (value.ast && peek(p, 0) == '?') value = parse_branches(p, value);
    p->depth--;
    return value;
}

const bp_ast *bp_net_expression(bp_net_cursor *c, const bp_net_scope *scope) {
    parser p = {.c = *c, .scope = scope};
    term value = parse_choice(&p);
    *c = p.c;
    return value.ast;
}

const bp_ast *bp_net_whole_expression(bp_net_cursor *c, const bp_net_scope *scope) {
    const bp_ast *value = bp_net_expression(c, scope);
    if (!value || bp_net_at_end(c)) return value;
    if (*c->at == '=')
        bp_report_error(c->net->report, BP_SYNTAX, bp_net_where(c->net, c->line, c->at),
                        "'=' would assign; write '==' to compare");
    else
        bp_net_expected(c, "an operator or the end of the line");
    return NULL;
}
