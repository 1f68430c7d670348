// The table of the settings, and their defaults.
#include "solver/integrator.h"

static const char *const methods[] = {"bdf", "adams", "dopri5", NULL};
static const char *const lanes[] = {"auto", "1", "4", "8", NULL};
static const char *const linear_solvers[] = {"auto",   "dense", "klu",
                                             "sparse", "gmres", NULL};

// clang-format off
#define ROW(type, member, low, high, choices, unit, text)                                  \
    { #member, BP_FIELD_##type, offsetof(bp_settings, member), low, high, choices, unit, text }

const bp_field bp_settings_fields[] = {
    ROW(CHOICE, method, 0, 2, methods, "", "bdf for stiff networks, adams, or dopri5 (explicit)"),
    ROW(CHOICE, linear, 0, 3, linear_solvers, "", "factors of the implicit step: by counted work, or as said"),
    ROW(DOUBLE, rtol, 1e-14, 0.1, NULL, "", "relative error allowed in a step"),
    ROW(DOUBLE, atol, 1e-300, 1e300, NULL, "unit of the species", "absolute error allowed in a step"),
    ROW(DOUBLE, max_step, 0, 1e300, NULL, "model time", "longest step; 0: no limit"),
    ROW(DOUBLE, first_step, 0, 1e300, NULL, "model time", "first step of each leg; 0: chosen"),
    ROW(LONG, max_steps, 1, 1e12, NULL, "", "steps allowed between two samples, events or scheduled switches"),
    ROW(INT, max_order, 0, 12, NULL, "", "highest order of the method; 0: its own (bdf 5, adams 12)"),
    ROW(DOUBLE, nonlinear_coefficient, 0, 1, NULL, "", "how far Newton's method goes, as a share of the error allowed; 0: 0.1, in lanes 0.01"),
    ROW(INT, newton_iterations, 1, 100, NULL, "", "iterations of Newton's method before the step is tried again, shorter"),
    ROW(INT, factor_steps, 1, 1e6, NULL, "", "steps that factors of the implicit step serve at most"),
    ROW(INT, jacobian_steps, 1, 1e6, NULL, "", "steps that a Jacobian serves at most; 1: each factorisation has its own"),
    ROW(DOUBLE, gamma_tolerance, 1e-6, 1, NULL, "", "relative change of the coefficient of the implicit step that factors bear"),
    ROW(DOUBLE, growth_threshold, 0, 10, NULL, "", "a step stays as it is where it could grow by a smaller factor; 0: 1.5, in lanes 1.2"),
    ROW(DOUBLE, steady_tolerance, 1e-14, 1e-3, NULL, "", "relative error allowed in a steady state"),
    ROW(DOUBLE, steady_window, 0, 1e300, NULL, "model time", "shortest time integrated before rest is looked for"),
    ROW(DOUBLE, steady_limit, 1e-300, 1e300, NULL, "model time", "longest time integrated to come to rest"),
    ROW(CHOICE, lanes, 0, 3, lanes, "", "runs of a sweep integrated as one problem; 1: each alone; auto: 4 or 8 in large sweeps"),
    ROW(BOOL, prune, 0, 1, NULL, "", "leave out what can never leave zero in any run"),
    ROW(BOOL, retry, 0, 1, NULL, "", "climb the retry ladder when a run fails"),
    {0},
};
// clang-format on

bp_settings bp_settings_default(void) {
    return (bp_settings){
        .method = BP_METHOD_BDF,
        .linear = BP_LINEAR_AUTO,
        .rtol = 1e-6,
        .atol = 1e-9,
        .max_steps = 100000,
        .newton_iterations = 3,
        .factor_steps = 20,
        .jacobian_steps = 1,
        .gamma_tolerance = 0.3,
        .steady_tolerance = 1e-9,
        .steady_limit = 1e8,
        .prune = true,
        .retry = true,
    };
}

// Lanes pay for a step in passes over vectors more than for an iteration, and what is
// factored in single precision costs less: docs/numerics.md says what was measured.
void bp_settings_choose(bp_settings *settings, int n_lanes) {
    bool grouped = n_lanes > 1;
    if (settings->nonlinear_coefficient <= 0.0)
        settings->nonlinear_coefficient = grouped ? 0.01 : 0.1;
    if (settings->growth_threshold <= 0.0)
        settings->growth_threshold = grouped ? 1.2 : 1.5;
}
