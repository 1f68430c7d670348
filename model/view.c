// Views: a tape of their own over the model's graph, which is not changed by it.
#include "model/model_internal.h"

struct bp_view {
    const bp_model *model;
    int n;
    bp_tape tape;
    unsigned char *reads; // delayed values, NULL: none
};

// Which delayed values the roots read.
static bp_status find_reads(bp_view *view, const int *roots) {
    const bp_model *model = view->model;
    if (model->n_delays == 0) return BP_OK;
    view->reads = bp_calloc((size_t)model->n_delays, 1);
    bool done = view->reads && bp_model_mark_reads(model, roots, view->n, view->reads);
    return done ? BP_OK : BP_NO_MEMORY;
}

static bp_status lower_view(bp_view *view, const int *variables) {
    const bp_model *model = view->model;
    int n = view->n;
    int *roots = bp_malloc((size_t)n * sizeof *roots);
    if (!roots) return BP_NO_MEMORY;
    bp_status status = BP_OK;
    for (int i = 0; i < n; i++) {
        if (variables[i] < 0 || variables[i] >= model->n_variables) {
            status = BP_BAD_ARGUMENT;
            break;
        }
        roots[i] = model->variable_node[variables[i]];
    }
    bp_lowering what = {.graph = &model->graph,
                        .base = model->base,
                        .first_register = model->first_dynamic,
                        .roots = roots,
                        .n_roots = n};
    if (status == BP_OK) status = bp_tape_lower(&what, &view->tape);
    if (status == BP_OK) status = find_reads(view, roots);
    bp_free(roots);
    return status;
}

bp_status bp_view_new(const bp_model *model, const int *variables, int n,
                      bp_view **out) {
    bp_view *view = bp_calloc(1, sizeof *view);
    if (!view) return BP_NO_MEMORY;
    view->model = model;
    view->n = n;
    bp_status status = lower_view(view, variables);
    if (status != BP_OK) {
        bp_view_free(view);
        return status;
    }
    *out = view;
    return BP_OK;
}

void bp_view_free(bp_view *view) {
    if (!view) return;
    bp_tape_clear(&view->tape);
    bp_free(view->reads);
    bp_free(view);
}

int bp_view_count(const bp_view *view) {
    return view->n;
}

void bp_view_values(const bp_view *view, bp_work *work, double t, const double *y,
                    double *values) {
    bp_work_place(work, t, y, view->reads);
    bp_tape_run(&view->tape, work->registers, values, work->n_lanes);
}
