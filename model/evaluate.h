// Numbers of expression trees outside a model: strengths of mechanisms, what a
// behaviour measures.
#ifndef BP_MODEL_EVALUATE_H
#define BP_MODEL_EVALUATE_H

#include "model/spec.h"

typedef struct bp_evaluation {
    void *data;
    // The value of a name; anything but BP_OK stops (err is set).
    bp_status (*name)(void *data, const bp_ast *ast, double *out, bp_error *err);
    // The value of a function that the language does not have; NULL: there are none.
    bp_status (*call)(void *data, const bp_ast *ast, double *out, bp_error *err);
} bp_evaluation;

// Arithmetic, powers, roots, logarithms, min, max, abs, exp. BP_UNSUPPORTED for the
// other operations of the language; errors carry the position of the tree.
BP_API BP_WARN_UNUSED bp_status bp_ast_evaluate(const bp_ast *ast,
                                                const bp_evaluation *evaluation,
                                                double *out, bp_error *err);

#endif
