// Whether factors whose pivots were not chosen for their matrix still serve: seen by
// putting a solution into the equations.
#include <math.h>

#include "solver/linear.h"

bool bp_lu_serves(const bp_pattern *p, const double *values, const double *x, double *b,
                  double *size) {
    for (int i = 0; i < p->n; i++)
        size[i] = fabs(b[i]);
    for (int j = 0; j < p->n; j++) {
        double xj = x[j];
        for (int k = p->column_start[j]; k < p->column_start[j + 1]; k++) {
            double product = values[k] * xj;
            b[p->row[k]] -= product;
            size[p->row[k]] += fabs(product);
        }
    }
    for (int i = 0; i < p->n; i++)
        if (!(fabs(b[i]) <= BP_LU_KEEP * size[i])) return false;
    return true;
}
