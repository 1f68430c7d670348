#include "base/units_table.h"

#include <string.h>

typedef enum prefixing {
    PLAIN,  // takes no prefix: min, h, cell
    SYMBOL, // n + M
    WORD    // nano + molar
} prefixing;

// A unit: its scale and the exponents of length, mass, time, amount, count,
// temperature, current and light.
typedef struct row {
    const char *name;
    prefixing prefix;
    double scale; // in SI base units
    signed char power[BP_DIM_BODY];
} row;

// clang-format off
static const row rows[] = {
    //                             L   M   T amount count K A cd
    {"M",             SYMBOL, 1e3, {-3, 0, 0, 1}}, // mol/L
    {"molar",         WORD,   1e3, {-3, 0, 0, 1}},
    {"mol",           SYMBOL, 1,   {0, 0, 0, 1}},
    {"mole",          WORD,   1,   {0, 0, 0, 1}},
    {"moles",         WORD,   1,   {0, 0, 0, 1}},
    {"L",             SYMBOL, 1e-3, {3}},
    {"l",             SYMBOL, 1e-3, {3}},
    {"liter",         WORD,   1e-3, {3}},
    {"litre",         WORD,   1e-3, {3}},
    {"liters",        WORD,   1e-3, {3}},
    {"litres",        WORD,   1e-3, {3}},
    {"m",             SYMBOL, 1,   {1}},
    {"meter",         WORD,   1,   {1}},
    {"metre",         WORD,   1,   {1}},
    {"meters",        WORD,   1,   {1}},
    {"metres",        WORD,   1,   {1}},
    {"g",             SYMBOL, 1e-3, {0, 1}},
    {"gram",          WORD,   1e-3, {0, 1}},
    {"grams",         WORD,   1e-3, {0, 1}},
    {"gramme",        WORD,   1e-3, {0, 1}},
    {"Da",            SYMBOL, 1.66053906660e-27, {0, 1}}, // CODATA 2018
    {"dalton",        WORD,   1.66053906660e-27, {0, 1}},
    {"s",             SYMBOL, 1,   {0, 0, 1}},
    {"sec",           PLAIN,  1,   {0, 0, 1}},
    {"secs",          PLAIN,  1,   {0, 0, 1}},
    {"second",        WORD,   1,   {0, 0, 1}},
    {"seconds",       WORD,   1,   {0, 0, 1}},
    {"min",           PLAIN,  60,  {0, 0, 1}},
    {"mins",          PLAIN,  60,  {0, 0, 1}},
    {"minute",        PLAIN,  60,  {0, 0, 1}},
    {"minutes",       PLAIN,  60,  {0, 0, 1}},
    {"h",             PLAIN,  3600, {0, 0, 1}},
    {"hr",            PLAIN,  3600, {0, 0, 1}},
    {"hrs",           PLAIN,  3600, {0, 0, 1}},
    {"hour",          PLAIN,  3600, {0, 0, 1}},
    {"hours",         PLAIN,  3600, {0, 0, 1}},
    {"d",             PLAIN,  86400, {0, 0, 1}},
    {"day",           PLAIN,  86400, {0, 0, 1}},
    {"days",          PLAIN,  86400, {0, 0, 1}},
    {"week",          PLAIN,  604800, {0, 0, 1}},
    {"weeks",         PLAIN,  604800, {0, 0, 1}},
    {"wk",            PLAIN,  604800, {0, 0, 1}},
    {"item",          PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"items",         PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"molecule",      PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"molecules",     PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"cell",          PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"cells",         PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"copy",          PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"copies",        PLAIN,  1,   {0, 0, 0, 0, 1}},
    {"dimensionless", PLAIN,  1,   {0}},
    {"%",             PLAIN,  1e-2, {0}},
    {"percent",       PLAIN,  1e-2, {0}},
    {"avogadro",      PLAIN,  BP_AVOGADRO, {0}}, // SBML's: a number
    {"K",             SYMBOL, 1,   {0, 0, 0, 0, 0, 1}},
    {"kelvin",        WORD,   1,   {0, 0, 0, 0, 0, 1}},
    {"A",             SYMBOL, 1,   {0, 0, 0, 0, 0, 0, 1}},
    {"ampere",        WORD,   1,   {0, 0, 0, 0, 0, 0, 1}},
    {"cd",            SYMBOL, 1,   {0, 0, 0, 0, 0, 0, 0, 1}},
    {"candela",       WORD,   1,   {0, 0, 0, 0, 0, 0, 0, 1}},
    {"Hz",            SYMBOL, 1,   {0, 0, -1}},
    {"hertz",         WORD,   1,   {0, 0, -1}},
    {"J",             SYMBOL, 1,   {2, 1, -2}},
    {"joule",         WORD,   1,   {2, 1, -2}},
    {"N",             SYMBOL, 1,   {1, 1, -2}},
    {"newton",        WORD,   1,   {1, 1, -2}},
    {"Pa",            SYMBOL, 1,   {-1, 1, -2}},
    {"pascal",        WORD,   1,   {-1, 1, -2}},
    {"W",             SYMBOL, 1,   {2, 1, -3}},
    {"watt",          WORD,   1,   {2, 1, -3}},
    {"V",             SYMBOL, 1,   {2, 1, -3, 0, 0, 0, -1}},
    {"volt",          WORD,   1,   {2, 1, -3, 0, 0, 0, -1}},
    {"C",             SYMBOL, 1,   {0, 0, 1, 0, 0, 0, 1}},
    {"coulomb",       WORD,   1,   {0, 0, 1, 0, 0, 0, 1}},
    {"U",             SYMBOL, 1e-6 / 60, {0, 0, -1, 1}}, // enzyme unit, umol/min
    {"kat",           SYMBOL, 1,   {0, 0, -1, 1}},
    {"katal",         WORD,   1,   {0, 0, -1, 1}},
};

const bp_prefix bp_prefixes[] = {
    {"a", "atto", 1e-18}, {"f", "femto", 1e-15}, {"p", "pico", 1e-12}, {"n", "nano", 1e-9},
    {"u", "micro", 1e-6}, {"m", "milli", 1e-3},  {"c", "centi", 1e-2}, {"d", "deci", 1e-1},
    {"da", "deca", 1e1},  {"h", "hecto", 1e2},   {"k", "kilo", 1e3},   {"M", "mega", 1e6},
    {"G", "giga", 1e9},   {"T", "tera", 1e12},   {"P", "peta", 1e15},  {"E", "exa", 1e18},
    {NULL, NULL, 0},
};

// Other spellings of micro: the micro sign (U+00B5) and the Greek letter (U+03BC).
static const char *const micro_signs[] = {"\xc2\xb5", "\xce\xbc"};

// What people most often mean: suggested before others that are as near.
static const char *const common[] = {
    "nM",   "uM",   "mM",   "pM",   "fM", "nmol", "umol", "mmol", "pmol",
    "fmol", "mol",  "ng",   "ug",   "mg", "pg",   "kg",   "mL",   "uL",
    "nL",   "pL",   "fL",   "L",    "nm", "um",   "cm",   "ms",   "kDa",
    "min",  "hour", "day",  "week", "h",  "s",    "d",    "M",
    "nanomolar",    "micromolar",   "millimolar", "picomolar",
};
// clang-format on

enum { N_ROWS = sizeof rows / sizeof *rows, N_COMMON = sizeof common / sizeof *common };

static bool same(const char *name, size_t length, const char *other) {
    return strncmp(name, other, length) == 0 && other[length] == '\0';
}

static bool find_row(const char *name, size_t length, const row **out) {
    for (int i = 0; i < N_ROWS; i++) {
        if (!same(name, length, rows[i].name)) continue;
        *out = &rows[i];
        return true;
    }
    return false;
}

static bool begins(const char *name, size_t length, const char *start, size_t *n) {
    *n = strlen(start);
    return length > *n && strncmp(name, start, *n) == 0;
}

// A prefix and the unit behind it. No name of the table reads in two ways.
static bool find_prefixed(const char *name, size_t length, const row **out,
                          double *factor) {
    size_t n;
    for (size_t i = 0; i < sizeof micro_signs / sizeof *micro_signs; i++) {
        *factor = 1e-6;
        if (begins(name, length, micro_signs[i], &n))
            return find_row(name + n, length - n, out) && (*out)->prefix == SYMBOL;
    }
    for (const bp_prefix *prefix = bp_prefixes; prefix->symbol; prefix++) {
        *factor = prefix->factor;
        if (begins(name, length, prefix->symbol, &n) &&
            find_row(name + n, length - n, out) && (*out)->prefix == SYMBOL)
            return true;
        if (begins(name, length, prefix->word, &n) &&
            find_row(name + n, length - n, out) && (*out)->prefix == WORD)
            return true;
    }
    return false;
}

bool bp_unit_builtin(const char *name, size_t length, bp_unit *out) {
    const row *found = NULL;
    double factor = 1;
    if (!find_row(name, length, &found) &&
        !find_prefixed(name, length, &found, &factor))
        return false;

    *out = (bp_unit){.scale = factor * found->scale, .known = true};
    for (int i = 0; i < BP_DIM_BODY; i++)
        out->power[i] = found->power[i];
    return true;
}

const char *bp_unit_nearest(const char *name) {
    const char *names[N_COMMON + N_ROWS];
    for (int i = 0; i < N_COMMON; i++)
        names[i] = common[i];
    for (int i = 0; i < N_ROWS; i++)
        names[N_COMMON + i] = rows[i].name;
    return bp_text_nearest(name, names, N_COMMON + N_ROWS);
}
