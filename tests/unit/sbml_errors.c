// What is wrong with an SBML document is said by name and line; nothing crashes.
#include <string.h>

#include "tests/unit/sbml_test.h"

enum { ANY_LINE = -1 }; // where libxml2 puts it

typedef struct bad {
    const char *text;
    bp_status status;
    int line;            // of the first error
    const char *message; // part of it
} bad;

static void check_bad(const bad *b) {
    bp_spec *spec = NULL;
    bp_report report = {0};
    bp_error first = {0};
    bp_status status = sbml_read(b->text, &spec, &report);
    if (status == BP_OK) { // what only the compiler sees
        bp_model *model = NULL;
        status = bp_model_compile(spec, NULL, &model, &report);
        bp_model_free(model);
    }
    bp_report_first(&report, &first);
    CHECK(status == b->status, "%s, expected %s: %s in\n%s", bp_status_name(status),
          bp_status_name(b->status), first.message, b->text);
    CHECK(b->line == ANY_LINE || first.line == b->line,
          "line %d, expected %d: %s in\n%s", first.line, b->line, first.message,
          b->text);
    CHECK(strstr(first.message, b->message) != NULL, "'%s' is not in '%s'", b->message,
          first.message);
    CHECK(strstr(first.file, "m.xml") != NULL, "no file in '%s'", first.message);
    bp_spec_free(spec);
    bp_report_clear(&report);
}

static void check_all(const bad *cases, size_t n) {
    for (size_t i = 0; i < n; i++)
        check_bad(&cases[i]);
}
#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof *(cases))

// ---- not SBML ----

static void broken_documents_are_refused(void) {
    static const bad cases[] = {
        {"", BP_BAD_MODEL, 0, "empty"},
        {"hello", BP_BAD_MODEL, ANY_LINE, "XML"},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<html>\n</html>\n", BP_BAD_MODEL,
         ANY_LINE, ""},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<sbml>\n<model>\n</sbml>\n",
         BP_BAD_MODEL, ANY_LINE, ""},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<sbml xmlns='a' level=3>\n</sbml>",
         BP_BAD_MODEL, ANY_LINE, ""},
        {SBML_L3("<listOfParameters><parameter id='k' "), BP_BAD_MODEL, 4, ""},
        {SBML_L3("<notes><p>\n"), BP_BAD_MODEL, 5, "tag"},
        {"<!DOCTYPE x [<!ENTITY a 'b'>]>\n" SBML_L3(""), BP_BAD_MODEL, 1, "DOCTYPE"},
        {SBML_L3("<listOfRules><algebraicRule>\n" MATH(" ") "</algebraicRule>"
                                                            "</listOfRules>"),
         BP_BAD_MODEL, 5, "no content"},
        {SBML_L3("<listOfRules><algebraicRule>\n" MATH("<apply/>") "</algebraicRule>"
                                                                   "</listOfRules>"),
         BP_BAD_MODEL, 5, "no content"},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
         "xmlns='http://www.sbml.org/sbml/level2/version5' level='2' version='A'>"
         "<model id='m'/></sbml>",
         BP_BAD_MODEL, 2, "level and version"},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
         "xmlns='http://www.sbml.org/sbml/level2/version4' level='2' version='5'>"
         "<model id='m'/></sbml>",
         BP_BAD_MODEL, 2, "level and version"},
        {"\xff\xfe<\0s\0", BP_BAD_MODEL, 0, "UTF-16"},
        {"<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
         "xmlns='http://www.sbml.org/sbml/level3/version2/core' level='3' "
         "version='2'/>",
         BP_BAD_MODEL, 0, "no model"},
    };
    CHECK_ALL(cases);
}

static void deep_documents_are_refused(void) {
    bp_text text = {0};
    bp_text_add(&text, "<?xml version='1.0' encoding='UTF-8'?>\n");
    for (int i = 0; i < 200000; i++)
        bp_text_add(&text, "<a>");
    check_bad(&(bad){bp_text_get(&text), BP_BAD_MODEL, 2, "too deeply"});
    bp_text_clear(&text);
    bp_text_add(&text, "<?xml version='1.0' encoding='UTF-8'?>\n<s>\n<notes>");
    for (int i = 0; i < 200000; i++)
        bp_text_add(&text, "<a>");
    check_bad(&(bad){bp_text_get(&text), BP_BAD_MODEL, 3, "too deeply"});
    bp_text_clear(&text);
}

static void expressions_too_deep_are_refused(void) {
    bp_text text = {0};
    bp_text_add(&text, "<?xml version='1.0' encoding='UTF-8'?>\n<sbml "
                       "xmlns='http://www.sbml.org/sbml/level1' level='1' version='2'>"
                       "<model name='m'><listOfCompartments><compartment name='c'/>"
                       "</listOfCompartments><listOfParameters><parameter name='x' "
                       "value='0'/></listOfParameters><listOfRules>\n<parameterRule "
                       "name='x' formula='1");
    for (int i = 0; i < 3000; i++)
        bp_text_add(&text, "-1");
    bp_text_add(&text, "'/></listOfRules></model></sbml>");
    check_bad(&(bad){bp_text_get(&text), BP_BAD_MODEL, 3, "rule of 'x'"});
    bp_text_clear(&text);
}

// Each prefix of a sound document is an error and nothing worse.
static void cut_documents_are_refused(void) {
    static const char whole[] = SBML_L3_WITH(
        " xmlns:comp='http://www.sbml.org/sbml/level3/version1/comp/version1' "
        "comp:required='true'",
        "",
        "<notes><p xmlns='http://www.w3.org/1999/xhtml'>a &amp; b</p></notes>" CELL
        "<listOfSpecies>" SPECIES_A "</listOfSpecies><!-- c --><listOfParameters>" K
        "</listOfParameters><listOfRules><rateRule variable='k'>" MATH(
            TIMES("k", "A")) "</rateRule></listOfRules>");
    char cut[sizeof whole];
    for (size_t n = 0; n + 8 < sizeof whole; n += 3) {
        bp_spec *spec = NULL;
        bp_report report = {0};
        memcpy(cut, whole, n);
        cut[n] = '\0';
        CU_ASSERT_NOT_EQUAL(sbml_read(cut, &spec, &report), BP_OK);
        CU_ASSERT_PTR_NULL(spec);
        CU_ASSERT(report.n_errors > 0);
        bp_report_clear(&report);
    }
}

// ---- SBML that makes no sense ----

#define RULE(name, body)                                                               \
    "<listOfRules>\n<assignmentRule variable='" name "'>\n" body                       \
    "</assignmentRule></listOfRules>"
#define PARAMETER_K "<listOfParameters>\n" K "</listOfParameters>\n"

static void nonsense_is_refused_with_element_and_line(void) {
    static const bad cases[] = {
        {SBML_L3(CELL "<listOfSpecies>\n<species id='S' compartment='d' "
                      "hasOnlySubstanceUnits='false' boundaryCondition='false' "
                      "constant='false'/></listOfSpecies>"),
         BP_UNKNOWN_NAME, 6, "species 'S': there is no compartment 'd'"},
        {SBML_L3(CELL
                 "<listOfSpecies>\n" SPECIES_A "</listOfSpecies><listOfReactions>"
                 "\n<reaction id='R' reversible='false'><listOfProducts>"
                 "<speciesReference species='B' stoichiometry='1' "
                 "constant='true'/></listOfProducts></reaction></listOfReactions>"),
         BP_UNKNOWN_NAME, 8, "reaction 'R': there is no species 'B'"},
        {SBML_L3(PARAMETER_K RULE("kk", MATH("<cn>1</cn>"))), BP_UNKNOWN_NAME, 8,
         "rule of 'kk': there is no symbol 'kk'; did you mean 'k'?"},
        {SBML_L3(PARAMETER_K RULE("k", MATH("<ci>zzz</ci>"))), BP_UNKNOWN_NAME, 8,
         "'zzz' is not declared"},
        {SBML_L3(PARAMETER_K RULE("k", MATH("<ci>k</ci>"))), BP_BAD_MODEL, 8,
         "defined by itself"},
        {SBML_L3(PARAMETER_K RULE("k", MATH("<apply><sin/></apply>"))), BP_BAD_MODEL, 8,
         "'sin' cannot have 0 arguments"},
        {SBML_L3(PARAMETER_K RULE("k", MATH("<apply><ci>f</ci><cn>1</cn></apply>"))),
         BP_UNKNOWN_NAME, 8, "no function 'f'"},
        {SBML_L3("<listOfParameters>\n" K K "</listOfParameters>\n"), BP_DUPLICATE, 6,
         "its id is that of something else (line 5)"},
        {SBML_L3("<listOfParameters>\n<parameter id='k' value='1' constant='true'/>"
                 "</listOfParameters>\n" RULE("k", MATH("<cn>1</cn>"))),
         BP_BAD_MODEL, 7, "'k' is constant"},
        {SBML_L3("<listOfParameters>\n" K "</listOfParameters>\n<listOfRules>"
                 "<rateRule variable='k'>" MATH(
                     "<cn>1</cn>") "</rateRule>\n"
                                   "<rateRule variable='k'>" MATH(
                                       "<cn>1</cn>") "</rateRule>"
                                                     "</listOfRules>"),
         BP_DUPLICATE, 8, "'k' has two rules"},
    };
    CHECK_ALL(cases);
}

// ---- SBML that is not supported ----

static void packages_are_refused_by_name(void) {
    static const bad cases[] = {
        {SBML_L3_WITH(
             " xmlns:fbc='http://www.sbml.org/sbml/level3/version1/fbc/version2' "
             "fbc:required='false'",
             " fbc:strict='false'",
             CELL "<listOfSpecies>" SPECIES_A "</listOfSpecies><listOfReactions>"
                  "<reaction id='R' reversible='false'><listOfReactants>"
                  "<speciesReference species='A' stoichiometry='1' constant='true'/>"
                  "</listOfReactants></reaction></listOfReactions>"),
         BP_UNSUPPORTED, 3, "flux balance model (package fbc)"},
        {SBML_L3_WITH(
             " xmlns:qual='http://www.sbml.org/sbml/level3/version1/qual/version1' "
             "qual:required='true'",
             "", CELL),
         BP_UNSUPPORTED, 3, "qualitative model (package qual)"},
        {SBML_L3_WITH(
             " xmlns:arrays='http://www.sbml.org/sbml/level3/version1/arrays/version1' "
             "arrays:required='true'",
             "", CELL),
         BP_UNSUPPORTED, 2, "arrays"},
    };
    CHECK_ALL(cases);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(broken_documents_are_refused),
        TEST(deep_documents_are_refused),
        TEST(expressions_too_deep_are_refused),
        TEST(cut_documents_are_refused),
        TEST(nonsense_is_refused_with_element_and_line),
        TEST(packages_are_refused_by_name),
        TEST_END,
    };
    return test_main("SBML errors", tests, argc, argv);
}
