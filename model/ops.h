// The operations of the model language, in one table: the parsers' function names, the
// number of arguments, the expression graph, the tape, the printer and the docs walk
// it.
#ifndef BP_MODEL_OPS_H
#define BP_MODEL_OPS_H

// name, fewest and most arguments (-1: any), name in Antimony ("" : not a call),
// meaning
// clang-format off
#define BP_OP_LIST(X)                                                             \
    /* leaves */                                                                  \
    X(NUMBER,     0, 0, "",          "a constant")                                \
    X(NAME,       0, 0, "",          "a symbol")                                  \
    X(TIME,       0, 0, "",          "simulation time")                           \
    X(AVOGADRO,   0, 0, "",          "6.02214076e23")                             \
    /* arithmetic */                                                              \
    X(ADD,        0, -1, "plus",     "sum")                                       \
    X(SUB,        1, 2, "minus",     "difference, or the negative of one")        \
    X(MUL,        0, -1, "times",    "product")                                   \
    X(DIV,        2, 2, "divide",    "quotient")                                  \
    X(POW,        2, 2, "pow",       "a to the power b")                          \
    X(EXP,        1, 1, "exp",       "e to the power a")                          \
    X(LN,         1, 1, "ln",        "natural logarithm")                         \
    X(LOG10,      1, 1, "log10",     "decimal logarithm")                         \
    X(LOG,        2, 2, "logbase",   "logarithm of b to base a")                  \
    X(SQRT,       1, 1, "sqrt",      "square root")                               \
    X(ROOT,       2, 2, "root",      "a-th root of b")                            \
    X(ABS,        1, 1, "abs",       "absolute value")                            \
    X(FLOOR,      1, 1, "floor",     "largest whole number not above")            \
    X(CEIL,       1, 1, "ceil",      "smallest whole number not below")           \
    X(FACTORIAL,  1, 1, "factorial", "a!, by the gamma function")                 \
    X(QUOTIENT,   2, 2, "quotient",  "whole part of a/b, towards zero")           \
    X(REM,        2, 2, "rem",       "remainder a - b*quotient(a, b)")            \
    X(MIN,        1, -1, "min",      "smallest")                                  \
    X(MAX,        1, -1, "max",      "largest")                                   \
    X(MRATIO,     3, 3, "mratio",    "M(a+1, b+1, c)/M(a, b, c) of Kummer's M")   \
    /* trigonometry */                                                            \
    X(SIN,  1, 1, "sin", "")        X(COS,  1, 1, "cos", "")                      \
    X(TAN,  1, 1, "tan", "")        X(SEC,  1, 1, "sec", "")                      \
    X(CSC,  1, 1, "csc", "")        X(COT,  1, 1, "cot", "")                      \
    X(SINH, 1, 1, "sinh", "")       X(COSH, 1, 1, "cosh", "")                     \
    X(TANH, 1, 1, "tanh", "")       X(SECH, 1, 1, "sech", "")                     \
    X(CSCH, 1, 1, "csch", "")       X(COTH, 1, 1, "coth", "")                     \
    X(ASIN, 1, 1, "arcsin", "")     X(ACOS, 1, 1, "arccos", "")                   \
    X(ATAN, 1, 1, "arctan", "")     X(ASEC, 1, 1, "arcsec", "")                   \
    X(ACSC, 1, 1, "arccsc", "")     X(ACOT, 1, 1, "arccot", "")                   \
    X(ASINH, 1, 1, "arcsinh", "")   X(ACOSH, 1, 1, "arccosh", "")                 \
    X(ATANH, 1, 1, "arctanh", "")   X(ASECH, 1, 1, "arcsech", "")                 \
    X(ACSCH, 1, 1, "arccsch", "")   X(ACOTH, 1, 1, "arccoth", "")                 \
    /* truth: 1 or 0 */                                                           \
    X(LT,         2, -1, "lt",       "a < b (< c ...)")                           \
    X(LE,         2, -1, "leq",      "a <= b")                                    \
    X(GT,         2, -1, "gt",       "a > b")                                     \
    X(GE,         2, -1, "geq",      "a >= b")                                    \
    X(EQ,         2, -1, "eq",       "a == b")                                    \
    X(NE,         2, 2, "neq",       "a != b")                                    \
    X(AND,        0, -1, "and",      "all")                                       \
    X(OR,         0, -1, "or",       "any")                                       \
    X(XOR,        0, -1, "xor",      "an odd number")                             \
    X(NOT,        1, 1, "not",       "not")                                       \
    X(IMPLIES,    2, 2, "implies",   "not a, or b")                               \
    /* choice: value, condition, value, condition, ..., otherwise */              \
    X(PIECEWISE,  1, -1, "piecewise", "value of the first true condition")        \
    /* symbols with an argument */                                                \
    X(CALL,       0, -1, "",         "a user's function: name and arguments")     \
    X(DELAY,      2, 2, "delay",     "a as it was b time units ago")              \
    X(RATEOF,     1, 1, "rateOf",    "time derivative of a symbol")
// clang-format on

typedef enum bp_op {
#define X(name, low, high, text, meaning) BP_OP_##name,
    BP_OP_LIST(X)
#undef X
        BP_OP_COUNT
} bp_op;

#endif
