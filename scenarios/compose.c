// Composing a network: the model, and what its medium holds.
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "model/format.h"
#include "model/spec_without.h"
#include "scenarios/network.h"

void bp_network_clear(bp_network *network) {
    bp_modules_free(network->modules);
    bp_modules_free(network->archetypes);
    bp_spec_free(network->spec);
    bp_array_clear(&network->substances);
    bp_array_clear(&network->aliases);
    bp_array_clear(&network->drugs);
    network->modules = network->archetypes = NULL;
    network->spec = NULL;
}

void bp_network_no_memory(bp_network *network) {
    network->report->failed = true;
}

// ---- the model ----

static bool is_path(const char *name) {
    size_t length = strlen(name);
    return strchr(name, '/') || bp_format_of(name) != BP_FORMAT_NONE ||
           (length > 5 && strcmp(name + length - 5, ".yaml") == 0);
}

// The bundle's name of a file that was written in `base`.
static const char *resolve(bp_network *network, const char *base, const char *name) {
    bp_text path = {0};
    bp_bundle_resolve(base, name, &path);
    const char *copy =
        path.failed ? NULL : bp_arena_copy(network->arena, bp_text_get(&path));
    bp_text_clear(&path);
    if (!copy) bp_network_no_memory(network);
    return copy;
}

const char *bp_network_find_file(bp_network *network, bp_catalogue kind, bp_named name,
                                 const char *base) {
    const char *path = NULL;
    bp_error err = {0};
    if (strchr(name.name, '/') || strstr(name.name, ".yaml"))
        return resolve(network, base, name.name);
    if (bp_library_find(network->catalogue, kind, name.name, &path, &err) != BP_OK) {
        bp_report_error(network->report, err.status, name.where, "%s", err.message);
        return NULL;
    }
    if (path) return path;
    bool cell = kind == BP_CATALOGUE_CELLS;
    const char *near = bp_library_nearest(network->catalogue, &kind, 1, name.name);
    const char *list =
        cell ? "; see `bypass list cells`" : "; see `bypass list mechanisms`";
    bp_report_error(network->report, BP_UNKNOWN_NAME, name.where,
                    "there is no %s '%s'%s%s%s", cell ? "cell line" : "mechanism",
                    name.name, near ? "; did you mean '" : list, near ? near : "",
                    near ? "'?" : "");
    return NULL;
}

static const char *find_model(bp_network *network, bp_named model, const char *base) {
    if (is_path(model.name)) return resolve(network, base, model.name);
    const char *path = NULL;
    const bp_catalogue kind = BP_CATALOGUE_MODELS;
    bp_error err = {0};
    if (bp_library_find(network->catalogue, kind, model.name, &path, &err) != BP_OK) {
        bp_report_error(network->report, err.status, model.where, "%s", err.message);
    } else if (!path) {
        const char *near = bp_library_nearest(network->catalogue, &kind, 1, model.name);
        bp_report_error(network->report, BP_UNKNOWN_NAME, model.where,
                        "no built-in model is called '%s'%s%s%s", model.name,
                        near ? "; did you mean '"
                             : "; a file is named by its path, as in './",
                        near ? near : model.name, near ? "'?" : ".ant'");
    }
    return path;
}

static bool has_file(bp_network *network, const char *path, bp_where where) {
    if (!path) return false;
    if (bp_bundle_has(network->bundle, path)) return true;
    bp_report_error(network->report, BP_NO_FILE, where, "there is no model file '%s'",
                    path);
    return false;
}

static const bp_preset *read_preset(bp_network *network, const char *path) {
    const char *text = NULL;
    size_t length = 0;
    bp_error err = {0};
    bp_reader reader = {network->arena, network->report, path};
    if (bp_bundle_read(network->bundle, path, &text, &length, &err) == BP_OK)
        return bp_preset_parse(&reader, text, length);
    bp_report_add_error(network->report, &err);
    return NULL;
}

// The file of the model that the preset is of; NULL after reporting.
static const char *find_whole(bp_network *network, const bp_preset *preset,
                              const char *file) {
    const char *path = preset ? find_model(network, preset->model, file) : NULL;
    if (!path || !bp_is_preset(path)) return path;
    bp_report_error(network->report, BP_BAD_VALUE, preset->model.where,
                    "'%s' is a preset itself: a preset is of a whole model",
                    preset->model.name);
    return NULL;
}

static bp_status leave_out(bp_network *network, const bp_preset *preset) {
    bp_error err = {0};
    if (!preset || bp_spec_without(network->spec, preset->without, preset->n_without,
                                   &err) == BP_OK)
        return BP_OK;
    bp_report_error(network->report, err.status, preset->where, "%s", err.message);
    return err.status;
}

// An Antimony file keeps its modules: drugs may name archetypes of its own.
static bp_status pour_modules(bp_network *network, const char *file,
                              const bp_preset *preset) {
    BP_TRY(bp_modules_new(&network->modules));
    BP_TRY(bp_antimony_read(network->modules, network->bundle, file, network->report));
    BP_TRY(bp_spec_new(&network->spec));
    const char *main = bp_modules_main(network->modules);
    network->spec->file = bp_arena_copy(&network->spec->arena, file);
    network->spec->name =
        bp_arena_copy(&network->spec->arena, preset ? preset->item.id : main);
    if (!network->spec->file || !network->spec->name) return BP_NO_MEMORY;
    bp_module_use use = {.module = main, .prefix = "", .where = BP_NOWHERE};
    return bp_modules_instantiate(network->modules, &use, network->spec,
                                  network->report);
}

bp_status bp_network_pour_file(bp_network *network, const char *file, bp_where where) {
    const bp_preset *preset = NULL;
    if (!has_file(network, file, where)) return bp_report_status(network->report);
    if (bp_is_preset(file)) {
        preset = read_preset(network, file);
        file = find_whole(network, preset, file);
        if (!file || !has_file(network, file, preset->model.where))
            return bp_report_status(network->report);
    }
    network->model_path = file;
    if (bp_format_of(file) == BP_FORMAT_ANTIMONY)
        BP_TRY(pour_modules(network, file, preset));
    else
        BP_TRY(bp_spec_load(file, network->bundle, &network->spec, network->report));
    return leave_out(network, preset);
}

bp_status bp_network_pour(bp_network *network, bp_named model) {
    const char *file = find_model(network, model, network->base);
    if (!file) return bp_report_status(network->report);
    return bp_network_pour_file(network, file, model.where);
}

// ---- tools ----

int bp_network_parameter(bp_network *network, const char *name, double value,
                         const char *unit) {
    bp_spec *spec = network->spec;
    const bp_ast *number = bp_ast_number(spec, value, BP_NOWHERE);
    int index = name && number ? bp_spec_symbol(spec, name, BP_NOWHERE) : -1;
    if (index < 0) {
        bp_network_no_memory(network);
        return -1;
    }
    bp_symbol *symbol = &spec->symbols.items[index];
    symbol->kind = BP_PARAMETER;
    symbol->declared = true;
    symbol->constant = true;
    symbol->initial = number;
    if (unit) symbol->unit = unit;
    return index;
}

void bp_network_lacks(bp_network *network, const char *file, bp_where where,
                      const char *format, ...) {
    char message[512];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    if (strncmp(file, "bypass:", 7) == 0)
        bp_report_note(network->report, where, "%s: not used", message);
    else
        bp_report_error(network->report, BP_UNKNOWN_NAME, where, "%s", message);
}

bool bp_network_settable(const bp_network *network, int symbol) {
    const bp_symbol *s = &network->spec->symbols.items[symbol];
    return s->declared && s->rule_kind != BP_ASSIGNMENT_RULE;
}

static void mark_tree(const bp_network *network, const bp_ast *tree, bool *read) {
    if (!tree) return;
    int symbol = tree->op == BP_OP_NAME ? bp_spec_find(network->spec, tree->name) : -1;
    if (symbol >= 0) read[symbol] = true;
    for (int i = 0; i < tree->n_args; i++)
        mark_tree(network, tree->args[i], read);
}

static void mark_terms(const bp_network *network, const bp_term *terms, int n,
                       bool *read) {
    for (int i = 0; i < n; i++)
        mark_tree(network, terms[i].variable_stoichiometry, read);
}

bool *bp_network_readers(bp_network *network) {
    const bp_spec *spec = network->spec;
    bool *read = bp_arena_take(network->arena, (size_t)spec->symbols.count + 1);
    if (!read) {
        bp_network_no_memory(network);
        return NULL;
    }
    for (int i = 0; i < spec->symbols.count; i++) {
        mark_tree(network, spec->symbols.items[i].initial, read);
        mark_tree(network, spec->symbols.items[i].rule, read);
        if (spec->symbols.items[i].kind != BP_PARAMETER) read[i] = true;
    }
    for (int i = 0; i < spec->reactions.count; i++) {
        const bp_reaction *reaction = &spec->reactions.items[i];
        mark_tree(network, reaction->law, read);
        mark_terms(network, reaction->reactants, reaction->n_reactants, read);
        mark_terms(network, reaction->products, reaction->n_products, read);
    }
    return read;
}

// ---- substances ----

int bp_network_known(const bp_network *network, const char *name) {
    for (int i = 0; i < network->aliases.count; i++)
        if (strcmp(network->aliases.items[i].name, name) == 0)
            return network->aliases.items[i].substance;
    return -1;
}

static int name_substance(bp_network *network, const char *name,
                          bp_substance substance) {
    int index = 0;
    while (index < network->substances.count &&
           strcmp(network->substances.items[index].species, substance.species) != 0)
        index++;
    bool is_new = index == network->substances.count;
    if ((is_new && !bp_array_push(&network->substances, substance)) ||
        !bp_array_push(&network->aliases, (bp_substance_name){name, index})) {
        bp_network_no_memory(network);
        return -1;
    }
    return index;
}

// Text of a catalogue file, or of the user's own; NULL when `name` is none of this
// kind.
static const char *read_item(bp_network *network, bp_catalogue kind, const char *name,
                             bp_reader *reader, size_t *length) {
    const char *path = NULL;
    const char *text = NULL;
    bp_error err = {0};
    if (is_path(name))
        path = resolve(network, network->base, name);
    else if (bp_library_find(network->catalogue, kind, name, &path, &err) != BP_OK)
        goto failed;
    if (!path) return NULL;
    *reader = (bp_reader){network->arena, network->report, NULL};
    if (bp_bundle_read(network->bundle, path, &text, length, &err) != BP_OK)
        goto failed;
    reader->file = bp_reader_copy(reader, path);
    return text;
failed:
    bp_report_add_error(network->report, &err);
    return NULL;
}

static double molar_mass(const bp_fact *fact) {
    bp_unit unit;
    double mass = 0;
    if (bp_unit_parse("g/mol", &unit, NULL) != BP_OK ||
        bp_quantity_in(&fact->quantity, unit, 0, &mass, NULL) != BP_OK)
        return 0; // reported when it was read
    return mass;
}

static bool is_species(const bp_network *network, const char *name) {
    int symbol = bp_spec_find(network->spec, name);
    return symbol >= 0 && network->spec->symbols.items[symbol].kind == BP_SPECIES;
}

static const bp_drug *take_drug(bp_network *network, const char *name) {
    bp_reader reader;
    size_t length = 0;
    const char *text = read_item(network, BP_CATALOGUE_DRUGS, name, &reader, &length);
    const bp_drug *drug = text ? bp_drug_parse(&reader, text, length) : NULL;
    if (!drug) return NULL;
    for (int i = 0; i < network->drugs.count; i++)
        if (strcmp(network->drugs.items[i]->item.id, drug->item.id) == 0)
            return network->drugs.items[i];
    return drug;
}

// A drug, composed when it is new. -1: `name` is no drug.
static int find_drug(bp_network *network, const char *name, bp_where where) {
    const bp_drug *drug = take_drug(network, name);
    if (!drug) return -1;
    bool is_new = true;
    const char *species = is_species(network, name) ? name : drug->item.id;
    for (int i = 0; i < network->drugs.count; i++)
        is_new &= network->drugs.items[i] != drug;
    if (is_new && !bp_array_push(&network->drugs, drug)) {
        bp_network_no_memory(network);
        return -1;
    }
    // the model's own species of this name is the substance itself
    if (is_new && !is_species(network, species))
        bp_network_add_drug(network, drug, where);
    if (!is_species(network, species)) return -1; // reported
    return name_substance(network, name,
                          (bp_substance){.species = species,
                                         .drug = drug,
                                         .molar_mass = molar_mass(&drug->molar_mass)});
}

static int find_ligand(bp_network *network, const char *name, bp_where where) {
    bp_reader reader;
    size_t length = 0;
    const char *text = read_item(network, BP_CATALOGUE_LIGANDS, name, &reader, &length);
    const bp_ligand *ligand = text ? bp_ligand_parse(&reader, text, length) : NULL;
    if (!ligand) return -1;
    const char *species = is_species(network, name) ? name : ligand->species;
    if (!is_species(network, species)) {
        bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                        "the model '%s' has no species '%s', which the ligand %s is",
                        network->spec->name, ligand->species, ligand->item.name);
        return -1;
    }
    return name_substance(
        network, name,
        (bp_substance){.species = species,
                       .molar_mass = molar_mass(&ligand->molar_mass)});
}

static void report_unknown(bp_network *network, const char *name, bp_where where) {
    static const bp_catalogue kinds[] = {BP_CATALOGUE_DRUGS, BP_CATALOGUE_LIGANDS};
    const char *near = bp_library_nearest(network->catalogue, kinds, 2, name);
    if (!near) near = bp_names_nearest(&network->spec->names, name);
    bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                    "'%s' is no drug, no ligand and no species of the model%s%s%s",
                    name,
                    near ? "; did you mean '"
                         : "; see `bypass list drugs` and `bypass list ligands`",
                    near ? near : "", near ? "'?" : "");
}

// A user's own file: a drug has acts, a ligand a species.
static int find_file(bp_network *network, const char *name, bp_where where) {
    const char *path = resolve(network, network->base, name);
    if (!path) return -1;
    if (!bp_bundle_has(network->bundle, path)) {
        bp_report_error(network->report, BP_NO_FILE, where, "there is no file '%s'",
                        path);
        return -1;
    }
    const char *text = NULL;
    if (bp_bundle_read(network->bundle, path, &text, NULL, NULL) != BP_OK) return -1;
    bool ligand = strncmp(text, "species:", 8) == 0 || strstr(text, "\nspecies:");
    return ligand ? find_ligand(network, name, where) : find_drug(network, name, where);
}

int bp_network_substance(bp_network *network, const char *name, bp_where where) {
    int known = bp_network_known(network, name);
    if (known >= 0) return known;
    if (is_path(name)) return find_file(network, name, where);
    int errors = network->report->n_errors;
    int found = find_ligand(network, name, where);
    if (found < 0 && network->report->n_errors == errors)
        found = find_drug(network, name, where);
    if (found < 0 && network->report->n_errors == errors && is_species(network, name))
        found =
            name_substance(network, name, (bp_substance){.species = name, .own = true});
    if (found < 0 && network->report->n_errors == errors && !network->report->failed)
        report_unknown(network, name, where);
    return found;
}
