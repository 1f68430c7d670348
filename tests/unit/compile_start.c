// Initial values: meaning, order, settings, and what is said when one is no number.
#include <math.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

typedef struct fixture {
    bp_model *model;
    bp_work *work;
    double y[8];
} fixture;

static fixture start_with(bp_model *model) {
    fixture f = {.model = model};
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &f.work), BP_OK);
    return f;
}

static void stop(fixture *f) {
    bp_work_free(f->work);
    bp_model_free(f->model);
}

static bp_status start(fixture *f, const bp_initial_value *settings, int n) {
    return bp_model_start(f->model, f->work, 0, &(bp_initial){settings, n}, f->y, NULL);
}

// The value as users see it.
static double value(fixture *f, const char *name) {
    int v = bp_model_find(f->model, name);
    bp_view *view = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f->model, &v, 1, &view), BP_OK);
    double x;
    bp_view_values(view, f->work, 0, f->y, &x);
    bp_view_free(view);
    return x;
}

static bp_initial_value set(const fixture *f, const char *name, double x) {
    return (bp_initial_value){bp_model_find(f->model, name), x};
}

// S means a concentration, N an amount; B depends on A, A on the compartment.
static bp_model *dependent_model(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 4);
    fix_species(b, "B", "cell", NAN);
    fix_species(b, "A", "cell", NAN);
    int n = fix_species(b, "N", "cell", 6);
    int q = fix_species(b, "Q", "cell", 20);
    fix_parameter(b, "k", 0.5);
    fix_parameter(b, "twice", NAN);
    bp_symbol *symbols = b.spec->symbols.items;
    symbols[n].substance_only = true;
    symbols[q].initial_is_amount = true;
    symbols[bp_spec_find(b.spec, "B")].initial =
        fix_op(b, BP_OP_ADD, 2, fix_name(b, "twice"), fix_name(b, "k"));
    symbols[bp_spec_find(b.spec, "A")].initial =
        fix_op(b, BP_OP_MUL, 2, fix_name(b, "cell"), fix_number(b, 3));
    fix_rule(b, "twice", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_MUL, 2, fix_number(b, 2), fix_name(b, "A")));
    fix_reaction(b, "J1", "A -> B", fix_product(b, "k", "A", NULL));
    fix_reaction(b, "J2", "N -> Q", fix_product(b, "k", "N", NULL));
    return fix_compile(b);
}

static void values_follow_their_dependencies(void) {
    fixture f = start_with(dependent_model());
    CU_ASSERT_EQUAL(start(&f, NULL, 0), BP_OK);
    CHECK_NEAR(value(&f, "A"), 12, 0);
    CHECK_NEAR(value(&f, "twice"), 24, 0);
    CHECK_NEAR(value(&f, "B"), 24.5, 0);
    CHECK_NEAR(value(&f, "N"), 6, 0);
    CHECK_NEAR(value(&f, "Q"), 5, 0); // 20 in a volume of 4
    // the vector holds amounts
    const bp_variable *a = bp_model_variable(f.model, bp_model_find(f.model, "A"));
    CHECK_NEAR(f.y[a->index], 48, 0);
    stop(&f);
}

static void settings_replace_initial_values(void) {
    fixture f = start_with(dependent_model());
    bp_initial_value a = set(&f, "A", 7);
    CU_ASSERT_EQUAL(start(&f, &a, 1), BP_OK);
    CHECK_NEAR(value(&f, "A"), 7, 0);
    CHECK_NEAR(value(&f, "B"), 14.5, 0); // follows from A

    // a compartment: what is given as a concentration or formula keeps its meaning, an
    // amount stays an amount
    bp_initial_value cell = set(&f, "cell", 2);
    CU_ASSERT_EQUAL(start(&f, &cell, 1), BP_OK);
    CHECK_NEAR(value(&f, "A"), 6, 0);
    CHECK_NEAR(value(&f, "Q"), 10, 0);
    CHECK_NEAR(value(&f, "N"), 6, 0);

    bp_initial_value both[] = {set(&f, "Q", 1.5), set(&f, "cell", 2)};
    CU_ASSERT_EQUAL(start(&f, both, 2), BP_OK);
    CHECK_NEAR(value(&f, "Q"), 1.5, 0); // as users see it

    // and nothing of it lasts
    CU_ASSERT_EQUAL(start(&f, NULL, 0), BP_OK);
    CHECK_NEAR(value(&f, "A"), 12, 0);
    CHECK_NEAR(value(&f, "Q"), 5, 0);
    stop(&f);
}

static void rules_cannot_be_set(void) {
    fixture f = start_with(dependent_model());
    bp_error err = {0};
    bp_initial_value twice = set(&f, "twice", 1);
    CU_ASSERT_EQUAL(
        bp_model_start(f.model, f.work, 0, &(bp_initial){&twice, 1}, f.y, &err),
        BP_BAD_ARGUMENT);
    CHECK(strstr(err.message, "twice"), "%s", err.message);
    bp_initial_value none = {-1, 0};
    CU_ASSERT_EQUAL(start(&f, &none, 1), BP_BAD_ARGUMENT);
    stop(&f);
}

static void the_variable_that_is_no_number_is_named(void) {
    fixture f = start_with(dependent_model());
    bp_error err = {0};
    bp_initial_value k = set(&f, "k", NAN);
    CU_ASSERT_EQUAL(bp_model_start(f.model, f.work, 0, &(bp_initial){&k, 1}, f.y, &err),
                    BP_NOT_FINITE);
    CHECK(strstr(err.message, "'B'") || strstr(err.message, "'k'"), "%s", err.message);
    stop(&f);
}

static void initial_values_may_use_time_and_rates(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "A", "cell", 8);
    fix_parameter(b, "k", 0.25);
    fix_parameter(b, "speed", NAN);
    fix_parameter(b, "when", NAN);
    bp_symbol *symbols = b.spec->symbols.items;
    symbols[bp_spec_find(b.spec, "speed")].initial =
        fix_op(b, BP_OP_RATEOF, 1, fix_name(b, "A"));
    symbols[bp_spec_find(b.spec, "when")].initial = fix_op(b, BP_OP_TIME, 0);
    fix_reaction(b, "J", "A -> ", fix_product(b, "k", "A", NULL));
    fixture f = start_with(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_start(f.model, f.work, 3, NULL, f.y, NULL), BP_OK);
    CHECK_NEAR(value(&f, "speed"), -2, 0);
    CHECK_NEAR(value(&f, "when"), 3, 0);
    stop(&f);
}

static void circular_initial_values_are_refused(void) {
    builder b = fixture_new();
    fix_parameter(b, "p", NAN);
    fix_parameter(b, "q", NAN);
    b.spec->symbols.items[0].initial = fix_op(b, BP_OP_EXP, 1, fix_name(b, "q"));
    b.spec->symbols.items[1].initial = fix_op(b, BP_OP_EXP, 1, fix_name(b, "p"));
    bp_model *model = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(bp_model_compile(b.spec, NULL, &model, &report), BP_BAD_MODEL);
    CU_ASSERT_PTR_NULL(model);
    bp_report_clear(&report);
    bp_spec_free(b.spec);
}

// Each lane has its own settings.
static void lanes_start_on_their_own(void) {
    bp_model *model = dependent_model();
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    bp_work *work = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 4, &work), BP_OK);
    int a = bp_model_find(model, "A");
    bp_initial_value settings[4] = {{a, 1}, {a, 2}, {a, 3}, {a, 4}};
    double y[8 * 4];
    CU_ASSERT_EQUAL(bp_model_start(model, work, 0, &(bp_initial){settings, 1}, y, NULL),
                    BP_OK);
    int index = bp_model_variable(model, a)->index;
    for (int l = 0; l < 4; l++)
        CHECK_NEAR(y[index * 4 + l], 4.0 * (l + 1), 0); // amount in a volume of 4
    bp_work_free(work);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(values_follow_their_dependencies),
    TEST(settings_replace_initial_values),
    TEST(rules_cannot_be_set),
    TEST(the_variable_that_is_no_number_is_named),
    TEST(initial_values_may_use_time_and_rates),
    TEST(circular_initial_values_are_refused),
    TEST(lanes_start_on_their_own),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_start", tests, argc, argv);
}
