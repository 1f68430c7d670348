// Pages about models and scenarios.
#include <string.h>

#include "base/text.h"
#include "model/antimony.h"
#include "scenarios/show.h"

static const char *print(bp_page *page, double value, const char *unit) {
    char number[32];
    bp_number_print_short(value, 6, number);
    const char *text = bp_arena_format(page->reader.arena, "%s%s%s", number,
                                       unit && unit[0] ? " " : "", unit ? unit : "");
    if (!text) page->reader.report->failed = true;
    return text;
}

static const char *count(bp_page *page, int n) {
    return bp_arena_format(page->reader.arena, "%d", n);
}

static int count_species(const bp_model *model) {
    int n = 0;
    for (int i = 0; i < bp_model_n_variables(model); i++)
        n += bp_model_variable(model, i)->kind == BP_KIND_SPECIES;
    return n;
}

static void count_rows(bp_page *page, const bp_model *model) {
    bp_page_section(page, "size");
    bp_page_row(page, "species", count(page, count_species(model)), "");
    bp_page_row(page, "states", count(page, bp_model_n_states(model)), "");
    bp_page_row(page, "reactions", count(page, bp_model_n_reactions(model)), "");
    bp_page_row(page, "parameters", count(page, bp_model_n_parameters(model)), "");
    bp_page_row(page, "nonzeros of the Jacobian",
                count(page, bp_model_pattern(model)->nnz), "");
    bp_page_row(page, "conserved totals", count(page, bp_model_n_totals(model)), "");
}

static void observable_rows(bp_page *page, const bp_model *model) {
    bp_page_section(page, "observables");
    for (int i = 0; i < bp_model_n_variables(model); i++) {
        const bp_variable *v = bp_model_variable(model, i);
        if (v->observable) bp_page_row(page, v->name, v->unit_text, v->display_name);
    }
}

static void marker_rows(bp_page *page, const bp_spec *spec) {
    bp_page_section(page, "where drugs act");
    for (int i = 0; i < spec->instances.count; i++) {
        const bp_instance *instance = &spec->instances.items[i];
        if (strcmp(instance->module, "site") == 0 ||
            strcmp(instance->module, "epitope") == 0 ||
            strcmp(instance->module, "effect") == 0)
            bp_page_row(page, instance->name, instance->module, "");
    }
}

// Parameters with a number: what `set:` is made for.
static void parameter_rows(bp_page *page, const bp_spec *spec, const bp_model *model) {
    bp_page_section(page, "parameters");
    for (int i = 0; i < spec->symbols.count; i++) {
        const bp_symbol *symbol = &spec->symbols.items[i];
        if (symbol->kind != BP_PARAMETER || symbol->rule_kind != BP_NO_RULE ||
            !symbol->initial || symbol->initial->op != BP_OP_NUMBER)
            continue;
        int variable = bp_model_find(model, symbol->name);
        const char *unit =
            variable < 0 ? "" : bp_model_variable(model, variable)->unit_text;
        bp_page_row(page, symbol->name, print(page, symbol->initial->number, unit),
                    symbol->note ? symbol->note : "");
    }
}

void bp_show_model(bp_page *page, bp_bundle *bundle, const char *path) {
    bp_spec *spec = NULL;
    bp_model *model = NULL;
    bp_report *report = page->reader.report;
    if (bp_network_load(path, bundle, &spec, report) == BP_OK &&
        bp_model_compile(spec, NULL, &model, report) == BP_OK) {
        count_rows(page, model);
        observable_rows(page, model);
        marker_rows(page, spec);
        parameter_rows(page, spec, model);
        // names are the model's, which ends here
        for (int i = 0; i < page->rows.count; i++) {
            bp_row *row = &page->rows.items[i];
            row->name = bp_reader_copy(&page->reader, row->name);
            row->value = bp_reader_copy(&page->reader, row->value);
            row->source = bp_reader_copy(&page->reader, row->source);
        }
    }
    bp_model_free(model);
    bp_spec_free(spec);
}

void bp_show_scenario(bp_page *page, const char *text, size_t length) {
    const bp_yaml *root = bp_yaml_parse(&page->reader, text, length);
    const bp_yaml *title =
        root && root->kind == BP_YAML_MAP ? bp_yaml_find(root, "title") : NULL;
    if (title) page->text = title->text;
    page->body = text;
    const char *body = bp_reader_copy(&page->reader, text);
    if (body) page->body = body;
}
