// Spec -> model: the passes, in order.
#include "model/compile.h"

#include "model/format.h"

bp_status bp_compiler_status(const bp_compiler *c) {
    bool failed = c->failed || c->report->failed || (c->graph && c->graph->failed);
    return failed ? BP_NO_MEMORY : bp_report_status(c->report);
}

// Algebraic rules make states of symbols later on: there is room for all of them.
static bp_status make_arrays(bp_compiler *c) {
    bp_model *model = c->model;
    size_t n = (size_t)model->n_variables, n_states = (size_t)model->n_symbols;
    c->value = bp_malloc(n * sizeof *c->value);
    c->rate = bp_malloc(n_states * sizeof *c->rate);
    c->rule_of_state = bp_malloc(n_states * sizeof *c->rule_of_state);
    c->used = bp_calloc(n, sizeof *c->used);
    model->variable_node = bp_calloc(n, sizeof(int));
    model->rate_node = bp_calloc(n_states, sizeof(int));
    if (!c->value || !c->rate || !c->used || !c->rule_of_state ||
        !model->variable_node || !model->rate_node)
        return BP_NO_MEMORY;
    for (size_t i = 0; i < n; i++)
        c->value[i] = BP_UNBUILT;
    for (size_t i = 0; i < n_states; i++)
        c->rate[i] = c->rule_of_state[i] = BP_UNBUILT;
    return BP_OK;
}

// Values of all variables and rates of all states.
static bp_status build_all(bp_compiler *c) {
    bp_model *model = c->model;
    for (int v = 0; v < model->n_variables; v++) {
        model->variable_node[v] = bp_build_value(c, v);
    }
    for (int i = 0; i < model->n_states; i++)
        model->rate_node[i] = bp_build_rate(c, i);
    return bp_compiler_status(c);
}

static bp_status check_derivable(bp_compiler *c) {
    if (c->graph->underivable >= 0)
        bp_report_error(
            c->report, BP_UNSUPPORTED, BP_NOWHERE,
            "the rate of change of a factorial, or of mratio by its first "
            "two arguments, is used in a rate; its derivative is not known");
    return bp_compiler_status(c);
}

static bp_status run_passes(bp_compiler *c) {
    BP_TRY(bp_spec_check(c->spec, c->lenient, c->report));
    BP_TRY(bp_compile_match(c));
    BP_TRY(bp_compile_variables(c));
    BP_TRY(bp_graph_init(&c->model->graph));
    if (!bp_array_reserve(&c->stack, 1)) return BP_NO_MEMORY; // never empty, see there
    c->graph = &c->model->graph;
    BP_TRY(make_arrays(c));
    c->looks_back = !c->at_rest && bp_compiler_looks_back(c->spec);
    BP_TRY(bp_compile_algebraic(c));
    BP_TRY(bp_compile_fast(c));
    BP_TRY(build_all(c));
    BP_TRY(bp_compile_events(c));
    BP_TRY(bp_compile_modes(c));
    BP_TRY(bp_compile_start(c));
    BP_TRY(bp_compile_delays(c));
    BP_TRY(bp_model_derive(c->model));
    BP_TRY(check_derivable(c));
    BP_TRY(bp_compile_tapes(c));
    return bp_model_find_totals(c->model);
}

static void clear_compiler(bp_compiler *c) {
    bp_free(c->value);
    bp_free(c->rate);
    bp_free(c->used);
    bp_free(c->variable_parts);
    bp_free(c->part_built);
    bp_free(c->start_map);
    bp_free(c->start_value);
    bp_free(c->unknown);
    bp_free(c->rule_of_unknown);
    bp_free(c->rule_of_state);
    bp_fast_free(c->fast);
    bp_array_clear(&c->stack);
}

static bp_status compile_with(bp_compiler *c, bp_model **out) {
    bp_status status = BP_NO_MEMORY;
    c->model = bp_calloc(1, sizeof *c->model);
    if (c->model) status = run_passes(c);
    clear_compiler(c);
    if (status != BP_OK)
        bp_model_free(c->model);
    else
        *out = c->model;
    return status;
}

// A run comes to rest where no delay matters: in the same network without them. One
// that has no such form (at_rest stays NULL) cannot be settled.
static bp_status compile_at_rest(const bp_compiler *c) {
    bp_report unread = {0};
    bp_compiler still = {.spec = c->spec,
                         .lenient = c->lenient,
                         .zero = c->zero,
                         .at_rest = true,
                         .report = &unread};
    bp_status status = compile_with(&still, &c->model->at_rest);
    bp_report_clear(&unread);
    return status == BP_NO_MEMORY ? status : BP_OK;
}

bp_status bp_model_compile(const bp_spec *spec, const bp_compile_options *options,
                           bp_model **out, bp_report *report) {
    bp_report own = {0};
    bp_compiler c = {.spec = spec,
                     .lenient = options && options->lenient,
                     .zero = options ? options->zero : NULL,
                     .report = report ? report : &own};
    bp_model *model = NULL;
    bp_status status = compile_with(&c, &model);
    if (status == BP_OK && model->n_delays > 0) status = compile_at_rest(&c);
    bp_report_clear(&own);
    if (status != BP_OK) {
        bp_model_free(model);
        return status;
    }
    *out = model;
    return BP_OK;
}

bp_status bp_model_load(const char *path, bp_bundle *bundle, bp_model **out,
                        bp_report *report) {
    bp_report own = {0};
    if (!report) report = &own;
    bp_spec *spec = NULL;
    bp_status status = bp_spec_load(path, bundle, &spec, report);
    if (status == BP_OK) status = bp_model_compile(spec, NULL, out, report);
    bp_spec_free(spec);
    bp_report_clear(&own);
    return status;
}
