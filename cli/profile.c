// Where the time of runs went, for people and for machines.
#include "cli/cli.h"

void cli_profile_print(const bp_profile *profile, FILE *to) {
    bp_text out = {0};
    double all = 0.0;
    for (int i = 0; i < BP_PROFILE_COUNT; i++)
        all += profile->seconds[i];
    bp_text_format(&out, "where the time went %20s %9s %9s %6s\n", "calls", "us each",
                   "ms", "%");
    for (int i = 0; i < BP_PROFILE_COUNT; i++) {
        double seconds = profile->seconds[i];
        long calls = profile->calls[i];
        bp_text_format(&out, "  %-28s %9ld %9.2f %9.2f %6.1f\n",
                       bp_profile_text((bp_profile_part)i), calls,
                       calls > 0 ? 1e6 * seconds / (double)calls : 0.0, 1e3 * seconds,
                       all > 0.0 ? 100.0 * seconds / all : 0.0);
    }
    fputs(bp_text_get(&out), to);
    bp_text_clear(&out);
}

// , "profile": {"rates": {"calls": 120, "seconds": 0.00123}, ...}
void cli_profile_json(const bp_profile *profile, bp_text *out) {
    bp_text_add(out, ", \"profile\": {");
    for (int i = 0; i < BP_PROFILE_COUNT; i++) {
        bp_text_format(out, "%s\"%s\": {\"calls\": %ld, \"seconds\": ", i ? ", " : "",
                       bp_profile_name((bp_profile_part)i), profile->calls[i]);
        bp_text_number_short(out, profile->seconds[i], 4);
        bp_text_add(out, "}");
    }
    bp_text_add(out, "}");
}
