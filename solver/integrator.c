#include "solver/integrator.h"

#include <math.h>

const bp_integrator_type *bp_integrator_of(int method) {
    return method == BP_METHOD_DOPRI5 ? &bp_integrator_dopri5 : &bp_integrator_cvodes;
}

// The smaller of two limits, where 0 is none.
static double tighter(double a, double b) {
    return a <= 0.0 ? fmax(b, 0.0) : b > 0.0 && b < a ? b : a;
}

bp_step_limits bp_leg_limits(const bp_settings *set, const bp_leg *leg, int highest) {
    const bp_effort *effort = leg->effort;
    double length = leg->end - leg->t, share = effort->step_share * length;
    bp_step_limits limits = {
        .longest = tighter(tighter(set->max_step, leg->longest), share),
        .first = set->first_step > 0.0 ? fmin(set->first_step, length) : 0.0,
        .order =
            set->max_order > 0 && set->max_order < highest ? set->max_order : highest,
        .coefficient = set->nonlinear_coefficient * effort->nonlinear};
    if (share > 0.0 && limits.first == 0.0) limits.first = 1e-6 * share;
    if (effort->max_order > 0 && effort->max_order < limits.order)
        limits.order = effort->max_order;
    return limits;
}

int bp_largest_of(const double *error, const double *weight, int n) {
    int worst = -1;
    double most = 0.0;
    for (int i = 0; i < n; i++) {
        double e = fabs(error[i] * weight[i]);
        if (isnan(e)) return i;
        if (e > most) most = e, worst = i;
    }
    return worst;
}
