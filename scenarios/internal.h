// What a loaded scenario is made of; seen by the files of this folder only.
#ifndef BP_SCENARIOS_INTERNAL_H
#define BP_SCENARIOS_INTERNAL_H

#include "base/spill.h"
#include "scenarios/layers.h"
#include "scenarios/network.h"
#include "scenarios/scenario.h"
#include "scenarios/sheet.h"

// The points, in their fixed order: arms slowest, then the keys of the sweep, the first
// slowest.
//
// What a run sets is kept as bare numbers: points that set the same variables, in the
// same order, share the list of these.
typedef struct bp_plan {
    int n_runs;
    bp_spill *values; // of all runs' settings, one after the other
    int **lists;      // (n_lists) each: how many, then the variables
    int n_lists;
    int *list;     // run r sets the variables lists[list[r]] (n_runs)
    size_t *first; // and begins at values[first[r]] (n_runs + 1); both are NULL where
                   // there is one list
    int most;      // settings of a run
    int *group;    // settle group of each run, NULL: no settling (n_runs)
    int n_groups;
    double *times; // (n_times) [model time]
    int n_times;
    const char *shown_unit;
    double shown_factor;
} bp_plan;

// One name of `observe:`.
typedef struct bp_observed {
    const char *shown;  // as results name it: "amount(A)"
    const char *symbol; // of the network: "amount.A"
    const char *unit;   // for people; NULL: the variable's own
} bp_observed;

typedef struct bp_parameter_rows bp_parameter_rows;

struct bp_scenario {
    bp_arena arena;
    bp_bundle *bundle; // borrowed
    const char *file;
    bp_library catalogue;
    bp_sheet *sheet;
    bp_settings settings;
    bp_network network;
    bp_layers layers;
    bool *read_by_model; // symbols that more than events read
    bp_model *model;
    bp_view *view;
    bp_model *lean; // `model` without what stays 0 in all runs; NULL: not made (lean.c)
    bp_view *lean_view; // the same variables as `view`
    bp_observed *asked; // by `observe:` (sheet->n_observe)
    int *observed;      // variables of the view's first part (n_observed); of each name
                        // in `asked` one, where something was asked for
    int n_observed;
    int *saved; // species after them (n_saved)
    int n_saved;
    bp_plan plan;
    BP_ARRAY(bp_attribute) notes; // provenance that the caller added
    const char *command_line;
    int lanes_used;             // of the batch; 0: before one
    const char *composed_model; // Antimony; NULL: not asked for yet
    bp_results_head head;
    bp_parameter_rows *parameter_rows; // behind the head's
};

// Makes scenario->lean where something stays 0 in all points and the settings ask for
// it (lean.c); called again it does nothing.
BP_WARN_UNUSED bp_status bp_lean_make(bp_scenario *scenario);
// The model and view that the batch runs: lean ones where they were made.
static inline const bp_model *bp_run_model(const bp_scenario *scenario) {
    return scenario->lean ? scenario->lean : scenario->model;
}
static inline const bp_view *bp_run_view(const bp_scenario *scenario) {
    return scenario->lean ? scenario->lean_view : scenario->view;
}

enum { BP_MOST_AXES = 16 };

// Index of an arm and of the value of each axis (BP_MOST_AXES) at one point.
void bp_plan_point(const bp_sheet *sheet, int run, int *arm, int *index);
// Points, settings, groups and times. Problems go to the report.
bp_status bp_plan_make(bp_scenario *scenario, bp_report *report);
void bp_plan_clear(bp_plan *plan);
// Its parts: what each point sets (plan_settings.c), settle groups (plan_groups.c).
BP_WARN_UNUSED bp_status bp_plan_set(bp_scenario *scenario, bp_report *report);
BP_WARN_UNUSED bp_status bp_plan_group(bp_scenario *scenario, bp_report *report);
// Which of the lists of variables a run sets.
int bp_plan_list(const bp_plan *plan, int run);
// The settings of a run into `out` (plan->most); their number in *n. Many threads may
// ask. IO: a large plan lies in a temporary file, which cannot be read any more.
BP_WARN_UNUSED bp_status bp_plan_settings(const bp_plan *plan, int run,
                                          bp_initial_value *out, int *n, bp_error *err);
// How many neighbouring points a batch integrates as one problem: 1, 4 or 8. A part of
// what the results are, as they differ by what the tolerance leaves open.
int bp_scenario_lanes(const bp_scenario *scenario);
// Variable of a symbol of the network.
int bp_scenario_variable(const bp_scenario *scenario, int symbol);

// Names of `observe:`, found in the network; the forms `amount(S)` and
// `concentration(S)` are added to it. Problems go to the network's report.
void bp_observe_find(bp_scenario *scenario);

// The variables that points set differently (n, owned by the scenario) and their values
// in one run, as the results' head has them (parameter_rows.c).
BP_WARN_UNUSED bp_status bp_parameter_rows_make(bp_scenario *scenario,
                                                const int **variables, int *n,
                                                bp_error *err);
bp_status bp_parameter_row(const bp_results_head *head, int run, double *row,
                           bp_error *err);
void bp_parameter_rows_free(bp_parameter_rows *rows);

// What results say of the points: coordinates, marks, parameters, observables.
bp_status bp_head_make(bp_scenario *scenario, bp_report *report);
// The part that settings and added provenance change; called again before a batch.
bp_status bp_head_refresh(bp_scenario *scenario);
// The model as text, as the results' head has it: printed when first asked for.
BP_WARN_UNUSED bp_status bp_head_model_text(const bp_results_head *head,
                                            bp_model_text *out);
// JSON of the figures asked for.
bp_status bp_figures_make(bp_scenario *scenario, bp_report *report);
// Appends a figure's measured points as members of its JSON object (measured.c).
void bp_measured_print(bp_scenario *scenario, bp_report *report,
                       const bp_figure_plan *plot, bp_text *json);

#endif
