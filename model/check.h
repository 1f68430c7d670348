// The parts of bp_spec_check. Internal to model/.
#ifndef BP_MODEL_CHECK_H
#define BP_MODEL_CHECK_H

#include "model/ast.h"

typedef struct bp_check {
    const bp_spec *spec;
    bp_report *report;
    bool lenient;
    bool reads_reactions; // some expression has the name of a reaction
    bool failed;          // out of memory
} bp_check;

// Undeclared and double names, calls of functions.
void bp_check_names(bp_check *check);
// Rules, reactions and events.
void bp_check_rules(bp_check *check);
// What depends on itself: rules, initial values, functions.
void bp_check_cycles(bp_check *check);
// Warnings about units that cannot be right.
void bp_check_units(bp_check *check);

// Calls `visit` for every expression of the spec but the functions' bodies.
void bp_check_each_tree(const bp_spec *spec,
                        void (*visit)(const bp_ast *tree, void *data), void *data);

#endif
