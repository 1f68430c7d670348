// What each point sets, from the layers of the scenario.
#include <math.h>

#include "scenarios/internal.h"

typedef struct building {
    bp_scenario *scenario;
    BP_ARRAY(bp_initial_value) all; // of this run
    bp_spill *values;               // of all runs so far
    BP_ARRAY(int *) lists;          // of variables
    int *variable;  // of each symbol, -1: not looked up, -2: none (n_symbols)
    int *place;     // of each variable in `all`, where it is there (n_variables)
    double *base;   // the model's own value of each variable, NaN: not looked up
    double *member; // a row of the ensemble, NULL: none
    int n_members;  // settings of this run that are its member's, the first ones
    bp_work *work;  // for those
    BP_ARRAY(const bp_applied *) applied; // mechanisms of this run
    double *state;
    bool failed;  // no memory
    bp_error err; // another reason to stop
} building;

static int variable_of(building *b, int symbol) {
    if (b->variable[symbol] == -1) {
        int found = bp_scenario_variable(b->scenario, symbol);
        b->variable[symbol] = found < 0 ? -2 : found;
    }
    return b->variable[symbol];
}

// The model's own value, as it is without any setting but those of the member.
static double base_value(building *b, int variable) {
    const bp_model *model = b->scenario->model;
    if (!isnan(b->base[variable])) return b->base[variable];
    bp_view *view = NULL;
    bp_initial member = {b->all.items, b->n_members};
    const bp_initial *given = b->n_members ? &member : NULL;
    if (bp_view_new(model, &variable, 1, &view) != BP_OK)
        b->failed = true;
    else if (bp_model_start(model, b->work, 0, given, b->state, NULL) == BP_OK)
        bp_view_values(view, b->work, 0, b->state, &b->base[variable]);
    bp_view_free(view);
    return b->base[variable];
}

// What this run sets the variable to so far; NULL: nothing.
static bp_initial_value *find(const building *b, int variable) {
    int i = b->place[variable]; // perhaps that of another run
    bool there = i < b->all.count && b->all.items[i].variable == variable;
    return there ? &b->all.items[i] : NULL;
}

static void put(building *b, int symbol, double value, bool scaled) {
    int variable = variable_of(b, symbol);
    if (variable < 0) return;
    bp_initial_value *before = find(b, variable);
    if (scaled) value *= before ? before->value : base_value(b, variable);
    if (before) {
        before->value = value;
        return;
    }
    b->place[variable] = b->all.count;
    if (!bp_array_push(&b->all, (bp_initial_value){variable, value})) b->failed = true;
}

static void put_entries(building *b, const bp_entries *entries) {
    for (int i = 0; i < entries->count; i++)
        put(b, entries->items[i].symbol, entries->items[i].value,
            entries->items[i].scaled);
}

// A swept exposure changes the doses (or their times) that the arm has.
static void put_exposure(building *b, int arm, const bp_axis_layer *layer,
                         double value) {
    const struct bp_touched *touched = &layer->touched[arm];
    if (layer->everywhere && layer->start >= 0) put(b, layer->start, 0, false);
    for (int i = 0; i < touched->symbols.count; i++)
        put(b, touched->symbols.items[i], value, false);
}

static void put_axis(building *b, int arm, const bp_axis_layer *layer, int i) {
    if (layer->symbol >= 0)
        put(b, layer->symbol, layer->values[i], false);
    else if (layer->target == BP_AXIS_EXPOSURE || layer->target == BP_AXIS_AT)
        put_exposure(b, arm, layer, layer->values[i]);
}

// The members' values are the model's own: they come before everything else.
static void put_member(building *b, const int *index) {
    const bp_ensemble *e = b->scenario->layers.ensemble;
    const bp_sheet *sheet = b->scenario->sheet;
    if (!e) return;
    size_t first = (size_t)index[sheet->n_axes - 1] * (size_t)e->n;
    if (bp_spill_read(e->values, first, (size_t)e->n, b->member, &b->err) != BP_OK)
        return;
    for (int i = 0; i < e->n; i++)
        if (e->symbols[i] >= 0) put(b, e->symbols[i], b->member[i], false);
    b->n_members = b->all.count;
    for (int v = 0; v < bp_model_n_variables(b->scenario->model); v++)
        b->base[v] = NAN; // another member's
}

// ---- mechanisms of one point ----

static void add_applied(building *b, const bp_applied_list *list) {
    for (int i = 0; i < list->count; i++)
        if (!bp_array_push(&b->applied, &list->items[i])) b->failed = true;
}

// Those of all arms unless the arm says none, its own, those of the sweep. One that
// comes again counts as it comes last.
static void collect_applied(building *b, int arm, const int *index) {
    const bp_layers *layers = &b->scenario->layers;
    const bp_mechanism_uses *own = &b->scenario->sheet->arms[arm].mechanisms;
    b->applied.count = 0;
    if (!own->given || own->n) add_applied(b, &layers->applied);
    add_applied(b, &layers->arms[arm].applied);
    for (int a = 0; a < b->scenario->sheet->n_axes; a++)
        if (layers->axes[a].target == BP_AXIS_MECHANISM)
            add_applied(b, &layers->axes[a].applied[index[a]]);
    int kept = 0;
    for (int i = 0; i < b->applied.count; i++) {
        bool last = true;
        for (int j = i + 1; j < b->applied.count; j++)
            last &= b->applied.items[j]->mechanism != b->applied.items[i]->mechanism;
        if (last) b->applied.items[kept++] = b->applied.items[i];
    }
    b->applied.count = kept;
}

static void put_applied(building *b, const bp_applied *applied, const int *index,
                        bool scaled) {
    const bp_layers *layers = &b->scenario->layers;
    const bp_mechanism_layer *layer = &layers->mechanisms.items[applied->mechanism];
    const bp_mechanism *mechanism = layer->mechanism;
    double strengths[BP_MOST_STRENGTHS];
    for (int s = 0; s < mechanism->n_strengths; s++)
        strengths[s] = applied->strengths[s];
    for (int a = 0; a < b->scenario->sheet->n_axes; a++) {
        const bp_axis_layer *axis = &layers->axes[a];
        if (axis->target == BP_AXIS_STRENGTH && axis->mechanism == applied->mechanism)
            strengths[axis->strength] = axis->values[index[a]];
    }
    for (int c = 0; c < mechanism->n_changes; c++) {
        double value = 0;
        if (layer->symbols[c] < 0 || mechanism->changes[c].scaled != scaled) continue;
        if (bp_mechanism_value(layer, strengths, c, &value, NULL) == BP_OK)
            put(b, layer->symbols[c], value, scaled);
    }
}

// Values first, then what scales them, so that the order of a list does not matter.
static void put_mechanisms(building *b, int arm, const int *index) {
    collect_applied(b, arm, index);
    for (int scaled = 0; scaled < 2; scaled++)
        for (int i = 0; i < b->applied.count; i++)
            put_applied(b, b->applied.items[i], index, scaled);
}

// ---- one point ----

static int cell_of(const bp_scenario *scenario, int arm, const int *index) {
    const bp_layers *layers = &scenario->layers;
    int cell = layers->arms[arm].cell >= 0 ? layers->arms[arm].cell : layers->cell;
    for (int i = 0; i < scenario->sheet->n_axes; i++)
        if (layers->axes[i].target == BP_AXIS_CELL)
            cell = layers->axes[i].cells[index[i]];
    return cell;
}

static void build_run(building *b, int run) {
    const bp_scenario *scenario = b->scenario;
    const bp_sheet *sheet = scenario->sheet;
    const bp_layers *layers = &scenario->layers;
    int arm = 0;
    int index[BP_MOST_AXES] = {0};
    bp_plan_point(sheet, run, &arm, index);
    int cell = cell_of(scenario, arm, index);
    b->all.count = 0;
    put_member(b, index);
    if (cell >= 0) put_entries(b, &layers->cells.items[cell].entries);
    put_mechanisms(b, arm, index);
    put_entries(b, &layers->medium);
    put_entries(b, &layers->arms[arm].medium);
    put_entries(b, &layers->set);
    put_entries(b, &layers->arms[arm].set);
    put_entries(b, &layers->arms[arm].doses);
    for (int i = 0; i < sheet->n_axes; i++)
        put_axis(b, arm, &layers->axes[i], index[i]);
}

static bool start_building(building *b, bp_scenario *scenario) {
    size_t n_symbols = (size_t)scenario->network.spec->symbols.count;
    size_t n_variables = (size_t)bp_model_n_variables(scenario->model);
    size_t n_states = (size_t)bp_model_n_states(scenario->model);
    const bp_ensemble *e = scenario->layers.ensemble;
    b->scenario = scenario;
    b->variable = bp_calloc(n_symbols, sizeof *b->variable);
    b->place = bp_calloc(n_variables, sizeof *b->place);
    b->base = bp_calloc(n_variables, sizeof *b->base);
    b->state = bp_calloc(n_states + 1, sizeof *b->state);
    b->member = bp_calloc(e ? (size_t)e->n : 1, sizeof *b->member);
    if (bp_work_new(scenario->model, 1, &b->work) != BP_OK) b->work = NULL;
    if (bp_spill_new(&b->values) != BP_OK) b->values = NULL;
    if (!b->variable || !b->place || !b->base || !b->state || !b->member || !b->work ||
        !b->values)
        return false;
    for (size_t i = 0; i < n_symbols; i++)
        b->variable[i] = -1;
    for (size_t i = 0; i < n_variables; i++)
        b->base[i] = NAN;
    return true;
}

static void stop_building(building *b) {
    bp_array_clear(&b->all);
    bp_spill_free(b->values);
    bp_free(b->member);
    for (int i = 0; i < b->lists.count; i++)
        bp_free(b->lists.items[i]);
    bp_array_clear(&b->lists);
    bp_array_clear(&b->applied);
    bp_free(b->variable);
    bp_free(b->place);
    bp_free(b->base);
    bp_free(b->state);
    bp_work_free(b->work);
}

// Whether a list, which begins with its length, is that of this run.
static bool is_list(const building *b, const int *list) {
    if (list[0] != b->all.count) return false;
    for (int i = 0; i < b->all.count; i++)
        if (list[1 + i] != b->all.items[i].variable) return false;
    return true;
}

// A list may be there twice, where very many differ; only so many are looked at.
enum { LISTS_LOOKED_AT = 32 };

static int find_list(building *b) {
    int n = b->lists.count;
    for (int i = n - 1; i >= 0 && i >= n - LISTS_LOOKED_AT; i--)
        if (is_list(b, b->lists.items[i])) return i;
    int *list = bp_calloc((size_t)b->all.count + 1, sizeof *list);
    b->failed |= !list || !bp_array_push(&b->lists, list);
    if (b->failed) {
        bp_free(list);
        return 0;
    }
    list[0] = b->all.count;
    for (int i = 0; i < b->all.count; i++)
        list[1 + i] = b->all.items[i].variable;
    return n;
}

static void keep_run(building *b, bp_plan *plan, int run) {
    plan->list[run] = find_list(b);
    for (int i = 0; i < b->all.count && b->err.status == BP_OK; i++)
        b->failed |=
            bp_spill_add(b->values, &b->all.items[i].value, 1, &b->err) == BP_NO_MEMORY;
    plan->first[run + 1] = bp_spill_count(b->values);
    if (plan->most < b->all.count) plan->most = b->all.count;
}

// Where all runs set the same, the place of each follows from its index.
static void forget_places(bp_plan *plan) {
    bp_free(plan->first);
    bp_free(plan->list);
    plan->first = NULL;
    plan->list = NULL;
}

static void hand_over(building *b, bp_plan *plan) {
    plan->values = b->values;
    plan->lists = b->lists.items;
    plan->n_lists = b->lists.count;
    b->values = NULL;
    b->lists.items = NULL;
    b->lists.count = 0;
    if (plan->n_lists == 1) forget_places(plan);
}

bp_status bp_plan_set(bp_scenario *scenario, bp_report *report) {
    bp_plan *plan = &scenario->plan;
    building b = {0};
    plan->first = bp_calloc((size_t)plan->n_runs + 1, sizeof *plan->first);
    plan->list = bp_calloc((size_t)plan->n_runs + 1, sizeof *plan->list);
    bool ok = plan->first && plan->list && start_building(&b, scenario);
    for (int run = 0; ok && run < plan->n_runs; run++) {
        build_run(&b, run);
        if (b.err.status == BP_OK) keep_run(&b, plan, run);
        ok = !b.failed && !scenario->network.report->failed && b.err.status == BP_OK;
    }
    if (ok) hand_over(&b, plan);
    bool told = b.err.status != BP_OK && !b.failed;
    if (told) bp_report_add_error(report, &b.err);
    stop_building(&b);
    bp_ensemble_planned(&scenario->layers);
    if (told) return b.err.status;
    return ok ? BP_OK : BP_NO_MEMORY;
}
