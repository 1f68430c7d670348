// Protocol: what to do to one run. Scenarios write it, the driver follows it.
#ifndef BP_SOLVER_PROTOCOL_H
#define BP_SOLVER_PROTOCOL_H

#include "model/model.h"

typedef struct bp_protocol {
    double t_start;      // [model time]
    int n_times;         // samples
    const double *times; // (n_times), ascending, times[0] >= t_start
    const bp_initial_value
        *settings; // initial values that differ from the model's (n_settings)
    int n_settings;
    bool settle; // come to rest before t_start: events off, time stands still
    const double
        *settled; // (n_states) result of an equal settling done before; NULL: none
} bp_protocol;

#endif
