// Opens the plug-in that knows libsbml.
#include "model/sbml.h"

#include <dlfcn.h>
#include <string.h>

#include "base/paths.h"
#include "model/sbml_plugin.h"

// The function of this name in the plug-in; NULL after saying why not.
static void *find_entry(const char *symbol, bp_error *err) {
    bp_text path = {0};
    void *entry = NULL;
    if (!bp_plugin_path(BP_SBML_PLUGIN, &path) || path.failed) {
        bp_error_set(err, BP_NO_FILE,
                     "%s is not installed: SBML can be neither read nor written",
                     BP_SBML_PLUGIN);
        bp_text_clear(&path);
        return NULL;
    }
    const char *file = bp_text_get(&path);
    void *plugin = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    const char *const *version = plugin ? dlsym(plugin, BP_SBML_VERSION_SYMBOL) : NULL;
    if (!plugin)
        bp_error_set(err, BP_NO_FILE, "SBML cannot be read: %s", dlerror());
    else if (!version || strcmp(*version, BP_VERSION) != 0)
        bp_error_set(err, BP_BAD_VALUE,
                     "%s is of version %s, this is %s; install both again", file,
                     version ? *version : "unknown", BP_VERSION);
    else
        entry = dlsym(plugin, symbol);
    if (plugin && !entry && err && err->status == BP_OK)
        bp_error_set(err, BP_BAD_VALUE, "%s has no %s", file, symbol);
    if (plugin) dlclose(plugin);
    bp_text_clear(&path);
    return entry;
}

bp_status bp_sbml_load(const char *name, bp_bundle *bundle, bp_spec **out,
                       bp_report *report) {
    bp_error err = {0};
    bp_sbml_read_function *read;
    void *entry = find_entry(BP_SBML_READ_SYMBOL, &err);
    if (!entry) {
        bp_report_add_error(report, &err);
        return err.status;
    }
    memcpy(&read, &entry, sizeof read);
    return read(name, bundle, out, report);
}

bp_status bp_sbml_write(const bp_spec *spec, bp_text *out, bp_error *err) {
    bp_error own = {0};
    if (!err) err = &own;
    bp_sbml_write_function *write;
    void *entry = find_entry(BP_SBML_WRITE_SYMBOL, err);
    if (!entry) return err->status;
    memcpy(&write, &entry, sizeof write);
    return write(spec, out, err);
}
