#include "tests/unit/sbml_test.h"

#include <math.h>
#include <string.h>

bp_status sbml_read(const char *text, bp_spec **spec, bp_report *report) {
    bp_bundle *bundle = NULL;
    BP_TRY(bp_bundle_new(&bundle));
    bp_status status = bp_bundle_add(bundle, "m.xml", text, strlen(text));
    if (status == BP_OK) status = bp_plugin_sbml_read("m.xml", bundle, spec, report);
    bp_bundle_free(bundle);
    return status;
}

sbml_fixture sbml_open(const char *text) {
    sbml_fixture f = {0};
    f.status = sbml_read(text, &f.spec, &f.report);
    if (f.status == BP_OK)
        f.status = bp_model_compile(f.spec, NULL, &f.model, &f.report);
    if (f.status == BP_OK) f.status = bp_work_new(f.model, 1, &f.work);
    bp_error err = {0};
    if (f.status == BP_OK)
        f.status = bp_model_start(f.model, f.work, 0, NULL, f.y, &err);
    CHECK(f.status == BP_OK, "%s%s in\n%s",
          f.report.count > 0 ? f.report.items[0].message : "", err.message, text);
    return f;
}

void sbml_close(sbml_fixture *f) {
    bp_work_free(f->work);
    bp_model_free(f->model);
    bp_spec_free(f->spec);
    bp_bundle_free(f->bundle);
    bp_report_clear(&f->report);
}

double sbml_value(sbml_fixture *f, const char *name) {
    int variable = f->model ? bp_model_find(f->model, name) : -1;
    bp_view *view = NULL;
    double value = NAN;
    CHECK(variable >= 0, "no variable %s", name);
    if (variable < 0 || f->status != BP_OK) return NAN;
    CU_ASSERT_EQUAL(bp_view_new(f->model, &variable, 1, &view), BP_OK);
    if (view) bp_view_values(view, f->work, 0, f->y, &value);
    bp_view_free(view);
    return value;
}

double sbml_slope(sbml_fixture *f, const char *name) {
    double dydt[16];
    int variable = f->model ? bp_model_find(f->model, name) : -1;
    CHECK(variable >= 0, "no variable %s", name);
    if (variable < 0 || f->status != BP_OK) return NAN;
    const bp_variable *v = bp_model_variable(f->model, variable);
    if (v->role != BP_ROLE_STATE) return 0;
    CU_ASSERT_EQUAL(bp_model_rates(f->model, f->work, 0, f->y, dydt), BP_OK);
    return dydt[v->index];
}

const bp_symbol *sbml_symbol(const sbml_fixture *f, const char *name) {
    static const bp_symbol none;
    int symbol = f->spec ? bp_spec_find(f->spec, name) : -1;
    CHECK(symbol >= 0, "no symbol %s", name);
    return symbol >= 0 ? &f->spec->symbols.items[symbol] : &none;
}
