#include "output/plot_axes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double TICK_MM = 1.1, MINOR_MM = 0.6;

// ---- steps ----

// The smallest of 1, 2, 2.5, 5 x 10^k that is not below `rough`.
static double round_step(double rough) {
    static const double factors[] = {1.0, 2.0, 2.5, 5.0, 10.0};
    double decade = pow(10.0, floor(log10(rough)));
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
        if (factors[i] * decade >= rough * (1.0 - 1e-9)) return factors[i] * decade;
    return 10.0 * decade;
}

// Steps people count time in, for units whose multiples are not decimal; 0: none fits.
static double time_step(double rough, const char *unit) {
    static const double hours[] = {1,  2,  3,   4,   6,   12,  24,
                                   48, 72, 120, 168, 336, 672, 0};
    static const double minutes[] = {1,  2,   5,   10,  15,  20,  30,
                                     60, 120, 180, 240, 360, 720, 0};
    static const double days[] = {1, 2, 3, 5, 7, 14, 21, 28, 42, 56, 84, 168, 336, 0};
    const double *steps = NULL;
    if (unit && (strcmp(unit, "h") == 0 || strcmp(unit, "hours") == 0)) steps = hours;
    if (unit && (strcmp(unit, "min") == 0 || strcmp(unit, "s") == 0 ||
                 strcmp(unit, "minutes") == 0 || strcmp(unit, "seconds") == 0))
        steps = minutes;
    if (unit && (strcmp(unit, "d") == 0 || strcmp(unit, "days") == 0)) steps = days;
    if (!steps || rough <= 0.5) return 0.0;
    while (*steps > 0.0 && *steps < rough * (1.0 - 1e-9))
        steps++;
    return *steps;
}

// ---- labels ----

// Decimals that a multiple of `step` needs: 0.25 needs two, 0.5 one, 20 none.
static int decimals_of(double step) {
    for (int n = 0; n < 12; n++) {
        double scaled = step * pow(10.0, n);
        if (fabs(scaled - round(scaled)) < 1e-6 * scaled) return n;
    }
    return 12;
}

// Large and small numbers are told in units of a thousand, a millionth ...
static int exponent_of(double low, double high) {
    double most = fmax(fabs(low), fabs(high));
    if (most == 0.0 || (most >= 0.01 && most < 1e5)) return 0;
    return 3 * (int)floor(log10(most) / 3.0 + 1e-9);
}

static void write_number(char *text, double value, int decimals) {
    char plain[PLOT_TICK_TEXT];
    snprintf(plain, sizeof plain, "%.*f", decimals, value == 0.0 ? 0.0 : value);
    for (char *c = plain; *c; c++)
        if (*c == ',') *c = '.'; // the locale of the host
    // a true minus sign, as wide as a digit
    snprintf(text, PLOT_TICK_TEXT, "%s%.28s", plain[0] == '-' ? "\xe2\x88\x92" : "",
             plain[0] == '-' ? plain + 1 : plain);
}

plot_axis plot_axis_linear(double low, double high, int n, const char *unit) {
    plot_axis axis = {.low = low, .high = high, .zero = NAN};
    axis.exponent = exponent_of(low, high);
    double unit_size = pow(10.0, axis.exponent);
    double rough = (high - low) / (n > 0 ? n : 1);
    double step = time_step(rough, unit);
    if (step <= 0.0) step = round_step(rough / unit_size) * unit_size;
    int decimals = decimals_of(step / unit_size);
    double first = ceil(low / step - 1e-6);
    for (int i = 0; axis.n_ticks < PLOT_TICKS_MAX; i++) {
        double at = (first + i) * step;
        if (at > high + 1e-6 * step) break;
        axis.at[axis.n_ticks] = at;
        write_number(axis.text[axis.n_ticks++], at / unit_size, decimals);
    }
    return axis;
}

// 0.001 to 10000 as they are, others as powers of ten.
static void write_decade(char *text, int decade) {
    if (decade >= -3 && decade <= 4)
        write_number(text, pow(10.0, decade), decade < 0 ? -decade : 0);
    else
        snprintf(text, PLOT_TICK_TEXT, "10#u%s%d#d", decade < 0 ? "\xe2\x88\x92" : "",
                 decade < 0 ? -decade : decade);
}

static void add_tick(plot_axis *axis, double at, int decade, bool label) {
    if (axis->n_ticks >= PLOT_TICKS_MAX || at < axis->low * (1.0 - 1e-9) ||
        at > axis->high * (1.0 + 1e-9))
        return;
    axis->at[axis->n_ticks] = at;
    char *text = axis->text[axis->n_ticks++];
    text[0] = '\0';
    if (label) write_decade(text, decade);
}

// 2 and 5 times a power of ten.
static void add_between(plot_axis *axis, int decade, double from) {
    for (int m = 2; m <= 5; m += 3) {
        double at = m * pow(10.0, decade);
        int before = axis->n_ticks;
        if (at >= from) add_tick(axis, at, decade, false);
        if (axis->n_ticks > before && decade >= -3 && decade <= 4)
            write_number(axis->text[before], at, decade < 0 ? -decade : 0);
    }
}

plot_axis plot_axis_log(double low, double high, bool with_zero) {
    plot_axis axis = {.low = low, .high = high, .log = true, .zero = NAN};
    double decades = log10(high / low);
    double margin =
        pow(10.0, 0.04 * fmax(decades, 0.5)); // symbols are not cut at the ends
    axis.low = low / margin;
    axis.high = high * margin;
    if (with_zero) {
        axis.zero = low / pow(10.0, fmax(0.5, 0.15 * decades));
        axis.low = axis.zero / margin;
        axis.at[0] = axis.zero;
        snprintf(axis.text[axis.n_ticks++], PLOT_TICK_TEXT, "0");
    }
    int every = decades > 12.0 ? 3 : decades > 7.0 ? 2 : 1;
    int first = (int)floor(log10(low) + 1e-9), last = (int)ceil(log10(high) - 1e-9);
    double from =
        with_zero ? 0.999 * low : axis.low; // nothing between 0 and the first dose
    for (int k = first; k <= last; k++) {
        if (pow(10.0, k) >= from)
            add_tick(&axis, pow(10.0, k), k, (k - first) % every == 0);
        // few decades: the numbers between them, too
        if (decades <= 2.0) add_between(&axis, k, from);
    }
    return axis;
}

double plot_axis_place(const plot_axis *axis, double value) {
    if (!axis->log) return (value - axis->low) / (axis->high - axis->low);
    if (value <= 0.0) value = axis->zero; // NaN where there is no room for 0
    return log(value / axis->low) / log(axis->high / axis->low);
}

double plot_axis_width(const plot_axis *axis) {
    double widest = 0.0;
    for (int i = 0; i < axis->n_ticks; i++) {
        double width = plot_text_width(axis->text[i], PLOT_TICK_PT, false);
        if (strstr(axis->text[i], "#u")) width *= 0.6; // the escapes are not drawn
        widest = fmax(widest, width);
    }
    return widest;
}

// ---- drawing ----

void plot_axis_power(const plot_axis *axis, char text[PLOT_POWER_TEXT]) {
    snprintf(text, PLOT_POWER_TEXT,
             "\xc3\x97"
             "10#u%s%d#d",
             axis->exponent < 0 ? "\xe2\x88\x92" : "", abs(axis->exponent));
}

static void draw_x_ticks(const plot_canvas *canvas, const plot_frame *frame,
                         const plot_axis *axis, bool labels) {
    const plot_pen pen = {PLOT_AXIS_PT, plot_black, false};
    const plot_font font = {PLOT_TICK_PT, false, false, plot_black};
    double drawn_to = -INFINITY;
    for (int i = 0; i < axis->n_ticks; i++) {
        double x = frame->x + frame->width * plot_axis_place(axis, axis->at[i]);
        double length = axis->text[i][0] ? TICK_MM : MINOR_MM;
        plot_line(canvas, x, frame->y, x, frame->y - length, &pen);
        double half = 0.5 * plot_text_width(axis->text[i], PLOT_TICK_PT, false);
        if (strstr(axis->text[i], "#u")) half *= 0.6;
        // neighbours on a crowded axis: those that would touch are left out
        if (!labels || !axis->text[i][0] || x - half < drawn_to + 0.8) continue;
        plot_marked_up_text(canvas, x, frame->y - TICK_MM - 2.0, 0.5, &font,
                            axis->text[i]);
        drawn_to = x + half;
    }
}

// Two short slashes between 0 and the rest of a logarithmic axis.
static void draw_break(const plot_canvas *canvas, const plot_frame *frame,
                       const plot_axis *axis, double low) {
    const plot_pen pen = {PLOT_AXIS_PT, plot_black, false};
    const plot_pen paper = {1.5, {255, 255, 255}, false};
    double middle = sqrt(axis->zero * low);
    double x = frame->x + frame->width * plot_axis_place(axis, middle);
    plot_line(canvas, x - 0.5, frame->y, x + 0.5, frame->y, &paper);
    for (int side = -1; side <= 1; side += 2)
        plot_line(canvas, x + 0.5 * side - 0.4, frame->y - 0.9, x + 0.5 * side + 0.4,
                  frame->y + 0.9, &pen);
}

static void draw_y_ticks(const plot_canvas *canvas, const plot_frame *frame,
                         const plot_axis *axis) {
    const plot_pen pen = {PLOT_AXIS_PT, plot_black, false};
    const plot_font font = {PLOT_TICK_PT, false, false, plot_black};
    for (int i = 0; i < axis->n_ticks; i++) {
        double y = frame->y + frame->height * plot_axis_place(axis, axis->at[i]);
        plot_line(canvas, frame->x, y, frame->x - TICK_MM, y, &pen);
        plot_marked_up_text(canvas, frame->x - TICK_MM - 0.7, y, 1.0, &font,
                            axis->text[i]);
    }
    if (axis->exponent != 0) {
        char power[PLOT_POWER_TEXT];
        plot_axis_power(axis, power);
        plot_marked_up_text(canvas, frame->x - 0.5, frame->y + frame->height + 2.2, 1.0,
                            &font, power);
    }
}

void plot_axes_draw(const plot_canvas *canvas, const plot_frame *frame,
                    const plot_axis *x, const plot_axis *y, bool labels) {
    const plot_pen pen = {PLOT_AXIS_PT, plot_black, false};
    plot_line(canvas, frame->x, frame->y, frame->x + frame->width, frame->y, &pen);
    plot_line(canvas, frame->x, frame->y, frame->x, frame->y + frame->height, &pen);
    draw_x_ticks(canvas, frame, x, labels);
    draw_y_ticks(canvas, frame, y);
    if (x->log && !isnan(x->zero) && x->n_ticks > 1)
        draw_break(canvas, frame, x, x->at[1]);
}
