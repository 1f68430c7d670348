// Names to files. A file is named after its item ("T-DM1" is t-dm1.yaml), so that most
// names are found without reading the others; aliases need the whole shelf.
#include "scenarios/library.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "scenarios/yaml.h"

static const char *const folders[] = {"models",     "drugs",      "ligands",  "cells",
                                      "mechanisms", "behaviours", "scenarios"};

const char *bp_catalogue_folder(bp_catalogue kind) {
    return folders[kind];
}

void bp_library_clear(bp_library *library) {
    for (int kind = 0; kind <= BP_CATALOGUE_SCENARIOS; kind++) {
        bp_array_clear(&library->shelves[kind].entries);
        library->shelves[kind].read = false;
    }
    bp_arena_clear(&library->arena);
}

// ---- what a file says of itself ----

// The first comment of a text, without its marks, as one line.
static const char *first_comment(bp_arena *arena, const char *text, const char *mark) {
    if (strncmp(text, mark, strlen(mark)) != 0) return bp_arena_copy(arena, "");
    text += strlen(mark);
    text += strspn(text, " ");
    size_t length = strcspn(text, "\n");
    const char *stop = strstr(text, ". ");
    if (stop && stop < text + length) length = (size_t)(stop - text) + 1;
    return bp_arena_copy_n(arena, text, length);
}

static bool is_yaml(const char *path) {
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".yaml") == 0;
}

static bp_status read_names(bp_library *library, bp_catalogue kind, const char *text,
                            size_t length, bp_entry_names *entry) {
    if (kind == BP_CATALOGUE_MODELS && !is_yaml(entry->path)) {
        entry->text = first_comment(&library->arena, text, "//");
        return entry->text ? BP_OK : BP_NO_MEMORY;
    }
    bp_report unread = {0};
    bp_reader reader = {&library->arena, &unread, entry->path};
    const bp_yaml *root = bp_yaml_parse(&reader, text, length);
    bool map = root && root->kind == BP_YAML_MAP;
    bool scenario = kind == BP_CATALOGUE_SCENARIOS || kind == BP_CATALOGUE_BEHAVIOURS;
    const bp_yaml *name = map && !scenario ? bp_yaml_find(root, "name") : NULL;
    const bp_yaml *line = map ? bp_yaml_find(root, scenario ? "title" : "text") : NULL;
    const bp_yaml *aliases = map ? bp_yaml_find(root, "aliases") : NULL;
    if (name && name->kind == BP_YAML_TEXT) entry->name = name->text;
    entry->text = line && line->kind == BP_YAML_TEXT ? line->text : "";
    const bp_yaml **texts = NULL;
    if (aliases && !scenario)
        texts = bp_yaml_texts(&reader, aliases, "aliases", &entry->n_aliases);
    if (texts) {
        entry->aliases = bp_reader_take(&reader, (size_t)entry->n_aliases + 1,
                                        sizeof *entry->aliases);
        for (int i = 0; entry->aliases && i < entry->n_aliases; i++)
            entry->aliases[i] = texts[i]->text;
    }
    bool out_of_memory =
        unread.failed; // a file that is wrong is told of when it is used
    bp_report_clear(&unread);
    return out_of_memory ? BP_NO_MEMORY : BP_OK;
}

// ---- reading a shelf ----

typedef struct visit {
    bp_library *catalogue;
    bp_catalogue kind;
    const char *folder; // below the kind's own, "" or "teaching/"
    const char *only;   // stem wanted; NULL: all
    int found;
} visit;

static bp_status add_entry(visit *v, const char *path, const char *stem,
                           const char *text, size_t length) {
    bp_entry_names entry = {0};
    bp_arena *arena = &v->catalogue->arena;
    entry.path = bp_arena_copy(arena, path);
    entry.name = bp_arena_copy(arena, stem);
    if (!entry.path || !entry.name) return BP_NO_MEMORY;
    BP_TRY(read_names(v->catalogue, v->kind, text, length, &entry));
    v->found++;
    return bp_array_push(&v->catalogue->shelves[v->kind].entries, entry) ? BP_OK
                                                                         : BP_NO_MEMORY;
}

static bp_status visit_file(const char *path, const char *stem, void *data) {
    visit *v = data;
    bool model = v->kind == BP_CATALOGUE_MODELS;
    if (v->only && strcmp(v->only, stem) != 0) return BP_OK;
    if (model && strcmp(stem, "archetypes") == 0) return BP_OK; // modules, no model
    char *text = NULL;
    size_t length = 0;
    BP_TRY(bp_file_read(path, &text, &length, NULL));
    bp_text name = {0};
    bp_text_format(&name, "bypass:%s/%s%s%s", folders[v->kind], v->folder, stem,
                   is_yaml(path) ? ".yaml" : ".ant");
    bp_status status = name.failed
                           ? BP_NO_MEMORY
                           : add_entry(v, bp_text_get(&name), stem, text, length);
    bp_text_clear(&name);
    bp_free(text);
    return status;
}

static bp_status visit_folder(visit *v, const char *path, bp_error *err) {
    if (v->kind == BP_CATALOGUE_MODELS)
        BP_TRY(bp_folder_visit(path, ".ant", visit_file, v, err));
    return bp_folder_visit(path, ".yaml", visit_file, v, err);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef BP_ARRAY(const char *) name_list;

// Names of the folders within `path`, sorted, in the library's arena.
static bp_status list_folders(bp_library *library, const char *path, name_list *out) {
    DIR *dir = opendir(path);
    if (!dir) return BP_OK;
    bp_status status = BP_OK;
    const struct dirent *item = NULL;
    while (status == BP_OK && (item = readdir(dir))) {
        if (item->d_name[0] == '.') continue;
        const char *name = bp_arena_copy(&library->arena, item->d_name);
        if (!name || !bp_array_push(out, name)) status = BP_NO_MEMORY;
    }
    closedir(dir);
    if (out->count) qsort(out->items, (size_t)out->count, sizeof *out->items, by_name);
    return status;
}

// Models also lie one folder deeper: her2/her2.ant is the model her2 and hides its
// parts; a folder without such a file holds one model a file.
static bp_status visit_inner(visit *v, const char *path, const char *inner,
                             bp_error *err) {
    bp_text below = {0};
    bp_text prefix = {0};
    bp_path_join(&below, path, inner);
    bp_text_format(&prefix, "%s/", inner);
    bp_status status = below.failed || prefix.failed ? BP_NO_MEMORY : BP_OK;
    if (status == BP_OK && bp_path_is_folder(bp_text_get(&below))) {
        v->folder = bp_text_get(&prefix);
        v->only = inner;
        v->found = 0;
        status = visit_folder(v, bp_text_get(&below), err);
        v->only = NULL;
        if (status == BP_OK && !v->found)
            status = visit_folder(v, bp_text_get(&below), err);
        v->folder = "";
    }
    bp_text_clear(&below);
    bp_text_clear(&prefix);
    return status;
}

static bp_status read_disk(visit *v, bp_error *err) {
    bp_text path = {0};
    name_list inner = {0};
    bp_status status = BP_OK;
    bool there = bp_data_folder(folders[v->kind], &path);
    if (path.failed) status = BP_NO_MEMORY;
    if (status == BP_OK && there) status = visit_folder(v, bp_text_get(&path), err);
    if (status == BP_OK && there && v->kind == BP_CATALOGUE_MODELS)
        status = list_folders(v->catalogue, bp_text_get(&path), &inner);
    for (int i = 0; status == BP_OK && i < inner.count; i++)
        status = visit_inner(v, bp_text_get(&path), inner.items[i], err);
    bp_array_clear(&inner);
    bp_text_clear(&path);
    return status;
}

// A sealed bundle is all there is: a results file made on another machine.
static bp_status read_bundle(visit *v) {
    const bp_bundle *bundle = v->catalogue->bundle;
    bp_status status = BP_OK;
    bp_text start = {0};
    bp_text_format(&start, "bypass:%s/", folders[v->kind]);
    if (start.failed) status = BP_NO_MEMORY;
    for (int i = 0; status == BP_OK && i < bp_bundle_count(bundle); i++) {
        const char *name = bp_bundle_name(bundle, i);
        if (strncmp(name, bp_text_get(&start), start.length) != 0) continue;
        const char *slash = strrchr(name, '/');
        char stem[128] = "";
        size_t n = strcspn(slash + 1, ".");
        if (n < sizeof stem) memcpy(stem, slash + 1, n);
        size_t length = 0;
        const char *text = bp_bundle_text(bundle, i, &length);
        status = add_entry(v, name, stem, text, length);
    }
    bp_text_clear(&start);
    return status;
}

bp_status bp_library_read(bp_library *library, bp_catalogue kind, const bp_shelf **out,
                          bp_error *err) {
    bp_shelf *shelf = &library->shelves[kind];
    bp_status status = BP_OK;
    if (!shelf->read) {
        visit v = {.catalogue = library, .kind = kind, .folder = ""};
        bool sealed = library->bundle && bp_bundle_sealed(library->bundle);
        shelf->entries.count = 0;
        status = sealed ? read_bundle(&v) : read_disk(&v, err);
        shelf->read = status == BP_OK;
    }
    if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    *out = shelf;
    return status;
}

// ---- finding ----

static bool answers_to(const bp_entry_names *entry, const char *name) {
    if (strcmp(entry->name, name) == 0) return true;
    for (int i = 0; i < entry->n_aliases; i++)
        if (strcmp(entry->aliases[i], name) == 0) return true;
    return false;
}

static char stem_letter(char c) {
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
}

// "t-dm1" for "T-DM1"
static void add_stem(bp_text *out, const char *name) {
    for (const char *c = name; *c; c++) {
        char letter = stem_letter(*c);
        bp_text_add_n(out, &letter, 1);
    }
}

// Whether the file holds an item that answers to the name.
static bp_status holds(bp_library *library, bp_catalogue kind, const char *path,
                       const char *name, bool *found) {
    bp_entry_names entry = {.path = "", .name = ""};
    size_t length = 0;
    const char *text = NULL;
    BP_TRY(bp_bundle_read(library->bundle, path, &text, &length, NULL));
    BP_TRY(read_names(library, kind, text, length, &entry));
    *found = answers_to(&entry, name);
    return BP_OK;
}

// The file that is named after the item, where there is one and it holds it.
static bp_status guess_file(bp_library *library, bp_catalogue kind, const char *name,
                            const char **path) {
    bp_text guess = {0};
    bool found = false;
    bp_text_format(&guess, "bypass:%s/", folders[kind]);
    add_stem(&guess, name);
    bp_text_add(&guess, ".yaml");
    bp_status status = guess.failed ? BP_NO_MEMORY : BP_OK;
    if (status == BP_OK && bp_bundle_has(library->bundle, bp_text_get(&guess)))
        status = holds(library, kind, bp_text_get(&guess), name, &found);
    if (status == BP_OK && found) {
        *path = bp_arena_copy(&library->arena, bp_text_get(&guess));
        if (!*path) status = BP_NO_MEMORY;
    }
    bp_text_clear(&guess);
    return status;
}

bp_status bp_library_find(bp_library *library, bp_catalogue kind, const char *name,
                          const char **path, bp_error *err) {
    *path = NULL;
    const bp_shelf *shelf = NULL;
    bool by_stem = kind != BP_CATALOGUE_MODELS && kind < BP_CATALOGUE_BEHAVIOURS;
    if (by_stem && library->bundle && !library->shelves[kind].read) {
        bp_status status = guess_file(library, kind, name, path);
        if (status == BP_NO_MEMORY) return bp_error_no_memory(err);
        if (*path) return BP_OK;
    }
    BP_TRY(bp_library_read(library, kind, &shelf, err));
    for (int i = 0; i < shelf->entries.count && !*path; i++)
        if (answers_to(&shelf->entries.items[i], name))
            *path = shelf->entries.items[i].path;
    return BP_OK;
}

const char *bp_library_nearest(bp_library *library, const bp_catalogue *kinds, int n,
                               const char *name) {
    bp_names all = {0};
    for (int k = 0; k < n; k++) {
        const bp_shelf *shelf = NULL;
        if (bp_library_read(library, kinds[k], &shelf, NULL) != BP_OK) continue;
        for (int i = 0; i < shelf->entries.count; i++) {
            const bp_entry_names *entry = &shelf->entries.items[i];
            bp_names_add(&all, entry->name);
            for (int j = 0; j < entry->n_aliases; j++)
                bp_names_add(&all, entry->aliases[j]);
        }
    }
    const char *near = bp_names_nearest(&all, name);
    if (near) near = bp_arena_copy(&library->arena, near);
    bp_names_clear(&all);
    return near;
}
