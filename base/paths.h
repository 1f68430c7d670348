// Where the built-in library and the plug-ins lie.
#ifndef BP_BASE_PATHS_H
#define BP_BASE_PATHS_H

#include "base/text.h"

// Folder of the built-in data of `kind` ("models", "drugs", "cells", "ligands",
// "mechanisms", "scenarios"), first that exists of: $BYPASS_DATA_DIR/kind, next to the
// installed program or library, the source tree, the folder given to the build. Appends
// to `out`; false when there is none.
BP_API bool bp_data_folder(const char *kind, bp_text *out);
// Path of the plug-in `name` ("bypass-plot.so"), as above with $BYPASS_PLUGIN_DIR.
BP_API bool bp_plugin_path(const char *name, bp_text *out);
BP_API bool bp_path_exists(const char *path);
BP_API bool bp_path_is_folder(const char *path);
// "a/b" + "c" -> "a/b/c"; an absolute second part stands alone. Appends to `out`.
BP_API void bp_path_join(bp_text *out, const char *folder, const char *name);
// Folder part of a path ("." when there is none), appended to `out`.
BP_API void bp_path_folder(bp_text *out, const char *path);
// Calls `visit` for each file of `folder` with this ending (".yaml"), in alphabetical
// order.
BP_API BP_WARN_UNUSED bp_status bp_folder_visit(const char *folder, const char *ending,
                                                bp_status (*visit)(const char *path,
                                                                   const char *stem,
                                                                   void *data),
                                                void *data, struct bp_error *err);

#endif
