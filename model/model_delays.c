// Delayed values at run time: the registers they are put into, and what computes them.
#include "model/model_internal.h"

int bp_model_n_delays(const bp_model *model) {
    return model->n_delays;
}

const bp_delay_info *bp_model_delay(const bp_model *model, int delay) {
    return &model->delays[delay].info;
}

int bp_model_delay_smoothing(const bp_model *model, int from, int to) {
    return model->smoothing[(size_t)from * (size_t)model->n_delays + (size_t)to];
}

const int *bp_model_past_states(const bp_model *model, int *n) {
    *n = model->n_past_states;
    return model->past_states;
}

bool bp_model_start_moves(const bp_model *model) {
    return model->moving_start;
}

const bp_model *bp_model_at_rest(const bp_model *model) {
    return model->n_delays > 0 ? model->at_rest : model;
}

const unsigned char *bp_model_delay_reads(const bp_model *model, int delay) {
    return model->delays[delay].reads;
}

void bp_work_on_past(bp_work *work, bp_past_fn *fill, void *data) {
    work->past = fill;
    work->past_data = data;
}

void bp_work_stand_still(bp_work *work) {
    const bp_model *model = work->model;
    for (int d = 0; d < model->n_delays; d++)
        bp_tape_run(&model->delays[d].value_tape, work->registers,
                    work->registers +
                        (size_t)(model->first_delayed + d) * work->n_lanes,
                    work->n_lanes);
}

double bp_work_tau(bp_work *work, int delay) {
    bp_tape_run(&work->model->delays[delay].tau_tape, work->registers, work->scratch,
                work->n_lanes);
    return work->scratch[0];
}

double bp_work_value(bp_work *work, int delay) {
    bp_tape_run(&work->model->delays[delay].value_tape, work->registers, work->scratch,
                work->n_lanes);
    return work->scratch[0];
}

void bp_work_set_delayed(bp_work *work, int delay, double value) {
    int n_lanes = work->n_lanes;
    double *to =
        work->registers + (size_t)(work->model->first_delayed + delay) * n_lanes;
    for (int l = 0; l < n_lanes; l++)
        to[l] = value;
}
