// What the tests of the .net reader share: networks from text, and their numbers.
#ifndef BP_TESTS_BNGNET_TEST_H
#define BP_TESTS_BNGNET_TEST_H

#include "model/bngnet.h"
#include "model/model.h"
#include "tests/support/harness.h"

// A spec from the text of the file "test.net", checked; NULL where it has errors.
bp_spec *net_spec(const char *text, bp_report *report);
// The compiled network; fails the test where it has errors.
bp_model *net_model(const char *text);
// Value of a variable at the start, at time t. NaN where there is none of the name.
double net_value(const bp_model *model, const char *name, double t);
// d(amount of the species)/dt at the start, at time t.
double net_rate(const bp_model *model, const char *species, double t);
// The findings as lines "3:7 error SYNTAX: text"; "" when there are none. Valid until
// the next call.
const char *net_findings(const char *text);

const bp_symbol *net_symbol(const bp_spec *spec, const char *name);

#endif
