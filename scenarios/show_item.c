// Pages about drugs, ligands and cells: every number with its unit and source.
#include <string.h>

#include "base/text.h"
#include "scenarios/show.h"

static void *arena_of(bp_page *page) {
    return page->reader.arena;
}

void bp_show_item(bp_page *page, const bp_item *item) {
    page->name = item->name;
    page->text = item->text;
    bp_text names = {0};
    for (int i = 0; i < item->n_aliases; i++)
        bp_text_format(&names, "%s%s", i ? ", " : "", item->aliases[i]);
    bp_page_section(page, "general");
    if (item->n_aliases && !names.failed)
        bp_page_row(page, "also called",
                    bp_arena_copy(arena_of(page), bp_text_get(&names)), "");
    if (names.failed) page->reader.report->failed = true;
    bp_text_clear(&names);
    if (item->source[0]) bp_page_row(page, "source", item->source, "");
    if (item->confidence[0]) bp_page_row(page, "confidence", item->confidence, "");
    bp_page_row(page, "file", item->file, "");
}

static void fact_rows(bp_page *page, const bp_fact *facts, int n) {
    for (int i = 0; i < n; i++)
        bp_page_row(page, facts[i].name, facts[i].text, facts[i].source);
}

static void mass_row(bp_page *page, const bp_fact *mass) {
    if (!mass->text) return;
    bp_page_row(page, "molar mass", mass->text, mass->source);
    if (mass->of[0]) bp_page_row(page, "is that of", mass->of, "");
}

void bp_show_drug(bp_page *page, const char *text, size_t length) {
    const bp_drug *drug = bp_drug_parse(&page->reader, text, length);
    if (!drug) return;
    bp_show_item(page, &drug->item);
    mass_row(page, &drug->molar_mass);
    if (drug->free_fraction.text)
        bp_page_row(page, "free fraction", drug->free_fraction.text,
                    drug->free_fraction.source);
    for (int i = 0; i < drug->n_acts; i++) {
        const bp_act *act = &drug->acts[i];
        bp_page_section(page, bp_arena_format(arena_of(page), "acts on %s as %s",
                                              act->on, act->archetype));
        fact_rows(page, act->facts, act->n_facts);
        fact_rows(page, act->effects, act->n_effects);
    }
}

void bp_show_ligand(bp_page *page, const char *text, size_t length) {
    const bp_ligand *ligand = bp_ligand_parse(&page->reader, text, length);
    if (!ligand) return;
    bp_show_item(page, &ligand->item);
    mass_row(page, &ligand->molar_mass);
    bp_page_row(page, "species in models", ligand->species, "");
}

void bp_show_cell(bp_page *page, const char *text, size_t length) {
    const bp_cell *cell = bp_cell_parse(&page->reader, text, length);
    if (!cell) return;
    bp_show_item(page, &cell->item);
    if (cell->n_genotype) bp_page_section(page, "genotype");
    for (int i = 0; i < cell->n_genotype; i++)
        bp_page_row(page, cell->genotype[i].name, cell->genotype[i].text, "");
    bp_page_section(page, "levels [molecules per cell]");
    fact_rows(page, cell->levels, cell->n_levels);
    if (cell->n_set) bp_page_section(page, "sets in the model");
    fact_rows(page, cell->set, cell->n_set);
}
