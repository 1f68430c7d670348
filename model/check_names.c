// Names: declared or not, defined twice, functions that are called.
#include <string.h>

#include "model/check.h"

// ---- one name for one thing ----

typedef struct registry {
    bp_check *check;
    bp_names names;
    BP_ARRAY(bp_where) where;
    BP_ARRAY(const char *) what;
} registry;

static void enter(registry *r, const char *name, const char *what, bp_where where) {
    int i = bp_names_add(&r->names, name);
    if (i >= 0 && i < r->where.count) {
        bp_where first = r->where.items[i];
        bp_report_error(r->check->report, BP_DUPLICATE, where,
                        first.line > 0 ? "%s '%s' has the name of a %s (line %d%s%s)"
                                       : "%s '%s' has the name of a %s",
                        what, name, r->what.items[i], first.line,
                        first.file ? " of " : "", first.file ? first.file : "");
        return;
    }
    if (i < 0 || !bp_array_push(&r->where, where) || !bp_array_push(&r->what, what))
        r->check->failed = true;
}

static const char *symbol_text(const bp_symbol *s) {
    return s->kind == BP_COMPARTMENT ? "compartment"
           : s->kind == BP_SPECIES   ? "species"
                                     : "parameter";
}

// Whether it is plain that no name stands twice; most networks have no more than
// symbols and reactions, which have tables of their own already.
static bool surely_unique(const bp_spec *spec) {
    if (spec->events.count + spec->instances.count + spec->functions.count > 0 ||
        spec->reaction_names.count != spec->reactions.count)
        return false;
    for (int i = 0; i < spec->reactions.count; i++)
        if (bp_names_find(&spec->names, spec->reactions.items[i].name) >= 0)
            return false;
    return true;
}

static void check_unique(bp_check *check) {
    const bp_spec *spec = check->spec;
    registry r = {.check = check};
    if (surely_unique(spec)) return;
    for (int i = 0; i < spec->symbols.count && !check->failed; i++)
        if (spec->symbols.items[i].declared)
            enter(&r, spec->symbols.items[i].name, symbol_text(&spec->symbols.items[i]),
                  spec->symbols.items[i].where);
    for (int i = 0; i < spec->reactions.count && !check->failed; i++)
        enter(&r, spec->reactions.items[i].name, "reaction",
              spec->reactions.items[i].where);
    for (int i = 0; i < spec->events.count && !check->failed; i++)
        enter(&r, spec->events.items[i].name, "event", spec->events.items[i].where);
    for (int i = 0; i < spec->instances.count && !check->failed; i++)
        enter(&r, spec->instances.items[i].name, "instance",
              spec->instances.items[i].where);
    for (int i = 0; i < spec->functions.count && !check->failed; i++)
        enter(&r, spec->functions.items[i].name, "function",
              spec->functions.items[i].where);
    bp_names_clear(&r.names);
    bp_array_clear(&r.where);
    bp_array_clear(&r.what);
}

// ---- undeclared names ----

static bool add_all(const bp_spec *spec, bp_names *known) {
    for (int i = 0; i < spec->symbols.count; i++)
        if (spec->symbols.items[i].declared &&
            bp_names_add(known, spec->symbols.items[i].name) < 0)
            return false;
    for (int i = 0; i < spec->reactions.count; i++)
        if (bp_names_add(known, spec->reactions.items[i].name) < 0) return false;
    for (int i = 0; i < spec->alias_names.count; i++)
        if (bp_names_add(known, spec->alias_names.text[i]) < 0) return false;
    return true;
}

typedef struct name_walk {
    bp_check *check;
    bp_names known; // filled when first needed
    bp_names reported;
} name_walk;

static const char *nearest_name(name_walk *walk, const char *name) {
    if (walk->known.count == 0 && !add_all(walk->check->spec, &walk->known))
        walk->check->failed = true;
    return walk->check->failed ? NULL : bp_names_nearest(&walk->known, name);
}

static void report_undeclared(name_walk *walk, const char *name, const char *what,
                              bp_where where) {
    bp_check *check = walk->check;
    int instance = bp_spec_find_instance(check->spec, name);
    if (instance >= 0) {
        bp_report_error(
            check->report, BP_UNKNOWN_NAME, where,
            "'%s' is an instance of module '%s', not a value; name what you "
            "mean of it: %s.x",
            name, check->spec->instances.items[instance].module, name);
        return;
    }
    const char *nearest = check->lenient ? NULL : nearest_name(walk, name);
    if (check->lenient)
        bp_report_warning(check->report, BP_UNKNOWN_NAME, where,
                          "%s '%s' is not declared and is taken as a parameter", what,
                          name);
    else if (nearest)
        bp_report_error(check->report, BP_UNKNOWN_NAME, where,
                        "%s '%s' is not declared; did you mean '%s'?", what, name,
                        nearest);
    else
        bp_report_error(check->report, BP_UNKNOWN_NAME, where,
                        "%s '%s' is not declared; give it a value or declare it", what,
                        name);
}

static void visit_name(const bp_ast *node, void *data) {
    name_walk *walk = data;
    const bp_spec *spec = walk->check->spec;
    if (node->op != BP_OP_NAME) return;
    int symbol = bp_spec_find(spec, node->name);
    if (symbol >= 0 && spec->symbols.items[symbol].declared) return;
    if (bp_spec_find_reaction(spec, node->name) >= 0) {
        walk->check->reads_reactions = true;
        return;
    }
    int before = walk->reported.count;
    if (bp_names_add(&walk->reported, node->name) < 0) walk->check->failed = true;
    if (walk->reported.count == before) return; // each name once, where it comes first
    report_undeclared(walk, node->name, "symbol", node->where);
}

static void visit_names(const bp_ast *tree, void *data) {
    bp_ast_visit(tree, visit_name, data);
}

// Symbols that only `in C` or an event's assignment speaks of.
static void check_bare_symbols(name_walk *walk) {
    const bp_spec *spec = walk->check->spec;
    for (int i = 0; i < spec->symbols.count && !walk->check->failed; i++) {
        const bp_symbol *s = &spec->symbols.items[i];
        if (s->declared || bp_names_find(&walk->reported, s->name) >= 0) continue;
        report_undeclared(walk, s->name,
                          s->kind == BP_COMPARTMENT ? "compartment" : "symbol",
                          s->where);
    }
}

static void check_declared(bp_check *check) {
    name_walk walk = {.check = check};
    bp_check_each_tree(check->spec, visit_names, &walk);
    check_bare_symbols(&walk);
    bp_names_clear(&walk.known);
    bp_names_clear(&walk.reported);
}

// ---- functions ----

static const char *const draws[] = {"normal",  "uniform",   "bernoulli",   "binomial",
                                    "cauchy",  "chisquare", "exponential", "gamma",
                                    "laplace", "lognormal", "poisson",     "rayleigh"};

static bool is_draw(const char *name) {
    for (size_t i = 0; i < sizeof draws / sizeof *draws; i++)
        if (strcmp(draws[i], name) == 0) return true;
    return false;
}

static const char *nearest_function(const bp_spec *spec, const char *name) {
    const char *best = NULL, *names[BP_OP_COUNT];
    int n = 0;
    for (int op = 0; op < BP_OP_COUNT; op++)
        if (bp_op_text((bp_op)op)[0]) names[n++] = bp_op_text((bp_op)op);
    best = bp_text_nearest(name, names, n);
    for (int i = 0; i < spec->functions.count; i++) {
        const char *pair[2] = {spec->functions.items[i].name, best};
        const char *nearer = bp_text_nearest(name, pair, best ? 2 : 1);
        if (nearer) best = nearer;
    }
    return best;
}

static void unknown_function(bp_check *check, const bp_ast *call) {
    if (is_draw(call->name)) {
        bp_report_error(
            check->report, BP_UNSUPPORTED, call->where,
            "random draws such as '%s' are not supported in a model; vary a "
            "parameter in the scenario",
            call->name);
        return;
    }
    const char *nearest = nearest_function(check->spec, call->name);
    bp_report_error(check->report, BP_UNKNOWN_NAME, call->where,
                    nearest ? "there is no function '%s'; did you mean '%s'?"
                            : "there is no function '%s'",
                    call->name, nearest);
}

static void visit_call(const bp_ast *node, void *data) {
    bp_check *check = data;
    if (node->op != BP_OP_CALL) return;
    for (int i = 0; i < check->spec->functions.count; i++) {
        const bp_function *f = &check->spec->functions.items[i];
        if (strcmp(f->name, node->name) != 0) continue;
        if (f->n_args != node->n_args)
            bp_report_error(check->report, BP_BAD_MODEL, node->where,
                            "function '%s' takes %d argument%s (line %d), not %d",
                            f->name, f->n_args, f->n_args == 1 ? "" : "s",
                            f->where.line, node->n_args);
        return;
    }
    unknown_function(check, node);
}

static void visit_calls(const bp_ast *tree, void *data) {
    bp_ast_visit(tree, visit_call, data);
}

typedef struct body_walk {
    bp_check *check;
    const bp_function *function;
} body_walk;

static void visit_body(const bp_ast *node, void *data) {
    body_walk *walk = data;
    const bp_function *f = walk->function;
    if (node->op == BP_OP_CALL) visit_call(node, walk->check);
    if (node->op != BP_OP_NAME) return;
    for (int i = 0; i < f->n_args; i++)
        if (strcmp(f->args[i], node->name) == 0) return;
    const char *nearest = bp_text_nearest(node->name, f->args, f->n_args);
    bp_report_error(walk->check->report, BP_UNKNOWN_NAME, node->where,
                    nearest
                        ? "'%s' is no argument of function '%s'; did you mean '%s'?"
                        : "'%s' is no argument of function '%s'; a function uses its "
                          "arguments only",
                    node->name, f->name, nearest);
}

static void check_functions(bp_check *check) {
    bp_check_each_tree(check->spec, visit_calls, check);
    for (int i = 0; i < check->spec->functions.count; i++) {
        body_walk walk = {check, &check->spec->functions.items[i]};
        bp_ast_visit(walk.function->body, visit_body, &walk);
    }
}

void bp_check_names(bp_check *check) {
    check_unique(check);
    if (!check->failed) check_declared(check);
    if (!check->failed) check_functions(check);
}
