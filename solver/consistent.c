// Rows without condition keep M y; rows with one are 0 = f. Newton's method with the
// affine-invariant test of its damping (the next simplified step must be shorter), a
// homotopy where it fails, and for fast reactions first their own motion to rest,
// M dy/ds = f, integrated like any other.
//
// Damping and test: P. Deuflhard, Newton Methods for Nonlinear Problems (2004), 3.3.
#include "solver/consistent.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/fast_branch.h"
#include "solver/run.h"

enum {
    NEWTON_LIMIT = 100,
    DAMPINGS = 14,        // halvings of a step
    MODE_ROUNDS = 8,      // comparisons that turn while their rules are solved
    HOMOTOPY_LIMIT = 200, // steps of it
    RELAX_LIMIT = 20000,  // steps to rest
    STEPS_PER_LOOK = 4
};

#define CONVERGED  1e-13 // length of a step relative to |y| + atol
#define STAGNATION 1e-9  // what rounding may leave of it
#define NEAR       1000.0 // the root is this near to what was integrated [tolerance units]
#define NOISE      1e-3 // nearer than this it is the same state
#define SLACK      10.0 // what integration may leave at a stable equilibrium
#define FOR_EVER   1e30

struct bp_consistent {
    bp_solver *solver;
    const bp_problem *problem;
    const bp_condition *condition; // (n)
    int n, n_fast;
    bool *rules; // (n) rows of algebraic rules
    bool *mask;  // rows that are conditions in the system at hand: `rules`, or all
    bp_lu *lu;
    double *values; // (nnz)
    double *mass;   // (mass->n)
    double *origin; // (n) rows without condition keep M times this
    double *given;  // (n) the state that is made consistent
    double *offset; // (n) homotopy: 0 = f - share * offset
    double share;
    double *scale, *f, *step, *next, *trial; // (n)
    int worst;         // row whose condition is farthest from being fulfilled
    bp_problem motion; // of the fast reactions alone
    bp_settings settings;
    bp_integrator *integrator; // of the motion; NULL: no fast reactions
    bp_fast_branch *branch;    // NULL: no fast reactions
};

// ---- the motion of the fast reactions alone ----

static bool moves(const bp_consistent *c, int row) {
    return c->condition[row].kind == BP_CONDITION_RULE ||
           (c->condition[row].kind == BP_CONDITION_FAST && c->problem->algebraic[row]);
}

// The motion is as fast as the laws say; everywhere else zeros are looked for.
static void set_moving(bp_consistent *c, bool moving) {
    bp_model_set_moving(c->solver->model, c->solver->work, moving);
    bp_work_refresh(c->solver->work);
}

static bp_status motion_rates(void *self, double s, const double *y, double *f) {
    (void)s;
    bp_consistent *c = self;
    set_moving(c, true);
    bp_status status = c->problem->rates(c->problem->self, c->solver->t, y, f);
    set_moving(c, false);
    if (status != BP_OK) return status;
    for (int i = 0; i < c->n; i++)
        if (!moves(c, i)) f[i] = 0.0;
    return BP_OK;
}

static void motion_jacobian(void *self, double s, const double *y, double *values) {
    (void)s;
    bp_consistent *c = self;
    const bp_pattern *p = c->problem->pattern;
    set_moving(c, true);
    c->problem->jacobian(c->problem->self, c->solver->t, y, values);
    set_moving(c, false);
    for (int k = 0; k < p->nnz; k++)
        if (!moves(c, p->row[k])) values[k] = 0.0;
}

static void motion_mass(void *self, double *values) {
    bp_consistent *c = self;
    c->problem->mass_values(c->problem->self, values);
}

// ---- life ----

void bp_consistent_free(bp_consistent *c) {
    if (!c) return;
    if (c->integrator) c->integrator->type->free(c->integrator);
    bp_fast_branch_free(c->branch);
    bp_lu_free(c->lu);
    double *parts[] = {c->values, c->mass, c->origin, c->given, c->offset,
                       c->scale,  c->f,    c->step,   c->next,  c->trial};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
    bp_free(c->rules);
    bp_free(c);
}

static bp_status take_memory(bp_consistent *c) {
    size_t n = (size_t)c->n;
    c->rules = bp_calloc(n, sizeof *c->rules);
    c->values = bp_calloc((size_t)c->problem->pattern->nnz, sizeof *c->values);
    c->mass = bp_calloc((size_t)c->problem->mass->n + 1, sizeof *c->mass);
    double **parts[] = {&c->origin, &c->given, &c->offset, &c->scale,
                        &c->f,      &c->step,  &c->next,   &c->trial};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!(*parts[i] = bp_calloc(n, sizeof(double)))) return BP_NO_MEMORY;
    return c->rules && c->values && c->mass ? BP_OK : BP_NO_MEMORY;
}

static bp_status make_parts(bp_consistent *c) {
    BP_TRY(take_memory(c));
    for (int i = 0; i < c->n; i++) {
        c->rules[i] = c->condition[i].kind == BP_CONDITION_RULE;
        c->n_fast += c->condition[i].kind == BP_CONDITION_FAST;
    }
    BP_TRY(bp_lu_new(c->problem->pattern, c->solver->settings.linear, &c->lu));
    if (c->n_fast == 0) return BP_OK;
    c->settings = c->solver->settings;
    c->settings.max_step = c->settings.first_step = 0.0;
    c->motion = *c->problem;
    c->motion.self = c;
    c->motion.rates = motion_rates;
    c->motion.jacobian = motion_jacobian;
    c->motion.mass_values = motion_mass;
    c->motion.algebraic = c->rules;
    c->motion.n_roots = 0;
    BP_TRY(bp_fast_branch_new(c->solver, &c->branch));
    return bp_integrator_ida.make(&c->motion, &c->settings, &c->integrator);
}

bp_status bp_consistent_new(bp_solver *solver, bp_consistent **out) {
    bp_consistent *c = bp_calloc(1, sizeof *c);
    if (!c) return BP_NO_MEMORY;
    c->solver = solver;
    c->problem = &solver->problem;
    c->condition = bp_model_conditions(solver->model);
    c->n = solver->problem.n;
    bp_status status = make_parts(c);
    if (status != BP_OK) {
        bp_consistent_free(c);
        return status;
    }
    *out = c;
    return BP_OK;
}

// ---- Newton's method ----

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
static bp_status newton(bp_consistent *c, double *y) {
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
        status = newton(c, y);
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

// ---- rules ----

static bp_status fulfil(bp_consistent *c, bool *mask, double *y) {
    c->mask = mask;
    c->share = 0.0;
    memcpy(c->origin, c->given, (size_t)c->n * sizeof *y);
    bp_status status = newton(c, y);
    if (status == BP_OK || status == BP_NO_MEMORY) return status;
    memcpy(y, c->given, (size_t)c->n * sizeof *y);
    return follow_homotopy(c, y) == BP_OK ? BP_OK : status;
}

// ---- fast reactions ----

// How far the root is from y, in tolerance units; infinity: Newton's method finds none.
// The root is left in `root`.
static double root_distance(bp_consistent *c, bool *mask, const double *y,
                            double *root) {
    const bp_solver *s = c->solver;
    c->mask = mask;
    c->share = 0.0;
    memcpy(c->origin, c->given, (size_t)c->n * sizeof *y);
    memcpy(root, y, (size_t)c->n * sizeof *y);
    if (newton(c, root) != BP_OK) return INFINITY;
    double most = 0.0;
    for (int i = 0; i < c->n; i++) {
        double unit = s->settings.rtol * fabs(y[i]) + s->atol[i];
        double part = fabs(root[i] - y[i]) / unit;
        if (!(part <= most)) most = part;
    }
    return most;
}

// Integrates until the root is near and coming nearer: not an unstable one.
static bp_status relax(bp_consistent *c, bool *mask, double *y) {
    bp_solver *s = c->solver;
    static const bp_effort plain = {.nonlinear = 1.0, .text = "as asked"};
    bp_leg leg = {.t = 0.0, .end = FOR_EVER, .y = y, .atol = s->atol, .effort = &plain};
    const bp_integrator_type *type = c->integrator->type;
    bp_stop stop = BP_STOP_STEP;
    double at = 0.0, last = INFINITY;
    type->reset(c->integrator);
    bp_status status = type->start(c->integrator, &leg);
    for (int i = 1; status == BP_OK && i <= RELAX_LIMIT && stop != BP_STOP_END; i++) {
        status = type->step(c->integrator, &at, &stop);
        if (status != BP_OK || i % STEPS_PER_LOOK != 0) continue;
        if (bp_run_cancelled(s)) return BP_CANCELLED;
        status = type->interpolate(c->integrator, at, s->between);
        double distance = root_distance(c, mask, s->between, y);
        bool near = distance <= NOISE || (distance <= NEAR && distance <= 0.5 * last);
        if (near && !bp_fast_branch_leaves(c->branch, s->t, y)) {
            type->count(c->integrator, &s->stats);
            return BP_OK;
        }
        last = distance;
    }
    type->count(c->integrator, &s->stats);
    return status == BP_NO_MEMORY || status == BP_CANCELLED ? status
                                                            : BP_NO_STEADY_STATE;
}

// From an equilibrium that is being left, on the way that the slow changes lead to.
static bp_status project(bp_consistent *c, bool *mask, double *y) {
    double distance = root_distance(c, mask, c->given, y);
    if (distance <= SLACK && bp_fast_branch_is_stable(c->branch, c->solver->t, y))
        return BP_OK;
    if (distance <= NOISE) {
        if (!bp_fast_branch_leaves(c->branch, c->solver->t, y)) return BP_OK;
        bp_fast_branch_push(c->branch, y, c->given);
    }
    memcpy(y, c->given, (size_t)c->n * sizeof *y);
    BP_TRY(fulfil(c, c->rules, y));
    return relax(c, mask, y);
}

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
static bool has_revived(bp_consistent *c, double t, const double *y) {
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
static bool find_active(bp_consistent *c, double ahead) {
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

// ---- all together ----

static void explain(bp_consistent *c, bp_status status) {
    bp_solver *s = c->solver;
    if (status == BP_NO_MEMORY || status == BP_CANCELLED) return;
    int row = c->worst;
    for (int i = 0; i < c->n && c->condition[row].kind == BP_NO_CONDITION; i++)
        row = i;
    const bp_condition *condition = &c->condition[row];
    const bp_variable *v =
        bp_model_variable(s->model, bp_model_state_variable(s->model, row));
    bp_error at = {0};
    char text[512];
    if (condition->kind == BP_CONDITION_FAST)
        bp_error_at(&at, status, condition->where,
                    "the fast reaction '%s' does not come to rest from the amounts at "
                    "hand (%s)",
                    bp_model_variable(s->model, condition->reaction)->name,
                    bp_status_text(status));
    else
        bp_error_at(&at, status, condition->where,
                    "no value of '%s' was found that fulfils the algebraic rule, "
                    "starting from %.6g (%s)",
                    v->name, c->given[row], bp_status_text(status));
    bp_error_print(&at, text, sizeof text);
    snprintf(s->start_error, sizeof s->start_error, "%.255s", text);
}

static bp_status reach(bp_consistent *c, double ahead) {
    bp_solver *s = c->solver;
    bool fast = c->n_fast > 0;
    memcpy(c->given, s->y, (size_t)c->n * sizeof *s->y);
    for (int round = 0; round < MODE_ROUNDS; round++) {
        bp_model_hold_modes(s->model, s->work, s->t, s->y);
        fast = c->n_fast > 0 && find_active(c, ahead);
        c->problem->mass_values(c->problem->self, c->mass);
        memcpy(s->y, c->given, (size_t)c->n * sizeof *s->y);
        BP_TRY(fast ? project(c, s->source.algebraic, s->y)
                    : fulfil(c, s->source.algebraic, s->y));
        if (!bp_model_hold_modes(s->model, s->work, s->t, s->y)) return BP_OK;
    }
    return BP_CONVERGENCE;
}

static bool ends(bp_consistent *c, double t, const double *y) {
    return bp_fast_branch_leaves(c->branch, t, y) || has_revived(c, t, y);
}

bp_status bp_consistent_watch(bp_consistent *c, double before, double *t, bool *left) {
    bp_solver *s = c->solver;
    const bp_integrator_type *type = s->integrator->type;
    *left = false;
    if (!c->branch) return BP_OK;
    BP_TRY(type->interpolate(s->integrator, *t, s->between));
    *left = ends(c, *t, s->between);
    if (!*left) return BP_OK;
    double low = before, least = DBL_EPSILON * (*t - before);
    while (*t - low > least) {
        double middle = low + 0.5 * (*t - low);
        if (!(middle > low) || !(middle < *t)) break;
        BP_TRY(type->interpolate(s->integrator, middle, s->between));
        if (ends(c, middle, s->between))
            *t = middle;
        else
            low = middle;
    }
    return BP_OK;
}

bp_status bp_consistent_reach(bp_consistent *c, double ahead) {
    c->worst = 0;
    bp_status status = reach(c, ahead);
    if (status != BP_OK) {
        explain(c, status);
        memcpy(c->solver->y, c->given, (size_t)c->n * sizeof *c->given);
    }
    c->solver->source.bad = false;
    return status;
}
