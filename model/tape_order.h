// The order of the operations of a tape. Internal to model/tape_*.c.
#ifndef BP_MODEL_TAPE_ORDER_H
#define BP_MODEL_TAPE_ORDER_H

#include <stdbool.h>

// What operations are sorted by, first to last.
typedef struct bp_tape_key {
    int level, op, direct, n_plus, n_minus; // equal in one group; none negative
    int position;                           // within the group
} bp_tape_key;

// Fills order (n) with the indices of the keys, sorted. Linear in n where there are few
// groups. False: out of memory.
bool bp_tape_order(const bp_tape_key *keys, int n, int *order);

#endif
