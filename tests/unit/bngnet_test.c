#include "tests/unit/bngnet_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bp_status load(const char *text, bp_spec **spec, bp_report *report) {
    bp_bundle *bundle = NULL;
    if (bp_bundle_new(&bundle) != BP_OK ||
        bp_bundle_add(bundle, "test.net", text, strlen(text)) != BP_OK)
        abort();
    bp_bundle_seal(bundle);
    bp_status status = bp_bngnet_load("test.net", bundle, spec, report);
    bp_bundle_free(bundle); // the spec stands on its own
    return status;
}

bp_spec *net_spec(const char *text, bp_report *report) {
    bp_spec *spec = NULL;
    if (load(text, &spec, report) == BP_OK &&
        bp_spec_check(spec, false, report) != BP_OK) {
        bp_spec_free(spec);
        spec = NULL;
    }
    return spec;
}

bp_model *net_model(const char *text) {
    bp_report report = {0};
    bp_model *model = NULL;
    bp_spec *spec = net_spec(text, &report);
    bp_status status = spec ? bp_model_compile(spec, NULL, &model, &report) : BP_SYNTAX;
    CHECK(status == BP_OK, "line %d: %s",
          report.count > 0 ? report.items[0].where.line : 0,
          report.count > 0 ? report.items[0].message : bp_status_name(status));
    bp_report_clear(&report);
    bp_spec_free(spec);
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    return model;
}

typedef struct start {
    bp_work *work;
    double *y, *dydt;
} start;

static start start_at(const bp_model *model, double t) {
    start s = {0};
    size_t n = (size_t)bp_model_n_states(model) + 1;
    s.y = calloc(n, sizeof *s.y);
    s.dydt = calloc(n, sizeof *s.dydt);
    if (!s.y || !s.dydt || bp_work_new(model, 1, &s.work) != BP_OK) abort();
    CU_ASSERT_EQUAL_FATAL(bp_model_start(model, s.work, t, NULL, s.y, NULL), BP_OK);
    return s;
}

static void stop(start *s) {
    bp_work_free(s->work);
    free(s->y);
    free(s->dydt);
}

double net_value(const bp_model *model, const char *name, double t) {
    int variable = bp_model_find(model, name);
    double value = NAN;
    bp_view *view = NULL;
    if (variable < 0) return NAN;
    start s = start_at(model, t);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, &variable, 1, &view), BP_OK);
    bp_view_values(view, s.work, t, s.y, &value);
    bp_view_free(view);
    stop(&s);
    return value;
}

double net_rate(const bp_model *model, const char *species, double t) {
    int variable = bp_model_find(model, species);
    const bp_variable *v = variable < 0 ? NULL : bp_model_variable(model, variable);
    CU_ASSERT_PTR_NOT_NULL_FATAL(v);
    if (v->role != BP_ROLE_STATE) return 0;
    start s = start_at(model, t);
    CU_ASSERT_EQUAL(bp_model_rates(model, s.work, t, s.y, s.dydt), BP_OK);
    double rate = s.dydt[v->index];
    stop(&s);
    return rate;
}

const char *net_findings(const char *text) {
    static const char *const severities[] = {"error", "warning", "note"};
    static bp_text out;
    bp_report report = {0};
    bp_text_clear(&out);
    bp_spec_free(net_spec(text, &report));
    for (int i = 0; i < report.count; i++) {
        const bp_finding *f = &report.items[i];
        bp_text_format(&out, "%s%d:%d %s %s: %s", i > 0 ? "\n" : "", f->where.line,
                       f->where.column, severities[f->severity],
                       bp_status_name(f->status), f->message);
    }
    bp_report_clear(&report);
    return bp_text_get(&out);
}

const bp_symbol *net_symbol(const bp_spec *spec, const char *name) {
    int i = bp_spec_find(spec, name);
    CHECK(i >= 0, "there is no '%s'", name);
    CU_ASSERT_FATAL(i >= 0);
    return &spec->symbols.items[i];
}
