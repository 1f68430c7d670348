// Times compile, rates and Jacobian of a generated network as large as Chen 2009 (500
// states, 830 reversible mass-action reactions, 188 parameters). Prints JSON.
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "model/model.h"
#include "model/spec.h"

enum { TYPES = 12, LARGEST = 4, MOST_SPECIES = 1000 };

typedef struct size {
    int n_elements; // forms of the proteins that only bind
    int n_species, n_reactions, n_parameters;
} size;

// How many proteins of each type a species is made of: reactions keep it.
typedef struct composition {
    int of[TYPES];
    int total;
} composition;

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Small linear congruential generator (Knuth, MMIX), so that every machine gets the
// same.
static unsigned draw(unsigned long long *seed, unsigned below) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % below;
}

static int add_symbol(bp_spec *spec, const char *name, bp_symbol_kind kind,
                      double value) {
    int index = bp_spec_symbol(spec, name, BP_NOWHERE);
    bp_symbol *symbol = &spec->symbols.items[index];
    symbol->kind = kind;
    symbol->declared = true;
    symbol->initial = bp_ast_number(spec, value, BP_NOWHERE);
    return index;
}

static const bp_ast *name_of(bp_spec *spec, const char *letter, int i) {
    char name[32];
    snprintf(name, sizeof name, "%s%d", letter, i);
    return bp_ast_name(spec, name, BP_NOWHERE);
}

static bp_term *one_term(bp_spec *spec, int species) {
    bp_term *term = bp_arena_take(&spec->arena, sizeof *term);
    *term = (bp_term){.species = species, .stoichiometry = 1};
    return term;
}

// Whether c is made of a and one protein of the type.
static bool is_made_of(const composition *c, const composition *a, int type) {
    for (int t = 0; t < TYPES; t++)
        if (c->of[t] != a->of[t] + (t == type)) return false;
    return true;
}

// Members of reaction i, A + B <-> C. The first ones make new complexes C; the later
// ones find another way to one that exists.
static void choose(const size *n, composition *made, int i, unsigned long long *seed,
                   int member[3]) {
    int complexes = n->n_species - n->n_elements;
    bool makes = i < complexes;
    int *a = &member[0], *b = &member[1], *c = &member[2];
    for (;;) {
        *c = n->n_elements + (makes ? i : (int)draw(seed, (unsigned)complexes));
        *a = (int)draw(seed, (unsigned)*c);
        *b = (int)draw(seed, (unsigned)n->n_elements);
        if (makes && made[*a].total < LARGEST) break;
        if (!makes && is_made_of(&made[*c], &made[*a], *b % TYPES)) return;
    }
    made[*c] = made[*a];
    made[*c].of[*b % TYPES]++;
    made[*c].total++;
}

// A + B <-> C:  kf A B - kr C
static void add_reaction(bp_spec *spec, const size *n, composition *made, int i,
                         unsigned long long *seed) {
    int member[3];
    choose(n, made, i, seed, member);
    int k = (int)draw(seed, (unsigned)n->n_parameters / 2);
    char name[32];
    snprintf(name, sizeof name, "v%d", i);
    bp_reaction *r = bp_spec_add_reaction(spec, name, BP_NOWHERE);
    bp_term *terms = bp_arena_take(&spec->arena, 2 * sizeof *terms);
    terms[0] = *one_term(spec, 1 + member[0]);
    terms[1] = *one_term(spec, 1 + member[1]);
    r->reactants = terms;
    r->n_reactants = 2;
    r->products = one_term(spec, 1 + member[2]);
    r->n_products = 1;
    r->reversible = true;
    r->compartment = 0;
    const bp_ast *on[] = {name_of(spec, "k", 2 * k), name_of(spec, "s", member[0]),
                          name_of(spec, "s", member[1])};
    const bp_ast *off[] = {name_of(spec, "k", 2 * k + 1),
                           name_of(spec, "s", member[2])};
    const bp_ast *both[] = {bp_ast_call(spec, BP_OP_MUL, on, 3, BP_NOWHERE),
                            bp_ast_call(spec, BP_OP_MUL, off, 2, BP_NOWHERE)};
    r->law = bp_ast_call(spec, BP_OP_SUB, both, 2, BP_NOWHERE);
}

static bp_spec *generate(const size *n) {
    bp_spec *spec;
    if (bp_spec_new(&spec) != BP_OK) exit(1);
    spec->name = "generated";
    unsigned long long seed = 1;
    char name[32];
    int cell = add_symbol(spec, "cell", BP_COMPARTMENT, 1);
    for (int i = 0; i < n->n_species; i++) {
        snprintf(name, sizeof name, "s%d", i);
        int s = add_symbol(spec, name, BP_SPECIES, i < n->n_elements ? 10 : 0);
        spec->symbols.items[s].compartment = cell;
    }
    for (int i = 0; i < n->n_parameters; i++) {
        snprintf(name, sizeof name, "k%d", i);
        add_symbol(spec, name, BP_PARAMETER, i % 2 ? 0.1 : 0.01);
    }
    composition made[MOST_SPECIES] = {0};
    for (int i = 0; i < n->n_elements; i++) {
        made[i].of[i % TYPES] = 1;
        made[i].total = 1;
    }
    for (int i = 0; i < n->n_reactions; i++)
        add_reaction(spec, n, made, i, &seed);
    return spec;
}

static void time_evaluations(const bp_model *model, int n_lanes, const char *label) {
    bp_work *work = NULL;
    int n = bp_model_n_states(model), nnz = bp_model_pattern(model)->nnz;
    double *y = bp_calloc_aligned((size_t)n * n_lanes, sizeof *y);
    double *dydt = bp_calloc_aligned((size_t)n * n_lanes, sizeof *dydt);
    double *values = bp_calloc_aligned((size_t)nnz * n_lanes, sizeof *values);
    if (!y || !dydt || !values || bp_work_new(model, n_lanes, &work) != BP_OK ||
        bp_model_start(model, work, 0, NULL, y, NULL) != BP_OK)
        exit(1);
    for (int i = 0; i < n * n_lanes; i++)
        y[i] += 0.5;
    double best_rates = INFINITY, best_jacobian = INFINITY;
    enum { ROUNDS = 20, CALLS = 500 };
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_s();
        for (int i = 0; i < CALLS; i++)
            if (bp_model_rates(model, work, 0, y, dydt) != BP_OK) exit(1);
        double middle = now_s();
        for (int i = 0; i < CALLS; i++)
            bp_model_jacobian(model, work, 0, y, values);
        best_rates = fmin(best_rates, (middle - start) / CALLS);
        best_jacobian = fmin(best_jacobian, (now_s() - middle) / CALLS);
    }
    printf("  \"%s\": {\"rates_us_per_lane\": %.3f, \"jacobian_us_per_lane\": %.3f},\n",
           label, 1e6 * best_rates / n_lanes, 1e6 * best_jacobian / n_lanes);
    bp_work_free(work);
    bp_free_aligned(y);
    bp_free_aligned(dydt);
    bp_free_aligned(values);
}

static void bench(const char *label, size n) {
    bp_spec *spec = generate(&n);
    bp_model *model = NULL;
    double best = INFINITY;
    for (int round = 0; round < 10; round++) {
        bp_model_free(model);
        bp_report report = {0};
        double start = now_s();
        if (bp_model_compile(spec, NULL, &model, &report) != BP_OK) {
            fprintf(stderr, "%s\n", report.count ? report.items[0].message : "?");
            exit(1);
        }
        best = fmin(best, now_s() - start);
        bp_report_clear(&report);
    }
    printf("\"%s\": {\n", label);
    time_evaluations(model, 1, "1 lane");
    time_evaluations(model, 4, "4 lanes");
    time_evaluations(model, 8, "8 lanes");
    printf("  \"states\": %d, \"nnz\": %d, \"totals\": %d, \"compile_ms\": %.2f}",
           bp_model_n_states(model), bp_model_pattern(model)->nnz,
           bp_model_n_totals(model), 1e3 * best);
    bp_model_free(model);
    bp_spec_free(spec);
}

int main(void) {
    printf("{");
    bench("Chen 2009", (size){60, 500, 830, 188});
    printf(",\n");
    bench("120 species", (size){30, 120, 200, 80});
    printf("}\n");
    return 0;
}
