// Every allocation of the SBML writer fails once: no crash, no leak, no half document.
#include "base/alloc.h"
#include "tests/unit/sbml_write_test.h"

static bp_spec *small_spec(void) {
    bp_spec *spec = spec_of(
        "function f(x, y)\n  x*y\nend\n"
        "model *n()\n"
        "  unit nM = 1e-9 mole/litre; unit odd = 3.7 minute; unit volume = litre\n"
        "  unit substance = 1e-9 mole; unit time_unit = second\n"
        "  compartment c = 1; c has litre; species X in c = 1/3, Y in c = k\n"
        "  X has nM; X is \"the X\" // note\n"
        "  k = 2 nM; k has nM; q := f(k, 2) + 1e-9; J: X + m Y -> $Z; "
        "piecewise(k*X, time > 3 && k < 2, min(1, X)); m = 2; species Z in c = 0\n"
        "  E: at 2 after X > 3, priority = 1: k = 3, X = 1; u = 2; u has odd\n"
        "  X identity \"urn:x\"; X.sboTerm = 245; r' = rateOf(X); r = 2\n"
        "  model notes \"of it\"\nend\n");
    bp_algebraic rule = {.zero = bp_ast_name(spec, "r", BP_NOWHERE)};
    CU_ASSERT_TRUE_FATAL(rule.zero && bp_array_push(&spec->algebraic, rule));
    return spec;
}

static void writes_or_fails(bool and_after) {
    bp_spec *spec = small_spec();
    bp_status status = BP_NO_MEMORY;
    long nth = 0;
    while (status == BP_NO_MEMORY && nth < 100000) {
        bp_text out = {0};
        bp_error err = {0};
        bp_alloc_fail(++nth, and_after);
        status = bp_plugin_sbml_write(spec, &out, &err);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %ld: %s %s", nth,
              bp_status_name(status), err.message);
        CU_ASSERT_EQUAL(err.status, status);
        bp_text_clear(&out);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 20, "only %ld allocations", nth);
    bp_spec_free(spec);
}

static void writing_survives_every_failed_allocation(void) {
    writes_or_fails(false);
    writes_or_fails(true);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(writing_survives_every_failed_allocation),
                                      TEST_END};
    return test_main("sbml_write_memory", tests, argc, argv);
}
