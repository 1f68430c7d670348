// The model that a batch runs: without the species, parameters and reactions that stay
// 0 in all its points. The whole model remains what everything else looks at; numbers
// of variables are the same in both.
#include "model/zeros.h"
#include "scenarios/internal.h"

static const double least_share = 0.05; // of the states

static bp_status compile_without(bp_scenario *scenario, const bool *zero) {
    bp_report unread = {0};
    bp_compile_options options = {.lenient = scenario->sheet->lenient, .zero = zero};
    bp_status status =
        bp_model_compile(scenario->network.spec, &options, &scenario->lean, &unread);
    bp_report_clear(&unread);
    return status;
}

static bp_status view_same(bp_scenario *scenario) {
    int n = scenario->n_observed + scenario->n_saved;
    int *both = bp_calloc((size_t)n + 1, sizeof *both);
    if (!both) return BP_NO_MEMORY;
    for (int i = 0; i < n; i++)
        both[i] = i < scenario->n_observed ? scenario->observed[i]
                                           : scenario->saved[i - scenario->n_observed];
    bp_status status = bp_view_new(scenario->lean, both, n, &scenario->lean_view);
    bp_free(both);
    return status;
}

static void drop(bp_scenario *scenario) {
    bp_view_free(scenario->lean_view);
    bp_model_free(scenario->lean);
    scenario->lean_view = NULL;
    scenario->lean = NULL;
}

static bp_status find(const bp_scenario *scenario, bool *zero, int *n_states) {
    const bp_plan *plan = &scenario->plan;
    bp_all_settings all = {plan->settings, plan->first[plan->n_runs], plan->n_runs};
    return bp_model_find_zeros(scenario->model, &all, zero, n_states);
}

// Compiling once more takes about as long as it took to compile: what it saves in all
// runs must be worth that.
static bool is_worth_it(const bp_scenario *scenario, int n_zero) {
    double n = bp_model_n_states(scenario->model);
    return (double)n_zero * scenario->plan.n_runs >= least_share * n && n_zero > 0;
}

// What cannot be compiled without its zeros is run whole.
bp_status bp_lean_make(bp_scenario *scenario) {
    if (!scenario->settings.prune) drop(scenario);
    if (scenario->lean || !scenario->settings.prune ||
        scenario->network.spec->algebraic.count > 0)
        return BP_OK;
    bool *zero =
        bp_calloc((size_t)bp_model_n_variables(scenario->model) + 1, sizeof *zero);
    if (!zero) return BP_NO_MEMORY;
    int n_states = 0;
    bp_status status = find(scenario, zero, &n_states);
    if (status == BP_OK && is_worth_it(scenario, n_states))
        status = compile_without(scenario, zero);
    if (status == BP_OK && scenario->lean) status = view_same(scenario);
    if (status != BP_OK) drop(scenario);
    bp_free(zero);
    return status == BP_NO_MEMORY ? status : BP_OK;
}
