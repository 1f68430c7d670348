// Text builder, numbers, did-you-mean, files, hash.
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "tests/support/harness.h"

static void text_grows_by_what_is_added(void) {
    bp_text text = {0};
    CHECK_TEXT(bp_text_get(&text), "");
    bp_text_add(&text, "k");
    bp_text_add_n(&text, "_offset", 4);
    bp_text_format(&text, "[%d]=%s;", 7, "x");
    CHECK_TEXT(bp_text_get(&text), "k_off[7]=x;");
    for (int i = 0; i < 1000; i++)
        bp_text_format(&text, "%03d", i);
    CHECK(text.length == 11 + 3000 && strlen(text.data) == text.length, "%zu",
          text.length);
    CHECK_TEXT(text.data + text.length - 3, "999");
    bp_text_clear(&text);
    CHECK(!text.data && text.length == 0, "cleared");
}

static void json_strings_are_escaped(void) {
    bp_text text = {0};
    bp_text_json(&text, "a\"b\\c\nd\te\x01 \xce\xba");
    CHECK_TEXT(bp_text_get(&text), "\"a\\\"b\\\\c\\nd\\te\\u0001 \xce\xba\"");
    bp_text_clear(&text);
    bp_text_json(&text, "");
    CHECK_TEXT(bp_text_get(&text), "\"\"");
    bp_text_clear(&text);
}

static void text_failure_is_sticky(void) {
    bool done = false;
    for (int nth = 1; !done && nth < 100; nth++) {
        bp_text text = {0};
        bp_alloc_fail(nth, 0);
        for (int i = 0; i < 100; i++)
            bp_text_format(&text, "line %d of some length\n", i);
        bp_text_json(&text, "end");
        bp_text_number(&text, 0.1);
        bp_alloc_fail(0, 0);
        done = !text.failed;
        size_t length = strlen(bp_text_get(&text));
        CHECK(length == text.length, "what is there stays whole: %zu", length);
        CHECK(done == (strstr(bp_text_get(&text), "\"end\"0.1") != NULL), "nth %d",
              nth);
        bp_text_clear(&text);
    }
    CHECK(done, "succeeds in the end");
}

static void numbers_print_as_people_write_them(void) {
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {0.1, "0.1"},
        {1, "1"},
        {-1024, "-1024"},
        {0.00012207031250, "0.0001220703125"},
        {9.765625e-4 / 16, "6.103515625e-05"},
        {1e15, "1e+15"},
        {999999999999999.9, "999999999999999.9"},
        {1e-38, "1e-38"},
        {9007199254740994.0, "9007199254740994"},
        {1e-9, "1e-09"},
        {12500, "12500"},
        {1.0 / 3, "0.3333333333333333"},
        {1e22, "1e+22"},
        {NAN, "nan"},
        {-NAN, "nan"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
        {5e-324, "5e-324"},
        {0.1 + 0.2, "0.30000000000000004"},
        {-2.5, "-2.5"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {6.02214076e23, "6.02214076e+23"},
    };
    char buffer[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(bp_number_print(cases[i].value, buffer), cases[i].text);
    CHECK_TEXT(bp_number_print_short(1.0 / 3, 3, buffer), "0.333");
    CHECK_TEXT(bp_number_print_short(200, 6, buffer), "200");
    CHECK_TEXT(bp_number_print_short(1.5, 0, buffer), "2");
    CHECK_TEXT(bp_number_print_short(NAN, 3, buffer), "nan");
}

// A 64-bit linear congruential generator (Knuth's MMIX constants), for doubles of any
// size.
static double any_double(uint64_t *seed) {
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    uint64_t bits = *seed ^ *seed >> 29;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void every_double_reads_back(void) {
    uint64_t seed = 1;
    int wrong = 0, longest = 0;
    for (int i = 0; i < 100000; i++) {
        double value = any_double(&seed);
        char buffer[32];
        const char *end;
        bp_number_print(value, buffer);
        double back = bp_number_read(buffer, &end);
        wrong += *end != '\0' || !(back == value || (isnan(back) && isnan(value)));
        if ((int)strlen(buffer) > longest) longest = (int)strlen(buffer);
    }
    CHECK(wrong == 0, "%d of 100000", wrong);
    CHECK(longest <= 24, "%d characters", longest); // -1.7976931348623157e+308
}

// The fewest digits from 15 on that read back, as the C library has them.
static void print_shortest(double value, char buffer[32]) {
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(buffer, 32, "%.*g", digits, value);
        if (strtod(buffer, NULL) == value) break;
    }
}

// As short as it reads back, from 15 digits on: with fewer a decimal is found by 15.
static void no_digit_is_wasted(void) {
    uint64_t seed = 3;
    int wrong = 0;
    for (int i = 0; i < 100000; i++) {
        double value = any_double(&seed);
        char buffer[32], shortest[32];
        if (i % 2)
            value = (double)(seed >> 14) / pow(10, (int)(seed % 20)); // a decimal
        if (!isfinite(value) || fabs(value) < DBL_MIN) continue;
        print_shortest(value, shortest);
        wrong += strcmp(bp_number_print(value, buffer), shortest) != 0;
    }
    CHECK(wrong == 0, "%d of 100000", wrong);
}

// Sizes that results have, with few digits and many, and neighbours of short decimals.
static double usual_double(uint64_t *seed) {
    double value = any_double(seed);
    if (!isfinite(value) || value == 0) value = 1;
    int exponent;
    value = ldexp(frexp(value, &exponent), (int)((*seed >> 20) % 260) - 130);
    if (*seed >> 40 & 1) return value;
    if (*seed >> 41 & 1) return exp2((double)exponent / 8);
    char shorter[32];
    snprintf(shorter, sizeof shorter, "%.*g", (int)((*seed >> 44) % 17) + 1, value);
    value = strtod(shorter, NULL);
    for (uint64_t i = *seed >> 50 & 3; i > 1; i--)
        value = nextafter(value, *seed >> 60 & 1 ? INFINITY : 0);
    return value;
}

// Beside what the C library makes of them: digits that it rounds and reads.
static void usual_numbers_are_as_the_library_has_them(void) {
    uint64_t seed = 5;
    int printed = 0, read = 0, decided = 0;
    for (int i = 0; i < 300000; i++) {
        double value = usual_double(&seed);
        char buffer[32], expected[32];
        const char *end = NULL;
        print_shortest(value, expected);
        printed += strcmp(bp_number_print(value, buffer), expected) != 0;
        decided += bp_decimal_print(value, buffer);
        // digits that stand for no double exactly, up to one more than are needed
        snprintf(expected, sizeof expected, "%.*e", (int)((seed >> 33) % 19),
                 fabs(value));
        if (i % 3 == 0) expected[2 + i % 5] = '5';
        char *stop;
        double other = strtod(expected, &stop);
        value = bp_number_read(expected, &end);
        read += !(value == other && end == stop);
    }
    CHECK(printed == 0, "%d of 300000 printed otherwise", printed);
    CHECK(read == 0, "%d of 300000 read otherwise", read);
    CHECK(decided == 0 || decided > 270000, "%d of 300000 without the library",
          decided);
}

static void numbers_read_as_far_as_they_go(void) {
    static const struct {
        const char *text;
        double value;
        int length; // 0: no number
    } cases[] = {
        {"12.5", 12.5, 4},
        {"-3", -3, 2},
        {"+.5", 0.5, 3},
        {"1e-3x", 1e-3, 4},
        {"2eV", 2, 1},
        {"10ng/mL", 10, 2},
        {"1.", 1, 2},
        {"1,5", 1, 1},
        {"0x10", 0, 1},
        {"-0x1", 0, 2},
        {"", 0, 0},
        {".", 0, 0},
        {"-", 0, 0},
        {"e5", 0, 0},
        {" 1", 0, 0},
        {"--1", 0, 0},
        {"infinite", 0, 0},
        {"nano", 0, 0},
        {"inf", INFINITY, 3},
        {"-inf nM", -INFINITY, 4},
        {"1e999", INFINITY, 5},
        {"in", 0, 0},
        {"7 h", 7, 1},
        {"1e", 1, 1},
        {"1e+", 1, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *end = NULL;
        double value = bp_number_read(cases[i].text, &end);
        CHECK(end == cases[i].text + cases[i].length, "'%s' stops at %d", cases[i].text,
              (int)(end - cases[i].text));
        CHECK(value == cases[i].value, "'%s' is %g", cases[i].text, value);
    }
}

// Any locale of this machine that writes 0,5.
static bool set_comma_locale(void) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                                        "fr_FR.utf8", "bp_comma"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!setlocale(LC_ALL, names[i])) continue;
        if (strcmp(localeconv()->decimal_point, ",") == 0) return true;
    }
    setlocale(LC_ALL, "C");
    return false;
}

static void numbers_have_a_point_in_every_locale(void) {
    if (!set_comma_locale()) {
        test_skip("no locale with a decimal comma is installed (de_DE.UTF-8)");
        return;
    }
    char buffer[32], host[32];
    const char *end;
    bp_error err;
    bp_text text = {0};
    bp_number_print(0.5, buffer);
    double value = bp_number_read("1.5e3;", &end);
    bp_error_set(&err, BP_BAD_VALUE, "%g", 2.5);
    bp_text_format(&text, "%.2f", 0.25);
    snprintf(host, sizeof host, "%g", 0.5);
    setlocale(LC_ALL, "C");

    CHECK_TEXT(buffer, "0.5");
    CHECK(value == 1500 && *end == ';', "%g", value);
    CHECK_TEXT(err.message, "2.5");
    CHECK_TEXT(bp_text_get(&text), "0.25");
    CHECK_TEXT(host, "0,5"); // and the host's own printf is left as it was
    bp_text_clear(&text);
}

static void distance_counts_edits(void) {
    static const struct {
        const char *a, *b;
        int distance;
    } cases[] = {
        {"", "", 0},          {"", "abc", 3},
        {"pERK", "pERK", 0},  {"pERK", "perk", 0},
        {"pERK", "pERKK", 1}, {"pERK", "pREK", 1},
        {"pERK", "pAKT", 3},  {"kitten", "sitting", 3},
        {"abcd", "badc", 2},  {"lapatinib", "lapatanib", 1},
        {"ca", "abc", 3}, // optimal string alignment
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *a = cases[i].a, *b = cases[i].b;
        CHECK(bp_text_distance(a, b) == cases[i].distance, "%s %s", a, b);
        CHECK(bp_text_distance(b, a) == cases[i].distance, "%s %s", b, a);
    }
    char longer[400] = {0};
    memset(longer, 'x', sizeof longer - 1);
    CHECK(bp_text_distance(longer, longer) == 0, "equal, however long");
    CHECK(bp_text_distance(longer, "x") > 300, "too long for a mistyped name");
}

static void only_near_names_are_suggested(void) {
    static const char *const names[] = {"pERK", "pAKT",        "perk",
                                        "HER2", "trastuzumab", "pHER2_total"};
    enum { N = sizeof names / sizeof *names };
    CHECK_TEXT(bp_text_nearest("pERKK", names, N), "pERK");
    CHECK_TEXT(bp_text_nearest("PERK", names, N), "pERK");
    CHECK_TEXT(bp_text_nearest("trastuzumba", names, N), "trastuzumab");
    CHECK_TEXT(bp_text_nearest("trastuz", names, N), "trastuzumab");
    CHECK_TEXT(bp_text_nearest("pHER2", names, N), "HER2");
    CHECK_TEXT(bp_text_nearest("pHER2_tot", names, N), "pHER2_total");
    CHECK_TEXT(bp_text_nearest("lapatinib", names, N), NULL);
    CHECK_TEXT(bp_text_nearest("x", names, N), NULL);
    CHECK_TEXT(bp_text_nearest("", names, N), NULL);
    CHECK_TEXT(bp_text_nearest("pERK", NULL, 0), NULL);
    CHECK_TEXT(bp_text_nearest("pA", names, N), NULL); // too short a beginning
    static const char *const letter[] = {"k"};
    CHECK_TEXT(bp_text_nearest("x", letter, 1), NULL); // one edit, but all of it
    CHECK_TEXT(bp_text_nearest("K", letter, 1), "k");
    CHECK(bp_text_equal(NULL, NULL) && !bp_text_equal(NULL, ""),
          "NULL equals only NULL");
    CHECK(bp_text_equal("a", "a") && !bp_text_equal("a", "A"), "a");
}

static void write_file(const char *path, const char *data, size_t length) {
    FILE *file = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CHECK(fwrite(data, 1, length, file) == length, "%s", path);
    fclose(file);
}

static void files_are_read_whole(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/whole", test_temporary());
    size_t length = 300001, got = 0;
    char *data = malloc(length), *text = NULL;
    CHECK(data != NULL, "no memory");
    if (!data) return;
    for (size_t i = 0; i < length; i++)
        data[i] = (char)(i * 7 % 251);
    write_file(path, data, length);

    CHECK(bp_file_read(path, &text, &got, NULL) == BP_OK, "read");
    CHECK(got == length && memcmp(text, data, length) == 0, "%zu bytes", got);
    CHECK(text && text[got] == '\0', "NUL at the end");
    bp_free(text);
    write_file(path, "", 0);
    text = NULL;
    CHECK(bp_file_read(path, &text, NULL, NULL) == BP_OK, "an empty file");
    CHECK_TEXT(text, "");
    bp_free(text);
    free(data);
}

static void unreadable_files_say_why(void) {
    char *text = NULL;
    bp_error err = {0};
    CHECK(bp_file_read("/no/such/file", &text, NULL, &err) == BP_NO_FILE, "absent");
    CHECK_TEXT(err.message, "cannot open '/no/such/file': No such file or directory");
    CHECK(bp_file_read("/", &text, NULL, &err) == BP_NO_FILE, "a folder");
    CHECK_TEXT(err.message, "cannot read '/': Is a directory");
    bp_alloc_fail(1, 0);
    CHECK(bp_file_read("/dev/null", &text, NULL, &err) == BP_NO_MEMORY, "no memory");
    bp_alloc_fail(0, 0);
    CHECK(!text, "nothing handed over");
}

// Vectors of FIPS 180-2 and NIST's example of 448 bits.
static void hash_is_sha_256(void) {
    char hex[65];
    bp_hash("", 0, hex);
    CHECK_TEXT(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bp_hash(NULL, 0, hex);
    CHECK_TEXT(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bp_hash("abc", 3, hex);
    CHECK_TEXT(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    bp_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex);
    CHECK_TEXT(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(text_grows_by_what_is_added),
        TEST(json_strings_are_escaped),
        TEST(text_failure_is_sticky),
        TEST(numbers_print_as_people_write_them),
        TEST(every_double_reads_back),
        TEST(no_digit_is_wasted),
        TEST(usual_numbers_are_as_the_library_has_them),
        TEST(numbers_read_as_far_as_they_go),
        TEST(numbers_have_a_point_in_every_locale),
        TEST(distance_counts_edits),
        TEST(only_near_names_are_suggested),
        TEST(files_are_read_whole),
        TEST(unreadable_files_say_why),
        TEST(hash_is_sha_256),
        TEST_END,
    };
    return test_main("base_text", tests, argc, argv);
}
