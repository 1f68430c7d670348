// Small specs by hand, for tests of the compiler that do not need the language.
#ifndef BP_TESTS_MODEL_FIXTURE_H
#define BP_TESTS_MODEL_FIXTURE_H

#include "model/model.h"
#include "model/spec.h"

// Trees: N("k"), C(2.0), and operators. Every call aborts the program without memory.
typedef struct builder {
    bp_spec *spec;
} builder;

builder fixture_new(void);
const bp_ast *fix_number(builder b, double value);
const bp_ast *fix_name(builder b, const char *name);
const bp_ast *fix_op(builder b, bp_op op, int n, ...);        // n trees
const bp_ast *fix_product(builder b, const char *first, ...); // names, ends with NULL

// Symbols; `value` NAN: no initial value. Return the index.
int fix_compartment(builder b, const char *name, double size);
int fix_species(builder b, const char *name, const char *compartment, double value);
int fix_parameter(builder b, const char *name, double value);
void fix_rule(builder b, const char *name, bp_rule_kind kind, const bp_ast *rule);

// "A + 2 B -> C" as two lists of "n name" texts, each ending with NULL.
bp_reaction *fix_reaction(builder b, const char *name, const char *equation,
                          const bp_ast *law);
bp_event *fix_event(builder b, const char *name, const bp_ast *trigger);
void fix_assign(builder b, bp_event *event, const char *name, const bp_ast *value);

// Compiles, frees the spec, fails the test when that is impossible.
bp_model *fix_compile(builder b);

#endif
