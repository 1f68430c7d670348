// GMRES with modified Gram-Schmidt and Givens rotations. The basis vectors are kept
// multiplied by the weights, so that their dot products are those of the weighted norm.
#include "solver/gmres.h"

#include <math.h>
#include <stdbool.h>

#include "base/alloc.h"

struct bp_gmres {
    int n, dimension;
    double *basis; // (dimension + 1, n)
    double *h; // (dimension, dimension + 1) columns of the Hessenberg matrix, then R
    double *c, *s; // (dimension) rotations
    double *g;     // (dimension + 1) right-hand side of the small system
    double *z;     // (n)
};

void bp_gmres_free(bp_gmres *gmres) {
    if (!gmres) return;
    bp_free_aligned(gmres->basis);
    bp_free(gmres->h);
    bp_free(gmres->c);
    bp_free(gmres->s);
    bp_free(gmres->g);
    bp_free_aligned(gmres->z);
    bp_free(gmres);
}

bp_status bp_gmres_new(int n, int dimension, bp_gmres **out) {
    bp_gmres *gmres = bp_calloc(1, sizeof *gmres);
    if (!gmres) return BP_NO_MEMORY;
    size_t m = (size_t)dimension;
    gmres->n = n;
    gmres->dimension = dimension;
    gmres->basis = bp_calloc_aligned((m + 1) * (size_t)n, sizeof *gmres->basis);
    gmres->h = bp_calloc(m * (m + 1), sizeof *gmres->h);
    gmres->c = bp_calloc(m, sizeof *gmres->c);
    gmres->s = bp_calloc(m, sizeof *gmres->s);
    gmres->g = bp_calloc(m + 1, sizeof *gmres->g);
    gmres->z = bp_calloc_aligned((size_t)n, sizeof *gmres->z);
    if (!gmres->basis || !gmres->h || !gmres->c || !gmres->s || !gmres->g ||
        !gmres->z) {
        bp_gmres_free(gmres);
        return BP_NO_MEMORY;
    }
    *out = gmres;
    return BP_OK;
}

// ---- vectors ----

enum { PARTS = 8 };

// In eight partial sums whatever the machine's vectors are, so that the digits are the
// same everywhere.
static double dot(const double *restrict x, const double *restrict y, int n) {
    double part[PARTS] = {0};
    int i = 0;
    for (; i + PARTS <= n; i += PARTS)
        for (int k = 0; k < PARTS; k++)
            part[k] += x[i + k] * y[i + k];
    for (int k = 0; i < n; i++, k++)
        part[k] += x[i] * y[i];
    return ((part[0] + part[4]) + (part[1] + part[5])) +
           ((part[2] + part[6]) + (part[3] + part[7]));
}

static double norm(const double *x, int n) {
    return sqrt(dot(x, x, n));
}

static void add_multiple(double *restrict y, double a, const double *restrict x,
                         int n) {
    for (int i = 0; i < n; i++)
        y[i] += a * x[i];
}

static double *vector(const bp_gmres *gmres, int k) {
    return gmres->basis + (size_t)k * (size_t)gmres->n;
}

static double *column(const bp_gmres *gmres, int k) {
    return gmres->h + (size_t)k * (size_t)(gmres->dimension + 1);
}

// ---- the method ----

// v[k + 1] = W P^-1 A W^-1 v[k]
static void next_vector(bp_gmres *gmres, const bp_gmres_system *system,
                        const double *weight, int k) {
    const double *v = vector(gmres, k);
    double *next = vector(gmres, k + 1), *z = gmres->z;
    for (int i = 0; i < gmres->n; i++)
        z[i] = v[i] / weight[i];
    system->multiply(system->self, z, next);
    system->precondition(system->self, next);
    for (int i = 0; i < gmres->n; i++)
        next[i] *= weight[i];
}

// v[k + 1] made orthogonal to all before it and of norm 1; column k of the Hessenberg
// matrix.
static void make_orthogonal(bp_gmres *gmres, int k) {
    int n = gmres->n;
    double *next = vector(gmres, k + 1), *h = column(gmres, k);
    for (int j = 0; j <= k; j++) {
        h[j] = dot(next, vector(gmres, j), n);
        add_multiple(next, -h[j], vector(gmres, j), n);
    }
    h[k + 1] = norm(next, n);
    if (!(h[k + 1] > 0.0)) return; // the solution is in the space
    double inverse = 1.0 / h[k + 1];
    for (int i = 0; i < n; i++)
        next[i] *= inverse;
}

// Rotates column k so that nothing is left below its diagonal. Returns the norm of the
// residual that k + 1 vectors leave.
static double rotate(bp_gmres *gmres, int k) {
    double *h = column(gmres, k), *c = gmres->c, *s = gmres->s, *g = gmres->g;
    for (int j = 0; j < k; j++) {
        double t = c[j] * h[j] + s[j] * h[j + 1];
        h[j + 1] = c[j] * h[j + 1] - s[j] * h[j];
        h[j] = t;
    }
    double length = hypot(h[k], h[k + 1]);
    c[k] = length > 0.0 ? h[k] / length : 1.0;
    s[k] = length > 0.0 ? h[k + 1] / length : 0.0;
    h[k] = length;
    g[k + 1] = -s[k] * g[k];
    g[k] *= c[k];
    return fabs(g[k + 1]);
}

// x = W^-1 V R^-1 g of `size` vectors; false when R is singular.
static bool combine(bp_gmres *gmres, const double *weight, int size, double *x) {
    double *g = gmres->g;
    for (int k = size - 1; k >= 0; k--) {
        double diagonal = column(gmres, k)[k];
        if (diagonal == 0.0) return false;
        g[k] /= diagonal;
        for (int j = 0; j < k; j++)
            g[j] -= g[k] * column(gmres, k)[j];
    }
    for (int i = 0; i < gmres->n; i++)
        x[i] = 0.0;
    for (int k = 0; k < size; k++)
        add_multiple(x, g[k], vector(gmres, k), gmres->n);
    for (int i = 0; i < gmres->n; i++)
        x[i] /= weight[i];
    return true;
}

bp_status bp_gmres_solve(bp_gmres *gmres, const bp_gmres_system *system,
                         const double *weight, double tolerance, double *x,
                         long *products) {
    int n = gmres->n;
    double *first = vector(gmres, 0);
    system->precondition(system->self, x);
    for (int i = 0; i < n; i++)
        first[i] = x[i] * weight[i];
    double residual = norm(first, n);
    if (!isfinite(residual)) return BP_CONVERGENCE;
    if (residual <= tolerance) return BP_OK; // P^-1 b it is
    for (int i = 0; i < n; i++)
        first[i] /= residual;

    gmres->g[0] = residual;
    int k = 0;
    do {
        next_vector(gmres, system, weight, k);
        ++*products;
        make_orthogonal(gmres, k);
        residual = rotate(gmres, k++);
    } while (residual > tolerance && k < gmres->dimension);
    if (!(residual <= tolerance)) return BP_CONVERGENCE;
    return combine(gmres, weight, k, x) ? BP_OK : BP_CONVERGENCE;
}
