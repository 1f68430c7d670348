// Status codes: every call that can fail returns one.
#ifndef BP_BASE_STATUS_H
#define BP_BASE_STATUS_H

#if defined(__GNUC__)
#define BP_WARN_UNUSED       __attribute__((warn_unused_result))
#define BP_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define BP_API               __attribute__((visibility("default")))
#else
#define BP_WARN_UNUSED
#define BP_PRINTF(fmt, args)
#define BP_API
#endif

// name, what it means, what the user can do about it. docs/errors.md is made from this.
// clang-format off
#define BP_STATUS_LIST(X)                                                                   \
    X(OK,             "success", "")                                                        \
    X(NO_MEMORY,      "out of memory", "close other programs or save less")                 \
    X(BAD_ARGUMENT,   "a call got an impossible argument", "see the function's comment")    \
    X(NO_FILE,        "a file cannot be opened", "check the path and the permissions")      \
    X(IO,             "reading or writing failed", "check free space and permissions")      \
    X(SYNTAX,         "text does not follow the grammar", "see the position named")         \
    X(UNKNOWN_NAME,   "a name is not defined", "see the suggestion, or bypass list")        \
    X(DUPLICATE,      "a name is defined twice", "rename or remove one of them")            \
    X(BAD_UNIT,       "a unit is unknown or does not fit", "see the unit expected")         \
    X(BAD_VALUE,      "a value is impossible", "see the range named")                       \
    X(BAD_MODEL,      "the model breaks a rule of the language", "see docs/model-language.md") \
    X(UNSUPPORTED,    "valid, but not supported", "see the reason given")                   \
    X(NOT_FINITE,     "a rate is not a finite number", "look at the reaction named")        \
    X(STEP_TOO_SMALL, "the step fell below what arithmetic resolves", "see the species named; loosen rtol or look for a blow-up") \
    X(TOO_MUCH_WORK,  "more steps than allowed", "raise max_steps or loosen rtol")          \
    X(CONVERGENCE,    "the implicit step did not converge", "see the species named")        \
    X(LINEAR_SOLVER,  "the linear system could not be solved", "try linear: dense")         \
    X(NO_STEADY_STATE,"the network does not come to rest", "see what still moves")          \
    X(EVENT_LOOP,     "events fire each other without end", "look at the events named")     \
    X(TOO_NEW,        "written by a newer version", "update bypass")                        \
    X(CANCELLED,      "stopped on request", "run again with --resume")                      \
    X(INTERNAL,       "a bug in bypass", "please report it with the input")
// clang-format on

typedef enum bp_status {
#define X(name, text, advice) BP_##name,
    BP_STATUS_LIST(X)
#undef X
        BP_STATUS_COUNT
} bp_status;

// "NO_MEMORY"; a static string, never NULL.
BP_API const char *bp_status_name(bp_status status);
// "out of memory"; a static string, never NULL.
BP_API const char *bp_status_text(bp_status status);
// "close other programs or save less"; "" where there is none.
BP_API const char *bp_status_advice(bp_status status);

// Returns a bad status at once; only for functions that own nothing at that point.
#define BP_TRY(call)                                                                   \
    do {                                                                               \
        bp_status bp_try_status_ = (call);                                             \
        if (bp_try_status_ != BP_OK) return bp_try_status_;                            \
    } while (0)

#endif
