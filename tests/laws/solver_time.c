// Laws of a run without events: what is conserved, what stays positive, what the output
// grid may change (nothing), what reusing a solver may change (nothing).
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

// Two receptors, a ligand, a cascade: five conserved totals.
static const char network[] =
    "model network\n"
    "  compartment cell = 1;\n"
    "  species L in cell, R in cell, LR in cell, D in cell, Dp in cell;\n"
    "  species A in cell, DpA in cell, M in cell, Mp in cell, E in cell, Ep in cell;\n"
    "  L = 5; R = 10; A = 20; M = 100; E = 200;\n"
    "  LR = 0; D = 0; Dp = 0; DpA = 0; Mp = 0; Ep = 0;\n"
    "  J1: L + R -> LR; 0.1*L*R - 0.02*LR;\n"
    "  J2: LR + LR -> D; 0.3*LR^2 - 0.01*D;\n"
    "  J3: D -> Dp; 2*D - 0.5*Dp;\n"
    "  J4: Dp + A -> DpA; 0.05*Dp*A - 0.3*DpA;\n"
    "  J5: M -> Mp; 3*DpA*M/(50 + M) - 4*Mp/(20 + Mp);\n"
    "  J6: E -> Ep; 0.4*Mp*E/(80 + E) - 9*Ep/(30 + Ep);\n"
    "end\n";

static double sum(const law *l, int row, const double *weights) {
    double total = 0.0;
    for (int i = 0; i < l->n_columns; i++)
        total += weights[i] * law_value(l, row, i);
    return total;
}

static void conserved_totals_are_kept_to_rounding(void) {
    law l;
    law_open(&l, network, "L R LR D Dp A DpA M Mp E Ep");
    const double totals[][11] = {{1, 0, 1, 2, 2, 0, 2, 0, 0, 0, 0},
                                 {0, 1, 1, 2, 2, 0, 2, 0, 0, 0, 0},
                                 {0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0},
                                 {0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0},
                                 {0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}};
    double loose[] = {1e-2, 1e-4, 1e-6};
    for (int k = 0; k < 3; k++) {
        l.settings.rtol = loose[k];
        law_renew(&l);
        law_run(&l, 1000.0, 50);
        law_ok(&l);
        for (int t = 0; t < 5; t++)
            for (int row = 1; row <= 50; row++)
                // BDF keeps linear invariants but for the rounding of each step
                CHECK_NEAR(sum(&l, row, totals[t]) / sum(&l, 0, totals[t]), 1.0, 1e-12);
    }
    CU_ASSERT_EQUAL(bp_model_n_totals(l.model), 5);
    law_close(&l);
}

static void amounts_stay_positive_within_the_tolerance(void) {
    law l;
    law_open(&l, network, "L R LR D Dp A DpA M Mp E Ep");
    law_run(&l, 1000.0, 1000);
    law_ok(&l);
    for (int i = 0; i < 1001 * 11; i++)
        CHECK(l.values[i] > -10 * l.settings.atol, "%g", l.values[i]);
    law_close(&l);
}

static void the_output_grid_does_not_change_the_trajectory(void) {
    law coarse, fine;
    law_open(&coarse, network, "L Dp Mp Ep");
    law_open(&fine, network, "L Dp Mp Ep");
    for (int method = BP_METHOD_BDF; method <= BP_METHOD_DOPRI5; method++) {
        coarse.settings.method = fine.settings.method = method;
        law_renew(&coarse);
        law_renew(&fine);
        law_run(&coarse, 64.0, 2);
        law_run(&fine, 64.0, 512);
        law_ok(&coarse);
        law_ok(&fine);
        CU_ASSERT_EQUAL(coarse.stats.steps, fine.stats.steps);
        for (int row = 0; row <= 2; row++)
            CU_ASSERT_EQUAL(memcmp(&coarse.values[row * 4], &fine.values[row * 256 * 4],
                                   4 * sizeof(double)),
                            0);
    }
    law_close(&coarse);
    law_close(&fine);
}

static void splitting_a_run_changes_it_within_the_tolerance(void) {
    law whole, half;
    law_open(&whole, network, "L R LR D Dp A DpA M Mp E Ep");
    law_open(&half, network, "L R LR D Dp A DpA M Mp E Ep");
    const char *names[] = {"L", "R", "LR", "D", "Dp", "A", "DpA", "M", "Mp", "E", "Ep"};
    bp_initial_value settings[11];
    law_run(&whole, 40.0, 4);
    law_run(&half, 20.0, 4);
    for (int i = 0; i < 11; i++)
        settings[i] = law_setting(&half, names[i], law_value(&half, 4, i));
    bp_protocol second = {.t_start = 20.0, .settings = settings, .n_settings = 11};
    for (int i = 0; i <= 4; i++)
        half.times[i] = 20.0 + 5.0 * i;
    law_run_protocol(&half, &second);
    law_ok(&half);
    for (int i = 0; i < 11; i++) // some 100 steps, each within rtol
        CHECK_NEAR(law_value(&half, 4, i), law_value(&whole, 4, i),
                   1e-4 * (fabs(law_value(&whole, 4, i)) + 1e-3));
    law_close(&whole);
    law_close(&half);
}

static void a_used_solver_repeats_a_fresh_one_bit_by_bit(void) {
    law used, fresh;
    law_open(&used, network, "L Dp Mp Ep");
    law_run(&used, 50.0, 10);
    for (int k = 1; k <= 4; k++) {
        bp_initial_value setting = law_setting(&used, "L", 3.0 * k);
        law_run_protocol(&used, &(bp_protocol){.settings = &setting, .n_settings = 1});
        law_ok(&used);
        law_open(&fresh, network, "L Dp Mp Ep");
        law_run(&fresh, 50.0, 10);
        law_run_protocol(&fresh, &(bp_protocol){.settings = &setting, .n_settings = 1});
        CU_ASSERT_EQUAL(memcmp(used.values, fresh.values, 44 * sizeof(double)), 0);
        law_renew(&fresh);
        law_run_protocol(&fresh, &(bp_protocol){.settings = &setting, .n_settings = 1});
        CU_ASSERT_EQUAL(memcmp(used.values, fresh.values, 44 * sizeof(double)), 0);
        law_close(&fresh);
    }
    law_close(&used);
}

static void a_run_allocates_nothing(void) {
    law l;
    law_open(&l, network, "L Dp Mp Ep");
    law_run(&l, 50.0, 100); // makes the solver
    long before = bp_alloc_count();
    law_run_protocol(&l, &(bp_protocol){0});
    CU_ASSERT_EQUAL(bp_alloc_count(), before);
    law_ok(&l);
    law_close(&l);
}

// ---- closed forms ----

static void a_linear_chain_follows_its_closed_form(void) {
    law l;
    law_open(&l,
             "model chain\n compartment c = 1; species A in c, B in c; A = 1; B = 0;\n"
             " J1: A -> B; 2*A;  J2: B -> ; 0.5*B;\nend\n",
             "A B");
    for (int method = BP_METHOD_BDF; method <= BP_METHOD_DOPRI5; method++) {
        l.settings.method = method;
        l.settings.rtol = 1e-9;
        l.settings.atol = 1e-14;
        law_renew(&l);
        law_run(&l, 10.0, 40);
        law_ok(&l);
        for (int row = 0; row <= 40; row++) {
            double t = l.times[row];
            double b = 2.0 / (0.5 - 2.0) * (exp(-2.0 * t) - exp(-0.5 * t));
            CHECK_NEAR(law_value(&l, row, 0), exp(-2.0 * t),
                       1e-7 * exp(-2.0 * t) + 1e-12);
            CHECK_NEAR(law_value(&l, row, 1), b, 1e-7);
        }
    }
    law_close(&l);
}

static void time_may_begin_anywhere(void) {
    law l;
    law_open(&l, "model m\n x = 0; x' = cos(time);\nend\n", "x");
    double starts[] = {-7.0, 0.0, 1000.0};
    for (int k = 0; k < 3; k++) {
        law_run(&l, 5.0, 10);
        for (int i = 0; i <= 10; i++)
            l.times[i] += starts[k];
        law_run_protocol(&l, &(bp_protocol){.t_start = starts[k]});
        law_ok(&l);
        for (int i = 0; i <= 10; i++)
            CHECK_NEAR(law_value(&l, i, 0), sin(l.times[i]) - sin(starts[k]), 3e-5);
    }
    law_close(&l);
}

static void a_model_without_states_has_a_course_of_time(void) {
    law l;
    law_open(&l, "model m\n k = 2; y := k*time;\nend\n", "y");
    law_run(&l, 10.0, 5);
    law_ok(&l);
    for (int i = 0; i <= 5; i++)
        CHECK_NEAR(law_value(&l, i, 0), 2.0 * l.times[i], 1e-12);
    law_close(&l);
}

static void a_change_at_a_known_time_is_hit_exactly(void) {
    law l;
    law_open(&l,
             "model m\n x = 0; x' = piecewise(0, time < 3, 1, time < 3.001, 0);\nend\n",
             "x");
    double times[] = {0.0, 3.0, 3.0005, 3.001, 1e6};
    law_run_times(&l, 5, times); // a window of 1/1000 in a run of a million
    law_ok(&l);
    double expected[] = {0.0, 0.0, 0.0005, 0.001, 0.001};
    for (int i = 0; i < 5; i++)
        CHECK_NEAR(law_value(&l, i, 0), expected[i], 1e-9);
    law_close(&l);
}

// ---- tolerances ----

// The same reaction in a large and in a small compartment: concentrations, and their
// errors, are the same.
static void absolute_tolerance_is_in_the_unit_users_see(void) {
    const char *text =
        "model m\n compartment v = 1; species A in v, B in v; A = 1; B = 0;\n"
        " J1: A -> B; v*(2*A - 0.001*B);\nend\n";
    law l;
    law_open(&l, text, "A B");
    l.settings.atol = 1e-6;
    double first[2] = {0};
    long steps = 0;
    double sizes[] = {1.0, 1024.0, 1.0 / 4096.0}; // powers of two: no rounding
    for (int k = 0; k < 3; k++) {
        bp_initial_value size = law_setting(&l, "v", sizes[k]);
        law_run(&l, 10.0, 1);
        law_run_protocol(&l, &(bp_protocol){.settings = &size, .n_settings = 1});
        law_ok(&l);
        if (k == 0) steps = l.stats.steps;
        CU_ASSERT_EQUAL(l.stats.steps, steps);
        for (int i = 0; i < 2; i++) {
            if (k == 0) first[i] = law_value(&l, 1, i);
            CU_ASSERT_EQUAL(law_value(&l, 1, i), first[i]);
        }
    }
    law_close(&l);
}

static void the_linear_solver_changes_results_within_the_tolerance(void) {
    law l;
    law_open(&l, network, "L Dp Mp Ep");
    double first[4];
    for (int linear = BP_LINEAR_AUTO; linear <= BP_LINEAR_GMRES; linear++) {
        l.settings.linear = linear;
        law_renew(&l);
        law_run(&l, 100.0, 1);
        law_ok(&l);
        for (int i = 0; i < 4; i++) {
            if (linear == BP_LINEAR_AUTO) first[i] = law_value(&l, 1, i);
            CHECK_NEAR(law_value(&l, 1, i), first[i], 1e-4 * fabs(first[i]) + 1e-8);
        }
    }
    law_close(&l);
}

// A chain of kinases with complexes, two shared phosphatases and feedback: 4 N_LINKS +
// 2 states and more.
enum { N_LINKS = 25 };

static void write_cascade(bp_text *out) {
    bp_text_add(out, "model cascade\n  compartment cell = 1;\n"
                     "  species K0 in cell, P in cell, Q in cell;\n"
                     "  K0 = 1; P = 3; Q = 5;\n");
    for (int i = 1; i <= N_LINKS; i++) {
        bp_text_format(out, "  species S%d in cell, K%d in cell, C%d in cell, ", i, i,
                       i);
        bp_text_format(out, "D%d in cell;\n  S%d = %d; K%d = 0; C%d = 0; D%d = 0;\n", i,
                       i, 20 + i, i, i, i);
        bp_text_format(out, "  A%d: K%d + S%d -> C%d; 0.3*K%d*S%d - 0.2*C%d;\n", i,
                       i - 1, i, i, i - 1, i, i);
        bp_text_format(out, "  B%d: C%d -> K%d + K%d; %d*C%d;\n", i, i, i - 1, i,
                       1 + i % 3, i);
        const char *phosphatase = i % 2 ? "P" : "Q";
        bp_text_format(out, "  E%d: K%d + %s -> D%d; 0.5*K%d*%s - 0.1*D%d;\n", i, i,
                       phosphatase, i, i, phosphatase, i);
        bp_text_format(out, "  F%d: D%d -> S%d + %s; 4*D%d;\n", i, i, i, phosphatase,
                       i);
    }
    bp_text_format(out, "  G: K0 -> ; 0.01*K0*K%d;\nend\n", N_LINKS);
}

static void fixed_pivots_give_the_trajectory_of_klu(void) {
    static const char columns[] = "K0 K1 K3 K7 K12 P Q C5 D9";
    law l;
    bp_text text = {0}, what = {0};
    double klu[21][9];
    write_cascade(&text);
    law_open(&l, bp_text_get(&text), columns);
    l.settings.rtol = 1e-8;
    for (int pass = 0; pass < 2; pass++) {
        l.settings.linear = pass ? BP_LINEAR_SPARSE : BP_LINEAR_KLU;
        law_renew(&l);
        law_run(&l, 200.0, 20);
        law_ok(&l);
        for (int row = 0; row <= 20; row++)
            for (int i = 0; i < 9; i++) {
                if (pass == 0) klu[row][i] = law_value(&l, row, i);
                CHECK_NEAR(law_value(&l, row, i), klu[row][i],
                           1e-6 * fabs(klu[row][i]) + 1e-7);
            }
    }
    bp_solver_describe(l.solver, &what);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&what), "sparse LU"));
    bp_text_clear(&text);
    bp_text_clear(&what);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(conserved_totals_are_kept_to_rounding),
    TEST(amounts_stay_positive_within_the_tolerance),
    TEST(the_output_grid_does_not_change_the_trajectory),
    TEST(splitting_a_run_changes_it_within_the_tolerance),
    TEST(a_used_solver_repeats_a_fresh_one_bit_by_bit),
    TEST(a_run_allocates_nothing),
    TEST(a_linear_chain_follows_its_closed_form),
    TEST(time_may_begin_anywhere),
    TEST(a_model_without_states_has_a_course_of_time),
    TEST(a_change_at_a_known_time_is_hit_exactly),
    TEST(absolute_tolerance_is_in_the_unit_users_see),
    TEST(the_linear_solver_changes_results_within_the_tolerance),
    TEST(fixed_pivots_give_the_trajectory_of_klu),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_time", tests, argc, argv);
}
