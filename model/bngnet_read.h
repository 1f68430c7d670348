// What the parts of the .net reader share. Internal to model/bngnet*.c.
//
// The text is cut into logical lines by block first; then all names are collected,
// because functions come before the groups that they read; then the expressions and
// reactions are read. Trees go to the spec's arena, everything else is gone after
// reading.
#ifndef BP_MODEL_BNGNET_READ_H
#define BP_MODEL_BNGNET_READ_H

#include "model/ast.h"
#include "model/spec.h"

typedef enum bp_net_block {
    BP_NET_PARAMETERS,
    BP_NET_FUNCTIONS,
    BP_NET_SPECIES,
    BP_NET_REACTIONS,
    BP_NET_GROUPS,
    BP_NET_BLOCKS
} bp_net_block;

// A logical line: its text without blanks at the ends and without its comment. A '\' at
// the end of a physical line joins the next one to it.
typedef struct bp_net_line {
    const char *start; // of the physical line
    const char *text, *end;
    int number;          // of its first physical line, from 1
    bool continued;      // there are line ends in it
    const char *comment; // what follows '#', NULL: nothing
    int comment_length;
} bp_net_line;

// A place in a line, and what reading from there on needs.
typedef struct bp_net_cursor {
    struct bp_net *net;
    const bp_net_line *line;
    const char *at;
} bp_net_cursor;

// A word of a line: bytes up to a blank.
typedef struct bp_net_word {
    const char *text;
    int length; // 0: the line ends here
} bp_net_word;

// What a name of the file stands for; also used as a set of these.
typedef enum bp_net_kind {
    BP_NET_PARAMETER = 1,
    BP_NET_FUNCTION = 2,
    BP_NET_GROUP = 4
} bp_net_kind;

typedef struct bp_net_entry {
    bp_net_kind kind;
    const char *name; // as written
    const char *id;   // of its symbol
    bp_net_cursor body;
    bp_where where;
    const bp_ast *node; // its id as a tree, for laws
} bp_net_entry;

typedef struct bp_net {
    bp_spec *spec;
    bp_report *report;
    const char *file;
    BP_ARRAY(bp_net_line) blocks[BP_NET_BLOCKS];
    int block_line[BP_NET_BLOCKS]; // where it begins, 0: it is not there
    BP_ARRAY(bp_net_entry) entries;
    bp_names names;         // that expressions may use
    BP_ARRAY(int) entry_of; // (names) the entry of each
    bp_names taken;         // ids of symbols and reactions
    int first_species;      // symbol of species 1
    int n_species;
    const bp_ast **species;       // (n_species) their ids as trees
    bp_names comments;            // of reactions, each once
    BP_ARRAY(const char *) notes; // (comments) the copies in the spec
    bool failed;                  // out of memory
} bp_net;

// ---- bngnet_lines.c ----

// Cuts the text into the lines of the blocks that matter; what stands outside and
// blocks that cannot be left out are reported.
void bp_net_cut(bp_net *net, const char *text, size_t length);
bp_where bp_net_where(const bp_net *net, const bp_net_line *line, const char *place);
void bp_net_skip_blanks(bp_net_cursor *c);
bool bp_net_at_end(bp_net_cursor *c);
bp_net_word bp_net_next_word(bp_net_cursor *c);
// Takes the whole number at the start of the line where more follows it; 0: none.
int bp_net_take_index(bp_net_cursor *c);
// The number that stands here, and where it ends; NULL: none, or not finite.
const char *bp_net_number_here(const bp_net_cursor *c, double *value);
bool bp_net_is_name_start(char c);
bool bp_net_is_name_part(char c);
bool bp_net_all_digits(const char *text, int length);
// "expected X, found 'word'"
void bp_net_expected(bp_net_cursor *c, const char *what);

// ---- bngnet_names.c ----

// Enters all parameters, functions and groups, and gives everything its id.
void bp_net_collect_names(bp_net *net);
// The entry that an expression means; NULL: none.
const bp_net_entry *bp_net_find(const bp_net *net, const char *name, size_t length);
const char *bp_net_nearest(const bp_net *net, const char *name, unsigned kinds);

// The letter, with as many '_' after it as it needs so that no name of the file is it
// and a number of at most 9 digits. False: more than 60.
bool bp_net_numbered_prefix(const bp_net *net, char letter, int n, char prefix[64]);

// ---- bngnet_functions.c ----

// What becomes of a call: the operation of the language, or more than that.
typedef enum bp_net_special {
    BP_NET_PLAIN,
    BP_NET_LOG2,
    BP_NET_RINT,
    BP_NET_AVERAGE,
    BP_NET_IF
} bp_net_special;

typedef struct bp_net_function {
    const char *name;
    bp_net_special special;
    bp_op op;      // of a plain one
    int low, high; // arguments; high -1: any number
} bp_net_function;

const bp_net_function *bp_net_find_function(const char *name, size_t length);
// Reports a call of what is no function; `kinds` could have been meant.
void bp_net_unknown_function(const bp_net *net, const char *name, unsigned kinds,
                             bp_where where);
// Whether it takes n arguments; reports when not.
bool bp_net_arity_fits(const bp_net *net, const bp_net_function *f, int n,
                       bp_where where);

// ---- bngnet_expr.c ----

// Where an expression stands decides what it may read.
typedef struct bp_net_scope {
    unsigned kinds;   // of entries
    bool time;        // whether time passes there
    const char *what; // "a parameter": for messages
} bp_net_scope;

// Reads an expression; stops where it ends. NULL: out of memory, or an error that was
// reported.
const bp_ast *bp_net_expression(bp_net_cursor *c, const bp_net_scope *scope);
// The same, and nothing may follow.
const bp_ast *bp_net_whole_expression(bp_net_cursor *c, const bp_net_scope *scope);
// Makes a call in the spec's arena; NULL and `failed` when out of memory.
const bp_ast *bp_net_call(bp_net *net, bp_op op, const bp_ast *const *args, int n,
                          bp_where where);
const bp_ast *bp_net_number(bp_net *net, double value, bp_where where);

// ---- bngnet_reactions.c, bngnet_laws.c ----

void bp_net_read_reactions(bp_net *net);
// The law of a reaction from its rate constant or rate-law form, at `c`. `reactants`:
// species numbers from 1. NULL as above.
const bp_ast *bp_net_law(bp_net_cursor *c, const int *reactants, int n);

#endif
