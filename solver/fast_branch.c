// With T dy/ds = G the motion of the fast reactions in the rows of their equilibria,
// the directions d_p = dy / d(T y)_p along which they move, and R_qp = dG_q/dy d_p: at
// a stable equilibrium det(-R) is positive. It turns negative where an eigenvalue of R
// passes zero: A + B -> C with A B = 0 and A produced, when B runs out.
#include "solver/fast_branch.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/linear.h"
#include "solver/run.h"

#define PROBE   2.0  // tolerance units beside y where it must look the same
#define PUSH    16.0 // tolerance units that y is moved by
#define NOTHING 1e-9 // share of what it could be below which a push is none

struct bp_fast_branch {
    bp_solver *solver;
    const bp_problem *problem;
    const bp_condition *condition;
    int n, n_fast;
    int *row;     // (n_fast) states whose rows are equilibria
    int *order;   // (n) place of a state among those that are active, -1: none
    int n_active; //
    bp_lu *lu;    //
    double *jacobian, *values; // (nnz)
    double *mass;              // (mass->n)
    double *scale;             // (n) of rows
    double *direction;         // (n_fast x n)
    double *reduced;           // (n_fast x n_fast) R, then what elimination leaves
    double *slow;              // (n) slow changes, then the way on which y is left
    double *probe;             // (n)
};

void bp_fast_branch_free(bp_fast_branch *b) {
    if (!b) return;
    bp_lu_free(b->lu);
    double *parts[] = {b->jacobian,  b->values,  b->mass, b->scale,
                       b->direction, b->reduced, b->slow, b->probe};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        bp_free(parts[i]);
    bp_free(b->row);
    bp_free(b->order);
    bp_free(b);
}

static bp_status take_memory(bp_fast_branch *b) {
    size_t n = (size_t)b->n, fast = (size_t)b->n_fast;
    size_t nnz = (size_t)b->problem->pattern->nnz;
    b->row = bp_calloc(fast, sizeof *b->row);
    b->order = bp_calloc(n, sizeof *b->order);
    b->jacobian = bp_calloc(nnz, sizeof *b->jacobian);
    b->values = bp_calloc(nnz, sizeof *b->values);
    b->mass = bp_calloc((size_t)b->problem->mass->n + 1, sizeof *b->mass);
    b->scale = bp_calloc(n, sizeof *b->scale);
    b->direction = bp_calloc(fast * n, sizeof *b->direction);
    b->reduced = bp_calloc(fast * fast, sizeof *b->reduced);
    b->slow = bp_calloc(n, sizeof *b->slow);
    b->probe = bp_calloc(n, sizeof *b->probe);
    return b->row && b->order && b->jacobian && b->values && b->mass && b->scale &&
                   b->direction && b->reduced && b->slow && b->probe
               ? BP_OK
               : BP_NO_MEMORY;
}

bp_status bp_fast_branch_new(bp_solver *solver, bp_fast_branch **out) {
    bp_fast_branch *b = bp_calloc(1, sizeof *b);
    if (!b) return BP_NO_MEMORY;
    b->solver = solver;
    b->problem = &solver->problem;
    b->condition = bp_model_conditions(solver->model);
    b->n = solver->problem.n;
    for (int i = 0; i < b->n; i++)
        b->n_fast += b->condition[i].kind == BP_CONDITION_FAST;
    bp_status status = take_memory(b);
    for (int i = 0, k = 0; status == BP_OK && i < b->n; i++)
        if (b->condition[i].kind == BP_CONDITION_FAST) b->row[k++] = i;
    if (status == BP_OK)
        status =
            bp_lu_new_for_few(b->problem->pattern, solver->settings.linear, &b->lu);
    if (status != BP_OK) {
        bp_fast_branch_free(b);
        return status;
    }
    *out = b;
    return BP_OK;
}

// ---- directions ----

static double *direction_of(const bp_fast_branch *b, int k) {
    return b->direction + (size_t)k * (size_t)b->n;
}

static void find_order(bp_fast_branch *b) {
    b->n_active = 0;
    for (int i = 0; i < b->n; i++)
        b->order[i] = -1;
    for (int k = 0; k < b->n_fast; k++)
        if (b->problem->algebraic[b->row[k]]) b->order[b->row[k]] = b->n_active++;
}

static bool is_rule(const bp_fast_branch *b, int row) {
    return b->condition[row].kind == BP_CONDITION_RULE;
}

// M whole, with the rules in their rows; factored.
static bool factor(bp_fast_branch *b) {
    const bp_problem *p = b->problem;
    const bp_pattern *pattern = p->pattern;
    for (int k = 0; k < pattern->nnz; k++)
        b->values[k] = is_rule(b, pattern->row[k]) ? b->jacobian[k] : 0.0;
    for (int k = 0; k < p->mass->n; k++)
        b->values[p->mass->at[k]] += b->mass[k];
    memset(b->scale, 0, (size_t)b->n * sizeof *b->scale);
    for (int k = 0; k < pattern->nnz; k++)
        b->scale[pattern->row[k]] = fmax(b->scale[pattern->row[k]], fabs(b->values[k]));
    for (int i = 0; i < b->n; i++)
        if (!(b->scale[i] > 0.0) || !isfinite(b->scale[i])) return false;
    for (int k = 0; k < pattern->nnz; k++)
        b->values[k] /= b->scale[pattern->row[k]];
    b->lu->type->reset(b->lu);
    return b->lu->type->factor(b->lu, b->values) == BP_OK;
}

static bool find_directions(bp_fast_branch *b) {
    for (int k = 0; k < b->n_fast; k++) {
        int at = b->order[b->row[k]];
        if (at < 0) continue;
        double *d = direction_of(b, at);
        memset(d, 0, (size_t)b->n * sizeof *d);
        d[b->row[k]] = 1.0 / b->scale[b->row[k]];
        if (b->lu->type->solve(b->lu, d) != BP_OK) return false;
    }
    return true;
}

// ---- the sign of det(-R) ----

static void find_reduced(bp_fast_branch *b) {
    const bp_pattern *p = b->problem->pattern;
    int m = b->n_active;
    memset(b->reduced, 0, (size_t)m * (size_t)m * sizeof *b->reduced);
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            int q = b->order[p->row[k]];
            for (int d = 0; q >= 0 && d < m; d++)
                b->reduced[q * m + d] -= b->jacobian[k] * direction_of(b, d)[j];
        }
}

static void swap_rows(double *a, double *b, int n) {
    for (int i = 0; i < n; i++) {
        double kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

// Sign of the determinant of an m x m matrix, by elimination with pivots by column.
static int determinant_sign(double *a, int m) {
    int sign = 1;
    for (int k = 0; k < m; k++) {
        int pivot = k;
        for (int i = k + 1; i < m; i++)
            if (fabs(a[i * m + k]) > fabs(a[pivot * m + k])) pivot = i;
        double value = a[pivot * m + k];
        if (value == 0.0 || !isfinite(value)) return 0;
        if (pivot != k) {
            swap_rows(a + (size_t)pivot * (size_t)m, a + (size_t)k * (size_t)m, m);
            sign = -sign;
        }
        if (value < 0.0) sign = -sign;
        for (int i = k + 1; i < m; i++) {
            double factor = a[i * m + k] / value;
            for (int j = k; j < m; j++)
                a[i * m + j] -= factor * a[k * m + j];
        }
    }
    return sign;
}

// 1 stable, -1 not, 0 not known.
static int look(bp_fast_branch *b, double t, const double *y) {
    b->problem->jacobian(b->problem->self, t, y, b->jacobian);
    if (!factor(b) || !find_directions(b)) return 0;
    find_reduced(b);
    return determinant_sign(b->reduced, b->n_active);
}

// ---- beside y ----

static double unit_of(const bp_fast_branch *b, const double *y, int i) {
    return b->solver->settings.rtol * fabs(y[i]) + b->solver->atol[i];
}

// How much of `d` moves some state by one tolerance unit.
static double unit_along(const bp_fast_branch *b, const double *y, const double *d) {
    double most = 0.0;
    for (int i = 0; i < b->n; i++)
        most = fmax(most, fabs(d[i]) / unit_of(b, y, i));
    return most > 0.0 ? 1.0 / most : 0.0;
}

// Where the sign depends on what rounding left, it says nothing.
static bool same_beside(bp_fast_branch *b, double t, const double *y) {
    for (int k = 0; k < b->n_active; k++)
        for (int side = -1; side <= 1; side += 2) {
            if (look(b, t, y) >= 0) return false; // the directions at y again
            const double *d = direction_of(b, k);
            double far = side * PROBE * unit_along(b, y, d);
            for (int i = 0; i < b->n; i++)
                b->probe[i] = y[i] + far * d[i];
            if (look(b, t, b->probe) >= 0) return false;
        }
    return true;
}

// dy/dt as it were without the fast reactions, into `slow`.
static bool find_slow(bp_fast_branch *b, double t, const double *y) {
    bp_solver *s = b->solver;
    for (int k = 0; k < b->n_fast; k++)
        bp_model_set_active(s->model, s->work, b->condition[b->row[k]].number, false);
    bp_work_refresh(s->work);
    bp_status status = b->problem->rates(b->problem->self, t, y, b->slow);
    for (int k = 0; k < b->n_fast; k++)
        bp_model_set_active(s->model, s->work, b->condition[b->row[k]].number,
                            b->problem->algebraic[b->row[k]]);
    bp_work_refresh(s->work);
    if (status != BP_OK) return false;
    for (int i = 0; i < b->n; i++)
        b->slow[i] = is_rule(b, i) ? 0.0 : b->slow[i] / b->scale[i];
    return b->lu->type->solve(b->lu, b->slow) == BP_OK;
}

// Whether the slow changes lead off the equilibria, G = 0, to first order.
static bool is_pushed(bp_fast_branch *b, double t, const double *y) {
    const bp_pattern *p = b->problem->pattern;
    if (look(b, t, y) >= 0 || !find_slow(b, t, y)) return false;
    double fastest = 0.0;
    for (int i = 0; i < b->n; i++)
        fastest = fmax(fastest, fabs(b->slow[i]));
    double *drift = b->probe, *size = b->scale;
    memset(drift, 0, (size_t)b->n * sizeof *drift);
    memset(size, 0, (size_t)b->n * sizeof *size);
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            drift[p->row[k]] += b->jacobian[k] * b->slow[j];
            size[p->row[k]] += fabs(b->jacobian[k]) * fastest;
        }
    bool pushed = false;
    for (int k = 0; k < b->n_fast; k++) {
        int row = b->row[k];
        pushed |= b->order[row] >= 0 && fabs(drift[row]) > NOTHING * size[row];
    }
    return pushed;
}

// How the fast reactions begin to move once the slow changes have pushed, into `slow`.
static void find_motion(bp_fast_branch *b) {
    memset(b->slow, 0, (size_t)b->n * sizeof *b->slow);
    for (int k = 0; k < b->n_fast; k++) {
        int at = b->order[b->row[k]];
        double drift = b->probe[b->row[k]];
        for (int i = 0; at >= 0 && i < b->n; i++)
            b->slow[i] += drift * direction_of(b, at)[i];
    }
}

bool bp_fast_branch_is_stable(bp_fast_branch *b, double t, const double *y) {
    find_order(b);
    b->problem->mass_values(b->problem->self, b->mass);
    return look(b, t, y) > 0;
}

bool bp_fast_branch_leaves(bp_fast_branch *b, double t, const double *y) {
    find_order(b);
    b->problem->mass_values(b->problem->self, b->mass);
    if (b->n_active == 0 || look(b, t, y) >= 0 || !same_beside(b, t, y) ||
        !is_pushed(b, t, y))
        return false;
    find_motion(b);
    return true;
}

void bp_fast_branch_push(const bp_fast_branch *b, const double *y, double *out) {
    double far = PUSH * unit_along(b, y, b->slow);
    for (int i = 0; i < b->n; i++)
        out[i] = y[i] + far * b->slow[i];
}
