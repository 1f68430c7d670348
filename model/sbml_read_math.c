// MathML (and the formulas of Level 1) as libsbml holds them -> expression trees.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/sbml_read.h"

// SBML's value, which is older than that of the SI (base/units.h).
#define AVOGADRO_OF_SBML 6.02214179e23

static const bp_ast *read(bp_sbml_reader *r, const ASTNode_t *node);

static const bp_ast *check(bp_sbml_reader *r, const bp_ast *ast) {
    if (!ast) r->failed = true;
    return ast;
}

const bp_ast *bp_sbml_number(bp_sbml_reader *r, double value) {
    return check(r, bp_ast_number(r->spec, value, r->where));
}

static int count(const ASTNode_t *node) {
    return (int)ASTNode_getNumChildren(node);
}

static const ASTNode_t *child(const ASTNode_t *node, int i) {
    return ASTNode_getChild(node, (unsigned)i);
}

// ---- numbers ----

// The nearest double to mantissa e exponent: their product would be rounded twice.
static double scientific(const ASTNode_t *node) {
    char text[64], number[32];
    bp_number_print(ASTNode_getMantissa(node), number);
    if (strpbrk(number, "ein")) return ASTNode_getReal(node);
    snprintf(text, sizeof text, "%se%ld", number, ASTNode_getExponent(node));
    const char *end;
    double value = bp_number_read(text, &end);
    return *end ? ASTNode_getReal(node) : value;
}

static double value_of(const ASTNode_t *node) {
    switch (ASTNode_getType(node)) {
    case AST_INTEGER:
        return (double)ASTNode_getInteger(node);
    case AST_REAL_E:
        return scientific(node);
    default:
        return ASTNode_getReal(node);
    }
}

static const bp_ast *read_number(bp_sbml_reader *r, const ASTNode_t *node) {
    const char *unit = NULL;
    if (ASTNode_isSetUnits((ASTNode_t *)node)) {
        char *units = ASTNode_getUnits((ASTNode_t *)node);
        unit = bp_sbml_copy(r, units);
        free(units);
    }
    return check(r,
                 bp_ast_make_number(&r->spec->arena, value_of(node), unit, r->where));
}

static bool is_number(const ASTNode_t *node, double value) {
    return ASTNode_isNumber(node) && value_of(node) == value;
}

// ---- names ----

static const char *argument_of_function(const bp_sbml_reader *r, const char *name) {
    unsigned n = FunctionDefinition_getNumArguments(r->function);
    for (unsigned i = 0; i < n; i++) {
        const char *argument =
            ASTNode_getName(FunctionDefinition_getArgument(r->function, i));
        if (argument && strcmp(argument, name) == 0) return argument;
    }
    return NULL;
}

// The symbol of a parameter of the rate law that is being read; -1: there is none.
static int find_local(const bp_sbml_reader *r, const char *name) {
    unsigned n = r->law ? KineticLaw_getNumParameters(r->law) : 0;
    for (unsigned i = 0; i < n; i++) {
        const char *id = Parameter_getId(KineticLaw_getParameter(r->law, i));
        if (id && strcmp(id, name) == 0) return r->first_local + (int)i;
    }
    return -1;
}

static const bp_ast *read_name(bp_sbml_reader *r, const ASTNode_t *node) {
    const char *name = ASTNode_getName(node);
    if (!name) name = "";
    const char *kept = NULL;
    if (!r->function || !argument_of_function(r, name)) {
        int symbol = find_local(r, name);
        if (symbol < 0) symbol = bp_spec_find(r->spec, name);
        if (symbol >= 0) kept = r->spec->symbols.items[symbol].name;
    }
    if (!kept) kept = bp_arena_copy(&r->spec->arena, name); // checked with the rest
    if (!kept) {
        r->failed = true;
        return NULL;
    }
    return check(r, bp_ast_make_name(&r->spec->arena, kept, r->where));
}

// ---- operations ----

// clang-format off
// What a node means that has arguments; COUNT: none of these.
static bp_op operation(ASTNodeType_t type) {
    switch (type) {
#define SAME(name, op) case AST_##name: return BP_OP_##op;
    SAME(PLUS, ADD) SAME(MINUS, SUB) SAME(TIMES, MUL) SAME(DIVIDE, DIV)
    SAME(POWER, POW) SAME(FUNCTION_POWER, POW) SAME(FUNCTION_ROOT, ROOT)
    SAME(FUNCTION_LOG, LOG) SAME(FUNCTION_LN, LN) SAME(FUNCTION_EXP, EXP)
    SAME(FUNCTION_ABS, ABS) SAME(FUNCTION_FLOOR, FLOOR) SAME(FUNCTION_CEILING, CEIL)
    SAME(FUNCTION_FACTORIAL, FACTORIAL) SAME(FUNCTION_QUOTIENT, QUOTIENT)
    SAME(FUNCTION_REM, REM) SAME(FUNCTION_MIN, MIN) SAME(FUNCTION_MAX, MAX)
    SAME(FUNCTION_SIN, SIN) SAME(FUNCTION_COS, COS) SAME(FUNCTION_TAN, TAN)
    SAME(FUNCTION_SEC, SEC) SAME(FUNCTION_CSC, CSC) SAME(FUNCTION_COT, COT)
    SAME(FUNCTION_SINH, SINH) SAME(FUNCTION_COSH, COSH) SAME(FUNCTION_TANH, TANH)
    SAME(FUNCTION_SECH, SECH) SAME(FUNCTION_CSCH, CSCH) SAME(FUNCTION_COTH, COTH)
    SAME(FUNCTION_ARCSIN, ASIN) SAME(FUNCTION_ARCCOS, ACOS)
    SAME(FUNCTION_ARCTAN, ATAN) SAME(FUNCTION_ARCSEC, ASEC)
    SAME(FUNCTION_ARCCSC, ACSC) SAME(FUNCTION_ARCCOT, ACOT)
    SAME(FUNCTION_ARCSINH, ASINH) SAME(FUNCTION_ARCCOSH, ACOSH)
    SAME(FUNCTION_ARCTANH, ATANH) SAME(FUNCTION_ARCSECH, ASECH)
    SAME(FUNCTION_ARCCSCH, ACSCH) SAME(FUNCTION_ARCCOTH, ACOTH)
    SAME(RELATIONAL_LT, LT) SAME(RELATIONAL_LEQ, LE) SAME(RELATIONAL_GT, GT)
    SAME(RELATIONAL_GEQ, GE) SAME(RELATIONAL_EQ, EQ) SAME(RELATIONAL_NEQ, NE)
    SAME(LOGICAL_AND, AND) SAME(LOGICAL_OR, OR) SAME(LOGICAL_XOR, XOR)
    SAME(LOGICAL_NOT, NOT) SAME(LOGICAL_IMPLIES, IMPLIES)
    SAME(FUNCTION_PIECEWISE, PIECEWISE) SAME(FUNCTION, CALL)
    SAME(FUNCTION_DELAY, DELAY) SAME(FUNCTION_RATE_OF, RATEOF)
#undef SAME
    default: return BP_OP_COUNT;
    }
}
// clang-format on

// log and root have one argument where MathML leaves base and degree out.
static bp_op settle(const ASTNode_t *node, bp_op op) {
    if (op == BP_OP_LOG && count(node) == 1) return BP_OP_LOG10;
    if (op == BP_OP_ROOT && count(node) == 1) return BP_OP_SQRT;
    return op;
}

static bool nests(bp_op op) {
    return op == BP_OP_ADD || op == BP_OP_MUL || op == BP_OP_AND || op == BP_OP_OR ||
           op == BP_OP_XOR;
}

// libsbml keeps a + b + c + d as ((a + b) + c) + d, thousands deep where a sum is long.
// The number of arguments when the nest is made flat.
static int count_flat(const ASTNode_t *node, bp_op op) {
    int n = 0;
    ASTNodeType_t type = ASTNode_getType(node);
    for (; nests(op) && count(node) > 1 && ASTNode_getType(child(node, 0)) == type;
         node = child(node, 0))
        n += count(node) - 1;
    return n + count(node);
}

// Arguments from last to first.
static bool read_arguments(bp_sbml_reader *r, const ASTNode_t *node,
                           const bp_ast **args, int n) {
    while (n > 0) {
        int here = count(node), first = n > here;
        for (int i = here - 1; i >= first; i--) {
            args[--n] = read(r, child(node, i));
            if (!args[n]) return false;
        }
        node = child(node, 0);
    }
    return true;
}

static const char *name_of(const ASTNode_t *node, bp_op op) {
    const char *name = ASTNode_getName(node);
    return op == BP_OP_CALL && name ? name : bp_op_text(op);
}

static bool has_arity(bp_sbml_reader *r, const ASTNode_t *node, bp_op op, int n) {
    int low, high;
    bp_op_arity(op, &low, &high);
    if (n >= low && (high < 0 || n <= high)) return true;
    bp_sbml_error(r, BP_BAD_MODEL, "'%s' cannot have %d argument%s", name_of(node, op),
                  n, n == 1 ? "" : "s");
    return false;
}

static const bp_ast *read_operation(bp_sbml_reader *r, const ASTNode_t *node,
                                    bp_op op) {
    int n = count_flat(node, op);
    const bp_ast **args;
    bool compares = op >= BP_OP_LT && op <= BP_OP_EQ;
    if (compares && n < 2) return bp_sbml_number(r, 1); // nothing is out of order
    if (op == BP_OP_PIECEWISE && n == 0) return bp_sbml_number(r, NAN);
    if (!has_arity(r, node, op, n)) return NULL;
    bp_ast *made = bp_ast_make_open(&r->spec->arena, op, n, r->where, &args);
    if (made && op == BP_OP_CALL) made->name = bp_sbml_copy(r, name_of(node, op));
    if (!made || (op == BP_OP_CALL && !made->name)) {
        r->failed = true;
        return NULL;
    }
    return read_arguments(r, node, args, n) ? made : NULL;
}

// log to base 10 and the square root, where base and degree are given.
static const bp_ast *read_special(bp_sbml_reader *r, const ASTNode_t *node, bp_op op) {
    bool log10 = op == BP_OP_LOG && count(node) == 2 && is_number(child(node, 0), 10);
    bool sqrt = op == BP_OP_ROOT && count(node) == 2 && is_number(child(node, 0), 2);
    if (!log10 && !sqrt) return read_operation(r, node, op);
    const bp_ast *arg = read(r, child(node, 1));
    if (!arg) return NULL;
    return check(
        r, bp_ast_call(r->spec, log10 ? BP_OP_LOG10 : BP_OP_SQRT, &arg, 1, r->where));
}

static const bp_ast *refuse(bp_sbml_reader *r, const ASTNode_t *node) {
    const char *name = ASTNode_getName(node);
    bp_sbml_error(r, BP_UNSUPPORTED,
                  "'%s' is not supported in an expression; what is supported is the "
                  "MathML of SBML Level 3 Version 2 without packages",
                  name && name[0] ? name : "an element of MathML");
    return NULL;
}

static const bp_ast *read_node(bp_sbml_reader *r, const ASTNode_t *node) {
    switch (ASTNode_getType(node)) {
    case AST_INTEGER:
    case AST_REAL:
    case AST_REAL_E:
    case AST_RATIONAL:
        return read_number(r, node);
    case AST_NAME:
        return read_name(r, node);
    case AST_NAME_TIME:
        return check(r, bp_ast_call(r->spec, BP_OP_TIME, NULL, 0, r->where));
    case AST_NAME_AVOGADRO:
        return bp_sbml_number(r, AVOGADRO_OF_SBML);
    case AST_CONSTANT_E:
        return bp_sbml_number(r, 2.718281828459045235);
    case AST_CONSTANT_PI:
        return bp_sbml_number(r, 3.141592653589793238);
    case AST_CONSTANT_TRUE:
        return bp_sbml_number(r, 1);
    case AST_CONSTANT_FALSE:
        return bp_sbml_number(r, 0);
    default:
        break;
    }
    bp_op op = operation(ASTNode_getType(node));
    return op == BP_OP_COUNT ? refuse(r, node)
                             : read_special(r, node, settle(node, op));
}

static const bp_ast *read(bp_sbml_reader *r, const ASTNode_t *node) {
    if (r->failed) return NULL;
    if (r->depth >= BP_AST_MAX_DEPTH) {
        bp_sbml_error(r, BP_BAD_MODEL, "the expression is nested more than %d deep",
                      BP_AST_MAX_DEPTH);
        return NULL;
    }
    r->depth++;
    const bp_ast *ast = read_node(r, node);
    r->depth--;
    return ast;
}

const bp_ast *bp_sbml_math(bp_sbml_reader *r, const ASTNode_t *math) {
    r->depth = 0;
    return math ? read(r, math) : NULL;
}
