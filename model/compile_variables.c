// First pass: every symbol and reaction becomes a variable with a role, and the
// reactions are sorted by the state they change.
#include <string.h>

#include "base/order.h"
#include "base/units_table.h"
#include "model/compile.h"
#include "model/spec_units.h"

// One term of one reaction, before it is known which species are states.
typedef struct change {
    int symbol, reaction;
    double coefficient;
    const bp_ast *variable; // stoichiometry that is not a plain number
} change;

typedef BP_ARRAY(change) changes;

// Reactions change a species unless it is a boundary, constant, or has a rule.
static bool changes_by_reaction(const bp_compiler *c, int s) {
    const bp_symbol *symbol = &c->spec->symbols.items[s];
    return !bp_compiler_is_zero(c, s) && symbol->kind == BP_SPECIES &&
           !symbol->boundary && !symbol->constant && symbol->rule_kind == BP_NO_RULE;
}

static bool add_side(const bp_compiler *c, int reaction, double sign, changes *list) {
    const bp_reaction *r = &c->spec->reactions.items[reaction];
    const bp_term *terms = sign < 0 ? r->reactants : r->products;
    int n = sign < 0 ? r->n_reactants : r->n_products;
    for (int i = 0; i < n; i++) {
        if (!changes_by_reaction(c, terms[i].species)) continue;
        const bp_ast *variable = terms[i].variable_stoichiometry;
        double number = terms[i].stoichiometry;
        if (variable && variable->op == BP_OP_NUMBER) {
            number = variable->number;
            variable = NULL;
        }
        change made = {terms[i].species, reaction, variable ? sign : sign * number,
                       variable};
        if (!bp_array_push(list, made)) return false;
    }
    return true;
}

static int symbol_of(const void *item) {
    return ((const change *)item)->symbol;
}

// Adds up plain coefficients of one species in one reaction; drops those that cancel.
static void merge_changes(changes *list) {
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        change *last = kept > 0 ? &list->items[kept - 1] : NULL;
        change next = list->items[i];
        bool joins = last && last->symbol == next.symbol &&
                     last->reaction == next.reaction && !last->variable &&
                     !next.variable;
        if (joins)
            last->coefficient += next.coefficient;
        else
            list->items[kept++] = next;
        if (!list->items[kept - 1].variable && list->items[kept - 1].coefficient == 0)
            kept--;
    }
    list->count = kept;
}

// A reaction that is known not to run changes nothing.
static bool collect_changes(const bp_compiler *c, changes *list) {
    const bp_spec *spec = c->spec;
    for (int r = 0; r < spec->reactions.count; r++)
        if (spec->reactions.items[r].law &&
            !bp_compiler_is_zero(c, spec->symbols.count + r) &&
            (!add_side(c, r, -1, list) || !add_side(c, r, 1, list)))
            return false;
    // by species; what changes one stays in the order of the reactions
    if (!bp_order_items(list->items, list->count, sizeof *list->items, symbol_of,
                        spec->symbols.count))
        return false;
    merge_changes(list);
    return true;
}

// ---- variables ----

static const char *copy_text(bp_compiler *c, const char *text, const char *otherwise) {
    if (!text) text = otherwise;
    const char *copy = *text ? bp_arena_copy(&c->model->arena, text) : "";
    if (!copy) c->failed = true;
    return copy;
}

// Whether what was written says to everybody which unit it is: not a name that another
// program gave ("substance"), nor the unit of an amount where a concentration is shown.
static bool is_understood(const bp_spec *spec, const char *written, bp_unit unit) {
    bp_unit meant = bp_unit_unknown;
    if (!unit.known) return true;
    if (spec->foreign && bp_spec_unit_definition(spec, written))
        return bp_unit_builtin(written, strlen(written), &meant) &&
               bp_unit_equal(meant, unit);
    return bp_spec_unit(spec, written, &meant, NULL) != BP_OK ||
           bp_unit_equal(meant, unit);
}

// The unit as its author wrote it, else in the words of base/units.
static const char *unit_text(bp_compiler *c, const char *written, bp_unit unit) {
    if (written && is_understood(c->spec, written, unit))
        return copy_text(c, written, "");
    if (!unit.known) return "";
    bp_text text = {0};
    bp_unit_print(unit, &text);
    const char *copy = copy_text(c, bp_text_get(&text), "");
    c->failed |= text.failed;
    bp_text_clear(&text);
    return copy;
}

static bp_kind kind_of(bp_symbol_kind kind) {
    return kind == BP_COMPARTMENT ? BP_KIND_COMPARTMENT
           : kind == BP_SPECIES   ? BP_KIND_SPECIES
                                  : BP_KIND_PARAMETER;
}

// Most things stand in the same file as what came before them.
static bp_where copy_where(bp_compiler *c, bp_where where) {
    if (where.file && where.file != c->last_file) {
        c->last_file = where.file;
        c->last_file_copy = copy_text(c, where.file, "");
    }
    if (where.file) where.file = c->last_file_copy;
    return where;
}

static void add_name(bp_compiler *c, const char *name, int expected, bp_where where) {
    int index = bp_names_add(&c->model->names, name);
    if (index < 0)
        c->failed = true;
    else if (index != expected)
        bp_report_error(c->report, BP_DUPLICATE, where,
                        "'%s' is the name of two things; rename one of them", name);
}

// Whether an algebraic rule determines it; it may yet become a state.
static bool is_unknown(const bp_compiler *c, int symbol) {
    return c->rule_of_unknown && c->rule_of_unknown[symbol] >= 0;
}

static void add_symbol(bp_compiler *c, int s) {
    const bp_symbol *symbol = &c->spec->symbols.items[s];
    bp_variable *v = &c->model->variables[s];
    add_name(c, symbol->name, s, symbol->where);
    bool assigned = symbol->rule_kind == BP_ASSIGNMENT_RULE || is_unknown(c, s);
    bool moves = symbol->rule_kind == BP_RATE_RULE && !bp_compiler_is_zero(c, s);
    bp_unit unit = bp_spec_symbol_unit(c->spec, s);
    const char *name = copy_text(c, symbol->name, "");
    *v = (bp_variable){
        .name = name,
        .display_name =
            symbol->display_name ? copy_text(c, symbol->display_name, "") : name,
        .note = copy_text(c, symbol->note, ""),
        .kind = kind_of(symbol->kind),
        .role = assigned ? BP_ROLE_ASSIGNED
                : moves  ? BP_ROLE_STATE
                         : BP_ROLE_PARAMETER,
        .index = -1,
        .is_concentration = symbol->kind == BP_SPECIES && !symbol->substance_only &&
                            symbol->compartment >= 0 && !is_unknown(c, s),
        .compartment = symbol->kind == BP_SPECIES ? symbol->compartment : -1,
        .settable = !assigned,
        .zero = bp_compiler_is_zero(c, s),
        .unit = unit,
        .unit_text = unit_text(c, symbol->unit, unit),
        .observable = assigned && symbol->display_name && !c->spec->foreign &&
                      !strchr(symbol->name, '.'),
        .where = copy_where(c, symbol->where),
    };
}

// extent / time; unknown where the model states neither.
static bp_unit rate_unit(const bp_spec *spec) {
    const char *extent = spec->extent_unit ? spec->extent_unit : spec->substance_unit;
    bp_unit unit;
    if (!extent || bp_spec_unit(spec, extent, &unit, NULL) != BP_OK)
        return bp_unit_unknown;
    return bp_unit_divide(unit, bp_spec_time_unit(spec));
}

static void add_reaction(bp_compiler *c, int r) {
    const bp_reaction *reaction = &c->spec->reactions.items[r];
    int index = c->model->n_symbols + r;
    add_name(c, reaction->name, index, reaction->where);
    bp_unit unit = rate_unit(c->spec);
    const char *name = copy_text(c, reaction->name, "");
    c->model->variables[index] = (bp_variable){
        .name = name,
        .display_name =
            reaction->display_name ? copy_text(c, reaction->display_name, "") : name,
        .note = copy_text(c, reaction->note, ""),
        .kind = BP_KIND_REACTION,
        .role = BP_ROLE_ASSIGNED,
        .zero = bp_compiler_is_zero(c, index),
        .index = -1,
        .compartment = reaction->compartment,
        .unit = unit,
        .unit_text = unit_text(c, NULL, unit),
        .where = copy_where(c, reaction->where),
    };
}

// Numbers the states and parameters, in order of their symbols.
static bool number_variables(bp_compiler *c) {
    bp_model *model = c->model;
    size_t n = (size_t)model->n_symbols;
    model->state_variable = bp_calloc(n, sizeof(int));
    model->parameter_variable = bp_calloc(n, sizeof(int));
    model->has_rate_rule = bp_calloc(n, sizeof(bool));
    if (!model->state_variable || !model->parameter_variable || !model->has_rate_rule)
        return false;
    for (int s = 0; s < model->n_symbols; s++) {
        bp_variable *v = &model->variables[s];
        if (v->role == BP_ROLE_STATE) {
            model->has_rate_rule[model->n_states] =
                c->spec->symbols.items[s].rule_kind == BP_RATE_RULE;
            model->state_variable[model->n_states] = s;
            v->index = model->n_states++;
        } else if (v->role == BP_ROLE_PARAMETER) {
            model->parameter_variable[model->n_parameters] = s;
            v->index = model->n_parameters++;
        }
    }
    return true;
}

// Turns the changes into parts by state. Nodes of variable stoichiometries come later.
static bool sort_parts(bp_compiler *c, const changes *list) {
    bp_model *model = c->model;
    model->part_start = bp_calloc((size_t)model->n_symbols + 1, sizeof(int));
    model->parts = bp_calloc((size_t)list->count, sizeof *model->parts);
    // NOLINTNEXTLINE(bugprone-sizeof-expression): the items are pointers
    c->variable_parts = bp_calloc((size_t)list->count, sizeof *c->variable_parts);
    c->part_built = bp_calloc((size_t)list->count, sizeof *c->part_built);
    if (!model->part_start || !model->parts || !c->variable_parts || !c->part_built)
        return false;
    for (int i = 0; i < list->count; i++) { // ascending symbols are ascending states
        const change *from = &list->items[i];
        model->parts[i] = (bp_part){from->reaction, from->coefficient, -1};
        c->variable_parts[i] = from->variable;
        model->part_start[model->variables[from->symbol].index + 1]++;
    }
    for (int i = 0; i < model->n_states; i++)
        model->part_start[i + 1] += model->part_start[i];
    return true;
}

// As people write it: "min" for a model that says "60 second".
static void find_time_unit(bp_compiler *c) {
    c->model->time_unit = bp_spec_time_unit(c->spec);
    c->model->time_unit_text = unit_text(c, NULL, c->model->time_unit);
}

static bool add_variables(bp_compiler *c) {
    bp_model *model = c->model;
    model->name = copy_text(c, c->spec->name, "");
    model->n_symbols = c->spec->symbols.count;
    model->n_reactions = c->spec->reactions.count;
    model->n_variables = model->n_symbols + model->n_reactions;
    model->variables = bp_calloc((size_t)model->n_variables, sizeof *model->variables);
    if (!model->variables) return false;
    for (int s = 0; s < model->n_symbols && !c->failed; s++)
        add_symbol(c, s);
    for (int r = 0; r < model->n_reactions && !c->failed; r++)
        add_reaction(c, r);
    find_time_unit(c);
    return !c->failed;
}

bp_status bp_compile_variables(bp_compiler *c) {
    changes list = {0};
    c->failed = !add_variables(c) || !collect_changes(c, &list);
    for (int i = 0; i < list.count && !c->failed; i++)
        c->model->variables[list.items[i].symbol].role = BP_ROLE_STATE;
    if (!c->failed) c->failed = !number_variables(c) || !sort_parts(c, &list);
    bp_array_clear(&list);
    return bp_compiler_status(c);
}
