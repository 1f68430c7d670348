// Units and quantities: a table of expressions, checked against UDUNITS-2 where it
// knows them.
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <udunits2.h>

#include "base/alloc.h"
#include "base/units.h"
#include "tests/support/harness.h"

// An expression, its scale in SI base units and its exponents of length, mass, time,
// amount, count, temperature, current, light and body mass.
typedef struct expression {
    const char *text;
    double scale;
    double power[BP_N_DIMS];
    bool ours; // UDUNITS does not know it, or reads it otherwise
} expression;

// clang-format off
static const expression table[] = {
    // molar concentrations: 1 M = 1 mol/L = 1000 mol/m3
    {"M",                1e3,   {-3, 0, 0, 1}, true},
    {"mM",               1,     {-3, 0, 0, 1}, true},
    {"uM",               1e-3,  {-3, 0, 0, 1}, true},
    {"\xc2\xb5M",        1e-3,  {-3, 0, 0, 1}, true}, // micro sign
    {"\xce\xbcM",        1e-3,  {-3, 0, 0, 1}, true}, // Greek mu
    {"nM",               1e-6,  {-3, 0, 0, 1}, true},
    {"pM",               1e-9,  {-3, 0, 0, 1}, true},
    {"fM",               1e-12, {-3, 0, 0, 1}, true},
    {"nanomolar",        1e-6,  {-3, 0, 0, 1}, true},
    {"mol/L",            1e3,   {-3, 0, 0, 1}, false},
    {"nmol/mL",          1e-3,  {-3, 0, 0, 1}, false},
    {"umol l-1",         1e-3,  {-3, 0, 0, 1}, false},
    // rate constants
    {"1/(nM*s)",         1e6,   {3, 0, -1, -1}, true},
    {"nM^-1 s^-1",       1e6,   {3, 0, -1, -1}, true},
    {"nM-1s-1",          1e6,   {3, 0, -1, -1}, true},
    {"1/nM/s",           1e6,   {3, 0, -1, -1}, true},
    {"nM\xe2\x81\xbb\xc2\xb9\xc2\xb7s\xe2\x81\xbb\xc2\xb9", 1e6, {3, 0, -1, -1}, true}, // superscripts
    {"(nM s)^-1",        1e6,   {3, 0, -1, -1}, true},
    {"nM/s",             1e-6,  {-3, 0, -1, 1}, true},
    {"1/nM s",           1e6,   {3, 0, 1, -1}, true}, // left to right, as UDUNITS reads it
    {"M^-2*s^-1",        1e-6,  {6, 0, -1, -2}, true},
    {"nM^0.5",           1e-3,  {-1.5, 0, 0, 0.5}, true},
    {"nM^(1/2)",         1e-3,  {-1.5, 0, 0, 0.5}, true},
    {"nM**2",            1e-12, {-6, 0, 0, 2}, true},
    {"1/s",              1,     {0, 0, -1}, false},
    {"/s",               1,     {0, 0, -1}, true},
    {"per min",          1/60., {0, 0, -1}, true},
    {"s-1",              1,     {0, 0, -1}, false},
    {"s^-1",             1,     {0, 0, -1}, false},
    {"min-1",            1/60., {0, 0, -1}, false},
    // mass concentrations
    {"ng/mL",            1e-6,  {-3, 1}, false},
    {"ug/ml",            1e-3,  {-3, 1}, false},
    {"mg / dL",          1e-2,  {-3, 1}, false},
    {"g.L-1",            1,     {-3, 1}, false},
    {"kg/m^3",           1,     {-3, 1}, false},
    // doses
    {"mg",               1e-6,  {0, 1}, false},
    {"kg",               1,     {0, 1}, false},
    {"mg/kg",            1e-6,  {[BP_DIM_MASS] = 1, [BP_DIM_BODY] = -1}, true},
    {"ug/kg/day",        1e-9 / 86400, {[BP_DIM_MASS] = 1, [BP_DIM_TIME] = -1, [BP_DIM_BODY] = -1}, true},
    {"mg per kg",        1e-6,  {[BP_DIM_MASS] = 1, [BP_DIM_BODY] = -1}, true},
    {"mg/h/kg",          1e-6 / 3600, {[BP_DIM_MASS] = 1, [BP_DIM_TIME] = -1, [BP_DIM_BODY] = -1}, true},
    {"mL/kg_body",       1e-6,  {[BP_DIM_LENGTH] = 3, [BP_DIM_BODY] = -1}, true},
    {"mg/(kg d)",        1e-6 / 86400, {[BP_DIM_MASS] = 1, [BP_DIM_TIME] = -1, [BP_DIM_BODY] = -1}, true},
    {"mL/kg",            1e-6,  {3, -1}, false}, // no mass before: plain
    {"J/kg",             1,     {2, 0, -2}, false},
    {"mmol/kg",          1e-3,  {0, -1, 0, 1}, false},
    {"mg/g",             1e-3,  {0}, false},
    {"mg/m2",            1e-6,  {-2, 1}, false},
    {"mg/m^2",           1e-6,  {-2, 1}, false},
    {"mg m-2 h-1",       1e-6 / 3600, {-2, 1, -1}, false},
    // amounts, counts
    {"mol",              1,     {0, 0, 0, 1}, false},
    {"fmol",             1e-15, {0, 0, 0, 1}, false},
    {"fmol/cell",        1e-15, {0, 0, 0, 1, -1}, true},
    {"molecule",         1,     {0, 0, 0, 0, 1}, true},
    {"molecules/cell",   1,     {0}, true},
    {"cells/mL",         1e6,   {-3, 0, 0, 0, 1}, true},
    {"items",            1,     {0, 0, 0, 0, 1}, true},
    {"1e6 cells",        1e6,   {0, 0, 0, 0, 1}, true},
    {"avogadro",         6.02214076e23, {0}, true},
    {"ng/10^6 cells",    1e-18, {0, 1, 0, 0, 1}, true}, // left to right
    {"ng/(10^6 cells)",  1e-18, {0, 1, 0, 0, -1}, true},
    // space and time
    {"L",                1e-3,  {3}, false},
    {"litre",            1e-3,  {3}, false},
    {"uL",               1e-9,  {3}, false},
    {"pL",               1e-15, {3}, false},
    {"10 uL",            1e-8,  {3}, false},
    {"um^3",             1e-18, {3}, false},
    {"um3",              1e-18, {3}, false},
    {"um\xc2\xb2/s",     1e-12, {2, 0, -1}, false},
    {"cm2",              1e-4,  {2}, false},
    {"dm",               1e-1,  {1}, false},
    {"s",                1,     {0, 0, 1}, false},
    {"sec",              1,     {0, 0, 1}, false},
    {"ms",               1e-3,  {0, 0, 1}, false},
    {"min",              60,    {0, 0, 1}, false},
    {"minutes",          60,    {0, 0, 1}, false},
    {"h",                3600,  {0, 0, 1}, false},
    {"hr",               3600,  {0, 0, 1}, false},
    {"hours",            3600,  {0, 0, 1}, false},
    {"d",                86400, {0, 0, 1}, false},
    {"day",              86400, {0, 0, 1}, false},
    {"weeks",            604800, {0, 0, 1}, false},
    {"1/day",            1/86400., {0, 0, -1}, false},
    // physics
    {"J",                1,     {2, 1, -2}, false},
    {"kJ/mol",           1e3,   {2, 1, -2, -1}, false},
    {"J/(mol*K)",        1,     {2, 1, -2, -1, 0, -1}, false},
    {"N.m",              1,     {2, 1, -2}, false},
    {"kPa",              1e3,   {-1, 1, -2}, false},
    {"mV",               1e-3,  {2, 1, -3, 0, 0, 0, -1}, false},
    {"C/mol",            1,     {0, 0, 1, -1, 0, 0, 1}, false},
    {"cd",               1,     {0, 0, 0, 0, 0, 0, 0, 1}, false},
    {"kDa",              1.66053906660e-24, {0, 1}, true},
    {"U/mg",             1e-6 / 60 * 1e6, {0, -1, -1, 1}, true},
    {"mHz",              1e-3,  {0, 0, -1}, false},
    // numbers
    {"1",                1,     {0}, false},
    {"dimensionless",    1,     {0}, true},
    {"%",                1e-2,  {0}, false},
    {"0.5",              0.5,   {0}, false},
    {"1e-9 M",           1e-6,  {-3, 0, 0, 1}, true},
    // only UDUNITS knows these
    {"year",             31556925.9747, {0, 0, 1}, false},
    {"kcal/mol",         4186.8, {2, 1, -2, -1}, false},
    {"eV",               1.60217733e-19, {2, 1, -2}, false}, // its value of CODATA 1986
    {"inch",             0.0254, {1}, false},
    {"nM/fortnight",     1e-6 / 1209600, {-3, 0, -1, 1}, true},
    {"mmHg",             133.322387415, {-1, 1, -2}, false},
    {"degree",           0.017453292519943295, {0}, false},
    {"cmH2O",            98.0665, {-1, 1, -2}, false}, // a digit inside a name
    {"cmH2O/mL",         98.0665e6, {-4, 1, -2}, false},
};

static const struct {
    const char *text, *part; // of the message
} bad[] = {
    {"nX",        "unit 'nX' is unknown; did you mean 'nM'?"},
    {"uMol",      "unit 'uMol' is unknown; did you mean 'umol'?"},
    {"mgg/mL",    "unit 'mgg' is unknown; did you mean 'mg'?"},
    {"nmolar",    "unit 'nmolar' is unknown; did you mean"},
    {"minuts",    "unit 'minuts' is unknown; did you mean 'minute'?"},
    {"frobnicate", "unit 'frobnicate' is unknown; write nM"},
    {"",          "expected a unit at character 1"},
    {"  ",        "expected a unit"},
    {"nM/",       "expected a unit at character 4"},
    {"nM*",       "expected a unit"},
    {"(nM",       "expected ')'"},
    {"nM)",       "unexpected ')'"},
    {"nM^",       "expected a number"},
    {"nM^x",      "expected a number"},
    {"nM^(1/2",   "expected ')'"},
    {"nM^1000",   "impossible exponent"},
    {"nM^nan",    "impossible exponent"},
    {"s99999999999999", "impossible exponent"},
    {"nM\xe2\x81\xbb", "superscript"},
    {"nM ? s",    "unexpected character at character 4"},
    {"0 nM",      "out of range"},
    {"-1 nM",     "unexpected character"},
    {"1e300 M^99", "out of range"},
    {"degC",      "has its own zero"},
    {"mL/degF",   "has its own zero"},
    {"dBZ",       "logarithmic"},
    {"((((((((((((((((((((((((((((((((((s))))))))))))))))))))))))))))))))))", "too many parentheses"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too long"},
};
// clang-format on

enum { N_TABLE = sizeof table / sizeof *table, N_BAD = sizeof bad / sizeof *bad };

static bp_unit unit_of(const char *text) {
    bp_unit unit = bp_unit_unknown;
    bp_error err = {0};
    bp_status status = bp_unit_parse(text, &unit, &err);
    CHECK(status == BP_OK, "'%s': %s", text, err.message);
    return unit;
}

static void expressions_have_their_scale_and_dimensions(void) {
    for (int i = 0; i < N_TABLE; i++) {
        const expression *e = &table[i];
        bp_unit unit = unit_of(e->text);
        CHECK(unit.known, "%s", e->text);
        // pressures of columns and such: as many digits as the table gives
        double digits = e->ours ? 4 * DBL_EPSILON : 1e-6;
        CHECK(fabs(unit.scale / e->scale - 1) <= digits * 4, "'%s' is %.17g, not %.17g",
              e->text, unit.scale, e->scale);
        for (int k = 0; k < BP_N_DIMS; k++)
            CHECK(unit.power[k] == e->power[k], "'%s': power %d is %g", e->text, k,
                  unit.power[k]);
    }
}

// What UDUNITS makes of the text, divided by what we make of it; NaN when the
// dimensions differ, 0 when it cannot read the text.
static double by_udunits(ut_system *system, const char *text, bp_unit ours) {
    static const char *const bases[BP_N_DIMS] = {"m", "kg", "s",  "mol", NULL,
                                                 "K", "A",  "cd", NULL};
    char product[256] = "1";
    for (int k = 0; k < BP_N_DIMS; k++) {
        size_t n = strlen(product);
        if (bases[k] && ours.power[k] != 0)
            snprintf(product + n, sizeof product - n, " %s%d", bases[k],
                     (int)ours.power[k]);
    }
    ut_unit *theirs = ut_parse(system, text, UT_UTF8);
    ut_unit *base = ut_parse(system, product, UT_UTF8);
    double ratio = theirs ? NAN : 0;
    if (theirs && base && ut_are_convertible(theirs, base)) {
        cv_converter *converter = ut_get_converter(theirs, base);
        ratio = cv_convert_double(converter, 1) / ours.scale;
        cv_free(converter);
    }
    ut_free(theirs);
    ut_free(base);
    return ratio;
}

static void udunits_agrees_wherever_it_knows(void) {
    ut_set_error_message_handler(ut_ignore);
    ut_system *system = ut_read_xml(NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(system);
    int agreed = 0;
    for (int i = 0; i < N_TABLE; i++) {
        if (table[i].ours) continue;
        double ratio = by_udunits(system, table[i].text, unit_of(table[i].text));
        // each side rounds a handful of products
        CHECK(fabs(ratio - 1) <= 16 * DBL_EPSILON, "'%s': %.17g", table[i].text, ratio);
        agreed++;
    }
    CHECK(agreed >= 60, "%d compared", agreed);
    ut_free_system(system);
}

static void bad_expressions_say_what_is_wrong(void) {
    for (int i = 0; i < N_BAD; i++) {
        bp_unit unit = {.scale = 42};
        bp_error err = {0};
        CHECK(bp_unit_parse(bad[i].text, &unit, &err) == BP_BAD_UNIT, "'%s'",
              bad[i].text);
        CHECK(strstr(err.message, bad[i].part) != NULL, "'%s': %s", bad[i].text,
              err.message);
        CHECK(unit.scale == 42, "'%s' was written", bad[i].text);
        CHECK(bp_unit_parse(bad[i].text, &unit, NULL) == BP_BAD_UNIT,
              "no error asked for");
    }
}

static void printed_units_read_back_as_the_same(void) {
    for (int i = 0; i < N_TABLE; i++) {
        bp_unit unit = unit_of(table[i].text);
        bp_text text = {0};
        bp_unit_print(unit, &text);
        CHECK(bp_unit_equal(unit, unit_of(bp_text_get(&text))),
              "'%s' is printed as '%s'", table[i].text, bp_text_get(&text));
        bp_text_clear(&text);
    }
}

static void units_print_as_people_write_them(void) {
    static const char *const cases[][2] = {
        {"nM", "nmol/L"},
        {"1/s", "1/s"},
        {"min^-1", "1/min"},
        {"1/(nM s)", "L/(nmol*s)"},
        {"ng/mL", "ug/L"},
        {"mg/kg", "mg/kg"},
        {"mg/m2", "mg/m^2"},
        {"1", "dimensionless"},
        {"h", "h"},
        {"cells/mL", "molecule/mL"},
        {"uL", "uL"},
        {"um2/s", "um^2/s"},
        {"%", "0.01"},
        {"nM/min", "nmol/(L*min)"},
        {"7 h", "25200 s"},
        {"nM^0.5", "nmol^0.5/L^0.5"},
        {"molecule", "molecule"},
        {"kg", "kg"},
        {"week", "week"},
        {"ms", "ms"},
        {"1/ms", "1/ms"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_text text = {0};
        bp_unit_print(unit_of(cases[i][0]), &text);
        CHECK_TEXT(bp_text_get(&text), cases[i][1]);
        bp_text_clear(&text);
    }
    bp_text text = {0};
    bp_unit_print(bp_unit_unknown, &text);
    CHECK_TEXT(bp_text_get(&text), "a unit not stated");
    bp_text_clear(&text);
}

static void units_multiply_divide_and_take_powers(void) {
    bp_unit nM = unit_of("nM"), s = unit_of("s");
    CHECK(bp_unit_equal(bp_unit_divide(nM, s), unit_of("nM/s")), "nM/s");
    CHECK(bp_unit_equal(bp_unit_multiply(nM, s), unit_of("nM s")), "nM s");
    CHECK(bp_unit_equal(bp_unit_power(nM, 0.5), unit_of("nM^0.5")), "sqrt");
    CHECK(bp_unit_equal(bp_unit_power(bp_unit_power(nM, 1.0 / 3), 3), nM), "thirds");
    CHECK(bp_unit_equal(bp_unit_power(nM, 0), bp_unit_dimensionless), "nM^0");
    CHECK(!bp_unit_equal(nM, unit_of("uM")) &&
              bp_unit_same_dimension(nM, unit_of("uM")),
          "scale differs");
    CHECK(!bp_unit_same_dimension(unit_of("mg/kg"), unit_of("mg/mg")), "body mass");
    CHECK(!bp_unit_same_dimension(unit_of("mol"), unit_of("molecule")), "count");
}

static void an_unknown_unit_fits_everything(void) {
    bp_unit nM = unit_of("nM"), unknown = bp_unit_unknown;
    double factor = 0;
    CHECK(bp_unit_same_dimension(nM, unknown) && bp_unit_same_dimension(unknown, nM),
          "fits");
    CHECK(!bp_unit_multiply(nM, unknown).known && !bp_unit_divide(unknown, nM).known,
          "stays unknown");
    CHECK(!bp_unit_power(unknown, 2).known, "power");
    CHECK(bp_unit_factor(unknown, nM, &factor, NULL) == BP_OK && factor == 1, "%g",
          factor);
    CHECK(!bp_unit_equal(nM, unknown) && bp_unit_equal(unknown, unknown),
          "but is not equal");
}

static void factors_are_free_of_rounding(void) {
    static const struct {
        const char *from, *to;
        double factor;
    } cases[] = {
        {"uM", "nM", 1000},  {"nM", "nM", 1},    {"nM", "M", 1e-9},
        {"h", "min", 60},    {"day", "h", 24},   {"ng/mL", "mg/L", 1e-3},
        {"L", "um^3", 1e15}, {"fM", "nM", 1e-6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double factor = 0;
        bp_unit from = unit_of(cases[i].from), to = unit_of(cases[i].to);
        CHECK(bp_unit_factor(from, to, &factor, NULL) == BP_OK, "%s", cases[i].from);
        CHECK(factor == cases[i].factor, "%s in %s: %.17g", cases[i].from, cases[i].to,
              factor);
    }
    // what no decimal of 12 digits is stays what it is
    double third = 0;
    CHECK(bp_unit_factor(unit_of("1/(uM*min)"), unit_of("1/(nM*s)"), &third, NULL) ==
              BP_OK,
          "per minute in per second");
    CHECK_NEAR(third, 1e-3 / 60, 4 * DBL_EPSILON * third);
    double factor = 7;
    bp_error err = {0};
    CHECK(bp_unit_factor(unit_of("nM"), unit_of("1/s"), &factor, &err) == BP_BAD_UNIT,
          "no way");
    CHECK_TEXT(err.message, "a value in nmol/L does not convert to 1/s");
    CHECK(factor == 7, "unchanged");
}

static void quantities_are_read_as_people_write_them(void) {
    static const struct {
        const char *text;
        double value;
        const char *unit;
    } cases[] = {
        {"200 nM", 200, "nM"},       {"10ng/mL", 10, "ng/mL"},
        {"1e-3", 1e-3, ""},          {"72 h", 72, "h"},
        {"4 mg/kg", 4, "mg/kg"},     {"-5", -5, ""},
        {"  0.3 ", 0.3, ""},         {"\t1 uM\t", 1, "uM"},
        {"1 /s", 1, "/s"},           {"5 %", 5, "%"},
        {"2e6 cells", 2e6, "cells"}, {"+1.5e2 min", 150, "min"},
        {"90 min", 90, "min"},       {"3 1/(nM*s)", 3, "1/(nM*s)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_quantity q = {0};
        bp_error err = {0};
        CHECK(bp_quantity_parse(cases[i].text, &q, &err) == BP_OK, "%s", err.message);
        CHECK(q.value == cases[i].value, "'%s' is %g", cases[i].text, q.value);
        CHECK_TEXT(q.text, cases[i].unit);
        CHECK(q.unit.known == (cases[i].unit[0] != '\0'), "%s", cases[i].text);
    }
}

static void what_is_no_quantity_is_refused(void) {
    static const struct {
        const char *text;
        bp_status status;
    } cases[] = {
        {"", BP_SYNTAX},
        {"nM", BP_SYNTAX},
        {"nM 3", BP_SYNTAX},
        {"inf nM", BP_SYNTAX},
        {"nan", BP_SYNTAX},
        {"1e999 s", BP_SYNTAX},
        {"2 nX", BP_BAD_UNIT},
        {"2 nM/", BP_BAD_UNIT},
        {"1,5 nM", BP_BAD_UNIT},
        {"1 mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm", BP_BAD_UNIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_quantity q = {.value = 42};
        bp_error err = {0};
        bp_status status = bp_quantity_parse(cases[i].text, &q, &err);
        CHECK(status == cases[i].status, "'%s': %s", cases[i].text,
              bp_status_name(status));
        CHECK(err.message[0] != '\0' && q.value == 42, "'%s'", cases[i].text);
    }
}

static double value_in(const char *text, const char *unit, double molar_mass) {
    bp_quantity q = {0};
    bp_error err = {0};
    double value = NAN;
    CHECK(bp_quantity_parse(text, &q, NULL) == BP_OK, "%s", text);
    bp_status status = bp_quantity_in(&q, unit_of(unit), molar_mass, &value, &err);
    CHECK(status == BP_OK, "%s in %s: %s", text, unit, err.message);
    return value;
}

static void quantities_convert(void) {
    CHECK(value_in("10 uM", "nM", 0) == 10000, "exactly");
    CHECK(value_in("72 h", "min", 0) == 4320, "exactly");
    CHECK(value_in("0.3", "nM", 0) == 0.3, "no unit: taken as it is");
    CHECK(value_in("200 nM", "nM", 0) == 200, "itself");
    CHECK(value_in("50 %", "1", 0) == 0.5, "percent");
}

// NRG1 beta 1, EGF domain: 8 kDa, so 10 ng/mL = 10e-6 g/L / 8000 g/mol = 1.25 nM.
// Trastuzumab: 148 kDa, so 8 mg/kg in nmol/kg is 8e-3 / 148000 = 54.05 nmol/kg.
static void molar_mass_turns_mass_into_amount_and_back(void) {
    CHECK_NEAR(value_in("10 ng/mL", "nM", 8000), 1.25, 1e-15);
    CHECK_NEAR(value_in("1.25 nM", "ng/mL", 8000), 10, 1e-14);
    CHECK_NEAR(value_in("148 mg", "umol", 148000), 1, 1e-15);
    CHECK_NEAR(value_in("1 mol", "g", 580), 580, 1e-12);

    bp_quantity q;
    double value = 7;
    bp_error err = {0};
    CHECK(bp_quantity_parse("10 ng/mL", &q, NULL) == BP_OK, "parse");
    CHECK(bp_quantity_in(&q, unit_of("nM"), 0, &value, &err) == BP_BAD_UNIT, "no mass");
    CHECK_TEXT(err.message,
               "a value in ug/L does not convert to nmol/L: the molar mass of "
               "the substance is needed");
    CHECK(bp_quantity_in(&q, unit_of("1/s"), 8000, &value, &err) == BP_BAD_UNIT,
          "no way");
    CHECK_TEXT(err.message, "a value in ug/L does not convert to 1/s");
    CHECK(bp_quantity_in(&q, unit_of("nM"), NAN, &value, NULL) == BP_BAD_UNIT, "NaN");
    CHECK(value == 7, "unchanged");
}

static void messages_survive_failed_allocations(void) {
    bp_unit nM = unit_of("nM"), s = unit_of("s");
    bp_status status = BP_NO_MEMORY;
    for (int nth = 1; status == BP_NO_MEMORY && nth < 50; nth++) {
        double factor;
        bp_error err = {0};
        bp_alloc_fail(nth, 0);
        status = bp_unit_factor(nM, s, &factor, &err);
        bp_alloc_fail(0, 0);
        CHECK(err.status == status && err.message[0], "%s", err.message);
    }
    CHECK(status == BP_BAD_UNIT, "%s", bp_status_name(status));
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(expressions_have_their_scale_and_dimensions),
        TEST(udunits_agrees_wherever_it_knows),
        TEST(bad_expressions_say_what_is_wrong),
        TEST(printed_units_read_back_as_the_same),
        TEST(units_print_as_people_write_them),
        TEST(units_multiply_divide_and_take_powers),
        TEST(an_unknown_unit_fits_everything),
        TEST(factors_are_free_of_rounding),
        TEST(quantities_are_read_as_people_write_them),
        TEST(what_is_no_quantity_is_refused),
        TEST(quantities_convert),
        TEST(molar_mass_turns_mass_into_amount_and_back),
        TEST(messages_survive_failed_allocations),
        TEST_END,
    };
    return test_main("base_units", tests, argc, argv);
}
