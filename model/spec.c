// The editable network: symbols, other names, reactions, events.
#include "model/spec.h"

#include <string.h>

#include "base/text.h"

bp_status bp_spec_new(bp_spec **out) {
    bp_spec *spec = bp_calloc(1, sizeof *spec);
    if (!spec) return BP_NO_MEMORY;
    spec->name = "";
    *out = spec;
    return BP_OK;
}

void bp_spec_free(bp_spec *spec) {
    if (!spec) return;
    bp_names_clear(&spec->names);
    bp_names_clear(&spec->alias_names);
    bp_names_clear(&spec->reaction_names);
    bp_array_clear(&spec->symbols);
    bp_array_clear(&spec->aliases);
    bp_array_clear(&spec->reactions);
    bp_array_clear(&spec->events);
    bp_array_clear(&spec->algebraic);
    bp_array_clear(&spec->functions);
    bp_array_clear(&spec->units);
    bp_array_clear(&spec->instances);
    bp_array_clear(&spec->annotations);
    bp_arena_clear(&spec->arena);
    bp_free(spec);
}

// ---- names ----

const char *bp_spec_resolve(const bp_spec *spec, const char *name) {
    // chains end: an alias is only made of a name that stands for itself
    for (int i = 0; (i = bp_names_find(&spec->alias_names, name)) >= 0;)
        name = spec->aliases.items[i].target;
    return name;
}

bp_status bp_spec_alias(bp_spec *spec, const char *name, const char *target) {
    const char *from = bp_spec_resolve(spec, name), *to = bp_spec_resolve(spec, target);
    if (strcmp(from, to) == 0) return BP_OK;
    if (bp_names_find(&spec->names, from) >= 0) return BP_DUPLICATE;
    bp_alias alias = {bp_arena_copy(&spec->arena, from),
                      bp_arena_copy(&spec->arena, to)};
    if (!alias.name || !alias.target || !bp_array_reserve(&spec->aliases, 1) ||
        bp_names_add(&spec->alias_names, alias.name) < 0)
        return BP_NO_MEMORY;
    spec->aliases.items[spec->aliases.count++] = alias;
    return BP_OK;
}

int bp_spec_find(const bp_spec *spec, const char *name) {
    int i = bp_names_find(&spec->names, name);
    if (i >= 0 || spec->aliases.count == 0) return i;
    return bp_names_find(&spec->names, bp_spec_resolve(spec, name));
}

int bp_spec_symbol(bp_spec *spec, const char *name, bp_where where) {
    int i = bp_spec_find(spec, name);
    if (i >= 0) return i;
    bp_symbol symbol = {
        .kind = BP_PARAMETER, .where = where, .compartment = -1, .conversion = -1};
    symbol.name = bp_arena_copy(&spec->arena, bp_spec_resolve(spec, name));
    if (!symbol.name || !bp_array_reserve(&spec->symbols, 1)) return -1;
    i = bp_names_add(&spec->names, symbol.name);
    if (i < 0) return -1;
    spec->symbols.items[spec->symbols.count++] = symbol;
    return i;
}

int bp_spec_find_reaction(const bp_spec *spec, const char *name) {
    int i = bp_names_find(&spec->reaction_names, name);
    if (i >= 0 && i < spec->reactions.count &&
        strcmp(spec->reactions.items[i].name, name) == 0)
        return i;
    // reactions of one name, or added in another way
    if (spec->reaction_names.count == spec->reactions.count) return -1;
    for (i = 0; i < spec->reactions.count; i++)
        if (strcmp(spec->reactions.items[i].name, name) == 0) return i;
    return -1;
}

int bp_spec_find_instance(const bp_spec *spec, const char *name) {
    for (int i = 0; i < spec->instances.count; i++)
        if (strcmp(spec->instances.items[i].name, name) == 0) return i;
    return -1;
}

// ---- entries ----

bp_reaction *bp_spec_add_reaction(bp_spec *spec, const char *name, bp_where where) {
    bp_reaction reaction = {.where = where, .compartment = -1, .reversible = true};
    reaction.name = bp_arena_copy(&spec->arena, name);
    if (!reaction.name || !bp_array_reserve(&spec->reactions, 1) ||
        bp_names_add(&spec->reaction_names, reaction.name) < 0)
        return NULL;
    spec->reactions.items[spec->reactions.count] = reaction;
    return &spec->reactions.items[spec->reactions.count++];
}

bp_event *bp_spec_add_event(bp_spec *spec, const char *name, bp_where where) {
    bp_event event = {.where = where,
                      .initially_true = true,
                      .persistent = true,
                      .values_from_trigger = true};
    event.name = bp_arena_copy(&spec->arena, name);
    if (!event.name || !bp_array_push(&spec->events, event)) return NULL;
    return &spec->events.items[spec->events.count - 1];
}
