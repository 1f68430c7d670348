// Sparse vectors of whole numbers.
#include <limits.h>

#include "model/conserve.h"

int64_t bp_whole_divisor(int64_t a, int64_t b) {
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

// value of x a + y b; false on overflow
static bool combine_values(int64_t x, int64_t a, int64_t y, int64_t b, int64_t *out) {
    int64_t xa, yb;
    return !__builtin_mul_overflow(x, a, &xa) && !__builtin_mul_overflow(y, b, &yb) &&
           !__builtin_add_overflow(xa, yb, out) && *out != INT64_MIN;
}

bool bp_whole_combine(int64_t x, const bp_whole_vector *a, int64_t y,
                      const bp_whole_vector *b, bp_whole_vector *out, bool *failed) {
    out->count = 0;
    if (!bp_array_reserve(out, a->count + b->count)) {
        *failed = true;
        return false;
    }
    for (int i = 0, j = 0; i < a->count || j < b->count;) {
        int at = i < a->count ? a->items[i].index : INT_MAX;
        if (j < b->count && b->items[j].index < at) at = b->items[j].index;
        bool in_a = i < a->count && a->items[i].index == at;
        bool in_b = j < b->count && b->items[j].index == at;
        bp_whole made = {at, 0};
        if (!combine_values(x, in_a ? a->items[i].value : 0, y,
                            in_b ? b->items[j].value : 0, &made.value))
            return false;
        if (made.value != 0) out->items[out->count++] = made;
        i += in_a;
        j += in_b;
    }
    return true;
}

int64_t bp_whole_at(const bp_whole_vector *v, int index) {
    int low = 0, high = v->count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (v->items[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < v->count && v->items[low].index == index ? v->items[low].value : 0;
}

void bp_whole_swap(bp_whole_vector *a, bp_whole_vector *b) {
    bp_whole_vector kept = *a;
    *a = *b;
    *b = kept;
}

void bp_whole_basis_clear(bp_whole_basis *basis) {
    for (int i = 0; i < basis->count; i++)
        bp_array_clear(&basis->items[i]);
    bp_array_clear(basis);
}
