// Cell files: protein numbers and genotype of a cell line.
#include "scenarios/sheet.h"

static void read_genotype(bp_reader *reader, const bp_yaml *node, bp_cell *cell) {
    if (!bp_yaml_is_map(reader, node, "genotype")) return;
    cell->genotype =
        bp_reader_take(reader, (size_t)node->n + 1, sizeof *cell->genotype);
    if (!cell->genotype) return;
    for (const bp_yaml *child = node->first; child; child = child->next) {
        const char *text = bp_yaml_get_text(reader, child, child->key);
        if (text) cell->genotype[cell->n_genotype++] = (bp_pair){child->key, text};
    }
}

static void check_levels(bp_reader *reader, const bp_cell *cell) {
    for (int i = 0; i < cell->n_levels; i++)
        if (!(cell->levels[i].quantity.value >= 0))
            bp_report_error(reader->report, BP_BAD_VALUE, cell->levels[i].where,
                            "'%s' is a number of molecules per cell: 0 or more",
                            cell->levels[i].name);
}

bp_cell *bp_cell_parse(bp_reader *reader, const char *text, size_t length) {
    static const char *const keys[] = {"name",   "aliases",    "text",
                                       "source", "genotype",   "levels",
                                       "set",    "confidence", NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_cell *cell = bp_reader_take(reader, 1, sizeof *cell);
    if (!root || !cell || !bp_yaml_is_map(reader, root, "a cell file")) return NULL;
    bp_yaml_check_keys(reader, root, keys, "a cell file");
    bool named = bp_item_parse(reader, root, &cell->item);
    const bp_yaml *genotype = bp_yaml_find(root, "genotype");
    const bp_yaml *levels = bp_yaml_need(reader, root, "levels", "a cell file");
    const bp_yaml *set = bp_yaml_find(root, "set");
    if (genotype) read_genotype(reader, genotype, cell);
    if (levels)
        cell->levels = bp_facts_parse(reader, levels, "levels", &cell->n_levels);
    if (set) cell->set = bp_facts_parse(reader, set, "set", &cell->n_set);
    check_levels(reader, cell);
    return named ? cell : NULL;
}
