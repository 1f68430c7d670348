// The names in a results file. docs/output-format.md tells the whole layout; a change
// that older readers would misread raises BP_LAYOUT_MAJOR.
#ifndef BP_OUTPUT_HDF5_LAYOUT_H
#define BP_OUTPUT_HDF5_LAYOUT_H

#define BP_LAYOUT_MAJOR 1

// ---- attributes of the root ----
#define BP_H5_LAYOUT   "bypass_layout"
#define BP_H5_COMPLETE "complete"
#define BP_H5_TITLE    "title"

// ---- variables of the root, beside one per coordinate and observable ----
#define BP_H5_RUN          "run"
#define BP_H5_TIME         "time"
#define BP_H5_STATUS       "status"
#define BP_H5_FAILURE      "failure"
#define BP_H5_SPECIES      "species"      // (run, time, species_name)
#define BP_H5_SPECIES_NAME "species_name" // a dimension scale
#define BP_H5_SPECIES_UNIT "species_unit"
#define BP_H5_SPECIES_LONG "species_long_name"

// Bytes kept of why a run failed, NUL included: characters over (run, failure_length),
// the netCDF way. Texts of any length need an index that a crash would leave half
// written, and netCDF 4.9 crashes on HDF5's texts of fixed length.
#define BP_H5_FAILURE_LENGTH "failure_length"
#define BP_H5_FAILURE_SIZE   400

// ---- groups ----
#define BP_H5_SOLVER       "solver"       // one variable per statistic, over run
#define BP_H5_FAILURE_TIME "failure_time" // in /solver, model time
#define BP_H5_PARAMETERS   "parameters"   // one variable per parameter, over run
#define BP_H5_MARKS        "marks"        // doses and other changes, over mark
#define BP_H5_MARK         "mark"
#define BP_H5_MARK_ARM     "arm"
#define BP_H5_MARK_WHEN    "when"
#define BP_H5_MARK_TEXT    "text"
#define BP_H5_MARK_KIND    "kind"

// ---- /provenance ----
#define BP_H5_PROVENANCE     "provenance"
#define BP_H5_TIMES          "times"       // exact, in the model's unit
#define BP_H5_OBSERVABLES    "observables" // variable names in order
#define BP_H5_COORDINATES    "coordinates"
#define BP_H5_PARAMETER_LIST "parameters"
#define BP_H5_MODEL          "composed_model"
#define BP_H5_HASH           "model_hash"
#define BP_H5_COMMAND        "command_line"
#define BP_H5_FIGURES        "figures"
#define BP_H5_DETAILS        "details" // name/text pairs: settings, versions
#define BP_H5_FILES          "files"   // every text it was made from: file0, file1 ...
#define BP_H5_FILE           "file%d"
#define BP_H5_FILE_LENGTH    "file%d_length" // dimension of a long one, in /provenance
#define BP_H5_COUNT          "count"         // how many entries a list or group has
#define BP_H5_SHOWN_UNIT     "shown_unit"
#define BP_H5_SHOWN_FACTOR   "shown_factor"

// ---- attributes of variables ----
#define BP_H5_UNITS     "units"
#define BP_H5_LONG_NAME "long_name"
#define BP_H5_NAME      "bypass_name" // the exact name, where the variable's differs

// Files of a bundle whose names begin so are the details, not files
// (bp_results_bundle).
#define BP_DETAIL_PREFIX "provenance:"

#endif
