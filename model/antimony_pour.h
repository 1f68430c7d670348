// Pouring: an instance of a module becomes part of a spec. Internal to the reader.
//
// Statements of an outer module win over those of the modules in it, whatever their
// order; within one module the last one holds. So every fact of a symbol carries the
// level of the module that said it: 0 is the instance being poured, larger numbers are
// deeper, -1 was in the spec before.
#ifndef BP_MODEL_ANTIMONY_POUR_H
#define BP_MODEL_ANTIMONY_POUR_H

#include "model/antimony_parse.h"

#define BP_LEVEL_NONE    1000000 // nobody has said it
#define BP_MAX_LEVEL     64      // modules within modules
#define BP_MAX_INSTANCES 100000

// Who has said what of a symbol.
typedef struct bp_mark {
    int value_level, rule_level, unit_level, place_level, note_level, display_level;
    int constness_level;
    int value_scope, rule_scope; // the instance that said it
    bool is_const;
    bool kind_known;
    bool deleted;
    bp_where kind_where, value_where, rule_where;
} bp_mark;

// An instance while it is poured.
typedef struct bp_scope {
    const bp_module *module;
    const char *prefix; // "" or "A.B"
    const struct bp_scope *parent;
    int level;
    int id;
    int n_bound; // ports that stand for something outside
} bp_scope;

// `S -| J0`: settled when all reactions are there.
typedef struct bp_pending_modifier {
    int species;
    const char *reaction;
    bp_where where;
} bp_pending_modifier;

// Symbols first <= i < last that are species without a place go to this compartment.
typedef struct bp_pending_place {
    int first, last;
    int compartment;
} bp_pending_place;

typedef struct bp_pending_port {
    int symbol;
    const bp_module *module;
    const char *port;
    bp_where where;
} bp_pending_port;

// A unit or a name that occurs somewhere.
typedef struct bp_use {
    const char *name;
    bp_where where;
} bp_use;

typedef struct bp_pour {
    const bp_modules *modules;
    bp_spec *spec;
    bp_report *report;
    BP_ARRAY(bp_mark) marks; // one per symbol of the spec
    bp_names kept;           // texts of the spec's arena, for sharing
    BP_ARRAY(const char *) kept_text;
    const char *file, *file_copy; // the last file whose name was kept
    bp_names instances;           // whole names, as in the spec
    bp_names deleted;             // whole names
    BP_ARRAY(int) deleted_level;
    BP_ARRAY(bp_pending_modifier) modifiers;
    BP_ARRAY(bp_pending_place) places;
    BP_ARRAY(bp_pending_port) ports;
    BP_ARRAY(bp_use) uses;  // names in expressions
    BP_ARRAY(bp_use) units; // texts of units
    bp_text scratch;
    int first_reaction; // of this pour
    int n_old_symbols;  // in the spec before
    int n_instances;
    int n_scopes;
    bool failed; // out of memory
} bp_pour;

// ---- antimony_pour_names.c ----

// A copy in the spec's arena, shared; NULL: out of memory.
const char *bp_pour_keep(bp_pour *pour, const char *text);
bp_where bp_pour_where(bp_pour *pour, bp_where where);
// The whole name of a module's name, other names resolved; kept. NULL: out of memory.
const char *bp_pour_name(bp_pour *pour, const bp_scope *scope, const char *local);
// The whole name as it is written, not resolved; kept.
const char *bp_pour_full(bp_pour *pour, const bp_scope *scope, const char *local);
// The symbol of a module's name; -1: out of memory.
int bp_pour_symbol(bp_pour *pour, const bp_scope *scope, bp_local local);
bp_mark *bp_pour_mark(bp_pour *pour, int symbol);
bp_symbol *bp_pour_get(bp_pour *pour, int symbol);
// Whether a dotted name means something in this module; reports when not.
bool bp_pour_check_member(bp_pour *pour, const bp_scope *scope, bp_local local);
// Whether the whole name was deleted by a module outside of this one.
bool bp_pour_is_deleted(const bp_pour *pour, const bp_scope *scope, const char *name);
// A tree with whole names in the spec's arena. NULL for NULL, and out of memory.
const bp_ast *bp_pour_ast(bp_pour *pour, const bp_scope *scope, const bp_ast *ast);
void bp_pour_use_unit(bp_pour *pour, const char *text, bp_where where);

// Records the instance of a scope in the spec.
void bp_pour_add_instance(bp_pour *pour, const bp_scope *scope, bp_where where);
// First pass over an instance and those within it: records instances, other names and
// deletions.
void bp_pour_collect(bp_pour *pour, const bp_scope *scope);
// The scope of an instance statement within `outer`. False: it was reported already.
bool bp_pour_inner(bp_pour *pour, const bp_scope *outer, const bp_statement *s,
                   bp_scope *inner);

// ---- antimony_pour_units.c ----

void bp_pour_units(bp_pour *pour, const bp_scope *scope);
void bp_pour_functions(bp_pour *pour);
bool bp_pour_defines_unit(const bp_module *module, const char *name);
// Reports the units that nobody knows.
void bp_pour_check_units(bp_pour *pour);

// ---- antimony_pour_facts.c: statements about one symbol ----

void bp_pour_fact(bp_pour *pour, const bp_scope *scope, const bp_statement *s);
void bp_pour_kind(bp_pour *pour, const bp_scope *scope, const bp_statement *s);
void bp_pour_species(bp_pour *pour, int symbol, bp_where where);
void bp_pour_compartment(bp_pour *pour, int symbol, bp_where where);
void bp_pour_boundary(bp_pour *pour, const bp_scope *scope, int symbol);
// Whether the statement of this level counts; remembers the level.
bool bp_pour_outranks(int *held, int level);

// ---- antimony_pour_network.c: reactions, events ----

void bp_pour_reaction(bp_pour *pour, const bp_scope *scope, const bp_statement *s);
void bp_pour_interaction(bp_pour *pour, const bp_scope *scope, const bp_statement *s);
void bp_pour_event(bp_pour *pour, const bp_scope *scope, const bp_statement *s);
// What can only be said when all is there: places, modifiers, constness, ports.
void bp_pour_finish(bp_pour *pour);

const bp_module *bp_modules_get(const bp_modules *modules, const char *name);

#endif
