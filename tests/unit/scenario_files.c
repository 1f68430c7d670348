// The built-in library: files are what their names say, lists and pages show them.
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
        CHECK(i == 0 || strcasecmp(items[i - 1].name, items[i].name) < 0, "not sorted");
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
    CU_ASSERT_TRUE(check_kind(BP_CATALOGUE_CELLS, "cells") >= 23);
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

// Every cell line sets what the HER2 network has: nothing is noted as not used.
static void every_cell_sets_what_the_her2_network_has(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    char text[2048] =
        "model: her2\nrun: {until: 1 h, points: 2}\nsweep: {cell: {list: [";
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_CELLS, &items, &n, NULL),
                          BP_OK);
    for (int i = 0; i < n; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? ", " : "",
                 items[i].name);
    snprintf(text + strlen(text), sizeof text - strlen(text), "]}}\n");
    loaded l = load_text(text);
    for (int i = 0; i < l.report.count; i++)
        CHECK(false, "%s:%d: %s", l.report.items[i].where.file,
              l.report.items[i].where.line, l.report.items[i].message);
    CU_ASSERT_EQUAL(l.scenario ? bp_scenario_n_runs(l.scenario) : 0, n);
    bp_sink *sink = NULL;
    (void)run_all(&l, 1, &sink);
    if (sink) sink->free(sink);
    unload(&l);
    bp_catalogue_free(items, n);
}

// The network's own numbers are those of BT-474.
static void bt_474_is_the_network_without_a_cell(void) {
    static const char *const observables[] = {"pHER2", "pHER3", "pAKT", "pERK", "Ki67"};
    loaded without = load_text("model: her2\nexpose: {NRG1: 10 nM}\n"
                               "run: {until: 1 h, points: 3}\n");
    loaded with = load_text("model: her2\ncell: BT-474\nexpose: {NRG1: 10 nM}\n"
                            "run: {until: 1 h, points: 3}\n");
    bp_sink *sinks[2] = {NULL, NULL};
    const bp_results *a = run_all(&without, 1, &sinks[0]);
    const bp_results *b = run_all(&with, 1, &sinks[1]);
    for (int i = 0; a && b && i < 5; i++)
        for (int t = 0; t < 3; t++) {
            double own = value_of(a, 0, t, observables[i]);
            double cell = value_of(b, 0, t, observables[i]);
            CHECK(fabs(own - cell) <= 1e-5 * fabs(own) + 1e-9, "%s: %g, BT-474 %g",
                  observables[i], own, cell);
        }
    for (int i = 0; i < 2; i++)
        if (sinks[i]) sinks[i]->free(sinks[i]);
    unload(&without);
    unload(&with);
}

// The page of an item, not broken into lines.
static bp_text page_of(bp_catalogue kind, const char *name) {
    bp_text page = {0};
    bp_error err = {0};
    bp_status status = bp_catalogue_show(kind, name, false, 0, &page, &err);
    CHECK(status == BP_OK, "%s: %s", name, err.message);
    return page;
}

static void a_kinase_inhibitor_of_her2_says_what_it_does_to_its_variants(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    int n_inhibitors = 0;
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_DRUGS, &items, &n, NULL),
                          BP_OK);
    for (int i = 0; i < n; i++) {
        bp_text page = page_of(BP_CATALOGUE_DRUGS, items[i].name);
        const char *text = bp_text_get(&page);
        if (strstr(text, "acts on HER2_kinase ")) {
            n_inhibitors++;
            CHECK(strstr(text, "acts on p95_kinase "), "%s: p95?", items[i].name);
            CHECK(strstr(text, "acts on d16_kinase "), "%s: d16?", items[i].name);
        }
        CHECK(strstr(text, "  confidence "), "%s: how well known?", items[i].name);
        bp_text_clear(&page);
    }
    CU_ASSERT_TRUE(n_inhibitors >= 7);
    bp_catalogue_free(items, n);
}

// Names of cell lines as tables of measured data spell them.
static void cells_answer_to_the_spellings_of_data_tables(void) {
    static const char *const spellings[][2] = {
        {"AU-565", "AU565"},
        {"AU565", "AU565"},
        {"BT-20", "BT-20"},
        {"BT20", "BT-20"},
        {"BT-474", "BT-474"},
        {"BT474", "BT-474"},
        {"HCC1419", "HCC1419"},
        {"HCC1569", "HCC1569"},
        {"HCC1954", "HCC1954"},
        {"HCC202", "HCC202"},
        {"MCF 10A", "MCF10A"},
        {"MCF10A", "MCF10A"},
        {"MCF7", "MCF7"},
        {"MCF7__b", "MCF7"},
        {"MCF-7", "MCF7"},
        {"MDA-MB-175-VII", "MDA-MB-175-VII"},
        {"MDA175", "MDA-MB-175-VII"},
        {"MDA-MB-231__a", "MDA-MB-231"},
        {"MDA231", "MDA-MB-231"},
        {"MDA-MB-361", "MDA-MB-361"},
        {"MDAMB361", "MDA-MB-361"},
        {"MDA361", "MDA-MB-361"},
        {"MDA-MB-453", "MDA-MB-453"},
        {"MDA453", "MDA-MB-453"},
        {"MDA-MB-468", "MDA-MB-468"},
        {"MDAMB468", "MDA-MB-468"},
        {"SK-BR-3__a", "SK-BR-3"},
        {"SKBR3", "SK-BR-3"},
        {"T47D", "T47D"},
        {"UACC-812", "UACC-812"},
        {"UACC812", "UACC-812"},
        {"UACC-893", "UACC-893"},
        {"ZR-75-30", "ZR-75-30"},
        {"ZR7530", "ZR-75-30"},
    };
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        bp_text page = page_of(BP_CATALOGUE_CELLS, spellings[i][0]);
        size_t length = strlen(spellings[i][1]);
        CHECK(strncmp(bp_text_get(&page), spellings[i][1], length) == 0 &&
                  bp_text_get(&page)[length] == '\n',
              "'%s' is not %s", spellings[i][0], spellings[i][1]);
        bp_text_clear(&page);
    }
}

// Checks that no other item of the kind has the name or alias.
static void check_only_one_answers(bp_catalogue kind, const bp_catalogue_item *item,
                                   const char *name) {
    bp_text page = page_of(kind, name);
    size_t length = strlen(item->name);
    CHECK(strncmp(bp_text_get(&page), item->name, length) == 0 &&
              bp_text_get(&page)[length] == '\n',
          "'%s' of %s is another one too", name, item->name);
    bp_text_clear(&page);
}

static void no_two_items_answer_to_one_name(void) {
    static const bp_catalogue kinds[] = {BP_CATALOGUE_DRUGS, BP_CATALOGUE_LIGANDS,
                                         BP_CATALOGUE_CELLS, BP_CATALOGUE_MECHANISMS};
    int n_aliases = 0;
    for (int k = 0; k < 4; k++) {
        bp_catalogue_item *items = NULL;
        int n = 0;
        CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(kinds[k], &items, &n, NULL), BP_OK);
        for (int i = 0; i < n; i++) {
            bp_text page = page_of(kinds[k], items[i].name);
            char *row = page.data ? strstr(page.data, "  also called  ") : NULL;
            char *rest = NULL;
            if (row) row[strcspn(row, "\n")] = '\0';
            char *alias =
                row ? strtok_r(row + strlen("  also called"), ",", &rest) : NULL;
            for (; alias; alias = strtok_r(NULL, ",", &rest), n_aliases++)
                check_only_one_answers(kinds[k], &items[i], alias + strspn(alias, " "));
            check_only_one_answers(kinds[k], &items[i], items[i].name);
            bp_text_clear(&page);
        }
        bp_catalogue_free(items, n);
    }
    CU_ASSERT_TRUE(n_aliases >= 60);
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
    CU_ASSERT_EQUAL(
        bp_catalogue_show(BP_CATALOGUE_MODELS, "her2", false, 0, &page, NULL), BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page), "HER2_kinase"));
    bp_text_clear(&page);
}

static void pages_show_values_with_units_and_sources(void) {
    bp_text page = {0};
    CU_ASSERT_EQUAL_FATAL(
        bp_catalogue_show(BP_CATALOGUE_DRUGS, "lapatinib", false, 0, &page, NULL),
        BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page),
                                  "acts on HER2_kinase as slow_inhibitor\n"
                                  "  Ki    13 nM       [R: Wood 2004]\n"));
    bp_text_clear(&page);
    // aliases are accepted
    CU_ASSERT_EQUAL_FATAL(
        bp_catalogue_show(BP_CATALOGUE_LIGANDS, "heregulin", true, 0, &page, NULL),
        BP_OK);
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&page), "\"value\": \"7900 g/mol\""));
    bp_text_clear(&page);
}

static void an_unknown_name_gets_the_nearest(void) {
    bp_text page = {0};
    bp_error err = {0};
    CU_ASSERT_EQUAL(
        bp_catalogue_show(BP_CATALOGUE_CELLS, "BT-447", false, 0, &page, &err),
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

// ---- lines ----

// Blanks and ends of lines as one blank each, so that only the words count.
static char *words_of(const bp_text *text) {
    const char *from = bp_text_get(text);
    char *words = malloc(strlen(from) + 1);
    char *to = words;
    for (; words && *from; from++)
        if (*from != ' ' && *from != '\n')
            *to++ = *from;
        else if (to > words && to[-1] != ' ')
            *to++ = ' ';
    if (words) *to = '\0';
    return words;
}

static void check_width(const bp_text *text, int width, const char *what) {
    for (const char *line = bp_text_get(text); *line;) {
        int length = (int)strcspn(line, "\n");
        bool path = strncmp(line, "  file ", 7) == 0; // one word: cannot be broken
        CHECK(path || length <= width, "%s at %d columns: %.*s", what, width, length,
              line);
        line += length + (line[length] == '\n');
    }
}

static void check_pages(bp_catalogue kind, const bp_catalogue_item *item) {
    static const int widths[] = {60, 80, 120};
    bp_text whole = page_of(kind, item->name);
    char *words = words_of(&whole);
    for (int i = 0; i < 3; i++) {
        bp_text page = {0};
        CU_ASSERT_EQUAL(
            bp_catalogue_show(kind, item->name, false, widths[i], &page, NULL), BP_OK);
        check_width(&page, widths[i], item->name);
        char *broken = words_of(&page);
        CHECK_TEXT(broken, words); // nothing is lost where lines are broken
        free(broken);
        bp_text_clear(&page);
    }
    free(words);
    bp_text_clear(&whole);
}

static void pages_and_tables_fit_the_terminal(void) {
    static const bp_catalogue kinds[] = {BP_CATALOGUE_DRUGS, BP_CATALOGUE_LIGANDS,
                                         BP_CATALOGUE_CELLS, BP_CATALOGUE_MECHANISMS};
    for (int k = 0; k < 4; k++) {
        bp_catalogue_item *items = NULL;
        int n = 0;
        CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(kinds[k], &items, &n, NULL), BP_OK);
        for (int i = 0; i < n; i++)
            check_pages(kinds[k], &items[i]);
        for (int width = 60; width <= 120; width += 20) {
            bp_text table = {0};
            CU_ASSERT_EQUAL(bp_catalogue_table(kinds[k], false, width, &table, NULL),
                            BP_OK);
            check_width(&table, width, "table");
            bp_text_clear(&table);
        }
        bp_catalogue_free(items, n);
    }
}

static int lines_of(const bp_text *text) {
    int n = 0;
    for (const char *c = bp_text_get(text); *c; c++)
        n += *c == '\n';
    return n;
}

static void tables_say_what_matters(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    bp_text table = {0};
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_DRUGS, &items, &n, NULL),
                          BP_OK);
    bp_catalogue_free(items, n);
    CU_ASSERT_EQUAL(bp_catalogue_table(BP_CATALOGUE_DRUGS, false, 0, &table, NULL),
                    BP_OK);
    CU_ASSERT_EQUAL(lines_of(&table), n); // to be read by programs: no titles
    CU_ASSERT_PTR_NOT_NULL(strstr(bp_text_get(&table),
                                  "\nlapatinib     slow inhibitor      high    "
                                  "EGFR 3, HER2 13, p95 13, d16 130\n"));
    bp_text_clear(&table);
    CU_ASSERT_EQUAL(bp_catalogue_table(BP_CATALOGUE_CELLS, false, 80, &table, NULL),
                    BP_OK);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(bp_text_get(&table), "cell line       HER2   EGFR    HER3    known"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(bp_text_get(&table), "PIK3CA H1047R, TP53 Y163C, ER-"));
    bp_text_clear(&table);
    CU_ASSERT_EQUAL(bp_catalogue_table(BP_CATALOGUE_CELLS, true, 80, &table, NULL),
                    BP_OK);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(bp_text_get(&table), "\"genotype\": \"PTEN null, ER-\""));
    bp_text_clear(&table);
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
        TEST(every_cell_sets_what_the_her2_network_has),
        TEST(bt_474_is_the_network_without_a_cell),
        TEST(a_kinase_inhibitor_of_her2_says_what_it_does_to_its_variants),
        TEST(cells_answer_to_the_spellings_of_data_tables),
        TEST(no_two_items_answer_to_one_name),
        TEST(models_are_listed_without_their_parts),
        TEST(pages_show_values_with_units_and_sources),
        TEST(an_unknown_name_gets_the_nearest),
        TEST(pages_and_tables_fit_the_terminal),
        TEST(tables_say_what_matters),
        TEST(every_example_of_the_reference_loads),
        TEST_END,
    };
    return test_main("scenario files", tests, argc, argv);
}
