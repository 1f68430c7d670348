// What the files of the writer of Antimony share. Internal to it.
#ifndef BP_MODEL_ANTIMONY_WRITE_H
#define BP_MODEL_ANTIMONY_WRITE_H

#include "model/antimony_parse.h"
#include "model/plain_names.h"

typedef struct bp_antimony_writer {
    const bp_spec *spec;
    bp_text *out;
    bp_error *err;
    bp_plain_names names, unit_names;
    bp_text stoichiometries; // symbols that were made for them
    bp_arena arena;
    bp_status status; // the first failure; sticky
} bp_antimony_writer;

// ---- antimony_write_names.c ----

void bp_ant_fail(bp_antimony_writer *w, bp_status status);
// "Antimony cannot say WHAT; ADVICE"
void bp_ant_refuse(bp_antimony_writer *w, bp_where where, const char *what,
                   const char *advice);
void bp_ant_give_names(bp_antimony_writer *w);
// The name that a symbol, reaction, event or function is given.
const char *bp_ant_name(bp_antimony_writer *w, const char *name);
// The name of the spec where the plain one does not show it: A(b!1), at. NULL: it does.
const char *bp_ant_lost_name(bp_antimony_writer *w, const char *name);
// The name of an argument of the function.
const char *bp_ant_argument(bp_antimony_writer *w, const bp_function *f,
                            const char *name);
// The text of a unit with the names that its units are given here.
void bp_ant_add_unit(bp_antimony_writer *w, const char *text, bp_text *out);
const char *bp_ant_unit(bp_antimony_writer *w, const char *text);
// A tree with the names that things are given here; the arguments of `within` (NULL:
// none) are names of their own. NULL: no tree, or a failure.
const bp_ast *bp_ant_tree(bp_antimony_writer *w, const bp_ast *ast,
                          const bp_function *within);
void bp_ant_put(bp_antimony_writer *w, const char *text);
void bp_ant_put_tree(bp_antimony_writer *w, const bp_ast *ast);

// ---- antimony_write.c ----

// ";", the note as a comment, and the end of the line.
void bp_ant_end_line(bp_antimony_writer *w, const char *note);
// "// TEXT" before the first line of a section.
void bp_ant_heading(bp_antimony_writer *w, const char *text, bool *done);

// ---- antimony_write_network.c ----

void bp_ant_reactions(bp_antimony_writer *w);
void bp_ant_events(bp_antimony_writer *w);

#endif
