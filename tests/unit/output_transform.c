// What figures make of an ensemble and of measured points, in numbers: charts as they
// are before anything is drawn.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/plot_chart.h"
#include "tests/support/harness.h"

enum { ARMS = 2, MEMBERS = 3, TIMES = 3, RUNS = ARMS * MEMBERS };

// Two arms of three members: member m of arm a has the value (a + 1)(m + 1) 10^t.
typedef struct made {
    bp_results results;
    double times[TIMES], members[RUNS], values[RUNS * TIMES];
    const char *labels[RUNS];
    int status[RUNS];
    bp_coordinate coordinates[2];
    bp_output output;
    bp_arena arena;
} made;

static void make(made *m) {
    memset(m, 0, sizeof *m);
    for (int run = 0; run < RUNS; run++) {
        int arm = run / MEMBERS, member = run % MEMBERS;
        m->labels[run] = arm ? "treated" : "control";
        m->members[run] = member;
        for (int t = 0; t < TIMES; t++)
            m->values[run * TIMES + t] = (arm + 1) * (member + 1) * pow(10, t);
    }
    for (int t = 0; t < TIMES; t++)
        m->times[t] = 3600.0 * t;
    m->coordinates[0] = (bp_coordinate){.name = "arm", .unit = "", .labels = m->labels};
    m->coordinates[1] =
        (bp_coordinate){.name = "member", .unit = "", .values = m->members};
    m->output = (bp_output){"A", "A", "nM"};
    m->results.head = (bp_results_head){.title = "t",
                                        .n_runs = RUNS,
                                        .n_times = TIMES,
                                        .times = m->times,
                                        .time_unit = "s",
                                        .shown_time_unit = "h",
                                        .shown_time_factor = 1 / 3600.0,
                                        .n_observables = 1,
                                        .observables = &m->output,
                                        .n_coordinates = 2,
                                        .coordinates = m->coordinates};
    m->results.values = m->values;
    m->results.status = m->status;
}

static const bp_figure course = {
    .name = "f", .kind = "time course", .compare = "arm", .at = NAN};

// The chart of a time course shown as `as`.
static bp_status chart_of(made *m, bp_figure figure, plot_chart *chart, bp_error *err) {
    bp_results shown;
    *chart = (plot_chart){.title = "t", .caption = "", .note = ""};
    bp_status status = plot_transform(&m->results, &figure, &m->arena, &shown, err);
    if (status != BP_OK) return status;
    return strcmp(figure.kind, "time course") == 0
               ? plot_time_course(&shown, &figure, &m->arena, chart, err)
               : plot_dose_response(&shown, &figure, &m->arena, chart, err);
}

static const plot_panel *panel_as(made *m, const char *as, plot_chart *chart) {
    bp_figure figure = course;
    bp_error err = {0};
    figure.as = as;
    CU_ASSERT_EQUAL_FATAL(chart_of(m, figure, chart, &err), BP_OK);
    CU_ASSERT_EQUAL_FATAL(chart->n_panels, 1);
    CU_ASSERT_EQUAL_FATAL(chart->panels[0].n_series, ARMS);
    return &chart->panels[0];
}

static void bands_are_quantiles_of_the_members(void) {
    made m;
    plot_chart chart;
    make(&m);
    const plot_panel *panel = panel_as(&m, NULL, &chart);
    for (int arm = 0; arm < ARMS; arm++) {
        const plot_series *s = &panel->series[arm];
        CU_ASSERT_EQUAL_FATAL(s->n, TIMES);
        for (int t = 0; t < TIMES; t++) { // of 1, 2, 3 the quantiles are 1.1, 2, 2.9
            double one = (arm + 1) * pow(10, t);
            CHECK_NEAR(s->x[t], t, 1e-12);
            CHECK_NEAR(s->low[t] / one, 1.1, 1e-12);
            CHECK_NEAR(s->y[t] / one, 2, 1e-12);
            CHECK_NEAR(s->high[t] / one, 2.9, 1e-12);
        }
    }
    CHECK_TEXT(chart.caption, "median and 5-95 % of 3 parameter sets");
    CHECK_TEXT(panel->label, "nM");
    bp_arena_clear(&m.arena);
}

static void failed_members_are_left_out(void) {
    made m;
    plot_chart chart;
    make(&m);
    m.status[2] = BP_BAD_VALUE; // the third member of the first arm
    const plot_panel *panel = panel_as(&m, NULL, &chart);
    CHECK_NEAR(panel->series[0].y[0], 1.5, 1e-12);
    CHECK_NEAR(panel->series[1].y[0], 4, 1e-12);
    CU_ASSERT_FALSE(chart.entries[0].failed); // no curve ends early
    bp_arena_clear(&m.arena);
}

static void curves_are_shown_as_folds(void) {
    made m;
    plot_chart chart;
    make(&m);
    const plot_panel *panel = panel_as(&m, "fold of start", &chart);
    for (int t = 0; t < TIMES; t++) { // alike in all members
        CHECK_NEAR(panel->series[1].low[t], pow(10, t), 1e-9);
        CHECK_NEAR(panel->series[1].high[t], pow(10, t), 1e-9);
    }
    CHECK_TEXT(panel->label, "fold of start");
    panel = panel_as(&m, "fold of control", &chart);
    for (int t = 0; t < TIMES; t++) {
        CHECK_NEAR(panel->series[0].y[t], 1, 1e-12);
        CHECK_NEAR(panel->series[1].low[t], 2, 1e-12);
        CHECK_NEAR(panel->series[1].high[t], 2, 1e-12);
    }
    CHECK_TEXT(panel->label, "fold of control");
    panel = panel_as(&m, "log10 fold of start", &chart);
    for (int t = 0; t < TIMES; t++)
        CHECK_NEAR(panel->series[0].y[t], t, 1e-12);
    CHECK_TEXT(panel->label, "log10 fold of start");
    bp_arena_clear(&m.arena);
}

// Each member by its own lowest and highest value over both arms.
static void curves_are_scaled_to_their_range(void) {
    made m;
    plot_chart chart;
    make(&m);
    const plot_panel *panel = panel_as(&m, "min-max", &chart);
    CHECK_NEAR(panel->series[0].low[0], 0, 1e-12); // 1 of 1 to 200
    CHECK_NEAR(panel->series[0].high[0], 0, 1e-12);
    CHECK_NEAR(panel->series[1].low[2], 1, 1e-12);
    CHECK_NEAR(panel->series[1].high[2], 1, 1e-12);
    CHECK_NEAR(panel->series[0].y[2], 99 / 199.0, 1e-12);
    bp_arena_clear(&m.arena);
}

static void folds_of_nothing_are_not_drawn(void) {
    made m;
    plot_chart chart;
    make(&m);
    for (int member = 0; member < MEMBERS; member++)
        m.values[member * TIMES + 1] = 0; // the control at the second time
    const plot_panel *panel = panel_as(&m, "fold of control", &chart);
    CU_ASSERT_EQUAL(panel->series[1].n, TIMES - 1);
    bp_arena_clear(&m.arena);
}

static void unknown_relations_are_refused(void) {
    static const struct {
        const char *as, *words;
        bp_status status;
    } bad[] = {{"fold", "'as' of a figure is", BP_BAD_VALUE},
               {"log10", "'as' of a figure is", BP_BAD_VALUE},
               {"fold of nobody", "no run is called 'nobody'", BP_UNKNOWN_NAME}};
    made m;
    plot_chart chart;
    make(&m);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bp_figure figure = course;
        bp_error err = {0};
        figure.as = bad[i].as;
        CU_ASSERT_EQUAL(chart_of(&m, figure, &chart, &err), bad[i].status);
        CHECK(strstr(err.message, bad[i].words), "%s", err.message);
    }
    bp_arena_clear(&m.arena);
}

// ---- measured points ----

static void points_go_to_the_curve_that_they_name(void) {
    static const bp_figure_point points[] = {{"A", "treated", 1, 30, 4},
                                             {"A", "control", 2, 50, NAN}};
    made m;
    plot_chart chart;
    bp_error err = {0};
    make(&m);
    bp_figure figure = course;
    figure.points = points;
    figure.n_points = 2;
    figure.data = "../blots/one.csv";
    CU_ASSERT_EQUAL_FATAL(chart_of(&m, figure, &chart, &err), BP_OK);
    const plot_panel *panel = &chart.panels[0];
    CU_ASSERT_EQUAL_FATAL(panel->n_measured, 2);
    CU_ASSERT_EQUAL(panel->measured[0].entry, 1);
    CHECK_NEAR(panel->measured[0].x, 1, 0);
    CHECK_NEAR(panel->measured[0].sd, 4, 0);
    CU_ASSERT_EQUAL(panel->measured[1].entry, 0);
    CU_ASSERT_TRUE(isnan(panel->measured[1].sd));
    CU_ASSERT_TRUE(chart.entries[0].measured && chart.entries[1].measured);
    CHECK(strstr(chart.caption, "points: one.csv, bars: \xc2\xb1 sd"), "%s",
          chart.caption);

    figure.panels = "runs"; // panels are arms, colours observables
    CU_ASSERT_EQUAL_FATAL(chart_of(&m, figure, &chart, &err), BP_OK);
    CU_ASSERT_EQUAL_FATAL(chart.n_panels, ARMS);
    CU_ASSERT_EQUAL(chart.panels[1].n_measured, 1);
    CU_ASSERT_EQUAL(chart.panels[1].measured[0].entry, 0);
    bp_arena_clear(&m.arena);
}

static void points_without_a_curve_are_refused(void) {
    static const bp_figure_point points[] = {{"A", "treatde", 1, 30, NAN},
                                             {"B", "control", 2, 50, NAN}};
    made m;
    plot_chart chart;
    make(&m);
    for (int i = 0; i < 2; i++) {
        bp_figure figure = course;
        bp_error err = {0};
        figure.points = &points[i];
        figure.n_points = 1;
        CU_ASSERT_EQUAL(chart_of(&m, figure, &chart, &err), BP_UNKNOWN_NAME);
        CHECK(strstr(err.message, i ? "'B'" : "'treatde'"), "%s", err.message);
    }
    bp_arena_clear(&m.arena);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(bands_are_quantiles_of_the_members),
                                      TEST(failed_members_are_left_out),
                                      TEST(curves_are_shown_as_folds),
                                      TEST(curves_are_scaled_to_their_range),
                                      TEST(folds_of_nothing_are_not_drawn),
                                      TEST(unknown_relations_are_refused),
                                      TEST(points_go_to_the_curve_that_they_name),
                                      TEST(points_without_a_curve_are_refused),
                                      TEST_END};
    return test_main("transformed figures", tests, argc, argv);
}
