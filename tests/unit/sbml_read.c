// SBML -> spec -> model: every element means what the specification of SBML says.
#include <math.h>
#include <string.h>

#include "tests/unit/sbml_test.h"

// One reaction of species A with the law k*A.
#define LAW "<kineticLaw>" MATH(TIMES("k", "A")) "</kineticLaw>"
#define REACTANT_A(stoichiometry)                                                      \
    "<listOfReactants><speciesReference species='A' stoichiometry='" stoichiometry     \
    "' constant='true'/></listOfReactants>"
#define DECAY                                                                          \
    "<listOfReactions><reaction id='R' reversible='false'>" REACTANT_A("1") LAW        \
        "</reaction></listOfReactions>\n"

// ---- species ----

static void amounts_and_concentrations_mean_what_they_say(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        "<listOfCompartments><compartment id='c' spatialDimensions='3' size='2' "
        "constant='true'/><compartment id='p' spatialDimensions='0' constant='true'/>"
        "</listOfCompartments><listOfSpecies>" SPECIES_A
        "<species id='B' compartment='c' initialConcentration='10' "
        "hasOnlySubstanceUnits='false' boundaryCondition='false' constant='false'/>"
        "<species id='C' compartment='c' initialAmount='10' "
        "hasOnlySubstanceUnits='true' boundaryCondition='false' constant='false'/>"
        "<species id='D' compartment='c' initialConcentration='10' "
        "hasOnlySubstanceUnits='true' boundaryCondition='false' constant='false'/>"
        "<species id='E' compartment='p' initialAmount='10' "
        "hasOnlySubstanceUnits='false' boundaryCondition='false' constant='false'/>"
        "</listOfSpecies>"));
    CHECK_NEAR(sbml_value(&f, "A"), 5, 0);
    CHECK_NEAR(sbml_value(&f, "B"), 10, 0);
    CHECK_NEAR(sbml_value(&f, "C"), 10, 0);
    CHECK_NEAR(sbml_value(&f, "D"), 20, 0);
    CHECK_NEAR(sbml_value(&f, "E"), 10, 0); // a point has no size
    sbml_close(&f);
}

static void conversion_factors_multiply_what_reactions_do(void) {
    sbml_fixture f = sbml_open(SBML_L3_WITH(
        "", " conversionFactor='f'",
        CELL "<listOfSpecies>" SPECIES_A
             "<species id='B' compartment='c' initialAmount='0' "
             "hasOnlySubstanceUnits='false' boundaryCondition='false' constant='false' "
             "conversionFactor='g'/></listOfSpecies><listOfParameters>" K
             "<parameter id='f' value='3' constant='true'/>"
             "<parameter id='g' value='7' constant='true'/></listOfParameters>"
             "<listOfReactions><reaction id='R' reversible='false'>" REACTANT_A(
                 "2") "<listOfProducts><speciesReference species='B' stoichiometry='1' "
                      "constant='true'/></listOfProducts>" LAW
                      "</reaction></listOfReactions>"));
    CHECK_NEAR(sbml_value(&f, "R"), 2.5, 0); // the law itself is in extent
    CHECK_NEAR(sbml_slope(&f, "A"), -2 * 3 * 2.5, 1e-14);
    CHECK_NEAR(sbml_slope(&f, "B"), 7 * 2.5, 1e-14);
    sbml_close(&f);
}

// ---- reactions ----

static void parameters_of_a_law_hide_others(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        CELL
        "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>" K
        "</listOfParameters><listOfReactions>"
        "<reaction id='R' reversible='false'>" REACTANT_A("1") "<kineticLaw>" MATH(
            TIMES("k", "A")) "<listOfLocalParameters><localParameter id='k' value='4'/>"
                             "</listOfLocalParameters></kineticLaw></reaction>"
                             "<reaction id='Q' reversible='false'>" REACTANT_A("1") LAW
        "</reaction></listOfReactions>"));
    CHECK_NEAR(sbml_value(&f, "R.k"), 4, 0);
    CHECK_NEAR(sbml_value(&f, "R"), 20, 0);
    CHECK_NEAR(sbml_value(&f, "Q"), 2.5, 0);
    sbml_close(&f);
}

static void a_stoichiometry_is_a_symbol(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        CELL
        "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>" K
        "</listOfParameters><listOfInitialAssignments>"
        "<initialAssignment symbol='n'>" MATH(TIMES(
            "k", "c")) "</initialAssignment></listOfInitialAssignments><listOfRules>"
                       "<assignmentRule variable='m'>" MATH(
                           "<cn>3</cn>") "</assignmentRule></listOfRules>"
                                         "<listOfReactions><reaction id='R' "
                                         "reversible='false'>"
                                         "<listOfReactants><speciesReference id='n' "
                                         "species='A' "
                                         "constant='false'/></listOfReactants>"
                                         "<listOfProducts><speciesReference id='m' "
                                         "species='A' "
                                         "stoichiometry='8' "
                                         "constant='false'/></listOfProducts>" LAW
                                         "</reaction></listOfReactions>"));
    CU_ASSERT(sbml_symbol(&f, "n")->is_stoichiometry);
    CHECK_NEAR(sbml_value(&f, "n"), 1, 0);
    CHECK_NEAR(sbml_value(&f, "m"), 3, 0);
    CHECK_NEAR(sbml_slope(&f, "A"), (3 - 1) * 2.5, 1e-14);
    sbml_close(&f);
}

static void level_2_computes_stoichiometries(void) {
    sbml_fixture f = sbml_open(SBML_L2(
        "<listOfCompartments><compartment id='c' size='2'/></listOfCompartments>"
        "<listOfSpecies><species id='A' compartment='c' initialAmount='10'/>"
        "</listOfSpecies><listOfParameters><parameter id='k' value='0.5'/>"
        "</listOfParameters><listOfReactions><reaction id='R'><listOfReactants>"
        "<speciesReference species='A'><stoichiometryMath>" MATH(
            "<apply><plus/><ci>k</ci><cn>1</cn></apply>") "</stoichiometryMath>"
                                                          "</speciesReference></"
                                                          "listOfReactants>" LAW
                                                          "</reaction></"
                                                          "listOfReactions>"));
    CHECK_NEAR(sbml_slope(&f, "A"), -1.5 * 2.5, 1e-14);
    sbml_close(&f);
}

static void level_1_has_formulas_and_fractions(void) {
    sbml_fixture f = sbml_open(SBML_L1(
        "<listOfCompartments><compartment name='c' volume='2'/></listOfCompartments>"
        "<listOfSpecies><species name='A' compartment='c' initialAmount='10'/>"
        "</listOfSpecies><listOfParameters><parameter name='k' value='0.5'/>"
        "<parameter name='q' value='0'/></listOfParameters><listOfRules>"
        "<parameterRule name='q' formula='log(k) + sqr(3) + pow(2, 3)'/></listOfRules>"
        "<listOfReactions><reaction name='R'><listOfReactants>"
        "<speciesReference species='A' stoichiometry='3' denominator='2'/>"
        "</listOfReactants><kineticLaw formula='k*A*j'><listOfParameters>"
        "<parameter name='j' value='4'/></listOfParameters></kineticLaw></reaction>"
        "</listOfReactions>"));
    CHECK_NEAR(sbml_value(&f, "q"), log(0.5) + 9 + 8, 1e-14);
    CHECK_NEAR(sbml_slope(&f, "A"), -1.5 * 0.5 * 5 * 4, 1e-14);
    sbml_close(&f);
}

// ---- expressions ----

#define NUMBER(text)    "<cn>" text "</cn>"
#define APPLY(op, args) "<apply><" op "/>" args "</apply>"
#define SYMBOL(name)                                                                   \
    "<csymbol encoding='text' definitionURL='http://www.sbml.org/sbml/symbols/" name   \
    "'>" name "</csymbol>"

static const struct {
    const char *math;
    double value;
} cases[] = {
    {"<cn type='e-notation'>6.02<sep/>23</cn>", 6.02e23},
    {"<cn type='e-notation'>1<sep/>-7</cn>", 1e-7},
    {"<cn type='rational'>3<sep/>8</cn>", 0.375},
    {"<cn type='integer'>2147483647</cn>", 2147483647.0},
    {"<cn>1e-300</cn>", 1e-300},
    {"<pi/>", 3.141592653589793},
    {"<exponentiale/>", 2.718281828459045},
    {"<true/>", 1},
    {"<false/>", 0},
    {"<infinity/>", INFINITY},
    {APPLY("plus", "<true/><cn>2</cn>"), 3},
    {APPLY("plus", ""), 0},
    {APPLY("times", ""), 1},
    {APPLY("minus", NUMBER("3")), -3},
    {APPLY("divide", NUMBER("3") NUMBER("4")), 0.75},
    {APPLY("power", NUMBER("3") NUMBER("4")), 81},
    {APPLY("root", NUMBER("9")), 3},
    {"<apply><root/><degree><cn>3</cn></degree><cn>8</cn></apply>", 2},
    {APPLY("log", NUMBER("100")), 2},
    {"<apply><log/><logbase><cn>2</cn></logbase><cn>8</cn></apply>", 3},
    {APPLY("factorial", NUMBER("4")), 24},
    {APPLY("arccoth", NUMBER("2")), 0.5493061443340548},
    {APPLY("quotient", NUMBER("-7") NUMBER("2")), -3},
    {APPLY("rem", NUMBER("-7") NUMBER("2")), -1},
    {APPLY("max", NUMBER("1") NUMBER("7") NUMBER("3")), 7},
    {APPLY("min", NUMBER("1")), 1},
    {APPLY("implies", "<true/><false/>"), 0},
    {APPLY("and", ""), 1},
    {APPLY("or", ""), 0},
    {APPLY("xor", "<true/><true/><true/>"), 1},
    {APPLY("lt", NUMBER("1") NUMBER("2") NUMBER("2")), 0},
    {APPLY("leq", NUMBER("1") NUMBER("2") NUMBER("2")), 1},
    {APPLY("not", NUMBER("5")), 0},
    {"<piecewise><otherwise><cn>4</cn></otherwise></piecewise>", 4},
    {"<piecewise><piece><cn>1</cn><cn>2</cn></piece></piecewise>", 1},
    {"<piecewise><piece><cn>1</cn><false/></piece></piecewise>", NAN},
    {SYMBOL("avogadro"), 6.02214179e23},
    {SYMBOL("time"), 0},
    {"<apply>" SYMBOL("rateOf") "<ci>r</ci></apply>", 2.5},
    {"<apply><ci>twice</ci><cn>4</cn></apply>", 8},
    {"<apply><ci>sin</ci><cn>4</cn></apply>", 5}, // a function of the model
};

#define FUNCTION_OF_U(id, op, number)                                                  \
    "<functionDefinition id='" id "'>" MATH("<lambda><bvar><ci>u</ci></bvar>" APPLY(   \
        op, NUMBER(number) "<ci>u</ci>") "</lambda>") "</functionDefinition>"

// A model whose parameter x is the expression.
static sbml_fixture open_expression(const char *math) {
    bp_text text = {0};
    bp_text_format(
        &text,
        SBML_L3("<listOfFunctionDefinitions>" FUNCTION_OF_U("twice", "times", "2")
                    FUNCTION_OF_U("sin", "plus",
                                  "1") "</listOfFunctionDefinitions>"
                                       "<listOfParameters><parameter id='x' "
                                       "constant='false'/>"
                                       "<parameter id='r' value='1' constant='false'/>"
                                       "</listOfParameters><listOfRules>"
                                       "<assignmentRule variable='x'>" MATH(
                                           "%s") "</assignmentRule><rateRule "
                                                 "variable='r'>" MATH(
                                                     NUMBER("2.5")) "</"
                                                                    "rateRul"
                                                                    "e></"
                                                                    "listOfR"
                                                                    "ules>"),
        math);
    sbml_fixture f = sbml_open(bp_text_get(&text));
    bp_text_clear(&text);
    return f;
}

static void mathml_means_what_it_says(void) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sbml_fixture f = open_expression(cases[i].math);
        double value = sbml_value(&f, "x"), expected = cases[i].value;
        bool same = value == expected || (isnan(value) && isnan(expected)) ||
                    fabs(value - expected) <= 1e-15 * fabs(expected);
        CHECK(same, "%.17g, expected %.17g in %s", value, expected, cases[i].math);
        sbml_close(&f);
    }
}

// libsbml may hold a sum of many terms as a deep tree.
static void long_sums_are_read(void) {
    bp_text text = {0};
    bp_text_add(&text, "<?xml version='1.0'?><sbml "
                       "xmlns='http://www.sbml.org/sbml/level1' level='1' version='2'>"
                       "<model name='m'><listOfCompartments><compartment name='c'/>"
                       "</listOfCompartments><listOfParameters><parameter name='x' "
                       "value='0'/></listOfParameters><listOfRules><parameterRule "
                       "name='x' formula='1");
    for (int i = 0; i < 5000; i++)
        bp_text_add(&text, "+1");
    bp_text_add(&text, "'/></listOfRules></model></sbml>");
    sbml_fixture f = sbml_open(bp_text_get(&text));
    CHECK_NEAR(sbml_value(&f, "x"), 5001, 0);
    sbml_close(&f);
    bp_text_clear(&text);
}

// ---- what is missing ----

static void missing_math_does_nothing(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        CELL "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>" K
             "</listOfParameters><listOfInitialAssignments>"
             "<initialAssignment symbol='k'/></listOfInitialAssignments>"
             "<listOfRules><assignmentRule variable='c'/></listOfRules>" DECAY
             "<listOfEvents><event useValuesFromTriggerTime='true'/>"
             "<event id='E' useValuesFromTriggerTime='true'><trigger "
             "initialValue='false' persistent='true'>" MATH(
                 "<true/>") "</trigger><priority/><delay/><listOfEventAssignments>"
                            "<eventAssignment "
                            "variable='k'/></listOfEventAssignments></event>"
                            "</listOfEvents>"));
    CHECK_NEAR(sbml_value(&f, "k"), 0.5, 0);
    CHECK_NEAR(sbml_slope(&f, "A"), -2.5, 0);
    CU_ASSERT_EQUAL(bp_model_n_events(f.model), 1);
    const bp_event_info *event = bp_model_event(f.model, 0);
    CU_ASSERT(!event->has_delay && !event->has_priority && event->n_assignments == 0);
    sbml_close(&f);
}

static void unknown_values_harm_only_the_rates_that_need_them(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        CELL "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>" K
             "<parameter id='u' constant='false'/><parameter id='v' value='INF' "
             "constant='true'/></listOfParameters>" DECAY));
    CU_ASSERT(isnan(sbml_value(&f, "u")));
    CU_ASSERT(isinf(sbml_value(&f, "v")));
    sbml_close(&f);

    bp_spec *spec = NULL;
    bp_model *model = NULL;
    bp_work *work = NULL;
    bp_report report = {0};
    bp_error err = {0};
    double y[4];
    bp_status status = sbml_read(
        SBML_L3(CELL "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>"
                     "<parameter id='k' constant='true'/></listOfParameters>" DECAY),
        &spec, &report);
    if (status == BP_OK) status = bp_model_compile(spec, NULL, &model, &report);
    if (status == BP_OK) status = bp_work_new(model, 1, &work);
    if (status == BP_OK) status = bp_model_start(model, work, 0, NULL, y, &err);
    CU_ASSERT_EQUAL(status, BP_NOT_FINITE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "'k'"));
    bp_work_free(work);
    bp_model_free(model);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

// ---- events ----

static void events_keep_their_facts(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        "<listOfParameters>" K "</listOfParameters><listOfEvents>"
        "<event id='E' useValuesFromTriggerTime='false'><trigger "
        "initialValue='false' "
        "persistent='false'>" MATH(
            "<apply><gt/><ci>k</ci><cn>1</cn></"
            "apply>") "</trigger><priority>" MATH("<"
                                                  "c"
                                                  "n"
                                                  ">"
                                                  "2"
                                                  "<"
                                                  "/"
                                                  "c"
                                                  "n"
                                                  ">") "</priority><delay>" MATH("<cn>"
                                                                                 "3</"
                                                                                 "cn>") "</delay>"
                                                                                        "<listOfEventAssignments><eventAssignment "
                                                                                        "variable='k'>" MATH(
                                                                                            "<cn>9</cn>") "</eventAssignment></"
                                                                                                          "listOfEventAssignments></"
                                                                                                          "event></listOfEvents>"));
    const bp_event_info *event = bp_model_event(f.model, 0);
    CHECK_TEXT(event->name, "E");
    CU_ASSERT(event->has_delay && event->has_priority && event->n_assignments == 1);
    CU_ASSERT(!event->initially_true && !event->persistent);
    CU_ASSERT(!event->values_from_trigger);
    CHECK_NEAR(bp_model_event_delay(f.model, f.work, 0, 0, f.y), 3, 0);
    sbml_close(&f);
}

static void events_of_level_2_have_its_defaults(void) {
    sbml_fixture f = sbml_open(
        SBML_L2("<listOfParameters><parameter id='k' value='1' constant='false'/>"
                "</listOfParameters><listOfEvents><event><trigger>" MATH(
                    "<true/>") "</trigger><listOfEventAssignments><eventAssignment "
                               "variable='k'>" MATH("<cn>9</cn>") "</eventAssignment></"
                                                                  "listOfEventAssignmen"
                                                                  "ts></event>"
                                                                  "</listOfEvents>"));
    const bp_event_info *event = bp_model_event(f.model, 0);
    CHECK_TEXT(event->name, "event1");
    CU_ASSERT(event->initially_true && event->persistent && event->values_from_trigger);
    sbml_close(&f);
}

// ---- what is for other parts to solve ----

static void algebraic_rules_and_fast_reactions_are_kept(void) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    bp_status status = sbml_read(
        SBML_L2("<listOfCompartments><compartment id='c' size='2'/>"
                "</listOfCompartments><listOfSpecies><species id='A' "
                "compartment='c' "
                "initialAmount='10'/></listOfSpecies><listOfParameters><parameter "
                "id='k' value='1' "
                "constant='false'/></listOfParameters><listOfRules>"
                "<algebraicRule>" MATH("<apply><minus/><ci>k</ci><cn>1</cn></"
                                       "apply>") "</algebraicRule></"
                                                 "listOfRules><listOfReactions>"
                                                 "<reaction id='R' "
                                                 "fast='true'><listOfReactants><"
                                                 "speciesReference "
                                                 "species='A'/></"
                                                 "listOfReactants>" LAW "</reaction>"
                                                 "<reaction id='S' "
                                                 "fast='false'><listOfReactants><"
                                                 "speciesReference "
                                                 "species='A'/></"
                                                 "listOfReactants>" LAW
                                                 "</reaction></listOfReactions>"),
        &spec, &report);
    CU_ASSERT_EQUAL_FATAL(status, BP_OK);
    CU_ASSERT_EQUAL(spec->algebraic.count, 1);
    CU_ASSERT(spec->reactions.items[0].fast && !spec->reactions.items[1].fast);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(amounts_and_concentrations_mean_what_they_say),
        TEST(conversion_factors_multiply_what_reactions_do),
        TEST(parameters_of_a_law_hide_others),
        TEST(a_stoichiometry_is_a_symbol),
        TEST(level_2_computes_stoichiometries),
        TEST(level_1_has_formulas_and_fractions),
        TEST(mathml_means_what_it_says),
        TEST(long_sums_are_read),
        TEST(missing_math_does_nothing),
        TEST(unknown_values_harm_only_the_rates_that_need_them),
        TEST(events_keep_their_facts),
        TEST(events_of_level_2_have_its_defaults),
        TEST(algebraic_rules_and_fast_reactions_are_kept),
        TEST_END,
    };
    return test_main("SBML reader", tests, argc, argv);
}
