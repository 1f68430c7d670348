// Antimony: the model language. A file is read into module definitions; instances of
// them are poured into a spec, flat, with a prefix.
#ifndef BP_MODEL_ANTIMONY_H
#define BP_MODEL_ANTIMONY_H

#include "base/bundle.h"
#include "model/spec.h"

typedef struct bp_modules bp_modules; // definitions of one or several files

BP_API BP_WARN_UNUSED bp_status bp_modules_new(bp_modules **out);
BP_API void bp_modules_free(bp_modules *modules);
// Reads the file and its imports (each once). All syntax errors of the file go to the
// report; returns the status of the first.
BP_API bp_status bp_antimony_read(bp_modules *modules, bp_bundle *bundle,
                                  const char *name, bp_report *report);
BP_API int bp_modules_count(const bp_modules *modules);
BP_API const char *bp_modules_name(const bp_modules *modules, int i);
BP_API bool bp_modules_has(const bp_modules *modules, const char *module);
// The main module: marked `model *name`, else the statements outside any module, else
// the last module; "" where these statements are meant (libAntimony's rule). Settled by
// the first file read: further files add modules only.
BP_API const char *bp_modules_main(const bp_modules *modules);

// A port: the module's own name and the whole name it stands for in the spec.
typedef struct bp_binding {
    const char *port; // NULL: by position
    const char *name;
} bp_binding;

// An instance to be made of a module.
typedef struct bp_module_use {
    const char *module;
    const char *prefix; // "": none, the module is the model
    const bp_binding *bindings;
    int n_bindings;
    bp_where where;
} bp_module_use;

// Pours an instance of the module into `spec`, all its names prefixed with the prefix
// and ".", ports replaced by what they are bound to. Units and functions are shared
// without prefix (equal definitions once; different ones of one name are an error).
// Records the instance and those within it.
BP_API bp_status bp_modules_instantiate(const bp_modules *modules,
                                        const bp_module_use *use, bp_spec *spec,
                                        bp_report *report);

// File -> spec of its main module: read + instantiate. `bundle` may be NULL.
BP_API bp_status bp_antimony_load(const char *name, bp_bundle *bundle, bp_spec **out,
                                  bp_report *report);

// Parses one expression ("2*EGF/(Km+EGF)") with names as written into the spec's arena.
BP_API BP_WARN_UNUSED bp_status bp_antimony_expression(bp_spec *spec, const char *text,
                                                       bp_where where,
                                                       const bp_ast **out,
                                                       bp_error *err);

// Flat Antimony text of the spec, readable by libAntimony and by bp_antimony_read. Dots
// in names become "__", what no name may hold "_"; a name that is taken, or that the
// language has for itself, gets further underscores. Numbers round-trip exactly.
// Conversion factors and stoichiometries that are expressions become symbols with
// rules. UNSUPPORTED: an algebraic rule or a fast reaction.
BP_API BP_WARN_UNUSED bp_status bp_antimony_write(const bp_spec *spec, bp_text *out,
                                                  bp_error *err);

#endif
