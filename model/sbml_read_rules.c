// Function definitions, initial assignments and rules.
#include <math.h>
#include <string.h>

#include "model/sbml_read.h"

// ---- functions ----

static bool add_arguments(bp_sbml_reader *r, const FunctionDefinition_t *from,
                          bp_function *to) {
    unsigned n = FunctionDefinition_getNumArguments(from);
    to->args = bp_arena_take(&r->spec->arena, n * sizeof *to->args + 1);
    if (!to->args) return false;
    for (unsigned i = 0; i < n; i++) {
        const char *name = ASTNode_getName(FunctionDefinition_getArgument(from, i));
        to->args[to->n_args] = bp_arena_copy(&r->spec->arena, name ? name : "");
        if (!to->args[to->n_args++]) return false;
    }
    return true;
}

// A function without math is none: who calls it is told so.
static void read_function(bp_sbml_reader *r, const FunctionDefinition_t *from) {
    const char *id = FunctionDefinition_getId(from);
    bp_sbml_at(r, "function", id, from);
    const ASTNode_t *body = FunctionDefinition_getBody(from);
    if (!body) return;
    bp_function made = {.name = bp_sbml_copy(r, id), .where = r->where};
    if (!made.name && !r->failed) bp_sbml_error(r, BP_BAD_MODEL, "it has no id");
    if (!made.name) return;
    r->failed |= !add_arguments(r, from, &made);
    r->function = from;
    if (!r->failed) made.body = bp_sbml_math(r, body);
    r->function = NULL;
    if (made.body && !bp_array_push(&r->spec->functions, made)) r->failed = true;
}

void bp_sbml_functions(bp_sbml_reader *r) {
    for (unsigned i = 0; i < Model_getNumFunctionDefinitions(r->model) && !r->failed;
         i++)
        read_function(r, Model_getFunctionDefinition(r->model, i));
}

// ---- initial assignments ----

// Missing math does nothing.
static void read_initial(bp_sbml_reader *r, InitialAssignment_t *from) {
    const char *name = InitialAssignment_getSymbol(from);
    bp_sbml_at(r, "initial assignment of", name, from);
    int index = bp_sbml_find(r, name, "symbol");
    const ASTNode_t *math = InitialAssignment_getMath(from);
    if (index < 0 || !math) return;
    const bp_ast *tree = bp_sbml_math(r, math);
    bp_symbol *symbol = &r->spec->symbols.items[index];
    if (!tree) return;
    symbol->initial = tree;
    symbol->initial_is_amount = false;
}

// ---- rules ----

static void add_algebraic(bp_sbml_reader *r, const ASTNode_t *math) {
    bp_algebraic made = {.zero = bp_sbml_math(r, math), .where = r->where};
    if (made.zero && !bp_array_push(&r->spec->algebraic, made)) r->failed = true;
}

static bool may_have_rule(bp_sbml_reader *r, const bp_symbol *symbol) {
    if (symbol->rule_kind != BP_NO_RULE)
        bp_sbml_error(r, BP_DUPLICATE, "'%s' has two rules", symbol->name);
    else if (symbol->constant)
        bp_sbml_error(r, BP_BAD_MODEL, "'%s' is constant and cannot have a rule",
                      symbol->name);
    else
        return true;
    return false;
}

static void read_rule(bp_sbml_reader *r, const Rule_t *from) {
    const char *name = Rule_getVariable(from);
    bool algebraic = Rule_isAlgebraic(from);
    bp_sbml_at(r, algebraic ? "algebraic rule" : "rule of", algebraic ? NULL : name,
               from);
    const ASTNode_t *math = Rule_getMath(from);
    if (algebraic) {
        if (math) add_algebraic(r, math);
        return;
    }
    int index = bp_sbml_find(r, name, "symbol");
    if (index < 0 || !may_have_rule(r, &r->spec->symbols.items[index])) return;
    const bp_ast *tree = bp_sbml_math(r, math);
    if (!tree) return;
    bp_symbol *symbol = &r->spec->symbols.items[index];
    symbol->rule = tree;
    symbol->rule_kind = Rule_isRate(from) ? BP_RATE_RULE : BP_ASSIGNMENT_RULE;
}

void bp_sbml_rules(bp_sbml_reader *r) {
    Model_t *model = r->model;
    for (unsigned i = 0; i < Model_getNumInitialAssignments(model) && !r->failed; i++)
        read_initial(r, Model_getInitialAssignment(model, i));
    for (unsigned i = 0; i < Model_getNumRules(model) && !r->failed; i++)
        read_rule(r, Model_getRule(model, i));
}
