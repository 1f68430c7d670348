// Infix text of an expression tree, as Antimony and its readers take it.
#include <math.h>

#include "base/text.h"
#include "model/ast.h"

// How tightly an operation binds; the same order as in antimony_parse_expr.c.
enum {
    BIND_LOGIC = 1,
    BIND_RELATION,
    BIND_SUM,
    BIND_PRODUCT,
    BIND_SIGN,
    BIND_POWER,
    BIND_ATOM
};

static const char *relation_sign(bp_op op) {
    switch (op) {
    case BP_OP_LT:
        return " < ";
    case BP_OP_LE:
        return " <= ";
    case BP_OP_GT:
        return " > ";
    case BP_OP_GE:
        return " >= ";
    case BP_OP_EQ:
        return " == ";
    case BP_OP_NE:
        return " != ";
    case BP_OP_AND:
        return " && ";
    case BP_OP_OR:
        return " || ";
    default:
        return NULL;
    }
}

static int binding(const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        return signbit(ast->number) && !isnan(ast->number) ? BIND_SIGN : BIND_ATOM;
    case BP_OP_AND:
    case BP_OP_OR:
        return ast->n_args >= 2 ? BIND_LOGIC : BIND_ATOM;
    case BP_OP_LT:
    case BP_OP_LE:
    case BP_OP_GT:
    case BP_OP_GE:
    case BP_OP_EQ:
    case BP_OP_NE:
        return ast->n_args >= 2 ? BIND_RELATION : BIND_ATOM;
    case BP_OP_ADD:
        return ast->n_args >= 2 ? BIND_SUM : BIND_ATOM;
    case BP_OP_SUB:
        return ast->n_args == 2 ? BIND_SUM : BIND_SIGN;
    case BP_OP_MUL:
        return ast->n_args >= 2 ? BIND_PRODUCT : BIND_ATOM;
    case BP_OP_DIV:
        return BIND_PRODUCT;
    case BP_OP_NOT:
        return BIND_SIGN;
    case BP_OP_POW:
        return BIND_POWER;
    default:
        return BIND_ATOM;
    }
}

static void print(const bp_ast *ast, bp_text *out);

// In parentheses when it binds less tightly than `least`.
static void print_within(const bp_ast *ast, int least, bp_text *out) {
    bool wrapped = binding(ast) < least;
    if (wrapped) bp_text_add(out, "(");
    print(ast, out);
    if (wrapped) bp_text_add(out, ")");
}

static void print_number(const bp_ast *ast, bp_text *out) {
    double value = ast->number;
    if (isnan(value)) {
        bp_text_add(out, "notanumber");
    } else if (isinf(value)) {
        bp_text_add(out, value < 0 ? "-infinity" : "infinity");
    } else {
        bp_text_number(out, value);
        if (ast->unit) bp_text_format(out, " %s", ast->unit);
    }
}

static bool is_negation(const bp_ast *ast) {
    return ast->op == BP_OP_SUB && ast->n_args == 1;
}

// a + b - c: a sum whose further terms are negations is written with minus.
static void print_sum(const bp_ast *ast, bp_text *out) {
    print_within(ast->args[0], BIND_SUM, out);
    for (int i = 1; i < ast->n_args; i++) {
        const bp_ast *term = ast->args[i];
        bool minus = is_negation(term);
        bp_text_add(out, minus ? " - " : " + ");
        print_within(minus ? term->args[0] : term, BIND_PRODUCT, out);
    }
}

static void print_product(const bp_ast *ast, const char *sign, bp_text *out) {
    print_within(ast->args[0], BIND_PRODUCT, out);
    for (int i = 1; i < ast->n_args; i++) {
        bp_text_add(out, sign);
        print_within(ast->args[i], BIND_SIGN, out);
    }
}

static void print_chain(const bp_ast *ast, const char *sign, bp_text *out) {
    int own = binding(ast);
    for (int i = 0; i < ast->n_args; i++) {
        if (i > 0) bp_text_add(out, sign);
        print_within(ast->args[i], own + 1, out);
    }
}

static void print_call(const bp_ast *ast, const char *name, bp_text *out) {
    bp_text_add(out, name);
    bp_text_add(out, "(");
    for (int i = 0; i < ast->n_args; i++) {
        if (i > 0) bp_text_add(out, ", ");
        print(ast->args[i], out);
    }
    bp_text_add(out, ")");
}

static void print_operator(const bp_ast *ast, bp_text *out) {
    if (relation_sign(ast->op)) {
        print_chain(ast, relation_sign(ast->op), out);
    } else if (ast->op == BP_OP_ADD) {
        print_sum(ast, out);
    } else if (ast->op == BP_OP_MUL) {
        print_product(ast, "*", out);
    } else if (ast->op == BP_OP_DIV) {
        print_product(ast, "/", out);
    } else if (ast->op == BP_OP_POW) {
        print_within(ast->args[0], BIND_ATOM, out);
        bp_text_add(out, "^");
        print_within(ast->args[1], BIND_SIGN, out);
    } else if (ast->op == BP_OP_SUB && ast->n_args == 2) {
        print_within(ast->args[0], BIND_SUM, out);
        bp_text_add(out, " - ");
        print_within(ast->args[1], BIND_PRODUCT, out);
    } else { // a sign: -a or !a
        bp_text_add(out, ast->op == BP_OP_NOT ? "!" : "-");
        // "--" would be a strand of DNA
        print_within(ast->args[0], BIND_POWER, out);
    }
}

static void print(const bp_ast *ast, bp_text *out) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        print_number(ast, out);
        return;
    case BP_OP_NAME:
        bp_text_add(out, ast->name);
        return;
    case BP_OP_TIME:
        bp_text_add(out, "time");
        return;
    case BP_OP_AVOGADRO:
        bp_text_add(out, "avogadro");
        return;
    case BP_OP_CALL:
        print_call(ast, ast->name, out);
        return;
    case BP_OP_LOG:
        print_call(ast, "log", out);
        return; // base first, as here
    default:
        break;
    }
    if (binding(ast) == BIND_ATOM)
        print_call(ast, bp_op_text(ast->op), out);
    else
        print_operator(ast, out);
}

void bp_ast_print(const bp_ast *ast, bp_text *out) {
    if (ast) print(ast, out);
}
