// Expression trees: making, comparing, copying and walking them. Internal to model/.
#ifndef BP_MODEL_AST_H
#define BP_MODEL_AST_H

#include "model/spec.h"

// Deepest tree that the readers make; walking one recursively is then safe.
#define BP_AST_MAX_DEPTH 1000

// As bp_ast_number, bp_ast_name and bp_ast_call, in any arena. `name` is not copied.
bp_ast *bp_ast_make_number(bp_arena *arena, double value, const char *unit,
                           bp_where where);
bp_ast *bp_ast_make_name(bp_arena *arena, const char *name, bp_where where);
bp_ast *bp_ast_make_call(bp_arena *arena, bp_op op, const bp_ast *const *args,
                         int n_args, bp_where where);

// A call whose arguments are to be filled in through `args` (all of them, at once).
bp_ast *bp_ast_make_open(bp_arena *arena, bp_op op, int n_args, bp_where where,
                         const bp_ast ***args);
// A copy with its names, in another arena; NULL: out of memory (or no tree).
bp_ast *bp_ast_copy(bp_arena *arena, const bp_ast *ast);
// Same meaning, positions apart.
bool bp_ast_equal(const bp_ast *a, const bp_ast *b);

// Where the expression begins: an operator's own position is its sign's.
bp_where bp_ast_start(const bp_ast *ast);

// Calls `visit` for each node, arguments before the call that has them.
void bp_ast_visit(const bp_ast *ast, void (*visit)(const bp_ast *node, void *data),
                  void *data);

// "sin", "ln"...: the operation that a function name means in Antimony with this many
// arguments; BP_OP_COUNT: none. "log" is ln with one argument, log to a base with two.
bp_op bp_op_of_function(const char *name, int n_args);
// Whether the name is a function of the language, with whatever number of arguments.
bool bp_is_function_name(const char *name);
// Whether the name is a constant of the language: time, pi, avogadro, true ...
bool bp_is_constant_name(const char *name);
// The fewest and most arguments of an operation (-1: any number).
void bp_op_arity(bp_op op, int *low, int *high);
// Its name in Antimony; "" where it has none.
const char *bp_op_text(bp_op op);

#endif
