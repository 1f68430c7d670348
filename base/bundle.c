#include "base/bundle.h"

#include <string.h>

#include "base/array.h"
#include "base/names.h"
#include "base/paths.h"

static const char library[] = "bypass:"; // how names of the built-in library begin

typedef struct entry {
    char *text; // NUL-terminated, owned
    size_t length;
} entry;

struct bp_bundle {
    bp_names names; // index of a name = index of its entry
    BP_ARRAY(entry) entries;
    bool sealed;
};

bp_status bp_bundle_new(bp_bundle **out) {
    bp_bundle *bundle = bp_calloc(1, sizeof *bundle);
    if (!bundle) return BP_NO_MEMORY;
    *out = bundle;
    return BP_OK;
}

void bp_bundle_free(bp_bundle *bundle) {
    if (!bundle) return;
    for (int i = 0; i < bundle->entries.count; i++)
        bp_free(bundle->entries.items[i].text);
    bp_array_clear(&bundle->entries);
    bp_names_clear(&bundle->names);
    bp_free(bundle);
}

// Takes the text of `added` on success.
static bp_status add_take(bp_bundle *bundle, const char *name, entry added) {
    if (!bp_array_reserve(&bundle->entries, 1)) return BP_NO_MEMORY;
    int i = bp_names_add(&bundle->names, name);
    if (i < 0) return BP_NO_MEMORY;

    if (i == bundle->entries.count)
        bundle->entries.count++;
    else
        bp_free(bundle->entries.items[i].text);
    bundle->entries.items[i] = added;
    return BP_OK;
}

bp_status bp_bundle_add(bp_bundle *bundle, const char *name, const char *text,
                        size_t length) {
    char *copy = bp_malloc(length + 1);
    if (!copy) return BP_NO_MEMORY;
    if (length > 0) memcpy(copy, text, length);
    copy[length] = '\0';
    bp_status status = add_take(bundle, name, (entry){copy, length});
    if (status != BP_OK) bp_free(copy);
    return status;
}

// The path on disk of a name; false when the built-in library has no such kind, or the
// name leads out of it.
static bool disk_path(const char *name, bp_text *path) {
    size_t n = strlen(library);
    if (strncmp(name, library, n) != 0) {
        bp_text_add(path, name);
        return true;
    }
    const char *kind = name + n;
    const char *slash = strchr(kind, '/');
    if (!slash || strstr(kind, "..")) return false;

    bp_text word = {0};
    bp_text_add_n(&word, kind, (size_t)(slash - kind));
    bool found = !word.failed && bp_data_folder(bp_text_get(&word), path);
    path->failed |= word.failed;
    bp_text_clear(&word);
    if (found) bp_text_add(path, slash);
    return found;
}

static bp_status read_disk(bp_bundle *bundle, const char *name, bp_error *err) {
    bp_text path = {0};
    char *text = NULL;
    size_t length = 0;
    bool found = disk_path(name, &path);
    bp_status status;
    if (path.failed)
        status = bp_error_no_memory(err);
    else if (!found)
        status =
            bp_error_set(err, BP_NO_FILE,
                         "the built-in library has no '%s'; see bypass list, or set "
                         "BYPASS_DATA_DIR to where it lies",
                         name);
    else
        status = bp_file_read(bp_text_get(&path), &text, &length, err);
    if (status == BP_OK) {
        status = add_take(bundle, name, (entry){text, length});
        if (status == BP_OK) text = NULL;
        if (status != BP_OK) bp_error_no_memory(err);
    }
    bp_free(text);
    bp_text_clear(&path);
    return status;
}

bp_status bp_bundle_read(bp_bundle *bundle, const char *name, const char **text,
                         size_t *length, bp_error *err) {
    int i = bp_names_find(&bundle->names, name);
    if (i < 0) {
        if (bundle->sealed)
            return bp_error_set(err, BP_NO_FILE,
                                "'%s' is not among the texts stored with these results",
                                name);
        BP_TRY(read_disk(bundle, name, err));
        i = bp_names_find(&bundle->names, name);
    }
    *text = bp_bundle_text(bundle, i, length);
    return BP_OK;
}

bool bp_bundle_has(const bp_bundle *bundle, const char *name) {
    if (bp_names_find(&bundle->names, name) >= 0) return true;
    if (bundle->sealed) return false;
    bp_text path = {0};
    bool found = disk_path(name, &path) && !path.failed &&
                 bp_path_exists(bp_text_get(&path)) &&
                 !bp_path_is_folder(bp_text_get(&path));
    bp_text_clear(&path);
    return found;
}

void bp_bundle_seal(bp_bundle *bundle) {
    bundle->sealed = true;
}

bool bp_bundle_sealed(const bp_bundle *bundle) {
    return bundle->sealed;
}

int bp_bundle_count(const bp_bundle *bundle) {
    return bundle->entries.count;
}

const char *bp_bundle_name(const bp_bundle *bundle, int i) {
    return bundle->names.text[i];
}

const char *bp_bundle_text(const bp_bundle *bundle, int i, size_t *length) {
    if (length) *length = bundle->entries.items[i].length;
    return bundle->entries.items[i].text;
}

// Length of the part of a name that ".." cannot climb out of: "bypass:", "/", or
// nothing.
static size_t root_of(const char *name) {
    if (strncmp(name, library, strlen(library)) == 0) return strlen(library);
    return name[0] == '/' ? 1 : 0;
}

// Drops the last part of out[from...]; false when there is none, or it is "..".
static bool climb(bp_text *out, size_t from) {
    size_t at = out->length;
    while (at > from && out->data[at - 1] != '/')
        at--;
    if (at == out->length || strcmp(out->data + at, "..") == 0) return false;
    out->length = at > from ? at - 1 : at;
    out->data[out->length] = '\0';
    return true;
}

// Appends the parts of `name` to out[from...], taking "." and ".." at their word.
static void add_parts(bp_text *out, size_t from, bool rooted, const char *name) {
    while (*name && !out->failed) {
        size_t n = strcspn(name, "/");
        bool up = n == 2 && memcmp(name, "..", 2) == 0;
        bool skip = n == 0 || (n == 1 && name[0] == '.');
        skip |= up && climb(out, from);
        skip |= up && rooted && out->length == from && name[2] != '\0' && from > 0 &&
                out->data[from - 1] == '/'; // "/.." is "/"
        if (!skip) {
            if (out->length > from) bp_text_add(out, "/");
            bp_text_add_n(out, name, n);
        }
        name += n;
        name += *name == '/';
    }
}

void bp_bundle_resolve(const char *base, const char *relative, bp_text *out) {
    size_t root = root_of(relative);
    const char *start = root > 0 || !base ? relative : base;
    root = root_of(start);
    bp_text_add_n(out, start, root);
    size_t from = out->length;

    if (start != relative) {
        add_parts(out, from, root > 0, start + root);
        climb(out, from); // the file itself
        add_parts(out, from, root > 0, relative);
    } else {
        add_parts(out, from, root > 0, relative + root);
    }
    if (!out->failed && root == 0 && out->length == from) bp_text_add(out, ".");
}
