// Integrates a model with the Bypass library and prints two of its variables.
//
//     cc simulate.c $(pkg-config --cflags --libs bypass) -o simulate
//     ./simulate enzyme.ant
#include <bypass.h>
#include <stdio.h>

enum { N_TIMES = 11 };

static int fail(const char *what, bp_status status) {
    fprintf(stderr, "%s: %s; %s\n", what, bp_status_text(status),
            bp_status_advice(status));
    return 1;
}

// Prints every problem of the model's text, with its position.
static void print_findings(const bp_report *report) {
    for (int i = 0; i < report->count; i++) {
        const bp_finding *f = &report->items[i];
        fprintf(stderr, "%s:%d:%d: %s\n", f->where.file, f->where.line, f->where.column,
                f->message);
    }
}

static void print_rows(const double *times, const double *values) {
    printf("time,S,P\n");
    for (int i = 0; i < N_TIMES; i++)
        printf("%g,%.6f,%.6f\n", times[i], values[2 * i], values[2 * i + 1]);
}

// Runs the compiled model from 0 to 100 and prints its two columns.
static int run(const bp_model *model) {
    int columns[] = {bp_model_find(model, "S"), bp_model_find(model, "P")};
    double times[N_TIMES], values[2 * N_TIMES];
    for (int i = 0; i < N_TIMES; i++)
        times[i] = 10.0 * i;
    bp_protocol protocol = {.n_times = N_TIMES, .times = times};
    bp_settings settings = bp_settings_default();
    bp_solver *solver = NULL;
    bp_view *view = NULL;
    bp_stats stats = {0};
    bp_failure failure = {0};
    bp_status status = bp_view_new(model, columns, 2, &view);
    if (status == BP_OK) status = bp_solver_new(model, &settings, &solver, NULL);
    if (status == BP_OK)
        status = bp_solver_run(solver, &protocol, view, values, &stats, &failure);
    if (status == BP_OK) print_rows(times, values);
    bp_solver_free(solver);
    bp_view_free(view);
    return status == BP_OK ? 0 : fail(failure.text, status);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: simulate MODEL.ant\n");
        return 2;
    }
    bp_report report = {0};
    bp_model *model = NULL;
    bp_status status = bp_model_load(argv[1], NULL, &model, &report);
    print_findings(&report);
    int code = status == BP_OK ? run(model) : fail(argv[1], status);
    bp_model_free(model);
    bp_report_clear(&report);
    return code;
}
