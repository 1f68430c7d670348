// One static struct holds the state of the running test: CUnit is a process-wide
// registry anyway. Checks belong to the main thread; other threads hand their results
// to it.
#include "tests/support/harness.h"

#include <CUnit/TestRun.h>
#include <ftw.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXIT_PASS = 0, EXIT_FAIL = 1, EXIT_USAGE = 2, EXIT_SKIPPED = 77 };

static struct {
    bool skipped;        // the running test called test_skip
    char why[256];       // and said this
    char path[4096];     // of test_file and test_shared_data
    char temporary[256]; // "" until asked for
    pid_t owner;         // process that removes it: not a child that forked from it
    bool verbose;
    int n_passed, n_failed, n_skipped;
    unsigned n_checks;
} state;

// --- checks
// -------------------------------------------------------------------------------

// Hands a check to CUnit, which copies the texts.
static void record(bool holds, const char *message, const char *file, int line) {
    CU_assertImplementation(holds, (unsigned)line, message, file, "", CU_FALSE);
}

double test_tol_scale(void) {
    const char *text = getenv("BP_TOL_SCALE");
    return text && *text ? strtod(text, NULL) : 1;
}

void test_check_near(double actual, double expected, double tolerance, const char *what,
                     const char *file, int line) {
    double scale = test_tol_scale();
    double residual = fabs(actual - expected);
    bool same = actual == expected || (isnan(actual) && isnan(expected));
    bool holds = scale != 0 && (same || residual <= tolerance * scale); // false for nan
    char message[768];
    snprintf(message, sizeof message,
             "%s is %.17g, expected %.17g: off by %.3g, allowed %.3g", what, actual,
             expected, residual, tolerance * scale);
    record(holds, message, file, line);
}

void test_check(bool condition, const char *what, const char *file, int line,
                const char *format, ...) {
    char reason[2048], message[2560];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    snprintf(message, sizeof message, "%.400s: %s", what, reason);
    record(condition, message, file, line);
}

void test_check_text(const char *actual, const char *expected, const char *file,
                     int line) {
    bool holds =
        actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
    char message[2560];
    snprintf(message, sizeof message,
             "text differs\n      is       %s%.1200s%s\n"
             "      expected %s%.1200s%s",
             actual ? "'" : "", actual ? actual : "NULL", actual ? "'" : "",
             expected ? "'" : "", expected ? expected : "NULL", expected ? "'" : "");
    record(holds, message, file, line);
}

void test_skip(const char *why) {
    state.skipped = true;
    snprintf(state.why, sizeof state.why, "%s", why);
}

// --- files
// --------------------------------------------------------------------------------

static const char *path_below(const char *folder, const char *relative) {
    snprintf(state.path, sizeof state.path, "%s/%s", folder, relative);
    return state.path;
}

const char *test_shared_data(const char *relative) {
    const char *folder = getenv("BP_SHARED_DATA");
    const char *path = path_below(folder && *folder ? folder : BP_SHARED_DIR, relative);
    return access(path, R_OK) == 0 ? path : NULL;
}

const char *test_file(const char *relative) {
    return path_below(BP_TESTS_DIR, relative);
}

static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *walk) {
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static void remove_temporary(void) {
    if (state.owner == getpid())
        nftw(state.temporary, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_temporary(void) {
    if (state.temporary[0]) return state.temporary;
    const char *parent = getenv("TMPDIR");
    snprintf(state.temporary, sizeof state.temporary, "%s/bypass-test-XXXXXX",
             parent && *parent && strlen(parent) < 200 ? parent : "/tmp");
    if (!mkdtemp(state.temporary)) {
        perror(state.temporary);
        exit(EXIT_FAIL);
    }
    state.owner = getpid();
    atexit(remove_temporary);
    return state.temporary;
}

// --- running
// ------------------------------------------------------------------------------

static void print_failures(const char *name) {
    printf("FAIL  %s\n", name);
    for (CU_pFailureRecord at = CU_get_failure_list(); at; at = at->pNext)
        printf("    %s:%u: %s\n", at->strFileName ? at->strFileName : "?",
               at->uiLineNumber, at->strCondition ? at->strCondition : "failed");
}

// A test that checks nothing cannot fail, so it does.
static void run_one(CU_pSuite suite, CU_pTest test) {
    state.skipped = false;
    CU_run_test(suite, test);
    unsigned checks = CU_get_number_of_asserts();
    state.n_checks += checks;
    if (CU_get_number_of_failures() > 0) {
        state.n_failed++;
        print_failures(test->pName);
    } else if (state.skipped) {
        state.n_skipped++;
        printf("skip  %s: %s\n", test->pName, state.why);
    } else if (checks == 0) {
        state.n_failed++;
        printf("FAIL  %s\n    it checked nothing\n", test->pName);
    } else {
        state.n_passed++;
        if (state.verbose) printf("ok    %s (%u checks)\n", test->pName, checks);
    }
    fflush(stdout);
}

static bool known(const test_case *tests, const char *name) {
    for (const test_case *test = tests; test->name; test++)
        if (strcmp(test->name, name) == 0) return true;
    fprintf(stderr, "no test is called '%s'; --list lists them\n", name);
    return false;
}

// Whether this test is to run: all are when none is named.
static bool chosen(const char *name, int argc, char **argv) {
    bool any_named = false;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') continue;
        any_named = true;
        if (strcmp(argv[i], name) == 0) return true;
    }
    return !any_named;
}

static int list_tests(const test_case *tests) {
    for (const test_case *test = tests; test->name; test++)
        puts(test->name);
    return EXIT_PASS;
}

// Everything that was asked for; false when CUnit has no memory.
static bool run_all(const char *name, const test_case *tests, int argc, char **argv) {
    if (CU_initialize_registry() != CUE_SUCCESS) return false;
    CU_set_error_action(CUEA_IGNORE);
    CU_pSuite suite = CU_add_suite(name, NULL, NULL);
    for (const test_case *test = tests; suite && test->name; test++) {
        if (!chosen(test->name, argc, argv)) continue;
        CU_pTest added = CU_add_test(suite, test->name, test->run);
        if (!added) return false;
        run_one(suite, added);
    }
    CU_cleanup_registry();
    return suite != NULL;
}

int test_main(const char *suite, const test_case *tests, int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) return list_tests(tests);
        if (strcmp(argv[i], "--verbose") == 0 || strcmp(argv[i], "-v") == 0)
            state.verbose = true;
        else if (!known(tests, argv[i]))
            return EXIT_USAGE;
    }
    if (!run_all(suite, tests, argc, argv)) {
        fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
        return EXIT_FAIL;
    }
    printf("%s: %d passed, %d failed, %d skipped, %u checks\n", suite, state.n_passed,
           state.n_failed, state.n_skipped, state.n_checks);
    if (state.n_failed > 0) return EXIT_FAIL;
    return state.n_skipped > 0 && state.n_passed == 0 ? EXIT_SKIPPED : EXIT_PASS;
}
