// Every allocation of compiling, starting and viewing fails once; and evaluating a
// model allocates nothing.
#include "base/alloc.h"
#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

// A little of everything.
static builder rich_spec(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 2);
    fix_species(b, "A", "cell", 10);
    fix_species(b, "B", "cell", 0);
    fix_species(b, "AB", "cell", 0);
    fix_parameter(b, "k", 0.5);
    fix_parameter(b, "n", 2);
    fix_parameter(b, "sum", 1);
    fix_parameter(b, "clock", 0);
    b.spec->symbols.items[bp_spec_find(b.spec, "B")].initial =
        fix_op(b, BP_OP_EXP, 1, fix_name(b, "k"));
    b.spec->symbols.items[bp_spec_find(b.spec, "sum")].initial = NULL;
    fix_rule(b, "sum", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_POW, 2, fix_name(b, "A"), fix_name(b, "n")));
    fix_rule(b, "clock", BP_RATE_RULE, fix_number(b, 1));
    fix_reaction(b, "J1", "A + B -> AB", fix_product(b, "k", "A", "B", "cell", NULL));
    fix_reaction(
        b, "J2", "AB -> A + B",
        fix_op(b, BP_OP_DIV, 2, fix_name(b, "AB"),
               fix_op(b, BP_OP_ADD, 3, fix_name(b, "k"), fix_name(b, "sum"),
                      fix_op(b, BP_OP_DELAY, 2, fix_name(b, "A"), fix_number(b, 2)))));
    bp_event *event = fix_event(
        b, "e", fix_op(b, BP_OP_GT, 2, fix_op(b, BP_OP_TIME, 0), fix_name(b, "k")));
    fix_assign(b, event, "A",
               fix_op(b, BP_OP_MUL, 2, fix_name(b, "A"), fix_number(b, 2)));
    fix_parameter(b, "past", 0); // looks back twice, and at an initial value
    b.spec->symbols.items[bp_spec_find(b.spec, "past")].initial = NULL;
    fix_rule(b, "past", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_DELAY, 2,
                    fix_op(b, BP_OP_DELAY, 2, fix_name(b, "B"), fix_name(b, "k")),
                    fix_name(b, "clock")));
    fix_event(b, "low", fix_op(b, BP_OP_LT, 2, fix_name(b, "A"), fix_name(b, "k")));
    return b;
}

static bp_status compile_and_use(const bp_spec *spec) {
    bp_model *model = NULL;
    bp_work *work = NULL;
    bp_view *view = NULL;
    bp_report report = {0};
    double y[8];
    const int variables[] = {1, 2, 6};
    bp_text text = {0};
    bp_status status = bp_model_compile(spec, NULL, &model, &report);
    CU_ASSERT_EQUAL(model == NULL, status != BP_OK);
    if (status == BP_OK) status = bp_work_new(model, 1, &work);
    if (status == BP_OK) status = bp_view_new(model, variables, 3, &view);
    if (status == BP_OK) status = bp_model_start(model, work, 0, NULL, y, NULL);
    if (status == BP_OK) {
        bp_model_print_tape(model, &text);
        bp_model_print_equations(model, &text);
        status = text.failed ? BP_NO_MEMORY : BP_OK;
    }
    bp_text_clear(&text);
    bp_view_free(view);
    bp_work_free(work);
    bp_model_free(model);
    bp_report_clear(&report);
    return status;
}

static void compile_survives_every_failed_allocation(void) {
    builder b = rich_spec();
    for (int and_after = 0; and_after <= 1; and_after++) {
        bp_status status = BP_NO_MEMORY;
        int nth = 1;
        for (; status != BP_OK; nth++) {
            bp_alloc_fail(nth, and_after);
            status = compile_and_use(b.spec);
            bp_alloc_fail(0, 0);
            CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %d: %s", nth,
                  bp_status_name(status));
            CU_ASSERT_FATAL(nth < 100000);
        }
        CHECK(nth > 50, "%d allocations were failed", nth);
    }
    bp_spec_free(b.spec);
}

static void evaluating_allocates_nothing(void) {
    bp_model *model = fix_compile(rich_spec());
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    bp_work *work = NULL;
    bp_view *view = NULL;
    const int variables[] = {1, 2, 6};
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &work), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, variables, 3, &view), BP_OK);
    double y[8], dydt[8], jacobian[64], values[8];
    long before = bp_alloc_count();
    CU_ASSERT_EQUAL(bp_model_start(model, work, 0, NULL, y, NULL), BP_OK);
    for (int i = 0; i < 100; i++) {
        CU_ASSERT_EQUAL(bp_model_rates(model, work, i, y, dydt), BP_OK);
        bp_model_jacobian(model, work, i, y, jacobian);
        bp_view_values(view, work, i, y, values);
        bp_model_switch_values(model, work, i, y, values);
        bp_model_switch_time(model, work, 0);
        bp_model_event_trigger(model, work, 0, i, y);
        bp_model_event_values(model, work, 0, i, y, values);
        bp_model_event_apply(model, work, 0, i, values, y);
        bp_model_culprit(model, work, i, y);
        y[0] = 10;
    }
    CU_ASSERT_EQUAL(bp_alloc_count(), before);
    bp_view_free(view);
    bp_work_free(work);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(compile_survives_every_failed_allocation),
    TEST(evaluating_allocates_nothing),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_memory", tests, argc, argv);
}
