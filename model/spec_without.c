#include "model/spec_without.h"

#include <string.h>

#include "base/alloc.h"

typedef struct leaving {
    bp_spec *spec;
    const bool *out; // (n_symbols)
    bool failed;
} leaving;

static bool has_part(const leaving *l, const bp_term *terms, int n) {
    for (int i = 0; i < n; i++)
        if (l->out[terms[i].species]) return true;
    return false;
}

static void drop_modifiers(const leaving *l, bp_reaction *reaction) {
    int kept = 0;
    for (int i = 0; i < reaction->n_modifiers; i++)
        if (!l->out[reaction->modifiers[i]])
            reaction->modifiers[kept++] = reaction->modifiers[i];
    reaction->n_modifiers = kept;
}

static void drop_reactions(leaving *l) {
    bp_spec *spec = l->spec;
    int kept = 0;
    bp_names names = {0};
    for (int r = 0; r < spec->reactions.count; r++) {
        bp_reaction *reaction = &spec->reactions.items[r];
        if (has_part(l, reaction->reactants, reaction->n_reactants) ||
            has_part(l, reaction->products, reaction->n_products))
            continue;
        drop_modifiers(l, reaction);
        if (bp_names_add(&names, reaction->name) < 0) l->failed = true;
        spec->reactions.items[kept++] = *reaction;
    }
    spec->reactions.count = kept;
    bp_names_clear(&spec->reaction_names);
    spec->reaction_names = names;
}

static void drop_symbols(leaving *l) {
    bp_spec *spec = l->spec;
    for (int s = 0; s < spec->symbols.count; s++) {
        bp_symbol *symbol = &spec->symbols.items[s];
        if (!l->out[s]) continue;
        symbol->constant = symbol->boundary = true;
        symbol->rule_kind = BP_NO_RULE;
        symbol->rule = NULL;
        symbol->initial = bp_ast_number(spec, 0, symbol->where);
        l->failed |= !symbol->initial;
    }
}

// An event that gives a species a value would bring it back.
static bp_status check_events(const leaving *l, bp_error *err) {
    for (int e = 0; e < l->spec->events.count; e++) {
        const bp_event *event = &l->spec->events.items[e];
        for (int i = 0; i < event->n_assignments; i++) {
            int symbol = event->assignments[i].symbol;
            if (!l->out[symbol]) continue;
            return bp_error_set(err, BP_BAD_MODEL,
                                "the species '%s' cannot be left out: the event '%s' "
                                "sets it",
                                l->spec->symbols.items[symbol].name,
                                event->name ? event->name : "without name");
        }
    }
    return BP_OK;
}

static bp_status mark(const bp_spec *spec, const char *const *names, int n, bool *out,
                      bp_error *err) {
    for (int i = 0; i < n; i++) {
        int symbol = bp_spec_find(spec, names[i]);
        if (symbol >= 0 && spec->symbols.items[symbol].kind == BP_SPECIES) {
            out[symbol] = true;
            continue;
        }
        const char *near = bp_names_nearest(&spec->names, names[i]);
        return bp_error_set(err, BP_UNKNOWN_NAME,
                            "the model '%s' has no species '%s'%s%s%s", spec->name,
                            names[i], near ? "; did you mean '" : "", near ? near : "",
                            near ? "'?" : "");
    }
    return BP_OK;
}

bp_status bp_spec_without(bp_spec *spec, const char *const *names, int n,
                          bp_error *err) {
    bool *out = bp_calloc((size_t)spec->symbols.count + 1, sizeof *out);
    if (!out) return bp_error_no_memory(err);
    bp_status status = mark(spec, names, n, out, err);
    leaving l = {spec, out, false};
    if (status == BP_OK) status = check_events(&l, err);
    if (status == BP_OK) {
        drop_reactions(&l);
        drop_symbols(&l);
        if (l.failed) status = bp_error_no_memory(err);
    }
    bp_free(out);
    return status;
}
