#include "model/evaluate.h"

#include <math.h>

static double fold(bp_op op, double a, double b) {
    switch (op) {
    case BP_OP_ADD:
        return a + b;
    case BP_OP_MUL:
        return a * b;
    case BP_OP_MIN:
        return a < b ? a : b;
    default:
        return a > b ? a : b;
    }
}

// Operations over any number of arguments.
static bp_status evaluate_fold(const bp_ast *ast, const bp_evaluation *evaluation,
                               double *out, bp_error *err) {
    *out = ast->op == BP_OP_MUL ? 1 : 0;
    for (int i = 0; i < ast->n_args; i++) {
        double value = 0;
        BP_TRY(bp_ast_evaluate(ast->args[i], evaluation, &value, err));
        bool first = i == 0 && (ast->op == BP_OP_MIN || ast->op == BP_OP_MAX);
        *out = first ? value : fold(ast->op, *out, value);
    }
    return BP_OK;
}

// Operations of one or two arguments; NaN for others is told apart by `known`.
static double apply(bp_op op, int n, double a, double b, bool *known) {
    *known = true;
    switch (op) {
    case BP_OP_SUB:
        return n == 1 ? -a : a - b;
    case BP_OP_DIV:
        return a / b;
    case BP_OP_POW:
        return pow(a, b);
    case BP_OP_EXP:
        return exp(a);
    case BP_OP_LN:
        return log(a);
    case BP_OP_LOG10:
        return log10(a);
    case BP_OP_SQRT:
        return sqrt(a);
    case BP_OP_ABS:
        return fabs(a);
    default:
        *known = false;
        return NAN;
    }
}

bp_status bp_ast_evaluate(const bp_ast *ast, const bp_evaluation *evaluation,
                          double *out, bp_error *err) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        *out = ast->number;
        return BP_OK;
    case BP_OP_NAME:
        return evaluation->name(evaluation->data, ast, out, err);
    case BP_OP_ADD:
    case BP_OP_MUL:
    case BP_OP_MIN:
    case BP_OP_MAX:
        return evaluate_fold(ast, evaluation, out, err);
    case BP_OP_CALL:
        if (evaluation->call) return evaluation->call(evaluation->data, ast, out, err);
        return bp_error_at(err, BP_UNKNOWN_NAME, ast->where,
                           "there is no function '%s'", ast->name);
    default:
        break;
    }
    double args[2] = {0, 0};
    bool known = ast->n_args == 1 || ast->n_args == 2;
    for (int i = 0; known && i < ast->n_args; i++)
        BP_TRY(bp_ast_evaluate(ast->args[i], evaluation, &args[i], err));
    if (known) *out = apply(ast->op, ast->n_args, args[0], args[1], &known);
    if (known) return BP_OK;
    return bp_error_at(err, BP_UNSUPPORTED, ast->where,
                       "only arithmetic, powers, roots, logarithms, min, max, abs and "
                       "exp can stand here");
}
