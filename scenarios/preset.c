// Presets: a model of the library with species left out, as a YAML file beside it; and
// reading whichever of the two a name means.
#include <string.h>

#include "model/format.h"
#include "scenarios/network.h"

bool bp_is_preset(const char *path) {
    size_t length = strlen(path);
    return length > 5 && strcmp(path + length - 5, ".yaml") == 0;
}

bp_preset *bp_preset_parse(bp_reader *reader, const char *text, size_t length) {
    static const char *const keys[] = {"name",  "text",    "source",
                                       "model", "without", NULL};
    bp_yaml *root = bp_yaml_parse(reader, text, length);
    bp_preset *preset = bp_reader_take(reader, 1, sizeof *preset);
    if (!root || !preset || !bp_yaml_is_map(reader, root, "a preset")) return NULL;
    bp_yaml_check_keys(reader, root, keys, "a preset");
    bool named = bp_item_parse(reader, root, &preset->item);
    const bp_yaml *model = bp_yaml_need(reader, root, "model", "a preset");
    const bp_yaml *without = bp_yaml_need(reader, root, "without", "a preset");
    if (!model || !without) return NULL;
    preset->model = (bp_named){bp_yaml_get_text(reader, model, "model"), model->where};
    bp_named *names = bp_names_parse(reader, without, "without", &preset->n_without);
    preset->where = without->where;
    preset->without =
        bp_reader_take(reader, (size_t)preset->n_without + 1, sizeof *preset->without);
    for (int i = 0; names && preset->without && i < preset->n_without; i++)
        preset->without[i] = names[i].name;
    bool whole = named && preset->model.name && names && preset->without;
    return whole ? preset : NULL;
}

// A preset is poured as a scenario would pour it.
static bp_status load_preset(const char *name, bp_bundle *bundle, bp_spec **out,
                             bp_report *report) {
    bp_arena arena = {0};
    bp_library library = {.bundle = bundle};
    bp_network network = {
        .arena = &arena, .bundle = bundle, .report = report, .catalogue = &library};
    bp_status status = bp_network_pour_file(&network, name, BP_NOWHERE);
    if (status == BP_OK) {
        *out = network.spec; // handed over
        network.spec = NULL;
    }
    bp_network_clear(&network);
    bp_library_clear(&library);
    bp_arena_clear(&arena);
    return status;
}

bp_status bp_network_load(const char *name, bp_bundle *bundle, bp_spec **out,
                          bp_report *report) {
    if (!bp_is_preset(name)) return bp_spec_load(name, bundle, out, report);
    bp_bundle *own = NULL;
    bp_status status = bundle ? BP_OK : bp_bundle_new(&own);
    if (status == BP_OK) status = load_preset(name, bundle ? bundle : own, out, report);
    bp_bundle_free(own);
    return status;
}
