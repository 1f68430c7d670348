// The Jacobian of whole models against differences: a generated medium network with
// volumes, rules and Hill terms, and every model of the built-in library.
#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/support/harness.h"
#include "tests/unit/model_fixture.h"

typedef struct point {
    const bp_model *model;
    bp_work *work;
    int n;
    double t, *y, *low, *high, *jacobian, *column;
} point;

static double *zeros(int n) {
    double *x = calloc((size_t)n + 1, sizeof *x);
    CU_ASSERT_PTR_NOT_NULL_FATAL(x);
    return x;
}

// Column j by central differences of step h into `column`; false when not finite.
static bool difference(point *p, int j, double h, double *column) {
    double kept = p->y[j];
    p->y[j] = kept + h;
    bool finite = bp_model_rates(p->model, p->work, p->t, p->y, p->high) == BP_OK;
    p->y[j] = kept - h;
    finite &= bp_model_rates(p->model, p->work, p->t, p->y, p->low) == BP_OK;
    p->y[j] = kept;
    for (int i = 0; i < p->n; i++)
        column[i] = (p->high[i] - p->low[i]) / (2 * h);
    return finite;
}

// Column j of the sparse Jacobian into p->column.
static void expand(point *p, int j) {
    const bp_pattern *pattern = bp_model_pattern(p->model);
    memset(p->column, 0, sizeof(double) * (size_t)p->n);
    for (int k = pattern->column_start[j]; k < pattern->column_start[j + 1]; k++)
        p->column[pattern->row[k]] = p->jacobian[k];
}

// Compares column j with the best of a series of steps: for each entry the error falls
// as h^2 until rounding (size of the rates times 1e-16 / h) takes over.
static void check_column(point *p, int j, const char *what) {
    double *best = zeros(p->n), *fine = zeros(p->n), *coarse = zeros(p->n);
    double *error = zeros(p->n);
    for (int i = 0; i < p->n; i++)
        error[i] = INFINITY;
    expand(p, j);
    double scale = fmax(fabs(p->y[j]), 1e-3);
    double h = 1e-1 * scale;
    while ((h /= 10) > 1e-7 * scale) {
        if (!difference(p, j, h, coarse) || !difference(p, j, h / 2, fine)) continue;
        for (int i = 0; i < p->n; i++) {
            double value = (4 * fine[i] - coarse[i]) / 3; // Richardson
            double rounding = 4e-16 * (fabs(p->high[i]) + fabs(p->low[i])) / h;
            double doubt = fabs(value - fine[i]) + rounding;
            if (doubt >= error[i]) continue;
            error[i] = doubt;
            best[i] = value;
        }
    }
    for (int i = 0; i < p->n; i++) {
        double allowed = 1e-6 * fabs(p->column[i]) + 10 * error[i] + 1e-12;
        CHECK(fabs(best[i] - p->column[i]) <= allowed * fmax(test_tol_scale(), 0),
              "%s: d(%s)'/d(%s) is %.12g, by differences %.12g +- %.2g", what,
              bp_model_variable(p->model, bp_model_state_variable(p->model, i))->name,
              bp_model_variable(p->model, bp_model_state_variable(p->model, j))->name,
              p->column[i], best[i], error[i]);
    }
    free(best);
    free(fine);
    free(coarse);
    free(error);
}

// At the initial values moved a little, so that no state is at 0 or at a kink.
static void check_model(const bp_model *model, const char *what) {
    point p = {.model = model, .n = bp_model_n_states(model), .t = 0.37};
    CU_ASSERT_EQUAL_FATAL(bp_work_new(model, 1, &p.work), BP_OK);
    p.y = zeros(p.n);
    p.low = zeros(p.n);
    p.high = zeros(p.n);
    p.column = zeros(p.n);
    p.jacobian = zeros(bp_model_pattern(model)->nnz);
    bp_error err = {0};
    CHECK(bp_model_start(model, p.work, 0, NULL, p.y, &err) == BP_OK, "%s: %s", what,
          err.message);
    for (int i = 0; i < p.n; i++)
        p.y[i] += 0.11 + 0.03 * (i % 7) + 0.01 * fabs(p.y[i]);
    bp_model_jacobian(model, p.work, p.t, p.y, p.jacobian);
    // all columns of small models, a spread of those of large ones
    for (int j = 0; j < p.n; j += 1 + p.n / 60)
        check_column(&p, j, what);
    bp_work_free(p.work);
    free(p.y);
    free(p.low);
    free(p.high);
    free(p.column);
    free(p.jacobian);
}

// 30 species in two compartments: binding, Michaelis-Menten and Hill terms, a shared
// rule.
static void medium_network(void) {
    enum { N = 30 };
    builder b = fixture_new();
    fix_compartment(b, "cell", 2.5);
    fix_compartment(b, "outside", 7);
    char name[32];
    const bp_ast *sum[N];
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof name, "s%d", i);
        fix_species(b, name, i % 3 ? "cell" : "outside", 1 + 0.3 * i);
        sum[i] = fix_name(b, name);
    }
    fix_parameter(b, "k", 0.7);
    fix_parameter(b, "n", 2.3);
    fix_parameter(b, "K", 4);
    fix_parameter(b, "total", NAN);
    fix_rule(b, "total", BP_ASSIGNMENT_RULE,
             bp_ast_call(b.spec, BP_OP_ADD, sum, 9, BP_NOWHERE));
    for (int i = 0; i + 2 < N; i++) {
        char a[16], c[16], equation[64], reaction[16];
        snprintf(a, sizeof a, "s%d", i);
        snprintf(c, sizeof c, "s%d", i + 1);
        snprintf(reaction, sizeof reaction, "J%d", i);
        const bp_ast *law;
        if (i % 3 == 0) {
            snprintf(equation, sizeof equation, "%s + %s -> s%d", a, c, i + 2);
            law = fix_product(b, "cell", "k", a, c, NULL);
        } else if (i % 3 == 1) {
            snprintf(equation, sizeof equation, "%s -> %s", a, c);
            const bp_ast *x = fix_op(b, BP_OP_POW, 2, fix_name(b, a), fix_name(b, "n"));
            const bp_ast *y =
                fix_op(b, BP_OP_POW, 2, fix_name(b, "K"), fix_name(b, "n"));
            law = fix_op(b, BP_OP_DIV, 2, x, fix_op(b, BP_OP_ADD, 2, y, x));
        } else {
            snprintf(equation, sizeof equation, "%s -> 2 %s", a, c);
            const bp_ast *below =
                fix_op(b, BP_OP_ADD, 2, fix_name(b, "K"), fix_name(b, "total"));
            law = fix_op(b, BP_OP_DIV, 2, fix_product(b, "k", a, NULL), below);
        }
        fix_reaction(b, reaction, equation, law);
    }
    bp_model *model = fix_compile(b);
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    check_model(model, "medium network");
    bp_model_free(model);
}

static void check_file(const char *path) {
    bp_model *model = NULL;
    bp_report report = {0};
    bp_status status = bp_model_load(path, NULL, &model, &report);
    // modules with ports are no models of their own; other tests say what they must be
    if (status == BP_OK)
        check_model(model, path);
    else
        printf("  %s: not a model of its own (%s)\n", path, bp_status_name(status));
    bp_model_free(model);
    bp_report_clear(&report);
}

// All .ant files below a folder; returns how many there are.
static int check_folder(const char *folder) {
    DIR *dir = opendir(folder);
    if (!dir) return 0;
    int n = 0;
    for (const struct dirent *item; (item = readdir(dir));) {
        char path[4096];
        struct stat facts;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        size_t length = strlen(item->d_name);
        if (item->d_name[0] == '.' || stat(path, &facts) != 0) continue;
        if (S_ISDIR(facts.st_mode)) {
            n += check_folder(path);
        } else if (length > 4 && strcmp(item->d_name + length - 4, ".ant") == 0) {
            check_file(path);
            n++;
        }
    }
    closedir(dir);
    return n;
}

static void every_model_of_the_library(void) {
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", test_file("../model/library"));
    if (check_folder(folder) == 0) test_skip("the library holds no models yet");
}

static const test_case tests[] = {
    TEST(medium_network),
    TEST(every_model_of_the_library),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("jacobian_models", tests, argc, argv);
}
