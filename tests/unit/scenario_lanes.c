// Batches in groups of lanes: the same for any number of threads, as good as runs one
// by one, and exactly these where a group cannot be or fails.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/isa.h"
#include "base/text.h"
#include "scenarios/internal.h"
#include "tests/unit/scenario_test.h"

// 2 x 3 x 5 points: groups straddle arms and settle groups, and the last one is short.
#define SWEEP(run)                                                                     \
    "model: small.ant\nbefore: steady state\nmedium: {EGF: 0.1 nM}\n"                  \
    "arms:\n  a: {EGF: {dose: 1 nM, at: 20 min}}\n"                                    \
    "  b: {EGF: {dose: 2 nM, at: 20 min}}\n"                                           \
    "sweep:\n  PTEN_level: {list: [0.1, 1, 3]}\n"                                      \
    "  lapatinib: {log: [1 nM, 1 uM], points: 5}\n"                                    \
    "run: {until: 1 h, points: 31" run "}\nsave: species\n"

typedef struct outcome {
    loaded loaded;
    bp_sink *sink;
    const bp_results *results; // NULL: the batch did not end well
    bp_batch_summary summary;
} outcome;

static outcome run_file(const char *yaml, const char *file, const char *text, int lanes,
                        int threads) {
    outcome o = {.loaded = load_with(yaml, file, text)};
    bp_batch_options options = {.threads = threads};
    bp_error err = {0};
    if (!o.loaded.scenario || bp_memory_sink_new(&o.sink) != BP_OK) return o;
    bp_scenario_settings(o.loaded.scenario)->lanes = lanes;
    bp_status status =
        bp_batch_run(o.loaded.scenario, &options, o.sink, &o.summary, &err);
    CHECK(status == BP_OK, "%s: %s", bp_status_name(status), err.message);
    if (status == BP_OK) o.results = bp_memory_sink_results(o.sink);
    return o;
}

static void end(outcome *o) {
    if (o->sink) o->sink->free(o->sink);
    unload(&o->loaded);
}

static size_t values_of_a_run(const bp_results *r) {
    return (size_t)r->head.n_times * (size_t)r->head.n_observables;
}

static bool same_run(const bp_results *a, const bp_results *b, int run) {
    size_t n = values_of_a_run(a);
    return a->status[run] == b->status[run] &&
           memcmp(a->values + (size_t)run * n, b->values + (size_t)run * n,
                  n * sizeof *a->values) == 0;
}

static int count_same(const outcome *a, const outcome *b) {
    int same = 0;
    if (!a->results || !b->results) return -1;
    CU_ASSERT_EQUAL_FATAL(a->results->head.n_runs, b->results->head.n_runs);
    for (int run = 0; run < a->results->head.n_runs; run++)
        same += same_run(a->results, b->results, run);
    return same;
}

// The largest difference of two batches, relative to the largest value of each
// observable.
static double largest_difference(const bp_results *a, const bp_results *b) {
    int n = a->head.n_observables;
    size_t rows = (size_t)a->head.n_runs * (size_t)a->head.n_times;
    double most = 0.0;
    for (int i = 0; i < n; i++) {
        double size = 1e-3, difference = 0.0;
        for (size_t row = 0; row < rows; row++) {
            double x = a->values[row * (size_t)n + (size_t)i];
            double d = fabs(x - b->values[row * (size_t)n + (size_t)i]);
            size = fmax(size, fabs(x));
            difference = d > difference || isnan(d) ? d : difference;
        }
        if (!(difference / size <= most)) most = difference / size;
    }
    return most;
}

static void results_do_not_depend_on_the_number_of_threads(void) {
    static const int lanes[] = {BP_LANES_4, BP_LANES_8}, threads[] = {2, 4, 7};
    for (int l = 0; l < 2; l++) {
        outcome first = run_file(SWEEP(""), NULL, NULL, lanes[l], 1);
        CU_ASSERT_EQUAL(bp_scenario_lanes(first.loaded.scenario), l == 0 ? 4 : 8);
        CU_ASSERT_EQUAL(first.summary.done, 30);
        CHECK(first.summary.failed == 0, "%s", first.summary.first_failure);
        for (int t = 0; t < 3; t++) {
            outcome other = run_file(SWEEP(""), NULL, NULL, lanes[l], threads[t]);
            CHECK(count_same(&first, &other) == 30, "%d threads differ", threads[t]);
            CU_ASSERT_EQUAL(first.summary.stats.steps, other.summary.stats.steps);
            end(&other);
        }
        end(&first);
    }
}

static void results_do_not_depend_on_the_processor(void) {
    bp_isa best = bp_isa_used();
    CU_ASSERT_TRUE_FATAL(bp_isa_use(BP_ISA_BASELINE));
    outcome first = run_file(SWEEP(""), NULL, NULL, BP_LANES_8, 2);
    int compared = 0;
    for (int isa = BP_ISA_BASELINE + 1; isa < BP_ISA_COUNT; isa++) {
        if (!bp_isa_use((bp_isa)isa)) continue;
        outcome other = run_file(SWEEP(""), NULL, NULL, BP_LANES_8, 2);
        CHECK(count_same(&first, &other) == 30, "%s differs", bp_isa_text((bp_isa)isa));
        end(&other);
        compared++;
    }
    end(&first);
    CU_ASSERT_TRUE(bp_isa_use(best));
    if (compared == 0) test_skip("this processor or this build has one copy only");
}

// Clocks change nothing, and know all parts of groups and of runs done alone.
static void lanes_can_be_profiled(void) {
    for (int lanes = BP_LANES_1; lanes <= BP_LANES_8; lanes++) {
        outcome plain = run_file(SWEEP(""), NULL, NULL, lanes, 2);
        outcome o = {.loaded = load_with(SWEEP(""), NULL, NULL)};
        bp_batch_options options = {.threads = 2, .profile = true};
        bp_error err = {0};
        CU_ASSERT_PTR_NOT_NULL_FATAL(o.loaded.scenario);
        CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&o.sink), BP_OK);
        bp_scenario_settings(o.loaded.scenario)->lanes = lanes;
        CU_ASSERT_EQUAL_FATAL(
            bp_batch_run(o.loaded.scenario, &options, o.sink, &o.summary, &err), BP_OK);
        o.results = bp_memory_sink_results(o.sink);
        CU_ASSERT_EQUAL(count_same(&plain, &o), 30);
        for (int part = 0; part < BP_PROFILE_COUNT; part++)
            CHECK(o.summary.profile.seconds[part] > 0, "%d lanes: no time in %s", lanes,
                  bp_profile_name((bp_profile_part)part));
        end(&o);
        end(&plain);
    }
}

static void groups_are_as_good_as_runs_one_by_one(void) {
    outcome exact =
        run_file(SWEEP(", rtol: 1e-11, atol: 1e-14"), NULL, NULL, BP_LANES_1, 2);
    outcome alone = run_file(SWEEP(""), NULL, NULL, BP_LANES_1, 2);
    if (!exact.results || !alone.results) return;
    double own = largest_difference(exact.results, alone.results);
    for (int lanes = BP_LANES_4; lanes <= BP_LANES_8; lanes++) {
        outcome group = run_file(SWEEP(""), NULL, NULL, lanes, 2);
        CU_ASSERT_EQUAL(count_same(&alone, &group), 0); // other steps, all of them
        if (group.results) {
            double error = largest_difference(exact.results, group.results);
            CHECK(error <= 3.0 * own, "groups are %.3g off, single runs %.3g", error,
                  own);
            CU_ASSERT_EQUAL(group.results->stats[0].steps,
                            group.results->stats[3].steps);
            CU_ASSERT_EQUAL(group.results->stats[0].events,
                            alone.results->stats[0].events);
        }
        end(&group);
    }
    end(&alone);
    end(&exact);
}

// Bit by bit what lanes = 1 gives.
static void expect_all_alone(const char *yaml, const char *file, const char *text,
                             int n_runs) {
    outcome alone = run_file(yaml, file, text, BP_LANES_1, 1);
    outcome group = run_file(yaml, file, text, BP_LANES_4, 2);
    CHECK(count_same(&alone, &group) == n_runs, "%d of %d", count_same(&alone, &group),
          n_runs);
    CU_ASSERT_EQUAL(alone.summary.stats.steps, group.summary.stats.steps);
    end(&alone);
    end(&group);
}

static void what_depends_on_the_state_is_run_alone(void) {
    expect_all_alone("model: ./turns.ant\nsweep: {k: {linear: [1, 2], points: 9}}\n"
                     "run: {until: 2, points: 5}\nobserve: [x]\n",
                     "turns.ant",
                     "model turns()\n  k = 1; var x = 1;\n  x' = -k*x;\n"
                     "  at x < 0.5: x = 1;\nend\n",
                     9);
}

#define DOSED                                                                          \
    "model dosed()\n  k = 1; T = 1; var x = 1;\n  x' = -k*x;\n"                        \
    "  at time >= T: x = x + 1;\nend\n"
#define OFTEN                                                                          \
    "model dosed()\n  k = 1; T = 1; var x = 1;\n  x' = -k*x;\n"                        \
    "  at time >= T: x = x + 1;\n  at time >= T + 0.05: x = x + 1;\n"                  \
    "  at time >= T + 0.1: x = x + 1;\n  at time >= T + 0.15: x = x + 1;\n"            \
    "  at time >= T + 0.2: x = x + 1;\n  at time >= T + 0.25: x = x + 1;\nend\n"

// Six each are too many to stop for.
static void other_times_of_many_doses_are_run_alone(void) {
    expect_all_alone("model: ./dosed.ant\nsweep: {T: {linear: [0.5, 1.5], points: 9}}\n"
                     "run: {until: 2, points: 5}\nobserve: [x]\n",
                     "dosed.ant", OFTEN, 9);
}

// Groups of one time share their steps, the group between does not.
static void each_group_is_judged_by_itself(void) {
    static const char yaml[] = "model: ./dosed.ant\n"
                               "sweep: {T: {list: [0.5, 0.5, 0.5, 0.5, 0.1, 0.2, 0.3, "
                               "0.4, 1.5, 1.5, 1.5, 1.5]}}\n"
                               "run: {until: 2, points: 5}\nobserve: [x]\n";
    outcome alone = run_file(yaml, "dosed.ant", OFTEN, BP_LANES_1, 1);
    outcome group = run_file(yaml, "dosed.ant", OFTEN, BP_LANES_4, 1);
    if (alone.results && group.results)
        for (int run = 0; run < 12; run++)
            CHECK(same_run(alone.results, group.results, run) == (run / 4 == 1),
                  "run %d", run);
    end(&alone);
    end(&group);
}

// The logarithm of something negative, in one lane of the second group.
static void a_failing_lane_does_not_harm_the_others(void) {
    static const char yaml[] =
        "model: ./fails.ant\nsweep: {c: {list: [1, 2, 3, 4, 1, -1, 2, 3, 5]}}\n"
        "run: {until: 2, points: 3}\nobserve: [x]\n";
    static const char model[] = "model fails()\n  const c = 1; var x = 1;\n"
                                "  x' = 1e-9*ln(c*x) - x;\nend\n";
    outcome alone = run_file(yaml, "fails.ant", model, BP_LANES_1, 1);
    outcome group = run_file(yaml, "fails.ant", model, BP_LANES_4, 2);
    CU_ASSERT_EQUAL(group.summary.done, 9);
    CU_ASSERT_EQUAL(group.summary.failed, 1);
    if (alone.results && group.results) {
        for (int run = 0; run < 9; run++) {
            CHECK((group.results->status[run] == BP_OK) == (run != 5), "run %d: %s",
                  run, bp_status_name((bp_status)group.results->status[run]));
            if (run >= 4) // alone again, and the last for itself
                CHECK(same_run(alone.results, group.results, run), "run %d", run);
            if (run != 5)
                CHECK_NEAR(value_of(group.results, run, 2, "x"), exp(-2), 1e-4);
        }
        CHECK_TEXT(group.results->failure[5], alone.results->failure[5]);
        CU_ASSERT(group.results->stats[5].attempts > 1); // the ladder was climbed
    }
    end(&alone);
    end(&group);
}

static void what_does_not_come_to_rest_fails_alone(void) {
    static const char yaml[] =
        "model: ./grows.ant\nbefore: steady state\nrun: {until: 1, points: 2}\n"
        "sweep: {k: {list: [0, 0.1, 0, 1, 0, 0, 0, 0]}}\n";
    static const char model[] =
        "model grows()\n  compartment c = 1; species x in c = 1;\n"
        "  k = 1;\n  -> x; k + k*x;\n  x -> ; 0*x;\nend\n";
    outcome o = run_file(yaml, "grows.ant", model, BP_LANES_4, 3);
    CU_ASSERT_EQUAL(o.summary.done, 8);
    CU_ASSERT_EQUAL(o.summary.failed, 2);
    if (o.results)
        for (int run = 0; run < 8; run++)
            CHECK((o.results->status[run] == BP_OK) == (run != 1 && run != 3), "run %d",
                  run);
    end(&o);
}

// A file beside the scenarios of the tests.
static void add_beside(bp_bundle *bundle, const char *name, const char *text) {
    char path[1024];
    snprintf(path, sizeof path, "diagnostics/scenarios/%s", name);
    CU_ASSERT_EQUAL(bp_bundle_add(bundle, test_file(path), text, strlen(text)), BP_OK);
}

static void members_of_an_ensemble_share_steps(void) {
    static const char yaml[] = "model: ./dosed.ant\nensemble: {file: ./sets.csv}\n"
                               "run: {until: 2, points: 3}\nobserve: [x]\n";
    loaded l = {0};
    CU_ASSERT_EQUAL_FATAL(bp_bundle_new(&l.bundle), BP_OK);
    static const char sets[] = "member,k\n0,1\n1,1.1\n2,0.9\n3,1.2\n4,0.8\n5,1\n";
    add_beside(l.bundle, "dosed.ant", DOSED);
    add_beside(l.bundle, "sets.csv", sets);
    add_beside(l.bundle, "ensemble.yaml", yaml);
    char base[1024];
    snprintf(base, sizeof base, "%s", test_file("diagnostics/scenarios/ensemble.yaml"));
    l.status = bp_scenario_load(base, l.bundle, &l.scenario, &l.report);
    CU_ASSERT_EQUAL_FATAL(l.status, BP_OK);
    bp_scenario_settings(l.scenario)->lanes = BP_LANES_4;
    bp_sink *sink = NULL;
    const bp_results *results = run_all(&l, 2, &sink);
    static const double k[] = {1, 1.1, 0.9, 1.2, 0.8, 1};
    for (int run = 0; results && run < 6; run++)
        CHECK_NEAR(value_of(results, run, 2, "x"), exp(-2 * k[run]) + exp(-k[run]),
                   1e-5);
    if (results) CU_ASSERT_EQUAL(results->stats[0].steps, results->stats[3].steps);
    if (sink) sink->free(sink);
    unload(&l);
}

static int stop_after_three(void *data, int done, int failed, int total) {
    (void)data, (void)failed, (void)total;
    return done >= 3;
}

static void a_batch_of_groups_can_be_cancelled(void) {
    loaded l = load_text("model: small.ant\nexpose: {EGF: 1 nM}\n"
                         "sweep: {kdp: {linear: [0.1, 1], points: 4000}}\n"
                         "run: {until: 100 h, points: 300}\n");
    if (!l.scenario) return;
    bp_scenario_settings(l.scenario)->lanes = BP_LANES_8;
    bp_sink *sink = NULL;
    CU_ASSERT_EQUAL_FATAL(bp_memory_sink_new(&sink), BP_OK);
    bp_batch_options options = {.threads = 2, .progress = stop_after_three};
    bp_batch_summary summary;
    CU_ASSERT_EQUAL(bp_batch_run(l.scenario, &options, sink, &summary, NULL),
                    BP_CANCELLED);
    CU_ASSERT(summary.done >= 3 && summary.done < 4000);
    sink->free(sink);
    unload(&l);
}

static const char *provenance_of(const loaded *l, const char *name) {
    const bp_results_head *head = bp_scenario_head(l->scenario);
    for (int i = 0; i < head->n_provenance; i++)
        if (strcmp(head->provenance[i].name, name) == 0)
            return head->provenance[i].text;
    return "";
}

static void results_say_how_many_lanes_there_were(void) {
    outcome o = run_file(SWEEP(", lanes: 8"), NULL, NULL, BP_LANES_8, 2);
    CHECK_TEXT(provenance_of(&o.loaded, "lanes"), "8");
    CHECK_TEXT(provenance_of(&o.loaded, "lanes_used"), "8");
    end(&o);
    o = run_file(SWEEP(""), NULL, NULL, BP_LANES_AUTO, 2);
    CHECK_TEXT(provenance_of(&o.loaded, "lanes"), "auto");
    CHECK_TEXT(provenance_of(&o.loaded, "lanes_used"), "1"); // 30 points are few
    end(&o);
    o = run_file("model: small.ant\nmedium: {EGF: 1 nM}\nsweep: {kdp: {linear: [0.1, "
                 "1], points: 40}}\n"
                 "run: {until: 1 s, points: 3}\n",
                 NULL, NULL, BP_LANES_AUTO, 2);
    CHECK_TEXT(provenance_of(&o.loaded, "lanes_used"), "4");
    end(&o);
    o = run_file("model: small.ant\nmedium: {EGF: 1 nM}\nsweep: {kdp: {linear: [0.1, "
                 "1], points: 64}}\n"
                 "run: {until: 1 s, points: 3}\n",
                 NULL, NULL, BP_LANES_AUTO, 2);
    CHECK_TEXT(provenance_of(&o.loaded, "lanes_used"), "8"); // many points
    end(&o);
    o = run_file("model: small.ant\nmedium: {EGF: 1 nM}\nsweep: {kdp: {linear: [0.1, "
                 "1], points: 40}}\n"
                 "run: {until: 1 s, points: 3, method: dopri5}\n",
                 NULL, NULL, BP_LANES_8, 2);
    CHECK_TEXT(provenance_of(&o.loaded, "lanes"), "8");
    CHECK_TEXT(provenance_of(&o.loaded, "lanes_used"), "1"); // the method has none
    end(&o);
}

int main(int argc, char **argv) {
    static const test_case tests[] = {
        TEST(results_do_not_depend_on_the_number_of_threads),
        TEST(results_do_not_depend_on_the_processor),
        TEST(lanes_can_be_profiled),
        TEST(groups_are_as_good_as_runs_one_by_one),
        TEST(what_depends_on_the_state_is_run_alone),
        TEST(other_times_of_many_doses_are_run_alone),
        TEST(each_group_is_judged_by_itself),
        TEST(a_failing_lane_does_not_harm_the_others),
        TEST(what_does_not_come_to_rest_fails_alone),
        TEST(members_of_an_ensemble_share_steps),
        TEST(a_batch_of_groups_can_be_cancelled),
        TEST(results_say_how_many_lanes_there_were),
        TEST_END,
    };
    return test_main("scenario lanes", tests, argc, argv);
}
