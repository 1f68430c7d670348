// Conserved totals of textbook networks, and of random ones against the rank of the
// dense stoichiometric matrix.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

// One reaction with the law k, which is all that matters here.
static void reaction(builder b, const char *equation) {
    char name[16];
    snprintf(name, sizeof name, "J%d", b.spec->reactions.count);
    fix_reaction(b, name, equation, fix_name(b, "k"));
}

static builder with_species(const char *names) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_parameter(b, "k", 1);
    char text[256];
    snprintf(text, sizeof text, "%s", names);
    for (char *name = strtok(text, " "); name; name = strtok(NULL, " "))
        fix_species(b, name, "cell", 1);
    return b;
}

// "S+ES+P" of a total; weights other than 1 are written in front.
static void total_text(const bp_model *model, int i, char out[256]) {
    const bp_total *total = bp_model_total(model, i);
    out[0] = '\0';
    for (int k = 0; k < total->n; k++) {
        char part[64];
        int v = bp_model_state_variable(model, total->state[k]);
        const char *name = bp_model_variable(model, v)->name;
        if (total->weight[k] == 1)
            snprintf(part, sizeof part, "%s%s", k ? "+" : "", name);
        else
            snprintf(part, sizeof part, "%s%g %s", k ? "+" : "", total->weight[k],
                     name);
        strncat(out, part, 255 - strlen(out));
    }
}

static void check_totals(builder b, int n, const char *const *expected) {
    bp_model *model = fix_compile(b);
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_EQUAL(bp_model_n_totals(model), n);
    for (int i = 0; i < n && i < bp_model_n_totals(model); i++) {
        char text[256];
        total_text(model, i, text);
        CHECK_TEXT(text, expected[i]);
    }
    bp_model_free(model);
}

static void enzyme_and_substrate(void) {
    builder b = with_species("S E ES P");
    reaction(b, "S + E -> ES");
    reaction(b, "ES -> E + P");
    check_totals(b, 2, (const char *[]){"S+ES+P", "E+ES"});
}

static void dimers_count_twice(void) {
    builder b = with_species("R RR L LR");
    reaction(b, "2 R -> RR");
    reaction(b, "L + R -> LR");
    check_totals(b, 2, (const char *[]){"R+2 RR+LR", "L+LR"});
}

static void open_networks_conserve_nothing(void) {
    builder b = with_species("A B");
    reaction(b, "-> A");
    reaction(b, "A -> B");
    reaction(b, "B ->");
    check_totals(b, 0, NULL);
}

// A scaffold that holds two proteins: three totals, all weights positive although plain
// elimination would give differences.
static void scaffold_has_positive_totals(void) {
    builder b = with_species("AB ABC BC B A C");
    reaction(b, "A + B -> AB");
    reaction(b, "B + C -> BC");
    reaction(b, "AB + C -> ABC");
    reaction(b, "A + BC -> ABC");
    check_totals(b, 3, (const char *[]){"AB+ABC+BC+B", "AB+ABC+A", "ABC+BC+C"});
}

static void fractions_are_exact(void) {
    builder b = with_species("A B");
    reaction(b, "0.5 A -> 1.5 B");
    check_totals(b, 1, (const char *[]){"3 A+B"});
}

static void kinase_cascade(void) {
    builder b = with_species("R Rp M Mp Mpp E Ep Epp");
    reaction(b, "R -> Rp");
    reaction(b, "Rp -> R");
    reaction(b, "M + Rp -> Mp + Rp");
    reaction(b, "Mp -> Mpp");
    reaction(b, "Mpp -> Mp");
    reaction(b, "Mp -> M");
    reaction(b, "E -> Ep");
    reaction(b, "Ep -> Epp");
    check_totals(b, 3, (const char *[]){"R+Rp", "M+Mp+Mpp", "E+Ep+Epp"});
}

static void ruled_states_take_no_part(void) {
    builder b = with_species("A B C");
    fix_rule(b, "C", BP_RATE_RULE, fix_number(b, 1));
    reaction(b, "A -> B");
    check_totals(b, 1, (const char *[]){"A+B"});
}

// Where whole numbers overflow, the states concerned take no part; others do.
static void overflow_costs_only_what_overflows(void) {
    builder b = with_species("S0 S1 S2 S3 S4 A B");
    reaction(b, "S0 -> 99999989 S1");
    reaction(b, "S1 -> 99999989 S2");
    reaction(b, "S2 -> 99999989 S3");
    reaction(b, "S3 -> 99999989 S4");
    reaction(b, "A -> B");
    check_totals(b, 1, (const char *[]){"A+B"});
}

// Weights that are fractions of each other.
static void uneven_stoichiometries_are_exact(void) {
    builder b = with_species("A B C D");
    reaction(b, "2 A -> 3 B");
    reaction(b, "5 B -> 7 C");
    reaction(b, "4 C + 2 A -> 6 D");
    // w(A) = 3/2 w(B), w(B) = 7/5 w(C), w(D) = (4 w(C) + 2 w(A))/6
    check_totals(b, 1, (const char *[]){"63 A+42 B+30 C+41 D"});
}

// Rank by Gaussian elimination with complete pivoting.
static int rank_of(double *a, int rows, int columns) {
    int rank = 0;
    for (; rank < rows && rank < columns; rank++) {
        int best = rank * columns + rank;
        for (int i = rank; i < rows; i++)
            for (int j = rank; j < columns; j++)
                if (fabs(a[i * columns + j]) > fabs(a[best])) best = i * columns + j;
        if (fabs(a[best]) < 1e-9) break;
        int row = best / columns, column = best % columns;
        for (int j = 0; j < columns; j++) {
            double kept = a[rank * columns + j];
            a[rank * columns + j] = a[row * columns + j];
            a[row * columns + j] = kept;
        }
        for (int i = 0; i < rows; i++) {
            double kept = a[i * columns + rank];
            a[i * columns + rank] = a[i * columns + column];
            a[i * columns + column] = kept;
        }
        for (int i = rank + 1; i < rows; i++) {
            double f = a[i * columns + rank] / a[rank * columns + rank];
            for (int j = rank; j < columns; j++)
                a[i * columns + j] -= f * a[rank * columns + j];
        }
    }
    return rank;
}

enum { SPECIES = 24, REACTIONS = 20 };

// A + B -> C or C -> A + B with random members; fills the matrix (SPECIES x REACTIONS).
static builder random_network(unsigned seed, double *matrix) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_parameter(b, "k", 1);
    char text[64];
    for (int i = 0; i < SPECIES; i++) {
        snprintf(text, sizeof text, "s%d", i);
        fix_species(b, text, "cell", 1);
    }
    for (int r = 0; r < REACTIONS; r++) {
        int member[3];
        for (int i = 0; i < 3; i++) {
            seed = seed * 1664525u + 1013904223u;
            member[i] = (int)((seed >> 12) % SPECIES);
            matrix[member[i] * REACTIONS + r] += i < 2 ? -1 : 1;
        }
        snprintf(text, sizeof text, "s%d + s%d -> s%d", member[0], member[1],
                 member[2]);
        reaction(b, text);
    }
    return b;
}

// What the reaction changes of the total.
static double change_of(const bp_model *model, const bp_total *total,
                        const double *matrix, int reaction) {
    double sum = 0;
    for (int k = 0; k < total->n; k++) {
        // variables: cell, k, s0, s1, ...
        int species = bp_model_state_variable(model, total->state[k]) - 2;
        sum += total->weight[k] * matrix[species * REACTIONS + reaction];
    }
    return sum;
}

// The totals are in the null space, there are as many as dense rank says (states only),
// they are independent, and the dependent states can be solved for.
static void random_networks_agree_with_dense_rank(void) {
    for (unsigned seed = 1; seed <= 40; seed++) {
        double matrix[SPECIES * REACTIONS] = {0}, copy[SPECIES * REACTIONS];
        bp_model *model = fix_compile(random_network(seed, matrix));
        CU_ASSERT_PTR_NOT_NULL_FATAL(model);
        memcpy(copy, matrix, sizeof copy);
        int n = bp_model_n_totals(model), n_states = bp_model_n_states(model);
        CHECK(n == n_states - rank_of(copy, SPECIES, REACTIONS), "seed %u: %d totals",
              seed, n);
        double square[SPECIES * SPECIES] = {0};
        for (int i = 0; i < n; i++) {
            const bp_total *total = bp_model_total(model, i);
            for (int r = 0; r < REACTIONS; r++)
                CHECK(change_of(model, total, matrix, r) == 0,
                      "seed %u: total %d changes by reaction %d", seed, i, r);
            for (int j = 0; j < n; j++)
                for (int k = 0; k < total->n; k++)
                    if (total->state[k] == bp_model_total(model, j)->dependent)
                        square[i * n + j] = total->weight[k];
        }
        CHECK(rank_of(square, n, n) == n, "seed %u: dependent states are independent",
              seed);
        bp_model_free(model);
    }
}

static const test_case tests[] = {
    TEST(enzyme_and_substrate),
    TEST(dimers_count_twice),
    TEST(open_networks_conserve_nothing),
    TEST(scaffold_has_positive_totals),
    TEST(fractions_are_exact),
    TEST(kinase_cascade),
    TEST(ruled_states_take_no_part),
    TEST(overflow_costs_only_what_overflows),
    TEST(uneven_stoichiometries_are_exact),
    TEST(random_networks_agree_with_dense_rank),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("conserve_totals", tests, argc, argv);
}
