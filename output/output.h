// Output: sinks that keep results, a reader that gives them back, figures made from
// them.
#ifndef BP_OUTPUT_OUTPUT_H
#define BP_OUTPUT_OUTPUT_H

#include "base/bundle.h"
#include "solver/sink.h"

// ---- sinks ----

// HDF5 that is also netCDF-4, layout in docs/output-format.md. The file is made under
// "PATH.part" and renamed to PATH after the first flush, so that what stands under PATH
// always opens.
BP_API BP_WARN_UNUSED bp_status bp_hdf5_sink_new(const char *path, bp_sink **out,
                                                 bp_error *err);
// CSV: one `#` line with the units, a header, then a row per run and time. "-":
// standard output.
BP_API BP_WARN_UNUSED bp_status bp_csv_sink_new(const char *path, bp_sink **out,
                                                bp_error *err);
// Keeps everything in memory; read it with bp_memory_sink_results (valid until it is
// freed).
struct bp_results;
BP_API BP_WARN_UNUSED bp_status bp_memory_sink_new(bp_sink **out);
BP_API const struct bp_results *bp_memory_sink_results(const bp_sink *sink);
// Tells several sinks; takes them (frees them with itself).
BP_API BP_WARN_UNUSED bp_status bp_tee_sink_new(bp_sink *const *sinks, int n,
                                                bp_sink **out);

// ---- results read back ----

typedef struct bp_results {
    bp_results_head head; // as the sink was told; all texts owned here
    double *values;       // (n_runs x n_times x n_observables)
    double *species;      // (n_runs x n_times x n_species), NULL when none
    int *status;          // (n_runs) bp_status, -1: not run
    bp_stats *stats;      // (n_runs)
    char **failure;       // (n_runs), "" none
    bool complete;        // false: the program that wrote it did not get to the end
    void *owner;          // internal
} bp_results;

BP_API BP_WARN_UNUSED bp_status bp_results_read(const char *path, bp_results **out,
                                                bp_error *err);
BP_API void bp_results_free(bp_results *results);
// Whether the file looks like results of ours (HDF5 with our layout attribute).
BP_API bool bp_results_is(const char *path);
// Only what is needed to repeat: every text under its name, then each pair of
// head.provenance as "provenance:NAME". Sealed: to repeat is not to look at this disk.
BP_API BP_WARN_UNUSED bp_status bp_results_bundle(const char *path, bp_bundle **out,
                                                  bp_error *err);

// ---- figures (PLplot, loaded when first used) ----

// A measured point that a figure shows beside its curves.
typedef struct bp_figure_point {
    const char *of;    // observable
    const char *group; // value of the compared coordinate; "" where all runs are alike
    double x;          // [unit of the figure's x axis]
    double value;      // as the figure shows values, see `as`
    double sd;         // NaN: not known
} bp_figure_point;

// One figure: what to draw. Text form (bp_figure_print/parse) is stored in results.
typedef struct bp_figure {
    const char *name;      // file name stem: "time-course-1"
    const char *kind;      // "time course" | "dose response"
    const char *const *of; // observables (n_of)
    int n_of;
    const char *compare; // coordinate whose values are overlaid: "arm", a swept key;
                         // NULL: all runs
    const char *panels;  // "observables" (default), "runs": small multiples by what
    const char *x;       // dose response: swept key; NULL: time
    double at;           // dose response: time [shown unit]; NaN: the end
    const char *title;   // NULL: the results' title
    const char *as;   // what curves are shown as: "value", "min-max", "fold of start",
                      // "fold of LABEL", "log10 fold of LABEL"; NULL: "value"
    const char *data; // name of the file that the points come from, NULL: none
    const bp_figure_point *points; // measured (n_points)
    int n_points;
} bp_figure;

// A JSON array of figures, and back. Parsed figures live in `arena`.
BP_API void bp_figures_print(const bp_figure *figures, int n, bp_text *out);
BP_API BP_WARN_UNUSED bp_status bp_figures_parse(const char *text, bp_arena *arena,
                                                 bp_figure **out, int *n,
                                                 bp_error *err);
// Figures a file gets when none is asked for: one time course of all observables.
BP_API bp_status bp_figures_default(const bp_results *results, bp_arena *arena,
                                    bp_figure **out, int *n);
// Draws to PATH (.png, .svg or .pdf by its ending).
BP_API BP_WARN_UNUSED bp_status bp_plot(const bp_results *results,
                                        const bp_figure *figure, const char *path,
                                        bp_error *err);

#endif
