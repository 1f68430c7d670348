// What the files of the SBML writer share. Internal to the plug-in.
#ifndef BP_MODEL_SBML_WRITE_H
#define BP_MODEL_SBML_WRITE_H

#include <sbml/SBMLTypes.h>

#include "model/ast.h"
#include "model/plain_names.h"
#include "model/spec_units.h"

// An expression with the unit of each part, as far as it is known.
typedef enum bp_measure_kind {
    BP_MEASURE_UNKNOWN, // reads what has no unit
    BP_MEASURE_BARE,    // made of numbers without a unit alone: takes that of its place
    BP_MEASURE_KNOWN
} bp_measure_kind;

typedef struct bp_measured {
    const bp_ast *ast;
    bp_measure_kind kind;
    bp_unit unit;                     // KNOWN
    struct bp_measured *const *parts; // (ast->n_args)
} bp_measured;

// A unit that stands in the document: a definition, or a base unit of SBML.
typedef struct bp_written_unit {
    bp_unit unit;
    const char *id;
} bp_written_unit;

typedef struct bp_sbml_writer {
    const bp_spec *spec;
    bp_error *err;
    SBMLDocument_t *document;
    Model_t *model;
    bp_plain_names names;      // of all that has an SId
    bp_plain_names unit_names; // of units: a space of their own
    BP_ARRAY(bp_written_unit) units;
    bp_names exact;     // digits of numbers that libsbml would round
    bp_unit *of_symbol; // (symbols)
    bp_unit rate, time;
    int *term_of; // (symbols): how many terms read it as their stoichiometry
    const char *default_compartment; // its id, once a species needed it
    bool has_units;                  // the spec states some: numbers get theirs
    bool level_2;                    // Level 3 Version 2; else Version 1, for `fast`
    bp_arena arena;                  // of the expression in hand
    bp_status status;                // the first failure; sticky
} bp_sbml_writer;

// ---- sbml_write.c ----

// Notes the first failure; returns false.
bool bp_sbml_fail(bp_sbml_writer *w, bp_status status);
// Refuses with a reason: `what` in `where` cannot be said in SBML.
bool bp_sbml_refuse(bp_sbml_writer *w, bp_where where, const char *format, ...)
    BP_PRINTF(3, 4);
// The SId of a symbol, reaction, event or function; "" after a failure.
const char *bp_sbml_id(bp_sbml_writer *w, const char *name);
// A libsbml object or NULL: NULL is a failure of memory.
bool bp_sbml_made(bp_sbml_writer *w, const void *object);

// ---- sbml_write_units.c ----

// Model units, unit definitions and the units of all symbols.
void bp_sbml_write_units(bp_sbml_writer *w);
void bp_sbml_free_units(bp_sbml_writer *w);
// The id of a unit, defined on first use; NULL: unknown, or out of memory.
const char *bp_sbml_unit_id(bp_sbml_writer *w, bp_unit unit);
// The id of the unit that a text stands for.
const char *bp_sbml_unit_text_id(bp_sbml_writer *w, const char *text);

// ---- sbml_write_measure.c ----

// `within`: the function whose body this is, NULL: none. NULL: out of memory. Lives in
// the writer's scratch arena until the next expression is written.
bp_measured *bp_sbml_measure(bp_sbml_writer *w, const bp_ast *ast,
                             const bp_function *within);

// ---- sbml_write_ops.c ----

ASTNodeType_t bp_sbml_type_of(bp_op op);
// Comparisons and logic: true or false in SBML, 1 or 0 here.
bool bp_sbml_is_truth(bp_op op);
// Its parts are in the unit of the whole: sums, products, choices.
bool bp_sbml_passes_unit(bp_op op);

// ---- sbml_write_math.c ----

// The expression as MathML, its numbers in units such that the whole is in `wanted`;
// NULL after a failure, or of no tree. The caller frees it with ASTNode_free.
ASTNode_t *bp_sbml_put_math(bp_sbml_writer *w, const bp_ast *ast, bp_unit wanted);
// A condition: numbers are truths.
ASTNode_t *bp_sbml_condition(bp_sbml_writer *w, const bp_ast *ast);
ASTNode_t *bp_sbml_lambda(bp_sbml_writer *w, const bp_function *function);

// ---- sbml_write_numbers.c ----

// The number to give libsbml in place of this one, which it would round to 15 digits.
double bp_sbml_put_number(bp_sbml_writer *w, double value);
// The same in MathML, whose numbers have no exponent.
double bp_sbml_math_number(bp_sbml_writer *w, double value);
// The document with all numbers exact, appended to `out`.
void bp_sbml_put_exact(bp_sbml_writer *w, const char *document, bp_text *out);

// ---- sbml_write_symbols.c, sbml_write_reactions.c, sbml_write_events.c ----

// Compartments, species, parameters, initial assignments, rules.
void bp_sbml_write_symbols(bp_sbml_writer *w);
// The species reference of a term says it: no parameter is written.
bool bp_sbml_is_stoichiometry(const bp_sbml_writer *w, int symbol);
// A number, perhaps with a sign: it stands as an attribute. `ast` may be NULL.
bool bp_sbml_is_number(const bp_ast *ast, double *value);
// Sets the rule or initial assignment of `id`; takes `math`.
void bp_sbml_set_initial(bp_sbml_writer *w, const char *id, ASTNode_t *math);
void bp_sbml_set_rule(bp_sbml_writer *w, const char *id, bp_rule_kind kind,
                      ASTNode_t *math);
void bp_sbml_write_reactions(bp_sbml_writer *w);
void bp_sbml_write_events(bp_sbml_writer *w);

// ---- sbml_write_about.c ----

// Name, SBO term, annotations and note of an element. `name` is that of the spec.
void bp_sbml_put_about(bp_sbml_writer *w, SBase_t *element, const char *name,
                       const char *display_name, int sbo, const char *note);
void bp_sbml_about_model(bp_sbml_writer *w);

#endif
