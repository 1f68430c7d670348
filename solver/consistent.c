// Rows without condition keep M y; rows with one are 0 = f: Newton's method
// (consistent_newton.c), and for fast reactions first their own motion to rest,
// M dy/ds = f, integrated like any other.
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/consistent_parts.h"

enum {
    MODE_ROUNDS = 8,     // comparisons that turn while their rules are solved
    RELAX_LIMIT = 20000, // steps to rest
    STEPS_PER_LOOK = 4
};

#define NEAR     1000.0 // the root is this near to what was integrated [tolerance units]
#define NOISE    1e-3   // nearer than this it is the same state
#define SLACK    10.0   // what integration may leave at a stable equilibrium
#define FOR_EVER 1e30

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
    BP_TRY(bp_lu_new_for_few(c->problem->pattern, c->solver->settings.linear, &c->lu));
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
    if (bp_consistent_newton(c, root) != BP_OK) return INFINITY;
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
    BP_TRY(bp_consistent_fulfil(c, c->rules, y));
    return relax(c, mask, y);
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
        fast = c->n_fast > 0 && bp_consistent_find_active(c, ahead);
        c->problem->mass_values(c->problem->self, c->mass);
        memcpy(s->y, c->given, (size_t)c->n * sizeof *s->y);
        BP_TRY(fast ? project(c, s->source.algebraic, s->y)
                    : bp_consistent_fulfil(c, s->source.algebraic, s->y));
        if (!bp_model_hold_modes(s->model, s->work, s->t, s->y)) return BP_OK;
    }
    return BP_CONVERGENCE;
}

static bool ends(bp_consistent *c, double t, const double *y) {
    return bp_fast_branch_leaves(c->branch, t, y) || bp_consistent_has_revived(c, t, y);
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
