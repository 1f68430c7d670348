// One model, many threads: each with its own solver, all with the bits of a single
// thread.
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/laws/laws.h"

enum { N_THREADS = 4, N_RUNS = 8, N_TIMES = 21 };

static const char text[] =
    "model m\n compartment c = 1; species A in c, B in c, AB in c, P in c;\n"
    " A = 7; B = 4; AB = 0; P = 0; k = 0.3;\n"
    " J1: A + B -> AB; k*A*B - 0.6*AB;  J2: AB -> P + B; 0.2*AB;\n"
    " at (P > 2): A = A + 5;  at 1.5 after (time >= 3): B = B + 1;\nend\n";

// Each run has a past of its own.
static const char looking_back[] =
    "model m\n compartment c = 1; species A in c, P in c;\n"
    " A = 7; P = 0; k = 0.3; J1: A -> P; k*delay(A, 1.2);\n"
    " J2: P -> A; 0.1*delay(P, 0.5 + k*P); at (delay(P, 1) > 2): A = A + 5;\nend\n";

typedef struct job {
    const law *shared;
    pthread_t thread;
    double values[N_RUNS][N_TIMES * 2];
    bp_status status;
} job;

static void *run_all(void *data) {
    job *j = data;
    bp_solver *solver = NULL;
    double times[N_TIMES];
    for (int i = 0; i < N_TIMES; i++)
        times[i] = 0.5 * i;
    j->status = bp_solver_new(j->shared->model, &j->shared->settings, &solver, NULL);
    for (int run = 0; run < N_RUNS && j->status == BP_OK; run++) {
        bp_initial_value setting = law_setting(j->shared, "k", 0.1 + 0.1 * run);
        bp_protocol p = {
            .n_times = N_TIMES, .times = times, .settings = &setting, .n_settings = 1};
        j->status =
            bp_solver_run(solver, &p, j->shared->view, j->values[run], NULL, NULL);
    }
    bp_solver_free(solver);
    return NULL;
}

static void compare(const char *model) {
    law l;
    law_open(&l, model, "P A");
    job *alone = calloc(1, sizeof *alone), *jobs = calloc(N_THREADS, sizeof *jobs);
    if (!alone || !jobs) abort();
    alone->shared = &l;
    run_all(alone);
    CU_ASSERT_EQUAL(alone->status, BP_OK);
    for (int i = 0; i < N_THREADS; i++) {
        jobs[i].shared = &l;
        if (pthread_create(&jobs[i].thread, NULL, run_all, &jobs[i])) abort();
    }
    for (int i = 0; i < N_THREADS; i++) {
        pthread_join(jobs[i].thread, NULL);
        CU_ASSERT_EQUAL(jobs[i].status, BP_OK);
        CU_ASSERT_EQUAL(memcmp(jobs[i].values, alone->values, sizeof alone->values), 0);
    }
    CU_ASSERT(alone->values[0][N_TIMES * 2 - 2] != alone->values[1][N_TIMES * 2 - 2]);
    free(jobs);
    free(alone);
    law_close(&l);
}

static void threads_have_the_bits_of_a_single_one(void) {
    compare(text);
    compare(looking_back);
}

static const test_case tests[] = {
    TEST(threads_have_the_bits_of_a_single_one),
    TEST_END,
};

int main(int argc, char **argv) {
    return test_main("laws/solver_threads", tests, argc, argv);
}
