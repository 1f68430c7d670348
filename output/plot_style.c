#include "output/plot_style.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <plplot.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

const plot_colour plot_black = {20, 20, 20};
const plot_colour plot_white = {255, 255, 255};
const plot_colour plot_grey = {110, 110, 110};
const plot_colour plot_light_grey = {225, 225, 225};

enum {
    PNG_DPI = 220,
    PAPER = 0,
    INK = 15
}; // INK: the entry of PLplot's colour table we set
static const double MM_PER_INCH = 25.4;

// ---- colours ----

plot_colour plot_okabe_ito(int k) {
    static const plot_colour colours[PLOT_N_DISTINCT] = {
        {0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
        {230, 159, 0}, {86, 180, 233}, {60, 60, 60},  {200, 185, 40},
    };
    return colours[k % PLOT_N_DISTINCT];
}

// Nine stops that follow the well-known viridis map; its lightest end is left out,
// which is hard to see on white.
plot_colour plot_scale_colour(double t) {
    static const plot_colour stops[] = {
        {68, 1, 84},    {71, 39, 119},  {62, 73, 137},  {49, 104, 142}, {38, 130, 142},
        {31, 158, 137}, {53, 183, 121}, {109, 205, 89}, {180, 222, 44},
    };
    const int last = (int)(sizeof stops / sizeof stops[0]) - 1;
    double place = fmin(fmax(t, 0.0), 1.0) * last;
    int k = (int)place < last ? (int)place : last - 1;
    double f = place - k;
    const plot_colour *a = &stops[k], *b = &stops[k + 1];
    return (plot_colour){(int)lround(a->red + f * (b->red - a->red)),
                         (int)lround(a->green + f * (b->green - a->green)),
                         (int)lround(a->blue + f * (b->blue - a->blue))};
}

static void use_ink(plot_colour colour) {
    plscol0(INK, colour.red, colour.green, colour.blue);
    plcol0(INK);
}

// ---- text ----

static bool continues(char byte) {
    return ((unsigned char)byte & 0xc0) == 0x80;
}

// Length of the UTF-8 character at `text`; 0 when it is malformed.
static size_t character(const char *text) {
    unsigned char lead = (unsigned char)text[0];
    size_t length = lead < 0x80   ? 1
                    : lead < 0xc2 ? 0
                    : lead < 0xe0 ? 2
                    : lead < 0xf0 ? 3
                                  : 4;
    if (lead > 0xf4) length = 0;
    for (size_t i = 1; i < length; i++)
        if (!continues(text[i])) return 0;
    return length;
}

enum { TEXT_BYTES = 1024 }; // more than any page is wide

// What PLplot needs: its escape character doubled, and nothing malformed, since it
// would drop the whole label. What does not fit is cut.
static void escape(const char *text, bool keep_escapes, char out[TEXT_BYTES]) {
    size_t n = 0;
    for (const char *c = text; *c && n + 5 < TEXT_BYTES;) {
        size_t length = character(c);
        if (length == 0) {
            out[n++] = '?';
        } else if ((unsigned char)*c < 0x20) {
            out[n++] = ' ';
        } else {
            if (*c == '#' && !keep_escapes) out[n++] = '#';
            memcpy(out + n, c, length);
            n += length;
        }
        c += length ? length : 1;
    }
    out[n] = '\0';
}

static void draw_text(const plot_canvas *canvas, double x, double y, double align,
                      const plot_font *font, const char *text) {
    use_ink(font->colour);
    plsfont(PL_FCI_SANS, PL_FCI_UPRIGHT, font->bold ? PL_FCI_BOLD : PL_FCI_MEDIUM);
    // the Cairo drivers take a character's height as 96 dots per inch, whatever the
    // page's
    plschr(font->size * canvas->dots_per_pt * MM_PER_INCH / 96.0, 1.0);
    plptex(x, y, font->upwards ? 0.0 : 1.0, font->upwards ? 1.0 : 0.0, align, text);
}

void plot_text(const plot_canvas *canvas, double x, double y, double align,
               const plot_font *font, const char *text) {
    char escaped[TEXT_BYTES];
    escape(text, false, escaped);
    draw_text(canvas, x, y, align, font, escaped);
}

void plot_marked_up_text(const plot_canvas *canvas, double x, double y, double align,
                         const plot_font *font, const char *text) {
    char escaped[TEXT_BYTES];
    escape(text, true, escaped);
    draw_text(canvas, x, y, align, font, escaped);
}

double plot_text_width(const char *text, double size, bool bold) {
    // advance of characters 32 to 126 in DejaVu Sans [1/100 em]
    static const unsigned char advance[] = {
        32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36,  32, 34, 64, 64, 64,
        64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63,
        58, 77, 75, 29, 29, 66, 56, 86, 75, 79, 60, 79, 69, 63,  61, 73, 68, 99, 69,
        61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55, 63, 62, 35,  63, 63, 28, 28, 58,
        28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59,  52, 64, 34, 64, 84};
    double em = 0.0;
    for (const char *c = text; *c; c++) {
        if (continues(*c)) continue;
        bool plain = *c >= 32 && *c < 127;
        bool wide = (unsigned char)*c >= 0xe3; // Chinese, Japanese, Korean, and beyond
        em += (plain ? advance[*c - 32] : wide ? 100 : 70) / 100.0;
    }
    return em * size * (bold ? 1.12 : 1.0) * MM_PER_INCH / 72.0;
}

void plot_fit_text(const char *text, const plot_font *font, double width,
                   char out[PLOT_FIT_BYTES]) {
    static const char dots[] = "\xe2\x80\xa6";
    size_t n = strlen(text);
    bool cut = n + sizeof dots > PLOT_FIT_BYTES;
    if (cut) n = PLOT_FIT_BYTES - sizeof dots;
    for (;;) {
        while (n > 0 && continues(text[n]))
            n--;
        snprintf(out, PLOT_FIT_BYTES, "%.*s%s", (int)n, text, cut ? dots : "");
        if (n == 0 || plot_text_width(out, font->size, font->bold) <= width) return;
        cut = true;
        n--;
    }
}

double plot_text_height(double size) {
    return 1.25 * size * MM_PER_INCH / 72.0;
}

// ---- lines and shapes ----

static void use_pen(const plot_canvas *canvas, const plot_pen *pen) {
    use_ink(pen->colour);
    plwidth(pen->width * canvas->dots_per_pt);
}

// Dashes are drawn one by one, since PLplot's own come out finer the finer the device.
static void dashes(double x1, double y1, double x2, double y2) {
    static const double on = 1.0, off = 0.8; // [mm]
    double length = hypot(x2 - x1, y2 - y1);
    for (int i = 0; i * (on + off) < length; i++) {
        double at = i * (on + off);
        double a = at / length, b = fmin(at + on, length) / length;
        pljoin(x1 + a * (x2 - x1), y1 + a * (y2 - y1), x1 + b * (x2 - x1),
               y1 + b * (y2 - y1));
    }
}

void plot_line(const plot_canvas *canvas, double x1, double y1, double x2, double y2,
               const plot_pen *pen) {
    use_pen(canvas, pen);
    if (pen->dashed)
        dashes(x1, y1, x2, y2);
    else
        pljoin(x1, y1, x2, y2);
}

void plot_curve(const plot_canvas *canvas, int n, const double *x, const double *y,
                const plot_pen *pen) {
    // PLplot cuts polylines at 256 points, which shows as a hairline: ours overlap
    enum { PIECE = 250, OVERLAP = 2 };
    use_pen(canvas, pen);
    for (int start = 0; start < n - 1; start += PIECE - OVERLAP) {
        int count = n - start < PIECE ? n - start : PIECE;
        plline(count, x + start, y + start);
        if (start + count == n) break;
    }
}

void plot_symbol(const plot_canvas *canvas, double x, double y, int symbol, double size,
                 plot_colour colour) {
    static const int corners[] = {24, 4, 3, 4, 3, 6};
    static const double turn[] = {0.0, 0.25, 0.5, 0.5, -0.5, 0.0}; // [pi]
    static const double grow[] = {1.0, 1.2, 1.3, 1.25, 1.3, 1.05}; // equal area by eye
    int kind = symbol % (int)(sizeof corners / sizeof corners[0]);
    double px[24], py[24];
    (void)canvas;
    for (int i = 0; i < corners[kind]; i++) {
        double angle = M_PI * (2.0 * i / corners[kind] + turn[kind]);
        px[i] = x + 0.5 * size * grow[kind] * cos(angle);
        py[i] = y + 0.5 * size * grow[kind] * sin(angle);
    }
    use_ink(colour);
    plfill(corners[kind], px, py);
}

void plot_cross(const plot_canvas *canvas, double x, double y, double size,
                plot_colour colour) {
    const plot_pen pen = {1.2, colour, false};
    double h = 0.5 * size;
    plot_line(canvas, x - h, y - h, x + h, y + h, &pen);
    plot_line(canvas, x - h, y + h, x + h, y - h, &pen);
}

void plot_area(const plot_canvas *canvas, int n, const double *x, const double *y,
               plot_colour colour, double opacity) {
    (void)canvas;
    plscol0a(INK, colour.red, colour.green, colour.blue, opacity);
    plcol0(INK);
    plfill(n, x, y); // takes any number of corners, unlike plline
}

void plot_rectangle(const plot_canvas *canvas, double x, double y, double width,
                    double height, plot_colour colour) {
    const double px[] = {x, x + width, x + width, x};
    const double py[] = {y, y, y + height, y + height};
    (void)canvas;
    use_ink(colour);
    plfill(4, px, py);
}

void plot_clip(const plot_canvas *canvas, double x, double y, double width,
               double height) {
    plvpor(x / canvas->width, (x + width) / canvas->width, y / canvas->height,
           (y + height) / canvas->height);
    plwind(x, x + width, y, y + height);
}

void plot_unclip(const plot_canvas *canvas) {
    plot_clip(canvas, 0.0, 0.0, canvas->width, canvas->height);
}

// ---- opening: PLplot ends the program where we report, so all is checked before ----

static const char *device_of(const char *path) {
    const char *dot = strrchr(path, '.');
    if (dot && strcmp(dot, ".png") == 0) return "pngcairo";
    if (dot && strcmp(dot, ".svg") == 0) return "svgcairo";
    if (dot && strcmp(dot, ".pdf") == 0) return "pdfcairo";
    return NULL;
}

// An unknown device would make PLplot ask on standard input.
static bool device_exists(const char *device) {
    enum { MOST = 128 };
    const char *menu[MOST], *names[MOST];
    const char **menus = menu, **devices = names;
    int n = MOST;
    plgDevs(&menus, &devices, &n);
    for (int i = 0; i < n; i++)
        if (strcmp(devices[i], device) == 0) return true;
    return false;
}

// Without any font every character becomes a box, and nobody says so. fontconfig is
// behind the Cairo drivers; it is asked directly, without depending on its headers.
typedef struct font_set {
    int n_font, n_room;
    void **fonts;
} font_set;

static bool fonts_missing(void) {
    void *library = dlopen("libfontconfig.so.1", RTLD_NOW | RTLD_NODELETE);
    if (!library) return false; // another way to find fonts: let it try
    int (*init)(void) = NULL;
    font_set *(*get_fonts)(void *, int) = NULL;
    void *symbol = dlsym(library, "FcInit");
    memcpy(&init, &symbol, sizeof symbol);
    symbol = dlsym(library, "FcConfigGetFonts");
    memcpy(&get_fonts, &symbol, sizeof symbol);
    bool missing = false;
    if (init && get_fonts && init()) {
        const font_set *found = get_fonts(NULL, 0); // 0: the system's
        missing = !found || found->n_font == 0;
    }
    dlclose(library);
    return missing;
}

static bp_status check_drawing(const char *path, const char *device, bp_error *err) {
    bp_where where = {.file = path};
    if (!device)
        return bp_error_at(err, BP_UNSUPPORTED, where,
                           "figures are drawn to files that end in .png, .svg or .pdf");
    if (!device_exists(device))
        return bp_error_at(err, BP_UNSUPPORTED, where,
                           "PLplot's driver %s is not installed "
                           "(Debian: plplot-driver-cairo)",
                           device);
    if (fonts_missing())
        return bp_error_at(err, BP_UNSUPPORTED, where,
                           "no fonts are installed, so all text would be boxes "
                           "(Debian: fonts-dejavu-core)");
    return BP_OK;
}

// PLplot would ask for another name on standard input.
static bp_status check_file(const char *part, const char *path, bp_error *err) {
    FILE *file = fopen(part, "wb");
    if (file && fclose(file) == 0) return BP_OK;
    return bp_error_at(err, BP_IO, (bp_where){.file = path},
                       "cannot write the figure: %s", strerror(errno));
}

bp_status plot_canvas_open(plot_canvas *canvas, const char *path, double width,
                           double height, bp_error *err) {
    const char *device = device_of(path);
    BP_TRY(check_drawing(path, device, err));
    size_t size = strlen(path) + sizeof ".part";
    char *part = bp_malloc(size);
    if (!part) return bp_error_no_memory(err);
    snprintf(part, size, "%s.part", path);
    bp_status status = check_file(part, path, err);
    if (status != BP_OK) {
        bp_free(part);
        return status;
    }

    double dpi = strcmp(device, "pngcairo") == 0 ? PNG_DPI : 72.0;
    *canvas = (plot_canvas){width, height, dpi / 72.0, part};
    PLINT stream = 0;
    plmkstrm(&stream); // one of our own, should the program use PLplot, too
    plsdev(device);
    plsfnam(part);
    plspage(dpi, dpi, (PLINT)ceil(width / MM_PER_INCH * dpi),
            (PLINT)ceil(height / MM_PER_INCH * dpi), 0, 0);
    plscol0(PAPER, 255, 255, 255);
    plspause(0);
    plinit();
    pladv(0);
    plot_unclip(canvas);
    return BP_OK;
}

// ---- closing ----

static const char *ending_of(const char *path) {
    const char *dot = strrchr(path, '.');
    if (strcmp(dot, ".png") == 0) return "IEND";
    return strcmp(dot, ".svg") == 0 ? "</svg>" : "%%EOF";
}

// The drivers do not tell when the disk is full; the end of the file does.
static bool is_whole(const char *part, const char *path) {
    char tail[33] = {0};
    FILE *file = fopen(part, "rb");
    if (!file) return false;
    size_t n = 0;
    if (fseek(file, -32, SEEK_END) == 0) n = fread(tail, 1, 32, file);
    (void)fclose(file);
    const char *ending = ending_of(path);
    size_t length = strlen(ending);
    for (size_t i = 0; i + length <= n; i++)
        if (memcmp(tail + i, ending, length) == 0) return true;
    return false;
}

static void add_xml(bp_text *out, const char *text) {
    for (const char *c = text; *c;) {
        size_t length = character(c);
        if (length == 0 || (unsigned char)*c < 0x20)
            bp_text_add(out, length ? " " : "?");
        else if (*c == '&')
            bp_text_add(out, "&amp;");
        else if (*c == '<')
            bp_text_add(out, "&lt;");
        else
            bp_text_add_n(out, c, length);
        c += length ? length : 1;
    }
}

// Cairo draws text as outlines; so that an SVG can be searched and read aloud, what it
// shows is put into its <desc>.
static bp_status describe_svg(const char *part, const char *about, bp_error *err) {
    char *old = NULL;
    size_t length = 0;
    BP_TRY(bp_file_read(part, &old, &length, err));
    bp_text text = {0};
    char *root = strstr(old, "<svg ");
    char *after = root ? strchr(root, '>') : NULL;
    bp_status status = BP_OK;
    if (after) {
        bp_text_add_n(&text, old, (size_t)(after + 1 - old));
        bp_text_add(&text, "\n<desc>");
        add_xml(&text, about);
        bp_text_add(&text, "</desc>");
        bp_text_add(&text, after + 1);
        FILE *file = text.failed ? NULL : fopen(part, "wb");
        bool written = file && fwrite(text.data, 1, text.length, file) == text.length;
        if (file && fclose(file) != 0) written = false;
        if (!written)
            status = text.failed ? bp_error_no_memory(err)
                                 : bp_error_set(err, BP_IO, "cannot write '%s': %s",
                                                part, strerror(errno));
    }
    bp_text_clear(&text);
    bp_free(old);
    return status;
}

bp_status plot_canvas_close(plot_canvas *canvas, const char *path, const char *about,
                            bp_error *err) {
    bp_where where = {.file = path};
    bp_status status = BP_OK;
    plend1();
    if (!is_whole(canvas->part, path))
        status =
            bp_error_at(err, BP_IO, where,
                        "the figure could not be written whole; is the disk full?");
    if (status == BP_OK && strcmp(ending_of(path), "</svg>") == 0)
        status = describe_svg(canvas->part, about, err);
    if (status == BP_OK && rename(canvas->part, path) != 0)
        status = bp_error_at(err, BP_IO, where, "cannot write the figure: %s",
                             strerror(errno));
    if (status != BP_OK) unlink(canvas->part);
    bp_free(canvas->part);
    canvas->part = NULL;
    return status;
}
