// Doses, changes, washouts and the feed of the medium, as events and reactions of the
// network.
#include <string.h>

#include "scenarios/network.h"

static const char *const kind_names[] = {"dose", "set", "wash"};
static const char *const amount_names[] = {"amount", "level", NULL};
static const double priorities[] = {1, 2, 3}; // what comes first at one time: washes

const char *bp_dose_name(bp_network *network, bp_dose_kind kind, const char *species,
                         int slot, const char *what) {
    if (!what) what = amount_names[kind];
    const char *name = bp_arena_format(&network->spec->arena, "%s.%s.%d.%s",
                                       kind_names[kind], species, slot, what);
    if (!name) bp_network_no_memory(network);
    return name;
}

static const bp_ast *name_of(bp_network *network, const char *name) {
    const bp_ast *ast = name ? bp_ast_name(network->spec, name, BP_NOWHERE) : NULL;
    if (!ast) bp_network_no_memory(network);
    return ast;
}

static const bp_ast *number_of(bp_network *network, double value) {
    const bp_ast *ast = bp_ast_number(network->spec, value, BP_NOWHERE);
    if (!ast) bp_network_no_memory(network);
    return ast;
}

static const bp_ast *call2(bp_network *network, bp_op op, const bp_ast *a,
                           const bp_ast *b) {
    const bp_ast *args[] = {a, b};
    const bp_ast *ast =
        a && b ? bp_ast_call(network->spec, op, args, 2, BP_NOWHERE) : NULL;
    if (!ast) bp_network_no_memory(network);
    return ast;
}

// An event `name: at time >= when: target = value`.
static void add_event(bp_network *network, const char *name, const bp_ast *when,
                      int target, const bp_ast *value) {
    bp_spec *spec = network->spec;
    const bp_ast *time = bp_ast_call(spec, BP_OP_TIME, NULL, 0, BP_NOWHERE);
    const bp_ast *trigger = call2(network, BP_OP_GE, time, when);
    bp_event_assignment *to = bp_arena_take(&spec->arena, sizeof *to);
    bp_event *event =
        trigger && to && value ? bp_spec_add_event(spec, name, BP_NOWHERE) : NULL;
    if (!event) {
        bp_network_no_memory(network);
        return;
    }
    *to = (bp_event_assignment){.symbol = target, .value = value};
    event->trigger = trigger;
    event->assignments = to;
    event->n_assignments = 1;
    event->initially_true = false; // so that one at time 0 happens
    event->persistent = true;
    event->values_from_trigger = false; // two at one time act one after the other
}

// What of a dose acts: all, or the part that serum leaves free of a drug for which the
// catalogue says so. The amount itself stays what the scenario says.
static const bp_ast *free_part(bp_network *network, const bp_substance *substance,
                               const char *amount) {
    const bp_ast *all = name_of(network, amount);
    if (!substance->drug || !substance->drug->free_fraction.text) return all;
    const bp_fact *fraction = &substance->drug->free_fraction;
    const char *name = bp_arena_format(&network->spec->arena, "drug.%s.free_fraction",
                                       substance->drug->item.id);
    if (!name) bp_network_no_memory(network);
    int symbol = name ? bp_spec_find(network->spec, name) : -1;
    if (name && symbol < 0)
        symbol =
            bp_network_parameter(network, name, fraction->quantity.value,
                                 bp_network_unit_name(network, bp_unit_dimensionless));
    if (symbol < 0) return NULL; // noted
    network->spec->symbols.items[symbol].note =
        bp_arena_copy(&network->spec->arena, fraction->source);
    return call2(network, BP_OP_MUL, all, name_of(network, name));
}

// The parameters and the event of one slot.
static void add_slot(bp_network *network, int index, bp_dose_kind kind, int slot) {
    bp_spec *spec = network->spec;
    const bp_substance *substance = &network->substances.items[index];
    int species = bp_spec_find(spec, substance->species);
    const char *at = bp_dose_name(network, kind, substance->species, slot, "at");
    const char *time_unit = bp_network_unit_name(network, bp_spec_time_unit(spec));
    if (species < 0 || bp_network_parameter(network, at, BP_NEVER, time_unit) < 0)
        return;

    const bp_ast *value = NULL;
    if (kind == BP_DOSE_WASH) {
        value = number_of(network, 0);
    } else {
        const char *unit = bp_dose_unit_name(network, index);
        const char *amount =
            bp_dose_name(network, kind, substance->species, slot, NULL);
        if (bp_network_parameter(network, amount, 0, unit) < 0) return;
        value =
            bp_dose_by_volume(network, index, free_part(network, substance, amount));
    }
    if (kind == BP_DOSE_ADD)
        value = call2(network, BP_OP_ADD, name_of(network, substance->species), value);
    const char *event = bp_dose_name(network, kind, substance->species, slot, "event");
    const bp_ast *when = name_of(network, at);
    if (!event || !value || !when) return;
    int before = spec->events.count;
    add_event(network, event, when, species, value);
    if (spec->events.count > before)
        spec->events.items[before].priority = number_of(network, priorities[kind]);
}

void bp_network_add_doses(bp_network *network) {
    for (int i = 0; i < network->substances.count; i++) {
        const bp_substance *substance = &network->substances.items[i];
        for (int kind = 0; kind < BP_N_DOSE_KINDS; kind++)
            for (int slot = 1; slot <= substance->n_slots[kind]; slot++)
                add_slot(network, i, (bp_dose_kind)kind, slot);
    }
}

// ---- the medium before time 0 ----

// -> EGF; medium*medium.hold*(medium.level.EGF - EGF)
static void add_feed(bp_network *network, const bp_substance *substance) {
    bp_spec *spec = network->spec;
    int species = bp_spec_find(spec, substance->species);
    const char *level =
        bp_arena_format(&network->spec->arena, "medium.level.%s", substance->species);
    const char *name =
        bp_arena_format(&network->spec->arena, "medium.feed.%s", substance->species);
    const char *unit =
        species < 0 ? NULL
                    : bp_network_unit_name(network, bp_spec_symbol_unit(spec, species));
    int held = species < 0 ? -1 : bp_network_parameter(network, level, 0, unit);
    if (held < 0 || !name) return;
    // whatever a run starts with is held
    spec->symbols.items[held].initial = name_of(network, substance->species);

    const bp_symbol *symbol = &spec->symbols.items[species];
    bool concentration = symbol->compartment >= 0 && !symbol->substance_only;
    const bp_ast *law = call2(network, BP_OP_SUB, name_of(network, level),
                              name_of(network, substance->species));
    law = call2(network, BP_OP_MUL, name_of(network, "medium.hold"), law);
    if (concentration) {
        const char *place = spec->symbols.items[symbol->compartment].name;
        law = call2(network, BP_OP_MUL, name_of(network, place), law);
    }
    bp_term *product = bp_arena_take(&spec->arena, sizeof *product);
    bp_reaction *feed =
        law && product ? bp_spec_add_reaction(spec, name, BP_NOWHERE) : NULL;
    if (!feed) {
        bp_network_no_memory(network);
        return;
    }
    *product = (bp_term){.species = species, .stoichiometry = 1};
    feed->products = product;
    feed->n_products = 1;
    feed->law = law;
    feed->compartment = -1;
    feed->note = "holds the medium until time 0";
}

void bp_network_add_feed(bp_network *network) {
    bool any = false;
    for (int i = 0; i < network->substances.count; i++)
        any |= network->substances.items[i].fed;
    if (!any) return;

    // 1000/s: at least four orders above the rates at which cells take ligands up
    bp_unit time = bp_spec_time_unit(network->spec);
    double rate = 1000 * (time.known ? time.scale : 1);
    const char *unit =
        bp_network_unit_name(network, bp_unit_divide(bp_unit_dimensionless, time));
    int hold = bp_network_parameter(network, "medium.hold", rate, unit);
    if (hold < 0) return;
    network->spec->symbols.items[hold].constant = false; // the event below ends it
    for (int i = 0; i < network->substances.count; i++)
        if (network->substances.items[i].fed)
            add_feed(network, &network->substances.items[i]);
    add_event(network, "medium.release", number_of(network, 0), hold,
              number_of(network, 0));
}
