// Lists of numbers that lie in a file: what is read is what was added, also where the
// file cannot be made or takes no more.
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/spill.h"
#include "tests/support/harness.h"

enum { MANY = 200003, PIECE = 7 };

static double number(size_t i) {
    return (double)i * 0.5 - 3;
}

// As many as there can be; the status of the addition that failed.
static bp_status fill(bp_spill *spill, size_t n) {
    double piece[PIECE];
    for (size_t at = bp_spill_count(spill); at < n; at += PIECE) {
        size_t count = n - at < PIECE ? n - at : PIECE;
        for (size_t i = 0; i < count; i++)
            piece[i] = number(at + i);
        BP_TRY(bp_spill_add(spill, piece, count, NULL));
    }
    return BP_OK;
}

static bp_spill *new_spill(void) {
    bp_spill *spill = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_spill_new(&spill), BP_OK);
    return spill;
}

static int count_wrong(bp_spill *spill, size_t first, size_t n) {
    double out[64] = {0};
    bp_error err = {0};
    int wrong = 0;
    CHECK(bp_spill_read(spill, first, n, out, &err) == BP_OK, "%s", err.message);
    for (size_t i = 0; i < n; i++)
        wrong += out[i] != number(first + i);
    return wrong;
}

// In order, then here and there, across blocks and into what is not in the file.
static void check_all(bp_spill *spill) {
    int wrong = 0;
    CU_ASSERT_EQUAL_FATAL(bp_spill_count(spill), MANY);
    for (size_t at = 0; at < MANY; at += 61)
        wrong += count_wrong(spill, at, at + 61 < MANY ? 61 : MANY - at);
    for (size_t i = 0; i < 3000; i++)
        wrong += count_wrong(spill, i * 7919 % (MANY - 64), 1 + i % 64);
    CHECK(wrong == 0, "%d numbers are not what they were", wrong);
    double last = 0;
    CU_ASSERT_EQUAL(bp_spill_read(spill, MANY, 0, &last, NULL), BP_OK);
}

static void few_numbers_stay_in_memory(void) {
    bp_spill *spill = new_spill();
    CU_ASSERT_EQUAL(bp_spill_count(spill), 0);
    CU_ASSERT_EQUAL(fill(spill, 60), BP_OK);
    CU_ASSERT_EQUAL(bp_spill_on_disk(spill), 0);
    CU_ASSERT_EQUAL(count_wrong(spill, 0, 60), 0);
    CU_ASSERT_EQUAL(count_wrong(spill, 59, 1), 0);
    bp_spill_free(spill);
    bp_spill_free(NULL);
}

static void many_numbers_lie_in_a_file(void) {
    bp_spill *spill = new_spill();
    CU_ASSERT_EQUAL(fill(spill, MANY), BP_OK);
    size_t there = bp_spill_on_disk(spill);
    CHECK(there > MANY / 2 && there < MANY, "%zu", there);
    check_all(spill);
    bp_spill_free(spill);
}

static void more_can_be_added_after_reading(void) {
    bp_spill *spill = new_spill();
    for (size_t n = 10000; n < MANY; n += 10000) {
        CU_ASSERT_EQUAL(fill(spill, n), BP_OK);
        CU_ASSERT_EQUAL(count_wrong(spill, n - 60, 60), 0);
        CU_ASSERT_EQUAL(count_wrong(spill, 0, 60), 0);
    }
    CU_ASSERT_EQUAL(fill(spill, MANY), BP_OK);
    check_all(spill);
    bp_spill_free(spill);
}

// A folder that is not there or cannot be written to.
static void without_a_file_they_stay_in_memory(void) {
    const char *was = getenv("TMPDIR");
    char kept[1024] = "";
    if (was) snprintf(kept, sizeof kept, "%s", was);
    setenv("TMPDIR", "/proc/no/such/folder", 1);
    bp_spill *spill = new_spill();
    CU_ASSERT_EQUAL(fill(spill, MANY), BP_OK);
    if (was)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
    CU_ASSERT_EQUAL(bp_spill_on_disk(spill), 0);
    check_all(spill);
    bp_spill_free(spill);
}

// A limit on the size of files is to a program as a full disk.
static void a_full_disk_is_no_loss(void) {
    struct rlimit was, small;
    CU_ASSERT_EQUAL_FATAL(getrlimit(RLIMIT_FSIZE, &was), 0);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    small = was;
    small.rlim_cur = 1000003; // in the midst of a block
    CU_ASSERT_EQUAL_FATAL(setrlimit(RLIMIT_FSIZE, &small), 0);
    bp_spill *spill = new_spill();
    CU_ASSERT_EQUAL(fill(spill, 100000), BP_OK);
    CU_ASSERT_TRUE(bp_spill_on_disk(spill) > 0);
    CU_ASSERT_EQUAL(count_wrong(spill, 50000, 60), 0);
    CU_ASSERT_EQUAL(fill(spill, MANY), BP_OK);
    CU_ASSERT_EQUAL(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, handler);
    CU_ASSERT_EQUAL(bp_spill_on_disk(spill), 0);
    check_all(spill);
    bp_spill_free(spill);
}

typedef struct reader {
    bp_spill *spill;
    size_t start;
    int wrong;
} reader;

static void *read_some(void *data) {
    reader *r = data;
    double out[40];
    for (size_t i = 0; i < 4000; i++) {
        size_t first = (r->start + i * 4099) % (MANY - 40);
        if (bp_spill_read(r->spill, first, 40, out, NULL) != BP_OK) r->wrong++;
        for (size_t k = 0; k < 40; k++)
            r->wrong += out[k] != number(first + k);
    }
    return NULL;
}

static void threads_read_at_once(void) {
    bp_spill *spill = new_spill();
    CU_ASSERT_EQUAL(fill(spill, MANY), BP_OK);
    pthread_t threads[4];
    reader readers[4];
    for (size_t i = 0; i < 4; i++) {
        readers[i] = (reader){spill, i * 50021, 0};
        CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL, read_some, &readers[i]),
                              0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CU_ASSERT_EQUAL(readers[i].wrong, 0);
    }
    bp_spill_free(spill);
}

// What cannot be had for the file is done without; the rest is NO_MEMORY, and what was
// added stays.
static void survives_every_failed_allocation(void) {
    bp_status status = BP_NO_MEMORY;
    int refused = 0;
    for (int nth = 1; nth < 40; nth++) {
        bp_spill *spill = NULL;
        bp_alloc_fail(nth, 0);
        status = bp_spill_new(&spill);
        if (status == BP_OK) status = fill(spill, MANY);
        bp_alloc_fail(0, 0);
        refused += status == BP_NO_MEMORY;
        if (spill && status != BP_OK)
            CHECK(fill(spill, MANY) == BP_OK, "goes on after the %dth", nth);
        if (spill) check_all(spill);
        bp_spill_free(spill);
    }
    CHECK(refused > 2 && status == BP_OK, "%d", refused);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(few_numbers_stay_in_memory),
        TEST(many_numbers_lie_in_a_file),
        TEST(more_can_be_added_after_reading),
        TEST(without_a_file_they_stay_in_memory),
        TEST(a_full_disk_is_no_loss),
        TEST(threads_read_at_once),
        TEST(survives_every_failed_allocation),
        TEST_END,
    };
    return test_main("base spill", tests, argc, argv);
}
