#include "base/order.h"

#include <string.h>

#include "base/alloc.h"

int *bp_order_new(int n) {
    int *order = bp_malloc((size_t)n * sizeof *order);
    for (int i = 0; order && i < n; i++)
        order[i] = i;
    return order;
}

int bp_order_by(int *order, int n, const int *key, int n_keys) {
    int *next = bp_calloc((size_t)n_keys + 1, sizeof *next);
    int *sorted = bp_malloc((size_t)n * sizeof *sorted);
    if (next && sorted) {
        for (int i = 0; i < n; i++)
            next[key[order[i]] + 1]++;
        for (int k = 0; k < n_keys; k++)
            next[k + 1] += next[k];
        for (int i = 0; i < n; i++)
            sorted[next[key[order[i]]]++] = order[i];
        if (n > 0) memcpy(order, sorted, (size_t)n * sizeof *order);
    }
    int done = next && sorted;
    bp_free(next);
    bp_free(sorted);
    return done;
}
