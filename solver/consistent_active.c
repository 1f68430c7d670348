// Which equilibria of fast reactions hold.
#include <math.h>

#include "solver/consistent_parts.h"

// Amounts that are in no whole-numbered relation to each other, or the given ones.
static void scatter(bp_consistent *c, int probe) {
    for (int i = 0; i < c->n; i++) {
        double unused, part = modf(0.6180339887498949 * (i + 1) * (probe + 1), &unused);
        c->trial[i] =
            probe == 0 ? c->given[i] : c->given[i] * (0.3 + part) + 0.7 + 2.3 * part;
    }
}

// Whether f of a row is zero here and whatever the amounts are.
static bool is_idle(bp_consistent *c, int row, double ahead) {
    static const double later[] = {0.0, 0.29, 0.83};
    const bp_solver *s = c->solver;
    for (int k = 0; k < 9; k++) {
        scatter(c, k % 3);
        bp_status status = c->problem->rates(
            c->problem->self, s->t + ahead * later[k / 3], c->trial, c->f);
        if (c->f[row] != 0.0 || (status != BP_OK && !isfinite(c->f[row]))) return false;
    }
    return true;
}

// Whether f of a row is zero at y and no small change shows in it: all that could react
// is used up. Needs the condition to be active.
static bool is_exhausted(bp_consistent *c, int row, double t, const double *y) {
    const bp_problem *p = c->problem;
    for (int i = 0; i < c->n; i++) {
        double unit = c->solver->settings.rtol * fabs(y[i]) + c->solver->atol[i];
        c->trial[i] = fabs(y[i]) <= unit ? 0.0 : y[i];
    }
    if (p->rates(p->self, t, c->trial, c->f) != BP_OK || c->f[row] != 0.0) return false;
    p->jacobian(p->self, t, c->trial, c->values);
    for (int k = 0; k < p->pattern->nnz; k++)
        if (p->pattern->row[k] == row && c->values[k] != 0.0) return false;
    return true;
}

static void set_all_active(bp_consistent *c, bool all) {
    bp_solver *s = c->solver;
    for (int i = 0; i < c->n; i++)
        if (c->condition[i].kind == BP_CONDITION_FAST)
            bp_model_set_active(s->model, s->work, c->condition[i].number,
                                all || s->source.algebraic[i]);
    bp_work_refresh(s->work);
}

// Whether a condition that did not hold as all was used up would hold now.
bool bp_consistent_has_revived(bp_consistent *c, double t, const double *y) {
    bool revived = false, any = false;
    for (int i = 0; i < c->n; i++)
        any |= c->condition[i].kind == BP_CONDITION_FAST && !c->problem->algebraic[i];
    if (!any) return false;
    set_all_active(c, true);
    for (int i = 0; i < c->n && !revived; i++)
        if (c->condition[i].kind == BP_CONDITION_FAST && !c->problem->algebraic[i])
            revived = !is_exhausted(c, i, t, y);
    set_all_active(c, false);
    return revived;
}

// Conditions of fast reactions whose laws move nothing do not hold.
bool bp_consistent_find_active(bp_consistent *c, double ahead) {
    bp_solver *s = c->solver;
    bool any = false;
    for (int i = 0; i < c->n; i++)
        if (c->condition[i].kind == BP_CONDITION_FAST) s->source.algebraic[i] = true;
    set_all_active(c, true); // while it is found out which are
    for (int i = 0; i < c->n; i++) {
        if (c->condition[i].kind != BP_CONDITION_FAST) continue;
        s->source.algebraic[i] =
            !is_idle(c, i, ahead) && !is_exhausted(c, i, s->t, c->given);
        any |= s->source.algebraic[i];
    }
    set_all_active(c, false);
    return any;
}
