#include "tests/laws/laws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/ast.h"

static void give_up(const bp_report *report) {
    for (int i = 0; i < report->count; i++)
        fprintf(stderr, "line %d: %s\n", report->items[i].where.line,
                report->items[i].message);
    abort(); // a test's own model must compile
}

static void find_columns(law *l, const char *columns) {
    int variables[64], n = 0;
    char copy[512], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", columns);
    for (char *name = strtok_r(copy, " ", &rest); name;
         name = strtok_r(NULL, " ", &rest)) {
        variables[n] = bp_model_find(l->model, name);
        if (variables[n++] < 0) abort();
    }
    l->n_columns = n;
    if (bp_view_new(l->model, variables, n, &l->view) != BP_OK) abort();
}

static bp_spec *read_spec(law *l, const char *text) {
    bp_report report = {0};
    bp_spec *spec = NULL;
    memset(l, 0, sizeof *l);
    l->settings = bp_settings_default();
    if (bp_bundle_new(&l->bundle) != BP_OK) abort();
    if (bp_bundle_add(l->bundle, "law.ant", text, strlen(text)) != BP_OK) abort();
    if (bp_antimony_load("law.ant", l->bundle, &spec, &report) != BP_OK)
        give_up(&report);
    bp_report_clear(&report);
    return spec;
}

static void compile_and_free(law *l, bp_spec *spec, const char *columns) {
    bp_report report = {0};
    if (bp_model_compile(spec, NULL, &l->model, &report) != BP_OK) give_up(&report);
    bp_spec_free(spec);
    bp_report_clear(&report);
    find_columns(l, columns);
}

void law_open(law *l, const char *text, const char *columns) {
    bp_spec *spec = read_spec(l, text);
    compile_and_free(l, spec, columns);
}

static void add_conditions(bp_spec *spec) {
    for (int s = 0; s < spec->symbols.count; s++) {
        bp_symbol *symbol = &spec->symbols.items[s];
        if (strncmp(symbol->name, "zero_", 5) != 0) continue;
        bp_algebraic made = {symbol->rule, bp_ast_start(symbol->rule)};
        if (!bp_array_push(&spec->algebraic, made)) abort();
        symbol->rule_kind = BP_NO_RULE;
        symbol->rule = NULL;
        symbol->constant = true;
        symbol->initial = bp_ast_number(spec, 0, symbol->where);
    }
    for (int r = 0; r < spec->reactions.count; r++)
        if (strncmp(spec->reactions.items[r].name, "fast_", 5) == 0)
            spec->reactions.items[r].fast = true;
}

bp_spec *law_spec_conditions(law *l, const char *text) {
    bp_spec *spec = read_spec(l, text);
    add_conditions(spec);
    return spec;
}

void law_open_conditions(law *l, const char *text, const char *columns) {
    bp_spec *spec = law_spec_conditions(l, text);
    compile_and_free(l, spec, columns);
}

bp_status law_refusal(const char *text, bp_error *err) {
    law l;
    bp_report report = {0};
    bp_spec *spec = law_spec_conditions(&l, text);
    bp_status status = bp_model_compile(spec, NULL, &l.model, &report);
    if (status != BP_OK) bp_report_first(&report, err);
    bp_report_clear(&report);
    bp_spec_free(spec);
    law_close(&l);
    return status;
}

void law_close(law *l) {
    free(l->times);
    free(l->values);
    bp_view_free(l->view);
    bp_solver_free(l->solver);
    bp_model_free(l->model);
    bp_bundle_free(l->bundle);
}

void law_renew(law *l) {
    bp_solver_free(l->solver);
    l->solver = NULL;
}

static void take_times(law *l, int n) {
    free(l->times);
    free(l->values);
    l->n_times = n;
    l->times = malloc((size_t)n * sizeof *l->times + 1);
    l->values = malloc((size_t)n * (size_t)l->n_columns * sizeof *l->values + 1);
    if (!l->times || !l->values) abort();
}

void law_run_protocol(law *l, const bp_protocol *protocol) {
    bp_error err = {0};
    bp_protocol p = *protocol;
    p.n_times = l->n_times;
    p.times = l->times;
    if (!l->solver &&
        bp_solver_new(l->model, &l->settings, &l->solver, &err) != BP_OK) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
    l->status =
        bp_solver_run(l->solver, &p, l->view, l->values, &l->stats, &l->failure);
}

void law_run_times(law *l, int n, const double *times) {
    take_times(l, n);
    memcpy(l->times, times, (size_t)n * sizeof *times);
    law_run_protocol(l, &(bp_protocol){0});
}

void law_run(law *l, double until, int n) {
    take_times(l, n + 1);
    for (int i = 0; i <= n; i++)
        l->times[i] = until * i / n;
    law_run_protocol(l, &(bp_protocol){0});
}

double law_value(const law *l, int row, int column) {
    return l->values[row * l->n_columns + column];
}

void law_ok(const law *l) {
    CHECK(l->status == BP_OK, "%s: %s", bp_status_name(l->status), l->failure.text);
}

bp_initial_value law_setting(const law *l, const char *name, double value) {
    return (bp_initial_value){bp_model_find(l->model, name), value};
}
