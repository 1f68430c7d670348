// What the tests of the model language share: specs from text, and questions to them.
#ifndef BP_TESTS_ANTIMONY_TEST_H
#define BP_TESTS_ANTIMONY_TEST_H

#include "model/antimony.h"
#include "tests/support/harness.h"

// A spec from the text of the file "test.ant"; fails the test (and
// gives an empty one) when it has errors.
bp_spec *spec_of(const char *text);
// As spec_of, with the messages; NULL where the text has errors.
bp_spec *spec_with_report(const char *text, bp_report *report);
// The first message of reading and checking the text; "" when there is none. Valid
// until the next call.
const char *first_message(const char *text, char buffer[1200]);
// Number of errors and warnings of reading and checking.
int count_findings(const char *text, bp_severity severity);

const bp_symbol *symbol_of(const bp_spec *spec, const char *name);
const bp_reaction *reaction_of(const bp_spec *spec, const char *name);
const bp_event *event_of(const bp_spec *spec, const char *name);
// Text of a tree, in one of a few buffers that take turns.
const char *tree_text(const bp_ast *tree, char buffer[1200]);
double number_of(const bp_ast *tree); // NaN when it is no number

#define CHECK_TREE(tree, expected)                                                     \
    do {                                                                               \
        char buffer_[1200];                                                            \
        CHECK_TEXT(tree_text((tree), buffer_), (expected));                            \
    } while (0)

#endif
