// The formats of model files, by the ending of the name: the one place that knows them.
#ifndef BP_MODEL_FORMAT_H
#define BP_MODEL_FORMAT_H

#include "base/bundle.h"
#include "model/spec.h"

typedef enum bp_format {
    BP_FORMAT_NONE,
    BP_FORMAT_ANTIMONY, // .ant, .antimony, .txt
    BP_FORMAT_SBML,     // .xml, .sbml
    BP_FORMAT_NET,      // .net: a network that BioNetGen made
} bp_format;

BP_API bp_format bp_format_of(const char *path);
// "Antimony", "SBML", "BioNetGen network": for people.
BP_API const char *bp_format_text(bp_format format);

// File -> spec, by its ending. `bundle` may be NULL; all findings go to `report`, with
// positions in the file. UNSUPPORTED when the ending is not known. Free with
// bp_spec_free.
BP_API BP_WARN_UNUSED bp_status bp_spec_load(const char *path, bp_bundle *bundle,
                                             bp_spec **out, bp_report *report);

#endif
