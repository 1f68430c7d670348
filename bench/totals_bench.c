// What eliminating conserved totals would do to the factors of the implicit step:
//
//     totals_bench SCENARIO...
//
// Each total takes one state out: x = (T - sum of c_i y_i) / c, so that what depended
// on x depends on all others of the total. Of its states the one goes whose going adds
// the fewest entries to the matrix. Counts alone, with the order of pivots that the
// solver takes (solver/sparse_order.h): states, entries of the matrix, entries of L + U
// and multiplications of a factorisation, before and after. Tab-separated.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "scenarios/scenario.h"
#include "solver/sparse_order.h"

static const double no_bound = 1e15;

typedef struct network {
    int n, n_totals;
    bool *entry;  // (n x n): [column][row]
    bool *member; // (n_totals x n): states of each total, of those that are left
    bool *gone;   // (n)
} network;

static void network_clear(network *w) {
    free(w->entry);
    free(w->member);
    free(w->gone);
}

static bool network_init(network *w, const bp_model *model) {
    const bp_pattern *p = bp_model_pattern(model);
    size_t n = (size_t)p->n, n_totals = (size_t)bp_model_n_totals(model);
    *w = (network){.n = p->n, .n_totals = (int)n_totals};
    w->entry = calloc(n * n, sizeof *w->entry);
    w->member = calloc(n_totals * n + 1, sizeof *w->member);
    w->gone = calloc(n, sizeof *w->gone);
    if (!w->entry || !w->member || !w->gone) return false;
    for (int j = 0; j < p->n; j++)
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++)
            w->entry[(size_t)j * n + (size_t)p->row[k]] = true;
    for (int t = 0; t < w->n_totals; t++) {
        const bp_total *total = bp_model_total(model, t);
        for (int i = 0; i < total->n; i++)
            w->member[(size_t)t * n + (size_t)total->state[i]] = true;
    }
    return true;
}

// ---- elimination ----

// Entries that the columns of the total get when state x goes, less those that go.
static long entries_added(const network *w, const bool *member, int x) {
    long added = 0;
    const bool *from = w->entry + (size_t)x * (size_t)w->n;
    for (int i = 0; i < w->n; i++) {
        if (w->gone[i]) continue;
        added -= from[i] + w->entry[(size_t)i * (size_t)w->n + (size_t)x];
        if (!from[i] || i == x) continue;
        for (int j = 0; j < w->n; j++)
            added +=
                member[j] && j != x && !w->entry[(size_t)j * (size_t)w->n + (size_t)i];
    }
    return added;
}

static void take_out(network *w, int total, int x) {
    size_t n = (size_t)w->n;
    bool *member = w->member + (size_t)total * n;
    const bool *from = w->entry + (size_t)x * n;
    w->gone[x] = true;
    member[x] = false;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; member[j] && i < n; i++)
            w->entry[j * n + i] |= from[i];
    for (int t = 0; t < w->n_totals; t++) { // others that x is in
        bool *other = w->member + (size_t)t * n;
        if (!other[x]) continue;
        other[x] = false;
        for (size_t j = 0; j < n; j++)
            other[j] |= member[j];
    }
}

static void eliminate_totals(network *w) {
    for (int t = 0; t < w->n_totals; t++) {
        const bool *member = w->member + (size_t)t * (size_t)w->n;
        int best = -1;
        long fewest = 0;
        for (int x = 0; x < w->n; x++) {
            if (!member[x]) continue;
            long added = entries_added(w, member, x);
            if (best < 0 || added < fewest) best = x, fewest = added;
        }
        if (best >= 0) take_out(w, t, best);
    }
}

// ---- counting ----

// The pattern of what is left; freed by pattern_clear.
static bool make_pattern(const network *w, bp_pattern *out) {
    size_t n = (size_t)w->n;
    int *place = calloc(n, sizeof *place), *start = calloc(n + 1, sizeof *start);
    int *row = calloc(n * n, sizeof *row), *diagonal = calloc(n, sizeof *diagonal);
    *out = (bp_pattern){.column_start = start, .row = row, .diagonal = diagonal};
    if (!place || !start || !row || !diagonal) {
        free(place);
        return false;
    }
    int left = 0;
    for (size_t i = 0; i < n; i++)
        place[i] = w->gone[i] ? -1 : left++;
    out->n = left;
    for (size_t j = 0; j < n; j++) {
        if (place[j] < 0) continue;
        for (size_t i = 0; i < n; i++) {
            if (place[i] < 0 || !(w->entry[j * n + i] || i == j)) continue;
            if (i == j) diagonal[place[j]] = out->nnz;
            row[out->nnz++] = place[i];
        }
        start[place[j] + 1] = out->nnz;
    }
    free(place);
    return true;
}

static void pattern_clear(bp_pattern *p) {
    free((void *)p->column_start);
    free((void *)p->row);
    free((void *)p->diagonal);
}

static bool count(const network *w) {
    bp_pattern pattern = {0};
    bp_sparse_shape shape = {0};
    bool fine = make_pattern(w, &pattern) &&
                bp_sparse_shape_new(&pattern, no_bound, &shape) == BP_OK;
    if (fine)
        printf("\t%d\t%d\t%d\t%.0f", pattern.n, pattern.nnz, shape.fill, shape.work);
    bp_sparse_shape_clear(&shape);
    pattern_clear(&pattern);
    return fine;
}

static bool run_model(const char *name, const bp_model *model) {
    network w = {0};
    bool fine = network_init(&w, model);
    if (fine) printf("%s\t%d", name, w.n_totals);
    fine = fine && count(&w);
    if (fine) eliminate_totals(&w);
    fine = fine && count(&w);
    puts("");
    network_clear(&w);
    return fine;
}

static bool run_scenario(const char *path) {
    bp_report report = {0};
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    const char *slash = strrchr(path, '/');
    bp_status status = bp_bundle_new(&bundle);
    if (status == BP_OK) status = bp_scenario_load(path, bundle, &scenario, &report);
    if (status != BP_OK && report.count > 0)
        fprintf(stderr, "%s: %s\n", path, report.items[0].message);
    bp_report_clear(&report);
    bool fine = status == BP_OK &&
                run_model(slash ? slash + 1 : path, bp_scenario_model(scenario));
    bp_scenario_free(scenario);
    bp_bundle_free(bundle);
    return fine;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: totals_bench SCENARIO...\n");
        return 2;
    }
    puts("model\ttotals\tstates\tentries\tfactors\tproducts\tstates_after"
         "\tentries_after\tfactors_after\tproducts_after");
    bool fine = true;
    for (int i = 1; i < argc; i++)
        fine = run_scenario(argv[i]) && fine;
    return fine ? 0 : 1;
}
