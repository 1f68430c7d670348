// Lists of the built-in library.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenarios/library.h"

// As people look things up: capitals do not come first.
static int by_name(const void *a, const void *b) {
    const char *x = ((const bp_catalogue_item *)a)->name;
    const char *y = ((const bp_catalogue_item *)b)->name;
    int order = strcasecmp(x, y);
    return order ? order : strcmp(x, y);
}

static char *copy_text(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = bp_malloc(size);
    if (copy) memcpy(copy, text, size);
    return copy;
}

void bp_catalogue_free(bp_catalogue_item *items, int n) {
    for (int i = 0; items && i < n; i++) {
        bp_free((char *)items[i].name);
        bp_free((char *)items[i].path);
        bp_free((char *)items[i].text);
    }
    bp_free(items);
}

static bp_status copy_items(const bp_shelf *shelf, bp_catalogue_item **out) {
    int n = shelf->entries.count;
    bp_catalogue_item *items = bp_calloc((size_t)n + 1, sizeof *items);
    bool ok = items != NULL;
    for (int i = 0; ok && i < n; i++) {
        const bp_entry_names *entry = &shelf->entries.items[i];
        items[i] = (bp_catalogue_item){copy_text(entry->name), copy_text(entry->path),
                                       copy_text(entry->text)};
        ok = items[i].name && items[i].path && items[i].text;
    }
    if (!ok) {
        bp_catalogue_free(items, n);
        return BP_NO_MEMORY;
    }
    qsort(items, (size_t)n, sizeof *items, by_name);
    *out = items;
    return BP_OK;
}

bp_status bp_catalogue_list(bp_catalogue kind, bp_catalogue_item **items, int *n,
                            bp_error *err) {
    bp_library library = {0};
    const bp_shelf *shelf = NULL;
    bp_status status = bp_library_read(&library, kind, &shelf, err);
    if (status == BP_OK) {
        status = copy_items(shelf, items);
        *n = shelf->entries.count;
        if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    }
    bp_library_clear(&library);
    return status;
}
