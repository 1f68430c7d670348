// How figures look: one place for colours, sizes and fonts, and a canvas in
// millimetres.
#ifndef BP_OUTPUT_PLOT_STYLE_H
#define BP_OUTPUT_PLOT_STYLE_H

#include "output/output.h"

typedef struct plot_colour {
    int red, green, blue; // 0 to 255
} plot_colour;

extern const plot_colour plot_black, plot_white, plot_grey, plot_light_grey;

// Sizes of text [pt] and lines [pt]: what journals ask of a figure printed at its own
// size.
#define PLOT_TITLE_PT   9.5
#define PLOT_PANEL_PT   8.0
#define PLOT_LABEL_PT   8.0
#define PLOT_TICK_PT    7.0
#define PLOT_MARK_PT    6.0
#define PLOT_CURVE_PT   1.3
#define PLOT_CROWDED_PT 0.9 // many curves in a panel
#define PLOT_AXIS_PT    0.7
#define PLOT_THIN_PT    0.6

// Colour k of a set of eight that people with any colour vision tell apart
// (Okabe & Ito 2008, yellow last since it is faint on white).
plot_colour plot_okabe_ito(int k);
enum { PLOT_N_DISTINCT = 8 };
// A sequential scale from dark to light, even in lightness; t from 0 to 1.
plot_colour plot_scale_colour(double t);

// ---- canvas: x from the left, y from the bottom, in mm ----

typedef struct plot_canvas {
    double width, height; // [mm]
    double dots_per_pt;
    char *part; // the file drawn to until it is whole
} plot_canvas;

BP_WARN_UNUSED bp_status plot_canvas_open(plot_canvas *canvas, const char *path,
                                          double width, double height, bp_error *err);
// Ends the drawing; the file gets its name when it is whole. `about` is stored in an
// SVG for those who search or cannot see it.
BP_WARN_UNUSED bp_status plot_canvas_close(plot_canvas *canvas, const char *path,
                                           const char *about, bp_error *err);

typedef struct plot_font {
    double size; // [pt]
    bool bold;
    bool upwards; // turned by 90 degrees
    plot_colour colour;
} plot_font;

// `align` 0: starts at x, 0.5: centred, 1: ends at x. Vertically centred on y.
void plot_text(const plot_canvas *canvas, double x, double y, double align,
               const plot_font *font, const char *text);
// As plot_text, but `#` starts PLplot's escapes: "10#u-3#d".
void plot_marked_up_text(const plot_canvas *canvas, double x, double y, double align,
                         const plot_font *font, const char *text);
// Width of a text [mm], by the metrics of DejaVu Sans, which is wider than most.
enum { PLOT_FIT_BYTES = 512 };
// The text, cut with an ellipsis where it is wider than `width` [mm].
void plot_fit_text(const char *text, const plot_font *font, double width,
                   char out[PLOT_FIT_BYTES]);
double plot_text_width(const char *text, double size, bool bold);
double plot_text_height(double size); // of a line [mm]

typedef struct plot_pen {
    double width; // [pt]
    plot_colour colour;
    bool dashed;
} plot_pen;

void plot_line(const plot_canvas *canvas, double x1, double y1, double x2, double y2,
               const plot_pen *pen);
void plot_curve(const plot_canvas *canvas, int n, const double *x, const double *y,
                const plot_pen *pen);
// Symbol 0 circle, 1 square, 2 triangle, 3 diamond ...; `size` is its width [mm].
void plot_symbol(const plot_canvas *canvas, double x, double y, int symbol, double size,
                 plot_colour colour);
void plot_cross(const plot_canvas *canvas, double x, double y, double size,
                plot_colour colour);
// The inside of an outline, in a tint of the colour that lets others through: opacity
// from 0 to 1.
void plot_area(const plot_canvas *canvas, int n, const double *x, const double *y,
               plot_colour colour, double opacity);
void plot_rectangle(const plot_canvas *canvas, double x, double y, double width,
                    double height, plot_colour colour);
// What is drawn from now on is cut at this rectangle; no argument lifts it.
void plot_clip(const plot_canvas *canvas, double x, double y, double width,
               double height);
void plot_unclip(const plot_canvas *canvas);

#endif
