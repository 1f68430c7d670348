// The built-in library as SBML: libsbml finds nothing to complain of, in any model and
// in networks that scenarios compose with each kind of drug.
#include <string.h>

#include "scenarios/scenario.h"
#include "tests/unit/sbml_write_test.h"
#include "tests/unit/scenario_test.h"

static void every_model_of_the_library_is_flawless(void) {
    bp_catalogue_item *items = NULL;
    int n = 0;
    CU_ASSERT_EQUAL_FATAL(bp_catalogue_list(BP_CATALOGUE_MODELS, &items, &n, NULL),
                          BP_OK);
    CHECK(n >= 5, "only %d models", n);
    for (int i = 0; i < n; i++) {
        bp_spec *spec = NULL;
        bp_report report = {0};
        bp_status status = bp_network_load(items[i].path, NULL, &spec, &report);
        CHECK(status == BP_OK, "%s", items[i].path);
        if (status == BP_OK) check_flawless(spec, items[i].name);
        bp_spec_free(spec);
        bp_report_clear(&report);
    }
    bp_catalogue_free(items, n);
}

// One drug of each archetype, a ligand, an event of each kind of dose.
static const char *const scenario =
    "model: her2\ncell: BT-474\n"
    "arms:\n"
    "  none: {}\n"
    "  all:\n"
    "    lapatinib: 200 nM\n"                              // slow
    "    tucatinib: 100 nM\n"                              // fast
    "    neratinib: {dose: 10 nM, at: 2 h, until: 30 h}\n" // covalent
    "    trastuzumab: 10 ug/mL\n"
    "    NRG1: {dose: 10 ng/mL, at: 24 h}\n"
    "run: {until: 48 h, points: 3}\nobserve: [pAKT]\n";

static void a_composed_network_is_flawless(void) {
    loaded l = load_text(scenario);
    for (int run = 0; run < 2 && l.scenario; run++) {
        bp_spec *spec = NULL;
        bp_error err = {0};
        bp_status status = bp_scenario_snapshot(l.scenario, run, &spec, &err);
        CHECK(status == BP_OK, "%s", err.message);
        if (status == BP_OK) check_flawless(spec, run ? "all" : "none");
        bp_spec_free(spec);
    }
    unload(&l);
}

// Every protein, lipid and place says in the words of others what it is.
static void species_of_the_library_are_identified(void) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(
        bp_network_load("bypass:models/her2/her2.ant", NULL, &spec, &report), BP_OK);
    SBMLDocument_t *d = sbml_document(spec);
    Model_t *model = SBMLDocument_getModel(d);
    int bare = 0;
    for (unsigned int i = 0; i < Model_getNumSpecies(model); i++) {
        Species_t *s = Model_getSpecies(model, i);
        CHECK(SBase_isSetSBOTerm((SBase_t *)s) || !strcmp(Species_getId(s), "HER3_PTP"),
              "%s has no SBO term", Species_getId(s));
        bare += SBase_getNumCVTerms((SBase_t *)s) == 0;
    }
    CHECK(bare <= 1, "%d species are not identified", bare); // an unnamed phosphatase
    for (unsigned int i = 0; i < Model_getNumReactions(model); i++)
        CHECK(SBase_isSetSBOTerm((SBase_t *)Model_getReaction(model, i)),
              "%s has no SBO term", Reaction_getId(Model_getReaction(model, i)));
    SBMLDocument_free(d);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

// The spec of a document; NULL and a failed check when it is refused.
static bp_spec *spec_of_sbml(const char *text) {
    bp_bundle *bundle = NULL;
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&bundle), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(bundle, "test.xml", text, strlen(text)), BP_OK);
    bp_status status = bp_plugin_sbml_read("test.xml", bundle, &spec, &report);
    CHECK(status == BP_OK, "%s", report.count ? report.items[0].message : "");
    bp_report_clear(&report);
    bp_bundle_free(bundle);
    return spec;
}

// Reading may order things anew, once; what is written then reads back as it was.
static void what_is_read_again_is_written_alike(void) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    CU_ASSERT_EQUAL_FATAL(
        bp_network_load("bypass:models/her2/her2.ant", NULL, &spec, &report), BP_OK);
    bp_text first = sbml_text(spec);
    bp_spec *read = spec_of_sbml(bp_text_get(&first));
    CU_ASSERT_PTR_NOT_NULL_FATAL(read);
    CU_ASSERT_EQUAL(read->symbols.count, spec->symbols.count);
    CU_ASSERT_EQUAL(read->reactions.count, spec->reactions.count);
    CU_ASSERT_EQUAL(read->annotations.count, spec->annotations.count);
    bp_text second = sbml_text(read);
    bp_spec *again = spec_of_sbml(bp_text_get(&second));
    CU_ASSERT_PTR_NOT_NULL_FATAL(again);
    bp_text third = sbml_text(again);
    CHECK_TEXT(bp_text_get(&third), bp_text_get(&second));
    CU_ASSERT_EQUAL(strlen(bp_text_get(&second)), second.length);
    bp_text_clear(&first);
    bp_text_clear(&second);
    bp_text_clear(&third);
    bp_spec_free(again);
    bp_spec_free(read);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {TEST(every_model_of_the_library_is_flawless),
                                      TEST(a_composed_network_is_flawless),
                                      TEST(species_of_the_library_are_identified),
                                      TEST(what_is_read_again_is_written_alike),
                                      TEST_END};
    return test_main("sbml_write_library", tests, argc, argv);
}
