// How many points of a batch share their steps.
#include "scenarios/internal.h"
#include "solver/lane_solver.h"

// Below so many points the groups are too few to keep the cores of a machine busy.
enum { SOME_POINTS = 32, MANY_POINTS = 64 };

// As many as are wanted, where the model can have them.
static int wanted(const bp_scenario *scenario) {
    int n_runs = scenario->plan.n_runs;
    if (n_runs < 2) return 1;
    switch (scenario->settings.lanes) {
    case BP_LANES_1:
        return 1;
    case BP_LANES_4:
        return 4;
    case BP_LANES_8:
        return 8;
    default:
        return n_runs < SOME_POINTS ? 1 : n_runs < MANY_POINTS ? 4 : 8;
    }
}

int bp_scenario_lanes(const bp_scenario *scenario) {
    int n_lanes = wanted(scenario);
    if (n_lanes == 1) return 1; // without counting the work of factors
    bool possible =
        bp_lanes_possible(bp_run_model(scenario), &scenario->settings, NULL);
    return possible ? n_lanes : 1;
}
