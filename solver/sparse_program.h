// Factorisation and triangular solves of one pattern as flat programs: lists of the
// operands of every entry, so that no index is searched for while numbers are at hand.
// Internal to solver/.
//
// An entry of L + U is its entry of A less a sum of products a b of earlier entries.
// Entries that need equally many products and none of each other stand together in a
// group, whose loop then has constant length: no branch is mispredicted, and the sums
// of neighbours overlap.
#ifndef BP_SOLVER_SPARSE_PROGRAM_H
#define BP_SOLVER_SPARSE_PROGRAM_H

#include <stdint.h>

#include "solver/sparse_order.h"

// Positions count numbers, of which every entry has as many as there are lanes.
typedef enum bp_sparse_kind {
    BP_SPARSE_U,      // [entry] [value of A] [a b]...
    BP_SPARSE_U_FILL, // [entry] [a b]...                   A has nothing there
    BP_SPARSE_L,      // [entry] [value of A] [pivot] [a b]...
    BP_SPARSE_L_FILL, // [entry] [pivot] [a b]...
    BP_SPARSE_PIVOT,  // [entry] [value of A] [a b]...      its inverse is kept
    BP_SPARSE_N_KINDS
} bp_sparse_kind;

// Sums longer than this stand together whatever their length, which comes first.
enum { BP_SPARSE_LONGEST = 16 };

typedef struct bp_sparse_group {
    int kind;   // bp_sparse_kind; rows of the solves: 0 forward, 1 backward
    int length; // products of each; > BP_SPARSE_LONGEST: each names its own
    int n;      // entries (rows)
} bp_sparse_group;

typedef struct bp_sparse_stream {
    bp_sparse_group *group;
    int n_groups;
    size_t n_words;
    uint16_t *narrow; // (n_words): where all positions fit into 16 bits, else
    uint32_t *wide;   // (n_words)
} bp_sparse_stream;

// Elimination ends in a block that is nearly full, where most of the work is; it is
// kept whole and eliminated without lists. It comes behind the other factors in memory,
// row by row.
typedef struct bp_sparse_tail {
    int n;         // rows, a multiple of BP_SPARSE_PANEL; may be 0
    int start;     // of the block, in entries; a multiple of 8
    int *variable; // (n): the unknown of each row
    int *source;   // (n): value of A on the diagonal
} bp_sparse_tail;

enum { BP_SPARSE_PANEL = 4 }; // pivots of the block eliminated at once

typedef struct bp_sparse_program {
    int n;
    int n_factors; // entries kept, with those of the block
    double fill;   // entries of L + U
    double work;   // multiplications
    bool markowitz;
    bp_sparse_stream factor;
    // [x] [x]...: the unknown, then those its products need. Factors are read in the
    // order in which they lie in memory; after those of a backward row comes its
    // inverse pivot. The block is solved between the two passes.
    bp_sparse_stream solve;
    int n_forward; // groups of `solve` before the block
    bp_sparse_tail tail;
} bp_sparse_program;

// UNSUPPORTED as bp_sparse_shape_new, or when the lists would hold more products than
// these, which caches do not.
enum { BP_SPARSE_MOST_LISTED = 4000000 };
BP_WARN_UNUSED bp_status bp_sparse_program_new(const bp_pattern *pattern, int n_lanes,
                                               double most_work,
                                               bp_sparse_program *out);
void bp_sparse_program_clear(bp_sparse_program *program);

#endif
