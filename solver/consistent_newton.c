// Newton's method for conditions, with the affine-invariant test of its damping (the
// next simplified step must be shorter), and a homotopy where it fails.
#include <math.h>
#include <string.h>

#include "solver/consistent_parts.h"

enum {
    NEWTON_LIMIT = 100,
    DAMPINGS = 14,       // halvings of a step
    HOMOTOPY_LIMIT = 200 // steps of it
};

#define CONVERGED  1e-13 // length of a step relative to |y| + atol
#define STAGNATION 1e-9  // what rounding may leave of it

// -F at y, into f.
static bp_status evaluate(bp_consistent *c, const double *y) {
    const bp_problem *p = c->problem;
    BP_TRY(p->rates(p->self, c->solver->t, y, c->f));
    for (int i = 0; i < c->n; i++)
        c->f[i] = c->mask[i] ? c->share * c->offset[i] - c->f[i] : 0.0;
    for (int k = 0; k < p->mass->n; k++) {
        int row = p->mass->row[k], column = p->mass->column[k];
        if (!c->mask[row]) c->f[row] -= c->mass[k] * (y[column] - c->origin[column]);
    }
    return BP_OK;
}

// dF/dy at y with rows divided by their largest entry, factored.
static bp_status factor(bp_consistent *c, const double *y) {
    const bp_problem *p = c->problem;
    const bp_pattern *pattern = p->pattern;
    p->jacobian(p->self, c->solver->t, y, c->values);
    for (int k = 0; k < pattern->nnz; k++)
        if (!c->mask[pattern->row[k]]) c->values[k] = 0.0;
    for (int k = 0; k < p->mass->n; k++)
        if (!c->mask[p->mass->row[k]]) c->values[p->mass->at[k]] = c->mass[k];
    memset(c->scale, 0, (size_t)c->n * sizeof *c->scale);
    for (int k = 0; k < pattern->nnz; k++) {
        double *largest = &c->scale[pattern->row[k]];
        if (!(fabs(c->values[k]) <= *largest)) *largest = fabs(c->values[k]);
    }
    for (int i = 0; i < c->n; i++) {
        if (c->scale[i] > 0.0 && isfinite(c->scale[i])) continue;
        c->worst = i;
        return BP_LINEAR_SOLVER;
    }
    for (int k = 0; k < pattern->nnz; k++)
        c->values[k] /= c->scale[pattern->row[k]];
    return c->lu->type->factor(c->lu, c->values);
}

// The step from -F, by the factors at hand.
static bp_status solve(bp_consistent *c, double *step) {
    for (int i = 0; i < c->n; i++)
        step[i] = c->f[i] / c->scale[i];
    return c->lu->type->solve(c->lu, step);
}

static double length_of(bp_consistent *c, const double *step, const double *y) {
    double most = 0.0;
    for (int i = 0; i < c->n; i++) {
        double part = fabs(step[i]) / (fabs(y[i]) + c->solver->atol[i]);
        if (!(part <= most)) {
            most = part;
            c->worst = i;
        }
    }
    return most;
}

// Goes along the step as far as the next one is shorter. False: nowhere.
static bool go(bp_consistent *c, double *y, double length, double *next) {
    double share = 2.0;
    for (int i = 0; i < DAMPINGS; i++) {
        share *= 0.5;
        for (int k = 0; k < c->n; k++)
            c->trial[k] = y[k] + share * c->step[k];
        if (evaluate(c, c->trial) != BP_OK || solve(c, c->next) != BP_OK) continue;
        *next = length_of(c, c->next, c->trial);
        if (!(*next <= (1.0 - 0.25 * share) * length)) continue;
        memcpy(y, c->trial, (size_t)c->n * sizeof *y);
        return true;
    }
    return false;
}

// A condition that is fulfilled says no more about its row than it needs to.
bp_status bp_consistent_newton(bp_consistent *c, double *y) {
    c->lu->type->reset(c->lu);
    for (int i = 0; i < NEWTON_LIMIT; i++) {
        double next = 0.0;
        BP_TRY(evaluate(c, y));
        BP_TRY(factor(c, y));
        BP_TRY(solve(c, c->step));
        double length = length_of(c, c->step, y);
        if (!isfinite(length)) return BP_LINEAR_SOLVER;
        if (length <= CONVERGED) {
            for (int k = 0; k < c->n; k++)
                y[k] += c->step[k];
            return BP_OK;
        }
        if (!go(c, y, length, &next))
            return length <= STAGNATION ? BP_OK : BP_CONVERGENCE;
        if (next <= CONVERGED) return BP_OK;
    }
    return BP_CONVERGENCE;
}

// From f(y0) = offset at share 1 to f(y) = 0 at share 0, in steps that Newton's method
// can take.
static bp_status follow_homotopy(bp_consistent *c, double *y) {
    const bp_problem *p = c->problem;
    double reached = 1.0, step = 0.1;
    BP_TRY(p->rates(p->self, c->solver->t, y, c->offset));
    double *kept = c->solver->between;
    bp_status status = BP_CONVERGENCE;
    for (int i = 0; i < HOMOTOPY_LIMIT && step > 1e-6; i++) {
        memcpy(kept, y, (size_t)c->n * sizeof *y);
        c->share = fmax(reached - step, 0.0);
        status = bp_consistent_newton(c, y);
        if (status == BP_OK && c->share == 0.0) break;
        if (status == BP_OK) {
            reached = c->share;
            step *= 2.0;
        } else {
            memcpy(y, kept, (size_t)c->n * sizeof *y);
            step *= 0.25;
        }
        status = BP_CONVERGENCE;
    }
    c->share = 0.0;
    return status;
}

bp_status bp_consistent_fulfil(bp_consistent *c, bool *mask, double *y) {
    c->mask = mask;
    c->share = 0.0;
    memcpy(c->origin, c->given, (size_t)c->n * sizeof *y);
    bp_status status = bp_consistent_newton(c, y);
    if (status == BP_OK || status == BP_NO_MEMORY) return status;
    memcpy(y, c->given, (size_t)c->n * sizeof *y);
    return follow_homotopy(c, y) == BP_OK ? BP_OK : status;
}
