// SBML: Levels 1 to 3, read and written with libsbml, which lives in a module of ours
// (bypass-sbml.so) that is opened on first use: a program that meets no SBML pays
// nothing for it.
#ifndef BP_MODEL_SBML_H
#define BP_MODEL_SBML_H

#include "base/bundle.h"
#include "base/text.h"
#include "model/spec.h"

// File -> spec. comp is flattened; what cannot be simulated (fbc, ...) is refused by
// name. `bundle` may be NULL. Names: SIds as they are; a local parameter k of reaction
// R is "R.k". Avogadro's number is that of SBML, 6.02214179e23.
BP_API BP_WARN_UNUSED bp_status bp_sbml_load(const char *name, bp_bundle *bundle,
                                             bp_spec **out, bp_report *report);

// The spec as SBML Level 3 Version 2: units, SBO terms, MIRIAM annotations, notes. Dots
// in names become "__" (a collision gets a further underscore), as in
// bp_antimony_write. Appends to `out`.
BP_API BP_WARN_UNUSED bp_status bp_sbml_write(const bp_spec *spec, bp_text *out,
                                              bp_error *err);

#endif
