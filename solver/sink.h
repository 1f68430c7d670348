// Sink: who is told what happened. Results of all runs of a plan flow into one; HDF5,
// CSV, memory and test doubles are sinks. A batch calls it from one thread, runs in
// order of their index.
#ifndef BP_SOLVER_SINK_H
#define BP_SOLVER_SINK_H

#include <string.h>

#include "base/bundle.h"
#include "base/error.h"
#include "solver/stats.h"

// One column of the results.
typedef struct bp_output {
    const char *name;         // "pAKT"
    const char *display_name; // "phosphorylated AKT (fraction of total)"
    const char *unit;         // "1", "nM"
} bp_output;

// One coordinate of the runs: the arm, or a swept key.
typedef struct bp_coordinate {
    const char *name;          // "arm", "lapatinib"
    const char *unit;          // "" for names
    const char *const *labels; // (n_runs) text per run, or NULL
    const double *values;      // (n_runs) number per run, or NULL
} bp_coordinate;

// Something done to the cells that a figure may mark: a dose, a washout, a change.
typedef struct bp_mark {
    const char *arm;  // label of the first coordinate it belongs to; NULL: all runs
    double time;      // [model time]
    const char *text; // "NRG1 10 ng/mL"
    int kind;         // 0 dose, 1 removal, 2 other change
} bp_mark;

typedef struct bp_attribute {
    const char *name;
    const char *text;
} bp_attribute;

// The model that was run, for whoever keeps it beside the results.
typedef struct bp_model_text {
    const char *antimony; // the composed model
    const char *hash;     // SHA-256 of the composed model and the settings
} bp_model_text;

// Everything known before the first run. Borrowed by the sink for the whole batch.
typedef struct bp_results_head {
    const char *title;
    int n_runs;
    int n_times;
    const double *times;         // (n_times) [model time]
    const char *time_unit;       // the model's: "s"
    const char *shown_time_unit; // the unit in which `until` was given: "h"
    double shown_time_factor;    // shown = factor * model time
    int n_observables;
    const bp_output *observables; // one variable each
    int n_species;                // `save: species`: one block; 0: none
    const bp_output *species;
    int n_coordinates;
    const bp_coordinate *coordinates;
    int n_marks;
    const bp_mark *marks;
    int n_parameters; // values of each run's settings: (n_runs x n_parameters)
    const bp_output *parameters;    // what a point can set differently from the others
    const double *parameter_values; // row-major (n_runs x n_parameters); NULL: made
                                    // row by row, by the function that follows
    bp_status (*parameter_row)(const struct bp_results_head *head, int run, double *row,
                               bp_error *err);
    void *parameter_data; // for that function
    const char *figures;  // text of the figures asked for (a JSON array of bp_figure,
                          // output/output.h), "" none
    bp_model_text model;  // NULLs: made when asked for, by the function that follows,
                          // as a network of thousands of reactions takes a while
    bp_status (*model_text)(const struct bp_results_head *head, bp_model_text *out);
    void *model_data;         // for that function
    const char *command_line; // as it was typed, "" when a library call
    int n_provenance;
    const bp_attribute *provenance; // further name/text pairs: settings, versions
    const bp_bundle *bundle;        // every text it was made from; NULL: none
} bp_results_head;

// What run `run` sets (n_parameters). Not for two threads at once. IO.
BP_WARN_UNUSED static inline bp_status
bp_results_parameters(const bp_results_head *head, int run, double *row,
                      bp_error *err) {
    size_t n = (size_t)head->n_parameters;
    if (n == 0) return BP_OK;
    if (!head->parameter_values) return head->parameter_row(head, run, row, err);
    memcpy(row, head->parameter_values + (size_t)run * n, n * sizeof *row);
    return BP_OK;
}

// Both texts live as long as the head. Not for two threads at once.
BP_WARN_UNUSED static inline bp_status bp_results_model(const bp_results_head *head,
                                                        bp_model_text *out) {
    if (!head->model_text) {
        *out = head->model;
        return BP_OK;
    }
    return head->model_text(head, out);
}

// One run. Borrowed by the sink during `put` only.
typedef struct bp_result {
    int run;
    bp_status status;
    const double
        *values; // (n_times x (n_observables + n_species)), NaN after a failure
    bp_stats stats;
    double failure_time; // [model time], NaN: none
    const char
        *failure; // one line for people: time, species, reaction, advice; "" none
} bp_result;

typedef struct bp_sink bp_sink;
struct bp_sink {
    // Called once, before the first run.
    bp_status (*begin)(bp_sink *sink, const bp_results_head *head, bp_error *err);
    bp_status (*put)(bp_sink *sink, const bp_result *result, bp_error *err);
    // All that was put survives a crash after this returns.
    bp_status (*flush)(bp_sink *sink, bp_error *err);
    // Called once; `status` is BP_OK when every run was put (whatever its own status).
    bp_status (*end)(bp_sink *sink, bp_status status, bp_error *err);
    void (*free)(
        bp_sink *sink); // accepts a sink whose begin was never called or failed
};

#endif
