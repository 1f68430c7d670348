#include "base/units_table.h"

#include <string.h>

typedef enum prefixing {
    PLAIN,  // takes no prefix: min, h, cell
    SYMBOL, // n + M
    WORD    // nano + molar
} prefixing;

// A unit: its scale and the exponents of length, mass, time, amount, count,
// temperature, current, light and body mass.
typedef struct row {
    const char *name;
    double scale; // in SI base units
    prefixing prefix;
    signed char power[BP_N_DIMS];
} row;

// clang-format off
static const row rows[] = {
    // exponents: {L, M, T, amount, count, K, A, cd, body}
    {"M",              1e3,              SYMBOL, {-3, 0, 0, 1}}, // mol/L
    {"molar",          1e3,              WORD,   {-3, 0, 0, 1}},
    {"mol",            1,                SYMBOL, {0, 0, 0, 1}},
    {"mole",           1,                WORD,   {0, 0, 0, 1}},
    {"moles",          1,                WORD,   {0, 0, 0, 1}},
    {"L",              1e-3,             SYMBOL, {3}},
    {"l",              1e-3,             SYMBOL, {3}},
    {"liter",          1e-3,             WORD,   {3}},
    {"litre",          1e-3,             WORD,   {3}},
    {"liters",         1e-3,             WORD,   {3}},
    {"litres",         1e-3,             WORD,   {3}},
    {"m",              1,                SYMBOL, {1}},
    {"meter",          1,                WORD,   {1}},
    {"metre",          1,                WORD,   {1}},
    {"meters",         1,                WORD,   {1}},
    {"metres",         1,                WORD,   {1}},
    {"g",              1e-3,             SYMBOL, {0, 1}},
    {"gram",           1e-3,             WORD,   {0, 1}},
    {"grams",          1e-3,             WORD,   {0, 1}},
    {"gramme",         1e-3,             WORD,   {0, 1}},
    {"kg_body",        1,                PLAIN,  {[BP_DIM_BODY] = 1}}, // body mass, wherever it stands
    {"Da",             1.66053906660e-27, SYMBOL, {0, 1}}, // CODATA 2018
    {"dalton",         1.66053906660e-27, WORD,   {0, 1}},
    {"s",              1,                SYMBOL, {0, 0, 1}},
    {"sec",            1,                PLAIN,  {0, 0, 1}},
    {"secs",           1,                PLAIN,  {0, 0, 1}},
    {"second",         1,                WORD,   {0, 0, 1}},
    {"seconds",        1,                WORD,   {0, 0, 1}},
    {"min",            60,               PLAIN,  {0, 0, 1}},
    {"mins",           60,               PLAIN,  {0, 0, 1}},
    {"minute",         60,               PLAIN,  {0, 0, 1}},
    {"minutes",        60,               PLAIN,  {0, 0, 1}},
    {"h",              3600,             PLAIN,  {0, 0, 1}},
    {"hr",             3600,             PLAIN,  {0, 0, 1}},
    {"hrs",            3600,             PLAIN,  {0, 0, 1}},
    {"hour",           3600,             PLAIN,  {0, 0, 1}},
    {"hours",          3600,             PLAIN,  {0, 0, 1}},
    {"d",              86400,            PLAIN,  {0, 0, 1}},
    {"day",            86400,            PLAIN,  {0, 0, 1}},
    {"days",           86400,            PLAIN,  {0, 0, 1}},
    {"week",           604800,           PLAIN,  {0, 0, 1}},
    {"weeks",          604800,           PLAIN,  {0, 0, 1}},
    {"wk",             604800,           PLAIN,  {0, 0, 1}},
    {"item",           1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"items",          1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"molecule",       1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"molecules",      1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"cell",           1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"cells",          1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"copy",           1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"copies",         1,                PLAIN,  {0, 0, 0, 0, 1}},
    {"dimensionless",  1,                PLAIN,  {0}},
    {"%",              1e-2,             PLAIN,  {0}},
    {"percent",        1e-2,             PLAIN,  {0}},
    {"avogadro",       BP_AVOGADRO,      PLAIN,  {0}}, // SBML's: a number
    {"K",              1,                SYMBOL, {0, 0, 0, 0, 0, 1}},
    {"kelvin",         1,                WORD,   {0, 0, 0, 0, 0, 1}},
    {"A",              1,                SYMBOL, {0, 0, 0, 0, 0, 0, 1}},
    {"ampere",         1,                WORD,   {0, 0, 0, 0, 0, 0, 1}},
    {"cd",             1,                SYMBOL, {0, 0, 0, 0, 0, 0, 0, 1}},
    {"candela",        1,                WORD,   {0, 0, 0, 0, 0, 0, 0, 1}},
    {"Hz",             1,                SYMBOL, {0, 0, -1}},
    {"hertz",          1,                WORD,   {0, 0, -1}},
    {"J",              1,                SYMBOL, {2, 1, -2}},
    {"joule",          1,                WORD,   {2, 1, -2}},
    {"N",              1,                SYMBOL, {1, 1, -2}},
    {"newton",         1,                WORD,   {1, 1, -2}},
    {"Pa",             1,                SYMBOL, {-1, 1, -2}},
    {"pascal",         1,                WORD,   {-1, 1, -2}},
    {"W",              1,                SYMBOL, {2, 1, -3}},
    {"watt",           1,                WORD,   {2, 1, -3}},
    {"V",              1,                SYMBOL, {2, 1, -3, 0, 0, 0, -1}},
    {"volt",           1,                WORD,   {2, 1, -3, 0, 0, 0, -1}},
    {"C",              1,                SYMBOL, {0, 0, 1, 0, 0, 0, 1}},
    {"coulomb",        1,                WORD,   {0, 0, 1, 0, 0, 0, 1}},
    {"U",              1e-6 / 60,        SYMBOL, {0, 0, -1, 1}}, // enzyme unit, umol/min
    {"kat",            1,                SYMBOL, {0, 0, -1, 1}},
    {"katal",          1,                WORD,   {0, 0, -1, 1}},
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
    for (int i = 0; i < BP_N_DIMS; i++)
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
