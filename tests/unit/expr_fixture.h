// Evaluates nodes of a graph whose leaves have given values.
#ifndef BP_TESTS_EXPR_FIXTURE_H
#define BP_TESTS_EXPR_FIXTURE_H

#include "model/expr.h"

enum { EXPR_LEAVES = 4 };

// values of state 0..3, parameter 0..3 and time
typedef struct expr_point {
    double state[EXPR_LEAVES];
    double parameter[EXPR_LEAVES];
    double time;
} expr_point;

// The node's value, by a tape of its own.
double expr_value(const bp_graph *graph, int node, const expr_point *at);
// "x0 ..", "k0 ..", "time"
const char *expr_leaf_name(const void *data, bp_expr_op op, int index);

#endif
