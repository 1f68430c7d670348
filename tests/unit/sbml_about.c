// What SBML says about names for people and other programs: units, names, notes,
// annotations, positions.
#include <math.h>
#include <string.h>

#include "tests/unit/sbml_test.h"

#define UNITS                                                                          \
    "<listOfUnitDefinitions><unitDefinition id='u1'><listOfUnits><unit kind='mole' "   \
    "exponent='1' scale='-9' multiplier='1'/></listOfUnits></unitDefinition>"          \
    "<unitDefinition id='u2'><listOfUnits><unit kind='second' exponent='1' scale='0' " \
    "multiplier='60'/></listOfUnits></unitDefinition>"                                 \
    "<unitDefinition id='u3'><listOfUnits><unit kind='litre' exponent='1' scale='0' "  \
    "multiplier='1'/><unit kind='mole' exponent='-1' scale='-9' multiplier='1'/>"      \
    "<unit kind='second' exponent='-1' scale='0' multiplier='60'/></listOfUnits>"      \
    "</unitDefinition></listOfUnitDefinitions>"

static void units_are_shown_as_people_write_them(void) {
    sbml_fixture f = sbml_open(SBML_L3_WITH(
        "", " substanceUnits='u1' volumeUnits='litre' timeUnits='u2' extentUnits='u1'",
        UNITS CELL "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfParameters>"
                   "<parameter id='k' value='1' units='u3' constant='true'/>"
                   "</listOfParameters>"));
    const bp_variable *a = bp_model_variable(f.model, bp_model_find(f.model, "A"));
    CHECK_TEXT(a->unit_text, "nmol/L");
    CHECK_NEAR(a->unit.scale, 1e-6, 1e-20); // mol/m3
    CHECK_TEXT(bp_model_time_unit_text(f.model), "min");
    CU_ASSERT_EQUAL(f.spec->units.count, 3);
    CHECK_TEXT(f.spec->units.items[0].text, "1e-09 mole");
    CHECK_TEXT(f.spec->units.items[2].text, "litre / (1e-09 mole) / (60 second)");
    bp_unit k;
    CU_ASSERT_EQUAL(bp_unit_parse("1/(nM*min)", &k, NULL), BP_OK);
    CU_ASSERT(bp_unit_equal(k, f.spec->units.items[2].unit));
    sbml_close(&f);
}

static void level_2_has_units_of_its_own(void) {
    sbml_fixture f = sbml_open(SBML_L2(
        "<listOfUnitDefinitions><unitDefinition id='time'><listOfUnits><unit "
        "kind='second' multiplier='3600'/></listOfUnits></unitDefinition>"
        "</listOfUnitDefinitions><listOfCompartments><compartment id='c' size='2'/>"
        "</listOfCompartments><listOfSpecies><species id='A' compartment='c' "
        "initialAmount='10'/></listOfSpecies>"));
    const bp_variable *a = bp_model_variable(f.model, bp_model_find(f.model, "A"));
    CHECK_NEAR(a->unit.scale, 1e3, 0); // mole/litre
    CHECK_TEXT(bp_model_time_unit_text(f.model), "h");
    sbml_close(&f);
}

// Wrong units are notes, which a run does not show.
static void wrong_units_are_notes(void) {
    sbml_fixture f = sbml_open(SBML_L3_WITH(
        "", " timeUnits='second'",
        "<listOfParameters><parameter id='x' value='1' units='mole' constant='false'/>"
        "<parameter id='t' value='1' units='second' constant='true'/>"
        "</listOfParameters><listOfRules><assignmentRule variable='x'>" MATH(
            "<ci>t</ci>") "</assignmentRule></listOfRules>"));
    CU_ASSERT_EQUAL(f.report.n_warnings, 0);
    CU_ASSERT_EQUAL(f.report.count, 1);
    CU_ASSERT_EQUAL(f.report.items[0].severity, BP_NOTE);
    sbml_close(&f);
}

#define RDF(qualifier, uri)                                                            \
    "<annotation><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "    \
    "xmlns:bqbiol='http://biomodels.net/biology-qualifiers/'><rdf:Description "        \
    "rdf:about='#x'>\n<bqbiol:" qualifier "><rdf:Bag><rdf:li rdf:resource='" uri       \
    "'/>\n</rdf:Bag></bqbiol:" qualifier "></rdf:Description></rdf:RDF></annotation>"

static void names_notes_and_annotations_are_kept(void) {
    sbml_fixture f = sbml_open(SBML_L3(
        RDF("isDescribedBy", "urn:miriam:pubmed:1") CELL
        "<listOfSpecies>\n<species id='A' name='ATP &amp; Mg' metaid='x' "
        "sboTerm='SBO:0000247' compartment='c' initialAmount='10' "
        "hasOnlySubstanceUnits='false' boundaryCondition='false' "
        "constant='false'>\n<notes><body "
        "xmlns='http://www.w3.org/1999/xhtml'><p>free <b>ATP</b>,\n  "
        "5 &#181;M</p></body></notes>\n" RDF(
            "is", "https://identifiers.org/CHEBI:1&amp;2") "</species>\n"
                                                           "</listOfSpecies>\n"
                                                           "<!-- a\ncomment -->\n"
                                                           "<listOfParameters>" K
                                                           "</listOfParameters>"));
    const bp_symbol *a = sbml_symbol(&f, "A");
    CHECK_TEXT(a->display_name, "ATP & Mg");
    CU_ASSERT_EQUAL(a->sbo, 247);
    CHECK_TEXT(a->note, "free ATP , 5 \xc2\xb5M");
    CU_ASSERT_EQUAL_FATAL(f.spec->annotations.count, 2);
    CHECK_TEXT(f.spec->annotations.items[0].target, "");
    CHECK_TEXT(f.spec->annotations.items[0].qualifier, "isDescribedBy");
    CHECK_TEXT(f.spec->annotations.items[1].target, "A");
    CHECK_TEXT(f.spec->annotations.items[1].qualifier, "identity");
    CHECK_TEXT(f.spec->annotations.items[1].uri, "https://identifiers.org/CHEBI:1&2");
    // what was left out for libsbml still counts as lines
    CU_ASSERT_EQUAL(a->where.line, 8);
    CU_ASSERT_EQUAL(sbml_symbol(&f, "k")->where.line, 17);
    sbml_close(&f);
}

// The name of a rule's symbol makes no observable, so that species are shown.
static void named_rules_are_no_observables(void) {
    sbml_fixture f = sbml_open(
        SBML_L3("<listOfParameters><parameter id='x' name='total' constant='false'/>"
                "</listOfParameters><listOfRules><assignmentRule variable='x'>" MATH(
                    "<cn>1</cn>") "</assignmentRule></listOfRules>"));
    const bp_variable *x = bp_model_variable(f.model, bp_model_find(f.model, "x"));
    CHECK_TEXT(x->display_name, "total");
    CU_ASSERT(!x->observable);
    sbml_close(&f);
}

static void a_compartment_without_size_is_1_with_a_warning(void) {
    sbml_fixture f = sbml_open(
        SBML_L3("<listOfCompartments><compartment id='c' spatialDimensions='3' "
                "constant='true'/></listOfCompartments><listOfSpecies>" SPECIES_A
                "</listOfSpecies>"));
    CHECK_NEAR(sbml_value(&f, "A"), 10, 0);
    CU_ASSERT_EQUAL_FATAL(f.report.n_warnings, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(f.report.items[0].message, "compartment 'c'"));
    sbml_close(&f);
}

// Drawings are not looked at; what comes after them has the right line.
static void drawings_are_left_out(void) {
    sbml_fixture f = sbml_open(SBML_L3_WITH(
        " xmlns:layout='http://www.sbml.org/sbml/level3/version1/layout/version1' "
        "layout:required='false'",
        "",
        "<layout:listOfLayouts>\n<layout:layout>\n<nonsense/></layout:layout>\n"
        "</layout:listOfLayouts><listOfParameters>\n" K "</listOfParameters>"));
    CU_ASSERT_EQUAL(f.report.count, 0);
    CU_ASSERT_EQUAL(sbml_symbol(&f, "k")->where.line, 8);
    sbml_close(&f);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(units_are_shown_as_people_write_them),
        TEST(level_2_has_units_of_its_own),
        TEST(wrong_units_are_notes),
        TEST(names_notes_and_annotations_are_kept),
        TEST(named_rules_are_no_observables),
        TEST(a_compartment_without_size_is_1_with_a_warning),
        TEST(drawings_are_left_out),
        TEST_END,
    };
    return test_main("SBML about", tests, argc, argv);
}
