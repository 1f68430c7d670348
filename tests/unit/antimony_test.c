#include "tests/unit/antimony_test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bp_spec *spec_with_report(const char *text, bp_report *report) {
    bp_bundle *bundle = NULL;
    bp_spec *spec = NULL;
    bp_status status = bp_bundle_new(&bundle);
    if (status == BP_OK) status = bp_bundle_add(bundle, "test.ant", text, strlen(text));
    if (status == BP_OK) {
        bp_bundle_seal(bundle);
        status = bp_antimony_load("test.ant", bundle, &spec, report);
    }
    if (status == BP_OK && bp_spec_check(spec, false, report) != BP_OK) {
        bp_spec_free(spec);
        spec = NULL;
    }
    bp_bundle_free(bundle);
    return spec;
}

bp_spec *spec_of(const char *text) {
    bp_report report = {0};
    bp_spec *spec = spec_with_report(text, &report);
    CHECK(spec != NULL, "%s",
          report.count > 0 ? report.items[0].message : "no message");
    if (!spec)
        CU_ASSERT_EQUAL_FATAL(bp_spec_new(&spec), BP_OK); // so that the test goes on
    bp_report_clear(&report);
    return spec;
}

const char *first_message(const char *text, char buffer[1200]) {
    bp_report report = {0};
    bp_spec_free(spec_with_report(text, &report));
    buffer[0] = '\0';
    if (report.count > 0)
        snprintf(buffer, 1200, "%d:%d %s", report.items[0].where.line,
                 report.items[0].where.column, report.items[0].message);
    bp_report_clear(&report);
    return buffer;
}

int count_findings(const char *text, bp_severity severity) {
    bp_report report = {0};
    int n = 0;
    bp_spec_free(spec_with_report(text, &report));
    for (int i = 0; i < report.count; i++)
        n += report.items[i].severity == severity;
    bp_report_clear(&report);
    return n;
}

const bp_symbol *symbol_of(const bp_spec *spec, const char *name) {
    static const bp_symbol none = {.name = "", .compartment = -1};
    int i = spec ? bp_spec_find(spec, name) : -1;
    CHECK(i >= 0, "no symbol %s", name);
    return i >= 0 ? &spec->symbols.items[i] : &none;
}

const bp_reaction *reaction_of(const bp_spec *spec, const char *name) {
    static const bp_reaction none = {.name = "", .compartment = -1};
    int i = spec ? bp_spec_find_reaction(spec, name) : -1;
    CHECK(i >= 0, "no reaction %s", name);
    return i >= 0 ? &spec->reactions.items[i] : &none;
}

const bp_event *event_of(const bp_spec *spec, const char *name) {
    static const bp_event none = {.name = ""};
    for (int i = 0; spec && i < spec->events.count; i++)
        if (strcmp(spec->events.items[i].name, name) == 0)
            return &spec->events.items[i];
    CHECK(false, "no event %s", name);
    return &none;
}

const char *tree_text(const bp_ast *tree, char buffer[1200]) {
    bp_text text = {0};
    bp_ast_print(tree, &text);
    snprintf(buffer, 1200, "%s", bp_text_get(&text));
    bp_text_clear(&text);
    return buffer;
}

double number_of(const bp_ast *tree) {
    return tree && tree->op == BP_OP_NUMBER ? tree->number : NAN;
}
