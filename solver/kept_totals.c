// x += U^2 C (C' U^2 C)^-1 (C' b - C' x), with U the units and C the totals as columns.
#include "solver/kept_totals.h"

#include <string.h>

#include "base/alloc.h"

// A pivot below this share of its diagonal entry is rounding: its total follows from
// others, as far as the units let see.
#define PIVOT_SHARE 1e-12

struct bp_kept {
    const bp_model *model;
    int n, n_totals;
    double *square;  // (n) of the unit of each state
    double *l;       // (n_totals x n_totals) by rows: L of L D L' below the diagonal
    double *pivot;   // (n_totals) D; 0: the total is let go
    double *noted;   // (n_totals) c b
    double *missing; // (n_totals)
    double *spread;  // (n) one total, by states
};

void bp_kept_free(bp_kept *kept) {
    if (!kept) return;
    bp_free(kept->square);
    bp_free(kept->l);
    bp_free(kept->pivot);
    bp_free(kept->noted);
    bp_free(kept->missing);
    bp_free(kept->spread);
    bp_free(kept);
}

bp_status bp_kept_new(const bp_model *model, bp_kept **out) {
    bp_kept *kept = bp_calloc(1, sizeof *kept);
    if (!kept) return BP_NO_MEMORY;
    size_t n = (size_t)bp_model_n_states(model), m = (size_t)bp_model_n_totals(model);
    kept->model = model;
    kept->n = (int)n;
    kept->n_totals = (int)m;
    kept->square = bp_calloc(n + 1, sizeof *kept->square);
    kept->l = bp_calloc(m * m + 1, sizeof *kept->l);
    kept->pivot = bp_calloc(m + 1, sizeof *kept->pivot);
    kept->noted = bp_calloc(m + 1, sizeof *kept->noted);
    kept->missing = bp_calloc(m + 1, sizeof *kept->missing);
    kept->spread = bp_calloc(n + 1, sizeof *kept->spread);
    if (!kept->square || !kept->l || !kept->pivot || !kept->noted || !kept->missing ||
        !kept->spread) {
        bp_kept_free(kept);
        return BP_NO_MEMORY;
    }
    *out = kept;
    return BP_OK;
}

static double total_of(const bp_total *total, const double *x) {
    double sum = 0.0;
    for (int k = 0; k < total->n; k++)
        sum += total->weight[k] * x[total->state[k]];
    return sum;
}

static double *row(const bp_kept *kept, int i) {
    return kept->l + (size_t)i * (size_t)kept->n_totals;
}

// Row i of C' U^2 C, to its diagonal.
static void fill_row(bp_kept *kept, int i) {
    const bp_total *total = bp_model_total(kept->model, i);
    for (int k = 0; k < total->n; k++) {
        int state = total->state[k];
        kept->spread[state] = total->weight[k] * kept->square[state];
    }
    for (int j = 0; j <= i; j++)
        row(kept, i)[j] = total_of(bp_model_total(kept->model, j), kept->spread);
    for (int k = 0; k < total->n; k++)
        kept->spread[total->state[k]] = 0.0;
}

// Row i of L, with the rows above done.
static void factor_row(bp_kept *kept, int i) {
    double *at = row(kept, i), diagonal = at[i];
    for (int j = 0; j < i; j++) {
        const double *above = row(kept, j);
        for (int k = 0; k < j; k++)
            at[j] -= at[k] * above[k]; // at[k] is L times D still
    }
    double pivot = diagonal;
    for (int j = 0; j < i; j++) {
        double product = at[j];
        at[j] = kept->pivot[j] > 0.0 ? product / kept->pivot[j] : 0.0;
        pivot -= product * at[j];
    }
    kept->pivot[i] = pivot > PIVOT_SHARE * diagonal ? pivot : 0.0;
}

void bp_kept_weigh(bp_kept *kept, const double *weight) {
    for (int i = 0; i < kept->n; i++)
        kept->square[i] = 1.0 / (weight[i] * weight[i]);
    for (int i = 0; i < kept->n_totals; i++) {
        fill_row(kept, i);
        factor_row(kept, i);
    }
}

void bp_kept_note(bp_kept *kept, const double *b) {
    for (int i = 0; i < kept->n_totals; i++)
        kept->noted[i] = total_of(bp_model_total(kept->model, i), b);
}

// missing := (L D L')^-1 missing; 0 for what is let go.
static void solve(const bp_kept *kept) {
    double *x = kept->missing;
    int m = kept->n_totals;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < i; j++)
            x[i] -= row(kept, i)[j] * x[j];
        if (kept->pivot[i] == 0.0) x[i] = 0.0;
    }
    for (int i = m - 1; i >= 0; i--) {
        x[i] = kept->pivot[i] > 0.0 ? x[i] / kept->pivot[i] : 0.0;
        for (int j = i + 1; j < m; j++)
            if (kept->pivot[i] > 0.0) x[i] -= row(kept, j)[i] * x[j];
    }
}

static void restore_once(bp_kept *kept, double *x) {
    for (int i = 0; i < kept->n_totals; i++)
        kept->missing[i] = kept->noted[i] - total_of(bp_model_total(kept->model, i), x);
    solve(kept);
    for (int i = 0; i < kept->n_totals; i++) {
        const bp_total *total = bp_model_total(kept->model, i);
        for (int k = 0; k < total->n; k++) {
            int state = total->state[k];
            x[state] += kept->square[state] * total->weight[k] * kept->missing[i];
        }
    }
}

void bp_kept_restore(bp_kept *kept, double *x) {
    restore_once(kept, x);
    restore_once(kept, x); // what rounding left
}
