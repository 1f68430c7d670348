// Network: the composed reaction network. Made in steps: the model is poured,
// substances are resolved against it, drugs, doses and the feed of the medium are
// added. See docs/decisions/0001-composition.md.
#ifndef BP_SCENARIOS_NETWORK_H
#define BP_SCENARIOS_NETWORK_H

#include "model/antimony.h"
#include "model/spec.h"
#include "scenarios/library.h"
#include "scenarios/sheet.h"

enum { BP_N_DOSE_KINDS = BP_DOSE_WASH + 1 };

// When a dose that an arm does not have takes place [model time]. Finite, because a
// model does not start with an infinite value; results show it as infinity.
#define BP_NEVER 1e300

// In what a substance is dosed: as the species is, or as an amount where that is a
// concentration (or the other way round).
typedef enum bp_dose_in {
    BP_DOSE_NOT_SAID,
    BP_DOSE_OWN_UNIT,
    BP_DOSE_BY_VOLUME
} bp_dose_in;

// Something in the medium: a drug, a ligand, or a species of the model itself.
typedef struct bp_substance {
    const char *species; // its name in the network
    const bp_drug *drug; // NULL: no drug
    double molar_mass;   // [g/mol], 0: not known
    bool own;            // the model's, and not of the library
    bp_dose_in dose_in;
    bool fed;                     // held at its level before the start
    int n_slots[BP_N_DOSE_KINDS]; // doses of each kind, most in any arm
} bp_substance;

// A name as scenarios write it, and the substance it means.
typedef struct bp_substance_name {
    const char *name;
    int substance;
} bp_substance_name;

typedef struct bp_network {
    bp_arena *arena;
    bp_bundle *bundle;
    bp_report *report;
    bp_library *catalogue;
    const char *base;       // the scenario's file: relative paths start there
    const char *model_path; // of the model's file in the bundle
    bp_modules *modules;    // of the model
    bp_modules *archetypes; // of the library; NULL until a drug needs them
    bp_spec *spec;
    BP_ARRAY(bp_substance) substances;
    BP_ARRAY(bp_substance_name) aliases;
    BP_ARRAY(const bp_drug *) drugs;
    bool own_markers;  // the model itself says where drugs act
    bool time_assumed; // that the model is in seconds was said
} bp_network;

// A model of the library with species left out.
typedef struct bp_preset {
    bp_item item;
    bp_named model;
    const char **without; // (n_without)
    int n_without;
    bp_where where; // of the list
} bp_preset;
bool bp_is_preset(const char *path);
bp_preset *bp_preset_parse(bp_reader *reader, const char *text, size_t length);

// Frees modules, spec and lists; the texts are the arena's.
void bp_network_clear(bp_network *network);
// Pours the model (a built-in name or a path) into a new spec.
bp_status bp_network_pour(bp_network *network, bp_named model);
// The same for a file by its name in the bundle.
bp_status bp_network_pour_file(bp_network *network, const char *file, bp_where where);
// The substance that `name` means, -1 after reporting that there is none. Drugs are
// added to the network when they are first met.
int bp_network_substance(bp_network *network, const char *name, bp_where where);
// The index where it is known already, else -1; reports nothing.
int bp_network_known(const bp_network *network, const char *name);
// Adds a drug's species and acts to the spec; `where` it is named.
void bp_network_add_drug(bp_network *network, const bp_drug *drug, bp_where where);
// The markers that the scenario declares.
void bp_network_declare(bp_network *network, const bp_sheet *sheet);
// Warns of those that no drug acts on.
void bp_network_check_declared(bp_network *network, const bp_sheet *sheet);
// Reads the library's archetypes when they are first needed; false after reporting.
bool bp_network_archetypes(bp_network *network, bp_where where);

// Where a drug is.
typedef struct bp_place {
    const char *medium, *cell; // what the archetype's ports of these names stand for
    const char *unit;          // of the drug; NULL: the model's own, which is nM
    bool in_model;             // `medium` is a compartment of a model in other units
} bp_place;
// Notes whether the model has markers of its own, before any are declared.
void bp_network_look_for_markers(bp_network *network);
// False after reporting that the drug cannot be in this model.
bool bp_network_place(bp_network *network, const bp_drug *drug, bp_place *out);
// An archetype's instance that was just poured.
typedef struct bp_poured {
    int first_symbol, first_reaction;
    const char *drug, *on; // species of the drug; what the act is on
    bp_where where;
} bp_poured;
// Its numbers and units as the model has them.
void bp_network_fit(bp_network *network, const bp_place *place,
                    const bp_poured *poured);
bp_unit bp_network_nanomolar(void);

#define BP_ARCHETYPES "bypass:models/archetypes.ant"

// Replaces the sums of all markers, after the last drug.
void bp_network_join(bp_network *network);
// Adds events for every slot of every substance.
void bp_network_add_doses(bp_network *network);
// Holds what is `fed` until time 0.
void bp_network_add_feed(bp_network *network);

// Takes note of what a dose is (dose_units.c). Mixed meanings are an error.
void bp_dose_meaning(bp_network *network, int substance, const bp_quantity *quantity,
                     bp_where where);
// The number that a dose parameter takes; false after reporting.
bool bp_dose_convert(bp_network *network, int substance, const bp_quantity *quantity,
                     bp_where where, double *value);
// The spec's name of the dose parameter's unit; NULL: it has none.
const char *bp_dose_unit_name(const bp_network *network, int substance);
// What is added to the species, or what it is set to.
const bp_ast *bp_dose_by_volume(bp_network *network, int substance,
                                const bp_ast *amount);
// Whether events may change it; false after reporting.
bool bp_dose_possible(bp_network *network, int substance, const char *name,
                      bp_where where);

// "dose.NRG1.1.amount" and such, in the arena; slot counts from 1.
const char *bp_dose_name(bp_network *network, bp_dose_kind kind, const char *species,
                         int slot, const char *what);

// ---- small tools on the spec ----

// A parameter with a value and (NULL: without) a unit; -1: out of memory, noted.
int bp_network_parameter(bp_network *network, const char *name, double value,
                         const char *unit);
void bp_network_no_memory(bp_network *network);
// The file of a cell line or mechanism: a path, which starts at the file `base`, or a
// name of the catalogue. NULL after reporting. It lives in the network's arena.
const char *bp_network_find_file(bp_network *network, bp_catalogue kind, bp_named name,
                                 const char *base);
// Whether any rule, law or initial value (all but events) reads the symbol.
// (spec->symbols)
bool *bp_network_readers(bp_network *network);
// The value in the unit of the symbol. Without a unit of its own it is taken as it is.
// False after reporting.
bool bp_network_convert(bp_network *network, const bp_quantity *quantity,
                        bp_where where, int symbol, double molar_mass, double *value);
// A number that a quantity is wanted as.
typedef struct bp_wanted {
    const char *name;  // of what it is for
    bp_unit unit;      // unknown: the number is taken as it is, with a warning
    double molar_mass; // [g/mol], 0: not known
} bp_wanted;
bool bp_network_convert_to(bp_network *network, const bp_quantity *quantity,
                           bp_where where, bp_wanted wanted, double *value);
// Whether it would convert.
bool bp_network_fits(const bp_quantity *quantity, bp_unit unit, double molar_mass);
// The value of a time in the model's unit. A model that states none is taken to be in
// seconds; that is said, once.
bool bp_time_in_model(bp_network *network, const bp_quantity *time, bp_where where,
                      double *value);
void bp_network_assume_seconds(bp_network *network, bp_where where);
// Name of a unit of the spec that equals `unit`, defined where there is none; NULL: not
// known, or no memory (noted).
const char *bp_network_define_unit(bp_network *network, bp_unit unit);
// What the scenario says of the model's numbers.
void bp_network_state_units(bp_network *network, const bp_model_units *units);
// Reports that a quantity does not fit the unit wanted, in the words of the file.
void bp_network_misfit(bp_network *network, const bp_quantity *quantity, bp_where where,
                       bp_unit wanted, const bp_error *err);
// Reports that the model lacks something that a file of the catalogue names: an error
// in a user's own file, a note in a built-in one, which was written for a larger model.
void bp_network_lacks(bp_network *network, const char *file, bp_where where,
                      const char *format, ...) BP_PRINTF(4, 5);
// Whether a run may set it: declared, without an assignment rule.
bool bp_network_settable(const bp_network *network, int symbol);
// Name of a unit of the spec, or of the model as a whole, that equals `unit`; NULL when
// there is none.
const char *bp_network_unit_name(const bp_network *network, bp_unit unit);

#endif
