// The compiler's working state and its passes. Only compile*.c include this.
#ifndef BP_MODEL_COMPILE_H
#define BP_MODEL_COMPILE_H

#include "model/model_internal.h"
#include "model/spec.h"

typedef struct bp_compiler {
    const bp_spec *spec;
    bool lenient;
    bp_report *report;
    bp_model *model;
    bp_graph *graph;               // of the model
    int *value;                    // (n_variables) node, UNBUILT or BUILDING
    int *rate;                     // (n_states) the same
    const bp_ast **variable_parts; // stoichiometry of each part, NULL: a number
    bool *used;                    // (n_variables) an expression reads it
    int call_depth;                // of user functions
    const char *last_file;         // of the spec, and its copy in the model
    const char *last_file_copy;
    BP_ARRAY(bp_expr_arg) stack; // lists under construction
    int *start_map; // (nodes of the graph) node of the start graph, UNBUILT
    int n_start_map;
    int *start_value; // (n_variables) node of the start graph, UNBUILT or BUILDING
    bool failed;      // out of memory
} bp_compiler;

enum { BP_UNBUILT = -1, BP_BUILDING = -2 };

// compile_variables.c: names, roles, units, and the network by state.
BP_WARN_UNUSED bp_status bp_compile_variables(bp_compiler *compiler);
// compile_build.c: trees -> nodes. The node is 0 after an error, which is in the
// report.
int bp_build(bp_compiler *compiler, const bp_ast *ast);
int bp_build_value(bp_compiler *compiler, int variable);  // as users see it
int bp_build_volume(bp_compiler *compiler, int variable); // of a concentration, else 1
int bp_build_rate(bp_compiler *compiler, int state);      // d(state)/dt
int bp_build_total_rate(bp_compiler *compiler, int node); // d(node)/dt along a solution
// compile_start.c
BP_WARN_UNUSED bp_status bp_compile_start(bp_compiler *compiler);
// compile_events.c: nodes of events and switches (no tapes yet).
BP_WARN_UNUSED bp_status bp_compile_events(bp_compiler *compiler);
// compile_tapes.c: registers and all tapes but that of the start.
BP_WARN_UNUSED bp_status bp_compile_tapes(bp_compiler *compiler);

// BP_OK, NO_MEMORY, or the first error of the report.
bp_status bp_compiler_status(const bp_compiler *compiler);

#endif
