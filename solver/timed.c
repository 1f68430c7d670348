#include "solver/timed.h"

#include "base/alloc.h"

// ---- the problem ----

static bp_status timed_rates(void *self, double t, const double *y, double *dydt) {
    bp_timed_problem *timed = self;
    bp_profile_part before = bp_profile_enter(timed->profile, BP_PROFILE_RATES);
    bp_status status = timed->inner.rates(timed->inner.self, t, y, dydt);
    bp_profile_leave(timed->profile, before);
    return status;
}

static void timed_jacobian(void *self, double t, const double *y, double *values) {
    bp_timed_problem *timed = self;
    bp_profile_part before = bp_profile_enter(timed->profile, BP_PROFILE_JACOBIAN);
    timed->inner.jacobian(timed->inner.self, t, y, values);
    bp_profile_leave(timed->profile, before);
}

static void pass_roots(void *self, double t, const double *y, double *values) {
    bp_timed_problem *timed = self;
    timed->inner.roots(timed->inner.self, t, y, values);
}

static void pass_mass_values(void *self, double *values) {
    bp_timed_problem *timed = self;
    timed->inner.mass_values(timed->inner.self, values);
}

void bp_time_problem(bp_timed_problem *timed, bp_problem *problem,
                     bp_profile *profile) {
    timed->inner = *problem;
    timed->profile = profile;
    problem->self = timed;
    problem->rates = timed_rates;
    problem->jacobian = timed_jacobian;
    if (problem->roots) problem->roots = pass_roots;
    if (problem->mass_values) problem->mass_values = pass_mass_values;
}

// ---- the integrator ----

typedef struct timed_integrator {
    bp_integrator base;
    bp_integrator *inner;
    bp_profile *profile;
} timed_integrator;

static timed_integrator *timed_of(bp_integrator *self) {
    return (timed_integrator *)self;
}

static void timed_free(bp_integrator *self) {
    if (!self) return;
    bp_integrator *inner = timed_of(self)->inner;
    inner->type->free(inner);
    bp_free(self);
}

static void timed_reset(bp_integrator *self) {
    bp_integrator *inner = timed_of(self)->inner;
    inner->type->reset(inner);
}

static bp_status timed_start(bp_integrator *self, const bp_leg *leg) {
    timed_integrator *s = timed_of(self);
    bp_profile_part before = bp_profile_resume(s->profile, BP_PROFILE_OTHER);
    bp_status status = s->inner->type->start(s->inner, leg);
    bp_profile_leave(s->profile, before);
    return status;
}

static void timed_limit(bp_integrator *self, double t) {
    bp_integrator *inner = timed_of(self)->inner;
    inner->type->limit(inner, t);
}

static bp_status timed_step(bp_integrator *self, double *t, bp_stop *stop) {
    timed_integrator *s = timed_of(self);
    bp_profile_part before = bp_profile_enter(s->profile, BP_PROFILE_STEPS);
    bp_status status = s->inner->type->step(s->inner, t, stop);
    bp_profile_leave(s->profile, before);
    return status;
}

static bp_status timed_interpolate(bp_integrator *self, double t, double *y) {
    timed_integrator *s = timed_of(self);
    bp_profile_part before = bp_profile_resume(s->profile, BP_PROFILE_SAMPLES);
    bp_status status = s->inner->type->interpolate(s->inner, t, y);
    bp_profile_leave(s->profile, before);
    return status;
}

static int timed_worst(bp_integrator *self) {
    bp_integrator *inner = timed_of(self)->inner;
    return inner->type->worst(inner);
}

static void timed_count(bp_integrator *self, bp_stats *stats) {
    bp_integrator *inner = timed_of(self)->inner;
    inner->type->count(inner, stats);
}

static void timed_describe(const bp_integrator *self, bp_text *out) {
    const bp_integrator *inner = ((const timed_integrator *)self)->inner;
    inner->type->describe(inner, out);
}

static const bp_integrator_type timed_type = {
    .name = "timed",
    .free = timed_free,
    .reset = timed_reset,
    .start = timed_start,
    .limit = timed_limit,
    .step = timed_step,
    .interpolate = timed_interpolate,
    .worst = timed_worst,
    .count = timed_count,
    .describe = timed_describe,
};

bp_status bp_time_integrator(bp_integrator **integrator, bp_profile *profile) {
    bp_integrator *inner = *integrator;
    if (inner->type->profile) BP_TRY(inner->type->profile(inner, profile));
    timed_integrator *timed = bp_calloc(1, sizeof *timed);
    if (!timed) return BP_NO_MEMORY;
    *timed = (timed_integrator){{&timed_type}, inner, profile};
    *integrator = &timed->base;
    return BP_OK;
}
