// What the tests of the SBML reader share: models written inline, read by the reader
// itself (it is linked into the test, so that its allocations can fail).
#ifndef BP_TESTS_SBML_TEST_H
#define BP_TESTS_SBML_TEST_H

#include "model/model.h"
#include "model/sbml_plugin.h"
#include "model/spec.h"
#include "tests/support/harness.h"

BP_API bp_sbml_read_function bp_plugin_sbml_read;

// The parts of a document around the contents of its model.
#define SBML_L1(body)                                                                  \
    "<?xml version='1.0' encoding='UTF-8'?>\n"                                         \
    "<sbml xmlns='http://www.sbml.org/sbml/level1' level='1' version='2'>\n"           \
    "<model name='m'>\n" body "</model></sbml>\n"
#define SBML_L2(body)                                                                  \
    "<?xml version='1.0' encoding='UTF-8'?>\n"                                         \
    "<sbml xmlns='http://www.sbml.org/sbml/level2/version4' level='2' version='4'>\n"  \
    "<model id='m'>\n" body "</model></sbml>\n"
#define SBML_L3(body) SBML_L3_WITH("", "", body)
#define SBML_L3_WITH(packages, attributes, body)                                       \
    "<?xml version='1.0' encoding='UTF-8'?>\n"                                         \
    "<sbml xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' "           \
    "version='2'" packages ">\n<model id='m'" attributes ">\n" body                    \
    "</model></sbml>\n"
#define MATH(body)  "<math xmlns='http://www.w3.org/1998/Math/MathML'>" body "</math>"
#define TIMES(a, b) "<apply><times/><ci>" a "</ci><ci>" b "</ci></apply>"

// Compartment c of size 2; species A of 10 mole in it; parameter k = 0.5.
#define CELL                                                                           \
    "<listOfCompartments><compartment id='c' spatialDimensions='3' size='2' "          \
    "constant='false'/></listOfCompartments>\n"
#define SPECIES_A                                                                      \
    "<species id='A' compartment='c' initialAmount='10' hasOnlySubstanceUnits='false'" \
    " boundaryCondition='false' constant='false'/>\n"
#define K "<parameter id='k' value='0.5' constant='false'/>\n"

// A model that was read, compiled and started.
typedef struct sbml_fixture {
    bp_bundle *bundle;
    bp_spec *spec;
    bp_model *model;
    bp_work *work;
    bp_report report;
    bp_status status; // of the first step that failed
    double y[16];
} sbml_fixture;

// Reads the text as the file m.xml.
bp_status sbml_read(const char *text, bp_spec **spec, bp_report *report);
// A model that must be sound; sbml_close it.
sbml_fixture sbml_open(const char *text);
void sbml_close(sbml_fixture *f);
// The value at time 0, as users see it; the slope of a state's amount.
double sbml_value(sbml_fixture *f, const char *name);
double sbml_slope(sbml_fixture *f, const char *name);
const bp_symbol *sbml_symbol(const sbml_fixture *f, const char *name);

#endif
