#include "tests/unit/output_sample.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const bp_output observables[] = {
    {"pAKT", "phosphorylated AKT (fraction of total)", "1"},
    {"lapatinib", "lapatinib in the medium", "nM"},
    {"IκBα", "", "nM"},
};

static const bp_output species[] = {
    {"HER2", "HER2 monomer", "nM"},
    {"HER2_HER3", "heterodimer", "nM"},
    {"drug.lapatinib.A", "", "nmol"},
};

static const bp_output parameters[] = {
    {"k_on", "association", "1/(nM*s)"},
    {"drug.dose", "", "nM"},
};

static const char *const arm_names[] = {"untreated", "lapatinib, 200 nM",
                                        "trastuzumab \"T\"", "\xce\xb1-HER2"};

static const bp_mark marks[] = {
    {NULL, 0.0, "EGF 10 nM", 0},
    {"lapatinib, 200 nM", 3600.0, "lapatinib 200 nM", 0},
    {"lapatinib, 200 nM", 7200.0, "washout", 1},
};

static const bp_attribute details[] = {
    {"rtol", "1e-06"}, {"lanes", "4"}, {"empty", ""}};

static bp_coordinate coordinates[2];

static void *take(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) abort();
    return memory;
}

static void fill_columns(sample *made, int n_runs) {
    made->swept = take((size_t)n_runs, sizeof *made->swept);
    made->arms = take((size_t)n_runs, sizeof *made->arms);
    made->settings = take((size_t)n_runs * 2, sizeof *made->settings);
    for (int run = 0; run < n_runs; run++) {
        made->swept[run] = 0.1 * run;
        made->arms[run] = arm_names[run % 4];
        made->settings[2 * run] = 1e-3 / (run + 1);
        made->settings[2 * run + 1] = 0.1 * run;
    }
}

void sample_init(sample *made, int n_runs, int n_times, int n_species) {
    memset(made, 0, sizeof *made);
    made->times = take((size_t)n_times, sizeof *made->times);
    for (int i = 0; i < n_times; i++)
        made->times[i] = 360.0 * i; // 0.1 h
    fill_columns(made, n_runs);
    made->row = take((size_t)n_times * (size_t)(3 + n_species), sizeof *made->row);
    if (bp_bundle_new(&made->bundle) != BP_OK ||
        bp_bundle_add(made->bundle, "demo.yaml", "model: her2\n", 12) != BP_OK ||
        bp_bundle_add(made->bundle, "bypass:models/her2.ant", "model her2()\nend\n",
                      17) != BP_OK)
        abort();

    coordinates[0] = (bp_coordinate){"arm", "", made->arms, NULL};
    coordinates[1] = (bp_coordinate){"lapatinib", "nM", NULL, made->swept};
    made->head = (bp_results_head){
        .title = "NRG1 rescues BT-474 from lapatinib (\xce\xb1)",
        .n_runs = n_runs,
        .n_times = n_times,
        .times = made->times,
        .time_unit = "s",
        .shown_time_unit = "h",
        .shown_time_factor = 1.0 / 3600.0,
        .n_observables = 3,
        .observables = observables,
        .n_species = n_species,
        .species = n_species ? species : NULL,
        .n_coordinates = 2,
        .coordinates = coordinates,
        .n_marks = 3,
        .marks = marks,
        .n_parameters = 2,
        .parameters = parameters,
        .parameter_values = made->settings,
        .figures = "[]\n",
        .model = {.antimony = "model composed()\n  S -> ; k*S\nend\n",
                  .hash = "0123456789abcdef"},
        .command_line = "bypass run demo.yaml",
        .n_provenance = 3,
        .provenance = details,
        .bundle = made->bundle,
    };
}

void sample_clear(sample *made) {
    free(made->times);
    free(made->row);
    free(made->swept);
    free(made->arms);
    free(made->settings);
    bp_bundle_free(made->bundle);
}

bool sample_fails(int run) {
    return run % 7 == 3;
}

double sample_value(int run, int time, int column) {
    return (column + 1) / (1.0 + 0.1 * time) + 0.1 * run; // the same digits everywhere
}

bp_result sample_run(sample *made, int run) {
    int width = made->head.n_observables + made->head.n_species;
    int last = sample_fails(run) ? made->head.n_times / 2 : made->head.n_times;
    for (int t = 0; t < made->head.n_times; t++)
        for (int i = 0; i < width; i++)
            made->row[t * width + i] = t < last ? sample_value(run, t, i) : NAN;
    bp_result result = {.run = run,
                        .status = sample_fails(run) ? BP_TOO_MUCH_WORK : BP_OK,
                        .values = made->row,
                        .failure_time = NAN,
                        .failure = ""};
    result.stats.steps = 100 + run;
    result.stats.events = 3;
    result.stats.attempts = 1;
    result.stats.settle_time = 0.5 * run;
    result.stats.seconds = 0.01;
    if (sample_fails(run)) {
        result.failure_time = 360.0 * last;
        result.failure = "more steps than allowed at 3600 s: raise max_steps";
    }
    return result;
}

bp_status sample_send(sample *made, bp_sink *sink, bp_error *err) {
    bp_status status = sink->begin(sink, &made->head, err);
    for (int run = 0; status == BP_OK && run < made->head.n_runs; run++) {
        bp_result result = sample_run(made, run);
        status = sink->put(sink, &result, err);
    }
    if (status == BP_OK) status = sink->end(sink, BP_OK, err);
    return status;
}
