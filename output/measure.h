// Measures: numbers that an expression takes from results, as behaviours state them:
// "value(lapatinib.pAKT, 1)/value(control.pAKT, 1)".
#ifndef BP_OUTPUT_MEASURE_H
#define BP_OUTPUT_MEASURE_H

#include "output/output.h"

// Functions of results. A.O is observable O of arm A, or O alone where there is one
// arm; times are in the unit in which `until` was given, values between samples linear.
//   value(A.O, t)       value at a time
//   most, least, mean(A.O, from, to)
//   gi50(A.O)           of cell numbers that start at 1: the swept concentration, in
//                       its unit, at which growth is half of that at the lowest one
//                       (linear in log concentration); the highest one if there is
//                       none; NaN when cells do not grow at the lowest one
//   ic50(A.O)           the same of the value at the end
//   low(A.O), high(A.O) value at the end at the lowest, highest swept concentration
//   spearman(x1, y1, x2, y2, ...)  rank correlation
// besides what bp_ast_evaluate knows. `member`: of an ensemble; -1: no ensemble.
// Errors have the position of the expression, whose text begins at `where`.
BP_API BP_WARN_UNUSED bp_status bp_measure(const bp_results *results, int member,
                                           const char *expression, bp_where where,
                                           double *out, bp_error *err);

#endif
