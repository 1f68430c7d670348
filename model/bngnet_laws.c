// The rate laws of a .net file.
//
//   k, 2*k, 0.5       factor * k * product of all reactants
//   f                 the same with the function f
//   Sat k             factor * k
//   Sat k K1 K2 ..    factor * k * product of reactants / ((K1 + S1) (K2 + S2) ..)
//   Hill k K n        factor * k * S1^n / (K^n + S1^n) * product of the other reactants
//   MM k K            factor * k * S * E / (K + S), where S is what is free of the
//   first
//                     reactant, of whose total part is bound to the second, E:
//                     S = ((St - K - E) + sqrt((St - K - E)^2 + 4 K St)) / 2
//
// Amounts throughout; a reactant that stands twice is squared, and the 1/2 of two equal
// partners is in the factor already.
#include <string.h>

#include "model/bngnet_read.h"

enum { MAX_CONSTANTS = 8 }; // of a rate-law form

// A law under construction: factors above and below the line.
typedef struct law {
    bp_net *net;
    bp_where where;
    BP_ARRAY(const bp_ast *) above, below;
} law;

static const bp_net_scope law_scope = {
    BP_NET_PARAMETER | BP_NET_FUNCTION | BP_NET_GROUP, true, "a rate law"};

static void multiply(law *l, const bp_ast *factor) {
    if (!factor || !bp_array_push(&l->above, factor)) l->net->failed = true;
}

static void divide(law *l, const bp_ast *factor) {
    if (!factor || !bp_array_push(&l->below, factor)) l->net->failed = true;
}

static const bp_ast *product(law *l, const bp_ast *const *factors, int n) {
    if (n == 0) return bp_net_number(l->net, 1, l->where);
    return n == 1 ? factors[0] : bp_net_call(l->net, BP_OP_MUL, factors, n, l->where);
}

static const bp_ast *pair(law *l, bp_op op, const bp_ast *a, const bp_ast *b) {
    if (!a || !b) return NULL;
    const bp_ast *args[2] = {a, b};
    return bp_net_call(l->net, op, args, 2, l->where);
}

static const bp_ast *species(const law *l, int number) {
    return l->net->species[number - 1];
}

static void multiply_reactants(law *l, const int *reactants, int from, int n) {
    for (int i = from; i < n; i++)
        multiply(l, species(l, reactants[i]));
}

static const bp_ast *finish(law *l) {
    const bp_ast *whole = NULL;
    if (!l->net->failed) {
        whole = product(l, l->above.items, l->above.count);
        if (l->below.count > 0)
            whole =
                pair(l, BP_OP_DIV, whole, product(l, l->below.items, l->below.count));
    }
    bp_array_clear(&l->above);
    bp_array_clear(&l->below);
    return l->net->failed ? NULL : whole;
}

// ---- forms ----

typedef struct form {
    const char *name;
    int low, high;         // constants
    const char *constants; // for messages
    void (*add)(law *l, const bp_ast *const *k, int n_constants, const int *reactants,
                int n);
} form;

static void add_sat(law *l, const bp_ast *const *k, int n_constants,
                    const int *reactants, int n) {
    multiply(l, k[0]);
    if (n_constants == 1) return;
    multiply_reactants(l, reactants, 0, n);
    for (int i = 1; i < n_constants; i++)
        divide(l, pair(l, BP_OP_ADD, k[i], species(l, reactants[i - 1])));
}

static void add_hill(law *l, const bp_ast *const *k, int n_constants,
                     const int *reactants, int n) {
    (void)n_constants;
    const bp_ast *power = pair(l, BP_OP_POW, species(l, reactants[0]), k[2]);
    multiply(l, k[0]);
    multiply(l, power);
    multiply_reactants(l, reactants, 1, n);
    divide(l, pair(l, BP_OP_ADD, pair(l, BP_OP_POW, k[1], k[2]), power));
}

// The free part of the substrate.
static const bp_ast *free_substrate(law *l, const bp_ast *total, const bp_ast *enzyme,
                                    const bp_ast *km) {
    const bp_ast *rest = pair(l, BP_OP_SUB, pair(l, BP_OP_SUB, total, km), enzyme);
    const bp_ast *four = bp_net_number(l->net, 4, l->where);
    const bp_ast *parts[3] = {four, km, total};
    if (!rest || !four) return NULL;
    const bp_ast *bound = bp_net_call(l->net, BP_OP_MUL, parts, 3, l->where);
    const bp_ast *squared =
        pair(l, BP_OP_POW, rest, bp_net_number(l->net, 2, l->where));
    const bp_ast *inside = pair(l, BP_OP_ADD, squared, bound);
    if (!inside) return NULL;
    const bp_ast *root = bp_net_call(l->net, BP_OP_SQRT, &inside, 1, l->where);
    return pair(l, BP_OP_DIV, pair(l, BP_OP_ADD, rest, root),
                bp_net_number(l->net, 2, l->where));
}

static void add_mm(law *l, const bp_ast *const *k, int n_constants,
                   const int *reactants, int n) {
    (void)n_constants, (void)n;
    const bp_ast *enzyme = species(l, reactants[1]);
    const bp_ast *part = free_substrate(l, species(l, reactants[0]), enzyme, k[1]);
    multiply(l, k[0]);
    multiply(l, part);
    multiply(l, enzyme);
    divide(l, pair(l, BP_OP_ADD, k[1], part));
}

static const form forms[] = {
    {"Sat", 1, MAX_CONSTANTS, "k, and a K for as many of the reactants", add_sat},
    {"MM", 2, 2, "k and K", add_mm},
    {"Hill", 3, 3, "k, K and n", add_hill},
};

static bool word_is(const bp_net_word *word, const char *text) {
    return word->length == (int)strlen(text) &&
           memcmp(word->text, text, (size_t)word->length) == 0;
}

static const form *find_form(const bp_net_word *word) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (word_is(word, forms[i].name)) return &forms[i];
    return NULL;
}

static bool reactants_fit(const law *l, const form *f, int n_constants,
                          const int *reactants, int n) {
    bp_report *report = l->net->report;
    bool sat = f->add == add_sat, mm = f->add == add_mm;
    if (n_constants < f->low || n_constants > f->high)
        bp_report_error(report, BP_BAD_MODEL, l->where,
                        "%s takes %s, not %d constant%s", f->name, f->constants,
                        n_constants, n_constants == 1 ? "" : "s");
    else if (sat && n_constants - 1 > n)
        bp_report_error(report, BP_BAD_MODEL, l->where,
                        "Sat has %d saturation constants but the reaction only %d "
                        "reactant%s",
                        n_constants - 1, n, n == 1 ? "" : "s");
    else if (!sat && n < 1)
        bp_report_error(report, BP_BAD_MODEL, l->where, "%s needs a reactant", f->name);
    else if (mm && (n != 2 || reactants[0] == reactants[1]))
        bp_report_error(report, BP_UNSUPPORTED, l->where,
                        "MM is the law of two different reactants, a substrate and its "
                        "enzyme");
    else
        return true;
    return false;
}

static const bp_ast *read_form(bp_net_cursor *c, law *l, const form *f,
                               const int *reactants, int n) {
    const bp_ast *k[MAX_CONSTANTS];
    int n_constants = 0;
    while (!bp_net_at_end(c) && n_constants < MAX_CONSTANTS) {
        k[n_constants] = bp_net_expression(c, &law_scope);
        if (!k[n_constants++]) return NULL;
    }
    if (!bp_net_at_end(c)) n_constants++; // one too many
    if (!reactants_fit(l, f, n_constants, reactants, n)) return NULL;
    f->add(l, k, n_constants, reactants, n);
    return finish(l);
}

// ---- factor and rate constant ----

// The word up to a blank or a sign.
static bp_net_word peek_name(bp_net_cursor *c) {
    bp_net_skip_blanks(c);
    bp_net_word name = {c->at, 0};
    while (c->at + name.length < c->line->end &&
           bp_net_is_name_part(c->at[name.length]))
        name.length++;
    return name;
}

// `2*` before what follows; 1 where there is none.
static double take_factor(bp_net_cursor *c) {
    bp_net_skip_blanks(c);
    double value = 1;
    const char *end = bp_net_number_here(c, &value);
    if (!end) return 1;
    bp_net_cursor ahead = *c;
    ahead.at = end;
    if (bp_net_at_end(&ahead) || *ahead.at != '*') return 1;
    ahead.at++;
    bp_net_word name = peek_name(&ahead);
    if (name.length == 0) return 1; // 2**3, 2*(k): an expression
    *c = ahead;
    return value;
}

// A name and nothing else, which most constants are.
static const bp_ast *lone_name(bp_net_cursor *c, const bp_net_word *name) {
    if (name->length == 0 || name->text + name->length != c->line->end) return NULL;
    const bp_net_entry *entry = bp_net_find(c->net, name->text, (size_t)name->length);
    if (entry) c->at = c->line->end;
    return entry ? entry->node : NULL;
}

static bool refuse_form(bp_net_cursor *c, const bp_net_word *name) {
    static const char *const refused[] = {"Arrhenius", "eArrhenius", "FunctionProduct"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        if (!word_is(name, refused[i])) continue;
        bp_report_error(c->net->report, BP_UNSUPPORTED,
                        bp_net_where(c->net, c->line, name->text),
                        "the rate law %s is not supported; make it one function of the "
                        "model and generate the network again",
                        refused[i]);
        return true;
    }
    return false;
}

const bp_ast *bp_net_law(bp_net_cursor *c, const int *reactants, int n) {
    double factor = take_factor(c);
    bp_net_word name = peek_name(c);
    law l = {.net = c->net, .where = bp_net_where(c->net, c->line, c->at)};
    if (refuse_form(c, &name)) return NULL;
    if (word_is(&name, "Ele")) {
        c->at += name.length;
        name = peek_name(c);
    }
    if (factor != 1) multiply(&l, bp_net_number(c->net, factor, l.where));
    const form *f = find_form(&name);
    const bp_ast *whole = NULL;
    if (f && name.text[name.length] != '(') {
        c->at += name.length;
        whole = read_form(c, &l, f, reactants, n);
    } else {
        const bp_ast *k = lone_name(c, &name);
        if (!k) k = bp_net_whole_expression(c, &law_scope);
        if (k) {
            multiply(&l, k);
            multiply_reactants(&l, reactants, 0, n);
            return finish(&l);
        }
    }
    bp_array_clear(&l.above);
    bp_array_clear(&l.below);
    return whole;
}
