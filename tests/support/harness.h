// The thin harness around CUnit that every test program uses.
#ifndef BP_TESTS_HARNESS_H
#define BP_TESTS_HARNESS_H

#include <CUnit/CUnit.h>
#include <stdbool.h>

#ifdef __clang_analyzer__
// A fatal assertion leaves the test, which clang-tidy cannot see.
#include <stdlib.h>
#define CU_assertImplementation(value, line, text, file, function, fatal)              \
    ((void)(line), (void)(text), (void)(file),                                         \
     (value) || !(fatal) ? CU_TRUE : (abort(), CU_FALSE))
#endif

typedef struct test_case {
    const char *name;
    void (*run)(void);
} test_case;

#define TEST(function)                                                                 \
    { #function, function }
#define TEST_END                                                                       \
    { NULL, NULL }

// Runs all tests of the table (ends with TEST_END), or those named in argv; "--list"
// lists them. Returns the exit code of main: 0 when all passed, 77 when all that ran
// were skipped.
int test_main(const char *suite, const test_case *tests, int argc, char **argv);

// The one knob of all numerical tolerances: $BP_TOL_SCALE, 1 when not set. 0 makes
// every CHECK_NEAR fail and so print its true residual.
double test_tol_scale(void);

// |actual - expected| <= tolerance * test_tol_scale(); prints both and the residual.
#define CHECK_NEAR(actual, expected, tolerance)                                        \
    test_check_near((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)
void test_check_near(double actual, double expected, double tolerance, const char *what,
                     const char *file, int line);
// Passes when condition holds; prints the message (printf-like) when not.
#define CHECK(condition, ...)                                                          \
    test_check((condition), #condition, __FILE__, __LINE__, __VA_ARGS__)
void test_check(bool condition, const char *what, const char *file, int line,
                const char *format, ...) __attribute__((format(printf, 5, 6)));
#define CHECK_TEXT(actual, expected)                                                   \
    test_check_text((actual), (expected), __FILE__, __LINE__)
void test_check_text(const char *actual, const char *expected, const char *file,
                     int line);

// Says why and marks the running test as skipped; return from the test after it.
void test_skip(const char *why);
// Path of a file below the shared data folder ($BP_SHARED_DATA, else ../shared/data of
// the source tree); NULL where it is absent (call test_skip). Valid until the next
// call.
const char *test_shared_data(const char *relative);
// Path of a file below tests/ in the source tree. Valid until the next call.
const char *test_file(const char *relative);
// A fresh temporary folder for this process; removed at exit.
const char *test_temporary(void);

#endif
