// Leaving species out of a network.
#ifndef BP_MODEL_SPEC_WITHOUT_H
#define BP_MODEL_SPEC_WITHOUT_H

#include "model/spec.h"

// The network as it is when the named species are and stay 0: every reaction that takes
// one of them or makes one is gone, they themselves remain as constants of value 0,
// without rules. Exact wherever none of these reactions would take anything else from
// the rest. BP_UNKNOWN_NAME (with a suggestion) for a name that is no species,
// BP_BAD_MODEL where an event sets one of them.
BP_API BP_WARN_UNUSED bp_status bp_spec_without(bp_spec *spec, const char *const *names,
                                                int n, bp_error *err);

#endif
