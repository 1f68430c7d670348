// Every allocation of reading a document fails once (libsbml's own are its own).
#include "base/alloc.h"
#include "tests/unit/sbml_test.h"

static const char rich[] = SBML_L3_WITH(
    "", " conversionFactor='k' substanceUnits='nmol' timeUnits='second'",
    "<notes><p xmlns='http://www.w3.org/1999/xhtml'>of a model</p></notes>"
    "<listOfFunctionDefinitions><functionDefinition id='f'>" MATH(
        "<lambda><bvar><ci>u</ci></bvar><apply><times/><ci>u</ci><ci>u</ci></apply>"
        "</lambda>") "</functionDefinition></listOfFunctionDefinitions>"
                     "<listOfUnitDefinitions><unitDefinition "
                     "id='nmol'><listOfUnits><unit kind='mole' "
                     "exponent='1' scale='-9' "
                     "multiplier='1'/></listOfUnits></unitDefinition>"
                     "</listOfUnitDefinitions>" CELL "<listOfSpecies>" SPECIES_A
                     "<species id='B' name='b' compartment='c' "
                     "initialConcentration='1' "
                     "hasOnlySubstanceUnits='true' boundaryCondition='true' "
                     "constant='false'>"
                     "<notes><p "
                     "xmlns='http://www.w3.org/1999/xhtml'>free</p></notes><annotation>"
                     "<bqbiol:is><rdf:li "
                     "rdf:resource='urn:x'/></bqbiol:is></annotation></species>"
                     "</listOfSpecies><listOfParameters>" K
                     "<parameter id='x' constant='false'/>"
                     "</listOfParameters><listOfInitialAssignments><initialAssignment "
                     "symbol='x'>" MATH(
                         "<cn units='second'>3</cn>") "</initialAssignment></"
                                                      "listOfInitialAssignments>"
                                                      "<listOfRules><rateRule "
                                                      "variable='B'>" MATH(
                                                          "<apply><ci>f</ci><ci>A</"
                                                          "ci></apply>") "</rateRule></"
                                                                         "listOfRules>"
                                                                         "<listOfReacti"
                                                                         "ons><"
                                                                         "reaction "
                                                                         "id='R' "
                                                                         "name='r' "
                                                                         "reversible='"
                                                                         "true' "
                                                                         "compartment='"
                                                                         "c'>"
                                                                         "<listOfReacta"
                                                                         "nts><"
                                                                         "speciesRefere"
                                                                         "nce id='n' "
                                                                         "species='A' "
                                                                         "stoichiometry"
                                                                         "='1' "
                                                                         "constant='"
                                                                         "false'/></"
                                                                         "listOfReactan"
                                                                         "ts><"
                                                                         "listOfModifie"
                                                                         "rs><"
                                                                         "modifierSpeci"
                                                                         "esReference "
                                                                         "species='B'/"
                                                                         "></"
                                                                         "listOfModifie"
                                                                         "rs><"
                                                                         "kineticLaw"
                                                                         ">" MATH(TIMES(
                                                                             "j",
                                                                             "A")) "<li"
                                                                                   "stO"
                                                                                   "fLo"
                                                                                   "cal"
                                                                                   "Par"
                                                                                   "ame"
                                                                                   "ter"
                                                                                   "s><"
                                                                                   "loc"
                                                                                   "alP"
                                                                                   "ara"
                                                                                   "met"
                                                                                   "er "
                                                                                   "id="
                                                                                   "'j'"
                                                                                   " na"
                                                                                   "me="
                                                                                   "'J'"
                                                                                   " va"
                                                                                   "lue"
                                                                                   "='"
                                                                                   "1'/"
                                                                                   ">"
                                                                                   "</"
                                                                                   "lis"
                                                                                   "tOf"
                                                                                   "Loc"
                                                                                   "alP"
                                                                                   "ara"
                                                                                   "met"
                                                                                   "ers"
                                                                                   "></"
                                                                                   "kin"
                                                                                   "eti"
                                                                                   "cLa"
                                                                                   "w><"
                                                                                   "/re"
                                                                                   "act"
                                                                                   "ion"
                                                                                   "></"
                                                                                   "lis"
                                                                                   "tOf"
                                                                                   "Rea"
                                                                                   "cti"
                                                                                   "ons"
                                                                                   ">"
                                                                                   "<li"
                                                                                   "stO"
                                                                                   "fEv"
                                                                                   "ent"
                                                                                   "s><"
                                                                                   "eve"
                                                                                   "nt "
                                                                                   "use"
                                                                                   "Val"
                                                                                   "ues"
                                                                                   "Fro"
                                                                                   "mTr"
                                                                                   "igg"
                                                                                   "erT"
                                                                                   "ime"
                                                                                   "='"
                                                                                   "tru"
                                                                                   "e'>"
                                                                                   "<tr"
                                                                                   "igg"
                                                                                   "er "
                                                                                   "ini"
                                                                                   "tia"
                                                                                   "lVa"
                                                                                   "lue"
                                                                                   "='"
                                                                                   "tru"
                                                                                   "e' "
                                                                                   "per"
                                                                                   "sis"
                                                                                   "ten"
                                                                                   "t='"
                                                                                   "tru"
                                                                                   "e'"
                                                                                   ">" MATH(
                                                                                       "<true/>") "</trigger>"
                                                                                                  "<listOfEventAssignments><eventAssignment variable='n'>" MATH(
                                                                                                      "<cn>2</cn>") "</eventAssignment></listOfEventAssignments></event></listOfEvents>");

static void check_failures(int and_after) {
    bp_status status = BP_NO_MEMORY;
    int nth = 1;
    for (; status == BP_NO_MEMORY && nth < 100000; nth++) {
        bp_spec *spec = NULL;
        bp_report report = {0};
        bp_alloc_fail(nth, and_after);
        status = sbml_read(rich, &spec, &report);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(spec == NULL, status != BP_OK);
        bp_spec_free(spec);
        bp_report_clear(&report);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 30, "%d allocations failed", nth);
}

static void reading_survives_every_failed_allocation(void) {
    check_failures(0);
    check_failures(1);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(reading_survives_every_failed_allocation),
        TEST_END,
    };
    return test_main("SBML memory", tests, argc, argv);
}
