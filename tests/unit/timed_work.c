// What depends on time and parameters alone is computed when one of them changes:
// nobody can tell, whatever is asked for in whatever order.
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "model/model.h"
#include "tests/unit/antimony_test.h"

enum { MOST_LANES = 8, MOST_VALUES = 16 };

// Inputs of time: smooth, by pieces, with parameters that an event changes, through a
// rule, beside a comparison that is foreseen, and one that tells 0 from -0.
static const char text[] =
    "model *m()\n"
    " compartment c = 1;\n"
    " species A in c = 1, B in c = 2;\n"
    " const k = 0.5, L = 1.5;\n"
    " var w = 3;\n"
    " u := L*exp(-w*time) + piecewise(k, time < 2*L, sin(w*time)^2);\n"
    " on: A -> B; c*u*A;\n"
    " off: B -> A; c*k*B*(1 + cos(time)/(1 + w)) + c*u*u*(2 + arctan(1/time));\n"
    " faster: at (time > 1): w = 2*w;\n"
    "end\n";

static bp_model *compile(const char *of) {
    bp_spec *spec = spec_of(of);
    bp_model *model = NULL;
    bp_report report = {0};
    bp_status status = bp_model_compile(spec, NULL, &model, &report);
    CHECK(status == BP_OK, "%s", report.count > 0 ? report.items[0].message : "");
    CU_ASSERT_PTR_NOT_NULL_FATAL(model);
    bp_report_clear(&report);
    bp_spec_free(spec);
    return model;
}

// ---- questions to a work, and to one that has never been asked ----

typedef enum question { RATES, JACOBIAN, VALUES, SWITCHES, QUESTIONS } question;

typedef struct fixture {
    bp_model *model;
    bp_work *work;
    bp_view *view;
    int n_lanes;
    double t;
    double y[2 * MOST_LANES];
} fixture;

static int answer(const fixture *f, bp_work *work, question about, double *values) {
    const int n = f->n_lanes;
    switch (about) {
    case RATES:
        CU_ASSERT_EQUAL(bp_model_rates(f->model, work, f->t, f->y, values), BP_OK);
        return 2 * n;
    case JACOBIAN:
        bp_model_jacobian(f->model, work, f->t, f->y, values);
        return bp_model_pattern(f->model)->nnz * n;
    case VALUES:
        bp_view_values(f->view, work, f->t, f->y, values);
        return bp_view_count(f->view) * n;
    default: // moves the work to other times
        for (int s = 0; s < bp_model_n_switches(f->model); s++)
            values[s] = bp_model_switch_time(f->model, work, s);
        return bp_model_n_switches(f->model);
    }
}

static void compare(const fixture *f, question about) {
    double values[MOST_VALUES * MOST_LANES] = {0};
    double expected[MOST_VALUES * MOST_LANES] = {0};
    bp_work *fresh = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_work_new(f->model, f->n_lanes, &fresh), BP_OK);
    size_t n_p = (size_t)bp_model_n_parameters(f->model) * (size_t)f->n_lanes;
    memcpy(bp_work_parameters(fresh), bp_work_parameters(f->work),
           n_p * sizeof *values);
    bp_work_refresh(fresh);
    int n = answer(f, f->work, about, values);
    CU_ASSERT_EQUAL(answer(f, fresh, about, expected), n);
    for (int i = 0; i < n; i++)
        CHECK(memcmp(&values[i], &expected[i], sizeof *values) == 0,
              "question %d at t = %g, value %d: %.17g, not %.17g", (int)about, f->t, i,
              values[i], expected[i]);
    bp_work_free(fresh);
}

static fixture setup(int n_lanes) {
    fixture f = {.model = compile(text), .n_lanes = n_lanes};
    int all[MOST_VALUES], n = bp_model_n_variables(f.model);
    CU_ASSERT_FATAL(n <= MOST_VALUES && bp_model_n_states(f.model) == 2);
    for (int v = 0; v < n; v++)
        all[v] = v;
    CU_ASSERT_EQUAL_FATAL(bp_view_new(f.model, all, n, &f.view), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_work_new(f.model, n_lanes, &f.work), BP_OK);
    CU_ASSERT_EQUAL_FATAL(bp_model_start(f.model, f.work, 0, NULL, f.y, NULL), BP_OK);
    return f;
}

static void clear(fixture *f) {
    bp_view_free(f->view);
    bp_work_free(f->work);
    bp_model_free(f->model);
}

// ---- laws ----

static unsigned next(unsigned *seed) {
    *seed = *seed * 1664525u + 1013904223u; // Numerical Recipes
    return *seed >> 12;
}

// One change: of time (back and forth, to zeros of both signs), of the state, of one
// lane's parameter, or by an event, at the time where the work is.
static void change(fixture *f, unsigned *seed) {
    static const double times[] = {0, -0.0, 0.5, 1, 2.9999999999999996, 3, 3.5, -1};
    unsigned kind = next(seed) % 5;
    if (kind <= 1) {
        f->t = times[next(seed) % 8];
    } else if (kind == 2) {
        f->y[next(seed) % (unsigned)(2 * f->n_lanes)] = 0.25 * (next(seed) % 9);
    } else if (kind == 3) {
        unsigned n = (unsigned)(bp_model_n_parameters(f->model) * f->n_lanes);
        bp_work_parameters(f->work)[next(seed) % n] = 0.5 + 0.125 * (next(seed) % 9);
        bp_work_refresh(f->work);
    } else {
        double values[MOST_LANES];
        bp_model_event_values(f->model, f->work, 0, f->t, f->y, values);
        for (int l = 0; l < f->n_lanes; l++)
            values[l] = fmod(values[l], 7);
        bp_model_event_apply(f->model, f->work, 0, f->t, values, f->y);
    }
}

static void nobody_can_tell(void) {
    static const int widths[] = {1, 3, 4, 8};
    for (int w = 0; w < 4; w++) {
        fixture f = setup(widths[w]);
        unsigned seed = 7;
        for (int i = 0; i < 400; i++) {
            if (next(&seed) % 3 > 0) change(&f, &seed);
            compare(&f, (question)(next(&seed) % QUESTIONS));
        }
        clear(&f);
    }
}

// Against the formulas, at one time with one parameter after the other, and back.
static void rates_follow_time_and_parameters(void) {
    fixture f = setup(1);
    int w_at = -1;
    for (int p = 0; p < bp_model_n_parameters(f.model); p++)
        if (bp_work_parameters(f.work)[p] == 3) w_at = p;
    CU_ASSERT_FATAL(w_at >= 0);
    static const double times[] = {0.5, 0.5, 4, 4, 0.5};
    for (int i = 0; i < 10; i++) {
        double t = times[i / 2], w = i % 2 ? 5 : 3, dydt[2];
        bp_work_parameters(f.work)[w_at] = w;
        bp_work_refresh(f.work);
        CU_ASSERT_EQUAL(bp_model_rates(f.model, f.work, t, f.y, dydt), BP_OK);
        double u = 1.5 * exp(-w * t) + (t < 3 ? 0.5 : pow(sin(w * t), 2));
        double off = 0.5 * f.y[1] * (1 + cos(t) / (1 + w)) + u * u * (2 + atan(1 / t));
        CHECK_NEAR(dydt[0], off - u * f.y[0], 1e-14);
    }
    clear(&f);
}

// That there is something to be told: functions of time are not in the tape of rates.
static void functions_of_time_are_not_in_the_rates(void) {
    bp_model *model = compile(text);
    bp_text printed = {0};
    bp_model_print_tape(model, &printed);
    const char *timed = strstr(bp_text_get(&printed), "# once per time"),
               *rates = timed ? strstr(timed, "# rates") : NULL;
    CU_ASSERT_PTR_NOT_NULL_FATAL(timed);
    CU_ASSERT_PTR_NOT_NULL_FATAL(rates);
    static const char *const functions[] = {"  exp  x 1\n", "  sin  x 1\n",
                                            "  cos  x 1\n", "  select  x 1\n"};
    for (int i = 0; i < 4; i++) {
        const char *at = strstr(timed, functions[i]);
        CHECK(at && at < rates, "%s is computed once per time", functions[i]);
        CHECK(!strstr(rates, functions[i]), "%s is not in the rates", functions[i]);
    }
    bp_text_clear(&printed);
    bp_model_free(model);
}

static const test_case tests[] = {
    TEST(nobody_can_tell),
    TEST(rates_follow_time_and_parameters),
    TEST(functions_of_time_are_not_in_the_rates),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("timed_work", tests, argc, argv);
}
