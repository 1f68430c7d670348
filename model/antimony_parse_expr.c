// Expressions of the model language, by precedence. From loose to tight, as libAntimony
// has it (its formulas follow SBML's L3 infix syntax):
//
//   && ||        from the left, neither binds tighter than the other
//   == != < ...  a < b < c means a < b && b < c
//   + -          from the left
//   * / %        from the left
//   - ! +        signs: -a^b is -(a^b), -a*b is (-a)*b
//   ^            from the right; its right side may have a sign
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/antimony_parse.h"

// A tree and how deep it is.
typedef struct term {
    const bp_ast *ast; // NULL: an error was reported
    int depth;
} term;

static const term no_term = {NULL, 0};

typedef BP_ARRAY(const bp_ast *) ast_list;

static term parse_logic(bp_parser *p);
static term parse_sign(bp_parser *p);

static bool too_deep(bp_parser *p, int depth) {
    if (depth <= BP_AST_MAX_DEPTH) return false;
    bp_parser_error(
        p, BP_UNSUPPORTED, bp_parser_where(p),
        "the expression is nested more than %d levels deep; give a part of it "
        "a name of its own with ':='",
        BP_AST_MAX_DEPTH);
    return true;
}

static term finish(bp_parser *p, bp_ast *ast, int depth) {
    if (!ast) {
        p->failed = true;
        return no_term;
    }
    if (too_deep(p, depth)) return no_term;
    return (term){ast, depth};
}

static term make_call(bp_parser *p, bp_op op, const bp_ast *const *args, int n,
                      int depth, bp_where where) {
    return finish(p, bp_ast_make_call(p->arena, op, args, n, where), depth + 1);
}

static term make_pair(bp_parser *p, bp_op op, term a, term b, bp_where where) {
    const bp_ast *args[2] = {a.ast, b.ast};
    return make_call(p, op, args, 2, a.depth > b.depth ? a.depth : b.depth, where);
}

static term make_one(bp_parser *p, bp_op op, term a, bp_where where) {
    return make_call(p, op, &a.ast, 1, a.depth, where);
}

static term make_number(bp_parser *p, double value, const char *unit, bp_where where) {
    return finish(p, bp_ast_make_number(p->arena, value, unit, where), 1);
}

// ---- atoms ----

// 3, or 3 nM: a number and its unit.
static term parse_number(bp_parser *p) {
    bp_where where = bp_parser_where(p);
    double value = bp_parser_peek(p, 0)->number;
    const char *unit = NULL;
    p->at++;
    const bp_token *next = bp_parser_peek(p, 0);
    if (next->type == BP_TOKEN_NAME && next->keyword == BP_KEY_NONE &&
        bp_parser_peek(p, 1)->type != '(') {
        unit = bp_parser_word(p, next->text, (size_t)next->length);
        if (!unit) return no_term;
        p->at++;
    }
    return make_number(p, value, unit, where);
}

static bool constant_value(const char *name, double *value) {
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        {"pi", 3.14159265358979323846},
        {"exponentiale", 2.71828182845904523536},
        {"true", 1.0},
        {"false", 0.0},
    };
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++)
        if (strcmp(constants[i].name, name) == 0) {
            *value = constants[i].value;
            return true;
        }
    bool infinite = strcmp(name, "infinity") == 0 || strcmp(name, "inf") == 0 ||
                    strcmp(name, "INF") == 0;
    bool nothing = strcmp(name, "notanumber") == 0 || strcmp(name, "nan") == 0 ||
                   strcmp(name, "NaN") == 0 || strcmp(name, "NAN") == 0;
    if (infinite) *value = INFINITY;
    if (nothing) *value = NAN;
    return infinite || nothing;
}

static term parse_symbol(bp_parser *p, bp_local name) {
    double value;
    if (constant_value(name.name, &value))
        return make_number(p, value, NULL, name.where);
    bool time = strcmp(name.name, "time") == 0;
    if (time || strcmp(name.name, "avogadro") == 0)
        return make_call(p, time ? BP_OP_TIME : BP_OP_AVOGADRO, NULL, 0, 0, name.where);
    if (bp_names_add(&p->module->mentions, name.name) < 0) p->failed = true;
    return finish(p, bp_ast_make_name(p->arena, name.name, name.where), 1);
}

// expr {, expr} ')' ; the opening parenthesis has been taken.
static bool parse_arguments(bp_parser *p, ast_list *args, int *depth) {
    if (bp_parser_take(p, ')')) return true;
    do {
        term arg = parse_logic(p);
        if (!arg.ast) return false;
        if (arg.depth > *depth) *depth = arg.depth;
        if (!bp_array_push(args, arg.ast)) {
            p->failed = true;
            return false;
        }
    } while (bp_parser_take(p, ','));
    if (bp_parser_take(p, ')')) return true;
    bp_parser_expected(p, "',' or ')'");
    return false;
}

static bool arity_fits(bp_parser *p, bp_op op, const bp_local *name, int n) {
    int low, high;
    bp_op_arity(op, &low, &high);
    if (n >= low && (high < 0 || n <= high)) return true;
    if (low == high)
        bp_parser_error(p, BP_BAD_MODEL, name->where, "%s takes %d argument%s, not %d",
                        name->name, low, low == 1 ? "" : "s", n);
    else
        bp_parser_error(p, BP_BAD_MODEL, name->where, "%s does not take %d argument%s",
                        name->name, n, n == 1 ? "" : "s");
    return false;
}

static term make_function(bp_parser *p, const bp_local *name, const ast_list *args,
                          int depth) {
    if (strcmp(name->name, "sqr") == 0 && args->count == 1) {
        term two = make_number(p, 2.0, NULL, name->where);
        if (!two.ast) return no_term;
        return make_pair(p, BP_OP_POW, (term){args->items[0], depth}, two, name->where);
    }
    bp_op op = bp_op_of_function(name->name, args->count);
    if (op == BP_OP_COUNT) op = BP_OP_CALL;
    if (op != BP_OP_CALL && !arity_fits(p, op, name, args->count)) return no_term;
    term call = make_call(p, op, args->items, args->count, depth, name->where);
    if (call.ast && op == BP_OP_CALL) ((bp_ast *)call.ast)->name = name->name;
    return call;
}

static term parse_call(bp_parser *p, bp_local name) {
    ast_list args = {0};
    int depth = 0;
    term call = no_term;
    p->at++; // (
    p->open++;
    if (parse_arguments(p, &args, &depth)) call = make_function(p, &name, &args, depth);
    p->open--;
    bp_array_clear(&args);
    return call;
}

static term parse_parentheses(bp_parser *p) {
    bp_where where = bp_parser_where(p);
    p->at++; // (
    p->open++;
    term inner = parse_logic(p);
    p->open--;
    if (!inner.ast) return no_term;
    if (bp_parser_take(p, ')')) return inner;
    if (bp_parser_end_of_statement(p))
        bp_parser_error(
            p, BP_SYNTAX, where,
            "this '(' is not closed on its line; a '\\' at the end of a line "
            "joins the next one to it");
    else
        bp_parser_expected(p, "')' or an operator");
    return no_term;
}

static term parse_atom(bp_parser *p) {
    const bp_token *token = bp_parser_peek(p, 0);
    if (token->type == BP_TOKEN_NUMBER) return parse_number(p);
    if (token->type == '(') return parse_parentheses(p);
    if (token->type == '{')
        bp_parser_error(p, BP_UNSUPPORTED, bp_parser_where(p),
                        "lists in {} describe layouts and uncertainties, not values");
    else if (token->type == BP_TOKEN_ELLIPSIS)
        bp_parser_error(
            p, BP_UNSUPPORTED, bp_parser_where(p),
            "'...' belongs to strands of DNA, which are not supported; write "
            "the formula out");
    else if (token->type == BP_TOKEN_DASHES)
        bp_parser_error(
            p, BP_UNSUPPORTED, bp_parser_where(p),
            "'--' makes a strand of DNA, which is not supported; write '- -' "
            "for a double minus");
    else if (token->type == BP_TOKEN_NAME && token->keyword == BP_KEY_NONE) {
        bp_local name;
        if (!bp_parser_name(p, &name)) return no_term;
        return bp_parser_at(p, '(') ? parse_call(p, name) : parse_symbol(p, name);
    }
    if (token->type == BP_TOKEN_NEWLINE && p->open > 0)
        bp_parser_error(
            p, BP_SYNTAX, bp_parser_where(p),
            "the expression ends within parentheses; a '\\' at the end of a "
            "line joins the next one to it");
    bp_parser_expected(p, "a number, a name or '('");
    return no_term;
}

// ---- operators ----

static term parse_power(bp_parser *p) {
    term base = parse_atom(p);
    if (!base.ast || !bp_parser_at(p, '^')) return base;
    bp_where where = bp_parser_where(p);
    p->at++;
    term exponent = parse_sign(p); // from the right: a^b^c is a^(b^c)
    if (!exponent.ast) return no_term;
    return make_pair(p, BP_OP_POW, base, exponent, where);
}

static term parse_signed(bp_parser *p) {
    bp_where where = bp_parser_where(p);
    int sign = bp_parser_peek(p, 0)->type;
    p->at++;
    term operand = parse_sign(p);
    if (!operand.ast || sign == '+') return operand;
    if (sign == '!') return make_one(p, BP_OP_NOT, operand, where);
    const bp_ast *value = operand.ast;
    if (value->op == BP_OP_NUMBER && !signbit(value->number) && !isnan(value->number))
        return make_number(p, -value->number, value->unit, where);
    return make_one(p, BP_OP_SUB, operand, where);
}

static term parse_sign(bp_parser *p) {
    if (!bp_parser_at(p, '-') && !bp_parser_at(p, '+') && !bp_parser_at(p, '!')) {
        if (too_deep(p, p->depth)) return no_term;
        p->depth++;
        term power = parse_power(p);
        p->depth--;
        return power;
    }
    if (too_deep(p, p->depth)) return no_term;
    p->depth++;
    term value = parse_signed(p);
    p->depth--;
    return value;
}

// A run of one operation on one level becomes one node: a*b*c.
typedef struct run {
    ast_list args;
    int depth; // of the deepest
    bp_where where;
} run;

static bool run_add(bp_parser *p, run *r, term item) {
    if (!item.ast) return false;
    if (item.depth > r->depth) r->depth = item.depth;
    if (bp_array_push(&r->args, item.ast)) return true;
    p->failed = true;
    return false;
}

// The run so far as one term; the run is empty after it.
static term run_close(bp_parser *p, run *r, bp_op op) {
    term whole = r->args.count == 1 ? (term){r->args.items[0], r->depth}
                                    : make_call(p, op, r->args.items, r->args.count,
                                                r->depth, r->where);
    r->args.count = 0;
    r->depth = 0;
    return whole;
}

static bool parse_factor(bp_parser *p, run *r) {
    int sign = bp_parser_peek(p, 0)->type;
    bp_where where = bp_parser_where(p);
    p->at++;
    term factor = parse_sign(p);
    if (!factor.ast) return false;
    if (sign == '*') {
        if (r->args.count == 1) r->where = where;
        return run_add(p, r, factor);
    }
    term left = run_close(p, r, BP_OP_MUL);
    if (!left.ast) return false;
    // a%b keeps the sign of a: the remainder
    return run_add(
        p, r, make_pair(p, sign == '/' ? BP_OP_DIV : BP_OP_REM, left, factor, where));
}

static term parse_product(bp_parser *p) {
    run r = {0};
    bool fine = run_add(p, &r, parse_sign(p));
    while (fine &&
           (bp_parser_at(p, '*') || bp_parser_at(p, '/') || bp_parser_at(p, '%')))
        fine = parse_factor(p, &r);
    term whole = fine ? run_close(p, &r, BP_OP_MUL) : no_term;
    bp_array_clear(&r.args);
    return whole;
}

// a - b is one node, a + b - c a sum whose last term is negated.
static term parse_sum(bp_parser *p) {
    run r = {0};
    bool fine = run_add(p, &r, parse_product(p));
    bool minus_last = false;
    while (fine && (bp_parser_at(p, '+') || bp_parser_at(p, '-'))) {
        bp_where where = bp_parser_where(p);
        bool minus = bp_parser_at(p, '-');
        p->at++;
        if (r.args.count == 1) r.where = where;
        term item = parse_product(p);
        if (minus && item.ast) item = make_one(p, BP_OP_SUB, item, where);
        minus_last = minus;
        fine = run_add(p, &r, item);
    }
    term whole = no_term;
    if (fine && r.args.count == 2 && minus_last) {
        const bp_ast *args[2] = {r.args.items[0], r.args.items[1]->args[0]};
        whole = make_call(p, BP_OP_SUB, args, 2, r.depth, r.where);
    } else if (fine) {
        whole = run_close(p, &r, BP_OP_ADD);
    }
    bp_array_clear(&r.args);
    return whole;
}

static bp_op relation_of(const bp_parser *p) {
    switch (bp_parser_peek(p, 0)->type) {
    case '<':
        return BP_OP_LT;
    case '>':
        return BP_OP_GT;
    case BP_TOKEN_LE:
        return BP_OP_LE;
    case BP_TOKEN_GE:
        return BP_OP_GE;
    case BP_TOKEN_EQ:
        return BP_OP_EQ;
    case BP_TOKEN_NE:
        return BP_OP_NE;
    default:
        return BP_OP_COUNT;
    }
}

// a < b, a < b < c, or a < b == c: the last becomes a < b && b == c.
static term parse_relation(bp_parser *p) {
    term left = parse_sum(p);
    if (!left.ast || relation_of(p) == BP_OP_COUNT) return left;
    run pairs = {0}, same = {0};
    bp_op op = relation_of(p);
    pairs.where = same.where = bp_parser_where(p);
    bool fine = run_add(p, &same, left);
    for (bp_op next = op; fine && next != BP_OP_COUNT; next = relation_of(p)) {
        bp_where where = bp_parser_where(p);
        p->at++;
        term right = parse_sum(p);
        bool joins = next == op && (op != BP_OP_NE || same.args.count == 1);
        if (right.ast && !joins) {
            fine =
                run_add(p, &pairs, run_close(p, &same, op)) && run_add(p, &same, left);
            op = next;
            same.where = where;
        }
        fine = fine && run_add(p, &same, right);
        left = right;
    }
    fine = fine && run_add(p, &pairs, run_close(p, &same, op));
    term whole = fine ? run_close(p, &pairs, BP_OP_AND) : no_term;
    bp_array_clear(&pairs.args);
    bp_array_clear(&same.args);
    return whole;
}

static void warn_mixed(bp_parser *p, bp_where where) {
    bp_report_warning(p->report, BP_SYNTAX, where,
                      "&& and || bind equally, from the left: 'a || b && c' is "
                      "'(a || b) && c' in Antimony; parentheses make it clear");
}

static term parse_logic_run(bp_parser *p) {
    run r = {0};
    int sign = 0;
    bool warned = false;
    bool fine = run_add(p, &r, parse_relation(p));
    while (fine && (bp_parser_at(p, BP_TOKEN_AND) || bp_parser_at(p, BP_TOKEN_OR))) {
        int next = bp_parser_peek(p, 0)->type;
        bp_where where = bp_parser_where(p);
        if (sign != 0 && next != sign) {
            if (!warned) warn_mixed(p, where);
            warned = true;
            fine = run_add(
                p, &r, run_close(p, &r, sign == BP_TOKEN_AND ? BP_OP_AND : BP_OP_OR));
        }
        if (r.args.count == 1) r.where = where;
        sign = next;
        p->at++;
        fine = fine && run_add(p, &r, parse_relation(p));
    }
    term whole =
        fine ? run_close(p, &r, sign == BP_TOKEN_OR ? BP_OP_OR : BP_OP_AND) : no_term;
    bp_array_clear(&r.args);
    return whole;
}

static term parse_logic(bp_parser *p) {
    if (too_deep(p, p->depth)) return no_term;
    p->depth++;
    term whole = parse_logic_run(p);
    p->depth--;
    return whole;
}

const bp_ast *bp_parser_expression(bp_parser *p) {
    return parse_logic(p).ast;
}

// ---- units ----

static bool is_unit_node(const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_NUMBER:
    case BP_OP_NAME:
    case BP_OP_MUL:
    case BP_OP_DIV:
        return true;
    case BP_OP_AVOGADRO:
        return true;
    case BP_OP_POW:
        return ast->args[1]->op == BP_OP_NUMBER;
    default:
        return false;
    }
}

static const bp_ast *find_non_unit(const bp_ast *ast) {
    if (!is_unit_node(ast)) return ast->op == BP_OP_POW ? ast->args[1] : ast;
    for (int i = 0; i < ast->n_args; i++) {
        const bp_ast *bad = find_non_unit(ast->args[i]);
        if (bad) return bad;
    }
    return NULL;
}

const bp_ast *bp_parser_unit(bp_parser *p, const char **text) {
    const bp_ast *ast = parse_logic(p).ast;
    if (!ast) return NULL;
    const bp_ast *bad = find_non_unit(ast);
    if (bad) {
        bp_parser_error(p, BP_BAD_UNIT, bad->where,
                        "a unit is made of names, numbers, '*', '/' and '^' only: "
                        "1e-9 mole/litre");
        return NULL;
    }
    bp_text written = {0};
    bp_ast_print(ast, &written);
    *text = written.failed ? NULL
                           : bp_parser_word(p, bp_text_get(&written), written.length);
    bp_text_clear(&written);
    if (!*text) p->failed = true;
    return *text ? ast : NULL;
}
