// Pages about items of the catalogue: sections of rows, printed as aligned text or as
// JSON.
#ifndef BP_SCENARIOS_SHOW_H
#define BP_SCENARIOS_SHOW_H

#include "base/array.h"
#include "scenarios/library.h"
#include "scenarios/sheet.h"

typedef struct bp_row {
    const char *name, *value, *source; // "" where there is none
} bp_row;

typedef struct bp_section {
    const char *title;
    int first, n; // its rows in the page
} bp_section;

typedef struct bp_page {
    bp_reader reader; // texts live in its arena
    const char *name, *text;
    const char *body; // printed as it is, after the sections; "" none
    BP_ARRAY(bp_section) sections;
    BP_ARRAY(bp_row) rows;
} bp_page;

void bp_page_section(bp_page *page, const char *title);
// Adds to the last section.
void bp_page_row(bp_page *page, const char *name, const char *value,
                 const char *source);

// What every item of the catalogue has.
void bp_show_item(bp_page *page, const bp_item *item);
// Fill a page from the text of a file.
void bp_show_drug(bp_page *page, const char *text, size_t length);
void bp_show_ligand(bp_page *page, const char *text, size_t length);
void bp_show_cell(bp_page *page, const char *text, size_t length);
void bp_show_mechanism(bp_page *page, const char *text, size_t length);
void bp_show_scenario(bp_page *page, const char *text, size_t length);
// Loads and compiles the model `path` of the bundle.
void bp_show_model(bp_page *page, bp_bundle *bundle, const char *path);

#endif
