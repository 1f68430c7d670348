// What can never leave zero: what is found, what is not, and that a model without it is
// the same model.
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "model/zeros.h"
#include "solver/solver.h"
#include "tests/unit/antimony_test.h"

enum { MOST = 40 };

static bp_model *compile(const char *text, const bool *zero) {
    bp_spec *spec = spec_of(text);
    bp_model *model = NULL;
    bp_report report = {0};
    bp_compile_options options = {.zero = zero};
    CHECK(bp_model_compile(spec, &options, &model, &report) == BP_OK, "%s",
          report.count > 0 ? report.items[0].message : "");
    bp_report_clear(&report);
    bp_spec_free(spec);
    return model;
}

// Names of what stays 0, apart by blanks, in order of the variables.
static const char *zeros_with(const char *body, const bp_all_settings *settings) {
    static char names[1000];
    char text[3000];
    bool zero[MOST];
    int n = 0;
    snprintf(text, sizeof text,
             "model *m()\n compartment c = 2;\n species A in c = 1, B in c = 0;\n"
             " species Y in c = 0, Z in c = 0;\n const k = 1;\n%s\nend\n",
             body);
    bp_model *model = compile(text, NULL);
    names[0] = '\0';
    CU_ASSERT_TRUE_FATAL(model && bp_model_n_variables(model) <= MOST);
    CU_ASSERT_EQUAL(bp_model_find_zeros(model, settings, zero, &n), BP_OK);
    for (int v = 0; v < bp_model_n_variables(model); v++) {
        const bp_variable *known = bp_model_variable(model, v);
        if (!zero[v]) continue;
        if (known->kind == BP_KIND_SPECIES) n -= known->role == BP_ROLE_STATE;
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s%s",
                 names[0] ? " " : "", known->name);
    }
    CU_ASSERT_EQUAL(n, 0); // all states of these networks are species
    bp_model_free(model);
    return names;
}

static const char *zeros_of(const char *body) {
    return zeros_with(body, &(bp_all_settings){.n_runs = 1});
}

// ---- reachability ----

static void what_is_made_from_something_is_not_zero(void) {
    CHECK_TEXT(zeros_of("A -> B; c*k*A; B -> Y; c*k*B; Y -> Z; c*k*Y;"), "");
    CHECK_TEXT(zeros_of("B -> Y; c*k*B; Y -> Z; c*k*Y; A -> B; c*k*A;"), "");
}

static void what_needs_a_zero_stays_zero(void) {
    CHECK_TEXT(zeros_of("one: A + Z -> Y; c*k*A*Z; two: Y -> Z; c*k*Y; A -> B; c*k*A;"),
               "Y Z one two");
    CHECK_TEXT(zeros_of("one: A + Z -> Y; c*(k*A*Z - 3*Y); A -> B; c*k*A;"), "Y Z one");
}

static void a_source_fills_its_product(void) {
    CHECK_TEXT(zeros_of("-> Z; c*k; one: A + Y -> B; c*k*A*Y;"), "B Y one");
    CHECK_TEXT(zeros_of("-> Z; c*k*time; one: A + Y -> B; c*k*A*Y;"), "B Y one");
    CHECK_TEXT(zeros_of("-> Z; c*k*sin(time); one: Y -> B; c*Y;"), "B Y one");
}

static void a_rate_of_0_makes_nothing(void) {
    CHECK_TEXT(zeros_of("const off = 0; one: A -> Y; c*off*A; A -> B; c*k*A;"
                        "Y + A -> Z; c*k*Y*A;"),
               "Y Z off one _J1");
}

static void laws_of_enzymes_are_seen_through(void) {
    CHECK_TEXT(zeros_of("one: A -> Y; c*k*Z*A/(0.5 + A); two: Y -> Z; c*k*Y/(k + Y);"),
               "B Y Z one two");
    CHECK_TEXT(zeros_of("var n = 2; one: A -> Y; c*k*Z^n/(k^n + Z^n); Y -> Z; c*Y;"),
               "B Y Z one _J0");
    CHECK_TEXT(zeros_of("one: A -> Y; c*max(0, Z)*exp(A); Y -> Z; c*sqrt(Y);"),
               "B Y Z one _J0");
    CHECK_TEXT(zeros_of("one: A -> Y; c*piecewise(Z, A > 0.5, 0); Y -> Z; c*Y;"),
               "B Y Z one _J0");
    CHECK_TEXT(zeros_of("A -> Y; c*piecewise(Z, A > 0.5, 1); one: B -> Z; c*B;"),
               "B Z one");
}

static void rules_count(void) {
    CHECK_TEXT(zeros_of("var x; x := Z*A; one: A -> Y; c*x; A -> B; c*k*A;"),
               "Y Z one");
    CHECK_TEXT(zeros_of("var x; x := Z + 0.1; A -> Y; c*x;"), "B Z");
    CHECK_TEXT(zeros_of("Z' = A; one: A + Y -> B; c*k*A*Y;"), "B Y one");
    CHECK_TEXT(zeros_of("Z' = -Z*A; one: A + Y -> B; c*k*A*Y;"), "B Y Z one");
}

// ---- where zero times something proves nothing ----

static void nonsense_stays_nonsense(void) {
    // 0/0 at the start
    CHECK_TEXT(zeros_of("A -> Y; c*k*A*Z/Z;"), "B");
    CHECK_TEXT(zeros_of("A -> Y; c*k*A*Z/(Y + Z);"), "B");
    CHECK_TEXT(zeros_of("var ratio; ratio := Z/(Y + Z); A -> B; c*A;"), "");
    // divided by what may become 0 later
    CHECK_TEXT(zeros_of("A -> Y; c*k*Z/B; A -> B; c*A;"), "");
    CHECK_TEXT(zeros_of("A -> Y; c*k*Z/(A - 0.5);"), "B");
    CHECK_TEXT(zeros_of("A -> Y; c*k*Z*ln(B); A -> B; c*A;"), "");
    // an amount that begins above 0 never is exactly 0
    CHECK_TEXT(zeros_of("A -> Y; c*k*Z*ln(A)/A;"), "B Y Z _J0");
    CHECK_TEXT(zeros_of("var n = 0; A -> Y; c*k*Z^n;"), "B Z n"); // 0^0 is 1
    CHECK_TEXT(zeros_of("var n = -1; A -> Y; c*k*Z^n;"), "B");
    CHECK_TEXT(zeros_of("A -> Y; c*k*Z*(1/0);"), "B");
}

static void negative_amounts_may_cancel(void) {
    CHECK_TEXT(zeros_of("species N in c = -1; A -> Y; c*k*Z/(k + N); N -> B; c*N;"),
               "");
    CHECK_TEXT(zeros_of("A -> Y; c*Z/(k + A); A -> B; c; at time > 1: A = -1;"), "");
}

// ---- what the runs set ----

static void events_reach_what_they_assign(void) {
    CHECK_TEXT(zeros_of("one: A + Z -> Y; c*k*A*Z; at time > 1: Z = 0;"), "B");
    CHECK_TEXT(
        zeros_of("const off = 0; var on = 0; A -> Y; c*on*A; at time > 1: on = 1;"
                 "one: A -> Z; c*off*A;"),
        "B Z off one");
}

static void initial_values_follow_what_is_set(void) {
    static const char *const body = "var dose = 0; Z = 2*dose; one: A + Z -> Y; c*A*Z;";
    CHECK_TEXT(zeros_of(body), "B Y Z dose one");
    bp_initial_value set[] = {{6, 0}, {6, 3}};
    CHECK_TEXT(zeros_with(body, &(bp_all_settings){set, 1, 2}), "B Y Z dose one");
    CHECK_TEXT(zeros_with(body, &(bp_all_settings){set, 2, 2}), "B");
    // A is 1 where nothing is set; 0 in all runs, or in one
    bp_initial_value both[] = {{1, 0}, {1, 0}};
    CHECK_TEXT(zeros_with(body, &(bp_all_settings){both, 2, 2}), "A B Y Z dose one");
    CHECK_TEXT(zeros_with(body, &(bp_all_settings){both, 1, 2}), "B Y Z dose one");
    bp_initial_value wrong = {99, 0};
    bool zero[MOST];
    int n;
    bp_model *model = compile("model *m()\n  var x = 1;\nend\n", NULL);
    CU_ASSERT_EQUAL(
        bp_model_find_zeros(model, &(bp_all_settings){&wrong, 1, 1}, zero, &n),
        BP_BAD_ARGUMENT);
    bp_model_free(model);
}

static void delays_leave_a_model_whole(void) {
    CHECK_TEXT(zeros_of("A -> B; c*k*delay(A, 1); Y -> Z; c*k*Y;"), "");
}

// ---- the model without them ----

#define NETWORK                                                                        \
    "model *m()\n  compartment c = 5;\n"                                               \
    "  species E in c = 0, ES in c = 0, S in c = 3, P in c = 0, Q in c = 1;\n"         \
    "  species quiet in c = 2, X in c = 0, Y in c = 0; const k = 0.7, off = 0;\n"      \
    "  bind: E + S -> ES; c*(k*E*S - 0.1*ES);  turn: ES -> E + P; c*k*ES;\n"           \
    "  slow: S -> P; c*k*S*Q/(1 + P + ES);  back: P -> S; c*0.3*P;\n"                  \
    "  never: quiet -> Y; c*k*quiet*E;  leak: Q -> X; c*off*Q;\n"                      \
    "  gone: Q -> ; c*0.2*Q*(1 + X*P);  half: at P > 1: Q = 2*Q;\n"                    \
    "  late: at ES > 1: Q = 50;\n"                                                     \
    "  var seen; seen := (P + 2*ES)/(1 + E + S);\n  var gain = 1; gain' = S - gain;\n" \
    "end\n"
enum { N_TIMES = 41 };

static void run(const bp_model *model, double *values, int n) {
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_failure failure = {0};
    bp_settings settings = bp_settings_default();
    double times[N_TIMES];
    int variables[MOST];
    settings.rtol = 1e-9;
    settings.atol = 1e-12;
    for (int i = 0; i < N_TIMES; i++)
        times[i] = 0.25 * i;
    for (int i = 0; i < n; i++)
        variables[i] = i;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, variables, n, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, &settings, &solver, NULL), BP_OK);
    bp_protocol protocol = {.times = times, .n_times = N_TIMES};
    CHECK(bp_solver_run(solver, &protocol, view, values, NULL, &failure) == BP_OK, "%s",
          failure.text);
    bp_solver_free(solver);
    bp_view_free(view);
}

static bp_model *lean_of(const bp_model *whole, bool *zero) {
    int n = 0;
    bp_all_settings none = {.n_runs = 1};
    CU_ASSERT_EQUAL_FATAL(bp_model_find_zeros(whole, &none, zero, &n), BP_OK);
    bp_model *lean = compile(NETWORK, zero);
    CU_ASSERT_PTR_NOT_NULL_FATAL(lean);
    return lean;
}

static void it_runs_like_the_whole_model(void) {
    static double is[N_TIMES * MOST], was[N_TIMES * MOST];
    bool zero[MOST];
    bp_model *whole = compile(NETWORK, NULL);
    bp_model *lean = lean_of(whole, zero);
    int n = bp_model_n_variables(whole);
    CU_ASSERT_EQUAL_FATAL(bp_model_n_variables(lean), n);
    run(whole, was, n);
    run(lean, is, n);
    for (int i = 0; i < N_TIMES * n; i++) {
        // both integrations err by some hundred rtol at most
        CHECK(fabs(is[i] - was[i]) <= 1e-6 * (1 + fabs(was[i])), "%s: %g and %g",
              bp_model_variable(whole, i % n)->name, is[i], was[i]);
        if (zero[i % n]) CU_ASSERT_EQUAL(is[i], 0);
    }
    bp_model_free(lean);
    bp_model_free(whole);
}

static void zeros_are_no_states(void) {
    bool zero[MOST];
    bp_model *whole = compile(NETWORK, NULL);
    bp_model *lean = lean_of(whole, zero);
    // E, ES, X and Y are left out; quiet cannot change without them
    CU_ASSERT_EQUAL(bp_model_n_states(whole), 9);
    CU_ASSERT_EQUAL(bp_model_n_states(lean), 4);
    static const char *const out[] = {"E",    "ES",   "X",     "Y",   "off",
                                      "bind", "turn", "never", "leak"};
    int n_zero = 0;
    for (int v = 0; v < bp_model_n_variables(lean); v++)
        n_zero += bp_model_variable(lean, v)->zero;
    CU_ASSERT_EQUAL(n_zero, 9);
    for (int i = 0; i < 9; i++) {
        int v = bp_model_find(lean, out[i]);
        CHECK(v >= 0 && bp_model_variable(lean, v)->zero, "%s", out[i]);
        CU_ASSERT_FALSE(bp_model_variable(whole, v)->zero);
    }
    CU_ASSERT_EQUAL(bp_model_variable(lean, bp_model_find(lean, "quiet"))->role,
                    BP_ROLE_PARAMETER);
    CU_ASSERT_EQUAL(bp_model_n_totals(lean), 1); // S + P
    bp_model_free(lean);
    bp_model_free(whole);
}

static void nothing_else_can_be_given_to_them(void) {
    bool zero[MOST];
    double y[MOST];
    bp_error err = {0};
    bp_work *work = NULL;
    bp_model *whole = compile(NETWORK, NULL);
    bp_model *lean = lean_of(whole, zero);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(lean, 1, &work), BP_OK);
    bp_initial_value set = {bp_model_find(lean, "E"), 0};
    bp_initial given = {&set, 1};
    CU_ASSERT_EQUAL(bp_model_start(lean, work, 0, &given, y, &err), BP_OK);
    set.value = 1e-300;
    CU_ASSERT_EQUAL(bp_model_start(lean, work, 0, &given, y, &err), BP_BAD_ARGUMENT);
    CHECK(strstr(err.message, "'E' was left out") != NULL, "%s", err.message);
    bp_work_free(work);
    bp_model_free(lean);
    bp_model_free(whole);
}

static void finding_survives_every_failed_allocation(void) {
    bp_model *model = compile(NETWORK, NULL);
    bp_status status = BP_NO_MEMORY;
    bool zero[MOST];
    long nth = 0;
    int n = 0;
    while (status == BP_NO_MEMORY && nth < 1000) {
        bp_alloc_fail(++nth, false);
        status = bp_model_find_zeros(model, &(bp_all_settings){.n_runs = 1}, zero, &n);
        bp_alloc_fail(0, 0);
        CU_ASSERT_TRUE(status == BP_OK || status == BP_NO_MEMORY);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CU_ASSERT_EQUAL(n, 4);
    CHECK(nth > 5, "only %ld allocations", nth);
    bp_model_free(model);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(what_is_made_from_something_is_not_zero),
                                      TEST(what_needs_a_zero_stays_zero),
                                      TEST(a_source_fills_its_product),
                                      TEST(a_rate_of_0_makes_nothing),
                                      TEST(laws_of_enzymes_are_seen_through),
                                      TEST(rules_count),
                                      TEST(nonsense_stays_nonsense),
                                      TEST(negative_amounts_may_cancel),
                                      TEST(events_reach_what_they_assign),
                                      TEST(initial_values_follow_what_is_set),
                                      TEST(delays_leave_a_model_whole),
                                      TEST(it_runs_like_the_whole_model),
                                      TEST(zeros_are_no_states),
                                      TEST(nothing_else_can_be_given_to_them),
                                      TEST(finding_survives_every_failed_allocation),
                                      TEST_END};
    return test_main("compile_zeros", tests, argc, argv);
}
