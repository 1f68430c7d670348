// What the tests of the SBML writer share: documents as libsbml reads them.
#ifndef BP_TESTS_SBML_WRITE_TEST_H
#define BP_TESTS_SBML_WRITE_TEST_H

#include <sbml/SBMLTypes.h>

#include "model/sbml_plugin.h"
#include "tests/unit/antimony_test.h"

// The plug-in's functions themselves, which are linked into the test: a plug-in has an
// allocator of its own, that a test could not make fail.
extern bp_sbml_write_function bp_plugin_sbml_write;
extern bp_sbml_read_function bp_plugin_sbml_read;

// The text written, "" (and a failed check) when the spec is refused; bp_text_clear it.
bp_text sbml_text(const bp_spec *spec);
// The document of it; SBMLDocument_free it.
SBMLDocument_t *sbml_document(const bp_spec *spec);
// Checks that libsbml finds nothing at all in it, with all its checks on: units, SBO
// terms, modelling practice.
void check_flawless(const bp_spec *spec, const char *what);
// Checks that it finds no error; warnings may be.
void check_valid(const bp_spec *spec, const char *what);
// The message of a refusal; "" when it is written after all.
const char *refusal(const bp_spec *spec, char buffer[1200]);

#define CHECK_HAS(text, part)                                                          \
    CHECK(strstr((text), (part)) != NULL, "no %s in:\n%s", (part), (text))

#endif
