// Writes the sample results to the path given, for the readers' test: six runs of four
// arms and a sweep, eleven times, three observables, three species; run 3 has failed.
#include <stdio.h>

#include "tests/unit/output_sample.h"

int main(int argc, char **argv) {
    sample made;
    bp_sink *sink = NULL;
    bp_error err = {0};
    if (argc != 2) return 2;
    sample_init(&made, 6, 11, 3);
    bp_status status = bp_hdf5_sink_new(argv[1], &sink, &err);
    if (status == BP_OK) status = sample_send(&made, sink, &err);
    if (status != BP_OK) fprintf(stderr, "%s\n", err.message);
    if (sink) sink->free(sink);
    sample_clear(&made);
    return status == BP_OK ? 0 : 1;
}
