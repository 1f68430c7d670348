// Sign: what is known of the value of an expression without computing it. Only
// zeros.c includes this.
#ifndef BP_MODEL_SIGN_H
#define BP_MODEL_SIGN_H

#include "model/expr.h"

// From what says most to what says nothing.
typedef enum bp_sign {
    BP_SIGN_ZERO,         // exactly 0
    BP_SIGN_POSITIVE,     // finite and above 0
    BP_SIGN_NOT_NEGATIVE, // finite and not below 0
    BP_SIGN_FINITE,
    BP_SIGN_UNKNOWN // perhaps infinite or not a number
} bp_sign;

bp_sign bp_sign_of_number(double value);
// What is true of both.
bp_sign bp_sign_join(bp_sign a, bp_sign b);
// Of a node other than a parameter or state, from the signs of its arguments
// (signs[node]). Overflow and underflow of numbers apart.
bp_sign bp_sign_of_node(const bp_graph *graph, int node, const unsigned char *signs);

#endif
