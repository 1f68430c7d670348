// A user's own model, which knows nothing of drugs: what is observed of it, doses in
// its units, and drugs at the places that the scenario declares. Every figure follows
// from a closed form.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/unit/scenario_test.h"

#define TIGHT ", rtol: 1e-10, atol: 1e-14}\n"

// First-order decay, the same in minutes and in seconds.
static const char in_minutes[] =
    "model own\n"
    "  unit uM = 1e-6 mole/litre; unit substance = 1e-6 mole; unit volume = litre;\n"
    "  unit extent = 1e-6 mole; unit time_unit = 60 second;\n"
    "  compartment c = 2;\n  species S in c = 1, P in c = 0;\n  k = 0.06;\n"
    "  J: S -> P; c*k*S;\nend\n";
static const char in_seconds[] =
    "model own\n"
    "  unit uM = 1e-6 mole/litre; unit substance = 1e-6 mole; unit volume = litre;\n"
    "  unit extent = 1e-6 mole; unit time_unit = second;\n"
    "  compartment c = 2;\n  species S in c = 1, P in c = 0;\n  k = 0.001;\n"
    "  J: S -> P; c*k*S;\nend\n";
static const char without_units[] =
    "model own\n"
    "  compartment c = 2;\n  species S in c = 1, P in c = 0;\n  k = 0.06;\n"
    "  substanceOnly species N in c = 3;\n  total := S + P;\n"
    "  J: S -> P; c*k*S;\nend\n";

// The value at the end of the first run; NaN when it cannot be had.
static double end_of(const char *yaml, const char *model, const char *name) {
    loaded l = load_with(yaml, "own.ant", model);
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 1, &sink);
    double value = NAN;
    if (results) value = value_of(results, 0, results->head.n_times - 1, name);
    if (sink) sink->free(sink);
    unload(&l);
    return value;
}

// Loads what is wrong, and looks for a message of this status that holds the words.
static void expect_finding(const char *yaml, const char *model, bp_status status,
                           const char *words) {
    loaded l = {0};
    char name[1024];
    bool found = false;
    snprintf(name, sizeof name, "%s", test_file("diagnostics/scenarios/of-it.yaml"));
    l.status = bp_bundle_new(&l.bundle);
    if (l.status == BP_OK) l.status = bp_bundle_add(l.bundle, name, yaml, strlen(yaml));
    char own[1024];
    snprintf(own, sizeof own, "%s", test_file("diagnostics/scenarios/own.ant"));
    if (l.status == BP_OK)
        l.status = bp_bundle_add(l.bundle, own, model, strlen(model));
    if (l.status == BP_OK)
        l.status = bp_scenario_load(name, l.bundle, &l.scenario, &l.report);
    for (int i = 0; i < l.report.count; i++)
        found |= l.report.items[i].status == status &&
                 strstr(l.report.items[i].message, words) != NULL;
    CHECK(found, "nothing says '%s'; the first: %s", words,
          l.report.count ? l.report.items[0].message : "none");
    unload(&l);
}

// Several files beside each other; the last is the scenario.
static loaded load_files(const char *const files[][2], int n) {
    loaded l = {0};
    char name[1024] = "";
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    for (int i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%s%s", test_file("diagnostics/scenarios/"),
                 files[i][0]);
        l.status = bp_bundle_add(l.bundle, name, files[i][1], strlen(files[i][1]));
        CU_ASSERT_EQUAL(l.status, BP_OK);
    }
    l.status = bp_scenario_load(name, l.bundle, &l.scenario, &l.report);
    CHECK(l.status == BP_OK, "%s", l.report.count ? l.report.items[0].message : "");
    return l;
}

// ---- what is observed ----

static void amounts_and_concentrations_are_observed(void) {
    loaded l = load_with("model: ./own.ant\nrun: {until: 10, points: 2" TIGHT
                         "observe: [S, amount(S), concentration(S), N, amount( N ), "
                         "concentration(N), J, k, c]\n",
                         "own.ant", without_units);
    bp_sink *sink = NULL;
    const bp_results *r = run_all(&l, 1, &sink);
    if (r) {
        double s = exp(-0.6);
        CHECK_NEAR(value_of(r, 0, 1, "S"), s, 1e-8);
        CHECK_NEAR(value_of(r, 0, 1, "amount(S)"), 2 * s, 1e-8);
        CHECK_NEAR(value_of(r, 0, 1, "concentration(S)"), s, 1e-8);
        CHECK_NEAR(value_of(r, 0, 1, "N"), 3, 0);
        CHECK_NEAR(value_of(r, 0, 1, "amount(N)"), 3, 0);
        CHECK_NEAR(value_of(r, 0, 1, "concentration(N)"), 1.5, 0);
        CHECK_NEAR(value_of(r, 0, 1, "J"), 2 * 0.06 * s, 1e-8);
        CHECK_NEAR(value_of(r, 0, 1, "k"), 0.06, 0);
        CHECK_NEAR(value_of(r, 0, 1, "c"), 2, 0);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

static void an_amount_has_the_unit_of_an_amount(void) {
    loaded l = load_with("model: ./own.ant\nrun: {until: 10, points: 2}\n"
                         "observe: [amount(S), S]\n",
                         "own.ant", in_minutes);
    if (l.scenario) {
        const bp_results_head *head = bp_scenario_head(l.scenario);
        CHECK_TEXT(head->observables[0].unit, "umol");
        CHECK_TEXT(head->observables[1].unit, "uM");
        CHECK_TEXT(head->time_unit, "min");
    }
    unload(&l);
}

static void a_wrong_form_names_the_nearest_species(void) {
    static const char run[] = "run: {until: 10, points: 2}\n";
    char yaml[256];
    snprintf(yaml, sizeof yaml, "model: ./own.ant\n%sobserve: [amount(SS)]\n", run);
    expect_finding(yaml, without_units, BP_UNKNOWN_NAME, "did you mean 'S'?");
    snprintf(yaml, sizeof yaml, "model: ./own.ant\n%sobserve: [amount(k)]\n", run);
    expect_finding(yaml, without_units, BP_UNKNOWN_NAME, "'k' is none");
    snprintf(yaml, sizeof yaml, "model: ./own.ant\n%sobserve: [amount()]\n", run);
    expect_finding(yaml, without_units, BP_UNKNOWN_NAME, "there is no ''");
    snprintf(yaml, sizeof yaml,
             "model: ./own.ant\n%sobserve: [amount(S), amount( S )]\n", run);
    expect_finding(yaml, without_units, BP_DUPLICATE, "observed twice");
}

// ---- doses ----

static void doses_need_no_unit_where_the_model_has_none(void) {
    const char yaml[] = "model: ./own.ant\nexpose: {S: {dose: 5, at: 10}}\n"
                        "run: {until: 20, points: 2" TIGHT "observe: [S]\n";
    CHECK_NEAR(end_of(yaml, without_units, "S"), (exp(-0.6) + 5) * exp(-0.6), 1e-8);
}

// 1 nM in 2 pL: 1e-9 mol/L * 2e-12 L * 6.02214076e23/mol molecules.
static void a_concentration_is_dosed_into_molecules(void) {
    static const char model[] =
        "model own\n  unit volume = 1e-12 litre; unit substance = item;\n"
        "  unit time_unit = second;\n  compartment c = 2;\n"
        "  substanceOnly species X in c = 0;\n  species A in c = 0;\n"
        "  J: X -> A; 0*X;\nend\n";
    const char yaml[] = "model: ./own.ant\nexpose: {X: 1 nM, A: 1000 molecule}\n"
                        "run: {until: 1, points: 2}\n"
                        "observe: [X, A, amount(A)]\n";
    CHECK_NEAR(end_of(yaml, model, "X"), 1204.428152, 1e-8);
    CHECK_NEAR(end_of(yaml, model, "A"), 500, 1e-9);
    CHECK_NEAR(end_of(yaml, model, "amount(A)"), 1000, 1e-9);
}

static void what_cannot_be_dosed_is_refused(void) {
    static const char model[] =
        "model own\n  compartment c = 1;\n  species S in c = 1, P in c = 0, Q in c;\n"
        "  k = 1;\n  Q := 2*S;\n  J: S -> P; c*k*S;\nend\n";
    static const char run[] = "run: {until: 10, points: 2}\n";
    char yaml[256];
    snprintf(yaml, sizeof yaml, "model: ./own.ant\nexpose: {Q: 1}\n%s", run);
    expect_finding(yaml, model, BP_BAD_VALUE, "computed by a rule");
    snprintf(yaml, sizeof yaml, "model: ./own.ant\nexpose: {SS: 1}\n%s", run);
    expect_finding(yaml, model, BP_UNKNOWN_NAME, "no species of the model");
    snprintf(yaml, sizeof yaml, "model: ./own.ant\nexpose: {S: -1}\n%s", run);
    expect_finding(yaml, model, BP_BAD_VALUE, "must not be negative");
}

// ---- units ----

static void a_model_without_a_unit_of_time_is_said_to_be_in_seconds(void) {
    expect_finding("model: ./own.ant\nrun: {until: 1 h, points: 2}\n", without_units,
                   BP_BAD_UNIT, "states no unit of time");
    loaded l = load_with("model: ./own.ant\nunits: {time: min, concentration: uM}\n"
                         "run: {until: 1 h, points: 2}\n",
                         "own.ant", without_units);
    CU_ASSERT_EQUAL(l.report.count, 0);
    if (l.scenario) CHECK_NEAR(bp_scenario_head(l.scenario)->times[1], 60, 1e-12);
    unload(&l);
}

static void units_are_checked(void) {
    static const char run[] = "model: ./own.ant\nrun: {until: 10}\n";
    char yaml[256];
    snprintf(yaml, sizeof yaml, "%sunits: {time: nM}\n", run);
    expect_finding(yaml, without_units, BP_BAD_UNIT, "no unit of time");
    snprintf(yaml, sizeof yaml, "%sunits: {tim: s}\n", run);
    expect_finding(yaml, without_units, BP_UNKNOWN_NAME, "no key 'tim'");
    snprintf(yaml, sizeof yaml, "%sunits: {concentration: furlong}\n", run);
    expect_finding(yaml, without_units, BP_BAD_UNIT, "furlong");
}

// ---- sites ----

#define ON_HER2 "sites: {HER2_kinase: {scales: [k]}}\n"

// gefitinib: Ki 240 nM on HER2, in equilibrium: the rate is k/(1 + I/Ki).
static void a_fast_inhibitor_lowers_the_rate_by_its_ki(void) {
    const char yaml[] = "model: ./own.ant\n" ON_HER2 "expose: {gefitinib: 480 nM}\n"
                        "run: {until: 1 h, points: 2" TIGHT "observe: [S]\n";
    double expected = exp(-0.001 * 3600 / (1 + 480.0 / 240));
    CHECK_NEAR(end_of(yaml, in_minutes, "S"), expected, 1e-9);
    CHECK_NEAR(end_of(yaml, in_seconds, "S"), expected, 1e-9);
}

// The same of a reaction, and of half of the time.
static void a_reaction_is_lowered_from_the_dose_on(void) {
    const char yaml[] = "model: ./own.ant\nsites: {HER2_kinase: {scales: J}}\n"
                        "expose: {gefitinib: {dose: 0.48 uM, at: 30 min}}\n"
                        "run: {until: 1 h, points: 2" TIGHT "observe: [S]\n";
    double expected = exp(-0.001 * 1800 - 0.001 * 1800 / 3);
    CHECK_NEAR(end_of(yaml, in_minutes, "S"), expected, 1e-9);
    CHECK_NEAR(end_of(yaml, in_seconds, "S"), expected, 1e-9);
}

// lapatinib: Ki 13 nM, koff 3.9e-5/s on HER2. theta' = koff/Ki*I*(1 - theta) -
// (koff + turnover)*theta
static void a_slow_inhibitor_keeps_its_rate_in_any_unit_of_time(void) {
    const char yaml[] = "model: ./own.ant\n"
                        "sites: {HER2_kinase: {scales: [k], turnover: 0.36 1/h}}\n"
                        "expose: {lapatinib: 50 nM}\nrun: {until: 2 h, points: 2" TIGHT
                        "observe: [drug.lapatinib.HER2_kinase.theta]\n";
    double on = 3.9e-5 / 13 * 50, off = 3.9e-5 + 1e-4;
    double expected = on / (on + off) * (1 - exp(-(on + off) * 7200));
    const char *theta = "drug.lapatinib.HER2_kinase.theta";
    CHECK_NEAR(end_of(yaml, in_minutes, theta), expected, 1e-9);
    CHECK_NEAR(end_of(yaml, in_seconds, theta), expected, 1e-9);
}

// A model that does not say that it is in minutes, and a scenario that does.
static void the_scenario_says_the_unit_of_time(void) {
    const char yaml[] = "model: ./own.ant\nunits: {time: min}\n" ON_HER2
                        "expose: {lapatinib: 50 nM}\nrun: {until: 2 h, points: 2" TIGHT
                        "observe: [drug.lapatinib.HER2_kinase.theta]\n";
    double on = 3.9e-5 / 13 * 50, off = 3.9e-5;
    double expected = on / (on + off) * (1 - exp(-(on + off) * 7200));
    CHECK_NEAR(end_of(yaml, without_units, "drug.lapatinib.HER2_kinase.theta"),
               expected, 1e-9);
}

// koff of the drug is set in its own unit, whatever the model's.
static void numbers_of_the_drug_are_set_with_units(void) {
    const char yaml[] = "model: ./own.ant\n" ON_HER2 "expose: {lapatinib: 13 nM}\n"
                        "set: {drug.lapatinib.HER2_kinase.koff: 1e-3 1/s}\n"
                        "run: {until: 20 min, points: 2" TIGHT
                        "observe: [drug.lapatinib.HER2_kinase.theta]\n";
    double expected = 0.5 * (1 - exp(-2e-3 * 1200));
    const char *theta = "drug.lapatinib.HER2_kinase.theta";
    CHECK_NEAR(end_of(yaml, in_minutes, theta), expected, 1e-9);
    CHECK_NEAR(end_of(yaml, in_seconds, theta), expected, 1e-9);
}

// An archetype of the model's own is in the model's unit of time already.
static void an_archetype_of_the_model_is_in_its_own_time(void) {
    static const char model[] =
        "import \"bypass:models/archetypes.ant\"\n"
        "model mine(drug, free)\n  unit per_min = 1/(60 second);\n"
        "  species drug;\n  var free;\n  const Ki = 1;  Ki has nM;\n"
        "  const koff = 0.6;  koff has per_min;  // [A]\n"
        "  var theta = 0;\n  theta' = koff*(drug/Ki*free - theta);\nend\n"
        "model *own()\n  unit pL = 1e-12 litre; unit zmol = 1e-21 mole;\n"
        "  unit nM = zmol/pL; unit substance = zmol; unit extent = zmol;\n"
        "  unit volume = pL; unit time_unit = 60 second;\n"
        "  compartment medium = 1, c = 1;\n  species S in c = 1, P in c = 0;\n"
        "  var f, t;\n  t := 0;\n  HER2_kinase: site(f, t);\n"
        "  J: S -> P; c*0.06*f*S;\nend\n";
    static const char drug[] =
        "name: ib\ntext: a\nmolar mass: {value: 500 g/mol, source: \"[A]\"}\n"
        "acts:\n  - on: HER2_kinase\n    archetype: mine\n"
        "    Ki: {value: 4 nM, source: \"[A]\"}\n"
        "    koff: {value: 1e-3 1/s, source: \"[A]\"}\n";
    const char yaml[] =
        "model: ./own.ant\nexpose: {./ib.yaml: 4 nM}\n"
        "run: {until: 10 min, points: 2" TIGHT "observe: [drug.ib.HER2_kinase.theta]\n";
    const char *const files[][2] = {
        {"ib.yaml", drug}, {"own.ant", model}, {"of-it.yaml", yaml}};
    loaded l = load_files(files, 3);
    bp_sink *sink = NULL;
    const bp_results *r = run_all(&l, 1, &sink);
    if (r)
        CHECK_NEAR(value_of(r, 0, 1, "drug.ib.HER2_kinase.theta"),
                   0.5 * (1 - exp(-2e-3 * 600)), 1e-8);
    if (sink) sink->free(sink);
    unload(&l);
}

static void an_absent_drug_changes_nothing_to_the_bit(void) {
    const char without[] = "model: ./own.ant\nrun: {until: 50, points: 2}\n"
                           "observe: [S]\n";
    const char with[] =
        "model: ./own.ant\nrun: {until: 50, points: 2}\n" ON_HER2 "observe: [S]\n";
    double plain = end_of(without, in_minutes, "S");
    CU_ASSERT_TRUE(plain == end_of(with, in_minutes, "S"));
    CU_ASSERT_TRUE(plain > 0);
}

static void targets_are_checked(void) {
    static const struct {
        const char *targets;
        bp_status status;
        const char *words;
    } cases[] = {
        {"sites: {HER2_kinase: {scales: [kk]}}", BP_UNKNOWN_NAME, "did you mean 'k'"},
        {"sites: {HER2_kinase: {scales: [S]}}", BP_BAD_VALUE, "is a species"},
        {"sites: {HER2_kinase: {scales: [total]}}", BP_BAD_MODEL, "lower nothing"},
        {"sites: {HER2_kinase: {}}", BP_SYNTAX, "needs 'scales'"},
        {"sites: {HER2_kinase: {scales: [k, k]}}", BP_DUPLICATE, "given twice"},
        {"sites: {HER2_kinase: {scales: [J, k]}}", BP_DUPLICATE, "lowered twice"},
        {"sites: {HER2_kinase: {scales: [k], turn: 1}}", BP_UNKNOWN_NAME, "key 'turn'"},
        {"sites: {HER2_kinase: {scales: [k], turnover: 3}}", BP_BAD_UNIT, "a rate"},
        {"sites: {HER2_kinase: {scales: [k], turnover: -1 1/s}}", BP_BAD_VALUE,
         "negative"},
        {"sites: {HER2_kinase: {scales: [k], turnover: kk}}", BP_UNKNOWN_NAME,
         "no parameter 'kk'"},
        {"sites: {S: {scales: [k]}}", BP_DUPLICATE, "already"},
        {"sites: {a kinase: {scales: [k]}}", BP_SYNTAX, "letters"},
        {"sites: {HER2_kinas: {scales: [k]}}", BP_UNKNOWN_NAME,
         "did you mean 'HER2_kinase'"},
        {"epitopes: {HER2_IV: {scales: [k]}}", BP_SYNTAX, "needs 'surface'"},
        {"epitopes: {HER2_IV: {surface: [Z]}}", BP_UNKNOWN_NAME, "no species 'Z'"},
        {"epitopes: {HER2_IV: {surface: [N]}}", BP_BAD_UNIT, "is an amount"},
        {"epitopes: {HER2_IV: {surface: [S]}}", BP_BAD_UNIT, "concentration: nM"},
        {"epitopes: {HER2_IV: {surface: [{S: 0}]}}", BP_BAD_VALUE, "above 0"},
    };
    char yaml[512];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(yaml, sizeof yaml,
                 "model: ./own.ant\n%s\nexpose: {lapatinib: 5 nM}\n"
                 "run: {until: 10}\n",
                 cases[i].targets);
        expect_finding(yaml, without_units, cases[i].status, cases[i].words);
    }
}

// ---- antibodies and traps ----

static const char receptors[] =
    "model own\n"
    "  unit uM = 1e-6 mole/litre; unit substance = 1e-6 mole; unit volume = litre;\n"
    "  unit extent = 1e-6 mole; unit time_unit = 60 second;\n"
    "  compartment cell = 1, out = 100;\n"
    "  species R in cell = 0.08, RR in cell = 0.01, L in out = 0.01;\n"
    "  kd = 0.6;\n  J: 2 R -> RR; 0*cell*kd*R^2;\nend\n";

// cetuximab-like numbers set by hand: one arm only (kx = 0), no uptake. 100 nM of the
// epitope; what is held follows held = open*drug/Kd, with what the medium loses small
// but counted.
static void an_antibody_holds_what_its_kd_says(void) {
    loaded l = load_with(
        "model: ./own.ant\n"
        "epitopes: {HER2_IV: {surface: [R, {RR: 2}]}}\n"
        "expose: {trastuzumab: 20 nM}\n"
        "set: {drug.trastuzumab.HER2_IV.kx: 0, drug.trastuzumab.HER2_IV.kon: 1e-4 "
        "1/(nM*s), drug.trastuzumab.HER2_IV.Kd: 10 nM}\n"
        "run: {until: 48 h, points: 2" TIGHT
        "observe: [HER2_IV.surface, HER2_IV.occupied, trastuzumab]\n",
        "own.ant", receptors);
    bp_sink *sink = NULL;
    const bp_results *r = run_all(&l, 1, &sink);
    if (r) {
        double drug = value_of(r, 0, 1, "trastuzumab");
        double occupied = value_of(r, 0, 1, "HER2_IV.occupied");
        CHECK_NEAR(value_of(r, 0, 1, "HER2_IV.surface"), 100, 1e-9);
        // the corner that keeps the open part smooth is 1e-6 of the surface
        CHECK_NEAR(occupied, drug / (drug + 10), 2e-6);
        // 2 pL of cell in 1e4 pL of medium
        CHECK_NEAR(drug, 20 - occupied * 100 * 2 / 1e4, 1e-6);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

// What an antibody occupies does not take part: kd of the dimers at half.
static void an_epitope_lowers_what_it_scales(void) {
    static const char model[] =
        "model own\n"
        "  unit uM = 1e-6 mole/litre; unit substance = 1e-6 mole; unit volume = "
        "litre;\n"
        "  unit extent = 1e-6 mole; unit time_unit = 60 second;\n"
        "  compartment cell = 1;\n  species R in cell = 0.1, S in cell = 1;\n"
        "  kd = 0.01;\n  J: S -> ; cell*kd*S;\n  J2: R -> ; 0*R;\nend\n";
    const char yaml[] =
        "model: ./own.ant\n"
        "epitopes: {HER2_IV: {surface: R, scales: [kd]}}\n"
        "expose: {trastuzumab: 10 uM}\n"
        "set: {drug.trastuzumab.HER2_IV.kx: 0, drug.trastuzumab.HER2_IV.kon: 1 "
        "1/(nM*s), drug.trastuzumab.HER2_IV.Kd: 10 uM}\n"
        "run: {until: 100, points: 2" TIGHT "observe: [S]\n";
    // occupied within a tenth of a millisecond; the medium loses 1e-6 of its drug
    CHECK_NEAR(end_of(yaml, model, "S"), exp(-0.5), 1e-5);
}

// 10 nM of ligand, 20 nM of trap, Kd 1 nM: x^2 - 31 x + 200 = 0.
static void a_trap_binds_a_species_of_the_model_in_its_own_unit(void) {
    static const char drug[] =
        "name: my-trap\ntext: binds L\n"
        "molar mass: {value: 100 kg/mol, of: whole, source: \"[A]\"}\n"
        "acts:\n  - on: L\n    archetype: ligand_trap\n"
        "    kon: {value: 1e-3 1/(nM*s), source: \"[A]\"}\n"
        "    Kd: {value: 1 nM, source: \"[A]\"}\n";
    const char yaml[] = "model: ./own.ant\nexpose: {./my-trap.yaml: 20 nM}\n"
                        "run: {until: 48 h, points: 2" TIGHT
                        "observe: [L, my_trap, drug.my_trap.L.complex]\n";
    const char *const files[][2] = {
        {"my-trap.yaml", drug}, {"own.ant", receptors}, {"of-it.yaml", yaml}};
    loaded l = load_files(files, 3);
    bp_sink *sink = NULL;
    const bp_results *r = run_all(&l, 1, &sink);
    if (r) {
        double bound = (31 - sqrt(31.0 * 31 - 4 * 200)) / 2; // [nM]
        CHECK_NEAR(value_of(r, 0, 1, "drug.my_trap.L.complex"), bound * 1e-3, 1e-9);
        CHECK_NEAR(value_of(r, 0, 1, "L"), (10 - bound) * 1e-3, 1e-9);
        CHECK_NEAR(value_of(r, 0, 1, "my_trap"), 20 - bound, 1e-6);
    }
    if (sink) sink->free(sink);
    unload(&l);
}

// ---- other formats ----

// The examples: SBML, and the same network as BioNetGen writes it, agree.
static void sbml_and_net_models_run_alike(void) {
    static const char *const models[] = {"../examples/models/cascade.xml",
                                         "../examples/models/cascade.net"};
    double erkp[2] = {NAN, NAN};
    for (int i = 0; i < 2; i++) {
        char yaml[1400];
        snprintf(yaml, sizeof yaml,
                 "model: %s\nset: {k_off: 0.1}\nrun: {until: 20, points: 2" TIGHT
                 "observe: [ERKp]\n",
                 test_file(models[i]));
        loaded l = load_text(yaml);
        bp_sink *sink = NULL;
        const bp_results *r = run_all(&l, 1, &sink);
        if (r) erkp[i] = value_of(r, 0, 1, "ERKp");
        if (sink) sink->free(sink);
        unload(&l);
    }
    CHECK_NEAR(erkp[0], erkp[1], 1e-6);
    CU_ASSERT_TRUE(erkp[0] > 100);
}

// Doses, medium, steady state, sweeps and a drug on SBML.
static void an_sbml_model_gets_all_that_the_built_in_one_gets(void) {
    char yaml[1600];
    snprintf(yaml, sizeof yaml,
             "model: %s\nsites: {EGFR_kinase: {scales: [k_erk]}}\n"
             "before: steady state\nmedium: {EGF: 20 nM}\n"
             "arms:\n  plain: {}\n  drug: {gefitinib: 0.4 nM}\n"
             "  more: {EGF: {dose: 20 nM, at: 1 h}}\n"
             "sweep: {k_dp: {list: [0.1 1/min, 12 1/h]}}\n"
             "run: {until: 10 h, points: 11, rtol: 1e-10, atol: 1e-10}\n"
             "observe: [Rp, ERKp]\n",
             test_file("../examples/models/cascade.xml"));
    loaded l = load_text(yaml);
    bp_sink *sink = NULL;
    const bp_results *r = run_all(&l, 1, &sink);
    for (int run = 0; r && run < r->head.n_runs; run++) {
        double egf = run >= 4 ? 40 : 20, dp = run % 2 ? 0.2 : 0.1;
        double erk = run == 2 || run == 3 ? 0.005 / 2 : 0.005; // Ki 0.4 nM
        double rp = 100 * 0.01 * egf / (0.01 * egf + 0.2);
        CHECK_NEAR(value_of(r, run, 10, "Rp"), rp, 1e-6);
        CHECK_NEAR(value_of(r, run, 10, "ERKp"), 500 * erk * rp / (erk * rp + dp),
                   1e-5);
        CHECK_NEAR(value_of(r, run, 0, "Rp"), 50, 1e-6);
    }
    CU_ASSERT_EQUAL(r ? r->head.n_runs : 0, 6);
    if (sink) sink->free(sink);
    unload(&l);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(amounts_and_concentrations_are_observed),
        TEST(an_amount_has_the_unit_of_an_amount),
        TEST(a_wrong_form_names_the_nearest_species),
        TEST(doses_need_no_unit_where_the_model_has_none),
        TEST(a_concentration_is_dosed_into_molecules),
        TEST(what_cannot_be_dosed_is_refused),
        TEST(a_model_without_a_unit_of_time_is_said_to_be_in_seconds),
        TEST(units_are_checked),
        TEST(a_fast_inhibitor_lowers_the_rate_by_its_ki),
        TEST(a_reaction_is_lowered_from_the_dose_on),
        TEST(a_slow_inhibitor_keeps_its_rate_in_any_unit_of_time),
        TEST(the_scenario_says_the_unit_of_time),
        TEST(numbers_of_the_drug_are_set_with_units),
        TEST(an_archetype_of_the_model_is_in_its_own_time),
        TEST(an_absent_drug_changes_nothing_to_the_bit),
        TEST(targets_are_checked),
        TEST(an_antibody_holds_what_its_kd_says),
        TEST(an_epitope_lowers_what_it_scales),
        TEST(a_trap_binds_a_species_of_the_model_in_its_own_unit),
        TEST(sbml_and_net_models_run_alike),
        TEST(an_sbml_model_gets_all_that_the_built_in_one_gets),
        TEST_END};
    return test_main("scenario_foreign", tests, argc, argv);
}
