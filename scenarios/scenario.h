// Scenario: a YAML file that reads like a protocol in a lab notebook. Loading checks it
// strictly and composes one network from model, cell line, mechanisms, drugs and
// ligands; what comes out is a compiled model and a plan of runs.
#ifndef BP_SCENARIOS_SCENARIO_H
#define BP_SCENARIOS_SCENARIO_H

#include "base/bundle.h"
#include "model/model.h"
#include "model/spec.h"
#include "solver/sink.h"
#include "solver/solver.h"

typedef struct bp_scenario bp_scenario; // owns spec, model and plan

// Loads `name`: a path, or the name of a built-in scenario ("demo"). Reads all files
// through `bundle` (required; outlives the scenario). All findings go to `report`; the
// status is that of the first error.
BP_API BP_WARN_UNUSED bp_status bp_scenario_load(const char *name, bp_bundle *bundle,
                                                 bp_scenario **out, bp_report *report);
// How a scenario is loaded, apart from what its file says.
typedef struct bp_load_options {
    const char *ensemble; // a CSV file of parameter sets, as `ensemble: {file: ...}`
                          // names one; NULL: what the scenario says
} bp_load_options;
// As bp_scenario_load; `options` may be NULL.
BP_API BP_WARN_UNUSED bp_status bp_scenario_load_with(const char *name,
                                                      bp_bundle *bundle,
                                                      const bp_load_options *options,
                                                      bp_scenario **out,
                                                      bp_report *report);
BP_API void bp_scenario_free(bp_scenario *scenario);

// One number that a scenario expects of its results.
typedef struct bp_expectation {
    const char *what;
    const char *value; // expression (output/measure.h)
    double low, high;  // -INFINITY, INFINITY: open
    const char *because;
    bp_where where; // of the expression
} bp_expectation;

// A published behaviour that a scenario stands for. Texts are "" where not given.
typedef struct bp_behaviour {
    const char *id, *statement, *source;
    const char *fails;  // why the model does not show it
    const char *fitted; // "yes": its numbers were fitted to
    const bp_expectation *expected;
    int n_expected;
} bp_behaviour;
// NULL: the scenario has neither `behaviour:` nor `expect:`.
BP_API const bp_behaviour *bp_scenario_behaviour(const bp_scenario *scenario);

BP_API const char *bp_scenario_title(const bp_scenario *scenario);
BP_API const bp_spec *bp_scenario_spec(const bp_scenario *scenario);   // composed
BP_API const bp_model *bp_scenario_model(const bp_scenario *scenario); // compiled
// Solver settings after `run:` of the file; the caller may change them before running.
BP_API bp_settings *bp_scenario_settings(bp_scenario *scenario);
// Adds or replaces a name/text pair of the provenance that the results will carry
// (copied). "command_line" fills head->command_line. The settings as they are when the
// batch begins are written by the batch itself, as "settings.rtol" and so on, one pair
// a field.
BP_API BP_WARN_UNUSED bp_status bp_scenario_note(bp_scenario *scenario,
                                                 const char *name, const char *text);
// The points, in their fixed order, and what the results say of them. Borrowed.
BP_API int bp_scenario_n_runs(const bp_scenario *scenario);
BP_API const bp_results_head *bp_scenario_head(const bp_scenario *scenario);
// A further name and text for the provenance of the results ("version", "host");
// "command_line" is shown as such. Copied; a second text of one name replaces the
// first. Call before bp_batch_run.
BP_API BP_WARN_UNUSED bp_status bp_scenario_note(bp_scenario *scenario,
                                                 const char *name, const char *text);
// How many settings a point has at most.
BP_API int bp_scenario_most_settings(const bp_scenario *scenario);
// The protocol of one point. `settings` is the caller's, room for most_settings; what
// else is borrowed is valid as long as the scenario. Many threads may ask. IO: the
// settings of very many points lie in a temporary file, which cannot be read any more.
BP_API BP_WARN_UNUSED bp_status bp_scenario_protocol(const bp_scenario *scenario,
                                                     int run,
                                                     bp_initial_value *settings,
                                                     bp_protocol *out, bp_error *err);
// Index of the view of all observables, then all saved species.
BP_API const bp_view *bp_scenario_view(const bp_scenario *scenario);
// Points of one group settle to the same state (they differ only in what acts later).
BP_API int bp_scenario_settle_group(const bp_scenario *scenario,
                                    int run); // -1: no settling

// The spec with the start of one run written into it: initial values after settling and
// the run's own parameters, absent doses left out; what `bypass export` writes. Free
// with bp_spec_free.
BP_API BP_WARN_UNUSED bp_status bp_scenario_snapshot(bp_scenario *scenario, int run,
                                                     bp_spec **out, bp_error *err);

// ---- running ----

typedef struct bp_batch_options {
    int threads;                                                  // 0: one per core
    int (*progress)(void *data, int done, int failed, int total); // non-zero: stop
    void *data;
    bool profile; // times where the runs' time goes
} bp_batch_options;

typedef struct bp_batch_summary {
    int done, failed;
    int states;                // integrated
    int species, zero_species; // of the model; those left out as they stay 0
    bp_stats stats;            // summed over runs
    bp_profile profile;        // summed over threads; zero unless asked for
    double settle_seconds, run_seconds, write_seconds;
    char first_failure[512]; // one line, "" none
} bp_batch_summary;

// Runs every point on threads, a bounded buffer between them and one writer, and tells
// the sink in order of the points. Bitwise the same for any number of threads. A failed
// point is a status, not a stop. The status is that of the sink or BP_CANCELLED; failed
// points are in `summary`.
BP_API bp_status bp_batch_run(bp_scenario *scenario, const bp_batch_options *options,
                              bp_sink *sink, bp_batch_summary *summary, bp_error *err);

// A model file as a spec: Antimony, or a preset (YAML: a model of the library with
// species left out). `bundle` may be NULL. Free with bp_spec_free.
BP_API BP_WARN_UNUSED bp_status bp_network_load(const char *name, bp_bundle *bundle,
                                                bp_spec **out, bp_report *report);

// What a YAML file is, told by its keys; SCENARIO in doubt.
typedef enum bp_file_kind {
    BP_FILE_SCENARIO,
    BP_FILE_PRESET,
    BP_FILE_DRUG,
    BP_FILE_LIGAND,
    BP_FILE_CELL,
    BP_FILE_MECHANISM
} bp_file_kind;
BP_API bp_file_kind bp_file_kind_of(const char *name, bp_bundle *bundle);
// Reads a drug, ligand, cell line or mechanism; all findings go to `report`. Appends to
// `fine` what it is.
BP_API bp_status bp_item_check(const char *name, bp_bundle *bundle, bp_file_kind kind,
                               bp_text *fine, bp_report *report);

// ---- catalogue: what the built-in library holds ----

typedef enum bp_catalogue {
    BP_CATALOGUE_MODELS,
    BP_CATALOGUE_DRUGS,
    BP_CATALOGUE_LIGANDS,
    BP_CATALOGUE_CELLS,
    BP_CATALOGUE_MECHANISMS,
    BP_CATALOGUE_BEHAVIOURS,
    BP_CATALOGUE_SCENARIOS
} bp_catalogue;

typedef struct bp_catalogue_item {
    const char *name; // as scenarios name it: "BT-474"
    const char *path; // of its file
    const char *text; // one line for people
} bp_catalogue_item;

// All items of a kind, sorted by name. Free with bp_catalogue_free.
BP_API BP_WARN_UNUSED bp_status bp_catalogue_list(bp_catalogue kind,
                                                  bp_catalogue_item **items, int *n,
                                                  bp_error *err);
BP_API void bp_catalogue_free(bp_catalogue_item *items, int n);
// A table of all items of a kind with what matters of each (`json`: the same as JSON).
// `width`: columns of the page, with titles above; 0: one item a line, however long it
// is, without titles. Appends.
BP_API BP_WARN_UNUSED bp_status bp_catalogue_table(bp_catalogue kind, bool json,
                                                   int width, bp_text *out,
                                                   bp_error *err);
// A readable page about one item, with values, units and sources (`json`: the same as
// JSON), broken into lines of at most `width` columns, 0: not broken. Aliases are
// accepted; an unknown name gets the nearest one. Appends.
BP_API BP_WARN_UNUSED bp_status bp_catalogue_show(bp_catalogue kind, const char *name,
                                                  bool json, int width, bp_text *out,
                                                  bp_error *err);

#endif
