// What results hold: names of the model, and amounts and concentrations of its species.
//
// `amount(S)` and `concentration(S)` become rules of the network, amount.S := S*volume
// and concentration.S := S/volume, so that an export computes them as well.
#include <string.h>

#include "base/text.h"
#include "scenarios/internal.h"

typedef enum form { PLAIN, AMOUNT, CONCENTRATION } form;

static const char *const form_names[] = {"", "amount", "concentration"};

// `amount(S)`: the form, and S without the blanks around it; NULL after noting that
// there is no memory. Anything else is PLAIN, as written.
static const char *split(bp_network *network, const char *text, form *out) {
    *out = PLAIN;
    size_t length = strlen(text);
    for (form f = AMOUNT; f <= CONCENTRATION; f++) {
        size_t n = strlen(form_names[f]);
        if (strncmp(text, form_names[f], n) != 0) continue;
        const char *open = text + n + strspn(text + n, " ");
        if (*open != '(' || text[length - 1] != ')') continue;
        const char *from = open + 1 + strspn(open + 1, " ");
        const char *to = text + length - 1;
        while (to > from && to[-1] == ' ')
            to--;
        const char *name =
            bp_arena_copy_n(network->arena, from, (size_t)(to > from ? to - from : 0));
        if (!name) bp_network_no_memory(network);
        *out = f;
        return name;
    }
    return text;
}

// ---- names that are not there ----

static void report_unknown(const bp_network *network, bp_named name) {
    const bp_spec *spec = network->spec;
    const char *near = bp_names_nearest(&spec->names, name.name);
    if (!near) near = bp_names_nearest(&spec->reaction_names, name.name);
    bp_report_error(network->report, BP_UNKNOWN_NAME, name.where,
                    "the model '%s' has no '%s'%s%s%s", spec->name, name.name,
                    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static void report_no_species(const bp_network *network, const char *name, form f,
                              bp_where where) {
    const bp_spec *spec = network->spec;
    bp_names species = {0};
    for (int i = 0; i < spec->symbols.count; i++)
        if (spec->symbols.items[i].kind == BP_SPECIES &&
            bp_names_add(&species, spec->symbols.items[i].name) < 0)
            network->report->failed = true;
    const char *near = bp_names_nearest(&species, name);
    bool known =
        bp_spec_find(spec, name) >= 0 || bp_spec_find_reaction(spec, name) >= 0;
    bp_report_error(network->report, BP_UNKNOWN_NAME, where,
                    "%s() is of a species: in the model '%s' %s'%s'%s%s%s%s",
                    form_names[f], spec->name, known ? "" : "there is no ", name,
                    known ? " is none" : "", near ? "; did you mean '" : "",
                    near ? near : "", near ? "'?" : "");
    bp_names_clear(&species);
}

// ---- the rule ----

// "amount.S", with underscores until the model has no such name.
static const char *free_name(bp_network *network, form f, const char *species) {
    const char *name = bp_arena_format(network->arena, "%s.%s", form_names[f], species);
    while (name && (bp_spec_find(network->spec, name) >= 0 ||
                    bp_spec_find_reaction(network->spec, name) >= 0))
        name = bp_arena_format(network->arena, "%s_", name);
    if (!name) bp_network_no_memory(network);
    return name;
}

// S, S*volume or S/volume.
static const bp_ast *value_of(bp_network *network, form f, int species) {
    bp_spec *spec = network->spec;
    const bp_symbol *s = &spec->symbols.items[species];
    const bp_ast *value = bp_ast_name(spec, s->name, BP_NOWHERE);
    bool is_amount = s->substance_only || s->compartment < 0;
    if (is_amount == (f == AMOUNT)) return value;
    const char *place = spec->symbols.items[s->compartment].name;
    const bp_ast *both[] = {value, bp_ast_name(spec, place, BP_NOWHERE)};
    if (!both[0] || !both[1]) return NULL;
    return bp_ast_call(spec, f == AMOUNT ? BP_OP_MUL : BP_OP_DIV, both, 2, BP_NOWHERE);
}

static bp_unit unit_of(const bp_spec *spec, form f, int species) {
    const bp_symbol *s = &spec->symbols.items[species];
    bp_unit unit = bp_spec_symbol_unit(spec, species);
    bool is_amount = s->substance_only || s->compartment < 0;
    if (is_amount == (f == AMOUNT) || !unit.known) return unit;
    bp_unit size = bp_spec_symbol_unit(spec, s->compartment);
    if (!size.known) return bp_unit_unknown;
    return f == AMOUNT ? bp_unit_multiply(unit, size) : bp_unit_divide(unit, size);
}

// For people: the model's own name of the unit, else what it is made of.
static const char *unit_text(bp_network *network, bp_unit unit) {
    bp_unit named = bp_unit_unknown;
    const char *name = bp_network_unit_name(network, unit);
    bool readable = name && bp_unit_parse(name, &named, NULL) == BP_OK && named.known &&
                    bp_unit_equal(named, unit);
    if (readable || !unit.known) return readable ? name : "";
    bp_text text = {0};
    bp_unit_print(unit, &text);
    const char *copy =
        text.failed ? NULL : bp_arena_copy(network->arena, bp_text_get(&text));
    bp_text_clear(&text);
    if (!copy) bp_network_no_memory(network);
    return copy;
}

static void add_rule(bp_network *network, form f, int species, bp_observed *out) {
    bp_spec *spec = network->spec;
    bp_unit unit = unit_of(spec, f, species);
    out->symbol = free_name(network, f, spec->symbols.items[species].name);
    out->unit = unit_text(network, unit);
    const bp_ast *value = value_of(network, f, species);
    int index =
        value && out->symbol ? bp_spec_symbol(spec, out->symbol, BP_NOWHERE) : -1;
    if (index < 0) {
        bp_network_no_memory(network);
        return;
    }
    bp_symbol *symbol = &spec->symbols.items[index];
    symbol->declared = true;
    symbol->rule_kind = BP_ASSIGNMENT_RULE;
    symbol->rule = value;
    symbol->unit = bp_network_unit_name(network, unit);
}

// ---- one name of `observe:` ----

static void find_form(bp_network *network, bp_named name, form f, const char *of,
                      bp_observed *out) {
    int species = bp_spec_find(network->spec, of);
    if (species < 0 || network->spec->symbols.items[species].kind != BP_SPECIES) {
        report_no_species(network, of, f, name.where);
        return;
    }
    const bp_symbol *s = &network->spec->symbols.items[species];
    if (f == CONCENTRATION && s->compartment < 0) {
        bp_report_error(network->report, BP_BAD_MODEL, name.where,
                        "'%s' is in no compartment, so that it has no concentration; "
                        "observe '%s' or 'amount(%s)'",
                        of, of, of);
        return;
    }
    out->shown = bp_arena_format(network->arena, "%s(%s)", form_names[f], of);
    if (!out->shown) bp_network_no_memory(network);
    add_rule(network, f, species, out);
}

static void find_observed(bp_network *network, bp_named name, bp_observed *out) {
    form f = PLAIN;
    const char *of = split(network, name.name, &f);
    *out = (bp_observed){.shown = name.name, .symbol = name.name};
    if (!of) return;
    if (f != PLAIN)
        find_form(network, name, f, of, out);
    else if (bp_spec_find(network->spec, of) < 0 &&
             bp_spec_find_reaction(network->spec, of) < 0)
        report_unknown(network, name);
}

void bp_observe_find(bp_scenario *scenario) {
    bp_network *network = &scenario->network;
    const bp_sheet *sheet = scenario->sheet;
    size_t n = (size_t)sheet->n_observe + 1;
    scenario->asked = bp_arena_take(network->arena, n * sizeof *scenario->asked);
    if (!scenario->asked) bp_network_no_memory(network);
    for (int i = 0; scenario->asked && i < sheet->n_observe; i++) {
        bp_named name = sheet->observe[i];
        find_observed(network, name, &scenario->asked[i]);
        for (int j = 0; j < i; j++)
            if (bp_text_equal(scenario->asked[j].shown, scenario->asked[i].shown))
                bp_report_error(network->report, BP_DUPLICATE, name.where,
                                "'%s' is observed twice", name.name);
    }
}
