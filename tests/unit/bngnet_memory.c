// Every allocation fails once: no crash, no leak (under ASan), no half-made spec.
#include <string.h>

#include "base/alloc.h"
#include "tests/unit/bngnet_test.h"

static const char *const small =
    "begin parameters\n1 k 2*K\n2 K 3\n3 X 1\nend parameters\n"
    "begin functions\n1 f() if(X>1&&t,log2(8),avg(k,rint(K),-1))\nend functions\n"
    "begin species\n1 A() k\n2 $B() 1\n3 C() 0\nend species\n"
    "begin reactions\n1 1,2 3 2*Sat k K # r1\n2 3 1 f # r2\n3 1,2 3,2 MM k K # r1\n"
    "4 1 0 Hill k K X\n5 0 1,1 0.5*k\nend reactions\n"
    "begin groups\n1 t 1,2*3\n2 X 1\n3 e\nend groups\nsetParameter(\"k\",1)\n";

static void survives(bool and_after) {
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "small.net", small, strlen(small)),
                          BP_OK);
    bp_status status = BP_NO_MEMORY;
    long nth = 0;
    while (status == BP_NO_MEMORY && nth < 100000) {
        bp_spec *spec = NULL;
        bp_report report = {0};
        bp_alloc_fail(++nth, and_after);
        status = bp_bngnet_load("small.net", bundle, &spec, &report);
        bp_alloc_fail(0, 0);
        CHECK(status == BP_OK || status == BP_NO_MEMORY, "allocation %ld: %s %s", nth,
              bp_status_name(status), report.count > 0 ? report.items[0].message : "");
        CU_ASSERT_EQUAL(spec == NULL, status != BP_OK);
        bp_spec_free(spec);
        bp_report_clear(&report);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    CHECK(nth > 30, "only %ld allocations", nth);
    bp_bundle_free(bundle);
}

static void reading_survives_every_failed_allocation(void) {
    survives(false);
    survives(true);
}

static void compiling_survives_every_failed_allocation(void) {
    bp_report report = {0};
    bp_spec *spec = net_spec(small, &report);
    CU_ASSERT_PTR_NOT_NULL_FATAL(spec);
    bp_status status = BP_NO_MEMORY;
    for (long nth = 1; status == BP_NO_MEMORY && nth < 100000; nth++) {
        bp_model *model = NULL;
        bp_alloc_fail(nth, 0);
        status = bp_model_compile(spec, NULL, &model, NULL);
        bp_alloc_fail(0, 0);
        CU_ASSERT_EQUAL(model == NULL, status != BP_OK);
        bp_model_free(model);
    }
    CU_ASSERT_EQUAL(status, BP_OK);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static const test_case tests[] = {
    TEST(reading_survives_every_failed_allocation),
    TEST(compiling_survives_every_failed_allocation),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("bngnet_memory", tests, argc, argv);
}
