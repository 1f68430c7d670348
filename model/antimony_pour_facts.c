// Statements about one symbol.
#include <string.h>

#include "model/antimony_pour.h"

bool bp_pour_outranks(int *held, int level) {
    if (*held < level) return false;
    *held = level;
    return true;
}

// ---- kinds ----

static const char *kind_text(bp_symbol_kind kind) {
    return kind == BP_COMPARTMENT ? "a compartment"
           : kind == BP_SPECIES   ? "a species"
                                  : "a parameter";
}

static void set_kind(bp_pour *pour, int symbol, bp_symbol_kind kind, bp_where where) {
    bp_symbol *s = bp_pour_get(pour, symbol);
    bp_mark *mark = bp_pour_mark(pour, symbol);
    where = bp_pour_where(pour, where);
    if (mark->kind_known && s->kind != kind) {
        bp_report_error(pour->report, BP_BAD_MODEL, where,
                        "'%s' cannot be %s here: line %d makes it %s", s->name,
                        kind_text(kind), mark->kind_where.line, kind_text(s->kind));
        return;
    }
    if (!mark->kind_known) mark->kind_where = where;
    mark->kind_known = true;
    s->kind = kind;
}

static void declare(bp_pour *pour, int symbol, bp_where where) {
    bp_symbol *s = bp_pour_get(pour, symbol);
    if (!s->declared) s->where = bp_pour_where(pour, where);
    s->declared = true;
}

void bp_pour_species(bp_pour *pour, int symbol, bp_where where) {
    set_kind(pour, symbol, BP_SPECIES, where);
    declare(pour, symbol, where);
}

void bp_pour_compartment(bp_pour *pour, int symbol, bp_where where) {
    set_kind(pour, symbol, BP_COMPARTMENT, where);
}

void bp_pour_boundary(bp_pour *pour, const bp_scope *scope, int symbol) {
    bp_mark *mark = bp_pour_mark(pour, symbol);
    if (bp_pour_outranks(&mark->constness_level, scope->level)) mark->is_const = true;
}

static bool is_port(const bp_module *module, const char *name) {
    for (int i = 0; i < module->n_ports; i++)
        if (strcmp(module->ports[i].name, name) == 0) return true;
    return false;
}

// A port that the module declares as a parameter: at the end it must not be a species.
static void note_parameter_port(bp_pour *pour, const bp_scope *scope, int symbol,
                                const bp_statement *s) {
    bool plain = (s->u.flags & (BP_AS_SPECIES | BP_AS_COMPARTMENT)) == 0 &&
                 (s->u.flags & (BP_AS_VAR | BP_AS_CONST | BP_AS_PARAMETER)) != 0;
    if (!plain || scope->n_bound == 0 || !is_port(scope->module, s->name.name)) return;
    bp_pending_port port = {symbol, scope->module, s->name.name,
                            bp_pour_where(pour, s->name.where)};
    if (!bp_array_push(&pour->ports, port)) pour->failed = true;
}

void bp_pour_kind(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    int flags = s->u.flags;
    if (bp_names_find(&scope->module->reactions, s->name.name) >= 0) {
        if (flags & (BP_AS_SPECIES | BP_AS_COMPARTMENT | BP_AS_PARAMETER))
            bp_report_error(
                pour->report, BP_DUPLICATE, bp_pour_where(pour, s->name.where),
                "'%s' is the name of a reaction; choose another one", s->name.name);
        return; // its definition says the rest
    }
    if (flags & BP_AS_REACTION) return;
    if (!bp_pour_check_member(pour, scope, s->name)) return;
    int symbol = bp_pour_symbol(pour, scope, s->name);
    if (symbol < 0) return;
    bp_mark *mark = bp_pour_mark(pour, symbol);
    if (flags & BP_AS_SPECIES) bp_pour_species(pour, symbol, s->name.where);
    if (flags & BP_AS_COMPARTMENT) bp_pour_compartment(pour, symbol, s->name.where);
    if (flags != BP_AS_BOUNDARY) declare(pour, symbol, s->name.where);
    if (flags & BP_AS_SUBSTANCE_ONLY) bp_pour_get(pour, symbol)->substance_only = true;
    if (flags & (BP_AS_CONST | BP_AS_BOUNDARY)) {
        bp_pour_boundary(pour, scope, symbol);
    } else if (flags & BP_AS_VAR &&
               bp_pour_outranks(&mark->constness_level, scope->level)) {
        mark->is_const = false;
    }
    note_parameter_port(pour, scope, symbol, s);
}

// ---- values and rules ----

// Whether this statement counts: it comes from further out than what is there, or from
// the same module later on. Of two modules side by side the first holds.
static bool may_set(int *level, int *scope_id, const bp_scope *scope) {
    if (*level == scope->level && *scope_id != scope->id) return false;
    if (!bp_pour_outranks(level, scope->level)) return false;
    *scope_id = scope->id;
    return true;
}

static bool said_here(int level, int scope_id, const bp_scope *scope) {
    return level == scope->level && scope_id == scope->id;
}

static void weak_unit(bp_pour *pour, const bp_scope *scope, int symbol,
                      const bp_ast *value) {
    bp_symbol *s = bp_pour_get(pour, symbol);
    if (!value || value->op != BP_OP_NUMBER || !value->unit) return;
    // `x has u` decides; a number's unit only where nothing is said
    if (bp_pour_mark(pour, symbol)->unit_level > scope->level) {
        s->unit = value->unit;
        bp_pour_mark(pour, symbol)->unit_level = scope->level;
    }
}

static void set_initial(bp_pour *pour, const bp_scope *scope, int symbol,
                        const bp_statement *s) {
    bp_symbol *symbol_ = bp_pour_get(pour, symbol);
    bp_mark *mark = bp_pour_mark(pour, symbol);
    bp_where where = bp_pour_where(pour, s->name.where);
    bool again = said_here(mark->value_level, mark->value_scope, scope);
    if (mark->rule_level < scope->level && symbol_->rule_kind == BP_ASSIGNMENT_RULE)
        return;
    if (!may_set(&mark->value_level, &mark->value_scope, scope)) return;
    if (again && s->u.value && symbol_->initial)
        bp_report_warning(pour->report, BP_DUPLICATE, where,
                          "'%s' was given a value at line %d already; this one holds",
                          symbol_->name, mark->value_where.line);
    mark->value_where = where;
    if (symbol_->rule_kind == BP_ASSIGNMENT_RULE && s->u.value) {
        if (said_here(mark->rule_level, mark->rule_scope, scope)) {
            bp_report_error(
                pour->report, BP_BAD_MODEL, where,
                "'%s' has an assignment rule (line %d), which gives its value "
                "at all times; remove one of the two",
                symbol_->name, mark->rule_where.line);
            return;
        }
        symbol_->rule_kind =
            BP_NO_RULE; // of a module within; the outer value replaces it
        symbol_->rule = NULL;
        mark->rule_level = scope->level;
    }
    symbol_->initial_is_amount = false;
    symbol_->initial = bp_pour_ast(pour, scope, s->u.value);
    weak_unit(pour, scope, symbol, symbol_->initial);
}

static void set_rule(bp_pour *pour, const bp_scope *scope, int symbol,
                     const bp_statement *s) {
    bp_symbol *symbol_ = bp_pour_get(pour, symbol);
    bp_mark *mark = bp_pour_mark(pour, symbol);
    bp_where where = bp_pour_where(pour, s->name.where);
    bp_rule_kind kind = !s->u.value                     ? BP_NO_RULE
                        : s->kind == BP_SAYS_ASSIGNMENT ? BP_ASSIGNMENT_RULE
                                                        : BP_RATE_RULE;
    bool again = said_here(mark->rule_level, mark->rule_scope, scope);
    if (mark->value_level < scope->level && kind == BP_ASSIGNMENT_RULE) return;
    bool beside = mark->rule_level == scope->level && mark->rule_scope != scope->id;
    if ((again || beside) && kind != BP_NO_RULE && symbol_->rule_kind != BP_NO_RULE) {
        bp_report_error(pour->report, BP_DUPLICATE, where,
                        "'%s' has a rule already (line %d); it can have one",
                        symbol_->name, mark->rule_where.line);
        return;
    }
    if (!may_set(&mark->rule_level, &mark->rule_scope, scope)) return;
    mark->rule_where = where;
    symbol_->rule_kind = kind;
    symbol_->rule = bp_pour_ast(pour, scope, s->u.value);
    if (kind == BP_ASSIGNMENT_RULE)
        symbol_->initial = NULL; // the rule holds from the start
}

static void set_law(bp_pour *pour, const bp_scope *scope, const bp_statement *s,
                    int reaction) {
    if (s->kind == BP_SAYS_RATE) {
        bp_report_error(pour->report, BP_BAD_MODEL, bp_pour_where(pour, s->name.where),
                        "'%s' is a reaction: it has a rate law, not a rate rule",
                        s->name.name);
        return;
    }
    pour->spec->reactions.items[reaction].law = bp_pour_ast(pour, scope, s->u.value);
    if (s->note)
        pour->spec->reactions.items[reaction].note = bp_pour_keep(pour, s->note);
}

static void set_value(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const char *name = bp_pour_name(pour, scope, s->name.name);
    int reaction = name ? bp_spec_find_reaction(pour->spec, name) : -1;
    if (reaction >= 0) {
        set_law(pour, scope, s, reaction);
        return;
    }
    int symbol = bp_pour_symbol(pour, scope, s->name);
    if (symbol < 0) return;
    if (s->u.value) declare(pour, symbol, s->name.where);
    if (s->kind == BP_SAYS_INITIAL)
        set_initial(pour, scope, symbol, s);
    else
        set_rule(pour, scope, symbol, s);
}

// ---- the rest ----

static void set_unit(bp_pour *pour, const bp_scope *scope, int symbol,
                     const bp_statement *s) {
    declare(pour, symbol, s->name.where);
    if (!bp_pour_outranks(&bp_pour_mark(pour, symbol)->unit_level, scope->level))
        return;
    const char *text = bp_pour_keep(pour, s->u.text);
    bp_pour_get(pour, symbol)->unit = text;
    if (text) bp_pour_use_unit(pour, text, bp_pour_where(pour, s->name.where));
}

static void set_place(bp_pour *pour, const bp_scope *scope, int symbol,
                      const bp_statement *s) {
    if (!bp_pour_check_member(pour, scope, s->u.other)) return;
    int place = bp_pour_symbol(pour, scope, s->u.other);
    if (place < 0) return;
    bp_pour_compartment(pour, place, s->u.other.where);
    if (place == symbol) {
        bp_report_error(pour->report, BP_BAD_MODEL, bp_pour_where(pour, s->name.where),
                        "'%s' cannot be in itself", s->name.name);
        return;
    }
    if (bp_pour_outranks(&bp_pour_mark(pour, symbol)->place_level, scope->level))
        bp_pour_get(pour, symbol)->compartment = place;
}

static void set_display(bp_pour *pour, const bp_scope *scope, int symbol,
                        const bp_statement *s) {
    if (bp_pour_outranks(&bp_pour_mark(pour, symbol)->display_level, scope->level))
        bp_pour_get(pour, symbol)->display_name = bp_pour_keep(pour, s->u.text);
}

static int find_event(const bp_spec *spec, const char *name) {
    for (int i = 0; i < spec->events.count; i++)
        if (strcmp(spec->events.items[i].name, name) == 0) return i;
    return -1;
}

// Display names and terms of reactions and events. False: it is neither.
static bool about_other(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const char *name = bp_pour_name(pour, scope, s->name.name);
    int reaction = name ? bp_spec_find_reaction(pour->spec, name) : -1;
    int event = name && reaction < 0 ? find_event(pour->spec, name) : -1;
    if (reaction < 0 && event < 0) return false;
    bp_reaction *r = reaction >= 0 ? &pour->spec->reactions.items[reaction] : NULL;
    if (s->kind == BP_SAYS_DISPLAY) {
        const char *text = bp_pour_keep(pour, s->u.text);
        if (r)
            r->display_name = text;
        else
            pour->spec->events.items[event].display_name = text;
    } else if (s->kind == BP_SAYS_SBO && r) {
        r->sbo = s->u.sbo;
    } else if (s->kind == BP_SAYS_PLACE && r) {
        int place = bp_pour_symbol(pour, scope, s->u.other);
        if (place < 0) return true;
        bp_pour_compartment(pour, place, s->u.other.where);
        pour->spec->reactions.items[reaction].compartment = place;
    } else if (s->kind == BP_SAYS_UNIT) {
        bp_report_error(pour->report, BP_BAD_MODEL, bp_pour_where(pour, s->name.where),
                        "'%s' has no unit of its own: rates are extent per time",
                        s->name.name);
    }
    return true;
}

static void annotate(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    bool of_model = !s->name.name[0];
    if (of_model && scope->level > 0) return; // of the module, which is no entity here
    bp_annotation a = {of_model ? "" : bp_pour_name(pour, scope, s->name.name),
                       bp_pour_keep(pour, s->u.about.qualifier),
                       bp_pour_keep(pour, s->u.about.uri)};
    if (!a.target || !a.qualifier || !a.uri ||
        !bp_array_push(&pour->spec->annotations, a))
        pour->failed = true;
}

static void set_note(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const char *name = bp_pour_name(pour, scope, s->name.name);
    int symbol = name ? bp_spec_find(pour->spec, name) : -1;
    if (symbol < 0 || symbol >= pour->marks.count) return;
    if (bp_pour_outranks(&bp_pour_mark(pour, symbol)->note_level, scope->level))
        bp_pour_get(pour, symbol)->note = bp_pour_keep(pour, s->note);
}

// day is "days", of unit day = 86400 second: a name for people that nothing shows.
static bool names_unit(const bp_pour *pour, const bp_scope *scope,
                       const bp_statement *s, const char *name) {
    return s->kind == BP_SAYS_DISPLAY && bp_spec_find(pour->spec, name) < 0 &&
           bp_pour_defines_unit(scope->module, s->name.name);
}

void bp_pour_fact(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    if (s->kind == BP_SAYS_ABOUT) {
        if (!s->name.name[0] || bp_pour_check_member(pour, scope, s->name))
            annotate(pour, scope, s);
        return;
    }
    if (!bp_pour_check_member(pour, scope, s->name)) return;
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name || bp_pour_is_deleted(pour, scope, name)) return;
    if (s->kind == BP_SAYS_INITIAL || s->kind == BP_SAYS_ASSIGNMENT ||
        s->kind == BP_SAYS_RATE) {
        set_value(pour, scope, s);
    } else if (!about_other(pour, scope, s) && !names_unit(pour, scope, s, name)) {
        int symbol = bp_pour_symbol(pour, scope, s->name);
        if (symbol < 0) return;
        if (s->kind == BP_SAYS_UNIT) set_unit(pour, scope, symbol, s);
        if (s->kind == BP_SAYS_PLACE) set_place(pour, scope, symbol, s);
        if (s->kind == BP_SAYS_DISPLAY) set_display(pour, scope, symbol, s);
        if (s->kind == BP_SAYS_SBO) bp_pour_get(pour, symbol)->sbo = s->u.sbo;
    }
    if (s->note) set_note(pour, scope, s);
}
