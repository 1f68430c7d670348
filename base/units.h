// Units: dimensions and scale. A small built-in table covers what signalling models use
// (M, mM, uM, nM, pM, mol, g, L, s, min, h, d, cell, molecule, kg, m2 ...); anything
// else is looked up in UDUNITS-2, whose database is read only then. M (molar), cell,
// molecule, item are ours: UDUNITS does not know them, and reads mg/kg as a pure number
// (here a dose per body mass: BP_DIM_BODY keeps it apart).
#ifndef BP_BASE_UNITS_H
#define BP_BASE_UNITS_H

#include <stdbool.h>

#include "base/error.h"
#include "base/text.h"

enum {
    BP_DIM_LENGTH, // metre
    BP_DIM_MASS,   // kilogram
    BP_DIM_TIME,   // second
    BP_DIM_AMOUNT, // mole
    BP_DIM_COUNT,  // molecule, item, cell: counted things
    BP_DIM_TEMPERATURE,
    BP_DIM_CURRENT,
    BP_DIM_LIGHT,
    BP_DIM_BODY, // kilogram of body mass in `mg/kg`
    BP_N_DIMS
};

// value in SI base = scale * value in this unit. Exponents may be fractions (sqrt).
typedef struct bp_unit {
    double scale;
    double power[BP_N_DIMS];
    bool known; // false: unit not stated; fits anything
} bp_unit;

BP_API extern const bp_unit bp_unit_unknown;       // not stated
BP_API extern const bp_unit bp_unit_dimensionless; // the number 1

// "nM", "ng/mL", "1/(nM*s)", "nM^-1 s^-1", "mg/kg", "10 uL". BAD_UNIT with a suggestion
// when unknown. Products and quotients read from left to right: 1/nM s is s/nM. "/kg"
// after a mass, or a mass per time, is by body mass: mg/kg, ug/kg/day, mg/(kg d); J/kg,
// mL/kg and mg kg^-1 are what they are in physics; kg_body is body mass anywhere. Safe
// to call from several threads.
BP_API BP_WARN_UNUSED bp_status bp_unit_parse(const char *text, bp_unit *out,
                                              bp_error *err);
BP_API bp_unit bp_unit_multiply(bp_unit a, bp_unit b);
BP_API bp_unit bp_unit_divide(bp_unit a, bp_unit b);
BP_API bp_unit bp_unit_power(bp_unit a, double exponent);
// Same dimensions (scale may differ); an unknown unit fits everything.
BP_API bool bp_unit_same_dimension(bp_unit a, bp_unit b);
// Same dimensions and same scale to 1e-9.
BP_API bool bp_unit_equal(bp_unit a, bp_unit b);
// Factor f with value_in_b = f * value_in_a; BAD_UNIT when the dimensions differ.
BP_API BP_WARN_UNUSED bp_status bp_unit_factor(bp_unit a, bp_unit b, double *factor,
                                               bp_error *err);
// Readable, from what it is: "nmol/L", "1/s", "dimensionless". Appends to `out`.
BP_API void bp_unit_print(bp_unit unit, bp_text *out);

// A number with a unit as people write it: "200 nM", "72 h", "4 mg/kg", "0.3".
typedef struct bp_quantity {
    double value;
    bp_unit unit;  // unknown when the text has none
    char text[48]; // the unit as written, "" when none
} bp_quantity;

// SYNTAX when it is no number, BAD_UNIT when the unit is unknown.
BP_API BP_WARN_UNUSED bp_status bp_quantity_parse(const char *text, bp_quantity *out,
                                                  bp_error *err);
// The value in `unit`. Mass concentrations convert to molar ones (and back) by
// `molar_mass_g_per_mol`; 0 where it is not known: then BAD_UNIT says that it is
// needed.
BP_API BP_WARN_UNUSED bp_status bp_quantity_in(const bp_quantity *quantity,
                                               bp_unit unit,
                                               double molar_mass_g_per_mol,
                                               double *value, bp_error *err);

// 6.02214076e23 1/mol (exact, SI 2019)
#define BP_AVOGADRO 6.02214076e23

#endif
