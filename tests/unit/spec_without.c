// Leaving species out: what goes, what stays, and that the rest runs as with them at 0.
#include "model/spec_without.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/model.h"
#include "solver/solver.h"
#include "tests/unit/antimony_test.h"

static const char *const network =
    "model *m()\n"
    "  compartment c = 1; species A in c = 1, B in c = 0, X in c = 0, Y in c = 0;\n"
    "  const k = 1;\n"
    "  one: A -> B; c*k*A/(1 + X);\n"
    "  two: A + X -> Y; c*k*A*X;\n"
    "  three: -> X; c*k;\n"
    "  var total; total := A + B + 2*X + Y;\n"
    "  var k2 = 0; set_it: at B > 0.5: k2 = X + 1;\n"
    "end\n";

static bp_spec *reduced(const char *const *names, int n) {
    bp_spec *spec = spec_of(network);
    bp_error err = {0};
    CHECK(bp_spec_without(spec, names, n, &err) == BP_OK, "%s", err.message);
    return spec;
}

static void reactions_of_what_is_left_out_go(void) {
    const char *const names[] = {"X", "Y"};
    bp_spec *spec = reduced(names, 2);
    CU_ASSERT_EQUAL(spec->reactions.count, 1);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "one"), 0);
    CU_ASSERT_EQUAL(bp_spec_find_reaction(spec, "two"), -1);
    CHECK_TREE(spec->reactions.items[0].law, "c*k*A/(1 + X)");
    CU_ASSERT_TRUE(symbol_of(spec, "X")->constant);
    CU_ASSERT_EQUAL(number_of(symbol_of(spec, "Y")->initial), 0);
    bp_spec_free(spec);
}

static void rules_and_initials_of_what_is_left_out_go(void) {
    const char *const names[] = {"X", "Z"};
    bp_spec *spec = spec_of("model *m()\n  compartment c = 1; species A in c = 1;\n"
                            "  species X in c; X = 2*A; X' = 3;\n"
                            "  species $Z in c; Z := A + 1;\n"
                            "  var both; both := X + Z;\n  A -> ; c*A*(1 + Z);\nend\n");
    bp_error err = {0};
    CHECK(bp_spec_without(spec, names, 2, &err) == BP_OK, "%s", err.message);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(symbol_of(spec, names[i])->rule_kind, BP_NO_RULE);
        CU_ASSERT_EQUAL(number_of(symbol_of(spec, names[i])->initial), 0);
    }
    CHECK_TREE(symbol_of(spec, "both")->rule, "X + Z");
    bp_spec_free(spec);
}

static void what_an_event_sets_cannot_be_left_out(void) {
    const char *const names[] = {"X"};
    bp_spec *spec = spec_of("model *m()\n  compartment c = 1; species A in c = 1;\n"
                            "  species X in c = 0; X -> A; c*X;\n"
                            "  pulse: at A > 2: X = 3;\nend\n");
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_spec_without(spec, names, 1, &err), BP_BAD_MODEL);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "the event 'pulse' sets it"));
    CU_ASSERT_EQUAL(spec->reactions.count, 1); // nothing was taken out
    bp_spec_free(spec);
}

static void what_is_left_compiles_with_fewer_states(void) {
    const char *const names[] = {"X", "Y"};
    bp_spec *spec = reduced(names, 2);
    bp_model *model = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(bp_model_compile(spec, NULL, &model, &report), BP_OK);
    CU_ASSERT_EQUAL(bp_model_n_states(model), 2); // A and B
    bp_model_free(model);
    bp_report_clear(&report);
    bp_spec_free(spec);
}

static void an_unknown_species_gets_the_nearest(void) {
    const char *const names[] = {"total"};
    bp_spec *spec = spec_of(network);
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_spec_without(spec, names, 1, &err), BP_UNKNOWN_NAME);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "no species 'total'"));
    bp_spec_free(spec);
}

// ---- the law ----

enum { N_TIMES = 21 };

// A loop of a receptor and its drug with a rule, an event and a part that goes: what is
// left out binds, is made, is lost and is a modifier.
static const char *const whole =
    "model *m()\n"
    "  compartment c = 2; species %sX in c = 0, %sXR in c = 0;\n"
    "  species R in c = 5, P in c = 0, S in c = 3; var k = 0.7;\n"
    "  var seen; seen := (P + 2*XR)/(1 + X + S);\n"
    "  var gain = 1; gain' = 0.1*(S - gain) + X;\n"
    "  make:  -> X; c*k;  bind: X + R -> XR; c*k*X*R;  lose: XR -> S; c*k*XR;\n"
    "  step:  R -> P; c*k*R*gain/(1 + XR);  back: P -> R; c*0.3*P*S/(1 + X)^2;\n"
    "  used:  S -> ; c*0.2*S*(1 + X*P);\n"
    "  half:  at P > 2: k = 0.5*k;\n"
    "end\n";
static const char *const seen[] = {"R", "P", "S", "gain", "seen"};
enum { N_SEEN = sizeof seen / sizeof *seen };

static void run(bp_spec *spec, double values[N_TIMES * N_SEEN]) {
    bp_model *model = NULL;
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_report report = {0};
    bp_failure failure = {0};
    bp_settings settings = bp_settings_default();
    double times[N_TIMES];
    int variables[N_SEEN];
    settings.rtol = 1e-9;
    settings.atol = 1e-12;
    for (int i = 0; i < N_TIMES; i++)
        times[i] = 0.25 * i;
    CU_ASSERT_EQUAL_FATAL(bp_model_compile(spec, NULL, &model, &report), BP_OK);
    for (int i = 0; i < N_SEEN; i++)
        variables[i] = bp_model_find(model, seen[i]);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, variables, N_SEEN, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, &settings, &solver, NULL), BP_OK);
    bp_protocol protocol = {.times = times, .n_times = N_TIMES};
    CHECK(bp_solver_run(solver, &protocol, view, values, NULL, &failure) == BP_OK, "%s",
          failure.text);
    bp_solver_free(solver);
    bp_view_free(view);
    bp_model_free(model);
    bp_report_clear(&report);
}

// `$` makes a species one that no reaction changes: it stays at 0.
static void it_runs_as_with_them_held_at_0(void) {
    const char *const names[] = {"X", "XR"};
    double held[N_TIMES * N_SEEN], left[N_TIMES * N_SEEN], free[N_TIMES * N_SEEN];
    char text[2000];
    bp_error err = {0};
    snprintf(text, sizeof text, whole, "$", "$");
    bp_spec *spec = spec_of(text);
    run(spec, held);
    bp_spec_free(spec);
    snprintf(text, sizeof text, whole, "", "");
    spec = spec_of(text);
    run(spec, free);
    CHECK(bp_spec_without(spec, names, 2, &err) == BP_OK, "%s", err.message);
    CU_ASSERT_EQUAL(spec->reactions.count, 3);
    run(spec, left);
    bp_spec_free(spec);
    double most = 0;
    for (int i = 0; i < N_TIMES * N_SEEN; i++) {
        // both integrations err by some hundred rtol at most
        CHECK_NEAR(left[i], held[i], 1e-6 * (1 + fabs(held[i])));
        most = fmax(most, fabs(free[i] - held[i]));
    }
    CHECK(most > 0.1, "X does nothing: %g", most); // else the law says nothing
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(reactions_of_what_is_left_out_go),
                                      TEST(rules_and_initials_of_what_is_left_out_go),
                                      TEST(what_an_event_sets_cannot_be_left_out),
                                      TEST(what_is_left_compiles_with_fewer_states),
                                      TEST(an_unknown_species_gets_the_nearest),
                                      TEST(it_runs_as_with_them_held_at_0),
                                      TEST_END};
    return test_main("spec_without", tests, argc, argv);
}
