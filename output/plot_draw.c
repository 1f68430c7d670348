// Draws a chart that is ready and laid out.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "output/plot_layout.h"

typedef struct drawing {
    const plot_chart *chart;
    const plot_layout *layout;
    const plot_canvas *canvas;
    plot_axis x;
    const plot_axis *y; // (n_panels)
} drawing;

// ---- ranges ----

static void widen(const plot_panel *panel, double *low, double *high) {
    for (int s = 0; s < panel->n_series; s++) {
        for (int i = 0; i < panel->series[s].n; i++) {
            const plot_series *series = &panel->series[s];
            *low = fmin(*low, series->low ? series->low[i] : series->y[i]);
            *high = fmax(*high, series->high ? series->high[i] : series->y[i]);
        }
    }
    for (int i = 0; i < panel->n_measured; i++) {
        const plot_measured *point = &panel->measured[i];
        *low = fmin(*low, point->y); // a bar may go below 0, where the axis ends
        *high = fmax(*high, point->y + (isfinite(point->sd) ? point->sd : 0.0));
    }
}

// From 0 where nothing is negative; constant and absent values get a range, too.
static plot_axis y_axis_of(const plot_panel *panels, int n_panels) {
    enum { ABOUT = 4 }; // ticks
    double low = INFINITY, high = -INFINITY;
    for (int p = 0; p < n_panels; p++)
        widen(&panels[p], &low, &high);
    if (!isfinite(low)) return plot_axis_linear(0.0, 1.0, ABOUT, NULL);
    // integration noise around 0 is no reason to show negative numbers
    if (low < 0.0 && low > -1e-6 * fmax(high, 0.0)) low = 0.0;
    if (low >= 0.0) low = 0.0;
    if (high <= 0.0) high = 0.0;
    if (high == low) high = low + 1.0;
    double room = 0.06 * (high - low);
    return plot_axis_linear(low < 0.0 ? low - room : low,
                            high > 0.0 ? high + room : high, ABOUT, NULL);
}

// ---- panels ----

static bool is_last_of_column(const drawing *d, int panel) {
    return panel + d->layout->columns >= d->chart->n_panels;
}

// Where there are many, short strokes at the top do; lines would hide the curves.
enum { FEW_MARKS = 12 };

static void draw_marks(const drawing *d, int panel, const plot_frame *frame) {
    plot_place places[PLOT_PLACED_MAX];
    const plot_chart *chart = d->chart;
    int n_left_out = 0;
    plot_place_marks(chart, panel, &d->x, frame, places, &n_left_out);
    bool labels = plot_marks_are_labelled(d->layout, panel);
    bool few = chart->n_marks <= FEW_MARKS;
    double top = frame->y + frame->height;
    for (int i = 0; i < chart->n_marks; i++) {
        const plot_mark *mark = &chart->marks[i];
        if (mark->panel >= 0 && mark->panel != panel) continue;
        const plot_pen pen = {PLOT_THIN_PT, mark->colour, few};
        double x = frame->x + frame->width * plot_axis_place(&d->x, mark->x);
        plot_line(d->canvas, x, top, x, few ? frame->y : top - 1.8, &pen);
        if (!labels || places[i].level < 0) continue;
        const plot_font font = {PLOT_MARK_PT, false, false, mark->colour};
        double y = top + 0.4 + (places[i].level + 0.5) * PLOT_LINE_MARK;
        plot_text(d->canvas, places[i].left, y, 0.0, &font, mark->text);
    }
    if (labels && n_left_out > 0) {
        const plot_font font = {PLOT_MARK_PT, false, false, plot_grey};
        char text[32];
        snprintf(text, sizeof text, "and %d more", n_left_out);
        plot_text(d->canvas, frame->x,
                  top + 0.4 + (PLOT_MARK_LEVELS + 0.5) * PLOT_LINE_MARK, 0.0, &font,
                  text);
    }
}

static void draw_points(const drawing *d, const plot_series *series, const double *x,
                        const double *y) {
    const plot_entry *entry = &d->chart->entries[series->entry];
    if (d->chart->points || series->n == 1)
        for (int i = 0; i < series->n; i++)
            plot_symbol(d->canvas, x[i], y[i], entry->symbol, 1.7, entry->colour);
    if (series->failed && series->n > 0)
        plot_cross(d->canvas, x[series->n - 1], y[series->n - 1], 2.0, entry->colour);
}

// The bands of a panel lie below all its curves; `x` and `y` have room for twice the
// longest series.
static void draw_bands(const drawing *d, const plot_frame *frame,
                       const plot_axis *y_axis, const plot_panel *panel, double *x,
                       double *y) {
    double opacity = fmin(0.22, 0.9 / panel->n_series); // many lie over each other
    for (int s = 0; s < panel->n_series; s++) {
        const plot_series *series = &panel->series[s];
        int n = series->n;
        if (!series->low || n < 2) continue;
        for (int i = 0; i < n; i++) {
            x[i] = frame->x + frame->width * plot_axis_place(&d->x, series->x[i]);
            x[2 * n - 1 - i] = x[i];
            y[i] = frame->y + frame->height * plot_axis_place(y_axis, series->low[i]);
            y[2 * n - 1 - i] =
                frame->y + frame->height * plot_axis_place(y_axis, series->high[i]);
        }
        plot_clip(d->canvas, frame->x, frame->y, frame->width, frame->height);
        plot_area(d->canvas, 2 * n, x, y, d->chart->entries[series->entry].colour,
                  opacity);
        plot_unclip(d->canvas);
    }
}

// `x` and `y` have room for the longest series.
static void draw_series(const drawing *d, const plot_frame *frame,
                        const plot_axis *y_axis, const plot_panel *panel, double *x,
                        double *y) {
    bool crowded = panel->n_series > PLOT_N_DISTINCT;
    for (int s = 0; s < panel->n_series; s++) {
        const plot_series *series = &panel->series[s];
        const plot_pen pen = {crowded ? PLOT_CROWDED_PT : PLOT_CURVE_PT,
                              d->chart->entries[series->entry].colour, false};
        for (int i = 0; i < series->n; i++) {
            x[i] = frame->x + frame->width * plot_axis_place(&d->x, series->x[i]);
            y[i] = frame->y + frame->height * plot_axis_place(y_axis, series->y[i]);
        }
        plot_clip(d->canvas, frame->x - 0.4, frame->y - 0.4, frame->width + 0.8,
                  frame->height + 0.8);
        if (series->n > 1) plot_curve(d->canvas, series->n, x, y, &pen);
        plot_unclip(d->canvas);
        draw_points(d, series, x, y);
    }
}

// A symbol on a white rim, so that it stands out from the curve of its colour, and its
// bar.
static void draw_measured(const drawing *d, const plot_frame *frame,
                          const plot_axis *y_axis, const plot_panel *panel) {
    for (int i = 0; i < panel->n_measured; i++) {
        const plot_measured *point = &panel->measured[i];
        const plot_entry *entry = &d->chart->entries[point->entry];
        const plot_pen pen = {PLOT_AXIS_PT, entry->colour, false};
        double x = frame->x + frame->width * plot_axis_place(&d->x, point->x);
        double y = frame->y + frame->height * plot_axis_place(y_axis, point->y);
        double bar = frame->height * (plot_axis_place(y_axis, point->y + point->sd) -
                                      plot_axis_place(y_axis, point->y));
        plot_clip(d->canvas, frame->x - 1.5, frame->y - 1.5, frame->width + 3.0,
                  frame->height + 3.0);
        if (isfinite(bar) && bar > 0.0) {
            double foot = fmax(y - bar, frame->y);
            plot_line(d->canvas, x, foot, x, y + bar, &pen);
            plot_line(d->canvas, x - 0.6, y + bar, x + 0.6, y + bar, &pen);
            if (foot > frame->y)
                plot_line(d->canvas, x - 0.6, foot, x + 0.6, foot, &pen);
        }
        plot_symbol(d->canvas, x, y, entry->symbol, 2.4, plot_white);
        plot_symbol(d->canvas, x, y, entry->symbol, 1.8, entry->colour);
        plot_unclip(d->canvas);
    }
}

// At the outer end of the gutter, so that the labels of a column align.
static void draw_y_label(const drawing *d, const plot_panel *panel,
                         const plot_frame *frame) {
    const plot_font upwards = {PLOT_LABEL_PT, false, true, plot_black};
    char lines[2][PLOT_LINE_BYTES];
    int n = plot_break_label(panel, frame->height, lines);
    double x = frame->x - (d->layout->left - PLOT_MARGIN) + 1.8;
    for (int i = 0; i < n; i++)
        plot_text(d->canvas, x + i * plot_text_height(PLOT_LABEL_PT),
                  frame->y + 0.5 * frame->height, 0.5, &upwards, lines[i]);
}

static void draw_panel_title(const drawing *d, int p, const plot_frame *frame) {
    plot_font font = {PLOT_PANEL_PT, true, false, plot_black};
    const char *title = d->chart->panels[p].title;
    double width = plot_text_width(title, font.size, true);
    if (width > frame->width) font.size = fmax(5.0, font.size * frame->width / width);
    char fitted[PLOT_FIT_BYTES];
    plot_fit_text(title, &font, fmax(frame->width, d->layout->pitch_x - 4.0), fitted);
    plot_text(d->canvas, frame->x,
              frame->y + frame->height + plot_marks_height(d->layout, p) + 2.6, 0.0,
              &font, fitted);
}

// The label of the x axis and, after it, the power of ten that its numbers stand in.
static void draw_x_label(const drawing *d, const plot_frame *frame) {
    const plot_font label = {PLOT_LABEL_PT, false, false, plot_black};
    const plot_font small = {PLOT_TICK_PT, false, false, plot_black};
    const char *text = d->chart->x_label;
    double middle = frame->x + 0.5 * frame->width, y = frame->y - 7.0;
    plot_text(d->canvas, middle, y, 0.5, &label, text);
    if (d->x.exponent == 0) return;
    char power[PLOT_POWER_TEXT];
    plot_axis_power(&d->x, power);
    double after = middle + 0.5 * plot_text_width(text, PLOT_LABEL_PT, false) + 1.5;
    plot_marked_up_text(d->canvas, fmax(after, frame->x + frame->width - 6.0), y, 0.0,
                        &small, power);
}

static void draw_panel_texts(const drawing *d, int p, const plot_frame *frame) {
    const plot_panel *panel = &d->chart->panels[p];
    const plot_font grey = {PLOT_LABEL_PT, false, false, plot_grey};
    draw_panel_title(d, p, frame);
    draw_y_label(d, panel, frame);
    if (is_last_of_column(d, p)) draw_x_label(d, frame);
    bool empty = true;
    for (int s = 0; s < panel->n_series; s++)
        empty = empty && panel->series[s].n == 0;
    empty = empty && panel->n_measured == 0;
    if (empty)
        plot_text(d->canvas, frame->x + 0.5 * frame->width,
                  frame->y + 0.5 * frame->height, 0.5, &grey, "no data");
}

static bp_status draw_panels(const drawing *d) {
    size_t longest = 1;
    for (int p = 0; p < d->chart->n_panels; p++)
        for (int s = 0; s < d->chart->panels[p].n_series; s++)
            if ((size_t)d->chart->panels[p].series[s].n > longest)
                longest = (size_t)d->chart->panels[p].series[s].n;
    longest *= 2; // a band is an outline
    double *x = bp_calloc(longest, 2 * sizeof *x);
    if (!x) return BP_NO_MEMORY;
    for (int p = 0; p < d->chart->n_panels; p++) {
        plot_frame frame = plot_panel_frame(d->layout, p);
        draw_marks(d, p, &frame);
        plot_axes_draw(d->canvas, &frame, &d->x, &d->y[p], is_last_of_column(d, p));
        draw_bands(d, &frame, &d->y[p], &d->chart->panels[p], x, x + longest);
        draw_series(d, &frame, &d->y[p], &d->chart->panels[p], x, x + longest);
        draw_measured(d, &frame, &d->y[p], &d->chart->panels[p]);
        draw_panel_texts(d, p, &frame);
    }
    bp_free(x);
    return BP_OK;
}

// ---- around the panels ----

static void draw_titles(const drawing *d) {
    const plot_layout *layout = d->layout;
    const plot_font title = {PLOT_TITLE_PT, true, false, plot_black};
    const plot_font small = {PLOT_TICK_PT, false, false, plot_grey};
    double y = layout->title_y, room = layout->width - 2.0 * PLOT_MARGIN;
    char fitted[PLOT_FIT_BYTES];
    for (int i = 0; i < layout->n_title_lines; i++, y -= PLOT_LINE_TITLE) {
        plot_fit_text(layout->title[i], &title, room, fitted);
        plot_text(d->canvas, PLOT_MARGIN, y, 0.0, &title, fitted);
    }
    plot_fit_text(d->chart->caption, &small, room, fitted);
    if (fitted[0]) plot_text(d->canvas, PLOT_MARGIN, y + 0.2, 0.0, &small, fitted);
    plot_fit_text(d->chart->note, &small, room, fitted);
    if (fitted[0]) plot_text(d->canvas, PLOT_MARGIN, PLOT_MARGIN, 0.0, &small, fitted);
}

static void draw_entry(const drawing *d, const plot_entry *entry, double x, double y) {
    const plot_font font = {PLOT_TICK_PT, false, false, plot_black};
    const plot_pen pen = {PLOT_CURVE_PT, entry->colour, false};
    plot_line(d->canvas, x, y, x + PLOT_SAMPLE - 1.8, y, &pen);
    if (d->chart->points || entry->measured)
        plot_symbol(d->canvas, x + 0.5 * (PLOT_SAMPLE - 1.8), y, entry->symbol, 1.7,
                    entry->colour);
    char fitted[PLOT_FIT_BYTES];
    double room = d->layout->legend_cell - PLOT_SAMPLE - (entry->failed ? 3.5 : 0.0);
    plot_fit_text(entry->label, &font, room, fitted);
    plot_text(d->canvas, x + PLOT_SAMPLE, y, 0.0, &font, fitted);
    if (entry->failed)
        plot_cross(d->canvas,
                   x + PLOT_SAMPLE + 2.0 + plot_text_width(fitted, PLOT_TICK_PT, false),
                   y, 1.7, entry->colour);
}

static void draw_legend(const drawing *d) {
    const plot_layout *layout = d->layout;
    const plot_font font = {PLOT_TICK_PT, false, false, plot_black};
    double y = layout->legend_y - 0.5 * PLOT_LINE_LEGEND;
    if (d->chart->legend_title[0]) {
        plot_text(d->canvas, layout->legend_x, y, 0.0, &font, d->chart->legend_title);
        y -= PLOT_LINE_LEGEND;
    }
    int place = 0;
    if (layout->legend_step > 1) {
        char text[64];
        snprintf(text, sizeof text, "%d curves, 1 of %d named", d->chart->n_entries,
                 layout->legend_step);
        plot_text(d->canvas, layout->legend_x, y, 0.0, &font, text);
        y -= PLOT_LINE_LEGEND;
    }
    for (int i = 0; i < d->chart->n_entries; i += layout->legend_step, place++) {
        int column = place % layout->legend_columns,
            row = place / layout->legend_columns;
        draw_entry(d, &d->chart->entries[i],
                   layout->legend_x + column * layout->legend_cell,
                   y - row * PLOT_LINE_LEGEND);
    }
}

static void draw_scale(const drawing *d) {
    const plot_chart *chart = d->chart;
    const plot_layout *layout = d->layout;
    const plot_font font = {PLOT_TICK_PT, false, false, plot_black};
    const plot_pen pen = {PLOT_AXIS_PT, plot_black, false};
    enum { STRIPES = 100 };
    double height = fmin(PLOT_BAR_HEIGHT, layout->panel_height * layout->rows);
    double x = layout->legend_x, top = layout->legend_y - 5.0, foot = top - height;
    plot_text(d->canvas, x, layout->legend_y - 1.0, 0.0, &font, chart->legend_title);
    for (int i = 0; i < STRIPES; i++) // each overlaps the next: no seams
        plot_rectangle(d->canvas, x, foot + height * i / STRIPES, PLOT_BAR_WIDTH,
                       height * fmin(2.0, STRIPES - i) / STRIPES,
                       plot_scale_colour((i + 0.5) / STRIPES));
    plot_axis axis =
        chart->scale_log
            ? plot_axis_log(chart->scale_low, chart->scale_high, false)
            : plot_axis_linear(chart->scale_low, chart->scale_high, 4, NULL);
    axis.low = chart->scale_low; // without the margin
    axis.high = chart->scale_high;
    for (int i = 0; i < axis.n_ticks; i++) {
        double place = plot_axis_place(&axis, axis.at[i]);
        if (place < -1e-6 || place > 1.0 + 1e-6) continue;
        double y = foot + height * place;
        plot_line(d->canvas, x + PLOT_BAR_WIDTH, y, x + PLOT_BAR_WIDTH + 1.0, y, &pen);
        plot_marked_up_text(d->canvas, x + PLOT_BAR_WIDTH + 1.8, y, 0.0, &font,
                            axis.text[i]);
    }
    if (axis.exponent == 0) return;
    char power[PLOT_POWER_TEXT];
    plot_axis_power(&axis, power);
    plot_marked_up_text(d->canvas, x, foot - 3.5, 0.0, &font, power);
}

// ---- words for those who cannot see it ----

static void describe(const drawing *d, bp_text *out) {
    const plot_chart *chart = d->chart;
    bp_text_format(out, "%s. %s%sx axis: %s", chart->title, chart->caption,
                   chart->caption[0] ? ". " : "", chart->x_label);
    if (d->x.exponent != 0) bp_text_format(out, ", times 10^%d", d->x.exponent);
    bp_text_add(out, ". Panels: ");
    for (int i = 0; i < chart->n_panels; i++)
        bp_text_format(out, "%s%s%s%s", i ? "; " : "", chart->panels[i].title,
                       chart->panels[i].label[0] ? ", " : "", chart->panels[i].label);
    bp_text_add(out, ".");
    if (chart->legend || chart->scale)
        bp_text_format(out, " Curves: %s", chart->legend_title);
    for (int i = 0; chart->legend && i < chart->n_entries; i++)
        bp_text_format(out, "%s%s", i || chart->legend_title[0] ? "; " : "",
                       chart->entries[i].label);
    for (int i = 0; i < chart->n_marks; i++)
        if (chart->marks[i].labelled)
            bp_text_format(out, "%s%s", i ? "; " : ". Marks: ", chart->marks[i].text);
    bp_text_format(out, " %s", chart->note);
}

static bp_status draw_page(drawing *d, const char *path, bp_error *err) {
    plot_canvas canvas;
    bp_text about = {0};
    describe(d, &about);
    if (about.failed) return bp_error_no_memory(err);
    bp_status status =
        plot_canvas_open(&canvas, path, d->layout->width, d->layout->height, err);
    if (status == BP_OK) {
        d->canvas = &canvas;
        draw_titles(d);
        bp_status drawn = draw_panels(d);
        if (d->chart->scale)
            draw_scale(d);
        else if (d->chart->legend)
            draw_legend(d);
        status = plot_canvas_close(&canvas, path, bp_text_get(&about), err);
        if (drawn != BP_OK) status = bp_error_no_memory(err);
        d->canvas = NULL;
    }
    bp_text_clear(&about);
    return status;
}

// More would make a page of more dots than PNG files have in our drivers (32767).
enum { PANELS_MAX = 120 };

bp_status plot_chart_draw(const plot_chart *chart, const char *path, bp_error *err) {
    if (chart->n_panels > PANELS_MAX)
        return bp_error_set(
            err, BP_BAD_VALUE,
            "a figure of %d panels is too large (%d at most); name fewer "
            "in `of`, or compare instead of `panels: runs`",
            chart->n_panels, PANELS_MAX);
    plot_axis *y = bp_calloc((size_t)chart->n_panels, sizeof *y);
    if (!y) return bp_error_no_memory(err);
    plot_layout layout;
    for (int p = 0; p < chart->n_panels; p++)
        y[p] = chart->shared_y ? y_axis_of(chart->panels, chart->n_panels)
                               : y_axis_of(&chart->panels[p], 1);
    plot_lay_out(chart, y, &layout);
    int n_x = (int)(layout.panel_width / 12.0);
    drawing d = {.chart = chart, .layout = &layout, .y = y};
    d.x = chart->x_log
              ? plot_axis_log(chart->x_low, chart->x_high, chart->x_zero)
              : plot_axis_linear(chart->x_low, chart->x_high, n_x, chart->x_unit);
    bp_status status = draw_page(&d, path, err);
    bp_free(y);
    return status;
}
