// The table of the statistics, and their sum.
#include "solver/stats.h"

#define LONG(member, text)                                                             \
    { #member, BP_FIELD_LONG, offsetof(bp_stats, member), 0.0, 1e18, NULL, "", text }
#define DOUBLE(member, unit, text)                                                     \
    {                                                                                  \
#member, BP_FIELD_DOUBLE, offsetof(bp_stats, member), 0.0, 1e300, NULL, unit,  \
            text                                                                       \
    }

const bp_field bp_stats_fields[] = {
    LONG(steps, "steps taken"),
    LONG(rate_evaluations, "evaluations of dy/dt"),
    LONG(jacobian_evaluations, "evaluations of df/dy"),
    LONG(factorisations, "matrices factored"),
    LONG(linear_iterations, "products of a matrix and a vector in GMRES"),
    LONG(error_test_failures, "steps repeated because their error was too large"),
    LONG(convergence_failures,
         "steps repeated because Newton's method did not converge"),
    LONG(restarts, "starts of the integrator after the first"),
    LONG(events, "events executed"),
    LONG(attempts, "1, more when the retry ladder was climbed"),
    DOUBLE(settle_time, "model time", "model time integrated to come to rest"),
    DOUBLE(seconds, "s", "wall time of the run"),
    {0},
};

void bp_stats_add(bp_stats *sum, const bp_stats *more) {
    for (const bp_field *f = bp_stats_fields; f->name; f++) {
        char *to = (char *)sum + f->offset;
        const char *from = (const char *)more + f->offset;
        if (f->type == BP_FIELD_LONG)
            *(long *)to += *(const long *)from;
        else
            *(double *)to += *(const double *)from;
    }
}
