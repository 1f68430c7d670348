// Expression -> MathML.
//
// Numbers and truths are kept apart, as other programs want them: a comparison that is
// reckoned with becomes piecewise(1, a < b, 0), a number that is asked for its truth
// x != 0.
#include <math.h>
#include <string.h>

#include "model/sbml_write.h"

typedef struct emission {
    bp_sbml_writer *w;
    const bp_function *within; // its arguments are names of their own; NULL: none
} emission;

static ASTNode_t *emit(emission *e, const bp_measured *m, bp_unit wanted);
static ASTNode_t *emit_condition(emission *e, const bp_measured *m);

// ---- nodes ----

static ASTNode_t *node(emission *e, ASTNodeType_t type) {
    ASTNode_t *made = ASTNode_createWithType(type);
    bp_sbml_made(e->w, made);
    return made;
}

// Takes the child; both are freed after a failure.
static ASTNode_t *with_child(emission *e, ASTNode_t *parent, ASTNode_t *child) {
    if (parent && child && ASTNode_addChild(parent, child) == LIBSBML_OPERATION_SUCCESS)
        return parent;
    if (e->w->status == BP_OK) bp_sbml_fail(e->w, BP_NO_MEMORY);
    ASTNode_free(child);
    ASTNode_free(parent);
    return NULL;
}

static ASTNode_t *number(emission *e, double value, bp_unit unit) {
    bool real = isfinite(value);
    ASTNode_t *made = node(e, AST_REAL);
    if (!made) return NULL;
    ASTNode_setReal(made, real ? bp_sbml_math_number(e->w, value) : value);
    const char *id = real && e->w->has_units ? bp_sbml_unit_id(e->w, unit) : NULL;
    if (id) ASTNode_setUnits(made, id);
    return made;
}

// The base of log10, the degree of a square root: readers know them as integers.
static ASTNode_t *integer(emission *e, long value) {
    ASTNode_t *made = node(e, AST_INTEGER);
    if (!made) return NULL;
    ASTNode_setInteger(made, value);
    if (e->w->has_units) ASTNode_setUnits(made, "dimensionless");
    return made;
}

static ASTNode_t *named(emission *e, ASTNodeType_t type, const char *name) {
    ASTNode_t *made = node(e, type);
    if (made) ASTNode_setName(made, name);
    return made;
}

// ---- leaves ----

static bool is_argument(const bp_function *f, const char *name) {
    for (int i = 0; f && i < f->n_args; i++)
        if (strcmp(f->args[i], name) == 0) return true;
    return false;
}

// An argument keeps its name unless that is no SId.
static const char *argument_id(emission *e, const char *name) {
    bp_plain_names own = {.ascii = true};
    const char *made = bp_plain_make(&own, name);
    const char *kept = own.failed ? NULL : bp_arena_copy(&e->w->arena, made);
    bp_plain_clear(&own);
    if (!kept) bp_sbml_fail(e->w, BP_NO_MEMORY);
    return kept ? kept : "";
}

static ASTNode_t *emit_leaf(emission *e, const bp_measured *m, bp_unit wanted) {
    const bp_ast *ast = m->ast;
    switch (ast->op) {
    case BP_OP_TIME:
        return named(e, AST_NAME_TIME, "time");
    case BP_OP_AVOGADRO: // SBML's own is another number
        return number(e, BP_AVOGADRO, bp_unit_dimensionless);
    case BP_OP_NAME:
        return named(e, AST_NAME,
                     is_argument(e->within, ast->name) ? argument_id(e, ast->name)
                                                       : bp_sbml_id(e->w, ast->name));
    default:
        return number(e, ast->number, m->kind == BP_MEASURE_KNOWN ? m->unit : wanted);
    }
}

// ---- operations ----

// All parts in one unit: a sum, a comparison.
static ASTNode_t *emit_joined(emission *e, const bp_measured *m, ASTNodeType_t type,
                              bp_unit wanted) {
    ASTNode_t *made = node(e, type);
    for (int i = 0; made && i < m->ast->n_args; i++)
        made = with_child(e, made, emit(e, m->parts[i], wanted));
    return made;
}

static bp_unit unit_within(const bp_measured *m, bp_unit wanted) {
    return m->kind == BP_MEASURE_KNOWN ? m->unit : wanted;
}

// The unit that the numbers of a product have together: where the whole has another
// scale than what it is for, they convert (0.001*x).
static bp_unit conversion(const bp_measured *m, bp_unit wanted) {
    if (m->kind == BP_MEASURE_BARE) return wanted;
    if (m->kind != BP_MEASURE_KNOWN || !wanted.known ||
        !bp_unit_same_dimension(m->unit, wanted) || bp_unit_equal(m->unit, wanted))
        return bp_unit_dimensionless;
    return bp_unit_divide(wanted, m->unit);
}

static ASTNode_t *emit_product(emission *e, const bp_measured *m, bp_unit wanted) {
    bool divides = m->ast->op == BP_OP_DIV;
    bp_unit left = conversion(m, wanted); // for the first number
    ASTNode_t *made = node(e, bp_sbml_type_of(m->ast->op));
    for (int i = 0; made && i < m->ast->n_args; i++) {
        const bp_measured *part = m->parts[i];
        bp_unit own = unit_within(part, bp_unit_dimensionless);
        if (part->kind == BP_MEASURE_BARE && left.known) {
            own = divides && i > 0 ? bp_unit_divide(bp_unit_dimensionless, left) : left;
            left = bp_unit_dimensionless;
        }
        made = with_child(e, made, emit(e, part, own));
    }
    return made;
}

static ASTNode_t *emit_choice(emission *e, const bp_measured *m, bp_unit wanted) {
    int n = m->ast->n_args;
    ASTNode_t *made = node(e, AST_FUNCTION_PIECEWISE);
    for (int i = 0; made && i < n; i++) {
        bool condition = i % 2 == 1;
        made = with_child(e, made,
                          condition ? emit_condition(e, m->parts[i])
                                    : emit(e, m->parts[i], wanted));
    }
    return made;
}

static ASTNode_t *emit_root(emission *e, const bp_measured *m) {
    bool square = m->ast->op == BP_OP_SQRT;
    ASTNode_t *made = node(e, AST_FUNCTION_ROOT);
    ASTNode_t *degree = made == NULL ? NULL
                        : square     ? integer(e, 2)
                                     : emit(e, m->parts[0], bp_unit_dimensionless);
    made = with_child(e, made, degree);
    const bp_measured *of = m->parts[square ? 0 : 1];
    if (!made) return NULL;
    return with_child(e, made, emit(e, of, unit_within(of, bp_unit_dimensionless)));
}

static ASTNode_t *emit_log10(emission *e, const bp_measured *m) {
    ASTNode_t *made = node(e, AST_FUNCTION_LOG);
    ASTNode_t *base = made ? integer(e, 10) : NULL;
    made = with_child(e, made, base);
    if (!made) return NULL;
    return with_child(e, made, emit(e, m->parts[0], bp_unit_dimensionless));
}

static ASTNode_t *emit_delay(emission *e, const bp_measured *m, bp_unit wanted) {
    ASTNode_t *made = named(e, AST_FUNCTION_DELAY, "delay");
    if (made) made = with_child(e, made, emit(e, m->parts[0], unit_within(m, wanted)));
    if (made) made = with_child(e, made, emit(e, m->parts[1], e->w->time));
    return made;
}

static ASTNode_t *emit_call(emission *e, const bp_measured *m) {
    ASTNode_t *made = named(e, AST_FUNCTION, bp_sbml_id(e->w, m->ast->name));
    for (int i = 0; made && i < m->ast->n_args; i++)
        made = with_child(
            e, made, emit(e, m->parts[i], unit_within(m->parts[i], bp_unit_unknown)));
    return made;
}

// Each part in its own unit, bare ones pure: powers, exp, sin ...
static ASTNode_t *emit_plain(emission *e, const bp_measured *m) {
    ASTNode_t *made = node(e, bp_sbml_type_of(m->ast->op));
    for (int i = 0; made && i < m->ast->n_args; i++)
        made = with_child(
            e, made,
            emit(e, m->parts[i], unit_within(m->parts[i], bp_unit_dimensionless)));
    return made;
}

// ---- what Level 3 Version 1 has no word for ----

static ASTNode_t *pair(emission *e, ASTNodeType_t type, ASTNode_t *a, ASTNode_t *b) {
    ASTNode_t *made = node(e, type);
    made = with_child(e, made, a);
    if (!made) {
        ASTNode_free(b);
        return NULL;
    }
    return with_child(e, made, b);
}

static ASTNode_t *choice(emission *e, ASTNode_t *first, ASTNode_t *condition,
                         ASTNode_t *other) {
    ASTNode_t *made = pair(e, AST_FUNCTION_PIECEWISE, first, condition);
    if (!made) {
        ASTNode_free(other);
        return NULL;
    }
    return with_child(e, made, other);
}

// min(a, b, ...): piecewise(a, a <= rest, rest); what a NaN does is SBML's own affair.
static ASTNode_t *lower_extreme(emission *e, const bp_measured *m, int from,
                                bp_unit wanted) {
    if (from == m->ast->n_args - 1) return emit(e, m->parts[from], wanted);
    ASTNodeType_t compare =
        m->ast->op == BP_OP_MIN ? AST_RELATIONAL_LEQ : AST_RELATIONAL_GEQ;
    ASTNode_t *rest = lower_extreme(e, m, from + 1, wanted);
    if (!rest) return NULL;
    ASTNode_t *condition =
        pair(e, compare, emit(e, m->parts[from], wanted), ASTNode_deepCopy(rest));
    return choice(e, emit(e, m->parts[from], wanted), condition, rest);
}

static ASTNode_t *ratio(emission *e, const bp_measured *m, bp_unit wanted) {
    return pair(e, AST_DIVIDE, emit(e, m->parts[0], wanted),
                emit(e, m->parts[1], wanted));
}

static ASTNode_t *rounded(emission *e, const bp_measured *m, ASTNodeType_t how,
                          bp_unit wanted) {
    return with_child(e, node(e, how), ratio(e, m, wanted));
}

// The whole part of a/b, towards zero.
static ASTNode_t *lower_quotient(emission *e, const bp_measured *m, bp_unit wanted) {
    ASTNode_t *condition = pair(e, AST_RELATIONAL_GEQ, ratio(e, m, wanted),
                                number(e, 0.0, bp_unit_dimensionless));
    return choice(e, rounded(e, m, AST_FUNCTION_FLOOR, wanted), condition,
                  rounded(e, m, AST_FUNCTION_CEILING, wanted));
}

static ASTNode_t *lower(emission *e, const bp_measured *m, bp_unit wanted) {
    switch (m->ast->op) {
    case BP_OP_MIN:
    case BP_OP_MAX:
        return lower_extreme(e, m, 0, wanted);
    case BP_OP_QUOTIENT:
        return lower_quotient(e, m, wanted);
    case BP_OP_REM:
        return pair(e, AST_MINUS, emit(e, m->parts[0], wanted),
                    pair(e, AST_TIMES, emit(e, m->parts[1], wanted),
                         lower_quotient(e, m, wanted)));
    case BP_OP_IMPLIES:
        return pair(
            e, AST_LOGICAL_OR,
            with_child(e, node(e, AST_LOGICAL_NOT), emit_condition(e, m->parts[0])),
            emit_condition(e, m->parts[1]));
    default:
        bp_sbml_refuse(e->w, m->ast->where,
                       "rateOf needs SBML Level 3 Version 2, and fast reactions "
                       "Version 1: no SBML says both");
        return NULL;
    }
}

static bool is_new(bp_op op) {
    return op == BP_OP_MIN || op == BP_OP_MAX || op == BP_OP_QUOTIENT ||
           op == BP_OP_REM || op == BP_OP_IMPLIES || op == BP_OP_RATEOF;
}

// ---- any expression ----

// The unit of the parts of a sum or comparison: the first that is known.
static bp_unit joint_unit(const bp_measured *m) {
    for (int i = 0; i < m->ast->n_args; i++)
        if (m->parts[i]->kind == BP_MEASURE_KNOWN) return m->parts[i]->unit;
    for (int i = 0; i < m->ast->n_args; i++)
        if (m->parts[i]->kind == BP_MEASURE_UNKNOWN) return bp_unit_unknown;
    return bp_unit_dimensionless;
}

// a + -b, as the model language reads a - b.
static bool is_difference(const bp_measured *m) {
    const bp_ast *ast = m->ast;
    return ast->op == BP_OP_ADD && ast->n_args == 2 && ast->args[1]->op == BP_OP_SUB &&
           ast->args[1]->n_args == 1;
}

static ASTNode_t *emit_difference(emission *e, const bp_measured *m, bp_unit wanted) {
    ASTNode_t *made = with_child(e, node(e, AST_MINUS), emit(e, m->parts[0], wanted));
    return made ? with_child(e, made, emit(e, m->parts[1]->parts[0], wanted)) : NULL;
}

static ASTNode_t *emit_operation(emission *e, const bp_measured *m, bp_unit wanted) {
    bp_op op = m->ast->op;
    if (op == BP_OP_QUOTIENT) wanted = joint_unit(m);
    if (!e->w->level_2 && is_new(op)) return lower(e, m, wanted);
    if (is_difference(m)) return emit_difference(e, m, wanted);
    switch (op) {
    case BP_OP_MUL:
    case BP_OP_DIV:
        return emit_product(e, m, wanted);
    case BP_OP_PIECEWISE:
        return emit_choice(e, m, wanted);
    case BP_OP_SQRT:
    case BP_OP_ROOT:
        return emit_root(e, m);
    case BP_OP_LOG10:
        return emit_log10(e, m);
    case BP_OP_DELAY:
        return emit_delay(e, m, wanted);
    case BP_OP_CALL:
        return emit_call(e, m);
    case BP_OP_QUOTIENT:
        return emit_joined(e, m, bp_sbml_type_of(op), wanted);
    case BP_OP_RATEOF: {
        ASTNode_t *made = named(e, AST_FUNCTION_RATE_OF, "rateOf");
        return made ? with_child(e, made, emit(e, m->parts[0], wanted)) : NULL;
    }
    default:
        return bp_sbml_passes_unit(op) ? emit_joined(e, m, bp_sbml_type_of(op), wanted)
                                       : emit_plain(e, m);
    }
}

static ASTNode_t *emit_truth(emission *e, const bp_measured *m) {
    bp_op op = m->ast->op;
    if (!e->w->level_2 && is_new(op)) return lower(e, m, bp_unit_dimensionless);
    if (op < BP_OP_AND) return emit_joined(e, m, bp_sbml_type_of(op), joint_unit(m));
    ASTNode_t *made = node(e, bp_sbml_type_of(op));
    for (int i = 0; made && i < m->ast->n_args; i++)
        made = with_child(e, made, emit_condition(e, m->parts[i]));
    return made;
}

static ASTNode_t *emit(emission *e, const bp_measured *m, bp_unit wanted) {
    bp_op op = m->ast->op;
    if (e->w->status != BP_OK) return NULL;
    if (bp_sbml_is_truth(op))
        return choice(e, number(e, 1.0, bp_unit_dimensionless), emit_truth(e, m),
                      number(e, 0.0, bp_unit_dimensionless));
    if (m->ast->n_args == 0 && op <= BP_OP_AVOGADRO) return emit_leaf(e, m, wanted);
    bool dressed = m->kind == BP_MEASURE_BARE && e->w->has_units && wanted.known &&
                   !bp_unit_equal(wanted, bp_unit_dimensionless) &&
                   !bp_sbml_passes_unit(op);
    if (dressed) // 2^3 where nM are wanted: 1 nM * 2^3
        return pair(e, AST_TIMES, number(e, 1.0, wanted),
                    emit_operation(e, m, bp_unit_dimensionless));
    if (m->kind == BP_MEASURE_KNOWN && op != BP_OP_MUL && op != BP_OP_DIV)
        wanted = m->unit;
    return emit_operation(e, m, wanted);
}

static ASTNode_t *emit_condition(emission *e, const bp_measured *m) {
    const bp_ast *ast = m->ast;
    if (e->w->status != BP_OK) return NULL;
    if (bp_sbml_is_truth(ast->op)) return emit_truth(e, m);
    if (ast->op == BP_OP_NUMBER && !isnan(ast->number))
        return node(e, ast->number != 0.0 ? AST_CONSTANT_TRUE : AST_CONSTANT_FALSE);
    bp_unit unit = unit_within(m, bp_unit_unknown);
    return pair(e, AST_RELATIONAL_NEQ, emit(e, m, unit), number(e, 0.0, unit));
}

// ---- entries ----

ASTNode_t *bp_sbml_put_math(bp_sbml_writer *w, const bp_ast *ast, bp_unit wanted) {
    emission e = {w, NULL};
    bp_measured *m = ast && w->status == BP_OK ? bp_sbml_measure(w, ast, NULL) : NULL;
    ASTNode_t *made = m ? emit(&e, m, wanted) : NULL;
    bp_arena_clear(&w->arena);
    return made;
}

ASTNode_t *bp_sbml_condition(bp_sbml_writer *w, const bp_ast *ast) {
    emission e = {w, NULL};
    bp_measured *m = ast && w->status == BP_OK ? bp_sbml_measure(w, ast, NULL) : NULL;
    ASTNode_t *made = m ? emit_condition(&e, m) : NULL;
    bp_arena_clear(&w->arena);
    return made;
}

ASTNode_t *bp_sbml_lambda(bp_sbml_writer *w, const bp_function *function) {
    emission e = {w, function};
    if (w->status != BP_OK) return NULL;
    bp_measured *m = bp_sbml_measure(w, function->body, function);
    ASTNode_t *lambda = m ? node(&e, AST_LAMBDA) : NULL;
    for (int i = 0; lambda && i < function->n_args; i++) {
        ASTNode_t *bvar = named(&e, AST_NAME, argument_id(&e, function->args[i]));
        lambda = with_child(&e, lambda, bvar);
    }
    if (lambda) lambda = with_child(&e, lambda, emit(&e, m, bp_unit_unknown));
    bp_arena_clear(&w->arena);
    return lambda;
}
