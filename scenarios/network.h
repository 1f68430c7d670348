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

// Something in the medium: a drug, a ligand, or a species of the model itself.
typedef struct bp_substance {
    const char *species;          // its name in the network
    const bp_drug *drug;          // NULL: no drug
    double molar_mass;            // [g/mol], 0: not known
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
// Replaces the sums of all markers, after the last drug.
void bp_network_join(bp_network *network);
// Adds events for every slot of every substance.
void bp_network_add_doses(bp_network *network);
// Holds what is `fed` until time 0.
void bp_network_add_feed(bp_network *network);

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
