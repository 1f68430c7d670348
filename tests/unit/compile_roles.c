// What becomes a state, a parameter, or follows from others; and what the compiler says
// when a model has no value or no meaning.
#include <math.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

static bp_role role_of(const bp_model *model, const char *name) {
    int v = bp_model_find(model, name);
    CHECK(v >= 0, "%s is a variable", name);
    return v < 0 ? BP_ROLE_ASSIGNED : bp_model_variable(model, v)->role;
}

// A + E -> B + E with a boundary, a ruled and an idle species
static bp_model *mixed_model(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 2);
    fix_species(b, "A", "cell", 10);
    fix_species(b, "B", "cell", 0);
    fix_species(b, "E", "cell", 1);
    int boundary = fix_species(b, "X", "cell", 3);
    fix_species(b, "idle", "cell", 5);
    fix_species(b, "ruled", "cell", 1);
    fix_parameter(b, "k", 0.1);
    fix_parameter(b, "total", NAN);
    fix_parameter(b, "clock", 0);
    b.spec->symbols.items[boundary].boundary = true;
    int total = bp_spec_find(b.spec, "total");
    b.spec->symbols.items[total].display_name = "A and B";
    b.spec->symbols.items[total].unit = "nM";
    fix_rule(b, "total", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_ADD, 2, fix_name(b, "A"), fix_name(b, "B")));
    fix_rule(b, "clock", BP_RATE_RULE, fix_number(b, 1));
    fix_rule(b, "ruled", BP_RATE_RULE, fix_name(b, "k"));
    fix_reaction(b, "J", "A + E + X -> B + E",
                 fix_product(b, "k", "A", "E", "X", NULL));
    return fix_compile(b);
}

static void roles_follow_from_what_changes_a_variable(void) {
    bp_model *model = mixed_model();
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_EQUAL(role_of(model, "A"), BP_ROLE_STATE);
    CU_ASSERT_EQUAL(role_of(model, "B"), BP_ROLE_STATE);
    CU_ASSERT_EQUAL(role_of(model, "clock"), BP_ROLE_STATE);
    CU_ASSERT_EQUAL(role_of(model, "ruled"), BP_ROLE_STATE);
    // E takes part, but what it loses it gets back
    CU_ASSERT_EQUAL(role_of(model, "E"), BP_ROLE_PARAMETER);
    CU_ASSERT_EQUAL(role_of(model, "X"), BP_ROLE_PARAMETER);
    CU_ASSERT_EQUAL(role_of(model, "idle"), BP_ROLE_PARAMETER);
    CU_ASSERT_EQUAL(role_of(model, "cell"), BP_ROLE_PARAMETER);
    CU_ASSERT_EQUAL(role_of(model, "total"), BP_ROLE_ASSIGNED);
    CU_ASSERT_EQUAL(role_of(model, "J"), BP_ROLE_ASSIGNED);
    CU_ASSERT_EQUAL(bp_model_n_states(model), 4);
    CU_ASSERT_EQUAL(bp_model_n_parameters(model), 5);
    CU_ASSERT_EQUAL(bp_model_n_reactions(model), 1);
    bp_model_free(model);
}

static void variables_describe_themselves(void) {
    bp_model *model = mixed_model();
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    const bp_variable *total = bp_model_variable(model, bp_model_find(model, "total"));
    CHECK_TEXT(total->display_name, "A and B");
    CHECK_TEXT(total->unit_text, "nM");
    CHECK_TEXT(total->note, "");
    CU_ASSERT(total->observable);
    CU_ASSERT_FALSE(total->settable);
    const bp_variable *a = bp_model_variable(model, bp_model_find(model, "A"));
    CU_ASSERT(a->is_concentration && a->settable && !a->observable);
    CU_ASSERT_EQUAL(a->compartment, bp_model_find(model, "cell"));
    CHECK_TEXT(a->display_name, "A");
    CU_ASSERT_EQUAL(bp_model_state_variable(model, a->index),
                    bp_model_find(model, "A"));
    const bp_variable *k = bp_model_variable(model, bp_model_find(model, "k"));
    CU_ASSERT_EQUAL(bp_model_parameter_variable(model, k->index),
                    bp_model_find(model, "k"));
    CHECK_TEXT(bp_model_nearest(model, "totl"), "total");
    CU_ASSERT_EQUAL(bp_model_find(model, "nothing"), -1);
    bp_model_free(model);
}

// Compiles and gives the first message.
static bp_status compile_message(builder b, bool lenient, char message[512],
                                 bp_report *report) {
    bp_model *model = NULL;
    bp_compile_options options = {.lenient = lenient};
    bp_status status = bp_model_compile(b.spec, &options, &model, report);
    CU_ASSERT_EQUAL(model == NULL, status != BP_OK);
    message[0] = '\0';
    if (report->count > 0) snprintf(message, 512, "%s", report->items[0].message);
    bp_model_free(model);
    bp_spec_free(b.spec);
    return status;
}

static builder without_value(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", NAN); // has size 1
    fix_species(b, "A", "cell", 1);
    fix_parameter(b, "kdeg", NAN);
    fix_parameter(b, "unread", NAN); // nobody asks
    fix_reaction(b, "J", "A -> ", fix_product(b, "kdeg", "A", NULL));
    return b;
}

static void missing_values_are_named(void) {
    bp_report report = {0};
    char message[512];
    bp_status status = compile_message(without_value(), false, message, &report);
    CU_ASSERT_EQUAL(status, BP_BAD_MODEL);
    CHECK(strstr(message, "kdeg"), "%s", message);
    CU_ASSERT_EQUAL(report.n_errors, 1);
    bp_report_clear(&report);

    status = compile_message(without_value(), true, message, &report);
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(strstr(message, "starts at 0"), "%s", message);
    CU_ASSERT_EQUAL(report.n_warnings, 1);
    bp_report_clear(&report);
}

static builder ruled_by(const bp_ast *(*rule)(builder b)) {
    builder b = fixture_new();
    fix_parameter(b, "x", NAN);
    fix_parameter(b, "k", 1);
    fix_rule(b, "x", BP_ASSIGNMENT_RULE, rule(b));
    return b;
}

static const bp_ast *delayed(builder b) {
    return fix_op(b, BP_OP_DELAY, 2, fix_name(b, "k"), fix_number(b, -1));
}

static const bp_ast *circular(builder b) {
    return fix_op(b, BP_OP_ADD, 2, fix_name(b, "x"), fix_name(b, "k"));
}

static void what_has_no_meaning_is_refused(void) {
    bp_report report = {0};
    char message[512];
    CU_ASSERT_EQUAL(compile_message(ruled_by(delayed), false, message, &report),
                    BP_BAD_VALUE);
    CHECK(strstr(message, "delay"), "%s", message);
    bp_report_clear(&report);
    CU_ASSERT_EQUAL(compile_message(ruled_by(circular), false, message, &report),
                    BP_BAD_MODEL);
    CHECK(strstr(message, "x"), "%s", message);
    bp_report_clear(&report);
}

// Parameters are never folded, even where they are 0 in the model.
static void parameters_stay_parameters(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 1);
    fix_species(b, "A", "cell", 1);
    fix_parameter(b, "c1", 0);
    fix_reaction(b, "J", "A -> ", fix_product(b, "c1", "A", NULL));
    bp_model *model = fix_compile(b);
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    bp_work *work = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &work), BP_OK);
    double y, dydt, slope;
    bp_initial_value set = {bp_model_find(model, "c1"), 5e-9};
    CU_ASSERT_EQUAL(bp_model_start(model, work, 0, NULL, &y, NULL), BP_OK);
    CU_ASSERT_EQUAL(bp_model_rates(model, work, 0, &y, &dydt), BP_OK);
    CHECK_NEAR(dydt, 0, 0);
    CU_ASSERT_EQUAL(bp_model_start(model, work, 0, &(bp_initial){&set, 1}, &y, NULL),
                    BP_OK);
    CU_ASSERT_EQUAL(bp_model_rates(model, work, 0, &y, &dydt), BP_OK);
    CHECK_NEAR(dydt, -5e-9, 0);
    bp_model_jacobian(model, work, 0, &y, &slope);
    CHECK_NEAR(slope, -5e-9, 0);
    bp_work_free(work);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(roles_follow_from_what_changes_a_variable),
    TEST(variables_describe_themselves),
    TEST(missing_values_are_named),
    TEST(what_has_no_meaning_is_refused),
    TEST(parameters_stay_parameters),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_roles", tests, argc, argv);
}
