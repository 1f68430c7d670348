// BioNetGen's validation models (../shared/data/bng-validate): every network that was
// simulated with ODEs is read and run here, and must agree with the trajectories of all
// species (.cdat) and groups (.gdat) that BioNetGen printed.
//
// Those were made at rtol = atol = 1e-8 and printed with 13 digits, the older ones at
// 1e-12 with 9 digits. Ours run at 1e-12, so that what is compared is BioNetGen's own
// error: 1e-8 (largest amount + 1) in each step, or the last digit. The tolerance of a
// case is a share of (largest value of the column + 1): 30 such errors, or digits.
//
// Models whose script changes amounts between simulations are followed phase by phase;
// all that is done to them stands in the table below.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/bngnet.h"
#include "solver/solver.h"
#include "tests/support/harness.h"

// ---- what the .bngl scripts do ----

typedef enum act { SEED, SET, ADD, RESTORE } act;

// At `time`, after what was simulated up to there.
typedef struct action {
    const char *model;
    double time;
    act act;
    int species;  // SET, ADD: its number
    double value; // amount; RESTORE: the time at which the state was saved
} action;

static const action actions[] = {
    // setConcentration("A()",1.0), simulate, setConcentration("A()",0.0), continue
    {"continue", 0, SET, 1, 1.0},
    {"continue", 10, SET, 1, 0.0},
    // the .net was written at the end: S 100, E 10; addConcentration(S, 100) at 10
    {"michment", 0, SET, 1, 100},
    {"michment", 0, SET, 2, 10},
    {"michment", 0, SET, 3, 0},
    {"michment", 0, SET, 4, 0},
    {"michment", 0, SET, 5, 0},
    {"michment", 10, ADD, 1, 100},
    // the .net was written at the end: L0*NA*V = R0*NA*V = 602210
    {"test_setconc", 0, SET, 1, 602210},
    {"test_setconc", 0, SET, 2, 602210},
    {"test_setconc", 0, SET, 3, 0},
    {"test_setconc", 100, SEED, 0, 0}, // resetConcentrations()
    {"test_setconc", 200, ADD, 1, 602210},
    {"test_setconc", 300, SEED, 0, 0},
    {"test_setconc", 400, RESTORE, 0, 300}, // resetConcentrations("post2")
    {"test_setconc", 500, RESTORE, 0, 100}, // resetConcentrations("post1")
};

typedef struct validation {
    const char *model;
    double tolerance; // of (largest value of each column + 1)
} validation;

// rtol = atol of BioNetGen's runs times 30; older files have 9 digits
#define LOOSE  3e-7
#define DIGITS 3e-8

static const validation cases[] = {
    {"CaOscillate_Func", DIGITS},
    {"CaOscillate_Sat", DIGITS},
    {"Motivating_example_cBNGL", LOOSE},
    {"Repressilator", DIGITS},
    {"continue", LOOSE},
    {"localfunc", LOOSE},
    {"michment", LOOSE},
    {"motor", LOOSE},
    {"simple_system", LOOSE},
    {"test_ANG_synthesis_simple", LOOSE},
    {"test_mratio", LOOSE},
    // 600 s with amounts up to 6000; against BioNetGen run at 1e-12 it is 2e-10
    {"test_network_gen", 1e-6},
    {"test_sbml_flat", LOOSE},
    {"test_sbml_structured", LOOSE},
    {"test_setconc", LOOSE},
    {"test_synthesis_cBNGL_simple", LOOSE},
    {"test_synthesis_complex", LOOSE},
    {"test_synthesis_complex_0_cBNGL", LOOSE},
    {"test_synthesis_complex_source_cBNGL", LOOSE},
    {"test_time", LOOSE},
    {"toy-jim_equil", LOOSE},
    {"univ_synth", LOOSE},
};

// Columns of a .gdat whose name is another in the .net.
static const struct {
    const char *model, *column, *name;
} renamed[] = {
    {"CaOscillate_Func", "Ga", "G"},
    {"CaOscillate_Func", "PLC", "P"},
    {"CaOscillate_Func", "Ca", "C"},
};

// Columns that are off in BioNetGen's file and known in closed form: both are the
// integral of the time, t^2/2 = 50 at the end. Its simulator sets time() once in a step
// (x_builtin: 49.25), and is 1e-6 off with the time as a species (50.00005).
static const struct {
    const char *model, *column;
} half_square[] = {{"test_time", "x_builtin"}, {"test_time", "x_exact"}};

// ---- tables ----

typedef struct table {
    int n_rows, n_columns; // the first column is time
    double *values;        // row-major
    char (*names)[64];
} table;

static void table_free(table *t) {
    free(t->values);
    free(t->names);
    *t = (table){0};
}

static void *must(void *memory) {
    if (!memory) abort();
    return memory;
}

// "# time A B": the names after '#'.
static void read_names(table *t, const char *line) {
    int used;
    t->names = must(calloc(1024, sizeof *t->names));
    for (line += strspn(line, "# \t");
         sscanf(line, "%63s%n", t->names[t->n_columns], &used) == 1 &&
         t->n_columns < 1023;
         line += used)
        t->n_columns++;
}

static void read_row(table *t, const char *line) {
    const char *end = line;
    size_t at = (size_t)t->n_rows * (size_t)t->n_columns;
    t->values =
        must(realloc(t->values, (at + (size_t)t->n_columns + 1) * sizeof *t->values));
    for (int i = 0; i < t->n_columns; i++) {
        line += strspn(line, " \t");
        t->values[at++] = bp_number_read(line, &end);
        CHECK(end != line, "row %d has no column %d", t->n_rows, i);
        line = end;
    }
    t->n_rows++;
}

// False where there is no such file.
static bool read_table(const char *model, const char *ending, table *t) {
    char name[256];
    char *text = NULL;
    size_t length = 0;
    *t = (table){0};
    snprintf(name, sizeof name, "bng-validate/%s.%s", model, ending);
    const char *path = test_shared_data(name);
    if (!path || bp_file_read(path, &text, &length, NULL) != BP_OK) return false;
    for (char *line = text, *next; *line; line = next) {
        size_t n = strcspn(line, "\n");
        next = line + n + (line[n] == '\n');
        line[n] = '\0';
        if (*line == '#' && !t->names)
            read_names(t, line);
        else if (n > 0 && t->names)
            read_row(t, line);
    }
    bp_free(text);
    return t->n_rows > 0;
}

static double cell(const table *t, int row, int column) {
    return t->values[row * t->n_columns + column];
}

// ---- one case ----

typedef struct run {
    const validation *v;
    table want; // of the file that is compared
    bp_model *model;
    int n_species;
    int *species;    // (n_species) variables
    double *amounts; // (n_species) now
    double *seed;    // (n_species) at the start
    double *saved;   // (rows x n_species) at the time of each row
    bp_solver *solver;
    bp_view *view; // species, then the columns that are compared
    int n_view;
    double *got; // (rows x n_view)
} run;

static bool open_model(run *r) {
    char name[256];
    bp_report report = {0};
    snprintf(name, sizeof name, "bng-validate/%s.net", r->v->model);
    const char *path = test_shared_data(name);
    if (!path) return false;
    bp_status status = bp_model_load(path, NULL, &r->model, &report);
    CHECK(status == BP_OK, "%s: %s", name,
          report.count > 0 ? report.items[0].message : bp_status_name(status));
    bp_report_clear(&report);
    return status == BP_OK;
}

static int find_column(const run *r, const char *name) {
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (strcmp(renamed[i].model, r->v->model) == 0 &&
            strcmp(renamed[i].column, name) == 0)
            name = renamed[i].name;
    for (int i = 0; i < bp_model_n_variables(r->model); i++) {
        const bp_variable *v = bp_model_variable(r->model, i);
        if (v->observable && strcmp(v->display_name, name) == 0) return i;
    }
    return bp_model_find(r->model, name);
}

static void find_species(run *r) {
    int n = bp_model_n_variables(r->model);
    r->species = must(calloc((size_t)n, sizeof *r->species));
    for (int i = 0; i < n; i++)
        if (bp_model_variable(r->model, i)->kind == BP_KIND_SPECIES)
            r->species[r->n_species++] = i;
}

// The species, then one variable for each column of the file after the time.
static void open_view(run *r, bool groups) {
    int n = groups ? r->want.n_columns - 1 : 0;
    int *variables = must(calloc((size_t)r->n_species + (size_t)n, sizeof *variables));
    memcpy(variables, r->species, (size_t)r->n_species * sizeof *variables);
    for (int i = 0; i < n; i++) {
        variables[r->n_species + i] = find_column(r, r->want.names[i + 1]);
        CHECK(variables[r->n_species + i] >= 0, "%s has no '%s'", r->v->model,
              r->want.names[i + 1]);
        if (variables[r->n_species + i] < 0) variables[r->n_species + i] = 0;
    }
    r->n_view = r->n_species + n;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(r->model, variables, r->n_view, &r->view), BP_OK);
    free(variables);
}

static void act_on(run *r, const action *a) {
    switch (a->act) {
    case SEED:
        memcpy(r->amounts, r->seed, (size_t)r->n_species * sizeof *r->amounts);
        break;
    case SET:
        r->amounts[a->species - 1] = a->value;
        break;
    case ADD:
        r->amounts[a->species - 1] += a->value;
        break;
    case RESTORE:
        for (int i = 0; i < r->want.n_rows; i++)
            if (cell(&r->want, i, 0) == a->value)
                memcpy(r->amounts, r->saved + i * r->n_species,
                       (size_t)r->n_species * sizeof *r->amounts);
        break;
    }
}

static void act_at(run *r, double time) {
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].model, r->v->model) == 0 && actions[i].time == time)
            act_on(r, &actions[i]);
}

static bool is_phase_end(const run *r, double time) {
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (strcmp(actions[i].model, r->v->model) == 0 && actions[i].time == time)
            return true;
    return false;
}

// Simulates rows first..last, where the time of `first` is the start of the phase.
static void simulate(run *r, int first, int last, bool given) {
    int n = last - first + 1;
    double *times = must(calloc((size_t)n, sizeof *times));
    bp_initial_value *settings = must(calloc((size_t)r->n_species, sizeof *settings));
    for (int i = 0; i < n; i++)
        times[i] = cell(&r->want, first + i, 0);
    for (int i = 0; i < r->n_species; i++)
        settings[i] = (bp_initial_value){r->species[i], r->amounts[i]};
    bp_protocol protocol = {.t_start = times[0],
                            .n_times = n,
                            .times = times,
                            .settings = settings,
                            .n_settings = given ? r->n_species : 0};
    bp_stats stats;
    bp_failure failure = {0};
    bp_status status = bp_solver_run(r->solver, &protocol, r->view,
                                     r->got + first * r->n_view, &stats, &failure);
    CHECK(status == BP_OK, "%s: %s", r->v->model, failure.text);
    for (int i = first; i <= last; i++)
        memcpy(r->saved + i * r->n_species, r->got + i * r->n_view,
               (size_t)r->n_species * sizeof *r->saved);
    memcpy(r->amounts, r->saved + last * r->n_species,
           (size_t)r->n_species * sizeof *r->amounts);
    free(times);
    free(settings);
}

// The row that ends a phase is printed before what is done there.
static void simulate_all(run *r) {
    simulate(r, 0, 0, false); // the amounts of the file
    act_at(r, 0);
    memcpy(r->seed, r->amounts, (size_t)r->n_species * sizeof *r->seed);
    simulate(r, 0, 0, true);
    for (int first = 0, last; first < r->want.n_rows - 1; first = last) {
        for (last = first + 1;
             last < r->want.n_rows - 1 && !is_phase_end(r, cell(&r->want, last, 0));)
            last++;
        double *row = must(calloc((size_t)r->n_view, sizeof *row));
        memcpy(row, r->got + first * r->n_view, (size_t)r->n_view * sizeof *row);
        if (first > 0) act_at(r, cell(&r->want, first, 0));
        simulate(r, first, last, true);
        memcpy(r->got + first * r->n_view, row, (size_t)r->n_view * sizeof *row);
        memcpy(r->saved + first * r->n_species, row,
               (size_t)r->n_species * sizeof *r->saved);
        free(row);
    }
}

static double expected(const run *r, int row, int column) {
    double t = cell(&r->want, row, 0);
    for (size_t i = 0; i < sizeof half_square / sizeof *half_square; i++)
        if (strcmp(half_square[i].model, r->v->model) == 0 &&
            strcmp(half_square[i].column, r->want.names[column]) == 0)
            return 0.5 * t * t;
    return cell(&r->want, row, column);
}

static void compare(const run *r, bool groups, const char *ending) {
    double worst = 0;
    int worst_row = 0, worst_column = 1;
    for (int c = 1; c < r->want.n_columns; c++) {
        double scale = 0;
        for (int i = 0; i < r->want.n_rows; i++)
            scale = fmax(scale, fabs(expected(r, i, c)) + 1);
        for (int i = 0; i < r->want.n_rows; i++) {
            double got = r->got[i * r->n_view + (groups ? r->n_species : 0) + c - 1];
            double off = fabs(got - expected(r, i, c)) / scale;
            if (isnan(off)) off = INFINITY;
            if (off <= worst) continue;
            worst = off;
            worst_row = i;
            worst_column = c;
        }
    }
    printf("  %-36s .%s %5d rows x %4d: %.1e\n", r->v->model, ending, r->want.n_rows,
           r->want.n_columns - 1, worst);
    CHECK(worst <= r->v->tolerance * test_tol_scale(),
          "%s.%s: column '%s' is off by %.2e of its largest value + 1 at t = %g",
          r->v->model, ending, r->want.names[worst_column], worst,
          cell(&r->want, worst_row, 0));
}

static void run_against(const validation *v, bool groups) {
    run r = {.v = v};
    bp_settings settings = bp_settings_default();
    settings.rtol = 1e-12;
    settings.atol = 1e-13;
    const char *ending = groups ? "gdat" : "cdat";
    if (!read_table(v->model, ending, &r.want)) return; // test_time has no .cdat
    if (open_model(&r)) {
        find_species(&r);
        open_view(&r, groups);
        size_t n = (size_t)r.n_species, rows = (size_t)r.want.n_rows;
        r.amounts = must(calloc(n, sizeof *r.amounts));
        r.seed = must(calloc(n, sizeof *r.seed));
        r.saved = must(calloc(n * rows, sizeof *r.saved));
        r.got = must(calloc((size_t)r.n_view * rows, sizeof *r.got));
        CU_ASSERT_EQUAL_FATAL(bp_solver_new(r.model, &settings, &r.solver, NULL),
                              BP_OK);
        simulate_all(&r);
        compare(&r, groups, ending);
    }
    bp_view_free(r.view);
    bp_solver_free(r.solver);
    bp_model_free(r.model);
    free(r.species);
    free(r.amounts);
    free(r.seed);
    free(r.saved);
    free(r.got);
    table_free(&r.want);
}

static bool have_data(void) {
    if (test_shared_data("bng-validate/motor.net")) return true;
    test_skip("the folder bng-validate is not among the shared data");
    return false;
}

static void all_species_follow_bionetgen(void) {
    if (!have_data()) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_against(&cases[i], false);
}

static void all_groups_follow_bionetgen(void) {
    if (!have_data()) return;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        run_against(&cases[i], true);
}

// ---- large networks ----

// Published sizes, and the totals: of 3744 species only 4 kinds of molecules are kept.
static void large_networks_are_read_whole(void) {
    static const struct {
        const char *name;
        int species, reactions, totals;
    } networks[] = {
        {"multistate_no_obs", 9, 18, 3},
        {"multisite2_no_obs", 66, 288, 3},
        {"egfr_net", 356, 3749, 5},
        {"BCR_no_obs", 1122, 24388, 6},
        {"fceri_gamma2_no_obs", 3744, 58276, 4},
    };
    for (size_t i = 0; i < sizeof networks / sizeof *networks; i++) {
        char name[256];
        bp_report report = {0};
        bp_model *model = NULL;
        snprintf(name, sizeof name, "networks/%s.net", networks[i].name);
        const char *path = test_shared_data(name);
        if (!path) {
            test_skip("the folder networks is not among the shared data");
            return;
        }
        bp_status status = bp_model_load(path, NULL, &model, &report);
        CHECK(status == BP_OK, "%s: %s", name,
              report.count > 0 ? report.items[0].message : bp_status_name(status));
        if (model) {
            CU_ASSERT_EQUAL(bp_model_n_states(model), networks[i].species);
            CU_ASSERT_EQUAL(bp_model_n_reactions(model), networks[i].reactions);
            CU_ASSERT_EQUAL(bp_model_n_totals(model), networks[i].totals);
        }
        bp_model_free(model);
        bp_report_clear(&report);
    }
}

// Efgr_tot counts the receptors of every complex: a linear invariant, which BDF keeps
// to rounding, whatever rtol is.
static void egfr_network_keeps_its_receptors(void) {
    const char *path = test_shared_data("networks/egfr_net.net");
    bp_settings settings = bp_settings_default();
    bp_model *model = NULL;
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_stats stats;
    bp_failure failure = {0};
    double values[3] = {NAN, NAN, NAN};
    if (!path) {
        test_skip("the folder networks is not among the shared data");
        return;
    }
    CU_ASSERT_EQUAL_FATAL(bp_model_load(path, NULL, &model, NULL), BP_OK);
    int receptors = bp_model_find(model, "Efgr_tot");
    CU_ASSERT_FATAL(receptors >= 0);
    CU_ASSERT_EQUAL_FATAL(bp_view_new(model, &receptors, 1, &view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_solver_new(model, &settings, &solver, NULL), BP_OK);
    bp_protocol protocol = {.n_times = 3, .times = (const double[]){0, 100, 1000}};
    bp_status status = bp_solver_run(solver, &protocol, view, values, &stats, &failure);
    CHECK(status == BP_OK, "%s", failure.text);
    for (int i = 0; i < 3; i++)
        CHECK_NEAR(values[i], 1.8e5, 1e-10 * 1.8e5);
    bp_view_free(view);
    bp_solver_free(solver);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(large_networks_are_read_whole), TEST(egfr_network_keeps_its_receptors),
    TEST(all_species_follow_bionetgen), TEST(all_groups_follow_bionetgen), TEST_END};

int main(int argc, char **argv) {
    return test_main("bng_validate", tests, argc, argv);
}
