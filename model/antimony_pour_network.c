// Reactions and events while pouring, and what is settled when all is there.
#include <string.h>

#include "model/antimony_pour.h"

// ---- reactions ----

static const char *entity_name(bp_pour *pour, const bp_scope *scope,
                               const bp_statement *s, const char *what) {
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name) return NULL;
    bp_where where = bp_pour_where(pour, s->name.where);
    int known = bp_spec_find_reaction(pour->spec, name);
    if (known >= 0) {
        bp_report_error(pour->report, BP_DUPLICATE, where,
                        "there is already a reaction '%s' at line %d", name,
                        pour->spec->reactions.items[known].where.line);
        return NULL;
    }
    for (int i = 0; i < pour->spec->events.count; i++)
        if (strcmp(pour->spec->events.items[i].name, name) == 0) {
            bp_report_error(pour->report, BP_DUPLICATE, where,
                            "there is already an event '%s' at line %d; name this %s "
                            "differently",
                            name, pour->spec->events.items[i].where.line, what);
            return NULL;
        }
    return name;
}

static bool pour_term(bp_pour *pour, const bp_scope *scope, const bp_said_term *said,
                      bp_term *term) {
    int symbol = bp_pour_symbol(pour, scope, said->species);
    if (symbol < 0) return false;
    bp_pour_species(pour, symbol, said->species.where);
    if (said->boundary) bp_pour_boundary(pour, scope, symbol);
    *term = (bp_term){symbol, said->stoichiometry, NULL,
                      bp_pour_where(pour, said->species.where)};
    if (said->variable.name) {
        bp_ast name = {.op = BP_OP_NAME,
                       .name = said->variable.name,
                       .where = said->variable.where};
        term->variable_stoichiometry = bp_pour_ast(pour, scope, &name);
    }
    return !pour->failed;
}

// The terms of one side, without deleted species.
static bp_term *pour_side(bp_pour *pour, const bp_scope *scope,
                          const bp_said_term *said, int n, int *n_out) {
    *n_out = 0;
    if (n == 0) return NULL;
    bp_term *terms = bp_arena_take(&pour->spec->arena, (size_t)n * sizeof *terms);
    if (!terms) pour->failed = true;
    for (int i = 0; i < n && !pour->failed; i++) {
        if (!bp_pour_check_member(pour, scope, said[i].species)) continue;
        const char *name = bp_pour_name(pour, scope, said[i].species.name);
        if (!name || bp_pour_is_deleted(pour, scope, name)) continue;
        if (pour_term(pour, scope, &said[i], &terms[*n_out])) (*n_out)++;
    }
    return terms;
}

void bp_pour_reaction(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const bp_said_reaction *said = s->u.reaction;
    bp_reaction fresh = {.compartment = -1, .reversible = said->reversible};
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name || bp_pour_is_deleted(pour, scope, name)) return;
    name = entity_name(pour, scope, s, "reaction");
    if (!name) return;
    fresh.reactants =
        pour_side(pour, scope, said->left, said->n_left, &fresh.n_reactants);
    fresh.products =
        pour_side(pour, scope, said->right, said->n_right, &fresh.n_products);
    bool emptied =
        said->n_left + said->n_right > 0 && fresh.n_reactants + fresh.n_products == 0;
    if (emptied || pour->failed) return;
    if (said->place.name) {
        fresh.compartment = bp_pour_symbol(pour, scope, said->place);
        if (fresh.compartment < 0) return;
        bp_pour_compartment(pour, fresh.compartment, said->place.where);
    }
    fresh.law = bp_pour_ast(pour, scope, said->law);
    if (s->note) fresh.note = bp_pour_keep(pour, s->note);
    bp_reaction *r =
        bp_spec_add_reaction(pour->spec, name, bp_pour_where(pour, s->name.where));
    if (!r) {
        pour->failed = true;
        return;
    }
    fresh.name = r->name;
    fresh.where = r->where;
    *r = fresh;
}

void bp_pour_interaction(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const bp_said_reaction *said = s->u.reaction;
    for (int i = 0; i < said->n_left && !pour->failed; i++) {
        int species = bp_pour_symbol(pour, scope, said->left[i].species);
        if (species < 0) return;
        bp_pour_species(pour, species, said->left[i].species.where);
        for (int j = 0; j < said->n_right; j++) {
            bp_pending_modifier m = {
                species, bp_pour_name(pour, scope, said->right[j].species.name),
                bp_pour_where(pour, said->right[j].species.where)};
            if (!m.reaction || !bp_array_push(&pour->modifiers, m)) pour->failed = true;
        }
    }
}

// ---- events ----

static bool pour_assignment(bp_pour *pour, const bp_scope *scope,
                            const bp_said_assignment *said, bp_event_assignment *out) {
    if (!bp_pour_check_member(pour, scope, said->target)) return false;
    const char *name = bp_pour_name(pour, scope, said->target.name);
    if (!name || bp_pour_is_deleted(pour, scope, name)) return false;
    bp_where where = bp_pour_where(pour, said->target.where);
    if (bp_spec_find_reaction(pour->spec, name) >= 0) {
        bp_report_error(pour->report, BP_BAD_MODEL, where,
                        "an event cannot set the rate of reaction '%s'; let it set a "
                        "parameter of its law",
                        name);
        return false;
    }
    int symbol = bp_pour_symbol(pour, scope, said->target);
    if (symbol < 0) return false;
    *out = (bp_event_assignment){symbol, bp_pour_ast(pour, scope, said->value), where};
    return !pour->failed;
}

void bp_pour_event(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    const bp_said_event *said = s->u.event;
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name || bp_pour_is_deleted(pour, scope, name)) return;
    name = entity_name(pour, scope, s, "event");
    if (!name) return;
    size_t size = (size_t)said->n_assignments * sizeof(bp_event_assignment);
    bp_event_assignment *list = bp_arena_take(&pour->spec->arena, size);
    bp_event *event =
        bp_spec_add_event(pour->spec, name, bp_pour_where(pour, s->name.where));
    if (!list || !event) {
        pour->failed = true;
        return;
    }
    event->initially_true = said->initially_true;
    event->persistent = said->persistent;
    event->values_from_trigger = said->values_from_trigger;
    event->trigger = bp_pour_ast(pour, scope, said->trigger);
    event->delay = bp_pour_ast(pour, scope, said->delay);
    event->priority = bp_pour_ast(pour, scope, said->priority);
    event->assignments = list;
    for (int i = 0; i < said->n_assignments && !pour->failed; i++)
        if (pour_assignment(pour, scope, &said->assignments[i],
                            &list[event->n_assignments]))
            event->n_assignments++;
}

// ---- the end: names used in expressions ----

static void add_used(bp_pour *pour) {
    bp_spec *spec = pour->spec;
    for (int i = 0; i < pour->uses.count && !pour->failed; i++) {
        const bp_use *u = &pour->uses.items[i];
        if (bp_spec_find(spec, u->name) >= 0 ||
            bp_spec_find_reaction(spec, u->name) >= 0)
            continue;
        int symbol = bp_spec_symbol(spec, u->name, u->where);
        if (symbol < 0) {
            pour->failed = true;
            return;
        }
        bp_symbol *s = &spec->symbols.items[symbol];
        if (strcmp(u->name, "default_compartment") == 0) {
            s->kind = BP_COMPARTMENT; // libAntimony's: of size 1
            s->declared = true;
            s->initial = bp_ast_number(spec, 1.0, u->where);
            pour->failed = !s->initial;
        }
    }
}

// ---- the end: compartments ----

static void place(bp_spec *spec, int symbol, int compartment) {
    bp_symbol *s = &spec->symbols.items[symbol];
    if (s->kind == BP_SPECIES && s->compartment < 0) s->compartment = compartment;
}

static void place_terms(bp_spec *spec, const bp_term *terms, int n, int compartment) {
    for (int i = 0; i < n; i++)
        place(spec, terms[i].species, compartment);
}

// A species without a place is where its last reaction with one is, else where its
// module is.
static void settle_places(bp_pour *pour) {
    bp_spec *spec = pour->spec;
    for (int i = spec->reactions.count - 1; i >= pour->first_reaction; i--) {
        const bp_reaction *r = &spec->reactions.items[i];
        if (r->compartment < 0) continue;
        place_terms(spec, r->reactants, r->n_reactants, r->compartment);
        place_terms(spec, r->products, r->n_products, r->compartment);
    }
    for (int i = 0; i < pour->places.count; i++)
        for (int s = pour->places.items[i].first; s < pour->places.items[i].last; s++)
            place(spec, s, pour->places.items[i].compartment);
}

// ---- the end: modifiers ----

typedef struct modifier_list {
    bp_spec *spec;
    const bp_reaction *reaction;
    BP_ARRAY(int) items;
    bool failed;
} modifier_list;

static bool takes_part(const bp_term *terms, int n, int symbol) {
    for (int i = 0; i < n; i++)
        if (terms[i].species == symbol) return true;
    return false;
}

static void add_modifier(modifier_list *list, int symbol) {
    const bp_reaction *r = list->reaction;
    if (list->spec->symbols.items[symbol].kind != BP_SPECIES) return;
    if (takes_part(r->reactants, r->n_reactants, symbol)) return;
    if (takes_part(r->products, r->n_products, symbol)) return;
    for (int i = 0; i < list->items.count; i++)
        if (list->items.items[i] == symbol) return;
    if (!bp_array_push(&list->items, symbol)) list->failed = true;
}

static void visit_modifier(const bp_ast *node, void *data) {
    modifier_list *list = data;
    if (node->op != BP_OP_NAME) return;
    int symbol = bp_spec_find(list->spec, node->name);
    if (symbol >= 0) add_modifier(list, symbol);
}

static void settle_modifiers(bp_pour *pour, bp_reaction *r, modifier_list *list) {
    list->reaction = r;
    list->items.count = 0;
    bp_ast_visit(r->law, visit_modifier, list);
    for (int i = 0; i < pour->modifiers.count; i++)
        if (strcmp(pour->modifiers.items[i].reaction, r->name) == 0)
            add_modifier(list, pour->modifiers.items[i].species);
    if (list->failed || list->items.count == 0) return;
    size_t size = (size_t)list->items.count * sizeof(int);
    r->modifiers = bp_arena_take(&pour->spec->arena, size);
    if (!r->modifiers) {
        list->failed = true;
        return;
    }
    memcpy(r->modifiers, list->items.items, size);
    r->n_modifiers = list->items.count;
}

static void check_interactions(bp_pour *pour) {
    for (int i = 0; i < pour->modifiers.count; i++) {
        const bp_pending_modifier *m = &pour->modifiers.items[i];
        if (bp_spec_find_reaction(pour->spec, m->reaction) >= 0) continue;
        const char *nearest =
            bp_names_nearest(&pour->spec->reaction_names, m->reaction);
        if (nearest)
            bp_report_error(pour->report, BP_UNKNOWN_NAME, m->where,
                            "there is no reaction '%s'; did you mean '%s'?",
                            m->reaction, nearest);
        else
            bp_report_error(pour->report, BP_UNKNOWN_NAME, m->where,
                            "there is no reaction '%s'", m->reaction);
    }
}

static void settle_all_modifiers(bp_pour *pour) {
    modifier_list list = {.spec = pour->spec};
    for (int i = pour->first_reaction; i < pour->spec->reactions.count; i++)
        settle_modifiers(pour, &pour->spec->reactions.items[i], &list);
    pour->failed = pour->failed || list.failed;
    bp_array_clear(&list.items);
    check_interactions(pour);
}

// ---- the end: constants, ports ----

static void settle_constness(bp_pour *pour) {
    for (int i = 0; i < pour->marks.count; i++) {
        bp_symbol *s = &pour->spec->symbols.items[i];
        if (pour->marks.items[i].constness_level < 0 ||
            pour->marks.items[i].constness_level == BP_LEVEL_NONE)
            continue;
        if (s->kind == BP_SPECIES)
            s->boundary = pour->marks.items[i].is_const;
        else
            s->constant = pour->marks.items[i].is_const;
    }
}

static bool names_species(const bp_said_term *terms, int n, const char *name) {
    for (int i = 0; i < n; i++)
        if (strcmp(terms[i].species.name, name) == 0) return true;
    return false;
}

static bool used_as_species(const bp_modules *modules, const bp_module *module,
                            const char *name, int depth);

static bool passed_as_species(const bp_modules *modules, const bp_said_instance *said,
                              const char *name, int depth) {
    const bp_module *inner = bp_modules_get(modules, said->module.name);
    for (int i = 0; inner && i < said->n_args && i < inner->n_ports; i++)
        if (said->args[i].name.name && strcmp(said->args[i].name.name, name) == 0 &&
            used_as_species(modules, inner, inner->ports[i].name, depth + 1))
            return true;
    return false;
}

static bool used_as_species(const bp_modules *modules, const bp_module *module,
                            const char *name, int depth) {
    for (int i = 0; i < module->statements.count && depth <= BP_MAX_LEVEL; i++) {
        const bp_statement *s = &module->statements.items[i];
        if (s->kind == BP_SAYS_KIND && s->u.flags & BP_AS_SPECIES &&
            strcmp(s->name.name, name) == 0)
            return true;
        if (s->kind == BP_SAYS_INSTANCE &&
            passed_as_species(modules, s->u.instance, name, depth))
            return true;
        if (s->kind != BP_SAYS_REACTION) continue;
        const bp_said_reaction *r = s->u.reaction;
        if (names_species(r->left, r->n_left, name) ||
            names_species(r->right, r->n_right, name))
            return true;
    }
    return false;
}

// libAntimony makes an invalid model of it; one word in the module makes it clear.
static void check_ports(bp_pour *pour) {
    for (int i = 0; i < pour->ports.count; i++) {
        const bp_pending_port *port = &pour->ports.items[i];
        const bp_symbol *s = &pour->spec->symbols.items[port->symbol];
        if (s->kind != BP_SPECIES ||
            used_as_species(pour->modules, port->module, port->port, 0))
            continue;
        bp_report_error(
            pour->report, BP_BAD_MODEL, port->where,
            "species '%s' stands for port '%s' of module '%s', which declares "
            "it as a parameter; write 'species %s' here, or pass a parameter",
            s->name, port->port, port->module->name, port->port);
    }
}

void bp_pour_finish(bp_pour *pour) {
    add_used(pour);
    if (pour->failed) return;
    settle_places(pour);
    settle_constness(pour);
    settle_all_modifiers(pour);
    check_ports(pour);
    bp_pour_check_units(pour);
}
