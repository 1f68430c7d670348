// Events.
#include <string.h>

#include "model/sbml_read.h"

// A name for an event that has none: "event1" where that is free.
static const char *made_up_name(bp_sbml_reader *r, unsigned number) {
    bp_text name = {0};
    const char *copy = NULL;
    bp_text_format(&name, "event%u", number + 1);
    while (!name.failed && (bp_spec_find(r->spec, bp_text_get(&name)) >= 0 ||
                            bp_spec_find_reaction(r->spec, bp_text_get(&name)) >= 0 ||
                            Model_getEventById(r->model, bp_text_get(&name))))
        bp_text_add(&name, "_");
    if (!name.failed) copy = bp_sbml_copy(r, bp_text_get(&name));
    r->failed |= name.failed;
    bp_text_clear(&name);
    return copy;
}

static bool may_be_set(bp_sbml_reader *r, const bp_symbol *symbol) {
    if (!symbol->constant) return true;
    bp_sbml_error(r, BP_BAD_MODEL, "'%s' is constant and cannot be set by an event",
                  symbol->name);
    return false;
}

// Those without math do nothing.
static void read_assignments(bp_sbml_reader *r, Event_t *from, int event) {
    unsigned n = Event_getNumEventAssignments(from);
    bp_event_assignment *list = bp_arena_take(&r->spec->arena, n * sizeof *list + 1);
    int made = 0;
    if (!list) r->failed = true;
    for (unsigned i = 0; list && i < n && !r->failed; i++) {
        EventAssignment_t *a = Event_getEventAssignment(from, i);
        int symbol = bp_sbml_find(r, EventAssignment_getVariable(a), "symbol");
        if (symbol < 0 || !may_be_set(r, &r->spec->symbols.items[symbol])) continue;
        const bp_ast *value = bp_sbml_math(r, EventAssignment_getMath(a));
        if (value) list[made++] = (bp_event_assignment){symbol, value, r->where};
    }
    r->spec->events.items[event].assignments = list;
    r->spec->events.items[event].n_assignments = made;
}

static void read_timing(bp_sbml_reader *r, Event_t *from, bp_event *to) {
    const Delay_t *delay = Event_getDelay(from);
    const Priority_t *priority = Event_getPriority(from);
    Trigger_t *trigger = Event_getTrigger(from);
    if (delay) to->delay = bp_sbml_math(r, Delay_getMath(delay));
    if (priority) to->priority = bp_sbml_math(r, Priority_getMath(priority));
    to->initially_true = r->level < 3 || Trigger_getInitialValue(trigger);
    to->persistent = r->level < 3 || Trigger_getPersistent(trigger);
    to->values_from_trigger = Event_getUseValuesFromTriggerTime(from);
}

// An event without trigger (Level 3 Version 2) never happens.
static void read_event(bp_sbml_reader *r, Event_t *from, unsigned number) {
    const char *id = Event_getId(from), *name = Event_getName(from);
    if (!id || !id[0]) id = made_up_name(r, number);
    bp_sbml_at(r, "event", id, from);
    const Trigger_t *trigger = Event_getTrigger(from);
    const ASTNode_t *math = trigger ? Trigger_getMath(trigger) : NULL;
    if (!math || r->failed) return;
    bp_event *made = bp_spec_add_event(r->spec, id, r->where);
    if (!made) {
        r->failed = true;
        return;
    }
    made->trigger = bp_sbml_math(r, math);
    made->display_name = bp_sbml_copy(r, name);
    read_timing(r, from, made);
    read_assignments(r, from, r->spec->events.count - 1);
}

void bp_sbml_events(bp_sbml_reader *r) {
    for (unsigned i = 0; i < Model_getNumEvents(r->model) && !r->failed; i++)
        read_event(r, Model_getEvent(r->model, i), i);
}
