// The harness itself: this program starts itself again with tests that fail, skip or
// check nothing, and looks at what that says.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/harness.h"

static const char child_variable[] = "BP_TEST_HARNESS_CHILD";

// --- the tests of the child
// ---------------------------------------------------------------

static void passes(void) {
    CHECK(1 + 1 == 2, "arithmetic");
    CHECK_NEAR(1.0, 1.0 + 1e-12, 1e-9);
    CHECK_TEXT("a", "a");
}

static void fails(void) {
    CHECK(1 + 1 == 3, "the answer is %d", 2);
}

static void is_far(void) {
    CHECK_NEAR(1.5, 1.0, 0.25);
}

static void is_nan(void) {
    CHECK_NEAR(NAN, 1.0, 1e300);
}

static void differs(void) {
    CHECK_TEXT("pERK", NULL);
}

static void checks_nothing(void) {
}

static void skips(void) {
    test_skip("no data");
}

static void uses_temporary(void) {
    const char *folder = test_temporary();
    char path[400];
    snprintf(path, sizeof path, "%s/a", folder);
    CHECK(mkdir(path, 0700) == 0, "%s", path);
    snprintf(path, sizeof path, "%s/a/b", folder);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL, "%s", path);
    if (file) fclose(file);
    printf("folder=%s\n", folder);
}

static const test_case child_tests[] = {
    TEST(passes),         TEST(fails),          TEST(is_far),
    TEST(is_nan),         TEST(differs),        TEST(skips),
    TEST(checks_nothing), TEST(uses_temporary), TEST_END,
};

// --- the tests
// ----------------------------------------------------------------------------

static char output[8192]; // of the child

// Exit code of this program run with these arguments as a child.
static int run_child(const char *before, const char *arguments) {
    char self[1024], command[2048];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    snprintf(command, sizeof command, "%s=1 %s '%s' %s 2>&1", child_variable, before,
             self, arguments);
    FILE *pipe = popen(command, "r"); // NOLINT(cert-env33-c): the tests' own words
    if (!pipe) return -1;
    size_t length = fread(output, 1, sizeof output - 1, pipe);
    output[length] = '\0';
    int status = pclose(pipe);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define CHECK_OUTPUT(part) CHECK(strstr(output, part) != NULL, "output is:\n%s", output)

static void passing_tests_exit_with_zero(void) {
    CHECK(run_child("", "passes") == 0, "%s", output);
    CHECK_TEXT(output, "child: 1 passed, 0 failed, 0 skipped, 3 checks\n");
    CHECK(run_child("", "--verbose passes skips") == 0, "%s", output);
    CHECK_OUTPUT("ok    passes (3 checks)");
    CHECK_OUTPUT("skip  skips: no data");
}

static void failing_checks_print_place_and_values(void) {
    CHECK(run_child("", "passes fails is_far differs") == 1, "%s", output);
    CHECK_OUTPUT(": 1 + 1 == 3: the answer is 2");
    CHECK_OUTPUT("1.5 is 1.5, expected 1: off by 0.5, allowed 0.25");
    CHECK_OUTPUT("is       'pERK'\n      expected NULL");
    CHECK_OUTPUT("1 passed, 3 failed, 0 skipped");
}

static void nan_is_near_nothing(void) {
    CHECK(run_child("", "is_nan") == 1, "%s", output);
    CHECK_OUTPUT("NAN is nan, expected 1");
}

static void a_scale_of_zero_fails_even_what_is_equal(void) {
    CHECK(run_child("BP_TOL_SCALE=0", "passes") == 1, "%s", output);
    CHECK(run_child("BP_TOL_SCALE=4", "is_far") == 0, "%s", output);
}

static void a_test_without_checks_fails(void) {
    CHECK(run_child("", "checks_nothing") == 1, "%s", output);
    CHECK_OUTPUT("it checked nothing");
}

static void only_skipped_is_77(void) {
    CHECK(run_child("", "skips") == 77, "%s", output);
    CHECK(run_child("", "skips fails") == 1, "%s", output);
}

static void list_names_every_test(void) {
    CHECK(run_child("", "--list") == 0, "%s", output);
    CHECK_TEXT(output, "passes\nfails\nis_far\nis_nan\ndiffers\nskips\nchecks_nothing\n"
                       "uses_temporary\n");
}

static void unknown_names_are_refused(void) {
    CHECK(run_child("", "no_such_test") == 2, "%s", output);
    CHECK_OUTPUT("no test is called 'no_such_test'");
}

static void the_temporary_folder_is_removed(void) {
    CHECK(run_child("", "uses_temporary") == 0, "%s", output);
    char *folder = strstr(output, "folder=");
    CHECK(folder != NULL, "output is:\n%s", output);
    if (!folder) return;
    folder += strlen("folder=");
    folder[strcspn(folder, "\n")] = '\0';
    CHECK(access(folder, F_OK) != 0, "%s is still there", folder);
}

static void paths_lead_to_files(void) {
    CHECK(access(test_file("CMakeLists.txt"), R_OK) == 0, "%s",
          test_file("CMakeLists.txt"));
    CHECK(!test_shared_data("no/such/file"), "absent");
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(passing_tests_exit_with_zero),
        TEST(failing_checks_print_place_and_values),
        TEST(nan_is_near_nothing),
        TEST(a_scale_of_zero_fails_even_what_is_equal),
        TEST(a_test_without_checks_fails),
        TEST(only_skipped_is_77),
        TEST(list_names_every_test),
        TEST(unknown_names_are_refused),
        TEST(the_temporary_folder_is_removed),
        TEST(paths_lead_to_files),
        TEST_END,
    };
    if (getenv(child_variable)) return test_main("child", child_tests, argc, argv);
    return test_main("base_harness", tests, argc, argv);
}
