#define _GNU_SOURCE // strtod_l
#include "base/locale_c.h"

#include <stdio.h>
#include <stdlib.h>

// glibc and musl hand out their static C locale here: nothing is allocated, and it
// cannot fail in practice. If it ever did, the thread's own locale would stay in force.
static locale_t c_locale(void) {
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

bp_locale_before bp_locale_enter_c(void) {
    bp_locale_before state = {.c = c_locale()};
    if (state.c) state.before = uselocale(state.c);
    return state;
}

void bp_locale_leave_c(bp_locale_before state) {
    if (!state.c) return;
    uselocale(state.before);
    freelocale(state.c);
}

int bp_vsnprintf(char *buffer, size_t size, const char *format, va_list args) {
    bp_locale_before before = bp_locale_enter_c();
    int length = vsnprintf(buffer, size, format, args);
    bp_locale_leave_c(before);
    return length;
}

double bp_strtod(const char *text, char **end) {
    locale_t c = c_locale();
    if (!c) return strtod(text, end);
    double value = strtod_l(text, end, c);
    freelocale(c);
    return value;
}
