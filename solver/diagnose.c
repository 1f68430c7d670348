// Why a run failed, for people: when, what was happening, what to try.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "solver/run.h"

// A fixed-size line that never overflows.
typedef struct line {
    char *text;
    size_t size, length;
} line;

static void add(line *l, const char *more) {
    size_t room = l->size - l->length - 1, n = strlen(more);
    if (n > room) n = room;
    memcpy(l->text + l->length, more, n);
    l->length += n;
    l->text[l->length] = '\0';
}

static void add_number(line *l, double value) {
    char buffer[32];
    add(l, bp_number_print_short(value, 6, buffer));
}

// The state that stops the run: the one with the largest error, or that moves most.
static int stopping_state(bp_solver *s, bp_status status) {
    double much = 0.0;
    switch (status) {
    case BP_STEP_TOO_SMALL:
    case BP_CONVERGENCE:
    case BP_LINEAR_SOLVER:
    case BP_TOO_MUCH_WORK:
        return s->integrator->type->worst(s->integrator);
    case BP_NO_STEADY_STATE:
        return s->rest ? bp_rest_moves(s->rest, &s->settings, s->atol, s->y, 1.0, &much)
                       : -1;
    default:
        return -1;
    }
}

static int variable_of(const bp_solver *s, int state) {
    if (state < 0 || state >= bp_model_n_states(s->model)) return -1;
    return bp_model_state_variable(s->model, state);
}

static void say_when(line *l, const bp_solver *s) {
    add(l, "at t = ");
    add_number(l, s->failure.time);
    const char *unit = bp_model_time_unit_text(s->model);
    if (unit && *unit) add(l, " "), add(l, unit);
    if (s->settling) {
        add(l, ", after settling for ");
        add_number(l, s->stats.settle_time);
        if (unit && *unit) add(l, " "), add(l, unit);
    }
    add(l, ": ");
}

static void say_state(line *l, bp_solver *s, int state) {
    const bp_variable *v = bp_model_variable(s->model, s->failure.variable);
    double t = s->failure.time;
    add(l, "; ");
    add(l, v->name);
    if (s->failure.status == BP_NO_STEADY_STATE) {
        double *rate = s->between;
        if (s->problem.rates(s->problem.self, t, s->y, rate) != BP_OK) return;
        add(l, " still moves: amount ");
        add_number(l, s->y[state]);
        add(l, ", rate ");
        add_number(l, rate[state]);
        return;
    }
    add(l, " has the largest error");
    if (s->integrator->type->interpolate(s->integrator, t, s->between) != BP_OK) return;
    add(l, " (amount ");
    add_number(l, s->between[state]);
    add(l, ")");
}

// The rule or fast reaction that stands in the row of the state.
static void say_condition(line *l, const bp_solver *s, int state) {
    const bp_condition *conditions = bp_model_conditions(s->model);
    if (!conditions || state < 0 || conditions[state].kind == BP_NO_CONDITION) return;
    bool fast = conditions[state].kind == BP_CONDITION_FAST;
    add(l, fast ? "; the equilibrium of " : "; the algebraic rule");
    if (fast) add(l, bp_model_variable(s->model, conditions[state].reaction)->name);
    bp_where where = conditions[state].where;
    char text[64];
    snprintf(text, sizeof text, " (line %d)", where.line);
    if (where.line > 0) add(l, text);
    add(l, " may have no solution beyond");
}

static void say_culprit(line *l, const bp_solver *s) {
    if (s->failure.culprit < 0) return;
    add(l, ": ");
    add(l, bp_model_variable(s->model, s->failure.culprit)->name);
}

// A loop names the last event of it; a delay or a value that cannot be, its event.
static void say_event(line *l, const bp_solver *s) {
    int event = bp_events_culprit(s->events);
    bool loop = s->failure.status == BP_EVENT_LOOP;
    bool value = s->failure.status == BP_BAD_VALUE ||
                 (s->failure.status == BP_NOT_FINITE && !s->source.bad);
    if (event < 0 || s->start_error[0] || !(loop || value)) return;
    add(l, "; event ");
    add(l, bp_model_event(s->model, event)->name);
    if (value) add(l, " has no usable delay or value");
}

static void say_attempts(line *l, const bp_solver *s) {
    if (s->stats.attempts < 2 || !s->effort) return;
    char text[32];
    snprintf(text, sizeof text, "; %ld attempts", s->stats.attempts);
    add(l, text);
    add(l, ", the last with ");
    add(l, s->effort->text);
}

void bp_diagnose(bp_solver *s, bp_status status) {
    bool bad = status == BP_NOT_FINITE && s->source.bad;
    int state = stopping_state(s, status);
    bp_failure *f = &s->failure;
    *f = (bp_failure){.status = status,
                      .time = bad ? s->source.bad_t : s->t,
                      .variable = variable_of(s, state),
                      .culprit = -1};
    if (bad)
        f->culprit =
            bp_model_culprit(s->model, s->work, s->source.bad_t, s->source.bad_y);

    line l = {.text = f->text, .size = sizeof f->text};
    say_when(&l, s);
    add(&l, s->start_error[0] ? s->start_error : bp_status_text(status));
    say_culprit(&l, s);
    if (f->variable >= 0) say_state(&l, s, state);
    if (f->variable >= 0) say_condition(&l, s, state);
    say_event(&l, s);
    say_attempts(&l, s);
    const char *advice = bp_status_advice(status);
    if (advice && *advice) add(&l, "; "), add(&l, advice);
}
