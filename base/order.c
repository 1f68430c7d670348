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

int bp_order_items(void *items, int n, size_t size, int (*key)(const void *item),
                   int n_keys) {
    char *from = items;
    int *order = bp_order_new(n), *keys = bp_malloc((size_t)n * sizeof *keys);
    char *sorted = bp_malloc((size_t)n * size);
    int done = order && keys && sorted;
    for (int i = 0; done && i < n; i++)
        keys[i] = key(from + (size_t)i * size);
    done = done && bp_order_by(order, n, keys, n_keys);
    for (int i = 0; done && i < n; i++)
        memcpy(sorted + (size_t)i * size, from + (size_t)order[i] * size, size);
    if (done && n > 0) memcpy(from, sorted, (size_t)n * size);
    bp_free(order);
    bp_free(keys);
    bp_free(sorted);
    return done;
}
