// Which points rest in the same state, so that it is looked for once.
#include <stdint.h>
#include <string.h>

#include "scenarios/internal.h"

// Whether a setting matters before time 0: only events read a dose.
static void mark_settling(const bp_scenario *scenario, bool *matters) {
    const bp_spec *spec = scenario->network.spec;
    for (int i = 0; i < spec->symbols.count; i++) {
        int variable = bp_scenario_variable(scenario, i);
        if (variable >= 0) matters[variable] = scenario->read_by_model[i];
    }
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

// Equal bits are what bitwise equal results need: 0 and -0 are not alike.
static uint64_t bits_of(double value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

typedef struct grouping {
    const bp_plan *plan;
    bool *matters; // (n_variables)
    int *table;    // an open hash table of the first run of each group + 1; 0: free
    size_t size;
    bp_initial_value *own, *other; // settings of two runs (plan->most)
    int n_own, n_other;
    bp_error err;
} grouping;

static uint64_t hash_own(const grouping *g) {
    uint64_t hash = 1;
    for (int i = 0; i < g->n_own; i++) {
        if (!g->matters[g->own[i].variable]) continue;
        hash = mix(hash, (uint64_t)g->own[i].variable);
        hash = mix(hash, bits_of(g->own[i].value));
    }
    return hash;
}

static int next_mattering(const grouping *g, const bp_initial_value *set, int i,
                          int end) {
    while (i < end && !g->matters[set[i].variable])
        i++;
    return i;
}

static bool rest_alike(const grouping *g) {
    for (int i = 0, j = 0;; i++, j++) {
        i = next_mattering(g, g->own, i, g->n_own);
        j = next_mattering(g, g->other, j, g->n_other);
        if (i == g->n_own || j == g->n_other) return i == g->n_own && j == g->n_other;
        if (bits_of(g->own[i].value) != bits_of(g->other[j].value) ||
            g->own[i].variable != g->other[j].variable)
            return false;
    }
}

// The first run that rests as this one does, in *out; itself, where there is none.
static bp_status find_first(grouping *g, int run, int *out) {
    BP_TRY(bp_plan_settings(g->plan, run, g->own, &g->n_own, &g->err));
    size_t slot = hash_own(g) & (g->size - 1);
    for (; g->table[slot]; slot = (slot + 1) & (g->size - 1)) {
        *out = g->table[slot] - 1;
        BP_TRY(bp_plan_settings(g->plan, *out, g->other, &g->n_other, &g->err));
        if (rest_alike(g)) return BP_OK;
    }
    g->table[slot] = run + 1;
    *out = run;
    return BP_OK;
}

static bool start_grouping(grouping *g, const bp_scenario *scenario) {
    size_t n_variables = (size_t)bp_model_n_variables(scenario->model);
    size_t most = (size_t)g->plan->most;
    g->size = 16;
    while (g->size < 2 * (size_t)g->plan->n_runs)
        g->size *= 2;
    g->table = bp_calloc(g->size, sizeof *g->table);
    g->matters = bp_calloc(n_variables + 1, sizeof *g->matters);
    g->own = bp_calloc(most + 1, sizeof *g->own);
    g->other = bp_calloc(most + 1, sizeof *g->other);
    return g->table && g->matters && g->own && g->other;
}

bp_status bp_plan_group(bp_scenario *scenario, bp_report *report) {
    bp_plan *plan = &scenario->plan;
    grouping g = {.plan = plan};
    plan->group = bp_calloc((size_t)plan->n_runs, sizeof *plan->group);
    bool ok = start_grouping(&g, scenario) && plan->group;
    bp_status status = ok ? BP_OK : BP_NO_MEMORY;
    if (ok) mark_settling(scenario, g.matters);
    for (int run = 0; status == BP_OK && run < plan->n_runs; run++) {
        int first = run;
        status = find_first(&g, run, &first);
        plan->group[run] = first == run ? plan->n_groups++ : plan->group[first];
    }
    if (g.err.status != BP_OK) bp_report_add_error(report, &g.err);
    bp_free(g.table);
    bp_free(g.matters);
    bp_free(g.own);
    bp_free(g.other);
    return status;
}
