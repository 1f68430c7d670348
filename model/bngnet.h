// BioNetGen's flat networks (.net): parameters, functions, species, reactions with
// their rate-law forms, groups.
#ifndef BP_MODEL_BNGNET_H
#define BP_MODEL_BNGNET_H

#include "base/bundle.h"
#include "model/spec.h"

// File -> spec. Species are S1, S2, ... with their pattern as display name, amounts in
// one compartment of size 1; groups are assignment rules with a display name (so they
// are observables); parameters and functions keep their names. `bundle` may be NULL.
BP_API BP_WARN_UNUSED bp_status bp_bngnet_load(const char *name, bp_bundle *bundle,
                                               bp_spec **out, bp_report *report);

#endif
