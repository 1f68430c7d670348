// What a YAML file is, by its keys, and checking those that are no scenarios.
#include <string.h>

#include "base/text.h"
#include "scenarios/network.h"

static bp_file_kind kind_of(const bp_yaml *root) {
    static const struct {
        const char *key;
        bp_file_kind kind;
    } marks[] = {{"run", BP_FILE_SCENARIO},      {"arms", BP_FILE_SCENARIO},
                 {"without", BP_FILE_PRESET},    {"model", BP_FILE_SCENARIO},
                 {"acts", BP_FILE_DRUG},         {"levels", BP_FILE_CELL},
                 {"species", BP_FILE_LIGAND},    {"parameters", BP_FILE_MECHANISM},
                 {"includes", BP_FILE_MECHANISM}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (bp_yaml_find(root, marks[i].key)) return marks[i].kind;
    bool named = bp_yaml_find(root, "name") != NULL;
    bool sets = bp_yaml_find(root, "set") || bp_yaml_find(root, "medium") ||
                bp_yaml_find(root, "drugs");
    return named && sets ? BP_FILE_MECHANISM : BP_FILE_SCENARIO;
}

bp_file_kind bp_file_kind_of(const char *name, bp_bundle *bundle) {
    bp_arena arena = {0};
    bp_report unread = {0};
    bp_reader reader = {&arena, &unread, name};
    const char *text = NULL;
    size_t length = 0;
    bp_file_kind kind = BP_FILE_SCENARIO;
    if (bp_bundle_has(bundle, name) &&
        bp_bundle_read(bundle, name, &text, &length, NULL) == BP_OK) {
        const bp_yaml *root = bp_yaml_parse(&reader, text, length);
        if (root && root->kind == BP_YAML_MAP) kind = kind_of(root);
    }
    bp_report_clear(&unread);
    bp_arena_clear(&arena);
    return kind;
}

static void say(bp_text *out, const char *what, const char *name, int n,
                const char *of) {
    bp_text_format(out, "the %s %s, %d %s%s", what, name, n, of, n == 1 ? "" : "s");
}

static void read_item(bp_reader *reader, bp_file_kind kind, const char *text,
                      size_t length, bp_text *fine) {
    const bp_drug *drug = NULL;
    const bp_ligand *ligand = NULL;
    const bp_cell *cell = NULL;
    const bp_mechanism *mechanism = NULL;
    switch (kind) {
    case BP_FILE_DRUG:
        drug = bp_drug_parse(reader, text, length);
        if (drug) say(fine, "drug", drug->item.name, drug->n_acts, "act");
        break;
    case BP_FILE_LIGAND:
        ligand = bp_ligand_parse(reader, text, length);
        if (ligand)
            bp_text_format(fine, "the ligand %s, the species %s", ligand->item.name,
                           ligand->species);
        break;
    case BP_FILE_CELL:
        cell = bp_cell_parse(reader, text, length);
        if (cell) say(fine, "cell line", cell->item.name, cell->n_levels, "level");
        break;
    default:
        mechanism = bp_mechanism_parse(reader, text, length);
        if (mechanism)
            say(fine, "mechanism", mechanism->item.name, mechanism->n_changes,
                "change");
        break;
    }
}

bp_status bp_item_check(const char *name, bp_bundle *bundle, bp_file_kind kind,
                        bp_text *fine, bp_report *report) {
    bp_arena arena = {0};
    bp_error err = {0};
    const char *text = NULL;
    size_t length = 0;
    int errors = report->n_errors;
    bp_status status = bp_bundle_read(bundle, name, &text, &length, &err);
    if (status == BP_OK) {
        bp_reader reader = {&arena, report, name};
        read_item(&reader, kind, text, length, fine);
        if (report->failed)
            status = BP_NO_MEMORY;
        else if (report->n_errors > errors)
            status = bp_report_status(report);
    } else {
        bp_report_add_error(report, &err);
    }
    bp_arena_clear(&arena);
    return status;
}
