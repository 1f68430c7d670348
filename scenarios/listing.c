// Tables of the built-in library: what matters of each item, one item a line.
#include <string.h>

#include "scenarios/library.h"
#include "scenarios/sheet.h"
#include "scenarios/wrap.h"

enum { MAX_COLUMNS = 6, LONGEST_NAME = 24, GAP = 2 };

typedef struct column {
    const char *title; // for people
    const char *key;   // in JSON
} column;

typedef struct line {
    const char *cells[MAX_COLUMNS];
} line;

// Fills the cells after the name from the text of a file.
typedef void fill_fn(bp_reader *reader, const char *text, size_t length, line *out);

typedef struct layout {
    column columns[MAX_COLUMNS]; // the last one may be broken into several lines
    int n;
    const char *foot; // what the columns are
    fill_fn *fill;    // NULL: the second column is the item's text
} layout;

typedef struct listing {
    const layout *layout;
    bp_catalogue_item *items;
    line *lines;
    int n;
} listing;

// ---- what the cells say ----

// "HER2_kinase" -> "HER2"
static int short_length(const char *site) {
    static const char *const endings[] = {"_kinase", "_site", "_ECD", NULL};
    size_t length = strlen(site);
    for (int i = 0; endings[i]; i++) {
        size_t n = strlen(endings[i]);
        if (length > n && strcmp(site + length - n, endings[i]) == 0)
            return (int)(length - n);
    }
    return (int)length;
}

// How well it binds, in nM; false where the act has no such number.
static bool affinity_of(const bp_act *act, double *out) {
    bp_unit nanomolar;
    if (bp_unit_parse("nM", &nanomolar, NULL) != BP_OK) return false;
    for (int i = 0; i < act->n_facts; i++) {
        const bp_fact *fact = &act->facts[i];
        bool binds = strcmp(fact->name, "Ki") == 0 || strcmp(fact->name, "KI") == 0 ||
                     strcmp(fact->name, "Kd") == 0;
        if (binds && !fact->broken)
            return bp_quantity_in(&fact->quantity, nanomolar, 0, out, NULL) == BP_OK;
    }
    return false;
}

// The text in the reader's arena; empties it.
static const char *keep(bp_reader *reader, bp_text *text) {
    const char *copy = text->failed ? NULL : bp_reader_copy(reader, bp_text_get(text));
    if (!copy) reader->report->failed = true;
    bp_text_clear(text);
    return copy;
}

// "EGFR 3, HER2 13"
static const char *targets_of(bp_reader *reader, const bp_drug *drug) {
    bp_text text = {0};
    for (int i = 0; i < drug->n_acts; i++) {
        const bp_act *act = &drug->acts[i];
        double nanomolar;
        bp_text_add(&text, i ? ", " : "");
        bp_text_add_n(&text, act->on, (size_t)short_length(act->on));
        if (!affinity_of(act, &nanomolar)) continue;
        bp_text_add(&text, " ");
        bp_text_number_short(&text, nanomolar, 4);
    }
    return keep(reader, &text);
}

// "slow_inhibitor" -> "slow inhibitor"
static const char *kind_of(bp_reader *reader, const bp_drug *drug) {
    if (!drug->n_acts) return "";
    bp_text text = {0};
    for (const char *c = drug->acts[0].archetype; *c; c++)
        bp_text_add_n(&text, *c == '_' ? " " : c, 1);
    return keep(reader, &text);
}

static void fill_drug(bp_reader *reader, const char *text, size_t length, line *out) {
    const bp_drug *drug = bp_drug_parse(reader, text, length);
    if (!drug) return;
    out->cells[1] = kind_of(reader, drug);
    out->cells[2] = drug->item.confidence;
    out->cells[3] = targets_of(reader, drug);
}

static void fill_ligand(bp_reader *reader, const char *text, size_t length, line *out) {
    const bp_ligand *ligand = bp_ligand_parse(reader, text, length);
    if (!ligand) return;
    if (ligand->molar_mass.text) out->cells[1] = ligand->molar_mass.text;
    out->cells[2] = ligand->item.text;
}

static const char *level_of(const bp_cell *cell, const char *name) {
    for (int i = 0; i < cell->n_levels; i++)
        if (strcmp(cell->levels[i].name, name) == 0) return cell->levels[i].text;
    return "";
}

// What is not wild type: "PIK3CA H1047R, ER-"
static const char *genotype_of(bp_reader *reader, const bp_cell *cell) {
    bp_text text = {0};
    for (int i = 0; i < cell->n_genotype; i++) {
        const bp_pair *pair = &cell->genotype[i];
        if (strcmp(pair->text, "wild type") == 0) continue;
        bool named = strcmp(pair->name, "ESR1") != 0; // "ER+" says it by itself
        bp_text_format(&text, "%s%s%s%s", text.length ? ", " : "",
                       named ? pair->name : "", named ? " " : "", pair->text);
    }
    if (cell->n_genotype && !text.length) bp_text_add(&text, "wild type");
    return keep(reader, &text);
}

static void fill_cell(bp_reader *reader, const char *text, size_t length, line *out) {
    const bp_cell *cell = bp_cell_parse(reader, text, length);
    if (!cell) return;
    out->cells[1] = level_of(cell, "HER2");
    out->cells[2] = level_of(cell, "EGFR");
    out->cells[3] = level_of(cell, "HER3");
    out->cells[4] = cell->item.confidence;
    out->cells[5] = genotype_of(reader, cell);
}

static void fill_mechanism(bp_reader *reader, const char *text, size_t length,
                           line *out) {
    const bp_mechanism *mechanism = bp_mechanism_parse(reader, text, length);
    if (!mechanism) return;
    out->cells[1] = mechanism->item.confidence;
    out->cells[2] = mechanism->item.text;
}

static const layout *layout_of(bp_catalogue kind) {
    static const layout drugs = {
        {{"drug", "name"},
         {"kind", "kind"},
         {"known", "confidence"},
         {"acts on", "acts_on"}},
        4,
        "acts on: where, and Ki, KI or Kd in nM; all of it: bypass show drug NAME",
        fill_drug};
    static const layout ligands = {
        {{"ligand", "name"}, {"molar mass", "molar_mass"}, {"what it is", "text"}},
        3,
        "all of it: bypass show ligand NAME",
        fill_ligand};
    static const layout cells = {
        {{"cell line", "name"},
         {"HER2", "HER2"},
         {"EGFR", "EGFR"},
         {"HER3", "HER3"},
         {"known", "confidence"},
         {"genotype", "genotype"}},
        6,
        "HER2, EGFR, HER3: molecules per cell; all of it: bypass show cell NAME",
        fill_cell};
    static const layout mechanisms = {
        {{"mechanism", "name"}, {"known", "confidence"}, {"what it is", "text"}},
        3,
        "all of it, and what a scenario may choose: bypass show mechanism NAME",
        fill_mechanism};
    static const layout others = {
        {{"name", "name"}, {"what it is", "text"}}, 2, "", NULL};
    switch (kind) {
    case BP_CATALOGUE_DRUGS:
        return &drugs;
    case BP_CATALOGUE_LIGANDS:
        return &ligands;
    case BP_CATALOGUE_CELLS:
        return &cells;
    case BP_CATALOGUE_MECHANISMS:
        return &mechanisms;
    default:
        return &others;
    }
}

// A file that is wrong has empty cells; it is told of when it is used.
static bp_status fill_line(const listing *l, int i, bp_bundle *bundle,
                           bp_arena *arena) {
    bp_report unread = {0};
    bp_reader reader = {arena, &unread, l->items[i].path};
    line *out = &l->lines[i];
    const char *text = NULL;
    size_t length = 0;
    for (int j = 0; j < MAX_COLUMNS; j++)
        out->cells[j] = "";
    out->cells[0] = l->items[i].name;
    if (!l->layout->fill) {
        out->cells[1] = l->items[i].text;
        return BP_OK;
    }
    bp_status status = bp_bundle_read(bundle, reader.file, &text, &length, NULL);
    if (status == BP_OK) l->layout->fill(&reader, text, length, out);
    if (unread.failed) status = BP_NO_MEMORY;
    bp_report_clear(&unread);
    return status == BP_NO_MEMORY ? status : BP_OK;
}

// ---- printing ----

// Names that are longer than the column stand on a line of their own.
static void find_widths(const listing *l, int width, int *widths) {
    for (int j = 0; j < l->layout->n; j++) {
        widths[j] = width ? bp_text_columns(l->layout->columns[j].title) : 0;
        for (int i = 0; i < l->n; i++) {
            int columns = bp_text_columns(l->lines[i].cells[j]);
            if (columns > widths[j]) widths[j] = columns;
        }
    }
    if (width && widths[0] > LONGEST_NAME) widths[0] = LONGEST_NAME;
}

static void print_line(const listing *l, const char *const *cells, const int *widths,
                       int width, bp_text *out) {
    int last = l->layout->n - 1;
    int at = 0;
    for (int j = 0; j < last; j++) {
        bp_text_pad(out, cells[j], widths[j] + GAP);
        at += widths[j] + GAP;
        if (bp_text_columns(cells[j]) <= widths[j]) continue;
        bp_text_add(out, "\n");
        bp_text_blanks(out, at);
    }
    bp_text_wrap(out, cells[last], at, width);
    bp_text_add(out, "\n");
}

static void print_table(const listing *l, int width, bp_text *out) {
    int widths[MAX_COLUMNS] = {0};
    const char *titles[MAX_COLUMNS] = {NULL};
    find_widths(l, width, widths);
    for (int j = 0; j < l->layout->n; j++)
        titles[j] = l->layout->columns[j].title;
    if (width) print_line(l, titles, widths, width, out);
    for (int i = 0; i < l->n; i++)
        print_line(l, l->lines[i].cells, widths, width, out);
    if (!width || !l->layout->foot[0]) return;
    bp_text_add(out, "\n");
    bp_text_wrap(out, l->layout->foot, 0, width);
    bp_text_add(out, "\n");
}

static void json_pair(bp_text *out, const char *before, const char *key,
                      const char *value) {
    bp_text_format(out, "%s\"%s\": ", before, key);
    bp_text_json(out, value);
}

static void json_table(const listing *l, bp_text *out) {
    for (int i = 0; i < l->n; i++) {
        json_pair(out, i ? ",\n  {" : "[\n  {", "name", l->items[i].name);
        json_pair(out, ", ", "text", l->items[i].text);
        json_pair(out, ", ", "path", l->items[i].path);
        for (int j = 1; j < l->layout->n; j++)
            if (strcmp(l->layout->columns[j].key, "text") != 0)
                json_pair(out, ", ", l->layout->columns[j].key, l->lines[i].cells[j]);
        bp_text_add(out, "}");
    }
    bp_text_add(out, l->n ? "\n]\n" : "[]\n");
}

bp_status bp_catalogue_table(bp_catalogue kind, bool json, int width, bp_text *out,
                             bp_error *err) {
    listing l = {.layout = layout_of(kind)};
    bp_arena arena = {0};
    bp_bundle *bundle = NULL;
    BP_TRY(bp_catalogue_list(kind, &l.items, &l.n, err));
    bp_status status = bp_bundle_new(&bundle);
    l.lines = bp_calloc((size_t)l.n + 1, sizeof *l.lines);
    if (!l.lines) status = BP_NO_MEMORY;
    for (int i = 0; status == BP_OK && i < l.n; i++)
        status = fill_line(&l, i, bundle, &arena);
    if (status == BP_OK && json)
        json_table(&l, out);
    else if (status == BP_OK)
        print_table(&l, width, out);
    if (status == BP_OK && out->failed) status = BP_NO_MEMORY;
    if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    bp_free(l.lines);
    bp_catalogue_free(l.items, l.n);
    bp_bundle_free(bundle);
    bp_arena_clear(&arena);
    return status;
}
