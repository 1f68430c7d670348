// The package comp: models made of models. libsbml flattens them, and reads the files
// they refer to from disk; ours come from the bundle, so they are put into a folder of
// their own for as long as it takes, and the references are changed to point there.
#include <errno.h>
#include <sbml/conversion/ConversionProperties.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/sbml_read.h"

typedef struct gathering {
    bp_sbml_reader *reader;
    bp_text folder;
    bp_names files; // the bundle's names; index i is the file "i.xml"
    int depth;      // of references to references
} gathering;

enum { DEEPEST = 32 };

static const char *locate(const gathering *g, int file, bp_text *out) {
    bp_text_format(out, "%s/%d.xml", bp_text_get(&g->folder), file);
    return bp_text_get(out);
}

static bool write_text(const char *path, const bp_text *text) {
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool written = fwrite(bp_text_get(text), 1, text->length, file) == text->length;
    return fclose(file) == 0 && written;
}

// ---- references ----

static void refuse(gathering *g, const char *base, const char *format,
                   const char *name) {
    char message[512];
    // NOLINTNEXTLINE(clang-diagnostic-format-nonliteral): all are written below
    snprintf(message, sizeof message, format, name);
    bp_report_error(g->reader->report, BP_UNSUPPORTED,
                    (bp_where){.file = bp_sbml_copy(g->reader, base)}, "%s", message);
}

// The bundle's name of a source that is written in `base`. False after an error.
static bool resolve(gathering *g, const char *base, const char *source, bp_text *out) {
    if (strncmp(source, "file://", 7) == 0)
        source += 7;
    else if (strncmp(source, "file:", 5) == 0)
        source += 5;
    const char *colon = strchr(source, ':'), *slash = strchr(source, '/');
    if (!source[0] || (colon && (!slash || colon < slash))) {
        refuse(g, base,
               "the source '%s' of an external model is not a file; save it beside the "
               "model and name the file",
               source);
        return false;
    }
    bp_bundle_resolve(base, source, out);
    return !out->failed;
}

static bool gather(gathering *g, const char *name, const char *text, bp_text *out);

// Whether libsbml reads it: flattening would not say what is wrong, or not survive it.
static bool is_readable(bp_sbml_reader *r, const bp_text *text) {
    SBMLDocument_t *document = readSBMLFromString(bp_text_get(text));
    bool sound = document && bp_sbml_check_document(r, document);
    r->failed |= !document;
    if (document) SBMLDocument_free(document);
    return sound;
}

// What is wrong with the external model `name` is said of that file.
static bool check_file(gathering *g, const char *name, const bp_sbml_text *tight,
                       const bp_text *changed) {
    bp_sbml_reader r = *g->reader;
    r.file = bp_sbml_copy(g->reader, name);
    bool sound = bp_sbml_check_text(&r, tight);
    if (sound && !tight->is_sound)
        refuse(g, name, "%s: the external model is not well-formed XML", name);
    sound = sound && tight->is_sound && is_readable(&r, changed);
    g->reader->failed |= r.failed;
    return sound;
}

static bool add_file(gathering *g, const char *name, int file) {
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    if (bp_bundle_read(g->reader->bundle, name, &text, &length, &err) != BP_OK) {
        bp_report_add_error(g->reader->report, &err);
        return false;
    }
    bp_sbml_text tight = {0};
    bp_text changed = {0}, path = {0};
    bp_sbml_text_make(text, length, &tight);
    bool done = gather(g, name, bp_text_get(&tight.xml), &changed) &&
                check_file(g, name, &tight, &changed) &&
                write_text(locate(g, file, &path), &changed);
    g->reader->failed |= tight.xml.failed || changed.failed || path.failed;
    bp_sbml_text_clear(&tight);
    bp_text_clear(&changed);
    bp_text_clear(&path);
    return done;
}

// The file that `source` in `base` refers to, in the folder. Each is written once. -1
// after an error.
static int take_file(gathering *g, const char *base, const char *source) {
    bp_text name = {0};
    int file = -1, before = g->files.count;
    if (resolve(g, base, source, &name)) {
        file = bp_names_add(&g->files, bp_text_get(&name));
        if (file < 0) g->reader->failed = true;
        if (file == before && !add_file(g, g->files.text[file], file)) file = -1;
    }
    g->reader->failed |= name.failed;
    bp_text_clear(&name);
    return file;
}

// Copies the text with the sources of its external models changed.
static bool gather(gathering *g, const char *name, const char *text, bp_text *out) {
    if (++g->depth > DEEPEST) {
        refuse(g, name, "%s: external models refer to external models too often", name);
        return false;
    }
    const char *from = text, *at = text;
    bool done = true;
    while (done && (at = strchr(at, '<'))) {
        size_t length;
        at++;
        if (!bp_sbml_tag_is(at, "externalModelDefinition")) continue;
        const char *value = bp_sbml_find_attribute(at, "source", &length);
        if (!value) continue;
        bp_text source = {0};
        bp_sbml_unescape(value, length, &source);
        int file = take_file(g, name, bp_text_get(&source));
        bp_text_clear(&source);
        bp_text_add_n(out, from, (size_t)(value - from));
        from = value + length;
        done = file >= 0;
        if (done) locate(g, file, out);
    }
    bp_text_add(out, from);
    g->depth--;
    return done && !out->failed;
}

// ---- the folder ----

static bool make_folder(gathering *g) {
    const char *temporary = getenv("TMPDIR");
    bp_text_add(&g->folder, temporary && temporary[0] ? temporary : "/tmp");
    bp_text_add(&g->folder, "/bypass-sbml-XXXXXX");
    if (g->folder.failed) {
        g->reader->failed = true;
        return false;
    }
    if (mkdtemp(g->folder.data)) return true;
    bp_report_error(g->reader->report, BP_NO_FILE, (bp_where){.file = g->reader->file},
                    "cannot make a folder %s for its parts: %s", g->folder.data,
                    strerror(errno));
    g->folder.length = 0;
    return false;
}

static void remove_folder(gathering *g) {
    for (int i = 0; i < g->files.count; i++) {
        bp_text path = {0};
        (void)unlink(locate(g, i, &path));
        bp_text_clear(&path);
    }
    if (g->folder.length > 0) (void)rmdir(bp_text_get(&g->folder));
    bp_text_clear(&g->folder);
    bp_names_clear(&g->files);
}

// ---- flattening ----

static bool flatten(bp_sbml_reader *r, SBMLDocument_t *document) {
    ConversionProperties_t *options = ConversionProperties_create();
    if (!options) {
        r->failed = true;
        return false;
    }
    ConversionProperties_addOptionWithKey(options, "flatten comp");
    static const struct {
        const char *name;
        int value;
    } choices[] = {{"flatten comp", 1},
                   {"leavePorts", 0},
                   {"performValidation", 1},
                   {"stripUnflattenablePackages", 1}};
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        ConversionProperties_addOptionWithKey(options, choices[i].name);
        ConversionProperties_setBoolValue(options, choices[i].name, choices[i].value);
    }
    int result = SBMLDocument_convert(document, options);
    ConversionProperties_free(options);
    bool sound = bp_sbml_check_document(r, document);
    if (sound && result != LIBSBML_OPERATION_SUCCESS)
        bp_report_error(r->report, BP_BAD_MODEL, (bp_where){.file = r->file},
                        "its submodels cannot be joined into one model");
    return sound && result == LIBSBML_OPERATION_SUCCESS;
}

static SBMLDocument_t *read_gathered(bp_sbml_reader *r, const bp_text *text) {
    SBMLDocument_t *document = readSBMLFromString(bp_text_get(text));
    if (!document) {
        r->failed = true;
        return NULL;
    }
    if (bp_sbml_check_document(r, document) && flatten(r, document)) return document;
    SBMLDocument_free(document);
    return NULL;
}

SBMLDocument_t *bp_sbml_read_comp(bp_sbml_reader *r, const char *text) {
    gathering g = {.reader = r};
    bp_text changed = {0};
    SBMLDocument_t *document = NULL;
    if (strstr(text, "externalModelDefinition") && !make_folder(&g)) return NULL;
    if (gather(&g, r->file, text, &changed)) {
        r->has_lines = g.files.count == 0;
        document = read_gathered(r, &changed);
    }
    r->failed |= changed.failed;
    bp_text_clear(&changed);
    remove_folder(&g);
    return document;
}
