// The model that a batch runs: without the species, parameters and reactions that stay
// 0 in all its points. The whole model remains what everything else looks at; numbers
// of variables are the same in both.
#include <math.h>

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

// Runs that together show all there is to see: every list of variables that is set, and
// of every variable every sign that it gets.
typedef struct seen {
    const bp_plan *plan;
    BP_ARRAY(bp_initial_value) all;
    int n_runs;
    bool *lists;            // (n_lists)
    unsigned char *signs;   // one bit for each sign seen (n_variables)
    bp_initial_value *some; // of one run (plan->most)
} seen;

static unsigned char sign_bit(double value) {
    if (value == 0) return 1;
    if (!isfinite(value)) return 2;
    return value > 0 ? 4 : 8;
}

static bp_status look_at_run(seen *s, int run) {
    int n = 0;
    BP_TRY(bp_plan_settings(s->plan, run, s->some, &n, NULL));
    bool *list = &s->lists[bp_plan_list(s->plan, run)];
    bool news = !*list || s->n_runs == 0;
    *list = true;
    for (int i = 0; i < n; i++) {
        unsigned char *signs = &s->signs[s->some[i].variable];
        unsigned char own = sign_bit(s->some[i].value);
        news |= !(*signs & own);
        *signs |= own;
    }
    s->n_runs += news;
    for (int i = 0; news && i < n; i++)
        if (!bp_array_push(&s->all, s->some[i])) return BP_NO_MEMORY;
    return BP_OK;
}

static bp_status find(const bp_scenario *scenario, bool *zero, int *n_states) {
    const bp_plan *plan = &scenario->plan;
    size_t n_variables = (size_t)bp_model_n_variables(scenario->model);
    seen s = {.plan = plan,
              .lists = bp_calloc((size_t)plan->n_lists + 1, sizeof *s.lists),
              .signs = bp_calloc(n_variables + 1, sizeof *s.signs),
              .some = bp_calloc((size_t)plan->most + 1, sizeof *s.some)};
    bp_status status = s.lists && s.signs && s.some ? BP_OK : BP_NO_MEMORY;
    for (int run = 0; status == BP_OK && run < plan->n_runs; run++)
        status = look_at_run(&s, run);
    bp_all_settings all = {s.all.items, (size_t)s.all.count, s.n_runs};
    if (status == BP_OK)
        status = bp_model_find_zeros(scenario->model, &all, zero, n_states);
    bp_array_clear(&s.all);
    bp_free(s.lists);
    bp_free(s.signs);
    bp_free(s.some);
    return status;
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
