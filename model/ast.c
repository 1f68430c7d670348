// Expression trees.
#include "model/ast.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

bp_ast *bp_ast_make_number(bp_arena *arena, double value, const char *unit,
                           bp_where where) {
    bp_ast *ast = bp_arena_take(arena, sizeof *ast);
    if (!ast) return NULL;
    *ast = (bp_ast){.op = BP_OP_NUMBER, .number = value, .unit = unit, .where = where};
    return ast;
}

bp_ast *bp_ast_make_name(bp_arena *arena, const char *name, bp_where where) {
    bp_ast *ast = bp_arena_take(arena, sizeof *ast);
    if (!ast) return NULL;
    *ast = (bp_ast){.op = BP_OP_NAME, .name = name, .where = where};
    return ast;
}

bp_ast *bp_ast_make_open(bp_arena *arena, bp_op op, int n_args, bp_where where,
                         const bp_ast ***args) {
    bp_ast *ast = bp_arena_take(arena, sizeof *ast);
    const bp_ast **list = NULL;
    if (!ast) return NULL;
    if (n_args > 0) {
        list = bp_arena_take(arena, (size_t)n_args * sizeof(const bp_ast *));
        if (!list) return NULL;
    }
    *ast = (bp_ast){.op = op, .n_args = n_args, .args = list, .where = where};
    *args = list;
    return ast;
}

bp_ast *bp_ast_make_call(bp_arena *arena, bp_op op, const bp_ast *const *args,
                         int n_args, bp_where where) {
    const bp_ast **list;
    bp_ast *ast = bp_ast_make_open(arena, op, n_args, where, &list);
    for (int i = 0; ast && i < n_args; i++)
        list[i] = args[i];
    return ast;
}

bp_ast *bp_ast_number(bp_spec *spec, double value, bp_where where) {
    return bp_ast_make_number(&spec->arena, value, NULL, where);
}

bp_ast *bp_ast_name(bp_spec *spec, const char *name, bp_where where) {
    char *copy = bp_arena_copy(&spec->arena, name);
    return copy ? bp_ast_make_name(&spec->arena, copy, where) : NULL;
}

bp_ast *bp_ast_call(bp_spec *spec, bp_op op, const bp_ast *const *args, int n_args,
                    bp_where where) {
    return bp_ast_make_call(&spec->arena, op, args, n_args, where);
}

static const char *copy_text(bp_arena *arena, const char *text, bool *failed) {
    const char *copy = text ? bp_arena_copy(arena, text) : NULL;
    *failed = *failed || (text && !copy);
    return copy;
}

bp_ast *bp_ast_copy(bp_arena *arena, const bp_ast *ast) {
    bool failed = false;
    const bp_ast **args;
    if (!ast) return NULL;
    bp_ast *copy = bp_ast_make_open(arena, ast->op, ast->n_args, ast->where, &args);
    if (!copy) return NULL;
    copy->number = ast->number;
    copy->name = copy_text(arena, ast->name, &failed);
    copy->unit = copy_text(arena, ast->unit, &failed);
    for (int i = 0; i < ast->n_args && !failed; i++) {
        args[i] = bp_ast_copy(arena, ast->args[i]);
        failed = !args[i];
    }
    return failed ? NULL : copy;
}

static bool same_number(double a, double b) {
    return a == b || (isnan(a) && isnan(b));
}

bool bp_ast_equal(const bp_ast *a, const bp_ast *b) {
    if (a == b) return true;
    if (!a || !b || a->op != b->op || a->n_args != b->n_args) return false;
    if (a->op == BP_OP_NUMBER && !same_number(a->number, b->number)) return false;
    if (!bp_text_equal(a->name, b->name) || !bp_text_equal(a->unit, b->unit))
        return false;
    for (int i = 0; i < a->n_args; i++)
        if (!bp_ast_equal(a->args[i], b->args[i])) return false;
    return true;
}

static bool is_infix(const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_ADD:
    case BP_OP_MUL:
    case BP_OP_DIV:
    case BP_OP_POW:
    case BP_OP_REM:
    case BP_OP_LT:
    case BP_OP_LE:
    case BP_OP_GT:
    case BP_OP_GE:
    case BP_OP_EQ:
    case BP_OP_NE:
    case BP_OP_AND:
    case BP_OP_OR:
    case BP_OP_SUB:
        return ast->n_args > 1;
    default:
        return false;
    }
}

bp_where bp_ast_start(const bp_ast *ast) {
    bp_where where = ast->where;
    // plus(a, b) is no operator: its name stands before its arguments
    for (; is_infix(ast); ast = ast->args[0]) {
        bp_where first = ast->args[0]->where;
        bool before = first.line < where.line ||
                      (first.line == where.line && first.column < where.column);
        if (before) where = first;
    }
    return where;
}

void bp_ast_visit(const bp_ast *ast, void (*visit)(const bp_ast *node, void *data),
                  void *data) {
    if (!ast) return;
    for (int i = 0; i < ast->n_args; i++)
        bp_ast_visit(ast->args[i], visit, data);
    visit(ast, data);
}

// ---- names of functions and constants ----

static const struct {
    const char *text;
    int low, high;
} ops[] = {
#define X(name, low, high, text, meaning) {text, low, high},
    BP_OP_LIST(X)
#undef X
};

// Spellings that libAntimony takes beside those of the table.
static const struct {
    const char *text;
    bp_op op;
} aliases[] = {
    {"ceiling", BP_OP_CEIL}, {"power", BP_OP_POW},   {"asin", BP_OP_ASIN},
    {"acos", BP_OP_ACOS},    {"atan", BP_OP_ATAN},   {"asec", BP_OP_ASEC},
    {"acsc", BP_OP_ACSC},    {"acot", BP_OP_ACOT},   {"asinh", BP_OP_ASINH},
    {"acosh", BP_OP_ACOSH},  {"atanh", BP_OP_ATANH}, {"asech", BP_OP_ASECH},
    {"acsch", BP_OP_ACSCH},  {"acoth", BP_OP_ACOTH}, {"log", BP_OP_LN},
};

// Most names differ in their first letter already.
static bool same(const char *a, const char *b) {
    return a[0] == b[0] && strcmp(a, b) == 0;
}

void bp_op_arity(bp_op op, int *low, int *high) {
    *low = ops[op].low;
    *high = ops[op].high;
}

const char *bp_op_text(bp_op op) {
    return ops[op].text;
}

bp_op bp_op_of_function(const char *name, int n_args) {
    // logarithm of the second to the base of the first argument; root(x) is sqrt(x)
    if (same(name, "log")) return n_args == 2 ? BP_OP_LOG : BP_OP_LN;
    if (same(name, "root")) return n_args == 1 ? BP_OP_SQRT : BP_OP_ROOT;
    for (int op = 0; op < BP_OP_COUNT; op++)
        if (ops[op].text[0] && same(ops[op].text, name)) return (bp_op)op;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (same(aliases[i].text, name)) return aliases[i].op;
    return BP_OP_COUNT;
}

bool bp_is_function_name(const char *name) {
    return same(name, "sqr") || bp_op_of_function(name, 1) != BP_OP_COUNT;
}

bool bp_is_constant_name(const char *name) {
    static const char *const names[] = {
        "time",       "avogadro", "pi",  "exponentiale", "infinity", "inf",  "INF",
        "notanumber", "nan",      "NaN", "NAN",          "true",     "false"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (same(names[i], name)) return true;
    return false;
}
