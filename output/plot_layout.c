#include "output/plot_layout.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEGEND_MAX = 24, LEGEND_SHORT = 12 };
static const double LEGEND_WIDEST = 62.0; // [mm] beside the panels; wider ones go below

// ---- panels ----

// Columns, width and height of panels by their number.
static void choose_grid(int n, plot_layout *layout) {
    static const struct {
        int up_to, columns;
        double width, height;
    } grids[] = {{1, 1, 88, 56}, {2, 2, 66, 44}, {3, 3, 46, 34},
                 {4, 2, 62, 38}, {9, 3, 44, 32}, {INT_MAX, 4, 36, 26}};
    int k = 0;
    while (n > grids[k].up_to)
        k++;
    layout->columns = grids[k].columns;
    layout->rows = (n + layout->columns - 1) / layout->columns;
    layout->panel_width = grids[k].width;
    layout->panel_height = grids[k].height;
}

static int keep_line(const char *text, char lines[2][PLOT_LINE_BYTES]) {
    if (!text[0]) return 0;
    snprintf(lines[0], PLOT_LINE_BYTES, "%s", text);
    return 1;
}

int plot_break_label(const plot_panel *panel, double height,
                     char lines[2][PLOT_LINE_BYTES]) {
    const char *label = panel->label;
    double room = height + 2.0;
    size_t length = strlen(label), best = 0;
    if (plot_text_width(label, PLOT_LABEL_PT, false) <= room)
        return keep_line(label, lines);
    double least = room;
    for (size_t i = 1; length < PLOT_LINE_BYTES && i < length; i++) {
        if (label[i] != ' ') continue;
        snprintf(lines[0], i + 1, "%s", label);
        double first = plot_text_width(lines[0], PLOT_LABEL_PT, false);
        double second = plot_text_width(label + i + 1, PLOT_LABEL_PT, false);
        if (fmax(first, second) > least) continue;
        least = fmax(first, second);
        best = i;
    }
    if (best == 0) return keep_line(panel->unit, lines);
    snprintf(lines[0], best + 1, "%s", label);
    snprintf(lines[1], PLOT_LINE_BYTES, "%s", label + best + 1);
    return 2;
}

plot_frame plot_panel_frame(const plot_layout *layout, int panel) {
    int column = panel % layout->columns, row = panel / layout->columns;
    double top = layout->top - row * layout->pitch_y;
    return (plot_frame){layout->left + column * layout->pitch_x,
                        top - layout->panel_height, layout->panel_width,
                        layout->panel_height};
}

// Room left of a panel: tick labels, and the axis' own label.
static double gutter_of(const plot_chart *chart, const plot_axis *y_axes,
                        double height) {
    double ticks = 0.0, label = 0.0;
    for (int i = 0; i < chart->n_panels; i++) {
        ticks = fmax(ticks, plot_axis_width(&y_axes[i]));
        if (y_axes[i].exponent != 0) ticks = fmax(ticks, 7.0);
        char lines[2][PLOT_LINE_BYTES];
        int n_lines = plot_break_label(&chart->panels[i], height, lines);
        if (n_lines > 0)
            label = fmax(label, n_lines * plot_text_height(PLOT_LABEL_PT) + 1.2);
    }
    return ticks + label + 2.0;
}

// ---- title ----

// Breaks the title at blanks into lines that fit.
static void wrap_title(const char *title, double width, plot_layout *layout) {
    const char *rest = title;
    for (int k = 0; k < PLOT_TITLE_LINES && *rest; k++) {
        char *line = layout->title[k];
        size_t taken = 0;
        bool last = k == PLOT_TITLE_LINES - 1;
        for (size_t i = 1; i < PLOT_LINE_BYTES && i <= strlen(rest); i++) {
            if (rest[i] != '\0' && rest[i] != ' ') continue;
            memcpy(line, rest, i);
            line[i] = '\0';
            bool fits = plot_text_width(line, PLOT_TITLE_PT, true) <= width;
            if (!fits && taken > 0 && !last) break;
            taken = i;
            if (!fits && !last) break; // one long word
        }
        if (taken == 0) taken = strlen(rest) < PLOT_LINE_BYTES ? strlen(rest) : 0;
        if (taken == 0) break; // a word of more than a line's bytes
        memcpy(line, rest, taken);
        line[taken] = '\0';
        layout->n_title_lines = k + 1;
        rest += taken;
        rest += strspn(rest, " ");
    }
}

// ---- legend ----

static double longest_entry(const plot_chart *chart, int step) {
    double longest = plot_text_width(chart->legend_title ? chart->legend_title : "",
                                     PLOT_TICK_PT, false) -
                     PLOT_SAMPLE;
    for (int i = 0; i < chart->n_entries; i += step) {
        double width = plot_text_width(chart->entries[i].label, PLOT_TICK_PT, false);
        longest = fmax(longest, width + (chart->entries[i].failed ? 3.5 : 0.0));
    }
    return longest;
}

// Width that the legend takes on the right of the panels.
static double legend_width(const plot_chart *chart, plot_layout *layout) {
    if (chart->scale) {
        layout->legend_right = true;
        return fmax(plot_text_width(chart->legend_title, PLOT_TICK_PT, false), 16.0) +
               2.0;
    }
    if (!chart->legend) return 0.0;
    bool many = chart->n_entries > LEGEND_MAX;
    layout->legend_step =
        many ? (chart->n_entries + LEGEND_SHORT - 1) / LEGEND_SHORT : 1;
    layout->legend_cell = PLOT_SAMPLE + longest_entry(chart, layout->legend_step) + 3.0;
    int lines = chart->n_entries / layout->legend_step;
    layout->legend_right =
        layout->legend_cell <= LEGEND_WIDEST &&
        lines * PLOT_LINE_LEGEND <= layout->rows * (layout->panel_height + 8.0) + 6.0;
    return layout->legend_right ? layout->legend_cell : 0.0;
}

static int legend_lines(const plot_chart *chart, const plot_layout *layout) {
    if (!chart->legend || layout->legend_right) return 0;
    int listed = (chart->n_entries + layout->legend_step - 1) / layout->legend_step;
    return (listed + layout->legend_columns - 1) / layout->legend_columns +
           (chart->legend_title[0] ? 1 : 0) + (layout->legend_step > 1 ? 1 : 0);
}

// ---- marks ----

int plot_place_marks(const plot_chart *chart, int panel, const plot_axis *x,
                     const plot_frame *frame, plot_place *places, int *n_left_out) {
    double ends[PLOT_MARK_LEVELS];
    int used = 0;
    *n_left_out = 0;
    for (int k = 0; k < PLOT_MARK_LEVELS; k++)
        ends[k] = -INFINITY;
    for (int i = 0; i < chart->n_marks; i++) {
        const plot_mark *mark = &chart->marks[i];
        places[i].level = -1;
        if (!mark->labelled || (mark->panel >= 0 && mark->panel != panel)) continue;
        double width = plot_text_width(mark->text, PLOT_MARK_PT, false);
        double at = frame->x + frame->width * plot_axis_place(x, mark->x);
        double start = fmin(at - 0.5 * width, frame->x + frame->width - width);
        start = fmax(start, frame->x);
        int k = 0;
        while (k < PLOT_MARK_LEVELS && start < ends[k] + 1.5)
            k++;
        if (k == PLOT_MARK_LEVELS) {
            ++*n_left_out;
            continue;
        }
        ends[k] = start + width;
        places[i] = (plot_place){start, k};
        if (k + 1 > used) used = k + 1;
    }
    return used + (*n_left_out > 0 ? 1 : 0);
}

// Rows of labels that each row of panels needs; counted before the page is laid out.
static void count_levels(const plot_chart *chart, plot_layout *layout) {
    plot_place places[PLOT_PLACED_MAX];
    double longest = 0.0;
    for (int i = 0; i < chart->n_marks; i++) {
        const plot_mark *mark = &chart->marks[i];
        if (mark->labelled)
            longest = fmax(longest, plot_text_width(mark->text, PLOT_MARK_PT, false));
        if (mark->panel >= 0) layout->marks_in_all_rows = true;
    }
    layout->marks_everywhere = longest <= layout->panel_width;
    plot_axis x = plot_axis_linear(chart->x_low, chart->x_high, 4, chart->x_unit);
    plot_frame frame = {0.0, 0.0, layout->panel_width, layout->panel_height};
    for (int p = 0; p < chart->n_panels; p++) {
        int n_left_out = 0;
        int levels = plot_place_marks(chart, p, &x, &frame, places, &n_left_out);
        if (levels > layout->n_levels) layout->n_levels = levels;
    }
}

bool plot_marks_are_labelled(const plot_layout *layout, int panel) {
    if (layout->marks_in_all_rows) return true;
    return panel == 0 || (panel < layout->columns && layout->marks_everywhere);
}

double plot_marks_height(const plot_layout *layout, int panel) {
    bool room = layout->marks_in_all_rows || panel < layout->columns;
    return room ? layout->n_levels * PLOT_LINE_MARK : 0.0;
}

// ---- the page ----

void plot_lay_out(const plot_chart *chart, const plot_axis *y_axes,
                  plot_layout *layout) {
    *layout = (plot_layout){.legend_step = 1, .legend_columns = 1};
    choose_grid(chart->n_panels, layout);
    count_levels(chart, layout);
    double gutter = gutter_of(chart, y_axes, layout->panel_height);
    double right = legend_width(chart, layout);

    layout->left = PLOT_MARGIN + gutter;
    layout->pitch_x = gutter + layout->panel_width + 4.5;
    layout->pitch_y = layout->panel_height + PLOT_PANEL_HEAD + 4.5;
    if (layout->marks_in_all_rows) layout->pitch_y += layout->n_levels * PLOT_LINE_MARK;
    double panels_right =
        layout->left + (layout->columns - 1) * layout->pitch_x + layout->panel_width;
    layout->width =
        panels_right + PLOT_MARGIN + 1.5 + (right > 0.0 ? right + 4.0 : 0.0);
    wrap_title(chart->title, layout->width - 2.0 * PLOT_MARGIN, layout);
    if (chart->legend && !layout->legend_right) {
        double room = layout->width - 2.0 * PLOT_MARGIN;
        int fit = (int)(room / layout->legend_cell);
        layout->legend_cell = fmin(layout->legend_cell, room);
        layout->legend_columns = fit > 1 ? fit : 1;
    }

    double head = PLOT_MARGIN + layout->n_title_lines * PLOT_LINE_TITLE +
                  (chart->caption[0] ? PLOT_LINE_CAPTION : 0.0) + 1.0 +
                  layout->n_levels * PLOT_LINE_MARK + PLOT_PANEL_HEAD;
    double body = (layout->rows - 1) * layout->pitch_y + layout->panel_height;
    double labels = 4.6 + plot_text_height(PLOT_LABEL_PT) + 1.0; // of the x axis
    double below = legend_lines(chart, layout) * PLOT_LINE_LEGEND;
    if (below > 0.0) below += 2.0;
    double foot = labels + below + (chart->note[0] ? PLOT_LINE_CAPTION + 0.6 : 0.0);
    layout->height = head + body + foot + PLOT_MARGIN - 1.0;
    if (layout->legend_right && chart->scale)
        layout->height = fmax(layout->height, head + PLOT_BAR_HEIGHT + 16.0);
    layout->title_y = layout->height - PLOT_MARGIN - 0.5 * PLOT_LINE_TITLE;
    layout->top = layout->height - head;
    layout->legend_x = layout->legend_right ? panels_right + 5.0 : PLOT_MARGIN;
    layout->legend_y =
        layout->legend_right ? layout->top : layout->top - body - labels - 2.0;
}
