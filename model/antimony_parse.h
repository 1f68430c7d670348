// What the parser makes of Antimony text: module definitions as lists of statements,
// with names as they stand in the text. Internal to the reader; antimony_pour.c makes a
// spec of them.
#ifndef BP_MODEL_ANTIMONY_PARSE_H
#define BP_MODEL_ANTIMONY_PARSE_H

#include "model/antimony.h"
#include "model/antimony_lex.h"
#include "model/ast.h"

typedef enum bp_statement_kind {
    BP_SAYS_KIND,       // species x, const x, var x ...
    BP_SAYS_PLACE,      // x in C
    BP_SAYS_INITIAL,    // x = expr; NULL: cleared
    BP_SAYS_ASSIGNMENT, // x := expr
    BP_SAYS_RATE,       // x' = expr
    BP_SAYS_UNIT,       // x has u
    BP_SAYS_DISPLAY,    // x is "text"
    BP_SAYS_SAME,       // x is y
    BP_SAYS_SBO,        // x.sboTerm = 236
    BP_SAYS_ABOUT,      // x identity "uri"
    BP_SAYS_DELETE,     // delete A.x
    BP_SAYS_REACTION,
    BP_SAYS_INTERACTION,
    BP_SAYS_EVENT,
    BP_SAYS_INSTANCE,
    BP_DEFINES_UNIT // unit u = expr
} bp_statement_kind;

// What a declaration says of a name.
enum {
    BP_AS_SPECIES = 1,
    BP_AS_COMPARTMENT = 2,
    BP_AS_PARAMETER = 4, // `formula`
    BP_AS_CONST = 8,
    BP_AS_VAR = 16,
    BP_AS_SUBSTANCE_ONLY = 32,
    BP_AS_BOUNDARY = 64, // $x
    BP_AS_REACTION = 128
};

// A name as it stands in a module: "x", "A.x".
typedef struct bp_local {
    const char *name; // NULL: none
    bp_where where;
} bp_local;

typedef struct bp_said_term {
    bp_local species;
    bool boundary;
    double stoichiometry;
    bp_local variable; // a named stoichiometry
} bp_said_term;

typedef struct bp_said_reaction {
    bp_said_term *left, *right;
    int n_left, n_right;
    bool reversible;
    bp_local place; // `in C`
    const bp_ast *law;
} bp_said_reaction;

typedef struct bp_said_assignment {
    bp_local target;
    const bp_ast *value;
} bp_said_assignment;

typedef struct bp_said_event {
    const bp_ast *trigger, *delay, *priority;
    bool initially_true, persistent, values_from_trigger;
    bp_said_assignment *assignments;
    int n_assignments;
} bp_said_event;

// What stands in the parentheses of an instance: a name or a number.
typedef struct bp_said_argument {
    bp_local name;
    const bp_ast *number;
} bp_said_argument;

typedef struct bp_said_instance {
    bp_local module;
    bp_said_argument *args;
    int n_args;
    bp_local place;
} bp_said_instance;

typedef struct bp_statement {
    bp_statement_kind kind;
    bp_local name;    // what it speaks of
    const char *note; // the comment at the end of its line
    union {
        int flags;           // BP_SAYS_KIND
        int sbo;             // BP_SAYS_SBO
        const bp_ast *value; // INITIAL, ASSIGNMENT, RATE, BP_DEFINES_UNIT
        const char *text;    // UNIT, DISPLAY
        bp_local other;      // PLACE, SAME
        struct {
            const char *qualifier, *uri;
        } about;
        bp_said_reaction *reaction; // REACTION, INTERACTION
        bp_said_event *event;
        bp_said_instance *instance;
    } u;
} bp_statement;

typedef struct bp_module {
    const char *name; // "" for the statements outside any module
    bp_where where;
    bool main;   // model *name
    bool closed; // `end` was seen
    const char *display_name;
    bp_local *ports;
    bool *port_boundary; // $x in the list of ports
    int n_ports;
    BP_ARRAY(bp_statement) statements;
    bp_names mentions;  // every name that occurs in it
    bp_names reactions; // labels of its reactions
    bp_names instances; // and of its instances
} bp_module;

struct bp_modules {
    bp_arena arena;
    bp_names words; // interned names and texts; names[i] is the module's index
    bp_names files; // read so far, by resolved name
    bp_names names; // of modules; index in `items`
    BP_ARRAY(bp_module *) items;
    BP_ARRAY(bp_function) functions;
    int main;     // index of the main module; -1: none yet
    bool settled; // the first file has been read: `main` stays
    int n_marked; // modules marked with * so far
};

typedef struct bp_parser {
    bp_modules *modules;
    bp_arena *arena;
    bp_bundle *bundle;
    bp_report *report;
    const char *file;  // interned
    bp_module *module; // the one being read; the "" module outside all
    const bp_token *tokens;
    int n_tokens;
    int at;
    int depth;   // of nested expressions
    int open;    // parentheses around the token in hand
    int imports; // files being read, one inside the other
    bool bad;    // the statement in hand has an error
    bool failed; // out of memory
} bp_parser;

// ---- antimony_parse.c: tokens, names, files ----

const bp_token *bp_parser_peek(const bp_parser *p, int ahead);
bool bp_parser_at(const bp_parser *p, int type);
bool bp_parser_at_key(const bp_parser *p, bp_keyword key);
bool bp_parser_take(bp_parser *p, int type); // steps over it when it is there
bool bp_parser_take_key(bp_parser *p, bp_keyword key);
bp_where bp_parser_where(const bp_parser *p); // of the token in hand
// Reports an error once per statement.
void bp_parser_error(bp_parser *p, bp_status status, bp_where where, const char *format,
                     ...) BP_PRINTF(4, 5);
// "expected WHAT, found TOKEN"
void bp_parser_expected(bp_parser *p, const char *what);
// A kept copy of a piece of text; NULL: out of memory (p->failed).
const char *bp_parser_word(bp_parser *p, const char *text, size_t length);
// NAME {'.' NAME}; false and an error when there is none.
bool bp_parser_name(bp_parser *p, bp_local *out);
// As above after an optional '$'.
bool bp_parser_dollar_name(bp_parser *p, bp_local *out, bool *boundary);
// Refuses names that the language has for itself.
bool bp_parser_check_name(bp_parser *p, bp_local name);
// Appends a statement to the module in hand; NULL: out of memory.
bp_statement *bp_parser_add(bp_parser *p, bp_statement_kind kind, bp_local name);
bool bp_parser_end_of_statement(const bp_parser *p);

// ---- antimony_parse_expr.c ----

// The expression at hand; NULL and an error when there is none.
const bp_ast *bp_parser_expression(bp_parser *p);
// A unit: names, numbers, * / ^ and parentheses; its text for people and writers.
const bp_ast *bp_parser_unit(bp_parser *p, const char **text);

// ---- antimony_parse_statement.c, antimony_parse_reaction.c ----

// One statement of a module body. Errors are reported; the caller recovers.
void bp_parser_statement(bp_parser *p);
// Statements that start with a name, from the token in hand.
void bp_parser_reaction(bp_parser *p, bp_local name, bp_local place);
void bp_parser_event(bp_parser *p, bp_local name);
// Whether an arrow or an interaction stands before the end of the statement.
bool bp_parser_sees_arrow(const bp_parser *p);

// ---- antimony_parse_about.c ----

// name identity "uri" {, "uri"}; the name ("" for the model) has been taken.
void bp_parser_annotation(bp_parser *p, bp_local name);
bool bp_parser_annotation_ahead(const bp_parser *p);
// 236 or SBO:00000236
void bp_parser_sbo(bp_parser *p, bp_local name);

// ---- antimony_parse_file.c ----

// Reads the file and its imports into the modules.
bp_status bp_parser_file(bp_modules *modules, bp_bundle *bundle, const char *name,
                         bp_where where, bp_report *report, int imports);

#endif
