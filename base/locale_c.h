// Numbers in the C locale, whatever setlocale says. Private to base/.
#ifndef BP_BASE_LOCALE_C_H
#define BP_BASE_LOCALE_C_H

#include <locale.h>
#include <stdarg.h>
#include <stddef.h>

#include "base/status.h"

// The calling thread's locale becomes C, until leave with what enter returned.
typedef struct bp_locale_before {
    locale_t c, before;
} bp_locale_before;

bp_locale_before bp_locale_enter_c(void);
void bp_locale_leave_c(bp_locale_before state);

// vsnprintf whose decimal point is a point.
int bp_vsnprintf(char *buffer, size_t size, const char *format, va_list args)
    BP_PRINTF(3, 0);
// strtod whose decimal point is a point.
double bp_strtod(const char *text, char **end);

#endif
