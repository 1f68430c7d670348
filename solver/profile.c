#include "solver/profile.h"

#include <time.h>

static const char *const names[] = {
#define X(part, name, text) name,
    BP_PROFILE_LIST(X)
#undef X
};
static const char *const texts[] = {
#define X(part, name, text) text,
    BP_PROFILE_LIST(X)
#undef X
};

const char *bp_profile_name(bp_profile_part part) {
    return names[part];
}

const char *bp_profile_text(bp_profile_part part) {
    return texts[part];
}

void bp_profile_add(bp_profile *sum, const bp_profile *more) {
    for (int i = 0; i < BP_PROFILE_COUNT; i++) {
        sum->seconds[i] += more->seconds[i];
        sum->calls[i] += more->calls[i];
    }
}

static double now_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// Ends what the part at work has used.
static void turn(bp_profile *p, bp_profile_part next) {
    double now = now_s();
    if (p->since > 0.0) p->seconds[p->part] += now - p->since;
    p->since = now;
    p->part = next;
}

bp_profile_part bp_profile_resume(bp_profile *p, bp_profile_part part) {
    bp_profile_part before = p->since > 0.0 ? p->part : BP_PROFILE_COUNT;
    turn(p, part);
    return before;
}

bp_profile_part bp_profile_enter(bp_profile *p, bp_profile_part part) {
    p->calls[part]++;
    return bp_profile_resume(p, part);
}

void bp_profile_leave(bp_profile *p, bp_profile_part before) {
    turn(p, before == BP_PROFILE_COUNT ? p->part : before);
    if (before == BP_PROFILE_COUNT) p->since = 0.0; // the clock stands
}
