// Allocator, growable array, arena, names, status.
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/array.h"
#include "base/names.h"
#include "tests/support/harness.h"

static void every_status_has_a_name_and_a_text(void) {
    for (int code = 0; code < BP_STATUS_COUNT; code++) {
        CHECK(bp_status_name((bp_status)code)[0] != '\0', "status %d", code);
        CHECK(bp_status_text((bp_status)code)[0] != '\0', "status %d", code);
        bool advised = bp_status_advice((bp_status)code)[0] != '\0';
        CHECK(advised == (code != BP_OK), "status %d", code);
    }
    CHECK_TEXT(bp_status_name(BP_NO_MEMORY), "NO_MEMORY");
    CHECK_TEXT(bp_status_text((bp_status)9999), "unknown status");
    CHECK_TEXT(bp_status_name((bp_status)-1), "UNKNOWN");
}

static void size_zero_is_one_byte(void) {
    void *blocks[] = {bp_malloc(0), bp_calloc(0, 8), bp_calloc(8, 0),
                      bp_realloc(NULL, 0)};
    for (int i = 0; i < 4; i++) {
        CHECK(blocks[i] != NULL, "block %d", i);
        if (blocks[i]) *(char *)blocks[i] = 1;
        bp_free(blocks[i]);
    }
    bp_free(NULL);
    bp_free_aligned(NULL);
}

static void overflowing_products_fail(void) {
    CHECK(!bp_calloc(SIZE_MAX / 2, 3), "calloc");
    CHECK(!bp_realloc_array(NULL, SIZE_MAX / 2, 3), "realloc_array");
    CHECK(!bp_calloc_aligned(SIZE_MAX / 2, 3), "calloc_aligned");
}

static void aligned_memory_is_aligned_and_zero(void) {
    for (size_t n = 0; n < 300; n += 37) {
        unsigned char *memory = bp_calloc_aligned(n, 3);
        CHECK(memory && (uintptr_t)memory % 64 == 0, "%zu x 3 bytes", n);
        unsigned sum = 0;
        for (size_t i = 0; memory && i < 3 * n; i++)
            sum += memory[i];
        CHECK(sum == 0, "%zu x 3 bytes", n);
        bp_free_aligned(memory);
    }
}

static void the_nth_allocation_fails_once(void) {
    bp_alloc_fail(2, 0);
    void *first = bp_malloc(1), *second = bp_malloc(1), *third = bp_malloc(1);
    bp_alloc_fail(0, 0);
    CHECK(first && !second && third, "%p %p %p", first, second, third);
    bp_free(first);
    bp_free(third);
}

static void all_later_allocations_fail_on_request(void) {
    bp_alloc_fail(1, 1);
    CHECK(!bp_malloc(1) && !bp_calloc(1, 1), "malloc, calloc");
    CHECK(!bp_realloc(NULL, 1) && !bp_calloc_aligned(1, 1), "realloc, aligned");
    bp_alloc_fail(0, 0);
    void *after = bp_malloc(1);
    CHECK(after != NULL, "failing is off again");
    bp_free(after);
}

static void only_successes_are_counted(void) {
    long before = bp_alloc_count();
    void *memory = bp_malloc(8);
    memory = bp_realloc(memory, 16);
    bp_alloc_fail(1, 0);
    CHECK(!bp_malloc(8), "the failing one");
    CHECK(bp_alloc_count() == before + 2, "%ld", bp_alloc_count() - before);
    bp_free(memory);
}

static void array_grows_and_keeps_its_items(void) {
    BP_ARRAY(int) list = {0};
    long before = bp_alloc_count();
    for (int i = 0; i < 1000; i++)
        CHECK(bp_array_push(&list, i * i), "push %d", i);
    CHECK(list.count == 1000 && list.capacity >= 1000, "%d", list.count);
    CHECK(bp_alloc_count() - before <= 8, "8 doubled 7 times is 1024");
    int wrong = 0;
    for (int i = 0; i < list.count; i++)
        wrong += list.items[i] != i * i;
    CHECK(wrong == 0, "%d items changed", wrong);
    bp_array_clear(&list);
    CHECK(!list.items && list.count == 0 && list.capacity == 0, "cleared");
}

static void array_is_unchanged_when_growing_fails(void) {
    BP_ARRAY(double) list = {0};
    CHECK(bp_array_push(&list, 2.5), "first");
    double *items = list.items;
    bp_alloc_fail(1, 1);
    int grown = bp_array_reserve(&list, 1000);
    bp_alloc_fail(0, 0);
    CHECK(!grown && list.items == items && list.count == 1, "kept");
    CHECK(!bp_array_reserve(&list, INT_MAX), "more than an int counts");
    CHECK(list.items[0] == 2.5, "%g", list.items[0]);
    bp_array_clear(&list);
}

static void arena_memory_is_zeroed_aligned_and_apart(void) {
    bp_arena arena = {0};
    char *places[200];
    for (int i = 0; i < 200; i++) {
        size_t size =
            (size_t)i * (size_t)i; // up to 40 kB: many blocks, big ones among them
        places[i] = bp_arena_take(&arena, size);
        CHECK(places[i] && (uintptr_t)places[i] % _Alignof(max_align_t) == 0, "%d", i);
        int dirt = 0;
        for (size_t k = 0; places[i] && k < size; k++)
            dirt |= places[i][k];
        CHECK(dirt == 0, "take %d is not zero", i);
        if (places[i]) memset(places[i], i + 1, size);
    }
    int torn = 0;
    for (int i = 1; i < 200; i++)
        torn += places[i][0] != (char)(i + 1) || places[i][i * i - 1] != (char)(i + 1);
    CHECK(torn == 0, "%d pieces overlap", torn);
    CHECK(!bp_arena_take(&arena, SIZE_MAX - 8), "more than there is");
    bp_arena_clear(&arena);
    CHECK(!arena.blocks, "cleared");
}

static void arena_copies_texts(void) {
    bp_arena arena = {0};
    CHECK_TEXT(bp_arena_copy(&arena, "ERBB2"), "ERBB2");
    CHECK_TEXT(bp_arena_copy(&arena, ""), "");
    CHECK_TEXT(bp_arena_copy_n(&arena, "ERBB2", 3), "ERB");
    CHECK_TEXT(bp_arena_format(&arena, "%s_%d", "k", 12), "k_12");
    bp_arena_clear(&arena);
}

static void names_number_in_order_of_addition(void) {
    bp_names names = {0};
    char text[32];
    CHECK(bp_names_find(&names, "x") == -1, "empty");
    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "species_%d", i);
        int index = bp_names_add(&names, text);
        CHECK(index == i, "%s is %d", text, index);
    }
    int wrong = 0;
    for (int i = 0; i < 5000; i++) {
        snprintf(text, sizeof text, "species_%d", i);
        wrong += bp_names_find(&names, text) != i || bp_names_add(&names, text) != i ||
                 strcmp(names.text[i], text) != 0;
    }
    CHECK(wrong == 0 && names.count == 5000, "%d of %d", wrong, names.count);
    bp_names_clear(&names);

    // long names first: those that share their slots begin like the short ones
    for (int i = 4999; i >= 0; i--) {
        snprintf(text, sizeof text, "species_%d", i);
        wrong += bp_names_add(&names, text) != 4999 - i;
    }
    CHECK(wrong == 0, "%d taken for one that begins alike", wrong);
    bp_names_clear(&names);
}

static void names_distinguish_prefixes_and_case(void) {
    bp_names names = {0};
    CHECK(bp_names_add_n(&names, "EGFRvIII", 4) == 0, "EGFR");
    CHECK(bp_names_add(&names, "EGF") == 1, "EGF");
    CHECK(bp_names_add(&names, "egf") == 2, "egf");
    CHECK(bp_names_add(&names, "") == 3, "the empty name is one");
    CHECK(bp_names_find_n(&names, "EGFRs", 4) == 0, "by length");
    CHECK(bp_names_find(&names, "EG") == -1, "EG");
    CHECK_TEXT(bp_names_nearest(&names, "EGFRR"), "EGFR");
    CHECK_TEXT(bp_names_nearest(&names, "lapatinib"), NULL);
    bp_names_clear(&names);
}

// Adds 200 names; the index of the last. Failing once may lose nothing.
static int add_many(bp_names *names, long nth) {
    char text[32];
    int added = 0;
    bp_alloc_fail(nth, 0);
    for (int i = 0; i < 200 && added >= 0; i++) {
        snprintf(text, sizeof text, "some long name, %d", i);
        added = bp_names_add(names, text);
        if (added >= 0) continue;
        CHECK(names->count == i && bp_names_find(names, text) == -1, "nth %ld", nth);
        CHECK(bp_names_add(names, text) == i, "retry of %d", i);
    }
    bp_alloc_fail(0, 0);
    return added;
}

static void names_survive_every_failed_allocation(void) {
    int added = -1;
    for (long nth = 1; added < 0 && nth < 1000; nth++) {
        bp_names names = {0};
        added = add_many(&names, nth);
        bp_names_clear(&names);
    }
    CHECK(added == 199, "%d", added);
}

static void arena_says_when_memory_is_out(void) {
    bp_arena arena = {0};
    bp_alloc_fail(1, 1);
    CHECK(!bp_arena_take(&arena, 1) && !bp_arena_copy(&arena, "x"), "take, copy");
    CHECK(!bp_arena_format(&arena, "%d", 1), "format");
    bp_alloc_fail(0, 0);
    CHECK(bp_arena_take(&arena, 1) != NULL, "and works again");
    bp_arena_clear(&arena);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(every_status_has_a_name_and_a_text),
        TEST(size_zero_is_one_byte),
        TEST(overflowing_products_fail),
        TEST(aligned_memory_is_aligned_and_zero),
        TEST(the_nth_allocation_fails_once),
        TEST(all_later_allocations_fail_on_request),
        TEST(only_successes_are_counted),
        TEST(array_grows_and_keeps_its_items),
        TEST(array_is_unchanged_when_growing_fails),
        TEST(arena_memory_is_zeroed_aligned_and_apart),
        TEST(arena_copies_texts),
        TEST(arena_says_when_memory_is_out),
        TEST(names_number_in_order_of_addition),
        TEST(names_distinguish_prefixes_and_case),
        TEST(names_survive_every_failed_allocation),
        TEST_END,
    };
    return test_main("base_memory", tests, argc, argv);
}
