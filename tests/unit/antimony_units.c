// Units of models: definitions, what symbols are measured in, warnings.
#include <stdio.h>
#include <string.h>

#include "tests/unit/antimony_test.h"

#define UNITS                                                                          \
    "unit nM = 1e-9 mole/litre; unit nmol = 1e-9 mole; unit per_s = 1/second\n"        \
    "unit substance = nmol; unit extent = nmol; unit volume = litre; unit time_unit "  \
    "= "                                                                               \
    "second\n compartment c = 1; c has litre; species A in c = 3, B in c = 0\n"        \
    "const k = 1; k has per_s\n"

static bp_unit unit_of(const bp_spec *spec, const char *text) {
    bp_unit unit = bp_unit_unknown;
    bp_error err = {0};
    bp_status status = bp_spec_unit(spec, text, &unit, &err);
    CHECK(status == BP_OK, "%s: %s", text, err.message);
    return unit;
}

static bp_unit parsed(const char *text) {
    bp_unit unit = bp_unit_unknown;
    CU_ASSERT_EQUAL(bp_unit_parse(text, &unit, NULL), BP_OK);
    return unit;
}

static void definitions_build_on_each_other_in_any_order(void) {
    bp_spec *spec =
        spec_of("unit nM = zmol/pL\nunit pL = 1e-12 litre; unit zmol = 1e-21 mole\n"
                "unit per_nM_s = 1/(nM*second); unit area = metre^2\n"
                "unit um2 = 1e-6 metre^2; unit hours = 3600 seconds\n");
    CU_ASSERT(bp_unit_equal(unit_of(spec, "nM"), parsed("nM")));
    CU_ASSERT(bp_unit_equal(unit_of(spec, "per_nM_s"), parsed("1/(nM*s)")));
    CU_ASSERT(bp_unit_equal(unit_of(spec, "zmol/pL"), parsed("nM")));
    CU_ASSERT(bp_unit_equal(unit_of(spec, "hours"), parsed("h")));
    // as libAntimony: a number binds to its unit first, (1e-6 metre)^2
    CU_ASSERT(bp_unit_equal(unit_of(spec, "um2"), parsed("um^2")));
    CHECK_TEXT(spec->area_unit, "metre^2");
    CU_ASSERT(bp_unit_equal(unit_of(spec, "ng/mL"), parsed("ng/mL")));
    bp_unit unit;
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_spec_unit(spec, "nMM", &unit, &err), BP_BAD_UNIT);
    bp_spec_free(spec);
}

static void symbols_have_the_models_units(void) {
    bp_spec *spec =
        spec_of(UNITS "substanceOnly species Q in c = 1; x = 3 nM; n = 1\n"
                      "species P in c = 1; P has nM; species R in c = 1; R has nmol\n"
                      "A -> B; c*k*A\n");
    static const struct {
        const char *name, *unit;
    } cases[] = {{"A", "nM"}, {"Q", "nmol"}, {"x", "nM"}, {"P", "nM"},
                 {"R", "nM"}, {"c", "L"},    {"k", "1/s"}};
    for (int i = 0; i < 7; i++) {
        bp_unit unit = bp_spec_symbol_unit(spec, bp_spec_find(spec, cases[i].name));
        CHECK(unit.known && bp_unit_equal(unit, parsed(cases[i].unit)), "%s",
              cases[i].name);
    }
    CU_ASSERT_FALSE(bp_spec_symbol_unit(spec, bp_spec_find(spec, "n")).known);
    CU_ASSERT(bp_unit_equal(bp_spec_time_unit(spec), parsed("s")));
    bp_spec_free(spec);
}

static void right_units_bring_no_warning(void) {
    static const char *const fine[] = {
        "A -> B; c*k*A",
        "A -> B; c*k*A*A/(A + 2*B)",
        "A -> B; 2*c*k*(1 + A/B)*A",
        "x := A^2 + B*A; const K = 3; K has nM; A -> B; c*k*A^2/(K^2 + A^2)*K",
        "x := exp(-k*time) + ln(A/B)",
        "x := piecewise(A, time > 3, B, 0)",
        "x := sqrt(A*B) + A; x has nM",
        "x' = k*A; x has nM; x = 2",
        "x := max(0, A - B)",
        "var x = 3; at time > 5: x = A",
        "x := 1000*A; unit pM = 1e-12 mole/litre; x has pM",
        "n = 2; x := (A/B)^n",
        "J: A -> B; c*k*A; y := J/c",
        "x := A % B; y := rateOf(A)"};
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) {
        char text[2000], message[1200];
        snprintf(text, sizeof text, UNITS "%s\n", fine[i]);
        CHECK_TEXT(first_message(text, message), "");
    }
}

static void wrong_units_are_told(void) {
    static const struct {
        const char *text, *piece;
    } wrong[] = {
        {"A -> B; k*A", "'_J0' is in nmol/(L*s), but must be in nmol/s"},
        {"const q = 1; q has 1/minute; A -> B; c*q*A", "nmol/min"},
        {"x := A + k", "a sum in 'x'"},
        {"x := A - c", "a difference in 'x'"},
        {"x := piecewise(A, time > 3, k)", "a choice in 'x'"},
        {"x := piecewise(1, A > k, 2)", "a comparison in 'x'"},
        {"x := exp(A)", "the argument of exp"},
        {"x := 2^A", "an exponent in 'x'"},
        {"x := A; x has per_s", "the rule of 'x'"},
        {"x = A; x has per_s", "the initial value of 'x'"},
        {"x' = A; x has nM; x = 1", "the rate of 'x'"},
        {"var x = 1; x has nM; at time > 3: x = k", "the new value of 'x'"},
        {"var x = 1; at A after time > 3: x = 2", "the delay of"},
        {"x = 3 nM; x has per_s", "the initial value of 'x'"},
        {"x := max(A, k)", "a minimum or maximum"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[2000], message[1200];
        snprintf(text, sizeof text, UNITS "%s\n", wrong[i].text);
        first_message(text, message);
        CHECK(strstr(message, wrong[i].piece) != NULL, "%s: %s", wrong[i].text,
              message);
        CU_ASSERT_EQUAL(count_findings(text, BP_ERROR), 0); // a warning, no more
    }
}

static void models_without_units_hear_nothing(void) {
    CU_ASSERT_EQUAL(
        count_findings("A -> B; k*A*exp(A) + time; k = 1\nx := A + k + time\n"
                       "var y = 1; at time > 3: y = A\n",
                       BP_WARNING),
        0);
}

static void modules_share_units(void) {
    bp_spec *spec =
        spec_of("model m(k)\n  unit u = 2 mole; k has u; q = 1; q has u\nend\n"
                "model *n()\n  unit u = 2 mole; A: m(x); B: m(y); x = 1\nend\n");
    CU_ASSERT_EQUAL(spec->units.count, 1);
    CHECK_TEXT(symbol_of(spec, "x")->unit, "u");
    bp_spec_free(spec);
}

// libAntimony writes them for units that have a name in SBML
static void a_unit_may_have_a_name_for_people(void) {
    const char *text = "unit day = 86400 second; unit time_unit = day\n"
                       "day is \"days\"; time_unit is \"time\"; k = 1; k is \"speed\"\n"
                       "unit q = mole; q = 2; q is \"a symbol of the same name\"\n";
    bp_spec *spec = spec_of(text);
    CU_ASSERT_EQUAL(count_findings(text, BP_WARNING), 0);
    CU_ASSERT_EQUAL(bp_spec_find(spec, "day"), -1);
    CU_ASSERT_EQUAL(bp_spec_find(spec, "time_unit"), -1);
    CHECK_TEXT(symbol_of(spec, "k")->display_name, "speed");
    CHECK_TEXT(symbol_of(spec, "q")->display_name, "a symbol of the same name");
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(definitions_build_on_each_other_in_any_order),
        TEST(symbols_have_the_models_units),
        TEST(right_units_bring_no_warning),
        TEST(wrong_units_are_told),
        TEST(models_without_units_hear_nothing),
        TEST(modules_share_units),
        TEST(a_unit_may_have_a_name_for_people),
        TEST_END};
    return test_main("antimony_units", tests, argc, argv);
}
