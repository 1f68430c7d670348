// Units, errors and the allocator's failing used by several threads at once.
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/units.h"
#include "tests/support/harness.h"

enum { N_THREADS = 4, ROUNDS = 50 };

typedef struct worker {
    pthread_t thread;
    int id;
    int wrong;
} worker;

// All of these go to UDUNITS, whose database is read by whoever comes first.
static void *parse_units(void *data) {
    worker *self = data;
    static const char *const texts[] = {"fortnight", "inch/nM", "no_such_unit", "eV",
                                        "degC"};
    static const bp_status expected[] = {BP_OK, BP_OK, BP_BAD_UNIT, BP_OK, BP_BAD_UNIT};
    for (int i = 0; i < ROUNDS; i++) {
        bp_unit unit;
        int k = (i + self->id) % 5;
        self->wrong += bp_unit_parse(texts[k], &unit, NULL) != expected[k];
    }
    return NULL;
}

// Failing is a matter of the thread that asked for it.
static void *fail_own_allocations(void *data) {
    worker *self = data;
    for (int i = 0; i < 1000; i++) {
        bool fails = self->id % 2 == 0;
        if (fails) bp_alloc_fail(1, 0);
        void *memory = bp_malloc(8);
        self->wrong += (memory == NULL) != fails;
        bp_free(memory);
    }
    return NULL;
}

static int run_threads(void *(*work)(void *)) {
    worker workers[N_THREADS] = {0};
    int wrong = 0;
    for (int i = 0; i < N_THREADS; i++) {
        workers[i].id = i;
        CU_ASSERT_EQUAL_FATAL(
            pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        wrong += workers[i].wrong;
    }
    return wrong;
}

static void threads_share_the_unit_database(void) {
    int wrong = run_threads(parse_units);
    CHECK(wrong == 0, "%d of %d", wrong, N_THREADS * ROUNDS);
}

static void failing_is_per_thread_counting_is_not(void) {
    long before = bp_alloc_count();
    int wrong = run_threads(fail_own_allocations);
    CHECK(wrong == 0, "%d", wrong);
    CHECK(bp_alloc_count() - before == N_THREADS / 2 * 1000, "%ld",
          bp_alloc_count() - before);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(threads_share_the_unit_database),
        TEST(failing_is_per_thread_counting_is_not),
        TEST_END,
    };
    return test_main("base_units_threads", tests, argc, argv);
}
