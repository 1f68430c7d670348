// Layers: what a run's settings are made of. Each layer is a list of values for symbols
// of the network, in the network's units; later layers win: member of the ensemble,
// cell, mechanisms, medium, set, arm, sweep, doses.
#ifndef BP_SCENARIOS_LAYERS_H
#define BP_SCENARIOS_LAYERS_H

#include "scenarios/network.h"
#include "scenarios/table.h"

typedef struct bp_entry {
    int symbol;   // of the spec
    double value; // in its unit; scaled: a factor
    bool scaled;
} bp_entry;
typedef BP_ARRAY(bp_entry) bp_entries;

typedef struct bp_cell_layer {
    const char *name; // as written
    const bp_cell *cell;
    bp_entries entries;
} bp_cell_layer;

// A mechanism that some arm has, its expressions read.
typedef struct bp_mechanism_layer {
    const char *name;
    const bp_mechanism *mechanism;
    bp_where where;       // of its first use
    int *symbols;         // of each change, -1: does not apply to this network
    const bp_ast **trees; // of each change
    double *factors;      // from the unit that it states to the network's
} bp_mechanism_layer;

// A mechanism with its strengths, as an arm has it. Of those that one includes, it
// comes last.
typedef struct bp_applied {
    int mechanism; // index of the layer
    int first;     // of those in the same list that it includes; itself: none
    bool included; // by another, not named by the scenario
    bp_where where;
    double *strengths;
} bp_applied;
typedef BP_ARRAY(bp_applied) bp_applied_list;

// Parameter sets: columns of a CSV file.
typedef struct bp_ensemble {
    int n, n_members;
    const char **names; // (n)
    bp_where *wheres;   // of the names (n)
    int *symbols;       // -1: not a parameter (n)
    bp_spill *values;   // (n_members x n), until the plan is made
    double *costs;      // (n_members), NULL: no such column
} bp_ensemble;

typedef struct bp_arm_layer {
    int cell; // index of the cell layer, -1: none of its own
    bp_applied_list applied;
    bp_entries medium, set, doses;
} bp_arm_layer;

typedef enum bp_axis_target {
    BP_AXIS_NOTHING, // was wrong, reported
    BP_AXIS_CELL,
    BP_AXIS_MECHANISM, // which mechanism
    BP_AXIS_STRENGTH,  // a strength of a mechanism
    BP_AXIS_MEMBER,    // of the ensemble
    BP_AXIS_EXPOSURE,  // concentration of all doses of a substance
    BP_AXIS_AT,        // time of its doses
    BP_AXIS_MEDIUM,    // concentration in the medium
    BP_AXIS_SYMBOL
} bp_axis_target;

typedef struct bp_axis_layer {
    bp_axis_target target;
    int symbol;      // SYMBOL, MEDIUM; -1: none
    int substance;   // EXPOSURE, AT, MEDIUM
    bool everywhere; // EXPOSURE: no arm names it, so all have it from time 0
    struct bp_touched {
        BP_ARRAY(int) symbols;
    } * touched;              // EXPOSURE, AT: what takes the value in each arm (n_arms)
    int start;                // everywhere: symbol of the dose's time, which is 0
    int *cells;               // CELL: cell layers (n)
    bp_applied_list *applied; // MECHANISM: what each value applies (n)
    int mechanism, strength;  // STRENGTH
    double *values;           // else: in the network's unit (n)
    double *shown;            // in the unit of the axis (n)
} bp_axis_layer;

typedef struct bp_layers {
    BP_ARRAY(bp_cell_layer) cells;
    int cell; // of the scenario, -1: none
    BP_ARRAY(bp_mechanism_layer) mechanisms;
    bp_applied_list applied; // to all arms that do not say none
    bp_ensemble *ensemble;   // NULL: none
    bp_entries medium, set;
    bp_arm_layer *arms;  // (sheet->n_arms)
    bp_axis_layer *axes; // (sheet->n_axes)
} bp_layers;

void bp_layers_clear(bp_layers *layers, const bp_sheet *sheet);
// Everything that adds to the network: cells read, substances found, doses counted.
void bp_layers_find(bp_layers *layers, bp_network *network, const bp_sheet *sheet);
// Values for its symbols, when the network is whole.
void bp_layers_resolve(bp_layers *layers, bp_network *network, const bp_sheet *sheet);

// Calls `visit` for each dose of an arm: those common to all arms that it does not have
// itself, then its own. `slot` counts from 1 within substance and kind.
typedef void (*bp_dose_visit)(void *data, const bp_exposure *exposure,
                              const bp_dose *dose, int substance, int slot);
void bp_arm_doses(const bp_network *network, const bp_sheet *sheet, const bp_arm *arm,
                  bp_dose_visit visit, void *data);
// What `medium:` sets for a ligand: the level at which the network itself holds it
// (EGF_rest), where it has one, else the ligand. -1: the network has neither.
int bp_medium_symbol(const bp_network *network, const bp_substance *substance);
// Takes note that the medium has the ligand: it may have to be held before the start.
void bp_medium_find(bp_network *network, const bp_sheet *sheet, const char *name,
                    bp_where where);

// Mechanisms: which there are (mechanisms.c).
void bp_mechanisms_find(bp_layers *layers, bp_network *network, const bp_sheet *sheet);
// Whether the axis is one of mechanisms or of a strength; fills the layer then.
bool bp_mechanism_axis(bp_layers *layers, bp_network *network, const bp_axis *axis,
                       bp_axis_layer *layer);
void bp_mechanisms_clear(bp_layers *layers, const bp_sheet *sheet);
// The mechanism's own strengths with those that are given here; NULL: no memory.
double *bp_strengths_take(bp_network *network, const bp_mechanism *mechanism,
                          const bp_knobs *given);
int bp_strength_find(const bp_mechanism *mechanism, const char *name); // -1: none
// "PTEN loss (lost 0.95), ...; arm b: ..." in the arena; NULL: no memory.
const char *bp_mechanisms_text(const bp_layers *layers, const bp_sheet *sheet,
                               bp_arena *arena);

// What they set (mechanism_values.c).
void bp_mechanisms_resolve(bp_layers *layers, bp_network *network,
                           const bp_sheet *sheet);
// What a change sets, or multiplies by, at these strengths [network's unit].
BP_WARN_UNUSED bp_status bp_mechanism_value(const bp_mechanism_layer *layer,
                                            const double *strengths, int change,
                                            double *out, bp_error *err);

// Frees what only the plan needs. (ensemble.c)
void bp_ensemble_planned(bp_layers *layers);
// Reads the ensemble that the sheet asks for and adds its axis to the sheet; false
// after reporting.
bool bp_ensemble_read(bp_layers *layers, bp_network *network, bp_sheet *sheet);
void bp_ensemble_resolve(bp_layers *layers, bp_network *network);

#endif
