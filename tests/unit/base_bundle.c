// Bundles of texts, their names, and where the built-in library lies.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bundle.h"
#include "base/paths.h"
#include "tests/support/harness.h"

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CHECK(fputs(text, file) >= 0, "%s", path);
    fclose(file);
}

// A data folder of our own with models/her2/her2.ant and two drugs, named by the
// environment.
static void make_library(void) {
    char path[400];
    const char *folders[] = {"models", "models/her2", "drugs", "drugs/folder.yaml"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        snprintf(path, sizeof path, "%s/%s", test_temporary(), folders[i]);
        mkdir(path, 0700);
    }
    const char *files[][2] = {
        {"models/her2/her2.ant", "import \"receptors.ant\""},
        {"models/her2/receptors.ant", "// receptors"},
        {"drugs/lapatinib.yaml", "lapatinib"},
        {"drugs/afatinib.yaml", "afatinib"},
        {"drugs/.hidden.yaml", ""},
        {"drugs/notes.txt", ""},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", test_temporary(), files[i][0]);
        write_file(path, files[i][1]);
    }
    setenv("BYPASS_DATA_DIR", test_temporary(), 1);
}

static bp_bundle *new_bundle(void) {
    bp_bundle *bundle = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    return bundle;
}

static void texts_are_kept_in_order_of_first_reading(void) {
    make_library();
    bp_bundle *bundle = new_bundle();
    const char *text = NULL;
    size_t length = 0;
    CHECK(bp_bundle_add(bundle, "inline", "a\0b", 3) == BP_OK, "add");
    CHECK(bp_bundle_read(bundle, "bypass:models/her2/her2.ant", &text, &length, NULL) ==
              BP_OK,
          "read");
    CHECK_TEXT(text, "import \"receptors.ant\"");
    CHECK(length == strlen(text), "%zu", length);
    CHECK(bp_bundle_read(bundle, "inline", &text, &length, NULL) == BP_OK,
          "from memory");
    CHECK(length == 3 && memcmp(text, "a\0b", 4) == 0, "%zu", length);
    CHECK(bp_bundle_add(bundle, "inline", "new", 3) == BP_OK, "replace");

    CHECK(bp_bundle_count(bundle) == 2, "%d", bp_bundle_count(bundle));
    CHECK_TEXT(bp_bundle_name(bundle, 0), "inline");
    CHECK_TEXT(bp_bundle_text(bundle, 0, NULL), "new");
    CHECK_TEXT(bp_bundle_name(bundle, 1), "bypass:models/her2/her2.ant");
    bp_bundle_free(bundle);
    bp_bundle_free(NULL);
}

static void a_text_is_read_from_disk_once(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/once.ant", test_temporary());
    write_file(path, "first");
    bp_bundle *bundle = new_bundle();
    const char *text = NULL, *again = NULL;
    CHECK(bp_bundle_read(bundle, path, &text, NULL, NULL) == BP_OK, "read");
    write_file(path, "second");
    CHECK(bp_bundle_read(bundle, path, &again, NULL, NULL) == BP_OK, "read again");
    CHECK_TEXT(again, "first");
    CHECK(text == again, "the same text");
    bp_bundle_free(bundle);
}

static void a_sealed_bundle_does_not_touch_the_disk(void) {
    make_library();
    bp_bundle *bundle = new_bundle();
    const char *text = NULL;
    bp_error err = {0};
    const char *name = "bypass:models/her2/her2.ant";
    CHECK(bp_bundle_has(bundle, name) && !bp_bundle_sealed(bundle), "open");
    CHECK(bp_bundle_add(bundle, "kept.ant", "kept", 4) == BP_OK, "add");
    bp_bundle_seal(bundle);
    CHECK(bp_bundle_sealed(bundle), "sealed");
    CHECK(!bp_bundle_has(bundle, name) && bp_bundle_has(bundle, "kept.ant"), "has");
    CHECK(bp_bundle_read(bundle, name, &text, NULL, &err) == BP_NO_FILE, "read");
    CHECK(strstr(err.message, name) != NULL, "%s", err.message);
    CHECK(bp_bundle_read(bundle, "kept.ant", &text, NULL, NULL) == BP_OK, "kept");
    bp_bundle_free(bundle);
}

static void what_is_not_there_is_no_file(void) {
    make_library();
    bp_bundle *bundle = new_bundle();
    static const char *const names[] = {"/no/such/file",
                                        "bypass:models/none.ant",
                                        "bypass:nothing/x.ant",
                                        "bypass:models",
                                        "bypass:",
                                        "bypass:models/../drugs/afatinib.yaml",
                                        "bypass:models/her2"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *text = NULL;
        bp_error err = {0};
        CHECK(!bp_bundle_has(bundle, names[i]), "%s", names[i]);
        CHECK(bp_bundle_read(bundle, names[i], &text, NULL, &err) == BP_NO_FILE, "%s",
              names[i]);
        CHECK(err.message[0] != '\0' && !text, "%s", names[i]);
    }
    CHECK(bp_bundle_count(bundle) == 0, "nothing was added");
    bp_bundle_free(bundle);
}

static void names_resolve_against_the_file_they_stand_in(void) {
    static const struct {
        const char *base, *relative, *result;
    } cases[] = {
        {"bypass:models/her2/her2.ant", "receptors.ant",
         "bypass:models/her2/receptors.ant"},
        {"bypass:models/her2/her2.ant", "./a/b.ant", "bypass:models/her2/a/b.ant"},
        {"bypass:models/her2/her2.ant", "../teaching/x.ant",
         "bypass:models/teaching/x.ant"},
        {"bypass:models/a.ant", "../../../x", "bypass:../../x"}, // refused when read
        {"bypass:models/a.ant", "/tmp/x.ant", "/tmp/x.ant"},
        {"models/a.ant", "bypass:drugs/./x.yaml", "bypass:drugs/x.yaml"},
        {"models/a.ant", "b.ant", "models/b.ant"},
        {"a.ant", "b.ant", "b.ant"},
        {"./a.ant", "./b.ant", "b.ant"},
        {"x/a.ant", "../b.ant", "b.ant"},
        {"a.ant", "../b.ant", "../b.ant"},
        {"../a.ant", "../b.ant", "../../b.ant"},
        {"../x/a.ant", "../../b.ant", "../../b.ant"},
        {"/home/u/a.ant", "../v//w/b.ant", "/home/v/w/b.ant"},
        {"/a.ant", "../../b.ant", "/b.ant"},
        {"/a.ant", "b.ant", "/b.ant"},
        {"", "b.ant", "b.ant"},
        {NULL, "x/../b.ant", "b.ant"},
        {NULL, "..b/.c", "..b/.c"},
        {NULL, ".", "."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bp_text text = {0};
        bp_text_add(&text, ">");
        bp_bundle_resolve(cases[i].base, cases[i].relative, &text);
        CHECK_TEXT(bp_text_get(&text) + 1, cases[i].result);
        bp_text_clear(&text);
    }
}

static bp_status read_and_add(bp_bundle **bundle) {
    const char *text;
    bp_text name = {0};
    bp_status status = bp_bundle_new(bundle);
    if (status == BP_OK)
        status =
            bp_bundle_read(*bundle, "bypass:models/her2/her2.ant", &text, NULL, NULL);
    if (status == BP_OK) status = bp_bundle_add(*bundle, "b", "text", 4);
    bp_bundle_resolve("bypass:models/her2/her2.ant", "receptors.ant", &name);
    if (status == BP_OK && name.failed) status = BP_NO_MEMORY;
    if (status == BP_OK)
        status = bp_bundle_read(*bundle, bp_text_get(&name), &text, NULL, NULL);
    bp_text_clear(&name);
    return status;
}

static void bundle_survives_every_failed_allocation(void) {
    make_library();
    bp_status status = BP_NO_MEMORY;
    int nth = 1;
    for (; status == BP_NO_MEMORY && nth < 500; nth++) {
        bp_bundle *bundle = NULL;
        bp_alloc_fail(nth, 0);
        status = read_and_add(&bundle);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) CHECK(bp_bundle_count(bundle) == 3, "all three texts");
        bp_bundle_free(bundle);
    }
    CHECK(status == BP_OK, "%s", bp_status_name(status));
    CHECK(nth > 8, "%d allocations failed", nth - 2);
}

static void kinds_lead_to_folders(void) {
    make_library();
    char expected[400];
    bp_text text = {0};
    snprintf(expected, sizeof expected, "%s/drugs", test_temporary());
    CHECK(bp_data_folder("drugs", &text), "drugs");
    CHECK_TEXT(bp_text_get(&text), expected);
    bp_text_clear(&text);
    CHECK(!bp_data_folder("recipes", &text) && text.length == 0, "no such kind");

    // without the variable the source tree is found
    unsetenv("BYPASS_DATA_DIR");
    if (bp_path_is_folder(test_file("../model/library"))) {
        CHECK(bp_data_folder("models", &text), "models");
        CHECK(strstr(bp_text_get(&text), "model/library") != NULL, "%s",
              bp_text_get(&text));
    }
    bp_text_clear(&text);
}

static void plugins_are_found_where_the_variable_says(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/bypass-test.so", test_temporary());
    write_file(path, "");
    bp_text text = {0};
    setenv("BYPASS_PLUGIN_DIR", test_temporary(), 1);
    CHECK(bp_plugin_path("bypass-test.so", &text), "there");
    CHECK_TEXT(bp_text_get(&text), path);
    bp_text_clear(&text);
    CHECK(!bp_plugin_path("bypass-none.so", &text) && text.length == 0, "not there");
    bp_text_clear(&text);
    unsetenv("BYPASS_PLUGIN_DIR");
}

static void paths_join_and_split(void) {
    static const char *const joins[][3] = {
        {"a/b", "c", "a/b/c"}, {"a/", "c", "a/c"}, {"a", "/c", "/c"}, {"", "c", "c"}};
    static const char *const folders[][2] = {
        {"a/b.ant", "a"}, {"b.ant", "."}, {"/b.ant", "/"}, {"/a/b/c", "/a/b"}};
    for (int i = 0; i < 4; i++) {
        bp_text text = {0};
        bp_path_join(&text, joins[i][0], joins[i][1]);
        CHECK_TEXT(bp_text_get(&text), joins[i][2]);
        bp_text_clear(&text);
        bp_path_folder(&text, folders[i][0]);
        CHECK_TEXT(bp_text_get(&text), folders[i][1]);
        bp_text_clear(&text);
    }
    CHECK(bp_path_exists("/") && bp_path_is_folder("/"), "/");
    CHECK(bp_path_exists("/dev/null") && !bp_path_is_folder("/dev/null"), "/dev/null");
}

static bp_status note_stem(const char *path, const char *stem, void *data) {
    bp_text *list = data;
    CHECK(bp_path_exists(path), "%s", path);
    bp_text_format(list, "%s ", stem);
    return strcmp(stem, "stop") == 0 ? BP_CANCELLED : BP_OK;
}

static void folders_are_visited_in_alphabetical_order(void) {
    make_library();
    char path[300], stop[400];
    bp_text list = {0};
    bp_error err = {0};
    snprintf(path, sizeof path, "%s/drugs", test_temporary());
    CHECK(bp_folder_visit(path, ".yaml", note_stem, &list, NULL) == BP_OK, "visit");
    CHECK_TEXT(bp_text_get(&list), "afatinib lapatinib ");
    bp_text_clear(&list);

    snprintf(stop, sizeof stop, "%s/stop.yaml", path);
    write_file(stop, "");
    CHECK(bp_folder_visit(path, ".yaml", note_stem, &list, NULL) == BP_CANCELLED,
          "the visitor's status comes back");
    bp_text_clear(&list);
    remove(stop);
    CHECK(bp_folder_visit("/no/such", ".yaml", note_stem, &list, &err) == BP_NO_FILE,
          "none");
    CHECK_TEXT(err.message,
               "cannot open the folder '/no/such': No such file or directory");

    bp_status status = BP_NO_MEMORY;
    for (int nth = 1; status == BP_NO_MEMORY && nth < 50; nth++) {
        bp_text ignored = {0};
        bp_alloc_fail(nth, 0);
        status = bp_folder_visit(path, ".yaml", note_stem, &ignored, NULL);
        bp_alloc_fail(0, 0);
        bp_text_clear(&ignored);
    }
    CHECK(status == BP_OK, "%s", bp_status_name(status));
}

// ---- texts laid aside ----

static bp_status add_piece(void *data, const char *piece, size_t length) {
    bp_text_add_n(data, piece, length);
    return BP_OK;
}

static bp_status refuse(void *data, const char *piece, size_t length) {
    (void)piece;
    (void)length;
    ++*(int *)data;
    return BP_CANCELLED;
}

// 200,000 bytes, more than a piece, that end in `last`.
static void write_large(const char *path, char last) {
    char *text = bp_malloc(200001);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    for (int i = 0; i < 200000; i++)
        text[i] = (char)('a' + i % 23);
    text[199999] = last;
    text[200000] = '\0';
    write_file(path, text);
    bp_free(text);
}

static void large_files_are_not_kept(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/large.csv", test_temporary());
    write_large(path, 'x');
    bp_bundle *bundle = new_bundle();
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    bp_text all = {0}, passed = {0};
    int calls = 0;
    CHECK(bp_bundle_scan(bundle, path, refuse, &calls, &err) == BP_CANCELLED, "status");
    CHECK(calls == 1 && bp_bundle_count(bundle) == 0, "%d", calls);
    CHECK(bp_bundle_scan(bundle, path, add_piece, &all, &err) == BP_OK, "%s",
          err.message);
    CHECK(all.length == 200000 && all.data[199999] == 'x', "%zu", all.length);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_count(bundle), 1);
    CHECK(!bp_bundle_text(bundle, 0, &length) && length == 200000, "%zu", length);

    CHECK(bp_bundle_pass(bundle, 0, add_piece, &passed, NULL) == BP_OK, "pass");
    CHECK_TEXT(bp_text_get(&passed), bp_text_get(&all));
    CHECK(bp_bundle_pass(bundle, 0, refuse, &calls, NULL) == BP_CANCELLED, "status");
    CHECK(calls == 2, "%d", calls);
    bp_text_clear(&passed);
    CHECK(bp_bundle_scan(bundle, path, add_piece, &passed, NULL) == BP_OK, "again");
    CHECK_TEXT(bp_text_get(&passed), bp_text_get(&all));

    write_large(path, 'y'); // the same length
    bp_text_clear(&passed);
    CHECK(bp_bundle_pass(bundle, 0, add_piece, &passed, &err) == BP_IO, "changed");
    CHECK(strstr(err.message, "has changed since it was read"), "%s", err.message);
    CHECK(bp_bundle_read(bundle, path, &text, NULL, NULL) == BP_IO, "changed");
    write_large(path, 'x');
    CHECK(bp_bundle_read(bundle, path, &text, NULL, NULL) == BP_OK, "as it was");
    CHECK_TEXT(text, bp_text_get(&all));
    remove(path);
    bp_text_clear(&passed);
    CHECK(bp_bundle_pass(bundle, 0, add_piece, &passed, NULL) == BP_OK, "of memory");
    CHECK_TEXT(bp_text_get(&passed), bp_text_get(&all));
    bp_text_clear(&passed);
    bp_text_clear(&all);
    bp_bundle_free(bundle);
}

static void a_file_that_went_is_told(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/large.csv", test_temporary());
    write_large(path, 'x');
    bp_bundle *bundle = new_bundle();
    bp_error err = {0};
    bp_text all = {0};
    CHECK(bp_bundle_scan(bundle, path, add_piece, &all, &err) == BP_OK, "scan");
    remove(path);
    CHECK(bp_bundle_pass(bundle, 0, add_piece, &all, &err) == BP_IO, "gone");
    CHECK(strstr(err.message, "has changed since it was read"), "%s", err.message);
    bp_text_clear(&all);
    bp_bundle_free(bundle);
}

static void small_and_given_texts_are_kept(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/small.csv", test_temporary());
    write_file(path, "a\n1\n");
    bp_bundle *bundle = new_bundle();
    bp_text all = {0};
    bp_error err = {0};
    CHECK(bp_bundle_scan(bundle, path, add_piece, &all, NULL) == BP_OK, "scan");
    CHECK_TEXT(bp_text_get(&all), "a\n1\n");
    CHECK_TEXT(bp_bundle_text(bundle, 0, NULL), "a\n1\n");
    char *large = bp_calloc(100001, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(large);
    memset(large, 'x', 100000);
    CHECK(bp_bundle_add(bundle, "given", large, 100000) == BP_OK, "add");
    bp_text_clear(&all);
    CHECK(bp_bundle_scan(bundle, "given", add_piece, &all, NULL) == BP_OK, "scan");
    CHECK_TEXT(bp_text_get(&all), large);
    CHECK_TEXT(bp_bundle_text(bundle, 1, NULL), large);
    CHECK(bp_bundle_scan(bundle, "absent.csv", add_piece, &all, &err) == BP_NO_FILE,
          "%s", err.message);
    write_large(path, 'x');
    bp_bundle_seal(bundle);
    bp_text_clear(&all);
    CHECK(bp_bundle_scan(bundle, path, add_piece, &all, NULL) == BP_OK, "sealed");
    CHECK_TEXT(bp_text_get(&all), "a\n1\n");
    CHECK(bp_bundle_scan(bundle, "absent.csv", add_piece, &all, &err) == BP_NO_FILE,
          "%s", err.message);
    CHECK(strstr(err.message, "not among the texts stored"), "%s", err.message);
    bp_text_clear(&all);
    bp_free(large);
    bp_bundle_free(bundle);
}

static void scans_survive_every_failed_allocation(void) {
    char path[400];
    snprintf(path, sizeof path, "%s/large.csv", test_temporary());
    write_large(path, 'x');
    bp_status status = BP_NO_MEMORY;
    for (int nth = 1; status == BP_NO_MEMORY && nth < 100; nth++) {
        bp_bundle *bundle = new_bundle();
        bp_text all = {0};
        const char *text = NULL;
        bp_alloc_fail(nth, 0);
        status = bp_bundle_scan(bundle, path, add_piece, &all, NULL);
        if (status == BP_OK) status = bp_bundle_read(bundle, path, &text, NULL, NULL);
        bp_alloc_fail(0, 0);
        if (status == BP_OK) CHECK(strlen(text) == 200000, "whole");
        if (status == BP_OK) CHECK(all.length == 200000, "whole");
        bp_text_clear(&all);
        bp_bundle_free(bundle);
    }
    CHECK(status == BP_OK, "%s", bp_status_name(status));
    remove(path);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(texts_are_kept_in_order_of_first_reading),
        TEST(a_text_is_read_from_disk_once),
        TEST(a_sealed_bundle_does_not_touch_the_disk),
        TEST(what_is_not_there_is_no_file),
        TEST(names_resolve_against_the_file_they_stand_in),
        TEST(bundle_survives_every_failed_allocation),
        TEST(kinds_lead_to_folders),
        TEST(plugins_are_found_where_the_variable_says),
        TEST(paths_join_and_split),
        TEST(large_files_are_not_kept),
        TEST(a_file_that_went_is_told),
        TEST(small_and_given_texts_are_kept),
        TEST(scans_survive_every_failed_allocation),
        TEST(folders_are_visited_in_alphabetical_order),
        TEST_END,
    };
    return test_main("base_bundle", tests, argc, argv);
}
