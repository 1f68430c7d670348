#include "base/status.h"

typedef struct status_row {
    const char *name, *text, *advice;
} status_row;

static const status_row rows[BP_STATUS_COUNT] = {
#define X(name, text, advice) {#name, text, advice},
    BP_STATUS_LIST(X)
#undef X
};

static const status_row unknown_row = {"UNKNOWN", "unknown status", ""};

// Codes may come from a file of another version: out of range is no reason to crash.
static const status_row *row_of(bp_status status) {
    int code = (int)status;
    return code >= 0 && code < BP_STATUS_COUNT ? &rows[code] : &unknown_row;
}

const char *bp_status_name(bp_status status) {
    return row_of(status)->name;
}

const char *bp_status_text(bp_status status) {
    return row_of(status)->text;
}

const char *bp_status_advice(bp_status status) {
    return row_of(status)->advice;
}
