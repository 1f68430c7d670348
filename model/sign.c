#include "model/sign.h"

#include <math.h>

bp_sign bp_sign_of_number(double value) {
    if (value == 0) return BP_SIGN_ZERO;
    if (!isfinite(value)) return BP_SIGN_UNKNOWN;
    return value > 0 ? BP_SIGN_POSITIVE : BP_SIGN_FINITE;
}

bp_sign bp_sign_join(bp_sign a, bp_sign b) {
    bp_sign low = a < b ? a : b, high = a < b ? b : a;
    return low == BP_SIGN_ZERO && high == BP_SIGN_POSITIVE ? BP_SIGN_NOT_NEGATIVE
                                                           : high;
}

static bool is_not_negative(bp_sign sign) {
    return sign <= BP_SIGN_NOT_NEGATIVE;
}

// ---- sums and products ----

static bp_sign add(bp_sign a, bp_sign b) {
    if (a == BP_SIGN_ZERO) return b;
    if (b == BP_SIGN_ZERO) return a;
    if (!is_not_negative(a) || !is_not_negative(b)) return a > b ? a : b;
    return a == BP_SIGN_POSITIVE || b == BP_SIGN_POSITIVE ? BP_SIGN_POSITIVE
                                                          : BP_SIGN_NOT_NEGATIVE;
}

static bp_sign negated(bp_sign sign) {
    return sign == BP_SIGN_ZERO || sign == BP_SIGN_UNKNOWN ? sign : BP_SIGN_FINITE;
}

static bp_sign sign_of_sum(const bp_expr_node *node, const bp_expr_arg *args,
                           const unsigned char *signs) {
    bp_sign sum = bp_sign_of_number(node->number);
    for (int k = 0; k < node->n; k++) {
        bp_sign term = (bp_sign)signs[args[k].node];
        if (!isfinite(args[k].weight)) return BP_SIGN_UNKNOWN;
        sum = add(sum, args[k].weight < 0 ? negated(term) : term);
    }
    return sum;
}

// Of a factor; below the line only what cannot vanish is finite.
static bp_sign raised(bp_sign sign, double exponent) {
    if (exponent < 0) return sign == BP_SIGN_POSITIVE ? sign : BP_SIGN_UNKNOWN;
    bool even = fmod(exponent, 2) == 0;
    return even && sign == BP_SIGN_FINITE ? BP_SIGN_NOT_NEGATIVE : sign;
}

static bp_sign sign_of_product(const bp_expr_node *node, const bp_expr_arg *args,
                               const unsigned char *signs) {
    bp_sign product = BP_SIGN_POSITIVE;
    for (int k = 0; k < node->n; k++) {
        bp_sign factor = raised((bp_sign)signs[args[k].node], args[k].weight);
        bool unknown = factor == BP_SIGN_UNKNOWN || product == BP_SIGN_UNKNOWN;
        bool zero = factor == BP_SIGN_ZERO || product == BP_SIGN_ZERO;
        if (unknown)
            product = BP_SIGN_UNKNOWN;
        else if (zero)
            product = BP_SIGN_ZERO;
        else
            product = factor > product ? factor : product;
    }
    return product;
}

// ---- primitives ----

static bp_sign sign_of_power(bp_sign base, bp_sign exponent) {
    if (exponent == BP_SIGN_UNKNOWN || base >= BP_SIGN_FINITE) return BP_SIGN_UNKNOWN;
    if (exponent == BP_SIGN_ZERO || base == BP_SIGN_POSITIVE)
        return BP_SIGN_POSITIVE; // pow(0, 0) is 1
    return exponent == BP_SIGN_POSITIVE ? base : BP_SIGN_UNKNOWN;
}

static bp_sign sign_of_selection(bp_sign condition, bp_sign a, bp_sign b) {
    if (condition == BP_SIGN_ZERO) return b;
    if (condition == BP_SIGN_POSITIVE) return a;
    return bp_sign_join(a, b);
}

static bp_sign sign_of_least(bp_sign a, bp_sign b) {
    if (a == BP_SIGN_UNKNOWN || b == BP_SIGN_UNKNOWN) return BP_SIGN_UNKNOWN;
    bool zero = a == BP_SIGN_ZERO || b == BP_SIGN_ZERO;
    if (zero && is_not_negative(a) && is_not_negative(b)) return BP_SIGN_ZERO;
    return bp_sign_join(a, b);
}

static bp_sign sign_of_most(bp_sign a, bp_sign b) {
    if (a == BP_SIGN_UNKNOWN || b == BP_SIGN_UNKNOWN) return BP_SIGN_UNKNOWN;
    if (a == BP_SIGN_POSITIVE || b == BP_SIGN_POSITIVE) return BP_SIGN_POSITIVE;
    return is_not_negative(a) || is_not_negative(b)
               ? (a == b ? a : BP_SIGN_NOT_NEGATIVE)
               : BP_SIGN_FINITE;
}

// Functions of one argument that are finite at a finite one.
static bp_sign sign_of_function(bp_expr_op op, bp_sign a) {
    if (a == BP_SIGN_UNKNOWN) return a;
    switch (op) {
    case BP_EXPR_EXP:
        return BP_SIGN_POSITIVE;
    case BP_EXPR_ABS:
        return a == BP_SIGN_FINITE ? BP_SIGN_NOT_NEGATIVE : a;
    case BP_EXPR_SQRT:
        return is_not_negative(a) ? a : BP_SIGN_UNKNOWN;
    case BP_EXPR_LN:
    case BP_EXPR_LOG10:
        return a == BP_SIGN_POSITIVE ? BP_SIGN_FINITE : BP_SIGN_UNKNOWN;
    case BP_EXPR_SIN:
    case BP_EXPR_SINH:
    case BP_EXPR_TANH:
    case BP_EXPR_ATAN:
    case BP_EXPR_ASINH:
    case BP_EXPR_FLOOR:
    case BP_EXPR_CEIL:
    case BP_EXPR_TRUNC:
        return a == BP_SIGN_ZERO ? a : BP_SIGN_FINITE;
    case BP_EXPR_COS:
    case BP_EXPR_COSH:
        return BP_SIGN_FINITE;
    default:
        return BP_SIGN_UNKNOWN;
    }
}

static bp_sign sign_of_primitive(bp_expr_op op, const bp_sign *args) {
    switch (op) {
    case BP_EXPR_POW:
        return sign_of_power(args[0], args[1]);
    case BP_EXPR_SELECT:
        return sign_of_selection(args[0], args[1], args[2]);
    case BP_EXPR_MIN:
        return sign_of_least(args[0], args[1]);
    case BP_EXPR_MAX:
        return sign_of_most(args[0], args[1]);
    case BP_EXPR_LT:
    case BP_EXPR_LE:
    case BP_EXPR_EQ:
    case BP_EXPR_AND:
    case BP_EXPR_OR:
    case BP_EXPR_NOT:
        return BP_SIGN_NOT_NEGATIVE;
    default:
        return bp_expr_arity(op) == 1 ? sign_of_function(op, args[0]) : BP_SIGN_UNKNOWN;
    }
}

bp_sign bp_sign_of_node(const bp_graph *graph, int i, const unsigned char *signs) {
    const bp_expr_node *node = bp_graph_node(graph, i);
    const bp_expr_arg *args = bp_graph_args(graph, i);
    switch ((bp_expr_op)node->op) {
    case BP_EXPR_NUMBER:
        return bp_sign_of_number(node->number);
    case BP_EXPR_SUM:
        return sign_of_sum(node, args, signs);
    case BP_EXPR_PRODUCT:
        return sign_of_product(node, args, signs);
    case BP_EXPR_TIME:
        return BP_SIGN_FINITE;
    case BP_EXPR_PARAMETER:
    case BP_EXPR_STATE:
    case BP_EXPR_DELAYED:
        return BP_SIGN_UNKNOWN;
    default: {
        bp_sign values[3] = {BP_SIGN_UNKNOWN, BP_SIGN_UNKNOWN, BP_SIGN_UNKNOWN};
        for (int k = 0; k < node->n && k < 3; k++)
            values[k] = (bp_sign)signs[args[k].node];
        return sign_of_primitive((bp_expr_op)node->op, values);
    }
    }
}
