#include "solver/history.h"

#include <math.h>
#include <string.h>

#include "base/array.h"

enum { MAX_DEGREE = 12 };

typedef struct leg {
    double start;
    int first_step;
    int parameters; // where they begin in `parameters`
} leg;

struct bp_history {
    int n, n_kept, n_parameters, n_nodes;
    const int *kept;
    double node[MAX_DEGREE + 1];   // of a step, from -1 to 1
    double weight[MAX_DEGREE + 1]; // barycentric
    BP_ARRAY(leg) legs;
    BP_ARRAY(double) ends;       // of steps
    BP_ARRAY(double) begins;     // of steps
    BP_ARRAY(double) samples;    // [step][node][kept]; a leg begins with its state
    BP_ARRAY(double) parameters; // of legs, once where they are the same
    double *y;                   // (n)
};

// Chebyshev's points of the second kind: the ends of the step are among them.
static void place_nodes(bp_history *h, int degree) {
    const double pi = 3.14159265358979323846;
    h->n_nodes = degree + 1;
    for (int i = 0; i <= degree; i++) {
        h->node[i] = -cos(pi * i / degree);
        h->weight[i] = (i % 2 ? -1.0 : 1.0) * (i == 0 || i == degree ? 0.5 : 1.0);
    }
    h->node[0] = -1.0;
    h->node[degree] = 1.0;
}

bp_status bp_history_new(int n, const int *kept, int n_kept, int n_parameters,
                         int degree, bp_history **out) {
    bp_history *h = bp_calloc(1, sizeof *h);
    if (!h) return BP_NO_MEMORY;
    h->n = n;
    h->kept = kept;
    h->n_kept = n_kept;
    h->n_parameters = n_parameters;
    place_nodes(h, degree < 1 ? 1 : degree > MAX_DEGREE ? MAX_DEGREE : degree);
    h->y = bp_calloc((size_t)n + 1, sizeof *h->y);
    if (!h->y) {
        bp_history_free(h);
        return BP_NO_MEMORY;
    }
    *out = h;
    return BP_OK;
}

void bp_history_free(bp_history *h) {
    if (!h) return;
    bp_array_clear(&h->legs);
    bp_array_clear(&h->ends);
    bp_array_clear(&h->begins);
    bp_array_clear(&h->samples);
    bp_array_clear(&h->parameters);
    bp_free(h->y);
    bp_free(h);
}

void bp_history_begin(bp_history *h) {
    h->legs.count = h->ends.count = h->begins.count = 0;
    h->samples.count = h->parameters.count = 0;
}

// ---- writing ----

static bool keep_parameters(bp_history *h, const double *parameters, int *where) {
    size_t bytes = (size_t)h->n_parameters * sizeof *parameters;
    if (h->n_parameters == 0 || h->legs.count > 0) {
        *where = h->legs.count > 0 ? h->legs.items[h->legs.count - 1].parameters : 0;
        if (bytes == 0 || !memcmp(h->parameters.items + *where, parameters, bytes))
            return true;
    }
    if (!bp_array_reserve(&h->parameters, h->n_parameters)) return false;
    *where = h->parameters.count;
    memcpy(h->parameters.items + *where, parameters, bytes);
    h->parameters.count += h->n_parameters;
    return true;
}

// A step of which the first `n` nodes are sampled.
static bool add_step(bp_history *h, double begin, double end) {
    int room = h->n_nodes * h->n_kept;
    if (!bp_array_reserve(&h->samples, room) || !bp_array_push(&h->begins, begin))
        return false;
    if (!bp_array_push(&h->ends, end)) {
        h->begins.count--;
        return false;
    }
    h->samples.count += room;
    return true;
}

static double *sample_of(const bp_history *h, int step, int node) {
    return h->samples.items +
           ((size_t)step * (size_t)h->n_nodes + (size_t)node) * (size_t)h->n_kept;
}

static void keep(const bp_history *h, int step, int node, const double *y) {
    double *to = sample_of(h, step, node);
    for (int i = 0; i < h->n_kept; i++)
        to[i] = y[h->kept[i]];
}

// A step of no length holds the state that the leg begins with.
bp_status bp_history_leg(bp_history *h, double t, const double *y,
                         const double *parameters) {
    leg made = {.start = t, .first_step = h->ends.count};
    if (!keep_parameters(h, parameters, &made.parameters)) return BP_NO_MEMORY;
    if (!bp_array_push(&h->legs, made) || !add_step(h, t, t)) return BP_NO_MEMORY;
    for (int k = 0; k < h->n_nodes; k++)
        keep(h, made.first_step, k, y);
    return BP_OK;
}

bp_status bp_history_step(bp_history *h, bp_integrator *integrator, double t) {
    double begin = h->ends.items[h->ends.count - 1];
    if (!(t > begin)) return BP_OK;
    if (!add_step(h, begin, t)) return BP_NO_MEMORY;
    for (int k = 0; k < h->n_nodes && h->n_kept > 0; k++) {
        double at = k == 0 ? begin : begin + 0.5 * (h->node[k] + 1.0) * (t - begin);
        if (k == h->n_nodes - 1) at = t;
        BP_TRY(integrator->type->interpolate(integrator, at, h->y));
        keep(h, h->ends.count - 1, k, h->y);
    }
    return BP_OK;
}

// ---- reading ----

// The last of the ascending items that is at most t; -1: none.
int bp_history_find(const bp_history *h, double t) {
    int low = 0, high = h->legs.count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (h->legs.items[middle].start <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

double bp_history_start_of(const bp_history *h, int number) {
    return h->legs.items[number].start;
}

const double *bp_history_parameters(const bp_history *h, int number) {
    return h->parameters.items + h->legs.items[number].parameters;
}

// The step of the leg that ends at t or after it first; its last one beyond.
static int step_at(const bp_history *h, int number, double t) {
    int low = h->legs.items[number].first_step;
    int high = number + 1 < h->legs.count ? h->legs.items[number + 1].first_step
                                          : h->ends.count;
    int last = high - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (h->ends.items[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low > last ? last : low;
}

static void copy_sample(const bp_history *h, int step, int node, double *y) {
    const double *from = sample_of(h, step, node);
    for (int i = 0; i < h->n_kept; i++)
        y[h->kept[i]] = from[i];
}

// The polynomial by the second barycentric formula.
static void interpolate(const bp_history *h, int step, double t, double *y) {
    double begin = h->begins.items[step], end = h->ends.items[step];
    double x = 2.0 * ((t - begin) / (end - begin)) - 1.0;
    double share[MAX_DEGREE + 1], sum = 0.0;
    for (int k = 0; k < h->n_nodes; k++) {
        double away = x - h->node[k];
        if (away == 0.0) {
            copy_sample(h, step, k, y);
            return;
        }
        share[k] = h->weight[k] / away;
        sum += share[k];
    }
    for (int i = 0; i < h->n_kept; i++) {
        double value = 0.0,
               base = sample_of(h, step, 0)[i]; // what rests, rests exactly
        for (int k = 1; k < h->n_nodes; k++)
            value += share[k] * (sample_of(h, step, k)[i] - base);
        y[h->kept[i]] = base + value / sum;
    }
}

void bp_history_state(const bp_history *h, int number, double t, double *y) {
    if (h->n_kept == 0) return;
    int step = step_at(h, number, t), first = h->legs.items[number].first_step;
    if (t < h->legs.items[number].start && step == first &&
        step + 1 < h->ends.count) { // before its beginning: by its first real step
        int next = number + 1 < h->legs.count ? h->legs.items[number + 1].first_step
                                              : h->ends.count;
        if (step + 1 < next) step++;
    }
    if (h->ends.items[step] > h->begins.items[step])
        interpolate(h, step, t, y);
    else
        copy_sample(h, step, 0, y);
}
