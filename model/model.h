// Model: a compiled reaction network, dy/dt = S v(y, p, t). Constant once built, shared
// by every thread; what changes lives in a bp_work, one per thread.
//
// Every named thing of the network is a *variable*: compartment, species, parameter,
// reaction. Its value is
//   a state       integrated: y[index]. A species' state is its amount.
//   a parameter   an entry of p[index]: constant between events. Includes compartments,
//                 boundary species and species that no reaction and no rule changes
//                 (these too as amounts, unless they mean what they hold:
//                 substance_only or not makes no difference to the vector, see
//                 bp_variable.is_amount_over_volume).
//   assigned      computed from the others: assignment rules, reaction rates, the
//                 concentration of a species.
// Users see values in the meaning the symbol has in the language: a species is a
// concentration unless it is substance_only.
//
// Lanes: every array of per-run numbers is [entry][lane], lane fastest, n_lanes from
// the work: 1, or 4 or 8 runs that share their steps.
#ifndef BP_MODEL_MODEL_H
#define BP_MODEL_MODEL_H

#include <stdbool.h>

#include "base/bundle.h"
#include "base/error.h"
#include "base/units.h"

typedef struct bp_model bp_model;
typedef struct bp_work bp_work;
typedef struct bp_view bp_view;
struct bp_spec;

typedef struct bp_compile_options {
    bool lenient; // undeclared symbols are parameters
    // (one for each variable of the spec compiled without this) known to be 0 in every
    // run that the model is for, from bp_model_find_zeros; NULL: none. They are no
    // states, expressions have the number 0 in their place, and no other value can be
    // given to them. Numbers of variables stay as they are.
    const bool *zero;
} bp_compile_options;

// Compiles a spec: checks it (all problems go to `report`), builds expressions, derives
// the Jacobian, lowers to tapes. `options` may be NULL. The spec is not kept.
BP_API BP_WARN_UNUSED bp_status bp_model_compile(const struct bp_spec *spec,
                                                 const bp_compile_options *options,
                                                 bp_model **out, bp_report *report);
// Reads (by ending: .ant, .txt) and compiles; `bundle` may be NULL.
BP_API BP_WARN_UNUSED bp_status bp_model_load(const char *path, bp_bundle *bundle,
                                              bp_model **out, bp_report *report);
BP_API void bp_model_free(bp_model *model);

typedef enum bp_role { BP_ROLE_STATE, BP_ROLE_PARAMETER, BP_ROLE_ASSIGNED } bp_role;
typedef enum bp_kind {
    BP_KIND_COMPARTMENT,
    BP_KIND_SPECIES,
    BP_KIND_PARAMETER,
    BP_KIND_REACTION
} bp_kind;

typedef struct bp_variable {
    const char *name;
    const char *display_name; // name when none was given
    const char *note;         // "" when none
    bp_kind kind;
    bp_role role;
    int index;             // in y or p; -1 for assigned
    bool is_concentration; // species: users see amount/compartment, y or p holds the
                           // amount
    int compartment;       // variable index, -1: none
    bool settable; // its initial value may be set: not assigned by a rule, no reaction
    bool zero;     // left out because it stays 0 (bp_compile_options.zero)
    bp_unit unit;  // of the value as users see it
    const char *unit_text; // "nM", "1/s", "" when not known
    bool observable;       // assignment rule of the top module with a display name
    bp_where where;
} bp_variable;

BP_API const char *bp_model_name(const bp_model *model);
BP_API int bp_model_n_variables(const bp_model *model);
BP_API const bp_variable *bp_model_variable(const bp_model *model, int variable);
BP_API int bp_model_find(const bp_model *model, const char *name); // -1: none
BP_API const char *bp_model_nearest(const bp_model *model, const char *name);
BP_API int bp_model_n_states(const bp_model *model);
BP_API int bp_model_n_parameters(const bp_model *model);
BP_API int bp_model_n_reactions(const bp_model *model);
BP_API int bp_model_state_variable(const bp_model *model, int state);
BP_API int bp_model_parameter_variable(const bp_model *model, int parameter);
BP_API bp_unit bp_model_time_unit(const bp_model *model);
BP_API const char *bp_model_time_unit_text(const bp_model *model); // "s"

// ---- work: one thread's scratch and one run's parameters ----

BP_API BP_WARN_UNUSED bp_status bp_work_new(const bp_model *model, int n_lanes,
                                            bp_work **out);
BP_API void bp_work_free(bp_work *work);
// The parameters of the run, (n_parameters x n_lanes). After writing to them call
// bp_work_refresh, which recomputes what depends on parameters alone.
BP_API double *bp_work_parameters(bp_work *work);
BP_API void bp_work_refresh(bp_work *work);

// One initial value that differs from the model's: in the unit and meaning users see.
typedef struct bp_initial_value {
    int variable;
    double value;
} bp_initial_value;

// All that differ: n_lanes lists of n, [setting][lane]; lane-constant variables.
typedef struct bp_initial {
    const bp_initial_value *settings;
    int n;
} bp_initial;

// Initial values at time t: those given first (NULL: none), then everything whose
// initial value depends on others, in order; fills the parameters (refreshed) and y
// (n_states x n_lanes). NOT_FINITE names the variable whose initial value is no number.
BP_API BP_WARN_UNUSED bp_status bp_model_start(const bp_model *model, bp_work *work,
                                               double t, const bp_initial *given,
                                               double *y, bp_error *err);

// dy/dt (n_states x n_lanes). NOT_FINITE when an entry is not finite (checked once by a
// sum).
BP_API bp_status bp_model_rates(const bp_model *model, bp_work *work, double t,
                                const double *y, double *dydt);
// After NOT_FINITE: the reaction or rule whose value is not finite there; -1: none
// found.
BP_API int bp_model_culprit(const bp_model *model, bp_work *work, double t,
                            const double *y);

// Sparsity of df/dy, compressed by column; row indices ascend; the diagonal is whole.
typedef struct bp_pattern {
    int n;
    int nnz;
    const int *column_start; // (n + 1)
    const int *row;          // (nnz)
    const int *diagonal;     // (n): position of the diagonal entry of each column
} bp_pattern;
BP_API const bp_pattern *bp_model_pattern(const bp_model *model);
// Values of df/dy in the order of the pattern (nnz x n_lanes).
BP_API void bp_model_jacobian(const bp_model *model, bp_work *work, double t,
                              const double *y, double *values);

// ---- conditions in the place of rates: algebraic rules and fast reactions ----

// Then M dy/dt = f(t, y), and rows of M are empty where f is a condition, f = 0:
//   BP_CONDITION_RULE  an algebraic rule without solution in symbols: it determines its
//                      state, whose row M never has;
//   BP_CONDITION_FAST  the equilibrium of a fast reaction. M has the row nevertheless:
//                      M dy/ds = f is how the fast reactions alone come to rest (with 0
//                      for f in all rows without condition), and where the condition is
//                      not active, f is the slow change of the row.
typedef enum bp_condition_kind {
    BP_NO_CONDITION,
    BP_CONDITION_RULE,
    BP_CONDITION_FAST
} bp_condition_kind;

typedef struct bp_condition {
    bp_condition_kind kind;
    int number;     // of a fast one among the fast ones, else -1
    int reaction;   // FAST: variable of the reaction, else -1
    bp_where where; // of the rule or reaction
} bp_condition;

// Entries of M; its values depend on parameters alone.
typedef struct bp_mass {
    int n;
    const int *row, *column; // (n)
    const int *at;           // (n) positions in the pattern of df/dy
} bp_mass;

// NULL: the model has no conditions, M is the identity.
BP_API const bp_condition *bp_model_conditions(const bp_model *model); // (n_states)
BP_API const bp_mass *bp_model_mass(const bp_model *model);
BP_API void bp_model_mass_values(const bp_model *model, bp_work *work,
                                 double *values); // (mass.n x n_lanes)
// Whether the fast condition of this number holds; to be followed by a refresh.
BP_API void bp_model_set_active(const bp_model *model, bp_work *work, int number,
                                bool active);
// Whether f is as fast as the laws say, in the rows of fast conditions, or an
// expression with the same zeros, but simple ones (A for k A^2); to be followed by a
// refresh.
BP_API void bp_model_set_moving(const bp_model *model, bp_work *work, bool moving);
// Comparisons in f keep the value that they have at (t, y) until the next call. True
// when one changed. Refreshes.
BP_API bool bp_model_hold_modes(const bp_model *model, bp_work *work, double t,
                                const double *y);
BP_API int bp_model_n_modes(const bp_model *model);

// ---- conserved totals: linear combinations of states that no reaction changes ----

typedef struct bp_total {
    int n;                // states in it
    const int *state;     // (n)
    const double *weight; // (n)
    int dependent;        // the state that the total determines
} bp_total;
BP_API int bp_model_n_totals(const bp_model *model);
BP_API const bp_total *bp_model_total(const bp_model *model, int total);

// ---- switches: where the right-hand side or a trigger changes its form ----

// A switch is one comparison of the model (in a trigger or a piecewise).
//   scheduled   compares time with something constant between events:
//   bp_model_switch_time
//               says when; the solver stops there exactly.
//   otherwise   the solver looks for sign changes of bp_model_switch_values.
BP_API int bp_model_n_switches(const bp_model *model);
BP_API bool bp_model_switch_scheduled(const bp_model *model, int s);
// The time at which it switches with the current parameters; inf or NaN: never.
BP_API double bp_model_switch_time(const bp_model *model, bp_work *work, int s);
// left - right of all unscheduled switches, in order (n_unscheduled x n_lanes).
BP_API int bp_model_n_unscheduled(const bp_model *model);
BP_API void bp_model_switch_values(const bp_model *model, bp_work *work, double t,
                                   const double *y, double *values);

// ---- events (SBML L3 semantics; the solver keeps the queue) ----

typedef struct bp_event_info {
    const char *name;
    bool has_delay, has_priority;
    bool initially_true, persistent, values_from_trigger;
    int n_assignments;
    const int *assigned; // variables (n_assignments)
} bp_event_info;
BP_API int bp_model_n_events(const bp_model *model);
BP_API const bp_event_info *bp_model_event(const bp_model *model, int event);
BP_API bool bp_model_event_trigger(const bp_model *model, bp_work *work, int event,
                                   double t, const double *y);
BP_API double bp_model_event_delay(const bp_model *model, bp_work *work, int event,
                                   double t, const double *y);
BP_API double bp_model_event_priority(const bp_model *model, bp_work *work, int event,
                                      double t, const double *y);
// The new values (n_assignments), as users see them, computed at (t, y).
BP_API void bp_model_event_values(const bp_model *model, bp_work *work, int event,
                                  double t, const double *y, double *values);
// Puts values into y and the parameters, and refreshes. A compartment that changes
// keeps its species' amounts (and so changes their concentrations).
BP_API void bp_model_event_apply(const bp_model *model, bp_work *work, int event,
                                 double t, const double *values, double *y);

// ---- delays: delay(x, tau), the value that x had tau ago ----

// A model does not know the past of a run. Before it computes anything that reads
// delayed values, it has them put into the work: bp_work_on_past says by whom. For a
// work of which nothing is said the past is the present: all has been at rest.
typedef struct bp_delay_info {
    const char *text; // "delay(x, tau)"
    bp_where where;
    bool constant; // tau changes at events only
    bool limits;   // rates read it: the past must be known before a step is taken
    bool carries;  // a jump of the past is one of rates or triggers
    int depth;     // 1, more where x holds delayed values itself
} bp_delay_info;
BP_API int bp_model_n_delays(const bp_model *model);
BP_API const bp_delay_info *bp_model_delay(const bp_model *model, int delay);
// The states that delayed values depend on (*n).
BP_API const int *bp_model_past_states(const bp_model *model, int *n);
// The value of x of every delay at a time t before the start of a run: as initial
// values and rules say for that time (n_delays x n_lanes). `given`: as in
// bp_model_start.
BP_API void bp_model_before(const bp_model *model, bp_work *work, double t,
                            const bp_initial *given, double *values);
// Whether they depend on t.
BP_API bool bp_model_start_moves(const bp_model *model);
// The same network with time at rest, where delay(x, tau) is x: same states, same
// variables. The model itself where it has no delays.
BP_API const bp_model *bp_model_at_rest(const bp_model *model);

// Called with the work, the time and state about to be computed at, and which delays
// are read, [delay] 1 or 0: sets each of them, in ascending order.
typedef void bp_past_fn(void *data, bp_work *work, double t, const double *y,
                        const unsigned char *reads);
BP_API void bp_work_on_past(bp_work *work, bp_past_fn *fill, void *data);
// Puts a time and a state (n_states x n_lanes) into the work, and nothing else.
BP_API void bp_work_put(bp_work *work, double t, const double *y);
// tau, and the value of x, at what was put; what they read has been set. Lane 0.
BP_API double bp_work_tau(bp_work *work, int delay);
BP_API double bp_work_value(bp_work *work, int delay);
// The delays that computing the value of x reads, [delay] 1 or 0.
BP_API const unsigned char *bp_model_delay_reads(const bp_model *model, int delay);
// A jump of the k-th derivative of delayed value `from` is one of derivative k + this
// of the x of delay `to`: rates integrate it. BP_NO_JUMP: it never arrives there.
enum { BP_NO_JUMP = 255 };
BP_API int bp_model_delay_smoothing(const bp_model *model, int from, int to);
BP_API void bp_work_set_delayed(bp_work *work, int delay, double value);

// ---- views: values of chosen variables ----

// Compiles the evaluation of `variables` (n of them, as users see them). Constant;
// borrows the model.
BP_API BP_WARN_UNUSED bp_status bp_view_new(const bp_model *model, const int *variables,
                                            int n, bp_view **out);
BP_API void bp_view_free(bp_view *view);
BP_API int bp_view_count(const bp_view *view);
BP_API void bp_view_values(const bp_view *view, bp_work *work, double t,
                           const double *y,
                           double *values); // (n x n_lanes)

// ---- for people ----

BP_API void bp_model_print_tape(const bp_model *model, bp_text *out); // show --code
BP_API void bp_model_print_equations(const bp_model *model,
                                     bp_text *out); // show --equations

#endif
