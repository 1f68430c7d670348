// Markers that a scenario gives to a model that has none: sites, epitopes and effects.
// See docs/decisions/0002-foreign-models.md.
#include <string.h>

#include "base/text.h"
#include "scenarios/network.h"

static const char *const modules[] = {"site", "epitope", "effect"};

typedef struct declaring {
    bp_network *network;
    const bp_target *target;
    int symbol;           // whose readers are scaled
    const bp_ast *factor; // what is free of the target
    int n;                // readers found
} declaring;

static const char *inner(const declaring *d, const char *name) {
    const char *whole =
        bp_arena_format(&d->network->spec->arena, "%s.%s", d->target->name, name);
    if (!whole) bp_network_no_memory(d->network);
    return whole;
}

static const bp_ast *name_of(const declaring *d, const char *name) {
    const bp_ast *ast = name ? bp_ast_name(d->network->spec, name, BP_NOWHERE) : NULL;
    if (!ast) bp_network_no_memory(d->network);
    return ast;
}

static const bp_ast *call2(const declaring *d, bp_op op, const bp_ast *a,
                           const bp_ast *b) {
    const bp_ast *args[] = {a, b};
    const bp_ast *ast =
        a && b ? bp_ast_call(d->network->spec, op, args, 2, BP_NOWHERE) : NULL;
    if (!ast) bp_network_no_memory(d->network);
    return ast;
}

static const bp_ast *number_of(const declaring *d, double value) {
    const bp_ast *ast = bp_ast_number(d->network->spec, value, BP_NOWHERE);
    if (!ast) bp_network_no_memory(d->network);
    return ast;
}

// ---- what a target lowers ----

// free of a site, 1 - occupied of an epitope, 1 - value of an effect
static const bp_ast *free_part(const declaring *d) {
    static const char *const names[] = {"free", "occupied", "value"};
    const bp_ast *part = name_of(d, inner(d, names[d->target->kind]));
    if (d->target->kind == BP_TARGET_SITE) return part;
    return call2(d, BP_OP_SUB, number_of(d, 1), part);
}

// The tree with every reading of the symbol times what is free; itself where there is
// none.
static const bp_ast *scale(declaring *d, const bp_ast *tree) {
    bp_spec *spec = d->network->spec;
    if (!tree || d->network->report->failed) return tree;
    if (tree->op == BP_OP_NAME) {
        if (bp_spec_find(spec, tree->name) != d->symbol) return tree;
        d->n++;
        return call2(d, BP_OP_MUL, tree, d->factor);
    }
    if (tree->n_args == 0) return tree;
    bp_ast *copy = bp_ast_call(spec, tree->op, tree->args, tree->n_args, tree->where);
    const bp_ast **args =
        bp_arena_take(&spec->arena, (size_t)tree->n_args * sizeof(const bp_ast *));
    if (!copy || !args) {
        bp_network_no_memory(d->network);
        return tree;
    }
    int before = d->n;
    for (int i = 0; i < tree->n_args; i++)
        args[i] = scale(d, tree->args[i]);
    copy->name = tree->name;
    copy->args = args;
    return d->n > before ? copy : tree;
}

// Laws and rules read what is left of the parameter. Events and initial values mean the
// parameter itself.
static void scale_parameter(declaring *d, int symbol, bp_named name) {
    bp_spec *spec = d->network->spec;
    d->symbol = symbol;
    d->n = 0;
    for (int i = 0; i < spec->reactions.count; i++)
        spec->reactions.items[i].law = scale(d, spec->reactions.items[i].law);
    for (int i = 0; i < spec->symbols.count; i++)
        spec->symbols.items[i].rule = scale(d, spec->symbols.items[i].rule);
    for (int i = 0; i < spec->algebraic.count; i++)
        spec->algebraic.items[i].zero = scale(d, spec->algebraic.items[i].zero);
    if (d->n == 0 && !d->network->report->failed)
        bp_report_error(d->network->report, BP_BAD_MODEL, name.where,
                        "no rate law and no rule of the model '%s' reads '%s': it "
                        "would lower nothing",
                        spec->name, name.name);
}

static void scale_reaction(declaring *d, int reaction, bp_named name) {
    bp_reaction *r = &d->network->spec->reactions.items[reaction];
    if (r->law)
        r->law = call2(d, BP_OP_MUL, r->law, d->factor);
    else
        bp_report_error(d->network->report, BP_BAD_MODEL, name.where,
                        "the reaction '%s' has no rate law", name.name);
}

static void scale_one(declaring *d, bp_named name) {
    const bp_spec *spec = d->network->spec;
    int reaction = bp_spec_find_reaction(spec, name.name);
    int symbol = bp_spec_find(spec, name.name);
    if (reaction >= 0) {
        scale_reaction(d, reaction, name);
    } else if (symbol >= 0 && spec->symbols.items[symbol].kind == BP_PARAMETER) {
        scale_parameter(d, symbol, name);
    } else if (symbol >= 0) {
        bp_report_error(
            d->network->report, BP_BAD_VALUE, name.where,
            "'%s' is a %s: a drug lowers parameters and reactions", name.name,
            spec->symbols.items[symbol].kind == BP_SPECIES ? "species" : "compartment");
    } else {
        const char *near = bp_names_nearest(&spec->names, name.name);
        if (!near) near = bp_names_nearest(&spec->reaction_names, name.name);
        bp_report_error(d->network->report, BP_UNKNOWN_NAME, name.where,
                        "the model '%s' has no parameter and no reaction '%s'%s%s%s",
                        spec->name, name.name, near ? "; did you mean '" : "",
                        near ? near : "", near ? "'?" : "");
    }
}

// ---- nothing is lowered twice ----

typedef struct counting {
    const char *name;
    int n;
} counting;

static void count_name(counting *c, const bp_ast *tree) {
    if (tree->op == BP_OP_NAME && strcmp(tree->name, c->name) == 0) c->n++;
    for (int i = 0; i < tree->n_args; i++)
        count_name(c, tree->args[i]);
}

static bool comes_earlier(const bp_target *target, int k) {
    for (int i = 0; i < k; i++)
        if (strcmp(target->scales[i].name, target->scales[k].name) == 0) return true;
    return false;
}

// A reaction that is lowered as a whole must not read a lowered parameter as well.
static void check_reactions(const declaring *d) {
    static const char *const names[] = {"free", "occupied", "value"};
    counting c = {inner(d, names[d->target->kind]), 0};
    for (int k = 0; c.name && k < d->target->n_scales; k++) {
        bp_named name = d->target->scales[k];
        int reaction = bp_spec_find_reaction(d->network->spec, name.name);
        c.n = 0;
        if (reaction < 0 || !d->network->spec->reactions.items[reaction].law) continue;
        count_name(&c, d->network->spec->reactions.items[reaction].law);
        if (c.n > 1)
            bp_report_error(d->network->report, BP_DUPLICATE, name.where,
                            "'%s' would be lowered twice: as a reaction, and by a "
                            "parameter that its law reads",
                            name.name);
    }
}

static void scale_all(declaring *d) {
    for (int k = 0; d->factor && k < d->target->n_scales; k++) {
        bp_named name = d->target->scales[k];
        if (comes_earlier(d->target, k))
            bp_report_error(d->network->report, BP_DUPLICATE, name.where,
                            "'%s' is given twice", name.name);
        else
            scale_one(d, name);
    }
    check_reactions(d);
}

// ---- the marker ----

static bool is_identifier(const char *name) {
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                            "0123456789");
    return name[0] && !name[n] && !(name[0] >= '0' && name[0] <= '9');
}

static bool is_free(const declaring *d) {
    const bp_spec *spec = d->network->spec;
    const bp_target *t = d->target;
    if (!is_identifier(t->name)) {
        bp_report_error(d->network->report, BP_SYNTAX, t->where,
                        "'%s' is no name of %s: letters, digits and '_' make one",
                        t->name, modules[t->kind]);
        return false;
    }
    const char *what = bp_spec_find_instance(spec, t->name) >= 0   ? "a module"
                       : bp_spec_find(spec, t->name) >= 0          ? "a symbol"
                       : bp_spec_find_reaction(spec, t->name) >= 0 ? "a reaction"
                                                                   : NULL;
    if (!what) return true;
    bp_report_error(d->network->report, BP_DUPLICATE, t->where,
                    "the model '%s' has %s '%s' already: a drug file of your own may "
                    "name the %s otherwise",
                    spec->name, what, t->name, modules[t->kind]);
    return false;
}

static bool pour(const declaring *d) {
    bp_network *network = d->network;
    if (!bp_network_archetypes(network, d->target->where)) return false;
    bp_module_use use = {modules[d->target->kind], d->target->name, NULL, 0,
                         d->target->where};
    return bp_modules_instantiate(network->archetypes, &use, network->spec,
                                  network->report) == BP_OK;
}

static bp_symbol *find_symbol(const declaring *d, const char *name) {
    const char *whole = inner(d, name);
    int i = whole ? bp_spec_find(d->network->spec, whole) : -1;
    return i < 0 ? NULL : &d->network->spec->symbols.items[i];
}

static void set_rule(bp_symbol *s, const bp_ast *rule) {
    s->constant = false;
    s->initial = NULL;
    s->rule_kind = BP_ASSIGNMENT_RULE;
    s->rule = rule;
}

// The rate is the value of a parameter of the model, in the model's own time.
static void follow(const declaring *d, bp_symbol *s, const char *unit_name) {
    const bp_rate *rate = &d->target->rate;
    bp_spec *spec = d->network->spec;
    int symbol = bp_spec_find(spec, rate->name);
    bp_unit per_time = bp_unit_divide(bp_unit_dimensionless, bp_spec_time_unit(spec));
    if (symbol < 0 || spec->symbols.items[symbol].kind != BP_PARAMETER) {
        const char *near = bp_names_nearest(&spec->names, rate->name);
        bp_report_error(d->network->report, BP_UNKNOWN_NAME, rate->where,
                        "the model '%s' has no parameter '%s'%s%s%s", spec->name,
                        rate->name, near ? "; did you mean '" : "", near ? near : "",
                        near ? "'?" : "");
    } else if (!bp_unit_same_dimension(bp_spec_symbol_unit(spec, symbol), per_time)) {
        bp_report_error(d->network->report, BP_BAD_UNIT, rate->where,
                        "'%s' is no rate: it is in %s", rate->name,
                        spec->symbols.items[symbol].unit);
    } else {
        s->unit = unit_name;
        set_rule(s, name_of(d, spec->symbols.items[symbol].name));
    }
}

static void set_rate(const declaring *d, const char *name) {
    const bp_rate *rate = &d->target->rate;
    bp_network *network = d->network;
    bp_unit per_time =
        bp_unit_divide(bp_unit_dimensionless, bp_spec_time_unit(network->spec));
    const char *unit_name = bp_network_define_unit(network, per_time);
    bp_symbol *s = find_symbol(d, name);
    double value = 0;
    if (!s) return;
    if (rate->name) {
        follow(d, s, unit_name);
        return;
    }
    if (rate->given && rate->value.value != 0) {
        bp_network_assume_seconds(network, rate->where);
        if (!bp_network_convert_to(network, &rate->value, rate->where,
                                   (bp_wanted){name, per_time, 0}, &value))
            return;
    }
    s->unit = unit_name;
    s->initial = number_of(d, value);
}

// ---- the surface of an epitope ----

// The species as a concentration in nM; NULL after reporting that it is not known how.
static const bp_ast *in_nanomolar(const declaring *d, const bp_counted *counted) {
    bp_spec *spec = d->network->spec;
    bp_named name = counted->species;
    int symbol = bp_spec_find(spec, name.name);
    const bp_symbol *s = symbol < 0 ? NULL : &spec->symbols.items[symbol];
    if (!s || s->kind != BP_SPECIES) {
        const char *near = bp_names_nearest(&spec->names, name.name);
        bp_report_error(d->network->report, BP_UNKNOWN_NAME, name.where,
                        "the model '%s' has no species '%s'%s%s%s", spec->name,
                        name.name, near ? "; did you mean '" : "", near ? near : "",
                        near ? "'?" : "");
        return NULL;
    }
    const bp_ast *value = name_of(d, s->name);
    bp_quantity one = {1, bp_spec_symbol_unit(spec, symbol), ""};
    if (s->substance_only && s->compartment >= 0) {
        value = call2(d, BP_OP_DIV, value,
                      name_of(d, spec->symbols.items[s->compartment].name));
        bp_unit size = bp_spec_symbol_unit(spec, s->compartment);
        one.unit = one.unit.known && size.known ? bp_unit_divide(one.unit, size)
                                                : bp_unit_unknown;
    }
    if (!one.unit.known) {
        bp_report_error(d->network->report, BP_BAD_UNIT, name.where,
                        s->substance_only || s->compartment < 0
                            ? "'%s' is an amount, and the model does not say in what "
                              "unit and volume: an antibody needs its concentration"
                            : "the model states no unit for '%s': say it in the "
                              "scenario, as in 'units: {concentration: nM}'",
                        name.name);
        return NULL;
    }
    bp_text unit = {0};
    bp_unit_print(one.unit, &unit);
    if (unit.length < sizeof one.text)
        memcpy(one.text, bp_text_get(&unit), unit.length + 1);
    bp_text_clear(&unit);
    double factor = 1;
    bp_wanted wanted = {name.name, bp_network_nanomolar(), 0};
    if (!bp_network_convert_to(d->network, &one, name.where, wanted, &factor))
        return NULL;
    factor *= counted->count;
    return factor == 1 ? value : call2(d, BP_OP_MUL, number_of(d, factor), value);
}

static void set_surface(const declaring *d) {
    const bp_ast *sum = NULL;
    for (int i = 0; i < d->target->n_surface; i++) {
        const bp_ast *term = in_nanomolar(d, &d->target->surface[i]);
        if (!term) return; // reported
        sum = sum ? call2(d, BP_OP_ADD, sum, term) : term;
    }
    bp_symbol *s = find_symbol(d, "surface");
    if (!s || !sum) return;
    s->unit = bp_network_define_unit(d->network, bp_network_nanomolar());
    set_rule(s, sum);
}

// ---- all of them ----

void bp_network_declare(bp_network *network, const bp_sheet *sheet) {
    // all readers first: what the markers themselves read is not lowered
    for (int i = 0; i < sheet->n_targets; i++) {
        declaring d = {.network = network, .target = &sheet->targets[i]};
        d.factor = free_part(&d);
        scale_all(&d);
    }
    for (int i = 0; i < sheet->n_targets; i++) {
        declaring d = {.network = network, .target = &sheet->targets[i]};
        if (!is_free(&d) || !pour(&d)) continue;
        if (d.target->kind == BP_TARGET_SITE) set_rate(&d, "turnover");
        if (d.target->kind != BP_TARGET_EPITOPE) continue;
        set_rate(&d, "internalisation");
        set_surface(&d);
    }
}

static bool is_acted_on(const bp_network *network, const char *name) {
    for (int i = 0; i < network->drugs.count; i++) {
        const bp_drug *drug = network->drugs.items[i];
        for (int a = 0; a < drug->n_acts; a++) {
            if (strcmp(drug->acts[a].on, name) == 0) return true;
            for (int e = 0; e < drug->acts[a].n_effects; e++)
                if (strcmp(drug->acts[a].effects[e].name, name) == 0) return true;
        }
    }
    return false;
}

// The marker of a drug of the scenario that is nearest to a name; NULL: none is near.
static const char *nearest_act(const bp_network *network, const char *name) {
    bp_names names = {0};
    for (int i = 0; i < network->drugs.count; i++) {
        const bp_drug *drug = network->drugs.items[i];
        for (int a = 0; a < drug->n_acts; a++) {
            if (bp_names_add(&names, drug->acts[a].on) < 0)
                network->report->failed = true;
            for (int e = 0; e < drug->acts[a].n_effects; e++)
                if (bp_names_add(&names, drug->acts[a].effects[e].name) < 0)
                    network->report->failed = true;
        }
    }
    const char *near = bp_names_nearest(&names, name);
    const char *copy = near ? bp_arena_copy(network->arena, near) : NULL;
    bp_names_clear(&names);
    return copy;
}

void bp_network_check_declared(bp_network *network, const bp_sheet *sheet) {
    for (int i = 0; i < sheet->n_targets; i++) {
        const bp_target *t = &sheet->targets[i];
        if (is_acted_on(network, t->name)) continue;
        const char *near = nearest_act(network, t->name);
        bp_report_warning(network->report, BP_UNKNOWN_NAME, t->where,
                          "no drug of the scenario acts on '%s'%s%s%s", t->name,
                          near ? "; did you mean '" : "", near ? near : "",
                          near ? "'?" : "");
    }
}
