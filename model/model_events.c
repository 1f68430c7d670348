// Switches and events at run time. Numbers that are one per run are those of lane 0.
#include <math.h>
#include <string.h>

#include "model/model_internal.h"

int bp_model_n_switches(const bp_model *model) {
    return model->n_switches;
}

bool bp_model_switch_scheduled(const bp_model *model, int s) {
    return model->switches[s].scheduled;
}

int bp_model_n_unscheduled(const bp_model *model) {
    return model->n_unscheduled;
}

void bp_model_switch_values(const bp_model *model, bp_work *work, double t,
                            const double *y, double *values) {
    bp_work_place(work, t, y, model->crossings_read);
    bp_tape_run(&model->crossings, work->registers, values, work->n_lanes);
}

// Runs the schedule at time t; returns difference, slope and comparison of its row.
static const double *schedule_at(const bp_model *model, bp_work *work, int row,
                                 double t) {
    int n_lanes = work->n_lanes;
    bp_work_set_time(work, t);
    bp_tape_run(&model->schedule, work->registers, work->scratch, n_lanes);
    return work->scratch + 3 * (size_t)row * n_lanes;
}

// The first double at which the comparison has its new value: rounding may put the root
// of the difference a few units in the last place beside it, and a < b differs from a
// <= b.
static double first_after(const bp_model *model, bp_work *work, int row, double t,
                          bool value_after) {
    enum { FARTHEST = 16 };
    int n_lanes = work->n_lanes;
    bool there = (schedule_at(model, work, row, t)[2 * n_lanes] != 0) == value_after;
    for (int i = 0; i < FARTHEST; i++) {
        double next = nextafter(t, there ? -INFINITY : INFINITY);
        bool after =
            (schedule_at(model, work, row, next)[2 * n_lanes] != 0) == value_after;
        if (there && !after) return t;
        t = next;
        if (!there && after) return t;
    }
    return t;
}

double bp_model_switch_time(const bp_model *model, bp_work *work, int s) {
    int row = 0;
    for (int i = 0; i < s; i++)
        row += model->switches[i].scheduled;
    if (!model->switches[s].scheduled) return NAN;
    int n_lanes = work->n_lanes;
    const double *at_zero = schedule_at(model, work, row, 0);
    double slope = at_zero[n_lanes];
    double t = -at_zero[0] / slope; // affine: difference = difference(0) + slope t
    if (!isfinite(t) || t == 0 || model->switches[s].equality) return t;
    return first_after(model, work, row, t, slope < 0);
}

// ---- events ----

int bp_model_n_events(const bp_model *model) {
    return model->n_events;
}

const bp_event_info *bp_model_event(const bp_model *model, int event) {
    return &model->events[event].info;
}

bool bp_model_event_trigger(const bp_model *model, bp_work *work, int event, double t,
                            const double *y) {
    bp_work_place(work, t, y, model->events[event].trigger_reads);
    bp_tape_run(&model->events[event].trigger, work->registers, work->scratch,
                work->n_lanes);
    return work->scratch[0] != 0;
}

static double timing(const bp_model *model, bp_work *work, int event, double t,
                     const double *y, int which) {
    bp_work_place(work, t, y, model->events[event].other_reads);
    bp_tape_run(&model->events[event].timing, work->registers, work->scratch,
                work->n_lanes);
    return work->scratch[(size_t)which * work->n_lanes];
}

double bp_model_event_delay(const bp_model *model, bp_work *work, int event, double t,
                            const double *y) {
    return timing(model, work, event, t, y, 0);
}

double bp_model_event_priority(const bp_model *model, bp_work *work, int event,
                               double t, const double *y) {
    return timing(model, work, event, t, y, 1);
}

void bp_model_event_values(const bp_model *model, bp_work *work, int event, double t,
                           const double *y, double *values) {
    bp_work_place(work, t, y, model->events[event].other_reads);
    bp_tape_run(&model->events[event].values, work->registers, values, work->n_lanes);
}

// Where a variable's number is kept.
static double *place_of(const bp_model *model, bp_work *work, double *y, int variable) {
    const bp_variable *v = &model->variables[variable];
    double *base = v->role == BP_ROLE_STATE ? y : bp_work_parameters(work);
    return base + (size_t)v->index * work->n_lanes;
}

// Writes the assigned variables that are (not) concentrations, times their volume.
static void write_values(const bp_model *model, bp_work *work, int event,
                         bool concentrations, const double *values, double *y) {
    const bp_event_info *info = &model->events[event].info;
    int n_lanes = work->n_lanes;
    for (int i = 0; i < info->n_assignments; i++) {
        int variable = info->assigned[i];
        if (model->variables[variable].is_concentration != concentrations) continue;
        double *to = place_of(model, work, y, variable);
        for (int l = 0; l < n_lanes; l++) {
            size_t at = (size_t)i * n_lanes + l;
            to[l] = concentrations ? values[at] * work->scratch[at] : values[at];
        }
    }
}

void bp_model_event_apply(const bp_model *model, bp_work *work, int event, double t,
                          const double *values, double *y) {
    // A concentration is one in the volume before the event, as in SBML: what an event
    // assigns, it assigns at once.
    bp_work_place(work, t, y, model->events[event].other_reads);
    bp_tape_run(&model->events[event].volumes, work->registers, work->scratch,
                work->n_lanes);
    write_values(model, work, event, true, values, y);
    write_values(model, work, event, false, values, y); // compartments among them
    bp_work_refresh(work);
}
