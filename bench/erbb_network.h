// A generated network in the manner of published ErbB models: four receptors, ten
// dimers in two places, adaptors as hubs, a kinase cascade, mass action throughout.
// Only its size and its structure matter here; its constants are of the usual orders of
// magnitude.
#ifndef BP_BENCH_ERBB_NETWORK_H
#define BP_BENCH_ERBB_NETWORK_H

#include "solver/problem.h"

typedef struct erbb_network erbb_network;

// `copies` of the network, weakly coupled through the ligand; NULL: out of memory.
erbb_network *erbb_new(int copies);
void erbb_free(erbb_network *network);
bp_problem erbb_problem(erbb_network *network);
// Amounts at the start, before the ligand comes (n).
const double *erbb_start(const erbb_network *network);
// Adds the ligand to every copy.
void erbb_stimulate(const erbb_network *network, double dose, double *y);
int erbb_n_reactions(const erbb_network *network);

#endif
