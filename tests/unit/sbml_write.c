// The SBML writer: what it makes of each thing that a spec can say.
#include <math.h>
#include <string.h>

#include "tests/unit/sbml_write_test.h"

// ---- numbers ----

static double parameter_value(const SBMLDocument_t *d, const char *id) {
    const Model_t *model = SBMLDocument_getModel((SBMLDocument_t *)d);
    const Parameter_t *p = Model_getParameterById((Model_t *)model, id);
    CHECK(p != NULL, "no parameter %s", id);
    return p ? Parameter_getValue(p) : NAN;
}

static const ASTNode_t *rule_of(const SBMLDocument_t *d, const char *id) {
    Model_t *model = SBMLDocument_getModel((SBMLDocument_t *)d);
    const Rule_t *rule = Model_getRuleByVar(model, id);
    CHECK(rule != NULL, "no rule of %s", id);
    return rule ? Rule_getMath(rule) : NULL;
}

// libsbml prints 15 digits; all 17 are meant.
static void numbers_read_back_to_the_last_digit(void) {
    static const double numbers[] = {0.1,
                                     0.1 + 0.2,
                                     1.0 / 3.0,
                                     1e-9,
                                     3.7e-9,
                                     -2.0 / 3.0 * 1e-17,
                                     6.02214076e23,
                                     1.7976931348623157e308,
                                     2.2250738585072014e-308,
                                     123456789012345678.0,
                                     718290000000000.0,
                                     718290000000001.0,
                                     -718290000000002.0,
                                     0.0,
                                     1e22};
    int n = (int)(sizeof numbers / sizeof *numbers);
    bp_spec *spec = spec_of("a = 0\n");
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", i);
        int k = bp_spec_symbol(spec, name, BP_NOWHERE);
        bp_symbol *s = &spec->symbols.items[k];
        s->declared = true;
        s->initial = bp_ast_number(spec, numbers[i], BP_NOWHERE);
        snprintf(name, sizeof name, "r%d", i);
        k = bp_spec_symbol(spec, name, BP_NOWHERE);
        s = &spec->symbols.items[k];
        s->rule_kind = BP_ASSIGNMENT_RULE;
        s->rule = bp_ast_number(spec, numbers[i], BP_NOWHERE);
    }
    SBMLDocument_t *d = sbml_document(spec);
    for (int i = 0; i < n; i++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", i);
        CHECK(parameter_value(d, name) == numbers[i], "%s is %.17g, not %.17g", name,
              parameter_value(d, name), numbers[i]);
        snprintf(name, sizeof name, "r%d", i);
        double value = ASTNode_getValue(rule_of(d, name));
        // beyond 1e40 libsbml's readers multiply with a power of ten
        double tolerance = fabs(log10(fabs(numbers[i]) + 1e-300)) > 40 ? 1e-13 : 0;
        if (fabs(numbers[i]) > 1e-300 || numbers[i] == 0)
            CHECK(fabs(value - numbers[i]) <= tolerance * fabs(numbers[i]),
                  "%s is %.17g, not %.17g", name, value, numbers[i]);
    }
    SBMLDocument_free(d);
    bp_spec_free(spec);
}

static void numbers_that_are_none_are_written(void) {
    bp_spec *spec = spec_of("a = notanumber; b = infinity; c = -infinity\n"
                            "r := piecewise(infinity, a < 2, -infinity)\n");
    SBMLDocument_t *d = sbml_document(spec);
    CU_ASSERT_TRUE(isnan(parameter_value(d, "a")));
    CU_ASSERT_TRUE(isinf(parameter_value(d, "b")) && parameter_value(d, "b") > 0);
    CU_ASSERT_TRUE(isinf(parameter_value(d, "c")) && parameter_value(d, "c") < 0);
    SBMLDocument_free(d);
    check_valid(spec, "numbers");
    bp_spec_free(spec);
}

// ---- expressions ----

static void check_infix(const SBMLDocument_t *d, const char *id, const char *expected) {
    char *text = SBML_formulaToL3String(rule_of(d, id));
    CHECK_TEXT(text ? text : "", expected);
    free(text);
}

static void every_operation_has_its_element(void) {
    bp_spec *spec = spec_of(
        "function f(x, y)\n  x^y\nend\n"
        "a = 2; b = 3\n"
        "r1 := a + b - a/b*2^-a; r13 := a - b/3; r2 := exp(a) + ln(b) + log10(a) + "
        "log(a, b)\n"
        "r3 := sqrt(a) + root(3, b) + abs(-a) + floor(a) + ceil(b) + factorial(a)\n"
        "r4 := min(a, b, 1) + max(a, b) + rem(a, b) + quotient(a, b)\n"
        "r5 := piecewise(a, a < b && !(a >= 2), b, a == b || xor(a > 1, b != 2), 3)\n"
        "r6 := f(a, time) + rateOf(b) + delay(a, 2); r7 := avogadro\n"
        "r8 := arcsin(a) + sech(b) + arccoth(a) + tan(b)\n"
        "r9 := piecewise(1, implies(a < b, a > 3)); r10 := piecewise(1, a, 2)\n"
        "r11 := 3*(a < b); r12 := piecewise(1, true, 2)\n");
    SBMLDocument_t *d = sbml_document(spec);
    check_infix(d, "r1", "a + b + -((a / b) * 2^-a)");
    check_infix(d, "r13", "a - b / 3");
    check_infix(d, "r2", "exp(a) + ln(b) + log10(a) + log(a, b)");
    check_infix(d, "r3",
                "sqrt(a) + root(3, b) + abs(-a) + floor(a) + ceil(b) + factorial(a)");
    check_infix(d, "r4", "min(a, b, 1) + max(a, b) + rem(a, b) + quotient(a, b)");
    check_infix(
        d, "r5",
        "piecewise(a, (a < b) && !(a >= 2), b, (a == b) || xor((a > 1), (b != 2)), 3)");
    check_infix(d, "r6", "f(a, time) + rateOf(b) + delay(a, 2)");
    check_infix(d, "r7", "6.02214076e+23");
    check_infix(d, "r8", "asin(a) + sech(b) + arccoth(a) + tan(b)");
    check_infix(d, "r9", "piecewise(1, implies((a < b), (a > 3)))");
    check_infix(d, "r10", "piecewise(1, a != 0, 2)");    // a number asked for its truth
    check_infix(d, "r11", "3 * piecewise(1, a < b, 0)"); // a truth reckoned with
    check_infix(d, "r12", "piecewise(1, true, 2)");
    SBMLDocument_free(d);
    check_valid(spec, "operations");
    bp_spec_free(spec);
}

// ---- units ----

#define WITH_UNITS                                                                     \
    "  unit nM = 1e-9 mole/litre; unit per_s = 1/second; unit substance = 1e-9 mole\n" \
    "  unit uM = 1e-6 mole/litre; unit fraction = dimensionless\n"                     \
    "  unit time_unit = second; unit volume = litre; unit extent = 1e-9 mole\n"        \
    "  compartment cell = 2; cell has litre\n"

static void numbers_take_the_unit_of_their_place(void) {
    bp_spec *spec = spec_of(
        "model *m()\n" WITH_UNITS
        "  species A in cell = 2, B in cell = 0; k = 1; k has per_s\n"
        "  K = 5; K has nM; one = 1; one has fraction; u = 0; u has uM\n"
        "  J: A -> B; 2*cell*k*A/(1 + A/K)*A^2/(3^2*K^2 + A^2)*exp(-A/K)\n"
        "  var x; x has nM; x := 1 + A + max(0, A - 2); n = 3; n has nM\n"
        "  var y; y has uM; y := 0.001*A; z = 2^3; z has nM\n"
        "  var p; p has nM; p := piecewise(0, A < 1 || time > 10, A)\n"
        "  var w; w has nM; w' = (3 - w)/4 second; w = 1; v = 3 second; v has second\n"
        "  E: at 2 after time > 5 && A > 3: K = 2*K + 1\n"
        "end\n");
    check_flawless(spec, "units");
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "<cn sbml:units=\"dimensionless\"> 2 </cn>");
    CHECK_HAS(t, "<cn sbml:units=\"nM\"> 0 </cn>");
    CHECK_HAS(t, "<unit kind=\"dimensionless\" exponent=\"1\" scale=\"3\"");
    CHECK_HAS(t, "<cn sbml:units=\"second\"> 4 </cn>");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

static void units_are_defined_as_they_were_made(void) {
    bp_spec *spec = spec_of(
        "model *m()\n"
        "  unit litre = litre; unit hour = 3600 second; unit min2 = minute^2\n"
        "  unit rate = 1e-9 mole/(litre*hour); unit area2 = metre^2; unit M2 = M\n"
        "  unit time_unit = hour; unit volume = litre; unit substance = 1e-3 mole\n"
        "  a = 1; a has rate; b = 1; b has nM; c = 2; c has min2; d = 1; d has litre\n"
        "  compartment sheet = 1; sheet has area2; e = 3; e has M2\n"
        "end\n");
    check_flawless(spec, "definitions");
    SBMLDocument_t *d = sbml_document(spec);
    Model_t *model = SBMLDocument_getModel(d);
    const Compartment_t *sheet = Model_getCompartmentById(model, "sheet");
    CU_ASSERT_EQUAL(Compartment_getSpatialDimensions(sheet), 2);
    CU_ASSERT_PTR_NULL(Model_getUnitDefinitionById(model, "litre"));
    UnitDefinition_t *rate = Model_getUnitDefinitionById(model, "rate");
    CU_ASSERT_PTR_NOT_NULL_FATAL(rate);
    CU_ASSERT_EQUAL(UnitDefinition_getNumUnits(rate), 3);
    const Unit_t *hour = UnitDefinition_getUnit(rate, 2);
    CU_ASSERT_EQUAL(Unit_getMultiplier(hour), 3600);
    CU_ASSERT_EQUAL(Unit_getExponent(hour), -1);
    CHECK_TEXT(Model_getTimeUnits(model), "hour");
    SBMLDocument_free(d);
    bp_spec_free(spec);
}

static void a_model_without_units_gets_none(void) {
    bp_spec *spec = spec_of("species A = 1, B = 0; k = 2; J: A -> B; 2*k*A/(1 + A)\n");
    bp_text text = sbml_text(spec);
    CU_ASSERT_PTR_NULL(strstr(bp_text_get(&text), " units="));
    CU_ASSERT_PTR_NULL(strstr(bp_text_get(&text), ":units="));
    CU_ASSERT_PTR_NULL(strstr(bp_text_get(&text), "substanceUnits="));
    check_valid(spec, "no units");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

// ---- names ----

static void names_become_sids(void) {
    bp_spec *spec =
        spec_of("model part(S)\n  k = 1; J: S -> ; k*S\nend\n"
                "model *all()\n  species S = 1, \xCE\xB2 = 2; P: part(S); P__k = 3\n"
                "end\n");
    bp_symbol *s = &spec->symbols.items[bp_spec_find(spec, "P__k")];
    CU_ASSERT_PTR_NULL(s->display_name);
    int odd = bp_spec_symbol(spec, "A(b!1).B(a!1)", BP_NOWHERE);
    spec->symbols.items[odd].initial = bp_ast_number(spec, 1, BP_NOWHERE);
    int digit = bp_spec_symbol(spec, "3x", BP_NOWHERE);
    spec->symbols.items[digit].initial = bp_ast_number(spec, 1, BP_NOWHERE);
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "<parameter id=\"P__k\" value=\"3\"");
    CHECK_HAS(t, "<parameter id=\"P__k_\" name=\"P.k\" value=\"1\"");
    CHECK_HAS(t, "id=\"A_b_1___B_a_1_\" name=\"A(b!1).B(a!1)\"");
    CHECK_HAS(t, "<parameter id=\"_3x\" name=\"3x\"");
    CHECK_HAS(t, "<species id=\"_\" name=\"\xCE\xB2\"");
    CHECK_HAS(t, "<reaction id=\"P__J\" name=\"P.J\"");
    check_valid(spec, "names");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

// ---- species and reactions ----

static void species_keep_what_they_mean(void) {
    bp_spec *spec = spec_of(
        "compartment c = 2; species A in c = 1; substanceOnly species B in c = 4\n"
        "species $D in c = 5, X in c = k; k = 3; J: A => B; k*A*D*X\n"
        "const species E in c = 6\n");
    int a = bp_spec_find(spec, "A");
    spec->symbols.items[a].initial_is_amount = true;
    int x = bp_spec_find(spec, "X");
    spec->symbols.items[x].initial_is_amount = true;
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "<species id=\"A\" compartment=\"c\" initialAmount=\"1\" "
                 "hasOnlySubstanceUnits=\"false\" boundaryCondition=\"false\"");
    CHECK_HAS(t, "<species id=\"B\" compartment=\"c\" initialAmount=\"4\" "
                 "hasOnlySubstanceUnits=\"true\"");
    CHECK_HAS(t, "<species id=\"D\" compartment=\"c\" initialConcentration=\"5\" "
                 "hasOnlySubstanceUnits=\"false\" boundaryCondition=\"true\"");
    CHECK_HAS(t, "<initialAssignment symbol=\"X\">");
    SBMLDocument_t *d = sbml_document(spec);
    const InitialAssignment_t *ia =
        Model_getInitialAssignmentBySym(SBMLDocument_getModel(d), "X");
    CU_ASSERT_PTR_NOT_NULL_FATAL(ia);
    char *formula = SBML_formulaToL3String(InitialAssignment_getMath(ia));
    CHECK_TEXT(formula, "k / c"); // an amount, for what means a concentration
    free(formula);
    // the law reads two species that are neither reactant nor product
    CHECK_HAS(t, "<modifierSpeciesReference species=\"D\"/>");
    CHECK_HAS(t, "<modifierSpeciesReference species=\"X\"/>");
    CU_ASSERT_PTR_NULL(strstr(t, "<modifierSpeciesReference species=\"A\"/>"));
    CHECK_HAS(t, "<reaction id=\"J\" reversible=\"false\">");
    check_valid(spec, "species");
    SBMLDocument_free(d);
    bp_text_clear(&text);
    bp_spec_free(spec);
}

static void a_conversion_factor_stays_one(void) {
    char buffer[1200];
    bp_spec *spec = spec_of("compartment c = 2; species A in c = 1, B in c = 0\n"
                            "const f = 3; k = 1; J: A -> B; k*A\n");
    int b = bp_spec_find(spec, "B");
    spec->symbols.items[b].conversion = bp_spec_find(spec, "f");
    bp_text text = sbml_text(spec);
    CHECK_HAS(bp_text_get(&text), "conversionFactor=\"f\"");
    bp_text_clear(&text);
    check_valid(spec, "conversion");
    spec->symbols.items[bp_spec_find(spec, "f")].constant = false;
    CHECK(strstr(refusal(spec, buffer), "'f' of 'B' is no constant parameter") != NULL,
          "%s", buffer);
    bp_spec_free(spec);
}

static void stoichiometries_keep_their_symbols(void) {
    bp_spec *spec = spec_of("species A = 1, B = 0, C = 0, D = 0; k = 1; var n = 2\n"
                            "var m; m := 2*k; J: 2 A -> n B + m C + q D; k*A\n"
                            "const q = 4; E: at time > 3: n = 5\n"
                            "K: B -> m C; k*B\n");
    spec->symbols.items[bp_spec_find(spec, "n")].is_stoichiometry = true;
    spec->symbols.items[bp_spec_find(spec, "m")].is_stoichiometry = true; // of two
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(
        t, "<speciesReference species=\"A\" stoichiometry=\"2\" constant=\"true\"/>");
    CHECK_HAS(t, "<speciesReference id=\"n\" species=\"B\" stoichiometry=\"2\" "
                 "constant=\"false\"/>");
    CU_ASSERT_PTR_NULL(strstr(t, "<parameter id=\"n\""));
    CHECK_HAS(t, "<eventAssignment variable=\"n\">");
    CHECK_HAS(t, "<parameter id=\"m\"");
    CHECK_HAS(t, "<speciesReference id=\"J_C_n\" species=\"C\" constant=\"false\"/>");
    CHECK_HAS(t, "<assignmentRule variable=\"J_C_n\">");
    CHECK_HAS(t, "<speciesReference id=\"J_D_n\" species=\"D\" constant=\"true\"/>");
    CHECK_HAS(t, "<initialAssignment symbol=\"J_D_n\">");
    check_valid(spec, "stoichiometries");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

static void fast_reactions_are_version_1(void) {
    char buffer[1200];
    bp_spec *spec =
        spec_of("species A = 1, B = 0; k = 1; var x; x := min(A, B, 2) + rem(A, k)\n"
                "J: A -> B; k*(A - B); K: B -> ; k*B*quotient(A, 2)\n"
                "y := piecewise(1, implies(A < 1, B > 2), max(A, B))\n");
    spec->reactions.items[0].fast = true;
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "level=\"3\" version=\"1\"");
    CHECK_HAS(t, "<reaction id=\"J\" reversible=\"true\" fast=\"true\">");
    CHECK_HAS(t, "<reaction id=\"K\" reversible=\"true\" fast=\"false\">");
    CU_ASSERT_PTR_NULL(strstr(t, "<min/>"));
    check_valid(spec, "fast");
    SBMLDocument_t *d = sbml_document(spec);
    check_infix(d, "x",
                "piecewise(A, A <= piecewise(B, B <= 2, 2), piecewise(B, B <= 2, 2)) + "
                "(A - k * piecewise(floor(A / k), (A / k) >= 0, ceil(A / k)))");
    check_infix(d, "y", "piecewise(1, (!(A < 1)) || (B > 2), piecewise(A, A >= B, B))");
    SBMLDocument_free(d);
    spec->symbols.items[bp_spec_find(spec, "x")].rule = bp_ast_call(
        spec, BP_OP_RATEOF, (const bp_ast *const[]){bp_ast_name(spec, "A", BP_NOWHERE)},
        1, (bp_where){"test.ant", 4, 2});
    CHECK_HAS(refusal(spec, buffer),
              "test.ant:4:2: rateOf needs SBML Level 3 Version 2");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

// ---- rules and events ----

static void algebraic_rules_and_rates_are_written(void) {
    bp_spec *spec = spec_of("var x = 1, y = 2; x' = y - 1; q = 4\n");
    bp_algebraic rule = {.where = BP_NOWHERE};
    CU_ASSERT_EQUAL_FATAL(
        bp_antimony_expression(spec, "x + y - 3*q", BP_NOWHERE, &rule.zero, NULL),
        BP_OK);
    CU_ASSERT_TRUE_FATAL(bp_array_push(&spec->algebraic, rule));
    bp_text text = sbml_text(spec);
    CHECK_HAS(bp_text_get(&text), "<algebraicRule>");
    CHECK_HAS(bp_text_get(&text), "<rateRule variable=\"x\">");
    check_valid(spec, "algebraic");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

static void events_keep_what_they_say(void) {
    bp_spec *spec = spec_of(
        "x = 1; y = 2\n"
        "first: at 2*x after x > 3, priority = y, t0 = false, persistent = false, "
        "fromTrigger = false: x = 3, y = x\n"
        "at time >= 5: x = 0\n"
        "first is \"the first\"\n");
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "<event id=\"first\" name=\"the first\" "
                 "useValuesFromTriggerTime=\"false\">");
    CHECK_HAS(t, "<trigger initialValue=\"false\" persistent=\"false\">");
    CHECK_HAS(t, "<trigger initialValue=\"true\" persistent=\"true\">");
    CHECK_HAS(t, "<delay>");
    CHECK_HAS(t, "<priority>");
    CHECK_HAS(t, "<eventAssignment variable=\"y\">");
    check_valid(spec, "events");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

// ---- what is said for people and programs ----

static void annotations_and_notes_are_written(void) {
    bp_spec *spec = spec_of(
        "model *m()\n"
        "  species ERK = 1; k = 2 // [S: a & b] x < 3\n"
        "  J: ERK -> ; k*ERK // first order\n"
        "  ERK identity \"https://identifiers.org/uniprot/P28482\"\n"
        "  ERK hasPart \"urn:a\", \"urn:b\"; ERK.sboTerm = 245; J.sboTerm = 179\n"
        "  J description \"https://identifiers.org/pubmed/1\"; ERK is \"ERK & co\"\n"
        "  model model_entity_is \"urn:m\"; model notes \"about it\"\n"
        "  model creator1.name \"N. N.\"\nend\nm is \"The <model>\"\n");
    bp_text text = sbml_text(spec);
    const char *t = bp_text_get(&text);
    CHECK_HAS(t, "<bqbiol:is>");
    CHECK_HAS(t, "rdf:resource=\"https://identifiers.org/uniprot/P28482\"");
    CHECK_HAS(t, "<bqbiol:hasPart>");
    CHECK_HAS(t, "<bqbiol:isDescribedBy>");
    CHECK_HAS(t, "<bqmodel:is>");
    CHECK_HAS(t, "sboTerm=\"SBO:0000245\"");
    CHECK_HAS(t, "sboTerm=\"SBO:0000179\"");
    CHECK_HAS(t, "name=\"ERK &amp; co\"");
    CHECK_HAS(t, "<p>[S: a &amp; b] x &lt; 3</p>");
    CHECK_HAS(t, "<p>first order</p>");
    CHECK_HAS(t, "<p>about it</p>");
    CHECK_HAS(t, "<p>creator1.name: N. N.</p>");
    CHECK_HAS(t, "name=\"The &lt;model&gt;\"");
    check_valid(spec, "annotations");
    bp_text_clear(&text);
    bp_spec_free(spec);
}

static void what_no_sbml_says_is_refused(void) {
    char buffer[1200];
    bp_spec *spec = spec_of("compartment c = 1; species A in c = 1\n");
    spec->symbols.items[bp_spec_find(spec, "A")].sbo = 12345678;
    CHECK_HAS(refusal(spec, buffer), "12345678 of 'A' is no SBO term");
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(numbers_read_back_to_the_last_digit),
                                      TEST(numbers_that_are_none_are_written),
                                      TEST(every_operation_has_its_element),
                                      TEST(numbers_take_the_unit_of_their_place),
                                      TEST(units_are_defined_as_they_were_made),
                                      TEST(a_model_without_units_gets_none),
                                      TEST(names_become_sids),
                                      TEST(species_keep_what_they_mean),
                                      TEST(a_conversion_factor_stays_one),
                                      TEST(stoichiometries_keep_their_symbols),
                                      TEST(fast_reactions_are_version_1),
                                      TEST(algebraic_rules_and_rates_are_written),
                                      TEST(events_keep_what_they_say),
                                      TEST(annotations_and_notes_are_written),
                                      TEST(what_no_sbml_says_is_refused),
                                      TEST_END};
    return test_main("sbml_write", tests, argc, argv);
}
