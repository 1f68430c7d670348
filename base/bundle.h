// Bundle: every text a run was made from. All parsers read files through one, so that a
// results file can store exactly what was read, and repeat the run from it on another
// machine, years later, without touching the disk.
//
// Names: a path as the user gave it, or "bypass:KIND/REST" for a file of the built-in
// library (bp_data_folder(KIND) + REST), which is the same on every machine.
#ifndef BP_BASE_BUNDLE_H
#define BP_BASE_BUNDLE_H

#include "base/error.h"
#include "base/text.h"

typedef struct bp_bundle bp_bundle;

BP_API BP_WARN_UNUSED bp_status bp_bundle_new(bp_bundle **out);
BP_API void bp_bundle_free(bp_bundle *bundle);
// Adds or replaces a text (copied). Replacing ends the life of the old text.
BP_API BP_WARN_UNUSED bp_status bp_bundle_add(bp_bundle *bundle, const char *name,
                                              const char *text, size_t length);
// The text of `name`, read from disk and kept when it is not there yet (not when
// sealed: NO_FILE). Borrowed; NUL-terminated; `length` may be NULL.
BP_API BP_WARN_UNUSED bp_status bp_bundle_read(bp_bundle *bundle, const char *name,
                                               const char **text, size_t *length,
                                               bp_error *err);
// Whether bp_bundle_read would find it.
BP_API bool bp_bundle_has(const bp_bundle *bundle, const char *name);
// Gives text `i` to `take` in pieces, in order, whether or not it is kept; what is not
// OK ends it. IO where a file is not what it was.
typedef bp_status (*bp_bundle_take)(void *data, const char *piece, size_t length);
BP_API BP_WARN_UNUSED bp_status bp_bundle_pass(const bp_bundle *bundle, int i,
                                               bp_bundle_take take, void *data,
                                               bp_error *err);
// As bp_bundle_read, but gives the text to `take`. What is read from a large regular
// file is not kept: bp_bundle_pass and bp_bundle_read go to the file again, which must
// not change until then. When `take` fails the name may not be in the bundle.
BP_API BP_WARN_UNUSED bp_status bp_bundle_scan(bp_bundle *bundle, const char *name,
                                               bp_bundle_take take, void *data,
                                               bp_error *err);
// From now on the disk is not touched.
BP_API void bp_bundle_seal(bp_bundle *bundle);
BP_API bool bp_bundle_sealed(const bp_bundle *bundle);
// The texts read so far, in order of first reading.
BP_API int bp_bundle_count(const bp_bundle *bundle);
BP_API const char *bp_bundle_name(const bp_bundle *bundle, int i);
// NULL, and the length, where it is not kept.
BP_API const char *bp_bundle_text(const bp_bundle *bundle, int i, size_t *length);
// The name that `relative` has when it is written in the file `base` ("" or NULL:
// none): folder of `base` + relative, for paths and for "bypass:" names alike. Appends
// to `out`.
BP_API void bp_bundle_resolve(const char *base, const char *relative, bp_text *out);

#endif
