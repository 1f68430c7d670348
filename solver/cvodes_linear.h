// Glue between CVODES or IDA and our factors: a SUNMatrix for I - gamma J (and J), the
// function that forms it, and a SUNLinearSolver that factors and solves. Internal.
#ifndef BP_SOLVER_CVODES_LINEAR_H
#define BP_SOLVER_CVODES_LINEAR_H

#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>

#include "solver/linear.h"
#include "solver/problem.h"

// Both NULL when out of memory. The solver borrows `lu`, the matrix borrows `problem`.
SUNMatrix bp_cvodes_matrix_new(const bp_problem *problem, SUNContext context);
SUNLinearSolver bp_cvodes_solver_new(bp_lu *lu, SUNContext context);
// From now on the solver uses these factors.
void bp_cvodes_solver_use(SUNLinearSolver solver, bp_lu *lu);
// Before iterative solutions are asked for: they follow gamma of this CVODES memory
// from step to step, are measured by its error weights (put into `weight`, borrowed)
// and keep the conserved totals of `model` (may be NULL).
BP_WARN_UNUSED bp_status bp_cvodes_solver_watch(SUNLinearSolver solver, void *memory,
                                                N_Vector weight, const bp_model *model);

bp_lu *bp_cvodes_solver_lu(SUNLinearSolver solver);
// Of the matrix formed last.
double bp_cvodes_matrix_gamma(SUNMatrix A);

// A CVLsLinSysFn: A = I - gamma df/dy, with df/dy kept while `keep`. 1 when an entry of
// df/dy is not finite.
int bp_cvodes_form(SUNMatrix A, double t, N_Vector y, int keep, double gamma);
// A = alpha M - df/dy for IDA, with M by its values and without the rows of conditions.
int bp_ida_form(SUNMatrix A, double t, N_Vector y, double alpha, const double *mass);
// Jacobians evaluated and matrices factored and products of iterative methods
// since the last call.
void bp_cvodes_linear_count(SUNMatrix A, SUNLinearSolver solver, bp_stats *stats);

#endif
