// Rules, reactions and events: what may change what.
#include <math.h>
#include <string.h>

#include "model/check.h"

static const char *rule_text(bp_rule_kind kind) {
    return kind == BP_RATE_RULE ? "a rate rule" : "an assignment rule";
}

// ---- symbols ----

static void check_symbol(bp_check *check, const bp_symbol *s) {
    bp_where where = s->rule ? bp_ast_start(s->rule) : s->where;
    if (s->rule_kind != BP_NO_RULE && s->constant && s->kind != BP_SPECIES)
        bp_report_error(check->report, BP_BAD_MODEL, where,
                        "'%s' is const and cannot have %s; declare it with 'var'",
                        s->name, rule_text(s->rule_kind));
    if (s->kind == BP_SPECIES && s->compartment >= 0) {
        const bp_symbol *place = &check->spec->symbols.items[s->compartment];
        if (place->kind != BP_COMPARTMENT)
            bp_report_error(check->report, BP_BAD_MODEL, s->where,
                            "species '%s' is in '%s', which is no compartment", s->name,
                            place->name);
    }
}

// Compartments within compartments end somewhere.
static void check_nesting(bp_check *check, int first) {
    const bp_spec *spec = check->spec;
    int at = first, steps = 0;
    while (spec->symbols.items[at].compartment >= 0 && steps <= spec->symbols.count) {
        at = spec->symbols.items[at].compartment;
        steps++;
        if (at != first) continue;
        bp_report_error(check->report, BP_BAD_MODEL, spec->symbols.items[first].where,
                        "compartment '%s' is within itself",
                        spec->symbols.items[first].name);
        return;
    }
}

// ---- reactions ----

static void check_changed(bp_check *check, const bp_reaction *r, const bp_term *term) {
    const bp_symbol *s = &check->spec->symbols.items[term->species];
    if (s->kind != BP_SPECIES) {
        bp_report_error(check->report, BP_BAD_MODEL, term->where,
                        "'%s' takes part in reaction '%s' but is no species", s->name,
                        r->name);
    } else if (s->rule_kind != BP_NO_RULE && !s->boundary) {
        bp_report_error(
            check->report, BP_BAD_MODEL, term->where,
            "species '%s' has %s (line %d), so reaction '%s' cannot change it; "
            "write '$%s' if it only takes part",
            s->name, rule_text(s->rule_kind),
            s->rule ? s->rule->where.line : s->where.line, r->name, s->name);
    } else if (s->constant && !s->boundary) {
        bp_report_error(check->report, BP_BAD_MODEL, term->where,
                        "species '%s' is constant, so reaction '%s' cannot change it; "
                        "write '$%s'",
                        s->name, r->name, s->name);
    }
}

static void check_term(bp_check *check, const bp_reaction *r, const bp_term *term) {
    check_changed(check, r, term);
    if (!term->variable_stoichiometry && !isfinite(term->stoichiometry))
        bp_report_error(check->report, BP_BAD_VALUE, term->where,
                        "the stoichiometry of '%s' in reaction '%s' is not a number",
                        check->spec->symbols.items[term->species].name, r->name);
}

static void check_reaction(bp_check *check, const bp_reaction *r) {
    for (int i = 0; i < r->n_reactants; i++)
        check_term(check, r, &r->reactants[i]);
    for (int i = 0; i < r->n_products; i++)
        check_term(check, r, &r->products[i]);
    if (!r->law)
        bp_report_warning(check->report, BP_BAD_MODEL, r->where,
                          "reaction '%s' has no rate law and does nothing", r->name);
}

// ---- events ----

static void check_assignment(bp_check *check, const bp_event *e, int i) {
    const bp_event_assignment *a = &e->assignments[i];
    const bp_symbol *s = &check->spec->symbols.items[a->symbol];
    if (s->rule_kind == BP_ASSIGNMENT_RULE)
        bp_report_error(
            check->report, BP_BAD_MODEL, a->where,
            "event '%s' cannot set '%s': its assignment rule (line %d) holds "
            "at all times",
            e->name, s->name, s->rule ? s->rule->where.line : s->where.line);
    else if (s->constant)
        bp_report_error(
            check->report, BP_BAD_MODEL, a->where,
            "event '%s' cannot set '%s', which is const; declare it with 'var'",
            e->name, s->name);
    for (int k = 0; k < i; k++)
        if (e->assignments[k].symbol == a->symbol) {
            bp_report_error(check->report, BP_DUPLICATE, a->where,
                            "event '%s' sets '%s' twice", e->name, s->name);
            return;
        }
}

static void check_event(bp_check *check, const bp_event *e) {
    for (int i = 0; i < e->n_assignments; i++)
        check_assignment(check, e, i);
    if (!e->trigger)
        bp_report_error(check->report, BP_BAD_MODEL, e->where,
                        "event '%s' has no trigger", e->name);
    if (e->delay && e->delay->op == BP_OP_NUMBER && e->delay->number < 0)
        bp_report_error(check->report, BP_BAD_VALUE, bp_ast_start(e->delay),
                        "the delay of event '%s' is negative", e->name);
}

// ---- calls that need a symbol ----

static void visit_rate_of(const bp_ast *node, void *data) {
    bp_check *check = data;
    if (node->op != BP_OP_RATEOF) return;
    const bp_ast *arg = node->args[0];
    int symbol = arg->op == BP_OP_NAME ? bp_spec_find(check->spec, arg->name) : -1;
    if (symbol < 0)
        bp_report_error(check->report, BP_BAD_MODEL, bp_ast_start(arg),
                        "rateOf takes the name of a symbol, nothing else");
    else if (check->spec->symbols.items[symbol].rule_kind == BP_ASSIGNMENT_RULE)
        bp_report_error(
            check->report, BP_UNSUPPORTED, arg->where,
            "rateOf of '%s': it has an assignment rule; differentiate the rule "
            "by hand",
            arg->name);
}

static void visit_rates_of(const bp_ast *tree, void *data) {
    bp_ast_visit(tree, visit_rate_of, data);
}

void bp_check_rules(bp_check *check) {
    const bp_spec *spec = check->spec;
    for (int i = 0; i < spec->symbols.count; i++) {
        check_symbol(check, &spec->symbols.items[i]);
        if (spec->symbols.items[i].kind == BP_COMPARTMENT) check_nesting(check, i);
    }
    for (int i = 0; i < spec->reactions.count; i++)
        check_reaction(check, &spec->reactions.items[i]);
    for (int i = 0; i < spec->events.count; i++)
        check_event(check, &spec->events.items[i]);
    bp_check_each_tree(spec, visit_rates_of, check);
}
