// The plan: which points there are, what each sets, which of them rest in the same
// state.
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "scenarios/internal.h"

enum { MAX_RUNS = 10000000, MAX_AXES = 16, MAX_SAMPLES = 10000000 };

void bp_plan_clear(bp_plan *plan) {
    for (int i = 0; i < plan->n_lists; i++)
        bp_free(plan->lists[i]);
    bp_free(plan->lists);
    bp_free(plan->list);
    bp_free(plan->first);
    bp_free(plan->values);
    bp_free(plan->group);
    bp_free(plan->times);
    *plan = (bp_plan){0};
}

int bp_scenario_variable(const bp_scenario *scenario, int symbol) {
    return bp_model_find(scenario->model,
                         scenario->network.spec->symbols.items[symbol].name);
}

// ---- points ----

int bp_plan_list(const bp_plan *plan, int run) {
    return plan->list ? plan->list[run] : 0;
}

static const int *list_of(const bp_plan *plan, int run) {
    return plan->lists[bp_plan_list(plan, run)];
}

static int count_settings(const bp_plan *plan, int run) {
    return list_of(plan, run)[0];
}

static const int *variables_of(const bp_plan *plan, int run) {
    return list_of(plan, run) + 1;
}

static const double *values_of(const bp_plan *plan, int run) {
    size_t n = (size_t)plan->most;
    return plan->values + (plan->first ? plan->first[run] : (size_t)run * n);
}

int bp_plan_settings(const bp_plan *plan, int run, bp_initial_value *out) {
    int n = count_settings(plan, run);
    const int *variables = variables_of(plan, run);
    const double *values = values_of(plan, run);
    for (int i = 0; i < n; i++)
        out[i] = (bp_initial_value){variables[i], values[i]};
    return n;
}

void bp_plan_point(const bp_sheet *sheet, int run, int *arm, int *index) {
    for (int i = sheet->n_axes - 1; i >= 0; i--) {
        index[i] = run % sheet->axes[i].n;
        run /= sheet->axes[i].n;
    }
    *arm = run;
}

static bp_status count_runs(const bp_sheet *sheet, bp_plan *plan, bp_report *report) {
    double n = sheet->n_arms;
    for (int i = 0; i < sheet->n_axes; i++)
        n *= sheet->axes[i].n;
    if (sheet->n_axes > MAX_AXES || n > MAX_RUNS) {
        bp_report_error(
            report, BP_BAD_VALUE, sheet->axes[0].where,
            "the sweep has %.0f points over %d keys; at most %d over %d are possible",
            n, sheet->n_axes, MAX_RUNS, MAX_AXES);
        return BP_BAD_VALUE;
    }
    plan->n_runs = (int)n;
    return BP_OK;
}

// ---- settings of one point ----

typedef struct building {
    bp_scenario *scenario;
    BP_ARRAY(bp_initial_value) all; // of this run
    BP_ARRAY(double) values;        // of all runs so far
    BP_ARRAY(int *) lists;          // of variables
    int *variable; // of each symbol, -1: not looked up, -2: none (n_symbols)
    double *base;  // the model's own value of each variable, NaN: not looked up
    int n_members; // settings of this run that are its member's, the first ones
    bp_work *work; // for those
    BP_ARRAY(const bp_applied *) applied; // mechanisms of this run
    double *state;
    bool failed;
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

static void put(building *b, int symbol, double value, bool scaled) {
    int variable = variable_of(b, symbol);
    if (variable < 0) return;
    int i = 0;
    while (i < b->all.count && b->all.items[i].variable != variable)
        i++;
    if (scaled)
        value *= i < b->all.count ? b->all.items[i].value : base_value(b, variable);
    if (i < b->all.count)
        b->all.items[i].value = value;
    else if (!bp_array_push(&b->all, (bp_initial_value){variable, value}))
        b->failed = true;
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
    const double *row =
        e->values.list.items + (size_t)index[sheet->n_axes - 1] * (size_t)e->n;
    for (int i = 0; i < e->n; i++)
        if (e->symbols[i] >= 0) put(b, e->symbols[i], row[i], false);
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
    int index[MAX_AXES] = {0};
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
    b->scenario = scenario;
    b->variable = bp_calloc(n_symbols, sizeof *b->variable);
    b->base = bp_calloc(n_variables, sizeof *b->base);
    b->state =
        bp_calloc((size_t)bp_model_n_states(scenario->model) + 1, sizeof *b->state);
    if (bp_work_new(scenario->model, 1, &b->work) != BP_OK) b->work = NULL;
    if (!b->variable || !b->base || !b->state || !b->work) return false;
    for (size_t i = 0; i < n_symbols; i++)
        b->variable[i] = -1;
    for (size_t i = 0; i < n_variables; i++)
        b->base[i] = NAN;
    return true;
}

static void stop_building(building *b) {
    bp_array_clear(&b->all);
    bp_array_clear(&b->values);
    for (int i = 0; i < b->lists.count; i++)
        bp_free(b->lists.items[i]);
    bp_array_clear(&b->lists);
    bp_array_clear(&b->applied);
    bp_free(b->variable);
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
    for (int i = 0; i < b->all.count; i++)
        b->failed |= !bp_array_push(&b->values, b->all.items[i].value);
    plan->first[run + 1] = (size_t)b->values.count;
    if (plan->most < b->all.count) plan->most = b->all.count;
}

// Where all runs set the same, the place of each follows from its index.
static void forget_places(bp_plan *plan) {
    bp_free(plan->first);
    bp_free(plan->list);
    plan->first = NULL;
    plan->list = NULL;
}

static bp_status build_runs(bp_scenario *scenario) {
    bp_plan *plan = &scenario->plan;
    building b = {0};
    plan->first = bp_calloc((size_t)plan->n_runs + 1, sizeof *plan->first);
    plan->list = bp_calloc((size_t)plan->n_runs + 1, sizeof *plan->list);
    bool ok = plan->first && plan->list && start_building(&b, scenario);
    for (int run = 0; ok && run < plan->n_runs; run++) {
        build_run(&b, run);
        keep_run(&b, plan, run);
        ok = !b.failed && !scenario->network.report->failed;
    }
    if (ok) {
        plan->values = b.values.items;
        plan->lists = b.lists.items;
        plan->n_lists = b.lists.count;
        b.values.items = NULL;
        b.lists.items = NULL;
        b.lists.count = 0;
        if (plan->n_lists == 1) forget_places(plan);
    }
    stop_building(&b);
    bp_ensemble_planned(&scenario->layers);
    return ok ? BP_OK : BP_NO_MEMORY;
}

// ---- settle groups ----

// Whether a setting matters before time 0: only events read a dose.
static void mark_settling(const bp_scenario *scenario, bool *matters) {
    const bp_spec *spec = scenario->network.spec;
    for (int i = 0; i < spec->symbols.count; i++) {
        int variable = bp_scenario_variable(scenario, i);
        if (variable >= 0) matters[variable] = scenario->read_by_model[i];
    }
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdu;
}

// Equal bits are what bitwise equal results need: 0 and -0 are not alike.
static uint64_t bits_of(double value) {
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t hash_run(const bp_plan *plan, const bool *matters, int run) {
    uint64_t hash = 1;
    const int *variables = variables_of(plan, run);
    const double *values = values_of(plan, run);
    for (int i = 0; i < count_settings(plan, run); i++) {
        if (!matters[variables[i]]) continue;
        hash = mix(hash, (uint64_t)variables[i]);
        hash = mix(hash, bits_of(values[i]));
    }
    return hash;
}

static int next_mattering(const int *variables, const bool *matters, int i, int end) {
    while (i < end && !matters[variables[i]])
        i++;
    return i;
}

static bool rests_alike(const bp_plan *plan, const bool *matters, int a, int b) {
    const int *set_a = variables_of(plan, a), *set_b = variables_of(plan, b);
    const double *values_a = values_of(plan, a);
    const double *values_b = values_of(plan, b);
    int n_a = count_settings(plan, a), n_b = count_settings(plan, b);
    for (int i = 0, j = 0;; i++, j++) {
        i = next_mattering(set_a, matters, i, n_a);
        j = next_mattering(set_b, matters, j, n_b);
        if (i == n_a || j == n_b) return i == n_a && j == n_b;
        if (bits_of(values_a[i]) != bits_of(values_b[j]) || set_a[i] != set_b[j])
            return false;
    }
}

// An open hash table of the first run of each group.
static bp_status find_groups(bp_scenario *scenario) {
    bp_plan *plan = &scenario->plan;
    size_t size = 16;
    while (size < 2 * (size_t)plan->n_runs)
        size *= 2;
    int *table = bp_calloc(size, sizeof *table); // run + 1, 0: free
    bool *matters = bp_calloc((size_t)bp_model_n_variables(scenario->model) + 1, 1);
    plan->group = bp_calloc((size_t)plan->n_runs, sizeof *plan->group);
    bool ok = table && matters && plan->group;
    if (ok) mark_settling(scenario, matters);
    for (int run = 0; ok && run < plan->n_runs; run++) {
        size_t slot = hash_run(plan, matters, run) & (size - 1);
        while (table[slot] && !rests_alike(plan, matters, table[slot] - 1, run))
            slot = (slot + 1) & (size - 1);
        bool is_new = table[slot] == 0;
        plan->group[run] = is_new ? plan->n_groups++ : plan->group[table[slot] - 1];
        if (is_new) table[slot] = run + 1;
    }
    bp_free(table);
    bp_free(matters);
    return ok ? BP_OK : BP_NO_MEMORY;
}

// ---- times ----

static bp_status make_times(bp_scenario *scenario, bp_report *report) {
    const bp_run_plan *run = &scenario->sheet->run;
    bp_plan *plan = &scenario->plan;
    double until = 0;
    double every = 0;
    if (!bp_time_in_model(&scenario->network, &run->until, run->until_where, &until) ||
        !bp_time_in_model(&scenario->network, &run->every, run->every_where, &every))
        return bp_report_status(report);

    double n = run->points ? run->points : 101;
    double last = until;
    if (run->every_given) {
        n = floor(until / every * (1 + 1e-12)) + 1; // whole steps from 0
        bool whole = fabs((n - 1) * every - until) <= 1e-9 * until;
        if (!whole) n++; // and `until` itself
    }
    if (!(n >= 2 && n <= MAX_SAMPLES)) {
        bp_report_error(report, BP_BAD_VALUE, run->every_where,
                        "that makes %.0f samples; from 2 to %d are possible", n,
                        MAX_SAMPLES);
        return BP_BAD_VALUE;
    }
    plan->n_times = (int)n;
    plan->times = bp_calloc((size_t)n, sizeof *plan->times);
    if (!plan->times) return BP_NO_MEMORY;
    for (int i = 0; i + 1 < plan->n_times; i++)
        plan->times[i] = run->every_given ? i * every : until * i / (n - 1);
    plan->times[plan->n_times - 1] = last;
    return BP_OK;
}

// Times are shown in the unit in which `until` was given.
static void show_times(bp_scenario *scenario) {
    const bp_quantity *until = &scenario->sheet->run.until;
    bp_plan *plan = &scenario->plan;
    plan->shown_unit = bp_model_time_unit_text(scenario->model);
    plan->shown_factor = 1;
    if (!until->unit.known) return;
    double factor = 1;
    if (bp_unit_factor(bp_spec_time_unit(scenario->network.spec), until->unit, &factor,
                       NULL) != BP_OK)
        return;
    plan->shown_unit = until->text;
    plan->shown_factor = factor;
}

bp_status bp_plan_make(bp_scenario *scenario, bp_report *report) {
    BP_TRY(count_runs(scenario->sheet, &scenario->plan, report));
    BP_TRY(make_times(scenario, report));
    show_times(scenario);
    BP_TRY(build_runs(scenario));
    return scenario->sheet->settle ? find_groups(scenario) : BP_OK;
}
