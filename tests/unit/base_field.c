// Field tables: reading and printing members of a struct.
#include <limits.h>
#include <stddef.h>

#include "base/alloc.h"
#include "base/field.h"
#include "tests/support/harness.h"

typedef struct knobs {
    double rtol;
    int threads;
    long max_steps;
    bool strict;
    int solver;
    double max_step_s;
} knobs;

static const char *const solvers[] = {"auto", "sparse", "dense", NULL};

static const bp_field table[] = {
    {"rtol", BP_FIELD_DOUBLE, offsetof(knobs, rtol), 1e-14, 0.1, NULL, "", "relative"},
    {"threads", BP_FIELD_INT, offsetof(knobs, threads), 0, 4096, NULL, "", "threads"},
    {"max_steps", BP_FIELD_LONG, offsetof(knobs, max_steps), 1, 1e12, NULL, "",
     "steps"},
    {"strict", BP_FIELD_BOOL, offsetof(knobs, strict), 0, 1, NULL, "", "strict"},
    {"solver", BP_FIELD_CHOICE, offsetof(knobs, solver), 0, 0, solvers, "", "solver"},
    {"max_step", BP_FIELD_DOUBLE, offsetof(knobs, max_step_s), 0, 1e9, NULL, "s",
     "step"},
    {NULL, BP_FIELD_INT, 0, 0, 0, NULL, NULL, NULL},
};

static const bp_where place = {"s.yaml", 2, 5};

static bp_status read(knobs *k, const char *name, const char *value, bp_error *err) {
    return bp_field_read(bp_field_find(table, name), k, value, place, err);
}

static void fields_are_found_by_name(void) {
    CHECK(bp_field_find(table, "rtol") == &table[0], "the first");
    CHECK(bp_field_find(table, "max_step") == &table[5], "the last");
    CHECK(!bp_field_find(table, "atol"), "absent");
}

static void good_values_are_read(void) {
    knobs k = {0};
    CHECK(read(&k, "rtol", "1e-8", NULL) == BP_OK && k.rtol == 1e-8, "%g", k.rtol);
    CHECK(read(&k, "rtol", "0.1", NULL) == BP_OK && k.rtol == 0.1, "the limit itself");
    CHECK(read(&k, "threads", "16", NULL) == BP_OK && k.threads == 16, "%d", k.threads);
    CHECK(read(&k, "max_steps", "1e6", NULL) == BP_OK && k.max_steps == 1000000, "1e6");
    CHECK(read(&k, "solver", "dense", NULL) == BP_OK && k.solver == 2, "%d", k.solver);

    static const char *const words[] = {"true", "false", "yes",  "no",
                                        "on",   "off",   "True", "NO"};
    for (int i = 0; i < 8; i++) {
        k.strict = i % 2 != 0;
        CHECK(read(&k, "strict", words[i], NULL) == BP_OK, "%s", words[i]);
        CHECK(k.strict == (i % 2 == 0), "%s", words[i]);
    }
}

static void bad_values_say_what_is_allowed(void) {
    static const struct {
        const char *name, *value, *message;
    } cases[] = {
        {"rtol", "3", "rtol must lie between 1e-14 and 0.1, not 3"},
        {"rtol", "nan", "rtol must lie between 1e-14 and 0.1, not nan"},
        {"rtol", "tight", "rtol must be a number, not 'tight'"},
        {"rtol", "1e-6x", "rtol must be a number, not '1e-6x'"},
        {"rtol", "", "rtol must be a number, not ''"},
        {"max_step", "-1", "max_step must lie between 0 and 1000000000 s, not -1"},
        {"max_step", "1 h", "max_step must be a number in s, not '1 h'"},
        {"threads", "2.5",
         "threads must be a whole number that lies between 0 and 4096, not 2.5"},
        {"threads", "1e5",
         "threads must be a whole number that lies between 0 and 4096, not 1e5"},
        {"strict", "maybe", "strict must be true or false, not 'maybe'"},
        {"solver", "dnse",
         "solver must be one of auto, sparse, dense, not 'dnse'; did you mean "
         "'dense'?"},
        {"solver", "Auto",
         "solver must be one of auto, sparse, dense, not 'Auto'; did you mean 'auto'?"},
        {"solver", "gmres", "solver must be one of auto, sparse, dense, not 'gmres'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        knobs k = {1, 2, 3, true, 1, 6};
        bp_error err = {0};
        CHECK(read(&k, cases[i].name, cases[i].value, &err) == BP_BAD_VALUE, "%s",
              cases[i].value);
        CHECK_TEXT(err.message, cases[i].message);
        CHECK(err.line == 2 && err.column == 5, "%d:%d", err.line, err.column);
        CHECK(k.rtol == 1 && k.threads == 2 && k.strict && k.solver == 1, "unchanged");
    }
}

static void whole_numbers_do_not_overflow(void) {
    static const bp_field wide[] = {
        {"i", BP_FIELD_INT, offsetof(knobs, threads), -1e300, 1e300, NULL, "", ""},
        {"l", BP_FIELD_LONG, offsetof(knobs, max_steps), -1e300, 1e300, NULL, "", ""},
    };
    knobs k = {0};
    CHECK(bp_field_read(&wide[0], &k, "2147483647", place, NULL) == BP_OK, "INT_MAX");
    CHECK(k.threads == INT_MAX, "%d", k.threads);
    CHECK(bp_field_read(&wide[0], &k, "2147483648", place, NULL) == BP_BAD_VALUE, "+1");
    CHECK(bp_field_read(&wide[1], &k, "9223372036854775807", place, NULL) ==
              BP_BAD_VALUE,
          "2^63 as a double");
    CHECK(bp_field_read(&wide[1], &k, "inf", place, NULL) == BP_BAD_VALUE, "inf");
    CHECK(k.threads == INT_MAX && k.max_steps == 0, "unchanged");
}

static void members_print_and_count(void) {
    knobs k = {1e-6, 4, 123456789012, false, 1, 0.25};
    static const char *const texts[] = {"1e-06", "4",      "123456789012",
                                        "false", "sparse", "0.25"};
    static const double numbers[] = {1e-6, 4, 123456789012.0, 0, 1, 0.25};
    for (int i = 0; table[i].name; i++) {
        bp_text text = {0};
        bp_field_print(&table[i], &k, &text);
        CHECK_TEXT(bp_text_get(&text), texts[i]);
        CHECK(bp_field_number(&table[i], &k) == numbers[i], "%s", table[i].name);
        knobs back = {0};
        CHECK(bp_field_read(&table[i], &back, bp_text_get(&text), place, NULL) == BP_OK,
              "%s reads back", table[i].name);
        CHECK(bp_field_number(&table[i], &back) == numbers[i], "%s", table[i].name);
        bp_text_clear(&text);
    }
}

static void a_bad_choice_survives_failed_allocations(void) {
    bp_status status = BP_NO_MEMORY;
    for (int nth = 1; status == BP_NO_MEMORY && nth < 50; nth++) {
        knobs k = {0};
        bp_error err = {0};
        bp_alloc_fail(nth, 0);
        status = read(&k, "solver", "dnse", &err);
        bp_alloc_fail(0, 0);
        CHECK(err.status == status && err.message[0], "%s", err.message);
    }
    CHECK(status == BP_BAD_VALUE, "%s", bp_status_name(status));
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(fields_are_found_by_name),
        TEST(good_values_are_read),
        TEST(bad_values_say_what_is_allowed),
        TEST(whole_numbers_do_not_overflow),
        TEST(members_print_and_count),
        TEST(a_bad_choice_survives_failed_allocations),
        TEST_END,
    };
    return test_main("base_field", tests, argc, argv);
}
