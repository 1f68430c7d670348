// Where the factors of a pattern have entries when pivots stay on its diagonal, and the
// order of the pivots that keeps them few. Internal to solver/.
#ifndef BP_SOLVER_SPARSE_ORDER_H
#define BP_SOLVER_SPARSE_ORDER_H

#include "model/model.h"

// Rows and columns are named by the place of their pivot, 0 .. n - 1.
typedef struct bp_sparse_shape {
    int n;
    int fill;       // entries of L + U, the diagonal once
    double work;    // multiplications of one factorisation
    bool markowitz; // which of the two orders it is
    int *variable;  // (n): row and column of the pattern that the place stands for
    int *place;     // (n): its inverse
    int *row_start; // (n + 1)
    int *column;    // (fill): ascending in a row; L, then the diagonal, then U
    int *diagonal;  // (n): where in `column`
} bp_sparse_shape;

// Tries approximate minimum degree (of A + A') and Markowitz' rule (of A, pivots on the
// diagonal) and keeps the order that multiplies less. UNSUPPORTED, and nothing made,
// when either would take more than `most_work` multiplications or the pattern has more
// than BP_SPARSE_MOST_STATES: such a matrix is not one for factors by index.
enum { BP_SPARSE_MOST_STATES = 8192 };
BP_WARN_UNUSED bp_status bp_sparse_shape_new(const bp_pattern *pattern,
                                             double most_work, bp_sparse_shape *out);
void bp_sparse_shape_clear(bp_sparse_shape *shape);

#endif
