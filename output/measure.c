#include "output/measure.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/antimony.h"
#include "model/evaluate.h"

enum { MOST_POINTS = 256 };

typedef struct measuring {
    const bp_results *results;
    int member;
} measuring;

// One run's samples of one observable.
typedef struct series {
    const double *values; // of the first sample
    int stride;
} series;

// ---- which run, which observable ----

static const bp_coordinate *find_coordinate(const bp_results_head *head,
                                            const char *name) {
    for (int c = 0; c < head->n_coordinates; c++)
        if (!strcmp(head->coordinates[c].name, name)) return &head->coordinates[c];
    return NULL;
}

// The swept concentration: the first number among the coordinates that is no member.
static const bp_coordinate *find_dose(const bp_results_head *head) {
    for (int c = 0; c < head->n_coordinates; c++)
        if (head->coordinates[c].values &&
            strcmp(head->coordinates[c].name, "member") != 0)
            return &head->coordinates[c];
    return NULL;
}

static bool is_of(const measuring *m, int run, const char *arm, size_t length) {
    const bp_results_head *head = &m->results->head;
    const bp_coordinate *arms = find_coordinate(head, "arm");
    const bp_coordinate *members = find_coordinate(head, "member");
    if (members && m->member >= 0 && (int)members->values[run] != m->member)
        return false;
    if (!arms) return length == 0;
    const char *label = arms->labels[run];
    return length == 0 || (strlen(label) == length && !memcmp(label, arm, length));
}

static int find_run(const measuring *m, const char *arm, size_t length) {
    for (int run = 0; run < m->results->head.n_runs; run++)
        if (is_of(m, run, arm, length)) return run;
    return -1;
}

static int find_observable(const bp_results_head *head, const char *name) {
    for (int i = 0; i < head->n_observables; i++)
        if (!strcmp(head->observables[i].name, name)) return i;
    return -1;
}

// "lapatinib.pAKT": both names may hold dots. `length` of the arm's name, 0: none.
static bp_status resolve(const measuring *m, const bp_ast *ast, size_t *length,
                         int *observable, bp_error *err) {
    const bp_results_head *head = &m->results->head;
    const char *name = ast->op == BP_OP_NAME ? ast->name : "";
    *length = 0;
    *observable = find_observable(head, name);
    if (*observable >= 0) return BP_OK;
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.')) {
        *length = (size_t)(dot - name);
        *observable = find_observable(head, dot + 1);
        if (*observable >= 0 && find_run(m, name, *length) >= 0) return BP_OK;
    }
    return bp_error_at(err, BP_UNKNOWN_NAME, ast->where,
                       "'%s' is no ARM.OBSERVABLE of this scenario", name);
}

static bp_status take(const measuring *m, int run, int observable, bp_where where,
                      series *out, bp_error *err) {
    const bp_results_head *head = &m->results->head;
    size_t first = (size_t)(run < 0 ? 0 : run) * (size_t)head->n_times;
    const double *values = m->results->values + first * (size_t)head->n_observables;
    *out = (series){values + observable, head->n_observables};
    if (run < 0)
        return bp_error_at(err, BP_UNKNOWN_NAME, where, "no run has member %d",
                           m->member);
    if (m->results->status[run] == BP_OK) return BP_OK;
    return bp_error_at(err, m->results->status[run], where, "run %d failed: %s", run,
                       m->results->failure[run]);
}

// ---- over time ----

static double shown_time(const bp_results_head *head, int k) {
    return head->times[k] * head->shown_time_factor;
}

static bp_status value_at(const measuring *m, const series *s, double time,
                          bp_where where, double *out, bp_error *err) {
    const bp_results_head *head = &m->results->head;
    double slack = 1e-9 * (fabs(time) + 1);
    for (int k = 0; k < head->n_times; k++) {
        double t = shown_time(head, k);
        *out = s->values[(size_t)k * s->stride];
        if (fabs(t - time) <= slack) return BP_OK;
        if (t < time || k == 0) continue;
        double before = shown_time(head, k - 1);
        double share = (time - before) / (t - before);
        *out = (1 - share) * s->values[(size_t)(k - 1) * s->stride] + share * *out;
        return BP_OK;
    }
    return bp_error_at(err, BP_BAD_VALUE, where, "the run has no time %g", time);
}

// Over the samples within [from, to].
static double fold_samples(const measuring *m, const series *s, char kind, double from,
                           double to) {
    const bp_results_head *head = &m->results->head;
    double total = 0, most = -INFINITY, least = INFINITY;
    int n = 0;
    for (int k = 0; k < head->n_times; k++) {
        double t = shown_time(head, k), v = s->values[(size_t)k * s->stride];
        if (t < from - 1e-9 || t > to + 1e-9) continue;
        total += v;
        most = v > most ? v : most;
        least = v < least ? v : least;
        n++;
    }
    if (n == 0) return NAN;
    return kind == 'h' ? most : kind == 'l' ? least : total / n;
}

// ---- over doses ----

typedef struct dose_points {
    double dose[MOST_POINTS], value[MOST_POINTS];
    int n;
} dose_points;

// Values at the end of the arm's runs, in order of dose.
static bp_status take_doses(const measuring *m, const bp_ast *ast, dose_points *out,
                            bp_error *err) {
    const bp_results_head *head = &m->results->head;
    const bp_coordinate *dose = find_dose(head);
    size_t length = 0;
    int observable = 0;
    out->n = 0;
    BP_TRY(resolve(m, ast, &length, &observable, err));
    if (!dose)
        return bp_error_at(err, BP_BAD_VALUE, ast->where, "nothing is swept here");
    for (int run = 0; run < head->n_runs; run++) {
        series s = {0};
        if (!is_of(m, run, ast->name, length)) continue;
        if (out->n == MOST_POINTS)
            return bp_error_at(err, BP_BAD_VALUE, ast->where,
                               "a dose response holds %d doses at most", MOST_POINTS);
        BP_TRY(take(m, run, observable, ast->where, &s, err));
        double d = dose->values[run];
        int i = out->n++;
        for (; i > 0 && out->dose[i - 1] > d; i--) {
            out->dose[i] = out->dose[i - 1];
            out->value[i] = out->value[i - 1];
        }
        out->dose[i] = d;
        out->value[i] = s.values[(size_t)(head->n_times - 1) * s.stride];
    }
    if (out->n == 0) return take(m, -1, observable, ast->where, &(series){0}, err);
    return BP_OK;
}

// Where the value crosses `level` from above, linear in log dose.
static double crossing(const dose_points *p, double level) {
    for (int i = 1; i < p->n; i++) {
        if (p->value[i] > level) continue;
        double low = p->dose[i - 1] > 0 ? p->dose[i - 1] : p->dose[i] / 10;
        double share = (p->value[i - 1] - level) / (p->value[i - 1] - p->value[i]);
        return low * pow(p->dose[i] / low, share);
    }
    return p->dose[p->n - 1];
}

// ---- functions ----

static bp_status call(void *data, const bp_ast *ast, double *out, bp_error *err);
static bp_status bare_name(void *data, const bp_ast *ast, double *out, bp_error *err) {
    (void)data;
    *out = NAN;
    return bp_error_at(err, BP_UNKNOWN_NAME, ast->where,
                       "'%s' needs a time, as in value(%s, 1)", ast->name, ast->name);
}

static bp_status number(const measuring *m, const bp_ast *ast, double *out,
                        bp_error *err) {
    bp_evaluation evaluation = {(void *)m, bare_name, call};
    return bp_ast_evaluate(ast, &evaluation, out, err);
}

static bp_status over_time(const measuring *m, const bp_ast *ast, double *out,
                           bp_error *err) {
    size_t length = 0;
    int observable = 0;
    double from = 0, to = 0;
    series s = {0};
    BP_TRY(resolve(m, ast->args[0], &length, &observable, err));
    int run = find_run(m, ast->args[0]->name, length);
    BP_TRY(take(m, run, observable, ast->where, &s, err));
    BP_TRY(number(m, ast->args[1], &from, err));
    if (ast->n_args == 2) return value_at(m, &s, from, ast->where, out, err);
    BP_TRY(number(m, ast->args[2], &to, err));
    char kind = !strcmp(ast->name, "most")    ? 'h'
                : !strcmp(ast->name, "least") ? 'l'
                                              : 'm';
    *out = fold_samples(m, &s, kind, from, to);
    return BP_OK;
}

static bp_status over_doses(const measuring *m, const bp_ast *ast, double *out,
                            bp_error *err) {
    dose_points p = {.n = 0};
    BP_TRY(take_doses(m, ast->args[0], &p, err));
    double first = p.value[0], last = p.value[p.n - 1];
    if (!strcmp(ast->name, "low"))
        *out = first;
    else if (!strcmp(ast->name, "high"))
        *out = last;
    else if (ast->name[0] == 'g' && !(first > 1)) // they do not grow without it
        *out = NAN;
    else // cells start at 1: growth is what is above it
        *out = crossing(&p, ast->name[0] == 'g' ? 1 + (first - 1) / 2 : first / 2);
    return BP_OK;
}

// Mean ranks, equal values sharing theirs.
static void rank(const double *x, int n, double *out) {
    for (int i = 0; i < n; i++) {
        int below = 0, equal = 0;
        for (int j = 0; j < n; j++) {
            below += x[j] < x[i];
            equal += x[j] == x[i];
        }
        out[i] = below + (equal + 1) / 2.0;
    }
}

static double correlation(const double *x, const double *y, int n) {
    double mx = 0, my = 0, xy = 0, xx = 0, yy = 0;
    for (int i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (int i = 0; i < n; i++) {
        xy += (x[i] - mx) * (y[i] - my);
        xx += (x[i] - mx) * (x[i] - mx);
        yy += (y[i] - my) * (y[i] - my);
    }
    return xy / sqrt(xx * yy);
}

static bp_status spearman(const measuring *m, const bp_ast *ast, double *out,
                          bp_error *err) {
    double x[2][MOST_POINTS] = {{0}}, ranks[2][MOST_POINTS];
    int n = ast->n_args / 2;
    if (n < 3 || n > MOST_POINTS || ast->n_args % 2)
        return bp_error_at(err, BP_BAD_VALUE, ast->where,
                           "spearman takes pairs of values, three or more");
    for (int i = 0; i < 2 * n; i++)
        BP_TRY(number(m, ast->args[i], &x[i % 2][i / 2], err));
    rank(x[0], n, ranks[0]);
    rank(x[1], n, ranks[1]);
    *out = correlation(ranks[0], ranks[1], n);
    return BP_OK;
}

static const struct measure_function {
    const char *name;
    int n_args; // 0: any
    bp_status (*run)(const measuring *m, const bp_ast *ast, double *out, bp_error *err);
} functions[] = {
    {"value", 2, over_time}, {"most", 3, over_time},  {"least", 3, over_time},
    {"mean", 3, over_time},  {"gi50", 1, over_doses}, {"ic50", 1, over_doses},
    {"low", 1, over_doses},  {"high", 1, over_doses}, {"spearman", 0, spearman}};
enum { N_FUNCTIONS = sizeof functions / sizeof *functions };

static bp_status call(void *data, const bp_ast *ast, double *out, bp_error *err) {
    const char *names[N_FUNCTIONS];
    for (int i = 0; i < N_FUNCTIONS; i++) {
        const struct measure_function *f = &functions[i];
        names[i] = f->name;
        if (strcmp(f->name, ast->name) != 0) continue;
        if (f->n_args == 0 || f->n_args == ast->n_args)
            return f->run(data, ast, out, err);
        return bp_error_at(err, BP_BAD_VALUE, ast->where, "%s takes %d arguments",
                           f->name, f->n_args);
    }
    const char *near = bp_text_nearest(ast->name, names, N_FUNCTIONS);
    return bp_error_at(
        err, BP_UNKNOWN_NAME, ast->where, "there is no function '%s'%s%s%s", ast->name,
        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

bp_status bp_measure(const bp_results *results, int member, const char *expression,
                     bp_where where, double *out, bp_error *err) {
    measuring m = {results, member};
    bp_spec *spec = NULL; // only for the expression's memory
    const bp_ast *ast = NULL;
    *out = NAN;
    bp_status status = bp_spec_new(&spec);
    if (status != BP_OK) return bp_error_no_memory(err);
    status = bp_antimony_expression(spec, expression, where, &ast, err);
    if (status == BP_OK) status = number(&m, ast, out, err);
    bp_spec_free(spec);
    return status;
}
