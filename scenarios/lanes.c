// How many points of a batch share their steps.
#include "scenarios/internal.h"
#include "solver/lane_solver.h"

// Below this many points the groups are too few to keep the cores of a machine busy.
enum { FEW_POINTS = 32, AUTO_LANES = 4 };
// The smaller a model, the more of a step is the integrator's own, which more lanes
// divide; in larger ones a wider group's extra steps eat that up.
enum { SMALL_MODEL = 80, MANY_POINTS = 64, SMALL_MODEL_LANES = 8 };

static int choose(const bp_scenario *scenario) {
    int n_runs = scenario->plan.n_runs;
    if (n_runs < FEW_POINTS) return 1;
    bool small = bp_model_n_states(bp_run_model(scenario)) <= SMALL_MODEL;
    return small && n_runs >= MANY_POINTS ? SMALL_MODEL_LANES : AUTO_LANES;
}

int bp_scenario_lanes(const bp_scenario *scenario) {
    int n_runs = scenario->plan.n_runs;
    if (n_runs < 2) return 1;
    if (!bp_lanes_possible(bp_run_model(scenario), &scenario->settings, NULL)) return 1;
    switch (scenario->settings.lanes) {
    case BP_LANES_1:
        return 1;
    case BP_LANES_4:
        return 4;
    case BP_LANES_8:
        return 8;
    default:
        return choose(scenario);
    }
}
