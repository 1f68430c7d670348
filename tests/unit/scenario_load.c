// Scenarios as plans: what each construct of the language becomes.
#include <math.h>
#include <string.h>

#include "tests/unit/scenario_test.h"

#define BASE "model: small.ant\n"
#define HOUR "run: {until: 1 h}\n"

static const bp_results_head *head_of(const loaded *l) {
    return bp_scenario_head(l->scenario);
}

// ---- times ----

static void times_end_at_until_whatever_the_step(void) {
    loaded l = load_text(BASE "run: {until: 72 h, every: 10 min}\n");
    if (l.scenario) {
        const bp_results_head *head = head_of(&l);
        CU_ASSERT_EQUAL(head->n_times, 433);
        CU_ASSERT_EQUAL(head->times[0], 0);
        CU_ASSERT_EQUAL(head->times[1], 600);
        CU_ASSERT_EQUAL(head->times[432], 72 * 3600.0);
        CHECK_TEXT(head->shown_time_unit, "h");
        CHECK_NEAR(head->shown_time_factor * 3600, 1, 1e-15);
    }
    unload(&l);
    l = load_text(BASE "run: {until: 1 h, every: 25 min}\n");
    if (l.scenario) {
        CU_ASSERT_EQUAL(head_of(&l)->n_times, 4);
        CU_ASSERT_EQUAL(head_of(&l)->times[2], 3000);
        CU_ASSERT_EQUAL(head_of(&l)->times[3], 3600);
    }
    unload(&l);
    l = load_text(BASE "run: {until: 100, points: 5}\n"); // bare: the model's unit
    if (l.scenario) {
        CU_ASSERT_EQUAL(head_of(&l)->n_times, 5);
        CU_ASSERT_EQUAL(head_of(&l)->times[1], 25);
        CHECK_TEXT(head_of(&l)->shown_time_unit,
                   bp_model_time_unit_text(bp_scenario_model(l.scenario)));
        CU_ASSERT_EQUAL(head_of(&l)->shown_time_factor, 1);
    }
    unload(&l);
}

static void run_takes_every_setting_of_the_solver(void) {
    loaded l =
        load_text(BASE "run: {until: 1 h, rtol: 1e-8, atol: 1e-11, method: adams, "
                       "max_steps: 77, retry: false}\n");
    if (l.scenario) {
        const bp_settings *s = bp_scenario_settings(l.scenario);
        CU_ASSERT_EQUAL(s->rtol, 1e-8);
        CU_ASSERT_EQUAL(s->atol, 1e-11);
        CU_ASSERT_EQUAL(s->method, BP_METHOD_ADAMS);
        CU_ASSERT_EQUAL(s->max_steps, 77);
        CU_ASSERT_FALSE(s->retry);
    }
    unload(&l);
}

// ---- exposures ----

static void mass_concentrations_convert_by_the_molar_mass(void) {
    // EGF has 6200 g/mol in its file: 6.2 ng/mL are 1 nM; HRG is another name of NRG1
    loaded l =
        load_text(BASE HOUR "expose: {EGF: 6.2 ng/mL, gefitinib: 446.9 ng/mL}\n");
    CHECK_NEAR(setting_of(&l, 0, "dose.EGF.1.amount"), 1, 1e-12);
    CHECK_NEAR(setting_of(&l, 0, "dose.gefitinib.1.amount"), 1000, 1e-9);
    unload(&l);
}

static void every_form_of_exposure_becomes_doses(void) {
    loaded l = load_text(BASE HOUR "expose:\n"
                                   "  EGF:\n"
                                   "    - 1 nM\n"
                                   "    - {dose: 2 nM, at: 10 min, until: 20 min}\n"
                                   "    - {set: 3 nM, at: 30 min}\n"
                                   "    - {wash: 40 min}\n"
                                   "  other: {dose: 5 pM, at: 7}\n");
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.1.amount"), 1);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.1.at"), 0);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.2.amount"), 2);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.2.at"), 600);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "wash.EGF.1.at"), 1200);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "set.EGF.1.level"), 3);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "set.EGF.1.at"), 1800);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "wash.EGF.2.at"), 2400);
    CHECK_NEAR(setting_of(&l, 0, "dose.other.1.amount"), 0.005, 1e-15);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.other.1.at"), 7);
    unload(&l);
}

static void an_arm_replaces_the_common_exposure_of_a_substance(void) {
    loaded l = load_text(
        BASE HOUR "expose: {EGF: 1 nM, other: 2 nM}\n"
                  "arms:\n  as is:\n  more: {EGF: [3 nM, {dose: 4 nM, at: 5 min}]}\n");
    if (l.scenario) CU_ASSERT_EQUAL(bp_scenario_n_runs(l.scenario), 2);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.1.amount"), 1);
    CU_ASSERT_TRUE(isnan(setting_of(&l, 0, "dose.EGF.2.at"))); // not in this arm
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.EGF.1.amount"), 3);
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.EGF.2.amount"), 4);
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.other.1.amount"), 2);
    unload(&l);
}

static void marks_say_what_was_done(void) {
    loaded l = load_text(
        BASE HOUR "arms:\n  a: {EGF: {dose: 10 ng/mL, at: 10 min, until: 20 min}}\n"
                  "  b: {EGF: {set: 1 nM, at: 5 min}}\n");
    if (l.scenario) {
        const bp_results_head *head = head_of(&l);
        CU_ASSERT_EQUAL_FATAL(head->n_marks, 3);
        CHECK_TEXT(head->marks[0].text, "EGF 10 ng/mL");
        CHECK_TEXT(head->marks[0].arm, "a");
        CU_ASSERT_EQUAL(head->marks[0].time, 600);
        CU_ASSERT_EQUAL(head->marks[0].kind, 0);
        CHECK_TEXT(head->marks[1].text, "EGF washed out");
        CU_ASSERT_EQUAL(head->marks[1].kind, 1);
        CHECK_TEXT(head->marks[2].text, "EGF 1 nM");
        CU_ASSERT_EQUAL(head->marks[2].kind, 2);
    }
    unload(&l);
}

// ---- knobs and layers ----

static void knobs_take_numbers_units_and_scales(void) {
    loaded l =
        load_text(BASE HOUR "set:\n  PTEN_level: 0.1\n  kdp: 6 1/min\n"
                            "  kcat: {value: 120, unit: 1/min}\n  kon: {scale: 0.5}\n");
    CU_ASSERT_EQUAL(setting_of(&l, 0, "PTEN_level"), 0.1);
    CHECK_NEAR(setting_of(&l, 0, "kdp"), 0.1, 1e-15);
    CHECK_NEAR(setting_of(&l, 0, "kcat"), 2, 1e-14);
    CHECK_NEAR(setting_of(&l, 0, "kon"), 5e-4, 1e-18);
    unload(&l);
}

#define CELL                                                                           \
    "name: test line\naliases: [TL]\ntext: for tests\ngenotype: {PTEN: half}\n"        \
    "levels:\n  R: {value: 2e5, source: \"[A]\"}\n  HER9: {value: 7, source: "         \
    "\"[A]\"}\n"                                                                       \
    "set:\n  PTEN_level: {value: 0.5, source: \"[A]\"}\n"

static void later_layers_win(void) {
    loaded l = load_with(
        BASE HOUR "cell: ./line.yaml\nset: {kcat: 1}\n"
                  "arms:\n  cell:\n  own: {set: {kcat: 2, PTEN_level: {scale: 0.1}}}\n"
                  "sweep: {kcat: {list: [3]}}\n",
        "line.yaml", CELL);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "R_copies"), 2e5);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "PTEN_level"), 0.5);
    CU_ASSERT_EQUAL(setting_of(&l, 0, "kcat"), 3);
    CHECK_NEAR(setting_of(&l, 1, "PTEN_level"), 0.05, 1e-16); // times the cell's value
    unload(&l);
}

static void levels_that_the_model_lacks_are_noted(void) {
    loaded l = load_with(BASE HOUR "cell: ./line.yaml\n", "line.yaml", CELL);
    CU_ASSERT_EQUAL_FATAL(l.report.count, 1);
    CU_ASSERT_EQUAL(l.report.items[0].severity, BP_NOTE);
    CU_ASSERT_PTR_NOT_NULL(strstr(l.report.items[0].message, "HER9_copies"));
    CU_ASSERT_EQUAL(l.report.items[0].where.line, 7);
    unload(&l);
}

static void an_arm_may_be_another_cell(void) {
    loaded l = load_text("model: her2\n" HOUR
                         "cell: BT-474\narms:\n  a:\n  b: {cell: MCF-7}\n");
    CU_ASSERT_EQUAL(setting_of(&l, 0, "HER2_copies"), 1.2e6);
    CU_ASSERT_EQUAL(setting_of(&l, 1, "HER2_copies"), 2.5e4); // found by its alias
    CU_ASSERT_EQUAL(setting_of(&l, 1, "PIK3CA_E545K"), 0.5);
    unload(&l);
}

// ---- sweeps ----

static void arms_are_slowest_and_the_first_key_before_the_second(void) {
    loaded l = load_text(
        BASE HOUR "arms: {a: {}, b: {EGF: 5 nM}}\n"
                  "sweep:\n  kcat: {list: [1, 2]}\n  kdp: {list: [10, 20, 30]}\n");
    if (l.scenario) {
        const bp_results_head *head = head_of(&l);
        CU_ASSERT_EQUAL_FATAL(head->n_runs, 12);
        CU_ASSERT_EQUAL_FATAL(head->n_coordinates, 3);
        for (int run = 0; run < 12; run++) {
            CHECK_TEXT(head->coordinates[0].labels[run], run < 6 ? "a" : "b");
            CU_ASSERT_EQUAL(head->coordinates[1].values[run], 1 + run / 3 % 2);
            CU_ASSERT_EQUAL(head->coordinates[2].values[run], 10 * (1 + run % 3));
            CU_ASSERT_EQUAL(setting_of(&l, run, "kcat"), 1 + run / 3 % 2);
            CU_ASSERT_EQUAL(setting_of(&l, run, "kdp"), 10 * (1 + run % 3));
        }
        CHECK_TEXT(head->coordinates[2].name, "kdp");
    }
    unload(&l);
}

static void grids_meet_their_bounds_and_keep_the_unit_as_written(void) {
    loaded l =
        load_text(BASE HOUR "sweep: {gefitinib: {log: [1 nM, 10 uM], points: 9}}\n");
    if (l.scenario) {
        const bp_coordinate *c = &head_of(&l)->coordinates[0];
        CHECK_TEXT(c->unit, "nM");
        CU_ASSERT_EQUAL(c->values[0], 1);
        CHECK_NEAR(c->values[4], 100, 1e-12);
        CHECK_NEAR(c->values[8], 10000, 1e-10);
        // no arm has the drug: it is there from the start
        CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.gefitinib.1.at"), 0);
        CHECK_NEAR(setting_of(&l, 8, "dose.gefitinib.1.amount"), 10000, 1e-10);
    }
    unload(&l);
    l = load_text(BASE HOUR "sweep: {gefitinib: {list: [0, 5 uM, 10 nM]}}\n");
    if (l.scenario) {
        const bp_coordinate *c = &head_of(&l)->coordinates[0];
        CHECK_TEXT(c->unit, "uM");
        CU_ASSERT_EQUAL(c->values[0], 0);
        CU_ASSERT_EQUAL(c->values[1], 5);
        CHECK_NEAR(c->values[2], 0.01, 1e-17);
        CHECK_NEAR(setting_of(&l, 2, "dose.gefitinib.1.amount"), 10, 1e-14);
    }
    unload(&l);
    l = load_text(BASE HOUR "sweep: {kcat: {linear: [0, 1], points: 5}}\n");
    if (l.scenario) CHECK_NEAR(head_of(&l)->coordinates[0].values[1], 0.25, 1e-16);
    unload(&l);
}

static void a_swept_exposure_changes_the_doses_that_arms_have(void) {
    loaded l =
        load_text(BASE HOUR "arms:\n  none:\n  late: {EGF: {dose: 1 nM, at: 10 min}}\n"
                            "  twice: {EGF: [1 nM, {dose: 2 nM, at: 20 min}]}\n"
                            "sweep: {EGF: {list: [7 nM]}}\n");
    CU_ASSERT_TRUE(isnan(setting_of(&l, 0, "dose.EGF.1.amount")));
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.EGF.1.amount"), 7);
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.EGF.1.at"), 600);
    CU_ASSERT_EQUAL(setting_of(&l, 2, "dose.EGF.1.amount"), 7);
    CU_ASSERT_EQUAL(setting_of(&l, 2, "dose.EGF.2.amount"), 7);
    if (l.scenario)
        CHECK_TEXT(head_of(&l)->marks[0].text, "EGF"); // no one concentration
    unload(&l);
}

static void times_of_doses_and_the_medium_can_be_swept(void) {
    loaded l = load_text(BASE HOUR "expose: {EGF: {dose: 1 nM, at: 1 min}}\n"
                                   "sweep: {EGF.at: {list: [0 min, 30 min]}}\n");
    CU_ASSERT_EQUAL(setting_of(&l, 0, "dose.EGF.1.at"), 0);
    CU_ASSERT_EQUAL(setting_of(&l, 1, "dose.EGF.1.at"), 1800);
    unload(&l);
    l = load_text(BASE HOUR "before: steady state\nmedium: {EGF: 1 nM}\n"
                            "sweep: {EGF: {list: [2 nM, 3 nM]}}\n");
    CU_ASSERT_EQUAL(setting_of(&l, 1, "EGF"), 3);
    if (l.scenario) CU_ASSERT_EQUAL(bp_scenario_settle_group(l.scenario, 1), 1);
    unload(&l);
}

static void cells_can_be_swept(void) {
    loaded l = load_text("model: her2\n" HOUR "sweep: {cell: {list: [BT-474, MCF7]}, "
                         "lapatinib: {list: [0, 1 uM]}}\n");
    if (l.scenario) {
        const bp_coordinate *c = head_of(&l)->coordinates;
        CHECK_TEXT(c[0].labels[1], "BT-474");
        CHECK_TEXT(c[0].labels[2], "MCF7");
        CU_ASSERT_PTR_NULL(c[0].values);
        CU_ASSERT_EQUAL(setting_of(&l, 1, "HER2_copies"), 1.2e6);
        CU_ASSERT_EQUAL(setting_of(&l, 2, "HER2_copies"), 2.5e4);
    }
    unload(&l);
}

// ---- settle groups ----

static void points_that_differ_in_doses_rest_in_one_state(void) {
    loaded l =
        load_text(BASE HOUR "before: steady state\n"
                            "arms:\n  a:\n  b: {EGF: 1 nM}\n  c: {set: {kcat: 1}}\n"
                            "sweep: {gefitinib: {list: [1 nM, 2 nM]}}\n");
    if (l.scenario) {
        static const int wanted[] = {0, 0, 0, 0, 1, 1};
        for (int run = 0; run < 6; run++)
            CU_ASSERT_EQUAL(bp_scenario_settle_group(l.scenario, run), wanted[run]);
    }
    unload(&l);
    l = load_text(BASE HOUR);
    if (l.scenario) CU_ASSERT_EQUAL(bp_scenario_settle_group(l.scenario, 0), -1);
    unload(&l);
}

// ---- what results say ----

static void observables_are_chosen_or_the_models_own(void) {
    loaded l = load_text(BASE HOUR "observe: [RLp, pR, binding]\nsave: species\n");
    if (l.scenario) {
        const bp_results_head *head = head_of(&l);
        CU_ASSERT_EQUAL_FATAL(head->n_observables, 3);
        CHECK_TEXT(head->observables[0].name, "RLp");
        CHECK_TEXT(head->observables[1].display_name, "phosphorylated receptor");
        CU_ASSERT_EQUAL(head->n_species, 7);
        CU_ASSERT_EQUAL(bp_view_count(bp_scenario_view(l.scenario)), 10);
    }
    unload(&l);
    l = load_text(BASE HOUR);
    if (l.scenario) {
        CU_ASSERT_EQUAL_FATAL(head_of(&l)->n_observables, 2);
        CHECK_TEXT(head_of(&l)->observables[1].name, "pS");
    }
    unload(&l);
}

static void parameters_are_what_differs_between_runs(void) {
    loaded l = load_text(
        BASE HOUR "set: {kdp: 0.2}\narms:\n  a:\n  b: {EGF: 3 nM, set: {kcat: 1}}\n");
    if (l.scenario) {
        const bp_results_head *head = head_of(&l);
        CU_ASSERT_EQUAL_FATAL(head->n_parameters, 3);
        int found = 0;
        for (int i = 0; i < 3; i++) {
            double a[6] = {0};
            CU_ASSERT_EQUAL(bp_results_parameters(head, 0, a, NULL), BP_OK);
            CU_ASSERT_EQUAL(bp_results_parameters(head, 1, a + 3, NULL), BP_OK);
            const char *name = head->parameters[i].name;
            if (strcmp(name, "kcat") == 0) found += a[i] == 0.05 && a[3 + i] == 1;
            if (strcmp(name, "dose.EGF.1.at") == 0)
                found += isinf(a[i]) && a[3 + i] == 0;
            if (strcmp(name, "dose.EGF.1.amount") == 0)
                found += a[i] == 0 && a[3 + i] == 3;
        }
        CU_ASSERT_EQUAL(found, 3);
    }
    unload(&l);
    l = load_text(BASE HOUR "set: {kdp: 0.2}\n");
    if (l.scenario) CU_ASSERT_EQUAL(head_of(&l)->n_parameters, 0);
    unload(&l);
}

static void figures_are_what_output_reads(void) {
    loaded l = load_text(
        BASE HOUR
        "arms: {a: {}, b: {}}\nsweep: {EGF: {list: [1 nM, 2 nM]}}\nplot:\n"
        "  - time course: {of: [pR], compare: arms, title: \"a, \\\"b\\\"\"}\n"
        "  - dose response: {x: EGF, at: 30 min}\n"
        "  - time course: {panels: runs}\n");
    bp_arena arena = {0};
    bp_figure *figures = NULL;
    int n = 0;
    bp_error err = {0};
    if (l.scenario) {
        bp_status status =
            bp_figures_parse(head_of(&l)->figures, &arena, &figures, &n, &err);
        CHECK(status == BP_OK, "%s", err.message);
        CU_ASSERT_EQUAL_FATAL(n, 3);
        CHECK_TEXT(figures[0].name, "time-course-1");
        CHECK_TEXT(figures[0].compare, "arm");
        CHECK_TEXT(figures[0].title, "a, \"b\"");
        CU_ASSERT_EQUAL(figures[0].n_of, 1);
        CHECK_TEXT(figures[1].name, "dose-response-1");
        CHECK_TEXT(figures[1].x, "EGF");
        CHECK_NEAR(figures[1].at, 0.5, 1e-15); // h, the unit of until
        CHECK_TEXT(figures[2].panels, "runs");
        CHECK_TEXT(figures[2].name, "time-course-2");
        CU_ASSERT_EQUAL(figures[2].n_of, 2);
    }
    bp_arena_clear(&arena);
    unload(&l);
}

static const char *provenance_of(const loaded *l, const char *name) {
    const bp_results_head *head = head_of(l);
    for (int i = 0; i < head->n_provenance; i++)
        if (strcmp(head->provenance[i].name, name) == 0)
            return head->provenance[i].text;
    return "";
}

// Of the composed model and the settings.
static const char *hash_of(const bp_scenario *scenario) {
    bp_model_text model = {0};
    CU_ASSERT_EQUAL_FATAL(bp_results_model(bp_scenario_head(scenario), &model), BP_OK);
    return model.hash;
}

static void provenance_holds_settings_and_notes(void) {
    loaded l = load_text(BASE HOUR);
    if (l.scenario) {
        CHECK_TEXT(provenance_of(&l, "rtol"), "1e-06");
        CU_ASSERT_EQUAL(bp_scenario_note(l.scenario, "host", "a"), BP_OK);
        CU_ASSERT_EQUAL(bp_scenario_note(l.scenario, "host", "b"), BP_OK);
        CU_ASSERT_EQUAL(bp_scenario_note(l.scenario, "command_line", "bypass run"),
                        BP_OK);
        CHECK_TEXT(provenance_of(&l, "host"), "b");
        CHECK_TEXT(head_of(&l)->command_line, "bypass run");
        char before[65];
        memcpy(before, hash_of(l.scenario), 65);
        bp_scenario_settings(l.scenario)->rtol = 1e-7;
        CU_ASSERT_EQUAL(bp_scenario_note(l.scenario, "host", "b"), BP_OK);
        CHECK_TEXT(provenance_of(&l, "rtol"), "1e-07");
        CU_ASSERT_NOT_EQUAL(strcmp(before, hash_of(l.scenario)), 0);
    }
    unload(&l);
}

// ---- where texts come from ----

static void a_sealed_bundle_is_enough(void) {
    loaded l = load_text("model: her2\n" HOUR
                         "cell: BT474\nexpose: {lapatinib: 1 nM, heregulin: 1 nM}\n");
    if (l.scenario) {
        bp_bundle *copy = NULL;
        bp_scenario *again = NULL;
        bp_report report = {0};
        CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&copy), BP_OK);
        for (int i = 0; i < bp_bundle_count(l.bundle); i++) {
            size_t length = 0;
            const char *text = bp_bundle_text(l.bundle, i, &length);
            CU_ASSERT_EQUAL(
                bp_bundle_add(copy, bp_bundle_name(l.bundle, i), text, length), BP_OK);
        }
        bp_bundle_seal(copy);
        bp_status status =
            bp_scenario_load(provenance_of(&l, "scenario"), copy, &again, &report);
        CU_ASSERT_EQUAL(status, BP_OK);
        if (again) CHECK_TEXT(hash_of(again), hash_of(l.scenario));
        bp_scenario_free(again);
        bp_bundle_free(copy);
        bp_report_clear(&report);
    }
    unload(&l);
}

#define OWN_DRUG                                                                       \
    "name: My-ib\ntext: mine\nmolar mass: {value: 500 g/mol, source: \"[A]\"}\n"       \
    "acts:\n  - on: EGFR_kinase\n    archetype: fast_inhibitor\n"                      \
    "    Ki: {value: 2 nM, source: \"[A]\"}\n"

static void a_user_may_bring_a_drug_of_his_own(void) {
    loaded l =
        load_with(BASE HOUR "expose: {./mine.yaml: 500 ng/mL}\nobserve: [My_ib]\n",
                  "mine.yaml", OWN_DRUG);
    CHECK_NEAR(setting_of(&l, 0, "dose.My_ib.1.amount"), 1000, 1e-9);
    if (l.scenario)
        CU_ASSERT_TRUE(bp_model_find(bp_scenario_model(l.scenario),
                                     "drug.My_ib.EGFR_kinase.Ki") >= 0);
    unload(&l);
}

static void knobs_of_drugs_can_be_set_and_swept(void) {
    loaded l = load_with(BASE HOUR
                         "expose: {./mine.yaml: 1 nM}\n"
                         "sweep: {drug.My_ib.EGFR_kinase.Ki: {list: [1 nM, 3 uM]}}\n",
                         "mine.yaml", OWN_DRUG);
    CHECK_NEAR(setting_of(&l, 1, "drug.My_ib.EGFR_kinase.Ki"), 3000, 1e-9);
    unload(&l);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(times_end_at_until_whatever_the_step),
        TEST(run_takes_every_setting_of_the_solver),
        TEST(mass_concentrations_convert_by_the_molar_mass),
        TEST(every_form_of_exposure_becomes_doses),
        TEST(an_arm_replaces_the_common_exposure_of_a_substance),
        TEST(marks_say_what_was_done),
        TEST(knobs_take_numbers_units_and_scales),
        TEST(later_layers_win),
        TEST(levels_that_the_model_lacks_are_noted),
        TEST(an_arm_may_be_another_cell),
        TEST(arms_are_slowest_and_the_first_key_before_the_second),
        TEST(grids_meet_their_bounds_and_keep_the_unit_as_written),
        TEST(a_swept_exposure_changes_the_doses_that_arms_have),
        TEST(times_of_doses_and_the_medium_can_be_swept),
        TEST(cells_can_be_swept),
        TEST(points_that_differ_in_doses_rest_in_one_state),
        TEST(observables_are_chosen_or_the_models_own),
        TEST(parameters_are_what_differs_between_runs),
        TEST(figures_are_what_output_reads),
        TEST(provenance_holds_settings_and_notes),
        TEST(a_sealed_bundle_is_enough),
        TEST(a_user_may_bring_a_drug_of_his_own),
        TEST(knobs_of_drugs_can_be_set_and_swept),
        TEST_END,
    };
    return test_main("scenario load", tests, argc, argv);
}
