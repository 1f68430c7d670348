// What a loaded scenario is made of; seen by the files of this folder only.
#ifndef BP_SCENARIOS_INTERNAL_H
#define BP_SCENARIOS_INTERNAL_H

#include "scenarios/layers.h"
#include "scenarios/network.h"
#include "scenarios/scenario.h"
#include "scenarios/sheet.h"

// The points, in their fixed order: arms slowest, then the keys of the sweep, the first
// slowest.
typedef struct bp_plan {
    int n_runs;
    size_t *first; // run r has settings [first[r], first[r + 1]) (n_runs + 1)
    bp_initial_value *settings; // all runs' settings, one after the other
    int *group;                 // settle group of each run, NULL: no settling (n_runs)
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
    bp_results_head head;
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

// Index of an arm and of the value of each axis at one point.
void bp_plan_point(const bp_sheet *sheet, int run, int *arm, int *index);
// Points, settings, groups and times. Problems go to the report.
bp_status bp_plan_make(bp_scenario *scenario, bp_report *report);
void bp_plan_clear(bp_plan *plan);
// How many neighbouring points a batch integrates as one problem: 1, 4 or 8. A part of
// what the results are, as they differ by what the tolerance leaves open.
int bp_scenario_lanes(const bp_scenario *scenario);
// Variable of a symbol of the network.
int bp_scenario_variable(const bp_scenario *scenario, int symbol);

// Names of `observe:`, found in the network; the forms `amount(S)` and
// `concentration(S)` are added to it. Problems go to the network's report.
void bp_observe_find(bp_scenario *scenario);

// What results say of the points: coordinates, marks, parameters, observables.
bp_status bp_head_make(bp_scenario *scenario, bp_report *report);
// The part that settings and added provenance change; called again before a batch.
bp_status bp_head_refresh(bp_scenario *scenario);
// JSON of the figures asked for.
bp_status bp_figures_make(bp_scenario *scenario, bp_report *report);
// Appends a figure's measured points as members of its JSON object (measured.c).
void bp_measured_print(bp_scenario *scenario, bp_report *report,
                       const bp_figure_plan *plot, bp_text *json);

#endif
