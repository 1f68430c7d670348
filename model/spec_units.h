// Units within model/: evaluation of unit expressions.
#ifndef BP_MODEL_SPEC_UNITS_H
#define BP_MODEL_SPEC_UNITS_H

#include "model/ast.h"

// Finds the unit of a name; BAD_UNIT with a suggestion when it is unknown.
typedef bp_status bp_unit_lookup(const char *name, const void *data, bp_unit *out,
                                 bp_error *err);

// The unit that an expression of units stands for: 1e-9 mole/litre.
BP_WARN_UNUSED bp_status bp_unit_from_ast(const bp_ast *ast, bp_unit_lookup *lookup,
                                          const void *data, bp_unit *out,
                                          bp_error *err);
// A unit that needs no definition; plurals too.
BP_WARN_UNUSED bp_status bp_unit_known(const char *name, bp_unit *out, bp_error *err);
// The definition of this name; NULL: none.
const bp_unit_definition *bp_spec_unit_definition(const bp_spec *spec,
                                                  const char *name);
// The text of the unit that the model gives one of the names "substance", "volume",
// "area", "length", "time_unit", "extent" a meaning by; NULL: none.
const char *bp_spec_model_unit(const bp_spec *spec, const char *name);
// Extent per time; unknown when the model does not say both.
bp_unit bp_spec_rate_unit(const bp_spec *spec);

// In antimony_modules.c: parses the text of a unit into the arena; SYNTAX when it is
// none.
BP_WARN_UNUSED bp_status bp_antimony_unit_text(bp_arena *arena, const char *text,
                                               const bp_ast **out);

#endif
