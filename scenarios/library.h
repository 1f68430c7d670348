// The built-in library: which file holds the drug, cell, ligand or model of a name.
#ifndef BP_SCENARIOS_LIBRARY_H
#define BP_SCENARIOS_LIBRARY_H

#include "base/array.h"
#include "scenarios/scenario.h"

typedef struct bp_entry_names {
    const char *path; // "bypass:drugs/lapatinib.yaml"
    const char *name; // "lapatinib"
    const char *text; // one line for people
    const char **aliases;
    int n_aliases;
} bp_entry_names;

typedef struct bp_shelf {
    bool read;
    BP_ARRAY(bp_entry_names) entries; // in order of their files
} bp_shelf;

typedef struct bp_library {
    bp_arena arena;
    bp_bundle *bundle; // where files are read from; NULL: the disk
    bp_shelf shelves[BP_CATALOGUE_SCENARIOS + 1];
} bp_library; // all zero, but for `bundle`, is ready

void bp_library_clear(bp_library *library);
// "drugs"
const char *bp_catalogue_folder(bp_catalogue kind);
// The bundle's name of the file that holds the item; NULL when there is none.
BP_WARN_UNUSED bp_status bp_library_find(bp_library *library, bp_catalogue kind,
                                         const char *name, const char **path,
                                         bp_error *err);
// Every item of a kind.
BP_WARN_UNUSED bp_status bp_library_read(bp_library *library, bp_catalogue kind,
                                         const bp_shelf **out, bp_error *err);
// The nearest name among kinds (n of them); NULL when none is near.
const char *bp_library_nearest(bp_library *library, const bp_catalogue *kinds, int n,
                               const char *name);

#endif
