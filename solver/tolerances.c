#include "solver/tolerances.h"

#include <math.h>

#include "base/alloc.h"

struct bp_tolerances {
    double atol;
    int n;          // states
    bp_view *sizes; // of the compartments that are needed, each once
    int *size_of;   // (n): entry of `sizes`, -1: none
    double *size;   // values of `sizes`
};

// The compartments of the states; their number.
static int find_compartments(bp_tolerances *a, const bp_model *model,
                             int *compartments) {
    int count = 0;
    for (int i = 0; i < a->n; i++) {
        const bp_variable *v =
            bp_model_variable(model, bp_model_state_variable(model, i));
        a->size_of[i] = -1;
        if (!v->is_concentration || v->compartment < 0) continue;
        int k = 0;
        while (k < count && compartments[k] != v->compartment)
            k++;
        if (k == count) compartments[count++] = v->compartment;
        a->size_of[i] = k;
    }
    return count;
}

static bp_status make_sizes(bp_tolerances *a, const bp_model *model) {
    size_t room = (size_t)a->n + 1;
    bp_status status = BP_NO_MEMORY;
    int *compartments = bp_calloc(room, sizeof *compartments);
    a->size_of = bp_calloc(room, sizeof *a->size_of);
    if (compartments && a->size_of) {
        int count = find_compartments(a, model, compartments);
        a->size = bp_calloc((size_t)count + 1, sizeof *a->size);
        if (a->size) status = bp_view_new(model, compartments, count, &a->sizes);
    }
    bp_free(compartments);
    return status;
}

bp_status bp_tolerances_new(const bp_model *model, double atol, bp_tolerances **out) {
    bp_tolerances *a = bp_calloc(1, sizeof *a);
    if (!a) return BP_NO_MEMORY;
    a->atol = atol;
    a->n = bp_model_n_states(model);
    bp_status status = make_sizes(a, model);
    if (status != BP_OK) {
        bp_tolerances_free(a);
        return status;
    }
    *out = a;
    return BP_OK;
}

void bp_tolerances_free(bp_tolerances *a) {
    if (!a) return;
    bp_view_free(a->sizes);
    bp_free(a->size_of);
    bp_free(a->size);
    bp_free(a);
}

void bp_tolerances_find(bp_tolerances *a, bp_work *work, double t, const double *y,
                        double *atol) {
    atol[0] = a->atol; // of a model without states
    bp_view_values(a->sizes, work, t, y, a->size);
    for (int i = 0; i < a->n; i++) {
        double size = a->size_of[i] >= 0 ? fabs(a->size[a->size_of[i]]) : 1.0;
        atol[i] = a->atol * (size > 0.0 && isfinite(size) ? size : 1.0);
    }
}
