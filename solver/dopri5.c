// Dormand and Prince's explicit method of order 5 with an error estimate of order 4,
// step size by a PI controller, continuous output of order 4. Not for stiff networks:
// it is here because it shares nothing with CVODES, so that the two can check each
// other.
//
// Coefficients: J. R. Dormand and P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26.
// Continuous output: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential
// Equations I, 2nd ed. (1993), section II.6. Controller: ibid., section IV.2 of volume
// II.
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "solver/integrator.h"

enum { STAGES = 7, TERMS = 5, REJECTIONS = 20, ROOT_STEPS = 100 };

#define SAFETY 0.9
#define SHRINK 0.2  // a step is at least this share of the last one
#define GROW   10.0 // and at most this multiple
#define BETA   0.04 // share of the integral part of the controller
#define ALPHA  (0.2 - 0.75 * BETA)

static const double node[STAGES] = {0.0, 0.2, 0.3, 0.8, 8.0 / 9.0, 1.0, 1.0};

static const double stage[STAGES][STAGES - 1] = {
    {0},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0.0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84},
};

// fifth order minus embedded fourth order
static const double error_of[STAGES] = {
    71.0 / 57600,      0.0,        -71.0 / 16695, 71.0 / 1920,
    -17253.0 / 339200, 22.0 / 525, -1.0 / 40};

static const double dense_of[STAGES] = {
    -12715105075.0 / 11282082432,  0.0,
    87487479700.0 / 32700410799,   -10690763975.0 / 1880347072,
    701980252875.0 / 199316789632, -1453857185.0 / 822651844,
    69997945.0 / 29380423};

typedef struct dopri5 {
    bp_integrator base;
    const bp_problem *problem;
    const bp_settings *settings;
    bp_leg leg;
    double limit;         // no step leads past it
    double t, h;          // where the last step ended; the next step to try
    double t_old, h_done; // the last step: from t_old, of length h_done
    double last_error;    // of the last accepted step, for the controller
    double *y, *y_new;
    double *k[STAGES];   // slopes; k[0] belongs to (t, y)
    double *term[TERMS]; // continuous output
    double *error;
    double *root, *root_new, *root_try; // (n_roots)
    double *memory;
    bp_stats work; // since the last count
} dopri5;

static void dopri5_free(bp_integrator *self) {
    dopri5 *s = (dopri5 *)self;
    if (s) bp_free_aligned(s->memory);
    bp_free(s);
}

static double *cut(double **from, int n) {
    double *part = *from;
    *from += n;
    return part;
}

static bp_status dopri5_make(const bp_problem *problem, const bp_settings *settings,
                             bp_integrator **out) {
    dopri5 *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->base.type = &bp_integrator_dopri5;
    s->problem = problem;
    s->settings = settings;
    size_t arrays = 3 + STAGES + TERMS;
    size_t numbers = arrays * (size_t)problem->n + 3 * (size_t)problem->n_roots;
    s->memory = bp_calloc_aligned(numbers, sizeof *s->memory);
    if (!s->memory) {
        dopri5_free(&s->base);
        return BP_NO_MEMORY;
    }
    double *rest = s->memory;
    s->y = cut(&rest, problem->n);
    s->y_new = cut(&rest, problem->n);
    s->error = cut(&rest, problem->n);
    for (int i = 0; i < STAGES; i++)
        s->k[i] = cut(&rest, problem->n);
    for (int i = 0; i < TERMS; i++)
        s->term[i] = cut(&rest, problem->n);
    s->root = cut(&rest, problem->n_roots);
    s->root_new = cut(&rest, problem->n_roots);
    s->root_try = cut(&rest, problem->n_roots);
    *out = &s->base;
    return BP_OK;
}

static void dopri5_reset(bp_integrator *self) {
    dopri5 *s = (dopri5 *)self;
    s->work = (bp_stats){0};
}

// ---- norms and first step ----

static bp_status rates(dopri5 *s, double t, const double *y, double *dydt) {
    s->work.rate_evaluations++;
    return s->problem->rates(s->problem->self, t, y, dydt);
}

static double scale_of(const dopri5 *s, int i) {
    double size = fmax(fabs(s->y[i]), fabs(s->y_new[i]));
    return s->leg.atol[i] + s->settings->rtol * size;
}

// Weighted RMS norm of x.
static double norm(const dopri5 *s, const double *x) {
    double sum = 0.0;
    for (int i = 0; i < s->problem->n; i++) {
        double e = x[i] / scale_of(s, i);
        sum += e * e;
    }
    return sqrt(sum / s->problem->n);
}

static double longest_step(const dopri5 *s) {
    double longest = fmin(s->leg.end, s->limit) - s->t;
    double share = s->leg.effort->step_share * (s->leg.end - s->leg.t);
    if (s->settings->max_step > 0.0) longest = fmin(longest, s->settings->max_step);
    if (s->leg.longest > 0.0) longest = fmin(longest, s->leg.longest);
    return share > 0.0 ? fmin(longest, share) : longest;
}

// A step over which the solution changes by about a hundredth of its size or tolerance,
// or the shortest that time resolves, should a solution begin next to zero.
static double first_step(dopri5 *s) {
    memcpy(s->y_new, s->y, (size_t)s->problem->n * sizeof *s->y);
    double size = norm(s, s->y), slope = norm(s, s->k[0]);
    double h = size < 1e-5 || slope < 1e-5 ? 1e-6 : 0.01 * size / slope;
    return fmin(fmax(h, 64.0 * DBL_EPSILON * fabs(s->t)), longest_step(s));
}

static bp_status dopri5_start(bp_integrator *self, const bp_leg *leg) {
    dopri5 *s = (dopri5 *)self;
    const bp_problem *p = s->problem;
    s->leg = *leg;
    s->limit = INFINITY;
    s->t = s->t_old = leg->t;
    s->h_done = 0.0;
    s->last_error = 1e-4;
    memcpy(s->y, leg->y, (size_t)p->n * sizeof *s->y);
    BP_TRY(rates(s, s->t, s->y, s->k[0]));
    if (p->n_roots > 0) p->roots(p->self, s->t, s->y, s->root);
    double asked = s->settings->first_step;
    s->h = asked > 0.0 ? fmin(asked, longest_step(s)) : first_step(s);
    return BP_OK;
}

static void dopri5_limit(bp_integrator *self, double t) {
    ((dopri5 *)self)->limit = t;
}

// ---- one step ----

// y_new = y + h sum of a[j] k[j]
static void combine(dopri5 *s, const double *a, int count, double h) {
    for (int i = 0; i < s->problem->n; i++) {
        double sum = 0.0;
        for (int j = 0; j < count; j++)
            sum += a[j] * s->k[j][i];
        s->y_new[i] = s->y[i] + h * sum;
    }
}

// The stages; the last one is the slope at the new point. `error` is the new error
// estimate.
static bp_status try_step(dopri5 *s, double h, double *error) {
    for (int i = 1; i < STAGES; i++) {
        combine(s, stage[i], i, h);
        BP_TRY(rates(s, s->t + node[i] * h, s->y_new, s->k[i]));
    }
    for (int i = 0; i < s->problem->n; i++) {
        double sum = 0.0;
        for (int j = 0; j < STAGES; j++)
            sum += error_of[j] * s->k[j][i];
        s->error[i] = h * sum;
    }
    *error = norm(s, s->error);
    return isfinite(*error) ? BP_OK : BP_NOT_FINITE;
}

static void prepare_output(dopri5 *s, double h) {
    for (int i = 0; i < s->problem->n; i++) {
        double difference = s->y_new[i] - s->y[i];
        double left = h * s->k[0][i] - difference;
        double sum = 0.0;
        for (int j = 0; j < STAGES; j++)
            sum += dense_of[j] * s->k[j][i];
        s->term[0][i] = s->y[i];
        s->term[1][i] = difference;
        s->term[2][i] = left;
        s->term[3][i] = difference - h * s->k[6][i] - left;
        s->term[4][i] = h * sum;
    }
}

static void accept(dopri5 *s, double h, double error) {
    prepare_output(s, h);
    s->t_old = s->t;
    s->h_done = h;
    double to_end = s->leg.end - s->t;
    s->t = h >= to_end ? s->leg.end : s->t + h;
    double *swap = s->y;
    s->y = s->y_new;
    s->y_new = swap;
    swap = s->k[0];
    s->k[0] = s->k[6];
    s->k[6] = swap;
    double factor = pow(fmax(error, 1e-10), ALPHA) / pow(s->last_error, BETA) / SAFETY;
    s->h = h / fmin(1.0 / SHRINK, fmax(1.0 / GROW, factor));
    s->last_error = fmax(error, 1e-4);
    s->work.steps++;
}

static void evaluate(const dopri5 *s, double t, double *y) {
    double share = s->h_done > 0.0 ? (t - s->t_old) / s->h_done : 1.0,
           back = 1.0 - share;
    for (int i = 0; i < s->problem->n; i++) {
        double inner = s->term[3][i] + back * s->term[4][i];
        inner = s->term[2][i] + share * inner;
        inner = s->term[1][i] + back * inner;
        y[i] = s->term[0][i] + share * inner;
    }
}

// ---- roots ----

static bool crossed(const double *before, const double *after, int n) {
    for (int i = 0; i < n; i++)
        if ((before[i] < 0.0 && after[i] >= 0.0) ||
            (before[i] > 0.0 && after[i] <= 0.0))
            return true;
    return false;
}

// Ends the step right after the first sign change in it, found by bisection.
static bp_stop look_for_roots(dopri5 *s, bp_stop stop) {
    const bp_problem *p = s->problem;
    size_t bytes = (size_t)p->n_roots * sizeof *s->root;
    p->roots(p->self, s->t, s->y, s->root_new);
    if (crossed(s->root, s->root_new, p->n_roots)) {
        double low = s->t_old, high = s->t;
        double resolution = 100.0 * DBL_EPSILON * (fabs(high) + (high - low));
        for (int i = 0; i < ROOT_STEPS && high - low > resolution; i++) {
            double middle = low + 0.5 * (high - low);
            evaluate(s, middle, s->y_new);
            p->roots(p->self, middle, s->y_new, s->root_try);
            if (crossed(s->root, s->root_try, p->n_roots))
                high = middle;
            else
                low = middle;
        }
        if (high < s->t) {
            evaluate(s, high, s->y);
            s->t = high;
        }
        stop = BP_STOP_ROOT;
    }
    memcpy(s->root, s->root_new, bytes);
    return stop;
}

static bp_status dopri5_step(bp_integrator *self, double *t, bp_stop *stop) {
    dopri5 *s = (dopri5 *)self;
    bp_status status = BP_OK;
    for (int rejected = 0; rejected < REJECTIONS; rejected++) {
        double to_end = s->leg.end - s->t, error = 0.0;
        double h = fmin(s->h, longest_step(s));
        if (h > 0.999999 * to_end) h = to_end; // no crumb at the end
        if (h < 4.0 * DBL_EPSILON * fabs(s->t)) return BP_STEP_TOO_SMALL;

        status = try_step(s, h, &error);
        if (status != BP_OK && status != BP_NOT_FINITE) return status;
        if (status == BP_OK && error <= 1.0) {
            accept(s, h, error);
            *stop = s->t >= s->leg.end ? BP_STOP_END : BP_STOP_STEP;
            if (s->problem->n_roots > 0) *stop = look_for_roots(s, *stop);
            *t = s->t;
            return BP_OK;
        }
        s->work.error_test_failures++;
        double factor = status == BP_OK ? pow(error, ALPHA) / SAFETY : 1.0 / SHRINK;
        s->h = h / fmin(1.0 / SHRINK, fmax(factor, 1.0));
    }
    return status == BP_OK ? BP_STEP_TOO_SMALL : status;
}

static bp_status dopri5_interpolate(bp_integrator *self, double t, double *y) {
    const dopri5 *s = (const dopri5 *)self;
    if (t == s->t)
        memcpy(y, s->y, (size_t)s->problem->n * sizeof *y);
    else
        evaluate(s, t, y);
    return BP_OK;
}

static int dopri5_worst(bp_integrator *self) {
    const dopri5 *s = (const dopri5 *)self;
    int worst = -1;
    double most = 0.0;
    for (int i = 0; i < s->problem->n; i++) {
        double e = fabs(s->error[i]) / scale_of(s, i);
        if (e > most) most = e, worst = i;
    }
    return worst;
}

static void dopri5_count(bp_integrator *self, bp_stats *stats) {
    dopri5 *s = (dopri5 *)self;
    bp_stats_add(stats, &s->work);
    s->work = (bp_stats){0};
}

static void dopri5_describe(const bp_integrator *self, bp_text *out) {
    const dopri5 *s = (const dopri5 *)self;
    bp_text_format(out, "Dormand-Prince 5(4), explicit, %d states", s->problem->n);
}

const bp_integrator_type bp_integrator_dopri5 = {
    .name = "DOPRI5",
    .make = dopri5_make,
    .free = dopri5_free,
    .reset = dopri5_reset,
    .start = dopri5_start,
    .limit = dopri5_limit,
    .step = dopri5_step,
    .interpolate = dopri5_interpolate,
    .worst = dopri5_worst,
    .count = dopri5_count,
    .describe = dopri5_describe,
};
