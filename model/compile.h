// The compiler's working state and its passes. Only compile*.c include this.
#ifndef BP_MODEL_COMPILE_H
#define BP_MODEL_COMPILE_H

#include "model/model_internal.h"
#include "model/spec.h"

typedef struct bp_fast bp_fast; // compile_fast.c

typedef struct bp_compiler {
    const bp_spec *spec;
    const bool *zero; // (n_variables) as in bp_compile_options
    bool lenient;
    bool at_rest;    // delay(x, tau) is x
    bool looks_back; // there is a delay somewhere, and it counts
    bp_report *report;
    bp_model *model;
    bp_graph *graph;               // of the model
    int *value;                    // (n_variables) node, UNBUILT or BUILDING
    int *rate;                     // (n_states) the same
    const bp_ast **variable_parts; // stoichiometry of each part, NULL: a number
    bool *part_built;              // it is in its part already
    bool *used;                    // (n_variables) an expression reads it
    int call_depth;                // of user functions
    const char *last_file;         // of the spec, and its copy in the model
    const char *last_file_copy;
    BP_ARRAY(bp_expr_arg) stack; // lists under construction
    int *start_map; // (nodes of the graph) node of the start graph, UNBUILT
    int n_start_map;
    int *start_value; // (n_variables) node of the start graph, UNBUILT or BUILDING
    // algebraic rules; NULL when there are none
    int *unknown;         // (rules) symbol that each determines
    int *rule_of_unknown; // (symbols) the rule that determines it, -1: none
    bool sought_reported; // an initial value reads what is not there yet
    int *rule_of_state;   // (n_states at most) the rule whose row it has, -1: none
    bp_fast *fast;        // NULL: no fast reactions
    bool failed;          // out of memory
} bp_compiler;

static inline bool bp_compiler_is_zero(const bp_compiler *compiler, int variable) {
    return compiler->zero && compiler->zero[variable];
}

enum { BP_UNBUILT = -1, BP_BUILDING = -2 };

// compile_match.c: which symbol each algebraic rule determines.
BP_WARN_UNUSED bp_status bp_compile_match(bp_compiler *compiler);
// compile_variables.c: names, roles, units, and the network by state.
BP_WARN_UNUSED bp_status bp_compile_variables(bp_compiler *compiler);
// compile_algebraic.c: values of what algebraic rules determine, or states for them.
BP_WARN_UNUSED bp_status bp_compile_algebraic(bp_compiler *compiler);
// compile_fast.c: which combinations of states fast reactions leave alone, and their
// equilibria; rates of those states.
BP_WARN_UNUSED bp_status bp_compile_fast(bp_compiler *compiler);
int bp_build_fast_rate(bp_compiler *compiler, int state);
void bp_fast_free(bp_fast *fast); // accepts NULL
// compile_modes.c: comparisons in rates that are held during a leg.
BP_WARN_UNUSED bp_status bp_compile_modes(bp_compiler *compiler);
// compile_build.c: trees -> nodes. The node is 0 after an error, which is in the
// report.
int bp_build(bp_compiler *compiler, const bp_ast *ast);
int bp_build_value(bp_compiler *compiler, int variable);  // as users see it
int bp_build_volume(bp_compiler *compiler, int variable); // of a concentration, else 1
int bp_build_rate(bp_compiler *compiler, int state);      // d(state)/dt, or its row
int bp_build_stoichiometry(bp_compiler *compiler, int state, int part); // a node
int bp_build_total_rate(bp_compiler *compiler, int node); // d(node)/dt along a solution
// compile_delays.c: the value that `value` had `tau` ago, and its rate of change; what
// the passes after the nodes need to know of delayed values.
bool bp_compiler_looks_back(const bp_spec *spec);
int bp_build_delayed(bp_compiler *compiler, int value, int tau, bp_where where);
int bp_build_delayed_rate(bp_compiler *compiler, int delay);
BP_WARN_UNUSED bp_status bp_compile_delays(bp_compiler *compiler);
// compile_start.c
BP_WARN_UNUSED bp_status bp_compile_start(bp_compiler *compiler);
// compile_events.c: nodes of events and switches (no tapes yet).
BP_WARN_UNUSED bp_status bp_compile_events(bp_compiler *compiler);
// compile_tapes.c: registers and all tapes but that of the start.
BP_WARN_UNUSED bp_status bp_compile_tapes(bp_compiler *compiler);

// BP_OK, NO_MEMORY, or the first error of the report.
bp_status bp_compiler_status(const bp_compiler *compiler);

#endif
