// Where the parts of a figure lie on the page.
#ifndef BP_OUTPUT_PLOT_LAYOUT_H
#define BP_OUTPUT_PLOT_LAYOUT_H

#include "output/plot_axes.h"
#include "output/plot_chart.h"

enum { PLOT_TITLE_LINES = 3, PLOT_LINE_BYTES = 256, PLOT_MARK_LEVELS = 8 };

// All lengths in mm, y upwards from the foot of the page.
typedef struct plot_layout {
    double width, height; // page
    int columns, rows;
    double panel_width, panel_height;
    double left;             // of the first panel's axes
    double top;              // of the first row's axes
    double pitch_x, pitch_y; // from panel to panel
    double title_y;          // centre of the title's first line
    int n_title_lines;
    char title[PLOT_TITLE_LINES][PLOT_LINE_BYTES];
    int n_levels; // rows of mark labels above the first row of panels
    bool
        marks_everywhere; // labelled in each panel of the first row, not the first only
    bool marks_in_all_rows; // each panel has its own
    bool legend_right;
    double legend_x, legend_y; // top left corner
    double legend_cell;        // width of an entry
    int legend_columns;        // below: entries side by side
    int legend_step;           // every k-th entry is listed
} plot_layout;

// Needs the y axes (n_panels), for the widths of their labels.
void plot_lay_out(const plot_chart *chart, const plot_axis *y_axes,
                  plot_layout *layout);
plot_frame plot_panel_frame(const plot_layout *layout, int panel);
// The label of the panel's y axis in at most two lines that fit its height; lines used.
int plot_break_label(const plot_panel *panel, double height,
                     char lines[2][PLOT_LINE_BYTES]);

// Where the label of a mark stands over a panel.
typedef struct plot_place {
    double left; // [mm]
    int level;   // row from below; -1: no label
} plot_place;

// Places the labels of one panel's marks (n_marks); returns the rows used. Labels that
// find no room in PLOT_MARK_LEVELS rows get none; a row above says how many.
int plot_place_marks(const plot_chart *chart, int panel, const plot_axis *x,
                     const plot_frame *frame, plot_place *places, int *n_left_out);

bool plot_marks_are_labelled(const plot_layout *layout, int panel);
// Room for them between the panel and its title [mm].
double plot_marks_height(const plot_layout *layout, int panel);

enum { PLOT_PLACED_MAX = 200 };

// Distances both layout and drawing go by [mm].
#define PLOT_MARGIN       3.0
#define PLOT_LINE_TITLE   4.4
#define PLOT_LINE_CAPTION 3.6
#define PLOT_LINE_LEGEND  3.9
#define PLOT_LINE_MARK    2.7
#define PLOT_PANEL_HEAD   4.6
#define PLOT_SAMPLE       7.0 // a line of the legend, with the space after it
#define PLOT_BAR_HEIGHT   40.0
#define PLOT_BAR_WIDTH    3.5

#endif
