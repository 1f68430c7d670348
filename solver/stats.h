// Statistics of one run, summed over its restarts.
#ifndef BP_SOLVER_STATS_H
#define BP_SOLVER_STATS_H

#include "base/field.h"

typedef struct bp_stats {
    long steps;
    long rate_evaluations;
    long jacobian_evaluations;
    long factorisations;
    long linear_iterations; // products of GMRES; 0 of direct factors
    long error_test_failures;
    long convergence_failures;
    long restarts;      // starts of the integrator after the first
    long events;        // executed
    long attempts;      // 1, more when the retry ladder was climbed
    double settle_time; // model time integrated to come to rest
    double seconds;     // wall time of the run
} bp_stats;

BP_API extern const bp_field bp_stats_fields[]; // ends with a NULL name
BP_API void bp_stats_add(bp_stats *sum, const bp_stats *more);

#endif
