// Pictures and tables of a network as it was written: Graphviz text and Markdown.
#ifndef BP_MODEL_DIAGRAM_H
#define BP_MODEL_DIAGRAM_H

#include "model/spec.h"

// Graphviz text of the reactions: species are boxes, computed variables ellipses,
// reactions dots. A solid arrow is consumption or production, a dashed line influence:
// it ends in a circle where more of it makes the law larger, in a bar where it makes it
// smaller, in a diamond where the law does both.
//
// `part` chooses reactions: names, separated by commas, of module instances
// ("RAS_pathway"), of modules ("dimer") or of the model itself (reactions outside every
// instance). NULL: all. BP_UNKNOWN_NAME when a name of it chooses nothing.
BP_API BP_WARN_UNUSED bp_status bp_spec_diagram(const bp_spec *spec, const char *part,
                                                bp_text *out, bp_error *err);

// The same reactions as a Markdown table: name, scheme, law, comment of its line.
BP_API BP_WARN_UNUSED bp_status bp_spec_reaction_table(const bp_spec *spec,
                                                       const char *part, bp_text *out,
                                                       bp_error *err);

#endif
