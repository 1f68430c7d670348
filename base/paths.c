#define _GNU_SOURCE // dladdr
#include "base/paths.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"

// Told by the build (cmake/InstallPaths.cmake); a build without it finds what the
// environment names.
#ifndef BP_RELATIVE_DATA_DIR
#define BP_RELATIVE_DATA_DIR "../share/bypass"
#endif
#ifndef BP_RELATIVE_PLUGIN_DIR
#define BP_RELATIVE_PLUGIN_DIR "../lib/bypass"
#endif
#ifndef BP_LIBRARY_DATA_DIR
#define BP_LIBRARY_DATA_DIR BP_RELATIVE_DATA_DIR
#endif
#ifndef BP_LIBRARY_PLUGIN_DIR
#define BP_LIBRARY_PLUGIN_DIR BP_RELATIVE_PLUGIN_DIR
#endif
#ifndef BP_INSTALL_DATA_DIR
#define BP_INSTALL_DATA_DIR ""
#endif
#ifndef BP_INSTALL_PLUGIN_DIR
#define BP_INSTALL_PLUGIN_DIR ""
#endif
#ifndef BP_SOURCE_DIR
#define BP_SOURCE_DIR ""
#endif
#ifndef BP_BUILD_PLUGIN_DIR
#define BP_BUILD_PLUGIN_DIR ""
#endif

bool bp_path_exists(const char *path) {
    struct stat info;
    return stat(path, &info) == 0;
}

bool bp_path_is_folder(const char *path) {
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void bp_path_join(bp_text *out, const char *folder, const char *name) {
    size_t n = strlen(folder);
    if (name[0] != '/' && n > 0) {
        bp_text_add(out, folder);
        if (folder[n - 1] != '/') bp_text_add(out, "/");
    }
    bp_text_add(out, name);
}

void bp_path_folder(bp_text *out, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        bp_text_add(out, ".");
    else
        bp_text_add_n(out, path, slash == path ? 1 : (size_t)(slash - path));
}

// Appends folder/name if that is there; else leaves `out` as it was.
static bool take_if_there(bp_text *out, const char *folder, const char *name) {
    if (!folder || !folder[0]) return false;
    size_t before = out->length;
    bp_path_join(out, folder, name);
    if (out->failed) return false;
    if (bp_path_exists(out->data + before)) return true;
    out->length = before;
    out->data[before] = '\0';
    return false;
}

// The same, for a folder that is given relative to the one in which `program` lies.
static bool take_beside(bp_text *out, const char *program, const char *relative,
                        const char *name) {
    bp_text own = {0}, folder = {0};
    bp_path_folder(&own, program);
    bp_path_join(&folder, bp_text_get(&own), relative);
    out->failed |= own.failed || folder.failed;
    bool found = !out->failed && take_if_there(out, bp_text_get(&folder), name);
    bp_text_clear(&own);
    bp_text_clear(&folder);
    return found;
}

typedef struct places {
    const char *variable;  // of the environment: the user's own folder
    const char *program;   // relative to the folder of the running program
    const char *library;   // relative to the folder of libbypass.so
    const char *source;    // in the source tree; "" when installed for good
    const char *installed; // absolute
} places;

// The source tree comes before the absolute place: a program that was built but not
// installed must not find the data of an older one that was.
static bool take_first(bp_text *out, const places *at, const char *name,
                       const char *name_in_source) {
    if (take_if_there(out, getenv(at->variable), name)) return true;

    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    self[n > 0 ? n : 0] = '\0';
    if (n > 0 && take_beside(out, self, at->program, name)) return true;

    // any object of ours tells which file this code was loaded from
    static const char here = 0;
    Dl_info info;
    if (dladdr(&here, &info) && info.dli_fname &&
        take_beside(out, info.dli_fname, at->library, name))
        return true;
    if (take_if_there(out, at->source, name_in_source)) return true;
    return take_if_there(out, at->installed, name);
}

bool bp_data_folder(const char *kind, bp_text *out) {
    static const places data = {"BYPASS_DATA_DIR", BP_RELATIVE_DATA_DIR,
                                BP_LIBRARY_DATA_DIR, BP_SOURCE_DIR,
                                BP_INSTALL_DATA_DIR};
    static const char *const kinds[][2] = {
        {"models", "model/library"},          {"scenarios", "scenarios/library"},
        {"drugs", "scenarios/drugs"},         {"cells", "scenarios/cells"},
        {"ligands", "scenarios/ligands"},     {"mechanisms", "scenarios/mechanisms"},
        {"ensembles", "scenarios/ensembles"}, {"behaviours", "scenarios/behaviours"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i][0]) == 0)
            return take_first(out, &data, kind, kinds[i][1]);
    return false;
}

bool bp_plugin_path(const char *name, bp_text *out) {
    static const places plugins = {"BYPASS_PLUGIN_DIR", BP_RELATIVE_PLUGIN_DIR,
                                   BP_LIBRARY_PLUGIN_DIR, BP_BUILD_PLUGIN_DIR,
                                   BP_INSTALL_PLUGIN_DIR};
    return take_first(out, &plugins, name, name);
}

typedef BP_ARRAY(char *) path_list;

static bool ends_with(const char *name, const char *ending) {
    size_t n = strlen(name), m = strlen(ending);
    return n > m && name[0] != '.' && strcmp(name + n - m, ending) == 0;
}

// The paths of all files of the folder with this ending, in the order of the disk.
static bp_status list_folder(const char *folder, const char *ending, bp_arena *arena,
                             path_list *list) {
    DIR *dir = opendir(folder);
    if (!dir) return errno == ENOMEM ? BP_NO_MEMORY : BP_NO_FILE;
    bp_status status = BP_OK;
    bp_text path = {0};
    for (struct dirent *item; status == BP_OK && (item = readdir(dir));) {
        if (!ends_with(item->d_name, ending)) continue;
        path.length = 0;
        bp_path_join(&path, folder, item->d_name);
        if (!path.failed && bp_path_is_folder(path.data)) continue;
        char *copy = path.failed ? NULL : bp_arena_copy(arena, path.data);
        if (!copy || !bp_array_push(list, copy)) status = BP_NO_MEMORY;
    }
    closedir(dir);
    bp_text_clear(&path);
    return status;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bp_status bp_folder_visit(const char *folder, const char *ending,
                          bp_status (*visit)(const char *path, const char *stem,
                                             void *data),
                          void *data, bp_error *err) {
    bp_arena arena = {0};
    path_list list = {0};
    bp_status status = list_folder(folder, ending, &arena, &list);
    if (status == BP_NO_MEMORY) bp_error_no_memory(err);
    if (status == BP_NO_FILE)
        bp_error_set(err, status, "cannot open the folder '%s': %s", folder,
                     strerror(errno));
    if (status == BP_OK && list.count > 0)
        qsort(list.items, (size_t)list.count, sizeof *list.items, by_name);

    for (int i = 0; status == BP_OK && i < list.count; i++) {
        const char *path = list.items[i];
        const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
        char *stem = bp_arena_copy_n(&arena, name, strlen(name) - strlen(ending));
        status = stem ? visit(path, stem, data) : bp_error_no_memory(err);
    }
    bp_array_clear(&list);
    bp_arena_clear(&arena);
    return status;
}
