// Every semantic rule of the model language.
#include "model/check.h"

static void visit_events(const bp_spec *spec, void (*visit)(const bp_ast *, void *),
                         void *data) {
    for (int i = 0; i < spec->events.count; i++) {
        const bp_event *e = &spec->events.items[i];
        visit(e->trigger, data);
        visit(e->delay, data);
        visit(e->priority, data);
        for (int k = 0; k < e->n_assignments; k++)
            visit(e->assignments[k].value, data);
    }
}

static void visit_terms(const bp_term *terms, int n,
                        void (*visit)(const bp_ast *, void *), void *data) {
    for (int i = 0; i < n; i++)
        visit(terms[i].variable_stoichiometry, data);
}

void bp_check_each_tree(const bp_spec *spec,
                        void (*visit)(const bp_ast *tree, void *data), void *data) {
    for (int i = 0; i < spec->symbols.count; i++) {
        visit(spec->symbols.items[i].initial, data);
        visit(spec->symbols.items[i].rule, data);
    }
    for (int i = 0; i < spec->reactions.count; i++) {
        const bp_reaction *r = &spec->reactions.items[i];
        visit_terms(r->reactants, r->n_reactants, visit, data);
        visit_terms(r->products, r->n_products, visit, data);
        visit(r->law, data);
    }
    for (int i = 0; i < spec->algebraic.count; i++)
        visit(spec->algebraic.items[i].zero, data);
    visit_events(spec, visit, data);
}

bp_status bp_spec_check(const bp_spec *spec, bool lenient, bp_report *report) {
    bp_check check = {.spec = spec, .report = report, .lenient = lenient};
    int errors = report->n_errors;
    bp_check_names(&check);
    if (!check.failed) bp_check_rules(&check);
    if (!check.failed) bp_check_cycles(&check);
    // units of names that are not there say nothing
    if (!check.failed && report->n_errors == errors) bp_check_units(&check);
    if (check.failed || report->failed) return BP_NO_MEMORY;
    return report->n_errors > errors ? bp_report_status(report) : BP_OK;
}
