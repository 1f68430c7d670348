// The operations of expressions as libsbml calls them.
#include "model/sbml_write.h"

bool bp_sbml_is_truth(bp_op op) {
    return (op >= BP_OP_LT && op <= BP_OP_IMPLIES);
}

bool bp_sbml_passes_unit(bp_op op) {
    switch (op) {
    case BP_OP_NUMBER:
    case BP_OP_ADD:
    case BP_OP_SUB:
    case BP_OP_MIN:
    case BP_OP_MAX:
    case BP_OP_REM:
    case BP_OP_MUL:
    case BP_OP_DIV:
    case BP_OP_PIECEWISE:
    case BP_OP_ABS:
    case BP_OP_FLOOR:
    case BP_OP_CEIL:
    case BP_OP_DELAY:
        return true;
    default:
        return false;
    }
}

ASTNodeType_t bp_sbml_type_of(bp_op op) {
    static const ASTNodeType_t types[BP_OP_COUNT] = {
        [BP_OP_ADD] = AST_PLUS,
        [BP_OP_SUB] = AST_MINUS,
        [BP_OP_MUL] = AST_TIMES,
        [BP_OP_DIV] = AST_DIVIDE,
        [BP_OP_POW] = AST_POWER,
        [BP_OP_EXP] = AST_FUNCTION_EXP,
        [BP_OP_LN] = AST_FUNCTION_LN,
        [BP_OP_LOG10] = AST_FUNCTION_LOG,
        [BP_OP_LOG] = AST_FUNCTION_LOG,
        [BP_OP_SQRT] = AST_FUNCTION_ROOT,
        [BP_OP_ROOT] = AST_FUNCTION_ROOT,
        [BP_OP_ABS] = AST_FUNCTION_ABS,
        [BP_OP_FLOOR] = AST_FUNCTION_FLOOR,
        [BP_OP_CEIL] = AST_FUNCTION_CEILING,
        [BP_OP_FACTORIAL] = AST_FUNCTION_FACTORIAL,
        [BP_OP_QUOTIENT] = AST_FUNCTION_QUOTIENT,
        [BP_OP_REM] = AST_FUNCTION_REM,
        [BP_OP_MIN] = AST_FUNCTION_MIN,
        [BP_OP_MAX] = AST_FUNCTION_MAX,
        [BP_OP_SIN] = AST_FUNCTION_SIN,
        [BP_OP_COS] = AST_FUNCTION_COS,
        [BP_OP_TAN] = AST_FUNCTION_TAN,
        [BP_OP_SEC] = AST_FUNCTION_SEC,
        [BP_OP_CSC] = AST_FUNCTION_CSC,
        [BP_OP_COT] = AST_FUNCTION_COT,
        [BP_OP_SINH] = AST_FUNCTION_SINH,
        [BP_OP_COSH] = AST_FUNCTION_COSH,
        [BP_OP_TANH] = AST_FUNCTION_TANH,
        [BP_OP_SECH] = AST_FUNCTION_SECH,
        [BP_OP_CSCH] = AST_FUNCTION_CSCH,
        [BP_OP_COTH] = AST_FUNCTION_COTH,
        [BP_OP_ASIN] = AST_FUNCTION_ARCSIN,
        [BP_OP_ACOS] = AST_FUNCTION_ARCCOS,
        [BP_OP_ATAN] = AST_FUNCTION_ARCTAN,
        [BP_OP_ASEC] = AST_FUNCTION_ARCSEC,
        [BP_OP_ACSC] = AST_FUNCTION_ARCCSC,
        [BP_OP_ACOT] = AST_FUNCTION_ARCCOT,
        [BP_OP_ASINH] = AST_FUNCTION_ARCSINH,
        [BP_OP_ACOSH] = AST_FUNCTION_ARCCOSH,
        [BP_OP_ATANH] = AST_FUNCTION_ARCTANH,
        [BP_OP_ASECH] = AST_FUNCTION_ARCSECH,
        [BP_OP_ACSCH] = AST_FUNCTION_ARCCSCH,
        [BP_OP_ACOTH] = AST_FUNCTION_ARCCOTH,
        [BP_OP_LT] = AST_RELATIONAL_LT,
        [BP_OP_LE] = AST_RELATIONAL_LEQ,
        [BP_OP_GT] = AST_RELATIONAL_GT,
        [BP_OP_GE] = AST_RELATIONAL_GEQ,
        [BP_OP_EQ] = AST_RELATIONAL_EQ,
        [BP_OP_NE] = AST_RELATIONAL_NEQ,
        [BP_OP_AND] = AST_LOGICAL_AND,
        [BP_OP_OR] = AST_LOGICAL_OR,
        [BP_OP_XOR] = AST_LOGICAL_XOR,
        [BP_OP_NOT] = AST_LOGICAL_NOT,
        [BP_OP_IMPLIES] = AST_LOGICAL_IMPLIES,
        [BP_OP_PIECEWISE] = AST_FUNCTION_PIECEWISE,
        [BP_OP_CALL] = AST_FUNCTION,
        [BP_OP_DELAY] = AST_FUNCTION_DELAY,
        [BP_OP_RATEOF] = AST_FUNCTION_RATE_OF,
    };
    return types[op];
}
