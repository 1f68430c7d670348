// Sorting by small whole numbers in linear time.
#ifndef BP_BASE_ORDER_H
#define BP_BASE_ORDER_H

#include <stddef.h>

#include "base/status.h"

// Sorts the n indices in `order` by key[index], 0 <= key < n_keys; equal keys keep
// their order (counting sort). 0 when out of memory (`order` is unchanged).
BP_API int bp_order_by(int *order, int n, const int *key, int n_keys);

// The numbers 0 .. n - 1 in a new array, to be ordered; NULL: out of memory. bp_free
// it.
BP_API int *bp_order_new(int n);

// Sorts the n items of `size` bytes by key(item), 0 <= key < n_keys; equal keys keep
// their order. 0 when out of memory (`items` is unchanged).
BP_API int bp_order_items(void *items, int n, size_t size, int (*key)(const void *item),
                          int n_keys);

#endif
