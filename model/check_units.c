// Units: what an expression is measured in, and whether that can be right.
//
// A model that states no units gets no word about them: an unknown unit fits anything
// and makes what it touches unknown. A bare number has no unit where it multiplies and
// takes the unit of its neighbour where it is added or compared, as people write 1 - x
// and 2*x. Where bare numbers multiply they may convert (1000*x in mM), so then only
// dimensions are compared, not scales.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "model/check.h"
#include "model/spec_units.h"

typedef struct measure {
    bp_unit unit; // .known false: fits anything
    bool bare;    // made of numbers without unit alone
    bool scaled;  // a bare number multiplied it: its scale says nothing
} measure;

typedef struct unit_walk {
    bp_check *check;
    bp_unit *of_symbol; // (symbols)
    bp_unit rate;       // of reactions: extent per time
    bp_unit time;
    const char *about; // what the expression defines, for messages
    bool quiet;        // in a branch that was reported already
} unit_walk;

static measure measure_tree(unit_walk *walk, const bp_ast *ast);

static measure unknown(void) {
    return (measure){.unit = bp_unit_unknown};
}

static measure bare_number(void) {
    return (measure){.unit = bp_unit_dimensionless, .bare = true};
}

static measure pure(void) {
    return (measure){.unit = bp_unit_dimensionless};
}

static bool is_pure(bp_unit unit) {
    return !unit.known || bp_unit_same_dimension(unit, bp_unit_dimensionless);
}

// ---- messages ----

// A warning, or a note where the format is known for its units.
static void complain(unit_walk *walk, bp_where where, const char *format, ...) {
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (walk->check->spec->foreign)
        bp_report_note(walk->check->report, where, "%s", message);
    else
        bp_report_warning(walk->check->report, BP_BAD_UNIT, where, "%s", message);
}

static void print_pair(bp_text *a, bp_unit first, bp_text *b, bp_unit second) {
    bp_unit_print(first, a);
    bp_unit_print(second, b);
}

// "a sum of pERK and kon: nmol/L and 1/s"
static void warn_differ(unit_walk *walk, const char *what, bp_unit a, bp_unit b,
                        bp_where where) {
    bp_text first = {0}, second = {0};
    if (walk->quiet) return;
    walk->quiet = true; // what follows from it helps nobody
    print_pair(&first, a, &second, b);
    complain(walk, where, "%s in '%s' joins %s and %s", what, walk->about,
             bp_text_get(&first), bp_text_get(&second));
    if (first.failed || second.failed) walk->check->failed = true;
    bp_text_clear(&first);
    bp_text_clear(&second);
}

static void warn_not_pure(unit_walk *walk, const char *what, bp_unit unit,
                          bp_where where) {
    bp_text text = {0};
    if (walk->quiet) return;
    walk->quiet = true;
    bp_unit_print(unit, &text);
    complain(walk, where, "%s in '%s' has a unit (%s) but must be a pure number", what,
             walk->about, bp_text_get(&text));
    if (text.failed) walk->check->failed = true;
    bp_text_clear(&text);
}

// ---- joining: sums, comparisons, choices ----

static bool same_scale(measure a, measure b) {
    return a.scaled || b.scaled || bp_unit_equal(a.unit, b.unit);
}

static measure join(unit_walk *walk, measure a, measure b, const char *what,
                    bp_where where) {
    if (a.bare) return (measure){b.unit, b.bare, true};
    if (b.bare) return (measure){a.unit, false, true};
    if (!a.unit.known) return b;
    if (!b.unit.known) return a;
    if (!bp_unit_same_dimension(a.unit, b.unit) || !same_scale(a, b))
        warn_differ(walk, what, a.unit, b.unit, where);
    a.scaled = a.scaled || b.scaled;
    return a;
}

static const char *join_text(bp_op op) {
    switch (op) {
    case BP_OP_ADD:
        return "a sum";
    case BP_OP_SUB:
        return "a difference";
    case BP_OP_MIN:
    case BP_OP_MAX:
        return "a minimum or maximum";
    case BP_OP_PIECEWISE:
        return "a choice";
    case BP_OP_REM:
    case BP_OP_QUOTIENT:
        return "a remainder";
    default:
        return "a comparison";
    }
}

static bp_where arg_where(const bp_ast *ast, int i) {
    return i > 0 && ast->where.line > 0 ? ast->where : ast->args[i]->where;
}

static measure join_all(unit_walk *walk, const bp_ast *ast, int step) {
    measure whole = measure_tree(walk, ast->args[0]);
    for (int i = 1; i < ast->n_args; i++) {
        measure next = measure_tree(walk, ast->args[i]);
        bool counts = step == 1 || i % 2 == 0 || i == ast->n_args - 1;
        if (step == 2 && i % 2 == 1) counts = false; // a condition
        if (counts)
            whole = join(walk, whole, next, join_text(ast->op), arg_where(ast, i));
    }
    return whole;
}

// ---- products and powers ----

static measure measure_product(unit_walk *walk, const bp_ast *ast) {
    measure whole = bare_number();
    for (int i = 0; i < ast->n_args; i++) {
        measure factor = measure_tree(walk, ast->args[i]);
        bool divides = ast->op == BP_OP_DIV && i > 0;
        // 1/x converts nothing
        bool one =
            ast->args[i]->op == BP_OP_NUMBER && fabs(ast->args[i]->number) == 1.0;
        whole.scaled = whole.scaled || factor.scaled || (factor.bare && !one);
        whole.bare = whole.bare && factor.bare;
        if (!factor.unit.known || !whole.unit.known)
            whole.unit = bp_unit_unknown;
        else
            whole.unit = divides ? bp_unit_divide(whole.unit, factor.unit)
                                 : bp_unit_multiply(whole.unit, factor.unit);
    }
    return whole;
}

static measure raise(unit_walk *walk, measure base, const bp_ast *exponent,
                     double sign) {
    measure power = measure_tree(walk, exponent);
    if (!power.bare && !is_pure(power.unit))
        warn_not_pure(walk, "an exponent", power.unit, exponent->where);
    if (exponent->op == BP_OP_NUMBER && base.unit.known) {
        double n = exponent->number;
        base.unit = bp_unit_power(base.unit, sign > 0 ? n : 1.0 / n);
        return base;
    }
    if (base.bare || (base.unit.known && is_pure(base.unit))) {
        base.bare = base.bare && power.bare;
        return base;
    }
    return unknown(); // x^n with a symbol n: 0-th power of nM and 2nd differ
}

static measure measure_pure(unit_walk *walk, const bp_ast *ast) {
    for (int i = 0; i < ast->n_args; i++) {
        measure arg = measure_tree(walk, ast->args[i]);
        if (arg.bare || is_pure(arg.unit)) continue;
        char what[48];
        snprintf(what, sizeof what, "the argument of %s", bp_op_text(ast->op));
        warn_not_pure(walk, what, arg.unit, bp_ast_start(ast->args[i]));
    }
    return pure();
}

// ---- leaves and calls ----

static measure measure_name(unit_walk *walk, const bp_ast *ast) {
    const bp_spec *spec = walk->check->spec;
    int symbol = bp_spec_find(spec, ast->name);
    if (symbol >= 0) return (measure){.unit = walk->of_symbol[symbol]};
    if (bp_spec_find_reaction(spec, ast->name) >= 0)
        return (measure){.unit = walk->rate};
    return unknown();
}

static measure measure_number(unit_walk *walk, const bp_ast *ast) {
    bp_unit unit;
    if (!ast->unit) return bare_number();
    if (bp_spec_unit(walk->check->spec, ast->unit, &unit, NULL) != BP_OK)
        return unknown();
    return (measure){.unit = unit};
}

static measure measure_rate_of(unit_walk *walk, const bp_ast *ast) {
    measure m = measure_tree(walk, ast->args[0]);
    if (m.unit.known && walk->time.known) m.unit = bp_unit_divide(m.unit, walk->time);
    if (!walk->time.known) return unknown();
    return m;
}

static measure measure_all_unknown(unit_walk *walk, const bp_ast *ast) {
    for (int i = 0; i < ast->n_args; i++)
        measure_tree(walk, ast->args[i]);
    return unknown();
}

static measure measure_relation(unit_walk *walk, const bp_ast *ast) {
    if (ast->n_args > 0) join_all(walk, ast, 1);
    return pure();
}

static measure measure_logic(unit_walk *walk, const bp_ast *ast) {
    for (int i = 0; i < ast->n_args; i++)
        measure_tree(walk, ast->args[i]);
    return pure();
}

static measure measure_call(unit_walk *walk, const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_LT:
    case BP_OP_LE:
    case BP_OP_GT:
    case BP_OP_GE:
    case BP_OP_EQ:
    case BP_OP_NE:
        return measure_relation(walk, ast);
    case BP_OP_AND:
    case BP_OP_OR:
    case BP_OP_XOR:
    case BP_OP_NOT:
    case BP_OP_IMPLIES:
        return measure_logic(walk, ast);
    case BP_OP_DELAY: {
        measure_tree(walk, ast->args[1]);
        return measure_tree(walk, ast->args[0]);
    }
    case BP_OP_RATEOF:
        return measure_rate_of(walk, ast);
    case BP_OP_CALL:
        return measure_all_unknown(walk, ast);
    default:
        return measure_pure(walk, ast); // exp, ln, sin ...
    }
}

static measure measure_tree(unit_walk *walk, const bp_ast *ast) {
    switch (ast->op) {
    case BP_OP_NUMBER:
        return measure_number(walk, ast);
    case BP_OP_NAME:
        return measure_name(walk, ast);
    case BP_OP_TIME:
        return (measure){.unit = walk->time};
    case BP_OP_AVOGADRO:
        return unknown();
    case BP_OP_ADD:
    case BP_OP_SUB:
    case BP_OP_MIN:
    case BP_OP_MAX:
        return ast->n_args > 0 ? join_all(walk, ast, 1) : bare_number();
    case BP_OP_PIECEWISE:
        return join_all(walk, ast, 2);
    case BP_OP_MUL:
    case BP_OP_DIV:
        return measure_product(walk, ast);
    case BP_OP_POW:
        return raise(walk, measure_tree(walk, ast->args[0]), ast->args[1], 1);
    case BP_OP_ROOT:
        return raise(walk, measure_tree(walk, ast->args[1]), ast->args[0], -1);
    case BP_OP_SQRT: {
        measure m = measure_tree(walk, ast->args[0]);
        if (m.unit.known) m.unit = bp_unit_power(m.unit, 0.5);
        return m;
    }
    case BP_OP_ABS:
    case BP_OP_FLOOR:
    case BP_OP_CEIL:
        return measure_tree(walk, ast->args[0]);
    case BP_OP_REM:
        return join_all(walk, ast, 1);
    case BP_OP_QUOTIENT:
        join_all(walk, ast, 1);
        return pure();
    default:
        return measure_call(walk, ast);
    }
}

// ---- what expressions define ----

static void expect(unit_walk *walk, const bp_ast *ast, bp_unit wanted, const char *name,
                   const char *what) {
    if (!ast) return;
    walk->about = name;
    walk->quiet = false;
    measure m = measure_tree(walk, ast);
    if (walk->quiet || m.bare || !m.unit.known || !wanted.known) return;
    bool same = bp_unit_same_dimension(m.unit, wanted) &&
                (m.scaled || bp_unit_equal(m.unit, wanted));
    if (same) return;
    bp_text has = {0}, needs = {0};
    print_pair(&has, m.unit, &needs, wanted);
    complain(walk, bp_ast_start(ast), "%s '%s' is in %s, but must be in %s", what, name,
             bp_text_get(&has), bp_text_get(&needs));
    if (has.failed || needs.failed) walk->check->failed = true;
    bp_text_clear(&has);
    bp_text_clear(&needs);
}

static void check_symbol(unit_walk *walk, int i) {
    const bp_symbol *s = &walk->check->spec->symbols.items[i];
    bp_unit own = walk->of_symbol[i];
    if (!s->initial_is_amount)
        expect(walk, s->initial, own, s->name, "the initial value of");
    if (s->rule_kind == BP_ASSIGNMENT_RULE)
        expect(walk, s->rule, own, s->name, "the rule of");
    if (s->rule_kind != BP_RATE_RULE) return;
    bool both = own.known && walk->time.known;
    expect(walk, s->rule, both ? bp_unit_divide(own, walk->time) : bp_unit_unknown,
           s->name, "the rate of");
}

static void check_event(unit_walk *walk, const bp_event *e) {
    expect(walk, e->trigger, bp_unit_unknown, e->name, "the trigger of");
    expect(walk, e->delay, walk->time, e->name, "the delay of");
    expect(walk, e->priority, bp_unit_unknown, e->name, "the priority of");
    for (int i = 0; i < e->n_assignments; i++)
        expect(walk, e->assignments[i].value, walk->of_symbol[e->assignments[i].symbol],
               walk->check->spec->symbols.items[e->assignments[i].symbol].name,
               "the new value of");
}

static void visit_unit(const bp_ast *node, void *data) {
    bool *any = data;
    if (node->op == BP_OP_NUMBER && node->unit) *any = true;
}

static void visit_units(const bp_ast *tree, void *data) {
    bp_ast_visit(tree, visit_unit, data);
}

// Whether the model speaks of units at all.
static bool has_units(const unit_walk *walk) {
    const bp_spec *spec = walk->check->spec;
    bool any = walk->rate.known || walk->time.known;
    for (int i = 0; i < spec->symbols.count && !any; i++)
        any = walk->of_symbol[i].known;
    if (!any) bp_check_each_tree(spec, visit_units, &any);
    return any;
}

void bp_check_units(bp_check *check) {
    const bp_spec *spec = check->spec;
    unit_walk walk = {.check = check, .rate = bp_spec_rate_unit(spec)};
    // seconds are a guess where the model says nothing: no reason to complain
    walk.time = spec->time_unit ? bp_spec_time_unit(spec) : bp_unit_unknown;
    walk.of_symbol = bp_calloc((size_t)spec->symbols.count + 1, sizeof *walk.of_symbol);
    if (!walk.of_symbol) {
        check->failed = true;
        return;
    }
    for (int i = 0; i < spec->symbols.count; i++)
        walk.of_symbol[i] = bp_spec_symbol_unit(spec, i);
    if (!has_units(&walk)) {
        bp_free(walk.of_symbol);
        return;
    }
    for (int i = 0; i < spec->symbols.count && !check->failed; i++)
        check_symbol(&walk, i);
    for (int i = 0; i < spec->reactions.count && !check->failed; i++)
        expect(&walk, spec->reactions.items[i].law, walk.rate,
               spec->reactions.items[i].name, "the rate of reaction");
    for (int i = 0; i < spec->events.count && !check->failed; i++)
        check_event(&walk, &spec->events.items[i]);
    bp_free(walk.of_symbol);
}
