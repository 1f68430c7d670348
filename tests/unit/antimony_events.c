// Events.
#include "tests/unit/antimony_test.h"

static void an_event_has_libantimonys_defaults(void) {
    bp_spec *spec = spec_of("var x = 1, y = 2\nE: at x > 5: y = 3, x = y + 2\n");
    const bp_event *e = event_of(spec, "E");
    CHECK_TREE(e->trigger, "x > 5");
    CU_ASSERT_PTR_NULL(e->delay);
    CU_ASSERT_PTR_NULL(e->priority);
    CU_ASSERT(e->initially_true);
    CU_ASSERT(e->persistent);
    CU_ASSERT(e->values_from_trigger);
    CU_ASSERT_EQUAL_FATAL(e->n_assignments, 2);
    CHECK_TEXT(spec->symbols.items[e->assignments[0].symbol].name, "y");
    CHECK_TREE(e->assignments[1].value, "y + 2");
    CU_ASSERT_EQUAL(e->assignments[1].where.line, 2);
    CU_ASSERT_EQUAL(e->assignments[1].where.column, 21);
    bp_spec_free(spec);
}

static void an_event_takes_every_option(void) {
    bp_spec *spec =
        spec_of("var x = 1; z = 2\n"
                "E: at 2*z after (x > 5 && time > 1), priority = z + 1, t0 = "
                "false, persistent = false, fromTrigger = false: x = 3\n");
    const bp_event *e = event_of(spec, "E");
    CHECK_TREE(e->delay, "2*z");
    CHECK_TREE(e->trigger, "x > 5 && time > 1");
    CHECK_TREE(e->priority, "z + 1");
    CU_ASSERT_FALSE(e->initially_true);
    CU_ASSERT_FALSE(e->persistent);
    CU_ASSERT_FALSE(e->values_from_trigger);
    bp_spec_free(spec);
}

static void events_may_be_unnamed_and_long(void) {
    bp_spec *spec = spec_of("var a = 1, b = 1\n"
                            "at time > 3:\n   a = 2,\n   b = 3\n"
                            "at(time > 4):a=3:b=4; _E0: at a > 9: b = 0;\n"
                            "E in C: at time > 7: a = 1; compartment C = 1\n");
    CU_ASSERT_EQUAL(spec->events.count, 4);
    CHECK_TEXT(spec->events.items[0].name, "_E1"); // _E0 is taken
    CU_ASSERT_EQUAL(spec->events.items[0].n_assignments, 2);
    CU_ASSERT_EQUAL(spec->events.items[1].n_assignments, 2);
    bp_spec_free(spec);
}

static void an_event_sets_what_a_reaction_changes(void) {
    bp_spec *spec = spec_of("A -> B; k*A; k = 1; A = 1; B = 0; compartment c = 1\n"
                            "E: at time >= 10: A = A + 5, k = 2, c = 2\n");
    CU_ASSERT_EQUAL(event_of(spec, "E")->n_assignments, 3);
    bp_spec_free(spec);
}

static void events_of_modules_have_a_prefix(void) {
    bp_spec *spec =
        spec_of("model dose(S)\n  var amount = 5\n"
                "  E: at time > 1: S = S + amount, amount = 0\nend\n"
                "model *n()\n  species X = 1\n  D: dose(X)\n  X -> ; X\nend\n");
    const bp_event *e = event_of(spec, "D.E");
    CHECK_TEXT(spec->symbols.items[e->assignments[0].symbol].name, "X");
    CHECK_TREE(e->assignments[0].value, "X + D.amount");
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(an_event_has_libantimonys_defaults),
                                      TEST(an_event_takes_every_option),
                                      TEST(events_may_be_unnamed_and_long),
                                      TEST(an_event_sets_what_a_reaction_changes),
                                      TEST(events_of_modules_have_a_prefix),
                                      TEST_END};
    return test_main("antimony_events", tests, argc, argv);
}
