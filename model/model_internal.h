// What a model and a work are made of. Only model/ includes this.
//
// Registers of a work, [register][lane]:
//   numbers | parameters | hoisted | time | timed | states | delayed | what the running
//   tape computes
//
// Hoisted are the expressions of parameters alone, computed by bp_work_refresh; timed
// those of time and parameters that rates and Jacobian read, computed by the same and
// when time changes: Newton's method asks several times for one time.
#ifndef BP_MODEL_MODEL_INTERNAL_H
#define BP_MODEL_MODEL_INTERNAL_H

#include "base/arena.h"
#include "base/names.h"
#include "model/model.h"
#include "model/tape.h"

// One reaction's part in the rate of one state.
typedef struct bp_part {
    int reaction;       // index of the reaction
    double coefficient; // net stoichiometry; 1 where it is a node
    int node;           // variable stoichiometry, -1: none
} bp_part;

typedef struct bp_switch {
    bool scheduled;
    bool equality;  // a == b: true at one instant
    int comparison; // node
    int difference; // node, left - right
    int slope;      // node, d(difference)/d(time); scheduled only
} bp_switch;

// Which delayed values a tape reads: [delay] 1 or 0; NULL: none. Those that the delays
// tau of these read are among them. They must be in their registers when the tape runs.
typedef const unsigned char *bp_reads;

typedef struct bp_compiled_delay {
    bp_delay_info info;
    int value, tau;     // nodes
    bp_tape value_tape; // -> 1 value
    bp_tape tau_tape;   // -> 1 value
    bp_reads reads;     // by the value
} bp_compiled_delay;

typedef struct bp_compiled_event {
    bp_event_info info;
    int *nodes;      // trigger, delay, priority, values; volumes (n_assignments each)
    bp_tape trigger; // -> 1 value
    bp_tape timing;  // -> delay, priority
    bp_tape values;  // -> n_assignments
    bp_tape volumes; // -> n_assignments: compartment of a concentration, else 1
    bp_reads trigger_reads, other_reads; // other: timing, values and volumes
} bp_compiled_event;

// Initial values: their own graph, where parameter v is the value of variable v as
// users see it and parameter n_variables + v is 1 where that value was set by the
// caller.
typedef struct bp_start {
    bp_graph graph;
    bp_tape tape;     // -> states, then parameters, then delays: x before the start
    double *defaults; // (n_variables) values written as plain numbers
    int n_numbers, n_registers, time_register;
    int *roots; // (n_states + n_parameters + n_delays)
} bp_start;

struct bp_model {
    bp_arena arena; // texts and small arrays
    const char *name;
    bp_names names; // of variables: index here == variable
    bp_variable *variables;
    int n_variables, n_symbols; // symbols come first, then reactions
    int n_states, n_parameters, n_reactions;
    int *state_variable, *parameter_variable;
    bp_unit time_unit;
    const char *time_unit_text;

    // the network, by state: parts[part_start[i] .. part_start[i + 1])
    int *part_start;
    bp_part *parts;
    bool *has_rate_rule; // (n_states)

    bp_graph graph;
    int *variable_node; // (n_variables) value as users see it
    int *rate_node;     // (n_states)
    int *jacobian_node; // (pattern.nnz)

    bp_pattern pattern;
    int *column_start, *row, *diagonal;

    int *base; // register of each node, -1: computed by tapes
    int n_numbers, first_parameter, first_hoisted, time_register, first_state,
        first_delayed, first_dynamic, n_registers;
    bp_tape hoisted, timed, rates, jacobian;
    bp_tape all; // values of all variables

    // M of M dy/dt = f(t, y); without it n_conditions is 0 and M is the identity
    int n_conditions;         // rows of conditions, and flags of fast reactions
    bp_condition *conditions; // (n_states)
    bool *is_fast;            // (n_states) a fast reaction changes it; NULL: none
    bp_mass mass;
    int *mass_row, *mass_column, *mass_at, *mass_node; // (mass.n)
    bp_tape mass_values;
    // Hidden parameters behind the others: which equilibria hold, whether the fast
    // reactions move, comparisons held during a leg.
    int n_modes, n_actives;
    int *mode_node; // (n_modes) comparisons
    bp_tape modes;

    int n_totals;
    bp_total *totals;

    int n_delays, n_past_states;
    bp_compiled_delay *delays; // what a delay reads comes before it
    bp_reads rates_read, crossings_read, all_read, modes_read;
    unsigned char *smoothing; // (n_delays x n_delays)
    int *past_states;         // states that values of the past depend on
    bp_model *at_rest; // the same network with delay(x, tau) = x; NULL: no delays

    int n_switches, n_unscheduled;
    bp_switch *switches;
    bp_tape crossings; // unscheduled -> differences
    bp_tape schedule;  // scheduled -> difference, slope, comparison each

    int n_events;
    bp_compiled_event *events;
    bp_start start;
    int n_scratch;     // longest output of a tape that goes to scratch
    bool moving_start; // values before the start depend on time
};

struct bp_work {
    const bp_model *model;
    int n_lanes;
    double *registers;       // (n_registers x n_lanes)
    double *start_registers; // (start.n_registers x n_lanes)
    double *scratch;         // (n_scratch x n_lanes)
    bp_past_fn *past;        // fills in values of the past; NULL: the present is it
    void *past_data;
};

// Puts t into its register, and what is computed from it alone into theirs.
void bp_work_set_time(bp_work *work, double t);
// Puts t and y into the registers, and the values of the past that are read.
void bp_work_place(bp_work *work, double t, const double *y, bp_reads reads);
// The past of every delay is what is in the work now.
void bp_work_stand_still(bp_work *work);
// What computing the nodes reads: marked in `reads` (n_delays), false when out of
// memory; or kept by the model's arena, *failed when out of memory.
bool bp_model_mark_reads(const bp_model *model, const int *nodes, int n,
                         unsigned char *reads);
bp_reads bp_model_reads(bp_model *model, const int *nodes, int n, bool *failed);
// conserve.c: finds the totals of a model whose network is known.
BP_WARN_UNUSED bp_status bp_model_find_totals(bp_model *model);
// sparsity.c: pattern and nodes of the Jacobian.
BP_WARN_UNUSED bp_status bp_model_derive(bp_model *model);
// print.c: text of a leaf; `data` is the model.
bp_expr_name_fn bp_model_leaf_name;

#endif
