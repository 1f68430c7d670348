// Mechanisms and ensembles: what they set, in which order, and what stays as it was.
#include <string.h>

#include "tests/unit/scenario_test.h"

#define HOUR "run: {until: 1 h, points: 3}\n"

static const char *const base = "model: small.ant\n" HOUR;

static loaded with(const char *more) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", base, more);
    return load_text(text);
}

static void a_mechanism_scales_what_the_cell_has(void) {
    loaded l = with("set: {R_copies: 5e4}\nmechanisms: [PTEN loss]\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    unload(&l);
    l = with("mechanisms: [{PTEN loss: {lost: 0.5}}]\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.5, 1e-12);
    unload(&l);
}

static void what_is_set_by_hand_wins(void) {
    loaded l = with("set: {PTEN_level: 0.7}\nmechanisms: [PTEN loss]\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.7, 1e-12);
    unload(&l);
}

static void an_arm_adds_to_the_common_ones_or_has_none(void) {
    loaded l = with("mechanisms: [PTEN loss]\n"
                    "arms:\n  a: {}\n  b: {mechanisms: [PIK3CA E545K]}\n"
                    "  c: {mechanisms: []}\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.05, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "PIK3CA_E545K"), 0.5, 1e-12);
    CU_ASSERT_TRUE(isnan(setting_of(&l, 2, "PTEN_level")));
    unload(&l);
}

static void mechanisms_and_strengths_are_swept(void) {
    loaded l = with("sweep: {mechanism: {list: [none, PTEN loss]}}\n");
    CU_ASSERT_EQUAL(bp_scenario_n_runs(l.scenario), 2);
    CU_ASSERT_TRUE(isnan(setting_of(&l, 0, "PTEN_level")));
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.05, 1e-12);
    CHECK_TEXT(bp_scenario_head(l.scenario)->coordinates[0].labels[1], "PTEN loss");
    unload(&l);
    l = with("mechanisms: [PTEN loss]\n"
             "sweep: {PTEN loss.lost: {linear: [0, 1], points: 3}}\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 1, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.5, 1e-12);
    CHECK_NEAR(setting_of(&l, 2, "PTEN_level"), 0, 1e-12);
    unload(&l);
}

static void a_mutation_changes_a_drug_that_is_there(void) {
    loaded l = load_text("model: her2\nmechanisms: [HER2 L755S]\n"
                         "expose: {lapatinib: 1 uM}\n" HOUR);
    CHECK_NEAR(setting_of(&l, 0, "drug.lapatinib.HER2_kinase.Ki"), 20 * 13, 1e-9);
    unload(&l);
    l = load_text("model: her2\nmechanisms: [HER2 L755S]\n" HOUR); // no drug: ignored
    CHECK_NEAR(setting_of(&l, 0, "HER2_activity"), 1.5, 1e-12);
    unload(&l);
}

static void combinations_bring_their_parts(void) {
    loaded l = load_text("model: her2\nmechanisms: [PIK3CA H1047R with PTEN loss]\n" HOUR);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    CHECK_NEAR(setting_of(&l, 0, "PIK3CA_H1047R"), 0.5, 1e-12);
    unload(&l);
}

static void two_that_set_one_thing_are_an_error(void) {
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    const char *text = "model: her2\nmechanisms: [MET amplification, HGF stroma]\n" HOUR;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, "t.yaml", text, strlen(text)), BP_OK);
    CU_ASSERT_EQUAL(bp_scenario_load("t.yaml", bundle, &scenario, &report),
                    BP_DUPLICATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.items[0].message, "both set HGF_rest"));
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

// ---- ensembles ----

static bp_status load_ensemble(const char *csv, const char *more, loaded *l) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", base, more);
    memset(l, 0, sizeof *l);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l->bundle), BP_OK);
    bp_status status = bp_bundle_add(l->bundle, test_file("diagnostics/scenarios/t.yaml"),
                                     text, strlen(text));
    if (status == BP_OK)
        status = bp_bundle_add(l->bundle, test_file("diagnostics/scenarios/e.csv"), csv,
                               strlen(csv));
    if (status == BP_OK)
        status = bp_scenario_load(test_file("diagnostics/scenarios/t.yaml"), l->bundle,
                                  &l->scenario, &l->report);
    return status;
}

static void members_are_the_fastest_axis_below_all_layers(void) {
    loaded l;
    CU_ASSERT_EQUAL(load_ensemble("# made by hand\nmember,cost,kcat,PTEN_level\n"
                                  "0,1,0.1,1\n1,1.1,0.2,0.5\n",
                                  "ensemble: {file: e.csv}\n"
                                  "arms: {a: {}, b: {set: {PTEN_level: 0.3}}}\n",
                                  &l),
                    BP_OK);
    CU_ASSERT_EQUAL(bp_scenario_n_runs(l.scenario), 4);
    CHECK_NEAR(setting_of(&l, 0, "kcat"), 0.1, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "kcat"), 0.2, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.5, 1e-12);
    CHECK_NEAR(setting_of(&l, 3, "PTEN_level"), 0.3, 1e-12);
    const bp_results_head *head = bp_scenario_head(l.scenario);
    CHECK_TEXT(head->coordinates[1].name, "member");
    CHECK_NEAR(head->coordinates[1].values[3], 1, 0);
    unload(&l);
}

static void first_error(const char *csv, const char *more, int line, int column,
                        const char *words) {
    loaded l;
    CU_ASSERT_NOT_EQUAL(load_ensemble(csv, more, &l), BP_OK);
    CU_ASSERT_TRUE_FATAL(l.report.count > 0);
    CU_ASSERT_EQUAL(l.report.items[0].where.line, line);
    CU_ASSERT_EQUAL(l.report.items[0].where.column, column);
    CHECK(strstr(l.report.items[0].message, words) != NULL, "%s",
          l.report.items[0].message);
    unload(&l);
}

static void broken_ensembles_are_explained(void) {
    const char *use = "ensemble: {file: e.csv}\n";
    first_error("kcat,kdq\n1,2\n", use, 1, 6, "did you mean 'kdp'");
    first_error("kcat,kdp\n1,x\n", use, 2, 3, "'x' is no number for kdp");
    first_error("kcat,kdp\n1\n", use, 2, 2, "a row has 2 values");
    first_error("kcat,kdp\n1,2,3\n", use, 2, 5, "a row has 2 values");
    first_error("# nothing\n", use, 2, 1, "column names");
    first_error("kcat\n1\n", "ensemble: {file: e.csv, members: 2}\n", 3, 11,
                "has 1 members");
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(a_mechanism_scales_what_the_cell_has),
        TEST(what_is_set_by_hand_wins),
        TEST(an_arm_adds_to_the_common_ones_or_has_none),
        TEST(mechanisms_and_strengths_are_swept),
        TEST(a_mutation_changes_a_drug_that_is_there),
        TEST(combinations_bring_their_parts),
        TEST(two_that_set_one_thing_are_an_error),
        TEST(members_are_the_fastest_axis_below_all_layers),
        TEST(broken_ensembles_are_explained),
        TEST_END};
    return test_main("scenario mechanisms", tests, argc, argv);
}
