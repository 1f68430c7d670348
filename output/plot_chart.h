// A figure made ready: panels of curves with a legend. Time courses and dose responses
// fill one in; plot_layout.c draws it.
#ifndef BP_OUTPUT_PLOT_CHART_H
#define BP_OUTPUT_PLOT_CHART_H

#include "output/plot_style.h"

// One line of the legend, and how its curves look.
typedef struct plot_entry {
    const char *label;
    plot_colour colour;
    int symbol;
    bool failed;   // a run did not get to its end
    bool measured; // has measured points
} plot_entry;

typedef struct plot_series {
    int n;
    const double *x, *y;      // finite
    const double *low, *high; // of a band around it; NULL: none
    int entry;
    bool failed; // ends before its time: a cross marks where
} plot_series;

typedef struct plot_measured {
    double x, y, sd; // sd NaN: no bar
    int entry;
} plot_measured;

typedef struct plot_panel {
    const char *title;
    const char *label; // of the y axis; "" none
    const char *unit;  // in its stead where the label is too long
    int n_series;
    plot_series *series;
    int n_measured;
    plot_measured *measured;
} plot_panel;

// A thin vertical line: something was done at this time.
typedef struct plot_mark {
    double x;
    const char *text;
    plot_colour colour;
    bool labelled;
    int panel; // the one it belongs to, -1: all
} plot_mark;

typedef struct plot_chart {
    const char *title;
    const char *caption; // below the title; "" none
    const char *note;    // at the foot; "" none
    const char *x_label;
    const char *x_unit;
    double x_low, x_high;
    bool x_log;
    bool x_zero;   // a logarithmic axis with a place for 0
    bool points;   // symbols at the data
    bool shared_y; // all panels have the same y axis

    int n_panels;
    plot_panel *panels;
    const char *legend_title; // "" none
    int n_entries;
    plot_entry *entries;
    bool legend; // the entries are listed
    bool scale;  // or shown as a bar of colours
    bool scale_log;
    double scale_low, scale_high;
    int n_marks;
    plot_mark *marks;
} plot_chart;

BP_WARN_UNUSED bp_status plot_chart_draw(const plot_chart *chart, const char *path,
                                         bp_error *err);

// ---- what both kinds of figures need to know of the runs (plot_groups.c) ----

// Runs that share a colour: those with the same value of the compared coordinate.
typedef struct plot_groups {
    int n;
    int *of_run;         // (n_runs): its group
    const char **labels; // (n)
    double *values;      // (n), NULL when the groups have names only
    const char *title;   // of the legend
} plot_groups;

// `compare` NULL: by all coordinates but `except` (may be NULL).
BP_WARN_UNUSED bp_status plot_group_runs(const bp_results *results, const char *compare,
                                         const char *except, bp_arena *arena,
                                         plot_groups *out, bp_error *err);
// Gives the chart one entry per group, with colours, and a legend or a scale.
BP_WARN_UNUSED bp_status plot_colour_groups(const bp_results *results,
                                            const plot_groups *groups, bp_arena *arena,
                                            plot_chart *chart);
// Index of a column (observables, then species) and its description.
BP_WARN_UNUSED bp_status plot_find_column(const bp_results *results, const char *name,
                                          int *column, const bp_output **output,
                                          bp_error *err);
// "3.162", "10000", "1e-09": at most four digits, into `buffer`; returns it.
char *plot_number(double value, char buffer[32]);
double plot_value(const bp_results *results, int run, int time, int column);
// Index of a coordinate; UNKNOWN_NAME with a suggestion.
BP_WARN_UNUSED bp_status plot_find_coordinate(const bp_results *results,
                                              const char *name, int *index,
                                              bp_error *err);
// Fills what does not depend on the data: title, caption, note.
BP_WARN_UNUSED bp_status plot_titles(const bp_results *results, const bp_figure *figure,
                                     bp_arena *arena, plot_chart *chart);
// Adds to the caption which coordinates vary though the figure does not tell them
// apart: "mean over PTEN_level".
BP_WARN_UNUSED bp_status plot_say_hidden(const bp_results *results,
                                         const bp_figure *figure, const char *words,
                                         bp_arena *arena, plot_chart *chart,
                                         bp_error *err);
// Panel's title and label of a column.
BP_WARN_UNUSED bp_status plot_name_panel(const bp_output *output, bp_arena *arena,
                                         plot_panel *panel);
// An ensemble's members are not told apart: a figure shows their median and a band.
#define PLOT_MEMBER "member"
bool plot_has_members(const bp_results *results);
// Sorts the values (n > 0) and gives their median and the 5 % and 95 % quantiles.
void plot_quantiles(double *values, int n, double *low, double *middle, double *high);
// Adds to the caption what the band is.
BP_WARN_UNUSED bp_status plot_say_band(const bp_results *results, bp_arena *arena,
                                       plot_chart *chart, bp_error *err);
// The text with its unit, "time (h)"; units of pure numbers are left out.
const char *plot_with_unit(bp_arena *arena, const char *text, const char *unit);

// Results as the figure shows them: only its columns, relative to what `as` says; they
// share everything else with `results` and live in the arena (plot_transform.c).
BP_WARN_UNUSED bp_status plot_transform(const bp_results *results,
                                        const bp_figure *figure, bp_arena *arena,
                                        bp_results *out, bp_error *err);
// Index of the sample nearest to a time [shown unit]; NaN: the last.
int plot_nearest_time(const bp_results_head *head, double at);
// Adds the figure's measured points to a chart that has its panels and entries: panels
// are groups of runs, or else observables (plot_measured.c).
BP_WARN_UNUSED bp_status plot_add_measured(const bp_figure *figure,
                                           const plot_groups *groups, bool by_runs,
                                           bp_arena *arena, plot_chart *chart,
                                           bp_error *err);

// ---- the kinds ----

BP_WARN_UNUSED bp_status plot_time_course(const bp_results *results,
                                          const bp_figure *figure, bp_arena *arena,
                                          plot_chart *chart, bp_error *err);
BP_WARN_UNUSED bp_status plot_dose_response(const bp_results *results,
                                            const bp_figure *figure, bp_arena *arena,
                                            plot_chart *chart, bp_error *err);

#endif
