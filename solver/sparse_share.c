#include "solver/sparse_share.h"

#include <pthread.h>
#include <string.h>

#include "base/alloc.h"

struct bp_sparse_shared {
    bp_sparse_program program;
    int n_lanes;
    double most_work;
    int n, nnz;
    int *column_start, *row, *diagonal; // copies of the pattern's
    int users;
    bp_sparse_shared *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bp_sparse_shared *first; // all that have users

static size_t bytes(int count) {
    return (size_t)count * sizeof(int);
}

static int *copy_of(const int *from, int count) {
    int *copy = bp_calloc((size_t)count + 1, sizeof *copy);
    if (copy && count > 0) memcpy(copy, from, bytes(count));
    return copy;
}

static bool is_of(const bp_sparse_shared *s, const bp_pattern *p, int n_lanes,
                  double most_work) {
    return s->n_lanes == n_lanes && s->most_work == most_work && s->n == p->n &&
           s->nnz == p->nnz &&
           memcmp(s->column_start, p->column_start, bytes(p->n + 1)) == 0 &&
           memcmp(s->row, p->row, bytes(p->nnz)) == 0 &&
           memcmp(s->diagonal, p->diagonal, bytes(p->n)) == 0;
}

static void free_shared(bp_sparse_shared *s) {
    bp_sparse_program_clear(&s->program);
    bp_free(s->column_start);
    bp_free(s->row);
    bp_free(s->diagonal);
    bp_free(s);
}

static bp_status make(const bp_pattern *p, int n_lanes, double most_work,
                      bp_sparse_shared **out) {
    bp_sparse_shared *s = bp_calloc(1, sizeof *s);
    if (!s) return BP_NO_MEMORY;
    s->n_lanes = n_lanes;
    s->most_work = most_work;
    s->n = p->n;
    s->nnz = p->nnz;
    s->column_start = copy_of(p->column_start, p->n + 1);
    s->row = copy_of(p->row, p->nnz);
    s->diagonal = copy_of(p->diagonal, p->n);
    bp_status status = s->column_start && s->row && s->diagonal ? BP_OK : BP_NO_MEMORY;
    if (status == BP_OK)
        status = bp_sparse_program_new(p, n_lanes, most_work, &s->program);
    if (status != BP_OK) {
        free_shared(s);
        return status;
    }
    *out = s;
    return BP_OK;
}

bp_status bp_sparse_share(const bp_pattern *pattern, int n_lanes, double most_work,
                          bp_sparse_shared **shared, bp_sparse_program *program) {
    bp_status status = BP_OK;
    pthread_mutex_lock(&lock);
    bp_sparse_shared *found = first;
    while (found && !is_of(found, pattern, n_lanes, most_work))
        found = found->next;
    if (!found) {
        status = make(pattern, n_lanes, most_work, &found);
        if (status == BP_OK) {
            found->next = first;
            first = found;
        }
    }
    if (status == BP_OK) {
        found->users++;
        *program = found->program;
        *shared = found;
    }
    pthread_mutex_unlock(&lock);
    return status;
}

void bp_sparse_share_return(bp_sparse_shared *shared) {
    if (!shared) return;
    pthread_mutex_lock(&lock);
    bool last = --shared->users == 0;
    if (last) {
        bp_sparse_shared **link = &first;
        while (*link != shared)
            link = &(*link)->next;
        *link = shared->next;
    }
    pthread_mutex_unlock(&lock);
    if (last) free_shared(shared);
}
