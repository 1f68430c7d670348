#include "bench/erbb_network.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/array.h"

enum { RECEPTORS = 4, DIMERS = 10, ADAPTORS = 6, PLACES = 2, TIERS = 3, NONE = -1 };

// k times the product of its reactants; a reversible reaction is two of these.
typedef struct reaction {
    double k;
    int from[2], to[2]; // NONE: absent
} reaction;

struct erbb_network {
    int n, copies, per_copy;
    BP_ARRAY(reaction) reactions;
    BP_ARRAY(double) start;
    BP_ARRAY(int) ligands;
    int *column_start, *row, *diagonal;
    int *where; // (n_reactions x 2 x 4): entry of df/dy per reactant and affected state
    bp_pattern pattern;
    int failed;
};

static int species(erbb_network *e, double amount) {
    if (!bp_array_push(&e->start, amount)) e->failed = 1;
    return e->start.count - 1;
}

static void one_way(erbb_network *e, double k, int a, int b, int c, int d) {
    if (!bp_array_push(&e->reactions, ((reaction){k, {a, b}, {c, d}}))) e->failed = 1;
}

// a + b <-> c
static void binds(erbb_network *e, double kon, double koff, int a, int b, int c) {
    one_way(e, kon, a, b, c, NONE);
    one_way(e, koff, c, NONE, a, b);
}

// Constants differ between reactions, reproducibly, by up to 3-fold each way.
static double varied(const erbb_network *e, double k) {
    return k * pow(3.0, sin(12.9898 * (e->reactions.count + 1.0)));
}

typedef struct cascade {
    int adaptor[ADAPTORS];
    int active_sos; // sum of what the phosphorylated dimers recruit
    int ras, ras_gtp;
} cascade;

// A dimer at one place: free, phosphorylated, and bound to each adaptor.
static void dimer_states(erbb_network *e, const cascade *c, int plain,
                         int phosphorylated) {
    one_way(e, varied(e, 0.1), plain, NONE, phosphorylated, NONE);
    one_way(e, varied(e, 0.02), phosphorylated, NONE, plain, NONE);
    for (int a = 0; a < ADAPTORS; a++) {
        int bound = species(e, 0.0);
        binds(e, varied(e, 1e-3), varied(e, 0.1), phosphorylated, c->adaptor[a], bound);
        if (a < 3) { // recruits the exchange factor
            one_way(e, varied(e, 1e-4), bound, c->ras, bound, c->ras_gtp);
        }
    }
}

static void dimer(erbb_network *e, const cascade *c, int a, int b) {
    int surface = species(e, 0.0), surface_p = species(e, 0.0);
    int inside = species(e, 0.0), inside_p = species(e, 0.0);
    binds(e, varied(e, 1e-3), varied(e, 0.05), a, b, surface);
    dimer_states(e, c, surface, surface_p);
    dimer_states(e, c, inside, inside_p);
    one_way(e, varied(e, 1e-3), surface_p, NONE, inside_p, NONE);
    one_way(e, varied(e, 1e-3), surface, NONE, inside, NONE);
    one_way(e, varied(e, 2e-3), inside, NONE, a, b);
    one_way(e, varied(e, 1e-5), inside_p, NONE, NONE, NONE);
}

// Kinase tier: enzyme + x <-> complex -> enzyme + xp; a phosphatase undoes it.
static int tier(erbb_network *e, int enzyme, double amount) {
    int x = species(e, amount), xp = species(e, 0.0), complex = species(e, 0.0);
    int phosphatase = species(e, 50.0), undoing = species(e, 0.0);
    binds(e, varied(e, 1e-3), varied(e, 0.1), enzyme, x, complex);
    one_way(e, varied(e, 1.0), complex, NONE, enzyme, xp);
    binds(e, varied(e, 1e-3), varied(e, 0.1), phosphatase, xp, undoing);
    one_way(e, varied(e, 0.3), undoing, NONE, phosphatase, x);
    return xp;
}

static void one_copy(erbb_network *e) {
    cascade c;
    int ligand = species(e, 0.0), receptor[RECEPTORS];
    if (!bp_array_push(&e->ligands, ligand)) e->failed = 1;
    for (int a = 0; a < ADAPTORS; a++)
        c.adaptor[a] = species(e, 100.0 * (a + 1));
    c.ras = species(e, 300.0);
    c.ras_gtp = species(e, 0.0);
    for (int r = 0; r < RECEPTORS; r++) {
        int unbound = species(e, 100.0);
        receptor[r] = r == 1 ? unbound : species(e, 0.0); // ErbB2 needs no ligand
        if (r != 1)
            binds(e, varied(e, 1e-2), varied(e, 0.03), ligand, unbound, receptor[r]);
        one_way(e, varied(e, 1e-4), unbound, NONE, NONE, NONE);
        one_way(e, varied(e, 1e-2), NONE, NONE, unbound, NONE);
    }
    for (int a = 0; a < RECEPTORS; a++)
        for (int b = a; b < RECEPTORS; b++)
            dimer(e, &c, receptor[a], receptor[b]);
    one_way(e, varied(e, 0.01), c.ras_gtp, NONE, c.ras, NONE);
    int active = c.ras_gtp;
    for (int t = 0; t < TIERS; t++)
        active = tier(e, active, 200.0 * (t + 1));
}

// ---- pattern ----

static int reactants_of(const reaction *r) {
    return r->from[0] == NONE ? 0 : r->from[1] == NONE ? 1 : 2;
}

static int affected(const reaction *r, int k) {
    return k < 2 ? r->from[k] : r->to[k - 2];
}

static void mark(const erbb_network *e, unsigned char *has) {
    for (int i = 0; i < e->n; i++)
        has[(size_t)i * (size_t)e->n + (size_t)i] = 1;
    for (int i = 0; i < e->reactions.count; i++) {
        const reaction *r = &e->reactions.items[i];
        for (int f = 0; f < reactants_of(r); f++)
            for (int k = 0; k < 4; k++)
                if (affected(r, k) != NONE)
                    has[(size_t)r->from[f] * (size_t)e->n + (size_t)affected(r, k)] = 1;
    }
}

static int find(const erbb_network *e, int column, int row) {
    int k = e->column_start[column];
    while (e->row[k] != row)
        k++;
    return k;
}

static void write_columns(erbb_network *e, const unsigned char *has) {
    int at = 0;
    for (int j = 0; j < e->n; j++) {
        e->column_start[j] = at;
        for (int i = 0; i < e->n; i++) {
            if (!has[(size_t)j * (size_t)e->n + (size_t)i]) continue;
            if (i == j) e->diagonal[j] = at;
            e->row[at++] = i;
        }
    }
    e->column_start[e->n] = at;
    e->pattern = (bp_pattern){e->n, at, e->column_start, e->row, e->diagonal};
}

static void write_places(erbb_network *e, int reaction_index) {
    const reaction *r = &e->reactions.items[reaction_index];
    for (int f = 0; f < reactants_of(r); f++)
        for (int k = 0; k < 4; k++)
            e->where[8 * reaction_index + 4 * f + k] =
                affected(r, k) == NONE ? NONE : find(e, r->from[f], affected(r, k));
}

static void build_pattern(erbb_network *e) {
    size_t n = (size_t)e->n, entries = n, n_reactions = (size_t)e->reactions.count;
    unsigned char *has = bp_calloc(n * n, 1);
    if (has) {
        mark(e, has);
        entries = 0;
        for (size_t k = 0; k < n * n; k++)
            entries += has[k];
    }
    e->column_start = bp_calloc(n + 1, sizeof(int));
    e->diagonal = bp_calloc(n, sizeof(int));
    e->row = bp_calloc(entries, sizeof(int));
    e->where = bp_calloc(8 * n_reactions, sizeof(int));
    if (has && e->column_start && e->diagonal && e->row && e->where) {
        write_columns(e, has);
        for (int i = 0; i < e->reactions.count; i++)
            write_places(e, i);
    } else {
        e->failed = 1;
    }
    bp_free(has);
}

// ---- rates ----

static double rate_of(const reaction *r, const double *y) {
    double v = r->k;
    if (r->from[0] != NONE) v *= y[r->from[0]];
    if (r->from[1] != NONE) v *= y[r->from[1]];
    return v;
}

static bp_status rates(void *self, double t, const double *y, double *dydt) {
    (void)t;
    const erbb_network *e = self;
    memset(dydt, 0, (size_t)e->n * sizeof *dydt);
    for (int i = 0; i < e->reactions.count; i++) {
        const reaction *r = &e->reactions.items[i];
        double v = rate_of(r, y);
        for (int k = 0; k < 2; k++) {
            if (r->from[k] != NONE) dydt[r->from[k]] -= v;
            if (r->to[k] != NONE) dydt[r->to[k]] += v;
        }
    }
    return isfinite(dydt[0]) ? BP_OK : BP_NOT_FINITE;
}

static void jacobian(void *self, double t, const double *y, double *values) {
    (void)t;
    const erbb_network *e = self;
    memset(values, 0, (size_t)e->pattern.nnz * sizeof *values);
    for (int i = 0; i < e->reactions.count; i++) {
        const reaction *r = &e->reactions.items[i];
        for (int f = 0; f < reactants_of(r); f++) {
            double d = r->from[1 - f] == NONE ? r->k : r->k * y[r->from[1 - f]];
            const int *where = &e->where[8 * i + 4 * f];
            for (int k = 0; k < 4; k++)
                if (where[k] != NONE) values[where[k]] += k < 2 ? -d : d;
        }
    }
}

// ---- life ----

erbb_network *erbb_new(int copies) {
    erbb_network *e = bp_calloc(1, sizeof *e);
    if (!e) return NULL;
    e->copies = copies;
    for (int c = 0; c < copies; c++)
        one_copy(e);
    for (int c = 1; c < copies && !e->failed; c++) {
        int a = e->ligands.items[c - 1], b = e->ligands.items[c];
        one_way(e, 1e-4, a, NONE, b, NONE);
        one_way(e, 1e-4, b, NONE, a, NONE);
    }
    e->n = e->start.count;
    if (!e->failed) build_pattern(e);
    if (!e->failed) return e;
    erbb_free(e);
    return NULL;
}

void erbb_free(erbb_network *e) {
    if (!e) return;
    bp_array_clear(&e->reactions);
    bp_array_clear(&e->start);
    bp_array_clear(&e->ligands);
    bp_free(e->column_start);
    bp_free(e->row);
    bp_free(e->diagonal);
    bp_free(e->where);
    bp_free(e);
}

bp_problem erbb_problem(erbb_network *e) {
    return (bp_problem){.self = e,
                        .n = e->n,
                        .pattern = &e->pattern,
                        .rates = rates,
                        .jacobian = jacobian};
}

const double *erbb_start(const erbb_network *e) {
    return e->start.items;
}

void erbb_stimulate(const erbb_network *e, double dose, double *y) {
    for (int c = 0; c < e->copies; c++)
        y[e->ligands.items[c]] += dose;
}

int erbb_n_reactions(const erbb_network *e) {
    return e->reactions.count;
}
