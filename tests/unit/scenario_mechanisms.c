// Mechanisms and ensembles: what they set, in which order, and what stays as it was.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "model/spec.h"
#include "tests/unit/scenario_test.h"

#define HOUR "run: {until: 1 h, points: 3}\n"

static const char *const base = "model: small.ant\n" HOUR;

static loaded with(const char *more) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", base, more);
    return load_text(text);
}

// Adds a text beside the scenario; the folder is tests/diagnostics/scenarios.
static void add_file(bp_bundle *bundle, const char *file, const char *text) {
    char name[1024];
    snprintf(name, sizeof name, "%s/%s", test_file("diagnostics/scenarios"), file);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, name, text, strlen(text)), BP_OK);
}

// A scenario with two files of its own.
static loaded with_files(const char *more, const char *const files[2],
                         const char *const texts[2]) {
    loaded l = {0};
    char text[1024], name[1024];
    snprintf(text, sizeof text, "%s%s", base, more);
    snprintf(name, sizeof name, "%s", test_file("diagnostics/scenarios/t.yaml"));
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    for (int i = 0; i < 2; i++)
        add_file(l.bundle, files[i], texts[i]);
    add_file(l.bundle, "t.yaml", text);
    l.status = bp_scenario_load(name, l.bundle, &l.scenario, &l.report);
    CHECK(l.status == BP_OK, "%s", l.report.count ? l.report.items[0].message : "");
    return l;
}

// The first message of a text that is wrong.
static void refused(const char *yaml, bp_status status, const char *words) {
    loaded l = try_text(yaml);
    CU_ASSERT_EQUAL(l.status, status);
    CHECK(l.report.count && strstr(l.report.items[0].message, words), "%s",
          l.report.count ? l.report.items[0].message : "nothing");
    unload(&l);
}

static void a_mechanism_scales_what_the_cell_has(void) {
    loaded l = load_with("model: small.ant\n" HOUR "cell: ./line.yaml\n"
                         "mechanisms: [PTEN loss]\n",
                         "line.yaml",
                         "name: L\ntext: a\nlevels: {R: {value: 2, source: a}}\n"
                         "set: {PTEN_level: {value: 0.6, source: a}}\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.6 * 0.05, 1e-12);
    unload(&l);
    l = with("mechanisms: [PTEN loss]\n"); // else what the model has
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

static void an_arm_may_have_a_common_one_at_another_strength(void) {
    loaded l = with("mechanisms: [PTEN loss]\n"
                    "arms:\n  a: {}\n  b: {mechanisms: [{PTEN loss: {lost: 0.5}}]}\n");
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.5, 1e-12); // not 0.05*0.5
    unload(&l);
}

#define ONE(set) "name: one\ntext: a\nset: {PTEN_level: {" set ", source: a}}\n"
#define TWO(set) "name: two\ntext: a\nset: {PTEN_level: {" set ", source: a}}\n"

static void values_come_before_scales_in_any_order(void) {
    static const char *const files[] = {"one.yaml", "two.yaml"};
    static const char *const texts[] = {ONE("value: 0.4"), TWO("scale: 0.5")};
    loaded l = with_files("mechanisms: [./one.yaml, ./two.yaml]\n", files, texts);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.2, 1e-12);
    unload(&l);
    l = with_files("mechanisms: [./two.yaml, ./one.yaml]\n", files, texts);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.2, 1e-12);
    unload(&l);
    static const char *const scales[] = {ONE("scale: 0.4"), TWO("scale: 0.5")};
    l = with_files("mechanisms: [./one.yaml, ./two.yaml]\n", files, scales);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.2, 1e-12);
    unload(&l);
}

static void what_is_included_starts_where_it_is_written(void) {
    static const char *const files[] = {"sub/one.yaml", "sub/two.yaml"};
    static const char *const texts[] = {
        "name: one\ntext: a\nincludes: [./two.yaml, PTEN loss]\n",
        "name: two\ntext: a\nset: {kdp: {scale: 2, source: a}}\n"};
    loaded l = with_files("mechanisms: [./sub/one.yaml]\n", files, texts);
    CHECK_NEAR(setting_of(&l, 0, "kdp"), 0.2, 1e-12);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    unload(&l);
    // by two ways, but there once
    l = with_files("mechanisms: [PTEN loss, ./sub/one.yaml, ./sub/two.yaml]\n", files,
                   texts);
    CHECK_NEAR(setting_of(&l, 0, "kdp"), 0.2, 1e-12);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    unload(&l);
}

static void one_that_includes_may_set_anew(void) {
    static const char *const files[] = {"one.yaml", "two.yaml"};
    static const char *const texts[] = {"name: one\ntext: a\nincludes: [./two.yaml]\n"
                                        "set: {PTEN_level: {value: 0.7, source: a}}\n",
                                        TWO("value: 0.4")};
    loaded l = with_files("mechanisms: [./one.yaml]\n", files, texts);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.7, 1e-12);
    unload(&l);
}

static void ligands_of_a_mechanism_are_in_the_medium(void) {
    const char *text = "name: m\ntext: a\nparameters: {dose: {default: 6, "
                       "range: [0, 100]}}\n"
                       "medium: {EGF: {value: 2*dose, unit: ng/mL, source: a}}\n";
    const char *use =
        "model: small.ant\nbefore: steady state\n" HOUR "mechanisms: [./m.yaml]\n";
    loaded l = load_with(use, "m.yaml", text);
    double level = setting_of(&l, 0, "EGF");
    unload(&l);
    l = load_text("model: small.ant\nbefore: steady state\n" HOUR
                  "medium: {EGF: 12 ng/mL}\n");
    CHECK_NEAR(level, setting_of(&l, 0, "EGF"), 1e-12 * level);
    CHECK(level > 0.1 && level < 12, "%g nM", level);
    unload(&l);
    // where the network holds the ligand itself, that level is set
    l = load_text("model: her2\nmechanisms: [HGF stroma]\n" HOUR);
    CHECK_NEAR(setting_of(&l, 0, "HGF_rest"), 1, 1e-12);
    unload(&l);
    // and what the scenario says of the medium wins
    l = load_text("model: her2\nmechanisms: [HGF stroma]\nmedium: {HGF: 3 nM}\n" HOUR);
    CHECK_NEAR(setting_of(&l, 0, "HGF_rest"), 3, 1e-12);
    unload(&l);
}

static void a_ligand_of_a_mechanism_is_held_until_the_start(void) {
    loaded l = load_with("model: small.ant\nbefore: steady state\n"
                         "run: {until: 1 min, points: 2}\nobserve: [EGF]\n"
                         "mechanisms: [./m.yaml]\n",
                         "m.yaml",
                         "name: m\ntext: a\n"
                         "medium: {EGF: {value: 2, unit: nM, source: a}}\n");
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    if (results) CHECK_NEAR(value_of(results, 0, 0, "EGF"), 2, 1e-3);
    if (sink) sink->free(sink);
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
    // by an alias, of one that another key of the sweep brings
    l = with("sweep:\n  E545K.fraction: {list: [0.1, 0.2]}\n"
             "  mechanism: {list: [none, PIK3CA E545K]}\n");
    CU_ASSERT_TRUE(isnan(setting_of(&l, 0, "PIK3CA_E545K")));
    CHECK_NEAR(setting_of(&l, 1, "PIK3CA_E545K"), 0.1, 1e-12);
    CHECK_NEAR(setting_of(&l, 3, "PIK3CA_E545K"), 0.2, 1e-12);
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

static void a_drug_is_found_by_any_of_its_names(void) {
    const char *text =
        "name: m\ntext: a\n"
        "drugs: {BYL719: {PI3Ka_kinase.Ki: {value: 1e3, unit: pM, "
        "source: a}}, neratinib: {HER2_kinase.KI: {scale: 2, source: a}}}\n";
    loaded l = load_with("model: her2\nmechanisms: [./m.yaml]\n"
                         "expose: {alpelisib: 1 uM}\n" HOUR,
                         "m.yaml", text);
    CHECK_NEAR(setting_of(&l, 0, "drug.alpelisib.PI3Ka_kinase.Ki"), 1, 1e-9);
    unload(&l);
}

// Of every mechanism every change has its effect where all drugs are given.
static void every_mechanism_of_the_catalogue_acts_on_her2(void) {
    bp_catalogue_item *items = NULL, *drugs = NULL;
    int n = 0, n_drugs = 0;
    char text[4096];
    int at = snprintf(text, sizeof text, "model: her2\n" HOUR "expose: {");
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_MECHANISMS, &items, &n, NULL),
                          BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_DRUGS, &drugs, &n_drugs, NULL),
                          BP_OK);
    for (int i = 0; i < n_drugs; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s%s: 1 nM", i ? ", " : "",
                       drugs[i].name);
    at += snprintf(text + at, sizeof text - (size_t)at, "}\narms:\n  none: {}\n");
    for (int i = 0; i < n; i++)
        at += snprintf(text + at, sizeof text - (size_t)at,
                       "  %s: {mechanisms: [%s]}\n", items[i].name, items[i].name);
    CU_ASSERT_TRUE_FATAL(n >= 30 && at < (int)sizeof text);
    loaded l = load_text(text);
    bp_protocol none = {0}, has;
    bp_initial_value *settings = NULL;
    if (l.scenario)
        settings = bp_calloc((size_t)bp_scenario_most_settings(l.scenario) + 1,
                             sizeof *settings);
    CU_ASSERT_PTR_NOT_NULL_FATAL(settings);
    CU_ASSERT_EQUAL_FATAL(bp_scenario_protocol(l.scenario, 0, settings, &none, NULL),
                          BP_OK);
    for (int i = 0; l.scenario && i < n; i++) {
        CU_ASSERT_EQUAL_FATAL(
            bp_scenario_protocol(l.scenario, 1 + i, settings, &has, NULL), BP_OK);
        // doses are in both; a combination brings at least two
        int least = strstr(items[i].name, " with ") ? 2 : 1;
        CHECK(has.n_settings >= none.n_settings + least, "%s sets %d", items[i].name,
              has.n_settings - none.n_settings);
        for (int s = 0; s < has.n_settings; s++)
            CHECK(isfinite(has.settings[s].value), "%s", items[i].name);
    }
    bp_free(settings);
    CHECK_NEAR(setting_of(&l, 1 + 9, "drug.lapatinib.d16_kinase.Ki"), 50 * 130, 1e-9);
    unload(&l);
    bp_catalogue_free(items, n);
    bp_catalogue_free(drugs, n_drugs);
}

// The number that a symbol of the spec starts with.
static double initial_of(const bp_spec *spec, const char *name) {
    int symbol = bp_spec_find(spec, name);
    const bp_ast *initial = symbol < 0 ? NULL : spec->symbols.items[symbol].initial;
    return initial && initial->op == BP_OP_NUMBER ? initial->number : NAN;
}

static void results_and_exports_say_which_there_were(void) {
    loaded l = load_text("model: her2\nmechanisms: [PTEN loss]\narms:\n  a: {}\n"
                         "  b: {mechanisms: [{p95HER2: {fraction: 0.5}}]}\n"
                         "  c: {mechanisms: []}\nsweep: {PTEN loss.lost: "
                         "{list: [0.1, 1]}}\n" HOUR);
    const bp_results_head *head = l.scenario ? bp_scenario_head(l.scenario) : NULL;
    const char *said = "";
    for (int i = 0; head && i < head->n_provenance; i++)
        if (strcmp(head->provenance[i].name, "mechanisms") == 0)
            said = head->provenance[i].text;
    CHECK_TEXT(said, "PTEN loss (lost swept); arm b: and p95HER2 (fraction 0.5, "
                     "shedding 5); arm c: none");
    bp_spec *spec = NULL;
    bp_error err = {0};
    CHECK(l.scenario && bp_scenario_snapshot(l.scenario, 2, &spec, &err) == BP_OK, "%s",
          err.message);
    if (spec) {
        CHECK_NEAR(initial_of(spec, "p95_611"), 0.5, 0);
        CHECK_NEAR(initial_of(spec, "PTEN_level"), 0.9, 1e-12);
    }
    bp_spec_free(spec);
    unload(&l);
}

static void combinations_bring_their_parts(void) {
    loaded l =
        load_text("model: her2\nmechanisms: [PIK3CA H1047R with PTEN loss]\n" HOUR);
    CHECK_NEAR(setting_of(&l, 0, "PTEN_level"), 0.05, 1e-12);
    CHECK_NEAR(setting_of(&l, 0, "PIK3CA_H1047R"), 0.5, 1e-12);
    unload(&l);
}

#define BOTH "'MET amplification' and 'HGF stroma' both set HGF"

static void two_that_set_one_thing_are_an_error_wherever_they_are(void) {
    refused("model: her2\nmechanisms: [MET amplification]\n"
            "arms: {a: {mechanisms: [HGF stroma]}}\n" HOUR,
            BP_DUPLICATE, BOTH);
    refused("model: her2\nmechanisms: [MET amplification]\n"
            "sweep: {mechanism: {list: [none, HGF stroma]}}\n" HOUR,
            BP_DUPLICATE, BOTH);
    refused("model: her2\narms: {a: {mechanisms: [MET amplification]}}\n"
            "sweep: {mechanism: {list: [none, HGF stroma]}}\n" HOUR,
            BP_DUPLICATE, BOTH);
    refused("model: her2\nmechanisms: [PTEN loss, {PTEN loss: {lost: 0.1}}]\n" HOUR,
            BP_DUPLICATE, "listed twice");
    static const char *const files[] = {"one.yaml", "two.yaml"};
    static const char *const texts[] = {ONE("value: 1"),
                                        "name: two\ntext: a\n"
                                        "includes: [./one.yaml, ./three.yaml]\n"};
    loaded l = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    for (int i = 0; i < 2; i++)
        add_file(l.bundle, files[i], texts[i]);
    add_file(l.bundle, "three.yaml",
             "name: three\ntext: a\nset: {PTEN_level: {value: 2, source: a}}\n");
    add_file(l.bundle, "t.yaml",
             "model: small.ant\n" HOUR "mechanisms: [./two.yaml]\n");
    CU_ASSERT_EQUAL(bp_scenario_load(test_file("diagnostics/scenarios/t.yaml"),
                                     l.bundle, &l.scenario, &l.report),
                    BP_DUPLICATE);
    unload(&l);
}

static void two_that_set_one_thing_are_an_error(void) {
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    const char *text =
        "model: her2\nmechanisms: [MET amplification, HGF stroma]\n" HOUR;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, "t.yaml", text, strlen(text)), BP_OK);
    CU_ASSERT_EQUAL(bp_scenario_load("t.yaml", bundle, &scenario, &report),
                    BP_DUPLICATE);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.items[0].message, "both set HGF"));
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

// ---- ensembles ----

static bp_status load_ensemble(const char *csv, const char *more, loaded *l) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", base, more);
    memset(l, 0, sizeof *l);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l->bundle), BP_OK);
    bp_status status = bp_bundle_add(
        l->bundle, test_file("diagnostics/scenarios/t.yaml"), text, strlen(text));
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
        TEST(an_arm_may_have_a_common_one_at_another_strength),
        TEST(values_come_before_scales_in_any_order),
        TEST(what_is_included_starts_where_it_is_written),
        TEST(one_that_includes_may_set_anew),
        TEST(ligands_of_a_mechanism_are_in_the_medium),
        TEST(a_ligand_of_a_mechanism_is_held_until_the_start),
        TEST(mechanisms_and_strengths_are_swept),
        TEST(a_mutation_changes_a_drug_that_is_there),
        TEST(a_drug_is_found_by_any_of_its_names),
        TEST(every_mechanism_of_the_catalogue_acts_on_her2),
        TEST(results_and_exports_say_which_there_were),
        TEST(combinations_bring_their_parts),
        TEST(two_that_set_one_thing_are_an_error_wherever_they_are),
        TEST(two_that_set_one_thing_are_an_error),
        TEST(members_are_the_fastest_axis_below_all_layers),
        TEST(broken_ensembles_are_explained),
        TEST_END};
    return test_main("scenario mechanisms", tests, argc, argv);
}
