// What each part of an expression is measured in: numbers in SBML have units of their
// own, while people write 1 + x and 2*x.
#include <string.h>

#include "model/sbml_write.h"

#define MAX_CALLS 8 // functions calling functions: deeper ones are unknown

// Where names are looked up: in the spec, or among the arguments of a call.
typedef struct scope {
    const bp_function *function; // NULL: the spec
    bp_measured *const *args;    // of the call; NULL: none known
    int depth;
} scope;

typedef struct measuring {
    bp_sbml_writer *w;
    bool failed;
} measuring;

static bp_measured *measure(measuring *m, const scope *at, const bp_ast *ast);

static void known(bp_measured *out, bp_unit unit) {
    out->kind = unit.known ? BP_MEASURE_KNOWN : BP_MEASURE_UNKNOWN;
    out->unit = unit;
}

static void same_as(bp_measured *out, const bp_measured *other) {
    out->kind = other->kind;
    out->unit = other->unit;
}

// ---- leaves ----

static void measure_name(measuring *m, const scope *at, bp_measured *out) {
    const bp_spec *spec = m->w->spec;
    if (at->function) {
        for (int i = 0; at->args && i < at->function->n_args; i++)
            if (strcmp(at->function->args[i], out->ast->name) == 0)
                same_as(out, at->args[i]);
        return;
    }
    int symbol = bp_spec_find(spec, out->ast->name);
    if (symbol >= 0)
        known(out, m->w->of_symbol[symbol]);
    else if (bp_spec_find_reaction(spec, out->ast->name) >= 0)
        known(out, m->w->rate);
}

static void measure_number(measuring *m, bp_measured *out) {
    bp_unit unit = bp_unit_unknown;
    if (!out->ast->unit)
        out->kind = BP_MEASURE_BARE;
    else if (bp_spec_unit(m->w->spec, out->ast->unit, &unit, NULL) == BP_OK)
        known(out, unit);
}

// ---- sums and products ----

// The first part whose unit is known; bare where all are.
static void join(bp_measured *out, int step) {
    int n = out->ast->n_args;
    out->kind = n > 0 ? BP_MEASURE_BARE : BP_MEASURE_KNOWN;
    out->unit = bp_unit_dimensionless;
    for (int i = 0; i < n; i += step) {
        const bp_measured *part = out->parts[i];
        if (part->kind == BP_MEASURE_KNOWN) {
            same_as(out, part);
            return;
        }
        if (part->kind == BP_MEASURE_UNKNOWN) out->kind = BP_MEASURE_UNKNOWN;
    }
}

static void multiply(bp_measured *out) {
    bool bare = true;
    bp_unit unit = bp_unit_dimensionless;
    for (int i = 0; i < out->ast->n_args; i++) {
        const bp_measured *part = out->parts[i];
        if (part->kind == BP_MEASURE_UNKNOWN) return;
        if (part->kind == BP_MEASURE_BARE) continue;
        bare = false;
        unit = out->ast->op == BP_OP_DIV && i > 0 ? bp_unit_divide(unit, part->unit)
                                                  : bp_unit_multiply(unit, part->unit);
    }
    known(out, unit);
    if (bare) out->kind = BP_MEASURE_BARE;
}

static bool is_pure(bp_unit unit) {
    return bp_unit_equal(unit, bp_unit_dimensionless);
}

static void raise(bp_measured *out, const bp_measured *base, const bp_ast *exponent,
                  bool root) {
    double n = exponent ? exponent->number : 2.0;
    bool number = !exponent || exponent->op == BP_OP_NUMBER;
    if (base->kind != BP_MEASURE_KNOWN || is_pure(base->unit))
        same_as(out, base);
    else if (number && n != 0.0)
        known(out, bp_unit_power(base->unit, root ? 1.0 / n : n));
    else if (number)
        known(out, bp_unit_dimensionless);
}

// ---- calls ----

static void measure_call(measuring *m, const scope *outer, bp_measured *out) {
    const bp_spec *spec = m->w->spec;
    for (int i = 0; i < spec->functions.count && outer->depth < MAX_CALLS; i++) {
        const bp_function *f = &spec->functions.items[i];
        if (strcmp(f->name, out->ast->name) != 0 || f->n_args != out->ast->n_args)
            continue;
        scope inner = {f, out->parts, outer->depth + 1};
        const bp_measured *body = measure(m, &inner, f->body);
        if (body) same_as(out, body);
        return;
    }
}

static void measure_rate_of(measuring *m, bp_measured *out) {
    const bp_measured *of = out->parts[0];
    if (of->kind == BP_MEASURE_KNOWN && m->w->time.known)
        known(out, bp_unit_divide(of->unit, m->w->time));
}

static void measure_operation(measuring *m, const scope *at, bp_measured *out) {
    bp_op op = out->ast->op;
    switch (op) {
    case BP_OP_ADD:
    case BP_OP_SUB:
    case BP_OP_MIN:
    case BP_OP_MAX:
    case BP_OP_REM:
        join(out, 1);
        return;
    case BP_OP_PIECEWISE:
        join(out, 2);
        return;
    case BP_OP_MUL:
    case BP_OP_DIV:
        multiply(out);
        return;
    case BP_OP_POW:
        raise(out, out->parts[0], out->ast->args[1], false);
        return;
    case BP_OP_ROOT:
        raise(out, out->parts[1], out->ast->args[0], true);
        return;
    case BP_OP_SQRT:
        raise(out, out->parts[0], NULL, true);
        return;
    case BP_OP_ABS:
    case BP_OP_FLOOR:
    case BP_OP_CEIL:
    case BP_OP_DELAY:
        same_as(out, out->parts[0]);
        return;
    case BP_OP_RATEOF:
        measure_rate_of(m, out);
        return;
    case BP_OP_CALL:
        measure_call(m, at, out);
        return;
    default: // truths, exp, ln, sin ...
        known(out, bp_unit_dimensionless);
        return;
    }
}

static bool measure_parts(measuring *m, const scope *at, bp_measured *out) {
    int n = out->ast->n_args;
    size_t size = sizeof(bp_measured *);
    bp_measured **parts = bp_arena_take(&m->w->arena, ((size_t)n + 1) * size);
    if (!parts) return false;
    out->parts = parts;
    for (int i = 0; i < n; i++) {
        parts[i] = measure(m, at, out->ast->args[i]);
        if (!parts[i]) return false;
    }
    return true;
}

static bp_measured *measure(measuring *m, const scope *at, const bp_ast *ast) {
    bp_measured *out = bp_arena_take(&m->w->arena, sizeof *out);
    if (!out) {
        m->failed = true;
        return NULL;
    }
    out->ast = ast;
    out->unit = bp_unit_unknown;
    if (!measure_parts(m, at, out)) {
        m->failed = true;
        return NULL;
    }
    if (ast->op == BP_OP_NUMBER)
        measure_number(m, out);
    else if (ast->op == BP_OP_NAME)
        measure_name(m, at, out);
    else if (ast->op == BP_OP_TIME)
        known(out, m->w->time);
    else
        measure_operation(m, at, out);
    return out;
}

bp_measured *bp_sbml_measure(bp_sbml_writer *w, const bp_ast *ast,
                             const bp_function *within) {
    measuring m = {w, false};
    scope whole = {within, NULL, 0};
    bp_measured *out = measure(&m, &whole, ast);
    if (m.failed || !out) bp_sbml_fail(w, BP_NO_MEMORY);
    return m.failed ? NULL : out;
}
