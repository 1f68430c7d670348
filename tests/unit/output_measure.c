// Measures of results, against closed forms.
#include <math.h>
#include <string.h>

#include "output/measure.h"
#include "tests/support/bio.h"
#include "tests/support/harness.h"

static const char *const decay =
    "model decay()\n  compartment c = 1; species A in c = 2; const k = 1; const d = "
    "0;\n"
    "  loss: A -> ; c*k*A;\n  var cells; cells := 1 + 1/(1 + d);\nend\n";

static bio run_decay(const char *more) {
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "model: decay.ant\nrun: {until: 2, points: 5, rtol: 1e-10, atol: 1e-12}\n"
             "observe: [A, cells]\n%s",
             more);
    return bio_run_with(yaml, "decay.ant", decay);
}

static double measured(const bio *run, const char *expression) {
    double value = NAN;
    bp_error err = {0};
    bp_where where = {"t.yaml", 3, 8};
    bp_status status = bp_measure(run->results, -1, expression, where, &value, &err);
    CHECK(status == BP_OK, "%s: %s", expression, err.message);
    return value;
}

static void over_time(void) {
    bio run = run_decay("");
    CHECK_NEAR(measured(&run, "value(A, 1)"), 2 * exp(-1), 1e-8);
    CHECK_NEAR(measured(&run, "value(A, 0.25)"), 1 + exp(-0.5), 1e-8); // linear between
    CHECK_NEAR(measured(&run, "most(A, 0, 2)"), 2, 1e-8);
    CHECK_NEAR(measured(&run, "least(A, 0.5, 1)"), 2 * exp(-1), 1e-8);
    CHECK_NEAR(measured(&run, "mean(A, 0, 0.5)"), 1 + exp(-0.5), 1e-8);
    CHECK_NEAR(measured(&run, "log10(value(A, 0)/value(A, 2))"), 2 / log(10), 1e-8);
    CHECK_NEAR(measured(&run, "abs(-2)^3 + sqrt(9) - min(4, 1, 2) + max(1, 5) - 2/4"),
               8 + 3 - 1 + 5 - 0.5, 1e-12);
    bio_stop(&run);
}

static void over_arms_and_doses(void) {
    bio run = run_decay("arms: {fast: {set: {k: 2}}, slow: {}}\n"
                        "sweep: {d: {list: [10, 0, 1, 0.1]}}\n");
    CHECK_NEAR(measured(&run, "value(fast.A, 1)/value(slow.A, 1)"), exp(-1), 1e-8);
    // growth is 1 at d = 0 and one half at d = 1, which is a point of the sweep
    CHECK_NEAR(measured(&run, "gi50(slow.cells)"), 1, 1e-12);
    CHECK_NEAR(measured(&run, "low(slow.cells) + high(slow.cells)"), 3 + 1.0 / 11,
               1e-9);
    // never half of 2 within the sweep: the highest dose
    CHECK_NEAR(measured(&run, "ic50(slow.cells)"), 10, 1e-12);
    bio_stop(&run);
}

static void ranks(void) {
    bio run = run_decay("");
    CHECK_NEAR(measured(&run, "spearman(1, 10, 2, 20, 3, 30)"), 1, 1e-12);
    CHECK_NEAR(measured(&run, "spearman(1, 30, 2, 20, 3, 10)"), -1, 1e-12);
    // ties share their rank: (1, 2.5, 2.5, 4) and (1, 2, 3, 4)
    CHECK_NEAR(measured(&run, "spearman(1, 1, 2, 2, 2, 3, 5, 4)"), 3 / sqrt(10), 1e-12);
    bio_stop(&run);
}

static void wrong(const bio *run, const char *expression, int column,
                  const char *words) {
    double value = 0;
    bp_error err = {0};
    bp_where where = {"t.yaml", 3, 8};
    CU_ASSERT_NOT_EQUAL(bp_measure(run->results, -1, expression, where, &value, &err),
                        BP_OK);
    CHECK(strstr(err.message, words) != NULL, "%s: %s", expression, err.message);
    CU_ASSERT_EQUAL(err.line, 3);
    CHECK(err.column == column, "%s: column %d", expression, err.column);
}

static void errors_have_their_place(void) {
    bio run = run_decay("");
    wrong(&run, "value(B, 1)", 14, "'B' is no ARM.OBSERVABLE");
    wrong(&run, "valeu(A, 1)", 8, "did you mean 'value'");
    wrong(&run, "value(A)", 8, "takes 2 arguments");
    wrong(&run, "value(A, 9)", 8, "no time 9");
    wrong(&run, "A", 8, "needs a time");
    wrong(&run, "gi50(cells)", 13, "nothing is swept");
    wrong(&run, "spearman(1, 2)", 8, "three or more");
    wrong(&run, "1 +", 11, "");
    bio_stop(&run);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(over_time), TEST(over_arms_and_doses),
                                      TEST(ranks), TEST(errors_have_their_place),
                                      TEST_END};
    return test_main("measure", tests, argc, argv);
}
