// Switches, events and views of compiled models.
#include <math.h>
#include <string.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

typedef struct fixture {
    bp_model *model;
    bp_work *work;
    double y[8];
} fixture;

static fixture start(bp_model *model) {
    fixture f = {.model = model};
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &f.work), BP_OK);
    CU_ASSERT_EQUAL(bp_model_start(model, f.work, 0, NULL, f.y, NULL), BP_OK);
    return f;
}

static void stop(fixture *f) {
    bp_work_free(f->work);
    bp_model_free(f->model);
}

static double value(fixture *f, const char *name) {
    int v = bp_model_find(f->model, name);
    bp_view *view = NULL;
    double x;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f->model, &v, 1, &view), BP_OK);
    bp_view_values(view, f->work, 0, f->y, &x);
    bp_view_free(view);
    return x;
}

static const bp_ast *compare(builder b, bp_op op, const bp_ast *left,
                             const bp_ast *right) {
    return fix_op(b, op, 2, left, right);
}

static const bp_ast *time_of(builder b) {
    return fix_op(b, BP_OP_TIME, 0);
}

// A decays; its rate doubles from t = on; an event empties it.
static builder decaying(void) {
    builder b = fixture_new();
    fix_compartment(b, "cell", 2);
    fix_species(b, "A", "cell", 10);
    fix_species(b, "B", "cell", 0);
    fix_parameter(b, "k", 0.5);
    fix_parameter(b, "on", 10.1);
    fix_reaction(b, "J", "A -> B", fix_product(b, "k", "A", NULL));
    return b;
}

// The schedule's time is the first double at which the comparison holds, whatever the
// rounding of `time - on >= 0.3` does.
static void scheduled_switches_know_their_time(void) {
    builder b = decaying();
    const bp_ast *since = fix_op(b, BP_OP_SUB, 2, time_of(b), fix_name(b, "on"));
    fix_event(b, "late", compare(b, BP_OP_GE, since, fix_number(b, 0.3)));
    fix_event(b, "exact", compare(b, BP_OP_GE, time_of(b), fix_number(b, 7)));
    fix_event(b, "strict", compare(b, BP_OP_GT, time_of(b), fix_number(b, 7)));
    fixture f = start(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_n_switches(f.model), 3);
    CU_ASSERT_EQUAL(bp_model_n_unscheduled(f.model), 0);
    double times[3];
    for (int s = 0; s < 3; s++) {
        CU_ASSERT(bp_model_switch_scheduled(f.model, s));
        times[s] = bp_model_switch_time(f.model, f.work, s);
        double before = nextafter(times[s], 0);
        CHECK(bp_model_event_trigger(f.model, f.work, s, times[s], f.y),
              "event %d at %.17g", s, times[s]);
        CHECK(!bp_model_event_trigger(f.model, f.work, s, before, f.y),
              "event %d before %.17g", s, times[s]);
    }
    CHECK_NEAR(times[0], 10.4, 2e-14);
    CHECK_NEAR(times[1], 7, 0);
    CHECK_NEAR(times[2], nextafter(7, 8), 0);
    // it follows the parameters
    bp_initial_value on = {bp_model_find(f.model, "on"), 20};
    CU_ASSERT_EQUAL(
        bp_model_start(f.model, f.work, 0, &(bp_initial){&on, 1}, f.y, NULL), BP_OK);
    CHECK_NEAR(bp_model_switch_time(f.model, f.work, 0), 20.3, 4e-14);
    stop(&f);
}

static void slopes_may_be_parameters(void) {
    builder b = decaying();
    // k * time > 2: at 4 with k = 0.5, never with k = 0
    const bp_ast *scaled = fix_op(b, BP_OP_MUL, 2, fix_name(b, "k"), time_of(b));
    fix_event(b, "e", compare(b, BP_OP_GE, scaled, fix_number(b, 2)));
    fixture f = start(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_n_switches(f.model), 1);
    CHECK_NEAR(bp_model_switch_time(f.model, f.work, 0), 4, 0);
    bp_initial_value k = {bp_model_find(f.model, "k"), 0};
    CU_ASSERT_EQUAL(bp_model_start(f.model, f.work, 0, &(bp_initial){&k, 1}, f.y, NULL),
                    BP_OK);
    CU_ASSERT_FALSE(isfinite(bp_model_switch_time(f.model, f.work, 0)));
    stop(&f);
}

// A piecewise in a rate and a trigger on the same difference: one crossing, seen from
// both sides; a comparison of parameters is none; equality of states is none.
static void unscheduled_switches_are_crossings(void) {
    builder b = decaying();
    fix_species(b, "C", "cell", 1);
    const bp_ast *low = compare(b, BP_OP_LT, fix_name(b, "A"), fix_number(b, 3));
    const bp_ast *law =
        fix_op(b, BP_OP_PIECEWISE, 3, fix_number(b, 0), low, fix_name(b, "k"));
    fix_reaction(b, "J2", "C -> ", law);
    fix_event(b, "low", compare(b, BP_OP_LT, fix_name(b, "A"), fix_number(b, 3)));
    fix_event(b, "high", compare(b, BP_OP_GE, fix_name(b, "A"), fix_number(b, 3)));
    fix_event(b, "never", compare(b, BP_OP_GT, fix_name(b, "k"), fix_name(b, "on")));
    fix_event(b, "equal", compare(b, BP_OP_EQ, fix_name(b, "A"), fix_name(b, "B")));
    fixture f = start(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_n_switches(f.model), 1);
    CU_ASSERT_EQUAL(bp_model_n_unscheduled(f.model), 1);
    CU_ASSERT_FALSE(bp_model_switch_scheduled(f.model, 0));
    double d;
    bp_model_switch_values(f.model, f.work, 0, f.y, &d);
    CHECK_NEAR(fabs(d), 7, 0);
    stop(&f);
}

static void sine_of_time_is_not_scheduled(void) {
    builder b = decaying();
    const bp_ast *wave = fix_op(b, BP_OP_SIN, 1, time_of(b));
    fix_event(b, "e", compare(b, BP_OP_GT, wave, fix_number(b, 0.5)));
    fixture f = start(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_n_unscheduled(f.model), 1);
    double d;
    bp_model_switch_values(f.model, f.work, 1, f.y, &d); // left - right of 0.5 < sin(t)
    CHECK_NEAR(d, 0.5 - sin(1), 1e-16);
    stop(&f);
}

static void events_carry_their_facts(void) {
    builder b = decaying();
    bp_event *event =
        fix_event(b, "dose", compare(b, BP_OP_GT, time_of(b), fix_number(b, 5)));
    event->delay = fix_op(b, BP_OP_MUL, 2, fix_name(b, "k"), fix_number(b, 4));
    event->priority = fix_name(b, "A");
    event->persistent = false;
    fix_assign(b, event, "A",
               fix_op(b, BP_OP_ADD, 2, fix_name(b, "A"), fix_number(b, 1)));
    fixture f = start(fix_compile(b));
    CU_ASSERT_EQUAL(bp_model_n_events(f.model), 1);
    const bp_event_info *info = bp_model_event(f.model, 0);
    CHECK_TEXT(info->name, "dose");
    CU_ASSERT(info->has_delay && info->has_priority && !info->persistent);
    CU_ASSERT_EQUAL(info->n_assignments, 1);
    CU_ASSERT_EQUAL(info->assigned[0], bp_model_find(f.model, "A"));
    CHECK_NEAR(bp_model_event_delay(f.model, f.work, 0, 0, f.y), 2, 0);
    CHECK_NEAR(bp_model_event_priority(f.model, f.work, 0, 0, f.y), 10, 0);
    double new_value;
    bp_model_event_values(f.model, f.work, 0, 0, f.y, &new_value);
    CHECK_NEAR(new_value, 11, 0); // as users see it
    bp_model_event_apply(f.model, f.work, 0, 0, &new_value, f.y);
    CHECK_NEAR(value(&f, "A"), 11, 0);
    CHECK_NEAR(f.y[0], 22, 0); // amount in a volume of 2
    stop(&f);
}

// Compartment and parameter change: amounts stay, hoisted work is redone.
static void compartments_change_and_keep_amounts(void) {
    builder b = decaying();
    fix_parameter(b, "k2", NAN);
    b.spec->symbols.items[bp_spec_find(b.spec, "k2")].initial = fix_name(b, "k");
    fix_reaction(b, "J2", "B -> ",
                 fix_op(b, BP_OP_MUL, 3, fix_product(b, "k", "k2", NULL),
                        fix_name(b, "cell"), fix_name(b, "A")));
    bp_event *event =
        fix_event(b, "grow", compare(b, BP_OP_GT, time_of(b), fix_number(b, 5)));
    fix_assign(b, event, "B", fix_number(b, 7)); // a concentration in the old volume
    fix_assign(b, event, "cell", fix_number(b, 4));
    fix_assign(b, event, "k2", fix_number(b, 3));
    fixture f = start(fix_compile(b));
    double values[3], dydt[2];
    bp_model_event_values(f.model, f.work, 0, 5, f.y, values);
    bp_model_event_apply(f.model, f.work, 0, 5, values, f.y);
    CHECK_NEAR(value(&f, "cell"), 4, 0);
    CHECK_NEAR(value(&f, "A"), 5, 0); // 20 in 4
    CHECK_NEAR(value(&f, "B"), 3.5, 0);
    CHECK_NEAR(f.y[1], 14, 0); // 7 in 2, as in case 01506 of the SBML Test Suite
    CU_ASSERT_EQUAL(bp_model_rates(f.model, f.work, 5, f.y, dydt), BP_OK);
    CHECK_NEAR(dydt[1], 0.5 * 5 - 0.5 * 3 * 4 * 5, 1e-14);
    stop(&f);
}

static void ruled_variables_cannot_be_assigned(void) {
    builder b = decaying();
    fix_parameter(b, "sum", NAN);
    fix_rule(b, "sum", BP_ASSIGNMENT_RULE, fix_name(b, "A"));
    bp_event *event =
        fix_event(b, "e", compare(b, BP_OP_GT, time_of(b), fix_number(b, 5)));
    fix_assign(b, event, "sum", fix_number(b, 7));
    bp_model *model = NULL;
    bp_report report = {0};
    CU_ASSERT_NOT_EQUAL(bp_model_compile(b.spec, NULL, &model, &report), BP_OK);
    CU_ASSERT_PTR_NULL(model);
    bp_report_clear(&report);
    bp_spec_free(b.spec);
}

// Views: any variables, in any order, more than once, in any number of lanes.
static void views_show_what_users_see(void) {
    builder b = decaying();
    fix_parameter(b, "half", NAN);
    fix_rule(b, "half", BP_ASSIGNMENT_RULE,
             fix_op(b, BP_OP_DIV, 2, fix_name(b, "A"), fix_number(b, 2)));
    fixture f = start(fix_compile(b));
    const char *names[] = {"half", "A", "k", "J", "A", "half", "cell", "B", "half"};
    const double expected[] = {5, 10, 0.5, 5, 10, 5, 2, 0, 5};
    int variables[9];
    double values[9];
    for (int i = 0; i < 9; i++)
        variables[i] = bp_model_find(f.model, names[i]);
    bp_view *view = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f.model, variables, 9, &view), BP_OK);
    CU_ASSERT_EQUAL(bp_view_count(view), 9);
    bp_view_values(view, f.work, 0, f.y, values);
    for (int i = 0; i < 9; i++)
        CHECK_NEAR(values[i], expected[i], 0);
    bp_view_free(view);

    int wrong = 1000;
    CU_ASSERT_EQUAL(bp_view_new(f.model, &wrong, 1, &view), BP_BAD_ARGUMENT);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f.model, NULL, 0, &view), BP_OK);
    bp_view_values(view, f.work, 0, f.y, values);
    bp_view_free(view);
    stop(&f);
}

static const test_case tests[] = {
    TEST(scheduled_switches_know_their_time),
    TEST(slopes_may_be_parameters),
    TEST(unscheduled_switches_are_crossings),
    TEST(sine_of_time_is_not_scheduled),
    TEST(events_carry_their_facts),
    TEST(compartments_change_and_keep_amounts),
    TEST(ruled_variables_cannot_be_assigned),
    TEST(views_show_what_users_see),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("compile_events", tests, argc, argv);
}
