// Figures: their text form, and the pictures.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/output_sample.h"

// ---- text ----

static const char *const two[] = {"pAKT", "IκBα"};

static const bp_figure_point measured[] = {{"pAKT", "a \"b\"", 0.1, -2, 0.25},
                                           {"pAKT", "", 0, 1e-9, NAN}};

static void check_points(const bp_figure *read, const bp_figure *written) {
    CHECK_TEXT(read->as, written->as);
    CHECK_TEXT(read->data, written->data);
    CU_ASSERT_EQUAL_FATAL(read->n_points, written->n_points);
    for (int i = 0; i < read->n_points; i++) {
        const bp_figure_point *a = &read->points[i], *b = &written->points[i];
        CHECK_TEXT(a->of, b->of);
        CHECK_TEXT(a->group, b->group);
        CU_ASSERT_TRUE(a->x == b->x && a->value == b->value);
        CU_ASSERT_TRUE(a->sd == b->sd || (isnan(a->sd) && isnan(b->sd)));
    }
}

static void printed_figures_are_parsed_back(void) {
    const bp_figure written[] = {
        {.name = "time-course-1",
         .kind = "time course",
         .of = two,
         .n_of = 2,
         .compare = "arm",
         .panels = "runs",
         .at = NAN,
         .title = "say \"\\n\" \xce\xb1",
         .as = "log10 fold of a \"b\"",
         .data = "blot.csv",
         .points = measured,
         .n_points = 2},
        {.name = "d", .kind = "dose response", .x = "lapatinib", .at = 24.5},
    };
    bp_text text = {0};
    bp_arena arena = {0};
    bp_figure *read = NULL;
    bp_error err = {0};
    int n = 0;
    bp_figures_print(written, 2, &text);
    bp_status status = bp_figures_parse(bp_text_get(&text), &arena, &read, &n, &err);
    CHECK(status == BP_OK, "%s in %s", err.message, bp_text_get(&text));
    CU_ASSERT_EQUAL_FATAL(n, 2);
    for (int i = 0; i < 2; i++) {
        CHECK_TEXT(read[i].name, written[i].name);
        CHECK_TEXT(read[i].kind, written[i].kind);
        CHECK_TEXT(read[i].compare, written[i].compare);
        CHECK_TEXT(read[i].panels, written[i].panels);
        CHECK_TEXT(read[i].x, written[i].x);
        CHECK_TEXT(read[i].title, written[i].title);
        check_points(&read[i], &written[i]);
        CU_ASSERT_TRUE(read[i].at == written[i].at || (i == 0 && isnan(read[i].at)));
        CU_ASSERT_EQUAL_FATAL(read[i].n_of, written[i].n_of);
        for (int k = 0; k < read[i].n_of; k++)
            CHECK_TEXT(read[i].of[k], written[i].of[k]);
    }
    bp_text_clear(&text);
    bp_arena_clear(&arena);
}

static void the_text_form_is_as_documented(void) {
    const bp_figure figure = {
        .name = "f", .kind = "time course", .of = two, .n_of = 1, .at = 0.1};
    bp_text text = {0};
    bp_figures_print(&figure, 1, &text);
    CHECK_TEXT(bp_text_get(&text), "[\n  {\"name\": \"f\", \"kind\": \"time course\", "
                                   "\"of\": [\"pAKT\"], \"at\": 0.1}\n]\n");
    bp_text_clear(&text);
    bp_figures_print(NULL, 0, &text);
    CHECK_TEXT(bp_text_get(&text), "[]\n");
    bp_text_clear(&text);
}

static void no_text_is_no_figures(void) {
    static const char *const empty[] = {"", " \n", "[]", "[ ]\n", NULL};
    for (int i = 0; i < 5; i++) {
        bp_arena arena = {0};
        bp_figure *read = NULL;
        int n = 7;
        bp_error err = {0};
        bp_status status = bp_figures_parse(empty[i], &arena, &read, &n, &err);
        CHECK(status == BP_OK && n == 0, "'%s': %s", empty[i] ? empty[i] : "NULL",
              err.message);
        bp_arena_clear(&arena);
    }
}

static void bad_figures_are_refused_at_their_place(void) {
    static const struct {
        const char *text;
        bp_status status;
        int line;
        const char *says;
    } bad[] = {
        {"[{\"name\": \"a\", \"kind\": \"pie\"}]", BP_BAD_VALUE, 1, "'dose response'"},
        {"[{\"name\": \"a\",\n\"kind\": \"time course\",\n\"tilte\": \"x\"}]",
         BP_UNKNOWN_NAME, 3, "did you mean 'title'?"},
        {"[{\"kind\": \"time course\"}]", BP_BAD_VALUE, 1, "'name'"},
        {"[{\"name\": \"a\"}]", BP_BAD_VALUE, 1, "'kind'"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"of\": \"pAKT\"}]",
         BP_BAD_VALUE, 1, "a list of observables"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"of\": [[1]]}]", BP_BAD_VALUE,
         1, "text"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"at\": \"noon\"}]",
         BP_BAD_VALUE, 1, "a number"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"panels\": \"x\"}]",
         BP_BAD_VALUE, 1, "'runs'"},
        {"[{\"name\": [\"a\"], \"kind\": \"time course\"}]", BP_BAD_VALUE, 1, "text"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"points\": 1}]", BP_BAD_VALUE,
         1, "a list of points"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"points\": [1]}]",
         BP_BAD_VALUE, 1, "'of', 'x' and 'value'"},
        {"[{\"name\": \"a\", \"kind\": \"time course\",\n\"points\": [{\"of\": "
         "\"A\"}]}]",
         BP_BAD_VALUE, 2, "'of', 'x' and 'value'"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"points\": [{\"at\": 1}]}]",
         BP_UNKNOWN_NAME, 1, "no 'at'"},
        {"[{\"name\": \"a\", \"kind\": \"time course\", \"points\": [{\"x\": \"b\"}]}]",
         BP_BAD_VALUE, 1, "a number"},
        {"[1]", BP_BAD_VALUE, 1, "an object"},
        {"{\"name\": \"a\"}", BP_SYNTAX, 0, "JSON list"},
        {"[{\"name\": \"a\"", BP_SYNTAX, 0, "not a JSON list of figures"},
        {"[{\"name\" \"a\"}]", BP_SYNTAX, 0, "not a JSON list of figures"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bp_arena arena = {0};
        bp_figure *read = NULL;
        int n = 0;
        bp_error err = {0};
        bp_status status = bp_figures_parse(bad[i].text, &arena, &read, &n, &err);
        CHECK(status == bad[i].status && strstr(err.message, bad[i].says),
              "%s: %s (%s)", bad[i].text, err.message, bp_status_name(status));
        CHECK(bad[i].line == 0 || err.line == bad[i].line, "%s: line %d", bad[i].text,
              err.line);
        CU_ASSERT_PTR_NULL(read);
        bp_arena_clear(&arena);
    }
}

static void parsing_survives_every_failed_allocation(void) {
    bp_status status = BP_NO_MEMORY;
    int nth = 0;
    while (status == BP_NO_MEMORY && nth < 200) {
        bp_arena arena = {0};
        bp_figure *read = NULL;
        int n = 0;
        bp_alloc_fail(++nth, 0);
        status = bp_figures_parse(
            "[{\"name\": \"a\", \"kind\": \"time course\", \"of\": [\"x\"], "
            "\"points\": "
            "[{\"of\": \"x\", \"group\": \"g\", \"x\": 1, \"value\": 2}]}]",
            &arena, &read, &n, NULL);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(read == NULL, status != BP_OK);
        bp_arena_clear(&arena);
    }
    CHECK(status == BP_OK && nth > 1, "ended with %s after %d", bp_status_name(status),
          nth);
}

// ---- pictures ----

typedef struct gallery {
    sample made;
    bp_sink *sink;
    bp_results *results;
} gallery;

static void gallery_init(gallery *made, int n_runs, int n_times) {
    memset(made, 0, sizeof *made);
    sample_init(&made->made, n_runs, n_times, 0);
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&made->sink), BP_OK);
    CU_ASSERT_EQUAL_FATAL(sample_send(&made->made, made->sink, NULL), BP_OK);
    made->results = (bp_results *)bp_memory_sink_results(made->sink);
}

static void gallery_clear(gallery *made) {
    made->sink->free(made->sink);
    sample_clear(&made->made);
}

// The file's bytes; free it. NULL when it is not there.
static char *bytes_of(const char *path, size_t *length) {
    char *text = NULL;
    *length = 0;
    return bp_file_read(path, &text, length, NULL) == BP_OK ? text : NULL;
}

static const bp_figure default_course = {
    .name = "f", .kind = "time course", .compare = "arm", .at = NAN};

// Draws in all three formats; the SVG's text, to be freed.
static char *draw(const bp_results *results, const bp_figure *figure,
                  const char *stem) {
    static const char *const endings[] = {"png", "pdf", "svg"};
    static const char *const starts[] = {"\x89PNG", "%PDF", "<?xml"};
    char *svg = NULL;
    for (int i = 0; i < 3; i++) {
        char path[512], part[520];
        size_t length = 0;
        bp_error err = {0};
        snprintf(path, sizeof path, "%s/%s.%s", test_temporary(), stem, endings[i]);
        snprintf(part, sizeof part, "%s.part", path);
        bp_status status = bp_plot(results, figure, path, &err);
        CHECK(status == BP_OK, "%s: %s", path, err.message);
        char *bytes = bytes_of(path, &length);
        CHECK(bytes && length > 2000, "%s has %zu bytes", path, length);
        CHECK(bytes && strncmp(bytes, starts[i], strlen(starts[i])) == 0, "%s", path);
        CU_ASSERT_NOT_EQUAL(access(part, F_OK), 0);
        if (i == 2)
            svg = bytes;
        else
            bp_free(bytes);
    }
    return svg;
}

#define FIRST_BLUE "stroke:rgb(0%,44.7"

// How often a text occurs.
static int count(const char *text, const char *wanted) {
    int n = 0;
    for (const char *at = text; at && (at = strstr(at, wanted)) != NULL; at++)
        n++;
    return n;
}

static void pictures_hold_curves_and_words(void) {
    gallery g;
    gallery_init(&g, 4, 30);
    char *svg = draw(g.results, &default_course, "course");
    // what it says is in the description, how it says it in glyphs and strokes
    static const char *const words[] = {
        "NRG1 rescues BT-474", "time (h)",  "pAKT",    "IκBα, nM",
        "lapatinib, 200 nM",   "EGF 10 nM", "washout", "1 of 4 runs failed"};
    for (size_t i = 0; svg && i < sizeof words / sizeof words[0]; i++)
        CHECK(strstr(svg, words[i]) != NULL, "the SVG does not say '%s'", words[i]);
    CHECK(count(svg, "xlink:href=\"#glyph") > 150, "only %d characters are drawn",
          count(svg, "xlink:href=\"#glyph"));
    CHECK(count(svg, "stroke-linecap") > 3 * 4, "only %d strokes",
          count(svg, "stroke"));
    CHECK(count(svg, FIRST_BLUE) > 0, "the first arm is not blue");
    bp_free(svg);
    gallery_clear(&g);
}

static void more_curves_make_a_different_picture(void) {
    gallery g;
    static const char *const one[] = {"pAKT"};
    bp_figure figure = default_course;
    gallery_init(&g, 4, 30);
    char *all = draw(g.results, &figure, "all");
    figure.of = one;
    figure.n_of = 1;
    char *single = draw(g.results, &figure, "single");
    // blue is the first arm: a curve per panel and its line in the legend
    int n_all = count(all, FIRST_BLUE), n_single = count(single, FIRST_BLUE);
    CHECK(n_all == 3 + 1 && n_single == 1 + 1, "%d and %d blue strokes", n_all,
          n_single);
    figure.panels = "runs";
    char *by_runs = draw(g.results, &figure, "by-runs");
    CHECK(by_runs && strstr(by_runs, "Panels: untreated; lapatinib, 200 nM"),
          "panels are not the runs");
    bp_free(all);
    bp_free(single);
    bp_free(by_runs);
    gallery_clear(&g);
}

// The arm's blue again in its symbols and bars; what it is stands in words.
static void measured_points_are_drawn_over_the_curves(void) {
    static const bp_figure_point points[] = {{"pAKT", "untreated", 1, 0.5, 0.1},
                                             {"pAKT", "untreated", 2, 0.4, NAN}};
    static const char *const one[] = {"pAKT"};
    gallery g;
    bp_figure figure = default_course;
    gallery_init(&g, 4, 30);
    figure.of = one;
    figure.n_of = 1;
    figure.as = "fold of start";
    char *without = draw(g.results, &figure, "no-points");
    figure.points = points;
    figure.n_points = 2;
    figure.data = "folder/blot.csv";
    char *with = draw(g.results, &figure, "points");
    CHECK(with && strstr(with, "points: blot.csv, bars: \xc2\xb1 sd"), "no caption");
    CHECK(with && strstr(with, "pAKT, fold of start"), "another axis");
    // a bar with its two caps, two symbols and one in the legend
    CHECK(count(with, FIRST_BLUE) == count(without, FIRST_BLUE) + 6,
          "%d and %d strokes", count(with, FIRST_BLUE), count(without, FIRST_BLUE));
    bp_free(with);
    bp_free(without);
    gallery_clear(&g);
}

static void dose_responses_have_their_dose_on_the_axis(void) {
    gallery g;
    bp_figure figure = {.name = "d",
                        .kind = "dose response",
                        .x = "lapatinib",
                        .compare = "arm",
                        .at = 1};
    gallery_init(&g, 20, 30);
    char *svg = draw(g.results, &figure, "dose");
    CHECK(svg && strstr(svg, "x axis: lapatinib (nM)"), "another axis");
    bp_free(svg);
    gallery_clear(&g);
}

static void odd_results_are_drawn_all_the_same(void) {
    static const int shapes[][2] = {{1, 1}, {1, 2}, {4, 1}, {30, 20}, {200, 3}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        gallery g;
        bp_figure figure = default_course;
        gallery_init(&g, shapes[i][0], shapes[i][1]);
        figure.compare = shapes[i][0] > 4 ? "lapatinib" : NULL;
        bp_free(draw(g.results, &figure, "odd"));
        for (int k = 0; k < shapes[i][0] * shapes[i][1] * 3; k++)
            g.results->values[k] = i % 2 ? NAN : 0.0;
        bp_free(draw(g.results, &figure, "degenerate"));
        gallery_clear(&g);
    }
}

static void labels_that_plplot_would_misread_are_drawn(void) {
    gallery g;
    bp_figure figure = default_course;
    gallery_init(&g, 4, 5);
    figure.title = "50 # 60 #u<&> broken \xff byte \xce and tab\t";
    char *svg = draw(g.results, &figure, "labels");
    CHECK(svg && strstr(svg, "50 # 60 #u&lt;&amp;> broken ? byte ? and tab "), "%.300s",
          svg ? strstr(svg, "<desc>") : "");
    bp_free(svg);
    gallery_clear(&g);
}

static int glyphs(const char *svg) {
    return count(svg, "xlink:href=\"#glyph");
}

static double height_of(const char *svg) {
    const char *at = svg ? strstr(svg, " height=\"") : NULL;
    return at ? atof(at + 9) : 0.0;
}

// Thirty drugs at one time take no more room than those that find a row, and are told
// by their number.
static void marks_that_find_no_row_are_counted(void) {
    gallery g;
    bp_mark many[30];
    char texts[30][16];
    bp_figure figure = default_course;
    gallery_init(&g, 4, 5);
    for (int i = 0; i < 30; i++) {
        snprintf(texts[i], sizeof texts[i], "drug %c", 'A' + i);
        many[i] = (bp_mark){.arm = NULL, .text = texts[i]};
    }
    g.results->head.marks = many;
    g.results->head.n_marks = 10;
    char *ten = draw(g.results, &figure, "ten-marks");
    g.results->head.n_marks = 30;
    char *thirty = draw(g.results, &figure, "thirty-marks");
    CHECK(height_of(ten) > 50 && height_of(thirty) == height_of(ten), "%g and %g",
          height_of(ten), height_of(thirty));
    // "and 2 more", "and 22 more", over three panels at most
    CHECK(glyphs(thirty) - glyphs(ten) <= 3, "%d and %d", glyphs(thirty), glyphs(ten));
    bp_free(ten);
    bp_free(thirty);
    gallery_clear(&g);
}

static void what_a_figure_does_not_tell_apart_is_said(void) {
    gallery g;
    bp_figure figure = default_course;
    gallery_init(&g, 4, 5);
    figure.compare = "lapatinib";
    char *course = draw(g.results, &figure, "hidden-course");
    CHECK(course && strstr(course, "curves of one colour differ in arm"), "course");
    figure =
        (bp_figure){.kind = "dose response", .x = "lapatinib", .compare = "lapatinib"};
    figure.at = NAN;
    char *dose = draw(g.results, &figure, "hidden-dose");
    CHECK(dose && strstr(dose, "mean over arm"), "dose");
    bp_free(course);
    bp_free(dose);
    gallery_clear(&g);
}

static void large_numbers_on_the_x_axis_have_their_power(void) {
    gallery g;
    gallery_init(&g, 4, 5);
    char *hours = draw(g.results, &default_course, "hours");
    g.results->head.shown_time_factor *= 1e6;
    char *tiny = draw(g.results, &default_course, "tiny");
    CHECK(hours && !strstr(hours, "times 10^"), "hours");
    CHECK(tiny && strstr(tiny, "times 10^"), "%.300s", tiny ? tiny : "");
    bp_free(hours);
    bp_free(tiny);
    gallery_clear(&g);
}

static void texts_wider_than_the_page_are_cut(void) {
    gallery g;
    static const char *const one[] = {"pAKT"};
    char title[600] = "";
    bp_figure figure = default_course;
    figure.of = one;
    figure.n_of = 1;
    gallery_init(&g, 4, 5);
    char *plain = draw(g.results, &figure, "plain-title");
    for (int i = 0; i < 100; i++)
        memcpy(title + 5 * i, "word ", 6);
    figure.title = title;
    char *cut = draw(g.results, &figure, "long-title");
    CHECK(glyphs(cut) < glyphs(plain) + 250, "%d and %d", glyphs(cut), glyphs(plain));
    bp_free(plain);
    bp_free(cut);
    gallery_clear(&g);
}

static void drawn_twice_is_drawn_the_same(void) {
    gallery g;
    char path[512];
    size_t n_one = 0, n_two = 0;
    gallery_init(&g, 3, 9);
    bp_free(draw(g.results, &default_course, "one"));
    bp_free(draw(g.results, &default_course, "two"));
    snprintf(path, sizeof path, "%s/one.png", test_temporary());
    char *one = bytes_of(path, &n_one);
    snprintf(path, sizeof path, "%s/two.png", test_temporary());
    char *other = bytes_of(path, &n_two);
    CU_ASSERT_TRUE(n_one == n_two && one && other && memcmp(one, other, n_one) == 0);
    bp_free(one);
    bp_free(other);
    gallery_clear(&g);
}

// ---- trouble ----

static void expect_refused(const bp_results *results, const bp_figure *figure,
                           const char *path, bp_status wanted, const char *says) {
    bp_error err = {0};
    bp_status status = bp_plot(results, figure, path, &err);
    CHECK(status == wanted && strstr(err.message, says), "%s: %s (%s)", path,
          err.message, bp_status_name(status));
}

static void what_cannot_be_drawn_is_refused_with_a_reason(void) {
    gallery g;
    char good[512], bad[512];
    static const char *const typo[] = {"pAKTT"};
    gallery_init(&g, 4, 5);
    snprintf(good, sizeof good, "%s/x.png", test_temporary());
    snprintf(bad, sizeof bad, "%s/x.gif", test_temporary());
    bp_figure figure = default_course;
    expect_refused(g.results, &figure, bad, BP_UNSUPPORTED, ".png, .svg or .pdf");
    expect_refused(g.results, &figure, "/nowhere/x.png", BP_IO, "No such file");
    figure.of = typo;
    figure.n_of = 1;
    expect_refused(g.results, &figure, good, BP_UNKNOWN_NAME, "did you mean 'pAKT'?");
    figure = default_course;
    figure.compare = "dose";
    expect_refused(g.results, &figure, good, BP_UNKNOWN_NAME, "'arm', 'lapatinib'");
    figure = (bp_figure){.name = "d", .kind = "dose response", .x = "arm", .at = NAN};
    expect_refused(g.results, &figure, good, BP_BAD_VALUE, "names, not numbers");
    figure.x = NULL;
    expect_refused(g.results, &figure, good, BP_BAD_VALUE, "`x`");
    figure.kind = "pie";
    expect_refused(g.results, &figure, good, BP_UNSUPPORTED, "'pie'");
    CU_ASSERT_NOT_EQUAL(access(good, F_OK), 0); // nothing half drawn is left
    gallery_clear(&g);
}

// Draws in a child process that sees another value of an environment variable; exit
// code 0 when it was refused with these words.
static int refused_with(const char *variable, const char *value, const char *says) {
    int ended = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        gallery g;
        char path[512];
        bp_error err = {0};
        setenv(variable, value, 1);
        gallery_init(&g, 1, 3);
        snprintf(path, sizeof path, "%s/child.png", test_temporary());
        bp_status status = bp_plot(g.results, &default_course, path, &err);
        if (!strstr(err.message, says)) fprintf(stderr, "'%s'\n", err.message);
        _exit(status == BP_UNSUPPORTED && strstr(err.message, says) ? 0 : 1);
    }
    waitpid(child, &ended, 0);
    return ended;
}

static void a_broken_plug_in_is_a_clear_error(void) {
    char path[512];
    snprintf(path, sizeof path, "%s/bypass-plot.so", test_temporary());
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("not a plug-in\n", file);
    fclose(file);
    CU_ASSERT_EQUAL(refused_with("BYPASS_PLUGIN_DIR", test_temporary(),
                                 "figures cannot be drawn: "),
                    0);
}

static void a_plug_in_of_another_version_is_refused(void) {
    CU_ASSERT_EQUAL(
        refused_with("BYPASS_PLUGIN_DIR", BP_OLD_PLUGIN_DIR, "is of version 0.0.0"), 0);
}

// The tests that fork come first: a child must not inherit a library that is loaded
// already.
static void missing_fonts_are_found_out(void) {
    char path[512];
    snprintf(path, sizeof path, "%s/fonts.conf", test_temporary());
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    fputs("<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\n"
          "<fontconfig></fontconfig>\n",
          file);
    fclose(file);
    CU_ASSERT_EQUAL(refused_with("FONTCONFIG_FILE", path, "no fonts are installed"), 0);
}

static void the_default_figure_shows_everything(void) {
    gallery g;
    bp_arena arena = {0};
    bp_figure *figures = NULL;
    int n = 0;
    gallery_init(&g, 4, 5);
    CU_ASSERT_EQUAL(bp_figures_default(g.results, &arena, &figures, &n), BP_OK);
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL(figures[0].n_of, 3);
    CHECK_TEXT(figures[0].compare, "arm");
    bp_free(draw(g.results, figures, "default"));
    bp_arena_clear(&arena);
    gallery_clear(&g);
}

static const test_case tests[] = {
    TEST(a_broken_plug_in_is_a_clear_error),
    TEST(a_plug_in_of_another_version_is_refused),
    TEST(missing_fonts_are_found_out),
    TEST(printed_figures_are_parsed_back),
    TEST(the_text_form_is_as_documented),
    TEST(no_text_is_no_figures),
    TEST(bad_figures_are_refused_at_their_place),
    TEST(parsing_survives_every_failed_allocation),
    TEST(pictures_hold_curves_and_words),
    TEST(more_curves_make_a_different_picture),
    TEST(measured_points_are_drawn_over_the_curves),
    TEST(dose_responses_have_their_dose_on_the_axis),
    TEST(odd_results_are_drawn_all_the_same),
    TEST(labels_that_plplot_would_misread_are_drawn),
    TEST(marks_that_find_no_row_are_counted),
    TEST(what_a_figure_does_not_tell_apart_is_said),
    TEST(large_numbers_on_the_x_axis_have_their_power),
    TEST(texts_wider_than_the_page_are_cut),
    TEST(drawn_twice_is_drawn_the_same),
    TEST(what_cannot_be_drawn_is_refused_with_a_reason),
    TEST(the_default_figure_shows_everything),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("output_figure", tests, argc, argv);
}
