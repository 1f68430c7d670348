// Algebraic rules and fast reactions as the compiler sees them: what each rule
// determines, what is solved in symbols, what M looks like, and what cannot be.
#include <string.h>

#include "base/alloc.h"
#include "tests/laws/laws.h"

static const bp_variable *variable(const law *l, const char *name) {
    int v = bp_model_find(l->model, name);
    CHECK(v >= 0, "%s is a variable", name);
    return bp_model_variable(l->model, v < 0 ? 0 : v);
}

// ---- what becomes of a rule ----

static void affine_rules_become_assignments(void) {
    law l;
    law_open_conditions(&l,
                        "function twice(x) x + x; end\n"
                        "model m\n s = 1; s' = -s; var p; var q; const k = 2;\n"
                        " zero_1 := twice(p) - k*q + s;\n zero_2 := k*(q - 3);\nend\n",
                        "p q s");
    CU_ASSERT_EQUAL(variable(&l, "p")->role, BP_ROLE_ASSIGNED);
    CU_ASSERT_EQUAL(variable(&l, "q")->role, BP_ROLE_ASSIGNED);
    CU_ASSERT_FALSE(variable(&l, "p")->settable);
    CU_ASSERT_EQUAL(bp_model_n_states(l.model), 1);
    CU_ASSERT_PTR_NULL(bp_model_conditions(l.model));
    CU_ASSERT_PTR_NULL(bp_model_mass(l.model));
    law_run(&l, 1, 1);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 2.5, 1e-15);
    CHECK_NEAR(law_value(&l, 0, 1), 3.0, 1e-15);
    law_close(&l);
}

static void other_rules_become_rows_of_their_own(void) {
    law l;
    law_open_conditions(
        &l, "model m\n s = 1; s' = -x; var x;\n zero_1 := x^3 - s;\nend\n", "x");
    CU_ASSERT_EQUAL(variable(&l, "x")->role, BP_ROLE_STATE);
    CU_ASSERT_FALSE(variable(&l, "x")->settable);
    CU_ASSERT_EQUAL(bp_model_n_states(l.model), 2);
    const bp_condition *conditions = bp_model_conditions(l.model);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conditions);
    CU_ASSERT_EQUAL(conditions[0].kind, BP_NO_CONDITION);
    CU_ASSERT_EQUAL(conditions[1].kind, BP_CONDITION_RULE);
    CU_ASSERT_EQUAL(conditions[1].where.line, 3);
    CHECK_TEXT(conditions[1].where.file, "law.ant");
    CU_ASSERT_EQUAL(bp_model_mass(l.model)->n, 1); // the row of s
    bp_work *work = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_work_new(l.model, 1, &work), BP_OK);
    double y[2], f[2], mass[1];
    CU_ASSERT_EQUAL(bp_model_start(l.model, work, 0, NULL, y, NULL), BP_OK);
    y[0] = 5, y[1] = 2;
    CU_ASSERT_EQUAL(bp_model_rates(l.model, work, 0, y, f), BP_OK);
    CU_ASSERT_EQUAL(f[0], -2);
    CU_ASSERT_EQUAL(f[1], 3);
    bp_model_mass_values(l.model, work, mass);
    CU_ASSERT_EQUAL(mass[0], 1);
    bp_work_free(work);
    law_close(&l);
}

// Nothing but what is left free can be determined.
static void a_rule_determines_what_nothing_else_does(void) {
    law l;
    law_open_conditions(
        &l,
        "model m\n compartment C = 2; species A in C, $B in C, D in C;\n"
        " A = 1; B = 3; D = 0; const k = 1; r = 0; r' = 1; var a; a := 2*A;\n"
        " A -> ; k*A*C;\n zero_1 := B - a - r - k - D*0;\n const C; D' = 0;\nend\n",
        "B");
    CU_ASSERT_EQUAL(variable(&l, "B")->role, BP_ROLE_ASSIGNED);
    law_run(&l, 1, 1);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), 3.0, 1e-15);
    law_close(&l);
}

// Of several, one without a value; one that an event sets is the last.
static void symbols_without_value_come_first(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n s = 1; s' = -s; p = 5; var q;\n"
                        " zero_1 := p + q - s;\nend\n",
                        "q");
    CU_ASSERT_EQUAL(variable(&l, "q")->role, BP_ROLE_ASSIGNED);
    CU_ASSERT_EQUAL(variable(&l, "p")->role, BP_ROLE_PARAMETER);
    law_close(&l);
    law_open_conditions(&l,
                        "model m\n s = 1; s' = -s; p = 5; q = 3;\n"
                        " zero_1 := p + q - s;\n e: at (time > 1): p = 2;\nend\n",
                        "q");
    CU_ASSERT_EQUAL(variable(&l, "q")->role, BP_ROLE_ASSIGNED);
    law_close(&l);
}

static void initial_values_see_what_is_solved(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n s = 4; s' = -s; var p; k = p + 1;\n"
                        " zero_1 := 2*p - s;\nend\n",
                        "k");
    law_run(&l, 1, 1);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 1, 0), 3.0, 1e-15);
    law_close(&l);
}

static void the_rate_of_what_is_solved_is_known(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n s = 1; s' = -s; var p; v := rateOf(p);\n"
                        " zero_1 := p - s^2 - time;\nend\n",
                        "v");
    law_run(&l, 1, 1);
    law_ok(&l);
    CHECK_NEAR(law_value(&l, 0, 0), -1.0, 1e-15);
    law_close(&l);
}

// ---- fast reactions ----

// A <-> B fast, B -> C slow: one equilibrium, one sum that only the slow one changes.
static void fast_reactions_leave_sums_alone(void) {
    law l;
    law_open_conditions(&l,
                        "model m\n species A = 3, B = 0, C = 0;\n"
                        " fast_1: A -> B; 2*A - B;\n slow: B -> C; 5*B;\nend\n",
                        "A");
    const bp_condition *conditions = bp_model_conditions(l.model);
    CU_ASSERT_PTR_NOT_NULL_FATAL(conditions);
    CU_ASSERT_EQUAL(conditions[0].kind, BP_CONDITION_FAST);
    CHECK_TEXT(bp_model_variable(l.model, conditions[0].reaction)->name, "fast_1");
    CU_ASSERT_EQUAL(conditions[1].kind, BP_NO_CONDITION);
    bp_work *work = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_work_new(l.model, 1, &work), BP_OK);
    double y[3], f[3];
    CU_ASSERT_EQUAL(bp_model_start(l.model, work, 0, NULL, y, NULL), BP_OK);
    y[0] = 1, y[1] = 4, y[2] = 0;
    bp_model_set_active(l.model, work, 0, true);
    bp_work_refresh(work);
    CU_ASSERT_EQUAL(bp_model_rates(l.model, work, 0, y, f), BP_OK);
    CU_ASSERT_EQUAL(f[0], 2); // A gains while 2 A < B
    CU_ASSERT_EQUAL(f[1], -20);
    CU_ASSERT_EQUAL(f[2], 20);
    bp_model_set_active(l.model, work, 0, false);
    bp_work_refresh(work);
    CU_ASSERT_EQUAL(bp_model_rates(l.model, work, 0, y, f), BP_OK);
    CU_ASSERT_EQUAL(f[0], 0);
    bp_work_free(work);
    // totals are determined by states whose rows are rates
    CU_ASSERT_EQUAL_FATAL(bp_model_n_totals(l.model), 1);
    CU_ASSERT(bp_model_total(l.model, 0)->dependent != 0);
    law_close(&l);
}

static void models_without_conditions_have_no_trace_of_them(void) {
    law l;
    law_open(&l, "model m\n species A = 3, B = 0;\n A -> B; 2*A;\nend\n", "A");
    CU_ASSERT_PTR_NULL(bp_model_conditions(l.model));
    CU_ASSERT_PTR_NULL(bp_model_mass(l.model));
    CU_ASSERT_EQUAL(bp_model_n_modes(l.model), 0);
    law_close(&l);
}

// ---- what cannot be ----

static void check_refusal(const char *text, bp_status expected, int line,
                          const char *says) {
    bp_error err = {0};
    bp_status status = law_refusal(text, &err);
    CHECK(status == expected, "%s: %s", bp_status_name(status), err.message);
    CHECK(err.line == line, "line %d, not %d: %s", err.line, line, err.message);
    CHECK(strstr(err.message, says) != NULL, "'%s' says nothing of '%s'", err.message,
          says);
}

static void too_many_or_too_few_rules_are_refused(void) {
    check_refusal("model m\n y = 1; y' = -y; var x;\n"
                  " zero_1 := 2*x - y;\n zero_2 := 3*x - y;\nend\n",
                  BP_BAD_MODEL, 4, "overdetermined");
    check_refusal("model m\n y = 1; y' = -y; const x = 2;\n zero_1 := x - y;\nend\n",
                  BP_BAD_MODEL, 3, "can determine nothing");
    check_refusal("model m\n y = 1; y' = -y; x = 2; z = 3;\n"
                  " zero_1 := x - y + z;\nend\n",
                  BP_BAD_MODEL, 3, "could determine 'x' or 'z'");
    check_refusal("model m\n y = 1; y' = -y; var x;\n zero_1 := x - y - x;\nend\n",
                  BP_BAD_MODEL, 3, "drops out");
    // a law of conservation is no rule that something is left for
    check_refusal("model m\n species A = 1, B = 0; const T = 1;\n A -> B; A;\n"
                  " zero_1 := A + B - T;\nend\n",
                  BP_BAD_MODEL, 4, "can determine nothing");
}

static void what_is_determined_cannot_be_set(void) {
    check_refusal("model m\n y = 1; y' = -y; var x;\n zero_1 := x - y;\n"
                  " e: at (time > 1): x = 3;\nend\n",
                  BP_UNSUPPORTED, 4, "event 'e' sets 'x'");
}

static void what_numbers_find_is_not_there_for_symbols(void) {
    check_refusal("model m\n y = 1; y' = -y; var x; k = x + 1; z = 0; z' = k;\n"
                  " zero_1 := x^3 + x - y;\nend\n",
                  BP_UNSUPPORTED, 3, "an initial value depends on 'x'");
    check_refusal("model m\n y = 1; y' = -y; var x; v := rateOf(x);\n"
                  " zero_1 := x^3 + x - y;\nend\n",
                  BP_UNSUPPORTED, 2, "x: its rate of change");
    check_refusal("model m\n species A = 1, B = 0; v := rateOf(A);\n"
                  " fast_1: A -> B; A - B;\nend\n",
                  BP_UNSUPPORTED, 2, "a fast reaction changes it");
}

static void delays_that_vary_are_refused(void) {
    check_refusal("model m\n species A = 1, B = 0; t = 1; t' = 0.1;\n"
                  " fast_1: A -> B; A - B;\n slow: -> A; delay(B, t);\nend\n",
                  BP_UNSUPPORTED, 4, "a delay that varies");
    check_refusal("model m\n y = 1; y' = -y; var x;\n"
                  " zero_1 := x - y - delay(x, 1);\nend\n",
                  BP_UNSUPPORTED, 3, "the past of 'x'");
}

static void stoichiometries_of_fast_reactions_are_constant(void) {
    check_refusal("model m\n species A = 1, B = 0; q = 1; q' = 1;\n"
                  " fast_1: q A -> B; A - B;\nend\n",
                  BP_UNSUPPORTED, 3, "'fast_1' changes between events");
}

// ---- memory ----

#define A_LITTLE_OF_ALL                                                                \
    "model m\n species A = 3, B = 2, D = 1; var x; var p; var q; k = p + 1;\n"         \
    " fast_1: A -> B; k*A - B;\n fast_2: B -> D; B - D;\n slow: A -> ; A;\n"           \
    " zero_1 := x^3 + x - piecewise(A, A > 1, 2);\n"                                   \
    " zero_2 := p + q - 1;\n zero_3 := 2*p - q;\n"                                     \
    " e: at (x > 2): A = 7;\nend\n"

static bp_status compile(bp_spec *spec) {
    bp_report report = {0};
    bp_model *model = NULL;
    bp_status status = bp_model_compile(spec, NULL, &model, &report);
    bp_model_free(model);
    bp_report_clear(&report);
    return status;
}

static void compiling_survives_every_failed_allocation(void) {
    law l;
    bp_spec *spec = law_spec_conditions(&l, A_LITTLE_OF_ALL);
    CU_ASSERT_EQUAL_FATAL(compile(spec), BP_OK);
    for (int and_after = 0; and_after <= 1; and_after++) {
        bp_status status = BP_NO_MEMORY;
        int nth = 1;
        for (; status != BP_OK; nth++) {
            bp_alloc_fail(nth, and_after);
            status = compile(spec);
            bp_alloc_fail(0, 0);
            CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %d: %s", nth,
                  bp_status_name(status));
            CU_ASSERT_FATAL(nth < 100000);
        }
        CHECK(nth > 100, "%d allocations were failed", nth);
    }
    bp_spec_free(spec);
    law_close(&l);
}

static const test_case tests[] = {
    TEST(affine_rules_become_assignments),
    TEST(other_rules_become_rows_of_their_own),
    TEST(a_rule_determines_what_nothing_else_does),
    TEST(symbols_without_value_come_first),
    TEST(initial_values_see_what_is_solved),
    TEST(the_rate_of_what_is_solved_is_known),
    TEST(fast_reactions_leave_sums_alone),
    TEST(models_without_conditions_have_no_trace_of_them),
    TEST(too_many_or_too_few_rules_are_refused),
    TEST(what_is_determined_cannot_be_set),
    TEST(what_numbers_find_is_not_there_for_symbols),
    TEST(delays_that_vary_are_refused),
    TEST(stoichiometries_of_fast_reactions_are_constant),
    TEST(compiling_survives_every_failed_allocation),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_conditions", tests, argc, argv);
}
