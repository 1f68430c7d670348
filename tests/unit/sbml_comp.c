// The package comp: submodels, here and in other files, from the bundle alone.
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/sbml_test.h"

#define COMP                                                                           \
    " xmlns:comp='http://www.sbml.org/sbml/level3/version1/comp/version1' "            \
    "comp:required='true'"
#define DOCUMENT(model, definitions)                                                   \
    "<?xml version='1.0' encoding='UTF-8'?>\n"                                         \
    "<sbml xmlns='http://www.sbml.org/sbml/level3/version1/core' level='3' "           \
    "version='1'" COMP ">\n" model "\n" definitions "</sbml>\n"
#define SUBMODEL(ref)                                                                  \
    "<comp:listOfSubmodels><comp:submodel comp:id='s' comp:modelRef='" ref             \
    "'/></comp:listOfSubmodels>"
#define WITH_PARAMETER(id, value)                                                      \
    "<listOfParameters><parameter id='" id "' value='" value                           \
    "' constant='true'/></listOfParameters>"
#define EXTERNAL(source)                                                               \
    "<comp:listOfExternalModelDefinitions><comp:externalModelDefinition comp:id='e' "  \
    "comp:source='" source "'/>\n</comp:listOfExternalModelDefinitions>\n"

typedef struct comp_fixture {
    bp_bundle *bundle;
    bp_spec *spec;
    bp_report report;
    bp_status status;
} comp_fixture;

static void add(comp_fixture *f, const char *name, const char *text) {
    CU_ASSERT_EQUAL_FATAL(bp_bundle_add(f->bundle, name, text, strlen(text)), BP_OK);
}

static comp_fixture open_main(const char *text) {
    comp_fixture f = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&f.bundle), BP_OK);
    add(&f, "models/main.xml", text);
    return f;
}

// Reads with the disk out of reach, as when results are repeated.
static void read_sealed(comp_fixture *f) {
    bp_bundle_seal(f->bundle);
    f->status = bp_plugin_sbml_read("models/main.xml", f->bundle, &f->spec, &f->report);
}

static void close_main(comp_fixture *f) {
    bp_spec_free(f->spec);
    bp_bundle_free(f->bundle);
    bp_report_clear(&f->report);
}

static double initial(const comp_fixture *f, const char *name) {
    int symbol = f->spec ? bp_spec_find(f->spec, name) : -1;
    CHECK(symbol >= 0, "no %s: %s", name,
          f->report.count > 0 ? f->report.items[0].message : "");
    return symbol >= 0 ? f->spec->symbols.items[symbol].initial->number : 0;
}

static int folders_left(void) {
    int n = 0;
    const char *name = getenv("TMPDIR");
    DIR *folder = opendir(name ? name : "/tmp");
    for (struct dirent *item; folder && (item = readdir(folder));)
        n += strncmp(item->d_name, "bypass-sbml-", 12) == 0;
    if (folder) closedir(folder);
    return n;
}

static void submodels_are_poured_into_one_model(void) {
    comp_fixture f = open_main(DOCUMENT(
        "<model id='m'>" WITH_PARAMETER("p", "1") SUBMODEL("inner") "</model>",
        "<comp:listOfModelDefinitions><comp:modelDefinition id='inner'>" WITH_PARAMETER(
            "q", "2") "</comp:modelDefinition></comp:listOfModelDefinitions>"));
    read_sealed(&f);
    CHECK_NEAR(initial(&f, "p"), 1, 0);
    CHECK_NEAR(initial(&f, "s__q"), 2, 0);
    close_main(&f);
}

static void external_models_come_from_the_bundle(void) {
    int before = folders_left();
    comp_fixture f = open_main(DOCUMENT("<model id='m'>" SUBMODEL("e") "</model>",
                                        EXTERNAL("../parts/a.xml")));
    add(&f, "parts/a.xml",
        DOCUMENT("<model id='a'>" WITH_PARAMETER("q", "2") SUBMODEL("e") "</model>",
                 EXTERNAL("file:deep/b.xml")));
    add(&f, "parts/deep/b.xml",
        DOCUMENT("<model id='b'>" WITH_PARAMETER("r", "3") "</model>", ""));
    read_sealed(&f);
    CHECK_NEAR(initial(&f, "s__q"), 2, 0);
    CHECK_NEAR(initial(&f, "s__s__r"), 3, 0);
    CU_ASSERT_EQUAL(folders_left(), before);
    close_main(&f);
}

static void check_refused(const char *source, const char *message) {
    bp_text text = {0};
    int before = folders_left();
    bp_text_format(&text,
                   DOCUMENT("<model id='m'>" SUBMODEL("e") "</model>", EXTERNAL("%s")),
                   source);
    comp_fixture f = open_main(bp_text_get(&text));
    add(&f, "models/broken.xml", "<sbml");
    add(&f, "models/empty.xml",
        DOCUMENT("<model id='e'><listOfRules><algebraicRule><math "
                 "xmlns='http://www.w3.org/1998/Math/MathML'/></algebraicRule>"
                 "</listOfRules></model>",
                 ""));
    read_sealed(&f);
    CU_ASSERT_NOT_EQUAL(f.status, BP_OK);
    CU_ASSERT_PTR_NULL(f.spec);
    CHECK(f.report.count > 0 && strstr(f.report.items[0].message, message), "%s: %s",
          source, f.report.count > 0 ? f.report.items[0].message : "nothing said");
    CU_ASSERT_EQUAL(folders_left(), before);
    close_main(&f);
    bp_text_clear(&text);
}

static void sources_that_cannot_be_had_are_refused(void) {
    check_refused("nowhere.xml", "models/nowhere.xml");
    check_refused("http://example.org/a.xml", "http://example.org/a.xml");
    check_refused("urn:miriam:biomodels.db:BIOMD1", "not a file");
    check_refused("", "not a file");
    check_refused("broken.xml", "well-formed");
    check_refused("empty.xml", "no content");
}

static void circles_are_refused(void) {
    comp_fixture f = open_main(
        DOCUMENT("<model id='m'>" SUBMODEL("e") "</model>", EXTERNAL("main.xml")));
    read_sealed(&f);
    CU_ASSERT_NOT_EQUAL(f.status, BP_OK);
    CU_ASSERT(f.report.n_errors > 0);
    close_main(&f);
    f = open_main(DOCUMENT(
        "<model id='m'>" SUBMODEL("inner") "</model>",
        "<comp:listOfModelDefinitions><comp:modelDefinition id='inner'>" SUBMODEL(
            "inner") "</comp:modelDefinition></comp:listOfModelDefinitions>"));
    read_sealed(&f);
    CU_ASSERT_NOT_EQUAL(f.status, BP_OK);
    CU_ASSERT(f.report.n_errors > 0);
    close_main(&f);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(submodels_are_poured_into_one_model),
        TEST(external_models_come_from_the_bundle),
        TEST(sources_that_cannot_be_had_are_refused),
        TEST(circles_are_refused),
        TEST_END,
    };
    return test_main("SBML comp", tests, argc, argv);
}
