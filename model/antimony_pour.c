// Pouring an instance of a module into a spec.
#include "model/antimony_pour.h"

#include <string.h>

static void pour_scope(bp_pour *pour, const bp_scope *scope);

// ---- first what the module contains ----

static void place_instance(bp_pour *pour, const bp_scope *scope, const bp_statement *s,
                           int first) {
    bp_local place = s->u.instance->place;
    if (!place.name) return;
    int compartment = bp_pour_symbol(pour, scope, place);
    if (compartment < 0) return;
    bp_pour_compartment(pour, compartment, place.where);
    bp_pending_place pending = {first, pour->spec->symbols.count, compartment};
    if (!bp_array_push(&pour->places, pending)) pour->failed = true;
}

// A: m(x, 3): the number is the value of the port, said by the outer module.
static void set_numbers(bp_pour *pour, const bp_scope *scope, const bp_scope *inner,
                        const bp_said_instance *said) {
    bp_scope outer = *inner;
    outer.level = scope->level;
    outer.id = scope->id;
    for (int i = 0; i < said->n_args && !pour->failed; i++) {
        bp_statement s = {.kind = BP_SAYS_INITIAL, .u.value = said->args[i].number};
        if (!said->args[i].number) continue;
        s.name = inner->module->ports[i];
        s.name.where = said->args[i].name.where;
        bp_pour_fact(pour, &outer, &s);
    }
}

static void pour_instance(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    bp_scope inner;
    int first = pour->spec->symbols.count;
    if (!bp_pour_inner(pour, scope, s, &inner)) return;
    pour_scope(pour, &inner);
    if (pour->failed) return;
    set_numbers(pour, scope, &inner, s->u.instance);
    place_instance(pour, scope, s, first);
}

// Makes the symbol where it is first spoken of, so that symbols keep the text's order.
static void touch(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    if (strchr(s->name.name, '.')) return;
    if (bp_names_find(&scope->module->reactions, s->name.name) >= 0) return;
    const char *name = bp_pour_name(pour, scope, s->name.name);
    if (!name || bp_pour_is_deleted(pour, scope, name)) return;
    if (bp_spec_find_reaction(pour->spec, name) >= 0) return;
    bp_pour_symbol(pour, scope, s->name);
}

static void pour_structure(bp_pour *pour, const bp_scope *scope,
                           const bp_statement *s) {
    switch (s->kind) {
    case BP_SAYS_INSTANCE:
        pour_instance(pour, scope, s);
        return;
    case BP_SAYS_REACTION:
        bp_pour_reaction(pour, scope, s);
        return;
    case BP_SAYS_INTERACTION:
        bp_pour_interaction(pour, scope, s);
        return;
    case BP_SAYS_INITIAL:
    case BP_SAYS_ASSIGNMENT:
    case BP_SAYS_RATE:
        touch(pour, scope, s);
        return;
    case BP_SAYS_KIND: {
        const char *name = bp_pour_name(pour, scope, s->name.name);
        if (!name || bp_pour_is_deleted(pour, scope, name)) return;
        bp_pour_kind(pour, scope, s);
        return;
    }
    default:
        return;
    }
}

// ---- then what it says, which wins over what those within say ----

static void pour_says(bp_pour *pour, const bp_scope *scope, const bp_statement *s) {
    switch (s->kind) {
    case BP_SAYS_PLACE:
    case BP_SAYS_INITIAL:
    case BP_SAYS_ASSIGNMENT:
    case BP_SAYS_RATE:
    case BP_SAYS_UNIT:
    case BP_SAYS_DISPLAY:
    case BP_SAYS_SBO:
    case BP_SAYS_ABOUT:
        bp_pour_fact(pour, scope, s);
        return;
    case BP_SAYS_KIND:
        if (s->note) {
            bp_statement note = {
                .kind = BP_SAYS_KIND, .name = s->name, .note = s->note};
            if (bp_names_find(&scope->module->reactions, s->name.name) < 0)
                bp_pour_fact(pour, scope, &note);
        }
        return;
    case BP_SAYS_EVENT:
        bp_pour_event(pour, scope, s);
        return;
    default:
        return;
    }
}

static void pour_ports(bp_pour *pour, const bp_scope *scope) {
    for (int i = 0; i < scope->module->n_ports && !pour->failed; i++) {
        bp_local port = scope->module->ports[i];
        if (bp_names_find(&scope->module->reactions, port.name) >= 0) continue;
        const char *name = bp_pour_name(pour, scope, port.name);
        if (!name || bp_spec_find_reaction(pour->spec, name) >= 0) continue;
        int symbol = bp_pour_symbol(pour, scope, port);
        if (symbol < 0) return;
        bp_pour_get(pour, symbol)->declared = true;
        if (scope->module->port_boundary[i]) bp_pour_boundary(pour, scope, symbol);
    }
}

static void pour_scope(bp_pour *pour, const bp_scope *scope) {
    const bp_module *module = scope->module;
    bp_pour_units(pour, scope);
    if (scope->level == 0) pour_ports(pour, scope);
    for (int i = 0; i < module->statements.count && !pour->failed; i++)
        pour_structure(pour, scope, &module->statements.items[i]);
    if (scope->level > 0) pour_ports(pour, scope);
    for (int i = 0; i < module->statements.count && !pour->failed; i++)
        pour_says(pour, scope, &module->statements.items[i]);
}

// ---- bindings from outside ----

static int find_port(const bp_module *module, const bp_binding *binding, int position) {
    if (!binding->port) return position < module->n_ports ? position : -1;
    for (int i = 0; i < module->n_ports; i++)
        if (strcmp(module->ports[i].name, binding->port) == 0) return i;
    return -1;
}

static void bind(bp_pour *pour, const bp_scope *scope, const bp_binding *binding,
                 int position, bp_where where) {
    const bp_module *module = scope->module;
    int port = find_port(module, binding, position);
    if (port < 0) {
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where,
                        "module '%s' has no port '%s'", module->name,
                        binding->port ? binding->port : binding->name);
        return;
    }
    if (bp_spec_find(pour->spec, binding->name) < 0) {
        const char *nearest = bp_names_nearest(&pour->spec->names, binding->name);
        bp_report_error(pour->report, BP_UNKNOWN_NAME, where,
                        nearest ? "the network has no '%s'; did you mean '%s'?"
                                : "the network has no '%s'",
                        binding->name, nearest);
        return;
    }
    const char *name = bp_pour_name(pour, scope, module->ports[port].name);
    if (!name) return;
    if (bp_spec_alias(pour->spec, name, binding->name) != BP_OK) pour->failed = true;
}

static void bind_all(bp_pour *pour, const bp_scope *scope, const bp_binding *bindings,
                     int n_bindings, bp_where where) {
    if (n_bindings > 0 && !scope->prefix[0]) {
        bp_report_error(pour->report, BP_BAD_ARGUMENT, where,
                        "a module without a prefix cannot have its ports bound");
        return;
    }
    for (int i = 0; i < n_bindings && !pour->failed; i++)
        bind(pour, scope, &bindings[i], i, where);
}

// ---- the whole ----

// What the spec held before is said by somebody outside of everything poured now.
static void mark_old(bp_pour *pour) {
    for (int i = 0; i < pour->spec->symbols.count && !pour->failed; i++) {
        const bp_symbol *s = &pour->spec->symbols.items[i];
        bp_mark mark = {.value_level = s->initial ? -1 : BP_LEVEL_NONE,
                        .rule_level = s->rule_kind != BP_NO_RULE ? -1 : BP_LEVEL_NONE,
                        .unit_level = s->unit ? -1 : BP_LEVEL_NONE,
                        .place_level = s->compartment >= 0 ? -1 : BP_LEVEL_NONE,
                        .note_level = s->note ? -1 : BP_LEVEL_NONE,
                        .display_level = s->display_name ? -1 : BP_LEVEL_NONE,
                        .constness_level = -1,
                        .kind_known = s->kind != BP_PARAMETER,
                        .kind_where = s->where};
        if (!bp_array_push(&pour->marks, mark)) pour->failed = true;
    }
    pour->n_old_symbols = pour->spec->symbols.count;
    pour->first_reaction = pour->spec->reactions.count;
}

static void record_instance(bp_pour *pour, const bp_scope *scope, bp_where where) {
    const bp_spec *spec = pour->spec;
    for (int i = 0; i < spec->instances.count; i++)
        if (bp_names_add(&pour->instances, spec->instances.items[i].name) < 0)
            pour->failed = true;
    if (pour->failed || !scope->prefix[0]) return;
    if (bp_names_find(&pour->instances, scope->prefix) >= 0)
        bp_report_error(pour->report, BP_DUPLICATE, where,
                        "there is already an instance '%s'", scope->prefix);
    else
        bp_pour_add_instance(pour, scope, where);
}

static void pour_clear(bp_pour *pour) {
    bp_array_clear(&pour->marks);
    bp_names_clear(&pour->kept);
    bp_array_clear(&pour->kept_text);
    bp_names_clear(&pour->instances);
    bp_names_clear(&pour->deleted);
    bp_array_clear(&pour->deleted_level);
    bp_array_clear(&pour->modifiers);
    bp_array_clear(&pour->places);
    bp_array_clear(&pour->ports);
    bp_array_clear(&pour->uses);
    bp_array_clear(&pour->units);
    bp_text_clear(&pour->scratch);
}

static void pour_all(bp_pour *pour, const bp_scope *scope, int errors) {
    bp_pour_functions(pour);
    if (!pour->failed) bp_pour_collect(pour, scope);
    // without knowing who is who, further messages would only confuse
    if (pour->failed || pour->report->n_errors > errors) return;
    if (scope->module->display_name && !scope->prefix[0])
        pour->spec->display_name = bp_pour_keep(pour, scope->module->display_name);
    pour_scope(pour, scope);
    if (!pour->failed) bp_pour_finish(pour);
}

bp_status bp_modules_instantiate(const bp_modules *modules, const bp_module_use *use,
                                 bp_spec *spec, bp_report *report) {
    bp_pour pour = {.modules = modules, .spec = spec, .report = report};
    bp_scope scope = {.module = bp_modules_get(modules, use->module),
                      .n_bound = use->n_bindings};
    int errors = report->n_errors;
    if (!scope.module) {
        bp_report_error(report, BP_UNKNOWN_NAME, use->where, "there is no module '%s'",
                        use->module);
        return BP_UNKNOWN_NAME;
    }
    pour.n_scopes = 1;
    scope.prefix = bp_pour_keep(&pour, use->prefix);
    if (!pour.failed) mark_old(&pour);
    bp_where where = bp_pour_where(&pour, use->where);
    if (!pour.failed) record_instance(&pour, &scope, where);
    if (!pour.failed) bind_all(&pour, &scope, use->bindings, use->n_bindings, where);
    if (!pour.failed && report->n_errors == errors) pour_all(&pour, &scope, errors);
    bool failed = pour.failed || report->failed;
    pour_clear(&pour);
    if (failed) return BP_NO_MEMORY;
    return report->n_errors > errors ? bp_report_status(report) : BP_OK;
}
