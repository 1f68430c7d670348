// Drugs: an instance of an archetype for every act, and the sums that join them to the
// markers of the network. The contract is docs/decisions/0001-composition.md.
#include <string.h>

#include "scenarios/network.h"

// Marker modules, and what an archetype for them may hold.
typedef struct marker_kind {
    const char *module;
    const char *outputs[4];
} marker_kind;

static const marker_kind kinds[] = {
    {"site", {"theta", "M", "ratio"}},
    {"epitope", {"held"}},
    {"effect", {NULL}},
};
enum { N_KINDS = sizeof kinds / sizeof kinds[0] };

typedef struct acting { // one act while it is composed
    bp_network *network;
    const bp_drug *drug;
    const bp_act *act;
    const marker_kind *kind;   // NULL: acts on a species
    const bp_instance *marker; // NULL: acts on a species
    const bp_modules *modules; // where the archetype is defined
    const char *prefix;        // "drug.lapatinib.HER2_kinase"
    const bp_place *place;
    bp_reader reader; // for suggestions
} acting;

static const marker_kind *kind_of(const bp_instance *instance) {
    for (int i = 0; i < N_KINDS; i++)
        if (strcmp(kinds[i].module, instance->module) == 0) return &kinds[i];
    return NULL;
}

static const char *join_name(bp_network *network, const char *a, const char *b) {
    const char *name = bp_arena_format(network->arena, "%s.%s", a, b);
    if (!name) bp_network_no_memory(network);
    return name;
}

static const char *act_prefix(bp_network *network, const bp_drug *drug,
                              const bp_act *act) {
    const char *name =
        bp_arena_format(network->arena, "drug.%s.%s", drug->item.id, act->on);
    if (!name) bp_network_no_memory(network);
    return name;
}

// Index of "prefix.name" in the spec, -1: not there.
static int find_inner(bp_network *network, const char *prefix, const char *name) {
    const char *whole = join_name(network, prefix, name);
    return whole ? bp_spec_find(network->spec, whole) : -1;
}

// ---- what the marker's ports stand for ----

// What the archetype's port of this name stands for; NULL: it is none of ours.
static const char *bind_port(acting *a, const char *port) {
    bp_network *network = a->network;
    if (strcmp(port, "drug") == 0) return a->drug->item.id;
    if (strcmp(port, "cell") == 0) return a->place->cell;
    if (strcmp(port, "medium") == 0) return a->place->medium;
    if (!a->marker) return strcmp(port, "ligand") == 0 ? a->act->on : NULL;
    // a port of the marker is another name of what it is bound to, `bound` is its own
    const char *whole = join_name(network, a->marker->name, port);
    int symbol = whole ? bp_spec_find(network->spec, whole) : -1;
    return symbol < 0 ? NULL : network->spec->symbols.items[symbol].name;
}

// ---- the archetype ----

static const char *const all_ports[] = {
    "drug",     "cell",    "medium", "ligand",   "free",
    "turnover", "surface", "bound",  "occupied", "internalisation"};
enum { N_PORTS = sizeof all_ports / sizeof all_ports[0] };

bool bp_network_archetypes(bp_network *network, bp_where where) {
    if (network->archetypes) return true;
    if (!bp_bundle_has(network->bundle, BP_ARCHETYPES)) {
        bp_report_error(network->report, BP_NO_FILE, where,
                        "the library has no archetypes (" BP_ARCHETYPES ")");
        return false;
    }
    bp_status status = bp_modules_new(&network->archetypes);
    if (status == BP_OK)
        status = bp_antimony_read(network->archetypes, network->bundle, BP_ARCHETYPES,
                                  network->report);
    else
        bp_network_no_memory(network);
    return status == BP_OK;
}

static bool find_archetype(acting *a) {
    bp_network *network = a->network;
    const bp_act *act = a->act;
    a->modules = network->modules;
    if (a->modules && bp_modules_has(a->modules, act->archetype)) return true;
    if (!bp_network_archetypes(network, act->archetype_where)) return false;
    a->modules = network->archetypes;
    if (bp_modules_has(a->modules, act->archetype)) return true;

    int n = bp_modules_count(a->modules);
    const char **names = bp_reader_take(&a->reader, (size_t)n + 1, sizeof *names);
    for (int i = 0; names && i < n; i++)
        names[i] = bp_modules_name(a->modules, i);
    bp_report_error(network->report, BP_UNKNOWN_NAME, act->archetype_where,
                    "there is no archetype '%s'%s", act->archetype,
                    names ? bp_suggest(&a->reader, act->archetype, names, n) : "");
    return false;
}

// Ports are found by pouring the module once into a spec of its own: unbound, they keep
// their names there.
static int find_ports(acting *a, bp_binding bindings[N_PORTS]) {
    bp_spec *probe = NULL;
    bp_report unread = {0};
    int n = 0;
    bp_status status = bp_spec_new(&probe);
    bp_module_use use = {a->act->archetype, "probe", NULL, 0, a->act->archetype_where};
    if (status == BP_OK) (void)bp_modules_instantiate(a->modules, &use, probe, &unread);
    for (int i = 0; probe && i < N_PORTS; i++) {
        char name[64] = "probe.";
        memcpy(name + strlen(name), all_ports[i], strlen(all_ports[i]) + 1);
        if (bp_spec_find(probe, name) < 0) continue;
        const char *bound = bind_port(a, all_ports[i]);
        bindings[n++] = (bp_binding){all_ports[i], bound};
    }
    if (!probe || unread.failed) bp_network_no_memory(a->network);
    bp_report_clear(&unread);
    bp_spec_free(probe);
    return n;
}

static bool pour(acting *a) {
    bp_network *network = a->network;
    bp_binding bindings[N_PORTS];
    int n = find_ports(a, bindings);
    for (int i = 0; i < n; i++) {
        if (bindings[i].name && bp_spec_find(network->spec, bindings[i].name) >= 0)
            continue;
        bp_report_error(
            network->report, BP_BAD_MODEL, a->act->where,
            "the archetype '%s' needs '%s', which '%s'%s%s does not have in the "
            "model '%s'",
            a->act->archetype, bindings[i].port, a->act->on,
            a->kind ? ", of the kind " : "", a->kind ? a->kind->module : "",
            network->spec->name);
        return false;
    }
    bp_module_use use = {a->act->archetype, a->prefix, bindings, n,
                         a->act->archetype_where};
    bp_poured poured = {network->spec->symbols.count, network->spec->reactions.count,
                        a->drug->item.id, a->act->on, a->act->where};
    if (bp_modules_instantiate(a->modules, &use, network->spec, network->report) !=
        BP_OK)
        return false;
    bp_network_fit(network, a->place, &poured);
    return true;
}

// ---- its parameters ----

// A number of the archetype that a drug file gives.
static bool is_given(const bp_symbol *symbol, const char *prefix) {
    size_t length = strlen(prefix);
    return strncmp(symbol->name, prefix, length) == 0 && symbol->name[length] == '.' &&
           symbol->kind == BP_PARAMETER && symbol->rule_kind == BP_NO_RULE &&
           (!symbol->initial || symbol->initial->op == BP_OP_NUMBER);
}

// A value with a source mark ("[A]") is a default; one without is a placeholder.
static bool is_optional(const bp_symbol *symbol) {
    return symbol->initial && symbol->note && strchr(symbol->note, '[');
}

static const bp_fact *find_fact(const bp_act *act, const char *name) {
    for (int i = 0; i < act->n_facts; i++)
        if (strcmp(act->facts[i].name, name) == 0) return &act->facts[i];
    return NULL;
}

static void set_parameter(acting *a, int symbol, const bp_fact *fact) {
    double value = 0;
    if (!bp_network_convert(a->network, &fact->quantity, fact->where, symbol, 0,
                            &value))
        return;
    if (value < 0) {
        bp_report_error(a->network->report, BP_BAD_VALUE, fact->where,
                        "'%s' must not be negative", fact->name);
        return;
    }
    const bp_ast *number = bp_ast_number(a->network->spec, value, fact->where);
    if (!number) bp_network_no_memory(a->network);
    bp_symbol *s = &a->network->spec->symbols.items[symbol];
    s->initial = number;
    s->note = bp_arena_copy(&a->network->spec->arena, fact->source);
}

static void set_parameters(acting *a) {
    bp_spec *spec = a->network->spec;
    const char *names[64];
    int n = 0;
    size_t skip = strlen(a->prefix) + 1;
    for (int i = 0; i < spec->symbols.count; i++) {
        const bp_symbol *symbol = &spec->symbols.items[i];
        if (!is_given(symbol, a->prefix)) continue;
        const char *name = symbol->name + skip;
        const bp_fact *fact = find_fact(a->act, name);
        if (n < 64) names[n++] = name;
        if (fact && !fact->broken)
            set_parameter(a, i, fact);
        else if (!fact && !is_optional(symbol))
            bp_report_error(a->network->report, BP_SYNTAX, a->act->where,
                            "an act by '%s' needs '%s'", a->act->archetype, name);
    }
    for (int i = 0; i < a->act->n_facts; i++) {
        const bp_fact *fact = &a->act->facts[i];
        bool known = false;
        for (int j = 0; j < n; j++)
            known |= strcmp(names[j], fact->name) == 0;
        if (!known)
            bp_report_error(a->network->report, BP_UNKNOWN_NAME, fact->name_where,
                            "the archetype '%s' has no parameter '%s'%s",
                            a->act->archetype, fact->name,
                            bp_suggest(&a->reader, fact->name, names, n));
    }
}

// The weights of effects become parameters, so that they can be set and swept.
static void add_weights(acting *a) {
    bp_network *network = a->network;
    for (int i = 0; i < a->act->n_effects; i++) {
        const bp_fact *weight = &a->act->effects[i];
        int instance = bp_spec_find_instance(network->spec, weight->name);
        bool effect =
            instance >= 0 &&
            strcmp(network->spec->instances.items[instance].module, "effect") == 0;
        if (!effect)
            bp_network_lacks(network, a->drug->item.file, weight->name_where,
                             "the model '%s' has no effect '%s'", network->spec->name,
                             weight->name);
        else if (weight->quantity.value < 0 || weight->quantity.value > 1)
            bp_report_error(network->report, BP_BAD_VALUE, weight->where,
                            "the weight of an effect is between 0 and 1");
        else
            (void)bp_network_parameter(
                network, join_name(network, a->prefix, weight->name),
                weight->quantity.value,
                bp_network_unit_name(network, bp_unit_dimensionless));
    }
}

// ---- one act ----

static void report_no_marker(acting *a) {
    const bp_spec *spec = a->network->spec;
    const char *names[128];
    int n = 0;
    for (int i = 0; i < spec->instances.count && n < 128; i++)
        if (kind_of(&spec->instances.items[i]))
            names[n++] = spec->instances.items[i].name;
    bp_network_lacks(a->network, a->drug->item.file, a->act->on_where,
                     "%s acts on '%s', which the model '%s' does not have%s",
                     a->drug->item.name, a->act->on, spec->name,
                     bp_suggest(&a->reader, a->act->on, names, n));
}

static bool find_target(acting *a) {
    const bp_spec *spec = a->network->spec;
    int instance = bp_spec_find_instance(spec, a->act->on);
    if (instance >= 0) {
        a->marker = &spec->instances.items[instance];
        a->kind = kind_of(a->marker);
    }
    int symbol = bp_spec_find(spec, a->act->on);
    bool species = symbol >= 0 && spec->symbols.items[symbol].kind == BP_SPECIES;
    if (a->kind || (instance < 0 && species)) return true;
    report_no_marker(a);
    return false;
}

static bool holds_something(acting *a) {
    if (!a->kind) return true;
    for (int i = 0; a->kind->outputs[i]; i++)
        if (find_inner(a->network, a->prefix, a->kind->outputs[i]) >= 0) return true;
    bp_report_error(a->network->report, BP_BAD_MODEL, a->act->archetype_where,
                    "the archetype '%s' does nothing on '%s', of the kind %s",
                    a->act->archetype, a->act->on, a->kind->module);
    return false;
}

// Archetypes count in nM, and so must what they find on the surface.
static bool counts_in_nanomolar(acting *a) {
    int surface = a->kind ? find_inner(a->network, a->marker->name, "surface") : -1;
    if (surface < 0 || strcmp(a->kind->module, "epitope") != 0) return true;
    bp_unit unit = bp_spec_symbol_unit(a->network->spec, surface);
    if (!unit.known || bp_unit_equal(unit, bp_network_nanomolar())) return true;
    bp_text text = {0};
    bp_unit_print(unit, &text);
    bp_report_error(a->network->report, BP_BAD_UNIT, a->act->on_where,
                    "the surface of '%s' is in %s in the model '%s'; antibodies count "
                    "in nM",
                    a->act->on, bp_text_get(&text), a->network->spec->name);
    bp_text_clear(&text);
    return false;
}

static void compose_act(bp_network *network, const bp_drug *drug, const bp_act *act,
                        const bp_place *place) {
    acting a = {.network = network, .drug = drug, .act = act, .place = place};
    a.reader = (bp_reader){network->arena, network->report, drug->item.file};
    a.prefix = act_prefix(network, drug, act);
    if (!a.prefix || !find_target(&a) || !find_archetype(&a)) return;
    if (!counts_in_nanomolar(&a)) return;
    if (bp_spec_find_instance(network->spec, a.prefix) >= 0) {
        bp_report_error(network->report, BP_DUPLICATE, act->where,
                        "%s acts twice on '%s'", drug->item.name, act->on);
        return;
    }
    if (!pour(&a) || !holds_something(&a)) return;
    set_parameters(&a);
    add_weights(&a);
}

void bp_network_add_drug(bp_network *network, const bp_drug *drug, bp_where where) {
    bp_spec *spec = network->spec;
    bp_place place;
    if (bp_spec_find(spec, drug->item.id) >= 0) {
        bp_report_error(network->report, BP_DUPLICATE, where,
                        "the model '%s' uses the name '%s' for something else",
                        spec->name, drug->item.id);
        return;
    }
    if (!bp_network_place(network, drug, &place)) return;
    int index = bp_network_parameter(network, drug->item.id, 0, place.unit);
    if (index < 0) return;
    bp_symbol *species = &spec->symbols.items[index];
    species->kind = BP_SPECIES;
    species->compartment = bp_spec_find(spec, place.medium);
    species->constant = false;
    species->note = bp_arena_copy(&spec->arena, drug->item.text);
    int n_instances = spec->instances.count;
    int n_errors = network->report->n_errors;
    for (int i = 0; i < drug->n_acts; i++)
        compose_act(network, drug, &drug->acts[i], &place);
    if (spec->instances.count == n_instances && network->report->n_errors == n_errors)
        bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                        "the model '%s' has nothing that %s acts on", spec->name,
                        drug->item.name);
}

// ---- the sums ----

typedef BP_ARRAY(const bp_ast *) term_list;

static void add_term(bp_network *network, term_list *terms, const bp_ast *term) {
    if (!term || !bp_array_push(terms, term)) bp_network_no_memory(network);
}

static void add_inner(bp_network *network, term_list *terms, const char *prefix,
                      const char *name) {
    if (find_inner(network, prefix, name) < 0) return;
    add_term(network, terms,
             bp_ast_name(network->spec, join_name(network, prefix, name), BP_NOWHERE));
}

// weight*held/(surface + small): the share of the epitope that this antibody holds
static void add_share(bp_network *network, term_list *terms, const bp_act *act,
                      const char *prefix, const char *weight) {
    bp_spec *spec = network->spec;
    int surface = find_inner(network, act->on, "surface");
    const char *held = join_name(network, prefix, "held");
    const char *small = join_name(network, act->on, "small");
    const char *factor = join_name(network, prefix, weight);
    if (surface < 0 || !held || !small || !factor) return;
    const bp_ast *whole =
        bp_ast_name(spec, spec->symbols.items[surface].name, BP_NOWHERE);
    if (bp_spec_find(spec, small) >= 0) {
        const bp_ast *both[] = {whole, bp_ast_name(spec, small, BP_NOWHERE)};
        whole = both[0] && both[1] ? bp_ast_call(spec, BP_OP_ADD, both, 2, BP_NOWHERE)
                                   : NULL;
    }
    const bp_ast *product[] = {bp_ast_name(spec, factor, BP_NOWHERE),
                               bp_ast_name(spec, held, BP_NOWHERE)};
    const bp_ast *top = product[0] && product[1]
                            ? bp_ast_call(spec, BP_OP_MUL, product, 2, BP_NOWHERE)
                            : NULL;
    const bp_ast *quotient[] = {top, whole};
    add_term(network, terms,
             top && whole ? bp_ast_call(spec, BP_OP_DIV, quotient, 2, BP_NOWHERE)
                          : NULL);
}

// marker.inner := sum of the terms; without terms the marker stays as it was.
static void replace_sum(bp_network *network, const char *marker, const char *inner,
                        term_list *terms) {
    bp_spec *spec = network->spec;
    int symbol = terms->count ? find_inner(network, marker, inner) : -1;
    if (symbol >= 0) {
        const bp_ast *sum = terms->items[0];
        if (terms->count > 1)
            sum = bp_ast_call(spec, BP_OP_ADD, terms->items, terms->count, BP_NOWHERE);
        if (!sum) bp_network_no_memory(network);
        bp_symbol *s = &spec->symbols.items[symbol];
        s->constant = false;
        s->initial = NULL;
        s->rule_kind = BP_ASSIGNMENT_RULE;
        s->rule = sum;
    }
    bp_array_clear(terms);
}

static void collect(bp_network *network, const char *marker, const bp_drug *drug,
                    term_list lists[3]) {
    for (int i = 0; i < drug->n_acts; i++) {
        const bp_act *act = &drug->acts[i];
        const char *prefix = act_prefix(network, drug, act);
        if (!prefix || bp_spec_find_instance(network->spec, prefix) < 0) continue;
        if (strcmp(act->on, marker) == 0) {
            add_inner(network, &lists[0], prefix, "theta");
            add_inner(network, &lists[0], prefix, "M");
            add_inner(network, &lists[0], prefix, "held");
            add_inner(network, &lists[1], prefix, "ratio");
        }
        for (int j = 0; j < act->n_effects; j++)
            if (strcmp(act->effects[j].name, marker) == 0)
                add_share(network, &lists[2], act, prefix, marker);
    }
}

void bp_network_join(bp_network *network) {
    bp_spec *spec = network->spec;
    for (int i = 0; i < spec->instances.count; i++) {
        if (!kind_of(&spec->instances.items[i])) continue;
        const char *marker = spec->instances.items[i].name;
        term_list lists[3] = {{0}};
        for (int d = 0; d < network->drugs.count; d++)
            collect(network, marker, network->drugs.items[d], lists);
        replace_sum(network, marker, "bound", &lists[0]);
        replace_sum(network, marker, "ratio", &lists[1]);
        replace_sum(network, marker, "sum", &lists[2]);
    }
}
