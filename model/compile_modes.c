// Models with conditions in the place of rates: what such a condition determines jumps
// where a comparison in it turns, and no step leads across a jump. So comparisons in
// their rates become hidden parameters, held while a leg lasts, and the solver ends the
// leg where one of them turns. Comparisons that are scheduled need none of it: the
// solver stops there anyway and looks at one side.
#include "model/compile.h"
#include "model/substitute.h"

static bool is_scheduled(const bp_model *model, int comparison) {
    for (int i = 0; i < model->n_switches; i++)
        if (model->switches[i].scheduled && model->switches[i].comparison == comparison)
            return true;
    return false;
}

static bool is_held(const bp_model *model, int node) {
    const bp_expr_node *x = bp_graph_node(&model->graph, node);
    return (x->op == BP_EXPR_LT || x->op == BP_EXPR_LE) &&
           (x->on & (BP_ON_STATE | BP_ON_TIME)) && !is_scheduled(model, node);
}

static bool collect(bp_model *model, int n_nodes) {
    char *reached = bp_calloc((size_t)n_nodes, 1);
    model->mode_node = bp_calloc((size_t)n_nodes, sizeof *model->mode_node);
    bool done = reached && model->mode_node;
    for (int i = 0; done && i < model->n_states; i++)
        reached[model->rate_node[i]] = 1;
    for (int node = n_nodes - 1; done && node >= 0; node--) {
        if (!reached[node]) continue;
        if (is_held(model, node)) model->mode_node[model->n_modes++] = node;
        const bp_expr_arg *args = bp_graph_args(&model->graph, node);
        for (int i = 0; i < bp_graph_node(&model->graph, node)->n; i++)
            reached[args[i].node] = 1;
    }
    bp_free(reached);
    return done;
}

// The slopes that tell where a varying delay moves to are not there.
static void check_delays(bp_compiler *c) {
    for (int d = 0; d < c->model->n_delays; d++) {
        const bp_delay_info *info = &c->model->delays[d].info;
        if (info->constant) continue;
        bp_report_error(c->report, BP_UNSUPPORTED, info->where,
                        "delay: a delay that varies, in a model with fast reactions or "
                        "with algebraic rules that have no solution in symbols, is not "
                        "supported");
    }
}

bp_status bp_compile_modes(bp_compiler *c) {
    bp_model *model = c->model;
    if (model->n_conditions == 0) return BP_OK;
    check_delays(c);
    if (!collect(model, c->graph->nodes.count)) return BP_NO_MEMORY;
    bp_substitution sub = {.graph = c->graph};
    int first = model->n_parameters + model->n_actives + 1;
    for (int k = 0; k < model->n_modes; k++)
        bp_substitution_set(&sub, model->mode_node[k],
                            bp_graph_parameter(c->graph, first + k));
    for (int i = 0; i < model->n_states; i++)
        model->rate_node[i] = bp_substitute(&sub, model->rate_node[i]);
    c->failed |= sub.failed;
    bp_substitution_clear(&sub);
    return bp_compiler_status(c);
}
