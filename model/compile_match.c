// Which symbol each algebraic rule determines: a matching of rules with symbols that
// nothing else determines (no rule, no reaction, not constant). Symbols without an
// initial value come first, those that an event sets last; among equals there must be
// no choice, since the choice would decide the result.
#include <stdlib.h>
#include <string.h>

#include "model/ast.h"
#include "model/compile.h"

enum { SET_BY_EVENT = 1, HAS_VALUE = 2, NO_VALUE = 3 }; // 0: not a candidate

typedef BP_ARRAY(int) int_list;

typedef struct matching {
    bp_compiler *compiler;
    const bp_spec *spec;
    int n_rules, n_symbols;
    char *class_of;  // (n_symbols)
    int *seen;       // last rule, plus 1, that reached: each symbol, each reaction, the
                     // rate of each symbol
    int rule;        // whose symbols are collected
    int_list first;  // (n_rules + 1) candidates of rule r: symbol[first[r] ..)
    int_list symbol; //
    int *start;      // (n_symbols + 1) rules of symbol s: rule_of[start[s] ..)
    int *rule_of;
    int *matched; // (n_rules) symbol, -1: none
    int *rule_by; // (n_symbols) rule, -1: none
    char *tried;  // (n_rules)
    bool failed;  // out of memory
} matching;

// ---- candidates ----

static void exclude_changed(matching *m, const bp_term *terms, int n) {
    for (int i = 0; i < n; i++)
        if (!m->spec->symbols.items[terms[i].species].boundary)
            m->class_of[terms[i].species] = 0;
}

static void classify(matching *m) {
    for (int s = 0; s < m->n_symbols; s++) {
        const bp_symbol *symbol = &m->spec->symbols.items[s];
        bool free = !symbol->constant && symbol->rule_kind == BP_NO_RULE;
        m->class_of[s] = free ? symbol->initial ? HAS_VALUE : NO_VALUE : 0;
    }
    for (int e = 0; e < m->spec->events.count; e++) {
        const bp_event *event = &m->spec->events.items[e];
        for (int i = 0; i < event->n_assignments; i++) {
            char *class = &m->class_of[event->assignments[i].symbol];
            if (*class) *class = SET_BY_EVENT;
        }
    }
    for (int r = 0; r < m->spec->reactions.count; r++) {
        const bp_reaction *reaction = &m->spec->reactions.items[r];
        exclude_changed(m, reaction->reactants, reaction->n_reactants);
        exclude_changed(m, reaction->products, reaction->n_products);
    }
}

static void visit_name(const bp_ast *node, void *data);

static bool takes_part(const bp_term *terms, int n, int species) {
    for (int i = 0; i < n; i++)
        if (terms[i].species == species) return true;
    return false;
}

// What a symbol's rate of change is made of.
static void visit_rate(matching *m, const bp_ast *name) {
    int symbol = name->op == BP_OP_NAME ? bp_spec_find(m->spec, name->name) : -1;
    if (symbol < 0) return;
    int *seen = &m->seen[m->n_symbols + m->spec->reactions.count + symbol];
    if (*seen == m->rule + 1) return;
    *seen = m->rule + 1;
    if (m->spec->symbols.items[symbol].rule_kind == BP_RATE_RULE)
        bp_ast_visit(m->spec->symbols.items[symbol].rule, visit_name, m);
    for (int r = 0; r < m->spec->reactions.count; r++) {
        const bp_reaction *reaction = &m->spec->reactions.items[r];
        if (takes_part(reaction->reactants, reaction->n_reactants, symbol) ||
            takes_part(reaction->products, reaction->n_products, symbol))
            bp_ast_visit(reaction->law, visit_name, m);
    }
}

// A name in a rule: what it stands for by assignment rules and laws is looked into.
static void visit_name(const bp_ast *node, void *data) {
    matching *m = data;
    if (node->op == BP_OP_RATEOF) visit_rate(m, node->args[0]);
    if (node->op != BP_OP_NAME || m->failed) return;
    int symbol = bp_spec_find(m->spec, node->name);
    int reaction = symbol < 0 ? bp_spec_find_reaction(m->spec, node->name) : -1;
    if (symbol < 0 && reaction < 0) return;
    int *seen = &m->seen[symbol >= 0 ? symbol : m->n_symbols + reaction];
    if (*seen == m->rule + 1) return;
    *seen = m->rule + 1;
    if (reaction >= 0) {
        bp_ast_visit(m->spec->reactions.items[reaction].law, visit_name, m);
    } else if (m->spec->symbols.items[symbol].rule_kind == BP_ASSIGNMENT_RULE) {
        bp_ast_visit(m->spec->symbols.items[symbol].rule, visit_name, m);
    } else if (m->class_of[symbol]) {
        m->failed |= !bp_array_push(&m->symbol, symbol);
    }
}

static void collect(matching *m) {
    for (m->rule = 0; m->rule < m->n_rules && !m->failed; m->rule++) {
        m->failed |= !bp_array_push(&m->first, m->symbol.count);
        bp_ast_visit(m->spec->algebraic.items[m->rule].zero, visit_name, m);
    }
    m->failed |= !bp_array_push(&m->first, m->symbol.count);
}

static void transpose(matching *m) {
    m->start = bp_calloc((size_t)m->n_symbols + 2, sizeof *m->start);
    m->rule_of = bp_calloc((size_t)m->symbol.count + 1, sizeof *m->rule_of);
    m->failed |= !m->start || !m->rule_of;
    if (m->failed) return;
    for (int k = 0; k < m->symbol.count; k++)
        m->start[m->symbol.items[k] + 2]++;
    for (int s = 2; s <= m->n_symbols + 1; s++)
        m->start[s] += m->start[s - 1];
    for (int r = 0; r < m->n_rules; r++)
        for (int k = m->first.items[r]; k < m->first.items[r + 1]; k++)
            m->rule_of[m->start[m->symbol.items[k] + 1]++] = r;
}

// ---- matching ----

// Gives symbol s a rule, moving others to other rules where that must be.
static bool augment(matching *m, int s) {
    for (int k = m->start[s]; k < m->start[s + 1]; k++) {
        int r = m->rule_of[k];
        if (m->tried[r]) continue;
        m->tried[r] = 1;
        if (m->matched[r] >= 0 && !augment(m, m->matched[r])) continue;
        m->matched[r] = s;
        m->rule_by[s] = r;
        return true;
    }
    return false;
}

// Symbols of a class that are taken once are never given up for one of a lower class.
static void match(matching *m) {
    for (int class = NO_VALUE; class >= SET_BY_EVENT; class --)
        for (int s = 0; s < m->n_symbols; s++) {
            if (m->class_of[s] != class || m->start[s] == m->start[s + 1]) continue;
            memset(m->tried, 0, (size_t)m->n_rules);
            augment(m, s);
        }
}

// ---- findings ----

static void report_unmatched(matching *m, int r) {
    bp_where where = m->spec->algebraic.items[r].where;
    int n = m->first.items[r + 1] - m->first.items[r];
    if (n == 0)
        bp_report_error(
            m->compiler->report, BP_BAD_MODEL, where,
            "the algebraic rule can determine nothing: all that it reads is "
            "constant, or set by other rules and reactions");
    else
        bp_report_error(
            m->compiler->report, BP_BAD_MODEL, where,
            "the algebraic rule is one too many: '%s', which it could determine, "
            "is determined by another rule (the model is overdetermined)",
            m->spec->symbols.items[m->symbol.items[m->first.items[r]]].name);
}

// The symbol of the same class whose place s could take, by moving others; -1: none.
static int rival_of(matching *m, int s, char class) {
    for (int k = m->start[s]; k < m->start[s + 1]; k++) {
        int r = m->rule_of[k];
        if (m->tried[r] || m->matched[r] < 0) continue;
        m->tried[r] = 1;
        int u = m->matched[r];
        if (m->class_of[u] == class) return u;
        int further = rival_of(m, u, class);
        if (further >= 0) return further;
    }
    return -1;
}

static void report_choices(matching *m) {
    for (int s = 0; s < m->n_symbols; s++) {
        if (!m->class_of[s] || m->rule_by[s] >= 0) continue;
        memset(m->tried, 0, (size_t)m->n_rules);
        int rival = rival_of(m, s, m->class_of[s]);
        if (rival < 0) continue;
        bp_report_error(
            m->compiler->report, BP_BAD_MODEL,
            m->spec->algebraic.items[m->rule_by[rival]].where,
            "the algebraic rule could determine '%s' or '%s' (the model is "
            "underdetermined); make the one that it does not determine constant",
            m->spec->symbols.items[rival].name, m->spec->symbols.items[s].name);
    }
}

static void report_events(matching *m) {
    for (int e = 0; e < m->spec->events.count; e++) {
        const bp_event *event = &m->spec->events.items[e];
        for (int i = 0; i < event->n_assignments; i++) {
            const bp_event_assignment *a = &event->assignments[i];
            if (m->rule_by[a->symbol] < 0) continue;
            bp_report_error(
                m->compiler->report, BP_UNSUPPORTED, a->where,
                "event '%s' sets '%s', but an algebraic rule (line %d) determines "
                "it at all times",
                event->name ? event->name : "without name",
                m->spec->symbols.items[a->symbol].name,
                m->spec->algebraic.items[m->rule_by[a->symbol]].where.line);
        }
    }
}

static void report_all(matching *m) {
    bool whole = true;
    for (int r = 0; r < m->n_rules; r++) {
        if (m->matched[r] >= 0) continue;
        whole = false;
        report_unmatched(m, r);
    }
    if (!whole) return;
    report_choices(m);
    report_events(m);
}

static void clear(matching *m) {
    bp_free(m->class_of);
    bp_free(m->seen);
    bp_free(m->start);
    bp_free(m->rule_of);
    bp_free(m->tried);
    bp_array_clear(&m->first);
    bp_array_clear(&m->symbol);
}

static void make_arrays(matching *m) {
    size_t symbols = (size_t)m->n_symbols, rules = (size_t)m->n_rules;
    m->class_of = bp_calloc(symbols + 1, 1);
    m->seen =
        bp_calloc(2 * symbols + (size_t)m->spec->reactions.count + 1, sizeof(int));
    m->tried = bp_calloc(rules, 1);
    m->matched = bp_malloc(rules * sizeof(int));
    m->rule_by = bp_malloc((symbols + 1) * sizeof(int));
    m->compiler->unknown = m->matched; // the compiler frees both
    m->compiler->rule_of_unknown = m->rule_by;
    m->failed = !m->class_of || !m->seen || !m->tried || !m->matched || !m->rule_by;
    for (size_t r = 0; r < rules && !m->failed; r++)
        m->matched[r] = -1;
    for (size_t s = 0; s < symbols && !m->failed; s++)
        m->rule_by[s] = -1;
}

bp_status bp_compile_match(bp_compiler *c) {
    matching m = {.compiler = c,
                  .spec = c->spec,
                  .n_rules = c->spec->algebraic.count,
                  .n_symbols = c->spec->symbols.count};
    if (m.n_rules == 0) return BP_OK;
    make_arrays(&m);
    if (!m.failed) classify(&m);
    if (!m.failed) collect(&m);
    if (!m.failed) transpose(&m);
    if (!m.failed) match(&m);
    if (!m.failed) report_all(&m);
    c->failed |= m.failed;
    clear(&m);
    return bp_compiler_status(c);
}
