#include "base/bundle.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/names.h"
#include "base/paths.h"

static const char library[] = "bypass:"; // how names of the built-in library begin

// Files from here on need not be kept; the largest piece of one that is passed on.
enum { LARGE = 1 << 16, PIECE = 1 << 16 };

typedef struct entry {
    char *text; // NUL-terminated, owned; NULL: not kept
    size_t length;
    uint64_t
        mark; // of a text that is not kept: tells whether the file is still the same
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
    bp_status status = add_take(bundle, name, (entry){.text = copy, .length = length});
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
        entry read = {.text = text, .length = length};
        status = add_take(bundle, name, read);
        if (status == BP_OK) text = NULL;
        if (status != BP_OK) bp_error_no_memory(err);
    }
    bp_free(text);
    bp_text_clear(&path);
    return status;
}

// ---- texts that are not kept ----

// FNV-1a: enough to notice that somebody wrote to the file.
static const uint64_t first_mark = 0xcbf29ce484222325u;

static uint64_t mark_of(uint64_t mark, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++)
        mark = (mark ^ (unsigned char)text[i]) * 0x100000001b3u;
    return mark;
}

static bp_status has_changed(const char *name, bp_error *err) {
    return bp_error_at(err, BP_IO, (bp_where){.file = name},
                       "the file has changed since it was read; run again");
}

// One reading of a file that is not kept.
typedef struct reading {
    const char *name;
    FILE *file;
    char *piece; // (PIECE)
    size_t most; // that it may be long
    size_t length;
    uint64_t mark;
    bp_error *err;
} reading;

static bp_status read_pieces(reading *r, bp_bundle_take take, void *data) {
    size_t got = 0;
    r->mark = first_mark;
    while ((got = fread(r->piece, 1, PIECE, r->file)) > 0) {
        r->length += got;
        if (r->length > r->most) return has_changed(r->name, r->err);
        r->mark = mark_of(r->mark, r->piece, got);
        BP_TRY(take(data, r->piece, got));
    }
    if (ferror(r->file))
        return bp_error_set(r->err, BP_IO, "cannot read '%s': %s", r->name,
                            strerror(errno));
    return BP_OK;
}

// Opens `path` and reads it; `r` says the rest.
static bp_status read_file(reading *r, const bp_text *path, bp_bundle_take take,
                           void *data) {
    bp_status status = BP_OK;
    r->piece = bp_malloc(PIECE);
    if (!r->piece) return bp_error_no_memory(r->err);
    r->file = fopen(path->data, "rb");
    if (r->file) {
        status = read_pieces(r, take, data);
        (void)fclose(r->file);
    } else {
        status = has_changed(r->name, r->err); // it was there
    }
    bp_free(r->piece);
    return status;
}

static bp_status read_again(const entry *e, const char *name, bp_bundle_take take,
                            void *data, bp_error *err) {
    bp_text path = {0};
    reading r = {.name = name, .most = e->length, .err = err};
    bool found = disk_path(name, &path) && !path.failed;
    bp_status status = BP_NO_MEMORY;
    if (found)
        status = read_file(&r, &path, take, data);
    else
        (void)bp_error_no_memory(err);
    if (status == BP_OK && (r.length != e->length || r.mark != e->mark))
        status = has_changed(name, err);
    bp_text_clear(&path);
    return status;
}

bp_status bp_bundle_pass(const bp_bundle *bundle, int i, bp_bundle_take take,
                         void *data, bp_error *err) {
    const entry *e = &bundle->entries.items[i];
    if (!e->text) return read_again(e, bp_bundle_name(bundle, i), take, data, err);
    for (size_t at = 0; at < e->length; at += PIECE) {
        size_t left = e->length - at;
        BP_TRY(take(data, e->text + at, left < PIECE ? left : PIECE));
    }
    return BP_OK;
}

static bp_status add_piece(void *data, const char *piece, size_t length) {
    bp_text *text = data;
    bp_text_add_n(text, piece, length);
    return text->failed ? BP_NO_MEMORY : BP_OK;
}

// Back into memory.
static bp_status fetch(entry *e, const char *name, bp_error *err) {
    bp_text text = {0};
    bp_status status = read_again(e, name, add_piece, &text, err);
    if (status == BP_OK)
        e->text = text.data;
    else
        bp_text_clear(&text);
    return status == BP_NO_MEMORY ? bp_error_no_memory(err) : status;
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
    if (!bundle->entries.items[i].text)
        BP_TRY(fetch(&bundle->entries.items[i], name, err));
    *text = bp_bundle_text(bundle, i, length);
    return BP_OK;
}

// Whether a name is that of a large file that can be read again; `path`: where it is.
static bool is_large_file(const char *name, bp_text *path) {
    struct stat found;
    return disk_path(name, path) && !path->failed && stat(path->data, &found) == 0 &&
           S_ISREG(found.st_mode) && found.st_size >= LARGE && found.st_size <= INT_MAX;
}

static bp_status scan_disk(bp_bundle *bundle, const char *name, const bp_text *path,
                           bp_bundle_take take, void *data, bp_error *err) {
    reading r = {.name = name, .most = INT_MAX, .err = err};
    BP_TRY(read_file(&r, path, take, data));
    entry read = {.length = r.length, .mark = r.mark};
    bp_status status = add_take(bundle, name, read);
    return status == BP_NO_MEMORY ? bp_error_no_memory(err) : status;
}

bp_status bp_bundle_scan(bp_bundle *bundle, const char *name, bp_bundle_take take,
                         void *data, bp_error *err) {
    const char *text = NULL;
    int i = bp_names_find(&bundle->names, name);
    if (i < 0 && !bundle->sealed) {
        bp_text path = {0};
        bool large = is_large_file(name, &path);
        bp_status status =
            large ? scan_disk(bundle, name, &path, take, data, err) : BP_OK;
        bp_text_clear(&path);
        if (large) return status;
    }
    if (i < 0) BP_TRY(bp_bundle_read(bundle, name, &text, NULL, err));
    return bp_bundle_pass(bundle, bp_names_find(&bundle->names, name), take, data, err);
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
