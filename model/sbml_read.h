// The reader of SBML: what its parts share. Only sbml_read*.c include this.
#ifndef BP_MODEL_SBML_READ_H
#define BP_MODEL_SBML_READ_H

#include <sbml/SBMLTypes.h>

#include "model/ast.h"
#include "model/sbml_plugin.h"

// ---- the text (sbml_read_text.c) ----

// A <notes> or <annotation> that libsbml is not shown: it would take longer to read
// than the rest of a model. Pointers into the original text.
typedef struct bp_sbml_block {
    const char *text; // of the whole element
    size_t length;
    const char *owner;  // start tag of the element it stands in: "species id=..."
    const char *within; // start tag around that one, NULL: none
    bool is_notes;
} bp_sbml_block;

// A document as libsbml reads it fastest: no comments, no white space between tags, no
// notes and annotations. Line breaks move into the tags, so that lines stay what they
// are.
typedef struct bp_sbml_text {
    bp_text xml;
    BP_ARRAY(bp_sbml_block) blocks;
    bool is_comp;    // uses the package comp
    bool is_sound;   // false: not well-formed; xml is of no use
    int doctype;     // line of a document type declaration, 0: none
    int bad_version; // line of an <sbml> of no Level and Version, 0: none
    int empty_math;  // line of a <math> or <apply> without content, 0: none
    int too_deep;    // line of an element nested too deeply, 0: none
} bp_sbml_text;

void bp_sbml_text_make(const char *text, size_t length, bp_sbml_text *out);
void bp_sbml_text_clear(bp_sbml_text *text);

// The local name of a start tag ("species" of "sbml:species id=..."), and whether it is
// `name`.
bool bp_sbml_tag_is(const char *tag, const char *name);
// Where the value of an attribute of a start tag stands, by its local name; NULL: not
// there. And the value with entities resolved; false: not there.
const char *bp_sbml_find_attribute(const char *tag, const char *name, size_t *length);
bool bp_sbml_attribute(const char *tag, const char *name, bp_text *out);
// Text with entities resolved.
void bp_sbml_unescape(const char *text, size_t length, bp_text *out);

// ---- the reader ----

typedef struct bp_sbml_reader {
    bp_bundle *bundle;
    bp_spec *spec;
    bp_report *report;
    const char *file;
    Model_t *model;
    int level, version;
    bool has_lines; // lines are of this one file
    bool failed;    // out of memory

    // what is being read, for messages: "reaction 'R1'"
    const char *element, *id;
    bp_where where;

    // what names mean there first
    const FunctionDefinition_t *function; // its arguments, NULL: none
    KineticLaw_t *law;                    // its parameters, NULL: none
    int first_local;                      // symbol of the first of them
    int depth;                            // of the expression that is being read
} bp_sbml_reader;

// From now on messages are about this element.
void bp_sbml_at(bp_sbml_reader *r, const char *element, const char *id,
                const void *sbase);
// "reaction 'R1': ..." at the place of it.
void bp_sbml_error(bp_sbml_reader *r, bp_status status, const char *format, ...)
    BP_PRINTF(3, 4);
// Copy in the spec's arena; NULL for NULL and "".
const char *bp_sbml_copy(bp_sbml_reader *r, const char *text);

// sbml_read_math.c: the tree, NULL after an error or for no math.
const bp_ast *bp_sbml_math(bp_sbml_reader *r, const ASTNode_t *math);
const bp_ast *bp_sbml_number(bp_sbml_reader *r, double value);

// The parts of a model, in the order in which they are read. Errors go to the report.
void bp_sbml_units(bp_sbml_reader *r);     // sbml_read_units.c
void bp_sbml_symbols(bp_sbml_reader *r);   // sbml_read_symbols.c
void bp_sbml_functions(bp_sbml_reader *r); // sbml_read_rules.c
void bp_sbml_reactions(bp_sbml_reader *r); // sbml_read_reactions.c
void bp_sbml_rules(bp_sbml_reader *r);     // sbml_read_rules.c
void bp_sbml_events(bp_sbml_reader *r);    // sbml_read_events.c
void bp_sbml_about(bp_sbml_reader *r, const bp_sbml_text *text); // sbml_read_about.c

// sbml_read_symbols.c: a new symbol; NULL after an error (the name is taken).
bp_symbol *bp_sbml_symbol(bp_sbml_reader *r, const char *id, bp_symbol_kind kind);
// The symbol that an attribute names; -1 after an error. `what`: "species".
int bp_sbml_find(bp_sbml_reader *r, const char *name, const char *what);

// Warns of compartments whose size nothing gives.
void bp_sbml_check_sizes(bp_sbml_reader *r);

// sbml_read_refuse.c. Refuses what libsbml must not be given, since it would not
// survive it.
bool bp_sbml_check_text(bp_sbml_reader *r, const bp_sbml_text *text);
// What libsbml found wrong; packages that cannot be simulated.
bool bp_sbml_check_document(bp_sbml_reader *r, SBMLDocument_t *document);
void bp_sbml_check_contents(bp_sbml_reader *r);

// sbml_read_comp.c: reads and flattens a document of the package comp with all that it
// refers to; NULL after an error.
SBMLDocument_t *bp_sbml_read_comp(bp_sbml_reader *r, const char *text);

#endif
