// Primitives: the functions that remain after lowering model/ops.h. One line each; the
// expression graph (names, constant folding), the tape (opcodes, interpreter,
// disassembler) and the tests walk this table.
#ifndef BP_MODEL_PRIMITIVE_H
#define BP_MODEL_PRIMITIVE_H

#include <math.h>

// name, number of arguments, text, value of arguments a, b, c
// clang-format off
#define BP_PRIMITIVE_LIST(X)                                                        \
    X(POW,       2, "pow",       bp_pow(a, b))                                      \
    /* d(a^b)/da, right at a = 0 and at b = 0 */                                    \
    X(POW_SLOPE, 2, "pow_slope", b == 0 ? 0 : b * bp_pow(a, b - 1))                 \
    /* d(a^b)/db, whose limit at a = 0 is 0 for b > 0 */                            \
    X(POW_LOG,   2, "pow_log",   a == 0 && b > 0 ? 0 : bp_pow(a, b) * log(a))       \
    X(SQRT,      1, "sqrt",      sqrt(a))                                           \
    X(EXP,       1, "exp",       exp(a))                                            \
    X(LN,        1, "ln",        log(a))                                            \
    X(LOG10,     1, "log10",     log10(a))                                          \
    X(SIN,       1, "sin",       sin(a))                                            \
    X(COS,       1, "cos",       cos(a))                                            \
    X(TAN,       1, "tan",       tan(a))                                            \
    X(SINH,      1, "sinh",      sinh(a))                                           \
    X(COSH,      1, "cosh",      cosh(a))                                           \
    X(TANH,      1, "tanh",      tanh(a))                                           \
    X(ASIN,      1, "arcsin",    asin(a))                                           \
    X(ACOS,      1, "arccos",    acos(a))                                           \
    X(ATAN,      1, "arctan",    atan(a))                                           \
    X(ASINH,     1, "arcsinh",   asinh(a))                                          \
    X(ACOSH,     1, "arccosh",   acosh(a))                                          \
    X(ATANH,     1, "arctanh",   atanh(a))                                          \
    X(ABS,       1, "abs",       fabs(a))                                           \
    X(FLOOR,     1, "floor",     floor(a))                                          \
    X(CEIL,      1, "ceil",      ceil(a))                                           \
    X(TRUNC,     1, "trunc",     trunc(a))                                          \
    X(FACTORIAL, 1, "factorial", tgamma(a + 1))                                     \
    X(DIGAMMA,   1, "digamma",   bp_digamma(a))                                     \
    X(MRATIO,    3, "mratio",    bp_mratio(a, b, c))                                \
    X(REM,       2, "rem",       fmod(a, b))                                        \
    X(MIN,       2, "min",       a < b ? a : b)                                     \
    X(MAX,       2, "max",       a > b ? a : b)                                     \
    /* truth is 1 or 0 */                                                           \
    X(LT,        2, "lt",        a < b ? 1.0 : 0.0)                                 \
    X(LE,        2, "leq",       a <= b ? 1.0 : 0.0)                                \
    X(EQ,        2, "eq",        a == b ? 1.0 : 0.0)                                \
    X(AND,       2, "and",       a != 0 && b != 0 ? 1.0 : 0.0)                      \
    X(OR,        2, "or",        a != 0 || b != 0 ? 1.0 : 0.0)                      \
    X(NOT,       1, "not",       a == 0 ? 1.0 : 0.0)                                \
    X(SELECT,    3, "select",    a != 0 ? b : c)                                    \
    /* rate of change a of b, where b may be asked for before the start of a run */ \
    X(RATE,      2, "rate",      ((void)b, a))
// clang-format on

// a^b as pow has it, to the last bit. Most Hill coefficients are 1, and 0 in their
// derivatives: there pow takes as long as anywhere.
static inline double bp_pow(double a, double b) {
    if (b == 1) return a;
    return b == 0 ? 1 : pow(a, b);
}

// Derivative of ln(gamma(x)); poles at 0, -1, -2, ... give NaN.
double bp_digamma(double x);
// M(a + 1, b + 1, z) / M(a, b, z), M: Kummer's confluent hypergeometric function
// (BioNetGen's mratio). NaN where b is 0, -1, -2, ... or the fraction does not
// converge.
double bp_mratio(double a, double b, double z);

#endif
