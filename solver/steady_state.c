// F(y) = 0 with F = dy/dt in the rows of independent states and `total - weights . y`
// in the row of the state that a conserved total determines. Rows are scaled by their
// largest entry, since a rate constant and a weight have nothing to do with each
// other's size.
#include "solver/steady_state.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/run.h"

enum { NEWTON_LIMIT = 25 };
// The root must be this near to what integration reached [tolerance units]: farther
// away it is another steady state, or the linearisation does not hold.
#define NEAR 1000.0

struct bp_rest {
    const bp_problem *problem;
    const bp_model *model; // NULL: no totals
    int n_totals;
    bp_pattern pattern; // of the reduced system
    int *column_start, *row, *diagonal;
    int *source;    // (nnz): entry of df/dy, or -1: constant
    double *weight; // (nnz): value where the source is -1
    bp_lu *lu;
    double *values;   // (nnz)
    double *jacobian; // (nnz of df/dy)
    double *scale;    // (n): largest entry of each row
    double *residual; // (n)
    double *root;     // (n)
    double *rate;     // (n)
    double *total;    // (n_totals)
    int *total_of;    // (n): the total that determines the state, -1: none
    int negative;     // the state that made the last root negative
};

void bp_rest_free(bp_rest *r) {
    if (!r) return;
    bp_lu_free(r->lu);
    void *parts[] = {r->column_start, r->row,      r->diagonal, r->source,   r->weight,
                     r->values,       r->jacobian, r->scale,    r->residual, r->root,
                     r->rate,         r->total,    r->total_of};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
    bp_free(r);
}

// ---- the reduced pattern ----

static double weight_in(const bp_total *total, int state) {
    for (int i = 0; i < total->n; i++)
        if (total->state[i] == state) return total->weight[i];
    return 0.0;
}

// Appends the entries of column j in ascending rows; `at` is where the column begins.
static int merge_column(bp_rest *r, int j, int at) {
    const bp_pattern *p = r->problem->pattern;
    int k = p->column_start[j], end = p->column_start[j + 1];
    for (int i = 0; i < p->n; i++) {
        bool there = k < end && p->row[k] == i;
        int source = there ? k++ : -1;
        double weight = 0.0;
        if (r->total_of[i] >= 0) {
            weight = weight_in(bp_model_total(r->model, r->total_of[i]), j);
            there = weight != 0.0 || i == j;
            source = -1;
        }
        if (!there) continue;
        if (r->row) {
            r->row[at] = i;
            r->source[at] = source;
            r->weight[at] = weight;
            if (i == j) r->diagonal[j] = at;
        }
        at++;
    }
    return at;
}

static void build_pattern(bp_rest *r) {
    int at = 0;
    for (int j = 0; j < r->problem->n; j++) {
        r->column_start[j] = at;
        at = merge_column(r, j, at);
    }
    r->column_start[r->problem->n] = at;
}

static bp_status take_memory(bp_rest *r) {
    size_t n = (size_t)r->problem->n, nnz = (size_t)r->column_start[n];
    r->row = bp_calloc(nnz, sizeof *r->row);
    r->source = bp_calloc(nnz, sizeof *r->source);
    r->weight = bp_calloc(nnz, sizeof *r->weight);
    r->values = bp_calloc(nnz, sizeof *r->values);
    r->jacobian = bp_calloc((size_t)r->problem->pattern->nnz, sizeof *r->jacobian);
    r->scale = bp_calloc(n, sizeof *r->scale);
    r->residual = bp_calloc(n, sizeof *r->residual);
    r->root = bp_calloc(n, sizeof *r->root);
    r->rate = bp_calloc(n, sizeof *r->rate);
    r->total = bp_calloc((size_t)r->n_totals + 1, sizeof *r->total);
    return r->row && r->source && r->weight && r->values && r->jacobian && r->scale &&
                   r->residual && r->root && r->rate && r->total
               ? BP_OK
               : BP_NO_MEMORY;
}

static bp_status fill_in(bp_rest *r, int linear) {
    size_t n = (size_t)r->problem->n;
    r->column_start = bp_calloc(n + 1, sizeof *r->column_start);
    r->diagonal = bp_calloc(n, sizeof *r->diagonal);
    r->total_of = bp_calloc(n, sizeof *r->total_of);
    if (!r->column_start || !r->diagonal || !r->total_of) return BP_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        r->total_of[i] = -1;
    for (int i = 0; i < r->n_totals; i++)
        r->total_of[bp_model_total(r->model, i)->dependent] = i;
    build_pattern(r); // counts
    BP_TRY(take_memory(r));
    build_pattern(r); // writes
    r->pattern = (bp_pattern){.n = (int)n,
                              .nnz = r->column_start[n],
                              .column_start = r->column_start,
                              .row = r->row,
                              .diagonal = r->diagonal};
    return bp_lu_new_for_few(&r->pattern, linear, &r->lu);
}

bp_status bp_rest_new(const bp_problem *problem, const bp_model *model, int linear,
                      bp_rest **out) {
    bp_rest *r = bp_calloc(1, sizeof *r);
    if (!r) return BP_NO_MEMORY;
    r->problem = problem;
    r->model = model;
    r->n_totals = model ? bp_model_n_totals(model) : 0;
    bp_status status = fill_in(r, linear);
    if (status != BP_OK) {
        bp_rest_free(r);
        return status;
    }
    *out = r;
    return BP_OK;
}

// ---- Newton's method ----

static double sum_of(const bp_total *total, const double *y) {
    double sum = 0.0;
    for (int i = 0; i < total->n; i++)
        sum += total->weight[i] * y[total->state[i]];
    return sum;
}

void bp_rest_remember(bp_rest *r, const double *y) {
    for (int i = 0; i < r->n_totals; i++)
        r->total[i] = sum_of(bp_model_total(r->model, i), y);
    r->lu->type->reset(r->lu);
}

const double *bp_rest_root(const bp_rest *r) {
    return r->root;
}

// Right-hand side of the Newton step, -F(root); false when it is not finite.
static bool evaluate(bp_rest *r, double t) {
    const bp_problem *p = r->problem;
    if (p->rates(p->self, t, r->root, r->rate) != BP_OK) return false;
    for (int i = 0; i < p->n; i++) {
        int total = r->total_of[i];
        r->residual[i] =
            total < 0
                ? -r->rate[i]
                : r->total[total] - sum_of(bp_model_total(r->model, total), r->root);
    }
    return true;
}

// The matrix of the Newton step, each row divided by its largest entry. A state that
// does not change and depends on nothing keeps its value.
static bool assemble(bp_rest *r, double t) {
    const bp_problem *p = r->problem;
    p->jacobian(p->self, t, r->root, r->jacobian);
    memset(r->scale, 0, (size_t)p->n * sizeof *r->scale);
    for (int k = 0; k < r->pattern.nnz; k++) {
        double v = r->source[k] >= 0 ? r->jacobian[r->source[k]] : r->weight[k];
        r->values[k] = v;
        double *largest = &r->scale[r->row[k]];
        if (!(fabs(v) <= *largest)) *largest = fabs(v);
    }
    for (int i = 0; i < p->n; i++) {
        if (r->scale[i] == 0.0) {
            if (r->residual[i] != 0.0) return false; // moves for ever
            r->values[r->diagonal[i]] = 1.0;
            r->scale[i] = 1.0;
        }
        if (!isfinite(r->scale[i])) return false;
        r->residual[i] /= r->scale[i];
    }
    for (int k = 0; k < r->pattern.nnz; k++)
        r->values[k] /= r->scale[r->row[k]];
    return r->lu->type->factor(r->lu, r->values) == BP_OK;
}

// Moves the root by the Newton step; the largest move relative to |y| + atol.
static double move(bp_rest *r, const double *atol) {
    double largest = 0.0;
    for (int i = 0; i < r->problem->n; i++) {
        double step = r->residual[i];
        r->root[i] += step;
        double relative = fabs(step) / (fabs(r->root[i]) + atol[i]);
        if (!(relative <= largest)) largest = relative;
    }
    return largest;
}

static double distance_to(const bp_rest *r, const bp_settings *settings,
                          const double *atol, const double *y) {
    double largest = 0.0;
    for (int i = 0; i < r->problem->n; i++) {
        double unit = settings->rtol * fabs(y[i]) + atol[i];
        double d = fabs(r->root[i] - y[i]) / unit;
        if (!(d <= largest)) largest = d;
    }
    return largest;
}

// An amount below zero by more than the tolerance is not a state; by less, it is zero.
static bool has_negative(bp_rest *r, const double *atol, const double *y) {
    for (int i = 0; i < r->problem->n; i++) {
        if (r->root[i] >= 0.0 || y[i] < -atol[i]) continue;
        if (r->root[i] < -atol[i]) {
            r->negative = i;
            return true;
        }
        r->root[i] = 0.0;
    }
    return false;
}

bp_verdict bp_rest_polish(bp_rest *r, const bp_settings *settings, const double *atol,
                          double t, const double *y, double *distance) {
    memcpy(r->root, y, (size_t)r->problem->n * sizeof *y);
    *distance = INFINITY;
    double last = INFINITY;
    for (int i = 0; i < NEWTON_LIMIT; i++) {
        if (!evaluate(r, t)) return BP_VERDICT_FAR;
        if (!assemble(r, t)) return BP_VERDICT_SINGULAR;
        if (r->lu->type->solve(r->lu, r->residual) != BP_OK) return BP_VERDICT_SINGULAR;
        double moved = move(r, atol);
        *distance = distance_to(r, settings, atol, y);
        if (!(*distance <= NEAR)) return BP_VERDICT_FAR;
        bool done = moved <= settings->steady_tolerance;
        // what rounding leaves does not become smaller
        if (i > 2 && moved >= last && moved <= settings->rtol) done = true;
        if (done)
            return has_negative(r, atol, y) ? BP_VERDICT_NEGATIVE : BP_VERDICT_REST;
        last = moved;
    }
    return BP_VERDICT_FAR;
}

int bp_rest_moves(bp_rest *r, const bp_settings *settings, const double *atol,
                  const double *y, double window, double *how_much) {
    const bp_problem *p = r->problem;
    int most = -1;
    *how_much = 0.0;
    if (p->rates(p->self, 0.0, y, r->rate) != BP_OK) return -1;
    for (int i = 0; i < p->n; i++) {
        double m = fabs(r->rate[i]) * window / (settings->rtol * fabs(y[i]) + atol[i]);
        if (m > *how_much) *how_much = m, most = i;
    }
    return most;
}

// ---- coming to rest ----

// Tolerance units within which integration cannot be told from rest.
#define NOISE 10.0
// Doublings of the time during which nothing moves by a tolerance unit: rest without a
// root that Newton's method finds (a continuum of steady states).
enum { QUIET_DOUBLINGS = 20 };

typedef struct watch {
    double next;     // time of the next look
    double distance; // to the root at the last look
    int quiet;       // looks in a row at which nothing moved
    bp_verdict verdict;
} watch;

// Whether the state is at rest: the root is near, and integration is coming nearer to
// it (which it would not to an unstable one), or it is as near as the tolerance can
// tell.
static bool look(bp_solver *s, watch *w, double elapsed) {
    double distance = INFINITY, moved = 0.0;
    w->verdict =
        bp_rest_polish(s->rest, &s->settings, s->atol, s->t, s->between, &distance);
    bool nearer = distance <= NOISE || distance <= 0.5 * w->distance;
    w->distance = distance;
    w->next = 2.0 * elapsed;
    if (w->verdict == BP_VERDICT_REST && nearer) {
        memcpy(s->y, bp_rest_root(s->rest), (size_t)s->problem.n * sizeof *s->y);
        return true;
    }
    bp_rest_moves(s->rest, &s->settings, s->atol, s->between, elapsed, &moved);
    w->quiet = moved <= 1.0 ? w->quiet + 1 : 0;
    if (w->quiet < QUIET_DOUBLINGS) return false;
    memcpy(s->y, s->between, (size_t)s->problem.n * sizeof *s->y);
    return true;
}

static bp_status follow_to_rest(bp_solver *s, double *elapsed) {
    const bp_integrator_type *type = s->integrator->type;
    bp_leg leg = {.t = 0.0,
                  .end = s->settings.steady_limit,
                  .y = s->y,
                  .atol = s->atol,
                  .effort = s->effort};
    watch w = {.next = s->settings.steady_window, .distance = 0.0};
    bp_stop stop = BP_STOP_STEP;
    BP_TRY(type->start(s->integrator, &leg));
    for (long step = 0; stop != BP_STOP_END; step++) {
        if (step >= s->settings.max_steps) return BP_NO_STEADY_STATE;
        if (bp_run_cancelled(s)) return BP_CANCELLED;
        BP_TRY(type->step(s->integrator, elapsed, &stop));
        s->source.bad = false;
        if (*elapsed < w.next) continue;
        BP_TRY(type->interpolate(s->integrator, *elapsed, s->between));
        if (look(s, &w, *elapsed)) return BP_OK;
    }
    return BP_NO_STEADY_STATE;
}

bp_status bp_rest_reach(bp_solver *s) {
    double elapsed = 0.0;
    bp_model_problem_bounds(&s->source, s->t, s->t);
    s->source.at_rest = true;
    bp_rest_remember(s->rest, s->y);
    bp_status status = follow_to_rest(s, &elapsed);
    if (status != BP_OK) // the state that was reached is what the diagnosis is about
        if (s->integrator->type->interpolate(s->integrator, elapsed, s->y) != BP_OK)
            memcpy(s->y, s->between, (size_t)s->problem.n * sizeof *s->y);
    s->integrator->type->count(s->integrator, &s->stats);
    s->stats.settle_time += elapsed;
    s->source.at_rest = false;
    if (status == BP_OK) bp_model_problem_bounds(&s->source, -INFINITY, INFINITY);
    return status;
}
