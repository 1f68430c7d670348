// Spec: a reaction network as its author wrote it, editable, before it is checked and
// compiled. Readers (Antimony, SBML, .net) make one, composition edits it, the
// writers print it. Names are whole ("receptors.kon"), expressions are trees with
// positions. Everything a spec points to lives in its arena.
#ifndef BP_MODEL_SPEC_H
#define BP_MODEL_SPEC_H

#include <stdbool.h>

#include "base/array.h"
#include "base/error.h"
#include "base/names.h"
#include "base/units.h"
#include "model/ops.h"

// An expression tree. Immutable once built: trees may share subtrees.
typedef struct bp_ast {
    bp_op op;
    int n_args;
    const struct bp_ast *const *args;
    double number;    // NUMBER
    const char *name; // NAME: whole name of the symbol; CALL: name of the function
    const char *unit; // NUMBER: its unit as written, NULL when none
    bp_where where;
} bp_ast;

typedef enum bp_symbol_kind {
    BP_COMPARTMENT,
    BP_SPECIES,
    BP_PARAMETER,
    BP_SYMBOL_KINDS
} bp_symbol_kind;

typedef enum bp_rule_kind {
    BP_NO_RULE,
    BP_ASSIGNMENT_RULE, // x := expr, at all times
    BP_RATE_RULE,       // x' = expr
} bp_rule_kind;

typedef struct bp_symbol {
    const char *name;
    bp_symbol_kind kind;
    bp_where where;         // of its declaration, or first use when undeclared
    bool declared;          // false: only used (an error unless lenient)
    int compartment;        // species: symbol index of its compartment, -1: none given
    bool constant;          // may not change in a run
    bool boundary;          // species: reactions do not change it ($S)
    bool substance_only;    // species: its symbol means amount, not concentration
    int conversion;         // species: symbol index of its conversion factor (SBML: the
                            // amount changes by factor * stoichiometry * law), -1: none
    bool is_stoichiometry;  // parameter: the id of an SBML species reference, read by
                            // the one term whose stoichiometry it is (for writers)
    const bp_ast *initial;  // initial value or assignment; NULL: not given
    bool initial_is_amount; // SBML's initialAmount for a species that means
                            // concentration
    bp_rule_kind rule_kind;
    const bp_ast *rule;
    const char *unit;         // text of its unit ("nM"), NULL: not given
    const char *display_name; // `x is "..."`, NULL: none
    const char *note; // comment that stood on its line: law and source; NULL: none
    int sbo;          // SBO term, 0: none
} bp_symbol;

// One side's term of a reaction: `2 A`, or a stoichiometry that is a symbol or
// expression.
typedef struct bp_term {
    int species; // symbol index
    double stoichiometry;
    const bp_ast *variable_stoichiometry; // NULL: the number above
    bp_where where;
} bp_term;

typedef struct bp_reaction {
    const char *name; // given, or made up: _J0, _J1 ...
    bp_where where;
    bp_term *reactants;
    int n_reactants;
    bp_term *products;
    int n_products;
    int *modifiers; // symbol indices, for writers
    int n_modifiers;
    bool reversible;   // -> or => : for writers, does not change the law
    bool fast;         // SBML: always in equilibrium on the time scale of the others
    int compartment;   // -1: none given
    const bp_ast *law; // extent per time; NULL: none (a warning: does nothing)
    const char *display_name;
    const char *note;
    int sbo;
} bp_reaction;

typedef struct bp_event_assignment {
    int symbol;
    const bp_ast *value;
    bp_where where;
} bp_event_assignment;

// SBML L3 semantics.
typedef struct bp_event {
    const char *name;
    bp_where where;
    const bp_ast *trigger;
    const bp_ast *delay;    // NULL: none
    const bp_ast *priority; // NULL: none
    bool initially_true; // SBML trigger initialValue (Antimony t0); true: cannot fire
                         // at the start
    bool persistent; // false: cancelled when the trigger turns false during the delay
    bool values_from_trigger; // values are computed when it fires, not after the delay
    bp_event_assignment *assignments;
    int n_assignments;
    const char *display_name;
} bp_event;

// SBML's algebraic rule: an expression that is zero at all times. Which symbol it
// determines is found when the spec is compiled.
typedef struct bp_algebraic {
    const bp_ast *zero;
    bp_where where;
} bp_algebraic;

typedef struct bp_function {
    const char *name;
    bp_where where;
    const char **args;
    int n_args;
    const bp_ast *body; // NAME leaves that are args, numbers and calls; nothing else
} bp_function;

// A unit that the model defines: unit nM = 1e-9 mole / litre.
typedef struct bp_unit_definition {
    const char *name;
    bp_unit unit;
    const char *text; // as written, for writers
    bp_where where;
} bp_unit_definition;

// A module instance that was made on the way: marks sites, epitopes and effects.
typedef struct bp_instance {
    const char *name;   // whole: "HER2_kinase", "drug.lapatinib.HER2_kinase"
    const char *module; // "site"
    bp_where where;
} bp_instance;

// MIRIAM annotation: A identity "urn:..." / A identity
// "https://identifiers.org/uniprot/P04626"
typedef struct bp_annotation {
    const char *target;    // whole name, "" for the model
    const char *qualifier; // identity, hasPart, ...
    const char *uri;
} bp_annotation;

// Another name of a symbol: a port of an instance, or `x is y`.
typedef struct bp_alias {
    const char *name;   // "HER2_kinase.free"
    const char *target; // "free_HER2"; may itself be another name
} bp_alias;

typedef struct bp_spec {
    bp_arena arena;
    const char *name; // of the model
    const char *file;
    const char *display_name;
    bp_names names; // of symbols: index in `names` == index in `symbols`
    BP_ARRAY(bp_symbol) symbols;
    bp_names alias_names; // index in it == index in `aliases`
    BP_ARRAY(bp_alias) aliases;
    bp_names reaction_names; // for bp_spec_find_reaction
    BP_ARRAY(bp_reaction) reactions;
    BP_ARRAY(bp_event) events;
    BP_ARRAY(bp_algebraic) algebraic;
    BP_ARRAY(bp_function) functions;
    BP_ARRAY(bp_unit_definition) units;
    BP_ARRAY(bp_instance) instances;
    BP_ARRAY(bp_annotation) annotations;
    // units the model is written in; NULL: not stated
    const char *substance_unit, *volume_unit, *area_unit, *length_unit, *time_unit,
        *extent_unit;
    bool foreign; // written by another program (SBML): what is wrong with its units is
                  // a note, not a warning, and a display name makes no observable
} bp_spec;

BP_API BP_WARN_UNUSED bp_status bp_spec_new(bp_spec **out);
BP_API void bp_spec_free(bp_spec *spec);

// The name that `name` stands for: itself, or what it is another name of.
BP_API const char *bp_spec_resolve(const bp_spec *spec, const char *name);
// Makes `name` another name of `target`. BP_DUPLICATE when `name` is a symbol itself.
BP_API BP_WARN_UNUSED bp_status bp_spec_alias(bp_spec *spec, const char *name,
                                              const char *target);

// Index of the symbol, made as an undeclared parameter when it is new; -1: out of
// memory. This and the next look through other names.
BP_API int bp_spec_symbol(bp_spec *spec, const char *name, bp_where where);
// -1 when it is not there.
BP_API int bp_spec_find(const bp_spec *spec, const char *name);
BP_API int bp_spec_find_reaction(const bp_spec *spec, const char *name);
BP_API int bp_spec_find_instance(const bp_spec *spec, const char *name);
// Appends a zeroed entry and returns it (valid until the next append); NULL: out of
// memory.
BP_API bp_reaction *bp_spec_add_reaction(bp_spec *spec, const char *name,
                                         bp_where where);
BP_API bp_event *bp_spec_add_event(bp_spec *spec, const char *name, bp_where where);

// Trees in the spec's arena; NULL: out of memory. `args` is copied.
BP_API bp_ast *bp_ast_number(bp_spec *spec, double value, bp_where where);
BP_API bp_ast *bp_ast_name(bp_spec *spec, const char *name, bp_where where);
BP_API bp_ast *bp_ast_call(bp_spec *spec, bp_op op, const bp_ast *const *args,
                           int n_args, bp_where where);
// Infix Antimony text of a tree, with as few parentheses as precedence needs.
BP_API void bp_ast_print(const bp_ast *ast, bp_text *out);

// The unit a symbol has: its own, else the model's for its kind; unknown when not
// stated. `text` is looked up among the spec's definitions first, then bp_unit_parse.
BP_API BP_WARN_UNUSED bp_status bp_spec_unit(const bp_spec *spec, const char *text,
                                             bp_unit *out, bp_error *err);
BP_API bp_unit bp_spec_symbol_unit(const bp_spec *spec, int symbol);
BP_API bp_unit bp_spec_time_unit(const bp_spec *spec); // second when not stated

// Every semantic rule: undeclared names (with a suggestion), double definitions, rule
// cycles, rules on constants, species without compartment, units that cannot be,
// events. Reports all problems, errors and warnings, and returns the status of the
// first error. `lenient`: undeclared symbols are parameters, as libAntimony takes them.
BP_API bp_status bp_spec_check(const bp_spec *spec, bool lenient, bp_report *report);

#endif
