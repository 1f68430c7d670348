// What the results say of where they come from: settings, notes, and the model as text.
#include "base/hash.h"
#include "base/text.h"
#include "scenarios/internal.h"

static const char *copy(bp_scenario *scenario, const char *text) {
    return bp_arena_copy(&scenario->arena, text);
}

static const char *print_setting(bp_scenario *scenario, const bp_field *field) {
    bp_text value = {0};
    bp_field_print(field, &scenario->settings, &value);
    const char *text = value.failed ? NULL : copy(scenario, bp_text_get(&value));
    bp_text_clear(&value);
    return text;
}

bp_status bp_head_refresh(bp_scenario *scenario) {
    int n_fields = 0;
    while (bp_settings_fields[n_fields].name)
        n_fields++;
    size_t most = (size_t)(n_fields + scenario->notes.count) + 4;
    bp_attribute *all = bp_arena_take(&scenario->arena, most * sizeof *all);
    const char *mechanisms =
        bp_mechanisms_text(&scenario->layers, scenario->sheet, &scenario->arena);
    if (!all || !mechanisms) return BP_NO_MEMORY;
    int n = 0;
    all[n++] = (bp_attribute){"scenario", scenario->file};
    if (mechanisms[0]) all[n++] = (bp_attribute){"mechanisms", mechanisms};
    for (int i = 0; i < n_fields; i++) {
        const char *text = print_setting(scenario, &bp_settings_fields[i]);
        if (!text) return BP_NO_MEMORY;
        all[n++] = (bp_attribute){bp_settings_fields[i].name, text};
    }
    static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8"};
    if (scenario->lanes_used)
        all[n++] = (bp_attribute){"lanes_used", digits[scenario->lanes_used]};
    for (int i = 0; i < scenario->notes.count; i++)
        all[n++] = scenario->notes.items[i];
    scenario->head.provenance = all;
    scenario->head.n_provenance = n;
    scenario->head.command_line = scenario->command_line ? scenario->command_line : "";
    return BP_OK;
}

// ---- the model as text ----

static bp_status print_model(const bp_scenario *scenario, bp_text *text) {
    bp_error err = {0};
    bp_status status = bp_antimony_write(scenario->network.spec, text, &err);
    if (status ==
        BP_UNSUPPORTED) { // the run can be repeated from the files all the same
        bp_text_clear(text);
        bp_text_format(text, "// %s\n", err.message);
        status = BP_OK;
    }
    return status == BP_OK && text->failed ? BP_NO_MEMORY : status;
}

static bp_status keep_model(bp_scenario *scenario) {
    bp_text text = {0};
    bp_status status = print_model(scenario, &text);
    if (status == BP_OK) {
        scenario->composed_model = copy(scenario, bp_text_get(&text));
        if (!scenario->composed_model) status = BP_NO_MEMORY;
    }
    bp_text_clear(&text);
    return status;
}

// SHA-256 of the composed model and the settings.
static const char *hash_model(bp_scenario *scenario) {
    bp_text all = {0};
    char hex[65];
    bp_text_add(&all, scenario->composed_model);
    for (const bp_field *field = bp_settings_fields; field->name; field++) {
        bp_text_format(&all, "%s = ", field->name);
        bp_field_print(field, &scenario->settings, &all);
        bp_text_add(&all, "\n");
    }
    if (!all.failed) bp_hash(bp_text_get(&all), all.length, hex);
    const char *hash = all.failed ? NULL : copy(scenario, hex);
    bp_text_clear(&all);
    return hash;
}

bp_status bp_head_model_text(const bp_results_head *head, bp_model_text *out) {
    bp_scenario *scenario = head->model_data;
    if (!scenario->composed_model) BP_TRY(keep_model(scenario));
    const char *hash = hash_model(scenario);
    if (!hash) return BP_NO_MEMORY;
    *out = (bp_model_text){.antimony = scenario->composed_model, .hash = hash};
    return BP_OK;
}
