// Substitution: an expression with other nodes in the place of some of its own.
// Internal to model/.
#ifndef BP_MODEL_SUBSTITUTE_H
#define BP_MODEL_SUBSTITUTE_H

#include "model/expr.h"

typedef struct bp_substitution {
    bp_graph *graph;
    int *map; // (n) what stands for each node, -1: not known yet
    int n;
    BP_ARRAY(bp_expr_arg) stack; // lists under construction
    bool failed;                 // out of memory
} bp_substitution;               // zeroed but for `graph`; cleared by the next

void bp_substitution_clear(bp_substitution *self);
// From now on `to` stands for `from`. To be called before anything is replaced.
void bp_substitution_set(bp_substitution *self, int from, int to);
// The node with all that is set replaced; itself where nothing in it is. 0 when out of
// memory. What replaces is not looked into.
int bp_substitute(bp_substitution *self, int node);

#endif
