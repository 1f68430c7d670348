// Every allocation fails once: no crash, no leak (under ASan), no half-made spec.
#include <string.h>

#include "base/alloc.h"
#include "tests/unit/antimony_test.h"

static const char *const small =
    "import \"part.ant\"\n"
    "function f(x, y)\n  x*y\nend\n"
    "model *n()\n"
    "  unit nM = 1e-9 mole/litre; compartment c = 1\n"
    "  species X in c = 1; X has nM; X is \"the X\" // note\n"
    "  A: part(X, k); B: part(Y, 3) in c; k = 2; A.E = 3; A.q is q; q := f(k, 2) + "
    "B.ES\n"
    "  J: X + 2 Y -> $Z; piecewise(k*X, time > 3 && k < 2, min(1, X)); i: S -| J; ;\n"
    "  E: at 2 after X > 3, priority = 1: k = 3, X = 1; delete B.dead\n"
    "  X identity \"urn:x\"; X.sboTerm = 3; r' = rateOf(X); r = 2 nM\n"
    "end\n";
static const char *const part = "model part(S, k)\n  unit nM = 1e-9 mole/litre\n  J0: "
                                "S + E -> ES; k*S*E; E = 3; q = 1\n"
                                "  E has nM\n  dead: S -> ; 1\nend\n";

static bp_bundle *small_bundle(void) {
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "small.ant", small, strlen(small)),
                          BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "part.ant", part, strlen(part)), BP_OK);
    bp_bundle_seal(bundle);
    return bundle;
}

typedef bp_status action(bp_bundle *bundle, bp_spec **spec, bp_report *report);

static bp_status load_it(bp_bundle *bundle, bp_spec **spec, bp_report *report) {
    return bp_antimony_load("small.ant", bundle, spec, report);
}

static void survives(action *act, bool and_after) {
    bp_bundle *bundle = small_bundle();
    bp_status status = BP_NO_MEMORY;
    long nth = 0;
    while (status == BP_NO_MEMORY && nth < 100000) {
        bp_spec *spec = NULL;
        bp_report report = {0};
        bp_alloc_fail(++nth, and_after);
        status = act(bundle, &spec, &report);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %ld: %s %s", nth,
              bp_status_name(status), report.count > 0 ? report.items[0].message : "");
        CU_ASSERT_EQUAL(spec == NULL, status != BP_OK);
        bp_spec_free(spec);
        bp_report_clear(&report);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 50, "only %ld allocations", nth);
    bp_bundle_free(bundle);
}

static void reading_survives_every_failed_allocation(void) {
    survives(load_it, false);
    survives(load_it, true);
}

// What comes after reading, with the spec made before memory runs out.
static void after_reading(bp_status (*act)(const bp_spec *spec)) {
    bp_bundle *bundle = small_bundle();
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(load_it(bundle, &spec, &report), BP_OK);
    bp_status status = BP_NO_MEMORY;
    long nth = 0;
    while (status == BP_NO_MEMORY && nth < 100000) {
        bp_alloc_fail(++nth, 0);
        status = act(spec);
        bp_alloc_fail(0, 0);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 5, "only %ld allocations", nth);
    bp_spec_free(spec);
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

static bp_status check_it(const bp_spec *spec) {
    bp_report report = {0};
    bp_status status = bp_spec_check(spec, false, &report);
    bp_report_clear(&report);
    return status;
}

static bp_status write_it(const bp_spec *spec) {
    bp_text out = {0};
    bp_status status = bp_antimony_write(spec, &out, NULL);
    bp_text_clear(&out);
    return status;
}

static void checking_survives_every_failed_allocation(void) {
    after_reading(check_it);
}

static void writing_survives_every_failed_allocation(void) {
    after_reading(write_it);
}

static void an_expression_survives_every_failed_allocation(void) {
    bp_spec *spec = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK);
    bp_status status = BP_NO_MEMORY;
    for (long nth = 1; status == BP_NO_MEMORY && nth < 1000; nth++) {
        const bp_ast *tree = NULL;
        bp_alloc_fail(nth, 0);
        status = bp_antimony_expression(spec, "a + f(b, 2 nM)*c/sin(d)", BP_NOWHERE,
                                        &tree, NULL);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(tree == NULL, status != BP_OK);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    bp_spec_free(spec);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(reading_survives_every_failed_allocation),
        TEST(checking_survives_every_failed_allocation),
        TEST(writing_survives_every_failed_allocation),
        TEST(an_expression_survives_every_failed_allocation), TEST_END};
    return test_main("antimony_memory", tests, argc, argv);
}
