// Algebraic rules and fast reactions at run time: M, and the hidden parameters.
#include <string.h>

#include "model/model_internal.h"

const bp_condition *bp_model_conditions(const bp_model *model) {
    return model->n_conditions > 0 ? model->conditions : NULL;
}

const bp_mass *bp_model_mass(const bp_model *model) {
    return model->n_conditions > 0 ? &model->mass : NULL;
}

int bp_model_n_modes(const bp_model *model) {
    return model->n_modes;
}

void bp_model_mass_values(const bp_model *model, bp_work *work, double *values) {
    bp_tape_run(&model->mass_values, work->registers, values, work->n_lanes);
}

static double *hidden(const bp_model *model, bp_work *work, int which) {
    return bp_work_parameters(work) +
           (size_t)(model->n_parameters + which) * work->n_lanes;
}

void bp_model_set_active(const bp_model *model, bp_work *work, int number,
                         bool active) {
    double *flag = hidden(model, work, number);
    for (int l = 0; l < work->n_lanes; l++)
        flag[l] = active;
}

void bp_model_set_moving(const bp_model *model, bp_work *work, bool moving) {
    bp_model_set_active(model, work, model->n_actives, moving);
}

bool bp_model_hold_modes(const bp_model *model, bp_work *work, double t,
                         const double *y) {
    size_t bytes = (size_t)model->n_modes * work->n_lanes * sizeof *work->scratch;
    if (bytes == 0) return false;
    double *held = hidden(model, work, model->n_actives + 1);
    bp_work_place(work, t, y, model->modes_read);
    bp_tape_run(&model->modes, work->registers, work->scratch, work->n_lanes);
    bool changed = memcmp(held, work->scratch, bytes) != 0;
    memcpy(held, work->scratch, bytes);
    bp_work_refresh(work);
    return changed;
}
