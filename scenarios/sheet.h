// Sheets: what the files say, checked for form but not yet against a model. Everything
// lives in the arena it was read into.
#ifndef BP_SCENARIOS_SHEET_H
#define BP_SCENARIOS_SHEET_H

#include "scenarios/scenario.h"
#include "scenarios/yaml.h"
#include "solver/solver.h"

// A number with unit, source and place: one line of a data file.
typedef struct bp_fact {
    const char *name;
    const char *text; // as written: "13 nM"
    bp_quantity quantity;
    const char *source; // "" when none
    const char *of;     // what a molar mass refers to, "" when not said
    bool broken;        // was reported: it is there, but without a value
    bp_where where;     // of the value
    bp_where name_where;
} bp_fact;

typedef struct bp_pair { // "PIK3CA": "K111N (weak)"
    const char *name;
    const char *text;
} bp_pair;

// What every file of the catalogue has.
typedef struct bp_item {
    const char *name;       // "T-DM1"
    const char *id;         // the same as an identifier: "T_DM1"
    const char *text;       // one line
    const char *source;     // "" when none
    const char *confidence; // "high", "medium", "low"; "" not said
    const char **aliases;   // (n_aliases)
    int n_aliases;
    const char *file;
} bp_item;

typedef struct bp_act {
    const char *on; // the marker it acts on
    const char *archetype;
    bp_where where, on_where, archetype_where;
    bp_fact *facts; // parameters of the archetype (n_facts)
    int n_facts;
    bp_fact *effects; // weights of effects (n_effects)
    int n_effects;
} bp_act;

typedef struct bp_drug {
    bp_item item;
    bp_fact molar_mass;
    bp_fact free_fraction; // what serum in the medium leaves unbound, 0-1 without a
                           // unit; 1 and no text where the file does not say
    bp_act *acts;
    int n_acts;
} bp_drug;

typedef struct bp_ligand {
    bp_item item;
    const char *species; // of the model
    bp_fact molar_mass;
} bp_ligand;

typedef struct bp_cell {
    bp_item item;
    bp_pair *genotype;
    int n_genotype;
    bp_fact *levels; // molecules per cell: sets NAME_copies (n_levels)
    int n_levels;
    bp_fact *set; // (n_set)
    int n_set;
} bp_cell;

// ---- scenario ----

typedef enum bp_dose_kind { BP_DOSE_ADD, BP_DOSE_SET, BP_DOSE_WASH } bp_dose_kind;

// One thing done to one substance of the medium.
typedef struct bp_dose {
    bp_dose_kind kind;
    bp_quantity amount; // ADD, SET
    const char *text;   // the amount as written: "10 ng/mL"
    bp_quantity at;
    bp_where where;    // of the amount
    bp_where at_where; // of the time
} bp_dose;

// `lapatinib: 200 nM`
typedef struct bp_exposure {
    const char *name;
    bp_where where;
    bp_dose *doses;
    int n_doses;
} bp_exposure;

typedef struct bp_exposures {
    bp_exposure *items;
    int n;
} bp_exposures;

// `PTEN_level: 0.1`
typedef struct bp_knob {
    const char *name;
    bp_where where; // of the name
    bp_where value_where;
    bp_quantity value;
    bool scaled; // {scale: 0.5}: times what it would be otherwise
    double scale;
} bp_knob;

typedef struct bp_knobs {
    bp_knob *items;
    int n;
} bp_knobs;

typedef struct bp_named { // a name with its place; name NULL: not given
    const char *name;
    bp_where where;
} bp_named;

// ---- mechanisms ----

// `PTEN loss`, `{p95HER2: {fraction: 0.3}}`
typedef struct bp_mechanism_use {
    const char *name;
    bp_where where;
    bp_knobs strengths; // given here, else the mechanism's own
} bp_mechanism_use;

typedef struct bp_mechanism_uses {
    bp_mechanism_use *items;
    int n;
    bool given; // an empty list is not the same as none
} bp_mechanism_uses;

// A number of a mechanism that a scenario may choose.
typedef struct bp_strength {
    const char *name, *text, *source;
    double value, low, high;
    bp_where where;
} bp_strength;

// What the name of a change is: of the network, a ligand of the medium, or a parameter
// of a drug's act ("HER2_kinase.Ki").
typedef enum bp_change_of {
    BP_CHANGE_SYMBOL,
    BP_CHANGE_LIGAND,
    BP_CHANGE_DRUG
} bp_change_of;

// One thing that a mechanism sets: an expression in its strengths.
typedef struct bp_change {
    bp_change_of of;
    const char *name;
    const char *drug; // DRUG: which, else NULL
    bp_where drug_where;
    const char *expression;
    const char *unit; // "" the network's
    const char *source;
    bool scaled;
    bp_where where, expression_where;
} bp_change;

enum { BP_MOST_STRENGTHS = 32 }; // of one mechanism

typedef struct bp_mechanism {
    bp_item item;
    const char *literature; // what was seen, with the marks of sources; "" not said
    bp_strength *strengths;
    int n_strengths;
    bp_change *changes;
    int n_changes;
    bp_mechanism_uses includes; // come before its own changes
} bp_mechanism;

// `ensemble: 100`, `ensemble: {file: ./mine.csv, members: 50}`
typedef struct bp_ensemble_use {
    bool given;
    int members; // 0: all
    bp_named file;
    bool from_caller; // the file is named as the caller sees it, not as the scenario
    bp_where where;
} bp_ensemble_use;

typedef struct bp_arm {
    const char *name; // NULL: the scenario has no arms
    bp_where where;
    bp_named cell;
    bp_exposures exposures;
    bp_mechanism_uses mechanisms; // in addition to the common ones; given and empty:
                                  // none at all
    bp_knobs medium;
    bp_knobs set;
} bp_arm;

typedef enum bp_axis_kind { BP_AXIS_LOG, BP_AXIS_LINEAR, BP_AXIS_LIST } bp_axis_kind;

// Whether the values of a swept key are names: cells, mechanisms.
bool bp_axis_is_named(const char *name);

// One key of `sweep:`.
typedef struct bp_axis {
    const char *name;
    bp_where where;
    bp_axis_kind kind;
    int n;                 // points
    const bp_yaml **texts; // LIST: as written (n)
    bp_quantity *values;   // (n); LOG, LINEAR: all in the first bound's unit; NULL: the
                           // members of an ensemble
    const char *unit;      // of the first value as written, "" when none
} bp_axis;

typedef struct bp_figure_plan {
    const char *kind; // "time course" | "dose response"
    bp_where where;
    bp_named *of; // observables (n_of), none: all
    int n_of;
    bp_named compare, panels, x, title;
    bp_named as, data; // how curves are scaled; a CSV file of measured points
    bp_quantity at;
    bool at_given;
    bp_where at_where;
} bp_figure_plan;

typedef struct bp_run_plan {
    bp_quantity until;
    bp_where until_where;
    bool until_given;
    bp_quantity every;
    bp_where every_where;
    bool every_given;
    int points; // 0: not given
} bp_run_plan;

// What a model's numbers mean, where the scenario says so; unknown: it does not.
typedef struct bp_model_units {
    bp_unit time;
    bp_unit concentration; // of species without a unit of their own
} bp_model_units;

// A rate constant: a quantity, or a parameter of the model.
typedef struct bp_rate {
    bool given;
    bp_quantity value;
    const char *name; // NULL: the quantity
    bp_where where;
} bp_rate;

// A species, and how many epitopes one of it shows.
typedef struct bp_counted {
    bp_named species;
    double count;
} bp_counted;

typedef enum bp_target_kind {
    BP_TARGET_SITE,
    BP_TARGET_EPITOPE,
    BP_TARGET_EFFECT
} bp_target_kind;

// A marker that the scenario gives to a model that has none: where drugs act.
typedef struct bp_target {
    bp_target_kind kind;
    const char *name;
    bp_where where;
    bp_named *scales; // parameters and reactions that are lowered (n_scales)
    int n_scales;
    bp_counted *surface; // EPITOPE (n_surface)
    int n_surface;
    bp_rate rate; // SITE: turnover; EPITOPE: internalisation
} bp_target;

typedef struct bp_sheet {
    const char *file;
    const char *title;
    bp_named model;
    bp_named cell;
    bool settle;  // before: steady state
    bool lenient; // undeclared names of the model are parameters
    bp_model_units units;
    bp_target *targets; // (n_targets)
    int n_targets;
    bp_mechanism_uses mechanisms;
    bp_ensemble_use ensemble;
    bp_knobs medium;
    bp_knobs set;
    bp_exposures expose;
    bp_arm *arms; // at least one
    int n_arms;
    bool has_arms; // false: the one arm has no name
    bp_axis *axes;
    int n_axes;
    bp_run_plan run;
    bp_named *observe; // (n_observe)
    int n_observe;
    bool save_species;
    bp_figure_plan *plots;
    int n_plots;
    bp_behaviour *behaviour; // NULL: none
} bp_sheet;

// Each reads a whole text; NULL after reporting that it cannot be used at all. What was
// reported otherwise stands in the report.
bp_drug *bp_drug_parse(bp_reader *reader, const char *text, size_t length);
bp_ligand *bp_ligand_parse(bp_reader *reader, const char *text, size_t length);
bp_cell *bp_cell_parse(bp_reader *reader, const char *text, size_t length);
bp_mechanism *bp_mechanism_parse(bp_reader *reader, const char *text, size_t length);
// `settings` takes what `run:` says of the solver.
bp_sheet *bp_sheet_parse(bp_reader *reader, const char *text, size_t length,
                         bp_settings *settings);

// ---- parts that several parsers share ----

// name, aliases, text, source of a catalogue file.
bool bp_item_parse(bp_reader *reader, const bp_yaml *root, bp_item *out);
// Whether the name is its name or an alias.
bool bp_item_called(const bp_item *item, const char *name);
// {value: 13 nM, source: "..."}; `has_of`: `of:` is allowed.
bool bp_fact_parse(bp_reader *reader, const bp_yaml *node, bool has_of, bp_fact *out);
// Every entry of a map as a fact.
bp_fact *bp_facts_parse(bp_reader *reader, const bp_yaml *map, const char *what,
                        int *n);
bp_exposures bp_exposures_parse(bp_reader *reader, const bp_yaml *map,
                                const char *const *not_these);
bp_knobs bp_knobs_parse(bp_reader *reader, const bp_yaml *map, const char *what);
// `behaviour:` and `expect:`, either may be NULL.
bp_behaviour *bp_behaviour_parse(bp_reader *reader, const bp_yaml *about,
                                 const bp_yaml *expect);
bp_mechanism_uses bp_uses_parse(bp_reader *reader, const bp_yaml *list);
bp_model_units bp_model_units_parse(bp_reader *reader, const bp_yaml *map);
// `sites:`, `epitopes:`, `effects:` of the root into the sheet.
void bp_targets_parse(bp_reader *reader, const bp_yaml *root, bp_sheet *sheet);
bp_axis *bp_sweep_parse(bp_reader *reader, const bp_yaml *map, int *n);
bp_figure_plan *bp_plots_parse(bp_reader *reader, const bp_yaml *list, int *n);
bp_run_plan bp_run_parse(bp_reader *reader, const bp_yaml *map, bp_settings *settings);
// A time ("24 h"), also without unit: then in the model's own.
bool bp_time_parse(bp_reader *reader, const bp_yaml *node, const char *what,
                   bp_quantity *out);
// Names of a list with their places.
bp_named *bp_names_parse(bp_reader *reader, const bp_yaml *node, const char *what,
                         int *n);

#endif
