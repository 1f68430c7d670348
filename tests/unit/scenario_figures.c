// Ensembles as runs, and figures with measured points: from files to results.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/unit/scenario_test.h"

#define BASE "model: small.ant\nbefore: steady state\nmedium: {EGF: 1 nM}\n"
#define HOUR "run: {until: 1 h, every: 10 min}\nobserve: [pR, pS]\n"
#define SETS                                                                           \
    "# made by hand\nmember,cost,kcat,R_copies,PTEN_level\n"                           \
    "0,1.5,0.05,1e5,1\n1,1.6,0.1,2e5,0.5\n2,1.7,0.02,5e4,2\n"

// ---- ensembles ----

// A member is what the model would be with its values.
static void members_are_the_model_with_their_values(void) {
    static const char *const alone[] = {
        "set: {kcat: 0.05, R_copies: 1e5, PTEN_level: 1}\n",
        "set: {kcat: 0.1, R_copies: 2e5, PTEN_level: 0.5}\n",
        "set: {kcat: 0.02, R_copies: 5e4, PTEN_level: 2}\n"};
    loaded all =
        load_with(BASE HOUR "ensemble: {file: ./sets.csv}\n", "sets.csv", SETS);
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&all, 1, &sink);
    for (int i = 0; results && i < 3; i++) {
        char text[512];
        bp_sink *one_sink = NULL;
        snprintf(text, sizeof text, BASE HOUR "%s", alone[i]);
        loaded one = load_text(text);
        const bp_results *single = run_all(&one, 1, &one_sink);
        for (int t = 0; single && t < 7; t++) {
            CHECK_NEAR(value_of(results, i, t, "pR"), value_of(single, 0, t, "pR"),
                       1e-6);
            CHECK_NEAR(value_of(results, i, t, "pS"), value_of(single, 0, t, "pS"),
                       1e-6);
        }
        if (one_sink) one_sink->free(one_sink);
        unload(&one);
    }
    if (results) // and they rest in states of their own
        CU_ASSERT_TRUE(
            fabs(value_of(results, 0, 0, "pR") - value_of(results, 1, 0, "pR")) > 1e-3);
    if (sink) sink->free(sink);
    unload(&all);
}

static void results_know_the_cost_of_each_member(void) {
    loaded l = load_with(BASE HOUR "ensemble: {file: ./sets.csv, members: 2}\n"
                                   "arms: {a: {}, b: {set: {kcat: 1}}}\n",
                         "sets.csv", SETS);
    if (!l.scenario) return;
    const bp_results_head *head = bp_scenario_head(l.scenario);
    int n = head->n_parameters;
    CU_ASSERT_EQUAL_FATAL(head->n_runs, 4);
    CHECK_TEXT(head->parameters[n - 1].name, "member_cost");
    double row[8] = {0};
    CU_ASSERT_FATAL(n <= 8);
    for (int run = 0; run < 4; run++) {
        CU_ASSERT_EQUAL(bp_results_parameters(head, run, row, NULL), BP_OK);
        CHECK_NEAR(row[n - 1], run % 2 ? 1.6 : 1.5, 0);
    }
    unload(&l);
}

// {scale: 2} of a value that the model computes from another is twice the member's.
static void scales_act_on_the_members_values(void) {
    static const char model[] = "model *m()\n  const a = 2;\n  const b = 3*a;\n"
                                "  species S = 1;\n  S -> ; b*S;\nend\n";
    char path[1024];
    loaded l = {0};
    snprintf(path, sizeof path, "%s",
             test_file("diagnostics/scenarios/of-the-test.yaml"));
    char *name = strrchr(path, '/') + 1;
    size_t room = sizeof path - (size_t)(name - path);
    static const char text[] =
        "model: m.ant\nensemble: {file: sets.csv}\nset: {b: {scale: 2}}\n"
        "run: {until: 1, points: 2}\n";
    static const char sets[] = "a\n2\n5\n";
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    snprintf(name, room, "m.ant");
    CU_ASSERT_EQUAL(bp_bundle_add(l.bundle, path, model, strlen(model)), BP_OK);
    snprintf(name, room, "sets.csv");
    CU_ASSERT_EQUAL(bp_bundle_add(l.bundle, path, sets, strlen(sets)), BP_OK);
    snprintf(name, room, "of-the-test.yaml");
    CU_ASSERT_EQUAL(bp_bundle_add(l.bundle, path, text, strlen(text)), BP_OK);
    l.status = bp_scenario_load(path, l.bundle, &l.scenario, &l.report);
    CU_ASSERT_EQUAL(l.status, BP_OK);
    CHECK_NEAR(setting_of(&l, 0, "b"), 12, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "b"), 30, 1e-12);
    unload(&l);
}

static void threads_do_not_change_an_ensemble(void) {
    loaded l = load_with(BASE HOUR "ensemble: {file: ./sets.csv}\n"
                                   "arms: {a: {}, b: {EGF: 5 nM}}\n",
                         "sets.csv", SETS);
    bp_sink *one = NULL, *three = NULL;
    const bp_results *a = run_all(&l, 1, &one), *b = run_all(&l, 3, &three);
    if (a && b) CU_ASSERT_EQUAL(memcmp(a->values, b->values, 6 * 7 * 2 * 8), 0);
    if (one) one->free(one);
    if (three) three->free(three);
    unload(&l);
}

// ---- measured points ----

#define ARMS "arms: {none: {}, EGF: {EGF: 5 nM}}\n"
#define DRAW "plot:\n  - time course: {of: [pR], compare: arms, data: ./blot.csv}\n"

static void points_stand_in_the_figure_in_its_units(void) {
    loaded l = load_with(BASE HOUR ARMS DRAW, "blot.csv",
                         "# a source\narm , observable,time [min],value,sd,note\n"
                         "EGF,pR,30,0.5,0.1,\"n = 3, by eye\"\n"
                         "\n# more\nnone,pS,15,7,,\r\nnone,pR,0,0.25,,\n");
    if (!l.scenario) return;
    const char *figures = bp_scenario_head(l.scenario)->figures;
    bp_arena arena = {0};
    bp_figure *read = NULL;
    int n = 0;
    CU_ASSERT_EQUAL_FATAL(bp_figures_parse(figures, &arena, &read, &n, NULL), BP_OK);
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL_FATAL(read->n_points, 2); // pS is not in this figure
    CHECK_TEXT(read->data, "./blot.csv");
    CHECK_TEXT(read->points[0].of, "pR");
    CHECK_TEXT(read->points[0].group, "EGF");
    CHECK_NEAR(read->points[0].x, 0.5, 1e-12); // 30 min are half an hour
    CHECK_NEAR(read->points[0].value, 0.5, 0);
    CHECK_NEAR(read->points[0].sd, 0.1, 0);
    CHECK_TEXT(read->points[1].group, "none");
    CU_ASSERT_TRUE(isnan(read->points[1].sd));
    bp_arena_clear(&arena);
    unload(&l);
}

static void dose_responses_take_points_at_doses(void) {
    loaded l =
        load_with(BASE HOUR "expose: {EGF: 1 nM}\nsweep: {EGF: {log: [1 nM, 100 nM], "
                            "points: 3}}\nplot:\n  - dose response: {of: [pR], x: EGF, "
                            "data: ./dose.csv}\n",
                  "dose.csv", "observable,EGF [uM],value\npR,0.01,0.5\npR,1,0.6\n");
    if (!l.scenario) return;
    const char *figures = bp_scenario_head(l.scenario)->figures;
    CHECK(strstr(figures, "{\"of\": \"pR\", \"x\": 10, \"value\": 0.5}]"), "%s",
          figures);
    CU_ASSERT_EQUAL(l.report.n_warnings, 1); // 1 uM is beyond the axis
    unload(&l);
}

static void first_error(const char *plot, const char *csv, const char *file, int line,
                        int column, const char *words) {
    char text[1024];
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    char path[1024], table[1024];
    snprintf(path, sizeof path, "%s",
             test_file("diagnostics/scenarios/of-the-test.yaml"));
    snprintf(table, sizeof table, "%s", test_file("diagnostics/scenarios/blot.csv"));
    snprintf(text, sizeof text, BASE HOUR ARMS "%s", plot);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, path, text, strlen(text)), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, table, csv, strlen(csv)), BP_OK);
    CU_ASSERT_NOT_EQUAL(bp_scenario_load(path, bundle, &scenario, &report), BP_OK);
    CU_ASSERT_TRUE_FATAL(report.count > 0);
    const bp_finding *f = &report.items[0];
    CHECK(f->where.file && strstr(f->where.file, file), "found in %s", f->where.file);
    CHECK(f->where.line == line && f->where.column == column, "%d:%d %s", f->where.line,
          f->where.column, f->message);
    CHECK(strstr(f->message, words) != NULL, "%s", f->message);
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

static void broken_data_are_explained(void) {
    static const struct {
        const char *csv;
        int line, column;
        const char *words;
    } bad[] = {
        {"", 1, 1, "line of column names"},
        {"arm,observable,time [min],valeu\n", 1, 27, "did you mean 'value'"},
        {"arm,observable,time [min]\n", 1, 1, "need a column 'value'"},
        {"arm,observable,time,value\n", 1, 16, "time [h]"},
        {"arm,observable,time [nM],value\n", 1, 16, "time: "},
        {"arm,observable,time [min],value,value\n", 1, 33, "there twice"},
        {"arm,observable,time [min],value\nEGF,pR,1\n", 2, 9, "4 values"},
        {"arm,observable,time [min],value\nEGF,pR,1,2,3\n", 2, 12, "4 values"},
        {"arm,observable,time [min],value\nEGF,pR,x,2\n", 2, 8, "'x' is no number"},
        {"arm,observable,time [min],value\nEGF,pR,1, nan\n", 2, 11, "'nan' is no"},
        {"arm,observable,time [min],value\nEGF,pR,1,\n", 2, 10, "is missing"},
        {"arm,observable,time [min],value,sd\nEGF,pR,1,1,-1\n", 2, 12, "negative"},
        {"arm,observable,time [min],value\nEGFR,pR,1,2\n", 2, 1, "did you mean 'EGF'"},
        {"arm,observable,time [min],value\nEGF,pT,1,2\n", 2, 5, "not observe 'pT'"},
        {"arm,observable,time [min],value\n\"EGF,pR,1,2\n", 2, 1, "not closed"},
        {"arm,observable,time [min],value\n\"EGF\"x,pR,1,2\n", 2, 6, "a comma"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        first_error(DRAW, bad[i].csv, "blot.csv", bad[i].line, bad[i].column,
                    bad[i].words);
}

static void broken_figures_are_explained(void) {
    static const char *const as = "plot:\n  - time course: {compare: arms, as: %s}\n";
    static const char *const bad[][2] = {{"fold", "as is 'value'"},
                                         {"log10", "as is 'value'"},
                                         {"fold of non", "did you mean 'none'"},
                                         {"fold of somebody", "start, none, EGF"}};
    char plot[256];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(plot, sizeof plot, as, bad[i][0]);
        first_error(plot, "", "of-the-test.yaml", 8, 38, bad[i][1]);
    }
    first_error("plot:\n  - time course: {compare: arms, data: ./none.csv}\n", "",
                "of-the-test.yaml", 8, 40, "data: ");
    first_error("sweep: {kcat: {list: [1, 2]}}\nplot:\n"
                "  - time course: {data: ./blot.csv}\n",
                "", "of-the-test.yaml", 9, 25, "say by `compare`");
}

// ---- memory ----

#define WHOLE                                                                          \
    "model: small.ant\nensemble: {file: ./sets.csv}\nset: {kdp: {scale: 2}}\n" HOUR    \
        ARMS                                                                           \
    "plot:\n  - time course: {of: [pR], compare: arms, as: fold of none, data: "       \
    "./blot.csv}\n"
#define POINTS "arm,observable,time [min],value\n\"EGF\",pR,30,2\nnone,pR,30,1\n"

static void add_file(bp_bundle *bundle, const char *name, const char *text) {
    char path[1024];
    snprintf(path, sizeof path, "diagnostics/scenarios/%s", name);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, test_file(path), text, strlen(text)), BP_OK);
}

static bp_status load_once(bp_bundle *bundle) {
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    char path[1024];
    snprintf(path, sizeof path, "%s", test_file("diagnostics/scenarios/whole.yaml"));
    bp_status status = bp_scenario_load(path, bundle, &scenario, &report);
    bp_scenario_free(scenario);
    bp_report_clear(&report);
    return status;
}

static void loading_survives_every_failed_allocation(void) {
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    add_file(bundle, "whole.yaml", WHOLE);
    add_file(bundle, "sets.csv", SETS);
    add_file(bundle, "blot.csv", POINTS);
    CU_ASSERT_EQUAL_FATAL(load_once(bundle), BP_OK); // reads what is still missing
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL(load_once(bundle), BP_OK);
    long n = bp_alloc_count() - before;
    for (long nth = 1; nth <= n; nth += 1 + nth / 400) {
        bp_alloc_fail(nth, 1);
        bp_status status = load_once(bundle);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_NO_MEMORY, "allocation %ld of %ld: %s", nth, n,
              bp_status_name(status));
    }
    bp_bundle_free(bundle);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(members_are_the_model_with_their_values),
                                      TEST(results_know_the_cost_of_each_member),
                                      TEST(scales_act_on_the_members_values),
                                      TEST(threads_do_not_change_an_ensemble),
                                      TEST(points_stand_in_the_figure_in_its_units),
                                      TEST(dose_responses_take_points_at_doses),
                                      TEST(broken_data_are_explained),
                                      TEST(broken_figures_are_explained),
                                      TEST(loading_survives_every_failed_allocation),
                                      TEST_END};
    return test_main("scenario figures", tests, argc, argv);
}
