// Printing pages, and finding what they are about.
#include "scenarios/show.h"

#include <string.h>

#include "base/text.h"
#include "scenarios/wrap.h"

// ---- building ----

void bp_page_section(bp_page *page, const char *title) {
    if (!title ||
        !bp_array_push(&page->sections, (bp_section){title, page->rows.count, 0}))
        page->reader.report->failed = true;
}

void bp_page_row(bp_page *page, const char *name, const char *value,
                 const char *source) {
    bool ok = name && value && source && page->sections.count &&
              bp_array_push(&page->rows, (bp_row){name, value, source});
    if (ok)
        page->sections.items[page->sections.count - 1].n++;
    else
        page->reader.report->failed = true;
}

// ---- as text ----

// What is left for a source beside its value may be too little to read.
enum { LEAST_ROOM = 28, BELOW = 6 };

static void print_row(const bp_row *row, const int *widths, int width, bp_text *out) {
    int at = 2 + widths[0] + 2;
    bp_text_add(out, "  ");
    bp_text_pad(out, row->name, widths[0] + 2);
    if (row->source[0]) {
        bp_text_pad(out, row->value, widths[1] + 2);
        at += widths[1] + 2;
    } else {
        bp_text_wrap(out, row->value, at, width);
    }
    if (row->source[0] && width && at + LEAST_ROOM > width &&
        at + bp_text_columns(row->source) > width) {
        bp_text_add(out, "\n");
        bp_text_blanks(out, BELOW);
        at = BELOW;
    }
    bp_text_wrap(out, row->source, at, width);
    bp_text_add(out, "\n");
}

static void print_section(const bp_page *page, const bp_section *section, int width,
                          bp_text *out) {
    int widths[2] = {0, 0};
    const bp_row *rows = page->rows.items + section->first;
    for (int i = 0; i < section->n; i++) {
        int name = bp_text_columns(rows[i].name);
        int value = bp_text_columns(rows[i].value);
        if (name > widths[0]) widths[0] = name;
        if (value > widths[1] && rows[i].source[0]) widths[1] = value;
    }
    bp_text_format(out, "\n%s\n", section->title);
    for (int i = 0; i < section->n; i++)
        print_row(&rows[i], widths, width, out);
}

static void print_page(const bp_page *page, int width, bp_text *out) {
    bp_text_format(out, "%s\n", page->name);
    if (page->text[0]) {
        bp_text_add(out, "  ");
        bp_text_wrap(out, page->text, 2, width);
        bp_text_add(out, "\n");
    }
    for (int i = 0; i < page->sections.count; i++)
        print_section(page, &page->sections.items[i], width, out);
    if (page->body[0]) bp_text_format(out, "\n%s", page->body);
}

// ---- as JSON ----

static void json_text(bp_text *out, const char *key, const char *value) {
    bp_text_format(out, "\"%s\": ", key);
    bp_text_json(out, value);
}

static void json_row(const bp_row *row, bp_text *out) {
    bp_text_add(out, "{");
    json_text(out, "name", row->name);
    bp_text_add(out, ", ");
    json_text(out, "value", row->value);
    bp_text_add(out, ", ");
    json_text(out, "source", row->source);
    bp_text_add(out, "}");
}

static void json_page(const bp_page *page, bp_text *out) {
    bp_text_add(out, "{");
    json_text(out, "name", page->name);
    bp_text_add(out, ", ");
    json_text(out, "text", page->text);
    bp_text_add(out, ", ");
    json_text(out, "file", page->reader.file);
    bp_text_add(out, ", \"sections\": [");
    for (int i = 0; i < page->sections.count; i++) {
        const bp_section *section = &page->sections.items[i];
        bp_text_add(out, i ? ",\n  {" : "\n  {");
        json_text(out, "title", section->title);
        bp_text_add(out, ", \"rows\": [");
        for (int j = 0; j < section->n; j++) {
            bp_text_add(out, j ? ",\n    " : "\n    ");
            json_row(&page->rows.items[section->first + j], out);
        }
        bp_text_add(out, "]}");
    }
    bp_text_add(out, "]");
    if (page->body[0]) {
        bp_text_add(out, ", ");
        json_text(out, "body", page->body);
    }
    bp_text_add(out, "}\n");
}

// ---- finding ----

static bp_status find_path(bp_library *library, bp_catalogue kind, const char *name,
                           const char **path, bp_error *err) {
    BP_TRY(bp_library_find(library, kind, name, path, err));
    if (*path) return BP_OK;
    const char *folder = bp_catalogue_folder(kind);
    const char *near = bp_library_nearest(library, &kind, 1, name);
    return bp_error_set(err, BP_UNKNOWN_NAME,
                        "there is no '%s' among the built-in %s%s%s%s", name, folder,
                        near ? "; did you mean '" : "; see bypass list ",
                        near ? near : folder, near ? "'?" : "");
}

static bp_status fill_page(bp_page *page, bp_catalogue kind, bp_bundle *bundle,
                           bp_error *err) {
    const char *text = NULL;
    size_t length = 0;
    BP_TRY(bp_bundle_read(bundle, page->reader.file, &text, &length, err));
    switch (kind) {
    case BP_CATALOGUE_DRUGS:
        bp_show_drug(page, text, length);
        break;
    case BP_CATALOGUE_LIGANDS:
        bp_show_ligand(page, text, length);
        break;
    case BP_CATALOGUE_CELLS:
        bp_show_cell(page, text, length);
        break;
    case BP_CATALOGUE_MECHANISMS:
        bp_show_mechanism(page, text, length);
        break;
    case BP_CATALOGUE_MODELS:
        bp_show_model(page, bundle, page->reader.file);
        break;
    case BP_CATALOGUE_SCENARIOS:
    case BP_CATALOGUE_BEHAVIOURS:
        bp_show_scenario(page, text, length);
        break;
    default:
        return bp_error_set(err, BP_UNSUPPORTED, "there are no pages about %s",
                            bp_catalogue_folder(kind));
    }
    return bp_report_first(page->reader.report, err);
}

bp_status bp_catalogue_show(bp_catalogue kind, const char *name, bool json, int width,
                            bp_text *out, bp_error *err) {
    bp_report report = {0};
    bp_library library = {0};
    bp_bundle *bundle = NULL;
    bp_page page = {.reader = {&library.arena, &report, NULL},
                    .name = name,
                    .text = "",
                    .body = ""};
    const char *path = NULL;
    bp_status status = bp_bundle_new(&bundle);
    library.bundle = bundle;
    if (status == BP_OK) status = find_path(&library, kind, name, &path, err);
    page.reader.file = path;
    if (status == BP_OK) status = fill_page(&page, kind, bundle, err);
    if (status == BP_OK && json)
        json_page(&page, out);
    else if (status == BP_OK)
        print_page(&page, width, out);
    if (status == BP_OK && out->failed) status = BP_NO_MEMORY;
    if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    bp_array_clear(&page.sections);
    bp_array_clear(&page.rows);
    bp_library_clear(&library);
    bp_bundle_free(bundle);
    bp_report_clear(&report);
    return status;
}
