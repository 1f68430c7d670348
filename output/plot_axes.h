// Axes: where ticks go, what they say, and data to millimetres.
#ifndef BP_OUTPUT_PLOT_AXES_H
#define BP_OUTPUT_PLOT_AXES_H

#include "output/plot_style.h"

enum { PLOT_TICKS_MAX = 24, PLOT_TICK_TEXT = 32, PLOT_POWER_TEXT = 48 };

typedef struct plot_axis {
    double low, high; // data at the two ends
    bool log;
    double zero; // log axis: where 0 is drawn, NaN: nowhere
    int n_ticks;
    double at[PLOT_TICKS_MAX];                 // [data]
    char text[PLOT_TICKS_MAX][PLOT_TICK_TEXT]; // with PLplot's escapes; "" minor
    int exponent;                              // labels are in units of 10^exponent
} plot_axis;

// A linear axis from low to high with about `n` ticks. `unit` gives times their own
// steps: 6, 12, 24 h rather than 5, 10, 20.
plot_axis plot_axis_linear(double low, double high, int n, const char *unit);
// A logarithmic axis; with_zero leaves room for 0 on its left.
plot_axis plot_axis_log(double low, double high, bool with_zero);
// Where a value lies between the ends, 0 to 1.
double plot_axis_place(const plot_axis *axis, double value);
// Width of the widest tick label [mm].
double plot_axis_width(const plot_axis *axis);

// "x10^6", the unit of the labels of an axis with an exponent, with PLplot's escapes.
void plot_axis_power(const plot_axis *axis, char text[PLOT_POWER_TEXT]);

typedef struct plot_frame {
    double x, y, width, height; // [mm]
} plot_frame;

// The two lines, with ticks; `labels` writes the numbers under the x axis.
void plot_axes_draw(const plot_canvas *canvas, const plot_frame *frame,
                    const plot_axis *x, const plot_axis *y, bool labels);

#endif
