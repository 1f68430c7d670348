// Makes everything in a results file that is known before the first run.
#ifndef BP_OUTPUT_HDF5_CREATE_H
#define BP_OUTPUT_HDF5_CREATE_H

#include "output/hdf5_util.h"

enum { BP_H5_MAX_STATS = 32 };

// What a sink writes to while runs come in; all 0 is none. Close with
// bp_h5_close_columns.
typedef struct bp_h5_columns {
    int batch; // runs per chunk, which are collected and written together
    int n_observables;
    hid_t *observables; // (n_observables), (run, time) each
    hid_t species;      // (run, time, species_name), 0: none
    hid_t status;
    hid_t failure;
    hid_t failure_time;
    hid_t stats[BP_H5_MAX_STATS]; // in the order of bp_stats_fields
} bp_h5_columns;

void bp_h5_create(bp_h5 *h5, hid_t file, const bp_results_head *head,
                  bp_h5_columns *columns);
void bp_h5_close_columns(bp_h5_columns *columns);

// Runs whose rows fit into one chunk of at most 256 KB (measured: dependencies.md 5),
// fewer where all columns together would need more than 16 MB of buffer.
int bp_h5_batch(const bp_results_head *head);

#endif
