// The built-in library: files are what their names say, lists and pages show them.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tests/unit/scenario_test.h"

// "T-DM1" -> "t-dm1"
static void slug(const char *name, char *out, size_t size) {
    size_t n = strlen(name);
    if (n >= size) n = size - 1;
    for (size_t i = 0; i < n; i++) {
        int c = (unsigned char)name[i];
        out[i] = (char)(isalnum(c) ? (tolower)(c) : '-');
    }
    out[n] = '\0';
}

static int check_kind(bp_catalogue kind, const char *folder) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    bp_error err = {0};
    bp_status status = bp_catalogue_list(kind, &items, &n, &err);
    CHECK(status == BP_OK, "%s", err.message);
    for (int i = 0; status == BP_OK && i < n; i++) {
        char wanted[256];
        char stem[128];
        slug(items[i].name, stem, sizeof stem);
        snprintf(wanted, sizeof wanted, "bypass:%s/%s.yaml", folder, stem);
        CHECK_TEXT(items[i].path, wanted); // names are found by their file
        CHECK(items[i].text[0], "%s has no text", items[i].name);
        CHECK(i == 0 || strcmp(items[i - 1].name, items[i].name) < 0, "not sorted");
        bp_text page = {0};
        bp_text json = {0};
        status = bp_catalogue_show(kind, items[i].name, false, 80, &page, &err);
        CHECK(status == BP_OK, "%s: %d:%d %s", items[i].name, err.line, err.column,
              err.message);
        CHECK(strncmp(bp_text_get(&page), items[i].name, strlen(items[i].name)) == 0,
              "the page of %s does not start with it", items[i].name);
        CU_ASSERT_EQUAL(bp_catalogue_show(kind, items[i].name, true, 0, &json, &err),
                        BP_OK);
        CHECK(bp_text_get(&json)[0] == '{', "no JSON about %s", items[i].name);
        bp_text_clear(&page);
        bp_text_clear(&json);
    }
    bp_catalogue_free(items, n);
    return n;
}

static void drugs_ligands_and_cells_are_whole(void) {
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_DRUGS, "drugs") >= 32);
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_LIGANDS, "ligands") >= 6);
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_CELLS, "cells") >= 22);
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_SCENARIOS, "scenarios") >= 5);
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_MECHANISMS, "mechanisms") >= 30);
}

static void every_scenario_of_the_library_loads(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_SCENARIOS, &items, &n, NULL),
                          BP_OK);
    for (int i = 0; i < n; i++) {
        bp_bundle *bundle = NULL;
        bp_scenario *scenario = NULL;
        bp_report report = {0};
        CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
        bp_status status = bp_scenario_load(items[i].name, bundle, &scenario, &report);
        CHECK(status == BP_OK, "%s: %s", items[i].name,
              report.count ? report.items[0].message : "");
        CU_ASSERT_EQUAL(report.n_warnings, 0);
        bp_scenario_free(scenario);
        bp_bundle_free(bundle);
        bp_report_clear(&report);
    }
    bp_catalogue_free(items, n);
}

// Every drug of the library composes with the HER2 network.
static void every_drug_acts_in_the_her2_network(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    char text[2048] = "model: her2\nrun: {until: 1 h, points: 2}\nexpose:\n";
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_DRUGS, &items, &n, NULL),
                          BP_OK);
    for (int i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "  %s: 1 nM\n",
                 items[i].name);
    loaded l = load_text(text);
    CU_ASSERT_EQUAL(l.report.count, 0);
    bp_sink *sink = NULL;
    (void)run_all(&l, 1, &sink);
    if (sink) sink->free(sink);
    unload(&l);
    bp_catalogue_free(items, n);
}

static void models_are_listed_without_their_parts(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    bool her2 = false;
    bool part = false;
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_MODELS, &items, &n, NULL),
                          BP_OK);
    for (int i = 0; i < n; i++) {
        her2 |= strcmp(items[i].name, "her2") == 0;
        part |= strcmp(items[i].name, "archetypes") == 0 ||
                strcmp(items[i].name, "receptors") == 0;
        CHECK(items[i].text[0], "%s has no text", items[i].name);
    }
    CU_ASSERT_TRUE(her2);
    CU_ASSERT_FALSE(part);
    CU_ASSERT_TRUE(n >= 4);
    bp_catalogue_free(items, n);
    bp_text page = {0};
    CU_ASSERT_EQUAL(bp_catalogue_show(BP_CATALOGUE_MODELS, "her2", false, 0, &page, NULL),
                    BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page), "HER2_kinase"));
    bp_text_clear(&page);
}

static void pages_show_values_with_units_and_sources(void) {
    bp_text page = {0};
    CU_ASSERT_EQUAL_FATAL(
        bp_catalogue_show(BP_CATALOGUE_DRUGS, "lapatinib", false, 0, &page, NULL), BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page),
                                  "acts on HER2_kinase as slow_inhibitor\n"
                                  "  Ki    13 nM       [R: Wood 2004]\n"));
    bp_text_clear(&page);
    // aliases are accepted
    CU_ASSERT_EQUAL_FATAL(
        bp_catalogue_show(BP_CATALOGUE_LIGANDS, "heregulin", true, 0, &page, NULL), BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page), "\"value\": \"7900 g/mol\""));
    bp_text_clear(&page);
}

static void an_unknown_name_gets_the_nearest(void) {
    bp_text page = {0};
    bp_error err = {0};
    CU_ASSERT_EQUAL(bp_catalogue_show(BP_CATALOGUE_CELLS, "BT-447", false, 0, &page, &err),
                    BP_UNKNOWN_NAME);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.message, "did you mean 'BT-474'?"));
    CU_ASSERT_EQUAL(page.length, 0);
    bp_bundle *bundle = NULL;
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL(bp_scenario_load("demoo", bundle, &scenario, &report), BP_NO_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(report.items[0].message, "did you mean 'demo'?"));
    bp_report_clear(&report);
    bp_bundle_free(bundle);
}

// ---- the reference ----

// The next ```yaml block at or after *at, copied; NULL: there is none.
static char *next_block(const char **at) {
    const char *start = strstr(*at, "```yaml\n");
    if (!start) return NULL;
    start += strlen("```yaml\n");
    const char *end = strstr(start, "```\n");
    size_t length = end ? (size_t)(end - start) : strlen(start);
    char *block = strndup(start, length);
    *at = start + length;
    return block;
}

static bool take_file(bp_bundle *bundle, const char *block) {
    char name[64];
    if (sscanf(block, "# file %63s", name) != 1) return false;
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, name, block, strlen(block)), BP_OK);
    return true;
}

static void load_block(bp_bundle *bundle, const char *block, int number) {
    bp_scenario *scenario = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, "reference.yaml", block, strlen(block)),
                    BP_OK);
    bp_status status = bp_scenario_load("reference.yaml", bundle, &scenario, &report);
    CHECK(status == BP_OK, "block %d: %s:%d: %s", number,
          report.count ? report.items[0].where.file : "",
          report.count ? report.items[0].where.line : 0,
          report.count ? report.items[0].message : "");
    bp_scenario_free(scenario);
    bp_report_clear(&report);
}

static void every_example_of_the_reference_loads(void) {
    char *text = NULL;
    char *block = NULL;
    bp_bundle *bundle = NULL;
    int n = 0;
    bp_error err = {0};
    bp_status status =
        bp_file_read(test_file("../docs/scenario-reference.md"), &text, NULL, &err);
    CHECK(status == BP_OK, "%s", err.message);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    const char *at = text ? text : "";
    while ((block = next_block(&at))) {
        if (!take_file(bundle, block)) load_block(bundle, block, ++n);
        free(block);
    }
    CU_ASSERT_TRUE(n >= 8);
    bp_bundle_free(bundle);
    bp_free(text);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(drugs_ligands_and_cells_are_whole),
        TEST(every_scenario_of_the_library_loads),
        TEST(every_drug_acts_in_the_her2_network),
        TEST(models_are_listed_without_their_parts),
        TEST(pages_show_values_with_units_and_sources),
        TEST(an_unknown_name_gets_the_nearest),
        TEST(every_example_of_the_reference_loads),
        TEST_END,
    };
    return test_main("scenario files", tests, argc, argv);
}
