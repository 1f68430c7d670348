// Events.
#include "model/sbml_write.h"

static void write_trigger(bp_sbml_writer *w, Event_t *event, const bp_event *e) {
    ASTNode_t *math = bp_sbml_condition(w, e->trigger);
    Trigger_t *trigger = math ? Event_createTrigger(event) : NULL;
    if (math && bp_sbml_made(w, trigger)) {
        Trigger_setInitialValue(trigger, e->initially_true);
        Trigger_setPersistent(trigger, e->persistent);
        if (Trigger_setMath(trigger, math) != LIBSBML_OPERATION_SUCCESS)
            bp_sbml_fail(w, BP_INTERNAL);
    }
    ASTNode_free(math);
}

static void write_delay(bp_sbml_writer *w, Event_t *event, const bp_event *e) {
    ASTNode_t *math = bp_sbml_put_math(w, e->delay, w->time);
    Delay_t *delay = math ? Event_createDelay(event) : NULL;
    if (math && bp_sbml_made(w, delay) &&
        Delay_setMath(delay, math) != LIBSBML_OPERATION_SUCCESS)
        bp_sbml_fail(w, BP_INTERNAL);
    ASTNode_free(math);
}

static void write_priority(bp_sbml_writer *w, Event_t *event, const bp_event *e) {
    ASTNode_t *math = bp_sbml_put_math(w, e->priority, bp_unit_dimensionless);
    Priority_t *priority = math ? Event_createPriority(event) : NULL;
    if (math && bp_sbml_made(w, priority) &&
        Priority_setMath(priority, math) != LIBSBML_OPERATION_SUCCESS)
        bp_sbml_fail(w, BP_INTERNAL);
    ASTNode_free(math);
}

static void write_assignment(bp_sbml_writer *w, Event_t *event,
                             const bp_event_assignment *a) {
    ASTNode_t *math = bp_sbml_put_math(w, a->value, w->of_symbol[a->symbol]);
    EventAssignment_t *assignment = math ? Event_createEventAssignment(event) : NULL;
    if (math && bp_sbml_made(w, assignment)) {
        const char *name = w->spec->symbols.items[a->symbol].name;
        EventAssignment_setVariable(assignment, bp_sbml_id(w, name));
        if (EventAssignment_setMath(assignment, math) != LIBSBML_OPERATION_SUCCESS)
            bp_sbml_fail(w, BP_INTERNAL);
    }
    ASTNode_free(math);
}

static void write_event(bp_sbml_writer *w, const bp_event *e) {
    Event_t *event = Model_createEvent(w->model);
    if (!bp_sbml_made(w, event)) return;
    Event_setId(event, bp_sbml_id(w, e->name));
    Event_setUseValuesFromTriggerTime(event, e->values_from_trigger);
    write_trigger(w, event, e);
    write_delay(w, event, e);
    write_priority(w, event, e);
    for (int i = 0; i < e->n_assignments; i++)
        write_assignment(w, event, &e->assignments[i]);
    bp_sbml_put_about(w, (SBase_t *)event, e->name, e->display_name, 0, NULL);
}

void bp_sbml_write_events(bp_sbml_writer *w) {
    for (int i = 0; i < w->spec->events.count && w->status == BP_OK; i++)
        write_event(w, &w->spec->events.items[i]);
}
